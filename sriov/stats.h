/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What stats.c and rates.c share. */
#ifndef SRIOV_STATS_H
#define SRIOV_STATS_H

#include "cli.h"

/* How often, as the keywords say. */
struct pace {
	uint64_t interval; /* microseconds */
	uint32_t count;    /* 0: until a signal comes */
};

/* The bit of a counter's change, beside that of the counter; and that there is one. */
#define CHANGE(bit) ((bit) << 32)
#define CHANGE_KNOWN (UINT64_C(1) << 63)

/* What is shown of a VF: its `set` is in the row. */
struct view {
	struct sriov_vf_stats total, delta, rate;
	uint64_t interval_us;
};

/* Read the counters of these VFs; `stats` is to be freed, also when it fails, or NULL. */
int stats_read(struct call *call, const struct span *span,
	       struct sriov_vf_stats ***stats);
/* Say it when nothing is known of any of them. */
void stats_explain(const struct call *call, const struct span *span,
		   struct sriov_vf_stats *const *stats);

/* ---- rates.c ---- */
int rates_show(struct call *call, size_t nr_objects, const struct pace *pace);

#endif
