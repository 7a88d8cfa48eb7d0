/* SPDX-License-Identifier: GPL-2.0-or-later */
/* rtnetlink messages as bytes: shared by netlink.c and the back end, open to tests and fuzzers. */
#ifndef SRIOV_RTNL_H
#define SRIOV_RTNL_H

#include <linux/netlink.h>

#include "internal.h"

/* What rtnetlink carries of a VF, over a netdev of Ethernet and over one of IPoIB. */
#define SRIOV_RTNL_ETHERNET                                                             \
	(SRIOV_VF_MAC | SRIOV_VF_VLAN_GROUP | SRIOV_VF_RATE_GROUP | SRIOV_VF_SPOOFCHK | \
	 SRIOV_VF_TRUST | SRIOV_VF_STATE | SRIOV_VF_QUERY_RSS)
#define SRIOV_RTNL_INFINIBAND (SRIOV_VF_STATE | SRIOV_VF_GUIDS)
#define SRIOV_RTNL_ALL (SRIOV_RTNL_ETHERNET | SRIOV_RTNL_INFINIBAND)

/* An attribute of a message whose lengths nobody vouches for. */
struct sriov_nlattr {
	uint16_t type; /* without the flag bits */
	size_t len;    /* of the payload */
	const uint8_t *data;
};

/*
 * Take the attribute at the front of *p .. end and move *p behind it. False, with *p where
 * it was, when there is none: *p == end means a clean end, anything else a malformed one.
 */
static inline bool sriov_nlattr_next(const uint8_t **p, const uint8_t *end,
				     struct sriov_nlattr *attr)
{
	size_t left = (size_t)(end - *p), step;
	struct nlattr nla;

	if (left < sizeof(nla))
		return false;
	memcpy(&nla, *p, sizeof(nla));
	if (nla.nla_len < sizeof(nla) || nla.nla_len > left)
		return false;
	attr->type = nla.nla_type & NLA_TYPE_MASK;
	attr->len = nla.nla_len - sizeof(nla);
	attr->data = *p + sizeof(nla);
	step = NLA_ALIGN((size_t)nla.nla_len);
	*p += step < left ? step : left; /* the last one may lack its padding */
	return true;
}

/* ---- netlink.c ---- */
/*
 * What a datagram of `len` bytes from the kernel says to the request `seq` of the socket
 * `portid`: 1 data, 0 acknowledged, or the kernel's -errno; -EBADMSG when it is malformed or
 * meant for somebody else. `words` (SRIOV_TEXT_LEN, or NULL) gets the kernel's text or "".
 */
int sriov_netlink_judge(const void *buf, size_t len, uint32_t portid, uint32_t seq,
			char *words);

enum sriov_protocol { SRIOV_RTNL, SRIOV_GENL };

/*
 * One request and its answer, judged. Data comes back as one message in `answer`, which is NULL
 * before and to be freed: 1. When an acknowledgement is asked for, it is waited for: 0, and the
 * first message before it, if there was one, is in `answer`.
 */
int sriov_netlink_talk(struct sriov_ctx *ctx, enum sriov_protocol protocol,
		       struct nlmsghdr *request, char *words, struct nlmsghdr **answer);

/*
 * One datagram of a list. Returns 1 when more will come, 0 at its end, or -errno; `changed` is
 * set when what it lists changed meanwhile. `see` gets each message, as long as it says.
 */
int sriov_netlink_read_dump(const void *datagram, size_t len, uint32_t portid,
			    uint32_t seq, bool *changed,
			    void (*see)(void *data, const struct nlmsghdr *message),
			    void *data);
/*
 * Ask for a list: `see` gets each message, as long as it says. -EINTR: it changed while it was
 * read, so that something may have been seen twice, or not at all.
 */
int sriov_netlink_dump(struct sriov_ctx *ctx, enum sriov_protocol protocol,
		       struct nlmsghdr *request,
		       void (*see)(void *data, const struct nlmsghdr *message),
		       void *data);

