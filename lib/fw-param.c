// SPDX-License-Identifier: GPL-2.0-or-later
/* Settings of one card: which it has, what they can be, and what they are. */
#include "nv.h"

static uint32_t type_of(struct sriov_nv_key key)
{
	return sriov_nv_type(key.param->in, key.port);
}

int sriov_nv_cap(struct sriov_nv *nv, struct sriov_nv_key key,
		 struct sriov_nv_field field, uint32_t *value)
{
	enum sriov_nv_layout_id cap = key.param->cap;
	struct sriov_nv_item *item;
	int r = sriov_nv_read(nv, sriov_nv_type(cap, key.port),
			      sriov_nv_layouts[cap].size, SRIOV_NV_NEXT, &item);

	*value = 0;
	if (!r && item->mode[SRIOV_NV_NEXT].there)
		*value = sriov_nv_get(item->mode[SRIOV_NV_NEXT].tlv.data, field);
	return r;
}

int sriov_nv_max(struct sriov_nv *nv, struct sriov_nv_key key, uint32_t *max)
{
	const struct sriov_nv_param *param = key.param;
	uint32_t limit = 0, counts = 1;
	int r = 0;

	*max = sriov_nv_limit(param->field);
	if (param->max_if.width)
		r = sriov_nv_cap(nv, key, param->max_if, &counts);
	if (!r && counts && param->max.width)
		r = sriov_nv_cap(nv, key, param->max, &limit);
	if (limit && limit < *max) /* 0: it does not say */
		*max = limit;
	return r;
}

int sriov_nv_has(struct sriov_nv *nv, struct sriov_nv_key key, bool *has)
{
	struct sriov_nv_item *item;
	struct sriov_nv_key needed;
	unsigned int ports;
	uint32_t cap;
	int r = 0;

	*has = false;
	if (sriov_nv_per_port(key.param)) {
		r = sriov_nv_ports(nv, &ports);
		if (r < 0 || !key.port || key.port > ports)
			return r;
	}
	if (key.param->if_cap.width) {
		r = sriov_nv_cap(nv, key, key.param->if_cap, &cap);
		if (r < 0 || !cap)
			return r;
	}
	r = sriov_nv_item(nv, type_of(key), &item);
	if (r < 0 || !item->readable)
		return r;
	*has = true;
	if (key.param->needs && sriov_nv_find(key.param->needs, &needed))
		r = sriov_nv_has(nv, needed, has);
	return r;
}

bool sriov_nv_number_in(const struct sriov_nv_param *param, const struct sriov_tlv *tlv,
			bool factory, uint32_t *number)
{
	if (param->field.byte >= sriov_tlv_length(tlv))
		return false;
	if (!factory && param->valid.width && !sriov_nv_get(tlv->data, param->valid))
		return false;
	*number = sriov_nv_get(tlv->data, param->field);
	return true;
}

int sriov_nv_number(struct sriov_nv *nv, struct sriov_nv_key key, enum sriov_nv_mode mode,
		    uint32_t *number)
{
	size_t size = sriov_nv_layouts[key.param->in].size;
	struct sriov_nv_item *item;
	int r;

	if (!nv->has[mode])
		return -ENODATA;
	r = sriov_nv_read(nv, type_of(key), size, mode, &item);
	if (r < 0 || (item->mode[mode].there &&
		      sriov_nv_number_in(key.param, &item->mode[mode].tlv,
					 mode == SRIOV_NV_DEFAULT, number)))
		return r;
	if (mode == SRIOV_NV_DEFAULT)
		return -ENODATA;
	return sriov_nv_number(nv, key, SRIOV_NV_DEFAULT, number);
}

/* Fill in one of its values; what is not told stays unset. */
static int fill_value(struct sriov_nv *nv, struct sriov_nv_key key,
		      enum sriov_nv_mode mode, struct sriov_fw_param *to)
{
	static const struct {
		uint64_t bit;
		size_t offset;
	} members[SRIOV_NV_MODES] = {
		[SRIOV_NV_NEXT] = { SRIOV_FW_NEXT,
				    offsetof(struct sriov_fw_param, next) },
		[SRIOV_NV_CURRENT] = { SRIOV_FW_CURRENT,
				       offsetof(struct sriov_fw_param, current) },
		[SRIOV_NV_DEFAULT] = { SRIOV_FW_DEFAULT,
				       offsetof(struct sriov_fw_param, factory) },
	};
	uint32_t number;
	int r = sriov_nv_number(nv, key, mode, &number);

	if (r == -ENODATA)
		return 0;
	if (r < 0)
		return r;
	sriov_nv_to_value(key.param, number,
			  (struct sriov_fw_value *)((char *)to + members[mode].offset));
	to->set |= members[mode].bit;
	return 0;
}

void sriov_nv_conclude(struct sriov_nv_key key, struct sriov_fw_param *to)
{
	to->set &= ~(SRIOV_FW_PENDING | SRIOV_FW_ACTIVATION);
	if (!(to->set & SRIOV_FW_NEXT))
		return;
	/* what it takes if it is not in use, which nobody knows */
	if (!(to->set & SRIOV_FW_CURRENT)) {
		to->activation = key.param->activation;
		to->set |= SRIOV_FW_ACTIVATION;
		return;
	}
	to->pending = to->next.number != to->current.number;
	to->activation = to->pending ? key.param->activation : SRIOV_FW_NOTHING;
	to->set |= SRIOV_FW_PENDING | SRIOV_FW_ACTIVATION;
}

static void fill_writer(const struct sriov_nv_item *item, struct sriov_fw_param *to)
{
	const struct sriov_tlv *tlv = &item->mode[SRIOV_NV_NEXT].tlv;
	uint32_t writer = sriov_nv_get(tlv->header, SRIOV_TLV_WRITER);

	if (!item->mode[SRIOV_NV_NEXT].there || !writer)
		return;
	sriov_copy(to->writer, sizeof(to->writer), sriov_tlv_writer(writer));
	to->set |= SRIOV_FW_WRITER;
}

int sriov_nv_fill(struct sriov_nv *nv, struct sriov_nv_key key, struct sriov_fw_param *to)
{
	struct sriov_nv_item *item;
	uint32_t max;
	int r = sriov_nv_max(nv, key, &max);

	memset(to, 0, sizeof(*to));
	sriov_nv_name(key, to->name, sizeof(to->name));
	to->type = key.param->type;
	to->backend = sriov_fw_nvconfig.name;
	if (!r)
		sriov_nv_to_range(key.param, max, to);
	for (unsigned int mode = 0; mode < SRIOV_NV_MODES && !r; mode++)
		r = fill_value(nv, key, mode, to);
	if (!r)
		r = sriov_nv_item(nv, type_of(key), &item);
	if (r < 0)
		return r;
	to->read_only = !item->writable;
	fill_writer(item, to);
	sriov_nv_conclude(key, to);
	return 0;
}
