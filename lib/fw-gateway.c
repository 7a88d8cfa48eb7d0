// SPDX-License-Identifier: GPL-2.0-or-later
/* The vendor-specific capability of a ConnectX: its semaphore, and dwords of address spaces. */
#include <endian.h>
#include <sys/file.h>
#include <time.h>

#include "fw-vsc.h"

/* Of PCI. */
#define STATUS 0x04 /* with the command in its low half */
#define HAS_LIST (UINT32_C(1) << 20)
#define FIRST 0x34
#define HEADER_LEN 0x40
#define CONFIG_LEN 0x100
#define LIST_MAX \
	((CONFIG_LEN - HEADER_LEN) / 4) /* a list that is longer goes in circles */
#define ID_VENDOR 0x09

/* Types of the capability. */
#define FUNCTIONAL 0
#define RECOVERY 2

/* Its registers, and their bits. */
#define CONTROL SRIOV_VSC_CONTROL
#define COUNTER SRIOV_VSC_COUNTER
#define SEMAPHORE SRIOV_VSC_SEMAPHORE
#define ADDRESS SRIOV_VSC_ADDRESS
#define DATA SRIOV_VSC_DATA
#define SPACE UINT32_C(0xffff) /* of CONTROL */
#define STATUS_OF_SPACE(control) ((control) >> 29)
#define SYNDROME_OF_SPACE(control) ((control) >> 24 & 0xf)
#define FLAG \
	(UINT32_C(1) << 31) /* of ADDRESS: written 1: write; it turns when that is done */
#define SYNDROME (UINT32_C(1) << 30)
#define OUT_OF_RANGE 3 /* syndrome: this space has no such address */

#define FLAG_MS 1000 /* an access takes microseconds */
#define PAUSE_MAX 8  /* ms */

/* Newer cards have those of the right, too, and may not let the others be used. */
static const struct {
	uint16_t number, other;
	const char *name;
} spaces[NR_SPACES] = {
	[SPACE_CR] = { 0x02, 0x102, "registers of the chip" },
	[SPACE_ICMD] = { 0x03, 0x103, "commands" },
	[SPACE_SEMAPHORE] = { 0x0a, 0x10a, "semaphores" },
};

int sriov_gateway_find(int (*read)(void *data, unsigned int at, uint32_t *value),
		       void *data, unsigned int *at)
{
	uint32_t value;
	int r = read(data, STATUS, &value);

	if (r < 0)
		return r;
	if (!(value & HAS_LIST))
		return -ENOENT;
	r = read(data, FIRST, &value);
	for (unsigned int i = 0; i < LIST_MAX && r >= 0; i++) {
		unsigned int next = i ? value >> 8 & 0xfc : value & 0xfc, type;

		if (next < HEADER_LEN)
			return -ENOENT;
		r = read(data, next, &value);
		type = value >> 24;
		if (r < 0 || (value & 0xff) != ID_VENDOR)
			continue;
		if (type == FUNCTIONAL && next + DATA + 4 <= CONFIG_LEN) {
			*at = next;
			return 0;
		}
		if (type == RECOVERY)
			return -ENOEXEC;
	}
	return r < 0 ? r : -ENOENT;
}

/* ---- configuration space ---- */

/*
 * The kernel makes it wait while the device is reset, or while its driver reads the gateway
 * (drivers/pci/access.c, pci_wait_cfg()): seconds at most.
 */
int sriov_gateway_config(void *data, unsigned int at, uint32_t *value)
{
	struct sriov_gateway *gateway = data;
	ssize_t n = pread(gateway->config, value, sizeof(*value), at);
	int err = n < 0 ? errno : EACCES; /* without privilege there is less of it */

	if (n != sizeof(*value))
		return sriov_fail(gateway->ctx, SRIOV_FAILED, err,
				  "%s: reading its configuration space: %s%s",
				  gateway->pf->name, sriov_strerror(err),
				  n < 0 ? "" : " (this needs root)");
	*value = le32toh(*value);
	return 0;
}

/* No register but DATA is ever all ones: then nobody answers on the bus. */
static int read_register(struct sriov_gateway *gateway, unsigned int offset,
			 uint32_t *value)
{
	uint32_t id;
	int r = sriov_gateway_config(gateway, gateway->at + offset, value);

	if (r < 0 || *value != UINT32_MAX)
		return r;
	r = sriov_gateway_config(gateway, 0, &id);
	if (r < 0 || (id != UINT32_MAX && offset == DATA))
		return r;
	return sriov_fail(gateway->ctx, SRIOV_FAILED, ENODEV,
			  "%s: does not answer: it is being reset, or gone",
			  gateway->pf->name);
}

