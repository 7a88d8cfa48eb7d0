// SPDX-License-Identifier: GPL-2.0-or-later
/* Kinds of values: the GUIDs of InfiniBand. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "cli.h"

#define GUID_LEN 8

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
	uint64_t guid;

	(void)type;
	memcpy(&guid, value, size);
	for (int shift = 56; shift >= 0; shift -= 8, text += strlen(text))
		snprintf(text, 4, "%02x%s", (unsigned int)(guid >> shift & 0xff),
			 shift ? ":" : "");
}

const struct type type_guid = {
	"GUID", "a GUID", "00:11:22:33:44:55:66:77", parse_guid, print_guid,
};
