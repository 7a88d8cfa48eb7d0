// SPDX-License-Identifier: GPL-2.0-or-later
/* What completion knows of the machine: names of PFs and VFs, and values that are there. */
#include <ctype.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cleanup.h"
#include "complete.h"

#define DOMAIN_0 "0000:"

/* A PF by all its names that cost neither a socket nor a child. */
struct view {
	struct sriov_pf *pf;
	struct sriov_pf_attrs *attrs;
	char names[512]; /* the canonical one and the netdevs, each with its NUL */
};

static void read_names(struct view *view, struct sriov_pf *pf)
{
	memset(view->names, 0, sizeof(view->names));
	view->pf = pf;
	sriov_pf_get(pf, SRIOV_PF_NETDEV, view->attrs);
	if (!(view->attrs->set & SRIOV_PF_NETDEV))
		*view->attrs->netdev = '\0';
	snprintf(view->names, sizeof(view->names) - 1, "%s,%s", sriov_pf_name(pf),
		 view->attrs->netdev);
	for (char *comma = view->names; (comma = strchr(comma, ','));)
		*comma++ = '\0';
}

/* Call `fn` with every PF; the array is read again, because finding may move it. */
static void each_pf(struct line *line,
		    void (*fn)(struct line *line, const struct view *view, void *data),
		    void *data)
{
	_cleanup_free_ struct sriov_pf_attrs *attrs = sriov_pf_attrs_new();
	struct view view = { .attrs = attrs };
	struct sriov_pf *const *pfs;
	size_t n;

	for (size_t i = 0; attrs && !sriov_pf_list(line->call.ctx, &pfs, &n) && i < n;
	     i++) {
		read_names(&view, pfs[i]);
		fn(line, &view, data);
	}
}

/* The VFs of a PF, with nothing but their indexes: to be freed. */
static struct sriov_vf_attrs **list_vfs(struct line *line, struct sriov_pf *pf, size_t *n)
{
	_cleanup_free_ uint32_t *indexes = NULL;
	struct sriov_vf_attrs **vfs;

	if (sriov_vf_find(line->call.ctx, sriov_pf_name(pf), true, &pf, &indexes, n) ||
	    !*n)
		return NULL;
	vfs = sriov_vf_attrs_new(*n);
	for (size_t i = 0; vfs && i < *n; i++)
		vfs[i]->index = indexes[i];
	return vfs;
}

/* Is the word the beginning of the name, or the name with VFs behind it? */
static bool fits(const char *word, const char *name)
{
	size_t len = strlen(name);

	if (!strncmp(word, name, len))
		return !word[len] || word[len] == '/';
	return !strncmp(word, name, strlen(word));
}

/* A PCI address as the word spells it: without its domain, if that is what it is like. */
static const char *spelled(const char *word, const char *name)
{
	bool without = !strncmp(name, DOMAIN_0, strlen(DOMAIN_0)) && !fits(word, name);

	return without ? name + strlen(DOMAIN_0) : name;
}

/* Does one of the words name this PF, or VFs of it? Without words, all do. */
static bool is_named(const struct line *line, const struct view *view, size_t nr_objects)
{
	const char *name, *word;

	for (size_t i = 0; i < nr_objects; i++) {
		word = line->call.words[i];
		for (name = view->names; *name; name += strlen(name) + 1) {
			size_t len = strlen(spelled(word, name));

			if (strlen(word) >= len && fits(word, spelled(word, name)))
				return true;
		}
	}
	return !nr_objects;
}

/* Offer an object that the line does not have. */
static void offer_object(struct line *line, const char *name, const char *help)
{
	for (size_t i = 0; i < line->call.nr_words; i++) {
		if (!strcmp(line->call.words[i], name))
			return;
	}
	offer(line, name, help);
}

/* May this index come where a list like "0-3,7," or "0-3,7-" goes on, at `end`? */
static bool may_follow(const char *list, const char *end, uint32_t index)
{
	unsigned long first, last;
	char *next;

	for (; list < end; list = next + 1) {
		first = last = strtoul(list, &next, 10);
		if (!isdigit((unsigned char)*list))
			return false;
		if (*next == '-') {
			list = next + 1;
			if (list == end)
				return first < index;
			last = strtoul(list, &next, 10);
		}
		if (!isdigit((unsigned char)*list) || *next != ',' ||
		    (first <= index && index <= last))
			return false;
	}
	return true;
}

