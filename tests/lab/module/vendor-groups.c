// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The vendor tree: groups of VFs that share a rate, as mlx5/core/esw/qos.c of MLNX_OFED. A
 * group comes with its first VF and goes with its last, and its rates with it. Group 0, in which
 * all VFs start, has a directory in old releases only: 4.6 while there are VFs, 5.8 as soon as
 * any rate or group has been set.
 */
#include <linux/slab.h>

#include "vendor.h"

#define MOST_SHARES 100 /* max_tsar_bw_share of the firmware */

static struct lab_group *group_of(struct lab_dir *dir)
{
	return container_of(dir, struct lab_group, dir);
}

/* Since 23.10, files of groups do not wait for who is moving VFs: they are busy. */
static bool is_busy(struct lab_vendor *vendor)
{
	return lab_ofed >= OFED_24_10 && !mutex_trylock(&vendor->lock);
}

static void done(struct lab_vendor *vendor)
{
	if (lab_ofed >= OFED_24_10)
		mutex_unlock(&vendor->lock);
}

static int set_rate(struct lab_dir *dir, const char *buf, enum lab_operation operation)
{
	struct lab_group *group = group_of(dir);
	struct lab_port *port = dir->port;
	u32 rate;
	int err = 0;

	if (sscanf(buf, "%u", &rate) != 1)
		return -EINVAL;
	if (is_busy(port->vendor))
		return -EBUSY;
	scoped_guard(spinlock_bh, &port->lock)
	{
		if (group->gone)
			err = -EINVAL;
		else if (operation == LAB_OP_store_group_max_tx_rate)
			group->max_rate = rate;
		else
			group->min_rate = rate;
	}
	done(port->vendor);
	return err;
}

static int store_max_tx_rate(struct lab_dir *dir, const char *buf)
{
	return set_rate(dir, buf, LAB_OP_store_group_max_tx_rate);
}

static int store_min_tx_rate(struct lab_dir *dir, const char *buf)
{
	return set_rate(dir, buf, LAB_OP_store_group_min_tx_rate);
}

/* VFs that nothing was set for are in no group in the eyes of releases from 5.6 on. */
static unsigned int count_vfs(struct lab_port *port, unsigned int id)
{
	unsigned int count = 0;

	for (unsigned int i = 0; i < port->vendor->nr_vfs; i++) {
		const struct lab_vf *vf = &port->vfs[i];

		if (vf->group == id && (id || lab_ofed < OFED_5_8 || vf->scheduled))
			count++;
	}
	return count;
}

/* The part of each group, relative to who is promised the most. */
static u32 share(struct lab_vendor *vendor, const struct lab_group *group)
{
	u32 most = 0;

	for (unsigned int i = 0; i < LAB_MAX_GROUPS; i++)
		if (vendor->groups[i])
			most = max(most, vendor->groups[i]->min_rate);
	if (!most)
		return 0;
	return clamp(DIV_ROUND_UP(group->min_rate, max(most / MOST_SHARES, 1U)), 1U,
		     (u32)MOST_SHARES);
}

static ssize_t show_config(struct lab_dir *dir, char *buf)
{
	struct lab_group *group = group_of(dir);
	struct lab_port *port = dir->port;
	bool tries = lab_ofed == OFED_24_10;
	int len = 0;

	if (tries && is_busy(port->vendor))
		return -EBUSY;
	scoped_guard(spinlock_bh, &port->lock)
	{
		len += sysfs_emit_at(buf, len, "Num VFs    : %u\n",
				     count_vfs(port, group->id));
		len += sysfs_emit_at(buf, len, "MaxRate    : %d\n", group->max_rate);
		if (lab_ofed >= OFED_4_6) {
			len += sysfs_emit_at(buf, len, "MinRate    : %d\n",
					     group->min_rate);
			len += sysfs_emit_at(buf, len, "BWShare(Indirect cfg)    : %d\n",
					     share(port->vendor, group));
		}
	}
	if (tries)
		done(port->vendor);
	return len;
}

LAB_TREE_FILE(max_tx_rate,
	      .usage = "usage: write <Rate (Mbit/s)> to set VF group max rate",
	      .store = store_max_tx_rate, .store_op = LAB_OP_store_group_max_tx_rate);
