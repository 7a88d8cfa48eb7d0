// SPDX-License-Identifier: GPL-2.0-or-later
/* Plans: carrying out and undoing the attributes of many VFs of one PF at once. */
#include "plan.h"

/* The VFs of a batch, each once, with what is to be written and what came of it. */
struct load {
	struct sriov_pf *pf;
	size_t n;
	struct sriov_vf_attrs **vfs; /* `set`: still to be written */
	struct sriov_verdict *verdicts;
};

static void free_load(struct load *load)
{
	sriov_vf_attrs_free(load->vfs);
	free(load->verdicts);
}

#define _cleanup_load_ __attribute__((cleanup(free_load)))

/* Room for one entry a VF; steps of one VF stand together. */
static int open_load(struct load *load, struct sriov_pf *pf, struct step **steps,
		     size_t n)
{
	load->pf = pf;
	load->n = 0;
	for (size_t i = 0; i < n; i++)
		load->n += !i || steps[i]->vf_work != steps[i - 1]->vf_work;
	load->vfs = sriov_vf_attrs_new(load->n);
	load->verdicts = calloc(load->n + 1, sizeof(*load->verdicts));
	return load->vfs && load->verdicts ? 0 : -ENOMEM;
}

/* Which entry of the load a step belongs to: called with rising i. */
static size_t entry_of(struct step **steps, size_t i, size_t previous)
{
	return previous + (i && steps[i]->vf_work != steps[i - 1]->vf_work);
}

/*
 * What is to be written: what the steps are to become, or what they were. Returns all members
 * that they are about.
 */
static uint64_t fill_load(struct load *load, struct step **steps, size_t n, bool back)
{
	uint64_t mask = 0;

	for (size_t i = 0, e = 0; i < n; i++) {
		const struct sriov_step *step = &steps[i]->pub;

		e = entry_of(steps, i, e);
		load->vfs[e]->index = step->index;
		sriov_vf_copy(load->vfs[e], back ? step->from.vf : step->to.vf,
			      sriov_vf_companions(step->attr));
		mask |= step->attr;
	}
	return mask;
}

/* One call of one back end for what it can carry; merge its verdicts. */
static int carry_part(struct load *load, const struct sriov_backend *backend,
		      uint64_t mask, bool keep_going, uint64_t *refused)
{
	_cleanup_free_ struct sriov_vf_attrs **part = calloc(load->n, sizeof(*part));
	_cleanup_free_ struct sriov_verdict *verdicts =
		calloc(load->n, sizeof(*verdicts));
	_cleanup_free_ uint64_t *hidden = calloc(load->n, sizeof(*hidden));
	size_t m = 0;
	int r;

	if (!part || !verdicts || !hidden)
		return -ENOMEM;
	for (size_t i = 0; i < load->n; i++) {
		if (load->verdicts[i].err || !(load->vfs[i]->set & mask))
			continue;
		hidden[m] = load->vfs[i]->set & ~mask;
		load->vfs[i]->set &= mask;
		part[m++] = load->vfs[i];
	}
	r = m ? backend->vf_set(load->pf, part, m, keep_going, verdicts) : 0;
	for (size_t i = 0, k = 0; i < load->n && k < m; i++) {
		struct sriov_verdict *verdict = &load->verdicts[i];

		if (load->vfs[i] != part[k])
			continue;
		verdict->done |= verdicts[k].done;
		load->vfs[i]->set = (load->vfs[i]->set & ~verdicts[k].done) | hidden[k];
		if (verdicts[k].err)
			sriov_copy(verdict->text, sizeof(verdict->text),
				   verdicts[k].text);
		if (verdicts[k].err == -EOPNOTSUPP) {
			*refused |= verdicts[k].blame;
		} else if (verdicts[k].err) {
			verdict->err = verdicts[k].err;
			verdict->blame = verdicts[k].blame;
		}
		k++;
	}
	return r;
}

/* What the back ends behind this one could still carry. */
static uint64_t writes_after(struct sriov_pf *pf, const struct sriov_backend *const *b)
{
	uint64_t all = 0, reads, writes;

	while (*++b) {
		if (!(*b)->vf_set || !sriov_backend_allowed(pf->ctx, *b))
			continue;
		(*b)->vf_can(pf, &reads, &writes);
		all |= writes;
	}
	return all;
}

/* One back end: what it refuses as not supported comes back in `refused`. */
static int carry_by(struct load *load, const struct sriov_backend *const *b,
		    bool keep_going, uint64_t *refused)
{
	uint64_t reads, writes, later = writes_after(load->pf, b), before;
	int r;

	(*b)->vf_can(load->pf, &reads, &writes);
	*refused = 0;
	do {
		before = *refused;
		r = carry_part(load, *b, writes & ~*refused, keep_going, refused);
		/* nobody will carry that: without keep_going all is lost, so write no more */
		if (!keep_going && *refused & ~later)
			break;
	} while (r == -EOPNOTSUPP && *refused != before);
	return r;
}

