// SPDX-License-Identifier: GPL-2.0-or-later
/* Plans: binding many VFs, or one PF, to drivers. */
#include "plan.h"

/* The kernel sleeps while it binds: more children than processors pay. */
#define PARALLEL 16

struct team {
	size_t n;
	struct sriov_job *jobs;
	struct sriov_binding *bindings;
	char (*paths)[SRIOV_PATH_LEN];
	/* those for whom the kernel may wait: the VF of each job; of a PF all that it has */
	struct sriov_holding *suspects;
	uint32_t nr_suspects;
};

static void free_team(struct team *team)
{
	free(team->jobs);
	free(team->bindings);
	free(team->paths);
	free(team->suspects);
}

#define _cleanup_team_ __attribute__((cleanup(free_team)))

/* What the binding was before the step. */
static void fill_old(struct sriov_binding *b, const struct step *step)
{
	if (step->vf_work) {
		const struct sriov_vf_attrs *now =
			step->pub.put_back ? step->vf_work->before : &step->vf_work->now;

		b->old = now->set & SRIOV_VF_DRIVER ? now->driver : SRIOV_DRIVER_NONE;
		b->override = now->set & SRIOV_VF_OVERRIDE ? now->override : "";
		b->driver = step->vf_work->to.driver;
		b->optional = step->vf_work->optional;
		b->again = step->again;
		b->after = step->vf_work->to.set & SRIOV_VF_OVERRIDE ?
				   step->vf_work->to.override :
				   b->override;
	} else {
		const struct sriov_pf_attrs *now = step->pub.from.pf;

		b->old = now->driver;
		b->override = now->set & SRIOV_PF_OVERRIDE ? now->override : "";
		b->driver = step->pub.to.pf->driver;
	}
}

static int vanished(struct sriov_ctx *ctx, const struct sriov_job *job, char *text)
{
	(void)ctx;
	(void)job;
	sriov_copy(text, SRIOV_TEXT_LEN, "the VF is gone");
	return -ENODEV;
}

/* Before it begins: while VFs go, their PF does not say any more which they were. */
static int list_suspects(struct team *team, struct step **steps)
{
	struct sriov_pf *pf = steps[0]->pub.pf;
	int r;

	if (!steps[0]->vf_work) {
		r = sriov_holdings_new(pf, NULL, &team->nr_suspects, &team->suspects);
		if (r >= 0)
			sriov_copy(team->suspects[team->nr_suspects++].path,
				   SRIOV_PATH_LEN, pf->path);
		return r;
	}
	team->suspects = calloc(team->n, sizeof(*team->suspects));
	if (!team->suspects)
		return -ENOMEM;
	for (size_t i = 0; i < team->n; i++)
		sriov_copy(team->suspects[i].path, SRIOV_PATH_LEN, team->paths[i]);
	team->nr_suspects = team->n;
	return 0;
}

static int open_team(struct team *team, struct step **steps, size_t n,
		     int (*work)(struct sriov_ctx *, const struct sriov_job *, char *))
{
	team->n = n;
	team->jobs = calloc(n, sizeof(*team->jobs));
	team->bindings = calloc(n, sizeof(*team->bindings));
	team->paths = calloc(n, sizeof(*team->paths));
	if (!team->jobs || !team->bindings || !team->paths)
		return -ENOMEM;
	for (size_t i = 0; i < n; i++) {
		struct sriov_pf *pf = steps[i]->pub.pf;

		if (!steps[i]->vf_work)
			sriov_copy(team->paths[i], SRIOV_PATH_LEN, pf->path);
		else if (sriov_vf_path(pf, steps[i]->pub.index, team->paths[i],
				       SRIOV_PATH_LEN) < 0)
			team->paths[i][0] = '\0';
		fill_old(&team->bindings[i], steps[i]);
		team->bindings[i].path = team->paths[i];
		team->jobs[i].work = !team->paths[i][0]     ? vanished :
				     steps[i]->pub.put_back ? sriov_bind_undo :
							      work;
		team->jobs[i].data = &team->bindings[i];
	}
	return list_suspects(team, steps);
}

