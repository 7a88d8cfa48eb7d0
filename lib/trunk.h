/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Sets of VLANs, and the fewest writes from one to another. */
#ifndef SRIOV_TRUNK_H
#define SRIOV_TRUNK_H

#include "internal.h"

#define SRIOV_TRUNK_WORDS ARRAY_SIZE(((struct sriov_trunk *)0)->vlans)

static inline bool sriov_trunk_has(const struct sriov_trunk *trunk, unsigned int vlan)
{
	return trunk->vlans[vlan / 64] >> vlan % 64 & 1;
}

static inline void sriov_trunk_put(struct sriov_trunk *trunk, unsigned int vlan)
{
	trunk->vlans[vlan / 64] |= UINT64_C(1) << vlan % 64;
}

bool sriov_trunk_is_none(const struct sriov_trunk *trunk);

/* What the driver may list of a trunk: up to its last VLAN, or to where a page ends. */
struct sriov_trunk_seen {
	struct sriov_trunk sure;
	/* the first VLAN of which nothing is known; SRIOV_VLAN_MAX + 1 when all is */
	unsigned int known;
};

/*
 * Read "Allowed 802.1Q VLANs: 4 5 6\n", or nothing for none. Without the newline the list was
 * cut, maybe within a number. -EBADMSG: it is something else.
 */
int sriov_trunk_parse(const char *text, struct sriov_trunk_seen *seen);

/* One write: from the first to the last VLAN. */
struct sriov_vlan_range {
	unsigned int first, last;
};

/*
 * The next range, from `range->last` + 1 on (0 at the start, when `range->first` is above it),
 * that has to be added, or removed, to come from what was seen to what is wanted. What is so
 * already is written again where that saves a write. False: there is no more.
 */
bool sriov_trunk_next_add(const struct sriov_trunk_seen *seen,
			  const struct sriov_trunk *wanted,
			  struct sriov_vlan_range *range);
bool sriov_trunk_next_remove(const struct sriov_trunk_seen *seen,
			     const struct sriov_trunk *wanted,
			     struct sriov_vlan_range *range);
/* The start for both. */
#define SRIOV_VLAN_RANGE_START { 1, 0 }

/* `now` with the change of `wish` made to it. */
void sriov_trunk_change(const struct sriov_trunk *now, const struct sriov_trunk *wish,
			struct sriov_trunk *then);

#endif
