// SPDX-License-Identifier: GPL-2.0-or-later
/* Plans: settings that the firmware stores. A back end knows how; here is when, and undone. */
#include <strings.h>

#include "plan.h"

/* ---- wishes ---- */

struct fw_work *sriov_plan_fw_work(struct sriov_plan *plan, struct sriov_pf *pf)
{
	struct pf_work *work = sriov_plan_pf_work(plan, pf);

	if (work && !work->fw) {
		work->fw = calloc(1, sizeof(*work->fw));
		if (work->fw)
			work->fw->opened = -1;
	}
	return work ? work->fw : NULL;
}

void sriov_plan_free_fw(struct fw_work *fw)
{
	if (!fw)
		return;
	for (size_t i = 0; i < fw->nr_changes; i++)
		fw->changes[i]->backend->free(fw->changes[i]);
	for (size_t i = 0; i < fw->nr_wishes; i++) {
		free((char *)fw->wishes[i].name);
		free((char *)fw->wishes[i].value);
	}
	free(fw->wishes);
	free(fw->restore);
	free(fw->file);
	free(fw->component);
	if (fw->opened >= 0)
		close(fw->opened);
	free(fw);
}

int sriov_plan_fw_set(struct sriov_plan *plan, struct sriov_pf *pf, const char *name,
		      const char *value)
{
	struct fw_work *fw = sriov_plan_fw_work(plan, pf);
	struct sriov_fw_wish *wishes,
		wish = { strdup(name), value ? strdup(value) : NULL };
	size_t at = 0;

	while (fw && at < fw->nr_wishes && strcasecmp(fw->wishes[at].name, name) != 0)
		at++;
	wishes = fw ? reallocarray(fw->wishes, fw->nr_wishes + 1, sizeof(*wishes)) : NULL;
	if (wishes)
		fw->wishes = wishes;
	if (!wishes || !wish.name || (value && !wish.value)) {
		free((char *)wish.name);
		free((char *)wish.value);
		return sriov_no_memory(plan->ctx);
	}
	/* the last wish for a setting is the one that counts */
	if (at < fw->nr_wishes) {
		free((char *)wishes[at].name);
		free((char *)wishes[at].value);
	} else {
		fw->nr_wishes++;
	}
	wishes[at] = wish;
	return 0;
}

int sriov_plan_fw_reset(struct sriov_plan *plan, struct sriov_pf *pf)
{
	struct fw_work *fw = sriov_plan_fw_work(plan, pf);

	if (!fw)
		return sriov_no_memory(plan->ctx);
	fw->reset = true;
	return 0;
}

int sriov_plan_fw_restore(struct sriov_plan *plan, struct sriov_pf *pf, const char *text)
{
	struct fw_work *fw = sriov_plan_fw_work(plan, pf);
	char *copy = strdup(text);

	if (!fw || !copy) {
		free(copy);
		return sriov_no_memory(plan->ctx);
	}
	free(fw->restore);
	fw->restore = copy;
	return 0;
}

/* ---- the card: its PFs share what is stored ---- */

int sriov_plan_add_cards(struct sriov_plan *plan)
{
	size_t asked = plan->nr_works;

	for (size_t i = 0; i < asked; i++) {
		_cleanup_free_ struct sriov_pf **card = NULL;
		size_t n = 0, before;
		int r = 0;

		if (plan->works[i]->fw)
			r = sriov_pf_card(plan->works[i]->pf, &card, &n);
		if (r < 0)
			return r;
		for (size_t k = 0; k < n; k++) {
			before = plan->nr_works;
			if (!sriov_plan_pf_work(plan, card[k]))
				return sriov_no_memory(plan->ctx);
			if (plan->nr_works > before)
				plan->works[before]->neighbour = true;
		}
	}
	return 0;
}

/* ---- making ---- */

static bool is_same(const struct sriov_fw_param *from, const struct sriov_fw_param *to)
{
	if (!(from->set & to->set & SRIOV_FW_NEXT))
		return false;
	return to->type == SRIOV_FW_STRING ? !strcmp(from->next.text, to->next.text) :
					     from->next.number == to->next.number;
}

