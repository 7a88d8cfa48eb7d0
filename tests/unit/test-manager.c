// SPDX-License-Identifier: GPL-2.0-or-later
/* Other managers: their configurations, which file counts, and which PF is meant. */
#include "machine.h"
#include "manager.h"
#include "mutant.h"
#include "tap.h"
#include "tree.h"

#define MUTANTS 300

#define NM "etc/NetworkManager/"
#define NETWORKD "etc/systemd/network/"
#define LIBVIRT "etc/libvirt/qemu/"

static struct sriov_pf *pf_of(struct sriov_ctx *ctx, const char *name)
{
	struct sriov_pf *pf = NULL;

	if (sriov_pf_find(ctx, name, &pf))
		tree_die(sriov_error(ctx));
	return pf;
}

/* What is found, one "FILE: TEXT" a line, with the index of a VF in front; to be freed. */
static char *found(struct sriov_ctx *ctx, const char *pf)
{
	struct sriov_manager **managers;
	char *all = NULL;
	size_t n, size;
	FILE *out = open_memstream(&all, &size);

	if (sriov_pf_managers(pf_of(ctx, pf), &managers, &n))
		tree_die(sriov_error(ctx));
	for (size_t i = 0; i < n; i++) {
		if (managers[i]->index != SRIOV_MANAGER_ALL)
			fprintf(out, "%u ", managers[i]->index);
		fprintf(out, "%s: %s\n", managers[i]->file, managers[i]->text);
	}
	if (managers[n])
		fputs("no NULL behind them\n", out);
	fclose(out);
	sriov_managers_free(managers);
	return all;
}

struct file {
	const char *path, *text; /* a link when the text begins with "->" */
};

static void put(const struct tree *tree, const struct file *file)
{
	if (!strncmp(file->text, "->", 2))
		tree_link(tree, file->path, file->text + 2);
	else
		tree_file(tree, file->path, file->text);
}

#define FILES_MAX 4

/* These files are there, and this is found for eth0. */
struct row {
	const char *name;
	struct file files[FILES_MAX];
	const char *want;
};

static void test_rows(struct sriov_ctx *ctx, const struct tree *tree,
		      const struct row *rows, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		_cleanup_free_ char *all = NULL;

		for (int k = 0; k < FILES_MAX && rows[i].files[k].path; k++)
			put(tree, &rows[i].files[k]);
		all = found(ctx, "eth0");
		is_str(all, rows[i].want, "%s", rows[i].name);
		tree_unlink(tree, "etc");
		tree_unlink(tree, "run");
		tree_unlink(tree, "usr");
		tree_unlink(tree, "lib");
	}
}

#define BY_NM(file) "/" NM file ": NetworkManager manages the VFs of eth0\n"
#define PROFILE(name, text) { { NM "system-connections/" name, "" text "\n" } }

static const char keyfile[] =
	"[connection]\nid=eth0\ntype=ethernet\ninterface-name=eth0\n\n"
	"[ethernet]\n\n[sriov]\ntotal-vfs=8\n"
	"vf.0=mac=00:11:22:33:44:55 spoof-check=true vlans=1.200.q\n\n"
	"[ipv4]\nmethod=auto\n";

