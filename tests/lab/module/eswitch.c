// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What the card knows of its VFs. Ranges, errors and what is lost when are those of mlx5_core
 * in Linux 6.12 (mlx5/core/eswitch.c, esw/legacy.c, esw/qos.c): settings are taken for VFs that
 * do not exist yet, too.
 */
#include <linux/etherdevice.h>
#include <linux/rtnetlink.h>

#include "card.h"

#define MAX_RATE 200000 /* Mbit/s */

struct lab_vf *lab_vf_of(struct net_device *netdev, int vf)
{
	struct lab_port *port = ((struct lab_priv *)netdev_priv(netdev))->port;

	return vf >= 0 && vf < port->card->total_vfs ? &port->vfs[vf] : NULL;
}

int lab_eswitch_init(struct lab_port *port)
{
	spin_lock_init(&port->counters);
	port->vfs = kvcalloc(port->card->total_vfs, sizeof(*port->vfs), GFP_KERNEL);
	if (!port->vfs)
		return -ENOMEM;
	/* the policy of InfiniBand VFs is Down until somebody says otherwise */
	for (unsigned int i = 0; i < port->card->total_vfs && port->card->infiniband; i++)
		port->vfs[i].link_state = IFLA_VF_LINK_STATE_DISABLE;
	return 0;
}

void lab_eswitch_free(struct lab_port *port)
{
	kvfree(port->vfs);
	port->vfs = NULL;
}

void lab_eswitch_clear(struct lab_port *port)
{
	rtnl_lock();
	for (unsigned int i = 0; i < port->card->total_vfs; i++) {
		struct lab_vf *vf = &port->vfs[i];

		memset(&vf->stats, 0, sizeof(vf->stats));
		if (port->card->infiniband)
			continue;
		memset(vf->mac, 0, sizeof(vf->mac));
		vf->vlan = 0;
		vf->qos = 0;
		vf->link_state = IFLA_VF_LINK_STATE_AUTO;
		vf->min_tx_rate = 0;
		vf->max_tx_rate = 0;
		vf->spoofchk = false;
		vf->trusted = false;
	}
	rtnl_unlock();
}

/* What all setters do first: find the VF, and ask whether to go on. As lab_fault(). */
static int begin(enum lab_operation operation, struct net_device *netdev, int index,
		 struct lab_vf **vf)
{
	*vf = lab_vf_of(netdev, index);
	return *vf ? lab_fault(operation, index) : -EINVAL;
}

int lab_set_vf_mac(struct net_device *netdev, int index, u8 *mac)
{
	struct lab_vf *vf;
	int err = begin(LAB_OP_set_vf_mac, netdev, index, &vf);

	if (err)
		return min(err, 0);
	if (is_multicast_ether_addr(mac))
		return -EINVAL;
	ether_addr_copy(vf->mac, mac);
	return 0;
}

int lab_set_vf_vlan(struct net_device *netdev, int index, u16 vlan, u8 qos, __be16 proto)
{
	struct lab_vf *vf;
	int err = begin(LAB_OP_set_vf_vlan, netdev, index, &vf);

	if (err)
		return min(err, 0);
	if (proto != htons(ETH_P_8021Q))
		return -EPROTONOSUPPORT;
	if (vlan > 4095 || qos > 7)
		return -EINVAL;
	vf->vlan = vlan;
	vf->qos = qos;
	return 0;
}

int lab_set_vf_rate(struct net_device *netdev, int index, int min, int max)
{
	struct lab_vf *vf;
	int err = begin(LAB_OP_set_vf_rate, netdev, index, &vf);

	if (err)
		return min(err, 0);
	if (min < 0 || max < 0 || min > MAX_RATE || max > MAX_RATE)
		return -EINVAL;
	vf->min_tx_rate = min;
	vf->max_tx_rate = max;
	return 0;
}

int lab_set_vf_spoofchk(struct net_device *netdev, int index, bool setting)
{
	struct lab_vf *vf;
	int err = begin(LAB_OP_set_vf_spoofchk, netdev, index, &vf);

	if (err)
		return min(err, 0);
	vf->spoofchk = setting;
	return 0;
}

