// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Functions of a card that the PCI core forgets and finds again. It reads TotalVFs, BARs and the
 * like only when it finds a function (Linux 6.12, drivers/pci/iov.c, sriov_init).
 */
#include <endian.h>
#include <linux/pci_regs.h>

#include "activate.h"

#define EXTENDED 0x100 /* where extended capabilities begin */
#define CAPABILITIES 100
#define VENDOR_MELLANOX 0x15b3
#define LOOK_MS 2000  /* between two looks for what is not there yet */
#define BACK_MS 60000 /* firmware is up again after ten seconds */

static bool is_there(const struct sriov_function *function)
{
	return sriov_sysfs_exists(function->pf->ctx, "%s/vendor", function->pf->path);
}

static int write_one(struct sriov_ctx *ctx, const struct sriov_job *job, char *text)
{
	(void)text;
	return sriov_sysfs_write(ctx, "1", "%s", (const char *)job->data);
}

static int unbind(struct sriov_ctx *ctx, const struct sriov_job *job, char *text)
{
	const struct sriov_function *function = job->data;

	(void)text;
	return sriov_sysfs_write(ctx, function->pf->dev, "%s/driver/unbind",
				 function->pf->path);
}

/* "WHAT: WHY", cut where it is too long. */
static void say(char *text, const char *what, const char *why)
{
	size_t len = (size_t)snprintf(text, SRIOV_TEXT_LEN, "%.*s: ", SRIOV_TEXT_LEN / 2,
				      what);

	sriov_copy(text + len, SRIOV_TEXT_LEN - len, why);
}

/* All of these wait for locks of the PCI core and for drivers. */
static int run(struct sriov_ctx *ctx,
	       int (*work)(struct sriov_ctx *ctx, const struct sriov_job *job,
			   char *text),
	       const void *data, const char *what, char *text)
{
	return sriov_renew_run(ctx, work, data, sriov_write_limit_ms(ctx), what, text);
}

int sriov_renew_run(struct sriov_ctx *ctx,
		    int (*work)(struct sriov_ctx *ctx, const struct sriov_job *job,
				char *text),
		    const void *data, unsigned int limit_ms, const char *what, char *text)
{
	struct sriov_job job = { .work = work, .data = data };
	const struct sriov_pace pace = { .parallel = 1, .limit_ms = limit_ms };
	int r = sriov_workers_run(ctx, &pace, &job, 1);

	if (r < 0)
		say(text, what, job.text[0] ? job.text : sriov_strerror(-r));
	return job.pid ? -EINPROGRESS : r;
}

int sriov_renew_remove(const struct sriov_function *function, char *text)
{
	char path[SRIOV_PATH_LEN], what[SRIOV_PATH_LEN];

	snprintf(path, sizeof(path), "%s/remove", function->pf->path);
	snprintf(what, sizeof(what), "removing %s", function->pf->name);
	return run(function->pf->ctx, write_one, path, what, text);
}

int sriov_renew_unbind(const struct sriov_function *function, char *text)
{
	char what[SRIOV_PATH_LEN];

	if (!strcmp(function->driver, SRIOV_DRIVER_NONE))
		return 0;
	snprintf(what, sizeof(what), "taking its driver from %s", function->pf->name);
	return run(function->pf->ctx, unbind, function, what, text);
}

/* What the kernel is still at may take the PFs away later: what is gone is named now. */
static void say_gone(const struct sriov_card_functions *card, char *text)
{
	size_t len = strlen(text);
	bool any = false;

	for (size_t i = 0; i < card->n && len < SRIOV_TEXT_LEN; i++) {
		if (is_there(&card->list[i]))
			continue;
		len += (size_t)snprintf(text + len, SRIOV_TEXT_LEN - len, "%s %s",
					any ? "," : "; removed already:",
					card->list[i].pf->name);
		any = true;
	}
	if (len < SRIOV_TEXT_LEN)
		snprintf(text + len, SRIOV_TEXT_LEN - len,
			 "; once that has ended: " SRIOV_RESCAN);
}

int sriov_renew_remove_all(const struct sriov_card_functions *card,
			   const struct sriov_pf *kept, char *text)
{
	int r = 0;

	for (size_t i = card->n; i-- > 0 && r >= 0;)
		if (card->list[i].pf != kept)
			r = sriov_renew_remove(&card->list[i], text);
	if (r == -EINPROGRESS)
		say_gone(card, text);
	return r;
}

/* ---- what they were ---- */

struct seeking {
	const char *dev;
	char *port;
};

