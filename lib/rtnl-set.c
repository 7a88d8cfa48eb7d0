// SPDX-License-Identifier: GPL-2.0-or-later
/* Many VFs in one RTM_SETLINK, and finding the one to blame when the kernel refuses it. */
#include <arpa/inet.h>
#include <libmnl/libmnl.h>
#include <linux/if_link.h>
#include <linux/rtnetlink.h>
#include <net/if.h>

#include "internal.h"
#include "rtnl.h"

/* The list of VFs has a 16-bit length: a message of this size cannot make it wrap. */
#define MESSAGE_MAX 65532
/* One VF with everything: 802.1ad is longer than 802.1Q, and the port GUID has its own nest. */
#define VF_MAX 176

#define CHUNK_START 32 /* VFs in the first message */
#define FAST_MS 10     /* a message under this may be followed by one twice as long */
#define SLOW_MS 50     /* one over this held the RTNL lock for too long */

#define WHICH_LEN 160 /* of the VFs in a debug line */

/* What the kernel sets at once, in the order in which it goes through one VF. */
static const struct group {
	uint64_t mask;
	const char *name;
} groups[] = {
	/* clang-format off */
	{ SRIOV_VF_MAC, "mac" },
	{ SRIOV_VF_VLAN_GROUP, "vlan" },
	{ SRIOV_VF_RATE_GROUP, "rate" },
	{ SRIOV_VF_SPOOFCHK, "spoofchk" },
	{ SRIOV_VF_STATE, "state" },
	{ SRIOV_VF_QUERY_RSS, "query_rss" },
	{ SRIOV_VF_TRUST, "trust" },
	{ SRIOV_VF_NODE_GUID, "node_guid" },
	{ SRIOV_VF_PORT_GUID, "port_guid" },
	/* clang-format on */
};

/* What stays the same from message to message. */
struct sender {
	struct sriov_ctx *ctx;
	const char *netdev;
	uint32_t index;       /* of the netdev; 0: not known */
	struct nlmsghdr *nlh; /* MESSAGE_MAX bytes */
	char words[SRIOV_TEXT_LEN];
};

static void put_mac(struct nlmsghdr *nlh, const struct sriov_vf_attrs *vf)
{
	struct ifla_vf_mac mac = { .vf = vf->index };

	memcpy(mac.mac, vf->mac, sizeof(vf->mac));
	mnl_attr_put(nlh, IFLA_VF_MAC, sizeof(mac), &mac);
}

/* IFLA_VF_VLAN is 802.1Q, and all that kernels before 4.9 know. */
static void put_vlan(struct nlmsghdr *nlh, const struct sriov_vf_attrs *vf)
{
	struct ifla_vf_vlan vlan = { .vf = vf->index, .vlan = vf->vlan, .qos = vf->qos };
	struct ifla_vf_vlan_info info;
	struct nlattr *list;

	if (vf->vlan == 0 || vf->vlan_proto != SRIOV_VLAN_8021AD) {
		mnl_attr_put(nlh, IFLA_VF_VLAN, sizeof(vlan), &vlan);
		return;
	}
	memset(&info, 0, sizeof(info)); /* the padding, too, goes to the kernel */
	info.vf = vf->index;
	info.vlan = vf->vlan;
	info.qos = vf->qos;
	info.vlan_proto = htons(vf->vlan_proto);
	list = mnl_attr_nest_start(nlh, IFLA_VF_VLAN_LIST);
	mnl_attr_put(nlh, IFLA_VF_VLAN_INFO, sizeof(info), &info);
	mnl_attr_nest_end(nlh, list);
}

static void put_rate(struct nlmsghdr *nlh, const struct sriov_vf_attrs *vf)
{
	struct ifla_vf_rate rate = { .vf = vf->index,
				     .min_tx_rate = vf->min_tx_rate,
				     .max_tx_rate = vf->max_tx_rate };

	mnl_attr_put(nlh, IFLA_VF_RATE, sizeof(rate), &rate);
}

/* Spoof check, state, RSS query and trust all have the same layout. */
static void put_setting(struct nlmsghdr *nlh, uint16_t type, uint32_t index,
			uint32_t value)
{
	struct ifla_vf_spoofchk setting = { .vf = index, .setting = value };

	mnl_attr_put(nlh, type, sizeof(setting), &setting);
}

static void put_guid(struct nlmsghdr *nlh, uint16_t type, uint32_t index, uint64_t guid)
{
	struct ifla_vf_guid setting;

	memset(&setting, 0, sizeof(setting)); /* the padding, too, goes to the kernel */
	setting.vf = index;
	setting.guid = guid;
	mnl_attr_put(nlh, type, sizeof(setting), &setting);
}

