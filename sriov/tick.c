// SPDX-License-Identifier: GPL-2.0-or-later
/* The time between two readings, which a signal ends. */
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <time.h>

#include "cli.h"

static volatile sig_atomic_t stopped;

static void on_signal(int signal)
{
	(void)signal;
	stopped = true;
}

static struct {
	int signal;
	struct sigaction before;
} rows[] = { { .signal = SIGINT }, { .signal = SIGTERM } };

void tick_begin(void)
{
	/* the second one ends the program: it may be writing to somebody who does not read */
	struct sigaction action = { .sa_handler = on_signal,
				    .sa_flags = SA_RESTART | (int)SA_RESETHAND };

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		sigaction(rows[i].signal, NULL, &rows[i].before);
		/* what is ignored, as with nohup, stays so */
		if (rows[i].before.sa_handler != SIG_IGN)
			sigaction(rows[i].signal, &action, NULL);
	}
}

void tick_end(void)
{
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++)
		sigaction(rows[i].signal, &rows[i].before, NULL);
}

uint64_t tick_now(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (uint64_t)now.tv_sec * 1000000 + (uint64_t)now.tv_nsec / 1000;
}

/* The signals come while it waits, and not between asking for them and waiting. */
bool tick_wait(uint64_t until)
{
	sigset_t ours, before;
	uint64_t now;

	sigemptyset(&ours);
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++)
		sigaddset(&ours, rows[i].signal);
	sigprocmask(SIG_BLOCK, &ours, &before);
	while (!stopped && (now = tick_now()) < until) {
		struct timespec left = {
			.tv_sec = (time_t)((until - now) / 1000000),
			.tv_nsec = (long)((until - now) % 1000000 * 1000),
		};

		ppoll(NULL, 0, &left, &before);
	}
	sigprocmask(SIG_SETMASK, &before, NULL);
	return !stopped;
}
