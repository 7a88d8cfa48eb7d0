// SPDX-License-Identifier: GPL-2.0-or-later
/* Access one register of a card: fw-register [--debug] [--wait SEC] PF get|set REGISTER HEX [TIMES] */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "fw.h"

static void print_line(void *data, const char *line)
{
	fprintf(data, "%s\n", line);
}

static size_t read_hex(const char *hex, uint8_t *bytes)
{
	size_t n = 0;

	for (; n < SRIOV_REG_MAX && hex[0] && hex[1]; hex += 2) {
		char byte[3] = { hex[0], hex[1], '\0' };

		bytes[n++] = (uint8_t)strtoul(byte, NULL, 16);
	}
	return n;
}

/* The status and the answer, of the last time. */
static int access_times(struct sriov_fw_card *card, enum sriov_reg reg, bool set,
			const char *hex, unsigned long times)
{
	uint8_t data[SRIOV_REG_MAX];
	size_t len = 0;
	int r = 0;

	for (; times && r >= 0; times--) {
		len = read_hex(hex, data);
		r = sriov_fw_access(card, reg, set, data, len);
	}
	if (r < 0)
		return r;
	printf("%s ", sriov_fw_status_text(r));
	for (size_t i = 0; i < len; i++)
		printf("%02x", data[i]);
	printf("\n");
	return 0;
}

int main(int argc, char **argv)
{
	bool debug = argc > 1 && !strcmp(argv[1], "--debug");
	bool wait;
	struct sriov_fw_card *card = NULL;
	struct sriov_ctx *ctx = NULL;
	struct sriov_pf *pf = NULL;
	int r;

	argv += debug;
	argc -= debug;
	wait = argc > 2 && !strcmp(argv[1], "--wait");
	argv += wait * 2;
	argc -= wait * 2;
	if (argc < 5 || sriov_new(&ctx) < 0)
		return 2;
	if (debug)
		sriov_set_debug(ctx, print_line, stderr);
	if (wait)
		sriov_set_wait(ctx, (unsigned int)strtoul(argv[0], NULL, 10));
	r = sriov_pf_find(ctx, argv[1], &pf);
	if (!r)
		r = sriov_fw_open(pf, &card);
	if (!r)
		r = access_times(card, strtoul(argv[3], NULL, 16),
				 !strcmp(argv[2], "set"), argv[4],
				 argc > 5 ? strtoul(argv[5], NULL, 10) : 1);
	sriov_fw_close(card);
	if (r < 0)
		fprintf(stderr, "fw-register: %s\n", sriov_error(ctx));
	sriov_free(ctx);
	return r < 0;
}
