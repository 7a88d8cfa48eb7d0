// SPDX-License-Identifier: GPL-2.0-or-later
/* Who uses a device: processes and netdevs of a recorded machine, and names of namespaces. */
#include "holder.h"
#include "machine.h"
#include "tap.h"

#define VF(n) "0000:01:1" n

static struct sriov_ctx *ctx;

/* A file or link of a VF's directory, or of a process. */
static void vf_file(const struct tree *tree, const char *vf, const char *file,
		    const char *text)
{
	char where[128];

	snprintf(where, sizeof(where), "pci0000:00/%s", vf);
	machine_file(tree, where, file, text);
}

static void vf_link(const struct tree *tree, const char *vf, const char *link,
		    const char *target)
{
	char path[256];

	snprintf(path, sizeof(path), "sys/devices/pci0000:00/%s/%s", vf, link);
	tree_link(tree, path, target);
}

static void opens(const struct tree *tree, const char *pid, const char *fd,
		  const char *target)
{
	char path[128];

	snprintf(path, sizeof(path), "proc/%s/fd/%s", pid, fd);
	tree_link(tree, path, target);
}

static void process(const struct tree *tree, const char *pid, const char *comm)
{
	char path[128];

	snprintf(path, sizeof(path), "proc/%s/comm", pid);
	tree_file(tree, path, comm);
	opens(tree, pid, "0", "/dev/null");
	opens(tree, pid, "1", "socket:[4711]");
}

/* On vfio-pci, with an IOMMU group. */
static void give_to_vfio(const struct tree *tree, const char *vf, const char *group,
			 const char *enable)
{
	char target[128];

	vf_link(tree, vf, "driver", "../../../bus/pci/drivers/vfio-pci");
	snprintf(target, sizeof(target), "../../../kernel/iommu_groups/%s", group);
	vf_link(tree, vf, "iommu_group", target);
	vf_file(tree, vf, "enable", enable);
}

static struct sriov_holding *holders_of(const char *vf)
{
	static struct sriov_holding one;

	memset(&one, 0xff, sizeof(one));
	one.pf = NULL;
	snprintf(one.path, sizeof(one.path), "sys/bus/pci/devices/%s", vf);
	is_int(sriov_holders_find(ctx, &one, 1), 0, "%s: looked for", vf);
	return &one;
}

static void test_representors(const struct tree *tree)
{
	static const struct {
		const char *text;
		bool good;
		uint32_t index;
	} rows[] = { { "pf0vf3", true, 3 },
		     { "pf1vf126", true, 126 },
		     { "p0pf0vf3", true, 3 },
		     { "c1pf0vf3", false, 0 },
		     { "p0", false, 0 },
		     { "pf0", false, 0 },
		     { "pf0vf", false, 0 },
		     { "pf0vf-1", false, 0 },
		     { "pf0vf3x", false, 0 },
		     { "pf0sf3", false, 0 },
		     { "pfvf3", false, 0 },
		     { "", false, 0 },
		     { "pf0vf99999999999", false, 0 } };
	_cleanup_free_ struct sriov_holding *list = NULL;
	struct sriov_pf *pf;
	uint32_t index, n;

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		index = 0;
		ok(sriov_representor_parse(rows[i].text, &index) == rows[i].good &&
			   (!rows[i].good || index == rows[i].index),
		   "\"%s\"", rows[i].text);
	}
	machine_netdev(tree, "eth0_1", "pci0000:00/0000:01:00.0", "02:00:00:00:00:51",
		       "pf0vf1\n");
	vf_link(tree, "0000:01:00.0", "net/eth0_1/master", "../../../../virtual/net/br0");
	if (!is_int(sriov_pf_find(ctx, "0000:01:00.0", &pf), 0, "the PF") ||
	    !is_int(sriov_holdings_new(pf, NULL, &n, &list), 0, "its VFs"))
		return;
	sriov_holders_find(ctx, list, n);
	ok(n > 1 && !strstr(list[1].text, "representor"), "no port of a switch");
	vf_file(tree, "0000:01:00.0", "net/eth0_1/phys_switch_id", "b8cef60300fd3e6c\n");
	sriov_holders_find(ctx, list, n);
	ok(n > 1 && !strcmp(list[1].text, "representor eth0_1: master br0"),
	   "a representor in a bridge: %s", list[1].text);
	ok(!strstr(list[0].text, "representor"), "is that of one VF only");
}

