// SPDX-License-Identifier: GPL-2.0-or-later
/* The vendor tree: which release of MLNX_OFED it is of, its directories, mlx5_num_vfs. */
#include <linux/slab.h>

#include "vendor.h"

enum lab_ofed lab_ofed;

static const char *const releases[] = {
	[OFED_NONE] = "",       [OFED_4_0] = "4.0",     [OFED_4_2] = "4.2",
	[OFED_4_6_1] = "4.6-1", [OFED_4_6] = "4.6",     [OFED_5_8] = "5.8",
	[OFED_24_10] = "24.10", [OFED_25_10] = "25.10",
};

/* What the card has beside the release of its driver. */
static bool rate_groups = true;
module_param(rate_groups, bool, 0444);
MODULE_PARM_DESC(rate_groups, "the firmware has groups of VFs (log_esw_max_sched_depth)");

int lab_vendor_choose(const char *release)
{
	int i = match_string(releases, ARRAY_SIZE(releases), release ?: "");

	if (i < 0)
		return -EINVAL;
	lab_ofed = i;
	return 0;
}

bool lab_vendor_has_qinq(void)
{
	return lab_ofed >= OFED_4_2;
}

int lab_tree_parse_rate(const char *buf, u32 *rate)
{
	if (lab_ofed >= OFED_25_10)
		return kstrtou32(buf, 10, rate);
	return sscanf(buf, "%u", rate) == 1 ? 0 : -EINVAL;
}

static struct lab_tree_file *file_of(struct attribute *attr)
{
	return container_of(attr, struct lab_tree_file, attr);
}

static struct lab_dir *dir_of(struct kobject *kobj)
{
	return container_of(kobj, struct lab_dir, kobj);
}

static ssize_t show(struct kobject *kobj, struct attribute *attr, char *buf)
{
	const struct lab_tree_file *file = file_of(attr);
	struct lab_dir *dir = dir_of(kobj);
	int err;

	if (file->usage)
		return sysfs_emit(buf, "%s\n", file->usage);
	err = lab_fault(file->show_op, dir->index);
	return err ? min(err, 0) : file->show(dir, buf);
}

static ssize_t store(struct kobject *kobj, struct attribute *attr, const char *buf,
		     size_t len)
{
	const struct lab_tree_file *file = file_of(attr);
	struct lab_dir *dir = dir_of(kobj);
	int err;

	if (!file->store)
		return -ENOTSUPP;
	err = lab_fault(file->store_op, dir->index);
	if (!err)
		err = file->store(dir, buf);
	return err < 0 ? err : len;
}

const struct sysfs_ops lab_tree_ops = { .show = show, .store = store };

umode_t lab_tree_is_visible(struct kobject *kobj, struct attribute *attr, int unused)
{
	const struct lab_tree_file *file = file_of(attr);

	if (lab_ofed < file->since || (file->until && lab_ofed > file->until))
		return 0;
	return attr->mode;
}

void lab_dir_release(struct kobject *kobj)
{
	kfree(dir_of(kobj));
}

static struct lab_dir *add_dir(struct lab_vendor *vendor, const struct kobj_type *type,
			       struct kobject *parent, const char *name, int index)
{
	struct lab_dir *dir = kzalloc(sizeof(*dir), GFP_KERNEL);
	int err;

	if (!dir)
		return ERR_PTR(-ENOMEM);
	dir->port = vendor->port;
	dir->index = index;
	err = kobject_init_and_add(&dir->kobj, type, parent, "%s", name);
	if (!err)
		return dir;
	kobject_put(&dir->kobj);
	return ERR_PTR(err);
}

/* Waits for those who are reading or writing one of its files. */
static void remove_dir(struct lab_dir **dir)
{
	if (!*dir)
		return;
	kobject_del(&(*dir)->kobj);
	kobject_put(&(*dir)->kobj);
	*dir = NULL;
}

static int add_vf(struct lab_vendor *vendor, unsigned int index)
{
	char name[12];
	struct lab_dir *dir;

	snprintf(name, sizeof(name), "%u", index);
	dir = add_dir(vendor,
		      vendor->port->infiniband ? &lab_tree_ib_type : &lab_tree_eth_type,
		      vendor->sriov, name, index);
	if (IS_ERR(dir))
		return PTR_ERR(dir);
	vendor->vfs[index] = dir;
	if (vendor->port->infiniband || lab_ofed < OFED_5_8)
		return 0;
	dir = add_dir(vendor, &lab_tree_paging_type, &dir->kobj, "paging_control", index);
	if (IS_ERR(dir))
		return PTR_ERR(dir);
	vendor->paging[index] = dir;
	return 0;
}

/* From 4.2 to 5.8, the PF was beside its VFs. */
static int add_pf(struct lab_vendor *vendor)
{
	struct lab_dir *dir;

	if (vendor->port->infiniband || lab_ofed < OFED_4_2 || lab_ofed > OFED_5_8)
		return 0;
	dir = add_dir(vendor, &lab_tree_pf_type, vendor->sriov, "pf", -1);
	if (IS_ERR(dir))
		return PTR_ERR(dir);
	vendor->pf = dir;
	return 0;
}

