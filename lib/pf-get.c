// SPDX-License-Identifier: GPL-2.0-or-later
/* Attributes of physical functions: reading them, and their keywords. */
#include <ctype.h>
#include <stddef.h>

#include "pf.h"

#define TYPE_ETHERNET 1 /* linux/if_arp.h */
#define TYPE_INFINIBAND 32

enum kind { U32, U16, S32, HEX16, SWITCH };

/* Attributes that are one number in one file. */
static const struct number {
	uint64_t bit;
	size_t offset;
	const char *file;
	enum kind kind;
} numbers[] = {
#define ROW(bit, member, file, kind) \
	{ bit, offsetof(struct sriov_pf_attrs, member), file, kind }
	ROW(SRIOV_PF_TOTAL_VFS, total_vfs, "sriov_totalvfs", U32),
	ROW(SRIOV_PF_AUTOPROBE, autoprobe, "sriov_drivers_autoprobe", SWITCH),
	ROW(SRIOV_PF_VENDOR_ID, vendor_id, "vendor", U16),
	ROW(SRIOV_PF_DEVICE_ID, device_id, "device", U16),
	ROW(SRIOV_PF_NUMA_NODE, numa_node, "numa_node", S32),
	ROW(SRIOV_PF_VF_OFFSET, vf_offset, "sriov_offset", U32),
	ROW(SRIOV_PF_VF_STRIDE, vf_stride, "sriov_stride", U32),
	ROW(SRIOV_PF_VF_DEVICE, vf_device, "sriov_vf_device", HEX16),
#undef ROW
};

static const struct {
	uint64_t bit;
	const char *name;
} keywords[] = {
	{ SRIOV_PF_NUM_VFS, "num_vfs" },
	{ SRIOV_PF_AUTOPROBE, "autoprobe" },
	{ SRIOV_PF_DRIVER, "driver" },
	{ SRIOV_PF_TOTAL_VFS, "total_vfs" },
	{ SRIOV_PF_NETDEV, "netdev" },
	{ SRIOV_PF_LINK_TYPE, "link_type" },
	{ SRIOV_PF_MAC, "mac" },
	{ SRIOV_PF_LINK, "link" },
	{ SRIOV_PF_SPEED, "speed" },
	{ SRIOV_PF_VENDOR, "vendor" },
	{ SRIOV_PF_DEVICE, "device" },
	{ SRIOV_PF_VENDOR_ID, "vendor_id" },
	{ SRIOV_PF_DEVICE_ID, "device_id" },
	{ SRIOV_PF_NUMA_NODE, "numa_node" },
	{ SRIOV_PF_VF_OFFSET, "vf_offset" },
	{ SRIOV_PF_VF_STRIDE, "vf_stride" },
	{ SRIOV_PF_VF_DEVICE, "vf_device" },
	{ SRIOV_PF_IOMMU_GROUP, "iommu_group" },
	{ SRIOV_PF_OVERRIDE, "override" },
	{ SRIOV_PF_NOTE, "note" },
};

/* One reading: what was found, and what kept it from finding more. */
struct reading {
	struct sriov_pf *pf;
	struct sriov_ctx *ctx;
	struct sriov_pf_attrs *attrs;
	uint64_t want;
	uint32_t note;
};

const char *sriov_pf_attr_name(uint64_t bit)
{
	for (size_t i = 0; i < ARRAY_SIZE(keywords); i++)
		if (keywords[i].bit == bit)
			return keywords[i].name;
	return "?";
}

struct sriov_pf_attrs *sriov_pf_attrs_new(void)
{
	return calloc(1, sizeof(struct sriov_pf_attrs));
}

/* Remember why something is not known. True when it is. */
static bool came(struct reading *reading, int r)
{
	if (r == -EACCES || r == -EPERM)
		reading->note |= SRIOV_NOTE_NO_ACCESS;
	if (r == -ETIMEDOUT)
		reading->note |= SRIOV_NOTE_BLOCKED;
	return r >= 0;
}

/* Negative numbers (numa_node, speed) mean unknown to the kernel: they are no numbers here. */
static bool parse_number(const char *text, enum kind kind, uint32_t *value)
{
	static const uint32_t limits[] = {
		[U32] = UINT32_MAX,   [U16] = UINT16_MAX, [S32] = INT32_MAX,
		[HEX16] = UINT16_MAX, [SWITCH] = 1,
	};
	bool hex = kind == HEX16 || !strncmp(text, "0x", 2);
	unsigned long long number;
	char *end;

	if (!isxdigit((unsigned char)*text))
		return false;
	errno = 0;
	number = strtoull(text, &end, hex ? 16 : 10);
	if (end == text || *end || errno || number > limits[kind])
		return false;
	*value = number;
	return true;
}

