// SPDX-License-Identifier: GPL-2.0-or-later
/* The devlink instance of a PF: which driver it is as, its coming and going, what it tells. */
#include "devlink.h"

enum lab_devlink_driver lab_devlink_driver;

static const char *const drivers[] = {
	[DEVLINK_NONE] = "none",
	[DEVLINK_6_12] = "6.12",
	[DEVLINK_6_18] = "6.18",
	[DEVLINK_BNXT] = "bnxt",
};

struct lab_devlink *lab_devlink_of(const struct lab_port *port)
{
	return devlink_priv(port->devlink);
}

struct lab_port *lab_devlink_port(struct devlink *devlink)
{
	struct lab_devlink *own = devlink_priv(devlink);

	return own->port;
}

/* As mlx5_core takes them from the PCI function's vital product data since Linux 6.16. */
static int put_serials(struct lab_port *port, struct devlink_info_req *req)
{
	unsigned int domain = pci_domain_nr(port->pdev->bus);
	char text[40];
	int err;

	snprintf(text, sizeof(text), "MT2334XZ%04u", domain);
	err = devlink_info_board_serial_number_put(req, text);
	if (err)
		return err;
	snprintf(text, sizeof(text), "c1f8a7e2d14dee1180000c42a1c6%04x", domain);
	return devlink_info_serial_number_put(req, text);
}

static int get_info(struct devlink *devlink, struct devlink_info_req *req,
		    struct netlink_ext_ack *extack)
{
	struct lab_port *port = lab_devlink_port(devlink);
	int err = min(lab_fault(LAB_OP_devlink_info, -1), 0);

	if (!err && lab_devlink_driver == DEVLINK_6_18)
		err = put_serials(port, req);
	if (!err && lab_devlink_driver == DEVLINK_BNXT)
		err = devlink_info_version_fixed_put(req, "asic.id", "1751");
	else if (!err)
		err = devlink_info_version_fixed_put(req, "fw.psid", LAB_PSID);
	guard(mutex)(&port->card->devlink_lock);
	return err ?: lab_images_put(port->card, req);
}

static struct devlink_ops operations = {
	.info_get = get_info,
	.flash_update = lab_devlink_flash,
	.reload_actions = BIT(DEVLINK_RELOAD_ACTION_DRIVER_REINIT) |
			  BIT(DEVLINK_RELOAD_ACTION_FW_ACTIVATE),
	.reload_limits = BIT(DEVLINK_RELOAD_LIMIT_NO_RESET),
	.reload_down = lab_devlink_reload_down,
	.reload_up = lab_devlink_reload_up,
};

void lab_devlink_init(struct lab_card *card)
{
	mutex_init(&card->devlink_lock);
	lab_images_init(card);
	lab_bnxt_reset(card);
}

int lab_devlink_choose(const char *driver)
{
	int i = match_string(drivers, ARRAY_SIZE(drivers), driver ?: "6.12");

	if (i < 0)
		return -EINVAL;
	lab_devlink_driver = i;
	/* mlx5_core takes what is in the file, and all of it */
	if (i == DEVLINK_BNXT)
		operations.supported_flash_update_params =
			DEVLINK_SUPPORT_FLASH_UPDATE_OVERWRITE_MASK;
	return 0;
}

static int register_parameters(struct devlink *devlink)
{
	if (lab_devlink_driver == DEVLINK_BNXT)
		return lab_bnxt_register(devlink);
	return lab_param_register(devlink);
}

static void unregister_parameters(struct devlink *devlink)
{
	if (lab_devlink_driver == DEVLINK_BNXT)
		lab_bnxt_unregister(devlink);
	else
		lab_param_unregister(devlink);
}

int lab_devlink_create(struct lab_port *port, struct pci_dev *pdev)
{
	struct devlink *devlink;
	struct lab_devlink *own;
	int err;

	if (lab_devlink_driver == DEVLINK_NONE)
		return 0;
	devlink = devlink_alloc(&operations, sizeof(*own), &pdev->dev);
	if (!devlink)
		return -ENOMEM;
	own = devlink_priv(devlink);
	own->port = port;
	own->remote_reset = true;
	INIT_WORK(&own->reset, lab_devlink_follow);
	devl_lock(devlink);
	err = register_parameters(devlink);
	if (!err)
		devl_register(devlink);
	devl_unlock(devlink);
	if (err) {
		devlink_free(devlink);
		return err;
	}
	guard(mutex)(&port->card->devlink_lock);
	own->open = true;
	port->devlink = devlink;
	return 0;
}

void lab_devlink_close(struct lab_port *port)
{
	struct lab_devlink *own;

	if (!port->devlink)
		return;
	own = lab_devlink_of(port);
	scoped_guard(mutex, &port->card->devlink_lock) own->open = false;
	cancel_work_sync(&own->reset);
	devl_lock(port->devlink);
	devl_unregister(port->devlink);
	devl_unlock(port->devlink);
}

void lab_devlink_destroy(struct lab_port *port)
{
	struct devlink *devlink = port->devlink;

	if (!devlink)
		return;
	scoped_guard(mutex, &port->card->devlink_lock) port->devlink = NULL;
	devl_lock(devlink);
	unregister_parameters(devlink);
	devl_unlock(devlink);
	devlink_free(devlink);
}