/* From here on it is the plan's, and freed with it. */
static int add_change(struct sriov_plan *plan, struct pf_work *work,
		      struct sriov_fw_change *change)
{
	work->fw->changes[work->fw->nr_changes++] = change;
	for (size_t i = 0; i < change->n; i++) {
		struct step *step = sriov_plan_add_fw_step(plan, work, PHASE_FW_SET,
							   SRIOV_ACTION_SET,
							   change->to[i]->name);

		if (!step)
			return sriov_no_memory(plan->ctx);
		step->change = change;
		step->pair = i;
		step->pub.backend = change->backend->name;
		step->pub.from.fw = change->from[i];
		step->pub.to.fw = change->to[i];
		if (is_same(change->from[i], change->to[i]))
			step->pub.state = SRIOV_STEP_SAME;
	}
	return 0;
}

/* Those of the wishes that are for settings of this back end. */
static int make_wishes_of(struct sriov_plan *plan, struct pf_work *work,
			  const struct sriov_fw_backend *backend,
			  struct sriov_fw_param *const *params)
{
	struct fw_work *fw = work->fw;
	_cleanup_free_ struct sriov_fw_wish *wishes =
		calloc(fw->nr_wishes + 1, sizeof(*wishes));
	struct sriov_fw_change *change = NULL;
	size_t n = 0;
	int r;

	if (!wishes)
		return sriov_no_memory(plan->ctx);
	for (size_t i = 0; i < fw->nr_wishes; i++)
		for (size_t k = 0; params[k]; k++)
			if (!strcmp(params[k]->backend, backend->name) &&
			    !strcasecmp(params[k]->name, fw->wishes[i].name))
				wishes[n++] =
					(struct sriov_fw_wish){ params[k]->name,
								fw->wishes[i].value };
	if (!n)
		return 0;
	r = backend->prepare(work->pf, wishes, n, &change);
	return r < 0 ? r : add_change(plan, work, change);
}

static int make_wishes(struct sriov_plan *plan, struct pf_work *work)
{
	struct fw_work *fw = work->fw;
	_cleanup_free_ const char **names =
		calloc(fw->nr_wishes + 1, sizeof(const char *));
	struct sriov_fw_param **params;
	size_t n;
	int r;

	if (!names)
		return sriov_no_memory(plan->ctx);
	for (size_t i = 0; i < fw->nr_wishes; i++)
		names[i] = fw->wishes[i].name;
	r = sriov_fw_list(work->pf, names, fw->nr_wishes, &params, &n);
	if (r < 0)
		return r;
	r = sriov_fw_check_twins(work->pf, params);
	for (size_t i = 0; r >= 0 && sriov_fw_backends()[i]; i++)
		r = make_wishes_of(plan, work, sriov_fw_backends()[i], params);
	sriov_fw_params_free(params);
	return r;
}

/* The first back end that can is enough: it resets, or restores, what others would. */
static int make_whole(struct sriov_plan *plan, struct pf_work *work)
{
	const struct fw_work *fw = work->fw;
	struct sriov_fw_param **params;
	struct sriov_pf *pf = work->pf;
	size_t n;
	int r;

	for (size_t i = 0; sriov_fw_backends()[i]; i++) {
		const struct sriov_fw_backend *backend = sriov_fw_backends()[i];
		struct sriov_fw_change *change = NULL;

		r = -EOPNOTSUPP;
		if (!sriov_fw_allowed(pf->ctx, backend))
			continue;
		if (fw->reset && backend->prepare_reset)
			r = backend->prepare_reset(pf, &change);
		else if (fw->restore && backend->prepare_restore)
			r = backend->prepare_restore(pf, fw->restore, &change);
		if (r >= 0)
			return add_change(plan, work, change);
		if (r != -EOPNOTSUPP)
			return r;
	}
	/* is it that there are none? */
	r = sriov_fw_list(pf, NULL, 0, &params, &n);
	if (r < 0)
		return r;
	sriov_fw_params_free(params);
	return sriov_fail(pf->ctx, SRIOV_WRONG, EOPNOTSUPP, "%s: %s", pf->name,
			  fw->reset ? "devlink resets settings one by one, by name" :
				      "devlink has no backup of settings to restore");
}

