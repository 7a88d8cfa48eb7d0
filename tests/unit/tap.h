/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Assertions for unit tests, as TAP on standard output; main returns done_testing(). */
#ifndef TAP_H
#define TAP_H

#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

/* Each takes a printf-style name for the test, and returns whether it passed. */
#define ok(cond, ...) tap_ok(!!(cond), __FILE__, __LINE__, __VA_ARGS__)
#define is_int(got, want, ...) \
	tap_int((long long)(got), (long long)(want), __FILE__, __LINE__, __VA_ARGS__)
#define is_str(got, want, ...) tap_str(got, want, __FILE__, __LINE__, __VA_ARGS__)

static int tap_run, tap_failed;

static inline __attribute__((format(printf, 4, 0))) bool
tap_result(bool good, const char *file, int line, const char *name, va_list args)
{
	printf("%s %d - ", good ? "ok" : "not ok", ++tap_run);
	vprintf(name, args);
	putchar('\n');
	if (!good) {
		tap_failed++;
		printf("#   at %s:%d\n", file, line);
	}
	fflush(stdout); /* before what tests fork, and before a crash */
	return good;
}

static inline __attribute__((format(printf, 4, 5))) bool
tap_ok(bool good, const char *file, int line, const char *name, ...)
{
	va_list args;

	va_start(args, name);
	tap_result(good, file, line, name, args);
	va_end(args);
	return good;
}

static inline __attribute__((format(printf, 5, 6))) bool
tap_int(long long got, long long want, const char *file, int line, const char *name, ...)
{
	va_list args;

	va_start(args, name);
	tap_result(got == want, file, line, name, args);
	va_end(args);
	if (got != want)
		printf("#   got %lld, want %lld\n", got, want);
	return got == want;
}

static inline __attribute__((format(printf, 5, 6))) bool
tap_str(const char *got, const char *want, const char *file, int line, const char *name,
	...)
{
	bool good = got && want ? !strcmp(got, want) : got == want;
	va_list args;

	va_start(args, name);
	tap_result(good, file, line, name, args);
	va_end(args);
	if (!good)
		printf("#   got  \"%s\"\n#   want \"%s\"\n", got ? got : "(null)",
		       want ? want : "(null)");
	return good;
}

static inline int done_testing(void)
{
	printf("1..%d\n", tap_run);
	if (tap_failed)
		printf("# %d of %d failed\n", tap_failed, tap_run);
	return tap_failed || !tap_run;
}

#endif
