// SPDX-License-Identifier: GPL-2.0-or-later
/* Physical functions: the handles, the list of all, and what their directories say. */
#include <ctype.h>

#include "pf.h"

#define PFS_MIN 64
#define VFS_MAX 65536 /* NumVFs has 16 bits; no other bus has more */

const char *sriov_pf_name(const struct sriov_pf *pf)
{
	return pf->name;
}

void sriov_pf_free(struct sriov_pf *pf)
{
	free(pf);
}

/*
 * Room for one more PF and the NULL. The size is a power of two, so that the array that
 * sriov_pf_list() gave away moves as seldom as can be.
 */
static int reserve(struct sriov_ctx *ctx)
{
	size_t need = ctx->nr_pfs + 2, size = PFS_MIN;
	struct sriov_pf **pfs;

	if (ctx->pfs && (need <= PFS_MIN || ((need - 1) & (need - 2))))
		return 0;
	while (size < need)
		size *= 2;
	pfs = realloc(ctx->pfs, size * sizeof(*pfs));
	if (!pfs)
		return sriov_no_memory(ctx);
	pfs[ctx->nr_pfs] = NULL;
	ctx->pfs = pfs;
	return 0;
}

static int add(struct sriov_ctx *ctx, const char *bus, const char *dev,
	       struct sriov_pf **out)
{
	_cleanup_free_ struct sriov_pf *pf = sriov_pf_new(ctx, bus, dev);
	int r;

	if (!pf)
		return sriov_no_memory(ctx);
	r = reserve(ctx);
	if (r < 0)
		return r;
	*out = pf;
	ctx->pfs[ctx->nr_pfs++] = steal(pf);
	ctx->pfs[ctx->nr_pfs] = NULL;
	ctx->listed = false;
	return 0;
}

/* Kernels before 3.8 have no sriov_numvfs, and MLNX_OFED a file of its own for them. */
static bool is_pf(struct sriov_ctx *ctx, const char *bus, const char *dev)
{
	return sriov_sysfs_exists(ctx, "sys/bus/%s/devices/%s/sriov_numvfs", bus, dev) ||
	       (!strcmp(bus, "pci") &&
		sriov_sysfs_exists(ctx, "sys/bus/pci/devices/%s/mlx5_num_vfs", dev));
}

int sriov_pf_at(struct sriov_ctx *ctx, const char *bus, const char *dev,
		struct sriov_pf **pf)
{
	if (!sriov_sysfs_name_ok(bus) || !sriov_sysfs_name_ok(dev) ||
	    strlen(bus) >= SRIOV_NAME_LEN || strlen(dev) >= SRIOV_NAME_LEN ||
	    !is_pf(ctx, bus, dev))
		return -ENOENT;
	for (size_t i = 0; i < ctx->nr_pfs; i++) {
		if (!strcmp(ctx->pfs[i]->bus, bus) && !strcmp(ctx->pfs[i]->dev, dev)) {
			*pf = ctx->pfs[i];
			return 0;
		}
	}
	return add(ctx, bus, dev, pf);
}

/*
 * Buses without PFs: those of the kernel that are on most machines (Linux 6.12: sriov_numvfs is
 * made in drivers/pci/iov.c and drivers/net/netdevsim/bus.c). Any other is looked through; these
 * are hundreds of processors, blocks of memory and the like.
 */
static const char without_pfs[] =
	" acpi amba clockevents clocksource container coreboot cpu cxl dax edac event_source"
	" faux gpio hid i2c i3c iio isa machinecheck mdio_bus mei memory memory_tiering mipi-dsi"
	" mmc nd node nvmem pci_express platform pnp scsi sdio serial serial-base serio snd_seq"
	" soc soundwire spi thunderbolt typec usb usb-serial virtio wmi workqueue xen"
	" xen-backend ";

static bool has_no_pfs(const char *bus)
{
	char word[SRIOV_NAME_LEN];

	return snprintf(word, sizeof(word), " %s ", bus) < (int)sizeof(word) &&
	       strstr(without_pfs, word);
}

static int scan_bus(struct sriov_ctx *ctx, const char *bus)
{
	_cleanup_free_ char **devs = NULL;
	struct sriov_pf *pf;
	int n, r;

	if (has_no_pfs(bus))
		return 0;
	n = sriov_sysfs_list(ctx, &devs, "sys/bus/%s/devices", bus);
	for (int i = 0; i < n; i++) {
		r = sriov_pf_at(ctx, bus, devs[i], &pf);
		if (r < 0 && r != -ENOENT)
			return r;
	}
	return n == -ENOMEM ? sriov_no_memory(ctx) : 0;
}