#define is_held(vf, want) is_str(holders_of(vf)->text, want, "%s: %s", vf, want)

static void test_vfio(const struct tree *tree)
{
	struct sriov_holding *one;

	is_str(holders_of(VF("0.0"))->text, "", "nobody");
	give_to_vfio(tree, VF("0.0"), "11", "0\n");
	is_str(holders_of(VF("0.0"))->text, "", "nobody has it open");
	vf_file(tree, VF("0.0"), "enable", "1\n");
	one = holders_of(VF("0.0"));
	is_str(one->text, "a process (open through vfio)", "without /proc");
	is_str(one->who, "a process", "whoever it is");

	process(tree, "1234", "qemu-system-x86\n");
	opens(tree, "1234", "9", "/dev/vfio/vfio");
	opens(tree, "1234", "10", "anon_inode:[vfio-device]");
	opens(tree, "1234", "11", "/dev/vfio/11");
	opens(tree, "1234", "12", "/dev/vfio/11");
	one = holders_of(VF("0.0"));
	is_str(one->text, "qemu-system-x86 (pid 1234): /dev/vfio/11", "by its group");
	is_str(one->who, "qemu-system-x86 (pid 1234)", "its name");
	vf_file(tree, VF("0.0"), "enable", "0\n");
	is_held(VF("0.0"), "qemu-system-x86 (pid 1234): /dev/vfio/11");

	/* while the kernel waits the link to the driver is gone */
	tree_unlink(tree, "sys/devices/pci0000:00/0000:01:10.0/driver");
	is_str(holders_of(VF("0.0"))->text, "", "it has no driver, and nobody");
	vf_file(tree, VF("0.0"), "enable", "1\n");
	is_held(VF("0.0"), "qemu-system-x86 (pid 1234): /dev/vfio/11");

	give_to_vfio(tree, VF("0.4"), "12", "0\n");
	process(tree, "77", "bad\033[2J\n");
	opens(tree, "77", "3", "/dev/vfio/noiommu-12");
	is_held(VF("0.4"), "bad?[2J (pid 77): /dev/vfio/noiommu-12");
	give_to_vfio(tree, VF("0.6"), "13", "1\n");
	vf_file(tree, VF("0.6"), "vfio-dev/vfio3/dev", "240:3\n");
	opens(tree, "77", "4", "/dev/vfio/devices/vfio3");
	is_held(VF("0.6"), "bad?[2J (pid 77): /dev/vfio/devices/vfio3");
}

static void test_nodes(const struct tree *tree)
{
	process(tree, "55", "dpdk-testpmd\n");
	process(tree, "9", "a-monitor\n");
	vf_file(tree, VF("1.0"), "infiniband_verbs/uverbs3/ibdev", "mlx5_5\n");
	vf_file(tree, VF("1.0"), "infiniband_mad/umad3/ibdev", "mlx5_5\n");
	is_str(holders_of(VF("1.0"))->text, "", "nobody has its files open");
	opens(tree, "55", "7", "/dev/infiniband/uverbs3");
	opens(tree, "9", "8", "/dev/infiniband/umad3");
	opens(tree, "9", "9", "/home/x/dev/infiniband/uverbs3");
	opens(tree, "9", "10", "/dev/infiniband/uverbs33");
	is_held(VF("1.0"), "dpdk-testpmd (pid 55): /dev/infiniband/uverbs3; "
			   "a-monitor (pid 9): /dev/infiniband/umad3");
	vf_file(tree, VF("1.2"), "uio/uio0/name", "uio_pci_generic\n");
	opens(tree, "55", "8", "/dev/uio0");
	is_held(VF("1.2"), "dpdk-testpmd (pid 55): /dev/uio0");

	/* vDPA: the device is below an auxiliary one of the VF */
	tree_link(tree, "sys/bus/vdpa/devices/vdpa0",
		  "../../../devices/pci0000:00/0000:01:11.4/mlx5_core.vnet.2/vdpa0");
	vf_file(tree, VF("1.4"), "mlx5_core.vnet.2/vdpa0/vhost-vdpa-1/dev", "505:1\n");
	is_str(holders_of(VF("1.4"))->text, "", "nobody has its vDPA device");
	opens(tree, "1234", "20", "/dev/vhost-vdpa-1");
	is_held(VF("1.4"), "qemu-system-x86 (pid 1234): /dev/vhost-vdpa-1");
}

