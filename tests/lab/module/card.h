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
 *   iommu.c       moves no data, but gives each function its group, as VFIO wants it
 *   driver.c      the driver of PFs and VFs
 *   netdev.c      what all netdevs have; ethernet.c and infiniband.c their two kinds
 *   eswitch.c     what the card knows of its VFs; traffic.c counts their frames
 *   vendor-*.c    the tree of files that MLNX_OFED has; see vendor.h
 *   firmware*.c   the settings of the firmware; vsc.c and icmd.c the way there; see firmware.h
 *   fwctl-*.c     a module of its own: another way there; see fwctl.h
 *   devlink*.c    a devlink instance for each PF; see devlink.h
 *   fault.c       which operations fail, are ignored, block or take their time
 *   mlx5_vfio_pci.c  a module of its own: the VFIO driver of the VFs
 *
 * Data flows from the kernel through driver.c and the netdevs to eswitch.c, which knows ports
 * and VFs and no netdev operations: other ways to the same settings can be put beside them.
 * Every operation that a test may want to disturb asks lab_fault() first. Resets of functions
 * succeed and change nothing.
 *
 * Locks, outer first: device_lock of a PF, the rescan lock of the PCI core, RTNL, port->lock.
 * card->lock is by itself: it is taken with interrupts off, around configuration space.
 */
#ifndef LAB_CARD_H
#define LAB_CARD_H

#include <linux/completion.h>
#include <linux/if_ether.h>
#include <linux/if_vlan.h>
#include <linux/netdevice.h>
#include <linux/pci.h>
#include <linux/workqueue.h>

#define LAB_DRIVER "mlx5_core"
#define LAB_PF_DEVICE 0x1021 /* MT2910 Family [ConnectX-7] */
#define LAB_VF_DEVICE 0x101e /* ConnectX Family mlx5Gen Virtual Function */
#define LAB_ROOT_BUS 0x80
#define LAB_MAX_PORTS 2
/* Two PFs with so many VFs each fill the 256 functions of one bus. */
#define LAB_MAX_VFS 127
#define LAB_CONFIG_LEN 0x280 /* configuration space behind it reads as zero */

/* MSI-X vectors that the VFs of a PF share, and of which one can have so many. */
#define LAB_MSIX_SHARED 2048
#define LAB_MSIX_LEAST 4
#define LAB_MSIX_MOST 128

#define LAB_MAX_MACS 8 /* of a VF beside its own */

#define LAB_PSID "MT_0000000834" /* which firmware is for this card */
#define LAB_MAX_IMAGES 2
#define LAB_VERSION_LEN 32

struct devlink;
struct lab_card;
struct lab_firmware;
struct lab_vendor;

/* The configuration space of one function, and which of its bits can be written. */
struct lab_function {
	u8 config[LAB_CONFIG_LEN];
	u8 mask[LAB_CONFIG_LEN];
	/* Before each read, after each write. Interrupts are off: no sleeping, no lab_fault(). */
	void (*reading)(struct lab_function *function, int where);
	void (*written)(struct lab_function *function, int where);
};

/* What the card keeps for a VF; under port->lock. */
struct lab_vf {
	u8 mac[ETH_ALEN];
	u16 vlan;
	u8 qos;
	__be16 vlan_proto;
	u8 link_state;
	u32 min_tx_rate;
	u32 max_tx_rate;
	bool spoofchk;
	bool trusted;
	u64 node_guid;
	u64 port_guid;
	u8 group;
	bool scheduled; /* a rate or a group has been set */
	u32 page_limit;
	u8 nr_macs;
	u8 mac_list[LAB_MAX_MACS][ETH_ALEN];
	DECLARE_BITMAP(trunk, VLAN_N_VID);
	struct ifla_vf_stats stats;
	u64 tx_broadcast, tx_multicast; /* not in those */
	struct net_device *netdev;      /* while it is registered */
};

/* A port of the card: a PF with its VFs. */
struct lab_port {
	struct lab_card *card;
	unsigned int index;        /* PCI function number of the PF */
	spinlock_t lock;           /* of `vfs`; with BH off, because frames are counted */
	struct lab_vf *vfs;        /* card->total_vfs of them */
	struct lab_vendor *vendor; /* while the driver has a tree for it */
	struct devlink *devlink;   /* while the driver has an instance for it */
	struct mutex changing;     /* the number of VFs, by either file */
	/* While the PF has its driver: its netdev comes. */
	struct pci_dev *pdev;
	bool infiniband;
	struct work_struct arrival;
	struct completion arrived;
	/* Under card->lock: */
	struct lab_function function;
	struct lab_function
		*vf_functions; /* as many; they answer while VFs are enabled */
	unsigned int enabled;  /* so many do */
};

