// SPDX-License-Identifier: GPL-2.0-or-later
/* Answers of the kernel: judged byte by byte, recorded as hex, and real ones about "lo". */
#include <libmnl/libmnl.h>
#include <sys/stat.h>

#include "internal.h"
#include "message.h"
#include "rtnl.h"
#include "tap.h"

#define PORT 77
#define SEQ 5

/* ---- judging ---- */

/* An acknowledgement that quotes `quoted` bytes of the request, with room for words. */
static void build_error(struct message *m, int error, uint16_t flags, size_t quoted)
{
	static const uint8_t request[64];
	struct nlmsghdr nlh = { 0, NLMSG_ERROR, flags, SEQ, PORT };
	struct nlmsgerr err = { .error = error };

	err.msg.nlmsg_len = (uint32_t)(NLMSG_HDRLEN + sizeof(request));
	*m = (struct message){ 0 };
	put(m, &nlh, sizeof(nlh));
	put(m, &err, sizeof(err));
	put(m, request, quoted);
}

/* Judged in a block of exactly its size, for ASan. */
static int judge(const struct message *m, size_t len, char *words)
{
	_cleanup_free_ void *exact = malloc(len ? len : 1);

	memcpy(exact, m->bytes, len);
	return sriov_netlink_judge(exact, len, PORT, SEQ, words);
}

static int judge_error(int error, uint16_t flags, size_t quoted, const char *text,
		       char *words)
{
	struct message m;
	int r;

	build_error(&m, error, flags, quoted);
	put_u32(&m, NLMSGERR_ATTR_OFFS, 20);
	put_attr(&m, NLMSGERR_ATTR_MSG, text, strlen(text) + 1);
	set_len(&m, m.len);
	r = judge(&m, m.len, words);
	free(m.bytes);
	return r;
}

static void test_errors(void)
{
	const uint16_t capped = NLM_F_CAPPED | NLM_F_ACK_TLVS;
	char words[SRIOV_TEXT_LEN], text[SRIOV_TEXT_LEN * 2];

	is_int(judge_error(0, capped, 0, "", words), 0, "acknowledged");
	is_int(judge_error(-EBUSY, capped, 0, "VFs are busy", words), -EBUSY, "an error");
	is_str(words, "VFs are busy", "its words");
	judge_error(-EBUSY, NLM_F_ACK_TLVS, 64, "behind the request", words);
	is_str(words, "behind the request", "words behind a quoted request");
	judge_error(-EBUSY, NLM_F_CAPPED, 0, "unannounced", words);
	is_str(words, "", "no words when the flag is missing");
	judge_error(-EBUSY, NLM_F_ACK_TLVS, 0, "inside", words);
	is_str(words, "", "no words when the request is longer than the message");
	judge_error(-EINVAL, capped, 0, "bell\a\033[2J\xff", words);
	is_str(words, "bell??[2J?", "control characters are replaced");
	memset(text, 'x', sizeof(text) - 1);
	text[sizeof(text) - 1] = '\0';
	judge_error(-EINVAL, capped, 0, text, words);
	is_int((int)strlen(words), SRIOV_TEXT_LEN - 1, "long words are cut");
	is_int(judge_error(-EBUSY, capped, 0, "nobody listens", NULL), -EBUSY,
	       "no words");
	is_int(judge_error(5, capped, 0, "", words), -EBADMSG,
	       "a positive error is none");
	is_int(judge_error(INT_MIN, capped, 0, "", words), -EBADMSG, "nor is a huge one");
}

static int judge_header(uint32_t len, uint16_t type, uint32_t seq, uint32_t portid)
{
	struct nlmsghdr nlh = { len, type, 0, seq, portid };
	struct message m = { 0 };
	int r;

	put(&m, &nlh, sizeof(nlh));
	r = judge(&m, m.len, NULL);
	free(m.bytes);
	return r;
}

