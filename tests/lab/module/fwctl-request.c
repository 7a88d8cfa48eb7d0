// SPDX-License-Identifier: GPL-2.0-or-later
/* What programs ask of /dev/fwctl/fwctlN; names and numbers as in Linux. */
#include <linux/slab.h>
#include <linux/uaccess.h>
#include <linux/unaligned.h>

#include "fwctl.h"

/* include/uapi/fwctl/fwctl.h */
#define FWCTL_TYPE 0x9a
#define FWCTL_INFO _IO(FWCTL_TYPE, 0)
#define FWCTL_RPC _IO(FWCTL_TYPE, 1)
#define FWCTL_DEVICE_TYPE_MLX5 1

enum scope { CONFIGURATION, DEBUG_READ_ONLY, DEBUG_WRITE, DEBUG_WRITE_FULL };

struct info {
	__u32 size;
	__u32 flags;
	__u32 out_device_type;
	__u32 device_data_len;
	__aligned_u64 out_device_data;
};

struct rpc {
	__u32 size;
	__u32 scope;
	__u32 in_len;
	__u32 out_len;
	__aligned_u64 in;
	__aligned_u64 out;
};

/* include/uapi/fwctl/mlx5.h */
struct info_mlx5 {
	__u32 uid;
	__u32 uctx_caps;
};

#define TOOLS_RESOURCES 4
#define MAX_RPC_LEN (2U << 20)

/* Messages of the command interface: a header of 16 bytes each way, then the register. */
#define HEADER_LEN 16
#define OP_MOD 6
#define REGISTER_ID 10
#define SYNDROME 4
#define SOME_SYNDROME 0x1c49a1

/* ---- commands ---- */

enum command_status {
	CMD_OK = 0,
	CMD_BAD_OP = 2,
	CMD_BAD_PARAM = 3,
	CMD_BAD_SYS_STATE = 4,
	CMD_BUSY = 6,
	CMD_BAD_INPUT_LEN = 0x50,
	CMD_BAD_OUTPUT_LEN = 0x51,
};

#define ACCESS_REG 0x805
#define ACCESS_REGISTER_USER 0xb0c

/* Some of those that mlx5_fwctl lets pass, and from which scope on. */
static const struct {
	u16 opcode;
	enum scope scope;
} opcodes[] = {
	{ 0x100, CONFIGURATION },   /* QUERY_HCA_CAP */
	{ 0x109, CONFIGURATION },   /* SET_HCA_CAP */
	{ 0x10a, DEBUG_READ_ONLY }, /* QUERY_ISSI */
	{ 0x80d, DEBUG_READ_ONLY }, /* NOP */
	{ 0x820, DEBUG_WRITE },     /* SET_DIAGNOSTIC_PARAMS */
};

static bool is_access(u16 opcode)
{
	return opcode == ACCESS_REG || opcode == ACCESS_REGISTER_USER;
}

static bool is_write(const u8 *in)
{
	return !get_unaligned_be16(in + OP_MOD);
}

static bool is_permitted(const u8 *in, enum scope scope)
{
	u16 opcode = get_unaligned_be16(in);

	if (is_access(opcode))
		return is_write(in) || scope >= DEBUG_READ_ONLY;
	for (unsigned int i = 0; i < ARRAY_SIZE(opcodes); i++)
		if (opcodes[i].opcode == opcode)
			return scope >= opcodes[i].scope;
	return false;
}

/* The numbers of the command interface for those of a register. */
static u8 command_status(u8 status)
{
	static const struct {
		u8 status, command;
	} same[] = {
		{ 0, CMD_OK },
		{ 1, CMD_BUSY },
		{ 4, CMD_BAD_SYS_STATE },
		{ 0x24, CMD_BAD_INPUT_LEN },
	};

	for (unsigned int i = 0; i < ARRAY_SIZE(same); i++)
		if (same[i].status == status)
			return same[i].command;
	return CMD_BAD_PARAM;
}

/* ACCESS_REG: the register is in `in`, and goes to `out`. */
static u8 access_register(struct lab_port *port, u8 *in, size_t in_len, u8 *out,
			  size_t out_len)
{
	u8 status;

	if (out_len < in_len)
		return CMD_BAD_OUTPUT_LEN;
	status = lab_firmware_access(port, get_unaligned_be16(in + REGISTER_ID),
				     is_write(in), in + HEADER_LEN, in_len - HEADER_LEN);
	if (!status)
		memcpy(out + HEADER_LEN, in + HEADER_LEN, in_len - HEADER_LEN);
	return command_status(status);
}

