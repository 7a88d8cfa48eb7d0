// SPDX-License-Identifier: GPL-2.0-or-later
/* Plans: refusing to take away what somebody uses. */
#include "plan.h"

#define LIST_LEN 400 /* what fits into the text of an error, with what stands around it */
#define THE_PF UINT32_MAX

/* The devices that a change takes away from whoever uses them. */
struct devices {
	struct sriov_holding *list;
	char (*paths)[SRIOV_PATH_LEN];
	uint32_t *indexes; /* of the VFs; THE_PF for the PF itself */
	uint32_t n;
};

static void free_devices(struct devices *devices)
{
	free(devices->list);
	free(devices->paths);
	free(devices->indexes);
}

#define _cleanup_devices_ __attribute__((cleanup(free_devices)))

static int no_memory(struct sriov_ctx *ctx)
{
	return sriov_fail(ctx, SRIOV_FAILED, ENOMEM, "%s", sriov_strerror(ENOMEM));
}

static int make_room(struct devices *devices, uint32_t n)
{
	devices->list = calloc((size_t)n + 1, sizeof(*devices->list));
	devices->paths = calloc((size_t)n + 1, sizeof(*devices->paths));
	devices->indexes = calloc((size_t)n + 1, sizeof(*devices->indexes));
	return devices->list && devices->paths && devices->indexes ? 0 : -ENOMEM;
}

static void add(struct devices *devices, const char *path, uint32_t index)
{
	uint32_t i = devices->n++;

	sriov_copy(devices->paths[i], sizeof(devices->paths[i]), path);
	devices->list[i].path = devices->paths[i];
	devices->indexes[i] = index;
}

/* VFs that are no devices of their own, or on their way out, are used by nobody. */
static void add_vfs(struct devices *devices, struct sriov_pf *pf, const uint32_t *indexes,
		    uint32_t n)
{
	char path[SRIOV_PATH_LEN];

	for (uint32_t i = 0; i < n; i++)
		if (sriov_vf_path(pf, indexes[i], path, sizeof(path)) >= 0)
			add(devices, path, indexes[i]);
}

/* "VF 0 [qemu (pid 7): /dev/vfio/3], VF 2 [master bond0], and 3 more VFs", or "". */
static void describe(const struct devices *devices, char *text, size_t size)
{
	uint32_t more = 0;
	size_t len = 0;

	text[0] = '\0';
	for (uint32_t i = 0; i < devices->n; i++) {
		const char *holders = devices->list[i].text;
		char item[SRIOV_HOLDER_LEN + 32];

		if (!holders[0])
			continue;
		if (devices->indexes[i] == THE_PF)
			snprintf(item, sizeof(item), "the PF [%s]", holders);
		else
			snprintf(item, sizeof(item), "VF %u [%s]", devices->indexes[i],
				 holders);
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

static int refuse(struct sriov_pf *pf, const struct devices *devices, const char *what)
{
	char list[LIST_LEN];
	int r = sriov_holders_find(pf->ctx, devices->list, devices->n);

	if (r < 0)
		return r;
	describe(devices, list, sizeof(list));
	if (!list[0])
		return 0;
	return sriov_fail(pf->ctx, SRIOV_REFUSED, EBUSY,
			  "%s: %s: in use: %s (--force goes on)", pf->name, what, list);
}

static int check(struct sriov_plan *plan, struct pf_work *work, const uint32_t *indexes,
		 uint32_t n, const char *what, bool with_pf)
{
	_cleanup_devices_ struct devices devices = { 0 };
	_cleanup_free_ uint32_t *all = NULL;
	struct sriov_pf *pf = work->pf;
	int r;

	if (plan->flags & SRIOV_PLAN_FORCE)
		return 0;
	if (!indexes) {
		r = sriov_pf_vfs(pf, &all, &n);
		if (r < 0)
			return r;
		indexes = all;
	}
	if (make_room(&devices, n + 1) < 0)
		return no_memory(pf->ctx);
	if (with_pf)
		add(&devices, pf->path, THE_PF);
	add_vfs(&devices, pf, indexes, n);
	return refuse(pf, &devices, what);
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
		return no_memory(plan->ctx);
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
