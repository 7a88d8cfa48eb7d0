/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A recorded machine for unit tests: an igb with VFs, an mlx5 pair, netdevsim, and others. */
#ifndef MACHINE_H
#define MACHINE_H

#include "internal.h"
#include "tree.h"

/* The directory of a PCI device, with a link to it as the kernel has it. */
static inline void machine_pci(const struct tree *tree, const char *dev,
			       const char *class, const char *vendor, const char *device)
{
	const struct {
		const char *file, *text;
	} rows[] = { { "class", class }, { "vendor", vendor }, { "device", device } };
	char path[256], target[256];

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		snprintf(path, sizeof(path), "sys/devices/pci0000:00/%s/%s", dev,
			 rows[i].file);
		tree_file(tree, path, rows[i].text);
	}
	snprintf(path, sizeof(path), "sys/devices/pci0000:00/%s/subsystem", dev);
	tree_link(tree, path, "../../../bus/pci");
	snprintf(path, sizeof(path), "sys/bus/pci/devices/%s", dev);
	snprintf(target, sizeof(target), "../../../devices/pci0000:00/%s", dev);
	tree_link(tree, path, target);
}

/* One file of a device directory below sys/devices/. */
static inline void machine_file(const struct tree *tree, const char *where,
				const char *file, const char *text)
{
	char path[256];

	snprintf(path, sizeof(path), "sys/devices/%s/%s", where, file);
	tree_file(tree, path, text);
}

static inline void machine_pf(const struct tree *tree, const char *dev,
			      const char *numvfs, const char *totalvfs)
{
	char where[128];

	snprintf(where, sizeof(where), "pci0000:00/%s", dev);
	machine_file(tree, where, "sriov_numvfs", numvfs);
	machine_file(tree, where, "sriov_totalvfs", totalvfs);
	machine_file(tree, where, "sriov_drivers_autoprobe", "1\n");
}

static inline void machine_vf(const struct tree *tree, const char *pf, unsigned int index,
			      const char *dev)
{
	char path[256], target[256];

	machine_pci(tree, dev, "0x020000\n", "0x8086\n", "0x10ca\n");
	snprintf(path, sizeof(path), "sys/devices/pci0000:00/%s/virtfn%u", pf, index);
	snprintf(target, sizeof(target), "../%s", dev);
	tree_link(tree, path, target);
	snprintf(path, sizeof(path), "sys/devices/pci0000:00/%s/physfn", dev);
	snprintf(target, sizeof(target), "../%s", pf);
	tree_link(tree, path, target);
}

/* A device of a class, "net" or "infiniband"; `where` is below sys/devices/, or NULL. */
static inline void machine_class(const struct tree *tree, const char *class,
				 const char *name, const char *where)
{
	char dir[128], path[256], target[256];

	snprintf(dir, sizeof(dir), "devices/%s/%s/%s", where ? where : "virtual", class,
		 name);
	snprintf(path, sizeof(path), "sys/%s", dir);
	tree_dir(tree, path);
	if (where) {
		const char *dev = strrchr(where, '/');

		snprintf(path, sizeof(path), "sys/%s/device", dir);
		snprintf(target, sizeof(target), "../../../%s", dev ? dev + 1 : where);
		tree_link(tree, path, target);
	}
	snprintf(target, sizeof(target), "../../%s", dir);
	snprintf(path, sizeof(path), "sys/class/%s/%s", class, name);
	tree_link(tree, path, target);
}

static inline void machine_netdev(const struct tree *tree, const char *name,
				  const char *where, const char *address,
				  const char *phys_port_name)
{
	char dir[256];

	machine_class(tree, "net", name, where);
	snprintf(dir, sizeof(dir), "%s/net/%s", where ? where : "virtual", name);
	machine_file(tree, dir, "address", address);
	machine_file(tree, dir, "type", "1\n");
	if (phys_port_name)
		machine_file(tree, dir, "phys_port_name", phys_port_name);
}

