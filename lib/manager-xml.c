// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A reader of the starts of XML elements with their attributes and text. Comments,
 * declarations and instructions are skipped. What is not well-formed gives fewer or other
 * elements than were meant, and nothing worse.
 */
#include "manager.h"

static bool is_space(char c)
{
	return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

/* Behind the next `end`, or where the text ends. */
static char *skip_to(char *p, const char *end)
{
	char *found = strstr(p, end);

	return found ? found + strlen(end) : p + strlen(p);
}

/* From behind the '<' of a comment and the like to behind it; NULL: it is an element. */
static char *skip_other(char *p)
{
	if (!strncmp(p, "!--", 3))
		return skip_to(p + 3, "-->");
	if (!strncmp(p, "![CDATA[", 8))
		return skip_to(p + 8, "]]>");
	if (*p == '?')
		return skip_to(p, "?>");
	return *p == '!' ? skip_to(p, ">") : NULL;
}

/* The '>' of a tag, which may stand in a quoted value, too; or where the text ends. */
static char *tag_end(char *p)
{
	char quote = '\0';

	for (; *p && (quote || *p != '>'); p++) {
		if (quote)
			quote = *p == quote ? '\0' : quote;
		else if (*p == '"' || *p == '\'')
			quote = *p;
	}
	return p;
}

static void leave(struct sriov_xml *xml)
{
	if (xml->depth)
		xml->depth--;
}

/* `name` ... `end`, where the '>' was. */
static void enter(struct sriov_xml *xml, char *name, char *end)
{
	char *p = name;

	xml->closed = end > name && end[-1] == '/';
	if (xml->closed)
		end[-1] = '\0';
	while (*p && !is_space(*p))
		p++;
	xml->attrs = *p ? p + 1 : p;
	*p = '\0';
	if (xml->depth < SRIOV_XML_DEPTH)
		xml->names[xml->depth] = name;
	xml->depth++;
}

bool sriov_xml_next(struct sriov_xml *xml)
{
	char *p = xml->next, *behind;

	if (!xml->begun)
		p += strcspn(p, "<");
	xml->begun = true;
	if (xml->closed)
		leave(xml);
	xml->closed = false;
	/* p is at a '<', or at the end */
	while (*p) {
		char *tag = p + 1, *end;

		behind = skip_other(tag);
		if (behind) {
			p = behind + strcspn(behind, "<");
			continue;
		}
		end = tag_end(tag);
		behind = *end ? end + 1 : end;
		p = behind + strcspn(behind, "<");
		if (*tag == '/') {
			leave(xml);
			continue;
		}
		*end = '\0';
		enter(xml, tag, end);
		xml->text = behind;
		xml->next = p;
		return true;
	}
	xml->next = p;
	return false;
}

bool sriov_xml_at(const struct sriov_xml *xml, const char *path)
{
	if (xml->depth > SRIOV_XML_DEPTH)
		return false;
	for (size_t i = 0; i < xml->depth; i++) {
		size_t len = strlen(xml->names[i]);

		if (strncmp(path, xml->names[i], len) != 0)
			return false;
		path += len;
		if (*path != (i + 1 < xml->depth ? '/' : '\0'))
			return false;
		path += *path == '/';
	}
	return xml->depth && !*path;
}

/* A character that is written as &NAME; all that an attribute of ours could need. */
static char take_character(const char **p)
{
	static const struct {
		const char *name;
		char character;
	} names[] = { { "&amp;", '&' },
		      { "&lt;", '<' },
		      { "&gt;", '>' },
		      { "&quot;", '"' },
		      { "&apos;", '\'' } };

	for (size_t i = 0; **p == '&' && i < ARRAY_SIZE(names); i++) {
		size_t len = strlen(names[i].name);

		if (!strncmp(*p, names[i].name, len)) {
			*p += len;
			return names[i].character;
		}
	}
	return *(*p)++;
}

bool sriov_xml_copy(const char *from, const char *end, char *value, size_t size)
{
	size_t len = 0;

	while (from < end && len + 1 < size)
		value[len++] = take_character(&from);
	value[len] = '\0';
	return from >= end;
}

/* NAME="VALUE", with blanks around the '=' if need be. */
bool sriov_xml_attr(const struct sriov_xml *xml, const char *name, char *value,
		    size_t size)
{
	const char *p = xml->attrs, *end;
	size_t len = strlen(name);

	while (*p) {
		const char *word = p + strspn(p, " \t\r\n");
		const char *behind = word + strcspn(word, "= \t\r\n");

		p = behind + strspn(behind, " \t\r\n");
		if (*p != '=')
			return false;
		p++;
		p += strspn(p, " \t\r\n");
		end = *p == '"' || *p == '\'' ? strchr(p + 1, *p) : NULL;
		if (!end)
			return false;
		if ((size_t)(behind - word) == len && !strncmp(word, name, len))
			return sriov_xml_copy(p + 1, end, value, size);
		p = end + 1;
	}
	return false;
}
