// SPDX-License-Identifier: GPL-2.0-or-later
/* The table of settings that are kept in TLVs: where each is, what it can be, what it needs. */
#include <ctype.h>
#include <strings.h>

#include "nv.h"

/*
 * Names, places and conditions are those of mstflint (mlxconfig/mlxconfig_dbs/mlxconfig_host.db);
 * sriov_valid, total_vfs, pf_total_vf_en and others also those of Linux (drivers/net/ethernet/
 * mellanox/mlx5/core/lib/nv_param.c). The order is that of writing: a TLV comes behind those
 * whose parameters it needs.
 */
const struct sriov_nv_layout sriov_nv_layouts[SRIOV_NV_LAYOUTS] = {
	[SRIOV_NV_GLOBAL_CONF] = { "nv_global_pci_conf", SRIOV_TLV_GLOBAL, 0x80, 12, 0 },
	[SRIOV_NV_GLOBAL_CAP] = { "nv_global_pci_cap", SRIOV_TLV_GLOBAL, 0x81, 20, 0 },
	[SRIOV_NV_OFFLOAD_CONF] = { "nv_sw_offload_conf", SRIOV_TLV_GLOBAL, 0x10a, 8, 1 },
	[SRIOV_NV_OFFLOAD_CAP] = { "nv_sw_offload_cap", SRIOV_TLV_GLOBAL, 0x10b, 4, 0 },
	[SRIOV_NV_LINK_TYPE] = { "nv_vpi_link_type", SRIOV_TLV_PORT, 0x12, 4, 0 },
	[SRIOV_NV_MPFS_CONF] = { "nv_mpfs_conf", SRIOV_TLV_PORT, 0x196, 4, 0 },
	[SRIOV_NV_MPFS_CAP] = { "nv_mpfs_cap", SRIOV_TLV_PORT, 0x197, 4, 0 },
	[SRIOV_NV_PF_CONF] = { "nv_pf_pci_conf", SRIOV_TLV_FUNCTION, 0x80, 16, 0 },
	[SRIOV_NV_HCA_CONF] = { "nv_hca_conf", SRIOV_TLV_FUNCTION, 0x112, 4, 0 },
	[SRIOV_NV_HCA_CAP] = { "nv_hca_cap", SRIOV_TLV_FUNCTION, 0x113, 4, 0 },
	[SRIOV_NV_PCI_CONF] = { "nv_pci_conf", SRIOV_TLV_ANY_HOST, 0x80, 4, 0 },
	[SRIOV_NV_PCI_CAP] = { "nv_pci_cap", SRIOV_TLV_ANY_HOST, 0x81, 4, 0 },
};

/*
 * What it takes until a change is used. A reset of the firmware is enough for what is inside of
 * the card, and for the number of VFs once the PF was enumerated anew (Linux Documentation/
 * networking/devlink/mlx5.rst: "fw_activate", then remove and rescan). A reboot is needed where
 * other functions appear or their BARs grow: the windows of the bridges above them are laid out
 * when the machine starts.
 */
#define RESET .activation = SRIOV_FW_FIRMWARE_RESET
#define REBOOT .activation = SRIOV_FW_REBOOT

#define AT(byte, bit, width) { byte, bit, width }
#define BOOL(name, layout, byte, bit, ...) \
	{ name,                            \
	  SRIOV_NV_##layout,               \
	  AT(byte, bit, 1),                \
	  SRIOV_FW_BOOL,                   \
	  .words = { "False", "True" },    \
	  __VA_ARGS__ }
