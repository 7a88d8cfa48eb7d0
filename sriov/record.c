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
	}
	sriov_free(call->ctx);
	return status;
}