/* Settings of a card of bnxt_en; see devlink-bnxt.c. */
enum lab_bnxt {
	LAB_BNXT_enable_sriov,
	LAB_BNXT_ignore_ari,
	LAB_BNXT_vectors_max,
	LAB_BNXT_vectors_min,
	LAB_NR_BNXT
};

/* An image of firmware: what runs, and what is to run after the next activation. */
struct lab_image {
	char running[LAB_VERSION_LEN], stored[LAB_VERSION_LEN];
};

/* A PCI domain with a root port and one card below it. */
struct lab_card {
	struct pci_sysdata sysdata; /* what the PCI core hands back */
	bool infiniband;            /* comes from the factory so */
	unsigned int nr_ports;
	unsigned int total_vfs; /* of each PF */
	struct pci_host_bridge *bridge;
	struct resource buses, memory;
	raw_spinlock_t lock; /* of all functions, and of the firmware */
	struct lab_firmware *firmware;
	struct lab_function root_port;
	struct mutex devlink_lock; /* which PFs have an instance; and of these: */
	struct lab_image images[LAB_MAX_IMAGES];
	u32 bnxt[LAB_NR_BNXT];
	unsigned long flashing; /* bit 0: by one of the PFs */
	struct lab_port ports[LAB_MAX_PORTS];
};

/* ---- bus.c ---- */

int lab_bus_create(struct lab_card *card, unsigned int domain);
void lab_bus_destroy(struct lab_card *card);
/* The card behind this device; NULL when it is not one of ours. */
struct lab_card *lab_card_of(const struct pci_dev *pdev);
/* The port of this PF; NULL when it is none of ours. */
struct lab_port *lab_port_of(const struct pci_dev *pf);
/* The VF gets so many MSI-X vectors, 0 for the usual number. */
int lab_bus_set_msix(struct lab_port *port, unsigned int vf, unsigned int count);

/* ---- config.c ---- */

void lab_config_root_port(struct lab_function *function);
void lab_config_pf(struct lab_port *port);
/*
 * Class and TotalVFs become those that the firmware says now; with no VFs, there is no SR-IOV.
 * Under card->lock.
 */
void lab_config_follow(struct lab_port *port);
u32 lab_config_read(struct lab_function *function, int where, int size);
void lab_config_write(struct lab_function *function, int where, int size, u32 value);
u8 lab_config_secondary(const struct lab_function *root_port);
/* Is the link below it up? */
bool lab_config_has_link(const struct lab_function *root_port);
/* Where on the bus the VFs of this port begin. */
unsigned int lab_config_first_vf(const struct lab_port *port);
/* Size of the MSI-X table, as the function says it. */
void lab_config_set_msix(struct lab_function *function, unsigned int count);
/* How many vectors each of the VFs that are enabled has unless it is given others. */
unsigned int lab_config_usual_msix(const struct lab_port *port);

/* ---- eswitch.c ---- */

int lab_eswitch_init(struct lab_port *port);
void lab_eswitch_free(struct lab_port *port);
/* The driver starts: no VF has any settings. */
void lab_eswitch_reset(struct lab_port *port);
/* The driver has destroyed the first VFs: what they lose with that. */
void lab_eswitch_clear(struct lab_port *port, unsigned int vfs);
/* The driver has been reloaded with VFs. */
void lab_eswitch_reload(struct lab_port *port);
/* A netdev comes (with the VF's settings in `vf`), or goes: NULL. */
void lab_vf_attach(struct lab_port *port, int index, struct net_device *netdev);

/*
 * Settings of a VF, of one that does not exist yet, too: 0 or a negative errno. They may sleep,
 * as a test has chosen.
 */
