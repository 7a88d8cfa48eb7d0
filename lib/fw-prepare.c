// SPDX-License-Identifier: GPL-2.0-or-later
/* A change of settings, prepared: pairs of what is and what will be, and the bytes for it. */
#include "nv.h"

int sriov_nv_change_pair(struct sriov_nv_change *change, size_t edit,
			 struct sriov_nv_key key)
{
	struct sriov_fw_change *pub = &change->pub;
	struct sriov_fw_param **from = reallocarray(pub->from, pub->n + 1, sizeof(*from));
	struct sriov_fw_param **to =
		from ? reallocarray(pub->to, pub->n + 1, sizeof(*to)) : NULL;
	struct sriov_verdict *verdicts =
		to ? reallocarray(pub->verdicts, pub->n + 1, sizeof(*verdicts)) : NULL;
	struct sriov_nv_pair *pairs =
		verdicts ? reallocarray(change->pairs, pub->n + 1, sizeof(*pairs)) : NULL;

	pub->from = from ? from : pub->from;
	pub->to = to ? to : pub->to;
	pub->verdicts = verdicts ? verdicts : pub->verdicts;
	change->pairs = pairs ? pairs : change->pairs;
	if (!pairs)
		return sriov_no_memory(pub->pf->ctx);
	from[pub->n] = calloc(1, sizeof(**from));
	to[pub->n] = calloc(1, sizeof(**to));
	if (!from[pub->n] || !to[pub->n]) {
		free(from[pub->n]);
		free(to[pub->n]);
		return sriov_no_memory(pub->pf->ctx);
	}
	verdicts[pub->n] = (struct sriov_verdict){ 0 };
	pairs[pub->n++] = (struct sriov_nv_pair){ edit, key };
	return 0;
}

bool sriov_nv_is_same(const struct sriov_fw_param *from, const struct sriov_fw_param *to)
{
	if (!(from->set & to->set & SRIOV_FW_NEXT))
		return false;
	return to->type == SRIOV_FW_STRING ? !strcmp(from->next.text, to->next.text) :
					     from->next.number == to->next.number;
}

static int add_wish(struct sriov_nv_change *change, const struct sriov_nv_wishes *wishes,
		    const struct sriov_nv_wish *wish)
{
	enum sriov_nv_layout_id layout = wish->key.param->in;
	struct sriov_fw_param *from, *to;
	size_t edit;
	int r = sriov_nv_change_edit(change, sriov_nv_type(layout, wish->key.port),
				     sriov_nv_layouts[layout].size, &edit);

	if (!r)
		r = sriov_nv_change_pair(change, edit, wish->key);
	if (r < 0)
		return r;
	from = change->pub.from[change->pub.n - 1];
	to = change->pub.to[change->pub.n - 1];
	r = sriov_nv_fill(change->nv, wish->key, from);
	*to = *from;
	sriov_nv_to_value(wish->key.param, wish->number, &to->next);
	to->set = wish->known ? to->set | SRIOV_FW_NEXT : to->set & ~SRIOV_FW_NEXT;
	sriov_nv_conclude(wish->key, to);
	if (!sriov_nv_is_same(from, to)) {
		change->edits[edit].changes = true;
		to->set &= ~SRIOV_FW_WRITER;
		to->writer[0] = '\0';
	}
	return r < 0 ? r : sriov_nv_note(wishes, wish, to->note, sizeof(to->note));
}

/* Is nothing in this TLV to be a value that somebody chose? */
static bool only_resets(const struct sriov_nv_wishes *wishes,
			enum sriov_nv_layout_id layout, unsigned int port)
{
	for (size_t i = 0; i < wishes->n; i++)
		if (wishes->wish[i].key.param->in == layout &&
		    wishes->wish[i].key.port == port && !wishes->wish[i].reset)
			return false;
	return true;
}

/* Does its default count, whatever that is? */
static bool is_default(const struct sriov_nv_param *param, const struct sriov_tlv *tlv)
{
	return param->valid.width && !sriov_nv_get(tlv->data, param->valid);
}

/* A default that nobody knows can be had by the bit alone that says that it counts. */
static int refuse_reset(const struct sriov_nv_wishes *wishes,
			const struct sriov_nv_wish *wish, const struct sriov_tlv *tlv)
{
	char name[SRIOV_NAME_LEN];

	if (wish->known || is_default(wish->key.param, tlv))
		return 0;
	sriov_nv_name(wish->key, name, sizeof(name));
	return sriov_fail(wishes->nv->pf->ctx, SRIOV_WRONG, EINVAL,
			  "%s: %s: the firmware does not tell its default: reset all "
			  "settings, or set this one",
			  wishes->nv->pf->name, name);
}

/* One whose default counted would be what happens to be in the TLV: its bit is another's, too. */
static int refuse_sharer(const struct sriov_nv_wishes *wishes, struct sriov_nv_key key,
			 const struct sriov_tlv *old, const struct sriov_tlv *tlv)
{
	char name[SRIOV_NAME_LEN];
	bool has = false;
	int r = 0;

	if (is_default(key.param, old) && !is_default(key.param, tlv) &&
	    !sriov_nv_find_wish(wishes, key))
		r = sriov_nv_has(wishes->nv, key, &has);
	if (r < 0 || !has)
		return r;
	sriov_nv_name(key, name, sizeof(name));
	return sriov_fail(wishes->nv->pf->ctx, SRIOV_WRONG, EINVAL,
			  "%s: %s: the firmware does not tell its default, which would "
			  "count no more: give %s, too",
			  wishes->nv->pf->name, name, name);
}

