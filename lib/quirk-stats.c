// SPDX-License-Identifier: GPL-2.0-or-later
/* Which counters drivers keep of their VFs, one row a driver, with its source. */
#include "internal.h"

#define FRAMES                                                                 \
	(SRIOV_STAT_RX_PACKETS | SRIOV_STAT_TX_PACKETS | SRIOV_STAT_RX_BYTES | \
	 SRIOV_STAT_TX_BYTES)
#define CASTS (SRIOV_STAT_RX_BROADCAST | SRIOV_STAT_RX_MULTICAST)
#define DROPS (SRIOV_STAT_RX_DROPPED | SRIOV_STAT_TX_DROPPED)

/*
 * What the function behind ndo_get_vf_stats fills in. Without one the kernel sends zeros for
 * all (Linux 6.12, net/core/rtnetlink.c, rtnl_fill_vfinfo).
 */
static const struct {
	const char *driver; /* of the PF */
	bool infiniband;
	uint64_t kept;
} rows[] = {
	/* drivers/infiniband/hw/mlx5/ib_virt.c, mlx5_ib_get_vf_stats */
	{ "mlx5_core", true, FRAMES | SRIOV_STAT_RX_MULTICAST },
	/* drivers/net/ethernet/, mellanox/mlx5/core/eswitch.c, mlx5_eswitch_get_vport_stats */
	{ "mlx5_core", false, FRAMES | CASTS | DROPS },
	/* mellanox/mlx4/cmd.c, mlx4_get_vf_stats */
	{ "mlx4_core", false, FRAMES },
	/* intel/ice/ice_sriov.c, ice_get_vf_stats */
	{ "ice", false, FRAMES | CASTS | DROPS },
	/* intel/i40e/i40e_virtchnl_pf.c, i40e_get_vf_stats */
	{ "i40e", false, FRAMES | CASTS | DROPS },
	/* intel/ixgbe/ixgbe_main.c, ixgbe_ndo_get_vf_stats */
	{ "ixgbe", false, FRAMES | SRIOV_STAT_RX_MULTICAST },
	/* intel/fm10k/fm10k_iov.c, fm10k_ndo_get_vf_stats */
	{ "fm10k", false, FRAMES | SRIOV_STAT_RX_DROPPED },
	/* pensando/ionic/ionic_lif.c, ionic_get_vf_stats */
	{ "ionic", false, FRAMES | CASTS | DROPS },
	/* cavium/liquidio/lio_main.c, liquidio_get_vf_stats */
	{ "LiquidIO", false, FRAMES | CASTS },
	/* these have none: intel/igb/igb_main.c, igb_netdev_ops */
	{ "igb", false, 0 },
	/* broadcom/bnxt/bnxt.c, bnxt_netdev_ops */
	{ "bnxt_en", false, 0 },
	/* broadcom/bnx2x/bnx2x_main.c, bnx2x_netdev_ops */
	{ "bnx2x", false, 0 },
	/* chelsio/cxgb4/cxgb4_main.c, cxgb4_mgmt_netdev_ops */
	{ "cxgb4", false, 0 },
	/* emulex/benet/be_main.c, be_netdev_ops */
	{ "be2net", false, 0 },
	/* hisilicon/hns3/hns3_enet.c, hns3_nic_netdev_ops */
	{ "hns3", false, 0 },
	/* qlogic/qede/qede_main.c, qede_netdev_ops */
	{ "qede", false, 0 },
	/* sfc/efx.c, efx_netdev_ops */
	{ "sfc", false, 0 },
	/* drivers/net/netdevsim/netdev.c, nsim_netdev_ops */
	{ "netdevsim", false, 0 },
};

uint64_t sriov_quirk_stats(const char *driver, bool infiniband)
{
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++)
		if (!strcmp(rows[i].driver, driver) && rows[i].infiniband == infiniband)
			return rows[i].kept;
	return SRIOV_STAT_ALL;
}
