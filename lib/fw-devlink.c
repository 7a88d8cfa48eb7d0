// SPDX-License-Identifier: GPL-2.0-or-later
/* Back end "devlink": permanent parameters, by which a driver stores settings in its card. */
#include <strings.h>

#include "fw-devlink.h"

/*
 * What is known of drivers (Linux 7.0, drivers/net/ethernet/mellanox/mlx5/core/lib/nv_param.c and
 * Documentation/networking/devlink: mlx5.rst has a reload with fw_activate, then a scan of the
 * PCI bus; devlink-params.rst wants a hard reset for all others).
 */
static const struct {
	const char *driver;
	enum sriov_fw_activation activation;
} drivers[] = { { "mlx5_core", SRIOV_FW_FIRMWARE_RESET }, { "", SRIOV_FW_REBOOT } };

static const struct {
	const char *driver, *name, *words;
} words[] = {
	{ "mlx5_core", "cqe_compress_type", "balanced, aggressive" },
	{ "mlx5_core", "swp_l4_csum_mode", "default, full_csum, l4_only" },
};

static enum sriov_fw_activation activation_of(const char *driver)
{
	size_t i = 0;

	while (drivers[i].driver[0] && strcmp(drivers[i].driver, driver) != 0)
		i++;
	return drivers[i].activation;
}

static enum sriov_fw_type type_of(uint8_t type)
{
	return type == SRIOV_DEVLINK_FLAG   ? SRIOV_FW_BOOL :
	       type == SRIOV_DEVLINK_STRING ? SRIOV_FW_STRING :
					      SRIOV_FW_NUMBER;
}

static bool is_named(const char *name, const char *const *names, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (!strcasecmp(names[i], name))
			return true;
	return !n;
}

/* What the firmware has stored: a driver cannot tell what it runs with. */
void sriov_fw_devlink_fill(struct sriov_fw_param *param,
			   const struct sriov_devlink_param *from, const char *driver)
{
	sriov_copy(param->name, sizeof(param->name), from->name);
	param->type = type_of(from->type);
	param->backend = sriov_fw_devlink.name;
	param->next = from->value;
	param->factory = from->factory;
	param->activation = activation_of(driver);
	param->set = SRIOV_FW_NEXT | SRIOV_FW_ACTIVATION |
		     (from->has_default ? SRIOV_FW_DEFAULT : 0);
	for (size_t i = 0; i < ARRAY_SIZE(words); i++) {
		if (strcmp(words[i].driver, driver) != 0 ||
		    strcmp(words[i].name, from->name) != 0)
			continue;
		sriov_copy(param->words, sizeof(param->words), words[i].words);
		param->set |= SRIOV_FW_WORDS;
	}
}

static int fail_to_ask(struct sriov_pf *pf, int err)
{
	if (err == -EOPNOTSUPP)
		return err;
	return sriov_fail(pf->ctx, SRIOV_FAILED, -err, "%s: devlink: %s", pf->name,
			  err == -ETIMEDOUT ?
				  "the kernel blocks: the card is being flashed or "
				  "reloaded" :
				  sriov_strerror(-err));
}

int sriov_fw_devlink_read(struct sriov_pf *pf, struct sriov_devlink_param **params,
			  size_t *n)
{
	_cleanup_free_ void *bytes = NULL;
	struct sriov_devlink_param one, *more;
	struct sriov_devlink_answer answer;
	const uint8_t *p, *end;
	size_t at = 0;
	int r = sriov_devlink_ask(pf, &sriov_devlink_param_get, &answer);

	bytes = answer.bytes;
	*n = 0;
	*params = NULL;
	if (r < 0)
		return fail_to_ask(pf, r);
	while (sriov_devlink_next(&answer, &at, &p, &end)) {
		if (!sriov_devlink_param_parse(p, end, &one))
			continue;
		more = reallocarray(*params, *n + 1, sizeof(one));
		if (!more) {
			free(*params);
			*params = NULL;
			return sriov_no_memory(pf->ctx);
		}
		*params = more;
		more[(*n)++] = one;
	}
	return *n ? 0 : -EOPNOTSUPP;
}

static void free_params(struct sriov_fw_param **params)
{
	for (size_t i = 0; params && params[i]; i++)
		free(params[i]);
	free(params);
}

static int list(struct sriov_pf *pf, const char *const *names, size_t nr_names,
		struct sriov_fw_param ***params, size_t *n)
{
	_cleanup_free_ struct sriov_devlink_param *there = NULL;
	struct sriov_fw_param **list;
	char driver[SRIOV_NAME_LEN];
	size_t nr_there;
	int r = sriov_fw_devlink_read(pf, &there, &nr_there);

	if (r < 0)
		return r;
	sriov_driver_of(pf->ctx, pf->path, driver, sizeof(driver));
	list = calloc(nr_there + 1, sizeof(*list));
	*n = 0;
	for (size_t i = 0; i < nr_there && list; i++) {
		if (!is_named(there[i].name, names, nr_names))
			continue;
		list[*n] = calloc(1, sizeof(**list));
		if (!list[*n]) {
			free_params(list);
			return sriov_no_memory(pf->ctx);
		}
		sriov_fw_devlink_fill(list[(*n)++], &there[i], driver);
	}
	*params = list;
	return list ? 0 : sriov_no_memory(pf->ctx);
}

