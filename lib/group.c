// SPDX-License-Identifier: GPL-2.0-or-later
/* Groups of VFs: who is in which, and what that means for what each can send. */
#include <ctype.h>
#include <inttypes.h>

#include "pf.h"
#include "share.h"

#define RATES (SRIOV_VF_MAX_TX_RATE | SRIOV_VF_MIN_TX_RATE)

static const struct {
	uint64_t bit;
	const char *name;
} members[] = {
	{ SRIOV_GROUP_MAX_TX_RATE, "max_tx_rate" },
	{ SRIOV_GROUP_MIN_TX_RATE, "min_tx_rate" },
	{ SRIOV_GROUP_VFS, "vfs" },
};

const char *sriov_group_attr_name(uint64_t bit)
{
	for (size_t i = 0; i < ARRAY_SIZE(members); i++)
		if (members[i].bit == bit)
			return members[i].name;
	return "?";
}

uint32_t sriov_group_rate(const struct sriov_group_attrs *group, uint64_t bit)
{
	return bit == SRIOV_GROUP_MAX_TX_RATE ? group->max_tx_rate : group->min_tx_rate;
}

struct sriov_group_attrs *sriov_group_attrs_new(void)
{
	return calloc(1, sizeof(struct sriov_group_attrs));
}

void sriov_group_attrs_free(struct sriov_group_attrs **groups)
{
	for (size_t i = 0; groups && groups[i]; i++)
		free(groups[i]);
	free(groups);
}

const struct sriov_backend *sriov_group_backend(struct sriov_pf *pf)
{
	for (const struct sriov_backend *const *b = sriov_backends(); *b; b++) {
		_cleanup_free_ char **names = NULL;

		if ((*b)->group_names && sriov_backend_allowed(pf->ctx, *b) &&
		    (*b)->group_names(pf, &names) != -EOPNOTSUPP)
			return *b;
	}
	return NULL;
}

/* ---- the list ---- */

struct list {
	struct sriov_group_attrs **groups;
	size_t n;
};

static void free_list(struct list *list)
{
	sriov_group_attrs_free(list->groups);
}

#define _cleanup_list_ __attribute__((cleanup(free_list)))

/* The group of this name, made when it is new. */
static struct sriov_group_attrs *group_of(struct list *list, const char *name)
{
	struct sriov_group_attrs **groups, *group;

	for (size_t i = 0; i < list->n; i++)
		if (!strcmp(list->groups[i]->name, name))
			return list->groups[i];
	groups = realloc(list->groups, (list->n + 2) * sizeof(*groups));
	if (!groups)
		return NULL;
	list->groups = groups;
	groups[list->n] = group = sriov_group_attrs_new();
	if (!group)
		return NULL;
	groups[++list->n] = NULL;
	sriov_copy(group->name, sizeof(group->name), name);
	group->set = SRIOV_GROUP_VFS | SRIOV_GROUP_NUM_VFS;
	return group;
}

/* Append "3" or "0-2"; what has no room makes the list unknown. */
static void add_span(struct sriov_group_attrs *group, uint32_t first, uint32_t last)
{
	size_t len = strlen(group->vfs), room = sizeof(group->vfs) - len;
	int n;

	if (first == last)
		n = snprintf(group->vfs + len, room, "%s%" PRIu32, len ? "," : "", first);
	else
		n = snprintf(group->vfs + len, room, "%s%" PRIu32 "-%" PRIu32,
			     len ? "," : "", first, last);
	if ((size_t)n >= room)
		group->set &= ~SRIOV_GROUP_VFS;
}

static bool is_in(const struct sriov_group_attrs *group, const struct sriov_vf_attrs *vf)
{
	return vf->set & SRIOV_VF_GROUP && !strcmp(vf->group, group->name);
}

static void list_members(struct sriov_group_attrs *group,
			 struct sriov_vf_attrs *const *vfs, size_t n)
{
	uint64_t guaranteed = 0;
	size_t first = n;

	for (size_t i = 0; i < n; i++) {
		if (!is_in(group, vfs[i]))
			continue;
		group->num_vfs++;
		guaranteed += vfs[i]->set & SRIOV_VF_MIN_TX_RATE ? vfs[i]->min_tx_rate :
								   0;
		if (!i || !is_in(group, vfs[i - 1]) ||
		    vfs[i - 1]->index + 1 != vfs[i]->index)
			first = i;
		if (i + 1 == n || !is_in(group, vfs[i + 1]) ||
		    vfs[i]->index + 1 != vfs[i + 1]->index)
			add_span(group, vfs[first]->index, vfs[i]->index);
	}
	/* VFs of no group are no group: their guarantees are their own */
	if (group->set & SRIOV_GROUP_MIN_TX_RATE && guaranteed > group->min_tx_rate &&
	    strcmp(group->name, "0") != 0)
		group->note |= SRIOV_NOTE_OVER_GROUP;
	group->set |= SRIOV_GROUP_NOTE;
}