/* Who is bound now takes the place of "default" in the report. */
static void note_bound(struct step *step, const char *bound)
{
	char *driver = step->vf_work ? step->vf_work->to.driver : step->values[1].driver;

	step->pub.state = SRIOV_STEP_DONE;
	if (step->pub.put_back)
		return;
	sriov_copy(driver, SRIOV_NAME_LEN, bound);
	if (step->vf_work && step->vf_work->optional && !strcmp(bound, SRIOV_DRIVER_NONE))
		step->pub.state = SRIOV_STEP_SAME;
}

/* Who makes the kernel wait for ever? */
static void name_holders(struct sriov_ctx *ctx, struct team *team)
{
	bool of_pf = team->nr_suspects != team->n, known = false;

	for (size_t i = 0; i < team->n && team->nr_suspects; i++) {
		if (!team->jobs[i].pid)
			continue;
		/* one look for all */
		if (!known &&
		    sriov_holders_find_blamed(ctx, team->suspects, team->nr_suspects) < 0)
			return;
		known = true;
		sriov_holders_blame(&team->suspects[i], of_pf ? team->nr_suspects : 1,
				    team->jobs[i].text, sizeof(team->jobs[i].text));
	}
}

static void run_team(struct sriov_ctx *ctx, struct team *team, const char *what)
{
	const struct sriov_pace pace = { .parallel = PARALLEL,
					 .limit_ms = sriov_write_limit_ms(ctx),
					 .what = what };

	sriov_workers_run(ctx, &pace, team->jobs, team->n);
	name_holders(ctx, team);
}

/* VFs go with their PF's driver, and do not come back with it by themselves. */
static void bring_back_vfs(struct sriov_plan *plan, struct step *step)
{
	uint32_t before = step->pf_work->now.num_vfs, now;

	/* where a step of its own destroyed them, undoing that brings them back */
	if (!step->vf_work && before && !sriov_plan_unmakes_vfs(step->pf_work) &&
	    sriov_pf_num_vfs(step->pub.pf, &now) >= 0 && now != before)
		sriov_plan_restore_vfs(plan, step);
}

/* Nobody knows how far a child came that died: put back what it may have changed. */
static bool repaired(struct sriov_ctx *ctx, const struct sriov_binding *binding)
{
	struct sriov_job job = { .work = sriov_bind_undo, .data = binding };
	struct team team = { .n = 1, .jobs = &job };
	unsigned int stop_at = ctx->stop_at;

	ctx->stop_at = SRIOV_INTERRUPTS_AT_ONCE;
	run_team(ctx, &team, NULL);
	ctx->stop_at = stop_at;
	return !job.err;
}

static int judge(struct sriov_plan *plan, struct step *step, const struct sriov_job *job)
{
	if (job->err == 0) {
		note_bound(step, job->text);
		return 0;
	}
	sriov_step_fail(step, job->err, job->text);
	/* a driver may say -ETIMEDOUT itself: only a child that is named is stuck */
	if (job->pid || job->err == -ENOTRECOVERABLE ||
	    (job->err == -ECHILD && !repaired(plan->ctx, job->data)))
		step->pub.state = SRIOV_STEP_LEFT;
	bring_back_vfs(plan, step);
	return job->err;
}

#define LATE "bound, but its netdev or udev record has not come"

static int settle_pf(struct step *step)
{
	if (step->pub.state != SRIOV_STEP_DONE || !step->pf_work->is_nic ||
	    sriov_pf_settle(step->pub.pf))
		return 0;
	step->pub.state = SRIOV_STEP_UNVERIFIED;
	sriov_step_text(step, LATE);
	return sriov_is_stopped(step->pub.pf->ctx) ? -EINTR : 0;
}

