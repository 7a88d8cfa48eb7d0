// SPDX-License-Identifier: GPL-2.0-or-later
/* What the user's names mean: PFs by any of their names, VFs by PF and index or their own. */

#include "pf.h"

/* The device that a name leads to. */
struct target {
	char bus[SRIOV_NAME_LEN];
	char dev[SRIOV_NAME_LEN];
	char netdev[SRIOV_NAME_LEN]; /* by which it was named, or "" */
};

static int no_such_pf(struct sriov_ctx *ctx, const char *name)
{
	return sriov_fail(
		ctx, SRIOV_WRONG, ENODEV,
		"%s: no such PF (PCI address, netdev, RDMA device, BUS/DEV or mac:ADDR)",
		*name ? name : "''");
}

/* The device of a netdev or RDMA device: -ENOENT no such name, -ENXIO it has no device. */
static int device_of(struct sriov_ctx *ctx, const char *class, const char *name,
		     struct target *target)
{
	char *dev = target->dev;

	if (!sriov_sysfs_name_ok(name) ||
	    !sriov_sysfs_exists(ctx, "sys/class/%s/%s", class, name))
		return -ENOENT;
	if (sriov_sysfs_link(ctx, dev, sizeof(target->dev), "sys/class/%s/%s/device",
			     class, name) < 0)
		return -ENXIO;
	return sriov_sysfs_link(ctx, target->bus, sizeof(target->bus),
				"sys/class/%s/%s/device/subsystem", class, name) < 0 ?
		       -ENXIO :
		       0;
}

static int by_netdev_or_rdma(struct sriov_ctx *ctx, const char *name,
			     struct target *target)
{
	struct target netdev = { "" }, rdma = { "" };
	int net_r = device_of(ctx, "net", name, &netdev);
	int rdma_r = device_of(ctx, "infiniband", name, &rdma);
	char real[SRIOV_NAME_LEN];

	if (!net_r && !rdma_r &&
	    (strcmp(netdev.bus, rdma.bus) || strcmp(netdev.dev, rdma.dev)))
		return sriov_fail(ctx, SRIOV_WRONG, ENOTUNIQ,
				  "%s: fits %s (its netdev) and %s (its RDMA device)",
				  name, netdev.dev, rdma.dev);
	if (!net_r)
		sriov_copy(netdev.netdev, sizeof(netdev.netdev), name);
	*target = net_r ? rdma : netdev;
	if (!net_r || !rdma_r)
		return 0;
	if (net_r == -ENXIO || rdma_r == -ENXIO)
		return sriov_fail(ctx, SRIOV_WRONG, ENOTSUP,
				  "%s: has no device behind it, so it is no PF", name);
	if (!sriov_sysfs_name_ok(name) ||
	    sriov_netlink_altname(ctx, name, real, sizeof(real)) < 0 ||
	    device_of(ctx, "net", real, target) < 0)
		return no_such_pf(ctx, name);
	sriov_copy(target->netdev, sizeof(target->netdev), real);
	return 0;
}

static size_t permanent_mac(struct sriov_ctx *ctx, const char *netdev, uint8_t mac[20])
{
	char text[SRIOV_NAME_LEN];
	uint8_t len = 0;

	if (sriov_netlink_perm_mac(ctx, netdev, mac, &len) >= 0)
		return len;
	/* not every recorded machine has its netlink replies */
	if (!ctx->recorded || sriov_sysfs_read(ctx, text, sizeof(text),
					       "sys/class/net/%s/address", netdev) < 0)
		return 0;
	return sriov_mac_parse(text, mac);
}

/* Does a netdev of the PF have this address? Its name goes to `found`. */
static bool has_mac(struct sriov_pf *pf, const uint8_t *mac, size_t len, char *found)
{
	_cleanup_free_ char **names = NULL;
	int n = sriov_pf_netdevs(pf, &names, NULL);

	for (int i = 0; i < n; i++) {
		uint8_t its[20];

		if (permanent_mac(pf->ctx, names[i], its) == len &&
		    !memcmp(its, mac, len)) {
			sriov_copy(found, SRIOV_NAME_LEN, names[i]);
			return true;
		}
	}
	return false;
}

