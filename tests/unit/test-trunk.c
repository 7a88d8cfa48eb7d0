// SPDX-License-Identifier: GPL-2.0-or-later
/* Sets of VLANs: as text, as the driver lists them, and the fewest writes between two. */
#include "mutant.h"
#include "tap.h"
#include "trunk.h"

#define NR_VLANS (SRIOV_VLAN_MAX + 1U)
#define HEAD "Allowed 802.1Q VLANs:"

/* "4-15,17", "none" or "" */
static struct sriov_trunk set_of(const char *list)
{
	struct sriov_trunk trunk = { 0 };
	unsigned int first, last;
	int len;

	while (sscanf(list, "%u%n", &first, &len) == 1) {
		list += len;
		last = first;
		if (sscanf(list, "-%u%n", &last, &len) == 1)
			list += len;
		for (; first <= last; first++)
			sriov_trunk_put(&trunk, first);
		list += *list == ',';
	}
	return trunk;
}

/* ---- text ---- */

static void test_text(void)
{
	static const char *const lists[] = {
		"none",  "0",      "4095",         "0-4095", "4-15,17",
		"0,2,4", "62-65",  "63",           "64",     "127-128,4094-4095",
		"0-1",   "1-4094", "0-62,64-4095",
	};
	char text[SRIOV_TRUNK_TEXT_LEN], small[8];
	struct sriov_trunk trunk;

	for (size_t i = 0; i < ARRAY_SIZE(lists); i++) {
		trunk = set_of(lists[i]);
		is_int(sriov_trunk_text(&trunk, text, sizeof(text)), strlen(lists[i]),
		       "%s: its length", lists[i]);
		is_str(text, lists[i], "%s: its text", lists[i]);
		ok(sriov_trunk_is_none(&trunk) == !strcmp(lists[i], "none"),
		   "%s: none or not", lists[i]);
	}
	trunk = set_of("100-200,300-400");
	is_int(sriov_trunk_text(&trunk, small, sizeof(small)), 15,
	       "the length is that of all, also where it was cut");
	is_int(strlen(small), sizeof(small) - 1, "and it was cut where the room ends");
	is_int(sriov_trunk_text(&trunk, NULL, 0), 15, "without room it is counted only");
	/* every second VLAN, from 1 on: no text is longer */
	memset(&trunk, 0, sizeof(trunk));
	for (unsigned int vlan = 1; vlan < NR_VLANS; vlan += 2)
		sriov_trunk_put(&trunk, vlan);
	ok(sriov_trunk_text(&trunk, text, sizeof(text)) < SRIOV_TRUNK_TEXT_LEN,
	   "the longest text has room");
	ok(!strcmp(text + strlen(text) - 5, ",4095"), "to its end");
}

static void test_change(void)
{
	static const struct {
		const char *now;
		uint64_t change;
		const char *wish, *then;
	} rows[] = {
		{ "4-15,17", SRIOV_TRUNK_ADD, "18", "4-15,17-18" },
		{ "4-15,17", SRIOV_TRUNK_ADD, "4", "4-15,17" },
		{ "4-15,17", SRIOV_TRUNK_REMOVE, "4", "5-15,17" },
		{ "4-15,17", SRIOV_TRUNK_REMOVE, "16", "4-15,17" },
		{ "4-15,17", SRIOV_TRUNK_REMOVE, "0-4095", "none" },
		{ "4-15,17", SRIOV_TRUNK_SET, "0", "0" },
		{ "none", SRIOV_TRUNK_ADD, "0-4095", "0-4095" },
	};
	char text[SRIOV_TRUNK_TEXT_LEN];

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct sriov_trunk now = set_of(rows[i].now);
		struct sriov_trunk wish = set_of(rows[i].wish), then;

		wish.change = rows[i].change;
		sriov_trunk_change(&now, &wish, &then);
		sriov_trunk_text(&then, text, sizeof(text));
		is_str(text, rows[i].then, "%s and %s", rows[i].now, rows[i].wish);
		is_int(then.change, SRIOV_TRUNK_SET, "is a set, and no change any more");
		/* as plans call it */
		sriov_trunk_change(&now, &wish, &wish);
		ok(!memcmp(&wish, &then, sizeof(then)), "also in the place of the wish");
	}
}

/* ---- what the driver lists ---- */

