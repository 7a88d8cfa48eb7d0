// SPDX-License-Identifier: GPL-2.0-or-later
/* The root table: every noun of the command; and a list of all that the tables hold. */
#include <stddef.h>

#include "cli.h"

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
		unsigned int verbs = 0;

		for (const struct command *verb = noun->sub; verb && verb->name; verb++)
			verbs |= verb->verb;
		for (const struct attr *attr = noun->sub ? noun->sub->attrs : NULL;
		     attr && attr->name; attr++) {
			if ((attr->shown | attr->settable) & verbs)
				command_line("attribute %s %s%s", noun->name, attr->name,
					     ATTR_SETTABLE(attr, verbs) ? " settable" :
									  "");
		}
	}
	return SRIOV_OK;
}

const struct command commands[] = {
	{ "pf", "physical functions: how many virtual functions they have", "VERB",
	  pf_commands },
	{ "vf", "virtual functions: create them, set their attributes", "VERB",
	  vf_commands },
	{ "bind", "the driver of each virtual function", "VERB", bind_commands },
	{ "__complete", "words that may come next", "-- WORD...", NULL, complete_run,
	  .flags = COMMAND_HIDDEN },
	{ "__commands", "everything that can be said", "", NULL, list_all,
	  .flags = COMMAND_HIDDEN },
	{ "__record", "netlink replies, for a recorded machine", "", NULL, record_run,
	  .flags = COMMAND_HIDDEN },
	{ 0 },
};