/* What was refused by all that were asked is to blame: of the VF where that was seen. */
static void blame_unsupported(struct load *load, uint64_t unsupported, bool keep_going)
{
	for (size_t i = 0; i < load->n; i++) {
		struct sriov_verdict *verdict = &load->verdicts[i];

		if (verdict->err || !(load->vfs[i]->set & unsupported))
			continue;
		verdict->err = -EOPNOTSUPP;
		verdict->blame = load->vfs[i]->set & unsupported;
		if (!keep_going)
			return;
	}
}

static void note_backend(const struct load *load, struct step **steps, size_t n,
			 const char *name)
{
	for (size_t i = 0, e = 0; i < n; i++) {
		e = entry_of(steps, i, e);
		if (!steps[i]->pub.backend && load->verdicts[e].done & steps[i]->pub.attr)
			steps[i]->pub.backend = name;
	}
}

/*
 * Offer everything to the back ends in their order. Only a try can tell whether
 * rtnetlink supports a member: what is refused as such goes to the next.
 */
static int carry(struct load *load, struct step **steps, size_t n, bool keep_going)
{
	uint64_t unsupported = 0, refused;
	int r = 0;

	for (const struct sriov_backend *const *b = sriov_backends(); *b; b++) {
		if (!(*b)->vf_set || !sriov_backend_allowed(load->pf->ctx, *b))
			continue;
		r = carry_by(load, b, keep_going, &refused);
		unsupported |= refused;
		note_backend(load, steps, n, (*b)->name);
		if (r == -EINTR && sriov_is_stopped(load->pf->ctx))
			return r;
		if (r < 0 && !keep_going &&
		    (r != -EOPNOTSUPP || refused & ~writes_after(load->pf, b)))
			break;
	}
	if (!r || r == -EOPNOTSUPP || keep_going)
		blame_unsupported(load, unsupported, keep_going);
	return r;
}

static int fail_by_verdict(struct step *step, const struct sriov_verdict *verdict)
{
	char reason[SRIOV_TEXT_LEN * 2];

	if (!verdict->text[0])
		return sriov_step_fail(step, verdict->err, NULL);
	snprintf(reason, sizeof(reason), "%s: %s", sriov_strerror(-verdict->err),
		 verdict->text);
	return sriov_step_fail(step, verdict->err, reason);
}

/* An address that was taken away, so that the VF has one of its own, which is what is told. */
static bool is_own_mac(const struct step *step)
{
	static const uint8_t none[6];

	return step->pub.attr == SRIOV_VF_MAC &&
	       !memcmp(step->pub.to.vf->mac, none, sizeof(none)) &&
	       sriov_quirk_tells_own_mac(step->pf_work->now.driver);
}

static int compare(struct step *step, const struct sriov_vf_attrs *seen)
{
	char reason[SRIOV_TEXT_LEN], value[SRIOV_NAME_LEN];
	uint64_t attr = step->pub.attr;

	if (!(seen->set & attr)) {
		step->pub.state = SRIOV_STEP_UNVERIFIED;
		sriov_step_text(step, seen->note & SRIOV_NOTE_INCOMPLETE ?
					      "written, but cannot be read back: the "
					      "kernel's list of VFs is incomplete" :
					      "the driver does not tell what it is now");
		return 0;
	}
	if (sriov_vf_same(seen, step->pub.to.vf, attr)) {
		step->pub.state = SRIOV_STEP_DONE;
		return 0;
	}
	sriov_vf_format(seen, attr, value, sizeof(value));
	if (is_own_mac(step)) {
		snprintf(reason, sizeof(reason),
			 "taken away; what the driver tells now, %s, may be the VF's own",
			 value);
		step->pub.state = SRIOV_STEP_UNVERIFIED;
		sriov_step_text(step, reason);
		return 0;
	}
	snprintf(reason, sizeof(reason), "accepted, but it reads back as %s", value);
	return sriov_step_fail(step, -EIO, reason);
}

/* The answer to a request was lost, but what it asked for is there. */
static bool is_written_after_all(const struct step *step,
				 const struct sriov_vf_attrs *seen)
{
	return sriov_vf_same(seen, step->pub.to.vf, step->pub.attr) &&
	       !sriov_vf_same(seen, step->pub.from.vf, step->pub.attr);
}

