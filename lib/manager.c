// SPDX-License-Identifier: GPL-2.0-or-later
/* Other programs whose own configuration says that they manage the VFs of a PF. */
#include <ctype.h>
#include <fnmatch.h>
#include <stdarg.h>

#include "manager.h"
#include "pf.h"

#define FOUND_MAX 4096 /* more than a PF can have VFs in use */
#define STARS_MAX 5

/*
 * Where they look, the directory that wins first. nm-settings-keyfile(5),
 * nm-settings-ifcfg-rh(5), NetworkManager.conf(5), systemd.network(5), systemd.link(5),
 * netplan(5); libvirt: /etc/libvirt/DRIVER/NAME.xml and .../networks/NAME.xml; driverctl(8).
 */
static const struct sriov_manager_row managers[] = {
	{ "NetworkManager",
	  { "etc/NetworkManager/system-connections",
	    "run/NetworkManager/system-connections",
	    "usr/lib/NetworkManager/system-connections" },
	  "*",
	  true,
	  sriov_look_nm_keyfile },
	{ "NetworkManager",
	  { "etc/sysconfig/network-scripts" },
	  "ifcfg-*",
	  true,
	  sriov_look_nm_ifcfg },
	{ "NetworkManager",
	  { "etc/NetworkManager" },
	  "NetworkManager.conf",
	  true,
	  sriov_look_nm_conf },
	{ "NetworkManager",
	  { "etc/NetworkManager/conf.d", "run/NetworkManager/conf.d",
	    "usr/lib/NetworkManager/conf.d" },
	  "*.conf",
	  true,
	  sriov_look_nm_conf },
	{ "systemd-networkd",
	  { "etc/systemd/network", "run/systemd/network", "usr/local/lib/systemd/network",
	    "usr/lib/systemd/network" },
	  "*.network",
	  true,
	  sriov_look_networkd },
	{ "systemd-udevd",
	  { "etc/systemd/network", "run/systemd/network", "usr/local/lib/systemd/network",
	    "usr/lib/systemd/network" },
	  "*.link",
	  true,
	  sriov_look_networkd },
	{ "netplan",
	  { "etc/netplan", "run/netplan", "lib/netplan" },
	  "*.yaml",
	  true,
	  sriov_look_netplan },
	{ "libvirt",
	  { "etc/libvirt/qemu/networks" },
	  "*.xml",
	  false,
	  sriov_look_libvirt },
	{ "libvirt", { "etc/libvirt/qemu" }, "*.xml", false, sriov_look_libvirt },
	{ "libvirt", { "etc/libvirt/libxl" }, "*.xml", false, sriov_look_libvirt },
	{ "driverctl", { "etc/driverctl.d" }, "pci-*", false, sriov_look_driverctl },
};

static int add_files(struct sriov_look *look, const char *dir, int rank,
		     const char *pattern, struct sriov_conf **files, int *n)
{
	_cleanup_free_ char **names = NULL;
	int count = sriov_sysfs_list(look->pf->ctx, &names, "%s", dir);
	struct sriov_conf *more;

	/* most of these programs are not there */
	if (count <= 0)
		return count == -ENOMEM ? count : 0;
	more = realloc(*files, (size_t)(*n + count) * sizeof(*more));
	if (!more)
		return -ENOMEM;
	*files = more;
	for (int i = 0; i < count; i++) {
		struct sriov_conf *file = &more[*n];

		if (fnmatch(pattern, names[i], 0))
			continue;
		if (asprintf(&file->path, "%s/%s", dir, names[i]) < 0)
			return -ENOMEM;
		file->name = strrchr(file->path, '/') + 1;
		file->dir = rank;
		(*n)++;
	}
	return 0;
}

static int compare_files(const void *a, const void *b)
{
	const struct sriov_conf *left = a, *right = b;
	int order = strcmp(left->name, right->name);

	return order ? order : left->dir - right->dir;
}

/* Of those with one name, the first is kept. */
static int drop_hidden(struct sriov_conf *files, int n)
{
	int kept = 0;

	for (int i = 0; i < n; i++) {
		if (kept && !strcmp(files[kept - 1].name, files[i].name))
			free(files[i].path);
		else
			files[kept++] = files[i];
	}
	return kept;
}

int sriov_conf_list(struct sriov_look *look, const char *sub, const char *pattern,
		    struct sriov_conf **files)
{
	char dir[SRIOV_PATH_LEN * 2];
	int n = 0, r;

	*files = NULL;
	for (int i = 0; i < SRIOV_CONF_DIRS && look->row->dirs[i]; i++) {
		snprintf(dir, sizeof(dir), "%s%s%s", look->row->dirs[i], sub ? "/" : "",
			 sub ? sub : "");
		r = add_files(look, dir, i, pattern, files, &n);
		if (r < 0) {
			sriov_conf_free(*files, n);
			*files = NULL;
			return r;
		}
	}
	if (n)
		qsort(*files, (size_t)n, sizeof(**files), compare_files);
	return drop_hidden(*files, n);
}

