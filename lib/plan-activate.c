// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Plans: the firmware of a card starts anew with what it has stored. VFs do not survive that, and
 * links do not either: so nobody may use any PF of the card, and VFs are not taken away but with
 * --force. They are not made anew: what the card offers afterwards may be something else.
 */
#include "activate.h"
#include "devlink.h"
#include "plan.h"

int sriov_plan_fw_activate(struct sriov_plan *plan, struct sriov_pf *pf)
{
	struct fw_work *fw = sriov_plan_fw_work(plan, pf);

	if (!fw)
		return sriov_no_memory(plan->ctx);
	fw->activate = true;
	return 0;
}

/* ---- what is pending ---- */

static void see(struct sriov_need *need, const struct sriov_fw_param *param)
{
	bool more = param->set & SRIOV_FW_ACTIVATION &&
		    param->activation > SRIOV_FW_FIRMWARE_RESET;

	if (!(param->set & SRIOV_FW_PENDING)) {
		need->unknown |= !more;
		need->unknown_more |= more;
		return;
	}
	if (!param->pending)
		return;
	need->settings++;
	if (!strcmp(param->name, "NUM_OF_PF") && param->set & SRIOV_FW_NEXT)
		need->nr_pfs = param->next.number;
	if (need->name[0] && param->activation <= need->most)
		return;
	need->most = param->activation;
	sriov_copy(need->name, sizeof(need->name), param->name);
}

/* Its own words, where it has some. Whoever flashes the card is not to be disturbed. */
static int fail_to_look(struct sriov_pf *pf, int err)
{
	char text[SRIOV_TEXT_LEN];

	if (pf->ctx->error[0])
		sriov_copy(text, sizeof(text), pf->ctx->error);
	else
		snprintf(text, sizeof(text), "%s: activate: %s", pf->name,
			 sriov_strerror(-err));
	return sriov_fail(pf->ctx, err == -ETIMEDOUT ? SRIOV_REFUSED : SRIOV_FAILED, -err,
			  "%s", text);
}

/* Settings and versions of one function; that it has none is fine. */
static int look_at(struct sriov_pf *pf, struct sriov_need *need)
{
	struct sriov_fw_param **params = NULL;
	struct sriov_fw_info info = { 0 };
	size_t n = 0;
	int r;

	pf->ctx->error[0] = '\0';
	r = sriov_fw_look(pf, NULL, 0, &params, &n);
	/* lockdown, or no privilege: devlink may tell something */
	need->denied |= r == -EPERM || r == -EACCES;
	if (r < 0 && r != -EOPNOTSUPP && r != -EPERM && r != -EACCES)
		return fail_to_look(pf, r);
	need->renew |= sriov_renew_is_due(pf, NULL);
	need->known |= r >= 0;
	for (size_t i = 0; r >= 0 && i < n; i++)
		see(need, params[i]);
	if (r >= 0)
		sriov_fw_params_free(params);
	if (sriov_devlink_info(pf, &info) >= 0 && info.set & SRIOV_FW_INFO_RUNNING &&
	    info.set & SRIOV_FW_INFO_STORED) {
		need->known = true;
		need->version |= strcmp(info.running, info.stored) != 0;
	}
	return 0;
}

/* Settings of a card are those of each of its functions: the first that has some counts. */
int sriov_activate_look(struct sriov_pf *pf, struct sriov_need *need)
{
	_cleanup_free_ struct sriov_pf **card = NULL;
	size_t n = 0;
	int r = look_at(pf, need);

	if (r >= 0)
		r = sriov_pf_card(pf, &card, &n);
	for (size_t i = 0; i < n && r >= 0 && !need->settings; i++)
		if (card[i] != pf)
			r = look_at(card[i], need);
	return r;
}

/* ---- refusing ---- */

/* Nothing is left for the firmware to do, only for the kernel. */
static bool need_is_renewal(const struct sriov_need *need)
{
	return !need->settings && !need->version && !need->unknown;
}

/* What the kernel alone has to look at is one thing. */
unsigned int sriov_activate_count(const struct sriov_need *need)
{
	unsigned int n = need->settings + need->version;

	return n ? n : need->renew;
}

const char *sriov_activate_word(enum sriov_fw_activation activation)
{
	return activation == SRIOV_FW_POWER_CYCLE ? "power cycle" : "reboot";
}

