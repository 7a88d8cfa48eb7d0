// SPDX-License-Identifier: GPL-2.0-or-later
/* What can be said next: asked by the completion of the shells. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "complete.h"

void offer_as_it_is(struct line *line, const char *word, const char *help)
{
	char clean[VALUE_LEN], text[VALUE_LEN];

	text_printable(clean, sizeof(clean), word);
	text_printable(text, sizeof(text), help);
	command_line("%.*s%s\t%s", line->before_len, line->before, clean, text);
	line->offers++;
}

void offer(struct line *line, const char *word, const char *help)
{
	if (!strncmp(word, line->word, strlen(line->word)))
		offer_as_it_is(line, word, help);
}

static void offer_commands(struct line *line, const struct command *table)
{
	for (; table->name; table++) {
		if (!(table->flags & COMMAND_HIDDEN))
			offer(line, table->name, table->help);
	}
	if (!line->call.opts.help)
		offer(line, "help", "print help");
}

static bool is_given(const struct options *opts, const struct option_row *row)
{
	const char *member = (const char *)opts + row->offset;

	return row->arg ? *(const char *const *)member != NULL : *(const bool *)member;
}

static void offer_options(struct line *line)
{
	char name[32];

	for (const struct option_row *row = option_rows; row->name; row++) {
		if (is_given(&line->call.opts, row))
			continue;
		snprintf(name, sizeof(name), "--%s", row->name);
		offer(line, name, row->help);
		snprintf(name, sizeof(name), "-%c", row->letter);
		if (row->letter)
			offer(line, name, row->help);
	}
}

static void offer_words(struct line *line, const struct type *type, const char *help)
{
	for (const struct word *word = type->words; word && word->word; word++)
		offer(line, word->word, help);
}

/* What stands behind a keyword; a type that complains of WHAT knows other words, too. */
static void offer_values(struct line *line, const struct attr *attr, size_t nr_objects)
{
	bool settable = line->call.cmd->flags & (COMMAND_WRITES | COMMAND_KEYWORDS);
	const struct type *type = settable ? attr_set_type(attr) : attr->type;

	offer_words(line, type, attr->help);
	if (type->what)
		offer_present(line, attr, type, nr_objects);
}

