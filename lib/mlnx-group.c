// SPDX-License-Identifier: GPL-2.0-or-later
/* Groups of VFs in MLNX_OFED's tree: sriov/groups/N. */
#include <time.h>

#include "mlnx.h"

#define BUSY_MS 500 /* how long EBUSY is taken for transient; reading has a second */
#define BUSY_STEP_MS 5

bool sriov_mlnx_has_groups(struct sriov_pf *pf)
{
	return sriov_sysfs_exists(pf->ctx, "%s/sriov/groups", pf->path);
}

int sriov_mlnx_write(struct sriov_pf *pf, const char *file, const char *value)
{
	const struct timespec step = { .tv_nsec = BUSY_STEP_MS * 1000000 };
	int64_t end = 0;
	int r;

	do {
		if (end)
			nanosleep(&step, NULL);
		r = sriov_sysfs_write(pf->ctx, value, "%s/sriov/%s", pf->path, file);
		if (r == -EBUSY && !end)
			end = sriov_now_ms() + BUSY_MS;
	} while (r == -EBUSY && sriov_now_ms() < end && !sriov_is_stopped(pf->ctx));
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

/* Reading may find the group busy, too: from 23.10-2.1.3 to 25.04. */
static int read_config(struct sriov_pf *pf, const char *name, char text[SRIOV_SYSFS_PAGE])
{
	const struct timespec step = { .tv_nsec = BUSY_STEP_MS * 1000000 };
	int64_t end = sriov_now_ms() + BUSY_MS;
	int r;

	for (;;) {
		r = sriov_sysfs_page(pf->ctx, text, "%s/sriov/groups/%s/config", pf->path,
				     name);
		if (r != -EBUSY || sriov_now_ms() > end || sriov_is_stopped(pf->ctx))
			return r;
		nanosleep(&step, NULL);
	}
}

struct reading {
	struct sriov_pf *pf;
	struct sriov_group_attrs groups[];
};

static void read_one(struct sriov_ctx *ctx, void *data, size_t i)
{
	struct reading *reading = data;
	char text[SRIOV_SYSFS_PAGE];

	(void)ctx;
	if (read_config(reading->pf, reading->groups[i].name, text) >= 0)
		sriov_mlnx_parse_group(text, &reading->groups[i]);
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
