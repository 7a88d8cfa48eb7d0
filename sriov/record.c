// SPDX-License-Identifier: GPL-2.0-or-later
/* sriov __record: what the kernel says over netlink, as lines of a recorded machine. */
#include "cleanup.h"
#include "cli.h"

/* A PF without a netdev has nothing to record here. */
static void record(struct sriov_pf *pf, bool vfs)
{
	_cleanup_free_ char *name = NULL, *hex = NULL;

	if (!sriov_pf_record(pf, vfs, &name, &hex))
		command_line("%s = %s", name, hex);
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
	}
	sriov_free(call->ctx);
	return status;
}
