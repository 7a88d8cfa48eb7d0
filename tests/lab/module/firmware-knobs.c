// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What the firmware of all cards lacks or breaks: words, apart by blanks, in the debugfs file
 * /sys/kernel/debug/mlx5_lab/firmware or the module's parameter of this name. Writing replaces
 * them all; "none" is nothing.
 *
 *   no_vsc              PFs have no vendor-specific capability
 *   vsc_held            its semaphore is held for ever
 *   icmd_held           that of ICMD is, by a process that has died: writing 0 frees it
 *   no_current          MNVGC says that the current values cannot be read
 *   no_default          the same of those from the factory
 *   slow:N              ICMD says N times that it is busy before a command is done
 *   refuse:REGISTER[:get|:set]:STATUS[:N]    answered with STATUS, the first N times only
 *   without:NAME        a TLV that the card does not have, or a field of a TLV of capabilities
 *                       that reads as 0: nv_vpi_link_type, vf_migration_supported
 *   read_only:TLV       it cannot be written
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/debugfs.h>
#include <linux/seq_file.h>
#include <linux/uaccess.h>

#include "firmware.h"

#define MAX_REFUSED 8
#define MAX_TEXT 512

struct refused {
	u16 reg;
	bool get, set;
	u8 status;
	unsigned int times;
};

struct knobs {
	bool on[LAB_NR_KNOBS];
	unsigned int polls;
	unsigned int nr_refused;
	struct refused refused[MAX_REFUSED];
	DECLARE_BITMAP(without_tlv, LAB_NR_TLVS);
	DECLARE_BITMAP(without_field, LAB_NR_FIELDS);
	DECLARE_BITMAP(read_only, LAB_NR_TLVS);
};

static const char *const names[] = {
#define KNOB(name) #name,
	LAB_KNOBS(KNOB)
#undef KNOB
};

/* Taken inside of a card's lock. */
static DEFINE_RAW_SPINLOCK(lock);
static struct knobs now;
static char words[MAX_TEXT]; /* as they were written */

/* ---- for the firmware ---- */

bool lab_knob(enum lab_knob knob)
{
	guard(raw_spinlock_irqsave)(&lock);
	return now.on[knob];
}

void lab_knob_clear(enum lab_knob knob)
{
	guard(raw_spinlock_irqsave)(&lock);
	now.on[knob] = false;
}

unsigned int lab_knob_polls(void)
{
	guard(raw_spinlock_irqsave)(&lock);
	return now.polls;
}

u8 lab_knob_refused(u16 reg, bool set)
{
	guard(raw_spinlock_irqsave)(&lock);
	for (unsigned int i = 0; i < now.nr_refused; i++) {
		struct refused *refused = &now.refused[i];

		if (refused->reg != reg || !(set ? refused->set : refused->get) ||
		    !refused->times)
			continue;
		if (refused->times != UINT_MAX)
			refused->times--;
		return refused->status;
	}
	return 0;
}

bool lab_knob_without_tlv(enum lab_tlv tlv)
{
	guard(raw_spinlock_irqsave)(&lock);
	return test_bit(tlv, now.without_tlv);
}

bool lab_knob_without_field(enum lab_field field)
{
	guard(raw_spinlock_irqsave)(&lock);
	return test_bit(field, now.without_field);
}

bool lab_knob_read_only(enum lab_tlv tlv)
{
	guard(raw_spinlock_irqsave)(&lock);
	return test_bit(tlv, now.read_only);
}

/* ---- words ---- */

/* "MNVDA:set:7:2" */
static int parse_refuse(struct knobs *knobs, char *text)
{
	struct refused *refused = &knobs->refused[knobs->nr_refused];
	char *word = strsep(&text, ":");

	if (knobs->nr_refused == MAX_REFUSED)
		return -ENOSPC;
	*refused =
		(struct refused){ lab_register_by_name(word), true, true, 0, UINT_MAX };
	word = strsep(&text, ":");
	if (!refused->reg || !word)
		return -EINVAL;
	if (!strcmp(word, "get") || !strcmp(word, "set")) {
		refused->get = word[0] == 'g';
		refused->set = !refused->get;
		word = strsep(&text, ":");
	}
	if (!word || kstrtou8(word, 0, &refused->status) || refused->status > 0x7f)
		return -EINVAL;
	if (text && kstrtouint(text, 0, &refused->times))
		return -EINVAL;
	knobs->nr_refused++;
	return 0;
}

static int parse_without(struct knobs *knobs, const char *name)
{
	int tlv = lab_tlv_by_name(name);
	int field = lab_tlv_field_by_name(name);

	if (tlv >= 0)
		__set_bit(tlv, knobs->without_tlv);
	else if (field >= 0)
		__set_bit(field, knobs->without_field);
	else
		return -EINVAL;
	return 0;
}

static int parse_read_only(struct knobs *knobs, const char *name)
{
	int tlv = lab_tlv_by_name(name);

	if (tlv < 0)
		return -EINVAL;
	__set_bit(tlv, knobs->read_only);
	return 0;
}

static int parse_word(struct knobs *knobs, char *text)
{
	const char *word = strsep(&text, ":");

	if (!text) {
		int knob = match_string(names, LAB_NR_KNOBS, word);

		if (knob < 0)
			return strcmp(word, "none") ? -EINVAL : 0;
		knobs->on[knob] = true;
		return 0;
	}
	if (!strcmp(word, "slow"))
		return kstrtouint(text, 0, &knobs->polls);
	if (!strcmp(word, "refuse"))
		return parse_refuse(knobs, text);
	if (!strcmp(word, "without"))
		return parse_without(knobs, text);
	return strcmp(word, "read_only") ? -EINVAL : parse_read_only(knobs, text);
}

static int set_words(const char *text)
{
	static DEFINE_MUTEX(setting);
	static struct knobs wanted;
	static char copy[MAX_TEXT];
	char *rest = copy, *word;
	int err = 0;

	guard(mutex)(&setting);
	wanted = (struct knobs){ 0 };
	if (strscpy(copy, text, sizeof(copy)) < 0)
		return -E2BIG;
	while (!err && (word = strsep(&rest, " \t\n")))
		if (*word)
			err = parse_word(&wanted, word);
	if (err) {
		pr_err("firmware: no such word, or not one that can be: %s\n", word);
		return err;
	}
	guard(raw_spinlock_irqsave)(&lock);
	now = wanted;
	strscpy(words, text, sizeof(words));
	return 0;
}

/* ---- the file ---- */

static int show(struct seq_file *seq, void *unused)
{
	char copy[MAX_TEXT];

	scoped_guard(raw_spinlock_irqsave, &lock) memcpy(copy, words, sizeof(copy));
	seq_printf(seq, "%s\n", strim(copy));
	return 0;
}

static int open_file(struct inode *inode, struct file *file)
{
	return single_open(file, show, NULL);
}

static ssize_t write_file(struct file *file, const char __user *from, size_t len,
			  loff_t *at)
{
	char text[MAX_TEXT];
	int err;

	if (len >= sizeof(text))
		return -E2BIG;
	if (copy_from_user(text, from, len))
		return -EFAULT;
	text[len] = '\0';
	err = set_words(text);
	return err ? err : len;
}

static const struct file_operations file_ops = {
	.owner = THIS_MODULE,
	.open = open_file,
	.read = seq_read,
	.write = write_file,
	.llseek = seq_lseek,
	.release = single_release,
};

int lab_knobs_init(const char *text)
{
	int err = set_words(text ?: "none");

	if (!err)
		debugfs_create_file("firmware", 0600, lab_fault_folder(), NULL,
				    &file_ops);
	return err;
}
