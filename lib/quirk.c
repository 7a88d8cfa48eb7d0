// SPDX-License-Identifier: GPL-2.0-or-later
/* What is known of drivers, one row a fact, with its source. */
#include <linux/if.h>

#include "internal.h"

#define ANY UINT64_MAX
#define STEADY_MS 1000

struct cure {
	enum sriov_noun noun;
	const char *driver; /* of the PF, or the one to bind; NULL: any */
	uint64_t attrs;
	int err;
	const char *text;
};

static const struct cure cures[] = {
	/* drivers/net/ethernet/intel/igb/igb_main.c, igb_ndo_set_vf_bw: 82576 only, link up,
	 * rate at most the link's, no minimum */
	{ SRIOV_NOUN_VF, "igb", SRIOV_VF_RATE_GROUP, EINVAL,
	  "igb takes a rate only while its link is up, up to the link's speed, and no min_tx_rate" },
	/* igb has no ndo_set_vf_link_state */
	{ SRIOV_NOUN_VF, "igb", SRIOV_VF_STATE, EOPNOTSUPP,
	  "igb has no link state of VFs" },
	/* only ixgbe has ndo_set_vf_rss_query_en, and netdevsim */
	{ SRIOV_NOUN_VF, NULL, SRIOV_VF_QUERY_RSS, EOPNOTSUPP,
	  "few drivers have this switch: ixgbe does" },
	/* igb_ndo_set_vf_vlan, ixgbe, mlx5_eswitch: 802.1Q only */
	{ SRIOV_NOUN_VF, NULL, SRIOV_VF_VLAN_PROTO, EPROTONOSUPPORT,
	  "this driver tags with 802.1Q only" },
	/* mlx5/core/eswitch.c, mlx5_esw_set_vport_mac_locked: by the FF:FE rule */
	{ SRIOV_NOUN_VF, "mlx5_core", SRIOV_VF_NODE_GUID, EOPNOTSUPP,
	  "an Ethernet VF of mlx5 gets its node GUID with mac: set that" },
	/* net/core/rtnetlink.c, handle_vf_guid: IPoIB only, where only mlx5_ib has the call */
	{ SRIOV_NOUN_VF, NULL, SRIOV_VF_GUIDS, EOPNOTSUPP,
	  "it goes through the IPoIB netdev of an InfiniBand port of mlx5" },
	{ SRIOV_NOUN_VF, NULL, ANY, EXDEV,
	  "this process and /sys are of different network namespaces" },
	/* net/core/rtnetlink.c, rtnl_setlink: CAP_NET_ADMIN */
	{ SRIOV_NOUN_VF, NULL, ANY, EPERM, "needs CAP_NET_ADMIN" },
	/* drivers/pci/iov.c, sriov_numvfs_store */
	{ SRIOV_NOUN_PF, NULL, SRIOV_PF_NUM_VFS, ENOENT,
	  "the PF has no driver that offers SR-IOV" },
	{ SRIOV_NOUN_PF, NULL, SRIOV_PF_NUM_VFS, ENOSYS,
	  "its driver does not offer SR-IOV" },
	/* drivers/net/netdevsim/dev.c, nsim_bus_dev_numvfs_store */
	{ SRIOV_NOUN_PF, "netdevsim", SRIOV_PF_NUM_VFS, ENOMEM,
	  "more than max_vfs of the device, in debugfs" },
	/* drivers/pci/iov.c, sriov_enable: no room for the VF BARs, or bus numbers */
	{ SRIOV_NOUN_PF, NULL, SRIOV_PF_NUM_VFS, ENOMEM,
	  "no room for them: SR-IOV or memory above 4G is off in the BIOS, or boot with "
	  "pci=realloc" },
	/* InitialVFs of the card is not the TotalVFs the kernel read at boot */
	{ SRIOV_NOUN_PF, NULL, SRIOV_PF_NUM_VFS, EIO,
	  "if the firmware was changed since boot: remove and rescan the device, or reboot" },
	/* pci_vfs_assigned(), set by xen-pciback */
	{ SRIOV_NOUN_PF, NULL, SRIOV_PF_NUM_VFS, EPERM, "VFs are assigned to a guest" },
	{ SRIOV_NOUN_PF, NULL, ANY, EACCES, "needs root" },
	{ SRIOV_NOUN_BIND, NULL, ANY, EACCES, "needs root" },
	/* drivers/vfio/group.c: a device without IOMMU group is not taken */
	{ SRIOV_NOUN_BIND, "vfio-pci", ANY, EINVAL,
	  "it needs an IOMMU group: see 'bind show'" },
};

