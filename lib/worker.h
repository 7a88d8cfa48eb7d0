/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What only worker.c and worker-child.c share: the two sides of the pipe. */
#ifndef SRIOV_WORKER_H
#define SRIOV_WORKER_H

#include "internal.h"

#define PARALLEL_MAX 32
#define INHERITED_MAX 1024 /* descriptors looked at in a child */

/* What parent and children share: jobs are handed out by a counter. */
struct board {
	atomic_uint next;
	/* moves on when a child is left behind: it then takes no further job */
	atomic_uint generation[PARALLEL_MAX];
};

/* What a child says; at most PIPE_BUF bytes, so that it arrives whole. */
struct record {
	unsigned int job;
	pid_t pid;
	bool finished;
	int err;
	char text[SRIOV_TEXT_LEN];
};
_Static_assert(sizeof(struct record) <= PIPE_BUF, "a record is written in one piece");

/* What the parent knows of a job. */
struct task {
	enum { WAITING, RUNNING, FINISHED } state;
	pid_t pid;
	int64_t since;
};

struct crew {
	struct sriov_ctx *ctx;
	const struct sriov_pace *pace;
	struct sriov_job *jobs;
	struct task *tasks;
	unsigned int nr_jobs, nr_done, nr_late;
	struct board *board;
	int pipe[2];
	pid_t children[PARALLEL_MAX]; /* 0: none */
	int64_t reaped;               /* when they were last looked for */
	int foreign[INHERITED_MAX];   /* descriptors that children close */
	unsigned int nr_foreign;
};

/* ---- worker-child.c ---- */
/* Look, once for all children, for descriptors that they are not to keep open. */
void sriov_worker_find_foreign(struct crew *crew);
/* All that a child does before it exits. */
void sriov_worker_child(struct crew *crew, unsigned int slot);

#endif
