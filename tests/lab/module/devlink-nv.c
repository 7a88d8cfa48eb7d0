// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Permanent parameters of mlx5_core since Linux 6.18 (mlx5/core/lib/nv_param.c), on top of the
 * firmware's registers as there, and with what is peculiar there: what is read is what is stored
 * and not what is in effect; who sets one of the two for SR-IOV makes all PFs of the card count
 * for themselves, but only "enable_sriov" lets this PF have VFs; total_vfs is compared with what
 * is allowed after its upper half was cut off.
 */
#include <linux/unaligned.h>

#include "devlink.h"

#define MNVDA 0x9024
#define HEADER_LEN 12

/* A bit field of a TLV: where its dword is, lowest bit, width. */
struct field {
	u8 byte, bit, width;
};

/* A TLV, as in the firmware's registers: its type, how many bytes. */
struct tlv {
	u32 type;
	unsigned int len;
};

static const struct tlv global_conf = { 0x80, 12 }, global_cap = { 0x81, 20 },
			offload_conf = { 0x10a, 8 }, pf_conf = { 0x3000080, 16 };

static const struct field sriov_valid = { 0, 31, 1 }, per_pf = { 0, 14, 1 },
			  sriov_en = { 4, 31, 1 }, total_vfs = { 4, 0, 16 };
static const struct field max_valid = { 0, 31, 1 }, per_pf_supported = { 0, 11, 1 },
			  sriov_supported = { 4, 31, 1 }, max_vfs = { 4, 0, 16 };
static const struct field pf_enabled = { 0, 22, 1 }, pf_total_vfs = { 8, 0, 16 };
static const struct field compression = { 0, 0, 3 };

struct mnvda {
	u8 bytes[HEADER_LEN + 256];
};

static u32 get(const struct mnvda *mnvda, struct field field)
{
	u32 dword = get_unaligned_be32(mnvda->bytes + HEADER_LEN + field.byte);

	return dword >> field.bit & GENMASK(field.width - 1, 0);
}

static void put(struct mnvda *mnvda, struct field field, u32 value)
{
	u8 *at = mnvda->bytes + HEADER_LEN + field.byte;
	u32 mask = GENMASK(field.width - 1, 0) << field.bit;

	put_unaligned_be32((get_unaligned_be32(at) & ~mask) | (value << field.bit & mask),
			   at);
}

static int read_tlv(struct devlink *devlink, const struct tlv *tlv, struct mnvda *mnvda)
{
	*mnvda = (struct mnvda){ 0 };
	put_unaligned_be32(tlv->len, mnvda->bytes);
	put_unaligned_be32(tlv->type, mnvda->bytes + 4);
	if (lab_firmware_access(lab_devlink_port(devlink), MNVDA, false, mnvda->bytes,
				sizeof(mnvda->bytes)))
		return -EOPNOTSUPP;
	return 0;
}

/* The header is the one that was read. A refusal is a "bad parameter" of the command. */
static int write_tlv(struct devlink *devlink, struct mnvda *mnvda)
{
	return lab_firmware_access(lab_devlink_port(devlink), MNVDA, true, mnvda->bytes,
				   sizeof(mnvda->bytes)) ?
		       -EINVAL :
		       0;
}

/* ---- SR-IOV ---- */

/* What both of its parameters ask first; `found`: does this PF count for itself? */
static int read_sriov(struct devlink *devlink, struct mnvda *mnvda, bool *found)
{
	int err = lab_fault(LAB_OP_param_get, -1);

	if (err >= 0)
		err = read_tlv(devlink, &global_cap, mnvda);
	*found = !err && get(mnvda, sriov_supported);
	return err || !*found ? err : read_tlv(devlink, &global_conf, mnvda);
}

static int get_enable_sriov(struct devlink *devlink, u32 id,
			    struct devlink_param_gset_ctx *ctx)
{
	struct mnvda mnvda;
	bool found;
	int err = read_sriov(devlink, &mnvda, &found);

	ctx->val.vbool = !err && found && get(&mnvda, sriov_en);
	if (err || !found || !get(&mnvda, per_pf))
		return err;
	err = read_tlv(devlink, &pf_conf, &mnvda);
	if (!err)
		ctx->val.vbool = ctx->val.vbool && get(&mnvda, pf_enabled);
	return err;
}

static int get_total_vfs(struct devlink *devlink, u32 id,
			 struct devlink_param_gset_ctx *ctx)
{
	struct mnvda mnvda;
	bool found;
	int err = read_sriov(devlink, &mnvda, &found);

	ctx->val.vu32 = !err && found ? get(&mnvda, total_vfs) : 0;
	if (err || !found || !get(&mnvda, per_pf))
		return err;
	err = read_tlv(devlink, &pf_conf, &mnvda);
	if (!err)
		ctx->val.vu32 = get(&mnvda, pf_total_vfs);
	return err;
}

/* The words for what goes wrong: NULL where mlx5_core has none. */
struct words {
	const char *cap, *support, *read, *write, *read_pf;
};

static int explain(struct netlink_ext_ack *extack, const char *text, int err)
{
	if (err && text)
		NL_SET_ERR_MSG_FMT_MOD(extack, "%s", text);
	return err;
}

/* Makes the card count VFs for each PF, and gives what the settings of this PF are. */
static int begin_sriov(struct devlink *devlink, const struct words *words, bool enable,
		       struct mnvda *mnvda, struct netlink_ext_ack *extack)
{
	int err = explain(extack, words->cap, read_tlv(devlink, &global_cap, mnvda));

