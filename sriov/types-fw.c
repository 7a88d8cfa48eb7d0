// SPDX-License-Identifier: GPL-2.0-or-later
/* Kinds of values: settings of the firmware, and what it takes until they are used. */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "cli.h"

/* As a filter: compared with what is printed, so any text will do. */
static int parse_setting(const struct type *type, const char *word, void *value,
			 size_t size, char *why)
{
	struct setting setting = { .type = SRIOV_FW_STRING };

	(void)size;
	if (type_text.parse(type, word, setting.value.text, sizeof(setting.value.text),
			    why))
		return -EINVAL;
	memcpy(value, &setting, sizeof(setting));
	return 0;
}

static void print_setting(const struct type *type, const void *value, size_t size,
			  char *text)
{
	const struct setting *setting = value;

	(void)type;
	(void)size;
	text_printable(text, VALUE_LEN, setting->value.text);
}

static struct json_object *setting_to_json(const struct type *type, const void *value,
					   size_t size)
{
	const struct setting *setting = value;
	char text[VALUE_LEN];

	if (setting->type == SRIOV_FW_BOOL)
		return json_from_bool(setting->value.number != 0);
	if (setting->type == SRIOV_FW_NUMBER)
		return json_from_int(setting->value.number);
	print_setting(type, value, size, text);
	return json_from_text(text);
}

static bool match_setting(const void *filter, const void *value)
{
	const struct setting *wanted = filter, *setting = value;

	return !strcasecmp(wanted->value.text, setting->value.text);
}

/* A name in any case. */
static bool match_name(const void *filter, const void *value)
{
	return !strcasecmp(filter, value);
}

static void print_name(const struct type *type, const void *value, size_t size,
		       char *text)
{
	type_text.print(type, value, size, text);
}

static int parse_name(const struct type *type, const char *word, void *value, size_t size,
		      char *why)
{
	return type_text.parse(type, word, value, size, why);
}

static void print_activation(const struct type *type, const void *value, size_t size,
			     char *text)
{
	const uint8_t *activation = value;

	if (*activation != SRIOV_FW_NOTHING)
		type_print_word(type, value, size, text);
}

/* In a table only what is pending is to be seen. */
static void brief_pending(const struct type *type, const void *value, size_t size,
			  char *text)
{
	const bool *pending = value;

	(void)type;
	(void)size;
	snprintf(text, VALUE_LEN, "%s", *pending ? "yes" : "-");
}

static struct json_object *pending_to_json(const struct type *type, const void *value,
					   size_t size)
{
	return type_bool.to_json(type, value, size);
}

static const struct word kinds[] = { { "boolean", SRIOV_FW_BOOL },
				     { "number", SRIOV_FW_NUMBER },
				     { "word", SRIOV_FW_WORD },
				     { "string", SRIOV_FW_STRING },
				     { 0 } };

static const struct word activations[] = { { "firmware-reset", SRIOV_FW_FIRMWARE_RESET },
					   { "reboot", SRIOV_FW_REBOOT },
					   { "power-cycle", SRIOV_FW_POWER_CYCLE },
					   { 0 } };

static const struct word bools[] = { { "on", 1 }, { "off", 0 }, { 0 } };

static const struct word overwrites[] = {
	{ "settings", SRIOV_FLASH_SETTINGS },
	{ "identifiers", SRIOV_FLASH_IDENTIFIERS },
	{ "settings,identifiers", SRIOV_FLASH_SETTINGS | SRIOV_FLASH_IDENTIFIERS },
	{ 0 },
};

const struct type type_setting = {
	"VALUE",       "a value",       "as it is shown",       parse_setting,
	print_setting, setting_to_json, .match = match_setting,
};
const struct type type_setting_name = {
	"NAME",     "a name",   "of a setting, in any case",
	parse_name, print_name, .match = match_name,
};
const struct type type_setting_kind = {
	"KIND",          NULL,           "boolean, number, word, string", type_parse_word,
	type_print_word, .words = kinds,
};
const struct type type_activation = {
	"WHAT",
	NULL,
	"firmware-reset, reboot, power-cycle",
	type_parse_word,
	print_activation,
	.words = activations,
};
const struct type type_pending = {
	"on|off",        NULL,
	"on, off",       type_parse_word,
	type_print_word, pending_to_json,
	.words = bools,  .brief = brief_pending,
};
const struct type type_overwrite = {
	"WHAT",
	NULL,
	"settings, identifiers, settings,identifiers",
	type_parse_word,
	type_print_word,
	.words = overwrites,
};
