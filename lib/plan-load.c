// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Plans: loading the modules of drivers. A module that comes while autoprobe is on takes each
 * free VF, also one that is to have no driver: so it comes before that.
 */
#include "plan.h"

/* What loads the module of a VF's default driver; false when the VF does not say. */
static bool modalias_of(struct sriov_pf *pf, uint32_t index, char *alias, size_t size)
{
	char path[SRIOV_PATH_LEN];

	return sriov_vf_path(pf, index, path, sizeof(path)) >= 0 &&
	       sriov_sysfs_read(pf->ctx, alias, size, "%s/modalias", path) > 0;
}

/* It may take its time; `text` says why it failed. */
static int load(struct sriov_ctx *ctx, const char *module, char *text)
{
	const struct sriov_pace pace = { .parallel = 1,
					 .limit_ms = sriov_write_limit_ms(ctx) };
	struct sriov_job job = { .work = sriov_bind_load, .data = module };

	sriov_workers_run(ctx, &pace, &job, 1);
	sriov_copy(text, SRIOV_TEXT_LEN, job.text);
	return job.err;
}

/* What gives the step its driver: a driver's name, or the modalias of a VF that is there. */
static const char *module_wanted(const struct step *step, char *alias, size_t size)
{
	const char *driver;

	if (step->pub.action != SRIOV_ACTION_BIND ||
	    step->pub.state != SRIOV_STEP_PLANNED)
		return NULL;
	driver = step->vf_work ? step->vf_work->to.driver : step->pub.to.pf->driver;
	if (!strcmp(driver, SRIOV_DRIVER_NONE))
		return NULL;
	if (strcmp(driver, SRIOV_DRIVER_DEFAULT))
		return driver;
	if (!step->vf_work || step->vf_work->fresh ||
	    !modalias_of(step->pub.pf, step->pub.index, alias, size))
		return NULL;
	return alias;
}

static int fail(const struct step *step, const char *module, int err, const char *text)
{
	struct sriov_ctx *ctx = step->pub.pf->ctx;
	char object[SRIOV_NAME_LEN * 3];

	sriov_step_object(step, object, sizeof(object));
	if (err == -ENOENT)
		return sriov_fail(ctx, SRIOV_WRONG, ENOENT,
				  "%s: driver: %s: no such driver: no module gives it",
				  object, module);
	return sriov_fail(ctx, SRIOV_FAILED, -err, "%s: driver: %s: %s", object, module,
			  text[0] ? text : sriov_strerror(-err));
}

int sriov_plan_load_drivers(struct sriov_plan *plan)
{
	char alias[SRIOV_PATH_LEN], loaded[SRIOV_PATH_LEN] = "", text[SRIOV_TEXT_LEN];

	for (size_t i = 0; i < plan->nr_steps; i++) {
		const struct step *step = plan->steps[i];
		const char *module = module_wanted(step, alias, sizeof(alias));
		int r;

		if (!module || !strcmp(module, loaded))
			continue;
		sriov_copy(loaded, sizeof(loaded), module);
		r = load(plan->ctx, module, text);
		/* whether a default driver comes is seen when it is probed */
		if (r < 0 && module != alias)
			return fail(step, module, r, text);
	}
	return 0;
}

/* udev may have loaded it; without udev nobody has. */
void sriov_plan_load_default(struct sriov_plan *plan, const struct pf_work *work)
{
	char alias[SRIOV_PATH_LEN], text[SRIOV_TEXT_LEN];

	for (size_t i = 0; i < work->nr_vfs; i++) {
		const struct vf_work *vf = &work->vfs[i];

		if (!(vf->want.set & SRIOV_VF_DRIVER) ||
		    strcmp(vf->to.driver, SRIOV_DRIVER_DEFAULT) != 0)
			continue;
		if (modalias_of(work->pf, vf->want.index, alias, sizeof(alias)))
			load(plan->ctx, alias, text);
		return;
	}
}
