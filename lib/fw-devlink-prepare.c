// SPDX-License-Identifier: GPL-2.0-or-later
/* Permanent parameters of devlink: from wishes to what is to be written, in which order. */
#include <strings.h>

#include "fw-devlink.h"

/* Names and what belongs to them in mlx5: the first is to be written before the second. */
static const char enable[] = "enable_sriov", total[] = "total_vfs";

static bool is_mlx5(const char *driver)
{
	return !strcmp(driver, "mlx5_core");
}

static int fail_value(const struct sriov_pf *pf, const char *name, const char *value,
		      const char *allowed)
{
	return sriov_fail(pf->ctx, SRIOV_WRONG, EINVAL, "%s: %s: '%s' is not %s",
			  pf->name, name, value, allowed);
}

static int parse_flag(const char *text, uint32_t *number)
{
	static const char *const forms[][2] = { { "false", "true" },
						{ "0", "1" },
						{ "off", "on" },
						{ "disable", "enable" } };

	for (size_t i = 0; i < ARRAY_SIZE(forms); i++) {
		for (*number = 0; *number < 2; ++*number)
			if (!strcasecmp(text, forms[i][*number]))
				return 0;
	}
	return -EINVAL;
}

/* One of the words of this setting, as the driver writes it. */
static int parse_word(const struct sriov_pf *pf, const struct sriov_fw_param *param,
		      const char *text, struct sriov_fw_value *value)
{
	const char *word = param->words;

	if (!text[0] || strlen(text) >= sizeof(value->text))
		return fail_value(pf, param->name, text, "a word");
	sriov_copy(value->text, sizeof(value->text), text);
	if (!(param->set & SRIOV_FW_WORDS))
		return 0;
	while (*word) {
		size_t len = strcspn(word, ",");

		if (len == strlen(text) && !strncasecmp(word, text, len)) {
			memcpy(value->text, word, len);
			return 0;
		}
		word += len;
		word += strspn(word, ", ");
	}
	return fail_value(pf, param->name, text, param->words);
}

/* Base 16 only where it is said: 010 is ten. */
static bool parse_number(const char *text, unsigned long long *number)
{
	bool hex = text[0] == '0' && (text[1] == 'x' || text[1] == 'X') && text[2];
	char *end;

	errno = 0;
	*number = strtoull(text, &end, hex ? 16 : 10);
	return text[0] >= '0' && text[0] <= '9' && !*end && !errno;
}

static int parse(const struct sriov_pf *pf, const struct sriov_fw_param *param,
		 uint8_t type, const char *text, struct sriov_fw_value *value)
{
	const char *name = param->name;
	static const char *const ranges[] = { [SRIOV_DEVLINK_U8] = "0 to 255",
					      [SRIOV_DEVLINK_U16] = "0 to 65535",
					      [SRIOV_DEVLINK_U32] = "0 to 4294967295" };
	unsigned long long number;

	*value = (struct sriov_fw_value){ 0 };
	if (type == SRIOV_DEVLINK_STRING)
		return parse_word(pf, param, text, value);
	if (type == SRIOV_DEVLINK_FLAG) {
		if (parse_flag(text, &value->number) < 0)
			return fail_value(pf, name, text, "True or False");
		sriov_copy(value->text, sizeof(value->text),
			   value->number ? "True" : "False");
		return 0;
	}
	if (!parse_number(text, &number) ||
	    number > (type == SRIOV_DEVLINK_U8  ? UINT8_MAX :
		      type == SRIOV_DEVLINK_U16 ? UINT16_MAX :
						  UINT32_MAX))
		return fail_value(pf, name, text, ranges[type]);
	value->number = (uint32_t)number;
	snprintf(value->text, sizeof(value->text), "%u", value->number);
	return 0;
}

