// SPDX-License-Identifier: GPL-2.0-or-later
/* Kinds of values: counters, and how often they are read. */
#include <ctype.h>
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "cli.h"

#define SECOND 1000000 /* in the microseconds that everything is counted in */
#define LEAST (SECOND / 10)
#define MOST (UINT64_C(86400) * SECOND)

#define WIDE \
	UINT64_C(100000000000) /* more digits than a table of 100 columns has room for */

static void print_u64(const struct type *type, const void *value, size_t size, char *text)
{
	uint64_t number;

	(void)type;
	(void)size;
	memcpy(&number, value, sizeof(number));
	snprintf(text, VALUE_LEN, "%" PRIu64, number);
}

/* 123456789012 is 123.5G */
static void brief_counter(const struct type *type, const void *value, size_t size,
			  char *text)
{
	uint64_t number, unit = 1000000000;
	const char *letter = "GTPE";

	memcpy(&number, value, sizeof(number));
	if (number < WIDE) {
		print_u64(type, value, size, text);
		return;
	}
	for (; letter[1] && number / unit >= 100000; letter++)
		unit *= 1000;
	snprintf(text, VALUE_LEN, "%.1f%c", (double)number / (double)unit, *letter);
}

/* JSON has no more than signed numbers, and what does not fit has been counted by nobody. */
static struct json_object *u64_to_json(const struct type *type, const void *value,
				       size_t size)
{
	uint64_t number;

	(void)type;
	(void)size;
	memcpy(&number, value, sizeof(number));
	return number > INT64_MAX ? NULL : json_from_int((int64_t)number);
}

/* "10" or "0.5", as microseconds. */
static int parse_seconds(const struct type *type, const char *word, void *value,
			 size_t size, char *why)
{
	uint64_t number = 0, unit = SECOND;
	const char *point = NULL;

	(void)type;
	(void)why;
	for (const char *p = word; *p; p++) {
		if (*p == '.' && !point && p > word && p[1]) {
			point = p;
			continue;
		}
		if (!isdigit((unsigned char)*p) || number > MOST || (point && unit == 1))
			return -EINVAL;
		number = number * 10 + (uint64_t)(*p - '0');
		unit /= point ? 10 : 1;
	}
	if (number > MOST)
		return -EINVAL;
	number *= unit;
	if (number < LEAST || number > MOST)
		return -EINVAL;
	memcpy(value, &number, size);
	return 0;
}

static int parse_times(const struct type *type, const char *word, void *value,
		       size_t size, char *why)
{
	uint32_t number;

	(void)why;
	if (type_parse_u32(word, type->max, &number) || !number)
		return -EINVAL;
	memcpy(value, &number, size);
	return 0;
}

const struct type type_u64 = { "N", .print = print_u64, .to_json = u64_to_json };
const struct type type_counter = {
	"N",
	.print = print_u64,
	.to_json = u64_to_json,
	.brief = brief_counter,
};
const struct type type_seconds = {
	"SEC", "a number of seconds", "0.1-86400", parse_seconds, print_u64, u64_to_json,
};
const struct type type_times = {
	"N",
	"a number of readings",
	"1-4294967295",
	parse_times,
	type_print_number,
	type_number_to_json,
	.max = UINT32_MAX,
};
