// SPDX-License-Identifier: GPL-2.0-or-later
/* sriov vf ...: show, create and change virtual functions. */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cleanup.h"
#include "cli.h"

#define ROW(member, bit, heading, type, set_type, shown, brief, settable, help)     \
	ATTR_ROW(struct sriov_vf_attrs, member, heading, help, bit, type, set_type, \
		 shown, brief, settable)
#define BIND(member, bit, heading, type, brief, help)                                \
	ROW(member, SRIOV_VF_##bit, heading, type, NULL, VERB_SHOW | VERB_BIND_SHOW, \
	    brief, 0, help)
#define SHOW(member, bit, heading, type, help) \
	ROW(member, SRIOV_VF_##bit, heading, type, NULL, VERB_SHOW, 0, 0, help)
#define SET(member, bit, heading, type, set_type, brief, help)                 \
	ROW(member, SRIOV_VF_##bit, heading, type, set_type, VERB_SHOW, brief, \
	    VERB_SET | VERB_CREATE, help)

#define BOTH (VERB_SHOW | VERB_BIND_SHOW)

const struct attr vf_attrs[] = {
	{ "pf", "PF", "canonical name of its PF", 0, &type_text, NULL, OFFSET_PF,
	  sizeof(((struct value *)0)->bytes), BOTH, BOTH, 0 },
	ROW(index, 0, "VF", type_u32, NULL, BOTH, BOTH, 0, "VF index under the PF"),
	BIND(pci, PCI, "PCI", type_text, BOTH, "PCI address"),
	BIND(netdev, NETDEV, "NETDEV", type_names, BOTH, "its netdev"),
	ROW(driver, SRIOV_VF_DRIVER, "DRIVER", type_driver, &type_driver_set, BOTH, BOTH,
	    VERB_CREATE | VERB_BIND_SET, "bound driver"),
	BIND(override, OVERRIDE, "OVERRIDE", type_text, VERB_BIND_SHOW,
	     "the only driver it may be bound to"),
	BIND(iommu_group, IOMMU_GROUP, "IOMMU", type_u32, VERB_BIND_SHOW, "IOMMU group"),
	SET(mac, MAC, "MAC", type_mac, &type_mac_set, VERB_SHOW,
	    "administrative address"),
	SHOW(netdev_mac, NETDEV_MAC, "NETDEV_MAC", type_mac, "address of its netdev"),
	SET(vlan, VLAN, "VLAN", type_vlan, NULL, VERB_SHOW, "VLAN, 0 for none"),
	SET(qos, QOS, "QOS", type_qos, NULL, 0, "priority in its VLAN tag"),
	SET(vlan_proto, VLAN_PROTO, "PROTO", type_vlan_proto, NULL, 0,
	    "protocol of its VLAN tag"),
	SET(max_tx_rate, MAX_TX_RATE, "MAX", type_rate, NULL, 0,
	    "most it may send in Mbit/s, 0 for no limit"),
	SET(min_tx_rate, MIN_TX_RATE, "MIN", type_rate, NULL, 0,
	    "what it can always send in Mbit/s"),
	SET(spoofchk, SPOOFCHK, "SPOOF", type_bool, NULL, VERB_SHOW,
	    "only its own address may be its sender"),
	SET(trust, TRUST, "TRUST", type_bool, NULL, VERB_SHOW,
	    "it may change privileged settings"),
	SET(state, STATE, "STATE", type_state, NULL, 0, "state of its link"),
	SET(query_rss, QUERY_RSS, "RSS", type_bool, NULL, 0,
	    "it may read RSS configuration"),
	SET(promisc, PROMISC, "PROMISC", type_flag, NULL, 0,
	    "its netdev receives what nobody else gets"),
	SET(allmulti, ALLMULTI, "ALLMULTI", type_flag, NULL, 0,
	    "its netdev receives all multicast"),
	SET(node_guid, NODE_GUID, "NODE_GUID", type_guid, &type_guid_set, 0,
	    "InfiniBand: GUID of it as a node"),
	SET(port_guid, PORT_GUID, "PORT_GUID", type_guid, &type_guid_set, 0,
	    "InfiniBand: GUID of its port"),
	SET(trunk, TRUNK, "TRUNK", type_trunk, &type_trunk_set, 0,
	    "VLANs that it may use with tags of its own"),
	SET(group, GROUP, "GROUP", type_group, NULL, 0,
	    "group that it shares limit and guarantee with"),
	SHOW(effective_tx_rate, EFFECTIVE_TX_RATE, "EFFECTIVE", type_rate,
	     "what it can send at most, with its group, in Mbit/s"),
	BIND(note, NOTE, "NOTE", type_note, VERB_BIND_SHOW, "what is odd about it"),
	BIND(holder, HOLDER, "HOLDER", type_holder, VERB_BIND_SHOW, "who uses it"),
	{ 0 },
};

static struct sriov_vf_attrs **attrs_of(const struct span *span)
{
	struct sriov_vf_attrs **vfs = sriov_vf_attrs_new(span->n);

	for (size_t i = 0; vfs && i < span->n; i++)
		vfs[i]->index = span->indexes[i];
	return vfs;
}

static int show_span(struct call *call, const struct span *span,
		     const struct values *filter)
{
	struct sriov_vf_attrs **vfs;
	int status = 0;

	if (!span->n)
		return 0;
	vfs = attrs_of(span);
	if (!vfs)
		return no_memory(call);
	/* What could be read is shown, also when not everything could. */
	if (sriov_vf_get(span->pf, emit_want(call->out) | args_want(filter), vfs,
			 span->n))
		status = failed(call);
	for (size_t i = 0; i < span->n; i++) {
		struct row row = { sriov_pf_name(span->pf), vfs[i], vfs[i]->set };

		if (args_match(filter, &row) && emit_row(call->out, &row)) {
			status = no_memory(call);
			break;
		}
	}
	sriov_vf_attrs_free(vfs);
	return status;
}

int vf_show(struct call *call)
{
	_cleanup_spans_ struct spans spans = { 0 };
	size_t nr_objects = args_objects(call);
	struct values filter;
	bool single;
	int status, one;

	if (args_filter(call, nr_objects, &filter))
		return SRIOV_WRONG;
	status = spans_find(call, nr_objects, &spans);
	single = !status && nr_objects == 1 && spans_are_single(call, &spans);
	if (emit_open(call->out, call, call->cmd->attrs, call->cmd->verb,
		      single ? EMIT_RECORD : EMIT_TABLE))
		return SRIOV_WRONG;
	if (status && (nr_objects || !spans.n))
		return status;
	if (!spans.n)
		return pf_explain_none(call);
	for (size_t i = 0; i < spans.n; i++) {
		one = show_span(call, &spans.span[i], &filter);
		if (one)
			status = one;
	}
	if (!status && !emit_rows(call->out))
		say(call, "%s", filter.n ? "no VF matches" : "no VFs");
	return status;
}

/* What the values alone can say is wrong with them. */
static int check(const struct call *call, const struct sriov_vf_attrs *vf)
{
	uint64_t rates = SRIOV_VF_MIN_TX_RATE | SRIOV_VF_MAX_TX_RATE;

	if ((vf->set & rates) == rates && vf->max_tx_rate &&
	    vf->min_tx_rate > vf->max_tx_rate)
		return complain(call,
				"min_tx_rate: %" PRIu32 " is above max_tx_rate %" PRIu32,
				vf->min_tx_rate, vf->max_tx_rate);
	return 0;
}

static int apply(const struct call *call, const struct values *values,
		 struct sriov_vf_attrs **vfs, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		if (args_apply(call, values, vfs[i]->index, vfs[i], &vfs[i]->set) ||
		    check(call, vfs[i]))
			return SRIOV_WRONG;
	}
	return 0;
}

