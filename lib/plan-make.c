// SPDX-License-Identifier: GPL-2.0-or-later
/* Plans: from what is and what is wanted to the steps between, for one PF. */
#include "plan.h"

#define PF_READS                                                                        \
	(SRIOV_PF_NUM_VFS | SRIOV_PF_TOTAL_VFS | SRIOV_PF_AUTOPROBE | SRIOV_PF_DRIVER | \
	 SRIOV_PF_OVERRIDE | SRIOV_PF_NOTE)

#define CLASS_ETHERNET 0x0200

static int by_index(const void *a, const void *b)
{
	const struct vf_work *left = a, *right = b;

	return left->want.index < right->want.index ?
		       -1 :
		       left->want.index > right->want.index;
}

static uint32_t num_vfs_then(const struct pf_work *work)
{
	return work->want.set & SRIOV_PF_NUM_VFS ? work->want.num_vfs : work->now.num_vfs;
}

/*
 * VFs that would get their driver at creation get it after their attributes instead: as a
 * wish of their own, which is content when no driver wants them.
 */
static int add_optional_drivers(struct sriov_plan *plan, struct pf_work *work)
{
	bool autoprobe = work->want.set & SRIOV_PF_AUTOPROBE ? work->want.autoprobe :
							       work->now.autoprobe;

	if (!sriov_plan_makes_vfs(work) || !(work->now.set & SRIOV_PF_AUTOPROBE) ||
	    !autoprobe)
		return 0;
	for (uint32_t i = 0; i < work->want.num_vfs; i++) {
		struct vf_work *vf = sriov_plan_vf_work(work, i);

		if (!vf)
			return sriov_no_memory(plan->ctx);
		if (vf->want.set & SRIOV_VF_DRIVER)
			continue;
		vf->optional = true;
		vf->want.set |= SRIOV_VF_DRIVER;
		sriov_copy(vf->want.driver, sizeof(vf->want.driver),
			   SRIOV_DRIVER_DEFAULT);
	}
	return 0;
}

/* Is a VF to get a VLAN tag, which excludes a trunk? */
static bool want_tag(const struct pf_work *work)
{
	for (size_t i = 0; i < work->nr_vfs; i++)
		if (work->vfs[i].want.set & (SRIOV_VF_VLAN | SRIOV_VF_QOS))
			return true;
	return false;
}

/* What will change, and its companions. */
static uint64_t reads_for(const struct pf_work *work)
{
	uint64_t want = 0;

	for (size_t i = 0; i < work->nr_vfs; i++)
		want |= work->vfs[i].want.set |
			(work->vfs[i].reset ? SRIOV_VF_RESETS : 0);
	/* netlink tells all of these at once; files of a tree are read one by one */
	if (want & (SRIOV_VF_KEPT & ~SRIOV_VF_DRIVER))
		want |= SRIOV_VF_KEPT &
			~(SRIOV_VF_DRIVER | SRIOV_VF_TRUNK | SRIOV_VF_GROUP);
	if (want_tag(work))
		want |= SRIOV_VF_TRUNK;
	if (want & SRIOV_VF_TRUNK)
		want |= SRIOV_VF_NOTE;
	if (want & SRIOV_VF_DRIVER)
		want |= SRIOV_VF_OVERRIDE | SRIOV_VF_NOTE;
	if (want & SRIOV_VF_OF_NETDEV)
		want |= SRIOV_VF_TRUST | SRIOV_VF_NETDEV | SRIOV_VF_DRIVER |
			SRIOV_VF_NOTE;
	for (size_t i = 0; i < work->nr_vfs; i++)
		if (sriov_guid_autos(&work->vfs[i].want))
			want |= SRIOV_VF_NETDEV_MAC;
	return want;
}

