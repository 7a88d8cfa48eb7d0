// SPDX-License-Identifier: GPL-2.0-or-later
/* The texts of MLNX_OFED's tree: "config" of each version, words, and what is written. */
#include "mlnx.h"
#include "mutant.h"
#include "tap.h"

#define ALL (SRIOV_MLNX_CONFIG | SRIOV_VF_GROUP)

/* What stands in all versions; the lines are as the driver prints them. */
#define ADDRESS "VF         : 3\nMAC        : 02:00:00:00:00:1f\n"
#define TAG "VLAN       : 10\nQoS        : 3\n"
#define REST                                                                \
	"SpoofCheck : ON\nTrust      : OFF\nLinkState  : Up\nMinTxRate  : " \
	"100\nMaxTxRate  : 20000\n"
#define PROTO(text) "VLAN Proto : " text "\n"
#define VGT(text) "VGT+       : " text "\n"
#define GROUP(text) "RateGroup  : " text "\n"
#define BW "TC BW      : 0:20 1:20 2:20 3:20 4:20 5:0 6:0 7:0 \n"

static const struct {
	const char *version, *text;
	uint16_t proto;
	const char *group; /* NULL: not told */
} versions[] = {
	{ "4.0", ADDRESS TAG REST, SRIOV_VLAN_8021Q, NULL },
	{ "4.2", ADDRESS TAG PROTO("802.1ad") REST VGT("OFF") "VMAC       : OFF\n",
	  SRIOV_VLAN_8021AD, NULL },
	{ "4.3", ADDRESS TAG PROTO("802.1Q") REST VGT("OFF"), SRIOV_VLAN_8021Q, NULL },
	{ "4.6", ADDRESS TAG PROTO("802.1Q") REST VGT("OFF") GROUP("7"), SRIOV_VLAN_8021Q,
	  "7" },
	{ "5.1-0.6", ADDRESS TAG PROTO("802.1Q") REST GROUP("255"), SRIOV_VLAN_8021Q,
	  "255" },
	{ "5.1-2.3", ADDRESS TAG PROTO("802.1ad") REST GROUP("0") VGT("OFF"),
	  SRIOV_VLAN_8021AD, "0" },
	{ "5.8", ADDRESS TAG PROTO("802.1Q") REST GROUP("7") VGT("OFF") GROUP("0"),
	  SRIOV_VLAN_8021Q, "7" },
	{ "24.10", ADDRESS TAG PROTO("802.1Q") REST GROUP("1") VGT("OFF") GROUP("9") BW,
	  SRIOV_VLAN_8021Q, "1" },
	{ "25.10", ADDRESS TAG PROTO("N/A") REST GROUP("12") VGT("ON"), SRIOV_VLAN_8021Q,
	  "12" },
};

static void test_versions(void)
{
	static const uint8_t mac[6] = { 2, 0, 0, 0, 0, 0x1f };

	for (size_t i = 0; i < ARRAY_SIZE(versions); i++) {
		const char *version = versions[i].version;
		struct sriov_vf_attrs vf = { 0 };

		sriov_mlnx_parse_config(versions[i].text, ALL, &vf);
		is_int(vf.set, versions[i].group ? ALL : SRIOV_MLNX_CONFIG,
		       "%s: what is told", version);
		ok(!memcmp(vf.mac, mac, sizeof(mac)), "%s: mac", version);
		ok(vf.vlan == 10 && vf.qos == 3, "%s: vlan, qos", version);
		is_int(vf.vlan_proto, versions[i].proto, "%s: vlan_proto", version);
		ok(vf.spoofchk && !vf.trust, "%s: spoofchk, trust", version);
		is_int(vf.state, SRIOV_VF_STATE_ENABLE, "%s: state", version);
		ok(vf.min_tx_rate == 100 && vf.max_tx_rate == 20000, "%s: rates",
		   version);
		is_str(vf.group, versions[i].group ? versions[i].group : "",
		       "%s: the first group counts", version);
	}
}

