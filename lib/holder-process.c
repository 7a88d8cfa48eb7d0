// SPDX-License-Identifier: GPL-2.0-or-later
/* Holders that are processes: those that have a file in /dev open that leads to a device. */
#include <ctype.h>

#include "holder.h"

/*
 * Directories in that of a device, and where the files of what is in there are. Each is made
 * by the kernel's class of that name; vfio-dev by drivers/vfio/device_cdev.c.
 */
static const struct {
	const char *directory, *where;
} classes[] = {
	{ "accel", "/dev/accel/" },
	{ "drm", "/dev/dri/" },
	{ "infiniband_mad", "/dev/infiniband/" },
	{ "infiniband_verbs", "/dev/infiniband/" },
	{ "nvme", "/dev/" },
	{ "ptp", "/dev/" },
	{ "uio", "/dev/" },
	{ "vfio-dev", "/dev/vfio/devices/" },
};
#define VFIO_DEV (ARRAY_SIZE(classes) - 1)

static void add_node(struct search *search, struct target *target, const char *where,
		     const char *name)
{
	struct node *nodes, *node;

	target->nodes = true;
	/* grows when the number is a power of two */
	if (!(search->nr_nodes & (search->nr_nodes - 1))) {
		nodes = realloc(search->nodes,
				(search->nr_nodes * 2 + 1) * sizeof(*nodes));
		if (!nodes) {
			search->no_memory = true;
			return;
		}
		search->nodes = nodes;
	}
	node = &search->nodes[search->nr_nodes++];
	memset(node, 0, sizeof(*node));
	snprintf(node->path, sizeof(node->path), "%s%s", where, name);
	node->target = target;
}

/* The file of its IOMMU group; with no IOMMU it is named otherwise. */
static void find_group(struct search *search, struct target *target)
{
	char number[16];
	uint32_t group;

	if ((!target->vfio && !target->open) ||
	    sriov_iommu_group(search->ctx, target->out->path, &group) < 0)
		return;
	snprintf(number, sizeof(number), "%u", group);
	add_node(search, target, "/dev/vfio/", number);
	add_node(search, target, "/dev/vfio/noiommu-", number);
}

void sriov_holder_find_nodes(struct search *search, struct target *target,
			     char *const *names, size_t n)
{
	find_group(search, target);
	for (size_t i = 0; i < ARRAY_SIZE(classes); i++) {
		_cleanup_free_ char **devices = NULL;

		if (!sriov_holder_among(names, n, classes[i].directory) ||
		    (search->no_cdevs && i == VFIO_DEV))
			continue;
		if (sriov_sysfs_list(search->ctx, &devices, "%s/%s", target->out->path,
				     classes[i].directory) < 0)
			continue;
		/* kernels without CONFIG_VFIO_DEVICE_CDEV have them without a file */
		if (i == VFIO_DEV && devices[0])
			search->no_cdevs =
				!sriov_sysfs_exists(search->ctx, "%s/%s/%s/dev",
						    target->out->path,
						    classes[i].directory, devices[0]);
		for (size_t j = 0; devices[j] && !(search->no_cdevs && i == VFIO_DEV);
		     j++)
			add_node(search, target, classes[i].where, devices[j]);
	}
}

/* Does the path of a device lead through this directory? */
static bool leads_through(const char *path, const char *name)
{
	size_t len = strlen(name);

	for (; (path = strstr(path, name)); path += len)
		if (path[-1] == '/' && path[len] == '/')
			return true;
	return false;
}

/* A vDPA device is below its PCI device, or below an auxiliary one of that. */
static void see_vdpa(void *data, const char *name, const char *path)
{
	struct search *search = data;
	_cleanup_free_ char **names = NULL;
	int n;

	for (size_t i = 0; i < search->n; i++) {
		struct target *target = &search->targets[i];

		if (*path == '/' || !target->out->path[0] ||
		    !leads_through(path, strrchr(target->out->path, '/') + 1))
			continue;
		n = sriov_sysfs_list(search->ctx, &names, "sys/bus/vdpa/devices/%s",
				     name);
		for (int j = 0; j < n; j++)
			if (!strncmp(names[j], "vhost-vdpa-", strlen("vhost-vdpa-")))
				add_node(search, target, "/dev/", names[j]);
		return;
	}
}

void sriov_holder_find_vdpa(struct search *search)
{
	sriov_sysfs_links(search->ctx, see_vdpa, search, "sys/bus/vdpa/devices");
}

static int by_path(const void *a, const void *b)
{
	return strcmp(((const struct node *)a)->path, ((const struct node *)b)->path);
}

static void hold(struct search *search, struct node *node, const char *pid)
{
	struct sriov_holding *out = node->target->out;
	char name[SRIOV_NAME_LEN * 2];

	/* it may have the file open more than once */
	if (!strcmp(node->last, pid))
		return;
	sriov_copy(node->last, sizeof(node->last), pid);
	sriov_holder_process_name(search->ctx, pid, name, sizeof(name));
	if (!out->who[0])
		sriov_copy(out->who, sizeof(out->who), name);
	sriov_holder_add(node->target, "%s: %s", name, node->path);
}

static void see_open(void *data, const char *pid, const char *path)
{
	struct search *search = data;
	struct node *end = search->nodes + search->nr_nodes, *node;
	struct node key;

	if (strncmp(path, "/dev/", strlen("/dev/")) != 0 ||
	    strlen(path) >= sizeof(key.path))
		return;
	sriov_copy(key.path, sizeof(key.path), path);
	node = bsearch(&key, search->nodes, search->nr_nodes, sizeof(key), by_path);
	if (!node)
		return;
	/* several devices of one IOMMU group share its file */
	while (node > search->nodes && !by_path(node - 1, &key))
		node--;
	for (; node < end && !by_path(node, &key); node++)
		hold(search, node, pid);
}

/* All but ourselves: what we have inherited, somebody else has open. */
static int visit_all(struct search *search)
{
	_cleanup_free_ char **names = NULL;
	int n = sriov_sysfs_list(search->ctx, &names, "proc");
	size_t kept = 0;
	char self[16];

	/* nobody has recorded them */
	if (n < 0)
		return n == -ENOENT && search->ctx->recorded ? 0 : n;
	snprintf(self, sizeof(self), "%ld", (long)getpid());
	for (int i = 0; i < n; i++)
		if (isdigit((unsigned char)names[i][0]) && strcmp(names[i], self) != 0)
			names[kept++] = names[i];
	return sriov_sysfs_open_files(search->ctx, names, kept, see_open, search);
}

void sriov_holder_find_processes(struct search *search)
{
	int r = 0;

	if (search->nr_nodes) {
		qsort(search->nodes, search->nr_nodes, sizeof(*search->nodes), by_path);
		r = visit_all(search);
	}
	for (size_t i = 0; i < search->n; i++) {
		struct target *target = &search->targets[i];

		if (target->out->who[0])
			continue;
		/* who that is, others may not see, or it lives where we do not look */
		if (target->vfio && target->open) {
			sriov_holder_add(target, "a process (open through vfio)");
			sriov_copy(target->out->who, sizeof(target->out->who),
				   "a process");
		} else if (r < 0 && target->nodes) {
			target->out->err = r;
		}
	}
}
