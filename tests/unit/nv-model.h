/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A card in memory that answers the registers of its NV configuration, for rules and changes:
 * what a firmware is like is for the virtual card of the lab to show. A TLV that is not stored
 * is not there, as with "resource not available" (`bare`), or reads as its default.
 */
#ifndef NV_MODEL_H
#define NV_MODEL_H

#include "nv.h"

struct model_tlv {
	uint32_t type;
	uint8_t size, version, writer;
	bool read_only, stored;
	uint8_t priority, host;
	uint16_t length; /* that it names, if not its size */
	uint8_t data[SRIOV_NV_MODES][SRIOV_TLV_DATA];
};

static struct model {
	struct model_tlv tlvs[24];
	size_t n;
	uint8_t ports;
	bool bare, no_list, no_default, no_current;
	uint32_t refuse; /* a type that cannot be written */
	uint32_t ignore; /* a type of which a write or reset changes nothing */
	uint32_t unreadable;
	uint32_t under_way; /* a type of which a write or reset does not come back */
	uint32_t broken;    /* a type that is written, and an error is answered */
	int mnvgc, mnvqc;   /* what these answer always, if not 0 */
	uint32_t list_end;  /* the list is not supported from this pointer on */
	uint32_t header;    /* the first dword of what was written last */
	unsigned int reads[3], writes, invalidated;
} model;

static uint32_t model_get(const void *data, size_t at)
{
	return sriov_nv_get((const uint8_t *)data + at,
			    (struct sriov_nv_field){ 0, 0, 32 });
}

static void model_put(void *data, size_t at, uint32_t dword)
{
	sriov_nv_put((uint8_t *)data + at, (struct sriov_nv_field){ 0, 0, 32 }, dword);
}

static struct model_tlv *model_find(uint32_t type)
{
	for (size_t i = 0; i < model.n; i++)
		if (model.tlvs[i].type == type)
			return &model.tlvs[i];
	return NULL;
}

/* Its dwords, from the factory, and in use. */
static struct model_tlv *model_add(uint32_t type, uint8_t size, uint8_t version,
				   const uint32_t *dwords)
{
	struct model_tlv *tlv = &model.tlvs[model.n++];

	*tlv = (struct model_tlv){ .type = type, .size = size, .version = version };
	for (unsigned int mode = 0; mode < SRIOV_NV_MODES; mode++)
		for (size_t at = 0; at < size; at += 4)
			model_put(tlv->data[mode], at, dwords[at / 4]);
	return tlv;
}

static void model_answer(const struct model_tlv *tlv, unsigned int mode, uint8_t *to)
{
	model_put(to, 0,
		  (tlv->stored ? 1U << 30 : 0) | (uint32_t)tlv->priority << 28 |
			  (uint32_t)mode << 22 | (uint32_t)tlv->writer << 16 |
			  (uint32_t)tlv->version << 12 | (uint32_t)tlv->host << 9 |
			  (tlv->length ? tlv->length : tlv->size));
	model_put(to, 4, tlv->type);
	model_put(to, 8, 0);
	memcpy(to + 12, tlv->data[mode], tlv->size);
}

static int model_mnvda(struct model_tlv *tlv, bool set, uint8_t *data, size_t len)
{
	uint32_t header = model_get(data, 0);
	unsigned int mode = header >> 22 & 3;

	if (!tlv || mode >= SRIOV_NV_MODES)
		return SRIOV_REG_BAD_PARAM;
	if ((header & 0x1ff) < tlv->size || len < 12U + tlv->size)
		return SRIOV_REG_TOO_SHORT;
	if (!set) {
		model.reads[mode]++;
		if (tlv->type == model.unreadable)
			return SRIOV_REG_INTERNAL;
		if ((mode == SRIOV_NV_CURRENT && model.no_current) ||
		    (mode == SRIOV_NV_DEFAULT && model.no_default))
			return SRIOV_REG_BAD_PARAM;
		if (mode == SRIOV_NV_NEXT && model.bare && !tlv->stored &&
		    !tlv->read_only)
			return SRIOV_REG_NO_RESOURCE;
		model_answer(tlv, mode, data);
		return 0;
	}
	if (tlv->read_only || tlv->type == model.refuse ||
	    (header >> 12 & 0xf) != tlv->version)
		return SRIOV_REG_BAD_PARAM;
	model.writes++;
	model.header = header;
	if (tlv->type == model.ignore)
		return 0;
	memcpy(tlv->data[SRIOV_NV_NEXT], data + 12, tlv->size);
	tlv->writer = header >> 16 & 0x1f;
	tlv->stored = true;
	return tlv->type == model.broken ? SRIOV_REG_INTERNAL : 0;
}

static int model_mnvgn(uint8_t *data, size_t len)
{
	uint32_t pointer = model_get(data, 0);

	if (model.no_list || (model.list_end && pointer >= model.list_end))
		return SRIOV_REG_NOT_SUPPORTED;
	while (pointer < model.n && !model.tlvs[pointer].stored)
		pointer++;
	model_put(data, 0, pointer < model.n ? pointer + 1 : 0);
	if (pointer < model.n && len < 28U + model.tlvs[pointer].size)
		return SRIOV_REG_TOO_SHORT;
	if (pointer < model.n)
		model_answer(&model.tlvs[pointer], SRIOV_NV_NEXT, data + 16);
	return 0;
}

