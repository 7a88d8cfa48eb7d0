// SPDX-License-Identifier: GPL-2.0-or-later
/* The reader of VFs in RTM_NEWLINK: long, broken and hostile messages. */
#include "internal.h"
#include "message.h"
#include "rtnl.h"
#include "tap.h"

#define HEAD NLMSG_LENGTH(sizeof(struct ifinfomsg))
#define NETWORK SRIOV_RTNL_ETHERNET
#define WANT (NETWORK | SRIOV_VF_NOTE)

static bool says(const struct sriov_vf_attrs *vf, const struct row *row)
{
	return (vf->set & NETWORK) == NETWORK && vf->index == row->index &&
	       !memcmp(vf->mac, row->mac, 6) && vf->vlan == row->vlan &&
	       vf->qos == row->qos && vf->vlan_proto == row->proto &&
	       vf->min_tx_rate == row->min && vf->max_tx_rate == row->max &&
	       vf->spoofchk == !!row->spoofchk && vf->state == row->state &&
	       vf->query_rss == !!row->rss && vf->trust == !!row->trust;
}

static int parse(const struct message *m, uint64_t want, struct sriov_vf_attrs **vfs,
		 size_t n)
{
	return sriov_rtnl_parse(m->bytes, m->len, want, vfs, n);
}

static void clear(struct sriov_vf_attrs **vfs, size_t n)
{
	for (size_t i = 0; i < n; i++)
		*vfs[i] = (struct sriov_vf_attrs){ .index = vfs[i]->index };
}

static void test_count(uint32_t n)
{
	struct sriov_vf_attrs **vfs = sriov_vf_attrs_new(n + 1);
	struct row *rows = calloc(n + 1, sizeof(*rows));
	struct message m;
	struct nlattr list;
	uint32_t good = 0;
	size_t at;

	for (uint32_t i = 0; i < n; i++)
		rows[i] = row_of(i);
	at = build(&m, rows, n, n);
	memcpy(&list, m.bytes + at, sizeof(list));
	is_int(list.nla_len, (4 + 196 * n) % 65536, "%u VFs: list length as sent", n);
	is_int(parse(&m, WANT, vfs, n + 1), 0, "%u VFs: read", n);
	for (uint32_t i = 0; i < n; i++)
		good += says(vfs[i], &rows[i]) && vfs[i]->note == 0;
	is_int(good, n, "%u VFs: all are right", n);
	is_int(vfs[n]->set, SRIOV_VF_NOTE, "%u VFs: nothing is known of the next", n);
	is_int(vfs[n]->note, SRIOV_NOTE_NO_ANSWER, "%u VFs: and it says so", n);
	free(rows);
	free(m.bytes);
	sriov_vf_attrs_free(vfs);
}

static void test_choice(void)
{
	static const uint32_t order[] = { 999, 3, 500, 3, UINT32_MAX };
	struct sriov_vf_attrs **vfs = sriov_vf_attrs_new(ARRAY_SIZE(order));
	struct row rows[1000];
	struct message m;
	int good = 0;

	for (uint32_t i = 0; i < 1000; i++)
		rows[i] = row_of(i);
	for (size_t i = 0; i < ARRAY_SIZE(order); i++)
		vfs[i]->index = order[i];
	build(&m, rows, 1000, 1000);
	is_int(parse(&m, SRIOV_VF_MAC | SRIOV_VF_TRUST, vfs, ARRAY_SIZE(order)), 0,
	       "five of 1000, unsorted and one twice");
	for (size_t i = 0; i < 4; i++)
		good += vfs[i]->set == (SRIOV_VF_MAC | SRIOV_VF_TRUST) &&
			!memcmp(vfs[i]->mac, rows[order[i]].mac, 6) && vfs[i]->vlan == 0;
	is_int(good, 4, "only what was asked for is filled in");
	is_int(vfs[4]->set, 0, "a note that was not asked for is not set");
	is_int(parse(&m, WANT, vfs, 0), 0, "no VF asked for");
	free(m.bytes);
	sriov_vf_attrs_free(vfs);
}

