// SPDX-License-Identifier: GPL-2.0-or-later
/* Counters of virtual functions: the structs, and reading them through the back ends. */
#include <time.h>

#include "internal.h"

#define COUNTER(BIT, member) \
	{ SRIOV_STAT_##BIT, #member, offsetof(struct sriov_vf_stats, member) }

static const struct counter {
	uint64_t bit;
	const char *name;
	size_t offset;
} counters[] = {
	COUNTER(RX_PACKETS, rx_packets),     COUNTER(TX_PACKETS, tx_packets),
	COUNTER(RX_BYTES, rx_bytes),         COUNTER(TX_BYTES, tx_bytes),
	COUNTER(RX_DROPPED, rx_dropped),     COUNTER(TX_DROPPED, tx_dropped),
	COUNTER(RX_BROADCAST, rx_broadcast), COUNTER(TX_BROADCAST, tx_broadcast),
	COUNTER(RX_MULTICAST, rx_multicast), COUNTER(TX_MULTICAST, tx_multicast),
};

uint64_t sriov_stats_bit(const char *name, size_t len)
{
	for (size_t i = 0; i < ARRAY_SIZE(counters); i++)
		if (strlen(counters[i].name) == len &&
		    !memcmp(counters[i].name, name, len))
			return counters[i].bit;
	return 0;
}

void sriov_stats_put(struct sriov_vf_stats *stats, uint64_t bit, uint64_t value)
{
	if (stats->set & bit)
		return;
	for (size_t i = 0; i < ARRAY_SIZE(counters); i++) {
		if (counters[i].bit != bit)
			continue;
		memcpy((char *)stats + counters[i].offset, &value, sizeof(value));
		stats->set |= bit;
	}
}

struct sriov_vf_stats **sriov_vf_stats_new(size_t n)
{
	struct sriov_vf_stats **stats, *block;

	if (n > SIZE_MAX / 2 / sizeof(*block))
		return NULL;
	stats = calloc(n + 1, sizeof(*stats));
	block = calloc(n + 1, sizeof(*block));
	if (!stats || !block) {
		free(stats);
		free(block);
		return NULL;
	}
	/* one block for all, freed through the first; without VFs it is there, too */
	stats[0] = block;
	for (size_t i = 0; i < n; i++) {
		stats[i] = &block[i];
		block[i].index = i;
	}
	return stats;
}

void sriov_vf_stats_free(struct sriov_vf_stats **stats)
{
	if (!stats)
		return;
	free(stats[0]);
	free(stats);
}

static uint64_t now_us(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (uint64_t)now.tv_sec * 1000000 + (uint64_t)now.tv_nsec / 1000;
}

/* Is there a VF of which not everything is known? */
static bool is_one_incomplete(struct sriov_vf_stats *const *stats, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (stats[i]->set != SRIOV_STAT_ALL)
			return true;
	return false;
}

/* Is there one of which nothing is? */
static bool is_one_empty(struct sriov_vf_stats *const *stats, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (!stats[i]->set)
			return true;
	return false;
}

int sriov_vf_stats_get(struct sriov_pf *pf, struct sriov_vf_stats **stats, size_t n)
{
	uint64_t now = 0;
	int first = 0, r;

	for (size_t i = 0; i < n; i++)
		*stats[i] = (struct sriov_vf_stats){ .index = stats[i]->index };
	for (const struct sriov_backend *const *b = sriov_backends(); *b && n; b++) {
		if (!(*b)->vf_stats || !sriov_backend_allowed(pf->ctx, *b) ||
		    !is_one_incomplete(stats, n))
			continue;
		r = (*b)->vf_stats(pf, stats, n);
		if (!first)
			first = r;
		/* what comes later is the same moment for whoever compares two readings */
		if (!now)
			now = now_us();
	}
	for (size_t i = 0; i < n; i++)
		stats[i]->time_us = now ? now : now_us();
	return first < 0 && is_one_empty(stats, n) ? first : 0;
}
