// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Reload: the driver starts anew, or the firmware. Texts and errors are those of mlx5_core in
 * Linux 6.12 (mlx5/core/devlink.c, fw_reset.c), and of bnxt_en where that is asked for.
 */
#include "devlink.h"

/* The register by which firmware is reset; in its last byte is how far that goes. */
#define MFRL 0x9028
#define MFRL_LEN 8
#define LINK BIT(3)

/* What the answer of MFRL says when the functions of the card do not agree. */
static int explain(int err, struct netlink_ext_ack *extack)
{
	switch (err) {
	case -EBUSY:
		NL_SET_ERR_MSG_MOD(extack, "Sync reset was already triggered");
		return err;
	case -ETIMEDOUT:
		NL_SET_ERR_MSG_MOD(extack, "Sync reset got timeout");
		return err;
	case -EPERM:
		NL_SET_ERR_MSG_MOD(extack, "One of the hosts disabled reset");
		return err;
	}
	NL_SET_ERR_MSG_MOD(extack, "Sync reset failed");
	return -EIO;
}

/* Under card->devlink_lock. */
static bool is_allowed(const struct lab_card *card)
{
	for (unsigned int i = 0; i < card->nr_ports; i++) {
		const struct lab_port *port = &card->ports[i];

		if (port->devlink && lab_devlink_of(port)->open &&
		    !lab_devlink_of(port)->remote_reset)
			return false;
	}
	return true;
}

void lab_devlink_follow(struct work_struct *work)
{
	struct lab_devlink *own = container_of(work, struct lab_devlink, reset);
	struct devlink *devlink = priv_to_devlink(own);

	devl_lock(devlink);
	lab_driver_unload(own->port);
	lab_eswitch_reload(own->port);
	lab_driver_load(own->port);
	devlink_remote_reload_actions_performed(
		devlink, DEVLINK_RELOAD_LIMIT_UNSPEC,
		BIT(DEVLINK_RELOAD_ACTION_DRIVER_REINIT) |
			BIT(DEVLINK_RELOAD_ACTION_FW_ACTIVATE));
	devl_unlock(devlink);
}

/* Can it be reset while the machine runs? */
static int ask_firmware(struct lab_port *port, struct netlink_ext_ack *extack)
{
	u8 mfrl[MFRL_LEN] = { 0 };

	if (lab_firmware_access(port, MFRL, false, mfrl, sizeof(mfrl)))
		return -EIO;
	if (mfrl[MFRL_LEN - 1] & LINK && !lab_fault(LAB_OP_reset_query, -1))
		return 0;
	NL_SET_ERR_MSG_MOD(extack, "FW activate requires reboot");
	return -EINVAL;
}

static int start_reset(struct lab_port *port)
{
	u8 mfrl[MFRL_LEN] = { 0 };

	mfrl[MFRL_LEN - 1] = LINK;
	return lab_firmware_access(port, MFRL, true, mfrl, sizeof(mfrl)) ? -EIO : 0;
}

/* The drivers of all PFs let go of the card, here that of this one and a bit later the others. */
static int reset_firmware(struct lab_port *port, struct netlink_ext_ack *extack)
{
	struct lab_card *card = port->card;
	int err = lab_fault(LAB_OP_reset_sync, -1);

	guard(mutex)(&card->devlink_lock);
	if (!err && !is_allowed(card))
		err = -EPERM;
	if (!err)
		err = start_reset(port);
	if (err < 0)
		return explain(err, extack);
	lab_driver_unload(port);
	if (!err) {
		lab_images_activate(card);
		lab_firmware_activate(card);
	}
	for (unsigned int i = 0; i < card->nr_ports; i++) {
		struct lab_port *other = &card->ports[i];

		if (other != port && other->devlink && lab_devlink_of(other)->open)
			queue_work(system_unbound_wq, &lab_devlink_of(other)->reset);
	}
	return 0;
}

static int patch_firmware(struct lab_card *card, struct netlink_ext_ack *extack)
{
	guard(mutex)(&card->devlink_lock);
	if (!lab_images_can_be_patched(card)) {
		NL_SET_ERR_MSG_MOD(extack,
				   "FW upgrade to the stored FW can't be done by FW "
				   "live patching");
		return -EINVAL;
	}
	lab_images_activate(card);
	return 0;
}

/* One of the two does not like VFs, and the other does not want them. */
static int look_for_vfs(struct lab_port *port, enum devlink_reload_action action,
			struct netlink_ext_ack *extack)
{
	if (!pci_num_vf(port->pdev))
		return 0;
	if (lab_devlink_driver != DEVLINK_BNXT) {
		NL_SET_ERR_MSG_MOD(extack, "reload while VFs are present is unfavorable");
		return 0;
	}
	if (action != DEVLINK_RELOAD_ACTION_DRIVER_REINIT)
		return 0;
	NL_SET_ERR_MSG(extack,
		       "bnxt_en: reload is unsupported while VFs are allocated or "
		       "being configured");
	return -EOPNOTSUPP;
}

int lab_devlink_reload_down(struct devlink *devlink, bool netns_change,
			    enum devlink_reload_action action,
			    enum devlink_reload_limit limit,
			    struct netlink_ext_ack *extack)
{
	struct lab_port *port = lab_devlink_port(devlink);
	int err = lab_fault(LAB_OP_reload_down, -1);

	if (!err)
		err = look_for_vfs(port, action, extack);
	if (err)
		return min(err, 0);
	if (action == DEVLINK_RELOAD_ACTION_DRIVER_REINIT)
		lab_driver_unload(port);
	else if (limit == DEVLINK_RELOAD_LIMIT_NO_RESET)
		err = patch_firmware(port->card, extack);
	else
		err = ask_firmware(port, extack) ?: reset_firmware(port, extack);
	return err;
}

int lab_devlink_reload_up(struct devlink *devlink, enum devlink_reload_action action,
			  enum devlink_reload_limit limit, u32 *performed,
			  struct netlink_ext_ack *extack)
{
	struct lab_port *port = lab_devlink_port(devlink);
	int err = min(lab_fault(LAB_OP_reload_up, -1), 0);

	*performed = BIT(action);
	if (err || limit == DEVLINK_RELOAD_LIMIT_NO_RESET)
		return err;
	/* with the firmware, the driver has started anew, too */
	*performed |= BIT(DEVLINK_RELOAD_ACTION_DRIVER_REINIT);
	lab_eswitch_reload(port);
	if (!pci_get_drvdata(port->pdev))
		lab_driver_load(port);
	return 0;
}