static void test_holes(void)
{
	struct sriov_vf_attrs **vfs = sriov_vf_attrs_new(7);
	struct row rows[3] = { row_of(0), row_of(2), row_of(6) };
	struct message m;

	build(&m, rows, 3, 7);
	is_int(parse(&m, WANT, vfs, 7), 0, "holes: read");
	ok(says(vfs[0], &rows[0]) && says(vfs[2], &rows[1]) && says(vfs[6], &rows[2]),
	   "holes: VFs by their index, not their place");
	ok(vfs[1]->note == SRIOV_NOTE_NO_ANSWER && vfs[5]->note == SRIOV_NOTE_NO_ANSWER &&
		   vfs[1]->set == SRIOV_VF_NOTE,
	   "holes: no answer where there was none");
	free(m.bytes);

	clear(vfs, 7);
	build(&m, rows, 3, 2);
	parse(&m, WANT, vfs, 7);
	is_int(vfs[6]->note, SRIOV_NOTE_NO_ANSWER, "no more than IFLA_NUM_VF are read");
	free(m.bytes);

	clear(vfs, 7);
	start(&m, 7);
	finish(&m);
	is_int(parse(&m, WANT, vfs, 7), 0, "a number, but no list");
	is_int(vfs[6]->note, SRIOV_NOTE_NO_ANSWER, "the driver says nothing at all");
	free(m.bytes);

	clear(vfs, 7);
	start(&m, 7);
	nest_start(&m, IFLA_VFINFO_LIST);
	put_row(&m, &rows[0]);
	set_len(&m, m.len);
	parse(&m, WANT, vfs, 7);
	ok(says(vfs[0], &rows[0]) && vfs[1]->note == SRIOV_NOTE_INCOMPLETE,
	   "a message that ends inside the list is incomplete");
	free(m.bytes);

	clear(vfs, 7);
	start(&m, 7);
	put(&m, "\1\0\1\0", 4);
	finish(&m);
	is_int(parse(&m, WANT, vfs, 7), 0, "a broken attribute before the list");
	is_int(vfs[6]->note, SRIOV_NOTE_INCOMPLETE, "nobody knows what came behind it");
	free(m.bytes);

	clear(vfs, 7);
	start(&m, 7);
	set_len(&m, m.len + 4);
	parse(&m, WANT, vfs, 7);
	is_int(vfs[6]->note, SRIOV_NOTE_INCOMPLETE, "cut between two attributes");
	free(m.bytes);
	sriov_vf_attrs_free(vfs);
}

static void test_values(void)
{
	struct sriov_vf_attrs **vfs = sriov_vf_attrs_new(6);
	struct row rows[6];
	struct message m;

	for (uint32_t i = 0; i < 6; i++)
		rows[i] = row_of(i);
	memset(rows[0].mac, 0xff, 6);
	rows[0].vlan = 65535;
	rows[1].spoofchk = rows[1].rss = rows[1].trust = UINT32_MAX;
	rows[1].min = rows[1].max = UINT32_MAX;
	rows[2].proto = 0;
	rows[3].vlan = 4096;
	rows[4].state = 3;
	rows[4].vlan = 65546;
	rows[5].spoofchk = 7;
	rows[5].max = UINT32_MAX - 1;
	build(&m, rows, 6, 6);
	parse(&m, WANT, vfs, 6);
	is_int(vfs[0]->set, SRIOV_VF_NOTE, "a VF of the other port has no attribute");
	is_int(vfs[0]->note, SRIOV_NOTE_OTHER_PORT, "a VF of the other port is noted");
	is_int(vfs[1]->set,
	       (WANT & ~(SRIOV_VF_SPOOFCHK | SRIOV_VF_QUERY_RSS | SRIOV_VF_TRUST |
			 SRIOV_VF_RATE_GROUP)),
	       "-1 means not reported");
	is_int(vfs[2]->vlan_proto, SRIOV_VLAN_8021Q, "VLAN protocol 0 is 802.1Q");
	is_int(vfs[3]->set, WANT & ~SRIOV_VF_VLAN_GROUP, "VLAN 4096 is none");
	is_int(vfs[4]->set, WANT & ~(SRIOV_VF_VLAN_GROUP | SRIOV_VF_STATE),
	       "VLAN 65546 is not 10, state 3 is none");
	ok(vfs[5]->set == WANT && vfs[5]->spoofchk &&
		   vfs[5]->max_tx_rate == UINT32_MAX - 1,
	   "large values");
	free(m.bytes);
	sriov_vf_attrs_free(vfs);
}

