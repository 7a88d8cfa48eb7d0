// SPDX-License-Identifier: GPL-2.0-or-later
/* What drivers do with their VFs, one row a fact, with its source. */
#include "internal.h"

#define ANY UINT64_MAX

/* Whether the sender's address is checked of a VF that is new. */
static const struct {
	const char *driver; /* of the PF */
	bool spoofchk;
} fresh[] = {
	/* drivers/net/ethernet/, intel/igb/igb_main.c, igb_vf_configure */
	{ "igb", true },
	/* intel/ixgbe/ixgbe_sriov.c, __ixgbe_enable_sriov */
	{ "ixgbe", true },
	/* intel/i40e/i40e_virtchnl_pf.c, i40e_alloc_vfs */
	{ "i40e", true },
	/* intel/ice/ice_vf_lib.c, ice_initialize_vf_entry */
	{ "ice", true },
	/* mellanox/mlx5/core/eswitch.c, mlx5_eswitch_clear_vf_vports_info: all zero */
	{ "mlx5_core", false },
	/* broadcom/bnxt/bnxt_sriov.c, bnxt_set_vf_attr: all zero */
	{ "bnxt_en", false },
	/* drivers/net/netdevsim/dev.c, nsim_drv_probe: all zero */
	{ "netdevsim", false },
};

bool sriov_quirk_spoofchk(const char *driver, bool *spoofchk)
{
	for (size_t i = 0; i < ARRAY_SIZE(fresh); i++) {
		if (strcmp(fresh[i].driver, driver) != 0)
			continue;
		*spoofchk = fresh[i].spoofchk;
		return true;
	}
	return false;
}

/* Members that are kept when VFs are destroyed, for those that are created next. */
static const struct {
	const char *driver; /* of the PF */
	uint64_t can;       /* where its VFs can be given one of these, or ANY */
	uint64_t attrs;
} outliving[] = {
	/* mellanox/mlx5/core/sriov.c, sriov_restore_guids: of InfiniBand VFs */
	{ "mlx5_core", SRIOV_VF_GUIDS, SRIOV_VF_GUIDS | SRIOV_VF_STATE },
	/* drivers/net/netdevsim/bus.c, nsim_bus_dev_vfs_disable: sets the number to 0 only */
	{ "netdevsim", ANY, ANY },
};

uint64_t sriov_quirk_outliving(const char *driver, uint64_t can)
{
	for (size_t i = 0; i < ARRAY_SIZE(outliving); i++)
		if (!strcmp(outliving[i].driver, driver) && outliving[i].can & can)
			return outliving[i].attrs;
	return 0;
}

/* Of a VF that was given no address, these tell which one it has given itself. */
static const char *const telling[] = {
	/* drivers/net/ethernet/, broadcom/bnxt/bnxt_sriov.c, bnxt_get_vf_config */
	"bnxt_en",
	/* intel/i40e/i40e_virtchnl_pf.c, i40e_vc_add_mac_addr_msg: default_lan_addr */
	"i40e",
	/* intel/ice/ice_virtchnl.c, ice_vfhw_mac_add: hw_lan_addr */
	"ice",
};

bool sriov_quirk_tells_own_mac(const char *driver)
{
	for (size_t i = 0; i < ARRAY_SIZE(telling); i++)
		if (!strcmp(telling[i], driver))
			return true;
	return false;
}

/* When a driver of a VF takes the address that its VF was given while it is bound. */
static const struct {
	const char *driver; /* of the VF */
	enum sriov_takes takes;
} taking[] = {
	/* drivers/net/ethernet/, mellanox/mlx5/core/en_main.c, mlx5e_set_netdev_dev_addr */
	{ "mlx5_core", SRIOV_TAKES_AT_START },
	/* intel/igb/igb_main.c, igb_ndo_set_vf_mac: "Reload the VF driver" */
	{ "igbvf", SRIOV_TAKES_AT_START },
	/* intel/ixgbe/ixgbe_sriov.c, ixgbe_ndo_set_vf_mac: likewise */
	{ "ixgbevf", SRIOV_TAKES_AT_START },
	/* intel/ice/ice_sriov.c, ice_set_vf_mac, and i40e_ndo_set_vf_mac reset the VF;
	 * intel/iavf/iavf_virtchnl.c, iavf_virtchnl_completion takes what it is told then
	 */
	{ "iavf", SRIOV_TAKES_SOON },
	/* hisilicon/hns3/hns3pf/hclge_main.c, hclge_set_vf_mac has the VF reset itself;
	 * hns3_enet.c, hns3_reset_notify_restore_enet asks for it
	 */
	{ "hns3", SRIOV_TAKES_SOON },
};

enum sriov_takes sriov_quirk_takes_mac(const char *driver)
{
	for (size_t i = 0; i < ARRAY_SIZE(taking); i++)
		if (!strcmp(taking[i].driver, driver))
			return taking[i].takes;
	return SRIOV_TAKES_UNKNOWN;
}
