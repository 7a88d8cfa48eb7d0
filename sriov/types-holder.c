// SPDX-License-Identifier: GPL-2.0-or-later
/* Lists of holders: "qemu (pid 7): /dev/vfio/3; master bond0", or "none". */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "cli.h"

#define BETWEEN "; "
#define BRIEF_LEN 25 /* of the first holder in a table, with its NUL */

static int parse(const struct type *type, const char *word, void *value, size_t size,
		 char *why)
{
	size_t len = strlen(word);

	(void)type;
	if (!len)
		return -EINVAL;
	if (len >= size) {
		snprintf(why, WHY_LEN, "is too long (%zu characters, at most %zu)", len,
			 size - 1);
		return -EINVAL;
	}
	memcpy(value, word, len + 1);
	return 0;
}

static void print(const struct type *type, const void *value, size_t size, char *text)
{
	(void)type;
	(void)size;
	text_printable(text, VALUE_LEN, value);
}

/* The first of them, of a process its name, and how many more there are. */
static void print_brief(const struct type *type, const void *value, size_t size,
			char *text)
{
	const char *rest = value, *end = strstr(rest, BETWEEN), *pid = strstr(rest, " (");
	char first[VALUE_LEN];
	unsigned int more = 0;
	size_t len = end ? (size_t)(end - rest) : strlen(rest);

	(void)type;
	(void)size;
	if (pid && (size_t)(pid - rest) < len)
		len = (size_t)(pid - rest);
	snprintf(first, sizeof(first), "%.*s", (int)len, rest);
	/* a cut list ends in the number of those that it does not have */
	for (; (rest = strstr(rest, BETWEEN)); more++) {
		unsigned int cut;

		rest += strlen(BETWEEN);
		if (sscanf(rest, "and %u more", &cut) == 1)
			more += cut - 1;
	}
	text_printable(text, BRIEF_LEN, first);
	len = strlen(text);
	if (more)
		snprintf(text + len, VALUE_LEN - len, " +%u", more);
}

/* "none" alone is nobody; another word is how a holder begins: "qemu", "master", "netns blue". */
static bool match(const void *filter, const void *value)
{
	const char *wanted = filter, *item = value;

	if (!strcmp(wanted, SRIOV_HOLDER_NONE) || !strcmp(item, SRIOV_HOLDER_NONE))
		return !strcmp(wanted, item);
	for (;;) {
		if (!strncmp(item, wanted, strlen(wanted)))
			return true;
		item = strstr(item, BETWEEN);
		if (!item)
			return false;
		item += strlen(BETWEEN);
	}
}

static const struct word words[] = { { SRIOV_HOLDER_NONE, 0 }, { 0 } };

const struct type type_holder = {
	"TEXT",
	"a holder",
	"how it begins, or " SRIOV_HOLDER_NONE,
	parse,
	print,
	.match = match,
	.words = words,
	.brief = print_brief,
	.costly = true,
};
