// SPDX-License-Identifier: GPL-2.0-or-later
/* Registers of a recorded machine: fw/PF.hex; and what records them. */
#include "fw.h"

/*
 * One answer per line, in hexadecimal with small letters: register, request, status, answer. An answer is as long
 * as its request; where the status is not 0 there is none. What begins with # is a comment.
 *
 *   # firmware of 0000:03:00.0
 *   9034 00000000 0 00000003
 *   9030 0000008000000000 7
 */
#define FILE_OF "fw/%s.hex"
#define REGISTER_DIGITS 4
#define STATUS_DIGITS 2
#define HEX "0123456789abcdef"

/* A word of the line, and the rest of it. */
static size_t next_word(const char **line, const char **word)
{
	size_t len;

	*line += strspn(*line, " \t\r");
	*word = *line;
	len = strcspn(*line, " \t\r\n");
	*line += len;
	return len;
}

static int digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	return -1;
}

/* -EBADMSG, or the number. */
static int read_number(const char *word, size_t len, size_t max)
{
	int number = 0;

	for (size_t i = 0; i < len; i++) {
		int value = digit(word[i]);

		if (value < 0)
			return -EBADMSG;
		number = number << 4 | value;
		if (i >= max)
			return -EBADMSG;
	}
	return len ? number : -EBADMSG;
}

/* Bytes, no more than a register has: how many, or -EBADMSG. */
static int read_bytes(const char *word, size_t len, uint8_t bytes[SRIOV_REG_MAX])
{
	if (len % 2 || len / 2 > SRIOV_REG_MAX)
		return -EBADMSG;
	for (size_t i = 0; i < len; i += 2) {
		int value = read_number(word + i, 2, 2);

		if (value < 0)
			return value;
		bytes[i / 2] = (uint8_t)value;
	}
	return (int)(len / 2);
}

int sriov_fw_recorded_read(const char *line, struct sriov_fw_answer *answer)
{
	const char *word;
	size_t len = next_word(&line, &word);
	int reg, status, n;

	if (!len || *word == '#')
		return 0;
	reg = read_number(word, len, REGISTER_DIGITS);
	len = next_word(&line, &word);
	n = read_bytes(word, len, answer->request);
	len = next_word(&line, &word);
	status = read_number(word, len, STATUS_DIGITS);
	if (reg < 0 || n <= 0 || status < 0)
		return -EBADMSG;
	answer->reg = (uint16_t)reg;
	answer->len = (size_t)n;
	answer->status = status;
	len = next_word(&line, &word);
	n = read_bytes(word, len, answer->answer);
	if (n != (status ? 0 : (int)answer->len) || next_word(&line, &word))
		return -EBADMSG;
	return 1;
}

/* ---- the transport ---- */

static int open_recorded(struct sriov_pf *pf, void **state)
{
	char *text = NULL;
	int r = sriov_sysfs_config(pf->ctx, &text, FILE_OF, pf->dev);

	if (r == -ENOENT)
		return -EOPNOTSUPP;
	if (r < 0)
		return sriov_fail(pf->ctx, SRIOV_FAILED, -r, "%s: " FILE_OF ": %s",
				  pf->name, pf->dev, sriov_strerror(-r));
	*state = text;
	return 0;
}

/* The first line that fits. */
static int access_recorded(struct sriov_pf *pf, void *state, enum sriov_reg reg, bool set,
			   void *data, size_t len)
{
	struct sriov_fw_answer answer;
	unsigned int number = 0;
	const char *line;

	if (set)
		return sriov_fail(pf->ctx, SRIOV_FAILED, EROFS,
				  "%s: a recorded machine cannot be changed", pf->name);
	for (line = state; line; line = strchr(line, '\n')) {
		int r;

		line += *line == '\n';
		number++;
		r = sriov_fw_recorded_read(line, &answer);
		if (r < 0)
			return sriov_fail(pf->ctx, SRIOV_FAILED, -r,
					  "%s: " FILE_OF
					  ":%u: not register, request, status and answer",
					  pf->name, pf->dev, number);
		if (!r || answer.reg != reg || answer.len != len ||
		    memcmp(answer.request, data, len) != 0)
			continue;
		if (!answer.status)
			memcpy(data, answer.answer, len);
		return answer.status;
	}
	return sriov_fail(pf->ctx, SRIOV_FAILED, ENODATA,
			  "%s: " FILE_OF
			  ": this request of register 0x%x was not recorded",
			  pf->name, pf->dev, reg);
}

const struct sriov_fw_transport sriov_fw_recorded = { "recorded", open_recorded,
						      access_recorded, free };

/* ---- the recorder ---- */

static void add_bytes(char **at, const void *bytes, size_t len)
{
	const uint8_t *byte = bytes;

	for (size_t i = 0; i < len; i++) {
		*(*at)++ = HEX[byte[i] >> 4];
		*(*at)++ = HEX[byte[i] & 0xf];
	}
}

void sriov_fw_record_access(struct sriov_ctx *ctx, enum sriov_reg reg,
			    const void *request, int status, const void *answer,
			    size_t len)
{
	char line[SRIOV_REG_MAX * 4 + 32], *at = line, *text;
	size_t had;

	if (!ctx->fw_recording)
		return;
	at += snprintf(line, sizeof(line), "%04x ", (unsigned int)reg & 0xffff);
	add_bytes(&at, request, len);
	at += snprintf(at, 16, " %x%s", (unsigned int)status & 0xff, status ? "" : " ");
	if (!status)
		add_bytes(&at, answer, len);
	*at++ = '\n';
	had = ctx->fw_record ? strlen(ctx->fw_record) : 0;
	text = realloc(ctx->fw_record, had + (size_t)(at - line) + 1);
	if (!text)
		return;
	memcpy(text + had, line, (size_t)(at - line));
	text[had + (size_t)(at - line)] = '\0';
	ctx->fw_record = text;
}

void sriov_fw_record_begin(struct sriov_ctx *ctx)
{
	free(steal(ctx->fw_record));
	ctx->fw_recording = true;
}

char *sriov_fw_record_end(struct sriov_ctx *ctx)
{
	ctx->fw_recording = false;
	return steal(ctx->fw_record);
}
