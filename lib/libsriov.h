/* SPDX-License-Identifier: GPL-2.0-or-later */
/* libsriov: find, create, set, bind and show SR-IOV functions on Linux. */
#ifndef LIBSRIOV_H
#define LIBSRIOV_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#pragma GCC visibility push(default)

/*
 * Conventions. Functions return 0 or a negative errno; the text is in sriov_error(). A
 * context and everything made from it belong to one thread at a time. Arrays of attribute
 * structs are arrays of pointers, allocated by the library, so that a newer library can
 * append members. In such a struct `set` says which members mean something: a member whose
 * bit is not set was not asked for, or is not known.
 */

struct sriov_ctx;
struct sriov_pf;
struct sriov_plan;

/* Kinds of failure. The numbers are the exit statuses of the command. */
enum sriov_class {
	SRIOV_OK = 0,
	SRIOV_FAILED = 1, /* failed, everything is as before */
	SRIOV_WRONG = 2,  /* what was asked for is wrong, in itself or for this device */
	SRIOV_DIFFERENT = 3, /* a plan that was not carried out would change something */
	SRIOV_REFUSED = 4,   /* refused for safety, nothing was written */
	SRIOV_LEFT = 5,      /* failed, and something is left changed */
};

/* ---- context.c ---- */

/*
 * Make a context for the running system. The root is SRIOV_SYSROOT from the environment
 * (not for set-user-id programs), else "/". Errors: -ENOMEM, or what opening the root gave.
 */
int sriov_new(struct sriov_ctx **ctx);

/*
 * The same for the tree below `root`: a recorded machine. No socket is opened, netlink
 * replies come from ROOT/netlink/, and plans can only be made, not run.
 */
int sriov_new_at(const char *root, struct sriov_ctx **ctx);

/* Free the context and its PFs; plans are freed before. NULL is allowed. */
void sriov_free(struct sriov_ctx *ctx);

/*
 * Text and kind of the last failure, "" and SRIOV_OK when there was none. The text names
 * object, attribute and reason, is free of control characters, and lives until the next call.
 */
const char *sriov_error(const struct sriov_ctx *ctx);
enum sriov_class sriov_error_class(const struct sriov_ctx *ctx);

/* Call `fn` with one line for each contact with the kernel. */
void sriov_set_debug(struct sriov_ctx *ctx, void (*fn)(void *data, const char *line),
		     void *data);

/* Call `fn` while long work goes on: `done` of `total` steps of `what` ("binding"). */
void sriov_set_progress(struct sriov_ctx *ctx,
			void (*fn)(void *data, const char *what, unsigned int done,
				   unsigned int total),
			void *data);

/* How long, in seconds, to wait for locks, blocking writes and devices. Default 60. */
void sriov_set_wait(struct sriov_ctx *ctx, unsigned int seconds);

/*
 * Interrupt what the context does, also from a signal handler. Once: a plan stops between two
 * steps and undoes what it did. Twice: it stops at once, and its steps say what is left. A
 * plan that was interrupted fails with -EINTR. There is no way back: the context is spent.
 */
void sriov_interrupt(struct sriov_ctx *ctx);

/*
 * Use only the back end of this name ("rtnl", "pci") for VF attributes that more than one
 * could carry, or ("nvconfig", "devlink") for settings of the firmware. -EINVAL names the
 * known ones.
 */
int sriov_set_backend(struct sriov_ctx *ctx, const char *name);

/* The name of back end number `i`, in the order in which they are asked; NULL: no more. */
const char *sriov_backend_name(size_t i);

/* ---- physical functions: pf.c, find.c ---- */

#define SRIOV_PF_NUM_VFS (UINT64_C(1) << 0)
#define SRIOV_PF_AUTOPROBE (UINT64_C(1) << 1)
#define SRIOV_PF_DRIVER (UINT64_C(1) << 2)
#define SRIOV_PF_TOTAL_VFS (UINT64_C(1) << 3)
#define SRIOV_PF_NETDEV (UINT64_C(1) << 4)
#define SRIOV_PF_LINK_TYPE (UINT64_C(1) << 5)
#define SRIOV_PF_MAC (UINT64_C(1) << 6)
#define SRIOV_PF_LINK (UINT64_C(1) << 7)
#define SRIOV_PF_SPEED (UINT64_C(1) << 8)
#define SRIOV_PF_VENDOR (UINT64_C(1) << 9)
#define SRIOV_PF_DEVICE (UINT64_C(1) << 10)
#define SRIOV_PF_VENDOR_ID (UINT64_C(1) << 11)
#define SRIOV_PF_DEVICE_ID (UINT64_C(1) << 12)
#define SRIOV_PF_NUMA_NODE (UINT64_C(1) << 13)
#define SRIOV_PF_VF_OFFSET (UINT64_C(1) << 14)
#define SRIOV_PF_VF_STRIDE (UINT64_C(1) << 15)
#define SRIOV_PF_VF_DEVICE (UINT64_C(1) << 16)
#define SRIOV_PF_IOMMU_GROUP (UINT64_C(1) << 17)
#define SRIOV_PF_OVERRIDE (UINT64_C(1) << 18)
#define SRIOV_PF_NOTE (UINT64_C(1) << 19)
#define SRIOV_PF_ALL ((UINT64_C(1) << 20) - 1)

