// SPDX-License-Identifier: GPL-2.0-or-later
/* What drivers do with their VFs, one row a fact, with its source. */
#include "internal.h"

#define ANY UINT64_MAX

/* Members that are kept when VFs are destroyed, for those that are created next. */
static const struct {
	const char *driver; /* of the PF */
	uint64_t can;       /* where its VFs can be given one of these, or ANY */
	uint64_t attrs;
} outliving[] = {
	/* mlx5/core/sriov.c, sriov_restore_guids: of InfiniBand VFs */
	{ "mlx5_core", SRIOV_VF_GUIDS, SRIOV_VF_GUIDS | SRIOV_VF_STATE },
	/* drivers/net/netdevsim/bus.c, nsim_bus_dev_vfs_disable: sets the number to 0 only */
	{ "netdevsim", ANY, ANY },
};

uint64_t sriov_quirk_outliving(const char *driver, uint64_t can)
{
	for (size_t i = 0; i < ARRAY_SIZE(outliving); i++)
		if (!strcmp(outliving[i].driver, driver) && outliving[i].can & can)
			return outliving[i].attrs;
	return 0;
}
