/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the files of libsriov share: structures, and prototypes by file. */
#ifndef SRIOV_INTERNAL_H
#define SRIOV_INTERNAL_H

#include <errno.h>
#include <limits.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>

#include "cleanup.h"
#include "libsriov.h"

#define ARRAY_SIZE(a) (sizeof(a) / sizeof((a)[0]))
#define PRINTF(fmt, args) __attribute__((format(printf, fmt, args)))

/* What the kernel takes only together (net/core/rtnetlink.c, do_setvfinfo). */
#define SRIOV_VF_VLAN_GROUP (SRIOV_VF_VLAN | SRIOV_VF_QOS | SRIOV_VF_VLAN_PROTO)
#define SRIOV_VF_RATE_GROUP (SRIOV_VF_MAX_TX_RATE | SRIOV_VF_MIN_TX_RATE)

/* What its netdev has, not the VF: it comes and goes with the driver. The rest can be kept. */
#define SRIOV_VF_OF_NETDEV (SRIOV_VF_PROMISC | SRIOV_VF_ALLMULTI)
#define SRIOV_VF_KEPT (SRIOV_VF_SETTABLE & ~SRIOV_VF_OF_NETDEV)

/* What only InfiniBand has. */
#define SRIOV_VF_GUIDS (SRIOV_VF_NODE_GUID | SRIOV_VF_PORT_GUID)

#define SRIOV_TEXT_LEN 512 /* an error text, with its NUL */
#define SRIOV_PATH_LEN 256 /* a device directory */

struct sriov_fw_backend;

struct sriov_ctx {
	int root;    /* fd of the root directory */
	int near_fd; /* of the directory to stay near, or -1 */
	char near[SRIOV_PATH_LEN];
	bool recorded;     /* the root is a recorded machine: no sockets, no writes */
	bool no_openat2;   /* the kernel does not have it */
	unsigned int wait; /* seconds */
	atomic_uint interrupts;
	unsigned int stop_at; /* so many of them: more once undoing has begun */
	const struct sriov_backend *only_backend;
	const struct sriov_fw_backend *only_fw;

	char error[SRIOV_TEXT_LEN];
	enum sriov_class error_class;

	void (*debug)(void *data, const char *line);
	void *debug_data;
	void (*progress)(void *data, const char *what, unsigned int done,
			 unsigned int total);
	void *progress_data;

	struct sriov_pf **pfs; /* all that were ever named, NULL-terminated */
	size_t nr_pfs;
	bool listed;              /* pfs holds every PF of the system, sorted */
	struct sriov_pf **others; /* PCI functions without SR-IOV, for their firmware */
	size_t nr_others;

	bool fw_recording; /* what registers of the firmware answer is kept, as text: */
	char *fw_record;

	struct mnl_socket *rtnl, *genl; /* opened on first use */
	struct kmod_ctx *kmod;
	struct pci_access *pci; /* libpci, for names */
};

struct sriov_pf {
	struct sriov_ctx *ctx;
	char name[SRIOV_NAME_LEN * 2]; /* canonical: PCI address, or BUS/DEV */
	char bus[SRIOV_NAME_LEN];
	char dev[SRIOV_NAME_LEN];
	char path[SRIOV_NAME_LEN * 3]; /* sys/bus/BUS/devices/DEV */
	bool is_pci;
	char port[SRIOV_NAME_LEN]; /* netdev by which the user named it, or "" */
	int lock;                  /* a descriptor while a plan holds its lock, or -1 */
};

/* What became of one VF in a call over many. */
struct sriov_verdict {
	int err;       /* negative errno of the member to blame, or 0 */
	uint64_t done; /* members that were written */
	uint64_t blame;
	char text[SRIOV_TEXT_LEN]; /* the kernel's own words, or "" */
};

/*
 * A back end: one way to the kernel. Operations are per verb of a noun, over arrays;
 * missing operations are NULL. vf_can() answers with masks of what it can read and write on
 * this PF; a write that turns out not to be supported (-EOPNOTSUPP) goes to the next.
 */
