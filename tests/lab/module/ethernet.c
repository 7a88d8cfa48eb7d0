// SPDX-License-Identifier: GPL-2.0-or-later
/* Ethernet netdevs. */
#include <linux/etherdevice.h>

#include "card.h"

static const u8 base_mac[ETH_ALEN] = { 0x0c, 0x42, 0xa1, 0xc6, 0xcf, 0x50 };

/* A VF starts with the address that the card has for it, or with one of its own. */
static void address(struct net_device *netdev, const struct lab_priv *priv)
{
	u8 mac[ETH_ALEN];

	if (priv->vf >= 0 && is_zero_ether_addr(priv->port->vfs[priv->vf].mac)) {
		eth_hw_addr_random(netdev);
		return;
	}
	if (priv->vf >= 0) {
		eth_hw_addr_set(netdev, priv->port->vfs[priv->vf].mac);
		return;
	}
	ether_addr_copy(mac, base_mac);
	mac[ETH_ALEN - 1] += priv->port->index;
	eth_hw_addr_set(netdev, mac);
}

static const struct net_device_ops pf_ops = {
	.ndo_open = lab_netdev_open,
	.ndo_stop = lab_netdev_stop,
	.ndo_start_xmit = lab_netdev_xmit,
	.ndo_set_mac_address = eth_mac_addr,
	.ndo_validate_addr = eth_validate_addr,
	.ndo_set_vf_mac = lab_set_vf_mac,
	.ndo_set_vf_vlan = lab_set_vf_vlan,
	.ndo_set_vf_rate = lab_set_vf_rate,
	.ndo_set_vf_spoofchk = lab_set_vf_spoofchk,
	.ndo_set_vf_trust = lab_set_vf_trust,
	.ndo_set_vf_link_state = lab_set_vf_link_state,
	.ndo_get_vf_config = lab_get_vf_config,
	.ndo_get_vf_stats = lab_get_vf_stats,
};

static const struct net_device_ops vf_ops = {
	.ndo_open = lab_netdev_open,
	.ndo_stop = lab_netdev_stop,
	.ndo_start_xmit = lab_netdev_xmit,
	.ndo_set_mac_address = eth_mac_addr,
	.ndo_validate_addr = eth_validate_addr,
};

const struct lab_kind lab_ethernet = {
	.name = "eth%d",
	.pf_ops = &pf_ops,
	.vf_ops = &vf_ops,
	.setup = ether_setup,
	.address = address,
};
