/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The virtual card: SR-IOV functions that look like an NVIDIA ConnectX-7, on PCI buses that
 * exist in the memory of this module only. The kernel's own PCI core drives them: sysfs,
 * creating VFs, binding drivers and VFIO are the real thing. What is not real is the driver,
 * named mlx5_core as that of the card, and what stands for the card's firmware.
 *
 *   main.c        parameters, loading, unloading
 *   bus.c         a host bridge, and who answers which configuration access
 *   config.c      what stands in configuration space
 *   iommu.c       translates nothing, but gives each function its group, as VFIO wants it
 *   driver.c      the driver of PFs and VFs
 *   netdev.c      what all netdevs have; ethernet.c and infiniband.c their two kinds
 *   eswitch.c     what the card knows of its VFs, and the counters of their traffic
 *   fault.c       which operations fail, are ignored, block or take their time
 *   mlx5_vfio_pci.c  a module of its own: the VFIO driver of the VFs
 *
 * Data flows from the kernel through driver.c and the netdevs to eswitch.c. Every operation
 * that a test may want to disturb asks lab_fault() first.
 */
#ifndef LAB_CARD_H
#define LAB_CARD_H

#include <linux/if_ether.h>
#include <linux/netdevice.h>
#include <linux/pci.h>

#define LAB_DRIVER "mlx5_core"
#define LAB_MAX_PORTS 2
/* Two PFs with so many VFs each fill the 256 functions of one bus. */
#define LAB_MAX_VFS 127
#define LAB_CONFIG_LEN 0x280 /* configuration space behind it reads as zero */

/* ---- config.c ---- */

/* The configuration space of one function, and which of its bits can be written. */
struct lab_function {
	u8 config[LAB_CONFIG_LEN];
	u8 mask[LAB_CONFIG_LEN];
};

struct lab_port;

void lab_config_root_port(struct lab_function *function);
void lab_config_pf(struct lab_function *function, const struct lab_port *port);
void lab_config_vf(struct lab_function *function, const struct lab_port *port);
/* Size of the MSI-X table, as the function says it. */
void lab_config_set_msix(struct lab_function *function, unsigned int count);

u32 lab_config_read(const struct lab_function *function, int where, int size);
void lab_config_write(struct lab_function *function, int where, int size, u32 value);
u8 lab_config_secondary(const struct lab_function *root_port);
/* How many VFs of this PF answer: NumVFs when VF Enable is set. */
unsigned int lab_config_vfs(const struct lab_function *pf);
unsigned int lab_config_first_vf(const struct lab_port *port);

/* ---- eswitch.c ---- */

/* What the card keeps for a VF. Under the RTNL lock, but for the counters. */
struct lab_vf {
	u8 mac[ETH_ALEN];
	u16 vlan;
	u8 qos;
	u8 link_state;
	u32 min_tx_rate;
	u32 max_tx_rate;
	bool spoofchk;
	bool trusted;
	u64 node_guid;
	u64 port_guid;
	struct ifla_vf_stats stats; /* under the port's lock */
	struct net_device *netdev;  /* while its driver is bound */
	struct lab_function function;
};

/* A port of the card: a PF with its VFs. */
struct lab_port {
	struct lab_card *card;
	unsigned int index; /* PCI function number of the PF */
	struct lab_function function;
	struct pci_dev *pdev; /* while the driver is bound to the PF */
	struct net_device *netdev;
	spinlock_t counters;
	struct lab_vf *vfs; /* card->total_vfs of them */
};

/* A PCI domain with a root port and one card below it. */
struct lab_card {
	struct pci_sysdata sysdata; /* what the PCI core hands back */
	bool infiniband;
	unsigned int nr_ports;
	unsigned int total_vfs; /* of each PF */
	struct pci_host_bridge *bridge;
	struct resource buses, memory;
	/* Configuration is accessed with interrupts off, and from several processors. */
	raw_spinlock_t lock;
	struct lab_function root_port;
	struct lab_port ports[LAB_MAX_PORTS];
};

struct lab_port *lab_port_of(struct pci_dev *pf);
int lab_eswitch_init(struct lab_port *port);
void lab_eswitch_free(struct lab_port *port);
/* The driver has destroyed the VFs: their settings are gone (GUIDs and policy stay). */
void lab_eswitch_clear(struct lab_port *port);
/* A frame leaves the netdev of a VF, or of the PF (-1). Says whether it may. */
bool lab_eswitch_send(struct lab_port *port, int vf, const struct sk_buff *skb);

