// SPDX-License-Identifier: GPL-2.0-or-later
/* One line in the system log for a plan: who asked for it, what changed, and the outcome. */
#include <inttypes.h>
#include <pwd.h>
#include <signal.h>
#include <stdarg.h>
#include <syslog.h>

#include "plan.h"

#define CHANGES_LEN 560 /* room for who, the outcome and the command remains */
#define NAME_LEN 64
#define RANGES_LEN 96
#define LIMIT_MS 1000

/* A text that grows as long as there is room; what does not fit is "...". */
struct line {
	char text[SRIOV_TRACE_LEN];
	size_t len, room;
};

static PRINTF(2, 3) void add(struct line *line, const char *fmt, ...)
{
	va_list args;
	int len;

	va_start(args, fmt);
	len = vsnprintf(line->text + line->len, line->room - line->len, fmt, args);
	va_end(args);
	if (len < 0)
		return;
	line->len += (size_t)len;
	if (line->len >= line->room) {
		line->len = line->room - 1;
		memcpy(line->text + line->len - 3, "...", 3);
	}
}

/* ---- what changed ---- */

enum outcome { NOTHING, FAILED, UNDONE, STOPPED, DONE, PARTLY, LEFT };

static const char *const outcomes[] = {
	[FAILED] = "failed",
	[UNDONE] = "failed, undone",
	[STOPPED] = "interrupted, undone",
	[DONE] = "done",
	[PARTLY] = "partly done",
	[LEFT] = "left changed",
};

static enum outcome judge(const struct sriov_plan *plan)
{
	unsigned int done = 0, undone = 0, failed = 0, left = 0;

	for (size_t i = 0; i < plan->nr_steps; i++) {
		switch (plan->steps[i]->pub.state) {
		case SRIOV_STEP_PLANNED:
		case SRIOV_STEP_SAME:
			break;
		case SRIOV_STEP_DONE:
		case SRIOV_STEP_UNVERIFIED:
			done++;
			break;
		case SRIOV_STEP_FAILED:
			failed++;
			break;
		case SRIOV_STEP_UNDONE:
			undone++;
			break;
		case SRIOV_STEP_LEFT:
			left++;
			break;
		}
	}
	if (left)
		return LEFT;
	if (done)
		return failed + undone ? PARTLY : DONE;
	if (undone)
		return plan->interrupted ? STOPPED : UNDONE;
	return failed ? FAILED : NOTHING;
}

/* Of what is left, only that; of what was done in part, not what was undone. */
static bool is_told(const struct step *step, enum outcome outcome)
{
	switch (step->pub.state) {
	case SRIOV_STEP_PLANNED:
	case SRIOV_STEP_SAME:
		return false;
	case SRIOV_STEP_LEFT:
		return true;
	case SRIOV_STEP_DONE:
	case SRIOV_STEP_UNVERIFIED:
		return outcome == DONE || outcome == PARTLY;
	case SRIOV_STEP_FAILED:
	case SRIOV_STEP_UNDONE:
		break;
	}
	return outcome == FAILED || outcome == UNDONE || outcome == STOPPED;
}

static void format_pf(const struct sriov_pf_attrs *pf, uint64_t attr, char *text,
		      size_t size)
{
	if (!(pf->set & attr))
		sriov_copy(text, size, "?");
	else if (attr == SRIOV_PF_NUM_VFS)
		snprintf(text, size, "%" PRIu32, pf->num_vfs);
	else if (attr == SRIOV_PF_AUTOPROBE)
		sriov_copy(text, size, pf->autoprobe ? "on" : "off");
	else
		sriov_copy(text, size, attr == SRIOV_PF_DRIVER ? pf->driver : "?");
}

/* From before the first step of this attribute to behind the last one. */
static void tell_pf_attr(const struct sriov_plan *plan, const struct pf_work *work,
			 uint64_t attr, enum outcome outcome, struct line *line)
{
	const struct step *first = NULL, *last = NULL;
	char from[NAME_LEN], to[NAME_LEN];

	for (size_t i = 0; i < plan->nr_steps; i++) {
		const struct step *step = plan->steps[i];

		if (step->pf_work != work || step->vf_work || step->group_work ||
		    step->pub.attr != attr || !is_told(step, outcome))
			continue;
		first = first ? first : step;
		last = step;
	}
	if (!first)
		return;
	format_pf(first->pub.from.pf, attr, from, sizeof(from));
	format_pf(last->pub.to.pf, attr, to, sizeof(to));
	/* autoprobe is off for a moment while VFs are made */
	if (strcmp(from, to) != 0)
		add(line, "%s %s %s->%s", line->len ? "," : "", sriov_pf_attr_name(attr),
		    from, to);
}

