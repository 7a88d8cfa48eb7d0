// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Reset of the firmware where the driver cannot: the register MFRL makes it ready for a lost PCI
 * link (level 3 of mstfwreset), and then the port above the card takes the link away for a
 * moment. Nobody may use the card meanwhile, so the kernel forgets its functions.
 */
#include <endian.h>
#include <linux/pci_regs.h>
#include <time.h>

#include "activate.h"

/* MFRL: bits of its second dword */
#define MFRL_LEN 8
#define MFRL_LINK 0x08
#define MFRL_TRIGGERS 7 /* the byte that they are in */

#define VENDOR_MELLANOX 0x15b3
#define CAPABILITIES 48 /* no more fit */
#define LINK_OFF_MS 500
#define LINK_UP_MS 5000
#define LINK_MS 20000      /* for all of it */
#define LINK_TRIES 5       /* to switch it on */
#define LINK_SETTLE_MS 100 /* PCIe 6.6.1: before the first configuration access */

static void pause_ms(long ms)
{
	const struct timespec pause = { .tv_sec = ms / 1000,
					.tv_nsec = ms % 1000 * 1000000 };

	nanosleep(&pause, NULL);
}

/* ---- the port above ---- */

struct port {
	struct sriov_ctx *ctx;
	const char *dev;
	unsigned int express; /* where its capability is */
};

static int get(const struct port *port, unsigned int at, uint16_t *value)
{
	int r = sriov_sysfs_space_read(port->ctx, value, sizeof(*value), at,
				       "sys/bus/pci/devices/%s/config", port->dev);

	*value = le16toh(*value);
	return r;
}

static int put(const struct port *port, unsigned int at, uint16_t value)
{
	value = htole16(value);
	return sriov_sysfs_space_write(port->ctx, &value, sizeof(value), at,
				       "sys/bus/pci/devices/%s/config", port->dev);
}

/* Its capability of PCI Express, and that it is a port that has a link below it. */
static int open_port(struct sriov_ctx *ctx, const char *dev, struct port *port)
{
	uint16_t word = 0, flags;
	int r;

	*port = (struct port){ ctx, dev, 0 };
	r = get(port, PCI_CAPABILITY_LIST, &word);
	for (unsigned int i = 0; r >= 0 && i < CAPABILITIES; i++) {
		unsigned int at = i ? word >> 8 : word & 0xff;

		at &= ~3U;
		if (at < 0x40)
			return -EOPNOTSUPP;
		r = get(port, at, &word);
		if (r >= 0 && (word & 0xff) == PCI_CAP_ID_EXP) {
			port->express = at;
			break;
		}
	}
	if (r >= 0 && !port->express)
		return -EOPNOTSUPP;
	if (r >= 0)
		r = get(port, port->express + PCI_EXP_FLAGS, &flags);
	if (r < 0)
		return r;
	flags = (flags & PCI_EXP_FLAGS_TYPE) >> 4;
	return flags == PCI_EXP_TYPE_ROOT_PORT || flags == PCI_EXP_TYPE_DOWNSTREAM ?
		       0 :
		       -EOPNOTSUPP;
}

/* Is nothing below it but this card, or nothing at all? VFs are what is left when they block. */
static bool is_alone(const struct sriov_card_functions *card, bool removed)
{
	_cleanup_free_ char **names = NULL;
	char address[SRIOV_NAME_LEN];
	int n = sriov_sysfs_list(card->ctx, &names, "sys/bus/pci/devices/%s", card->port);

	for (int i = 0; i < n; i++) {
		bool ours = false;

		if (!strchr(names[i], '.') ||
		    sriov_pci_parse(names[i], address, sizeof(address)) < 0)
			continue;
		for (size_t k = 0; k < card->n && !removed; k++)
			ours = ours || !strcmp(card->list[k].pf->dev, names[i]);
		if (!ours &&
		    (removed ||
		     !sriov_sysfs_exists(card->ctx, "sys/bus/pci/devices/%s/physfn",
					 names[i])))
			return false;
	}
	return n >= 0;
}

/* Whatever went wrong: a link that stays off is a card that is lost. */
static int switch_on(const struct port *port, uint16_t control)
{
	int r = -EIO;

	for (unsigned int i = 0; i < LINK_TRIES && r < 0; i++) {
		if (i)
			pause_ms(LINK_SETTLE_MS);
		r = put(port, port->express + PCI_EXP_LNKCTL,
			control & ~PCI_EXP_LNKCTL_LD);
	}
	return r;
}

