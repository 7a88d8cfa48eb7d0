// SPDX-License-Identifier: GPL-2.0-or-later
/* sriov vf stats: what VFs have sent and received, and how fast they do. */
#include <stdlib.h>
#include <string.h>

#include "cleanup.h"
#include "cli.h"
#include "stats.h"

#define BOTH (VERB_STATS | VERB_RATES)

#define NUMBER(name, heading, help, bit, type, member, shown, brief)                 \
	ATTR_NAMED(name, struct view, member, heading, help, bit, type, NULL, shown, \
		   brief, 0)
/* A counter, and what an interval makes of it. */
#define COUNTER(counter, BIT, heading, brief, help)                                      \
	NUMBER(#counter, heading, help, SRIOV_STAT_##BIT, type_counter, total.counter,   \
	       BOTH, (brief) & VERB_STATS),                                              \
		NUMBER(#counter "_delta", heading "+",                                   \
		       help ", since the reading before", CHANGE(SRIOV_STAT_##BIT),      \
		       type_counter, delta.counter, VERB_RATES, 0),                      \
		NUMBER(#counter "_rate", heading "/S", help ", per second",              \
		       CHANGE(SRIOV_STAT_##BIT), type_counter, rate.counter, VERB_RATES, \
		       (brief) & VERB_RATES)
#define KEYWORD(member, type, help) \
	ATTR_ROW(struct pace, member, NULL, help, 0, type, NULL, 0, 0, BOTH)

const struct attr stats_attrs[] = {
	{ "pf", "PF", "canonical name of its PF", 0, &type_text, NULL, OFFSET_PF,
	  sizeof(((struct value *)0)->bytes), BOTH, BOTH, 0 },
	NUMBER("index", "VF", "VF index under the PF", 0, type_u32, total.index, BOTH,
	       BOTH),
	NUMBER("time_us", "TIME", "when it was read, in microseconds", 0, type_u64,
	       total.time_us, BOTH, 0),
	NUMBER("interval_us", "INTERVAL", "microseconds since the reading before",
	       CHANGE_KNOWN, type_u64, interval_us, VERB_RATES, 0),
	COUNTER(rx_packets, RX_PACKETS, "RX_PKTS", BOTH, "packets received"),
	COUNTER(rx_bytes, RX_BYTES, "RX_BYTES", BOTH, "bytes received"),
	COUNTER(tx_packets, TX_PACKETS, "TX_PKTS", BOTH, "packets sent"),
	COUNTER(tx_bytes, TX_BYTES, "TX_BYTES", BOTH, "bytes sent"),
	COUNTER(rx_dropped, RX_DROPPED, "RX_DROP", BOTH,
		"packets to it that were dropped"),
	COUNTER(tx_dropped, TX_DROPPED, "TX_DROP", BOTH,
		"packets from it that were dropped"),
	COUNTER(rx_broadcast, RX_BROADCAST, "RX_BCAST", 0, "broadcast packets received"),
	COUNTER(tx_broadcast, TX_BROADCAST, "TX_BCAST", 0, "broadcast packets sent"),
	COUNTER(rx_multicast, RX_MULTICAST, "RX_MCAST", 0, "multicast packets received"),
	COUNTER(tx_multicast, TX_MULTICAST, "TX_MCAST", 0, "multicast packets sent"),
	KEYWORD(interval, type_seconds, "show again so often, and rates"),
	KEYWORD(count, type_times, "end after so many intervals"),
	{ 0 },
};

void stats_explain(const struct call *call, const struct span *span,
		   struct sriov_vf_stats *const *stats)
{
	uint64_t known = 0;

	for (size_t i = 0; i < span->n; i++)
		known |= stats[i]->set;
	if (!known)
		say(call, "%s: its driver tells no counters of VFs",
		    sriov_pf_name(span->pf));
}

static int show_totals(struct call *call, const struct span *span, bool explain)
{
	struct sriov_vf_stats **stats;
	struct view view = { 0 };
	int status = 0;

	if (!span->n)
		return 0;
	status = stats_read(call, span, &stats);
	if (!status && explain)
		stats_explain(call, span, stats);
	for (size_t i = 0; stats && i < span->n; i++) {
		struct row row = { sriov_pf_name(span->pf), &view, stats[i]->set };

		view.total = *stats[i];
		if (emit_row(call->out, &row)) {
			status = no_memory(call);
			break;
		}
	}
	sriov_vf_stats_free(stats);
	return status;
}

static int totals(struct call *call, size_t nr_objects)
{
	_cleanup_spans_ struct spans spans = { 0 };
	int status = spans_find(call, nr_objects, &spans), one;
	bool single = !status && nr_objects == 1 && spans_are_single(call, &spans);

	if (emit_open(call->out, call, stats_attrs, VERB_STATS,
		      single ? EMIT_RECORD : EMIT_TABLE))
		return SRIOV_WRONG;
	if (status && (nr_objects || !spans.n))
		return status;
	if (!spans.n)
		return pf_explain_none(call);
	for (size_t i = 0; i < spans.n; i++) {
		one = show_totals(call, &spans.span[i], nr_objects);
		if (one)
			status = one;
	}
	if (!status && !emit_rows(call->out))
		say(call, "no VFs");
	return status;
}

int stats_read(struct call *call, const struct span *span, struct sriov_vf_stats ***stats)
{
	*stats = sriov_vf_stats_new(span->n);
	if (!*stats)
		return no_memory(call);
	for (size_t i = 0; i < span->n; i++)
		(*stats)[i]->index = span->indexes[i];
	/* What could be read is shown, also when not everything could. */
	return sriov_vf_stats_get(span->pf, *stats, span->n) ? failed(call) : 0;
}

/* Is there a column that only an interval fills? */
static bool wants_rates(const char *output)
{
	return output && (strstr(output, "_rate") || strstr(output, "_delta") ||
			  strstr(output, "interval_us"));
}

int stats_run(struct call *call)
{
	size_t nr_objects = args_objects(call);
	struct pace pace = { 0 };
	struct values keywords;
	uint64_t set = 0;

	if (args_keywords(call, nr_objects, &keywords) ||
	    args_apply(call, &keywords, 0, &pace, &set))
		return SRIOV_WRONG;
	if (pace.count && !pace.interval)
		return complain(call, "count: needs an interval (interval SEC count N)");
	if (!pace.interval && wants_rates(call->opts.output))
		return complain(call, "%s: needs an interval (interval SEC)",
				call->opts.output);
	return pace.interval ? rates_show(call, nr_objects, &pace) :
			       totals(call, nr_objects);
}
