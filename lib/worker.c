// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Work in which the kernel may block for ever runs in forked children: a process with a
 * thread in D state cannot exit, one with a stuck child can. The child keeps the locks it
 * inherited, so that the next command meets them; one that only reads keeps none.
 */
#include <fcntl.h>
#include <poll.h>
#include <sys/mman.h>
#include <sys/wait.h>

#include "worker.h"

#define WRITE_SECONDS 5 /* destroying seven VFs of an igb takes two */
#define REAP_MS 100     /* how often to look for children that died without a word */

static int start(struct crew *crew, unsigned int slot)
{
	pid_t pid = fork();

	if (pid < 0)
		return -errno;
	if (pid == 0) {
		sriov_worker_child(crew, slot);
		_exit(0);
	}
	crew->children[slot] = pid;
	return 0;
}

static void finish(struct crew *crew, unsigned int job, int err, const char *text)
{
	if (crew->tasks[job].state == FINISHED)
		return;
	crew->tasks[job].state = FINISHED;
	crew->jobs[job].err = err;
	sriov_copy(crew->jobs[job].text, sizeof(crew->jobs[job].text), text);
	crew->nr_done++;
	if (crew->pace->what)
		sriov_progress(crew->ctx, crew->pace->what, crew->nr_done, crew->nr_jobs);
}

static void hear(struct crew *crew)
{
	struct record record;

	while (read(crew->pipe[0], &record, sizeof(record)) == sizeof(record)) {
		if (record.finished)
			finish(crew, record.job, record.err, record.text);
		else if (crew->tasks[record.job].state == WAITING)
			crew->tasks[record.job] =
				(struct task){ RUNNING, record.pid, sriov_now_ms() };
	}
}

static void say_stuck(struct crew *crew, unsigned int job, bool at_once)
{
	char text[SRIOV_TEXT_LEN];

	snprintf(text, sizeof(text),
		 at_once ? "interrupted; process %d is still at it" :
			   "the kernel blocks; process %d is stuck in it",
		 crew->jobs[job].pid);
	finish(crew, job, at_once ? -EINTR : -ETIMEDOUT, text);
}

static void finish_those_of(struct crew *crew, pid_t pid)
{
	for (unsigned int i = 0; i < crew->nr_jobs; i++)
		if (crew->tasks[i].state == RUNNING && crew->tasks[i].pid == pid)
			finish(crew, i, -ECHILD, "the worker process died");
}

/* Children that are gone: what they had in hand has failed. */
static void reap(struct crew *crew)
{
	int64_t now = sriov_now_ms();

	/* those that speak are well: not with each word of any */
	if (now - crew->reaped < REAP_MS)
		return;
	crew->reaped = now;
	for (unsigned int i = 0; i < crew->pace->parallel; i++) {
		pid_t pid = crew->children[i];

		if (!pid || waitpid(pid, NULL, WNOHANG) == 0)
			continue;
		hear(crew);
		finish_those_of(crew, pid);
		crew->children[i] = 0;
	}
}

static void leave_behind(struct crew *crew, pid_t pid)
{
	for (unsigned int i = 0; i < crew->pace->parallel; i++) {
		if (crew->children[i] != pid)
			continue;
		atomic_fetch_add(&crew->board->generation[i], 1);
		crew->children[i] = 0;
	}
}

/* Jobs beyond their time: leave the child behind, with a fresh one in its place. */
static void dismiss_late(struct crew *crew)
{
	bool at_once = sriov_is_stopped_at_once(crew->ctx);
	int64_t now = sriov_now_ms();

	for (unsigned int i = 0; i < crew->nr_jobs; i++) {
		struct task *task = &crew->tasks[i];

		if (task->state != RUNNING ||
		    (!at_once && now - task->since < crew->pace->limit_ms))
			continue;
		leave_behind(crew, task->pid);
		/* dead since it was last looked for: nobody is stuck */
		if (waitpid(task->pid, NULL, WNOHANG) != 0) {
			hear(crew);
			finish_those_of(crew, task->pid);
			continue;
		}
		sriov_debug(crew->ctx, "worker %d is %s", (int)task->pid,
			    at_once ? "left alone" : "blocked by the kernel");
		crew->jobs[i].pid = task->pid;
		crew->nr_late++;
		say_stuck(crew, i, at_once);
	}
}

/* Jobs that were not handed out yet are not done any more. */
static void stop(struct crew *crew)
{
	unsigned int next;

	if (!sriov_is_stopped(crew->ctx))
		return;
	next = atomic_exchange(&crew->board->next, crew->nr_jobs);
	for (unsigned int i = next; i < crew->nr_jobs; i++)
		finish(crew, i, -EINTR, "interrupted");
}

