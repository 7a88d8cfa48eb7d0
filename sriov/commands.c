// SPDX-License-Identifier: GPL-2.0-or-later
/* The root table: every noun of the command; and a list of all that the tables hold. */
#include <stddef.h>

#include "cli.h"

/* Those of the noun's own table, and as "NOUN.VERB" those that only one verb has. */
static void list_attrs(const char *noun, const char *dot, const char *verb,
		       const struct attr *attrs, unsigned int verbs)
{
	for (; attrs && attrs->name; attrs++) {
		if ((attrs->shown | attrs->settable) & verbs)
			command_line("attribute %s%s%s %s%s", noun, dot, verb,
				     attrs->name,
				     ATTR_SETTABLE(attrs, verbs) ? " settable" : "");
	}
}

/* One line for each, for the tests that compare with the manual. */
static int list_all(struct call *call)
{
	(void)call;
	for (const struct command *noun = commands; noun->name; noun++) {
		for (const struct command *verb = noun->sub; verb && verb->name; verb++)
			command_line("command %s %s", noun->name, verb->name);
	}
	for (const struct option_row *row = option_rows; row->name; row++) {
		if (row->letter)
			command_line("option --%s -%c", row->name, row->letter);
		else
			command_line("option --%s", row->name);
	}
	for (const struct command *noun = commands; noun->name; noun++) {
		const struct attr *attrs = noun->sub ? noun->sub->attrs : NULL;
		unsigned int verbs = 0;

		for (const struct command *verb = noun->sub; verb && verb->name; verb++)
			if (verb->attrs == attrs)
				verbs |= verb->verb;
		list_attrs(noun->name, "", "", attrs, verbs);
		for (const struct command *verb = noun->sub; verb && verb->name; verb++)
			if (verb->attrs != attrs)
				list_attrs(noun->name, ".", verb->name, verb->attrs,
					   verb->verb);
	}
	return SRIOV_OK;
}

const struct command commands[] = {
	{ "pf", "physical functions: how many virtual functions they have", "VERB",
	  pf_commands },
	{ "vf", "virtual functions: create them, set their attributes", "VERB",
	  vf_commands },
	{ "group", "groups of virtual functions: limits and guarantees they share",
	  "VERB", group_commands },
	{ "bind", "the driver of each virtual function", "VERB", bind_commands },
	{ "fw", "settings of the firmware, and the firmware itself", "VERB",
	  fw_commands },
	{ "__complete", "words that may come next", "-- WORD...", NULL, complete_run,
	  .flags = COMMAND_HIDDEN },
	{ "__commands", "everything that can be said", "", NULL, list_all,
	  .flags = COMMAND_HIDDEN },
	{ "__record", "netlink replies, for a recorded machine", "", NULL, record_run,
	  .flags = COMMAND_HIDDEN },
	{ 0 },
};