static void test_keyfiles(struct sriov_ctx *ctx, const struct tree *tree)
{
	static const struct row rows[] = {
		{ "a profile",
		  PROFILE("eth0.nmconnection",
			  "[connection]\ninterface-name=eth0\n[sriov]\n"
			  "total-vfs=2"),
		  BY_NM("system-connections/eth0.nmconnection") },
		{ "the section is enough, and no ending is needed",
		  PROFILE("a", " [connection]\ninterface-name = eth0\r\n[sriov]"),
		  BY_NM("system-connections/a") },
		{ "of another netdev",
		  PROFILE("a", "[connection]\ninterface-name=eth1\n[sriov]\ntotal-vfs=8"),
		  "" },
		{ "without the section",
		  PROFILE("a",
			  "[connection]\ninterface-name=eth0\n#[sriov]\ntotal-vfs=8"),
		  "" },
		{ "by address",
		  PROFILE("a", "[ethernet]\nmac-address=02:00:00:00:01:00\n[sriov]"),
		  BY_NM("system-connections/a") },
		{ "by another address",
		  PROFILE("a",
			  "[802-3-ethernet]\nmac-address=02:00:00:00:01:01\n[sriov]"),
		  "" },
		{ "for all", PROFILE("a", "[sriov]\ntotal-vfs=4"),
		  BY_NM("system-connections/a") },
		{ "by patterns",
		  PROFILE("a",
			  "[match]\ninterface-name=en*;eth[0-9];\n[sriov]\ntotal-vfs=4"),
		  BY_NM("system-connections/a") },
		{ "by one of several",
		  PROFILE("a",
			  "[match]\ninterface-name=|enp1;|eth0\ndriver=&igb\n[sriov]"),
		  BY_NM("system-connections/a") },
		{ "not by a pattern",
		  PROFILE("a", "[match]\ninterface-name=!eth*\n[sriov]"), "" },
		{ "mandatory",
		  PROFILE("a", "[match]\ninterface-name=eth0;&eth1\n[sriov]"), "" },
		{ "by path", PROFILE("a", "[match]\npath=pci-0000:01:00.*\n[sriov]"),
		  BY_NM("system-connections/a") },
		{ "by another driver", PROFILE("a", "[match]\ndriver=ice\n[sriov]"), "" },
		{ "by too many stars",
		  PROFILE("a", "[match]\ninterface-name=*e*t*h*0*?*\n[sriov]"), "" },
		{ "left behind by an editor", PROFILE("eth0.nmconnection~", "[sriov]"),
		  "" },
		{ "a name in the way of one in /usr",
		  { { NM "system-connections/a.nmconnection", "->/dev/null" },
		    { "usr/lib/NetworkManager/system-connections/a.nmconnection",
		      "[sriov]\n" } },
		  "" },
		{ "in /run and in /usr",
		  { { "run/NetworkManager/system-connections/b.nmconnection",
		      "[sriov]\n" },
		    { "usr/lib/NetworkManager/system-connections/a.nmconnection",
		      "[sriov]\n" } },
		  "/usr/lib/NetworkManager/system-connections/a.nmconnection: "
		  "NetworkManager manages the VFs of eth0\n"
		  "/run/NetworkManager/system-connections/b.nmconnection: "
		  "NetworkManager manages the VFs of eth0\n" },
		{ "a whole one",
		  { { NM "system-connections/x.nmconnection", keyfile } },
		  BY_NM("system-connections/x.nmconnection") },
		{ "a name with controls", PROFILE("a\033[1m", "[sriov]"),
		  BY_NM("system-connections/a?[1m") },
	};

	test_rows(ctx, tree, rows, ARRAY_SIZE(rows));
}

#define IFCFG(name, text) { { "etc/sysconfig/network-scripts/" name, "" text "\n" } }

static void test_other_nm(struct sriov_ctx *ctx, const struct tree *tree)
{
	static const char by_ifcfg[] = "/etc/sysconfig/network-scripts/ifcfg-eth0: "
				       "NetworkManager manages the VFs of eth0\n";
	static const struct row rows[] = {
		{ "ifcfg",
		  IFCFG("ifcfg-eth0",
			"TYPE=Ethernet\nDEVICE=\"eth0\"\nSRIOV_TOTAL_VFS=4"),
		  by_ifcfg },
		{ "ifcfg by address",
		  IFCFG("ifcfg-eth0", "HWADDR=02:00:00:00:01:00\n"
				      "SRIOV_VF0='mac=00:11:22:33:44:55'"),
		  by_ifcfg },
		{ "ifcfg of another",
		  IFCFG("ifcfg-eth0", "DEVICE=eth1\nSRIOV_TOTAL_VFS=4"), "" },
		{ "ifcfg without VFs",
		  IFCFG("ifcfg-eth0", "DEVICE=eth0\n#SRIOV_TOTAL_VFS=4"), "" },
		{ "ifcfg that NetworkManager leaves alone",
		  IFCFG("ifcfg-eth0", "DEVICE=eth0\nNM_CONTROLLED=no\nSRIOV_TOTAL_VFS=4"),
		  "" },
		{ "an old ifcfg",
		  IFCFG("ifcfg-eth0.bak", "DEVICE=eth0\nSRIOV_TOTAL_VFS=4"), "" },
		{ "for all devices",
		  { { NM "NetworkManager.conf", "[main]\nplugins=keyfile\n[device]\n"
						"sriov-num-vfs=4\n" } },
		  BY_NM("NetworkManager.conf") },
		{ "for some",
		  { { NM "conf.d/vfs.conf",
		      "[device-a]\nmatch-device=interface-name:eth1\nsriov-num-vfs=4\n"
		      "[device-b]\nsriov-num-vfs=4\n"
		      "match-device=driver:igb/5*,except:mac:02:00:00:00:09:00\n" } },
		  BY_NM("conf.d/vfs.conf") },
		{ "for others",
		  { { NM "conf.d/a.conf", "[device-a]\nmatch-device=interface-name:eth1\n"
					  "sriov-num-vfs=4\n[connection]\nx=y\n" },
		    { NM "conf.d/b.conf",
		      "[device]\nmatch-device=*,except:interface-name:=eth0\n"
		      "sriov-num-vfs=4\n" },
		    { NM "conf.d/c.conf",
		      "[device]\nmatch-device=type:wifi\nsriov-num-vfs=4\n" },
		    { NM "conf.d/d.conf",
		      "[device]\nmatch-device=interface-name:eth*\n" } },
		  "" },
		{ "for all but others",
		  { { NM "conf.d/a.conf",
		      "[device]\nmatch-device=except:type:wifi\nsriov-num-vfs=4\n" } },
		  BY_NM("conf.d/a.conf") },
	};

	test_rows(ctx, tree, rows, ARRAY_SIZE(rows));
}