/* Attributes that are shorter than their struct, about other VFs, or unknown. */
static void test_odd_attributes(void)
{
	struct sriov_vf_attrs **vfs = sriov_vf_attrs_new(3);
	uint32_t longer[4] = { 1, 1, 0, 0 };
	struct message m;
	size_t list, info;

	start(&m, 3);
	list = nest_start(&m, IFLA_VFINFO_LIST | NLA_F_NESTED);
	info = nest_start(&m, IFLA_VF_INFO | NLA_F_NESTED);
	put_u32(&m, IFLA_VF_MAC, 1);
	put_attr(&m, IFLA_VF_RATE, longer, 8);
	put_attr(&m, IFLA_VF_VLAN_LIST, longer, 3);
	put_attr(&m, IFLA_VF_TRUST, longer, sizeof(longer));
	put_pair(&m, IFLA_VF_SPOOFCHK, 2, 1);
	put_pair(&m, 999, 1, 1);
	nest_end(&m, info);
	info = nest_start(&m, IFLA_VF_INFO);
	nest_end(&m, info);
	nest_end(&m, list);
	finish(&m);
	is_int(parse(&m, WANT, vfs, 3), 0, "odd attributes: read");
	ok(vfs[1]->set == (SRIOV_VF_TRUST | SRIOV_VF_NOTE) && vfs[1]->trust,
	   "a short struct is ignored, a longer one is not");
	is_int(vfs[2]->set, SRIOV_VF_NOTE, "an attribute of another VF is ignored");
	/* the list's own length may be anything, also less than a header */
	memcpy(m.bytes + list, "\2\0", 2);
	clear(vfs, 3);
	parse(&m, WANT, vfs, 3);
	ok(vfs[1]->trust, "the length of the list is ignored");
	free(m.bytes);
	sriov_vf_attrs_free(vfs);
}

/* What IPoIB says of a VF: GUIDs as one number each, in the order of the host. */
static void test_guids(void)
{
	const uint64_t guids = SRIOV_VF_NODE_GUID | SRIOV_VF_PORT_GUID;
	struct sriov_vf_attrs **vfs = sriov_vf_attrs_new(4);
	struct message m;
	size_t list, info;

	start(&m, 4);
	list = nest_start(&m, IFLA_VFINFO_LIST);
	for (uint32_t i = 0; i < 4; i++) {
		info = nest_start(&m, IFLA_VF_INFO);
		put_pair(&m, IFLA_VF_LINK_STATE, i, SRIOV_VF_STATE_ENABLE);
		if (i != 3)
			put_guid(&m, IFLA_VF_IB_NODE_GUID, i,
				 i == 0 ? 0x0011223344556677 :
				 i == 1 ? 0 :
					  UINT64_MAX);
		if (i != 2)
			put_guid(&m, IFLA_VF_IB_PORT_GUID, i, 0xfedcba9876543210);
		else
			put_pair(&m, IFLA_VF_IB_PORT_GUID, i, 1);
		nest_end(&m, info);
	}
	nest_end(&m, list);
	finish(&m);
	is_int(parse(&m, SRIOV_RTNL_INFINIBAND, vfs, 4), 0, "GUIDs: read");
	is_int(vfs[0]->set, guids | SRIOV_VF_STATE, "GUIDs: both are there");
	ok(vfs[0]->node_guid == 0x0011223344556677 &&
		   vfs[0]->port_guid == 0xfedcba9876543210,
	   "GUIDs: as they were sent");
	ok(vfs[1]->set & SRIOV_VF_NODE_GUID && !vfs[1]->node_guid, "GUIDs: zero is zero");
	ok(vfs[2]->set & SRIOV_VF_NODE_GUID && !vfs[2]->node_guid,
	   "GUIDs: all ones are none, too");
	is_int(vfs[2]->set, SRIOV_VF_NODE_GUID | SRIOV_VF_STATE,
	       "GUIDs: one that is too short is ignored");
	is_int(vfs[3]->set, SRIOV_VF_PORT_GUID | SRIOV_VF_STATE,
	       "GUIDs: one alone is one");
	clear(vfs, 4);
	parse(&m, SRIOV_VF_STATE, vfs, 4);
	is_int(vfs[0]->set, SRIOV_VF_STATE, "GUIDs: only when asked for");
	free(m.bytes);
	sriov_vf_attrs_free(vfs);
}

