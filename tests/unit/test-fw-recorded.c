// SPDX-License-Identifier: GPL-2.0-or-later
/* Registers of recorded machines: lines good and bad, the transport, and what is recorded. */
#include "fw.h"
#include "tap.h"
#include "tree.h"

#define PF "0000:03:00.0"
#define PCI "sys/bus/pci/devices/" PF

static void test_lines(void)
{
	struct sriov_fw_answer answer = { 0 };
	char line[SRIOV_REG_MAX * 4 + 64];
	static const char *const nothing[] = { "", "\n", "  ", "# 9034 00 0 00", "\r\n" };
	static const char *const bad[] = {
		"9034",
		"9034 00000000",
		"9034 00000000 0",                   /* an answer is missing */
		"9034 00000000 0 000000",            /* it is shorter */
		"9034 00000000 0 0000000000",        /* or longer */
		"9034 00000000 7 00000003",          /* an error has none */
		"9034 0000000 0 0000000",            /* half a byte */
		"9034 00000000 0 0000000g",          /* no digit */
		"9034 00000000 0 000000\x10\x10",    /* nor this */
		"90340 00000000 0 00000003",         /* too large a register */
		"9034 00000000 100 00000003",        /* or status */
		"9034 00000000 0 00000003 00000003", /* a word too many */
		"9034 00000000 -1",
		"0x9034 00000000 0 00000003",
	};
	size_t len;

	is_int(sriov_fw_recorded_read("9034 00000000 0 0a00000f\nmore", &answer), 1,
	       "a line");
	ok(answer.reg == SRIOV_REG_MNVGC && !answer.status && answer.len == 4 &&
		   !memcmp(answer.answer, "\x0a\0\0\x0f", 4),
	   "what it says");
	is_int(sriov_fw_recorded_read(" 9030\t00000080 7\r\n", &answer), 1, "a refusal");
	is_int(answer.status, SRIOV_REG_BAD_PARAM, "its status");
	for (size_t i = 0; i < ARRAY_SIZE(nothing); i++)
		is_int(sriov_fw_recorded_read(nothing[i], &answer), 0, "nothing %zu", i);
	for (size_t i = 0; i < ARRAY_SIZE(bad); i++)
		is_int(sriov_fw_recorded_read(bad[i], &answer), -EBADMSG, "wrong: %s",
		       bad[i]);

	len = (size_t)snprintf(line, sizeof(line), "9035 ");
	memset(line + len, '0', SRIOV_REG_MAX * 2);
	len += SRIOV_REG_MAX * 2;
	snprintf(line + len, sizeof(line) - len, " 4");
	is_int(sriov_fw_recorded_read(line, &answer), 1, "the longest register");
	snprintf(line + len, sizeof(line) - len, "00 4");
	is_int(sriov_fw_recorded_read(line, &answer), -EBADMSG, "a byte longer");
}

static int get(struct sriov_fw_card *card, enum sriov_reg reg, const char *request,
	       uint8_t data[4])
{
	memcpy(data, request, 4);
	return sriov_fw_access(card, reg, false, data, 4);
}

static char debugged[256];

static void keep_line(void *data, const char *line)
{
	(void)data;
	snprintf(debugged, sizeof(debugged), "%s", line);
}

static void test_card(struct sriov_ctx *ctx, struct sriov_pf *pf)
{
	struct sriov_fw_card *card = NULL;
	_cleanup_free_ char *record = NULL;
	uint8_t data[4];

	if (!is_int(sriov_fw_open(pf, &card), 0, "opened"))
		return;
	sriov_fw_record_begin(ctx);
	is_int(get(card, SRIOV_REG_MNVGC, "\0\0\0\0", data), SRIOV_REG_OK, "an answer");
	is_int(data[3], 3, "its bytes");
	is_str(debugged, "fw " PF " recorded get 0x9034 (4): ok", "debug line");
	is_int(get(card, SRIOV_REG_MNVQC, "\0\0\0\x80", data), SRIOV_REG_BAD_PARAM,
	       "a refusal");
	is_int(data[3], 0x80, "leaves the request as it was");
	is_int(get(card, SRIOV_REG_MNVQC, "\0\0\0\x81", data), -ENODATA,
	       "a request that was not recorded");
	is_str(sriov_error(ctx),
	       PF ": fw/" PF ".hex: this request of register 0x9030 was not recorded",
	       "named");
	is_int(sriov_fw_access(card, SRIOV_REG_MNVGC, true, data, 4), -EROFS,
	       "nothing can be set");
	is_int(sriov_fw_access(card, SRIOV_REG_MNVGC, false, data, 3), -EINVAL,
	       "no whole dwords");
	is_int(sriov_fw_access(card, SRIOV_REG_MNVGC, false, data, SRIOV_REG_MAX + 4),
	       -EINVAL, "more than a register has");
	record = sriov_fw_record_end(ctx);
	is_str(record, "9034 00000000 0 00000003\n9030 00000080 7\n",
	       "what was answered is recorded");
	get(card, SRIOV_REG_MNVGC, "\0\0\0\0", data);
	ok(!sriov_fw_record_end(ctx), "and no more");
	sriov_fw_close(card);
}

static void test_broken(struct sriov_ctx *ctx, struct sriov_pf *pf)
{
	struct sriov_fw_card *card = NULL;
	uint8_t data[4];

	if (!is_int(sriov_fw_open(pf, &card), 0, "opened"))
		return;
	is_int(get(card, SRIOV_REG_MNVGC, "\0\0\0\0", data), SRIOV_REG_OK,
	       "an answer before a broken line");
	is_int(get(card, SRIOV_REG_MFRL, "\0\0\0\1", data), -EBADMSG, "a broken line");
	is_str(sriov_error(ctx),
	       PF ": fw/" PF ".hex:2: not register, request, status and answer", "named");
	sriov_fw_close(card);
}

int main(void)
{
	struct sriov_fw_card *card = NULL;
	struct sriov_ctx *ctx = NULL;
	struct sriov_pf *pf = NULL;
	struct tree tree;

	test_lines();
	tree_new(&tree);
	tree_file(&tree, PCI "/sriov_numvfs", "0\n");
	if (!sriov_new_at(tree.root, &ctx) && !sriov_pf_at(ctx, "pci", PF, &pf)) {
		sriov_set_debug(ctx, keep_line, NULL);
		is_int(sriov_fw_open(pf, &card), -EOPNOTSUPP, "nothing was recorded");
		is_int(sriov_error_class(ctx), SRIOV_WRONG, "class");
		is_str(sriov_error(ctx),
		       PF
		       ": has no firmware settings that can be reached (none were recorded)",
		       "text");
		tree_file(&tree, "fw/" PF ".hex",
			  "# firmware\n9034 00000000 0 00000003\n"
			  "9030 00000080 7\n");
		test_card(ctx, pf);
		tree_file(&tree, "fw/" PF ".hex",
			  "9034 00000000 0 00000003\n9030 garbage");
		test_broken(ctx, pf);
		tree_unlink(&tree, "fw/" PF ".hex");
		tree_dir(&tree, "fw/" PF ".hex");
		is_int(sriov_fw_open(pf, &card), -EINVAL, "a directory");
	}
	sriov_free(ctx);
	tree_free(&tree);
	return done_testing();
}
