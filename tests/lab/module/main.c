// SPDX-License-Identifier: GPL-2.0-or-later
/* The virtual card: parameters, loading and unloading. */
#include <linux/module.h>

#include "card.h"

static unsigned int pfs = 2;
module_param(pfs, uint, 0444);
MODULE_PARM_DESC(pfs, "PFs of the Ethernet card, 0001:81:00.0 and .1 (0-2)");

static bool ib = true;
module_param(ib, bool, 0444);
MODULE_PARM_DESC(ib, "have an InfiniBand card, 0002:81:00.0");

static unsigned int vfs = LAB_MAX_VFS;
module_param(vfs, uint, 0444);
MODULE_PARM_DESC(vfs, "TotalVFs of each PF (1-127)");

unsigned int lab_speed = 200000;
module_param_named(speed, lab_speed, uint, 0444);
MODULE_PARM_DESC(speed, "of the links, in Mbit/s");

static bool iommu = true;
module_param(iommu, bool, 0444);
MODULE_PARM_DESC(iommu, "have an IOMMU, without which VFIO drivers do not bind");

static char *ofed;
module_param(ofed, charp, 0444);
MODULE_PARM_DESC(
	ofed,
	"behave as this release of MLNX_OFED: 4.0, 4.2, 4.6-1, 4.6, 5.8, 24.10, 25.10");

static char *devlink;
module_param(devlink, charp, 0444);
MODULE_PARM_DESC(devlink,
		 "as that of \"6.12\" (default), of \"6.18\", of \"bnxt\", or \"none\"");

static char *numvfs;
module_param(numvfs, charp, 0444);
MODULE_PARM_DESC(numvfs, "as kernels whose sriov_numvfs is \"refused\" or \"absent\"");

static char *no_ndo;
module_param(no_ndo, charp, 0444);
MODULE_PARM_DESC(
	no_ndo,
	"what netlink cannot set or tell: mac,vlan,rate,spoofchk,trust,link_state,guid,config,stats");

static bool factory;
module_param(factory, bool, 0444);
MODULE_PARM_DESC(factory, "the firmware's settings are those of the factory: no SR-IOV");

static char *firmware;
module_param(firmware, charp, 0444);
MODULE_PARM_DESC(firmware, "what it lacks or breaks, as in debugfs mlx5_lab/firmware");

static char *faults;
module_param(faults, charp, 0444);
MODULE_PARM_DESC(faults, "OPERATION=RULE[,...], as in debugfs mlx5_lab/");

static struct lab_card *cards[2];
static DEFINE_MUTEX(cards_lock); /* while somebody outside looks at them */

/* "0001:81:00.0 VF COUNTER NUMBER" adds to a counter as real frames would. */
static int count(const char *text, const struct kernel_param *param)
{
	unsigned int domain, function, vf;
	char counter[16];
	u64 number;

	if (sscanf(text, "%x:81:00.%u %u %15s %llu", &domain, &function, &vf, counter,
		   &number) != 5)
		return -EINVAL;
	guard(mutex)(&cards_lock);
	if (!domain || domain > ARRAY_SIZE(cards) || !cards[domain - 1] ||
	    function >= cards[domain - 1]->nr_ports)
		return -ENODEV;
	return lab_vf_count(&cards[domain - 1]->ports[function], vf, counter, number);
}

static const struct kernel_param_ops count_ops = { .set = count };
module_param_cb(count, &count_ops, NULL, 0200);
MODULE_PARM_DESC(count,
		 "\"PF VF COUNTER NUMBER\" adds to a counter of the vendor tree's stats");

/* "0001": the machine with this card is started anew, as its firmware sees it. */
static int restart(const char *text, const struct kernel_param *param)
{
	unsigned int domain;
	int err = kstrtouint(text, 16, &domain);

	if (err)
		return err;
	guard(mutex)(&cards_lock);
	if (!domain || domain > ARRAY_SIZE(cards) || !cards[domain - 1])
		return -ENODEV;
	lab_firmware_activate(cards[domain - 1]);
	return 0;
}

static const struct kernel_param_ops restart_ops = { .set = restart };
module_param_cb(restart, &restart_ops, NULL, 0200);
MODULE_PARM_DESC(restart, "DOMAIN: the firmware of its card is reset, as by a reboot");

static void destroy_card(struct lab_card *card)
{
	if (!card)
		return;
	if (card->bridge)
		lab_bus_destroy(card);
	for (unsigned int i = 0; i < card->nr_ports; i++)
		lab_eswitch_free(&card->ports[i]);
	lab_firmware_destroy(card);
	kvfree(card);
}

static struct lab_card *create_card(unsigned int domain, unsigned int ports,
				    bool infiniband)
{
	struct lab_card *card = kvzalloc(sizeof(*card), GFP_KERNEL);
	int err = card ? 0 : -ENOMEM;

	if (err)
		return ERR_PTR(err);
	card->infiniband = infiniband;
	card->nr_ports = ports;
	card->total_vfs = vfs;
	raw_spin_lock_init(&card->lock);
	lab_devlink_init(card);
	for (unsigned int i = 0; i < ports && !err; i++) {
		card->ports[i].card = card;
		card->ports[i].index = i;
		err = lab_eswitch_init(&card->ports[i]);
	}
	if (!err)
		err = lab_firmware_create(card, factory);
	if (!err)
		err = lab_bus_create(card, domain);
	if (!err)
		return card;
	destroy_card(card);
	return ERR_PTR(err);
}

static int create_cards(void)
{
	struct lab_card *card;

	for (unsigned int i = 0; i < ARRAY_SIZE(cards); i++) {
		unsigned int ports = i ? ib : pfs;

		if (!ports)
			continue;
		card = create_card(i + 1, ports, i > 0);
		if (IS_ERR(card))
			return PTR_ERR(card);
		scoped_guard(mutex, &cards_lock) cards[i] = card;
	}
	return 0;
}

/*
 * The driver goes before its devices: then no writer of sriov_numvfs is left, who holds a PF
 * and waits for the lock under which buses are removed.
 */
static void tear_down(void)
{
	lab_fault_release_all();
	lab_driver_unregister();
	for (unsigned int i = 0; i < ARRAY_SIZE(cards); i++) {
		struct lab_card *card = cards[i];

		scoped_guard(mutex, &cards_lock) cards[i] = NULL;
		destroy_card(card);
	}
	if (iommu)
		lab_iommu_exit();
	lab_fault_exit();
}

static int __init lab_init(void)
{
	int err;

	if (pfs > LAB_MAX_PORTS || !vfs || vfs > LAB_MAX_VFS)
		return -EINVAL;
	err = lab_vendor_choose(ofed) ?: lab_devlink_choose(devlink);
	if (!err)
		err = lab_netdev_init(no_ndo);
	if (err)
		return err;
	err = lab_fault_init(faults);
	if (err)
		return err;
	err = lab_knobs_init(firmware) ?: lab_driver_register(numvfs);
	if (err)
		goto no_driver;
	err = iommu ? lab_iommu_init() : 0;
	if (err)
		goto no_iommu;
	err = create_cards();
	if (err)
		tear_down();
	return err;
no_iommu:
	lab_driver_unregister();
no_driver:
	lab_fault_exit();
	return err;
}
module_init(lab_init);

static void __exit lab_exit(void)
{
	tear_down();
}
module_exit(lab_exit);

MODULE_DESCRIPTION("Virtual SR-IOV card for the tests of sriov");
MODULE_LICENSE("GPL");
