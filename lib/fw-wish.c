// SPDX-License-Identifier: GPL-2.0-or-later
/* What is wished for, understood: which settings of this card, and which numbers. */
#include "nv.h"

/* A refusal that names the setting. */
static int refuse(struct sriov_nv *nv, struct sriov_nv_key key, int err, const char *why)
{
	char name[SRIOV_NAME_LEN];

	sriov_nv_name(key, name, sizeof(name));
	return sriov_fail(nv->pf->ctx, SRIOV_WRONG, err, "%s: %s: %s", nv->pf->name, name,
			  why);
}

int sriov_nv_refuse_missing(struct sriov_nv *nv, struct sriov_nv_key key)
{
	unsigned int ports = 0;
	char text[SRIOV_TEXT_LEN];
	int r = 0;

	if (sriov_nv_per_port(key.param))
		r = sriov_nv_ports(nv, &ports);
	if (r < 0)
		return r;
	snprintf(text, sizeof(text), "each port has its own: %s_P1%s%s", key.param->name,
		 ports > 1 ? ", " : "", ports > 1 ? key.param->name : "");
	if (ports > 1)
		snprintf(text + strlen(text), sizeof(text) - strlen(text), "_P2%s",
			 ports > 2 ? " ..." : "");
	if (ports && !key.port)
		return refuse(nv, key, EINVAL, text);
	snprintf(text, sizeof(text), "this card has no more than %u port%s", ports,
		 ports == 1 ? "" : "s");
	if (key.port > ports)
		return refuse(nv, key, EINVAL, text);
	return refuse(nv, key, EINVAL, "this card does not support it");
}

static int understand_value(struct sriov_nv *nv, struct sriov_nv_wish *wish,
			    const char *text)
{
	char allowed[256], why[SRIOV_TEXT_LEN];
	uint32_t max;
	int r = sriov_nv_max(nv, wish->key, &max);

	if (r < 0)
		return r;
	r = sriov_nv_from_text(wish->key.param, max, text, &wish->number, allowed,
			       sizeof(allowed));
	wish->known = true;
	if (r >= 0)
		return 0;
	snprintf(why, sizeof(why), "it cannot be \"%.64s\": %s", text, allowed);
	return refuse(nv, wish->key, -r, why);
}

static int understand_reset(struct sriov_nv *nv, struct sriov_nv_wish *wish)
{
	int r = sriov_nv_number(nv, wish->key, SRIOV_NV_DEFAULT, &wish->number);

	wish->reset = true;
	wish->known = !r;
	return r == -ENODATA ? 0 : r;
}

static int understand(struct sriov_nv *nv, const struct sriov_fw_wish *from,
		      struct sriov_nv_wish *wish)
{
	struct sriov_nv_item *item;
	bool has;
	int r;

	if (!sriov_nv_find(from->name, &wish->key))
		return sriov_fail(nv->pf->ctx, SRIOV_WRONG, ENOENT,
				  "%s: there is no setting %s", nv->pf->name, from->name);
	r = sriov_nv_has(nv, wish->key, &has);
	if (!r && !has)
		r = sriov_nv_refuse_missing(nv, wish->key);
	if (!r)
		r = sriov_nv_item(nv, sriov_nv_type(wish->key.param->in, wish->key.port),
				  &item);
	if (r < 0)
		return r;
	if (!item->writable)
		return refuse(nv, wish->key, EACCES,
			      "it is read-only: the firmware does not let it be changed");
	return from->value ? understand_value(nv, wish, from->value) :
			     understand_reset(nv, wish);
}

const struct sriov_nv_wish *sriov_nv_find_wish(const struct sriov_nv_wishes *wishes,
					       struct sriov_nv_key key)
{
	for (size_t i = 0; i < wishes->n; i++)
		if (wishes->wish[i].key.param == key.param &&
		    wishes->wish[i].key.port == key.port)
			return &wishes->wish[i];
	return NULL;
}

int sriov_nv_will_be(const struct sriov_nv_wishes *wishes, struct sriov_nv_key key,
		     uint32_t *number)
{
	const struct sriov_nv_wish *wish = sriov_nv_find_wish(wishes, key);

	if (!wish)
		return sriov_nv_number(wishes->nv, key, SRIOV_NV_NEXT, number);
	*number = wish->number;
	return wish->known ? 0 : -ENODATA;
}

int sriov_nv_will_be_named(const struct sriov_nv_wishes *wishes, const char *name,
			   uint32_t *number)
{
	struct sriov_nv_key key;
	bool has = false;
	int r = sriov_nv_find(name, &key) ? sriov_nv_has(wishes->nv, key, &has) : 0;

	*number = 0;
	if (r >= 0)
		r = has ? sriov_nv_will_be(wishes, key, number) : -ENODATA;
	return r;
}

/* In the order of TLVs, for each port, as they are written. */
static bool is_before(const struct sriov_nv_wish *a, const struct sriov_nv_wish *b)
{
	if (a->key.param->in != b->key.param->in)
		return a->key.param->in < b->key.param->in;
	return a->key.port < b->key.port;
}

static int add(struct sriov_nv_wishes *to, struct sriov_nv_wish wish)
{
	size_t at = to->n;

	if (sriov_nv_find_wish(to, wish.key))
		return refuse(to->nv, wish.key, EINVAL, "it is given twice");
	while (at && is_before(&wish, &to->wish[at - 1])) {
		to->wish[at] = to->wish[at - 1];
		at--;
	}
	to->wish[at] = wish;
	to->n++;
	return 0;
}

int sriov_nv_understand(struct sriov_nv *nv, const struct sriov_fw_wish *wishes, size_t n,
			struct sriov_nv_wishes *to)
{
	int r = 0;

	*to = (struct sriov_nv_wishes){ nv, calloc(n + 1, sizeof(*to->wish)), 0 };
	if (!to->wish)
		return sriov_no_memory(nv->pf->ctx);
	for (size_t i = 0; i < n && r >= 0; i++) {
		struct sriov_nv_wish wish = { 0 };

		r = understand(nv, &wishes[i], &wish);
		if (r >= 0)
			r = add(to, wish);
	}
	return r < 0 ? r : sriov_nv_check(to);
}
