// SPDX-License-Identifier: GPL-2.0-or-later
/* What a card has, what its settings need of each other, and what is said of it. */
#include "nv-model.h"
#include "tap.h"

#define PF "0000:04:00.0: "

/* ---- refusals ---- */

/* Words that are refused, what is stored before, and what is said. */
static const struct {
	const char *before, *words, *text;
} refused[] = {
	{ NULL, "FORCE_ETH_PCI_SUBCLASS=1",
	  PF
	  "FORCE_ETH_PCI_SUBCLASS: it counts for nothing unless ADVANCED_PCI_SETTINGS is "
	  "True: set ADVANCED_PCI_SETTINGS=1, too" },
	{ "ADVANCED_PCI_SETTINGS=1", "ADVANCED_PCI_SETTINGS=0 FORCE_ETH_PCI_SUBCLASS=1",
	  PF
	  "FORCE_ETH_PCI_SUBCLASS: it counts for nothing unless ADVANCED_PCI_SETTINGS is "
	  "True: set ADVANCED_PCI_SETTINGS=1, too" },
	{ NULL, "PF_NUM_OF_VF=4",
	  PF "PF_NUM_OF_VF: it counts for nothing unless PF_NUM_OF_VF_VALID is True: set "
	     "PF_NUM_OF_VF_VALID=1, too" },
	{ "PF_NUM_OF_VF_VALID=1", "PF_NUM_OF_VF=4 PF_NUM_OF_VF_VALID",
	  PF "PF_NUM_OF_VF: it counts for nothing unless PF_NUM_OF_VF_VALID is True: set "
	     "PF_NUM_OF_VF_VALID=1, too" },
	{ NULL, "PF_TOTAL_SF=1",
	  PF "PF_TOTAL_SF: it counts for nothing unless PER_PF_NUM_SF is True: set "
	     "PER_PF_NUM_SF=1, too" },
	{ NULL, "NUM_PF_MSIX=9 NUM_PF_MSIX_VALID=0",
	  PF "NUM_PF_MSIX: it counts for nothing unless NUM_PF_MSIX_VALID is True" },
	{ NULL, "NUM_OF_VFS=128", PF "NUM_OF_VFS: it cannot be \"128\": 0 to 127" },
	{ NULL, "num_of_vfs=many", PF "NUM_OF_VFS: it cannot be \"many\": 0 to 127" },
	{ NULL, "NUM_PF_MSIX=1001", PF "NUM_PF_MSIX: it cannot be \"1001\": 0 to 1000" },
	{ NULL, "VF_LOG_BAR_SIZE=7", PF "VF_LOG_BAR_SIZE: it cannot be \"7\": 0 to 6" },
	{ NULL, "NUM_OF_PF=3", PF "NUM_OF_PF: it cannot be \"3\": 0 to 2" },
	{ "PF_NUM_OF_VF_VALID=1", "PF_NUM_OF_VF=200",
	  PF "PF_NUM_OF_VF: it cannot be \"200\": 0 to 127" },
	{ NULL, "LINK_TYPE_P1=both", PF "LINK_TYPE_P1: it cannot be \"both\": IB, ETH" },
	{ NULL, "LINK_TYPE=IB",
	  PF "LINK_TYPE: each port has its own: LINK_TYPE_P1, LINK_TYPE_P2" },
	{ NULL, "LINK_TYPE_P3=IB",
	  PF "LINK_TYPE_P3: this card has no more than 2 ports" },
	{ NULL, "PF_VF_BAR2_MODE=1",
	  PF "PF_VF_BAR2_MODE: this card does not support it" },
	{ NULL, "SRIOV_EN=1 sriov_en=0", PF "SRIOV_EN: it is given twice" },
	{ NULL, "NO_SUCH=1", PF "there is no setting NO_SUCH" },
	{ NULL, "NUM_OF_VFS=127 NUM_VF_MSIX=16",
	  PF
	  "NUM_OF_PF x (NUM_PF_MSIX + NUM_OF_VFS x NUM_VF_MSIX) would be 2 x (63 + 127 x "
	  "16) = 4190: the card has 4096 MSI-X vectors" },
	{ "NUM_OF_VFS=127", "NUM_VF_MSIX=16",
	  PF
	  "NUM_OF_PF x (NUM_PF_MSIX + NUM_OF_VFS x NUM_VF_MSIX) would be 2 x (63 + 127 x "
	  "16) = 4190: the card has 4096 MSI-X vectors" },
	{ "NUM_VF_MSIX=16", "NUM_OF_VFS=127",
	  PF
	  "NUM_OF_PF x (NUM_PF_MSIX + NUM_OF_VFS x NUM_VF_MSIX) would be 2 x (63 + 127 x "
	  "16) = 4190: the card has 4096 MSI-X vectors" },
};

