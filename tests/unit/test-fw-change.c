// SPDX-License-Identifier: GPL-2.0-or-later
/* Changes of settings in TLVs: what is written and in which order, and what is put back. */
#include "nv-model.h"
#include "tap.h"

#define HEAD "MLNX_RAW_TLV_FILE\n"

static void test_pairs(void)
{
	struct sriov_fw_change *change;
	const struct sriov_fw_param *from, *to;

	model_reset();
	is_int(model_prepare(
		       "PF_NUM_OF_VF=4 LINK_TYPE_P2=IB FPP_EN=1 PF_NUM_OF_VF_VALID=1",
		       &change),
	       0, "four settings");
	is_int((long long)change->n, 4, "are four pairs");
	is_str(change->to[0]->name, "FPP_EN", "in the order of writing");
	is_str(change->to[1]->name, "PF_NUM_OF_VF_VALID", "what is needed first");
	is_str(change->to[2]->name, "LINK_TYPE_P2", "then ports");
	is_str(change->to[3]->name, "PF_NUM_OF_VF", "what needs it last");
	from = change->from[3];
	to = change->to[3];
	ok(from->next.number == 0 && to->next.number == 4, "from and to");
	ok(!from->pending && to->pending && to->activation == SRIOV_FW_FIRMWARE_RESET,
	   "and that it will be pending");
	ok(change->from[0]->next.number == change->to[0]->next.number,
	   "one that is so already");
	is_int(model.writes, 0, "nothing is written yet");
	is_int(sriov_nv_change_write(change), 0, "written");
	is_int(model.writes, 3, "each TLV once");
	ok(change->verdicts[1].done && !change->verdicts[1].err &&
		   !change->verdicts[1].text[0],
	   "and found so");
	sriov_nv_change_free(change);
}

static void test_same(void)
{
	model_reset();
	is_int(model_set("FPP_EN=1 LINK_TYPE_P1=ETH NUM_OF_VFS=0"), 0, "as it is");
	is_int(model.writes, 0, "nothing is written");
	is_int(model_set("FPP_EN NUM_OF_VFS LINK_TYPE_P1"), 0, "reset, as it is");
	is_int(model.invalidated, 0, "nothing is made invalid");
	is_int(model_set("NUM_OF_VFS=5"), 0, "another number");
	is_int(model_set("NUM_OF_VFS=5"), 0, "and that again");
	is_int(model.writes, 1, "is written once");
}

/* sriov_valid says of two settings that they count. */
static void test_valid_bits(void)
{
	static const uint32_t off[] = { 0x3c000000, 0x20020007, 0x02c3f045 };

	model_reset();
	for (unsigned int mode = 0; mode < SRIOV_NV_MODES; mode++)
		for (size_t at = 0; at < 12; at += 4)
			model_put(model_find(0x80)->data[mode], at, off[at / 4]);
	model_store(0x80, 4,
		    0x20020003); /* which counts for nothing, as it is not valid */
	is_int(model_set("SRIOV_EN=1"), 0, "one of them is set");
	is_int(model_next(0x80, 4), 0xa0020007,
	       "the other stays what it was: its default");
	is_int(model_set("NUM_OF_VFS=9"), 0, "the other is set");
	is_int(model_next(0x80, 4), 0xa0020009, "the first stays");
	is_int(model_set("SRIOV_EN"), 0, "one is reset");
	is_int(model_next(0x80, 4), 0x20020009, "the other stays");
	is_int(model_next(0x80, 0), 0xbc000000, "and is valid");
	is_int(model_set("VF_LOG_BAR_SIZE=4"), 0, "a third, with a bit of its own");
	is_int(model_set("NUM_OF_VFS SRIOV_EN"), 0, "both are reset");
	is_int(model_next(0x80, 0), 0x3e000000, "neither is valid");
	is_int(model.invalidated, 0, "as there is something else in their TLV");
	is_int(model_set("VF_LOG_BAR_SIZE"), 0, "that is reset");
	is_int(model.invalidated, 1, "and nothing of the TLV is stored");
	ok(!model_find(0x80)->stored, "indeed");
}

