// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The vendor-specific capability of a PF, through which tools reach address spaces of the card:
 * a semaphore to be taken, a space to be chosen, an address, data, and a flag for "done".
 */
#include <linux/unaligned.h>

#include "firmware.h"

/* Registers of the capability. */
#define CONTROL 0x04
#define COUNTER 0x08
#define SEMAPHORE 0x0c
#define ADDRESS 0x10
#define DATA 0x14

#define SPACE 0xffff /* of CONTROL */
#define SPACE_EXISTS BIT(29)
#define FLAG BIT(31) /* of ADDRESS: written 1: write; reads 1: data is there */
#define SYNDROME BIT(30)

#define SOMEBODY 0x00abcdef /* who holds a semaphore because a test wants it */

/* What a space has at an address; false: nothing. */
struct space {
	u16 number;
	bool (*read)(struct lab_port *port, u32 address, u32 *value);
	bool (*write)(struct lab_port *port, u32 address, u32 value);
};

static struct lab_gateway *gateway_of(const struct lab_port *port)
{
	return &lab_firmware_of(port)->gateways[port->index];
}

/* ---- space 2: registers of the chip ---- */

#define CR_HW_ID 0xf0014
#define HW_ID_CONNECTX7 536

/* All else reads as 0: static_cfg_not_done, too, so the firmware is ready. */
static bool read_cr(struct lab_port *port, u32 address, u32 *value)
{
	*value = address == CR_HW_ID ? HW_ID_CONNECTX7 : 0;
	return true;
}

/* ---- space 3: ICMD ---- */

#define ICMD_CONTROL 0x0
#define ICMD_SIZE 0x1000
#define ICMD_SYNDROME 0x1008
#define ICMD_MAILBOX 0x100000

#define ICMD_BUSY BIT(0)
#define ICMD_STATUS 0xff00

static u8 *mailbox_at(struct lab_port *port, u32 address)
{
	if (address < ICMD_MAILBOX || address > ICMD_MAILBOX + LAB_MAILBOX - 4 ||
	    address & 3)
		return NULL;
	return gateway_of(port)->mailbox + address - ICMD_MAILBOX;
}

static u32 read_icmd_control(struct lab_gateway *gateway)
{
	if (!gateway->polls)
		return gateway->icmd_control;
	gateway->polls--;
	return gateway->icmd_control | ICMD_BUSY;
}

static bool read_icmd(struct lab_port *port, u32 address, u32 *value)
{
	struct lab_gateway *gateway = gateway_of(port);
	const u8 *bytes = mailbox_at(port, address);

	*value = 0;
	if (address == ICMD_CONTROL)
		*value = read_icmd_control(gateway);
	else if (address == ICMD_SIZE)
		*value = LAB_MAILBOX;
	else if (bytes)
		*value = get_unaligned_be32(bytes);
	else
		return address == ICMD_SYNDROME;
	return true;
}

static void write_icmd_control(struct lab_port *port, u32 value)
{
	struct lab_gateway *gateway = gateway_of(port);

	gateway->icmd_control = value & ~(ICMD_STATUS | ICMD_BUSY);
	if (!(value & ICMD_BUSY))
		return;
	gateway->icmd_control |= lab_icmd_run(port, value >> 16) << 8;
	gateway->polls = lab_knob_polls();
}

static bool write_icmd(struct lab_port *port, u32 address, u32 value)
{
	u8 *bytes = mailbox_at(port, address);

	if (address == ICMD_CONTROL)
		write_icmd_control(port, value);
	else if (bytes)
		put_unaligned_be32(value, bytes);
	return address == ICMD_CONTROL || bytes;
}

/* ---- space 10: semaphores, of which the first is that of ICMD ---- */

static bool read_semaphore(struct lab_port *port, u32 address, u32 *value)
{
	*value = lab_knob(LAB_KNOB_icmd_held) ? SOMEBODY :
						gateway_of(port)->icmd_semaphore;
	return !address;
}

/* Only who finds it free gets it; anybody can free it. */
static void take_or_free(u32 *semaphore, u32 value)
{
	if (!value || !*semaphore)
		*semaphore = value;
}

static bool write_semaphore(struct lab_port *port, u32 address, u32 value)
{
	if (address)
		return false;
	if (!value)
		lab_knob_clear(LAB_KNOB_icmd_held);
	if (!lab_knob(LAB_KNOB_icmd_held))
		take_or_free(&gateway_of(port)->icmd_semaphore, value);
	return true;
}

/* ---- the gateway ---- */

static bool read_nothing(struct lab_port *port, u32 address, u32 *value)
{
	*value = 0;
	return true;
}

static bool write_nothing(struct lab_port *port, u32 address, u32 value)
{
	return false;
}

static const struct space spaces[] = {
	{ 1, read_nothing, write_nothing },
	{ 2, read_cr, write_nothing },
	{ 3, read_icmd, write_icmd },
	{ 10, read_semaphore, write_semaphore },
};

static const struct space *find_space(u32 number)
{
	for (unsigned int i = 0; i < ARRAY_SIZE(spaces); i++)
		if (spaces[i].number == number)
			return &spaces[i];
	return NULL;
}

static void access_space(struct lab_port *port, u32 value)
{
	struct lab_gateway *gateway = gateway_of(port);
	const struct space *space = find_space(gateway->space);
	u32 address = value & ~(FLAG | SYNDROME);
	bool done = false;

	if (space)
		done = value & FLAG ? space->write(port, address, gateway->data) :
				      space->read(port, address, &gateway->data);
	/* the flag becomes the other one when it is done */
	gateway->address = address | (~value & FLAG) | (done ? 0 : SYNDROME);
}

u32 lab_vsc_read(struct lab_port *port, int offset)
{
	struct lab_gateway *gateway = gateway_of(port);

	switch (offset) {
	case CONTROL:
		return gateway->space | (find_space(gateway->space) ? SPACE_EXISTS : 0);
	case COUNTER:
		/* a ticket that nobody else gets; 0 is for "free" */
		return ++gateway->counter ?: ++gateway->counter;
	case SEMAPHORE:
		return lab_knob(LAB_KNOB_vsc_held) ? SOMEBODY : gateway->semaphore;
	case ADDRESS:
		return gateway->address;
	case DATA:
		return gateway->data;
	}
	return 0;
}

void lab_vsc_write(struct lab_port *port, int offset, u32 value)
{
	struct lab_gateway *gateway = gateway_of(port);

	switch (offset) {
	case CONTROL:
		gateway->space = value & SPACE;
		break;
	case SEMAPHORE:
		if (!lab_knob(LAB_KNOB_vsc_held))
			take_or_free(&gateway->semaphore, value);
		break;
	case ADDRESS:
		access_space(port, value);
		break;
	case DATA:
		gateway->data = value;
		break;
	}
}
