// SPDX-License-Identifier: GPL-2.0-or-later
/* Files that the user names: read whole, and written whole or not at all. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "cleanup.h"
#include "cli.h"

#define SIZE_MOST (1 << 20) /* more than any of those that are meant */

static int file_failed(const struct call *call, const char *name, const char *why)
{
	say(call, "%s: %s", name, why);
	return SRIOV_FAILED;
}

static ssize_t read_whole(int fd, char *text, size_t size)
{
	size_t len = 0;
	ssize_t n;

	do {
		n = read(fd, text + len, size - len);
		len += n > 0 ? (size_t)n : 0;
	} while (len < size && (n > 0 || (n < 0 && errno == EINTR)));
	return n < 0 ? -errno : (ssize_t)len;
}

int file_read(const struct call *call, const char *name, char **text)
{
	_cleanup_free_ char *room = malloc(SIZE_MOST + 1);
	bool is_input = !strcmp(name, "-");
	_cleanup_close_ int fd = -1;
	ssize_t len;

	if (!room)
		return no_memory(call);
	if (!is_input)
		fd = open(name, O_RDONLY | O_CLOEXEC | O_NOCTTY);
	if (!is_input && fd < 0)
		return complain(call, "%s: %s", name, strerror(errno));
	len = read_whole(is_input ? STDIN_FILENO : fd, room, SIZE_MOST + 1);
	if (len < 0)
		return complain(call, "%s: %s", name, strerror((int)-len));
	if (len > SIZE_MOST)
		return complain(call, "%s: is too long (more than %d bytes)", name,
				SIZE_MOST);
	room[len] = '\0';
	if (strlen(room) != (size_t)len)
		return complain(call, "%s: is no text", name);
	*text = steal(room);
	return 0;
}

static int write_whole(int fd, const char *text)
{
	size_t len = strlen(text);
	ssize_t n;

	while (len) {
		n = write(fd, text, len);
		if (n < 0 && errno != EINTR)
			return -errno;
		text += n > 0 ? n : 0;
		len -= n > 0 ? (size_t)n : 0;
	}
	return fsync(fd) ? -errno : 0;
}

int file_write(const struct call *call, const char *name, const char *text)
{
	_cleanup_free_ char *other = NULL;
	_cleanup_close_ int fd = -1;
	struct stat st;
	int err;

	/* what takes the place of a device or link would not be what was asked for */
	if (!lstat(name, &st) && !S_ISREG(st.st_mode))
		return complain(call, "%s: is no regular file (- is standard output)",
				name);
	if (asprintf(&other, "%s.XXXXXX", name) < 0) {
		other = NULL;
		return no_memory(call);
	}
	/* O_EXCL, so no link is followed; mode 0600 */
	fd = mkostemp(other, O_CLOEXEC);
	if (fd < 0)
		return file_failed(call, name, strerror(errno));
	err = write_whole(fd, text);
	if (!err && rename(other, name))
		err = -errno;
	if (!err)
		return 0;
	unlink(other);
	return file_failed(call, name, strerror(-err));
}
