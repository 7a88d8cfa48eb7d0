// SPDX-License-Identifier: GPL-2.0-or-later
/* What can be said next: asked by the completion of the shells. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "cleanup.h"
#include "cli.h"

/* A line being completed. */
struct line {
	struct call call; /* the words before the last one */
	const char *word; /* the last one, may be empty */
};

static void offer(const struct line *line, const char *word, const char *help)
{
	char clean[VALUE_LEN], text[VALUE_LEN];

	if (strncmp(word, line->word, strlen(line->word)) != 0)
		return;
	text_printable(clean, sizeof(clean), word);
	text_printable(text, sizeof(text), help);
	command_line("%s\t%s", clean, text);
}

static void offer_commands(const struct line *line, const struct command *table)
{
	for (; table->name; table++) {
		if (!(table->flags & COMMAND_HIDDEN))
			offer(line, table->name, table->help);
	}
}

static void offer_options(const struct line *line)
{
	char name[32];

	for (const struct option_row *row = option_rows; row->name; row++) {
		snprintf(name, sizeof(name), "--%s", row->name);
		offer(line, name, row->help);
		snprintf(name, sizeof(name), "-%c", row->letter);
		if (row->letter && strlen(line->word) < 2)
			offer(line, name, row->help);
	}
}

static void offer_values(const struct line *line, const struct type *type,
			 const char *help)
{
	for (const struct word *word = type->words; word && word->word; word++)
		offer(line, word->word, help);
}

/* PF/all, PF/0 ... once the PF is there. */
static void offer_vfs(const struct line *line, const char *name, uint32_t n)
{
	char object[VALUE_LEN];

	snprintf(object, sizeof(object), "%s/", name);
	if (strncmp(line->word, object, strlen(object)) != 0) {
		offer(line, object, "VFs of this PF");
		return;
	}
	snprintf(object, sizeof(object), "%s/all", name);
	offer(line, object, "all its VFs");
	for (uint32_t i = 0; i < n; i++) {
		snprintf(object, sizeof(object), "%s/%" PRIu32, name, i);
		offer(line, object, "VF");
	}
}

static void offer_object(const struct line *line, unsigned int flags, const char *name,
			 const char *help, uint32_t num_vfs)
{
	if (flags & COMMAND_ON_PF || flags & COMMAND_MANY)
		offer(line, name, help);
	if (flags & COMMAND_ON_VF)
		offer_vfs(line, name, num_vfs);
}

/* The names of one PF: the canonical one, and its netdevs. */
static void offer_pf(const struct line *line, struct sriov_pf *pf, unsigned int flags)
{
	_cleanup_free_ struct sriov_pf_attrs *attrs = sriov_pf_attrs_new();
	const char *name = sriov_pf_name(pf);
	char netdev[SRIOV_NAME_LEN];
	size_t len;

	if (!attrs || sriov_pf_get(pf, SRIOV_PF_NETDEV | SRIOV_PF_NUM_VFS, attrs))
		return;
	offer_object(line, flags, name, attrs->netdev, attrs->num_vfs);
	for (const char *at = attrs->netdev; *at; at += len + (at[len] == ',')) {
		len = strcspn(at, ",");
		snprintf(netdev, sizeof(netdev), "%.*s", (int)len, at);
		offer_object(line, flags, netdev, name, attrs->num_vfs);
	}
}

static void offer_objects(struct line *line, unsigned int flags)
{
	struct sriov_pf *const *pfs;
	size_t n;

	if (context_open(&line->call) || sriov_pf_list(line->call.ctx, &pfs, &n))
		return;
	for (size_t i = 0; i < n; i++)
		offer_pf(line, pfs[i], flags);
}

