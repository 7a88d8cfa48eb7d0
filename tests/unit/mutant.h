/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Text that nobody wrote, for readers that must not mind: the same in each run. */
#ifndef MUTANT_H
#define MUTANT_H

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static inline uint32_t random_below(uint32_t n)
{
	static uint64_t state = 0x5eed;

	state = state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
	return (uint32_t)(state >> 33) % n;
}

/* Text in a block of its very size, so that a sanitizer sees each step beyond it. */
static inline char *exactly(const char *text, size_t len)
{
	char *copy = malloc(len + 1);

	memcpy(copy, text, len);
	copy[len] = '\0';
	return copy;
}

/*
 * A start of `text`, an end of `other` and a part of `text` again, and in it bytes that mean
 * something at places where they do not belong.
 */
static inline char *mutant(const char *text, const char *other, size_t *len)
{
	static const char bytes[] = "\n\r\t \\'\"[]{}<>/:;=,-#|&!*%\xff\033?";
	size_t first = random_below((uint32_t)strlen(text) + 1);
	size_t second = random_below((uint32_t)strlen(other) + 1);
	char all[4096];

	snprintf(all, sizeof(all), "%.*s%s%s", (int)first, text, other + second,
		 text + random_below((uint32_t)first + 1));
	*len = strlen(all);
	for (uint32_t n = random_below(12); n && *len; n--)
		all[random_below((uint32_t)*len)] =
			bytes[random_below(sizeof(bytes) - 1)];
	return exactly(all, *len);
}

#endif
