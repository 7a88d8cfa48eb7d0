// SPDX-License-Identifier: GPL-2.0-or-later
/* Finding the command that the words name, running it, and help from the tables. */
#include <errno.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "cli.h"
#include "version.h"

#define COLUMN 24 /* where help texts begin */

static const char objects_pf[] =
	"PF      PCI address, netdev, altname, RDMA device, BUS/DEV or mac:ADDR\n";
static const char objects_vf[] =
	"OBJECT  PF/VFS with VFS 3, 0-3,7 or all; or a VF's own PCI address or netdev\n";

const struct command *command_find(const struct command *table, const char *name)
{
	for (; table->name; table++) {
		if (!strcmp(table->name, name))
			return table;
	}
	return NULL;
}

static const struct command *default_of(const struct command *table)
{
	for (; table->name; table++) {
		if (table->flags & COMMAND_DEFAULT)
			return table;
	}
	return NULL;
}

const char *command_setting(const struct attr *attrs, const struct attr *attr, char *name,
			    size_t size)
{
	for (const struct command *noun = commands; noun->name; noun++) {
		for (const struct command *verb = noun->sub; verb && verb->name; verb++) {
			if (verb->attrs != attrs || !ATTR_SETTABLE(attr, verb->verb) ||
			    verb->verb == VERB_CREATE)
				continue;
			snprintf(name, size, "%s %s", noun->name, verb->name);
			return name;
		}
	}
	return NULL;
}

static void print_text(const char *indent, const char *name, const char *help)
{
	int width = COLUMN - (int)strlen(indent);

	if ((int)strlen(name) < width)
		printf("%s%-*s%s\n", indent, width, name, help);
	else
		printf("%s%s\n%*s%s\n", indent, name, COLUMN, "", help);
}

static void print_keywords(const struct attr *attrs, unsigned int verb)
{
	const char *heading = "\nKeywords:\n";
	char name[64];

	for (; attrs->name; attrs++) {
		if (!ATTR_SETTABLE(attrs, verb))
			continue;
		printf("%s", heading);
		heading = "";
		snprintf(name, sizeof(name), "%s %s", attrs->name,
			 attr_set_type(attrs)->placeholder);
		print_text("  ", name, attrs->help);
	}
}

static void print_columns(const struct attr *attrs, unsigned int verb)
{
	for (; attrs->name; attrs++) {
		if (ATTR_SHOWN(attrs, verb))
			print_text(attrs->brief & verb ? "* " : "  ", attrs->name,
				   attrs->help);
	}
}

static void print_options(void)
{
	char name[64];

	printf("\nOptions:\n");
	for (const struct option_row *row = option_rows; row->name; row++) {
		snprintf(name, sizeof(name), "%c%c%s --%s%s%s", row->letter ? '-' : ' ',
			 row->letter ? row->letter : ' ', row->letter ? "," : " ",
			 row->name, row->arg ? " " : "", row->arg ? row->arg : "");
		print_text("  ", name, row->help);
	}
}

static void print_usage(const struct command *noun, const struct command *verb)
{
	printf("  sriov %s %s %s\n", noun->name, verb->name, verb->synopsis);
}

/* Help for everything: no noun was given. */
static void help_all(void)
{
	printf("Usage: sriov [OPTION]... NOUN VERB [OBJECT]... [KEYWORD VALUE]...\n\nNouns:\n");
	for (const struct command *noun = commands; noun->name; noun++) {
		if (!(noun->flags & COMMAND_HIDDEN))
			print_text("  ", noun->name, noun->help);
	}
	print_options();
	printf("\nA noun alone means show. \"sriov NOUN help\" lists its verbs, "
	       "\"sriov NOUN VERB help\" its keywords.\n");
}

static void help_noun(const struct command *noun)
{
	printf("sriov %s: %s\n\nUsage:\n", noun->name, noun->help);
	for (const struct command *verb = noun->sub; verb->name; verb++)
		print_usage(noun, verb);
	printf("\nVerbs:\n");
	for (const struct command *verb = noun->sub; verb->name; verb++)
		print_text("  ", verb->name, verb->help);
}

