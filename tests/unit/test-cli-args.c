// SPDX-License-Identifier: GPL-2.0-or-later
/* Words of the command line: options, keywords, filters, columns. */
#include <stdlib.h>
#include <string.h>

#include "cli.h"
#include "tap.h"

#define MAX_WORDS 24

/* A call with the options taken from a line of words; to be freed with end(). */
struct line {
	struct call call;
	char text[256];
	char *words[MAX_WORDS];
	int status;
};

static void begin(struct line *line, const char *noun, const char *verb, const char *text)
{
	char *save = NULL;
	int n = 0;

	memset(line, 0, sizeof(*line));
	snprintf(line->text, sizeof(line->text), "%s", text);
	for (char *word = strtok_r(line->text, " ", &save); word;
	     word = strtok_r(NULL, " ", &save))
		line->words[n++] = word;
	line->call.quiet = true;
	if (noun)
		line->call.cmd = command_find(command_find(commands, noun)->sub, verb);
	line->status = args_options(&line->call, n, line->words);
}

static void end(struct line *line)
{
	free(line->call.block);
}

static void try_options(void)
{
	struct line line;

	begin(&line, NULL, NULL, "-jp vf --wait=5 show -o a,b eth0");
	is_int(line.status, 0, "options stand anywhere");
	ok(line.call.opts.json && line.call.opts.pretty, "bundles");
	is_str(line.call.opts.wait, "5", "an argument after =");
	is_str(line.call.opts.output, "a,b", "an argument as the next word");
	is_int(line.call.nr_words, 3, "the other words stay");
	is_str(line.call.words[2], "eth0", "in their order");
	end(&line);
	begin(&line, NULL, NULL, "-jw5 vf -- -j --foo");
	is_int(line.status, 0, "-- ends the options");
	is_str(line.call.opts.wait, "5", "an argument in its bundle");
	is_int(line.call.nr_words, 3, "what follows are words");
	end(&line);
	begin(&line, NULL, NULL, "vf set x vlan -1 -");
	is_int(line.status, 0, "negative numbers are no options");
	is_int(line.call.nr_words, 6, "nor is a single dash");
	end(&line);
}

static void try_bad_options(void)
{
	static const char *const bad[] = {
		"--foo",  "-x",          "-jx",        "--json=1", "-w",
		"--wait", "--wait=x",    "--wait=",    "-w 86401", "--js",
		"-w=5",   "--color red", "--wait=-1s", "--output",
	};
	struct line line;

	for (size_t i = 0; i < ARRAY_SIZE(bad); i++) {
		begin(&line, NULL, NULL, bad[i]);
		is_int(line.status, SRIOV_WRONG, "wrong: %s", bad[i]);
		end(&line);
	}
	begin(&line, NULL, NULL, "--foo -j");
	ok(line.status == SRIOV_WRONG && line.call.opts.json,
	   "options after a wrong one are taken");
	end(&line);
}

static void try_keywords(void)
{
	static const struct {
		const char *noun, *verb, *words;
		int status;
	} lines[] = {
		{ "vf", "set", "x mac 02:00:00:00:00:10+ vlan 10 spoofchk on", 0 },
		{ "vf", "set", "x vlan 10 vlan 11", SRIOV_WRONG },
		{ "vf", "set", "x vlan", SRIOV_WRONG },
		{ "vf", "set", "x vlna 1", SRIOV_WRONG },
		{ "vf", "set", "x pci 1", SRIOV_WRONG },
		{ "vf", "set", "x index 1", SRIOV_WRONG },
		{ "vf", "set", "x driver none", SRIOV_WRONG },
		{ "vf", "create", "x driver none", 0 },
		{ "bind", "set", "x driver vfio-pci", 0 },
		{ "bind", "set", "x vlan 1", SRIOV_WRONG },
		{ "pf", "set", "x num_vfs max autoprobe off driver default", 0 },
		{ "pf", "set", "x num_vfs -1", SRIOV_WRONG },
		{ "pf", "set", "x total_vfs 1", SRIOV_WRONG },
	};
	struct values values;
	struct line line;

	for (size_t i = 0; i < ARRAY_SIZE(lines); i++) {
		begin(&line, lines[i].noun, lines[i].verb, lines[i].words);
		is_int(args_keywords(&line.call, 1, &values), lines[i].status, "%s %s %s",
		       lines[i].noun, lines[i].verb, lines[i].words);
		end(&line);
	}
}

