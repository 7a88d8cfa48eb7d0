// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Failures to order: a file in debugfs for each operation, /sys/kernel/debug/mlx5_lab/NAME.
 *
 *	none | fail:ERRNO | ignore | block | delay:MS     and then    [:vf:N] [:skip:N] [:once]
 *
 * Reading gives the rule, and how often the operation was used, was hit by a rule, and how many
 * are blocked just now. Writing any rule lets those go on.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

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
	{ "EPERM", EPERM },
	{ "ENOENT", ENOENT },
	{ "EINTR", EINTR },
	{ "EIO", EIO },
	{ "EAGAIN", EAGAIN },
	{ "ENOMEM", ENOMEM },
	{ "EBUSY", EBUSY },
	{ "ENODEV", ENODEV },
	{ "EINVAL", EINVAL },
	{ "ENOSPC", ENOSPC },
	{ "EOPNOTSUPP", EOPNOTSUPP },
	{ "ETIMEDOUT", ETIMEDOUT },
	{ "ERANGE", ERANGE },
	{ "ENOSYS", ENOSYS },
	{ "EPROTONOSUPPORT", EPROTONOSUPPORT },
	{},
};

struct rule {
	enum action action;
	int arg;           /* errno or milliseconds */
	int vf;            /* only for the VF with this index; -1: for all */
	unsigned int skip; /* this many uses first go untouched */
	bool once;
};

struct state {
	struct rule rule;
	unsigned int uses, hits, blocked;
	unsigned int generation; /* counts the rules: a new one frees the blocked */
};

static struct operation {
	const char *name;
	bool on_vf;
	spinlock_t lock;
	struct state state;
	wait_queue_head_t released;
} operations[] = {
#define OPERATION(op, is_on_vf) { .name = #op, .on_vf = is_on_vf },
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
	if (strcmp(word, "vf") || kstrtoint(value, 10, &rule->vf))
		return -EINVAL;
	return rule->vf < 0 || rule->vf >= LAB_MAX_VFS ? -EINVAL : 0;
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

/* A rule for one VF would never hit where none is meant. */
static int set_rule(struct operation *op, const struct rule *rule)
{
	if (rule->vf >= 0 && !op->on_vf)
		return -EINVAL;
	scoped_guard(spinlock, &op->lock)
	{
		op->state.rule = *rule;
		op->state.generation++;
	}
	wake_up_all(&op->released);
	return 0;
}

static bool is_hit(struct rule *rule, int vf)
{
	if (rule->action == NONE || leaving || (rule->vf >= 0 && rule->vf != vf))
		return false;
	if (!rule->skip)
		return true;
	rule->skip--;
	return false;
}

/* What is to happen to this use of the operation. */
static struct rule take_rule(struct operation *op, int vf, unsigned int *generation)
{
	struct state *state = &op->state;
	struct rule rule = { 0 };

	guard(spinlock)(&op->lock);
	state->uses++;
	*generation = state->generation;
	if (!is_hit(&state->rule, vf))
		return rule;
	state->hits++;
	rule = state->rule;
	if (rule.once)
		state->rule = (struct rule){ .vf = -1 };
	if (rule.action == BLOCK)
		state->blocked++;
	return rule;
}

/* As in a driver whose firmware does not answer, no signal helps. */
static void block(struct operation *op, unsigned int generation)
{
	wait_event(op->released, READ_ONCE(op->state.generation) != generation);
	guard(spinlock)(&op->lock);
	op->state.blocked--;
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
	const struct rule *rule;
	struct state now;

	scoped_guard(spinlock, &op->lock) now = op->state;
	rule = &now.rule;
	seq_puts(seq, word_of(actions, rule->action));
	if (rule->action == FAIL)
		seq_printf(seq, ":%s", word_of(errors, rule->arg));
	if (rule->action == DELAY)
		seq_printf(seq, ":%d", rule->arg);
	if (rule->vf >= 0 && rule->action != NONE)
		seq_printf(seq, ":vf:%d", rule->vf);
	if (rule->skip)
		seq_printf(seq, ":skip:%u", rule->skip);
	seq_printf(seq, "%s\nuses %u\nhits %u\nblocked %u\n", rule->once ? ":once" : "",
		   now.uses, now.hits, now.blocked);
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
	if (!err)
		err = set_rule(op, &rule);
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

static int set_by_name(const char *name, char *text)
{
	struct rule rule;
	int err = text ? parse_rule(text, &rule) : -EINVAL;

	for (int i = 0; i < LAB_NR_OPERATIONS && !err; i++)
		if (!strcmp(operations[i].name, name))
			return set_rule(&operations[i], &rule);
	return -EINVAL;
}

static int set_rules(const char *rules)
{
	char *copy = kstrdup(rules ?: "", GFP_KERNEL);
	char *rest = copy, *one, *name;
	int err = copy ? 0 : -ENOMEM;

	while (!err && rest && *rest) {
		one = strsep(&rest, ",");
		name = strsep(&one, "=");
		err = set_by_name(name, one);
		if (err)
			pr_err("faults: no such operation, or no such rule for it: %s\n",
			       name);
	}
	kfree(copy);
	return err;
}

struct dentry *lab_fault_folder(void)
{
	return folder;
}

int lab_fault_init(const char *rules)
{
	int err;

	for (int i = 0; i < LAB_NR_OPERATIONS; i++) {
		spin_lock_init(&operations[i].lock);
		operations[i].state.rule.vf = -1;
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
	const struct rule none = { .vf = -1 };

	leaving = true;
	for (int i = 0; i < LAB_NR_OPERATIONS; i++)
		set_rule(&operations[i], &none);
}

void lab_fault_exit(void)
{
	debugfs_remove_recursive(folder);
}
