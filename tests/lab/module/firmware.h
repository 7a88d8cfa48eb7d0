/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The firmware of the virtual card: its settings, kept in TLVs, and the ways to them.
 *
 *   vsc.c                  the vendor-specific capability of a PF: a gateway to address spaces,
 *                          in one of which are the mailbox and the registers of ICMD
 *   icmd.c                 commands in that mailbox, one of which accesses a register
 *   firmware.c             the table of registers; those of the card itself; its reset
 *   firmware-settings.c    the registers of the settings: MNVDA and its kin
 *   firmware-tlv.c         the tables of TLVs and of the fields in them, their values
 *   firmware-knobs.c       what a test can take away from the firmware, or break
 *
 * Numbers and layouts are those of the Programmer's Reference Manual of the adapters, as
 * mstflint and Linux use them. What is big-endian there is so here. What a field does is only
 * modelled where PCI shows it: SR-IOV, TotalVFs, and the class of a port.
 *
 * All of this happens under card->lock, with interrupts off: nothing sleeps or allocates.
 */
#ifndef LAB_FIRMWARE_H
#define LAB_FIRMWARE_H

#include "card.h"
#include "firmware-fields.h"

#define LAB_TLV_MAX 20    /* bytes of data in the longest */
#define LAB_MAILBOX 0x340 /* bytes */

/* What a register answers, in the operation TLV of ICMD. */
enum lab_status {
	LAB_OK = 0,
	LAB_BUSY = 1,
	LAB_NO_REGISTER = 4,
	LAB_BAD_METHOD = 6,
	LAB_BAD_PARAM = 7,
	LAB_BAD_CONFIG = 0x20,
	LAB_TOO_SHORT = 0x24,
};

/* Who has written a TLV, when that is not what it says itself. */
#define LAB_WRITER_CMD_IF 4
#define LAB_WRITER_MLXCONFIG 9

/* name, class, index, version, bytes, is it one of capabilities? */
#define LAB_TLVS(ROW)                                                                  \
	ROW(nv_global_pci_conf, 0, 0x80, 0, 12, false)                                 \
	ROW(nv_global_pci_cap, 0, 0x81, 0, 20, true)                                   \
	ROW(nv_sw_offload_conf, 0, 0x10a, 1, 8, false)                                 \
	ROW(nv_sw_offload_cap, 0, 0x10b, 0, 4, true)                                   \
	ROW(nv_vpi_link_type, 1, 0x12, 0, 4, false)                                    \
	ROW(nv_mpfs_conf, 1, 0x196, 0, 4, false)                                       \
	ROW(nv_mpfs_cap, 1, 0x197, 0, 4, true)                                         \
	ROW(nv_pf_pci_conf, 3, 0x80, 0, 16, false)                                     \
	ROW(nv_hca_conf, 3, 0x112, 0, 4, false)                                        \
	ROW(nv_hca_cap, 3, 0x113, 0, 4, true)                                          \
	ROW(nv_pci_conf, 7, 0x80, 0, 4, false)                                         \
	ROW(nv_pci_cap, 7, 0x81, 0, 4, true)                                           \
	/* of the expansion ROM: mstconfig reads them without having asked for them */ \
	ROW(nv_rom_cap, 0, 0x101, 0, 4, true)                                          \
	ROW(nv_rom_boot_conf2, 3, 0x195, 2, 4, false)                                  \
	ROW(nv_rom_uefi_conf, 3, 0x196, 0, 4, false)                                   \
	ROW(nv_rom_debug_level, 3, 0x202, 0, 12, false)                                \
	ROW(nv_rom_uefi_debug_level, 3, 0x206, 0, 4, false)                            \
	ROW(nv_rom_boot_conf1, 3, 0x221, 1, 4, false)                                  \
	ROW(nv_rom_ib_boot_conf, 3, 0x222, 0, 4, false)

enum lab_tlv {
#define LAB_TLV(name, ...) LAB_TLV_##name,
	LAB_TLVS(LAB_TLV)
#undef LAB_TLV
		LAB_NR_TLVS
};

/* The values that a TLV has; the numbers are those of access_mode. */
enum lab_mode { LAB_NEXT, LAB_CURRENT, LAB_DEFAULT, LAB_NR_MODES };

struct lab_tlv_value {
	u8 data[LAB_TLV_MAX];
	u8 writer;
	bool stored; /* else it is the default */
};