/* One line, and the members of which it tells. */
static void test_lines(void)
{
	static const struct {
		const char *text;
		uint64_t want, set;
	} rows[] = {
		{ "", ALL, 0 },
		{ "\n\n\n", ALL, 0 },
		{ "MAC        : 02:00:00:00:00:1F\n", ALL, SRIOV_VF_MAC },
		{ "MAC        : 02:00:00:00:00:1f", ALL, SRIOV_VF_MAC },
		{ "MAC: 02:00:00:00:00:1f\n", ALL, SRIOV_VF_MAC },
		{ "MAC        : 02:00:00:00:00\n", ALL, 0 },
		{ "MAC        : 02:00:00:00:00:1f:00\n", ALL, 0 },
		{ "MAC        : \n", ALL, 0 },
		{ "MAC        :\n", ALL, 0 },
		{ "MAC\n: 02:00:00:00:00:1f\n", ALL, 0 },
		{ "mac        : 02:00:00:00:00:1f\n", ALL, 0 },
		{ "XMAC       : 02:00:00:00:00:1f\n", ALL, 0 },
		{ "MACX       : 02:00:00:00:00:1f\n", ALL, 0 },
		{ "VLAN       : 4095\n", SRIOV_VF_VLAN, SRIOV_VF_VLAN },
		{ "VLAN       : 4095\n", SRIOV_VF_VLAN_GROUP,
		  SRIOV_VF_VLAN | SRIOV_VF_VLAN_PROTO },
		{ "VLAN       : 4096\n", SRIOV_VF_VLAN_GROUP, 0 },
		{ "VLAN       : 65546\n", ALL, 0 },
		{ "VLAN       : 10 \n", ALL, 0 },
		{ "VLAN       : -1\n", ALL, 0 },
		{ "VLAN       : 0x10\n", ALL, 0 },
		{ "QoS        : 7\n", ALL, SRIOV_VF_QOS },
		{ "QoS        : 8\n", ALL, 0 },
		{ "VLAN Proto : Invalid vlan protocol\n", ALL, 0 },
		{ "SpoofCheck : on\n", ALL, 0 },
		{ "SpoofCheck : ONE\n", ALL, 0 },
		{ "Trust      : OFF\n", ALL, SRIOV_VF_TRUST },
		{ "LinkState  : up\n", ALL, 0 },
		{ "LinkState  : Invalid policy\n", ALL, 0 },
		{ "LinkState  : Follow\n", ALL, SRIOV_VF_STATE },
		{ "MaxTxRate  : 4294967295\n", ALL, SRIOV_VF_MAX_TX_RATE },
		{ "MaxTxRate  : 4294967296\n", ALL, 0 },
		{ "MaxTxRate  : 99999999999999999999999\n", ALL, 0 },
		{ "MinTxRate  : 10abc\n", ALL, 0 },
		{ "RateGroup  : -1\n", ALL, 0 },
		/* a first line that cannot be read is not made good by a second */
		{ "RateGroup  : x\nRateGroup  : 3\n", ALL, 0 },
		/* what nobody asked for, and what nobody knows */
		{ "Trust      : ON\nQoS        : 1\n", SRIOV_VF_QOS, SRIOV_VF_QOS },
		{ "Colour     : blue\nQoS        : 1\n", ALL, SRIOV_VF_QOS },
		{ "no colon at all\nQoS        : 1\n", ALL, SRIOV_VF_QOS },
	};

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct sriov_vf_attrs vf = { 0 };

		sriov_mlnx_parse_config(rows[i].text, rows[i].want, &vf);
		is_int(vf.set, rows[i].set, "line %zu", i);
	}
}

