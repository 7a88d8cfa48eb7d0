// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Plans: groups of VFs. A group is there as long as it has VFs; with the last of them it goes, and
 * what it was given. So joining and leaving are attributes of VFs: see plan-rate.c for the steps
 * that keep the rates of groups whose VFs change.
 */
#include <inttypes.h>

#include "pf.h"
#include "plan.h"

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
	return sriov_no_memory(work->pf->ctx);
}

int sriov_plan_refuse_group(const struct pf_work *work, const struct group_work *group,
			    int err, const char *text)
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

static bool is_chosen(const struct sriov_selection *chosen, uint32_t index)
{
	return chosen->bits[index / 64] >> index % 64 & 1;
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
		if (is_chosen(chosen, i))
			r = wish_for(work, i, group->want.name);
	for (size_t i = 0; i < work->nr_members && r >= 0; i++) {
		const struct sriov_vf_attrs *vf = work->members[i];

		if (chosen->all)
			r = wish_for(work, vf->index, group->want.name);
		else if (!strcmp(vf->group, group->now.name))
			r = wish_for(work, vf->index, "0");
		/* there is nowhere else to go */
		if (r >= 0 && !chosen->all && !strcmp(group->want.name, "0") &&
		    !strcmp(vf->group, "0") && !is_chosen(chosen, vf->index))
			r = sriov_plan_refuse_group(
				work, group, EINVAL,
				"a VF is taken out of it by putting it into another");
	}
	return r;
}

static int wish_for_none(struct pf_work *work, const struct group_work *group)
{
	int r = 0;

	if (!strcmp(group->want.name, "0"))
		return sriov_plan_refuse_group(
			work, group, EINVAL,
			"that of all VFs which are in no other cannot be deleted");
	if (!group->now.num_vfs)
		return sriov_plan_refuse_group(work, group, ENOENT,
					       "there is no such group");
	for (size_t i = 0; i < work->nr_members && r >= 0; i++)
		if (!strcmp(work->members[i]->group, group->now.name))
			r = wish_for(work, work->members[i]->index, "0");
	return r;
}

/* ---- what is ---- */

static bool is_asked_for(const struct pf_work *work)
{
	if (work->nr_groups)
		return true;
	for (size_t i = 0; i < work->nr_vfs; i++)
		if (work->vfs[i].want.set & SRIOV_VF_GROUP)
			return true;
	return false;
}

static bool is_touched(const struct pf_work *work)
{
	for (size_t i = 0; i < work->nr_vfs; i++)
		if (work->vfs[i].reset)
			return true;
	return sriov_plan_unmakes_vfs(work) || work->want.set & SRIOV_PF_DRIVER;
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

/* What is not known can be neither kept nor taken away. */
static int check_known(const struct sriov_plan *plan, struct pf_work *work, bool asked)
{
	if (plan->flags & SRIOV_PLAN_FORCE || work->lent)
		return 0;
	for (size_t i = 0; i < work->nr_members && asked; i++)
		if (!(work->members[i]->set & SRIOV_VF_GROUP))
			return sriov_fail(plan->ctx, SRIOV_FAILED, ENODATA,
					  "%s/%u: in which group it is cannot be read",
					  work->pf->name, work->members[i]->index);
	for (size_t i = 0; i < work->nr_groups && sriov_plan_makes_vfs(work); i++) {
		const struct group_work *group = work->groups[i];

		if (group->now.num_vfs && strcmp(group->now.name, "0") != 0 &&
		    !(group->now.set & SRIOV_GROUP_MAX_TX_RATE))
			return sriov_fail(
				plan->ctx, SRIOV_REFUSED, ENODATA,
				"%s group %s: num_vfs: its rates cannot be read, "
				"so they could not be put back (--force goes on)",
				work->pf->name, group->now.name);
	}
	return 0;
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
			return sriov_plan_refuse_group(
				work, work->groups[i], EINVAL,
				"this PF's groups have numbers: 0-255");
	}
	return 0;
}

int sriov_plan_look_at_groups(struct sriov_plan *plan, struct pf_work *work)
{
	bool asked = is_asked_for(work);
	int r;

	/* without groups there is nothing to be kept, and what is asked for is refused later */
	if (!sriov_group_backend(work->pf) && !work->nr_groups)
		return 0;
	if (!asked && !is_touched(work))
		return 0;
	r = look(work);
	if (r >= 0)
		r = check_known(plan, work, asked);
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

void sriov_plan_count_groups(struct pf_work *work)
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
