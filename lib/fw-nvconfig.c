// SPDX-License-Identifier: GPL-2.0-or-later
/* The back end "nvconfig": settings that a ConnectX keeps in TLVs. */
#include "nv.h"

static int open_nv(struct sriov_pf *pf, struct sriov_nv **nv)
{
	struct sriov_fw_card *card;
	int r = sriov_fw_open(pf, &card);

	return r < 0 ? r : sriov_nv_new(card, nv);
}

/* ---- listing ---- */

struct listing {
	struct sriov_nv *nv;
	struct sriov_fw_param **params;
	size_t n;
};

static int no_memory(struct sriov_pf *pf)
{
	return sriov_no_memory(pf->ctx);
}

static int add(struct listing *to, struct sriov_nv_key key)
{
	struct sriov_fw_param **params =
		reallocarray(to->params, to->n + 2, sizeof(*params));
	int r;

	if (!params)
		return no_memory(to->nv->pf);
	to->params = params;
	params[to->n + 1] = NULL;
	params[to->n] = calloc(1, sizeof(**params));
	if (!params[to->n])
		return no_memory(to->nv->pf);
	r = sriov_nv_fill(to->nv, key, params[to->n]);
	to->n++;
	return r;
}

/* What it needs, if that is not set. */
static int find_lacking(struct sriov_nv *nv, struct sriov_nv_key key, const char **needs)
{
	struct sriov_nv_key needed;
	uint32_t on = 1;
	int r = 0;

	if (key.param->needs && sriov_nv_find(key.param->needs, &needed))
		r = sriov_nv_number(nv, needed, SRIOV_NV_NEXT, &on);
	*needs = on ? NULL : key.param->needs;
	return r == -ENODATA ? 0 : r;
}

/* All but those that the firmware hides, as mstconfig does, while what they need is not set. */
static int add_all(struct listing *to)
{
	for (const struct sriov_nv_param *param = sriov_nv_params; param->name; param++) {
		unsigned int ports = 0, each = sriov_nv_per_port(param);
		int r = each ? sriov_nv_ports(to->nv, &ports) : 0;

		for (unsigned int port = each; port <= ports && r >= 0; port++) {
			struct sriov_nv_key key = { param, port };
			const char *needs = NULL;
			bool has;

			r = sriov_nv_has(to->nv, key, &has);
			if (r >= 0 && has && param->hidden)
				r = find_lacking(to->nv, key, &needs);
			if (r >= 0 && has && !needs)
				r = add(to, key);
		}
		if (r < 0)
			return r;
	}
	return 0;
}

static int add_named(struct listing *to, const char *name)
{
	struct sriov_nv_key key;
	struct sriov_fw_param *param;
	const char *needs;
	bool has;
	int r;

	if (!sriov_nv_find(name, &key)) /* another back end may know it */
		return 0;
	r = sriov_nv_has(to->nv, key, &has);
	if (r >= 0 && !has)
		r = sriov_nv_refuse_missing(to->nv, key);
	if (r >= 0)
		r = find_lacking(to->nv, key, &needs);
	if (r >= 0)
		r = add(to, key);
	if (r < 0)
		return r;
	param = to->params[to->n - 1];
	if (needs)
		snprintf(param->note, sizeof(param->note),
			 "it counts for nothing until %s is True", needs);
	return 0;
}

int sriov_nv_list(struct sriov_nv *nv, const char *const *names, size_t nr_names,
		  struct sriov_fw_param ***params, size_t *n)
{
	struct listing to = { nv, calloc(1, sizeof(struct sriov_fw_param *)), 0 };
	int r = 0;

	if (!to.params)
		return no_memory(nv->pf);
	if (!nr_names)
		r = add_all(&to);
	for (size_t i = 0; i < nr_names && r >= 0; i++)
		r = add_named(&to, names[i]);
	if (r < 0) {
		sriov_fw_params_free(to.params);
		return r;
	}
	*params = to.params;
	*n = to.n;
	return 0;
}

/* ---- the back end ---- */

static int list(struct sriov_pf *pf, const char *const *names, size_t nr_names,
		struct sriov_fw_param ***params, size_t *n)
{
	struct sriov_nv *nv;
	int r = open_nv(pf, &nv);

	if (r < 0)
		return r;
	r = sriov_nv_list(nv, names, nr_names, params, n);
	sriov_nv_close(nv);
	return r;
}

static int prepare(struct sriov_pf *pf, const struct sriov_fw_wish *wishes, size_t n,
		   struct sriov_fw_change **change)
{
	struct sriov_nv *nv;
	int r = open_nv(pf, &nv);

	return r < 0 ? r : sriov_nv_prepare(nv, wishes, n, change);
}

static int prepare_reset(struct sriov_pf *pf, struct sriov_fw_change **change)
{
	struct sriov_nv *nv;
	int r = open_nv(pf, &nv);

	return r < 0 ? r : sriov_nv_prepare_reset(nv, change);
}

static int prepare_restore(struct sriov_pf *pf, const char *text,
			   struct sriov_fw_change **change)
{
	struct sriov_nv *nv;
	int r = open_nv(pf, &nv);

	return r < 0 ? r : sriov_nv_prepare_restore(nv, text, change);
}

static int backup(struct sriov_pf *pf, char **text)
{
	struct sriov_nv *nv;
	int r = open_nv(pf, &nv);

	return r < 0 ? r : sriov_nv_backup(nv, text);
}

const struct sriov_fw_backend sriov_fw_nvconfig = {
	.name = "nvconfig",
	.list = list,
	.prepare = prepare,
	.prepare_reset = prepare_reset,
	.prepare_restore = prepare_restore,
	.write = sriov_nv_change_write,
	.undo = sriov_nv_change_undo,
	.free = sriov_nv_change_free,
	.backup = backup,
};
