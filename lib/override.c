// SPDX-License-Identifier: GPL-2.0-or-later
/* Reading driver_override, which the kernel does under the device lock. */
#include "internal.h"

/* A second is long for a lock; when several devices take it, the rest is not tried. */
static const struct sriov_pace pace = { .parallel = 1,
					.limit_ms = 1000,
					.patience = 3,
					.reads = true };

static int read_one(struct sriov_ctx *ctx, const struct sriov_job *job, char *text)
{
	int r = sriov_sysfs_read(ctx, text, SRIOV_NAME_LEN, "%s/driver_override",
				 (const char *)job->data);

	if (r >= 0 && !strcmp(text, "(null)"))
		text[0] = '\0';
	sriov_make_printable(text);
	return r < 0 && r != -ENOENT ? r : 0;
}

void sriov_override_read(struct sriov_ctx *ctx, struct sriov_override *list, size_t n)
{
	_cleanup_free_ struct sriov_job *jobs = calloc(n, sizeof(*jobs));

	for (size_t i = 0; i < n; i++) {
		list[i].driver[0] = '\0';
		list[i].err = -ENOMEM;
	}
	if (!jobs)
		return;
	for (size_t i = 0; i < n; i++) {
		jobs[i] = (struct sriov_job){ .work = read_one, .data = list[i].path };
		/* a recorded machine does not block, and a child is dear */
		if (ctx->recorded)
			jobs[i].err = read_one(ctx, &jobs[i], jobs[i].text);
	}
	if (!ctx->recorded)
		sriov_workers_run(ctx, &pace, jobs, n);
	for (size_t i = 0; i < n; i++) {
		list[i].err = jobs[i].err;
		if (!jobs[i].err)
			sriov_copy(list[i].driver, sizeof(list[i].driver), jobs[i].text);
	}
}