struct sriov_backend {
	const char *name;
	void (*vf_can)(struct sriov_pf *pf, uint64_t *reads, uint64_t *writes);
	/* Fill those members of `want` that it can, setting their bits. */
	int (*vf_get)(struct sriov_pf *pf, uint64_t want, struct sriov_vf_attrs **vfs,
		      size_t n);
	/*
	 * Write the members that are set in each VF. Without `keep_going` it stops at the
	 * first VF that fails. Returns 0 when every verdict is good, else the first error;
	 * -EINTR when it was stopped between two VFs: the verdicts say what was done.
	 */
	int (*vf_set)(struct sriov_pf *pf, struct sriov_vf_attrs *const *vfs, size_t n,
		      bool keep_going, struct sriov_verdict *verdicts);
	/*
	 * The names of all groups, as sriov_sysfs_list() gives them, also of those without VFs.
	 * -EOPNOTSUPP: there are none on this PF.
	 */
	int (*group_names)(struct sriov_pf *pf, char ***names);
	/* Fill in the rates of these, as far as they are known. */
	int (*group_get)(struct sriov_pf *pf, struct sriov_group_attrs **groups,
			 size_t n);
	/* Write the rates that are set. */
	int (*group_set)(struct sriov_pf *pf, const struct sriov_group_attrs *group,
			 struct sriov_verdict *verdict);
	/* Add those counters that it knows to what others have told: see sriov_stats_put(). */
	int (*vf_stats)(struct sriov_pf *pf, struct sriov_vf_stats **stats, size_t n);
};

/* ---- backend.c: the ordered table ---- */
extern const struct sriov_backend sriov_backend_pci, sriov_backend_netdev,
	sriov_backend_rtnl, sriov_backend_mlnx;
/* NULL-terminated, in the order in which they are asked */
const struct sriov_backend *const *sriov_backends(void);
/* May this context use the back end for members that others could carry too? */
bool sriov_backend_allowed(const struct sriov_ctx *ctx,
			   const struct sriov_backend *backend);
/* The mask of everything that some allowed back end can write on this PF. */
uint64_t sriov_backend_writes(struct sriov_pf *pf);

/* ---- context.c, error.c ---- */
/* Is what goes on to be stopped? When it is to be left as it is, at once. */
#define SRIOV_INTERRUPTS_AT_ONCE 2
bool sriov_is_stopped(const struct sriov_ctx *ctx);
bool sriov_is_stopped_at_once(const struct sriov_ctx *ctx);
/* "interrupted", as a failure of that kind */
int sriov_fail_interrupted(struct sriov_ctx *ctx);
/* Store the text and class, return -err: `return sriov_fail(ctx, SRIOV_FAILED, EIO, ...)`. */
int sriov_fail(struct sriov_ctx *ctx, enum sriov_class class, int err, const char *fmt,
	       ...) PRINTF(4, 5);
/* The same for want of memory. */
int sriov_no_memory(struct sriov_ctx *ctx);
void sriov_debug(struct sriov_ctx *ctx, const char *fmt, ...) PRINTF(2, 3);
void sriov_progress(struct sriov_ctx *ctx, const char *what, unsigned int done,
		    unsigned int total);
/* strerror() for a positive errno, also for those libc does not know (524 ENOTSUPP). */
const char *sriov_strerror(int err);
/* Copy with truncation, always terminated. */
void sriov_copy(char *to, size_t size, const char *from);
/* Replace bytes that may not reach a terminal raw (controls, broken UTF-8) by '?'. */
void sriov_make_printable(char *text);

/* ---- sysfs.c, sysfs-list.c, sysfs-links.c: every file below the root ---- */
/* Paths are relative to the root, printf-style: "sys/class/net/%s/address". */
/* Read one line into buf without its newline. Returns length or -errno; -EMSGSIZE if cut. */
int sriov_sysfs_read(struct sriov_ctx *ctx, char *buf, size_t size, const char *fmt, ...)
	PRINTF(4, 5);
/* Read a number, decimal or 0x, no trailing text: -EINVAL or -ERANGE otherwise. */
int sriov_sysfs_read_u32(struct sriov_ctx *ctx, uint32_t *value, const char *fmt, ...)
	PRINTF(3, 4);