static void test_refused(void)
{
	for (size_t i = 0; i < ARRAY_SIZE(refused); i++) {
		struct sriov_fw_change *change;
		unsigned int before;

		model_reset();
		if (refused[i].before)
			is_int(model_set(refused[i].before), 0, "%s", refused[i].before);
		before = model.writes;
		ok(model_prepare(refused[i].words, &change) < 0, "%s: refused",
		   refused[i].words);
		ok(!change, "%s: and nothing is given", refused[i].words);
		is_str(model_ctx.error, refused[i].text, "%s: the words",
		       refused[i].words);
		is_int(model_ctx.error_class, SRIOV_WRONG, "%s: it was wrong",
		       refused[i].words);
		is_int(model.writes, before, "%s: nothing written", refused[i].words);
	}
}

static void test_taken(void)
{
	static const char *const words[] = {
		"NUM_OF_VFS=127 NUM_VF_MSIX=15",
		"NUM_VF_MSIX=64 NUM_OF_VFS=8 NUM_PF_MSIX=1000",
		"NUM_OF_PF=1 NUM_OF_VFS=127 NUM_VF_MSIX=30",
		"NUM_PF_MSIX_VALID=1 NUM_PF_MSIX=9",
		"PER_PF_NUM_SF=1 PF_TOTAL_SF=9 PF_SF_BAR_SIZE=200",
		"FORCE_ETH_PCI_SUBCLASS PF_NUM_OF_VF PF_TOTAL_SF",
	};

	for (size_t i = 0; i < ARRAY_SIZE(words); i++) {
		model_reset();
		is_int(model_set(words[i]), 0, "%s", words[i]);
	}
}

/* What was stored by others may be too much already. */
static void test_less(void)
{
	model_reset();
	model_store(0x80, 0, 0xbc000000);
	model_store(0x80, 4, 0x2002007f);
	model_store(0x80, 8, 0x0a03f045); /* 40 for each VF */
	is_int(model_set("NUM_OF_VFS=100"), 0, "less than before, and still too much");
	is_int(model_set("UCTX_EN=1 NUM_VF_MSIX=40"), 0, "as it is");
	is_int(model_set("NUM_OF_VFS=101"), -EINVAL, "more than before");
}

/* What is said of BARs when these words are set, or "". */
static const char *of_bars(const char *words)
{
	static char text[256];
	struct sriov_fw_change *change;

	text[0] = '\0';
	is_int(model_prepare(words, &change), 0, "%s", words);
	for (size_t i = 0; i < change->n; i++)
		if (strstr(change->to[i]->note, "the BARs"))
			sriov_copy(text, sizeof(text), change->to[i]->note);
	is_int(sriov_nv_change_write(change), 0, "%s: written", words);
	sriov_nv_change_free(change);
	return text;
}

