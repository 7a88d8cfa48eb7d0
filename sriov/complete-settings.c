// SPDX-License-Identifier: GPL-2.0-or-later
/* What completion knows of settings of the firmware. */
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "cleanup.h"
#include "complete.h"

#define VENDOR_MELLANOX 0x15b3

static const char *const kinds[] = {
	[SRIOV_FW_BOOL] = "True or False",
	[SRIOV_FW_NUMBER] = "a number",
	[SRIOV_FW_WORD] = "a word",
	[SRIOV_FW_STRING] = "a text",
};

/* Is it on the line already? */
static bool is_given(const struct line *line, const char *name)
{
	size_t len = strlen(name);

	for (size_t i = 1; i < line->call.nr_words; i++) {
		const char *word = line->call.words[i];

		if (!strncasecmp(word, name, len) && (!word[len] || word[len] == '='))
			return true;
	}
	return false;
}

/* Behind "NAME=", each of "IB, ETH". */
static void offer_words_of(struct line *line, const struct sriov_fw_param *param,
			   size_t len)
{
	char words[sizeof(param->words)], text[VALUE_LEN], *rest = words;

	if (!(param->set & SRIOV_FW_WORDS))
		return;
	snprintf(words, sizeof(words), "%s", param->words);
	while (rest) {
		const char *word = strsep(&rest, ",");

		word += strspn(word, " ");
		if (strncasecmp(word, line->word + len + 1, strlen(line->word + len + 1)))
			continue;
		snprintf(text, sizeof(text), "%.*s=%s", (int)len, line->word, word);
		offer_as_it_is(line, text, param->name);
	}
}

static void offer_setting(struct line *line, const struct sriov_fw_param *param)
{
	bool set = line->call.cmd->verb == VERB_SET;
	size_t len = strcspn(line->word, "=");
	char text[VALUE_LEN];

	if (set && line->word[len]) {
		if (strlen(param->name) == len &&
		    !strncasecmp(param->name, line->word, len))
			offer_words_of(line, param, len);
		return;
	}
	/* names are known in any case */
	if (strncasecmp(param->name, line->word, strlen(line->word)) != 0 ||
	    is_given(line, param->name))
		return;
	snprintf(text, sizeof(text), "%s%s", param->name, set ? "=" : "");
	offer_as_it_is(line, text,
		       param->set & SRIOV_FW_WORDS ? param->words : kinds[param->type]);
}

/*
 * A card is not asked for a key: that takes its semaphores, or a socket, and may take long. What
 * there can be is known without; devlink has it for cards of all vendors, one has registers.
 */
static bool has_registers(struct line *line)
{
	_cleanup_free_ struct sriov_pf_attrs *attrs = sriov_pf_attrs_new();
	struct sriov_pf *pf;

	if (!attrs || sriov_fw_find(line->call.ctx, line->call.words[0], &pf))
		return false;
	sriov_pf_get(pf, SRIOV_PF_VENDOR_ID, attrs);
	return attrs->set & SRIOV_PF_VENDOR_ID && attrs->vendor_id == VENDOR_MELLANOX;
}

void offer_settings(struct line *line)
{
	struct sriov_fw_param **params;
	const char *backend;
	size_t n;

	if (!line_context(line) || sriov_fw_known(line->call.ctx, &params, &n))
		return;
	backend = has_registers(line) ? "nvconfig" : "devlink";
	for (size_t i = 0; i < n; i++)
		if (!strcmp(params[i]->backend, backend))
			offer_setting(line, params[i]);
	sriov_fw_params_free(params);
}