/* Write `value` and a newline in one write(); a short write is -EIO. */
int sriov_sysfs_write(struct sriov_ctx *ctx, const char *value, const char *fmt, ...)
	PRINTF(3, 4);
/* The last component of a symbolic link's target: its length, or -errno (-ENOENT: no link). */
int sriov_sysfs_link(struct sriov_ctx *ctx, char *buf, size_t size, const char *fmt, ...)
	PRINTF(4, 5);
bool sriov_sysfs_exists(struct sriov_ctx *ctx, const char *fmt, ...) PRINTF(2, 3);
/*
 * Names in a directory, sorted, without those starting with a dot: a NULL-terminated array
 * in one block to be freed with free(). Returns how many, or -errno: -ENOENT also when it
 * goes while it is read.
 */
int sriov_sysfs_list(struct sriov_ctx *ctx, char ***names, const char *fmt, ...)
	PRINTF(3, 4);
/* A whole file of any size, NUL-terminated, to be freed. Returns length or -errno. */
int sriov_sysfs_slurp(struct sriov_ctx *ctx, char **text, const char *fmt, ...)
	PRINTF(3, 4);
/*
 * The same for a file that people write, which is refused when it is longer than 1 MiB
 * (-EFBIG) or no regular file (-EINVAL).
 */
int sriov_sysfs_config(struct sriov_ctx *ctx, char **text, const char *fmt, ...)
	PRINTF(3, 4);
/*
 * A file of sysfs, which has no more than a page, and gives all of it at once (Linux 6.12,
 * fs/kernfs/file.c): one read. NUL-terminated, with its newline. Returns length or -errno.
 */
#define SRIOV_SYSFS_PAGE 32768 /* more than any of those that are read so */
int sriov_sysfs_page(struct sriov_ctx *ctx, char text[SRIOV_SYSFS_PAGE], const char *fmt,
		     ...) PRINTF(3, 4);
/*
 * Call `see` with name and whole target of each symbolic link in a directory, in no order.
 * -EACCES: some could not be read; those that could were seen.
 */
int sriov_sysfs_links(struct sriov_ctx *ctx,
		      void (*see)(void *data, const char *name, const char *target),
		      void *data, const char *fmt, ...) PRINTF(4, 5);
/*
 * Call `see` for each file that these processes have open: with what the link says, no file is
 * touched. -EACCES: some could not be read; any other error: so it is with one of them.
 */
int sriov_sysfs_open_files(struct sriov_ctx *ctx, char *const *pids, size_t n,
			   void (*see)(void *data, const char *pid, const char *target),
			   void *data);
/*
 * How many directories there are in one, also those of other network namespaces, which are not
 * listed. Returns -errno when that cannot be told.
 */
int sriov_sysfs_count(struct sriov_ctx *ctx, const char *fmt, ...) PRINTF(2, 3);
/*
 * Files below this directory are opened without walking down from the root each time, until
 * sriov_sysfs_leave(): meanwhile nobody is to wait for it to go and come again.
 */
void sriov_sysfs_stay_near(struct sriov_ctx *ctx, const char *fmt, ...) PRINTF(2, 3);
void sriov_sysfs_leave(struct sriov_ctx *ctx);
/* A descriptor of a file, for what takes no path; to be closed. */
int sriov_sysfs_descriptor(struct sriov_ctx *ctx, const char *fmt, ...) PRINTF(2, 3);
/* The same for reading and writing; -EROFS in a recorded machine. */
int sriov_sysfs_writable(struct sriov_ctx *ctx, const char *fmt, ...) PRINTF(2, 3);
/* ---- sysfs-space.c: files that are spaces of bytes ---- */
/* All of these bytes, or -errno: -EACCES: there are fewer. */
int sriov_sysfs_space_read(struct sriov_ctx *ctx, void *bytes, size_t len,
			   unsigned int at, const char *fmt, ...) PRINTF(5, 6);
int sriov_sysfs_space_write(struct sriov_ctx *ctx, const void *bytes, size_t len,
			    unsigned int at, const char *fmt, ...) PRINTF(5, 6);