/* All but the port GUID, in the order in which the kernel goes through it. */
static void put_info(struct nlmsghdr *nlh, const struct sriov_vf_attrs *vf, uint64_t mask)
{
	struct nlattr *info = mnl_attr_nest_start(nlh, IFLA_VF_INFO);

	if (mask & SRIOV_VF_MAC)
		put_mac(nlh, vf);
	if (mask & SRIOV_VF_VLAN_GROUP)
		put_vlan(nlh, vf);
	if (mask & SRIOV_VF_RATE_GROUP)
		put_rate(nlh, vf);
	if (mask & SRIOV_VF_SPOOFCHK)
		put_setting(nlh, IFLA_VF_SPOOFCHK, vf->index, vf->spoofchk);
	if (mask & SRIOV_VF_STATE)
		put_setting(nlh, IFLA_VF_LINK_STATE, vf->index, vf->state);
	if (mask & SRIOV_VF_QUERY_RSS)
		put_setting(nlh, IFLA_VF_RSS_QUERY_EN, vf->index, vf->query_rss);
	if (mask & SRIOV_VF_TRUST)
		put_setting(nlh, IFLA_VF_TRUST, vf->index, vf->trust);
	if (mask & SRIOV_VF_NODE_GUID)
		put_guid(nlh, IFLA_VF_IB_NODE_GUID, vf->index, vf->node_guid);
	mnl_attr_nest_end(nlh, info);
}

size_t sriov_rtnl_put_vf(struct nlmsghdr *nlh, size_t max,
			 const struct sriov_vf_attrs *vf, uint64_t mask)
{
	uint32_t before = nlh->nlmsg_len;
	struct nlattr *info;

	mask &= SRIOV_RTNL_ALL;
	if (!mask || max < VF_MAX || before > max - VF_MAX)
		return 0;
	if (mask & ~SRIOV_VF_PORT_GUID)
		put_info(nlh, vf, mask);
	/*
	 * In a nest of its own: having set a node GUID, the kernel looks no further in the same
	 * one, and says that all is well (Linux 6.12, net/core/rtnetlink.c, do_setvfinfo).
	 */
	if (mask & SRIOV_VF_PORT_GUID) {
		info = mnl_attr_nest_start(nlh, IFLA_VF_INFO);
		put_guid(nlh, IFLA_VF_IB_PORT_GUID, vf->index, vf->port_guid);
		mnl_attr_nest_end(nlh, info);
	}
	return nlh->nlmsg_len - before;
}

static uint64_t mask_of(const struct sriov_vf_attrs *vf)
{
	return vf->set & SRIOV_RTNL_ALL;
}

/* "0-31,40 mac,vlan" for the debug line. */
static void describe(char *text, size_t size, struct sriov_vf_attrs *const *vfs, size_t n,
		     uint64_t mask)
{
	uint64_t all = 0;
	size_t len = 0;
	int more = 0;

	for (size_t i = 0; i < n; i++)
		all |= mask_of(vfs[i]) & mask;
	for (size_t i = 0, last; i < n && len < WHICH_LEN; i = last + 1) {
		last = i;
		while (last + 1 < n && vfs[last + 1]->index == vfs[last]->index + 1)
			last++;
		len += (size_t)snprintf(text + len, size - len, "%s%u", i ? "," : "",
					vfs[i]->index);
		if (last > i)
			len += (size_t)snprintf(text + len, size - len, "-%u",
						vfs[last]->index);
	}
	if (len >= WHICH_LEN)
		len += (size_t)snprintf(text + len, size - len, "...");
	for (size_t i = 0; i < ARRAY_SIZE(groups); i++)
		if (all & groups[i].mask)
			len += (size_t)snprintf(text + len, size - len, "%c%s",
						more++ ? ',' : ' ', groups[i].name);
}

static void start_message(struct sender *to, struct nlattr **list)
{
	struct ifinfomsg *ifi;

	mnl_nlmsg_put_header(to->nlh);
	to->nlh->nlmsg_type = RTM_SETLINK;
	to->nlh->nlmsg_flags = NLM_F_REQUEST | NLM_F_ACK;
	ifi = mnl_nlmsg_put_extra_header(to->nlh, sizeof(*ifi));
	ifi->ifi_family = AF_UNSPEC;
	/* by number: a name may be given to another device meanwhile */
	ifi->ifi_index = (int)to->index;
	if (!to->index)
		mnl_attr_put_strz(to->nlh, IFLA_IFNAME, to->netdev);
	*list = mnl_attr_nest_start(to->nlh, IFLA_VFINFO_LIST);
}

/*
 * Send the members `mask` of as many of the `n` VFs as one message can take, and say in `n`
 * how many those were. What is sent twice does no harm.
 */
