// SPDX-License-Identifier: GPL-2.0-or-later
/* What netdevs are used for: lists of addresses, routes and links of one network namespace. */
#include <arpa/inet.h>
#include <libmnl/libmnl.h>
#include <linux/if_addr.h>
#include <linux/if_link.h>
#include <linux/rtnetlink.h>

#include "rtnl.h"

#define PARENT_DEV_NAME 56 /* IFLA_PARENT_DEV_NAME, since 5.14 */

/* "192.0.2.1", or false when these are not the bytes of an address. */
static bool print_address(int family, const struct sriov_nlattr *attr, char *text,
			  size_t size)
{
	size_t len = family == AF_INET ? sizeof(struct in_addr) : sizeof(struct in6_addr);
	struct in6_addr address;

	if ((family != AF_INET && family != AF_INET6) || attr->len != len)
		return false;
	memcpy(&address, attr->data, len);
	return inet_ntop(family, &address, text, (socklen_t)size);
}

/* The fixed part of a message and where its attributes begin; false when it is no such. */
static bool open_message(const struct nlmsghdr *message, uint16_t type, void *fixed,
			 size_t size, const uint8_t **p, const uint8_t **end)
{
	if (message->nlmsg_type != type || message->nlmsg_len < NLMSG_LENGTH(size))
		return false;
	memcpy(fixed, NLMSG_DATA(message), size);
	*p = (const uint8_t *)NLMSG_DATA(message) + NLMSG_ALIGN(size);
	*end = (const uint8_t *)message + message->nlmsg_len;
	return *p <= *end;
}

/* The kernel gives link-local addresses to netdevs that nobody uses. */
void sriov_rtnl_see_address(const struct nlmsghdr *message,
			    void (*see)(void *data, uint32_t ifindex, const char *text),
			    void *data)
{
	char address[INET6_ADDRSTRLEN], text[INET6_ADDRSTRLEN + 8];
	struct sriov_nlattr attr;
	struct ifaddrmsg ifa;
	const uint8_t *p, *end;
	bool found = false;

	if (!open_message(message, RTM_NEWADDR, &ifa, sizeof(ifa), &p, &end) ||
	    ifa.ifa_scope >= RT_SCOPE_LINK)
		return;
	/* of a point-to-point link IFA_ADDRESS is the other end, IFA_LOCAL this one */
	while (sriov_nlattr_next(&p, end, &attr))
		if (attr.type == IFA_LOCAL || (attr.type == IFA_ADDRESS && !found))
			found = print_address(ifa.ifa_family, &attr, address,
					      sizeof(address));
	if (!found)
		return;
	snprintf(text, sizeof(text), "%s/%u", address, ifa.ifa_prefixlen);
	see(data, ifa.ifa_index, text);
}

static void see_nexthops(const struct sriov_nlattr *list, const char *text,
			 void (*see)(void *data, uint32_t ifindex, const char *text),
			 void *data)
{
	const uint8_t *p = list->data;
	size_t left = list->len;
	struct rtnexthop hop;

	while (left >= sizeof(hop)) {
		size_t step;

		memcpy(&hop, p, sizeof(hop));
		if (hop.rtnh_len < sizeof(hop) || hop.rtnh_len > left)
			return;
		see(data, (uint32_t)hop.rtnh_ifindex, text);
		step = RTNH_ALIGN((size_t)hop.rtnh_len);
		if (step >= left)
			return;
		p += step;
		left -= step;
	}
}

/*
 * Of the main table. The kernel's own routes come with addresses, and those that routers
 * announce do so, too.
 */
