// SPDX-License-Identifier: GPL-2.0-or-later
/* The TLVs of a card: registers that read, write and list them; each is read once per mode. */
#include <endian.h>
#include <inttypes.h>

#include "nv.h"

#define MNVQC_TYPE ((struct sriov_nv_field){ 0, 0, 32 })
#define MNVQC_READ ((struct sriov_nv_field){ 4, 0, 1 })
#define MNVQC_WRITE ((struct sriov_nv_field){ 4, 1, 1 })
#define MNVQC_LEN 8
#define MNVGC_DEFAULT ((struct sriov_nv_field){ 0, 0, 1 })
#define MNVGC_CURRENT ((struct sriov_nv_field){ 0, 1, 1 })
#define MNVGC_LEN 16
#define MNVGN_POINTER ((struct sriov_nv_field){ 0, 0, 32 })
#define MNVGN_TLV 16   /* offset */
#define MNVGN_DATA 128 /* that mstflint has room for; firmware need not know of more */
#define MGIR_PORTS ((struct sriov_nv_field){ 4, 16, 8 })
#define MGIR_LEN 160
#define MAX_STORED 4096 /* TLVs; more must be a circle */

static int no_memory(struct sriov_nv *nv)
{
	return sriov_no_memory(nv->pf->ctx);
}

/* What the firmware answered; an error of the transport has its text already. */
static int fail(struct sriov_nv *nv, int status, const char *what, uint32_t type)
{
	if (status < 0)
		return status;
	return sriov_fail(nv->pf->ctx, SRIOV_FAILED,
			  status == SRIOV_REG_BUSY ? EBUSY : EIO,
			  "%s: TLV 0x%08" PRIx32 " cannot be %s: %s", nv->pf->name, type,
			  what, sriov_fw_status_text(status));
}

/*
 * Answers to a question that mean "no" and not that the answer is missing: old firmware does not
 * know the register, or not what is asked for in it.
 */
static bool is_no(int status, enum sriov_reg_status more)
{
	return status == SRIOV_REG_NOT_SUPPORTED || status == SRIOV_REG_BAD_METHOD ||
	       status == SRIOV_REG_BAD_PARAM || status == (int)more;
}

/* ---- a card ---- */

int sriov_nv_new(struct sriov_fw_card *card, struct sriov_nv **to)
{
	uint8_t mnvgc[MNVGC_LEN] = { 0 };
	struct sriov_nv *nv = calloc(1, sizeof(*nv));
	int r;

	if (!nv) {
		r = sriov_no_memory(card->pf->ctx);
		sriov_fw_close(card);
		return r;
	}
	nv->pf = card->pf;
	nv->card = card;
	r = sriov_fw_access(card, SRIOV_REG_MNVGC, false, mnvgc, sizeof(mnvgc));
	if (r > 0 && !is_no(r, SRIOV_REG_INTERNAL))
		r = sriov_fail(
			nv->pf->ctx, SRIOV_FAILED, r == SRIOV_REG_BUSY ? EBUSY : EIO,
			"%s: what its firmware tells of settings cannot be read: %s",
			nv->pf->name, sriov_fw_status_text(r));
	if (r < 0) {
		sriov_nv_close(nv);
		return r;
	}
	nv->has[SRIOV_NV_NEXT] = true;
	nv->has[SRIOV_NV_CURRENT] = !r && sriov_nv_get(mnvgc, MNVGC_CURRENT);
	nv->has[SRIOV_NV_DEFAULT] = !r && sriov_nv_get(mnvgc, MNVGC_DEFAULT);
	*to = nv;
	return 0;
}

void sriov_nv_close(struct sriov_nv *nv)
{
	if (!nv)
		return;
	sriov_fw_close(nv->card);
	for (size_t i = 0; i < nv->n; i++)
		free(nv->items[i]);
	free(nv->items);
	free(nv);
}

int sriov_nv_ports(struct sriov_nv *nv, unsigned int *ports)
{
	uint8_t mgir[MGIR_LEN] = { 0 };
	int r;

	if (!nv->ports) {
		r = sriov_fw_access(nv->card, SRIOV_REG_MGIR, false, mgir, sizeof(mgir));
		if (r < 0)
			return r;
		nv->ports = r ? 0 : sriov_nv_get(mgir, MGIR_PORTS);
		if (!nv->ports)
			nv->ports = 1; /* before there was such a field */
	}
	*ports = nv->ports;
	return 0;
}

/* ---- one TLV ---- */

