// SPDX-License-Identifier: GPL-2.0-or-later
/* The vendor tree: the files of an InfiniBand VF, and `node`, which an Ethernet one has, too. */
#include "vendor.h"

/* What the firmware gave the VFs, until somebody gives them others. */
#define FIRMWARE_GUID 0x0c42a10300c6e000ULL

static ssize_t show_guid(char *buf, u64 guid)
{
	__be64 bytes = cpu_to_be64(guid);

	return sysfs_emit(buf, "%8phC\n", &bytes);
}

/* Eight hexadecimal numbers; what comes behind them is not looked at. */
static int parse_guid(const char *buf, u64 *guid)
{
	unsigned int bytes[8];

	if (sscanf(buf, "%02x:%02x:%02x:%02x:%02x:%02x:%02x:%02x\n", &bytes[0], &bytes[1],
		   &bytes[2], &bytes[3], &bytes[4], &bytes[5], &bytes[6], &bytes[7]) != 8)
		return -EINVAL;
	*guid = 0;
	for (int i = 0; i < 8; i++)
		*guid = *guid << 8 | bytes[i];
	return 0;
}

static ssize_t show_node(struct lab_dir *dir, char *buf)
{
	struct lab_vf vf;

	lab_vf_peek(dir->port, dir->index, &vf);
	if (dir->port->infiniband && !vf.node_guid)
		vf.node_guid = FIRMWARE_GUID + 2 * dir->index;
	return show_guid(buf, vf.node_guid);
}

static int store_node(struct lab_dir *dir, const char *buf)
{
	u64 guid;
	int err = parse_guid(buf, &guid);

	return err ? err : lab_vf_set_node_guid(dir->port, dir->index, guid);
}

static ssize_t show_port(struct lab_dir *dir, char *buf)
{
	struct lab_vf vf;

	lab_vf_peek(dir->port, dir->index, &vf);
	return show_guid(buf, vf.port_guid ?: FIRMWARE_GUID + 2 * dir->index + 1);
}

static int store_port(struct lab_dir *dir, const char *buf)
{
	u64 guid;
	int err = parse_guid(buf, &guid);

	return err ? err : lab_vf_set_port_guid(dir->port, dir->index, guid);
}

static const char *const policies[] = {
	[IFLA_VF_LINK_STATE_AUTO] = "Follow",
	[IFLA_VF_LINK_STATE_ENABLE] = "Up",
	[IFLA_VF_LINK_STATE_DISABLE] = "Down",
};

const char *lab_tree_policy(u8 link_state)
{
	return policies[link_state];
}

/* 4.0 wanted the end of the line to be there. */
int lab_tree_parse_policy(const char *buf)
{
	for (int i = 0; i < ARRAY_SIZE(policies); i++) {
		if (lab_ofed == OFED_4_0 && !strchr(buf, '\n'))
			break;
		if (sysfs_streq(buf, policies[i]))
			return i;
	}
	return -EINVAL;
}

static ssize_t show_policy(struct lab_dir *dir, char *buf)
{
	struct lab_vf vf;

	lab_vf_peek(dir->port, dir->index, &vf);
	return sysfs_emit(buf, "%s%s", policies[vf.link_state],
			  lab_ofed == OFED_4_0 ? "" : "\n");
}

static int store_policy(struct lab_dir *dir, const char *buf)
{
	int state = lab_tree_parse_policy(buf);

	return state < 0 ? state : lab_vf_set_link_state(dir->port, dir->index, state);
}

struct lab_tree_file lab_tree_node = {
	.attr = { .name = "node", .mode = 0644 },
	.show = show_node,
	.show_op = LAB_OP_show_node,
	.store = store_node,
	.store_op = LAB_OP_store_node,
};
LAB_TREE_FILE(port, .show = show_port, .show_op = LAB_OP_show_port, .store = store_port,
	      .store_op = LAB_OP_store_port);
LAB_TREE_FILE(policy, .show = show_policy, .show_op = LAB_OP_show_policy,
	      .store = store_policy, .store_op = LAB_OP_store_policy);

static struct attribute *ib_attrs[] = { &lab_tree_node.attr, &file_port.attr,
					&file_policy.attr, NULL };
ATTRIBUTE_GROUPS(ib);

const struct kobj_type lab_tree_ib_type = {
	.release = lab_dir_release,
	.sysfs_ops = &lab_tree_ops,
	.default_groups = ib_groups,
};
