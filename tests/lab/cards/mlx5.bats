#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# sriov on the virtual ConnectX: many VFs, and operations that fail, lie, block or are slow.
# shellcheck disable=SC2086,SC2154 # device names have no blanks; run --separate-stderr sets stderr

load ../lab

setup_file() { hurry_on; }

@test "127 VFs on each of two PFs, configured, on mlx5_vfio_pci" {
	card_on faults=vfio_probe=delay:5
	vfio_on
	sriov vf create $MLX0 127 mac 02:00:00:00:00:00+ vlan 10 spoofchk on driver mlx5_vfio_pci
	sriov vf create $MLX1 127 mac 02:00:00:00:01:00+ vlan 11 trust on driver mlx5_vfio_pci
	n=0
	for pf in $MLX0 $MLX1; do
		[ "$(num_vfs $pf)" = 127 ]
		[ "$(ip -j -d link show "$(netdev_of $pf)" | jq -c '[.[0].vfinfo_list[] | .address] | [length, .[0], .[126]]')" = \
			"[127,\"02:00:00:00:0$n:00\",\"02:00:00:00:0$n:7e\"]" ]
		[ "$(ip -j -d link show "$(netdev_of $pf)" | jq -c '[.[0].vfinfo_list[].vlan_list[0].vlan] | unique')" = "[1$n]" ]
		[[ $(lspci -vv -s $pf) == *"Number of VFs: 127"* ]]
		n=1
	done
	[ "$(lspci -Dk -d 15b3:101e | grep -c 'Kernel driver in use: mlx5_vfio_pci')" = 254 ]
	[ "$(readlink $DEVICES/0001:81:*/driver | grep -c /mlx5_vfio_pci$)" = 254 ]
	[ "$(cat $DEVICES/0001:81:*/driver_override | grep -cx mlx5_vfio_pci)" = 254 ]
	files=(/dev/vfio/[0-9]*)
	[ ${#files[@]} = 254 ]
	run --separate-stderr sriov -j vf show $MLX0 driver mlx5_vfio_pci
	[ "$(jq length <<<"$output")" = 127 ]
	for pf in $MLX0 $MLX1; do
		[ "$(<"$DEVICES/$pf/sriov_drivers_autoprobe")" = 1 ]
	done
}

@test "VFs whose probe is slow are bound side by side" {
	card_on faults=vf_probe=delay:100
	sriov vf create $MLX0 20 mac 02:00:00:00:00:00+ vlan 10
	[ "$(fault_count vf_probe uses)" = 20 ]
	# each started with its address
	[ "$(cat $DEVICES/$MLX0/virtfn*/net/*/address | sort | paste -sd ' ')" = \
		"$(printf '02:00:00:00:00:%02x ' {0..19} | sed 's/ $//')" ]
}

@test "what the card refuses is named, and everything is as before" {
	card_on
	pf=$(netdev_of $MLX0)
	fault set_vf_vlan fail:EIO:vf:2
	run -1 sriov vf create $MLX0 4 mac 02:00:00:00:00:00+ vlan 10
	[[ $output == *"$MLX0/2: vlan: Input/output error"* ]]
	[ "$(num_vfs $MLX0)" = 0 ]
	fault set_vf_vlan none
	sriov vf create $MLX0 4 vlan 10

	fault set_vf_trust fail:EBUSY:vf:3
	run -1 sriov vf set $MLX0/all vlan 20 trust on
	[[ $output == *"$MLX0/3: trust: Device or resource busy"* ]]
	[ "$(ip -j -d link show $pf | jq -c '[.[0].vfinfo_list[] | [.vlan_list[0].vlan, .trust]] | unique')" = '[[10,false]]' ]
}

@test "what the card accepts and ignores is an error that says so" {
	card_on
	sriov vf create $MLX0 2
	fault set_vf_mac ignore
	run -1 sriov vf set $MLX0/0 mac 02:00:00:00:00:01
	[[ $output == *"$MLX0/0: mac:"* ]]
	echo "$output"
	fault sriov_disable ignore
	run -1 sriov pf set $MLX0 num_vfs 0
	[[ $output == *"num_vfs"* ]]
	[ -e $DEVICES/$MLX0/virtfn0 ]
	echo "$output"
}

@test "a VF that cannot be read is shown as far as it is known" {
	card_on
	sriov vf create $MLX0 3 vlan 5
	fault get_vf_config fail:EIO:skip:1:once
	run --separate-stderr sriov -j -o index,vlan,driver,note vf show $MLX0
	[ "$(jq -c '.[0] | [.index,.vlan,.driver]' <<<"$output")" = '[0,5,"mlx5_core"]' ]
	[ "$(jq -c '.[1] | [.index,.vlan,.driver]' <<<"$output")" = '[1,null,"mlx5_core"]' ]
	[ "$(jq -c '.[1].note' <<<"$output")" != null ]
}

@test "a driver that fails one VF is named" {
	card_on
	fault vf_probe fail:EIO:vf:1
	# nobody asked for a driver: the VFs stay, but it does not go unsaid
	run --separate-stderr -0 sriov -j vf create $MLX0 3
	[[ $stderr == *"$MLX0/1: driver: no driver took it, though one took others"* ]]
	[ "$(jq -c '[.[] | select(.object == "'$MLX0/1'" and .attribute == "driver") | [.state, .changed, (.error | startswith("no driver took it"))]]' <<<"$output")" = '[["unverified",false,true]]' ]
	[ "$(driver_of "$(vf_of $MLX0 1)")" = none ]
	[ "$(driver_of "$(vf_of $MLX0 2)")" = mlx5_core ]
	sriov pf set $MLX0 num_vfs 0

	# nor does it when those that have one are those that were there before
	sriov pf set $MLX0 num_vfs 1
	run --separate-stderr -0 sriov pf set $MLX0 num_vfs 2
	[[ $stderr == *"$MLX0/1: driver: no driver took it, though one took others"* ]]
	sriov pf set $MLX0 num_vfs 0

	run -1 sriov vf create $MLX0 3 driver default
	[[ $output == *"$MLX0/1: driver: no driver took it"* ]]
	[ "$(num_vfs $MLX0)" = 0 ]
}

@test "creating VFs that the firmware never finishes ends in time, and says who blocks" {
	card_on
	fault sriov_enable block
	SECONDS=0
	run -5 sriov --wait 2 vf create $MLX0 2
	[ $SECONDS -lt 20 ]
	[[ $output == *"$MLX0"* ]]
	echo "$output"
	# showing works meanwhile
	run -0 sriov pf show $MLX1
	run -0 timeout 20 sriov pf show
	fault sriov_enable none
	made() { [ -e $DEVICES/$MLX0/virtfn1 ]; }
	within 10 made
}

@test "completion knows the PFs, VFs and drivers of a real machine" {
	card_on pfs=1 ib=0
	sriov vf create $MLX0 2
	run -0 sriov __complete -- vf set $MLX0/
	[[ $output == *"$MLX0/all"*"$MLX0/0"*"$MLX0/1"* ]]
}
