// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The VFIO driver of the virtual card's VFs: a real one, on vfio_pci_core. As the one it is named
 * after, it takes a device only when driver_override says so.
 */
#include <linux/module.h>
#include <linux/vfio_pci_core.h>

#include "card.h"

static bool stub;
module_param(stub, bool, 0444);
MODULE_PARM_DESC(stub, "bind and do nothing: no IOMMU is needed, no VFIO device appears");

static int open_device(struct vfio_device *device)
{
	struct vfio_pci_core_device *core =
		container_of(device, struct vfio_pci_core_device, vdev);
	int err = vfio_pci_core_enable(core);

	if (!err)
		vfio_pci_core_finish_enable(core);
	return err;
}

static const struct vfio_device_ops ops = {
	.name = "mlx5-vfio-pci",
	.init = vfio_pci_core_init_dev,
	.release = vfio_pci_core_release_dev,
	.open_device = open_device,
	.close_device = vfio_pci_core_close_device,
	.ioctl = vfio_pci_core_ioctl,
	.device_feature = vfio_pci_core_ioctl_feature,
	.read = vfio_pci_core_read,
	.write = vfio_pci_core_write,
	.mmap = vfio_pci_core_mmap,
	.request = vfio_pci_core_request,
	.match = vfio_pci_core_match,
	.bind_iommufd = vfio_iommufd_physical_bind,
	.unbind_iommufd = vfio_iommufd_physical_unbind,
	.attach_ioas = vfio_iommufd_physical_attach_ioas,
	.detach_ioas = vfio_iommufd_physical_detach_ioas,
};

static int probe(struct pci_dev *pdev, const struct pci_device_id *id)
{
	struct vfio_pci_core_device *core;
	int err = lab_fault(LAB_OP_vfio_probe, pci_iov_vf_id(pdev));

	if (err < 0)
		return err;
	if (stub || err == LAB_IGNORE)
		return 0;
	core = vfio_alloc_device(vfio_pci_core_device, vdev, &pdev->dev, &ops);
	if (IS_ERR(core))
		return PTR_ERR(core);
	dev_set_drvdata(&pdev->dev, core);
	err = vfio_pci_core_register_device(core);
	if (err) {
		dev_set_drvdata(&pdev->dev, NULL);
		vfio_put_device(&core->vdev);
	}
	return err;
}

static void remove(struct pci_dev *pdev)
{
	struct vfio_pci_core_device *core = dev_get_drvdata(&pdev->dev);

	if (!core)
		return;
	vfio_pci_core_unregister_device(core);
	vfio_put_device(&core->vdev);
}

static const struct pci_device_id ids[] = {
	{ PCI_DRIVER_OVERRIDE_DEVICE_VFIO(PCI_VENDOR_ID_MELLANOX, LAB_VF_DEVICE) },
	{},
};
MODULE_DEVICE_TABLE(pci, ids);

static struct pci_driver vfio_driver = {
	.name = "mlx5_vfio_pci",
	.id_table = ids,
	.probe = probe,
	.remove = remove,
	.err_handler = &vfio_pci_core_err_handlers,
	.driver_managed_dma = true,
};
module_pci_driver(vfio_driver);

MODULE_DESCRIPTION("VFIO driver of the virtual SR-IOV card");
MODULE_LICENSE("GPL");
