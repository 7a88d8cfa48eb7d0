// SPDX-License-Identifier: GPL-2.0-or-later
/* sriov pf ...: show and change physical functions. */
#include <stdio.h>
#include <stdlib.h>

#include "cleanup.h"
#include "cli.h"

#define ROW(member, bit, heading, type, set_type, brief, settable, help)             \
	ATTR_ROW(struct sriov_pf_attrs, member, heading, help, SRIOV_PF_##bit, type, \
		 set_type, VERB_SHOW, brief, settable)
#define BRIEF(member, bit, heading, type, help) \
	ROW(member, bit, heading, type, NULL, VERB_SHOW, 0, help)
#define DETAIL(member, bit, heading, type, help) \
	ROW(member, bit, heading, type, NULL, 0, 0, help)
#define SET(member, bit, heading, type, set_type, help) \
	ROW(member, bit, heading, type, set_type, VERB_SHOW, VERB_SET, help)

const struct attr pf_attrs[] = {
	{ "pf", "PF", "canonical name: PCI address, or BUS/DEV", 0, &type_text, NULL,
	  OFFSET_PF, sizeof(((struct value *)0)->bytes), VERB_SHOW, VERB_SHOW, 0 },
	BRIEF(netdev, NETDEV, "NETDEV", type_names, "its netdevs"),
	SET(driver, DRIVER, "DRIVER", type_driver, &type_driver_set, "bound driver"),
	SET(num_vfs, NUM_VFS, "VFS", type_u32, &type_num_vfs, "how many VFs there are"),
	BRIEF(total_vfs, TOTAL_VFS, "MAX", type_u32, "how many VFs there can be"),
	SET(autoprobe, AUTOPROBE, "AUTO", type_bool, NULL, "new VFs get a driver"),
	BRIEF(link_type, LINK_TYPE, "TYPE", type_text,
	      "ethernet, infiniband, nvme, or PCI class"),
	{ "mac", "MAC", "hardware address", SRIOV_PF_MAC, &type_hwaddr, NULL,
	  offsetof(struct sriov_pf_attrs, mac),
	  sizeof(((struct sriov_pf_attrs *)0)->mac) + 1, VERB_SHOW, VERB_SHOW, 0 },
	BRIEF(link, LINK, "LINK", type_text, "state of the link"),
	BRIEF(speed, SPEED, "SPEED", type_rate, "speed of the link in Mbit/s"),
	DETAIL(vendor, VENDOR, "VENDOR", type_text, "name of the vendor"),
	DETAIL(device, DEVICE, "DEVICE", type_text, "name of the device"),
	DETAIL(vendor_id, VENDOR_ID, "VENDOR_ID", type_hex16, "PCI vendor ID"),
	DETAIL(device_id, DEVICE_ID, "DEVICE_ID", type_hex16, "PCI device ID"),
	DETAIL(numa_node, NUMA_NODE, "NUMA", type_s32, "NUMA node"),
	DETAIL(vf_offset, VF_OFFSET, "OFFSET", type_u32, "First VF Offset"),
	DETAIL(vf_stride, VF_STRIDE, "STRIDE", type_u32, "VF Stride"),
	DETAIL(vf_device, VF_DEVICE, "VF_DEVICE", type_hex16, "PCI device ID of its VFs"),
	DETAIL(iommu_group, IOMMU_GROUP, "IOMMU", type_u32, "IOMMU group"),
	DETAIL(override, OVERRIDE, "OVERRIDE", type_text,
	       "the only driver it may be bound to"),
	DETAIL(note, NOTE, "NOTE", type_note, "what is odd about it"),
	{ 0 },
};

int pf_explain_none(struct call *call)
{
	unsigned int n;

	if (sriov_count_other(call->ctx, &n))
		return failed(call);
	say(call, "no SR-IOV capability; %u network card%s without it", n,
	    n == 1 ? "" : "s");
	return 0;
}

static int show_one(struct call *call, struct sriov_pf *pf, const struct values *filter)
{
	_cleanup_free_ struct sriov_pf_attrs *attrs = sriov_pf_attrs_new();
	struct row row;
	int status = 0;

	if (!attrs)
		return no_memory(call);
	/* What could be read is shown, also when not everything could. */
	if (sriov_pf_get(pf, emit_want(call->out) | args_want(filter), attrs))
		status = failed(call);
	row = (struct row){ sriov_pf_name(pf), attrs, attrs->set };
	if (args_match(filter, &row) && emit_row(call->out, &row))
		return no_memory(call);
	return status;
}