static int by_mac(struct sriov_ctx *ctx, const char *name, struct target *target)
{
	char several[SRIOV_TEXT_LEN / 2] = "", netdev[SRIOV_NAME_LEN];
	struct sriov_pf *const *pfs;
	size_t n, found = 0;
	uint8_t mac[20];
	size_t len = sriov_mac_parse(name + strlen("mac:"), mac);
	int r;

	if (!len)
		return sriov_fail(
			ctx, SRIOV_WRONG, EINVAL,
			"%s: not a hardware address (6 or 20 bytes: mac:02:00:...)",
			name);
	r = sriov_pf_list(ctx, &pfs, &n);
	if (r < 0)
		return r;
	for (size_t i = 0; i < n; i++) {
		size_t used = strlen(several);

		if (!has_mac(pfs[i], mac, len, netdev))
			continue;
		snprintf(several + used, sizeof(several) - used, "%s%s",
			 found++ ? ", " : "", pfs[i]->name);
		sriov_copy(target->bus, sizeof(target->bus), pfs[i]->bus);
		sriov_copy(target->dev, sizeof(target->dev), pfs[i]->dev);
		sriov_copy(target->netdev, sizeof(target->netdev), netdev);
	}
	if (found > 1)
		return sriov_fail(ctx, SRIOV_WRONG, ENOTUNIQ, "%s: fits several: %s",
				  name, several);
	return found ? 0 : no_such_pf(ctx, name);
}

static int by_handle(struct sriov_ctx *ctx, const char *name, struct target *target)
{
	const char *dev = strchr(name, '/') + 1;
	size_t len = dev - name - 1;

	if (len >= sizeof(target->bus) || strlen(dev) >= sizeof(target->dev))
		return no_such_pf(ctx, name);
	memcpy(target->bus, name, len);
	target->bus[len] = '\0';
	if (strcmp(target->bus, "pci") ||
	    sriov_pci_parse(dev, target->dev, sizeof(target->dev)) < 0)
		sriov_copy(target->dev, sizeof(target->dev), dev);
	if (!sriov_sysfs_name_ok(target->bus) || !sriov_sysfs_name_ok(target->dev))
		return no_such_pf(ctx, name);
	return 0;
}

static int locate(struct sriov_ctx *ctx, const char *name, struct target *target)
{
	memset(target, 0, sizeof(*target));
	if (!strncmp(name, "mac:", strlen("mac:")))
		return by_mac(ctx, name, target);
	if (strchr(name, '/'))
		return by_handle(ctx, name, target);
	if (sriov_pci_parse(name, target->dev, sizeof(target->dev)) < 0)
		return by_netdev_or_rdma(ctx, name, target);
	sriov_copy(target->bus, sizeof(target->bus), "pci");
	return 0;
}

/* The index of a VF is the number of the link that leads to it. */
static int index_of(struct sriov_pf *pf, const char *dev, uint32_t *index)
{
	_cleanup_free_ uint32_t *there = NULL;
	char path[SRIOV_PATH_LEN];
	uint32_t n;
	int r = sriov_pf_vfs(pf, &there, &n);

	if (r < 0)
		return r;
	for (uint32_t i = 0; i < n; i++) {
		if (sriov_vf_path(pf, there[i], path, sizeof(path)) < 0 ||
		    strcmp(strrchr(path, '/') + 1, dev) != 0)
			continue;
		*index = there[i];
		return 0;
	}
	return -ENOENT;
}

