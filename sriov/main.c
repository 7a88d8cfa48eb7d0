// SPDX-License-Identifier: GPL-2.0-or-later
/* The program: standard files, the command, the exit status. */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli.h"

/*
 * Who starts us with standard files closed must not have his output land in a file that
 * we open. The reading end of a pipe is of no harm: reading finds the end, writing fails.
 */
static int occupy_standard_files(void)
{
	int ends[2];

	for (int fd = 0; fd <= STDERR_FILENO; fd++) {
		if (fcntl(fd, F_GETFD) >= 0)
			continue;
		if (pipe(ends) || ends[0] != fd)
			return -EBADF;
		close(ends[1]);
	}
	return 0;
}

int main(int argc, char **argv)
{
	struct call call = { 0 };
	int status;

	if (occupy_standard_files())
		return SRIOV_FAILED;
	status = command_main(&call, argc ? argc - 1 : 0, argv + (argc > 0));
	if (!command_flush()) {
		say(&call, "standard output: %s", strerror(errno));
		/* who reads 1 takes it that all is as before */
		if (status == SRIOV_OK || status == SRIOV_DIFFERENT)
			status = call.changed ? SRIOV_LEFT : SRIOV_FAILED;
	}
	free(call.block);
	return status;
}
