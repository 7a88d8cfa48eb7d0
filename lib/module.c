// SPDX-License-Identifier: GPL-2.0-or-later
/* Loading kernel modules through libkmod, which is itself loaded on first use. */
#include <dlfcn.h>
#include <libkmod.h>
#include <stdarg.h>

#include "config.h"
#include "dlopen.h"
#include "internal.h"

DLOPEN_NOTE("kernel-modules", "Loading the drivers that devices are bound to",
	    "recommended", LIBKMOD_SONAME);

#define FUNCTIONS(row)                                                                 \
	row(kmod_new) row(kmod_unref) row(kmod_set_log_fn) row(kmod_load_resources)    \
		row(kmod_module_new_from_lookup) row(kmod_module_get_module)           \
			row(kmod_module_probe_insert_module) row(kmod_module_get_name) \
				row(kmod_module_unref) row(kmod_module_unref_list)     \
					row(kmod_list_next)

/* Per thread, so that contexts in several threads need no lock: dlopen() counts itself. */
static _Thread_local struct {
#define ROW(name) __typeof__(name) *name;
	FUNCTIONS(ROW)
#undef ROW
	bool loaded;
} libkmod;

static bool load(void)
{
	void *handle;

	if (libkmod.loaded)
		return true;
	handle = dlopen(LIBKMOD_SONAME, RTLD_NOW | RTLD_LOCAL);
	if (!handle)
		return false;
	libkmod.loaded = true;
#define ROW(name)                                                      \
	libkmod.name = (__typeof__(libkmod.name))dlsym(handle, #name); \
	libkmod.loaded &= libkmod.name != NULL;
	FUNCTIONS(ROW)
#undef ROW
	return libkmod.loaded;
}

/* libkmod would write to stderr */
static void on_log(void *data, int priority, const char *file, int line, const char *fn,
		   const char *format, va_list args)
{
	(void)data, (void)priority, (void)file, (void)line, (void)fn, (void)format,
		(void)args;
}

/* An install line in modprobe.d is a command for a shell, which is never started here. */
static int on_install(struct kmod_module *module, const char *command, void *data)
{
	sriov_debug(data, "module %s: not running its install command: %s",
		    libkmod.kmod_module_get_name(module), command);
	return -ECANCELED;
}

static int open_kmod(struct sriov_ctx *ctx)
{
	if (!load())
		return -ELIBACC;
	if (ctx->kmod)
		return 0;
	ctx->kmod = libkmod.kmod_new(NULL, NULL);
	if (!ctx->kmod)
		return -ENOMEM;
	libkmod.kmod_set_log_fn(ctx->kmod, on_log, NULL);
	/* without its indexes it looks in the files: slower, no failure */
	libkmod.kmod_load_resources(ctx->kmod);
	return 0;
}

/* Loaded, or built in and with parameters? Also for modules that are in no index. */
static bool is_live(struct sriov_ctx *ctx, const char *name)
{
	char module[SRIOV_NAME_LEN], state[SRIOV_NAME_LEN];

	sriov_copy(module, sizeof(module), name);
	for (char *dash = module; (dash = strchr(dash, '-'));)
		*dash = '_';
	if (!sriov_sysfs_name_ok(module) ||
	    !sriov_sysfs_exists(ctx, "sys/module/%s", module))
		return false;
	return sriov_sysfs_read(ctx, state, sizeof(state), "sys/module/%s/initstate",
				module) < 0 ||
	       !strcmp(state, "live");
}

static int insert(struct sriov_ctx *ctx, struct kmod_list *entry, bool from_alias)
{
	struct kmod_module *module = libkmod.kmod_module_get_module(entry);
	int r = libkmod.kmod_module_probe_insert_module(
		module, from_alias ? KMOD_PROBE_APPLY_BLACKLIST : 0, NULL, on_install,
		ctx, NULL);

	/* positive: the flag by which it was passed over */
	if (r > 0)
		r = -ENOENT;
	sriov_debug(ctx, "module %s -> %s", libkmod.kmod_module_get_name(module),
		    r ? sriov_strerror(-r) : "loaded");
	libkmod.kmod_module_unref(module);
	return r;
}

int sriov_module_load(struct sriov_ctx *ctx, const char *name)
{
	struct kmod_list *list = NULL, *entry;
	bool modalias = strchr(name, ':'), loaded = false;
	int r, err = -ENOENT;

	if (ctx->recorded)
		return -EROFS;
	if (!modalias && is_live(ctx, name))
		return 0;
	r = open_kmod(ctx);
	if (r < 0)
		return r;
	r = libkmod.kmod_module_new_from_lookup(ctx->kmod, name, &list);
	if (r < 0) {
		sriov_debug(ctx, "module %s -> %s", name, sriov_strerror(-r));
		return r;
	}
	if (!list)
		sriov_debug(ctx, "module %s -> none", name);
	/* one modalias may fit several modules: one that loads is enough */
	for (entry = list; entry; entry = libkmod.kmod_list_next(list, entry)) {
		r = insert(ctx, entry, modalias);
		loaded |= !r;
		if (err == -ENOENT)
			err = r;
	}
	libkmod.kmod_module_unref_list(list);
	return loaded ? 0 : err;
}

bool sriov_module_is_there(struct sriov_ctx *ctx, const char *name)
{
	struct kmod_list *list = NULL;
	bool there;

	if (ctx->recorded || is_live(ctx, name) || open_kmod(ctx) < 0 ||
	    libkmod.kmod_module_new_from_lookup(ctx->kmod, name, &list) < 0)
		return false;
	there = list != NULL;
	libkmod.kmod_module_unref_list(list);
	return there;
}

void sriov_module_close(struct sriov_ctx *ctx)
{
	if (ctx->kmod && load())
		libkmod.kmod_unref(ctx->kmod);
	ctx->kmod = NULL;
}
