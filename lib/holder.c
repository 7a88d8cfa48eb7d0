// SPDX-License-Identifier: GPL-2.0-or-later
/* Who holds what a change would take away. */
#include "internal.h"

/*
 * vfio enables the device when a process opens it and disables it on close, so the enable
 * count tells, also to the unprivileged (kernel drivers/vfio/pci/vfio_pci_core.c). Drivers
 * of the kernel's own keep it at 1 all the time.
 */
bool sriov_device_is_open(struct sriov_ctx *ctx, const char *path)
{
	char driver[SRIOV_NAME_LEN];
	uint32_t enabled;

	sriov_driver_of(ctx, path, driver, sizeof(driver));
	return sriov_bind_is_vfio(driver) &&
	       sriov_sysfs_read_u32(ctx, &enabled, "%s/enable", path) >= 0 && enabled > 0;
}

bool sriov_vf_is_open(struct sriov_pf *pf, uint32_t index)
{
	char path[SRIOV_PATH_LEN];

	return sriov_vf_path(pf, index, path, sizeof(path)) >= 0 &&
	       sriov_device_is_open(pf->ctx, path);
}
