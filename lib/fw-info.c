// SPDX-License-Identifier: GPL-2.0-or-later
/* What a card says of itself: its registers, devlink, and what of its settings is pending. */
#include <endian.h>

#include "fw.h"

/* Registers MGIR and MQIS of the PRM: drivers/net/ethernet/mellanox/mlxsw/reg.h; mstflint. */
#define MGIR_LEN 160
#define MGIR_NUM_PORTS 5
#define MGIR_VERSION 0x21 /* major, minor, subminor: one byte each */
#define MGIR_PSID 0x30
#define MGIR_PSID_LEN 16
#define MGIR_LONG_VERSION 0x44 /* the same in four bytes each, where a card has them */
#define MQIS_LEN 24
#define MQIS_TYPE 3
#define MQIS_INFO_LEN 6
#define MQIS_OFFSET 8
#define MQIS_READ_LEN 10
#define MQIS_TEXT 16
#define MQIS_CHUNK 8

enum mqis_type { MQIS_NAME = 1, MQIS_DESCRIPTION = 2 };

struct sriov_fw_info *sriov_fw_info_new(void)
{
	return calloc(1, sizeof(struct sriov_fw_info));
}

/* A text of the card, of this many bytes at most, if there is one. */
static void put_text(struct sriov_fw_info *info, uint64_t bit, char *to, size_t size,
		     const void *from, size_t len)
{
	if (info->set & bit)
		return;
	len = strnlen(from, len < size ? len : size - 1);
	memcpy(to, from, len);
	to[len] = '\0';
	sriov_make_printable(to);
	if (len)
		info->set |= bit;
}

static uint32_t get_u32(const uint8_t *data)
{
	uint32_t value;

	memcpy(&value, data, sizeof(value));
	return be32toh(value);
}

static void read_general(struct sriov_fw_card *card, struct sriov_fw_info *info)
{
	uint8_t data[MGIR_LEN] = { 0 };
	uint32_t version[3];
	char text[SRIOV_NAME_LEN];

	if (sriov_fw_access(card, SRIOV_REG_MGIR, false, data, sizeof(data)))
		return;
	if (data[MGIR_NUM_PORTS]) {
		info->ports = data[MGIR_NUM_PORTS];
		info->set |= SRIOV_FW_INFO_PORTS;
	}
	put_text(info, SRIOV_FW_INFO_PSID, info->psid, sizeof(info->psid),
		 data + MGIR_PSID, MGIR_PSID_LEN);
	for (size_t i = 0; i < ARRAY_SIZE(version); i++)
		version[i] = get_u32(data + MGIR_LONG_VERSION + i * sizeof(uint32_t));
	for (size_t i = 0; i < ARRAY_SIZE(version) && !version[0]; i++)
		version[i] = data[MGIR_VERSION + i];
	if (!version[0])
		return;
	snprintf(text, sizeof(text), "%u.%u.%04u", version[0], version[1], version[2]);
	put_text(info, SRIOV_FW_INFO_RUNNING, info->running, sizeof(info->running), text,
		 sizeof(text));
}

/* It comes eight bytes at a time; how long it is, the card says each time. */
static void read_text(struct sriov_fw_card *card, enum mqis_type type,
		      struct sriov_fw_info *info, uint64_t bit, char *to, size_t size)
{
	char text[256] = "";
	size_t len = MQIS_CHUNK;

	for (size_t at = 0; at < len; at += MQIS_CHUNK) {
		uint8_t data[MQIS_LEN] = { [MQIS_TYPE] = type,
					   [MQIS_OFFSET] = (uint8_t)(at >> 8),
					   [MQIS_OFFSET + 1] = (uint8_t)at,
					   [MQIS_READ_LEN + 1] = MQIS_CHUNK };

		if (sriov_fw_access(card, SRIOV_REG_MQIS, false, data, sizeof(data)))
			return;
		len = (size_t)data[MQIS_INFO_LEN] << 8 | data[MQIS_INFO_LEN + 1];
		if (len > sizeof(text))
			len = sizeof(text);
		if (at < len)
			memcpy(text + at, data + MQIS_TEXT,
			       len - at < MQIS_CHUNK ? len - at : MQIS_CHUNK);
	}
	put_text(info, bit, to, size, text, sizeof(text));
}

static void set_transport(struct sriov_fw_info *info, const char *name)
{
	sriov_copy(info->transport, sizeof(info->transport), name);
	info->set |= SRIOV_FW_INFO_TRANSPORT;
}

