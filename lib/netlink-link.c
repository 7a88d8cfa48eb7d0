// SPDX-License-Identifier: GPL-2.0-or-later
/* Questions about one link: of the running system over netlink, or recorded as hex text. */
#include <libmnl/libmnl.h>
#include <linux/if_link.h>
#include <linux/rtnetlink.h>
#include <net/if.h>

#include "internal.h"
#include "rtnl.h"

#define ALTNAME_LEN 128 /* ALTIFNAMSIZ, with the NUL */
#define REQUEST_LEN 256

/* A request for one link; nothing in it is longer than an altname. */
union request {
	struct nlmsghdr nlh;
	char bytes[REQUEST_LEN];
};

/* Ask for the link that the attribute `type` names. */
static int ask_link(struct sriov_ctx *ctx, uint16_t type, const char *name, uint32_t mask,
		    struct nlmsghdr **reply)
{
	union request request = { 0 };
	struct nlmsghdr *nlh;
	struct ifinfomsg *ifi;
	int ret;

	nlh = mnl_nlmsg_put_header(request.bytes);
	nlh->nlmsg_type = RTM_GETLINK;
	nlh->nlmsg_flags = NLM_F_REQUEST;
	ifi = mnl_nlmsg_put_extra_header(nlh, sizeof(*ifi));
	ifi->ifi_family = AF_UNSPEC;
	mnl_attr_put_strz(nlh, type, name);
	mnl_attr_put_u32(nlh, IFLA_EXT_MASK, mask);

	ret = sriov_netlink_talk(ctx, SRIOV_RTNL, nlh, NULL, reply);
	/* a lost answer, or no memory for the request: reading may be repeated */
	if (ret == -ENOBUFS)
		ret = sriov_netlink_talk(ctx, SRIOV_RTNL, nlh, NULL, reply);
	if (ret < 0)
		return ret;
	return ret == 1 ? 0 : -EBADMSG;
}

/* Is this a link, as long as it says? The bytes of others have been through judge(). */
static int check_link(const struct nlmsghdr *nlh)
{
	if (nlh->nlmsg_type != RTM_NEWLINK ||
	    nlh->nlmsg_len < NLMSG_LENGTH(sizeof(struct ifinfomsg)))
		return -EBADMSG;
	return 0;
}

/*
 * A socket belongs to the network namespace of the process, /sys to that of its mount: a
 * name can mean one device there and another one here.
 */
static int check_same(struct sriov_ctx *ctx, const char *netdev,
		      const struct nlmsghdr *nlh)
{
	const struct ifinfomsg *ifi = NLMSG_DATA(nlh);
	uint32_t index;

	if (ctx->recorded ||
	    sriov_sysfs_read_u32(ctx, &index, "sys/class/net/%s/ifindex", netdev) < 0)
		return 0;
	return (uint32_t)ifi->ifi_index == index ? 0 : -EXDEV;
}

/* The reply of a recorded machine: netlink/NETDEV.hex; an error can be recorded, too. */
static int recorded_link(struct sriov_ctx *ctx, const char *netdev, bool vfs,
			 struct nlmsghdr **reply)
{
	_cleanup_free_ void *bytes = NULL;
	char name[SRIOV_NAME_LEN * 2];
	struct nlmsghdr nlh;
	ssize_t len;
	int ret;

	snprintf(name, sizeof(name), "%s%s", netdev, vfs ? "-vfs" : "");
	len = sriov_netlink_recorded(ctx, name, &bytes);
	if (len < 0)
		return (int)len;
	if (len < (ssize_t)sizeof(nlh))
		return -EBADMSG;
	memcpy(&nlh, bytes, sizeof(nlh));
	ret = sriov_netlink_judge(bytes, (size_t)len, nlh.nlmsg_pid, nlh.nlmsg_seq, NULL);
	if (ret < 1)
		return ret < 0 ? ret : -EBADMSG;
	*reply = steal(bytes);
	return 0;
}

