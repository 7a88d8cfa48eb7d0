// SPDX-License-Identifier: GPL-2.0-or-later
/* Plans: carrying out and undoing one batch of any phase. */
#include "plan.h"

/* ---- autoprobe ---- */

static int write_autoprobe(struct sriov_pf *pf, bool value)
{
	_cleanup_free_ struct sriov_pf_attrs *seen = sriov_pf_attrs_new();
	int r, written;

	if (!seen)
		return -ENOMEM;
	written = sriov_sysfs_write(pf->ctx, value ? "1" : "0",
				    "%s/sriov_drivers_autoprobe", pf->path);
	r = sriov_pf_get(pf, SRIOV_PF_AUTOPROBE, seen);
	if (r < 0)
		return r;
	if (seen->set & SRIOV_PF_AUTOPROBE && seen->autoprobe == value)
		return 0;
	return written < 0 ? written : -EIO;
}

static int do_autoprobe(struct sriov_plan *plan, struct step **steps, size_t n)
{
	struct step *step = steps[0];
	int r = write_autoprobe(step->pub.pf, step->pub.to.pf->autoprobe);

	(void)plan;
	(void)n;
	if (r < 0)
		return sriov_step_fail(step, r, NULL);
	step->pub.state = SRIOV_STEP_DONE;
	return 0;
}

struct step *sriov_plan_create_step(const struct sriov_plan *plan,
				    const struct pf_work *work)
{
	for (size_t i = 0; i < plan->nr_steps; i++)
		if (plan->steps[i]->pf_work == work &&
		    plan->steps[i]->pub.action == SRIOV_ACTION_CREATE)
			return plan->steps[i];
	return NULL;
}

bool sriov_plan_create_is_stuck(const struct sriov_plan *plan, const struct pf_work *work)
{
	const struct step *create = sriov_plan_create_step(plan, work);

	return create && create->pub.err == -EINPROGRESS;
}

/* A failed write may have taken effect: what counts is what it is now. */
static void undo_autoprobe(struct sriov_plan *plan, struct step **steps, size_t n)
{
	struct step *step = steps[0];
	int r;

	(void)n;
	if (step->phase == PHASE_HOLD &&
	    sriov_plan_create_is_stuck(plan, step->pf_work)) {
		step->pub.state = SRIOV_STEP_LEFT;
		sriov_step_text(step,
				"kept off: VFs may still come, without their settings");
		return;
	}
	r = write_autoprobe(step->pub.pf, step->pub.from.pf->autoprobe);
	if (r < 0) {
		step->pub.state = SRIOV_STEP_LEFT;
		if (!step->text)
			sriov_step_text(step, sriov_strerror(-r));
	} else if (step->pub.state != SRIOV_STEP_FAILED) {
		step->pub.state = SRIOV_STEP_UNDONE;
	}
}

/* ---- num_vfs ---- */

/*
 * After a failure: VFs that a driver made half way were not there before, so they go;
 * VFs that are missing now do not come back. After -EBUSY they may be somebody else's.
 */
static void sweep(struct step *step, int err)
{
	bool create = step->pub.action == SRIOV_ACTION_CREATE;
	uint32_t before = step->pub.from.pf->num_vfs, now = before;
	char text[SRIOV_TEXT_LEN] = "";

	if (err != -EBUSY && create && sriov_pf_num_vfs(step->pub.pf, &now) >= 0 && now)
		sriov_num_vfs_write(step->pub.pf, 0, text);
	if (sriov_pf_num_vfs(step->pub.pf, &now) >= 0 && now == before)
		return;
	snprintf(text, sizeof(text), "%s; there are %u VFs now",
		 step->text ? step->text : "failed", now);
	step->pub.state = SRIOV_STEP_LEFT;
	sriov_step_text(step, text);
}

