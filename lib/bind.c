// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Binding one device to a driver by driver_override. Everything here may block in the kernel
 * and is therefore called as a worker's job.
 *
 * driver_override wins over the driver's ID table and over drivers_autoprobe of the PF
 * (kernel drivers/pci/pci-driver.c, pci_device_can_probe), touches no other device, and is
 * what keeps a later probe from giving the device to somebody else.
 */
#include "internal.h"

bool sriov_bind_is_vfio(const char *driver)
{
	return strstr(driver, "vfio") != NULL;
}

/* The uio drivers are uio_pci_generic, igb_uio and the like. */
bool sriov_bind_is_userspace(const char *driver)
{
	return sriov_bind_is_vfio(driver) || strstr(driver, "uio") ||
	       !strcmp(driver, "pci-stub");
}

bool sriov_bind_makes_netdevs(const char *driver)
{
	return strcmp(driver, SRIOV_DRIVER_NONE) != 0 && !sriov_bind_is_userspace(driver);
}

static const char *address_of(const char *path)
{
	return strrchr(path, '/') + 1;
}

static int complain(char *text, const char *what, int err)
{
	snprintf(text, SRIOV_TEXT_LEN, "%s: %s", what, sriov_strerror(-err));
	return err;
}

static bool override_is(struct sriov_ctx *ctx, const char *path, const char *driver)
{
	char now[SRIOV_NAME_LEN];

	if (sriov_sysfs_read(ctx, now, sizeof(now), "%s/driver_override", path) < 0)
		return false;
	return !strcmp(strcmp(now, "(null)") ? now : "", driver);
}

/* An empty line clears it: a write of no bytes would do nothing. */
static int set_override(struct sriov_ctx *ctx, const char *path, const char *driver,
			char *text)
{
	int r = sriov_sysfs_write(ctx, driver, "%s/driver_override", path);

	if (r < 0)
		return complain(text, "driver_override", r);
	if (override_is(ctx, path, driver))
		return 0;
	sriov_copy(text, SRIOV_TEXT_LEN,
		   "driver_override: accepted, but it reads back otherwise");
	return -EIO;
}

static int unbind(struct sriov_ctx *ctx, const char *path, const char *driver, char *text)
{
	int r;

	if (!strcmp(driver, SRIOV_DRIVER_NONE))
		return 0;
	r = sriov_sysfs_write(ctx, address_of(path), "%s/driver/unbind", path);
	return r < 0 ? complain(text, "unbind", r) : 0;
}

/* Success of drivers_probe says nothing: look what is bound afterwards. */
static int probe(struct sriov_ctx *ctx, const char *path, char *bound, char *text)
{
	int r = sriov_sysfs_write(ctx, address_of(path), "sys/bus/pci/drivers_probe");

	sriov_driver_of(ctx, path, bound, SRIOV_NAME_LEN);
	if (r < 0 && !strcmp(bound, SRIOV_DRIVER_NONE))
		return complain(text, "probe", r);
	return 0;
}

/* drivers_probe hides why a driver said no; its own bind file tells. */
static int ask_why(struct sriov_ctx *ctx, const char *path, const char *driver,
		   char *text)
{
	int r = sriov_sysfs_write(ctx, address_of(path), "sys/bus/pci/drivers/%s/bind",
				  driver);
	char bound[SRIOV_NAME_LEN], what[SRIOV_NAME_LEN * 2];

	sriov_driver_of(ctx, path, bound, sizeof(bound));
	if (!strcmp(bound, driver))
		return 0;
	snprintf(what, sizeof(what), "%s does not bind", driver);
	return complain(text, what, r < 0 ? r : -ENODEV);
}

static int bind_named(struct sriov_ctx *ctx, const struct sriov_binding *b, char *text)
{
	char bound[SRIOV_NAME_LEN];
	int r = set_override(ctx, b->path, b->driver, text);

	if (r < 0)
		return r;
	if (strcmp(b->old, b->driver)) {
		r = unbind(ctx, b->path, b->old, text);
		if (r < 0)
			return r;
		r = probe(ctx, b->path, bound, text);
		if (r < 0 || strcmp(bound, b->driver))
			r = ask_why(ctx, b->path, b->driver, text);
		if (r < 0)
			return r;
	}
	sriov_copy(text, SRIOV_TEXT_LEN, b->driver);
	return 0;
}

static int bind_default(struct sriov_ctx *ctx, const struct sriov_binding *b, char *text)
{
	char bound[SRIOV_NAME_LEN], alias[SRIOV_PATH_LEN];
	int r = set_override(ctx, b->path, "", text);

	if (r >= 0)
		r = unbind(ctx, b->path, b->old, text);
	if (r >= 0)
		r = probe(ctx, b->path, bound, text);
	if (r < 0)
		return r;
	/* udev loads the module when the VF appears; without udev it is ours to do */
	if (!strcmp(bound, SRIOV_DRIVER_NONE) &&
	    sriov_sysfs_read(ctx, alias, sizeof(alias), "%s/modalias", b->path) > 0 &&
	    sriov_module_load(ctx, alias) >= 0)
		r = probe(ctx, b->path, bound, text);
	if (r < 0)
		return r;
	if (!strcmp(bound, SRIOV_DRIVER_NONE) && !b->optional) {
		sriov_copy(text, SRIOV_TEXT_LEN,
			   "no driver took it (the kernel log may say why)");
		return -ENODEV;
	}
	sriov_copy(text, SRIOV_TEXT_LEN, bound);
	return 0;
}

