// SPDX-License-Identifier: GPL-2.0-or-later
/* Recording what the registers of a card answer, for a recorded machine. */
#include "fw.h"

/* The same questions come again and again: each is kept once. */
static void drop_repeated(char *text)
{
	char *to = text;

	for (char *line = text, *end; *line; line = end) {
		size_t len = strcspn(line, "\n") + 1;
		bool again = false;

		end = line + len;
		for (char *old = text; old < to && !again; old = strchr(old, '\n') + 1)
			again = !strncmp(old, line, len);
		if (again)
			continue;
		memmove(to, line, len);
		to += len;
	}
	*to = '\0';
}

/* What a change would ask for, also of settings that are not shown. */
static void ask_as_changes_do(struct sriov_pf *pf)
{
	const struct sriov_fw_backend *backend = &sriov_fw_nvconfig;
	struct sriov_fw_change *change = NULL;
	struct sriov_fw_param **params;
	size_t n;

	if (!backend->prepare_reset(pf, &change))
		backend->free(change);
	if (sriov_fw_known(pf->ctx, &params, &n) < 0)
		return;
	for (size_t i = 0; i < n; i++) {
		const struct sriov_fw_wish wish = { params[i]->name, NULL };

		if (!strcmp(params[i]->backend, backend->name) &&
		    !backend->prepare(pf, &wish, 1, &change))
			backend->free(change);
	}
	sriov_fw_params_free(params);
}

int sriov_fw_record(struct sriov_pf *pf, char **name, char **text)
{
	_cleanup_free_ struct sriov_fw_info *info = sriov_fw_info_new();
	_cleanup_free_ char *file = NULL, *backup = NULL, *answers = NULL;
	struct sriov_fw_param **params = NULL;
	size_t n;
	int r;

	if (!info || asprintf(&file, "fw/%s.hex", pf->dev) < 0)
		return sriov_no_memory(pf->ctx);
	sriov_fw_record_begin(pf->ctx);
	r = sriov_fw_nvconfig.list(pf, NULL, 0, &params, &n);
	if (r >= 0) {
		sriov_fw_params_free(params);
		sriov_fw_info_get(pf, info);
		sriov_fw_nvconfig.backup(pf, &backup);
		ask_as_changes_do(pf);
	}
	answers = sriov_fw_record_end(pf->ctx);
	if (r >= 0 && !answers)
		r = -ENODATA;
	if (r < 0)
		return r;
	drop_repeated(answers);
	*name = steal(file);
	*text = steal(answers);
	return 0;
}
