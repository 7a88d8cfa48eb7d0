// SPDX-License-Identifier: GPL-2.0-or-later
/* Counters of VFs: in netlink messages, in the vendor's tree, and what drivers do not count. */
#include "internal.h"
#include "machine.h"
#include "message.h"
#include "mutant.h"
#include "rtnl.h"
#include "tap.h"

#define TREE "sys/devices/pci0000:00/0000:01:00.0/sriov/"

static void put_u64(struct message *m, uint16_t type, uint64_t value)
{
	put_attr(m, type, &value, sizeof(value));
}

/* As rtnl_fill_vfinfo() does: the address first, the counters last; each is its own number. */
static void put_vf(struct message *m, uint32_t index, uint64_t base)
{
	static const uint16_t types[] = {
		IFLA_VF_STATS_RX_PACKETS, IFLA_VF_STATS_TX_PACKETS,
		IFLA_VF_STATS_RX_BYTES,   IFLA_VF_STATS_TX_BYTES,
		IFLA_VF_STATS_BROADCAST,  IFLA_VF_STATS_MULTICAST,
		IFLA_VF_STATS_RX_DROPPED, IFLA_VF_STATS_TX_DROPPED,
	};
	struct ifla_vf_mac mac = { .vf = index };
	struct ifla_vf_broadcast broadcast = { { 0xff } };
	size_t info = nest_start(m, IFLA_VF_INFO), stats;

	put_attr(m, IFLA_VF_MAC, &mac, sizeof(mac));
	put_attr(m, IFLA_VF_BROADCAST, &broadcast, sizeof(broadcast));
	stats = nest_start(m, IFLA_VF_STATS);
	for (size_t i = 0; i < ARRAY_SIZE(types); i++)
		put_u64(m, types[i], base ? base + i : 0);
	nest_end(m, stats);
	nest_end(m, info);
}

static void build_stats(struct message *m, const uint32_t *order, uint32_t n,
			uint64_t base)
{
	size_t list;

	start(m, n);
	list = nest_start(m, IFLA_VFINFO_LIST);
	for (uint32_t i = 0; i < n; i++)
		put_vf(m, order ? order[i] : i, base ? base + (order ? order[i] : i) : 0);
	nest_end(m, list);
	finish(m);
}

#define NETLINK (SRIOV_STAT_ALL & ~(SRIOV_STAT_TX_BROADCAST | SRIOV_STAT_TX_MULTICAST))

static bool says(const struct sriov_vf_stats *vf, uint64_t base)
{
	return vf->set == NETLINK && vf->rx_packets == base &&
	       vf->tx_packets == base + 1 && vf->rx_bytes == base + 2 &&
	       vf->tx_bytes == base + 3 && vf->rx_broadcast == base + 4 &&
	       vf->rx_multicast == base + 5 && vf->rx_dropped == base + 6 &&
	       vf->tx_dropped == base + 7 && !vf->tx_broadcast && !vf->tx_multicast;
}

static int parse(const struct message *m, uint64_t kept, struct sriov_vf_stats **stats,
		 size_t n)
{
	return sriov_rtnl_parse_stats(m->bytes, m->len, kept, stats, n);
}

/* The list's own length wraps from 222 VFs on or so. */
static void try_count(uint32_t n)
{
	struct sriov_vf_stats **stats = sriov_vf_stats_new(n + 1);
	const uint64_t base = UINT64_C(0x100000000);
	struct message m;
	uint32_t good = 0;

	build_stats(&m, NULL, n, base);
	is_int(parse(&m, 0, stats, n + 1), 0, "%u VFs: read", n);
	for (uint32_t i = 0; i < n; i++)
		good += says(stats[i], base + i);
	is_int(good, n, "%u VFs: all are right, also type 0", n);
	is_int(stats[n]->set, 0, "%u VFs: nothing is known of the next", n);
	free(m.bytes);
	sriov_vf_stats_free(stats);
}

static void try_order(void)
{
	static const uint32_t sent[] = { 7, 3, 500 }, wanted[] = { 500, 7, 9, 3 };
	struct sriov_vf_stats **stats = sriov_vf_stats_new(ARRAY_SIZE(wanted));
	struct message m;

	for (size_t i = 0; i < ARRAY_SIZE(wanted); i++)
		stats[i]->index = wanted[i];
	build_stats(&m, sent, ARRAY_SIZE(sent), 1000);
	is_int(parse(&m, 0, stats, ARRAY_SIZE(wanted)), 0, "in any order");
	ok(says(stats[0], 1500) && says(stats[1], 1007) && says(stats[3], 1003),
	   "by their index, not their place");
	is_int(stats[2]->set, 0, "one without an answer knows nothing");
	is_int(parse(&m, 0, stats, 0), 0, "no VF asked for");
	free(m.bytes);
	sriov_vf_stats_free(stats);
}

