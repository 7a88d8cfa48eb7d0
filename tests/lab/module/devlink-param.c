// SPDX-License-Identifier: GPL-2.0-or-later
/* Parameters of devlink as mlx5_core has them. */
#include "devlink.h"

/* One of those that are not permanent: others may not reset the firmware. */
static int get_remote_reset(struct devlink *devlink, u32 id,
			    struct devlink_param_gset_ctx *ctx)
{
	struct lab_devlink *own = devlink_priv(devlink);

	ctx->val.vbool = own->remote_reset;
	return 0;
}

static int set_remote_reset(struct devlink *devlink, u32 id,
			    struct devlink_param_gset_ctx *ctx,
			    struct netlink_ext_ack *extack)
{
	struct lab_devlink *own = devlink_priv(devlink);

	guard(mutex)(&own->port->card->devlink_lock);
	own->remote_reset = ctx->val.vbool;
	return 0;
}

static const struct devlink_param runtime[] = {
	DEVLINK_PARAM_GENERIC(ENABLE_REMOTE_DEV_RESET, BIT(DEVLINK_PARAM_CMODE_RUNTIME),
			      get_remote_reset, set_remote_reset, NULL),
};

int lab_param_register(struct devlink *devlink)
{
	int err = devl_params_register(devlink, runtime, ARRAY_SIZE(runtime));

	if (err || lab_devlink_driver != DEVLINK_6_18)
		return err;
	err = lab_nv_register(devlink);
	if (err)
		devl_params_unregister(devlink, runtime, ARRAY_SIZE(runtime));
	return err;
}

void lab_param_unregister(struct devlink *devlink)
{
	if (lab_devlink_driver == DEVLINK_6_18)
		lab_nv_unregister(devlink);
	devl_params_unregister(devlink, runtime, ARRAY_SIZE(runtime));
}
