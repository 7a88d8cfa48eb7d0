// SPDX-License-Identifier: GPL-2.0-or-later
/* Changes of whole TLVs: all settings to their defaults, what a file says; making such a file. */
#include <inttypes.h>

#include "nv.h"

#define NO_EDIT SIZE_MAX /* of a pair for which nothing is written */

/* ---- pairs ---- */

/* A TLV as text: its bytes, or what is left of them where there are many. */
static void print_data(const struct sriov_tlv *tlv, struct sriov_fw_value *value)
{
	size_t length = sriov_tlv_length(tlv), at = 0;
	uint32_t sum = 2166136261U; /* FNV-1a */

	if (length * 2 + 3 <= sizeof(value->text)) {
		at = (size_t)snprintf(value->text, sizeof(value->text), "0x");
		for (size_t i = 0; i < length; i++)
			at += (size_t)snprintf(value->text + at, sizeof(value->text) - at,
					       "%02x", tlv->data[i]);
		return;
	}
	for (size_t i = 0; i < length; i++)
		sum = (sum ^ tlv->data[i]) * 16777619U;
	snprintf(value->text, sizeof(value->text), "%zu bytes, sum %08" PRIx32, length,
		 sum);
}

/* A pair that is named as a TLV. */
static int add_tlv(struct sriov_nv_change *change, size_t edit, uint32_t type,
		   struct sriov_fw_param *pair[2])
{
	int r = sriov_nv_change_pair(change, edit, (struct sriov_nv_key){ NULL, 0 });

	if (r < 0)
		return r;
	pair[0] = change->pub.from[change->pub.n - 1];
	pair[1] = change->pub.to[change->pub.n - 1];
	for (size_t i = 0; i < 2; i++) {
		snprintf(pair[i]->name, sizeof(pair[i]->name), "tlv 0x%08" PRIx32, type);
		pair[i]->type = SRIOV_FW_STRING;
		pair[i]->backend = sriov_fw_nvconfig.name;
		pair[i]->set = SRIOV_FW_NEXT;
	}
	return 0;
}

/* One that stays as it is, or is not of this PF at all: that is said, and nothing done. */
static int leave_out(struct sriov_nv_change *change, const struct sriov_tlv *tlv,
		     const char *why)
{
	struct sriov_fw_param *pair[2];
	int r = add_tlv(change, NO_EDIT, sriov_nv_get(tlv->header, SRIOV_TLV_TYPE), pair);

	if (r < 0)
		return r;
	print_data(tlv, &pair[0]->next);
	pair[1]->next = pair[0]->next;
	sriov_copy(pair[1]->note, sizeof(pair[1]->note), why);
	return 0;
}

/* The TLV as a whole, for what no setting shows. `to` NULL: the default. */
static int add_whole(struct sriov_nv_change *change, size_t edit,
		     const struct sriov_tlv *to)
{
	struct sriov_fw_param *pair[2];
	int r = add_tlv(change, edit, change->edits[edit].type, pair);

	if (r < 0)
		return r;
	/* nobody knows what it does: the most that mstconfig asks for */
	pair[1]->activation = SRIOV_FW_REBOOT;
	pair[1]->set |= SRIOV_FW_ACTIVATION;
	if (change->edits[edit].was_stored)
		print_data(&change->edits[edit].old, &pair[0]->next);
	else
		sriov_copy(pair[0]->next.text, sizeof(pair[0]->next.text), "default");
	if (to)
		print_data(to, &pair[1]->next);
	else
		sriov_copy(pair[1]->next.text, sizeof(pair[1]->next.text), "default");
	return 0;
}

/* What a setting will be when a TLV is this, or not stored (NULL). */
static int number_then(struct sriov_nv *nv, struct sriov_nv_key key,
		       const struct sriov_tlv *tlv, uint32_t *number)
{
	if (tlv && sriov_nv_number_in(key.param, tlv, false, number))
		return 0;
	return sriov_nv_number(nv, key, SRIOV_NV_DEFAULT, number);
}