static int wish(struct sriov_fw_change *change, const struct sriov_devlink_param *there,
		const struct sriov_fw_wish *wish)
{
	struct state *state = change->priv;
	struct pair *pair = &state->pairs[change->n];
	struct sriov_fw_param *from, *to;
	int r;

	change->from[change->n] = from = calloc(1, sizeof(*from));
	change->to[change->n++] = to = calloc(1, sizeof(*to));
	if (!from || !to)
		return sriov_no_memory(change->pf->ctx);
	sriov_fw_devlink_fill(from, there, state->driver);
	*to = *from;
	pair->type = there->type;
	if (wish->value) {
		r = parse(change->pf, from, there->type, wish->value, &to->next);
		if (r < 0)
			return r;
	} else if (there->has_default) {
		to->next = there->factory;
		pair->reset = true;
	} else {
		return sriov_fail(change->pf->ctx, SRIOV_WRONG, EOPNOTSUPP,
				  "%s: %s: its default is not known: Linux 6.19 and "
				  "later tell it, where the driver does",
				  change->pf->name, there->name);
	}
	pair->write = !sriov_fw_devlink_same(&from->next, &to->next);
	return 0;
}

/* The pair with this name, or the number of pairs. */
static size_t pair_of(const struct sriov_fw_change *change, const char *name)
{
	size_t i = 0;

	while (i < change->n && strcmp(change->to[i]->name, name) != 0)
		i++;
	return i;
}

static void note(struct sriov_fw_param *to, const char *text)
{
	size_t len = strlen(to->note);

	snprintf(to->note + len, sizeof(to->note) - len, "%s%s", len ? "; " : "", text);
}

/*
 * mlx5: writing either switches the card to counting VFs by PF, after which both mean other
 * fields of the firmware than those that were read: so whoever asks for both gets both written.
 */
static void look_at_mlx5(struct sriov_fw_change *change,
			 const struct sriov_devlink_param *there, size_t nr_there)
{
	static const char per_pf[] =
		"switches all PFs of the card to numbers of their own: NUM_OF_VFS is ignored "
		"from then on, also when this is undone";
	struct state *state = change->priv;
	size_t on = pair_of(change, enable), n = pair_of(change, total), first;

	if (!is_mlx5(state->driver) || !sriov_fw_devlink_find(there, nr_there, total))
		return;
	/* once is enough; the pair after the last writes nothing */
	first = state->pairs[on].write ? on : n;
	if (!state->pairs[first].write)
		return;
	note(change->to[first], per_pf);
	state->pairs[on].write = state->pairs[n].write = true;
	if (n < change->n && on == change->n)
		note(change->to[n], "makes no VFs possible by itself: enable_sriov=true");
}

/* ---- what is known beforehand ---- */

/* mlx5: no more VFs than the firmware says that NUM_OF_VFS can be, where that can be asked. */
static int check_total(const struct sriov_fw_change *change)
{
	static const char *const limit[] = { "NUM_OF_VFS" };
	const struct state *state = change->priv;
	struct sriov_pf *pf = change->pf;
	struct sriov_fw_param **params;
	size_t i = pair_of(change, total), n;
	char range[64];
	int r = 0;

	if (i == change->n || !is_mlx5(state->driver) ||
	    !sriov_fw_allowed(pf->ctx, &sriov_fw_nvconfig) ||
	    sriov_fw_nvconfig.list(pf, limit, 1, &params, &n) < 0)
		return 0;
	if (n && params[0]->set & SRIOV_FW_RANGE &&
	    change->to[i]->next.number > params[0]->max) {
		snprintf(range, sizeof(range), "0 to %u", params[0]->max);
		r = fail_value(pf, total, change->to[i]->next.text, range);
	}
	sriov_fw_params_free(params);
	return r;
}

/* What a number will be, or is now. */
static bool number_then(const struct sriov_fw_change *change,
			const struct sriov_devlink_param *there, size_t nr_there,
			const char *name, uint32_t *number)
{
	const struct sriov_devlink_param *param =
		sriov_fw_devlink_find(there, nr_there, name);
	size_t i = pair_of(change, name);

	if (i < change->n)
		*number = change->to[i]->next.number;
	else if (param)
		*number = param->value.number;
	return i < change->n || param;
}

