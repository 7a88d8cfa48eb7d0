// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Plans: VFs that are destroyed and made anew, because their number changes or a plan is
 * undone. The kernel forgets all about them; what they were is remembered here, and put back.
 */
#include "plan.h"

/* Who has not been told these has been told nothing, or as much as that. */
static const struct sriov_vf_attrs neutral = {
	.vlan_proto = SRIOV_VLAN_8021Q,
	.group = "0",
	.set = SRIOV_VF_VLAN_GROUP | SRIOV_VF_RATE_GROUP | SRIOV_VF_TRUST |
	       SRIOV_VF_QUERY_RSS | SRIOV_VF_STATE | SRIOV_VF_TRUNK | SRIOV_VF_GROUP
};

/* What must be known of a VF to put it back. */
#define UNKNOWN                                                              \
	(SRIOV_NOTE_INCOMPLETE | SRIOV_NOTE_NO_ANSWER | SRIOV_NOTE_BLOCKED | \
	 SRIOV_NOTE_NO_ACCESS | SRIOV_NOTE_TRUNK_CUT)

bool sriov_plan_makes_vfs(const struct pf_work *work)
{
	return work->want.set & SRIOV_PF_NUM_VFS && work->want.num_vfs &&
	       work->want.num_vfs != work->now.num_vfs;
}

bool sriov_plan_unmakes_vfs(const struct pf_work *work)
{
	return work->now.num_vfs && work->want.set & SRIOV_PF_NUM_VFS &&
	       work->want.num_vfs != work->now.num_vfs;
}

/* Is there anything after which they would have to be there again? */
static bool is_needed(const struct sriov_plan *plan, const struct pf_work *work)
{
	if (!work->now.num_vfs || work->before)
		return false;
	if (work->want.set & SRIOV_PF_DRIVER)
		return true;
	return sriov_plan_unmakes_vfs(work) &&
	       (work->want.num_vfs || work->want.set & SRIOV_PF_AUTOPROBE ||
		plan->nr_works > 1);
}

static int read_them(struct pf_work *work)
{
	_cleanup_free_ uint32_t *there = NULL;
	struct sriov_ctx *ctx = work->pf->ctx;
	uint32_t n;
	int r = sriov_pf_vfs(work->pf, &there, &n);

	if (r < 0)
		return r;
	work->before = sriov_vf_attrs_new(n);
	if (!work->before)
		return sriov_no_memory(ctx);
	for (uint32_t i = 0; i < n; i++)
		work->before[i]->index = there[i];
	work->nr_before = n;
	return sriov_vf_get(work->pf,
			    SRIOV_VF_KEPT | SRIOV_VF_OVERRIDE | SRIOV_VF_NETDEV_MAC |
				    SRIOV_VF_NOTE,
			    work->before, n);
}

/* The members of this VF that its driver would not take at present. */
static uint64_t untakable(const struct pf_work *work, const struct sriov_vf_attrs *vf)
{
	uint64_t some = 0;

	for (uint64_t bits = vf->set & neutral.set; bits; bits &= bits - 1)
		if (!sriov_vf_same(vf, &neutral, bits & -bits))
			some |= bits & -bits;
	return sriov_quirk_without_link(work->pf, work->now.driver, some);
}

/* What is not known, or not taken, would be lost. */
static int check_vf(const struct pf_work *work, const struct sriov_vf_attrs *vf)
{
	struct sriov_ctx *ctx = work->pf->ctx;
	uint64_t refused;

	/* a network card whose netdev cannot be found at the moment has settings all the same */
	if (vf->note & UNKNOWN ||
	    (sriov_sysfs_exists(ctx, "%s/net", work->pf->path) &&
	     !(vf->set & work->can & SRIOV_VF_KEPT & ~SRIOV_VF_DRIVER)))
		return sriov_fail(ctx, SRIOV_REFUSED, ENODATA,
				  "%s/%u: num_vfs: not all of its settings can be read, "
				  "so they could not be put back (--force goes on)",
				  work->pf->name, vf->index);
	refused = untakable(work, vf);
	if (refused)
		return sriov_fail(
			ctx, SRIOV_REFUSED, ENETDOWN,
			"%s/%u: num_vfs: its %s could not be put back: %s takes "
			"it only while its link is up (--force goes on)",
			work->pf->name, vf->index, sriov_vf_attr_name(refused & -refused),
			work->now.driver);
	return 0;
}

