// SPDX-License-Identifier: GPL-2.0-or-later
/* Plans: collecting wishes, PF by PF. See plan.h for what follows. */
#include "plan.h"

int sriov_plan_new(struct sriov_ctx *ctx, struct sriov_plan **plan)
{
	struct sriov_plan *new = calloc(1, sizeof(*new));

	if (!new)
		return sriov_no_memory(ctx);
	new->ctx = ctx;
	*plan = new;
	return 0;
}

void sriov_plan_free(struct sriov_plan *plan)
{
	if (!plan)
		return;
	for (size_t i = 0; i < plan->nr_steps; i++) {
		free(plan->steps[i]->values);
		free(plan->steps[i]->text);
		free(plan->steps[i]);
	}
	for (size_t i = 0; i < plan->nr_works; i++) {
		if (plan->works[i]->locked)
			sriov_unlock(plan->works[i]->pf);
		if (!plan->works[i]->lent)
			sriov_vf_attrs_free(plan->works[i]->before);
		sriov_plan_free_groups(plan->works[i]);
		sriov_plan_free_fw(plan->works[i]->fw);
		sriov_vf_attrs_free(plan->works[i]->members);
		free(plan->works[i]->vfs);
		free(plan->works[i]);
	}
	free(plan->steps);
	free(plan->works);
	free(plan);
}

static int no_memory(struct sriov_plan *plan)
{
	return sriov_no_memory(plan->ctx);
}

struct pf_work *sriov_plan_pf_work(struct sriov_plan *plan, struct sriov_pf *pf)
{
	struct pf_work **works, *work;

	for (size_t i = 0; i < plan->nr_works; i++)
		if (plan->works[i]->pf == pf)
			return plan->works[i];
	works = realloc(plan->works, (plan->nr_works + 1) * sizeof(*works));
	if (!works)
		return NULL;
	plan->works = works;
	work = calloc(1, sizeof(*work));
	if (!work)
		return NULL;
	work->pf = pf;
	works[plan->nr_works++] = work;
	return work;
}

struct vf_work *sriov_plan_vf_work(struct pf_work *work, uint32_t index)
{
	struct vf_work *vfs;

	/* mostly they come in ascending order: look from the end */
	for (size_t i = work->nr_vfs; i-- > 0;)
		if (work->vfs[i].want.index == index)
			return &work->vfs[i];
	if (!(work->nr_vfs & (work->nr_vfs - 1))) {
		size_t room = work->nr_vfs ? work->nr_vfs * 2 : 1;

		vfs = realloc(work->vfs, room * sizeof(*vfs));
		if (!vfs)
			return NULL;
		work->vfs = vfs;
	}
	vfs = &work->vfs[work->nr_vfs++];
	memset(vfs, 0, sizeof(*vfs));
	vfs->want.index = vfs->now.index = vfs->to.index = index;
	return vfs;
}

int sriov_plan_pf_set(struct sriov_plan *plan, struct sriov_pf *pf,
		      const struct sriov_pf_attrs *want)
{
	struct pf_work *work = sriov_plan_pf_work(plan, pf);

	if (!work)
		return no_memory(plan);
	if (want->set & SRIOV_PF_NUM_VFS)
		work->want.num_vfs = want->num_vfs;
	if (want->set & SRIOV_PF_AUTOPROBE)
		work->want.autoprobe = want->autoprobe;
	if (want->set & SRIOV_PF_DRIVER)
		sriov_copy(work->want.driver, sizeof(work->want.driver), want->driver);
	work->want.set |= want->set & SRIOV_PF_SETTABLE;
	return 0;
}

int sriov_plan_vf_set(struct sriov_plan *plan, struct sriov_pf *pf,
		      struct sriov_vf_attrs *const *want, size_t n)
{
	struct pf_work *work = sriov_plan_pf_work(plan, pf);
	struct vf_work *vf;

	if (!work)
		return no_memory(plan);
	for (size_t i = 0; i < n; i++) {
		vf = sriov_plan_vf_work(work, want[i]->index);
		if (!vf)
			return no_memory(plan);
		sriov_vf_copy(&vf->want, want[i], SRIOV_VF_SETTABLE);
	}
	return 0;
}

