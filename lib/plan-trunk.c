// SPDX-License-Identifier: GPL-2.0-or-later
/* Plans: VLAN trunks: what "+18" makes of the one that is there, and what excludes it. */
#include "plan.h"
#include "trunk.h"

static int fail(const struct pf_work *work, const struct vf_work *vf, int err,
		const char *text)
{
	return sriov_fail(work->pf->ctx, SRIOV_WRONG, err, "%s/%u: %s", work->pf->name,
			  vf->want.index, text);
}

/* From a change to the set that it leads to. */
static int resolve(const struct pf_work *work, struct vf_work *vf)
{
	static const struct sriov_trunk none;
	const struct sriov_trunk *now = vf->fresh ? &none : &vf->now.trunk;
	bool removes = vf->want.trunk.change == SRIOV_TRUNK_REMOVE;

	if (vf->want.trunk.change == SRIOV_TRUNK_SET)
		return 0;
	if (!vf->fresh && vf->now.note & SRIOV_NOTE_TRUNK_CUT)
		return fail(work, vf, ENODATA,
			    "trunk: the driver lists only the first VLANs of it, so what "
			    "to add to or remove from is not known: give all of them");
	if (!vf->fresh && !(vf->now.set & SRIOV_VF_TRUNK))
		return fail(
			work, vf, ENODATA,
			"trunk: the driver does not tell what it is now: give all VLANs");
	if (removes && sriov_trunk_is_none(now))
		return fail(
			work, vf, EINVAL,
			"trunk: it has none, and may use every VLAN: to allow some, give "
			"them");
	sriov_trunk_change(now, &vf->want.trunk, &vf->want.trunk);
	if (sriov_trunk_is_none(&vf->want.trunk))
		return fail(
			work, vf, EINVAL,
			"trunk: without its last VLAN it would be open to every VLAN: say "
			"'trunk none' if that is meant");
	return 0;
}

bool sriov_plan_has_trunk(const struct sriov_vf_attrs *vf)
{
	return vf->note & SRIOV_NOTE_TRUNK_CUT ||
	       (vf->set & SRIOV_VF_TRUNK && !sriov_trunk_is_none(&vf->trunk));
}

static bool has_tag(const struct sriov_vf_attrs *vf)
{
	return (vf->set & SRIOV_VF_VLAN && vf->vlan) ||
	       (vf->set & SRIOV_VF_QOS && vf->qos);
}

int sriov_plan_make_trunk(const struct pf_work *work, struct vf_work *vf)
{
	uint64_t asked = vf->want.set & (SRIOV_VF_TRUNK | SRIOV_VF_VLAN | SRIOV_VF_QOS);
	struct sriov_vf_attrs then = vf->now;
	int r = vf->want.set & SRIOV_VF_TRUNK ? resolve(work, vf) : 0;

	if (r < 0 || !asked)
		return r;
	/* a VF that is new has neither */
	if (vf->fresh)
		then.set = then.note = 0;
	if (vf->want.set & SRIOV_VF_TRUNK)
		then.note &= ~SRIOV_NOTE_TRUNK_CUT;
	if (vf->want.set & SRIOV_VF_VLAN && !vf->want.vlan)
		then.set &= ~SRIOV_VF_QOS;
	sriov_vf_copy(&then, &vf->want, asked);
	if (!sriov_plan_has_trunk(&then) || !has_tag(&then))
		return 0;
	if (vf->want.set & SRIOV_VF_TRUNK)
		return fail(
			work, vf, EPERM,
			"trunk: its packets have a VLAN tag from outside (VST), which "
			"excludes a trunk: 'vlan 0 trunk LIST' takes it away");
	return fail(
		work, vf, EPERM,
		"vlan: it has a trunk (VGT+), which excludes a VLAN tag from outside: "
		"'trunk none vlan N' takes it away");
}
