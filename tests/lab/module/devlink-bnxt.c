// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Permanent parameters as bnxt_en has them in Linux 6.12 (bnxt/bnxt_devlink.c): all PFs of the
 * card share them. What is read is what was written last.
 */
#include "devlink.h"

#define VECTORS_MAX 512
#define VECTORS_MIN_MAX 128

static const u32 defaults[LAB_NR_BNXT] = {
	[LAB_BNXT_enable_sriov] = 1,
	[LAB_BNXT_ignore_ari] = 0,
	[LAB_BNXT_vectors_max] = 74,
	[LAB_BNXT_vectors_min] = 0,
};

void lab_bnxt_reset(struct lab_card *card)
{
	guard(mutex)(&card->devlink_lock);
	memcpy(card->bnxt, defaults, sizeof(card->bnxt));
}

static int setting_of(u32 id)
{
	switch (id) {
	case DEVLINK_PARAM_GENERIC_ID_ENABLE_SRIOV:
		return LAB_BNXT_enable_sriov;
	case DEVLINK_PARAM_GENERIC_ID_IGNORE_ARI:
		return LAB_BNXT_ignore_ari;
	case DEVLINK_PARAM_GENERIC_ID_MSIX_VEC_PER_PF_MAX:
		return LAB_BNXT_vectors_max;
	default:
		return LAB_BNXT_vectors_min;
	}
}

static bool is_bool(u32 id)
{
	return setting_of(id) <= LAB_BNXT_ignore_ari;
}

static int get(struct devlink *devlink, u32 id, struct devlink_param_gset_ctx *ctx)
{
	struct lab_card *card = lab_devlink_port(devlink)->card;
	int err = lab_fault(LAB_OP_param_get, -1);

	if (err < 0)
		return err;
	guard(mutex)(&card->devlink_lock);
	if (is_bool(id))
		ctx->val.vbool = card->bnxt[setting_of(id)];
	else
		ctx->val.vu32 = card->bnxt[setting_of(id)];
	return 0;
}

static int set(struct devlink *devlink, u32 id, struct devlink_param_gset_ctx *ctx,
	       struct netlink_ext_ack *extack)
{
	struct lab_card *card = lab_devlink_port(devlink)->card;
	int err = lab_fault(LAB_OP_param_set, -1);

	if (err == -EACCES || err == -EPERM)
		NL_SET_ERR_MSG(extack, "PF does not have admin privileges to modify NVM "
				       "config");
	if (err)
		return min(err, 0);
	guard(mutex)(&card->devlink_lock);
	card->bnxt[setting_of(id)] = is_bool(id) ? ctx->val.vbool : ctx->val.vu32;
	return 0;
}

static int validate_vectors(struct devlink *devlink, u32 id,
			    union devlink_param_value val, struct netlink_ext_ack *extack)
{
	u32 max = setting_of(id) == LAB_BNXT_vectors_max ? VECTORS_MAX : VECTORS_MIN_MAX;

	if (val.vu32 <= max)
		return 0;
	NL_SET_ERR_MSG(extack, "bnxt_en: MSIX value is exceeding the range");
	return -EINVAL;
}

#define PERMANENT BIT(DEVLINK_PARAM_CMODE_PERMANENT)

static const struct devlink_param permanent[] = {
	DEVLINK_PARAM_GENERIC(ENABLE_SRIOV, PERMANENT, get, set, NULL),
	DEVLINK_PARAM_GENERIC(IGNORE_ARI, PERMANENT, get, set, NULL),
	DEVLINK_PARAM_GENERIC(MSIX_VEC_PER_PF_MAX, PERMANENT, get, set, validate_vectors),
	DEVLINK_PARAM_GENERIC(MSIX_VEC_PER_PF_MIN, PERMANENT, get, set, validate_vectors),
};

int lab_bnxt_register(struct devlink *devlink)
{
	return devl_params_register(devlink, permanent, ARRAY_SIZE(permanent));
}

void lab_bnxt_unregister(struct devlink *devlink)
{
	devl_params_unregister(devlink, permanent, ARRAY_SIZE(permanent));
}