static int send_vfs(struct sender *to, struct sriov_vf_attrs *const *vfs, size_t *n,
		    uint64_t mask)
{
	char what[WHICH_LEN * 2];
	struct nlattr *list;
	size_t i, filled = 0;
	int r;

	start_message(to, &list);
	for (i = 0; i < *n; i++) {
		if (!(mask_of(vfs[i]) & mask))
			continue;
		if (!sriov_rtnl_put_vf(to->nlh, MESSAGE_MAX, vfs[i],
				       mask_of(vfs[i]) & mask))
			break;
		filled++;
	}
	*n = i;
	if (!filled)
		return 0;
	mnl_attr_nest_end(to->nlh, list);

	describe(what, sizeof(what), vfs, i, mask);
	for (bool again = false;; again = true) {
		r = sriov_netlink_request(to->ctx, to->nlh, to->words);
		sriov_debug(to->ctx, "rtnl setlink %s vf %s -> %s", to->netdev, what,
			    r ? sriov_strerror(-r) : "0");
		/* the answer was lost, or there was no memory for the request */
		if (r != -ENOBUFS || again)
			return r;
	}
}

/* A VF that was refused as a whole with `err`: find the group to blame. */
static int set_by_group(struct sender *to, struct sriov_vf_attrs *const *vf, int err,
			struct sriov_verdict *verdict)
{
	uint64_t mask = mask_of(*vf);

	for (size_t i = 0; i < ARRAY_SIZE(groups); i++) {
		uint64_t bits = mask & groups[i].mask;
		size_t one = 1;

		if (!bits)
			continue;
		/* with a single group it is known already */
		if (bits != mask)
			err = send_vfs(to, vf, &one, bits);
		if (err) {
			verdict->err = err;
			verdict->blame = bits;
			sriov_copy(verdict->text, sizeof(verdict->text), to->words);
			return err;
		}
		verdict->done |= bits;
	}
	return 0;
}

/* VFs that were refused together with `err`: one by one. */
static int set_by_vf(struct sender *to, struct sriov_vf_attrs *const *vfs, size_t n,
		     int err, bool keep_going, struct sriov_verdict *verdicts)
{
	int first = 0;

	for (size_t i = 0; i < n; i++) {
		size_t one = 1;

		if (i && sriov_is_stopped(to->ctx))
			return -EINTR;
		/* with a single VF it is known already */
		if (n > 1)
			err = send_vfs(to, &vfs[i], &one, SRIOV_RTNL_ALL);
		if (!err) {
			verdicts[i].done = mask_of(vfs[i]);
			continue;
		}
		err = set_by_group(to, &vfs[i], err, &verdicts[i]);
		if (!first)
			first = err;
		if (err && !keep_going)
			break;
	}
	return first;
}

static int set_in_chunks(struct sender *to, struct sriov_vf_attrs *const *vfs, size_t n,
			 bool keep_going, struct sriov_verdict *verdicts)
{
	size_t chunk = CHUNK_START, most = SIZE_MAX;
	int first = 0;

	for (size_t i = 0, count; i < n; i += count) {
		int64_t took = sriov_now_ms();
		int err;

		if (sriov_is_stopped(to->ctx))
			return -EINTR;
		count = n - i < chunk ? n - i : chunk;
		err = send_vfs(to, vfs + i, &count, SRIOV_RTNL_ALL);
		took = sriov_now_ms() - took;
		if (err == -EMSGSIZE && count > 1) {
			/* more than the socket may send at once */
			chunk = most = count / 2;
			count = 0;
			continue;
		}
		if (err) {
			err = set_by_vf(to, vfs + i, count, err, keep_going,
					verdicts + i);
			if (!first)
				first = err;
			if (err && !keep_going)
				break;
			continue;
		}
		for (size_t k = i; k < i + count; k++)
			verdicts[k].done = mask_of(vfs[k]);
		if (took < FAST_MS && chunk <= most / 2)
			chunk *= 2;
		else if (took > SLOW_MS && chunk > 1)
			chunk /= 2;
	}
	return first;
}

/* Nothing can be sent at all: that is the fault of the first VF, or of every one. */
static int refuse(struct sriov_vf_attrs *const *vfs, size_t n, bool keep_going, int err,
		  struct sriov_verdict *verdicts)
{
	for (size_t i = 0; i < n && (keep_going || i == 0); i++) {
		verdicts[i].err = err;
		verdicts[i].blame = mask_of(vfs[i]);
	}
	return err;
}

int sriov_rtnl_set(struct sriov_ctx *ctx, const char *netdev, uint32_t index,
		   struct sriov_vf_attrs *const *vfs, size_t n, bool keep_going,
		   struct sriov_verdict *verdicts)
{
	_cleanup_free_ void *message = calloc(1, MESSAGE_MAX);
	struct sender to = {
		.ctx = ctx, .netdev = netdev, .index = index, .nlh = message
	};

	for (size_t i = 0; i < n; i++)
		verdicts[i] = (struct sriov_verdict){ 0 };
	if (!message)
		return refuse(vfs, n, keep_going, -ENOMEM, verdicts);
	if (!netdev[0])
		return refuse(vfs, n, keep_going, -EOPNOTSUPP, verdicts);
	if (strlen(netdev) >= IF_NAMESIZE)
		return refuse(vfs, n, keep_going, -ENODEV, verdicts);
	return set_in_chunks(&to, vfs, n, keep_going, verdicts);
}
