// SPDX-License-Identifier: GPL-2.0-or-later
/* Addresses of VFs: which two are one too many, and how long a netdev may take to learn its own. */
#include "machine.h"
#include "plan.h"
#include "tap.h"

/* The file itself is included, so that it waits for the events below. */
static int fake_open(struct sriov_ctx *ctx, struct sriov_events **events);
static int fake_wait(struct sriov_events *events, unsigned int ms,
		     bool (*ready)(void *data), void *data);
static void fake_close(struct sriov_events *events);
int fake_check(struct sriov_plan *plan, struct pf_work *work);
void fake_check_netdevs(struct sriov_plan *plan);
#define sriov_events_open fake_open
#define sriov_events_wait fake_wait
#define sriov_events_close fake_close
#define sriov_plan_check_macs fake_check
#define sriov_plan_check_netdevs fake_check_netdevs
#include "../../lib/plan-mac.c"

#define VF1 "sys/devices/pci0000:00/0000:01:10.2"
#define ADDRESS VF1 "/net/eth5/address"

static struct tree tree;
static struct sriov_ctx *ctx;

/* ---- events: the first brings an address ---- */

static unsigned int waits, waited_ms;
static const char *learned;

static int fake_open(struct sriov_ctx *fake_ctx, struct sriov_events **events)
{
	(void)fake_ctx;
	*events = NULL;
	return 0;
}

static int fake_wait(struct sriov_events *events, unsigned int ms,
		     bool (*ready)(void *data), void *data)
{
	(void)events;
	waits++;
	waited_ms = ms;
	if (ready(data))
		return 0;
	if (learned)
		tree_file(&tree, ADDRESS, learned);
	return ready(data) ? 0 : -ETIMEDOUT;
}

static void fake_close(struct sriov_events *events)
{
	(void)events;
}

/* ---- what a plan gives ---- */

#define VFS 7

static struct sriov_plan plan;
static struct pf_work work;
static struct vf_work vfs[VFS];

/* VFs with addresses that end in these bytes now, and are to (-1: it is not asked for). */
static int check(const int now[VFS], const int want[VFS], unsigned int flags)
{
	memset(vfs, 0, sizeof(vfs));
	memset(&work, 0, sizeof(work));
	plan = (struct sriov_plan){ .ctx = ctx, .flags = flags };
	if (sriov_pf_find(ctx, "0000:01:00.0", &work.pf))
		tree_die("pf");
	work.vfs = vfs;
	work.now.num_vfs = VFS;
	for (uint32_t i = 0; i < VFS; i++) {
		struct vf_work *vf = &vfs[i];

		if (want[i] < 0)
			continue;
		vf = &vfs[work.nr_vfs++];
		vf->want.index = vf->now.index = i;
		vf->want.set = vf->now.set = SRIOV_VF_MAC;
		vf->want.mac[0] = want[i] ? 2 : 0;
		vf->want.mac[5] = (uint8_t)want[i];
		vf->now.mac[0] = now[i] ? 2 : 0;
		vf->now.mac[5] = (uint8_t)now[i];
	}
	return fake_check(&plan, &work);
}

static void test_two(void)
{
	static const int now[VFS] = { 1, 2, 3, 4, 5, 6, 7 };
	static const int twins[VFS] = { 1, 1, 3, 4, 5, 6, 7 };

	is_int(check(now, (int[]){ 2, 1, 3, 4, 5, 6, 7 }, 0), 0, "two may change places");
	is_int(check(now, (int[]){ 2, 3, 4, 5, 6, 7, 1 }, 0), 0, "seven may go round");
	is_int(check(now, (int[]){ 8, 8, -1, -1, -1, -1, -1 }, 0), -EEXIST,
	       "two get a new one");
	is_str(sriov_error(ctx),
	       "0000:01:00.0/1: mac: 02:00:00:00:00:08 is that of VF 0, too "
	       "(02:00:00:00:00:08+ makes a series; --force goes on)",
	       "both are named, and the way out");
	is_int(sriov_error_class(ctx), SRIOV_REFUSED, "it is for safety");
	is_int(check(now, (int[]){ 8, 8, -1, -1, -1, -1, -1 }, SRIOV_PLAN_FORCE), 0,
	       "force goes on");
	is_int(check(now, (int[]){ 0, 0, 0, 0, 0, 0, 0 }, 0), 0,
	       "none is no address, for any number of VFs");
	is_int(check(twins, (int[]){ 1, 1, 9, 4, 5, 6, 7 }, 0), 0,
	       "two that were one before stay so");
	is_int(check(twins, (int[]){ 1, 1, 1, 4, 5, 6, 7 }, 0), -EEXIST,
	       "but no third comes to them");
	is_str(sriov_error(ctx),
	       "0000:01:00.0/2: mac: 02:00:00:00:00:01 is that of VF 0, too "
	       "(--force goes on)",
	       "which is the one to blame");
	is_int(check(now, (int[]){ 3, 2, 3, 4, 5, 6, 7 }, 0), -EEXIST,
	       "VF 0 gets VF 2's");
	ok(strstr(sriov_error(ctx), "01:00.0/0: mac: "),
	   "the one to blame may be the first: %s", sriov_error(ctx));
}