static void get_number(struct reading *reading, const struct number *row)
{
	void *member = (char *)reading->attrs + row->offset;
	char text[SRIOV_NAME_LEN];
	uint32_t value;

	if (!came(reading, sriov_sysfs_read(reading->ctx, text, sizeof(text), "%s/%s",
					    reading->pf->path, row->file)) ||
	    !parse_number(text, row->kind, &value))
		return;
	switch (row->kind) {
	case U32:
		*(uint32_t *)member = value;
		break;
	case S32:
		*(int32_t *)member = value;
		break;
	case U16:
	case HEX16:
		*(uint16_t *)member = value;
		break;
	case SWITCH:
		*(bool *)member = value;
		break;
	}
	reading->attrs->set |= row->bit;
}

size_t sriov_mac_parse(const char *text, uint8_t mac[20])
{
	size_t len = 0;

	for (; len < 20; text += 3) {
		if (!isxdigit((unsigned char)text[0]) ||
		    !isxdigit((unsigned char)text[1]))
			return 0;
		mac[len++] = strtoul((char[]){ text[0], text[1], '\0' }, NULL, 16);
		if (!text[2])
			return len == 6 || len == 20 ? len : 0;
		if (text[2] != ':')
			return 0;
	}
	return 0;
}

static void set_netdevs(struct sriov_pf_attrs *attrs, char *const *names)
{
	size_t len = 0;

	attrs->netdev[0] = '\0';
	for (; *names; names++) {
		size_t more = strlen(*names) + (len > 0);

		if (len + more >= sizeof(attrs->netdev))
			break;
		if (len)
			attrs->netdev[len++] = ',';
		sriov_copy(attrs->netdev + len, sizeof(attrs->netdev) - len, *names);
		len = strlen(attrs->netdev);
	}
	sriov_make_printable(attrs->netdev);
	attrs->set |= SRIOV_PF_NETDEV;
}

bool sriov_netdev_is_infiniband(struct sriov_ctx *ctx, const char *netdev)
{
	uint32_t type;

	return sriov_sysfs_read_u32(ctx, &type, "sys/class/net/%s/type", netdev) >= 0 &&
	       type == TYPE_INFINIBAND;
}

static void get_link_type(struct reading *reading, const char *netdev)
{
	struct sriov_pf_attrs *attrs = reading->attrs;
	const char *path = reading->pf->path;
	uint32_t type = 0;
	char class[sizeof(attrs->link_type)] = "";

	if (*netdev)
		sriov_sysfs_read_u32(reading->ctx, &type, "%s/net/%s/type", path, netdev);
	if (type != TYPE_ETHERNET && type != TYPE_INFINIBAND &&
	    (!reading->pf->is_pci ||
	     !came(reading, sriov_sysfs_read(reading->ctx, class, sizeof(class),
					     "%s/class", path))))
		return;
	if (type == TYPE_ETHERNET || !strncmp(class, "0x0200", 6))
		sriov_copy(class, sizeof(class), "ethernet");
	else if (type == TYPE_INFINIBAND || !strncmp(class, "0x0207", 6))
		sriov_copy(class, sizeof(class), "infiniband");
	else if (!strncmp(class, "0x0108", 6))
		sriov_copy(class, sizeof(class), "nvme");
	sriov_make_printable(class);
	sriov_copy(attrs->link_type, sizeof(attrs->link_type), class);
	attrs->set |= SRIOV_PF_LINK_TYPE;
}

static void get_mac(struct reading *reading, const char *netdev)
{
	char text[SRIOV_NAME_LEN];

	if (!came(reading,
		  sriov_sysfs_read(reading->ctx, text, sizeof(text), "%s/net/%s/address",
				   reading->pf->path, netdev)))
		return;
	reading->attrs->mac_len = sriov_mac_parse(text, reading->attrs->mac);
	if (reading->attrs->mac_len)
		reading->attrs->set |= SRIOV_PF_MAC;
}

static void get_link(struct reading *reading, const char *netdev)
{
	struct sriov_pf_attrs *attrs = reading->attrs;

	if (!came(reading,
		  sriov_sysfs_read(reading->ctx, attrs->link, sizeof(attrs->link),
				   "%s/net/%s/operstate", reading->pf->path, netdev)))
		return;
	sriov_make_printable(attrs->link);
	attrs->set |= SRIOV_PF_LINK;
}

/* EINVAL while the netdev is down, -1 or all ones while there is no link. */
static void get_speed(struct reading *reading, const char *netdev)
{
	uint32_t speed;

	if (!came(reading, sriov_sysfs_read_u32(reading->ctx, &speed, "%s/net/%s/speed",
						reading->pf->path, netdev)) ||
	    speed == UINT32_MAX)
		return;
	reading->attrs->speed = speed;
	reading->attrs->set |= SRIOV_PF_SPEED;
}

#define OF_NETDEV (SRIOV_PF_LINK_TYPE | SRIOV_PF_MAC | SRIOV_PF_LINK | SRIOV_PF_SPEED)
#define PORTS (SRIOV_PF_NETDEV | SRIOV_PF_NOTE | OF_NETDEV)