/* The VFs behind "PF/": one, or more of a list. */
static void offer_indexes(struct line *line, struct sriov_pf *pf, const char *list,
			  struct sriov_vf_attrs **vfs, size_t n)
{
	const char *end = list + strlen(list);
	char object[VALUE_LEN];

	while (end > list && isdigit((unsigned char)end[-1]))
		end--;
	for (size_t i = 0; i < n; i++) {
		snprintf(object, sizeof(object), "%.*s%" PRIu32, (int)(end - line->word),
			 line->word, vfs[i]->index);
		if (strncmp(object, line->word, strlen(line->word)) != 0 ||
		    !may_follow(list, end, vfs[i]->index))
			continue;
		sriov_vf_get(pf, SRIOV_VF_DRIVER, &vfs[i], 1);
		offer_object(line, object,
			     vfs[i]->set & SRIOV_VF_DRIVER ? vfs[i]->driver : "VF");
	}
}

/* "PF/", if it has VFs; behind it, which there are. */
static void offer_vfs(struct line *line, struct sriov_pf *pf, const char *name,
		      const char *help)
{
	size_t n, len = strlen(name);
	struct sriov_vf_attrs **vfs = list_vfs(line, pf, &n);
	char object[VALUE_LEN], text[VALUE_LEN];

	if (!vfs)
		return;
	snprintf(object, sizeof(object), "%s/", name);
	if (line->word[0] && !strncmp(line->word, object, len + 1)) {
		snprintf(object, sizeof(object), "%s/all", name);
		offer_object(line, object, "all its VFs");
		offer_indexes(line, pf, line->word + len + 1, vfs, n);
	} else {
		snprintf(text, sizeof(text), "VFs of %s", help);
		offer(line, object, text);
	}
	sriov_vf_attrs_free(vfs);
}

/* What is said of a PF beside its address: netdevs, else its driver. */
static const char *describe(const struct view *view)
{
	if (*view->attrs->netdev)
		return view->attrs->netdev;
	sriov_pf_get(view->pf, SRIOV_PF_DRIVER, view->attrs);
	return view->attrs->driver;
}

/* Under which names the line may mean this PF. */
static void offer_pf(struct line *line, const struct view *view, void *data)
{
	unsigned int flags = line->call.cmd->flags;
	const char *name, *word, *help;

	(void)data;
	for (name = view->names; *name; name += strlen(name) + 1) {
		word = spelled(line->word, name);
		if (!fits(line->word, word))
			continue;
		help = name == view->names ? describe(view) : view->names;
		if (flags & (COMMAND_ON_PF | COMMAND_MANY))
			offer_object(line, word, help);
		if (flags & COMMAND_ON_VF)
			offer_vfs(line, view->pf, word, help);
	}
}

/* VFs by their own PCI address or netdev. */
static void offer_own_names(struct line *line, const struct view *view, void *data)
{
	bool pci = strchr(line->word, ':');
	char object[VALUE_LEN + 16];
	size_t n;
	struct sriov_vf_attrs **vfs = list_vfs(line, view->pf, &n);

	(void)data;
	if (!vfs)
		return;
	sriov_vf_get(view->pf, pci ? SRIOV_VF_PCI : SRIOV_VF_NETDEV, vfs, n);
	for (size_t i = 0; i < n; i++) {
		snprintf(object, sizeof(object), "%s/%" PRIu32, view->names,
			 vfs[i]->index);
		offer_object(line,
			     pci ? spelled(line->word, vfs[i]->pci) : vfs[i]->netdev,
			     object);
	}
	sriov_vf_attrs_free(vfs);
}

bool line_context(struct line *line)
{
	if (line->call.ctx)
		return true;
	line->call.opts.debug = false;
	line->call.opts.backend = NULL;
	if (!line->call.opts.sysroot)
		line->call.opts.sysroot = line->sysroot;
	return !context_open(&line->call);
}

void offer_objects(struct line *line)
{
	if (!line_context(line))
		return;
	each_pf(line, offer_pf, NULL);
	/* There may be thousands, of which each would have to be looked at. */
	if (line->call.cmd->flags & COMMAND_ON_VF && *line->word && !line->offers)
		each_pf(line, offer_own_names, NULL);
}