int lab_set_vf_trust(struct net_device *netdev, int index, bool setting)
{
	struct lab_vf *vf;
	int err = begin(LAB_OP_set_vf_trust, netdev, index, &vf);

	if (err)
		return min(err, 0);
	vf->trusted = setting;
	return 0;
}

int lab_set_vf_link_state(struct net_device *netdev, int index, int state)
{
	struct lab_vf *vf;
	int err = begin(LAB_OP_set_vf_link_state, netdev, index, &vf);

	if (err)
		return min(err, 0);
	if (state < IFLA_VF_LINK_STATE_AUTO || state > IFLA_VF_LINK_STATE_DISABLE)
		return -EINVAL;
	vf->link_state = state;
	if (vf->netdev)
		lab_netdev_follow(vf->netdev, state);
	return 0;
}

int lab_get_vf_config(struct net_device *netdev, int index, struct ifla_vf_info *info)
{
	struct lab_vf *vf = lab_vf_of(netdev, index);
	int err = lab_fault(LAB_OP_get_vf_config, index);

	if (!vf)
		return -EINVAL;
	if (err < 0)
		return err;
	memset(info, 0, sizeof(*info));
	info->vf = index;
	ether_addr_copy(info->mac, vf->mac);
	info->vlan = vf->vlan;
	info->qos = vf->qos;
	info->linkstate = vf->link_state;
	info->min_tx_rate = vf->min_tx_rate;
	info->max_tx_rate = vf->max_tx_rate;
	info->spoofchk = vf->spoofchk;
	info->trusted = vf->trusted;
	return 0;
}

int lab_get_vf_stats(struct net_device *netdev, int index, struct ifla_vf_stats *stats)
{
	struct lab_port *port = ((struct lab_priv *)netdev_priv(netdev))->port;
	struct lab_vf *vf = lab_vf_of(netdev, index);
	int err = lab_fault(LAB_OP_get_vf_stats, index);

	if (!vf)
		return -EINVAL;
	if (err < 0)
		return err;
	spin_lock_bh(&port->counters);
	*stats = vf->stats;
	spin_unlock_bh(&port->counters);
	return 0;
}

static bool has_link(const struct lab_vf *vf)
{
	return vf->netdev && netif_carrier_ok(vf->netdev) && netif_running(vf->netdev);
}

/* As on the card, broadcast and multicast are counted of what is received. */
static void receive(struct lab_vf *vf, const struct sk_buff *skb, const u8 *to)
{
	vf->stats.rx_packets++;
	vf->stats.rx_bytes += skb->len;
	if (is_broadcast_ether_addr(to))
		vf->stats.broadcast++;
	else if (is_multicast_ether_addr(to))
		vf->stats.multicast++;
}

static bool may_send(struct lab_port *port, struct lab_vf *from,
		     const struct sk_buff *skb)
{
	if (!from)
		return true;
	if (from->spoofchk && !ether_addr_equal(skb->data + ETH_ALEN, from->mac)) {
		from->stats.tx_dropped++;
		return false;
	}
	from->stats.tx_packets++;
	from->stats.tx_bytes += skb->len;
	return true;
}

bool lab_eswitch_send(struct lab_port *port, int vf, const struct sk_buff *skb)
{
	struct lab_vf *from = vf < 0 ? NULL : &port->vfs[vf];
	bool may = false;

	if (port->card->infiniband || skb->len < ETH_HLEN)
		return true;
	spin_lock_bh(&port->counters);
	may = may_send(port, from, skb);
	for (unsigned int i = 0; i < port->card->total_vfs && may; i++) {
		struct lab_vf *to = &port->vfs[i];

		if (to == from || !has_link(to) || to->vlan != (from ? from->vlan : 0))
			continue;
		if (is_multicast_ether_addr(skb->data) ||
		    ether_addr_equal(skb->data, to->netdev->dev_addr))
			receive(to, skb, skb->data);
	}
	spin_unlock_bh(&port->counters);
	return may;
}
