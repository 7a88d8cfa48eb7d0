// SPDX-License-Identifier: GPL-2.0-or-later
/* Messages to the firmware as bytes, and the capability that takes them, also when it fails. */
#include <endian.h>
#include <sys/mman.h>
#include <sys/syscall.h>

#include "fw-vsc.h"
#include "tap.h"

static bool is_bytes(const uint8_t *bytes, const char *hex)
{
	for (; *hex; hex += 2, bytes++) {
		char want[3];

		snprintf(want, sizeof(want), "%02x", *bytes);
		if (strncmp(want, hex, 2) != 0)
			return false;
	}
	return true;
}

static void test_encode(void)
{
	static const uint8_t data[] = { 0, 0, 0, 12, 0, 0, 0, 0x80, 1, 2, 3, 4 };
	uint8_t message[SRIOV_ICMD_HEAD + SRIOV_REG_MAX];

	memset(message, 0xff, sizeof(message));
	sriov_icmd_encode(message, SRIOV_REG_MNVDA, false, data, sizeof(data));
	ok(is_bytes(message,
		    "08040000902401010000000000000000180400000000000c0000008001020304ff"),
	   "get: operation TLV, register TLV, register, and nothing behind");
	sriov_icmd_encode(message, SRIOV_REG_MFRL, true, data, 8);
	ok(is_bytes(message,
		    "08040000902802010000000000000000180300000000000c0000008001"),
	   "set: another method, length of the register in dwords with its head");
	sriov_fwctl_encode(message, SRIOV_REG_MNVDA, false, data, sizeof(data));
	ok(is_bytes(message, "080500000000000100009024000000000000000c0000008001020304"),
	   "fwctl: get is operation 1");
	sriov_fwctl_encode(message, SRIOV_REG_MNVDI, true, data, sizeof(data));
	ok(is_bytes(message, "080500000000000000009025000000000000000c0000008001020304"),
	   "fwctl: set is operation 0");
}

static void test_decode(void)
{
	uint8_t answer[8] = { 0x08, 0x04, 0, 0, 0x90, 0x24, 0x81, 0x01 };

	is_int(sriov_icmd_decode(answer, SRIOV_REG_MNVDA), SRIOV_REG_OK, "ok");
	answer[2] = 0x87;
	is_int(sriov_icmd_decode(answer, SRIOV_REG_MNVDA), SRIOV_REG_BAD_PARAM,
	       "a status has 7 bits, the one above is another");
	is_int(sriov_icmd_decode(answer, SRIOV_REG_MNVDI), -EBADMSG, "another register");
	answer[0] = 0x18;
	is_int(sriov_icmd_decode(answer, SRIOV_REG_MNVDA), -EBADMSG, "another TLV");
	is_str(sriov_fw_status_text(SRIOV_REG_NOT_SUPPORTED), "register not supported",
	       "a status as text");
	is_str(sriov_fw_status_text(0x55), "unknown status", "an unknown one");
}

static void test_fwctl_status(void)
{
	static const struct {
		uint8_t command;
		enum sriov_reg_status status;
	} rows[] = {
		{ 0, SRIOV_REG_OK },          { 1, SRIOV_REG_INTERNAL },
		{ 3, SRIOV_REG_BAD_PARAM },   { 4, SRIOV_REG_NOT_SUPPORTED },
		{ 6, SRIOV_REG_BUSY },        { 0x50, SRIOV_REG_TOO_SHORT },
		{ 0xff, SRIOV_REG_INTERNAL },
	};

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++)
		is_int(sriov_fwctl_status(rows[i].command), rows[i].status,
		       "status 0x%x of a command", rows[i].command);
}

/* ---- configuration space ---- */

struct config {
	uint32_t dwords[64];
	unsigned int reads;
	unsigned int fails_at; /* 0: never */
};

static int read_config(void *data, unsigned int at, uint32_t *value)
{
	struct config *config = data;

	config->reads++;
	if (config->fails_at && config->fails_at == config->reads)
		return -EIO;
	if (at % 4 || at / 4 >= ARRAY_SIZE(config->dwords))
		return -ERANGE;
	*value = config->dwords[at / 4];
	return 0;
}

/* A list of capabilities: PCI Express, this one, power management. */
static struct config make_config(uint32_t vendor_specific)
{
	struct config config = { 0 };

	config.dwords[0x04 / 4] = 0x00100000;
	config.dwords[0x34 / 4] = 0xffffff40; /* reserved bytes */
	config.dwords[0x40 / 4] = 0x00026010;
	config.dwords[0x60 / 4] = vendor_specific;
	config.dwords[0xa8 / 4] = 0x00030001;
	return config;
}

