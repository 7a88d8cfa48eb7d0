// SPDX-License-Identifier: GPL-2.0-or-later
/* Lists of addresses, routes and links: what counts as use, and messages cut at every byte. */
#include <libmnl/libmnl.h>
#include <linux/if_addr.h>

#include "internal.h"
#include "message.h"
#include "rtnl.h"
#include "tap.h"

#define PORT 77
#define SEQ 5
#define IFINDEX 7

static char seen[512];

static void see_use(void *data, uint32_t ifindex, const char *text)
{
	size_t len = strlen(seen);

	(void)data;
	snprintf(seen + len, sizeof(seen) - len, "%s%u %s", len ? ", " : "", ifindex,
		 text);
}

static void begin(struct message *m, uint16_t type, const void *fixed, size_t size)
{
	struct nlmsghdr nlh = { 0, type, NLM_F_MULTI, SEQ, PORT };

	*m = (struct message){ 0 };
	put(m, &nlh, sizeof(nlh));
	put(m, fixed, size);
}

static void put_address(struct message *m, uint16_t type, int family, const char *text)
{
	uint8_t bytes[16];

	inet_pton(family, text, bytes);
	put_attr(m, type, bytes, family == AF_INET ? 4 : 16);
}

/* Look at a message in a block of exactly its size, for ASan. */
static const char *
look(struct message *m, size_t len,
     void (*parse)(const struct nlmsghdr *message,
		   void (*see)(void *data, uint32_t ifindex, const char *text),
		   void *data))
{
	_cleanup_free_ void *exact = malloc(len);

	set_len(m, len);
	memcpy(exact, m->bytes, len);
	seen[0] = '\0';
	parse(exact, see_use, NULL);
	return seen;
}

static const char *address(int family, uint8_t scope, const char *local,
			   const char *other)
{
	struct ifaddrmsg ifa = { (uint8_t)family, 24, 0, scope, IFINDEX };
	struct message m;

	begin(&m, RTM_NEWADDR, &ifa, sizeof(ifa));
	if (other)
		put_address(&m, IFA_ADDRESS, family, other);
	if (local)
		put_address(&m, IFA_LOCAL, family, local);
	look(&m, m.len, sriov_rtnl_see_address);
	free(m.bytes);
	return seen;
}

static void test_addresses(void)
{
	is_str(address(AF_INET, RT_SCOPE_UNIVERSE, "192.0.2.1", "192.0.2.1"),
	       "7 192.0.2.1/24", "an address");
	is_str(address(AF_INET, RT_SCOPE_UNIVERSE, "192.0.2.1", "192.0.2.99"),
	       "7 192.0.2.1/24", "ours, not that of the other end");
	is_str(address(AF_INET6, RT_SCOPE_UNIVERSE, NULL, "2001:db8::1"),
	       "7 2001:db8::1/24", "one of IPv6");
	is_str(address(AF_INET6, RT_SCOPE_SITE, NULL, "fec0::1"), "7 fec0::1/24",
	       "one of a site");
	is_str(address(AF_INET6, RT_SCOPE_LINK, NULL, "fe80::1"), "",
	       "the kernel makes link-local ones");
	is_str(address(AF_INET, RT_SCOPE_HOST, "127.0.0.1", "127.0.0.1"), "",
	       "one of the host itself");
	is_str(address(AF_INET, RT_SCOPE_UNIVERSE, NULL, NULL), "", "none");
}

static const char *route(int family, uint8_t table, uint8_t protocol, const char *to,
			 uint32_t oif)
{
	struct rtmsg rtm = { .rtm_family = (unsigned char)family,
			     .rtm_dst_len = to ? 8 : 0,
			     .rtm_table = table,
			     .rtm_protocol = protocol };
	struct message m;

	begin(&m, RTM_NEWROUTE, &rtm, sizeof(rtm));
	put_u32(&m, RTA_TABLE, table);
	if (to)
		put_address(&m, RTA_DST, family, to);
	if (oif)
		put_u32(&m, RTA_OIF, oif);
	look(&m, m.len, sriov_rtnl_see_route);
	free(m.bytes);
	return seen;
}

