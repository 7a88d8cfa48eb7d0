// SPDX-License-Identifier: GPL-2.0-or-later
/* Run a command some times; print of each run its wall time in us and its peak RSS in KiB. */
#include <fcntl.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

extern char **environ;

static long long now_us(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * 1000000LL + now.tv_nsec / 1000;
}

/* From before the start to after the end. Spawned, not forked: nothing of ours is copied. */
static int run(char **argv, const posix_spawn_file_actions_t *files)
{
	long long begin = now_us(), end;
	struct rusage used;
	int status, err;
	pid_t pid;

	err = posix_spawnp(&pid, argv[0], files, NULL, argv, environ);
	if (err) {
		fprintf(stderr, "measure: %s: %s\n", argv[0], strerror(err));
		return 1;
	}
	if (wait4(pid, &status, 0, &used) != pid)
		return 1;
	end = now_us();
	if (status) {
		fprintf(stderr, "measure: %s: wait status %#x\n", argv[0], status);
		return 1;
	}
	printf("%lld %ld\n", end - begin, used.ru_maxrss);
	return 0;
}

int main(int argc, char **argv)
{
	posix_spawn_file_actions_t files;
	int times = argc > 2 ? atoi(argv[1]) : 0;

	if (times < 1) {
		fputs("usage: measure TIMES COMMAND [ARGUMENT]...\n", stderr);
		return 2;
	}
	if (posix_spawn_file_actions_init(&files) ||
	    posix_spawn_file_actions_addopen(&files, STDOUT_FILENO, "/dev/null", O_WRONLY,
					     0))
		return 1;
	while (times--)
		if (run(argv + 2, &files))
			return 1;
	return 0;
}
