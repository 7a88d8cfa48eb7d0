// SPDX-License-Identifier: GPL-2.0-or-later
/* What settings need of each other, looked at as they will be; what a change costs. */
#include <inttypes.h>

#include "nv.h"

static int refuse(const struct sriov_nv_wishes *wishes, const char *text)
{
	return sriov_fail(wishes->nv->pf->ctx, SRIOV_WRONG, EINVAL, "%s: %s",
			  wishes->nv->pf->name, text);
}

/* ---- one needs another ---- */

static int check_needs(const struct sriov_nv_wishes *wishes,
		       const struct sriov_nv_wish *wish)
{
	const char *needs = wish->key.param->needs;
	struct sriov_nv_key needed;
	char text[SRIOV_TEXT_LEN];
	uint32_t on = 0;
	int r;

	if (!needs || wish->reset || !sriov_nv_find(needs, &needed))
		return 0;
	r = sriov_nv_will_be(wishes, needed, &on);
	if (r == -ENODATA || (!r && on))
		return 0;
	if (r < 0)
		return r;
	snprintf(text, sizeof(text),
		 "%s: it counts for nothing unless %s is True: set %s=1, too",
		 wish->key.param->name, needs, needs);
	return refuse(wishes, text);
}

/* NUM_PF_MSIX_VALID is a setting, and says of another whether that counts. */
static int check_validity(const struct sriov_nv_wishes *wishes,
			  const struct sriov_nv_wish *wish)
{
	char text[SRIOV_TEXT_LEN];

	if (!wish->key.param->valid.width || wish->reset)
		return 0;
	for (size_t i = 0; i < wishes->n; i++) {
		const struct sriov_nv_wish *other = &wishes->wish[i];

		if (other->key.param->in != wish->key.param->in || other->number ||
		    !sriov_nv_is_same_field(other->key.param->field,
					    wish->key.param->valid))
			continue;
		snprintf(text, sizeof(text),
			 "%s: it counts for nothing unless %s is True",
			 wish->key.param->name, other->key.param->name);
		return refuse(wishes, text);
	}
	return 0;
}

/* ---- rules over several ---- */

struct sums {
	uint64_t pfs, vfs, pf_msix, vf_msix, pf_bar, vf_bar, sriov, fpp;
};

/* A total of the card, and the bit that says that it is one; 0: the card does not say. */
static int read_total(struct sriov_nv *nv, struct sriov_nv_field valid,
		      struct sriov_nv_field total, uint32_t *to)
{
	static const struct sriov_nv_param global = { .cap = SRIOV_NV_GLOBAL_CAP };
	struct sriov_nv_key key = { &global, 0 };
	uint32_t is_valid;
	int r = sriov_nv_cap(nv, key, valid, &is_valid);

	*to = 0;
	return r < 0 || !is_valid ? r : sriov_nv_cap(nv, key, total, to);
}

static const struct {
	const char *name;
	size_t offset;
} summands[] = {
	{ "NUM_OF_PF", offsetof(struct sums, pfs) },
	{ "NUM_OF_VFS", offsetof(struct sums, vfs) },
	{ "NUM_PF_MSIX", offsetof(struct sums, pf_msix) },
	{ "NUM_VF_MSIX", offsetof(struct sums, vf_msix) },
	{ "PF_LOG_BAR_SIZE", offsetof(struct sums, pf_bar) },
	{ "VF_LOG_BAR_SIZE", offsetof(struct sums, vf_bar) },
	{ "SRIOV_EN", offsetof(struct sums, sriov) },
	{ "FPP_EN", offsetof(struct sums, fpp) },
};

static uint64_t *member_of(struct sums *sums, const char *name)
{
	for (size_t i = 0; i < ARRAY_SIZE(summands); i++)
		if (!strcmp(summands[i].name, name))
			return (uint64_t *)((char *)sums + summands[i].offset);
	return NULL;
}

#define MOST 6 /* names that a rule is about */

/* What they will be; -ENODATA: not all are known. */
static int read_sums(const struct sriov_nv_wishes *wishes, const char *const of[MOST],
		     struct sums *sums)
{
	uint32_t number;
	int r = 0;

	*sums = (struct sums){ 0 };
	for (size_t i = 0; i < MOST && of[i] && r >= 0; i++) {
		r = sriov_nv_will_be_named(wishes, of[i], &number);
		*member_of(sums, of[i]) = number;
	}
	return r;
}

/* The first wish that a rule is about. */
static const struct sriov_nv_wish *find_touched(const struct sriov_nv_wishes *wishes,
						const char *const of[MOST])
{
	for (size_t i = 0; i < wishes->n; i++)
		for (size_t k = 0; k < MOST && of[k]; k++)
			if (!strcmp(wishes->wish[i].key.param->name, of[k]))
				return &wishes->wish[i];
	return NULL;
}