void offer_groups(struct line *line)
{
	struct sriov_group_attrs **groups;
	struct sriov_pf *pf;
	size_t n;

	if (!line_context(line) ||
	    sriov_pf_find(line->call.ctx, line->call.words[0], &pf) ||
	    sriov_group_list(pf, &groups, &n))
		return;
	for (size_t i = 0; i < n; i++)
		offer(line, groups[i]->name, "a group of VFs");
	sriov_group_attrs_free(groups);
}

/* Values that are being collected. */
struct present {
	const struct attr *attr;
	const struct word *words; /* which were offered already */
	size_t nr_objects;
	char **seen;
	size_t nr_seen;
};

/* Offer a value, once. */
static void offer_once(struct line *line, struct present *present, const char *value)
{
	char **seen;

	if (!*value)
		return;
	for (const struct word *word = present->words; word && word->word; word++) {
		if (!strcmp(word->word, value))
			return;
	}
	for (size_t i = 0; i < present->nr_seen; i++) {
		if (!strcmp(present->seen[i], value))
			return;
	}
	seen = reallocarray(present->seen, present->nr_seen + 1, sizeof(*seen));
	if (!seen)
		return;
	present->seen = seen;
	seen[present->nr_seen] = strdup(value);
	if (seen[present->nr_seen])
		offer(line, seen[present->nr_seen++], present->attr->help);
}

static void offer_row(struct line *line, struct present *present, const struct row *row)
{
	const struct attr *attr = present->attr;
	const void *value = attr_value(attr, row);
	char text[VALUE_LEN] = "";
	char *rest = text;

	if (value)
		attr->type->print(attr->type, value, attr->size, text);
	while (attr->type == &type_names && rest)
		offer_once(line, present, strsep(&rest, ","));
	if (attr->type != &type_names)
		offer_once(line, present, text);
}

static void offer_of_pf(struct line *line, const struct view *view, void *data)
{
	struct present *present = data;
	struct row row = { view->names, view->attrs, 0 };

	if (!is_named(line, view, present->nr_objects))
		return;
	sriov_pf_get(view->pf, present->attr->bit, view->attrs);
	row.set = view->attrs->set;
	offer_row(line, present, &row);
}

static void offer_of_vfs(struct line *line, const struct view *view, void *data)
{
	struct present *present = data;
	struct sriov_vf_attrs **vfs;
	size_t n;

	if (!is_named(line, view, present->nr_objects))
		return;
	vfs = list_vfs(line, view->pf, &n);
	if (!vfs)
		return;
	sriov_vf_get(view->pf, present->attr->bit, vfs, n);
	for (size_t i = 0; i < n; i++) {
		struct row row = { view->names, vfs[i], vfs[i]->set };

		offer_row(line, present, &row);
	}
	sriov_vf_attrs_free(vfs);
}

/*
 * Whose values are looked at, and how. What needs netlink, a child or the names of pci.ids
 * takes too long for a key; and of what can be set, only the drivers that are bound now
 * are likely to be wanted.
 */
static const struct source {
	const struct attr *attrs;
	uint64_t shown, settable;
	void (*offer)(struct line *line, const struct view *view, void *data);
} sources[] = {
	{ pf_attrs,
	  SRIOV_PF_ALL & ~(SRIOV_PF_VENDOR | SRIOV_PF_DEVICE | SRIOV_PF_OVERRIDE),
	  SRIOV_PF_DRIVER, offer_of_pf },
	{ vf_attrs,
	  SRIOV_VF_PCI | SRIOV_VF_NETDEV | SRIOV_VF_DRIVER | SRIOV_VF_IOMMU_GROUP,
	  SRIOV_VF_DRIVER, offer_of_vfs },
};

void offer_present(struct line *line, const struct attr *attr, const struct type *type,
		   size_t nr_objects)
{
	const struct command *cmd = line->call.cmd;
	struct present present = { attr, type->words, nr_objects, NULL, 0 };
	uint64_t known;

	for (size_t i = 0; i < ARRAY_SIZE(sources); i++) {
		known = cmd->flags & COMMAND_WRITES ? sources[i].settable :
						      sources[i].shown;
		/* What has no bit needs no reading. */
		if (cmd->attrs == sources[i].attrs && (attr->bit & known) == attr->bit &&
		    line_context(line))
			each_pf(line, sources[i].offer, &present);
	}
	for (size_t i = 0; i < present.nr_seen; i++)
		free(present.seen[i]);
	free(present.seen);
}
