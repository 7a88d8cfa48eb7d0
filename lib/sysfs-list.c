// SPDX-License-Identifier: GPL-2.0-or-later
/* What is below the root, in whole: the names in a directory, and the text of a file. */
#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/syscall.h>

#include "sysfs.h"

#define READ_MIN 4096
#define CONFIG_MAX (1024 * 1024)

/*
 * readdir() takes three system calls and 32 KiB more for each directory; glibc names this one
 * since 2.30 only.
 */
int sriov_sysfs_entries(int fd, char **entries)
{
	_cleanup_free_ char *heap = NULL;
	size_t len = 0, size = READ_MIN;
	long n;

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
	_cleanup_close_ int fd = sriov_sysfs_open(ctx, path, O_RDONLY | O_DIRECTORY);
	_cleanup_free_ char *entries = NULL;
	int len = fd < 0 ? fd : sriov_sysfs_entries(fd, &entries), n = 0;

	if (len < 0)
		return len;
	*names = make_list(entries, (size_t)len, &n);
	return *names ? n : -ENOMEM;
}

int sriov_sysfs_list(struct sriov_ctx *ctx, char ***names, const char *fmt, ...)
{
	char path[PATH_LEN];
	int r = MAKE_PATH(path, fmt);

	return r < 0 ? r :
		       sriov_sysfs_trace(ctx, "list", path, list_path(ctx, path, names));
}

/* Up to `max` bytes. */
static int read_all(int fd, size_t max, char **out)
{
	_cleanup_free_ char *text = NULL;
	size_t len = 0, size = READ_MIN;
	ssize_t n;

	for (;;) {
		char *bigger = realloc(text, size);

		if (!bigger)
			return -ENOMEM;
		text = bigger;
		n = sriov_sysfs_read_full(fd, text + len, size - len - 1);
		if (n < 0)
			return n;
		len += n;
		if (len > max)
			return -EFBIG;
		if (len < size - 1)
			break;
		size *= 2;
	}
	text[len] = '\0';
	*out = steal(text);
	return len;
}

static int slurp_path(struct sriov_ctx *ctx, const char *path, char **text)
{
	_cleanup_close_ int fd = sriov_sysfs_open(ctx, path, O_RDONLY);

	return fd < 0 ? fd : read_all(fd, INT_MAX / 4, text);
}

static int read_page(struct sriov_ctx *ctx, const char *path, char *text)
{
	_cleanup_close_ int fd = sriov_sysfs_open(ctx, path, O_RDONLY);
	ssize_t n = fd < 0 ? fd : read(fd, text, SRIOV_SYSFS_PAGE - 1);

	text[n < 0 ? 0 : n] = '\0';
	return fd < 0 ? fd : n < 0 ? -errno : (int)n;
}

int sriov_sysfs_page(struct sriov_ctx *ctx, char text[SRIOV_SYSFS_PAGE], const char *fmt,
		     ...)
{
	char path[PATH_LEN];
	int r = MAKE_PATH(path, fmt);

	return r < 0 ? r :
		       sriov_sysfs_trace(ctx, "read", path, read_page(ctx, path, text));
}

int sriov_sysfs_slurp(struct sriov_ctx *ctx, char **text, const char *fmt, ...)
{
	char path[PATH_LEN];
	int r = MAKE_PATH(path, fmt);

	return r < 0 ? r :
		       sriov_sysfs_trace(ctx, "read", path, slurp_path(ctx, path, text));
}

/* Opening a FIFO would wait for who writes into it. */
static int config_path(struct sriov_ctx *ctx, const char *path, char **text)
{
	_cleanup_close_ int fd = sriov_sysfs_open(ctx, path, O_RDONLY | O_NONBLOCK);
	struct stat st;

	if (fd < 0)
		return fd;
	if (fstat(fd, &st) < 0)
		return -errno;
	return S_ISREG(st.st_mode) ? read_all(fd, CONFIG_MAX, text) : -EINVAL;
}

int sriov_sysfs_config(struct sriov_ctx *ctx, char **text, const char *fmt, ...)
{
	char path[PATH_LEN];
	int r = MAKE_PATH(path, fmt);

	return r < 0 ? r :
		       sriov_sysfs_trace(ctx, "read", path, config_path(ctx, path, text));
}
