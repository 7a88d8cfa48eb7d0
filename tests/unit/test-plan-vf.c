// SPDX-License-Identifier: GPL-2.0-or-later
/* Reading back and undoing the attributes of VFs: what is written is played, what is read is recorded. */
#include "message.h"
#include "plan.h"
#include "tap.h"
#include "tree.h"

/* The file itself is included, so that it writes through the back end below. */
#define sriov_backends fake_backends
#define sriov_batch_vf_set fake_batch_set
#define sriov_batch_vf_undo fake_batch_undo
const struct sriov_backend *const *fake_backends(void);
int fake_batch_set(struct sriov_plan *plan, struct step **steps, size_t n);
void fake_batch_undo(struct sriov_plan *plan, struct step **steps, size_t n);
#include "../../lib/plan-vf.c"

#define DEVICE "sys/devices/pci0000:00/0000:01:00.0"
#define NODE UINT64_C(0x0011223344556677)
#define PORT UINT64_C(0x0011223344556678)
#define OTHER UINT64_C(0x00112233445566ff)

static struct tree tree;
static struct sriov_ctx *ctx;
static struct sriov_plan *plan;

/* ---- a kernel that takes everything ---- */

static size_t writes;
static uint64_t written_node[2];
static bool is_interrupted; /* after the first VF */

static void can(struct sriov_pf *pf, uint64_t *reads, uint64_t *takes)
{
	(void)pf;
	*reads = 0;
	*takes = SRIOV_VF_STATE | SRIOV_VF_GUIDS;
}

static int take(struct sriov_pf *pf, struct sriov_vf_attrs *const *vfs, size_t n,
		bool keep_going, struct sriov_verdict *verdicts)
{
	(void)keep_going;
	for (size_t i = 0; i < n; i++) {
		verdicts[i].done = vfs[i]->set;
		if (vfs[i]->set & SRIOV_VF_NODE_GUID)
			written_node[vfs[i]->index] = vfs[i]->node_guid;
		writes++;
		if (is_interrupted) {
			sriov_interrupt(pf->ctx);
			return -EINTR;
		}
	}
	return 0;
}

static const struct sriov_backend backend = { .name = "fake",
					      .vf_can = can,
					      .vf_set = take };
static const struct sriov_backend *const list[] = { &backend, NULL };

const struct sriov_backend *const *fake_backends(void)
{
	return list;
}

/* ---- what it says ---- */

static void record(const char *file, const struct message *m)
{
	char *hex = calloc(2, m->len + 1);

	for (size_t i = 0; i < m->len; i++)
		sprintf(hex + i * 2, "%02x", m->bytes[i]);
	tree_unlink(&tree, file);
	tree_file(&tree, file, hex);
	free(hex);
}

/*
 * Two VFs with these node GUIDs, of which UINT64_MAX - 1 is left out, and with this port GUID
 * and the next one, or none.
 */
static void say(uint64_t node0, uint64_t node1, uint64_t port)
{
	const uint64_t nodes[] = { node0, node1 };
	struct message m;
	size_t vfs, info;

	start(&m, 2);
	vfs = nest_start(&m, IFLA_VFINFO_LIST);
	for (uint32_t i = 0; i < 2; i++) {
		info = nest_start(&m, IFLA_VF_INFO);
		put_pair(&m, IFLA_VF_LINK_STATE, i, SRIOV_VF_STATE_AUTO);
		if (nodes[i] != UINT64_MAX - 1)
			put_guid(&m, IFLA_VF_IB_NODE_GUID, i, nodes[i]);
		put_guid(&m, IFLA_VF_IB_PORT_GUID, i, port ? port + i : 0);
		nest_end(&m, info);
	}
	nest_end(&m, vfs);
	finish(&m);
	record("netlink/ib0-vfs.hex", &m);
	free(m.bytes);
}

/* The kernel that counts VFs with GUIDs too short. */
static void say_too_long(void)
{
	struct nlmsghdr nlh = { .nlmsg_type = NLMSG_ERROR, .nlmsg_flags = NLM_F_CAPPED };
	struct nlmsgerr err = { .error = -EMSGSIZE };
	struct message m = { 0 };

	put(&m, &nlh, sizeof(nlh));
	put(&m, &err, sizeof(err));
	set_len(&m, m.len);
	record("netlink/ib0-vfs.hex", &m);
	free(m.bytes);
}

static void make_machine(void)
{
	static const char *const rows[][2] = {
		{ DEVICE "/class", "0x020700\n" },
		{ DEVICE "/sriov_numvfs", "2\n" },
		{ DEVICE "/sriov_totalvfs", "2\n" },
		{ DEVICE "/net/ib0/type", "32\n" },
	};

	tree_new(&tree);
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++)
		tree_file(&tree, rows[i][0], rows[i][1]);
	tree_link(&tree, "sys/bus/pci/devices/0000:01:00.0",
		  "../../../devices/pci0000:00/0000:01:00.0");
	tree_link(&tree, "sys/class/net/ib0",
		  "../../devices/pci0000:00/0000:01:00.0/net/ib0");
	for (unsigned int i = 0; i < 2; i++) {
		char path[128], target[64];

		snprintf(path, sizeof(path), DEVICE "/virtfn%u", i);
		snprintf(target, sizeof(target), "../0000:01:00.%u", i + 1);
		tree_link(&tree, path, target);
	}
}