/* ---- sysfs-firmware.c: files that are flashed ---- */
#define SRIOV_FIRMWARE_HEAD 16
#define SRIOV_FIRMWARE_MAX (512 << 20)
/*
 * The first bytes of a file, which the user names, also as a name below the kernel's firmware path.
 * -EISDIR, -EINVAL: it is no regular file; -ENODATA: empty; -EFBIG: no firmware is so large.
 * It stays open: what is copied later is what was looked at.
 */
int sriov_firmware_look(struct sriov_ctx *ctx, const char *file,
			uint8_t head[SRIOV_FIRMWARE_HEAD], int *opened);
/* A file where the kernel finds it. */
struct sriov_firmware {
	char name[SRIOV_PATH_LEN]; /* below its firmware path */
	int dir;                   /* of a copy, which is to be removed; or -1 */
};
/*
 * Does the kernel look in other file systems than this process (Linux 6.12, fs/kernel_read_file.c:
 * those of the first process)?
 */
bool sriov_firmware_is_elsewhere(struct sriov_ctx *ctx);
/* Copy what is open there, unless it is there. Nothing is left behind when that fails. */
int sriov_firmware_place(struct sriov_ctx *ctx, int fd, const char *file,
			 struct sriov_firmware *firmware);
void sriov_firmware_remove(struct sriov_firmware *firmware);

/* One path component a user may name: not empty, no '/', not "." or "..". */
bool sriov_sysfs_name_ok(const char *name);

/* ---- pci.c: addresses and names ---- */
/* Parse [DOMAIN:]BUS:DEV.FN into canonical lower-case text. -EINVAL when it is none. */
int sriov_pci_parse(const char *text, char *canonical, size_t size);
/* Names of vendor and device from pci.ids; -ENOENT when libpci or its file is missing. */
int sriov_pci_names(struct sriov_ctx *ctx, uint16_t vendor, uint16_t device,
		    char *vendor_name, size_t vendor_size, char *device_name,
		    size_t device_size);
void sriov_pci_close(struct sriov_ctx *ctx);

/* ---- module.c: libkmod ---- */
/* Load by name, alias or modalias. 0 also when it is loaded or built in; -ENOENT: no such. */
int sriov_module_load(struct sriov_ctx *ctx, const char *name);
/* Could it be loaded, and is not? */
bool sriov_module_is_there(struct sriov_ctx *ctx, const char *name);
void sriov_module_close(struct sriov_ctx *ctx);

/* ---- netlink.c: the only socket of rtnetlink; netlink-link.c: questions about a link ---- */
struct nlmsghdr;
/*
 * RTM_GETLINK of one netdev; `vfs` asks for VF data (without statistics). `reply` is
 * one whole message, to be freed, whose nlmsg_len has been checked against what came. In a
 * recorded machine it is netlink/NETDEV.hex (netlink/NETDEV-vfs.hex with VF data).
 */
int sriov_netlink_get_link(struct sriov_ctx *ctx, const char *netdev, bool vfs,
			   struct nlmsghdr **reply);
/* The same with VF data and the counters of the VFs; of a recorded machine the same file. */
int sriov_netlink_get_stats(struct sriov_ctx *ctx, const char *netdev,
			    struct nlmsghdr **reply);
/*
 * Send a request that asks for an acknowledgement. The kernel's extack text, or "", goes to
 * `words` (SRIOV_TEXT_LEN).
 */
int sriov_netlink_request(struct sriov_ctx *ctx, struct nlmsghdr *request, char *words);
/* Find the netdev with this altname; -ENODEV when there is none. */
int sriov_netlink_altname(struct sriov_ctx *ctx, const char *altname, char *netdev,
			  size_t size);
/* Its permanent hardware address, of `len` bytes. */
int sriov_netlink_perm_mac(struct sriov_ctx *ctx, const char *netdev, uint8_t mac[20],
			   uint8_t *len);
void sriov_netlink_close(struct sriov_ctx *ctx);

/* ---- devlink-info.c ---- */
/*
 * Fill in what devlink tells of versions and serial number of the card; what it does not tell
 * stays unset. Returns 0 or -errno without a text; -EOPNOTSUPP: there is no devlink for it.
 */
