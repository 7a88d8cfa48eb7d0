// SPDX-License-Identifier: GPL-2.0-or-later
/* Counters of VFs in the tree of MLNX_OFED: PF/sriov/N/stats. */
#include <ctype.h>

#include "internal.h"

/* Decimal digits to the end of the line; false: it is something else, or too much. */
static bool read_number(const char *p, const char *end, uint64_t *value)
{
	const char *first;

	while (p < end && *p == ' ')
		p++;
	*value = 0;
	for (first = p; p < end && isdigit((unsigned char)*p); p++) {
		if (__builtin_mul_overflow(*value, 10, value) ||
		    __builtin_add_overflow(*value, *p - '0', value))
			return false;
	}
	return p > first && p + strspn(p, " \r") >= end;
}

/* "tx_packets    : 5011"; which there are differs from release to release. */
static void read_line(const char *line, size_t len, struct sriov_vf_stats *stats)
{
	const char *colon = memchr(line, ':', len);
	size_t key = strcspn(line, " :\n");
	uint64_t bit, value;

	if (!colon)
		return;
	bit = sriov_stats_bit(line, key);
	if (bit && line + key + strspn(line + key, " ") == colon &&
	    read_number(colon + 1, line + len, &value))
		sriov_stats_put(stats, bit, value);
}

struct reading {
	struct sriov_pf *pf;
	struct sriov_vf_stats stats[];
};

/* Not there: no such tree, or the VF has just gone; any failure is EINVAL. */
static void read_one(struct sriov_ctx *ctx, void *data, size_t i)
{
	struct reading *reading = data;
	struct sriov_vf_stats *stats = &reading->stats[i];
	char text[SRIOV_SYSFS_PAGE];

	sriov_sysfs_stay_near(ctx, "%s/sriov", reading->pf->path);
	if (sriov_sysfs_page(ctx, text, "%s/sriov/%u/stats", reading->pf->path,
			     stats->index) < 0)
		return;
	for (const char *line = text; *line;) {
		size_t len = strcspn(line, "\n");

		read_line(line, len, stats);
		line += len + (line[len] == '\n');
	}
}

int sriov_mlnx_stats(struct sriov_pf *pf, struct sriov_vf_stats **stats, size_t n)
{
	size_t size = sizeof(struct reading) + n * sizeof(*stats[0]);
	_cleanup_free_ struct reading *reading = NULL;
	int r;

	if (!sriov_sysfs_exists(pf->ctx, "%s/sriov", pf->path))
		return 0;
	reading = malloc(size);
	if (!reading)
		return -ENOMEM;
	reading->pf = pf;
	for (size_t i = 0; i < n; i++)
		reading->stats[i] = *stats[i];
	r = sriov_worker_read(pf->ctx, read_one, reading, size, n);
	for (size_t i = 0; i < n && r >= 0; i++)
		*stats[i] = reading->stats[i];
	return r == -ETIMEDOUT ? 0 : r;
}