static void try_apply(void)
{
	struct sriov_vf_attrs vf = { 0 };
	struct values values;
	struct line line;

	begin(&line, "vf", "set",
	      "x mac 02:00:00:00:00:10+ vlan 4095 qos 7 max_tx_rate 10Gbit");
	is_int(args_keywords(&line.call, 1, &values), 0, "keywords with values");
	is_int(args_apply(&line.call, &values, 5, &vf, &vf.set), 0, "go into a struct");
	ok(vf.set == (SRIOV_VF_MAC | SRIOV_VF_VLAN | SRIOV_VF_QOS | SRIOV_VF_MAX_TX_RATE),
	   "which knows what was given");
	is_int(vf.mac[5], 0x15, "the address is that of the VF");
	is_int(vf.vlan, 4095, "vlan");
	is_int(vf.qos, 7, "qos");
	is_int(vf.max_tx_rate, 10000, "max_tx_rate");
	is_int(vf.min_tx_rate, 0, "others stay");
	end(&line);
	begin(&line, "vf", "set", "x mac 02:00:00:ff:ff:ff+");
	args_keywords(&line.call, 1, &values);
	is_int(args_apply(&line.call, &values, 1, &vf, &vf.set), SRIOV_WRONG,
	       "a series ends with its vendor's addresses");
	end(&line);
}

static bool matches(const char *filter, const struct row *row)
{
	struct values values;
	struct line line;
	bool match;

	begin(&line, "vf", "show", filter);
	match = !args_filter(&line.call, args_objects(&line.call), &values) &&
		args_match(&values, row);
	end(&line);
	return match;
}

static void try_filter(void)
{
	struct sriov_vf_attrs vf = { .set = SRIOV_VF_DRIVER | SRIOV_VF_VLAN |
					    SRIOV_VF_MAC,
				     .index = 3,
				     .vlan = 10,
				     .driver = "none",
				     .mac = { 2, 0, 0, 0, 0, 0x10 } };
	struct row row = { "0000:01:00.0", &vf, vf.set };

	ok(matches("eth0 eth1/3", &row), "no filter");
	ok(matches("eth0 driver none", &row), "text");
	ok(!matches("eth0 driver non", &row), "whole text");
	ok(matches("driver none vlan 10 index 3", &row), "several are all asked for");
	ok(!matches("driver none vlan 11", &row), "and each must match");
	ok(matches("mac 02:00:00:00:00:10", &row), "address");
	ok(!matches("mac 02:00:00:00:00:10+", &row), "but no series");
	ok(matches("pf 0000:01:00.0", &row), "PF");
	ok(!matches("trust off", &row), "what is not known matches nothing");
	ok(!matches("driver none eth0", &row), "no object after a filter");
	ok(!matches("vlan 10 vlan 10", &row), "no attribute twice");
	ok(!matches("vlan 4096", &row), "values are checked");
}

static void try_columns(void)
{
	char why[1024] = "";
	const struct attr **columns;

	columns = attr_columns(vf_attrs, VERB_SHOW, "vlan,mac,vlan", false, why,
			       sizeof(why));
	ok(columns && !strcmp(columns[0]->name, "vlan") &&
		   !strcmp(columns[1]->name, "mac") && !columns[2],
	   "columns in the order asked for, once");
	free(columns);
	columns = attr_columns(pf_attrs, VERB_SHOW, "+note", false, why, sizeof(why));
	ok(columns && !strcmp(columns[0]->name, "pf") && columns[1],
	   "columns with one more");
	free(columns);
	columns = attr_columns(vf_attrs, VERB_BIND_SHOW, "vlan", false, why, sizeof(why));
	ok(!columns && strstr(why, "unknown column 'vlan' (pf, index"), "unknown: %s",
	   why);
	columns = attr_columns(vf_attrs, VERB_SHOW, "", false, why, sizeof(why));
	ok(!columns, "no name is no column");
	columns = attr_columns(vf_attrs, VERB_SHOW, "mac,", false, why, sizeof(why));
	ok(!columns, "nor is one after a comma");
}

/* Rows that would break the commands: found here rather than by a user. */
static void try_tables(const char *name, const struct attr *attrs, uint64_t all)
{
	uint64_t bits = 0;

	for (const struct attr *attr = attrs; attr->name; attr++) {
		if (attr->bit)
			ok(!(bits & attr->bit), "%s %s: a bit of its own", name,
			   attr->name);
		bits |= attr->bit;
		ok(attr->size <= sizeof(((struct value *)0)->bytes) && attr->shown &&
			   !(attr->brief & ~attr->shown) && attr->type->print,
		   "%s %s: can be shown", name, attr->name);
		ok(attr_find(attrs, attr->name) == attr, "%s %s: once", name, attr->name);
		ok(attr->type->parse && attr_set_type(attr)->parse,
		   "%s %s: can be a filter", name, attr->name);
	}
	ok(bits == all, "%s: every attribute of the library has a row", name);
}

int main(void)
{
	try_options();
	try_bad_options();
	try_keywords();
	try_apply();
	try_filter();
	try_columns();
	try_tables("pf", pf_attrs, SRIOV_PF_ALL);
	try_tables("vf", vf_attrs, SRIOV_VF_ALL);
	return done_testing();
}
