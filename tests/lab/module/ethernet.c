// SPDX-License-Identifier: GPL-2.0-or-later
/* Ethernet netdevs. */
#include <linux/etherdevice.h>

#include "card.h"

#define MAX_MTU 9978

static const u8 base_mac[ETH_ALEN] = { 0x0c, 0x42, 0xa1, 0xc6, 0xcf, 0x50 };

/* A VF without an address from the card makes one up. */
static void address(struct net_device *netdev, const struct lab_vf *vf)
{
	u8 mac[ETH_ALEN];

	if (vf && is_zero_ether_addr(vf->mac)) {
		eth_hw_addr_random(netdev);
		return;
	}
	ether_addr_copy(mac, vf ? vf->mac : base_mac);
	if (!vf)
		mac[ETH_ALEN - 1] += lab_netdev_port(netdev)->index;
	eth_hw_addr_set(netdev, mac);
}

static int set_vf_mac(struct net_device *netdev, int vf, u8 *mac)
{
	int err = lab_fault(LAB_OP_ndo_set_vf_mac, vf);

	if (err)
		return min(err, 0);
	return lab_vf_set_mac(lab_netdev_port(netdev), vf, mac);
}

static int set_vf_vlan(struct net_device *netdev, int vf, u16 vlan, u8 qos, __be16 proto)
{
	int err = lab_fault(LAB_OP_ndo_set_vf_vlan, vf);

	if (err)
		return min(err, 0);
	return lab_vf_set_vlan(lab_netdev_port(netdev), vf, vlan, qos, proto);
}

static int set_vf_rate(struct net_device *netdev, int vf, int min_rate, int max_rate)
{
	struct lab_port *port = lab_netdev_port(netdev);
	int err = lab_fault(LAB_OP_ndo_set_vf_rate, vf);
	struct lab_vf now;

	if (err)
		return min(err, 0);
	if (vf >= port->card->total_vfs)
		return -EINVAL;
	lab_vf_peek(port, vf, &now);
	if (min_rate != now.min_tx_rate)
		err = lab_fault(LAB_OP_ndo_set_vf_min_rate, vf);
	if (err)
		return min(err, 0);
	return lab_vf_set_rate(port, vf, min_rate, max_rate);
}

static int set_vf_spoofchk(struct net_device *netdev, int vf, bool setting)
{
	int err = lab_fault(LAB_OP_ndo_set_vf_spoofchk, vf);

	if (err)
		return min(err, 0);
	return lab_vf_set_spoofchk(lab_netdev_port(netdev), vf, setting);
}

static int set_vf_trust(struct net_device *netdev, int vf, bool setting)
{
	int err = lab_fault(LAB_OP_ndo_set_vf_trust, vf);

	if (err)
		return min(err, 0);
	return lab_vf_set_trust(lab_netdev_port(netdev), vf, setting);
}

/*
 * As mlx5_eswitch_get_vport_config(), which leaves vlan_proto and rss_query_en zero; that of
 * MLNX_OFED says the first. A driver does not tell what it could not set: -1.
 */
static int get_vf_config(struct net_device *netdev, int index, struct ifla_vf_info *info)
{
	const struct net_device_ops *ops = netdev->netdev_ops;
	struct lab_vf vf;
	int err = lab_fault(LAB_OP_ndo_get_vf_config, index);

	if (err >= 0)
		err = lab_vf_get(lab_netdev_port(netdev), index, &vf);
	if (err)
		return err;
	memset(info, 0, sizeof(*info));
	info->vf = index;
	ether_addr_copy(info->mac, vf.mac);
	info->vlan = vf.vlan;
	info->qos = vf.qos;
	info->linkstate = vf.link_state;
	info->min_tx_rate = vf.min_tx_rate;
	info->max_tx_rate = vf.max_tx_rate;
	info->vlan_proto = lab_vendor_has_qinq() ? vf.vlan_proto : 0;
	info->spoofchk = ops->ndo_set_vf_spoofchk ? vf.spoofchk : -1;
	info->trusted = ops->ndo_set_vf_trust ? vf.trusted : -1;
	return 0;
}

static struct net_device_ops pf_ops = {
	.ndo_open = lab_netdev_open,
	.ndo_stop = lab_netdev_stop,
	.ndo_start_xmit = lab_netdev_xmit,
	.ndo_set_mac_address = eth_mac_addr,
	.ndo_validate_addr = eth_validate_addr,
	.ndo_set_vf_mac = set_vf_mac,
	.ndo_set_vf_vlan = set_vf_vlan,
	.ndo_set_vf_rate = set_vf_rate,
	.ndo_set_vf_spoofchk = set_vf_spoofchk,
	.ndo_set_vf_trust = set_vf_trust,
	.ndo_set_vf_link_state = lab_netdev_set_vf_link_state,
	.ndo_get_vf_config = get_vf_config,
	.ndo_get_vf_stats = lab_netdev_get_vf_stats,
};

static const struct net_device_ops vf_ops = {
	.ndo_open = lab_netdev_open,
	.ndo_stop = lab_netdev_stop,
	.ndo_start_xmit = lab_netdev_xmit,
	.ndo_set_mac_address = eth_mac_addr,
	.ndo_validate_addr = eth_validate_addr,
};

static void setup(struct net_device *netdev)
{
	ether_setup(netdev);
	netdev->max_mtu = MAX_MTU;
	netdev->priv_flags |= IFF_LIVE_ADDR_CHANGE;
}

const struct lab_kind lab_ethernet = {
	.name = "eth%d",
	.pf_ops = &pf_ops,
	.vf_ops = &vf_ops,
	.setup = setup,
	.address = address,
};
