// SPDX-License-Identifier: GPL-2.0-or-later
/* The transport that every ConnectX from the 4th on has: its vendor-specific capability. */
#include "fw-vsc.h"

#define VENDOR 0x15b3 /* Mellanox; others have other things in such a capability */

/* Space of the registers of the chip. */
#define CHIP 0xf0014 /* low half */
#define NOT_READY (UINT32_C(1) << 31)

/* Space of ICMD. */
#define ROOM 0x1000

#define READY_MS 2000

/* Where each chip says that its firmware is not ready (mstflint, mtcr_ul_icmd_cif.c). */
static const struct {
	uint16_t chip;
	uint32_t address;
} not_ready[] = {
	{ 521, 0xb0004 }, /* ConnectX-4 */
	{ 523, 0xb0004 }, /* ConnectX-4 Lx */
	{ 525, 0xb5e04 }, /* ConnectX-5 */
	{ 529, 0xb5e04 }, /* BlueField */
	{ 527, 0xb5f04 }, /* ConnectX-6 */
	{ 530, 0xb5f04 }, /* ConnectX-6 Dx */
	{ 532, 0xb5f04 }, /* BlueField-2 */
	{ 534, 0xb5f04 }, /* ConnectX-6 Lx */
	{ 536, 0xb5f04 }, /* ConnectX-7 */
	{ 540, 0xb5f04 }, /* BlueField-3 */
	{ 542, 0xa0304 }, /* ConnectX-8 */
};

/* What could not be freed is tried once more; what was said about it stays said. */
static void abandon(struct sriov_gateway *gateway)
{
	struct sriov_ctx *ctx = gateway->ctx;
	enum sriov_class class = ctx->error_class;
	char text[SRIOV_TEXT_LEN];

	sriov_copy(text, sizeof(text), ctx->error);
	sriov_icmd_abandon(gateway);
	sriov_gateway_abandon(gateway);
	sriov_copy(ctx->error, sizeof(ctx->error), text);
	ctx->error_class = class;
}

static void close_vsc(void *state)
{
	struct sriov_gateway *gateway = state;

	abandon(gateway);
	for (size_t i = 0; i < ARRAY_SIZE(gateway->files); i++)
		cleanup_close(&gateway->files[i]);
	cleanup_close(&gateway->config);
	free(gateway);
}

/* ---- is its firmware ready, and how large is the mailbox? ---- */

static int check_ready(struct sriov_gateway *gateway)
{
	uint32_t chip, value = 0;
	int r = sriov_gateway_read(gateway, SPACE_CR, CHIP, &chip);

	for (size_t i = 0; i < ARRAY_SIZE(not_ready) && r >= 0; i++)
		if (not_ready[i].chip == (chip & 0xffff))
			r = sriov_gateway_read(gateway, SPACE_CR, not_ready[i].address,
					       &value);
	if (r < 0)
		return r;
	return value & NOT_READY ? -EAGAIN : 0;
}

static int open_icmd(struct sriov_gateway *gateway)
{
	int64_t end = sriov_now_ms() + READY_MS;
	unsigned int pause = 0;
	int r;

	while ((r = sriov_gateway_take(gateway)) >= 0) {
		r = check_ready(gateway);
		if (r >= 0)
			r = sriov_gateway_read(gateway, SPACE_ICMD, ROOM,
					       &gateway->icmd_room);
		sriov_gateway_leave(gateway);
		if (r != -EAGAIN)
			return r;
		if (sriov_now_ms() >= end)
			return sriov_fail(
				gateway->ctx, SRIOV_FAILED, EBUSY,
				"%s: its firmware is not ready (is it starting?)",
				gateway->pf->name);
		sriov_gateway_pause(&pause);
	}
	return r;
}

/* ---- the transport ---- */

/* Configuration space, to be written. */
static int open_config(struct sriov_gateway *gateway)
{
	struct sriov_pf *pf = gateway->pf;

	gateway->config = sriov_sysfs_writable(gateway->ctx, "%s/config", pf->path);
	if (gateway->config >= 0)
		return 0;
	return sriov_fail(gateway->ctx, SRIOV_FAILED, -gateway->config,
			  "%s: settings of its firmware: configuration space: %s%s",
			  pf->name, sriov_strerror(-gateway->config),
			  gateway->config == -EACCES ?
				  " (reading them, too, needs root)" :
				  "");
}

static int open_gateway(struct sriov_gateway *gateway)
{
	struct sriov_pf *pf = gateway->pf;
	uint32_t id;
	int r = open_config(gateway);

	if (r >= 0)
		r = sriov_gateway_config(gateway, 0, &id);
	if (r < 0)
		return r;
	if (id == UINT32_MAX)
		return sriov_fail(pf->ctx, SRIOV_FAILED, ENODEV,
				  "%s: does not answer: it is being reset, or gone",
				  pf->name);
	r = sriov_gateway_find(sriov_gateway_config, gateway, &gateway->at);
	if (r == -ENOENT)
		return -EOPNOTSUPP;
	if (r == -ENOEXEC)
		return sriov_fail(pf->ctx, SRIOV_FAILED, ENOEXEC,
				  "%s: runs no firmware, it waits for one to be flashed",
				  pf->name);
	if (r < 0)
		return r;
	r = sriov_blame_lockdown(pf);
	if (r < 0)
		return r;
	for (size_t i = 0; i < ARRAY_SIZE(gateway->files); i++)
		gateway->files[i] = sriov_lock_of_mstflint(pf->ctx, pf->dev, i);
	return open_icmd(gateway);
}

static int open_vsc(struct sriov_pf *pf, void **state)
{
	struct sriov_gateway *gateway;
	uint32_t vendor;
	int r;

	if (!pf->is_pci ||
	    sriov_sysfs_read_u32(pf->ctx, &vendor, "%s/vendor", pf->path) < 0 ||
	    vendor != VENDOR)
		return -EOPNOTSUPP;
	gateway = calloc(1, sizeof(*gateway));
	if (!gateway)
		return sriov_no_memory(pf->ctx);
	*gateway = (struct sriov_gateway){
		.ctx = pf->ctx, .pf = pf, .config = -1, .files = { -1, -1 }
	};
	r = open_gateway(gateway);
	if (r < 0)
		close_vsc(gateway);
	else
		*state = gateway;
	return r;
}

static int access_vsc(struct sriov_pf *pf, void *state, enum sriov_reg reg, bool set,
		      void *data, size_t len)
{
	(void)pf;
	return sriov_icmd_access(state, reg, set, data, len);
}

const struct sriov_fw_transport sriov_fw_vsc = { "vsc", open_vsc, access_vsc, close_vsc };