const char *sriov_quirk_cure(enum sriov_noun noun, const char *driver, uint64_t attr,
			     int err)
{
	for (size_t i = 0; i < ARRAY_SIZE(cures); i++) {
		const struct cure *cure = &cures[i];

		if (cure->noun == noun && cure->err == -err && (cure->attrs & attr) &&
		    (!cure->driver || !strcmp(cure->driver, driver)))
			return cure->text;
	}
	return NULL;
}

/* Drivers that take a member only while the link is up, which creating VFs takes down. */
static const struct {
	const char *driver;
	uint64_t attrs;
} link_needs[] = {
	/* igb_ndo_set_vf_bw as above; igb_enable_sriov resets the PF */
	{ "igb", SRIOV_VF_RATE_GROUP },
};

static uint64_t needing_link(const char *driver, uint64_t vf_attrs)
{
	uint64_t needing = 0;

	for (size_t i = 0; i < ARRAY_SIZE(link_needs); i++)
		if (!strcmp(link_needs[i].driver, driver))
			needing |= link_needs[i].attrs & vf_attrs;
	return needing;
}

struct link_watch {
	struct sriov_pf *pf;
	int64_t since; /* up without a break; 0: down */
};

static bool link_is_up(struct sriov_pf *pf)
{
	char netdev[SRIOV_NAME_LEN], state[16];

	sriov_pf_netdev(pf, netdev, sizeof(netdev));
	return sriov_sysfs_read(pf->ctx, state, sizeof(state),
				"sys/class/net/%s/operstate", netdev) >= 0 &&
	       !strcmp(state, "up");
}

/* A link that comes back goes once more while it is negotiated: a second is long enough. */
static bool link_is_steady(void *data)
{
	struct link_watch *watch = data;

	if (!link_is_up(watch->pf))
		watch->since = 0;
	else if (!watch->since)
		watch->since = sriov_now_ms();
	return watch->since && sriov_now_ms() - watch->since >= STEADY_MS;
}

int sriov_quirk_is_up(struct sriov_pf *pf)
{
	char netdev[SRIOV_NAME_LEN];
	uint32_t flags;
	int r;

	sriov_pf_netdev(pf, netdev, sizeof(netdev));
	if (!netdev[0])
		return -ENODEV;
	r = sriov_sysfs_read_u32(pf->ctx, &flags, "sys/class/net/%s/flags", netdev);
	return r < 0 ? r : (flags & IFF_UP) != 0;
}

uint64_t sriov_quirk_without_link(struct sriov_pf *pf, const char *driver,
				  uint64_t vf_attrs)
{
	uint64_t needing = needing_link(driver, vf_attrs);

	return needing && !link_is_up(pf) ? needing : 0;
}

void sriov_quirk_prepare(struct sriov_pf *pf, const char *driver, uint64_t vf_attrs)
{
	struct link_watch watch = { .pf = pf };
	struct sriov_events *events = NULL;

	if (!needing_link(driver, vf_attrs) || sriov_quirk_is_up(pf) <= 0 ||
	    sriov_events_open(pf->ctx, &events) < 0)
		return;
	sriov_events_wait(events, pf->ctx->wait * 1000, link_is_steady, &watch);
	sriov_events_close(events);
}

/* Drivers that change nothing while the PF is down, and call it success. */
static const char *const up_for_num_vfs[] = {
	/* drivers/net/ethernet/broadcom/bnxt/bnxt_sriov.c, bnxt_sriov_configure */
	"bnxt_en",
};

bool sriov_quirk_is_deaf(struct sriov_pf *pf, const char *driver)
{
	for (size_t i = 0; i < ARRAY_SIZE(up_for_num_vfs); i++)
		if (!strcmp(up_for_num_vfs[i], driver))
			return sriov_quirk_is_up(pf) == 0;
	return false;
}
