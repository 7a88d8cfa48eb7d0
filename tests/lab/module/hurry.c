// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Shortens fixed sleeps of the kernel around SR-IOV, for those tests that ask for it.
 *
 * They give hardware time to settle: drivers/pci/iov.c waits 100 ms after it has switched VFs
 * on, and a second after it has switched them off; igb waits half a second more, and asks a
 * hundred times for a bit that the emulated card never sets. The cards of the lab are programs
 * and have settled before a write to them returns. Nothing that is tested depends on these
 * times; benchmarks do not load this.
 */
#include <linux/kallsyms.h>
#include <linux/kprobes.h>
#include <linux/module.h>
#include <linux/string.h>

/* Who is not to sleep long; all others are left alone. */
static const char *const sleepers[] = {
	"sriov_enable",         "sriov_disable",
	"igb_disable_sriov",    "igb_copper_link_setup_igp",
	"igb_get_auto_rd_done", "igb_get_cfg_done_82575",
};

static unsigned int shortened;
module_param(shortened, uint, 0444);
MODULE_PARM_DESC(shortened, "how many sleeps have been shortened");

/* On entry the caller's address is on top of the stack. */
static bool is_sleeper(struct pt_regs *regs)
{
	char name[KSYM_SYMBOL_LEN];
	size_t len;

	/* "function" or "function [module]" */
	sprint_symbol_no_offset(name, regs_get_kernel_stack_nth(regs, 0));
	len = strcspn(name, " ");
	for (size_t i = 0; i < ARRAY_SIZE(sleepers); i++)
		if (strlen(sleepers[i]) == len && !strncmp(sleepers[i], name, len))
			return true;
	return false;
}

/* void msleep(unsigned int msecs) */
static int before_msleep(struct kprobe *probe, struct pt_regs *regs)
{
	if (regs->di < 100 || !is_sleeper(regs))
		return 0;
	regs->di = 1;
	shortened++;
	return 0;
}

/* void usleep_range_state(unsigned long min, unsigned long max, unsigned int state) */
static int before_usleep(struct kprobe *probe, struct pt_regs *regs)
{
	if (regs->di < 1000 || !is_sleeper(regs))
		return 0;
	regs->di = regs->si = 10;
	shortened++;
	return 0;
}

static struct kprobe msleep_probe = {
	.symbol_name = "msleep",
	.pre_handler = before_msleep,
};

static struct kprobe usleep_probe = {
	.symbol_name = "usleep_range_state",
	.pre_handler = before_usleep,
};

static struct kprobe *probes[] = { &msleep_probe, &usleep_probe };

static int __init hurry_init(void)
{
	return register_kprobes(probes, ARRAY_SIZE(probes));
}
module_init(hurry_init);

static void __exit hurry_exit(void)
{
	unregister_kprobes(probes, ARRAY_SIZE(probes));
}
module_exit(hurry_exit);

MODULE_DESCRIPTION("Shortens the kernel's sleeps around SR-IOV in the lab");
MODULE_LICENSE("GPL");
