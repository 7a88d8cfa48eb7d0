// SPDX-License-Identifier: GPL-2.0-or-later
/* The kernel blocks: for which processes does it wait? */
#include "holder.h"

#define BLAMED_MAX 3

struct question {
	size_t n;
	int err;
	struct sriov_holding list[];
};

static void look(struct sriov_ctx *ctx, void *data, size_t i)
{
	struct question *question = data;

	(void)i;
	question->err =
		sriov_holder_find_only_processes(ctx, question->list, question->n);
}

/*
 * What blocks may have locks that others wait for, that of rtnetlink among them: netdevs are not
 * asked about, and the rest not by us, who wait no longer than a second.
 */
int sriov_holders_find_blamed(struct sriov_ctx *ctx, struct sriov_holding *list, size_t n)
{
	size_t size = sizeof(struct question) + n * sizeof(*list);
	_cleanup_free_ struct question *question = malloc(size);
	unsigned int stop_at = ctx->stop_at;
	int r;

	if (!question)
		return -ENOMEM;
	*question = (struct question){ .n = n };
	memcpy(question->list, list, n * sizeof(*list));
	/* who interrupts once wants to know it all the same */
	ctx->stop_at = SRIOV_INTERRUPTS_AT_ONCE;
	r = sriov_worker_read(ctx, look, question, size, 1);
	ctx->stop_at = stop_at;
	if (r < 0 || question->err < 0)
		return r < 0 ? r : question->err;
	memcpy(list, question->list, n * sizeof(*list));
	return 0;
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
