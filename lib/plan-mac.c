// SPDX-License-Identifier: GPL-2.0-or-later
/* Plans: one address for each VF of a PF, and netdevs that have learned theirs. */
#include "plan.h"

static const uint8_t none[6];

static bool is_none(const uint8_t mac[6])
{
	return !memcmp(mac, none, sizeof(none));
}

/* ---- no two VFs with one address ---- */

/* A VF as it will be after the plan. */
struct holder {
	uint32_t index;
	uint8_t mac[6];
	bool given; /* by this plan */
};

/* Does the plan give it an address that it has not had? One that it had is put back. */
static bool is_given(const struct vf_work *vf)
{
	return vf->want.set & SRIOV_VF_MAC && !is_none(vf->want.mac) &&
	       !sriov_vf_same(vf->before ? vf->before : &vf->now, &vf->want,
			      SRIOV_VF_MAC);
}

static int by_mac(const void *a, const void *b)
{
	const struct holder *left = a, *right = b;
	int order = memcmp(left->mac, right->mac, sizeof(left->mac));

	if (order)
		return order;
	return left->index < right->index ? -1 : left->index > right->index;
}

static void add(struct holder *list, size_t *n, const struct sriov_vf_attrs *vf,
		bool given)
{
	if (!(vf->set & SRIOV_VF_MAC) || is_none(vf->mac))
		return;
	list[*n].index = vf->index;
	list[*n].given = given;
	memcpy(list[*n].mac, vf->mac, sizeof(vf->mac));
	(*n)++;
}

static bool is_wished(const struct pf_work *work, uint32_t index)
{
	for (size_t i = 0; i < work->nr_vfs; i++)
		if (work->vfs[i].want.index == index)
			return work->vfs[i].want.set & SRIOV_VF_MAC;
	return false;
}

/* Those that are there, and keep what they have. */
static int add_others(struct pf_work *work, struct holder *list, size_t *n,
		      const uint32_t *there, uint32_t nr_there)
{
	struct sriov_vf_attrs **vfs = sriov_vf_attrs_new(nr_there);
	size_t m = 0;
	int r;

	if (!vfs)
		return sriov_no_memory(work->pf->ctx);
	for (uint32_t i = 0; i < nr_there; i++)
		if (!is_wished(work, there[i]))
			vfs[m++]->index = there[i];
	r = m ? sriov_vf_get(work->pf, SRIOV_VF_MAC, vfs, m) : 0;
	for (size_t i = 0; i < m && r >= 0; i++)
		add(list, n, vfs[i], false);
	sriov_vf_attrs_free(vfs);
	return r;
}

/* The first two of a run with one address, of which the plan gives it to at least one. */
static int refuse(struct sriov_pf *pf, const struct holder *run, size_t n)
{
	struct sriov_vf_attrs vf = { .set = SRIOV_VF_MAC };
	const struct holder *first = &run[0], *second = NULL;
	char mac[SRIOV_NAME_LEN], hint[SRIOV_NAME_LEN + 32] = "";

	for (size_t i = 1; i < n && !second; i++)
		if (run[i].given)
			second = &run[i];
	if (!second) {
		second = &run[0];
		first = &run[1];
	}
	memcpy(vf.mac, first->mac, sizeof(vf.mac));
	sriov_vf_format(&vf, SRIOV_VF_MAC, mac, sizeof(mac));
	if (first->given)
		snprintf(hint, sizeof(hint), "%s+ makes a series; ", mac);
	return sriov_fail(pf->ctx, SRIOV_REFUSED, EEXIST,
			  "%s/%u: mac: %s is that of VF %u, too (%s--force goes on)",
			  pf->name, second->index, mac, first->index, hint);
}

