// SPDX-License-Identifier: GPL-2.0-or-later
/* Lists of VFs in words: 3, 0-3,7 or all. */
#include <ctype.h>

#include "pf.h"

const char *sriov_selection_in(const char *object)
{
	const char *slash = strrchr(object, '/');

	if (!slash)
		return NULL;
	if (!strcmp(slash + 1, "all") || !slash[1])
		return slash + 1;
	if (!isdigit((unsigned char)slash[1]) ||
	    slash[1 + strspn(slash + 1, "0123456789,-")])
		return NULL;
	return slash + 1;
}

/* Take a number off the text. */
static int take_index(const char **text, unsigned long *index)
{
	char *end;

	if (!isdigit((unsigned char)**text))
		return -EINVAL;
	*index = strtoul(*text, &end, 10);
	*text = end;
	return *index > SRIOV_INDEX_MAX ? -ERANGE : 0;
}

static int wrong_list(struct sriov_ctx *ctx, const char *object, int r,
		      const char *element)
{
	int len = strcspn(element, ",");

	if (r == -ERANGE)
		return sriov_fail(ctx, SRIOV_WRONG, ERANGE, "%s: '%.*s' is beyond %d",
				  object, len, element, SRIOV_INDEX_MAX);
	return sriov_fail(ctx, SRIOV_WRONG, EINVAL,
			  "%s: '%.*s' is no VF or range of VFs (3, 0-3,7 or all)", object,
			  len, element);
}

int sriov_selection_parse(struct sriov_ctx *ctx, const char *object, const char *list,
			  struct sriov_selection *chosen)
{
	memset(chosen, 0, sizeof(*chosen));
	chosen->all = !strcmp(list, "all");
	while (!chosen->all) {
		const char *element = list;
		unsigned long first = 0, last;
		int r = take_index(&list, &first);

		last = first;
		if (!r && *list == '-') {
			list++;
			r = take_index(&list, &last);
		}
		if (r || (*list && *list != ','))
			return wrong_list(ctx, object, r, element);
		if (first > last)
			return sriov_fail(ctx, SRIOV_WRONG, EINVAL,
					  "%s: reversed range '%.*s'", object,
					  (int)(list - element), element);
		for (; first <= last; first++)
			chosen->bits[first / 64] |= UINT64_C(1) << first % 64;
		if (!*list++)
			break;
	}
	return 0;
}
