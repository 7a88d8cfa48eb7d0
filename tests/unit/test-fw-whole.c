// SPDX-License-Identifier: GPL-2.0-or-later
/* Whole TLVs: lists and files in which more is than the user of one PF may write. */
#include "nv-model.h"
#include "tap.h"

#define HEAD "MLNX_RAW_TLV_FILE\n"
#define PF "0000:04:00.0: "

/* ---- lists ---- */

static void test_broken_list(void)
{
	struct sriov_fw_change *change = NULL;
	char *text;

	model_reset();
	model_set("NUM_OF_VFS=9 LINK_TYPE_P2=IB");
	model.list_end = 1;
	is_int(sriov_nv_backup(model_open(), &text), -EIO, "a list that breaks off");
	is_str(model_ctx.error,
	       PF "what is stored cannot be listed: register not supported", "the words");
	is_int(sriov_nv_prepare_reset(model_open(), &change), -EIO,
	       "is no ground to reset only what we know");
}

static void test_long(void)
{
	static const uint32_t dwords[50];
	struct sriov_fw_change *change = NULL;
	char *text;

	model_reset();
	model_add(0x0600abcd, 200, 0, dwords)->stored = true;
	is_int(sriov_nv_backup(model_open(), &text), 0, "what is stored is saved");
	ok(strstr(text, "0x0600abcd 0x00000000 0x00000000 "), "with a long TLV");
	free(text);
	model.unreadable = 0x0600abcd;
	is_int(model_set("NUM_OF_VFS=9"), 0,
	       "one that cannot be read: others can be set");
	is_int(sriov_nv_backup(model_open(), &text), -EIO, "it cannot be saved");
	is_str(model_ctx.error, PF "TLV 0x0600abcd cannot be read: internal error",
	       "the words");
	is_int(sriov_nv_prepare_reset(model_open(), &change), -EIO, "nor reset");
	model.unreadable = 0;
	model_find(0x0600abcd)->length = 300;
	is_int(sriov_nv_backup(model_open(), &text), -EMSGSIZE, "one that is too long");
	is_str(model_ctx.error,
	       PF
	       "TLV 0x0600abcd cannot be read: it has 300 bytes, and there is room for "
	       "256",
	       "is not cut");
}

/* ---- resetting ---- */

static void test_left(void)
{
	struct sriov_fw_change *change;

	model_reset();
	model_set("NUM_OF_VFS=9");
	model_find(0x10b)->stored = true; /* read-only */
	model_add(0x03000480, 4, 0, (uint32_t[]){ 0x1234 })->stored = true;
	is_int(sriov_nv_prepare_reset(model_open(), &change), 0,
	       "all settings are reset");
	is_str(change->to[change->n - 2]->name, "tlv 0x0000010b", "one is read-only");
	is_str(change->to[change->n - 2]->note, "it stays: it is read-only", "it stays");
	is_str(change->to[change->n - 1]->name, "tlv 0x03000480", "one is of PF .1");
	is_str(change->to[change->n - 1]->note,
	       "it stays: another PF of the card has it, and only there it can be reset",
	       "it stays");
	ok(sriov_nv_is_same(change->from[change->n - 1], change->to[change->n - 1]) &&
		   !strcmp(change->to[change->n - 1]->next.text, "0x00001234"),
	   "as it is");
	is_int(sriov_nv_change_write(change), 0, "written");
	is_int(model.invalidated, 1, "and only what is of this PF");
	sriov_nv_change_free(change);
}

