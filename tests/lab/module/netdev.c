// SPDX-License-Identifier: GPL-2.0-or-later
/* What the netdevs of PFs and VFs have in common. No frame goes anywhere; all are counted. */
#include <linux/ethtool.h>
#include <linux/module.h>
#include <linux/rtnetlink.h>

#include "card.h"

static bool twins;
module_param(twins, bool, 0444);
MODULE_PARM_DESC(twins, "VFs have two netdevs, of which the second has no settings");

struct lab_port *lab_netdev_port(const struct net_device *netdev)
{
	return ((struct lab_priv *)netdev_priv(netdev))->port;
}

static void drvinfo(struct net_device *netdev, struct ethtool_drvinfo *info)
{
	strscpy(info->driver, LAB_DRIVER, sizeof(info->driver));
	strscpy(info->bus_info, dev_name(netdev->dev.parent), sizeof(info->bus_info));
}

static int link_ksettings(struct net_device *netdev,
			  struct ethtool_link_ksettings *settings)
{
	settings->base.speed = netif_carrier_ok(netdev) ? lab_speed : SPEED_UNKNOWN;
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

int lab_netdev_set_vf_link_state(struct net_device *netdev, int vf, int state)
{
	int err = lab_fault(LAB_OP_ndo_set_vf_link_state, vf);

	if (err)
		return min(err, 0);
	return lab_vf_set_link_state(lab_netdev_port(netdev), vf, state);
}

int lab_netdev_get_vf_stats(struct net_device *netdev, int vf,
			    struct ifla_vf_stats *stats)
{
	int err = lab_fault(LAB_OP_ndo_get_vf_stats, vf);

	if (err < 0)
		return err;
	return lab_vf_get_stats(lab_netdev_port(netdev), vf, stats);
}

/* The address that a VF starts with is the one that the card has for it at that moment. */
static void give_address(struct net_device *netdev, const struct lab_kind *kind)
{
	struct lab_priv *priv = netdev_priv(netdev);
	struct lab_vf vf;

	if (priv->vf < 0) {
		kind->address(netdev, NULL);
		return;
	}
	lab_vf_peek(priv->port, priv->vf, &vf);
	kind->address(netdev, &vf);
}

static const struct {
	const char *name;
	size_t at;
} operations[] = {
#define OPERATION(name, ndo) { name, offsetof(struct net_device_ops, ndo) }
	OPERATION("mac", ndo_set_vf_mac),
	OPERATION("vlan", ndo_set_vf_vlan),
	OPERATION("rate", ndo_set_vf_rate),
	OPERATION("spoofchk", ndo_set_vf_spoofchk),
	OPERATION("trust", ndo_set_vf_trust),
	OPERATION("link_state", ndo_set_vf_link_state),
	OPERATION("guid", ndo_set_vf_guid),
	OPERATION("config", ndo_get_vf_config),
	OPERATION("stats", ndo_get_vf_stats),
#undef OPERATION
};

static int remove_operation(const char *name)
{
	for (int i = 0; i < ARRAY_SIZE(operations); i++) {
		if (strcmp(operations[i].name, name))
			continue;
		*(void **)((char *)lab_ethernet.pf_ops + operations[i].at) = NULL;
		*(void **)((char *)lab_infiniband.pf_ops + operations[i].at) = NULL;
		return 0;
	}
	return -EINVAL;
}

int lab_netdev_init(const char *without)
{
	char *copy = kstrdup(without ?: "", GFP_KERNEL);
	char *rest = copy;
	int err = copy ? 0 : -ENOMEM;

	while (!err && rest && *rest)
		err = remove_operation(strsep(&rest, ","));
	kfree(copy);
	return err;
}

static struct net_device *create(struct pci_dev *pdev, struct lab_port *port, int vf)
{
	const struct lab_kind *kind = port->infiniband ? &lab_infiniband : &lab_ethernet;
	struct net_device *netdev;
	struct lab_priv *priv;
	int err;

	netdev = alloc_netdev(sizeof(*priv), kind->name, NET_NAME_ENUM, kind->setup);
	if (!netdev)
		return ERR_PTR(-ENOMEM);
	priv = netdev_priv(netdev);
	priv->port = port;
	priv->vf = vf;
	priv->twin = NULL;
	netdev->netdev_ops = vf < 0 ? kind->pf_ops : kind->vf_ops;
	netdev->ethtool_ops = &tools;
	SET_NETDEV_DEV(netdev, &pdev->dev);
	give_address(netdev, kind);
	err = register_netdev(netdev);
	if (err) {
		free_netdev(netdev);
		return ERR_PTR(err);
	}
	return netdev;
}

static void destroy(struct net_device *netdev)
{
	unregister_netdev(netdev);
	free_netdev(netdev);
}

struct net_device *lab_netdev_create(struct pci_dev *pdev, struct lab_port *port, int vf)
{
	struct net_device *netdev = create(pdev, port, vf), *twin;

	if (IS_ERR(netdev) || vf < 0)
		return netdev;
	if (twins) {
		twin = create(pdev, port, vf);
		if (IS_ERR(twin)) {
			destroy(netdev);
			return twin;
		}
		((struct lab_priv *)netdev_priv(netdev))->twin = twin;
	}
	lab_vf_attach(port, vf, netdev);
	return netdev;
}

void lab_netdev_destroy(struct net_device *netdev)
{
	struct lab_priv *priv = netdev_priv(netdev);

	if (priv->vf >= 0)
		lab_vf_attach(priv->port, priv->vf, NULL);
	if (priv->twin)
		destroy(priv->twin);
	destroy(netdev);
}
