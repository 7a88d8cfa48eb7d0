// SPDX-License-Identifier: GPL-2.0-or-later
/* The VFs in an RTM_NEWLINK, however many they are and whatever its lengths claim. */
#include <arpa/inet.h>
#include <linux/if_link.h>
#include <linux/rtnetlink.h>

#include "internal.h"
#include "rtnl.h"

#define NOT_REPORTED UINT32_MAX
#define NO_VLAN 65535 /* mlx4: of a VF of the other port, with a MAC of all ones */

/* One of the VFs that were asked for. */
struct slot {
	struct sriov_vf_attrs *vf;
	bool answered;
};

/* What one IFLA_VF_INFO says. */
struct info {
	bool known; /* its VF index is */
	struct sriov_vf_attrs attrs;
};

/* Everything but the list of VLANs starts with the index of its VF. */
union payload {
	uint32_t vf;
	struct ifla_vf_mac mac;
	struct ifla_vf_vlan vlan;
	struct ifla_vf_vlan_info vlan_info;
	struct ifla_vf_rate rate;
	struct ifla_vf_tx_rate tx_rate;
	struct ifla_vf_spoofchk spoofchk;
	struct ifla_vf_link_state link_state;
	struct ifla_vf_rss_query_en query_rss;
	struct ifla_vf_trust trust;
	struct ifla_vf_guid guid;
};

static void put_rate(struct sriov_vf_attrs *vf, uint64_t bit, uint32_t *to, uint32_t rate)
{
	if (rate == NOT_REPORTED)
		return;
	*to = rate;
	vf->set |= bit;
}

static void put_bool(struct sriov_vf_attrs *vf, uint64_t bit, bool *to, uint32_t setting)
{
	if (setting == NOT_REPORTED)
		return;
	*to = setting != 0;
	vf->set |= bit;
}

static bool put_vlan(struct sriov_vf_attrs *vf, uint32_t vlan, uint32_t qos)
{
	if (vlan > UINT16_MAX || qos > UINT8_MAX)
		return false;
	vf->vlan = (uint16_t)vlan;
	vf->qos = (uint8_t)qos;
	vf->set |= SRIOV_VF_VLAN | SRIOV_VF_QOS;
	return true;
}

static void put_vlan_info(struct sriov_vf_attrs *vf, const struct ifla_vf_vlan_info *info)
{
	if (!put_vlan(vf, info->vlan, info->qos))
		return;
	/* mlx5 and netdevsim report 0 until one was set */
	vf->vlan_proto = info->vlan_proto ? ntohs(info->vlan_proto) : SRIOV_VLAN_8021Q;
	vf->set |= SRIOV_VF_VLAN_PROTO;
}

/* Zero is what a driver says that was given none; all ones is no GUID either. */
static void put_guid(struct sriov_vf_attrs *vf, uint64_t bit, uint64_t *to, uint64_t guid)
{
	*to = guid == UINT64_MAX ? 0 : guid;
	vf->set |= bit;
}

/* Copy a payload of at least `size` bytes that is about the VF of this info. */
static bool take(struct info *info, const struct sriov_nlattr *attr, union payload *to,
		 size_t size)
{
	if (attr->len < size)
		return false;
	memcpy(to, attr->data, size);
	if (!info->known)
		info->attrs.index = to->vf;
	info->known = true;
	return info->attrs.index == to->vf;
}

static void read_vlan_list(struct info *info, const struct sriov_nlattr *list)
{
	const uint8_t *p = list->data;
	struct sriov_nlattr attr;
	union payload u;

	if (sriov_nlattr_next(&p, list->data + list->len, &attr) &&
	    attr.type == IFLA_VF_VLAN_INFO && take(info, &attr, &u, sizeof(u.vlan_info)))
		put_vlan_info(&info->attrs, &u.vlan_info);
}