static int check_vectors(const struct sriov_fw_change *change,
			 const struct sriov_devlink_param *there, size_t nr_there)
{
	static const char most[] = "msix_vec_per_pf_max", least[] = "msix_vec_per_pf_min";
	uint32_t max, min;

	if (pair_of(change, most) == change->n && pair_of(change, least) == change->n)
		return 0;
	if (!number_then(change, there, nr_there, most, &max) ||
	    !number_then(change, there, nr_there, least, &min) || min <= max)
		return 0;
	return sriov_fail(change->pf->ctx, SRIOV_WRONG, EINVAL,
			  "%s: %s: %u is more than %s, which is %u then",
			  change->pf->name, least, min, most, max);
}

void sriov_fw_devlink_free(struct sriov_fw_change *change)
{
	if (!change)
		return;
	/* NULL-terminated, also when it is not complete */
	for (size_t i = 0; i < change->n; i++) {
		free(change->from[i]);
		free(change->to[i]);
	}
	free(change->from);
	free(change->to);
	free(change->verdicts);
	free(change->priv);
	free(change);
}

static struct sriov_fw_change *new_change(struct sriov_pf *pf, size_t n)
{
	struct sriov_fw_change *change = calloc(1, sizeof(*change));
	struct state *state;

	if (!change)
		return NULL;
	change->backend = &sriov_fw_devlink;
	change->pf = pf;
	change->from = calloc(n + 1, sizeof(*change->from));
	change->to = calloc(n + 1, sizeof(*change->to));
	change->verdicts = calloc(n + 1, sizeof(*change->verdicts));
	change->priv = state =
		calloc(1, sizeof(*state) + (n + 1) * sizeof(state->pairs[0]));
	if (change->from && change->to && change->verdicts && state) {
		sriov_driver_of(pf->ctx, pf->path, state->driver, sizeof(state->driver));
		return change;
	}
	sriov_fw_devlink_free(change);
	return NULL;
}

static int add_wish(struct sriov_fw_change *change,
		    const struct sriov_devlink_param *there, size_t n,
		    const struct sriov_fw_wish *one)
{
	const struct sriov_devlink_param *param =
		sriov_fw_devlink_find(there, n, one->name);

	if (!param)
		return sriov_fail(change->pf->ctx, SRIOV_WRONG, ENOENT,
				  "%s: %s: devlink has no such permanent parameter",
				  change->pf->name, one->name);
	return wish(change, param, one);
}

int sriov_fw_devlink_prepare(struct sriov_pf *pf, const struct sriov_fw_wish *wishes,
			     size_t n, struct sriov_fw_change **out)
{
	_cleanup_free_ struct sriov_devlink_param *there = NULL;
	struct sriov_fw_change *change;
	size_t nr_there;
	int r = sriov_fw_devlink_read(pf, &there, &nr_there);

	if (r < 0)
		return r;
	change = new_change(pf, n);
	if (!change)
		return sriov_no_memory(pf->ctx);
	/* what has to be written before others comes first */
	for (int first = 1; first >= 0; first--)
		for (size_t i = 0; i < n && r >= 0; i++)
			if ((strcasecmp(wishes[i].name, enable) == 0) == first)
				r = add_wish(change, there, nr_there, &wishes[i]);
	if (r >= 0)
		r = check_total(change);
	if (r >= 0)
		r = check_vectors(change, there, nr_there);
	if (r < 0) {
		sriov_fw_devlink_free(change);
		return r;
	}
	look_at_mlx5(change, there, nr_there);
	*out = change;
	return 0;
}

/* Every one whose default is known; without any it cannot. */
int sriov_fw_devlink_prepare_reset(struct sriov_pf *pf, struct sriov_fw_change **change)
{
	_cleanup_free_ struct sriov_devlink_param *there = NULL;
	_cleanup_free_ struct sriov_fw_wish *wishes = NULL;
	size_t nr_there, n = 0;
	int r = sriov_fw_devlink_read(pf, &there, &nr_there);

	if (r < 0)
		return r;
	wishes = calloc(nr_there, sizeof(*wishes));
	if (!wishes)
		return sriov_no_memory(pf->ctx);
	for (size_t i = 0; i < nr_there; i++)
		if (there[i].has_default)
			wishes[n++].name = there[i].name;
	return n ? sriov_fw_devlink_prepare(pf, wishes, n, change) : -EOPNOTSUPP;
}
