/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the files of holder*.c share: one search for all devices. */
#ifndef SRIOV_HOLDER_H
#define SRIOV_HOLDER_H

#include "internal.h"

/* A device whose holders are looked for. */
struct target {
	struct sriov_holding *out;
	char driver[SRIOV_NAME_LEN];
	unsigned int more; /* holders for which the text had no room */
	bool vfio;         /* its driver is one of vfio */
	bool open;         /* and a process has it open, whoever that is */
	bool nodes;        /* there are files in /dev through which it can be used */
	unsigned int away; /* netdevs that are in other network namespaces */
};

/* A file in /dev through which a device is used. */
struct node {
	char path[SRIOV_NAME_LEN * 2];
	struct target *target;
	char last[16]; /* the process that was named last */
};

/* A netdev of a device. */
struct port {
	uint32_t ifindex;
	struct target *target;
};

struct search {
	struct sriov_ctx *ctx;
	struct target *targets;
	size_t n;
	struct node *nodes;
	size_t nr_nodes;
	struct port *ports;
	size_t nr_ports;
	char netdev[SRIOV_NAME_LEN]; /* one of them */
	bool no_cdevs;               /* VFIO devices have no files of their own */
	bool no_memory;
	bool only_processes; /* what may block is not looked for */
};

/* ---- holder.c ---- */
/* Add one holder to the text of a device, or count it when there is no room. */
void sriov_holder_add(struct target *target, const char *fmt, ...) PRINTF(2, 3);
/* "qemu-system-x86 (pid 1234)". */
void sriov_holder_process_name(struct sriov_ctx *ctx, const char *pid, char *text,
			       size_t size);
/* sriov_holders_find() without netlink, which may block. */
int sriov_holder_find_only_processes(struct sriov_ctx *ctx, struct sriov_holding *list,
				     size_t n);
/* Is `name` among these, which are sorted? */
bool sriov_holder_among(char *const *names, size_t n, const char *name);

/* ---- holder-process.c: who has a file in /dev open ---- */
/* Note the files in /dev of a device; `names` are the entries of its directory. */
void sriov_holder_find_nodes(struct search *search, struct target *target,
			     char *const *names, size_t n);
/* Note those of vDPA devices, which are deeper below theirs. */
void sriov_holder_find_vdpa(struct search *search);
/* Look for them in all processes. */
void sriov_holder_find_processes(struct search *search);

/* ---- holder-netdev.c: what a netdev is part of ---- */
/* What lies on top of the netdevs of a device, or that they are elsewhere. */
void sriov_holder_find_netdevs(struct search *search, struct target *target);
/*
 * One netdev that is listed below a device: add what lies on it, with `before` in front of each.
 * Returns 0 or -errno: -ENOENT when it is gone.
 */
int sriov_holder_add_uppers(struct search *search, struct target *target,
			    const char *path, const char *netdev, const char *before);
/* Addresses and routes. */
void sriov_holder_find_uses(struct search *search);

/* ---- holder-representor.c: what stands for a VF on its PF ---- */
/* "pf0vf3", the name of a port: the index of the VF that it stands for. */
bool sriov_representor_parse(const char *text, uint32_t *index);
/* What lies on top of representors. */
void sriov_holder_find_representors(struct search *search);

/* ---- holder-netns.c: where a netdev went ---- */
/* One line of mountinfo: a network namespace with a name? */
bool sriov_netns_parse_mount(const char *line, uint64_t *inode, char *mount, size_t size);
/* "net:[4026531840]", the text of links in /proc/PID/ns. */
bool sriov_netns_parse_link(const char *text, uint64_t *inode);
void sriov_holder_find_namespaces(struct search *search);

#endif
