// SPDX-License-Identifier: GPL-2.0-or-later
/* The driver of PFs and VFs, which goes by the name of the card's own. */
#include <linux/module.h>

#include "card.h"

#define ARRIVAL_MS 100 /* one that is later comes after the probe */

/*
 * As that of mlx5_core, the netdev of a PF is not made by its probe itself: there, it is a
 * driver on the auxiliary bus that does it.
 */
static void arrive(struct work_struct *work)
{
	struct lab_port *port = container_of(work, struct lab_port, arrival);
	struct net_device *netdev;

	if (!lab_fault(LAB_OP_pf_netdev, -1)) {
		netdev = lab_netdev_create(port->pdev, port, -1);
		if (!IS_ERR(netdev))
			pci_set_drvdata(port->pdev, netdev);
	}
	complete(&port->arrived);
}

void lab_driver_load(struct lab_port *port)
{
	reinit_completion(&port->arrived);
	queue_work(system_unbound_wq, &port->arrival);
	wait_for_completion_timeout(&port->arrived, msecs_to_jiffies(ARRIVAL_MS));
}

void lab_driver_unload(struct lab_port *port)
{
	flush_work(&port->arrival);
	if (pci_get_drvdata(port->pdev))
		lab_netdev_destroy(pci_get_drvdata(port->pdev));
	pci_set_drvdata(port->pdev, NULL);
}

/* Kernels without this file; nobody must read it while the driver starts. */
static struct attribute numvfs_file = { .name = "sriov_numvfs" };
static bool hide_numvfs;

static int pf_probe(struct pci_dev *pdev)
{
	struct lab_port *port = lab_port_of(pdev);
	int err;

	if (!port)
		return -ENODEV;
	port->pdev = pdev;
	scoped_guard(raw_spinlock_irqsave, &port->card->lock)
		port->infiniband = lab_firmware_is_infiniband(port);
	INIT_WORK(&port->arrival, arrive);
	init_completion(&port->arrived);
	err = lab_fault(LAB_OP_pf_probe, -1);
	if (err < 0)
		return err;
	if (hide_numvfs)
		sysfs_remove_file(&pdev->dev.kobj, &numvfs_file);
	lab_eswitch_reset(port);
	/* as a PF whose firmware is not ready: bound, but without a netdev */
	if (err == LAB_IGNORE)
		return 0;
	err = pci_enable_device(pdev);
	if (err)
		return err;
	pci_set_master(pdev);
	err = lab_vendor_create(port, pdev);
	if (err)
		goto no_vendor;
	err = lab_devlink_create(port, pdev);
	if (err)
		goto no_devlink;
	lab_driver_load(port);
	return 0;
no_devlink:
	lab_vendor_close(port, pdev);
	lab_vendor_destroy(port);
no_vendor:
	pci_disable_device(pdev);
	return err;
}

static void pf_remove(struct pci_dev *pdev)
{
	struct lab_port *port = lab_port_of(pdev);

	lab_fault(LAB_OP_pf_remove, -1);
	lab_devlink_close(port);
	lab_vendor_close(port, pdev);
	pci_disable_sriov(pdev);
	lab_driver_unload(port);
	lab_devlink_destroy(port);
	lab_vendor_destroy(port);
	if (pci_is_enabled(pdev))
		pci_disable_device(pdev);
}

static int vf_probe(struct pci_dev *pdev)
{
	struct lab_port *port = lab_port_of(pci_physfn(pdev));
	struct net_device *netdev;
	int err;

	if (!port)
		return -ENODEV;
	err = lab_fault(LAB_OP_vf_probe, pci_iov_vf_id(pdev));
	if (err < 0)
		return err;
	if (err == LAB_IGNORE)
		return 0;
	err = pci_enable_device(pdev);
	if (err)
		return err;
	netdev = lab_netdev_create(pdev, port, pci_iov_vf_id(pdev));
	if (IS_ERR(netdev)) {
		pci_disable_device(pdev);
		return PTR_ERR(netdev);
	}
	pci_set_drvdata(pdev, netdev);
	return 0;
}

