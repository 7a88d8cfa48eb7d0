// SPDX-License-Identifier: GPL-2.0-or-later
/* One lock per PF under /run/sriov: from reading what is to the last write. */
#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>

#include "internal.h"

#define DIRECTORY "run/sriov"
#define MSTFLINT "tmp/mstflint_lockfiles" /* mstflint, mtcr_ul/mtcr_int_defs.h */
#define RETRY_MS 50 /* flock() knows no time limit: try again this often */
/* A worker whose command was killed may come to its end by itself: it gets so long. */
#define LEFT_BEHIND_MS 5000

/* Only root can change it? A descriptor or -errno. */
static int open_of_root(int directory, const char *name, int flags)
{
	int fd = openat(directory, name,
			O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC | flags);
	struct stat st;

	if (fd < 0)
		return -errno;
	if (fstat(fd, &st) < 0 || st.st_uid != 0 || (st.st_mode & 022) ||
	    (!(flags & O_DIRECTORY) && !S_ISREG(st.st_mode))) {
		close(fd);
		return -EPERM;
	}
	return fd;
}

/* A directory in which others could plant files would make the lock theirs. */
static int open_directory(struct sriov_ctx *ctx)
{
	if (mkdirat(ctx->root, DIRECTORY, 0755) < 0 && errno != EEXIST)
		return -errno;
	return open_of_root(ctx->root, DIRECTORY, O_DIRECTORY);
}

/* The file that is the lock. */
struct lock {
	const char *name; /* without directories */
	int fd;
};

/* A process that may have it. */
struct suspect {
	struct sriov_ctx *ctx;
	const struct lock *lock;
	const struct stat *file;
	const char *pid;
	bool holds;
};

/*
 * Does this descriptor hold the lock, or only wait for it? The kernel shows a lock with
 * the descriptors of its open file (fs/locks.c, show_fd_locks), inherited ones included. Only
 * a file of that name is asked for more: one of a dead NFS server would never answer. Its
 * directory may have another path where that process lives.
 */
static void look_at_descriptor(void *data, const char *fd, const char *target)
{
	struct suspect *suspect = data;
	const char *slash = strrchr(target, '/');
	_cleanup_free_ char *info = NULL;
	char path[SRIOV_NAME_LEN];
	struct stat st;

	if (suspect->holds || !slash || strcmp(slash + 1, suspect->lock->name) != 0)
		return;
	snprintf(path, sizeof(path), "proc/%s/fd/%s", suspect->pid, fd);
	suspect->holds = fstatat(suspect->ctx->root, path, &st, 0) == 0 &&
			 st.st_dev == suspect->file->st_dev &&
			 st.st_ino == suspect->file->st_ino &&
			 sriov_sysfs_slurp(suspect->ctx, &info, "proc/%s/fdinfo/%s",
					   suspect->pid, fd) >= 0 &&
			 strstr(info, "FLOCK");
}

/*
 * Name the process. True when only a worker is there that its command has left behind: the
 * kernel does not let go of it, and waiting for it is vain.
 */
static bool find_holder(struct sriov_ctx *ctx, const struct lock *lock, char *text,
			size_t size)
{
	_cleanup_free_ char **pids = NULL;
	bool left_behind = false;
	char comm[32];
	struct stat file;
	int n = fstat(lock->fd, &file) < 0 ? 0 : sriov_sysfs_list(ctx, &pids, "proc");

	sriov_copy(text, size, "another process");
	for (int i = 0; i < n; i++) {
		struct suspect suspect = {
			.ctx = ctx, .lock = lock, .file = &file, .pid = pids[i]
		};

		if (pids[i][0] < '0' || pids[i][0] > '9')
			continue;
		sriov_sysfs_links(ctx, look_at_descriptor, &suspect, "proc/%s/fd",
				  pids[i]);
		if (!suspect.holds)
			continue;
		if (sriov_sysfs_read(ctx, comm, sizeof(comm), "proc/%s/comm", pids[i]) <
		    0)
			sriov_copy(comm, sizeof(comm), "?");
		sriov_make_printable(comm);
		snprintf(text, size, "pid %s (%s)", pids[i], comm);
		left_behind = !strcmp(comm, SRIOV_WORKER_NAME);
		if (!left_behind)
			break;
	}
	return left_behind;
}