int sriov_plan_vf_reset(struct sriov_plan *plan, struct sriov_pf *pf,
			const uint32_t *indexes, size_t n)
{
	struct pf_work *work = sriov_plan_pf_work(plan, pf);
	struct vf_work *vf;

	if (!work)
		return no_memory(plan);
	for (size_t i = 0; i < n; i++) {
		vf = sriov_plan_vf_work(work, indexes[i]);
		if (!vf)
			return no_memory(plan);
		vf->reset = true;
	}
	return 0;
}

int sriov_plan_group_set(struct sriov_plan *plan, struct sriov_pf *pf,
			 const struct sriov_group_attrs *want)
{
	struct pf_work *work = sriov_plan_pf_work(plan, pf);
	struct group_work *group = work ? sriov_plan_group_work(work, want->name) : NULL;

	if (!group)
		return no_memory(plan);
	if (want->set & SRIOV_GROUP_MAX_TX_RATE)
		group->want.max_tx_rate = want->max_tx_rate;
	if (want->set & SRIOV_GROUP_MIN_TX_RATE)
		group->want.min_tx_rate = want->min_tx_rate;
	if (want->set & SRIOV_GROUP_VFS)
		sriov_copy(group->want.vfs, sizeof(group->want.vfs), want->vfs);
	group->want.set |= want->set & SRIOV_GROUP_SETTABLE;
	return 0;
}

int sriov_plan_group_del(struct sriov_plan *plan, struct sriov_pf *pf, const char *name)
{
	struct pf_work *work = sriov_plan_pf_work(plan, pf);
	struct group_work *group = work ? sriov_plan_group_work(work, name) : NULL;

	if (!group)
		return no_memory(plan);
	group->del = true;
	return 0;
}

int sriov_plan_vf_create(struct sriov_plan *plan, struct sriov_pf *pf,
			 struct sriov_vf_attrs *const *want, size_t n)
{
	struct pf_work *work = sriov_plan_pf_work(plan, pf);

	if (!work)
		return no_memory(plan);
	work->create = true;
	work->want.num_vfs = n;
	work->want.set |= SRIOV_PF_NUM_VFS;
	return sriov_plan_vf_set(plan, pf, want, n);
}

static struct step *add_step(struct sriov_plan *plan)
{
	struct step **steps, *step;

	if (plan->nr_steps == plan->room) {
		size_t room = plan->room ? plan->room * 2 : 16;

		steps = realloc(plan->steps, room * sizeof(*steps));
		if (!steps)
			return NULL;
		plan->steps = steps;
		plan->room = room;
	}
	step = calloc(1, sizeof(*step));
	if (step)
		plan->steps[plan->nr_steps++] = step;
	return step;
}

static enum phase phase_of(const struct vf_work *vf, uint64_t attr)
{
	if (attr == SRIOV_VF_DRIVER)
		return PHASE_BIND;
	if (attr & SRIOV_VF_OF_NETDEV)
		return PHASE_NETDEV;
	if (attr != SRIOV_VF_TRUNK)
		return PHASE_VF_SET;
	return sriov_plan_has_trunk(&vf->to) ? PHASE_TRUNK : PHASE_UNTRUNK;
}

int sriov_plan_add_vf_step(struct sriov_plan *plan, struct pf_work *work,
			   struct vf_work *vf, uint64_t attr)
{
	struct step *step = add_step(plan);
	bool bind = attr == SRIOV_VF_DRIVER;

	if (!step)
		return no_memory(plan);
	step->phase = phase_of(vf, attr);
	step->pf_work = work;
	step->vf_work = vf;
	step->pub.noun = bind ? SRIOV_NOUN_BIND : SRIOV_NOUN_VF;
	step->pub.action = bind ? SRIOV_ACTION_BIND : SRIOV_ACTION_SET;
	step->pub.backend = bind ? sriov_backend_pci.name : NULL;
	step->pub.pf = work->pf;
	step->pub.index = vf->want.index;
	step->pub.attr = attr;
	step->pub.from.vf = vf->before ? vf->before : &vf->now;
	step->pub.to.vf = &vf->to;
	step->pub.put_back = vf->back & attr;
	if (!vf->fresh && sriov_vf_same(&vf->now, &vf->to, attr))
		step->pub.state = SRIOV_STEP_SAME;
	return 0;
}

