// SPDX-License-Identifier: GPL-2.0-or-later
/* Starting a driver again beside a wish for one: never two steps for one VF at a time. */
#include "machine.h"
#include "plan.h"
#include "tap.h"

#define VF1 "sys/devices/pci0000:00/0000:01:10.2"

static struct tree tree;
static struct sriov_ctx *ctx;
static struct sriov_plan *plan;

/* The steps that bind, of a plan for VF 1: an address, and this driver, unless NULL. */
static size_t make(const char *driver, const char *override, unsigned int flags,
		   struct step **step)
{
	struct sriov_vf_attrs want = { .index = 1, .set = SRIOV_VF_MAC };
	struct sriov_vf_attrs *one = &want;
	struct sriov_pf *pf;
	size_t n = 0;

	tree_file(&tree, VF1 "/driver_override", override);
	want.mac[0] = 2;
	if (driver) {
		want.set |= SRIOV_VF_DRIVER;
		sriov_copy(want.driver, sizeof(want.driver), driver);
	}
	if (sriov_plan_new(ctx, &plan) || sriov_pf_find(ctx, "0000:01:00.0", &pf) ||
	    sriov_plan_vf_set(plan, pf, &one, 1) ||
	    sriov_plan_make(plan, flags | SRIOV_PLAN_DRY_RUN)) {
		printf("# %s\n", sriov_error(ctx));
		tree_die("plan");
	}
	*step = NULL;
	for (size_t i = 0; i < plan->nr_steps; i++)
		if (plan->steps[i]->phase == PHASE_BIND) {
			*step = plan->steps[i];
			n++;
		}
	return n;
}

static void is_again(const struct step *step, bool override, const char *name)
{
	ok(step->again, "%s: it is started again", name);
	is_int(step->pub.state, SRIOV_STEP_PLANNED, "%s: there is something to do", name);
	ok(step->pub.attr == SRIOV_VF_DRIVER, "%s: it is about the driver", name);
	is_str(step->pub.from.vf->driver, "igbvf", "%s: from", name);
	is_str(step->pub.to.vf->driver, "igbvf", "%s: to", name);
	is_int(!!(step->vf_work->to.set & SRIOV_VF_OVERRIDE), override,
	       "%s: is the override another one then?", name);
	sriov_plan_free(plan);
}

static void test_steps(void)
{
	struct step *step;

	is_int(make(NULL, "(null)\n", 0, &step), 0, "not asked for");
	sriov_plan_free(plan);
	is_int(make(NULL, "(null)\n", SRIOV_PLAN_REBIND, &step), 1,
	       "no driver wished for");
	is_again(step, false, "no driver wished for");
	is_int(make("igbvf", "igbvf\n", SRIOV_PLAN_REBIND, &step), 1, "the same driver");
	is_again(step, false, "the same driver");
	is_int(make("default", "(null)\n", SRIOV_PLAN_REBIND, &step), 1, "the default");
	is_again(step, false, "the default");
	/* what would be a step for the override alone writes it on the way */
	is_int(make("igbvf", "(null)\n", SRIOV_PLAN_REBIND, &step), 1,
	       "its override, too");
	is_str(step->vf_work->to.override, "igbvf", "which it is then");
	is_again(step, true, "its override, too");

	is_int(make("vfio-pci", "(null)\n", SRIOV_PLAN_REBIND, &step), 1,
	       "another driver");
	ok(!step->again, "another driver starts anyway");
	is_str(step->pub.to.vf->driver, "vfio-pci", "and is bound");
	sriov_plan_free(plan);
}

int main(void)
{
	tree_new(&tree);
	machine_make(&tree);
	tree_link(&tree, VF1 "/driver", "../../../bus/pci/drivers/igbvf");
	if (sriov_new_at(tree.root, &ctx))
		tree_die("context");
	test_steps();
	sriov_free(ctx);
	tree_free(&tree);
	return done_testing();
}
