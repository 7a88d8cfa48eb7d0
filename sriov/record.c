// SPDX-License-Identifier: GPL-2.0-or-later
/* sriov __record: what netlink and registers of cards say, as lines of a recorded machine. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cleanup.h"
#include "cli.h"

/* A PF without a netdev has nothing to record here. */
static void record(struct sriov_pf *pf, bool vfs)
{
	_cleanup_free_ char *name = NULL, *hex = NULL;

	if (!sriov_pf_record(pf, vfs, &name, &hex))
		command_line("%s = %s", name, hex);
}

/* Its lines are one line here. */
static void record_fw(struct sriov_pf *pf)
{
	_cleanup_free_ char *name = NULL, *text = NULL, *one = NULL;
	size_t len = 0;

	if (sriov_fw_record(pf, &name, &text))
		return;
	one = calloc(strlen(text) + 1, 2);
	for (const char *from = text; one && *from; from++) {
		if (*from != '\n')
			one[len++] = *from;
		else if (from[1])
			len += (size_t)snprintf(one + len, 3, "\\n");
	}
	if (one)
		command_line("%s = %s", name, one);
}

static void record_devlink(struct sriov_pf *pf)
{
	int err = 0;

	/* one that cannot be read is left out */
	for (size_t i = 0; err != -ENOENT; i++) {
		_cleanup_free_ char *name = NULL, *hex = NULL;

		err = sriov_pf_record_devlink(pf, i, &name, &hex);
		if (!err)
			command_line("%s = %s", name, hex);
	}
}

/* Those of its VFs that have netdevs here. */
static void record_vfs(struct call *call, struct sriov_pf *pf)
{
	_cleanup_free_ uint32_t *indexes = NULL;
	struct sriov_pf *same;
	size_t n = 0;

	if (sriov_vf_find(call->ctx, sriov_pf_name(pf), true, &same, &indexes, &n))
		return;
	for (size_t i = 0; i < n; i++) {
		_cleanup_free_ char *name = NULL, *hex = NULL;

		if (!sriov_vf_record(pf, indexes[i], &name, &hex))
			command_line("%s = %s", name, hex);
	}
}

int record_run(struct call *call)
{
	struct sriov_pf *const *pfs;
	int status = context_open(call);
	size_t n = 0;

	if (!status && sriov_pf_list(call->ctx, &pfs, &n))
		status = failed(call);
	for (size_t i = 0; i < n; i++) {
		record(pfs[i], false);
		record(pfs[i], true);
		record_vfs(call, pfs[i]);
		record_fw(pfs[i]);
		record_devlink(pfs[i]);
	}
	sriov_free(call->ctx);
	return status;
}