int lab_vendor_add_vfs(struct lab_port *port, unsigned int count)
{
	struct lab_vendor *vendor = port->vendor;
	int err;

	if (!vendor)
		return 0;
	err = lab_groups_begin(vendor);
	for (unsigned int i = 0; i < count && !err; i++)
		err = add_vf(vendor, i);
	if (!err)
		err = add_pf(vendor);
	if (err)
		lab_vendor_remove_vfs(port);
	else
		WRITE_ONCE(vendor->nr_vfs, count);
	return err;
}

void lab_vendor_remove_vfs(struct lab_port *port)
{
	struct lab_vendor *vendor = port->vendor;

	if (!vendor)
		return;
	WRITE_ONCE(vendor->nr_vfs, 0);
	for (unsigned int i = 0; i < ARRAY_SIZE(vendor->vfs); i++) {
		remove_dir(&vendor->paging[i]);
		remove_dir(&vendor->vfs[i]);
	}
	remove_dir(&vendor->pf);
	lab_groups_end(vendor);
}

static ssize_t mlx5_num_vfs_show(struct device *dev, struct device_attribute *attr,
				 char *buf)
{
	struct lab_port *port = lab_port_of(to_pci_dev(dev));

	return sysfs_emit(buf, "%u\n", READ_ONCE(port->vendor->nr_vfs));
}

/* Whether so many may be asked for, as each release has it; 1: nothing is to be done. */
static int check_num_vfs(struct pci_dev *pdev, int count)
{
	int now = pci_num_vf(pdev);

	if (lab_ofed < OFED_25_10) {
		if (count < 0 || count > pci_sriov_get_totalvfs(pdev))
			return -EINVAL;
	} else if (count > pci_sriov_get_totalvfs(pdev)) {
		return -ERANGE;
	}
	/* 4.6 and before ask nothing: what is there then goes, and nothing comes */
	if (lab_ofed < OFED_5_8)
		return 0;
	if (count == now)
		return 1;
	return count && now ? -EBUSY : 0;
}

/* Does not take the lock of the device, as the driver does not. */
static ssize_t mlx5_num_vfs_store(struct device *dev, struct device_attribute *attr,
				  const char *buf, size_t len)
{
	struct pci_dev *pdev = to_pci_dev(dev);
	int count, err;

	if (kstrtoint(buf, 0, &count))
		return -EINVAL;
	err = lab_fault(LAB_OP_mlx5_num_vfs, -1);
	if (!err)
		err = check_num_vfs(pdev, count);
	if (!err)
		err = lab_driver_set_vfs(pdev, count);
	return err < 0 ? err : len;
}

static DEVICE_ATTR(mlx5_num_vfs, 0600, mlx5_num_vfs_show, mlx5_num_vfs_store);

static void free_vendor(struct lab_vendor *vendor)
{
	if (vendor->queue)
		destroy_workqueue(vendor->queue);
	kobject_put(vendor->groups_dir);
	kobject_put(vendor->sriov);
	kfree(vendor);
}

static int make_dirs(struct lab_vendor *vendor, struct pci_dev *pdev)
{
	vendor->queue = alloc_ordered_workqueue("lab_groups", 0);
	vendor->sriov = kobject_create_and_add("sriov", &pdev->dev.kobj);
	if (!vendor->queue || !vendor->sriov)
		return -ENOMEM;
	if (vendor->port->infiniband || lab_ofed < OFED_4_6_1 || !rate_groups)
		return 0;
	vendor->groups_dir = kobject_create_and_add("groups", vendor->sriov);
	return vendor->groups_dir ? 0 : -ENOMEM;
}

int lab_vendor_create(struct lab_port *port, struct pci_dev *pdev)
{
	struct lab_vendor *vendor;
	int err;

	if (lab_ofed == OFED_NONE)
		return 0;
	vendor = kzalloc(sizeof(*vendor), GFP_KERNEL);
	if (!vendor)
		return -ENOMEM;
	vendor->port = port;
	mutex_init(&vendor->lock);
	port->vendor = vendor;
	err = make_dirs(vendor, pdev);
	if (!err)
		err = device_create_file(&pdev->dev, &dev_attr_mlx5_num_vfs);
	if (!err)
		return 0;
	port->vendor = NULL;
	free_vendor(vendor);
	return err;
}

void lab_vendor_close(struct lab_port *port, struct pci_dev *pdev)
{
	if (port->vendor)
		device_remove_file(&pdev->dev, &dev_attr_mlx5_num_vfs);
}

void lab_vendor_destroy(struct lab_port *port)
{
	struct lab_vendor *vendor = port->vendor;

	if (!vendor)
		return;
	lab_vendor_remove_vfs(port);
	/* groups that leave still have files */
	flush_workqueue(vendor->queue);
	port->vendor = NULL;
	free_vendor(vendor);
}