int sriov_devlink_info(struct sriov_pf *pf, struct sriov_fw_info *info);

/* ---- netlink-use.c: what netdevs are used for, in the namespace of the process ---- */
/*
 * Addresses and routes of all netdevs, as "192.0.2.1/24" and "route 10.0.0.0/8", but for those
 * that the kernel makes by itself. -EINTR as in sriov_netlink_dump().
 */
int sriov_netlink_uses(struct sriov_ctx *ctx,
		       void (*see)(void *data, uint32_t ifindex, const char *text),
		       void *data);
/*
 * The devices that have netdevs here, by name: PCI addresses and the like. -EINTR as in
 * sriov_netlink_dump().
 */
int sriov_netlink_parents(struct sriov_ctx *ctx,
			  void (*see)(void *data, const char *parent), void *data);

/* ---- event.c: waiting for the kernel and udev ---- */
struct sriov_events;
/* Start to listen for uevents: before the change that makes them. */
int sriov_events_open(struct sriov_ctx *ctx, struct sriov_events **events);
void sriov_events_close(struct sriov_events *events);
/*
 * Wait until `ready` says so, asking again at each event; -ETIMEDOUT after `ms` milliseconds,
 * -EINTR when interrupted.
 */
int sriov_events_wait(struct sriov_events *events, unsigned int ms,
		      bool (*ready)(void *data), void *data);
/* Milliseconds of the monotonic clock. */
int64_t sriov_now_ms(void);

/* ---- pf.c ---- */
/* The PF of a device directory; makes it when it is new. -ENOENT: no sriov_numvfs there. */
int sriov_pf_at(struct sriov_ctx *ctx, const char *bus, const char *dev,
		struct sriov_pf **pf);
void sriov_pf_free(struct sriov_pf *pf);
/* The VFs that are there now, ascending, to be freed. Never blocks on PCI: virtfn links. */
int sriov_pf_vfs(struct sriov_pf *pf, uint32_t **indexes, uint32_t *n);
/* Is this one of them? */
bool sriov_pf_has_vf(const uint32_t *indexes, uint32_t n, uint32_t index);
/* How many there are. */
int sriov_pf_num_vfs(struct sriov_pf *pf, uint32_t *n);
/* The netdev that carries its VF data: the one the user named, else the first; "" when none. */
void sriov_pf_netdev(struct sriov_pf *pf, char *buf, size_t size);
/* Is it a netdev of IPoIB? */
bool sriov_netdev_is_infiniband(struct sriov_ctx *ctx, const char *netdev);
/* A driver link as text: the name, or "none". */
void sriov_driver_of(struct sriov_ctx *ctx, const char *device_path, char *buf,
		     size_t size);
/* The device directory of a VF, "sys/bus/pci/devices/...": -ENODEV when it has none. */
int sriov_vf_path(struct sriov_pf *pf, uint32_t index, char *path, size_t size);

/* The number of the IOMMU group of a device; -ENOENT without one. */
int sriov_iommu_group(struct sriov_ctx *ctx, const char *path, uint32_t *group);

/* ---- pf-card.c ---- */
/* A handle for a device, which is no PF that is known; NULL without memory. */
struct sriov_pf *sriov_pf_new(struct sriov_ctx *ctx, const char *bus, const char *dev);
/*
 * The PF of a PCI function, also of one without SR-IOV, which its firmware may have switched
 * off. -ENOENT: there is none, or it is a VF.
 */
int sriov_pf_function(struct sriov_ctx *ctx, const char *dev, struct sriov_pf **pf);
/* All PFs of its card, in the order of their addresses, itself among them; to be freed. */
int sriov_pf_card(struct sriov_pf *pf, struct sriov_pf ***pfs, size_t *n);

/* ---- fw-limit.c ---- */
/*
 * For the text of a refusal of so many VFs (0: any): which setting of the firmware stands in the
 * way, and the command that changes it, as " (...)"; "" when none is known to.
 */
void sriov_fw_limit(struct sriov_pf *pf, uint32_t wanted, char *text, size_t size);

