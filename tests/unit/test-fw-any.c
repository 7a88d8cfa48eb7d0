// SPDX-License-Identifier: GPL-2.0-or-later
/* Settings of a card whose firmware answers anything: nothing that it says is trusted. */
#include "mutant.h"
#include "nv.h"
#include "tap.h"

static struct sriov_ctx ctx = { .stop_at = 1 };
static struct sriov_pf pf = { .ctx = &ctx, .name = "0000:04:00.0" };

static int any_answer(struct sriov_pf *unused, void *state, enum sriov_reg reg, bool set,
		      void *data, size_t len)
{
	uint8_t *bytes = data;

	(void)unused;
	(void)state;
	(void)set;
	if (!random_below(8))
		return (int)random_below(0x80);
	for (size_t i = 0; i < len; i++)
		if (random_below(2))
			bytes[i] = (uint8_t)random_below(256);
	if (reg == SRIOV_REG_MNVQC)
		bytes[7] |= 3;
	if (reg == SRIOV_REG_MNVGN && !random_below(8))
		memset(bytes, 0, 4);
	if (reg == SRIOV_REG_MGIR)
		bytes[5] &= 7;
	return 0;
}

static void close_any(void *state)
{
	(void)state;
}

static struct sriov_nv *open_any(void)
{
	static const struct sriov_fw_transport transport = {
		.name = "any",
		.access = any_answer,
		.close = close_any,
	};
	struct sriov_fw_card *card = calloc(1, sizeof(*card));
	struct sriov_nv *nv;

	*card = (struct sriov_fw_card){ &pf, &transport, NULL };
	return sriov_nv_new(card, &nv) < 0 ? NULL : nv;
}

/* A sanitizer sees what goes beyond; here, that some of it gets to its end. */
static void test_any(void)
{
	static const struct sriov_fw_wish wishes[] = { { "NUM_OF_VFS", "0" },
						       { "LINK_TYPE_P1", "IB" },
						       { "UCTX_EN", NULL } };
	unsigned int prepared_some = 0, listed = 0, saved = 0;

	for (unsigned int i = 0; i < 20000; i++) {
		struct sriov_fw_change *change = NULL;
		struct sriov_fw_param **params;
		char *text = NULL;
		struct sriov_nv *nv;
		size_t n;
		int r = -EIO;

		nv = open_any();
		if (nv && !sriov_nv_list(nv, NULL, 0, &params, &n)) {
			sriov_fw_params_free(params);
			listed++;
		}
		sriov_nv_close(nv);
		nv = open_any();
		if (nv && i % 3 == 0)
			r = sriov_nv_prepare(nv, wishes, ARRAY_SIZE(wishes), &change);
		else if (nv && i % 3 == 1)
			r = sriov_nv_prepare_reset(nv, &change);
		else if (nv)
			saved += !sriov_nv_backup(nv, &text);
		if (!r) {
			prepared_some++;
			sriov_nv_change_write(change);
			sriov_nv_change_undo(change);
			sriov_nv_change_free(change);
		}
		free(text);
	}
	ok(prepared_some > 10 && saved > 10, "%u changes, %u lists, %u files",
	   prepared_some, listed, saved);
}

int main(void)
{
	test_any();
	return done_testing();
}