static void test_headers(void)
{
	char words[SRIOV_TEXT_LEN];
	struct message m;
	int bad = 0;

	is_int(judge_header(16, RTM_NEWLINK, SEQ, PORT), 1, "data");
	is_int(judge_header(17, RTM_NEWLINK, SEQ, PORT), -EBADMSG,
	       "longer than what came");
	is_int(judge_header(UINT32_MAX, RTM_NEWLINK, SEQ, PORT), -EBADMSG, "much longer");
	is_int(judge_header(15, RTM_NEWLINK, SEQ, PORT), -EBADMSG,
	       "shorter than its header");
	is_int(judge_header(16, RTM_NEWLINK, SEQ + 1, PORT), -EBADMSG,
	       "another request's");
	is_int(judge_header(16, RTM_NEWLINK, SEQ, 0), -EBADMSG, "another socket's");
	is_int(judge_header(16, NLMSG_ERROR, SEQ, PORT), -EBADMSG,
	       "an error without one");
	is_int(judge_header(16, NLMSG_DONE, SEQ, PORT), -EBADMSG, "the end of a dump");

	build_error(&m, -EPERM, NLM_F_CAPPED | NLM_F_ACK_TLVS, 0);
	put_attr(&m, NLMSGERR_ATTR_MSG, "words", 6);
	set_len(&m, m.len);
	for (size_t len = 0; len < m.len; len++)
		bad += judge(&m, len, words) == -EBADMSG;
	is_int(bad, (int)m.len, "cut at every byte: refused");
	bad = 0;
	for (size_t len = 16; len < m.len; len++) {
		set_len(&m, len);
		bad += judge(&m, len, words) == (len < 36 ? -EBADMSG : -EPERM);
	}
	is_int(bad, (int)m.len - 16, "cut at every byte, with the length to match");
	free(m.bytes);
}

/* ---- recorded machines ---- */

static char root[] = "/tmp/sriov-test-XXXXXX";

static void record(const char *name, const char *text)
{
	char path[128];
	FILE *file;

	snprintf(path, sizeof(path), "%s/netlink/%s", root, name);
	file = fopen(path, "w");
	if (!file)
		return;
	fputs(text, file);
	fclose(file);
}

/* As xxd -p writes it, in lines, some letters in capitals. */
static void record_message(const char *name, const struct message *m)
{
	_cleanup_free_ char *text = malloc(m->len * 4 + 1);
	size_t len = 0;

	for (size_t i = 0; i < m->len; i++)
		len += (size_t)sprintf(text + len, i % 5 ? "%02x" : "\n %02X",
				       m->bytes[i]);
	strcpy(text + len, "\r\n");
	record(name, text);
}

static void record_machine(void)
{
	static const uint8_t ib[20] = { 0x80, 1, 2, 3 }, now[6] = { 2, 9 },
			     perm[6] = { 2, 1 };
	struct row rows[2] = { row_of(0), row_of(1) };
	struct message m;
	size_t list;

	build(&m, rows, 2, 2);
	record_message("eth0-vfs.hex", &m);
	free(m.bytes);

	start(&m, 0);
	put_attr(&m, IFLA_ADDRESS, now, sizeof(now));
	list = nest_start(&m, IFLA_PROP_LIST);
	put_attr(&m, IFLA_ALT_IFNAME, "other", 6);
	put_attr(&m, IFLA_ALT_IFNAME, "a-rather-long-name0", 20);
	nest_end(&m, list);
	put_attr(&m, IFLA_PERM_ADDRESS, perm, sizeof(perm));
	finish(&m);
	record_message("eth0.hex", &m);
	free(m.bytes);

	start(&m, 0);
	put_attr(&m, IFLA_ADDRESS, ib, sizeof(ib));
	finish(&m);
	record_message("ib0.hex", &m);
	((struct nlmsghdr *)m.bytes)->nlmsg_type = RTM_NEWADDR;
	record_message("addr.hex", &m);
	m.len -= 4;
	record_message("cut.hex", &m);
	free(m.bytes);

	build_error(&m, -EMSGSIZE, NLM_F_CAPPED, 0);
	set_len(&m, m.len);
	record_message("ib0-vfs.hex", &m);
	free(m.bytes);

	record("odd.hex", "100");
	record("garbage.hex", "10 00 zz 00");
	record("empty.hex", "\n");
}

static int get(struct sriov_ctx *ctx, const char *netdev, bool vfs)
{
	_cleanup_free_ struct nlmsghdr *reply = NULL;
	int r = sriov_netlink_get_link(ctx, netdev, vfs, &reply);

	return r < 0 ? r : (int)reply->nlmsg_len;
}

