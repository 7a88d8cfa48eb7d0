// SPDX-License-Identifier: GPL-2.0-or-later
/* Holders that are network namespaces: in which one the netdev of a device is now. */
#include <ctype.h>
#include <sched.h>
#include <sys/mman.h>

#include "holder.h"

#define MOUNT_LEN 160
#define TRIES 3
#define NAMED "/run/netns/" /* where ip-netns(8) keeps them */

/* A second is long for a list of links; where several are not to be had, look no further. */
static const struct sriov_pace pace = { .parallel = 1,
					.limit_ms = 1000,
					.patience = 3,
					.reads = true };

/* A network namespace: the file of its name, or a process that is in it. */
struct place {
	uint64_t inode;
	char mount[MOUNT_LEN]; /* "" when it has no name */
	unsigned long pid;     /* the lowest; 0 when it has a name, or is our own */
	const struct search *search;
	unsigned int *found; /* netdevs of each device here; shared with the worker */
};

struct places {
	struct place *place;
	size_t n;
};

bool sriov_netns_parse_link(const char *text, uint64_t *inode)
{
	char *end;

	if (strncmp(text, "net:[", strlen("net:[")) != 0)
		return false;
	text += strlen("net:[");
	errno = 0;
	*inode = strtoull(text, &end, 10);
	return isdigit((unsigned char)*text) && !errno && !strcmp(end, "]");
}

/* Take the word at the front of *line; false when there is none, or no room for it. */
static bool take_word(const char **line, char *word, size_t size)
{
	size_t len = strcspn(*line, " ");

	if (!len || len >= size)
		return false;
	memcpy(word, *line, len);
	word[len] = '\0';
	*line += len + ((*line)[len] == ' ');
	return true;
}

/* As in proc_pid_mountinfo(5): "101 28 0:4 net:[4026532227] /run/netns/blue rw - nsfs ..." */
bool sriov_netns_parse_mount(const char *line, uint64_t *inode, char *mount, size_t size)
{
	char word[SRIOV_NAME_LEN];

	for (int i = 0; i < 3; i++)
		if (!take_word(&line, word, sizeof(word)))
			return false;
	return take_word(&line, word, sizeof(word)) &&
	       sriov_netns_parse_link(word, inode) && take_word(&line, mount, size) &&
	       mount[0] == '/';
}

/* The one with this number, made when it is new; NULL without memory. */
static struct place *place_of(struct search *search, struct places *places,
			      uint64_t inode)
{
	struct place *place;

	for (size_t i = 0; i < places->n; i++)
		if (places->place[i].inode == inode)
			return &places->place[i];
	if (!(places->n & (places->n - 1))) {
		place = realloc(places->place, (places->n * 2 + 1) * sizeof(*place));
		if (!place) {
			search->no_memory = true;
			return NULL;
		}
		places->place = place;
	}
	place = &places->place[places->n++];
	*place = (struct place){ .inode = inode, .search = search };
	return place;
}

/* Ours comes first: what was moved is not in there. */
static void find_ours(struct search *search, struct places *places)
{
	char text[SRIOV_NAME_LEN];
	uint64_t inode;

	if (sriov_sysfs_link(search->ctx, text, sizeof(text), "proc/self/ns/net") > 0 &&
	    sriov_netns_parse_link(text, &inode))
		place_of(search, places, inode);
}

static void find_named(struct search *search, struct places *places)
{
	_cleanup_free_ char *text = NULL;
	char mount[MOUNT_LEN], *rest, *line;
	struct place *place;
	uint64_t inode;

	if (sriov_sysfs_slurp(search->ctx, &text, "proc/self/mountinfo") < 0)
		return;
	for (rest = text; (line = strsep(&rest, "\n"));) {
		if (!sriov_netns_parse_mount(line, &inode, mount, sizeof(mount)))
			continue;
		place = place_of(search, places, inode);
		if (place && !place->mount[0])
			sriov_copy(place->mount, sizeof(place->mount), mount);
	}
}

