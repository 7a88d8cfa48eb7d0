// SPDX-License-Identifier: GPL-2.0-or-later
/* systemd: .network files, which networkd applies, and .link files, which udevd does. */
#include "manager.h"

/* What a [Match] section says of one netdev. */
enum fit {
	FIT_NO,
	FIT_MAYBE, /* it has conditions that are not looked at */
	FIT_YES,
};

enum subject { OF_NAME, OF_DRIVER, OF_PATH, OF_TYPE, OF_NOTHING, OF_MAC, OF_PERMANENT };

/*
 * systemd.network(5) and systemd.link(5), [Match]. A PF has no kind and is not wireless, so
 * what asks for that fits only when it is inverted. Other keys, of the host or of udev's
 * properties, may fit or not.
 */
static const struct {
	const char *key;
	const char *ending; /* only in such files */
	enum subject subject;
} keys[] = {
	{ "Name", ".network", OF_NAME },
	/* the name before udev gave it another, which nobody knows any more */
	{ "OriginalName", ".link", OF_NAME },
	{ "Driver", NULL, OF_DRIVER },
	{ "Path", NULL, OF_PATH },
	{ "Type", NULL, OF_TYPE },
	{ "Kind", NULL, OF_NOTHING },
	{ "MACAddress", NULL, OF_MAC },
	{ "PermanentMACAddress", NULL, OF_PERMANENT },
	{ "WLANInterfaceType", ".network", OF_NOTHING },
	{ "SSID", ".network", OF_NOTHING },
	{ "BSSID", ".network", OF_NOTHING },
};

static const char *const conditions[] = { "Property",     "Host",
					  "Firmware",     "Virtualization",
					  "Architecture", "KernelCommandLine",
					  "Credential",   "KernelVersion" };

/* Of one netdev and one file with its drop-ins. */
struct reading {
	struct sriov_look *look;
	const struct sriov_known_netdev *netdev;
	const char *ending;
	struct {
		bool given, positive, fits, vetoed;
	} keys[ARRAY_SIZE(keys)];
	bool conditions;
	char *claims; /* path of the file that has SR-IOV settings */
};

static bool is_altname(const struct reading *reading, const char *word)
{
	char netdev[SRIOV_NAME_LEN];

	return !reading->look->mute && !strpbrk(word, "*?[") &&
	       strcmp(reading->ending, ".network") == 0 &&
	       sriov_netlink_altname(reading->look->pf->ctx, word, netdev,
				     sizeof(netdev)) >= 0 &&
	       !strcmp(netdev, reading->netdev->name);
}

static bool word_fits(const struct reading *reading, enum subject subject,
		      const char *word, bool inverted)
{
	const struct sriov_known_netdev *netdev = reading->netdev;

	switch (subject) {
	case OF_NAME:
		return sriov_glob_fits(word, netdev->name) ||
		       (!inverted && is_altname(reading, word));
	case OF_DRIVER:
		return sriov_glob_fits(word, reading->look->driver);
	case OF_PATH:
		return sriov_glob_fits(word, reading->look->id_path);
	case OF_TYPE:
		return netdev->type && sriov_glob_fits(word, netdev->type);
	case OF_MAC:
		return sriov_hwaddr_is(&netdev->mac, word);
	case OF_PERMANENT:
		return sriov_hwaddr_is(&netdev->permanent, word);
	case OF_NOTHING:
		break;
	}
	return false;
}

/* A '!' in front inverts the whole list; an empty value takes back what was before. */
static void take_match(struct reading *reading, size_t at, char *value)
{
	bool inverted = *value == '!';
	char *rest = value + inverted, *word;

	if (!*value)
		memset(&reading->keys[at], 0, sizeof(reading->keys[at]));
	while ((word = sriov_word_next(&rest, " \t\n\r"))) {
		bool fits = word_fits(reading, keys[at].subject, word, inverted);

		reading->keys[at].given = true;
		reading->keys[at].positive |= !inverted;
		reading->keys[at].fits |= !inverted && fits;
		reading->keys[at].vetoed |= inverted && fits;
	}
}

