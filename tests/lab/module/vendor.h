/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the files of the vendor tree share: sriov/ in the directory of a PF, as the driver of
 * MLNX_OFED makes it (its file mlx5/core/sriov_sysfs.c; upstream has nothing like it).
 *
 *   vendor-tree.c    releases, the directories of VFs, mlx5_num_vfs
 *   vendor-vf.c      files of an Ethernet VF; vendor-ib.c those of an InfiniBand one
 *   vendor-groups.c  groups of VFs that share a rate
 *   vendor-paging.c  a directory in that of each VF
 *
 * The files do as eswitch.c says, and so does netlink. Files that are being written to keep
 * their directory from going, so no lock may be held for both: vendor->lock is taken by no file
 * of a group (only tried), and nothing that a file of a VF takes is held while VFs go.
 */
#ifndef LAB_VENDOR_H
#define LAB_VENDOR_H

#include "card.h"

#define LAB_MAX_GROUPS 256

/* Releases of MLNX_OFED whose trees differ, in their order. */
enum lab_ofed {
	OFED_NONE, /* the driver of Linux: no tree */
	OFED_4_0,
	OFED_4_2,
	OFED_4_6_1, /* 4.6-1.0 */
	OFED_4_6,
	OFED_5_8,
	OFED_24_10,
	OFED_25_10,
	OFED_LAST = OFED_25_10
};

extern enum lab_ofed lab_ofed;

/* A directory for a VF, for a group of them or for the PF. */
struct lab_dir {
	struct kobject kobj;
	struct lab_port *port;
	int index; /* of the VF; -1: not for one */
};

/* A file in such a directory. */
struct lab_tree_file {
	struct attribute attr;
	enum lab_ofed since, until; /* releases that have it; 0: no limit */
	const char *usage;          /* what is read instead of a value, or: */
	ssize_t (*show)(struct lab_dir *dir, char *buf);
	enum lab_operation show_op;
	int (*store)(struct lab_dir *dir, const char *buf); /* NULL: cannot be set */
	enum lab_operation store_op;
};

#define LAB_TREE_FILE(file_name, ...)                                     \
	static struct lab_tree_file file_##file_name = {                  \
		.attr = { .name = #file_name, .mode = 0644 }, __VA_ARGS__ \
	}

struct lab_group {
	struct lab_dir dir;
	unsigned int id;
	u32 max_rate, min_rate;
	bool gone; /* has no VFs any more */
	struct work_struct leaving;
};

struct lab_vendor {
	struct lab_port *port;
	struct kobject *sriov;
	struct kobject *groups_dir; /* NULL: this card or release has no groups */
	struct lab_dir *vfs[LAB_MAX_VFS], *paging[LAB_MAX_VFS];
	struct lab_dir *pf;
	unsigned int nr_vfs;                      /* VFs that are enabled */
	struct mutex lock;                        /* who is in which group */
	struct lab_group *groups[LAB_MAX_GROUPS]; /* under port->lock, too */
	struct workqueue_struct *queue;           /* groups that leave */
};

/* ---- vendor-tree.c ---- */

extern const struct sysfs_ops lab_tree_ops;
umode_t lab_tree_is_visible(struct kobject *kobj, struct attribute *attr, int unused);
/* Frees a lab_dir that stands alone. */
void lab_dir_release(struct kobject *kobj);
/* "Mbit/s" as this release reads it. */
int lab_tree_parse_rate(const char *buf, u32 *rate);

/* ---- vendor-vf.c, vendor-paging.c, vendor-ib.c ---- */

extern const struct kobj_type lab_tree_eth_type, lab_tree_pf_type, lab_tree_paging_type,
	lab_tree_ib_type;
extern struct lab_tree_file lab_tree_node;
/* Down, Up or Follow: IFLA_VF_LINK_STATE_* or a negative errno; and the other way. */
int lab_tree_parse_policy(const char *buf);
const char *lab_tree_policy(u8 link_state);

/* ---- vendor-groups.c ---- */

/* Before and after the VFs are there. */
int lab_groups_begin(struct lab_vendor *vendor);
void lab_groups_end(struct lab_vendor *vendor);
int lab_groups_join(struct lab_port *port, int vf, unsigned int id);

#endif
