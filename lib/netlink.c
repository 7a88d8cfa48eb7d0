// SPDX-License-Identifier: GPL-2.0-or-later
/* The only sockets of rtnetlink and generic netlink: send a request, check what answers it. */
#include <libmnl/libmnl.h>
#include <linux/rtnetlink.h>
#include <sys/socket.h>

#include "internal.h"
#include "rtnl.h"

/* The kernel fills what it is given, up to 32 KiB a datagram (net/netlink/af_netlink.c). */
#define DUMP_LEN 65536
#define ANSWERS_MAX 64 /* before the acknowledgement */
#define NEWS_MAX 1000  /* that are read at a time */

static struct mnl_socket **socket_of(struct sriov_ctx *ctx, enum sriov_protocol protocol)
{
	return protocol == SRIOV_GENL ? &ctx->genl : &ctx->rtnl;
}

static int open_bound(enum sriov_protocol protocol, struct mnl_socket **out)
{
	struct mnl_socket *nl =
		mnl_socket_open2(protocol == SRIOV_GENL ? NETLINK_GENERIC : NETLINK_ROUTE,
				 SOCK_CLOEXEC);

	if (!nl)
		return -errno;
	if (mnl_socket_bind(nl, 0, MNL_SOCKET_AUTOPID) < 0) {
		int err = -errno;

		mnl_socket_close(nl);
		return err;
	}
	*out = nl;
	return 0;
}

static int open_socket(struct sriov_ctx *ctx, enum sriov_protocol protocol)
{
	int on = 1, room = 1 << 17, r;
	struct mnl_socket *nl;

	if (ctx->recorded)
		return -EROFS;
	if (*socket_of(ctx, protocol))
		return 0;
	r = open_bound(protocol, &nl);
	if (r < 0)
		return r;
	/* Without these it still works: no words, longer errors, a list in more messages. */
	mnl_socket_setsockopt(nl, NETLINK_EXT_ACK, &on, sizeof(on));
	mnl_socket_setsockopt(nl, NETLINK_CAP_ACK, &on, sizeof(on));
	setsockopt(mnl_socket_get_fd(nl), SOL_SOCKET, SO_SNDBUF, &room, sizeof(room));
	*socket_of(ctx, protocol) = nl;
	return 0;
}

static void close_socket(struct sriov_ctx *ctx, enum sriov_protocol protocol)
{
	struct mnl_socket **nl = socket_of(ctx, protocol);

	if (*nl)
		mnl_socket_close(*nl);
	*nl = NULL;
}

void sriov_netlink_close(struct sriov_ctx *ctx)
{
	close_socket(ctx, SRIOV_RTNL);
	close_socket(ctx, SRIOV_GENL);
}

/*
 * recvfrom() the kernel. It never waits: both protocols answer before sendto() returns. What
 * ENOBUFS lost never comes, and a request that a driver ended with EINTR is not answered at all
 * (netlink_rcv_skb() in net/netlink/af_netlink.c skips the acknowledgement).
 */
static ssize_t receive_into(int fd, void *buf, size_t size, int flags)
{
	bool lost = false;

	for (;;) {
		struct sockaddr_nl from = { 0 };
		socklen_t from_len = sizeof(from);
		ssize_t got = recvfrom(fd, buf, size, flags | MSG_DONTWAIT,
				       (struct sockaddr *)&from, &from_len);

		if (got >= 0 && (from_len != sizeof(from) || from.nl_pid != 0))
			return -EBADMSG;
		if (got >= 0)
			return got;
		if (errno == EINTR)
			continue;
		if (errno == EAGAIN)
			return lost ? -ENOBUFS : -EINTR;
		if (lost || errno != ENOBUFS)
			return -errno;
		lost = true;
	}
}

/* The next datagram, whatever its size. Returns its length or -errno. */
static ssize_t receive(int fd, void **datagram)
{
	_cleanup_free_ void *buf = NULL;
	ssize_t size, got;

	size = receive_into(fd, NULL, 0, MSG_PEEK | MSG_TRUNC);
	if (size < 0)
		return size;
	buf = malloc((size_t)size + 1);
	if (!buf)
		return -ENOMEM;
	got = receive_into(fd, buf, (size_t)size, MSG_TRUNC);
	if (got < 0)
		return got;
	if (got != size)
		return -EBADMSG;
	*datagram = steal(buf);
	return got;
}