int sriov_plan_add_pf_step(struct sriov_plan *plan, struct pf_work *work,
			   enum phase phase, const struct sriov_pf_attrs *from,
			   const struct sriov_pf_attrs *to, uint64_t attr)
{
	struct step *step = add_step(plan);

	if (!step)
		return no_memory(plan);
	step->values = calloc(2, sizeof(*step->values));
	if (!step->values)
		return no_memory(plan);
	step->values[0] = *from;
	step->values[1] = *to;
	step->phase = phase;
	step->pf_work = work;
	step->pub.noun = SRIOV_NOUN_PF;
	step->pub.action = SRIOV_ACTION_SET;
	step->pub.backend = sriov_backend_pci.name;
	step->pub.pf = work->pf;
	step->pub.attr = attr;
	step->pub.from.pf = &step->values[0];
	step->pub.to.pf = &step->values[1];
	return 0;
}

int sriov_plan_add_group_step(struct sriov_plan *plan, struct pf_work *work,
			      struct group_work *group, enum phase phase, uint64_t attr)
{
	struct step *step = add_step(plan);

	if (!step)
		return no_memory(plan);
	step->phase = phase;
	step->pf_work = work;
	step->group_work = group;
	step->pub.noun = SRIOV_NOUN_GROUP;
	step->pub.action = SRIOV_ACTION_SET;
	step->pub.pf = work->pf;
	step->pub.group = group->want.name;
	step->pub.attr = attr;
	step->pub.from.group = &group->now;
	step->pub.to.group = &group->to;
	return 0;
}

struct step *sriov_plan_add_fw_step(struct sriov_plan *plan, struct pf_work *work,
				    enum phase phase, enum sriov_action action,
				    const char *name)
{
	struct step *step = add_step(plan);

	if (!step)
		return NULL;
	step->phase = phase;
	step->pf_work = work;
	step->pub.noun = SRIOV_NOUN_FW;
	step->pub.action = action;
	step->pub.pf = work->pf;
	step->pub.name = name;
	return step;
}

void sriov_step_text(struct step *step, const char *text)
{
	free(step->text);
	step->text = text && text[0] ? strdup(text) : NULL;
	if (step->text)
		sriov_make_printable(step->text);
	step->pub.text = step->text;
}

int sriov_plan_lock(struct sriov_plan *plan, struct sriov_pf *pf)
{
	struct pf_work *work = sriov_plan_pf_work(plan, pf);
	int r;

	if (!work)
		return no_memory(plan);
	/* a recorded machine changes by nobody */
	if (work->locked || work->lent || plan->ctx->recorded)
		return 0;
	r = sriov_lock(pf);
	work->locked = r >= 0;
	return r;
}

static int by_name(const void *a, const void *b)
{
	const struct pf_work *const *left = a, *const *right = b;

	return strcmp((*left)->pf->name, (*right)->pf->name);
}

int sriov_plan_make(struct sriov_plan *plan, unsigned int flags)
{
	bool dry_run = flags & SRIOV_PLAN_DRY_RUN;
	int r;

	if (plan->made || plan->nr_steps)
		return sriov_fail(plan->ctx, SRIOV_WRONG, EINVAL,
				  "the plan was made before");
	if (plan->ctx->recorded && !dry_run)
		return sriov_fail(plan->ctx, SRIOV_WRONG, EROFS,
				  "a recorded machine cannot be changed: only --dry-run");
	plan->flags = flags;
	r = sriov_plan_add_cards(plan);
	if (r < 0)
		return r;
	/* always in the order of addresses, so that two plans cannot wait for each other */
	if (plan->nr_works)
		qsort(plan->works, plan->nr_works, sizeof(*plan->works), by_name);
	for (size_t i = 0; i < plan->nr_works && !dry_run; i++) {
		r = sriov_plan_lock(plan, plan->works[i]->pf);
		if (r < 0)
			return r;
	}
	for (size_t i = 0; i < plan->nr_works; i++) {
		if (plan->works[i]->neighbour)
			continue;
		r = sriov_plan_make_pf(plan, plan->works[i]);
		if (sriov_is_stopped(plan->ctx))
			r = sriov_fail_interrupted(plan->ctx);
		if (r < 0)
			return r;
	}
	plan->made = true;
	return 0;
}

struct sriov_pf *sriov_plan_pf(const struct sriov_plan *plan, size_t i)
{
	for (size_t k = 0; k < plan->nr_works; k++)
		if (!plan->works[k]->neighbour && !i--)
			return plan->works[k]->pf;
	return NULL;
}

const struct sriov_step *const *sriov_plan_steps(const struct sriov_plan *plan, size_t *n)
{
	*n = plan->nr_steps;
	/* the public part stands first in a step, so one pointer serves for both */
	return (const struct sriov_step *const *)plan->steps;
}
