// SPDX-License-Identifier: GPL-2.0-or-later
/* Plans: carry them out, show their steps, and say what became of them. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "cli.h"

/* A value of whatever attribute the step is about. */
struct typed {
	const struct attr *attr;
	const void *value;
};

struct step_row {
	uint64_t set;
	const char *noun, *attribute, *state, *backend, *error;
	char object[160];
	struct typed old, new;
	struct setting settings[2]; /* old and new, of the firmware */
	bool changed;
};

enum { STEP_OLD = 1, STEP_NEW = 2, STEP_BACKEND = 4, STEP_ERROR = 8 };

static void print_typed(const struct type *type, const void *value, size_t size,
			char *text)
{
	const struct typed *typed = value;

	(void)type;
	(void)size;
	typed->attr->type->print(typed->attr->type, typed->value, typed->attr->size,
				 text);
}

static struct json_object *typed_to_json(const struct type *type, const void *value,
					 size_t size)
{
	const struct typed *typed = value;

	(void)type;
	(void)size;
	return json_value(typed->attr->type, typed->value, typed->attr->size);
}

static const struct type type_typed = {
	"VALUE",
	.print = print_typed,
	.to_json = typed_to_json,
};

#define STEP(member, heading, help, bit, type)                                       \
	ATTR_ROW(struct step_row, member, heading, help, bit, type, NULL, VERB_SHOW, \
		 VERB_SHOW, 0)

const struct attr step_attrs[] = {
	STEP(noun, "NOUN", "what is changed: pf, vf, bind, group, fw", 0, type_string),
	STEP(object, "OBJECT", "canonical name, of a VF with its index", 0, type_text),
	STEP(attribute, "ATTRIBUTE", "which attribute of it", 0, type_string),
	STEP(old, "OLD", "value before", STEP_OLD, type_typed),
	STEP(new, "NEW", "value asked for", STEP_NEW, type_typed),
	STEP(state, "STATE", "planned, same, done, failed, undone, left, unverified", 0,
	     type_string),
	STEP(changed, "CHANGED", "the system differs now because of this step", 0,
	     type_bool),
	STEP(backend, "BACKEND", "the way to the kernel that was taken", STEP_BACKEND,
	     type_string),
	STEP(error, "ERROR", "why it failed", STEP_ERROR, type_string),
	{ 0 },
};

/* What a step is about: the word for it, and its attributes. */
static const struct {
	const char *name;
	const struct attr *attrs;
} nouns[] = {
	[SRIOV_NOUN_PF] = { "pf", pf_attrs },
	[SRIOV_NOUN_VF] = { "vf", vf_attrs },
	[SRIOV_NOUN_BIND] = { "bind", vf_attrs },
	[SRIOV_NOUN_GROUP] = { "group", group_attrs },
	[SRIOV_NOUN_FW] = { "fw", fw_attrs },
};

static const char *const states[] = {
	[SRIOV_STEP_PLANNED] = "planned",
	[SRIOV_STEP_SAME] = "same",
	[SRIOV_STEP_DONE] = "done",
	[SRIOV_STEP_FAILED] = "failed",
	[SRIOV_STEP_UNDONE] = "undone",
	[SRIOV_STEP_LEFT] = "left",
	[SRIOV_STEP_UNVERIFIED] = "unverified",
};

/* A driver that did not take its VF has changed nothing. */
static bool is_changed(const struct sriov_step *step)
{
	/* it had that before; what it has now when that failed, nobody knows */
	if (step->put_back && step->state != SRIOV_STEP_LEFT)
		return false;
	if (step->state == SRIOV_STEP_UNVERIFIED && step->noun == SRIOV_NOUN_BIND)
		return strcmp(step->to.vf->driver, SRIOV_DRIVER_NONE) != 0;
	return step->state == SRIOV_STEP_DONE || step->state == SRIOV_STEP_LEFT ||
	       step->state == SRIOV_STEP_UNVERIFIED;
}

static void name_object(const struct sriov_step *step, char *text, size_t size)
{
	const char *pf = sriov_pf_name(step->pf);

	if (step->noun == SRIOV_NOUN_PF || step->noun == SRIOV_NOUN_FW)
		snprintf(text, size, "%s", pf);
	else if (step->noun == SRIOV_NOUN_GROUP)
		snprintf(text, size, "%s group %s", pf, step->group);
	else
		snprintf(text, size, "%s/%" PRIu32, pf, step->index);
}

/* All structs of attributes begin with their mask. */
static void fill_values(const struct sriov_step *step, struct step_row *row)
{
	const struct attr *attr = attr_of_bit(nouns[step->noun].attrs, step->attr);
	const struct row from = { .attrs = step->from.pf,
				  .set = step->from.pf ? step->from.pf->set : 0 };
	const struct row to = { .attrs = step->to.pf,
				.set = step->to.pf ? step->attr : 0 };

	row->attribute = attr ? attr->name : "?";
	if (!attr)
		return;
	row->old = (struct typed){ attr, attr_value(attr, &from) };
	row->new = (struct typed){ attr, attr_value(attr, &to) };
}