static int check_list(struct sriov_pf *pf, struct holder *list, size_t n)
{
	size_t end;

	qsort(list, n, sizeof(*list), by_mac);
	for (size_t i = 0; i < n; i = end) {
		bool given = list[i].given;

		for (end = i + 1; end < n && !memcmp(list[end].mac, list[i].mac, 6);
		     end++)
			given |= list[end].given;
		if (given && end - i > 1)
			return refuse(pf, &list[i], end - i);
	}
	return 0;
}

int sriov_plan_check_macs(struct sriov_plan *plan, struct pf_work *work)
{
	_cleanup_free_ struct holder *list = NULL;
	_cleanup_free_ uint32_t *there = NULL;
	uint32_t nr_there = 0;
	size_t n = 0;
	bool given = false;
	int r = 0;

	for (size_t i = 0; i < work->nr_vfs; i++)
		given |= is_given(&work->vfs[i]);
	if (!given || plan->flags & SRIOV_PLAN_FORCE)
		return 0;
	if (!sriov_plan_makes_vfs(work))
		r = sriov_pf_vfs(work->pf, &there, &nr_there);
	if (r < 0)
		return r;
	list = calloc(work->nr_vfs + nr_there, sizeof(*list));
	if (!list)
		return sriov_no_memory(plan->ctx);
	for (size_t i = 0; i < work->nr_vfs; i++)
		add(list, &n, &work->vfs[i].want, is_given(&work->vfs[i]));
	if (nr_there)
		r = add_others(work, list, &n, there, nr_there);
	return r < 0 ? r : check_list(work->pf, list, n);
}

/* ---- netdevs that have learned their address ---- */

#define LEARN_MS 2000 /* as long as it may take a driver that resets its VF for it */

/* The VFs of one PF that were given an address, and what their netdevs have. */
struct pupils {
	struct sriov_pf *pf;
	struct step **steps;
	struct sriov_vf_attrs **vfs;
	size_t n;
};

static bool is_late(const struct step *step, const struct sriov_vf_attrs *vf)
{
	/* what is in another network namespace, or has no netdev, cannot be looked at */
	return vf->set & SRIOV_VF_NETDEV_MAC && vf->set & SRIOV_VF_DRIVER &&
	       memcmp(vf->netdev_mac, step->pub.to.vf->mac, sizeof(vf->netdev_mac)) != 0;
}

static bool none_is_learning(void *data)
{
	struct pupils *pupils = data;

	if (sriov_vf_get(pupils->pf,
			 SRIOV_VF_DRIVER | SRIOV_VF_NETDEV | SRIOV_VF_NETDEV_MAC,
			 pupils->vfs, pupils->n) < 0)
		return true;
	for (size_t i = 0; i < pupils->n; i++)
		if (is_late(pupils->steps[i], pupils->vfs[i]) &&
		    sriov_quirk_takes_mac(pupils->vfs[i]->driver) == SRIOV_TAKES_SOON)
			return false;
	return true;
}

static void let_them_learn(struct pupils *pupils)
{
	struct sriov_ctx *ctx = pupils->pf->ctx;
	struct sriov_events *events = NULL;
	unsigned int ms = ctx->wait * 1000 < LEARN_MS ? ctx->wait * 1000 : LEARN_MS;

	if (none_is_learning(pupils) || sriov_events_open(ctx, &events) < 0)
		return;
	sriov_events_wait(events, ms, none_is_learning, pupils);
	sriov_events_close(events);
}

/* The step that has started the driver of this VF, if the plan had one. */
static struct step *find_start(const struct sriov_plan *plan, const struct vf_work *vf)
{
	for (size_t i = 0; i < plan->nr_steps; i++)
		if (plan->steps[i]->vf_work == vf &&
		    plan->steps[i]->pub.noun == SRIOV_NOUN_BIND &&
		    sriov_step_is_written(plan->steps[i]))
			return plan->steps[i];
	return NULL;
}

static bool is_started(const struct sriov_plan *plan, const struct vf_work *vf)
{
	return vf->fresh || find_start(plan, vf);
}

