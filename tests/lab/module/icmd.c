// SPDX-License-Identifier: GPL-2.0-or-later
/* Commands that the firmware takes from the mailbox of ICMD. */
#include <linux/unaligned.h>

#include "firmware.h"

enum icmd_status {
	ICMD_OK,
	ICMD_NO_OPCODE,
	ICMD_NO_COMMAND,
	ICMD_FAILED,
	ICMD_BAD_PARAM
};

/*
 * A message of the access register command: an operation TLV of 16 bytes, which says what is to
 * be done to which register; the header of another TLV, with the length of the register; and
 * the register.
 */
#define OPERATION 0
#define OPERATION_ID 4
#define REGISTER_HEADER 16
#define REGISTER 20

#define TLV_OPERATION 1
#define TLV_REGISTER 3
#define OPERATION_DWORDS 4

#define METHOD_GET 1
#define METHOD_SET 2
#define CLASS_OF_REGISTERS 1

/* Fields of a TLV's first dword, of the operation's second. */
#define TLV_TYPE(dword) ((dword) >> 27)
#define TLV_DWORDS(dword) ((dword) >> 16 & 0x7ff)
#define REGISTER_ID(dword) ((dword) >> 16)
#define METHOD(dword) ((dword) >> 8 & 0x7f)
#define REGISTER_CLASS(dword) ((dword) & 0xff)
#define RESPONSE BIT(15)

static u8 access_register(struct lab_port *port, u8 *mailbox)
{
	u32 operation = get_unaligned_be32(mailbox + OPERATION);
	u32 id = get_unaligned_be32(mailbox + OPERATION_ID);
	u32 header = get_unaligned_be32(mailbox + REGISTER_HEADER);
	unsigned int bytes = TLV_DWORDS(header) * 4;
	struct lab_access access = {
		.port = port,
		.reg = REGISTER_ID(id),
		.set = METHOD(id) == METHOD_SET,
		.icmd = true,
		.data = mailbox + REGISTER,
		.len = bytes - 4,
	};
	u8 status;

	if (TLV_TYPE(operation) != TLV_OPERATION || TLV_TYPE(header) != TLV_REGISTER ||
	    TLV_DWORDS(operation) != OPERATION_DWORDS ||
	    REGISTER_CLASS(id) != CLASS_OF_REGISTERS || bytes < 4 ||
	    bytes > LAB_MAILBOX - REGISTER_HEADER)
		return ICMD_BAD_PARAM;
	if (access.set || METHOD(id) == METHOD_GET)
		status = lab_register_access(&access);
	else
		status = LAB_BAD_METHOD;
	operation = (operation & ~0x7f00) | status << 8;
	put_unaligned_be32(operation, mailbox + OPERATION);
	put_unaligned_be32(id | RESPONSE, mailbox + OPERATION_ID);
	return ICMD_OK;
}

/* What ICMD can do beyond the usual: nothing. mstfwreset asks for it. */
static u8 query_capabilities(struct lab_port *port, u8 *mailbox)
{
	memset(mailbox, 0, LAB_MAILBOX);
	return ICMD_OK;
}

static const struct {
	u16 opcode;
	u8 (*run)(struct lab_port *port, u8 *mailbox);
} commands[] = {
	{ 0x9001, access_register },
	{ 0x8400, query_capabilities },
};

u8 lab_icmd_run(struct lab_port *port, u16 opcode)
{
	for (unsigned int i = 0; i < ARRAY_SIZE(commands); i++)
		if (commands[i].opcode == opcode)
			return commands[i].run(port, lab_firmware_of(port)
							     ->gateways[port->index]
							     .mailbox);
	return ICMD_NO_OPCODE;
}