/* "0-3,7": those VFs of the PF that have a mask. */
static void name_vfs(const struct pf_work *work, const uint64_t *attrs, struct line *line)
{
	size_t first = 0, last;

	for (;;) {
		while (first < work->nr_vfs && !attrs[first])
			first++;
		if (first == work->nr_vfs)
			return;
		last = first;
		while (last + 1 < work->nr_vfs && attrs[last + 1] &&
		       work->vfs[last + 1].want.index == work->vfs[last].want.index + 1)
			last++;
		add(line, "%s%" PRIu32, line->len ? "," : "",
		    work->vfs[first].want.index);
		if (last > first)
			add(line, "-%" PRIu32, work->vfs[last].want.index);
		first = last + 1;
	}
}

/* The attributes of one VF, or of many; those of one with their values. */
static void tell_vf_attrs(const struct vf_work *vf, uint64_t attrs, struct line *line)
{
	char from[SRIOV_NAME_LEN], to[SRIOV_NAME_LEN];

	for (uint64_t attr = 1; attr & SRIOV_VF_ALL; attr <<= 1) {
		if (!(attrs & attr))
			continue;
		add(line, " %s", sriov_vf_attr_name(attr));
		if (!vf)
			continue;
		sriov_copy(from, sizeof(from), "?");
		if (vf->now.set & attr)
			sriov_vf_format(&vf->now, attr, from, sizeof(from));
		sriov_vf_format(&vf->to, attr, to, sizeof(to));
		add(line, " %s->%s", from, to);
	}
}

static void tell_vfs(const struct sriov_plan *plan, const struct pf_work *work,
		     enum outcome outcome, struct line *line)
{
	_cleanup_free_ uint64_t *attrs = calloc(work->nr_vfs + 1, sizeof(*attrs));
	struct line names = { .room = RANGES_LEN };
	const struct vf_work *vf = NULL;
	uint64_t all = 0;
	size_t n = 0;

	for (size_t i = 0; attrs && i < plan->nr_steps; i++) {
		const struct step *step = plan->steps[i];
		uint64_t *mine;

		if (step->pf_work != work || !step->vf_work || !is_told(step, outcome))
			continue;
		vf = step->vf_work;
		mine = &attrs[vf - work->vfs];
		n += !*mine;
		*mine |= step->pub.attr;
		all |= step->pub.attr;
	}
	if (!n)
		return;
	name_vfs(work, attrs, &names);
	add(line, "%s VF%s %s:", line->len ? "," : "", n > 1 ? "s" : "", names.text);
	tell_vf_attrs(n == 1 ? vf : NULL, all, line);
}

/* What the firmware stores, and what was done to it. */
static void tell_fw(const struct sriov_plan *plan, const struct pf_work *work,
		    enum outcome outcome, struct line *line)
{
	for (size_t i = 0; i < plan->nr_steps; i++) {
		const struct sriov_step *step = &plan->steps[i]->pub;
		const struct sriov_fw_param *from = step->from.fw, *to = step->to.fw;

		if (plan->steps[i]->pf_work != work || step->noun != SRIOV_NOUN_FW ||
		    !is_told(plan->steps[i], outcome))
			continue;
		add(line, "%s %s", line->len ? "," : "", step->name);
		if (to && to->set & SRIOV_FW_NEXT)
			add(line, " %s->%s",
			    from && from->set & SRIOV_FW_NEXT ? from->next.text : "?",
			    to->next.text);
	}
}

static void tell_changes(const struct sriov_plan *plan, enum outcome outcome,
			 struct line *line)
{
	for (size_t i = 0; i < plan->nr_works; i++) {
		const struct pf_work *work = plan->works[i];
		struct line here = { .room = CHANGES_LEN };

		tell_fw(plan, work, outcome, &here);
		for (uint64_t attr = 1; attr & SRIOV_PF_ALL; attr <<= 1)
			tell_pf_attr(plan, work, attr, outcome, &here);
		tell_vfs(plan, work, outcome, &here);
		if (here.len)
			add(line, "%s%s:%s", line->len ? "; " : "", work->pf->name,
			    here.text);
	}
	if (!line->len)
		add(line, "nothing");
}