/* "../../../devices/pci0001:80/0001:80:00.0/0001:81:00.0": the part before the last. */
static void see_link(void *data, const char *name, const char *target)
{
	const struct seeking *seeking = data;
	char path[SRIOV_PATH_LEN * 2], *slash;

	if (strcmp(name, seeking->dev) != 0 || strlen(target) >= sizeof(path))
		return;
	sriov_copy(path, sizeof(path), target);
	slash = strrchr(path, '/');
	if (!slash)
		return;
	*slash = '\0';
	slash = strrchr(path, '/');
	if (slash && sriov_pci_parse(slash + 1, seeking->port, SRIOV_NAME_LEN) < 0)
		seeking->port[0] = '\0';
}

static void note(struct sriov_function *function, struct sriov_pf *pf)
{
	struct sriov_override override = { .path = pf->path };
	uint32_t autoprobe;

	function->pf = pf;
	sriov_driver_of(pf->ctx, pf->path, function->driver, sizeof(function->driver));
	sriov_override_read(pf->ctx, &override, 1);
	if (!override.err)
		sriov_copy(function->override, sizeof(function->override),
			   override.driver);
	function->no_autoprobe = sriov_sysfs_read_u32(pf->ctx, &autoprobe,
						      "%s/sriov_drivers_autoprobe",
						      pf->path) >= 0 &&
				 !autoprobe;
	function->nic = sriov_sysfs_exists(pf->ctx, "%s/net", pf->path);
}

int sriov_renew_note(struct sriov_pf *pf, struct sriov_card_functions *card)
{
	_cleanup_free_ struct sriov_pf **pfs = NULL;
	struct seeking seeking = { pf->dev, card->port };
	int r;

	*card = (struct sriov_card_functions){ .ctx = pf->ctx };
	r = sriov_pf_card(pf, &pfs, &card->n);
	if (r < 0)
		return r;
	card->list = calloc(card->n + 1, sizeof(*card->list));
	if (!card->list)
		return sriov_no_memory(pf->ctx);
	for (size_t i = 0; i < card->n; i++)
		note(&card->list[i], pfs[i]);
	if (pf->is_pci)
		sriov_sysfs_links(pf->ctx, see_link, &seeking, "sys/bus/pci/devices");
	return 0;
}

/* ---- finding them ---- */

static bool has_its_driver(const struct sriov_function *function)
{
	char driver[SRIOV_NAME_LEN];

	sriov_driver_of(function->pf->ctx, function->pf->path, driver, sizeof(driver));
	return !strcmp(driver, function->driver);
}

static bool all_there(void *data)
{
	const struct sriov_card_functions *card = data;
	bool all = true;

	for (size_t i = 0; i < card->n; i++)
		all = all && (card->list[i].may_go || is_there(&card->list[i]));
	return all;
}

/* Their bus, or else all; a firmware that is not up yet does not answer. */
static int look(const struct sriov_card_functions *card, char *text)
{
	char path[SRIOV_PATH_LEN];
	int r = -ENOENT;

	snprintf(path, sizeof(path), "sys/bus/pci/devices/%s/rescan", card->port);
	if (card->port[0])
		r = run(card->ctx, write_one, path, "looking for its functions", text);
	if (r >= 0 || r == -EINPROGRESS)
		return r;
	return run(card->ctx, write_one, "sys/bus/pci/rescan",
		   "looking for its functions", text);
}

static int wait_for_all(const struct sriov_card_functions *card, char *text)
{
	int64_t end = sriov_now_ms() + BACK_MS;
	int r;

	do {
		r = look(card, text);
		if (r >= 0)
			r = sriov_events_wait(card->events, LOOK_MS, all_there,
					      (void *)card);
	} while (r == -ETIMEDOUT && sriov_now_ms() <= end);
	return r;
}

/* Driver, override and autoprobe are forgotten with the function. */
static int put_back(const struct sriov_function *function, char *text)
{
	struct sriov_pf *pf = function->pf;
	const struct sriov_binding binding = { .path = pf->path,
					       .driver = function->driver,
					       .old = function->driver,
					       .override = function->override };
	int r = 0;

	if (function->no_autoprobe)
		r = sriov_sysfs_write(pf->ctx, "0", "%s/sriov_drivers_autoprobe",
				      pf->path);
	if (r >= 0 && (function->override[0] || !has_its_driver(function)))
		r = run(pf->ctx, sriov_bind_undo, &binding, "its driver", text);
	else if (r < 0)
		snprintf(text, SRIOV_TEXT_LEN, "autoprobe: %s", sriov_strerror(-r));
	return r;
}

