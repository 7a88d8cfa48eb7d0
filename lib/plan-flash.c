// SPDX-License-Identifier: GPL-2.0-or-later
/* Plans: another firmware for a card. What its driver would not take is refused beforehand. */
#include "devlink.h"
#include "plan.h"

#define COMPONENT_MAX 64

int sriov_plan_fw_flash(struct sriov_plan *plan, struct sriov_pf *pf, const char *file,
			const char *component, unsigned int overwrite)
{
	struct fw_work *fw = sriov_plan_fw_work(plan, pf);
	char *copy = strdup(file), *part = component ? strdup(component) : NULL;

	if (!fw || !copy || (component && !part)) {
		free(copy);
		free(part);
		return sriov_no_memory(plan->ctx);
	}
	free(fw->file);
	free(fw->component);
	fw->flash = true;
	fw->file = copy;
	fw->component = part;
	fw->overwrite = overwrite;
	return 0;
}

/* ---- formats, by how a file begins ---- */

static const struct format {
	const char *magic;
	size_t len;
	const char *name; /* "it is ..." */
	bool packed;      /* what is inside may be right */
} formats[] = {
	/* mstflint, mlxfwops: Mfa2 package; images of FS3 and later; MFA package */
	{ "MLNX.MFA2.XZ.00!", 16, "an MFA2 archive", false },
	{ "MTFW", 4, "an image for flint (.bin)", false },
	{ "MFAR", 4, "an MFA archive of the first version", false },
	{ "PK\003\004", 4, "a ZIP archive", true },
	{ "\037\213", 2, "packed with gzip", true },
	{ "\3757zXZ", 6, "packed with xz", true },
	{ "\050\265\057\375", 4, "packed with zstd", true },
	{ "", 0, "of no format that is known", false },
};

#define MFA2 (&formats[0])

static const struct format *format_of(const uint8_t head[SRIOV_FIRMWARE_HEAD])
{
	const struct format *format = formats;

	while (memcmp(format->magic, head, format->len) != 0)
		format++;
	return format;
}

/* What a driver takes and no other (kernel drivers/net/ethernet/mellanox/mlxfw). */
static const struct {
	const char *driver;
	const struct format *only;
	const char *cure;
} takes[] = {
	{ "mlx5_core", MFA2, "take the .mfa2 of the same release, or flint" },
	{ "mlxsw_spectrum", MFA2, "take the .mfa2 of the same release, or flint" },
};

static int check_format(struct sriov_pf *pf, const char *file, const char *driver,
			const uint8_t head[SRIOV_FIRMWARE_HEAD])
{
	const struct format *format = format_of(head);

	for (size_t i = 0; i < ARRAY_SIZE(takes); i++)
		if (!strcmp(takes[i].driver, driver) && format != takes[i].only)
			return sriov_fail(
				pf->ctx, SRIOV_WRONG, EINVAL,
				"%s: flash: %s is %s, and %s takes %s only (%s)",
				pf->name, file, format->name, driver, takes[i].only->name,
				format->packed ? "unpack it" : takes[i].cure);
	if (!format->packed || format->magic[0] != 'P')
		return 0;
	return sriov_fail(pf->ctx, SRIOV_WRONG, EINVAL, "%s: flash: %s is %s: unpack it",
			  pf->name, file, format->name);
}

/* ---- refusing ---- */

static int fail_file(const struct sriov_pf *pf, const char *file, int err)
{
	return sriov_fail(pf->ctx, SRIOV_WRONG, -err, "%s: flash: %s: %s", pf->name, file,
			  err == -ENODATA ? "is empty" :
			  err == -EINVAL  ? "is no regular file" :
			  err == -EFBIG   ? "is too large to be a firmware" :
					    sriov_strerror(-err));
}

/* Only devlink flashes, and the kernel opens the file where the first process is. */
static int check_way(struct sriov_pf *pf)
{
	if (!sriov_fw_allowed(pf->ctx, &sriov_fw_devlink))
		return sriov_fail(pf->ctx, SRIOV_WRONG, EOPNOTSUPP,
				  "%s: flash: the back end that was asked for does not "
				  "flash (devlink)",
				  pf->name);
	if (!sriov_firmware_is_elsewhere(pf->ctx))
		return 0;
	return sriov_fail(pf->ctx, SRIOV_WRONG, EXDEV,
			  "%s: flash: the kernel looks for files where process 1 is, and "
			  "this one is in another mount namespace: run it outside of "
			  "the container or service (nsenter -t 1 -m)",
			  pf->name);
}

/* Is there anything that would take it? Whether the driver does, only a try can tell. */
static int check_devlink(struct sriov_pf *pf, const char *driver)
{
	struct sriov_devlink_answer answer;
	int r = sriov_devlink_ask(pf, &sriov_devlink_dev, &answer);

	free(answer.bytes);
	if (r >= 0)
		return 0;
	if (r != -EOPNOTSUPP)
		return sriov_fail(pf->ctx, SRIOV_FAILED, -r, "%s: flash: devlink: %s",
				  pf->name,
				  r == -ETIMEDOUT ? "the kernel blocks: the card is "
						    "being flashed or reloaded" :
						    sriov_strerror(-r));
	return sriov_fail(
		pf->ctx, SRIOV_WRONG, EOPNOTSUPP,
		"%s: flash: %s%s has no devlink, over which the kernel flashes: "
		"its vendor's tool does",
		pf->name,
		strcmp(driver, SRIOV_DRIVER_NONE) ? "its driver " : "without a driver it",
		strcmp(driver, SRIOV_DRIVER_NONE) ? driver : "");
}