/* What stands behind the capability of a PF. */
struct lab_gateway {
	u32 space, counter, semaphore, address, data;
	u32 icmd_semaphore, icmd_control;
	unsigned int polls; /* so often will ICMD still say that it is busy */
	u8 mailbox[LAB_MAILBOX];
};

struct lab_firmware {
	struct lab_gateway gateways[LAB_MAX_PORTS];
	/* Of each port or function; where there is one for all, the first. */
	struct lab_tlv_value values[LAB_NR_MODES][LAB_NR_TLVS][LAB_MAX_PORTS];
	bool armed; /* a reset is to come with the next loss of the link */
};

/* One access to a register. */
struct lab_access {
	struct lab_port *port;
	u16 reg;
	bool set;
	bool icmd; /* which honours the writer that a TLV names */
	u8 *data;
	unsigned int len;
};

/* ---- icmd.c ---- */

/* Carries out the command in the mailbox; returns the status of ICMD. */
u8 lab_icmd_run(struct lab_port *port, u16 opcode);

/* ---- firmware.c ---- */

struct lab_firmware *lab_firmware_of(const struct lab_port *port);
/* Returns an enum lab_status, or what a test wants. */
u8 lab_register_access(struct lab_access *access);
/* 0: there is no such register. */
u16 lab_register_by_name(const char *name);

/* ---- firmware-settings.c ---- */

u8 lab_get_mnvqc(struct lab_access *access);
u8 lab_get_mnvgc(struct lab_access *access);
u8 lab_get_mnvgn(struct lab_access *access);
u8 lab_get_mnvda(struct lab_access *access);
u8 lab_set_mnvda(struct lab_access *access);
u8 lab_set_mnvdi(struct lab_access *access);
u8 lab_set_mnvia(struct lab_access *access);

/* ---- firmware-tlv.c ---- */

/* A TLV of a port: its row, and which of the values. */
struct lab_tlv_place {
	enum lab_tlv tlv;
	unsigned int at;
};

void lab_tlv_init(struct lab_card *card, bool factory);
/* Finds the TLV that a PF means with this type; false: the card has none. */
bool lab_tlv_find(struct lab_port *port, u32 type, struct lab_tlv_place *place);
/* As it names itself; of those that each PF has, a PF sees its own, under the same type. */
u32 lab_tlv_type(struct lab_tlv_place place);
bool lab_tlv_is_visible(struct lab_port *port, struct lab_tlv_place place);
unsigned int lab_tlv_size(enum lab_tlv tlv);
unsigned int lab_tlv_version(enum lab_tlv tlv);
bool lab_tlv_is_read_only(enum lab_tlv tlv);
/* How many values it has on this card. */
unsigned int lab_tlv_places(const struct lab_card *card, enum lab_tlv tlv);
void lab_tlv_get(const struct lab_port *port, enum lab_mode mode,
		 struct lab_tlv_place place, struct lab_tlv_value *value);
u8 lab_tlv_set(struct lab_port *port, struct lab_tlv_place place, const u8 *data,
	       u8 writer);
void lab_tlv_invalidate(struct lab_port *port, struct lab_tlv_place place);
/* What the settings mean; 0: no SR-IOV. */
unsigned int lab_tlv_total_vfs(const struct lab_port *port, enum lab_mode mode);
bool lab_tlv_is_infiniband(const struct lab_port *port, enum lab_mode mode);
/* A TLV, or a field of one with capabilities: -1 if there is none of this name. */
int lab_tlv_by_name(const char *name);
int lab_tlv_field_by_name(const char *name);

/* ---- firmware-knobs.c ---- */

/* Words that a test can write; see there. */
#define LAB_KNOBS(ROW)  \
	ROW(no_vsc)     \
	ROW(vsc_held)   \
	ROW(icmd_held)  \
	ROW(no_current) \
	ROW(no_default)

enum lab_knob {
#define LAB_KNOB(name) LAB_KNOB_##name,
	LAB_KNOBS(LAB_KNOB)
#undef LAB_KNOB
		LAB_NR_KNOBS
};

bool lab_knob(enum lab_knob knob);
void lab_knob_clear(enum lab_knob knob);
/* How often ICMD says that it is busy before a command is done. */
unsigned int lab_knob_polls(void);
/* The status that this register is to answer, 0: what it likes. */
u8 lab_knob_refused(u16 reg, bool set);
bool lab_knob_without_tlv(enum lab_tlv tlv);
bool lab_knob_without_field(enum lab_field field);
bool lab_knob_read_only(enum lab_tlv tlv);

#endif
