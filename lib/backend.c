// SPDX-License-Identifier: GPL-2.0-or-later
/* The back ends, in the order in which they are asked. */
#include "internal.h"

/* each takes what it can carry of what is still wanted */
static const struct sriov_backend *const backends[] = {
	&sriov_backend_pci,
	&sriov_backend_netdev,
	&sriov_backend_rtnl,
	&sriov_backend_mlnx,
	NULL,
};

const struct sriov_backend *const *sriov_backends(void)
{
	return backends;
}

bool sriov_backend_allowed(const struct sriov_ctx *ctx,
			   const struct sriov_backend *backend)
{
	/* nothing else knows the devices themselves: pci is never shut out */
	return !ctx->only_backend || ctx->only_backend == backend ||
	       backend == &sriov_backend_pci;
}

uint64_t sriov_backend_writes(struct sriov_pf *pf)
{
	uint64_t all = 0, reads, writes;

	for (size_t i = 0; backends[i]; i++) {
		if (!sriov_backend_allowed(pf->ctx, backends[i]))
			continue;
		backends[i]->vf_can(pf, &reads, &writes);
		all |= writes;
	}
	return all;
}