/* A TLV has more in it than the table knows: only what is named is reset. */
static void test_reset_named(void)
{
	model_reset();
	model_set("ROCE_CONTROL=2");
	model_find(0x03000112)->data[SRIOV_NV_NEXT][3] = 1;
	is_int(model_set("ROCE_CONTROL MULTI_PORT_VHCA_EN"), 0,
	       "all that we know of a TLV are reset");
	is_int(model.invalidated, 0, "it is not made invalid");
	is_int(model_next(0x03000112, 0), 1, "as the rest stays");
	model_find(0x03000112)->data[SRIOV_NV_NEXT][3] = 0;
	model_set("ROCE_CONTROL=2");
	is_int(model_set("ROCE_CONTROL"), 0, "the last in it is reset");
	is_int(model.invalidated, 1, "and nothing of the TLV is stored");
}

/* Firmware that tells no defaults: the bit that says that they count is shared. */
static void test_reset_unknown(void)
{
	static const struct {
		const char *words, *why;
	} rows[] = {
		{ "NUM_OF_VFS", "NUM_OF_VFS: the firmware does not tell its default: "
				"reset all settings, or set this one" },
		{ "NUM_OF_VFS SRIOV_EN=0",
		  "NUM_OF_VFS: the firmware does not tell its default: reset all "
		  "settings, or set this one" },
		{ "ROCE_CONTROL MULTI_PORT_VHCA_EN",
		  "ROCE_CONTROL: the firmware does not tell its default: reset all "
		  "settings, or set this one" },
	};

	model_reset();
	model_set("SRIOV_EN=1 NUM_OF_VFS=9");
	model.no_default = true;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		is_int(model_set(rows[i].words), -EINVAL, "%s", rows[i].words);
		is_str(model_ctx.error + strlen("0000:04:00.0: "), rows[i].why,
		       "the words");
	}
	is_int(model_set("NUM_OF_VFS SRIOV_EN"), 0, "both at once");
	is_int(model_next(0x80, 0), 0x3c000000, "by their bit");
	is_int(model_set("NUM_OF_VFS"), 0, "one whose default counts already");
	is_int(model_next(0x80, 0), 0x3c000000, "stays so");
	is_int(model_set("NUM_OF_VFS=4"), -EINVAL, "one of them is set");
	is_str(model_ctx.error,
	       "0000:04:00.0: SRIOV_EN: the firmware does not tell its default, which "
	       "would count no more: give SRIOV_EN, too",
	       "what the other would be");
	is_int(model_set("NUM_OF_VFS=4 SRIOV_EN"), -EINVAL, "nor can it be reset");
	is_int(model_set("NUM_OF_VFS=4 SRIOV_EN=1"), 0, "both are set");
	is_int(model_next(0x80, 4), 0xa0020004, "as they are to be");
}

/* ---- what goes wrong ---- */

static struct sriov_fw_change *prepared(const char *words)
{
	struct sriov_fw_change *change;

	is_int(model_prepare(words, &change), 0, "%s", words);
	return change;
}

static void test_undo(void)
{
	struct sriov_fw_change *change;
	struct model before;

	model_reset();
	model_store(0x80, 4, 0x20020003);
	model_find(0x80)->writer = 9;
	before = model;
	change = prepared("NUM_OF_VFS=9 UCTX_EN=1 LINK_TYPE_P1=IB ROCE_CONTROL=2");
	model.refuse = 0x03000112;
	is_int(sriov_nv_change_write(change), -EIO, "the last TLV is refused");
	is_str(change->verdicts[3].text,
	       "TLV 0x03000112 cannot be written: bad parameter", "the setting to blame");
	ok(change->verdicts[0].done && change->verdicts[2].done &&
		   !change->verdicts[3].done,
	   "what was written");
	is_int(sriov_nv_change_undo(change), 0, "all is put back");
	ok(!memcmp(model.tlvs, before.tlvs, sizeof(model.tlvs)),
	   "to the byte, with who wrote it, and what was not stored is not");
	sriov_nv_change_free(change);

	change = prepared("UCTX_EN=1 ROCE_CONTROL=2");
	is_int(sriov_nv_change_write(change), -EIO, "refused again");
	model.refuse = 0x10a;
	change->verdicts[0].err = 0;
	is_int(sriov_nv_change_undo(change), -EIO, "and the first cannot be put back");
	is_int(change->verdicts[0].err, -EIO, "it is named");
	sriov_nv_change_free(change);
}