/* What a PF can be asked to become. */
#define SRIOV_PF_SETTABLE (SRIOV_PF_NUM_VFS | SRIOV_PF_AUTOPROBE | SRIOV_PF_DRIVER)

#define SRIOV_NUM_VFS_MAX UINT32_MAX   /* num_vfs: as many as the device offers */
#define SRIOV_DRIVER_DEFAULT "default" /* driver: the one the kernel chooses */
#define SRIOV_DRIVER_NONE "none"       /* driver: none */
#define SRIOV_HOLDER_NONE "none"       /* holder: nobody */

/* Bits of `note`: what is odd about a PF or VF. */
#define SRIOV_NOTE_OTHER_NETNS 1 /* its netdev is in another network namespace */
#define SRIOV_NOTE_OTHER_PORT 2  /* VF of another port of the same device */
#define SRIOV_NOTE_NO_ANSWER 4   /* the driver says nothing about this VF */
#define SRIOV_NOTE_BLOCKED 8     /* the kernel blocks reading: some members are unknown */
#define SRIOV_NOTE_NO_ACCESS 16  /* privilege was missing: some members are unknown */
#define SRIOV_NOTE_INCOMPLETE 32 /* the kernel's list of VFs was cut: some are unknown */
#define SRIOV_NOTE_TRUNK_CUT 64  /* the driver lists only the first VLANs of its trunk */
#define SRIOV_NOTE_OVER_LINK \
	128 /* the guarantees of all groups are more than the link has */
#define SRIOV_NOTE_OVER_GROUP 256 /* those of its VFs are more than the group's */

#define SRIOV_NAME_LEN 64 /* room for a driver, device or netdev name with its NUL */

/* Attributes of a PF. Source: kernel Documentation/ABI/testing/sysfs-bus-pci. */
struct sriov_pf_attrs {
	uint64_t set;
	uint32_t num_vfs;
	uint32_t total_vfs;
	bool autoprobe; /* drivers_autoprobe: VFs get their driver at creation */
	char driver[SRIOV_NAME_LEN]; /* bound driver, "none" when there is none */
	char override[SRIOV_NAME_LEN];
	char netdev[256];   /* netdevs of this function, separated by commas */
	char link_type[16]; /* ethernet, infiniband, nvme, or the PCI class as 0x123456 */
	uint8_t mac[20];    /* hardware address of the first netdev */
	uint8_t mac_len;    /* 6, or 20 for IPoIB */
	char link[16];      /* operational state as in RFC 2863: up, down, dormant ... */
	uint32_t speed;     /* Mbit/s */
	char vendor[128];   /* names from pci.ids */
	char device[128];
	uint16_t vendor_id;
	uint16_t device_id;
	int32_t numa_node;
	uint32_t vf_offset; /* First VF Offset and VF Stride, PCI Express 9.3.3 */
	uint32_t vf_stride;
	uint16_t vf_device; /* device ID of its VFs */
	uint32_t iommu_group;
	uint32_t note; /* SRIOV_NOTE_* */
};

/*
 * Find all PFs: every device with sriov_numvfs on any bus, in the order of their names.
 * The array is NULL-terminated; it belongs to the context and lives until the next call that
 * lists or finds. The PFs live as long as the context.
 */
int sriov_pf_list(struct sriov_ctx *ctx, struct sriov_pf *const **pfs, size_t *n);

/*
 * Find one PF by PCI address (domain 0000 may be left out), netdev, altname, RDMA device,
 * devlink handle BUS/DEV or mac:ADDR (permanent address). Errors: -ENODEV no such device,
 * -ENOTSUP it is no PF (a VF, or without SR-IOV), -ENOTUNIQ the name fits several, which the
 * text lists, -EINVAL no hardware address after mac:. The PF belongs to the context.
 */
int sriov_pf_find(struct sriov_ctx *ctx, const char *name, struct sriov_pf **pf);

/*
 * Find the VFs that OBJECT names: PF/3, PF/0-3,7, PF/all, or one VF by its own PCI address
 * or netdev. A bare PF means all its VFs if `bare`, else it is -EINVAL. `indexes`
 * is ascending and to be freed with free(); NULL asks for the PF only, whose VFs may come later. Errors as sriov_pf_find(), -ERANGE for a VF
 * that does not exist.
 */
int sriov_vf_find(struct sriov_ctx *ctx, const char *object, bool bare,
		  struct sriov_pf **pf, uint32_t **indexes, size_t *n);

/*
 * Record what the kernel says of the first netdev of a PF, alone or with its VFs and their
 * counters, as the hex text that sriov_new_at() reads from netlink/NETDEV.hex or
 * netlink/NETDEV-vfs.hex. `name` is that file's name; both are to be freed. -ENODEV: the PF
 * has no netdev.
 */