static void take_condition(struct reading *reading, const struct sriov_ini *ini)
{
	for (size_t i = 0; i < ARRAY_SIZE(keys); i++)
		if (!strcmp(ini->key, keys[i].key) &&
		    (!keys[i].ending || !strcmp(keys[i].ending, reading->ending)))
			take_match(reading, i, ini->value);
	for (size_t i = 0; i < ARRAY_SIZE(conditions); i++)
		reading->conditions |= !strcmp(ini->key, conditions[i]) && *ini->value;
}

/* In a .link file the number of VFs stands in [Link], too. */
static bool claims(const struct reading *reading, const struct sriov_ini *ini)
{
	if (!strcmp(ini->section, "SR-IOV"))
		return true;
	return ini->key && *ini->value && !strcmp(reading->ending, ".link") &&
	       !strcmp(ini->section, "Link") &&
	       !strcmp(ini->key, "SR-IOVVirtualFunctions");
}

/* False when there is nothing in it: an empty file, or a link to /dev/null, masks. */
static bool read_file(struct reading *reading, const char *path)
{
	_cleanup_free_ char *text = sriov_conf_read(reading->look, path);
	struct sriov_ini ini = { .next = text, .joins = true };

	if (!text || !*text)
		return false;
	while (sriov_ini_next(&ini)) {
		if (ini.key && !strcmp(ini.section, "Match"))
			take_condition(reading, &ini);
		if (!claims(reading, &ini))
			continue;
		free(reading->claims);
		reading->claims = strdup(path);
		if (!reading->claims)
			reading->look->err = -ENOMEM;
	}
	return true;
}

/* NAME.network.d/x.conf, from any of the directories, adds to NAME.network. */
static void read_drop_ins(struct reading *reading, const char *name)
{
	char sub[NAME_MAX + sizeof(".d")];
	struct sriov_conf *files;
	int n;

	snprintf(sub, sizeof(sub), "%s.d", name);
	n = sriov_conf_list(reading->look, sub, "*.conf", &files);
	if (n < 0)
		reading->look->err = n;
	for (int i = 0; i < n; i++)
		read_file(reading, files[i].path);
	if (n >= 0)
		sriov_conf_free(files, n);
}

static enum fit judge(const struct reading *reading)
{
	bool given = reading->conditions;

	for (size_t i = 0; i < ARRAY_SIZE(keys); i++) {
		given |= reading->keys[i].given;
		if (reading->keys[i].vetoed ||
		    (reading->keys[i].positive && !reading->keys[i].fits))
			return FIT_NO;
	}
	/* without [Match] a .link file is for all, a .network file for none */
	if (!given && !strcmp(reading->ending, ".network"))
		return FIT_NO;
	return reading->conditions ? FIT_MAYBE : FIT_YES;
}

/* The first file that fits is applied, and no other. */
static void look_at_netdev(struct sriov_look *look,
			   const struct sriov_known_netdev *netdev,
			   const struct sriov_conf *files, size_t n)
{
	enum fit fit = FIT_NO;

	for (size_t i = 0; i < n && fit != FIT_YES && !look->err; i++) {
		struct reading reading = { .look = look,
					   .netdev = netdev,
					   .ending = strrchr(files[i].name, '.') };

		fit = FIT_NO;
		if (read_file(&reading, files[i].path)) {
			read_drop_ins(&reading, files[i].name);
			fit = judge(&reading);
		}
		if (fit != FIT_NO && reading.claims)
			sriov_manager_add_netdev(look, netdev, reading.claims);
		free(reading.claims);
	}
}

void sriov_look_networkd(struct sriov_look *look, const struct sriov_conf *files,
			 size_t n)
{
	for (size_t i = 0; i < look->nr_netdevs; i++)
		look_at_netdev(look, &look->netdevs[i], files, n);
}