void sriov_rtnl_see_route(const struct nlmsghdr *message,
			  void (*see)(void *data, uint32_t ifindex, const char *text),
			  void *data)
{
	char address[INET6_ADDRSTRLEN] = "", text[INET6_ADDRSTRLEN + 16];
	struct sriov_nlattr attr, hops = { 0 };
	const uint8_t *p, *end;
	uint32_t ifindex = 0;
	struct rtmsg rtm;

	if (!open_message(message, RTM_NEWROUTE, &rtm, sizeof(rtm), &p, &end) ||
	    rtm.rtm_table != RT_TABLE_MAIN || rtm.rtm_protocol == RTPROT_KERNEL ||
	    rtm.rtm_protocol == RTPROT_RA || rtm.rtm_protocol == RTPROT_REDIRECT ||
	    rtm.rtm_flags & RTM_F_CLONED)
		return;
	while (sriov_nlattr_next(&p, end, &attr)) {
		if (attr.type == RTA_DST)
			print_address(rtm.rtm_family, &attr, address, sizeof(address));
		else if (attr.type == RTA_OIF && attr.len == sizeof(ifindex))
			memcpy(&ifindex, attr.data, sizeof(ifindex));
		else if (attr.type == RTA_MULTIPATH)
			hops = attr;
	}
	if (address[0])
		snprintf(text, sizeof(text), "route %s/%u", address, rtm.rtm_dst_len);
	else
		snprintf(text, sizeof(text), "route default");
	if (ifindex)
		see(data, ifindex, text);
	see_nexthops(&hops, text, see, data);
}

uint32_t sriov_rtnl_ifindex(const struct nlmsghdr *message)
{
	const uint8_t *p, *end;
	struct ifinfomsg ifi;

	return open_message(message, RTM_NEWLINK, &ifi, sizeof(ifi), &p, &end) ?
		       (uint32_t)ifi.ifi_index :
		       0;
}

void sriov_rtnl_parent(const struct nlmsghdr *message, char *parent, size_t size)
{
	struct sriov_nlattr attr;
	struct ifinfomsg ifi;
	const uint8_t *p, *end;

	parent[0] = '\0';
	if (!open_message(message, RTM_NEWLINK, &ifi, sizeof(ifi), &p, &end))
		return;
	while (sriov_nlattr_next(&p, end, &attr))
		if (attr.type == PARENT_DEV_NAME && memchr(attr.data, '\0', attr.len))
			sriov_copy(parent, size, (const char *)attr.data);
}

struct uses {
	void (*see)(void *data, uint32_t ifindex, const char *text);
	void *data;
};

static void see_address(void *data, const struct nlmsghdr *message)
{
	const struct uses *uses = data;

	sriov_rtnl_see_address(message, uses->see, uses->data);
}

static void see_route(void *data, const struct nlmsghdr *message)
{
	const struct uses *uses = data;

	sriov_rtnl_see_route(message, uses->see, uses->data);
}

/* `size` bytes of zeros say that everything of this kind is wanted. */
static int dump(struct sriov_ctx *ctx, uint16_t type, size_t size,
		void (*see)(void *data, const struct nlmsghdr *message), void *data)
{
	union {
		struct nlmsghdr nlh;
		char bytes[128];
	} request = { 0 };
	int r;

	mnl_nlmsg_put_header(request.bytes);
	mnl_nlmsg_put_extra_header(&request.nlh, size);
	request.nlh.nlmsg_type = type;
	if (type == RTM_GETLINK)
		mnl_attr_put_u32(&request.nlh, IFLA_EXT_MASK, RTEXT_FILTER_SKIP_STATS);
	r = sriov_netlink_dump(ctx, SRIOV_RTNL, &request.nlh, see, data);
	sriov_debug(ctx, "rtnl dump %u -> %s", type, r ? sriov_strerror(-r) : "done");
	return r;
}

int sriov_netlink_uses(struct sriov_ctx *ctx,
		       void (*see)(void *data, uint32_t ifindex, const char *text),
		       void *data)
{
	struct uses uses = { see, data };
	int r = dump(ctx, RTM_GETADDR, sizeof(struct ifaddrmsg), see_address, &uses);

	return r < 0 ? r :
		       dump(ctx, RTM_GETROUTE, sizeof(struct rtmsg), see_route, &uses);
}

struct parents {
	void (*see)(void *data, const char *parent);
	void *data;
};

static void see_parent(void *data, const struct nlmsghdr *message)
{
	const struct parents *parents = data;
	char parent[SRIOV_NAME_LEN * 2];

	sriov_rtnl_parent(message, parent, sizeof(parent));
	if (parent[0])
		parents->see(parents->data, parent);
}

int sriov_netlink_parents(struct sriov_ctx *ctx,
			  void (*see)(void *data, const char *parent), void *data)
{
	struct parents parents = { see, data };

	return dump(ctx, RTM_GETLINK, sizeof(struct ifinfomsg), see_parent, &parents);
}
