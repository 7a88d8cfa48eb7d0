// SPDX-License-Identifier: GPL-2.0-or-later
/* The writer of VFs in RTM_SETLINK: its bytes, and whom it blames, with a kernel played here. */
#include "internal.h"

/* The file itself is included, so that it talks to the kernel and clock below. */
#define sriov_netlink_request fake_request
#define sriov_now_ms fake_now
#define sriov_rtnl_put_vf fake_put_vf
#define sriov_rtnl_set fake_set
int fake_request(struct sriov_ctx *ctx, struct nlmsghdr *request, char *words);
int64_t fake_now(void);
#include "../../lib/rtnl-set.c"
#include "tap.h"

#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
#define W16(x) (x) & 0xff, (x) >> 8
#define G64(a, b, c, d, e, f, g, h) h, g, f, e, d, c, b, a
#define W32(x) (x) & 0xff, (x) >> 8 & 0xff, (x) >> 16 & 0xff, (x) >> 24 & 0xff
#else
#define W16(x) (x) >> 8, (x) & 0xff
#define G64(a, b, c, d, e, f, g, h) a, b, c, d, e, f, g, h
#define W32(x) (x) >> 24 & 0xff, (x) >> 16 & 0xff, (x) >> 8 & 0xff, (x) & 0xff
#endif

#define VFS_MAX 1000

/* ---- the kernel ---- */

static struct {
	/* what happens */
	uint32_t fail_vf;
	uint16_t fail_type; /* 0: nothing fails */
	int fail_err, fail_times;
	int lost;        /* so many answers are lost */
	size_t room;     /* more than this is too long */
	int64_t cost_ms; /* of a message */
	uint32_t signal; /* comes with this message, counted from 1; 0: never */
	/* what came of it */
	uint32_t messages, sizes[VFS_MAX * 8], touched[VFS_MAX];
	size_t longest;
	int64_t now;
} kernel;

int64_t fake_now(void)
{
	return kernel.now;
}

/* One VF: how many attributes it holds before the one that fails, if any. */
static int apply(const struct sriov_nlattr *info)
{
	const uint8_t *p = info->data;
	struct sriov_nlattr attr;
	uint32_t vf;

	if (!info->len)
		return -EINVAL;
	while (sriov_nlattr_next(&p, info->data + info->len, &attr)) {
		memcpy(&vf, attr.data + (attr.type == IFLA_VF_VLAN_LIST ? 4 : 0), 4);
		if (vf == kernel.fail_vf && attr.type == kernel.fail_type &&
		    kernel.fail_times) {
			kernel.fail_times--;
			return kernel.fail_err;
		}
		kernel.touched[vf] |= 1u << attr.type;
		/* as do_setvfinfo() does: what follows in this nest is not looked at */
		if (attr.type == IFLA_VF_IB_NODE_GUID)
			return 0;
	}
	return 0;
}

int fake_request(struct sriov_ctx *ctx, struct nlmsghdr *request, char *words)
{
	const uint8_t *p = (uint8_t *)request + NLMSG_LENGTH(sizeof(struct ifinfomsg));
	const uint8_t *end = (uint8_t *)request + request->nlmsg_len;
	struct sriov_nlattr attr = { 0 };
	uint32_t n = 0;
	int r = 0;

	words[0] = '\0';
	kernel.now += kernel.cost_ms;
	if (request->nlmsg_len > kernel.longest)
		kernel.longest = request->nlmsg_len;
	while (sriov_nlattr_next(&p, end, &attr) && attr.type != IFLA_VFINFO_LIST)
		;
	for (p = attr.data; !r && sriov_nlattr_next(&p, end, &attr); n++)
		r = request->nlmsg_len > kernel.room ? -EMSGSIZE : apply(&attr);
	kernel.sizes[kernel.messages++] = n;
	if (kernel.messages == kernel.signal)
		sriov_interrupt(ctx);
	if (r == kernel.fail_err)
		strcpy(words, "words of the kernel");
	if (kernel.lost && kernel.lost--)
		return -ENOBUFS;
	return r;
}

/* ---- layout ---- */

