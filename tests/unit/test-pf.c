// SPDX-License-Identifier: GPL-2.0-or-later
/* The list of PFs and their attributes, also with values that make no sense. */
#include "internal.h"
#include "machine.h"
#include "pf.h"
#include "tap.h"
#include "tree.h"

#define IGB "pci0000:00/0000:01:00.0"

static struct sriov_pf *find(struct sriov_ctx *ctx, const char *name)
{
	struct sriov_pf *pf;

	if (sriov_pf_find(ctx, name, &pf) < 0) {
		printf("Bail out! %s\n", sriov_error(ctx));
		exit(1);
	}
	return pf;
}

static void test_list(struct sriov_ctx *ctx, const struct tree *tree)
{
	static const char *const want[] = {
		"0000:01:00.0",  "0000:02:00.0",         "0000:02:00.1",
		"10000:03:00.0", "netdevsim/netdevsim2", "netdevsim/netdevsim10"
	};
	struct sriov_pf *const *pfs, *early, *pf;
	unsigned int other;
	size_t n;

	machine_file(tree, "netdevsim2", "sriov_numvfs", "0\n");
	tree_link(tree, "sys/bus/netdevsim/devices/netdevsim2",
		  "../../../devices/netdevsim2");
	early = find(ctx, "10000:03:00.0");
	is_int(sriov_pf_list(ctx, &pfs, &n), 0, "list");
	if (is_int(n, ARRAY_SIZE(want), "all PFs"))
		for (size_t i = 0; i < n; i++)
			is_str(sriov_pf_name(pfs[i]), want[i], "in order");
	ok(!pfs[n], "NULL-terminated");
	ok(pfs[3] == early, "one that was named before is the same");
	is_int(sriov_pf_at(ctx, "pci", "0000:00:02.0", &pf), -ENOENT, "no PF");
	is_int(sriov_pf_at(ctx, "..", "0000:01:00.0", &pf), -ENOENT, "no bus");
	is_int(sriov_pf_at(ctx, "pci", "0000:01:00.0", &pf), 0, "a PF");
	ok(pf == pfs[0], "the same");
	is_int(sriov_count_other(ctx, &other), 0, "count");
	is_int(other, 1, "one network device without SR-IOV, VFs apart");
}

static void test_ethernet(struct sriov_ctx *ctx, const struct tree *tree)
{
	_cleanup_free_ struct sriov_pf_attrs *a = sriov_pf_attrs_new();
	struct sriov_pf *pf = find(ctx, "0000:01:00.0");

	machine_file(tree, IGB, "numa_node", "-1\n");
	machine_file(tree, IGB, "sriov_offset", "128\n");
	machine_file(tree, IGB, "sriov_stride", "2\n");
	machine_file(tree, IGB, "sriov_vf_device", "10ca\n");
	machine_file(tree, IGB, "driver_override", "(null)\n");
	machine_file(tree, IGB "/net/eth0", "operstate", "up\n");
	machine_file(tree, IGB "/net/eth0", "speed", "1000\n");
	tree_link(tree, "sys/devices/" IGB "/driver", "../../../bus/pci/drivers/igb");
	tree_link(tree, "sys/devices/" IGB "/iommu_group",
		  "../../../kernel/iommu_groups/17");
	is_int(sriov_pf_get(pf, SRIOV_PF_ALL & ~(SRIOV_PF_VENDOR | SRIOV_PF_DEVICE), a),
	       0, "get");
	is_int(a->set,
	       SRIOV_PF_ALL & ~(SRIOV_PF_VENDOR | SRIOV_PF_DEVICE | SRIOV_PF_NUMA_NODE |
				SRIOV_PF_OVERRIDE),
	       "what is known");
	is_int(a->num_vfs, 7, "num_vfs");
	is_int(a->total_vfs, 7, "total_vfs");
	is_int(a->autoprobe, 1, "autoprobe");
	is_str(a->driver, "igb", "driver");
	is_str(a->netdev, "eth0", "netdev");
	is_str(a->link_type, "ethernet", "link_type");
	ok(a->mac_len == 6 && !memcmp(a->mac, "\2\0\0\0\1\0", 6), "mac");
	is_str(a->link, "up", "link");
	is_int(a->speed, 1000, "speed");
	is_int(a->vendor_id, 0x8086, "vendor_id");
	is_int(a->device_id, 0x10c9, "device_id");
	is_int(a->vf_offset, 128, "vf_offset");
	is_int(a->vf_stride, 2, "vf_stride");
	is_int(a->vf_device, 0x10ca, "vf_device");
	is_int(a->iommu_group, 17, "iommu_group");
	is_int(a->note, 0, "note");
	is_int(sriov_pf_get(pf, SRIOV_PF_DRIVER, a), 0, "get again");
	ok(a->set & SRIOV_PF_NUM_VFS, "what was read before stays");
	a->set = 0;
	is_int(sriov_pf_get(pf, SRIOV_PF_SPEED, a), 0, "get one");
	is_int(a->set, SRIOV_PF_SPEED, "only that");
}

