/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Small recorded machines for unit tests: directories that go away again. */
#ifndef TREE_H
#define TREE_H

#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <limits.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

struct tree {
	char root[PATH_MAX / 4];
};

static inline void tree_die(const char *what)
{
	printf("Bail out! %s: %s\n", what, strerror(errno));
	exit(1);
}

static inline void tree_new(struct tree *tree)
{
	const char *tmp = getenv("TMPDIR");

	snprintf(tree->root, sizeof(tree->root), "%s/sriov-unit.XXXXXX",
		 tmp ? tmp : "/tmp");
	if (!mkdtemp(tree->root))
		tree_die(tree->root);
}

/* Make the directories on the way to `path`, whose full name goes to `full[PATH_MAX]`. */
static inline void tree_way(const struct tree *tree, const char *path, char *full)
{
	snprintf(full, PATH_MAX, "%s/%s", tree->root, path);
	for (char *slash = full + strlen(tree->root); (slash = strchr(slash + 1, '/'));) {
		*slash = '\0';
		if (mkdir(full, 0755) < 0 && errno != EEXIST)
			tree_die(full);
		*slash = '/';
	}
}

static inline void tree_bytes(const struct tree *tree, const char *path,
			      const void *bytes, size_t len)
{
	char full[PATH_MAX];
	int fd;

	tree_way(tree, path, full);
	fd = open(full, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
	if (fd < 0 || write(fd, bytes, len) != (ssize_t)len || close(fd) < 0)
		tree_die(full);
}

/* The text as it stands: sysfs files end with a newline. */
static inline void tree_file(const struct tree *tree, const char *path, const char *text)
{
	tree_bytes(tree, path, text, strlen(text));
}

static inline void tree_dir(const struct tree *tree, const char *path)
{
	char full[PATH_MAX];

	tree_way(tree, path, full);
	if (mkdir(full, 0755) < 0 && errno != EEXIST)
		tree_die(full);
}

static inline void tree_link(const struct tree *tree, const char *path,
			     const char *target)
{
	char full[PATH_MAX];

	tree_way(tree, path, full);
	if (symlink(target, full) < 0)
		tree_die(full);
}

static inline int tree_remove(const char *path, const struct stat *st, int type,
			      struct FTW *at)
{
	(void)st, (void)type, (void)at;
	return remove(path);
}

static inline void tree_unlink(const struct tree *tree, const char *path)
{
	char full[PATH_MAX];

	snprintf(full, sizeof(full), "%s/%s", tree->root, path);
	nftw(full, tree_remove, 16, FTW_DEPTH | FTW_PHYS);
}

static inline void tree_free(const struct tree *tree)
{
	nftw(tree->root, tree_remove, 16, FTW_DEPTH | FTW_PHYS);
}

#endif
