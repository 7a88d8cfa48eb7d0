// SPDX-License-Identifier: GPL-2.0-or-later
/* VFs that the words of a command line name, by PF. */
#include <stdlib.h>
#include <string.h>

#include "cleanup.h"
#include "cli.h"

void spans_free(struct spans *spans)
{
	for (size_t i = 0; i < spans->n; i++)
		free(spans->span[i].indexes);
	free(spans->span);
	*spans = (struct spans){ 0 };
}

int span_find(struct call *call, const char *object, bool bare, struct span *span)
{
	if (!sriov_vf_find(call->ctx, object, bare, &span->pf, &span->indexes, &span->n))
		return 0;
	*span = (struct span){ 0 };
	return failed(call);
}

int spans_find(struct call *call, size_t nr_objects, struct spans *spans)
{
	struct sriov_pf *const *pfs = NULL;
	size_t n = nr_objects;
	int status = 0, one;

	if (!nr_objects && sriov_pf_list(call->ctx, &pfs, &n))
		return failed(call);
	spans->span = calloc(n + 1, sizeof(*spans->span));
	if (!spans->span)
		return no_memory(call);
	for (spans->n = 0; spans->n < n; spans->n++) {
		one = span_find(call,
				pfs ? sriov_pf_name(pfs[spans->n]) :
				      call->words[spans->n],
				true, &spans->span[spans->n]);
		if (one)
			status = one;
	}
	return status;
}

bool spans_are_single(const struct call *call, const struct spans *spans)
{
	_cleanup_free_ uint32_t *indexes = NULL;
	const char *object = call->words[0], *slash = strrchr(object, '/');
	struct sriov_pf *pf;
	size_t n;

	if (spans->n != 1 || spans->span[0].n != 1)
		return false;
	if (slash && (!strcmp(slash, "/all") || strpbrk(slash, ",-")))
		return false;
	return sriov_vf_find(call->ctx, object, false, &pf, &indexes, &n) == 0;
}
