// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Images of firmware: one for a card of mlx5, which takes archives that begin as MFA2 do, two
 * for one of bnxt. What is behind that beginning is simpler than in real ones, lines of text
 *
 *	NAME VERSION
 *
 * that end with a NUL or the file. NAME is a PSID (mlx5), or that of a component (bnxt). The
 * steps and texts are those of mlxfw/mlxfw_fsm.c in Linux 6.12, and of drivers as ice that have
 * components and tell how long the last step may take.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/firmware.h>
#include <linux/slab.h>

#include "devlink.h"

#define FINGERPRINT "MLNX.MFA2.XZ.00!"
#define FINGERPRINT_LEN (sizeof(FINGERPRINT) - 1)
#define TEXT_MAX 4096 /* bytes of such lines */
#define BLOCKS 10     /* an image is sent in so many */
#define ACTIVATION_LIMIT 5

struct name {
	const char *name; /* in devlink info */
	const char *
		first; /* version that the card comes with; NULL: that of the one before */
	unsigned int image;
};

static const struct name mlx5_names[] = {
	{ "fw.version", "28.43.1014", 0 },
	{ "fw", NULL, 0 },
	{},
};

static const struct name bnxt_names[] = {
	{ "fw", "229.0.139.0", 0 },
	{ "fw.mgmt", "229.1.123.0", 1 },
	{},
};

static const struct name *names(void)
{
	return lab_devlink_driver == DEVLINK_BNXT ? bnxt_names : mlx5_names;
}

void lab_images_init(struct lab_card *card)
{
	for (const struct name *name = names(); name->name; name++) {
		struct lab_image *image = &card->images[name->image];

		if (!name->first)
			continue;
		strscpy(image->running, name->first, sizeof(image->running));
		strscpy(image->stored, name->first, sizeof(image->stored));
	}
}

void lab_images_activate(struct lab_card *card)
{
	for (unsigned int i = 0; i < LAB_MAX_IMAGES; i++)
		memcpy(card->images[i].running, card->images[i].stored, LAB_VERSION_LEN);
}

/* When only the last number of its version is another. */
bool lab_images_can_be_patched(const struct lab_card *card)
{
	const struct lab_image *image = &card->images[0];
	const char *last = strrchr(image->running, '.');

	return strcmp(image->running, image->stored) &&
	       !strncmp(image->running, image->stored, last - image->running + 1) &&
	       !strchr(image->stored + (last - image->running) + 1, '.');
}

int lab_images_put(const struct lab_card *card, struct devlink_info_req *req)
{
	const enum devlink_info_version_type type =
		lab_devlink_driver == DEVLINK_BNXT ? DEVLINK_INFO_VERSION_TYPE_COMPONENT :
						     DEVLINK_INFO_VERSION_TYPE_NONE;
	int err = 0;

	for (const struct name *name = names(); name->name && !err; name++) {
		const struct lab_image *image = &card->images[name->image];

		err = devlink_info_version_running_put_ext(req, name->name,
							   image->running, type);
		if (!err)
			err = devlink_info_version_stored_put_ext(req, name->name,
								  image->stored, type);
	}
	return err;
}

/* What is new in a file: an empty version where an image is to stay. */
struct update {
	char versions[LAB_MAX_IMAGES][LAB_VERSION_LEN];
	bool any;
};

/* mlx5_core shows a version as three numbers, bnxt_en as the card says it. */
static bool get_version(const char *text, char *version)
{
	unsigned int major, minor, last;

	if (lab_devlink_driver == DEVLINK_BNXT)
		return strscpy(version, text, LAB_VERSION_LEN) > 0;
	if (sscanf(text, "%u.%u.%u", &major, &minor, &last) != 3 || major > U8_MAX ||
	    minor > U8_MAX || last > U16_MAX)
		return false;
	snprintf(version, LAB_VERSION_LEN, "%u.%u.%04u", major, minor, last);
	return true;
}

static const struct name *find_name(const char *text, const char *component)
{
	const struct name *name = names();

	if (lab_devlink_driver != DEVLINK_BNXT)
		return strcmp(text, LAB_PSID) ? NULL : name;
	if (component && strcmp(text, component))
		return NULL;
	while (name->name && strcmp(name->name, text))
		name++;
	return name->name ? name : NULL;
}

/* Reads the lines; -EINVAL: that is not what they are. */
static int read_lines(const char *from, size_t len, const char *component,
		      struct update *update)
{
	char *text = kmemdup_nul(from, min(len, TEXT_MAX), GFP_KERNEL);
	char *rest = text, *line, first[LAB_VERSION_LEN], second[LAB_VERSION_LEN];
	char version[LAB_VERSION_LEN];
	const struct name *name;
	int err = text ? 0 : -ENOMEM;