/* Is a TLV of this type supported? */
static int ask(struct sriov_nv *nv, struct sriov_nv_item *item)
{
	uint8_t mnvqc[MNVQC_LEN] = { 0 };
	int r;

	sriov_nv_put(mnvqc, MNVQC_TYPE, item->type);
	r = sriov_fw_access(nv->card, SRIOV_REG_MNVQC, false, mnvqc, sizeof(mnvqc));
	if (r && !is_no(r, SRIOV_REG_UNKNOWN_TLV))
		return fail(nv, r, "asked for", item->type);
	item->asked = true;
	item->readable = !r && sriov_nv_get(mnvqc, MNVQC_READ);
	item->writable = !r && sriov_nv_get(mnvqc, MNVQC_WRITE);
	return 0;
}

int sriov_nv_item(struct sriov_nv *nv, uint32_t type, struct sriov_nv_item **to)
{
	struct sriov_nv_item **items, *item = NULL;

	for (size_t i = 0; i < nv->n && !item; i++)
		if (nv->items[i]->type == type)
			item = nv->items[i];
	if (!item) {
		items = reallocarray(nv->items, nv->n + 1, sizeof(*items));
		if (!items)
			return no_memory(nv);
		nv->items = items;
		item = calloc(1, sizeof(*item));
		if (!item)
			return no_memory(nv);
		item->type = type;
		items[nv->n++] = item;
	}
	*to = item;
	return item->asked ? 0 : ask(nv, item);
}

/* Registers are made of dwords, whatever length a TLV names. */
static size_t round_up(size_t length)
{
	return (length + 3) / 4 * 4;
}

/* What is cut would be lost. */
static int check_length(struct sriov_nv *nv, const struct sriov_tlv *tlv)
{
	uint32_t length = sriov_nv_get(tlv->header, SRIOV_TLV_LENGTH);

	return length <= SRIOV_TLV_DATA ?
		       0 :
		       sriov_fail(nv->pf->ctx, SRIOV_FAILED, EMSGSIZE,
				  "%s: TLV 0x%08" PRIx32
				  " cannot be read: it has %" PRIu32
				  " bytes, and there is room for %d",
				  nv->pf->name, sriov_nv_get(tlv->header, SRIOV_TLV_TYPE),
				  length, SRIOV_TLV_DATA);
}

/* MNVDA with room for `length` bytes. */
static int get_tlv(struct sriov_nv *nv, uint32_t type, enum sriov_nv_mode mode,
		   size_t length, struct sriov_tlv *tlv)
{
	length = round_up(length);
	sriov_tlv_init(tlv, type, mode, length);
	return sriov_fw_access(nv->card, SRIOV_REG_MNVDA, false, tlv,
			       SRIOV_TLV_HEADER + length);
}

/* A TLV of a newer firmware may be longer than the one we know: nothing of it is lost. */
static int read_tlv(struct sriov_nv *nv, uint32_t type, enum sriov_nv_mode mode,
		    size_t size, struct sriov_tlv *tlv)
{
	size_t length;
	int r = get_tlv(nv, type, mode, size, tlv);

	if (r && r != SRIOV_REG_TOO_SHORT)
		return r;
	length = r ? SRIOV_TLV_DATA : round_up(sriov_tlv_length(tlv));
	return length > size ? get_tlv(nv, type, mode, length, tlv) : 0;
}

int sriov_nv_read(struct sriov_nv *nv, uint32_t type, size_t size,
		  enum sriov_nv_mode mode, struct sriov_nv_item **to)
{
	struct sriov_nv_item *item;
	int r = sriov_nv_item(nv, type, &item);

	if (r < 0)
		return r;
	*to = item;
	if (item->mode[mode].read || !item->readable || !nv->has[mode])
		return 0;
	r = read_tlv(nv, type, mode, size, &item->mode[mode].tlv);
	/* "resource not available": nothing is stored */
	if (r && r != SRIOV_REG_NO_RESOURCE)
		return fail(nv, r, "read", type);
	if (!r && check_length(nv, &item->mode[mode].tlv) < 0)
		return -EMSGSIZE;
	item->mode[mode].read = true;
	item->mode[mode].there = !r;
	return 0;
}

void sriov_nv_forget(struct sriov_nv *nv, uint32_t type)
{
	for (size_t i = 0; i < nv->n; i++)
		if (nv->items[i]->type == type)
			nv->items[i]->mode[SRIOV_NV_NEXT].read =
				nv->items[i]->mode[SRIOV_NV_NEXT].there = false;
}