static int write_register(struct sriov_gateway *gateway, unsigned int offset,
			  uint32_t value)
{
	uint32_t bytes = htole32(value);
	ssize_t n = pwrite(gateway->config, &bytes, sizeof(bytes), gateway->at + offset);
	int err = n < 0 ? errno : EIO, r = 0;

	if (n == sizeof(bytes))
		return 0;
	if (err == EPERM)
		r = sriov_blame_lockdown(gateway->pf);
	return r ? r :
		   sriov_fail(gateway->ctx, SRIOV_FAILED, err,
			      "%s: writing its configuration space: %s",
			      gateway->pf->name, sriov_strerror(err));
}

/* ---- the semaphore ---- */

/* Not those by which an error in the program itself comes. */
static void be_quiet(struct sriov_gateway *gateway)
{
	static const int own[] = { SIGABRT, SIGBUS,  SIGFPE, SIGILL,
				   SIGSEGV, SIGTRAP, SIGSYS };
	sigset_t all;

	if (gateway->quiet)
		return;
	sigfillset(&all);
	for (size_t i = 0; i < ARRAY_SIZE(own); i++)
		sigdelset(&all, own[i]);
	pthread_sigmask(SIG_BLOCK, &all, &gateway->before);
	gateway->quiet = true;
}

static void be_loud(struct sriov_gateway *gateway)
{
	if (gateway->quiet && !gateway->taken && !gateway->icmd_taken) {
		gateway->quiet = false;
		pthread_sigmask(SIG_SETMASK, &gateway->before, NULL);
	}
}

static void free_files(struct sriov_gateway *gateway)
{
	for (size_t i = 0; i < ARRAY_SIZE(gateway->files); i++)
		if (gateway->files[i] >= 0)
			flock(gateway->files[i], LOCK_UN);
}

/*
 * mstflint locks them around each access to configuration space, also while it waits for the
 * semaphore: so nobody is to have them who waits for it. 0, -EAGAIN, or which one is held.
 */
static int take_files(struct sriov_gateway *gateway, int *held)
{
	for (size_t i = 0; i < ARRAY_SIZE(gateway->files); i++) {
		*held = gateway->files[i];
		if (*held < 0 || !flock(*held, LOCK_EX | LOCK_NB) || errno != EWOULDBLOCK)
			continue;
		free_files(gateway);
		return -EAGAIN;
	}
	*held = -1;
	return 0;
}

/* A semaphore that is ours by its ticket, whether or not we have heard so. */
void sriov_gateway_abandon(struct sriov_gateway *gateway)
{
	uint32_t now;

	if (gateway->ticket && read_register(gateway, SEMAPHORE, &now) >= 0 &&
	    (now != gateway->ticket || write_register(gateway, SEMAPHORE, 0) >= 0))
		gateway->ticket = 0;
}

/*
 * The counter gives a number that nobody else gets; the semaphore takes the first that is
 * written to it while it is 0. So what has our number is ours, also when it was not heard that
 * it was taken, or could not be freed.
 */
static int take_semaphore(struct sriov_gateway *gateway)
{
	uint32_t now, ticket;
	int r = read_register(gateway, SEMAPHORE, &now);

	if (r >= 0 && !now) {
		r = read_register(gateway, COUNTER, &ticket);
		if (r < 0 || !ticket)
			return r < 0 ? r : -EAGAIN;
		gateway->ticket = ticket;
		r = write_register(gateway, SEMAPHORE, ticket);
		if (r >= 0)
			r = read_register(gateway, SEMAPHORE, &now);
		if (r < 0)
			sriov_gateway_abandon(gateway);
	}
	if (r < 0)
		return r;
	if (!now || now != gateway->ticket)
		return -EAGAIN;
	gateway->taken = true;
	gateway->space = SPACE_NONE; /* others have used it meanwhile */
	return 0;
}

/* Signals come while it waits, unless ICMD is ours. */
int sriov_gateway_take_within(struct sriov_gateway *gateway, unsigned int limit)
{
	int64_t end = sriov_now_ms() + limit;
	unsigned int pause = 0;

	for (;;) {
		int held, r;

		be_quiet(gateway);
		r = take_files(gateway, &held);
		if (!r)
			r = take_semaphore(gateway);
		if (!r)
			return 0;
		if (held < 0)
			free_files(gateway);
		be_loud(gateway);
		if (r != -EAGAIN)
			return r;
		if (sriov_now_ms() >= end)
			return held < 0 ? sriov_blame_gateway(gateway) :
					  sriov_blame_file(gateway, held);
		if (!gateway->icmd_taken && sriov_is_stopped(gateway->ctx))
			return sriov_fail_interrupted(gateway->ctx);
		sriov_gateway_pause(&pause);
	}
}

int sriov_gateway_take(struct sriov_gateway *gateway)
{
	return sriov_gateway_take_within(gateway, sriov_fw_limit_ms(gateway->ctx,
								    SRIOV_SEMAPHORE_MS));
}

