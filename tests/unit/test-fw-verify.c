// SPDX-License-Identifier: GPL-2.0-or-later
/* Changes of settings in TLVs: what firmware stored of them, and what others did meanwhile. */
#include "nv-model.h"
#include "tap.h"

#define HEAD "MLNX_RAW_TLV_FILE\n"
#define PF "0000:04:00.0: "

static struct sriov_fw_change *prepared(const char *words)
{
	struct sriov_fw_change *change;

	is_int(model_prepare(words, &change), 0, "%s", words);
	return change;
}

static struct sriov_fw_change *reset(void)
{
	struct sriov_fw_change *change;

	is_int(sriov_nv_prepare_reset(model_open(), &change), 0,
	       "all settings are reset");
	return change;
}

/* ---- others ---- */

static void test_meanwhile(void)
{
	struct sriov_fw_change *change;

	model_reset();
	change = prepared("NUM_OF_VFS=9");
	model_store(0x80, 8, 0x02c3f046);
	is_int(sriov_nv_change_write(change), -EBUSY, "another tool was there first");
	is_str(change->verdicts[0].text, "TLV 0x00000080 was changed meanwhile",
	       "the words");
	is_int(model_ctx.error_class, SRIOV_REFUSED, "nothing was done");
	is_int(model.writes, 0, "indeed");
	is_int(sriov_nv_change_undo(change), 0, "nothing is to be undone");
	is_int(model_next(0x80, 8), 0x02c3f046, "what the other did stays");
	sriov_nv_change_free(change);

	change = prepared("NUM_OF_VFS=9 UCTX_EN=1");
	model_store(0x10a, 0, 1);
	is_int(sriov_nv_change_write(change), -EBUSY, "it was at the second TLV");
	is_int(model_ctx.error_class, SRIOV_FAILED, "something was done");
	ok(change->verdicts[0].done && !change->verdicts[0].err &&
		   !change->verdicts[1].done && change->verdicts[1].err == -EBUSY,
	   "the first");
	is_int(sriov_nv_change_undo(change), 0, "that is put back");
	is_int(model_next(0x80, 4), 0x20020000, "as it was");
	is_int(model_next(0x10a, 0), 1, "and the other's stays");
	sriov_nv_change_free(change);

	model_reset();
	model.bare = true;
	change = prepared("UCTX_EN=1");
	model_store(0x10a, 0, 0);
	is_int(sriov_nv_change_write(change), -EBUSY,
	       "where nothing was something is stored");
	sriov_nv_change_free(change);
}

static void test_after(void)
{
	struct sriov_fw_change *change;

	model_reset();
	change = prepared("NUM_OF_VFS=9 UCTX_EN=1");
	is_int(sriov_nv_change_write(change), 0, "written");
	model_store(0x80, 8, 0x02c3f046);
	is_int(sriov_nv_change_undo(change), -EBUSY,
	       "another tool has changed one since then");
	is_str(change->verdicts[0].text,
	       "TLV 0x00000080 was changed meanwhile, and is left so", "the words");
	ok(change->verdicts[0].err == -EBUSY && !change->verdicts[1].err, "of that one");
	ok(model_next(0x80, 4) == 0x20020009 && model_next(0x80, 8) == 0x02c3f046,
	   "it is left");
	ok(!model_find(0x10a)->stored, "the other is put back");
	sriov_nv_change_free(change);
}

/* ---- reading back ---- */

static void test_ignored_reset(void)
{
	struct sriov_fw_change *change;

	model_reset();
	model_set("SRIOV_EN=1 NUM_OF_VFS=9");
	model.ignore = 0x80;
	change = reset();
	is_int(sriov_nv_change_write(change), -EIO, "accepted, and not done");
	sriov_nv_change_free(change);

	model.no_default = true;
	change = reset();
	is_int(sriov_nv_change_write(change), -EIO,
	       "the same when the default cannot be read");
	is_str(model_ctx.error,
	       PF "TLV 0x00000080: the firmware has accepted its reset, but it is stored "
		  "still",
	       "what the list shows");
	sriov_nv_change_free(change);
	change = prepared("SRIOV_EN NUM_OF_VFS");
	is_int(sriov_nv_change_write(change), -EIO, "the same by name");
	is_str(change->verdicts[1].text,
	       "the firmware has accepted its default, but has stored 9", "the words");
	sriov_nv_change_free(change);

	model.no_list = true;
	change = reset();
	is_int(sriov_nv_change_write(change), 0, "and when there is no list");
	ok(change->verdicts[0].done && !change->verdicts[0].err, "it may be done");
	is_str(change->verdicts[0].text, "it cannot be read back", "nobody knows");
	sriov_nv_change_free(change);

	model.no_list = false;
	model.ignore = 0;
	change = reset();
	is_int(sriov_nv_change_write(change), 0, "it is done");
	is_str(change->verdicts[0].text, "", "and the list shows it");
	sriov_nv_change_free(change);
}

