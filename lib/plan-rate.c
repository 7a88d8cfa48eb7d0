// SPDX-License-Identifier: GPL-2.0-or-later
/* Plans: the rates of groups: which steps are needed, doing and undoing them. */
#include "plan.h"

#define RATES (SRIOV_GROUP_MAX_TX_RATE | SRIOV_GROUP_MIN_TX_RATE)

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
	/* one that nobody stays in comes anew, without rates */
	if (!put_back && (group->stay || phase == PHASE_GROUP_CLEAR) &&
	    group->now.set & bit &&
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
		r = add(plan, work, group, bits & -bits, PHASE_GROUP_SET, group->back);
	return r;
}

/* Releases before 4.6-3.5 have a limit for groups only. */
static bool has_no_guarantees(const struct pf_work *work)
{
	for (size_t i = 0; i < work->nr_groups; i++)
		if ((work->groups[i]->now.set & RATES) == SRIOV_GROUP_MAX_TX_RATE)
			return true;
	return false;
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

	if (!(group->want.set & RATES) || group->back)
		return 0;
	if (group->want.set & SRIOV_GROUP_MIN_TX_RATE && has_no_guarantees(work))
		return sriov_plan_refuse_group(
			work, group, EOPNOTSUPP,
			"min_tx_rate: this driver has none for groups (it needs "
			"MLNX_OFED from 4.6-3.5 on)");
	if (!group->then && !is_default)
		return sriov_plan_refuse_group(
			work, group, ENOENT,
			"there is no such group: one is there as long as it has VFs "
			"(vfs LIST)");
	if (is_default && !(group->now.set & RATES))
		return sriov_plan_refuse_group(
			work, group, EOPNOTSUPP,
			"there are no rates for VFs that are in no group: this driver "
			"has none, or not before a VF has a rate or a group");
	if (max && min > max)
		return sriov_plan_refuse_group(work, group, EINVAL,
					       "min_tx_rate is above max_tx_rate");
	if (max > SRIOV_RATE_MAX || min > SRIOV_RATE_MAX)
		return sriov_plan_refuse_group(work, group, ERANGE,
					       "a rate above 2^31-1");
	return 0;
}

int sriov_plan_make_groups(struct sriov_plan *plan, struct pf_work *work)
{
	int r = 0;

	if (!work->nr_groups)
		return 0;
	sriov_plan_count_groups(work);
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
		if (!want.set || !has_members(work, work->groups[i]))
			continue;
		r = sriov_plan_group_set(again, work->pf, &want);
		if (r >= 0)
			sriov_plan_group_work(again->works[0], want.name)->back = true;
	}
	return r;
}

/* ---- doing and undoing ---- */

/* Write and read back. -EIO: something else is there now, -ENODATA: it does not tell. */
static int write_to(struct sriov_pf *pf, const char *name, uint64_t bit, uint32_t rate)
{
	struct sriov_group_attrs seen = { 0 }, want = { .set = bit };
	const struct sriov_backend *backend = sriov_group_backend(pf);
	struct sriov_verdict verdict = { 0 };
	int r;

	if (!backend)
		return -ENODEV;
	sriov_copy(want.name, sizeof(want.name), name);
	sriov_copy(seen.name, sizeof(seen.name), name);
	want.max_tx_rate = want.min_tx_rate = rate;
	r = backend->group_set(pf, &want, &verdict);
	backend->group_get(pf, (struct sriov_group_attrs *[]){ &seen }, 1);
	if (seen.set & bit && sriov_group_rate(&seen, bit) == rate)
		return 0;
	if (r >= 0 && !(seen.set & bit))
		return -ENODATA;
	return r < 0 ? r : -EIO;
}

static int write_rate(struct step *step, uint32_t rate)
{
	const struct sriov_backend *backend = sriov_group_backend(step->pub.pf);

	step->pub.backend = backend ? backend->name : NULL;
	return write_to(step->pub.pf, step->group_work->want.name, step->pub.attr, rate);
}

/* Has the group kept it all the time? */
static bool is_there(const struct step *step)
{
	struct sriov_group_attrs seen = { 0 };

	sriov_copy(seen.name, sizeof(seen.name), step->group_work->want.name);
	sriov_group_read(step->pub.pf, &seen);
	return seen.set & step->pub.attr &&
	       sriov_group_rate(&seen, step->pub.attr) ==
		       sriov_group_rate(step->pub.to.group, step->pub.attr);
}