/* In a worker, which goes on when we are killed. */
static int toggle(struct sriov_ctx *ctx, const struct sriov_job *job, char *text)
{
	const struct port *port = job->data;
	int64_t end;
	uint16_t control, status = 0;
	int r = get(port, port->express + PCI_EXP_LNKCTL, &control), off;

	(void)ctx, (void)text;
	if (r < 0)
		return r;
	off = put(port, port->express + PCI_EXP_LNKCTL, control | PCI_EXP_LNKCTL_LD);
	if (off >= 0)
		pause_ms(LINK_OFF_MS);
	r = switch_on(port, control);
	if (off < 0)
		return off;
	end = sriov_now_ms() + LINK_UP_MS;
	/* a port that does not tell is given the time; the search tries more than once */
	while (r >= 0 && sriov_now_ms() < end && !(status & PCI_EXP_LNKSTA_DLLLA)) {
		pause_ms(LINK_SETTLE_MS);
		r = get(port, port->express + PCI_EXP_LNKSTA, &status);
	}
	pause_ms(LINK_SETTLE_MS);
	return r;
}

/* ---- the register ---- */

/* 0, or why the firmware cannot, or will not. */
static int access_mfrl(struct sriov_pf *pf, bool set, uint8_t mfrl[MFRL_LEN], char *text)
{
	struct sriov_fw_card *card = NULL;
	int r = sriov_fw_open(pf, &card);

	if (r >= 0)
		r = sriov_fw_access(card, SRIOV_REG_MFRL, set, mfrl, MFRL_LEN);
	if (r > 0)
		snprintf(text, SRIOV_TEXT_LEN, "its firmware refuses: %s",
			 sriov_fw_status_text(r));
	else if (r < 0)
		sriov_copy(text, SRIOV_TEXT_LEN,
			   pf->ctx->error[0] ? pf->ctx->error : sriov_strerror(-r));
	sriov_fw_close(card);
	return r > 0 ? -EOPNOTSUPP : r;
}

static int check_port(struct sriov_pf *pf, char *text)
{
	struct sriov_card_functions card = { 0 };
	_cleanup_free_ struct sriov_function *list = NULL;
	const char *why = NULL;
	uint32_t vendor = 0;
	struct port port;
	int r = sriov_renew_note(pf, &card);

	list = card.list;
	if (r < 0) {
		sriov_copy(text, SRIOV_TEXT_LEN, pf->ctx->error);
		return r;
	}
	if (card.port[0])
		sriov_sysfs_read_u32(pf->ctx, &vendor, "sys/bus/pci/devices/%s/vendor",
				     card.port);
	if (!card.port[0])
		why = "there is no port above the card";
	else if (open_port(pf->ctx, card.port, &port) < 0)
		why = "the port above the card has no link";
	/* a BlueField, or a card with two links: its firmware is more than what is below */
	else if (vendor == VENDOR_MELLANOX)
		why = "the port above the card is part of it";
	else if (!is_alone(&card, false))
		why = "there are other devices behind the same port";
	if (!why)
		return 0;
	sriov_copy(text, SRIOV_TEXT_LEN, why);
	return -EOPNOTSUPP;
}

bool sriov_fw_reset_refuses(struct sriov_pf *pf)
{
	uint8_t mfrl[MFRL_LEN] = { 0 };
	char text[SRIOV_TEXT_LEN];

	return access_mfrl(pf, false, mfrl, text) >= 0 &&
	       !(mfrl[MFRL_TRIGGERS] & MFRL_LINK);
}

int sriov_fw_reset_check(struct sriov_pf *pf, char *text)
{
	uint8_t mfrl[MFRL_LEN] = { 0 };
	int r = access_mfrl(pf, false, mfrl, text);

	if (r < 0)
		return r;
	if (!(mfrl[MFRL_TRIGGERS] & MFRL_LINK)) {
		sriov_copy(text, SRIOV_TEXT_LEN, SRIOV_FW_NO_RESET);
		return -EOPNOTSUPP;
	}
	return check_port(pf, text);
}

static const struct sriov_function *function_of(const struct sriov_card_functions *card,
						const struct sriov_pf *pf)
{
	size_t i = 0;

	while (i < card->n - 1 && card->list[i].pf != pf)
		i++;
	return &card->list[i];
}

int sriov_fw_reset(struct sriov_pf *pf, const struct sriov_card_functions *card,
		   char *text)
{
	const struct sriov_function *self = function_of(card, pf);
	uint8_t mfrl[MFRL_LEN] = { [MFRL_TRIGGERS] = MFRL_LINK };
	char what[SRIOV_PATH_LEN];
	struct port port;
	int r = open_port(pf->ctx, card->port, &port);

	if (r < 0)
		sriov_copy(text, SRIOV_TEXT_LEN, sriov_strerror(-r));
	if (r >= 0)
		r = sriov_renew_remove_all(card, pf, text);
	if (r >= 0)
		r = sriov_renew_unbind(self, text);
	if (r >= 0)
		r = access_mfrl(pf, true, mfrl, text);
	if (r >= 0)
		r = sriov_renew_remove(self, text);
	if (r < 0)
		return r;
	if (!is_alone(card, true)) {
		sriov_copy(text, SRIOV_TEXT_LEN,
			   "there are still devices behind its port");
		return -EBUSY;
	}
	snprintf(what, sizeof(what), "the link of %s", card->port);
	return sriov_renew_run(pf->ctx, toggle, &port, LINK_MS, what, text);
}