int sriov_plan_make_fw(struct sriov_plan *plan, struct pf_work *work)
{
	struct fw_work *fw = work->fw;
	int r = 0;

	if (fw->reset + !!fw->restore + !!fw->nr_wishes > 1)
		return sriov_fail(plan->ctx, SRIOV_WRONG, EINVAL,
				  "%s: settings are set, reset or restored, one after "
				  "the other",
				  work->pf->name);
	if (fw->activate && !sriov_fw_allowed(plan->ctx, &sriov_fw_nvconfig) &&
	    !sriov_fw_allowed(plan->ctx, &sriov_fw_devlink))
		return sriov_fail(
			plan->ctx, SRIOV_WRONG, EOPNOTSUPP,
			"%s: activate: the back end that was asked for starts no "
			"firmware (nvconfig, devlink)",
			work->pf->name);
	if (fw->flash)
		r = sriov_plan_make_flash(plan, work);
	if (r >= 0 && fw->nr_wishes)
		r = make_wishes(plan, work);
	if (r >= 0 && (fw->reset || fw->restore))
		r = make_whole(plan, work);
	if (r >= 0 && fw->activate)
		r = sriov_plan_make_activate(plan, work);
	return r;
}

/* ---- doing and undoing ---- */

/* A setting that was written in vain: the firmware has stored something else. */
bool sriov_fw_is_written(const struct step *step)
{
	return step->pub.state == SRIOV_STEP_FAILED && step->change &&
	       step->change->verdicts[step->pair].done;
}

/* What write() said of one pair. */
static void conclude(struct step *step, int r)
{
	const struct sriov_verdict *verdict = &step->change->verdicts[step->pair];

	if (verdict->err) {
		sriov_step_fail(step, verdict->err, verdict->text);
		/* the kernel may write it yet */
		if (verdict->err == -EINPROGRESS)
			step->pub.state = SRIOV_STEP_LEFT;
	} else if (r >= 0 || verdict->done) {
		step->pub.state = verdict->text[0] ? SRIOV_STEP_UNVERIFIED :
						     SRIOV_STEP_DONE;
		sriov_step_text(step, verdict->text);
	}
}

/* The steps of one change, which stand together; returns where they end. */
static size_t end_of_change(struct step **steps, size_t first, size_t n)
{
	size_t i = first + 1;

	while (i < n && steps[i]->change == steps[first]->change)
		i++;
	return i;
}

int sriov_batch_fw_set(struct sriov_plan *plan, struct step **steps, size_t n)
{
	for (size_t first = 0, end; first < n; first = end) {
		struct sriov_fw_change *change = steps[first]->change;
		int r = change->backend->write(change);
		bool blamed = false;

		end = end_of_change(steps, first, n);
		for (size_t i = first; i < end; i++) {
			conclude(steps[i], r);
			blamed |= change->verdicts[steps[i]->pair].err != 0;
		}
		if (r >= 0 && !blamed)
			continue;
		if (r >= 0)
			r = -EIO;
		/* what was not begun when it was interrupted has not failed */
		if (!blamed && r != -EINTR)
			sriov_step_fail(steps[first], r, sriov_error(plan->ctx));
		return r;
	}
	return 0;
}

void sriov_batch_fw_undo(struct sriov_plan *plan, struct step **steps, size_t n)
{
	(void)plan;
	for (size_t first = 0, end; first < n; first = end) {
		struct sriov_fw_change *change = steps[first]->change;
		bool blamed = false;
		int r;

		for (size_t i = 0; i < change->n; i++)
			change->verdicts[i] = (struct sriov_verdict){ 0 };
		r = change->backend->undo(change);
		for (size_t i = 0; i < change->n && r < 0; i++)
			blamed |= change->verdicts[i].err != 0;
		end = end_of_change(steps, first, n);
		for (size_t i = first; i < end; i++) {
			const struct sriov_verdict *verdict =
				&change->verdicts[steps[i]->pair];

			if (r < 0 && (verdict->err || !blamed)) {
				steps[i]->pub.state = SRIOV_STEP_LEFT;
				if (verdict->text[0])
					sriov_step_text(steps[i], verdict->text);
			} else if (steps[i]->pub.state != SRIOV_STEP_FAILED) {
				steps[i]->pub.state = SRIOV_STEP_UNDONE;
			}
		}
	}
}
