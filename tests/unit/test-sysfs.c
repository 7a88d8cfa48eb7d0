// SPDX-License-Identifier: GPL-2.0-or-later
/* Files below the root: reading, numbers, links, lists, and that nothing leaves the root. */
#include <sys/syscall.h>

#include "internal.h"
#include "tap.h"
#include "tree.h"

#ifndef SYS_openat2
#define SYS_openat2 437
#endif

static char debugged[1024];

static void keep_line(void *data, const char *line)
{
	(void)data;
	snprintf(debugged, sizeof(debugged), "%s", line);
}

static void test_text(struct sriov_ctx *ctx, const struct tree *tree)
{
	char buf[8];

	tree_file(tree, "d/eight", "8\n");
	tree_file(tree, "d/bare", "8");
	tree_file(tree, "d/two", "8\n\n");
	tree_file(tree, "d/fits", "1234567\n");
	tree_file(tree, "d/long", "12345678\n");
	tree_file(tree, "d/more", "1234567\nx");
	tree_file(tree, "d/empty", "");
	is_int(sriov_sysfs_read(ctx, buf, sizeof(buf), "d/%s", "eight"), 1, "length");
	is_str(buf, "8", "without its newline");
	is_str(debugged, "read d/eight -> \"8\"", "debug line");
	is_int(sriov_sysfs_read(ctx, buf, sizeof(buf), "d/bare"), 1, "no newline");
	is_int(sriov_sysfs_read(ctx, buf, sizeof(buf), "d/two"), 2,
	       "one newline is taken away");
	is_int(sriov_sysfs_read(ctx, buf, sizeof(buf), "d/empty"), 0, "empty");
	is_int(sriov_sysfs_read(ctx, buf, sizeof(buf), "d/fits"), 7, "just fits");
	is_str(buf, "1234567", "all of it");
	is_int(sriov_sysfs_read(ctx, buf, sizeof(buf), "d/long"), -EMSGSIZE, "too long");
	is_int(sriov_sysfs_read(ctx, buf, sizeof(buf), "d/more"), -EMSGSIZE,
	       "a second line");
	is_int(sriov_sysfs_read(ctx, buf, sizeof(buf), "d/none"), -ENOENT,
	       "no such file");
	is_str(buf, "", "then empty");
	is_str(debugged, "read d/none -> No such file or directory", "debug line");
	is_int(sriov_sysfs_read(ctx, buf, sizeof(buf), "d"), -EISDIR, "a directory");
}

static void test_numbers(struct sriov_ctx *ctx, const struct tree *tree)
{
	static const struct {
		const char *text;
		int r;
		uint32_t value;
	} rows[] = {
		{ "0\n", 0, 0 },
		{ "8", 0, 8 },
		{ "010\n", 0, 10 },
		{ "0x8086\n", 0, 0x8086 },
		{ "0XaB", 0, 0xab },
		{ "4294967295\n", 0, UINT32_MAX },
		{ "4294967296\n", -ERANGE, 0 },
		{ "0x100000000", -ERANGE, 0 },
		{ "99999999999999999999999999\n", -ERANGE, 0 },
		{ "", -EINVAL, 0 },
		{ "\n", -EINVAL, 0 },
		{ "-1\n", -EINVAL, 0 },
		{ "+1\n", -EINVAL, 0 },
		{ " 1\n", -EINVAL, 0 },
		{ "1 \n", -EINVAL, 0 },
		{ "1\n\n", -EINVAL, 0 },
		{ "0x\n", -EINVAL, 0 },
		{ "0x-1\n", -EINVAL, 0 },
		{ "f\n", -EINVAL, 0 },
		{ "(null)\n", -EINVAL, 0 },
		{ "11111111111111111111111111111111111111111111111111111111111111111111",
		  -EINVAL, 0 },
	};
	uint32_t value;

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		value = 0;
		tree_file(tree, "number", rows[i].text);
		is_int(sriov_sysfs_read_u32(ctx, &value, "number"), rows[i].r,
		       "number %zu", i);
		is_int(value, rows[i].value, "value %zu", i);
	}
	tree_bytes(tree, "number", "8\0009", 3);
	is_int(sriov_sysfs_read_u32(ctx, &value, "number"), -EINVAL, "a NUL inside");
}