/* First the lock, then the VFs: another command may be about to make or unmake some. */
static int find_locked(struct call *call, struct sriov_plan *plan, const char *object,
		       struct span *span)
{
	struct sriov_pf *pf;

	if (sriov_vf_find(call->ctx, object, false, &pf, NULL, NULL))
		return failed(call);
	if (!call->opts.dry_run && sriov_plan_lock(plan, pf))
		return failed(call);
	return span_find(call, object, false, span);
}

int vf_set(struct call *call)
{
	struct span span = { 0 };
	struct sriov_vf_attrs **want = NULL;
	struct sriov_plan *plan = NULL;
	struct values values;
	char known[VALUE_LEN];
	int status;

	attr_names(call->cmd->attrs, call->cmd->verb, true, known, sizeof(known));
	if (!call->nr_words)
		return complain(call,
				"OBJECT is missing (PF/VFS, or a VF's own address)");
	if (call->nr_words == 1)
		return complain(call, "nothing to set (%s)", known);
	if (args_keywords(call, 1, &values))
		return SRIOV_WRONG;
	status = plan_open(call, &plan);
	if (!status)
		status = find_locked(call, plan, call->words[0], &span);
	if (!status && !span.n)
		status = complain(call, "%s: there are no VFs", call->words[0]);
	if (!status) {
		want = attrs_of(&span);
		status = want ? apply(call, &values, want, span.n) : no_memory(call);
	}
	if (!status && sriov_plan_vf_set(plan, span.pf, want, span.n))
		status = failed(call);
	if (!status)
		status = plan_carry_out(call, plan);
	sriov_plan_free(plan);
	sriov_vf_attrs_free(want);
	free(span.indexes);
	return status;
}