static void try_zero(void)
{
	struct sriov_vf_stats **stats = sriov_vf_stats_new(2);
	struct message m;

	build_stats(&m, NULL, 2, 0);
	is_int(parse(&m, 0, stats, 2), 0, "zeros of who counts nothing");
	is_int(stats[0]->set, 0, "are not known");
	parse(&m, SRIOV_STAT_RX_BYTES | SRIOV_STAT_TX_BYTES, stats, 2);
	is_int(stats[1]->set, SRIOV_STAT_RX_BYTES | SRIOV_STAT_TX_BYTES,
	       "who counts bytes has counted none");
	free(m.bytes);

	*stats[0] = (struct sriov_vf_stats){ 0 };
	sriov_stats_put(stats[0], SRIOV_STAT_RX_BYTES, 5);
	build_stats(&m, NULL, 1, 70);
	parse(&m, 0, stats, 1);
	ok(stats[0]->rx_bytes == 5 && stats[0]->tx_bytes == 73, "the first word holds");
	free(m.bytes);
	sriov_vf_stats_free(stats);
}

/* Counters before the address, too short, of no type, twice, and not in their nest. */
static void try_odd(void)
{
	struct sriov_vf_stats **stats = sriov_vf_stats_new(1);
	struct ifla_vf_mac mac = { .vf = 0 };
	size_t list, info, nest;
	struct message m;
	uint32_t half = 9;

	start(&m, 2);
	list = nest_start(&m, IFLA_VFINFO_LIST);
	info = nest_start(&m, IFLA_VF_INFO);
	nest = nest_start(&m, IFLA_VF_STATS);
	put_u64(&m, IFLA_VF_STATS_RX_BYTES, 66);
	nest_end(&m, nest);
	put_attr(&m, IFLA_VF_MAC, &mac, 3);
	put_attr(&m, IFLA_VF_MAC, &mac, sizeof(mac));
	put_u64(&m, IFLA_VF_STATS_RX_PACKETS, 67);
	nest = nest_start(&m, IFLA_VF_STATS);
	put_attr(&m, IFLA_VF_STATS_TX_PACKETS, &half, sizeof(half));
	put_u64(&m, IFLA_VF_STATS_PAD, 68);
	put_u64(&m, IFLA_VF_STATS_TX_DROPPED + 1, 69);
	put_u64(&m, 0x3fff, 70);
	put_u64(&m, IFLA_VF_STATS_TX_BYTES, 71);
	put_u64(&m, IFLA_VF_STATS_TX_BYTES, 72);
	nest_end(&m, nest);
	nest_end(&m, info);
	nest_end(&m, list);
	finish(&m);
	is_int(parse(&m, 0, stats, 1), 0, "what no kernel sends");
	is_int(stats[0]->set, SRIOV_STAT_TX_BYTES, "only what can be meant is taken");
	is_int(stats[0]->tx_bytes, 71, "and once");
	free(m.bytes);
	sriov_vf_stats_free(stats);
}

/* Cut at every byte, and with every byte another one: in a block of that very size. */
static void try_hostile(void)
{
	struct sriov_vf_stats **stats = sriov_vf_stats_new(3);
	struct message m;
	int wrong = 0, r;

	build_stats(&m, NULL, 3, 1);
	for (size_t len = 0; len <= m.len; len++) {
		char *copy = exactly((const char *)m.bytes, len);

		r = sriov_rtnl_parse_stats(copy, len, SRIOV_STAT_ALL, stats, 3);
		wrong += r !=
			 (len < NLMSG_LENGTH(sizeof(struct ifinfomsg)) ? -EBADMSG : 0);
		free(copy);
	}
	is_int(wrong, 0, "cut at every byte");
	ok(says(stats[0], 1) && says(stats[2], 3), "the whole of it is right");
	for (size_t at = 0; at < m.len * 8; at++) {
		char *copy = exactly((const char *)m.bytes, m.len);

		copy[at / 8] = (char)random_below(256);
		r = sriov_rtnl_parse_stats(copy, m.len, SRIOV_STAT_ALL, stats, 3);
		wrong += r != 0 && r != -EBADMSG;
		free(copy);
	}
	is_int(wrong, 0, "every byte another one");
	free(m.bytes);
	sriov_vf_stats_free(stats);
}

static void try_drivers(void)
{
	is_int(sriov_quirk_stats("igb", false), 0, "igb counts nothing");
	is_int(sriov_quirk_stats("mlx5_core", false), NETLINK, "mlx5_core all there is");
	is_int(sriov_quirk_stats("mlx5_core", true) & SRIOV_STAT_RX_DROPPED, 0,
	       "of InfiniBand less");
	is_int(sriov_quirk_stats("unheard-of", false), SRIOV_STAT_ALL,
	       "of others nobody knows");
}