#define NUMBER(name, layout, byte, bit, width, ...) \
	{ name, SRIOV_NV_##layout, AT(byte, bit, width), SRIOV_FW_NUMBER, __VA_ARGS__ }
#define WORD(name, layout, byte, bit, width, ...) \
	{ name, SRIOV_NV_##layout, AT(byte, bit, width), SRIOV_FW_WORD, __VA_ARGS__ }
#define VALID(byte, bit) .valid = AT(byte, bit, 1)
#define IF(layout, byte, bit) .cap = SRIOV_NV_##layout, .if_cap = AT(byte, bit, 1)
#define GLOBAL(byte, bit) IF(GLOBAL_CAP, byte, bit)
#define MAX(byte, bit, width) .max = AT(byte, bit, width)
#define MAX_IF(byte, bit) .max_if = AT(byte, bit, 1)
#define WORDS(...) .words = { __VA_ARGS__ }
#define NEEDS(name) .needs = name

const struct sriov_nv_param sriov_nv_params[] = {
	BOOL("SRIOV_EN", GLOBAL_CONF, 4, 31, RESET, VALID(0, 31), GLOBAL(4, 31)),
	NUMBER("NUM_OF_VFS", GLOBAL_CONF, 4, 0, 16, RESET, VALID(0, 31), GLOBAL(4, 31),
	       MAX(4, 0, 16), MAX_IF(0, 31)),
	NUMBER("NUM_OF_PF", GLOBAL_CONF, 4, 16, 8, REBOOT, VALID(0, 28),
	       .cap = SRIOV_NV_GLOBAL_CAP, MAX(4, 16, 8)),
	BOOL("FPP_EN", GLOBAL_CONF, 4, 29, REBOOT, VALID(0, 29), GLOBAL(4, 29)),
	BOOL("HIDE_PORT2_PF", GLOBAL_CONF, 4, 28, REBOOT, GLOBAL(4, 28)),
	BOOL("PF_BAR2_ENABLE", GLOBAL_CONF, 4, 27, REBOOT, GLOBAL(4, 27)),
	NUMBER("PF_BAR2_SIZE", GLOBAL_CONF, 0, 0, 8, REBOOT, GLOBAL(4, 27)),
	BOOL("PF_NUM_OF_VF_VALID", GLOBAL_CONF, 0, 14, RESET, GLOBAL(0, 11)),
	BOOL("PER_PF_NUM_VF_MSIX", GLOBAL_CONF, 0, 15, RESET, GLOBAL(0, 12)),
	BOOL("VF_VPD_ENABLE", GLOBAL_CONF, 0, 18, RESET, GLOBAL(0, 18)),
	BOOL("PF_NUM_PF_MSIX_VALID", GLOBAL_CONF, 0, 19, RESET, GLOBAL(0, 13)),
	BOOL("PER_PF_NUM_SF", GLOBAL_CONF, 0, 20, REBOOT, GLOBAL(0, 14)),
	BOOL("STRICT_VF_MSIX_NUM", GLOBAL_CONF, 0, 21, RESET, GLOBAL(0, 21)),
	BOOL("VF_NODNIC_ENABLE", GLOBAL_CONF, 0, 22, RESET, GLOBAL(0, 22)),
	BOOL("NUM_PF_MSIX_VALID", GLOBAL_CONF, 0, 26, RESET, GLOBAL(0, 26)),
	NUMBER("PF_LOG_BAR_SIZE", GLOBAL_CONF, 8, 0, 6, REBOOT, VALID(0, 24),
	       GLOBAL(0, 24), MAX(8, 0, 6)),
	NUMBER("VF_LOG_BAR_SIZE", GLOBAL_CONF, 8, 6, 6, REBOOT, VALID(0, 25),
	       GLOBAL(0, 25), MAX(8, 6, 6)),
	NUMBER("NUM_PF_MSIX", GLOBAL_CONF, 8, 12, 10, RESET, VALID(0, 26), GLOBAL(0, 26),
	       MAX(8, 12, 10)),
	NUMBER("NUM_VF_MSIX", GLOBAL_CONF, 8, 22, 10, RESET, VALID(0, 27), GLOBAL(0, 27),
	       MAX(8, 22, 10)),

	WORD("VF_MIGRATION_MODE", OFFLOAD_CONF, 4, 22, 2, RESET, IF(OFFLOAD_CAP, 0, 14),
	     WORDS("DEVICE_DEFAULT", "MIGRATION_DISABLED", "MIGRATION_ENABLED")),
	BOOL("UCTX_EN", OFFLOAD_CONF, 0, 8, RESET, IF(OFFLOAD_CAP, 0, 8)),
	WORD("CQE_COMPRESSION", OFFLOAD_CONF, 0, 0, 3, RESET,
	     WORDS("BALANCED", "AGGRESSIVE")),

	/* the class of the PF changes with it, and so its driver may */
	WORD("LINK_TYPE", LINK_TYPE, 0, 2, 2, RESET, WORDS(NULL, "IB", "ETH")),
	WORD("SRIOV_IB_ROUTING_MODE", MPFS_CONF, 0, 30, 1, RESET, IF(MPFS_CAP, 0, 29),
	     WORDS("GID", "LID")),
	WORD("IB_ROUTING_MODE", MPFS_CONF, 0, 31, 1, RESET, IF(MPFS_CAP, 0, 31),
	     WORDS("GID", "LID")),

	NUMBER("PF_TOTAL_SF", PF_CONF, 0, 0, 16, REBOOT, VALID(0, 23), GLOBAL(0, 14),
	       NEEDS("PER_PF_NUM_SF")),
	NUMBER("PF_SF_BAR_SIZE", PF_CONF, 0, 24, 8, REBOOT, VALID(0, 23), GLOBAL(0, 14),
	       NEEDS("PER_PF_NUM_SF")),
	WORD("PF_VF_BAR2_MODE", PF_CONF, 0, 19, 2, REBOOT, GLOBAL(4, 26),
	     WORDS("DEVICE_DEFAULT", "SF_DISABLED", "SF_ENABLED")),
	NUMBER("PF_NUM_PF_MSIX", PF_CONF, 4, 0, 12, RESET, GLOBAL(0, 13)),
	NUMBER("PF_NUM_VF_MSIX", PF_CONF, 4, 12, 12, RESET, GLOBAL(0, 12)),
	NUMBER("PF_NUM_OF_VF", PF_CONF, 8, 0, 16, RESET, VALID(0, 22), GLOBAL(0, 11),
	       MAX(4, 0, 16), MAX_IF(0, 31), NEEDS("PF_NUM_OF_VF_VALID"), .hidden = true),
	NUMBER("PF_DEVICE_ID", PF_CONF, 8, 16, 16, REBOOT, VALID(0, 21), GLOBAL(0, 8)),

	WORD("ROCE_CONTROL", HCA_CONF, 0, 26, 2, RESET, IF(HCA_CAP, 0, 27),
	     WORDS("DEVICE_DEFAULT", "ROCE_DISABLE", "ROCE_ENABLE")),
	BOOL("MULTI_PORT_VHCA_EN", HCA_CONF, 0, 31, RESET, IF(HCA_CAP, 0, 31)),

	BOOL("ADVANCED_PCI_SETTINGS", PCI_CONF, 0, 31, RESET, IF(PCI_CAP, 0, 31)),
	BOOL("FORCE_ETH_PCI_SUBCLASS", PCI_CONF, 0, 29, RESET, IF(PCI_CAP, 0, 29),
	     NEEDS("ADVANCED_PCI_SETTINGS"), .hidden = true),
	BOOL("DYNAMIC_VF_MSIX_TABLE", PCI_CONF, 0, 23, RESET, IF(PCI_CAP, 0, 23)),
	BOOL("ATS_ENABLED", PCI_CONF, 0, 22, RESET, IF(PCI_CAP, 0, 22)),
	WORD("BAR_PAGE_ALIGNMENT", PCI_CONF, 0, 8, 2, REBOOT, IF(PCI_CAP, 0, 12),
	     WORDS("DEVICE_DEFAULT", "4KB", "64KB")),
	{ NULL },
};

bool sriov_nv_per_port(const struct sriov_nv_param *param)
{
	return sriov_nv_layouts[param->in].class == SRIOV_TLV_PORT;
}

/* "_P2": the port, or 0. */
static unsigned int read_port(const char *text)
{
	unsigned int port = 0;

	if (text[0] != '_' || toupper((unsigned char)text[1]) != 'P' || text[2] == '0')
		return 0;
	for (text += 2; isdigit((unsigned char)*text) && port < 256; text++)
		port = port * 10 + (unsigned int)(*text - '0');
	return *text || port > 255 ? 0 : port;
}

bool sriov_nv_find(const char *name, struct sriov_nv_key *key)
{
	for (const struct sriov_nv_param *param = sriov_nv_params; param->name; param++) {
		size_t len = strlen(param->name);

		if (strncasecmp(name, param->name, len) != 0)
			continue;
		key->param = param;
		key->port = sriov_nv_per_port(param) ? read_port(name + len) : 0;
		if (!name[len] || key->port)
			return true;
	}
	return false;
}

void sriov_nv_name(struct sriov_nv_key key, char *name, size_t size)
{
	if (key.port)
		snprintf(name, size, "%s_P%u", key.param->name, key.port);
	else
		sriov_copy(name, size, key.param->name);
}

uint32_t sriov_nv_type(enum sriov_nv_layout_id layout, unsigned int port)
{
	const struct sriov_nv_layout *row = &sriov_nv_layouts[layout];

	return sriov_tlv_type(row->class, row->index, port);
}

bool sriov_nv_find_layout(uint32_t type, enum sriov_nv_layout_id *layout,
			  unsigned int *port)
{
	*port = type >> 24 == SRIOV_TLV_PORT ? type >> 16 & 0xff : 0;
	for (unsigned int i = 0; i < SRIOV_NV_LAYOUTS; i++) {
		*layout = i;
		if (sriov_nv_type(i, *port) == type)
			return true;
	}
	return false;
}
