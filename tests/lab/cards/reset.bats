#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# VFs back to neutral, two VFs with one address, and drivers that learn their address late.
# shellcheck disable=SC2086,SC2154 # device names have no blanks; run --separate-stderr sets stderr

load ../lab

# all NETDEV INDEX: what ip says of a VF, in one line.
all()
{
	seen "$1" "$2" '[.address, .vlan_list[0].vlan // 0, .vlan_list[0].qos // 0, .vlan_list[0].protocol // "802.1Q", .rate.max_tx // 0, .rate.min_tx // 0, .spoofchk, .trust, .link_state, .query_rss_en]'
}

@test "reset on igb: neutral for ip, the other VFs and the driver are not touched" {
	sriov vf create eth0 3
	# igb tells the address that igbvf has made up; the rest is how it starts VFs
	fresh=$(all eth0 0 | jq -c '.[0] = "00:00:00:00:00:00"')
	sriov vf set eth0/all mac 02:00:00:00:00:10+ vlan 10 qos 3 trust on spoofchk off
	other=$(all eth0 2)
	vf=$(vf_of $PF0 0)
	index=$(cat $DEVICES/$vf/net/*/ifindex)
	run -0 --separate-stderr sriov -j vf reset eth0/0-1
	[ -z "$stderr" ]
	[ "$(jq -c '[.[] | select(.state == "done") | .attribute] | unique' <<<"$output")" = '["mac","qos","spoofchk","trust","vlan"]' ]
	[ "$(all eth0 0)" = "$fresh" ]
	[ "$(all eth0 1)" = "$fresh" ]
	[ "$(all eth0 2)" = "$other" ]
	[ "$(cat $DEVICES/$vf/net/*/ifindex)" = "$index" ]
	[ "$(driver_of $vf)" = igbvf ]
	[ "$(<"$DEVICES/$vf/driver_override")" = "(null)" ]
	run -0 sriov -n vf reset eth0/0-1
	[ -z "$output" ]
}

@test "reset on netdevsim: all that a driver can have" {
	echo "10 1" >/sys/bus/netdevsim/new_device
	sim=$(ls /sys/bus/netdevsim/devices/netdevsim10/net)
	echo 2 >/sys/bus/netdevsim/devices/netdevsim10/sriov_numvfs
	fresh=$(all $sim 0)
	sriov vf set $sim/all mac 02:00:00:00:00:10+ vlan 10 qos 3 vlan_proto 802.1ad max_tx_rate 100 min_tx_rate 10 spoofchk on trust on state enable query_rss on
	other=$(all $sim 1)
	[ "$other" = '["02:00:00:00:00:11",10,3,"802.1ad",100,10,true,true,"enable",true]' ]
	sriov vf reset $sim/0
	[ "$(all $sim 0)" = "$fresh" ]
	[ "$(all $sim 1)" = "$other" ]
}

@test "reset on mlx5: one VF that fails takes all back, or itself with -k" {
	card_on
	pf=$(netdev_of $MLX0)
	sriov vf create $MLX0 3 mac 02:00:00:00:00:10+ vlan 10 max_tx_rate 500 min_tx_rate 100 spoofchk on trust on state enable
	before=$(for i in 0 1 2; do all $pf $i; done)
	fault set_vf_trust fail:EIO:vf:1
	run -1 --separate-stderr sriov vf reset $MLX0/all
	[[ $stderr == *"$MLX0/1: trust: Input/output error"* ]]
	[ "$(for i in 0 1 2; do all $pf $i; done)" = "$before" ]
	fault set_vf_trust fail:EIO:vf:1
	run -1 --separate-stderr sriov -k vf reset $MLX0/all
	[ "$(all $pf 0)" = '["00:00:00:00:00:00",0,0,"802.1Q",0,0,false,false,"auto",false]' ]
	[ "$(all $pf 1)" = "$(sed -n 2p <<<"$before")" ]
	[ "$(all $pf 2)" = "$(all $pf 0)" ]
	fault set_vf_trust none
	fault set_vf_mac ignore
	run -1 --separate-stderr sriov vf reset $MLX0/1
	[[ $stderr == *"$MLX0/1: mac: accepted, but it reads back as 02:00:00:00:00:11"* ]]
	[ "$(all $pf 1)" = "$(sed -n 2p <<<"$before")" ]
	fault set_vf_mac none
	sriov vf reset $MLX0/1
	[ "$(all $pf 1)" = "$(all $pf 0)" ]
}

@test "reset on InfiniBand: the state; GUIDs stay" {
	card_on
	sriov vf create $MLX_IB 1 node_guid auto port_guid auto state enable
	pf=$(netdev_of $MLX_IB)
	guids=$(seen $pf 0 '[."node guid", ."port guid"]')
	run -0 --separate-stderr sriov -j vf reset $MLX_IB/0
	[ "$(jq -c 'map([.attribute, .old, .new, .state])' <<<"$output")" = '[["state","enable","auto","done"]]' ]
	[ "$(seen $pf 0 .link_state)" = '"auto"' ]
	[ "$(seen $pf 0 '[."node guid", ."port guid"]')" = "$guids" ]
}