/* Every VF that is wished about is there, or will be. */
static int check_indexes(struct pf_work *work)
{
	_cleanup_free_ uint32_t *there = NULL;
	uint32_t n;
	int r = sriov_pf_vfs(work->pf, &there, &n);

	for (size_t i = 0; i < work->nr_vfs && r >= 0; i++) {
		struct vf_work *vf = &work->vfs[i];
		bool now = sriov_pf_has_vf(there, n, vf->want.index);

		vf->fresh = sriov_plan_makes_vfs(work);
		if (vf->fresh ? vf->want.index < work->want.num_vfs :
				now && num_vfs_then(work))
			continue;
		return sriov_fail(work->pf->ctx, SRIOV_WRONG, ERANGE,
				  "%s/%u: no such VF (there are %u)", work->pf->name,
				  vf->want.index, num_vfs_then(work));
	}
	return r;
}

int sriov_plan_read_vfs(struct pf_work *work)
{
	_cleanup_free_ struct sriov_vf_attrs **vfs =
		calloc(work->nr_vfs + 1, sizeof(*vfs));
	/* whoever looked at groups has read which VFs are in them */
	bool looked = work->members && !sriov_plan_makes_vfs(work);
	uint64_t known = looked ? SRIOV_VF_GROUP : 0;
	int r;

	if (!vfs)
		return sriov_no_memory(work->pf->ctx);
	for (size_t i = 0; i < work->nr_vfs; i++)
		vfs[i] = &work->vfs[i].now;
	r = sriov_vf_get(work->pf, reads_for(work) & ~known, vfs, work->nr_vfs);
	for (size_t i = 0, k = 0; i < work->nr_vfs && looked; i++) {
		while (k < work->nr_members && work->members[k]->index < vfs[i]->index)
			k++;
		if (k < work->nr_members && work->members[k]->index == vfs[i]->index)
			sriov_vf_copy(vfs[i], work->members[k], known);
	}
	return r;
}

/* What stands in driver_override afterwards. */
static const char *override_for(const char *wanted)
{
	return strcmp(wanted, SRIOV_DRIVER_NONE) ? wanted : "";
}

static void see_driver(struct step *step)
{
	struct vf_work *vf = step->vf_work;
	enum sriov_driver_change change;

	if (vf->fresh || !(vf->now.set & SRIOV_VF_DRIVER))
		return;
	change = sriov_driver_change(vf->to.driver, vf->now.driver,
				     vf->now.set & SRIOV_VF_OVERRIDE ? vf->now.override :
								       "");
	step->pub.state = change == SRIOV_DRIVER_SAME ? SRIOV_STEP_SAME :
							SRIOV_STEP_PLANNED;
	if (change != SRIOV_DRIVER_KEEP)
		return;
	step->pub.attr = SRIOV_VF_OVERRIDE;
	sriov_copy(vf->to.override, sizeof(vf->to.override), override_for(vf->to.driver));
	vf->to.set |= SRIOV_VF_OVERRIDE;
}

static int add_vf_steps(struct sriov_plan *plan, struct pf_work *work, uint64_t mask)
{
	for (size_t i = 0; i < work->nr_vfs; i++) {
		struct vf_work *vf = &work->vfs[i];

		for (uint64_t bits = vf->want.set & mask; bits; bits &= bits - 1) {
			int r = sriov_plan_add_vf_step(plan, work, vf, bits & -bits);

			if (r < 0)
				return r;
			if ((bits & -bits) == SRIOV_VF_DRIVER)
				see_driver(plan->steps[plan->nr_steps - 1]);
		}
	}
	return 0;
}

static int add_autoprobe(struct sriov_plan *plan, struct pf_work *work, enum phase phase,
			 bool *now, bool to)
{
	struct sriov_pf_attrs values[2] = {
		{ .set = SRIOV_PF_AUTOPROBE, .autoprobe = *now },
		{ .set = SRIOV_PF_AUTOPROBE, .autoprobe = to }
	};
	int r = sriov_plan_add_pf_step(plan, work, phase, &values[0], &values[1],
				       SRIOV_PF_AUTOPROBE);

	if (r >= 0 && *now == to)
		plan->steps[plan->nr_steps - 1]->pub.state = SRIOV_STEP_SAME;
	*now = to;
	return r;
}

