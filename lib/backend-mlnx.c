// SPDX-License-Identifier: GPL-2.0-or-later
/* Back end "mlnx": the tree of MLNX_OFED, for what rtnetlink does not carry. */
#include "mlnx.h"
#include "trunk.h"

/* Is it the tree of an InfiniBand port? Without VFs only the netdev can tell. */
static bool is_infiniband(struct sriov_pf *pf)
{
	char netdev[SRIOV_NAME_LEN];

	if (sriov_sysfs_exists(pf->ctx, "%s/sriov/0", pf->path))
		return sriov_sysfs_exists(pf->ctx, "%s/sriov/0/policy", pf->path);
	sriov_pf_netdev(pf, netdev, sizeof(netdev));
	return netdev[0] && sriov_netdev_is_infiniband(pf->ctx, netdev);
}

/* Without VFs there is no telling: then it is tried. */
static bool has_trunks(struct sriov_pf *pf)
{
	return !sriov_sysfs_exists(pf->ctx, "%s/sriov/0", pf->path) ||
	       sriov_sysfs_exists(pf->ctx, "%s/sriov/0/trunk", pf->path);
}

static void can(struct sriov_pf *pf, uint64_t *reads, uint64_t *writes)
{
	*reads = *writes = 0;
	if (!sriov_sysfs_exists(pf->ctx, "%s/sriov", pf->path))
		return;
	if (is_infiniband(pf)) {
		*reads = *writes = SRIOV_MLNX_INFINIBAND;
		return;
	}
	*reads = *writes = SRIOV_MLNX_CONFIG | (has_trunks(pf) ? SRIOV_VF_TRUNK : 0) |
			   (sriov_mlnx_has_groups(pf) ? SRIOV_VF_GROUP : 0);
}

/* ---- reading ---- */

static int read_trunk(struct sriov_pf *pf, uint32_t index, struct sriov_trunk_seen *seen)
{
	char text[SRIOV_SYSFS_PAGE];
	int r = sriov_sysfs_page(pf->ctx, text, "%s/sriov/%u/trunk", pf->path, index);

	return r < 0 ? r : sriov_trunk_parse(text, seen);
}

/* Where there is no such file, there is nothing to be known. */
static void note_failure(struct sriov_vf_attrs *vf, int err)
{
	if (err != -ENOENT)
		vf->note |= SRIOV_NOTE_INCOMPLETE;
}

static void get_trunk(struct sriov_pf *pf, struct sriov_vf_attrs *vf)
{
	struct sriov_trunk_seen seen;
	int r = read_trunk(pf, vf->index, &seen);

	if (r < 0) {
		note_failure(vf, r);
		return;
	}
	if (seen.known <= SRIOV_VLAN_MAX) {
		vf->note |= SRIOV_NOTE_TRUNK_CUT;
		return;
	}
	vf->trunk = seen.sure;
	vf->set |= SRIOV_VF_TRUNK;
}

static void get_infiniband(struct sriov_pf *pf, uint64_t want, struct sriov_vf_attrs *vf)
{
	struct sriov_ctx *ctx = pf->ctx;
	char text[SRIOV_MLNX_TEXT_LEN];

	if (want & SRIOV_VF_NODE_GUID &&
	    sriov_sysfs_read(ctx, text, sizeof(text), "%s/sriov/%u/node", pf->path,
			     vf->index) >= 0 &&
	    sriov_mlnx_parse_guid(text, &vf->node_guid))
		vf->set |= SRIOV_VF_NODE_GUID;
	if (want & SRIOV_VF_PORT_GUID &&
	    sriov_sysfs_read(ctx, text, sizeof(text), "%s/sriov/%u/port", pf->path,
			     vf->index) >= 0 &&
	    sriov_mlnx_parse_guid(text, &vf->port_guid))
		vf->set |= SRIOV_VF_PORT_GUID;
	if (want & SRIOV_VF_STATE &&
	    sriov_sysfs_read(ctx, text, sizeof(text), "%s/sriov/%u/policy", pf->path,
			     vf->index) >= 0 &&
	    sriov_mlnx_parse_state(text, &vf->state))
		vf->set |= SRIOV_VF_STATE;
}

static void get_ethernet(struct sriov_pf *pf, uint64_t want, struct sriov_vf_attrs *vf)
{
	char text[SRIOV_SYSFS_PAGE];
	int r;

	if (want & (SRIOV_MLNX_CONFIG | SRIOV_VF_GROUP)) {
		r = sriov_sysfs_page(pf->ctx, text, "%s/sriov/%u/config", pf->path,
				     vf->index);
		if (r >= 0)
			sriov_mlnx_parse_config(text, want, vf);
		else
			note_failure(vf, r);
	}
	if (want & SRIOV_VF_TRUNK)
		get_trunk(pf, vf);
}

/* All that is read at once, in a worker: the driver holds a lock while it makes VFs. */
struct reading {
	struct sriov_pf *pf;
	uint64_t want;
	bool infiniband;
	struct sriov_vf_attrs vfs[];
};

static void read_one(struct sriov_ctx *ctx, void *data, size_t i)
{
	struct reading *reading = data;

	sriov_sysfs_stay_near(ctx, "%s/sriov", reading->pf->path);
	if (reading->infiniband)
		get_infiniband(reading->pf, reading->want, &reading->vfs[i]);
	else
		get_ethernet(reading->pf, reading->want, &reading->vfs[i]);
}