int sriov_batch_group(struct sriov_plan *plan, struct step **steps, size_t n)
{
	int first = 0;

	(void)plan;
	for (size_t i = 0; i < n; i++) {
		struct step *step = steps[i];
		int r;

		if (step->pub.put_back && is_there(step)) {
			step->pub.state = SRIOV_STEP_SAME;
			continue;
		}
		r = write_rate(step,
			       sriov_group_rate(step->pub.to.group, step->pub.attr));
		step->pub.state = SRIOV_STEP_DONE;
		if (r == -ENODATA) {
			step->pub.state = SRIOV_STEP_UNVERIFIED;
			continue;
		}
		/* VFs that are in no group may have no rates any more */
		if (step->pub.put_back && (r == -EOPNOTSUPP || r == -ENODEV)) {
			step->pub.state = SRIOV_STEP_LEFT;
			sriov_step_text(step,
					"could not be put back: it has no rates now");
			continue;
		}
		if (r < 0)
			sriov_step_fail(
				step, r,
				r == -EIO ? "accepted, but it reads back differently" :
					    NULL);
		if (r < 0 && !first)
			first = r;
	}
	return first;
}

/* A group that has gone with its VFs has nothing left. */
void sriov_batch_group_undo(struct sriov_plan *plan, struct step **steps, size_t n)
{
	(void)plan;
	for (size_t i = n; i-- > 0;) {
		struct step *step = steps[i];
		uint32_t before = sriov_group_rate(step->pub.from.group, step->pub.attr);
		int r = write_rate(step, before);

		if (r < 0 && !((r == -EOPNOTSUPP || r == -ENODEV) && !before)) {
			step->pub.state = SRIOV_STEP_LEFT;
			if (!step->text)
				sriov_step_text(step, sriov_strerror(-r));
		} else if (step->pub.state != SRIOV_STEP_FAILED) {
			step->pub.state = SRIOV_STEP_UNDONE;
		}
	}
}

/* The step of this phase that has set it, and counts. */
static struct step *find_written(const struct sriov_plan *plan,
				 const struct group_work *group, enum phase phase,
				 uint64_t bit)
{
	for (size_t i = 0; i < plan->nr_steps; i++) {
		struct step *step = plan->steps[i];

		if (step->group_work == group && step->phase == phase &&
		    step->pub.attr == bit && sriov_step_is_written(step))
			return step;
	}
	return NULL;
}

/*
 * All rates that the group had, unless it has them still, or others by this plan. What was taken
 * away before its VFs left is undone by that.
 */
static int restore(struct sriov_plan *plan, struct sriov_pf *pf,
		   const struct group_work *group)
{
	struct sriov_group_attrs seen = { 0 };
	int r = 0;

	sriov_copy(seen.name, sizeof(seen.name), group->now.name);
	sriov_group_read(pf, &seen);
	for (uint64_t bits = RATES & group->now.set; bits && r >= 0; bits &= bits - 1) {
		uint64_t bit = bits & -bits;
		uint32_t had = sriov_group_rate(&group->now, bit);
		struct step *cleared;

		if (!had || find_written(plan, group, PHASE_GROUP_SET, bit))
			continue;
		if (!(seen.set & bit) || sriov_group_rate(&seen, bit) != had)
			r = write_to(pf, group->now.name, bit, had);
		cleared = find_written(plan, group, PHASE_GROUP_CLEAR, bit);
		if (r >= 0 && cleared)
			cleared->pub.state = SRIOV_STEP_UNDONE;
	}
	return r;
}

/* The first of these steps by which a VF left the group, or NULL. */
static struct step *find_leaving(struct step **steps, size_t n,
				 const struct group_work *group)
{
	for (size_t i = 0; i < n; i++)
		if (steps[i]->pub.attr == SRIOV_VF_GROUP &&
		    steps[i]->pub.from.vf->set & SRIOV_VF_GROUP &&
		    !strcmp(steps[i]->pub.from.vf->group, group->now.name))
			return steps[i];
	return NULL;
}

void sriov_plan_restore_rates(struct sriov_plan *plan, struct step **steps, size_t n)
{
	const struct pf_work *work = steps[0]->pf_work;
	char text[SRIOV_TEXT_LEN];

	for (size_t i = 0; i < work->nr_groups; i++) {
		const struct group_work *group = work->groups[i];
		struct step *step = find_leaving(steps, n, group);
		int r = step ? restore(plan, work->pf, group) : 0;

		if (r >= 0)
			continue;
		snprintf(text, sizeof(text), "its group %s has lost its rates: %s",
			 group->now.name, sriov_strerror(-r));
		step->pub.state = SRIOV_STEP_LEFT;
		sriov_step_text(step, text);
	}
}
