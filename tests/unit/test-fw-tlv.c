// SPDX-License-Identifier: GPL-2.0-or-later
/* TLVs of the NV configuration, as bytes; the table of settings in them. */
#include "nv-model.h"
#include "tap.h"

static void test_fields(void)
{
	uint8_t data[8] = { 0x12, 0x34, 0x56, 0x78, 0xff, 0xff, 0xff, 0xff };
	struct sriov_nv_field low = { 0, 0, 8 }, middle = { 0, 12, 8 },
			      whole = { 4, 0, 32 };

	is_int(sriov_nv_get(data, low), 0x78, "the lowest bits are in the last byte");
	is_int(sriov_nv_get(data, middle), 0x45, "bits of two bytes");
	is_int(sriov_nv_get(data, whole), UINT32_MAX, "a whole dword");
	sriov_nv_put(data, middle, 0x1ab);
	ok(!memcmp(data, "\x12\x3a\xb6\x78\xff\xff\xff\xff", 8),
	   "a field is written, and nothing beside it");
	sriov_nv_put(data, whole, 1);
	ok(!memcmp(data + 4, "\0\0\0\1", 4), "a whole dword is written");
	is_int(sriov_nv_limit(low), 255, "what 8 bits hold");
	is_int(sriov_nv_limit(whole), UINT32_MAX, "what 32 bits hold");
}

static void test_headers(void)
{
	struct sriov_tlv tlv;

	is_int(sriov_tlv_type(SRIOV_TLV_GLOBAL, 0x10a, 0), 0x10a, "global type");
	is_int(sriov_tlv_type(SRIOV_TLV_PORT, 0x12, 2), 0x01020012, "type of a port");
	is_int(sriov_tlv_type(SRIOV_TLV_FUNCTION, 0x80, 0), 0x03000080,
	       "type of a function");
	is_int(sriov_tlv_type(SRIOV_TLV_ANY_HOST, 0x80, 0), 0x07000080, "type of a host");

	memset(&tlv, 0xff, sizeof(tlv));
	sriov_tlv_init(&tlv, 0x01020012, SRIOV_NV_NEXT, 4);
	/* mlxconfig: 0x02090004, with its own number for who writes */
	ok(!memcmp(tlv.header, "\x02\x0a\x00\x04\x01\x02\x00\x12\0\0\0\0", 12),
	   "header: overridable, not for reading, from us, 4 bytes");
	is_int(tlv.data[0], 0, "and no data yet");
	sriov_tlv_init(&tlv, 0x80, SRIOV_NV_CURRENT, 12);
	is_int(sriov_nv_get(tlv.header, SRIOV_TLV_MODE), 1,
	       "the mode for what is current");
	sriov_nv_put(tlv.header, SRIOV_TLV_LENGTH, 0x1ff);
	is_int((long long)sriov_tlv_length(&tlv), 256, "a length is not trusted");
	is_str(sriov_tlv_writer(9), "mlxconfig", "who wrote it");
	is_str(sriov_tlv_writer(0x1e), "unknown", "nobody that is known");
	is_str(sriov_tlv_writer_in_file(0xc), "ICMD MLXCONFIG SET RAW", "as in a file");
}

/* ---- what mstconfig wrote for the same words, on a card like the model ---- */

static const struct {
	const char *before, *words;
	uint32_t type;
	uint32_t dwords[4];
} golden[] = {
	{ NULL,
	  "SRIOV_EN=1 NUM_OF_VFS=16",
	  0x80,
	  { 0xbc000000, 0xa0020010, 0x02c3f045 } },
	{ "SRIOV_EN=1 NUM_OF_VFS=16",
	  "NUM_OF_VFS=8 PF_NUM_OF_VF_VALID=1 PER_PF_NUM_SF=1 STRICT_VF_MSIX_NUM=1 "
	  "NUM_VF_MSIX=4",
	  0x80,
	  { 0xbc304000, 0xa0020008, 0x0103f045 } },
	{ NULL, "VF_MIGRATION_MODE=1 UCTX_EN=1", 0x10a, { 0x100, 0x00400000 } },
	{ NULL,
	  "uctx_en=true vf_migration_mode=migration_enabled",
	  0x10a,
	  { 0x100, 0x00800000 } },
	{ NULL, "LINK_TYPE_P2=IB", 0x01020012, { 4 } },
	{ "LINK_TYPE_P2=IB", "LINK_TYPE_P2=eth", 0x01020012, { 8 } },
	{ NULL,
	  "ADVANCED_PCI_SETTINGS=1 FORCE_ETH_PCI_SUBCLASS=1",
	  0x07000080,
	  { 0xa0000000 } },
	{ NULL,
	  "FORCE_ETH_PCI_SUBCLASS=1 ADVANCED_PCI_SETTINGS=1",
	  0x07000080,
	  { 0xa0000000 } },
	{ NULL, "SRIOV_IB_ROUTING_MODE_P1=LID", 0x01010196, { 0x40000000 } },
	{ "PF_NUM_OF_VF_VALID=1 PER_PF_NUM_SF=1",
	  "PF_TOTAL_SF=64 PF_SF_BAR_SIZE=8 PF_NUM_OF_VF=8",
	  0x03000080,
	  { 0x08c00040, 0, 8, 0 } },
	{ NULL,
	  "PF_NUM_OF_VF=4 PF_NUM_OF_VF_VALID=1",
	  0x03000080,
	  { 0x00400000, 0, 4, 0 } },
};

