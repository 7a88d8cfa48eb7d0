// SPDX-License-Identifier: GPL-2.0-or-later
/* The TLVs of the card: their values, and which are allowed. */
#include <linux/unaligned.h>

#include "firmware.h"

static const struct {
	const char *name;
	u32 class;
	u32 index;
	u8 version;
	u8 size;
	bool capabilities;
} tlvs[] = {
#define TLV(name, ...) { #name, __VA_ARGS__ },
	LAB_TLVS(TLV)
#undef TLV
};

static const struct field {
	const char *name;
	enum lab_tlv tlv;
	u8 byte, bit, width;
	u32 at_first;
	enum lab_field needs, below; /* 0: none; the first is nobody's */
	u32 least, most;
} fields[] = {
#define F(id) LAB_F_##id
#define FIELD(id, in, at, lowest, bits, value, ...) \
	[F(id)] = { .name = #id,                    \
		    .tlv = LAB_TLV_##in,            \
		    .byte = at,                     \
		    .bit = lowest,                  \
		    .width = bits,                  \
		    .at_first = value,              \
		    ##__VA_ARGS__ },
	LAB_FIELDS(FIELD)
#undef FIELD
};

/* Classes of TLVs: bits 31 to 24 of their types. */
enum { GLOBAL = 0, PORT = 1, FUNCTION = 3, HOST = 7 };

/* ---- fields ---- */

static u32 mask_of(const struct field *field)
{
	return field->width == 32 ? ~0U : BIT(field->width) - 1;
}

static u32 get_field(const u8 *data, enum lab_field id)
{
	const struct field *field = &fields[id];

	return get_unaligned_be32(data + field->byte) >> field->bit & mask_of(field);
}

static void put_field(u8 *data, enum lab_field id, u32 value)
{
	const struct field *field = &fields[id];
	u8 *dword = data + field->byte;
	u32 mask = mask_of(field) << field->bit;

	put_unaligned_be32((get_unaligned_be32(dword) & ~mask) |
				   (value << field->bit & mask),
			   dword);
}

/* ---- values ---- */

unsigned int lab_tlv_places(const struct lab_card *card, enum lab_tlv tlv)
{
	return tlvs[tlv].class == PORT || tlvs[tlv].class == FUNCTION ? card->nr_ports :
									1;
}

static struct lab_tlv_value *value_at(const struct lab_port *port, enum lab_mode mode,
				      struct lab_tlv_place place)
{
	return &lab_firmware_of(port)->values[mode][place.tlv][place.at];
}

/* A capability that a test has taken away reads as 0. */
void lab_tlv_get(const struct lab_port *port, enum lab_mode mode,
		 struct lab_tlv_place place, struct lab_tlv_value *value)
{
	*value = *value_at(port, mode, place);
	for (unsigned int i = 0; i < LAB_NR_FIELDS; i++)
		if (fields[i].tlv == place.tlv && lab_knob_without_field(i))
			put_field(value->data, i, 0);
}

static u32 setting(const struct lab_port *port, enum lab_mode mode, enum lab_field field)
{
	enum lab_tlv tlv = fields[field].tlv;
	bool each = lab_tlv_places(port->card, tlv) > 1;
	struct lab_tlv_value value;

	lab_tlv_get(port, mode, (struct lab_tlv_place){ tlv, each ? port->index : 0 },
		    &value);
	return get_field(value.data, field);
}

unsigned int lab_tlv_total_vfs(const struct lab_port *port, enum lab_mode mode)
{
	/* a setting that is not said to be valid counts as that of the factory */
	enum lab_mode valid = setting(port, mode, F(sriov_valid)) ? mode : LAB_DEFAULT;

	if (!setting(port, valid, F(sriov_en)))
		return 0;
	if (!setting(port, mode, F(per_pf_total_vf)))
		return setting(port, valid, F(total_vfs));
	return setting(port, mode, F(pf_total_vf_en)) ?
		       setting(port, mode, F(pf_total_vf)) :
		       0;
}

bool lab_tlv_is_infiniband(const struct lab_port *port, enum lab_mode mode)
{
	return setting(port, mode, F(default_link_type)) == LAB_LINK_INFINIBAND;
}

static bool is_allowed(struct lab_port *port, const struct field *field, u32 value)
{
	if (value < field->least || (field->most && value > field->most))
		return false;
	if (value && field->needs && !setting(port, LAB_DEFAULT, field->needs))
		return false;
	return !field->below || value <= setting(port, LAB_DEFAULT, field->below);
}

/*
 * All that is not a field must be 0; in TLVs without fields it is data. mstconfig needs that:
 * where a TLV is refused it swaps the bytes of its dwords and tries again.
 */
static bool is_clean(enum lab_tlv tlv, const u8 *data)
{
	u8 rest[LAB_TLV_MAX];
	bool has_fields = false;

	memcpy(rest, data, tlvs[tlv].size);
	for (unsigned int i = 0; i < LAB_NR_FIELDS; i++) {
		if (fields[i].tlv != tlv)
			continue;
		has_fields = true;
		put_field(rest, i, 0);
	}
	return !has_fields || !memchr_inv(rest, 0, tlvs[tlv].size);
}

/* There are so many MSI-X vectors for all PFs with their VFs. */
static bool is_within_msix(const u8 *data)
{
	u32 of_pf = get_field(data, F(num_pf_msix)) +
		    get_field(data, F(total_vfs)) * get_field(data, F(num_vf_msix));

	return get_field(data, F(num_pfs)) * of_pf <= LAB_MAX_TOTAL_MSIX;
}

u8 lab_tlv_set(struct lab_port *port, struct lab_tlv_place place, const u8 *data,
	       u8 writer)
{
	struct lab_tlv_value *value = value_at(port, LAB_NEXT, place);

	for (unsigned int i = 0; i < LAB_NR_FIELDS; i++)
		if (fields[i].tlv == place.tlv &&
		    !is_allowed(port, &fields[i], get_field(data, i)))
			return LAB_BAD_PARAM;
	if (!is_clean(place.tlv, data))
		return LAB_BAD_PARAM;
	if (place.tlv == LAB_TLV_nv_global_pci_conf && !is_within_msix(data))
		return LAB_BAD_PARAM;
	memcpy(value->data, data, tlvs[place.tlv].size);
	value->writer = writer;
	value->stored = true;
	return LAB_OK;
}

void lab_tlv_invalidate(struct lab_port *port, struct lab_tlv_place place)
{
	*value_at(port, LAB_NEXT, place) = *value_at(port, LAB_DEFAULT, place);
}

/* ---- at first ---- */

static void put_default(struct lab_card *card, enum lab_field field, u32 value)
{
	enum lab_tlv tlv = fields[field].tlv;

	for (unsigned int i = 0; i < lab_tlv_places(card, tlv); i++)
		put_field(card->firmware->values[LAB_DEFAULT][tlv][i].data, field, value);
}

/* As an administrator leaves it: SR-IOV is on, with all VFs that there can be. */
static void store_usual(struct lab_card *card)
{
	struct lab_tlv_value *value =
		&card->firmware->values[LAB_NEXT][LAB_TLV_nv_global_pci_conf][0];

	put_field(value->data, F(sriov_en), 1);
	put_field(value->data, F(total_vfs), card->total_vfs);
	value->writer = LAB_WRITER_MLXCONFIG;
	value->stored = true;
}

void lab_tlv_init(struct lab_card *card, bool factory)
{
	struct lab_firmware *firmware = card->firmware;
	u32 usual_vfs = min(card->total_vfs, fields[F(total_vfs)].at_first);

	for (unsigned int i = 0; i < LAB_NR_FIELDS; i++)
		put_default(card, i, fields[i].at_first);
	put_default(card, F(total_vfs), usual_vfs);
	put_default(card, F(max_vfs_per_pf), card->total_vfs);
	put_default(card, F(num_pfs), card->nr_ports);
	put_default(card, F(max_num_pfs), card->nr_ports);
	if (card->infiniband)
		put_default(card, F(default_link_type), LAB_LINK_INFINIBAND);

	memcpy(firmware->values[LAB_NEXT], firmware->values[LAB_DEFAULT],
	       sizeof(firmware->values[LAB_NEXT]));
	if (!factory)
		store_usual(card);
	memcpy(firmware->values[LAB_CURRENT], firmware->values[LAB_NEXT],
	       sizeof(firmware->values[LAB_CURRENT]));
}

/* ---- the table ---- */

/* Hosts and functions in a type mean nothing without host_id_valid: it is who asks. */
static u32 type_of(enum lab_tlv tlv)
{
	return tlvs[tlv].class << 24 | tlvs[tlv].index;
}

static bool is_type(enum lab_tlv tlv, u32 type)
{
	static const u32 masks[] = {
		[GLOBAL] = 0xffffffff,
		[PORT] = 0xff00ffff,
		[FUNCTION] = 0xff0003ff,
		[HOST] = 0xff03ffff,
	};

	return (type & masks[tlvs[tlv].class]) == type_of(tlv);
}

bool lab_tlv_find(struct lab_port *port, u32 type, struct lab_tlv_place *place)
{
	for (enum lab_tlv tlv = 0; tlv < LAB_NR_TLVS; tlv++) {
		u8 number = type >> 16; /* of a port, from 1 */

		if (!is_type(tlv, type) || lab_knob_without_tlv(tlv))
			continue;
		*place = (struct lab_tlv_place){ tlv, 0 };
		if (tlvs[tlv].class == PORT)
			place->at = number - 1;
		else if (tlvs[tlv].class == FUNCTION)
			place->at = port->index;
		return place->at < lab_tlv_places(port->card, tlv);
	}
	return false;
}

bool lab_tlv_is_visible(struct lab_port *port, struct lab_tlv_place place)
{
	return !lab_knob_without_tlv(place.tlv) &&
	       (tlvs[place.tlv].class != FUNCTION || place.at == port->index);
}

u32 lab_tlv_type(struct lab_tlv_place place)
{
	return type_of(place.tlv) |
	       (tlvs[place.tlv].class == PORT ? (place.at + 1) << 16 : 0);
}

unsigned int lab_tlv_size(enum lab_tlv tlv)
{
	return tlvs[tlv].size;
}

unsigned int lab_tlv_version(enum lab_tlv tlv)
{
	return tlvs[tlv].version;
}

bool lab_tlv_is_read_only(enum lab_tlv tlv)
{
	return tlvs[tlv].capabilities || lab_knob_read_only(tlv);
}

int lab_tlv_by_name(const char *name)
{
	for (int i = 0; i < LAB_NR_TLVS; i++)
		if (!strcmp(tlvs[i].name, name))
			return i;
	return -1;
}

int lab_tlv_field_by_name(const char *name)
{
	for (int i = 0; i < LAB_NR_FIELDS; i++)
		if (tlvs[fields[i].tlv].capabilities && !strcmp(fields[i].name, name))
			return i;
	return -1;
}
