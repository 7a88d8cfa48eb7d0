// SPDX-License-Identifier: GPL-2.0-or-later
/* Answers of the kernel as hex text: those of a recorded machine, and those to be recorded. */
#include "rtnl.h"

static int hex_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	if (c >= 'A' && c <= 'F')
		return c - 'A' + 10;
	return -1;
}

/* Hex text to bytes, in place. Returns how many, or -EBADMSG. */
static ssize_t decode_hex(char *text, size_t len)
{
	uint8_t *to = (uint8_t *)text;
	size_t digits = 0;

	for (size_t i = 0; i < len; i++) {
		int value = hex_digit(text[i]);

		if (text[i] == ' ' || (text[i] >= '\t' && text[i] <= '\r'))
			continue;
		if (value < 0)
			return -EBADMSG;
		if (digits % 2)
			to[digits / 2] |= (uint8_t)value;
		else
			to[digits / 2] = (uint8_t)(value << 4);
		digits++;
	}
	return digits % 2 ? -EBADMSG : (ssize_t)(digits / 2);
}

ssize_t sriov_netlink_recorded(struct sriov_ctx *ctx, const char *name, void **bytes)
{
	_cleanup_free_ char *text = NULL;
	ssize_t len;
	int r = sriov_sysfs_slurp(ctx, &text, "netlink/%s.hex", name);

	if (r < 0)
		return r == -ENOENT ? -ENODATA : r;
	len = decode_hex(text, (size_t)r);
	if (len >= 0)
		*bytes = steal(text);
	return len;
}

int sriov_netlink_print(struct sriov_ctx *ctx, const char *recorded, const void *bytes,
			size_t len, char **name, char **hex)
{
	_cleanup_free_ char *file = NULL, *text = malloc(len * 2 + 1);

	if (!text || asprintf(&file, "netlink/%s.hex", recorded) < 0) {
		file = NULL;
		return sriov_no_memory(ctx);
	}
	text[0] = '\0';
	for (size_t i = 0; i < len; i++)
		snprintf(text + i * 2, 3, "%02x", ((const uint8_t *)bytes)[i]);
	*name = steal(file);
	*hex = steal(text);
	return 0;
}