/* PCI addresses as numbers: only the domain has no fixed width, and no leading zeros then. */
static int compare_pfs(const void *pa, const void *pb)
{
	const struct sriov_pf *a = *(struct sriov_pf *const *)pa;
	const struct sriov_pf *b = *(struct sriov_pf *const *)pb;
	size_t len_a = strlen(a->name), len_b = strlen(b->name);

	if (a->is_pci != b->is_pci)
		return a->is_pci ? -1 : 1;
	if (!a->is_pci)
		return strverscmp(a->name, b->name);
	if (len_a != len_b)
		return len_a < len_b ? -1 : 1;
	return strcmp(a->name, b->name);
}

static int scan(struct sriov_ctx *ctx)
{
	_cleanup_free_ char **buses = NULL;
	int r = reserve(ctx), n;

	if (r < 0)
		return r;
	n = sriov_sysfs_list(ctx, &buses, "sys/bus");
	if (n < 0)
		return sriov_fail(ctx, SRIOV_FAILED, -n, "sys/bus: %s",
				  sriov_strerror(-n));
	for (int i = 0; i < n; i++) {
		r = scan_bus(ctx, buses[i]);
		if (r < 0)
			return r;
	}
	qsort(ctx->pfs, ctx->nr_pfs, sizeof(*ctx->pfs), compare_pfs);
	ctx->listed = true;
	return 0;
}

int sriov_pf_list(struct sriov_ctx *ctx, struct sriov_pf *const **pfs, size_t *n)
{
	int r = ctx->listed ? 0 : scan(ctx);

	if (r < 0)
		return r;
	*pfs = ctx->pfs;
	*n = ctx->nr_pfs;
	return 0;
}

static bool is_other(struct sriov_ctx *ctx, const char *dev)
{
	char path[SRIOV_PATH_LEN + NAME_MAX], class[16];

	snprintf(path, sizeof(path), "sys/bus/pci/devices/%s", dev);
	return sriov_sysfs_read(ctx, class, sizeof(class), "%s/class", path) >= 0 &&
	       !strncmp(class, "0x02", 4) &&
	       !sriov_sysfs_exists(ctx, "%s/physfn", path) &&
	       !sriov_sysfs_exists(ctx, "%s/sriov_totalvfs", path) &&
	       !is_pf(ctx, "pci", dev);
}

int sriov_count_other(struct sriov_ctx *ctx, unsigned int *n)
{
	_cleanup_free_ char **devs = NULL;
	int all = sriov_sysfs_list(ctx, &devs, "sys/bus/pci/devices");

	*n = 0;
	if (all < 0 && all != -ENOENT)
		return sriov_fail(ctx, SRIOV_FAILED, -all, "sys/bus/pci/devices: %s",
				  sriov_strerror(-all));
	for (int i = 0; i < all; i++)
		*n += is_other(ctx, devs[i]);
	return 0;
}

static int num_vfs_fail(struct sriov_pf *pf, int r)
{
	return sriov_fail(pf->ctx, SRIOV_FAILED, -r, "%s: num_vfs: %s", pf->name,
			  sriov_strerror(-r));
}

static int by_number(const void *a, const void *b)
{
	uint32_t left = *(const uint32_t *)a, right = *(const uint32_t *)b;

	return left < right ? -1 : left > right;
}

/* The numbers of the virtfn links: the kernel takes them away one by one. */
static int linked_vfs(struct sriov_pf *pf, uint32_t **indexes, uint32_t *n)
{
	_cleanup_free_ char **files = NULL;
	_cleanup_free_ uint32_t *found = NULL;
	int r = sriov_sysfs_list(pf->ctx, &files, "%s", pf->path);

	if (r < 0)
		return r;
	found = calloc((size_t)r + 1, sizeof(*found));
	if (!found)
		return -ENOMEM;
	*n = 0;
	for (size_t i = 0; files[i]; i++) {
		const char *number = files[i] + strlen("virtfn");
		char *end;

		if (strncmp(files[i], "virtfn", strlen("virtfn")) != 0 ||
		    !isdigit((unsigned char)*number))
			continue;
		found[*n] = strtoul(number, &end, 10);
		*n += !*end;
	}
	qsort(found, *n, sizeof(*found), by_number);
	*indexes = steal(found);
	return 0;
}

int sriov_pf_vfs(struct sriov_pf *pf, uint32_t **indexes, uint32_t *n)
{
	uint32_t *all;
	int r;

	if (pf->is_pci) {
		r = linked_vfs(pf, indexes, n);
		return r < 0 ? num_vfs_fail(pf, r) : 0;
	}
	r = sriov_sysfs_read_u32(pf->ctx, n, "%s/sriov_numvfs", pf->path);
	if (!r && *n > VFS_MAX)
		r = -ERANGE;
	all = r < 0 ? NULL : calloc((size_t)*n + 1, sizeof(*all));
	if (!all)
		return num_vfs_fail(pf, r < 0 ? r : -ENOMEM);
	for (uint32_t i = 0; i < *n; i++)
		all[i] = i;
	*indexes = all;
	return 0;
}