#define BY_NETWORKD(file) "/" file ": systemd-networkd manages the VFs of eth0\n"
#define BY_UDEVD(file) "/" file ": systemd-udevd manages the VFs of eth0\n"
#define NETWORK(text) { { NETWORKD "10.network", "" text "\n" } }
#define LINK(text) { { NETWORKD "10.link", "" text "\n" } }
#define VF0 "[SR-IOV]\nVirtualFunction=0\nVLANId=2\n"

static const char network[] = "[Match]\nName=eth0\n\n[Network]\nDHCP=yes\n\n"
			      "[SR-IOV]\nVirtualFunction=0\nVLANId=1\n"
			      "MACAddress=00:11:22:33:44:55\n\n"
			      "[SR-IOV]\nVirtualFunction=1\nTrust=yes\n";

static void test_networkd(struct sriov_ctx *ctx, const struct tree *tree)
{
	static const struct row rows[] = {
		{ "a whole one",
		  { { NETWORKD "10.network", network } },
		  BY_NETWORKD(NETWORKD "10.network") },
		{ "no VFs", NETWORK("[Match]\nName=eth0\n[Network]\nDHCP=yes"), "" },
		{ "another name", NETWORK("[Match]\nName=eth1\n" VF0), "" },
		{ "one of several names", NETWORK("[Match]\nName=eth1 et*\n" VF0),
		  BY_NETWORKD(NETWORKD "10.network") },
		{ "names on several lines",
		  NETWORK("[Match]\nName=eth1 \\\n# a comment\n  eth0\n" VF0),
		  BY_NETWORKD(NETWORKD "10.network") },
		{ "a second assignment adds",
		  NETWORK("[Match]\nName=eth1\nName=eth0\n" VF0),
		  BY_NETWORKD(NETWORKD "10.network") },
		{ "an empty one takes back",
		  NETWORK("[Match]\nName=eth0\nName=\nName=eth1\n" VF0), "" },
		{ "not this name", NETWORK("[Match]\nName=!eth1 eth0\n" VF0), "" },
		{ "not those names", NETWORK("[Match]\nName=!eth1 en*\n" VF0),
		  BY_NETWORKD(NETWORKD "10.network") },
		{ "all of them must fit", NETWORK("[Match]\nName=eth0\nDriver=ice\n" VF0),
		  "" },
		{ "by all that is known",
		  NETWORK("[Match]\nMACAddress=02-00-00-00-01-00 0200.0000.0200\n"
			  "PermanentMACAddress=0200.0000.0100\nDriver=ig?\nType=ether\n"
			  "Path=\"pci-0000:01:00.0\" x\nKind=!bond\n" VF0),
		  BY_NETWORKD(NETWORKD "10.network") },
		{ "of a kind that no PF is", NETWORK("[Match]\nKind=*\n" VF0), "" },
		{ "another address", NETWORK("[Match]\nMACAddress=02:00:00:00:01\n" VF0),
		  "" },
		{ "another type", NETWORK("[Match]\nType=wlan\n" VF0), "" },
		{ "a host that may be this", NETWORK("[Match]\nName=e*\nHost=x\n" VF0),
		  BY_NETWORKD(NETWORKD "10.network") },
		{ "no [Match] is for none", NETWORK(VF0), "" },
		{ "a key of another section", NETWORK("[Network]\nName=eth0\n" VF0), "" },
		{ "the first that fits counts",
		  { { NETWORKD "05.network", "[Match]\nName=eth0\n" },
		    { NETWORKD "10.network", network } },
		  "" },
		{ "what may fit does not hide",
		  { { NETWORKD "05.network", "[Match]\nName=eth0\nHost=other\n" },
		    { NETWORKD "10.network", network } },
		  BY_NETWORKD(NETWORKD "10.network") },
		{ "the order is that of names, not of directories",
		  { { NETWORKD "10.network", "[Match]\nName=eth0\n" },
		    { "usr/lib/systemd/network/05.network", network } },
		  BY_NETWORKD("usr/lib/systemd/network/05.network") },
		{ "masked by a link",
		  { { NETWORKD "10.network", "->/dev/null" },
		    { "usr/lib/systemd/network/10.network", network } },
		  "" },
		{ "masked by an empty file",
		  { { "run/systemd/network/10.network", "" },
		    { "usr/local/lib/systemd/network/10.network", network } },
		  "" },
		{ "a drop-in adds VFs",
		  { { "usr/lib/systemd/network/10.network", "[Match]\nName=eth0\n" },
		    { NETWORKD "10.network.d/vfs.conf", VF0 } },
		  BY_NETWORKD(NETWORKD "10.network.d/vfs.conf") },
		{ "a drop-in widens the match",
		  { { "usr/lib/systemd/network/10.network", "[Match]\nName=eth1\n" VF0 },
		    { "run/systemd/network/10.network.d/x.conf",
		      "[Match]\nName=\nName=eth0\n" } },
		  BY_NETWORKD("usr/lib/systemd/network/10.network") },
		{ "a drop-in alone is nothing",
		  { { NETWORKD "10.network.d/vfs.conf", "[Match]\nName=eth0\n" VF0 } },
		  "" },
		{ "a drop-in masked",
		  { { NETWORKD "10.network", "[Match]\nName=eth0\n" },
		    { NETWORKD "10.network.d/v.conf", "->/dev/null" },
		    { "run/systemd/network/10.network.d/v.conf", VF0 } },
		  "" },
		{ "a link file",
		  LINK("[Match]\nOriginalName=eth0\n[Link]\n"
		       "SR-IOVVirtualFunctions=4"),
		  BY_UDEVD(NETWORKD "10.link") },
		{ "a link file with VFs", LINK("[Match]\nPath=pci-0000:01:00.0\n" VF0),
		  BY_UDEVD(NETWORKD "10.link") },
		{ "a link file without [Match] is for all", LINK(VF0),
		  BY_UDEVD(NETWORKD "10.link") },
		{ "Name= is not for link files", LINK("[Match]\nName=eth1\n" VF0),
		  BY_UDEVD(NETWORKD "10.link") },
		{ "a link file without VFs",
		  LINK("[Match]\nOriginalName=*\n[Link]\n"
		       "SR-IOVVirtualFunctions=\nName=x"),
		  "" },
		{ "both",
		  { { NETWORKD "10.link", VF0 }, { NETWORKD "10.network", network } },
		  BY_NETWORKD(NETWORKD "10.network") BY_UDEVD(NETWORKD "10.link") },
	};

	test_rows(ctx, tree, rows, ARRAY_SIZE(rows));
}