static void test_groups(void)
{
	static const struct {
		const char *text;
		uint64_t set;
		uint32_t n, max, min;
	} rows[] = {
		{ "Num VFs    : 2\nMaxRate    : 20000\nMinRate    : "
		  "5000\nBWShare(Indirect cfg)    : 25\n",
		  SRIOV_GROUP_NUM_VFS | SRIOV_GROUP_MAX_TX_RATE | SRIOV_GROUP_MIN_TX_RATE,
		  2, 20000, 5000 },
		/* 4.6-1.0 has no guarantees */
		{ "Num VFs    : 1\nMaxRate    : 0\n",
		  SRIOV_GROUP_NUM_VFS | SRIOV_GROUP_MAX_TX_RATE, 1, 0, 0 },
		{ "MaxRate    : 1\nMaxRate    : 2\n", SRIOV_GROUP_MAX_TX_RATE, 0, 1, 0 },
		{ "MaxRate    : -1\nMinRate    : none\n", 0, 0, 0, 0 },
		{ "usage: write <Rate (Mbit/s)> to set VF group max rate\n", 0, 0, 0, 0 },
		{ "", 0, 0, 0, 0 },
	};

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct sriov_group_attrs group = { 0 };

		sriov_mlnx_parse_group(rows[i].text, &group);
		is_int(group.set, rows[i].set, "group %zu: what is told", i);
		ok(!(group.set & SRIOV_GROUP_NUM_VFS) || group.num_vfs == rows[i].n,
		   "group %zu: VFs", i);
		ok(!(group.set & SRIOV_GROUP_MAX_TX_RATE) ||
			   group.max_tx_rate == rows[i].max,
		   "group %zu: limit", i);
		ok(!(group.set & SRIOV_GROUP_MIN_TX_RATE) ||
			   group.min_tx_rate == rows[i].min,
		   "group %zu: guarantee", i);
	}
}

static void test_hostile(void)
{
	unsigned int bad = 0;

	for (int i = 0; i < 20000; i++) {
		struct sriov_group_attrs group = { 0 };
		struct sriov_vf_attrs vf = { 0 };
		size_t len, k = random_below(ARRAY_SIZE(versions));
		char *text = mutant(versions[k].text, versions[0].text, &len);

		sriov_mlnx_parse_config(text, ALL, &vf);
		sriov_mlnx_parse_group(text, &group);
		bad += (vf.set & ~ALL) != 0 || vf.vlan > SRIOV_VLAN_MAX ||
		       (vf.set & SRIOV_VF_QOS && vf.qos > SRIOV_QOS_MAX) ||
		       strlen(vf.group) >= sizeof(vf.group);
		free(text);
	}
	is_int(bad, 0,
	       "text that nobody wrote is read or not, and no value is too large");
}

/* ---- words ---- */

static void test_words(void)
{
	static const char *const states[] = { "Follow", "Up", "Down" };
	static const char *const no_states[] = { "",        "up",      "UP",
						 "Upwards", "Follow ", "Invalid policy" };
	static const struct {
		const char *text;
		bool good;
		uint64_t guid;
	} guids[] = {
		{ "00:11:22:33:44:55:01:00", true, UINT64_C(0x0011223344550100) },
		{ "ff:FF:ff:ff:ff:ff:ff:ff", true, UINT64_MAX },
		{ "00:00:00:00:00:00:00:00", true, 0 },
		{ "00:11:22:33:44:55:1:0", false, 0 },
		{ "00:11:22:33:44:55:66", false, 0 },
		{ "00:11:22:33:44:55:66:77:88", false, 0 },
		{ "00:11:22:33:44:55:66:77:", false, 0 },
		{ "00:11:22:33:44:55:66:7g", false, 0 },
		{ "00:11:22:33:44:55:66:-7", false, 0 },
		{ "00:11:22:33:44:55:66: 7", false, 0 },
		{ "0011223344556677", false, 0 },
		{ "", false, 0 },
	};
	static const char *const names[] = { "0", "1", "255" };
	static const char *const no_names[] = {
		"", "256", "-1", "1a", "none", "0x1", " 1"
	};
	uint64_t guid;
	uint8_t state;

	for (size_t i = 0; i < ARRAY_SIZE(states); i++) {
		ok(sriov_mlnx_parse_state(states[i], &state), "state %s", states[i]);
		is_int(state, i, "state %s: its value", states[i]);
	}
	for (size_t i = 0; i < ARRAY_SIZE(no_states); i++)
		ok(!sriov_mlnx_parse_state(no_states[i], &state), "no state: '%s'",
		   no_states[i]);
	for (size_t i = 0; i < ARRAY_SIZE(guids); i++) {
		ok(sriov_mlnx_parse_guid(guids[i].text, &guid) == guids[i].good,
		   "GUID '%s'", guids[i].text);
		ok(!guids[i].good || guid == guids[i].guid, "GUID '%s': its value",
		   guids[i].text);
	}
	for (size_t i = 0; i < ARRAY_SIZE(names); i++)
		ok(sriov_mlnx_is_group(names[i]), "group '%s'", names[i]);
	for (size_t i = 0; i < ARRAY_SIZE(no_names); i++)
		ok(!sriov_mlnx_is_group(no_names[i]), "no group: '%s'", no_names[i]);
}

