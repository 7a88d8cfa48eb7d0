// SPDX-License-Identifier: GPL-2.0-or-later
/* Words of the command line: options, keywords and filters, and complaints about them. */
#include <ctype.h>
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli.h"

#define MESSAGE_LEN 1024

#define FLAG(member, letter, help) \
	{ #member, letter, NULL, help, offsetof(struct options, member), NULL }
#define ARG(member, letter, arg, help, type) \
	{ #member, letter, arg, help, offsetof(struct options, member), type }

const struct option_row option_rows[] = {
	FLAG(json, 'j', "print JSON: an array of objects"),
	FLAG(pretty, 'p', "indent the JSON"),
	ARG(output, 'o', "COLS",
	    "print these columns: a,b, or +a to add; help lists them", NULL),
	FLAG(details, 'd', "print every column"),
	{ "dry-run", 'n', NULL, "print what would change, and change nothing",
	  offsetof(struct options, dry_run), NULL },
	{ "keep-going", 'k', NULL, "when an object fails, go on with the others",
	  offsetof(struct options, keep_going), NULL },
	ARG(wait, 'w', "SEC", "wait so long for locks, drivers and devices (60)",
	    &type_wait),
	FLAG(help, 'h', "print help: for everything, a noun or a verb"),
	FLAG(version, 'V', "print the version"),
	FLAG(force, 0, "go on where safety would refuse"),
	FLAG(rebind, 0, "start a VF's driver again where only that gives effect"),
	ARG(color, 0, "WHEN", "colour: auto, always, never", &type_color),
	ARG(backend, 0, "NAME", "use only this way to the kernel: rtnl, pci", NULL),
	ARG(sysroot, 0, "DIR", "look at a recorded machine in this directory", NULL),
	FLAG(debug, 0, "print each contact with the kernel on stderr"),
	{ 0 },
};

static void PRINTF(3, 0) print_message(const struct call *call, const char *name,
				       const char *fmt, va_list args)
{
	char text[MESSAGE_LEN], clean[MESSAGE_LEN];

	if (call->quiet)
		return;
	vsnprintf(text, sizeof(text), fmt, args);
	text_printable(clean, sizeof(clean), text);
	fprintf(stderr, "sriov: %s%s%s\n", name, *name ? ": " : "", clean);
}

int complain(const struct call *call, const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	print_message(call, call->name, fmt, args);
	va_end(args);
	return SRIOV_WRONG;
}

void say(const struct call *call, const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	print_message(call, "", fmt, args);
	va_end(args);
}

int no_memory(const struct call *call)
{
	say(call, "out of memory");
	return SRIOV_FAILED;
}

int failed(const struct call *call)
{
	const char *text = sriov_error(call->ctx);
	enum sriov_class class = sriov_error_class(call->ctx);

	say(call, "%s", *text ? text : "failed");
	return class == SRIOV_OK ? SRIOV_FAILED : (int)class;
}

int args_parse(const struct call *call, const char *name, const struct type *type,
	       const char *word, void *value, size_t size)
{
	char why[WHY_LEN] = "", before[64] = "";

	if (!type->parse(type, word, value, size, why))
		return 0;
	if (name)
		snprintf(before, sizeof(before), "%s: ", name);
	if (*why)
		return complain(call, "%s'%s' %s", before, word, why);
	if (!type->what)
		return complain(call, "%s'%s' is not one of %s", before, word,
				type->allowed);
	return complain(call, "%s'%s' is not %s (%s)", before, word, type->what,
			type->allowed);
}

static int unknown_option(const struct call *call, const char *word)
{
	char known[MESSAGE_LEN / 2];
	size_t at = 0;

	for (const struct option_row *row = option_rows; row->name; row++)
		at += (size_t)snprintf(known + at, sizeof(known) - at, "%s--%s",
				       at ? ", " : "", row->name);
	return complain(call, "unknown option '%s' (%s)", word, known);
}

static int take_option(struct call *call, const struct option_row *row, const char *arg)
{
	void *member = (char *)&call->opts + row->offset;
	char name[32];
	uint32_t value;

	if (!row->arg) {
		memcpy(member, &(bool){ true }, sizeof(bool));
		return 0;
	}
	snprintf(name, sizeof(name), "--%s", row->name);
	if (row->type && args_parse(call, name, row->type, arg, &value, sizeof(value)))
		return SRIOV_WRONG;
	memcpy(member, &arg, sizeof(arg));
	return 0;
}

/* Read "--name", "--name=ARG" or "--name ARG"; `next` is used up when it is the argument. */
static int read_long(struct call *call, const char *word, char ***next)
{
	size_t len = strcspn(word + 2, "=");
	const char *arg = word[2 + len] ? word + 3 + len : NULL;

	for (const struct option_row *row = option_rows; row->name; row++) {
		if (strlen(row->name) != len || strncmp(row->name, word + 2, len))
			continue;
		if (arg && !row->arg)
			return complain(call, "--%s takes no value", row->name);
		if (!arg && row->arg && **next)
			arg = *(*next)++;
		if (!arg && row->arg)
			return complain(call, "--%s needs a value: %s", row->name,
					row->arg);
		return take_option(call, row, arg);
	}
	return unknown_option(call, word);
}

/* Read "-jp", "-w5" or "-w 5". */
static int read_short(struct call *call, const char *word, char ***next)
{
	const struct option_row *row;
	const char *arg;
	int status;

	for (const char *letter = word + 1; *letter; letter++) {
		for (row = option_rows; row->name && row->letter != *letter; row++)
			continue;
		if (!row->name)
			return unknown_option(call, word);
		arg = NULL;
		if (row->arg) {
			arg = letter[1] ? letter + 1 : **next ? *(*next)++ : NULL;
			if (!arg)
				return complain(call, "-%c needs a value: %s", *letter,
						row->arg);
		}
		status = take_option(call, row, arg);
		if (status || arg)
			return status;
	}
	return 0;
}

int args_options(struct call *call, int argc, char **argv)
{
	char **end = argv + argc;
	int status = 0, one;

	call->block = calloc((size_t)argc + 1, sizeof(*call->block));
	if (!call->block)
		return no_memory(call);
	call->words = call->block;
	while (argv < end) {
		char *word = *argv++;

		if (!strcmp(word, "--"))
			break;
		/* "-1" is a wrong number rather than a wrong option. */
		if (word[0] != '-' || !word[1] || isdigit((unsigned char)word[1])) {
			call->words[call->nr_words++] = word;
			continue;
		}
		/* Go on after a mistake: a later --json says how to end. */
		one = word[1] == '-' ? read_long(call, word, &argv) :
				       read_short(call, word, &argv);
		if (!status)
			status = one;
	}
	while (argv < end)
		call->words[call->nr_words++] = *argv++;
	return status;
}

/* Say why the word is no keyword here. */
static int not_settable(const struct call *call, const struct attr *attr,
			const char *word)
{
	char known[VALUE_LEN], name[64];

	if (attr && command_setting(call->cmd->attrs, attr, name, sizeof(name)))
		return complain(call, "%s: is set with 'sriov %s'", word, name);
	if (attr)
		return complain(call, "%s: can only be shown", word);
	attr_names(call->cmd->attrs, call->cmd->verb, true, known, sizeof(known));
	return complain(call, "unknown attribute '%s' (%s)", word, known);
}

static int not_shown(const struct call *call, const char *word)
{
	char known[VALUE_LEN];

	attr_names(call->cmd->attrs, call->cmd->verb, false, known, sizeof(known));
	return complain(call, "unknown attribute '%s' (%s)", word, known);
}

static int read_value(const struct call *call, const struct attr *attr,
		      const struct type *type, const char *word, struct values *values)
{
	struct value *value = &values->value[values->n];

	for (size_t i = 0; i < values->n; i++) {
		if (values->value[i].attr == attr)
			return complain(call, "%s: is given twice", attr->name);
	}
	if (!word)
		return complain(call, "%s: needs a value (%s)", attr->name,
				type->allowed);
	if (values->n == ARRAY_SIZE(values->value) || attr->size > sizeof(value->bytes))
		return complain(call, "too many attributes");
	memset(value, 0, sizeof(*value));
	value->attr = attr;
	if (args_parse(call, attr->name, type, word, value->bytes, attr->size))
		return SRIOV_WRONG;
	values->n++;
	return 0;
}

int args_keywords(const struct call *call, size_t first, struct values *values)
{
	values->n = 0;
	for (size_t i = first; i < call->nr_words; i += 2) {
		const struct attr *attr = attr_find(call->cmd->attrs, call->words[i]);

		if (!attr || !ATTR_SETTABLE(attr, call->cmd->verb))
			return not_settable(call, attr, call->words[i]);
		if (read_value(call, attr, attr_set_type(attr), call->words[i + 1],
			       values))
			return SRIOV_WRONG;
	}
	return 0;
}

int args_filter(const struct call *call, size_t first, struct values *values)
{
	values->n = 0;
	for (size_t i = first; i < call->nr_words; i += 2) {
		const struct attr *attr = attr_find(call->cmd->attrs, call->words[i]);

		if (!attr || !ATTR_SHOWN(attr, call->cmd->verb))
			return not_shown(call, call->words[i]);
		if (read_value(call, attr, attr->type, call->words[i + 1], values))
			return SRIOV_WRONG;
	}
	return 0;
}

size_t args_objects(const struct call *call)
{
	const struct command *cmd = call->cmd;
	const struct attr *attr;
	size_t n;

	for (n = 0; n < call->nr_words; n++) {
		attr = attr_find(cmd->attrs, call->words[n]);
		if (attr && (ATTR_SHOWN(attr, cmd->verb) ||
			     (cmd->flags & COMMAND_KEYWORDS && attr->settable)))
			break;
	}
	return n;
}

int args_apply(const struct call *call, const struct values *values, uint32_t index,
	       void *attrs, uint64_t *set)
{
	char why[WHY_LEN] = "";

	for (size_t i = 0; i < values->n; i++) {
		const struct value *value = &values->value[i];
		const struct type *type = attr_set_type(value->attr);
		char *member = (char *)attrs + value->attr->offset;

		if (!type->nth)
			memcpy(member, value->bytes, value->attr->size);
		else if (type->nth(value->bytes, index, member, why))
			return complain(call, "%s: %s", value->attr->name, why);
		*set |= value->attr->bit;
	}
	return 0;
}

bool args_match(const struct values *values, const struct row *row)
{
	for (size_t i = 0; i < values->n; i++) {
		const struct attr *attr = values->value[i].attr;
		const void *wanted = values->value[i].bytes,
			   *value = attr_value(attr, row);

		if (!value)
			return false;
		if (attr->type->match ? !attr->type->match(wanted, value) :
					memcmp(wanted, value, attr->size) != 0)
			return false;
	}
	return true;
}

uint64_t args_want(const struct values *values)
{
	uint64_t want = 0;

	for (size_t i = 0; i < values->n; i++)
		want |= values->value[i].attr->bit;
	return want;
}