/* ---- plans ---- */

/* A plan for both VFs, and its steps as if carried out; `then` changes what is read. */
static struct step **carry_out(uint64_t set, size_t *n, void (*then)(void), int *r)
{
	struct sriov_vf_attrs **want = sriov_vf_attrs_new(2);
	struct step *todo[8];
	struct sriov_pf *pf;
	size_t nr_todo = 0;

	if (sriov_new_at(tree.root, &ctx) || sriov_pf_find(ctx, "0000:01:00.0", &pf) ||
	    sriov_plan_new(ctx, &plan))
		tree_die("plan");
	for (size_t i = 0; i < 2; i++) {
		want[i]->set = set;
		want[i]->node_guid = NODE + i;
		want[i]->port_guid = PORT + i;
	}
	sriov_plan_vf_set(plan, pf, want, 2);
	sriov_vf_attrs_free(want);
	writes = 0;
	if (sriov_plan_make(plan, SRIOV_PLAN_DRY_RUN)) {
		printf("# %s\n", sriov_error(ctx));
		tree_die("make");
	}
	*n = plan->nr_steps;
	for (size_t i = 0; i < *n; i++)
		if (plan->steps[i]->pub.state == SRIOV_STEP_PLANNED)
			todo[nr_todo++] = plan->steps[i];
	then();
	*r = fake_batch_set(plan, todo, nr_todo);
	return plan->steps;
}

static void end(void)
{
	sriov_plan_free(plan);
	sriov_free(ctx);
}

static size_t count(struct step **steps, size_t n, enum sriov_step_state state)
{
	size_t found = 0;

	for (size_t i = 0; i < n; i++)
		found += steps[i]->pub.state == state;
	return found;
}

static void say_new(void)
{
	say(NODE, NODE + 1, PORT);
}

static void say_ignored(void)
{
	say(NODE, 0, PORT);
}

static void say_nothing(void)
{
	say(NODE, UINT64_MAX - 1, PORT);
}

static void test_read_back(void)
{
	struct step **steps;
	size_t n;
	int r;

	say(0, OTHER, 0);
	steps = carry_out(SRIOV_VF_GUIDS, &n, say_new, &r);
	ok(n == 4 && !r && count(steps, n, SRIOV_STEP_DONE) == 4,
	   "GUIDs that read back are done");
	ok(!(steps[0]->pub.from.vf->set & SRIOV_VF_NODE_GUID) &&
		   steps[2]->pub.from.vf->set & SRIOV_VF_NODE_GUID,
	   "zero was no old value, another was");
	is_str(steps[0]->pub.backend, "fake", "and they name the back end");
	end();

	say(0, 0, 0);
	steps = carry_out(SRIOV_VF_NODE_GUID, &n, say_ignored, &r);
	ok(r == -EIO && steps[1]->pub.state == SRIOV_STEP_FAILED,
	   "a GUID that was taken and still reads as zero was ignored");
	is_str(steps[1]->text, "accepted, but it reads back as none", "and it says so");
	end();

	say(0, 0, 0);
	steps = carry_out(SRIOV_VF_NODE_GUID, &n, say_nothing, &r);
	ok(!r && steps[0]->pub.state == SRIOV_STEP_DONE &&
		   steps[1]->pub.state == SRIOV_STEP_UNVERIFIED,
	   "a kernel without GUIDs in its answer: unverified");
	is_str(steps[1]->text, "the driver does not tell what it is now",
	       "and it says so");
	end();
}

static void test_too_long(void)
{
	struct step **steps;
	size_t n;
	int r;

	say(OTHER, OTHER, OTHER);
	steps = carry_out(SRIOV_VF_GUIDS | SRIOV_VF_STATE, &n, say_too_long, &r);
	ok(n == 6 && !r, "a list that the kernel cannot make is no failure");
	is_int(count(steps, n, SRIOV_STEP_UNVERIFIED), 4,
	       "what was written is unverified");
	is_int(count(steps, n, SRIOV_STEP_SAME), 2, "what was so before is the same");
	is_str(steps[1]->text,
	       "written, but cannot be read back: the kernel's list of VFs is incomplete",
	       "with the reason");
	end();

	/* what cannot be read before has no old value */
	say_too_long();
	steps = carry_out(SRIOV_VF_GUIDS, &n, say_too_long, &r);
	is_int(count(steps, n, SRIOV_STEP_UNVERIFIED), 4,
	       "unreadable from the beginning");
	writes = 0;
	fake_batch_undo(plan, steps, n);
	is_int(writes, 0, "then there is nothing to put back");
	is_int(count(steps, n, SRIOV_STEP_LEFT), 4, "and all is left");
	end();
}