/* A card with little room for BARs, if its total is what it seems to be. */
static void test_bars(void)
{
	model_reset();
	model_put(model_find(0x81)->data[SRIOV_NV_NEXT], 16, 4096);
	/* the PF has 2^5 MiB, each of two */
	is_str(of_bars("SRIOV_EN=1 NUM_OF_VFS=63 VF_LOG_BAR_SIZE=5"), "", "4096 MiB");
	is_str(of_bars("NUM_OF_VFS=64"),
	       "64 VFs of 32 MiB on each of 2 PFs take 4 GiB of the address space of "
	       "PCI; the BARs of 2 PFs with 64 VFs (PF_LOG_BAR_SIZE=5, VF_LOG_BAR_SIZE=5) "
	       "would take 4160 MiB, and the card seems to have 4096 MiB",
	       "one VF more");
	is_str(of_bars("NUM_OF_VFS=64 UCTX_EN=1"), "", "the same");
	is_str(of_bars("NUM_OF_VFS=126 FPP_EN=0"), "", "with one PF that has them all");
	is_str(of_bars("SRIOV_EN=0"), "", "SR-IOV is off");
	is_str(of_bars("NUM_OF_VFS=127 FPP_EN=1"), "", "and then VFs take nothing");
	is_str(of_bars("SRIOV_EN=1"),
	       "the BARs of 2 PFs with 127 VFs (PF_LOG_BAR_SIZE=5, VF_LOG_BAR_SIZE=5) "
	       "would take 8192 MiB, and the card seems to have 4096 MiB",
	       "on again");
	is_str(of_bars("SRIOV_EN=0"), "", "off");
	model_put(model_find(0x81)->data[SRIOV_NV_NEXT], 0, 0xdffffdff);
	is_str(of_bars("SRIOV_EN=1"), "", "a card that names no total");
}

/* ---- what there is ---- */

static struct sriov_fw_param *find(struct sriov_fw_param **params, const char *name)
{
	for (; *params; params++)
		if (!strcmp((*params)->name, name))
			return *params;
	return NULL;
}

/* Lists, with one or no name. */
static int list(const char *name, struct sriov_fw_param ***params, size_t *n)
{
	struct sriov_nv *nv = model_open();
	int r = sriov_nv_list(nv, &name, name != NULL, params, n);

	sriov_nv_close(nv);
	return r;
}

static void free_all(struct sriov_fw_param **params)
{
	for (size_t i = 0; params[i]; i++)
		free(params[i]);
	free(params);
}

static void test_all(void)
{
	struct sriov_fw_param **params, *param;
	size_t n;

	model_reset();
	is_int(list(NULL, &params, &n), 0, "all settings");
	is_int((long long)n, 39, "those of each port twice, two hidden, one missing");
	is_int(model.reads[SRIOV_NV_NEXT], 15, "each TLV is read once");
	is_int(model.reads[SRIOV_NV_CURRENT], 9, "those of capabilities not as they are");
	is_int(model.reads[SRIOV_NV_DEFAULT], 9, "nor from the factory");
	param = find(params, "NUM_OF_VFS");
	is_int((long long)param->set,
	       SRIOV_FW_DEFAULT | SRIOV_FW_CURRENT | SRIOV_FW_NEXT | SRIOV_FW_PENDING |
		       SRIOV_FW_RANGE | SRIOV_FW_ACTIVATION,
	       "what is told of one");
	ok(!param->pending && param->activation == SRIOV_FW_NOTHING && !param->read_only,
	   "nothing is pending");
	ok(param->min == 0 && param->max == 127, "its range is that of the card");
	is_str(find(params, "LINK_TYPE_P2")->next.text, "ETH", "one of a port");
	ok(!find(params, "FORCE_ETH_PCI_SUBCLASS") && !find(params, "PF_NUM_OF_VF"),
	   "what counts for nothing is hidden");
	ok(!find(params, "PF_VF_BAR2_MODE"), "what the card does not have is missing");
	free_all(params);
}

static void test_pending(void)
{
	struct sriov_fw_param **params, *param;
	size_t n;

	model_reset();
	model_set("SRIOV_EN=1 NUM_OF_VFS=16 VF_LOG_BAR_SIZE=2 ADVANCED_PCI_SETTINGS=1");
	is_int(list(NULL, &params, &n), 0, "all settings");
	param = find(params, "NUM_OF_VFS");
	ok(param->pending && param->activation == SRIOV_FW_FIRMWARE_RESET,
	   "VFs wait for a reset of the firmware");
	is_str(param->writer, "sriov", "who stored it");
	ok(param->current.number == 0 && param->next.number == 16 &&
		   param->factory.number == 0,
	   "its three values");
	param = find(params, "VF_LOG_BAR_SIZE");
	ok(param->pending && param->activation == SRIOV_FW_REBOOT,
	   "BARs wait for a reboot");
	ok(find(params, "FORCE_ETH_PCI_SUBCLASS"), "what counts now is listed");
	free_all(params);
}

