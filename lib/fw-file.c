// SPDX-License-Identifier: GPL-2.0-or-later
/* Files of whole TLVs, as mstconfig writes ("backup") and reads them ("set_raw"). */
#include <ctype.h>
#include <inttypes.h>

#include "nv.h"

#define SIGNATURE "MLNX_RAW_TLV_FILE"
#define HEADER_DWORDS (SRIOV_TLV_HEADER / 4)
#define MAX_DWORDS (HEADER_DWORDS + SRIOV_TLV_DATA / 4)

/* ---- reading ---- */

static int refuse(struct sriov_pf *pf, size_t line, const char *why)
{
	return sriov_fail(pf->ctx, SRIOV_WRONG, EINVAL, "%s: line %zu: %s", pf->name,
			  line, why);
}

static bool is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r';
}

static bool is_end(char c)
{
	return !c || c == '\n' || is_blank(c);
}

static bool is_signature(const char *line)
{
	size_t len = strlen(SIGNATURE);

	return !strncmp(line, SIGNATURE, len) && is_end(line[len]);
}

/* One dword, as C writes numbers; `text` moves behind it. */
static bool read_dword(const char **text, uint32_t *dword)
{
	unsigned long long value;
	char *end;

	if (!isdigit((unsigned char)**text))
		return false;
	errno = 0;
	value = strtoull(*text, &end, 0);
	*text = end;
	*dword = (uint32_t)value;
	return !errno && value <= UINT32_MAX && is_end(*end);
}

static void put_dword(struct sriov_tlv *tlv, size_t n, uint32_t dword)
{
	struct sriov_nv_field whole = { 0, 0, 32 };

	if (n < HEADER_DWORDS)
		sriov_nv_put(tlv->header + n * 4, whole, dword);
	else
		sriov_nv_put(tlv->data + (n - HEADER_DWORDS) * 4, whole, dword);
}

/* Data come as dwords, whatever length the header names. */
static size_t round_up(size_t length)
{
	return (length + 3) / 4 * 4;
}

/* A line with a TLV. */
static int parse_line(struct sriov_pf *pf, const char *text, struct sriov_nv_line *line)
{
	size_t n = 0, length;
	uint32_t dword;
	char why[SRIOV_TEXT_LEN];

	for (;; n++) {
		while (is_blank(*text))
			text++;
		if (!*text || *text == '\n')
			break;
		if (n == MAX_DWORDS)
			return refuse(pf, line->number,
				      "a TLV has no more than 256 bytes");
		if (!read_dword(&text, &dword))
			return refuse(pf, line->number,
				      "there is something that is no number of 32 bits");
		put_dword(&line->tlv, n, dword);
	}
	if (n <= HEADER_DWORDS)
		return refuse(pf, line->number,
			      "a TLV has three numbers of a header, and data");
	length = sriov_nv_get(line->tlv.header, SRIOV_TLV_LENGTH);
	if (round_up(length) == (n - HEADER_DWORDS) * 4)
		return 0;
	snprintf(why, sizeof(why), "its header says %zu bytes of data, and there are %zu",
		 length, (n - HEADER_DWORDS) * 4);
	return refuse(pf, line->number, why);
}

/* One TLV cannot be two things; but the user's may be beside that of who sold the card. */
static int check_new(struct sriov_pf *pf, const struct sriov_nv_line *lines, size_t n)
{
	char why[SRIOV_TEXT_LEN];

	for (size_t i = 0; i < n; i++) {
		if (memcmp(lines[i].tlv.header + 4, lines[n].tlv.header + 4, 4) != 0 ||
		    sriov_nv_get(lines[i].tlv.header, SRIOV_TLV_PRIORITY) !=
			    sriov_nv_get(lines[n].tlv.header, SRIOV_TLV_PRIORITY))
			continue;
		snprintf(why, sizeof(why), "TLV 0x%08" PRIx32 " is in line %zu already",
			 sriov_nv_get(lines[n].tlv.header, SRIOV_TLV_TYPE),
			 lines[i].number);
		return refuse(pf, lines[n].number, why);
	}
	return 0;
}

static bool has_tlv(const char *line)
{
	while (is_blank(*line))
		line++;
	return *line && *line != '\n' && *line != '%';
}

int sriov_nv_parse_file(struct sriov_pf *pf, const char *text, struct sriov_nv_line **to,
			size_t *n)
{
	_cleanup_free_ struct sriov_nv_line *lines = NULL;
	size_t number = 1;

	*n = 0;
	if (!is_signature(text))
		return refuse(pf, 1, "it is not \"" SIGNATURE "\", as mstconfig writes");
	while ((text = strchr(text, '\n'))) {
		struct sriov_nv_line *more;
		int r;

		text++;
		number++;
		if (!has_tlv(text))
			continue;
		more = reallocarray(lines, *n + 1, sizeof(*more));
		if (!more)
			return sriov_no_memory(pf->ctx);
		lines = more;
		lines[*n] = (struct sriov_nv_line){ .number = number };
		r = parse_line(pf, text, &lines[*n]);
		if (!r)
			r = check_new(pf, lines, *n);
		if (r < 0)
			return r;
		++*n;
	}
	*to = steal(lines);
	return 0;
}

/* ---- writing ---- */

/* At most: a comment with two numbers and a word, and dwords with "0x" and a blank. */
#define MAX_LINES (128 + MAX_DWORDS * 11 + 2)

/* What the firmware says of a TLV beside it, "valid" and a type of header, is not in a file. */
#define NOT_IN_FILES 0xcc000000U

static size_t print_tlv(const struct sriov_tlv *tlv, char *text, size_t size)
{
	uint32_t writer = sriov_nv_get(tlv->header, SRIOV_TLV_WRITER);
	uint32_t not_there = NOT_IN_FILES;
	struct sriov_nv_field whole = { 0, 0, 32 };
	size_t len = (size_t)snprintf(text, size,
				      "%% TLV Type: 0x%08" PRIx32
				      ", Writer ID: %s(0x%02" PRIx32
				      "), Writer Host ID: 0x%02" PRIx32 "\n",
				      sriov_nv_get(tlv->header, SRIOV_TLV_TYPE),
				      sriov_tlv_writer_in_file(writer), writer,
				      sriov_nv_get(tlv->header, SRIOV_TLV_HOST));

	for (size_t at = 0; at < SRIOV_TLV_HEADER; at += 4, not_there = 0)
		len += (size_t)snprintf(text + len, size - len, "0x%08" PRIx32 " ",
					sriov_nv_get(tlv->header + at, whole) &
						~not_there);
	for (size_t at = 0; at < round_up(sriov_tlv_length(tlv)); at += 4)
		len += (size_t)snprintf(text + len, size - len, "0x%08" PRIx32 " ",
					sriov_nv_get(tlv->data + at, whole));
	return len + (size_t)snprintf(text + len, size - len, "\n");
}

char *sriov_nv_print_file(const struct sriov_tlv *tlvs, size_t n)
{
	size_t size = sizeof(SIGNATURE) + 1 + n * MAX_LINES, len;
	char *text = malloc(size);

	if (!text)
		return NULL;
	len = (size_t)snprintf(text, size, SIGNATURE "\n");
	for (size_t i = 0; i < n; i++)
		len += print_tlv(&tlvs[i], text + len, size - len);
	return text;
}
