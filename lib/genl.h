/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Generic netlink messages as bytes, and the numbers of families. */
#ifndef SRIOV_GENL_H
#define SRIOV_GENL_H

#include "rtnl.h"

/* The kernel numbers families and their groups as they come. */
struct sriov_genl_family {
	uint16_t id;
	uint32_t group; /* 0: it has none of that name */
};

/* Ask for a family and one of its multicast groups. -EOPNOTSUPP: there is no such family. */
int sriov_genl_find(struct sriov_ctx *ctx, const char *name, const char *group,
		    struct sriov_genl_family *family);
/* What the answer says, of which nlmsg_len bytes came; -EBADMSG: it is none. */
int sriov_genl_parse_family(const struct nlmsghdr *message, const char *group,
			    struct sriov_genl_family *family);

/* Put header and command in front of the attributes of a request. */
void sriov_genl_begin(struct nlmsghdr *request, uint8_t cmd, uint8_t version);
/*
 * The command of a message, of which nlmsg_len bytes came, and where its attributes begin and
 * end; -EBADMSG: it is too short.
 */
int sriov_genl_open(const struct nlmsghdr *message, const uint8_t **p,
		    const uint8_t **end);

/* ---- values of attributes; 0 or "" when it is not of this kind ---- */
uint64_t sriov_nlattr_number(const struct sriov_nlattr *attr); /* of 1, 2, 4 or 8 bytes */
/* Made printable; cut when it is too long. */
void sriov_nlattr_text(const struct sriov_nlattr *attr, char *text, size_t size);

#endif
