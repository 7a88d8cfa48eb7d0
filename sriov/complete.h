/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What only complete.c and complete-objects.c share. */
#ifndef SRIOV_COMPLETE_H
#define SRIOV_COMPLETE_H

#include "cli.h"

/* A line being completed. */
struct line {
	struct call call;    /* the words before the last one */
	const char *word;    /* what is to be completed of the last one, may be empty */
	const char *before;  /* the last word as it was typed ... */
	int before_len;      /* ... of which so much stays in front: "--color=" */
	bool ended;          /* "--" was there: no more options */
	const char *sysroot; /* where to look, unless the line says so itself */
	unsigned int offers; /* so many words were offered */
};

/* ---- complete.c ---- */
/* Say this word, if it goes on where the line ends. */
void offer(struct line *line, const char *word, const char *help);

/* Say it whatever the line ends with. */
void offer_as_it_is(struct line *line, const char *word, const char *help);

/* ---- complete-settings.c ---- */
/* Names of settings of the firmware of the PF that the line names, and their values. */
void offer_settings(struct line *line);

/* ---- complete-objects.c ---- */
/* Make the context of the line. */
bool line_context(struct line *line);
/* The PFs or VFs that the command takes. */
void offer_objects(struct line *line);
/* Offer the groups of the PF that the line names. */
void offer_groups(struct line *line);
/*
 * Values that the attribute has now, beside the words of the type: those of the objects
 * words[0 ... nr_objects - 1] or, without any, of all.
 */
void offer_present(struct line *line, const struct attr *attr, const struct type *type,
		   size_t nr_objects);

#endif