int sriov_pf_record(struct sriov_pf *pf, bool vfs, char **name, char **hex);
/* The same of the first netdev of a VF itself. */
int sriov_vf_record(struct sriov_pf *pf, uint32_t index, char **name, char **hex);
/* What devlink says of it, in several files: `i` counts from 0, and -ENOENT ends them. */
int sriov_pf_record_devlink(struct sriov_pf *pf, size_t i, char **name, char **hex);

/* How many network devices have no SR-IOV capability: to explain an empty list. */
int sriov_count_other(struct sriov_ctx *ctx, unsigned int *n);

/* The PCI address, or BUS/DEV for a PF on another bus. */
const char *sriov_pf_name(const struct sriov_pf *pf);

/*
 * Read the members `want` (SRIOV_PF_*) of a PF; what cannot be known stays unset in
 * `attrs->set`. `attrs` comes from sriov_pf_attrs_new().
 */
int sriov_pf_get(struct sriov_pf *pf, uint64_t want, struct sriov_pf_attrs *attrs);

/* One zeroed struct; free with free(). NULL without memory. */
struct sriov_pf_attrs *sriov_pf_attrs_new(void);

/* ---- other managers: manager.c ---- */

#define SRIOV_MANAGER_ALL UINT32_MAX /* the PF itself, or all its VFs */

/* Another program whose own configuration says that it manages VFs of a PF. */
struct sriov_manager {
	const char *name; /* "NetworkManager" */
	const char *file; /* that says so: "/etc/NetworkManager/..." */
	const char *text; /* "NetworkManager manages the VFs of eth0" */
	uint32_t index;   /* the VF that it manages, or SRIOV_MANAGER_ALL */
	bool drivers;     /* only the driver of that VF, or of the PF itself */
};

/*
 * Look into the configurations of NetworkManager, systemd, netplan, libvirt and driverctl:
 * whoever is found may undo what is done to this PF and its VFs. Whether the program runs, and whether it
 * is going to do anything, is not asked; what cannot be read or understood is left out. The
 * array is NULL-terminated, its texts are free of control characters; free it with
 * sriov_managers_free(). Errors: -ENOMEM.
 */
int sriov_pf_managers(struct sriov_pf *pf, struct sriov_manager ***managers, size_t *n);
void sriov_managers_free(struct sriov_manager **managers);

/* ---- virtual functions: vf.c ---- */

#define SRIOV_VF_MAC (UINT64_C(1) << 0)
#define SRIOV_VF_VLAN (UINT64_C(1) << 1)
#define SRIOV_VF_QOS (UINT64_C(1) << 2)
#define SRIOV_VF_VLAN_PROTO (UINT64_C(1) << 3)
#define SRIOV_VF_MAX_TX_RATE (UINT64_C(1) << 4)
#define SRIOV_VF_MIN_TX_RATE (UINT64_C(1) << 5)
#define SRIOV_VF_SPOOFCHK (UINT64_C(1) << 6)
#define SRIOV_VF_TRUST (UINT64_C(1) << 7)
#define SRIOV_VF_STATE (UINT64_C(1) << 8)
#define SRIOV_VF_QUERY_RSS (UINT64_C(1) << 9)
#define SRIOV_VF_DRIVER (UINT64_C(1) << 10)
#define SRIOV_VF_PCI (UINT64_C(1) << 11)
#define SRIOV_VF_NETDEV (UINT64_C(1) << 12)
#define SRIOV_VF_OVERRIDE (UINT64_C(1) << 13)
#define SRIOV_VF_IOMMU_GROUP (UINT64_C(1) << 14)
#define SRIOV_VF_NETDEV_MAC (UINT64_C(1) << 15)
#define SRIOV_VF_NOTE (UINT64_C(1) << 16)
#define SRIOV_VF_NODE_GUID (UINT64_C(1) << 17)
#define SRIOV_VF_PORT_GUID (UINT64_C(1) << 18)
#define SRIOV_VF_HOLDER (UINT64_C(1) << 19)
#define SRIOV_VF_TRUNK (UINT64_C(1) << 20)
#define SRIOV_VF_GROUP (UINT64_C(1) << 21)
#define SRIOV_VF_EFFECTIVE_TX_RATE (UINT64_C(1) << 22)
#define SRIOV_VF_PROMISC (UINT64_C(1) << 23)
#define SRIOV_VF_ALLMULTI (UINT64_C(1) << 24)
#define SRIOV_VF_ALL ((UINT64_C(1) << 25) - 1)

/* What a VF can be asked to become. */
#define SRIOV_VF_SETTABLE                                                      \
	(((UINT64_C(1) << 11) - 1) | SRIOV_VF_NODE_GUID | SRIOV_VF_PORT_GUID | \
	 SRIOV_VF_TRUNK | SRIOV_VF_GROUP | SRIOV_VF_PROMISC | SRIOV_VF_ALLMULTI)