/* ---- versions ---- */

/* As the `next` of a setting; what is not known stays unset. */
static void read_version(struct sriov_pf *pf, struct sriov_fw_param *version)
{
	struct sriov_fw_info info = { 0 };

	*version = (struct sriov_fw_param){ .name = "firmware", .type = SRIOV_FW_STRING };
	if (sriov_devlink_info(pf, &info) < 0)
		return;
	if (info.set & SRIOV_FW_INFO_STORED) {
		sriov_copy(version->next.text, sizeof(version->next.text), info.stored);
		version->set |= SRIOV_FW_NEXT;
	}
	if (info.set & SRIOV_FW_INFO_RUNNING) {
		sriov_copy(version->current.text, sizeof(version->current.text),
			   info.running);
		version->set |= SRIOV_FW_CURRENT;
	}
}

static const char *last_part(const char *file)
{
	const char *slash = strrchr(file, '/');

	return slash && slash[1] ? slash + 1 : file;
}

int sriov_plan_make_flash(struct sriov_plan *plan, struct pf_work *work)
{
	uint8_t head[SRIOV_FIRMWARE_HEAD];
	struct fw_work *fw = work->fw;
	struct sriov_pf *pf = work->pf;
	char driver[SRIOV_NAME_LEN];
	struct step *step;
	int r = check_way(pf);

	if (r < 0)
		return r;
	if (fw->opened >= 0)
		close(fw->opened);
	r = sriov_firmware_look(plan->ctx, fw->file, head, &fw->opened);
	if (r < 0)
		return fail_file(pf, fw->file, r);
	if (fw->component && (!fw->component[0] || strlen(fw->component) > COMPONENT_MAX))
		return sriov_fail(plan->ctx, SRIOV_WRONG, EINVAL,
				  "%s: flash: '%s' is no component", pf->name,
				  fw->component);
	sriov_driver_of(plan->ctx, pf->path, driver, sizeof(driver));
	r = check_format(pf, fw->file, driver, head);
	if (r >= 0)
		r = check_devlink(pf, driver);
	if (r < 0)
		return r;
	step = sriov_plan_add_fw_step(plan, work, PHASE_FLASH, SRIOV_ACTION_FLASH,
				      "firmware");
	if (!step)
		return sriov_no_memory(plan->ctx);
	read_version(pf, &fw->before);
	fw->after = fw->before;
	fw->after.set = SRIOV_FW_NEXT;
	sriov_copy(fw->after.next.text, sizeof(fw->after.next.text), last_part(fw->file));
	sriov_make_printable(fw->after.next.text);
	step->pub.backend = sriov_fw_devlink.name;
	step->pub.from.fw = &fw->before;
	step->pub.to.fw = &fw->after;
	return 0;
}

/* ---- doing ---- */

/* What is stored now, and what that means. */
static void conclude(struct step *step)
{
	struct fw_work *fw = step->pf_work->fw;
	struct sriov_fw_param now;
	char text[SRIOV_TEXT_LEN];

	read_version(step->pub.pf, &now);
	step->pub.state = SRIOV_STEP_DONE;
	if (!(now.set & SRIOV_FW_NEXT)) {
		step->pub.state = SRIOV_STEP_UNVERIFIED;
		sriov_step_text(step,
				"written, but the driver does not tell which version "
				"the card has stored");
		return;
	}
	/* the kernel does not tell which version the file has */
	if (fw->before.set & SRIOV_FW_NEXT &&
	    !strcmp(fw->before.next.text, now.next.text)) {
		step->pub.state = SRIOV_STEP_UNVERIFIED;
		snprintf(text, sizeof(text),
			 "written; the version that is stored is %s, as before",
			 now.next.text);
		sriov_step_text(step, text);
	}
	now.pending = now.set & SRIOV_FW_CURRENT &&
		      strcmp(now.current.text, now.next.text) != 0;
	now.activation = now.pending ? SRIOV_FW_FIRMWARE_RESET : SRIOV_FW_NOTHING;
	now.set |= (now.set & SRIOV_FW_CURRENT ? SRIOV_FW_PENDING : 0) |
		   SRIOV_FW_ACTIVATION;
	fw->after = now;
}

static int fail_to_place(struct step *step, int err)
{
	char text[SRIOV_TEXT_LEN];

	snprintf(text, sizeof(text), "copying it to /lib/firmware: %s%s",
		 sriov_strerror(-err),
		 err == -EROFS || err == -EPERM || err == -ENOENT ?
			 " (put it into a directory of root, and name that in "
			 "/sys/module/firmware_class/parameters/path)" :
			 "");
	return sriov_step_fail(step, err, text);
}

int sriov_batch_flash(struct sriov_plan *plan, struct step **steps, size_t n)
{
	struct step *step = steps[0];
	struct fw_work *fw = step->pf_work->fw;
	struct sriov_pf *pf = step->pub.pf;
	struct sriov_firmware firmware;
	char words[SRIOV_TEXT_LEN] = "";
	int r = sriov_firmware_place(plan->ctx, fw->opened, fw->file, &firmware);

	(void)n;
	if (r < 0)
		return fail_to_place(step, r);
	r = sriov_devlink_flash(pf, firmware.name, fw->component, fw->overwrite, words);
	/* the kernel has read all of it before it writes the first byte to the card */
	sriov_firmware_remove(&firmware);
	if (r < 0) {
		sriov_step_fail(step, r, words);
		if (r == -EINPROGRESS)
			step->pub.state = SRIOV_STEP_LEFT;
		return r;
	}
	conclude(step);
	return 0;
}