/* A setting has its own name, and a value of whatever type. */
static void fill_settings(const struct sriov_step *step, struct step_row *row)
{
	const struct sriov_fw_param *params[] = { step->from.fw, step->to.fw };
	struct typed *typed[] = { &row->old, &row->new };

	row->attribute = step->name;
	for (size_t i = 0; i < ARRAY_SIZE(params); i++) {
		typed[i]->attr = attr_find(fw_attrs, "next");
		if (!params[i] || !(params[i]->set & SRIOV_FW_NEXT))
			continue;
		row->settings[i] = (struct setting){ params[i]->next, params[i]->type };
		typed[i]->value = &row->settings[i];
	}
}

static void fill_row(const struct sriov_step *step, struct step_row *row)
{
	*row = (struct step_row){ .noun = nouns[step->noun].name,
				  .state = states[step->state] };
	name_object(step, row->object, sizeof(row->object));
	row->changed = is_changed(step);
	if (step->noun == SRIOV_NOUN_FW)
		fill_settings(step, row);
	else
		fill_values(step, row);
	row->backend = step->backend;
	if (step->state == SRIOV_STEP_FAILED || step->state == SRIOV_STEP_LEFT ||
	    step->state == SRIOV_STEP_UNVERIFIED)
		row->error = step->text ? step->text :
			     step->err  ? strerror(-step->err) :
					  NULL;
	row->set = (row->old.value ? STEP_OLD : 0) | (row->new.value ? STEP_NEW : 0) |
		   (row->backend ? STEP_BACKEND : 0) | (row->error ? STEP_ERROR : 0);
}

static void print_old_new(const struct step_row *row, char old[VALUE_LEN],
			  char new[VALUE_LEN])
{
	snprintf(old, VALUE_LEN, "-");
	snprintf(new, VALUE_LEN, "-");
	if (row->set & STEP_OLD)
		attr_print(row->old.attr, row->old.value, old);
	if (row->set & STEP_NEW)
		attr_print(row->new.attr, row->new.value, new);
}

static int emit_steps(struct call *call, const struct sriov_step *const *steps, size_t n)
{
	char old[VALUE_LEN], new[VALUE_LEN];
	struct step_row step;

	for (size_t i = 0; i < n; i++) {
		fill_row(steps[i], &step);
		if (emit_row(call->out, &(struct row){ .attrs = &step, .set = step.set }))
			return no_memory(call);
		if (!call->opts.dry_run || steps[i]->state == SRIOV_STEP_SAME)
			continue;
		print_old_new(&step, old, new);
		if (steps[i]->put_back)
			emit_line(call->out, "%s %s %s put back", step.object,
				  step.attribute, new);
		else
			emit_line(call->out, "%s %s %s -> %s", step.object,
				  step.attribute, old, new);
	}
	return 0;
}

/* Many VFs with the same attribute unverified are one line. */
static void say_unverified(const struct call *call, const struct sriov_step *const *steps,
			   size_t n, size_t at)
{
	const struct sriov_step *step = steps[at];
	struct step_row row;
	unsigned int more = 0;
	char others[32] = "";

	for (size_t i = 0; i < n; i++) {
		if (i == at || steps[i]->state != step->state ||
		    steps[i]->pf != step->pf || steps[i]->noun != step->noun ||
		    steps[i]->attr != step->attr || steps[i]->name != step->name)
			continue;
		if (i < at)
			return;
		more++;
	}
	if (more)
		snprintf(others, sizeof(others), " and %u more", more);
	fill_row(step, &row);
	say(call, "%s%s: %s: %s", row.object, others, row.attribute,
	    step->text ? step->text : "written, but it cannot be read back");
}

static void say_outcome(const struct call *call, const struct sriov_step *const *steps,
			size_t n)
{
	char old[VALUE_LEN], new[VALUE_LEN];
	unsigned int undone = 0;
	struct step_row row;

	for (size_t i = 0; i < n; i++) {
		undone += steps[i]->state == SRIOV_STEP_UNDONE;
		if (steps[i]->state == SRIOV_STEP_UNVERIFIED)
			say_unverified(call, steps, n, i);
		if (steps[i]->state != SRIOV_STEP_LEFT)
			continue;
		fill_row(steps[i], &row);
		print_old_new(&row, old, new);
		say(call, "%s: %s: left changed (was %s, wanted %s)%s%s", row.object,
		    row.attribute, old, new, row.error ? ": " : "",
		    row.error ? row.error : "");
	}
	if (undone)
		say(call, "%u step%s undone", undone, undone == 1 ? "" : "s");
}

static bool is_of_vf(const struct sriov_step *step)
{
	return step->noun == SRIOV_NOUN_VF || step->noun == SRIOV_NOUN_BIND;
}

