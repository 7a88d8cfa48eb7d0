// SPDX-License-Identifier: GPL-2.0-or-later
/* The firmware of the card: its registers, and what a reset of it does. */
#include <linux/slab.h>
#include <linux/unaligned.h>

#include "firmware.h"

#define HW_ID_CONNECTX7 536

struct lab_firmware *lab_firmware_of(const struct lab_port *port)
{
	return port->card->firmware;
}

/* General information: how many ports, and which chip. */
static u8 get_mgir(struct lab_access *access)
{
	memset(access->data, 0, access->len);
	access->data[5] = access->port->card->nr_ports;
	put_unaligned_be16(HW_ID_CONNECTX7, access->data + 10);
	return LAB_OK;
}

static const char *const descriptions[] = {
	[1] = "MCX755106AS-HEA_Ax",
	[2] = "ConnectX-7 HHHL adapter card; virtual; dual-port QSFP112; PCIe 5.0 x16",
};

/* A piece of a description: which, its length, from where, how much; text from byte 16. */
static u8 get_mqis(struct lab_access *access)
{
	u8 *data = access->data;
	unsigned int offset = get_unaligned_be16(data + 8);
	unsigned int room = access->len - 16, len;
	const char *text;

	if (data[3] >= ARRAY_SIZE(descriptions) || !descriptions[data[3]])
		return LAB_BAD_PARAM;
	text = descriptions[data[3]];
	len = strlen(text) + 1;
	room = min(room, (unsigned int)get_unaligned_be16(data + 10));
	memset(data + 16, 0, access->len - 16);
	put_unaligned_be16(len, data + 6);
	room = offset < len ? min(room, len - offset) : 0;
	put_unaligned_be16(room, data + 10);
	if (room)
		memcpy(data + 16, text + offset, room);
	return LAB_OK;
}

/* ---- the reset ---- */

/* What starts it: bits of MFRL. */
#define LIVE_PATCH BIT(0)
#define AT_ONCE BIT(1)
#define LINK BIT(3)  /* the PCI link is lost and found */
#define PERST BIT(6) /* the machine is started anew, which no test does */
#define TRIGGERS (LINK | PERST)
#define RESCAN_REQUIRED BIT(31)

static bool is_other_pci(struct lab_card *card)
{
	for (unsigned int i = 0; i < card->nr_ports; i++) {
		struct lab_port *port = &card->ports[i];

		if (lab_tlv_total_vfs(port, LAB_NEXT) !=
			    lab_tlv_total_vfs(port, LAB_CURRENT) ||
		    lab_tlv_is_infiniband(port, LAB_NEXT) !=
			    lab_tlv_is_infiniband(port, LAB_CURRENT))
			return true;
	}
	return false;
}

static u8 get_mfrl(struct lab_access *access)
{
	u32 full_chip = BIT(8);

	put_unaligned_be32(0, access->data);
	put_unaligned_be32(TRIGGERS | full_chip |
				   (is_other_pci(access->port->card) ? RESCAN_REQUIRED :
								       0),
			   access->data + 4);
	return LAB_OK;
}

/* Settings that are stored come into effect. Under card->lock. */
static void activate(struct lab_card *card)
{
	struct lab_firmware *firmware = card->firmware;

	memcpy(firmware->values[LAB_CURRENT], firmware->values[LAB_NEXT],
	       sizeof(firmware->values[LAB_CURRENT]));
	firmware->armed = false;
	for (unsigned int i = 0; i < card->nr_ports; i++)
		lab_config_follow(&card->ports[i]);
}

/*
 * The levels that need more are only made ready. mstconfig asks for PERST after each change,
 * which must not change a thing yet.
 */
static u8 set_mfrl(struct lab_access *access)
{
	struct lab_card *card = access->port->card;
	u8 triggers = access->data[7];

	if (!triggers || triggers & ~(TRIGGERS | AT_ONCE))
		return LAB_BAD_PARAM;
	if (triggers & LINK)
		card->firmware->armed = true;
	if (triggers & AT_ONCE)
		activate(card);
	return LAB_OK;
}

unsigned int lab_firmware_total_vfs(const struct lab_port *port)
{
	return lab_tlv_total_vfs(port, LAB_CURRENT);
}

bool lab_firmware_is_infiniband(const struct lab_port *port)
{
	return lab_tlv_is_infiniband(port, LAB_CURRENT);
}

bool lab_firmware_has_vsc(void)
{
	return !lab_knob(LAB_KNOB_no_vsc);
}

void lab_firmware_link_lost(struct lab_card *card)
{
	if (card->firmware->armed)
		activate(card);
}

void lab_firmware_activate(struct lab_card *card)
{
	guard(raw_spinlock_irqsave)(&card->lock);
	activate(card);
}

/* ---- the table of registers ---- */

static const struct {
	u16 id;
	u16 len; /* at least */
	const char *name;
	u8 (*get)(struct lab_access *access);
	u8 (*set)(struct lab_access *access);
} registers[] = {
	{ 0x9020, 12, "MGIR", get_mgir, NULL },
	{ 0x9024, 12, "MNVDA", lab_get_mnvda, lab_set_mnvda },
	{ 0x9025, 12, "MNVDI", NULL, lab_set_mnvdi },
	{ 0x9028, 8, "MFRL", get_mfrl, set_mfrl },
	{ 0x9030, 8, "MNVQC", lab_get_mnvqc, NULL },
	{ 0x9033, 4, "MNVIA", NULL, lab_set_mnvia },
	{ 0x9034, 4, "MNVGC", lab_get_mnvgc, NULL },
	{ 0x9035, 28, "MNVGN", lab_get_mnvgn, NULL },
	{ 0x9064, 16, "MQIS", get_mqis, NULL },
};

u16 lab_register_by_name(const char *name)
{
	for (unsigned int i = 0; i < ARRAY_SIZE(registers); i++)
		if (!strcmp(registers[i].name, name))
			return registers[i].id;
	return 0;
}

u8 lab_register_access(struct lab_access *access)
{
	u8 (*method)(struct lab_access *access);
	u8 refused = lab_knob_refused(access->reg, access->set);

	if (refused)
		return refused;
	for (unsigned int i = 0; i < ARRAY_SIZE(registers); i++) {
		if (registers[i].id != access->reg)
			continue;
		if (access->len < registers[i].len)
			return LAB_TOO_SHORT;
		method = access->set ? registers[i].set : registers[i].get;
		return method ? method(access) : LAB_BAD_METHOD;
	}
	return LAB_NO_REGISTER;
}

u8 lab_firmware_access(struct lab_port *port, u16 reg, bool set, void *data, size_t len)
{
	struct lab_access access = {
		.port = port,
		.reg = reg,
		.set = set,
		.data = data,
		.len = len,
	};

	guard(raw_spinlock_irqsave)(&port->card->lock);
	return lab_register_access(&access);
}
EXPORT_SYMBOL_GPL(lab_firmware_access);

int lab_firmware_create(struct lab_card *card, bool factory)
{
	card->firmware = kzalloc(sizeof(*card->firmware), GFP_KERNEL);
	if (!card->firmware)
		return -ENOMEM;
	lab_tlv_init(card, factory);
	return 0;
}

void lab_firmware_destroy(struct lab_card *card)
{
	kfree(card->firmware);
}