enum sriov_vf_state {
	SRIOV_VF_STATE_AUTO = 0, /* follows the port */
	SRIOV_VF_STATE_ENABLE = 1,
	SRIOV_VF_STATE_DISABLE = 2,
};

/*
 * Wished for as node_guid or port_guid, and no GUID itself: one is made with the plan, whose
 * steps have it. From the VF's own Ethernet address aa:bb:cc:dd:ee:ff, when it has one or is
 * given one by the same plan, aa:bb:cc:ff:fe:dd:ee:ff. Else from the GUID of the PF's port
 * (or its Ethernet address): the first and the last three bytes, VF index + 1 in the two
 * between, and the bit of locally administered ones set in the first. -ENODATA: the PF has
 * no address either.
 */
#define SRIOV_GUID_AUTO UINT64_MAX

#define SRIOV_VLAN_MAX 4095
#define SRIOV_QOS_MAX 7
#define SRIOV_RATE_MAX INT32_MAX /* the kernel hands rates to drivers as int */
#define SRIOV_VLAN_8021Q 0x8100
#define SRIOV_VLAN_8021AD 0x88a8

/*
 * The VLANs that a VF may use, with tags of its own: bit V % 64 of vlans[V / 64] stands for VLAN
 * V, that of VLAN 0 for packets without a tag or with a priority only. None at all: there is no
 * trunk, and the VF may use every VLAN. Source: mlx5_core of MLNX_OFED, "VGT+".
 */
struct sriov_trunk {
	uint64_t vlans[(SRIOV_VLAN_MAX + 1) / 64];
	uint64_t change; /* in a wish: enum sriov_trunk_change; else 0 */
};

enum sriov_trunk_change {
	SRIOV_TRUNK_SET,    /* these, and no others */
	SRIOV_TRUNK_ADD,    /* these, too */
	SRIOV_TRUNK_REMOVE, /* those that it has, but for these */
};

/*
 * Its VLANs as text, "4-15,17" or "none", cut where `size` ends. Returns the length of the whole
 * text, without its NUL: up to SRIOV_TRUNK_TEXT_LEN - 1.
 */
#define SRIOV_TRUNK_TEXT_LEN 10240
size_t sriov_trunk_text(const struct sriov_trunk *trunk, char *text, size_t size);

#define SRIOV_GROUP_NONE "none" /* group: that of VFs which are in no other */

/* Attributes of a VF. Source of the network ones: kernel include/uapi/linux/if_link.h. */
struct sriov_vf_attrs {
	uint64_t set;
	uint32_t index;       /* always valid */
	uint8_t mac[6];       /* administrative address, all zero when none was given */
	uint16_t vlan;        /* 0 none */
	uint8_t qos;          /* 802.1p priority */
	uint16_t vlan_proto;  /* SRIOV_VLAN_8021Q or _8021AD */
	uint32_t max_tx_rate; /* Mbit/s, 0 none */
	uint32_t min_tx_rate;
	bool spoofchk;
	bool trust;
	bool query_rss;
	uint8_t state;               /* enum sriov_vf_state */
	char driver[SRIOV_NAME_LEN]; /* as in sriov_pf_attrs */
	char override[SRIOV_NAME_LEN];
	char pci[SRIOV_NAME_LEN]; /* PCI address */
	char netdev[SRIOV_NAME_LEN];
	uint8_t netdev_mac[6]; /* the address its netdev really has */
	uint32_t iommu_group;
	uint32_t note; /* SRIOV_NOTE_* */
	/* InfiniBand: 00:11:22:33:44:55:66:77 is 0x0011223344556677 */
	uint64_t node_guid;
	uint64_t port_guid;
	/*
	 * Who uses it: "qemu-system-x86 (pid 1234): /dev/vfio/7; master bond0", or "none".
	 * Costly: all processes may have to be looked at. It is cut with "; and 3 more".
	 */
	char holder[256];
	struct sriov_trunk trunk;
	char group
		[SRIOV_NAME_LEN]; /* 0 .. 255 in the tree of MLNX_OFED, where 0 is none */
	/*
	 * What it can send at most, with its group: the limit of the group is shared evenly, and
	 * what a VF with a lower limit of its own leaves goes to the others. Mbit/s, 0: no limit.
	 */
	uint32_t effective_tx_rate;
	/*
	 * What somebody has asked its netdev to receive beside its own: all that nobody else
	 * gets, and all multicast. It does so only when the VF is trusted. It goes with the
	 * netdev, and is not put back on VFs that are made anew.
	 */
	bool promisc;
	bool allmulti;
};

/* `n` zeroed structs with index 0 .. n-1; free with sriov_vf_attrs_free(). NULL without memory. */
struct sriov_vf_attrs **sriov_vf_attrs_new(size_t n);
void sriov_vf_attrs_free(struct sriov_vf_attrs **vfs);