/* True when there is no more waiting. Looking through all processes is dear: not each time. */
static bool give_up(struct sriov_ctx *ctx, const char *object, const struct lock *lock,
		    int64_t begin, int64_t *next_look)
{
	int64_t now = sriov_now_ms(), waited = now - begin;
	char holder[SRIOV_NAME_LEN];

	if (waited >= ctx->wait * INT64_C(1000)) {
		find_holder(ctx, lock, holder, sizeof(holder));
		sriov_fail(ctx, SRIOV_REFUSED, EBUSY,
			   "%s: locked: %s works on it (waited %u s)", object, holder,
			   ctx->wait);
		return true;
	}
	if (now < *next_look)
		return false;
	*next_look = now + LEFT_BEHIND_MS;
	if (!find_holder(ctx, lock, holder, sizeof(holder)))
		return false;
	sriov_fail(
		ctx, SRIOV_REFUSED, EBUSY,
		"%s: locked: %s is still in the kernel, left behind by an earlier command",
		object, holder);
	return true;
}

static int take(struct sriov_ctx *ctx, const char *object, const struct lock *lock)
{
	const struct timespec pause = { .tv_nsec = RETRY_MS * 1000000 };
	int64_t begin = sriov_now_ms(), next_look = begin + LEFT_BEHIND_MS;

	while (flock(lock->fd, LOCK_EX | LOCK_NB) < 0) {
		int err = errno;

		if (err != EWOULDBLOCK && err != EINTR)
			return sriov_fail(ctx, SRIOV_FAILED, err, "%s: lock: %s", object,
					  sriov_strerror(err));
		if (give_up(ctx, object, lock, begin, &next_look))
			return -EBUSY;
		if (sriov_is_stopped(ctx))
			return sriov_fail_interrupted(ctx);
		nanosleep(&pause, NULL);
	}
	return 0;
}

int sriov_lock(struct sriov_pf *pf)
{
	struct sriov_ctx *ctx = pf->ctx;
	_cleanup_close_ int directory = open_directory(ctx), fd = -1;
	char name[SRIOV_NAME_LEN * 3];
	int r;

	if (directory < 0)
		return sriov_fail(
			ctx, SRIOV_FAILED, -directory, "%s: lock in /%s: %s%s", pf->name,
			DIRECTORY, sriov_strerror(-directory),
			directory == -EACCES ?
				" (changing needs root)" :
			directory == -EPERM ?
				" (it is not root's, or others may write there)" :
				"");
	snprintf(name, sizeof(name), "%s.lock", pf->name);
	for (char *slash = strchr(name, '/'); slash; slash = strchr(slash, '/'))
		*slash = '_';
	fd = openat(directory, name, O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0600);
	if (fd < 0) {
		int err = errno;

		return sriov_fail(ctx, SRIOV_FAILED, err, "%s: lock /%s/%s: %s%s",
				  pf->name, DIRECTORY, name, sriov_strerror(err),
				  err == EACCES ? " (changing needs root)" : "");
	}
	r = take(ctx, pf->name, &(struct lock){ name, fd });
	if (r < 0)
		return r;
	pf->lock = fd;
	fd = -1;
	return 0;
}

void sriov_unlock(struct sriov_pf *pf)
{
	if (pf->lock >= 0)
		close(pf->lock);
	pf->lock = -1;
}

int sriov_lock_of_mstflint(struct sriov_ctx *ctx, const char *device, size_t which)
{
	static const char *const of[] = { "config", "mem" };
	_cleanup_close_ int directory = open_of_root(ctx->root, MSTFLINT, O_DIRECTORY);
	char name[SRIOV_NAME_LEN * 2];

	if (directory < 0)
		return directory;
	snprintf(name, sizeof(name), "%s_%s", device, of[which]);
	return open_of_root(directory, name, 0);
}

void sriov_lock_holder(struct sriov_ctx *ctx, int fd, const char *name, char *text,
		       size_t size)
{
	find_holder(ctx, &(struct lock){ name, fd }, text, size);
}