/* A VF that is made anew with another number of them has what it had. */
static void test_kept(void)
{
	static const int all[VFS] = { 1, 1, 3, 4, 5, 6, 7 };
	struct sriov_vf_attrs before[VFS];

	check(all, all, SRIOV_PLAN_FORCE);
	for (int i = 0; i < VFS; i++) {
		before[i] = vfs[i].now;
		vfs[i].before = &before[i];
		vfs[i].now.set = 0;
		vfs[i].fresh = true;
	}
	plan.flags = 0;
	is_int(fake_check(&plan, &work), 0, "twins are put back as they were");
	vfs[2].want.mac[5] = 1;
	is_int(fake_check(&plan, &work), -EEXIST, "and get no third");
}

/* ---- netdevs ---- */

static struct step mac_step, bind_step;

/* VF 1 was given :07. Its netdev has `has`, and after the first event `then`. */
static void look(const char *driver, const char *has, const char *then)
{
	static struct step *steps[2] = { &mac_step, &bind_step };
	static struct pf_work *works[1] = { &work };
	char target[128];

	check((int[VFS]){ 0 }, (int[]){ -1, 7, -1, -1, -1, -1, -1 }, SRIOV_PLAN_FORCE);
	vfs[0].to = vfs[0].want;
	tree_unlink(&tree, VF1 "/driver");
	snprintf(target, sizeof(target), "../../../bus/pci/drivers/%s", driver);
	tree_link(&tree, VF1 "/driver", target);
	tree_file(&tree, ADDRESS, has);
	learned = then;
	waits = 0;
	free(mac_step.text);
	mac_step = (struct step){ .pf_work = &work, .vf_work = vfs };
	mac_step.pub = (struct sriov_step){ .noun = SRIOV_NOUN_VF,
					    .attr = SRIOV_VF_MAC,
					    .pf = work.pf,
					    .index = 1,
					    .state = SRIOV_STEP_DONE };
	mac_step.pub.to.vf = &vfs[0].to;
	bind_step = (struct step){ .pf_work = &work, .vf_work = vfs };
	bind_step.pub.noun = SRIOV_NOUN_BIND;
	plan.works = works;
	plan.nr_works = 1;
	plan.steps = steps;
	plan.nr_steps = 2;
}

static void is_said(enum sriov_step_state state, unsigned int times, const char *text,
		    const char *name)
{
	fake_check_netdevs(&plan);
	is_int(mac_step.pub.state, state, "%s: its state", name);
	is_int(waits, times, "%s: waited for", name);
	if (text)
		is_str(mac_step.text, text, "%s: what is said", name);
	else
		ok(!mac_step.text, "%s: nothing is said", name);
}

#define RIGHT "02:00:00:00:00:07\n"
#define WRONG "06:00:00:00:00:01\n"
#define STILL "set, but its netdev eth5 still has 06:00:00:00:00:01: "

