// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A reader of what configurations use of YAML: block mappings and sequences by indentation,
 * flow ones in braces and brackets, plain and quoted scalars, comments. Anchors and tags are
 * skipped; block scalars, keys of more than one line and the like are left out.
 */
#include "manager.h"

struct level {
	int indent; /* -1: in a flow */
	const char *key;
};

struct yaml {
	char *next; /* the line after this one */
	char *end;  /* of this one: its NUL */
	struct level levels[SRIOV_YAML_DEPTH];
	size_t depth;
	void (*entry)(void *data, const char *const *path, size_t depth,
		      const char *value);
	void *data;
};

static const char item[] = "-";

static bool is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r';
}

static bool is_break(char c)
{
	return !c || is_blank(c);
}

static bool push(struct yaml *yaml, int indent, const char *key)
{
	if (yaml->depth == SRIOV_YAML_DEPTH)
		return false;
	yaml->levels[yaml->depth++] = (struct level){ indent, key };
	return true;
}

static void emit(const struct yaml *yaml, const char *value)
{
	const char *path[SRIOV_YAML_DEPTH];

	for (size_t i = 0; i < yaml->depth; i++)
		path[i] = yaml->levels[i].key;
	yaml->entry(yaml->data, path, yaml->depth, value);
}

/* Cut the next line off; false at the end. */
static bool take_line(struct yaml *yaml, char **line)
{
	*line = yaml->next;
	if (!*yaml->next)
		return false;
	yaml->end = strchrnul(yaml->next, '\n');
	yaml->next = *yaml->end ? yaml->end + 1 : yaml->end;
	*yaml->end = '\0';
	return true;
}

static char *skip_blanks(char *p)
{
	while (is_blank(*p))
		p++;
	return *p == '#' ? p + strlen(p) : p;
}

/* In a flow, the next line is more of the same. NULL: there is none. */
static char *skip_breaks(struct yaml *yaml, char *p)
{
	char *line;

	for (p = skip_blanks(p); !*p; p = skip_blanks(line))
		if (!take_line(yaml, &line))
			return NULL;
	return p;
}

/* Take quotes away, in place. Returns what is behind; NULL: it does not end on this line. */
static char *unquote(char *p)
{
	char quote = *p, *to = p;

	for (p++; *p; p++) {
		if (*p == quote && quote == '\'' && p[1] == quote)
			p++;
		else if (*p == quote)
			break;
		else if (quote == '"' && *p == '\\' && p[1])
			p++;
		*to++ = *p;
	}
	if (!*p)
		return NULL;
	*to = '\0';
	return p + 1;
}

/* &anchor, !tag */
static char *skip_properties(char *p)
{
	while (*p == '&' || *p == '!')
		for (p += strcspn(p, " \t"); is_blank(*p);)
			p++;
	return p;
}

/* ---- flows ---- */

/*
 * A scalar in a flow. A plain one is moved over what stands before it, to have room for its
 * NUL. Returns what is behind.
 */
static char *flow_scalar(char *p, char **value)
{
	size_t len = 0;

	p = skip_properties(p);
	if (*p == '"' || *p == '\'') {
		*value = p;
		return unquote(p);
	}
	while (p[len] && !strchr(",[]{}", p[len]) &&
	       !(p[len] == ':' &&
		 (is_break(p[len + 1]) || strchr(",[]{}", p[len + 1]))) &&
	       !(p[len] == '#' && len && is_blank(p[len - 1])))
		len++;
	*value = memmove(p - 1, p, len);
	p += len;
	while (len && is_blank((*value)[len - 1]))
		len--;
	(*value)[len] = '\0';
	return p;
}

static char *flow(struct yaml *yaml, char *p);

static char *flow_value(struct yaml *yaml, char *p)
{
	char *value;

	if (*p == '{' || *p == '[')
		return flow(yaml, p);
	p = flow_scalar(p, &value);
	if (p)
		emit(yaml, value);
	return p;
}

/* "key: value" or "key". */
static char *flow_pair(struct yaml *yaml, char *p)
{
	char *key;

	p = flow_scalar(p, &key);
	p = p ? skip_breaks(yaml, p) : NULL;
	if (!p || !push(yaml, -1, key))
		return NULL;
	if (*p == ':') {
		p = skip_breaks(yaml, p + 1);
		p = !p || *p == ',' || *p == '}' ? p : flow_value(yaml, p);
	} else {
		emit(yaml, NULL);
	}
	yaml->depth--;
	return p;
}

