// SPDX-License-Identifier: GPL-2.0-or-later
/* Back end "pci": what the PCI core and the driver core show of a VF in sysfs. */
#include "pf.h"

#define READS                                                                   \
	(SRIOV_VF_PCI | SRIOV_VF_NETDEV | SRIOV_VF_DRIVER | SRIOV_VF_OVERRIDE | \
	 SRIOV_VF_IOMMU_GROUP | SRIOV_VF_NETDEV_MAC | SRIOV_VF_NOTE | SRIOV_VF_HOLDER)

static void can(struct sriov_pf *pf, uint64_t *reads, uint64_t *writes)
{
	*reads = pf->is_pci ? READS : 0;
	/* the driver is bound by plans, not by this table: it needs workers and an undo */
	*writes = pf->is_pci ? SRIOV_VF_DRIVER : 0;
}

static void get_netdev(struct sriov_ctx *ctx, const char *path, struct sriov_vf_attrs *vf)
{
	_cleanup_free_ char **names = NULL;
	char text[SRIOV_NAME_LEN];
	uint8_t mac[20];
	int n = sriov_sysfs_list(ctx, &names, "%s/net", path);

	/*
	 * The directory is tagged with the network namespace: of a netdev that was moved to
	 * another one the directory stays, and looks empty.
	 */
	if (n == 0)
		vf->note |= SRIOV_NOTE_OTHER_NETNS;
	if (n <= 0)
		return;
	sriov_copy(vf->netdev, sizeof(vf->netdev), names[0]);
	vf->set |= SRIOV_VF_NETDEV;
	if (sriov_sysfs_read(ctx, text, sizeof(text), "%s/net/%s/address", path,
			     names[0]) < 0)
		return;
	if (sriov_mac_parse(text, mac) != sizeof(vf->netdev_mac))
		return;
	memcpy(vf->netdev_mac, mac, sizeof(vf->netdev_mac));
	vf->set |= SRIOV_VF_NETDEV_MAC;
}

static void get_override(const struct sriov_override *override, struct sriov_vf_attrs *vf)
{
	if (override->err == -EACCES || override->err == -EPERM)
		vf->note |= SRIOV_NOTE_NO_ACCESS;
	else if (override->err)
		vf->note |= SRIOV_NOTE_BLOCKED;
	/* an override that is not set is not a value: the bit stays off */
	if (override->err || !override->driver[0])
		return;
	sriov_copy(vf->override, sizeof(vf->override), override->driver);
	vf->set |= SRIOV_VF_OVERRIDE;
}

/* Nobody is known only when all could be looked at. */
static int get_holders(struct sriov_pf *pf, const struct sriov_override *devices,
		       struct sriov_vf_attrs **vfs, size_t n)
{
	_cleanup_free_ struct sriov_holding *list = calloc(n + 1, sizeof(*list));
	int r;

	if (!list)
		return sriov_no_memory(pf->ctx);
	for (size_t i = 0; i < n; i++) {
		sriov_copy(list[i].path, sizeof(list[i].path), devices[i].path);
		list[i].index = vfs[i]->index;
		list[i].pf = pf;
	}
	r = sriov_holders_find(pf->ctx, list, n);
	for (size_t i = 0; i < n && r >= 0; i++) {
		if (list[i].err == -EACCES)
			vfs[i]->note |= SRIOV_NOTE_NO_ACCESS;
		if (list[i].err && !list[i].text[0])
			continue;
		sriov_copy(vfs[i]->holder, sizeof(vfs[i]->holder),
			   list[i].text[0] ? list[i].text : SRIOV_HOLDER_NONE);
		vfs[i]->set |= SRIOV_VF_HOLDER;
	}
	return r;
}

static void get_one(struct sriov_pf *pf, uint64_t want, const char *path,
		    struct sriov_vf_attrs *vf)
{
	struct sriov_ctx *ctx = pf->ctx;
	uint64_t before = vf->set;

	sriov_copy(vf->pci, sizeof(vf->pci), strrchr(path, '/') + 1);
	vf->set |= SRIOV_VF_PCI;
	if (want & SRIOV_VF_DRIVER) {
		sriov_driver_of(ctx, path, vf->driver, sizeof(vf->driver));
		vf->set |= SRIOV_VF_DRIVER;
	}
	if (want & SRIOV_VF_IOMMU_GROUP &&
	    !sriov_iommu_group(ctx, path, &vf->iommu_group))
		vf->set |= SRIOV_VF_IOMMU_GROUP;
	if (want & (SRIOV_VF_NETDEV | SRIOV_VF_NETDEV_MAC | SRIOV_VF_NOTE))
		get_netdev(ctx, path, vf);
	vf->set &= before | want;
}

static int get(struct sriov_pf *pf, uint64_t want, struct sriov_vf_attrs **vfs, size_t n)
{
	_cleanup_free_ char(*paths)[SRIOV_PATH_LEN] = calloc(n, sizeof(*paths));
	_cleanup_free_ struct sriov_override *overrides = calloc(n, sizeof(*overrides));
	_cleanup_free_ struct sriov_vf_attrs **found = calloc(n, sizeof(*found));
	size_t m = 0;

	if (!paths || !found || !overrides)
		return sriov_no_memory(pf->ctx);
	for (size_t i = 0; i < n; i++) {
		/* a VF may be gone by now, or its link while the kernel takes it away */
		if (sriov_vf_path(pf, vfs[i]->index, paths[m], sizeof(*paths)) < 0 ||
		    !sriov_sysfs_exists(pf->ctx, "%s", paths[m]))
			continue;
		get_one(pf, want, paths[m], vfs[i]);
		overrides[m].path = paths[m];
		found[m++] = vfs[i];
	}
	if (want & SRIOV_VF_OVERRIDE)
		sriov_override_read(pf->ctx, overrides, m);
	for (size_t i = 0; i < m && want & SRIOV_VF_OVERRIDE; i++)
		get_override(&overrides[i], found[i]);
	return want & SRIOV_VF_HOLDER ? get_holders(pf, overrides, found, m) : 0;
}

const struct sriov_backend sriov_backend_pci = {
	.name = "pci",
	.vf_can = can,
	.vf_get = get,
};
