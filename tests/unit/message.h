/* SPDX-License-Identifier: GPL-2.0-or-later */
/* An RTM_NEWLINK with VFs as the kernel makes it, written without the code under test. */
#ifndef SRIOV_TEST_MESSAGE_H
#define SRIOV_TEST_MESSAGE_H

#include <arpa/inet.h>
#include <linux/if_link.h>
#include <linux/rtnetlink.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

/* A message as the kernel makes it; nest_end() wraps at 64 KiB as nla_nest_end() does. */
struct message {
	uint8_t *bytes;
	size_t len;
};

/* What the kernel would say of one VF. */
struct row {
	uint32_t index;
	uint8_t mac[6];
	uint32_t vlan, qos;
	uint16_t proto;
	uint32_t min, max, spoofchk, state, rss, trust;
};

static inline void put(struct message *m, const void *data, size_t len)
{
	static const uint8_t zeros[4];

	m->bytes = realloc(m->bytes, m->len + NLMSG_ALIGN(len) + 1);
	memcpy(m->bytes + m->len, data, len);
	memcpy(m->bytes + m->len + len, zeros, NLMSG_ALIGN(len) - len);
	m->len += NLMSG_ALIGN(len);
}

static inline void put_attr(struct message *m, uint16_t type, const void *data,
			    size_t len)
{
	struct nlattr nla = { (uint16_t)(sizeof(nla) + len), type };

	put(m, &nla, sizeof(nla));
	if (len)
		put(m, data, len);
}

static inline size_t nest_start(struct message *m, uint16_t type)
{
	put_attr(m, type, NULL, 0);
	return m->len - sizeof(struct nlattr);
}

static inline void nest_end(struct message *m, size_t nest)
{
	uint16_t len = (uint16_t)(m->len - nest);

	memcpy(m->bytes + nest, &len, sizeof(len));
}

static inline void put_pair(struct message *m, uint16_t type, uint32_t vf, uint32_t value)
{
	uint32_t pair[2] = { vf, value };

	put_attr(m, type, pair, sizeof(pair));
}

/* struct ifla_vf_guid: four bytes of padding stand before the number. */
static inline void put_guid(struct message *m, uint16_t type, uint32_t vf, uint64_t guid)
{
	uint8_t bytes[16] = { 0 };

	memcpy(bytes, &vf, sizeof(vf));
	memcpy(bytes + 8, &guid, sizeof(guid));
	put_attr(m, type, bytes, sizeof(bytes));
}

/* In the order of rtnl_fill_vfinfo(), without statistics. */
static inline void put_row(struct message *m, const struct row *row)
{
	struct ifla_vf_mac mac = { .vf = row->index };
	struct ifla_vf_broadcast broadcast = { { 0xff, 0xff, 0xff, 0xff, 0xff, 0xff } };
	struct ifla_vf_vlan vlan = { row->index, row->vlan, row->qos };
	struct ifla_vf_rate rate = { row->index, row->min, row->max };
	struct ifla_vf_vlan_info info = { row->index, row->vlan, row->qos,
					  htons(row->proto) };
	size_t nest = nest_start(m, IFLA_VF_INFO), list;

	memcpy(mac.mac, row->mac, sizeof(row->mac));
	put_attr(m, IFLA_VF_MAC, &mac, sizeof(mac));
	put_attr(m, IFLA_VF_BROADCAST, &broadcast, sizeof(broadcast));
	put_attr(m, IFLA_VF_VLAN, &vlan, sizeof(vlan));
	put_attr(m, IFLA_VF_RATE, &rate, sizeof(rate));
	put_pair(m, IFLA_VF_TX_RATE, row->index, row->max);
	put_pair(m, IFLA_VF_SPOOFCHK, row->index, row->spoofchk);
	put_pair(m, IFLA_VF_LINK_STATE, row->index, row->state);
	put_pair(m, IFLA_VF_RSS_QUERY_EN, row->index, row->rss);
	put_pair(m, IFLA_VF_TRUST, row->index, row->trust);
	list = nest_start(m, IFLA_VF_VLAN_LIST);
	put_attr(m, IFLA_VF_VLAN_INFO, &info, sizeof(info));
	nest_end(m, list);
	nest_end(m, nest);
}

static inline void put_u32(struct message *m, uint16_t type, uint32_t value)
{
	put_attr(m, type, &value, sizeof(value));
}

static inline void start(struct message *m, uint32_t num_vfs)
{
	struct nlmsghdr nlh = { .nlmsg_type = RTM_NEWLINK };
	struct ifinfomsg ifi = { .ifi_index = 2 };

	*m = (struct message){ 0 };
	put(m, &nlh, sizeof(nlh));
	put(m, &ifi, sizeof(ifi));
	put_attr(m, IFLA_IFNAME, "eth0", 5);
	put_u32(m, IFLA_MTU, 1500);
	put_u32(m, IFLA_NUM_VF, num_vfs);
}

static inline void set_len(struct message *m, size_t len)
{
	uint32_t nlmsg_len = (uint32_t)len;

	memcpy(m->bytes, &nlmsg_len, sizeof(nlmsg_len));
}

static inline void finish(struct message *m)
{
	size_t xdp = nest_start(m, IFLA_XDP);

	put_attr(m, IFLA_XDP_ATTACHED, "", 1);
	nest_end(m, xdp);
	put_attr(m, IFLA_PARENT_DEV_NAME, "0000:03:00.0", 13);
	set_len(m, m->len);
}

static inline struct row row_of(uint32_t i)
{
	return (struct row){ i,
			     { 2, 0, 0, 0, (uint8_t)(i >> 8), (uint8_t)i },
			     i % 4095,
			     i % 8,
			     i % 2 ? 0x88a8 : 0x8100,
			     i,
			     i * 2,
			     i % 2,
			     i % 3,
			     i / 2 % 2,
			     i / 4 % 2 };
}

/* A link with these VFs. Returns the offset of their list. */
static inline size_t build(struct message *m, const struct row *rows, size_t n,
			   uint32_t num_vfs)
{
	size_t list;

	start(m, num_vfs);
	list = nest_start(m, IFLA_VFINFO_LIST);
	for (size_t i = 0; i < n; i++)
		put_row(m, &rows[i]);
	nest_end(m, list);
	finish(m);
	return list;
}

#endif
