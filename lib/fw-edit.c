// SPDX-License-Identifier: GPL-2.0-or-later
/* What the bytes of a TLV are and are to be: its fields, the bits that say that they are valid. */
#include "nv.h"

/* ---- what it is ---- */

/* The number of the function that a PF is. */
static uint32_t function_of(const struct sriov_pf *pf)
{
	const char *dot = pf->is_pci ? strrchr(pf->dev, '.') : NULL;

	return dot ? (uint32_t)strtoul(dot + 1, NULL, 16) : 0;
}

static uint32_t function_in(uint32_t type)
{
	return type >> 10 & 0xff;
}

bool sriov_nv_is_numbered(const struct sriov_pf *pf, uint32_t type)
{
	return type >> 24 == SRIOV_TLV_FUNCTION && function_in(type) &&
	       function_in(type) == function_of(pf);
}

bool sriov_nv_is_of_other(const struct sriov_pf *pf, uint32_t type, bool numbered)
{
	return type >> 24 == SRIOV_TLV_FUNCTION && function_in(type) != function_of(pf) &&
	       (function_in(type) || numbered);
}

/* One that is named with host or function, and one with those of who asks, may be the same. */
static bool is_type(uint32_t type, uint32_t other)
{
	uint32_t mask = UINT32_MAX;

	if (type >> 24 == SRIOV_TLV_FUNCTION)
		mask = 0xff0003ff;
	else if (type >> 24 == SRIOV_TLV_ANY_HOST)
		mask = 0xff03ffff;
	return !((type ^ other) & mask);
}

static uint32_t type_of(const struct sriov_tlv *tlv)
{
	return sriov_nv_get(tlv->header, SRIOV_TLV_TYPE);
}

bool sriov_nv_list_is_numbered(const struct sriov_pf *pf, const struct sriov_tlv *tlvs,
			       size_t n)
{
	bool numbered = false;

	for (size_t i = 0; i < n; i++)
		numbered |= sriov_nv_is_numbered(pf, type_of(&tlvs[i]));
	return numbered;
}

bool sriov_nv_is_listed(const struct sriov_pf *pf, const struct sriov_tlv *tlvs, size_t n,
			uint32_t type)
{
	bool numbered = sriov_nv_list_is_numbered(pf, tlvs, n);

	for (size_t i = 0; i < n; i++)
		if (is_type(type_of(&tlvs[i]), type) &&
		    !sriov_nv_is_of_other(pf, type_of(&tlvs[i]), numbered) &&
		    !sriov_nv_get(tlvs[i].header, SRIOV_TLV_PRIORITY))
			return true;
	return false;
}

/* Is it the user's, and not what the card was sold with? */
static bool is_stored(const struct sriov_nv_change *change,
		      const struct sriov_nv_item *item)
{
	const struct sriov_tlv *now = &item->mode[SRIOV_NV_NEXT].tlv;

	if (!item->mode[SRIOV_NV_NEXT].there)
		return false;
	return change->listed ? sriov_nv_is_listed(change->pub.pf, change->stored,
						   change->nr_stored, item->type) :
				!sriov_nv_get(now->header, SRIOV_TLV_PRIORITY);
}

/* What is written to have a TLV as it is now, but for its data. */
static void make_header(uint32_t type, size_t size, unsigned int version,
			const struct sriov_nv_item *item, struct sriov_tlv *tlv)
{
	const struct sriov_tlv *now = &item->mode[SRIOV_NV_NEXT].tlv;

	if (item->mode[SRIOV_NV_NEXT].there) {
		if (sriov_tlv_length(now) > size)
			size = sriov_tlv_length(now);
		version = sriov_nv_get(now->header, SRIOV_TLV_VERSION);
	}
	sriov_tlv_init(tlv, type, SRIOV_NV_NEXT, size);
	sriov_nv_put(tlv->header, SRIOV_TLV_VERSION, version);
}

/* As it was stored: who wrote it, and may it be overridden? What is not for writing is 0. */
static void make_old(const struct sriov_nv_item *item, struct sriov_tlv *old)
{
	*old = item->mode[SRIOV_NV_NEXT].tlv;
	sriov_nv_put(old->header, (struct sriov_nv_field){ 0, 30, 2 }, 0);
	sriov_nv_put(old->header, SRIOV_TLV_MODE, SRIOV_NV_NEXT);
	sriov_nv_put(old->header, SRIOV_TLV_HOST, 0);
	sriov_nv_put(old->header, (struct sriov_nv_field){ 8, 0, 32 }, 0);
}