static void test_netdevs(void)
{
	look("igbvf", RIGHT, NULL);
	is_said(SRIOV_STEP_DONE, 0, NULL, "a netdev that has it");
	look("mlx5_core", WRONG, RIGHT);
	is_said(SRIOV_STEP_UNVERIFIED, 0,
		STILL "mlx5_core takes it when it starts (--rebind)",
		"one that takes it when it starts");
	look("nfp_netvf", WRONG, RIGHT);
	is_said(SRIOV_STEP_UNVERIFIED, 0,
		STILL "nfp_netvf may take it only when it starts (--rebind)",
		"one of which nothing is known");
	look("iavf", WRONG, RIGHT);
	is_said(SRIOV_STEP_DONE, 1, NULL, "one that follows by itself");
	look("iavf", WRONG, NULL);
	is_said(SRIOV_STEP_UNVERIFIED, 1, STILL "iavf has not taken it yet",
		"one that should, and does not");
	is_int(waited_ms, LEARN_MS, "the wait has an end");
	sriov_set_wait(ctx, 1);
	look("hns3", WRONG, NULL);
	is_said(SRIOV_STEP_UNVERIFIED, 1, STILL "hns3 has not taken it yet", "--wait 1");
	is_int(waited_ms, 1000, "is less than that");
	sriov_set_wait(ctx, 60);

	look("igbvf", WRONG, NULL);
	bind_step.pub.state = SRIOV_STEP_DONE;
	is_said(SRIOV_STEP_UNVERIFIED, 0,
		"set, but its netdev eth5 has 06:00:00:00:00:01: igbvf has started without "
		"it",
		"one that was started by the plan");
	tree_file(&tree, "sys/devices/pci0000:00/0000:01:00.0/net/eth0/flags",
		  "0x1002\n");
	look("igbvf", WRONG, NULL);
	vfs[0].fresh = true;
	is_said(SRIOV_STEP_UNVERIFIED, 0,
		"set, but its netdev eth5 has 06:00:00:00:00:01: igbvf has started without "
		"it, while eth0 is down (ip link set eth0 up, then --rebind)",
		"one that is new, below a PF that is down");
}

/* It was set before, and the driver was started again for it. */
static void test_started_for_nothing(void)
{
	look("igbvf", WRONG, NULL);
	mac_step.pub.state = SRIOV_STEP_SAME;
	bind_step.pub.state = SRIOV_STEP_DONE;
	bind_step.again = true;
	fake_check_netdevs(&plan);
	is_int(mac_step.pub.state, SRIOV_STEP_SAME, "started for nothing: it is set");
	is_int(bind_step.pub.state, SRIOV_STEP_UNVERIFIED, "but was of no use");
	is_str(bind_step.text,
	       "started again, but its netdev eth5 has 06:00:00:00:00:01: igbvf has started "
	       "without it, while eth0 is down (ip link set eth0 up, then --rebind)",
	       "which is said");
	free(bind_step.text);
	look("igbvf", RIGHT, NULL);
	mac_step.pub.state = SRIOV_STEP_SAME;
	bind_step.pub.state = SRIOV_STEP_DONE;
	bind_step.again = true;
	fake_check_netdevs(&plan);
	is_int(bind_step.pub.state, SRIOV_STEP_DONE, "one that has it now is done");
}

static void test_not_looked_at(void)
{
	look("igbvf", WRONG, NULL);
	vfs[0].to.mac[0] = vfs[0].to.mac[5] = 0;
	is_said(SRIOV_STEP_DONE, 0, NULL, "one that lost its address has one of its own");
	look("igbvf", WRONG, NULL);
	mac_step.pub.put_back = true;
	is_said(SRIOV_STEP_DONE, 0, NULL, "one whose settings were put back");
	look("igbvf", WRONG, NULL);
	mac_step.pub.state = SRIOV_STEP_SAME;
	is_said(SRIOV_STEP_SAME, 0, NULL, "one that nothing was written for");
	look("igbvf", WRONG, NULL);
	tree_unlink(&tree, VF1 "/net");
	is_said(SRIOV_STEP_DONE, 0, NULL, "one without a netdev");
}

int main(void)
{
	tree_new(&tree);
	machine_make(&tree);
	if (sriov_new_at(tree.root, &ctx))
		tree_die("context");
	test_two();
	test_kept();
	test_netdevs();
	test_started_for_nothing();
	test_not_looked_at();
	free(mac_step.text);
	sriov_free(ctx);
	tree_free(&tree);
	return done_testing();
}