/*
 * Read the members `want` (SRIOV_VF_*) of the `n` VFs whose `index` the caller has filled
 * in. Only the back ends that `want` needs are asked, each once for all VFs. A GUID that was
 * never given stays unset: the driver does not tell which one the device has. When it fails,
 * what could be read is there, and `note` has SRIOV_NOTE_INCOMPLETE.
 */
int sriov_vf_get(struct sriov_pf *pf, uint64_t want, struct sriov_vf_attrs **vfs,
		 size_t n);

/* ---- groups of VFs: group.c ---- */

#define SRIOV_GROUP_MAX_TX_RATE (UINT64_C(1) << 0)
#define SRIOV_GROUP_MIN_TX_RATE (UINT64_C(1) << 1)
#define SRIOV_GROUP_VFS (UINT64_C(1) << 2)
#define SRIOV_GROUP_NUM_VFS (UINT64_C(1) << 3)
#define SRIOV_GROUP_SHARE_TX_RATE (UINT64_C(1) << 4)
#define SRIOV_GROUP_NOTE (UINT64_C(1) << 5)
#define SRIOV_GROUP_ALL ((UINT64_C(1) << 6) - 1)

/* What a group can be asked to become. */
#define SRIOV_GROUP_SETTABLE \
	(SRIOV_GROUP_MAX_TX_RATE | SRIOV_GROUP_MIN_TX_RATE | SRIOV_GROUP_VFS)

/* VFs of a PF that share a limit and a guarantee. Source: mlx5_core of MLNX_OFED. */
struct sriov_group_attrs {
	uint64_t set;
	char name[SRIOV_NAME_LEN]; /* always valid */
	uint32_t max_tx_rate;      /* of all its VFs together, Mbit/s, 0 none */
	uint32_t min_tx_rate;      /* guaranteed to all its VFs together */
	uint32_t num_vfs;
	char vfs[1024]; /* their indexes, "0-3,7", or "" */
	/*
	 * What it gets of the line when all want all of it: the guarantees relate to each other
	 * as these do, and who has none gets nothing. Not known while no group has any, and
	 * without a speed of the link. Mbit/s.
	 */
	uint32_t share_tx_rate;
	uint32_t note; /* SRIOV_NOTE_OVER_* */
};

/*
 * The groups of a PF, in the order of their names, numbers as such: an array that ends with
 * NULL, to be freed with sriov_group_attrs_free(). -EOPNOTSUPP: this PF has no groups.
 */
int sriov_group_list(struct sriov_pf *pf, struct sriov_group_attrs ***groups, size_t *n);
void sriov_group_attrs_free(struct sriov_group_attrs **groups);

/* One zeroed struct, to be freed with free(). NULL without memory. */
struct sriov_group_attrs *sriov_group_attrs_new(void);

/* ---- counters of virtual functions: vf-stats.c ---- */

#define SRIOV_STAT_RX_PACKETS (UINT64_C(1) << 0)
#define SRIOV_STAT_TX_PACKETS (UINT64_C(1) << 1)
#define SRIOV_STAT_RX_BYTES (UINT64_C(1) << 2)
#define SRIOV_STAT_TX_BYTES (UINT64_C(1) << 3)
#define SRIOV_STAT_RX_DROPPED (UINT64_C(1) << 4)
#define SRIOV_STAT_TX_DROPPED (UINT64_C(1) << 5)
#define SRIOV_STAT_RX_BROADCAST (UINT64_C(1) << 6)
#define SRIOV_STAT_TX_BROADCAST (UINT64_C(1) << 7)
#define SRIOV_STAT_RX_MULTICAST (UINT64_C(1) << 8)
#define SRIOV_STAT_TX_MULTICAST (UINT64_C(1) << 9)
#define SRIOV_STAT_ALL ((UINT64_C(1) << 10) - 1)

/* What a VF has received (rx) and sent (tx) since it was created. */
struct sriov_vf_stats {
	uint64_t set;     /* SRIOV_STAT_* */
	uint32_t index;   /* always valid */
	uint64_t time_us; /* microseconds of the monotonic clock, when they were read */
	uint64_t rx_packets;
	uint64_t tx_packets;
	uint64_t rx_bytes;
	uint64_t tx_bytes;
	uint64_t rx_dropped;
	uint64_t tx_dropped;
	uint64_t rx_broadcast; /* packets to all, which rx_packets has, too */
	uint64_t tx_broadcast;
	uint64_t rx_multicast;
	uint64_t tx_multicast;
};

/* `n` zeroed structs with index 0 .. n-1; free with sriov_vf_stats_free(). NULL without memory. */
struct sriov_vf_stats **sriov_vf_stats_new(size_t n);
void sriov_vf_stats_free(struct sriov_vf_stats **stats);

/*
 * Read the counters of the `n` VFs whose `index` the caller has filled in, each once. A counter
 * that the driver does not keep stays unset, where that can be told from one that is 0. When
 * reading fails and nothing else tells a VF's counters, it fails.
 */
