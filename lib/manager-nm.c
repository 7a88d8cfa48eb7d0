// SPDX-License-Identifier: GPL-2.0-or-later
/* NetworkManager: connection profiles with SR-IOV settings, and its main configuration. */
#include "manager.h"

/* What a profile asks of a device; NULL: nothing. Texts of its file. */
struct profile {
	bool sriov, ignored;
	char *interface_name, *mac;
	char *match_name, *match_driver, *match_path;
};

/* Files that editors and packages leave behind, src/libnm-core-impl/nm-utils.c and others. */
static bool is_leftover(const char *name)
{
	static const char *const endings[] = { "~",    ".bak",    ".orig",
					       ".rej", ".rpmnew", ".rpmsave" };
	size_t len = strlen(name);

	for (size_t i = 0; i < ARRAY_SIZE(endings); i++) {
		size_t tail = strlen(endings[i]);

		if (len > tail && !strcmp(name + len - tail, endings[i]))
			return true;
	}
	return false;
}

/*
 * nm-settings(5), match.interface-name: of elements with '|', which is what one without a
 * sign has, one must fit, of those with '&' all; '!' inverts, and alone means "&!".
 */
static bool list_fits(const char *list, const char *value)
{
	_cleanup_free_ char *copy = list ? strdup(list) : NULL;
	bool any = false, one = false;
	char *rest = copy, *word;

	while (rest && (word = sriov_word_next(&rest, "; \t"))) {
		bool all = *word == '&' || *word == '!', not, fits;

		word += *word == '&' || *word == '|';
		not = *word == '!';
		word += not;
		fits = sriov_glob_fits(word + (*word == '\\'), value) != not;
		if (all && !fits)
			return false;
		any |= !all;
		one |= !all && fits;
	}
	return one || !any;
}

static bool is_set(const char *value)
{
	return value && *value;
}

static bool profile_fits(const struct sriov_look *look,
			 const struct sriov_known_netdev *netdev,
			 const struct profile *profile)
{
	if (is_set(profile->interface_name) &&
	    strcmp(profile->interface_name, netdev->name) != 0)
		return false;
	/* the permanent one: nm-settings(5), 802-3-ethernet.mac-address */
	if (is_set(profile->mac) && !sriov_hwaddr_is(&netdev->permanent, profile->mac) &&
	    !sriov_hwaddr_is(&netdev->mac, profile->mac))
		return false;
	return list_fits(profile->match_name, netdev->name) &&
	       list_fits(profile->match_driver, look->driver) &&
	       list_fits(profile->match_path, look->id_path);
}

static void report(struct sriov_look *look, const struct profile *profile,
		   const char *path)
{
	for (size_t i = 0; i < look->nr_netdevs && profile->sriov && !profile->ignored;
	     i++)
		if (profile_fits(look, &look->netdevs[i], profile))
			sriov_manager_add_netdev(look, &look->netdevs[i], path);
}

static void take_setting(struct profile *profile, const struct sriov_ini *ini)
{
	const struct {
		const char *section, *key;
		char **value;
	} rows[] = {
		{ "connection", "interface-name", &profile->interface_name },
		{ "ethernet", "mac-address", &profile->mac },
		{ "802-3-ethernet", "mac-address", &profile->mac },
		{ "infiniband", "mac-address", &profile->mac },
		{ "match", "interface-name", &profile->match_name },
		{ "match", "driver", &profile->match_driver },
		{ "match", "path", &profile->match_path },
	};

	/* the section is enough: "enforces the number of VFs, also when it is zero" */
	profile->sriov |= !strcmp(ini->section, "sriov");
	for (size_t i = 0; ini->key && i < ARRAY_SIZE(rows); i++)
		if (!strcmp(ini->section, rows[i].section) &&
		    !strcmp(ini->key, rows[i].key))
			*rows[i].value = ini->value;
}

void sriov_look_nm_keyfile(struct sriov_look *look, const struct sriov_conf *files,
			   size_t n)
{
	for (size_t i = 0; i < n; i++) {
		_cleanup_free_ char *text = is_leftover(files[i].name) ?
						    NULL :
						    sriov_conf_read(look, files[i].path);
		struct sriov_ini ini = { .next = text };
		struct profile profile = { 0 };

		while (text && sriov_ini_next(&ini))
			take_setting(&profile, &ini);
		report(look, &profile, files[i].path);
	}
}