static int model_access(struct sriov_pf *pf, void *state, enum sriov_reg reg, bool set,
			void *data, size_t len)
{
	struct model_tlv *tlv;

	(void)state;
	if (set && model.under_way && model_get(data, 4) == model.under_way)
		return sriov_fail(pf->ctx, SRIOV_FAILED, EINPROGRESS,
				  "%s: its firmware does not answer: pid 42 is stuck",
				  pf->name);
	switch (reg) {
	case SRIOV_REG_MGIR:
		((uint8_t *)data)[5] = model.ports;
		return 0;
	case SRIOV_REG_MNVGC:
		if (model.mnvgc)
			return model.mnvgc;
		model_put(data, 0, (!model.no_default) | (!model.no_current) << 1);
		return 0;
	case SRIOV_REG_MNVQC:
		if (model.mnvqc)
			return model.mnvqc;
		tlv = model_find(model_get(data, 0));
		model_put(data, 4, tlv ? (tlv->read_only ? 1 : 3) : 0);
		return 0;
	case SRIOV_REG_MNVDA:
		return model_mnvda(model_find(model_get(data, 4)), set, data, len);
	case SRIOV_REG_MNVDI:
		tlv = model_find(model_get(data, 4));
		if (!tlv || tlv->type == model.refuse)
			return SRIOV_REG_BAD_PARAM;
		model.invalidated++;
		if (tlv->type == model.ignore)
			return 0;
		memcpy(tlv->data[SRIOV_NV_NEXT], tlv->data[SRIOV_NV_DEFAULT], tlv->size);
		tlv->stored = false;
		tlv->writer = 0;
		return 0;
	case SRIOV_REG_MNVGN:
		return model_mnvgn(data, len);
	default:
		return SRIOV_REG_NOT_SUPPORTED;
	}
}

static void model_close(void *state)
{
	(void)state;
}

static const struct sriov_fw_transport model_transport = {
	.name = "model",
	.access = model_access,
	.close = model_close,
};

/* A card like that of which mstconfig made the golden TLVs. */
static void model_reset(void)
{
	memset(&model, 0, sizeof(model));
	model.ports = 2;
	/* FPP_EN=1 NUM_OF_PF=2 NUM_PF_MSIX=63 NUM_VF_MSIX=11 and their valid bits; no VFs */
	model_add(0x80, 12, 0, (uint32_t[]){ 0x3c000000, 0x20020000, 0x02c3f045 });
	/* all that can be; 127 VFs, 2 PFs, BARs up to 2^10 and 2^6 MiB, MSI-X up to 1000, 512 */
	model_add(0x81, 20, 0,
		  (uint32_t[]){ 0xfffffdff, 0xb802007f, 0x803e818a, 4096, 32768 })
		->read_only = true;
	model_add(0x10a, 8, 1, (uint32_t[]){ 0, 0 });
	model_add(0x10b, 4, 0, (uint32_t[]){ 0x4100 })->read_only = true;
	for (uint32_t port = 1; port <= 2; port++) {
		model_add(0x01000012 | port << 16, 4, 0, (uint32_t[]){ 8 });
		model_add(0x01000196 | port << 16, 4, 0, (uint32_t[]){ 0 });
		model_add(0x01000197 | port << 16, 4, 0, (uint32_t[]){ 0xa0000000 })
			->read_only = true;
	}
	model_add(0x03000080, 16, 0, (uint32_t[]){ 0, 0, 0, 0 });
	model_add(0x03000112, 4, 0, (uint32_t[]){ 0 });
	model_add(0x03000113, 4, 0, (uint32_t[]){ 0x88000000 })->read_only = true;
	model_add(0x07000080, 4, 0, (uint32_t[]){ 0 });
	model_add(0x07000081, 4, 0, (uint32_t[]){ 0xa0c01000 })->read_only = true;
}

static struct sriov_ctx model_ctx = { .stop_at = 1 };
static struct sriov_pf model_pf = { .ctx = &model_ctx, .name = "0000:04:00.0" };

static struct sriov_nv *model_open(void)
{
	struct sriov_fw_card *card = calloc(1, sizeof(*card));
	struct sriov_nv *nv;

	*card = (struct sriov_fw_card){ &model_pf, &model_transport, NULL };
	model_ctx.error[0] = '\0';
	memset(model.reads, 0, sizeof(model.reads));
	return sriov_nv_new(card, &nv) < 0 ? NULL : nv;
}

/* The dword of what is stored. */
static uint32_t model_next(uint32_t type, size_t at)
{
	return model_get(model_find(type)->data[SRIOV_NV_NEXT], at);
}

/* Set what is stored, by somebody else. */
static inline void model_store(uint32_t type, size_t at, uint32_t dword)
{
	model_put(model_find(type)->data[SRIOV_NV_NEXT], at, dword);
	model_find(type)->stored = true;
}

/* "NAME=VALUE" or "NAME", for the default, apart by blanks. */
static int model_prepare(const char *words, struct sriov_fw_change **change)
{
	struct sriov_fw_wish wishes[16];
	char *text = strdup(words), *rest = text, *word;
	struct sriov_nv *nv;
	size_t n = 0;
	int r;

	while (n < ARRAY_SIZE(wishes) && (word = strsep(&rest, " "))) {
		char *equals = strchr(word, '=');

		if (equals)
			*equals++ = '\0';
		wishes[n++] = (struct sriov_fw_wish){ word, equals };
	}
	*change = NULL;
	nv = model_open();
	r = nv ? sriov_nv_prepare(nv, wishes, n, change) : -EIO;
	free(text);
	return r;
}

/* The same, written. */
static int model_set(const char *words)
{
	struct sriov_fw_change *change;
	int r = model_prepare(words, &change);

	if (r >= 0)
		r = sriov_nv_change_write(change);
	sriov_nv_change_free(change);
	return r;
}

#endif
