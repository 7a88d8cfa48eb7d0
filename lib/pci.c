// SPDX-License-Identifier: GPL-2.0-or-later
/* PCI addresses, and names from pci.ids through libpci, which is loaded on first use. */
#include <ctype.h>
#include <dlfcn.h>
#include <pci/pci.h>
#include <setjmp.h>

#include "config.h"
#include "dlopen.h"
#include "internal.h"

DLOPEN_NOTE("pci-names", "Names of PCI vendors and devices", "suggested", LIBPCI_SONAME);

/* Per thread, so that contexts in several threads need no lock: dlopen() counts itself. */
static _Thread_local struct {
	__typeof__(pci_alloc) *alloc;
	__typeof__(pci_cleanup) *cleanup;
	__typeof__(pci_set_param) *set_param;
	__typeof__(pci_lookup_name) *lookup_name;
} libpci;

/* libpci's error hook must not return, and the default one ends the process. */
static _Thread_local jmp_buf escape;

/* Hexadecimal of one to `digits` digits, up to `max`, then `end`. */
static bool take_hex(const char **text, int digits, unsigned long max, char end,
		     unsigned long *value)
{
	const char *from = *text;
	int len = 0;

	while (isxdigit((unsigned char)from[len]))
		len++;
	if (!len || len > digits || from[len] != end)
		return false;
	*value = strtoul(from, NULL, 16);
	*text = from + len + (end ? 1 : 0);
	return *value <= max;
}

int sriov_pci_parse(const char *text, char *canonical, size_t size)
{
	unsigned long domain = 0, bus, dev, fn;
	const char *colon = strchr(text, ':');
	int len;

	if (colon && strchr(colon + 1, ':') &&
	    !take_hex(&text, 8, UINT32_MAX, ':', &domain))
		return -EINVAL;
	if (!take_hex(&text, 2, 0xff, ':', &bus) ||
	    !take_hex(&text, 2, 0x1f, '.', &dev) || !take_hex(&text, 1, 7, '\0', &fn))
		return -EINVAL;
	len = snprintf(canonical, size, "%04lx:%02lx:%02lx.%lx", domain, bus, dev, fn);
	return (size_t)len < size ? 0 : -EINVAL;
}

static bool load(void)
{
	void *handle;

	if (libpci.lookup_name)
		return true;
	handle = dlopen(LIBPCI_SONAME, RTLD_NOW | RTLD_LOCAL);
	if (!handle)
		return false;
#define ROW(name) libpci.name = (__typeof__(libpci.name))dlsym(handle, "pci_" #name)
	ROW(alloc);
	ROW(cleanup);
	ROW(set_param);
	ROW(lookup_name);
#undef ROW
	if (!libpci.alloc || !libpci.cleanup || !libpci.set_param)
		libpci.lookup_name = NULL;
	return libpci.lookup_name;
}

static __attribute__((noreturn)) void on_error(char *msg, ...)
{
	(void)msg;
	longjmp(escape, 1);
}

static void on_message(char *msg, ...)
{
	(void)msg;
}

/* Names need no pci_init(), which would look for devices. */
static struct pci_access *open_access(void)
{
	struct pci_access *access = load() ? libpci.alloc() : NULL;

	if (!access)
		return NULL;
	access->error = on_error;
	access->warning = on_message;
	access->debug = on_message;
	/* the cache is a file that the environment names; libpci 3.13 leaks its name, too */
	access->id_lookup_mode &= ~(PCI_LOOKUP_NETWORK | PCI_LOOKUP_CACHE);
	/* where udev has no such database, libpci 3.9 leaks at each look into it */
	if (!setjmp(escape))
		libpci.set_param(access, (char[]){ "hwdb.disable" }, (char[]){ "1" });
	return access;
}

static bool look_up(struct pci_access *access, int flags, uint16_t vendor,
		    uint16_t device, char *name, size_t size)
{
	name[0] = '\0';
	if (setjmp(escape))
		return false;
	/* NULL when there is none, a complaint of its own when there is no room */
	if (libpci.lookup_name(access, name, size, flags | PCI_LOOKUP_NO_NUMBERS, vendor,
			       device) != name)
		name[0] = '\0';
	return name[0];
}

int sriov_pci_names(struct sriov_ctx *ctx, uint16_t vendor, uint16_t device,
		    char *vendor_name, size_t vendor_size, char *device_name,
		    size_t device_size)
{
	bool found;

	vendor_name[0] = device_name[0] = '\0';
	if (!ctx->pci)
		ctx->pci = open_access();
	if (!ctx->pci || !load())
		return -ENOENT;
	found = look_up(ctx->pci, PCI_LOOKUP_VENDOR, vendor, device, vendor_name,
			vendor_size);
	found |= look_up(ctx->pci, PCI_LOOKUP_DEVICE, vendor, device, device_name,
			 device_size);
	sriov_make_printable(vendor_name);
	sriov_make_printable(device_name);
	sriov_debug(ctx, "libpci %04x:%04x -> \"%s\" \"%s\"", vendor, device, vendor_name,
		    device_name);
	return found ? 0 : -ENOENT;
}

void sriov_pci_close(struct sriov_ctx *ctx)
{
	struct pci_access *access = ctx->pci;

	ctx->pci = NULL;
	if (access && load() && !setjmp(escape))
		libpci.cleanup(access);
}
