// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * live-patch BUS/DEVICE: as "devlink dev reload BUS/DEVICE action fw_activate limit no_reset",
 * which Linux 6.12 refuses from iproute2 6.1: in the selector of the limits there is a bit that
 * is none of them. Prints what the kernel says, and which actions it performed, as numbers.
 */
#include <errno.h>
#include <linux/devlink.h>
#include <linux/genetlink.h>
#include <linux/netlink.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>

struct message {
	struct nlmsghdr header;
	struct genlmsghdr generic;
	char attributes[4000];
};

static void put(struct message *message, int type, const void *data, size_t len)
{
	struct nlattr *attribute =
		(struct nlattr *)((char *)message + message->header.nlmsg_len);

	attribute->nla_type = type;
	attribute->nla_len = NLA_HDRLEN + len;
	memcpy((char *)attribute + NLA_HDRLEN, data, len);
	message->header.nlmsg_len += NLA_ALIGN(attribute->nla_len);
}

static void begin(struct message *message, int family, int command)
{
	memset(message, 0, sizeof(*message));
	message->header.nlmsg_len = NLMSG_LENGTH(GENL_HDRLEN);
	message->header.nlmsg_type = family;
	message->header.nlmsg_flags = NLM_F_REQUEST | NLM_F_ACK;
	message->generic.cmd = command;
	message->generic.version = 1;
}

/* An attribute of a message, which begin `at` so many bytes into it; NULL: there is none. */
static void *find(const struct message *message, size_t at, int type)
{
	while (at + NLA_HDRLEN <= message->header.nlmsg_len) {
		const struct nlattr *attribute =
			(const struct nlattr *)((const char *)message + at);

		if ((attribute->nla_type & NLA_TYPE_MASK) == type)
			return (char *)attribute + NLA_HDRLEN;
		if (attribute->nla_len < NLA_HDRLEN)
			break;
		at += NLA_ALIGN(attribute->nla_len);
	}
	return NULL;
}

/* The answer is in `reply`; 0, or -1 after the text of an error. */
static int ask(int fd, const struct message *request, struct message *reply)
{
	struct message answer;
	const struct nlmsgerr *error = (const struct nlmsgerr *)&answer.generic;
	const char *text;

	if (send(fd, request, request->header.nlmsg_len, 0) < 0)
		return -1;
	for (;;) {
		if (recv(fd, &answer, sizeof(answer), 0) < (ssize_t)NLMSG_HDRLEN)
			return -1;
		if (answer.header.nlmsg_type == NLMSG_ERROR)
			break;
		*reply = answer;
	}
	text = find(&answer, NLMSG_LENGTH(sizeof(*error)), NLMSGERR_ATTR_MSG);
	if (text)
		puts(text);
	if (error->error)
		puts(strerror(-error->error));
	return error->error ? -1 : 0;
}

int main(int argc, char **argv)
{
	const struct nla_bitfield32 limit = { 1 << DEVLINK_RELOAD_LIMIT_NO_RESET,
					      1 << DEVLINK_RELOAD_LIMIT_NO_RESET };
	int fd = socket(AF_NETLINK, SOCK_RAW, NETLINK_GENERIC), on = 1;
	char action = DEVLINK_RELOAD_ACTION_FW_ACTIVATE;
	const size_t first = NLMSG_LENGTH(GENL_HDRLEN);
	char *device = argc == 2 ? strchr(argv[1], '/') : NULL;
	struct message request, reply;
	const unsigned int *performed;
	const unsigned short *family;

	if (fd < 0 || !device)
		return 2;
	*device++ = '\0';
	setsockopt(fd, SOL_NETLINK, NETLINK_EXT_ACK, &on, sizeof(on));
	setsockopt(fd, SOL_NETLINK, NETLINK_CAP_ACK, &on, sizeof(on));
	begin(&request, GENL_ID_CTRL, CTRL_CMD_GETFAMILY);
	put(&request, CTRL_ATTR_FAMILY_NAME, DEVLINK_GENL_NAME,
	    sizeof(DEVLINK_GENL_NAME));
	if (ask(fd, &request, &reply))
		return 1;
	family = find(&reply, first, CTRL_ATTR_FAMILY_ID);
	if (!family)
		return 1;
	begin(&request, *family, DEVLINK_CMD_RELOAD);
	put(&request, DEVLINK_ATTR_BUS_NAME, argv[1], strlen(argv[1]) + 1);
	put(&request, DEVLINK_ATTR_DEV_NAME, device, strlen(device) + 1);
	put(&request, DEVLINK_ATTR_RELOAD_ACTION, &action, sizeof(action));
	put(&request, DEVLINK_ATTR_RELOAD_LIMITS, &limit, sizeof(limit));
	if (ask(fd, &request, &reply))
		return 1;
	performed = find(&reply, first, DEVLINK_ATTR_RELOAD_ACTIONS_PERFORMED);
	printf("performed %#x\n", performed ? *performed : 0);
	return 0;
}
