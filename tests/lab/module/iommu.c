// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * An IOMMU that moves no data: it keeps what is mapped. VFIO binds only to devices in an IOMMU group, and no IOMMU
 * of the machine knows of buses that exist in memory only.
 */
#include <linux/iommu.h>
#include <linux/property.h>
#include <linux/slab.h>
#include <linux/xarray.h>

#include "card.h"

static struct iommu_device iommu;
static struct iommu_ops *ops;

static int attach(struct iommu_domain *domain, struct device *dev)
{
	return 0;
}

/* VFIO keeps no account of the pages it has pinned: it asks here which to let go. */
struct domain {
	struct iommu_domain core;
	struct xarray pages;
};

static struct xarray *pages_of(struct iommu_domain *core)
{
	return &container_of(core, struct domain, core)->pages;
}

static int map(struct iommu_domain *domain, unsigned long iova, phys_addr_t paddr,
	       size_t size, size_t count, int prot, gfp_t gfp, size_t *mapped)
{
	for (; count; count--, iova += size, paddr += size, *mapped += size) {
		int err = xa_err(xa_store(pages_of(domain), iova / PAGE_SIZE,
					  xa_mk_value(paddr / PAGE_SIZE), gfp));

		if (err)
			return err;
	}
	return 0;
}

static size_t unmap(struct iommu_domain *domain, unsigned long iova, size_t size,
		    size_t count, struct iommu_iotlb_gather *gather)
{
	size_t done = 0;

	for (; count && xa_erase(pages_of(domain), iova / PAGE_SIZE);
	     count--, iova += size)
		done += size;
	return done;
}

static phys_addr_t iova_to_phys(struct iommu_domain *domain, dma_addr_t iova)
{
	void *page = xa_load(pages_of(domain), iova / PAGE_SIZE);

	return page ? xa_to_value(page) * PAGE_SIZE + iova % PAGE_SIZE : 0;
}

static void free_domain(struct iommu_domain *domain)
{
	xa_destroy(pages_of(domain));
	kfree(container_of(domain, struct domain, core));
}

static const struct iommu_domain_ops paging_ops = {
	.attach_dev = attach,
	.map_pages = map,
	.unmap_pages = unmap,
	.iova_to_phys = iova_to_phys,
	.free = free_domain,
};

static const struct iommu_domain_ops fixed_ops = { .attach_dev = attach };

static struct iommu_domain identity = { .type = IOMMU_DOMAIN_IDENTITY,
					.ops = &fixed_ops };
static struct iommu_domain blocked = { .type = IOMMU_DOMAIN_BLOCKED, .ops = &fixed_ops };

static struct iommu_domain *alloc_paging(struct device *dev)
{
	struct domain *domain = kzalloc(sizeof(*domain), GFP_KERNEL);

	if (!domain)
		return NULL;
	xa_init(&domain->pages);
	domain->core.geometry.aperture_end = DMA_BIT_MASK(48);
	domain->core.geometry.force_aperture = true;
	return &domain->core;
}

/* VFIO takes only devices whose DMA the processor's caches follow. */
static bool is_capable(struct device *dev, enum iommu_cap cap)
{
	return cap == IOMMU_CAP_CACHE_COHERENCY;
}

static struct iommu_device *probe_device(struct device *dev)
{
	return &iommu;
}

static int domain_type(struct device *dev)
{
	return IOMMU_DOMAIN_IDENTITY;
}

static const struct iommu_ops template = {
	.capable = is_capable,
	.probe_device = probe_device,
	.device_group = pci_device_group,
	.def_domain_type = domain_type,
	.domain_alloc_paging = alloc_paging,
	.identity_domain = &identity,
	.blocked_domain = &blocked,
	.default_domain_ops = &paging_ops,
	.pgsize_bitmap = PAGE_SIZE,
};

/* Runs before the IOMMU core's own notifier, and tells it who serves the device. */
static int device_added(struct notifier_block *block, unsigned long action, void *data)
{
	struct device *dev = data;

	if (action != BUS_NOTIFY_ADD_DEVICE || !lab_card_of(to_pci_dev(dev)))
		return NOTIFY_DONE;
	if (iommu_fwspec_init(dev, iommu.fwnode))
		dev_warn(dev, "cannot have an IOMMU group\n");
	return NOTIFY_DONE;
}

static struct notifier_block notifier = { .notifier_call = device_added,
					  .priority = 100 };

int lab_iommu_init(void)
{
	int err = -ENOMEM;

	/*
	 * With an owner, each device would hold this module, which has the devices: it could
	 * never go. The core demands one of operations that lie in a module; these do not.
	 */
	ops = kmemdup(&template, sizeof(template), GFP_KERNEL);
	if (!ops)
		return err;
	iommu.fwnode = fwnode_create_software_node(NULL, NULL);
	if (IS_ERR(iommu.fwnode)) {
		err = PTR_ERR(iommu.fwnode);
		goto no_node;
	}
	err = iommu_device_sysfs_add(&iommu, NULL, NULL, "lab-iommu");
	if (err)
		goto no_sysfs;
	err = iommu_device_register(&iommu, ops, NULL);
	if (err)
		goto no_device;
	err = bus_register_notifier(&pci_bus_type, &notifier);
	if (!err)
		return 0;
	iommu_device_unregister(&iommu);
no_device:
	iommu_device_sysfs_remove(&iommu);
no_sysfs:
	fwnode_remove_software_node(iommu.fwnode);
no_node:
	kfree(ops);
	return err;
}

void lab_iommu_exit(void)
{
	bus_unregister_notifier(&pci_bus_type, &notifier);
	iommu_device_unregister(&iommu);
	iommu_device_sysfs_remove(&iommu);
	fwnode_remove_software_node(iommu.fwnode);
	kfree(ops);
}
