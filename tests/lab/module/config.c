// SPDX-License-Identifier: GPL-2.0-or-later
/* What stands in configuration space. Offsets and words as in PCI Express and pci_regs.h. */
#include <linux/unaligned.h>

#include "card.h"

#define ROOT_PORT_DEVICE 0x000c /* a number that Red Hat has for virtual root ports */
#define CLASS_INFINIBAND 0x0207

#define PF_BAR_LEN (32U << 20)
#define VF_BAR_LEN (1U << 20)
#define BAR_FLAGS (PCI_BASE_ADDRESS_MEM_TYPE_64 | PCI_BASE_ADDRESS_MEM_PREFETCH)
#define PF_MSIX 64

/* Where capabilities are, the same in all functions that have them. */
#define EXPRESS 0x40
#define MSIX 0x9c
#define POWER 0xa8
#define VENDOR 0xc0
#define VENDOR_LEN 0x18
#define EXT_FIRST 0x100
#define EXT_ARI 0x150
#define EXT_SRIOV 0x180
#define EXT_ACS 0x230

static void put8(struct lab_function *f, int where, u8 value)
{
	f->config[where] = value;
}

static void put16(struct lab_function *f, int where, u16 value)
{
	put_unaligned_le16(value, f->config + where);
}

static void put32(struct lab_function *f, int where, u32 value)
{
	put_unaligned_le32(value, f->config + where);
}

static u16 get16(const struct lab_function *f, int where)
{
	return get_unaligned_le16(f->config + where);
}

static u32 get32(const struct lab_function *f, int where)
{
	return get_unaligned_le32(f->config + where);
}

/* These bits can be written. */
static void allow(struct lab_function *f, int where, u32 mask)
{
	put_unaligned_le32(get_unaligned_le32(f->mask + where) | mask, f->mask + where);
}

static void capability(struct lab_function *f, int where, u8 id, int next)
{
	put8(f, where + PCI_CAP_LIST_ID, id);
	put8(f, where + PCI_CAP_LIST_NEXT, next);
}

static void extended(struct lab_function *f, int where, u16 id, u16 version, u32 next)
{
	put32(f, where, id | (u32)version << 16 | next << 20);
}

/* A 64-bit BAR: the bits below its length cannot be written, which tells the length. */
static void bar(struct lab_function *f, int where, u32 len)
{
	put32(f, where, BAR_FLAGS);
	allow(f, where, ~(len - 1));
	allow(f, where + 4, ~0U);
}

#define COMMANDS                                                                         \
	(PCI_COMMAND_IO | PCI_COMMAND_MEMORY | PCI_COMMAND_MASTER | PCI_COMMAND_PARITY | \
	 PCI_COMMAND_SERR | PCI_COMMAND_INTX_DISABLE)

static void header(struct lab_function *f, u16 vendor, u16 device, u16 class, u8 type,
		   u16 command)
{
	put16(f, PCI_VENDOR_ID, vendor);
	put16(f, PCI_DEVICE_ID, device);
	put16(f, PCI_STATUS, PCI_STATUS_CAP_LIST);
	put16(f, PCI_CLASS_DEVICE, class);
	put8(f, PCI_HEADER_TYPE, type);
	put8(f, PCI_CAPABILITY_LIST, EXPRESS);
	allow(f, PCI_COMMAND, command);
	allow(f, PCI_CACHE_LINE_SIZE, 0xff);
	allow(f, PCI_INTERRUPT_LINE, 0xff);
}

/* Sixteen lanes of 16 GT/s. */
static void express(struct lab_function *f, u16 type, u32 devcap, int next)
{
	u16 link = PCI_EXP_LNKSTA_CLS_16_0GB | 16 << PCI_EXP_LNKSTA_NLW_SHIFT;

	capability(f, EXPRESS, PCI_CAP_ID_EXP, next);
	put16(f, EXPRESS + PCI_EXP_FLAGS, 2 | type << 4);
	put32(f, EXPRESS + PCI_EXP_DEVCAP, devcap | PCI_EXP_DEVCAP_RBER | 1);
	put32(f, EXPRESS + PCI_EXP_LNKCAP, link);
	put16(f, EXPRESS + PCI_EXP_LNKSTA, link);
	put32(f, EXPRESS + PCI_EXP_LNKCAP2, 0x1e);
	allow(f, EXPRESS + PCI_EXP_DEVCTL, 0x7fff);
	allow(f, EXPRESS + PCI_EXP_LNKCTL, 0x0fff);
	allow(f, EXPRESS + PCI_EXP_DEVCTL2, 0xffff);
}

