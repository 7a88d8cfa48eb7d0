// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The vendor tree: the files of an Ethernet VF. Most of them say when read how to write to
 * them; what they are set to is in `config`.
 */
#include <linux/etherdevice.h>
#include <linux/if_vlan.h>

#include "vendor.h"

static int store_mac(struct lab_dir *dir, const char *buf)
{
	u8 mac[ETH_ALEN];

	if (sscanf(buf, "%hhx:%hhx:%hhx:%hhx:%hhx:%hhx", &mac[0], &mac[1], &mac[2],
		   &mac[3], &mac[4], &mac[5]) != ETH_ALEN) {
		if (!sysfs_streq(buf, "Random"))
			return -EINVAL;
		eth_random_addr(mac);
	}
	return lab_vf_set_mac(dir->port, dir->index, mac);
}

/* VLAN:QOS[:802.1Q|802.1ad], of which numbers wrap and any other end means 802.1Q. */
static int store_vlan(struct lab_dir *dir, const char *buf)
{
	__be16 proto = htons(ETH_P_8021Q);
	char word[5] = "1Q";
	int found;
	u16 vlan;
	u8 qos;

	found = sscanf(buf, "%hu:%hhu:802.%4s", &vlan, &qos, word);
	if (found < 2)
		return -EINVAL;
	if (lab_ofed >= OFED_4_2) {
		if (!strcmp(word, "1ad") || !strcmp(word, "1AD"))
			proto = htons(ETH_P_8021AD);
		else if (strcmp(word, "1q") && strcmp(word, "1Q"))
			return -EINVAL;
	}
	return lab_vf_set_vlan(dir->port, dir->index, vlan, qos, proto);
}

/* 4.0 looked at the first letters only. */
static int parse_on(const char *buf)
{
	if (lab_ofed == OFED_4_0 ? !strncmp(buf, "ON", 2) : sysfs_streq(buf, "ON"))
		return 1;
	if (lab_ofed == OFED_4_0 ? !strncmp(buf, "OFF", 3) : sysfs_streq(buf, "OFF"))
		return 0;
	return -EINVAL;
}

static int store_spoofcheck(struct lab_dir *dir, const char *buf)
{
	int on = parse_on(buf);

	return on < 0 ? on : lab_vf_set_spoofchk(dir->port, dir->index, on);
}

static int store_trust(struct lab_dir *dir, const char *buf)
{
	int on = parse_on(buf);

	return on < 0 ? on : lab_vf_set_trust(dir->port, dir->index, on);
}

static int store_link_state(struct lab_dir *dir, const char *buf)
{
	int state = lab_tree_parse_policy(buf);

	return state < 0 ? state : lab_vf_set_link_state(dir->port, dir->index, state);
}

/* Each rate leaves the other as it is, even where the smallest is above the largest. */
static int store_max_tx_rate(struct lab_dir *dir, const char *buf)
{
	struct lab_vf vf;
	u32 rate;
	int err = lab_tree_parse_rate(buf, &rate);

	if (err)
		return err;
	lab_vf_peek(dir->port, dir->index, &vf);
	return lab_vf_set_rate(dir->port, dir->index, vf.min_tx_rate, rate);
}

static int store_min_tx_rate(struct lab_dir *dir, const char *buf)
{
	struct lab_vf vf;
	u32 rate;
	int err = lab_tree_parse_rate(buf, &rate);

	if (err)
		return err;
	lab_vf_peek(dir->port, dir->index, &vf);
	return lab_vf_set_rate(dir->port, dir->index, rate, vf.max_tx_rate);
}

static int store_group(struct lab_dir *dir, const char *buf)
{
	unsigned int group;

	if (sscanf(buf, "%u", &group) != 1 || group >= LAB_MAX_GROUPS)
		return -EINVAL;
	return lab_groups_join(dir->port, dir->index, group);
}

