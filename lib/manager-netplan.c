// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * netplan: a PF has virtual-function-count or embedded-switch-mode, or is what other
 * definitions "link" to. All files are one configuration. netplan-yaml(5).
 */
#include "manager.h"

#define DEFINITIONS_MAX 1024
#define DRIVERS_MAX 16

struct definition {
	const char *id;
	const char *file; /* that makes it a PF with VFs, or NULL */
	const char *set_name;
	bool match;
	const char *name, *mac;
	const char *drivers[DRIVERS_MAX];
	size_t nr_drivers;
};

struct netplan {
	struct sriov_look *look;
	const char *file;
	struct definition *definitions; /* DEFINITIONS_MAX */
	size_t n;
};

static struct definition *definition_of(struct netplan *netplan, const char *id)
{
	for (size_t i = 0; i < netplan->n; i++)
		if (!strcmp(netplan->definitions[i].id, id))
			return &netplan->definitions[i];
	if (netplan->n == DEFINITIONS_MAX)
		return NULL;
	netplan->definitions[netplan->n].id = id;
	return &netplan->definitions[netplan->n++];
}

static void take_match(struct definition *definition, const char *key, const char *value)
{
	if (!strcmp(key, "name"))
		definition->name = value;
	else if (!strcmp(key, "macaddress"))
		definition->mac = value;
	else if (!strcmp(key, "driver") && definition->nr_drivers < DRIVERS_MAX)
		definition->drivers[definition->nr_drivers++] = value;
}

static void take_key(struct netplan *netplan, struct definition *definition,
		     const char *key, const char *value)
{
	struct definition *pf;

	if (!strcmp(key, "set-name")) {
		definition->set_name = value;
	} else if (!strcmp(key, "virtual-function-count")) {
		/* none is what netplan does nothing about: netplan_cli/cli/sriov.py */
		if (strcmp(value, "0") != 0)
			definition->file = netplan->file;
	} else if (!strcmp(key, "embedded-switch-mode")) {
		definition->file = netplan->file;
	} else if (!strcmp(key, "link")) {
		pf = definition_of(netplan, value);
		if (pf)
			pf->file = netplan->file;
	}
}

/* network: ethernets: ID: KEY: VALUE */
static void take_entry(void *data, const char *const *path, size_t depth,
		       const char *value)
{
	struct netplan *netplan = data;
	struct definition *definition;

	if (depth < 4 || strcmp(path[0], "network") != 0 ||
	    strcmp(path[1], "ethernets") != 0)
		return;
	definition = definition_of(netplan, path[2]);
	if (!definition)
		return;
	if (!strcmp(path[3], "match"))
		definition->match = true;
	if (!value)
		return;
	if (depth == 4)
		take_key(netplan, definition, path[3], value);
	else if (!strcmp(path[3], "match"))
		take_match(definition, path[4], value);
}

static bool driver_fits(const struct sriov_look *look,
			const struct definition *definition)
{
	for (size_t i = 0; i < definition->nr_drivers; i++)
		if (sriov_glob_fits(definition->drivers[i], look->driver))
			return true;
	return !definition->nr_drivers;
}

/*
 * As _get_interface_name_for_netdef() of sriov.py: the ID is the name unless there is "match",
 * and who has been given the name of "set-name" is it.
 */
static bool definition_fits(const struct sriov_look *look,
			    const struct sriov_known_netdev *netdev,
			    const struct definition *definition)
{
	const char *set_name = definition->set_name;

	if (!definition->match)
		return !strcmp(definition->id, netdev->name);
	if (set_name && sriov_sysfs_name_ok(set_name) &&
	    sriov_sysfs_exists(look->pf->ctx, "sys/class/net/%s", set_name))
		return !strcmp(set_name, netdev->name);
	if (definition->name && !sriov_glob_fits(definition->name, netdev->name))
		return false;
	if (definition->mac && !sriov_hwaddr_is(&netdev->mac, definition->mac) &&
	    !sriov_hwaddr_is(&netdev->permanent, definition->mac))
		return false;
	return driver_fits(look, definition);
}

static void report(struct sriov_look *look, const struct netplan *netplan)
{
	for (size_t i = 0; i < netplan->n; i++) {
		const struct definition *definition = &netplan->definitions[i];

		for (size_t k = 0; k < look->nr_netdevs && definition->file; k++)
			if (definition_fits(look, &look->netdevs[k], definition))
				sriov_manager_add_netdev(look, &look->netdevs[k],
							 definition->file);
	}
}

void sriov_look_netplan(struct sriov_look *look, const struct sriov_conf *files, size_t n)
{
	struct netplan netplan = { .look = look };
	/* what is kept of the files points into their texts */
	_cleanup_free_ char **texts = calloc(n, sizeof(*texts));

	netplan.definitions = calloc(DEFINITIONS_MAX, sizeof(*netplan.definitions));
	if (!texts || !netplan.definitions)
		look->err = -ENOMEM;
	for (size_t i = 0; i < n && !look->err; i++) {
		netplan.file = files[i].path;
		texts[i] = sriov_conf_read(look, files[i].path);
		if (texts[i])
			sriov_yaml_read(texts[i], take_entry, &netplan);
	}
	if (!look->err)
		report(look, &netplan);
	for (size_t i = 0; texts && i < n; i++)
		free(texts[i]);
	free(netplan.definitions);
}
