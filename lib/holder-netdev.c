// SPDX-License-Identifier: GPL-2.0-or-later
/* Holders of netdevs: bonds, bridges and the like, VLANs, addresses and routes. */
#include "holder.h"

#define TRIES 3

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
static void find_uppers(struct search *search, struct target *target, const char *netdev)
{
	struct sriov_ctx *ctx = search->ctx;
	const char *path = target->out->path;
	_cleanup_free_ char **names = NULL;
	char master[SRIOV_NAME_LEN];
	uint32_t ifindex;

	if (sriov_sysfs_list(ctx, &names, "%s/net/%s", path, netdev) < 0)
		return;
	if (sriov_sysfs_link(ctx, master, sizeof(master), "%s/net/%s/master", path,
			     netdev) > 0)
		sriov_holder_add(target, "master %s", master);
	for (size_t i = 0; names[i]; i++) {
		const char *upper = names[i] + strlen("upper_");

		if (!strncmp(names[i], "upper_", strlen("upper_")) &&
		    strcmp(upper, master))
			sriov_holder_add(target, "upper %s", upper);
	}
	if (sriov_sysfs_read_u32(ctx, &ifindex, "%s/net/%s/ifindex", path, netdev) >= 0) {
		sriov_copy(search->netdev, sizeof(search->netdev), netdev);
		add_port(search, target, ifindex);
	}
}

/*
 * The directory is tagged with the network namespace: of a netdev that was moved to another
 * one the directory stays, and looks empty.
 */
void sriov_holder_find_netdevs(struct search *search, struct target *target)
{
	_cleanup_free_ char **names = NULL;
	int n = sriov_sysfs_list(search->ctx, &names, "%s/net", target->out->path);

	target->away = n == 0;
	for (int i = 0; i < n; i++)
		find_uppers(search, target, names[i]);
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
static bool numbers_agree(struct search *search)
{
	_cleanup_free_ struct nlmsghdr *link = NULL;

	return sriov_netlink_get_link(search->ctx, search->netdev, false, &link) >= 0;
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

void sriov_holder_find_uses(struct search *search)
{
	_cleanup_free_ struct before *before = NULL;
	int tries = TRIES;

	if (!search->nr_ports || search->ctx->recorded || !numbers_agree(search))
		return;
	before = calloc(search->n, sizeof(*before));
	if (!before) {
		search->no_memory = true;
		return;
	}
	qsort(search->ports, search->nr_ports, sizeof(*search->ports), by_ifindex);
	remember(search, before, false);
	while (sriov_netlink_uses(search->ctx, see_use, search) == -EINTR && --tries)
		remember(search, before, true);
}
