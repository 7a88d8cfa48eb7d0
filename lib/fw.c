// SPDX-License-Identifier: GPL-2.0-or-later
/* Settings of the firmware: those of all back ends as one list, by any of their names. */
#include <strings.h>

#include "fw.h"

/* each is asked for what those before it do not have */
static const struct sriov_fw_backend *const backends[SRIOV_FW_BACKENDS + 1] = {
	&sriov_fw_nvconfig,
	&sriov_fw_devlink,
	NULL,
};

const struct sriov_fw_backend *const *sriov_fw_backends(void)
{
	return backends;
}

bool sriov_fw_allowed(const struct sriov_ctx *ctx, const struct sriov_fw_backend *backend)
{
	return !ctx->only_backend || ctx->only_fw == backend;
}

/*
 * One setting under two names: devlink of mlx5 writes the same TLVs (drivers/net/ethernet/
 * mellanox/mlx5/core/lib/nv_param.c).
 */
static const struct {
	const char *devlink, *nvconfig;
} twins[] = {
	{ "enable_sriov", "SRIOV_EN" },
	{ "total_vfs",
	  "NUM_OF_VFS" }, /* this one counts when there is no number of its own: */
	{ "total_vfs", "PF_NUM_OF_VF" },
	{ "total_vfs", "PF_NUM_OF_VF_VALID" },
	{ "cqe_compress_type", "CQE_COMPRESSION" },
};

static struct sriov_fw_param *find(struct sriov_fw_param *const *params, const char *name)
{
	for (; params && *params; params++)
		if (!strcasecmp((*params)->name, name))
			return *params;
	return NULL;
}

/* The other name of a setting of devlink, if that is in the list. */
static const char *twin_of(struct sriov_fw_param *const *params, const char *name)
{
	for (size_t i = 0; i < ARRAY_SIZE(twins); i++)
		if (!strcasecmp(twins[i].devlink, name) &&
		    find(params, twins[i].nvconfig))
			return twins[i].nvconfig;
	return NULL;
}

int sriov_fw_check_twins(struct sriov_pf *pf, struct sriov_fw_param *const *params)
{
	for (size_t i = 0; params[i]; i++) {
		const char *twin = twin_of(params, params[i]->name);

		if (twin)
			return sriov_fail(
				pf->ctx, SRIOV_WRONG, EINVAL,
				"%s: %s and %s store the same: give one of them",
				pf->name, twin, params[i]->name);
	}
	return 0;
}

void sriov_fw_params_free(struct sriov_fw_param **params)
{
	for (size_t i = 0; params && params[i]; i++)
		free(params[i]);
	free(params);
}

/* ---- listing ---- */

struct listing {
	struct sriov_pf *pf;
	const char *const *names; /* those that are wanted; none: all */
	size_t nr_names;
	struct sriov_fw_param **params;
	size_t n;
	bool any; /* a back end is for this PF */
	/* of the first that could not say: why */
	int err;
	enum sriov_class class;
	char text[SRIOV_TEXT_LEN];
};

/* Move what the list does not have into it; the rest is freed. */
static int take(struct listing *listing, struct sriov_fw_param **more, size_t n)
{
	struct sriov_fw_param **params = reallocarray(listing->params, listing->n + n + 1,
						      sizeof(struct sriov_fw_param *));

	if (!params) {
		sriov_fw_params_free(more);
		return sriov_no_memory(listing->pf->ctx);
	}
	listing->params = params;
	params[listing->n] = NULL;
	for (size_t i = 0; i < n; i++) {
		if (find(params, more[i]->name) ||
		    (!listing->nr_names && twin_of(params, more[i]->name))) {
			free(more[i]);
			continue;
		}
		params[listing->n++] = more[i];
		params[listing->n] = NULL;
	}
	free(more);
	return 0;
}

static void remember(struct listing *listing, int err)
{
	const struct sriov_ctx *ctx = listing->pf->ctx;

	if (listing->err && (listing->err != -EOPNOTSUPP || err == -EOPNOTSUPP))
		return;
	listing->err = err;
	listing->class = ctx->error_class;
	sriov_copy(listing->text, sizeof(listing->text), ctx->error);
}

/* Ask for what those before did not know. */
static int ask(struct listing *listing, const struct sriov_fw_backend *backend)
{
	_cleanup_free_ const char **missing =
		calloc(listing->nr_names + 1, sizeof(const char *));
	struct sriov_fw_param **more = NULL;
	size_t nr_missing = 0, n = 0;
	int r;

	if (!missing)
		return sriov_no_memory(listing->pf->ctx);
	for (size_t i = 0; i < listing->nr_names; i++)
		if (!find(listing->params, listing->names[i]))
			missing[nr_missing++] = listing->names[i];
	if (listing->nr_names && !nr_missing)
		return 0;
	listing->pf->ctx->error[0] = '\0';
	r = backend->list(listing->pf, missing, nr_missing, &more, &n);
	/* that one does not have it is told with what the others do not have */
	if (r == -EOPNOTSUPP)
		listing->pf->ctx->error[0] = '\0';
	if (r == -ENOMEM)
		return r;
	if (r < 0) {
		remember(listing, r);
		return 0;
	}
	listing->any = true;
	return take(listing, more, n);
}

