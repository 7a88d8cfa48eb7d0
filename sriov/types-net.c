// SPDX-License-Identifier: GPL-2.0-or-later
/* Kinds of values: addresses, VLANs, rates and what else networks know. */
#include <ctype.h>
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "cli.h"

#define HWADDR_LEN 20 /* of sriov_pf_attrs.mac, behind which its length stands */

_Static_assert(offsetof(struct sriov_pf_attrs, mac_len) ==
		       offsetof(struct sriov_pf_attrs, mac) + HWADDR_LEN,
	       "type_hwaddr takes both members as one");

/* What `mac` may be set to: an address, or the first of a series. */
struct mac_set {
	uint8_t mac[6];
	bool series;
};

int type_hex_digit(char c)
{
	if (isdigit((unsigned char)c))
		return c - '0';
	c = (char)tolower((unsigned char)c);
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* Bytes of two digits with colons between; returns how many, 0 when it is not that. */
static size_t parse_bytes(const char *word, uint8_t *bytes, size_t max)
{
	for (size_t n = 0; n < max;) {
		int high = type_hex_digit(word[0]);
		int low = high < 0 ? -1 : type_hex_digit(word[1]);

		if (low < 0)
			return 0;
		bytes[n++] = (uint8_t)(high << 4 | low);
		if (!word[2])
			return n;
		if (word[2] != ':')
			return 0;
		word += 3;
	}
	return 0;
}

/* By hand: printing addresses was a third of the work of showing VFs. */
void type_print_bytes(const uint8_t *bytes, size_t n, char *text)
{
	static const char digits[] = "0123456789abcdef";

	for (size_t i = 0; i < n; i++) {
		*text++ = digits[bytes[i] >> 4];
		*text++ = digits[bytes[i] & 0xf];
		*text++ = i + 1 < n ? ':' : '\0';
	}
}

static int parse_mac(const struct type *type, const char *word, void *value, size_t size,
		     char *why)
{
	uint8_t mac[6];

	(void)type;
	(void)why;
	if (parse_bytes(word, mac, sizeof(mac)) != sizeof(mac))
		return -EINVAL;
	memcpy(value, mac, size < sizeof(mac) ? size : sizeof(mac));
	return 0;
}

static void print_mac(const struct type *type, const void *value, size_t size, char *text)
{
	(void)type;
	type_print_bytes(value, size, text);
}

int type_split_series(const char *word, char *base, size_t size, bool *series)
{
	size_t len = strlen(word);

	*series = len && word[len - 1] == '+';
	len -= *series;
	if (len >= size)
		return -EINVAL;
	memcpy(base, word, len);
	base[len] = '\0';
	return 0;
}

static int parse_mac_set(const struct type *type, const char *word, void *value,
			 size_t size, char *why)
{
	struct mac_set set = { 0 };
	char base[18];

	if (type_split_series(word, base, sizeof(base), &set.series) ||
	    parse_mac(type, base, set.mac, sizeof(set.mac), why))
		return -EINVAL;
	if (set.mac[0] & 1) {
		snprintf(why, WHY_LEN, "is a multicast address");
		return -EINVAL;
	}
	if (set.series && !memcmp(set.mac, (const uint8_t[6]){ 0 }, sizeof(set.mac))) {
		snprintf(why, WHY_LEN, "is no address to count from");
		return -EINVAL;
	}
	(void)size;
	memcpy(value, &set, sizeof(set));
	return 0;
}

/*
 * The vendor's half of an address stays: a series that runs out of the other half would
 * end in somebody else's addresses, or in multicast ones.
 */
static int nth_mac(const void *value, uint32_t index, void *nth, char *why)
{
	struct mac_set set;
	uint32_t low;

	memcpy(&set, value, sizeof(set));
	if (set.series) {
		low = (uint32_t)set.mac[3] << 16 | (uint32_t)set.mac[4] << 8 | set.mac[5];
		if (index > 0xffffff - low) {
			snprintf(
				why, WHY_LEN,
				"the series leaves the last three bytes of its address at VF %" PRIu32,
				index);
			return -ERANGE;
		}
		low += index;
		set.mac[3] = (uint8_t)(low >> 16);
		set.mac[4] = (uint8_t)(low >> 8);
		set.mac[5] = (uint8_t)low;
	}
	memcpy(nth, set.mac, sizeof(set.mac));
	return 0;
}

static int parse_hwaddr(const struct type *type, const char *word, void *value,
			size_t size, char *why)
{
	uint8_t *mac = value;
	size_t len;

	(void)type;
	(void)why;
	memset(mac, 0, size);
	len = parse_bytes(word, mac, HWADDR_LEN);
	if (len != 6 && len != HWADDR_LEN)
		return -EINVAL;
	mac[HWADDR_LEN] = (uint8_t)len;
	return 0;
}

static void print_hwaddr(const struct type *type, const void *value, size_t size,
			 char *text)
{
	const uint8_t *mac = value;

	(void)type;
	(void)size;
	if (mac[HWADDR_LEN] <= HWADDR_LEN)
		type_print_bytes(mac, mac[HWADDR_LEN], text);
}

/* Of an IPoIB address the port GUID, its last eight bytes (RFC 4391, 9.1.1), as ibstat has it. */
static void brief_hwaddr(const struct type *type, const void *value, size_t size,
			 char *text)
{
	const uint8_t *mac = value;

	if (mac[HWADDR_LEN] == HWADDR_LEN) {
		for (size_t i = 0; i < 8; i++)
			snprintf(text + i * 2, 3, "%02x", mac[HWADDR_LEN - 8 + i]);
		return;
	}
	print_hwaddr(type, value, size, text);
}

static bool match_hwaddr(const void *filter, const void *value)
{
	const uint8_t *a = filter, *b = value;

	return a[HWADDR_LEN] == b[HWADDR_LEN] && !memcmp(a, b, a[HWADDR_LEN]);
}

static int parse_rate(const struct type *type, const char *word, void *value, size_t size,
		      char *why)
{
	static const struct word units[] = {
		{ "", 1 }, { "mbit", 1 }, { "gbit", 1000 }, { "tbit", 1000000 }, { 0 }
	};
	size_t len = strspn(word, "0123456789");
	uint32_t number;
	char digits[16];

	(void)why;
	if (!len || len >= sizeof(digits))
		return -EINVAL;
	memcpy(digits, word, len);
	digits[len] = '\0';
	for (const struct word *unit = units; unit->word; unit++) {
		if (strcasecmp(unit->word, word + len))
			continue;
		if (type_parse_u32(digits, type->max / unit->value, &number))
			return -EINVAL;
		number *= unit->value;
		memcpy(value, &number, size);
		return 0;
	}
	return -EINVAL;
}

static int parse_num_vfs(const struct type *type, const char *word, void *value,
			 size_t size, char *why)
{
	if (type_parse_word(type, word, value, size, why))
		return type_parse_number(type, word, value, size, why);
	return 0;
}

static void print_num_vfs(const struct type *type, const void *value, size_t size,
			  char *text)
{
	uint32_t number;

	memcpy(&number, value, sizeof(number));
	if (number == SRIOV_NUM_VFS_MAX)
		type_print_word(type, value, size, text);
	else
		type_print_number(type, value, size, text);
}

static const struct word vlan_protos[] = { { "802.1Q", SRIOV_VLAN_8021Q },
					   { "802.1ad", SRIOV_VLAN_8021AD },
					   { 0 } };

static const struct word states[] = {
	{ "auto", SRIOV_VF_STATE_AUTO },
	{ "enable", SRIOV_VF_STATE_ENABLE },
	{ "disable", SRIOV_VF_STATE_DISABLE },
	{ 0 },
};

static const struct word num_vfs[] = { { "max", SRIOV_NUM_VFS_MAX }, { 0 } };

const struct type type_mac = {
	"ADDR", "an address", "02:00:00:00:00:10", parse_mac, print_mac,
};
const struct type type_mac_set = {
	"ADDR|BASE+",  "an address",   "02:00:00:00:00:10, or with + for a series",
	parse_mac_set, .nth = nth_mac,
};
const struct type type_hwaddr = {
	"ADDR",
	"an address",
	"6 or 20 bytes, 02:00:00:00:00:10",
	parse_hwaddr,
	print_hwaddr,
	.brief = brief_hwaddr,
	.match = match_hwaddr,
};
const struct type type_vlan = {
	"N",
	"a VLAN",
	"0-4095",
	type_parse_number,
	type_print_number,
	type_number_to_json,
	.max = SRIOV_VLAN_MAX,
};
const struct type type_qos = {
	"N",
	"a priority",
	"0-7",
	type_parse_number,
	type_print_number,
	type_number_to_json,
	.max = SRIOV_QOS_MAX,
};
const struct type type_vlan_proto = {
	"802.1Q|802.1ad",     NULL, "802.1Q, 802.1ad", type_parse_word, type_print_word,
	.words = vlan_protos,
};
const struct type type_rate = {
	"RATE",
	"a rate",
	"0-2147483647 Mbit/s, or as 500mbit, 10Gbit",
	parse_rate,
	type_print_number,
	type_number_to_json,
	.max = SRIOV_RATE_MAX,
};
const struct type type_state = {
	"auto|enable|disable",   NULL,
	"auto, enable, disable", type_parse_word,
	type_print_word,         .words = states,
};
const struct type type_num_vfs = {
	"N|max",       "a number of VFs",   "0-65535, max",   parse_num_vfs,
	print_num_vfs, type_number_to_json, .words = num_vfs, .max = UINT16_MAX,
};
