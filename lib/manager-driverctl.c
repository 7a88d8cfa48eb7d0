// SPDX-License-Identifier: GPL-2.0-or-later
/* driverctl: drivers that udev gives to devices when they appear. */
#include "manager.h"

/*
 * Its udev rule runs "driverctl load-override" for each device that is added: what is in the
 * file BUS-DEVICE, unless it is empty, is made the driver_override, and bound (driverctl 0.111).
 */
static void look_at(struct sriov_look *look, const struct sriov_conf *file)
{
	const char *dev = file->name + strlen("pci-");
	_cleanup_free_ char *text = NULL;
	uint32_t index = SRIOV_MANAGER_ALL;
	char *driver, *rest;

	if (strcmp(dev, look->pf->dev) != 0 &&
	    !sriov_manager_vf_at(look->pf, dev, &index))
		return;
	text = rest = sriov_conf_read(look, file->path);
	driver = text ? sriov_word_next(&rest, " \t\r\n") : NULL;
	look->drivers = true;
	if (driver)
		sriov_manager_add(look, index, file->path,
				  "driverctl gives it the driver %s", driver);
}

void sriov_look_driverctl(struct sriov_look *look, const struct sriov_conf *files,
			  size_t n)
{
	for (size_t i = 0; i < n && look->pf->is_pci; i++)
		look_at(look, &files[i]);
}
