// SPDX-License-Identifier: GPL-2.0-or-later
/* Around a plan: who else manages these VFs is named before, and a trace is left behind. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cleanup.h"
#include "cli.h"

#define WARNINGS_MAX 8   /* for one PF */
#define COMMAND_LEN 1024 /* more than the log takes */

/* What a word may be made of to stand without quotes. */
static const char plain[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
			    "0123456789_-.,:/+=@%";

/* What the firmware stores is nobody else's business. */
static bool is_change(const struct sriov_step *step, const struct sriov_pf *pf)
{
	return step->pf == pf && step->state != SRIOV_STEP_SAME &&
	       step->noun != SRIOV_NOUN_FW;
}

/* With these, all VFs lose what they are. */
static const uint64_t lost = SRIOV_PF_NUM_VFS | SRIOV_PF_DRIVER;

/* Who manages one VF minds what is done to that one, or to all that there are. */
static bool concerns(const struct sriov_manager *manager,
		     const struct sriov_step *const *steps, size_t n,
		     const struct sriov_pf *pf)
{
	bool all = manager->index == SRIOV_MANAGER_ALL;

	if (all && !manager->drivers)
		return true;
	for (size_t i = 0; i < n; i++) {
		if (!is_change(steps[i], pf))
			continue;
		if (steps[i]->noun == SRIOV_NOUN_PF ?
			    steps[i]->attr & (all ? SRIOV_PF_DRIVER : lost) :
			    steps[i]->noun != SRIOV_NOUN_GROUP &&
				    steps[i]->index == manager->index &&
				    (!manager->drivers ||
				     steps[i]->attr & SRIOV_VF_DRIVER))
			return true;
	}
	return false;
}

static void warn(const struct call *call, const struct sriov_pf *pf,
		 const struct sriov_manager *manager)
{
	char index[16] = "";

	if (manager->index != SRIOV_MANAGER_ALL)
		snprintf(index, sizeof(index), "/%" PRIu32, manager->index);
	say(call, "warning: %s%s: %s: %s: it may undo this", sriov_pf_name(pf), index,
	    manager->text, manager->file);
}

struct managed {
	struct sriov_pf *pf; /* NULL: the end of a list of these */
	struct sriov_manager **managers;
	size_t n;
};

struct managed *notice_find_managers(const struct call *call,
				     const struct sriov_plan *plan)
{
	struct managed *list;
	size_t n = 0;

	while (sriov_plan_pf(plan, n))
		n++;
	list = calloc(n + 1, sizeof(*list));
	for (size_t i = 0; i < n && list; i++) {
		list[i].pf = sriov_plan_pf(plan, i);
		if (sriov_pf_managers(list[i].pf, &list[i].managers, &list[i].n))
			say(call, "warning: %s", sriov_error(call->ctx));
	}
	return list;
}

void notice_managers_free(struct managed *list)
{
	for (size_t i = 0; list && list[i].pf; i++)
		sriov_managers_free(list[i].managers);
	free(list);
}

static bool is_changed(const struct sriov_step *const *steps, size_t n,
		       const struct sriov_pf *pf)
{
	for (size_t i = 0; i < n; i++)
		if (is_change(steps[i], pf))
			return true;
	return false;
}

void notice_managers(const struct call *call, const struct sriov_plan *plan,
		     const struct managed *list)
{
	const struct sriov_step *const *steps;
	size_t n;

	steps = sriov_plan_steps(plan, &n);
	for (; list && list->pf; list++) {
		size_t said = 0, more = 0;

		if (!is_changed(steps, n, list->pf))
			continue;
		for (size_t i = 0; i < list->n; i++) {
			if (!concerns(list->managers[i], steps, n, list->pf))
				continue;
			if (said == WARNINGS_MAX)
				more++;
			else if (++said)
				warn(call, list->pf, list->managers[i]);
		}
		if (more)
			say(call, "warning: %s: %zu more of this kind",
			    sriov_pf_name(list->pf), more);
	}
}

/* What a step asks for, when it is a rate. */
static bool rate_of(const struct sriov_step *step, uint32_t *rate)
{
	bool max;

	switch (step->noun) {
	case SRIOV_NOUN_VF:
		max = step->attr == SRIOV_VF_MAX_TX_RATE;
		*rate = max ? step->to.vf->max_tx_rate : step->to.vf->min_tx_rate;
		return max || step->attr == SRIOV_VF_MIN_TX_RATE;
	case SRIOV_NOUN_GROUP:
		max = step->attr == SRIOV_GROUP_MAX_TX_RATE;
		*rate = max ? step->to.group->max_tx_rate : step->to.group->min_tx_rate;
		return true;
	default:
		return false;
	}
}

/* Can it be after this that guarantees of groups are too much? */
static bool touches_guarantees(const struct sriov_step *step)
{
	if (step->noun == SRIOV_NOUN_GROUP)
		return step->attr == SRIOV_GROUP_MIN_TX_RATE;
	if (step->noun != SRIOV_NOUN_VF)
		return false;
	return step->attr == SRIOV_VF_MIN_TX_RATE ||
	       (step->attr == SRIOV_VF_GROUP && step->from.vf->min_tx_rate);
}

static void warn_of_rate(const struct call *call, struct sriov_pf *pf, uint32_t rate)
{
	_cleanup_free_ struct sriov_pf_attrs *port = sriov_pf_attrs_new();

	if (port && !sriov_pf_get(pf, SRIOV_PF_SPEED, port) &&
	    port->set & SRIOV_PF_SPEED && rate > port->speed)
		say(call,
		    "warning: %s: a rate of %" PRIu32
		    " Mbit/s is more than its link has (%" PRIu32 ")",
		    sriov_pf_name(pf), rate, port->speed);
}

void notice_rates(const struct call *call, const struct sriov_plan *plan)
{
	const struct sriov_step *const *steps;
	struct sriov_pf *pf = NULL;
	uint32_t rate, most = 0;
	bool groups = false;
	size_t n;

	steps = sriov_plan_steps(plan, &n);
	for (size_t i = 0; i <= n; i++) {
		if (pf && (i == n || steps[i]->pf != pf)) {
			warn_of_rate(call, pf, most);
			if (groups && !call->opts.dry_run)
				group_warn(call, pf);
			most = 0;
			groups = false;
		}
		if (i == n)
			break;
		pf = steps[i]->pf;
		if (!is_change(steps[i], pf))
			continue;
		groups = groups || touches_guarantees(steps[i]);
		if (rate_of(steps[i], &rate) && rate > most)
			most = rate;
	}
}

/* ---- settings of the firmware ---- */

#define NAMES_MAX 4 /* settings that are named, before it is only how many */

void notice_settings(const struct call *call, const struct sriov_plan *plan)
{
	const struct sriov_step *const *steps;
	size_t n;

	steps = sriov_plan_steps(plan, &n);
	for (size_t i = 0; i < n; i++) {
		const struct sriov_step *step = steps[i];

		if (step->noun == SRIOV_NOUN_FW && step->state != SRIOV_STEP_SAME &&
		    step->to.fw && step->to.fw->note[0])
			say(call, "warning: %s: %s: %s", sriov_pf_name(step->pf),
			    step->name, step->to.fw->note);
	}
}

/* What a line about what is stored is about. */
struct used_after {
	const struct sriov_pf *pf;
	enum sriov_fw_activation what;
	bool known; /* that it is not in use yet */
};

/* Is it stored now, or was it before, and takes this until it is used? */
static bool takes(const struct sriov_step *step, const struct used_after *after)
{
	const struct sriov_fw_param *to = step->to.fw;
	bool known = to && to->set & SRIOV_FW_PENDING;

	if (step->noun != SRIOV_NOUN_FW || step->action == SRIOV_ACTION_ACTIVATE ||
	    step->pf != after->pf || !to || !(to->set & SRIOV_FW_ACTIVATION) ||
	    to->activation != after->what || known != after->known)
		return false;
	return step->state == SRIOV_STEP_DONE || step->state == SRIOV_STEP_UNVERIFIED ||
	       (step->state == SRIOV_STEP_SAME && (!known || to->pending));
}

static void say_activation(const struct call *call, const struct sriov_step *const *steps,
			   size_t n, const struct used_after *after)
{
	size_t all = 0, named = 0, len = 0;
	char names[NAMES_MAX * SRIOV_NAME_LEN + 32] = "";

	for (size_t i = 0; i < n; i++)
		all += takes(steps[i], after);
	for (size_t i = 0; i < n && named < NAMES_MAX; i++) {
		if (!takes(steps[i], after))
			continue;
		named++;
		len += (size_t)snprintf(names + len, sizeof(names) - len, "%s%s",
					named == 1   ? "" :
					named == all ? " and " :
						       ", ",
					steps[i]->name);
	}
	if (all > named)
		snprintf(names + len, sizeof(names) - len, " and %zu more", all - named);
	if (!all)
		return;
	say(call, "%s %s used after a %s%s%s", names, all == 1 ? "is" : "are",
	    after->what == SRIOV_FW_REBOOT      ? "reboot" :
	    after->what == SRIOV_FW_POWER_CYCLE ? "power cycle" :
						  "firmware reset: sriov fw activate ",
	    after->what == SRIOV_FW_FIRMWARE_RESET ? sriov_pf_name(after->pf) : "",
	    after->known ? "" :
	    all == 1     ? ", if it is not in use" :
			   ", if they are not in use");
}

void notice_activation(const struct call *call, const struct sriov_plan *plan)
{
	const struct sriov_step *const *steps;
	struct used_after after = { 0 };
	size_t n;

	steps = sriov_plan_steps(plan, &n);
	for (size_t i = 0; (after.pf = sriov_plan_pf(plan, i)); i++) {
		for (int what = SRIOV_FW_FIRMWARE_RESET; what <= SRIOV_FW_POWER_CYCLE;
		     what++) {
			after.what = what;
			after.known = true;
			say_activation(call, steps, n, &after);
			after.known = false;
			say_activation(call, steps, n, &after);
		}
	}
}

/* ---- the system log ---- */

static void quote(const char *word, char *text, size_t size)
{
	size_t len = 0;
	bool plainly = *word && word[strspn(word, plain)] == '\0';

	if (!plainly && len + 1 < size)
		text[len++] = '\'';
	for (; *word && len + 5 < size; word++) {
		if (*word == '\'' && !plainly)
			len += (size_t)snprintf(text + len, size - len, "'\\''");
		else
			text[len++] = *word;
	}
	if (!plainly && len + 1 < size)
		text[len++] = '\'';
	text[len] = '\0';
}

void notice_trace(const struct call *call, const struct sriov_plan *plan)
{
	char command[COMMAND_LEN] = "sriov";
	size_t len = strlen(command);

	for (int i = 0; i < call->argc && len + 2 < sizeof(command); i++) {
		command[len++] = ' ';
		quote(call->argv[i], command + len, sizeof(command) - len);
		len += strlen(command + len);
	}
	sriov_plan_trace(plan, command);
}
