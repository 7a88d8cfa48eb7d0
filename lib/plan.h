/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the files of a plan share: plan.c collects, plan-make.c decides, plan-run.c acts. */
#ifndef SRIOV_PLAN_H
#define SRIOV_PLAN_H

#include "fw.h"

/* The order of steps within one PF. A run of steps of one phase and PF is a batch. */
enum phase {
	PHASE_FLASH,    /* another firmware in its memory */
	PHASE_FW_SET,   /* settings that the firmware stores */
	PHASE_ACTIVATE, /* the firmware starts anew with all of that */
	PHASE_DESTROY,  /* num_vfs 0: before the PF's driver goes */
	PHASE_PF_DRIVER,
	PHASE_AUTOPROBE, /* as asked for */
	PHASE_HOLD, /* autoprobe off, so that no driver starts before its VLAN is set */
	PHASE_NUM_VFS,
	PHASE_GROUP_CLEAR, /* of groups that will have no VFs */
	PHASE_UNTRUNK,     /* no trunk any more: a VLAN of its own excludes one */
	PHASE_VF_SET,
	PHASE_TRUNK,
	PHASE_GROUP_SET, /* of groups that have VFs now */
	PHASE_RELEASE, /* autoprobe on again, or for a moment: without it nothing binds */
	PHASE_BIND,
	PHASE_NETDEV,  /* once its driver has made the netdev, and the VF is trusted */
	PHASE_RESTORE, /* autoprobe as it was before the moment */
	NR_PHASES,
};

/* All that is wanted of one VF. Steps point to `now` and `to`. */
struct vf_work {
	struct sriov_vf_attrs want; /* as asked for */
	struct sriov_vf_attrs now; /* as read; of a VF to be created, filled after that */
	struct sriov_vf_attrs to;  /* want, with what the kernel takes only together */
	bool fresh;                /* will be created by this plan */
	/* of a VF that was destroyed and is made anew: what it was, and what of it is in want */
	const struct sriov_vf_attrs *before;
	uint64_t back;
	bool optional; /* its driver was not asked for: none is fine */
	bool failed;   /* with KEEP_GOING: no further step of it is carried out */
	bool undone;   /* and those that were are put back */
	bool reset;    /* what is not asked for becomes neutral, as far as it is known */
};

/* A group of VFs, and what is wanted of it. Steps point to `now` and `to`. */
struct group_work {
	struct sriov_group_attrs want, now, to;
	bool del;
	bool back;    /* not asked for: what it had before its VFs were destroyed */
	size_t order; /* in which they are carried out */
	uint32_t then, stay; /* how many VFs it will have; how many of these it has now */
};

/* All that is wanted of the firmware behind one PF. */
struct fw_work {
	struct sriov_fw_wish *wishes; /* their texts are owned, too */
	size_t nr_wishes;
	bool reset;    /* every setting to its default */
	char *restore; /* the text of a backup, or NULL */
	struct sriov_fw_change *changes[SRIOV_FW_BACKENDS];
	size_t nr_changes;
	bool activate;
	bool flash;
	char *file, *component;              /* of flash; NULL: what the file is for */
	int opened;                          /* the file, once it was looked at; or -1 */
	unsigned int overwrite;              /* SRIOV_FLASH_* */
	struct sriov_fw_param before, after; /* versions, of the step that flashes */
	struct sriov_fw_param from, to; /* what is pending, of the one that activates */
	bool renew;      /* the PCI core has to look at the card again after that */
	uint32_t nr_pfs; /* that there will be; 0: as many as now */
};

/* All that is wanted of one PF. */
struct pf_work {
	struct sriov_pf *pf;
	bool locked;    /* by this plan */
	bool neighbour; /* nothing is wanted of it: locked with the others of its card */
	struct fw_work *fw; /* NULL: nothing is wanted of the firmware */
	bool lent; /* the lock and `before` are those of the plan that this one undoes */
	bool create;         /* VFs must not exist */
	bool is_nic;         /* whoever is its driver makes a netdev, soon or later */
	bool failed, undone; /* as for a VF */
	uint64_t can;        /* what its VFs can be asked to become */
	struct sriov_pf_attrs want, now;
	struct vf_work *vfs; /* by index, once the plan is made */
	size_t nr_vfs;
	struct sriov_vf_attrs **before; /* the VFs it has, when they will be destroyed */
	size_t nr_before;
	bool before_is_partial;
	struct group_work **groups;
	size_t nr_groups;
	struct sriov_vf_attrs **members; /* all VFs, with their groups */
	uint32_t nr_members;
};

