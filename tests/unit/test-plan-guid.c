// SPDX-License-Identifier: GPL-2.0-or-later
/* GUIDs made from addresses: the bytes, which address counts, and that no two are the same. */
#include "machine.h"
#include "plan.h"
#include "tap.h"

#define VFS 1000

static const uint8_t mac0[] = { 0x0c, 0x42, 0xa1, 0xc6, 0xcf, 0x60 };
/* The two ports of one card: the addresses of the second follow those of the first. */
static const uint8_t ib0[] = { 0x80, 0, 0,    0x27, 0xfe, 0x80, 0, 0,    0,    0,
			       0,    0, 0x0c, 0x42, 0xa1, 3,    0, 0xc6, 0xcf, 0x60 };
static const uint8_t ib1[] = { 0x80, 0, 0,    0x67, 0xfe, 0x80, 0, 0,    0,    0,
			       0,    0, 0x0c, 0x42, 0xa1, 3,    0, 0xc6, 0xcf, 0x61 };

static void is_guid(uint64_t got, uint64_t want, const char *what)
{
	if (!ok(got == want, "%s", what))
		printf("#   got 0x%016llx, want 0x%016llx\n", (unsigned long long)got,
		       (unsigned long long)want);
}

static void test_rule(void)
{
	const uint8_t local[] = { 0x02, 0, 0, 0, 0, 0x10 };
	const uint8_t nothing[20] = { 0x80, 0, 0, 0x27, 0xfe, 0x80 };

	is_guid(sriov_guid_of_mac(mac0), 0x0c42a1fffec6cf60, "ff:fe in the middle");
	is_guid(sriov_guid_of_mac(local), 0x020000fffe000010,
		"the bit for local addresses is not turned over");
	is_guid(sriov_guid_of_pf(ib0, 20, 0), 0x0e42a10001c6cf60,
		"of the PF: the index plus one, and the bit set");
	is_guid(sriov_guid_of_pf(ib0, 20, 126), 0x0e42a1007fc6cf60, "VF 126");
	is_guid(sriov_guid_of_pf(ib0, 20, 0x1233), 0x0e42a11234c6cf60,
		"the index has two bytes, the higher one first");
	is_guid(sriov_guid_of_pf(mac0, 6, 0), 0x0e42a10001c6cf60,
		"of an Ethernet address the same bytes");
	is_guid(sriov_guid_of_pf(local, 6, 2), 0x0200000003000010,
		"the bit may be set before");
	is_guid(sriov_guid_of_pf(ib0, 20, 65534), 0x0e42a1ffffc6cf60, "the last VF");
	is_guid(sriov_guid_of_pf(ib0, 20, 65535), 0, "there is no room for another");
	is_guid(sriov_guid_of_pf(ib0, 8, 0), 0, "no address of eight bytes");
	is_guid(sriov_guid_of_pf(nothing, 20, 0), 0, "a port without a GUID");
	is_guid(sriov_guid_of_pf(nothing + 12, 6, 0), 0, "an address of zeros");
}

static int by_value(const void *a, const void *b)
{
	uint64_t left = *(const uint64_t *)a, right = *(const uint64_t *)b;

	return (left > right) - (left < right);
}

static void test_collisions(void)
{
	static uint64_t guids[VFS * 2 + 4];
	size_t n = 0, same = 0, vendors = 0;

	for (uint32_t i = 0; i < VFS; i++) {
		guids[n++] = sriov_guid_of_pf(ib0, sizeof(ib0), i);
		guids[n++] = sriov_guid_of_pf(ib1, sizeof(ib1), i);
	}
	for (size_t i = 0; i < n; i++)
		vendors += !(guids[i] >> 56 & 2);
	is_int(vendors, 0, "none is of those that a vendor assigns");
	/* those that the card and its neighbour have themselves, and the FF:FE rule makes */
	guids[n++] = 0x0c42a10300c6cf60;
	guids[n++] = 0x0c42a10300c6cf61;
	guids[n++] = 0x0c42a10300c6cf62;
	guids[n++] = sriov_guid_of_mac(mac0);
	qsort(guids, n, sizeof(*guids), by_value);
	for (size_t i = 1; i < n; i++)
		same += guids[i] == guids[i - 1];
	is_int(same, 0, "no two VFs of two ports of one card have the same");
}

/* ---- which address counts ---- */

#define IB "0000:04:00.0"
#define WHERE "pci0000:00/" IB

static struct sriov_ctx *ctx;

static struct pf_work work_of(const char *name)
{
	struct pf_work work = { 0 };

	if (sriov_pf_find(ctx, name, &work.pf))
		printf("# %s\n", sriov_error(ctx));
	return work;
}

