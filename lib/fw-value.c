// SPDX-License-Identifier: GPL-2.0-or-later
/* Values of settings: numbers, and the words that people write for them. */
#include <ctype.h>
#include <inttypes.h>
#include <strings.h>

#include "nv.h"

static bool has_words(const struct sriov_nv_param *param)
{
	return param->type != SRIOV_FW_NUMBER;
}

static const char *word_of(const struct sriov_nv_param *param, uint32_t number)
{
	return has_words(param) && number < SRIOV_NV_WORDS ? param->words[number] : NULL;
}

void sriov_nv_to_value(const struct sriov_nv_param *param, uint32_t number,
		       struct sriov_fw_value *value)
{
	const char *word = word_of(param, number);

	value->number = number;
	if (word)
		sriov_copy(value->text, sizeof(value->text), word);
	else
		snprintf(value->text, sizeof(value->text), "%" PRIu32, number);
}

/* "IB, ETH" */
static void list_words(const struct sriov_nv_param *param, char *text, size_t size)
{
	size_t len = 0;

	text[0] = '\0';
	for (unsigned int i = 0; i < SRIOV_NV_WORDS && len < size; i++)
		if (param->words[i])
			len += (size_t)snprintf(text + len, size - len, "%s%s",
						len ? ", " : "", param->words[i]);
}

void sriov_nv_to_range(const struct sriov_nv_param *param, uint32_t max,
		       struct sriov_fw_param *to)
{
	if (has_words(param)) {
		list_words(param, to->words, sizeof(to->words));
		to->set |= SRIOV_FW_WORDS;
		return;
	}
	to->min = 0;
	to->max = max;
	to->set |= SRIOV_FW_RANGE;
}

/* A number in base 10, or 16 behind "0x", without sign or blank: "010" is ten. */
static int parse_number(const char *text, uint32_t *number)
{
	unsigned long long value;
	bool is_hex = text[0] == '0' && (text[1] == 'x' || text[1] == 'X');
	char *end;

	if (!isdigit((unsigned char)text[0]))
		return -EINVAL;
	errno = 0;
	value = strtoull(text, &end, is_hex ? 16 : 10);
	if (*end)
		return -EINVAL;
	if (errno || value > UINT32_MAX)
		return -ERANGE;
	*number = (uint32_t)value;
	return 0;
}

bool sriov_nv_is_allowed(const struct sriov_nv_param *param, uint32_t max,
			 uint32_t number)
{
	return has_words(param) ? word_of(param, number) != NULL : number <= max;
}

int sriov_nv_from_text(const struct sriov_nv_param *param, uint32_t max, const char *text,
		       uint32_t *number, char *allowed, size_t size)
{
	int r;

	if (has_words(param)) {
		list_words(param, allowed, size);
		for (*number = 0; *number < SRIOV_NV_WORDS; ++*number)
			if (param->words[*number] &&
			    !strcasecmp(param->words[*number], text))
				return 0;
	} else {
		snprintf(allowed, size, "0 to %" PRIu32, max);
	}
	r = parse_number(text, number);
	if (r < 0)
		return r;
	return sriov_nv_is_allowed(param, max, *number) ? 0 : -ERANGE;
}
