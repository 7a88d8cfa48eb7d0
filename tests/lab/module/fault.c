// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Failures to order: a file in debugfs for each operation, /sys/kernel/debug/mlx5_lab/NAME.
 *
 *	none | fail:ERRNO | ignore | block | delay:MS     and then    [:vf:N] [:skip:N] [:once]
 *
 * Reading gives the rule, and how often the operation was used, was hit by a rule, and how many
 * are blocked just now. Writing any rule lets those go on.
 */
#include <linux/debugfs.h>
#include <linux/delay.h>
#include <linux/module.h>
#include <linux/seq_file.h>
#include <linux/slab.h>
#include <linux/uaccess.h>
#include <linux/wait.h>

#include "card.h"

#define RULE_LEN 64

enum action { NONE, FAIL, IGNORE, BLOCK, DELAY };

struct word {
	const char *word;
	int value;
};

static const struct word actions[] = {
	{ "none", NONE },   { "fail", FAIL },   { "ignore", IGNORE },
	{ "block", BLOCK }, { "delay", DELAY }, {},
};

static const struct word errors[] = {
	{ "EPERM", EPERM },           { "ENOENT", ENOENT },
	{ "EINTR", EINTR },           { "EIO", EIO },
	{ "EAGAIN", EAGAIN },         { "ENOMEM", ENOMEM },
	{ "EBUSY", EBUSY },           { "ENODEV", ENODEV },
	{ "EINVAL", EINVAL },         { "ENOSPC", ENOSPC },
	{ "EOPNOTSUPP", EOPNOTSUPP }, { "ETIMEDOUT", ETIMEDOUT },
	{ "ERANGE", ERANGE },         {},
};

struct rule {
	enum action action;
	int arg;           /* errno or milliseconds */
	int vf;            /* only for the VF with this index; -1: for all */
	unsigned int skip; /* this many uses first go untouched */
	bool once;
};

static struct operation {
	const char *name;
	spinlock_t lock;
	struct rule rule;
	unsigned int uses, hits, blocked;
	unsigned int generation; /* counts the rules: a new one frees the blocked */
	wait_queue_head_t released;
} operations[] = {
#define OPERATION(op) { .name = #op },
	LAB_OPERATIONS(OPERATION)
#undef OPERATION
};

static struct dentry *folder;
static bool leaving;

static int find_word(const struct word *words, const char *text)
{
	for (; words->word; words++)
		if (!strcmp(words->word, text))
			return words->value;
	return -EINVAL;
}

static const char *word_of(const struct word *words, int value)
{
	for (; words->word; words++)
		if (words->value == value)
			return words->word;
	return "?";
}

static int parse_arg(struct rule *rule, const char *text)
{
	if (!text)
		return -EINVAL;
	if (rule->action == DELAY)
		return kstrtoint(text, 10, &rule->arg) || rule->arg < 0 ? -EINVAL : 0;
	rule->arg = find_word(errors, text);
	return min(rule->arg, 0);
}

static int parse_option(struct rule *rule, const char *word, char **text)
{
	const char *value;

	if (!strcmp(word, "once")) {
		rule->once = true;
		return 0;
	}
	value = strsep(text, ":");
	if (!value)
		return -EINVAL;
	if (!strcmp(word, "skip"))
		return kstrtouint(value, 10, &rule->skip);
	return strcmp(word, "vf") ? -EINVAL : kstrtoint(value, 10, &rule->vf);
}

/* Takes the text apart. */
static int parse_rule(char *text, struct rule *rule)
{
	char *word = strsep(&text, ":");
	int action = find_word(actions, word);

	*rule = (struct rule){ .vf = -1 };
	if (action < 0)
		return action;
	rule->action = action;
	if (action == FAIL || action == DELAY) {
		int err = parse_arg(rule, strsep(&text, ":"));

		if (err)
			return err;
	}
	while ((word = strsep(&text, ":"))) {
		int err = parse_option(rule, word, &text);

		if (err)
			return err;
	}
	return 0;
}

static void set_rule(struct operation *op, const struct rule *rule)
{
	spin_lock(&op->lock);
	op->rule = *rule;
	op->generation++;
	spin_unlock(&op->lock);
	wake_up_all(&op->released);
}

/* What is to happen to this use of the operation. */
static struct rule take_rule(struct operation *op, int vf, unsigned int *generation)
{
	struct rule rule = { 0 };

