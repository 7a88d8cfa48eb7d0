// SPDX-License-Identifier: GPL-2.0-or-later
/* Settings that are known without a card: to complete words by. */
#include "nv.h"

#define PORTS 2 /* no ConnectX has more */

/* Permanent ones (Linux Documentation/networking/devlink/: devlink-params.rst, bnxt.rst, nfp.rst). */
static const struct {
	const char *name;
	enum sriov_fw_type type;
} parameters[] = {
	{ "enable_sriov", SRIOV_FW_BOOL },
	{ "total_vfs", SRIOV_FW_NUMBER },
	{ "ignore_ari", SRIOV_FW_BOOL },
	{ "msix_vec_per_pf_max", SRIOV_FW_NUMBER },
	{ "msix_vec_per_pf_min", SRIOV_FW_NUMBER },
	{ "enable_roce", SRIOV_FW_BOOL },
	{ "gre_ver_check", SRIOV_FW_BOOL },
	{ "fw_load_policy", SRIOV_FW_NUMBER },
	{ "reset_dev_on_drv_probe", SRIOV_FW_NUMBER },
};

struct list {
	struct sriov_fw_param **params;
	size_t n;
};

static struct sriov_fw_param *add(struct list *list, enum sriov_fw_type type,
				  const char *backend)
{
	struct sriov_fw_param **params =
		reallocarray(list->params, list->n + 2, sizeof(struct sriov_fw_param *));
	struct sriov_fw_param *param = params ? calloc(1, sizeof(*param)) : NULL;

	if (params)
		list->params = params;
	if (!param)
		return NULL;
	param->type = type;
	param->backend = backend;
	params[list->n++] = param;
	params[list->n] = NULL;
	return param;
}

/* One, or one for each port. */
static bool add_nv(struct list *list, const struct sriov_nv_param *param)
{
	unsigned int ports = sriov_nv_per_port(param) ? PORTS : 0;

	for (unsigned int port = ports ? 1 : 0; port <= ports; port++) {
		struct sriov_fw_param *one =
			add(list, param->type, sriov_fw_nvconfig.name);

		if (!one)
			return false;
		sriov_nv_name((struct sriov_nv_key){ param, port }, one->name,
			      sizeof(one->name));
		sriov_nv_to_range(param, sriov_nv_limit(param->field), one);
	}
	return true;
}

static bool add_parameter(struct list *list, const char *name, enum sriov_fw_type type)
{
	struct sriov_fw_param *one = add(list, type, sriov_fw_devlink.name);

	if (!one)
		return false;
	sriov_copy(one->name, sizeof(one->name), name);
	if (type != SRIOV_FW_BOOL)
		return true;
	sriov_copy(one->words, sizeof(one->words), "False, True");
	one->set = SRIOV_FW_WORDS;
	return true;
}

int sriov_fw_known(struct sriov_ctx *ctx, struct sriov_fw_param ***params, size_t *n)
{
	const struct sriov_nv_param *param;
	struct list list = { 0 };
	bool good = true;

	for (param = sriov_nv_params; param->name && good; param++)
		good = add_nv(&list, param);
	for (size_t i = 0; i < ARRAY_SIZE(parameters) && good; i++)
		good = add_parameter(&list, parameters[i].name, parameters[i].type);
	if (!good) {
		sriov_fw_params_free(list.params);
		return sriov_no_memory(ctx);
	}
	*params = list.params;
	*n = list.n;
	return 0;
}
