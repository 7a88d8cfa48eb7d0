// SPDX-License-Identifier: GPL-2.0-or-later
/* Plans: batch after batch, and back again when one fails. */
#include "plan.h"

bool sriov_step_is_written(const struct step *step)
{
	return step->pub.state == SRIOV_STEP_DONE ||
	       step->pub.state == SRIOV_STEP_UNVERIFIED;
}

const char *sriov_step_attr_name(const struct step *step)
{
	if (step->pub.noun == SRIOV_NOUN_FW)
		return step->pub.name;
	if (step->group_work)
		return sriov_group_attr_name(step->pub.attr);
	return step->vf_work ? sriov_vf_attr_name(step->pub.attr) :
			       sriov_pf_attr_name(step->pub.attr);
}

void sriov_step_object(const struct step *step, char *text, size_t size)
{
	if (step->vf_work)
		snprintf(text, size, "%s/%u", step->pub.pf->name, step->pub.index);
	else if (step->group_work)
		snprintf(text, size, "%s group %s", step->pub.pf->name, step->pub.group);
	else
		sriov_copy(text, size, step->pub.pf->name);
}

int sriov_step_fail(struct step *step, int err, const char *reason)
{
	const char *driver = step->pf_work->now.driver, *cure;
	char text[SRIOV_TEXT_LEN * 2];

	if (step->pub.noun == SRIOV_NOUN_BIND)
		driver = step->vf_work->to.driver;
	cure = sriov_quirk_cure(step->pub.noun, driver, step->pub.attr, err);
	if (!reason || !reason[0])
		reason = sriov_strerror(-err);
	snprintf(text, sizeof(text), cure ? "%s (%s)" : "%s", reason, cure);
	step->pub.state = SRIOV_STEP_FAILED;
	step->pub.err = err;
	sriov_step_text(step, text);
	return err;
}

/* Steps of one phase and PF stand together; returns where the batch of `first` ends. */
static size_t batch_end(const struct sriov_plan *plan, size_t first)
{
	size_t i = first + 1;

	while (i < plan->nr_steps && plan->steps[i]->phase == plan->steps[first]->phase &&
	       plan->steps[i]->pf_work == plan->steps[first]->pf_work)
		i++;
	return i;
}

/* Is anything left to be done? */
static bool is_to_do(const struct sriov_plan *plan, size_t first)
{
	for (size_t i = first; i < plan->nr_steps; i++)
		if (plan->steps[i]->pub.state == SRIOV_STEP_PLANNED)
			return true;
	return false;
}

static int do_batch(struct sriov_plan *plan, size_t first, size_t end)
{
	_cleanup_free_ struct step **todo = calloc(end - first, sizeof(*todo));
	size_t n = 0;

	if (!todo)
		return sriov_step_fail(plan->steps[first], -ENOMEM, NULL);
	for (size_t i = first; i < end; i++) {
		struct step *step = plan->steps[i];

		if (step->pub.state == SRIOV_STEP_PLANNED && !step->pf_work->failed &&
		    !(step->vf_work && step->vf_work->failed))
			todo[n++] = step;
	}
	return n ? sriov_batch_do(plan, todo, n) : 0;
}

/* Does the driver give it to the VF that comes next with this index? */
static bool outlives_its_vf(const struct step *step)
{
	const struct pf_work *work = step->pf_work;

	return step->vf_work &&
	       step->pub.attr & sriov_quirk_outliving(work->now.driver, work->can);
}

/* VFs that this plan made are undone by unmaking them. */
static bool goes_with_its_vfs(const struct sriov_plan *plan, const struct step *step)
{
	const struct step *create = sriov_plan_create_step(plan, step->pf_work);

	return step->vf_work && !outlives_its_vf(step) && create &&
	       sriov_step_is_written(create);
}

static void follow_num_vfs(struct sriov_plan *plan, const struct step *create)
{
	for (size_t i = 0; i < plan->nr_steps; i++) {
		struct step *step = plan->steps[i];

		if ((!step->vf_work && !step->group_work) ||
		    step->pf_work != create->pf_work || outlives_its_vf(step) ||
		    (!sriov_step_is_written(step) && step->pub.state != SRIOV_STEP_LEFT))
			continue;
		/* what was left of a VF is gone with it; that it failed stays true */
		step->pub.state = create->pub.state;
		if (create->pub.state == SRIOV_STEP_UNDONE && step->pub.err)
			step->pub.state = SRIOV_STEP_FAILED;
	}
}

/* What undoing is about: with KEEP_GOING only PFs and VFs that have just failed. */
static bool concerns(const struct sriov_plan *plan, const struct step *step, bool all)
{
	const struct pf_work *pf = step->pf_work;
	const struct vf_work *vf = step->vf_work;

	if (step->pub.state != SRIOV_STEP_FAILED && !sriov_step_is_written(step))
		return false;
	if (all || (pf->failed && !pf->undone))
		return !goes_with_its_vfs(plan, step);
	/* of a VF that was made anew, what could be put back is better than nothing */
	return vf && vf->failed && !vf->undone && !vf->before;
}

static size_t batch_start(const struct sriov_plan *plan, size_t end)
{
	const struct step *last = plan->steps[end - 1];

	while (end && plan->steps[end - 1]->phase == last->phase &&
	       plan->steps[end - 1]->pf_work == last->pf_work)
		end--;
	return end;
}

/* Those of the steps from `first` to `end` that are to be undone, in `back`. */
static size_t gather(struct sriov_plan *plan, size_t first, size_t end, bool all,
		     bool again, struct step **back)
{
	size_t n = 0;

	for (size_t i = first; i < end; i++)
		if (plan->steps[i]->again == again && concerns(plan, plan->steps[i], all))
			back[n++] = plan->steps[i];
	return n;
}

