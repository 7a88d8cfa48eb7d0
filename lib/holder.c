// SPDX-License-Identifier: GPL-2.0-or-later
/* Who holds what a change would take away. */
#include "internal.h"

/*
 * vfio enables the device when a process opens it and disables it on close, so the enable
 * count tells, also to the unprivileged (kernel drivers/vfio/pci/vfio_pci_core.c). Drivers
 * of the kernel's own keep it at 1 all the time.
 */
static bool is_open(struct sriov_ctx *ctx, const char *path)
{
	char driver[SRIOV_NAME_LEN];
	uint32_t enabled;

	sriov_driver_of(ctx, path, driver, sizeof(driver));
	return sriov_bind_is_vfio(driver) &&
	       sriov_sysfs_read_u32(ctx, &enabled, "%s/enable", path) >= 0 && enabled > 0;
}

int sriov_holders_find(struct sriov_ctx *ctx, struct sriov_holding *list, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		list[i].err = 0;
		list[i].text[0] = '\0';
		if (is_open(ctx, list[i].path))
			sriov_copy(list[i].text, sizeof(list[i].text),
				   "a process (open through vfio)");
	}
	return 0;
}
