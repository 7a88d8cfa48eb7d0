// SPDX-License-Identifier: GPL-2.0-or-later
/* TLVs of the NV configuration, as bytes: fields, headers, types, writers. */
#include <endian.h>

#include "nv.h"

/* ---- fields ---- */

static uint32_t load(const uint8_t *data, struct sriov_nv_field field)
{
	uint32_t dword;

	memcpy(&dword, data + field.byte, sizeof(dword));
	return be32toh(dword);
}

uint32_t sriov_nv_limit(struct sriov_nv_field field)
{
	return field.width < 32 ? (UINT32_C(1) << field.width) - 1 : UINT32_MAX;
}

uint32_t sriov_nv_get(const uint8_t *data, struct sriov_nv_field field)
{
	return load(data, field) >> field.bit & sriov_nv_limit(field);
}

void sriov_nv_put(uint8_t *data, struct sriov_nv_field field, uint32_t value)
{
	uint32_t mask = sriov_nv_limit(field) << field.bit;
	uint32_t dword =
		htobe32((load(data, field) & ~mask) | (value << field.bit & mask));

	memcpy(data + field.byte, &dword, sizeof(dword));
}

bool sriov_nv_is_same_field(struct sriov_nv_field a, struct sriov_nv_field b)
{
	return a.byte == b.byte && a.bit == b.bit && a.width == b.width;
}

/* ---- headers ---- */

uint32_t sriov_tlv_type(enum sriov_tlv_class class, uint32_t index, unsigned int port)
{
	/*
	 * Host and function stay 0: without host_id_valid the firmware takes those of who asks,
	 * as mlxconfig and Linux rely on (drivers/net/ethernet/mellanox/mlx5/core/lib/nv_param.c).
	 */
	return (uint32_t)class << 24 | (class == SRIOV_TLV_PORT ? port << 16 : 0) | index;
}

void sriov_tlv_init(struct sriov_tlv *tlv, uint32_t type, enum sriov_nv_mode mode,
		    size_t length)
{
	memset(tlv, 0, sizeof(*tlv));
	sriov_nv_put(tlv->header, SRIOV_TLV_OVR_EN, 1);
	sriov_nv_put(tlv->header, SRIOV_TLV_MODE, mode);
	sriov_nv_put(tlv->header, SRIOV_TLV_WRITER, SRIOV_TLV_WRITER_USER1);
	sriov_nv_put(tlv->header, SRIOV_TLV_LENGTH, (uint32_t)length);
	sriov_nv_put(tlv->header, SRIOV_TLV_TYPE, type);
}

size_t sriov_tlv_length(const struct sriov_tlv *tlv)
{
	size_t length = sriov_nv_get(tlv->header, SRIOV_TLV_LENGTH);

	return length < SRIOV_TLV_DATA ? length : SRIOV_TLV_DATA;
}

/* ---- writers ---- */

/* Numbers of the PRM; the second word is what mstconfig writes into a backup. */
static const struct {
	uint32_t number;
	const char *word, *in_file;
} writers[] = {
	{ 0x00, "unspecified", "Unspecified" },
	{ 0x01, "chassis_bmc", "Chassis BMC" },
	{ 0x02, "mad", "MAD" },
	{ 0x03, "bmc", "BMC" },
	{ 0x04, "driver",
	  "CMD IF" }, /* by the command interface, which only drivers use */
	{ 0x05, "icmd", "ICMD" },
	{ 0x06, "uefi_hii", "ICMD UEFI HII" },
	{ 0x07, "uefi_clp", "ICMD UEFI CLP" },
	{ 0x08, "flexboot", "ICMD FLEXBOOT" },
	{ 0x09, "mlxconfig", "ICMD MLXCONFIG" },
	{ SRIOV_TLV_WRITER_USER1, "sriov", "ICMD USER1" },
	{ 0x0b, "user2", "ICMD USER2" },
	{ 0x0c, "mlxconfig_raw", "ICMD MLXCONFIG SET RAW" },
	{ 0x1f, "other", "OTHER" },
};

const char *sriov_tlv_writer(uint32_t writer)
{
	for (size_t i = 0; i < ARRAY_SIZE(writers); i++)
		if (writers[i].number == writer)
			return writers[i].word;
	return "unknown";
}

const char *sriov_tlv_writer_in_file(uint32_t writer)
{
	for (size_t i = 0; i < ARRAY_SIZE(writers); i++)
		if (writers[i].number == writer)
			return writers[i].in_file;
	return "UNKNOWN";
}