/*
 * Put back what the steps before `last` wrote, in reverse order; drivers that were started again
 * come last, because they are to find what was put back.
 */
static void undo(struct sriov_plan *plan, size_t last, bool all)
{
	_cleanup_free_ struct step **back = calloc(last + 1, sizeof(*back));
	unsigned int stop_at = plan->ctx->stop_at;
	size_t n;

	if (!back)
		return;
	/* who interrupts once wants this to be done */
	plan->ctx->stop_at = SRIOV_INTERRUPTS_AT_ONCE;
	for (size_t end = last, first; end && !sriov_is_stopped(plan->ctx); end = first) {
		first = batch_start(plan, end);
		n = gather(plan, first, end, all, false, back);
		if (!n)
			continue;
		sriov_batch_undo(plan, back, n);
		if (back[0]->pub.action == SRIOV_ACTION_CREATE)
			follow_num_vfs(plan, back[0]);
	}
	n = gather(plan, 0, last, all, true, back);
	if (n)
		sriov_plan_start_again(plan, back, n);
	plan->ctx->stop_at = stop_at;
}

/* With KEEP_GOING, what belongs to a failed VF or PF is undone, and the rest goes on. */
static void isolate(struct sriov_plan *plan, size_t first, size_t end)
{
	for (size_t i = first; i < end; i++) {
		struct step *step = plan->steps[i];

		if (step->pub.state != SRIOV_STEP_FAILED &&
		    step->pub.state != SRIOV_STEP_LEFT)
			continue;
		/* its settings were to be put back, and are lost: that is a change */
		if (step->vf_work && step->vf_work->before)
			step->pub.state = SRIOV_STEP_LEFT;
		/* a group that fails is neither its PF nor its VFs */
		if (step->vf_work)
			step->vf_work->failed = true;
		else if (!step->group_work)
			step->pf_work->failed = true;
		else if (step->pub.put_back)
			step->pub.state = SRIOV_STEP_LEFT;
	}
	undo(plan, end, false);
	for (size_t i = first; i < end; i++) {
		if (plan->steps[i]->vf_work)
			plan->steps[i]->vf_work->undone = plan->steps[i]->vf_work->failed;
		plan->steps[i]->pf_work->undone = plan->steps[i]->pf_work->failed;
	}
}

/* What undoing did not reach, for want of memory or by mistake, is left. */
static void own_up(struct sriov_plan *plan)
{
	for (size_t i = 0; i < plan->nr_steps; i++)
		if (sriov_step_is_written(plan->steps[i]) ||
		    sriov_fw_is_written(plan->steps[i]))
			plan->steps[i]->pub.state = SRIOV_STEP_LEFT;
}

/* One text for the context: the first failure; the steps have one each. */
static int conclude(struct sriov_plan *plan)
{
	enum sriov_class class = SRIOV_OK;
	const struct step *first = NULL;
	char object[SRIOV_NAME_LEN * 3];

	for (size_t i = 0; i < plan->nr_steps; i++) {
		const struct step *step = plan->steps[i];

		if (step->pub.state == SRIOV_STEP_LEFT)
			class = SRIOV_LEFT;
		else if (step->pub.state == SRIOV_STEP_FAILED && class == SRIOV_OK)
			class = SRIOV_FAILED;
		if (step->pub.err && !first)
			first = step;
	}
	if (class == SRIOV_OK && plan->interrupted)
		class = SRIOV_FAILED;
	if (class == SRIOV_OK) {
		/* what failed on the way and was made good is no failure of the plan */
		plan->ctx->error_class = SRIOV_OK;
		plan->ctx->error[0] = '\0';
		return 0;
	}
	if (!first && plan->interrupted)
		return sriov_fail(plan->ctx, class, EINTR, "interrupted: %s",
				  class == SRIOV_LEFT ? "something is left changed" :
							"everything is as before");
	if (!first)
		return sriov_fail(plan->ctx, class, EIO, "something is left changed");
	sriov_step_object(first, object, sizeof(object));
	return sriov_fail(plan->ctx, class, -first->pub.err, "%s: %s: %s", object,
			  sriov_step_attr_name(first),
			  first->text ? first->text : sriov_strerror(-first->pub.err));
}

int sriov_plan_run(struct sriov_plan *plan)
{
	size_t end;
	int r;

	if (!plan->made || plan->run || plan->flags & SRIOV_PLAN_DRY_RUN)
		return sriov_fail(plan->ctx, SRIOV_WRONG, EINVAL,
				  "a plan is run once, after it was made");
	plan->run = true;
	r = sriov_plan_load_drivers(plan);
	if (r < 0)
		return r;
	plan->began = true;
	for (size_t first = 0; first < plan->nr_steps; first = end) {
		end = batch_end(plan, first);
		plan->interrupted = sriov_is_stopped(plan->ctx) && is_to_do(plan, first);
		r = plan->interrupted ? -EINTR : do_batch(plan, first, end);
		if (r >= 0)
			continue;
		plan->interrupted |= r == -EINTR && sriov_is_stopped(plan->ctx);
		if (!(plan->flags & SRIOV_PLAN_KEEP_GOING) ||
		    sriov_is_stopped(plan->ctx)) {
			undo(plan, end, true);
			own_up(plan);
			break;
		}
		isolate(plan, first, end);
	}
	sriov_plan_check_kept(plan);
	sriov_plan_check_netdevs(plan);
	return conclude(plan);
}