#define BY_NETPLAN(file) "/" file ": netplan manages the VFs of eth0\n"
#define PLAN(text) { { "etc/netplan/a.yaml", "" text "\n" } }
#define ETHERNETS "network:\n  version: 2\n  ethernets:\n"

static const char netplan[] =
	"# two PFs\n"
	"network:\n"
	"    version: 2\n"
	"    renderer: networkd\n"
	"    ethernets:\n"
	"        \"pf\":   # the port in the middle\n"
	"            match: {driver: [ice, 'igb*'], name: \"eth?\"}\n"
	"            addresses:\n"
	"            - 10.0.0.1/24\n"
	"            - 10.0.0.2/24:\n"
	"                label: 'a: b'\n"
	"            routes:\n"
	"              - to: default\n"
	"                via: 10.0.0.254\n"
	"            embedded-switch-mode: switchdev\n"
	"        vf1: {link: pf}\n";

static void test_netplan(struct sriov_ctx *ctx, const struct tree *tree)
{
	static const struct row rows[] = {
		{ "a whole one", PLAN(""), "" },
		{ "in many forms",
		  { { "etc/netplan/a.yaml", netplan } },
		  BY_NETPLAN("etc/netplan/a.yaml") },
		{ "by its name",
		  PLAN(ETHERNETS "    eth0:\n      virtual-function-count: 8"),
		  BY_NETPLAN("etc/netplan/a.yaml") },
		{ "a count of none",
		  PLAN(ETHERNETS "    eth0:\n      virtual-function-count: 0"), "" },
		{ "no VFs", PLAN(ETHERNETS "    eth0:\n      dhcp4: true"), "" },
		{ "another name",
		  PLAN(ETHERNETS "    eth1:\n      virtual-function-count: 8"), "" },
		{ "linked to", PLAN(ETHERNETS "    vf0:\n      link: eth0\n    eth0: {}"),
		  BY_NETPLAN("etc/netplan/a.yaml") },
		{ "a link of a VLAN is something else",
		  PLAN("network:\n  vlans:\n    v10:\n      id: 10\n      link: eth0"),
		  "" },
		{ "by address",
		  PLAN(ETHERNETS "    x:\n      match:\n        macaddress: "
				 "'02:00:00:00:01:00'\n      virtual-function-count: 8"),
		  BY_NETPLAN("etc/netplan/a.yaml") },
		{ "by another address",
		  PLAN(ETHERNETS "    eth0:\n      match:\n        macaddress: "
				 "02:00:00:00:01:01\n      virtual-function-count: 8"),
		  "" },
		{ "by driver",
		  PLAN(ETHERNETS "    x:\n      match:\n        driver:\n        - ice\n"
				 "        - igb\n      virtual-function-count: 8"),
		  BY_NETPLAN("etc/netplan/a.yaml") },
		{ "by another driver",
		  PLAN(ETHERNETS "    x:\n      match: {driver: ice}\n"
				 "      virtual-function-count: 8"),
		  "" },
		{ "named already",
		  PLAN(ETHERNETS
		       "    x:\n      match: {name: enp1s0}\n      set-name: eth0\n"
		       "      virtual-function-count: 8"),
		  BY_NETPLAN("etc/netplan/a.yaml") },
		{ "another is named so",
		  PLAN(ETHERNETS
		       "    x:\n      match: {name: eth*}\n      set-name: eth1\n"
		       "      virtual-function-count: 8"),
		  "" },
		{ "files add up",
		  { { "lib/netplan/00.yaml",
		      ETHERNETS "    x:\n      match: {name: eth0}\n" },
		    { "run/netplan/50.yaml",
		      ETHERNETS "    x:\n      virtual-function-count: 8\n" } },
		  BY_NETPLAN("run/netplan/50.yaml") },
		{ "a file hides that of its name",
		  { { "etc/netplan/50.yaml", "network: {}\n" },
		    { "run/netplan/50.yaml",
		      ETHERNETS "    eth0:\n      virtual-function-count: 8\n" } },
		  "" },
		{ "in braces over lines",
		  PLAN("{network: {ethernets: {eth0: {\n\"virtual-function-count\"\n: 4,# x\n}"
		       "}}}"),
		  BY_NETPLAN("etc/netplan/a.yaml") },
		{ "what looks like keys in a block of text does not count",
		  PLAN("network:\n  ethernets:\n    eth0:\n      note: |\n"
		       "        virtual-function-count: 8\n\n"
		       "        link: eth0\n      dhcp4: yes"),
		  "" },
		{ "deeper or elsewhere it is something else",
		  PLAN("network:\n  ethernets:\n    eth0:\n      a:\n"
		       "        virtual-function-count: 8\nvirtual-function-count: 8"),
		  "" },
		{ "tabs do not indent",
		  PLAN(ETHERNETS "    eth0:\n\t\tvirtual-function-count: 8"), "" },
		{ "what follows a mistake is read",
		  PLAN("network:\n  bad: [1, {2\n---\n" ETHERNETS
		       "    eth0:\n      virtual-function-count: 8"),
		  BY_NETPLAN("etc/netplan/a.yaml") },
		{ "anchors and tags are skipped",
		  PLAN(ETHERNETS "    eth0: &pf\n      virtual-function-count: !!int 8"),
		  BY_NETPLAN("etc/netplan/a.yaml") },
		{ "CR LF",
		  PLAN("network:\r\n  ethernets:\r\n    eth0:\r\n"
		       "      virtual-function-count: 8\r"),
		  BY_NETPLAN("etc/netplan/a.yaml") },
	};

	test_rows(ctx, tree, rows, ARRAY_SIZE(rows));
}

