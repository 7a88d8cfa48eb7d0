/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The fields of the TLVs: where they are, what they are at first, what they may be. The names
 * are those of mstflint's database, but for "pf_" before those that two TLVs have in common.
 */
#ifndef LAB_FIRMWARE_FIELDS_H
#define LAB_FIRMWARE_FIELDS_H

#define LAB_MAX_TOTAL_MSIX 4096 /* of all PFs and VFs */
#define LAB_LINK_INFINIBAND 1
#define LAB_LINK_ETHERNET 2

/*
 * name, TLV, byte of its dword, lowest bit, bits, default; and then what it needs to be other
 * than 0, the field that is its limit, its least and its highest value, if they are special.
 */
#define LAB_FIELDS(ROW)                                                                  \
	ROW(log_pf_bar2_size, nv_global_pci_conf, 0, 0, 8, 0,                            \
	    .needs = F(pf_bar2_supported))                                               \
	ROW(per_pf_total_vf, nv_global_pci_conf, 0, 14, 1, 0,                            \
	    .needs = F(per_pf_total_vf_supported))                                       \
	ROW(per_pf_num_vf_msix, nv_global_pci_conf, 0, 15, 1, 0,                         \
	    .needs = F(per_pf_num_vf_msix_supported))                                    \
	ROW(vf_vpd_enable, nv_global_pci_conf, 0, 18, 1, 0,                              \
	    .needs = F(vf_vpd_supported))                                                \
	ROW(per_pf_num_msix, nv_global_pci_conf, 0, 19, 1, 0,                            \
	    .needs = F(per_pf_num_msix_supported))                                       \
	ROW(per_pf_num_sf, nv_global_pci_conf, 0, 20, 1, 0,                              \
	    .needs = F(per_pf_num_sf_supported))                                         \
	ROW(strict_vf_msix_num_enabled, nv_global_pci_conf, 0, 21, 1, 0,                 \
	    .needs = F(strict_vf_msix_num_supported))                                    \
	ROW(vf_nodnic_enable, nv_global_pci_conf, 0, 22, 1, 0,                           \
	    .needs = F(vf_nodnic_supported))                                             \
	ROW(pf_bar_size_valid, nv_global_pci_conf, 0, 24, 1, 0)                          \
	ROW(vf_bar_size_valid, nv_global_pci_conf, 0, 25, 1, 0)                          \
	ROW(num_pf_msix_valid, nv_global_pci_conf, 0, 26, 1, 1)                          \
	ROW(num_vf_msix_valid, nv_global_pci_conf, 0, 27, 1, 1)                          \
	ROW(num_pfs_valid, nv_global_pci_conf, 0, 28, 1, 1)                              \
	ROW(fpp_valid, nv_global_pci_conf, 0, 29, 1, 1)                                  \
	ROW(full_vf_qos_valid, nv_global_pci_conf, 0, 30, 1, 0)                          \
	ROW(sriov_valid, nv_global_pci_conf, 0, 31, 1, 1)                                \
	ROW(total_vfs, nv_global_pci_conf, 4, 0, 16, 8, .below = F(max_vfs_per_pf))      \
	ROW(num_pfs, nv_global_pci_conf, 4, 16, 8, 0, .below = F(max_num_pfs))           \
	ROW(pf_bar2_en, nv_global_pci_conf, 4, 27, 1, 0, .needs = F(pf_bar2_supported))  \
	ROW(hide_port2_pf, nv_global_pci_conf, 4, 28, 1, 0,                              \
	    .needs = F(hide_port2_pf_supported))                                         \
	ROW(fpp_en, nv_global_pci_conf, 4, 29, 1, 1, .needs = F(fpp_support))            \
	ROW(full_vf_qos, nv_global_pci_conf, 4, 30, 1, 0)                                \
	ROW(sriov_en, nv_global_pci_conf, 4, 31, 1, 0, .needs = F(sriov_support))        \
	ROW(log_pf_uar_bar_size, nv_global_pci_conf, 8, 0, 6, 5,                         \
	    .below = F(max_log_pf_uar_bar_size))                                         \
	ROW(log_vf_uar_bar_size, nv_global_pci_conf, 8, 6, 6, 1,                         \
	    .below = F(max_log_vf_uar_bar_size))                                         \
	ROW(num_pf_msix, nv_global_pci_conf, 8, 12, 10, 63, .below = F(max_num_pf_msix)) \
	ROW(num_vf_msix, nv_global_pci_conf, 8, 22, 10, 11, .below = F(max_num_vf_msix)) \
	ROW(pf_device_id_supported, nv_global_pci_cap, 0, 8, 1, 1)                       \
	ROW(per_pf_total_vf_supported, nv_global_pci_cap, 0, 11, 1, 1)                   \
	ROW(per_pf_num_vf_msix_supported, nv_global_pci_cap, 0, 12, 1, 1)                \
	ROW(per_pf_num_msix_supported, nv_global_pci_cap, 0, 13, 1, 1)                   \
	ROW(per_pf_num_sf_supported, nv_global_pci_cap, 0, 14, 1, 1)                     \
	ROW(vf_vpd_supported, nv_global_pci_cap, 0, 18, 1, 1)                            \
	ROW(strict_vf_msix_num_supported, nv_global_pci_cap, 0, 21, 1, 1)                \
	ROW(vf_nodnic_supported, nv_global_pci_cap, 0, 22, 1, 1)                         \
	ROW(pf_bar_size_supported, nv_global_pci_cap, 0, 24, 1, 1)                       \
	ROW(vf_bar_size_supported, nv_global_pci_cap, 0, 25, 1, 1)                       \
	ROW(num_pf_msix_supported, nv_global_pci_cap, 0, 26, 1, 1)                       \
	ROW(num_vf_msix_supported, nv_global_pci_cap, 0, 27, 1, 1)                       \
	ROW(num_pfs_supported, nv_global_pci_cap, 0, 28, 1, 1)                           \
	ROW(max_total_bar_valid, nv_global_pci_cap, 0, 29, 1, 1)                         \
	ROW(max_total_msix_valid, nv_global_pci_cap, 0, 30, 1, 1)                        \
	ROW(max_vfs_per_pf_valid, nv_global_pci_cap, 0, 31, 1, 1)                        \
	ROW(max_vfs_per_pf, nv_global_pci_cap, 4, 0, 16, 0)                              \
	ROW(max_num_pfs, nv_global_pci_cap, 4, 16, 8, 0)                                 \
	ROW(pf_bar2_supported, nv_global_pci_cap, 4, 27, 1, 1)                           \
	ROW(hide_port2_pf_supported, nv_global_pci_cap, 4, 28, 1, 1)                     \
	ROW(fpp_support, nv_global_pci_cap, 4, 29, 1, 1)                                 \
	ROW(sriov_support, nv_global_pci_cap, 4, 31, 1, 1)                               \
	ROW(max_log_pf_uar_bar_size, nv_global_pci_cap, 8, 0, 6, 10)                     \
	ROW(max_log_vf_uar_bar_size, nv_global_pci_cap, 8, 6, 6, 6)                      \
	ROW(max_num_pf_msix, nv_global_pci_cap, 8, 12, 10, 1000)                         \
	ROW(max_num_vf_msix, nv_global_pci_cap, 8, 22, 10, 512)                          \
	ROW(max_total_msix, nv_global_pci_cap, 12, 0, 32, LAB_MAX_TOTAL_MSIX)            \
	ROW(max_total_bar, nv_global_pci_cap, 16, 0, 32, 1 << 15)                        \
	ROW(cqe_compression, nv_sw_offload_conf, 0, 0, 3, 0, .most = 1)                  \
	ROW(uctx_en, nv_sw_offload_conf, 0, 8, 1, 1, .needs = F(uctx_supported))         \
	ROW(pci_atomic_mode, nv_sw_offload_conf, 0, 12, 3, 0, .most = 4)                 \
	ROW(lro_log_timeout0, nv_sw_offload_conf, 4, 0, 4, 0)                            \
	ROW(lro_log_timeout1, nv_sw_offload_conf, 4, 4, 4, 0)                            \
	ROW(lro_log_timeout2, nv_sw_offload_conf, 4, 8, 4, 0)                            \
	ROW(lro_log_timeout3, nv_sw_offload_conf, 4, 12, 4, 0)                           \
	ROW(vf_migration, nv_sw_offload_conf, 4, 22, 2, 0, .most = 2,                    \
	    .needs = F(vf_migration_supported))                                          \
	ROW(uctx_supported, nv_sw_offload_cap, 0, 8, 1, 1)                               \
	ROW(vf_migration_supported, nv_sw_offload_cap, 0, 14, 1, 1)                      \
	ROW(default_link_type, nv_vpi_link_type, 0, 2, 2, LAB_LINK_ETHERNET, .least = 1, \
	    .most = 2)                                                                   \
	ROW(duplicated_mac_action_mode, nv_mpfs_conf, 0, 0, 4, 0, .most = 1)             \
	ROW(sriov_ib_routing_mode, nv_mpfs_conf, 0, 30, 1, 0,                            \
	    .needs = F(sriov_ib_routing_mode_supported))                                 \
	ROW(ib_routing_mode, nv_mpfs_conf, 0, 31, 1, 0,                                  \
	    .needs = F(ib_routing_mode_supported))                                       \
	ROW(sriov_ib_routing_mode_supported, nv_mpfs_cap, 0, 29, 1, 1)                   \
	ROW(ib_routing_mode_supported, nv_mpfs_cap, 0, 31, 1, 1)                         \
	ROW(total_sf, nv_pf_pci_conf, 0, 0, 16, 0, .needs = F(per_pf_num_sf_supported))  \
	ROW(pf_vf_bar2_mode, nv_pf_pci_conf, 0, 19, 2, 0, .most = 2)                     \
	ROW(pf_device_id_valid, nv_pf_pci_conf, 0, 21, 1, 0)                             \
	ROW(pf_total_vf_en, nv_pf_pci_conf, 0, 22, 1, 0)                                 \
	ROW(pf_total_sf_en, nv_pf_pci_conf, 0, 23, 1, 0)                                 \
	ROW(log_sf_bar_size, nv_pf_pci_conf, 0, 24, 8, 0,                                \
	    .needs = F(per_pf_num_sf_supported))                                         \
	ROW(pf_num_pf_msix, nv_pf_pci_conf, 4, 0, 12, 0)                                 \
	ROW(pf_num_vf_msix, nv_pf_pci_conf, 4, 12, 12, 0)                                \
	ROW(pf_total_vf, nv_pf_pci_conf, 8, 0, 16, 0, .below = F(max_vfs_per_pf))        \
	ROW(pf_device_id, nv_pf_pci_conf, 8, 16, 16, 0,                                  \
	    .needs = F(pf_device_id_supported))                                          \
	ROW(roce_ctrl, nv_hca_conf, 0, 26, 2, 0, .most = 2,                              \
	    .needs = F(roce_ctrl_supported))                                             \
	ROW(multi_port_vhca_en, nv_hca_conf, 0, 31, 1, 0,                                \
	    .needs = F(multi_port_vhca_supported))                                       \
	ROW(roce_ctrl_supported, nv_hca_cap, 0, 27, 1, 1)                                \
	ROW(multi_port_vhca_supported, nv_hca_cap, 0, 31, 1, 1)                          \
	ROW(bar_page_alignment, nv_pci_conf, 0, 8, 2, 0, .most = 2,                      \
	    .needs = F(bar_page_alignment_supported))                                    \
	ROW(ats_enabled, nv_pci_conf, 0, 22, 1, 0, .needs = F(ats_supported))            \
	ROW(dynamic_vf_msix, nv_pci_conf, 0, 23, 1, 1,                                   \
	    .needs = F(dynamic_vf_msix_supported))                                       \
	ROW(force_eth_subclass, nv_pci_conf, 0, 29, 1, 0,                                \
	    .needs = F(force_eth_subclass_supported))                                    \
	ROW(advanced_pci_settings, nv_pci_conf, 0, 31, 1, 0,                             \
	    .needs = F(advanced_pci_settings_supported))                                 \
	ROW(bar_page_alignment_supported, nv_pci_cap, 0, 12, 1, 1)                       \
	ROW(ats_supported, nv_pci_cap, 0, 22, 1, 1)                                      \
	ROW(dynamic_vf_msix_supported, nv_pci_cap, 0, 23, 1, 1)                          \
	ROW(force_eth_subclass_supported, nv_pci_cap, 0, 29, 1, 1)                       \
	ROW(advanced_pci_settings_supported, nv_pci_cap, 0, 31, 1, 1)

enum lab_field {
#define LAB_FIELD(name, ...) LAB_F_##name,
	LAB_FIELDS(LAB_FIELD)
#undef LAB_FIELD
		LAB_NR_FIELDS
};

#endif