/* ---- vf.c ---- */
/* sriov_vf_get(), but a GUID that was never given is there, as 0. */
int sriov_vf_read(struct sriov_pf *pf, uint64_t want, struct sriov_vf_attrs **vfs,
		  size_t n);
/* All members that the kernel takes only together with one of `bits`. */
uint64_t sriov_vf_companions(uint64_t bits);
/* Do both have the member `bit`, with the same value? */
bool sriov_vf_same(const struct sriov_vf_attrs *a, const struct sriov_vf_attrs *b,
		   uint64_t bit);
/* Copy the members of `mask` that are set in `from`. */
void sriov_vf_copy(struct sriov_vf_attrs *to, const struct sriov_vf_attrs *from,
		   uint64_t mask);
/* One member as text, for errors: "10". */
void sriov_vf_format(const struct sriov_vf_attrs *vf, uint64_t bit, char *text,
		     size_t size);
/* The keyword of one bit, for texts: "max_tx_rate". */
const char *sriov_vf_attr_name(uint64_t bit);
const char *sriov_pf_attr_name(uint64_t bit);

/* ---- group.c; mlnx.c ---- */
/* Is it the name of a group in the tree of MLNX_OFED: 0 .. 255? */
bool sriov_mlnx_is_group(const char *name);
/* The back end that has the groups of this PF, or NULL. */
const struct sriov_backend *sriov_group_backend(struct sriov_pf *pf);
/* Fill in the effective limits of VFs; where something is not known they stay unset. */
int sriov_group_limit_vfs(struct sriov_pf *pf, struct sriov_vf_attrs **vfs, size_t n);
/* sriov_group_list(), and the VFs with their groups, to be freed with sriov_vf_attrs_free(). */
int sriov_group_look(struct sriov_pf *pf, struct sriov_group_attrs ***groups, size_t *n,
		     struct sriov_vf_attrs ***vfs, uint32_t *nr_vfs);
/* Read only the rates and the name of one; a group that is not there has none. */
void sriov_group_read(struct sriov_pf *pf, struct sriov_group_attrs *group);
/* The keyword of one bit, and its value, for texts. */
const char *sriov_group_attr_name(uint64_t bit);
uint32_t sriov_group_rate(const struct sriov_group_attrs *group, uint64_t bit);
/* ---- vf-stats.c ---- */
/* The counter of this bit, unless it is known already. */
void sriov_stats_put(struct sriov_vf_stats *stats, uint64_t bit, uint64_t value);
/* The bit of a counter whose name is these `len` bytes; 0: there is none. */
uint64_t sriov_stats_bit(const char *name, size_t len);

/* ---- mlnx-stats.c ---- */
/* vf_stats() of a back end, from the vendor's tree: PF/sriov/N/stats. */
int sriov_mlnx_stats(struct sriov_pf *pf, struct sriov_vf_stats **stats, size_t n);

/* ---- worker.c: what may block runs in forked children ---- */
/*
 * One job of a batch. `work` runs in a child and may call anything of the library; it
 * returns 0 or -errno and may leave words in `text`.
 */
struct sriov_job {
	int (*work)(struct sriov_ctx *ctx, const struct sriov_job *job, char *text);
	const void *data;
	/*
	 * Result. A `pid` is that of a child that is not done: -ETIMEDOUT: the kernel blocks,
	 * and it is stuck; -EINTR: nobody wants to wait for it any longer. Without one, -EINTR:
	 * interrupted before it began; -ECHILD: the child died, and nobody knows how far it came.
	 */
	int err;
	int pid;
	char text[SRIOV_TEXT_LEN];
};
/* What ps calls a child. */
#define SRIOV_WORKER_NAME "sriov-worker"
/* How a batch is run. */
struct sriov_pace {
	unsigned int parallel; /* children at once, up to 32 */
	unsigned int limit_ms; /* for each job */
	unsigned int patience; /* give up after so many stuck children; 0: never */
	bool reads;            /* they change nothing: one that is stuck keeps no lock */
	const char *what;      /* progress is reported as this, unless NULL */
	/* called with the first job's data now and then, or NULL */
	void (*tick)(struct sriov_ctx *ctx, const void *data);
};
/*
 * Run the jobs. A stuck child is left behind (with our locks, so that the next command meets
 * them, unless it only reads) and a new one goes on; jobs
 * that were never begun have the error that is returned. Returns 0, or the error of the first
 * job that failed.
 */
