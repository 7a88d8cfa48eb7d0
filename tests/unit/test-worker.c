// SPDX-License-Identifier: GPL-2.0-or-later
/* Workers: results, parallel work, children that are stuck or die. */
#include <fcntl.h>
#include <signal.h>
#include <stdatomic.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>

#include "internal.h"
#include "tap.h"

#define MANY 200

static int run(struct sriov_ctx *ctx, struct sriov_job *jobs, size_t n,
	       unsigned int parallel, unsigned int limit_ms)
{
	const struct sriov_pace pace = { .parallel = parallel, .limit_ms = limit_ms };

	return sriov_workers_run(ctx, &pace, jobs, n);
}

static int answer(struct sriov_ctx *ctx, const struct sriov_job *job, char *text)
{
	int number = *(const int *)job->data;

	(void)ctx;
	snprintf(text, SRIOV_TEXT_LEN, "job %d", number);
	return number % 3 ? 0 : -EBUSY;
}

/* Blocks until the pipe's other end goes: as the kernel would, with an end for the test. */
static int block(struct sriov_ctx *ctx, const struct sriov_job *job, char *text)
{
	char byte;

	(void)ctx;
	(void)text;
	return read(*(const int *)job->data, &byte, 1) < 0 ? -errno : 0;
}

static int die(struct sriov_ctx *ctx, const struct sriov_job *job, char *text)
{
	(void)ctx;
	(void)job;
	(void)text;
	raise(SIGKILL);
	return 0;
}

/* A meeting of four: passes only when all are at work at once. */
static int meet(struct sriov_ctx *ctx, const struct sriov_job *job, char *text)
{
	atomic_int *there = *(atomic_int *const *)job->data;

	(void)ctx;
	(void)text;
	atomic_fetch_add(there, 1);
	while (atomic_load(there) < 4)
		;
	return 0;
}

static void test_results(struct sriov_ctx *ctx)
{
	static struct sriov_job jobs[MANY];
	static int numbers[MANY];
	int wrong = 0, r;
	char text[32];

	for (int i = 0; i < MANY; i++) {
		numbers[i] = i + 1;
		jobs[i] = (struct sriov_job){ .work = answer, .data = &numbers[i] };
	}
	r = run(ctx, jobs, MANY, 7, 10000);
	is_int(r, -EBUSY, "the first failure is returned");
	for (int i = 0; i < MANY; i++) {
		snprintf(text, sizeof(text), "job %d", i + 1);
		wrong += jobs[i].err != ((i + 1) % 3 ? 0 : -EBUSY) ||
			 strcmp(jobs[i].text, text);
	}
	is_int(wrong, 0, "each job has its own result and text");
	is_int(run(ctx, jobs, 0, 7, 10000), 0, "no jobs, no failure");
}

static void test_stuck(struct sriov_ctx *ctx)
{
	int ends[2], numbers[3] = { 1, 2, 4 }, r = pipe2(ends, O_CLOEXEC);
	struct sriov_job jobs[4] = {
		{ .work = answer, .data = &numbers[0] },
		{ .work = block, .data = &ends[0] },
		{ .work = answer, .data = &numbers[1] },
		{ .work = answer, .data = &numbers[2] },
	};

	ok(r == 0, "a pipe to be stuck on");
	r = run(ctx, jobs, 4, 1, 200);
	is_int(r, -ETIMEDOUT, "being stuck is a failure");
	is_int(jobs[1].err, -ETIMEDOUT, "of the job that is stuck");
	ok(jobs[1].pid > 0 && kill(jobs[1].pid, 0) == 0,
	   "whose process is named, and there");
	ok(!jobs[0].err && !jobs[2].err && !jobs[3].err,
	   "the others are done by a new child");
	/* the child inherited the writing end, too: only killing ends it */
	kill(jobs[1].pid, SIGKILL);
	is_int(waitpid(jobs[1].pid, NULL, 0), jobs[1].pid, "it is a child of ours");
	close(ends[0]);
	close(ends[1]);
}

/* Has the child this file open? */
static bool has_open(int pid, const struct stat *file)
{
	char path[64];
	struct stat st;

	for (int fd = 0; fd < 64; fd++) {
		snprintf(path, sizeof(path), "/proc/%d/fd/%d", pid, fd);
		if (!stat(path, &st) && st.st_dev == file->st_dev &&
		    st.st_ino == file->st_ino)
			return true;
	}
	return false;
}

/* A stuck child keeps the locks of PFs, but one that only reads does not. */
static void test_locks(struct sriov_ctx *ctx, bool reads)
{
	const struct sriov_pace pace = { .parallel = 1, .limit_ms = 200, .reads = reads };
	struct sriov_pf pf = { .ctx = ctx, .lock = memfd_create("lock", MFD_CLOEXEC) };
	struct sriov_pf *pfs[] = { &pf, NULL }, **before = ctx->pfs;
	int ends[2], r = pipe2(ends, O_CLOEXEC);
	struct sriov_job job = { .work = block, .data = &ends[0] };
	struct stat lock;

	ok(r == 0 && fstat(pf.lock, &lock) == 0, "a lock, and a pipe to be stuck on");
	ctx->pfs = pfs;
	ctx->nr_pfs = 1;
	is_int(sriov_workers_run(ctx, &pace, &job, 1), -ETIMEDOUT, "a child is stuck");
	ok(has_open(job.pid, &lock) == !reads,
	   reads ? "a reader has let go of the lock" : "a writer has the lock");
	ok(pf.lock >= 0 && fcntl(pf.lock, F_GETFD) >= 0, "and its parent has it");
	kill(job.pid, SIGKILL);
	waitpid(job.pid, NULL, 0);
	ctx->pfs = before;
	ctx->nr_pfs = 0;
	sriov_unlock(&pf);
	is_int(pf.lock, -1, "until it is closed");
	close(ends[0]);
	close(ends[1]);
}