static int add_setting(struct sriov_nv_change *change, size_t edit,
		       struct sriov_nv_key key, const struct sriov_tlv *tlv)
{
	struct sriov_fw_param *from, *to;
	uint32_t number = 0;
	int r = sriov_nv_change_pair(change, edit, key);

	if (r < 0)
		return r;
	from = change->pub.from[change->pub.n - 1];
	to = change->pub.to[change->pub.n - 1];
	r = sriov_nv_fill(change->nv, key, from);
	if (r < 0)
		return r;
	*to = *from;
	r = number_then(change->nv, key, tlv, &number);
	if (r < 0 && r != -ENODATA)
		return r;
	to->set = r ? to->set & ~SRIOV_FW_NEXT : to->set | SRIOV_FW_NEXT;
	sriov_nv_to_value(key.param, number, &to->next);
	sriov_nv_conclude(key, to);
	return 0;
}

/* Pairs for the settings in a TLV, or for all of it when they do not show what changes. */
static int add_pairs(struct sriov_nv_change *change, size_t edit,
		     const struct sriov_tlv *tlv)
{
	enum sriov_nv_layout_id layout;
	size_t first = change->pub.n;
	unsigned int port;
	bool shown = !change->edits[edit].changes;
	int r = 0;

	if (sriov_nv_find_layout(change->edits[edit].type, &layout, &port))
		for (const struct sriov_nv_param *param = sriov_nv_params;
		     param->name && r >= 0; param++) {
			struct sriov_nv_key key = { param, port };
			bool has = false;

			if (param->in == layout)
				r = sriov_nv_has(change->nv, key, &has);
			if (r >= 0 && has)
				r = add_setting(change, edit, key, tlv);
		}
	for (size_t i = first; i < change->pub.n; i++)
		shown |= !sriov_nv_is_same(change->pub.from[i], change->pub.to[i]);
	if (r < 0 || (shown && change->pub.n > first))
		return r;
	return add_whole(change, edit, tlv);
}

/* ---- reset ---- */

/*
 * Each TLV that is stored is made invalid. MNVIA would do it at once, but also for the other
 * PFs of the card, which show only their own.
 */
static int add_reset(struct sriov_nv_change *change, uint32_t type, size_t size)
{
	struct sriov_nv_item *item;
	size_t edit;
	int r = sriov_nv_item(change->nv, type, &item);

	if (r < 0 || !item->writable)
		return r;
	r = sriov_nv_change_edit(change, type, size, &edit);
	if (r < 0 || !change->edits[edit].was_stored)
		return r;
	change->edits[edit].changes = change->edits[edit].invalidate = true;
	return add_pairs(change, edit, NULL);
}

/* Without a list: those that we know, if they are not as the factory has them. */
static int add_known(struct sriov_nv_change *change, enum sriov_nv_layout_id layout,
		     unsigned int port)
{
	uint32_t type = sriov_nv_type(layout, port);
	size_t size = sriov_nv_layouts[layout].size;
	struct sriov_nv_item *item;
	int r = sriov_nv_read(change->nv, type, size, SRIOV_NV_NEXT, &item);

	if (!r)
		r = sriov_nv_read(change->nv, type, size, SRIOV_NV_DEFAULT, &item);
	if (r < 0 || (item->mode[SRIOV_NV_DEFAULT].there &&
		      !memcmp(item->mode[SRIOV_NV_DEFAULT].tlv.data,
			      item->mode[SRIOV_NV_NEXT].tlv.data, SRIOV_TLV_DATA)))
		return r;
	return add_reset(change, type, size);
}

static int add_all_known(struct sriov_nv_change *change)
{
	unsigned int ports;
	int r = sriov_nv_ports(change->nv, &ports);

	for (unsigned int i = 0; i < SRIOV_NV_LAYOUTS; i++) {
		bool each = sriov_nv_layouts[i].class == SRIOV_TLV_PORT;

		for (unsigned int port = each; port <= (each ? ports : 0) && r >= 0;
		     port++)
			r = add_known(change, i, port);
	}
	return r;
}

