// SPDX-License-Identifier: GPL-2.0-or-later
/* Every file below the root: the only place that opens them, and all but whole ones. */
#include <ctype.h>
#include <fcntl.h>
#include <sys/syscall.h>

#include "sysfs.h"

/* linux/openat2.h, which the headers of kernels before 5.6 do not have */
#ifndef SYS_openat2
#define SYS_openat2 437
#endif
#define IN_ROOT 0x10
#define OPEN_TRIES 1000

int sriov_sysfs_path(char *path, const char *fmt, va_list args)
{
	int len = vsnprintf(path, PATH_LEN, fmt, args);

	if (len < 0 || *path == '/')
		return -EINVAL;
	if (len >= PATH_LEN)
		return -ENAMETOOLONG;
	for (const char *up = path; (up = strstr(up, "..")); up += 2)
		if ((up == path || up[-1] == '/') && (!up[2] || up[2] == '/'))
			return -EINVAL;
	return 0;
}

/*
 * In a recorded machine symbolic links, which may come from strangers, end at its root,
 * and a FIFO must not block. A rename anywhere in the system makes openat2() give EAGAIN
 * for links with "..". Kernels before 5.6 do not have it.
 */
static int open_recorded(struct sriov_ctx *ctx, const char *path, int flags)
{
	struct {
		uint64_t flags, mode, resolve;
	} how = { .resolve = IN_ROOT };
	int fd = -1, tries = OPEN_TRIES;

	flags |= flags & O_PATH ? 0 : O_NONBLOCK;
	how.flags = flags;
	while (!ctx->no_openat2 && tries--) {
		fd = syscall(SYS_openat2, ctx->root, path, &how, sizeof(how));
		ctx->no_openat2 = fd < 0 && errno == ENOSYS;
		if (fd >= 0 || errno != EAGAIN)
			break;
	}
	return ctx->no_openat2 ? openat(ctx->root, path, flags) : fd;
}

int sriov_sysfs_open(struct sriov_ctx *ctx, const char *path, int flags)
{
	size_t near = ctx->near_fd >= 0 ? strlen(ctx->near) : 0;
	int fd;

	flags |= flags & O_PATH ? O_CLOEXEC : O_CLOEXEC | O_NOCTTY;
	if (ctx->recorded)
		fd = open_recorded(ctx, path, flags);
	else if (near && !strncmp(path, ctx->near, near) && path[near] == '/')
		fd = openat(ctx->near_fd, path + near + 1, flags);
	else
		fd = openat(ctx->root, path, flags);
	return fd < 0 ? -errno : fd;
}

void sriov_sysfs_stay_near(struct sriov_ctx *ctx, const char *fmt, ...)
{
	char path[PATH_LEN];

	if (ctx->recorded || MAKE_PATH(path, fmt) < 0 ||
	    strlen(path) >= sizeof(ctx->near) ||
	    (ctx->near_fd >= 0 && !strcmp(path, ctx->near)))
		return;
	sriov_sysfs_leave(ctx);
	sriov_copy(ctx->near, sizeof(ctx->near), path);
	ctx->near_fd = openat(ctx->root, path, O_PATH | O_DIRECTORY | O_CLOEXEC);
}

void sriov_sysfs_leave(struct sriov_ctx *ctx)
{
	if (ctx->near_fd >= 0)
		close(ctx->near_fd);
	ctx->near_fd = -1;
}

int sriov_sysfs_trace(struct sriov_ctx *ctx, const char *what, const char *path, int r)
{
	if (r < 0)
		sriov_debug(ctx, "%s %s -> %s", what, path, sriov_strerror(-r));
	else
		sriov_debug(ctx, "%s %s -> %d", what, path, r);
	return r;
}

ssize_t sriov_sysfs_read_full(int fd, char *buf, size_t size)
{
	size_t len = 0;

	while (len < size) {
		ssize_t n = read(fd, buf + len, size - len);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return -errno;
		if (!n)
			break;
		len += n;
	}
	return len;
}

static int read_line(struct sriov_ctx *ctx, const char *path, char *buf, size_t size)
{
	_cleanup_close_ int fd = sriov_sysfs_open(ctx, path, O_RDONLY);
	ssize_t len;
	char more;

	buf[0] = '\0';
	if (fd < 0)
		return fd;
	len = sriov_sysfs_read_full(fd, buf, size);
	if (len < 0) {
		buf[0] = '\0';
		return len;
	}
	if ((size_t)len == size) {
		bool cut = buf[size - 1] != '\n' ||
			   sriov_sysfs_read_full(fd, &more, 1) > 0;

		buf[size - 1] = '\0';
		return cut ? -EMSGSIZE : (int)size - 1;
	}
	if (len && buf[len - 1] == '\n')
		len--;
	buf[len] = '\0';
	return len;
}

