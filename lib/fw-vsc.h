/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What only fw-vsc.c, fw-gateway.c, fw-icmd.c and fw-blame.c share: a card behind its VSC. */
#ifndef SRIOV_FW_VSC_H
#define SRIOV_FW_VSC_H

#include <signal.h>

#include "fw.h"

/*
 * The vendor-specific capability of a function is a gateway to the address spaces of the card:
 * a semaphore, the number of a space, an address, data. In one space is the mailbox of ICMD,
 * the commands of the firmware, which has a semaphore of its own; one command accesses a
 * register. Sources: mstflint mtcr_ul, Linux drivers/net/ethernet/mellanox/mlx5/core/lib/pci_vsc.c.
 */

/* Registers of the capability. */
#define SRIOV_VSC_CONTROL 0x04
#define SRIOV_VSC_COUNTER 0x08
#define SRIOV_VSC_SEMAPHORE 0x0c
#define SRIOV_VSC_ADDRESS 0x10
#define SRIOV_VSC_DATA 0x14

enum space { SPACE_NONE, SPACE_CR, SPACE_ICMD, SPACE_SEMAPHORE, NR_SPACES };

struct sriov_gateway {
	struct sriov_ctx *ctx;
	struct sriov_pf *pf;
	int config;            /* descriptor of the configuration space */
	int files[2];          /* locks of mstflint, or -1 */
	unsigned int at;       /* where the capability is */
	bool other[NR_SPACES]; /* it goes by its other number */
	enum space space;      /* set now, as far as is known */
	bool taken;            /* its semaphore is ours */
	bool icmd_taken;       /* that of ICMD is ours, too */
	bool icmd_left;        /* it could not be freed: it is still ours */
	bool quiet;            /* signals wait */
	sigset_t before;       /* which waited before */
	uint32_t ticket;       /* written to its semaphore, and not freed; or 0 */
	uint32_t icmd_room;    /* bytes of the mailbox */
};

/* How long somebody else may keep a semaphore, unless --wait is shorter. */
#define SRIOV_SEMAPHORE_MS 5000
/* How long to try to free that of ICMD, whatever --wait is: nobody else does it for us. */
#define SRIOV_FREE_MS 30000

/* ---- fw-gateway.c ---- */
/*
 * Find the capability by reading configuration space with `read`, which returns 0 or -errno.
 * -ENOENT: there is none; -ENOEXEC: it is the one of a card that has lost its firmware.
 */
int sriov_gateway_find(int (*read)(void *data, unsigned int at, uint32_t *value),
		       void *data, unsigned int *at);
/* A dword of configuration space; -errno with its text. */
int sriov_gateway_config(void *gateway, unsigned int at, uint32_t *value);
/*
 * Take the semaphore, and keep signals away until sriov_gateway_leave(), so that nothing but
 * SIGKILL ends the process meanwhile. -EBUSY, with a text that says who is to blame.
 */
int sriov_gateway_take(struct sriov_gateway *gateway);
int sriov_gateway_take_within(struct sriov_gateway *gateway, unsigned int limit_ms);
/* Before closing: free what could not be freed, if it is still ours. */
void sriov_gateway_abandon(struct sriov_gateway *gateway);
/* Free it. Signals come again, unless the semaphore of ICMD is still ours. */
void sriov_gateway_leave(struct sriov_gateway *gateway);
/* A dword of a space, with the semaphore taken. */
int sriov_gateway_read(struct sriov_gateway *gateway, enum space space, uint32_t address,
		       uint32_t *value);
int sriov_gateway_write(struct sriov_gateway *gateway, enum space space, uint32_t address,
			uint32_t value);
/* The number by which this card knows a space. */
uint16_t sriov_gateway_number(const struct sriov_gateway *gateway, enum space space);
/* Sleep a little, the longer the more often: `pause` begins as 0. */
void sriov_gateway_pause(unsigned int *pause);

/* ---- fw-icmd.c ---- */
#define SRIOV_ICMD_HEAD 20 /* bytes of a message before the register */
/* The message that accesses a register of `len` bytes; SRIOV_ICMD_HEAD + len of them. */
void sriov_icmd_encode(uint8_t *message, enum sriov_reg reg, bool set, const void *data,
		       size_t len);
/* What the first 8 bytes of the answer say: an enum sriov_reg_status, or -EBADMSG. */
int sriov_icmd_decode(const uint8_t *message, enum sriov_reg reg);
/* One access, as in a transport. It takes and frees all semaphores. */
int sriov_icmd_access(struct sriov_gateway *gateway, enum sriov_reg reg, bool set,
		      void *data, size_t len);
/* Before closing: free what could not be freed. */
void sriov_icmd_abandon(struct sriov_gateway *gateway);

/* ---- fw-blame.c: errors that say who is to blame, and what helps ---- */
/* The semaphore of the gateway, or of ICMD with this value, was not freed by somebody else. */
int sriov_blame_gateway(struct sriov_gateway *gateway);
int sriov_blame_icmd(struct sriov_gateway *gateway, uint32_t value);
/* The lock file of mstflint was not. */
int sriov_blame_file(struct sriov_gateway *gateway, int file);
/* Is the kernel locked down? Then configuration space cannot be written: -EPERM. */
int sriov_blame_lockdown(struct sriov_pf *pf);

#endif
