// SPDX-License-Identifier: GPL-2.0-or-later
/* Data on standard output: tables, records and JSON. */
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "cleanup.h"
#include "cli.h"

#define GAP 2 /* blanks between columns */

struct emit {
	bool json, pretty, details, bold;
	const char *output;
	enum emit_kind kind;
	unsigned int verb;
	const struct attr **columns; /* NULL before emit_open() */
	size_t nr_columns;
	unsigned int rows;
	unsigned int blocks; /* of a stream */
	/*
	 * A table is printed at its end, when the widths are known: rows * nr_columns cells,
	 * one behind the other, each with its NUL.
	 */
	char *cells;
	size_t len, room;
};

static bool wants_color(const struct options *opts)
{
	const char *no_color = getenv("NO_COLOR"), *term = getenv("TERM");

	if (no_color && *no_color)
		return false;
	if (opts->color && strcmp(opts->color, "auto") != 0)
		return !strcmp(opts->color, "always");
	return isatty(STDOUT_FILENO) && term && strcmp(term, "dumb") != 0;
}

int emit_new(const struct call *call, struct emit **out)
{
	const struct options *opts = &call->opts;
	struct emit *e = calloc(1, sizeof(*e));

	if (!e)
		return no_memory(call);
	*out = e;
	if (opts->json && !json_load()) {
		complain(call, "json-c cannot be loaded: there is no JSON without it");
		return SRIOV_FAILED;
	}
	e->json = opts->json;
	e->pretty = opts->pretty;
	e->details = opts->details;
	e->output = opts->output;
	e->bold = wants_color(opts);
	return 0;
}

int emit_open(struct emit *e, const struct call *call, const struct attr *attrs,
	      unsigned int verb, enum emit_kind kind)
{
	bool all = e->json || e->details || kind == EMIT_RECORD;
	char why[VALUE_LEN * 2];

	e->kind = kind;
	e->verb = verb;
	e->columns = attr_columns(attrs, verb, e->output, all, why, sizeof(why));
	if (!e->columns)
		return complain(call, "%s", why);
	while (e->columns[e->nr_columns])
		e->nr_columns++;
	return 0;
}

/* Not only there because a JSON object has all keys. */
static bool is_asked_for(const struct emit *e, const struct attr *attr)
{
	const char *name = e->output ? e->output : "";
	size_t len;

	if (e->details || e->kind == EMIT_RECORD || attr->brief & e->verb)
		return true;
	for (name += *name == '+'; *name; name += len + (name[len] == ',')) {
		len = strcspn(name, ",");
		if (len == strlen(attr->name) && !strncmp(name, attr->name, len))
			return true;
	}
	return false;
}

uint64_t emit_want(const struct emit *e)
{
	uint64_t want = 0;

	for (size_t i = 0; i < e->nr_columns; i++)
		if (!e->columns[i]->type->costly || is_asked_for(e, e->columns[i]))
			want |= e->columns[i]->bit;
	return want;
}

unsigned int emit_rows(const struct emit *e)
{
	return e->rows;
}

static int print_json(struct emit *e, const struct row *row)
{
	struct json_object *object = json_row(e->columns, row);
	const char *text;

	if (!object)
		return -ENOMEM;
	text = json_text(object, e->pretty && e->kind != EMIT_STREAM);
	if (text && e->kind == EMIT_STREAM)
		puts(text);
	else if (text)
		printf("%s%s", e->rows ? ",\n" : "[\n", text);
	json_free(object);
	return text ? 0 : -ENOMEM;
}

static void record_row(const struct emit *e, const struct row *row)
{
	char text[VALUE_LEN];
	int width = 0;

	for (size_t i = 0; i < e->nr_columns; i++) {
		if ((int)strlen(e->columns[i]->name) > width)
			width = (int)strlen(e->columns[i]->name);
	}
	for (size_t i = 0; i < e->nr_columns; i++) {
		attr_print(e->columns[i], attr_value(e->columns[i], row), text);
		printf("%-*s%s\n", width + GAP, e->columns[i]->name, text);
	}
}

