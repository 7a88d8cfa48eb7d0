// SPDX-License-Identifier: GPL-2.0-or-later
/* Settings in plans: which states come of what a back end says, and what an unknown name meant. */
#include <stdlib.h>

#include "plan.h"
#include "tap.h"

#define PAIRS 3

/* What the back end of these tests answers, and how often it was asked. */
static struct {
	int write, undo, err[PAIRS];
	uint64_t done[PAIRS];
	const char *text[PAIRS];
	unsigned int writes, undos;
} script;

static void say(struct sriov_fw_change *change)
{
	for (size_t i = 0; i < change->n; i++) {
		change->verdicts[i].err = script.err[i];
		change->verdicts[i].done |= script.done[i];
		sriov_copy(change->verdicts[i].text, SRIOV_TEXT_LEN,
			   script.text[i] ? script.text[i] : "");
	}
}

static int do_write(struct sriov_fw_change *change)
{
	script.writes++;
	say(change);
	return script.write;
}

static int do_undo(struct sriov_fw_change *change)
{
	script.undos++;
	if (script.undo)
		say(change);
	return script.undo;
}

static const struct sriov_fw_backend backend = { "test", .write = do_write,
						 .undo = do_undo };

struct bench {
	struct sriov_ctx ctx;
	struct sriov_pf pf;
	struct sriov_plan plan;
	struct pf_work work;
	struct sriov_verdict verdicts[PAIRS];
	struct sriov_fw_change change;
	struct step steps[PAIRS], *list[PAIRS];
};

static void begin(struct bench *bench)
{
	static const char *const names[PAIRS] = { "SRIOV_EN", "NUM_OF_VFS", "UCTX_EN" };

	for (size_t i = 0; i < PAIRS; i++)
		free(bench->steps[i].text);
	memset(bench, 0, sizeof(*bench));
	memset(&script, 0, sizeof(script));
	bench->ctx.stop_at = 1;
	bench->pf = (struct sriov_pf){ .ctx = &bench->ctx, .name = "0000:03:00.0" };
	bench->plan.ctx = &bench->ctx;
	bench->work.pf = &bench->pf;
	bench->change = (struct sriov_fw_change){ .backend = &backend,
						  .pf = &bench->pf,
						  .verdicts = bench->verdicts,
						  .n = PAIRS };
	for (size_t i = 0; i < PAIRS; i++) {
		bench->steps[i].phase = PHASE_FW_SET;
		bench->steps[i].pf_work = &bench->work;
		bench->steps[i].change = &bench->change;
		bench->steps[i].pair = i;
		bench->steps[i].pub.noun = SRIOV_NOUN_FW;
		bench->steps[i].pub.pf = &bench->pf;
		bench->steps[i].pub.name = names[i];
		bench->list[i] = &bench->steps[i];
	}
}

static void states(const struct bench *bench, const char *want, const char *name)
{
	static const char letters[] = "psdfulv";
	char got[PAIRS + 1] = "";

	for (size_t i = 0; i < PAIRS; i++)
		got[i] = letters[bench->steps[i].pub.state];
	is_str(got, want, "%s", name);
}

static void test_write(struct bench *bench)
{
	begin(bench);
	is_int(sriov_batch_fw_set(&bench->plan, bench->list, PAIRS), 0,
	       "all are written");
	states(bench, "ddd", "and done");
	is_int(script.writes, 1, "in one go");

	begin(bench);
	script.text[1] = "it cannot be read back";
	is_int(sriov_batch_fw_set(&bench->plan, bench->list, PAIRS), 0,
	       "one is not seen");
	states(bench, "dvd", "it is unverified");
	is_str(bench->steps[1].pub.text, "it cannot be read back", "and says why");

	begin(bench);
	script.write = script.err[1] = -EIO;
	script.done[0] = 1;
	script.text[1] = "the firmware has stored another";
	is_int(sriov_batch_fw_set(&bench->plan, bench->list, PAIRS), -EIO, "one fails");
	states(bench, "dfp", "those behind it are not done");
	is_str(bench->steps[1].pub.text, script.text[1], "it says why");

	begin(bench);
	script.write = -EPERM;
	sriov_fail(&bench->ctx, SRIOV_FAILED, EPERM, "the kernel is locked down");
	is_int(sriov_batch_fw_set(&bench->plan, bench->list, PAIRS), -EPERM,
	       "a failure of none of them");
	states(bench, "fpp", "is that of the first");
	is_str(bench->steps[0].pub.text, "the kernel is locked down", "with its text");
}