static void get_ports(struct reading *reading)
{
	_cleanup_free_ char **names = NULL;
	char netdev[SRIOV_NAME_LEN] = "";
	size_t all;
	int n = sriov_pf_netdevs(reading->pf, &names, &all);

	came(reading, n);
	/* The directory shows only netdevs of this network namespace, but stays with others. */
	if (n >= 0 && !all)
		reading->note |= SRIOV_NOTE_OTHER_NETNS;
	if (n > 0 && reading->want & SRIOV_PF_NETDEV)
		set_netdevs(reading->attrs, names);
	if (n > 0 && reading->want & OF_NETDEV)
		sriov_pf_netdev(reading->pf, netdev, sizeof(netdev));
	if (reading->want & SRIOV_PF_LINK_TYPE)
		get_link_type(reading, netdev);
	if (!*netdev)
		return;
	if (reading->want & SRIOV_PF_MAC)
		get_mac(reading, netdev);
	if (reading->want & SRIOV_PF_LINK)
		get_link(reading, netdev);
	if (reading->want & SRIOV_PF_SPEED)
		get_speed(reading, netdev);
}

static void get_names(struct reading *reading)
{
	struct sriov_pf_attrs *attrs = reading->attrs;
	const char *path = reading->pf->path;
	uint32_t vendor, device;

	if (!reading->pf->is_pci ||
	    !came(reading,
		  sriov_sysfs_read_u32(reading->ctx, &vendor, "%s/vendor", path)) ||
	    !came(reading,
		  sriov_sysfs_read_u32(reading->ctx, &device, "%s/device", path)) ||
	    vendor > UINT16_MAX || device > UINT16_MAX ||
	    sriov_pci_names(reading->ctx, vendor, device, attrs->vendor,
			    sizeof(attrs->vendor), attrs->device,
			    sizeof(attrs->device)) < 0)
		return;
	if (attrs->vendor[0])
		attrs->set |= SRIOV_PF_VENDOR;
	if (attrs->device[0])
		attrs->set |= SRIOV_PF_DEVICE;
}

static void get_driver(struct reading *reading)
{
	struct sriov_pf_attrs *attrs = reading->attrs;

	sriov_driver_of(reading->ctx, reading->pf->path, attrs->driver,
			sizeof(attrs->driver));
	attrs->set |= SRIOV_PF_DRIVER;
}

static void get_override(struct reading *reading)
{
	struct sriov_pf_attrs *attrs = reading->attrs;
	struct sriov_override override = { .path = reading->pf->path };

	/* netdevsim has none */
	if (!sriov_sysfs_exists(reading->ctx, "%s/driver_override", reading->pf->path))
		return;
	sriov_override_read(reading->ctx, &override, 1);
	if (override.err && override.err != -EACCES && override.err != -EPERM)
		reading->note |= SRIOV_NOTE_BLOCKED;
	/* an override that is not set is not a value */
	if (!came(reading, override.err) || !override.driver[0])
		return;
	sriov_copy(attrs->override, sizeof(attrs->override), override.driver);
	attrs->set |= SRIOV_PF_OVERRIDE;
}

static void get_group(struct reading *reading)
{
	if (came(reading, sriov_iommu_group(reading->ctx, reading->pf->path,
					    &reading->attrs->iommu_group)))
		reading->attrs->set |= SRIOV_PF_IOMMU_GROUP;
}

/* What takes more than one file: all rows of which some bit is wanted. */
static const struct {
	uint64_t bits;
	void (*get)(struct reading *reading);
} getters[] = {
	{ SRIOV_PF_DRIVER, get_driver },
	{ PORTS, get_ports },
	{ SRIOV_PF_VENDOR | SRIOV_PF_DEVICE, get_names },
	{ SRIOV_PF_IOMMU_GROUP, get_group },
	{ SRIOV_PF_OVERRIDE, get_override },
};

int sriov_pf_get(struct sriov_pf *pf, uint64_t want, struct sriov_pf_attrs *attrs)
{
	struct reading reading = {
		.pf = pf, .ctx = pf->ctx, .attrs = attrs, .want = want
	};
	uint64_t before = attrs->set & ~want;

	if (!sriov_sysfs_exists(pf->ctx, "%s", pf->path))
		return sriov_fail(pf->ctx, SRIOV_FAILED, ENODEV, "%s: the device is gone",
				  pf->name);
	attrs->set = 0;
	if ((want & SRIOV_PF_NUM_VFS) &&
	    came(&reading, sriov_pf_num_vfs(pf, &attrs->num_vfs)))
		attrs->set |= SRIOV_PF_NUM_VFS;
	for (size_t i = 0; i < ARRAY_SIZE(numbers); i++)
		if (want & numbers[i].bit)
			get_number(&reading, &numbers[i]);
	for (size_t i = 0; i < ARRAY_SIZE(getters); i++)
		if (want & getters[i].bits)
			getters[i].get(&reading);
	if (want & SRIOV_PF_NOTE) {
		attrs->note = reading.note;
		attrs->set |= SRIOV_PF_NOTE;
	}
	attrs->set = (attrs->set & want) | before;
	return 0;
}
