// SPDX-License-Identifier: GPL-2.0-or-later
/* PCI addresses and names; modules and events as far as a recorded machine goes. */
#include "internal.h"
#include "tap.h"
#include "tree.h"

static void test_parse(void)
{
	static const struct {
		const char *text, *canonical;
	} rows[] = {
		{ "0000:01:00.0", "0000:01:00.0" },
		{ "01:00.0", "0000:01:00.0" },
		{ "1:2.3", "0000:01:02.3" },
		{ "0000:AF:1F.7", "0000:af:1f.7" },
		{ "10000:00:05.0", "10000:00:05.0" },
		{ "0:1:0.0", "0000:01:00.0" },
		{ "ffffffff:ff:1f.7", "ffffffff:ff:1f.7" },
		{ "100000000:00:00.0", NULL },
		{ "0000:01:20.0", NULL },
		{ "0000:01:00.8", NULL },
		{ "0000:100:00.0", NULL },
		{ "0000:01:00", NULL },
		{ "0000:01:00.", NULL },
		{ "0000:01:00.0 ", NULL },
		{ " 0000:01:00.0", NULL },
		{ "0000:01:00.00", NULL },
		{ "0000:0000:01:00.0", NULL },
		{ "-1:01:00.0", NULL },
		{ ":01:00.0", NULL },
		{ "0x0:01:00.0", NULL },
		{ "", NULL },
		{ ":", NULL },
		{ "::.", NULL },
		{ "eth0", NULL },
		{ "02:00:00:00:00:01", NULL },
	};
	char canonical[SRIOV_NAME_LEN];

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		int r = sriov_pci_parse(rows[i].text, canonical, sizeof(canonical));

		is_int(r, rows[i].canonical ? 0 : -EINVAL, "'%s'", rows[i].text);
		if (!r && rows[i].canonical)
			is_str(canonical, rows[i].canonical, "canonical '%s'",
			       rows[i].text);
	}
	is_int(sriov_pci_parse("01:00.0", canonical, 12), -EINVAL, "no room");
}

static void test_names(struct sriov_ctx *ctx)
{
	char vendor[128], device[128];

	if (access("/usr/share/misc/pci.ids", R_OK) < 0) {
		ok(true, "names # SKIP no pci.ids here");
		return;
	}
	is_int(sriov_pci_names(ctx, 0x8086, 0x10c9, vendor, sizeof(vendor), device,
			       sizeof(device)),
	       0, "a known device");
	is_str(vendor, "Intel Corporation", "vendor");
	ok(strstr(device, "82576"), "device");
	is_int(sriov_pci_names(ctx, 0x8086, 0xfffe, vendor, sizeof(vendor), device,
			       sizeof(device)),
	       0, "an unknown device");
	is_str(vendor, "Intel Corporation", "of a known vendor");
	is_str(device, "", "has no name");
	is_int(sriov_pci_names(ctx, 0xfff1, 0xfffe, vendor, sizeof(vendor), device,
			       sizeof(device)),
	       -ENOENT, "an unknown vendor");
	is_int(sriov_pci_names(ctx, 0x8086, 0x10c9, vendor, 3, device, 3), -ENOENT,
	       "no room");
}

static bool never(void *data)
{
	++*(int *)data;
	return false;
}

static void test_events(struct sriov_ctx *ctx)
{
	struct sriov_events *events;
	int64_t begin = sriov_now_ms();
	int asked = 0;

	is_int(sriov_events_open(ctx, &events), -EROFS,
	       "no socket in a recorded machine");
	ctx->recorded = false;
	if (sriov_events_open(ctx, &events) < 0) {
		ok(true, "events # SKIP %s", sriov_error(ctx));
	} else {
		is_int(sriov_events_wait(events, 30, never, &asked), -ETIMEDOUT,
		       "time is up");
		ok(asked >= 2 && sriov_now_ms() - begin >= 30, "not before");
		sriov_events_close(events);
	}
	ctx->recorded = true;
}

int main(void)
{
	struct sriov_ctx *ctx;
	struct tree tree;

	tree_new(&tree);
	is_int(sriov_new_at(tree.root, &ctx), 0, "context");
	test_parse();
	test_names(ctx);
	is_int(sriov_module_load(ctx, "vfio-pci"), -EROFS,
	       "no module in a recorded machine");
	tree_file(&tree, "sys/module/vfio_pci/initstate", "live\n");
	ctx->recorded = false;
	is_int(sriov_module_load(ctx, "vfio-pci"), 0, "a loaded module");
	is_int(sriov_module_load(ctx, "no-such-module-at-all"), -ENOENT,
	       "no such module");
	is_int(sriov_module_load(ctx, "pci:v0000FFFEd0000FFFE"), -ENOENT,
	       "nor for an alias");
	ctx->recorded = true;
	test_events(ctx);
	sriov_free(ctx);
	tree_free(&tree);
	return done_testing();
}
