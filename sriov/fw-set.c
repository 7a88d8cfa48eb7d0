// SPDX-License-Identifier: GPL-2.0-or-later
/* sriov fw ...: what changes the firmware of a card, or keeps a copy of its settings. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "cleanup.h"
#include "cli.h"

struct flash_values {
	char component[SRIOV_NAME_LEN];
	uint32_t overwrite;
};

#define KEYWORD(member, type, help)                                               \
	ATTR_ROW(struct flash_values, member, #member, help, 0, type, NULL, 0, 0, \
		 VERB_SET)

const struct attr fw_flash_attrs[] = {
	KEYWORD(component, type_text, "the part of the card that the file is for"),
	KEYWORD(overwrite, type_overwrite, "what else of the flash memory is replaced"),
	{ 0 },
};

/* The PF, and so many words behind it. */
static int check_words(const struct call *call, const char *file, size_t most)
{
	if (!call->nr_words)
		return complain(call, "PF is missing (PCI address, netdev, ...)");
	if (file && call->nr_words < 2)
		return complain(call, "FILE is missing (%s)", file);
	if (call->nr_words > most + 1)
		return complain(call, "'%s' is one word too many (PF%s is all)",
				call->words[most + 1], file ? " FILE" : "");
	return 0;
}

/* ---- set, reset ---- */

/* How much of a word is a name: all of it for a reset. */
static size_t name_len(const struct call *call, const char *word)
{
	return call->cmd->verb == VERB_SET ? strcspn(word, "=") : strlen(word);
}

static int check_setting(const struct call *call, size_t at)
{
	const char *word = call->words[at];
	size_t len = name_len(call, word);

	if (call->cmd->verb == VERB_SET && (!word[len] || !len))
		return complain(call, "'%s' is not NAME=VALUE", word);
	if (call->cmd->verb == VERB_SET && !word[len + 1])
		return complain(call, "%.*s: needs a value (NAME=VALUE)", (int)len, word);
	if (call->cmd->verb != VERB_SET && strchr(word, '='))
		return complain(call, "'%s' is not a NAME: a reset gives no values",
				word);
	for (size_t i = 1; i < at; i++) {
		if (name_len(call, call->words[i]) == len &&
		    !strncasecmp(call->words[i], word, len))
			return complain(call, "%.*s: is given twice", (int)len, word);
	}
	return 0;
}

static int wish(struct call *call, struct sriov_plan *plan, struct sriov_pf *pf)
{
	bool set = call->cmd->verb == VERB_SET;

	for (size_t i = 1; i < call->nr_words; i++) {
		const char *word = call->words[i];
		size_t len = name_len(call, word);
		_cleanup_free_ char *name = strndup(word, len);

		if (!name)
			return no_memory(call);
		if (sriov_plan_fw_set(plan, pf, name, set ? word + len + 1 : NULL))
			return failed(call);
	}
	if (call->nr_words == 1 && sriov_plan_fw_reset(plan, pf))
		return failed(call);
	return 0;
}

/* What the other verbs wish for. */
struct request {
	const char *text; /* of a backup */
	const char *file; /* to be flashed */
	struct flash_values flash;
	bool component; /* is given */
};

static int add_wish(struct call *call, struct sriov_plan *plan, struct sriov_pf *pf,
		    const struct request *request)
{
	int r;

	if (call->cmd->flags & COMMAND_SETTINGS)
		return wish(call, plan, pf);
	if (request->text)
		r = sriov_plan_fw_restore(plan, pf, request->text);
	else if (request->file)
		r = sriov_plan_fw_flash(plan, pf, request->file,
					request->component ? request->flash.component :
							     NULL,
					request->flash.overwrite);
	else
		r = sriov_plan_fw_activate(plan, pf);
	return r ? failed(call) : 0;
}

static int change(struct call *call, const struct request *request)
{
	struct sriov_plan *plan = NULL;
	struct sriov_pf *pf;
	int status = plan_open(call, &plan);

	if (status)
		return status;
	if (sriov_fw_find(call->ctx, call->words[0], &pf))
		status = failed(call);
	if (!status)
		status = add_wish(call, plan, pf, request);
	if (!status)
		status = plan_carry_out(call, plan);
	sriov_plan_free(plan);
	return status;
}

int fw_set(struct call *call)
{
	if (!call->nr_words)
		return complain(call, "PF is missing (PCI address, netdev, ...)");
	if (call->nr_words == 1)
		return complain(call,
				"nothing to set (NAME=VALUE; sriov fw show %s "
				"lists the names)",
				call->words[0]);
	for (size_t i = 1; i < call->nr_words; i++)
		if (check_setting(call, i))
			return SRIOV_WRONG;
	return change(call, NULL);
}

int fw_reset(struct call *call)
{
	if (!call->nr_words)
		return complain(call, "PF is missing (PCI address, netdev, ...)");
	for (size_t i = 1; i < call->nr_words; i++)
		if (check_setting(call, i))
			return SRIOV_WRONG;
	return change(call, NULL);
}

int fw_activate(struct call *call)
{
	static const struct request none;

	return check_words(call, NULL, 0) ? SRIOV_WRONG : change(call, &none);
}

int fw_flash(struct call *call)
{
	struct request request = { 0 };
	struct values values;
	uint64_t set = 0;

	if (check_words(call, "the new firmware", SIZE_MAX - 1) ||
	    args_keywords(call, 2, &values) ||
	    args_apply(call, &values, 0, &request.flash, &set))
		return SRIOV_WRONG;
	request.file = call->words[1];
	for (size_t i = 0; i < values.n; i++)
		request.component |= values.value[i].attr == &fw_flash_attrs[0];
	return change(call, &request);
}

/* ---- copies ---- */

int fw_restore(struct call *call)
{
	_cleanup_free_ char *text = NULL;
	struct request request = { 0 };
	int status = check_words(call, "of fw backup; - is standard input", 1);

	if (!status)
		status = file_read(call, call->words[1], &text);
	if (status)
		return status;
	request.text = text;
	call->file = strcmp(call->words[1], "-") ? call->words[1] : "standard input";
	return change(call, &request);
}

int fw_backup(struct call *call)
{
	_cleanup_free_ char *text = NULL;
	struct sriov_pf *pf;

	if (check_words(call, "- is standard output", 1))
		return SRIOV_WRONG;
	if (call->opts.output)
		return complain(call, "--output: there are no columns");
	if (sriov_fw_find(call->ctx, call->words[0], &pf) || sriov_fw_backup(pf, &text))
		return failed(call);
	if (!strcmp(call->words[1], "-"))
		return emit_text(call->out, text) ?
			       complain(call, "- and --json: both are for standard "
					      "output") :
			       0;
	if (call->opts.dry_run) {
		say(call, "%s: %zu bytes would be written", call->words[1], strlen(text));
		return SRIOV_DIFFERENT;
	}
	return file_write(call, call->words[1], text);
}