static void msix(struct lab_function *f, unsigned int count)
{
	capability(f, MSIX, PCI_CAP_ID_MSIX, 0);
	put32(f, MSIX + PCI_MSIX_TABLE, 0x2000);
	put32(f, MSIX + PCI_MSIX_PBA, 0x3000);
	allow(f, MSIX, (u32)(PCI_MSIX_FLAGS_ENABLE | PCI_MSIX_FLAGS_MASKALL) << 16);
	lab_config_set_msix(f, count);
}

void lab_config_set_msix(struct lab_function *f, unsigned int count)
{
	put16(f, MSIX + PCI_MSIX_FLAGS, count - 1);
}

static void access_control(struct lab_function *f, int where, u16 what)
{
	extended(f, where, PCI_EXT_CAP_ID_ACS, 1, 0);
	put16(f, where + PCI_ACS_CAP, what);
	/* preset: without an IOMMU of the machine the PCI core leaves it alone */
	put16(f, where + PCI_ACS_CTRL, what);
	allow(f, where + PCI_ACS_CTRL, what);
}

/*
 * While the link is disabled nothing below answers; and the card takes note of that. It is as if
 * its owner had saved and restored what stands in the configuration space of its functions.
 */
static void root_port_written(struct lab_function *f, int where)
{
	struct lab_card *card = container_of(f, struct lab_card, root_port);
	u16 status = get16(f, EXPRESS + PCI_EXP_LNKSTA) & ~PCI_EXP_LNKSTA_DLLLA;
	bool up = lab_config_has_link(f);

	if (where != EXPRESS + PCI_EXP_LNKCTL)
		return;
	put16(f, EXPRESS + PCI_EXP_LNKSTA, status | (up ? PCI_EXP_LNKSTA_DLLLA : 0));
	if (!up)
		lab_firmware_link_lost(card);
}

bool lab_config_has_link(const struct lab_function *f)
{
	return !(get16(f, EXPRESS + PCI_EXP_LNKCTL) & PCI_EXP_LNKCTL_LD);
}

void lab_config_root_port(struct lab_function *f)
{
	*f = (struct lab_function){ .written = root_port_written };
	header(f, PCI_VENDOR_ID_REDHAT, ROOT_PORT_DEVICE, PCI_CLASS_BRIDGE_PCI,
	       PCI_HEADER_TYPE_BRIDGE, COMMANDS);
	put8(f, PCI_PRIMARY_BUS, LAB_ROOT_BUS);
	put8(f, PCI_SECONDARY_BUS, LAB_ROOT_BUS + 1);
	put8(f, PCI_SUBORDINATE_BUS, LAB_ROOT_BUS + 1);
	allow(f, PCI_PRIMARY_BUS, 0x00ffffff);
	/* windows whose limit is below their base are closed; that for prefetchable memory
	 * has 64 bits
	 */
	put32(f, PCI_MEMORY_BASE, 0x0000fff0);
	allow(f, PCI_MEMORY_BASE, 0xfff0fff0);
	put32(f, PCI_PREF_MEMORY_BASE, 0x0001fff1);
	allow(f, PCI_PREF_MEMORY_BASE, 0xfff0fff0);
	allow(f, PCI_PREF_BASE_UPPER32, ~0U);
	allow(f, PCI_PREF_LIMIT_UPPER32, ~0U);
	allow(f, PCI_BRIDGE_CONTROL, 0x007f);
	express(f, PCI_EXP_TYPE_ROOT_PORT, 0, 0);
	put16(f, EXPRESS + PCI_EXP_FLAGS,
	      get16(f, EXPRESS + PCI_EXP_FLAGS) | PCI_EXP_FLAGS_SLOT);
	put32(f, EXPRESS + PCI_EXP_LNKCAP,
	      get_unaligned_le32(f->config + EXPRESS + PCI_EXP_LNKCAP) |
		      PCI_EXP_LNKCAP_DLLLARC);
	put16(f, EXPRESS + PCI_EXP_LNKSTA,
	      get16(f, EXPRESS + PCI_EXP_LNKSTA) | PCI_EXP_LNKSTA_DLLLA);
	put32(f, EXPRESS + PCI_EXP_DEVCAP2, PCI_EXP_DEVCAP2_ARI);
	access_control(f, EXT_FIRST,
		       PCI_ACS_SV | PCI_ACS_TB | PCI_ACS_RR | PCI_ACS_CR | PCI_ACS_UF);
}