static void vf_remove(struct pci_dev *pdev)
{
	lab_fault(LAB_OP_vf_remove, pci_iov_vf_id(pdev));
	if (!pci_get_drvdata(pdev))
		return;
	lab_netdev_destroy(pci_get_drvdata(pdev));
	pci_disable_device(pdev);
}

static int probe(struct pci_dev *pdev, const struct pci_device_id *id)
{
	return pdev->is_virtfn ? vf_probe(pdev) : pf_probe(pdev);
}

static void remove(struct pci_dev *pdev)
{
	if (pdev->is_virtfn)
		vf_remove(pdev);
	else
		pf_remove(pdev);
}

/* As mlx5_core, it does not ask whether a VF is in use: the PCI core waits. */
static void disable(struct pci_dev *pdev, struct lab_port *port)
{
	int before = pci_num_vf(pdev);

	pci_disable_sriov(pdev);
	lab_vendor_remove_vfs(port);
	lab_eswitch_clear(port, before);
}

static int enable(struct pci_dev *pdev, struct lab_port *port, int count)
{
	int err;

	/* old releases ask for VFs where there are some, fail, and clean up */
	if (pci_num_vf(pdev)) {
		disable(pdev, port);
		return -EBUSY;
	}
	if (count < 0)
		return -ENOMEM;
	err = lab_vendor_add_vfs(port, count);
	if (err)
		return err;
	err = pci_enable_sriov(pdev, count);
	if (err) {
		lab_vendor_remove_vfs(port);
		lab_eswitch_clear(port, count);
	}
	return err;
}

int lab_driver_set_vfs(struct pci_dev *pdev, int count)
{
	struct lab_port *port = lab_port_of(pdev);
	int err = lab_fault(count ? LAB_OP_sriov_enable : LAB_OP_sriov_disable, -1);

	if (err)
		return min(err, 0);
	err = mutex_lock_killable(&port->changing);
	if (err)
		return err;
	if (count)
		err = enable(pdev, port, count);
	else
		disable(pdev, port);
	mutex_unlock(&port->changing);
	return err;
}

static int configure(struct pci_dev *pdev, int count)
{
	int err = lab_fault(LAB_OP_numvfs, -1);

	if (!err)
		err = lab_driver_set_vfs(pdev, count);
	return err < 0 ? err : count;
}

static u32 total_msix(struct pci_dev *pdev)
{
	return LAB_MSIX_SHARED;
}

static int set_msix(struct pci_dev *vf, int count)
{
	int err = lab_fault(LAB_OP_set_msix, pci_iov_vf_id(vf));

	if (err)
		return min(err, 0);
	if (count && count < LAB_MSIX_LEAST)
		return -EINVAL;
	if (count > LAB_MSIX_MOST)
		return -EOVERFLOW;
	return lab_bus_set_msix(lab_port_of(pci_physfn(vf)), pci_iov_vf_id(vf), count);
}

static const struct pci_device_id ids[] = {
	{ PCI_DEVICE(PCI_VENDOR_ID_MELLANOX, LAB_PF_DEVICE) },
	{ PCI_DEVICE(PCI_VENDOR_ID_MELLANOX, LAB_VF_DEVICE) },
	{},
};
MODULE_DEVICE_TABLE(pci, ids);

static struct pci_driver driver = {
	.name = LAB_DRIVER,
	.id_table = ids,
	.probe = probe,
	.remove = remove,
	.sriov_configure = configure,
	.sriov_get_vf_total_msix = total_msix,
	.sriov_set_msix_vec_count = set_msix,
};

int lab_driver_register(const char *numvfs)
{
	hide_numvfs = numvfs && !strcmp(numvfs, "absent");
	if (hide_numvfs || (numvfs && !strcmp(numvfs, "refused")))
		driver.sriov_configure = NULL;
	else if (numvfs && *numvfs)
		return -EINVAL;
	return pci_register_driver(&driver);
}

void lab_driver_unregister(void)
{
	pci_unregister_driver(&driver);
}