static const char vendor[] = "tx_packets    : 5011\n"
			     "tx_bytes      : 4450870\n"
			     "tx_dropped    : 0\n"
			     "rx_packets    : 5003\n"
			     "rx_bytes      : 18446744073709551615\n"
			     "rx_broadcast  : 0\n"
			     "rx_multicast  : 12\n"
			     "tx_broadcast  : 3\n"
			     "tx_multicast  : 7\n"
			     "rx_dropped    : 4\n";

/* The counters of VF 0 after this text; to be freed. */
static struct sriov_vf_stats **from_text(const struct tree *tree, const char *text)
{
	struct sriov_vf_stats **stats = sriov_vf_stats_new(2);
	struct sriov_ctx *ctx;
	struct sriov_pf *pf = NULL;

	tree_file(tree, TREE "0/stats", text);
	if (sriov_new_at(tree->root, &ctx) || sriov_pf_find(ctx, "eth0", &pf))
		tree_die("the machine");
	is_int(sriov_mlnx_stats(pf, stats, 2), 0, "the tree is read");
	sriov_free(ctx);
	return stats;
}

static void try_tree(void)
{
	struct sriov_vf_stats **stats;
	struct tree tree;

	tree_new(&tree);
	machine_make(&tree);
	stats = from_text(&tree, vendor);
	is_int(stats[0]->set, SRIOV_STAT_ALL, "all that the tree has");
	ok(stats[0]->tx_packets == 5011 && stats[0]->tx_bytes == 4450870 &&
		   stats[0]->rx_packets == 5003 && stats[0]->rx_bytes == UINT64_MAX,
	   "packets and bytes");
	ok(stats[0]->rx_multicast == 12 && stats[0]->tx_broadcast == 3 &&
		   stats[0]->tx_multicast == 7 && stats[0]->rx_dropped == 4 &&
		   stats[0]->tx_dropped == 0,
	   "the others");
	is_int(stats[1]->set, 0, "a VF that is not in the tree");
	sriov_vf_stats_free(stats);

	/* MLNX_OFED 4.0, and what may come */
	stats = from_text(&tree, "tx_packets    : 1\nrx_packets:2\nnovel_packets : 3\n"
				 "RateGroup  : 7\nrx_broadcast  : 9");
	is_int(stats[0]->set,
	       SRIOV_STAT_TX_PACKETS | SRIOV_STAT_RX_PACKETS | SRIOV_STAT_RX_BROADCAST,
	       "by key, also without the last newline");
	is_int(stats[0]->rx_broadcast, 9, "and right");
	sriov_vf_stats_free(stats);

	stats = from_text(&tree,
			  "tx_packets : 18446744073709551616\nrx_packets : -1\n"
			  "tx_bytes : 0x10\nrx_bytes : \ntx_dropped 5\nrx_dropped x : 5\n"
			  ": 5\n\n:\nrx_multicast : 5 6\ntx_multicast\n : 5\n");
	is_int(stats[0]->set, 0, "what is no number is none");
	sriov_vf_stats_free(stats);
	tree_free(&tree);
}

static void try_mutants(void)
{
	struct sriov_vf_stats **stats = sriov_vf_stats_new(1);
	struct sriov_ctx *ctx;
	struct sriov_pf *pf = NULL;
	struct tree tree;
	int wrong = 0;

	tree_new(&tree);
	machine_make(&tree);
	if (sriov_new_at(tree.root, &ctx) || sriov_pf_find(ctx, "eth0", &pf))
		tree_die("the machine");
	for (int i = 0; i < 500; i++) {
		size_t len;
		char *text = mutant(vendor, vendor, &len);

		tree_bytes(&tree, TREE "0/stats", text, len);
		wrong += sriov_mlnx_stats(pf, stats, 1) != 0;
		free(text);
	}
	is_int(wrong, 0, "500 texts that nobody wrote");
	sriov_free(ctx);
	sriov_vf_stats_free(stats);
	tree_free(&tree);
}

int main(void)
{
	static const uint32_t counts[] = { 1, 8, 221, 222, 335, 1000 };
	struct sriov_vf_stats **none = sriov_vf_stats_new(0);

	ok(none, "none at all");
	sriov_vf_stats_free(none);
	sriov_vf_stats_free(NULL);
	for (size_t i = 0; i < ARRAY_SIZE(counts); i++)
		try_count(counts[i]);
	try_order();
	try_zero();
	try_odd();
	try_hostile();
	try_drivers();
	try_tree();
	try_mutants();
	return done_testing();
}
