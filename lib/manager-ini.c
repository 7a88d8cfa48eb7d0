// SPDX-License-Identifier: GPL-2.0-or-later
/* A reader of [SECTION] and KEY=VALUE, as systemd, NetworkManager and shells write them. */
#include <ctype.h>

#include "manager.h"

static char *skip_blanks(char *text)
{
	while (isspace((unsigned char)*text))
		text++;
	return text;
}

static void trim(char *text)
{
	size_t len = strlen(text);

	while (len && isspace((unsigned char)text[len - 1]))
		text[--len] = '\0';
}

static bool is_comment(const char *line)
{
	while (*line == ' ' || *line == '\t')
		line++;
	return *line == '#' || *line == ';';
}

/* Does an odd number of backslashes stand before the end? */
static bool is_continued(const char *line, const char *end)
{
	const char *p = end;

	while (p > line && p[-1] == '\\')
		p--;
	return (end - p) % 2;
}

/* systemd.syntax(7): the backslash becomes a blank, and comments in between are left out. */
static char *join(char *end)
{
	end[-1] = ' ';
	*end++ = ' ';
	while (*end && is_comment(end)) {
		char *next = strchrnul(end, '\n');

		memset(end, ' ', (size_t)(next - end));
		end = next;
		if (*end)
			*end++ = ' ';
	}
	return end;
}

static char *take_line(struct sriov_ini *ini)
{
	char *line = ini->next, *end = line;
	bool joins = ini->joins && !is_comment(line);

	if (!*line)
		return NULL;
	for (;;) {
		end = strchrnul(end, '\n');
		if (!*end || !joins || !is_continued(line, end))
			break;
		end = join(end);
	}
	ini->next = *end ? end + 1 : end;
	*end = '\0';
	return skip_blanks(line);
}

bool sriov_ini_next(struct sriov_ini *ini)
{
	char *line, *sep;

	if (!ini->section)
		ini->section = "";
	while ((line = take_line(ini))) {
		trim(line);
		if (*line == '[' && (sep = strrchr(line, ']'))) {
			*sep = '\0';
			ini->section = line + 1;
			ini->key = ini->value = NULL;
			return true;
		}
		sep = strchr(line, '=');
		if (!*line || is_comment(line) || !sep || sep == line)
			continue;
		*sep = '\0';
		trim(line);
		ini->key = line;
		ini->value = skip_blanks(sep + 1);
		return true;
	}
	return false;
}

char *sriov_word_next(char **rest, const char *separators)
{
	char *word = *rest + strspn(*rest, separators), *end;
	char quote = *word == '"' || *word == '\'' ? *word : '\0';

	if (!*word)
		return NULL;
	end = quote ? strchr(word + 1, quote) : NULL;
	if (end)
		word++;
	else
		end = word + strcspn(word, separators);
	*rest = *end ? end + 1 : end;
	*end = '\0';
	return word;
}