static int add_cell(struct emit *e, const char *text)
{
	size_t size = strlen(text) + 1;

	if (e->len + size > e->room) {
		size_t room = (e->room + size) * 2;
		char *cells = realloc(e->cells, room);

		if (!cells)
			return -ENOMEM;
		e->cells = cells;
		e->room = room;
	}
	memcpy(e->cells + e->len, text, size);
	e->len += size;
	return 0;
}

static int table_row(struct emit *e, const struct row *row)
{
	size_t before = e->len;
	char text[VALUE_LEN];

	for (size_t i = 0; i < e->nr_columns; i++) {
		const void *value = attr_value(e->columns[i], row);

		/* who names columns wants all of them, and not only for his eyes */
		if (e->output)
			attr_print(e->columns[i], value, text);
		else
			attr_print_cell(e->columns[i], value, text);
		if (add_cell(e, text)) {
			e->len = before; /* half a row would shift the others */
			return -ENOMEM;
		}
	}
	return 0;
}

int emit_row(struct emit *e, const struct row *row)
{
	int err = 0;

	if (e->json)
		err = print_json(e, row);
	else if (e->kind == EMIT_RECORD)
		record_row(e, row);
	else if (e->kind != EMIT_STEPS || e->output)
		err = table_row(e, row);
	if (!err)
		e->rows++;
	return err;
}

void emit_line(struct emit *e, const char *fmt, ...)
{
	char text[VALUE_LEN * 4], clean[VALUE_LEN * 4];
	va_list args;

	if (e->json || e->output)
		return;
	va_start(args, fmt);
	vsnprintf(text, sizeof(text), fmt, args);
	va_end(args);
	text_printable(clean, sizeof(clean), text);
	puts(clean);
}

int emit_text(struct emit *e, const char *text)
{
	if (e->json)
		return -EINVAL;
	fputs(text, stdout);
	return 0;
}

/* Columns of a terminal that well-formed UTF-8 takes, near enough. */
static size_t width_of(const char *text)
{
	size_t width = 0;

	for (; *text; text++)
		width += ((unsigned char)*text & 0xc0) != 0x80;
	return width;
}

/* No printf(): for a thousand VFs its formats take longer than all the rest. */
static void print_cell(const char *text, size_t width, bool last)
{
	fputs(text, stdout);
	for (size_t at = width_of(text); !last && at < width + GAP; at++)
		putchar(' ');
}

static void print_table(const struct emit *e)
{
	_cleanup_free_ size_t *widths = calloc(e->nr_columns, sizeof(*widths));
	size_t n = e->nr_columns;
	const char *cell = e->cells;

	if (!widths)
		return;
	for (size_t i = 0; i < n; i++)
		widths[i] = strlen(e->columns[i]->heading);
	for (size_t i = 0; i < e->rows * n; i++, cell += strlen(cell) + 1) {
		size_t width = width_of(cell);

		if (width > widths[i % n])
			widths[i % n] = width;
	}
	fputs(e->bold ? "\033[1m" : "", stdout);
	for (size_t i = 0; i < n; i++)
		print_cell(e->columns[i]->heading, widths[i], i + 1 == n);
	puts(e->bold ? "\033[0m" : "");
	cell = e->cells;
	for (size_t i = 0; i < e->rows * n; i++, cell += strlen(cell) + 1) {
		print_cell(cell, widths[i % n], (i + 1) % n == 0);
		if ((i + 1) % n == 0)
			putchar('\n');
	}
}

int emit_flush(struct emit *e)
{
	if (!e->json && e->rows) {
		fputs(e->blocks++ ? "\n" : "", stdout);
		print_table(e);
	}
	e->rows = 0;
	e->len = 0;
	return fflush(stdout) || ferror(stdout) ? -EIO : 0;
}

void emit_free(struct emit *e)
{
	if (!e)
		return;
	if (e->json && e->kind != EMIT_STREAM)
		puts(e->rows ? "\n]" : "[]");
	else if (!e->json && e->cells && e->rows)
		print_table(e);
	free(e->cells);
	free(e->columns);
	free(e);
}
