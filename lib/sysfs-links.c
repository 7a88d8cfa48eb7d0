// SPDX-License-Identifier: GPL-2.0-or-later
/* Links below the root, by the dozen and whole: what processes have open, and namespaces. */
#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/syscall.h>

#include "sysfs.h"

#define ENTRIES_LEN 16384 /* of a thousand open files */

/* Those that are gone by now are none; a link that may not be read is -EACCES for all. */
static int see_links(int fd, char *entries, int len,
		     void (*see)(void *data, const char *name, const char *target),
		     void *data)
{
	const struct dirent64 *entry;
	char target[PATH_LEN];
	int r = 0;

	for (int at = 0; at < len; at += entry->d_reclen) {
		ssize_t n;

		entry = (const struct dirent64 *)(entries + at);
		if (entry->d_name[0] == '.')
			continue;
		n = readlinkat(fd, entry->d_name, target, sizeof(target) - 1);
		if (n < 0) {
			r = errno == EACCES || errno == EPERM ? -EACCES : r;
			continue;
		}
		target[n] = '\0';
		see(data, entry->d_name, target);
	}
	return r;
}

int sriov_sysfs_links(struct sriov_ctx *ctx,
		      void (*see)(void *data, const char *name, const char *target),
		      void *data, const char *fmt, ...)
{
	_cleanup_free_ char *entries = NULL;
	_cleanup_close_ int fd = -1;
	char path[PATH_LEN];
	int r = MAKE_PATH(path, fmt);

	if (r < 0)
		return r;
	r = fd = sriov_sysfs_open(ctx, path, O_RDONLY | O_DIRECTORY);
	if (r >= 0)
		r = sriov_sysfs_entries(fd, &entries);
	if (r >= 0)
		r = see_links(fd, entries, r, see, data);
	sriov_debug(ctx, "links %s -> %s", path, r ? sriov_strerror(-r) : "read");
	return r;
}

/* What all processes have open, on the way through them. */
struct tour {
	struct sriov_ctx *ctx;
	int proc; /* the directory */
	const char *pid;
	void (*see)(void *data, const char *pid, const char *target);
	void *data;
};

static void see_file(void *data, const char *name, const char *target)
{
	const struct tour *tour = data;

	(void)name;
	tour->see(tour->data, tour->pid, target);
}

/* One that ends meanwhile has nothing open. In a recorded machine links stay below the root. */
static int visit(struct tour *tour)
{
	char path[PATH_LEN], entries[ENTRIES_LEN]
		__attribute__((aligned(__alignof__(struct dirent64))));
	_cleanup_close_ int fd = -1;
	int r = 0;
	long n;

	snprintf(path, sizeof(path), "proc/%s/fd", tour->pid);
	if (tour->ctx->recorded)
		fd = sriov_sysfs_open(tour->ctx, path, O_RDONLY | O_DIRECTORY);
	else
		fd = openat(tour->proc, path + strlen("proc/"),
			    O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0)
		n = tour->ctx->recorded ? fd : -errno;
	else
		while ((n = syscall(SYS_getdents64, fd, entries, sizeof(entries))) > 0)
			r = see_links(fd, entries, (int)n, see_file, tour) ?: r;
	if (fd >= 0 && n < 0)
		n = -errno;
	r = n < 0 && n != -ENOENT && n != -ESRCH ? (int)n : r;
	sriov_debug(tour->ctx, "links %s -> %s", path, r ? sriov_strerror(-r) : "read");
	return r;
}

int sriov_sysfs_open_files(struct sriov_ctx *ctx, char *const *pids, size_t n,
			   void (*see)(void *data, const char *pid, const char *target),
			   void *data)
{
	_cleanup_close_ int proc = sriov_sysfs_open(ctx, "proc", O_PATH | O_DIRECTORY);
	struct tour tour = { .ctx = ctx, .proc = proc, .see = see, .data = data };
	int r = proc < 0 ? proc : 0;

	for (size_t i = 0; i < n && proc >= 0; i++) {
		tour.pid = pids[i];
		r = visit(&tour) ?: r;
	}
	return r;
}

static int open_traced(struct sriov_ctx *ctx, const char *path, int flags)
{
	int r = flags == O_RDONLY || !ctx->recorded ? sriov_sysfs_open(ctx, path, flags) :
						      -EROFS;

	sriov_debug(ctx, "open %s -> %s", path, r < 0 ? sriov_strerror(-r) : "done");
	return r;
}

int sriov_sysfs_descriptor(struct sriov_ctx *ctx, const char *fmt, ...)
{
	char path[PATH_LEN];
	int r = MAKE_PATH(path, fmt);

	return r < 0 ? r : open_traced(ctx, path, O_RDONLY);
}

int sriov_sysfs_writable(struct sriov_ctx *ctx, const char *fmt, ...)
{
	char path[PATH_LEN];
	int r = MAKE_PATH(path, fmt);

	return r < 0 ? r : open_traced(ctx, path, O_RDWR);
}

/* fs/kernfs/dir.c counts all; some file systems of recorded machines count none, and say 1. */
static int count_path(struct sriov_ctx *ctx, const char *path)
{
	_cleanup_close_ int fd = sriov_sysfs_open(ctx, path, O_RDONLY | O_DIRECTORY);
	struct stat st;

	if (fd < 0)
		return fd;
	if (fstat(fd, &st) < 0)
		return -errno;
	return st.st_nlink < 2 ? -EOPNOTSUPP : (int)st.st_nlink - 2;
}

int sriov_sysfs_count(struct sriov_ctx *ctx, const char *fmt, ...)
{
	char path[PATH_LEN];
	int r = MAKE_PATH(path, fmt);

	return r < 0 ? r : sriov_sysfs_trace(ctx, "count", path, count_path(ctx, path));
}
