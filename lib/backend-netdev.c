// SPDX-License-Identifier: GPL-2.0-or-later
/* Back end "netdev": what the netdev of a VF is told itself, while it is in our namespace. */
#include <libmnl/libmnl.h>
#include <linux/rtnetlink.h>
#include <net/if.h>

#include "internal.h"

static void can(struct sriov_pf *pf, uint64_t *reads, uint64_t *writes)
{
	*reads = *writes = pf->is_pci ? SRIOV_VF_OF_NETDEV : 0;
}

/* The netdev that is shown as that of the VF; false when there is none here. */
static bool find_netdev(struct sriov_pf *pf, const struct sriov_vf_attrs *vf,
			char name[SRIOV_NAME_LEN])
{
	_cleanup_free_ char **names = NULL;
	char path[SRIOV_PATH_LEN];

	if (vf->set & SRIOV_VF_NETDEV) {
		sriov_copy(name, SRIOV_NAME_LEN, vf->netdev);
		return true;
	}
	if (sriov_vf_path(pf, vf->index, path, sizeof(path)) < 0 ||
	    sriov_sysfs_list(pf->ctx, &names, "%s/net", path) <= 0)
		return false;
	sriov_copy(name, SRIOV_NAME_LEN, names[0]);
	return true;
}

/*
 * The flags of a link are those that somebody has set: that a program listens in its own way does
 * not show, unlike in /sys/class/net/NAME/flags (Linux 6.12, net/core/dev.c, dev_get_flags).
 */
static int get_one(struct sriov_pf *pf, uint64_t want, struct sriov_vf_attrs *vf)
{
	_cleanup_free_ struct nlmsghdr *link = NULL;
	const struct ifinfomsg *ifi;
	char netdev[SRIOV_NAME_LEN];
	int r;

	if (!find_netdev(pf, vf, netdev))
		return 0;
	r = sriov_netlink_get_link(pf->ctx, netdev, false, &link);
	/* it may be gone by now, and need not have been recorded */
	if (r == -ENODEV || r == -EXDEV || (pf->ctx->recorded && r == -ENODATA))
		return 0;
	if (r < 0)
		return sriov_fail(pf->ctx, SRIOV_FAILED, -r, "%s/%u: reading %s: %s",
				  pf->name, vf->index, netdev, sriov_strerror(-r));
	ifi = NLMSG_DATA(link);
	vf->promisc = ifi->ifi_flags & IFF_PROMISC;
	vf->allmulti = ifi->ifi_flags & IFF_ALLMULTI;
	vf->set |= want & SRIOV_VF_OF_NETDEV;
	return 0;
}

static int get(struct sriov_pf *pf, uint64_t want, struct sriov_vf_attrs **vfs, size_t n)
{
	int r = 0;

	for (size_t i = 0; i < n && r >= 0; i++)
		r = get_one(pf, want, vfs[i]);
	return r;
}

/* Both flags in one message; a flag that is not in ifi_change stays as it is. */
static int set_flags(struct sriov_ctx *ctx, const char *netdev, int ifindex,
		     const struct sriov_vf_attrs *vf, char *words)
{
	union {
		struct nlmsghdr nlh;
		char bytes[NLMSG_SPACE(sizeof(struct ifinfomsg))];
	} request = { 0 };
	struct ifinfomsg *ifi;
	int r;

	mnl_nlmsg_put_header(request.bytes);
	request.nlh.nlmsg_type = RTM_SETLINK;
	request.nlh.nlmsg_flags = NLM_F_REQUEST | NLM_F_ACK;
	ifi = mnl_nlmsg_put_extra_header(&request.nlh, sizeof(*ifi));
	ifi->ifi_family = AF_UNSPEC;
	ifi->ifi_index = ifindex;
	ifi->ifi_change = (vf->set & SRIOV_VF_PROMISC ? IFF_PROMISC : 0) |
			  (vf->set & SRIOV_VF_ALLMULTI ? IFF_ALLMULTI : 0);
	ifi->ifi_flags =
		((vf->promisc ? IFF_PROMISC : 0) | (vf->allmulti ? IFF_ALLMULTI : 0)) &
		ifi->ifi_change;
	r = sriov_netlink_request(ctx, &request.nlh, words);
	sriov_debug(ctx, "rtnl setlink %s flags %#x/%#x -> %s", netdev, ifi->ifi_flags,
		    ifi->ifi_change, r ? sriov_strerror(-r) : "0");
	return r;
}

static void set_one(struct sriov_pf *pf, const struct sriov_vf_attrs *vf,
		    struct sriov_verdict *verdict)
{
	_cleanup_free_ struct nlmsghdr *link = NULL;
	char netdev[SRIOV_NAME_LEN];
	int r = -ENODEV;

	if (find_netdev(pf, vf, netdev))
		r = sriov_netlink_get_link(pf->ctx, netdev, false, &link);
	else
		sriov_copy(verdict->text, sizeof(verdict->text),
			   "it has no netdev in this network namespace");
	if (!r)
		r = set_flags(pf->ctx, netdev,
			      ((const struct ifinfomsg *)NLMSG_DATA(link))->ifi_index, vf,
			      verdict->text);
	verdict->err = r;
	*(r ? &verdict->blame : &verdict->done) = vf->set & SRIOV_VF_OF_NETDEV;
}

static int set(struct sriov_pf *pf, struct sriov_vf_attrs *const *vfs, size_t n,
	       bool keep_going, struct sriov_verdict *verdicts)
{
	int first = 0;

	for (size_t i = 0; i < n && (keep_going || !first); i++) {
		if (sriov_is_stopped(pf->ctx))
			return -EINTR;
		verdicts[i] = (struct sriov_verdict){ 0 };
		set_one(pf, vfs[i], &verdicts[i]);
		if (!first)
			first = verdicts[i].err;
	}
	return first;
}

const struct sriov_backend sriov_backend_netdev = {
	.name = "netdev",
	.vf_can = can,
	.vf_get = get,
	.vf_set = set,
};