static void find_of_processes(struct search *search, struct places *places)
{
	_cleanup_free_ char **names = NULL;
	int n = sriov_sysfs_list(search->ctx, &names, "proc");
	char text[SRIOV_NAME_LEN];
	uint64_t inode;

	for (int i = 0; i < n; i++) {
		unsigned long pid = strtoul(names[i], NULL, 10);
		struct place *place;

		if (!pid ||
		    sriov_sysfs_link(search->ctx, text, sizeof(text), "proc/%lu/ns/net",
				     pid) <= 0 ||
		    !sriov_netns_parse_link(text, &inode))
			continue;
		place = place_of(search, places, inode);
		if (place && !place->mount[0] && (!place->pid || pid < place->pid))
			place->pid = pid;
	}
}

static void see_parent(void *data, const char *parent)
{
	const struct place *place = data;
	const struct search *search = place->search;

	for (size_t i = 0; i < search->n; i++)
		if (search->targets[i].away &&
		    !strcmp(strrchr(search->targets[i].out->path, '/') + 1, parent))
			place->found[i]++;
}

/* A job's work: only a child may go to another namespace. */
static int look_around(struct sriov_ctx *ctx, const struct sriov_job *job, char *text)
{
	const struct place *place = job->data;
	_cleanup_close_ int fd =
		place->mount[0] ?
			sriov_sysfs_descriptor(ctx, "%s", place->mount + 1) :
			sriov_sysfs_descriptor(ctx, "proc/%lu/ns/net", place->pid);

	int r, tries = TRIES;

	(void)text;
	if (fd < 0)
		return fd;
	if (setns(fd, CLONE_NEWNET) < 0)
		return -errno;
	/* a socket stays in the namespace in which it was opened */
	sriov_netlink_close(ctx);
	do {
		memset(place->found, 0, place->search->n * sizeof(*place->found));
		r = sriov_netlink_parents(ctx, see_parent, (void *)place);
	} while (r == -EINTR && --tries);
	return r;
}

static void name_place(const struct place *place, struct target *target,
		       unsigned int found)
{
	char process[SRIOV_NAME_LEN * 2], pid[16];

	target->away -= found < target->away ? found : target->away;
	if (!strncmp(place->mount, NAMED, strlen(NAMED)))
		sriov_holder_add(target, "netns %s", place->mount + strlen(NAMED));
	else if (place->mount[0])
		sriov_holder_add(target, "netns %s", place->mount);
	if (place->mount[0])
		return;
	snprintf(pid, sizeof(pid), "%lu", place->pid);
	sriov_holder_process_name(place->search->ctx, pid, process, sizeof(process));
	sriov_holder_add(target, "netns of %s", process);
}

/* All places but ours, which is the first. */
static void look_everywhere(struct search *search, struct places *places)
{
	size_t n = places->n - 1, size = n * search->n * sizeof(unsigned int);
	_cleanup_free_ struct sriov_job *jobs = calloc(n, sizeof(*jobs));
	unsigned int *found = mmap(NULL, size, PROT_READ | PROT_WRITE,
				   MAP_SHARED | MAP_ANONYMOUS, -1, 0);

	if (found == MAP_FAILED)
		return;
	for (size_t i = 0; i < n && jobs; i++) {
		struct place *place = &places->place[i + 1];

		place->found = found + i * search->n;
		jobs[i] = (struct sriov_job){ .work = look_around, .data = place };
	}
	if (jobs)
		sriov_workers_run(search->ctx, &pace, jobs, n);
	for (size_t i = 0; i < n && jobs; i++)
		for (size_t j = 0; j < search->n; j++)
			if (places->place[i + 1].found[j] && search->targets[j].away)
				name_place(&places->place[i + 1], &search->targets[j],
					   places->place[i + 1].found[j]);
	munmap(found, size);
}

void sriov_holder_find_namespaces(struct search *search)
{
	struct places places = { 0 };
	unsigned int away = 0;

	for (size_t i = 0; i < search->n; i++)
		away += search->targets[i].away;
	if (!away)
		return;
	if (!search->ctx->recorded)
		find_ours(search, &places);
	if (places.n) {
		find_named(search, &places);
		find_of_processes(search, &places);
	}
	if (places.n > 1)
		look_everywhere(search, &places);
	free(places.place);
	for (size_t i = 0; i < search->n; i++)
		if (search->targets[i].away)
			sriov_holder_add(&search->targets[i], "netns unknown");
}
