/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A module of its own, mlx5_fwctl.ko: /dev/fwctl/fwctlN for each PF of the virtual card, as Linux
 * has it from 6.15 on. The lab's kernel is older, so this is fwctl and mlx5_fwctl in one.
 *
 *   fwctl-node.c      the class, and nodes that come and go with the driver of a PF
 *   fwctl-request.c   what is asked of an open node: the two ioctls, and commands in them
 *
 * As there: devices of the class below the PF, the node with mode 0600, structures that may
 * grow, the scopes, the errors and the order of the checks, files that stay open when their PF
 * has gone. A register is that which the vendor-specific capability leads to as well; what the
 * command interface answers is its own set of numbers.
 * Not as there: few opcodes are known, and only access to registers does something; the taint,
 * which this kernel does not have, is only its line in the log.
 */
#ifndef LAB_FWCTL_H
#define LAB_FWCTL_H

#include <linux/cdev.h>
#include <linux/rwsem.h>

#include "card.h"

struct lab_node {
	struct device dev;
	struct cdev cdev;
	struct rw_semaphore lock; /* of what follows: it is held while the PF is in use */
	struct lab_port *port;    /* NULL: its driver has gone */
	struct pci_dev *pdev;
	struct list_head list;
};

/* An open file. */
struct lab_opened {
	struct lab_node *node;
	u32 uid;
};

/* ---- fwctl-request.c ---- */

long lab_fwctl_request(struct file *file, unsigned int number, unsigned long argument);

#endif
