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

int sriov_mlnx_stats(struct sriov_pf *pf, struct sriov_vf_stats **stats, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		char text[SRIOV_SYSFS_PAGE];
		/* not there: no such tree, or the VF has just gone; any failure is EINVAL */
		int r = sriov_sysfs_page(pf->ctx, text, "%s/sriov/%u/stats", pf->path,
					 stats[i]->index);

		for (const char *line = r < 0 ? "" : text; *line;) {
			size_t len = strcspn(line, "\n");

			read_line(line, len, stats[i]);
			line += len + (line[len] == '\n');
		}
	}
	return 0;
}
