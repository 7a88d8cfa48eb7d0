// SPDX-License-Identifier: GPL-2.0-or-later
/* Plans: carrying out and undoing the rates of groups. */
#include "plan.h"

static int write_rate(struct step *step, uint32_t rate)
{
	struct sriov_group_attrs seen = { 0 }, want = { .set = step->pub.attr };
	const struct sriov_backend *backend = sriov_group_backend(step->pub.pf);
	struct sriov_verdict verdict = { 0 };
	uint64_t bit = step->pub.attr;
	int r;

	if (!backend)
		return -ENODEV;
	sriov_copy(want.name, sizeof(want.name), step->group_work->want.name);
	sriov_copy(seen.name, sizeof(seen.name), want.name);
	want.max_tx_rate = want.min_tx_rate = rate;
	step->pub.backend = backend->name;
	r = backend->group_set(step->pub.pf, &want, &verdict);
	backend->group_get(step->pub.pf, (struct sriov_group_attrs *[]){ &seen }, 1);
	if (seen.set & bit && sriov_group_rate(&seen, bit) == rate)
		return 0;
	if (r >= 0 && !(seen.set & bit))
		return -ENODATA;
	return r < 0 ? r : -EIO;
}

/* Has the group kept it all the time? */
static bool is_there(const struct step *step)
{
	struct sriov_group_attrs seen = { 0 };

	sriov_copy(seen.name, sizeof(seen.name), step->group_work->want.name);
	sriov_group_read(step->pub.pf, &seen);
	return seen.set & step->pub.attr &&
	       sriov_group_rate(&seen, step->pub.attr) ==
		       sriov_group_rate(step->pub.to.group, step->pub.attr);
}

int sriov_batch_group(struct sriov_plan *plan, struct step **steps, size_t n)
{
	int first = 0;

	(void)plan;
	for (size_t i = 0; i < n; i++) {
		struct step *step = steps[i];
		int r;

		if (step->pub.put_back && is_there(step)) {
			step->pub.state = SRIOV_STEP_SAME;
			continue;
		}
		r = write_rate(step,
			       sriov_group_rate(step->pub.to.group, step->pub.attr));
		step->pub.state = SRIOV_STEP_DONE;
		if (r == -ENODATA) {
			step->pub.state = SRIOV_STEP_UNVERIFIED;
			continue;
		}
		if (r < 0)
			sriov_step_fail(
				step, r,
				r == -EIO ? "accepted, but it reads back differently" :
					    NULL);
		if (r < 0 && !first)
			first = r;
	}
	return first;
}

/* A group that has gone with its VFs has nothing left. */
void sriov_batch_group_undo(struct sriov_plan *plan, struct step **steps, size_t n)
{
	(void)plan;
	for (size_t i = n; i-- > 0;) {
		struct step *step = steps[i];
		uint32_t before = sriov_group_rate(step->pub.from.group, step->pub.attr);
		int r = write_rate(step, before);

		if (r < 0 && !(r == -EOPNOTSUPP && !before)) {
			step->pub.state = SRIOV_STEP_LEFT;
			if (!step->text)
				sriov_step_text(step, sriov_strerror(-r));
		} else if (step->pub.state != SRIOV_STEP_FAILED) {
			step->pub.state = SRIOV_STEP_UNDONE;
		}
	}
}