static void test_named(void)
{
	struct sriov_fw_param **params;
	size_t n;

	model_reset();
	is_int(list("sriov_en", &params, &n), 0, "one setting, in any case");
	ok(n == 1 && !strcmp(params[0]->name, "SRIOV_EN"), "and its name as it is");
	is_int(model.reads[SRIOV_NV_NEXT], 2, "two TLVs are read");
	free_all(params);
	is_int(list("force_eth_pci_subclass", &params, &n), 0, "a hidden one");
	is_str(params[0]->note,
	       "it counts for nothing until ADVANCED_PCI_SETTINGS is True",
	       "what it needs is said");
	free_all(params);
	is_int(list("no_such", &params, &n), 0, "one that another back end may know");
	is_int((long long)n, 0, "is left to that");
	free_all(params);
	is_int(list("PF_VF_BAR2_MODE", &params, &n), -EINVAL, "one that is missing");
	is_str(model_ctx.error, PF "PF_VF_BAR2_MODE: this card does not support it",
	       "the words");
	is_int(list("LINK_TYPE_P7", &params, &n), -EINVAL, "a port that is missing");
}

/* Firmware that tells less. */
static void test_silent(void)
{
	struct sriov_fw_param **params, *param;
	size_t n;

	model_reset();
	model.no_current = model.no_default = true;
	is_int(list(NULL, &params, &n), 0, "only what is stored can be read");
	param = find(params, "NUM_PF_MSIX");
	is_int((long long)(param->set & (SRIOV_FW_NEXT | SRIOV_FW_CURRENT |
					 SRIOV_FW_DEFAULT | SRIOV_FW_PENDING)),
	       SRIOV_FW_NEXT, "the rest is not told");
	ok(!(find(params, "SRIOV_EN")->set & SRIOV_FW_NEXT),
	   "nor what is stored, when the default counts");
	free_all(params);
	is_int(model_set("SRIOV_EN=1 NUM_OF_VFS=5"), 0, "it can be set");
	is_int(model_set("SRIOV_EN NUM_OF_VFS"), 0, "and reset, with a valid bit");
	is_int(model_next(0x80, 0), 0x3c000000, "which is 0 then");
	is_int(model_set("UCTX_EN"), -EINVAL, "but not without such a bit");
	is_str(model_ctx.error,
	       PF
	       "UCTX_EN: the firmware does not tell its default: reset all settings, or "
	       "set this one",
	       "the words");

	model_reset();
	model.bare = true;
	is_int(list(NULL, &params, &n), 0, "what is not stored is not there");
	is_str(find(params, "LINK_TYPE_P1")->next.text, "ETH",
	       "and is as the factory had it");
	free_all(params);
	is_int(model_set("LINK_TYPE_P1=IB NUM_OF_VFS=3"), 0, "and can be set");
	is_int(model_next(0x80, 8), 0x02c3f045, "with the rest of its TLV");
}

