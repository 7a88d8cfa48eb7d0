// SPDX-License-Identifier: GPL-2.0-or-later
/* Plans: undoing what destroyed VFs, as a plan of its own that makes them with what they had. */
#include "plan.h"

static bool is_bad(const struct step *step)
{
	return step->pub.state == SRIOV_STEP_FAILED ||
	       step->pub.state == SRIOV_STEP_LEFT ||
	       step->pub.state == SRIOV_STEP_UNVERIFIED;
}

/* The first that is not as it was, with its reason, and the other VFs; "" when all is. */
static void sum_up(const struct sriov_plan *plan, char *text, size_t size)
{
	const struct step *first = NULL, *last = NULL;
	char object[SRIOV_NAME_LEN * 3];
	size_t len = 0;

	text[0] = '\0';
	for (size_t i = 0; i < plan->nr_steps; i++) {
		const struct step *step = plan->steps[i];

		if (!is_bad(step) || (last && step->vf_work == last->vf_work))
			continue;
		if (!first) {
			sriov_step_object(step, object, sizeof(object));
			len = (size_t)snprintf(text, size, "%s: %s: %s", object,
					       sriov_step_attr_name(step),
					       step->text ?
						       step->text :
						       sriov_strerror(-step->pub.err));
			first = step;
		} else if (step->vf_work && len < size) {
			len += (size_t)snprintf(text + len, size - len, "%s%u",
						last == first ? "; also VF " : ",",
						step->pub.index);
		}
		last = step;
	}
}

/* What was not known, or cannot be set, is not as it was, though no step says so. */
static void name_lost(const struct pf_work *work, uint64_t can, char *text, size_t size)
{
	for (size_t i = 0; i < work->nr_before && !text[0]; i++)
		if (work->before_is_partial || sriov_plan_is_lost(can, work->before[i]))
			snprintf(text, size,
				 "not all that %s/%u had could be read and set",
				 work->pf->name, work->before[i]->index);
}

/* As a plan of its own, under the same lock. `text` says what is not as it was. */
static int make_again(struct sriov_plan *plan, struct pf_work *work, char *text,
		      size_t size)
{
	const struct sriov_pf_attrs want = { .set = SRIOV_PF_NUM_VFS,
					     .num_vfs = work->now.num_vfs };
	struct sriov_plan *again = NULL;
	int r = sriov_plan_new(plan->ctx, &again);

	if (r >= 0)
		r = sriov_plan_pf_set(again, work->pf, &want);
	if (r >= 0)
		r = sriov_plan_again_groups(again, work);
	if (r >= 0) {
		again->works[0]->lent = true;
		again->works[0]->before = work->before;
		again->works[0]->nr_before = work->nr_before;
		/* its driver may have come back just now: VFs are set through its netdev */
		if (work->is_nic)
			sriov_pf_settle(work->pf);
		r = sriov_plan_make(again, SRIOV_PLAN_KEEP_GOING | SRIOV_PLAN_FORCE);
	}
	if (r >= 0)
		r = sriov_plan_run(again);
	if (again)
		sum_up(again, text, size);
	if (!text[0] && r < 0)
		sriov_copy(text, size, plan->ctx->error);
	if (!text[0])
		name_lost(work, again->works[0]->can, text, size);
	sriov_plan_free(again);
	return r;
}

/* Are the VFs there that were there before? Or not even those that must go first? */
static bool can_be_made(const struct sriov_plan *plan, const struct pf_work *work,
			char *text, size_t size)
{
	uint32_t now;

	text[0] = '\0';
	if (sriov_plan_create_is_stuck(plan, work))
		sriov_copy(text, size, "others may still come");
	else if (sriov_pf_num_vfs(work->pf, &now) >= 0 && now)
		snprintf(text, size, "there are %u VFs now", now);
	else if (!work->nr_before)
		sriov_copy(text, size, "VFs that were destroyed do not come back");
	return !text[0];
}

void sriov_plan_restore_vfs(struct sriov_plan *plan, struct step *step)
{
	struct pf_work *work = step->pf_work;
	char reason[SRIOV_TEXT_LEN], text[SRIOV_TEXT_LEN * 2];
	unsigned int stop_at = plan->ctx->stop_at;
	bool made = can_be_made(plan, work, reason, sizeof(reason));
	int r = -EEXIST;

	/* who interrupts once wants this to be done */
	plan->ctx->stop_at = SRIOV_INTERRUPTS_AT_ONCE;
	if (made)
		r = make_again(plan, work, reason, sizeof(reason));
	plan->ctx->stop_at = stop_at;
	if (r >= 0 && !reason[0]) {
		if (step->pub.state != SRIOV_STEP_FAILED)
			step->pub.state = SRIOV_STEP_UNDONE;
		return;
	}
	snprintf(text, sizeof(text), "%s%s%s%s", step->text ? step->text : "",
		 step->text ? "; " : "", made ? "making its VFs anew: " : "", reason);
	step->pub.state = SRIOV_STEP_LEFT;
	sriov_step_text(step, text);
}