struct step {
	struct sriov_step pub;
	enum phase phase;
	struct pf_work *pf_work;
	struct vf_work *vf_work;        /* NULL for a step of a PF or group */
	struct group_work *group_work;  /* NULL for all others */
	struct sriov_fw_change *change; /* that this is a pair of; NULL for all others */
	size_t pair;
	struct sriov_pf_attrs *values; /* from and to of a step of a PF: owned */
	bool again;                    /* the driver that is bound is started again */
	char *text;                    /* owned */
};

struct sriov_plan {
	struct sriov_ctx *ctx;
	unsigned int flags;
	bool made, run, interrupted;
	bool began; /* to write */
	struct pf_work **works;
	size_t nr_works;
	struct step **steps;
	size_t nr_steps, room;
};

/* ---- plan.c ---- */
int sriov_plan_add_vf_step(struct sriov_plan *plan, struct pf_work *work,
			   struct vf_work *vf, uint64_t attr);
int sriov_plan_add_pf_step(struct sriov_plan *plan, struct pf_work *work,
			   enum phase phase, const struct sriov_pf_attrs *from,
			   const struct sriov_pf_attrs *to, uint64_t attr);
int sriov_plan_add_group_step(struct sriov_plan *plan, struct pf_work *work,
			      struct group_work *group, enum phase phase, uint64_t attr);
/*
 * A step of noun FW; `name` lives as long as the plan. Its from and to are NULL. NULL without
 * memory.
 */
struct step *sriov_plan_add_fw_step(struct sriov_plan *plan, struct pf_work *work,
				    enum phase phase, enum sriov_action action,
				    const char *name);
/* What is wanted of a PF, made when it is new; NULL without memory. */
struct pf_work *sriov_plan_pf_work(struct sriov_plan *plan, struct sriov_pf *pf);
/* The wish for a VF, made when it is new; NULL without memory. Earlier ones may move. */
struct vf_work *sriov_plan_vf_work(struct pf_work *work, uint32_t index);
void sriov_step_text(struct step *step, const char *text);

/* ---- plan-make.c: decide; plan-check.c: refuse ---- */
enum sriov_driver_change {
	SRIOV_DRIVER_SAME,
	SRIOV_DRIVER_KEEP, /* only the override differs: nothing is unbound */
	SRIOV_DRIVER_REBIND,
};
/* From a driver and override ("" when not set) to the driver that is wanted. */
enum sriov_driver_change sriov_driver_change(const char *wanted, const char *now,
					     const char *override);
int sriov_plan_make_pf(struct sriov_plan *plan, struct pf_work *work);
/* Read `now` of the VFs: what will change, and its companions. */
int sriov_plan_read_vfs(struct pf_work *work);
int sriov_plan_check_pf(struct sriov_plan *plan, struct pf_work *work);
int sriov_plan_check_vf(struct pf_work *work, struct vf_work *vf);

/* ---- plan-holder.c: what somebody uses is not taken away without --force ---- */
/*
 * Refuse when somebody uses one of these VFs (NULL: one of all that are there), naming them.
 * `what` is the attribute or verb, for the text: "num_vfs", "reset".
 */
int sriov_plan_check_holders(struct sriov_plan *plan, struct pf_work *work,
			     const uint32_t *indexes, uint32_t n, const char *what);
/* The same for a PF and all its VFs. */
int sriov_plan_check_pf_holders(struct sriov_plan *plan, struct pf_work *work,
				const char *what);
/* The same for the VFs of the plan that get another driver. */
int sriov_plan_check_rebound(struct sriov_plan *plan, struct pf_work *work);

/* ---- plan-keep.c: VFs that are destroyed and made anew ---- */
/* Will VFs be created, and those that are there be destroyed? */
bool sriov_plan_makes_vfs(const struct pf_work *work);
bool sriov_plan_unmakes_vfs(const struct pf_work *work);
/* Read `before`, if anybody will need it. */
int sriov_plan_remember_vfs(struct sriov_plan *plan, struct pf_work *work);
/* Wish for those that are made anew what they had. */
int sriov_plan_keep_vfs(struct sriov_plan *plan, struct pf_work *work);
/* Which steps are needed for that: once the VFs are there it is known. */
void sriov_plan_look_at_kept(struct sriov_plan *plan, const struct pf_work *work);
/* At the end of the plan: do they still have it? */
void sriov_plan_check_kept(struct sriov_plan *plan);
/* Did this VF have something that is not known, or is not among what `can` be set? */
bool sriov_plan_is_lost(uint64_t can, const struct sriov_vf_attrs *before);

