// SPDX-License-Identifier: GPL-2.0-or-later
/* What the netdevs of PFs and VFs have in common. No frame goes anywhere; all are counted. */
#include <linux/ethtool.h>
#include <linux/rtnetlink.h>

#include "card.h"

static void drvinfo(struct net_device *netdev, struct ethtool_drvinfo *info)
{
	strscpy(info->driver, LAB_DRIVER, sizeof(info->driver));
	strscpy(info->bus_info, dev_name(netdev->dev.parent), sizeof(info->bus_info));
}

static int link_ksettings(struct net_device *netdev,
			  struct ethtool_link_ksettings *settings)
{
	settings->base.speed = netif_carrier_ok(netdev) ? SPEED_200000 : SPEED_UNKNOWN;
	settings->base.duplex = DUPLEX_FULL;
	settings->base.port = PORT_FIBRE;
	return 0;
}

static const struct ethtool_ops tools = {
	.get_drvinfo = drvinfo,
	.get_link = ethtool_op_get_link,
	.get_link_ksettings = link_ksettings,
};

/* The port of the card always has a cable; a VF has a link unless it is told otherwise. */
void lab_netdev_follow(struct net_device *netdev, u8 link_state)
{
	if (link_state == IFLA_VF_LINK_STATE_DISABLE)
		netif_carrier_off(netdev);
	else
		netif_carrier_on(netdev);
}

int lab_netdev_open(struct net_device *netdev)
{
	netif_start_queue(netdev);
	return 0;
}

int lab_netdev_stop(struct net_device *netdev)
{
	netif_stop_queue(netdev);
	return 0;
}

netdev_tx_t lab_netdev_xmit(struct sk_buff *skb, struct net_device *netdev)
{
	struct lab_priv *priv = netdev_priv(netdev);

	if (lab_eswitch_send(priv->port, priv->vf, skb)) {
		DEV_STATS_INC(netdev, tx_packets);
		DEV_STATS_ADD(netdev, tx_bytes, skb->len);
	} else {
		DEV_STATS_INC(netdev, tx_dropped);
	}
	dev_kfree_skb_any(skb);
	return NETDEV_TX_OK;
}

/* Under the RTNL lock: from here on the netdev sees every change of its VF's settings. */
static int announce(struct net_device *netdev, const struct lab_kind *kind)
{
	struct lab_priv *priv = netdev_priv(netdev);
	int err;

	kind->address(netdev, priv);
	if (priv->vf >= 0)
		lab_netdev_follow(netdev, priv->port->vfs[priv->vf].link_state);
	err = register_netdevice(netdev);
	if (err)
		return err;
	if (priv->vf >= 0)
		priv->port->vfs[priv->vf].netdev = netdev;
	else
		priv->port->netdev = netdev;
	return 0;
}

struct net_device *lab_netdev_create(struct pci_dev *pdev, struct lab_port *port, int vf)
{
	const struct lab_kind *kind = port->card->infiniband ? &lab_infiniband :
							       &lab_ethernet;
	struct net_device *netdev;
	struct lab_priv *priv;
	int err;

	netdev = alloc_netdev(sizeof(*priv), kind->name, NET_NAME_ENUM, kind->setup);
	if (!netdev)
		return ERR_PTR(-ENOMEM);
	priv = netdev_priv(netdev);
	priv->port = port;
	priv->vf = vf;
	netdev->netdev_ops = vf < 0 ? kind->pf_ops : kind->vf_ops;
	netdev->ethtool_ops = &tools;
	SET_NETDEV_DEV(netdev, &pdev->dev);
	rtnl_lock();
	err = announce(netdev, kind);
	rtnl_unlock();
	if (!err)
		return netdev;
	free_netdev(netdev);
	return ERR_PTR(err);
}

void lab_netdev_destroy(struct net_device *netdev)
{
	struct lab_priv *priv = netdev_priv(netdev);

	rtnl_lock();
	if (priv->vf >= 0)
		priv->port->vfs[priv->vf].netdev = NULL;
	else
		priv->port->netdev = NULL;
	unregister_netdevice(netdev);
	rtnl_unlock();
	free_netdev(netdev);
}
