// SPDX-License-Identifier: GPL-2.0-or-later
/* ICMD, the commands that the firmware of a ConnectX takes: one of them accesses a register. */
#include <endian.h>

#include "fw-vsc.h"

/* The message, in big-endian dwords: an operation TLV, and a register TLV around the register. */
#define TYPE_OPERATION 1
#define TYPE_REGISTER 3
#define OPERATION_DWORDS 4 /* two of them an identifier of the message, which may be 0 */
#define METHOD_GET 1
#define METHOD_SET 2
#define CLASS_REGISTER 1
#define TLV(type, dwords) ((uint32_t)(type) << 27 | (uint32_t)(dwords) << 16)
#define TYPE_OF(dword) ((dword) >> 27)
#define STATUS_OF(dword) ((dword) >> 8 & 0x7f)
#define REGISTER_OF(dword) ((dword) >> 16)

/* Space of the semaphores: the number of the process that uses ICMD; anybody can write 0. */
#define SEMAPHORE 0x0

/* Space of ICMD. */
#define CONTROL 0x0
#define MAILBOX 0x100000
#define ACCESS_REGISTER 0x9001
#define OPCODE(opcode) ((uint32_t)(opcode) << 16)
#define KEPT \
	UINT32_C(0xfc) /* of CONTROL: without opcode, status, external mailbox, busy */
#define BUSY UINT32_C(1)
#define RESULT_OF(control) ((control) >> 8 & 0xff)

#define FREE_TRIES 3
#define POLLS \
	64 /* so often the gateway is kept for an answer that mostly is there at once */

static void put32(uint8_t *to, uint32_t value)
{
	value = htobe32(value);
	memcpy(to, &value, sizeof(value));
}

static uint32_t get32(const uint8_t *from)
{
	uint32_t value;

	memcpy(&value, from, sizeof(value));
	return be32toh(value);
}

void sriov_icmd_encode(uint8_t *message, enum sriov_reg reg, bool set, const void *data,
		       size_t len)
{
	memset(message, 0, SRIOV_ICMD_HEAD);
	put32(message, TLV(TYPE_OPERATION, OPERATION_DWORDS));
	put32(message + 4, (uint32_t)reg << 16 | (set ? METHOD_SET : METHOD_GET) << 8 |
				   CLASS_REGISTER);
	put32(message + 16, TLV(TYPE_REGISTER, 1 + len / 4));
	memcpy(message + SRIOV_ICMD_HEAD, data, len);
}

int sriov_icmd_decode(const uint8_t *message, enum sriov_reg reg)
{
	uint32_t operation = get32(message);

	if (TYPE_OF(operation) != TYPE_OPERATION ||
	    REGISTER_OF(get32(message + 4)) != reg)
		return -EBADMSG;
	return STATUS_OF(operation);
}

/* ---- the semaphore of ICMD ---- */

/*
 * It takes the first number that is written to it while it is 0. Nobody gets between reading
 * and writing, because the gateway is ours; else somebody who has the same number in another
 * namespace could take ours for his. Where an access fails after that, it may be ours.
 */
static int try_icmd(struct sriov_gateway *gateway, uint32_t *owner)
{
	uint32_t mine = (uint32_t)getpid();
	int r = sriov_gateway_read(gateway, SPACE_SEMAPHORE, SEMAPHORE, owner);

	if (r < 0)
		return r;
	if (*owner && (*owner != mine || !gateway->icmd_left))
		return -EAGAIN;
	gateway->icmd_taken = true;
	gateway->icmd_left = false;
	if (*owner)
		return 0;
	r = sriov_gateway_write(gateway, SPACE_SEMAPHORE, SEMAPHORE, mine);
	if (r >= 0)
		r = sriov_gateway_read(gateway, SPACE_SEMAPHORE, SEMAPHORE, owner);
	if (r < 0 || *owner == mine)
		return r;
	gateway->icmd_taken = false;
	return -EAGAIN;
}

/* While it is surely ours it is freed also when it cannot be read. */
static int try_free(struct sriov_gateway *gateway, unsigned int limit)
{
	uint32_t owner;
	int r = gateway->taken ? 0 : sriov_gateway_take_within(gateway, limit);

	if (r < 0)
		return r;
	r = sriov_gateway_read(gateway, SPACE_SEMAPHORE, SEMAPHORE, &owner);
	if (r < 0 ? gateway->icmd_left : owner != (uint32_t)getpid())
		return r;
	return sriov_gateway_write(gateway, SPACE_SEMAPHORE, SEMAPHORE, 0);
}

