// SPDX-License-Identifier: GPL-2.0-or-later
/* Signals while a plan is run: stop between two steps, and put back what was done. */
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stddef.h>
#include <string.h>
#include <unistd.h>

#include "cli.h"

static struct sriov_ctx *interrupted;
static volatile sig_atomic_t count;
static const char *said;

static void on_signal(int signal)
{
	struct pollfd errors = { .fd = STDERR_FILENO, .events = POLLOUT };
	int err = errno;
	ssize_t written = 0;

	(void)signal;
	sriov_interrupt(interrupted);
	/* nothing waits for who does not read */
	if (!count++ && poll(&errors, 1, 0) > 0 && errors.revents & POLLOUT)
		written = write(STDERR_FILENO, said, strlen(said));
	(void)written;
	errno = err;
}

static struct {
	int signal;
	void (*handler)(int signal);
	struct sigaction before;
} rows[] = {
	{ .signal = SIGINT, .handler = on_signal },
	{ .signal = SIGTERM, .handler = on_signal },
	{ .signal = SIGHUP, .handler = on_signal },
	/* who reads what we say may go, the work goes on */
	{ .signal = SIGPIPE, .handler = SIG_IGN },
};

void interrupt_begin(struct call *call)
{
	interrupted = call->ctx;
	said = call->cmd->flags & COMMAND_LASTS ?
		       "sriov: interrupted: waiting until it is done (once more: leave the "
		       "kernel to it)\n" :
		       "sriov: interrupted: undoing what was done (once more: stop at "
		       "once)\n";
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct sigaction action = { .sa_handler = rows[i].handler,
					    .sa_flags = SA_RESTART };

		sigaction(rows[i].signal, NULL, &rows[i].before);
		/* what is ignored, as with nohup, stays so */
		if (rows[i].before.sa_handler != SIG_IGN)
			sigaction(rows[i].signal, &action, NULL);
	}
}

void interrupt_end(void)
{
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++)
		sigaction(rows[i].signal, &rows[i].before, NULL);
}