/* The text in the attributes behind an error message. */
static void read_words(const uint8_t *p, const uint8_t *end, char *words)
{
	struct sriov_nlattr attr;

	while (sriov_nlattr_next(&p, end, &attr)) {
		size_t len = attr.len < SRIOV_TEXT_LEN ? attr.len : SRIOV_TEXT_LEN - 1;

		if (attr.type != NLMSGERR_ATTR_MSG)
			continue;
		memcpy(words, attr.data, len);
		words[len] = '\0';
		sriov_make_printable(words);
		return;
	}
}

int sriov_netlink_judge(const void *buf, size_t len, uint32_t portid, uint32_t seq,
			char *words)
{
	const uint8_t *bytes = buf;
	struct nlmsghdr nlh;
	struct nlmsgerr err;
	size_t skip = NLMSG_HDRLEN + sizeof(err);

	if (words)
		words[0] = '\0';
	if (len < sizeof(nlh))
		return -EBADMSG;
	memcpy(&nlh, buf, sizeof(nlh));
	if (nlh.nlmsg_len < sizeof(nlh) || nlh.nlmsg_len > len ||
	    nlh.nlmsg_pid != portid || nlh.nlmsg_seq != seq)
		return -EBADMSG;
	if (nlh.nlmsg_type >= NLMSG_MIN_TYPE)
		return 1;
	if (nlh.nlmsg_type != NLMSG_ERROR || nlh.nlmsg_len < skip)
		return -EBADMSG;

	memcpy(&err, bytes + NLMSG_HDRLEN, sizeof(err));
	if (err.error > 0 || err.error < -4095)
		return -EBADMSG;
	/* The request is quoted in full unless the error is "capped". */
	if (!(nlh.nlmsg_flags & NLM_F_CAPPED) && err.msg.nlmsg_len > NLMSG_HDRLEN)
		skip += NLMSG_ALIGN((size_t)err.msg.nlmsg_len) - NLMSG_HDRLEN;
	if (words && (nlh.nlmsg_flags & NLM_F_ACK_TLVS) && skip < nlh.nlmsg_len)
		read_words(bytes + skip, bytes + nlh.nlmsg_len, words);
	return err.error;
}

static int send_request(struct mnl_socket *nl, struct nlmsghdr *request)
{
	static uint32_t sequence;
	ssize_t sent;

	request->nlmsg_seq = __atomic_add_fetch(&sequence, 1, __ATOMIC_RELAXED);
	request->nlmsg_pid = 0;
	do {
		sent = mnl_socket_sendto(nl, request, request->nlmsg_len);
	} while (sent < 0 && errno == EINTR);
	if (sent < 0)
		return -errno;
	return (size_t)sent == request->nlmsg_len ? 0 : -EIO;
}

/* The next answer, judged; data comes back as one message, to be freed. `lost`: it may come. */
static int hear(struct mnl_socket *nl, uint32_t seq, char *words,
		struct nlmsghdr **answer, bool *lost)
{
	_cleanup_free_ void *datagram = NULL;
	ssize_t len = receive(mnl_socket_get_fd(nl), &datagram);
	int ret;

	*lost = len < 0;
	if (len < 0)
		return (int)len;
	ret = sriov_netlink_judge(datagram, (size_t)len, mnl_socket_get_portid(nl), seq,
				  words);
	*lost = ret == -EBADMSG;
	if (ret == 1)
		*answer = steal(datagram);
	return ret;
}

int sriov_netlink_talk(struct sriov_ctx *ctx, enum sriov_protocol protocol,
		       struct nlmsghdr *request, char *words, struct nlmsghdr **answer)
{
	bool acked = request->nlmsg_flags & NLM_F_ACK, lost;
	unsigned int most = ANSWERS_MAX;
	struct mnl_socket *nl;
	int ret;

	ret = open_socket(ctx, protocol);
	if (ret < 0)
		return ret;
	nl = *socket_of(ctx, protocol);
	ret = send_request(nl, request);
	if (ret < 0)
		return ret;
	do {
		_cleanup_free_ struct nlmsghdr *one = NULL;

		ret = hear(nl, request->nlmsg_seq, words, &one, &lost);
		if (ret == 1 && !*answer)
			*answer = steal(one);
	} while (ret == 1 && acked && --most);
	if (ret == 1 && acked) {
		lost = true;
		ret = -EBADMSG;
	}
	/* The answer may still come: let nobody take it for his. */
	if (lost)
		close_socket(ctx, protocol);
	return ret;
}

