// SPDX-License-Identifier: GPL-2.0-or-later
/* sriov fw ...: show the settings that the firmware of a card keeps, and what it says of itself. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cleanup.h"
#include "cli.h"

/* A setting as its columns want it: values know their type. */
struct setting_row {
	struct sriov_fw_param param;
	struct setting factory, current, next;
	char backend[SRIOV_NAME_LEN];
};

#define ROW(name, member, bit, heading, type, brief, help)                           \
	ATTR_NAMED(name, struct setting_row, member, heading, help, bit, type, NULL, \
		   VERB_SHOW, brief, 0)

const struct attr fw_attrs[] = {
	{ "pf", "PF", "canonical name of its PF", 0, &type_text, NULL, OFFSET_PF,
	  sizeof(((struct value *)0)->bytes), VERB_SHOW, VERB_SHOW, 0 },
	ROW("name", param.name, 0, "NAME", type_setting_name, VERB_SHOW, "its name"),
	ROW("type", param.type, 0, "TYPE", type_setting_kind, 0,
	    "boolean, number, word or string"),
	ROW("default", factory, SRIOV_FW_DEFAULT, "DEFAULT", type_setting, VERB_SHOW,
	    "as the card came from the factory"),
	ROW("current", current, SRIOV_FW_CURRENT, "CURRENT", type_setting, VERB_SHOW,
	    "what the firmware runs with"),
	ROW("next", next, SRIOV_FW_NEXT, "NEXT", type_setting, VERB_SHOW,
	    "what it has stored, for its next start"),
	ROW("pending", param.pending, SRIOV_FW_PENDING, "PENDING", type_pending,
	    VERB_SHOW, "what is stored is not in use yet"),
	ROW("activation", param.activation, SRIOV_FW_ACTIVATION, "ACTIVATION",
	    type_activation, 0, "what it takes until it is in use"),
	ROW("read_only", param.read_only, 0, "READ_ONLY", type_bool, 0,
	    "it cannot be changed"),
	ROW("min", param.min, SRIOV_FW_RANGE, "MIN", type_u32, 0, "least it can be"),
	ROW("max", param.max, SRIOV_FW_RANGE, "MAX", type_u32, 0, "most it can be"),
	ROW("words", param.words, SRIOV_FW_WORDS, "WORDS", type_text, 0,
	    "the words that it can be"),
	ROW("writer", param.writer, SRIOV_FW_WRITER, "WRITER", type_text, 0,
	    "who has stored it"),
	ROW("backend", backend, 0, "BACKEND", type_text, 0,
	    "the way to the firmware: nvconfig, devlink"),
	{ 0 },
};

static void fill(struct setting_row *row, const struct sriov_fw_param *param)
{
	*row = (struct setting_row){
		.param = *param,
		.factory = { param->factory, param->type },
		.current = { param->current, param->type },
		.next = { param->next, param->type },
	};
	snprintf(row->backend, sizeof(row->backend), "%s", param->backend);
}

static int show_params(struct call *call, const struct sriov_pf *pf,
		       struct sriov_fw_param *const *params, const struct values *filter)
{
	struct setting_row setting;

	for (; *params; params++) {
		struct row row = { sriov_pf_name(pf), &setting, (*params)->set };

		fill(&setting, *params);
		if (args_match(filter, &row) && emit_row(call->out, &row))
			return no_memory(call);
	}
	return 0;
}

static int show_pf(struct call *call, struct sriov_pf *pf, size_t nr_objects,
		   const struct values *filter)
{
	struct sriov_fw_param **params;
	size_t n;
	int status;

	if (sriov_fw_list(pf, (const char *const *)call->words + 1,
			  nr_objects ? nr_objects - 1 : 0, &params, &n))
		return pf_failed(call, nr_objects);
	status = show_params(call, pf, params, filter);
	sriov_fw_params_free(params);
	return status;
}

static int show(struct call *call)
{
	size_t nr_objects = args_objects(call);
	struct values filter;
	int status;

	if (args_filter(call, nr_objects, &filter) ||
	    emit_open(call->out, call, fw_attrs, VERB_SHOW,
		      nr_objects == 2 ? EMIT_RECORD : EMIT_TABLE))
		return SRIOV_WRONG;
	status = pf_each(call, nr_objects, sriov_fw_find, show_pf, &filter);
	if (status || emit_rows(call->out))
		return status;
	say(call, "%s",
	    filter.n ? "no setting matches" :
		       "no settings of firmware (they need a ConnectX-4 or later, or a "
		       "driver with permanent parameters of devlink)");
	return 0;
}

