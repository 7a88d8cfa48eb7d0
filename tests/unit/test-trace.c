// SPDX-License-Identifier: GPL-2.0-or-later
/* The line for the system log: what it tells, and that it stays one line of bounded length. */
#include "plan.h"
#include "tap.h"

#define VFS 300

static struct sriov_pf first = { .name = "0000:01:00.0" },
		       second = { .name = "netdevsim/sim1" };

/* Two PFs, made by hand: what a plan looks like when it was run. */
struct bench {
	struct sriov_plan plan;
	struct pf_work works[2], *work_list[2];
	struct vf_work vfs[VFS];
	struct sriov_pf_attrs values[8];
	struct step steps[VFS * 2 + 8], *step_list[VFS * 2 + 8];
	size_t nr_values;
};

static void begin(struct bench *bench)
{
	memset(bench, 0, sizeof(*bench));
	bench->plan.made = bench->plan.run = bench->plan.began = true;
	bench->plan.steps = bench->step_list;
	bench->plan.works = bench->work_list;
	bench->plan.nr_works = 2;
	bench->works[0].pf = &first;
	bench->works[1].pf = &second;
	bench->works[0].vfs = bench->vfs;
	bench->works[0].nr_vfs = VFS;
	for (int i = 0; i < 2; i++)
		bench->work_list[i] = &bench->works[i];
	for (uint32_t i = 0; i < VFS; i++)
		bench->vfs[i].want.index = bench->vfs[i].now.index =
			bench->vfs[i].to.index = i;
}

static struct step *add_step(struct bench *bench, int work, uint64_t attr,
			     enum sriov_step_state state)
{
	struct step *step = &bench->steps[bench->plan.nr_steps];

	bench->step_list[bench->plan.nr_steps++] = step;
	step->pf_work = &bench->works[work];
	step->pub.pf = step->pf_work->pf;
	step->pub.attr = attr;
	step->pub.state = state;
	return step;
}

static void num_vfs(struct bench *bench, int work, uint32_t from, uint32_t to,
		    enum sriov_step_state state)
{
	struct step *step = add_step(bench, work, SRIOV_PF_NUM_VFS, state);
	struct sriov_pf_attrs *values = &bench->values[bench->nr_values];

	bench->nr_values += 2;
	values[0].set = values[1].set = SRIOV_PF_NUM_VFS;
	values[0].num_vfs = from;
	values[1].num_vfs = to;
	step->pub.from.pf = &values[0];
	step->pub.to.pf = &values[1];
}

static void vlan(struct bench *bench, uint32_t index, enum sriov_step_state state)
{
	struct step *step = add_step(bench, 0, SRIOV_VF_VLAN, state);

	step->pub.noun = SRIOV_NOUN_VF;
	step->vf_work = &bench->vfs[index];
	step->vf_work->now.set = step->vf_work->to.set = SRIOV_VF_VLAN;
	step->vf_work->to.vlan = (uint16_t)(10 + index);
	step->pub.index = index;
}

static void tells(const struct bench *bench, const char *want)
{
	char text[SRIOV_TRACE_LEN] = "nothing is told";

	sriov_trace_line(&bench->plan, "me", "sriov x", text);
	is_str(text, want, "%s", want);
}

static void test_outcomes(struct bench *bench)
{
	begin(bench);
	tells(bench, "nothing is told");
	num_vfs(bench, 0, 4, 4, SRIOV_STEP_SAME);
	vlan(bench, 2, SRIOV_STEP_PLANNED);
	tells(bench, "nothing is told");
	num_vfs(bench, 1, 0, 2, SRIOV_STEP_DONE);
	tells(bench, "done by me: netdevsim/sim1: num_vfs 0->2; command: sriov x");
	vlan(bench, 3, SRIOV_STEP_UNVERIFIED);
	tells(bench, "done by me: 0000:01:00.0: VF 3: vlan 0->13; "
		     "netdevsim/sim1: num_vfs 0->2; command: sriov x");
	vlan(bench, 4, SRIOV_STEP_UNDONE);
	tells(bench, "partly done by me: 0000:01:00.0: VF 3: vlan 0->13; "
		     "netdevsim/sim1: num_vfs 0->2; command: sriov x");
	vlan(bench, 5, SRIOV_STEP_LEFT);
	vlan(bench, 6, SRIOV_STEP_FAILED);
	tells(bench, "left changed by me: 0000:01:00.0: VF 5: vlan 0->15; "
		     "command: sriov x");
	bench->plan.began = false;
	tells(bench, "nothing is told");

	begin(bench);
	vlan(bench, 7, SRIOV_STEP_FAILED);
	tells(bench, "failed by me: 0000:01:00.0: VF 7: vlan 0->17; command: sriov x");
	vlan(bench, 8, SRIOV_STEP_UNDONE);
	vlan(bench, 9, SRIOV_STEP_UNDONE);
	vlan(bench, 11, SRIOV_STEP_UNDONE);
	tells(bench, "failed, undone by me: 0000:01:00.0: VFs 7-9,11: vlan; "
		     "command: sriov x");
	bench->plan.interrupted = true;
	tells(bench, "interrupted, undone by me: 0000:01:00.0: VFs 7-9,11: vlan; "
		     "command: sriov x");
}

