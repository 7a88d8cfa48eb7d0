// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Plans: groups of VFs. A group is there as long as it has VFs; with the last of them it goes, and
 * what it was given. So joining and leaving are attributes of VFs, and around those stand steps
 * that keep the rates of groups whose VFs change.
 */
#include <inttypes.h>

#include "pf.h"
#include "plan.h"

#define RATES (SRIOV_GROUP_MAX_TX_RATE | SRIOV_GROUP_MIN_TX_RATE)

/* ---- wishes ---- */

struct group_work *sriov_plan_group_work(struct pf_work *work, const char *name)
{
	struct group_work **groups, *group;

	if (!strcmp(name, SRIOV_GROUP_NONE))
		name = "0";
	for (size_t i = 0; i < work->nr_groups; i++)
		if (!strcmp(work->groups[i]->want.name, name))
			return work->groups[i];
	groups = realloc(work->groups, (work->nr_groups + 1) * sizeof(*groups));
	if (!groups)
		return NULL;
	work->groups = groups;
	group = calloc(1, sizeof(*group));
	if (!group)
		return NULL;
	group->order = work->nr_groups;
	groups[work->nr_groups++] = group;
	sriov_copy(group->want.name, sizeof(group->want.name), name);
	sriov_copy(group->now.name, sizeof(group->now.name), name);
	return group;
}

void sriov_plan_free_groups(struct pf_work *work)
{
	for (size_t i = 0; i < work->nr_groups; i++)
		free(work->groups[i]);
	free(work->groups);
}

static int no_memory(const struct pf_work *work)
{
	return sriov_fail(work->pf->ctx, SRIOV_FAILED, ENOMEM, "%s",
			  sriov_strerror(ENOMEM));
}

static int refuse(const struct pf_work *work, const struct group_work *group, int err,
		  const char *text)
{
	return sriov_fail(work->pf->ctx, SRIOV_WRONG, err, "%s group %s: %s",
			  work->pf->name, group->want.name, text);
}

/* A wish for a VF, unless it has one of its own. */
static int wish_for(struct pf_work *work, uint32_t index, const char *group)
{
	struct vf_work *vf = sriov_plan_vf_work(work, index);

	if (!vf)
		return no_memory(work);
	if (vf->want.set & SRIOV_VF_GROUP)
		return 0;
	vf->want.set |= SRIOV_VF_GROUP;
	sriov_copy(vf->want.group, sizeof(vf->want.group), group);
	return 0;
}

/* Its VFs are to be these, and no others. */
static int wish_for_members(struct pf_work *work, const struct group_work *group)
{
	_cleanup_free_ struct sriov_selection *chosen = calloc(1, sizeof(*chosen));
	char object[SRIOV_NAME_LEN * 4];
	int r;

	if (!chosen)
		return no_memory(work);
	snprintf(object, sizeof(object), "%s group %s: vfs", work->pf->name,
		 group->want.name);
	r = sriov_selection_parse(work->pf->ctx, object, group->want.vfs, chosen);
	for (uint32_t i = 0; i <= SRIOV_INDEX_MAX && r >= 0 && !chosen->all; i++)
		if (chosen->bits[i / 64] >> i % 64 & 1)
			r = wish_for(work, i, group->want.name);
	for (size_t i = 0; i < work->nr_members && r >= 0; i++) {
		const struct sriov_vf_attrs *vf = work->members[i];

		if (chosen->all)
			r = wish_for(work, vf->index, group->want.name);
		else if (vf->set & SRIOV_VF_GROUP && !strcmp(vf->group, group->now.name))
			r = wish_for(work, vf->index, "0");
	}
	return r;
}

static int wish_for_none(struct pf_work *work, const struct group_work *group)
{
	int r = 0;

	if (!strcmp(group->want.name, "0"))
		return refuse(work, group, EINVAL,
			      "that of all VFs which are in no other cannot be deleted");
	if (!group->now.num_vfs)
		return refuse(work, group, ENOENT, "there is no such group");
	for (size_t i = 0; i < work->nr_members && r >= 0; i++)
		if (!strcmp(work->members[i]->group, group->now.name))
			r = wish_for(work, work->members[i]->index, "0");
	return r;
}

/* ---- what is ---- */

static bool is_about_groups(const struct pf_work *work)
{
	if (work->nr_groups)
		return true;
	for (size_t i = 0; i < work->nr_vfs; i++)
		if (work->vfs[i].want.set & SRIOV_VF_GROUP || work->vfs[i].reset)
			return true;
	return false;
}

