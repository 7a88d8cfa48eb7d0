// SPDX-License-Identifier: GPL-2.0-or-later
/* Values of settings: words and numbers that people write, and what is shown. */
#include "nv.h"
#include "tap.h"

static const struct sriov_nv_param *param_of(const char *name)
{
	struct sriov_nv_key key = { NULL, 0 };

	sriov_nv_find(name, &key);
	return key.param;
}

static void test_from_text(void)
{
	static const struct {
		const char *name, *text;
		int r;
		uint32_t number;
		const char *allowed;
	} rows[] = {
		{ "SRIOV_EN", "1", 0, 1, NULL },
		{ "SRIOV_EN", "0", 0, 0, NULL },
		{ "SRIOV_EN", "True", 0, 1, NULL },
		{ "SRIOV_EN", "FALSE", 0, 0, NULL },
		{ "SRIOV_EN", "2", -ERANGE, 0, "False, True" },
		{ "SRIOV_EN", "on", -EINVAL, 0, "False, True" },
		{ "SRIOV_EN", "", -EINVAL, 0, "False, True" },
		{ "LINK_TYPE_P1", "IB", 0, 1, NULL },
		{ "LINK_TYPE_P1", "eth", 0, 2, NULL },
		{ "LINK_TYPE_P1", "0x2", 0, 2, NULL },
		{ "LINK_TYPE_P1", "0", -ERANGE, 0, "IB, ETH" },
		{ "LINK_TYPE_P1", "3", -ERANGE, 0, "IB, ETH" },
		{ "LINK_TYPE_P1", "4", -ERANGE, 0, "IB, ETH" },
		{ "LINK_TYPE_P1", "VPI", -EINVAL, 0, "IB, ETH" },
		{ "CQE_COMPRESSION", "aggressive", 0, 1, NULL },
		{ "CQE_COMPRESSION", "7", -ERANGE, 0, "BALANCED, AGGRESSIVE" },
		{ "BAR_PAGE_ALIGNMENT", "64kb", 0, 2, NULL },
		{ "NUM_OF_VFS", "16", 0, 16, NULL },
		{ "NUM_OF_VFS", "0x10", 0, 16, NULL },
		{ "NUM_OF_VFS", "0X1f", 0, 31, NULL },
		{ "NUM_OF_VFS", "010", 0, 10, NULL },
		{ "NUM_OF_VFS", "08", 0, 8, NULL },
		{ "NUM_OF_VFS", "0", 0, 0, NULL },
		{ "NUM_OF_VFS", "00", 0, 0, NULL },
		{ "NUM_OF_VFS", "127", 0, 127, NULL },
		{ "NUM_OF_VFS", "128", -ERANGE, 0, "0 to 127" },
		{ "NUM_OF_VFS", "4294967296", -ERANGE, 0, "0 to 127" },
		{ "NUM_OF_VFS", "99999999999999999999999", -ERANGE, 0, "0 to 127" },
		{ "NUM_OF_VFS", "-1", -EINVAL, 0, "0 to 127" },
		{ "NUM_OF_VFS", "+1", -EINVAL, 0, "0 to 127" },
		{ "NUM_OF_VFS", " 1", -EINVAL, 0, "0 to 127" },
		{ "NUM_OF_VFS", "1 ", -EINVAL, 0, "0 to 127" },
		{ "NUM_OF_VFS", "1.5", -EINVAL, 0, "0 to 127" },
		{ "NUM_OF_VFS", "0x", -EINVAL, 0, "0 to 127" },
		{ "NUM_OF_VFS", "0x0x1", -EINVAL, 0, "0 to 127" },
		{ "NUM_OF_VFS", "1f", -EINVAL, 0, "0 to 127" },
		{ "NUM_OF_VFS", "True", -EINVAL, 0, "0 to 127" },
	};

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		char allowed[256] = "";
		uint32_t number;
		int r = sriov_nv_from_text(param_of(rows[i].name), 127, rows[i].text,
					   &number, allowed, sizeof(allowed));

		is_int(r, rows[i].r, "%s=%s", rows[i].name, rows[i].text);
		if (!rows[i].r)
			is_int(number, rows[i].number, "%s=%s: the number", rows[i].name,
			       rows[i].text);
		else
			is_str(allowed, rows[i].allowed, "%s=%s: what is allowed",
			       rows[i].name, rows[i].text);
	}
}

static void test_to_value(void)
{
	static const struct {
		const char *name;
		uint32_t number;
		const char *text;
	} rows[] = {
		{ "SRIOV_EN", 0, "False" },
		{ "SRIOV_EN", 1, "True" },
		{ "NUM_OF_VFS", 65535, "65535" },
		{ "LINK_TYPE_P1", 1, "IB" },
		{ "LINK_TYPE_P1", 0, "0" }, /* no word for it */
		{ "CQE_COMPRESSION", 7, "7" },
		{ "VF_MIGRATION_MODE", 2, "MIGRATION_ENABLED" },
	};

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct sriov_fw_value value;

		sriov_nv_to_value(param_of(rows[i].name), rows[i].number, &value);
		is_str(value.text, rows[i].text, "%s: %s", rows[i].name, rows[i].text);
		is_int(value.number, rows[i].number, "%s: its number", rows[i].name);
	}
}

/* Each value that can be shown can be written. */
static void test_round_trip(void)
{
	for (const struct sriov_nv_param *param = sriov_nv_params; param->name; param++) {
		uint32_t max = sriov_nv_limit(param->field), got;
		bool same = true;

		for (uint32_t number = 0; number <= max && number < 4096; number++) {
			struct sriov_fw_value value;
			char allowed[256];

			if (param->type != SRIOV_FW_NUMBER &&
			    (number >= SRIOV_NV_WORDS || !param->words[number]))
				continue;
			sriov_nv_to_value(param, number, &value);
			same &= !sriov_nv_from_text(param, max, value.text, &got, allowed,
						    sizeof(allowed)) &&
				got == number;
		}
		ok(same, "%s: what is shown is understood", param->name);
	}
}

static void test_range(void)
{
	struct sriov_fw_param range = { 0 }, words = { 0 };

	sriov_nv_to_range(param_of("NUM_OF_VFS"), 127, &range);
	ok(range.set == SRIOV_FW_RANGE && !range.min && range.max == 127, "a range");
	sriov_nv_to_range(param_of("LINK_TYPE"), 3, &words);
	is_int((long long)words.set, SRIOV_FW_WORDS, "words have no range");
	is_str(words.words, "IB, ETH", "words");
}

int main(void)
{
	test_from_text();
	test_to_value();
	test_round_trip();
	test_range();
	return done_testing();
}