/* Both PFs have VFs one after the other, on the same bus. */
unsigned int lab_config_first_vf(const struct lab_port *port)
{
	return LAB_MAX_PORTS + port->index * port->card->total_vfs;
}

static void sriov(struct lab_function *f, const struct lab_port *port)
{
	extended(f, EXT_SRIOV, PCI_EXT_CAP_ID_SRIOV, 1, EXT_ACS);
	allow(f, EXT_SRIOV + PCI_SRIOV_CTRL,
	      PCI_SRIOV_CTRL_VFE | PCI_SRIOV_CTRL_VFM | PCI_SRIOV_CTRL_INTR |
		      PCI_SRIOV_CTRL_MSE | PCI_SRIOV_CTRL_ARI);
	allow(f, EXT_SRIOV + PCI_SRIOV_NUM_VF, 0xffff);
	/* a function that depends on none names itself */
	put8(f, EXT_SRIOV + PCI_SRIOV_FUNC_LINK, port->index);
	put16(f, EXT_SRIOV + PCI_SRIOV_VF_OFFSET,
	      lab_config_first_vf(port) - port->index);
	put16(f, EXT_SRIOV + PCI_SRIOV_VF_STRIDE, 1);
	put16(f, EXT_SRIOV + PCI_SRIOV_VF_DID, LAB_VF_DEVICE);
	put32(f, EXT_SRIOV + PCI_SRIOV_SUP_PGSIZE, 0x553);
	put32(f, EXT_SRIOV + PCI_SRIOV_SYS_PGSIZE, 1);
	allow(f, EXT_SRIOV + PCI_SRIOV_SYS_PGSIZE, ~0U);
	bar(f, EXT_SRIOV + PCI_SRIOV_BAR, VF_BAR_LEN);
}

static u16 class_of(const struct lab_port *port)
{
	return lab_firmware_is_infiniband(port) ? CLASS_INFINIBAND :
						  PCI_CLASS_NETWORK_ETHERNET;
}

static void subsystem(struct lab_function *f)
{
	put16(f, PCI_SUBSYSTEM_VENDOR_ID, PCI_VENDOR_ID_MELLANOX);
	put16(f, PCI_SUBSYSTEM_ID, 0x0041);
}

/* How many VFs are to answer: NumVFs when VF Enable is set. */
static unsigned int enabled_vfs(const struct lab_function *pf)
{
	if (!(get16(pf, EXT_SRIOV + PCI_SRIOV_CTRL) & PCI_SRIOV_CTRL_VFE))
		return 0;
	return min(get16(pf, EXT_SRIOV + PCI_SRIOV_NUM_VF),
		   get16(pf, EXT_SRIOV + PCI_SRIOV_TOTAL_VF));
}

/* As mlx5_get_default_msix_vec_count(). */
unsigned int lab_config_usual_msix(const struct lab_port *port)
{
	unsigned int share = LAB_MSIX_SHARED / max(port->enabled, 1U);

	return max(min(share, LAB_MSIX_MOST / 2U), LAB_MSIX_LEAST);
}

/* Vendor and device read as nothing, or a rescan would take a VF for a function. */
static void config_vf(struct lab_function *f, const struct lab_port *port)
{
	*f = (struct lab_function){ 0 };
	header(f, 0xffff, 0xffff, class_of(port), 0, PCI_COMMAND_MASTER);
	subsystem(f);
	express(f, PCI_EXP_TYPE_ENDPOINT, PCI_EXP_DEVCAP_FLR, MSIX);
	msix(f, lab_config_usual_msix(port));
	extended(f, EXT_FIRST, PCI_EXT_CAP_ID_ARI, 1, 0);
}

/* VFs that come are as new. */
static void count_vfs(struct lab_port *port)
{
	unsigned int before = port->enabled;

	port->enabled = enabled_vfs(&port->function);
	for (unsigned int i = before; i < port->enabled; i++)
		config_vf(&port->vf_functions[i], port);
}