/* -ENOENT: the device is no VF, and the netdev no representor of one. */
static int vf_at(struct sriov_ctx *ctx, const struct target *target, struct sriov_pf **pf,
		 uint32_t *index)
{
	char physfn[SRIOV_NAME_LEN];
	int r;

	if (*target->netdev && sriov_port_of(ctx, target->netdev, index) == SRIOV_PORT_VF)
		return sriov_pf_at(ctx, target->bus, target->dev, pf);
	if (strcmp(target->bus, "pci") ||
	    sriov_sysfs_link(ctx, physfn, sizeof(physfn), "sys/bus/pci/devices/%s/physfn",
			     target->dev) < 0)
		return -ENOENT;
	r = sriov_pf_at(ctx, "pci", physfn, pf);
	return r < 0 ? r : index_of(*pf, target->dev, index);
}

/* Its firmware may be what keeps it back. */
static int no_capability(struct sriov_ctx *ctx, const char *name,
			 const struct target *target)
{
	char limit[SRIOV_TEXT_LEN / 2] = "";
	struct sriov_pf *pf;

	if (!strcmp(target->bus, "pci") && sriov_pf_function(ctx, target->dev, &pf) >= 0)
		sriov_fw_limit(pf, 0, limit, sizeof(limit));
	if (*target->netdev)
		return sriov_fail(ctx, SRIOV_WRONG, ENOTSUP,
				  "%s: its device %s has no SR-IOV capability%s", name,
				  target->dev, limit);
	return sriov_fail(ctx, SRIOV_WRONG, ENOTSUP, "%s: has no SR-IOV capability%s",
			  name, limit);
}

static int pf_at(struct sriov_ctx *ctx, const char *name, const struct target *target,
		 struct sriov_pf **pf)
{
	const char *dev = target->dev;
	uint32_t index;
	int r = vf_at(ctx, target, pf, &index);

	if (!r)
		return sriov_fail(ctx, SRIOV_WRONG, ENOTSUP,
				  "%s: is VF %u of %s, not a PF", name, index,
				  (*pf)->name);
	if (r != -ENOENT)
		return r;
	if (*target->netdev &&
	    sriov_port_of(ctx, target->netdev, &index) == SRIOV_PORT_OTHER)
		return sriov_fail(ctx, SRIOV_WRONG, ENOTSUP,
				  "%s: stands for a function elsewhere, not a PF", name);
	r = sriov_pf_at(ctx, target->bus, dev, pf);
	if (!r && *target->netdev)
		sriov_copy((*pf)->port, sizeof((*pf)->port), target->netdev);
	if (r != -ENOENT)
		return r;
	if (!sriov_sysfs_exists(ctx, "sys/bus/%s/devices/%s", target->bus, dev))
		return no_such_pf(ctx, name);
	return no_capability(ctx, name, target);
}

int sriov_pf_find(struct sriov_ctx *ctx, const char *name, struct sriov_pf **pf)
{
	struct target target;
	int r = locate(ctx, name, &target);

	return r < 0 ? r : pf_at(ctx, name, &target, pf);
}

int sriov_fw_find(struct sriov_ctx *ctx, const char *name, struct sriov_pf **pf)
{
	struct target target;
	int r = locate(ctx, name, &target);

	if (r < 0)
		return r;
	if (!strcmp(target.bus, "pci") &&
	    sriov_pf_at(ctx, target.bus, target.dev, pf) < 0 &&
	    sriov_pf_function(ctx, target.dev, pf) >= 0)
		return 0;
	return pf_at(ctx, name, &target, pf);
}

/* " (it has 7: 0-6)"; only the number when some between are missing. */
static void range_text(char *text, size_t size, const uint32_t *there, uint32_t n)
{
	if (n > 1 && there[n - 1] == n - 1)
		snprintf(text, size, "it has %u: 0-%u", n, n - 1);
	else if (n)
		snprintf(text, size, "it has %u%s", n, n == 1 && !there[0] ? ": 0" : "");
	else
		sriov_copy(text, size, "it has none");
}

static int no_such_vf(struct sriov_pf *pf, uint32_t index, const uint32_t *there,
		      uint32_t n)
{
	char range[48];

	range_text(range, sizeof(range), there, n);
	return sriov_fail(pf->ctx, SRIOV_WRONG, ERANGE, "%s/%u: no such VF (%s)",
			  pf->name, index, range);
}

