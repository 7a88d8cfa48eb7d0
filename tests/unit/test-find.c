// SPDX-License-Identifier: GPL-2.0-or-later
/* Names of PFs and VFs, good and bad, and what is said about them. */
#include "internal.h"
#include "machine.h"
#include "tap.h"
#include "tree.h"

static void test_pfs(struct sriov_ctx *ctx)
{
	static const struct {
		const char *name, *pf, *port;
	} rows[] = {
		{ "0000:01:00.0", "0000:01:00.0", "" },
		{ "01:00.0", "0000:01:00.0", "" },
		{ "pci/0000:01:00.0", "0000:01:00.0", "" },
		{ "pci/1:0.0", "0000:01:00.0", "" },
		{ "eth0", "0000:01:00.0", "eth0" },
		{ "mlx5_0", "0000:02:00.0", "" },
		{ "eth2", "0000:02:00.1", "eth2" },
		{ "10000:03:00.0", "10000:03:00.0", "" },
		{ "netdevsim/netdevsim10", "netdevsim/netdevsim10", "" },
		{ "eth9", "netdevsim/netdevsim10", "eth9" },
		{ "mac:02:00:00:00:01:00", "0000:01:00.0", "eth0" },
		{ "mac:02:00:00:00:10:01", "netdevsim/netdevsim10", "eth10" },
	};
	struct sriov_pf *pf;

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		pf = NULL;
		if (!is_int(sriov_pf_find(ctx, rows[i].name, &pf), 0, "%s",
			    rows[i].name)) {
			printf("#   %s\n", sriov_error(ctx));
			continue;
		}
		is_str(sriov_pf_name(pf), rows[i].pf, "its name");
		is_str(pf->port, rows[i].port, "its port");
		pf->port[0] = '\0';
	}
}

static void test_no_pfs(struct sriov_ctx *ctx)
{
	static const char *const forms =
		"no such PF (PCI address, netdev, RDMA device, BUS/DEV or mac:ADDR)";
	static const struct {
		const char *name;
		int err;
		const char *text;
	} rows[] = {
		{ "eth99", -ENODEV, NULL },
		{ "..", -ENODEV, NULL },
		{ "../../etc", -ENODEV, NULL },
		{ "pci/../..", -ENODEV, NULL },
		{ "/", -ENODEV, NULL },
		{ "pci/", -ENODEV, NULL },
		{ "pci/eth0", -ENODEV, NULL },
		{ "0000:99:00.0", -ENODEV, NULL },
		{ "mac:02:00:00:00:99:99", -ENODEV, NULL },
		{ "mac:02:00", -EINVAL,
		  "mac:02:00: not a hardware address (6 or 20 bytes: mac:02:00:...)" },
		{ "0000:01:10.0", -ENOTSUP,
		  "0000:01:10.0: is VF 0 of 0000:01:00.0, not a PF" },
		{ "eth5", -ENOTSUP, "eth5: is VF 1 of 0000:01:00.0, not a PF" },
		{ "eth12", -ENOTSUP,
		  "eth12: is VF 1 of netdevsim/netdevsim10, not a PF" },
		{ "eth13", -ENOTSUP, "eth13: stands for a function elsewhere, not a PF" },
		{ "0000:00:02.0", -ENOTSUP, "0000:00:02.0: has no SR-IOV capability" },
		{ "eth3", -ENOTSUP,
		  "eth3: its device 0000:00:02.0 has no SR-IOV capability" },
		{ "lo", -ENOTSUP, "lo: has no device behind it, so it is no PF" },
		{ "eth1", -ENOTUNIQ,
		  "eth1: fits 0000:02:00.0 (its netdev) and 0000:02:00.1 (its RDMA device)" },
		{ "mac:02:00:00:00:02:00", -ENOTUNIQ,
		  "mac:02:00:00:00:02:00: fits several: 0000:02:00.0, 0000:02:00.1" },
		{ "bad\033[1m", -ENODEV,
		  "bad?[1m: no such PF (PCI address, netdev, RDMA device, "
		  "BUS/DEV or mac:ADDR)" },
		{ "", -ENODEV,
		  "'': no such PF (PCI address, netdev, RDMA device, BUS/DEV or "
		  "mac:ADDR)" },
	};
	char text[SRIOV_TEXT_LEN];
	struct sriov_pf *pf;

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		is_int(sriov_pf_find(ctx, rows[i].name, &pf), rows[i].err, "'%s'",
		       rows[i].name);
		snprintf(text, sizeof(text), "%s: %s", rows[i].name, forms);
		is_str(sriov_error(ctx), rows[i].text ? rows[i].text : text, "its text");
		is_int(sriov_error_class(ctx), SRIOV_WRONG, "its class");
	}
}

static const char *join(const uint32_t *indexes, size_t n, char *text, size_t size)
{
	size_t len = 0;

	text[0] = '\0';
	for (size_t i = 0; i < n; i++)
		len += snprintf(text + len, size - len, "%s%u", i ? " " : "", indexes[i]);
	return text;
}