static bool deserted(const struct crew *crew)
{
	for (unsigned int i = 0; i < crew->pace->parallel; i++)
		if (crew->children[i])
			return false;
	return true;
}

/* Keep as many children at work as there are jobs for. */
static int staff(struct crew *crew)
{
	unsigned int handed = atomic_load(&crew->board->next), there = 0;
	unsigned int waiting = handed < crew->nr_jobs ? crew->nr_jobs - handed : 0;

	for (unsigned int i = 0; i < crew->pace->parallel; i++)
		there += crew->children[i] != 0;
	for (unsigned int i = 0; i < crew->pace->parallel && there < waiting; i++) {
		int r;

		if (crew->children[i])
			continue;
		r = start(crew, i);
		if (r < 0)
			return r;
		there++;
	}
	return 0;
}

/* Jobs that nobody will do: handed out to a child that died before it could say so. */
static void finish_lost(struct crew *crew)
{
	if (!deserted(crew) || atomic_load(&crew->board->next) < crew->nr_jobs)
		return;
	hear(crew);
	for (unsigned int i = 0; i < crew->nr_jobs; i++)
		if (crew->tasks[i].state == WAITING)
			finish(crew, i, -ECHILD, "the worker process died");
}

static int open_crew(struct crew *crew)
{
	crew->tasks = calloc(crew->nr_jobs, sizeof(*crew->tasks));
	crew->board = mmap(NULL, sizeof(*crew->board), PROT_READ | PROT_WRITE,
			   MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (!crew->tasks || crew->board == MAP_FAILED)
		return -ENOMEM;
	if (pipe2(crew->pipe, O_CLOEXEC) < 0)
		return -errno;
	/* only the parent reads, and it must not wait for a child that says nothing */
	fcntl(crew->pipe[0], F_SETFL, O_NONBLOCK);
	sriov_worker_find_foreign(crew);
	return 0;
}

static void close_crew(struct crew *crew)
{
	for (int i = 0; i < 2; i++)
		if (crew->pipe[i] >= 0)
			close(crew->pipe[i]);
	for (unsigned int i = 0; i < crew->pace->parallel; i++)
		if (crew->children[i])
			waitpid(crew->children[i], NULL, 0);
	if (crew->board != MAP_FAILED)
		munmap(crew->board, sizeof(*crew->board));
	free(crew->tasks);
}

/* Until all is done, or nobody can be found to do it. */
static int work(struct crew *crew)
{
	unsigned int patience = crew->pace->patience ? crew->pace->patience : UINT_MAX;
	int r;

	while (crew->nr_done < crew->nr_jobs) {
		struct pollfd poll_fd = { .fd = crew->pipe[0], .events = POLLIN };
		int64_t before = sriov_now_ms(), lost;

		r = crew->nr_late < patience ? staff(crew) : -ETIMEDOUT;
		/* without memory for another child, those at work go on */
		if (r < 0 && deserted(crew))
			return r;
		poll(&poll_fd, 1, REAP_MS);
		/* we were stopped, and so were the children: that time does not count */
		lost = sriov_now_ms() - before - REAP_MS;
		for (unsigned int i = 0; i < crew->nr_jobs && lost > REAP_MS; i++)
			crew->tasks[i].since += lost;
		if (crew->pace->tick)
			crew->pace->tick(crew->ctx, crew->jobs[0].data);
		hear(crew);
		reap(crew);
		stop(crew);
		dismiss_late(crew);
		finish_lost(crew);
	}
	return 0;
}

int sriov_workers_run(struct sriov_ctx *ctx, const struct sriov_pace *pace,
		      struct sriov_job *jobs, size_t n)
{
	struct crew crew = { .ctx = ctx,
			     .pace = pace,
			     .jobs = jobs,
			     .nr_jobs = n,
			     .board = MAP_FAILED,
			     .pipe = { -1, -1 } };
	int r;

	if (!n)
		return 0;
	r = open_crew(&crew);
	if (r >= 0)
		r = work(&crew);
	for (size_t i = 0; i < n && r < 0; i++)
		if (!crew.tasks || crew.tasks[i].state != FINISHED) {
			jobs[i].err = r;
			jobs[i].text[0] = '\0';
		}
	close_crew(&crew);
	for (size_t i = 0; i < n && !r; i++)
		r = jobs[i].err;
	return r;
}

unsigned int sriov_write_limit_ms(const struct sriov_ctx *ctx)
{
	return (ctx->wait > WRITE_SECONDS ? ctx->wait : WRITE_SECONDS) * 1000;
}