static const char domain[] =
	"<!--\nWARNING: THIS IS AN AUTO-GENERATED FILE. <hostdev> -->\n\n"
	"<domain type='kvm' xmlns:qemu='http://libvirt.org/schemas/domain/qemu/1.0'>\n"
	"  <name>web&amp;1</name>\n  <metadata><x:hostdev type='pci'><source>\n"
	"  <address bus='0x01' slot='0x10' function='4'/></source></x:hostdev></metadata>\n"
	"  <devices>\n    <emulator>/usr/bin/qemu</emulator>\n"
	"    <interface type='hostdev' managed='yes'>\n"
	"      <mac address='52:54:00:6d:90:02'/>\n"
	"      <source>\n        <address type='pci' domain='0x0000' bus='0x01' "
	"slot='0x10' function='0x2'/>\n      </source>\n"
	"      <address type='pci' domain='0x0000' bus='0x01' slot='0x11' "
	"function='0x0'/>\n    </interface>\n"
	"    <hostdev mode='subsystem' type=\"pci\" managed='yes'>\n      <source "
	"writeFiltering='no'>\n        <address bus='1' slot='16' function='0'/>\n"
	"      </source>\n    </hostdev>\n"
	"    <hostdev mode='subsystem' type='usb'><source>"
	"<address bus='1' device='2'/></source></hostdev>\n"
	"    <interface type='network'><source network='passthrough'/></interface>\n"
	"    <interface type='direct'><source dev='eth5' mode='passthrough'/></interface>\n"
	"    <interface type='direct'><source dev='eth0' mode='bridge'/></interface>\n"
	"  </devices>\n</domain>\n";

