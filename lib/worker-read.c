// SPDX-License-Identifier: GPL-2.0-or-later
/* Reading that may block: in a worker, whose result comes back in memory that is shared. */
#include <sys/mman.h>

#include "internal.h"

/* A second is long for a lock of the kernel; where one part waits for it, so do the others. */
static const struct sriov_pace pace = { .parallel = 1,
					.limit_ms = 1000,
					.patience = 1,
					.reads = true };

#define PART 16 /* of what is read: in a second even where the host is very busy */

struct question {
	void (*read)(struct sriov_ctx *ctx, void *data, size_t i);
	void *data;
	size_t first, end;
};

static int ask(struct sriov_ctx *ctx, const struct sriov_job *job, char *text)
{
	const struct question *question = job->data;

	(void)text;
	for (size_t i = question->first; i < question->end; i++)
		question->read(ctx, question->data, i);
	return 0;
}

int sriov_worker_read(struct sriov_ctx *ctx,
		      void (*read)(struct sriov_ctx *ctx, void *data, size_t i),
		      void *data, size_t size, size_t n)
{
	size_t nr_parts = (n + PART - 1) / PART;
	_cleanup_free_ struct question *questions = calloc(nr_parts, sizeof(*questions));
	_cleanup_free_ struct sriov_job *jobs = calloc(nr_parts, sizeof(*jobs));
	void *shared = MAP_FAILED;
	int r;

	/* a recorded machine does not block, and a child is dear */
	if (!ctx->recorded && questions && jobs)
		shared = mmap(NULL, size, PROT_READ | PROT_WRITE,
			      MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	for (size_t i = 0; i < n && ctx->recorded; i++)
		read(ctx, data, i);
	if (shared == MAP_FAILED)
		return ctx->recorded ? 0 : -ENOMEM;
	memcpy(shared, data, size);
	for (size_t i = 0; i < nr_parts; i++) {
		size_t end = (i + 1) * PART;

		questions[i] =
			(struct question){ read, shared, i * PART, end < n ? end : n };
		jobs[i] = (struct sriov_job){ .work = ask, .data = &questions[i] };
	}
	r = sriov_workers_run(ctx, &pace, jobs, nr_parts);
	/* of a child that is stuck, what it has read already; it may still write */
	memcpy(data, shared, size);
	munmap(shared, size);
	return r;
}
