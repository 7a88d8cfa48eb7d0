// SPDX-License-Identifier: GPL-2.0-or-later
/* The texts in MLNX_OFED's tree: what its files take, and what "config" says. */
#include <ctype.h>
#include <inttypes.h>

#include "mlnx.h"
#include "pf.h"

/* ---- reading ---- */

/* The words that the driver knows, exactly so (4.0 compared with strcmp). */
static const char *const states[] = {
	[SRIOV_VF_STATE_AUTO] = "Follow",
	[SRIOV_VF_STATE_ENABLE] = "Up",
	[SRIOV_VF_STATE_DISABLE] = "Down",
};

static bool parse_u32(const char *text, uint32_t *value)
{
	unsigned long number;
	char *end;

	if (!isdigit((unsigned char)*text))
		return false;
	errno = 0;
	number = strtoul(text, &end, 10);
	*value = (uint32_t)number;
	return !errno && !*end && number <= UINT32_MAX;
}

static bool parse_switch(const char *text, bool *value)
{
	*value = !strcmp(text, "ON");
	return *value || !strcmp(text, "OFF");
}

bool sriov_mlnx_parse_state(const char *text, uint8_t *state)
{
	for (*state = 0; *state < ARRAY_SIZE(states); ++*state)
		if (!strcmp(text, states[*state]))
			return true;
	return false;
}

bool sriov_mlnx_parse_guid(const char *text, uint64_t *guid)
{
	char *end;

	*guid = 0;
	for (unsigned int i = 0; i < 8; i++) {
		if (!isxdigit((unsigned char)text[0]) ||
		    !isxdigit((unsigned char)text[1]))
			return false;
		*guid = *guid << 8 | strtoul(text, &end, 16);
		if (end != text + 2 || *end != (i < 7 ? ':' : '\0'))
			return false;
		text = end + 1;
	}
	return true;
}

bool sriov_mlnx_is_group(const char *name)
{
	uint32_t number;

	return parse_u32(name, &number) && number <= 255;
}

static bool read_mac(const char *text, struct sriov_vf_attrs *vf)
{
	uint8_t mac[20];

	if (sriov_mac_parse(text, mac) != sizeof(vf->mac))
		return false;
	memcpy(vf->mac, mac, sizeof(vf->mac));
	return true;
}

static bool read_vlan(const char *text, struct sriov_vf_attrs *vf)
{
	uint32_t vlan;

	vf->vlan = parse_u32(text, &vlan) && vlan <= SRIOV_VLAN_MAX ? vlan : 0;
	return parse_u32(text, &vlan) && vlan <= SRIOV_VLAN_MAX;
}

static bool read_qos(const char *text, struct sriov_vf_attrs *vf)
{
	uint32_t qos = 0;
	bool good = parse_u32(text, &qos) && qos <= SRIOV_QOS_MAX;

	vf->qos = qos;
	return good;
}

/* Without a tag it has no protocol. */
static bool read_proto(const char *text, struct sriov_vf_attrs *vf)
{
	bool ad = !strcmp(text, "802.1ad");

	vf->vlan_proto = ad ? SRIOV_VLAN_8021AD : SRIOV_VLAN_8021Q;
	return ad || !strcmp(text, "802.1Q") || !strcmp(text, "N/A");
}

static bool read_spoofchk(const char *text, struct sriov_vf_attrs *vf)
{
	return parse_switch(text, &vf->spoofchk);
}

static bool read_trust(const char *text, struct sriov_vf_attrs *vf)
{
	return parse_switch(text, &vf->trust);
}

static bool read_state(const char *text, struct sriov_vf_attrs *vf)
{
	return sriov_mlnx_parse_state(text, &vf->state);
}

static bool read_min(const char *text, struct sriov_vf_attrs *vf)
{
	return parse_u32(text, &vf->min_tx_rate);
}

static bool read_max(const char *text, struct sriov_vf_attrs *vf)
{
	return parse_u32(text, &vf->max_tx_rate);
}

static bool read_group(const char *text, struct sriov_vf_attrs *vf)
{
	uint32_t number;

	if (!parse_u32(text, &number))
		return false;
	snprintf(vf->group, sizeof(vf->group), "%" PRIu32, number);
	return true;
}

static const struct {
	const char *name;
	uint64_t bit;
	bool (*read)(const char *text, struct sriov_vf_attrs *vf);
} keys[] = {
	{ "MAC", SRIOV_VF_MAC, read_mac },
	{ "VLAN", SRIOV_VF_VLAN, read_vlan },
	{ "QoS", SRIOV_VF_QOS, read_qos },
	{ "VLAN Proto", SRIOV_VF_VLAN_PROTO, read_proto },
	{ "SpoofCheck", SRIOV_VF_SPOOFCHK, read_spoofchk },
	{ "Trust", SRIOV_VF_TRUST, read_trust },
	{ "LinkState", SRIOV_VF_STATE, read_state },
	{ "MinTxRate", SRIOV_VF_MIN_TX_RATE, read_min },
	{ "MaxTxRate", SRIOV_VF_MAX_TX_RATE, read_max },
	{ "RateGroup", SRIOV_VF_GROUP, read_group },
};