static int check_vfs(struct sriov_plan *plan, struct pf_work *work)
{
	struct sriov_ctx *ctx = plan->ctx;
	int r = 0;

	if (plan->flags & SRIOV_PLAN_FORCE || !sriov_plan_makes_vfs(work))
		return 0;
	if (work->now.note & SRIOV_NOTE_OTHER_NETNS)
		return sriov_fail(ctx, SRIOV_REFUSED, ENODATA,
				  "%s: num_vfs: its netdev is in another network "
				  "namespace, so the settings of its VFs cannot be read, "
				  "and would be lost (--force goes on)",
				  work->pf->name);
	for (size_t i = 0; i < work->nr_before && r >= 0; i++)
		if (work->before[i]->index < work->want.num_vfs)
			r = check_vf(work, work->before[i]);
	return r;
}

int sriov_plan_remember_vfs(struct sriov_plan *plan, struct pf_work *work)
{
	int r;

	if (!is_needed(plan, work))
		return 0;
	if (plan->ctx->only_backend && sriov_plan_makes_vfs(work))
		return sriov_fail(
			plan->ctx, SRIOV_WRONG, EINVAL,
			"%s: num_vfs: not with one back end alone: what its VFs "
			"have is read and put back by all",
			work->pf->name);
	r = read_them(work);
	work->before_is_partial = r < 0;
	/* of VFs that nobody wants to keep it is enough to know what can be known */
	if (r < 0 && (!sriov_plan_makes_vfs(work) || plan->flags & SRIOV_PLAN_FORCE))
		return 0;
	return r < 0 ? r : check_vfs(plan, work);
}

bool sriov_plan_is_lost(uint64_t can, const struct sriov_vf_attrs *before)
{
	return before->note & UNKNOWN || before->set & SRIOV_VF_KEPT & ~can;
}

/* What this VF had, unless it is to have something else. */
static void keep(const struct pf_work *work, struct vf_work *vf,
		 const struct sriov_vf_attrs *before)
{
	uint64_t mask = before->set & work->can & SRIOV_VF_KEPT & ~vf->want.set;

	/* where nobody has said that this may be, no driver starts with half of its settings */
	if (work->lent && sriov_plan_is_lost(work->can, before)) {
		mask &= ~SRIOV_VF_DRIVER;
		vf->want.set |= SRIOV_VF_DRIVER;
		sriov_copy(vf->want.driver, sizeof(vf->want.driver), SRIOV_DRIVER_NONE);
	}

	/* nobody gave it an address */
	if (!memcmp(before->mac, neutral.mac, sizeof(neutral.mac)))
		mask &= ~SRIOV_VF_MAC;
	if (vf->reset)
		mask &= ~SRIOV_VF_RESETS;
	/* no tag has no priority */
	if (vf->want.set & SRIOV_VF_VLAN && !vf->want.vlan)
		mask &= ~SRIOV_VF_VLAN_GROUP;
	sriov_vf_copy(&vf->want, before, mask);
	vf->back = mask;
	vf->before = before;
}

int sriov_plan_keep_vfs(struct sriov_plan *plan, struct pf_work *work)
{
	if (!sriov_plan_makes_vfs(work))
		return 0;
	for (size_t i = 0; i < work->nr_before; i++) {
		struct vf_work *vf;

		if (work->before[i]->index >= work->want.num_vfs)
			continue;
		vf = sriov_plan_vf_work(work, work->before[i]->index);
		if (!vf)
			return sriov_no_memory(plan->ctx);
		keep(work, vf, work->before[i]);
	}
	return 0;
}

/* Does a VF that was just made have this already? Before it is made: most likely. */
static bool is_there(const struct step *step)
{
	const struct vf_work *vf = step->vf_work;
	uint64_t attr = step->pub.attr;

	if (attr == SRIOV_VF_DRIVER)
		return !strcmp(vf->to.driver, SRIOV_DRIVER_NONE) &&
		       !(vf->before->set & SRIOV_VF_OVERRIDE);
	return sriov_vf_same(vf->now.set & attr ? &vf->now : &neutral, &vf->to, attr);
}

