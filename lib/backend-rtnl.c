// SPDX-License-Identifier: GPL-2.0-or-later
/* Back end "rtnl": VF attributes over rtnetlink, as in ip link set DEV vf N. */
#include <linux/rtnetlink.h>

#include "internal.h"
#include "rtnl.h"

/* What it can read and write of the VFs of this netdev. */
static void can_on(struct sriov_ctx *ctx, const char *netdev, uint64_t *reads,
		   uint64_t *writes)
{
	*reads = netdev[0] ? SRIOV_RTNL_ETHERNET | SRIOV_VF_NOTE : 0;
	*writes = netdev[0] ? SRIOV_RTNL_ETHERNET : 0;
	if (!netdev[0] || !sriov_netdev_is_infiniband(ctx, netdev))
		return;
	/* IPoIB reports an address, VLAN and rates of its own making, and sets none of them */
	*reads = SRIOV_RTNL_INFINIBAND | SRIOV_VF_NOTE;
	*writes = SRIOV_RTNL_INFINIBAND;
}

static void can(struct sriov_pf *pf, uint64_t *reads, uint64_t *writes)
{
	char netdev[SRIOV_NAME_LEN];

	sriov_pf_netdev(pf, netdev, sizeof(netdev));
	can_on(pf->ctx, netdev, reads, writes);
}

/*
 * IPoIB without mainline 23f00807619d (v6.15) counts the VFs' GUIDs too short: with 16 VFs or
 * so there is no answer at all. Nor need a recorded machine have one.
 */
static bool is_no_answer(const struct sriov_ctx *ctx, int err)
{
	return err == -EMSGSIZE || (ctx->recorded && err == -ENODATA);
}

static int get(struct sriov_pf *pf, uint64_t want, struct sriov_vf_attrs **vfs, size_t n)
{
	_cleanup_free_ struct nlmsghdr *reply = NULL;
	char netdev[SRIOV_NAME_LEN];
	uint64_t reads, writes;
	int r;

	sriov_pf_netdev(pf, netdev, sizeof(netdev));
	can_on(pf->ctx, netdev, &reads, &writes);
	want &= reads;
	if (!want || !n)
		return 0;
	r = sriov_netlink_get_link(pf->ctx, netdev, true, &reply);
	if (is_no_answer(pf->ctx, r)) {
		for (size_t i = 0; i < n && (want & SRIOV_VF_NOTE); i++) {
			vfs[i]->note |= SRIOV_NOTE_INCOMPLETE;
			vfs[i]->set |= SRIOV_VF_NOTE;
		}
		return 0;
	}
	if (r == 0)
		r = sriov_rtnl_parse(reply, reply->nlmsg_len, want, vfs, n);
	if (r < 0)
		return sriov_fail(pf->ctx, SRIOV_FAILED, -r, "%s: reading VFs of %s: %s",
				  pf->name, netdev, sriov_strerror(-r));
	return 0;
}

static int set(struct sriov_pf *pf, struct sriov_vf_attrs *const *vfs, size_t n,
	       bool keep_going, struct sriov_verdict *verdicts)
{
	_cleanup_free_ struct nlmsghdr *link = NULL;
	char netdev[SRIOV_NAME_LEN];
	uint32_t index = 0;
	int r;

	sriov_pf_netdev(pf, netdev, sizeof(netdev));
	/* the number is that of the socket's namespace, and checked to be that of /sys */
	r = netdev[0] ? sriov_netlink_get_link(pf->ctx, netdev, false, &link) : 0;
	for (size_t i = 0; i < n && r < 0; i++)
		verdicts[i] = (struct sriov_verdict){ .err = r, .blame = vfs[i]->set };
	if (r < 0)
		return r;
	if (link)
		index = ((const struct ifinfomsg *)NLMSG_DATA(link))->ifi_index;
	return sriov_rtnl_set(pf->ctx, netdev, index, vfs, n, keep_going, verdicts);
}

static int stats(struct sriov_pf *pf, struct sriov_vf_stats **stats, size_t n)
{
	_cleanup_free_ struct nlmsghdr *reply = NULL;
	char netdev[SRIOV_NAME_LEN], driver[SRIOV_NAME_LEN];
	uint64_t kept;
	int r;

	sriov_pf_netdev(pf, netdev, sizeof(netdev));
	if (!netdev[0])
		return 0;
	r = sriov_netlink_get_stats(pf->ctx, netdev, &reply);
	if (is_no_answer(pf->ctx, r))
		return 0;
	sriov_driver_of(pf->ctx, pf->path, driver, sizeof(driver));
	kept = sriov_quirk_stats(driver, sriov_netdev_is_infiniband(pf->ctx, netdev));
	if (r == 0)
		r = sriov_rtnl_parse_stats(reply, reply->nlmsg_len, kept, stats, n);
	if (r < 0)
		return sriov_fail(pf->ctx, SRIOV_FAILED, -r, "%s: counters of VFs: %s",
				  pf->name, sriov_strerror(-r));
	return 0;
}

const struct sriov_backend sriov_backend_rtnl = {
	.name = "rtnl",
	.vf_can = can,
	.vf_get = get,
	.vf_set = set,
	.vf_stats = stats,
};