/* On another PF than .0, where the firmware numbers them. */
static void test_numbered(void)
{
	struct sriov_fw_change *change;

	model_reset();
	model_pf.is_pci = true;
	sriov_copy(model_pf.dev, sizeof(model_pf.dev), "0000:04:00.1");
	model_store(0x03000080, 0, 1);
	is_int(sriov_nv_prepare_reset(model_open(), &change), 0, "without numbers");
	is_int(sriov_nv_change_write(change), 0, "function 0 is who asks");
	is_int(model.invalidated, 1, "it is reset");
	sriov_nv_change_free(change);
	model_store(0x03000080, 0, 1);
	model_add(0x03000480, 16, 0, (uint32_t[]){ 0, 0, 0, 0 })->stored = true;
	is_int(sriov_nv_prepare_reset(model_open(), &change), 0, "with numbers");
	is_int(sriov_nv_change_write(change), 0, "written");
	ok(!model_find(0x03000480)->stored && model_find(0x03000080)->stored,
	   "function 0 is another");
	sriov_nv_change_free(change);

	is_int(sriov_nv_prepare_restore(model_open(),
					HEAD "0x02090010 0x03000080 0 5 2 3 4\n"
					     "0x02090010 0x03000480 0 6 2 3 4\n",
					&change),
	       0, "a file with both");
	is_int(sriov_nv_change_write(change), 0, "written");
	ok(model_next(0x03000480, 0) == 6 && model_next(0x03000080, 0) == 1,
	   "its own only");
	sriov_nv_change_free(change);
	is_int(sriov_nv_prepare_restore(model_open(),
					HEAD "0x02090010 0x03000080 0 5 2 3 4\n",
					&change),
	       0, "a file without numbers");
	is_int(sriov_nv_change_write(change), 0, "written");
	is_int(model_next(0x03000080, 0), 5, "is for who asks");
	sriov_nv_change_free(change);
	model_pf.is_pci = false;
}

/* A change that is undone: is the TLV in the list the one that was changed? */
static void undo(const char *words)
{
	struct sriov_fw_change *change;

	is_int(model_prepare(words, &change), 0, "%s", words);
	model.writes = model.invalidated = 0;
	is_int(sriov_nv_change_write(change), 0, "%s: written", words);
	is_int(sriov_nv_change_undo(change), 0, "%s: undone", words);
	sriov_nv_change_free(change);
}

static void test_was_stored(void)
{
	model_reset();
	model_add(0x03000480, 16, 0, (uint32_t[]){ 0, 0, 0, 0 })->stored = true;
	undo("PF_DEVICE_ID=5");
	is_int(model.invalidated, 1, "that of another PF does not count");
	model_find(0x07000080)->host = 7;
	model_add(0x07040080, 4, 0, (uint32_t[]){ 0 })->stored = true;
	undo("ATS_ENABLED=1");
	is_int(model.writes, 2, "that of a host by its number does");
	ok(!(model.header & 0x30000e00), "which is not written");
	model_find(0x07000080)->stored = false;
	model.bare = true;
	undo("ATS_ENABLED=1");
	is_int(model.invalidated, 1, "unless it is not there");
}

/* ---- files ---- */

static void test_header(void)
{
	struct sriov_fw_change *change;

	model_reset();
	is_int(sriov_nv_prepare_restore(model_open(),
					HEAD
					"0x120a0004 0x07000080 0 0x00400000\n"
					"0x020a0e04 0x07000080 0 0x00800000\n"
					"0x32090008 0x0000010a 0 0x00000100 0x00c00000\n",
					&change),
	       0, "a file with TLVs that are not the user's");
	is_str(change->to[0]->note,
	       "it is left out: it is not the user's, but of who made or sold the card",
	       "they are left out");
	is_int(sriov_nv_change_write(change), 0, "written");
	is_int(model.writes, 1, "one is the user's");
	is_int(model.header, 0x020a0004, "without priority and host");
	is_int(model_next(0x07000080, 0), 0x00800000, "it is the right one");
	sriov_nv_change_free(change);
}