	while (!err && (line = strsep(&rest, "\n"))) {
		if (!*line)
			continue;
		if (sscanf(line, "%31s %31s", first, second) != 2 ||
		    !get_version(second, version)) {
			err = -EINVAL;
			break;
		}
		name = find_name(first, component);
		if (!name)
			continue;
		memcpy(update->versions[name->image], version, sizeof(version));
		update->any = true;
	}
	kfree(text);
	return err;
}

/* ---- the steps; where a driver has no words for what went wrong, only the error is told ---- */

#define MLXFW "mlxfw: Firmware flash failed: "

struct flash {
	struct devlink *devlink;
	const struct firmware *file;
	const char *component;
	struct update update;
	struct netlink_ext_ack *extack;
};

static int fail(struct flash *flash, int err, const char *text)
{
	if (lab_devlink_driver != DEVLINK_BNXT)
		NL_SET_ERR_MSG_FMT(flash->extack, MLXFW "%s", text);
	return err;
}

/* 0, LAB_IGNORE, or an error with its text. */
static int step(struct flash *flash, enum lab_operation operation, const char *text)
{
	int err = lab_fault(operation, -1);

	return err < 0 ? fail(flash, err, text) : err;
}

static void tell(struct flash *flash, const char *text, const char *component,
		 size_t done, size_t total)
{
	devlink_flash_update_status_notify(flash->devlink, text, component, done, total);
}

static int open_file(struct flash *flash)
{
	const struct firmware *file = flash->file;
	size_t skip = lab_devlink_driver == DEVLINK_BNXT ? 0 : FINGERPRINT_LEN;
	int err;

	if (skip && (file->size <= skip || memcmp(file->data, FINGERPRINT, skip)))
		return fail(flash, -EINVAL, "Firmware file is not MFA2");
	err = read_lines(file->data + skip, file->size - skip, flash->component,
			 &flash->update);
	return err ? fail(flash, err, "Failed to initialize MFA2 firmware file") : 0;
}

static int send(struct flash *flash)
{
	const char *component = flash->component ?: "1"; /* which is the image to boot */
	size_t size = flash->file->size, block = DIV_ROUND_UP(size, BLOCKS);
	int err;

	tell(flash, "Updating component", component, 0, 0);
	tell(flash, "Downloading component", component, 0, size);
	for (size_t at = 0; at < size; at += block) {
		err = step(flash, LAB_OP_flash_block, "Component download failed");
		if (err < 0)
			return err;
		tell(flash, "Downloading component", component, min(at + block, size),
		     size);
	}
	tell(flash, "Verifying component", component, 0, 0);
	return min(step(flash, LAB_OP_flash_verify, "FSM component verify failed"), 0);
}

/* That it was stored; it runs after a reload. */
static int store(struct flash *flash)
{
	struct lab_card *card = lab_devlink_port(flash->devlink)->card;
	int err;

	if (lab_devlink_driver == DEVLINK_BNXT)
		devlink_flash_update_timeout_notify(flash->devlink, "Activating image",
						    NULL, ACTIVATION_LIMIT);
	else
		tell(flash, "Activating image", NULL, 0, 0);
	err = step(flash, LAB_OP_flash_activate,
		   "Could not activate the downloaded image");
	if (err)
		return min(err, 0);
	guard(mutex)(&card->devlink_lock);
	for (unsigned int i = 0; i < LAB_MAX_IMAGES; i++)
		if (flash->update.versions[i][0])
			memcpy(card->images[i].stored, flash->update.versions[i],
			       LAB_VERSION_LEN);
	return 0;
}

static int run(struct flash *flash)
{
	int err;

	tell(flash, "Initializing firmware flash process", NULL, 0, 0);
	err = step(flash, LAB_OP_flash_lock, "Could not lock the firmware FSM");
	if (err < 0)
		return err;
	if (!flash->update.any)
		return fail(flash, -EINVAL, "Could not find device PSID in MFA2 file");
	err = send(flash) ?: store(flash);
	if (!err)
		tell(flash, "Firmware flash done", NULL, 0, 0);
	return err;
}

int lab_devlink_flash(struct devlink *devlink, struct devlink_flash_update_params *params,
		      struct netlink_ext_ack *extack)
{
	struct lab_card *card = lab_devlink_port(devlink)->card;
	struct flash flash = {
		.devlink = devlink,
		.file = params->fw,
		.component = params->component,
		.extack = extack,
	};
	int err = open_file(&flash);

	if (err)
		return err;
	if (test_and_set_bit(0, &card->flashing))
		return fail(&flash, -EBUSY, "Could not lock the firmware FSM");
	err = run(&flash);
	clear_bit(0, &card->flashing);
	if (err || !params->overwrite_mask)
		return err;
	pr_info("flash: overwrite mask %#x\n", params->overwrite_mask);
	if (params->overwrite_mask & DEVLINK_FLASH_OVERWRITE_SETTINGS)
		lab_bnxt_reset(card);
	return 0;
}