/* The PFs that are named, or all; the array is to be freed. */
static int find(struct call *call, size_t nr_objects, struct sriov_pf ***out, size_t *n)
{
	_cleanup_free_ struct sriov_pf **pfs = NULL;
	struct sriov_pf *const *all = NULL;
	int status = 0;

	*n = nr_objects;
	if (!nr_objects && sriov_pf_list(call->ctx, &all, n))
		return failed(call);
	pfs = calloc(*n + 1, sizeof(struct sriov_pf *));
	if (!pfs)
		return no_memory(call);
	for (size_t i = 0; i < *n; i++) {
		if (all)
			pfs[i] = all[i];
		else if (sriov_pf_find(call->ctx, call->words[i], &pfs[i]))
			status = failed(call);
	}
	*out = steal(pfs);
	return status;
}

static int show(struct call *call)
{
	_cleanup_free_ struct sriov_pf **pfs = NULL;
	size_t nr_objects = args_objects(call), n;
	struct values filter;
	int status, one;

	if (args_filter(call, nr_objects, &filter) ||
	    emit_open(call->out, call, pf_attrs, VERB_SHOW,
		      nr_objects == 1 ? EMIT_RECORD : EMIT_TABLE))
		return SRIOV_WRONG;
	status = find(call, nr_objects, &pfs, &n);
	if (status)
		return status;
	for (size_t i = 0; i < n; i++) {
		one = show_one(call, pfs[i], &filter);
		if (one)
			status = one;
	}
	if (!n)
		return pf_explain_none(call);
	if (!status && !emit_rows(call->out))
		say(call, "no PF matches");
	return status;
}

int pf_each(struct call *call, size_t nr_objects,
	    int (*find_pf)(struct sriov_ctx *ctx, const char *name, struct sriov_pf **pf),
	    int (*show_pf)(struct call *call, struct sriov_pf *pf, size_t nr_objects,
			   const struct values *filter),
	    const struct values *filter)
{
	struct sriov_pf *const *pfs = NULL;
	struct sriov_pf *pf = NULL;
	size_t n = 1;
	int status = 0, one;

	if (nr_objects ? find_pf(call->ctx, call->words[0], &pf) :
			 sriov_pf_list(call->ctx, &pfs, &n))
		return failed(call);
	for (size_t i = 0; i < n; i++) {
		one = show_pf(call, pfs ? pfs[i] : pf, nr_objects, filter);
		if (one)
			status = one;
	}
	return status;
}

int pf_failed(struct call *call, size_t nr_objects)
{
	return !nr_objects && sriov_error_class(call->ctx) == SRIOV_WRONG ? 0 :
									    failed(call);
}

static int set(struct call *call)
{
	_cleanup_free_ struct sriov_pf_attrs *want = NULL;
	struct sriov_plan *plan = NULL;
	struct values values;
	struct sriov_pf *pf;
	char known[VALUE_LEN];
	int status;

	attr_names(pf_attrs, VERB_SET, true, known, sizeof(known));
	if (!call->nr_words)
		return complain(call, "PF is missing (PCI address, netdev, ...)");
	if (call->nr_words == 1)
		return complain(call, "nothing to set (%s)", known);
	if (args_keywords(call, 1, &values))
		return SRIOV_WRONG;
	want = sriov_pf_attrs_new();
	if (!want)
		return no_memory(call);
	status = args_apply(call, &values, 0, want, &want->set);
	if (!status)
		status = plan_open(call, &plan);
	if (status)
		return status;
	if (sriov_pf_find(call->ctx, call->words[0], &pf) ||
	    sriov_plan_pf_set(plan, pf, want))
		status = failed(call);
	else
		status = plan_carry_out(call, plan);
	sriov_plan_free(plan);
	return status;
}

const struct command pf_commands[] = {
	{ "show", "show physical functions", "[PF]... [ATTRIBUTE VALUE]...", NULL, show,
	  pf_attrs, VERB_SHOW, COMMAND_DEFAULT | COMMAND_ON_PF | COMMAND_MANY },
	{ "set", "set the number of VFs and what comes with it", "PF KEYWORD VALUE...",
	  NULL, set, pf_attrs, VERB_SET, COMMAND_WRITES | COMMAND_ON_PF },
	{ 0 },
};