int sriov_vf_stats_get(struct sriov_pf *pf, struct sriov_vf_stats **stats, size_t n);

/* ---- settings of the firmware: fw.c ---- */

#define SRIOV_FW_DEFAULT (UINT64_C(1) << 0)
#define SRIOV_FW_CURRENT (UINT64_C(1) << 1)
#define SRIOV_FW_NEXT (UINT64_C(1) << 2)
#define SRIOV_FW_PENDING (UINT64_C(1) << 3)
#define SRIOV_FW_RANGE (UINT64_C(1) << 4) /* min, max */
#define SRIOV_FW_WORDS (UINT64_C(1) << 5)
#define SRIOV_FW_WRITER (UINT64_C(1) << 6)
#define SRIOV_FW_ACTIVATION (UINT64_C(1) << 7)

enum sriov_fw_type {
	SRIOV_FW_BOOL,   /* number is 0 or 1, text "False" or "True" */
	SRIOV_FW_NUMBER, /* text is the number in decimal */
	SRIOV_FW_WORD,   /* number, and text the word for it */
	SRIOV_FW_STRING, /* text */
};

struct sriov_fw_value {
	uint32_t number;
	char text[SRIOV_NAME_LEN];
};

/* What it takes until the firmware uses what is stored, from the least. */
enum sriov_fw_activation {
	SRIOV_FW_NOTHING,        /* it is in use */
	SRIOV_FW_FIRMWARE_RESET, /* sriov fw activate does it */
	SRIOV_FW_REBOOT,
	SRIOV_FW_POWER_CYCLE,
};

/*
 * A setting that the firmware of a card keeps. Sources: NV configuration of the PRM, with the
 * names of mlxconfig; kernel Documentation/networking/devlink/devlink-params.rst.
 */
struct sriov_fw_param {
	uint64_t set;              /* SRIOV_FW_* */
	char name[SRIOV_NAME_LEN]; /* always valid, as are type, read_only and backend */
	enum sriov_fw_type type;
	struct sriov_fw_value factory; /* SRIOV_FW_DEFAULT */
	struct sriov_fw_value current; /* what the firmware runs with */
	struct sriov_fw_value next;    /* what it has stored, for its next start */
	bool pending;                  /* next is another than current */
	bool read_only;
	uint32_t min, max;
	char words[256];             /* what it can be: "IB, ETH" */
	char writer[SRIOV_NAME_LEN]; /* who stored it: "mlxconfig" */
	uint8_t activation; /* enum sriov_fw_activation: what it takes until it is used */
	const char *backend; /* "nvconfig", "devlink" */
	char note[256];      /* in a step: what to know before it is carried out, or "" */
};

/*
 * Find the PF whose firmware is meant: as sriov_pf_find(), but also a PCI function that has no
 * SR-IOV capability, because its firmware may have switched it off.
 */
int sriov_fw_find(struct sriov_ctx *ctx, const char *name, struct sriov_pf **pf);

/*
 * The settings of a PF: all, or those with these names (in any case). The array is NULL-terminated,
 * to be freed with sriov_fw_params_free(). -ENOENT: no such setting, the text has the nearest
 * names; -EOPNOTSUPP: this PF has none; -EACCES, -EPERM: privilege or lockdown.
 */
int sriov_fw_list(struct sriov_pf *pf, const char *const *names, size_t nr_names,
		  struct sriov_fw_param ***params, size_t *n);
void sriov_fw_params_free(struct sriov_fw_param **params);

/*
 * The settings that libsriov knows, whatever a card has of them: name, type, words and back end,
 * so that words can be completed without asking one. Otherwise as sriov_fw_list().
 */
int sriov_fw_known(struct sriov_ctx *ctx, struct sriov_fw_param ***params, size_t *n);

#define SRIOV_FW_INFO_NAME (UINT64_C(1) << 0)
#define SRIOV_FW_INFO_DESCRIPTION (UINT64_C(1) << 1)
#define SRIOV_FW_INFO_PSID (UINT64_C(1) << 2)
#define SRIOV_FW_INFO_RUNNING (UINT64_C(1) << 3)
#define SRIOV_FW_INFO_STORED (UINT64_C(1) << 4)
#define SRIOV_FW_INFO_PORTS (UINT64_C(1) << 5)
#define SRIOV_FW_INFO_TRANSPORT (UINT64_C(1) << 6)
#define SRIOV_FW_INFO_PENDING (UINT64_C(1) << 7)
#define SRIOV_FW_INFO_ACTIVATION (UINT64_C(1) << 8)
#define SRIOV_FW_INFO_SERIAL (UINT64_C(1) << 9)

/* What a card says of itself. */
struct sriov_fw_info {
	uint64_t set; /* SRIOV_FW_INFO_* */
	char name[SRIOV_NAME_LEN];
	char description[256];
	char psid[SRIOV_NAME_LEN];
	char running[SRIOV_NAME_LEN]; /* version of the firmware */
	char stored[SRIOV_NAME_LEN];  /* the version that it starts with next */
	char serial[SRIOV_NAME_LEN];
	uint32_t ports;
	char transport
		[SRIOV_NAME_LEN]; /* by which settings are reached: "fwctl", "vsc", "devlink" */
	uint32_t pending;         /* so many settings, and versions, are not in use yet */
	uint8_t activation;       /* enum sriov_fw_activation */
};

