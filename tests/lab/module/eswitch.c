// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What the card knows of its VFs. Ranges, errors and what is lost when are those of mlx5_core
 * in Linux 6.12 (mlx5/core/eswitch.c, esw/legacy.c, esw/qos.c, sriov.c): settings are taken for
 * VFs that do not exist yet, too.
 */
#include <linux/etherdevice.h>

#include "card.h"

int lab_eswitch_init(struct lab_port *port)
{
	unsigned int vfs = port->card->total_vfs;

	spin_lock_init(&port->lock);
	port->vfs = kvcalloc(vfs, sizeof(*port->vfs), GFP_KERNEL);
	port->vf_functions = kvcalloc(vfs, sizeof(*port->vf_functions), GFP_KERNEL);
	return port->vfs && port->vf_functions ? 0 : -ENOMEM;
}

void lab_eswitch_free(struct lab_port *port)
{
	kvfree(port->vfs);
	kvfree(port->vf_functions);
}

void lab_eswitch_reset(struct lab_port *port)
{
	guard(spinlock_bh)(&port->lock);
	for (unsigned int i = 0; i < port->card->total_vfs; i++) {
		port->vfs[i] = (struct lab_vf){ 0 };
		/* the policy of InfiniBand VFs is Down until somebody says otherwise */
		if (port->card->infiniband)
			port->vfs[i].link_state = IFLA_VF_LINK_STATE_DISABLE;
	}
}

/* mlx5_eswitch_clear_vf_vports_info(): those that were enabled. GUIDs and policy are kept. */
void lab_eswitch_clear(struct lab_port *port, unsigned int vfs)
{
	guard(spinlock_bh)(&port->lock);
	for (unsigned int i = 0; i < vfs; i++) {
		struct lab_vf *vf = &port->vfs[i];

		if (port->card->infiniband)
			memset(&vf->stats, 0, sizeof(vf->stats));
		else
			*vf = (struct lab_vf){ .netdev = vf->netdev };
	}
}

void lab_vf_attach(struct lab_port *port, int index, struct net_device *netdev)
{
	guard(spinlock_bh)(&port->lock);
	port->vfs[index].netdev = netdev;
	if (netdev)
		lab_netdev_follow(netdev, port->vfs[index].link_state);
}

/* What every operation does first. As lab_fault(). */
static int begin(enum lab_operation operation, struct lab_port *port, int index)
{
	if (index < 0 || index >= port->card->total_vfs)
		return -EINVAL;
	return lab_fault(operation, index);
}

int lab_vf_set_mac(struct lab_port *port, int index, const u8 *mac)
{
	int err = begin(LAB_OP_set_vf_mac, port, index);

	if (err)
		return min(err, 0);
	if (is_multicast_ether_addr(mac))
		return -EINVAL;
	guard(spinlock_bh)(&port->lock);
	ether_addr_copy(port->vfs[index].mac, mac);
	return 0;
}

int lab_vf_set_vlan(struct lab_port *port, int index, u16 vlan, u8 qos, __be16 proto)
{
	int err;

	if (proto != htons(ETH_P_8021Q))
		return -EPROTONOSUPPORT;
	err = begin(LAB_OP_set_vf_vlan, port, index);
	if (err)
		return min(err, 0);
	if (vlan > 4095 || qos > 7)
		return -EINVAL;
	guard(spinlock_bh)(&port->lock);
	port->vfs[index].vlan = vlan;
	port->vfs[index].qos = qos;
	return 0;
}

int lab_vf_set_rate(struct lab_port *port, int index, u32 min_rate, u32 max_rate)
{
	int err = begin(LAB_OP_set_vf_rate, port, index);

	if (err)
		return min(err, 0);
	guard(spinlock_bh)(&port->lock);
	port->vfs[index].min_tx_rate = min_rate;
	port->vfs[index].max_tx_rate = max_rate;
	return 0;
}

