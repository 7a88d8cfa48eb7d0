/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the files about firmware settings share: transports, back ends, changes. */
#ifndef SRIOV_FW_H
#define SRIOV_FW_H

#include "internal.h"

/*
 * A card is asked by reading and writing its registers ("access register" of the PRM), the same
 * bytes over every transport. Settings are kept in TLVs of the NV configuration, or behind
 * permanent parameters of devlink: that is what a back end hides.
 *
 *   plan-fw.c -> sriov_fw_backend: fw-nv*.c    -> fw-card.c -> sriov_fw_transport: fw-fwctl.c,
 *                                  fw-devlink.c                fw-vsc.c, fw-recorded.c
 */

/* ---- fw-card.c: registers of a card, over the first transport that it has ---- */

enum sriov_reg {
	SRIOV_REG_MGIR = 0x9020,  /* general information: how many ports */
	SRIOV_REG_MNVDA = 0x9024, /* one TLV, read and written */
	SRIOV_REG_MNVDI = 0x9025, /* invalidate one TLV */
	SRIOV_REG_MFRL = 0x9028,  /* reset the firmware */
	SRIOV_REG_MNVQC = 0x9030, /* is a TLV supported? */
	SRIOV_REG_MNVIA = 0x9033, /* invalidate all TLVs */
	SRIOV_REG_MNVGC = 0x9034, /* can current and default values be read? */
	SRIOV_REG_MNVGN = 0x9035, /* the next TLV that is stored */
	SRIOV_REG_MQIS = 0x9064,  /* name and description */
};

/* What the firmware answers: the status of the operation TLV, in every transport. */
enum sriov_reg_status {
	SRIOV_REG_OK = 0,
	SRIOV_REG_BUSY = 1,
	SRIOV_REG_BAD_VERSION = 2,
	SRIOV_REG_UNKNOWN_TLV = 3,
	SRIOV_REG_NOT_SUPPORTED = 4,
	SRIOV_REG_BAD_CLASS = 5,
	SRIOV_REG_BAD_METHOD = 6,
	SRIOV_REG_BAD_PARAM = 7,
	SRIOV_REG_NO_RESOURCE = 8,
	SRIOV_REG_BAD_CONFIG = 0x20,
	SRIOV_REG_ERASE_EXCEEDED = 0x21,
	SRIOV_REG_CONF_CORRUPT = 0x22,
	SRIOV_REG_TOO_SHORT = 0x24,
	SRIOV_REG_INTERNAL = 0x70,
};

#define SRIOV_REG_MAX 284 /* the longest: MNVGN with a TLV of 256 bytes */

struct sriov_fw_transport {
	const char *name; /* "fwctl", "vsc", "recorded" */
	/*
	 * -EOPNOTSUPP without a text: this card or kernel does not have it, the next one is
	 * asked. Any other error has its text, by sriov_fail().
	 */
	int (*open)(struct sriov_pf *pf, void **state);
	/*
	 * One access: `data` is the register as the PRM has it, big-endian, sent and replaced by
	 * the answer. Returns 0, a positive enum sriov_reg_status, or -errno with its text.
	 * -EINPROGRESS: what is set is still under way in a process that the text names, and
	 * may happen at any time: reading does not tell what will be, and it is not to be undone.
	 * When it returns, no semaphore is held, unless the text says so: then it is tried again
	 * to free it by the next access, and by close().
	 */
	int (*access)(struct sriov_pf *pf, void *state, enum sriov_reg reg, bool set,
		      void *data, size_t len);
	void (*close)(void *state);
};

extern const struct sriov_fw_transport sriov_fw_fwctl, sriov_fw_vsc, sriov_fw_recorded;

struct sriov_fw_card {
	struct sriov_pf *pf;
	const struct sriov_fw_transport *transport;
	void *state;
};

/*
 * Open the card of a PF for access to registers. -EOPNOTSUPP: it has no such registers (text
 * and class SRIOV_WRONG say so); -EACCES, -EPERM: no privilege, or lockdown, and the cure.
 */
int sriov_fw_open(struct sriov_pf *pf, struct sriov_fw_card **card);
void sriov_fw_close(struct sriov_fw_card *card);
/* As in the transport; BUSY has been tried again for a while. One line of --debug each. */
int sriov_fw_access(struct sriov_fw_card *card, enum sriov_reg reg, bool set, void *data,
		    size_t len);
/* "register not supported" */
const char *sriov_fw_status_text(int status);
/* For transports: milliseconds, so many at most, and no more than --wait, or a second. */
unsigned int sriov_fw_limit_ms(const struct sriov_ctx *ctx, unsigned int most);
#define SRIOV_FW_GET_MS 10000 /* what reading a register may take */

/* ---- fw-recorded.c: recorded machines ---- */

