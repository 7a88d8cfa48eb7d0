/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The netdevs of PFs and VFs: what both kinds of them have. Part of card.h, by which it comes. */
#ifndef LAB_NETDEV_H
#define LAB_NETDEV_H

/* What stands behind a netdev. */
struct lab_priv {
	struct lab_port *port;
	int vf; /* -1: the PF itself */
	struct net_device *twin;
};

/* A kind of netdev. */
struct lab_kind {
	const char *name;
	struct net_device_ops *pf_ops;
	const struct net_device_ops *vf_ops;
	void (*setup)(struct net_device *netdev);
	/* Give it its address; `vf` are the settings of a VF, NULL for a PF. */
	void (*address)(struct net_device *netdev, const struct lab_vf *vf);
};

extern const struct lab_kind lab_ethernet, lab_infiniband;

/* Of the link, in Mbit/s. */
extern unsigned int lab_speed;
/* Netdevs are to lack these operations: "rate,spoofchk". */
int lab_netdev_init(const char *without);
struct net_device *lab_netdev_create(struct pci_dev *pdev, struct lab_port *port, int vf);
void lab_netdev_destroy(struct net_device *netdev);
/* Carrier of a VF's netdev: as its link state says. */
void lab_netdev_follow(struct net_device *netdev, u8 link_state);
struct lab_port *lab_netdev_port(const struct net_device *netdev);

int lab_netdev_open(struct net_device *netdev);
int lab_netdev_stop(struct net_device *netdev);
netdev_tx_t lab_netdev_xmit(struct sk_buff *skb, struct net_device *netdev);
int lab_netdev_set_vf_link_state(struct net_device *netdev, int vf, int state);
int lab_netdev_get_vf_stats(struct net_device *netdev, int vf,
			    struct ifla_vf_stats *stats);

#endif
