// SPDX-License-Identifier: GPL-2.0-or-later
/* Handles of functions, and those that are one card: they share its firmware. */
#include "internal.h"

#define FUNCTIONS 8 /* of one device number; a card that is no VF has no more */

struct sriov_pf *sriov_pf_new(struct sriov_ctx *ctx, const char *bus, const char *dev)
{
	struct sriov_pf *pf = calloc(1, sizeof(*pf));

	if (!pf)
		return NULL;
	pf->ctx = ctx;
	pf->lock = -1;
	pf->is_pci = !strcmp(bus, "pci");
	sriov_copy(pf->bus, sizeof(pf->bus), bus);
	sriov_copy(pf->dev, sizeof(pf->dev), dev);
	snprintf(pf->path, sizeof(pf->path), "sys/bus/%s/devices/%s", pf->bus, pf->dev);
	if (pf->is_pci)
		sriov_copy(pf->name, sizeof(pf->name), dev);
	else
		snprintf(pf->name, sizeof(pf->name), "%s/%s", pf->bus, pf->dev);
	return pf;
}

int sriov_pf_function(struct sriov_ctx *ctx, const char *dev, struct sriov_pf **pf)
{
	struct sriov_pf **others;
	int r = sriov_pf_at(ctx, "pci", dev, pf);

	if (r != -ENOENT)
		return r;
	if (!sriov_sysfs_name_ok(dev) || strlen(dev) >= SRIOV_NAME_LEN ||
	    !sriov_sysfs_exists(ctx, "sys/bus/pci/devices/%s", dev) ||
	    sriov_sysfs_exists(ctx, "sys/bus/pci/devices/%s/physfn", dev))
		return -ENOENT;
	for (size_t i = 0; i < ctx->nr_others; i++) {
		*pf = ctx->others[i];
		if (!strcmp((*pf)->dev, dev))
			return 0;
	}
	others = reallocarray(ctx->others, ctx->nr_others + 1, sizeof(struct sriov_pf *));
	if (others)
		ctx->others = others;
	*pf = others ? sriov_pf_new(ctx, "pci", dev) : NULL;
	if (!*pf)
		return sriov_no_memory(ctx);
	others[ctx->nr_others++] = *pf;
	return 0;
}

int sriov_pf_card(struct sriov_pf *pf, struct sriov_pf ***pfs, size_t *n)
{
	struct sriov_pf **found = calloc(FUNCTIONS + 1, sizeof(struct sriov_pf *));
	const char *dot = strrchr(pf->dev, '.');
	char dev[SRIOV_NAME_LEN + 4];
	int r = 0;

	if (!found)
		return sriov_no_memory(pf->ctx);
	*n = 0;
	for (unsigned int i = 0; i < FUNCTIONS && pf->is_pci && dot; i++) {
		snprintf(dev, sizeof(dev), "%.*s.%u", (int)(dot - pf->dev), pf->dev, i);
		r = sriov_pf_function(pf->ctx, dev, &found[*n]);
		if (r < 0 && r != -ENOENT)
			break;
		*n += r >= 0;
	}
	if (r < 0 && r != -ENOENT) {
		free(found);
		return r;
	}
	if (!*n)
		found[(*n)++] = pf;
	*pfs = found;
	return 0;
}
