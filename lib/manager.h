/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What only the files manager*.c share: a PF as others may know it, and readers of formats. */
#ifndef SRIOV_MANAGER_H
#define SRIOV_MANAGER_H

#include "internal.h"

/* A netdev of the PF, with what configurations match it by. */
struct sriov_known_netdev {
	char name[SRIOV_NAME_LEN];
	const char *type; /* "ether", "infiniband", or NULL */
	struct sriov_hwaddr {
		uint8_t bytes[20];
		size_t len; /* 0: not known */
	} mac, permanent;
};

/* The PF, and what was found out so far. */
struct sriov_look {
	struct sriov_pf *pf;
	struct sriov_known_netdev *netdevs;
	size_t nr_netdevs;
	char driver[SRIOV_NAME_LEN];
	char id_path[SRIOV_NAME_LEN + 8]; /* udev's ID_PATH, "" when not known */
	const struct sriov_manager_row *row;
	bool drivers; /* what is found minds nothing else */
	bool mute;    /* netlink did not answer in time, and is not asked again */
	struct sriov_manager **found;
	size_t nr_found;
	int err;
};

/* A file of a configuration, and its name without directories. */
struct sriov_conf {
	char *path; /* relative to the root */
	const char *name;
	int dir; /* which of the row's directories it is in */
};

#define SRIOV_CONF_DIRS 5

/* A program, and where it is configured: the first directory wins for files of one name. */
struct sriov_manager_row {
	const char *name;
	const char *dirs[SRIOV_CONF_DIRS];
	const char *pattern; /* of file names, as in a shell */
	bool by_netdev;      /* nothing to find without one */
	void (*look)(struct sriov_look *look, const struct sriov_conf *files, size_t n);
};

/* ---- manager.c ---- */
/*
 * The files of this pattern in the directories of the row, or in DIRECTORY/SUB of each, in the
 * order of their names. Returns how many, or -errno.
 */
int sriov_conf_list(struct sriov_look *look, const char *sub, const char *pattern,
		    struct sriov_conf **files);
void sriov_conf_free(struct sriov_conf *files, int n);
/* The text of a file, to be freed; NULL when it cannot be read. */
char *sriov_conf_read(struct sriov_look *look, const char *path);
/* Report this file. `index` is that of a VF, or SRIOV_MANAGER_ALL. */
void sriov_manager_add(struct sriov_look *look, uint32_t index, const char *path,
		       const char *fmt, ...) PRINTF(4, 5);
/* Report that it manages the VFs of this netdev. */
void sriov_manager_add_netdev(struct sriov_look *look,
			      const struct sriov_known_netdev *netdev, const char *path);
/* The index of the VF with this address, also of one that does not exist now. */
bool sriov_manager_vf_at(const struct sriov_pf *pf, const char *dev, uint32_t *index);
/* Does the value fit the pattern, as in a shell? */
bool sriov_glob_fits(const char *pattern, const char *value);
/* Is this the address, with bytes separated by ':', '-' or '.'? */
bool sriov_hwaddr_is(const struct sriov_hwaddr *address, const char *text);

/* ---- manager-ini.c: [SECTION] and KEY=VALUE ---- */
struct sriov_ini {
	char *next; /* the text that is still to be read; it is taken apart */
	bool joins; /* a backslash at the end of a line makes one of it and the next */
	const char *section; /* "" before the first */
	char *key;           /* NULL: a section begins */
	char *value;
};
bool sriov_ini_next(struct sriov_ini *ini);
/* Cut the next word off a list; NULL: no more. Quotes around a word are taken away. */
char *sriov_word_next(char **rest, const char *separators);

/* ---- manager-yaml.c: mappings, sequences and scalars, by indentation or in braces ---- */
#define SRIOV_YAML_DEPTH 16
/*
 * Read the text, which is taken apart and outlives what the paths point to, and call `entry`
 * for each key and each scalar: with the keys that lead to it, "-" for an item of a sequence,
 * and with the value, NULL for one that follows. What cannot be understood is left out.
 */
void sriov_yaml_read(char *text,
		     void (*entry)(void *data, const char *const *path, size_t depth,
				   const char *value),
		     void *data);

/* ---- manager-xml.c: elements, attributes and text ---- */
#define SRIOV_XML_DEPTH 16
struct sriov_xml {
	char *next; /* the text that is still to be read; it is taken apart */
	/* the elements around, and this one: those deeper than that are not kept */
	const char *names[SRIOV_XML_DEPTH];
	size_t depth;
	char *attrs; /* of this element */
	char *text;  /* what follows it, up to the next tag */
	bool closed; /* it has no content: the next one is not in it */
	bool begun;
};
/* Go to the next start of an element. */
bool sriov_xml_next(struct sriov_xml *xml);
/* Is this element here? "domain/devices/interface" */
bool sriov_xml_at(const struct sriov_xml *xml, const char *path);
/* Copy an attribute's value; false when it has none or that does not fit. */
bool sriov_xml_attr(const struct sriov_xml *xml, const char *name, char *value,
		    size_t size);
/* Copy a text up to `end`, with &amp; and the like as what they stand for. */
bool sriov_xml_copy(const char *from, const char *end, char *value, size_t size);

/* ---- manager-nm.c, manager-networkd.c, manager-netplan.c, manager-libvirt.c,
 * manager-driverctl.c ---- */
void sriov_look_nm_keyfile(struct sriov_look *look, const struct sriov_conf *files,
			   size_t n);
void sriov_look_nm_ifcfg(struct sriov_look *look, const struct sriov_conf *files,
			 size_t n);
void sriov_look_nm_conf(struct sriov_look *look, const struct sriov_conf *files,
			size_t n);
void sriov_look_networkd(struct sriov_look *look, const struct sriov_conf *files,
			 size_t n);
void sriov_look_netplan(struct sriov_look *look, const struct sriov_conf *files,
			size_t n);
void sriov_look_libvirt(struct sriov_look *look, const struct sriov_conf *files,
			size_t n);
void sriov_look_driverctl(struct sriov_look *look, const struct sriov_conf *files,
			  size_t n);

#endif