static void help_verb(const struct command *noun, const struct command *verb)
{
	printf("sriov %s %s: %s\n\nUsage:\n", noun->name, verb->name, verb->help);
	print_usage(noun, verb);
	printf("\n%s%s", objects_pf, verb->flags & COMMAND_ON_VF ? objects_vf : "");
	if (verb->flags & (COMMAND_WRITES | COMMAND_KEYWORDS))
		print_keywords(verb->attrs, verb->verb);
	if (verb->flags & (COMMAND_WRITES | COMMAND_FILE))
		return;
	if (verb->flags & COMMAND_KEYWORDS)
		printf("\nColumns (* those shown without -d or -o):\n");
	else
		printf("FILTER  attribute and value, as \"driver none\": only what is so is "
		       "shown\n\n"
		       "Attributes and columns (* those shown without -d or -o):\n");
	print_columns(verb->attrs, verb->verb);
}

static int unknown_word(const struct call *call, const char *what,
			const struct command *table, const char *word)
{
	char known[VALUE_LEN];
	size_t at = 0;

	for (; table->name; table++) {
		if (table->flags & COMMAND_HIDDEN)
			continue;
		at += (size_t)snprintf(known + at, sizeof(known) - at, "%s%s",
				       at ? ", " : "", table->name);
	}
	return complain(call, "unknown %s '%s' (%s)", what, word, known);
}

/* Take the next word when it is "help". */
static void take_help(struct call *call)
{
	if (!call->nr_words || strcmp(call->words[0], "help") != 0)
		return;
	call->opts.help = true;
	call->words++;
	call->nr_words--;
}

static const char *take_word(struct call *call)
{
	call->nr_words--;
	return *call->words++;
}

/*
 * Find noun and verb, leaving the other words. The verb stays NULL when help is asked for
 * and it was not given.
 */
static int find(struct call *call, const struct command **noun,
		const struct command **verb)
{
	const char *word;

	take_help(call);
	if (!call->nr_words) {
		call->opts.help = true;
		return 0;
	}
	word = take_word(call);
	*noun = command_find(commands, word);
	if (!*noun)
		return unknown_word(call, "noun", commands, word);
	snprintf(call->name, sizeof(call->name), "%s", (*noun)->name);
	call->cmd = *noun;
	if (!(*noun)->sub)
		return 0;
	take_help(call);
	if (!call->nr_words && call->opts.help)
		return 0;
	if (call->nr_words) {
		word = take_word(call);
		*verb = command_find((*noun)->sub, word);
		if (!*verb)
			return unknown_word(call, "verb", (*noun)->sub, word);
	} else {
		*verb = default_of((*noun)->sub);
	}
	snprintf(call->name, sizeof(call->name), "%s %s", (*noun)->name, (*verb)->name);
	call->cmd = *verb;
	take_help(call);
	return 0;
}

static int print_help(const struct command *noun, const struct command *verb)
{
	if (verb)
		help_verb(noun, verb);
	else if (noun && noun->sub)
		help_noun(noun);
	else
		help_all();
	return SRIOV_OK;
}

/* Run a command that prints data: the output is whole also when the words are wrong. */
static int run(struct call *call, int status)
{
	int opened = emit_new(call, &call->out);

	if (!status)
		status = opened;
	if (!status)
		status = context_open(call);
	if (!status) {
		/* Nobody who stops reading may stop a change in its middle. */
		if (call->cmd->flags & COMMAND_WRITES)
			signal(SIGPIPE, SIG_IGN);
		status = call->cmd->run(call);
	}
	context_progress_end(call);
	emit_free(call->out);
	sriov_free(call->ctx);
	return status;
}

int command_main(struct call *call, int argc, char **argv)
{
	const struct command *noun = NULL, *verb = NULL;
	const char *output;
	int status;

	call->argc = argc;
	call->argv = argv;
	status = args_options(call, argc, argv);
	if (!status && call->opts.version) {
		printf("sriov %s\n", SRIOV_BUILD_VERSION);
		return SRIOV_OK;
	}
	if (!status)
		status = find(call, &noun, &verb);
	if (status)
		return run(call, status);
	if (call->opts.help)
		return print_help(noun, verb);
	if (call->cmd->flags & COMMAND_HIDDEN)
		return call->cmd->run(call);
	output = call->opts.output;
	if (output && !strcmp(output, "help")) {
		if (call->cmd->flags & COMMAND_WRITES)
			print_columns(step_attrs, VERB_SHOW);
		else
			print_columns(call->cmd->attrs, call->cmd->verb);
		return SRIOV_OK;
	}
	return run(call, 0);
}

void command_line(const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	vprintf(fmt, args);
	va_end(args);
	putchar('\n');
}

bool command_flush(void)
{
	/* A failure of an earlier write leaves no errno. */
	bool bad = ferror(stdout);

	if (bad)
		errno = EIO;
	return fclose(stdout) == 0 && !bad;
}