static const char hostdev_network[] =
	"<network>\n  <name>vfs</name>\n"
	"  <forward mode='hostdev' managed='yes'>\n    <driver name='vfio'/>\n"
	"    <pf dev='eth0'/>\n  </forward>\n</network>\n";

#define HOSTDEV(address)                                                               \
	"<domain><name>d</name><devices><hostdev type='pci'><source><address " address \
	"/></source></hostdev></devices></domain>"
#define DOMAIN(text) { { LIBVIRT "d.xml", "" text "\n" } }

#define DRIVERCTL(dev, text)                            \
	{                                               \
		{                                       \
			"etc/driverctl.d/" dev, "" text \
		}                                       \
	}

static void test_driverctl(struct sriov_ctx *ctx, const struct tree *tree)
{
	static const struct row rows[] = {
		{ "the PF", DRIVERCTL("pci-0000:01:00.0", "igb\n"),
		  "/etc/driverctl.d/pci-0000:01:00.0: driverctl gives it the driver "
		  "igb\n" },
		{ "a VF, without the end of a line",
		  DRIVERCTL("pci-0000:01:10.2", "vfio-pci"),
		  "1 /etc/driverctl.d/pci-0000:01:10.2: driverctl gives it the driver "
		  "vfio-pci\n" },
		{ "one that is none's", DRIVERCTL("pci-0000:01:10.2", ""), "" },
		{ "one with no text", DRIVERCTL("pci-0000:01:10.2", " \n\n"), "" },
		{ "of another PF", DRIVERCTL("pci-0000:01:00.1", "igb\n"), "" },
		{ "of another bus", DRIVERCTL("vmbus-0000:01:10.2", "x\n"), "" },
		{ "without a bus", DRIVERCTL("0000:01:10.2", "x\n"), "" },
		{ "no address", DRIVERCTL("pci-", "x\n"), "" },
		{ "a driver with an escape", DRIVERCTL("pci-0000:01:00.0", "\033[2J\n"),
		  "/etc/driverctl.d/pci-0000:01:00.0: driverctl gives it the driver "
		  "?[2J\n" },
	};

	test_rows(ctx, tree, rows, ARRAY_SIZE(rows));
}