static int reset(struct call *call)
{
	struct span span = { 0 };
	struct sriov_plan *plan = NULL;
	int status;

	if (!call->nr_words)
		return complain(call,
				"OBJECT is missing (PF/VFS, or a VF's own address)");
	if (call->nr_words > 1)
		return complain(call, "'%s' is one word too many (OBJECT is all)",
				call->words[1]);
	status = plan_open(call, &plan);
	if (!status)
		status = find_locked(call, plan, call->words[0], &span);
	if (!status && !span.n)
		status = complain(call, "%s: there are no VFs", call->words[0]);
	if (!status && sriov_plan_vf_reset(plan, span.pf, span.indexes, span.n))
		status = failed(call);
	if (!status)
		status = plan_carry_out(call, plan);
	sriov_plan_free(plan);
	free(span.indexes);
	return status;
}

static int create(struct call *call)
{
	struct sriov_vf_attrs **want = NULL;
	struct sriov_plan *plan = NULL;
	struct values values;
	struct sriov_pf *pf;
	uint32_t n = 0;
	int status;

	if (call->nr_words < 2)
		return complain(call, "%s is missing (PF N [KEYWORD VALUE]...)",
				call->nr_words ? "N" : "PF");
	if (args_parse(call, NULL, &type_count, call->words[1], &n, sizeof(n)))
		return SRIOV_WRONG;
	if (!n)
		return complain(call, "'0' is not %s (%s)", type_count.what,
				type_count.allowed);
	if (args_keywords(call, 2, &values))
		return SRIOV_WRONG;
	want = sriov_vf_attrs_new(n);
	status = want ? apply(call, &values, want, n) : no_memory(call);
	if (!status)
		status = plan_open(call, &plan);
	if (!status && (sriov_pf_find(call->ctx, call->words[0], &pf) ||
			sriov_plan_vf_create(plan, pf, want, n)))
		status = failed(call);
	if (!status)
		status = plan_carry_out(call, plan);
	sriov_plan_free(plan);
	sriov_vf_attrs_free(want);
	return status;
}

const struct command vf_commands[] = {
	{ "show", "show virtual functions", "[OBJECT]... [ATTRIBUTE VALUE]...", NULL,
	  vf_show, vf_attrs, VERB_SHOW, COMMAND_DEFAULT | COMMAND_ON_VF | COMMAND_MANY },
	{ "create", "create VFs where there are none", "PF N [KEYWORD VALUE]...", NULL,
	  create, vf_attrs, VERB_CREATE, COMMAND_WRITES | COMMAND_ON_PF | COMMAND_COUNT },
	{ "set", "set attributes of VFs", "OBJECT KEYWORD VALUE...", NULL, vf_set,
	  vf_attrs, VERB_SET, COMMAND_WRITES | COMMAND_ON_VF },
	{ "reset", "put the settings of VFs back to neutral", "OBJECT", NULL, reset,
	  vf_attrs, VERB_RESET, COMMAND_WRITES | COMMAND_ON_VF },
	{ "stats", "show what VFs have sent and received, or do per second",
	  "[OBJECT]... [interval SEC [count N]]", NULL, stats_run, stats_attrs,
	  VERB_STATS | VERB_RATES, COMMAND_KEYWORDS | COMMAND_ON_VF | COMMAND_MANY },
	{ 0 },
};