/* `what` more than the link itself, for the debug line */
static int get_link(struct sriov_ctx *ctx, const char *netdev, uint32_t mask,
		    const char *what, struct nlmsghdr **reply)
{
	_cleanup_free_ struct nlmsghdr *link = NULL;
	int ret;

	if (strlen(netdev) >= IF_NAMESIZE || !sriov_sysfs_name_ok(netdev))
		return -ENODEV;
	if (ctx->recorded)
		ret = recorded_link(ctx, netdev, mask & RTEXT_FILTER_VF, &link);
	else
		ret = ask_link(ctx, IFLA_IFNAME, netdev, mask, &link);
	if (ret == 0)
		ret = check_link(link);
	if (ret == 0)
		ret = check_same(ctx, netdev, link);
	if (ret < 0) {
		sriov_debug(ctx, "rtnl getlink %s%s -> %s", netdev, what,
			    sriov_strerror(-ret));
		return ret;
	}
	sriov_debug(ctx, "rtnl getlink %s%s -> %u bytes", netdev, what, link->nlmsg_len);
	*reply = steal(link);
	return 0;
}

int sriov_netlink_get_link(struct sriov_ctx *ctx, const char *netdev, bool vfs,
			   struct nlmsghdr **reply)
{
	return get_link(ctx, netdev,
			RTEXT_FILTER_SKIP_STATS | (vfs ? RTEXT_FILTER_VF : 0),
			vfs ? " +vf" : "", reply);
}

int sriov_netlink_get_stats(struct sriov_ctx *ctx, const char *netdev,
			    struct nlmsghdr **reply)
{
	return get_link(ctx, netdev, RTEXT_FILTER_VF, " +vf +stats", reply);
}

/* The first attribute of this type in a checked link. */
static bool find_attr(const struct nlmsghdr *link, uint16_t type,
		      struct sriov_nlattr *attr)
{
	const uint8_t *p = (const uint8_t *)link + NLMSG_LENGTH(sizeof(struct ifinfomsg));
	const uint8_t *end = (const uint8_t *)link + link->nlmsg_len;

	while (sriov_nlattr_next(&p, end, attr))
		if (attr->type == type)
			return true;
	return false;
}

static int copy_name(const struct nlmsghdr *link, char *netdev, size_t size)
{
	struct sriov_nlattr attr;

	if (!find_attr(link, IFLA_IFNAME, &attr) || !memchr(attr.data, '\0', attr.len) ||
	    !sriov_sysfs_name_ok((const char *)attr.data))
		return -EBADMSG;
	sriov_copy(netdev, size, (const char *)attr.data);
	return 0;
}

static bool has_altname(const struct nlmsghdr *link, const char *altname)
{
	struct sriov_nlattr list, attr;
	const uint8_t *p;

	if (!find_attr(link, IFLA_PROP_LIST, &list))
		return false;
	p = list.data;
	while (sriov_nlattr_next(&p, list.data + list.len, &attr))
		if (attr.type == IFLA_ALT_IFNAME && attr.len == strlen(altname) + 1 &&
		    !memcmp(attr.data, altname, attr.len))
			return true;
	return false;
}

/* In a recorded machine the altnames are in the replies of the links themselves. */
static int recorded_altname(struct sriov_ctx *ctx, const char *altname, char *netdev,
			    size_t size)
{
	_cleanup_free_ char **names = NULL;
	int n = sriov_sysfs_list(ctx, &names, "netlink");

	for (int i = 0; i < n; i++) {
		_cleanup_free_ struct nlmsghdr *link = NULL;
		size_t len = strlen(names[i]);

		if (len < 4 || strcmp(names[i] + len - 4, ".hex"))
			continue;
		names[i][len - 4] = '\0';
		if (!recorded_link(ctx, names[i], false, &link) && !check_link(link) &&
		    has_altname(link, altname))
			return copy_name(link, netdev, size);
	}
	return -ENODEV;
}

