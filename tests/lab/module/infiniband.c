// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Netdevs that look like IPoIB: addresses of 20 bytes that end in the port GUID, VFs with GUIDs
 * and a policy, and no other attribute of VFs. There is no RDMA device behind them.
 */
#include <linux/if_arp.h>
#include <linux/if_infiniband.h>
#include <linux/unaligned.h>

#include "card.h"

#define PORT_GUID_AT (INFINIBAND_ALEN - 8)
#define PF_PORT_GUID 0x0c42a10300c6cf60ULL

/* Queue pair, link-local prefix, port GUID: RFC 4391, 9.1.1. */
static const u8 prefix[PORT_GUID_AT] = { 0x00, 0x00, 0x10, 0x49, 0xfe, 0x80 };

static void address(struct net_device *netdev, const struct lab_priv *priv)
{
	u64 guid = priv->vf < 0 ? PF_PORT_GUID : priv->port->vfs[priv->vf].port_guid;
	u8 addr[INFINIBAND_ALEN];

	memcpy(addr, prefix, sizeof(prefix));
	put_unaligned_be64(guid, addr + PORT_GUID_AT);
	__dev_addr_set(netdev, addr, sizeof(addr));
}

static int set_vf_guid(struct net_device *netdev, int vf, u64 guid, int type)
{
	bool node = type == IFLA_VF_IB_NODE_GUID;
	struct lab_vf *settings = lab_vf_of(netdev, vf);
	int err;

	if (!settings)
		return -EINVAL;
	err = lab_fault(node ? LAB_OP_set_vf_node_guid : LAB_OP_set_vf_port_guid, vf);
	if (err)
		return err < 0 ? err : 0;
	if (node)
		settings->node_guid = guid;
	else
		settings->port_guid = guid;
	return 0;
}

static int get_vf_guid(struct net_device *netdev, int vf, struct ifla_vf_guid *node,
		       struct ifla_vf_guid *port)
{
	struct lab_vf *settings = lab_vf_of(netdev, vf);

	if (!settings)
		return -EINVAL;
	node->vf = vf;
	node->guid = settings->node_guid;
	port->vf = vf;
	port->guid = settings->port_guid;
	return 0;
}

/* As ipoib_get_vf_config(): the address is that of the PF, and all but the policy is zero. */
static int get_vf_config(struct net_device *netdev, int vf, struct ifla_vf_info *info)
{
	struct lab_vf *settings = lab_vf_of(netdev, vf);
	int err = lab_fault(LAB_OP_get_vf_config, vf);

	if (!settings)
		return -EINVAL;
	if (err < 0)
		return err;
	memset(info, 0, sizeof(*info));
	info->vf = vf;
	info->linkstate = settings->link_state;
	memcpy(info->mac, netdev->dev_addr, netdev->addr_len);
	return 0;
}

static const struct net_device_ops pf_ops = {
	.ndo_open = lab_netdev_open,
	.ndo_stop = lab_netdev_stop,
	.ndo_start_xmit = lab_netdev_xmit,
	.ndo_set_vf_link_state = lab_set_vf_link_state,
	.ndo_get_vf_config = get_vf_config,
	.ndo_get_vf_stats = lab_get_vf_stats,
	.ndo_get_vf_guid = get_vf_guid,
	.ndo_set_vf_guid = set_vf_guid,
};

static const struct net_device_ops vf_ops = {
	.ndo_open = lab_netdev_open,
	.ndo_stop = lab_netdev_stop,
	.ndo_start_xmit = lab_netdev_xmit,
};

static void setup(struct net_device *netdev)
{
	netdev->type = ARPHRD_INFINIBAND;
	netdev->addr_len = INFINIBAND_ALEN;
	netdev->hard_header_len = 4;
	netdev->mtu = 2044;
	netdev->max_mtu = 4092;
	netdev->tx_queue_len = 256;
	netdev->flags = IFF_BROADCAST | IFF_MULTICAST;
	memset(netdev->broadcast, 0xff, INFINIBAND_ALEN);
}

const struct lab_kind lab_infiniband = {
	.name = "ib%d",
	.pf_ops = &pf_ops,
	.vf_ops = &vf_ops,
	.setup = setup,
	.address = address,
};
