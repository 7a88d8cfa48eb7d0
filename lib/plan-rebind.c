// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Plans: starting drivers of VFs again where only that makes an attribute effective. The VF
 * keeps its driver and its override, and gets another netdev.
 */
#include "plan.h"

#define READS                                                                          \
	(SRIOV_VF_DRIVER | SRIOV_VF_OVERRIDE | SRIOV_VF_NETDEV | SRIOV_VF_NETDEV_MAC | \
	 SRIOV_VF_NOTE)

static bool is_changed(const struct vf_work *vf, uint64_t attrs)
{
	for (uint64_t bits = vf->want.set & attrs; bits; bits &= bits - 1)
		if (!sriov_vf_same(&vf->now, &vf->want, bits & -bits))
			return true;
	return false;
}

/* Would its netdev have another address than the VF is to have? */
static bool is_deaf_to_mac(const struct vf_work *vf)
{
	static const uint8_t none[6];

	/* a virtual machine, or a program, resets the VF when it takes it */
	if (!(vf->want.set & SRIOV_VF_MAC) || sriov_bind_is_userspace(vf->now.driver) ||
	    sriov_quirk_takes_mac(vf->now.driver) == SRIOV_TAKES_SOON)
		return false;
	/* without an address that is given, each driver finds its own */
	if (!memcmp(vf->want.mac, none, sizeof(none)) ||
	    !(vf->now.set & SRIOV_VF_NETDEV_MAC))
		return is_changed(vf, SRIOV_VF_MAC);
	return memcmp(vf->want.mac, vf->now.netdev_mac, sizeof(vf->want.mac)) != 0;
}

/* Is it bound, and is that of use? A GUID can only be compared with what was given before. */
static bool is_needed(const struct vf_work *vf)
{
	return vf->now.set & SRIOV_VF_DRIVER &&
	       strcmp(vf->now.driver, SRIOV_DRIVER_NONE) != 0 &&
	       (is_changed(vf, SRIOV_VF_GUIDS) || is_deaf_to_mac(vf));
}

/* The step that is to bind this VF to a driver, if there is one. */
static struct step *find_step(struct sriov_plan *plan, const struct vf_work *vf)
{
	for (size_t i = 0; i < plan->nr_steps; i++)
		if (plan->steps[i]->vf_work == vf && plan->steps[i]->phase == PHASE_BIND)
			return plan->steps[i];
	return NULL;
}

/* An override that was asked for as well is written on the way. */
static int add_step(struct sriov_plan *plan, struct pf_work *work, struct vf_work *vf)
{
	struct step *step = find_step(plan, vf);
	int r;

	/* it gets another driver anyway */
	if (step && step->pub.state == SRIOV_STEP_PLANNED &&
	    step->pub.attr == SRIOV_VF_DRIVER)
		return 0;
	sriov_copy(vf->to.driver, sizeof(vf->to.driver), vf->now.driver);
	vf->to.set |= SRIOV_VF_DRIVER;
	if (!step) {
		r = sriov_plan_add_vf_step(plan, work, vf, SRIOV_VF_DRIVER);
		if (r < 0)
			return r;
		step = plan->steps[plan->nr_steps - 1];
	}
	step->pub.attr = SRIOV_VF_DRIVER;
	step->pub.state = SRIOV_STEP_PLANNED;
	step->again = true;
	return 0;
}

/* What is bound, and what its netdev has. */
static int read_bound(struct pf_work *work)
{
	struct sriov_vf_attrs **vfs = sriov_vf_attrs_new(work->nr_vfs);
	int r;

	if (!vfs)
		return sriov_no_memory(work->pf->ctx);
	for (size_t i = 0; i < work->nr_vfs; i++)
		vfs[i]->index = work->vfs[i].want.index;
	r = sriov_vf_get(work->pf, READS, vfs, work->nr_vfs);
	for (size_t i = 0; i < work->nr_vfs && r >= 0; i++)
		sriov_vf_copy(&work->vfs[i].now, vfs[i], READS);
	sriov_vf_attrs_free(vfs);
	return r;
}