LAB_TREE_FILE(min_tx_rate, .since = OFED_4_6,
	      .usage = "usage: write <Rate (Mbit/s)> to set VF group min rate",
	      .store = store_min_tx_rate, .store_op = LAB_OP_store_group_min_tx_rate);
LAB_TREE_FILE(config, .show = show_config, .show_op = LAB_OP_show_group_config);

static struct attribute *group_attrs[] = { &file_max_tx_rate.attr, &file_min_tx_rate.attr,
					   &file_config.attr, NULL };
static const struct attribute_group group_group = { .attrs = group_attrs,
						    .is_visible = lab_tree_is_visible };
__ATTRIBUTE_GROUPS(group);

static void release(struct kobject *kobj)
{
	kfree(group_of(container_of(kobj, struct lab_dir, kobj)));
}

static const struct kobj_type group_type = {
	.release = release,
	.sysfs_ops = &lab_tree_ops,
	.default_groups = group_groups,
};

/* Waits for those who use its files. */
static void leave(struct work_struct *work)
{
	struct lab_group *group = container_of(work, struct lab_group, leaving);

	lab_fault(LAB_OP_group_leave, -1);
	kobject_del(&group->dir.kobj);
	kobject_put(&group->dir.kobj);
}

/* Newer releases leave it to a queue: the directory may be seen a little longer. */
static void remove_group(struct lab_vendor *vendor, unsigned int id)
{
	struct lab_group *group = vendor->groups[id];

	if (!group)
		return;
	scoped_guard(spinlock_bh, &vendor->port->lock)
	{
		vendor->groups[id] = NULL;
		group->gone = true;
	}
	if (lab_ofed >= OFED_24_10)
		queue_work(vendor->queue, &group->leaving);
	else
		leave(&group->leaving);
}

static int add_group(struct lab_vendor *vendor, unsigned int id)
{
	struct lab_group *group;
	int err;

	if (vendor->groups[id])
		return 0;
	/* the last one of that name must have left */
	flush_workqueue(vendor->queue);
	group = kzalloc(sizeof(*group), GFP_KERNEL);
	if (!group)
		return -ENOMEM;
	group->dir.port = vendor->port;
	group->dir.index = -1;
	group->id = id;
	INIT_WORK(&group->leaving, leave);
	err = kobject_init_and_add(&group->dir.kobj, &group_type, vendor->groups_dir,
				   "%u", id);
	if (err) {
		kobject_put(&group->dir.kobj);
		return err;
	}
	guard(spinlock_bh)(&vendor->port->lock);
	vendor->groups[id] = group;
	return 0;
}

static bool has_zero(void)
{
	return lab_ofed < OFED_24_10;
}

int lab_groups_begin(struct lab_vendor *vendor)
{
	if (!vendor->groups_dir || lab_ofed >= OFED_5_8)
		return 0;
	guard(mutex)(&vendor->lock);
	return add_group(vendor, 0);
}

/* The VFs are gone, and in no group any more. */
void lab_groups_end(struct lab_vendor *vendor)
{
	if (!vendor->groups_dir)
		return;
	guard(mutex)(&vendor->lock);
	for (unsigned int i = 0; i < LAB_MAX_GROUPS; i++)
		remove_group(vendor, i);
}

/* A rate of a VF has been set, by whichever way. */
void lab_groups_scheduled(struct lab_port *port)
{
	struct lab_vendor *vendor = port->vendor;

	if (!vendor || !vendor->groups_dir || !has_zero())
		return;
	guard(mutex)(&vendor->lock);
	if (vendor->nr_vfs)
		add_group(vendor, 0);
}

static void join(struct lab_vendor *vendor, struct lab_vf *vf, unsigned int id)
{
	unsigned int before, left;

	scoped_guard(spinlock_bh, &vendor->port->lock)
	{
		before = vf->group;
		vf->group = id;
		vf->scheduled = true;
		left = count_vfs(vendor->port, before);
	}
	if (before && !left)
		remove_group(vendor, before);
}

int lab_groups_join(struct lab_port *port, int vf, unsigned int id)
{
	struct lab_vendor *vendor = port->vendor;
	int err = 0;

	if (!vendor->groups_dir)
		return -EOPNOTSUPP;
	guard(mutex)(&vendor->lock);
	if (has_zero())
		err = add_group(vendor, 0);
	if (!err && id)
		err = add_group(vendor, id);
	if (!err)
		join(vendor, &port->vfs[vf], id);
	return err;
}
