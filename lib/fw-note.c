// SPDX-License-Identifier: GPL-2.0-or-later
/* What to know before a setting is changed: what VFs cost, and what makes it count. */
#include <inttypes.h>

#include "nv.h"

#define MIB (UINT64_C(1) << 20)
#define FIRST_VF_RESOURCE \
	7 /* six BARs and the ROM are before it (Linux include/linux/pci.h) */
#define VF_RESOURCES 6

/* What the BARs of one VF take now, by its SR-IOV capability; 0: nobody knows. */
static uint64_t vf_size_in_use(struct sriov_pf *pf)
{
	char text[SRIOV_SYSFS_PAGE], *line = text, *rest;
	uint64_t start, end, sum = 0;
	uint32_t total;

	if (sriov_sysfs_read_u32(pf->ctx, &total, "%s/sriov_totalvfs", pf->path) < 0 ||
	    !total || sriov_sysfs_page(pf->ctx, text, "%s/resource", pf->path) < 0)
		return 0;
	for (unsigned int i = 0; i < FIRST_VF_RESOURCE + VF_RESOURCES && line; i++) {
		rest = strchr(line, '\n');
		if (i >= FIRST_VF_RESOURCE &&
		    sscanf(line, "%" SCNx64 " %" SCNx64, &start, &end) == 2 &&
		    end > start)
			sum += (end - start + 1) / total;
		line = rest ? rest + 1 : NULL;
	}
	return sum;
}

static void print_size(uint64_t size, char *text, size_t len)
{
	if (size % (MIB << 10) == 0)
		snprintf(text, len, "%" PRIu64 " GiB", size / (MIB << 10));
	else if (size % MIB == 0)
		snprintf(text, len, "%" PRIu64 " MiB", size / MIB);
	else
		snprintf(text, len, "%" PRIu64 " KiB", size >> 10);
}

/* All VFs get their BARs when the PF is enumerated, whether they are created or not. */
static int note_cost(const struct sriov_nv_wishes *wishes, uint32_t vfs, uint32_t pfs,
		     char *note, size_t size)
{
	char each[32], all[32], more[32] = "";
	uint32_t log_mib;
	uint64_t bar;
	int r = sriov_nv_will_be_named(wishes, "VF_LOG_BAR_SIZE", &log_mib);

	if (r < 0 && r != -ENODATA)
		return r;
	bar = !r && log_mib < 32 ? MIB << log_mib : vf_size_in_use(wishes->nv->pf);
	if (!bar)
		return 0;
	print_size(bar, each, sizeof(each));
	print_size(bar * vfs * pfs, all, sizeof(all));
	if (pfs > 1)
		snprintf(more, sizeof(more), " on each of %" PRIu32 " PFs", pfs);
	snprintf(note, size,
		 "%" PRIu32 " VFs of %s%s take %s of the address space of PCI", vfs, each,
		 more, all);
	return 0;
}

/* What it will be, or this, when the card does not tell. */
static int number_or(const struct sriov_nv_wishes *wishes, const char *name,
		     uint32_t otherwise, uint32_t *to)
{
	int r = sriov_nv_will_be_named(wishes, name, to);

	if (r == -ENODATA)
		*to = otherwise;
	return r == -ENODATA ? 0 : r;
}

static int note_vfs(const struct sriov_nv_wishes *wishes,
		    const struct sriov_nv_wish *wish, bool of_all, char *note,
		    size_t size)
{
	uint32_t before, sriov, each, pfs = 1;
	int r = number_or(wishes, "SRIOV_EN", 1, &sriov);

	if (!r)
		r = number_or(wishes, "PF_NUM_OF_VF_VALID", 0, &each);
	if (!r && of_all)
		r = number_or(wishes, "NUM_OF_PF", 1, &pfs);
	if (!r)
		r = sriov_nv_number(wishes->nv, wish->key, SRIOV_NV_NEXT, &before);
	if (r == -ENODATA)
		before = 0;
	else if (r < 0)
		return r;
	if (!sriov && wish->number) {
		sriov_copy(note, size, "it counts for nothing while SRIOV_EN is False");
		return 0;
	}
	if (of_all && each) {
		sriov_copy(note, size,
			   "it counts for nothing while PF_NUM_OF_VF_VALID is True: each "
			   "PF has its PF_NUM_OF_VF");
		return 0;
	}
	if (!wish->number && sriov && (of_all || each))
		sriov_copy(note, size, "there are no VFs then, though SRIOV_EN is True");
	if (wish->number <= before)
		return 0;
	return note_cost(wishes, wish->number, pfs ? pfs : 1, note, size);
}

/* From one number for all PFs to one for each, which is 0 until it is set. */
static int note_each(const struct sriov_nv_wishes *wishes,
		     const struct sriov_nv_wish *wish, char *note, size_t size)
{
	uint32_t before, vfs;
	int r = sriov_nv_number(wishes->nv, wish->key, SRIOV_NV_NEXT, &before);

	if (r == -ENODATA)
		before = 0;
	else if (r < 0)
		return r;
	r = number_or(wishes, "PF_NUM_OF_VF", 1, &vfs);
	if (r < 0 || before)
		return r;
	snprintf(note, size,
		 "each PF has its own PF_NUM_OF_VF then: those without one have no VFs%s",
		 vfs ? "" : ", as this PF");
	return 0;
}

int sriov_nv_note(const struct sriov_nv_wishes *wishes, const struct sriov_nv_wish *wish,
		  char *note, size_t size)
{
	const char *name = wish->key.param->name;
	int r = 0;

	note[0] = '\0';
	if (wish->known && !strcmp(name, "NUM_OF_VFS"))
		r = note_vfs(wishes, wish, true, note, size);
	else if (wish->known && !strcmp(name, "PF_NUM_OF_VF"))
		r = note_vfs(wishes, wish, false, note, size);
	else if (wish->known && wish->number && !strcmp(name, "PF_NUM_OF_VF_VALID"))
		r = note_each(wishes, wish, note, size);
	return r < 0 ? r : sriov_nv_note_bars(wishes, wish, note, size);
}
