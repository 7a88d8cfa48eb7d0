// SPDX-License-Identifier: GPL-2.0-or-later
/* Reading that may block: in a worker, whose result comes back in memory that is shared. */
#include <sys/mman.h>

#include "internal.h"

#define LIMIT_MS 1000 /* long for a lock of the kernel */
#define FILE_MS 20    /* of a host that is very busy */

struct question {
	int (*read)(struct sriov_ctx *ctx, void *data);
	void *data;
};

static int ask(struct sriov_ctx *ctx, const struct sriov_job *job, char *text)
{
	const struct question *question = job->data;

	(void)text;
	return question->read(ctx, question->data);
}

int sriov_worker_read(struct sriov_ctx *ctx,
		      int (*read)(struct sriov_ctx *ctx, void *data), void *data,
		      size_t size, unsigned int files)
{
	const struct sriov_pace pace = { .parallel = 1,
					 .limit_ms = LIMIT_MS + files * FILE_MS,
					 .reads = true };
	struct question question = { read, MAP_FAILED };
	struct sriov_job job = { .work = ask, .data = &question };
	int r;

	/* a recorded machine does not block, and a child is dear */
	if (ctx->recorded)
		return read(ctx, data);
	question.data = mmap(NULL, size, PROT_READ | PROT_WRITE,
			     MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (question.data == MAP_FAILED)
		return -errno;
	memcpy(question.data, data, size);
	r = sriov_workers_run(ctx, &pace, &job, 1);
	/* of a child that is stuck, what it has read already; it may still write */
	memcpy(data, question.data, size);
	munmap(question.data, size);
	return r;
}