bool sriov_pf_has_vf(const uint32_t *indexes, uint32_t n, uint32_t index)
{
	return bsearch(&index, indexes, n, sizeof(index), by_number);
}

int sriov_pf_num_vfs(struct sriov_pf *pf, uint32_t *n)
{
	_cleanup_free_ uint32_t *indexes = NULL;

	return sriov_pf_vfs(pf, &indexes, n);
}

/* Take `word` and the number behind it off the text. */
static bool take(const char **text, const char *word, unsigned long *number)
{
	size_t len = strlen(word);
	char *end;

	if (strncmp(*text, word, len) || !isdigit((unsigned char)(*text)[len]))
		return false;
	*number = strtoul(*text + len, &end, 10);
	*text = end;
	return true;
}

/* Names as devlink makes them, net/devlink/port.c: [cN]pfN, [cN]pfNvfN, [cN]pfNsfN. */
enum sriov_port sriov_port_of(struct sriov_ctx *ctx, const char *netdev, uint32_t *index)
{
	char name[SRIOV_NAME_LEN];
	const char *rest = name;
	unsigned long number;
	bool elsewhere;

	if (sriov_sysfs_read(ctx, name, sizeof(name), "sys/class/net/%s/phys_port_name",
			     netdev) < 0)
		return SRIOV_PORT_SELF;
	elsewhere = take(&rest, "c", &number);
	if (!take(&rest, "pf", &number) || !*rest)
		return SRIOV_PORT_SELF;
	if (take(&rest, "vf", &number) && !*rest && number <= UINT16_MAX) {
		*index = number;
		return elsewhere ? SRIOV_PORT_OTHER : SRIOV_PORT_VF;
	}
	return take(&rest, "sf", &number) && !*rest ? SRIOV_PORT_OTHER : SRIOV_PORT_SELF;
}

static int compare_natural(const void *a, const void *b)
{
	return strverscmp(*(char *const *)a, *(char *const *)b);
}

int sriov_pf_netdevs(struct sriov_pf *pf, char ***names, size_t *all)
{
	int n = sriov_sysfs_list(pf->ctx, names, "%s/net", pf->path), own = 0;
	uint32_t index;

	if (n < 0)
		return n;
	if (all)
		*all = n;
	for (int i = 0; i < n; i++)
		if (sriov_port_of(pf->ctx, (*names)[i], &index) == SRIOV_PORT_SELF)
			(*names)[own++] = (*names)[i];
	(*names)[own] = NULL;
	qsort(*names, own, sizeof(**names), compare_natural);
	return own;
}

void sriov_pf_netdev(struct sriov_pf *pf, char *buf, size_t size)
{
	_cleanup_free_ char **names = NULL;

	buf[0] = '\0';
	if (pf->port[0] && sriov_sysfs_exists(pf->ctx, "%s/net/%s", pf->path, pf->port))
		sriov_copy(buf, size, pf->port);
	else if (sriov_pf_netdevs(pf, &names, NULL) > 0)
		sriov_copy(buf, size, names[0]);
}

void sriov_driver_of(struct sriov_ctx *ctx, const char *device_path, char *buf,
		     size_t size)
{
	char name[NAME_MAX + 1];

	if (sriov_sysfs_link(ctx, name, sizeof(name), "%s/driver", device_path) < 0)
		sriov_copy(name, sizeof(name), SRIOV_DRIVER_NONE);
	sriov_make_printable(name);
	sriov_copy(buf, size, name);
}

int sriov_vf_path(struct sriov_pf *pf, uint32_t index, char *path, size_t size)
{
	char dev[SRIOV_NAME_LEN];

	if (!pf->is_pci ||
	    sriov_sysfs_link(pf->ctx, dev, sizeof(dev), "%s/virtfn%u", pf->path, index) <
		    0 ||
	    sriov_pci_parse(dev, dev, sizeof(dev)) < 0)
		return -ENODEV;
	if ((size_t)snprintf(path, size, "sys/bus/pci/devices/%s", dev) >= size)
		return -ENAMETOOLONG;
	return 0;
}

int sriov_iommu_group(struct sriov_ctx *ctx, const char *path, uint32_t *group)
{
	char name[SRIOV_NAME_LEN], *end;
	unsigned long number;
	int r = sriov_sysfs_link(ctx, name, sizeof(name), "%s/iommu_group", path);

	if (r < 0)
		return r;
	number = strtoul(name, &end, 10);
	if (!isdigit((unsigned char)name[0]) || *end || number > UINT32_MAX)
		return -EINVAL;
	*group = number;
	return 0;
}