static void test_golden(void)
{
	for (size_t i = 0; i < ARRAY_SIZE(golden); i++) {
		const struct model_tlv *tlv;
		bool same = true;

		model_reset();
		if (golden[i].before)
			is_int(model_set(golden[i].before), 0, "%s", golden[i].before);
		is_int(model_set(golden[i].words), 0, "%s", golden[i].words);
		tlv = model_find(golden[i].type);
		for (size_t at = 0; at < tlv->size; at += 4)
			same &= model_next(tlv->type, at) == golden[i].dwords[at / 4];
		ok(same, "%s: TLV 0x%08x is as mstconfig has it", golden[i].words,
		   tlv->type);
		is_int(tlv->writer, 10, "%s: it says who wrote it", golden[i].words);
	}
}

/* ---- the table ---- */

/* A bit of each field of each TLV: which parameter has it. */
static const char *owner[SRIOV_NV_LAYOUTS][32 * 8];

static bool fits(enum sriov_nv_layout_id layout, struct sriov_nv_field field)
{
	return !(field.byte % 4) && field.byte + 4 <= sriov_nv_layouts[layout].size &&
	       field.bit + field.width <= 32;
}

static void test_places(const struct sriov_nv_param *param)
{
	bool alone = true;

	ok(param->field.width && fits(param->in, param->field), "%s: fits", param->name);
	ok(fits(param->in, param->valid) && param->valid.width < 2,
	   "%s: its valid bit fits", param->name);
	for (unsigned int i = 0; i < param->field.width; i++) {
		unsigned int bit = param->field.byte * 8U + param->field.bit + i;

		alone &= !owner[param->in][bit];
		owner[param->in][bit] = param->name;
	}
	ok(alone, "%s: nothing else is there", param->name);
	ok(fits(param->cap, param->if_cap) && fits(param->cap, param->max) &&
		   fits(param->cap, param->max_if),
	   "%s: what it asks for fits the TLV of capabilities", param->name);
	is_int(param->if_cap.width || param->max.width ?
		       strstr(sriov_nv_layouts[param->cap].name, "_cap") != NULL :
		       1,
	       1, "%s: asks a TLV of capabilities", param->name);
}

static void test_words(const struct sriov_nv_param *param)
{
	unsigned int n = 0;
	bool fit = true;

	for (unsigned int i = 0; i < SRIOV_NV_WORDS; i++) {
		n += param->words[i] != NULL;
		fit &= !param->words[i] || i <= sriov_nv_limit(param->field);
	}
	ok(fit, "%s: its words fit", param->name);
	is_int(n > 1, param->type != SRIOV_FW_NUMBER, "%s: words, or a number",
	       param->name);
}

/* What is needed is written first, and has no needs that nobody looks at. */
static void test_needs(const struct sriov_nv_param *param)
{
	struct sriov_nv_key key = { NULL, 0 };

	if (!param->needs)
		return;
	ok(sriov_nv_find(param->needs, &key) && key.param->type == SRIOV_FW_BOOL,
	   "%s: what it needs is a setting", param->name);
	ok(key.param && key.param->in <= param->in && !key.param->needs,
	   "%s: and written before it", param->name);
}

static void test_table(void)
{
	struct sriov_nv_key key;
	enum sriov_nv_layout_id layout;
	unsigned int port, n = 0;
	char name[SRIOV_NAME_LEN];

	for (const struct sriov_nv_param *param = sriov_nv_params; param->name; param++) {
		test_places(param);
		test_words(param);
		test_needs(param);
		ok(param->activation == SRIOV_FW_FIRMWARE_RESET ||
			   param->activation == SRIOV_FW_REBOOT,
		   "%s: it is known what it takes", param->name);
		ok(sriov_nv_find(param->name, &key) && key.param == param && !key.port,
		   "%s: found by its name", param->name);
		n++;
	}
	ok(n == 39, "%u settings", n);

	ok(sriov_nv_find("sriov_EN", &key), "in any case");
	ok(sriov_nv_find("link_type_p2", &key) && key.port == 2,
	   "of a port, in any case");
	sriov_nv_name(key, name, sizeof(name));
	is_str(name, "LINK_TYPE_P2", "and its name again");
	ok(!sriov_nv_find("LINK_TYPE_P0", &key), "no port 0");
	ok(!sriov_nv_find("LINK_TYPE_P02", &key), "no port 02");
	ok(!sriov_nv_find("LINK_TYPE_P256", &key), "no port 256");
	ok(!sriov_nv_find("LINK_TYPE_P99999999999", &key), "and no more");
	ok(!sriov_nv_find("SRIOV_EN_P1", &key), "it is not of a port");
	ok(!sriov_nv_find("SRIOV_E", &key), "a part of a name");
	ok(!sriov_nv_find("", &key), "no name");
	ok(sriov_nv_find_layout(0x01020012, &layout, &port) && port == 2 &&
		   layout == SRIOV_NV_LINK_TYPE,
	   "a layout by its type");
	ok(!sriov_nv_find_layout(0x03000480, &layout, &port),
	   "of another function: none");
}

int main(void)
{
	test_fields();
	test_headers();
	test_golden();
	test_table();
	return done_testing();
}