int lab_vf_set_spoofchk(struct lab_port *port, int index, bool setting)
{
	int err = begin(LAB_OP_set_vf_spoofchk, port, index);

	if (err)
		return min(err, 0);
	guard(spinlock_bh)(&port->lock);
	port->vfs[index].spoofchk = setting;
	return 0;
}

int lab_vf_set_trust(struct lab_port *port, int index, bool setting)
{
	int err = begin(LAB_OP_set_vf_trust, port, index);

	if (err)
		return min(err, 0);
	guard(spinlock_bh)(&port->lock);
	port->vfs[index].trusted = setting;
	return 0;
}

int lab_vf_set_link_state(struct lab_port *port, int index, int state)
{
	int err = begin(LAB_OP_set_vf_link_state, port, index);
	struct lab_vf *vf;

	if (err)
		return min(err, 0);
	if (state < IFLA_VF_LINK_STATE_AUTO || state > IFLA_VF_LINK_STATE_DISABLE)
		return -EINVAL;
	guard(spinlock_bh)(&port->lock);
	vf = &port->vfs[index];
	vf->link_state = state;
	if (vf->netdev)
		lab_netdev_follow(vf->netdev, state);
	return 0;
}

int lab_vf_set_node_guid(struct lab_port *port, int index, u64 guid)
{
	int err = begin(LAB_OP_set_vf_node_guid, port, index);

	if (err)
		return min(err, 0);
	guard(spinlock_bh)(&port->lock);
	port->vfs[index].node_guid = guid;
	return 0;
}

int lab_vf_set_port_guid(struct lab_port *port, int index, u64 guid)
{
	int err = begin(LAB_OP_set_vf_port_guid, port, index);

	if (err)
		return min(err, 0);
	guard(spinlock_bh)(&port->lock);
	port->vfs[index].port_guid = guid;
	return 0;
}

int lab_vf_get(struct lab_port *port, int index, struct lab_vf *vf)
{
	int err = begin(LAB_OP_get_vf_config, port, index);

	if (err < 0)
		return err;
	guard(spinlock_bh)(&port->lock);
	*vf = port->vfs[index];
	return 0;
}

int lab_vf_get_stats(struct lab_port *port, int index, struct ifla_vf_stats *stats)
{
	int err = begin(LAB_OP_get_vf_stats, port, index);

	if (err < 0)
		return err;
	guard(spinlock_bh)(&port->lock);
	*stats = port->vfs[index].stats;
	return 0;
}

static bool may_send(struct lab_vf *from, const struct sk_buff *skb)
{
	if (from->spoofchk && !ether_addr_equal(skb->data + ETH_ALEN, from->mac)) {
		from->stats.tx_dropped++;
		return false;
	}
	from->stats.tx_packets++;
	from->stats.tx_bytes += skb->len;
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

/* As on the card, broadcast and multicast are counted of what is received. */
static void receive(struct lab_vf *to, const struct sk_buff *skb)
{
	to->stats.rx_packets++;
	to->stats.rx_bytes += skb->len;
	if (is_broadcast_ether_addr(skb->data))
		to->stats.broadcast++;
	else if (is_multicast_ether_addr(skb->data))
		to->stats.multicast++;
}

/* Nothing is delivered: what VFs would receive is counted. */
bool lab_eswitch_send(struct lab_port *port, int index, const struct sk_buff *skb)
{
	struct lab_vf *from = index < 0 ? NULL : &port->vfs[index];
	u16 vlan;

	if (port->card->infiniband || skb->len < ETH_HLEN)
		return true;
	guard(spinlock_bh)(&port->lock);
	if (from && !may_send(from, skb))
		return false;
	vlan = from ? from->vlan : 0;
	for (unsigned int i = 0; i < port->card->total_vfs; i++) {
		struct lab_vf *to = &port->vfs[i];

		if (to != from && to->vlan == vlan && is_for(to, skb))
			receive(to, skb);
	}
	return true;
}