static int look(struct pf_work *work)
{
	struct sriov_group_attrs **groups;
	size_t n;
	int r = sriov_group_look(work->pf, &groups, &n, &work->members,
				 &work->nr_members);

	if (r < 0)
		return r;
	for (size_t i = 0; i < n && r >= 0; i++) {
		struct group_work *group = sriov_plan_group_work(work, groups[i]->name);

		if (group)
			group->now = *groups[i];
		else
			r = no_memory(work);
	}
	sriov_group_attrs_free(groups);
	return r;
}

/* In the tree of the vendor they have numbers, and "none" is the first. */
static int check_names(struct pf_work *work)
{
	const struct sriov_backend *backend = sriov_group_backend(work->pf);

	for (size_t i = 0; i < work->nr_vfs; i++) {
		struct sriov_vf_attrs *want = &work->vfs[i].want;

		if (!(want->set & SRIOV_VF_GROUP))
			continue;
		if (!strcmp(want->group, SRIOV_GROUP_NONE))
			sriov_copy(want->group, sizeof(want->group), "0");
		if (!sriov_plan_group_work(work, want->group))
			return no_memory(work);
	}
	for (size_t i = 0; i < work->nr_groups; i++) {
		const char *name = work->groups[i]->want.name;

		if (backend == &sriov_backend_mlnx && !sriov_mlnx_is_group(name))
			return refuse(work, work->groups[i], EINVAL,
				      "this PF's groups have numbers: 0-255");
	}
	return 0;
}

int sriov_plan_look_at_groups(struct sriov_plan *plan, struct pf_work *work)
{
	int r;

	(void)plan;
	/* without groups there is nothing to be kept, and what is asked for is refused later */
	if (!sriov_group_backend(work->pf) && !work->nr_groups)
		return 0;
	if (!is_about_groups(work) && !sriov_plan_unmakes_vfs(work) &&
	    !(work->want.set & SRIOV_PF_DRIVER))
		return 0;
	r = look(work);
	for (size_t i = 0; i < work->nr_groups && r >= 0; i++) {
		if (work->groups[i]->del)
			r = wish_for_none(work, work->groups[i]);
		else if (work->groups[i]->want.set & SRIOV_GROUP_VFS)
			r = wish_for_members(work, work->groups[i]);
	}
	return r < 0 ? r : check_names(work);
}

/* ---- what will be ---- */

static const char *group_then(const struct pf_work *work, uint32_t index)
{
	for (size_t i = 0; i < work->nr_vfs; i++)
		if (work->vfs[i].want.index == index &&
		    work->vfs[i].want.set & SRIOV_VF_GROUP)
			return work->vfs[i].want.group;
	if (sriov_plan_makes_vfs(work))
		return "0";
	for (size_t i = 0; i < work->nr_members; i++)
		if (work->members[i]->index == index)
			return work->members[i]->group;
	return "0";
}

static void count(struct pf_work *work)
{
	uint32_t n = work->want.set & SRIOV_PF_NUM_VFS ? work->want.num_vfs :
							 work->now.num_vfs;

	for (uint32_t i = 0; i < n; i++) {
		const char *then = group_then(work, i);
		bool stays = false;
		struct group_work *group;

		for (size_t k = 0; k < work->nr_members && !sriov_plan_makes_vfs(work);
		     k++)
			stays = stays || (work->members[k]->index == i &&
					  !strcmp(work->members[k]->group, then));
		group = sriov_plan_group_work(work, then);
		if (!group)
			continue;
		group->then++;
		group->stay += stays;
	}
}

/* ---- steps ---- */

static int add(struct sriov_plan *plan, struct pf_work *work, struct group_work *group,
	       uint64_t bit, enum phase phase, bool put_back)
{
	int r = sriov_plan_add_group_step(plan, work, group, phase, bit);
	struct step *step;

	if (r < 0)
		return r;
	step = plan->steps[plan->nr_steps - 1];
	step->pub.put_back = put_back;
	if (!put_back && group->now.set & bit &&
	    sriov_group_rate(&group->now, bit) == sriov_group_rate(&group->to, bit))
		step->pub.state = SRIOV_STEP_SAME;
	return 0;
}

/* What a group was given goes with its last VF: take it away before, so that it comes back. */
static int clear(struct sriov_plan *plan, struct pf_work *work, struct group_work *group)
{
	int r = 0;

	for (uint64_t bits = RATES & group->now.set; bits && r >= 0; bits &= bits - 1)
		if (sriov_group_rate(&group->now, bits & -bits))
			r = add(plan, work, group, bits & -bits, PHASE_GROUP_CLEAR,
				false);
	return r;
}