int lab_vf_set_mac(struct lab_port *port, int index, const u8 *mac);
int lab_vf_set_vlan(struct lab_port *port, int index, u16 vlan, u8 qos, __be16 proto);
int lab_vf_set_rate(struct lab_port *port, int index, u32 min_rate, u32 max_rate);
int lab_vf_set_spoofchk(struct lab_port *port, int index, bool setting);
int lab_vf_set_trust(struct lab_port *port, int index, bool setting);
int lab_vf_set_link_state(struct lab_port *port, int index, int state);
int lab_vf_set_node_guid(struct lab_port *port, int index, u64 guid);
int lab_vf_set_port_guid(struct lab_port *port, int index, u64 guid);
/* Adds VLANs to those that the VF may use, or takes them away. */
int lab_vf_set_trunk(struct lab_port *port, int index, u16 first, u16 last, bool add);
int lab_vf_set_mac_list(struct lab_port *port, int index, const u8 *mac, bool add);
/* A copy of all that there is of it, which cannot fail. */
void lab_vf_peek(struct lab_port *port, int index, struct lab_vf *vf);
/* The same, as an operation of the card. */
int lab_vf_get(struct lab_port *port, int index, struct lab_vf *vf);
int lab_vf_get_stats(struct lab_port *port, int index, struct ifla_vf_stats *stats);

/* ---- traffic.c ---- */

/* A frame leaves the netdev of a VF, or of the PF (-1). Says whether it may. */
bool lab_eswitch_send(struct lab_port *port, int index, struct sk_buff *skb);

/* ---- vendor-*.c ---- */

/* Behaves as the driver of this release of MLNX_OFED; "" or NULL: as that of Linux. */
int lab_vendor_choose(const char *release);
/* Does it take VLANs of 802.1ad? */
bool lab_vendor_has_qinq(void);
/* The driver starts; nobody writes to mlx5_num_vfs any more; it is gone. */
int lab_vendor_create(struct lab_port *port, struct pci_dev *pdev);
void lab_vendor_close(struct lab_port *port, struct pci_dev *pdev);
void lab_vendor_destroy(struct lab_port *port);
/* Before the first VFs appear, and after they have gone. */
int lab_vendor_add_vfs(struct lab_port *port, unsigned int count);
void lab_vendor_remove_vfs(struct lab_port *port);
/* A rate of a VF has been set. */
void lab_groups_scheduled(struct lab_port *port);
/* Adds to a counter of a VF, by the name it has in `stats`. */
int lab_vf_count(struct lab_port *port, unsigned int index, const char *counter,
		 u64 number);

/* ---- firmware*.c ---- */

/* With settings as they come from the factory, or as an administrator leaves them. */
int lab_firmware_create(struct lab_card *card, bool factory);
void lab_firmware_destroy(struct lab_card *card);
/*
 * A PF reads or writes a register ("access register"), which is big-endian, by way of the
 * command interface. Returns 0 or the status of the operation TLV. Does not sleep.
 */
u8 lab_firmware_access(struct lab_port *port, u16 reg, bool set, void *data, size_t len);
/* A reset of the firmware: settings that are stored come into effect. Does not sleep. */
void lab_firmware_activate(struct lab_card *card);
/* The PCI link of the card is lost, which may be a reset, too. Under card->lock. */
void lab_firmware_link_lost(struct lab_card *card);
/* How many VFs a PF has now, and what is on its wire. Under card->lock. */
unsigned int lab_firmware_total_vfs(const struct lab_port *port);
bool lab_firmware_is_infiniband(const struct lab_port *port);
bool lab_firmware_has_vsc(void);
/* A dword of the vendor-specific capability, by its offset in there. Under card->lock. */
u32 lab_vsc_read(struct lab_port *port, int offset);
void lab_vsc_write(struct lab_port *port, int offset, u32 value);
/* What is broken or missing, as words. */
int lab_knobs_init(const char *words);

/* ---- devlink*.c ---- */

/* As the devlink of this driver: none, 6.12 (also NULL), 6.18, bnxt. */
int lab_devlink_choose(const char *driver);
void lab_devlink_init(struct lab_card *card);
/* The driver starts. Nobody uses the instance any more, and nobody can; it is gone. */
int lab_devlink_create(struct lab_port *port, struct pci_dev *pdev);
void lab_devlink_close(struct lab_port *port);
void lab_devlink_destroy(struct lab_port *port);

/* ---- iommu.c ---- */

int lab_iommu_init(void);
void lab_iommu_exit(void);

/* ---- driver.c ---- */

/* How sriov_numvfs answers: as drivers that have no function for it, or not at all. */
int lab_driver_register(const char *numvfs);
/* So many VFs; 0 or a negative errno. */
int lab_driver_set_vfs(struct pci_dev *pdev, int count);
/* The netdev of a PF comes, soon, if it can; and goes. */
void lab_driver_load(struct lab_port *port);
void lab_driver_unload(struct lab_port *port);
void lab_driver_unregister(void);