/* What each gets of the line, when one of them has a guarantee. */
static int share_line(struct sriov_pf *pf, struct list *list)
{
	_cleanup_free_ uint32_t *rates = calloc(list->n * 3 + 1, sizeof(*rates));
	_cleanup_free_ struct sriov_pf_attrs *port = sriov_pf_attrs_new();
	uint32_t *min = rates, *max = rates + list->n, *share = rates + list->n * 2;
	uint64_t sum = 0;

	if (!rates || !port)
		return -ENOMEM;
	for (size_t i = 0; i < list->n; i++) {
		const struct sriov_group_attrs *group = list->groups[i];

		/* without VFs nobody sends */
		if (!group->num_vfs)
			continue;
		min[i] = group->set & SRIOV_GROUP_MIN_TX_RATE ? group->min_tx_rate : 0;
		max[i] = group->set & SRIOV_GROUP_MAX_TX_RATE ? group->max_tx_rate : 0;
		sum += min[i];
	}
	if (!sum || sriov_pf_get(pf, SRIOV_PF_SPEED, port) < 0 ||
	    !(port->set & SRIOV_PF_SPEED))
		return 0;
	sriov_share_line(port->speed, min, max, share, list->n);
	for (size_t i = 0; i < list->n; i++) {
		list->groups[i]->share_tx_rate = share[i];
		list->groups[i]->set |= SRIOV_GROUP_SHARE_TX_RATE;
		if (sum > port->speed && min[i])
			list->groups[i]->note |= SRIOV_NOTE_OVER_LINK;
	}
	return 0;
}

/* 2 before 10, and numbers before words. */
static int by_name(const void *a, const void *b)
{
	const struct sriov_group_attrs *left = *(struct sriov_group_attrs *const *)a,
				       *right = *(struct sriov_group_attrs *const *)b;
	bool numbers = isdigit((unsigned char)left->name[0]) &&
		       isdigit((unsigned char)right->name[0]);
	size_t one = strlen(left->name), other = strlen(right->name);

	if (numbers && one != other)
		return one < other ? -1 : 1;
	return strcmp(left->name, right->name);
}

/* All VFs of the PF, with what is needed of them; NULL when that cannot be read. */
static struct sriov_vf_attrs **read_vfs(struct sriov_pf *pf, uint32_t *n)
{
	_cleanup_free_ uint32_t *indexes = NULL;
	struct sriov_vf_attrs **vfs;

	if (sriov_pf_vfs(pf, &indexes, n) < 0)
		return NULL;
	vfs = sriov_vf_attrs_new(*n);
	for (uint32_t i = 0; vfs && i < *n; i++)
		vfs[i]->index = indexes[i];
	if (vfs && sriov_vf_read(pf, SRIOV_VF_GROUP | RATES, vfs, *n) < 0) {
		sriov_vf_attrs_free(vfs);
		return NULL;
	}
	return vfs;
}

/* A group without VFs may still be on its way out: only the first one stays. */
static int add_names(struct sriov_pf *pf, const struct sriov_backend *backend,
		     struct list *list)
{
	_cleanup_free_ char **names = NULL;
	int r = backend->group_names(pf, &names);

	for (int i = 0; i < r; i++)
		if (!strcmp(names[i], "0") && !group_of(list, names[i]))
			return -ENOMEM;
	return r < 0 ? r : 0;
}

static int fill(struct sriov_pf *pf, const struct sriov_backend *backend,
		struct list *list, struct sriov_vf_attrs *const *vfs, size_t n)
{
	int r = add_names(pf, backend, list);

	for (size_t i = 0; i < n && r >= 0; i++)
		if (vfs[i]->set & SRIOV_VF_GROUP && !group_of(list, vfs[i]->group))
			r = -ENOMEM;
	if (r < 0)
		return r;
	qsort(list->groups, list->n, sizeof(*list->groups), by_name);
	r = backend->group_get(pf, list->groups, list->n);
	for (size_t i = 0; i < list->n && r >= 0; i++)
		list_members(list->groups[i], vfs, n);
	return r < 0 ? r : share_line(pf, list);
}

int sriov_group_look(struct sriov_pf *pf, struct sriov_group_attrs ***groups, size_t *n,
		     struct sriov_vf_attrs ***vfs, uint32_t *nr_vfs)
{
	const struct sriov_backend *backend = sriov_group_backend(pf);
	_cleanup_list_ struct list list = { calloc(1, sizeof(*list.groups)), 0 };
	int r;

