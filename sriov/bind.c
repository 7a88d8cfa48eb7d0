// SPDX-License-Identifier: GPL-2.0-or-later
/* sriov bind ...: show and change the drivers of virtual functions, a view of their rows. */
#include "cli.h"

const struct command bind_commands[] = {
	{ "show", "show which driver each VF has", "[OBJECT]... [ATTRIBUTE VALUE]...",
	  NULL, vf_show, vf_attrs, VERB_BIND_SHOW,
	  COMMAND_DEFAULT | COMMAND_ON_VF | COMMAND_MANY },
	{ "set", "bind VFs to a driver, and keep them there",
	  "OBJECT driver NAME|default|none", NULL, vf_set, vf_attrs, VERB_BIND_SET,
	  COMMAND_WRITES | COMMAND_ON_VF },
	{ 0 },
};