void sriov_plan_look_at_kept(struct sriov_plan *plan, const struct pf_work *work)
{
	for (size_t i = 0; i < plan->nr_steps; i++) {
		struct step *step = plan->steps[i];

		if (step->pf_work == work && step->vf_work && step->pub.put_back)
			step->pub.state = is_there(step) ? SRIOV_STEP_SAME :
							   SRIOV_STEP_PLANNED;
	}
}

static bool is_believed(const struct step *step)
{
	if (!step->vf_work)
		return false;
	if (step->pub.attr == SRIOV_VF_DRIVER &&
	    strcmp(step->vf_work->to.driver, SRIOV_DRIVER_NONE) != 0)
		return false;
	return step->pub.put_back &&
	       (step->pub.state == SRIOV_STEP_DONE || step->pub.state == SRIOV_STEP_SAME);
}

/*
 * Of a VF that was given no address, some drivers tell the one that it has chosen. Put back it
 * is as if given, and the VF cannot choose another any more.
 */
static void note_own_mac(struct step *step)
{
	const struct sriov_vf_attrs *before = step->vf_work->before;

	if (step->pub.attr != SRIOV_VF_MAC || step->pub.state != SRIOV_STEP_DONE ||
	    !(before->set & SRIOV_VF_NETDEV_MAC) ||
	    memcmp(before->mac, before->netdev_mac, sizeof(before->mac)) != 0 ||
	    !sriov_quirk_tells_own_mac(step->pf_work->now.driver))
		return;
	step->pub.state = SRIOV_STEP_UNVERIFIED;
	sriov_step_text(step,
			"put back as if it had been given; if the VF chose it itself, it "
			"cannot choose another until it is given 00:00:00:00:00:00");
}

/* The settings that the VFs of this PF were to have again, now that all is done. */
static void check_kept(struct sriov_plan *plan, struct pf_work *work)
{
	struct sriov_vf_attrs **seen = sriov_vf_attrs_new(work->nr_before);
	char value[SRIOV_NAME_LEN], text[SRIOV_TEXT_LEN];
	bool known;

	for (size_t i = 0; seen && i < work->nr_before; i++)
		seen[i]->index = work->before[i]->index;
	known = seen && sriov_vf_get(work->pf, SRIOV_VF_KEPT, seen, work->nr_before) >= 0;
	for (size_t i = 0; i < plan->nr_steps; i++) {
		struct step *step = plan->steps[i];
		const struct sriov_vf_attrs *now;

		if (step->pf_work != work || !is_believed(step))
			continue;
		now = known ? seen[step->vf_work->before - work->before[0]] : NULL;
		if (now && sriov_vf_same(now, &step->vf_work->to, step->pub.attr)) {
			note_own_mac(step);
			continue;
		}
		step->pub.state = SRIOV_STEP_UNVERIFIED;
		sriov_step_text(step, "put back, but it cannot be read any more");
		if (!now || !(now->set & step->pub.attr))
			continue;
		sriov_vf_format(now, step->pub.attr, value, sizeof(value));
		snprintf(text, sizeof(text), "put back, but now it is %s", value);
		step->pub.state = SRIOV_STEP_LEFT;
		sriov_step_text(step, text);
	}
	sriov_vf_attrs_free(seen);
}

/* Were its VFs made anew? Where the kernel still blocks that, or what precedes it, nobody asks. */
static bool is_made_anew(const struct sriov_plan *plan, const struct pf_work *work)
{
	const struct step *create = sriov_plan_create_step(plan, work);

	return work->nr_before && sriov_plan_makes_vfs(work) && create &&
	       create->pub.state != SRIOV_STEP_PLANNED && create->pub.err != -EINPROGRESS;
}

void sriov_plan_check_kept(struct sriov_plan *plan)
{
	for (size_t i = 0; i < plan->nr_works; i++)
		if (is_made_anew(plan, plan->works[i]))
			check_kept(plan, plan->works[i]);
}