static void read_attr(struct info *info, const struct sriov_nlattr *attr)
{
	struct sriov_vf_attrs *vf = &info->attrs;
	union payload u;

	switch (attr->type) {
	case IFLA_VF_MAC:
		if (!take(info, attr, &u, sizeof(u.mac)))
			return;
		memcpy(vf->mac, u.mac.mac, sizeof(vf->mac));
		vf->set |= SRIOV_VF_MAC;
		return;
	case IFLA_VF_VLAN:
		if (take(info, attr, &u, sizeof(u.vlan)))
			put_vlan(vf, u.vlan.vlan, u.vlan.qos);
		return;
	case IFLA_VF_VLAN_LIST:
		read_vlan_list(info, attr);
		return;
	case IFLA_VF_RATE:
		if (!take(info, attr, &u, sizeof(u.rate)))
			return;
		put_rate(vf, SRIOV_VF_MAX_TX_RATE, &vf->max_tx_rate, u.rate.max_tx_rate);
		put_rate(vf, SRIOV_VF_MIN_TX_RATE, &vf->min_tx_rate, u.rate.min_tx_rate);
		return;
	case IFLA_VF_SPOOFCHK:
		if (take(info, attr, &u, sizeof(u.spoofchk)))
			put_bool(vf, SRIOV_VF_SPOOFCHK, &vf->spoofchk,
				 u.spoofchk.setting);
		return;
	case IFLA_VF_LINK_STATE:
		if (!take(info, attr, &u, sizeof(u.link_state)) ||
		    u.link_state.link_state > SRIOV_VF_STATE_DISABLE)
			return;
		vf->state = (uint8_t)u.link_state.link_state;
		vf->set |= SRIOV_VF_STATE;
		return;
	case IFLA_VF_RSS_QUERY_EN:
		if (take(info, attr, &u, sizeof(u.query_rss)))
			put_bool(vf, SRIOV_VF_QUERY_RSS, &vf->query_rss,
				 u.query_rss.setting);
		return;
	case IFLA_VF_TRUST:
		if (take(info, attr, &u, sizeof(u.trust)))
			put_bool(vf, SRIOV_VF_TRUST, &vf->trust, u.trust.setting);
		return;
	case IFLA_VF_IB_NODE_GUID:
		if (take(info, attr, &u, sizeof(u.guid)))
			put_guid(vf, SRIOV_VF_NODE_GUID, &vf->node_guid, u.guid.guid);
		return;
	case IFLA_VF_IB_PORT_GUID:
		if (take(info, attr, &u, sizeof(u.guid)))
			put_guid(vf, SRIOV_VF_PORT_GUID, &vf->port_guid, u.guid.guid);
		return;
	default:
		return;
	}
}

/* A VLAN out of range says nothing, unless it says that the VF is somewhere else. */
static void judge_vlan(struct sriov_vf_attrs *vf)
{
	static const uint8_t ones[6] = { 0xff, 0xff, 0xff, 0xff, 0xff, 0xff };

	if (!(vf->set & SRIOV_VF_VLAN) || vf->vlan <= SRIOV_VLAN_MAX)
		return;
	if (vf->vlan == NO_VLAN && (vf->set & SRIOV_VF_MAC) &&
	    !memcmp(vf->mac, ones, sizeof(ones))) {
		vf->set = 0;
		vf->note = SRIOV_NOTE_OTHER_PORT;
		return;
	}
	vf->set &= ~SRIOV_VF_VLAN_GROUP;
}

static int by_index(const void *a, const void *b)
{
	uint32_t left = ((const struct slot *)a)->vf->index;
	uint32_t right = ((const struct slot *)b)->vf->index;

	return (left > right) - (left < right);
}

/* The first slot whose VF is not before this one; `n` when there is none. */
static size_t find_slot(const struct slot *slots, size_t n, uint32_t index)
{
	size_t low = 0;

	while (low < n) {
		size_t middle = low + (n - low) / 2;

		if (slots[middle].vf->index < index)
			low = middle + 1;
		else
			n = middle;
	}
	return low;
}

static void note(struct sriov_vf_attrs *vf, uint64_t want, uint32_t notes)
{
	if (!(want & SRIOV_VF_NOTE))
		return;
	vf->note |= notes;
	vf->set |= SRIOV_VF_NOTE;
}

/* What is being read, and into what. */
struct reading {
	uint64_t want;
	struct slot *slots;
	size_t n;
};