/* Each cut at the very end of a block, so that ASan sees one byte too many. */
static void test_cuts(void)
{
	struct sriov_vf_attrs **vfs = sriov_vf_attrs_new(3);
	struct row rows[3] = { row_of(0), row_of(1), row_of(2) };
	int results = 0, verdicts = 0, same = 0;
	struct message m;
	size_t list = build(&m, rows, 3, 3);

	for (size_t len = 0; len < m.len; len++) {
		struct message cut = { malloc(len ? len : 1), len };
		size_t seen = len < list + 4 ? 0 : (len - list - 4) / 196;

		memcpy(cut.bytes, m.bytes, len);
		clear(vfs, 3);
		results += parse(&cut, WANT, vfs, 3) == (len < HEAD ? -EBADMSG : 0);
		for (size_t i = 0; i < 3 && len >= HEAD; i++)
			verdicts += i < seen ?
					    says(vfs[i], &rows[i]) && !vfs[i]->note :
					    vfs[i]->set == SRIOV_VF_NOTE &&
						    vfs[i]->note == SRIOV_NOTE_INCOMPLETE;
		/* and with a header that agrees */
		if (len >= HEAD) {
			set_len(&cut, len);
			clear(vfs, 3);
			same += !parse(&cut, WANT, vfs, 3) &&
				!says(vfs[2], &rows[2]) == (seen < 3);
		}
		free(cut.bytes);
	}
	is_int(results, (int)m.len, "cut at every byte: refused or read");
	is_int(verdicts, (int)(m.len - HEAD) * 3,
	       "cut at every byte: whole VFs or a note");
	is_int(same, (int)(m.len - HEAD), "cut at every byte, with the length to match");
	free(m.bytes);
	sriov_vf_attrs_free(vfs);
}

static void test_mutations(void)
{
	struct sriov_vf_attrs **vfs = sriov_vf_attrs_new(5);
	struct row rows[4] = { row_of(0), row_of(1), row_of(2), row_of(3) };
	uint32_t random = 20240601, good = 0, rounds = 20000;
	struct message m;

	build(&m, rows, 4, 4);
	for (uint32_t round = 0; round < rounds; round++) {
		struct message bad = { malloc(m.len), m.len };

		memcpy(bad.bytes, m.bytes, m.len);
		for (uint32_t i = 0; i <= round % 16; i++) {
			random = random * 1664525 + 1013904223;
			/* the type of the message stays, or nothing is read at all */
			bad.bytes[20 + (random >> 8) % (m.len - 20)] =
				(uint8_t)(random >> 24);
		}
		clear(vfs, 5);
		good += !parse(&bad, WANT, vfs, 5) && !(vfs[0]->set & ~WANT) &&
			vfs[4]->set & SRIOV_VF_NOTE;
		free(bad.bytes);
	}
	is_int(good, rounds, "random bytes are survived");
	free(m.bytes);
	sriov_vf_attrs_free(vfs);
}

int main(void)
{
	static const uint32_t counts[] = { 0, 1, 7, 334, 335, 1000 };
	struct message m;

	for (size_t i = 0; i < ARRAY_SIZE(counts); i++)
		test_count(counts[i]);
	test_choice();
	test_holes();
	test_values();
	test_odd_attributes();
	test_guids();
	test_cuts();
	test_mutations();
	start(&m, 0);
	((struct nlmsghdr *)m.bytes)->nlmsg_type = RTM_DELLINK;
	set_len(&m, m.len);
	is_int(parse(&m, WANT, NULL, 0), -EBADMSG, "another message is refused");
	free(m.bytes);
	return done_testing();
}
