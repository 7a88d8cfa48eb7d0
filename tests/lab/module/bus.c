// SPDX-License-Identifier: GPL-2.0-or-later
/* A PCI host bridge, and which function answers a configuration access. */
#include "card.h"

/* Where no memory is: BARs get addresses, but nothing answers there. */
#define WINDOW_BASE (1ULL << 38)
#define WINDOW_LEN (1ULL << 30)

static struct lab_function *find_vf(struct lab_card *card, unsigned int devfn)
{
	for (unsigned int i = 0; i < card->nr_ports; i++) {
		struct lab_port *port = &card->ports[i];
		unsigned int first = lab_config_first_vf(port);

		if (devfn >= first && devfn - first < port->enabled)
			return &port->vf_functions[devfn - first];
	}
	return NULL;
}

static struct lab_function *find(struct lab_card *card, unsigned int bus,
				 unsigned int devfn)
{
	if (bus == LAB_ROOT_BUS)
		return devfn ? NULL : &card->root_port;
	if (bus != lab_config_secondary(&card->root_port) ||
	    !lab_config_has_link(&card->root_port))
		return NULL;
	return devfn < card->nr_ports ? &card->ports[devfn].function :
					find_vf(card, devfn);
}

static struct lab_card *card_of_bus(const struct pci_bus *bus)
{
	return container_of(to_pci_sysdata(bus), struct lab_card, sysdata);
}

static int read(struct pci_bus *bus, unsigned int devfn, int where, int size, u32 *value)
{
	struct lab_card *card = card_of_bus(bus);
	struct lab_function *function;

	guard(raw_spinlock_irqsave)(&card->lock);
	function = find(card, bus->number, devfn);
	if (!function) {
		PCI_SET_ERROR_RESPONSE(value);
		return PCIBIOS_DEVICE_NOT_FOUND;
	}
	*value = lab_config_read(function, where, size);
	return PCIBIOS_SUCCESSFUL;
}

static int write(struct pci_bus *bus, unsigned int devfn, int where, int size, u32 value)
{
	struct lab_card *card = card_of_bus(bus);
	struct lab_function *function;

	guard(raw_spinlock_irqsave)(&card->lock);
	function = find(card, bus->number, devfn);
	if (!function)
		return PCIBIOS_DEVICE_NOT_FOUND;
	lab_config_write(function, where, size, value);
	return PCIBIOS_SUCCESSFUL;
}

static struct pci_ops bus_ops = { .read = read, .write = write };

struct lab_card *lab_card_of(const struct pci_dev *pdev)
{
	return pdev->bus->ops == &bus_ops ? card_of_bus(pdev->bus) : NULL;
}

struct lab_port *lab_port_of(const struct pci_dev *pf)
{
	struct lab_card *card = lab_card_of(pf);

	if (!card || pci_is_root_bus(pf->bus) || pf->devfn >= card->nr_ports)
		return NULL;
	return &card->ports[pf->devfn];
}
EXPORT_SYMBOL_GPL(lab_port_of);

int lab_bus_set_msix(struct lab_port *port, unsigned int vf, unsigned int count)
{
	guard(raw_spinlock_irqsave)(&port->card->lock);
	if (vf >= port->enabled)
		return -EINVAL;
	lab_config_set_msix(&port->vf_functions[vf],
			    count ? count : lab_config_usual_msix(port));
	return 0;
}

static void set_windows(struct lab_card *card, unsigned int domain)
{
	card->buses = (struct resource){
		.name = "virtual card",
		.start = LAB_ROOT_BUS,
		.end = 0xff,
		.flags = IORESOURCE_BUS,
	};
	card->memory = (struct resource){
		.name = "virtual card",
		.start = WINDOW_BASE + domain * WINDOW_LEN,
		.end = WINDOW_BASE + (domain + 1) * WINDOW_LEN - 1,
		.flags = IORESOURCE_MEM | IORESOURCE_MEM_64 | IORESOURCE_PREFETCH,
	};
	pci_add_resource(&card->bridge->windows, &card->buses);
	pci_add_resource(&card->bridge->windows, &card->memory);
}

int lab_bus_create(struct lab_card *card, unsigned int domain)
{
	int err;

	lab_config_root_port(&card->root_port);
	for (unsigned int i = 0; i < card->nr_ports; i++)
		lab_config_pf(&card->ports[i]);

	card->sysdata.domain = domain;
	card->sysdata.node = NUMA_NO_NODE;
	card->bridge = pci_alloc_host_bridge(0);
	if (!card->bridge)
		return -ENOMEM;
	card->bridge->sysdata = &card->sysdata;
	card->bridge->ops = &bus_ops;
	set_windows(card, domain);
	err = insert_resource(&iomem_resource, &card->memory);
	if (!err) {
		err = pci_host_probe(card->bridge);
		if (!err)
			return 0;
		release_resource(&card->memory);
	}
	pci_free_host_bridge(card->bridge);
	card->bridge = NULL;
	return err;
}

void lab_bus_destroy(struct lab_card *card)
{
	pci_lock_rescan_remove();
	pci_stop_root_bus(card->bridge->bus);
	pci_remove_root_bus(card->bridge->bus);
	pci_unlock_rescan_remove();
	release_resource(&card->memory);
	pci_free_host_bridge(card->bridge);
	card->bridge = NULL;
}