static void read_info(void *data, const struct sriov_nlattr *list)
{
	const struct reading *to = data;
	const uint8_t *p = list->data;
	struct info info = { 0 };
	struct sriov_nlattr attr;

	while (sriov_nlattr_next(&p, list->data + list->len, &attr))
		read_attr(&info, &attr);
	if (!info.known)
		return;
	judge_vlan(&info.attrs);
	for (size_t i = find_slot(to->slots, to->n, info.attrs.index);
	     i < to->n && to->slots[i].vf->index == info.attrs.index; i++) {
		sriov_vf_copy(to->slots[i].vf, &info.attrs, to->want & SRIOV_RTNL_ALL);
		note(to->slots[i].vf, to->want, info.attrs.note);
		to->slots[i].answered = true;
	}
}

/*
 * The VFs from `p` on. The length of their list is no help: it has 16 bits, and with more
 * than 334 VFs (221 with counters) it wraps (Linux 6.12, net/core/rtnetlink.c). False: the
 * list was cut.
 */
static bool each_in_list(const uint8_t *p, const uint8_t *end, uint32_t num_vfs,
			 void (*see)(void *data, const struct sriov_nlattr *info),
			 void *data)
{
	struct sriov_nlattr attr;

	for (uint32_t i = 0; i < num_vfs; i++) {
		if (!sriov_nlattr_next(&p, end, &attr))
			return false;
		/* the kernel leaves VFs out whose driver cannot read them */
		if (attr.type != IFLA_VF_INFO)
			return true;
		see(data, &attr);
	}
	return true;
}

/* The whole message. False: it was cut before the end of the list of VFs. */
static bool each_in_link(const uint8_t *p, const uint8_t *end,
			 void (*see)(void *data, const struct sriov_nlattr *info),
			 void *data)
{
	struct sriov_nlattr attr;
	uint32_t num_vfs = 0;
	struct nlattr nla;

	while ((size_t)(end - p) >= sizeof(nla)) {
		memcpy(&nla, p, sizeof(nla));
		if ((nla.nla_type & NLA_TYPE_MASK) == IFLA_VFINFO_LIST)
			return each_in_list(p + sizeof(nla), end, num_vfs, see, data);
		if (!sriov_nlattr_next(&p, end, &attr))
			return false;
		if (attr.type == IFLA_NUM_VF && attr.len >= sizeof(num_vfs))
			memcpy(&num_vfs, attr.data, sizeof(num_vfs));
	}
	return p == end;
}

int sriov_rtnl_each_vf(const void *msg, size_t len,
		       void (*see)(void *data, const struct sriov_nlattr *info),
		       void *data)
{
	const size_t head = NLMSG_LENGTH(sizeof(struct ifinfomsg));
	const uint8_t *bytes = msg;
	struct nlmsghdr nlh;

	if (len < head)
		return -EBADMSG;
	memcpy(&nlh, msg, sizeof(nlh));
	if (nlh.nlmsg_type != RTM_NEWLINK || nlh.nlmsg_len < head)
		return -EBADMSG;
	if (nlh.nlmsg_len < len)
		len = nlh.nlmsg_len;
	return each_in_link(bytes + head, bytes + len, see, data) && nlh.nlmsg_len == len;
}

int sriov_rtnl_parse(const void *msg, size_t len, uint64_t want,
		     struct sriov_vf_attrs **vfs, size_t n)
{
	_cleanup_free_ struct slot *slots = calloc(n + 1, sizeof(*slots));
	struct reading to = { want, slots, n };
	int whole;

	if (!slots)
		return -ENOMEM;
	for (size_t i = 0; i < n; i++)
		slots[i].vf = vfs[i];
	qsort(slots, n, sizeof(*slots), by_index);

	whole = sriov_rtnl_each_vf(msg, len, read_info, &to);
	if (whole < 0)
		return whole;
	for (size_t i = 0; i < n; i++)
		if (!slots[i].answered)
			note(slots[i].vf, want,
			     whole ? SRIOV_NOTE_NO_ANSWER : SRIOV_NOTE_INCOMPLETE);
	return 0;
}
