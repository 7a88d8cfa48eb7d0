// SPDX-License-Identifier: GPL-2.0-or-later
/* Registers of a card, over the first transport that it has. */
#include <time.h>

#include "fw.h"

#define BUSY_MS 5000 /* the firmware says so while it does something for somebody else */
#define PAUSE_MS 20

/* In the order in which they are asked: fwctl works under lockdown and knows who we are. */
static const struct sriov_fw_transport *const running[] = { &sriov_fw_fwctl,
							    &sriov_fw_vsc, NULL };
static const struct sriov_fw_transport *const recorded[] = { &sriov_fw_recorded, NULL };

const char *sriov_fw_status_text(int status)
{
	static const struct {
		enum sriov_reg_status status;
		const char *text;
	} texts[] = {
		{ SRIOV_REG_OK, "ok" },
		{ SRIOV_REG_BUSY, "busy" },
		{ SRIOV_REG_BAD_VERSION, "version not supported" },
		{ SRIOV_REG_UNKNOWN_TLV, "unknown TLV" },
		{ SRIOV_REG_NOT_SUPPORTED, "register not supported" },
		{ SRIOV_REG_BAD_CLASS, "class not supported" },
		{ SRIOV_REG_BAD_METHOD, "method not supported" },
		{ SRIOV_REG_BAD_PARAM, "bad parameter" },
		{ SRIOV_REG_NO_RESOURCE, "resource not available" },
		{ SRIOV_REG_BAD_CONFIG, "bad configuration" },
		{ SRIOV_REG_ERASE_EXCEEDED, "flash memory has been erased too often" },
		{ SRIOV_REG_CONF_CORRUPT, "configuration is corrupt" },
		{ SRIOV_REG_TOO_SHORT, "too short" },
		{ SRIOV_REG_INTERNAL, "internal error" },
	};

	for (size_t i = 0; i < ARRAY_SIZE(texts); i++)
		if ((int)texts[i].status == status)
			return texts[i].text;
	return "unknown status";
}

unsigned int sriov_fw_limit_ms(const struct sriov_ctx *ctx, unsigned int most)
{
	unsigned int wait = ctx->wait ? ctx->wait : 1;

	return wait < most / 1000 ? wait * 1000 : most;
}

static int open_first(struct sriov_fw_card *card)
{
	const struct sriov_fw_transport *const *transport =
		card->pf->ctx->recorded ? recorded : running;
	int r = -EOPNOTSUPP;

	for (; *transport && r == -EOPNOTSUPP; transport++) {
		card->transport = *transport;
		r = (*transport)->open(card->pf, &card->state);
		sriov_debug(card->pf->ctx, "fw %s %s open: %s", card->pf->name,
			    (*transport)->name, r ? sriov_strerror(-r) : "ok");
	}
	return r;
}

int sriov_fw_open(struct sriov_pf *pf, struct sriov_fw_card **out)
{
	_cleanup_free_ struct sriov_fw_card *card = calloc(1, sizeof(*card));
	int r;

	if (!card)
		return sriov_no_memory(pf->ctx);
	card->pf = pf;
	r = open_first(card);
	if (r == -EOPNOTSUPP)
		return sriov_fail(
			pf->ctx, SRIOV_WRONG, EOPNOTSUPP,
			"%s: has no firmware settings that can be reached%s", pf->name,
			pf->ctx->recorded ?
				" (none were recorded)" :
				" (it is no ConnectX, or older than ConnectX-4)");
	if (r < 0)
		return r;
	*out = steal(card);
	return 0;
}

void sriov_fw_close(struct sriov_fw_card *card)
{
	if (!card)
		return;
	card->transport->close(card->state);
	free(card);
}

static int access_once(struct sriov_fw_card *card, enum sriov_reg reg, bool set,
		       void *data, size_t len)
{
	int r = card->transport->access(card->pf, card->state, reg, set, data, len);

	sriov_debug(card->pf->ctx, "fw %s %s %s 0x%x (%zu): %s", card->pf->name,
		    card->transport->name, set ? "set" : "get", reg, len,
		    r < 0 ? sriov_strerror(-r) : sriov_fw_status_text(r));
	return r;
}

int sriov_fw_access(struct sriov_fw_card *card, enum sriov_reg reg, bool set, void *data,
		    size_t len)
{
	const struct timespec pause = { .tv_nsec = PAUSE_MS * 1000000 };
	struct sriov_ctx *ctx = card->pf->ctx;
	int64_t end = sriov_now_ms() + sriov_fw_limit_ms(ctx, BUSY_MS);
	uint8_t request[SRIOV_REG_MAX];
	int r;

	if (!len || len > SRIOV_REG_MAX || len % 4)
		return sriov_fail(ctx, SRIOV_FAILED, EINVAL,
				  "%s: register 0x%x of %zu bytes", card->pf->name, reg,
				  len);
	memcpy(request, data, len);
	while ((r = access_once(card, reg, set, data, len)) == SRIOV_REG_BUSY) {
		if (sriov_now_ms() >= end)
			break;
		if (sriov_is_stopped(ctx))
			return sriov_fail_interrupted(ctx);
		nanosleep(&pause, NULL);
	}
	if (r >= 0 && !set)
		sriov_fw_record_access(ctx, reg, request, r, data, len);
	return r;
}
