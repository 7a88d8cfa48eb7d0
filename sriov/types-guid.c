// SPDX-License-Identifier: GPL-2.0-or-later
/* Kinds of values: the GUIDs of InfiniBand. */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "cli.h"

#define GUID_LEN 8
#define SERIES_MASK \
	UINT64_C(0xffffff) /* what counts in a series: as in one of addresses */

/* What a GUID may be set to: one for all, also SRIOV_GUID_AUTO, or the first of a series. */
struct guid_set {
	uint64_t guid;
	bool series;
};

/* 00:11:22:33:44:55:66:77, 0011223344556677, or that behind 0x. */
static int parse_digits(const char *word, uint64_t *guid)
{
	bool hex = !strncmp(word, "0x", 2);
	bool colons;
	int digit;

	if (hex)
		word += 2;
	colons = !hex && strchr(word, ':');
	*guid = 0;
	for (unsigned int i = 0; i < GUID_LEN * 2; i++) {
		if (colons && i && i % 2 == 0 && *word++ != ':')
			return -EINVAL;
		digit = type_hex_digit(*word);
		if (digit < 0)
			return -EINVAL;
		*guid = *guid << 4 | (unsigned int)digit;
		word++;
	}
	return *word ? -EINVAL : 0;
}

static int parse_guid(const struct type *type, const char *word, void *value, size_t size,
		      char *why)
{
	uint64_t guid;

	(void)type;
	if (parse_digits(word, &guid))
		return -EINVAL;
	if (!guid || guid == UINT64_MAX) {
		snprintf(why, WHY_LEN, "is all %s, which is no GUID",
			 guid ? "ones" : "zeros");
		return -EINVAL;
	}
	memcpy(value, &guid, size);
	return 0;
}

static void print_guid(const struct type *type, const void *value, size_t size,
		       char *text)
{
	uint8_t bytes[GUID_LEN];
	uint64_t guid;

	(void)type;
	memcpy(&guid, value, size);
	for (size_t i = 0; i < GUID_LEN; i++)
		bytes[i] = (uint8_t)(guid >> (56 - 8 * i));
	type_print_bytes(bytes, GUID_LEN, text);
}

/* For completion: it has no value of 32 bits. */
static const struct word autos[] = { { "auto", 0 }, { 0 } };

static int parse_guid_set(const struct type *type, const char *word, void *value,
			  size_t size, char *why)
{
	struct guid_set set = { 0 };
	char base[GUID_LEN * 3];

	if (type_split_series(word, base, sizeof(base), &set.series))
		return -EINVAL;
	if (!strcmp(word, autos[0].word))
		set.guid = SRIOV_GUID_AUTO;
	else if (parse_guid(type, base, &set.guid, sizeof(set.guid), why))
		return -EINVAL;
	(void)size;
	memcpy(value, &set, sizeof(set));
	return 0;
}

/* The rest stays: it says whose GUIDs they are. */
static int nth_guid(const void *value, uint32_t index, void *nth, char *why)
{
	struct guid_set set;

	memcpy(&set, value, sizeof(set));
	memcpy(nth, &set.guid, sizeof(set.guid));
	if (!set.series)
		return 0;
	if (index > SERIES_MASK - (set.guid & SERIES_MASK)) {
		snprintf(
			why, WHY_LEN,
			"the series leaves the last three bytes of its GUID at VF %" PRIu32,
			index);
		return -ERANGE;
	}
	set.guid += index;
	if (set.guid == UINT64_MAX) {
		snprintf(why, WHY_LEN,
			 "the series comes to all ones, which is no GUID, at VF %" PRIu32,
			 index);
		return -ERANGE;
	}
	memcpy(nth, &set.guid, sizeof(set.guid));
	return 0;
}

const struct type type_guid = {
	"GUID", "a GUID", "00:11:22:33:44:55:66:77", parse_guid, print_guid,
};
const struct type type_guid_set = {
	"GUID|BASE+|auto",
	"a GUID",
	"00:11:22:33:44:55:66:77, or with + for a series, or auto",
	parse_guid_set,
	.nth = nth_guid,
	.words = autos,
};