/* ---- writing ---- */

static void is_written(const struct sriov_mlnx_file *files,
		       const struct sriov_vf_attrs *vf, const char *wanted)
{
	char all[256] = "", text[SRIOV_MLNX_TEXT_LEN];
	size_t len = 0;

	for (; files->name; files++) {
		if (!(files->bits & vf->set))
			continue;
		files->format(vf, vf->set & files->bits & -(vf->set & files->bits), text,
			      sizeof(text));
		len += (size_t)snprintf(all + len, sizeof(all) - len, "%s%s=%s",
					len ? " " : "", files->name, text);
	}
	is_str(all, wanted, "written: %s", wanted);
}

static void test_writing(void)
{
	static const struct {
		struct sriov_vf_attrs vf;
		const char *text;
	} ethernet[] = {
		{ { .set = SRIOV_VF_GROUP, .group = "7" }, "group=7" },
		{ { .set = SRIOV_VF_GROUP, .group = "none" }, "group=0" },
		{ { .set = SRIOV_VF_GROUP, .group = "0" }, "group=0" },
		{ { .set = SRIOV_VF_MAC, .mac = { 2, 0, 0, 0, 0, 0x1f } },
		  "mac=02:00:00:00:00:1f" },
		{ { .set = SRIOV_VF_VLAN_GROUP,
		    .vlan = 10,
		    .qos = 3,
		    .vlan_proto = SRIOV_VLAN_8021Q },
		  "vlan=10:3" },
		{ { .set = SRIOV_VF_VLAN_GROUP,
		    .vlan = 4095,
		    .vlan_proto = SRIOV_VLAN_8021AD },
		  "vlan=4095:0:802.1ad" },
		{ { .set = SRIOV_VF_VLAN_GROUP, .vlan_proto = SRIOV_VLAN_8021Q },
		  "vlan=0:0" },
		{ { .set = SRIOV_VF_RATE_GROUP,
		    .max_tx_rate = 2147483647,
		    .min_tx_rate = 5 },
		  "max_tx_rate=2147483647 min_tx_rate=5" },
		{ { .set = SRIOV_VF_SPOOFCHK | SRIOV_VF_TRUST, .trust = true },
		  "spoofcheck=OFF trust=ON" },
		{ { .set = SRIOV_VF_SPOOFCHK | SRIOV_VF_TRUST, .spoofchk = true },
		  "spoofcheck=ON trust=OFF" },
		{ { .set = SRIOV_VF_STATE, .state = SRIOV_VF_STATE_AUTO },
		  "link_state=Follow" },
		{ { .set = SRIOV_VF_STATE, .state = SRIOV_VF_STATE_ENABLE },
		  "link_state=Up" },
		{ { .set = SRIOV_VF_STATE, .state = SRIOV_VF_STATE_DISABLE },
		  "link_state=Down" },
	};
	static const struct sriov_vf_attrs infiniband = {
		.set = SRIOV_MLNX_INFINIBAND,
		.node_guid = UINT64_C(0x0011223344550100),
		.port_guid = UINT64_C(0x0011223344550200),
		.state = SRIOV_VF_STATE_ENABLE,
	};
	uint64_t carried = 0;

	for (size_t i = 0; i < ARRAY_SIZE(ethernet); i++) {
		is_written(sriov_mlnx_ethernet, &ethernet[i].vf, ethernet[i].text);
		carried |= ethernet[i].vf.set;
	}
	is_int(carried | SRIOV_VF_TRUNK, SRIOV_MLNX_ETHERNET,
	       "each member that the tree takes was looked at, but for trunks");
	is_written(sriov_mlnx_infiniband, &infiniband,
		   "node=00:11:22:33:44:55:01:00 port=00:11:22:33:44:55:02:00 policy=Up");
}

int main(void)
{
	test_versions();
	test_lines();
	test_groups();
	test_hostile();
	test_words();
	test_writing();
	return done_testing();
}