/* Two next hops. */
static void build_multipath(struct message *m)
{
	struct rtmsg rtm = { .rtm_family = AF_INET,
			     .rtm_dst_len = 8,
			     .rtm_table = RT_TABLE_MAIN,
			     .rtm_protocol = RTPROT_STATIC };
	struct rtnexthop hop = { .rtnh_len = sizeof(hop) + 8 };
	size_t nest;

	begin(m, RTM_NEWROUTE, &rtm, sizeof(rtm));
	put_address(m, RTA_DST, AF_INET, "10.0.0.0");
	nest = nest_start(m, RTA_MULTIPATH);
	for (hop.rtnh_ifindex = 3; hop.rtnh_ifindex < 5; hop.rtnh_ifindex++) {
		put(m, &hop, sizeof(hop));
		put_address(m, RTA_GATEWAY, AF_INET, "192.0.2.9");
	}
	nest_end(m, nest);
}

static void test_routes(void)
{
	struct message m;
	int whole = 0;

	is_str(route(AF_INET, RT_TABLE_MAIN, RTPROT_STATIC, "10.0.0.0", IFINDEX),
	       "7 route 10.0.0.0/8", "a route");
	is_str(route(AF_INET, RT_TABLE_MAIN, RTPROT_DHCP, NULL, IFINDEX),
	       "7 route default", "the default route");
	is_str(route(AF_INET6, RT_TABLE_MAIN, RTPROT_BOOT, "2001:db8::", IFINDEX),
	       "7 route 2001:db8::/8", "one of IPv6");
	is_str(route(AF_INET, RT_TABLE_MAIN, RTPROT_KERNEL, "10.0.0.0", IFINDEX), "",
	       "the kernel's own");
	is_str(route(AF_INET6, RT_TABLE_MAIN, RTPROT_RA, NULL, IFINDEX), "",
	       "what a router announces");
	is_str(route(AF_INET, RT_TABLE_LOCAL, RTPROT_STATIC, "10.0.0.0", IFINDEX), "",
	       "of another table");
	is_str(route(AF_INET, RT_TABLE_MAIN, RTPROT_STATIC, "10.0.0.0", 0), "",
	       "to no netdev");

	build_multipath(&m);
	is_str(look(&m, m.len, sriov_rtnl_see_route),
	       "3 route 10.0.0.0/8, 4 route 10.0.0.0/8", "one over two netdevs");
	for (size_t len = NLMSG_HDRLEN; len < m.len; len++)
		whole += strchr(look(&m, len, sriov_rtnl_see_route), ',') != NULL;
	is_int(whole, 0, "cut at every byte: never the whole");
	free(m.bytes);
}

static void test_parents(void)
{
	_cleanup_free_ void *exact = NULL;
	char parent[64];
	struct message m;
	int bad = 0;

	start(&m, 0);
	finish(&m);
	sriov_rtnl_parent((struct nlmsghdr *)m.bytes, parent, sizeof(parent));
	is_str(parent, "0000:03:00.0", "the device of a link");
	exact = malloc(m.len);
	for (size_t len = NLMSG_HDRLEN; len + 4 < m.len; len++) {
		set_len(&m, len);
		memcpy(exact, m.bytes, len);
		sriov_rtnl_parent(exact, parent, sizeof(parent));
		bad += parent[0] != '\0';
	}
	is_int(bad, 0, "cut at every byte: none");
	free(m.bytes);
}

/* ---- datagrams of a list ---- */

static int messages;

static void count(void *data, const struct nlmsghdr *message)
{
	(void)data;
	messages += message->nlmsg_type == RTM_NEWADDR;
}

