#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# A PF that is no network card: 127 VFs, created and bound.
# shellcheck disable=SC2086,SC2154 # device names have no blanks; run --separate-stderr sets stderr

load ../lab

setup_file() { hurry_on; }

@test "an NVMe controller is a PF; what networks have is null" {
	run --separate-stderr sriov -j pf show $NVME
	[ "$status" -eq 0 ]
	[ "$(jq -c '.[0] | [.driver, .total_vfs, .link_type, .netdev, .mac, .speed]' <<<"$output")" = '["nvme",127,"nvme",null,null,null]' ]
}

@test "127 VFs are made, bound to vfio-pci in parallel, and unbound" {
	sriov vf create $NVME 127 driver vfio-pci
	[ "$(num_vfs $NVME)" -eq 127 ]
	[ "$(find /sys/bus/pci/drivers/vfio-pci/ -name '0000:*' | wc -l)" -eq 127 ]
	run --separate-stderr sriov -j bind show $NVME
	[ "$(jq -c '[length, ([.[].driver] | unique), ([.[].iommu_group] | unique | length)]' <<<"$output")" = '[127,["vfio-pci"],127]' ]
	run --separate-stderr sriov -j vf show $NVME/0
	[ "$(jq -c '.[0] | [.mac, .vlan, .trust, .netdev]' <<<"$output")" = '[null,null,null,null]' ]
	sriov bind set $NVME/all driver none
	[ "$(find /sys/bus/pci/drivers/vfio-pci/ -name '0000:*' | wc -l)" -eq 0 ]
	sriov pf set $NVME num_vfs 0
	[ "$(num_vfs $NVME)" -eq 0 ]
}

@test "a network attribute is refused before anything is made" {
	run -2 --separate-stderr sriov vf create $NVME 2 vlan 10
	[[ $stderr == *"$NVME/0: vlan: "*netdev* ]]
	[ "$(num_vfs $NVME)" -eq 0 ]
}