/* Without the TLV of the factory: is every default known that is needed? */
static int refuse_unknown(const struct sriov_nv_wishes *wishes,
			  enum sriov_nv_layout_id layout, unsigned int port,
			  const struct sriov_nv_edit *edit)
{
	int r = 0;

	for (size_t i = 0; i < wishes->n && !r; i++)
		if (wishes->wish[i].key.param->in == layout &&
		    wishes->wish[i].key.port == port)
			r = refuse_reset(wishes, &wishes->wish[i], &edit->tlv);
	for (const struct sriov_nv_param *param = sriov_nv_params; param->name && !r;
	     param++)
		if (param->in == layout)
			r = refuse_sharer(wishes, (struct sriov_nv_key){ param, port },
					  &edit->old, &edit->tlv);
	return r;
}

/*
 * The bytes that a TLV is to have. When resetting leaves nothing in it that the factory has not,
 * it is made invalid: nothing of it is stored then, as if it had never been set. There may be
 * more in it than we have names for, so that its bytes tell, and not the names.
 */
static int finish_edit(const struct sriov_nv_wishes *wishes, struct sriov_nv_edit *edit)
{
	enum sriov_nv_layout_id layout = SRIOV_NV_LAYOUTS;
	const struct sriov_tlv *factory = NULL;
	struct sriov_nv_item *item;
	unsigned int port;
	int r;

	if (!edit->changes || !sriov_nv_find_layout(edit->type, &layout, &port))
		return 0;
	r = sriov_nv_read(wishes->nv, edit->type, sriov_nv_layouts[layout].size,
			  SRIOV_NV_DEFAULT, &item);
	if (r < 0)
		return r;
	if (item->mode[SRIOV_NV_DEFAULT].there)
		factory = &item->mode[SRIOV_NV_DEFAULT].tlv;
	if (factory && !item->mode[SRIOV_NV_NEXT].there)
		memcpy(edit->tlv.data, factory->data, SRIOV_TLV_DATA);
	sriov_nv_apply(wishes, layout, port, factory, &edit->tlv);
	if (!factory)
		return refuse_unknown(wishes, layout, port, edit);
	edit->invalidate =
		only_resets(wishes, layout, port) &&
		!memcmp(factory->data, edit->tlv.data, sriov_tlv_length(&edit->tlv));
	return 0;
}

int sriov_nv_prepare(struct sriov_nv *nv, const struct sriov_fw_wish *wishes, size_t n,
		     struct sriov_fw_change **to)
{
	struct sriov_nv_wishes understood = { 0 };
	struct sriov_nv_change *change;
	int r = sriov_nv_change_new(nv, &change);

	if (r < 0)
		return r;
	r = sriov_nv_understand(nv, wishes, n, &understood);
	for (size_t i = 0; i < understood.n && r >= 0; i++)
		r = add_wish(change, &understood, &understood.wish[i]);
	for (size_t i = 0; i < change->nr_edits && r >= 0; i++)
		r = finish_edit(&understood, &change->edits[i]);
	free(understood.wish);
	if (r < 0)
		sriov_nv_change_free(&change->pub);
	else
		*to = &change->pub;
	return r;
}

/* ---- whole TLVs ---- */

/* A file has what counts for nothing, too: that is put back, and said. */
static int note_needs(const struct sriov_nv_wishes *wishes,
		      const struct sriov_nv_wish *wish, char *note, size_t size)
{
	const char *needs = wish->key.param->needs;
	uint32_t on = 1;
	int r = needs ? sriov_nv_will_be_named(wishes, needs, &on) : 0;

	if (!r && !on)
		snprintf(note, size, "it counts for nothing until %s is True", needs);
	return r == -ENODATA ? 0 : r;
}

int sriov_nv_change_check(struct sriov_nv_change *change)
{
	struct sriov_fw_change *pub = &change->pub;
	_cleanup_free_ struct sriov_nv_wish *wish = calloc(pub->n + 1, sizeof(*wish));
	_cleanup_free_ struct sriov_fw_param **of = calloc(pub->n + 1, sizeof(*of));
	struct sriov_nv_wishes wishes = { change->nv, wish, 0 };
	int r;

	if (!wish || !of)
		return sriov_no_memory(pub->pf->ctx);
	for (size_t i = 0; i < pub->n; i++) {
		const struct sriov_fw_param *to = pub->to[i];

		if (!change->pairs[i].key.param || sriov_nv_is_same(pub->from[i], to))
			continue;
		of[wishes.n] = pub->to[i];
		/* as a reset: nobody has asked for this setting alone, so that it is to count */
		wish[wishes.n++] = (struct sriov_nv_wish){
			.key = change->pairs[i].key,
			.reset = true,
			.known = to->set & SRIOV_FW_NEXT,
			.number = to->next.number,
		};
	}
	r = sriov_nv_check(&wishes);
	for (size_t i = 0; i < wishes.n && r >= 0; i++) {
		r = sriov_nv_note(&wishes, &wish[i], of[i]->note, sizeof(of[i]->note));
		if (r >= 0)
			r = note_needs(&wishes, &wish[i], of[i]->note,
				       sizeof(of[i]->note));
	}
	return r;
}