/* A page that is full ends where it ends: in the middle of a number, and without a newline. */
static ssize_t show_trunk(struct lab_dir *dir, char *buf)
{
	struct lab_vf vf;
	int len, vid;

	lab_vf_peek(dir->port, dir->index, &vf);
	if (bitmap_empty(vf.trunk, VLAN_N_VID))
		return 0;
	len = sysfs_emit(buf, "Allowed 802.1Q VLANs:");
	for_each_set_bit(vid, vf.trunk, VLAN_N_VID)
		len += sysfs_emit_at(buf, len, " %d", vid);
	return len + sysfs_emit_at(buf, len, "\n");
}

static int store_trunk(struct lab_dir *dir, const char *buf)
{
	char word[5];
	u16 first, last;

	if (sscanf(buf, "%4s %hu %hu", word, &first, &last) != 3)
		return -EINVAL;
	if (!strcmp(word, "add"))
		return lab_vf_set_trunk(dir->port, dir->index, first, last, true);
	if (!strcmp(word, "rem"))
		return lab_vf_set_trunk(dir->port, dir->index, first, last, false);
	return -EINVAL;
}

static ssize_t show_mac_list(struct lab_dir *dir, char *buf)
{
	struct lab_vf vf;
	int len;

	lab_vf_peek(dir->port, dir->index, &vf);
	if (!vf.nr_macs)
		return 0;
	len = sysfs_emit(buf, "Virtual MACs:");
	for (int i = 0; i < vf.nr_macs; i++)
		len += sysfs_emit_at(buf, len, " %pM", vf.mac_list[i]);
	return len + sysfs_emit_at(buf, len, "\n");
}

static int store_mac_list(struct lab_dir *dir, const char *buf)
{
	u8 mac[ETH_ALEN];
	char word[5];

	if (sscanf(buf, "%4s %hhx:%hhx:%hhx:%hhx:%hhx:%hhx", word, &mac[0], &mac[1],
		   &mac[2], &mac[3], &mac[4], &mac[5]) != 1 + ETH_ALEN)
		return -EINVAL;
	if (!strcmp(word, "add"))
		return lab_vf_set_mac_list(dir->port, dir->index, mac, true);
	if (!strcmp(word, "rem"))
		return lab_vf_set_mac_list(dir->port, dir->index, mac, false);
	return -EINVAL;
}

static const char *on_off(bool on)
{
	return on ? "ON" : "OFF";
}

static const char *vlan_proto(const struct lab_vf *vf)
{
	if (!vf->vlan && !vf->qos)
		return "N/A";
	return vf->vlan_proto == htons(ETH_P_8021AD) ? "802.1ad" : "802.1Q";
}

/* Where releases differ: which lines come behind the rates, and in which order. */
static int show_rest(const struct lab_vf *vf, char *buf, int len)
{
	const char *trunk = on_off(!bitmap_empty(vf->trunk, VLAN_N_VID));
	int start = len;

	if (lab_ofed >= OFED_5_8)
		len += sysfs_emit_at(buf, len, "RateGroup  : %u\n", vf->group);
	if (lab_ofed >= OFED_4_2)
		len += sysfs_emit_at(buf, len, "VGT+       : %s\n", trunk);
	if (lab_ofed == OFED_4_2)
		len += sysfs_emit_at(buf, len, "VMAC       : %s\n", on_off(vf->nr_macs));
	if (lab_ofed == OFED_4_6_1 || lab_ofed == OFED_4_6)
		len += sysfs_emit_at(buf, len, "RateGroup  : %u\n", vf->group);
	/* a field that nothing sets any more */
	if (lab_ofed == OFED_5_8 || lab_ofed == OFED_24_10)
		len += sysfs_emit_at(buf, len, "RateGroup  : 0\n");
	if (lab_ofed == OFED_24_10)
		len += sysfs_emit_at(buf, len, "TC BW      : %s\n",
				     "0:0 1:0 2:0 3:0 4:0 5:0 6:0 7:0");
	return len - start;
}