/* Do both stand for the same failure, of two VFs of one PF? */
static bool is_like(const struct sriov_step *a, const struct sriov_step *b)
{
	return a->state == b->state && a->pf == b->pf && a->noun == b->noun &&
	       is_of_vf(a) && a->attr == b->attr && a->text && b->text &&
	       !strcmp(a->text, b->text);
}

/* "0000:01:00.0/0-3,7": the VFs that failed like this one. False when an earlier one said so. */
static bool name_all(const struct sriov_step *const *steps, size_t n, size_t at,
		     char *text, size_t size)
{
	size_t len = (size_t)snprintf(text, size, "%s", sriov_pf_name(steps[at]->pf));
	uint32_t first = 0, last = 0;
	char sep = '/';

	for (size_t i = 0; i < at; i++) {
		if (is_like(steps[i], steps[at]))
			return false;
	}
	for (size_t i = at; i <= n && len < size; i++) {
		if (i < n && i != at && !is_like(steps[i], steps[at]))
			continue;
		if (i < n && (i == at || steps[i]->index == last + 1)) {
			first = i == at ? steps[i]->index : first;
			last = steps[i]->index;
			continue;
		}
		len += (size_t)snprintf(text + len, size - len,
					first == last ? "%c%" PRIu32 :
							"%c%" PRIu32 "-%" PRIu32,
					sep, first, last);
		sep = ',';
		first = last = i < n ? steps[i]->index : 0;
	}
	return true;
}

/* Each step that failed has its own reason; without any the library has one. */
static int say_failures(const struct call *call, const struct sriov_step *const *steps,
			size_t n)
{
	enum sriov_class class = sriov_error_class(call->ctx);
	char objects[VALUE_LEN];
	struct step_row row;
	bool said = false;

	for (size_t i = 0; i < n; i++) {
		if (steps[i]->state != SRIOV_STEP_FAILED)
			continue;
		said = true;
		fill_row(steps[i], &row);
		if (!is_of_vf(steps[i]))
			snprintf(objects, sizeof(objects), "%s", row.object);
		else if (!name_all(steps, n, i, objects, sizeof(objects)))
			continue;
		say(call, "%s: %s: %s", objects, row.attribute,
		    row.error ? row.error : "failed");
	}
	if (!said)
		return failed(call);
	return class == SRIOV_OK ? SRIOV_FAILED : (int)class;
}

int plan_open(struct call *call, struct sriov_plan **plan)
{
	int status = emit_open(call->out, call, step_attrs, VERB_SHOW, EMIT_STEPS);

	if (status)
		return status;
	return sriov_plan_new(call->ctx, plan) ? failed(call) : 0;
}

/* What is wrong in a file is told with its name, and not with that of the PF. */
static int failed_to_make(const struct call *call)
{
	const char *line = call->file ? strstr(sriov_error(call->ctx), ": line ") : NULL;

	if (!line)
		return failed(call);
	say(call, "%s%s", call->file, line);
	return (int)sriov_error_class(call->ctx);
}

int plan_carry_out(struct call *call, struct sriov_plan *plan)
{
	const struct options *opts = &call->opts;
	unsigned int flags = (opts->dry_run ? SRIOV_PLAN_DRY_RUN : 0) |
			     (opts->keep_going ? SRIOV_PLAN_KEEP_GOING : 0) |
			     (opts->force ? SRIOV_PLAN_FORCE : 0) |
			     (opts->rebind ? SRIOV_PLAN_REBIND : 0);
	const struct sriov_step *const *steps;
	struct managed *managed;
	int status = SRIOV_OK;
	bool bad, made;
	size_t n;

	interrupt_begin(call);
	managed = notice_find_managers(call, plan);
	bad = sriov_plan_make(plan, flags);
	made = !bad;
	if (made)
		notice_managers(call, plan, managed);
	if (made)
		notice_settings(call, plan);
	notice_managers_free(managed);
	if (made && !opts->dry_run) {
		bad = sriov_plan_run(plan);
		notice_trace(call, plan);
	}
	if (!bad)
		notice_rates(call, plan);
	if (!bad && !opts->dry_run)
		notice_activation(call, plan);
	interrupt_end();
	context_progress_end(call);
	if (!made)
		return failed_to_make(call);
	steps = sriov_plan_steps(plan, &n);
	if (call->file && !n) {
		say(call, "%s: has no settings", call->file);
		return SRIOV_WRONG;
	}
	for (size_t i = 0; i < n; i++)
		call->changed |= is_changed(steps[i]);
	if (bad)
		status = say_failures(call, steps, n);
	say_outcome(call, steps, n);
	for (size_t i = 0; i < n && opts->dry_run; i++) {
		if (steps[i]->state != SRIOV_STEP_SAME)
			status = SRIOV_DIFFERENT;
	}
	if (emit_steps(call, steps, n))
		return status == SRIOV_OK ? SRIOV_FAILED : status;
	return status;
}
