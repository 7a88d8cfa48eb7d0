// SPDX-License-Identifier: GPL-2.0-or-later
/* Plans: the firmware of a card starts anew, and the kernel looks at the card again. */
#include <libmnl/libmnl.h>

#include "activate.h"
#include "devlink.h"
#include "plan.h"

#define RELOAD_MS 300000 /* mlx5 waits a minute for each of the others */

/* With --force: in an orderly way, before anybody resets what they belong to. */
static int destroy_vfs(const struct sriov_card_functions *card, char *destroyed,
		       char *text)
{
	size_t len = 0;
	char words[SRIOV_TEXT_LEN] = "";
	uint32_t n;
	int r = 0;

	for (size_t i = 0; i < card->n && r >= 0; i++) {
		struct sriov_pf *pf = card->list[i].pf;

		if (sriov_pf_num_vfs(pf, &n) < 0 || !n)
			continue;
		if (len < SRIOV_TEXT_LEN)
			len += (size_t)snprintf(destroyed + len, SRIOV_TEXT_LEN - len,
						"%s%s", len ? ", " : "", pf->name);
		r = sriov_num_vfs_write(pf, 0, words);
		if (r < 0)
			snprintf(text, SRIOV_TEXT_LEN, "destroying the VFs of %s: %s",
				 pf->name, words[0] ? words : sriov_strerror(-r));
	}
	return r;
}

static int reload(struct sriov_pf *pf, char *text)
{
	const struct sriov_devlink_pace pace = { .limit_ms = RELOAD_MS };
	union sriov_devlink_request request;
	int r;

	sriov_devlink_begin(pf, &request, DEVLINK_CMD_RELOAD);
	mnl_attr_put_u8(&request.nlh, DEVLINK_ATTR_RELOAD_ACTION,
			DEVLINK_RELOAD_ACTION_FW_ACTIVATE);
	r = sriov_devlink_change(pf, &request, &pace, text);
	if (r < 0 && !text[0])
		snprintf(text, SRIOV_TEXT_LEN, "devlink reload: %s", sriov_strerror(-r));
	return r;
}

/* Functions that the card will not have any more need not be waited for. */
static void let_go(const struct sriov_card_functions *card, uint32_t nr_pfs)
{
	for (size_t i = 0; i < card->n && nr_pfs; i++) {
		const char *dot = strrchr(card->list[i].pf->dev, '.');

		card->list[i].may_go = dot &&
				       (uint32_t)strtoul(dot + 1, NULL, 16) >= nr_pfs;
	}
}

static void append(char *text, const char *words)
{
	size_t len = strlen(text);

	snprintf(text + len, SRIOV_TEXT_LEN - len, "%s%s", len ? "; " : "", words);
}

static bool is_renewal_due(const struct sriov_card_functions *card)
{
	bool due = false;

	for (size_t i = 0; i < card->n; i++)
		due = due || sriov_renew_is_due(card->list[i].pf, NULL);
	return due;
}

/* Reset, and have the kernel look at the card again. -ENOTRECOVERABLE: something has changed. */
static int start_anew(struct step *step, struct sriov_card_functions *card, char *text)
{
	struct fw_work *fw = step->pf_work->fw;
	struct sriov_pf *pf = step->pub.pf;
	bool by_register = step->pub.backend == sriov_fw_nvconfig.name;
	bool reloaded = false, removes = by_register;
	char words[SRIOV_TEXT_LEN] = "";
	int r = 0, back = 0;

	let_go(card, fw->nr_pfs);
	if (by_register)
		r = sriov_fw_reset(pf, card, text);
	else if (step->pub.backend == sriov_fw_devlink.name)
		r = reload(pf, text);
	reloaded = r >= 0 && step->pub.backend == sriov_fw_devlink.name;
	if (r >= 0 && !by_register && pf->is_pci && (fw->renew || is_renewal_due(card))) {
		removes = true;
		r = sriov_renew_remove_all(card, NULL, text);
	}
	/* what the kernel is still at is not to be disturbed */
	if (r == -EINPROGRESS)
		return r;
	if (removes || !sriov_sysfs_exists(pf->ctx, "%s", pf->path))
		back = sriov_renew_find(card, words);
	if (back < 0)
		append(text, words);
	return r >= 0 && back >= 0 ? 0 : reloaded || back < 0 ? -ENOTRECOVERABLE : r;
}