static int add_count(struct sriov_plan *plan, struct pf_work *work, uint32_t from,
		     uint32_t to)
{
	struct sriov_pf_attrs values[2] = { { .set = SRIOV_PF_NUM_VFS, .num_vfs = from },
					    { .set = SRIOV_PF_NUM_VFS, .num_vfs = to } };
	int r = sriov_plan_add_pf_step(plan, work, to ? PHASE_NUM_VFS : PHASE_DESTROY,
				       &values[0], &values[1], SRIOV_PF_NUM_VFS);
	struct sriov_step *step;

	if (r < 0)
		return r;
	step = &plan->steps[plan->nr_steps - 1]->pub;
	step->action = to ? SRIOV_ACTION_CREATE : SRIOV_ACTION_DESTROY;
	if (from == to)
		step->state = SRIOV_STEP_SAME;
	return 0;
}

/* From one number to another the kernel goes only through 0. */
static int add_num_vfs(struct sriov_plan *plan, struct pf_work *work)
{
	uint32_t from = work->now.num_vfs, to = work->want.num_vfs;
	int r = 0;

	if (from && to && from != to) {
		r = add_count(plan, work, from, 0);
		from = 0;
	}
	return r < 0 ? r : add_count(plan, work, from, to);
}

static int add_pf_driver(struct sriov_plan *plan, struct pf_work *work)
{
	int r = sriov_plan_add_pf_step(plan, work, PHASE_PF_DRIVER, &work->now,
				       &work->want, SRIOV_PF_DRIVER);
	enum sriov_driver_change change;
	struct sriov_pf_attrs *to;
	struct sriov_step *step;

	if (r < 0)
		return r;
	step = &plan->steps[plan->nr_steps - 1]->pub;
	to = &plan->steps[plan->nr_steps - 1]->values[1];
	step->action = SRIOV_ACTION_BIND;
	change = sriov_driver_change(to->driver, work->now.driver,
				     work->now.set & SRIOV_PF_OVERRIDE ?
					     work->now.override :
					     "");
	if (change == SRIOV_DRIVER_SAME)
		step->state = SRIOV_STEP_SAME;
	if (change != SRIOV_DRIVER_KEEP)
		return 0;
	step->attr = SRIOV_PF_OVERRIDE;
	sriov_copy(to->override, sizeof(to->override), override_for(to->driver));
	to->set |= SRIOV_PF_OVERRIDE;
	return 0;
}

/* A VF takes its default driver only while autoprobe is on. */
static bool needs_autoprobe(const struct sriov_plan *plan, const struct pf_work *work)
{
	for (size_t i = 0; i < plan->nr_steps; i++) {
		const struct step *step = plan->steps[i];

		if (step->pf_work == work && step->phase == PHASE_BIND &&
		    step->pub.state == SRIOV_STEP_PLANNED &&
		    !strcmp(step->vf_work->to.driver, SRIOV_DRIVER_DEFAULT))
			return true;
	}
	return false;
}

static int by_phase(const void *a, const void *b)
{
	const struct step *left = *(struct step *const *)a,
			  *right = *(struct step *const *)b;

	if (left->phase != right->phase)
		return left->phase < right->phase ? -1 : 1;
	if (left->group_work && right->group_work &&
	    left->group_work->order != right->group_work->order)
		return left->group_work->order < right->group_work->order ? -1 : 1;
	if (left->pub.index != right->pub.index)
		return left->pub.index < right->pub.index ? -1 : 1;
	return left->pub.attr < right->pub.attr ? -1 : left->pub.attr > right->pub.attr;
}