static void test_ignored(void)
{
	struct sriov_fw_change *change;

	model_reset();
	change = prepared("NUM_OF_VFS=9");
	model.ignore = 0x80;
	is_int(sriov_nv_change_write(change), -EIO, "accepted, and not stored");
	is_str(change->verdicts[0].text, "the firmware has accepted 9, but has stored 0",
	       "the words");
	sriov_nv_change_free(change);
	change = prepared("UCTX_EN=1");
	model_find(0x10a)->version = 3;
	is_int(sriov_nv_change_write(change), -EIO, "another firmware meanwhile");
	sriov_nv_change_free(change);
}

static void test_read_only(void)
{
	struct sriov_fw_change *change;

	model_reset();
	model_find(0x10a)->read_only = true;
	is_int(model_prepare("CQE_COMPRESSION=1", &change), -EACCES,
	       "one that is read-only");
	is_str(model_ctx.error,
	       "0000:04:00.0: CQE_COMPRESSION: it is read-only: the firmware does not let "
	       "it be changed",
	       "the words");
}

/* A TLV that is longer than the one that we know. */
static void test_longer(void)
{
	model_reset();
	*model_find(0x07000080) = (struct model_tlv){ .type = 0x07000080, .size = 12 };
	model_store(0x07000080, 8, 0x12345678);
	is_int(model_set("ATS_ENABLED=1"), 0, "it is set");
	is_int(model_next(0x07000080, 0), 0x00400000, "so it is stored");
	is_int(model_next(0x07000080, 8), 0x12345678, "with all of the rest");
}

/* ---- all settings, and files ---- */

static void test_reset_all(void)
{
	struct sriov_fw_change *change;
	struct model before;
	size_t differ = 0;

	model_reset();
	model_set("NUM_OF_VFS=9 LINK_TYPE_P2=IB");
	model_add(0x0600abcd, 8, 0, (uint32_t[]){ 1, 2 });
	model_store(0x0600abcd, 4, 3); /* a TLV that nobody knows */
	before = model;
	is_int(sriov_nv_prepare_reset(model_open(), &change), 0,
	       "all settings are reset");
	for (size_t i = 0; i < change->n; i++)
		differ += !sriov_nv_is_same(change->from[i], change->to[i]);
	is_int((long long)differ, 3, "three differ");
	is_str(change->to[change->n - 1]->name, "tlv 0x0600abcd", "one of them unknown");
	is_str(change->from[change->n - 1]->next.text, "0x0000000100000003",
	       "with bytes");
	is_str(change->to[change->n - 1]->next.text, "default", "that will be default");
	is_int(sriov_nv_change_write(change), 0, "written");
	is_int(model.invalidated, 3, "three TLVs are not stored any more");
	is_int(sriov_nv_change_undo(change), 0, "and put back");
	ok(!memcmp(model.tlvs, before.tlvs, sizeof(model.tlvs)), "to the byte");
	sriov_nv_change_free(change);

	model_reset();
	is_int(sriov_nv_prepare_reset(model_open(), &change), 0, "nothing is stored");
	is_int((long long)change->n, 0, "and nothing to do");
	sriov_nv_change_free(change);

	model_set("NUM_OF_VFS=9");
	model.no_list = true;
	is_int(sriov_nv_prepare_reset(model_open(), &change), 0,
	       "what is stored is unknown");
	is_int(sriov_nv_change_write(change), 0, "written");
	is_int(model.invalidated, 1, "what differs from the default is reset");
	sriov_nv_change_free(change);
}

