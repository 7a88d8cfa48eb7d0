// SPDX-License-Identifier: GPL-2.0-or-later
/* Changes of settings in TLVs: prepared, each TLV written once, read back, put back. */
#include <inttypes.h>

#include "nv.h"

/* ---- a change ---- */

static struct sriov_nv_change *change_of(struct sriov_fw_change *change)
{
	return (struct sriov_nv_change *)change;
}

static int no_memory(struct sriov_pf *pf)
{
	return sriov_no_memory(pf->ctx);
}

int sriov_nv_change_new(struct sriov_nv *nv, struct sriov_nv_change **to)
{
	struct sriov_nv_change *change = calloc(1, sizeof(*change));
	int r;

	if (!change) {
		r = no_memory(nv->pf);
		sriov_nv_close(nv);
		return r;
	}
	change->pub.backend = &sriov_fw_nvconfig;
	change->pub.pf = nv->pf;
	change->nv = nv;
	r = sriov_nv_stored(nv, false, &change->stored, &change->nr_stored);
	change->listed = !r;
	if (r < 0 && r != -EOPNOTSUPP) {
		sriov_nv_change_free(&change->pub);
		return r;
	}
	*to = change;
	return 0;
}

void sriov_nv_change_free(struct sriov_fw_change *pub)
{
	struct sriov_nv_change *change = change_of(pub);

	if (!change)
		return;
	for (size_t i = 0; i < pub->n; i++) {
		free(pub->from[i]);
		free(pub->to[i]);
	}
	free(pub->from);
	free(pub->to);
	free(pub->verdicts);
	free(change->pairs);
	free(change->edits);
	free(change->stored);
	sriov_nv_close(change->nv);
	free(change);
}

/* ---- writing ---- */

/* Where a verdict is shown its PF is named already. */
static const char *without_name(const struct sriov_pf *pf, const char *text)
{
	size_t len = strlen(pf->name);

	return !strncmp(text, pf->name, len) && !strncmp(text + len, ": ", 2) ?
		       text + len + 2 :
		       text;
}

static int blame(struct sriov_nv_change *change, size_t edit, int err)
{
	struct sriov_fw_change *pub = &change->pub;

	for (size_t i = 0; i < pub->n; i++) {
		if (change->pairs[i].edit != edit ||
		    sriov_nv_is_same(pub->from[i], pub->to[i]))
			continue;
		pub->verdicts[i].err = err;
		pub->verdicts[i].done |= err == -EINPROGRESS;
		sriov_copy(pub->verdicts[i].text, sizeof(pub->verdicts[i].text),
			   without_name(pub->pf, pub->pf->ctx->error));
	}
	return err;
}

static void set_done(struct sriov_nv_change *change, size_t edit)
{
	for (size_t i = 0; i < change->pub.n; i++)
		if (change->pairs[i].edit == edit)
			change->pub.verdicts[i].done = 1;
}

/* "it cannot be read back", for those of an edit of which nothing is compared. */
static void say_unread(struct sriov_nv_change *change, size_t edit)
{
	for (size_t i = 0; i < change->pub.n; i++)
		if (change->pairs[i].edit == edit && !change->pub.verdicts[i].text[0])
			sriov_copy(change->pub.verdicts[i].text, SRIOV_TEXT_LEN,
				   "it cannot be read back");
}

static int fail_pair(struct sriov_nv_change *change, size_t pair,
		     const struct sriov_fw_param *wanted, const char *name,
		     uint32_t number)
{
	struct sriov_verdict *verdict = &change->pub.verdicts[pair];
	struct sriov_fw_value now;

	sriov_nv_to_value(change->pairs[pair].key.param, number, &now);
	snprintf(verdict->text, sizeof(verdict->text),
		 "the firmware has accepted %s, but has stored %s", name, now.text);
	verdict->err = -EIO;
	return sriov_fail(change->pub.pf->ctx, SRIOV_FAILED, EIO, "%s: %s: %s",
			  change->pub.pf->name, wanted->name, verdict->text);
}

/* A default that nobody knows counts when its bit says so. */
static int compare_default(struct sriov_nv_change *change, size_t pair)
{
	const struct sriov_nv_edit *edit = &change->edits[change->pairs[pair].edit];
	const struct sriov_nv_param *param = change->pairs[pair].key.param;
	struct sriov_nv_item *item;
	uint32_t number;
	int r;

	if (edit->invalidate || edit->raw)
		return 0;
	r = sriov_nv_read(change->nv, edit->type, sriov_tlv_length(&edit->tlv),
			  SRIOV_NV_NEXT, &item);
	if (r < 0 || !item->mode[SRIOV_NV_NEXT].there ||
	    !sriov_nv_number_in(param, &item->mode[SRIOV_NV_NEXT].tlv, false, &number))
		return r;
	return fail_pair(change, pair, change->pub.to[pair], "its default", number);
}

