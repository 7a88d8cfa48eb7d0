// SPDX-License-Identifier: GPL-2.0-or-later
/* The back end for MLNX_OFED's tree: what it finds, and which writes come in which order. */
#include "machine.h"
#include "mlnx.h"
#include "tap.h"

/* The file itself is included, so that it writes to the list below. */
#define sriov_backend_mlnx tested_backend
#define sriov_mlnx_write fake_write
extern const struct sriov_backend tested_backend;
int fake_write(struct sriov_pf *pf, const char *file, const char *value);
#include "../../lib/backend-mlnx.c"

#define DEVICE "pci0000:00/0000:03:00.0"
#define HEAD "Allowed 802.1Q VLANs:"

static struct tree tree;
static struct sriov_ctx *ctx;
static struct sriov_pf *pf;

/* ---- a driver that takes everything but one file ---- */

static char written[1024];
static const char *refused; /* NULL: none */
static int refusal;
static bool is_interrupted; /* by the first write */

int fake_write(struct sriov_pf *of, const char *file, const char *value)
{
	size_t len = strlen(written);

	if (is_interrupted)
		sriov_interrupt(of->ctx);
	if (refused && !strcmp(refused, file))
		return refusal;
	snprintf(written + len, sizeof(written) - len, "%s%s=%s", len ? ", " : "", file,
		 value);
	return 0;
}

static int set_vfs(struct sriov_vf_attrs **vfs, size_t n, bool keep_going,
		   struct sriov_verdict *verdicts)
{
	written[0] = '\0';
	memset(verdicts, 0, n * sizeof(*verdicts));
	return tested_backend.vf_set(pf, vfs, n, keep_going, verdicts);
}

/* ---- what it can ---- */

static void is_able(uint64_t wanted, const char *when)
{
	uint64_t reads, writes;

	tested_backend.vf_can(pf, &reads, &writes);
	ok(reads == wanted && writes == wanted, "what it can carry: %s", when);
}

static void test_probing(void)
{
	is_able(0, "without the tree");
	tree_dir(&tree, "sys/devices/" DEVICE "/sriov");
	is_able(SRIOV_MLNX_CONFIG | SRIOV_VF_TRUNK, "without VFs trunks are tried");
	tree_dir(&tree, "sys/devices/" DEVICE "/sriov/groups");
	is_able(SRIOV_MLNX_ETHERNET, "with groups");
	tree_dir(&tree, "sys/devices/" DEVICE "/sriov/0");
	is_able(SRIOV_MLNX_CONFIG | SRIOV_VF_GROUP, "VFs without trunks");
	machine_file(&tree, DEVICE, "sriov/0/policy", "Down\n");
	is_able(SRIOV_MLNX_INFINIBAND, "InfiniBand");
	tree_unlink(&tree, "sys/devices/" DEVICE "/sriov/0/policy");
	machine_file(&tree, DEVICE, "sriov/0/trunk", "");
	is_able(SRIOV_MLNX_ETHERNET, "Ethernet, with all");
}

/* ---- reading ---- */

static void test_reading(void)
{
	struct sriov_vf_attrs **vfs = sriov_vf_attrs_new(3);

	machine_file(&tree, DEVICE, "sriov/0/config",
		     "VLAN       : 0\nTrust      : ON\nRateGroup  : 7\nRateGroup  : 0\n");
	machine_file(&tree, DEVICE, "sriov/0/trunk", HEAD " 4 5 17\n");
	machine_file(&tree, DEVICE, "sriov/1/config", "Trust      : OFF\n");
	machine_file(&tree, DEVICE, "sriov/1/trunk", HEAD " 4 5 1");
	is_int(tested_backend.vf_get(pf, SRIOV_VF_TRUST | SRIOV_VF_TRUNK | SRIOV_VF_GROUP,
				     vfs, 3),
	       0, "reading three, of which one is not there");
	is_int(vfs[0]->set, SRIOV_VF_TRUST | SRIOV_VF_TRUNK | SRIOV_VF_GROUP,
	       "what the first tells");
	ok(vfs[0]->trust && !strcmp(vfs[0]->group, "7") && !vfs[0]->note, "its values");
	ok(sriov_trunk_has(&vfs[0]->trunk, 17) && !sriov_trunk_has(&vfs[0]->trunk, 16),
	   "its trunk");
	is_int(vfs[1]->set, SRIOV_VF_TRUST, "a trunk that was cut is not known");
	is_int(vfs[1]->note, SRIOV_NOTE_TRUNK_CUT, "which is noted");
	ok(!vfs[2]->set && !vfs[2]->note, "of what is not there nothing is told");
	sriov_vf_attrs_free(vfs);
}