/* What a question is answered with: "no", or that there is no answer. */
static void test_status(void)
{
	static const int no_mnvgc[] = { SRIOV_REG_NOT_SUPPORTED, SRIOV_REG_BAD_METHOD,
					SRIOV_REG_BAD_PARAM, SRIOV_REG_INTERNAL };
	static const int no_mnvqc[] = { SRIOV_REG_NOT_SUPPORTED, SRIOV_REG_BAD_METHOD,
					SRIOV_REG_BAD_PARAM, SRIOV_REG_UNKNOWN_TLV };

	for (size_t i = 0; i < ARRAY_SIZE(no_mnvgc); i++) {
		model_reset();
		model.mnvgc = no_mnvgc[i];
		is_int(model_set("UCTX_EN=1"), 0, "MNVGC says %d: only NEXT is there",
		       no_mnvgc[i]);
		model_reset();
		model.mnvqc = no_mnvqc[i];
		is_int(model_set("UCTX_EN=1"), -EINVAL, "MNVQC says %d: nothing is there",
		       no_mnvqc[i]);
		is_str(model_ctx.error, PF "UCTX_EN: this card does not support it",
		       "the words");
	}
	model_reset();
	model.mnvgc = SRIOV_REG_NO_RESOURCE;
	ok(!model_open(), "MNVGC says something else");
	is_str(model_ctx.error,
	       PF "what its firmware tells of settings cannot be read: resource not "
		  "available",
	       "the words");
	model.mnvgc = 0;
	model.mnvqc = SRIOV_REG_CONF_CORRUPT;
	is_int(model_set("UCTX_EN=1"), -EIO, "MNVQC says something else");
	is_str(model_ctx.error,
	       PF "TLV 0x0000010b cannot be asked for: configuration is corrupt",
	       "the words");
}

/* ---- notes ---- */

#define NO_VFS "there are no VFs then, though SRIOV_EN is True"

static void test_notes(void)
{
	static const struct {
		const char *before, *words, *note;
	} rows[] = {
		{ "SRIOV_EN=1", "NUM_OF_VFS=16",
		  "16 VFs of 2 MiB on each of 2 PFs take 64 MiB of the address space of "
		  "PCI" },
		{ NULL, "NUM_OF_VFS=127 SRIOV_EN=1 NUM_OF_PF=1 VF_LOG_BAR_SIZE=5",
		  "127 VFs of 32 MiB take 4064 MiB of the address space of PCI" },
		{ NULL, "NUM_OF_VFS=16",
		  "it counts for nothing while SRIOV_EN is False" },
		{ "SRIOV_EN=1 NUM_OF_VFS=16", "NUM_OF_VFS=8", "" },
		{ "SRIOV_EN=1 PF_NUM_OF_VF_VALID=1", "NUM_OF_VFS=8",
		  "it counts for nothing while PF_NUM_OF_VF_VALID is True: each PF has "
		  "its PF_NUM_OF_VF" },
		{ "SRIOV_EN=1", "PF_NUM_OF_VF_VALID=1 PF_NUM_OF_VF=64",
		  "64 VFs of 2 MiB take 128 MiB of the address space of PCI" },
		{ "SRIOV_EN=1", "PF_NUM_OF_VF_VALID=1",
		  "each PF has its own PF_NUM_OF_VF then: those without one have no "
		  "VFs, as this PF" },
		{ "SRIOV_EN=1 PF_NUM_OF_VF_VALID=1", "PF_NUM_OF_VF_VALID=1", "" },
		{ "SRIOV_EN=1", "NUM_OF_VFS", NO_VFS },
		{ "SRIOV_EN=1 NUM_OF_VFS=9", "NUM_OF_VFS=0", NO_VFS },
		{ "SRIOV_EN=1 PF_NUM_OF_VF_VALID=1", "PF_NUM_OF_VF=0", NO_VFS },
		{ "SRIOV_EN=1 NUM_OF_VFS=9", "NUM_OF_VFS=0 SRIOV_EN=0", "" },
	};

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct sriov_fw_change *change;
		const char *note = "";

		model_reset();
		if (rows[i].before)
			model_set(rows[i].before);
		is_int(model_prepare(rows[i].words, &change), 0, "%s", rows[i].words);
		for (size_t k = 0; k < change->n; k++)
			if (strstr(change->to[k]->name, "OF_VF") &&
			    change->to[k]->note[0])
				note = change->to[k]->note;
		is_str(note, rows[i].note, "%s: what is said", rows[i].words);
		sriov_nv_change_free(change);
	}
}

int main(void)
{
	test_refused();
	test_taken();
	test_less();
	test_bars();
	test_all();
	test_pending();
	test_named();
	test_silent();
	test_status();
	test_notes();
	return done_testing();
}