static void test_list(void)
{
	static const struct {
		const char *text;
		const char *sure; /* NULL: refused */
		unsigned int known;
	} rows[] = {
		{ "", "none", NR_VLANS },
		{ HEAD " 4 5 6 17\n", "4-6,17", NR_VLANS },
		{ HEAD " 0\n", "0", NR_VLANS },
		{ HEAD " 4095\n", "4095", NR_VLANS },
		{ HEAD " 4 5 \n", "4-5", NR_VLANS },
		/* cut within a number, maybe */
		{ HEAD " 4 5 1", "4-5", 6 },
		{ HEAD " 4 5 17", "4-5", 6 },
		{ HEAD " 4", "none", 0 },
		/* cut behind a space */
		{ HEAD " 4 5 17 ", "4-5,17", 18 },
		{ HEAD " ", "none", 0 },
		{ HEAD, "none", 0 },
		{ HEAD "\n", "none", NR_VLANS },
		/* something else */
		{ "\n" },
		{ "Allowed" },
		{ "usage: write <add|rem> <start_vid> <end_vid>\n" },
		{ HEAD " 4096\n" },
		{ HEAD " 99999999999999999999999\n" },
		{ HEAD " -1\n" },
		{ HEAD " 4,5\n" },
		{ HEAD " 4 x\n" },
		{ HEAD " 4\n5\n" },
		{ HEAD "  4\n" },
		{ HEAD "4\n" },
		{ HEAD " 0x10\n" },
	};
	char text[SRIOV_TRUNK_TEXT_LEN];
	struct sriov_trunk_seen seen;

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		int r = sriov_trunk_parse(rows[i].text, &seen);

		is_int(r, rows[i].sure ? 0 : -EBADMSG, "list %zu", i);
		if (r < 0 || !rows[i].sure)
			continue;
		sriov_trunk_text(&seen.sure, text, sizeof(text));
		is_str(text, rows[i].sure, "list %zu: what is sure", i);
		is_int(seen.known, rows[i].known, "list %zu: how far it goes", i);
	}
}

/* As sysfs gives it: one page, of whatever is in there. */
static size_t list_as_driver(const struct sriov_trunk *trunk, char *text, size_t size)
{
	size_t len;

	text[0] = '\0';
	if (sriov_trunk_is_none(trunk))
		return 0;
	len = (size_t)snprintf(text, size, "%s", HEAD);
	for (unsigned int vlan = 0; vlan < NR_VLANS && len < size; vlan++)
		if (sriov_trunk_has(trunk, vlan))
			len += (size_t)snprintf(text + len, size - len, " %u", vlan);
	if (len < size)
		len += (size_t)snprintf(text + len, size - len, "\n");
	return len;
}

static void test_every_cut(void)
{
	struct sriov_trunk all = set_of("0-4095"),
			   some = set_of("1,10,100-120,1000-1100");
	const struct sriov_trunk *sets[] = { &all, &some };
	char text[4097];
	unsigned int wrong = 0;

	for (size_t i = 0; i < ARRAY_SIZE(sets); i++) {
		size_t len = list_as_driver(sets[i], text, sizeof(text));

		len = len < sizeof(text) ? len : sizeof(text) - 1;
		for (; len >= strlen(HEAD); len--) {
			struct sriov_trunk_seen seen;

			text[len] = '\0';
			if (sriov_trunk_parse(text, &seen) < 0) {
				wrong++;
				continue;
			}
			for (unsigned int vlan = 0; vlan < NR_VLANS; vlan++)
				if (vlan < seen.known ?
					    sriov_trunk_has(&seen.sure, vlan) !=
						    sriov_trunk_has(sets[i], vlan) :
					    sriov_trunk_has(&seen.sure, vlan))
					wrong++;
			if (len == 4096 && seen.known < 1000)
				wrong++;
		}
	}
	is_int(wrong, 0, "a list cut anywhere says nothing wrong");
}

static void test_hostile_lists(void)
{
	const char *text = HEAD " 4 5 6 17 4095\n", *other = HEAD " 100 200 3000 \n";
	struct sriov_trunk_seen seen;
	unsigned int bad = 0;

	for (int i = 0; i < 20000; i++) {
		size_t len;
		char *list = mutant(text, other, &len);
		int r = sriov_trunk_parse(list, &seen);

		bad += (r != 0 && r != -EBADMSG) || seen.known > NR_VLANS;
		free(list);
	}
	is_int(bad, 0, "lists that nobody wrote are read or refused");
}

/* ---- writes ---- */

/* "add 4-15 rem 17": what would be written, as the back end writes it. */
static void writes_of(const struct sriov_trunk_seen *seen,
		      const struct sriov_trunk *wanted, char *text, size_t size)
{
	struct sriov_vlan_range range = SRIOV_VLAN_RANGE_START;
	size_t len = 0;

	text[0] = '\0';
	while (sriov_trunk_next_add(seen, wanted, &range) && len < size)
		len += (size_t)snprintf(text + len, size - len, "%sadd %u-%u",
					len ? " " : "", range.first, range.last);
	range = (struct sriov_vlan_range)SRIOV_VLAN_RANGE_START;
	while (sriov_trunk_next_remove(seen, wanted, &range) && len < size)
		len += (size_t)snprintf(text + len, size - len, "%srem %u-%u",
					len ? " " : "", range.first, range.last);
}