/* What is pending may not be read: as whoever lists the settings is told. */
static int fail_denied(struct sriov_pf *pf)
{
	struct sriov_fw_param **params;
	size_t n;
	int r = sriov_fw_list(pf, NULL, 0, &params, &n);

	if (r < 0)
		return r;
	sriov_fw_params_free(params);
	return fail_to_look(pf, -EACCES);
}

/* Is there something that a reset would bring into use, and nothing for which it is too little? */
static int check_need(struct sriov_plan *plan, struct sriov_pf *pf,
		      const struct sriov_need *need, bool *same)
{
	bool any = need->settings || need->version || need->unknown || need->renew;

	*same = !any && !need->unknown_more && !need->denied;
	if (need->denied && !any)
		return fail_denied(pf);
	if (!need->known && !any)
		return sriov_fail(plan->ctx, SRIOV_WRONG, EOPNOTSUPP,
				  "%s: activate: neither settings nor versions of its "
				  "firmware can be read: nothing to activate",
				  pf->name);
	if (!any && need->unknown_more)
		return sriov_fail(plan->ctx, SRIOV_WRONG, EOPNOTSUPP,
				  "%s: activate: its settings are used after a reboot; a "
				  "reset of the firmware is not enough",
				  pf->name);
	if (need->settings && need->most > SRIOV_FW_FIRMWARE_RESET &&
	    !(plan->flags & SRIOV_PLAN_FORCE))
		return sriov_fail(
			plan->ctx, SRIOV_WRONG, EOPNOTSUPP,
			"%s: activate: %s needs a %s; a reset of the firmware is "
			"not enough (--force does it for the others)",
			pf->name, need->name, sriov_activate_word(need->most));
	return 0;
}

/*
 * A board with two device numbers (two hosts, two links) has one firmware: its PFs have the same
 * serial number, where devlink tells one.
 */
static int check_board(struct sriov_pf *pf, struct sriov_pf *const *card, size_t n)
{
	struct sriov_fw_info own = { 0 }, other;
	struct sriov_pf *const *all = NULL;
	size_t nr_all = 0;

	if (sriov_devlink_info(pf, &own) < 0 || !(own.set & SRIOV_FW_INFO_SERIAL) ||
	    sriov_pf_list(pf->ctx, &all, &nr_all) < 0)
		return 0;
	for (size_t i = 0; i < nr_all; i++) {
		bool ours = !all[i]->is_pci;

		for (size_t k = 0; k < n; k++)
			ours = ours || card[k] == all[i];
		other = (struct sriov_fw_info){ 0 };
		if (ours || sriov_devlink_info(all[i], &other) < 0 ||
		    !(other.set & SRIOV_FW_INFO_SERIAL) ||
		    strcmp(own.serial, other.serial) != 0)
			continue;
		return sriov_fail(pf->ctx, SRIOV_REFUSED, EBUSY,
				  "%s: activate: %s is on the same board (serial number "
				  "%s), and loses its link, too (--force goes on)",
				  pf->name, all[i]->name, own.serial);
	}
	return 0;
}

/* On every PF of the card: they all lose their links, and their VFs. */
static int check_use(struct sriov_plan *plan, struct sriov_pf *pf,
		     const struct sriov_need *need)
{
	_cleanup_free_ struct sriov_pf **card = NULL;
	size_t n = 0;
	uint32_t vfs;
	int r = sriov_pf_card(pf, &card, &n);

	for (size_t i = 0; i < n && r >= 0; i++) {
		struct pf_work work = { .pf = card[i] };

		r = sriov_plan_check_pf_holders(plan, &work, "activate");
	}
	for (size_t i = 0; i < n && r >= 0; i++) {
		if (plan->flags & SRIOV_PLAN_FORCE ||
		    sriov_pf_num_vfs(card[i], &vfs) < 0 || !vfs)
			continue;
		r = sriov_fail(plan->ctx, SRIOV_REFUSED, EBUSY,
			       "%s: activate: %s has %u VFs, which go when the firmware "
			       "starts anew (pf set %s num_vfs 0, or --force)",
			       pf->name, card[i] == pf ? "it" : card[i]->name, vfs,
			       card[i]->name);
	}
	if (r >= 0 && !(plan->flags & SRIOV_PLAN_FORCE) && !need_is_renewal(need))
		r = check_board(pf, card, n);
	return r;
}

/* ---- how ---- */

enum how { HOW_RELOAD, HOW_REGISTER, HOW_RENEW };