int sriov_nv_change_edit(struct sriov_nv_change *change, uint32_t type, size_t size,
			 size_t *index)
{
	enum sriov_nv_layout_id layout;
	struct sriov_nv_edit *edits;
	struct sriov_nv_item *item;
	unsigned int port, version = 0;
	int r;

	for (*index = 0; *index < change->nr_edits; ++*index)
		if (change->edits[*index].type == type)
			return 0;
	r = sriov_nv_read(change->nv, type, size, SRIOV_NV_NEXT, &item);
	if (r < 0)
		return r;
	edits = reallocarray(change->edits, change->nr_edits + 1, sizeof(*edits));
	if (!edits)
		return sriov_no_memory(change->pub.pf->ctx);
	change->edits = edits;
	edits = &edits[change->nr_edits++];
	*edits = (struct sriov_nv_edit){ .type = type };
	if (sriov_nv_find_layout(type, &layout, &port))
		version = sriov_nv_layouts[layout].version;
	make_header(type, size, version, item, &edits->tlv);
	memcpy(edits->tlv.data, item->mode[SRIOV_NV_NEXT].tlv.data, SRIOV_TLV_DATA);
	make_old(item, &edits->old);
	edits->was_there = item->mode[SRIOV_NV_NEXT].there;
	edits->was_stored = is_stored(change, item);
	return 0;
}

/* ---- what it is to be ---- */

static void copy_field(struct sriov_tlv *to, const struct sriov_tlv *from,
		       struct sriov_nv_field field)
{
	sriov_nv_put(to->data, field, sriov_nv_get(from->data, field));
}

static bool is_valid(const struct sriov_nv_param *param, const struct sriov_tlv *tlv)
{
	return sriov_nv_get(tlv->data, param->valid);
}

/* Do all that share its valid bit become their defaults, too? */
static bool all_reset(const struct sriov_nv_wishes *wishes, struct sriov_nv_key key)
{
	const struct sriov_nv_param *param;

	for (param = sriov_nv_params; param->name; param++) {
		const struct sriov_nv_wish *wish =
			sriov_nv_find_wish(wishes,
					   (struct sriov_nv_key){ param, key.port });

		if (param->in == key.param->in && param->valid.width &&
		    sriov_nv_is_same_field(param->valid, key.param->valid) &&
		    !(wish && wish->reset))
			return false;
	}
	return true;
}

static void reset(const struct sriov_nv_wishes *wishes, const struct sriov_nv_wish *wish,
		  const struct sriov_tlv *factory, struct sriov_tlv *tlv)
{
	const struct sriov_nv_param *param = wish->key.param;

	if (factory)
		copy_field(tlv, factory, param->field);
	if (!param->valid.width || !all_reset(wishes, wish->key))
		return;
	if (factory)
		copy_field(tlv, factory, param->valid);
	else
		sriov_nv_put(tlv->data, param->valid, 0);
}

/*
 * A bit may say of several parameters that they count: of those that were not wished for, it
 * is the default that counted, and that is to stay so. What still counts for nothing is left
 * as the factory has it, as mlxconfig does.
 */
static void settle(const struct sriov_nv_wishes *wishes, struct sriov_nv_key key,
		   const struct sriov_tlv *factory, const struct sriov_tlv *old,
		   struct sriov_tlv *tlv)
{
	const struct sriov_nv_param *param = key.param;

	if (!param->valid.width || is_valid(param, old) ||
	    sriov_nv_find_wish(wishes, key))
		return;
	copy_field(tlv, factory, param->field);
}

void sriov_nv_apply(const struct sriov_nv_wishes *wishes, enum sriov_nv_layout_id layout,
		    unsigned int port, const struct sriov_tlv *factory,
		    struct sriov_tlv *tlv)
{
	const struct sriov_tlv old = *tlv;

	for (size_t i = 0; i < wishes->n; i++) {
		const struct sriov_nv_wish *wish = &wishes->wish[i];

		if (wish->key.param->in != layout || wish->key.port != port)
			continue;
		if (wish->reset) {
			reset(wishes, wish, factory, tlv);
			continue;
		}
		sriov_nv_put(tlv->data, wish->key.param->field, wish->number);
		if (wish->key.param->valid.width)
			sriov_nv_put(tlv->data, wish->key.param->valid, 1);
	}
	for (const struct sriov_nv_param *param = sriov_nv_params; factory && param->name;
	     param++)
		if (param->in == layout)
			settle(wishes, (struct sriov_nv_key){ param, port }, factory,
			       &old, tlv);
}
