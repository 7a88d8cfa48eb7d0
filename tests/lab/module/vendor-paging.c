// SPDX-License-Identifier: GPL-2.0-or-later
/* The vendor tree: paging_control/ of an Ethernet VF, as releases from 5.5 on have it. */
#include "vendor.h"

static ssize_t show_page_limit(struct lab_dir *dir, char *buf)
{
	struct lab_vf vf;

	lab_vf_peek(dir->port, dir->index, &vf);
	return sysfs_emit(buf, "%u\n", vf.page_limit);
}

static int store_page_limit(struct lab_dir *dir, const char *buf)
{
	u32 limit;

	if (sscanf(buf, "%u", &limit) != 1)
		return -EINVAL;
	guard(spinlock_bh)(&dir->port->lock);
	dir->port->vfs[dir->index].page_limit = limit;
	return 0;
}

/* Pages that the firmware has from the host for this VF: this one needs none. */
static ssize_t show_num_pages(struct lab_dir *dir, char *buf)
{
	return sysfs_emit(buf, "0\n");
}

/* Here, another errno than in the other files that only tell. */
static int store_num_pages(struct lab_dir *dir, const char *buf)
{
	return -EOPNOTSUPP;
}

LAB_TREE_FILE(page_limit, .show = show_page_limit, .show_op = LAB_OP_show_paging,
	      .store = store_page_limit, .store_op = LAB_OP_store_page_limit);
LAB_TREE_FILE(num_pages, .show = show_num_pages, .show_op = LAB_OP_show_paging,
	      .store = store_num_pages, .store_op = LAB_OP_store_page_limit);

static struct attribute *paging_attrs[] = { &file_page_limit.attr, &file_num_pages.attr,
					    NULL };
ATTRIBUTE_GROUPS(paging);

const struct kobj_type lab_tree_paging_type = {
	.release = lab_dir_release,
	.sysfs_ops = &lab_tree_ops,
	.default_groups = paging_groups,
};