static void test_find(void)
{
	struct config config = make_config(0x0018a809);
	unsigned int at = 0;

	is_int(sriov_gateway_find(read_config, &config, &at), 0, "found");
	is_int(at, 0x60, "where it is");
	config = make_config(0x0218a809);
	is_int(sriov_gateway_find(read_config, &config, &at), -ENOEXEC,
	       "the type of a card without firmware");
	config = make_config(0x0718a809);
	is_int(sriov_gateway_find(read_config, &config, &at), -ENOENT, "another type");
	config = make_config(0x0018a80a);
	is_int(sriov_gateway_find(read_config, &config, &at), -ENOENT,
	       "another capability");
	config = make_config(0x0018a809);
	config.dwords[0x04 / 4] = 0;
	is_int(sriov_gateway_find(read_config, &config, &at), -ENOENT,
	       "no list of capabilities");
	config = make_config(0x0018a809);
	config.dwords[0x40 / 4] = 0x00024010;
	config.reads = 0;
	is_int(sriov_gateway_find(read_config, &config, &at), -ENOENT,
	       "a list that goes in a circle");
	ok(config.reads <= 64, "it ends");
	config.dwords[0x40 / 4] = 0x00020810;
	is_int(sriov_gateway_find(read_config, &config, &at), -ENOENT,
	       "a list that leads into the header");
	config.dwords[0x40 / 4] = 0x0002f010;
	config.dwords[0xf0 / 4] = 0x00180009;
	is_int(sriov_gateway_find(read_config, &config, &at), -ENOENT,
	       "a capability that does not fit");
	config = make_config(0x0018a809);
	config.dwords[0x40 / 4] = 0x00026210;
	is_int(sriov_gateway_find(read_config, &config, &at), 0,
	       "the lowest bits of an address are nothing");
	is_int(at, 0x60, "where it is");
	for (unsigned int i = 1; i <= 4; i++) {
		config = make_config(0x0018a809);
		config.fails_at = i;
		is_int(sriov_gateway_find(read_config, &config, &at), -EIO,
		       "reading fails the %uth time", i);
	}
	memset(&config, 0xff, sizeof(config));
	config.reads = config.fails_at = 0;
	is_int(sriov_gateway_find(read_config, &config, &at), -ENOENT, "nobody answers");
}

/* A function whose configuration space is these bytes, over and over. */
static void test_config(uint8_t byte, size_t len, int want, const char *text)
{
	struct sriov_ctx *ctx = NULL;
	struct sriov_pf pf = { .name = "0000:03:00.0" };
	struct sriov_gateway gateway = { .pf = &pf, .files = { -1, -1 }, .at = 0x60 };
	_cleanup_close_ int fd = memfd_create("config", MFD_CLOEXEC);
	uint8_t bytes[256];

	memset(bytes, byte, sizeof(bytes));
	if (sriov_new_at("/", &ctx) < 0 || fd < 0 ||
	    write(fd, bytes, len) != (ssize_t)len)
		return;
	gateway.ctx = pf.ctx = ctx;
	gateway.config = fd;
	is_int(sriov_gateway_take(&gateway), want, "taking its semaphore");
	is_str(sriov_error(ctx), text, "text");
	ok(!gateway.taken && !gateway.quiet, "nothing is taken");
	sriov_free(ctx);
}

/* ---- accesses that fail ---- */

#define CARD 12345 /* its descriptor */
#define AT 0x60
#define TURN (UINT32_C(1) << 31)
#define MAILBOX 0x100000

/* A capability, with a firmware that answers what it is asked. */
static struct {
	uint32_t control, counter, semaphore, address, data;
	uint32_t icmd_semaphore, icmd_control, mailbox[16];
	unsigned int accesses, fails_from, fails; /* from which on, how many */
	bool deaf;                                /* writes that fail were done */
} card;

static bool is_failing(void)
{
	card.accesses++;
	return card.accesses >= card.fails_from &&
	       card.accesses - card.fails_from < card.fails;
}

static uint32_t *dword_at(uint32_t address)
{
	if ((card.control & 0xffff) == 10)
		return &card.icmd_semaphore;
	return address < MAILBOX ? &card.icmd_control :
				   &card.mailbox[(address - MAILBOX) / 4 % 16];
}

static void take_or_free(uint32_t *semaphore, uint32_t value)
{
	if (!value || !*semaphore)
		*semaphore = value;
}

