// SPDX-License-Identifier: GPL-2.0-or-later
/* Flashing over devlink: the kernel reads the file and writes it to the card, and says how far. */
#include <libmnl/libmnl.h>

#include "devlink.h"

/* An hour: some cards take ten minutes, and whoever stops in between has half a firmware. */
#define LIMIT_MS (3600 * 1000)

struct watching {
	struct sriov_pf *pf;
	struct mnl_socket *news;
	struct sriov_devlink_flash *flash;
};

bool sriov_devlink_flash_parse(const struct sriov_pf *pf, const struct nlmsghdr *message,
			       struct sriov_devlink_flash *flash)
{
	uint64_t done = 0, total = 0, seconds = 0;
	char bus[SRIOV_NAME_LEN] = "", dev[SRIOV_NAME_LEN] = "";
	char text[SRIOV_NAME_LEN] = "", component[SRIOV_NAME_LEN] = "";
	struct sriov_nlattr attr;
	const uint8_t *p, *end;
	int cmd = sriov_genl_open(message, &p, &end);

	if (cmd != DEVLINK_CMD_FLASH_UPDATE && cmd != DEVLINK_CMD_FLASH_UPDATE_STATUS &&
	    cmd != DEVLINK_CMD_FLASH_UPDATE_END)
		return false;
	while (sriov_nlattr_next(&p, end, &attr)) {
		if (attr.type == DEVLINK_ATTR_BUS_NAME)
			sriov_nlattr_text(&attr, bus, sizeof(bus));
		else if (attr.type == DEVLINK_ATTR_DEV_NAME)
			sriov_nlattr_text(&attr, dev, sizeof(dev));
		else if (attr.type == DEVLINK_ATTR_FLASH_UPDATE_STATUS_MSG)
			sriov_nlattr_text(&attr, text, sizeof(text));
		else if (attr.type == DEVLINK_ATTR_FLASH_UPDATE_COMPONENT)
			sriov_nlattr_text(&attr, component, sizeof(component));
		else if (attr.type == DEVLINK_ATTR_FLASH_UPDATE_STATUS_DONE)
			done = sriov_nlattr_number(&attr);
		else if (attr.type == DEVLINK_ATTR_FLASH_UPDATE_STATUS_TOTAL)
			total = sriov_nlattr_number(&attr);
		else if (attr.type == DEVLINK_ATTR_FLASH_UPDATE_STATUS_TIMEOUT)
			seconds = sriov_nlattr_number(&attr);
	}
	if (strcmp(bus, pf->bus) != 0 || strcmp(dev, pf->dev) != 0)
		return false;
	flash->begun = true;
	flash->ended = cmd == DEVLINK_CMD_FLASH_UPDATE_END;
	if (cmd != DEVLINK_CMD_FLASH_UPDATE_STATUS)
		return true;
	if (seconds)
		snprintf(flash->text, sizeof(flash->text), "%s%s%s (up to %u s)",
			 component, component[0] ? ": " : "", text,
			 (unsigned int)seconds);
	else
		snprintf(flash->text, sizeof(flash->text), "%s%s%s", component,
			 component[0] ? ": " : "", text);
	/* without a total nobody knows; a driver may say more than all */
	if (done > total)
		done = total;
	flash->percent = total ? (unsigned int)((double)done * 100 / (double)total) : 0;
	return true;
}

static void see(void *data, const struct nlmsghdr *message)
{
	const struct watching *watching = data;

	if (sriov_devlink_flash_parse(watching->pf, message, watching->flash) &&
	    watching->flash->text[0])
		sriov_progress(watching->pf->ctx, watching->flash->text,
			       watching->flash->percent, 100);
}

static void watch(struct sriov_ctx *ctx, const void *data)
{
	struct watching watching = *(const struct watching *)data;

	(void)ctx;
	if (watching.news)
		sriov_netlink_hear(watching.news, see, &watching);
}

/* Without it there is no progress to show, and that is all. */
static struct mnl_socket *listen_to(struct sriov_ctx *ctx)
{
	struct sriov_genl_family family;
	struct mnl_socket *news = NULL;

	if (!ctx->progress ||
	    sriov_genl_find(ctx, DEVLINK_GENL_NAME, DEVLINK_GENL_MCGRP_CONFIG_NAME,
			    &family) < 0 ||
	    !family.group ||
	    sriov_netlink_listen(ctx, SRIOV_GENL, family.group, &news) < 0)
		return NULL;
	return news;
}

int sriov_devlink_flash(struct sriov_pf *pf, const char *file, const char *component,
			unsigned int overwrite, char *words)
{
	struct sriov_devlink_flash flash = { 0 };
	struct watching watching = { pf, listen_to(pf->ctx), &flash };
	const struct sriov_devlink_pace pace = { LIMIT_MS, watch, &watching };
	union sriov_devlink_request request;
	int r;

	sriov_devlink_begin(pf, &request, DEVLINK_CMD_FLASH_UPDATE);
	mnl_attr_put_strz(&request.nlh, DEVLINK_ATTR_FLASH_UPDATE_FILE_NAME, file);
	if (component)
		mnl_attr_put_strz(&request.nlh, DEVLINK_ATTR_FLASH_UPDATE_COMPONENT,
				  component);
	if (overwrite) {
		const struct nla_bitfield32 mask = { overwrite, overwrite };

		mnl_attr_put(&request.nlh, DEVLINK_ATTR_FLASH_UPDATE_OVERWRITE_MASK,
			     sizeof(mask), &mask);
	}
	r = sriov_devlink_change(pf, &request, &pace, words);
	if (watching.news)
		mnl_socket_close(watching.news);
	return r;
}
