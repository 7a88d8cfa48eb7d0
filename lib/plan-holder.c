// SPDX-License-Identifier: GPL-2.0-or-later
/* Plans: refusing to take away what somebody uses. */
#include "plan.h"

#define LIST_LEN 400 /* what fits into the text of an error, with what stands around it */

/* "VF 0 [qemu (pid 7): /dev/vfio/3], VF 2 [master bond0], and 3 more", or "". */
static void describe(const struct sriov_holding *list, uint32_t n, char *text,
		     size_t size)
{
	uint32_t more = 0;
	size_t len = 0;

	text[0] = '\0';
	for (uint32_t i = 0; i < n; i++) {
		char item[SRIOV_HOLDER_LEN + 32];

		if (!list[i].text[0])
			continue;
		if (list[i].index == SRIOV_HOLDING_PF)
			snprintf(item, sizeof(item), "the PF [%s]", list[i].text);
		else
			snprintf(item, sizeof(item), "VF %u [%s]", list[i].index,
				 list[i].text);
		/* room is kept for the last words */
		if (more || len + strlen(item) + 32 > size)
			more++;
		else
			len += (size_t)snprintf(text + len, size - len, "%s%s",
						len ? ", " : "", item);
	}
	if (more)
		snprintf(text + len, size - len, ", and %u more", more);
}

/* Nobody was seen, but not everything was. One that is gone is used by nobody. */
static bool is_unknown(const struct sriov_plan *plan, const struct sriov_holding *one)
{
	/* who may not look into processes may not write either: that is told in its turn */
	if (one->err == -EACCES)
		return !(plan->flags & SRIOV_PLAN_DRY_RUN);
	return one->err && one->err != -ENOENT && one->err != -ENODEV;
}

static int check(struct sriov_plan *plan, struct pf_work *work, const uint32_t *indexes,
		 uint32_t n, const char *what, bool with_pf)
{
	_cleanup_free_ struct sriov_holding *list = NULL;
	struct sriov_pf *pf = work->pf;
	char text[LIST_LEN];
	int r;

	if (plan->flags & SRIOV_PLAN_FORCE)
		return 0;
	r = sriov_holdings_new(pf, indexes, &n, &list);
	if (r < 0)
		return r;
	if (with_pf) {
		sriov_copy(list[n].path, sizeof(list[n].path), pf->path);
		list[n++].index = SRIOV_HOLDING_PF;
	}
	r = sriov_holders_find(pf->ctx, list, n);
	if (r < 0)
		return r;
	describe(list, n, text, sizeof(text));
	for (uint32_t i = 0; i < n && !text[0]; i++)
		if (is_unknown(plan, &list[i]))
			return sriov_fail(
				pf->ctx, SRIOV_REFUSED, -list[i].err,
				"%s: %s: who uses %s cannot be told: %s (--force "
				"goes on)",
				pf->name, what,
				list[i].index == SRIOV_HOLDING_PF ? "the PF" : "its VFs",
				list[i].err == -EACCES ?
					"processes may not be looked into" :
					sriov_strerror(-list[i].err));
	if (!text[0])
		return 0;
	return sriov_fail(pf->ctx, SRIOV_REFUSED, EBUSY,
			  "%s: %s: in use: %s (--force goes on)", pf->name, what, text);
}

int sriov_plan_check_holders(struct sriov_plan *plan, struct pf_work *work,
			     const uint32_t *indexes, uint32_t n, const char *what)
{
	return check(plan, work, indexes, n, what, false);
}

int sriov_plan_check_pf_holders(struct sriov_plan *plan, struct pf_work *work,
				const char *what)
{
	return check(plan, work, NULL, 0, what, true);
}

/* A VF that gets another driver is taken from whoever uses it through the one it has. */
int sriov_plan_check_rebound(struct sriov_plan *plan, struct pf_work *work)
{
	_cleanup_free_ uint32_t *indexes = calloc(work->nr_vfs + 1, sizeof(*indexes));
	uint32_t n = 0;

	if (!indexes)
		return sriov_no_memory(plan->ctx);
	for (size_t i = 0; i < work->nr_vfs; i++) {
		const struct vf_work *vf = &work->vfs[i];
		const char *override =
			vf->now.set & SRIOV_VF_OVERRIDE ? vf->now.override : "";

		if (vf->want.set & vf->now.set & SRIOV_VF_DRIVER && !vf->fresh &&
		    sriov_driver_change(vf->want.driver, vf->now.driver, override) ==
			    SRIOV_DRIVER_REBIND)
			indexes[n++] = vf->want.index;
	}
	return n ? sriov_plan_check_holders(plan, work, indexes, n, "driver") : 0;
}
