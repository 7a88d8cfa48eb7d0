// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * One call of a node of fwctl, with numbers and bytes as they are given: a client that knows
 * nothing, for the tests of the node itself.
 *
 *	fwctl-call NODE info [FLAGS [LEN]]      prints type, length of data, data
 *	fwctl-call NODE rpc SCOPE OUT_LEN HEX   prints the length of the answer, and its first bytes
 *	fwctl-call NODE size N                  the structure of "info", said to be so long
 *	fwctl-call NODE ioctl N                 that request
 *
 * WAIT=1 in the environment: says "open" and waits for a line in between. An error is printed
 * by its name, with status 1.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>

#define FWCTL_INFO _IO(0x9a, 0)
#define FWCTL_RPC _IO(0x9a, 1)
#define MAX_OUT (4U << 20)

struct info {
	uint32_t size, flags, type, len;
	uint64_t data;
};

struct rpc {
	uint32_t size, scope, in_len, out_len;
	uint64_t in, out;
};

static unsigned int number(const char *text)
{
	return text ? strtoul(text, NULL, 0) : 0;
}

static void print_hex(const uint8_t *bytes, size_t n)
{
	for (size_t i = 0; i < n; i++)
		printf("%02x", bytes[i]);
	putchar('\n');
}

static size_t parse_hex(const char *hex, uint8_t *bytes, size_t max)
{
	size_t n = 0;

	for (; hex[0] && hex[1] && n < max; hex += 2)
		if (sscanf(hex, "%2hhx", &bytes[n++]) != 1)
			exit(2);
	return n;
}

static int info(int fd, const char *flags, const char *len)
{
	static uint8_t data[4096];
	struct info info = { .size = sizeof(info),
			     .flags = number(flags),
			     .len = number(len),
			     .data = (uintptr_t)data };

	if (ioctl(fd, FWCTL_INFO, &info))
		return -1;
	printf("%u %u ", info.type, info.len);
	print_hex(data, number(len));
	return 0;
}

static int rpc(int fd, const char *scope, const char *out_len, const char *hex)
{
	static uint8_t in[4096], out[MAX_OUT];
	struct rpc rpc = { .size = sizeof(rpc),
			   .scope = number(scope),
			   .in_len = parse_hex(hex, in, sizeof(in)),
			   .out_len = number(out_len),
			   .in = (uintptr_t)in,
			   .out = (uintptr_t)out };

	if (ioctl(fd, FWCTL_RPC, &rpc))
		return -1;
	printf("%u ", rpc.out_len);
	print_hex(out, rpc.out_len < sizeof(in) ? rpc.out_len : sizeof(in));
	return 0;
}

/* Behind the structure there are bytes that say something. */
static int size(int fd, const char *text)
{
	uint8_t bytes[4096];
	uint32_t n = number(text);

	memset(bytes, 0, sizeof(struct info));
	memset(bytes + sizeof(struct info), 1, sizeof(bytes) - sizeof(struct info));
	memcpy(bytes, &n, sizeof(n));
	return ioctl(fd, FWCTL_INFO, bytes);
}

static int call(int fd, char **argv)
{
	uint8_t bytes[4096] = { sizeof(struct rpc) };

	if (!strcmp(argv[2], "info"))
		return info(fd, argv[3], argv[3] ? argv[4] : NULL);
	if (!strcmp(argv[2], "rpc") && argv[3] && argv[4] && argv[5])
		return rpc(fd, argv[3], argv[4], argv[5]);
	if (!strcmp(argv[2], "size"))
		return size(fd, argv[3]);
	if (!strcmp(argv[2], "ioctl"))
		return ioctl(fd, number(argv[3]), bytes);
	exit(2);
}

int main(int argc, char **argv)
{
	int fd;

	if (argc < 3)
		return 2;
	fd = open(argv[1], O_RDWR | O_CLOEXEC);
	if (fd >= 0 && getenv("WAIT")) {
		puts("open");
		fflush(stdout);
		getchar();
	}
	if (fd >= 0 && !call(fd, argv))
		return 0;
	puts(strerrorname_np(errno));
	return 1;
}