static int read_traced(struct sriov_ctx *ctx, const char *path, char *buf, size_t size)
{
	int r = read_line(ctx, path, buf, size);

	if (r < 0)
		return sriov_sysfs_trace(ctx, "read", path, r);
	sriov_debug(ctx, "read %s -> \"%s\"", path, buf);
	return r;
}

int sriov_sysfs_read(struct sriov_ctx *ctx, char *buf, size_t size, const char *fmt, ...)
{
	char path[PATH_LEN];
	int r = MAKE_PATH(path, fmt);

	buf[0] = '\0';
	return r < 0 ? r : read_traced(ctx, path, buf, size);
}

/* Decimal or 0x: no sign, no blanks, nothing behind it, also no NUL. */
static int parse_u32(const char *text, size_t len, uint32_t *value)
{
	bool hex = text[0] == '0' && (text[1] | 0x20) == 'x';
	unsigned long long number;
	char *end;

	if (!isxdigit((unsigned char)text[0]))
		return -EINVAL;
	errno = 0;
	number = strtoull(text, &end, hex ? 16 : 10);
	if (end == text || end != text + len)
		return -EINVAL;
	if (errno || number > UINT32_MAX)
		return -ERANGE;
	*value = number;
	return 0;
}

int sriov_sysfs_read_u32(struct sriov_ctx *ctx, uint32_t *value, const char *fmt, ...)
{
	char path[PATH_LEN], text[64];
	int r = MAKE_PATH(path, fmt);

	if (r < 0)
		return r;
	r = read_traced(ctx, path, text, sizeof(text));
	if (r == -EMSGSIZE)
		return -EINVAL;
	return r < 0 ? r : parse_u32(text, r, value);
}

static int write_path(struct sriov_ctx *ctx, const char *path, const char *value)
{
	_cleanup_close_ int fd = -1;
	_cleanup_free_ char *line = NULL;
	ssize_t len, n;

	if (ctx->recorded)
		return -EROFS;
	len = asprintf(&line, "%s\n", value);
	if (len < 0) {
		line = NULL;
		return -ENOMEM;
	}
	fd = sriov_sysfs_open(ctx, path, O_WRONLY);
	if (fd < 0)
		return fd;
	n = write(fd, line, len);
	if (n < 0)
		return -errno;
	return n == len ? 0 : -EIO;
}

int sriov_sysfs_write(struct sriov_ctx *ctx, const char *value, const char *fmt, ...)
{
	char path[PATH_LEN];
	int r = MAKE_PATH(path, fmt);

	if (r < 0)
		return r;
	r = write_path(ctx, path, value);
	sriov_debug(ctx, "write %s %s -> %s", path, value,
		    r ? sriov_strerror(-r) : "done");
	return r;
}

/* In a recorded machine what leads to the link must not leave it either. */
static ssize_t read_target(struct sriov_ctx *ctx, const char *path, char *buf,
			   size_t size)
{
	_cleanup_close_ int fd = -1;
	ssize_t len;

	if (ctx->recorded) {
		fd = sriov_sysfs_open(ctx, path, O_PATH | O_NOFOLLOW);
		if (fd < 0)
			return fd;
		path = "";
	}
	len = readlinkat(ctx->recorded ? fd : ctx->root, path, buf, size);
	return len >= 0 ? len : errno == EINVAL ? -ENOENT : -errno; /* EINVAL: no link */
}

static int read_link(struct sriov_ctx *ctx, const char *path, char *buf, size_t size)
{
	char target[PATH_LEN];
	const char *last;
	ssize_t len;

	len = read_target(ctx, path, target, sizeof(target) - 1);
	if (len < 0)
		return len;
	target[len] = '\0';
	last = strrchr(target, '/');
	last = last ? last + 1 : target;
	if (strlen(last) >= size)
		return -EMSGSIZE;
	sriov_copy(buf, size, last);
	return strlen(last);
}

int sriov_sysfs_link(struct sriov_ctx *ctx, char *buf, size_t size, const char *fmt, ...)
{
	char path[PATH_LEN];
	int r = MAKE_PATH(path, fmt);

	buf[0] = '\0';
	if (r < 0)
		return r;
	r = read_link(ctx, path, buf, size);
	sriov_debug(ctx, "link %s -> %s", path, r < 0 ? sriov_strerror(-r) : buf);
	return r;
}

bool sriov_sysfs_exists(struct sriov_ctx *ctx, const char *fmt, ...)
{
	_cleanup_close_ int fd = -1;
	char path[PATH_LEN];
	bool found;

	if (MAKE_PATH(path, fmt) < 0)
		return false;
	if (ctx->recorded)
		found = (fd = sriov_sysfs_open(ctx, path, O_PATH)) >= 0;
	else
		found = !faccessat(ctx->root, path, F_OK, 0);
	sriov_debug(ctx, "exists %s -> %s", path, found ? "yes" : "no");
	return found;
}

bool sriov_sysfs_name_ok(const char *name)
{
	return *name && !strchr(name, '/') && strcmp(name, ".") && strcmp(name, "..");
}
