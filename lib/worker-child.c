// SPDX-License-Identifier: GPL-2.0-or-later
/* What a forked child does: job after job, with a word about each to its parent. */
#include <fcntl.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/prctl.h>

#include "worker.h"

/*
 * A stuck child must not keep the caller's pipe or terminal open, and libraries that print
 * must not print into whatever file gets descriptor 2: give it a place to print to.
 */
static void let_go_of_stdio(struct sriov_ctx *ctx)
{
	int nowhere = memfd_create(SRIOV_WORKER_NAME, 0);

	for (int fd = 0; nowhere >= 0 && fd <= 2; fd++)
		if (fd < 2 || !ctx->debug)
			dup2(nowhere, fd);
	if (nowhere > 2)
		close(nowhere);
}

static void see_foreign(struct crew *crew, int fd)
{
	int flags = fd > 2 ? fcntl(fd, F_GETFD) : -1;

	if (flags >= 0 && !(flags & FD_CLOEXEC) && crew->nr_foreign < INHERITED_MAX)
		crew->foreign[crew->nr_foreign++] = fd;
}

/*
 * What a shell or a test has open for others is not ours to keep open; our own closes on exec.
 * Looked for once, not by each child. Without /proc it is a thousand system calls.
 */
void sriov_worker_find_foreign(struct crew *crew)
{
	_cleanup_free_ char **names = NULL;
	int n = sriov_sysfs_list(crew->ctx, &names, "proc/self/fd");

	for (int i = 0; i < n; i++)
		see_foreign(crew, (int)strtol(names[i], NULL, 10));
	for (int fd = 0; fd < INHERITED_MAX && n < 0; fd++)
		see_foreign(crew, fd);
}

static void let_go(struct crew *crew)
{
	let_go_of_stdio(crew->ctx);
	for (size_t i = 0; i < crew->ctx->nr_pfs && crew->pace->reads; i++)
		sriov_unlock(crew->ctx->pfs[i]);
	for (unsigned int i = 0; i < crew->nr_foreign; i++)
		close(crew->foreign[i]);
	/* an answer to the child would be one that the parent waits for */
	sriov_netlink_close(crew->ctx);
}

/* False when the parent is gone. */
static bool say(struct crew *crew, const struct record *record)
{
	ssize_t r;

	do
		r = write(crew->pipe[1], record, sizeof(*record));
	while (r < 0 && errno == EINTR);
	return r > 0;
}

/*
 * What interrupts the parent is for the parent to decide about: a terminal or a service
 * manager sends it to all, and a child is in the middle of a write.
 */
static void ignore_signals(void)
{
	static const int signals[] = { SIGPIPE, SIGINT, SIGTERM, SIGHUP, SIGQUIT };

	for (size_t i = 0; i < ARRAY_SIZE(signals); i++)
		signal(signals[i], SIG_IGN);
}

void sriov_worker_child(struct crew *crew, unsigned int slot)
{
	struct record record = { .pid = getpid() };
	atomic_uint *generation = &crew->board->generation[slot];
	unsigned int mine = atomic_load(generation);
	bool settled = false;

	ignore_signals();
	prctl(PR_SET_NAME, SRIOV_WORKER_NAME);
	close(crew->pipe[0]);
	while (atomic_load(generation) == mine) {
		record.job = atomic_fetch_add(&crew->board->next, 1);
		if (record.job >= crew->nr_jobs)
			break;
		record.finished = false;
		record.text[0] = '\0';
		if (!say(crew, &record))
			break;
		/* closing may block, too: only now does the limit count */
		if (!settled)
			let_go(crew);
		settled = true;
		record.err = crew->jobs[record.job].work(crew->ctx,
							 &crew->jobs[record.job],
							 record.text);
		record.finished = true;
		if (!say(crew, &record))
			break;
	}
}
