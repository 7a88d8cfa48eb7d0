// SPDX-License-Identifier: GPL-2.0-or-later
/* Who uses a device, and would be hurt if it went away. */
#include <stdarg.h>

#include "holder.h"

#define MORE_LEN 24 /* room for "; and 12345 more" */

void sriov_holder_add(struct target *target, const char *fmt, ...)
{
	char *text = target->out->text, item[SRIOV_HOLDER_LEN];
	size_t len = strlen(text);
	va_list args;
	int n;

	va_start(args, fmt);
	n = vsnprintf(item, sizeof(item), fmt, args);
	va_end(args);
	if (n < 0 || target->more || len + (size_t)n + MORE_LEN >= SRIOV_HOLDER_LEN) {
		target->more++;
		return;
	}
	sriov_make_printable(item);
	if (len)
		sriov_copy(text + len, SRIOV_HOLDER_LEN - len, "; ");
	len = strlen(text);
	sriov_copy(text + len, SRIOV_HOLDER_LEN - len, item);
}

static void finish(struct target *target)
{
	size_t len = strlen(target->out->text);

	if (target->more)
		snprintf(target->out->text + len, SRIOV_HOLDER_LEN - len,
			 len ? "; and %u more" : "%u", target->more);
}

void sriov_holder_process_name(struct sriov_ctx *ctx, const char *pid, char *text,
			       size_t size)
{
	char comm[SRIOV_NAME_LEN];

	if (sriov_sysfs_read(ctx, comm, sizeof(comm), "proc/%s/comm", pid) <= 0)
		sriov_copy(comm, sizeof(comm), "a process");
	sriov_make_printable(comm);
	snprintf(text, size, "%s (pid %s)", comm, pid);
}

static int compare(const void *key, const void *name)
{
	return strcmp(key, *(char *const *)name);
}

bool sriov_holder_among(char *const *names, size_t n, const char *name)
{
	return bsearch(name, names, n, sizeof(*names), compare);
}

/*
 * vfio enables the device when a process opens it and disables it on close, so the enable
 * count tells, also to the unprivileged (kernel drivers/vfio/pci/vfio_pci_core.c). Drivers
 * of the kernel's own keep it at 1 all the time. While the kernel waits for the process to
 * let go, the link to the driver is gone already.
 */
static void look_at(struct search *search, struct target *target)
{
	static char vfio_dev[] = "vfio-dev", *const of_vfio[] = { vfio_dev };
	struct sriov_ctx *ctx = search->ctx;
	const char *path = target->out->path;
	_cleanup_free_ char **names = NULL;
	uint32_t enabled = 0;
	int n;

	sriov_driver_of(ctx, path, target->driver, sizeof(target->driver));
	target->vfio = sriov_bind_is_vfio(target->driver);
	if (target->vfio || !strcmp(target->driver, SRIOV_DRIVER_NONE))
		target->open = sriov_sysfs_read_u32(ctx, &enabled, "%s/enable", path) >=
				       0 &&
			       enabled > 0;
	/* there is nothing else, and reading the directory takes longer than all the rest */
	if (target->vfio) {
		sriov_holder_find_nodes(search, target, of_vfio, 1);
		return;
	}
	n = sriov_sysfs_list(ctx, &names, "%s", path);
	target->out->err = n < 0 ? n : 0;
	if (n < 0)
		return;
	sriov_holder_find_nodes(search, target, names, (size_t)n);
	if (!search->only_processes && sriov_holder_among(names, (size_t)n, "net"))
		sriov_holder_find_netdevs(search, target);
}

static int find(struct sriov_ctx *ctx, struct sriov_holding *list, size_t n,
		bool only_processes)
{
	_cleanup_free_ struct target *targets = calloc(n + 1, sizeof(*targets));
	struct search search = {
		.ctx = ctx, .targets = targets, .n = n, .only_processes = only_processes
	};

	search.no_memory = !targets;
	for (size_t i = 0; i < n && targets; i++) {
		list[i].text[0] = list[i].who[0] = '\0';
		list[i].err = 0;
		targets[i].out = &list[i];
		/* one that is gone is used by nobody */
		if (list[i].path[0])
			look_at(&search, &targets[i]);
	}
	if (targets) {
		sriov_holder_find_vdpa(&search);
		sriov_holder_find_processes(&search);
	}
	if (targets && !only_processes) {
		sriov_holder_find_representors(&search);
		sriov_holder_find_uses(&search);
		sriov_holder_find_namespaces(&search);
	}
	for (size_t i = 0; i < n && targets; i++)
		finish(&targets[i]);
	free(search.nodes);
	free(search.ports);
	return search.no_memory ? sriov_no_memory(ctx) : 0;
}

int sriov_holders_find(struct sriov_ctx *ctx, struct sriov_holding *list, size_t n)
{
	return find(ctx, list, n, false);
}

int sriov_holder_find_only_processes(struct sriov_ctx *ctx, struct sriov_holding *list,
				     size_t n)
{
	return find(ctx, list, n, true);
}

int sriov_holdings_new(struct sriov_pf *pf, const uint32_t *indexes, uint32_t *n,
		       struct sriov_holding **list)
{
	_cleanup_free_ struct sriov_holding *new = NULL;
	_cleanup_free_ uint32_t *all = NULL;
	uint32_t m = 0;
	int r = indexes ? 0 : sriov_pf_vfs(pf, &all, n);

	if (r < 0)
		return r;
	new = calloc((size_t)*n + 1, sizeof(*new));
	if (!new)
		return sriov_no_memory(pf->ctx);
	for (uint32_t i = 0; i < *n; i++) {
		new[m].index = indexes ? indexes[i] : all[i];
		new[m].pf = pf;
		m += sriov_vf_path(pf, new[m].index, new[m].path, sizeof(new[m].path)) >=
			     0 ||
		     !pf->is_pci;
	}
	*n = m;
	*list = steal(new);
	return 0;
}