/* Keywords that were not used among words[first...], or the value of the last one. */
static void offer_keywords(const struct line *line, size_t first)
{
	const struct call *call = &line->call;
	const struct command *cmd = call->cmd;
	bool settable = cmd->flags & COMMAND_WRITES;
	const struct attr *attr;
	size_t i;

	if ((call->nr_words - first) % 2) {
		attr = attr_find(cmd->attrs, call->words[call->nr_words - 1]);
		if (attr)
			offer_values(line, settable ? attr_set_type(attr) : attr->type,
				     attr->help);
		return;
	}
	for (attr = cmd->attrs; attr->name; attr++) {
		if (!((settable ? attr->settable : attr->shown) & cmd->verb))
			continue;
		for (i = first; i < call->nr_words; i += 2) {
			if (!strcmp(call->words[i], attr->name))
				break;
		}
		if (i >= call->nr_words)
			offer(line, attr->name, attr->help);
	}
}

/* Columns after -o: the word is a list, of which the last name is completed. */
static void offer_columns(const struct line *line)
{
	const struct command *cmd = line->call.cmd;
	const struct attr *attr;
	const char *comma = strrchr(line->word, ',');
	int before = comma ? (int)(comma - line->word) + 1 : *line->word == '+';
	unsigned int verb;
	char list[VALUE_LEN];

	if (!cmd || cmd->sub)
		return;
	attr = cmd->flags & COMMAND_WRITES ? step_attrs : cmd->attrs;
	verb = cmd->flags & COMMAND_WRITES ? VERB_SHOW : cmd->verb;
	for (; attr->name; attr++) {
		snprintf(list, sizeof(list), "%.*s%s", before, line->word, attr->name);
		if (ATTR_SHOWN(attr, verb))
			offer(line, list, attr->help);
	}
	if (!before)
		offer(line, "help", "list the columns");
}

/* The option whose argument is to come: "--output", "-o" or "-jo". */
static const struct option_row *open_option(const char *word)
{
	if (word[0] != '-' || !word[1] || !strcmp(word, "--"))
		return NULL;
	for (const struct option_row *row = option_rows; row->name; row++) {
		if (row->arg && word[1] == '-' && !strcmp(word + 2, row->name))
			return row;
		if (row->arg && word[1] != '-' && row->letter == word[strlen(word) - 1])
			return row;
	}
	return NULL;
}

/* Take noun and verb from the words. Returns the table of what comes next, if any. */
static const struct command *find(struct call *call)
{
	const struct command *table = commands;

	while (call->nr_words && table) {
		call->cmd = command_find(table, call->words[0]);
		if (!call->cmd || call->cmd->flags & COMMAND_HIDDEN) {
			call->cmd = NULL;
			return NULL;
		}
		table = call->cmd->sub;
		call->words++;
		call->nr_words--;
	}
	return table;
}

/* After noun and verb: objects, keywords, values. */
static void complete_words(struct line *line)
{
	const struct call *call = &line->call;
	unsigned int flags = call->cmd->flags;
	size_t fixed = flags & COMMAND_COUNT ? 2 : 1;

	if (flags & COMMAND_WRITES) {
		if (call->nr_words >= fixed)
			offer_keywords(line, fixed);
		else if (!call->nr_words)
			offer_objects(line, flags);
		return;
	}
	if (args_objects(call) == call->nr_words)
		offer_objects(line, flags);
	offer_keywords(line, args_objects(call));
}

static void complete(struct line *line, const struct option_row *option)
{
	const struct command *next = find(&line->call);

	if (option && option->type)
		offer_values(line, option->type, option->help);
	else if (option && !strcmp(option->name, "output"))
		offer_columns(line);
	else if (!option && *line->word == '-')
		offer_options(line);
	else if (!option && next)
		offer_commands(line, next);
	else if (!option && line->call.cmd)
		complete_words(line);
}

int complete_run(struct call *call)
{
	const struct option_row *option = NULL;
	struct line line = { .call.quiet = true, .word = "" };
	size_t n = call->nr_words;

	if (n)
		line.word = call->words[--n];
	if (n)
		option = open_option(call->words[n - 1]);
	args_options(&line.call, (int)(option ? n - 1 : n), call->words);
	line.call.opts.debug = false;
	if (!line.call.opts.sysroot)
		line.call.opts.sysroot = call->opts.sysroot;
	if (line.call.words)
		complete(&line, option);
	sriov_free(line.call.ctx);
	free(line.call.block);
	return SRIOV_OK;
}