static void test_nonsense(struct sriov_ctx *ctx, const struct tree *tree)
{
	static const struct {
		const char *file, *text;
		uint64_t bit;
	} rows[] = {
		{ "sriov_totalvfs", "many\n", SRIOV_PF_TOTAL_VFS },
		{ "sriov_totalvfs", "4294967296\n", SRIOV_PF_TOTAL_VFS },
		{ "sriov_totalvfs", "7 8\n", SRIOV_PF_TOTAL_VFS },
		{ "sriov_totalvfs", "", SRIOV_PF_TOTAL_VFS },
		{ "sriov_drivers_autoprobe", "2\n", SRIOV_PF_AUTOPROBE },
		{ "vendor", "0x18086\n", SRIOV_PF_VENDOR_ID },
		{ "vendor", "0x18086\n", SRIOV_PF_VENDOR },
		{ "device", "0x\n", SRIOV_PF_DEVICE_ID },
		{ "numa_node", "2147483648\n", SRIOV_PF_NUMA_NODE },
		{ "sriov_vf_device", "xyz\n", SRIOV_PF_VF_DEVICE },
		{ "net/eth0/speed", "-1\n", SRIOV_PF_SPEED },
		{ "net/eth0/speed", "4294967295\n", SRIOV_PF_SPEED },
		{ "net/eth0/address", "02:00:00:00:01\n", SRIOV_PF_MAC },
		{ "net/eth0/address", "02:00:00:00:01:\n", SRIOV_PF_MAC },
		{ "net/eth0/address", "0:2:0:0:0:1:0\n", SRIOV_PF_MAC },
		{ "net/eth0/address", "\n", SRIOV_PF_MAC },
		{ "net/eth0/operstate", "longer than any state\n", SRIOV_PF_LINK },
	};
	_cleanup_free_ struct sriov_pf_attrs *a = sriov_pf_attrs_new();
	struct sriov_pf *pf = find(ctx, "0000:01:00.0");

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		machine_file(tree, IGB, rows[i].file, rows[i].text);
		is_int(sriov_pf_get(pf, rows[i].bit, a), 0, "nonsense %zu", i);
		is_int(a->set & rows[i].bit, 0, "is not known");
	}
	machine_file(tree, IGB, "net/eth0/operstate", "\033[2Jup\n");
	machine_file(tree, IGB, "driver_override", "vf\tio\n");
	sriov_pf_get(pf, SRIOV_PF_LINK | SRIOV_PF_OVERRIDE, a);
	is_str(a->link, "?[2Jup", "no raw text");
	is_str(a->override, "vf?io", "no raw text");
	machine_file(tree, IGB, "driver_override", "vfio-pci\n");
	sriov_pf_get(pf, SRIOV_PF_OVERRIDE, a);
	is_str(a->override, "vfio-pci", "override");
}

static void test_others(struct sriov_ctx *ctx, const struct tree *tree)
{
	_cleanup_free_ struct sriov_pf_attrs *a = sriov_pf_attrs_new();
	struct sriov_pf *sim = find(ctx, "netdevsim/netdevsim10");
	struct sriov_pf *nvme = find(ctx, "10000:03:00.0");
	struct sriov_pf *mlx5 = find(ctx, "0000:02:00.0");
	char netdev[SRIOV_NAME_LEN];

	is_int(sriov_pf_get(sim, SRIOV_PF_ALL, a), 0, "netdevsim");
	is_int(a->set,
	       SRIOV_PF_NUM_VFS | SRIOV_PF_DRIVER | SRIOV_PF_NETDEV | SRIOV_PF_LINK_TYPE |
		       SRIOV_PF_MAC | SRIOV_PF_NOTE,
	       "what is known");
	is_int(a->num_vfs, 2, "num_vfs");
	is_str(a->driver, "none", "driver");
	is_str(a->netdev, "eth9,eth10", "no representors, in natural order");
	is_int(a->mac[5], 2, "mac of the first");
	find(ctx, "eth10");
	sriov_pf_netdev(sim, netdev, sizeof(netdev));
	is_str(netdev, "eth10", "the named port");
	sriov_copy(sim->port, sizeof(sim->port), "eth8");
	sriov_pf_netdev(sim, netdev, sizeof(netdev));
	is_str(netdev, "eth9", "a named port that has gone");
	machine_file(tree, "netdevsim10", "sriov_numvfs", "4294967295\n");
	ok(sriov_pf_get(sim, SRIOV_PF_NUM_VFS, a) == 0 && !(a->set & SRIOV_PF_NUM_VFS),
	   "too many VFs to be true");

	tree_dir(tree, "sys/devices/pci0000:00/10000:03:00.0/net");
	is_int(sriov_pf_get(nvme, SRIOV_PF_ALL, a), 0, "NVMe");
	is_str(a->link_type, "nvme", "link_type");
	is_int(a->note, SRIOV_NOTE_OTHER_NETNS, "an empty net directory");
	ok(!(a->set & (SRIOV_PF_NETDEV | SRIOV_PF_MAC | SRIOV_PF_LINK | SRIOV_PF_SPEED)),
	   "no netdev");
	machine_file(tree, "pci0000:00/10000:03:00.0", "class", "0x120000\n");
	sriov_pf_get(nvme, SRIOV_PF_LINK_TYPE, a);
	is_str(a->link_type, "0x120000", "another class");

	machine_file(tree, "pci0000:00/0000:02:00.0/net/eth1", "type", "32\n");
	machine_file(tree, "pci0000:00/0000:02:00.0/net/eth1", "address",
		     "00:00:10:49:fe:80:00:00:00:00:00:00:ec:0d:9a:03:00:b6:be:c2\n");
	is_int(sriov_pf_get(mlx5, SRIOV_PF_ALL, a), 0, "InfiniBand");
	is_str(a->link_type, "infiniband", "link_type");
	ok(a->mac_len == 20 && a->mac[19] == 0xc2, "IPoIB address");
	tree_unlink(tree, "sys/bus/pci/devices/0000:02:00.0");
	is_int(sriov_pf_get(mlx5, SRIOV_PF_ALL, a), -ENODEV, "a device that has gone");
	is_str(sriov_error(ctx), "0000:02:00.0: the device is gone", "its text");
}