static int add_steps(struct sriov_plan *plan, struct pf_work *work)
{
	bool known = work->now.set & SRIOV_PF_AUTOPROBE, autoprobe = work->now.autoprobe;
	bool asked;
	int r = 0;

	if (work->want.set & SRIOV_PF_DRIVER)
		r = add_pf_driver(plan, work);
	if (r >= 0 && work->want.set & SRIOV_PF_AUTOPROBE)
		r = add_autoprobe(plan, work, PHASE_AUTOPROBE, &autoprobe,
				  work->want.autoprobe);
	asked = autoprobe;
	if (r >= 0 && sriov_plan_makes_vfs(work) && known && autoprobe)
		r = add_autoprobe(plan, work, PHASE_HOLD, &autoprobe, false);
	if (r >= 0 && work->want.set & SRIOV_PF_NUM_VFS)
		r = add_num_vfs(plan, work);
	if (r >= 0)
		r = add_vf_steps(plan, work, ~SRIOV_VF_DRIVER);
	if (r >= 0)
		r = add_vf_steps(plan, work, SRIOV_VF_DRIVER);
	if (r >= 0)
		r = sriov_plan_make_groups(plan, work);
	if (r >= 0)
		r = sriov_plan_add_rebinds(plan, work);
	if (r >= 0)
		sriov_plan_renew_promisc(plan, work);
	if (r >= 0 && known && !autoprobe && (asked || needs_autoprobe(plan, work)))
		r = add_autoprobe(plan, work, PHASE_RELEASE, &autoprobe, true);
	if (r >= 0 && known && autoprobe != asked)
		r = add_autoprobe(plan, work, PHASE_RESTORE, &autoprobe, asked);
	return r;
}

/* An InfiniBand PF has a netdev only where IPoIB is loaded: what it has now is what counts. */
static bool is_nic(struct sriov_pf *pf)
{
	uint32_t class;

	return sriov_sysfs_exists(pf->ctx, "%s/net", pf->path) ||
	       (sriov_sysfs_read_u32(pf->ctx, &class, "%s/class", pf->path) >= 0 &&
		class >> 8 == CLASS_ETHERNET);
}

/* Is there a wish for the PF itself, its VFs or groups? */
static bool is_wished_about(const struct pf_work *work)
{
	return work->want.set || work->create || work->nr_vfs || work->nr_groups;
}

/* True: nothing but its firmware is asked for, and the steps for that are made. */
static int make_fw(struct sriov_plan *plan, struct pf_work *work, bool *all)
{
	*all = work->fw && !is_wished_about(work);
	if (!work->fw)
		return 0;
	if (work->fw->activate && !*all)
		return sriov_fail(plan->ctx, SRIOV_WRONG, EINVAL,
				  "%s: VFs go when the firmware starts anew: change them "
				  "after that",
				  work->pf->name);
	return sriov_plan_make_fw(plan, work);
}

int sriov_plan_make_pf(struct sriov_plan *plan, struct pf_work *work)
{
	size_t first;
	bool all;
	int r = make_fw(plan, work, &all);

	if (r < 0 || all)
		return r;
	/* those for the firmware are in order, and stay in front */
	first = plan->nr_steps;
	r = sriov_pf_get(work->pf, PF_READS, &work->now);
	if (r < 0)
		return r;
	work->is_nic = is_nic(work->pf);
	r = sriov_plan_check_pf(plan, work);
	work->can = sriov_backend_writes(work->pf);
	if (r >= 0)
		r = sriov_plan_remember_vfs(plan, work);
	if (r >= 0)
		r = sriov_plan_keep_vfs(plan, work);
	if (r >= 0)
		r = sriov_plan_look_at_groups(plan, work);
	if (r >= 0)
		r = add_optional_drivers(plan, work);
	if (r < 0)
		return r;
	if (work->nr_vfs)
		qsort(work->vfs, work->nr_vfs, sizeof(*work->vfs), by_index);
	r = check_indexes(work);
	if (r >= 0 && !sriov_plan_makes_vfs(work))
		r = sriov_plan_read_vfs(work);
	if (r >= 0)
		r = sriov_plan_make_resets(plan, work);
	for (size_t i = 0; i < work->nr_vfs && r >= 0; i++)
		r = sriov_plan_check_vf(work, &work->vfs[i]);
	for (size_t i = 0; i < work->nr_vfs && r >= 0; i++)
		r = sriov_plan_check_promisc(plan, work, &work->vfs[i]);
	if (r >= 0)
		r = sriov_plan_check_macs(plan, work);
	if (r >= 0)
		r = sriov_plan_check_rebound(plan, work);
	if (r >= 0)
		r = add_steps(plan, work);
	if (r >= 0 && sriov_plan_makes_vfs(work))
		sriov_plan_look_at_kept(plan, work);
	if (r >= 0 && plan->nr_steps > first)
		qsort(plan->steps + first, plan->nr_steps - first, sizeof(*plan->steps),
		      by_phase);
	return r;
}