static ssize_t show_config(struct lab_dir *dir, char *buf)
{
	struct lab_vf vf;
	int len;

	lab_vf_peek(dir->port, dir->index, &vf);
	len = sysfs_emit(buf, "VF         : %d\n", dir->index);
	len += sysfs_emit_at(buf, len, "MAC        : %pM\n", vf.mac);
	len += sysfs_emit_at(buf, len, "VLAN       : %u\n", vf.vlan);
	len += sysfs_emit_at(buf, len, "QoS        : %u\n", vf.qos);
	if (lab_ofed >= OFED_4_2)
		len += sysfs_emit_at(buf, len, "VLAN Proto : %s\n", vlan_proto(&vf));
	len += sysfs_emit_at(buf, len, "SpoofCheck : %s\n", on_off(vf.spoofchk));
	len += sysfs_emit_at(buf, len, "Trust      : %s\n", on_off(vf.trusted));
	len += sysfs_emit_at(buf, len, "LinkState  : %s\n",
			     lab_tree_policy(vf.link_state));
	len += sysfs_emit_at(buf, len, "MinTxRate  : %d\n", vf.min_tx_rate);
	len += sysfs_emit_at(buf, len, "MaxTxRate  : %d\n", vf.max_tx_rate);
	return len + show_rest(&vf, buf, len);
}

static const struct {
	const char *name;
	size_t at;
	enum lab_ofed since;
} counters[] = {
	{ "tx_packets", offsetof(struct lab_vf, stats.tx_packets), 0 },
	{ "tx_bytes", offsetof(struct lab_vf, stats.tx_bytes), 0 },
	{ "tx_dropped", offsetof(struct lab_vf, stats.tx_dropped), OFED_4_2 },
	{ "rx_packets", offsetof(struct lab_vf, stats.rx_packets), 0 },
	{ "rx_bytes", offsetof(struct lab_vf, stats.rx_bytes), 0 },
	{ "rx_broadcast", offsetof(struct lab_vf, stats.broadcast), 0 },
	{ "rx_multicast", offsetof(struct lab_vf, stats.multicast), 0 },
	{ "tx_broadcast", offsetof(struct lab_vf, tx_broadcast), OFED_4_2 },
	{ "tx_multicast", offsetof(struct lab_vf, tx_multicast), OFED_4_2 },
	{ "rx_dropped", offsetof(struct lab_vf, stats.rx_dropped), OFED_4_2 },
};

static ssize_t show_stats(struct lab_dir *dir, char *buf)
{
	struct ifla_vf_stats stats;
	struct lab_vf vf;
	int len = 0;

	if (lab_vf_get_stats(dir->port, dir->index, &stats))
		return -EINVAL;
	lab_vf_peek(dir->port, dir->index, &vf);
	for (int i = 0; i < ARRAY_SIZE(counters); i++)
		if (lab_ofed >= counters[i].since)
			len += sysfs_emit_at(buf, len, "%-14s: %llu\n", counters[i].name,
					     *(u64 *)((char *)&vf + counters[i].at));
	return len;
}

/* Adds to a counter of that name, for tests of statistics. */
int lab_vf_count(struct lab_port *port, unsigned int index, const char *counter,
		 u64 number)
{
	if (index >= port->card->total_vfs)
		return -EINVAL;
	for (int i = 0; i < ARRAY_SIZE(counters); i++) {
		if (strcmp(counters[i].name, counter))
			continue;
		guard(spinlock_bh)(&port->lock);
		*(u64 *)((char *)&port->vfs[index] + counters[i].at) += number;
		return 0;
	}
	return -EINVAL;
}

/* The PF's own rate is kept, and there is nowhere to read it. */
static int store_pf_min_tx_rate(struct lab_dir *dir, const char *buf)
{
	u32 rate;

	return lab_tree_parse_rate(buf, &rate);
}

#define USAGE_VLAN                                                                           \
	"usage: write <Vlan:Qos[:Proto]> to set VF Vlan, Qos, and optionally Vlan Protocol " \
	"(default 802.1Q)"

LAB_TREE_FILE(mac, .usage = "usage: write <LLADDR|Random> to set VF Mac Address",
	      .store = store_mac, .store_op = LAB_OP_store_mac);