static void test_lists(struct sriov_ctx *ctx, const struct tree *tree)
{
	_cleanup_free_ char **names = NULL, **none = NULL;
	_cleanup_free_ char *text = NULL, *empty = NULL;
	char big[20001];

	tree_dir(tree, "list");
	is_int(sriov_sysfs_list(ctx, &none, "list"), 0, "an empty directory");
	ok(none && !none[0], "is an empty array");
	tree_file(tree, "list/c", "");
	tree_file(tree, "list/.hidden", "");
	tree_dir(tree, "list/a");
	tree_link(tree, "list/b", "nowhere");
	is_int(sriov_sysfs_list(ctx, &names, "list"), 3, "three names");
	ok(!strcmp(names[0], "a") && !strcmp(names[1], "b") && !strcmp(names[2], "c") &&
		   !names[3],
	   "sorted, NULL behind them");
	is_int(sriov_sysfs_list(ctx, &none, "list/c"), -ENOTDIR, "a file");
	is_int(sriov_sysfs_list(ctx, &none, "nowhere"), -ENOENT, "nothing");

	memset(big, 'x', sizeof(big) - 1);
	big[sizeof(big) - 1] = '\0';
	tree_file(tree, "big", big);
	is_int(sriov_sysfs_slurp(ctx, &text, "big"), 20000, "a big file");
	is_str(text, big, "all of it");
	is_int(sriov_sysfs_slurp(ctx, &empty, "list/c"), 0, "an empty file");
	is_str(empty, "", "is an empty text");
}

/* What people write may be anything: it is never waited for, and never read to no end. */
static void test_config(struct sriov_ctx *ctx, const struct tree *tree)
{
	_cleanup_free_ char *text = NULL, *none = NULL, *big = malloc(1024 * 1024 + 2);
	char path[PATH_MAX];

	memset(big, 'x', 1024 * 1024 + 1);
	big[1024 * 1024 + 1] = '\0';
	tree_file(tree, "conf/big", big);
	is_int(sriov_sysfs_config(ctx, &none, "conf/big"), -EFBIG, "one byte too many");
	tree_file(tree, "conf/fits", big + 1);
	is_int(sriov_sysfs_config(ctx, &text, "conf/fits"), 1024 * 1024, "just fits");
	tree_way(tree, "conf/fifo", path);
	ok(!mkfifo(path, 0600), "make a FIFO");
	tree_link(tree, "conf/zero", "/dev/zero");
	for (int i = 0; i < 2; i++) {
		ctx->recorded = !i;
		is_int(sriov_sysfs_config(ctx, &none, "conf/fifo"), -EINVAL, "a FIFO");
		is_int(sriov_sysfs_config(ctx, &none, "conf/none"), -ENOENT, "nothing");
		is_int(sriov_sysfs_config(ctx, &none, "conf"), -EINVAL, "a directory");
	}
	is_int(sriov_sysfs_config(ctx, &none, "conf/zero"), -EINVAL, "a device");
	ctx->recorded = true;
}

static void test_links(struct sriov_ctx *ctx, const struct tree *tree)
{
	char buf[16];

	tree_link(tree, "dev/driver", "../../bus/pci/drivers/igb");
	tree_link(tree, "dev/alone", "igb");
	tree_link(tree, "dev/long", "../0123456789abcdefg");
	tree_file(tree, "dev/file", "");
	is_int(sriov_sysfs_link(ctx, buf, sizeof(buf), "dev/driver"), 3, "link");
	is_str(buf, "igb", "its last component");
	is_str(debugged, "link dev/driver -> igb", "debug line");
	is_int(sriov_sysfs_link(ctx, buf, sizeof(buf), "dev/alone"), 3,
	       "without a slash");
	is_int(sriov_sysfs_link(ctx, buf, sizeof(buf), "dev/long"), -EMSGSIZE,
	       "too long");
	is_int(sriov_sysfs_link(ctx, buf, sizeof(buf), "dev/file"), -ENOENT, "no link");
	is_int(sriov_sysfs_link(ctx, buf, sizeof(buf), "dev/none"), -ENOENT, "nothing");
	ok(sriov_sysfs_exists(ctx, "dev/file"), "exists");
	ok(!sriov_sysfs_exists(ctx, "dev/driver"), "a link to nowhere does not");
}

static char links[128];

static void see_link(void *data, const char *name, const char *target)
{
	size_t len = strlen(links);

	(void)data;
	snprintf(links + len, sizeof(links) - len, "%s>%s ", name, target);
}