/*
 * A sum as it will be, where that is more than it is, and than the card has; else 0. Who takes
 * less than before is not told that it is still too much.
 */
static int find_excess(const struct sriov_nv_wishes *wishes, const char *const of[MOST],
		       uint64_t (*sum)(const struct sums *sums), uint32_t total,
		       struct sums *sums, uint64_t *excess)
{
	const struct sriov_nv_wishes none = { wishes->nv, NULL, 0 };
	struct sums now;
	int r = read_sums(wishes, of, sums);

	*excess = 0;
	if (r < 0 || !total || sum(sums) <= total)
		return r == -ENODATA ? 0 : r;
	r = read_sums(&none, of, &now);
	if (r < 0 && r != -ENODATA)
		return r;
	if (r == -ENODATA || sum(sums) > sum(&now))
		*excess = sum(sums);
	return 0;
}

static uint64_t sum_msix(const struct sums *sums)
{
	return sums->pfs * (sums->pf_msix + sums->vfs * sums->vf_msix);
}

static int check_msix(const struct sriov_nv_wishes *wishes)
{
	static const char *const of[MOST] = { "NUM_OF_PF", "NUM_PF_MSIX", "NUM_OF_VFS",
					      "NUM_VF_MSIX" };
	char text[SRIOV_TEXT_LEN];
	struct sums sums;
	uint64_t excess;
	uint32_t total;
	int r;

	if (!find_touched(wishes, of))
		return 0;
	r = read_total(wishes->nv, (struct sriov_nv_field){ 0, 30, 1 },
		       (struct sriov_nv_field){ 12, 0, 32 }, &total);
	if (r >= 0)
		r = find_excess(wishes, of, sum_msix, total, &sums, &excess);
	if (r < 0 || !excess)
		return r;
	snprintf(text, sizeof(text),
		 "NUM_OF_PF x (NUM_PF_MSIX + NUM_OF_VFS x NUM_VF_MSIX) would be %" PRIu64
		 " x (%" PRIu64 " + %" PRIu64 " x %" PRIu64 ") = %" PRIu64
		 ": the card has %" PRIu32 " MSI-X vectors",
		 sums.pfs, sums.pf_msix, sums.vfs, sums.vf_msix, excess, total);
	return refuse(wishes, text);
}

/* With FPP_EN each PF has VFs, else there is one with all of them. */
static uint64_t pfs_with_bars(const struct sums *sums)
{
	return sums->fpp ? sums->pfs : 1;
}

/* In MiB. */
static uint64_t sum_bars(const struct sums *sums)
{
	if (!sums->sriov || sums->pf_bar > 31 || sums->vf_bar > 31)
		return 0;
	return pfs_with_bars(sums) *
	       ((UINT64_C(1) << sums->pf_bar) + (sums->vfs << sums->vf_bar));
}

/*
 * That the total is in MiB follows from mstflint, which subtracts the BAR of the PF from it; no
 * document says so, and its own rule compares a logarithm with it, and so refuses nothing.
 */
int sriov_nv_note_bars(const struct sriov_nv_wishes *wishes,
		       const struct sriov_nv_wish *wish, char *note, size_t size)
{
	static const char *const of[MOST] = { "SRIOV_EN",   "NUM_OF_PF",
					      "FPP_EN",     "PF_LOG_BAR_SIZE",
					      "NUM_OF_VFS", "VF_LOG_BAR_SIZE" };
	struct sums sums;
	uint64_t excess, pfs;
	uint32_t total;
	int r;

	if (find_touched(wishes, of) != wish)
		return 0;
	r = read_total(wishes->nv, (struct sriov_nv_field){ 0, 29, 1 },
		       (struct sriov_nv_field){ 16, 0, 32 }, &total);
	if (r >= 0)
		r = find_excess(wishes, of, sum_bars, total, &sums, &excess);
	if (r < 0 || !excess)
		return r;
	pfs = pfs_with_bars(&sums);
	snprintf(note + strlen(note), size - strlen(note),
		 "%sthe BARs of %" PRIu64 " PF%s with %" PRIu64
		 " VFs (PF_LOG_BAR_SIZE=%" PRIu64 ", VF_LOG_BAR_SIZE=%" PRIu64
		 ") would take %" PRIu64 " MiB, and the card seems to have %" PRIu32
		 " MiB",
		 note[0] ? "; " : "", pfs, pfs == 1 ? "" : "s", sums.vfs, sums.pf_bar,
		 sums.vf_bar, excess, total);
	return 0;
}

int sriov_nv_check(const struct sriov_nv_wishes *wishes)
{
	int r = 0;

	for (size_t i = 0; i < wishes->n && r >= 0; i++) {
		r = check_needs(wishes, &wishes->wish[i]);
		if (r >= 0)
			r = check_validity(wishes, &wishes->wish[i]);
	}
	return r < 0 ? r : check_msix(wishes);
}
