// SPDX-License-Identifier: GPL-2.0-or-later
/* Files of whole TLVs: as mstconfig writes them, broken ones, and ones that nobody wrote. */
#include "mutant.h"
#include "nv.h"
#include "tap.h"

#define HEAD "MLNX_RAW_TLV_FILE\n"
#define GLOBAL_LINE "0x0209000c 0x00000080 0x00000000 0xbc000000 0xa0020010 0x02c3f045 \n"
/* as mstconfig 4.21 writes it */
#define SAVED                                                                        \
	HEAD "% TLV Type: 0x00000080, Writer ID: ICMD MLXCONFIG(0x09), Writer Host " \
	     "ID: 0x00\n" GLOBAL_LINE                                                \
	     "% TLV Type: 0x01020012, Writer ID: ICMD USER1(0x0a), Writer Host ID: " \
	     "0x00\n0x020a0004 0x01020012 0x00000000 0x00000004 \n"

static struct sriov_ctx ctx;
static struct sriov_pf pf = { .ctx = &ctx, .name = "eth0" };

/* Text in a block of its size; returns what parsing does. */
static int parse(const char *text, struct sriov_nv_line **lines, size_t *n)
{
	char *copy = exactly(text, strlen(text));
	int r;

	ctx.error[0] = '\0';
	*lines = NULL;
	r = sriov_nv_parse_file(&pf, copy, lines, n);
	free(copy);
	return r;
}

static void test_exchange(void)
{
	struct sriov_tlv tlvs[2];
	struct sriov_nv_line *lines;
	size_t n;
	char *text;

	is_int(parse(SAVED, &lines, &n), 0, "a file of mstconfig");
	is_int((long long)n, 2, "its TLVs");
	is_int((long long)lines[0].number, 3, "the line of the first");
	is_int((long long)lines[1].number, 5, "and of the second");
	is_int((long long)sriov_tlv_length(&lines[0].tlv), 12, "the length");
	ok(!memcmp(lines[0].tlv.data, "\xbc\0\0\0\xa0\x02\0\x10\x02\xc3\xf0\x45", 12),
	   "the data, big-endian");
	for (size_t i = 0; i < n; i++)
		tlvs[i] = lines[i].tlv;
	free(lines);
	text = sriov_nv_print_file(tlvs, 2);
	is_str(text, SAVED, "and the same file again");
	free(text);
	text = sriov_nv_print_file(NULL, 0);
	is_str(text, HEAD, "nothing is stored");
	free(text);
}

static void test_good(void)
{
	static const struct {
		const char *text;
		size_t n;
	} rows[] = {
		{ "MLNX_RAW_TLV_FILE", 0 },
		{ HEAD, 0 },
		{ "MLNX_RAW_TLV_FILE\r\n\r\n % comment\r\n" GLOBAL_LINE, 1 },
		{ HEAD "\n\n" GLOBAL_LINE "\n", 1 },
		{ HEAD "34144268 128 0 0xbc000000\t0xA0020010 0x02c3f045", 1 },
		{ HEAD "0x03000204 0x07000083 0x00000000 0x1000000f", 1 },
	};

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct sriov_nv_line *lines;
		size_t n;

		is_int(parse(rows[i].text, &lines, &n), 0, "file %zu", i);
		is_int((long long)n, (long long)rows[i].n, "file %zu: its TLVs", i);
		free(lines);
	}
}

static void test_broken(void)
{
	static const struct {
		const char *text, *why;
	} rows[] = {
		{ "",
		  "eth0: line 1: it is not \"MLNX_RAW_TLV_FILE\", as mstconfig writes" },
		{ "MLNX_RAW_TLV_FILES\n",
		  "eth0: line 1: it is not \"MLNX_RAW_TLV_FILE\", as mstconfig writes" },
		{ GLOBAL_LINE,
		  "eth0: line 1: it is not \"MLNX_RAW_TLV_FILE\", as mstconfig writes" },
		{ HEAD "0x0209000c 0x80 0\n",
		  "eth0: line 2: a TLV has three numbers of a header, and data" },
		{ HEAD "\n0x0209000c 0x80 0 1 2\n",
		  "eth0: line 3: its header says 12 bytes of data, and there are 8" },
		{ HEAD "0x02090010 0x80 0 1 2 3\n",
		  "eth0: line 2: its header says 16 bytes of data, and there are 12" },
		{ HEAD "0x02090004 0x80 0 x\n",
		  "eth0: line 2: there is something that is no number of 32 bits" },
		{ HEAD "0x02090004 0x80 0 0x1g\n",
		  "eth0: line 2: there is something that is no number of 32 bits" },
		{ HEAD "0x02090004 0x80 0 -1\n",
		  "eth0: line 2: there is something that is no number of 32 bits" },
		{ HEAD "0x02090004 0x80 0 0x100000000\n",
		  "eth0: line 2: there is something that is no number of 32 bits" },
		{ HEAD "0x02090004 0x80 0 99999999999999999999999999\n",
		  "eth0: line 2: there is something that is no number of 32 bits" },
		{ HEAD GLOBAL_LINE "% x\n" GLOBAL_LINE,
		  "eth0: line 4: TLV 0x00000080 is in line 2 already" },
	};
	char big[2048] = HEAD "0x1fc 0x80 0";
	struct sriov_nv_line *lines;
	size_t n;

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		is_int(parse(rows[i].text, &lines, &n), -EINVAL, "broken file %zu", i);
		is_str(ctx.error, rows[i].why, "broken file %zu: the words", i);
		is_int(ctx.error_class, SRIOV_WRONG, "broken file %zu: it is wrong", i);
	}
	for (unsigned int i = 0; i < 65; i++)
		strcat(big, " 0");
	is_int(parse(big, &lines, &n), -EINVAL, "more than 256 bytes");
	is_str(ctx.error, "eth0: line 2: a TLV has no more than 256 bytes", "the words");
}

/* A sanitizer sees what goes beyond; here, that what is taken can be written and taken again. */
static void test_mutants(void)
{
	unsigned int taken = 0;
	bool same = true;

	for (unsigned int i = 0; i < 20000; i++) {
		struct sriov_nv_line *lines = NULL, *again = NULL;
		struct sriov_tlv tlvs[8];
		size_t len, n, n_again;
		char *text = mutant(SAVED, HEAD GLOBAL_LINE, &len);

		if (!sriov_nv_parse_file(&pf, text, &lines, &n) && n &&
		    n <= ARRAY_SIZE(tlvs)) {
			char *printed;

			for (size_t k = 0; k < n; k++)
				tlvs[k] = lines[k].tlv;
			printed = sriov_nv_print_file(tlvs, n);
			same &= !parse(printed, &again, &n_again) && n_again == n &&
				!memcmp(&again[n - 1].tlv, &lines[n - 1].tlv,
					sizeof(again->tlv));
			free(printed);
			free(again);
			taken++;
		}
		free(lines);
		free(text);
	}
	ok(taken > 50, "%u of the mutants are files", taken);
	ok(same, "and stay what they are");
}

int main(void)
{
	test_exchange();
	test_good();
	test_broken();
	test_mutants();
	return done_testing();
}
