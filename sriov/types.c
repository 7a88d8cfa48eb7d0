// SPDX-License-Identifier: GPL-2.0-or-later
/* Kinds of values: numbers, words and text. */
#include <ctype.h>
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "cli.h"

/* Members are numbers of one, two or four bytes. */
static uint32_t load(const void *value, size_t size)
{
	uint8_t u8;
	uint16_t u16;
	uint32_t u32;

	if (size == sizeof(u8)) {
		memcpy(&u8, value, sizeof(u8));
		return u8;
	}
	if (size == sizeof(u16)) {
		memcpy(&u16, value, sizeof(u16));
		return u16;
	}
	memcpy(&u32, value, sizeof(u32));
	return u32;
}

static void store(void *value, size_t size, uint32_t number)
{
	uint8_t u8 = (uint8_t)number;
	uint16_t u16 = (uint16_t)number;

	if (size == sizeof(u8))
		memcpy(value, &u8, sizeof(u8));
	else if (size == sizeof(u16))
		memcpy(value, &u16, sizeof(u16));
	else
		memcpy(value, &number, sizeof(number));
}

int type_parse_u32(const char *word, uint32_t max, uint32_t *value)
{
	uint64_t number = 0;

	if (!*word)
		return -EINVAL;
	for (; *word; word++) {
		if (!isdigit((unsigned char)*word))
			return -EINVAL;
		number = number * 10 + (uint64_t)(*word - '0');
		if (number > max)
			return -EINVAL;
	}
	*value = (uint32_t)number;
	return 0;
}

int type_parse_number(const struct type *type, const char *word, void *value, size_t size,
		      char *why)
{
	uint32_t number;

	(void)why;
	if (type_parse_u32(word, type->max, &number))
		return -EINVAL;
	store(value, size, number);
	return 0;
}

void type_print_number(const struct type *type, const void *value, size_t size,
		       char *text)
{
	(void)type;
	snprintf(text, VALUE_LEN, "%" PRIu32, load(value, size));
}

struct json_object *type_number_to_json(const struct type *type, const void *value,
					size_t size)
{
	(void)type;
	return json_from_int(load(value, size));
}

static int parse_signed(const struct type *type, const char *word, void *value,
			size_t size, char *why)
{
	uint32_t number;
	int32_t result;

	(void)why;
	if (type_parse_u32(word + (*word == '-'), type->max, &number))
		return -EINVAL;
	result = *word == '-' ? -(int32_t)number : (int32_t)number;
	memcpy(value, &result, size);
	return 0;
}

static void print_signed(const struct type *type, const void *value, size_t size,
			 char *text)
{
	(void)type;
	snprintf(text, VALUE_LEN, "%" PRId32, (int32_t)load(value, size));
}

static struct json_object *signed_to_json(const struct type *type, const void *value,
					  size_t size)
{
	(void)type;
	return json_from_int((int32_t)load(value, size));
}

static int parse_hex(const struct type *type, const char *word, void *value, size_t size,
		     char *why)
{
	uint32_t number = 0;
	size_t len;

	(void)type;
	(void)why;
	if (!strncmp(word, "0x", 2))
		word += 2;
	len = strlen(word);
	if (!len || len > size * 2 || strspn(word, "0123456789abcdefABCDEF") != len)
		return -EINVAL;
	for (; *word; word++) {
		int c = tolower((unsigned char)*word);

		number = number << 4 | (uint32_t)(isdigit(c) ? c - '0' : c - 'a' + 10);
	}
	store(value, size, number);
	return 0;
}

static void print_hex(const struct type *type, const void *value, size_t size, char *text)
{
	(void)type;
	snprintf(text, VALUE_LEN, "0x%0*" PRIx32, (int)size * 2, load(value, size));
}

int type_parse_word(const struct type *type, const char *word, void *value, size_t size,
		    char *why)
{
	(void)why;
	for (const struct word *w = type->words; w->word; w++) {
		if (!strcmp(w->word, word)) {
			store(value, size, w->value);
			return 0;
		}
	}
	return -EINVAL;
}

void type_print_word(const struct type *type, const void *value, size_t size, char *text)
{
	uint32_t number = load(value, size);

	for (const struct word *w = type->words; w->word; w++) {
		if (w->value == number) {
			snprintf(text, VALUE_LEN, "%s", w->word);
			return;
		}
	}
	snprintf(text, VALUE_LEN, "0x%" PRIx32, number);
}

static struct json_object *bool_to_json(const struct type *type, const void *value,
					size_t size)
{
	(void)type;
	return json_from_bool(load(value, size) != 0);
}

static int parse_flags(const struct type *type, const char *word, void *value,
		       size_t size, char *why)
{
	uint32_t flags = 0, one;
	char name[32];
	size_t len;

	for (;; word++) {
		len = strcspn(word, ",");
		if (len >= sizeof(name))
			return -EINVAL;
		memcpy(name, word, len);
		name[len] = '\0';
		if (type_parse_word(type, name, &one, sizeof(one), why))
			return -EINVAL;
		flags |= one;
		word += len;
		if (!*word)
			break;
	}
	store(value, size, flags);
	return 0;
}

static void print_flags(const struct type *type, const void *value, size_t size,
			char *text)
{
	uint32_t flags = load(value, size);
	size_t at = 0;

	for (const struct word *w = type->words; w->word; w++) {
		if (flags & w->value)
			at += (size_t)snprintf(text + at, VALUE_LEN - at, "%s%s",
					       at ? "," : "", w->word);
	}
}