static void test_paths(struct sriov_ctx *ctx, const struct tree *tree)
{
	struct sriov_pf *pf = find(ctx, "0000:01:00.0");
	char path[SRIOV_PATH_LEN], small[12];
	uint32_t n;

	is_int(sriov_vf_path(pf, 4, path, sizeof(path)), 0, "directory of a VF");
	is_str(path, "sys/bus/pci/devices/0000:01:11.0", "by its link");
	is_int(sriov_vf_path(pf, 7, path, sizeof(path)), -ENODEV, "no such VF");
	is_int(sriov_vf_path(pf, 4, small, sizeof(small)), -ENAMETOOLONG, "no room");
	is_int(sriov_vf_path(find(ctx, "netdevsim/netdevsim10"), 0, path, sizeof(path)),
	       -ENODEV, "a VF that is no device");
	tree_link(tree, "sys/devices/" IGB "/virtfn7", "../..");
	is_int(sriov_vf_path(pf, 7, path, sizeof(path)), -ENODEV, "a link upwards");
	is_int(sriov_pf_num_vfs(pf, &n), 0, "count");
	is_int(n, 8, "the links");
}

/* Every bit has a keyword of its own. */
static void test_keywords(void)
{
	for (uint64_t bit = 1; bit & SRIOV_PF_ALL; bit <<= 1)
		for (uint64_t next = bit << 1; next & SRIOV_PF_ALL; next <<= 1)
			if (!strcmp(sriov_pf_attr_name(bit), sriov_pf_attr_name(next)))
				ok(false, "keyword %s", sriov_pf_attr_name(bit));
	is_str(sriov_pf_attr_name(SRIOV_PF_NUM_VFS), "num_vfs", "first keyword");
	is_str(sriov_pf_attr_name(SRIOV_PF_NOTE), "note", "last keyword");
}

/* More PFs than the first array holds. */
static void test_many(void)
{
	struct sriov_pf *const *pfs;
	struct sriov_ctx *ctx;
	struct tree tree;
	char dev[32];
	size_t n;

	tree_new(&tree);
	is_int(sriov_new_at(tree.root, &ctx), 0, "context");
	is_int(sriov_pf_list(ctx, &pfs, &n), -ENOENT, "no sys");
	is_str(sriov_error(ctx), "sys/bus: No such file or directory", "its text");
	tree_dir(&tree, "sys/bus");
	is_int(sriov_pf_list(ctx, &pfs, &n), 0, "no PFs");
	ok(n == 0 && !pfs[0], "an empty list");
	sriov_free(ctx);
	for (unsigned int i = 0; i < 300; i++) {
		snprintf(dev, sizeof(dev), "0000:%02x:00.%u", i / 8 + 1, i % 8);
		machine_pci(&tree, dev, "0x020000\n", "0x8086\n", "0x10c9\n");
		machine_pf(&tree, dev, "0\n", "7\n");
	}
	is_int(sriov_new_at(tree.root, &ctx), 0, "context");
	is_int(sriov_pf_list(ctx, &pfs, &n), 0, "many PFs");
	ok(n == 300 && !pfs[300] && !strcmp(sriov_pf_name(pfs[299]), "0000:26:00.3"),
	   "all");
	sriov_free(ctx);
	tree_free(&tree);
}

int main(void)
{
	struct sriov_ctx *ctx;
	struct tree tree;

	tree_new(&tree);
	machine_make(&tree);
	is_int(sriov_new_at(tree.root, &ctx), 0, "context");
	test_list(ctx, &tree);
	test_ethernet(ctx, &tree);
	test_nonsense(ctx, &tree);
	test_paths(ctx, &tree);
	test_others(ctx, &tree);
	test_keywords();
	test_many();
	sriov_free(ctx);
	tree_free(&tree);
	return done_testing();
}
