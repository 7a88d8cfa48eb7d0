// SPDX-License-Identifier: GPL-2.0-or-later
/* The arithmetic of groups: who gets how much when all want everything. */
#include "share.h"

#include <stdbool.h>

/*
 * Deal out `all` in proportion to the weights. Who reaches his limit gets that, and is out;
 * then the rest is dealt out anew.
 */
static void deal(uint64_t all, const uint32_t *weights, const uint32_t *limits,
		 uint32_t *parts, size_t n)
{
	uint64_t weight = 0;
	bool again = true;

	for (size_t i = 0; i < n; i++) {
		parts[i] = UINT32_MAX; /* not settled */
		weight += weights ? weights[i] : 1;
	}
	while (again) {
		again = false;
		for (size_t i = 0; i < n && weight; i++) {
			uint64_t own = weights ? weights[i] : 1;

			if (parts[i] != UINT32_MAX || !limits[i] ||
			    limits[i] > all * own / weight)
				continue;
			parts[i] = limits[i];
			all -= limits[i];
			weight -= own;
			again = true;
		}
	}
	for (size_t i = 0; i < n; i++)
		if (parts[i] == UINT32_MAX)
			parts[i] = weight ? all * (weights ? weights[i] : 1) / weight : 0;
}

void sriov_share_limit(uint32_t limit, const uint32_t *own, uint32_t *effective, size_t n)
{
	if (limit)
		deal(limit, NULL, own, effective, n);
	for (size_t i = 0; i < n && !limit; i++)
		effective[i] = own[i];
}

void sriov_share_line(uint32_t line, const uint32_t *guarantee, const uint32_t *limit,
		      uint32_t *share, size_t n)
{
	deal(line, guarantee, limit, share, n);
}