	spin_lock(&op->lock);
	op->uses++;
	if (op->rule.action == NONE || leaving ||
	    (op->rule.vf >= 0 && op->rule.vf != vf)) {
		;
	} else if (op->rule.skip) {
		op->rule.skip--;
	} else {
		rule = op->rule;
		op->hits++;
		if (rule.once)
			op->rule = (struct rule){ 0 };
		if (rule.action == BLOCK)
			op->blocked++;
	}
	*generation = op->generation;
	spin_unlock(&op->lock);
	return rule;
}

/* As in a driver whose firmware does not answer, no signal helps. */
static void block(struct operation *op, unsigned int generation)
{
	wait_event(op->released, READ_ONCE(op->generation) != generation);
	spin_lock(&op->lock);
	op->blocked--;
	spin_unlock(&op->lock);
}

int lab_fault(enum lab_operation operation, int vf)
{
	struct operation *op = &operations[operation];
	unsigned int generation;
	struct rule rule = take_rule(op, vf, &generation);

	switch (rule.action) {
	case NONE:
		return 0;
	case FAIL:
		return -rule.arg;
	case IGNORE:
		return LAB_IGNORE;
	case BLOCK:
		block(op, generation);
		return 0;
	case DELAY:
		msleep(rule.arg);
		return 0;
	}
	return 0;
}
EXPORT_SYMBOL_GPL(lab_fault);

static int show(struct seq_file *seq, void *unused)
{
	struct operation *op = seq->private;
	struct operation now;

	spin_lock(&op->lock);
	now = *op;
	spin_unlock(&op->lock);
	seq_puts(seq, word_of(actions, now.rule.action));
	if (now.rule.action == FAIL)
		seq_printf(seq, ":%s", word_of(errors, now.rule.arg));
	if (now.rule.action == DELAY)
		seq_printf(seq, ":%d", now.rule.arg);
	if (now.rule.vf >= 0 && now.rule.action != NONE)
		seq_printf(seq, ":vf:%d", now.rule.vf);
	if (now.rule.skip)
		seq_printf(seq, ":skip:%u", now.rule.skip);
	seq_printf(seq, "%s\nuses %u\nhits %u\nblocked %u\n",
		   now.rule.once ? ":once" : "", now.uses, now.hits, now.blocked);
	return 0;
}

static int open_file(struct inode *inode, struct file *file)
{
	return single_open(file, show, inode->i_private);
}

static ssize_t write_file(struct file *file, const char __user *from, size_t len,
			  loff_t *at)
{
	struct operation *op = ((struct seq_file *)file->private_data)->private;
	char text[RULE_LEN];
	struct rule rule;
	int err;

	if (len >= sizeof(text))
		return -EINVAL;
	if (copy_from_user(text, from, len))
		return -EFAULT;
	text[len] = '\0';
	err = parse_rule(strim(text), &rule);
	if (err)
		return err;
	set_rule(op, &rule);
	return len;
}

static const struct file_operations file_ops = {
	.owner = THIS_MODULE,
	.open = open_file,
	.read = seq_read,
	.write = write_file,
	.llseek = seq_lseek,
	.release = single_release,
};

static int set_by_name(const char *name, char *text)
{
	struct rule rule;
	int err = parse_rule(text, &rule);

	for (int i = 0; i < LAB_NR_OPERATIONS && !err; i++) {
		if (strcmp(operations[i].name, name))
			continue;
		set_rule(&operations[i], &rule);
		return 0;
	}
	return -EINVAL;
}

static int set_rules(const char *rules)
{
	char *copy = kstrdup(rules ?: "", GFP_KERNEL);
	char *rest = copy, *one;
	int err = copy ? 0 : -ENOMEM;

	while (!err && rest && *rest) {
		char *name;

		one = strsep(&rest, ",");
		name = strsep(&one, "=");
		err = one ? set_by_name(name, one) : -EINVAL;
		if (err)
			pr_err("faults: what is %s?\n", name);
	}
	kfree(copy);
	return err;
}

int lab_fault_init(const char *rules)
{
	int err;

	for (int i = 0; i < LAB_NR_OPERATIONS; i++) {
		spin_lock_init(&operations[i].lock);
		init_waitqueue_head(&operations[i].released);
	}
	folder = debugfs_create_dir("mlx5_lab", NULL);
	for (int i = 0; i < LAB_NR_OPERATIONS; i++)
		debugfs_create_file(operations[i].name, 0600, folder, &operations[i],
				    &file_ops);
	err = set_rules(rules);
	if (err)
		lab_fault_exit();
	return err;
}

void lab_fault_release_all(void)
{
	const struct rule none = { 0 };

	leaving = true;
	for (int i = 0; i < LAB_NR_OPERATIONS; i++)
		set_rule(&operations[i], &none);
}

void lab_fault_exit(void)
{
	debugfs_remove_recursive(folder);
}
