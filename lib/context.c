// SPDX-License-Identifier: GPL-2.0-or-later
/* The context: the root directory, settings, and everything that is freed with it. */
#include <fcntl.h>

#include "fw.h"

#define WAIT_MAX 86400 /* a day: in milliseconds it still fits */

#define DEFAULT_WAIT 60

static int new_context(const char *root, bool recorded, struct sriov_ctx **out)
{
	_cleanup_free_ struct sriov_ctx *ctx = calloc(1, sizeof(*ctx));

	if (!ctx)
		return -ENOMEM;
	ctx->near_fd = -1;
	ctx->root = open(root, O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (ctx->root < 0)
		return -errno;
	ctx->recorded = recorded;
	ctx->wait = DEFAULT_WAIT;
	ctx->stop_at = 1;
	*out = steal(ctx);
	return 0;
}

int sriov_new(struct sriov_ctx **ctx)
{
	const char *root = secure_getenv("SRIOV_SYSROOT");

	if (root && *root)
		return sriov_new_at(root, ctx);
	return new_context("/", false, ctx);
}

int sriov_new_at(const char *root, struct sriov_ctx **ctx)
{
	return new_context(root, true, ctx);
}

void sriov_free(struct sriov_ctx *ctx)
{
	if (!ctx)
		return;
	sriov_netlink_close(ctx);
	sriov_module_close(ctx);
	sriov_pci_close(ctx);
	for (size_t i = 0; i < ctx->nr_pfs; i++)
		sriov_pf_free(ctx->pfs[i]);
	free(ctx->pfs);
	free(ctx->fw_record);
	for (size_t i = 0; i < ctx->nr_others; i++)
		sriov_pf_free(ctx->others[i]);
	free(ctx->others);
	close(ctx->root);
	free(ctx);
}

const char *sriov_error(const struct sriov_ctx *ctx)
{
	return ctx->error;
}

enum sriov_class sriov_error_class(const struct sriov_ctx *ctx)
{
	return ctx->error_class;
}

void sriov_set_debug(struct sriov_ctx *ctx, void (*fn)(void *data, const char *line),
		     void *data)
{
	ctx->debug = fn;
	ctx->debug_data = data;
}

void sriov_set_progress(struct sriov_ctx *ctx,
			void (*fn)(void *data, const char *what, unsigned int done,
				   unsigned int total),
			void *data)
{
	ctx->progress = fn;
	ctx->progress_data = data;
}

void sriov_set_wait(struct sriov_ctx *ctx, unsigned int seconds)
{
	ctx->wait = seconds < WAIT_MAX ? seconds : WAIT_MAX;
}

void sriov_interrupt(struct sriov_ctx *ctx)
{
	atomic_fetch_add(&ctx->interrupts, 1);
}

bool sriov_is_stopped(const struct sriov_ctx *ctx)
{
	return atomic_load(&ctx->interrupts) >= ctx->stop_at;
}

bool sriov_is_stopped_at_once(const struct sriov_ctx *ctx)
{
	return atomic_load(&ctx->interrupts) >= SRIOV_INTERRUPTS_AT_ONCE;
}

/* First those of VFs, then those of settings of the firmware. */
const char *sriov_backend_name(size_t i)
{
	const struct sriov_backend *const *backends = sriov_backends();
	const struct sriov_fw_backend *const *others = sriov_fw_backends();

	for (; i && *backends; i--)
		backends++;
	if (*backends)
		return (*backends)->name;
	for (; i && *others; i--)
		others++;
	return *others ? (*others)->name : NULL;
}

int sriov_set_backend(struct sriov_ctx *ctx, const char *name)
{
	const struct sriov_backend *const *backends = sriov_backends();
	const struct sriov_fw_backend *const *others = sriov_fw_backends();
	char known[128] = "";
	size_t len = 0;

	for (size_t i = 0; backends[i]; i++) {
		if (strcmp(backends[i]->name, name) != 0)
			continue;
		ctx->only_backend = backends[i];
		ctx->only_fw = NULL;
		return 0;
	}
	for (size_t i = 0; others[i]; i++) {
		if (strcmp(others[i]->name, name) != 0)
			continue;
		/* the one that is never shut out is the only one that is left for VFs */
		ctx->only_backend = &sriov_backend_pci;
		ctx->only_fw = others[i];
		return 0;
	}
	for (size_t i = 0; sriov_backend_name(i) && len < sizeof(known); i++)
		len += (size_t)snprintf(known + len, sizeof(known) - len, "%s%s",
					i ? ", " : "", sriov_backend_name(i));
	return sriov_fail(ctx, SRIOV_WRONG, EINVAL, "%s: no such back end (%s)", name,
			  known);
}
