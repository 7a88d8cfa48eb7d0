// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Files that are flashed: a look at one that the user names, and a copy of it where the kernel
 * finds it. The kernel opens them itself, by a name below one of its directories (Linux 6.12,
 * drivers/base/firmware_loader/main.c, fw_path).
 */
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/utsname.h>

#include "sysfs.h"

#define PATH_FILE "sys/module/firmware_class/parameters/path"
#define PREFIX "sriov-flash-"
#define CHUNK 65536

/* The i-th directory in which the kernel looks, relative to the root; false at the end. */
static bool directory(struct sriov_ctx *ctx, unsigned int i, char path[PATH_LEN])
{
	struct utsname system;
	char text[PATH_LEN];
	int r = -1;

	if (uname(&system) < 0)
		return false;
	path[0] = '\0';
	switch (i) {
	case 0:
		if (sriov_sysfs_read(ctx, text, sizeof(text), PATH_FILE) > 1 &&
		    text[0] == '/')
			sriov_copy(path, PATH_LEN, text + 1);
		return true;
	case 1:
		r = snprintf(path, PATH_LEN, "lib/firmware/updates/%s", system.release);
		break;
	case 2:
		r = snprintf(path, PATH_LEN, "lib/firmware/updates");
		break;
	case 3:
		r = snprintf(path, PATH_LEN, "lib/firmware/%s", system.release);
		break;
	case 4:
		r = snprintf(path, PATH_LEN, "lib/firmware");
		break;
	}
	return r >= 0;
}

/* Of any process: what the user names is not below the root, but where he is. */
static int open_named(struct sriov_ctx *ctx, const char *file)
{
	/* a FIFO must not block */
	const int flags = O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY;
	char path[PATH_LEN], full[PATH_LEN * 2];
	int fd = open(file, flags);

	/* devlink knows files by their names below these directories */
	for (unsigned int i = 0;
	     fd < 0 && errno == ENOENT && file[0] != '/' && directory(ctx, i, path);
	     i++) {
		snprintf(full, sizeof(full), "%s/%s", path, file);
		fd = path[0] ? openat(ctx->root, full, flags) : -1;
	}
	return fd < 0 ? -errno : fd;
}

static int check(int fd, uint64_t *size)
{
	struct stat st;

	if (fstat(fd, &st) < 0)
		return -errno;
	if (S_ISDIR(st.st_mode))
		return -EISDIR;
	if (!S_ISREG(st.st_mode))
		return -EINVAL;
	*size = (uint64_t)st.st_size;
	return st.st_size == 0 ? -ENODATA : st.st_size > SRIOV_FIRMWARE_MAX ? -EFBIG : 0;
}

int sriov_firmware_look(struct sriov_ctx *ctx, const char *file,
			uint8_t head[SRIOV_FIRMWARE_HEAD], int *opened)
{
	_cleanup_close_ int fd = open_named(ctx, file);
	uint64_t size = 0;
	ssize_t len;
	int r = fd < 0 ? fd : check(fd, &size);

	memset(head, 0, SRIOV_FIRMWARE_HEAD);
	if (r >= 0) {
		len = sriov_sysfs_read_full(fd, (char *)head, SRIOV_FIRMWARE_HEAD);
		r = len < 0 ? (int)len : 0;
	}
	sriov_sysfs_trace(ctx, "look at", file, r);
	*opened = -1;
	if (r >= 0) {
		*opened = fd;
		fd = -1;
	}
	return r;
}

/* The path of what is open, without symbolic links. */
static bool real_path(struct sriov_ctx *ctx, int fd, char path[PATH_LEN])
{
	char link[64];
	ssize_t len;

	snprintf(link, sizeof(link), "proc/self/fd/%d", fd);
	len = readlinkat(ctx->root, link, path, PATH_LEN - 1);
	path[len > 0 ? len : 0] = '\0';
	return len > 0 && path[0] == '/';
}

/* Does the kernel find this file by that name, and not another one in an earlier place? */
static bool is_found(struct sriov_ctx *ctx, const char *name, const struct stat *file)
{
	char path[PATH_LEN], full[PATH_LEN * 2];
	struct stat st;

	for (unsigned int i = 0; directory(ctx, i, path); i++) {
		snprintf(full, sizeof(full), "%s/%s", path, name);
		if (path[0] && fstatat(ctx->root, full, &st, 0) == 0)
			return st.st_dev == file->st_dev && st.st_ino == file->st_ino;
	}
	return false;
}