static void test_backup(void)
{
	struct sriov_fw_change *change;
	char *text, *again;
	struct model before;

	model_reset();
	is_int(model_set("SRIOV_EN=1 NUM_OF_VFS=16 LINK_TYPE_P2=IB"), 0,
	       "three settings");
	is_int(sriov_nv_backup(model_open(), &text), 0, "are saved");
	is_str(text,
	       HEAD
	       "% TLV Type: 0x00000080, Writer ID: ICMD USER1(0x0a), Writer Host ID: "
	       "0x00\n0x000a000c 0x00000080 0x00000000 0xbc000000 0xa0020010 "
	       "0x02c3f045 \n% TLV Type: 0x01020012, Writer ID: ICMD USER1(0x0a), "
	       "Writer Host ID: 0x00\n0x000a0004 0x01020012 0x00000000 0x00000004 \n",
	       "as mstconfig does");
	before = model;
	model_set("NUM_OF_VFS=3 LINK_TYPE_P2 UCTX_EN=1");
	is_int(sriov_nv_prepare_restore(model_open(), text, &change), 0, "and restored");
	is_int(sriov_nv_change_write(change), 0, "written");
	ok(!memcmp(model_find(0x80), &before.tlvs[0], sizeof(before.tlvs[0])),
	   "the first is as it was");
	is_int(model_next(0x01020012, 0), 4, "and the second");
	is_int(model_next(0x10a, 0), 0x100, "what is not in the file stays");
	sriov_nv_change_free(change);
	is_int(model_set("UCTX_EN"), 0, "that is reset");
	is_int(sriov_nv_backup(model_open(), &again), 0, "saved again");
	is_str(again, text, "the same");
	before = model;
	is_int(sriov_nv_prepare_restore(model_open(), text, &change), 0,
	       "restored again");
	is_int(sriov_nv_change_write(change), 0, "written");
	is_int(model.writes, before.writes, "nothing to do");
	sriov_nv_change_free(change);
	free(text);
	free(again);
	model.no_list = true;
	is_int(sriov_nv_backup(model_open(), &text), -ENOSYS, "firmware without a list");
}

static void test_restore(void)
{
	static const struct {
		const char *line, *why;
	} rows[] = {
		{ "0x02090004 0x00000999 0 1\n",
		  "0000:04:00.0: line 2: TLV 0x00000999: this card does not have it" },
		{ "0x02090008 0x00000080 0 1 2\n",
		  "0000:04:00.0: line 2: TLV 0x00000080: it has 8 bytes, that of this card 12" },
		{ "0x02090004 0x07000081 0 1\n",
		  "0000:04:00.0: line 2: TLV 0x07000081: it is read-only, and not as it is "
		  "here" },
		{ "0x02090004 0x07000081 0\n",
		  "0000:04:00.0: line 2: a TLV has three numbers of a header, and data" },
	};
	struct sriov_fw_change *change;
	char text[512];

	model_reset();
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		snprintf(text, sizeof(text), HEAD "%s", rows[i].line);
		is_int(sriov_nv_prepare_restore(model_open(), text, &change), -EINVAL,
		       "%s", rows[i].why);
		is_str(model_ctx.error, rows[i].why, "the words");
	}
	is_int(sriov_nv_prepare_restore(model_open(),
					HEAD "0x02c90004 0x07000080 0x1234 0x80000001\n",
					&change),
	       0, "what the table does not know is taken, too");
	is_int(sriov_nv_change_write(change), 0, "written");
	is_int(model_next(0x07000080, 0), 0x80000001, "all of it");
	is_int(sriov_nv_change_undo(change), 0, "and put back");
	ok(!model_find(0x07000080)->stored, "to nothing");
	sriov_nv_change_free(change);

	is_int(sriov_nv_prepare_restore(model_open(),
					HEAD "0x02090004 0x07000080 0 0x00000001\n",
					&change),
	       0, "a TLV of which no setting changes");
	is_str(change->to[change->n - 1]->name, "tlv 0x07000080", "is named as such");
	is_str(change->to[change->n - 1]->next.text, "0x00000001", "with its bytes");
	is_str(change->from[change->n - 1]->next.text, "default", "from what it was");
	sriov_nv_change_free(change);

	model_add(0x03000480, 16, 0, (uint32_t[]){ 0, 0, 0, 0 });
	is_int(sriov_nv_prepare_restore(model_open(),
					HEAD "0x02090010 0x03000480 0 1 2 3 4\n",
					&change),
	       0, "a TLV of another function");
	is_int(sriov_nv_change_write(change), 0, "written");
	is_int(model_next(0x03000480, 0), 0, "is left alone");
	is_str(change->to[0]->note,
	       "it is left out: another PF of the card has it, and only there it can be "
	       "restored",
	       "and that is said");
	sriov_nv_change_free(change);
}

int main(void)
{
	test_pairs();
	test_same();
	test_valid_bits();
	test_reset_named();
	test_reset_unknown();
	test_undo();
	test_ignored();
	test_read_only();
	test_longer();
	test_reset_all();
	test_backup();
	test_restore();
	return done_testing();
}
