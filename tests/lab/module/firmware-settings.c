// SPDX-License-Identifier: GPL-2.0-or-later
/* Registers of the settings: a TLV at a time is asked for, read, written, made invalid. */
#include <linux/unaligned.h>

#include "firmware.h"

/* The header of a TLV: 12 bytes, of which the second dword is its type. */
#define HEADER_LEN 12
#define TYPE 4
#define LENGTH(dword) ((dword) & 0x1ff)
#define HOST_ID_VALID BIT(9)
#define VERSION(dword) ((dword) >> 12 & 0xf)
#define WRITER(dword) ((dword) >> 16 & 0x1f)
#define MODE(dword) ((dword) >> 22 & 3)
#define VALID (1U << 30)

/* MNVQC: is a TLV of this type supported, and which version? */
u8 lab_get_mnvqc(struct lab_access *access)
{
	struct lab_tlv_place place;
	u32 answer = 0;

	if (lab_tlv_find(access->port, get_unaligned_be32(access->data), &place)) {
		answer = BIT(0) | lab_tlv_version(place.tlv) << 4;
		if (!lab_tlv_is_read_only(place.tlv))
			answer |= BIT(1);
	}
	put_unaligned_be32(answer, access->data + 4);
	return LAB_OK;
}

/* MNVGC: which values can be read beside the next ones? */
u8 lab_get_mnvgc(struct lab_access *access)
{
	put_unaligned_be32((lab_knob(LAB_KNOB_no_default) ? 0 : BIT(0)) |
				   (lab_knob(LAB_KNOB_no_current) ? 0 : BIT(1)),
			   access->data);
	return LAB_OK;
}

static void put_tlv(u8 *header, enum lab_mode mode, struct lab_tlv_place place,
		    const struct lab_tlv_value *value)
{
	unsigned int size = lab_tlv_size(place.tlv);

	put_unaligned_be32((value->stored ? VALID : 0) | mode << 22 |
				   value->writer << 16 |
				   lab_tlv_version(place.tlv) << 12 | size,
			   header);
	put_unaligned_be32(lab_tlv_type(place), header + TYPE);
	put_unaligned_be32(0, header + 8);
	memcpy(header + HEADER_LEN, value->data, size);
}

/* Who is another host than ours is nothing to this PF. */
static bool find(struct lab_access *access, u32 header, struct lab_tlv_place *place)
{
	return !(header & HOST_ID_VALID) &&
	       lab_tlv_find(access->port, get_unaligned_be32(access->data + TYPE), place);
}

static bool is_readable(u32 mode)
{
	return mode == LAB_NEXT ||
	       (mode == LAB_CURRENT && !lab_knob(LAB_KNOB_no_current)) ||
	       (mode == LAB_DEFAULT && !lab_knob(LAB_KNOB_no_default));
}

/* MNVDA: the data of a TLV. */
u8 lab_get_mnvda(struct lab_access *access)
{
	u32 header = get_unaligned_be32(access->data);
	struct lab_tlv_place place;
	struct lab_tlv_value value;
	unsigned int size;

	if (!find(access, header, &place) || !is_readable(MODE(header)))
		return LAB_BAD_PARAM;
	size = lab_tlv_size(place.tlv);
	if (LENGTH(header) < size || access->len < HEADER_LEN + size)
		return LAB_TOO_SHORT;
	lab_tlv_get(access->port, MODE(header), place, &value);
	put_tlv(access->data, MODE(header), place, &value);
	return LAB_OK;
}

static u8 writer_of(const struct lab_access *access, u32 header)
{
	return access->icmd ? WRITER(header) : LAB_WRITER_CMD_IF;
}

u8 lab_set_mnvda(struct lab_access *access)
{
	u32 header = get_unaligned_be32(access->data);
	struct lab_tlv_place place;

	if (!find(access, header, &place) || lab_tlv_is_read_only(place.tlv))
		return LAB_BAD_PARAM;
	if (LENGTH(header) < lab_tlv_size(place.tlv) ||
	    access->len < HEADER_LEN + LENGTH(header))
		return LAB_TOO_SHORT;
	if (LENGTH(header) > lab_tlv_size(place.tlv) ||
	    VERSION(header) > lab_tlv_version(place.tlv)) /* mstconfig says 0 always */
		return LAB_BAD_CONFIG;
	return lab_tlv_set(access->port, place, access->data + HEADER_LEN,
			   writer_of(access, header));
}

/* MNVDI: the data of a TLV is its default again. */
u8 lab_set_mnvdi(struct lab_access *access)
{
	struct lab_tlv_place place;

	if (!find(access, get_unaligned_be32(access->data), &place) ||
	    lab_tlv_is_read_only(place.tlv))
		return LAB_BAD_PARAM;
	lab_tlv_invalidate(access->port, place);
	return LAB_OK;
}

/* Every TLV of the card, or the first after this one that is stored. */
static bool next_place(const struct lab_card *card, struct lab_tlv_place *place)
{
	if (++place->at < lab_tlv_places(card, place->tlv))
		return true;
	place->at = 0;
	return ++place->tlv < LAB_NR_TLVS;
}

/* MNVIA: and those of all TLVs, of all PFs. */
u8 lab_set_mnvia(struct lab_access *access)
{
	struct lab_tlv_place place = { 0 };

	if (get_unaligned_be32(access->data) & 7)
		return LAB_BAD_PARAM;
	do {
		lab_tlv_invalidate(access->port, place);
	} while (next_place(access->port->card, &place));
	return LAB_OK;
}

/* The n-th TLV that is stored and that this PF can read, from 1. */
static bool find_stored(struct lab_access *access, u32 n, struct lab_tlv_place *place,
			struct lab_tlv_value *value)
{
	u32 count = 0;

	*place = (struct lab_tlv_place){ 0 };
	do {
		lab_tlv_get(access->port, LAB_NEXT, *place, value);
		if (value->stored && lab_tlv_is_visible(access->port, *place) &&
		    ++count == n)
			return true;
	} while (next_place(access->port->card, place));
	return false;
}

/* MNVGN: the one after that which a pointer stands for; 0 is before the first, after the last. */
u8 lab_get_mnvgn(struct lab_access *access)
{
	u32 pointer = get_unaligned_be32(access->data) + 1;
	struct lab_tlv_place place;
	struct lab_tlv_value value;

	if (!find_stored(access, pointer, &place, &value)) {
		put_unaligned_be32(0, access->data);
		return LAB_OK;
	}
	if (access->len < 16 + HEADER_LEN + lab_tlv_size(place.tlv))
		return LAB_TOO_SHORT;
	put_unaligned_be32(pointer, access->data);
	put_tlv(access->data + 16, LAB_NEXT, place, &value);
	return LAB_OK;
}