int sriov_netlink_altname(struct sriov_ctx *ctx, const char *altname, char *netdev,
			  size_t size)
{
	_cleanup_free_ struct nlmsghdr *link = NULL;
	int ret;

	if (!altname[0] || strlen(altname) >= ALTNAME_LEN)
		return -ENODEV;
	if (ctx->recorded)
		return recorded_altname(ctx, altname, netdev, size);
	ret = ask_link(ctx, IFLA_ALT_IFNAME, altname, RTEXT_FILTER_SKIP_STATS, &link);
	if (ret == 0)
		ret = check_link(link);
	if (ret == 0)
		ret = copy_name(link, netdev, size);
	if (ret == 0)
		ret = check_same(ctx, netdev, link);
	sriov_debug(ctx, "rtnl getlink altname %s -> %s", altname,
		    ret ? sriov_strerror(-ret) : netdev);
	/* Before 5.5 there were no altnames: the kernel sees no name at all. */
	return ret == -EINVAL ? -ENODEV : ret;
}

int sriov_netlink_perm_mac(struct sriov_ctx *ctx, const char *netdev, uint8_t mac[20],
			   uint8_t *len)
{
	_cleanup_free_ struct nlmsghdr *link = NULL;
	struct sriov_nlattr attr;
	int ret;

	ret = sriov_netlink_get_link(ctx, netdev, false, &link);
	if (ret < 0)
		return ret;
	/* IFLA_PERM_ADDRESS is newer than 5.5 and left out where the driver has none. */
	if (!find_attr(link, IFLA_PERM_ADDRESS, &attr) &&
	    !find_attr(link, IFLA_ADDRESS, &attr))
		return -ENODATA;
	if (attr.len == 0 || attr.len > 20)
		return -ENODATA;
	memcpy(mac, attr.data, attr.len);
	*len = (uint8_t)attr.len;
	return 0;
}

static int print_link(struct sriov_ctx *ctx, const char *netdev, bool vfs,
		      const struct nlmsghdr *link, char **name, char **hex)
{
	char recorded[SRIOV_NAME_LEN * 2];

	snprintf(recorded, sizeof(recorded), "%s%s", netdev, vfs ? "-vfs" : "");
	return sriov_netlink_print(ctx, recorded, link, link->nlmsg_len, name, hex);
}

int sriov_pf_record(struct sriov_pf *pf, bool vfs, char **name, char **hex)
{
	_cleanup_free_ struct nlmsghdr *link = NULL;
	char netdev[SRIOV_NAME_LEN];
	int ret;

	sriov_pf_netdev(pf, netdev, sizeof(netdev));
	if (!netdev[0])
		return sriov_fail(pf->ctx, SRIOV_WRONG, ENODEV, "%s: has no netdev",
				  pf->name);
	/* with the counters of the VFs: both readers take the same file */
	ret = vfs ? sriov_netlink_get_stats(pf->ctx, netdev, &link) :
		    sriov_netlink_get_link(pf->ctx, netdev, false, &link);
	if (ret < 0)
		return sriov_fail(pf->ctx, SRIOV_FAILED, -ret, "%s: reading %s: %s",
				  pf->name, netdev, sriov_strerror(-ret));
	return print_link(pf->ctx, netdev, vfs, link, name, hex);
}

int sriov_vf_record(struct sriov_pf *pf, uint32_t index, char **name, char **hex)
{
	_cleanup_free_ struct nlmsghdr *link = NULL;
	struct sriov_vf_attrs vf = { .index = index }, *one = &vf;
	int ret = sriov_vf_get(pf, SRIOV_VF_NETDEV, &one, 1);

	if (ret < 0)
		return ret;
	if (!(vf.set & SRIOV_VF_NETDEV))
		return sriov_fail(pf->ctx, SRIOV_WRONG, ENODEV, "%s/%u: has no netdev",
				  pf->name, index);
	ret = sriov_netlink_get_link(pf->ctx, vf.netdev, false, &link);
	if (ret < 0)
		return sriov_fail(pf->ctx, SRIOV_FAILED, -ret, "%s/%u: reading %s: %s",
				  pf->name, index, vf.netdev, sriov_strerror(-ret));
	return print_link(pf->ctx, vf.netdev, false, link, name, hex);
}