static void same_bytes(const struct sriov_vf_attrs *vf, uint64_t mask,
		       const uint8_t *want, size_t len, const char *what)
{
	uint32_t buf[64];
	struct nlmsghdr *nlh = mnl_nlmsg_put_header(buf);
	size_t put = sriov_rtnl_put_vf(nlh, sizeof(buf), vf, mask);

	ok(put == len && nlh->nlmsg_len == NLMSG_HDRLEN + len &&
		   !memcmp((uint8_t *)buf + NLMSG_HDRLEN, want, len),
	   "layout of %s", what);
}

#define SAME(mask, what, ...)                                    \
	do {                                                     \
		static const uint8_t want[] = { __VA_ARGS__ };   \
		same_bytes(&vf, mask, want, sizeof(want), what); \
	} while (0)

static void test_layout(void)
{
	struct sriov_vf_attrs vf = {
		.index = 0x102,
		.mac = { 2, 0, 0, 0xaa, 0xbb, 0xcc },
		.vlan = 4094,
		.qos = 5,
		.vlan_proto = SRIOV_VLAN_8021Q,
		.max_tx_rate = 0x7fffffff,
		.min_tx_rate = 100,
		.spoofchk = true,
		.trust = true,
		.state = SRIOV_VF_STATE_DISABLE,
	};
	uint32_t buf[64];
	struct nlmsghdr *nlh = mnl_nlmsg_put_header(buf);

	SAME(SRIOV_VF_MAC, "MAC", W16(44), W16(0x8001), W16(40), W16(1), W32(0x102), 2, 0,
	     0, 0xaa, 0xbb, 0xcc, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
	     0, 0, 0, 0, 0, 0, 0);
	SAME(SRIOV_VF_VLAN_GROUP, "VLAN", W16(20), W16(0x8001), W16(16), W16(2),
	     W32(0x102), W32(4094), W32(5));
	vf.vlan_proto = SRIOV_VLAN_8021AD;
	SAME(SRIOV_VF_VLAN_GROUP, "VLAN with 802.1ad", W16(28), W16(0x8001), W16(24),
	     W16(0x800c), W16(20), W16(1), W32(0x102), W32(4094), W32(5), 0x88, 0xa8, 0,
	     0);
	vf.vlan = vf.qos = 0;
	SAME(SRIOV_VF_VLAN_GROUP, "VLAN 0", W16(20), W16(0x8001), W16(16), W16(2),
	     W32(0x102), W32(0), W32(0));
	SAME(SRIOV_VF_RATE_GROUP, "rates", W16(20), W16(0x8001), W16(16), W16(6),
	     W32(0x102), W32(100), W32(0x7fffffff));
	SAME(SRIOV_VF_SPOOFCHK, "spoofchk", W16(16), W16(0x8001), W16(12), W16(4),
	     W32(0x102), W32(1));
	SAME(SRIOV_VF_STATE, "state", W16(16), W16(0x8001), W16(12), W16(5), W32(0x102),
	     W32(2));
	SAME(SRIOV_VF_QUERY_RSS, "RSS query", W16(16), W16(0x8001), W16(12), W16(7),
	     W32(0x102), W32(0));
	SAME(SRIOV_VF_TRUST | SRIOV_VF_DRIVER, "trust", W16(16), W16(0x8001), W16(12),
	     W16(9), W32(0x102), W32(1));
	SAME(SRIOV_VF_TRUST | SRIOV_VF_STATE, "state and trust", W16(28), W16(0x8001),
	     W16(12), W16(5), W32(0x102), W32(2), W16(12), W16(9), W32(0x102), W32(1));

	is_int(sriov_rtnl_put_vf(nlh, sizeof(buf), &vf, SRIOV_VF_DRIVER), 0,
	       "nothing to say");
	is_int(sriov_rtnl_put_vf(nlh, NLMSG_HDRLEN + 175, &vf, SRIOV_VF_MAC), 0,
	       "no room");
	is_int(nlh->nlmsg_len, NLMSG_HDRLEN, "then the message is as before");
	vf.vlan = 1;
	is_int(sriov_rtnl_put_vf(nlh, NLMSG_HDRLEN + 175, &vf, UINT64_MAX), 0,
	       "a byte too little for both nests");
	is_int(nlh->nlmsg_len, NLMSG_HDRLEN, "then there is no half VF in the message");
	is_int(sriov_rtnl_put_vf(nlh, NLMSG_HDRLEN + 176, &vf, UINT64_MAX), 176,
	       "the longest VF fits into the room it is given");
}

