/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Cleanup attributes for locals that own something; they start as NULL or -1. */
#ifndef SRIOV_CLEANUP_H
#define SRIOV_CLEANUP_H

#include <stdlib.h>
#include <unistd.h>

static inline void cleanup_free(void *p)
{
	free(*(void **)p);
}

static inline void cleanup_close(int *fd)
{
	if (*fd >= 0)
		close(*fd);
}

#define _cleanup_free_ __attribute__((cleanup(cleanup_free)))
#define _cleanup_close_ __attribute__((cleanup(cleanup_close)))

/* Give ownership away: the value leaves, NULL stays. */
#define steal(p)                            \
	({                                  \
		__typeof__(p) stolen = (p); \
		(p) = NULL;                 \
		stolen;                     \
	})

#endif