static void test_whole_links(struct sriov_ctx *ctx, const struct tree *tree)
{
	char buf[8] = "";
	int fd;

	tree_link(tree, "proc/7/fd/3", "/dev/vfio/7");
	tree_file(tree, "proc/7/fd/file", "text\n");
	tree_dir(tree, "proc/8/fd");
	is_int(sriov_sysfs_links(ctx, see_link, NULL, "proc/%d/fd", 7), 0, "whole links");
	is_str(links, "3>/dev/vfio/7 ", "and no others");
	is_str(debugged, "links proc/7/fd -> read", "debug line");
	links[0] = '\0';
	is_int(sriov_sysfs_links(ctx, see_link, NULL, "proc/8/fd"), 0, "none");
	is_int(sriov_sysfs_links(ctx, see_link, NULL, "proc/9/fd"), -ENOENT, "nowhere");
	is_int(sriov_sysfs_links(ctx, see_link, NULL, "proc/7/../7/fd"), -EINVAL,
	       "no way up");
	is_str(links, "", "nothing was seen");
	fd = sriov_sysfs_descriptor(ctx, "proc/7/fd/file");
	ok(fd >= 0 && read(fd, buf, sizeof(buf)) == 5, "a descriptor");
	close(fd);
	is_int(sriov_sysfs_descriptor(ctx, "proc/7/none"), -ENOENT, "of nothing");
	is_int(sriov_sysfs_descriptor(ctx, "/etc/passwd"), -EINVAL,
	       "nor of what is outside");
}

/* Kernels before 5.6, and valgrind 3.19, have no openat2(), which is what holds links back. */
static void test_links_out(struct sriov_ctx *ctx, const struct tree *tree)
{
	uint64_t how[3] = { 0 }; /* struct open_how */
	char buf[64];

	tree_file(tree, "etc/hostname", "inside\n");
	tree_link(tree, "absolute", "/etc/hostname");
	tree_link(tree, "sub/up", "../../../../../../../../../../etc/hostname");
	if (syscall(SYS_openat2, -1, "", how, sizeof(how)) < 0 && errno == ENOSYS) {
		ok(true, "links that lead out # SKIP no openat2() here");
		return;
	}
	is_int(sriov_sysfs_read(ctx, buf, sizeof(buf), "absolute"), 6, "absolute link");
	is_str(buf, "inside", "stays below the root");
	is_int(sriov_sysfs_read(ctx, buf, sizeof(buf), "sub/up"), 6, "link upwards");
	is_str(buf, "inside", "stays below the root");
}

static void test_prison(struct sriov_ctx *ctx, const struct tree *tree)
{
	char buf[64], full[PATH_MAX];

	is_int(sriov_sysfs_read(ctx, buf, sizeof(buf), "d/../../etc/passwd"), -EINVAL,
	       "..");
	is_int(sriov_sysfs_read(ctx, buf, sizeof(buf), "/etc/passwd"), -EINVAL,
	       "absolute");
	is_int(sriov_sysfs_read(ctx, buf, sizeof(buf), ".."), -EINVAL, "only ..");
	tree_file(tree, "a..b", "x\n");
	is_int(sriov_sysfs_read(ctx, buf, sizeof(buf), "a..b"), 1, "dots in a name");
	test_links_out(ctx, tree);
	snprintf(full, sizeof(full), "%s/fifo", tree->root);
	is_int(mkfifo(full, 0600), 0, "a FIFO");
	is_int(sriov_sysfs_read(ctx, buf, sizeof(buf), "fifo"), 0, "does not block");
	is_int(sriov_sysfs_write(ctx, "8", "d/eight"), -EROFS, "nothing is written");
	is_int(sriov_sysfs_read(ctx, buf, sizeof(buf), "d/eight"), 1, "it is as it was");
	ok(sriov_sysfs_name_ok("eth0") && sriov_sysfs_name_ok("..."), "names");
	ok(!sriov_sysfs_name_ok("") && !sriov_sysfs_name_ok(".") &&
		   !sriov_sysfs_name_ok("..") && !sriov_sysfs_name_ok("a/b"),
	   "no names");
}

