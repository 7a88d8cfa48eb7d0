// SPDX-License-Identifier: GPL-2.0-or-later
/* Files below the root that are spaces of bytes: PCI configuration. */
#include <fcntl.h>

#include "sysfs.h"

static int access_path(struct sriov_ctx *ctx, const char *path, bool write, void *bytes,
		       size_t len, unsigned int at)
{
	_cleanup_close_ int fd = -1;
	ssize_t n;

	if (ctx->recorded && write)
		return -EROFS;
	fd = sriov_sysfs_open(ctx, path, write ? O_RDWR : O_RDONLY);
	if (fd < 0)
		return fd;
	n = write ? pwrite(fd, bytes, len, at) : pread(fd, bytes, len, at);
	if (n < 0)
		return -errno;
	/* without privilege there are only the first 64 bytes */
	return (size_t)n == len ? 0 : -EACCES;
}

int sriov_sysfs_space_read(struct sriov_ctx *ctx, void *bytes, size_t len,
			   unsigned int at, const char *fmt, ...)
{
	char path[PATH_LEN];
	int r = MAKE_PATH(path, fmt);

	return r < 0 ? r :
		       sriov_sysfs_trace(ctx, "read bytes of", path,
					 access_path(ctx, path, false, bytes, len, at));
}

int sriov_sysfs_space_write(struct sriov_ctx *ctx, const void *bytes, size_t len,
			    unsigned int at, const char *fmt, ...)
{
	char path[PATH_LEN];
	int r = MAKE_PATH(path, fmt);

	return r < 0 ? r :
		       sriov_sysfs_trace(ctx, "write bytes of", path,
					 access_path(ctx, path, true, (void *)bytes, len,
						     at));
}