int sriov_netlink_request(struct sriov_ctx *ctx, struct nlmsghdr *request, char *words)
{
	_cleanup_free_ struct nlmsghdr *answer = NULL;
	int ret;

	words[0] = '\0';
	ret = sriov_netlink_talk(ctx, SRIOV_RTNL, request, words, &answer);
	return ret == 1 || answer ? -EBADMSG : ret;
}

int sriov_netlink_read_dump(const void *datagram, size_t len, uint32_t portid,
			    uint32_t seq, bool *changed,
			    void (*see)(void *data, const struct nlmsghdr *message),
			    void *data)
{
	const uint8_t *buf = datagram;
	struct nlmsghdr nlh;
	size_t step;
	int err;

	for (; len >= sizeof(nlh); buf += step, len -= step) {
		memcpy(&nlh, buf, sizeof(nlh));
		if (nlh.nlmsg_len < sizeof(nlh) || nlh.nlmsg_len > len ||
		    nlh.nlmsg_pid != portid || nlh.nlmsg_seq != seq)
			return -EBADMSG;
		*changed = *changed || nlh.nlmsg_flags & NLM_F_DUMP_INTR;
		if (nlh.nlmsg_type == NLMSG_DONE) {
			if (nlh.nlmsg_len < NLMSG_HDRLEN + sizeof(err))
				return 0;
			memcpy(&err, buf + NLMSG_HDRLEN, sizeof(err));
			return err > 0 || err < -4095 ? -EBADMSG : err;
		}
		err = sriov_netlink_judge(buf, nlh.nlmsg_len, portid, seq, NULL);
		if (err != 1)
			return err ? err : -EBADMSG;
		see(data, (const struct nlmsghdr *)buf);
		step = NLMSG_ALIGN((size_t)nlh.nlmsg_len);
		step = step < len ? step : len;
	}
	return len ? -EBADMSG : 1;
}

int sriov_netlink_dump(struct sriov_ctx *ctx, enum sriov_protocol protocol,
		       struct nlmsghdr *request,
		       void (*see)(void *data, const struct nlmsghdr *message),
		       void *data)
{
	_cleanup_free_ uint8_t *buf = malloc(DUMP_LEN);
	int ret = buf ? open_socket(ctx, protocol) : -ENOMEM;
	struct mnl_socket *nl = *socket_of(ctx, protocol);
	bool changed = false;

	if (ret < 0)
		return ret;
	request->nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP;
	ret = send_request(nl, request);
	if (ret < 0)
		return ret;
	do {
		ssize_t len =
			receive_into(mnl_socket_get_fd(nl), buf, DUMP_LEN, MSG_TRUNC);

		if (len < 0)
			ret = (int)len;
		else if (len > DUMP_LEN)
			ret = -EMSGSIZE;
		else
			ret = sriov_netlink_read_dump(buf, (size_t)len,
						      mnl_socket_get_portid(nl),
						      request->nlmsg_seq, &changed, see,
						      data);
	} while (ret > 0);
	/* what is still on its way is not for the next */
	if (ret < 0)
		close_socket(ctx, protocol);
	return ret < 0 ? ret : changed ? -EINTR : 0;
}

int sriov_netlink_listen(struct sriov_ctx *ctx, enum sriov_protocol protocol,
			 uint32_t group, struct mnl_socket **nl)
{
	int r = ctx->recorded ? -EROFS : open_bound(protocol, nl);

	if (r < 0)
		return r;
	if (mnl_socket_setsockopt(*nl, NETLINK_ADD_MEMBERSHIP, &group, sizeof(group)) <
	    0) {
		r = -errno;
		mnl_socket_close(*nl);
		*nl = NULL;
	}
	return r;
}

void sriov_netlink_hear(struct mnl_socket *nl,
			void (*see)(void *data, const struct nlmsghdr *message),
			void *data)
{
	for (unsigned int i = 0; i < NEWS_MAX; i++) {
		_cleanup_free_ void *datagram = NULL;
		ssize_t len = receive(mnl_socket_get_fd(nl), &datagram);
		struct nlmsghdr nlh;

		/* some were lost: the next says more */
		if (len == -ENOBUFS)
			continue;
		if (len < 0)
			return;
		/* one notification is one datagram (net/netlink/af_netlink.c) */
		if ((size_t)len < sizeof(nlh))
			continue;
		memcpy(&nlh, datagram, sizeof(nlh));
		if (nlh.nlmsg_len >= sizeof(nlh) && nlh.nlmsg_len <= (size_t)len &&
		    nlh.nlmsg_type >= NLMSG_MIN_TYPE)
			see(data, datagram);
	}
}