/* ---- netdev.c, ethernet.c, infiniband.c ---- */

#include "netdev.h"

/* ---- fault.c ---- */

/*
 * The ways to these operations, which are passed first: sriov_numvfs, netlink, the vendor tree.
 */
#define LAB_WAYS(ROW)                       \
	ROW(numvfs, false)                  \
	ROW(mlx5_num_vfs, false)            \
	ROW(ndo_set_vf_mac, true)           \
	ROW(ndo_set_vf_vlan, true)          \
	ROW(ndo_set_vf_rate, true)          \
	ROW(ndo_set_vf_min_rate, true)      \
	ROW(ndo_set_vf_spoofchk, true)      \
	ROW(ndo_set_vf_trust, true)         \
	ROW(ndo_set_vf_link_state, true)    \
	ROW(ndo_set_vf_guid, true)          \
	ROW(ndo_get_vf_config, true)        \
	ROW(ndo_get_vf_stats, true)         \
	ROW(store_node, true)               \
	ROW(store_port, true)               \
	ROW(store_policy, true)             \
	ROW(store_mac, true)                \
	ROW(store_vlan, true)               \
	ROW(store_link_state, true)         \
	ROW(store_spoofcheck, true)         \
	ROW(store_trust, true)              \
	ROW(store_max_tx_rate, true)        \
	ROW(store_min_tx_rate, true)        \
	ROW(store_trunk, true)              \
	ROW(store_mac_list, true)           \
	ROW(store_group, true)              \
	ROW(store_group_max_tx_rate, false) \
	ROW(store_group_min_tx_rate, false) \
	ROW(group_leave, false)             \
	ROW(store_page_limit, true)         \
	ROW(show_paging, true)              \
	ROW(show_node, true)                \
	ROW(show_port, true)                \
	ROW(show_policy, true)              \
	ROW(show_config, true)              \
	ROW(show_trunk, true)               \
	ROW(show_mac_list, true)            \
	ROW(show_stats, true)               \
	ROW(show_group_config, false)

/* Every operation that can be disturbed, and whether it is one on a VF: a file each. */
#define LAB_OPERATIONS(ROW)          \
	ROW(pf_probe, false)         \
	ROW(pf_netdev, false)        \
	ROW(pf_remove, false)        \
	ROW(vf_probe, true)          \
	ROW(vf_remove, true)         \
	ROW(sriov_enable, false)     \
	ROW(sriov_disable, false)    \
	ROW(set_msix, true)          \
	ROW(set_vf_mac, true)        \
	ROW(set_vf_vlan, true)       \
	ROW(set_vf_rate, true)       \
	ROW(set_vf_spoofchk, true)   \
	ROW(set_vf_trust, true)      \
	ROW(set_vf_link_state, true) \
	ROW(set_vf_node_guid, true)  \
	ROW(set_vf_port_guid, true)  \
	ROW(set_vf_trunk, true)      \
	ROW(set_vf_mac_list, true)   \
	ROW(get_vf_config, true)     \
	ROW(get_vf_stats, true)      \
	ROW(vfio_probe, true)        \
	ROW(fwctl_open, false)       \
	ROW(fwctl_rpc, false)        \
	ROW(devlink_info, false)     \
	ROW(param_get, false)        \
	ROW(param_set, false)        \
	ROW(flash_lock, false)       \
	ROW(flash_block, false)      \
	ROW(flash_verify, false)     \
	ROW(flash_activate, false)   \
	ROW(reload_down, false)      \
	ROW(reload_up, false)        \
	ROW(reset_query, false)      \
	ROW(reset_sync, false)       \
	LAB_WAYS(ROW)

enum lab_operation {
#define LAB_OPERATION(name, on_vf) LAB_OP_##name,
	LAB_OPERATIONS(LAB_OPERATION)
#undef LAB_OPERATION
		LAB_NR_OPERATIONS
};

#define LAB_IGNORE 1 /* pretend that it was done */

/*
 * To be asked before an operation on a VF (-1: on a PF), where sleeping is allowed: 0 to go on,
 * LAB_IGNORE, or the negative errno to fail with. Settings that come by netlink are made under
 * the RTNL lock: when one blocks, so does every ip, and only debugfs can release it.
 */
int lab_fault(enum lab_operation operation, int vf);
int lab_fault_init(const char *rules);
/* In debugfs. */
struct dentry *lab_fault_folder(void);
void lab_fault_release_all(void);
void lab_fault_exit(void);

#endif
