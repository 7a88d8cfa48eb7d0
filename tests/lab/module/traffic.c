// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Frames of VFs. Nothing is delivered: who would get what is counted, and what is dropped
 * because of an address or a VLAN, as the card's access lists do.
 */
#include <linux/etherdevice.h>

#include "card.h"

/* The VLAN with which a frame comes: 0 when it has no tag, or one with a priority only. */
static u16 tag_of(struct sk_buff *skb)
{
	u16 tci = 0;

	if (skb_vlan_tag_present(skb))
		return skb_vlan_tag_get_id(skb);
	if (skb_headlen(skb) >= VLAN_ETH_HLEN && !__vlan_get_tag(skb, &tci))
		return tci & VLAN_VID_MASK;
	return 0;
}

static bool has_vst(const struct lab_vf *vf)
{
	return vf->vlan || vf->qos;
}

static bool has_trunk(const struct lab_vf *vf)
{
	return !bitmap_empty(vf->trunk, VLAN_N_VID);
}

static bool may_send(const struct lab_vf *from, const struct sk_buff *skb, u16 tag)
{
	if (from->spoofchk && !ether_addr_equal(skb->data + ETH_ALEN, from->mac))
		return false;
	if (has_vst(from))
		return !tag;
	return !has_trunk(from) || test_bit(tag, from->trunk);
}

static bool send(struct lab_vf *from, const struct sk_buff *skb, u16 tag)
{
	if (!may_send(from, skb, tag)) {
		from->stats.tx_dropped++;
		return false;
	}
	from->stats.tx_packets++;
	from->stats.tx_bytes += skb->len;
	if (is_broadcast_ether_addr(skb->data))
		from->tx_broadcast++;
	else if (is_multicast_ether_addr(skb->data))
		from->tx_multicast++;
	return true;
}

static bool is_for(const struct lab_vf *to, const struct sk_buff *skb)
{
	const struct net_device *netdev = to->netdev;

	if (!netdev || !netif_running(netdev) || !netif_carrier_ok(netdev))
		return false;
	return is_multicast_ether_addr(skb->data) ||
	       ether_addr_equal(skb->data, netdev->dev_addr);
}

/* Without either, the VF sorts out VLANs itself. */
static bool may_receive(const struct lab_vf *to, u16 vlan)
{
	if (has_vst(to))
		return vlan == to->vlan;
	return !has_trunk(to) || test_bit(vlan, to->trunk);
}

/* In `stats` of the kernel, broadcast and multicast are counted of what is received. */
static void receive(struct lab_vf *to, const struct sk_buff *skb, u16 vlan)
{
	if (!may_receive(to, vlan)) {
		to->stats.rx_dropped++;
		return;
	}
	to->stats.rx_packets++;
	to->stats.rx_bytes += skb->len;
	if (is_broadcast_ether_addr(skb->data))
		to->stats.broadcast++;
	else if (is_multicast_ether_addr(skb->data))
		to->stats.multicast++;
}

bool lab_eswitch_send(struct lab_port *port, int index, struct sk_buff *skb)
{
	struct lab_vf *from = index < 0 ? NULL : &port->vfs[index];
	u16 vlan;

	if (port->infiniband || skb->len < ETH_HLEN)
		return true;
	vlan = tag_of(skb);
	guard(spinlock_bh)(&port->lock);
	if (from && !send(from, skb, vlan))
		return false;
	if (from && has_vst(from))
		vlan = from->vlan;
	for (unsigned int i = 0; i < port->card->total_vfs; i++) {
		struct lab_vf *to = &port->vfs[i];

		if (to != from && is_for(to, skb))
			receive(to, skb, vlan);
	}
	return true;
}