/* Both. An access that fails is tried again: nobody else frees it for us. */
static int leave_icmd(struct sriov_gateway *gateway, unsigned int limit)
{
	int r = -EIO;

	for (unsigned int i = 0; i < FREE_TRIES && r < 0; i++) {
		r = try_free(gateway, limit);
		if (r == -EBUSY || r == -ENODEV)
			break;
	}
	gateway->icmd_left = r < 0;
	gateway->icmd_taken = false;
	sriov_gateway_leave(gateway);
	return r;
}

void sriov_icmd_abandon(struct sriov_gateway *gateway)
{
	if (!gateway->icmd_left)
		return;
	gateway->icmd_taken = true; /* so that signals wait */
	leave_icmd(gateway, SRIOV_SEMAPHORE_MS);
}

/* After an access that returns `r`. What went wrong first is said first. */
static int finish(struct sriov_gateway *gateway, int r)
{
	struct sriov_ctx *ctx = gateway->ctx;
	enum sriov_class class = ctx->error_class;
	char text[SRIOV_TEXT_LEN];
	int left;

	sriov_copy(text, sizeof(text), ctx->error);
	left = leave_icmd(gateway, SRIOV_FREE_MS);
	if (r >= 0 && left >= 0)
		return r;
	if (r < 0)
		ctx->error_class = class;
	else
		sriov_copy(text, sizeof(text), ctx->error);
	if (left < 0 && left != -ENODEV)
		return sriov_fail(
			ctx, ctx->error_class, r < 0 ? -r : -left,
			"%.400s; its firmware (ICMD) may stay taken by this process (pid %d)",
			text, (int)getpid());
	sriov_copy(ctx->error, sizeof(ctx->error), text);
	return r < 0 ? r : left;
}

/* Whoever has it needs the gateway. */
static int take_icmd(struct sriov_gateway *gateway)
{
	int64_t end =
		sriov_now_ms() + sriov_fw_limit_ms(gateway->ctx, SRIOV_SEMAPHORE_MS);
	unsigned int pause = 0;
	uint32_t owner;
	int r;

	while ((r = sriov_gateway_take(gateway)) >= 0) {
		r = try_icmd(gateway, &owner);
		if (!r)
			return 0;
		if (gateway->icmd_taken)
			return finish(gateway, r);
		sriov_gateway_leave(gateway);
		if (r != -EAGAIN)
			return r;
		if (sriov_now_ms() >= end)
			return sriov_blame_icmd(gateway, owner);
		if (sriov_is_stopped(gateway->ctx))
			return sriov_fail_interrupted(gateway->ctx);
		sriov_gateway_pause(&pause);
	}
	return r;
}

/* ---- one command ---- */

static int write_message(struct sriov_gateway *gateway, const uint8_t *message,
			 size_t len)
{
	int r = 0;

	for (size_t at = 0; at < len && r >= 0; at += 4)
		r = sriov_gateway_write(gateway, SPACE_ICMD, MAILBOX + at,
					get32(message + at));
	return r;
}

static int read_message(struct sriov_gateway *gateway, uint8_t *message, size_t from,
			size_t to)
{
	int r = 0;

	for (size_t at = from; at < to && r >= 0; at += 4) {
		uint32_t value;

		r = sriov_gateway_read(gateway, SPACE_ICMD, MAILBOX + at, &value);
		if (r >= 0)
			put32(message + at, value);
	}
	return r;
}

/* Somebody wants the program to end, and has only to wait for the firmware. */
static bool is_unwanted(const struct sriov_gateway *gateway)
{
	static const int signals[] = { SIGINT, SIGTERM, SIGHUP, SIGQUIT };
	struct sigaction action;
	sigset_t pending;

	if (sigpending(&pending) < 0)
		return false;
	for (size_t i = 0; i < ARRAY_SIZE(signals); i++)
		if (sigismember(&pending, signals[i]) > 0 &&
		    sigismember(&gateway->before, signals[i]) == 0 &&
		    sigaction(signals[i], NULL, &action) == 0 &&
		    action.sa_handler != SIG_IGN)
			return true;
	return false;
}

static int say_late(const struct sriov_gateway *gateway, enum sriov_reg reg,
		    unsigned int limit)
{
	const char *name = gateway->pf->name;

	if (reg)
		return sriov_fail(
			gateway->ctx, SRIOV_FAILED, ETIMEDOUT,
			"%s: its firmware does not answer (register 0x%x, %u s)", name,
			reg, limit / 1000);
	return sriov_fail(gateway->ctx, SRIOV_FAILED, ETIMEDOUT,
			  "%s: its firmware is busy with an earlier command (%u s)", name,
			  limit / 1000);
}

