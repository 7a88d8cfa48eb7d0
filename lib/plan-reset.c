// SPDX-License-Identifier: GPL-2.0-or-later
/* Plans: VFs as if nobody had told them anything, as far as what they were told is known. */
#include "plan.h"

/* What a driver gives a VF that is new; rates, address and the rest are zero. */
static void fill_neutral(const struct pf_work *work, struct sriov_vf_attrs *neutral)
{
	memset(neutral, 0, sizeof(*neutral));
	neutral->set = SRIOV_VF_RESETS & work->can;
	neutral->vlan_proto = SRIOV_VLAN_8021Q;
	neutral->state = SRIOV_VF_STATE_AUTO;
	sriov_copy(neutral->group, sizeof(neutral->group), "0");
	if (!sriov_quirk_spoofchk(work->now.driver, &neutral->spoofchk))
		neutral->set &= ~SRIOV_VF_SPOOFCHK;
}

static int check_can(const struct pf_work *work, uint32_t index)
{
	char netdev[SRIOV_NAME_LEN];

	if (work->can & SRIOV_VF_RESETS)
		return 0;
	sriov_pf_netdev(work->pf, netdev, sizeof(netdev));
	return sriov_fail(work->pf->ctx, SRIOV_WRONG, EOPNOTSUPP,
			  "%s/%u: nothing of it can be reset: %s", work->pf->name, index,
			  netdev[0] ? "no back end can set it" :
			  work->now.note & SRIOV_NOTE_OTHER_NETNS ?
				      "the PF's netdev is in another network namespace" :
				      "the PF has no netdev to set it through");
}

/* Does the wish differ from what is? */
static bool changes(const struct vf_work *vf)
{
	for (uint64_t bits = vf->want.set & SRIOV_VF_RESETS; bits; bits &= bits - 1)
		if (!(vf->now.set & bits & -bits) ||
		    !sriov_vf_same(&vf->now, &vf->want, bits & -bits))
			return true;
	return false;
}

int sriov_plan_make_resets(struct sriov_plan *plan, struct pf_work *work)
{
	_cleanup_free_ uint32_t *held = calloc(work->nr_vfs + 1, sizeof(*held));
	struct sriov_vf_attrs neutral;
	uint64_t known;
	uint32_t n = 0;
	int r = 0;

	if (!held)
		return sriov_no_memory(plan->ctx);
	fill_neutral(work, &neutral);
	for (size_t i = 0; i < work->nr_vfs && r >= 0; i++) {
		struct vf_work *vf = &work->vfs[i];

		/* one that this plan creates is new by itself */
		if (!vf->reset || vf->fresh)
			continue;
		r = check_can(work, vf->want.index);
		if (r >= 0 && !(vf->now.set & neutral.set))
			r = sriov_fail(
				plan->ctx, SRIOV_FAILED, ENODATA,
				"%s/%u: nothing is known of it that could be reset",
				work->pf->name, vf->want.index);
		known = vf->now.set;
		/* it has a trunk, whatever is in it */
		if (vf->now.note & SRIOV_NOTE_TRUNK_CUT)
			known |= SRIOV_VF_TRUNK;
		sriov_vf_copy(&vf->want, &neutral, known & ~vf->want.set);
		if (changes(vf))
			held[n++] = vf->want.index;
	}
	return r < 0 ? r : sriov_plan_check_holders(plan, work, held, n, "reset");
}