	*n = 0;
	*groups = NULL;
	if (!backend && pf->ctx->only_backend)
		return sriov_fail(
			pf->ctx, SRIOV_WRONG, EOPNOTSUPP,
			"%s: group: not through the back end that was asked for",
			pf->name);
	if (!backend)
		return sriov_fail(
			pf->ctx, SRIOV_WRONG, EOPNOTSUPP,
			"%s: group: this PF has no groups of VFs (they need "
			"the mlx5 driver of MLNX_OFED, from 4.6 on, for Ethernet)",
			pf->name);
	*vfs = read_vfs(pf, nr_vfs);
	if (!*vfs)
		return sriov_fail(pf->ctx, SRIOV_FAILED, EIO,
				  "%s: group: its VFs cannot be read", pf->name);
	r = list.groups ? fill(pf, backend, &list, *vfs, *nr_vfs) : -ENOMEM;
	if (r < 0)
		return sriov_fail(pf->ctx, SRIOV_FAILED, -r, "%s: group: %s", pf->name,
				  sriov_strerror(-r));
	*n = list.n;
	*groups = steal(list.groups);
	return 0;
}

int sriov_group_list(struct sriov_pf *pf, struct sriov_group_attrs ***groups, size_t *n)
{
	struct sriov_vf_attrs **vfs = NULL;
	uint32_t nr_vfs;
	int r = sriov_group_look(pf, groups, n, &vfs, &nr_vfs);

	sriov_vf_attrs_free(vfs);
	return r;
}

void sriov_group_read(struct sriov_pf *pf, struct sriov_group_attrs *group)
{
	const struct sriov_backend *backend = sriov_group_backend(pf);

	group->set &= ~(SRIOV_GROUP_MAX_TX_RATE | SRIOV_GROUP_MIN_TX_RATE);
	if (backend)
		backend->group_get(pf, &group, 1);
}

/* ---- what VFs can send ---- */

/* One group: the limits of all its VFs, found for those that are asked about. */
static void limit_members(const struct sriov_group_attrs *group,
			  struct sriov_vf_attrs *const *all, size_t nr_all, uint32_t *own,
			  uint32_t *effective)
{
	size_t n = 0;

	/* VFs that are in no group have their own limits, where the driver has none for them */
	if (!(group->set & SRIOV_GROUP_MAX_TX_RATE) && strcmp(group->name, "0") != 0)
		return;
	for (size_t i = 0; i < nr_all; i++) {
		if (!is_in(group, all[i]))
			continue;
		if (!(all[i]->set & SRIOV_VF_MAX_TX_RATE))
			return;
		own[n++] = all[i]->max_tx_rate;
	}
	sriov_share_limit(group->max_tx_rate, own, effective, n);
	n = 0;
	for (size_t i = 0; i < nr_all; i++) {
		if (!is_in(group, all[i]))
			continue;
		all[i]->effective_tx_rate = effective[n++];
		all[i]->set |= SRIOV_VF_EFFECTIVE_TX_RATE;
	}
}

static void copy_limits(struct sriov_vf_attrs **vfs, size_t n,
			struct sriov_vf_attrs *const *all, size_t nr_all)
{
	for (size_t i = 0, k = 0; i < n; i++) {
		if (k == nr_all || all[k]->index > vfs[i]->index)
			k = 0;
		while (k < nr_all && all[k]->index < vfs[i]->index)
			k++;
		if (k < nr_all && all[k]->index == vfs[i]->index)
			sriov_vf_copy(vfs[i], all[k], SRIOV_VF_EFFECTIVE_TX_RATE);
	}
}

int sriov_group_limit_vfs(struct sriov_pf *pf, struct sriov_vf_attrs **vfs, size_t n)
{
	struct sriov_group_attrs **groups;
	struct sriov_vf_attrs **all = NULL;
	_cleanup_free_ uint32_t *rates = NULL;
	size_t nr_groups;
	uint32_t nr_all;
	int r;

	if (!sriov_group_backend(pf))
		return 0;
	r = sriov_group_look(pf, &groups, &nr_groups, &all, &nr_all);
	if (r >= 0) {
		rates = calloc(nr_all * 2 + 1, sizeof(*rates));
		r = rates ? 0 : -ENOMEM;
	}
	for (size_t i = 0; i < nr_groups && r >= 0; i++)
		limit_members(groups[i], all, nr_all, rates, rates + nr_all);
	if (r >= 0)
		copy_limits(vfs, n, all, nr_all);
	sriov_group_attrs_free(groups);
	sriov_vf_attrs_free(all);
	return r;
}