void sriov_conf_free(struct sriov_conf *files, int n)
{
	for (int i = 0; i < n; i++)
		free(files[i].path);
	free(files);
}

char *sriov_conf_read(struct sriov_look *look, const char *path)
{
	char *text = NULL;
	int r = sriov_sysfs_config(look->pf->ctx, &text, "%s", path);

	if (r == -ENOMEM)
		look->err = r;
	return r < 0 ? NULL : text;
}

/* One block for the struct and its texts, so that the list is freed at once. */
static struct sriov_manager *new_manager(const char *name, const char *path,
					 const char *text)
{
	size_t path_size = strlen(path) + 2, text_size = strlen(text) + 1;
	struct sriov_manager *manager = malloc(sizeof(*manager) + path_size + text_size);
	char *copy = (char *)(manager + 1);

	if (!manager)
		return NULL;
	snprintf(copy, path_size, "/%s", path);
	memcpy(copy + path_size, text, text_size);
	sriov_make_printable(copy);
	sriov_make_printable(copy + path_size);
	*manager = (struct sriov_manager){ .name = name,
					   .file = copy,
					   .text = copy + path_size };
	return manager;
}

void sriov_manager_add(struct sriov_look *look, uint32_t index, const char *path,
		       const char *fmt, ...)
{
	struct sriov_manager **found;
	char text[SRIOV_TEXT_LEN];
	va_list args;

	va_start(args, fmt);
	vsnprintf(text, sizeof(text), fmt, args);
	va_end(args);
	for (size_t i = 0; i < look->nr_found; i++)
		if (!strcmp(look->found[i]->file + 1, path) &&
		    !strcmp(look->found[i]->text, text))
			return;
	if (look->nr_found == FOUND_MAX || look->err)
		return;
	found = realloc(look->found, (look->nr_found + 2) * sizeof(*found));
	if (found) {
		look->found = found;
		found[look->nr_found] = new_manager(look->row->name, path, text);
	}
	if (!found || !found[look->nr_found]) {
		look->err = -ENOMEM;
		return;
	}
	found[look->nr_found]->index = index;
	found[look->nr_found++]->drivers = look->drivers;
	found[look->nr_found] = NULL;
}

void sriov_manager_add_netdev(struct sriov_look *look,
			      const struct sriov_known_netdev *netdev, const char *path)
{
	sriov_manager_add(look, SRIOV_MANAGER_ALL, path, "%s manages the VFs of %s",
			  look->row->name, netdev->name);
}

/* Domain, and bus, slot and function as one number. */
static bool take_apart(const char *dev, unsigned long *domain, unsigned long *routing)
{
	unsigned int bus, slot, function;
	char plain[SRIOV_NAME_LEN];

	if (sriov_pci_parse(dev, plain, sizeof(plain)) < 0 ||
	    sscanf(plain, "%lx:%x:%x.%x", domain, &bus, &slot, &function) != 4)
		return false;
	*routing = bus << 8 | slot << 3 | function;
	return true;
}

/* PCI Express 9.2.1.2: each VF is First VF Offset and a multiple of VF Stride behind the PF. */
bool sriov_manager_vf_at(const struct sriov_pf *pf, const char *dev, uint32_t *index)
{
	unsigned long pf_domain, pf_routing, domain, routing;
	uint32_t offset, stride, total;

	if (!take_apart(pf->dev, &pf_domain, &pf_routing) ||
	    !take_apart(dev, &domain, &routing) || domain != pf_domain ||
	    sriov_sysfs_read_u32(pf->ctx, &offset, "%s/sriov_offset", pf->path) < 0 ||
	    sriov_sysfs_read_u32(pf->ctx, &stride, "%s/sriov_stride", pf->path) < 0 ||
	    sriov_sysfs_read_u32(pf->ctx, &total, "%s/sriov_totalvfs", pf->path) < 0 ||
	    routing < pf_routing + offset)
		return false;
	routing -= pf_routing + offset;
	if (routing % (stride ? stride : 1))
		return false;
	*index = (uint32_t)(stride ? routing / stride : routing);
	return *index < total;
}

/* With many stars, fnmatch(3) tries more ways than there is time for: that is no pattern. */
bool sriov_glob_fits(const char *pattern, const char *value)
{
	int stars = 0;

	for (const char *p = pattern; *p; p++)
		stars += *p == '*';
	return stars <= STARS_MAX && !fnmatch(pattern, value, 0);
}