/* A line of fw/PF.hex. */
struct sriov_fw_answer {
	uint16_t reg;
	int status;
	size_t len;
	uint8_t request[SRIOV_REG_MAX], answer[SRIOV_REG_MAX];
};
/* 1: the line is one; 0: it is empty, or a comment; -EBADMSG. */
int sriov_fw_recorded_read(const char *line, struct sriov_fw_answer *answer);
/* From now on keep what registers answer; until sriov_fw_record_end() gives it: to be freed. */
void sriov_fw_record_begin(struct sriov_ctx *ctx);
char *sriov_fw_record_end(struct sriov_ctx *ctx);
/* One answer, if they are kept. */
void sriov_fw_record_access(struct sriov_ctx *ctx, enum sriov_reg reg,
			    const void *request, int status, const void *answer,
			    size_t len);

/* ---- fw-fwctl.c ---- */

#define SRIOV_FWCTL_HEAD 16 /* bytes before the register, there and back */
/* The command of mlx5 that accesses a register. */
void sriov_fwctl_encode(uint8_t *message, enum sriov_reg reg, bool set, const void *data,
			size_t len);
/* What the status of such a command means as that of a register. */
enum sriov_reg_status sriov_fwctl_status(uint8_t status);

/* ---- back ends of settings ---- */

/* What is wished for one setting: its value as the user wrote it, or NULL for the default. */
struct sriov_fw_wish {
	const char *name;
	const char *value;
};

/*
 * A change of settings of one PF: decided, and known to be possible, before anything is
 * written. `from` and `to` are arrays of `n`: one pair for each setting that is wished for, in
 * the order of writing, also when both are the same.
 */
struct sriov_fw_change {
	const struct sriov_fw_backend *backend;
	struct sriov_pf *pf;
	struct sriov_fw_param **from, **to;
	struct sriov_verdict *verdicts; /* what became of each */
	size_t n;
	void *priv;
};

struct sriov_fw_backend {
	const char *name; /* "nvconfig", "devlink" */
	/*
	 * All settings of this PF, or those of `names` (compared without case) that it knows:
	 * an array that ends with NULL. -EOPNOTSUPP without a text: it is not for this PF.
	 */
	int (*list)(struct sriov_pf *pf, const char *const *names, size_t nr_names,
		    struct sriov_fw_param ***params, size_t *n);
	/*
	 * Read what is, understand the wishes (all of which name settings that list() gave),
	 * check ranges, dependencies and cross-rules against what will be. Nothing is written.
	 * Errors have text and class SRIOV_WRONG, the text names the setting and what is allowed.
	 */
	int (*prepare)(struct sriov_pf *pf, const struct sriov_fw_wish *wishes, size_t n,
		       struct sriov_fw_change **change);
	/* Every setting of this PF to its default. NULL: it cannot. */
	int (*prepare_reset)(struct sriov_pf *pf, struct sriov_fw_change **change);
	/* What a file of fw backup says. NULL: it cannot. */
	int (*prepare_restore)(struct sriov_pf *pf, const char *text,
			       struct sriov_fw_change **change);
	/* Write and read back. Each pair that differs gets its verdict; 0 or the first error. */
	int (*write)(struct sriov_fw_change *change);
	/* Put back all that write() wrote: 0, or an error with verdicts of what is left. */
	int (*undo)(struct sriov_fw_change *change);
	void (*free)(struct sriov_fw_change *change);
	/* The text of a backup, to be freed. NULL: it cannot. */
	int (*backup)(struct sriov_pf *pf, char **text);
};

extern const struct sriov_fw_backend sriov_fw_nvconfig, sriov_fw_devlink;

/* ---- fw.c ---- */
#define SRIOV_FW_BACKENDS 2
/* NULL-terminated, in the order in which they are asked */
const struct sriov_fw_backend *const *sriov_fw_backends(void);
/* Does --backend leave it? */
bool sriov_fw_allowed(const struct sriov_ctx *ctx,
		      const struct sriov_fw_backend *backend);
/* Refuse one setting that is named twice, as nvconfig and as devlink call it. */
int sriov_fw_check_twins(struct sriov_pf *pf, struct sriov_fw_param *const *params);
/*
 * sriov_fw_list(), but names that nobody knows are left out, and so is a back end that cannot be
 * asked. Errors without a text: none could.
 */
int sriov_fw_look(struct sriov_pf *pf, const char *const *names, size_t nr_names,
		  struct sriov_fw_param ***params, size_t *n);

/* ---- fw-name.c ---- */
/* How far the name of a setting is from what was written; more than its length: not near. */
unsigned int sriov_fw_distance(const char *wanted, const char *name);
/* Say that those of the names that are not among `found` are unknown, and which are near. */
int sriov_fw_fail_unknown(struct sriov_pf *pf, const char *const *names, size_t nr_names,
			  struct sriov_fw_param *const *found);

#endif
