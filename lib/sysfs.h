/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What only sysfs.c, which opens, sysfs-list.c and sysfs-links.c share. */
#ifndef SRIOV_SYSFS_H
#define SRIOV_SYSFS_H

#include <stdarg.h>

#include "internal.h"

#define PATH_LEN 1024

/* Build the path in `path[PATH_LEN]`: relative, and with no way up. */
PRINTF(2, 0) int sriov_sysfs_path(char *path, const char *fmt, va_list args);

#define MAKE_PATH(path, fmt)                              \
	({                                                \
		va_list args;                             \
		int made;                                 \
		va_start(args, fmt);                      \
		made = sriov_sysfs_path(path, fmt, args); \
		va_end(args);                             \
		made;                                     \
	})

/* Open a path below the root: a descriptor or -errno. */
int sriov_sysfs_open(struct sriov_ctx *ctx, const char *path, int flags);
/* The debug line of a contact of which only the outcome is of interest; returns `r`. */
int sriov_sysfs_trace(struct sriov_ctx *ctx, const char *what, const char *path, int r);
/* Read until the end or until `size` bytes are there. */
ssize_t sriov_sysfs_read_full(int fd, char *buf, size_t size);
/* What is in a directory, one struct dirent64 behind the other: to be freed. Their length. */
int sriov_sysfs_entries(int fd, char **entries);

#endif
