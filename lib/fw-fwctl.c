// SPDX-License-Identifier: GPL-2.0-or-later
/* The transport that new kernels have: fwctl, whose driver mlx5_fwctl accesses registers. */
#include <endian.h>
#include <sys/ioctl.h>
#include <sys/mman.h>

#include "fw.h"

/* include/uapi/fwctl/fwctl.h of Linux 6.15, which older headers do not have. */
#define FWCTL_INFO _IO(0x9a, 0)
#define FWCTL_RPC _IO(0x9a, 1)
#define FWCTL_TYPE_MLX5 1
#define SCOPE_CONFIGURATION 0 /* what is set is enough for all registers, without taint */
#define SCOPE_DEBUG_READ_ONLY 1 /* reading needs it */

struct fwctl_info {
	uint32_t size, flags, device_type, data_len;
	uint64_t data;
};

struct fwctl_rpc {
	uint32_t size, scope, in_len, out_len;
	uint64_t in, out;
};

/* The command (drivers/fwctl/mlx5/main.c; the driver fills in who we are). */
#define ACCESS_REGISTER 0x805
#define OP_SET 0
#define OP_GET 1

#define MESSAGE_MAX (SRIOV_FWCTL_HEAD + SRIOV_REG_MAX)

struct fwctl {
	int fd;
	char node[SRIOV_NAME_LEN];
};

/* What a worker and we share. */
struct call {
	int fd;
	struct sriov_pf *pf;
	const char *node;
	bool said; /* what went wrong has its text */
	struct fwctl_info info;
	struct fwctl_rpc rpc;
	uint8_t in[MESSAGE_MAX], out[MESSAGE_MAX];
};

static void put16(uint8_t *to, uint16_t value)
{
	value = htobe16(value);
	memcpy(to, &value, sizeof(value));
}

void sriov_fwctl_encode(uint8_t *message, enum sriov_reg reg, bool set, const void *data,
			size_t len)
{
	memset(message, 0, SRIOV_FWCTL_HEAD);
	put16(message, ACCESS_REGISTER);
	put16(message + 6, set ? OP_SET : OP_GET);
	put16(message + 10, (uint16_t)reg);
	memcpy(message + SRIOV_FWCTL_HEAD, data, len);
}

/* Statuses of commands: include/linux/mlx5/device.h, MLX5_CMD_STAT_*. */
enum sriov_reg_status sriov_fwctl_status(uint8_t status)
{
	static const struct {
		uint8_t command;
		enum sriov_reg_status reg;
	} statuses[] = {
		{ 0x00, SRIOV_REG_OK },
		{ 0x02, SRIOV_REG_BAD_METHOD }, /* bad operation */
		{ 0x03, SRIOV_REG_BAD_PARAM },
		{ 0x04, SRIOV_REG_NOT_SUPPORTED }, /* bad state of the system */
		{ 0x05, SRIOV_REG_NO_RESOURCE },
		{ 0x06, SRIOV_REG_BUSY },
		{ 0x08, SRIOV_REG_NO_RESOURCE }, /* a limit is exceeded */
		{ 0x09, SRIOV_REG_BAD_CONFIG },  /* bad state of the resource */
		{ 0x0a, SRIOV_REG_BAD_PARAM },   /* bad index */
		{ 0x0f, SRIOV_REG_NO_RESOURCE },
		{ 0x50, SRIOV_REG_TOO_SHORT },
		{ 0x51, SRIOV_REG_TOO_SHORT },
	};

	for (size_t i = 0; i < ARRAY_SIZE(statuses); i++)
		if (statuses[i].command == status)
			return statuses[i].reg;
	return SRIOV_REG_INTERNAL;
}

/* ---- in a worker: the driver waits a minute for a firmware that does not answer ---- */

/* Opening, too, is a command of the firmware; what is opened here is not for our parent. */
static int try_open(struct sriov_ctx *ctx, const struct sriov_job *job, char *text)
{
	struct call *call = *(struct call *const *)job->data;
	_cleanup_close_ int fd = sriov_sysfs_descriptor(ctx, "dev/fwctl/%s", call->node);

	(void)text;
	if (fd < 0)
		return fd;
	return ioctl(fd, FWCTL_INFO, &call->info) < 0 ? -errno : 0;
}

static int do_rpc(struct sriov_ctx *ctx, const struct sriov_job *job, char *text)
{
	struct call *call = *(struct call *const *)job->data;

	(void)ctx, (void)text;
	return ioctl(call->fd, FWCTL_RPC, &call->rpc) < 0 ? -errno : 0;
}

/*
 * -errno: of the system call, unless it is said already what is wrong. What sets something and
 * is not back in time goes on in its worker: it cannot be called off.
 */
static int run(struct call *call, const char *what,
	       int (*work)(struct sriov_ctx *, const struct sriov_job *, char *),
	       bool set)
{
	struct sriov_ctx *ctx = call->pf->ctx;
	const struct sriov_pace pace = {
		.parallel = 1,
		.limit_ms = set ? sriov_write_limit_ms(ctx) :
				  sriov_fw_limit_ms(ctx, SRIOV_FW_GET_MS),
		.reads = !set
	};
	struct sriov_job job = { .work = work, .data = &call };
	int r = sriov_workers_run(ctx, &pace, &job, 1);
	bool stuck = job.pid > 0;

	call->said = stuck || r == -EINTR;
	if (stuck)
		return sriov_fail(
			ctx, SRIOV_FAILED, set ? EINPROGRESS : -r,
			"%s: its firmware does not answer (%s, fwctl, %u s): %.400s%s",
			call->pf->name, what, pace.limit_ms / 1000, job.text,
			set ? ": it may still happen" : "");
	return r == -EINTR ? sriov_fail_interrupted(ctx) : r;
}