static void test_infiniband(void)
{
	struct sriov_vf_attrs **vfs = sriov_vf_attrs_new(1);
	struct sriov_verdict verdict;

	machine_file(&tree, DEVICE, "sriov/0/policy", "Follow\n");
	machine_file(&tree, DEVICE, "sriov/0/node", "00:11:22:33:44:55:01:00\n");
	machine_file(&tree, DEVICE, "sriov/0/port", "Invalid\n");
	tested_backend.vf_get(pf, SRIOV_MLNX_INFINIBAND, vfs, 1);
	is_int(vfs[0]->set, SRIOV_VF_STATE | SRIOV_VF_NODE_GUID,
	       "InfiniBand: what is told");
	ok(vfs[0]->state == SRIOV_VF_STATE_AUTO &&
		   vfs[0]->node_guid == UINT64_C(0x0011223344550100),
	   "InfiniBand: values");
	vfs[0]->port_guid = 1;
	vfs[0]->set = SRIOV_MLNX_INFINIBAND;
	is_int(set_vfs(vfs, 1, false, &verdict), 0, "InfiniBand: writing");
	is_str(written,
	       "0/node=00:11:22:33:44:55:01:00, 0/port=00:00:00:00:00:00:00:01, "
	       "0/policy=Follow",
	       "InfiniBand: what is written");
	is_int(verdict.done, SRIOV_MLNX_INFINIBAND, "InfiniBand: what is done");
	sriov_vf_attrs_free(vfs);
	tree_unlink(&tree, "sys/devices/" DEVICE "/sriov/0/policy");
}

/* ---- writing ---- */

static void test_trunks(void)
{
	struct sriov_vf_attrs **vfs = sriov_vf_attrs_new(3);
	struct sriov_verdict verdicts[3];

	for (size_t i = 0; i < 3; i++)
		vfs[i]->set = SRIOV_VF_TRUNK;
	/* 0 has 4-5,17 and is to have 18; 1 has 4-5 and more; 2 has none */
	sriov_trunk_put(&vfs[0]->trunk, 18);
	sriov_trunk_put(&vfs[1]->trunk, 100);
	sriov_trunk_put(&vfs[2]->trunk, 0);
	machine_file(&tree, DEVICE, "sriov/2/trunk", "");
	is_int(set_vfs(vfs, 3, false, verdicts), 0, "trunks of three");
	is_str(written,
	       "0/trunk=add 18 18, 0/trunk=rem 4 17, "
	       "1/trunk=add 100 100, 1/trunk=rem 4 99, 1/trunk=rem 101 4095, "
	       "2/trunk=add 0 0",
	       "added before removed, and beyond what is listed everything");
	machine_file(&tree, DEVICE, "sriov/1/trunk", "usage\n");
	is_int(set_vfs(vfs, 3, true, verdicts), -EBADMSG, "a list that is none");
	is_int(verdicts[1].err, -EBADMSG, "is the fault of its VF");
	is_int(verdicts[1].blame, SRIOV_VF_TRUNK, "and of its trunk");
	ok(!strncmp(written, "0/trunk=", 8) && !strstr(written, "1/trunk"),
	   "to which nothing is written");
	is_int(verdicts[2].done, SRIOV_VF_TRUNK, "and the next is done");
	tree_unlink(&tree, "sys/devices/" DEVICE "/sriov/1/trunk");
	set_vfs(vfs, 3, true, verdicts);
	is_int(verdicts[1].err, -EOPNOTSUPP, "a version without trunks");
	sriov_vf_attrs_free(vfs);
}

