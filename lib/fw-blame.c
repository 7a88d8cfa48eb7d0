// SPDX-License-Identifier: GPL-2.0-or-later
/* Why the gateway of a card cannot be used, who is to blame, and what helps. */
#include "fw-vsc.h"

/* ---- who has its configuration space open: those may be using the gateway ---- */

struct suspects {
	const char *device;
	char text[SRIOV_HOLDER_LEN];
	size_t len;
	struct sriov_ctx *ctx;
};

static void add_suspect(struct suspects *suspects, const char *pid)
{
	char comm[32];
	int n;

	if (suspects->len >= sizeof(suspects->text) / 2 ||
	    strtoul(pid, NULL, 10) == (unsigned long)getpid())
		return;
	if (sriov_sysfs_read(suspects->ctx, comm, sizeof(comm), "proc/%s/comm", pid) < 0)
		sriov_copy(comm, sizeof(comm), "?");
	n = snprintf(suspects->text + suspects->len,
		     sizeof(suspects->text) - suspects->len, "%spid %s (%s)",
		     suspects->len ? ", " : "", pid, comm);
	if (n > 0)
		suspects->len += (size_t)n;
}

/* ".../0000:03:00.0/config" */
static void look(void *data, const char *pid, const char *target)
{
	struct suspects *suspects = data;
	size_t len = strlen(target), device = strlen(suspects->device);

	if (len < device + strlen("//config") ||
	    strcmp(target + len - strlen("/config"), "/config") != 0)
		return;
	target += len - strlen("/config") - device;
	if (target[-1] == '/' && !strncmp(target, suspects->device, device))
		add_suspect(suspects, pid);
}

/* All, or only this process. */
static void find_suspects(struct sriov_gateway *gateway, const char *only,
			  struct suspects *suspects)
{
	_cleanup_free_ char **names = NULL;
	char *one[] = { (char *)only };
	int n = only ? 1 : sriov_sysfs_list(gateway->ctx, &names, "proc");
	size_t pids = 0;

	*suspects = (struct suspects){ .device = gateway->pf->dev, .ctx = gateway->ctx };
	for (int i = 0; i < n && !only; i++)
		if (names[i][0] >= '0' && names[i][0] <= '9')
			names[pids++] = names[i];
	if (n > 0)
		sriov_sysfs_open_files(gateway->ctx, only ? one : names, only ? 1 : pids,
				       look, suspects);
}

/* mstmcra -c would do, too, where mstflint is installed. */
int sriov_blame_gateway(struct sriov_gateway *gateway)
{
	const char *name = gateway->pf->name;
	struct suspects suspects;

	find_suspects(gateway, NULL, &suspects);
	if (suspects.len)
		return sriov_fail(gateway->ctx, SRIOV_REFUSED, EBUSY,
				  "%s: its gateway (VSC) is taken: %s uses it", name,
				  suspects.text);
	return sriov_fail(
		gateway->ctx, SRIOV_REFUSED, EBUSY,
		"%s: its gateway (VSC) is taken, and no process here uses it: one that was "
		"killed has left it so (setpci -s %s %x.l=0 frees it), or it is used elsewhere",
		name, name, gateway->at + SRIOV_VSC_SEMAPHORE);
}

/*
 * Its number may be that of a process of another host, virtual machine or namespace, so that it is
 * not here is no proof that nobody uses it. mstconfig 4.21 wants to read a register before
 * its clear_semaphore, and waits for what it is to free.
 */
int sriov_blame_icmd(struct sriov_gateway *gateway, uint32_t value)
{
	const char *name = gateway->pf->name;
	unsigned int at = gateway->at;
	struct suspects suspects;
	char pid[16];

	snprintf(pid, sizeof(pid), "%u", value);
	find_suspects(gateway, pid, &suspects);
	if (suspects.len)
		return sriov_fail(gateway->ctx, SRIOV_REFUSED, EBUSY,
				  "%s: its firmware (ICMD) is used by %s", name,
				  suspects.text);
	return sriov_fail(
		gateway->ctx, SRIOV_REFUSED, EBUSY,
		"%s: its firmware (ICMD) is taken by pid %s, which does not use it here: it was "
		"killed (setpci -s %s %x.l=%x %x.l=0 %x.l=80000000 frees it), or it runs elsewhere",
		name, pid, name, at + SRIOV_VSC_CONTROL,
		sriov_gateway_number(gateway, SPACE_SEMAPHORE), at + SRIOV_VSC_DATA,
		at + SRIOV_VSC_ADDRESS);
}

int sriov_blame_file(struct sriov_gateway *gateway, int file)
{
	char holder[SRIOV_NAME_LEN], name[SRIOV_NAME_LEN * 2];

	snprintf(name, sizeof(name), "%s_%s", gateway->pf->dev,
		 file == gateway->files[0] ? "config" : "mem");
	sriov_lock_holder(gateway->ctx, file, name, holder, sizeof(holder));
	return sriov_fail(gateway->ctx, SRIOV_REFUSED, EBUSY,
			  "%s: its lock of mstflint is held by %s", gateway->pf->name,
			  holder);
}

/* ---- lockdown ---- */

/* "none [integrity] confidentiality": what is in brackets. */
static bool read_lockdown(struct sriov_ctx *ctx, char *level, size_t size)
{
	char text[64], *from, *to;

	if (sriov_sysfs_read(ctx, text, sizeof(text), "sys/kernel/security/lockdown") < 0)
		return false;
	from = strchr(text, '[');
	to = from ? strchr(from, ']') : NULL;
	if (!to)
		return false;
	*to = '\0';
	sriov_copy(level, size, from + 1);
	return strcmp(level, "none") != 0;
}

/* Either level forbids it (Linux 6.12, pci_write_config() in drivers/pci/pci-sysfs.c). */
int sriov_blame_lockdown(struct sriov_pf *pf)
{
	char level[32];

	if (!read_lockdown(pf->ctx, level, sizeof(level)))
		return 0;
	return sriov_fail(
		pf->ctx, SRIOV_FAILED, EPERM,
		"%s: settings of its firmware: the kernel is locked down (%s): %s",
		pf->name, level,
		sriov_module_is_there(pf->ctx, "mlx5_fwctl") ?
			"modprobe mlx5_fwctl makes another way to them" :
			"fwctl, from Linux 6.15 on, would do");
}
