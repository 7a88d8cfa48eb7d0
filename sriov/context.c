// SPDX-License-Identifier: GPL-2.0-or-later
/* The library as the options want it: where it looks, and what it tells on the way. */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "cli.h"

static void print_debug(void *data, const char *line)
{
	char clean[1024];

	(void)data;
	text_printable(clean, sizeof(clean), line);
	fprintf(stderr, "debug: %s\n", clean);
}

static void print_progress(void *data, const char *what, unsigned int done,
			   unsigned int total)
{
	struct call *call = data;

	call->progress = done < total;
	if (call->progress)
		fprintf(stderr, "\r%s %u/%u\033[K", what, done, total);
	else
		fputs("\r\033[K", stderr);
}

void context_progress_end(struct call *call)
{
	if (call->progress)
		fputs("\r\033[K", stderr);
	call->progress = false;
}

int context_open(struct call *call)
{
	const struct options *opts = &call->opts;
	uint32_t seconds;
	int err;

	err = opts->sysroot ? sriov_new_at(opts->sysroot, &call->ctx) :
			      sriov_new(&call->ctx);
	if (err) {
		call->ctx = NULL;
		say(call, "%s: %s",
		    opts->sysroot ? opts->sysroot : "the root (SRIOV_SYSROOT, or /)",
		    strerror(-err));
		return opts->sysroot ? SRIOV_WRONG : SRIOV_FAILED;
	}
	if (opts->debug)
		sriov_set_debug(call->ctx, print_debug, call);
	else if (isatty(STDERR_FILENO))
		sriov_set_progress(call->ctx, print_progress, call);
	if (opts->wait && !type_parse_u32(opts->wait, type_wait.max, &seconds))
		sriov_set_wait(call->ctx, seconds);
	if (opts->backend && sriov_set_backend(call->ctx, opts->backend)) {
		failed(call);
		return SRIOV_WRONG;
	}
	return 0;
}