/* Through 0 and up again is from the first to the last; there and back is not told. */
static void test_ways(struct bench *bench)
{
	begin(bench);
	num_vfs(bench, 0, 4, 0, SRIOV_STEP_DONE);
	num_vfs(bench, 0, 0, 8, SRIOV_STEP_DONE);
	tells(bench, "done by me: 0000:01:00.0: num_vfs 4->8; command: sriov x");
	begin(bench);
	num_vfs(bench, 0, 4, 0, SRIOV_STEP_DONE);
	num_vfs(bench, 0, 0, 4, SRIOV_STEP_DONE);
	tells(bench, "done by me: nothing; command: sriov x");
	begin(bench);
	vlan(bench, 1, SRIOV_STEP_DONE);
	bench->vfs[1].now.set = 0;
	tells(bench, "done by me: 0000:01:00.0: VF 1: vlan ?->11; command: sriov x");
}

/* Settings of the firmware stand before what the PF is told. */
static void test_settings(struct bench *bench)
{
	static const struct sriov_fw_param from = { .set = SRIOV_FW_NEXT,
						    .next = { 8, "8" } },
					   to = { .set = SRIOV_FW_NEXT,
						  .next = { 16, "16" } },
					   unknown = { .set = 0 };
	struct step *step;

	begin(bench);
	step = add_step(bench, 0, 0, SRIOV_STEP_DONE);
	step->pub.noun = SRIOV_NOUN_FW;
	step->pub.name = "NUM_OF_VFS";
	step->pub.from.fw = &from;
	step->pub.to.fw = &to;
	tells(bench, "done by me: 0000:01:00.0: NUM_OF_VFS 8->16; command: sriov x");
	step->pub.from.fw = &unknown;
	num_vfs(bench, 0, 4, 8, SRIOV_STEP_DONE);
	tells(bench, "done by me: 0000:01:00.0: NUM_OF_VFS ?->16, num_vfs 4->8; "
		     "command: sriov x");
	step->pub.to.fw = step->pub.from.fw = NULL;
	step->pub.name = "firmware";
	step->pub.state = SRIOV_STEP_LEFT;
	tells(bench, "left changed by me: 0000:01:00.0: firmware; command: sriov x");
}

static void test_limits(struct bench *bench)
{
	char text[SRIOV_TRACE_LEN], command[4096];

	begin(bench);
	for (uint32_t i = 0; i < VFS; i += 2)
		vlan(bench, i, SRIOV_STEP_DONE);
	memset(command, 'x', sizeof(command));
	command[sizeof(command) - 1] = '\0';
	ok(sriov_trace_line(&bench->plan, "me", command, text), "a long line");
	is_int(strlen(text), SRIOV_TRACE_LEN - 1, "is as long as may be");
	ok(!strncmp(text, "done by me: 0000:01:00.0: VFs 0,2,4,6,", 38), "begins: %.40s",
	   text);
	ok(strstr(text, "...: vlan; command: xxx"), "many VFs are cut");
	is_str(text + strlen(text) - 6, "xxx...", "and so is a command");
	for (size_t i = 1; i + 1 < sizeof(command); i += 2)
		memcpy(command + i, "\xc3\xbc", 2);
	ok(sriov_trace_line(&bench->plan, "me", command, text), "letters of two bytes");
	command[1] = '\0';
	for (const char *p = text; *p; p++)
		if ((unsigned char)*p >= 0xc0)
			command[1] |= (unsigned char)p[1] < 0x80 ? 1 : 0;
	is_int(command[1], 0, "are not cut in half");

	sriov_trace_line(&bench->plan, "me", "sriov\nOct 1 sriov: done\r\033[2J\x80",
			 text);
	is_str(strstr(text, "command: "), "command: sriov?Oct 1 sriov: done??[2J?",
	       "one line, whatever the words are");
	sriov_trace_line(&bench->plan, "me\nyou", NULL, text);
	ok(strstr(text, "done by me?you: ") && strstr(text, "; command: -"),
	   "nor does a user's name make two");
}

int main(void)
{
	struct bench *bench = malloc(sizeof(*bench));

	test_outcomes(bench);
	test_ways(bench);
	test_settings(bench);
	test_limits(bench);
	free(bench);
	return done_testing();
}