/* Did a reload that failed leave the driver without its device? */
static bool is_half_way(struct sriov_pf *pf)
{
	struct sriov_devlink_answer answer;
	struct sriov_nlattr attr;
	const uint8_t *p, *end;
	bool failed = false;
	size_t at = 0;

	if (sriov_devlink_ask(pf, &sriov_devlink_dev, &answer) >= 0 &&
	    sriov_devlink_next(&answer, &at, &p, &end))
		while (sriov_nlattr_next(&p, end, &attr))
			failed = failed || (attr.type == DEVLINK_ATTR_RELOAD_FAILED &&
					    sriov_nlattr_number(&attr));
	free(answer.bytes);
	return failed;
}

/* `destroyed`: the PFs whose VFs are no more, or "". */
static int fail(struct step *step, int err, const char *text, const char *destroyed)
{
	char words[SRIOV_TEXT_LEN * 2], more[SRIOV_TEXT_LEN * 4];
	bool left = destroyed[0];

	left = left || err == -EINPROGRESS || err == -ENOTRECOVERABLE;
	if (!left && step->pub.backend == sriov_fw_devlink.name &&
	    is_half_way(step->pub.pf)) {
		snprintf(words, sizeof(words),
			 "%s; its driver is down: devlink dev reload %s/%s", text,
			 step->pub.pf->bus, step->pub.pf->dev);
		text = words;
		left = true;
	}
	if (destroyed[0]) {
		snprintf(more, sizeof(more), "%s; the VFs of %s were destroyed", text,
			 destroyed);
		text = more;
	}
	sriov_step_fail(step, err == -ENOTRECOVERABLE ? -ENODEV : err, text);
	if (left)
		step->pub.state = SRIOV_STEP_LEFT;
	return err;
}

/* Is it in use now? */
static int verify(struct step *step, const struct sriov_card_functions *card,
		  const char *destroyed)
{
	struct fw_work *fw = step->pf_work->fw;
	char text[SRIOV_TEXT_LEN] = "";
	struct sriov_need need = { 0 };

	step->pub.state = SRIOV_STEP_DONE;
	if (sriov_activate_look(step->pub.pf, &need) < 0) {
		step->pub.state = SRIOV_STEP_UNVERIFIED;
		sriov_step_text(step, step->pub.pf->ctx->error);
		return 0;
	}
	fw->to.next.number = sriov_activate_count(&need);
	snprintf(fw->to.next.text, sizeof(fw->to.next.text), "%u", fw->to.next.number);
	if (need.version)
		snprintf(text, sizeof(text),
			 "the firmware started anew, but not with the version that is "
			 "stored: reboot");
	else if (need.settings && need.most <= SRIOV_FW_FIRMWARE_RESET)
		snprintf(text, sizeof(text),
			 "the firmware started anew, but %s is still pending: reboot",
			 need.name);
	if (text[0])
		return fail(step, -EREMOTEIO, text, destroyed);
	if (sriov_renew_lacks_room(card, text))
		step->pub.state = SRIOV_STEP_UNVERIFIED;
	else if (need.settings || need.unknown_more)
		snprintf(text, sizeof(text), "%s is used after a %s",
			 need.settings ? need.name : "the rest",
			 sriov_activate_word(need.settings ? need.most :
							     SRIOV_FW_REBOOT));
	sriov_step_text(step, text);
	return 0;
}

int sriov_batch_activate(struct sriov_plan *plan, struct step **steps, size_t n)
{
	unsigned int stop_at = plan->ctx->stop_at;
	struct sriov_card_functions card = { 0 };
	_cleanup_free_ struct sriov_function *list = NULL;
	struct step *step = steps[0];
	char text[SRIOV_TEXT_LEN] = "";
	char destroyed[SRIOV_TEXT_LEN] = "";
	int r = sriov_renew_note(step->pub.pf, &card);

	(void)n;
	list = card.list;
	/* without events nobody would know when they are back */
	if (r >= 0)
		r = sriov_events_open(plan->ctx, &card.events);
	if (r < 0)
		return fail(step, r, sriov_error(plan->ctx), "");
	r = destroy_vfs(&card, destroyed, text);
	if (r < 0) {
		sriov_events_close(card.events);
		return fail(step, r, text, destroyed);
	}
	/* half of this is worse than all: who interrupts once waits for it */
	plan->ctx->stop_at = SRIOV_INTERRUPTS_AT_ONCE;
	r = start_anew(step, &card, text);
	r = r < 0 ? fail(step, r, text, destroyed) : verify(step, &card, destroyed);
	sriov_events_close(card.events);
	plan->ctx->stop_at = stop_at;
	return r;
}
