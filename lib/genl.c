// SPDX-License-Identifier: GPL-2.0-or-later
/* Generic netlink: which number a family has, and what is in front of its attributes. */
#include <libmnl/libmnl.h>
#include <linux/genetlink.h>

#include "genl.h"

void sriov_genl_begin(struct nlmsghdr *request, uint8_t cmd, uint8_t version)
{
	struct genlmsghdr *genl;

	mnl_nlmsg_put_header(request);
	request->nlmsg_flags = NLM_F_REQUEST;
	genl = mnl_nlmsg_put_extra_header(request, sizeof(*genl));
	genl->cmd = cmd;
	genl->version = version;
}

int sriov_genl_open(const struct nlmsghdr *message, const uint8_t **p,
		    const uint8_t **end)
{
	struct genlmsghdr genl;

	if (message->nlmsg_len < NLMSG_LENGTH(sizeof(genl)))
		return -EBADMSG;
	memcpy(&genl, NLMSG_DATA(message), sizeof(genl));
	*p = (const uint8_t *)message + NLMSG_LENGTH(sizeof(genl));
	*end = (const uint8_t *)message + message->nlmsg_len;
	return genl.cmd;
}

uint64_t sriov_nlattr_number(const struct sriov_nlattr *attr)
{
	uint16_t u16;
	uint32_t u32;
	uint64_t u64;

	switch (attr->len) {
	case sizeof(uint8_t):
		return attr->data[0];
	case sizeof(u16):
		memcpy(&u16, attr->data, sizeof(u16));
		return u16;
	case sizeof(u32):
		memcpy(&u32, attr->data, sizeof(u32));
		return u32;
	case sizeof(u64):
		memcpy(&u64, attr->data, sizeof(u64));
		return u64;
	default:
		return 0;
	}
}

void sriov_nlattr_text(const struct sriov_nlattr *attr, char *text, size_t size)
{
	size_t len = strnlen((const char *)attr->data, attr->len);

	if (len >= size)
		len = size - 1;
	memcpy(text, attr->data, len);
	text[len] = '\0';
	sriov_make_printable(text);
}

/* One group of the list: is it the one with this name? */
static uint32_t group_id(const struct sriov_nlattr *one, const char *name)
{
	char text[GENL_NAMSIZ] = "";
	const uint8_t *p = one->data;
	struct sriov_nlattr attr;
	uint32_t id = 0;

	while (sriov_nlattr_next(&p, one->data + one->len, &attr)) {
		if (attr.type == CTRL_ATTR_MCAST_GRP_NAME)
			sriov_nlattr_text(&attr, text, sizeof(text));
		else if (attr.type == CTRL_ATTR_MCAST_GRP_ID)
			id = (uint32_t)sriov_nlattr_number(&attr);
	}
	return strcmp(text, name) ? 0 : id;
}

int sriov_genl_parse_family(const struct nlmsghdr *message, const char *group,
			    struct sriov_genl_family *family)
{
	struct sriov_nlattr attr, one;
	const uint8_t *p, *end;

	*family = (struct sriov_genl_family){ 0 };
	if (message->nlmsg_type != GENL_ID_CTRL ||
	    sriov_genl_open(message, &p, &end) != CTRL_CMD_NEWFAMILY)
		return -EBADMSG;
	while (sriov_nlattr_next(&p, end, &attr)) {
		const uint8_t *groups = attr.data;

		if (attr.type == CTRL_ATTR_FAMILY_ID)
			family->id = (uint16_t)sriov_nlattr_number(&attr);
		while (attr.type == CTRL_ATTR_MCAST_GROUPS && !family->group &&
		       sriov_nlattr_next(&groups, attr.data + attr.len, &one))
			family->group = group_id(&one, group);
	}
	return family->id >= NLMSG_MIN_TYPE ? 0 : -EBADMSG;
}

int sriov_genl_find(struct sriov_ctx *ctx, const char *name, const char *group,
		    struct sriov_genl_family *family)
{
	_cleanup_free_ struct nlmsghdr *answer = NULL;
	union {
		struct nlmsghdr nlh;
		char bytes[128];
	} request = { 0 };
	int r;

	sriov_genl_begin(&request.nlh, CTRL_CMD_GETFAMILY, 1);
	request.nlh.nlmsg_type = GENL_ID_CTRL;
	mnl_attr_put_strz(&request.nlh, CTRL_ATTR_FAMILY_NAME, name);
	r = sriov_netlink_talk(ctx, SRIOV_GENL, &request.nlh, NULL, &answer);
	if (r == 1)
		r = sriov_genl_parse_family(answer, group, family);
	sriov_debug(ctx, "genl family %s -> %s", name, r ? sriov_strerror(-r) : "done");
	return r == -ENOENT || r == -EPROTONOSUPPORT ? -EOPNOTSUPP : r;
}