static int do_num_vfs(struct sriov_plan *plan, struct step **steps, size_t n)
{
	struct step *step = steps[0];
	char words[SRIOV_TEXT_LEN] = "";
	int r = sriov_num_vfs_write(step->pub.pf, step->pub.to.pf->num_vfs, words);
	uint32_t now;

	(void)n;
	/* that a driver complains does not matter when the VFs are gone all the same */
	if (r < 0 && r != -EINPROGRESS && step->pub.action == SRIOV_ACTION_DESTROY &&
	    sriov_pf_num_vfs(step->pub.pf, &now) >= 0 && !now)
		r = 0;
	if (r < 0) {
		sriov_step_fail(step, r, words);
		if (r == -EINPROGRESS)
			step->pub.state = SRIOV_STEP_LEFT;
		else
			sweep(step, r);
		return r;
	}
	step->pub.state = SRIOV_STEP_DONE;
	/* what they are like when they are new is what undoing goes back to */
	if (step->pub.action == SRIOV_ACTION_CREATE && step->pf_work->nr_vfs &&
	    sriov_plan_read_vfs(step->pf_work) < 0)
		sriov_debug(plan->ctx, "%s: cannot read its new VFs", step->pub.pf->name);
	if (step->pub.action == SRIOV_ACTION_CREATE) {
		sriov_plan_look_at_kept(plan, step->pf_work);
		sriov_plan_load_default(plan, step->pf_work);
	}
	return 0;
}

static void undo_num_vfs(struct sriov_plan *plan, struct step **steps, size_t n)
{
	struct step *step = steps[0];
	char words[SRIOV_TEXT_LEN] = "";
	int r;

	(void)n;
	if (!sriov_step_is_written(step))
		return;
	if (step->pub.action == SRIOV_ACTION_DESTROY) {
		sriov_plan_restore_vfs(plan, step);
		return;
	}
	r = sriov_num_vfs_write(step->pub.pf, 0, words);
	step->pub.state = r < 0 ? SRIOV_STEP_LEFT : SRIOV_STEP_UNDONE;
	if (r < 0)
		sriov_step_text(step, words[0] ? words : sriov_strerror(-r));
}

/* ---- firmware ---- */

/* What has started anew, or is in flash memory, does not come back. */
static void leave(struct sriov_plan *plan, struct step **steps, size_t n)
{
	(void)plan;
	for (size_t i = 0; i < n; i++)
		if (sriov_step_is_written(steps[i]))
			steps[i]->pub.state = SRIOV_STEP_LEFT;
}

/* ---- one row a phase ---- */

static const struct {
	int (*carry_out)(struct sriov_plan *plan, struct step **steps, size_t n);
	void (*undo)(struct sriov_plan *plan, struct step **steps, size_t n);
} phases[NR_PHASES] = {
	[PHASE_FLASH] = { sriov_batch_flash, leave },
	[PHASE_FW_SET] = { sriov_batch_fw_set, sriov_batch_fw_undo },
	[PHASE_ACTIVATE] = { sriov_batch_activate, leave },
	[PHASE_DESTROY] = { do_num_vfs, undo_num_vfs },
	[PHASE_PF_DRIVER] = { sriov_batch_bind, sriov_batch_bind_undo },
	[PHASE_AUTOPROBE] = { do_autoprobe, undo_autoprobe },
	[PHASE_HOLD] = { do_autoprobe, undo_autoprobe },
	[PHASE_NUM_VFS] = { do_num_vfs, undo_num_vfs },
	[PHASE_UNTRUNK] = { sriov_batch_vf_set, sriov_batch_vf_undo },
	[PHASE_GROUP_CLEAR] = { sriov_batch_group, sriov_batch_group_undo },
	[PHASE_VF_SET] = { sriov_batch_vf_set, sriov_batch_vf_undo },
	[PHASE_TRUNK] = { sriov_batch_vf_set, sriov_batch_vf_undo },
	[PHASE_GROUP_SET] = { sriov_batch_group, sriov_batch_group_undo },
	[PHASE_RELEASE] = { do_autoprobe, undo_autoprobe },
	[PHASE_BIND] = { sriov_batch_bind, sriov_batch_bind_undo },
	[PHASE_NETDEV] = { sriov_batch_vf_set, sriov_batch_vf_undo },
	[PHASE_RESTORE] = { do_autoprobe, undo_autoprobe },
};

int sriov_batch_do(struct sriov_plan *plan, struct step **steps, size_t n)
{
	return phases[steps[0]->phase].carry_out(plan, steps, n);
}

void sriov_batch_undo(struct sriov_plan *plan, struct step **steps, size_t n)
{
	phases[steps[0]->phase].undo(plan, steps, n);
}