/*
 * Read what the card of a PF says of itself; `info` comes from sriov_fw_info_new(). Where one of
 * the ways to it is closed, the others have to do: that is 0, and sriov_error() says why.
 */
int sriov_fw_info_get(struct sriov_pf *pf, struct sriov_fw_info *info);
/* One zeroed struct, to be freed with free(). NULL without memory. */
struct sriov_fw_info *sriov_fw_info_new(void);

/*
 * All that the firmware has stored, as text that sriov_plan_fw_restore() and mstconfig
 * ("set_raw") take: lines of MLNX_RAW_TLV_FILE. To be freed with free().
 */
int sriov_fw_backup(struct sriov_pf *pf, char **text);

/*
 * Record what the registers of a PF's card answer, as the text that sriov_new_at() reads from
 * fw/PF.hex: `name` is that file's name. Both are to be freed. Nothing is written.
 */
int sriov_fw_record(struct sriov_pf *pf, char **name, char **text);

/* ---- plans: plan.c ---- */

enum sriov_noun {
	SRIOV_NOUN_PF,
	SRIOV_NOUN_VF,
	SRIOV_NOUN_BIND,
	SRIOV_NOUN_GROUP,
	SRIOV_NOUN_FW,
};

enum sriov_action {
	SRIOV_ACTION_SET,
	SRIOV_ACTION_CREATE,   /* num_vfs from 0 */
	SRIOV_ACTION_DESTROY,  /* num_vfs to 0 */
	SRIOV_ACTION_BIND,     /* driver of a PF or VF */
	SRIOV_ACTION_ACTIVATE, /* what the firmware has stored */
	SRIOV_ACTION_FLASH,    /* another firmware */
};

enum sriov_step_state {
	SRIOV_STEP_PLANNED,
	SRIOV_STEP_SAME, /* was so before: nothing is written */
	SRIOV_STEP_DONE, /* written and read back */
	SRIOV_STEP_FAILED,
	SRIOV_STEP_UNDONE,     /* written, then put back because another step failed */
	SRIOV_STEP_LEFT,       /* changed, and could not be put back */
	SRIOV_STEP_UNVERIFIED, /* written, but not seen to be in effect: `text` says why */
};

/*
 * One step: one attribute of one object. `from` and `to` point to structs of the noun
 * (`pf`, `group`, else `vf`), of which only the member of `attr` matters; if
 * its bit is not set in `from`, the old value is unknown and the step cannot be undone (an
 * override that was not set is known, and is).
 */
struct sriov_step {
	enum sriov_noun noun;
	enum sriov_action action;
	struct sriov_pf *pf;
	uint32_t index; /* of the VF; 0 for a PF */
	uint64_t attr;  /* one bit, SRIOV_PF_*, SRIOV_GROUP_* or SRIOV_VF_* */
	union {
		const struct sriov_pf_attrs *pf;
		const struct sriov_vf_attrs *vf;
		const struct sriov_group_attrs *group;
		const struct sriov_fw_param *fw; /* its member `next` */
	} from, to;
	const char *backend; /* name of the back end that carried it, or NULL */
	enum sriov_step_state state;
	int err;          /* negative errno of a failed step */
	const char *text; /* its reason, free of control characters, or NULL */
	/* what the VF had before this plan destroyed it, so that from and to are the same */
	bool put_back;
	const char *group; /* its name, for SRIOV_NOUN_GROUP */
	const char *name;  /* of the setting, for SRIOV_NOUN_FW, whose `attr` is 0 */
};

/*
 * A plan collects wishes, is made (what is, what is wanted, the steps between) and run.
 * It belongs to the caller: free it before the context.
 */
int sriov_plan_new(struct sriov_ctx *ctx, struct sriov_plan **plan);
void sriov_plan_free(struct sriov_plan *plan);

/* Wish: the members of `want` that are set. Nothing is read or written yet. */
int sriov_plan_pf_set(struct sriov_plan *plan, struct sriov_pf *pf,
		      const struct sriov_pf_attrs *want);
int sriov_plan_vf_set(struct sriov_plan *plan, struct sriov_pf *pf,
		      struct sriov_vf_attrs *const *want, size_t n);

/*
 * Wish: these VFs with neutral settings, as if nobody had told them anything: no address, no
 * VLAN, no rates, not trusted, state auto, no query_rss, spoofchk as the driver of the PF
 * starts them (unchanged where that is not known). What is not known stays as it is, and so
 * do driver, override and GUIDs. What the same plan wishes for otherwise goes before.
 */
int sriov_plan_vf_reset(struct sriov_plan *plan, struct sriov_pf *pf,
			const uint32_t *indexes, size_t n);