static void turn(uint32_t value)
{
	uint32_t *dword = dword_at(value & ~TURN);

	if (!(value & TURN))
		card.data = *dword;
	else if (dword == &card.icmd_semaphore)
		take_or_free(dword, card.data);
	else
		*dword = dword == &card.icmd_control ? card.data & ~UINT32_C(1) :
						       card.data;
	card.address = value ^ TURN;
}

static uint32_t read_card(off_t at)
{
	switch (at - AT) {
	case SRIOV_VSC_CONTROL:
		return card.control | 1U << 29;
	case SRIOV_VSC_COUNTER:
		return ++card.counter;
	case SRIOV_VSC_SEMAPHORE:
		return card.semaphore;
	case SRIOV_VSC_ADDRESS:
		return card.address;
	default:
		return card.data;
	}
}

static void write_card(off_t at, uint32_t value)
{
	switch (at - AT) {
	case SRIOV_VSC_CONTROL:
		card.control = value & 0xffff;
		break;
	case SRIOV_VSC_SEMAPHORE:
		take_or_free(&card.semaphore, value);
		break;
	case SRIOV_VSC_ADDRESS:
		turn(value);
		break;
	default:
		card.data = value;
	}
}

/* Instead of those of libc. */
ssize_t pread(int fd, void *buf, size_t len, off_t at)
{
	uint32_t value;

	if (fd != CARD)
		return syscall(SYS_pread64, fd, buf, len, at);
	if (is_failing()) {
		errno = EIO;
		return -1;
	}
	value = htole32(read_card(at));
	memcpy(buf, &value, sizeof(value));
	return (ssize_t)len;
}

ssize_t pwrite(int fd, const void *buf, size_t len, off_t at)
{
	bool fails = is_failing();
	uint32_t value;

	if (fd != CARD)
		return syscall(SYS_pwrite64, fd, buf, len, at);
	memcpy(&value, buf, sizeof(value));
	if (!fails || card.deaf)
		write_card(at, le32toh(value));
	errno = EIO;
	return fails ? -1 : (ssize_t)len;
}

static int access_card(struct sriov_gateway *gateway)
{
	uint8_t data[4] = { 0 };

	return sriov_icmd_access(gateway, SRIOV_REG_MNVGC, false, data, sizeof(data));
}

/* One access of which some fail, and perhaps another; is all free? */
static bool is_left_free(struct sriov_ctx *ctx, unsigned int from, unsigned int fails,
			 bool deaf, bool again)
{
	struct sriov_pf pf = { .name = "0000:03:00.0", .ctx = ctx };
	struct sriov_gateway gateway = { .ctx = ctx,
					 .pf = &pf,
					 .config = CARD,
					 .files = { -1, -1 },
					 .at = AT,
					 .icmd_room = 256 };
	bool good;

	memset(&card, 0, sizeof(card));
	card.fails_from = from;
	card.fails = fails;
	card.deaf = deaf;
	access_card(&gateway);
	/* one that fails is tried again at once */
	good = fails > 1 || !gateway.icmd_left;
	card.fails = 0;
	if (again)
		good &= !access_card(&gateway);
	sriov_icmd_abandon(&gateway);
	sriov_gateway_abandon(&gateway);
	return good && !card.semaphore && !card.icmd_semaphore && !gateway.quiet &&
	       !gateway.ticket && !gateway.icmd_left;
}

static void test_failures(void)
{
	struct sriov_ctx *ctx = NULL;
	unsigned int all;

	if (sriov_new_at("/", &ctx) < 0)
		return;
	sriov_set_wait(ctx, 1);
	ok(is_left_free(ctx, 0, 0, false, false), "an access leaves all free");
	all = card.accesses;
	ok(all > 40, "it takes more than 40 accesses of configuration space: %u", all);
	for (unsigned int kind = 0; kind < 4; kind++)
		for (unsigned int fails = 1; fails <= 24; fails++) {
			bool deaf = kind & 1, again = kind & 2;
			unsigned int bad = 0;

			for (unsigned int from = 1; from <= all && !bad; from++)
				if (!is_left_free(ctx, from, fails, deaf, again))
					bad = from;
			is_int(bad, 0, "%u fail%s%s", fails,
			       deaf ? ", writes are done" : "",
			       again ? ", and the next goes well" : "");
		}
	sriov_free(ctx);
}

int main(void)
{
	test_encode();
	test_decode();
	test_fwctl_status();
	test_find();
	test_config(0xff, 256, -ENODEV,
		    "0000:03:00.0: does not answer: it is being reset, or gone");
	test_config(0, 64, -EACCES,
		    "0000:03:00.0: reading its configuration space: Permission denied "
		    "(this needs root)");
	test_failures();
	return done_testing();
}
