// SPDX-License-Identifier: GPL-2.0-or-later
/* Waiting for the kernel and udev: their uevents wake, what is true is read elsewhere. */
#include <linux/netlink.h>
#include <poll.h>
#include <sys/socket.h>
#include <time.h>

#include "internal.h"

#define GROUPS (1 | 2) /* the kernel's events, and udev's when its rules have run */
#define BUFFER_SIZE (16 << 20)
#define LOOK_MS 500 /* a lost event costs no more than this */
#define DRAIN_MAX 100000

struct sriov_events {
	int fd;
	const struct sriov_ctx *ctx;
};

int64_t sriov_now_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/*
 * Anybody's message would do: not one byte of it is used, it only makes ready() be asked
 * again. So the sender is not checked.
 */
static int open_socket(void)
{
	struct sockaddr_nl address = { .nl_family = AF_NETLINK, .nl_groups = GROUPS };
	_cleanup_close_ int fd = socket(AF_NETLINK,
					SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK,
					NETLINK_KOBJECT_UEVENT);
	int size = BUFFER_SIZE, opened;

	if (fd < 0)
		return -errno;
	/* the first needs privilege, the second is cut to rmem_max: both may fail */
	if (setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &size, sizeof(size)) < 0)
		setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &size, sizeof(size));
	if (bind(fd, (const struct sockaddr *)&address, sizeof(address)) < 0)
		return -errno;
	opened = fd;
	fd = -1;
	return opened;
}

int sriov_events_open(struct sriov_ctx *ctx, struct sriov_events **events)
{
	_cleanup_free_ struct sriov_events *new = NULL;
	int fd = ctx->recorded ? -EROFS : open_socket();

	sriov_debug(ctx, "uevent listen -> %s", fd < 0 ? sriov_strerror(-fd) : "done");
	if (fd < 0)
		return sriov_fail(ctx, SRIOV_FAILED, -fd, "uevents: %s",
				  sriov_strerror(-fd));
	new = malloc(sizeof(*new));
	if (!new) {
		close(fd);
		return sriov_fail(ctx, SRIOV_FAILED, ENOMEM, "uevents: %s",
				  sriov_strerror(ENOMEM));
	}
	new->fd = fd;
	new->ctx = ctx;
	*events = steal(new);
	return 0;
}

void sriov_events_close(struct sriov_events *events)
{
	if (!events)
		return;
	close(events->fd);
	free(events);
}

static void drain(struct sriov_events *events)
{
	char byte;

	/* ENOBUFS means that some were lost: it is an event like others */
	for (int i = 0; i < DRAIN_MAX; i++)
		if (recv(events->fd, &byte, sizeof(byte), MSG_DONTWAIT) < 0 &&
		    errno != ENOBUFS && errno != EINTR)
			return;
}

int sriov_events_wait(struct sriov_events *events, unsigned int ms,
		      bool (*ready)(void *data), void *data)
{
	int64_t end = sriov_now_ms() + ms;

	while (!ready(data)) {
		struct pollfd wake = { .fd = events->fd, .events = POLLIN };
		int64_t left = end - sriov_now_ms();

		if (left <= 0)
			return -ETIMEDOUT;
		if (sriov_is_stopped(events->ctx))
			return -EINTR;
		poll(&wake, 1, left < LOOK_MS ? left : LOOK_MS);
		/* all at once: a hundred VFs make a thousand events */
		drain(events);
	}
	return 0;
}