int sriov_plan_add_rebinds(struct sriov_plan *plan, struct pf_work *work)
{
	_cleanup_free_ uint32_t *held = calloc(work->nr_vfs + 1, sizeof(*held));
	uint32_t n = 0;
	int r = 0;

	if (!(plan->flags & SRIOV_PLAN_REBIND) || !work->pf->is_pci || !work->nr_vfs ||
	    sriov_plan_makes_vfs(work))
		return 0;
	if (!held)
		return sriov_no_memory(plan->ctx);
	r = read_bound(work);
	for (size_t i = 0; i < work->nr_vfs && r >= 0; i++) {
		struct vf_work *vf = &work->vfs[i];

		if (!is_needed(vf))
			continue;
		held[n++] = vf->want.index;
		if (vf->now.note & (SRIOV_NOTE_BLOCKED | SRIOV_NOTE_NO_ACCESS))
			return sriov_fail(plan->ctx, SRIOV_FAILED, EBUSY,
					  "%s/%u: rebind: driver_override cannot be "
					  "read, so it could not be put back",
					  work->pf->name, vf->want.index);
		r = add_step(plan, work, vf);
	}
	return r < 0 || !n ? r : sriov_plan_check_holders(plan, work, held, n, "rebind");
}

/* ---- undoing ---- */

/* Has its netdev another address than before the plan? Of one that is not known: false. */
static bool is_other(const struct step *step, char *text, size_t size)
{
	const struct sriov_vf_attrs *before = &step->vf_work->now;
	struct sriov_vf_attrs vf = { .index = step->pub.index }, *one = &vf;
	char was[SRIOV_NAME_LEN], is[SRIOV_NAME_LEN];

	if (!(before->set & SRIOV_VF_NETDEV_MAC) ||
	    sriov_vf_get(step->pub.pf, SRIOV_VF_NETDEV_MAC, &one, 1) < 0 ||
	    !(vf.set & SRIOV_VF_NETDEV_MAC) ||
	    sriov_vf_same(&vf, before, SRIOV_VF_NETDEV_MAC))
		return false;
	sriov_vf_format(before, SRIOV_VF_NETDEV_MAC, was, sizeof(was));
	sriov_vf_format(&vf, SRIOV_VF_NETDEV_MAC, is, sizeof(is));
	snprintf(text, size, "started again, but its netdev has %s now, and had %s", is,
		 was);
	return true;
}

/* One that failed may have come as far as starting the driver. */
static bool is_to_start(const struct step *step)
{
	char text[SRIOV_TEXT_LEN];

	if (step->pub.state != SRIOV_STEP_FAILED)
		return true;
	return is_other(step, text, sizeof(text)) ||
	       !(step->vf_work->now.set & SRIOV_VF_NETDEV_MAC);
}

static void settle(struct step **steps, size_t n)
{
	_cleanup_free_ uint32_t *indexes = calloc(n, sizeof(*indexes));
	_cleanup_free_ bool *late = calloc(n, sizeof(*late));
	size_t m;

	for (size_t i = 0; i < n && indexes && late; i += m) {
		for (m = 0; i + m < n && steps[i + m]->pf_work == steps[i]->pf_work; m++)
			indexes[m] = steps[i + m]->pub.index;
		sriov_num_vfs_settle(steps[i]->pub.pf, indexes, m, late);
	}
}

void sriov_plan_start_again(struct sriov_plan *plan, struct step **steps, size_t n)
{
	char text[SRIOV_TEXT_LEN];
	size_t m = 0;

	for (size_t i = 0; i < n; i++)
		if (is_to_start(steps[i]))
			steps[m++] = steps[i];
	for (size_t i = 0; i < m && sriov_is_stopped(plan->ctx); i++) {
		steps[i]->pub.state = SRIOV_STEP_LEFT;
		sriov_step_text(steps[i], "it started with what was undone since");
	}
	if (!m || sriov_is_stopped(plan->ctx))
		return;
	sriov_batch_undo(plan, steps, m);
	settle(steps, m);
	/* where no address was given, the driver has found another one */
	for (size_t i = 0; i < m; i++) {
		if (steps[i]->pub.state == SRIOV_STEP_LEFT ||
		    !is_other(steps[i], text, sizeof(text)))
			continue;
		steps[i]->pub.state = SRIOV_STEP_LEFT;
		sriov_step_text(steps[i], text);
	}
}