/* Among many, in the order of their numbers; each is named once. */
static void test_crowd(const struct tree *tree)
{
	char pid[16];

	for (int i = 3000; i < 3600; i++) {
		snprintf(pid, sizeof(pid), "%d", i);
		opens(tree, pid, "0", "/dev/null");
		opens(tree, pid, "1", i % 150 ? "/dev/uio1" : "/dev/uio0");
		opens(tree, pid, "2", i % 150 ? "/dev/vfio/77" : "/dev/uio0");
	}
	is_held(VF("1.2"),
		"a process (pid 3000): /dev/uio0; a process (pid 3150): /dev/uio0; "
		"a process (pid 3300): /dev/uio0; a process (pid 3450): /dev/uio0; "
		"dpdk-testpmd (pid 55): /dev/uio0");
	tree_unlink(tree, "proc/3000");
	tree_unlink(tree, "proc/3150");
	tree_unlink(tree, "proc/3300");
	tree_unlink(tree, "proc/3450");
}

/* All at once, and each finds its own. */
static void test_many(void)
{
	static const char *const vfs[] = { VF("1.2"), VF("0.2"), VF("0.6"), VF("1.0"),
					   "0000:01:1f.7" };
	struct sriov_holding list[ARRAY_SIZE(vfs)] = { 0 };

	for (size_t i = 0; i < ARRAY_SIZE(vfs); i++)
		snprintf(list[i].path, sizeof(list[i].path), "sys/bus/pci/devices/%s",
			 vfs[i]);
	is_int(sriov_holders_find(ctx, list, ARRAY_SIZE(vfs)), 0, "many at once");
	is_str(list[0].text, "dpdk-testpmd (pid 55): /dev/uio0", "the first");
	is_str(list[1].text, "", "one that is free");
	ok(strstr(list[2].text, "vfio3"), "the third");
	ok(strstr(list[3].text, "uverbs3"), "the fourth");
	is_int(list[4].err, -ENOENT, "one that is not there");
	is_str(list[4].text, "", "has nobody");
	is_int(sriov_holders_find(ctx, list, 0), 0, "none at all");
}

static void test_netdevs(const struct tree *tree)
{
	char many[32], *cut;
	struct sriov_holding *one;

	is_str(holders_of(VF("0.2"))->text, "", "a netdev that nobody uses");
	vf_link(tree, VF("0.2"), "net/eth5/master", "../../../../virtual/net/bond0");
	vf_link(tree, VF("0.2"), "net/eth5/upper_bond0", "../../../../virtual/net/bond0");
	vf_link(tree, VF("0.2"), "net/eth5/upper_eth5.10",
		"../../../../virtual/net/eth5.10");
	vf_link(tree, VF("0.2"), "net/eth5/upper_tap\033", "../../../../virtual/net/x");
	is_held(VF("0.2"), "master bond0; upper eth5.10; upper tap?");
	for (int i = 100; i < 140; i++) {
		snprintf(many, sizeof(many), "net/eth5/upper_eth5.%d", i);
		vf_link(tree, VF("0.2"), many, "../../../../virtual/net/x");
	}
	one = holders_of(VF("0.2"));
	cut = strstr(one->text, " more");
	ok(cut && !cut[strlen(" more")], "a long list says how much it lacks");
	ok(strlen(one->text) < SRIOV_HOLDER_LEN && strlen(one->text) > 200,
	   "and has room for most");
	cut = strrchr(one->text, ';');
	ok(cut && !strncmp(cut, "; and ", 6), "\"; and N more\"");

	vf_file(tree, VF("1.2"), "net/x", "");
	tree_unlink(tree, "sys/devices/pci0000:00/0000:01:11.2/net/x");
	is_held(VF("1.2"), "dpdk-testpmd (pid 55): /dev/uio0; netns unknown");
}

