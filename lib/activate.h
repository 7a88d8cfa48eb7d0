/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What only plan-activate*.c, fw-reset.c and renew.c share: a card that starts anew. */
#ifndef SRIOV_ACTIVATE_H
#define SRIOV_ACTIVATE_H

#include "fw.h"

/* ---- plan-activate.c ---- */
/* What was found about all functions of the card. */
struct sriov_need {
	unsigned int settings; /* that are not in use yet */
	bool version;          /* so is one of the firmware */
	bool known;            /* there are settings or versions at all */
	bool unknown;          /* a reset may be what some wait for */
	bool unknown_more;     /* or a reboot */
	enum sriov_fw_activation most;
	char name[SRIOV_NAME_LEN]; /* of one that needs most */
	uint32_t nr_pfs;           /* that there will be; 0: as many as now */
	bool renew;                /* the PCI core has not seen what the card offers */
	bool denied;               /* settings of a function may not be read */
};

/* Look at all functions of the card of this PF. Errors have a text. */
int sriov_activate_look(struct sriov_pf *pf, struct sriov_need *need);
/* How much is pending. */
unsigned int sriov_activate_count(const struct sriov_need *need);
/* "reboot" */
const char *sriov_activate_word(enum sriov_fw_activation activation);

/* ---- renew.c: functions of a card that the PCI core forgets and finds again ---- */

/* One function, and what it was before. */
struct sriov_function {
	struct sriov_pf *pf;
	char driver[SRIOV_NAME_LEN]; /* or "none" */
	char override[SRIOV_NAME_LEN];
	bool no_autoprobe;
	bool nic;    /* its driver made a netdev */
	bool may_go; /* it need not come back: the card will have fewer of them */
};

struct sriov_card_functions {
	struct sriov_ctx *ctx;
	struct sriov_function *list; /* to be freed */
	size_t n;
	char port[SRIOV_NAME_LEN];   /* the bridge above them, or "" */
	struct sriov_events *events; /* opened before any of them goes */
};

#define SRIOV_RESCAN "echo 1 > /sys/bus/pci/rescan" /* what a user can do */

/* Note what the functions of the card of this PF are. */
int sriov_renew_note(struct sriov_pf *pf, struct sriov_card_functions *card);
/*
 * Work that may block, in a worker: it goes on when we are killed. -EINPROGRESS: it blocks. What
 * went wrong is told with `what` before it.
 */
int sriov_renew_run(struct sriov_ctx *ctx,
		    int (*work)(struct sriov_ctx *ctx, const struct sriov_job *job,
				char *text),
		    const void *data, unsigned int limit_ms, const char *what,
		    char *text);
/* Have the kernel forget one, or take its driver away: results as above. */
int sriov_renew_remove(const struct sriov_function *function, char *text);
int sriov_renew_unbind(const struct sriov_function *function, char *text);
/* All but `kept` (or NULL): the first last, the others may depend on it. */
int sriov_renew_remove_all(const struct sriov_card_functions *card,
			   const struct sriov_pf *kept, char *text);
/*
 * Look for them until all are back, with the drivers and overrides that they had, and their
 * netdevs. The text names those that are not.
 */
int sriov_renew_find(const struct sriov_card_functions *card, char *text);

/*
 * Does the function offer another number of VFs than the PCI core believes? So it is after a reset
 * that it was not told of. How many it offers, unless NULL.
 */
bool sriov_renew_is_due(struct sriov_pf *pf, uint32_t *offered);
/* Do VFs that one of them offers have no addresses? The text says so, and the cure. */
bool sriov_renew_lacks_room(const struct sriov_card_functions *card, char *text);

/* ---- fw-reset.c: a reset without its driver: MFRL, and the link of the card ---- */
#define SRIOV_FW_NO_RESET "its firmware starts anew with the machine only"
/* Does the firmware say that no reset would do? False, too, where it cannot be asked. */
bool sriov_fw_reset_refuses(struct sriov_pf *pf);
/* Could that be done? -EOPNOTSUPP, with a text without the PF: why not. */
int sriov_fw_reset_check(struct sriov_pf *pf, char *text);
/* Do it, once all functions were noted. They are forgotten then, as far as it came. */
int sriov_fw_reset(struct sriov_pf *pf, const struct sriov_card_functions *card,
		   char *text);

#endif