static void say_old(void)
{
	say(0, OTHER, PORT);
}

static void test_undo(void)
{
	struct step **steps;
	size_t n;
	int r;

	say_old();
	steps = carry_out(SRIOV_VF_NODE_GUID, &n, say_new, &r);
	is_int(count(steps, n, SRIOV_STEP_DONE), 2, "two GUIDs, to be undone");
	say(NODE, OTHER, PORT);
	writes = 0;
	fake_batch_undo(plan, steps, n);
	ok(writes == 1 && written_node[1] == OTHER, "only the known one is written");
	is_int(steps[0]->pub.state, SRIOV_STEP_LEFT, "the unknown one is left");
	is_int(steps[1]->pub.state, SRIOV_STEP_UNDONE, "the known one is undone");
	end();
}

static void say_half(void)
{
	say(NODE, OTHER, PORT);
}

static void test_interrupted(void)
{
	struct step **steps;
	size_t n;
	int r;

	say(OTHER, OTHER, PORT);
	is_interrupted = true;
	steps = carry_out(SRIOV_VF_NODE_GUID, &n, say_half, &r);
	is_int(r, -EINTR, "interrupted between two VFs");
	ok(steps[0]->pub.state == SRIOV_STEP_DONE && steps[0]->pub.backend,
	   "the first is done");
	ok(steps[1]->pub.state == SRIOV_STEP_PLANNED && !steps[1]->pub.err,
	   "the second has not failed: it was not begun");

	/* in the middle of undoing: what is still there is left */
	steps[1]->pub.state = SRIOV_STEP_DONE;
	ctx->stop_at = SRIOV_INTERRUPTS_AT_ONCE;
	say(OTHER, NODE + 1, PORT);
	fake_batch_undo(plan, steps, n);
	is_int(steps[0]->pub.state, SRIOV_STEP_UNDONE, "what was put back is undone");
	is_int(steps[1]->pub.state, SRIOV_STEP_LEFT, "what was not is left");
	is_interrupted = false;
	end();
}

/* Of a VF that was made anew, what it keeps over that goes back to what it was before. */
static void test_undo_made_anew(void)
{
	struct sriov_vf_attrs before = { .set = SRIOV_VF_NODE_GUID, .node_guid = OTHER };
	struct step **steps;
	size_t n;
	int r;

	say_old();
	steps = carry_out(SRIOV_VF_NODE_GUID, &n, say_new, &r);
	steps[1]->vf_work->before = &before;
	steps[1]->vf_work->now.node_guid = OTHER + 1;
	steps[1]->pub.from.vf = &before;
	say(NODE, OTHER, PORT);
	fake_batch_undo(plan, steps, n);
	ok(written_node[1] == OTHER, "what it had before it was made anew is put back");
	is_int(steps[1]->pub.state, SRIOV_STEP_UNDONE, "and undone");
	end();
}

/* What comes of taking the address away from a VF that has one of its own. */
static void test_own_mac(const char *driver, uint8_t wanted, enum sriov_step_state state)
{
	const struct sriov_vf_attrs seen = { .set = SRIOV_VF_MAC,
					     .mac = { 2, 0, 0, 0, 0, 1 } };
	const struct sriov_vf_attrs to = { .set = SRIOV_VF_MAC,
					   .mac = { wanted, 0, 0, 0, 0, 2 } };
	struct pf_work work = { 0 };
	struct vf_work vf = { .to = to };
	struct step step = { .pub = { .noun = SRIOV_NOUN_VF, .attr = SRIOV_VF_MAC },
			     .pf_work = &work,
			     .vf_work = &vf };

	if (!wanted)
		vf.to.mac[5] = 0;
	step.pub.to.vf = &vf.to;
	sriov_copy(work.now.driver, sizeof(work.now.driver), driver);
	is_int(compare(&step, &seen), state == SRIOV_STEP_FAILED ? -EIO : 0, "%s",
	       driver);
	is_int(step.pub.state, state, "%s: what reads back as another address", driver);
	ok(step.text && strstr(step.text, "02:00:00:00:00:01"), "%s: which is named: %s",
	   driver, step.text ? step.text : "(nothing)");
	free(step.text);
}

int main(void)
{
	make_machine();
	test_own_mac("ice", 0, SRIOV_STEP_UNVERIFIED);
	test_own_mac("bnxt_en", 0, SRIOV_STEP_UNVERIFIED);
	test_own_mac("i40e", 2, SRIOV_STEP_FAILED);
	test_own_mac("igb", 0, SRIOV_STEP_FAILED);
	test_read_back();
	test_too_long();
	test_undo();
	test_interrupted();
	test_undo_made_anew();
	tree_free(&tree);
	return done_testing();
}