LAB_TREE_FILE(vlan, .usage = USAGE_VLAN, .since = OFED_4_2, .store = store_vlan,
	      .store_op = LAB_OP_store_vlan);
static struct lab_tree_file file_old_vlan = {
	.attr = { .name = "vlan", .mode = 0644 },
	.usage = "usage: write <Vlan:Qos> to set VF Vlan and Qos",
	.until = OFED_4_0,
	.store = store_vlan,
	.store_op = LAB_OP_store_vlan,
};
LAB_TREE_FILE(link_state, .usage = "usage: write <Up|Down|Follow> to set VF State",
	      .store = store_link_state, .store_op = LAB_OP_store_link_state);
LAB_TREE_FILE(spoofcheck,
	      .usage = "usage: write <ON|OFF> to enable|disable VF SpoofCheck",
	      .store = store_spoofcheck, .store_op = LAB_OP_store_spoofcheck);
LAB_TREE_FILE(trust, .usage = "usage: write <ON|OFF> to trust|untrust VF",
	      .store = store_trust, .store_op = LAB_OP_store_trust);
LAB_TREE_FILE(max_tx_rate, .usage = "usage: write <Rate (Mbit/s)> to set VF max rate",
	      .store = store_max_tx_rate, .store_op = LAB_OP_store_max_tx_rate);
LAB_TREE_FILE(min_tx_rate, .usage = "usage: write <Rate (Mbit/s)> to set VF min rate",
	      .store = store_min_tx_rate, .store_op = LAB_OP_store_min_tx_rate);
LAB_TREE_FILE(config, .show = show_config, .show_op = LAB_OP_show_config);
LAB_TREE_FILE(trunk, .since = OFED_4_2, .show = show_trunk, .show_op = LAB_OP_show_trunk,
	      .store = store_trunk, .store_op = LAB_OP_store_trunk);
LAB_TREE_FILE(mac_list, .since = OFED_4_2, .until = OFED_4_2, .show = show_mac_list,
	      .show_op = LAB_OP_show_mac_list, .store = store_mac_list,
	      .store_op = LAB_OP_store_mac_list);
LAB_TREE_FILE(stats, .show = show_stats, .show_op = LAB_OP_show_stats);
LAB_TREE_FILE(group, .since = OFED_4_6_1,
	      .usage = "usage: write <Group 0-255> to set VF vport group",
	      .store = store_group, .store_op = LAB_OP_store_group);

static struct attribute *eth_attrs[] = {
	&lab_tree_node.attr, &file_mac.attr,         &file_vlan.attr,
	&file_old_vlan.attr, &file_link_state.attr,  &file_spoofcheck.attr,
	&file_trust.attr,    &file_max_tx_rate.attr, &file_min_tx_rate.attr,
	&file_config.attr,   &file_trunk.attr,       &file_mac_list.attr,
	&file_stats.attr,    &file_group.attr,       NULL,
};
static const struct attribute_group eth_group = { .attrs = eth_attrs,
						  .is_visible = lab_tree_is_visible };
__ATTRIBUTE_GROUPS(eth);

const struct kobj_type lab_tree_eth_type = {
	.release = lab_dir_release,
	.sysfs_ops = &lab_tree_ops,
	.default_groups = eth_groups,
};

static struct lab_tree_file file_pf_min_tx_rate = {
	.attr = { .name = "min_tx_rate", .mode = 0644 },
	.usage = "usage: write <Rate (Mbit/s)> to set PF min rate",
	.store = store_pf_min_tx_rate,
	.store_op = LAB_OP_store_min_tx_rate,
};
static struct attribute *pf_attrs[] = { &file_pf_min_tx_rate.attr, NULL };
ATTRIBUTE_GROUPS(pf);

const struct kobj_type lab_tree_pf_type = {
	.release = lab_dir_release,
	.sysfs_ops = &lab_tree_ops,
	.default_groups = pf_groups,
};