int sriov_workers_run(struct sriov_ctx *ctx, const struct sriov_pace *pace,
		      struct sriov_job *jobs, size_t n);
/* ---- worker-read.c ---- */
/*
 * Call `read` for 0 .. n-1 in a worker, with a copy of `data` that it may change: what became of
 * it comes back, also when not all could be read. What `data` points to does not. -ETIMEDOUT:
 * the kernel blocks for more than a second.
 */
int sriov_worker_read(struct sriov_ctx *ctx,
		      void (*read)(struct sriov_ctx *ctx, void *data, size_t i),
		      void *data, size_t size, size_t n);

/* The limit of one write that may block: --wait, but never less than such a write needs. */
unsigned int sriov_write_limit_ms(const struct sriov_ctx *ctx);

/* ---- override.c ---- */
/* One driver_override: `driver` is "" when it is not set; `err` -errno when not known. */
struct sriov_override {
	const char *path; /* of the device */
	char driver[SRIOV_NAME_LEN];
	int err;
};
/*
 * Read them all, in a worker: reading takes the device lock, and may block. -ETIMEDOUT: it
 * did. A device that has no such file has no override.
 */
void sriov_override_read(struct sriov_ctx *ctx, struct sriov_override *list, size_t n);

/* ---- bind.c: driver_override, unbind, probe ---- */
/* What becomes of one device; for a PF and a VF alike. */
struct sriov_binding {
	const char *path;     /* its directory, sys/bus/pci/devices/... */
	const char *driver;   /* wanted: a name, "default" or "none" */
	const char *old;      /* bound now, or "none" */
	const char *override; /* set now, or "" */
	bool optional;        /* that no driver claims it is no failure */
	bool again;           /* `old` is started again, and then the override is: */
	const char *after;
};
/*
 * A job's work, data being a struct sriov_binding: bind, and put the old driver back when that
 * fails. On success the text is the driver that is bound now.
 */
int sriov_bind(struct sriov_ctx *ctx, const struct sriov_job *job, char *text);
/* A job's work: put driver and override back as the binding says they were. */
int sriov_bind_undo(struct sriov_ctx *ctx, const struct sriov_job *job, char *text);
/* A job's work, data being a driver's name: load its module. -ENOENT: there is none. */
int sriov_bind_load(struct sriov_ctx *ctx, const struct sriov_job *job, char *text);
/* Is it one of the vfio drivers? Does it leave the device without a netdev? */
bool sriov_bind_is_vfio(const char *driver);
bool sriov_bind_is_userspace(const char *driver);
/* May be, that is: one that is not "none" nor for user space. */
bool sriov_bind_makes_netdevs(const char *driver);

/* ---- num-vfs.c ---- */
/* Write num_vfs in a worker and wait until the VFs are there. Text as in a verdict. */
int sriov_num_vfs_write(struct sriov_pf *pf, uint32_t n, char *text);
/*
 * Wait until the VFs have what their drivers make: netdevs, and udev records where udev
 * runs. `late` (n flags) says which have not when the time is up.
 */
void sriov_num_vfs_settle(struct sriov_pf *pf, const uint32_t *indexes, size_t n,
			  bool *late);
/* The same for a PF that is a network card: false when it has not. */
bool sriov_pf_settle(struct sriov_pf *pf);

/* ---- holder*.c: who would be hurt ---- */
#define SRIOV_HOLDER_LEN 256 /* a list of holders, with its NUL */
/* One device and who uses it. */
struct sriov_holding {
	char path[SRIOV_PATH_LEN]; /* of the device, sys/bus/pci/devices/..., or "" */
	uint32_t index;            /* of the VF; SRIOV_HOLDING_PF: the PF itself */
	int err;                   /* -errno: some of them could not be looked for */
	char text
		[SRIOV_HOLDER_LEN]; /* "qemu (pid 7): /dev/vfio/3; master bond0", or "" */
	char who[SRIOV_NAME_LEN]; /* a process that has it open: "qemu (pid 7)", or "" */
	struct sriov_pf *pf;      /* that may have a representor of the VF; or NULL */
};
#define SRIOV_HOLDING_PF UINT32_MAX
/*
 * Fill in a list of these VFs (NULL: all that are there) of a PF, to be freed. VFs that are on
 * their way out are left out; those of a PF that is not of PCI are no devices, and have no path.
 * There is room for one more.
 */