static void test_patience(struct sriov_ctx *ctx)
{
	const struct sriov_pace pace = { .parallel = 1, .limit_ms = 100, .patience = 2 };
	int ends[2], r = pipe2(ends, O_CLOEXEC);
	struct sriov_job jobs[5];

	ok(r == 0, "a pipe to be stuck on");
	for (int i = 0; i < 5; i++)
		jobs[i] = (struct sriov_job){ .work = block, .data = &ends[0] };
	is_int(sriov_workers_run(ctx, &pace, jobs, 5), -ETIMEDOUT, "patience has an end");
	ok(jobs[0].pid && jobs[1].pid && !jobs[2].pid, "after two that are stuck");
	is_int(jobs[4].err, -ETIMEDOUT, "what was never begun has failed, too");
	for (int i = 0; i < 2; i++) {
		kill(jobs[i].pid, SIGKILL);
		waitpid(jobs[i].pid, NULL, 0);
	}
	close(ends[0]);
	close(ends[1]);
}

/* Without a descriptor there is no pipe: that is no success. */
static void test_no_means(struct sriov_ctx *ctx)
{
	struct rlimit limit, none;
	int number = 1, r;
	struct sriov_job job = { .work = answer, .data = &number };

	getrlimit(RLIMIT_NOFILE, &limit);
	none = limit;
	none.rlim_cur = 3;
	setrlimit(RLIMIT_NOFILE, &none);
	r = run(ctx, &job, 1, 1, 10000);
	setrlimit(RLIMIT_NOFILE, &limit);
	is_int(r, -EMFILE, "workers that cannot be had are a failure");
	is_int(job.err, -EMFILE, "of each job");
}

static void test_dead(struct sriov_ctx *ctx)
{
	int numbers[2] = { 1, 2 };
	struct sriov_job jobs[3] = {
		{ .work = die },
		{ .work = answer, .data = &numbers[0] },
		{ .work = answer, .data = &numbers[1] },
	};

	run(ctx, jobs, 3, 1, 10000);
	is_int(jobs[0].err, -ECHILD, "a child that dies has failed");
	ok(jobs[0].text[0] != '\0', "and a reason is given");
	ok(!jobs[1].err && !jobs[2].err, "its further jobs are done by another");
}

static void test_parallel(struct sriov_ctx *ctx)
{
	atomic_int *there = mmap(NULL, sizeof(*there), PROT_READ | PROT_WRITE,
				 MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	struct sriov_job jobs[4];

	for (int i = 0; i < 4; i++)
		jobs[i] = (struct sriov_job){ .work = meet, .data = &there };
	is_int(run(ctx, jobs, 4, 4, 20000), 0, "four work at once");
	munmap(there, sizeof(*there));
}

static int wait_a_little(struct sriov_ctx *ctx, const struct sriov_job *job, char *text)
{
	const struct timespec pause = { .tv_nsec = 300 * 1000000 };

	(void)ctx;
	(void)job;
	(void)text;
	nanosleep(&pause, NULL);
	return 0;
}

static void interrupt(struct sriov_ctx *ctx, const void *data)
{
	(void)data;
	sriov_interrupt(ctx);
}

/* Each look at the work is an interruption: the first lets it finish, the second does not. */
static void test_interrupted(void)
{
	const struct sriov_pace pace = { .parallel = 1,
					 .limit_ms = 20000,
					 .tick = interrupt };
	struct sriov_job jobs[2] = { { .work = wait_a_little },
				     { .work = wait_a_little } };
	struct sriov_ctx *ctx;
	int64_t begin = sriov_now_ms();

	if (sriov_new(&ctx)) {
		ok(false, "a context");
		return;
	}
	is_int(sriov_workers_run(ctx, &pace, jobs, 2), -EINTR,
	       "interrupted workers are a failure");
	ok(sriov_now_ms() - begin < 10000, "and are not waited for");
	is_int(jobs[1].err, -EINTR, "what was not begun is not done");
	is_int(jobs[1].pid, 0, "and nobody is at it");
	is_int(jobs[0].err, -EINTR,
	       "who interrupts twice does not wait for what was begun");
	ok(jobs[0].pid > 0, "and is told who is at it");
	sriov_free(ctx);
}

int main(void)
{
	struct sriov_ctx *ctx;

	if (sriov_new(&ctx))
		return 1;
	test_results(ctx);
	test_stuck(ctx);
	test_locks(ctx, false);
	test_locks(ctx, true);
	test_patience(ctx);
	test_no_means(ctx);
	test_dead(ctx);
	test_parallel(ctx);
	test_interrupted();
	sriov_free(ctx);
	return done_testing();
}