static int collect(struct listing *listing)
{
	int r = 0;

	for (size_t i = 0; backends[i] && r >= 0; i++)
		if (sriov_fw_allowed(listing->pf->ctx, backends[i]))
			r = ask(listing, backends[i]);
	if (r >= 0 && !listing->params)
		r = take(listing, NULL, 0);
	return r;
}

/* In the order in which they were asked for. */
static void sort(struct listing *listing)
{
	size_t at = 0;

	for (size_t i = 0; i < listing->nr_names; i++) {
		for (size_t k = at; k < listing->n; k++) {
			struct sriov_fw_param *param = listing->params[k];

			if (strcasecmp(param->name, listing->names[i]) != 0)
				continue;
			memmove(&listing->params[at + 1], &listing->params[at],
				(k - at) * sizeof(struct sriov_fw_param *));
			listing->params[at++] = param;
		}
	}
}

/* What the back end said that could not be asked; its own words, if it had any. */
static int fail_as_remembered(const struct listing *listing)
{
	struct sriov_pf *pf = listing->pf;

	if (listing->err && listing->text[0])
		return sriov_fail(pf->ctx, listing->class, -listing->err, "%s",
				  listing->text);
	if (listing->err && listing->err != -EOPNOTSUPP)
		return sriov_fail(pf->ctx, SRIOV_FAILED, -listing->err, "%s: %s",
				  pf->name, sriov_strerror(-listing->err));
	if (pf->ctx->only_backend)
		return sriov_fail(
			pf->ctx, SRIOV_WRONG, EOPNOTSUPP,
			"%s: the back end that was asked for reaches no settings of its "
			"firmware",
			pf->name);
	return sriov_fail(
		pf->ctx, SRIOV_WRONG, EOPNOTSUPP,
		"%s: no settings of its firmware can be reached: it has neither "
		"the registers of a ConnectX-4 or later, nor permanent "
		"parameters of devlink",
		pf->name);
}

static int check_complete(struct listing *listing)
{
	bool refused = listing->err && listing->err != -EOPNOTSUPP;
	size_t known = 0;

	if (!listing->any)
		return fail_as_remembered(listing);
	for (size_t i = 0; i < listing->nr_names; i++)
		known += find(listing->params, listing->names[i]) != NULL;
	if (known < listing->nr_names && !refused)
		return sriov_fw_fail_unknown(listing->pf, listing->names,
					     listing->nr_names, listing->params);
	if (!refused || (listing->nr_names && known == listing->nr_names))
		return 0;
	/* those that could be read are not all, but better than none */
	if (!listing->nr_names && listing->n && listing->text[0])
		return sriov_fail(listing->pf->ctx, listing->class, -listing->err,
				  "%s (--backend %s reaches others)", listing->text,
				  listing->params[0]->backend);
	return fail_as_remembered(listing);
}

int sriov_fw_list(struct sriov_pf *pf, const char *const *names, size_t nr_names,
		  struct sriov_fw_param ***params, size_t *n)
{
	struct listing listing = { .pf = pf, .names = names, .nr_names = nr_names };
	int r = collect(&listing);

	if (r >= 0)
		r = check_complete(&listing);
	if (r < 0) {
		sriov_fw_params_free(listing.params);
		return r;
	}
	sort(&listing);
	*params = listing.params;
	*n = listing.n;
	return 0;
}

int sriov_fw_look(struct sriov_pf *pf, const char *const *names, size_t nr_names,
		  struct sriov_fw_param ***params, size_t *n)
{
	struct listing listing = { .pf = pf, .names = names, .nr_names = nr_names };
	int r = collect(&listing);

	if (r >= 0 && !listing.any)
		r = listing.err ? listing.err : -EOPNOTSUPP;
	if (r < 0) {
		sriov_fw_params_free(listing.params);
		return r;
	}
	*params = listing.params;
	*n = listing.n;
	return 0;
}

int sriov_fw_backup(struct sriov_pf *pf, char **text)
{
	struct listing listing = { .pf = pf };
	int r;

	for (size_t i = 0; backends[i]; i++) {
		if (!sriov_fw_allowed(pf->ctx, backends[i]) || !backends[i]->backup)
			continue;
		pf->ctx->error[0] = '\0';
		r = backends[i]->backup(pf, text);
		if (r >= 0)
			return 0;
		if (r == -EOPNOTSUPP)
			pf->ctx->error[0] = '\0';
		remember(&listing, r);
	}
	return fail_as_remembered(&listing);
}