static int get(struct sriov_pf *pf, uint64_t want, struct sriov_vf_attrs **vfs, size_t n)
{
	size_t size = sizeof(struct reading) + n * sizeof(*vfs[0]);
	_cleanup_free_ struct reading *reading = malloc(size);
	int r;

	if (!reading)
		return -ENOMEM;
	*reading = (struct reading){ pf, want, is_infiniband(pf) };
	for (size_t i = 0; i < n; i++)
		reading->vfs[i] = *vfs[i];
	r = sriov_worker_read(pf->ctx, read_one, reading, size, n);
	for (size_t i = 0; i < n; i++) {
		if (r >= 0)
			*vfs[i] = reading->vfs[i];
		else
			vfs[i]->note |= SRIOV_NOTE_BLOCKED;
	}
	if (r >= 0 || r == -ETIMEDOUT)
		return 0;
	return sriov_fail(pf->ctx, SRIOV_FAILED, -r, "%s: reading its VFs: %s", pf->name,
			  sriov_strerror(-r));
}

/* ---- writing ---- */

static int
write_ranges(struct sriov_pf *pf, uint32_t index, const char *verb,
	     const struct sriov_trunk_seen *seen, const struct sriov_trunk *wanted,
	     bool (*next)(const struct sriov_trunk_seen *, const struct sriov_trunk *,
			  struct sriov_vlan_range *))
{
	struct sriov_vlan_range range = SRIOV_VLAN_RANGE_START;
	char file[SRIOV_MLNX_TEXT_LEN], text[SRIOV_MLNX_TEXT_LEN];
	int r = 0;

	snprintf(file, sizeof(file), "%u/trunk", index);
	while (r >= 0 && next(seen, wanted, &range)) {
		snprintf(text, sizeof(text), "%s %u %u", verb, range.first, range.last);
		r = sriov_mlnx_write(pf, file, text);
	}
	return r;
}

/*
 * First what is added: an empty trunk in between would open every VLAN. What the driver does not
 * list is added or removed in any case.
 */
static int set_trunk(struct sriov_pf *pf, const struct sriov_vf_attrs *vf)
{
	struct sriov_trunk_seen seen;
	int r = read_trunk(pf, vf->index, &seen);

	if (r < 0)
		return r == -ENOENT ? -EOPNOTSUPP : r;
	r = write_ranges(pf, vf->index, "add", &seen, &vf->trunk, sriov_trunk_next_add);
	if (r >= 0)
		r = write_ranges(pf, vf->index, "rem", &seen, &vf->trunk,
				 sriov_trunk_next_remove);
	return r;
}

static int set_one(struct sriov_pf *pf, const struct sriov_vf_attrs *vf, uint64_t mask,
		   const struct sriov_mlnx_file *files, struct sriov_verdict *verdict)
{
	char file[SRIOV_MLNX_TEXT_LEN], text[SRIOV_MLNX_TEXT_LEN];
	int r = 0;

	for (; files->name && r >= 0; files++) {
		uint64_t bits = vf->set & files->bits & mask & ~verdict->done;

		if (!bits)
			continue;
		snprintf(file, sizeof(file), "%u/%s", vf->index, files->name);
		files->format(vf, bits & -bits, text, sizeof(text));
		r = sriov_mlnx_write(pf, file, text);
		if (r < 0)
			verdict->blame = bits;
		else
			verdict->done |= bits;
	}
	if (r >= 0 && vf->set & mask & SRIOV_VF_TRUNK) {
		r = set_trunk(pf, vf);
		if (r < 0)
			verdict->blame = SRIOV_VF_TRUNK;
		else
			verdict->done |= SRIOV_VF_TRUNK;
	}
	verdict->err = r < 0 ? r : 0;
	return r;
}

/* Does the VF leave its group, and join none? */
static bool leaves(const struct sriov_vf_attrs *vf)
{
	return !strcmp(vf->group, SRIOV_GROUP_NONE) || !strcmp(vf->group, "0");
}

/*
 * VFs join groups before others leave theirs: with its last VF a group goes, and with it what
 * it was given.
 */
static int set_all(struct sriov_pf *pf, struct sriov_vf_attrs *const *vfs, size_t n,
		   bool keep_going, struct sriov_verdict *verdicts)
{
	const struct sriov_mlnx_file *files = is_infiniband(pf) ? sriov_mlnx_infiniband :
								  sriov_mlnx_ethernet;
	const uint64_t masks[] = { SRIOV_VF_GROUP, UINT64_MAX };
	int first = 0, r;

	for (size_t pass = 0; pass < ARRAY_SIZE(masks); pass++) {
		for (size_t i = 0; i < n; i++) {
			if (verdicts[i].err ||
			    (!pass &&
			     (!(vfs[i]->set & SRIOV_VF_GROUP) || leaves(vfs[i]))))
				continue;
			if ((pass || i) && sriov_is_stopped(pf->ctx))
				return -EINTR;
			r = set_one(pf, vfs[i], masks[pass], files, &verdicts[i]);
			if (r < 0 && !first)
				first = r;
			if (r < 0 && !keep_going)
				return r;
		}
	}
	return first;
}

static int set(struct sriov_pf *pf, struct sriov_vf_attrs *const *vfs, size_t n,
	       bool keep_going, struct sriov_verdict *verdicts)
{
	int r;

	sriov_sysfs_stay_near(pf->ctx, "%s/sriov", pf->path);
	r = set_all(pf, vfs, n, keep_going, verdicts);
	sriov_sysfs_leave(pf->ctx);
	return r;
}

const struct sriov_backend sriov_backend_mlnx = {
	.name = "mlnx",
	.vf_can = can,
	.vf_get = get,
	.vf_set = set,
	.vf_stats = sriov_mlnx_stats,
	.group_names = sriov_mlnx_group_names,
	.group_get = sriov_mlnx_group_get,
	.group_set = sriov_mlnx_group_set,
};