bool sriov_hwaddr_is(const struct sriov_hwaddr *address, const char *text)
{
	size_t digits = 0;

	for (; *text; text++) {
		char byte[3], digit = (char)tolower((unsigned char)*text);

		if (strchr(":-.", digit))
			continue;
		if (digits / 2 == address->len)
			return false;
		snprintf(byte, sizeof(byte), "%02x", address->bytes[digits / 2]);
		if (byte[digits++ % 2] != digit)
			return false;
	}
	return address->len && digits == address->len * 2;
}

static int read_permanent(struct sriov_ctx *ctx, const struct sriov_job *job, char *text)
{
	uint8_t mac[20], len = 0;
	int r = sriov_netlink_perm_mac(ctx, job->data, mac, &len);

	for (int i = 0; i < len && r >= 0; i++)
		snprintf(text + i * 3, SRIOV_TEXT_LEN - i * 3, "%02x%s", mac[i],
			 i + 1 < len ? ":" : "");
	return r;
}

/* In a worker: rtnetlink may be locked for long, and for a warning nobody waits so long. */
static int know_permanent(struct sriov_ctx *ctx, const char *name,
			  struct sriov_known_netdev *netdev)
{
	static const struct sriov_pace pace = { .parallel = 1,
						.limit_ms = 1000,
						.reads = true };
	struct sriov_job job = { .work = read_permanent, .data = name };
	int r = ctx->recorded ? read_permanent(ctx, &job, job.text) :
				sriov_workers_run(ctx, &pace, &job, 1);

	if (r >= 0)
		netdev->permanent.len =
			sriov_mac_parse(job.text, netdev->permanent.bytes);
	return r;
}

static void know_netdev(struct sriov_look *look, const char *name)
{
	struct sriov_known_netdev *netdev = &look->netdevs[look->nr_netdevs++];
	struct sriov_ctx *ctx = look->pf->ctx;
	char address[SRIOV_NAME_LEN];
	uint32_t type;
	int r;

	sriov_copy(netdev->name, sizeof(netdev->name), name);
	if (sriov_sysfs_read_u32(ctx, &type, "sys/class/net/%s/type", name) >= 0)
		netdev->type = type == 1 ? "ether" : type == 32 ? "infiniband" : NULL;
	if (sriov_sysfs_read(ctx, address, sizeof(address), "sys/class/net/%s/address",
			     name) > 0)
		netdev->mac.len = sriov_mac_parse(address, netdev->mac.bytes);
	/* not every recorded machine has its netlink replies */
	r = look->mute ? -ETIMEDOUT : know_permanent(ctx, name, netdev);
	look->mute = r == -ETIMEDOUT;
	if (r < 0)
		netdev->permanent = netdev->mac;
}

static int know(struct sriov_look *look)
{
	struct sriov_pf *pf = look->pf;
	_cleanup_free_ char **names = NULL;
	int n = sriov_pf_netdevs(pf, &names, NULL);

	if (n == -ENOMEM)
		return n;
	look->netdevs = calloc(n > 0 ? (size_t)n : 1, sizeof(*look->netdevs));
	if (!look->netdevs)
		return -ENOMEM;
	for (int i = 0; i < n; i++)
		know_netdev(look, names[i]);
	sriov_driver_of(pf->ctx, pf->path, look->driver, sizeof(look->driver));
	/* as udev-builtin-path_id.c has it: bridges above are left out */
	if (pf->is_pci)
		snprintf(look->id_path, sizeof(look->id_path), "pci-%s", pf->dev);
	return 0;
}

static int ask(struct sriov_look *look, const struct sriov_manager_row *row)
{
	struct sriov_conf *files;
	int n;

	if (row->by_netdev && !look->nr_netdevs)
		return 0;
	look->row = row;
	look->drivers = false;
	n = sriov_conf_list(look, NULL, row->pattern, &files);
	if (n < 0)
		return n;
	if (n)
		row->look(look, files, (size_t)n);
	sriov_conf_free(files, n);
	return look->err;
}

int sriov_pf_managers(struct sriov_pf *pf, struct sriov_manager ***found, size_t *n)
{
	struct sriov_look look = { .pf = pf };
	int r;

	*found = NULL;
	*n = 0;
	look.found = calloc(1, sizeof(*look.found));
	r = look.found ? know(&look) : -ENOMEM;
	for (size_t i = 0; i < ARRAY_SIZE(managers) && !r; i++)
		r = ask(&look, &managers[i]);
	free(look.netdevs);
	if (r < 0) {
		sriov_managers_free(look.found);
		return sriov_fail(pf->ctx, SRIOV_FAILED, -r, "%s: %s", pf->name,
				  sriov_strerror(-r));
	}
	*found = look.found;
	*n = look.nr_found;
	return 0;
}

void sriov_managers_free(struct sriov_manager **found)
{
	for (size_t i = 0; found && found[i]; i++)
		free(found[i]);
	free(found);
}