/* ---- info ---- */

#define INFO(member, bit, heading, type, help)                                           \
	ATTR_ROW(struct sriov_fw_info, member, heading, help, SRIOV_FW_INFO_##bit, type, \
		 NULL, VERB_SHOW, VERB_SHOW, 0)

static const struct attr info_attrs[] = {
	{ "pf", "PF", "canonical name of the PF", 0, &type_text, NULL, OFFSET_PF,
	  sizeof(((struct value *)0)->bytes), VERB_SHOW, VERB_SHOW, 0 },
	INFO(name, NAME, "NAME", type_text, "part number of the card"),
	INFO(description, DESCRIPTION, "DESCRIPTION", type_text, "what it is"),
	INFO(psid, PSID, "PSID", type_text, "which firmware is for it"),
	INFO(serial, SERIAL, "SERIAL", type_text, "its serial number"),
	INFO(running, RUNNING, "RUNNING", type_text, "version of its firmware"),
	INFO(stored, STORED, "STORED", type_text,
	     "version in its flash memory, with which it starts next"),
	INFO(ports, PORTS, "PORTS", type_u32, "how many ports it has"),
	INFO(transport, TRANSPORT, "TRANSPORT", type_text,
	     "how its settings are reached: fwctl, vsc, devlink"),
	INFO(pending, PENDING, "PENDING", type_u32,
	     "how many settings, and versions, are not in use yet"),
	INFO(activation, ACTIVATION, "ACTIVATION", type_activation,
	     "what it takes until they are"),
	{ 0 },
};

static int info(struct call *call)
{
	_cleanup_free_ struct sriov_fw_info *about = sriov_fw_info_new();
	struct sriov_pf *pf;
	struct row row;

	if (!about)
		return no_memory(call);
	if (!call->nr_words)
		return complain(call, "PF is missing (PCI address, netdev, ...)");
	if (call->nr_words > 1)
		return complain(call, "'%s' is one word too many (PF is all)",
				call->words[1]);
	if (emit_open(call->out, call, info_attrs, VERB_SHOW, EMIT_RECORD))
		return SRIOV_WRONG;
	if (sriov_fw_find(call->ctx, call->words[0], &pf) || sriov_fw_info_get(pf, about))
		return failed(call);
	if (sriov_error(call->ctx)[0])
		say(call, "%s", sriov_error(call->ctx));
	row = (struct row){ sriov_pf_name(pf), about, about->set };
	return emit_row(call->out, &row) ? no_memory(call) : 0;
}

const struct command fw_commands[] = {
	{ "show", "show settings of the firmware", "[PF [NAME]...] [ATTRIBUTE VALUE]...",
	  NULL, show, fw_attrs, VERB_SHOW,
	  COMMAND_DEFAULT | COMMAND_ON_PF | COMMAND_SETTINGS },
	{ "set", "store settings, for the next start of the firmware", "PF NAME=VALUE...",
	  NULL, fw_set, fw_attrs, VERB_SET,
	  COMMAND_WRITES | COMMAND_ON_PF | COMMAND_SETTINGS },
	{ "reset", "store settings as they came from the factory: these, or all",
	  "PF [NAME]...", NULL, fw_reset, fw_attrs, VERB_RESET,
	  COMMAND_WRITES | COMMAND_ON_PF | COMMAND_SETTINGS },
	{ "backup", "write all that is stored to a file, - for standard output",
	  "PF FILE", NULL, fw_backup, fw_attrs, 0, COMMAND_ON_PF | COMMAND_FILE },
	{ "restore", "store what a file of fw backup has, - for standard input",
	  "PF FILE", NULL, fw_restore, fw_attrs, 0,
	  COMMAND_WRITES | COMMAND_ON_PF | COMMAND_FILE },
	{ "info", "show what a card says of itself", "PF", NULL, info, info_attrs,
	  VERB_SHOW, COMMAND_ON_PF | COMMAND_KEYWORDS },
	{ "activate", "start the firmware anew, with what it has stored", "PF", NULL,
	  fw_activate, fw_attrs, 0, COMMAND_WRITES | COMMAND_ON_PF | COMMAND_LASTS },
	{ "flash", "write another firmware into the card's memory",
	  "PF FILE [KEYWORD VALUE]...", NULL, fw_flash, fw_flash_attrs, VERB_SET,
	  COMMAND_WRITES | COMMAND_ON_PF | COMMAND_FILE | COMMAND_LASTS },
	{ 0 },
};