static void take_variable(struct profile *profile, const char *name, char *value)
{
	char *word = sriov_word_next(&value, " \t");

	if (!strcmp(name, "DEVICE"))
		profile->interface_name = word;
	else if (!strcmp(name, "HWADDR"))
		profile->mac = word;
	else if (!strcmp(name, "NM_CONTROLLED"))
		profile->ignored = word && !strcasecmp(word, "no");
	else if (!strncmp(name, "SRIOV_", strlen("SRIOV_")))
		profile->sriov |= word != NULL;
}

/* nm-settings-ifcfg-rh(5): SRIOV_TOTAL_VFS, SRIOV_VF0 ..., in the syntax of a shell. */
void sriov_look_nm_ifcfg(struct sriov_look *look, const struct sriov_conf *files,
			 size_t n)
{
	for (size_t i = 0; i < n; i++) {
		_cleanup_free_ char *text = is_leftover(files[i].name) ?
						    NULL :
						    sriov_conf_read(look, files[i].path);
		struct sriov_ini ini = { .next = text };
		struct profile profile = { 0 };

		while (text && sriov_ini_next(&ini))
			if (ini.key)
				take_variable(&profile, ini.key, ini.value);
		report(look, &profile, files[i].path);
	}
}

static char *after(char *text, const char *start)
{
	size_t len = strlen(start);

	return strncmp(text, start, len) ? NULL : text + len;
}

/* NetworkManager.conf(5), "Device List Format". */
static bool spec_fits(const struct sriov_look *look,
		      const struct sriov_known_netdev *netdev, char *spec)
{
	const char *type = netdev->type && !strcmp(netdev->type, "ether") ? "ethernet" :
									    netdev->type;
	char *value;

	if ((value = after(spec, "interface-name:")))
		return *value == '=' ?
			       !strcmp(value + 1, netdev->name) :
			       sriov_glob_fits(value + (*value == '~'), netdev->name);
	if ((value = after(spec, "mac:")))
		return sriov_hwaddr_is(&netdev->permanent, value);
	if ((value = after(spec, "type:")))
		return type && !strcmp(value, type);
	if ((value = after(spec, "driver:"))) {
		value[strcspn(value, "/")] = '\0';
		return !strcmp(value, look->driver);
	}
	return !strcmp(spec, "*") || !strcmp(spec, netdev->name) ||
	       sriov_hwaddr_is(&netdev->permanent, spec);
}

/* A negative match wins; a list of nothing else is of all other devices. */
static bool device_fits(const struct sriov_look *look,
			const struct sriov_known_netdev *netdev, const char *specs)
{
	_cleanup_free_ char *copy = specs ? strdup(specs) : NULL;
	bool positive = false, fits = false;
	char *rest = copy, *spec;

	while (rest && (spec = sriov_word_next(&rest, ",; \t"))) {
		char *but = after(spec, "except:");

		if (but && spec_fits(look, netdev, but))
			return false;
		positive |= !but;
		fits |= !but && spec_fits(look, netdev, spec);
	}
	return fits || !positive;
}

static void report_device(struct sriov_look *look, const char *specs, const char *path)
{
	for (size_t i = 0; i < look->nr_netdevs; i++)
		if (device_fits(look, &look->netdevs[i], specs))
			sriov_manager_add_netdev(look, &look->netdevs[i], path);
}

/* Sections [device] and [device-NAME] with the key sriov-num-vfs. */
void sriov_look_nm_conf(struct sriov_look *look, const struct sriov_conf *files, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		_cleanup_free_ char *text = sriov_conf_read(look, files[i].path);
		struct sriov_ini ini = { .next = text };
		char *specs = NULL, *num_vfs = NULL;
		bool more = text;

		while (more) {
			more = sriov_ini_next(&ini);
			if (more && ini.key && !strncmp(ini.section, "device", 6)) {
				if (!strcmp(ini.key, "match-device"))
					specs = ini.value;
				else if (!strcmp(ini.key, "sriov-num-vfs"))
					num_vfs = ini.value;
			} else if (!more || !ini.key) {
				if (is_set(num_vfs))
					report_device(look, specs, files[i].path);
				specs = num_vfs = NULL;
			}
		}
	}
}