/* Two messages, and the end with this error; `flags` are those of the second. */
static void build_dump(struct message *m, uint16_t flags, int error, bool end)
{
	struct nlmsghdr nlh = { 24, RTM_NEWADDR, NLM_F_MULTI, SEQ, PORT };
	struct ifaddrmsg ifa = { AF_INET };

	*m = (struct message){ 0 };
	put(m, &nlh, sizeof(nlh));
	put(m, &ifa, sizeof(ifa));
	nlh.nlmsg_flags |= flags;
	put(m, &nlh, sizeof(nlh));
	put(m, &ifa, sizeof(ifa));
	nlh.nlmsg_type = NLMSG_DONE;
	nlh.nlmsg_len = 20;
	if (!end)
		return;
	put(m, &nlh, sizeof(nlh));
	put(m, &error, sizeof(error));
}

static int read_dump(const struct message *m, size_t len, uint32_t seq, bool *changed)
{
	_cleanup_free_ void *exact = malloc(len ? len : 1);

	*changed = false;
	messages = 0;
	memcpy(exact, m->bytes, len);
	return sriov_netlink_read_dump(exact, len, PORT, seq, changed, count, NULL);
}

static void test_dumps(void)
{
	struct message m;
	bool changed;
	int bad = 0;

	build_dump(&m, 0, 0, false);
	is_int(read_dump(&m, m.len, SEQ, &changed), 1, "more will come");
	is_int(messages, 2, "both were seen");
	is_int(read_dump(&m, m.len, SEQ + 1, &changed), -EBADMSG, "another's");
	is_int(messages, 0, "is not seen");
	free(m.bytes);
	build_dump(&m, 0, 0, true);
	is_int(read_dump(&m, m.len, SEQ, &changed), 0, "the end");
	ok(messages == 2 && !changed, "of a list that did not change");
	for (size_t len = 1; len < m.len; len++) {
		int r = read_dump(&m, len, SEQ, &changed);

		bad += r != (len == 24 || len == 48 ? 1 : -EBADMSG);
	}
	is_int(bad, 0, "cut at every byte: refused, unless between two messages");
	free(m.bytes);
	build_dump(&m, NLM_F_DUMP_INTR, 0, true);
	is_int(read_dump(&m, m.len, SEQ, &changed), 0, "the end");
	ok(changed, "of a list that changed");
	free(m.bytes);
	build_dump(&m, 0, -EOPNOTSUPP, true);
	is_int(read_dump(&m, m.len, SEQ, &changed), -EOPNOTSUPP, "an error at the end");
	free(m.bytes);
	build_dump(&m, 0, 5, true);
	is_int(read_dump(&m, m.len, SEQ, &changed), -EBADMSG, "a positive error is none");
	free(m.bytes);
}

/* ---- the running kernel: reading only ---- */

static int parents;

static void see_parent(void *data, const char *parent)
{
	(void)data;
	parents += parent[0] != '\0';
}

static void test_real(void)
{
	_cleanup_free_ struct nlmsghdr *link = NULL;
	struct sriov_ctx *ctx;
	int r;

	unsetenv("SRIOV_SYSROOT");
	is_int(sriov_new(&ctx), 0, "the running system");
	r = sriov_netlink_uses(ctx, see_use, NULL);
	if (r == -EPERM || r == -EACCES || r == -EPROTONOSUPPORT) {
		ok(true, "lists # SKIP no rtnetlink socket here: %s", sriov_strerror(-r));
		sriov_free(ctx);
		return;
	}
	ok(r == 0 || r == -EINTR, "addresses and routes");
	r = sriov_netlink_parents(ctx, see_parent, NULL);
	ok(r == 0 || r == -EINTR, "links");
	is_int(sriov_netlink_get_link(ctx, "lo", false, &link), 0,
	       "the socket is in step");
	sriov_free(ctx);
}

int main(void)
{
	test_addresses();
	test_routes();
	test_parents();
	test_dumps();
	test_real();
	return done_testing();
}