static void test_libvirt(struct sriov_ctx *ctx, const struct tree *tree)
{
	static const struct row rows[] = {
		{ "a domain",
		  { { LIBVIRT "web1.xml", domain } },
		  "1 /" LIBVIRT
		  "web1.xml: libvirt gives 0000:01:10.2 to the domain web&1\n"
		  "0 /" LIBVIRT
		  "web1.xml: libvirt gives 0000:01:10.0 to the domain web&1\n"
		  "1 /" LIBVIRT "web1.xml: libvirt gives eth5 to the domain web&1\n" },
		{ "a network",
		  { { LIBVIRT "networks/n.xml", hostdev_network } },
		  "/" LIBVIRT
		  "networks/n.xml: libvirt gives the VFs of eth0 to the network "
		  "vfs\n" },
		{ "a network of addresses",
		  { { LIBVIRT "networks/n.xml",
		      "<network><name>n</name><forward mode='hostdev'>\n"
		      "<address type='pci' domain='0' bus='1' slot='17' function='4'/>\n"
		      "<address type='usb' bus='1' slot='16' function='0'/>\n"
		      "</forward></network>" } },
		  "6 /" LIBVIRT
		  "networks/n.xml: libvirt gives 0000:01:11.4 to the network "
		  "n\n" },
		{ "a network of netdevs",
		  { { LIBVIRT "networks/n.xml",
		      "<network><name>n</name><forward dev='eth5' mode='passthrough'>"
		      "<interface dev='eth5'/><interface dev='../../x'/></forward>"
		      "</network>" } },
		  "1 /" LIBVIRT "networks/n.xml: libvirt gives eth5 to the network n\n" },
		{ "a network of another PF",
		  { { LIBVIRT "networks/n.xml",
		      "<network><forward mode='hostdev'><pf dev='eth1'/></forward>"
		      "</network>" } },
		  "" },
		{ "a network for the host",
		  { { LIBVIRT "networks/n.xml",
		      "<network><name>default</name><forward mode='nat'/>"
		      "<bridge name='virbr0'/></network>" } },
		  "" },
		{ "the PF itself",
		  DOMAIN(HOSTDEV("domain='0' bus='1' slot='0' function='0'")),
		  "/" LIBVIRT "d.xml: libvirt gives 0000:01:00.0 to the domain d\n" },
		{ "between the VFs",
		  DOMAIN(HOSTDEV("domain='0' bus='1' slot='0x10' function='1'")), "" },
		{ "behind the VFs",
		  DOMAIN(HOSTDEV("domain='0' bus='1' slot='0x11' function='6'")), "" },
		{ "another PCI domain",
		  DOMAIN(HOSTDEV("domain='1' bus='1' slot='0x10' function='0'")), "" },
		{ "numbers that are none",
		  DOMAIN(HOSTDEV("domain='0' bus='1' slot='0x10x' function='0'")
				 HOSTDEV("bus='0x101' slot='0x10'")),
		  "" },
		{ "no quotes", DOMAIN(HOSTDEV("bus=1 slot=0x10")), "" },
		{ "without a name it is that of the file",
		  DOMAIN("<domain><devices><hostdev type='pci'><source><address bus = '1'\n"
			 "slot =\t\"0x10\" /></source></hostdev></devices></domain>"),
		  "0 /" LIBVIRT "d.xml: libvirt gives 0000:01:10.0 to the domain d\n" },
		{ "a name with controls",
		  DOMAIN("<domain><name>\033]0;x\a\nsriov: all is well</name><devices>"
			 "<hostdev type='pci'><source><address bus='1' slot='0x10'/>"
			 "</source></hostdev></devices></domain>"),
		  "0 /" LIBVIRT "d.xml: libvirt gives 0000:01:10.0 to the domain "
		  "?]0;x??sriov: all is well\n" },
		{ "not at its place",
		  DOMAIN("<domain><hostdev type='pci'><source><address bus='1' slot='0x10'/>"
			 "</source></hostdev></domain>"),
		  "" },
		{ "in a comment",
		  DOMAIN("<domain><devices><!-- <hostdev type='pci'><source>"
			 "<address bus='1' slot='0x10'/></source></hostdev> -->"
			 "</devices></domain>"),
		  "" },
		{ "links of autostart and others are not files of domains",
		  { { LIBVIRT "autostart/d.xml", domain },
		    { LIBVIRT "d.xml.new", domain } },
		  "" },
	};

	test_rows(ctx, tree, rows, ARRAY_SIZE(rows));
}