static void test_saved(void)
{
	struct sriov_fw_change *change;
	char *text;

	model_reset();
	model_set("ATS_ENABLED=1");
	model_add(0x07000080, 4, 0, (uint32_t[]){ 0x12345678 })->stored = true;
	model.tlvs[model.n - 1].priority = 1;
	model_add(0x0600abcd, 6, 0, (uint32_t[]){ 1, 0x23450000 })->stored = true;
	is_int(sriov_nv_backup(model_open(), &text), 0, "saved");
	is_str(text,
	       HEAD
	       "% TLV Type: 0x07000080, Writer ID: ICMD USER1(0x0a), Writer Host ID: "
	       "0x00\n0x000a0004 0x07000080 0x00000000 0x00400000 \n"
	       "% TLV Type: 0x0600abcd, Writer ID: Unspecified(0x00), Writer Host ID: "
	       "0x00\n0x00000006 0x0600abcd 0x00000000 0x00000001 0x23450000 \n",
	       "only the user's, and whole dwords");
	model_store(0x0600abcd, 4, 0x23460000);
	is_int(sriov_nv_prepare_restore(model_open(), text, &change), 0, "restored");
	is_int(sriov_nv_change_write(change), 0, "written");
	is_int(model_next(0x0600abcd, 4), 0x23450000, "as it was");
	sriov_nv_change_free(change);
	free(text);
}

/* A file may be of another card, or made by hand. */
static void test_checked(void)
{
	static const struct {
		const char *lines, *why;
	} rows[] = {
		{ "0x02090004 0x07000080 0 0x00400000\n"
		  "0x0209000c 0x00000080 0 0xbc000000 0xa0020fff 0x02c3f045\n",
		  PF
		  "line 3: TLV 0x00000080: NUM_OF_VFS: it cannot be \"4095\": 0 to 127" },
		{ "0x0209000c 0x00000080 0 0xbc000000 0xa0020010 0x02c3f045\n"
		  "0x02090004 0x01020012 0 0x0000000c\n",
		  PF
		  "line 3: TLV 0x01020012: LINK_TYPE_P2: it cannot be \"3\": IB, ETH" },
		{ "0x02090004 0x07000080 0 0x00400000\n"
		  "0x0209000c 0x00000080 0 0xbc000000 0xa002007f 0x0403f045\n",
		  PF "NUM_OF_PF x (NUM_PF_MSIX + NUM_OF_VFS x NUM_VF_MSIX) would be " },
	};
	struct sriov_fw_change *change = NULL;
	char text[512];

	model_reset();
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		snprintf(text, sizeof(text), HEAD "%s", rows[i].lines);
		is_int(sriov_nv_prepare_restore(model_open(), text, &change), -EINVAL,
		       "%s", rows[i].why);
		model_ctx.error[strlen(rows[i].why)] = '\0';
		is_str(model_ctx.error, rows[i].why, "the words");
		is_int(model_ctx.error_class, SRIOV_WRONG, "before anything is done");
	}
	is_int(sriov_nv_prepare_restore(
		       model_open(),
		       HEAD "0x0209000c 0x00000080 0 0xbc000000 0xa0020010 0x02c3f045\n"
			    "0x02090010 0x03000080 0 0x00400000 0 4 0\n",
		       &change),
	       0, "one that can be, with a number that counts for nothing");
	for (size_t i = 0; i < change->n; i++) {
		if (!strcmp(change->to[i]->name, "NUM_OF_VFS"))
			ok(strstr(change->to[i]->note, "of the address space of PCI"),
			   "what its VFs cost is noted");
		if (!strcmp(change->to[i]->name, "PF_NUM_OF_VF"))
			is_str(change->to[i]->note,
			       "it counts for nothing until PF_NUM_OF_VF_VALID is True",
			       "and what does not count");
	}
	is_int(sriov_nv_change_write(change), 0, "written");
	sriov_nv_change_free(change);
	/* what a card has already is not refused, whatever it is */
	model_find(0x01020012)->data[SRIOV_NV_NEXT][3] = 0xc;
	is_int(sriov_nv_prepare_restore(model_open(),
					HEAD "0x02090004 0x01020012 0 0x0000000c\n",
					&change),
	       0, "nothing changes");
	sriov_nv_change_free(change);
}

int main(void)
{
	test_checked();
	test_broken_list();
	test_long();
	test_left();
	test_numbered();
	test_was_stored();
	test_header();
	test_saved();
	return done_testing();
}
