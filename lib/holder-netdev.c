// SPDX-License-Identifier: GPL-2.0-or-later
/* Holders of netdevs: bonds, bridges and the like, VLANs, addresses and routes. */
#include "holder.h"
#include "rtnl.h"

#define TRIES 10

static void add_port(struct search *search, struct target *target, uint32_t ifindex)
{
	struct port *ports;

	if (!(search->nr_ports & (search->nr_ports - 1))) {
		ports = realloc(search->ports,
				(search->nr_ports * 2 + 1) * sizeof(*ports));
		if (!ports) {
			search->no_memory = true;
			return;
		}
		search->ports = ports;
	}
	search->ports[search->nr_ports++] = (struct port){ ifindex, target };
}

/*
 * The link "master" leads to a bond, bridge, team, VRF or the like; "upper_NAME" to that, too,
 * and to VLANs, macvlans and macvtaps (net/core/dev.c, netdev_adjacent_sysfs_add).
 */
int sriov_holder_add_uppers(struct search *search, struct target *target,
			    const char *path, const char *netdev, const char *before)
{
	struct sriov_ctx *ctx = search->ctx;
	_cleanup_free_ char **names = NULL;
	char master[SRIOV_NAME_LEN];
	int r = sriov_sysfs_list(ctx, &names, "%s/net/%s", path, netdev);

	if (r < 0)
		return r;
	if (sriov_sysfs_link(ctx, master, sizeof(master), "%s/net/%s/master", path,
			     netdev) > 0)
		sriov_holder_add(target, "%smaster %s", before, master);
	for (size_t i = 0; names[i]; i++) {
		const char *upper = names[i] + strlen("upper_");

		if (!strncmp(names[i], "upper_", strlen("upper_")) &&
		    strcmp(upper, master))
			sriov_holder_add(target, "%supper %s", before, upper);
	}
	return 0;
}

static void look_at(struct search *search, struct target *target, const char *netdev)
{
	const char *path = target->out->path;
	uint32_t ifindex;
	int r = sriov_holder_add_uppers(search, target, path, netdev, "");

	if (r >= 0)
		r = sriov_sysfs_read_u32(search->ctx, &ifindex, "%s/net/%s/ifindex", path,
					 netdev);
	/*
	 * One that is gone by now is no part of anything; files of one that is going give EINVAL
	 * (Linux 6.12, net/core/net-sysfs.c, netdev_show).
	 */
	if (r < 0 && r != -ENOENT && r != -ENODEV && r != -EINVAL)
		target->out->err = r;
	if (r < 0)
		return;
	sriov_copy(search->netdev, sizeof(search->netdev), netdev);
	add_port(search, target, ifindex);
}

/*
 * What is in the directory is tagged with the network namespace: that of a netdev that was
 * moved to another one is not listed, but counted.
 */
void sriov_holder_find_netdevs(struct search *search, struct target *target)
{
	struct sriov_ctx *ctx = search->ctx;
	const char *path = target->out->path;
	_cleanup_free_ char **names = NULL;
	/* on both sides of the list: netdevs come and go */
	int before = sriov_sysfs_count(ctx, "%s/net", path);
	int n = sriov_sysfs_list(ctx, &names, "%s/net", path);
	int after = before > n ? sriov_sysfs_count(ctx, "%s/net", path) : n;

	if (n < 0 && n != -ENOENT)
		target->out->err = n;
	if (n < 0)
		return;
	if (after > n)
		target->away = (unsigned int)(after - n);
	else if (n == 0)
		/* where none is left, none is counted, or nothing can be */
		target->away = 1;
	for (int i = 0; i < n; i++)
		look_at(search, target, names[i]);
}

static int by_ifindex(const void *a, const void *b)
{
	const struct port *left = a, *right = b;

	return left->ifindex < right->ifindex ? -1 : left->ifindex > right->ifindex;
}

static void see_use(void *data, uint32_t ifindex, const char *text)
{
	struct search *search = data;
	const struct port key = { .ifindex = ifindex };
	struct port *port =
		bsearch(&key, search->ports, search->nr_ports, sizeof(key), by_ifindex);

	if (port)
		sriov_holder_add(port->target, "%s", text);
}

/* The numbers from /sys and those of our socket belong to the same namespace. */
static int numbers_agree(struct search *search)
{
	_cleanup_free_ struct nlmsghdr *link = NULL;
	const struct port *port = &search->ports[search->nr_ports - 1];
	int r = sriov_netlink_get_link(search->ctx, search->netdev, false, &link);

	if (r < 0)
		return r;
	return sriov_rtnl_ifindex(link) == port->ifindex ? 0 : -EXDEV;
}

/* What a target was before a list was read that has to be read again. */
struct before {
	size_t len;
	unsigned int more;
};

static void remember(const struct search *search, struct before *before, bool restore)
{
	for (size_t i = 0; i < search->n; i++) {
		struct target *target = &search->targets[i];

		if (!restore) {
			before[i].len = strlen(target->out->text);
			before[i].more = target->more;
			continue;
		}
		target->out->text[before[i].len] = '\0';
		target->more = before[i].more;
	}
}

static int find_uses(struct search *search)
{
	_cleanup_free_ struct before *before = calloc(search->n, sizeof(*before));
	int r = numbers_agree(search), tries = TRIES;

	if (!before)
		search->no_memory = true;
	if (!before || r < 0)
		return r;
	qsort(search->ports, search->nr_ports, sizeof(*search->ports), by_ifindex);
	remember(search, before, false);
	while ((r = sriov_netlink_uses(search->ctx, see_use, search)) == -EINTR &&
	       --tries)
		remember(search, before, true);
	return r == -EINTR ? -EAGAIN : r;
}

void sriov_holder_find_uses(struct search *search)
{
	int r;

	if (!search->nr_ports || search->ctx->recorded)
		return;
	r = find_uses(search);
	for (size_t i = 0; i < search->nr_ports && r < 0; i++)
		search->ports[i].target->out->err = r;
}