/*
 * 0000:01:00.0  igb, eth0, 7 VFs of 0000:01:10.0 ... 0000:01:11.4; eth5 is the netdev of VF 1
 * 0000:02:00.0  mlx5, eth1 and RDMA mlx5_0, no VFs
 * 0000:02:00.1  mlx5, eth2, RDMA eth1 (sic), no VFs
 * 10000:03:00.0 NVMe, 1 VF that is gone from sysfs but for its link
 * 0000:00:02.0  eth3, no SR-IOV
 * netdevsim10   eth10 (p1) and eth9 (p2), representors eth11 and eth12, 2 VFs
 */
static inline void machine_make(const struct tree *tree)
{
	static const char igb[] = "0000:01:00.0", sim[] = "netdevsim10";

	machine_pci(tree, igb, "0x020000\n", "0x8086\n", "0x10c9\n");
	machine_pf(tree, igb, "7\n", "7\n");
	machine_netdev(tree, "eth0", "pci0000:00/0000:01:00.0", "02:00:00:00:01:00\n",
		       NULL);
	for (unsigned int i = 0; i < 7; i++) {
		char vf[32];

		snprintf(vf, sizeof(vf), "0000:01:%02x.%u", 0x10 + i / 4, i % 4 * 2);
		machine_vf(tree, igb, i, vf);
	}
	machine_netdev(tree, "eth5", "pci0000:00/0000:01:10.2", "02:00:00:00:01:05\n",
		       NULL);

	machine_pci(tree, "0000:02:00.0", "0x020700\n", "0x15b3\n", "0x1017\n");
	machine_pf(tree, "0000:02:00.0", "0\n", "16\n");
	machine_netdev(tree, "eth1", "pci0000:00/0000:02:00.0", "02:00:00:00:02:00\n",
		       "p0\n");
	machine_class(tree, "infiniband", "mlx5_0", "pci0000:00/0000:02:00.0");
	machine_pci(tree, "0000:02:00.1", "0x020700\n", "0x15b3\n", "0x1017\n");
	machine_pf(tree, "0000:02:00.1", "0\n", "16\n");
	machine_netdev(tree, "eth2", "pci0000:00/0000:02:00.1", "02:00:00:00:02:00\n",
		       "p1\n");
	machine_class(tree, "infiniband", "eth1", "pci0000:00/0000:02:00.1");
	machine_class(tree, "infiniband", "eth2", "pci0000:00/0000:02:00.1");

	machine_pci(tree, "10000:03:00.0", "0x010802\n", "0x144d\n", "0xa826\n");
	machine_pf(tree, "10000:03:00.0", "1\n", "32\n");
	tree_link(tree, "sys/devices/pci0000:00/10000:03:00.0/virtfn0",
		  "../10000:03:00.1");

	machine_pci(tree, "0000:00:02.0", "0x020000\n", "0x1af4\n", "0x1000\n");
	machine_netdev(tree, "eth3", "pci0000:00/0000:00:02.0", "02:00:00:00:03:00\n",
		       NULL);
	machine_netdev(tree, "lo", NULL, "00:00:00:00:00:00\n", NULL);

	machine_file(tree, sim, "sriov_numvfs", "2\n");
	tree_link(tree, "sys/devices/netdevsim10/subsystem", "../../bus/netdevsim");
	tree_link(tree, "sys/bus/netdevsim/devices/netdevsim10",
		  "../../../devices/netdevsim10");
	machine_netdev(tree, "eth10", sim, "02:00:00:00:10:01\n", "p1\n");
	machine_netdev(tree, "eth9", sim, "02:00:00:00:10:02\n", "p2\n");
	machine_netdev(tree, "eth11", sim, "02:00:00:00:10:03\n", "pf0vf0\n");
	machine_netdev(tree, "eth12", sim, "02:00:00:00:10:04\n", "pf0vf1\n");
	machine_netdev(tree, "eth13", sim, "02:00:00:00:10:05\n", "c1pf0vf0\n");
	machine_netdev(tree, "eth14", sim, "02:00:00:00:10:06\n", "pf0sf88\n");
}

#endif
