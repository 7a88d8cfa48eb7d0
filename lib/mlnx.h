/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The tree of files that mlx5_core of MLNX_OFED makes below a PF: sriov/VF/..., sriov/groups/....
 * Most of them read back a sentence about their use; what is set stands in "config".
 */
#ifndef SRIOV_MLNX_H
#define SRIOV_MLNX_H

#include "internal.h"

/* What stands in the tree of an Ethernet port and of an InfiniBand one. */
#define SRIOV_MLNX_CONFIG                                                               \
	(SRIOV_VF_MAC | SRIOV_VF_VLAN_GROUP | SRIOV_VF_RATE_GROUP | SRIOV_VF_SPOOFCHK | \
	 SRIOV_VF_TRUST | SRIOV_VF_STATE)
#define SRIOV_MLNX_ETHERNET (SRIOV_MLNX_CONFIG | SRIOV_VF_TRUNK | SRIOV_VF_GROUP)
#define SRIOV_MLNX_INFINIBAND (SRIOV_VF_STATE | SRIOV_VF_GUIDS)

/* ---- mlnx.c: what is written and read, as text ---- */
/*
 * Read the members of `want` that are in the text of a VF's "config". A key that comes twice
 * counts when it comes first: 5.7 to 25.01 repeat RateGroup with a stale value.
 */
void sriov_mlnx_parse_config(const char *text, uint64_t want, struct sriov_vf_attrs *vf);
/* The same for a group: its rates, and how many VFs it has. */
void sriov_mlnx_parse_group(const char *text, struct sriov_group_attrs *group);
/* "Down", "Up" or "Follow" in `policy`; false when it is none of them. */
bool sriov_mlnx_parse_state(const char *text, uint8_t *state);
/* "00:11:22:33:44:55:66:77" */
bool sriov_mlnx_parse_guid(const char *text, uint64_t *guid);

/* A file of a VF by which members are written, all at once. */
struct sriov_mlnx_file {
	const char *name;
	uint64_t bits;
	void (*format)(const struct sriov_vf_attrs *vf, uint64_t bit, char *text,
		       size_t size);
};
#define SRIOV_MLNX_TEXT_LEN 64
/* In the order in which they are written; the last one has no name. */
extern const struct sriov_mlnx_file sriov_mlnx_ethernet[], sriov_mlnx_infiniband[];

/* ---- mlnx-group.c: operations of the back end, and writing ---- */
/* Has this PF groups? */
bool sriov_mlnx_has_groups(struct sriov_pf *pf);
int sriov_mlnx_group_names(struct sriov_pf *pf, char ***names);
int sriov_mlnx_group_get(struct sriov_pf *pf, struct sriov_group_attrs **groups,
			 size_t n);
int sriov_mlnx_group_set(struct sriov_pf *pf, const struct sriov_group_attrs *group,
			 struct sriov_verdict *verdict);
/*
 * Write to a file below "sriov/", trying again for a while after EBUSY, which is transient since
 * 23.10. No such file: -EOPNOTSUPP.
 */
int sriov_mlnx_write(struct sriov_pf *pf, const char *file, const char *value);

#endif