/* A node GUID ends its nest, so a port GUID has its own; they are numbers of the host. */
static void test_guid_layout(void)
{
	struct sriov_vf_attrs vf = {
		.index = 0x102,
		.state = SRIOV_VF_STATE_ENABLE,
		.node_guid = 0x0011223344556677,
		.port_guid = 0xfedcba9876543210,
	};

	SAME(SRIOV_VF_NODE_GUID, "node GUID", W16(24), W16(0x8001), W16(20), W16(10),
	     W32(0x102), 0, 0, 0, 0, G64(0, 0x11, 0x22, 0x33, 0x44, 0x55, 0x66, 0x77));
	SAME(SRIOV_VF_PORT_GUID, "port GUID: no empty nest before it", W16(24),
	     W16(0x8001), W16(20), W16(11), W32(0x102), 0, 0, 0, 0,
	     G64(0xfe, 0xdc, 0xba, 0x98, 0x76, 0x54, 0x32, 0x10));
	SAME(SRIOV_RTNL_INFINIBAND, "state and both GUIDs", W16(36), W16(0x8001), W16(12),
	     W16(5), W32(0x102), W32(1), W16(20), W16(10), W32(0x102), 0, 0, 0, 0,
	     G64(0, 0x11, 0x22, 0x33, 0x44, 0x55, 0x66, 0x77), W16(24), W16(0x8001),
	     W16(20), W16(11), W32(0x102), 0, 0, 0, 0,
	     G64(0xfe, 0xdc, 0xba, 0x98, 0x76, 0x54, 0x32, 0x10));
}

/* ---- whom it blames ---- */

static struct sriov_vf_attrs **vfs;
static struct sriov_verdict verdicts[VFS_MAX];
static struct sriov_ctx ctx;
static char debug[1024];
static int debug_lines;

static void keep_line(void *data, const char *line)
{
	(void)data;
	if (!debug_lines++)
		sriov_copy(debug, sizeof(debug), line);
}

static int set(size_t n, uint64_t mask, bool keep_going)
{
	kernel.messages = 0;
	kernel.longest = 0;
	memset(kernel.touched, 0, sizeof(kernel.touched));
	debug_lines = 0;
	for (size_t i = 0; i < n; i++) {
		vfs[i]->set = mask;
		vfs[i]->vlan_proto = i % 2 ? SRIOV_VLAN_8021AD : SRIOV_VLAN_8021Q;
		vfs[i]->vlan = 10;
	}
	return sriov_rtnl_set(&ctx, "eth0", 0, vfs, n, keep_going, verdicts);
}

static size_t count_done(size_t from, size_t to, uint64_t mask)
{
	size_t n = 0;

	for (size_t i = from; i < to; i++)
		n += verdicts[i].done == mask && !verdicts[i].err && !verdicts[i].blame;
	return n;
}

static void fail(uint32_t vf, uint16_t type, int err, int times)
{
	kernel.fail_vf = vf;
	kernel.fail_type = type;
	kernel.fail_err = err;
	kernel.fail_times = times;
}

static void test_chunks(void)
{
	is_int(set(1000, SRIOV_RTNL_ETHERNET, false), 0, "1000 VFs");
	is_int(count_done(0, 1000, SRIOV_RTNL_ETHERNET), 1000, "1000 VFs: all done");
	ok(kernel.messages == 6 && kernel.sizes[0] == 32 && kernel.sizes[1] == 64 &&
		   kernel.sizes[2] == 128 && kernel.sizes[3] == 256,
	   "fast: each twice as long");
	is_int(debug_lines, 6, "a line for each message");
	is_str(debug,
	       "rtnl setlink eth0 vf 0-31 mac,vlan,rate,spoofchk,state,query_rss,trust"
	       " -> 0",
	       "which says what was sent");
	kernel.cost_ms = 60;
	set(70, SRIOV_VF_MAC, false);
	ok(kernel.messages == 13 && kernel.sizes[1] == 16 && kernel.sizes[5] == 1 &&
		   kernel.sizes[12] == 1,
	   "slow: half as long, down to one");
	kernel.cost_ms = 20;
	set(70, SRIOV_VF_MAC, false);
	ok(kernel.messages == 3 && kernel.sizes[1] == 32 && kernel.sizes[2] == 6,
	   "in between: as it is");
	kernel.cost_ms = 0;
	kernel.room = 1000;
	is_int(set(100, SRIOV_RTNL_ETHERNET, false), 0,
	       "a socket that takes only 1000 bytes");
	is_int(count_done(0, 100, SRIOV_RTNL_ETHERNET), 100, "and all are done");
	is_int(kernel.messages, 28, "the limit is found once");
	kernel.room = SIZE_MAX;
	ok(!set(1000, SRIOV_RTNL_ETHERNET, false) && kernel.longest > 32000 &&
		   kernel.longest < 65536,
	   "no message reaches 64 KiB");
}