static void append(char *text, const char *object, const char *what)
{
	size_t len = strlen(text);

	snprintf(text + len, SRIOV_TEXT_LEN - len, "%s%s: %s", len ? "; " : "", object,
		 what);
}

int sriov_renew_find(const struct sriov_card_functions *card, char *text)
{
	char why[SRIOV_TEXT_LEN] = "";
	int r = wait_for_all(card, why);

	text[0] = '\0';
	for (size_t i = 0; i < card->n; i++) {
		const struct sriov_function *function = &card->list[i];
		char words[SRIOV_TEXT_LEN] = "";

		if (!is_there(function)) {
			if (!function->may_go)
				append(text, function->pf->name,
				       "the function did not come back (" SRIOV_RESCAN
				       ")");
			continue;
		}
		if (put_back(function, words) < 0)
			append(text, function->pf->name, words);
		else if (!has_its_driver(function))
			append(text, function->pf->name, "its driver did not come back");
		else if (function->nic && !sriov_pf_settle(function->pf))
			append(text, function->pf->name, "its netdev did not come back");
	}
	if (text[0] && why[0])
		append(text, "the PCI bus", why);
	return !text[0] ? 0 : r < 0 ? r : -ENODEV;
}

/* ---- what they offer ---- */

static int get(struct sriov_pf *pf, unsigned int at, uint32_t *value)
{
	int r = sriov_sysfs_space_read(pf->ctx, value, sizeof(*value), at, "%s/config",
				       pf->path);

	*value = le32toh(*value);
	return r;
}

/* Where its capability is; 0: there is none. False: that cannot be read. */
static bool find_sriov(struct sriov_pf *pf, unsigned int *found)
{
	unsigned int at = EXTENDED;
	uint32_t word = 0;

	*found = 0;
	for (unsigned int i = 0; i < CAPABILITIES && at >= EXTENDED && !*found; i++) {
		/* a card that is being reset answers with ones */
		if (get(pf, at, &word) < 0 || word == UINT32_MAX)
			return false;
		if (PCI_EXT_CAP_ID(word) == PCI_EXT_CAP_ID_SRIOV)
			*found = at;
		at = PCI_EXT_CAP_NEXT(word);
	}
	return true;
}

/* Drivers of others lower sriov_totalvfs as they like: there it says nothing. */
bool sriov_renew_is_due(struct sriov_pf *pf, uint32_t *offered)
{
	uint32_t vendor, word = 0, known = 0;
	unsigned int at;

	if (!pf->is_pci ||
	    sriov_sysfs_read_u32(pf->ctx, &vendor, "%s/vendor", pf->path) < 0 ||
	    vendor != VENDOR_MELLANOX || !find_sriov(pf, &at))
		return false;
	if (at && (get(pf, at + PCI_SRIOV_INITIAL_VF, &word) < 0 || word == UINT32_MAX))
		return false;
	sriov_sysfs_read_u32(pf->ctx, &known, "%s/sriov_totalvfs", pf->path);
	if (offered)
		*offered = word >> 16;
	return word >> 16 != known;
}

/* A BAR that is 64 bits wide, and has no address: the window of the port is too small. */
static bool has_no_room(struct sriov_pf *pf)
{
	uint32_t low = 0, high = 0;
	unsigned int at;

	return find_sriov(pf, &at) && at && get(pf, at + PCI_SRIOV_BAR, &low) >= 0 &&
	       get(pf, at + PCI_SRIOV_BAR + 4, &high) >= 0 &&
	       low & PCI_BASE_ADDRESS_MEM_TYPE_64 && !(low & PCI_BASE_ADDRESS_MEM_MASK) &&
	       !high;
}

bool sriov_renew_lacks_room(const struct sriov_card_functions *card, char *text)
{
	for (size_t i = 0; i < card->n; i++) {
		struct sriov_pf *pf = card->list[i].pf;
		uint32_t total;

		if (!pf->is_pci || !has_no_room(pf) ||
		    sriov_sysfs_read_u32(pf->ctx, &total, "%s/sriov_totalvfs", pf->path) <
			    0 ||
		    !total)
			continue;
		snprintf(
			text, SRIOV_TEXT_LEN,
			"%s offers %u VFs now, but the port %s was given no room for them when "
			"the machine started: reboot",
			pf->name, total, card->port);
		return true;
	}
	return false;
}