static int add_steps(struct sriov_plan *plan, struct pf_work *work,
		     struct group_work *group)
{
	bool is_default = !strcmp(group->want.name, "0");
	bool unmade = sriov_plan_unmakes_vfs(work);
	int r = 0;

	group->to = group->now;
	if (group->now.num_vfs && !group->then && !is_default && !unmade) {
		group->to.max_tx_rate = group->to.min_tx_rate = 0;
		return clear(plan, work, group);
	}
	/* one that nobody stays in goes, or may go, before others come */
	if (group->now.num_vfs && group->then && !group->stay)
		for (uint64_t bits = RATES & group->now.set & ~group->want.set;
		     bits && r >= 0; bits &= bits - 1)
			if (sriov_group_rate(&group->now, bits & -bits))
				r = add(plan, work, group, bits & -bits, PHASE_GROUP_SET,
					true);
	if (group->want.set & SRIOV_GROUP_MAX_TX_RATE)
		group->to.max_tx_rate = group->want.max_tx_rate;
	if (group->want.set & SRIOV_GROUP_MIN_TX_RATE)
		group->to.min_tx_rate = group->want.min_tx_rate;
	group->to.set |= group->want.set & RATES;
	/* one that is not there yet has no rates */
	if (!group->now.num_vfs && !is_default) {
		group->now.set |= RATES;
		group->now.max_tx_rate = group->now.min_tx_rate = 0;
	}
	for (uint64_t bits = RATES & group->want.set; bits && r >= 0; bits &= bits - 1)
		r = add(plan, work, group, bits & -bits, PHASE_GROUP_SET, false);
	return r;
}

static int check(const struct pf_work *work, const struct group_work *group)
{
	bool is_default = !strcmp(group->want.name, "0");
	uint32_t max = group->want.set & SRIOV_GROUP_MAX_TX_RATE ?
			       group->want.max_tx_rate :
			       group->now.max_tx_rate,
		 min = group->want.set & SRIOV_GROUP_MIN_TX_RATE ?
			       group->want.min_tx_rate :
			       group->now.min_tx_rate;

	if (!(group->want.set & RATES))
		return 0;
	if (!group->then && !is_default)
		return refuse(
			work, group, ENOENT,
			"there is no such group: one is there as long as it has VFs "
			"(vfs LIST)");
	if (is_default && !(group->now.set & RATES))
		return refuse(
			work, group, EOPNOTSUPP,
			"there are no rates for VFs that are in no group: this driver "
			"has none, or not before a VF has a rate or a group");
	if (max && min > max)
		return refuse(work, group, EINVAL, "min_tx_rate is above max_tx_rate");
	if (max > SRIOV_RATE_MAX || min > SRIOV_RATE_MAX)
		return refuse(work, group, ERANGE, "a rate above 2^31-1");
	return 0;
}

int sriov_plan_make_groups(struct sriov_plan *plan, struct pf_work *work)
{
	int r = 0;

	if (!work->nr_groups)
		return 0;
	count(work);
	for (size_t i = 0; i < work->nr_groups && r >= 0; i++) {
		r = check(work, work->groups[i]);
		if (r >= 0)
			r = add_steps(plan, work, work->groups[i]);
	}
	return r;
}

/* ---- for the plan that makes VFs anew ---- */

static bool has_members(const struct pf_work *work, const struct group_work *group)
{
	for (size_t i = 0; i < work->nr_before; i++)
		if (work->before[i]->set & SRIOV_VF_GROUP &&
		    !strcmp(work->before[i]->group, group->now.name))
			return true;
	return false;
}

int sriov_plan_again_groups(struct sriov_plan *again, const struct pf_work *work)
{
	int r = 0;

	for (size_t i = 0; i < work->nr_groups && r >= 0; i++) {
		struct sriov_group_attrs want = work->groups[i]->now;

		want.set &= RATES;
		want.set &= (want.max_tx_rate ? ~UINT64_C(0) : ~SRIOV_GROUP_MAX_TX_RATE) &
			    (want.min_tx_rate ? ~UINT64_C(0) : ~SRIOV_GROUP_MIN_TX_RATE);
		if (want.set && has_members(work, work->groups[i]))
			r = sriov_plan_group_set(again, work->pf, &want);
	}
	return r;
}
