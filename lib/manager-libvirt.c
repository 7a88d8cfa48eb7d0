// SPDX-License-Identifier: GPL-2.0-or-later
/* libvirt: domains and networks that are given VFs. Its "Domain XML", "Network XML". */
#include "manager.h"

/* One file: a domain or a network. */
struct home {
	struct sriov_look *look;
	const struct sriov_conf *file;
	struct sriov_xml xml;
	bool network;
	char name[128]; /* of the domain or network */
	char type[16];  /* of the device that is being read */
};

/* The PCI address of an <address>: numbers as in C, and none is 0. */
static bool take_address(const struct sriov_xml *xml, char *dev, size_t size)
{
	static const struct {
		const char *name;
		unsigned long max;
	} parts[] = { { "domain", UINT32_MAX },
		      { "bus", 0xff },
		      { "slot", 0x1f },
		      { "function", 7 } };
	unsigned long numbers[ARRAY_SIZE(parts)] = { 0 };
	char value[32], *end;

	if (sriov_xml_attr(xml, "type", value, sizeof(value)) && strcmp(value, "pci"))
		return false;
	for (size_t i = 0; i < ARRAY_SIZE(parts); i++) {
		if (!sriov_xml_attr(xml, parts[i].name, value, sizeof(value)))
			continue;
		numbers[i] = strtoul(value, &end, 0);
		if (end == value || *end || numbers[i] > parts[i].max)
			return false;
	}
	snprintf(dev, size, "%04lx:%02lx:%02lx.%lx", numbers[0], numbers[1], numbers[2],
		 numbers[3]);
	return true;
}

static void report(struct home *home, const char *dev, const char *what)
{
	struct sriov_pf *pf = home->look->pf;
	uint32_t index = SRIOV_MANAGER_ALL;

	if (pf->is_pci && (!strcmp(dev, pf->dev) || sriov_manager_vf_at(pf, dev, &index)))
		sriov_manager_add(home->look, index, home->file->path,
				  "libvirt gives %s to the %s %s", what,
				  home->network ? "network" : "domain", home->name);
}

static void take_pci(struct home *home)
{
	char dev[SRIOV_NAME_LEN];

	if (take_address(&home->xml, dev, sizeof(dev)))
		report(home, dev, dev);
}

/* A VF by its netdev: macvtap, whose address libvirt gives to the VF. */
static void take_netdev(struct home *home)
{
	char netdev[SRIOV_NAME_LEN], dev[SRIOV_NAME_LEN];

	if (!sriov_xml_attr(&home->xml, "dev", netdev, sizeof(netdev)) ||
	    !sriov_sysfs_name_ok(netdev) ||
	    sriov_sysfs_link(home->look->pf->ctx, dev, sizeof(dev),
			     "sys/class/net/%s/device", netdev) < 0 ||
	    !strcmp(dev, home->look->pf->dev))
		return;
	report(home, dev, netdev);
}

/* <pf dev='eth0'/>: all its VFs. */
static void take_pf(struct home *home)
{
	struct sriov_look *look = home->look;
	char dev[SRIOV_NAME_LEN];

	if (!sriov_xml_attr(&home->xml, "dev", dev, sizeof(dev)))
		return;
	for (size_t i = 0; i < look->nr_netdevs; i++)
		if (!strcmp(look->netdevs[i].name, dev))
			sriov_manager_add(look, SRIOV_MANAGER_ALL, home->file->path,
					  "libvirt gives the VFs of %s to the network %s",
					  dev, home->name);
}

static void take_name(struct home *home)
{
	const char *text = home->xml.text;

	if (!home->xml.closed)
		sriov_xml_copy(text, text + strcspn(text, "<"), home->name,
			       sizeof(home->name));
}

static void take_type(struct home *home)
{
	if (!sriov_xml_attr(&home->xml, "type", home->type, sizeof(home->type)))
		home->type[0] = '\0';
}

static bool is_of(const struct home *home, const char *type)
{
	return !strcmp(home->type, type);
}

static void take_element(struct home *home)
{
	struct sriov_xml *xml = &home->xml;

	if (sriov_xml_at(xml, "domain/name") || sriov_xml_at(xml, "network/name")) {
		take_name(home);
	} else if (sriov_xml_at(xml, "domain/devices/hostdev") ||
		   sriov_xml_at(xml, "domain/devices/interface")) {
		take_type(home);
	} else if (sriov_xml_at(xml, "domain/devices/hostdev/source/address")) {
		if (is_of(home, "pci"))
			take_pci(home);
	} else if (sriov_xml_at(xml, "domain/devices/interface/source/address")) {
		if (is_of(home, "hostdev"))
			take_pci(home);
	} else if (sriov_xml_at(xml, "domain/devices/interface/source")) {
		if (is_of(home, "direct"))
			take_netdev(home);
	} else if (sriov_xml_at(xml, "network/forward/pf")) {
		take_pf(home);
	} else if (sriov_xml_at(xml, "network/forward/address")) {
		take_pci(home);
	} else if (sriov_xml_at(xml, "network/forward/interface")) {
		take_netdev(home);
	}
}

void sriov_look_libvirt(struct sriov_look *look, const struct sriov_conf *files, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		_cleanup_free_ char *text = sriov_conf_read(look, files[i].path);
		struct home home = { .look = look,
				     .file = &files[i],
				     .xml = { .next = text } };

		/* libvirt calls the file like the domain */
		sriov_copy(home.name, sizeof(home.name), files[i].name);
		if (strlen(home.name) > strlen(".xml"))
			home.name[strlen(home.name) - strlen(".xml")] = '\0';
		while (text && sriov_xml_next(&home.xml)) {
			home.network |= sriov_xml_at(&home.xml, "network");
			take_element(&home);
		}
	}
}
