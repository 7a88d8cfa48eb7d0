// SPDX-License-Identifier: GPL-2.0-or-later
/* Text from elsewhere, made fit for a terminal. */
#include <string.h>

#include "cli.h"

/* Length of the well-formed, printable UTF-8 sequence at `s`, or 0. */
static size_t utf8_len(const unsigned char *s)
{
	static const uint32_t least[] = { 0, 0, 0x80, 0x800, 0x10000 };
	uint32_t c;
	size_t len;

	if (s[0] < 0x80)
		return s[0] >= 0x20 && s[0] != 0x7f;
	len = s[0] >= 0xf8 ? 0 :
	      s[0] >= 0xf0 ? 4 :
	      s[0] >= 0xe0 ? 3 :
	      s[0] >= 0xc0 ? 2 :
			     0;
	if (!len)
		return 0;
	c = s[0] & (0x7f >> len);
	for (size_t i = 1; i < len; i++) {
		if ((s[i] & 0xc0) != 0x80)
			return 0;
		c = c << 6 | (s[i] & 0x3f);
	}
	if (c < least[len] || c > 0x10ffff || (c >= 0xd800 && c <= 0xdfff))
		return 0;
	/* C1 controls, and the controls that reorder a line */
	if (c < 0xa0 || (c >= 0x2028 && c <= 0x202e) || (c >= 0x2066 && c <= 0x2069))
		return 0;
	return len;
}

void text_printable(char *to, size_t size, const char *from)
{
	size_t at = 0, len;

	while (*from && at + 1 < size) {
		len = utf8_len((const unsigned char *)from);
		if (len > size - 1 - at)
			break;
		if (len)
			memcpy(to + at, from, len);
		else
			to[at] = '?';
		at += len ? len : 1;
		from += len ? len : 1;
	}
	to[at] = '\0';
}