/* The operations of a PF's netdev on its VFs, of both kinds and of Ethernet only. */
int lab_set_vf_link_state(struct net_device *netdev, int vf, int state);
int lab_get_vf_stats(struct net_device *netdev, int vf, struct ifla_vf_stats *stats);
int lab_set_vf_mac(struct net_device *netdev, int vf, u8 *mac);
int lab_set_vf_vlan(struct net_device *netdev, int vf, u16 vlan, u8 qos, __be16 proto);
int lab_set_vf_rate(struct net_device *netdev, int vf, int min, int max);
int lab_set_vf_spoofchk(struct net_device *netdev, int vf, bool setting);
int lab_set_vf_trust(struct net_device *netdev, int vf, bool setting);
int lab_get_vf_config(struct net_device *netdev, int vf, struct ifla_vf_info *info);
/* The VF with this index, or NULL when the card has none such. */
struct lab_vf *lab_vf_of(struct net_device *netdev, int vf);

/* ---- bus.c ---- */

int lab_bus_create(struct lab_card *card, unsigned int domain);
void lab_bus_destroy(struct lab_card *card);
/* The card behind this device; NULL when it is not one of ours. */
struct lab_card *lab_card_of(const struct pci_dev *pdev);
/* How many MSI-X vectors a VF has, as its configuration space will say. */
int lab_bus_set_msix(struct lab_port *port, unsigned int vf, unsigned int count);

/* ---- iommu.c ---- */

int lab_iommu_init(void);
void lab_iommu_exit(void);

/* ---- driver.c ---- */

int lab_driver_register(void);
void lab_driver_unregister(void);

/* ---- netdev.c, ethernet.c, infiniband.c ---- */

/* What stands behind a netdev. */
struct lab_priv {
	struct lab_port *port;
	int vf; /* -1: the PF itself */
};

/* A kind of netdev, and the addresses of its PFs and VFs. */
struct lab_kind {
	const char *name;
	const struct net_device_ops *pf_ops, *vf_ops;
	void (*setup)(struct net_device *netdev);
	void (*address)(struct net_device *netdev, const struct lab_priv *priv);
};

extern const struct lab_kind lab_ethernet, lab_infiniband;

struct net_device *lab_netdev_create(struct pci_dev *pdev, struct lab_port *port, int vf);
void lab_netdev_destroy(struct net_device *netdev);
int lab_netdev_open(struct net_device *netdev);
int lab_netdev_stop(struct net_device *netdev);
netdev_tx_t lab_netdev_xmit(struct sk_buff *skb, struct net_device *netdev);
/* Carrier of a VF's netdev: as its link state says. */
void lab_netdev_follow(struct net_device *netdev, u8 link_state);

/* ---- fault.c ---- */

/* Every operation that can be disturbed: one file each in debugfs. */
#define LAB_OPERATIONS(ROW)    \
	ROW(pf_probe)          \
	ROW(pf_remove)         \
	ROW(vf_probe)          \
	ROW(vf_remove)         \
	ROW(sriov_enable)      \
	ROW(sriov_disable)     \
	ROW(set_msix)          \
	ROW(set_vf_mac)        \
	ROW(set_vf_vlan)       \
	ROW(set_vf_rate)       \
	ROW(set_vf_spoofchk)   \
	ROW(set_vf_trust)      \
	ROW(set_vf_link_state) \
	ROW(set_vf_node_guid)  \
	ROW(set_vf_port_guid)  \
	ROW(get_vf_config)     \
	ROW(get_vf_stats)      \
	ROW(vfio_probe)

enum lab_operation {
#define LAB_OPERATION(name) LAB_OP_##name,
	LAB_OPERATIONS(LAB_OPERATION)
#undef LAB_OPERATION
		LAB_NR_OPERATIONS
};

#define LAB_IGNORE 1 /* pretend that it was done */

/*
 * To be asked before an operation on a VF (-1: on a PF), where sleeping is allowed: 0 to go on,
 * LAB_IGNORE, or the negative errno to fail with.
 */
int lab_fault(enum lab_operation operation, int vf);
int lab_fault_init(const char *rules);
void lab_fault_release_all(void);
void lab_fault_exit(void);

#endif
