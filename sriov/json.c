// SPDX-License-Identifier: GPL-2.0-or-later
/* Values and objects of JSON, by json-c: loaded when JSON is asked for, as few commands do. */
#include <dlfcn.h>

#include <json-c/json.h>

#include "cli.h"
#include "config.h"
#include "dlopen.h"

DLOPEN_NOTE("json", "JSON output", "recommended", JSON_SONAME);

#define FUNCTIONS(ROW)          \
	ROW(new_object)         \
	ROW(new_string)         \
	ROW(new_int64)          \
	ROW(new_boolean)        \
	ROW(object_add)         \
	ROW(to_json_string_ext) \
	ROW(put)

static struct {
#define MEMBER(name) __typeof__(json_object_##name) *name;
	FUNCTIONS(MEMBER)
#undef MEMBER
} jsonc;

bool json_load(void)
{
	void *handle = dlopen(JSON_SONAME, RTLD_NOW | RTLD_LOCAL);
	bool all = handle;

	if (!handle)
		return false;
#define LOAD(name)                                                                \
	jsonc.name = (__typeof__(jsonc.name))dlsym(handle, "json_object_" #name); \
	all = all && jsonc.name;
	FUNCTIONS(LOAD)
#undef LOAD
	return all;
}

struct json_object *json_from_text(const char *text)
{
	return *text ? jsonc.new_string(text) : NULL;
}

struct json_object *json_from_int(int64_t number)
{
	return jsonc.new_int64(number);
}

struct json_object *json_from_bool(bool setting)
{
	return jsonc.new_boolean(setting);
}

struct json_object *json_value(const struct type *type, const void *value, size_t size)
{
	char text[VALUE_LEN];

	if (!value)
		return NULL;
	if (type->to_json)
		return type->to_json(type, value, size);
	text[0] = '\0';
	type->print(type, value, size, text);
	return json_from_text(text);
}

struct json_object *json_row(const struct attr *const *columns, const struct row *row)
{
	struct json_object *object = jsonc.new_object();

	for (; object && *columns; columns++) {
		const struct attr *attr = *columns;
		struct json_object *value =
			json_value(attr->type, attr_value(attr, row), attr->size);

		if (!jsonc.object_add(object, attr->name, value))
			continue;
		json_free(value);
		json_free(object);
		object = NULL;
	}
	return object;
}

const char *json_text(struct json_object *object, bool pretty)
{
	int flags = JSON_C_TO_STRING_NOSLASHESCAPE;

	if (pretty)
		flags |= JSON_C_TO_STRING_PRETTY | JSON_C_TO_STRING_SPACED;
	return jsonc.to_json_string_ext(object, flags);
}

void json_free(struct json_object *object)
{
	jsonc.put(object);
}