static struct call *new_call(struct sriov_pf *pf)
{
	struct call *call = mmap(NULL, sizeof(*call), PROT_READ | PROT_WRITE,
				 MAP_SHARED | MAP_ANONYMOUS, -1, 0);

	if (call == MAP_FAILED) {
		sriov_no_memory(pf->ctx);
		return NULL;
	}
	call->pf = pf;
	return call;
}

/* ---- the transport ---- */

/* "fwctl0", in the directory of the device or in that of the class. */
static bool find_node(struct sriov_pf *pf, char *node, size_t size)
{
	_cleanup_free_ char **names = NULL, **all = NULL;
	char device[SRIOV_NAME_LEN];
	int n = sriov_sysfs_list(pf->ctx, &names, "%s/fwctl", pf->path);

	if (n > 0) {
		sriov_copy(node, size, names[0]);
		return true;
	}
	n = sriov_sysfs_list(pf->ctx, &all, "sys/class/fwctl");
	for (int i = 0; i < n; i++) {
		if (sriov_sysfs_link(pf->ctx, device, sizeof(device),
				     "sys/class/fwctl/%s/device", all[i]) < 0 ||
		    strcmp(device, pf->dev) != 0)
			continue;
		sriov_copy(node, size, all[i]);
		return true;
	}
	return false;
}

/* A container may have the device and not the node. */
static bool is_none(int err)
{
	return err == -ENOENT || err == -ENODEV || err == -ENXIO || err == -ENOTTY;
}

static int probe(struct sriov_pf *pf, const char *node)
{
	struct call *call = new_call(pf);
	int r;

	if (!call)
		return -ENOMEM;
	call->node = node;
	call->info = (struct fwctl_info){ .size = sizeof(call->info) };
	r = run(call, "opening", try_open, false);
	if (!call->said &&
	    (is_none(r) || (!r && call->info.device_type != FWCTL_TYPE_MLX5)))
		r = -EOPNOTSUPP;
	else if (!call->said && r < 0)
		sriov_fail(pf->ctx, SRIOV_FAILED, -r,
			   "%s: settings of its firmware: fwctl: %s%s", pf->name,
			   sriov_strerror(-r),
			   r == -EACCES ? " (reading them, too, needs root)" : "");
	munmap(call, sizeof(*call));
	return r;
}

static int open_fwctl(struct sriov_pf *pf, void **state)
{
	_cleanup_free_ struct fwctl *fwctl = NULL;
	char node[SRIOV_NAME_LEN];
	int r;

	if (!pf->is_pci || !find_node(pf, node, sizeof(node)))
		return -EOPNOTSUPP;
	r = probe(pf, node);
	if (r < 0)
		return r;
	fwctl = calloc(1, sizeof(*fwctl));
	if (!fwctl)
		return sriov_no_memory(pf->ctx);
	sriov_copy(fwctl->node, sizeof(fwctl->node), node);
	fwctl->fd = sriov_sysfs_descriptor(pf->ctx, "dev/fwctl/%s", node);
	if (fwctl->fd < 0)
		return sriov_fail(pf->ctx, SRIOV_FAILED, -fwctl->fd,
				  "%s: settings of its firmware: fwctl: %s", pf->name,
				  sriov_strerror(-fwctl->fd));
	*state = steal(fwctl);
	return 0;
}

static void close_fwctl(void *state)
{
	struct fwctl *fwctl = state;

	close(fwctl->fd);
	free(fwctl);
}

static int finish(struct call *call, int r, enum sriov_reg reg, void *data, size_t len)
{
	if (call->said)
		return r;
	if (r < 0)
		return sriov_fail(call->pf->ctx, SRIOV_FAILED, -r,
				  "%s: fwctl: register 0x%x: %s", call->pf->name, reg,
				  sriov_strerror(-r));
	if (call->rpc.out_len > sizeof(call->out) ||
	    call->rpc.out_len < SRIOV_FWCTL_HEAD ||
	    (!call->out[0] && call->rpc.out_len < SRIOV_FWCTL_HEAD + len))
		return sriov_fail(call->pf->ctx, SRIOV_FAILED, EBADMSG,
				  "%s: fwctl: register 0x%x: the answer has %u bytes",
				  call->pf->name, reg, call->rpc.out_len);
	if (!call->out[0])
		memcpy(data, call->out + SRIOV_FWCTL_HEAD, len);
	return (int)sriov_fwctl_status(call->out[0]);
}

static int access_fwctl(struct sriov_pf *pf, void *state, enum sriov_reg reg, bool set,
			void *data, size_t len)
{
	const struct fwctl *fwctl = state;
	struct call *call = new_call(pf);
	char what[32];
	int r;

	if (!call)
		return -ENOMEM;
	call->fd = fwctl->fd;
	sriov_fwctl_encode(call->in, reg, set, data, len);
	call->rpc = (struct fwctl_rpc){
		.size = sizeof(call->rpc),
		.scope = set ? SCOPE_CONFIGURATION : SCOPE_DEBUG_READ_ONLY,
		.in_len = (uint32_t)(SRIOV_FWCTL_HEAD + len),
		.out_len = (uint32_t)(SRIOV_FWCTL_HEAD + len),
		.in = (uintptr_t)call->in,
		.out = (uintptr_t)call->out,
	};
	snprintf(what, sizeof(what), "register 0x%x", reg);
	r = run(call, what, do_rpc, set);
	r = finish(call, r, reg, data, len);
	munmap(call, sizeof(*call));
	return r;
}

const struct sriov_fw_transport sriov_fw_fwctl = { "fwctl", open_fwctl, access_fwctl,
						   close_fwctl };