/* A driver is not ready before its netdev is there, and known to udev where udev runs. */
static int settle(struct step **steps, size_t n)
{
	_cleanup_free_ uint32_t *indexes = calloc(n, sizeof(*indexes));
	_cleanup_free_ bool *late = calloc(n, sizeof(*late));
	_cleanup_free_ struct step **bound = calloc(n, sizeof(*bound));
	char path[SRIOV_PATH_LEN];
	size_t m = 0;
	int r = 0, gone = 0;

	if (!steps[0]->vf_work)
		return settle_pf(steps[0]);
	if (!indexes || !late || !bound)
		return 0;
	for (size_t i = 0; i < n; i++) {
		if (steps[i]->pub.state != SRIOV_STEP_DONE ||
		    !sriov_bind_makes_netdevs(steps[i]->vf_work->to.driver))
			continue;
		indexes[m] = steps[i]->pub.index;
		bound[m++] = steps[i];
	}
	if (!m)
		return 0;
	sriov_num_vfs_settle(steps[0]->pub.pf, indexes, m, late);
	for (size_t i = 0; i < m; i++) {
		if (!late[i])
			continue;
		if (sriov_vf_path(bound[i]->pub.pf, bound[i]->pub.index, path,
				  sizeof(path)) < 0) {
			gone = sriov_step_fail(bound[i], -ENODEV, "the VF is gone");
			continue;
		}
		bound[i]->pub.state = SRIOV_STEP_UNVERIFIED;
		sriov_step_text(bound[i], LATE);
		r = -EINTR;
	}
	/* who does not want to wait for them does not want them */
	return gone || !sriov_is_stopped(steps[0]->pub.pf->ctx) ? gone : r;
}

/* Of its own accord; or it is one that was there before, and has it again. */
static bool has_driver(const struct step *step)
{
	if (step->pub.state != SRIOV_STEP_DONE || !step->vf_work)
		return false;
	if (step->pub.put_back)
		return sriov_bind_makes_netdevs(step->vf_work->to.driver);
	return step->vf_work->optional &&
	       strcmp(step->vf_work->to.driver, SRIOV_DRIVER_NONE) != 0;
}

/*
 * That no driver takes a VF is fine where none was asked for. But when one took its sisters,
 * it has refused this one: the VFs are there, and not all of them are ready.
 */
static void name_refused(struct step **steps, size_t n)
{
	size_t taken = 0;

	for (size_t i = 0; i < n; i++)
		taken += has_driver(steps[i]);
	for (size_t i = 0; i < n && taken; i++) {
		if (steps[i]->pub.state != SRIOV_STEP_SAME || !steps[i]->vf_work ||
		    !steps[i]->vf_work->optional)
			continue;
		steps[i]->pub.state = SRIOV_STEP_UNVERIFIED;
		sriov_step_text(steps[i], "no driver took it, though one took others "
					  "(the kernel log may say why)");
	}
}

int sriov_batch_bind(struct sriov_plan *plan, struct step **steps, size_t n)
{
	_cleanup_team_ struct team team = { 0 };
	int r = open_team(&team, steps, n, sriov_bind), first = 0;

	if (r < 0)
		return sriov_step_fail(steps[0], r, NULL);
	run_team(plan->ctx, &team, "binding");
	for (size_t i = 0; i < n; i++) {
		r = judge(plan, steps[i], &team.jobs[i]);
		if (!first)
			first = r;
	}
	/* what will be undone need not be ready */
	if (!first || plan->flags & SRIOV_PLAN_KEEP_GOING) {
		r = settle(steps, n);
		name_refused(steps, n);
		first = first ? first : r;
	}
	return first;
}

/* Steps that failed have put their device back themselves. */
void sriov_batch_bind_undo(struct sriov_plan *plan, struct step **steps, size_t n)
{
	_cleanup_team_ struct team team = { 0 };
	_cleanup_free_ struct step **written = calloc(n, sizeof(*written));
	size_t m = 0;

	for (size_t i = 0; i < n && written; i++)
		if (sriov_step_is_written(steps[i]) || steps[i]->again)
			written[m++] = steps[i];
	/* without memory they stay as they are, and are owned up to */
	if (!m || open_team(&team, written, m, sriov_bind_undo) < 0)
		return;
	run_team(plan->ctx, &team, "undoing");
	for (size_t i = 0; i < m; i++) {
		bool back = !team.jobs[i].err;

		/* one that failed, and is right again now */
		if (back && written[i]->pub.state == SRIOV_STEP_FAILED)
			continue;
		written[i]->pub.state = back ? SRIOV_STEP_UNDONE : SRIOV_STEP_LEFT;
		sriov_step_text(written[i], back ? NULL : team.jobs[i].text);
		bring_back_vfs(plan, written[i]);
	}
}