static void wish(struct sriov_vf_attrs *vf, const char *group)
{
	vf->set = SRIOV_VF_GROUP | SRIOV_VF_TRUST;
	sriov_copy(vf->group, sizeof(vf->group), group);
}

static void test_order(void)
{
	struct sriov_vf_attrs **vfs = sriov_vf_attrs_new(3);
	struct sriov_verdict verdicts[3];

	wish(vfs[0], "none");
	wish(vfs[1], "0");
	wish(vfs[2], "7");
	is_int(set_vfs(vfs, 3, false, verdicts), 0, "groups of three");
	is_str(written,
	       "2/group=7, 0/group=0, 0/trust=OFF, 1/group=0, 1/trust=OFF, 2/trust=OFF",
	       "VFs join before others leave");
	for (size_t i = 0; i < 3; i++)
		is_int(verdicts[i].done, SRIOV_VF_GROUP | SRIOV_VF_TRUST,
		       "VF %zu has both", i);
	refused = "2/group";
	refusal = -EBUSY;
	is_int(set_vfs(vfs, 3, false, verdicts), -EBUSY, "one that may not join");
	is_str(written, "", "is the end");
	ok(verdicts[2].err == -EBUSY && verdicts[2].blame == SRIOV_VF_GROUP &&
		   !verdicts[2].done,
	   "and is to blame");
	is_int(set_vfs(vfs, 3, true, verdicts), -EBUSY, "the same, going on");
	is_str(written, "0/group=0, 0/trust=OFF, 1/group=0, 1/trust=OFF",
	       "is left alone, and the others are done");
	refused = "0/trust";
	is_int(set_vfs(vfs, 3, true, verdicts), -EBUSY, "one attribute of one VF");
	ok(verdicts[0].blame == SRIOV_VF_TRUST && verdicts[0].done == SRIOV_VF_GROUP,
	   "what was done before it is told");
	refused = NULL;
	sriov_vf_attrs_free(vfs);
}

/* The last test: it stays so. */
static void test_interrupt(void)
{
	struct sriov_vf_attrs **vfs = sriov_vf_attrs_new(3);
	struct sriov_verdict verdicts[3];

	for (size_t i = 0; i < 3; i++)
		vfs[i]->set = SRIOV_VF_TRUST | SRIOV_VF_SPOOFCHK;
	is_interrupted = true;
	is_int(set_vfs(vfs, 3, true, verdicts), -EINTR, "interrupted at the first VF");
	is_str(written, "0/spoofcheck=OFF, 0/trust=OFF",
	       "which is written, and no other");
	ok(verdicts[0].done == vfs[0]->set && !verdicts[1].done && !verdicts[1].err,
	   "what was done is told, and that the next has not failed");
	sriov_vf_attrs_free(vfs);
}

int main(void)
{
	tree_new(&tree);
	machine_pci(&tree, "0000:03:00.0", "0x020000\n", "0x15b3\n", "0x1017\n");
	machine_pf(&tree, "0000:03:00.0", "3\n", "8\n");
	is_int(sriov_new_at(tree.root, &ctx), 0, "context");
	is_int(sriov_pf_find(ctx, "0000:03:00.0", &pf), 0, "PF");
	test_probing();
	test_reading();
	test_infiniband();
	test_trunks();
	test_order();
	test_interrupt();
	sriov_free(ctx);
	tree_free(&tree);
	return done_testing();
}
