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

static void address(struct net_device *netdev, const struct lab_vf *vf)
{
	u8 addr[INFINIBAND_ALEN];

	memcpy(addr, prefix, sizeof(prefix));
	put_unaligned_be64(vf ? vf->port_guid : PF_PORT_GUID, addr + PORT_GUID_AT);
	__dev_addr_set(netdev, addr, sizeof(addr));
}

static int set_vf_guid(struct net_device *netdev, int vf, u64 guid, int type)
{
	struct lab_port *port = lab_netdev_port(netdev);
	int err = lab_fault(LAB_OP_ndo_set_vf_guid, vf);

	if (err)
		return min(err, 0);
	if (type == IFLA_VF_IB_NODE_GUID)
		return lab_vf_set_node_guid(port, vf, guid);
	return lab_vf_set_port_guid(port, vf, guid);
}

static int get_vf_guid(struct net_device *netdev, int index, struct ifla_vf_guid *node,
		       struct ifla_vf_guid *port)
{
	struct lab_vf vf;
	int err = lab_vf_get(lab_netdev_port(netdev), index, &vf);

	if (err)
		return err;
	node->vf = index;
	node->guid = vf.node_guid;
	port->vf = index;
	port->guid = vf.port_guid;
	return 0;
}

/* As ipoib_get_vf_config(): the address is that of the PF, and all but the policy is zero. */
static int get_vf_config(struct net_device *netdev, int index, struct ifla_vf_info *info)
{
	struct lab_vf vf;
	int err = lab_fault(LAB_OP_ndo_get_vf_config, index);

	if (err >= 0)
		err = lab_vf_get(lab_netdev_port(netdev), index, &vf);
	if (err)
		return err;
	memset(info, 0, sizeof(*info));
	info->vf = index;
	info->linkstate = vf.link_state;
	memcpy(info->mac, netdev->dev_addr, netdev->addr_len);
	return 0;
}

static struct net_device_ops pf_ops = {
	.ndo_open = lab_netdev_open,
	.ndo_stop = lab_netdev_stop,
	.ndo_start_xmit = lab_netdev_xmit,
	.ndo_set_vf_link_state = lab_netdev_set_vf_link_state,
	.ndo_get_vf_config = get_vf_config,
	.ndo_get_vf_stats = lab_netdev_get_vf_stats,
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