static struct vf_work wish(uint64_t set)
{
	struct vf_work vf = { .want = { .set = set, .index = 4 }, .now = { .index = 4 } };

	vf.want.node_guid = vf.want.port_guid = SRIOV_GUID_AUTO;
	return vf;
}

static void test_source(void)
{
	struct pf_work work = work_of(IB);
	struct vf_work vf = wish(SRIOV_VF_NODE_GUID);

	is_int(sriov_plan_make_guids(&work, &vf), 0, "no address of the VF");
	is_guid(vf.want.node_guid, 0x0e42a10005c6cf60, "the PF's is taken");
	ok(vf.want.port_guid == SRIOV_GUID_AUTO, "only of what is wished for");

	vf = wish(SRIOV_VF_GUIDS);
	vf.want.port_guid = 5;
	vf.now.set = SRIOV_VF_NETDEV_MAC;
	memcpy(vf.now.netdev_mac, "\2\0\0\0\0\3", 6);
	sriov_plan_make_guids(&work, &vf);
	is_guid(vf.want.node_guid, 0x020000fffe000003, "that of the VF's netdev");
	is_guid(vf.want.port_guid, 5, "what was given stays");

	vf.want.port_guid = SRIOV_GUID_AUTO;
	vf.now.set |= SRIOV_VF_MAC;
	sriov_plan_make_guids(&work, &vf);
	is_guid(vf.want.port_guid, 0x020000fffe000003, "zeros are no address");
	vf.want.port_guid = SRIOV_GUID_AUTO;
	memcpy(vf.now.mac, "\2\0\0\0\0\2", 6);
	sriov_plan_make_guids(&work, &vf);
	is_guid(vf.want.port_guid, 0x020000fffe000002,
		"the administrative one goes before that of the netdev");
	vf.want.port_guid = SRIOV_GUID_AUTO;
	vf.want.set |= SRIOV_VF_MAC;
	memcpy(vf.want.mac, "\2\0\0\0\0\1", 6);
	sriov_plan_make_guids(&work, &vf);
	is_guid(vf.want.port_guid, 0x020000fffe000001,
		"one in the same wish goes before both");
	vf.want.port_guid = SRIOV_GUID_AUTO;
	memset(vf.want.mac, 0, 6);
	sriov_plan_make_guids(&work, &vf);
	is_guid(vf.want.port_guid, 0x020000fffe000003,
		"one that will be taken away does not count");
}

static void test_pf_source(const struct tree *tree)
{
	struct pf_work work = work_of("0000:01:00.0");
	struct vf_work vf = wish(SRIOV_VF_PORT_GUID);

	is_int(sriov_plan_make_guids(&work, &vf), 0, "a PF with an Ethernet address");
	is_guid(vf.want.port_guid, 0x0200000005000100,
		"of which the six bytes are taken");

	work = work_of("10000:03:00.0");
	vf = wish(SRIOV_VF_PORT_GUID);
	is_int(sriov_plan_make_guids(&work, &vf), -ENODATA, "a PF without a netdev");
	is_str(sriov_error(ctx),
	       "10000:03:00.0/4: port_guid: neither the VF nor its PF has an address to make "
	       "it from: give a GUID instead of auto",
	       "it says which VF and what to do");
	is_int(sriov_error_class(ctx), SRIOV_WRONG, "nothing was written");

	/* bonded ports have one address at present */
	work = work_of("0000:01:00.0");
	vf = wish(SRIOV_VF_PORT_GUID);
	tree_file(tree, "netlink/eth0.hex",
		  "2c000000 10000000 00000000 00000000"
		  "00000100 02000000 00000000 00000000"
		  "0a003600 0c42a1c6cf60 0000");
	sriov_plan_make_guids(&work, &vf);
	is_guid(vf.want.port_guid, 0x0e42a10005c6cf60, "the permanent address is taken");
}

int main(void)
{
	struct tree tree;

	test_rule();
	test_collisions();
	tree_new(&tree);
	machine_make(&tree);
	machine_pci(&tree, IB, "0x020700\n", "0x15b3\n", "0x101b\n");
	machine_pf(&tree, IB, "0\n", "8\n");
	machine_netdev(&tree, "ib0", WHERE,
		       "80:00:00:27:fe:80:00:00:00:00:00:00:0c:42:a1:03:00:c6:cf:60\n",
		       NULL);
	if (!sriov_new_at(tree.root, &ctx)) {
		test_source();
		test_pf_source(&tree);
		sriov_free(ctx);
	}
	tree_free(&tree);
	return done_testing();
}
