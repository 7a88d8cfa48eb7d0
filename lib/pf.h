/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What only pf.c, pf-get.c, find.c and selection.c share. */
#ifndef SRIOV_PF_H
#define SRIOV_PF_H

#include "internal.h"

/* What a netdev of a PF's device stands for. */
enum sriov_port {
	SRIOV_PORT_SELF,  /* a port of the PF itself */
	SRIOV_PORT_VF,    /* the representor of one of its VFs */
	SRIOV_PORT_OTHER, /* that of a subfunction, or of a function of another host */
};

/* By phys_port_name; `index` is set for SRIOV_PORT_VF. */
enum sriov_port sriov_port_of(struct sriov_ctx *ctx, const char *netdev, uint32_t *index);

/*
 * The PF's own netdevs in natural order (eth2 before eth10), as sriov_sysfs_list() gives
 * them. `all` also counts the representors, unless NULL.
 */
int sriov_pf_netdevs(struct sriov_pf *pf, char ***names, size_t *all);

/* Parse a hardware address of 6 or 20 bytes, "02:00:...". Returns its length, 0 when none. */
size_t sriov_mac_parse(const char *text, uint8_t mac[20]);

#define SRIOV_INDEX_MAX 65535

/* VF indexes, as they were asked for. */
struct sriov_selection {
	bool all;
	uint64_t bits[(SRIOV_INDEX_MAX + 1) / 64];
};

/* What follows the last '/' when it is a list of VFs, else NULL: BUS/DEV has a '/', too. */
const char *sriov_selection_in(const char *object);
/* Parse such a list; `object` is for the text. */
int sriov_selection_parse(struct sriov_ctx *ctx, const char *object, const char *list,
			  struct sriov_selection *chosen);

#endif