const struct sriov_devlink_param *
sriov_fw_devlink_find(const struct sriov_devlink_param *params, size_t n,
		      const char *name)
{
	for (size_t i = 0; i < n; i++)
		if (!strcasecmp(params[i].name, name))
			return &params[i];
	return NULL;
}

bool sriov_fw_devlink_same(const struct sriov_fw_value *a, const struct sriov_fw_value *b)
{
	return a->number == b->number && !strcmp(a->text, b->text);
}

/* ---- writing ---- */

static int put(struct sriov_fw_change *change, size_t i,
	       const struct sriov_fw_value *value, char *text)
{
	const struct state *state = change->priv;
	const struct sriov_devlink_pace pace = { .limit_ms = sriov_write_limit_ms(
							 change->pf->ctx) };
	union sriov_devlink_request request;

	sriov_devlink_begin(change->pf, &request, DEVLINK_CMD_PARAM_SET);
	sriov_devlink_param_put(&request, change->to[i]->name, state->pairs[i].type,
				value);
	return sriov_devlink_change(change->pf, &request, &pace, text);
}

static int blame(struct sriov_fw_change *change, size_t i, int err, const char *text)
{
	struct sriov_verdict *verdict = &change->verdicts[i];

	verdict->err = err;
	verdict->blame = 1;
	sriov_copy(verdict->text, sizeof(verdict->text), text);
	return sriov_fail(change->pf->ctx, SRIOV_FAILED, -err, "%s: %s: %s",
			  change->pf->name, change->to[i]->name,
			  text[0] ? text : sriov_strerror(-err));
}

/* Do all that were written have these values now? */
static int read_back(struct sriov_fw_change *change, struct sriov_fw_param *const *want)
{
	_cleanup_free_ struct sriov_devlink_param *there = NULL;
	const struct state *state = change->priv;
	size_t nr_there = 0;
	int r = sriov_fw_devlink_read(change->pf, &there, &nr_there), first = 0;

	for (size_t i = 0; i < change->n; i++) {
		const struct sriov_devlink_param *param =
			sriov_fw_devlink_find(there, nr_there, want[i]->name);
		char text[SRIOV_TEXT_LEN];

		if (!state->pairs[i].write || change->verdicts[i].err ||
		    (r >= 0 && param &&
		     sriov_fw_devlink_same(&param->value, &want[i]->next)))
			continue;
		snprintf(text, sizeof(text), "accepted, but it %s%s",
			 param ? "reads back as " : "cannot be read back",
			 param ? param->value.text : "");
		blame(change, i, -EREMOTEIO, text);
		first = first ? first : -EREMOTEIO;
	}
	return first;
}

static int write_all(struct sriov_fw_change *change)
{
	struct state *state = change->priv;

	for (size_t i = 0; i < change->n; i++) {
		char text[SRIOV_TEXT_LEN] = "";
		int r;

		if (!state->pairs[i].write)
			continue;
		r = put(change, i, state->pairs[i].reset ? NULL : &change->to[i]->next,
			text);
		/* what failed may have been written in part: undoing puts it back, too */
		state->pairs[i].written = true;
		if (r < 0)
			return blame(change, i, r, text);
		change->verdicts[i].done = 1;
	}
	return read_back(change, change->to);
}

static int undo(struct sriov_fw_change *change)
{
	_cleanup_free_ struct sriov_devlink_param *there = NULL;
	struct state *state = change->priv;
	size_t nr_there = 0;
	int first = 0;

	/* without an answer everything is written, and reading back says what that was worth */
	sriov_fw_devlink_read(change->pf, &there, &nr_there);
	for (size_t i = change->n; i-- > 0;) {
		const struct sriov_devlink_param *now =
			sriov_fw_devlink_find(there, nr_there, change->from[i]->name);
		char text[SRIOV_TEXT_LEN] = "";
		int r = 0;

		if (!state->pairs[i].written)
			continue;
		change->verdicts[i] = (struct sriov_verdict){ 0 };
		if (!now || !sriov_fw_devlink_same(&now->value, &change->from[i]->next))
			r = put(change, i, &change->from[i]->next, text);
		if (r < 0)
			blame(change, i, r, text);
		first = first ? first : r;
	}
	/* what was never reached is as it was */
	for (size_t i = 0; i < change->n; i++)
		state->pairs[i].write = state->pairs[i].written;
	return first ? first : read_back(change, change->from);
}

const struct sriov_fw_backend sriov_fw_devlink = {
	.name = "devlink",
	.list = list,
	.prepare = sriov_fw_devlink_prepare,
	.prepare_reset = sriov_fw_devlink_prepare_reset,
	.write = write_all,
	.undo = undo,
	.free = sriov_fw_devlink_free,
};