static void test_recorded(void)
{
	struct nlmsghdr request = { sizeof(request), RTM_SETLINK, NLM_F_REQUEST, 0, 0 };
	char netdev[16] = "", words[SRIOV_TEXT_LEN];
	struct sriov_ctx *ctx;
	uint8_t mac[20], len;

	is_int(sriov_new_at(root, &ctx), 0, "a recorded machine");
	ok(get(ctx, "eth0", true) > 2 * 196, "a link with VFs");
	ok(get(ctx, "eth0", false) > 32, "the same without");
	is_int(get(ctx, "ib0", true), -EMSGSIZE, "a recorded error");
	is_int(get(ctx, "eth1", false), -ENODATA, "not recorded");
	is_int(get(ctx, "odd", false), -EBADMSG, "half a byte");
	is_int(get(ctx, "garbage", false), -EBADMSG, "no hex");
	is_int(get(ctx, "empty", false), -EBADMSG, "nothing");
	is_int(get(ctx, "cut", false), -EBADMSG, "cut");
	is_int(get(ctx, "addr", false), -EBADMSG, "another message");
	is_int(get(ctx, "../netlink/eth0", false), -ENODEV, "no path");
	is_int(get(ctx, "", false), -ENODEV, "no name");

	is_int(sriov_netlink_perm_mac(ctx, "eth0", mac, &len), 0, "permanent address");
	ok(len == 6 && mac[1] == 1, "not the present one");
	is_int(sriov_netlink_perm_mac(ctx, "ib0", mac, &len), 0, "no permanent address");
	ok(len == 20 && mac[0] == 0x80, "then the present one");
	is_int(sriov_netlink_altname(ctx, "a-rather-long-name0", netdev, sizeof(netdev)),
	       0, "an altname");
	is_str(netdev, "eth0", "and its netdev");
	is_int(sriov_netlink_altname(ctx, "a-rather", netdev, sizeof(netdev)), -ENODEV,
	       "the beginning of an altname");
	is_int(sriov_netlink_request(ctx, &request, words), -EROFS, "no requests");
	ok(!ctx->rtnl, "no socket");
	sriov_free(ctx);
}

static void remove_machine(void)
{
	static const char *const names[] = {
		"eth0-vfs", "eth0", "ib0-vfs", "ib0",   "addr",
		"cut",      "odd",  "garbage", "empty",
	};
	char path[128];

	for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
		snprintf(path, sizeof(path), "%s/netlink/%s.hex", root, names[i]);
		unlink(path);
	}
	snprintf(path, sizeof(path), "%s/netlink", root);
	rmdir(path);
	rmdir(root);
}

/* ---- the running kernel: reading only ---- */

static char line[1024];

static void keep_line(void *data, const char *text)
{
	(void)data;
	sriov_copy(line, sizeof(line), text);
}

static void test_real(void)
{
	char netdev[16], words[SRIOV_TEXT_LEN], name[200], want[64];
	uint32_t buf[64] = { 0 };
	struct nlmsghdr *nlh;
	struct sriov_ctx *ctx;
	uint8_t mac[20], len;
	int size;

	unsetenv("SRIOV_SYSROOT");
	is_int(sriov_new(&ctx), 0, "the running system");
	sriov_set_debug(ctx, keep_line, NULL);
	size = get(ctx, "lo", false);
	if (size == -EPERM || size == -EACCES || size == -EPROTONOSUPPORT) {
		ok(true, "lo # SKIP no rtnetlink socket here: %s", sriov_strerror(-size));
		sriov_free(ctx);
		return;
	}
	ok(size > 32, "lo");
	snprintf(want, sizeof(want), "rtnl getlink lo -> %d bytes", size);
	is_str(line, want, "a line for --debug");
	ok(get(ctx, "lo", true) > 32, "lo with VFs, of which it has none");
	is_int(get(ctx, "no-such-dev", true), -ENODEV, "no such netdev");
	is_str(line, "rtnl getlink no-such-dev +vf -> No such device",
	       "an error in the line");
	is_int(sriov_netlink_altname(ctx, "no-such-altname-here", netdev, sizeof(netdev)),
	       -ENODEV, "no such altname");
	memset(name, 'x', sizeof(name) - 1);
	name[sizeof(name) - 1] = '\0';
	is_int(sriov_netlink_altname(ctx, name, netdev, sizeof(netdev)), -ENODEV,
	       "an altname that is too long");
	is_int(sriov_netlink_perm_mac(ctx, "lo", mac, &len), 0, "address of lo");
	ok(len == 6 && !mac[0] && !mac[5], "which is zero");

	nlh = mnl_nlmsg_put_header(buf);
	nlh->nlmsg_type = RTM_GETLINK;
	nlh->nlmsg_flags = NLM_F_REQUEST | NLM_F_ACK;
	mnl_nlmsg_put_extra_header(nlh, sizeof(struct ifinfomsg));
	is_int(sriov_netlink_request(ctx, nlh, words), -EINVAL,
	       "a request that is refused");
	ok(ctx->rtnl != NULL, "the socket stays open");
	ok(get(ctx, "lo", false) > 32, "and in step");
	sriov_netlink_close(ctx);
	ok(get(ctx, "lo", false) > 32, "closed, it is opened again");
	sriov_free(ctx);
}

int main(void)
{
	char path[128];

	test_errors();
	test_headers();
	if (!mkdtemp(root))
		return 1;
	snprintf(path, sizeof(path), "%s/netlink", root);
	mkdir(path, 0700);
	record_machine();
	test_recorded();
	remove_machine();
	test_real();
	return done_testing();
}
