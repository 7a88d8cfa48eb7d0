// SPDX-License-Identifier: GPL-2.0-or-later
/* sriov vf stats interval: what changed between two readings. */
#include <stdlib.h>
#include <string.h>

#include "cleanup.h"
#include "cli.h"
#include "stats.h"

/* The counters of all VFs at one time. */
struct reading {
	struct spans spans;
	struct sriov_vf_stats ***stats; /* of each span; NULL: of none of its VFs */
};

static void free_reading(struct reading *reading)
{
	for (size_t i = 0; reading->stats && i < reading->spans.n; i++)
		sriov_vf_stats_free(reading->stats[i]);
	free(reading->stats);
	spans_free(&reading->spans);
	*reading = (struct reading){ 0 };
}

#define _cleanup_reading_ __attribute__((cleanup(free_reading)))

static bool has(const struct span *span, uint32_t index)
{
	for (size_t i = 0; i < span->n; i++)
		if (span->indexes[i] == index)
			return true;
	return false;
}

/* Not all VFs of an object are there: those that are. */
static void find_rest(struct call *call, const struct span *wanted, struct span *span)
{
	size_t n = 0;

	if (!wanted->pf || sriov_vf_find(call->ctx, sriov_pf_name(wanted->pf), true,
					 &span->pf, &span->indexes, &span->n)) {
		*span = (struct span){ 0 };
		return;
	}
	for (size_t i = 0; i < span->n; i++)
		if (has(wanted, span->indexes[i]))
			span->indexes[n++] = span->indexes[i];
	span->n = n;
}

/* `wanted` is what was found at first, and NULL then. */
static int take(struct call *call, size_t nr_objects, const struct spans *wanted,
		struct reading *reading)
{
	struct spans *spans = &reading->spans;
	int status = spans_find(call, nr_objects, spans), one;

	reading->stats = calloc(spans->n + 1, sizeof(*reading->stats));
	if (!reading->stats) {
		spans_free(spans);
		return no_memory(call);
	}
	for (size_t i = 0; i < spans->n; i++) {
		if (!spans->span[i].pf && wanted && i < wanted->n)
			find_rest(call, &wanted->span[i], &spans->span[i]);
		if (!spans->span[i].n)
			continue;
		one = stats_read(call, &spans->span[i], &reading->stats[i]);
		if (one)
			status = one;
		else if (!wanted && nr_objects)
			stats_explain(call, &spans->span[i], reading->stats[i]);
	}
	return status;
}

/* The VF in the reading before; NULL: it was not there. */
static const struct sriov_vf_stats *find_before(const struct reading *before, size_t span,
						const struct sriov_pf *pf, uint32_t index)
{
	const struct span *its;

	if (span >= before->spans.n || !before->stats[span])
		return NULL;
	its = &before->spans.span[span];
	for (size_t i = 0; its->pf == pf && i < its->n; i++)
		if (its->indexes[i] == index)
			return before->stats[span][i];
	return NULL;
}

static uint64_t *member(struct view *view, const struct attr *attr)
{
	return (uint64_t *)((char *)view + attr->offset);
}

/*
 * What changed since the reading before. Counters that went back count from anew: of another
 * VF in this place, or of a driver that was started again. Then nothing is known to have
 * changed by how much, also where a counter happens to be higher.
 */
static uint64_t compare(struct view *view, const struct sriov_vf_stats *old)
{
	struct view before = { .total = *old };
	uint64_t us = view->total.time_us - old->time_us, known = CHANGE_KNOWN;

	if (view->total.time_us <= old->time_us)
		return 0;
	for (const struct attr *attr = stats_attrs; attr->name; attr++) {
		uint64_t change;
		double rate;

		if (!(attr->bit & SRIOV_STAT_ALL & view->total.set & old->set))
			continue;
		if (*member(view, attr) < *member(&before, attr))
			return 0;
		change = *member(view, attr) - *member(&before, attr);
		rate = (double)change * 1e6 / (double)us;
		if (rate >= (double)INT64_MAX)
			continue;
		/* behind each counter, its two rows of changes */
		*member(view, attr + 1) = change;
		*member(view, attr + 2) = (uint64_t)(rate + 0.5);
		known |= CHANGE(attr->bit);
	}
	view->interval_us = us;
	return known;
}

static int show(struct call *call, const struct reading *before,
		const struct reading *now)
{
	for (size_t i = 0; i < now->spans.n; i++) {
		const struct span *span = &now->spans.span[i];

		for (size_t k = 0; now->stats[i] && k < span->n; k++) {
			const struct sriov_vf_stats *old =
				find_before(before, i, span->pf, span->indexes[k]);
			struct view view = { .total = *now->stats[i][k] };
			struct row row = { sriov_pf_name(span->pf), &view,
					   view.total.set };

			if (old)
				row.set |= compare(&view, old);
			if (emit_row(call->out, &row))
				return no_memory(call);
		}
	}
	return emit_flush(call->out) ? SRIOV_FAILED : 0;
}

/* Interval after interval. What goes wrong is said when it begins, and not each time. */
static int watch(struct call *call, size_t nr_objects, const struct pace *pace,
		 struct reading *first)
{
	_cleanup_reading_ struct reading before = { 0 }, now = { 0 };
	uint64_t next = tick_now(), late;
	int status = 0, shown;

	for (uint32_t n = 0; !pace->count || n < pace->count; n++) {
		late = tick_now() - next;
		/* what was missed is left out */
		next += pace->interval + late - late % pace->interval;
		if (!tick_wait(next))
			return SRIOV_OK;
		call->quiet = status != 0;
		status = take(call, nr_objects, &first->spans, &now);
		call->quiet = false;
		shown = show(call, n ? &before : first, &now);
		if (shown)
			return shown;
		free_reading(&before);
		before = now;
		now = (struct reading){ 0 };
	}
	return status;
}

int rates_show(struct call *call, size_t nr_objects, const struct pace *pace)
{
	_cleanup_reading_ struct reading first = { 0 };
	int status;

	if (emit_open(call->out, call, stats_attrs, VERB_RATES, EMIT_STREAM))
		return SRIOV_WRONG;
	tick_begin();
	status = take(call, nr_objects, NULL, &first);
	if (!status && !first.spans.n)
		status = pf_explain_none(call);
	else if (!status || (!nr_objects && first.spans.n))
		status = watch(call, nr_objects, pace, &first);
	tick_end();
	return status;
}
