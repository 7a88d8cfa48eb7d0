// SPDX-License-Identifier: GPL-2.0-or-later
/* Settings of the firmware: what a name that none of them has may have meant. */
#include <strings.h>

#include "fw.h"

#define NEAREST 3 /* so many are offered */
#define FAR (SRIOV_NAME_LEN * 2)

/* How many letters to change, insert or take away make one name of the other (Levenshtein). */
static unsigned int distance(const char *a, const char *b)
{
	unsigned int row[SRIOV_NAME_LEN + 1], diagonal, above;
	size_t len = strlen(b);

	if (len > SRIOV_NAME_LEN || strlen(a) > SRIOV_NAME_LEN)
		return FAR;
	for (size_t k = 0; k <= len; k++)
		row[k] = k;
	for (size_t i = 0; a[i]; i++) {
		diagonal = row[0];
		row[0] = i + 1;
		for (size_t k = 0; k < len; k++) {
			above = row[k + 1];
			if (strncasecmp(&a[i], &b[k], 1) != 0)
				diagonal++;
			if (above + 1 < diagonal)
				diagonal = above + 1;
			if (row[k] + 1 < diagonal)
				diagonal = row[k] + 1;
			row[k + 1] = diagonal;
			diagonal = above;
		}
	}
	return row[len];
}

unsigned int sriov_fw_distance(const char *wanted, const char *name)
{
	unsigned int far = distance(wanted, name), limit = strlen(wanted) / 3;

	/* who remembers a part of it is near */
	if (strlen(wanted) > 2 && strcasestr(name, wanted))
		return far < 2 ? far : 2;
	return far <= (limit > 2 ? limit : 2) ? far : FAR;
}

/* " (nearest: NUM_OF_VFS, NUM_OF_PF)", or nothing. */
static void add_nearest(struct sriov_fw_param *const *params, const char *wanted,
			char *text, size_t size)
{
	size_t len = strlen(text);
	unsigned int said = 0;

	for (unsigned int far = 0; far < FAR && said < NEAREST; far++) {
		for (size_t i = 0; params[i] && said < NEAREST && len < size; i++) {
			if (sriov_fw_distance(wanted, params[i]->name) != far)
				continue;
			len += (size_t)snprintf(text + len, size - len, "%s%s",
						said++ ? ", " : " (nearest: ",
						params[i]->name);
		}
	}
	if (said && len < size)
		snprintf(text + len, size - len, ")");
}

int sriov_fw_fail_unknown(struct sriov_pf *pf, const char *const *names, size_t nr_names,
			  struct sriov_fw_param *const *found)
{
	struct sriov_fw_param **all = NULL;
	char text[SRIOV_TEXT_LEN] = "";
	size_t n, len;

	if (sriov_fw_look(pf, NULL, 0, &all, &n) < 0)
		all = NULL;
	for (size_t i = 0; i < nr_names; i++) {
		bool known = false;

		for (size_t k = 0; found[k]; k++)
			known |= !strcasecmp(found[k]->name, names[i]);
		len = strlen(text);
		if (known || len + 2 * SRIOV_NAME_LEN > sizeof(text))
			continue;
		snprintf(text + len, sizeof(text) - len, "%s%.*s", len ? ", " : "",
			 SRIOV_NAME_LEN, names[i][0] ? names[i] : "''");
		if (all)
			add_nearest(all, names[i], text, sizeof(text));
	}
	sriov_fw_params_free(all);
	return sriov_fail(pf->ctx, SRIOV_WRONG, ENOENT,
			  "%s: its firmware has no setting %s", pf->name, text);
}