/* VFs that do not exist are known, too; and a PF without netdevs has only libvirt. */
static void test_other_pfs(struct sriov_ctx *ctx, const struct tree *tree)
{
	char *all;

	put(tree, &(struct file){ NETWORKD "10.network", network });
	put(tree, &(struct file){ NM "system-connections/a", "[sriov]\n" });
	put(tree,
	    &(struct file){ LIBVIRT "d.xml",
			    HOSTDEV("domain='0x10000' bus='3' slot='0' function='5'") });
	put(tree,
	    &(struct file){ LIBVIRT "e.xml", HOSTDEV("bus='2' slot='0' function='4'") });
	all = found(ctx, "10000:03:00.0");
	is_str(all, "4 /" LIBVIRT "d.xml: libvirt gives 10000:03:00.5 to the domain d\n",
	       "an NVMe controller, and a VF that is not there");
	free(all);
	all = found(ctx, "0000:02:00.0");
	is_str(all,
	       "/" NM "system-connections/a: NetworkManager manages the VFs of eth1\n",
	       "another PF");
	free(all);
}

static bool is_printable(const char *text)
{
	for (; *text; text++)
		if ((unsigned char)*text < ' ' || *text == '\177')
			return false;
	return true;
}

/* Of files that are none: whatever is found may be shown. */
static void test_mutants(struct sriov_ctx *ctx, const struct tree *tree)
{
	static const struct file files[] = {
		{ NM "system-connections/a", keyfile },
		{ NM "NetworkManager.conf",
		  "[device]\nmatch-device=interface-name:eth*,except:mac:x;type:wifi;"
		  "driver:igb/5\nsriov-num-vfs=4\n" },
		{ "etc/sysconfig/network-scripts/ifcfg-a",
		  "DEVICE=\"eth0\"\nHWADDR='02:00:00:00:01:00'\nSRIOV_TOTAL_VFS=4\n" },
		{ NETWORKD "10.network", network },
		{ NETWORKD "10.link", "[Match]\nOriginalName=eth* !x\n[Link]\n"
				      "SR-IOVVirtualFunctions=4\n" VF0 },
		{ "etc/netplan/a.yaml", netplan },
		{ LIBVIRT "web1.xml", domain },
		{ LIBVIRT "networks/n.xml", hostdev_network },
	};
	struct sriov_pf *pf = pf_of(ctx, "eth0");
	struct sriov_manager **managers;
	size_t n, len, total = 0, bad = 0;

	for (size_t i = 0; i < ARRAY_SIZE(files) * MUTANTS; i++) {
		const struct file *file = &files[i % ARRAY_SIZE(files)];
		char *text = mutant(file->text,
				    files[random_below(ARRAY_SIZE(files))].text, &len);

		tree_file(tree, file->path, text);
		free(text);
		if (sriov_pf_managers(pf, &managers, &n))
			tree_die(sriov_error(ctx));
		total += n;
		for (size_t k = 0; k < n; k++)
			bad += !is_printable(managers[k]->text) ||
			       !is_printable(managers[k]->file) ||
			       (managers[k]->index != SRIOV_MANAGER_ALL &&
				managers[k]->index > 6);
		sriov_managers_free(managers);
	}
	is_int(bad, 0, "all that is found in mutants may be shown");
	ok(total > ARRAY_SIZE(files) * MUTANTS, "%zu were found", total);
}

int main(void)
{
	struct sriov_ctx *ctx;
	struct tree tree;

	tree_new(&tree);
	machine_make(&tree);
	machine_file(&tree, "pci0000:00/0000:01:00.0", "sriov_offset", "128\n");
	machine_file(&tree, "pci0000:00/0000:01:00.0", "sriov_stride", "2\n");
	machine_file(&tree, "pci0000:00/10000:03:00.0", "sriov_offset", "1\n");
	machine_file(&tree, "pci0000:00/10000:03:00.0", "sriov_stride", "1\n");
	tree_link(&tree, "sys/devices/pci0000:00/0000:01:00.0/driver",
		  "../../../bus/pci/drivers/igb");
	if (!is_int(sriov_new_at(tree.root, &ctx), 0, "context"))
		return done_testing();
	test_keyfiles(ctx, &tree);
	test_other_nm(ctx, &tree);
	test_networkd(ctx, &tree);
	test_netplan(ctx, &tree);
	test_libvirt(ctx, &tree);
	test_driverctl(ctx, &tree);
	test_other_pfs(ctx, &tree);
	test_mutants(ctx, &tree);
	sriov_free(ctx);
	tree_free(&tree);
	return done_testing();
}