static void test_vfs(struct sriov_ctx *ctx)
{
	static const struct {
		const char *object, *pf, *indexes;
	} rows[] = {
		{ "eth0/3", "0000:01:00.0", "3" },
		{ "01:00.0/0-3,6", "0000:01:00.0", "0 1 2 3 6" },
		{ "eth0/6,1,0-2,1", "0000:01:00.0", "0 1 2 6" },
		{ "eth0/00000000000000000006", "0000:01:00.0", "6" },
		{ "eth0/all", "0000:01:00.0", "0 1 2 3 4 5 6" },
		{ "pci/0000:01:00.0/6", "0000:01:00.0", "6" },
		{ "mac:02:00:00:00:01:00/6", "0000:01:00.0", "6" },
		{ "netdevsim/netdevsim10/1", "netdevsim/netdevsim10", "1" },
		{ "eth9/all", "netdevsim/netdevsim10", "0 1" },
		{ "mlx5_0/all", "0000:02:00.0", "" },
		{ "eth0", "0000:01:00.0", "0 1 2 3 4 5 6" },
		{ "pci/0000:01:00.0", "0000:01:00.0", "0 1 2 3 4 5 6" },
		{ "mlx5_0", "0000:02:00.0", "" },
		{ "0000:01:11.0", "0000:01:00.0", "4" },
		{ "01:11.4", "0000:01:00.0", "6" },
		{ "pci/0000:01:11.4", "0000:01:00.0", "6" },
		{ "eth5", "0000:01:00.0", "1" },
		{ "eth11", "netdevsim/netdevsim10", "0" },
		{ "eth12", "netdevsim/netdevsim10", "1" },
		{ "10000:03:00.0/all", "10000:03:00.0", "0" },
	};
	char text[128];

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		_cleanup_free_ uint32_t *indexes = NULL;
		struct sriov_pf *pf = NULL;
		size_t n = 0;

		if (!is_int(sriov_vf_find(ctx, rows[i].object, true, &pf, &indexes, &n),
			    0, "%s", rows[i].object)) {
			printf("#   %s\n", sriov_error(ctx));
			continue;
		}
		is_str(sriov_pf_name(pf), rows[i].pf, "its PF");
		is_str(join(indexes, n, text, sizeof(text)), rows[i].indexes,
		       "its indexes");
	}
}

#define LIST " is no VF or range of VFs (3, 0-3,7 or all)"
#define FORMS "no such VF or PF (PF/3, PF/0-3,7, PF/all, or a VF's PCI address or netdev)"

static void test_no_vfs(struct sriov_ctx *ctx)
{
	static const struct {
		const char *object;
		int err;
		const char *text;
	} rows[] = {
		{ "0000:01:00.0/9", -ERANGE,
		  "0000:01:00.0/9: no such VF (it has 7: 0-6)" },
		{ "eth0/5-65535", -ERANGE, "0000:01:00.0/7: no such VF (it has 7: 0-6)" },
		{ "mlx5_0/0", -ERANGE, "0000:02:00.0/0: no such VF (it has none)" },
		{ "10000:03:00.0/1", -ERANGE,
		  "10000:03:00.0/1: no such VF (it has 1: 0)" },
		{ "eth0/3-1", -EINVAL, "eth0/3-1: reversed range '3-1'" },
		{ "eth0/0,5-4,1", -EINVAL, "eth0/0,5-4,1: reversed range '5-4'" },
		{ "eth0/0-", -EINVAL, "eth0/0-: '0-'" LIST },
		{ "eth0/1,,2", -EINVAL, "eth0/1,,2: ''" LIST },
		{ "eth0/1,", -EINVAL, "eth0/1,: ''" LIST },
		{ "eth0/0-1-2,3", -EINVAL, "eth0/0-1-2,3: '0-1-2'" LIST },
		{ "eth0/", -EINVAL, "eth0/: ''" LIST },
		{ "eth0/65536", -ERANGE, "eth0/65536: '65536' is beyond 65535" },
		{ "eth0/0-99999999999999999999", -ERANGE,
		  "eth0/0-99999999999999999999: '0-99999999999999999999' is beyond 65535" },
		{ "eth99/1", -ENODEV,
		  "eth99: no such PF (PCI address, netdev, RDMA device, BUS/DEV or mac:ADDR)" },
		{ "eth99", -ENODEV, "eth99: " FORMS },
		{ "eth0/x", -ENODEV, "eth0/x: " FORMS },
		{ "eth0/-1", -ENODEV, "eth0/-1: " FORMS },
		{ "eth0/ALL", -ENODEV, "eth0/ALL: " FORMS },
		{ "eth5/0", -ENOTSUP, "eth5: is VF 1 of 0000:01:00.0, not a PF" },
		{ "eth3", -ENOTSUP,
		  "eth3: its device 0000:00:02.0 has no SR-IOV capability" },
		{ "eth0", -EINVAL, "eth0: changing needs the VFs: eth0/0-6 or eth0/all" },
		{ "10000:03:00.0", -EINVAL,
		  "10000:03:00.0: changing needs the VFs: "
		  "10000:03:00.0/0 or 10000:03:00.0/all" },
		{ "mlx5_0", -EINVAL, "mlx5_0: changing needs the VFs, and it has none" },
	};

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		_cleanup_free_ uint32_t *indexes = NULL;
		struct sriov_pf *pf;
		size_t n;

		is_int(sriov_vf_find(ctx, rows[i].object, false, &pf, &indexes, &n),
		       rows[i].err, "%s", rows[i].object);
		is_str(sriov_error(ctx), rows[i].text, "its text");
		is_int(sriov_error_class(ctx), SRIOV_WRONG, "its class");
	}
}

int main(void)
{
	struct sriov_ctx *ctx;
	struct tree tree;

	tree_new(&tree);
	machine_make(&tree);
	is_int(sriov_new_at(tree.root, &ctx), 0, "context");
	test_pfs(ctx);
	test_no_pfs(ctx);
	test_vfs(ctx);
	test_no_vfs(ctx);
	sriov_free(ctx);
	tree_free(&tree);
	return done_testing();
}