static void test_ignored_undo(void)
{
	struct sriov_fw_change *change;

	model_reset();
	is_int(sriov_nv_prepare_restore(model_open(),
					HEAD "0x02090004 0x07000080 0 0x00000001\n",
					&change),
	       0, "a TLV of which no setting changes");
	is_int(sriov_nv_change_write(change), 0, "written");
	model.ignore = 0x07000080;
	is_int(sriov_nv_change_undo(change), -EIO, "it is not made invalid again");
	ok(strstr(change->verdicts[change->n - 1].text, "has stored another"),
	   "the words");
	sriov_nv_change_free(change);

	model.ignore = 0;
	model.bare = true;
	change = prepared("UCTX_EN=1");
	is_int(sriov_nv_change_write(change), 0, "one that was not there");
	is_int(sriov_nv_change_undo(change), 0, "is undone");
	ok(!model_find(0x10a)->stored, "to nothing");
	sriov_nv_change_free(change);
}

/* ---- what may still happen, and what has happened in part ---- */

static void check_under_way(const struct sriov_verdict *verdict, const char *when)
{
	is_int(verdict->err, -EINPROGRESS, "%s: it may still happen", when);
	is_int(verdict->done, 1, "%s: it counts as written", when);
	is_str(verdict->text, "its firmware does not answer: pid 42 is stuck",
	       "%s: the words name who is at it", when);
}

static void test_under_way(void)
{
	struct sriov_fw_change *change;
	unsigned int reads;
	size_t at = 0;

	model_reset();
	change = prepared("NUM_OF_VFS=9 UCTX_EN=1 ROCE_CONTROL=2");
	model.under_way = 0x10a;
	is_int(sriov_nv_change_write(change), -EINPROGRESS,
	       "the second TLV does not come back");
	check_under_way(&change->verdicts[1], "written");
	ok(change->verdicts[0].done && !change->verdicts[2].done, "the others");
	is_int(model.writes, 1, "the third is not begun");
	reads = model.reads[SRIOV_NV_NEXT];
	model.under_way = 0;
	model_store(0x10a, 0, 0x100); /* now it happens */
	is_int(sriov_nv_change_undo(change), -EINPROGRESS, "and is not undone");
	check_under_way(&change->verdicts[1], "undone");
	is_int(model_next(0x10a, 0), 0x100, "indeed");
	ok(!model_find(0x80)->stored && !change->verdicts[0].err, "the first is");
	is_int(model.reads[SRIOV_NV_NEXT] - reads, 2, "only the first is looked at");
	sriov_nv_change_free(change);

	model_reset();
	model_set("UCTX_EN=1");
	change = reset();
	model.under_way = 0x10a;
	is_int(sriov_nv_change_write(change), -EINPROGRESS, "a reset does not come back");
	while (at < change->n && strcmp(change->to[at]->name, "UCTX_EN") != 0)
		at++;
	check_under_way(&change->verdicts[at], "reset");
	is_int(sriov_nv_change_undo(change), -EINPROGRESS, "nor is it undone");
	sriov_nv_change_free(change);

	model_reset();
	change = prepared("UCTX_EN=1");
	is_int(sriov_nv_change_write(change), 0, "written");
	model.under_way = 0x10a;
	is_int(sriov_nv_change_undo(change), -EINPROGRESS, "undoing does not come back");
	check_under_way(&change->verdicts[0], "put back");
	sriov_nv_change_free(change);
}

static void test_broken(void)
{
	struct sriov_fw_change *change;

	model_reset();
	change = prepared("NUM_OF_VFS=9 SRIOV_EN=1 UCTX_EN=1");
	model.broken = 0x80;
	is_int(sriov_nv_change_write(change), -EIO, "an error, and yet it is stored");
	ok(change->verdicts[0].err == -EIO && change->verdicts[0].done == 1 &&
		   change->verdicts[1].err == -EIO && change->verdicts[1].done == 1,
	   "all settings in it count as written");
	ok(!change->verdicts[2].err && !change->verdicts[2].done, "and no other");
	is_str(change->verdicts[0].text,
	       "TLV 0x00000080 cannot be written: internal error",
	       "the words, which do not name the PF again");
	is_int(sriov_nv_change_undo(change), 0, "it is undone");
	ok(!model_find(0x80)->stored, "indeed");
	sriov_nv_change_free(change);

	change = prepared("NUM_OF_VFS=9");
	model.broken = 0;
	model.refuse = 0x80;
	is_int(sriov_nv_change_write(change), -EIO, "an error, and nothing is stored");
	ok(change->verdicts[0].err == -EIO && !change->verdicts[0].done,
	   "it does not count as written");
	sriov_nv_change_free(change);
}

int main(void)
{
	test_under_way();
	test_broken();
	test_meanwhile();
	test_after();
	test_ignored_reset();
	test_ignored_undo();
	return done_testing();
}
