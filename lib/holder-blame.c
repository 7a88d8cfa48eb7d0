// SPDX-License-Identifier: GPL-2.0-or-later
/* The kernel blocks: for which processes does it wait? */
#include <sys/mman.h>

#include "holder.h"

#define BLAMED_MAX 3

/* To know who it is, nobody waits as long as for the kernel. */
static const struct sriov_pace pace = { .parallel = 1, .limit_ms = 1000, .reads = true };

struct question {
	struct sriov_holding *list;
	size_t n;
};

static int look(struct sriov_ctx *ctx, const struct sriov_job *job, char *text)
{
	const struct question *question = job->data;

	(void)text;
	return sriov_holder_find_only_processes(ctx, question->list, question->n);
}

/*
 * What blocks may have locks that others wait for, that of rtnetlink among them: netdevs are not
 * asked about, and the rest not by us.
 */
int sriov_holders_find_blamed(struct sriov_ctx *ctx, struct sriov_holding *list, size_t n)
{
	size_t size = (n + 1) * sizeof(*list);
	struct sriov_holding *answer = mmap(NULL, size, PROT_READ | PROT_WRITE,
					    MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	const struct question question = { answer, n };
	struct sriov_job job = { .work = look, .data = &question };
	unsigned int stop_at = ctx->stop_at;
	int r;

	if (answer == MAP_FAILED)
		return -errno;
	memcpy(answer, list, n * sizeof(*list));
	/* who interrupts once wants to know it all the same */
	ctx->stop_at = SRIOV_INTERRUPTS_AT_ONCE;
	r = sriov_workers_run(ctx, &pace, &job, 1);
	ctx->stop_at = stop_at;
	if (!r)
		memcpy(list, answer, n * sizeof(*list));
	munmap(answer, size);
	return r;
}

void sriov_holders_blame(const struct sriov_holding *list, size_t n, char *text,
			 size_t size)
{
	size_t len = strlen(text), named = 0;

	for (size_t i = 0; i < n && len < size; i++) {
		const char *device = strrchr(list[i].path, '/');

		if (!list[i].who[0] || ++named > BLAMED_MAX)
			continue;
		len += (size_t)snprintf(text + len, size - len,
					named > 1 ? ", %s of %s" :
						    " until %s lets go of %s",
					list[i].who, device + 1);
	}
	if (named > BLAMED_MAX && len < size)
		snprintf(text + len, size - len, ", and %zu more", named - BLAMED_MAX);
}