static char *flow_item(struct yaml *yaml, char *p)
{
	if (!push(yaml, -1, item))
		return NULL;
	p = flow_value(yaml, p);
	yaml->depth--;
	return p;
}

/* From its brace to behind the other one. Its depth is that of the levels. */
static char *flow(struct yaml *yaml, char *p)
{
	bool braces = *p == '{';

	for (p = skip_breaks(yaml, p + 1); p; p = skip_breaks(yaml, p + 1)) {
		if (*p == (braces ? '}' : ']'))
			return p + 1;
		p = braces ? flow_pair(yaml, p) : flow_item(yaml, p);
		p = p ? skip_breaks(yaml, p) : NULL;
		if (p && *p == (braces ? '}' : ']'))
			return p + 1;
		if (!p || *p != ',')
			return NULL;
	}
	return NULL;
}

/* ---- blocks ---- */

/* The lines of a block scalar are deeper than its key. */
static void skip_block_scalar(struct yaml *yaml, int indent)
{
	while (*yaml->next) {
		size_t blanks = strspn(yaml->next, " ");
		char *line;

		if ((int)blanks <= indent && yaml->next[blanks] != '\n')
			return;
		take_line(yaml, &line);
	}
}

static void plain(char *p)
{
	char *end = p;

	while (*end && !(*end == '#' && end > p && is_blank(end[-1])))
		end++;
	while (end > p && is_blank(end[-1]))
		end--;
	*end = '\0';
}

static void block_value(struct yaml *yaml, char *p, int indent)
{
	size_t depth = yaml->depth;

	p = skip_properties(skip_blanks(p));
	p = skip_blanks(p);
	if (*p == '{' || *p == '[') {
		flow(yaml, p);
	} else if (*p == '|' || *p == '>') {
		skip_block_scalar(yaml, indent);
	} else if (*p == '"' || *p == '\'') {
		if (unquote(p))
			emit(yaml, p);
	} else if (*p) {
		plain(p);
		emit(yaml, p);
	} else {
		emit(yaml, NULL);
	}
	yaml->depth = depth;
}

/* "key:" in front: the key is cut off, and what is behind the colon returned. */
static char *take_key(char *p)
{
	char *end = p;

	if (*p == '"' || *p == '\'')
		end = unquote(p);
	else
		while (*end && !(*end == ':' && is_break(end[1])) &&
		       !(*end == '#' && end > p && is_blank(end[-1])))
			end++;
	if (!end)
		return NULL;
	while (is_blank(*end))
		end++;
	if (*end != ':' || !is_break(end[1]))
		return NULL;
	*end = '\0';
	plain(p);
	return end + 1;
}

static void pop(struct yaml *yaml, int indent)
{
	while (yaml->depth && yaml->levels[yaml->depth - 1].indent >= indent)
		yaml->depth--;
}

/* "- " in front, maybe several. A sequence may be as deep as the key that it belongs to. */
static char *take_items(struct yaml *yaml, char *line, char *p)
{
	while (*p == '-' && is_break(p[1])) {
		int indent = (int)(p - line);

		pop(yaml, indent + 1);
		if (yaml->depth && yaml->levels[yaml->depth - 1].indent == indent &&
		    yaml->levels[yaml->depth - 1].key == item)
			yaml->depth--;
		push(yaml, indent, item);
		p = skip_blanks(p + 1);
	}
	return p;
}

static void read_line(struct yaml *yaml, char *line)
{
	char *p = line + strspn(line, " "), *start = p, *behind;
	bool is_item;

	if (*p == '\t' || !*skip_blanks(p))
		return;
	p = take_items(yaml, line, p);
	is_item = p != start;
	if (!*p)
		return;
	pop(yaml, (int)(p - line));
	if (*p == '{' || *p == '[') {
		block_value(yaml, p, (int)(p - line));
		return;
	}
	start = p;
	behind = take_key(p);
	if (behind && push(yaml, (int)(p - line), start))
		block_value(yaml, behind, (int)(p - line));
	else if (!behind && is_item)
		block_value(yaml, p, (int)(p - line));
}

void sriov_yaml_read(char *text,
		     void (*entry)(void *data, const char *const *path, size_t depth,
				   const char *value),
		     void *data)
{
	struct yaml yaml = { .next = text, .entry = entry, .data = data };
	char *line;

	while (take_line(&yaml, &line)) {
		/* another document, or a directive */
		if (!strncmp(line, "---", 3) || !strncmp(line, "...", 3) || *line == '%')
			yaml.depth = 0;
		else
			read_line(&yaml, line);
	}
}
