/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What is shared: the limit of a group among its VFs, the line among groups. */
#ifndef SRIOV_SHARE_H
#define SRIOV_SHARE_H

#include <stddef.h>
#include <stdint.h>

/*
 * Each of `n` gets the same part of `limit`, but no more than its own limit, and what that
 * leaves goes to the others. No limit is 0. All rates have one unit.
 */
void sriov_share_limit(uint32_t limit, const uint32_t *own, uint32_t *effective,
		       size_t n);

/*
 * Each of `n` gets a part of `line` in proportion to its guarantee, but no more than its limit (0:
 * none), and what that leaves goes to the others. Who has no guarantee gets nothing.
 */
void sriov_share_line(uint32_t line, const uint32_t *guarantee, const uint32_t *limit,
		      uint32_t *share, size_t n);

#endif
