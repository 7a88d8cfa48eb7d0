/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the files of devlink share: an instance for each PF, "pci/0001:81:00.0", as a driver of
 * Linux makes it: which one, the module's parameter "devlink" says.
 *
 *   devlink.c         drivers, their operations; an instance comes and goes; info
 *   devlink-reload.c  driver_reinit and fw_activate, also that of the card's other PF
 *   devlink-flash.c   a new image for the card
 *   devlink-param.c   parameters that are the driver's own
 *   devlink-nv.c      permanent ones, which are settings of the firmware
 *   devlink-bnxt.c    permanent parameters of another vendor's cards
 *
 * A group of operations, and what is to be there while the driver is loaded, is a file of its
 * own that calls eswitch.c, a few lines in lab_devlink_operations(), _create() and _destroy().
 *
 * Every operation runs under the lock of its instance, reload also under device_lock of the PF;
 * RTNL and card->devlink_lock come after that.
 */
#ifndef LAB_DEVLINK_H
#define LAB_DEVLINK_H

#include <net/devlink.h>

#include "card.h"

enum lab_devlink_driver {
	DEVLINK_NONE,
	DEVLINK_6_12, /* mlx5_core of this kernel */
	DEVLINK_6_18, /* and of one with permanent parameters and serial numbers */
	DEVLINK_BNXT, /* bnxt_en */
};

extern enum lab_devlink_driver lab_devlink_driver;

/* The part of devlink that is ours. */
struct lab_devlink {
	struct lab_port *port;
	bool open;         /* it is registered; under card->devlink_lock */
	bool remote_reset; /* the firmware may be reset */
	struct work_struct reset;
};

struct lab_devlink *lab_devlink_of(const struct lab_port *port);
struct lab_port *lab_devlink_port(struct devlink *devlink);

/* ---- devlink-reload.c ---- */

int lab_devlink_reload_down(struct devlink *devlink, bool netns_change,
			    enum devlink_reload_action action,
			    enum devlink_reload_limit limit,
			    struct netlink_ext_ack *extack);
int lab_devlink_reload_up(struct devlink *devlink, enum devlink_reload_action action,
			  enum devlink_reload_limit limit, u32 *performed,
			  struct netlink_ext_ack *extack);
/* The firmware was reset on behalf of another PF. */
void lab_devlink_follow(struct work_struct *work);

/* ---- devlink-flash.c ---- */

/* What is in the flash of the card, and what runs: under card->devlink_lock. */
void lab_images_init(struct lab_card *card);
void lab_images_activate(struct lab_card *card);
/* Can what is stored take the place of what runs without a reset? */
bool lab_images_can_be_patched(const struct lab_card *card);
int lab_images_put(const struct lab_card *card, struct devlink_info_req *req);
int lab_devlink_flash(struct devlink *devlink, struct devlink_flash_update_params *params,
		      struct netlink_ext_ack *extack);

/* ---- devlink-param.c, devlink-nv.c, devlink-bnxt.c ---- */

int lab_param_register(struct devlink *devlink);
void lab_param_unregister(struct devlink *devlink);

int lab_nv_register(struct devlink *devlink);
void lab_nv_unregister(struct devlink *devlink);

int lab_bnxt_register(struct devlink *devlink);
void lab_bnxt_unregister(struct devlink *devlink);
/* All of the card's to what they were made with. */
void lab_bnxt_reset(struct lab_card *card);

#endif