static const struct {
	const struct sriov_fw_backend *backend;
	const char *what;
} ways[] = {
	[HOW_RELOAD] = { &sriov_fw_devlink, "the firmware starts anew (devlink reload)" },
	[HOW_REGISTER] = { &sriov_fw_nvconfig, "the firmware starts anew (MFRL)" },
	[HOW_RENEW] = { NULL, "the kernel looks at the card again" },
};

static int choose(struct sriov_pf *pf, const struct sriov_need *need, enum how *how)
{
	char text[SRIOV_TEXT_LEN] = "";
	int r;

	*how = HOW_RENEW;
	if (need_is_renewal(need))
		return 0;
	r = sriov_devlink_can_reload(pf, DEVLINK_RELOAD_ACTION_FW_ACTIVATE);
	*how = HOW_RELOAD;
	/* the driver asks as well, but then the VFs are gone */
	if (r == 1 && sriov_fw_reset_refuses(pf))
		return sriov_fail(pf->ctx, SRIOV_WRONG, EOPNOTSUPP,
				  "%s: activate: " SRIOV_FW_NO_RESET ": reboot",
				  pf->name);
	if (r == 1)
		return 0;
	/* whoever flashes it now is not to be disturbed by a reset */
	if (r < 0 && r != -EOPNOTSUPP)
		return sriov_fail(pf->ctx, SRIOV_REFUSED, -r, "%s: activate: devlink: %s",
				  pf->name,
				  r == -ETIMEDOUT ? "the kernel blocks: the card is "
						    "being flashed or reloaded" :
						    sriov_strerror(-r));
	*how = HOW_REGISTER;
	if (sriov_fw_reset_check(pf, text) >= 0)
		return 0;
	return sriov_fail(
		pf->ctx, SRIOV_WRONG, EOPNOTSUPP,
		"%s: activate: its driver cannot reset the firmware (devlink), and "
		"neither can its register: %s: reboot",
		pf->name, text);
}

static void tell(struct fw_work *fw, struct sriov_pf *pf, enum how how)
{
	_cleanup_free_ struct sriov_pf **card = NULL;
	size_t n = 0, len;

	if (sriov_pf_card(pf, &card, &n) < 0)
		return;
	len = (size_t)snprintf(fw->to.note, sizeof(fw->to.note),
			       "%s: links and settings of their netdevs are lost by",
			       ways[how].what);
	for (size_t i = 0; i < n && len < sizeof(fw->to.note); i++)
		len += (size_t)snprintf(fw->to.note + len, sizeof(fw->to.note) - len,
					"%s %s", i ? "," : "", card[i]->name);
}

int sriov_plan_make_activate(struct sriov_plan *plan, struct pf_work *work)
{
	struct sriov_need need = { 0 };
	struct fw_work *fw = work->fw;
	struct sriov_pf *pf = work->pf;
	struct step *step;
	bool same = false;
	enum how how;
	int r = sriov_activate_look(pf, &need);

	/* what this plan stores first is pending, then */
	if (fw->nr_wishes || fw->reset || fw->restore)
		need.unknown = true;
	need.version |= fw->flash;
	if (r >= 0)
		r = check_need(plan, pf, &need, &same);
	if (r >= 0 && !same)
		r = check_use(plan, pf, &need);
	if (r >= 0 && !same)
		r = choose(pf, &need, &how);
	if (r < 0)
		return r;
	step = sriov_plan_add_fw_step(plan, work, PHASE_ACTIVATE, SRIOV_ACTION_ACTIVATE,
				      "pending");
	if (!step)
		return sriov_no_memory(plan->ctx);
	fw->from = (struct sriov_fw_param){ .name = "pending", .type = SRIOV_FW_NUMBER };
	fw->to = fw->from;
	fw->from.next.number = sriov_activate_count(&need);
	snprintf(fw->from.next.text, sizeof(fw->from.next.text), "%u",
		 fw->from.next.number);
	fw->from.set = need.unknown ? 0 : SRIOV_FW_NEXT;
	fw->to.set = SRIOV_FW_NEXT;
	sriov_copy(fw->to.next.text, sizeof(fw->to.next.text), "0");
	fw->renew = need.settings || need.unknown || need.unknown_more || need.renew;
	fw->nr_pfs = need.nr_pfs;
	step->pub.from.fw = &fw->from;
	step->pub.to.fw = &fw->to;
	if (same) {
		step->pub.state = SRIOV_STEP_SAME;
		return 0;
	}
	step->pub.backend = ways[how].backend ? ways[how].backend->name :
						sriov_backend_pci.name;
	tell(fw, pf, how);
	return 0;
}