/* Those that are in the list: what cannot be reset is named. */
static int add_listed(struct sriov_nv_change *change, const struct sriov_tlv *tlv)
{
	bool numbered = sriov_nv_list_is_numbered(change->pub.pf, change->stored,
						  change->nr_stored);
	uint32_t type = sriov_nv_get(tlv->header, SRIOV_TLV_TYPE);
	struct sriov_nv_item *item;
	int r;

	if (sriov_nv_get(tlv->header, SRIOV_TLV_PRIORITY))
		return 0;
	if (sriov_nv_is_of_other(change->pub.pf, type, numbered))
		return leave_out(
			change, tlv,
			"it stays: another PF of the card has it, and only there "
			"it can be reset");
	r = sriov_nv_item(change->nv, type, &item);
	if (r < 0)
		return r;
	return item->writable ? add_reset(change, type, sriov_tlv_length(tlv)) :
				leave_out(change, tlv, "it stays: it is read-only");
}

int sriov_nv_prepare_reset(struct sriov_nv *nv, struct sriov_fw_change **to)
{
	struct sriov_nv_change *change;
	int r = sriov_nv_change_new(nv, &change);

	if (r < 0)
		return r;
	for (size_t i = 0; i < change->nr_stored && r >= 0; i++)
		r = add_listed(change, &change->stored[i]);
	if (!change->listed)
		r = add_all_known(change);
	if (r < 0)
		sriov_nv_change_free(&change->pub);
	else
		*to = &change->pub;
	return r;
}

/* ---- restore ---- */

static int refuse(struct sriov_nv_change *change, const struct sriov_nv_line *line,
		  const char *why)
{
	return sriov_fail(change->pub.pf->ctx, SRIOV_WRONG, EINVAL,
			  "%s: line %zu: TLV 0x%08" PRIx32 ": %s", change->pub.pf->name,
			  line->number, sriov_nv_get(line->tlv.header, SRIOV_TLV_TYPE),
			  why);
}

/* The header is that of the file, but for what is not for writing, and who writes it now. */
static void take_line(struct sriov_nv_edit *edit, const struct sriov_nv_line *line)
{
	edit->tlv = line->tlv;
	edit->raw = true;
	sriov_nv_put(edit->tlv.header, (struct sriov_nv_field){ 0, 30, 2 }, 0);
	sriov_nv_put(edit->tlv.header, SRIOV_TLV_MODE, SRIOV_NV_NEXT);
	sriov_nv_put(edit->tlv.header, SRIOV_TLV_WRITER, SRIOV_TLV_WRITER_USER1);
	sriov_nv_put(edit->tlv.header, SRIOV_TLV_HOST, 0);
	sriov_nv_put(edit->tlv.header, (struct sriov_nv_field){ 8, 0, 32 }, 0);
	edit->changes =
		memcmp(edit->old.data, edit->tlv.data, sriov_tlv_length(&edit->tlv)) != 0;
}

/* What the firmware would refuse, or take, and not be able to use. */
static int check_numbers(struct sriov_nv_change *change, size_t first,
			 const struct sriov_nv_line *line)
{
	char why[SRIOV_TEXT_LEN], range[32];
	uint32_t max;
	int r = 0;

	for (size_t i = first; i < change->pub.n && r >= 0; i++) {
		const struct sriov_fw_param *to = change->pub.to[i];
		struct sriov_nv_key key = change->pairs[i].key;

		if (!key.param || !(to->set & SRIOV_FW_NEXT) ||
		    sriov_nv_is_same(change->pub.from[i], to))
			continue;
		r = sriov_nv_max(change->nv, key, &max);
		if (r < 0 || sriov_nv_is_allowed(key.param, max, to->next.number))
			continue;
		snprintf(range, sizeof(range), "0 to %" PRIu32, max);
		snprintf(why, sizeof(why), "%s: it cannot be \"%s\": %s", to->name,
			 to->next.text, to->set & SRIOV_FW_WORDS ? to->words : range);
		r = refuse(change, line, why);
	}
	return r;
}