/* Its name below one of the directories, if it lies there. */
static bool is_in_place(struct sriov_ctx *ctx, int fd, char *name, size_t size)
{
	char path[PATH_LEN], place[PATH_LEN], file[PATH_LEN];
	struct stat st;

	if (!real_path(ctx, fd, file) || fstat(fd, &st) < 0)
		return false;
	for (unsigned int i = 0; directory(ctx, i, path); i++) {
		_cleanup_close_ int dir =
			path[0] ? openat(ctx->root, path,
					 O_PATH | O_DIRECTORY | O_CLOEXEC) :
				  -1;
		size_t len;

		if (dir < 0 || !real_path(ctx, dir, place))
			continue;
		len = strlen(place);
		if (strncmp(file, place, len) != 0 || file[len] != '/' ||
		    strlen(file + len + 1) >= size)
			continue;
		sriov_copy(name, size, file + len + 1);
		if (is_found(ctx, name, &st))
			return true;
	}
	return false;
}

/* A directory in which others could plant files would make the firmware theirs. */
static int open_place(struct sriov_ctx *ctx, const char *path)
{
	int fd = openat(ctx->root, path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	struct stat st;

	if (fd < 0)
		return -errno;
	if (fstat(fd, &st) == 0 && st.st_uid == 0 && !(st.st_mode & 022))
		return fd;
	close(fd);
	return -EPERM;
}

/* Copies that commands left which were killed. */
static void sweep(struct sriov_ctx *ctx, int dir, const char *path)
{
	_cleanup_free_ char **names = NULL;
	int n = sriov_sysfs_list(ctx, &names, "%s", path);

	for (int i = 0; i < n; i++) {
		const char *pid = names[i] + strlen(PREFIX);
		struct stat st;

		/* a copy with the number of this process is of one that had it before */
		if (!strncmp(names[i], PREFIX, strlen(PREFIX)) && *pid &&
		    !pid[strspn(pid, "0123456789")] &&
		    (strtoul(pid, NULL, 10) == (unsigned long)getpid() ||
		     !sriov_sysfs_exists(ctx, "proc/%s", pid)) &&
		    fstatat(dir, names[i], &st, AT_SYMLINK_NOFOLLOW) == 0 &&
		    S_ISREG(st.st_mode) && st.st_uid == 0)
			unlinkat(dir, names[i], 0);
	}
}

static int copy(const struct sriov_ctx *ctx, int from, int to)
{
	_cleanup_free_ char *buf = malloc(CHUNK);
	ssize_t len = 1;

	if (!buf)
		return -ENOMEM;
	while (len > 0) {
		len = sriov_is_stopped(ctx) ? -EINTR :
					      sriov_sysfs_read_full(from, buf, CHUNK);
		for (ssize_t done = 0, n; done < len; done += n) {
			n = write(to, buf + done, (size_t)(len - done));
			if (n < 0 && errno == EINTR)
				n = 0;
			else if (n < 0)
				return -errno;
		}
	}
	if (len < 0)
		return (int)len;
	return fsync(to) < 0 ? -errno : 0;
}

static int copy_to(struct sriov_ctx *ctx, int file, const char *path,
		   struct sriov_firmware *firmware)
{
	_cleanup_close_ int dir = open_place(ctx, path), fd = -1;
	int r;

	if (dir < 0)
		return dir;
	sweep(ctx, dir, path);
	snprintf(firmware->name, sizeof(firmware->name), PREFIX "%d", (int)getpid());
	fd = openat(dir, firmware->name,
		    O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
	if (fd < 0)
		return -errno;
	r = copy(ctx, file, fd);
	if (r < 0) {
		unlinkat(dir, firmware->name, 0);
		return r;
	}
	firmware->dir = dir;
	dir = -1;
	return 0;
}

bool sriov_firmware_is_elsewhere(struct sriov_ctx *ctx)
{
	char own[64], init[64];
	ssize_t own_len = readlinkat(ctx->root, "proc/self/ns/mnt", own, sizeof(own)),
		init_len = readlinkat(ctx->root, "proc/1/ns/mnt", init, sizeof(init));

	return own_len > 0 && init_len > 0 &&
	       (own_len != init_len || memcmp(own, init, (size_t)own_len) != 0);
}

int sriov_firmware_place(struct sriov_ctx *ctx, int fd, const char *file,
			 struct sriov_firmware *firmware)
{
	char path[PATH_LEN];
	int r;

	*firmware = (struct sriov_firmware){ .dir = -1 };
	if (is_in_place(ctx, fd, firmware->name, sizeof(firmware->name)))
		return 0;
	if (lseek(fd, 0, SEEK_SET) < 0)
		return -errno;
	/* where somebody has told the kernel to look, or else the usual place */
	r = directory(ctx, 0, path) && path[0] ? copy_to(ctx, fd, path, firmware) :
						 -ENOENT;
	if (r < 0 && r != -EINTR && r != -ENOSPC)
		r = copy_to(ctx, fd, "lib/firmware", firmware);
	sriov_debug(ctx, "copy %s -> %s", file, r ? sriov_strerror(-r) : firmware->name);
	return r;
}

void sriov_firmware_remove(struct sriov_firmware *firmware)
{
	if (firmware->dir < 0)
		return;
	unlinkat(firmware->dir, firmware->name, 0);
	close(firmware->dir);
	firmware->dir = -1;
}