int sriov_nv_write(struct sriov_nv *nv, const struct sriov_tlv *tlv)
{
	uint32_t type = sriov_nv_get(tlv->header, SRIOV_TLV_TYPE);
	struct sriov_tlv copy = *tlv; /* the answer goes there */
	int r;

	sriov_nv_forget(nv, type);
	r = sriov_fw_access(nv->card, SRIOV_REG_MNVDA, true, &copy,
			    SRIOV_TLV_HEADER + round_up(sriov_tlv_length(tlv)));
	return r ? fail(nv, r, "written", type) : 0;
}

int sriov_nv_invalidate(struct sriov_nv *nv, uint32_t type)
{
	struct sriov_tlv tlv;
	int r;

	sriov_nv_forget(nv, type);
	sriov_tlv_init(&tlv, type, SRIOV_NV_NEXT, 0);
	r = sriov_fw_access(nv->card, SRIOV_REG_MNVDI, true, tlv.header,
			    sizeof(tlv.header));
	return r ? fail(nv, r, "reset", type) : 0;
}

/* ---- all that are stored ---- */

/* MNVGN: the one after that which the pointer stands for. */
static int get_next(struct sriov_nv *nv, uint32_t *pointer, struct sriov_tlv *tlv)
{
	uint8_t mnvgn[MNVGN_TLV + sizeof(struct sriov_tlv)] = { 0 };
	size_t len = MNVGN_TLV + SRIOV_TLV_HEADER + MNVGN_DATA;
	int r;

	sriov_nv_put(mnvgn, MNVGN_POINTER, *pointer);
	r = sriov_fw_access(nv->card, SRIOV_REG_MNVGN, false, mnvgn, len);
	if (r == SRIOV_REG_TOO_SHORT) {
		memset(mnvgn, 0, sizeof(mnvgn)); /* the answer is there */
		sriov_nv_put(mnvgn, MNVGN_POINTER, *pointer);
		r = sriov_fw_access(nv->card, SRIOV_REG_MNVGN, false, mnvgn,
				    sizeof(mnvgn));
	}
	if (r)
		return r;
	*pointer = sriov_nv_get(mnvgn, MNVGN_POINTER);
	memcpy(tlv, mnvgn + MNVGN_TLV, sizeof(*tlv));
	return 0;
}

/* All of one of the user that the list may have cut. */
static int read_rest(struct sriov_nv *nv, struct sriov_tlv *tlv)
{
	uint32_t type = sriov_nv_get(tlv->header, SRIOV_TLV_TYPE);
	int r;

	if (sriov_tlv_length(tlv) <= MNVGN_DATA ||
	    sriov_nv_get(tlv->header, SRIOV_TLV_PRIORITY))
		return 0;
	r = get_tlv(nv, type, SRIOV_NV_NEXT, SRIOV_TLV_DATA, tlv);
	return r ? fail(nv, r, "read", type) : check_length(nv, tlv);
}

int sriov_nv_stored(struct sriov_nv *nv, bool whole, struct sriov_tlv **to, size_t *n)
{
	_cleanup_free_ struct sriov_tlv *tlvs = NULL;
	uint32_t pointer = 0;

	*n = 0;
	for (size_t at = 0; at < MAX_STORED; at++) {
		struct sriov_tlv *more = reallocarray(tlvs, at + 1, sizeof(*more));
		int r;

		if (!more)
			return no_memory(nv);
		tlvs = more;
		r = get_next(nv, &pointer, &tlvs[at]);
		if (!at && (r == SRIOV_REG_NOT_SUPPORTED || r == SRIOV_REG_BAD_METHOD))
			return -EOPNOTSUPP;
		if (r == SRIOV_REG_NO_RESOURCE && !at) /* nothing at all */
			pointer = 0;
		else if (r)
			return r < 0 ? r :
				       sriov_fail(
					       nv->pf->ctx, SRIOV_FAILED, EIO,
					       "%s: what is stored cannot be listed: %s",
					       nv->pf->name, sriov_fw_status_text(r));
		if (!pointer) {
			*to = steal(tlvs);
			*n = at;
			return 0;
		}
		r = whole ? read_rest(nv, &tlvs[at]) : 0;
		if (r < 0)
			return r;
	}
	return sriov_fail(nv->pf->ctx, SRIOV_FAILED, EIO,
			  "%s: the list of what is stored does not end", nv->pf->name);
}