static void test_writes(void)
{
	static const struct {
		const char *sure;
		unsigned int known;
		const char *wanted, *writes;
	} rows[] = {
		{ "none", NR_VLANS, "none", "" },
		{ "4-15,17", NR_VLANS, "4-15,17", "" },
		{ "none", NR_VLANS, "4-15,17", "add 4-15 add 17-17" },
		{ "4-15,17", NR_VLANS, "none", "rem 4-17" },
		{ "4-15", NR_VLANS, "4-15,17", "add 17-17" },
		{ "4-15,17", NR_VLANS, "4-15", "rem 17-17" },
		/* what is so already lies between */
		{ "5", NR_VLANS, "4-6", "add 4-6" },
		{ "4,6,8,10", NR_VLANS, "4-10", "add 5-9" },
		{ "4,6", NR_VLANS, "5", "add 5-5 rem 4-4 rem 6-6" },
		{ "4-6", NR_VLANS, "5", "rem 4-4 rem 6-6" },
		{ "1,3,5,7", NR_VLANS, "none", "rem 1-7" },
		{ "0-4095", NR_VLANS, "0", "rem 1-4095" },
		{ "none", NR_VLANS, "0-4095", "add 0-4095" },
		{ "0,4095", NR_VLANS, "0-4095", "add 1-4094" },
		/* of what lies beyond the cut nothing is known */
		{ "4-5", 6, "4-5", "rem 6-4095" },
		{ "4-5", 6, "4-17", "add 6-17 rem 18-4095" },
		{ "4-5", 6, "none", "rem 4-4095" },
		{ "4-5", 6, "100", "add 100-100 rem 4-99 rem 101-4095" },
		{ "none", 0, "0-4095", "add 0-4095" },
		{ "none", 0, "none", "rem 0-4095" },
		{ "0-4000", 4001, "0-4095", "add 4001-4095" },
	};
	char text[256];

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct sriov_trunk_seen seen = { set_of(rows[i].sure), rows[i].known };
		struct sriov_trunk wanted = set_of(rows[i].wanted);

		writes_of(&seen, &wanted, text, sizeof(text));
		is_str(text, rows[i].writes, "from %s (%u) to %s", rows[i].sure,
		       rows[i].known, rows[i].wanted);
	}
}

static void apply(struct sriov_trunk *trunk, const struct sriov_vlan_range *range,
		  bool add)
{
	for (unsigned int vlan = range->first; vlan <= range->last; vlan++) {
		uint64_t bit = UINT64_C(1) << vlan % 64;

		if (add)
			trunk->vlans[vlan / 64] |= bit;
		else
			trunk->vlans[vlan / 64] &= ~bit;
	}
}

/* Some runs of VLANs among the first 200, so that they meet. */
static struct sriov_trunk random_set(void)
{
	struct sriov_trunk trunk = { 0 };

	for (uint32_t runs = random_below(5); runs; runs--) {
		unsigned int first = random_below(200), last = first + random_below(20);

		for (; first <= last; first++)
			sriov_trunk_put(&trunk, first);
	}
	return trunk;
}

/*
 * Runs of VLANs, each to be in one write, that no write can join: between two of them lies one
 * that has to be otherwise.
 */
static unsigned int fewest(const struct sriov_trunk_seen *seen,
			   const struct sriov_trunk *wanted, bool add)
{
	unsigned int n = 0;
	bool open = false;

	for (unsigned int vlan = 0; vlan < NR_VLANS; vlan++) {
		bool sure = sriov_trunk_has(&seen->sure, vlan);

		if (sriov_trunk_has(wanted, vlan) != add)
			open = false;
		else if (!open && (add ? !sure : sure || vlan >= seen->known)) {
			open = true;
			n++;
		}
	}
	return n;
}

static void test_any_sets(void)
{
	unsigned int wrong = 0, open = 0, many = 0;

	for (int i = 0; i < 5000; i++) {
		struct sriov_trunk is = random_set(), wanted = random_set();
		struct sriov_trunk_seen seen = { is, NR_VLANS };
		struct sriov_vlan_range range = SRIOV_VLAN_RANGE_START;
		unsigned int writes = 0;
		bool had = !sriov_trunk_is_none(&is);

		if (random_below(2)) {
			seen.known = random_below(200);
			for (unsigned int vlan = seen.known; vlan < NR_VLANS; vlan++)
				seen.sure.vlans[vlan / 64] &= ~(UINT64_C(1) << vlan % 64);
		}
		for (; sriov_trunk_next_add(&seen, &wanted, &range); writes++)
			apply(&is, &range, true);
		many += writes != fewest(&seen, &wanted, true);
		range = (struct sriov_vlan_range)SRIOV_VLAN_RANGE_START;
		for (writes = 0; sriov_trunk_next_remove(&seen, &wanted, &range);
		     writes++) {
			apply(&is, &range, false);
			open += had && sriov_trunk_is_none(&is) &&
				!sriov_trunk_is_none(&wanted);
		}
		many += writes != fewest(&seen, &wanted, false);
		wrong += memcmp(is.vlans, wanted.vlans, sizeof(is.vlans)) != 0;
	}
	is_int(wrong, 0, "the writes lead to what is wanted, also beyond a cut");
	is_int(open, 0, "never through an empty trunk");
	is_int(many, 0, "with as few writes as can be");
}

int main(void)
{
	test_text();
	test_change();
	test_list();
	test_every_cut();
	test_hostile_lists();
	test_writes();
	test_any_sets();
	return done_testing();
}