int sriov_holdings_new(struct sriov_pf *pf, const uint32_t *indexes, uint32_t *n,
		       struct sriov_holding **list);
/* Look for the holders of all at once: in all processes, when there is a reason to. */
int sriov_holders_find(struct sriov_ctx *ctx, struct sriov_holding *list, size_t n);
/* While the kernel blocks: fill in `who`, in a worker, so that this ends in a second. */
int sriov_holders_find_blamed(struct sriov_ctx *ctx, struct sriov_holding *list,
			      size_t n);
/*
 * The kernel blocks, for processes that have these open: append who they are to the text,
 * " until qemu (pid 7) lets go of 0000:01:10.0", or nothing when there are none.
 */
void sriov_holders_blame(const struct sriov_holding *list, size_t n, char *text,
			 size_t size);

/* ---- lock.c ---- */
/*
 * Take the lock of a PF, waiting at most ctx->wait: it is held until its descriptor, and every
 * copy that a worker inherited, is closed. -EBUSY names the holder.
 */
int sriov_lock(struct sriov_pf *pf);
/* Close it, in this process, if it is open. */
void sriov_unlock(struct sriov_pf *pf);
/*
 * A file by which mstflint locks a PCI device: 0 that of configuration space, 1 that of memory.
 * A descriptor for flock(), to be closed, or -errno: there is none that only root can change.
 */
int sriov_lock_of_mstflint(struct sriov_ctx *ctx, const char *device, size_t which);
/* Who holds the lock of this file: "pid 7 (mstconfig)". */
void sriov_lock_holder(struct sriov_ctx *ctx, int fd, const char *name, char *text,
		       size_t size);

/* ---- quirk.c ---- */
/* What to do about the refusal `err` (negative) of an attribute by this driver, or NULL. */
const char *sriov_quirk_cure(enum sriov_noun noun, const char *driver, uint64_t attr,
			     int err);
/* Those of these members that the driver refuses now, because the link is down. */
uint64_t sriov_quirk_without_link(struct sriov_pf *pf, const char *driver,
				  uint64_t vf_attrs);
/* Wait for what this driver needs before it takes these members; --wait is the limit. */
void sriov_quirk_prepare(struct sriov_pf *pf, const char *driver, uint64_t vf_attrs);
/* IFF_UP of the PF's netdev: 0 or 1, or -errno when that is not known. */
int sriov_quirk_is_up(struct sriov_pf *pf);
/* Would this driver take a change of num_vfs and do nothing, because its netdev is down? */
bool sriov_quirk_is_deaf(struct sriov_pf *pf, const char *driver);

/* ---- quirk-vf.c ---- */
/* How this driver starts a VF; false when that is not known. */
bool sriov_quirk_spoofchk(const char *driver, bool *spoofchk);
/* When does this driver of a VF take an address that is given while it is bound? */
enum sriov_takes {
	SRIOV_TAKES_UNKNOWN,
	SRIOV_TAKES_AT_START, /* when it is bound the next time */
	SRIOV_TAKES_SOON,     /* by itself */
};
enum sriov_takes sriov_quirk_takes_mac(const char *driver);
/* Does this driver of a PF tell the VF's own address where none was given to it? */
bool sriov_quirk_tells_own_mac(const char *driver);
/* What VFs of this driver, whose members `can` can be set, leave to those that come next. */
uint64_t sriov_quirk_outliving(const char *driver, uint64_t can);

/* ---- quirk-stats.c ---- */
/* Which counters this driver of a PF keeps of VFs, over a netdev of this kind; all: unknown. */
uint64_t sriov_quirk_stats(const char *driver, bool infiniband);

#endif