/* ---- who ---- */

/* A job's work, data being a uid: its name is the text. A name may come over a network. */
static int look_up(struct sriov_ctx *ctx, const struct sriov_job *job, char *text)
{
	const uid_t *uid = job->data;
	struct passwd entry, *found = NULL;
	char room[4096];

	(void)ctx;
	if (getpwuid_r(*uid, &entry, room, sizeof(room), &found) || !found)
		return -ENOENT;
	snprintf(text, NAME_LEN, "%s", found->pw_name);
	return 0;
}

static int send_line(struct sriov_ctx *ctx, const struct sriov_job *job, char *text)
{
	char ident[32];

	(void)ctx;
	(void)text;
	/* this is a child: what it sets is not that of the program, its number no one's */
	snprintf(ident, sizeof(ident), "sriov[%d]", (int)getppid());
	openlog(ident, LOG_NDELAY, LOG_USER);
	syslog(LOG_NOTICE, "%s", (const char *)job->data);
	closelog();
	return 0;
}

/*
 * In a child, for a second: syslog(3) waits for ever when the socket is full, and so may who
 * knows the names of users. Unlike one in the kernel's hands, such a child can be killed; it
 * would keep the locks.
 */
static int run_shortly(struct sriov_ctx *ctx, struct sriov_job *job)
{
	const struct sriov_pace pace = { .parallel = 1,
					 .limit_ms = LIMIT_MS,
					 .reads = true };
	/* what was interrupted is told, too */
	unsigned int interrupts = atomic_exchange(&ctx->interrupts, 0);
	int r = sriov_workers_run(ctx, &pace, job, 1);

	atomic_fetch_add(&ctx->interrupts, interrupts);
	/* it may not hear that: nobody waits for it */
	if (job->pid > 0)
		kill(job->pid, SIGKILL);
	return r;
}

/* The login that a session began with: neither sudo nor su change it. */
static void tell_who(struct sriov_ctx *ctx, char *who, size_t size)
{
	struct sriov_job job = { .work = look_up };
	uint32_t login = UINT32_MAX;
	uid_t uid = getuid();
	bool known;

	known = sriov_sysfs_read_u32(ctx, &login, "proc/self/loginuid") >= 0 &&
		login != UINT32_MAX;
	if (known)
		uid = login;
	job.data = &uid;
	if (!uid)
		sriov_copy(job.text, sizeof(job.text), "root");
	else if (run_shortly(ctx, &job) < 0)
		sriov_copy(job.text, sizeof(job.text), "?");
	snprintf(who, size, "%.*s (%s %u)", NAME_LEN, job.text,
		 known ? "loginuid" : "uid", (unsigned int)uid);
}

bool sriov_trace_line(const struct sriov_plan *plan, const char *who, const char *command,
		      char text[SRIOV_TRACE_LEN])
{
	struct line changes = { .room = CHANGES_LEN }, line = { .room = SRIOV_TRACE_LEN };
	enum outcome outcome = plan->began ? judge(plan) : NOTHING;

	if (outcome == NOTHING)
		return false;
	tell_changes(plan, outcome, &changes);
	/* the command comes last: whatever it looks like, nothing true stands behind it */
	add(&line, "%s by %s: %s; command: %s", outcomes[outcome], who, changes.text,
	    command ? command : "-");
	sriov_make_printable(line.text);
	sriov_copy(text, SRIOV_TRACE_LEN, line.text);
	return true;
}

void sriov_plan_trace(const struct sriov_plan *plan, const char *command)
{
	char who[NAME_LEN * 2], text[SRIOV_TRACE_LEN];
	struct sriov_job job = { .work = send_line, .data = text };
	struct sriov_ctx *ctx = plan->ctx;
	int r;

	if (ctx->recorded || !sriov_sysfs_exists(ctx, "dev/log") ||
	    !sriov_trace_line(plan, "", NULL, text))
		return;
	tell_who(ctx, who, sizeof(who));
	sriov_trace_line(plan, who, command, text);
	r = run_shortly(ctx, &job);
	sriov_debug(ctx, "syslog %s -> %s", text, r ? sriov_strerror(-r) : "done");
}