/* ---- plan-again.c ---- */
/* Undo what destroyed the VFs of this PF: the state of the step says what came of it. */
void sriov_plan_restore_vfs(struct sriov_plan *plan, struct step *step);

/* ---- plan-reset.c ---- */
/* What a reset can put back; the driver is not among it, nor are GUIDs. */
#define SRIOV_VF_RESETS                                                                 \
	(SRIOV_VF_MAC | SRIOV_VF_VLAN_GROUP | SRIOV_VF_RATE_GROUP | SRIOV_VF_SPOOFCHK | \
	 SRIOV_VF_TRUST | SRIOV_VF_STATE | SRIOV_VF_QUERY_RSS | SRIOV_VF_TRUNK |        \
	 SRIOV_VF_GROUP)
/* Complete the wishes for VFs that are reset, from what was read; refuse for held ones. */
int sriov_plan_make_resets(struct sriov_plan *plan, struct pf_work *work);

/* ---- plan-mac.c ---- */
/* Refuse to give a VF the address that another VF of the PF has, or gets. */
int sriov_plan_check_macs(struct sriov_plan *plan, struct pf_work *work);
/* At the end of the plan: an address that a VF's netdev does not have is unverified. */
void sriov_plan_check_netdevs(struct sriov_plan *plan);

/* ---- plan-rebind.c: drivers that take something only when they start ---- */
/* With REBIND: the steps that start them again; refuse for VFs that somebody holds. */
int sriov_plan_add_rebinds(struct sriov_plan *plan, struct pf_work *work);
/* Undo those: once more, now that the attributes are put back. Reorders `steps`. */
void sriov_plan_start_again(struct sriov_plan *plan, struct step **steps, size_t n);

/* ---- plan-trunk.c ---- */
/* Make the wished trunk a set of VLANs; refuse one beside a VLAN tag from outside. */
int sriov_plan_make_trunk(const struct pf_work *work, struct vf_work *vf);
/* Has it one, as far as is known? */
bool sriov_plan_has_trunk(const struct sriov_vf_attrs *vf);

/* ---- plan-promisc.c ---- */
/* Refuse to let a VF receive more than its own without a netdev, or when it is not trusted. */
int sriov_plan_check_promisc(const struct sriov_plan *plan, const struct pf_work *work,
			     const struct vf_work *vf);
/* Where the netdev will be a new one, what the old one has must be set again. */
void sriov_plan_renew_promisc(struct sriov_plan *plan, const struct pf_work *work);

/* ---- plan-group.c ---- */
/* The wish for a group, made when it is new; NULL without memory. */
struct group_work *sriov_plan_group_work(struct pf_work *work, const char *name);
void sriov_plan_free_groups(struct pf_work *work);
/* Read the groups, if the plan touches any, and make wishes for their VFs. */
int sriov_plan_look_at_groups(struct sriov_plan *plan, struct pf_work *work);
/* How many VFs each will have, and how many of these it has now. */
void sriov_plan_count_groups(struct pf_work *work);
/* "PF group N: TEXT", as a wish that cannot be. */
int sriov_plan_refuse_group(const struct pf_work *work, const struct group_work *group,
			    int err, const char *text);

/* ---- plan-rate.c ---- */
/* The steps that give groups what is wished, and keep what they have. */
int sriov_plan_make_groups(struct sriov_plan *plan, struct pf_work *work);
/* Wish for the groups that were there before this PF's VFs were destroyed. */
int sriov_plan_again_groups(struct sriov_plan *again, const struct pf_work *work);

/* ---- plan-fw.c: settings of the firmware ---- */
/* What is wanted of the firmware, made when it is new; NULL without memory. */
struct fw_work *sriov_plan_fw_work(struct sriov_plan *plan, struct sriov_pf *pf);
void sriov_plan_free_fw(struct fw_work *fw);
/* The works of all PFs of the cards whose firmware is changed: to be locked with them. */
int sriov_plan_add_cards(struct sriov_plan *plan);
/* Prepare the changes, and make the steps; also those of the two files that follow. */
int sriov_plan_make_fw(struct sriov_plan *plan, struct pf_work *work);
int sriov_batch_fw_set(struct sriov_plan *plan, struct step **steps, size_t n);
void sriov_batch_fw_undo(struct sriov_plan *plan, struct step **steps, size_t n);
/* Did it fail, and is something of it written? */
bool sriov_fw_is_written(const struct step *step);