/*
 * Others can use the gateway while the firmware takes its time for this register, or for what
 * was before it. Reading is given up for a signal: what the firmware still does changes nothing.
 */
static int wait_done(struct sriov_gateway *gateway, enum sriov_reg reg, bool set,
		     uint32_t *control)
{
	struct sriov_ctx *ctx = gateway->ctx;
	unsigned int limit = set ? sriov_write_limit_ms(ctx) :
				   sriov_fw_limit_ms(ctx, SRIOV_FW_GET_MS);
	unsigned int pause = 0;
	int64_t end = sriov_now_ms() + limit;

	for (unsigned int polls = 1;; polls++) {
		int r = sriov_gateway_read(gateway, SPACE_ICMD, CONTROL, control);

		if (r < 0 || !(*control & BUSY))
			return r;
		if (polls < POLLS)
			continue;
		if (sriov_now_ms() >= end)
			return say_late(gateway, reg, limit);
		if (!set && is_unwanted(gateway))
			return sriov_fail_interrupted(gateway->ctx);
		sriov_gateway_leave(gateway);
		sriov_gateway_pause(&pause);
		r = sriov_gateway_take(gateway);
		if (r < 0)
			return r;
	}
}

static int judge(struct sriov_gateway *gateway, unsigned int result)
{
	static const char *const texts[] = {
		[1] = "invalid opcode",    [2] = "invalid command",
		[3] = "operational error", [4] = "bad parameter",
		[6] = "no memory",         [7] = "write-protected",
	};
	bool known = result < ARRAY_SIZE(texts) && texts[result];

	if (result == 5)
		return SRIOV_REG_BUSY;
	return sriov_fail(
		gateway->ctx, SRIOV_FAILED,
		result == 1 ? EOPNOTSUPP :
		result == 7 ? EACCES :
			      EIO,
		"%s: its firmware refuses to access registers (ICMD status %u: %s)",
		gateway->pf->name, result, known ? texts[result] : "unknown");
}

/* Both semaphores are ours, unless waiting for the gateway failed. */
static int run(struct sriov_gateway *gateway, enum sriov_reg reg, bool set, void *data,
	       size_t len)
{
	uint8_t message[SRIOV_ICMD_HEAD + SRIOV_REG_MAX];
	uint32_t control;
	int r = wait_done(gateway, 0, false, &control);

	if (r < 0)
		return r;
	control = (control & KEPT) | OPCODE(ACCESS_REGISTER);
	sriov_icmd_encode(message, reg, set, data, len);
	r = sriov_gateway_write(gateway, SPACE_ICMD, CONTROL, control);
	if (r >= 0)
		r = write_message(gateway, message, SRIOV_ICMD_HEAD + len);
	if (r >= 0)
		r = sriov_gateway_write(gateway, SPACE_ICMD, CONTROL, control | BUSY);
	if (r >= 0)
		r = wait_done(gateway, reg, set, &control);
	if (r < 0)
		return r;
	if (RESULT_OF(control))
		return judge(gateway, RESULT_OF(control));
	/* of the head only what can differ */
	r = read_message(gateway, message, 0, 8);
	if (r >= 0)
		r = sriov_icmd_decode(message, reg);
	if (r == -EBADMSG)
		return sriov_fail(
			gateway->ctx, SRIOV_FAILED, EBADMSG,
			"%s: its firmware answers something else than register 0x%x",
			gateway->pf->name, reg);
	if (r)
		return r;
	r = read_message(gateway, message, SRIOV_ICMD_HEAD, SRIOV_ICMD_HEAD + len);
	if (r >= 0)
		memcpy(data, message + SRIOV_ICMD_HEAD, len);
	return r;
}

int sriov_icmd_access(struct sriov_gateway *gateway, enum sriov_reg reg, bool set,
		      void *data, size_t len)
{
	int r;

	if (SRIOV_ICMD_HEAD + len > gateway->icmd_room)
		return sriov_fail(
			gateway->ctx, SRIOV_WRONG, EOPNOTSUPP,
			"%s: register 0x%x does not fit into its mailbox (%u bytes)",
			gateway->pf->name, reg, gateway->icmd_room);
	r = take_icmd(gateway);
	if (r < 0)
		return r;
	return finish(gateway, run(gateway, reg, set, data, len));
}
