// SPDX-License-Identifier: GPL-2.0-or-later
/* Nodes for fwctl: one for each PF of the virtual card that has its driver. */
#include <linux/module.h>
#include <linux/slab.h>

#include "fwctl.h"

#define MAX_NODES 16

static dev_t numbers;
static DEFINE_IDA(minors);
static LIST_HEAD(nodes);
static DEFINE_MUTEX(nodes_lock);

static int open_node(struct inode *inode, struct file *file)
{
	struct lab_node *node = container_of(inode->i_cdev, struct lab_node, cdev);
	static atomic_t uids;
	struct lab_opened *opened;
	int err;

	guard(rwsem_read)(&node->lock);
	if (!node->port)
		return -ENODEV;
	err = lab_fault(LAB_OP_fwctl_open, -1);
	if (err < 0)
		return err;
	opened = kzalloc(sizeof(*opened), GFP_KERNEL_ACCOUNT);
	if (!opened)
		return -ENOMEM;
	opened->uid = atomic_inc_return(&uids);
	opened->node = node;
	get_device(&node->dev);
	file->private_data = opened;
	return 0;
}

static int close_node(struct inode *inode, struct file *file)
{
	struct lab_opened *opened = file->private_data;

	put_device(&opened->node->dev);
	kfree(opened);
	return 0;
}

static const struct file_operations node_ops = {
	.owner = THIS_MODULE,
	.open = open_node,
	.release = close_node,
	.unlocked_ioctl = lab_fwctl_request,
};

/* ---- nodes ---- */

static void release_node(struct device *dev)
{
	struct lab_node *node = container_of(dev, struct lab_node, dev);

	ida_free(&minors, MINOR(node->dev.devt));
	kfree(node);
}

static char *name_node(const struct device *dev, umode_t *mode)
{
	return kasprintf(GFP_KERNEL, "fwctl/%s", dev_name(dev));
}

static struct class fwctl_class = {
	.name = "fwctl",
	.dev_release = release_node,
	.devnode = name_node,
};

static int add_node(struct pci_dev *pdev, struct lab_port *port)
{
	int minor = ida_alloc_max(&minors, MAX_NODES - 1, GFP_KERNEL), err;
	struct lab_node *node = kzalloc(sizeof(*node), GFP_KERNEL);

	if (minor < 0 || !node) {
		kfree(node);
		return minor < 0 ? minor : -ENOMEM;
	}
	init_rwsem(&node->lock);
	node->port = port;
	node->pdev = pdev;
	node->dev.class = &fwctl_class;
	node->dev.parent = &pdev->dev;
	node->dev.devt = MKDEV(MAJOR(numbers), minor);
	device_initialize(&node->dev);
	cdev_init(&node->cdev, &node_ops);
	node->cdev.owner = THIS_MODULE;
	err = dev_set_name(&node->dev, "fwctl%d", minor);
	if (!err)
		err = cdev_device_add(&node->cdev, &node->dev);
	if (err)
		put_device(&node->dev);
	else
		list_add_tail(&node->list, &nodes);
	return err;
}

/* Files that are open stay so, and get ENODEV. */
static void remove_node(struct lab_node *node)
{
	list_del(&node->list);
	cdev_device_del(&node->cdev, &node->dev);
	scoped_guard(rwsem_write, &node->lock) node->port = NULL;
	put_device(&node->dev);
}

static struct lab_node *find_node(const struct pci_dev *pdev)
{
	struct lab_node *node;

	list_for_each_entry(node, &nodes, list) if (node->pdev == pdev) return node;
	return NULL;
}

/* A PF of ours that has its driver gets a node, one that has it no longer loses it. */
static int follow(struct device *dev, void *unbinding)
{
	struct pci_dev *pdev = to_pci_dev(dev);
	struct lab_port *port = lab_port_of(pdev);
	bool wanted = !unbinding && dev->driver && !strcmp(dev->driver->name, LAB_DRIVER);
	struct lab_node *node;

	if (!port)
		return 0;
	guard(mutex)(&nodes_lock);
	node = find_node(pdev);
	if (wanted && !node)
		return add_node(pdev, port);
	if (!wanted && node)
		remove_node(node);
	return 0;
}

static int notice(struct notifier_block *block, unsigned long event, void *dev)
{
	if (event == BUS_NOTIFY_BOUND_DRIVER)
		follow(dev, NULL);
	else if (event == BUS_NOTIFY_UNBIND_DRIVER)
		follow(dev, dev);
	return NOTIFY_DONE;
}

static struct notifier_block notifier = { .notifier_call = notice };

static void remove_all(void)
{
	struct lab_node *node, *next;

	guard(mutex)(&nodes_lock);
	list_for_each_entry_safe(node, next, &nodes, list) remove_node(node);
}

static int __init fwctl_init(void)
{
	int err = alloc_chrdev_region(&numbers, 0, MAX_NODES, "fwctl");

	if (err)
		return err;
	err = class_register(&fwctl_class);
	if (err)
		goto no_class;
	bus_register_notifier(&pci_bus_type, &notifier);
	err = bus_for_each_dev(&pci_bus_type, NULL, NULL, follow);
	if (!err)
		return 0;
	bus_unregister_notifier(&pci_bus_type, &notifier);
	remove_all();
	class_unregister(&fwctl_class);
no_class:
	unregister_chrdev_region(numbers, MAX_NODES);
	return err;
}
module_init(fwctl_init);

static void __exit fwctl_exit(void)
{
	bus_unregister_notifier(&pci_bus_type, &notifier);
	remove_all();
	class_unregister(&fwctl_class);
	unregister_chrdev_region(numbers, MAX_NODES);
}
module_exit(fwctl_exit);

MODULE_DESCRIPTION("fwctl of the virtual SR-IOV card");
MODULE_LICENSE("GPL");