/* What is not listed, but there, is in another network namespace: here, a hidden directory. */
static void test_away(const struct tree *tree)
{
	vf_file(tree, VF("1.0"), "net/eth8/ifindex", "8\n");
	is_int(holders_of(VF("1.0"))->err, 0, "all its netdevs are here");
	ok(!strstr(holders_of(VF("1.0"))->text, "netns"), "and none is elsewhere");
	vf_file(tree, VF("1.0"), "net/.eth9/ifindex", "9\n");
	ok(strstr(holders_of(VF("1.0"))->text, "; netns unknown"),
	   "one of two is elsewhere");
}

static void test_blame(void)
{
	struct sriov_holding list[6] = { 0 };
	char text[SRIOV_TEXT_LEN] = "stuck";

	for (int i = 0; i < 6; i++)
		snprintf(list[i].path, sizeof(list[i].path),
			 "sys/bus/pci/devices/0000:01:10.%d", i);
	sriov_holders_blame(list, 6, text, sizeof(text));
	is_str(text, "stuck", "nobody to blame");
	sriov_copy(list[2].who, sizeof(list[2].who), "qemu (pid 7)");
	sriov_holders_blame(list, 6, text, sizeof(text));
	is_str(text, "stuck until qemu (pid 7) lets go of 0000:01:10.2", "one");
	for (int i = 0; i < 6; i++)
		snprintf(list[i].who, sizeof(list[i].who), "p%d", i);
	sriov_copy(text, sizeof(text), "stuck");
	sriov_holders_blame(list, 6, text, sizeof(text));
	is_str(text,
	       "stuck until p0 lets go of 0000:01:10.0, p1 of 0000:01:10.1, p2 of "
	       "0000:01:10.2, and 3 more",
	       "several");
	sriov_copy(text, 20, "stuck");
	sriov_holders_blame(list, 6, text, 20);
	is_str(text, "stuck until p0 lets", "what does not fit is cut");
}

static void test_namespaces(void)
{
	static const char named[] = "101 28 0:4 net:[4026532227] /run/netns/blue rw "
				    "shared:51 - nsfs nsfs rw";
	char mount[64];
	uint64_t inode = 0;
	int bad = 0;

	ok(sriov_netns_parse_link("net:[4026531840]", &inode) && inode == 4026531840,
	   "a namespace");
	ok(!sriov_netns_parse_link("mnt:[4026531840]", &inode), "of another kind");
	ok(!sriov_netns_parse_link("net:[]", &inode), "without a number");
	ok(!sriov_netns_parse_link("net:[-1]", &inode), "below zero");
	ok(!sriov_netns_parse_link("net:[1", &inode), "that does not end");
	ok(!sriov_netns_parse_link("net:[1] ", &inode), "that goes on");
	ok(!sriov_netns_parse_link("net:[99999999999999999999]", &inode), "too large");

	ok(sriov_netns_parse_mount(named, &inode, mount, sizeof(mount)) &&
		   inode == 4026532227,
	   "a name");
	is_str(mount, "/run/netns/blue", "where it is");
	ok(!sriov_netns_parse_mount(named, &inode, mount, 10), "no room");
	ok(!sriov_netns_parse_mount("28 1 8:1 / / rw - ext4 /dev/sda1 rw", &inode, mount,
				    sizeof(mount)),
	   "another file system");
	for (size_t len = 0; len < strlen("101 28 0:4 net:[4026532227] /"); len++) {
		_cleanup_free_ char *cut = strndup(named, len);

		bad += sriov_netns_parse_mount(cut, &inode, mount, sizeof(mount));
	}
	is_int(bad, 0, "cut at every byte");
}

int main(void)
{
	struct tree tree;

	tree_new(&tree);
	machine_make(&tree);
	if (!is_int(sriov_new_at(tree.root, &ctx), 0, "context"))
		return done_testing();
	test_representors(&tree);
	test_vfio(&tree);
	test_nodes(&tree);
	test_crowd(&tree);
	test_many();
	test_netdevs(&tree);
	test_away(&tree);
	test_blame();
	test_namespaces();
	sriov_free(ctx);
	tree_free(&tree);
	return done_testing();
}
