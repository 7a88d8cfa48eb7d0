// SPDX-License-Identifier: GPL-2.0-or-later
/* Who gets how much: the examples of the vendor's manual, and what holds for all. */
#include <stdint.h>

#include "mutant.h"
#include "share.h"
#include "tap.h"

#define MOST 8

static void text_of(const uint32_t *rates, size_t n, char *text, size_t size)
{
	size_t len = 0;

	text[0] = '\0';
	for (size_t i = 0; i < n; i++)
		len += (size_t)snprintf(text + len, size - len, "%s%u", i ? " " : "",
					rates[i]);
}

/* ---- the limit of a group ---- */

static void test_limits(void)
{
	static const struct {
		const char *what;
		uint32_t limit;
		size_t n;
		uint32_t own[MOST];
		const char *effective;
	} rows[] = {
		{ "manual: 2 VFs of 15G in 20G",
		  20000,
		  2,
		  { 15000, 15000 },
		  "10000 10000" },
		{ "manual: 30G and 5G in 20G", 20000, 2, { 30000, 5000 }, "15000 5000" },
		{ "manual: 10G in a group of 5G", 5000, 1, { 10000 }, "5000" },
		{ "manual: and in one without limit", 0, 1, { 10000 }, "10000" },
		{ "nobody is limited", 0, 3, { 0, 0, 0 }, "0 0 0" },
		{ "only the group is", 9000, 3, { 0, 0, 0 }, "3000 3000 3000" },
		{ "own limits without that of a group", 0, 3, { 1, 0, 7 }, "1 0 7" },
		{ "what one leaves goes to the others",
		  12000,
		  3,
		  { 1000, 0, 0 },
		  "1000 5500 5500" },
		{ "what two leave, one after the other",
		  12000,
		  3,
		  { 1000, 5000, 0 },
		  "1000 5000 6000" },
		{ "in any order", 12000, 3, { 0, 5000, 1000 }, "6000 5000 1000" },
		{ "one that reaches his only by what others leave",
		  12000,
		  3,
		  { 5500, 0, 1000 },
		  "5500 5500 1000" },
		{ "the group has more than all need",
		  90000,
		  2,
		  { 1000, 2000 },
		  "1000 2000" },
		{ "a limit that is just the share",
		  20000,
		  2,
		  { 10000, 0 },
		  "10000 10000" },
		{ "less than one for each", 2, 3, { 0, 0, 0 }, "0 0 0" },
		{ "rates as large as they get", UINT32_MAX, 2, { 0, 1 }, "4294967294 1" },
		{ "without VFs", 20000, 0, { 0 }, "" },
	};
	uint32_t effective[MOST];
	char text[128];

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		sriov_share_limit(rows[i].limit, rows[i].own, effective, rows[i].n);
		text_of(effective, rows[i].n, text, sizeof(text));
		is_str(text, rows[i].effective, "%s", rows[i].what);
	}
}

/* ---- the line ---- */

static void test_line(void)
{
	static const struct {
		const char *what;
		uint32_t line;
		size_t n;
		uint32_t guarantee[MOST], limit[MOST];
		const char *share;
	} rows[] = {
		{ "manual: 0, 20G, 5G, 15G, 0 on 40G",
		  40000,
		  5,
		  { 0, 20000, 5000, 15000, 0 },
		  { 0 },
		  "0 20000 5000 15000 0" },
		{ "in proportion, where less is guaranteed",
		  40000,
		  3,
		  { 1000, 3000, 0 },
		  { 0 },
		  "10000 30000 0" },
		{ "in proportion, where more is",
		  10000,
		  2,
		  { 20000, 60000 },
		  { 0 },
		  "2500 7500" },
		{ "what a limit leaves goes to the others",
		  40000,
		  3,
		  { 10000, 10000, 20000 },
		  { 4000, 0, 0 },
		  "4000 12000 24000" },
		{ "a limit that is not reached",
		  40000,
		  2,
		  { 10000, 10000 },
		  { 30000, 0 },
		  "20000 20000" },
		{ "limits that leave some of the line to nobody",
		  40000,
		  2,
		  { 10000, 10000 },
		  { 1000, 2000 },
		  "1000 2000" },
		{ "without a guarantee there is nothing",
		  40000,
		  2,
		  { 0, 0 },
		  { 0, 5 },
		  "0 0" },
		{ "one group alone has all", 40000, 1, { 1 }, { 0 }, "40000" },
		{ "a limit does not give", 40000, 2, { 0, 1 }, { 5000, 0 }, "0 40000" },
		{ "rates as large as they get",
		  UINT32_MAX,
		  2,
		  { UINT32_MAX, UINT32_MAX },
		  { 0 },
		  "2147483647 2147483647" },
		{ "without a line", 0, 2, { 1, 2 }, { 0 }, "0 0" },
	};
	uint32_t share[MOST];
	char text[128];

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		sriov_share_line(rows[i].line, rows[i].guarantee, rows[i].limit, share,
				 rows[i].n);
		text_of(share, rows[i].n, text, sizeof(text));
		is_str(text, rows[i].share, "%s", rows[i].what);
	}
}

/* ---- what holds for all ---- */

static void test_any(void)
{
	unsigned int over = 0, above = 0, idle = 0, unfair = 0, given = 0;

	for (int i = 0; i < 20000; i++) {
		uint32_t own[MOST], min[MOST], parts[MOST],
			limit = 1 + random_below(50000);
		size_t n = 1 + random_below(MOST);
		uint64_t sum = 0;
		bool wants = false;

		for (size_t k = 0; k < n; k++) {
			own[k] = random_below(3) ? random_below(20000) : 0;
			min[k] = random_below(3) ? random_below(20000) : 0;
		}
		sriov_share_limit(limit, own, parts, n);
		for (size_t k = 0; k < n; k++) {
			sum += parts[k];
			above += own[k] && parts[k] > own[k];
			wants |= !own[k] || parts[k] < own[k];
			/* who has less than another has his own limit */
			for (size_t j = 0; j < n; j++)
				unfair += parts[k] < parts[j] && parts[k] != own[k];
		}
		over += sum > limit;
		/* of each part less than one is lost */
		idle += wants && sum + n < limit;
		sriov_share_line(limit, min, own, parts, n);
		sum = 0;
		for (size_t k = 0; k < n; k++) {
			sum += parts[k];
			above += own[k] && parts[k] > own[k];
			given += !min[k] && parts[k];
		}
		over += sum > limit;
	}
	is_int(over, 0, "no sum is above the limit or the line");
	is_int(above, 0, "nobody has more than his own limit");
	is_int(idle, 0, "nothing is left while somebody could have it");
	is_int(unfair, 0, "less than others has only who has reached his own limit");
	is_int(given, 0, "nobody without a guarantee has a part of the line");
}

int main(void)
{
	test_limits();
	test_line();
	test_any();
	return done_testing();
}
