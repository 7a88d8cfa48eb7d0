// SPDX-License-Identifier: GPL-2.0-or-later
/* The counters of VFs in an RTM_NEWLINK. */
#include <linux/if_link.h>
#include <linux/rtnetlink.h>

#include "internal.h"
#include "rtnl.h"

/* By type, from 0 on: the first counter has the type that elsewhere means nothing. */
static const uint64_t bits[] = {
	[IFLA_VF_STATS_RX_PACKETS] = SRIOV_STAT_RX_PACKETS,
	[IFLA_VF_STATS_TX_PACKETS] = SRIOV_STAT_TX_PACKETS,
	[IFLA_VF_STATS_RX_BYTES] = SRIOV_STAT_RX_BYTES,
	[IFLA_VF_STATS_TX_BYTES] = SRIOV_STAT_TX_BYTES,
	/* every driver that has these two counts what is received */
	[IFLA_VF_STATS_BROADCAST] = SRIOV_STAT_RX_BROADCAST,
	[IFLA_VF_STATS_MULTICAST] = SRIOV_STAT_RX_MULTICAST,
	[IFLA_VF_STATS_RX_DROPPED] = SRIOV_STAT_RX_DROPPED,
	[IFLA_VF_STATS_TX_DROPPED] = SRIOV_STAT_TX_DROPPED,
};

/* What is being read, and into what. */
struct reading {
	uint64_t kept;
	struct sriov_vf_stats **stats;
	size_t n;
	size_t next; /* both sides are in order, most of the time */
};

static struct sriov_vf_stats *find(struct reading *to, uint32_t index)
{
	for (size_t i = 0; i < to->n; i++) {
		size_t at = (to->next + i) % to->n;

		if (to->stats[at]->index != index)
			continue;
		to->next = at + 1;
		return to->stats[at];
	}
	return NULL;
}

static void read_counters(struct sriov_vf_stats *vf, const struct sriov_nlattr *list,
			  uint64_t kept)
{
	const uint8_t *p = list->data;
	struct sriov_nlattr attr;
	uint64_t value;

	while (sriov_nlattr_next(&p, list->data + list->len, &attr)) {
		if (attr.type >= ARRAY_SIZE(bits) || !bits[attr.type] ||
		    attr.len < sizeof(value))
			continue;
		memcpy(&value, attr.data, sizeof(value));
		/* who counts cannot be told otherwise: a newer driver may */
		if (value || kept & bits[attr.type])
			sriov_stats_put(vf, bits[attr.type], value);
	}
}

/* The counters do not say whose they are: the address before them does. */
static void read_info(void *data, const struct sriov_nlattr *info)
{
	const uint8_t *p = info->data;
	struct sriov_vf_stats *vf = NULL;
	struct reading *to = data;
	struct sriov_nlattr attr;
	uint32_t index;

	while (sriov_nlattr_next(&p, info->data + info->len, &attr)) {
		if (attr.type == IFLA_VF_MAC && attr.len >= sizeof(index)) {
			memcpy(&index, attr.data, sizeof(index));
			vf = find(to, index);
		}
		if (attr.type == IFLA_VF_STATS && vf)
			read_counters(vf, &attr, to->kept);
	}
}

int sriov_rtnl_parse_stats(const void *msg, size_t len, uint64_t kept,
			   struct sriov_vf_stats **stats, size_t n)
{
	struct reading to = { kept, stats, n, 0 };
	int r = sriov_rtnl_each_vf(msg, len, read_info, &to);

	return r < 0 ? r : 0;
}