static int ask_registers(struct sriov_pf *pf, struct sriov_fw_info *info)
{
	struct sriov_fw_card *card;
	int r = sriov_fw_open(pf, &card);

	if (r < 0)
		return r;
	set_transport(info, card->transport->name);
	read_general(card, info);
	read_text(card, MQIS_NAME, info, SRIOV_FW_INFO_NAME, info->name,
		  sizeof(info->name));
	read_text(card, MQIS_DESCRIPTION, info, SRIOV_FW_INFO_DESCRIPTION,
		  info->description, sizeof(info->description));
	sriov_fw_close(card);
	return 0;
}

/* Settings that are stored and not in use. Is it known of all? */
static bool count_settings(struct sriov_pf *pf, struct sriov_fw_info *info)
{
	struct sriov_fw_param **params;
	bool known = true;
	size_t n;
	int r = sriov_fw_list(pf, NULL, 0, &params, &n);

	/* what has no settings has none that are pending */
	if (r < 0)
		return r == -EOPNOTSUPP;
	if (!(info->set & SRIOV_FW_INFO_TRANSPORT) && n)
		set_transport(info, params[0]->backend);
	for (size_t i = 0; i < n; i++) {
		if (!(params[i]->set & SRIOV_FW_PENDING))
			known = false;
		else if (params[i]->pending)
			info->pending++;
		if (params[i]->set & SRIOV_FW_PENDING && params[i]->pending &&
		    params[i]->set & SRIOV_FW_ACTIVATION &&
		    params[i]->activation > info->activation)
			info->activation = params[i]->activation;
	}
	sriov_fw_params_free(params);
	return known;
}

/* With versions. What is known to be pending tells what it takes, also when not all is known. */
static void count_pending(struct sriov_pf *pf, struct sriov_fw_info *info)
{
	bool known = count_settings(pf, info);

	if (info->set & SRIOV_FW_INFO_RUNNING && info->set & SRIOV_FW_INFO_STORED &&
	    strcmp(info->running, info->stored) != 0) {
		info->pending++;
		if (info->activation < SRIOV_FW_FIRMWARE_RESET)
			info->activation = SRIOV_FW_FIRMWARE_RESET;
	}
	if (known)
		info->set |= SRIOV_FW_INFO_PENDING;
	if (known || info->pending)
		info->set |= SRIOV_FW_INFO_ACTIVATION;
}

/* Why one of the ways does not tell anything; nothing when this card does not have it. */
static void explain(struct sriov_pf *pf, int registers, int devlink, char *text)
{
	text[0] = '\0';
	if (registers < 0 && registers != -EOPNOTSUPP)
		sriov_copy(text, SRIOV_TEXT_LEN, pf->ctx->error);
	else if (devlink < 0 && devlink != -EOPNOTSUPP)
		snprintf(text, SRIOV_TEXT_LEN, "%s: devlink: %s", pf->name,
			 devlink == -ETIMEDOUT ?
				 "the kernel blocks: the card is being flashed or "
				 "reloaded" :
				 sriov_strerror(-devlink));
}

int sriov_fw_info_get(struct sriov_pf *pf, struct sriov_fw_info *info)
{
	struct sriov_ctx *ctx = pf->ctx;
	char text[SRIOV_TEXT_LEN];
	int registers = -EOPNOTSUPP, devlink = -EOPNOTSUPP;
	enum sriov_class class;

	/* what devlink says of versions is newer: it knows both of them */
	if (sriov_fw_allowed(ctx, &sriov_fw_devlink))
		devlink = sriov_devlink_info(pf, info);
	ctx->error[0] = '\0';
	if (sriov_fw_allowed(ctx, &sriov_fw_nvconfig))
		registers = ask_registers(pf, info);
	class = registers < 0 && registers != -EOPNOTSUPP ? ctx->error_class :
							    SRIOV_FAILED;
	explain(pf, registers, devlink, text);
	if (registers < 0 && devlink < 0) {
		if (text[0])
			return sriov_fail(ctx, class,
					  registers != -EOPNOTSUPP ? -registers :
								     -devlink,
					  "%s", text);
		return sriov_fail(ctx, SRIOV_WRONG, EOPNOTSUPP,
				  "%s: says nothing of its firmware: neither registers "
				  "of a ConnectX-4 or later, nor devlink",
				  pf->name);
	}
	count_pending(pf, info);
	/* for who wants to know why something is not known */
	sriov_copy(ctx->error, sizeof(ctx->error), text);
	return 0;
}