/* Without VFs the capability is not there, as sriov_numvfs is not there on such cards. */
void lab_config_follow(struct lab_port *port)
{
	struct lab_function *f = &port->function;
	unsigned int total = lab_firmware_total_vfs(port);

	if (!total) {
		memset(f->config + EXT_SRIOV, 0, PCI_EXT_CAP_SRIOV_SIZEOF);
		memset(f->mask + EXT_SRIOV, 0, PCI_EXT_CAP_SRIOV_SIZEOF);
	} else if (!get16(f, EXT_SRIOV)) {
		sriov(f, port);
	}
	put16(f, PCI_CLASS_DEVICE, class_of(port));
	put16(f, EXT_SRIOV + PCI_SRIOV_INITIAL_VF, total);
	put16(f, EXT_SRIOV + PCI_SRIOV_TOTAL_VF, total);
	extended(f, EXT_ARI, PCI_EXT_CAP_ID_ARI, 1, total ? EXT_SRIOV : EXT_ACS);
	count_vfs(port);
}

static bool is_vendor(int where)
{
	return where >= VENDOR && where < VENDOR + VENDOR_LEN;
}

/* The capability is there, or is not; and what is read there is not what was written. */
static void pf_reading(struct lab_function *f, int where)
{
	struct lab_port *port = container_of(f, struct lab_port, function);
	bool there = lab_firmware_has_vsc();

	put8(f, POWER + PCI_CAP_LIST_NEXT, there ? VENDOR : MSIX);
	if (!is_vendor(where))
		return;
	capability(f, VENDOR, there ? PCI_CAP_ID_VNDR : 0, there ? MSIX : 0);
	put8(f, VENDOR + PCI_CAP_FLAGS, there ? VENDOR_LEN : 0);
	where &= ~3;
	if (where > VENDOR)
		put32(f, where, there ? lab_vsc_read(port, where - VENDOR) : 0);
}

static void pf_written(struct lab_function *f, int where)
{
	struct lab_port *port = container_of(f, struct lab_port, function);

	if (where >= EXT_SRIOV && where < EXT_SRIOV + PCI_SRIOV_VF_OFFSET)
		count_vfs(port);
	where &= ~3;
	if (is_vendor(where) && where > VENDOR && lab_firmware_has_vsc())
		lab_vsc_write(port, where - VENDOR, get32(f, where));
}

void lab_config_pf(struct lab_port *port)
{
	struct lab_function *f = &port->function;
	bool last = port->index + 1 == port->card->nr_ports;

	*f = (struct lab_function){ .reading = pf_reading, .written = pf_written };
	header(f, PCI_VENDOR_ID_MELLANOX, LAB_PF_DEVICE, class_of(port),
	       port->card->nr_ports > 1 ? PCI_HEADER_TYPE_MFD : 0, COMMANDS);
	subsystem(f);
	bar(f, PCI_BASE_ADDRESS_0, PF_BAR_LEN);
	express(f, PCI_EXP_TYPE_ENDPOINT, PCI_EXP_DEVCAP_FLR, POWER);
	capability(f, POWER, PCI_CAP_ID_PM, VENDOR);
	put16(f, POWER + PCI_PM_PMC, 3);
	put16(f, POWER + PCI_PM_CTRL, PCI_PM_CTRL_NO_SOFT_RESET);
	allow(f, POWER + PCI_PM_CTRL, PCI_PM_CTRL_STATE_MASK);
	msix(f, PF_MSIX);
	/* the first extended capability: without one, the rest is not looked for */
	extended(f, EXT_FIRST, PCI_EXT_CAP_ID_ERR, 2, EXT_ARI);
	for (int where = VENDOR + 4; where < VENDOR + VENDOR_LEN; where += 4)
		allow(f, where, ~0U);
	put16(f, EXT_ARI + PCI_ARI_CAP, last ? 0 : (port->index + 1) << 8);
	access_control(f, EXT_ACS, PCI_ACS_RR | PCI_ACS_CR);
	lab_config_follow(port);
}

u32 lab_config_read(struct lab_function *f, int where, int size)
{
	u32 value = 0;

	if (f->reading)
		f->reading(f, where);
	for (int i = 0; i < size && where + i < LAB_CONFIG_LEN; i++)
		value |= (u32)f->config[where + i] << (i * 8);
	return value;
}

void lab_config_write(struct lab_function *f, int where, int size, u32 value)
{
	for (int i = 0; i < size && where + i < LAB_CONFIG_LEN; i++) {
		u8 mask = f->mask[where + i];

		f->config[where + i] = (f->config[where + i] & ~mask) |
				       ((u8)(value >> (i * 8)) & mask);
	}
	if (f->written)
		f->written(f, where);
}

u8 lab_config_secondary(const struct lab_function *root_port)
{
	return root_port->config[PCI_SECONDARY_BUS];
}
