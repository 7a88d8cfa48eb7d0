// SPDX-License-Identifier: GPL-2.0-or-later
/* Holders of representors: what the netdevs that stand for VFs in switchdev mode are part of. */
#include <ctype.h>

#include "holder.h"

#define ID_LEN 80 /* of a switch: up to 32 bytes, in hexadecimal */

/* Take a letter or two and the number behind them; false when they are not there. */
static bool take(const char **text, const char *word, uint32_t *number)
{
	const char *digits = *text + strlen(word);
	unsigned long long value;
	char *end;

	if (strncmp(*text, word, strlen(word)) != 0 || !isdigit((unsigned char)*digits))
		return false;
	errno = 0;
	value = strtoull(digits, &end, 10);
	if (errno || value > UINT32_MAX)
		return false;
	*number = (uint32_t)value;
	*text = end;
	return true;
}

/*
 * Made by net/devlink/port.c (__devlink_port_phys_port_name_get) and bnxt; sfc has that of its
 * port in front, "p0pf0vf3". With "c1" in front it is that of another host's VF.
 */
bool sriov_representor_parse(const char *text, uint32_t *index)
{
	uint32_t other;

	take(&text, "p", &other);
	return take(&text, "pf", &other) && take(&text, "vf", index) && !*text;
}

static struct target *target_of(struct search *search, const struct sriov_pf *pf,
				uint32_t index)
{
	for (size_t i = 0; i < search->n; i++)
		if (search->targets[i].out->pf == pf &&
		    search->targets[i].out->index == index)
			return &search->targets[i];
	return NULL;
}

/* Only the ports of a switch have the number of one. */
static int look_at(struct search *search, const struct sriov_pf *pf, const char *netdev)
{
	struct sriov_ctx *ctx = search->ctx;
	char text[SRIOV_NAME_LEN], id[ID_LEN], before[SRIOV_NAME_LEN * 2];
	struct target *target;
	uint32_t index;
	int r;

	if (sriov_sysfs_read(ctx, text, sizeof(text), "%s/net/%s/phys_port_name",
			     pf->path, netdev) <= 0 ||
	    !sriov_representor_parse(text, &index) ||
	    sriov_sysfs_read(ctx, id, sizeof(id), "%s/net/%s/phys_switch_id", pf->path,
			     netdev) <= 0)
		return 0;
	target = target_of(search, pf, index);
	if (!target)
		return 0;
	snprintf(before, sizeof(before), "representor %s: ", netdev);
	r = sriov_holder_add_uppers(search, target, pf->path, netdev, before);
	return r == -ENOENT ? 0 : r;
}

/* They are netdevs of the PF's device. */
static int look_at_all(struct search *search, const struct sriov_pf *pf)
{
	_cleanup_free_ char **names = NULL;
	int n = sriov_sysfs_list(search->ctx, &names, "%s/net", pf->path), r = 0;

	/* one is its own */
	for (int i = 0; i < n && n > 1; i++) {
		int err = look_at(search, pf, names[i]);

		r = err < 0 ? err : r;
	}
	return n < 0 && n != -ENOENT ? n : r;
}

void sriov_holder_find_representors(struct search *search)
{
	const struct sriov_pf *pf = NULL;
	int r = 0;

	for (size_t i = 0; i < search->n; i++) {
		struct sriov_holding *out = search->targets[i].out;

		if (!out->pf)
			continue;
		/* the VFs of a PF are side by side */
		if (out->pf != pf)
			r = look_at_all(search, out->pf);
		pf = out->pf;
		if (r < 0)
			out->err = r;
	}
}