/* Keywords that were not used among words[first...], or the value of the last one. */
static void offer_keywords(struct line *line, size_t first)
{
	const struct call *call = &line->call;
	const struct command *cmd = call->cmd;
	bool settable = cmd->flags & (COMMAND_WRITES | COMMAND_KEYWORDS);
	const struct attr *attr;
	size_t i;

	if ((call->nr_words - first) % 2) {
		attr = attr_find(cmd->attrs, call->words[call->nr_words - 1]);
		if (attr && (settable ? attr->settable : attr->shown) & cmd->verb)
			offer_values(line, attr, first);
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

/* Is the name among the first `len` bytes of the list "a,b,"? */
static bool is_listed(const char *list, int len, const char *name)
{
	const char *end = list + len;

	while (list < end) {
		size_t n = strcspn(list, ",");

		if (n == strlen(name) && !strncmp(list, name, n))
			return true;
		list += n + 1;
	}
	return false;
}

static const struct command *default_of(const struct command *cmd)
{
	const struct command *verb = cmd ? cmd->sub : NULL;

	while (verb && verb->name && !(verb->flags & COMMAND_DEFAULT))
		verb++;
	return verb ? verb : cmd;
}

/* Columns after -o: the word is a list, of which the last name is completed. */
static void offer_columns(struct line *line)
{
	const struct command *cmd = default_of(line->call.cmd);
	const char *comma = strrchr(line->word, ',');
	bool more = *line->word == '+', steps;
	int before = comma ? (int)(comma - line->word) + 1 : more;
	const struct attr *attr;
	unsigned int verb;
	char list[VALUE_LEN];

	if (!cmd || !cmd->attrs)
		return;
	steps = cmd->flags & COMMAND_WRITES;
	verb = steps ? VERB_SHOW : cmd->verb;
	for (attr = steps ? step_attrs : cmd->attrs; attr->name; attr++) {
		/* "+" adds to those that are there without it. */
		if (!ATTR_SHOWN(attr, verb) || (more && attr->brief & verb) ||
		    is_listed(line->word + more, before - more, attr->name))
			continue;
		snprintf(list, sizeof(list), "%.*s%s", before, line->word, attr->name);
		offer(line, list, attr->help);
	}
	if (!before)
		offer(line, "help", "list the columns");
}

static void offer_backends(struct line *line)
{
	const char *name;

	for (size_t i = 0; (name = sriov_backend_name(i)); i++)
		offer(line, name, "a way to the kernel");
}

/* The shell completes them better: it knows of ~, of quotes and of its own settings. */
static void offer_directories(struct line *line)
{
	(void)line;
	command_line("\tdirectories");
}

static void offer_files(struct line *line)
{
	(void)line;
	command_line("\tfiles");
}

/* Arguments of options whose type has no words. */
static const struct {
	const char *option;
	void (*offer)(struct line *line);
} arguments[] = {
	{ "output", offer_columns },
	{ "backend", offer_backends },
	{ "sysroot", offer_directories },
};

static void offer_argument(struct line *line, const struct option_row *option)
{
	if (option->type)
		offer_words(line, option->type, option->help);
	for (size_t i = 0; i < ARRAY_SIZE(arguments); i++) {
		if (!strcmp(arguments[i].option, option->name))
			arguments[i].offer(line);
	}
}

/*
 * The option with an argument that the word names: "--output", "-o" or "-jo". `argument` is
 * where that begins in the same word, as in "--output=pf" or "-opf", or NULL.
 */
static const struct option_row *option_in(const char *word, const char **argument)
{
	size_t len = strcspn(word, "=");
	const struct option_row *row;

	*argument = NULL;
	if (word[0] != '-' || !word[1])
		return NULL;
	for (row = option_rows; row->name && word[1] == '-'; row++) {
		if (!row->arg || strlen(row->name) + 2 != len ||
		    strncmp(row->name, word + 2, len - 2) != 0)
			continue;
		*argument = word[len] ? word + len + 1 : NULL;
		return row;
	}
	for (const char *letter = word + 1; *letter && word[1] != '-'; letter++) {
		for (row = option_rows; row->name; row++) {
			if (!row->arg || row->letter != *letter)
				continue;
			*argument = letter[1] ? letter + 1 : NULL;
			return row;
		}
	}
	return NULL;
}

/* The option whose argument the last word is, or has in it. */
static const struct option_row *find_option(struct line *line, char **words, size_t n)
{
	const struct option_row *open = NULL;
	const char *argument;

	for (size_t i = 0; i < n && !line->ended; i++) {
		if (!open && !strcmp(words[i], "--"))
			line->ended = true;
		open = open ? NULL : option_in(words[i], &argument);
		if (open && argument)
			open = NULL;
	}
	if (open || line->ended)
		return open;
	open = option_in(line->word, &argument);
	if (!open || !argument)
		return NULL;
	line->before_len = (int)(argument - line->word);
	line->word = argument;
	return open;
}

/* Take noun, verb and "help" from the words. Returns the table of what comes next, if any. */
static const struct command *find(struct call *call)
{
	const struct command *table = commands;

	for (; call->nr_words; call->words++, call->nr_words--) {
		if (!strcmp(call->words[0], "help")) {
			call->opts.help = true;
			continue;
		}
		if (!table)
			break;
		call->cmd = command_find(table, call->words[0]);
		if (!call->cmd || call->cmd->flags & COMMAND_HIDDEN) {
			call->cmd = NULL;
			return NULL;
		}
		table = call->cmd->sub;
	}
	return table;
}

/* After noun and verb: objects, keywords, values. */
static void complete_words(struct line *line)
{
	const struct call *call = &line->call;
	unsigned int flags = call->cmd->flags;
	size_t fixed = flags & (COMMAND_COUNT | COMMAND_GROUP | COMMAND_FILE) ? 2 : 1;
	bool is_object = args_objects(call) == call->nr_words;

	if (flags & COMMAND_GROUP && call->nr_words == 1)
		offer_groups(line);
	if (flags & COMMAND_FILE && call->nr_words == 1)
		offer_files(line);
	if (flags & COMMAND_SETTINGS && call->nr_words && is_object)
		offer_settings(line);
	if (flags & (COMMAND_WRITES | COMMAND_FILE)) {
		if (call->nr_words >= fixed)
			offer_keywords(line, fixed);
		else if (!call->nr_words)
			offer_objects(line);
		return;
	}
	if (is_object && (!call->nr_words || flags & COMMAND_MANY))
		offer_objects(line);
	offer_keywords(line, args_objects(call));
}

static void complete(struct line *line, const struct option_row *option)
{
	const struct command *next = find(&line->call);

	if (option)
		offer_argument(line, option);
	else if (!line->ended && *line->word == '-')
		offer_options(line);
	else if (next)
		offer_commands(line, next);
	else if (line->call.cmd && !line->call.opts.help)
		complete_words(line);
}

int complete_run(struct call *call)
{
	struct line line = { .call.quiet = true, .word = "" };
	const struct option_row *option;
	size_t n = call->nr_words;

	if (n)
		line.word = call->words[--n];
	line.before = line.word;
	option = find_option(&line, call->words, n);
	/* An option that waits for its argument is no word. */
	args_options(&line.call, (int)(option && !line.before_len ? n - 1 : n),
		     call->words);
	if (!line.call.opts.sysroot)
		line.sysroot = call->opts.sysroot;
	if (line.call.words)
		complete(&line, option);
	sriov_free(line.call.ctx);
	free(line.call.block);
	return SRIOV_OK;
}