static void test_interrupted(struct bench *bench)
{
	begin(bench);
	script.write = -EINTR;
	script.done[0] = 1;
	is_int(sriov_batch_fw_set(&bench->plan, bench->list, PAIRS), -EINTR,
	       "interrupted between two");
	states(bench, "dpp", "what was not begun has not failed");
}

static void test_undo(struct bench *bench)
{
	begin(bench);
	script.write = script.err[2] = -EIO;
	script.done[0] = script.done[1] = 1;
	sriov_batch_fw_set(&bench->plan, bench->list, PAIRS);
	script.err[2] = 0;
	sriov_batch_fw_undo(&bench->plan, bench->list, PAIRS);
	states(bench, "uuf", "what was written is undone, what failed has failed");
	is_int(script.undos, 1, "the change is put back once");

	begin(bench);
	sriov_batch_fw_set(&bench->plan, bench->list, PAIRS);
	script.undo = script.err[0] = -EIO;
	script.text[0] = "still there";
	sriov_batch_fw_undo(&bench->plan, bench->list, PAIRS);
	states(bench, "luu", "what cannot be put back is left");
	is_str(bench->steps[0].pub.text, "still there", "and says why");

	begin(bench);
	sriov_batch_fw_set(&bench->plan, bench->list, PAIRS);
	script.undo = -EIO;
	sriov_batch_fw_undo(&bench->plan, bench->list, PAIRS);
	states(bench, "lll", "all are left when it is not said which");
}

/* ---- names ---- */

static void test_distance(void)
{
	is_int(sriov_fw_distance("NUM_OF_VFS", "num_of_vfs"), 0, "case does not count");
	is_int(sriov_fw_distance("NUM_OF_VF", "NUM_OF_VFS"), 1, "one letter less");
	is_int(sriov_fw_distance("NUM_FO_VFS", "NUM_OF_VFS"), 2, "two exchanged");
	is_int(sriov_fw_distance("SRIOV_ENABLE", "SRIOV_EN"), 4, "four more");
	is_int(sriov_fw_distance("VFS", "NUM_OF_VFS"), 2, "a part of it is near");
	ok(sriov_fw_distance("FROB", "NUM_OF_VFS") > SRIOV_NAME_LEN, "another is not");
	ok(sriov_fw_distance("", "UCTX_EN") > SRIOV_NAME_LEN, "nor is none");
	ok(sriov_fw_distance("X", "Y_EN_") > SRIOV_NAME_LEN, "nor a letter");
	char word[SRIOV_NAME_LEN * 4];

	memset(word, 'A', sizeof(word));
	word[sizeof(word) - 1] = '\0';
	ok(sriov_fw_distance(word, "UCTX_EN") > SRIOV_NAME_LEN, "nor what is too long");
}

static void test_wishes(struct bench *bench)
{
	struct sriov_plan *plan;
	struct fw_work *fw;

	begin(bench);
	sriov_plan_new(&bench->ctx, &plan);
	is_int(sriov_plan_fw_set(plan, &bench->pf, "NUM_OF_VFS", "8"), 0, "a wish");
	is_int(sriov_plan_fw_set(plan, &bench->pf, "SRIOV_EN", "1"), 0, "another");
	is_int(sriov_plan_fw_set(plan, &bench->pf, "num_of_vfs", NULL), 0,
	       "the first again, in another case");
	fw = sriov_plan_fw_work(plan, &bench->pf);
	is_int(fw->nr_wishes, 2, "are two");
	is_str(fw->wishes[0].value, NULL, "the last one counts");
	is_str(fw->wishes[1].value, "1", "the other is as it was");
	ok(sriov_plan_pf(plan, 0) == &bench->pf && !sriov_plan_pf(plan, 1),
	   "they are about one PF");
	sriov_plan_free(plan);
}

int main(void)
{
	struct bench *bench = calloc(1, sizeof(*bench));

	test_write(bench);
	test_interrupted(bench);
	test_undo(bench);
	test_distance();
	test_wishes(bench);
	begin(bench);
	free(bench);
	return done_testing();
}