void sriov_gateway_leave(struct sriov_gateway *gateway)
{
	/* of a device that is gone it is, too */
	if (gateway->taken) {
		if (write_register(gateway, SEMAPHORE, 0) >= 0)
			gateway->ticket = 0;
		else
			sriov_gateway_abandon(gateway);
	}
	gateway->taken = false;
	free_files(gateway);
	be_loud(gateway);
}

void sriov_gateway_pause(unsigned int *pause)
{
	struct timespec time = { 0 };

	*pause = !*pause ? 1 : *pause < PAUSE_MAX ? *pause * 2 : PAUSE_MAX;
	time.tv_nsec = *pause * 1000000;
	nanosleep(&time, NULL);
}

/* ---- spaces ---- */

uint16_t sriov_gateway_number(const struct sriov_gateway *gateway, enum space space)
{
	return gateway->other[space] ? spaces[space].other : spaces[space].number;
}

static int set_space(struct sriov_gateway *gateway, enum space space)
{
	uint16_t number = sriov_gateway_number(gateway, space);
	uint32_t control;
	int r;

	if (gateway->space == space)
		return 0;
	gateway->space = SPACE_NONE;
	r = read_register(gateway, CONTROL, &control);
	if (r >= 0)
		r = write_register(gateway, CONTROL, (control & ~SPACE) | number);
	if (r >= 0)
		r = read_register(gateway, CONTROL, &control);
	if (r < 0)
		return r;
	if ((control & SPACE) != number || !STATUS_OF_SPACE(control))
		return -ENXIO;
	gateway->space = space;
	return 0;
}

/* Until the flag is what it is to become. The first look mostly finds it so. */
static int wait_flag(struct sriov_gateway *gateway, bool set, uint32_t *address)
{
	int64_t end = 0;
	unsigned int pause = 0;

	for (unsigned int looks = 1;; looks++) {
		int r = read_register(gateway, ADDRESS, address);

		if (r < 0 || !(*address & FLAG) == !set)
			return r;
		if (looks % 16)
			continue;
		end = end ? end : sriov_now_ms() + FLAG_MS;
		if (sriov_now_ms() >= end)
			return sriov_fail(gateway->ctx, SRIOV_FAILED, ETIMEDOUT,
					  "%s: its gateway (VSC) does not answer",
					  gateway->pf->name);
		sriov_gateway_pause(&pause);
	}
}

/* -ENXIO: there is no such space or address under this number. */
static int access_once(struct sriov_gateway *gateway, enum space space, uint32_t address,
		       bool write, uint32_t *value)
{
	uint32_t now, control;
	int r = set_space(gateway, space);

	if (r >= 0 && write)
		r = write_register(gateway, DATA, *value);
	if (r >= 0)
		r = write_register(gateway, ADDRESS, address | (write ? FLAG : 0));
	if (r >= 0)
		r = wait_flag(gateway, !write, &now);
	if (r >= 0 && !write)
		r = read_register(gateway, DATA, value);
	if (r < 0 || !(now & SYNDROME))
		return r;
	r = read_register(gateway, CONTROL, &control);
	if (r < 0 || SYNDROME_OF_SPACE(control) == OUT_OF_RANGE)
		return r < 0 ? r : -ENXIO;
	return sriov_fail(
		gateway->ctx, SRIOV_FAILED, EIO,
		"%s: its gateway (VSC) refuses address 0x%x of its %s (syndrome %u)",
		gateway->pf->name, address, spaces[space].name,
		SYNDROME_OF_SPACE(control));
}

static int access_dword(struct sriov_gateway *gateway, enum space space, uint32_t address,
			bool write, uint32_t *value)
{
	uint32_t sent = *value;
	int r = access_once(gateway, space, address, write, value);

	if (r != -ENXIO)
		return r;
	gateway->other[space] = !gateway->other[space];
	gateway->space = SPACE_NONE;
	*value = sent;
	r = access_once(gateway, space, address, write, value);
	if (r != -ENXIO)
		return r;
	gateway->other[space] = !gateway->other[space];
	gateway->space = SPACE_NONE;
	return sriov_fail(gateway->ctx, SRIOV_WRONG, EOPNOTSUPP,
			  "%s: its gateway (VSC) does not lead to its %s",
			  gateway->pf->name, spaces[space].name);
}

int sriov_gateway_read(struct sriov_gateway *gateway, enum space space, uint32_t address,
		       uint32_t *value)
{
	*value = 0;
	return access_dword(gateway, space, address, false, value);
}

int sriov_gateway_write(struct sriov_gateway *gateway, enum space space, uint32_t address,
			uint32_t value)
{
	return access_dword(gateway, space, address, true, &value);
}