/* Compare the setting of a pair with what is stored now. */
static int compare(struct sriov_nv_change *change, size_t pair)
{
	const struct sriov_fw_param *wanted = change->pub.to[pair];
	struct sriov_verdict *verdict = &change->pub.verdicts[pair];
	struct sriov_nv_key key = change->pairs[pair].key;
	uint32_t number;
	int r;

	if (!key.param)
		return 0;
	if (!(wanted->set & SRIOV_FW_NEXT))
		return compare_default(change, pair);
	r = sriov_nv_number(change->nv, key, SRIOV_NV_NEXT, &number);
	if (r < 0) {
		snprintf(verdict->text, sizeof(verdict->text),
			 "it cannot be read back: %.400s",
			 r == -ENODATA ? "the firmware does not tell" :
					 change->pub.pf->ctx->error);
		return 0;
	}
	return number == wanted->next.number ?
		       0 :
		       fail_pair(change, pair, wanted, wanted->next.text, number);
}

static int fail_edit(struct sriov_nv_change *change, const struct sriov_nv_edit *edit,
		     enum sriov_class class, int err, const char *why)
{
	return sriov_fail(change->pub.pf->ctx, class, err, "%s: TLV 0x%08" PRIx32 "%s",
			  change->pub.pf->name, edit->type, why);
}

static bool is_as(const struct sriov_nv_item *item, bool there,
		  const struct sriov_tlv *tlv)
{
	const struct sriov_tlv *now = &item->mode[SRIOV_NV_NEXT].tlv;
	size_t length = sriov_tlv_length(tlv);

	if (!there || !item->mode[SRIOV_NV_NEXT].there)
		return there == item->mode[SRIOV_NV_NEXT].there;
	return sriov_tlv_length(now) == length && !memcmp(now->data, tlv->data, length);
}

/* Read it anew; 1: it is another. */
static int check_still(struct sriov_nv_change *change, const struct sriov_nv_edit *edit,
		       bool there, const struct sriov_tlv *tlv)
{
	struct sriov_nv_item *item;
	int r;

	sriov_nv_forget(change->nv, edit->type);
	r = sriov_nv_read(change->nv, edit->type, sriov_tlv_length(&edit->tlv),
			  SRIOV_NV_NEXT, &item);
	return !r && !is_as(item, there, tlv) ? 1 : r;
}

/* The bytes of a TLV that was written as a whole, or made invalid. */
static int compare_bytes(struct sriov_nv_change *change, const struct sriov_nv_edit *edit,
			 const struct sriov_tlv *wanted)
{
	struct sriov_nv_item *item;
	int r = sriov_nv_read(change->nv, edit->type, sriov_tlv_length(wanted),
			      SRIOV_NV_NEXT, &item);

	if (r < 0 || (item->mode[SRIOV_NV_NEXT].there &&
		      !memcmp(item->mode[SRIOV_NV_NEXT].tlv.data, wanted->data,
			      sriov_tlv_length(wanted))))
		return r;
	return fail_edit(change, edit, SRIOV_FAILED, EIO,
			 ": the firmware has accepted it, but has stored another");
}

/*
 * After a write: remember what is stored, to know later whether others have changed it. Of one
 * that failed the words are kept. While one is still under way nothing can be known.
 */
static void look_back(struct sriov_nv_change *change, struct sriov_nv_edit *edit, int err)
{
	struct sriov_ctx *ctx = change->pub.pf->ctx;
	enum sriov_class class = ctx->error_class;
	char text[SRIOV_TEXT_LEN];
	struct sriov_nv_item *item;
	int r;

	edit->under_way = err == -EINPROGRESS;
	if (edit->under_way)
		return;
	sriov_copy(text, sizeof(text), ctx->error);
	r = sriov_nv_read(change->nv, edit->type, sriov_tlv_length(&edit->tlv),
			  SRIOV_NV_NEXT, &item);
	sriov_copy(ctx->error, sizeof(ctx->error), text);
	ctx->error_class = class;
	edit->is_found = !r;
	if (!r) {
		edit->found_there = item->mode[SRIOV_NV_NEXT].there;
		edit->found = item->mode[SRIOV_NV_NEXT].tlv;
	}
	edit->written = !err || r < 0 || !is_as(item, edit->was_there, &edit->old);
}

/* Where the default cannot be read the list tells whether something is stored still. */
static int check_listed(struct sriov_nv_change *change, size_t index)
{
	_cleanup_free_ struct sriov_tlv *tlvs = NULL;
	size_t n = 0;
	int r = change->listed ? sriov_nv_stored(change->nv, false, &tlvs, &n) :
				 -EOPNOTSUPP;

	if (r == -EOPNOTSUPP) {
		say_unread(change, index);
		return 0;
	}
	if (r < 0 ||
	    !sriov_nv_is_listed(change->pub.pf, tlvs, n, change->edits[index].type))
		return r;
	return fail_edit(change, &change->edits[index], SRIOV_FAILED, EIO,
			 ": the firmware has accepted its reset, but it is stored still");
}