static void unread(struct step *step, int err)
{
	char reason[SRIOV_TEXT_LEN];

	snprintf(reason, sizeof(reason), "written, but cannot be read back: %s",
		 sriov_strerror(-err));
	step->pub.state = SRIOV_STEP_UNVERIFIED;
	sriov_step_text(step, reason);
}

/* Read back what was written, and judge each step. */
static int judge(struct load *load, struct step **steps, size_t n)
{
	uint64_t mask = SRIOV_VF_NOTE;
	int r, first = 0;

	for (size_t i = 0; i < n; i++)
		mask |= steps[i]->pub.attr;
	r = sriov_vf_read(load->pf, mask, load->vfs, load->n);
	for (size_t i = 0, e = 0; i < n; i++) {
		const struct sriov_verdict *verdict;
		int err = 0;

		e = entry_of(steps, i, e);
		verdict = &load->verdicts[e];
		if (verdict->done & steps[i]->pub.attr && r < 0)
			unread(steps[i], r);
		else if (verdict->done & steps[i]->pub.attr)
			err = compare(steps[i], load->vfs[e]);
		else if (verdict->blame & steps[i]->pub.attr)
			err = fail_by_verdict(steps[i], verdict);
		else if (r >= 0 && is_written_after_all(steps[i], load->vfs[e]))
			steps[i]->pub.state = SRIOV_STEP_DONE;
		if (!first)
			first = err;
	}
	return first;
}

/* What no back end took, though all of them are content: the PF's netdev may be gone. */
static int fail_forgotten(struct step **steps, size_t n)
{
	int first = 0;

	for (size_t i = 0; i < n; i++)
		if (steps[i]->pub.state == SRIOV_STEP_PLANNED)
			first = sriov_step_fail(steps[i], -ENODEV,
						"not written: there is no way to the "
						"kernel any more");
	return first;
}

int sriov_batch_vf_set(struct sriov_plan *plan, struct step **steps, size_t n)
{
	_cleanup_load_ struct load load = { 0 };
	int r = open_load(&load, steps[0]->pf_work->pf, steps, n), judged;
	uint64_t mask;

	if (r < 0)
		return sriov_step_fail(steps[0], r, NULL);
	mask = fill_load(&load, steps, n, false);
	/* creating VFs may have taken down what the driver needs */
	if (steps[0]->vf_work->fresh)
		sriov_quirk_prepare(load.pf, steps[0]->pf_work->now.driver, mask);
	r = carry(&load, steps, n, plan->flags & SRIOV_PLAN_KEEP_GOING);
	judged = judge(&load, steps, n);
	/* what was not written yet has not failed */
	if (r == -EINTR && !judged && sriov_is_stopped(plan->ctx))
		return r;
	if (r < 0 && !judged)
		return sriov_step_fail(steps[0], r, NULL);
	if (!judged)
		judged = fail_forgotten(steps, n);
	return judged;
}

/* After putting back: what is as it was counts as undone, unless it never changed. */
static void judge_undone(struct step *step, const struct sriov_vf_attrs *seen, int err)
{
	bool back = sriov_vf_same(seen, step->pub.from.vf, step->pub.attr);

	if (back && step->pub.state != SRIOV_STEP_FAILED)
		step->pub.state = SRIOV_STEP_UNDONE;
	else if (!back && (step->pub.state != SRIOV_STEP_FAILED ||
			   seen->set & step->pub.from.vf->set & step->pub.attr))
		step->pub.state = SRIOV_STEP_LEFT;
	/* more than one write, of which the first may have been done */
	if (!back && step->pub.attr == SRIOV_VF_TRUNK)
		step->pub.state = SRIOV_STEP_LEFT;
	if (step->text || back)
		return;
	if (err)
		sriov_step_text(step, sriov_strerror(-err));
	else if (!(step->pub.from.vf->set & step->pub.attr))
		sriov_step_text(step, "what it was before is not known");
}

void sriov_batch_vf_undo(struct sriov_plan *plan, struct step **steps, size_t n)
{
	_cleanup_load_ struct load load = { 0 };
	int r = open_load(&load, steps[0]->pf_work->pf, steps, n);
	uint64_t mask;

	if (r >= 0) {
		mask = fill_load(&load, steps, n, true);
		carry(&load, steps, n, true);
		/* what came of it is what is there now */
		r = sriov_vf_get(load.pf, mask, load.vfs, load.n);
	}
	if (r < 0) {
		for (size_t i = 0; i < n; i++)
			steps[i]->pub.state = SRIOV_STEP_LEFT;
		return;
	}
	for (size_t i = 0, e = 0; i < n; i++) {
		e = entry_of(steps, i, e);
		judge_undone(steps[i], load.vfs[e], load.verdicts[e].err);
	}
	sriov_plan_restore_rates(plan, steps, n);
}
