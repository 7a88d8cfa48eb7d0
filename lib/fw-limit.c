// SPDX-License-Identifier: GPL-2.0-or-later
/* Which setting of its firmware keeps a device from having more VFs, and what to say then. */
#include <strings.h>

#include "activate.h"

#define VENDOR_MELLANOX 0x15b3

/* What decides how many VFs there can be, by the names of each back end. */
static const struct names {
	const struct sriov_fw_backend *backend;
	const char *enable, *count;
	/* when the first is set, each PF has its own count, which is the second */
	const char *own, *own_count;
} names[] = {
	{ &sriov_fw_nvconfig, "SRIOV_EN", "NUM_OF_VFS", "PF_NUM_OF_VF_VALID",
	  "PF_NUM_OF_VF" },
	{ &sriov_fw_devlink, "enable_sriov", "total_vfs", NULL, NULL },
};

/* Read up to two settings: those that there are, the others stay as they were. */
static int look(struct sriov_pf *pf, const struct sriov_fw_backend *backend,
		const char *const name[2], struct sriov_fw_param values[2])
{
	struct sriov_fw_param **params = NULL;
	size_t n = 0;
	int r = backend->list(pf, name, name[1] ? 2 : 1, &params, &n);

	for (size_t i = 0; r >= 0 && i < n; i++)
		for (size_t k = 0; k < 2 && name[k]; k++)
			if (!strcasecmp(params[i]->name, name[k]))
				values[k] = *params[i];
	if (r >= 0)
		sriov_fw_params_free(params);
	return r < 0 ? r : n ? 0 : -EOPNOTSUPP;
}

/* Where each PF has its own count, that is the one that matters. */
static void look_at_own(struct sriov_pf *pf, const struct names *by,
			struct sriov_fw_param *count)
{
	struct sriov_fw_param own[2] = { { .set = 0 } };

	if (!by->own || look(pf, by->backend, (const char *[2]){ by->own }, own) < 0 ||
	    !own[0].next.number)
		return;
	if (look(pf, by->backend, (const char *[2]){ by->own_count }, own) >= 0)
		*count = own[0];
}

/* A count that is stored and known, and would be enough. */
static bool is_enough(const struct sriov_fw_param *count, uint32_t wanted)
{
	return count->set & SRIOV_FW_NEXT && count->next.number >= wanted;
}

static void advise(struct sriov_pf *pf, uint32_t wanted,
		   const struct sriov_fw_param *enable,
		   const struct sriov_fw_param *count, char *text, size_t size)
{
	bool off = enable->set & SRIOV_FW_NEXT && !enable->next.number;
	char more[SRIOV_NAME_LEN * 2] = "";

	if (wanted && count->set & SRIOV_FW_NEXT && !is_enough(count, wanted))
		snprintf(more, sizeof(more), " %s=%u", count->name, wanted);
	if (count->set & SRIOV_FW_RANGE && wanted > count->max)
		snprintf(text, size, " (%s of its firmware can be %u at most)",
			 count->name, count->max);
	else if (off)
		snprintf(
			text, size,
			" (its firmware has SR-IOV switched off: sriov fw set %s %s=1%s)",
			pf->name, enable->name, more);
	else if (more[0])
		snprintf(text, size, " (%s of its firmware is %u: sriov fw set %s%s)",
			 count->name, count->next.number, pf->name, more);
	else if (enable->pending || count->pending)
		snprintf(text, size,
			 " (its firmware has stored %s%s%s, and does not use it yet: "
			 "sriov fw activate %s)",
			 enable->pending ? enable->name : "",
			 enable->pending && count->pending ? " and " : "",
			 count->pending ? count->name : "", pf->name);
}

void sriov_fw_limit(struct sriov_pf *pf, uint32_t wanted, char *text, size_t size)
{
	uint32_t vendor = 0, offered = 0;

	text[0] = '\0';
	for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
		struct sriov_fw_param values[2] = { { .set = 0 } };
		const char *const wish[2] = { names[i].enable, names[i].count };
		int r = look(pf, names[i].backend, wish, values);

		if (r >= 0) {
			look_at_own(pf, &names[i], &values[1]);
			advise(pf, wanted, &values[0], &values[1], text, size);
			if (!text[0] && sriov_renew_is_due(pf, &offered) &&
			    offered >= wanted)
				snprintf(
					text, size,
					" (it offers %u since its firmware started anew, "
					"which the kernel has not seen: "
					"sriov fw activate %s)",
					offered, pf->name);
			return;
		}
		sriov_sysfs_read_u32(pf->ctx, &vendor, "%s/vendor", pf->path);
		if (r == -EOPNOTSUPP || vendor != VENDOR_MELLANOX)
			continue;
		snprintf(
			text, size,
			" (it may be the firmware that limits it: as root, sriov fw show "
			"%s %s %s tells)",
			pf->name, names[i].enable, names[i].count);
		return;
	}
}