static int add_line(struct sriov_nv_change *change, const struct sriov_nv_line *line)
{
	uint32_t type = sriov_nv_get(line->tlv.header, SRIOV_TLV_TYPE);
	size_t length = sriov_tlv_length(&line->tlv), first = change->pub.n, edit;
	char why[SRIOV_TEXT_LEN];
	struct sriov_nv_item *item;
	int r = sriov_nv_read(change->nv, type, length, SRIOV_NV_NEXT, &item);

	if (r < 0)
		return r;
	if (!item->readable)
		return refuse(change, line, "this card does not have it");
	if (item->mode[SRIOV_NV_NEXT].there &&
	    sriov_tlv_length(&item->mode[SRIOV_NV_NEXT].tlv) != length) {
		snprintf(why, sizeof(why), "it has %zu bytes, that of this card %zu",
			 length, sriov_tlv_length(&item->mode[SRIOV_NV_NEXT].tlv));
		return refuse(change, line, why);
	}
	r = sriov_nv_change_edit(change, type, length, &edit);
	if (r < 0)
		return r;
	take_line(&change->edits[edit], line);
	if (change->edits[edit].changes && !item->writable)
		return refuse(change, line, "it is read-only, and not as it is here");
	r = add_pairs(change, edit, &change->edits[edit].tlv);
	return r < 0 ? r : check_numbers(change, first, line);
}

/* mstconfig saves all that is stored, also what is not for the user of this PF to write. */
static int add_lines(struct sriov_nv_change *change, const struct sriov_nv_line *lines,
		     size_t n)
{
	bool numbered = false;
	int r = 0;

	for (size_t i = 0; i < n; i++)
		numbered |= sriov_nv_is_numbered(change->pub.pf,
						 sriov_nv_get(lines[i].tlv.header,
							      SRIOV_TLV_TYPE));
	for (size_t i = 0; i < n && r >= 0; i++) {
		const struct sriov_tlv *tlv = &lines[i].tlv;

		if (sriov_nv_get(tlv->header, SRIOV_TLV_PRIORITY))
			r = leave_out(change, tlv,
				      "it is left out: it is not the user's, but of "
				      "who made or sold the card");
		else if (sriov_nv_is_of_other(change->pub.pf,
					      sriov_nv_get(tlv->header, SRIOV_TLV_TYPE),
					      numbered))
			r = leave_out(change, tlv,
				      "it is left out: another PF of the card has it, "
				      "and only there it can be restored");
		else
			r = add_line(change, &lines[i]);
	}
	return r;
}

int sriov_nv_prepare_restore(struct sriov_nv *nv, const char *text,
			     struct sriov_fw_change **to)
{
	_cleanup_free_ struct sriov_nv_line *lines = NULL;
	struct sriov_nv_change *change;
	size_t n = 0;
	int r = sriov_nv_change_new(nv, &change);

	if (r < 0)
		return r;
	r = sriov_nv_parse_file(nv->pf, text, &lines, &n);
	if (r >= 0)
		r = add_lines(change, lines, n);
	if (r >= 0)
		r = sriov_nv_change_check(change);
	if (r < 0)
		sriov_nv_change_free(&change->pub);
	else
		*to = &change->pub;
	return r;
}

/* ---- backup ---- */

int sriov_nv_backup(struct sriov_nv *nv, char **text)
{
	_cleanup_free_ struct sriov_tlv *tlvs = NULL;
	struct sriov_pf *pf = nv->pf;
	size_t all, n = 0;
	int r = sriov_nv_stored(nv, true, &tlvs, &all);

	sriov_nv_close(nv);
	if (r == -EOPNOTSUPP)
		return sriov_fail(pf->ctx, SRIOV_WRONG, ENOSYS,
				  "%s: its firmware cannot list what it has stored",
				  pf->name);
	if (r < 0)
		return r;
	for (size_t i = 0; i < all; i++)
		if (!sriov_nv_get(tlvs[i].header, SRIOV_TLV_PRIORITY))
			tlvs[n++] = tlvs[i];
	*text = sriov_nv_print_file(tlvs, n);
	return *text ? 0 : sriov_no_memory(pf->ctx);
}