static int run(struct lab_node *node, enum scope scope, u8 *in, size_t in_len, u8 *out,
	       size_t out_len)
{
	int err;

	if (in_len < HEADER_LEN || out_len < HEADER_LEN)
		return -EMSGSIZE;
	if (!is_permitted(in, scope))
		return -EBADMSG;
	err = lab_fault(LAB_OP_fwctl_rpc, -1);
	if (err < 0)
		return err;
	out[0] = is_access(get_unaligned_be16(in)) ?
			 access_register(node->port, in, in_len, out, out_len) :
			 CMD_BAD_OP;
	if (out[0])
		put_unaligned_be32(SOME_SYNDROME, out + SYNDROME);
	return 0;
}

/* ---- ioctls ---- */

static int give_info(struct lab_opened *opened, void *argument)
{
	struct info *info = argument;
	struct info_mlx5 mlx5 = { opened->uid, TOOLS_RESOURCES };
	u8 __user *to = u64_to_user_ptr(info->out_device_data);
	size_t len = min(info->device_data_len, sizeof(mlx5));

	if (info->flags)
		return -EOPNOTSUPP;
	if (info->device_data_len) {
		if (copy_to_user(to, &mlx5, len) ||
		    clear_user(to + len, info->device_data_len - len))
			return -EFAULT;
		info->device_data_len = sizeof(mlx5);
	}
	info->out_device_type = FWCTL_DEVICE_TYPE_MLX5;
	return 0;
}

/* Linux taints itself, and says so once. */
static int check_scope(const struct lab_node *node, u32 scope)
{
	static unsigned long tainted;

	if (scope > DEBUG_WRITE_FULL)
		return -EOPNOTSUPP;
	if (scope == DEBUG_WRITE_FULL && !capable(CAP_SYS_RAWIO))
		return -EPERM;
	if (scope >= DEBUG_WRITE && !test_and_set_bit(0, &tainted))
		dev_warn(
			&node->dev,
			"%s(%d): has requested full access to the physical device firmware",
			current->comm, task_pid_nr(current));
	return 0;
}

static int do_rpc(struct lab_opened *opened, void *argument)
{
	struct rpc *rpc = argument;
	void *in, *out;
	int err;

	if (rpc->in_len > MAX_RPC_LEN || rpc->out_len > MAX_RPC_LEN)
		return -EMSGSIZE;
	err = check_scope(opened->node, rpc->scope);
	if (err)
		return err;
	in = kvzalloc(rpc->in_len, GFP_KERNEL_ACCOUNT);
	out = kvzalloc(rpc->out_len, GFP_KERNEL_ACCOUNT);
	if (!in || !out)
		err = -ENOMEM;
	else if (copy_from_user(in, u64_to_user_ptr(rpc->in), rpc->in_len))
		err = -EFAULT;
	if (!err)
		err = run(opened->node, rpc->scope, in, rpc->in_len, out, rpc->out_len);
	if (!err && copy_to_user(u64_to_user_ptr(rpc->out), out, rpc->out_len))
		err = -EFAULT;
	kvfree(out);
	kvfree(in);
	return err;
}

static const struct {
	unsigned int request;
	u32 least, size;
	int (*run)(struct lab_opened *opened, void *argument);
} requests[] = {
	{ FWCTL_INFO, offsetofend(struct info, out_device_data), sizeof(struct info),
	  give_info },
	{ FWCTL_RPC, offsetofend(struct rpc, out), sizeof(struct rpc), do_rpc },
};

static int serve(struct lab_opened *opened, unsigned int which, u32 __user *from)
{
	union {
		struct info info;
		struct rpc rpc;
	} argument;
	struct lab_node *node = opened->node;
	u32 size;
	int err;

	if (get_user(size, from))
		return -EFAULT;
	if (size < requests[which].least)
		return -EINVAL;
	err = copy_struct_from_user(&argument, requests[which].size, from, size);
	if (err)
		return err;
	guard(rwsem_read)(&node->lock);
	err = node->port ? requests[which].run(opened, &argument) : -ENODEV;
	if (err)
		return err;
	return copy_to_user(from, &argument, min(size, requests[which].size)) ? -EFAULT :
										0;
}

long lab_fwctl_request(struct file *file, unsigned int number, unsigned long argument)
{
	for (unsigned int i = 0; i < ARRAY_SIZE(requests); i++)
		if (requests[i].request == number)
			return serve(file->private_data, i, (u32 __user *)argument);
	return -ENOIOCTLCMD;
}