/* Writing, in a tree that is made to look like the running system. */
static void test_write(struct sriov_ctx *ctx, const struct tree *tree)
{
	char *text = NULL;

	ctx->recorded = false;
	tree_file(tree, "w", "");
	is_int(sriov_sysfs_write(ctx, "vfio-pci", "w"), 0, "write");
	is_str(debugged, "write w vfio-pci -> done", "debug line");
	is_int(sriov_sysfs_slurp(ctx, &text, "w"), 9, "with a newline");
	free(text);
	is_int(sriov_sysfs_write(ctx, "1", "none"), -ENOENT, "no file is made");
	is_str(debugged, "write none 1 -> No such file or directory", "debug line");
	tree_link(tree, "full", "/dev/full");
	is_int(sriov_sysfs_write(ctx, "1", "full"), -ENOSPC, "the kernel's refusal");
	ctx->recorded = true;
}

static void test_texts(struct sriov_ctx *ctx)
{
	static const struct {
		const char *from, *to;
	} rows[] = {
		{ "plain", "plain" },
		{ "a\tb\nc\033[1m\177", "a?b?c?[1m?" },
		{ "gr\xc3\xbc\xc3\x9f", "gr\xc3\xbc\xc3\x9f" },
		{ "\xc2\x9b"
		  "1m",
		  "?1m" },
		{ "\xff\xfe", "??" },
		{ "\xc3", "?" },
		{ "\xc0\xaf", "??" },
		{ "\xe0\x80\xaf", "???" },
		{ "\xed\xa0\x80", "???" },
		{ "\xe2\x82\xac", "\xe2\x82\xac" },
		{ "\xe2\x82", "??" },
		{ "\xf0\x9f\x98\x80", "\xf0\x9f\x98\x80" },
		{ "\xf4\x90\x80\x80", "????" },
	};
	char text[64], *exact;

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		exact = strdup(rows[i].from); /* for ASan */
		sriov_make_printable(exact);
		is_str(exact, rows[i].to, "printable %zu", i);
		free(exact);
	}
	sriov_copy(text, 4, "abcdef");
	is_str(text, "abc", "copy is cut");
	is_str(sriov_strerror(524), "Operation not supported (524)", "524");
	is_str(sriov_strerror(EBUSY), "Device or resource busy", "EBUSY");
	is_int(sriov_fail(ctx, SRIOV_WRONG, EINVAL, "%s\n", "one"), -EINVAL, "fail");
	sriov_fail(ctx, SRIOV_REFUSED, EBUSY, "%s two", sriov_error(ctx));
	is_str(sriov_error(ctx), "one? two", "its own text as an argument");
	is_int(sriov_error_class(ctx), SRIOV_REFUSED, "class");
	is_int(sriov_set_backend(ctx, "nope"), -EINVAL, "unknown back end");
	ok(strstr(sriov_error(ctx), "nope: no such back end (") &&
		   strstr(sriov_error(ctx), "rtnl"),
	   "the known ones are named");
	is_int(sriov_set_backend(ctx, "rtnl"), 0, "known back end");
}

int main(void)
{
	struct sriov_ctx *ctx;
	struct tree tree;

	tree_new(&tree);
	is_int(sriov_new_at("/nonexistent", &ctx), -ENOENT, "no such root");
	if (!is_int(sriov_new_at(tree.root, &ctx), 0, "context"))
		return done_testing();
	is_str(sriov_error(ctx), "", "no error yet");
	sriov_set_debug(ctx, keep_line, NULL);
	test_text(ctx, &tree);
	test_numbers(ctx, &tree);
	test_lists(ctx, &tree);
	test_config(ctx, &tree);
	test_links(ctx, &tree);
	test_whole_links(ctx, &tree);
	test_prison(ctx, &tree);
	test_write(ctx, &tree);
	test_texts(ctx);
	sriov_free(ctx);
	sriov_free(NULL);

	setenv("SRIOV_SYSROOT", tree.root, 1);
	is_int(sriov_new(&ctx), 0, "root from the environment");
	ok(ctx->recorded && sriov_sysfs_exists(ctx, "d/eight"), "is a recorded machine");
	sriov_free(ctx);
	unsetenv("SRIOV_SYSROOT");
	is_int(sriov_new(&ctx), 0, "the running system");
	ok(!ctx->recorded && sriov_sysfs_exists(ctx, "proc/self"), "is not recorded");
	sriov_free(ctx);
	tree_free(&tree);
	return done_testing();
}
