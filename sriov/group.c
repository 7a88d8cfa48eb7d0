// SPDX-License-Identifier: GPL-2.0-or-later
/* sriov group ...: show and change groups of virtual functions. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cleanup.h"
#include "cli.h"

#define SHOW(member, bit, heading, type, help)                                       \
	ATTR_ROW(struct sriov_group_attrs, member, heading, help, SRIOV_GROUP_##bit, \
		 type, NULL, VERB_SHOW, VERB_SHOW, 0)
#define SET(member, bit, heading, type, help)                                        \
	ATTR_ROW(struct sriov_group_attrs, member, heading, help, SRIOV_GROUP_##bit, \
		 type, NULL, VERB_SHOW, VERB_SHOW, VERB_SET)

const struct attr group_attrs[] = {
	{ "pf", "PF", "canonical name of its PF", 0, &type_text, NULL, OFFSET_PF,
	  sizeof(((struct value *)0)->bytes), VERB_SHOW, VERB_SHOW, 0 },
	ATTR_NAMED("group", struct sriov_group_attrs, name, "GROUP",
		   "its name, 0 for VFs that are in no other", 0, type_group, NULL,
		   VERB_SHOW, VERB_SHOW, 0),
	SET(vfs, VFS, "VFS", type_vfs, "VF indexes of its members"),
	SHOW(num_vfs, NUM_VFS, "NUM", type_u32, "how many members it has"),
	SET(max_tx_rate, MAX_TX_RATE, "MAX", type_rate,
	    "most they may send together in Mbit/s, 0 for no limit"),
	SET(min_tx_rate, MIN_TX_RATE, "MIN", type_rate,
	    "what they can always send together in Mbit/s"),
	SHOW(share_tx_rate, SHARE_TX_RATE, "SHARE", type_rate,
	     "part of the line it gets when all groups want all of it"),
	SHOW(note, NOTE, "NOTE", type_note, "what is odd about it"),
	{ 0 },
};

/* ---- show ---- */

/* Guarantees that cannot be kept. */
static void warn_of(const struct call *call, const struct sriov_pf *pf,
		    struct sriov_group_attrs *const *groups, size_t n)
{
	bool over_link = false;

	for (size_t i = 0; i < n; i++) {
		over_link |= groups[i]->note & SRIOV_NOTE_OVER_LINK;
		if (groups[i]->note & SRIOV_NOTE_OVER_GROUP)
			say(call,
			    "warning: %s group %s: the min_tx_rate of its VFs are more "
			    "together than its own",
			    sriov_pf_name(pf), groups[i]->name);
	}
	if (over_link)
		say(call,
		    "warning: %s: the min_tx_rate of its groups are more together than "
		    "the link has",
		    sriov_pf_name(pf));
}

void group_warn(const struct call *call, struct sriov_pf *pf)
{
	struct sriov_group_attrs **groups;
	size_t n;

	if (sriov_group_list(pf, &groups, &n))
		return;
	warn_of(call, pf, groups, n);
	sriov_group_attrs_free(groups);
}

static bool is_named(const struct call *call, size_t nr_objects,
		     const struct sriov_group_attrs *group)
{
	return nr_objects < 2 || type_group.match(call->words[1], group->name);
}

static int show_groups(struct call *call, const struct sriov_pf *pf,
		       struct sriov_group_attrs *const *groups, size_t n,
		       size_t nr_objects, const struct values *filter)
{
	for (size_t i = 0; i < n; i++) {
		struct row row = { sriov_pf_name(pf), groups[i], groups[i]->set };

		if (is_named(call, nr_objects, groups[i]) && args_match(filter, &row) &&
		    emit_row(call->out, &row))
			return no_memory(call);
	}
	warn_of(call, pf, groups, n);
	return 0;
}

