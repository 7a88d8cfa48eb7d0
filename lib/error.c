// SPDX-License-Identifier: GPL-2.0-or-later
/* Texts: of failures, for --debug, for progress, and made fit for a terminal. */
#include <locale.h>
#include <stdarg.h>

#include "internal.h"

#define ENOTSUPP_KERNEL \
	524 /* include/linux/errno.h: leaks to user space, unknown to libc */
#define DEBUG_LINE_LEN 1024

void sriov_copy(char *to, size_t size, const char *from)
{
	size_t len = strnlen(from, size - 1);

	memmove(to, from, len);
	to[len] = '\0';
}

/* Length of the valid UTF-8 sequence at `s` (RFC 3629), 0 when it is none. */
static size_t utf8_len(const unsigned char *s)
{
	/* What the second byte may be keeps out overlong forms, surrogates and > U+10FFFF. */
	unsigned char low = 0x80, high = 0xbf;
	size_t len;

	if (*s < 0x80)
		return 1;
	if (*s < 0xc2 || *s > 0xf4)
		return 0;
	len = *s < 0xe0 ? 2 : *s < 0xf0 ? 3 : 4;
	if (*s == 0xe0)
		low = 0xa0;
	else if (*s == 0xed)
		high = 0x9f;
	else if (*s == 0xf0)
		low = 0x90;
	else if (*s == 0xf4)
		high = 0x8f;
	if (s[1] < low || s[1] > high)
		return 0;
	for (size_t i = 2; i < len; i++)
		if ((s[i] & 0xc0) != 0x80)
			return 0;
	return len;
}

static bool is_control(const unsigned char *s)
{
	return *s < 0x20 || *s == 0x7f || (*s == 0xc2 && s[1] < 0xa0);
}

void sriov_make_printable(char *text)
{
	const unsigned char *from = (const unsigned char *)text;
	char *to = text;

	while (*from) {
		size_t len = utf8_len(from);

		if (!len || is_control(from)) {
			*to++ = '?';
			from += len ? len : 1;
			continue;
		}
		memmove(to, from, len);
		to += len;
		from += len;
	}
	*to = '\0';
}

int sriov_fail(struct sriov_ctx *ctx, enum sriov_class class, int err, const char *fmt,
	       ...)
{
	char text[SRIOV_TEXT_LEN]; /* the arguments may point into ctx->error */
	va_list args;

	va_start(args, fmt);
	if (vsnprintf(text, sizeof(text), fmt, args) < 0)
		sriov_copy(text, sizeof(text), sriov_strerror(err));
	va_end(args);
	sriov_make_printable(text);
	sriov_copy(ctx->error, sizeof(ctx->error), text);
	ctx->error_class = class;
	return -err;
}

int sriov_no_memory(struct sriov_ctx *ctx)
{
	return sriov_fail(ctx, SRIOV_FAILED, ENOMEM, "%s", sriov_strerror(ENOMEM));
}

const char *sriov_strerror(int err)
{
	locale_t plain;
	const char *text;

	if (err == ENOTSUPP_KERNEL)
		return "Operation not supported (524)";
	/* The C locale is a constant object: its texts outlive freelocale(). */
	plain = newlocale(LC_ALL_MASK, "C", (locale_t)0);
	if (!plain)
		return "Unknown error";
	text = strerror_l(err, plain);
	freelocale(plain);
	return text;
}

void sriov_debug(struct sriov_ctx *ctx, const char *fmt, ...)
{
	char line[DEBUG_LINE_LEN];
	int saved = errno;
	va_list args;
	int len;

	if (!ctx->debug)
		return;
	va_start(args, fmt);
	len = vsnprintf(line, sizeof(line), fmt, args);
	va_end(args);
	if (len >= 0) {
		sriov_make_printable(line);
		ctx->debug(ctx->debug_data, line);
	}
	errno = saved;
}

void sriov_progress(struct sriov_ctx *ctx, const char *what, unsigned int done,
		    unsigned int total)
{
	if (ctx->progress)
		ctx->progress(ctx->progress_data, what, done, total);
}

int sriov_fail_interrupted(struct sriov_ctx *ctx)
{
	return sriov_fail(ctx, SRIOV_FAILED, EINTR, "interrupted: nothing was changed");
}
