/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What only fw-devlink.c, which reads and writes, and fw-devlink-prepare.c share. */
#ifndef SRIOV_FW_DEVLINK_H
#define SRIOV_FW_DEVLINK_H

#include "devlink.h"
#include "fw.h"

/* What a change has beside the public pairs. */
struct pair {
	uint8_t type;
	bool reset;   /* to the default that only the kernel knows by heart */
	bool write;   /* also when both are the same */
	bool written; /* and not put back */
};

struct state {
	char driver[SRIOV_NAME_LEN];
	struct pair pairs[];
};

/* ---- fw-devlink.c ---- */
/* All permanent parameters, as devlink has them: an array to be freed. */
int sriov_fw_devlink_read(struct sriov_pf *pf, struct sriov_devlink_param **params,
			  size_t *n);
/* The one with this name, in any case, or NULL. */
const struct sriov_devlink_param *
sriov_fw_devlink_find(const struct sriov_devlink_param *params, size_t n,
		      const char *name);
/* As it is shown. */
void sriov_fw_devlink_fill(struct sriov_fw_param *param,
			   const struct sriov_devlink_param *from, const char *driver);
bool sriov_fw_devlink_same(const struct sriov_fw_value *a,
			   const struct sriov_fw_value *b);

/* ---- fw-devlink-prepare.c ---- */
int sriov_fw_devlink_prepare(struct sriov_pf *pf, const struct sriov_fw_wish *wishes,
			     size_t n, struct sriov_fw_change **change);
int sriov_fw_devlink_prepare_reset(struct sriov_pf *pf, struct sriov_fw_change **change);
void sriov_fw_devlink_free(struct sriov_fw_change *change);

#endif