static void copy_part(char *to, size_t size, const char *from, size_t len)
{
	len = len < size ? len : size - 1;
	memcpy(to, from, len);
	to[len] = '\0';
}

/* A line "Key   : value", cut into two; false at the end of the text. */
static bool next_line(const char **text, char *key, char *value, size_t size)
{
	for (; **text; *text += strspn(*text, "\n")) {
		const char *line = *text, *colon = strstr(line, ": ");
		size_t len = strcspn(line, "\n"), end;

		*text += len;
		if (!colon || colon >= line + len)
			continue;
		end = (size_t)(colon - line);
		while (end && line[end - 1] == ' ')
			end--;
		copy_part(key, size, line, end);
		colon += 2;
		copy_part(value, size, colon, (size_t)(line + len - colon));
		return true;
	}
	return false;
}

void sriov_mlnx_parse_config(const char *text, uint64_t want, struct sriov_vf_attrs *vf)
{
	char key[SRIOV_MLNX_TEXT_LEN], value[SRIOV_MLNX_TEXT_LEN];
	uint64_t seen = 0;

	while (next_line(&text, key, value, sizeof(key))) {
		for (size_t i = 0; i < ARRAY_SIZE(keys); i++) {
			if (!(keys[i].bit & want & ~seen) ||
			    strcmp(keys[i].name, key) != 0)
				continue;
			seen |= keys[i].bit;
			if (keys[i].read(value, vf))
				vf->set |= keys[i].bit;
		}
	}
	/* before 4.2 there was only one */
	if (want & ~seen & SRIOV_VF_VLAN_PROTO && vf->set & SRIOV_VF_VLAN) {
		vf->vlan_proto = SRIOV_VLAN_8021Q;
		vf->set |= SRIOV_VF_VLAN_PROTO;
	}
}

void sriov_mlnx_parse_group(const char *text, struct sriov_group_attrs *group)
{
	const struct {
		const char *name;
		uint64_t bit;
		uint32_t *value;
	} rows[] = { { "Num VFs", SRIOV_GROUP_NUM_VFS, &group->num_vfs },
		     { "MaxRate", SRIOV_GROUP_MAX_TX_RATE, &group->max_tx_rate },
		     { "MinRate", SRIOV_GROUP_MIN_TX_RATE, &group->min_tx_rate } };
	char key[SRIOV_MLNX_TEXT_LEN], value[SRIOV_MLNX_TEXT_LEN];

	while (next_line(&text, key, value, sizeof(key)))
		for (size_t i = 0; i < ARRAY_SIZE(rows); i++)
			if (!(group->set & rows[i].bit) && !strcmp(rows[i].name, key) &&
			    parse_u32(value, rows[i].value))
				group->set |= rows[i].bit;
}

/* ---- writing ---- */

/* 4.0 takes no protocol, so the usual one is not named. */
static void format_vlan(const struct sriov_vf_attrs *vf, uint64_t bit, char *text,
			size_t size)
{
	(void)bit;
	snprintf(text, size, "%u:%u%s", vf->vlan, vf->qos,
		 vf->vlan_proto == SRIOV_VLAN_8021AD ? ":802.1ad" : "");
}

static void format_switch(const struct sriov_vf_attrs *vf, uint64_t bit, char *text,
			  size_t size)
{
	bool value = bit == SRIOV_VF_TRUST ? vf->trust : vf->spoofchk;

	sriov_copy(text, size, value ? "ON" : "OFF");
}

static void format_state(const struct sriov_vf_attrs *vf, uint64_t bit, char *text,
			 size_t size)
{
	(void)bit;
	sriov_copy(text, size, vf->state < ARRAY_SIZE(states) ? states[vf->state] : "");
}

/* "none" is the group in which a VF starts. */
static void format_group(const struct sriov_vf_attrs *vf, uint64_t bit, char *text,
			 size_t size)
{
	(void)bit;
	sriov_copy(text, size, strcmp(vf->group, SRIOV_GROUP_NONE) ? vf->group : "0");
}

const struct sriov_mlnx_file sriov_mlnx_ethernet[] = {
	{ "group", SRIOV_VF_GROUP, format_group },
	{ "mac", SRIOV_VF_MAC, sriov_vf_format },
	{ "vlan", SRIOV_VF_VLAN_GROUP, format_vlan },
	{ "max_tx_rate", SRIOV_VF_MAX_TX_RATE, sriov_vf_format },
	{ "min_tx_rate", SRIOV_VF_MIN_TX_RATE, sriov_vf_format },
	{ "spoofcheck", SRIOV_VF_SPOOFCHK, format_switch },
	{ "trust", SRIOV_VF_TRUST, format_switch },
	{ "link_state", SRIOV_VF_STATE, format_state },
	{ 0 },
};

const struct sriov_mlnx_file sriov_mlnx_infiniband[] = {
	{ "node", SRIOV_VF_NODE_GUID, sriov_vf_format },
	{ "port", SRIOV_VF_PORT_GUID, sriov_vf_format },
	{ "policy", SRIOV_VF_STATE, format_state },
	{ 0 },
};