static bool is_chosen(const struct sriov_selection *chosen, uint32_t index)
{
	return chosen->all ||
	       (index <= SRIOV_INDEX_MAX && chosen->bits[index / 64] >> index % 64 & 1);
}

/* Those of the VFs that are there; each that was named must be. */
static int choose(struct sriov_pf *pf, const struct sriov_selection *chosen,
		  uint32_t **indexes, size_t *n)
{
	_cleanup_free_ uint32_t *there = NULL;
	uint32_t num_vfs;
	int r;

	if (!indexes)
		return 0;
	r = sriov_pf_vfs(pf, &there, &num_vfs);
	if (r < 0)
		return r;
	for (uint32_t i = 0; i <= SRIOV_INDEX_MAX && !chosen->all; i++) {
		if (is_chosen(chosen, i) && !sriov_pf_has_vf(there, num_vfs, i))
			return no_such_vf(pf, i, there, num_vfs);
	}
	*n = 0;
	for (uint32_t i = 0; i < num_vfs; i++)
		if (is_chosen(chosen, there[i]))
			there[(*n)++] = there[i];
	*indexes = steal(there);
	return 0;
}

static int bare_pf(struct sriov_pf *pf, const char *name)
{
	_cleanup_free_ uint32_t *there = NULL;
	uint32_t n;
	int r = sriov_pf_vfs(pf, &there, &n);

	if (r < 0)
		return r;
	if (!n)
		return sriov_fail(pf->ctx, SRIOV_WRONG, EINVAL,
				  "%s: changing needs the VFs, and it has none", name);
	if (n == 1 || there[n - 1] != n - 1)
		return sriov_fail(pf->ctx, SRIOV_WRONG, EINVAL,
				  "%s: changing needs the VFs: %s/%u or %s/all", name,
				  name, there[0], name);
	return sriov_fail(pf->ctx, SRIOV_WRONG, EINVAL,
			  "%s: changing needs the VFs: %s/0-%u or %s/all", name, name,
			  n - 1, name);
}

/* An object without a list: one VF by its own name, or a whole PF. */
static int find_whole(struct sriov_ctx *ctx, const char *object, bool bare,
		      struct sriov_pf **pf, struct sriov_selection *chosen)
{
	struct target target;
	uint32_t index;
	int r = locate(ctx, object, &target);

	memset(chosen, 0, sizeof(*chosen));
	if (!r) {
		r = vf_at(ctx, &target, pf, &index);
		if (!r && index <= SRIOV_INDEX_MAX)
			chosen->bits[index / 64] = UINT64_C(1) << index % 64;
		if (r != -ENOENT)
			return r;
		r = pf_at(ctx, object, &target, pf);
	}
	if (r == -ENODEV)
		return sriov_fail(
			ctx, SRIOV_WRONG, ENODEV,
			"%s: no such VF or PF (PF/3, PF/0-3,7, PF/all, or a VF's PCI "
			"address or netdev)",
			object);
	if (r < 0)
		return r;
	chosen->all = true;
	return bare ? 0 : bare_pf(*pf, object);
}

int sriov_vf_find(struct sriov_ctx *ctx, const char *object, bool bare,
		  struct sriov_pf **pf, uint32_t **indexes, size_t *n)
{
	_cleanup_free_ char *name = NULL;
	const char *list = sriov_selection_in(object);
	struct sriov_selection chosen;
	int r;

	if (!list) {
		r = find_whole(ctx, object, bare, pf, &chosen);
		return r < 0 ? r : choose(*pf, &chosen, indexes, n);
	}
	r = sriov_selection_parse(ctx, object, list, &chosen);
	if (r < 0)
		return r;
	name = strndup(object, list - object - 1);
	if (!name)
		return sriov_no_memory(ctx);
	r = sriov_pf_find(ctx, name, pf);
	return r < 0 ? r : choose(*pf, &chosen, indexes, n);
}
