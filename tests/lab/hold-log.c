// SPDX-License-Identifier: GPL-2.0-or-later
/* Be a system log that nobody reads, and that is full; until a line or the end of input. */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

static int fail(const char *what)
{
	perror(what);
	return 1;
}

int main(int argc, char **argv)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	int log = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	int filler = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	char line[8];

	if (argc != 2 || strlen(argv[1]) >= sizeof(address.sun_path))
		return 2;
	memcpy(address.sun_path, argv[1], strlen(argv[1]));
	if (bind(log, (struct sockaddr *)&address, sizeof(address)) < 0 ||
	    connect(filler, (struct sockaddr *)&address, sizeof(address)) < 0)
		return fail(argv[1]);
	while (send(filler, "x", 1, 0) == 1)
		;
	if (errno != EAGAIN)
		return fail("fill");
	puts("full");
	fflush(stdout);
	while (fgets(line, sizeof(line), stdin) && line[0] != '\n')
		;
	return unlink(argv[1]) < 0 ? fail(argv[1]) : 0;
}