static int show_pf(struct call *call, struct sriov_pf *pf, size_t nr_objects,
		   const struct values *filter)
{
	struct sriov_group_attrs **groups;
	size_t n;
	int status;

	if (sriov_group_list(pf, &groups, &n))
		return pf_failed(call, nr_objects);
	status = show_groups(call, pf, groups, n, nr_objects, filter);
	sriov_group_attrs_free(groups);
	if (!status && nr_objects == 2 && !filter->n && !emit_rows(call->out))
		return complain(call, "%s: there is no group '%s'", sriov_pf_name(pf),
				call->words[1]);
	return status;
}

static int show(struct call *call)
{
	size_t nr_objects = args_objects(call);
	struct values filter;
	int status;

	if (nr_objects > 2)
		return complain(call, "'%s' is one word too many (PF GROUP is all)",
				call->words[2]);
	if (args_filter(call, nr_objects, &filter) ||
	    emit_open(call->out, call, group_attrs, VERB_SHOW,
		      nr_objects == 2 ? EMIT_RECORD : EMIT_TABLE))
		return SRIOV_WRONG;
	status = pf_each(call, nr_objects, sriov_pf_find, show_pf, &filter);
	if (status || emit_rows(call->out))
		return status;
	say(call, "%s",
	    filter.n ? "no group matches" :
		       "no groups (they need the mlx5 driver of MLNX_OFED)");
	return 0;
}

/* ---- set, del ---- */

/* PF GROUP: the words with which both begin. */
static int find_name(struct call *call, struct sriov_group_attrs *group)
{
	if (call->nr_words < 2)
		return complain(call, "%s is missing (PF GROUP)",
				call->nr_words ? "GROUP" : "PF");
	if (args_parse(call, "GROUP", &type_group, call->words[1], group->name,
		       sizeof(group->name)))
		return SRIOV_WRONG;
	return 0;
}

static int set_values(struct call *call, struct sriov_group_attrs *group)
{
	struct values values;
	char known[VALUE_LEN];

	attr_names(group_attrs, VERB_SET, true, known, sizeof(known));
	if (call->nr_words == 2)
		return complain(call, "nothing to set (%s)", known);
	if (args_keywords(call, 2, &values))
		return SRIOV_WRONG;
	return args_apply(call, &values, 0, group, &group->set);
}

static int change(struct call *call)
{
	_cleanup_free_ struct sriov_group_attrs *group = sriov_group_attrs_new();
	bool del = call->cmd->verb == VERB_DEL;
	struct sriov_plan *plan = NULL;
	struct sriov_pf *pf;
	int status;

	if (!group)
		return no_memory(call);
	status = find_name(call, group);
	if (!status && !del)
		status = set_values(call, group);
	if (!status && del && call->nr_words > 2)
		status = complain(call, "'%s' is one word too many (PF GROUP is all)",
				  call->words[2]);
	if (!status)
		status = plan_open(call, &plan);
	if (status)
		return status;
	if (sriov_pf_find(call->ctx, call->words[0], &pf) ||
	    (del ? sriov_plan_group_del(plan, pf, group->name) :
		   sriov_plan_group_set(plan, pf, group)))
		status = failed(call);
	else
		status = plan_carry_out(call, plan);
	sriov_plan_free(plan);
	return status;
}

const struct command group_commands[] = {
	{ "show", "show groups of VFs", "[PF [GROUP]] [ATTRIBUTE VALUE]...", NULL, show,
	  group_attrs, VERB_SHOW, COMMAND_DEFAULT | COMMAND_ON_PF | COMMAND_GROUP },
	{ "set", "set who is in a group, its limit and guarantee",
	  "PF GROUP KEYWORD VALUE...", NULL, change, group_attrs, VERB_SET,
	  COMMAND_WRITES | COMMAND_ON_PF | COMMAND_GROUP },
	{ "del", "take all VFs out of a group, with which it goes", "PF GROUP", NULL,
	  change, group_attrs, VERB_DEL, COMMAND_WRITES | COMMAND_ON_PF | COMMAND_GROUP },
	{ 0 },
};
