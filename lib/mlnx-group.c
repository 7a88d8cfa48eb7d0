// SPDX-License-Identifier: GPL-2.0-or-later
/* Groups of VFs in MLNX_OFED's tree, sriov/groups/N; and files that are busy for a moment. */
#include <time.h>

#include "mlnx.h"

#define BUSY_MS 500 /* how long EBUSY is taken for transient; reading has a second */
#define BUSY_STEP_MS 5

bool sriov_mlnx_has_groups(struct sriov_pf *pf)
{
	return sriov_sysfs_exists(pf->ctx, "%s/sriov/groups", pf->path);
}

/* After EBUSY, which is transient for groups since 23.10-2.1.3: is it to be tried again? */
static bool is_busy(const struct sriov_ctx *ctx, int r, int64_t *end)
{
	const struct timespec step = { .tv_nsec = BUSY_STEP_MS * 1000000 };
	int64_t now;

	if (r != -EBUSY || sriov_is_stopped(ctx))
		return false;
	now = sriov_now_ms();
	if (!*end)
		*end = now + BUSY_MS;
	if (now >= *end)
		return false;
	nanosleep(&step, NULL);
	return true;
}

int sriov_mlnx_write(struct sriov_pf *pf, const char *file, const char *value)
{
	int64_t end = 0;
	int r;

	do
		r = sriov_sysfs_write(pf->ctx, value, "%s/sriov/%s", pf->path, file);
	while (is_busy(pf->ctx, r, &end));
	/* 524 is ENOTSUPP of the kernel, which no C library knows */
	if (r == -524)
		return -EOPNOTSUPP;
	if (r != -ENOENT)
		return r;
	/* does this driver have no such file, or has the VF gone, or the group? */
	return sriov_sysfs_exists(pf->ctx, "%s/sriov/%.*s", pf->path,
				  (int)(strrchr(file, '/') - file), file) ?
		       -EOPNOTSUPP :
		       -ENODEV;
}

int sriov_mlnx_group_names(struct sriov_pf *pf, char ***names)
{
	int r = sriov_sysfs_list(pf->ctx, names, "%s/sriov/groups", pf->path);

	return r == -ENOENT ? -EOPNOTSUPP : r;
}

struct reading {
	struct sriov_pf *pf;
	struct sriov_group_attrs groups[];
};

static void read_one(struct sriov_ctx *ctx, void *data, size_t i)
{
	struct reading *reading = data;
	struct sriov_group_attrs *group = &reading->groups[i];
	char text[SRIOV_SYSFS_PAGE];
	int64_t end = 0;
	int r;

	do
		r = sriov_sysfs_page(ctx, text, "%s/sriov/groups/%s/config",
				     reading->pf->path, group->name);
	while (is_busy(ctx, r, &end));
	if (r >= 0)
		sriov_mlnx_parse_group(text, group);
}

int sriov_mlnx_group_get(struct sriov_pf *pf, struct sriov_group_attrs **groups, size_t n)
{
	size_t size = sizeof(struct reading) + n * sizeof(*groups[0]);
	_cleanup_free_ struct reading *reading = malloc(size);
	int r;

	if (!reading)
		return -ENOMEM;
	reading->pf = pf;
	for (size_t i = 0; i < n; i++)
		reading->groups[i] = *groups[i];
	r = sriov_worker_read(pf->ctx, read_one, reading, size, n);
	for (size_t i = 0; i < n && r >= 0; i++)
		*groups[i] = reading->groups[i];
	return r == -ETIMEDOUT ? 0 : r;
}

int sriov_mlnx_group_set(struct sriov_pf *pf, const struct sriov_group_attrs *group,
			 struct sriov_verdict *verdict)
{
	const struct {
		uint64_t bit;
		const char *file;
		uint32_t rate;
	} rows[] = { { SRIOV_GROUP_MAX_TX_RATE, "max_tx_rate", group->max_tx_rate },
		     { SRIOV_GROUP_MIN_TX_RATE, "min_tx_rate", group->min_tx_rate } };
	char file[SRIOV_NAME_LEN * 2], text[SRIOV_MLNX_TEXT_LEN];

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		if (!(group->set & rows[i].bit))
			continue;
		snprintf(file, sizeof(file), "groups/%s/%s", group->name, rows[i].file);
		snprintf(text, sizeof(text), "%u", rows[i].rate);
		verdict->err = sriov_mlnx_write(pf, file, text);
		if (verdict->err < 0) {
			verdict->blame = rows[i].bit;
			return verdict->err;
		}
		verdict->done |= rows[i].bit;
	}
	return 0;
}
