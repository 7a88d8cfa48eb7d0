// SPDX-License-Identifier: GPL-2.0-or-later
/* Kinds of values: VLAN trunks, groups of VFs, and the VFs in them. */
#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli.h"

#define GROUP_MAX 255 /* interfaces of the vendor's tree */
#define TRUNK_CELL 24 /* columns that a trunk may take in a table */
#define TRUNK_NONE "none"

/* Take "4" or "4-15" off the list. */
static int take_range(const char **list, uint32_t max, uint32_t *first, uint32_t *last,
		      char *why)
{
	const char *element = *list;
	int len = (int)strcspn(element, ",");
	char text[32];
	char *dash;

	if (!len || len >= (int)sizeof(text))
		return -EINVAL;
	snprintf(text, sizeof(text), "%.*s", len, element);
	dash = strchr(text, '-');
	if (dash)
		*dash++ = '\0';
	if (type_parse_u32(text, max, first) ||
	    type_parse_u32(dash ? dash : text, max, last))
		return -EINVAL;
	if (*first > *last) {
		snprintf(why, WHY_LEN, "has a reversed range '%.*s'", len, element);
		return -EINVAL;
	}
	*list += len;
	return 0;
}

static int parse_trunk(const struct type *type, const char *word, void *value,
		       size_t size, char *why)
{
	struct sriov_trunk trunk = { 0 };
	uint32_t first, last;

	for (bool none = !strcmp(word, TRUNK_NONE); !none; none = !*word++) {
		if (take_range(&word, type->max, &first, &last, why) ||
		    (*word && *word != ','))
			return -EINVAL;
		for (; first <= last; first++)
			trunk.vlans[first / 64] |= UINT64_C(1) << first % 64;
	}
	memcpy(value, &trunk, size);
	return 0;
}

/* "+18", "-4": what is added or taken away. */
static int parse_trunk_set(const struct type *type, const char *word, void *value,
			   size_t size, char *why)
{
	struct sriov_trunk *trunk = value;
	bool changes = *word == '+' || *word == '-';
	int r;

	if (changes && !strcmp(word + 1, TRUNK_NONE))
		return -EINVAL;
	r = parse_trunk(type, word + changes, value, size, why);
	if (!r && changes)
		trunk->change = *word == '+' ? SRIOV_TRUNK_ADD : SRIOV_TRUNK_REMOVE;
	return r;
}

static void print_trunk(const struct type *type, const void *value, size_t size,
			char *text)
{
	(void)type;
	(void)size;
	sriov_trunk_text(value, text, VALUE_LEN);
}

/* As many of its ranges as a column has room for. */
static void brief_trunk(const struct type *type, const void *value, size_t size,
			char *text)
{
	size_t len = TRUNK_CELL;

	print_trunk(type, value, size, text);
	if (strlen(text) <= TRUNK_CELL)
		return;
	while (len && text[len] != ',')
		len--;
	snprintf(text + len, VALUE_LEN - len, ",...");
}

/* A number is that of a group in the vendor's tree, and no other name. */
static int parse_group(const struct type *type, const char *word, void *value,
		       size_t size, char *why)
{
	size_t len = strlen(word);
	uint32_t number;

	for (size_t i = 0; i < len; i++)
		if (!isalnum((unsigned char)word[i]) && !strchr("_.-", word[i]))
			return -EINVAL;
	if (!len || word[0] == '.' || word[0] == '-')
		return -EINVAL;
	if (strspn(word, "0123456789") < len)
		return type_text.parse(type, word, value, size, why);
	if (type_parse_u32(word, GROUP_MAX, &number))
		return -EINVAL;
	snprintf(value, size, "%u", number);
	return 0;
}

/* Who is in no group is in number 0. */
static bool match_group(const void *filter, const void *value)
{
	if (!strcmp(filter, SRIOV_GROUP_NONE))
		return !strcmp(value, "0") || !strcmp(value, SRIOV_GROUP_NONE);
	return !strcmp(filter, value);
}

static void print_plain(const struct type *type, const void *value, size_t size,
			char *text)
{
	type_text.print(type, value, size, text);
}

static int parse_vfs(const struct type *type, const char *word, void *value, size_t size,
		     char *why)
{
	const char *list = word;
	uint32_t first, last;

	for (bool end = !strcmp(word, "all"); !end; end = !*list++) {
		if (take_range(&list, type->max, &first, &last, why))
			return -EINVAL;
	}
	return type_text.parse(type, word, value, size, why);
}

static const struct word trunks[] = { { TRUNK_NONE, 0 }, { 0 } };
static const struct word groups[] = { { SRIOV_GROUP_NONE, 0 }, { 0 } };
static const struct word lists[] = { { "all", 0 }, { 0 } };

const struct type type_trunk = {
	"LIST",          "a list of VLANs",    "4-15,17, each 0-4095, or none",
	parse_trunk,     print_trunk,          .max = SRIOV_VLAN_MAX,
	.words = trunks, .brief = brief_trunk,
};
const struct type type_trunk_set = {
	"LIST|+LIST|-LIST|none",
	"a list of VLANs",
	"4-15,17, each 0-4095, with + or - in front to add or remove, or none",
	parse_trunk_set,
	print_trunk,
	.max = SRIOV_VLAN_MAX,
	.words = trunks,
};
const struct type type_group = {
	"GROUP|none",    "a group",   "0-255, a name with a letter, or none",
	parse_group,     print_plain, .match = match_group,
	.words = groups,
};
const struct type type_vfs = {
	"LIST",      "a list of VFs",   "0-3,7, or all", parse_vfs,
	print_plain, .max = UINT16_MAX, .words = lists,
};