static void test_gaps(void)
{
	is_int(set(5, 0, false), 0, "nothing to set");
	is_int(kernel.messages, 0, "nothing is sent");
	set(5, SRIOV_VF_MAC, false);
	kernel.messages = 0;
	debug_lines = 0;
	vfs[1]->set = SRIOV_VF_DRIVER;
	is_int(sriov_rtnl_set(&ctx, "eth0", 0, vfs, 5, false, verdicts), 0,
	       "VFs without anything");
	ok(kernel.messages == 1 && kernel.sizes[0] == 4 && !verdicts[1].done,
	   "are left out of the message");
	is_int(sriov_rtnl_set(&ctx, "", 0, vfs, 5, false, verdicts), -EOPNOTSUPP,
	       "no netdev");
	ok(verdicts[0].err == -EOPNOTSUPP && verdicts[0].blame == SRIOV_VF_MAC &&
		   !verdicts[1].err,
	   "the first VF has the verdict");
	is_int(sriov_rtnl_set(&ctx, "a-name-too-long-for-it", 0, vfs, 5, true, verdicts),
	       -ENODEV, "no such netdev");
	is_int(verdicts[4].err, -ENODEV, "all VFs have the verdict");
}

static void test_blame(void)
{
	const uint64_t all = SRIOV_RTNL_ETHERNET;

	fail(5, IFLA_VF_RSS_QUERY_EN, -EOPNOTSUPP, -1);
	is_int(set(40, all, false), -EOPNOTSUPP, "VF 5 fails: stop");
	is_int(count_done(0, 5, all), 5, "those before it are done");
	ok(verdicts[5].err == -EOPNOTSUPP && verdicts[5].blame == SRIOV_VF_QUERY_RSS,
	   "the member to blame is found");
	is_int(verdicts[5].done, all & ~(SRIOV_VF_QUERY_RSS | SRIOV_VF_TRUST),
	       "members before it are done");
	is_str(verdicts[5].text, "words of the kernel", "the kernel's words are kept");
	is_int(count_done(6, 40, 0), 34, "those behind it have no verdict");
	ok(!kernel.touched[6] && !kernel.touched[39], "and nothing of them was sent");

	is_int(set(40, all, true), -EOPNOTSUPP, "VF 5 fails: go on");
	is_int(count_done(0, 40, all), 39, "all others are done");
	is_int(verdicts[5].blame, SRIOV_VF_QUERY_RSS,
	       "the member to blame is found again");

	fail(33, IFLA_VF_VLAN_LIST, -EPROTONOSUPPORT, -1);
	is_int(set(40, SRIOV_VF_VLAN_GROUP, false), -EPROTONOSUPPORT, "802.1ad fails");
	ok(verdicts[33].blame == SRIOV_VF_VLAN_GROUP && !verdicts[33].done &&
		   count_done(0, 33, SRIOV_VF_VLAN_GROUP) == 33,
	   "the three VLAN members go together");
	fail(0, IFLA_VF_RATE, -EINVAL, -1);
	is_int(set(1, SRIOV_VF_RATE_GROUP, false), -EINVAL, "one VF with one group");
	ok(kernel.messages == 1 && verdicts[0].blame == SRIOV_VF_RATE_GROUP,
	   "is sent once");

	fail(7, IFLA_VF_TRUST, -EBUSY, 1);
	is_int(set(40, all, false), 0, "what fails once and then succeeds is success");
	is_int(count_done(0, 40, all), 40, "all done");
	fail(7, IFLA_VF_TRUST, -EBUSY, 2);
	is_int(set(40, all, false), 0, "also when it was the VF alone that failed");
	is_int(count_done(0, 40, all), 40, "all done again");
	fail(0, 0, 0, 0);
	kernel.lost = 1;
	is_int(set(1, SRIOV_VF_MAC, false), 0, "a lost answer: sent again");
	is_int(kernel.messages, 2, "once more");
	kernel.lost = 2;
	is_int(set(1, SRIOV_VF_MAC, false), -ENOBUFS, "lost twice: an error");
	kernel.lost = 0;
}