/* A filter `note blocked` is for those that are blocked, whatever else they are. */
static bool match_flags(const void *filter, const void *value)
{
	uint32_t wanted = load(filter, sizeof(wanted));

	return (load(value, sizeof(wanted)) & wanted) == wanted;
}

static int parse_text(const struct type *type, const char *word, void *value, size_t size,
		      char *why)
{
	size_t len = strlen(word);

	(void)type;
	if (len >= size) {
		snprintf(why, WHY_LEN, "is too long (%zu characters, at most %zu)", len,
			 size - 1);
		return -EINVAL;
	}
	memcpy(value, word, len + 1);
	return 0;
}

static void print_text(const struct type *type, const void *value, size_t size,
		       char *text)
{
	(void)type;
	(void)size;
	text_printable(text, VALUE_LEN, value);
}

static bool match_text(const void *filter, const void *value)
{
	return !strcmp(filter, value);
}

static void print_string(const struct type *type, const void *value, size_t size,
			 char *text)
{
	print_text(type, *(const char *const *)value, size, text);
}

/* One of several names, separated by commas. */
static bool match_names(const void *filter, const void *value)
{
	const char *name = value;
	size_t len = strlen(filter);

	for (;;) {
		size_t n = strcspn(name, ",");

		if (n == len && !memcmp(name, filter, len))
			return true;
		if (!name[n])
			return !strcmp(filter, value);
		name += n + 1;
	}
}

static int parse_driver(const struct type *type, const char *word, void *value,
			size_t size, char *why)
{
	size_t len = strlen(word);

	for (size_t i = 0; i < len; i++) {
		if (!isalnum((unsigned char)word[i]) && !strchr("_.-", word[i]))
			return -EINVAL;
	}
	if (!len || word[0] == '.' || word[0] == '-')
		return -EINVAL;
	return parse_text(type, word, value, size, why);
}

static const struct word bools[] = { { "on", 1 }, { "off", 0 }, { 0 } };

static const struct word notes[] = {
	{ "other-netns", SRIOV_NOTE_OTHER_NETNS },
	{ "other-port", SRIOV_NOTE_OTHER_PORT },
	{ "no-answer", SRIOV_NOTE_NO_ANSWER },
	{ "blocked", SRIOV_NOTE_BLOCKED },
	{ "no-access", SRIOV_NOTE_NO_ACCESS },
	{ "incomplete", SRIOV_NOTE_INCOMPLETE },
	{ "trunk-incomplete", SRIOV_NOTE_TRUNK_CUT },
	{ "over-link", SRIOV_NOTE_OVER_LINK },
	{ "over-group", SRIOV_NOTE_OVER_GROUP },
	{ 0 },
};

static const struct word bound_drivers[] = { { SRIOV_DRIVER_NONE, 0 }, { 0 } };

/* Offered by completion; other names are accepted too. */
static const struct word drivers[] = { { SRIOV_DRIVER_DEFAULT, 0 },
				       { SRIOV_DRIVER_NONE, 0 },
				       { "vfio-pci", 0 },
				       { 0 } };

static const struct word colors[] = { { "auto", 0 },
				      { "always", 1 },
				      { "never", 2 },
				      { 0 } };

const struct type type_text = {
	"TEXT", "a text", "text", parse_text, print_text, .match = match_text,
};
/* A pointer to text, in rows of our own */
const struct type type_string = { "TEXT", .print = print_string };
const struct type type_names = {
	"NAME", "a name", "text", parse_text, print_text, .match = match_names,
};
const struct type type_u32 = {
	"N",
	"a number",
	"0-4294967295",
	type_parse_number,
	type_print_number,
	type_number_to_json,
	.max = UINT32_MAX,
};
const struct type type_s32 = {
	"N",          "a number",     "-2147483647-2147483647", parse_signed,
	print_signed, signed_to_json, .max = INT32_MAX,
};
/* PCI counts VFs in 16 bits (PCI Express 9.3.3.5). */
const struct type type_count = {
	"N",
	"a number of VFs",
	"1-65535",
	type_parse_number,
	type_print_number,
	type_number_to_json,
	.max = UINT16_MAX,
};
const struct type type_hex16 = {
	"0xNNNN", "an ID", "0x0-0xffff", parse_hex, print_hex,
};
const struct type type_bool = {
	"on|off",        NULL,         "on, off",      type_parse_word,
	type_print_word, bool_to_json, .words = bools,
};
/* Of a netdev that has to be asked by itself. */
const struct type type_flag = {
	"on|off",        NULL,         "on, off",      type_parse_word,
	type_print_word, bool_to_json, .words = bools, .costly = true,
};
const struct type type_driver = {
	"NAME",
	"a driver",
	"its name, or " SRIOV_DRIVER_NONE,
	parse_driver,
	print_text,
	.match = match_text,
	.words = bound_drivers,
};
const struct type type_driver_set = {
	"NAME|" SRIOV_DRIVER_DEFAULT "|" SRIOV_DRIVER_NONE,
	"a driver",
	"its name, " SRIOV_DRIVER_DEFAULT ", " SRIOV_DRIVER_NONE,
	parse_driver,
	print_text,
	.match = match_text,
	.words = drivers,
};
const struct type type_note = {
	"NOTE",
	NULL,
	"other-netns, other-port, no-answer, blocked, no-access, incomplete, "
	"trunk-incomplete, over-link, over-group",
	parse_flags,
	print_flags,
	.match = match_flags,
	.words = notes,
};
const struct type type_wait = {
	"SEC", "a number of seconds", "0-86400", type_parse_number, .max = 86400,
};
const struct type type_color = {
	"WHEN", NULL, "auto, always, never", type_parse_word, .words = colors,
};