	if (err)
		return err;
	if (!get(mnvda, sriov_supported))
		return explain(extack, words->support, -EOPNOTSUPP);
	if (!get(mnvda, per_pf_supported))
		return explain(extack, "SRIOV is not per PF on this device", -EOPNOTSUPP);
	err = explain(extack, words->read, read_tlv(devlink, &global_conf, mnvda));
	if (err)
		return err;
	put(mnvda, sriov_valid, 1);
	if (enable)
		put(mnvda, sriov_en, 1);
	put(mnvda, per_pf, 1);
	err = explain(extack, words->write, write_tlv(devlink, mnvda));
	return err ?: explain(extack, words->read_pf, read_tlv(devlink, &pf_conf, mnvda));
}

static int set_enable_sriov(struct devlink *devlink, u32 id,
			    struct devlink_param_gset_ctx *ctx,
			    struct netlink_ext_ack *extack)
{
	static const struct words words = {
		.cap = "Failed to read global PCI capability",
		.support = "SRIOV is not supported on this device",
		.read = "Unable to read global PCI configuration",
		.write = "Unable to write global PCI configuration",
		.read_pf = "Unable to read per host PF configuration",
	};
	struct mnvda mnvda;
	int err = lab_fault(LAB_OP_param_set, -1);

	if (err)
		return min(err, 0);
	err = begin_sriov(devlink, &words, true, &mnvda, extack);
	if (err)
		return err;
	put(&mnvda, pf_enabled, ctx->val.vbool);
	return write_tlv(devlink, &mnvda);
}

static int set_total_vfs(struct devlink *devlink, u32 id,
			 struct devlink_param_gset_ctx *ctx,
			 struct netlink_ext_ack *extack)
{
	static const struct words words = {
		.cap = "Failed to read global pci cap",
		.support = "Not configurable on this device",
	};
	struct mnvda mnvda;
	int err = lab_fault(LAB_OP_param_set, -1);

	if (err)
		return min(err, 0);
	err = begin_sriov(devlink, &words, false, &mnvda, extack);
	if (err)
		return err;
	put(&mnvda, pf_total_vfs, ctx->val.vu32);
	return write_tlv(devlink, &mnvda);
}

static int validate_total_vfs(struct devlink *devlink, u32 id,
			      union devlink_param_value val,
			      struct netlink_ext_ack *extack)
{
	struct mnvda mnvda;
	int err = read_tlv(devlink, &global_cap, &mnvda);

	if (err || !get(&mnvda, max_valid) || val.vu16 <= get(&mnvda, max_vfs))
		return err;
	NL_SET_ERR_MSG_FMT_MOD(extack, "Max allowed by device is %u",
			       get(&mnvda, max_vfs));
	return -EINVAL;
}

/* ---- compression of completions ---- */

static const char *const compressions[] = { "balanced", "aggressive" };

static int get_compression(struct devlink *devlink, u32 id,
			   struct devlink_param_gset_ctx *ctx)
{
	struct mnvda mnvda;
	int err = lab_fault(LAB_OP_param_get, -1);
	u32 value;

	if (err >= 0)
		err = read_tlv(devlink, &offload_conf, &mnvda);
	if (err)
		return err;
	value = get(&mnvda, compression);
	if (value >= ARRAY_SIZE(compressions))
		return -EOPNOTSUPP;
	strscpy(ctx->val.vstr, compressions[value], sizeof(ctx->val.vstr));
	return 0;
}

static int set_compression(struct devlink *devlink, u32 id,
			   struct devlink_param_gset_ctx *ctx,
			   struct netlink_ext_ack *extack)
{
	struct mnvda mnvda;
	int err = lab_fault(LAB_OP_param_set, -1);

	if (err)
		return min(err, 0);
	err = explain(extack, "Failed to read sw_offload_conf mnvda reg",
		      read_tlv(devlink, &offload_conf, &mnvda));
	if (err)
		return err;
	put(&mnvda, compression, !strcmp(ctx->val.vstr, compressions[1]));
	return write_tlv(devlink, &mnvda);
}

static int validate_compression(struct devlink *devlink, u32 id,
				union devlink_param_value val,
				struct netlink_ext_ack *extack)
{
	if (match_string(compressions, ARRAY_SIZE(compressions), val.vstr) >= 0)
		return 0;
	NL_SET_ERR_MSG_MOD(extack,
			   "Invalid value, supported values are balanced/aggressive");
	return -EOPNOTSUPP;
}

#define PERMANENT BIT(DEVLINK_PARAM_CMODE_PERMANENT)

/* total_vfs is a generic one in 6.18; 6.12, on which this runs, does not know it. */
enum { TOTAL_VFS = DEVLINK_PARAM_GENERIC_ID_MAX + 1, CQE_COMPRESS_TYPE };

static const struct devlink_param permanent[] = {
	DEVLINK_PARAM_GENERIC(ENABLE_SRIOV, PERMANENT, get_enable_sriov, set_enable_sriov,
			      NULL),
	DEVLINK_PARAM_DRIVER(TOTAL_VFS, "total_vfs", DEVLINK_PARAM_TYPE_U32, PERMANENT,
			     get_total_vfs, set_total_vfs, validate_total_vfs),
	DEVLINK_PARAM_DRIVER(CQE_COMPRESS_TYPE, "cqe_compress_type",
			     DEVLINK_PARAM_TYPE_STRING, PERMANENT, get_compression,
			     set_compression, validate_compression),
};

int lab_nv_register(struct devlink *devlink)
{
	return devl_params_register(devlink, permanent, ARRAY_SIZE(permanent));
}

void lab_nv_unregister(struct devlink *devlink)
{
	devl_params_unregister(devlink, permanent, ARRAY_SIZE(permanent));
}