static void test_guids(void)
{
	const uint64_t all = SRIOV_RTNL_INFINIBAND, guids = SRIOV_VF_GUIDS;
	const uint32_t both = 1u << IFLA_VF_IB_NODE_GUID | 1u << IFLA_VF_IB_PORT_GUID;
	size_t reached = 0;

	is_int(set(40, all, false), 0, "GUIDs of 40 VFs");
	is_int(count_done(0, 40, all), 40, "all done");
	for (size_t i = 0; i < 40; i++)
		reached += (kernel.touched[i] & both) == both;
	is_int(reached, 40, "both have reached the kernel");
	ok(kernel.messages == 2 && kernel.sizes[0] == 64 && kernel.sizes[1] == 16,
	   "two nests a VF, as many VFs in a message as ever");
	is_str(debug, "rtnl setlink eth0 vf 0-31 state,node_guid,port_guid -> 0",
	       "named in the line");

	fail(3, IFLA_VF_IB_PORT_GUID, -EINVAL, -1);
	is_int(set(8, all, false), -EINVAL, "a port GUID fails");
	ok(verdicts[3].blame == SRIOV_VF_PORT_GUID &&
		   verdicts[3].done == (SRIOV_VF_STATE | SRIOV_VF_NODE_GUID),
	   "it alone is to blame");
	fail(3, IFLA_VF_IB_NODE_GUID, -EINVAL, -1);
	is_int(set(8, guids, true), -EINVAL, "a node GUID fails");
	ok(verdicts[3].blame == SRIOV_VF_NODE_GUID && !verdicts[3].done,
	   "it alone is to blame");
	is_int(count_done(0, 8, guids), 7, "all others are done");
	fail(0, 0, 0, 0);
	ok(!set(1000, SRIOV_RTNL_ALL, false) && kernel.longest < 65536 &&
		   count_done(0, 1000, SRIOV_RTNL_ALL) == 1000,
	   "1000 VFs with everything: no message reaches 64 KiB");
}

static void test_interrupted(void)
{
	const uint64_t all = SRIOV_RTNL_ETHERNET;

	fail(0, 0, 0, 0);
	kernel.cost_ms = 20;
	kernel.signal = 2;
	is_int(set(100, all, true), -EINTR, "interrupted in the second message");
	is_int(kernel.messages, 2, "which is the last");
	ok(count_done(0, 64, all) == 64 && count_done(64, 100, 0) == 36,
	   "each VF is done, or was not begun");
	ctx.interrupts = 0;
	is_int(set(64, all, false), 0, "in the last message: there is nothing to stop");
	is_int(count_done(0, 64, all), 64, "all are done");

	ctx.interrupts = 0;
	kernel.signal = 5;
	fail(3, IFLA_VF_VLAN_LIST, -EIO, -1);
	is_int(set(40, SRIOV_VF_VLAN_GROUP, true), -EINTR,
	       "while VFs are sent one by one");
	ok(count_done(0, 3, SRIOV_VF_VLAN_GROUP) == 3 && verdicts[3].err == -EIO &&
		   count_done(4, 40, 0) == 36,
	   "what was done and what failed is known");
	ctx.interrupts = 0;
	kernel.signal = 0;
	kernel.cost_ms = 0;
}

int main(void)
{
	vfs = sriov_vf_attrs_new(VFS_MAX);
	ctx.stop_at = 1;
	sriov_set_debug(&ctx, keep_line, NULL);
	kernel.room = SIZE_MAX;
	test_layout();
	test_guid_layout();
	test_chunks();
	test_gaps();
	test_blame();
	test_guids();
	test_interrupted();
	sriov_vf_attrs_free(vfs);
	return done_testing();
}