/* A socket that gets what the kernel sends to a group; to be closed with mnl_socket_close(). */
struct mnl_socket;
int sriov_netlink_listen(struct sriov_ctx *ctx, enum sriov_protocol protocol,
			 uint32_t group, struct mnl_socket **nl);
/* Call `see` for each message that has come, as long as it says. It does not wait. */
void sriov_netlink_hear(struct mnl_socket *nl,
			void (*see)(void *data, const struct nlmsghdr *message),
			void *data);

/* ---- netlink-recorded.c ---- */
/*
 * What is recorded in the file netlink/NAME.hex: bytes, to be freed. Returns how many, -ENODATA:
 * nothing is recorded; -EBADMSG: it is no hex text.
 */
ssize_t sriov_netlink_recorded(struct sriov_ctx *ctx, const char *name, void **bytes);
/* As a line of a recorded machine: the name of the file, and what is in it; to be freed. */
int sriov_netlink_print(struct sriov_ctx *ctx, const char *recorded, const void *bytes,
			size_t len, char **name, char **hex);

/* ---- netlink-use.c ---- */
/* Call `see` for an address or route that somebody has given a netdev; "10.0.0.0/8". */
void sriov_rtnl_see_address(const struct nlmsghdr *message,
			    void (*see)(void *data, uint32_t ifindex, const char *text),
			    void *data);
void sriov_rtnl_see_route(const struct nlmsghdr *message,
			  void (*see)(void *data, uint32_t ifindex, const char *text),
			  void *data);
/* The number of the link in RTM_NEWLINK, or 0. */
uint32_t sriov_rtnl_ifindex(const struct nlmsghdr *message);
/* The device that it belongs to, or "". */
void sriov_rtnl_parent(const struct nlmsghdr *message, char *parent, size_t size);

/* ---- rtnl-parse.c ---- */
/*
 * Read RTM_NEWLINK, of which `len` bytes came, into the `n` VFs: those members of `want` that
 * it holds. A VF that it does not hold gets a note. -EBADMSG: it is no RTM_NEWLINK.
 */
int sriov_rtnl_parse(const void *msg, size_t len, uint64_t want,
		     struct sriov_vf_attrs **vfs, size_t n);
/*
 * Call `see` with each IFLA_VF_INFO of an RTM_NEWLINK of which `len` bytes came. Returns 1 when
 * it has seen all, 0 when the message was cut, -EBADMSG: it is no RTM_NEWLINK.
 */
int sriov_rtnl_each_vf(const void *msg, size_t len,
		       void (*see)(void *data, const struct sriov_nlattr *info),
		       void *data);

/* ---- rtnl-stats.c ---- */
/*
 * Read the counters in RTM_NEWLINK, of which `len` bytes came. A counter that is 0 is taken
 * only when the driver keeps it (`kept`): of the others the kernel sends 0, too.
 */
int sriov_rtnl_parse_stats(const void *msg, size_t len, uint64_t kept,
			   struct sriov_vf_stats **stats, size_t n);

/* ---- rtnl-set.c ---- */
/*
 * Append the members `mask` of the VF, as one IFLA_VF_INFO or two, to a message that may grow
 * to `max` bytes. Returns the bytes appended; 0 when there is nothing to say, or no room, and
 * then nothing of the VF is in the message.
 */
size_t sriov_rtnl_put_vf(struct nlmsghdr *nlh, size_t max,
			 const struct sriov_vf_attrs *vf, uint64_t mask);
/* vf_set() of the back end, over this netdev, by its ifindex when that is not 0. */
int sriov_rtnl_set(struct sriov_ctx *ctx, const char *netdev, uint32_t index,
		   struct sriov_vf_attrs *const *vfs, size_t n, bool keep_going,
		   struct sriov_verdict *verdicts);

#endif
