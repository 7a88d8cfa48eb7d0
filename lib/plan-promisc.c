// SPDX-License-Identifier: GPL-2.0-or-later
/* Plans: what VFs may receive beside their own, which is told their netdevs, not the PF. */
#include "plan.h"

static int fail(const struct pf_work *work, const struct vf_work *vf, int err,
		uint64_t attr, const char *text)
{
	return sriov_fail(work->pf->ctx, SRIOV_WRONG, err, "%s/%u: %s: %s",
			  work->pf->name, vf->want.index,
			  sriov_vf_attr_name(attr & -attr), text);
}

/* When all drivers are bound that the plan binds. */
static int check_netdev(const struct pf_work *work, const struct vf_work *vf,
			uint64_t asked)
{
	bool bind = vf->want.set & SRIOV_VF_DRIVER;
	const char *driver = bind      ? vf->want.driver :
			     vf->fresh ? SRIOV_DRIVER_NONE :
					 vf->now.driver;
	char text[SRIOV_NAME_LEN * 2];

	if (bind || vf->fresh ? sriov_bind_makes_netdevs(driver) :
				vf->now.set & SRIOV_VF_NETDEV)
		return 0;
	if (sriov_bind_is_userspace(driver)) {
		snprintf(text, sizeof(text), "with %s it has no netdev to set it on",
			 driver);
		return fail(work, vf, ENODEV, asked, text);
	}
	return fail(work, vf, ENODEV, asked,
		    !strcmp(driver, SRIOV_DRIVER_NONE) ?
			    "without a driver it has no netdev to set it on" :
		    vf->now.note & SRIOV_NOTE_OTHER_NETNS ?
			    "its netdev is in another network namespace" :
			    "its driver has made no netdev to set it on");
}

/* Trusted afterwards, as far as is known? */
static bool is_untrusted(const struct pf_work *work, const struct vf_work *vf)
{
	if (vf->want.set & SRIOV_VF_TRUST)
		return !vf->want.trust;
	/* one that is new is not */
	return vf->fresh ? work->can & SRIOV_VF_TRUST :
			   vf->now.set & SRIOV_VF_TRUST && !vf->now.trust;
}

int sriov_plan_check_promisc(const struct sriov_plan *plan, const struct pf_work *work,
			     const struct vf_work *vf)
{
	uint64_t asked = vf->want.set & SRIOV_VF_OF_NETDEV;
	uint64_t on = (vf->want.promisc ? SRIOV_VF_PROMISC : 0) |
		      (vf->want.allmulti ? SRIOV_VF_ALLMULTI : 0);
	int r = asked ? check_netdev(work, vf, asked) : 0;
	char text[SRIOV_TEXT_LEN];
	const char *name;

	on &= asked;
	if (r < 0 || !on || plan->flags & SRIOV_PLAN_FORCE || !is_untrusted(work, vf))
		return r;
	/* its netdev would take it all the same, and the driver of the PF ignore it */
	name = sriov_vf_attr_name(on & -on);
	snprintf(
		text, sizeof(text),
		"the VF is not trusted, and would not receive more: 'trust on %s on' does "
		"both (--force goes on)",
		name);
	return fail(work, vf, EPERM, on, text);
}

static bool is_bound(const struct sriov_plan *plan, const struct vf_work *vf)
{
	for (size_t i = 0; i < plan->nr_steps; i++) {
		const struct step *step = plan->steps[i];

		if (step->vf_work == vf && step->pub.attr == SRIOV_VF_DRIVER &&
		    step->pub.state == SRIOV_STEP_PLANNED)
			return true;
	}
	return false;
}

void sriov_plan_renew_promisc(struct sriov_plan *plan, const struct pf_work *work)
{
	for (size_t i = 0; i < plan->nr_steps; i++) {
		struct step *step = plan->steps[i];

		if (step->pf_work == work && step->phase == PHASE_NETDEV &&
		    step->pub.state == SRIOV_STEP_SAME && is_bound(plan, step->vf_work))
			step->pub.state = SRIOV_STEP_PLANNED;
	}
}
