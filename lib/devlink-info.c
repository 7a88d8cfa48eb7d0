// SPDX-License-Identifier: GPL-2.0-or-later
/* What the kernel says of a card over devlink: serial number and versions of its firmware. */
#include "devlink.h"

/*
 * Names for the whole firmware, by which a version is chosen: what a driver has of these, in
 * this order (kernel Documentation/networking/devlink: mlx5 has fw.version, bnxt fw).
 */
static const char *const versions[] = { "fw.version", "fw", "fw.bundle_id", "fw.mgmt" };

struct version {
	char name[SRIOV_NAME_LEN], value[SRIOV_NAME_LEN];
};

static struct version read_version(const struct sriov_nlattr *nest)
{
	struct version version = { 0 };
	const uint8_t *p = nest->data;
	struct sriov_nlattr attr;

	while (sriov_nlattr_next(&p, nest->data + nest->len, &attr)) {
		if (attr.type == DEVLINK_ATTR_INFO_VERSION_NAME)
			sriov_nlattr_text(&attr, version.name, sizeof(version.name));
		else if (attr.type == DEVLINK_ATTR_INFO_VERSION_VALUE)
			sriov_nlattr_text(&attr, version.value, sizeof(version.value));
	}
	return version;
}

/* The value of a version of this kind, DEVLINK_ATTR_INFO_VERSION_*, or "". */
static void find_version(const uint8_t *p, const uint8_t *end, uint16_t kind,
			 const char *name, char *value, size_t size)
{
	struct sriov_nlattr attr;

	value[0] = '\0';
	while (sriov_nlattr_next(&p, end, &attr)) {
		struct version version;

		if (attr.type != kind)
			continue;
		version = read_version(&attr);
		if (!strcmp(version.name, name))
			sriov_copy(value, size, version.value);
	}
}

static uint64_t set_if(const char *text, uint64_t bit)
{
	return text[0] ? bit : 0;
}

static void read_versions(const uint8_t *p, const uint8_t *end,
			  struct sriov_fw_info *info)
{
	/* the same for both, so that they can be compared */
	for (size_t i = 0; i < ARRAY_SIZE(versions) && !info->running[0]; i++) {
		find_version(p, end, DEVLINK_ATTR_INFO_VERSION_RUNNING, versions[i],
			     info->running, sizeof(info->running));
		if (info->running[0])
			find_version(p, end, DEVLINK_ATTR_INFO_VERSION_STORED,
				     versions[i], info->stored, sizeof(info->stored));
	}
	find_version(p, end, DEVLINK_ATTR_INFO_VERSION_FIXED, "fw.psid", info->psid,
		     sizeof(info->psid));
	if (!info->psid[0])
		find_version(p, end, DEVLINK_ATTR_INFO_VERSION_RUNNING, "fw.psid",
			     info->psid, sizeof(info->psid));
}

void sriov_devlink_info_parse(const uint8_t *p, const uint8_t *end,
			      struct sriov_fw_info *info)
{
	const uint8_t *start = p;
	struct sriov_nlattr attr;

	info->running[0] = info->stored[0] = info->psid[0] = info->serial[0] = '\0';
	read_versions(p, end, info);
	while (sriov_nlattr_next(&p, end, &attr))
		if (attr.type == DEVLINK_ATTR_INFO_SERIAL_NUMBER)
			sriov_nlattr_text(&attr, info->serial, sizeof(info->serial));
	for (p = start; !info->serial[0] && sriov_nlattr_next(&p, end, &attr);)
		if (attr.type == DEVLINK_ATTR_INFO_BOARD_SERIAL_NUMBER)
			sriov_nlattr_text(&attr, info->serial, sizeof(info->serial));
	info->set &= ~(SRIOV_FW_INFO_PSID | SRIOV_FW_INFO_RUNNING | SRIOV_FW_INFO_STORED |
		       SRIOV_FW_INFO_SERIAL);
	info->set |= set_if(info->psid, SRIOV_FW_INFO_PSID) |
		     set_if(info->running, SRIOV_FW_INFO_RUNNING) |
		     set_if(info->stored, SRIOV_FW_INFO_STORED) |
		     set_if(info->serial, SRIOV_FW_INFO_SERIAL);
}

int sriov_devlink_info(struct sriov_pf *pf, struct sriov_fw_info *info)
{
	_cleanup_free_ void *bytes = NULL;
	struct sriov_devlink_answer answer;
	const uint8_t *p, *end;
	size_t at = 0;
	int r = sriov_devlink_ask(pf, &sriov_devlink_info_get, &answer);

	bytes = answer.bytes;
	if (r >= 0 && sriov_devlink_next(&answer, &at, &p, &end))
		sriov_devlink_info_parse(p, end, info);
	return r;
}
