// SPDX-License-Identifier: GPL-2.0-or-later
/* Looking into tables of attributes: by name, by bit, and for columns. */
#include <stdio.h>
#include <string.h>

#include "cleanup.h"
#include "cli.h"

const struct attr *attr_find(const struct attr *attrs, const char *name)
{
	for (; attrs->name; attrs++) {
		if (!strcmp(attrs->name, name))
			return attrs;
	}
	return NULL;
}

const struct attr *attr_of_bit(const struct attr *attrs, uint64_t bit)
{
	for (; attrs->name; attrs++) {
		if (attrs->bit == bit)
			return attrs;
	}
	return NULL;
}

const struct type *attr_set_type(const struct attr *attr)
{
	return attr->set_type ? attr->set_type : attr->type;
}

const void *attr_value(const struct attr *attr, const struct row *row)
{
	if (attr->offset == OFFSET_PF)
		return row->pf;
	if (attr->bit && !(row->set & attr->bit))
		return NULL;
	return (const char *)row->attrs + attr->offset;
}

void attr_print(const struct attr *attr, const void *value, char text[VALUE_LEN])
{
	*text = '\0';
	if (value)
		attr->type->print(attr->type, value, attr->size, text);
	if (!*text)
		snprintf(text, VALUE_LEN, "-");
}

void attr_print_cell(const struct attr *attr, const void *value, char text[VALUE_LEN])
{
	if (value && attr->type->brief)
		attr->type->brief(attr->type, value, attr->size, text);
	else
		attr_print(attr, value, text);
}

void attr_names(const struct attr *attrs, unsigned int verb, bool settable, char *text,
		size_t size)
{
	size_t at = 0;

	*text = '\0';
	for (; attrs->name; attrs++) {
		if (!((settable ? attrs->settable : attrs->shown) & verb))
			continue;
		at += (size_t)snprintf(text + at, size - at, "%s%s", at ? ", " : "",
				       attrs->name);
		if (at >= size)
			return;
	}
}

/* Add the column, unless it is there. */
static void add_column(const struct attr **columns, const struct attr *attr)
{
	while (*columns) {
		if (*columns++ == attr)
			return;
	}
	*columns = attr;
}

/* Add the columns of a list "a,b". */
static bool add_named(const struct attr **columns, const struct attr *attrs,
		      unsigned int verb, const char *list, char *why, size_t size)
{
	char name[32], known[VALUE_LEN];
	const struct attr *attr;
	size_t len;

	for (;; list += len + 1) {
		len = strcspn(list, ",");
		snprintf(name, sizeof(name), "%.*s", (int)len, list);
		attr = len < sizeof(name) ? attr_find(attrs, name) : NULL;
		if (!attr || !ATTR_SHOWN(attr, verb)) {
			attr_names(attrs, verb, false, known, sizeof(known));
			snprintf(why, size, "unknown column '%.*s' (%s)", (int)len, list,
				 known);
			return false;
		}
		add_column(columns, attr);
		if (!list[len])
			return true;
	}
}

const struct attr **attr_columns(const struct attr *attrs, unsigned int verb,
				 const char *output, bool all, char *why, size_t size)
{
	_cleanup_free_ const struct attr **columns = NULL;
	bool more = output && *output == '+';
	size_t n = 0;

	while (attrs[n].name)
		n++;
	columns = calloc(n + 1, sizeof(*columns));
	if (!columns) {
		snprintf(why, size, "out of memory");
		return NULL;
	}
	for (const struct attr *attr = attrs; attr->name && (!output || more); attr++) {
		if ((all ? attr->shown : attr->brief) & verb)
			add_column(columns, attr);
	}
	if (output && !add_named(columns, attrs, verb, output + more, why, size))
		return NULL;
	return steal(columns);
}
