// SPDX-License-Identifier: GPL-2.0-or-later
/* Every file below the root: the only place that opens, reads and writes them. */
#include <ctype.h>
#include <dirent.h>
#include <fcntl.h>
#include <stdarg.h>
#include <sys/syscall.h>

#include "internal.h"

#define PATH_LEN 1024
#define READ_MIN 4096

/* linux/openat2.h, which the headers of kernels before 5.6 do not have */
#ifndef SYS_openat2
#define SYS_openat2 437
#endif
#define IN_ROOT 0x10
#define OPEN_TRIES 1000

/* Build the path in `path[PATH_LEN]`: relative, and with no way up. */
static PRINTF(2, 0) int make_path(char *path, const char *fmt, va_list args)
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

#define MAKE_PATH(path, fmt)                       \
	({                                         \
		va_list args;                      \
		int made;                          \
		va_start(args, fmt);               \
		made = make_path(path, fmt, args); \
		va_end(args);                      \
		made;                              \
	})

/*
 * In a recorded machine symbolic links, which may come from strangers, end at its root,
 * and a FIFO must not block. A rename anywhere in the system makes openat2() give EAGAIN
 * for links with "..". Kernels before 5.6 do not have it.
 */
static int open_recorded(int root, const char *path, int flags)
{
	struct {
		uint64_t flags, mode, resolve;
	} how = { .resolve = IN_ROOT };
	int fd, tries = OPEN_TRIES;

	flags |= flags & O_PATH ? 0 : O_NONBLOCK;
	how.flags = flags;
	do
		fd = syscall(SYS_openat2, root, path, &how, sizeof(how));
	while (fd < 0 && errno == EAGAIN && --tries);
	if (fd < 0 && errno == ENOSYS)
		fd = openat(root, path, flags);
	return fd;
}

static int open_below(struct sriov_ctx *ctx, const char *path, int flags)
{
	int fd;

	flags |= flags & O_PATH ? O_CLOEXEC : O_CLOEXEC | O_NOCTTY;
	fd = ctx->recorded ? open_recorded(ctx->root, path, flags) :
			     openat(ctx->root, path, flags);
	return fd < 0 ? -errno : fd;
}

/* The debug line of a contact of which only the outcome is of interest. */
static int trace(struct sriov_ctx *ctx, const char *what, const char *path, int r)
{
	if (r < 0)
		sriov_debug(ctx, "%s %s -> %s", what, path, sriov_strerror(-r));
	else
		sriov_debug(ctx, "%s %s -> %d", what, path, r);
	return r;
}

/* Read until the end or until `size` bytes are there. */
static ssize_t read_full(int fd, char *buf, size_t size)
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
	_cleanup_close_ int fd = open_below(ctx, path, O_RDONLY);
	ssize_t len;
	char more;

	buf[0] = '\0';
	if (fd < 0)
		return fd;
	len = read_full(fd, buf, size);
	if (len < 0) {
		buf[0] = '\0';
		return len;
	}
	if ((size_t)len == size) {
		bool cut = buf[size - 1] != '\n' || read_full(fd, &more, 1) > 0;

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
		return trace(ctx, "read", path, r);
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
	fd = open_below(ctx, path, O_WRONLY);
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
		fd = open_below(ctx, path, O_PATH | O_NOFOLLOW);
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
		found = (fd = open_below(ctx, path, O_PATH)) >= 0;
	else
		found = !faccessat(ctx->root, path, F_OK, 0);
	sriov_debug(ctx, "exists %s -> %s", path, found ? "yes" : "no");
	return found;
}

/*
 * What is in a directory, one struct dirent64 behind the other: to be freed. readdir() takes
 * three system calls and 32 KiB more for each; glibc names this one since 2.30 only.
 */
static int read_entries(struct sriov_ctx *ctx, const char *path, char **entries)
{
	_cleanup_close_ int fd = open_below(ctx, path, O_RDONLY | O_DIRECTORY);
	_cleanup_free_ char *heap = NULL;
	size_t len = 0, size = READ_MIN;
	long n;

	if (fd < 0)
		return fd;
	do {
		char *bigger = realloc(heap, size);

		if (!bigger)
			return -ENOMEM;
		heap = bigger;
		n = syscall(SYS_getdents64, fd, heap + len, size - len);
		if (n < 0)
			return -errno;
		len += (size_t)n;
		if (size - len < READ_MIN / 2)
			size *= 2;
	} while (n && size < INT_MAX);
	*entries = steal(heap);
	return n ? -EFBIG : (int)len;
}

static int compare_names(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

/* The array of pointers, followed in the same block by what it points to. */
static char **make_list(const char *entries, size_t len, int *n)
{
	size_t head = (len / offsetof(struct dirent64, d_name) + 1) * sizeof(char *);
	char **names = malloc(head + len);
	const struct dirent64 *entry;
	char *p = (char *)names + head;

	if (!names)
		return NULL;
	memcpy(p, entries, len);
	for (size_t at = 0; at < len; at += entry->d_reclen) {
		entry = (const struct dirent64 *)(p + at);
		if (entry->d_name[0] != '.')
			names[(*n)++] = (char *)entry->d_name;
	}
	names[*n] = NULL;
	qsort(names, *n, sizeof(*names), compare_names);
	return names;
}

static int list_path(struct sriov_ctx *ctx, const char *path, char ***names)
{
	_cleanup_free_ char *entries = NULL;
	int len = read_entries(ctx, path, &entries), n = 0;

	if (len < 0)
		return len;
	*names = make_list(entries, (size_t)len, &n);
	return *names ? n : -ENOMEM;
}

int sriov_sysfs_list(struct sriov_ctx *ctx, char ***names, const char *fmt, ...)
{
	char path[PATH_LEN];
	int r = MAKE_PATH(path, fmt);

	return r < 0 ? r : trace(ctx, "list", path, list_path(ctx, path, names));
}

static int slurp_path(struct sriov_ctx *ctx, const char *path, char **out)
{
	_cleanup_close_ int fd = open_below(ctx, path, O_RDONLY);
	_cleanup_free_ char *text = NULL;
	size_t len = 0, size = READ_MIN;
	ssize_t n;

	if (fd < 0)
		return fd;
	for (;;) {
		char *bigger = realloc(text, size);

		if (!bigger)
			return -ENOMEM;
		text = bigger;
		n = read_full(fd, text + len, size - len - 1);
		if (n < 0)
			return n;
		len += n;
		if (len < size - 1)
			break;
		if (size > INT_MAX / 2)
			return -EFBIG;
		size *= 2;
	}
	text[len] = '\0';
	*out = steal(text);
	return len;
}

int sriov_sysfs_slurp(struct sriov_ctx *ctx, char **text, const char *fmt, ...)
{
	char path[PATH_LEN];
	int r = MAKE_PATH(path, fmt);

	return r < 0 ? r : trace(ctx, "read", path, slurp_path(ctx, path, text));
}

bool sriov_sysfs_name_ok(const char *name)
{
	return *name && !strchr(name, '/') && strcmp(name, ".") && strcmp(name, "..");
}