static int bind_none(struct sriov_ctx *ctx, const struct sriov_binding *b, char *text)
{
	char bound[SRIOV_NAME_LEN];
	int r = set_override(ctx, b->path, "", text);

	if (r >= 0)
		r = unbind(ctx, b->path, b->old, text);
	if (r < 0)
		return r;
	sriov_driver_of(ctx, b->path, bound, sizeof(bound));
	if (strcmp(bound, SRIOV_DRIVER_NONE)) {
		snprintf(text, SRIOV_TEXT_LEN, "still bound to %s", bound);
		return -EBUSY;
	}
	sriov_copy(text, SRIOV_TEXT_LEN, bound);
	return 0;
}

/*
 * Put driver and override back. The old driver is named in the override while it is probed:
 * it then comes back with drivers_autoprobe off too.
 */
static int put_back(struct sriov_ctx *ctx, const struct sriov_binding *b)
{
	char bound[SRIOV_NAME_LEN], ignored[SRIOV_TEXT_LEN];
	int r = 0;

	sriov_driver_of(ctx, b->path, bound, sizeof(bound));
	if (strcmp(bound, b->old)) {
		r = unbind(ctx, b->path, bound, ignored);
		if (r >= 0 && strcmp(b->old, SRIOV_DRIVER_NONE)) {
			r = set_override(ctx, b->path, b->old, ignored);
			if (r >= 0)
				r = probe(ctx, b->path, bound, ignored);
			if (r >= 0 && strcmp(bound, b->old))
				r = -ENODEV;
		}
	}
	if (!override_is(ctx, b->path, b->override) &&
	    set_override(ctx, b->path, b->override, ignored) < 0)
		r = -EIO;
	return r;
}

/* The driver is named in the override meanwhile, for the same reason. */
static int start_again(struct sriov_ctx *ctx, const struct sriov_binding *b,
		       const char *after, char *text)
{
	char bound[SRIOV_NAME_LEN], ignored[SRIOV_TEXT_LEN];
	int r = set_override(ctx, b->path, b->old, text);

	sriov_driver_of(ctx, b->path, bound, sizeof(bound));
	if (r >= 0)
		r = unbind(ctx, b->path, bound, text);
	if (r >= 0) {
		probe(ctx, b->path, bound, ignored);
		r = strcmp(bound, b->old) ? ask_why(ctx, b->path, b->old, text) : 0;
	}
	if (!override_is(ctx, b->path, after)) {
		int left = set_override(ctx, b->path, after, r < 0 ? ignored : text);

		r = r < 0 ? r : left;
	}
	if (r >= 0)
		sriov_copy(text, SRIOV_TEXT_LEN, b->old);
	return r;
}

int sriov_bind(struct sriov_ctx *ctx, const struct sriov_job *job, char *text)
{
	const struct sriov_binding *b = job->data;
	size_t len;
	int r;

	if (b->again)
		r = start_again(ctx, b, b->after, text);
	else if (!strcmp(b->driver, SRIOV_DRIVER_DEFAULT))
		r = bind_default(ctx, b, text);
	else if (!strcmp(b->driver, SRIOV_DRIVER_NONE))
		r = bind_none(ctx, b, text);
	else
		r = bind_named(ctx, b, text);
	if (r >= 0 || put_back(ctx, b) >= 0)
		return r;
	/* -ENOTRECOVERABLE tells the plan that the device is not as it was */
	len = strlen(text);
	snprintf(text + len, SRIOV_TEXT_LEN - len,
		 "; and its driver (%s) or override did not come back", b->old);
	return -ENOTRECOVERABLE;
}

int sriov_bind_undo(struct sriov_ctx *ctx, const struct sriov_job *job, char *text)
{
	const struct sriov_binding *b = job->data;
	int r;

	if (b->again)
		return start_again(ctx, b, b->override, text);
	r = put_back(ctx, b);
	return r < 0 ? complain(text, b->old, r) : 0;
}

int sriov_bind_load(struct sriov_ctx *ctx, const struct sriov_job *job, char *text)
{
	const char *driver = job->data;
	int r;

	if (sriov_sysfs_exists(ctx, "sys/bus/pci/drivers/%s", driver))
		return 0;
	r = sriov_module_load(ctx, driver);
	if (r < 0)
		return r == -ENOENT ? r : complain(text, "loading the module", r);
	return sriov_sysfs_exists(ctx, "sys/bus/pci/drivers/%s", driver) ? 0 : -ENOENT;
}