/* One that is made invalid is as from the factory; of whole TLVs, what was written is stored. */
static int check_edit(struct sriov_nv_change *change, size_t index)
{
	const struct sriov_nv_edit *edit = &change->edits[index];
	size_t length = sriov_tlv_length(&edit->tlv);
	struct sriov_nv_item *item;
	int r;

	if (!edit->invalidate)
		return edit->raw ? compare_bytes(change, edit, &edit->tlv) : 0;
	r = sriov_nv_read(change->nv, edit->type, length, SRIOV_NV_NEXT, &item);
	if (!r)
		r = sriov_nv_read(change->nv, edit->type, length, SRIOV_NV_DEFAULT,
				  &item);
	if (r < 0 || !item->mode[SRIOV_NV_NEXT].there)
		return r;
	return item->mode[SRIOV_NV_DEFAULT].there ?
		       compare_bytes(change, edit, &item->mode[SRIOV_NV_DEFAULT].tlv) :
		       check_listed(change, index);
}

/* Others can change settings, too, and there is no lock that all of them know. */
static int check_meanwhile(struct sriov_nv_change *change,
			   const struct sriov_nv_edit *edit)
{
	bool first = true;
	int r = check_still(change, edit, edit->was_there, &edit->old);

	for (size_t i = 0; i < change->nr_edits; i++)
		first &= !change->edits[i].written;
	return r <= 0 ? r :
			fail_edit(change, edit, first ? SRIOV_REFUSED : SRIOV_FAILED,
				  EBUSY, " was changed meanwhile");
}

static int write_edit(struct sriov_nv_change *change, size_t index)
{
	struct sriov_nv_edit *edit = &change->edits[index];
	struct sriov_fw_change *pub = &change->pub;
	int r = check_meanwhile(change, edit), first = 0;

	if (r < 0)
		return blame(change, index, r);
	r = edit->invalidate ? sriov_nv_invalidate(change->nv, edit->type) :
			       sriov_nv_write(change->nv, &edit->tlv);
	look_back(change, edit, r);
	if (edit->written)
		set_done(change, index);
	if (r < 0)
		return blame(change, index, r);
	for (size_t i = 0; i < pub->n; i++) {
		if (change->pairs[i].edit != index)
			continue;
		r = compare(change, i);
		first = first ? first : r;
	}
	if (first)
		return first;
	r = check_edit(change, index);
	return r < 0 ? blame(change, index, r) : 0;
}

int sriov_nv_change_write(struct sriov_fw_change *pub)
{
	struct sriov_nv_change *change = change_of(pub);
	int r = 0;

	for (size_t i = 0; i < change->nr_edits && r >= 0; i++) {
		if (!change->edits[i].changes)
			continue;
		if (sriov_is_stopped(pub->pf->ctx))
			return sriov_fail_interrupted(pub->pf->ctx);
		r = write_edit(change, i);
	}
	return r;
}

/* What is still under way could be before or after what would be put back; its words are said. */
static int leave(struct sriov_nv_change *change, size_t index)
{
	for (size_t i = 0; i < change->pub.n; i++)
		if (change->pairs[i].edit == index &&
		    !sriov_nv_is_same(change->pub.from[i], change->pub.to[i]))
			change->pub.verdicts[i].err = -EINPROGRESS;
	set_done(change, index);
	return fail_edit(change, &change->edits[index], SRIOV_FAILED, EINPROGRESS,
			 " is not put back: its change is still under way");
}

/* What others have stored since then is not what is to be put back. */
static int undo_edit(struct sriov_nv_change *change, size_t index)
{
	struct sriov_nv_edit *edit = &change->edits[index];
	int r = 0;

	if (edit->under_way)
		return leave(change, index);
	edit->written = false;
	if (edit->is_found)
		r = check_still(change, edit, edit->found_there, &edit->found);
	if (r > 0)
		r = fail_edit(change, edit, SRIOV_FAILED, EBUSY,
			      " was changed meanwhile, and is left so");
	if (!r)
		r = edit->was_stored ? sriov_nv_write(change->nv, &edit->old) :
				       sriov_nv_invalidate(change->nv, edit->type);
	if (!r)
		r = check_still(change, edit, edit->was_there, &edit->old);
	if (r > 0)
		r = fail_edit(change, edit, SRIOV_FAILED, EIO,
			      ": the firmware has accepted what was stored, but has "
			      "stored another");
	return r < 0 ? blame(change, index, r) : 0;
}

int sriov_nv_change_undo(struct sriov_fw_change *pub)
{
	struct sriov_nv_change *change = change_of(pub);
	int first = 0;

	for (size_t i = change->nr_edits; i-- > 0;) {
		const struct sriov_nv_edit *edit = &change->edits[i];
		int r = edit->written || edit->under_way ? undo_edit(change, i) : 0;

		first = first ? first : r;
	}
	return first;
}