/* ---- plan-activate.c, plan-flash.c: called when fw->activate, fw->flash is wished ---- */
int sriov_plan_make_activate(struct sriov_plan *plan, struct pf_work *work);
int sriov_batch_activate(struct sriov_plan *plan, struct step **steps, size_t n);
int sriov_plan_make_flash(struct sriov_plan *plan, struct pf_work *work);
int sriov_batch_flash(struct sriov_plan *plan, struct step **steps, size_t n);

/* ---- plan-guid.c: GUIDs asked for as SRIOV_GUID_AUTO ---- */
/* Those of them that are. */
uint64_t sriov_guid_autos(const struct sriov_vf_attrs *want);
/* From the VF's own address. */
uint64_t sriov_guid_of_mac(const uint8_t mac[6]);
/* From the PF's address, of 6 or 20 bytes, and the VF index; 0 when that is none. */
uint64_t sriov_guid_of_pf(const uint8_t *address, size_t len, uint32_t index);
/* Put real ones into the wish. */
int sriov_plan_make_guids(struct pf_work *work, struct vf_work *vf);
/* No VF before this one is to have the same. */
int sriov_plan_check_guids(const struct pf_work *work, const struct vf_work *vf);

/* ---- plan-do.c: one batch; plan-vf.c, plan-bind.c: those of VFs; plan-rate.c: of groups ---- */
/*
 * A batch is what is still planned of one phase and PF. Carrying it out gives every step its
 * state and returns 0 or the error of the first that failed; undoing puts back what was
 * written, and marks what could not be put back as left.
 */
int sriov_batch_do(struct sriov_plan *plan, struct step **steps, size_t n);
void sriov_batch_undo(struct sriov_plan *plan, struct step **steps, size_t n);
/* The step that creates VFs of this PF, or NULL. */
struct step *sriov_plan_create_step(const struct sriov_plan *plan,
				    const struct pf_work *work);
/* Is that something that the kernel still blocks? */
bool sriov_plan_create_is_stuck(const struct sriov_plan *plan,
				const struct pf_work *work);
int sriov_batch_vf_set(struct sriov_plan *plan, struct step **steps, size_t n);
void sriov_batch_vf_undo(struct sriov_plan *plan, struct step **steps, size_t n);
int sriov_batch_group(struct sriov_plan *plan, struct step **steps, size_t n);
void sriov_batch_group_undo(struct sriov_plan *plan, struct step **steps, size_t n);
/* After VFs have been moved back: their groups get the rates that they had. */
void sriov_plan_restore_rates(struct sriov_plan *plan, struct step **steps, size_t n);
int sriov_batch_bind(struct sriov_plan *plan, struct step **steps, size_t n);
void sriov_batch_bind_undo(struct sriov_plan *plan, struct step **steps, size_t n);

/* ---- plan-load.c: modules ---- */
/* Of all drivers that the plan names, and of the default driver of VFs: before the first write. */
int sriov_plan_load_drivers(struct sriov_plan *plan);
/* Of the default driver of VFs that were just made. */
void sriov_plan_load_default(struct sriov_plan *plan, const struct pf_work *work);

/* ---- plan-run.c ---- */
/* Was something written by this step that is still there? */
bool sriov_step_is_written(const struct step *step);
/* The keyword of what a step changes. */
const char *sriov_step_attr_name(const struct step *step);
/* The canonical name of what a step is about. */
void sriov_step_object(const struct step *step, char *text, size_t size);
/* Mark as failed: the reason (NULL: that of errno), and the cure where one is known. */
int sriov_step_fail(struct step *step, int err, const char *reason);

/* ---- trace.c ---- */
#define SRIOV_TRACE_LEN 960 /* with what syslog(3) puts in front, 1024: RFC 3164, 4.1 */
/* The line for the system log. False: the plan had nothing to do, or was refused. */
bool sriov_trace_line(const struct sriov_plan *plan, const char *who, const char *command,
		      char text[SRIOV_TRACE_LEN]);
#endif