/* Why its netdev has another address, and what to do about it. */
static void explain(const struct sriov_plan *plan, const struct step *step,
		    const char *driver, char *text, size_t size)
{
	enum sriov_takes takes = sriov_quirk_takes_mac(driver);
	char netdev[SRIOV_NAME_LEN];

	if (!is_started(plan, step->vf_work)) {
		snprintf(text, size,
			 takes == SRIOV_TAKES_SOON ?
				 "%s has not taken it yet" :
			 takes == SRIOV_TAKES_AT_START ?
				 "%s takes it when it starts (--rebind)" :
				 "%s may take it only when it starts (--rebind)",
			 driver);
		return;
	}
	/* igbvf/netdev.c, igbvf_probe: "PF still in reset state. Is the PF interface up?" */
	sriov_pf_netdev(step->pub.pf, netdev, sizeof(netdev));
	if (sriov_quirk_is_up(step->pub.pf) == 0)
		snprintf(text, size,
			 "%s has started without it, while %s is down (ip link set %s "
			 "up, then --rebind)",
			 driver, netdev, netdev);
	else
		snprintf(text, size, "%s has started without it", driver);
}

static void own_up(const struct sriov_plan *plan, struct step *step,
		   const struct sriov_vf_attrs *vf)
{
	char mac[SRIOV_NAME_LEN], why[SRIOV_TEXT_LEN], text[SRIOV_TEXT_LEN];

	sriov_vf_format(vf, SRIOV_VF_NETDEV_MAC, mac, sizeof(mac));
	explain(plan, step, vf->driver, why, sizeof(why));
	snprintf(text, sizeof(text), "%s, but its netdev %s %s %s: %.256s",
		 step->pub.state == SRIOV_STEP_SAME ? "started again" : "set", vf->netdev,
		 is_started(plan, step->vf_work) ? "has" : "still has", mac, why);
	/* where nothing had to be set, it is starting the driver that was of no use */
	if (step->pub.state == SRIOV_STEP_SAME)
		step = find_start(plan, step->vf_work);
	step->pub.state = SRIOV_STEP_UNVERIFIED;
	sriov_step_text(step, text);
}

/* One that is put back had what it had before: that is not for this plan to mend. */
static bool is_pupil(const struct sriov_plan *plan, const struct step *step,
		     const struct pf_work *work)
{
	const struct step *start;

	if (step->pf_work != work || !step->vf_work || step->pub.attr != SRIOV_VF_MAC ||
	    step->pub.put_back || is_none(step->pub.to.vf->mac))
		return false;
	if (step->pub.state != SRIOV_STEP_SAME)
		return step->pub.state == SRIOV_STEP_DONE;
	start = find_start(plan, step->vf_work);
	return start && start->again;
}

static void check_netdevs(struct sriov_plan *plan, struct pf_work *work)
{
	_cleanup_free_ struct step **steps = calloc(plan->nr_steps + 1, sizeof(*steps));
	struct pupils pupils = { .pf = work->pf, .steps = steps };

	for (size_t i = 0; i < plan->nr_steps && steps; i++)
		if (is_pupil(plan, plan->steps[i], work))
			steps[pupils.n++] = plan->steps[i];
	pupils.vfs = pupils.n ? sriov_vf_attrs_new(pupils.n) : NULL;
	if (!pupils.vfs)
		return;
	for (size_t i = 0; i < pupils.n; i++)
		pupils.vfs[i]->index = steps[i]->pub.index;
	let_them_learn(&pupils);
	for (size_t i = 0; i < pupils.n; i++)
		if (is_late(steps[i], pupils.vfs[i]))
			own_up(plan, steps[i], pupils.vfs[i]);
	sriov_vf_attrs_free(pupils.vfs);
}

void sriov_plan_check_netdevs(struct sriov_plan *plan)
{
	for (size_t i = 0; i < plan->nr_works; i++)
		if (plan->works[i]->pf->is_pci)
			check_netdevs(plan, plan->works[i]);
}