/*
 * Wish: the members of `want` that are set, of the group `want->name`. `vfs` are all VFs that it
 * is to have; those that it has now and are not among them come into no group. A group is there
 * as long as it has VFs, with the rates that it was given last.
 */
int sriov_plan_group_set(struct sriov_plan *plan, struct sriov_pf *pf,
			 const struct sriov_group_attrs *want);
/* Wish: no such group, and its VFs in none. -ENOENT, when it is made: there is none. */
int sriov_plan_group_del(struct sriov_plan *plan, struct sriov_pf *pf, const char *name);

/*
 * Wish: a setting of the firmware, by its name in any case; `value` NULL: its default. In
 * which order several are written is decided by the plan. They are in use after
 * sriov_plan_fw_activate(), a reboot or a power cycle: the step's `to.fw` says which.
 */
int sriov_plan_fw_set(struct sriov_plan *plan, struct sriov_pf *pf, const char *name,
		      const char *value);
/* Wish: every setting of this PF as it came from the factory. */
int sriov_plan_fw_reset(struct sriov_plan *plan, struct sriov_pf *pf);
/* Wish: what the text of sriov_fw_backup(), or a file of mstconfig, says. */
int sriov_plan_fw_restore(struct sriov_plan *plan, struct sriov_pf *pf, const char *text);
/*
 * Wish: the firmware of its card starts anew with what it has stored. All PFs of the card lose
 * their VFs and links: refused while somebody uses one of them, or one has VFs. With
 * SRIOV_PLAN_FORCE these are destroyed first, and not made again.
 */
int sriov_plan_fw_activate(struct sriov_plan *plan, struct sriov_pf *pf);

#define SRIOV_FLASH_SETTINGS 1    /* overwrite settings, too */
#define SRIOV_FLASH_IDENTIFIERS 2 /* overwrite identifiers, too */
/* Wish: this file in the card's flash memory; `component` NULL: what the file is for. */
int sriov_plan_fw_flash(struct sriov_plan *plan, struct sriov_pf *pf, const char *file,
			const char *component, unsigned int overwrite);

/* Wish: create `n` VFs where there are none; `want` has one struct for each. */
int sriov_plan_vf_create(struct sriov_plan *plan, struct sriov_pf *pf,
			 struct sriov_vf_attrs *const *want, size_t n);

/*
 * Take the lock of a PF now, before its VFs are looked at: what is found then stays so
 * until the plan is freed. sriov_plan_make() takes those that are missing. With several PFs,
 * call it in the order of their names.
 */
int sriov_plan_lock(struct sriov_plan *plan, struct sriov_pf *pf);

#define SRIOV_PLAN_DRY_RUN 1 /* take no lock; the plan cannot be run */
#define SRIOV_PLAN_KEEP_GOING \
	2                  /* a failing VF is undone alone, the others are carried out */
#define SRIOV_PLAN_FORCE 4 /* go on where safety would refuse */
/*
 * Unbind VFs from their driver and bind them to it again where it takes an attribute that the
 * plan gives (mac, node_guid, port_guid) only when it starts. Without it, a VF is not unbound
 * for the sake of an attribute. These are steps of their own: driver, from and to the same.
 */
#define SRIOV_PLAN_REBIND 8

/*
 * Take the locks of the PFs, read what is, check every wish and make the steps. Nothing is
 * written. The kind of failure is that of sriov_error_class(): SRIOV_WRONG for wishes that
 * cannot be (-EINVAL, -ERANGE, -EEXIST, -ENOENT, -ENODEV, -ENODATA; -EOPNOTSUPP: nothing can
 * carry it), SRIOV_REFUSED with -EBUSY when somebody would be hurt or the lock is held, and
 * with -EEXIST when two VFs of a PF would have one address, SRIOV_FAILED with what reading
 * gave.
 */
int sriov_plan_make(struct sriov_plan *plan, unsigned int flags);

/*
 * Carry the steps out, read back, and undo what was done when one fails. The outcome is
 * also that of sriov_error_class(); each step has its own state and text. A plan is run once.
 */
int sriov_plan_run(struct sriov_plan *plan);

/*
 * Write a line about a plan that was run into the system log (syslog(3), LOG_USER, "sriov"):
 * the outcome, the user who logged in, what changed, and the command, or NULL, as the user gave
 * it. Nothing is written about a plan that had nothing to do, and where there is no log.
 * It takes a second at most, two when the user's name does not come.
 */
void sriov_plan_trace(const struct sriov_plan *plan, const char *command);

/* The i-th PF about which something is wished, from 0 on, or NULL behind the last. */
struct sriov_pf *sriov_plan_pf(const struct sriov_plan *plan, size_t i);
/* The steps, in the order they are carried out. They live as long as the plan. */
const struct sriov_step *const *sriov_plan_steps(const struct sriov_plan *plan,
						 size_t *n);

#pragma GCC visibility pop

#ifdef __cplusplus
}
#endif

#endif