@test "reset of a VF that a process has open is refused, and --force goes on" {
	sriov vf create eth0 2 vlan 10 driver vfio-pci
	vf=$(vf_of $PF0 1)
	group=$(readlink "$DEVICES/$vf/iommu_group")
	coproc HOLDER { "$HOLD_VFIO" "${group##*/}" "$vf"; }
	holder=$HOLDER_PID
	read -r line <&"${HOLDER[0]}"
	[ "$line" = open ]
	run -4 --separate-stderr sriov vf reset eth0/all
	[[ $stderr == *"reset: "* ]]
	[ "$(seen eth0 0 '.vlan_list[0].vlan')" = 10 ]
	[ "$(seen eth0 1 '.vlan_list[0].vlan')" = 10 ]
	sriov vf reset eth0/0
	[ "$(seen eth0 0 '.vlan_list[0].vlan // 0')" = 0 ]
	sriov --force vf reset eth0/1
	[ "$(seen eth0 1 '.vlan_list[0].vlan // 0')" = 0 ]
	[ "$(<"$DEVICES/$vf/enable")" -ge 1 ]
	echo >&"${HOLDER[1]}"
	wait "$holder"
}

@test "one address for two VFs is refused, and a series moves along" {
	card_on
	pf=$(netdev_of $MLX0)
	run -4 --separate-stderr sriov vf create $MLX0 3 mac 02:00:00:00:00:10
	[[ $stderr == *"$MLX0/1: mac: 02:00:00:00:00:10 is that of VF 0, too (02:00:00:00:00:10+ makes a series; --force goes on)"* ]]
	[ "$(num_vfs $MLX0)" = 0 ]
	sriov vf create $MLX0 3 mac 02:00:00:00:00:10+ driver none
	run -4 --separate-stderr sriov vf set $MLX0/2 vlan 5 mac 02:00:00:00:00:10
	[[ $stderr == *"$MLX0/2: mac: 02:00:00:00:00:10 is that of VF 0, too (--force goes on)"* ]]
	[ "$(ip -j -d link show $pf | jq -c '[.[0].vfinfo_list[] | [.address, .vlan_list[0].vlan // 0]]')" = \
		'[["02:00:00:00:00:10",0],["02:00:00:00:00:11",0],["02:00:00:00:00:12",0]]' ]
	sriov vf set $MLX0/all mac 02:00:00:00:00:11+
	[ "$(ip -j -d link show $pf | jq -c '[.[0].vfinfo_list[].address]')" = '["02:00:00:00:00:11","02:00:00:00:00:12","02:00:00:00:00:13"]' ]
	sriov --force vf set $MLX0/2 mac 02:00:00:00:00:11
	# two that have one address already keep it
	sriov vf set $MLX0/1 mac 02:00:00:00:00:19
	[ "$(ip -j -d link show $pf | jq -c '[.[0].vfinfo_list[].address]')" = '["02:00:00:00:00:11","02:00:00:00:00:19","02:00:00:00:00:11"]' ]
	# nor does another number of VFs change that
	sriov pf set $MLX0 num_vfs 4
	[ "$(ip -j -d link show $pf | jq -c '[.[0].vfinfo_list[:3][].address]')" = '["02:00:00:00:00:11","02:00:00:00:00:19","02:00:00:00:00:11"]' ]
}

# addresses PF: of the netdevs of its VFs, in the order of the VFs, as the kernel has them.
addresses()
{
	local i
	for ((i = 0; ; i++)); do
		[ -e "$DEVICES/$1/virtfn$i" ] || break
		cat $DEVICES/$1/virtfn$i/net/*/address
	done | paste -sd ' '
}

@test "a netdev that still has its old address: said in one line, unverified, and no failure" {
	card_on
	sriov vf create $MLX0 3 mac 02:00:00:00:00:10+
	netdev=$(netdev_of "$(vf_of $MLX0 0)")
	run -0 --separate-stderr sriov -j vf set $MLX0/all mac 02:00:00:00:00:20+ vlan 5
	[ "$stderr" = "sriov: $MLX0/0 and 2 more: mac: set, but its netdev $netdev still has 02:00:00:00:00:10: mlx5_core takes it when it starts (--rebind)" ]
	[ "$(jq -c '[.[] | select(.attribute == "mac") | [.state, .changed, (.error | startswith("set, but its netdev"))]] | unique' <<<"$output")" = '[["unverified",true,true]]' ]
	[ "$(jq -c '[.[] | select(.attribute == "vlan") | .state] | unique' <<<"$output")" = '["done"]' ]
	# it is set all the same, and nobody was unbound for it
	[ "$(ip -j -d link show "$(netdev_of $MLX0)" | jq -c '[.[0].vfinfo_list[].address]')" = '["02:00:00:00:00:20","02:00:00:00:00:21","02:00:00:00:00:22"]' ]
	[ "$(addresses $MLX0)" = "02:00:00:00:00:10 02:00:00:00:00:11 02:00:00:00:00:12" ]
	# one that has none to be compared with, one that is taken away, and one that it has
	sriov bind set $MLX0/1 driver none
	run -0 --separate-stderr sriov vf set $MLX0/1 mac 02:00:00:00:00:31
	[ -z "$stderr" ]
	run -0 --separate-stderr sriov vf set $MLX0/2 mac 00:00:00:00:00:00
	[ -z "$stderr" ]
	run -0 --separate-stderr sriov vf set $MLX0/0 mac 02:00:00:00:00:10
	[ -z "$stderr" ]
}

@test "igbvf starts without its address while the PF is down, and that is said" {
	ip link set eth0 down
	run -0 --separate-stderr sriov vf create eth0 1 mac 02:00:00:00:00:10
	[[ $stderr == "sriov: $PF0/0: mac: set, but its netdev "*" has "*": igbvf has started without it, while eth0 is down (ip link set eth0 up, then --rebind)" ]]
	[ "$(seen eth0 0 .address)" = '"02:00:00:00:00:10"' ]
	[ "$(addresses $PF0)" != 02:00:00:00:00:10 ]
}
