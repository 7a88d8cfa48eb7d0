#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# A PF that is not on the PCI bus, with a thousand VFs over rtnetlink.
# shellcheck disable=SC2086,SC2154 # device names have no blanks; run --separate-stderr sets stderr

load ../lab

SIM=netdevsim/netdevsim10

# make_sim VFS: a device that offers so many; NETDEV is its netdev.
make_sim()
{
	echo "10 1" >/sys/bus/netdevsim/new_device
	echo "$1" >/sys/kernel/debug/netdevsim/netdevsim10/max_vfs
	NETDEV=$(ls /sys/bus/netdevsim/devices/netdevsim10/net)
}

@test "a device of another bus is a PF" {
	make_sim 4
	run --separate-stderr sriov -j pf show $SIM
	[ "$(jq -c '.[0] | [.pf, .num_vfs, .total_vfs, .driver, .netdev]' <<<"$output")" = "[\"$SIM\",0,null,\"netdevsim\",\"$NETDEV\"]" ]
	sriov vf create "$NETDEV" 4 mac 02:00:00:00:00:10+ vlan 10 vlan_proto 802.1ad state disable query_rss on max_tx_rate 1Gbit min_tx_rate 100
	[ "$(seen "$NETDEV" 3 '[.address, .vlan_list[0].vlan, .vlan_list[0].protocol, .link_state, .query_rss_en, .rate.max_tx, .rate.min_tx]')" = '["02:00:00:00:00:13",10,"802.1ad","disable",true,1000,100]' ]
	run -2 --separate-stderr sriov bind set $SIM/0 driver vfio-pci
	[[ $stderr == *"no PCI devices"* ]]
	sriov pf set $SIM num_vfs 0
	[ "$(<"/sys/bus/netdevsim/devices/netdevsim10/sriov_numvfs")" = 0 ]
}

@test "rates: one keeps the other, and min stays below max" {
	make_sim 2
	sriov vf create "$NETDEV" 2 max_tx_rate 1000 min_tx_rate 100
	sriov vf set $SIM/0 max_tx_rate 500
	[ "$(seen "$NETDEV" 0 '[.rate.max_tx, .rate.min_tx]')" = '[500,100]' ]
	sriov vf set $SIM/0 min_tx_rate 200
	[ "$(seen "$NETDEV" 0 '[.rate.max_tx, .rate.min_tx]')" = '[500,200]' ]
	run -2 sriov vf set $SIM/0 max_tx_rate 50
	[ "$(seen "$NETDEV" 0 '[.rate.max_tx, .rate.min_tx]')" = '[500,200]' ]
}

@test "a driver that accepts and narrows is caught by reading back" {
	make_sim 2
	sriov pf set $SIM num_vfs 2
	# netdevsim keeps rates in 16 bits: 70000 becomes 4464
	run -1 --separate-stderr sriov vf set $SIM/0-1 vlan 3 max_tx_rate 70000
	[[ $stderr == *"$SIM/0-1: max_tx_rate: accepted, but it reads back as 4464"* ]]
	[ "$(seen "$NETDEV" 0 '[.vlan_list[0].vlan // 0, .rate.max_tx // 0]')" = '[0,0]' ]
	[ "$(seen "$NETDEV" 1 '[.vlan_list[0].vlan // 0, .rate.max_tx // 0]')" = '[0,0]' ]
}

@test "keep-going sets the others and undoes the VF that failed" {
	make_sim 3
	sriov pf set $SIM num_vfs 3
	sriov vf set $SIM/1 min_tx_rate 10 max_tx_rate 20
	ip link set "$NETDEV" vf 1 mac 02:00:00:00:00:99
	run -1 --separate-stderr sriov -k -j vf set $SIM/0-2 vlan 3 max_tx_rate 65540
	[ "$(jq -c '[.[].state] | unique' <<<"$output")" = '["failed","undone"]' ]
	for i in 0 1 2; do
		[ "$(seen "$NETDEV" $i '.vlan_list[0].vlan // 0')" = 0 ]
	done
	[ "$(seen "$NETDEV" 1 '[.rate.max_tx, .rate.min_tx, .address]')" = '[20,10,"02:00:00:00:00:99"]' ]
}

@test "what outlives VFs is put back when creating them fails" {
	make_sim 2
	numvfs=/sys/bus/netdevsim/devices/netdevsim10/sriov_numvfs
	echo 2 >"$numvfs"
	ip link set "$NETDEV" vf 0 mac 02:00:00:00:00:77 vlan 5
	echo 0 >"$numvfs"
	# netdevsim keeps settings, but rates of 16 bits only
	run -1 --separate-stderr sriov vf create "$NETDEV" 2 mac 02:00:00:00:00:10+ vlan 9 max_tx_rate 70000
	[[ $stderr == *"max_tx_rate: accepted, but it reads back as 4464"* ]]
	[ "$(<"$numvfs")" = 0 ]
	echo 2 >"$numvfs"
	[ "$(seen "$NETDEV" 0 '[.address, .vlan_list[0].vlan, .rate.max_tx]')" = '["02:00:00:00:00:77",5,0]' ]
	[ "$(seen "$NETDEV" 1 '[.address, .vlan_list[0].vlan // 0, .rate.max_tx]')" = '["00:00:00:00:00:00",0,0]' ]
}

@test "a thousand VFs are set and shown" {
	make_sim 1000
	sriov vf create "$NETDEV" 1000 mac 02:00:00:00:00:00+ vlan 100 qos 3
	run --separate-stderr sriov -j vf show $SIM
	[ "$(jq -c '[length, ([.[].mac] | unique | length), ([.[] | [.vlan, .qos]] | unique), ([.[].note] | unique)]' <<<"$output")" = '[1000,1000,[[100,3]],[null]]' ]
	[ "$(jq -r '.[999].mac' <<<"$output")" = 02:00:00:00:03:e7 ]
	# ip sees the first 331 of them: there the two agree
	count=$(ip -j link show dev "$NETDEV" | jq '.[0].vfinfo_list | length')
	[ "$count" -ge 100 ]
	[ "$(ip -j link show dev "$NETDEV" | jq -c '[.[0].vfinfo_list[] | [.vf, .address]]')" = "$(jq -c "[.[:$count][] | [.index, .mac]]" <<<"$output")" ]
	sriov vf set $SIM/998,999 mac 02:00:00:01:00:00+
	run --separate-stderr sriov -j -o mac vf show $SIM/999
	[ "$(jq -r '.[0].mac' <<<"$output")" = 02:00:00:01:03:e7 ]
	# a reader that is not ours for the last one, too: the kernel's own list, one at a time
	[ "$(sriov -j -o index vf show $SIM mac 02:00:00:01:03:e7 | jq -c '[.[].index]')" = '[999]' ]
}

@test "many VFs are set in few messages, and read in one" {
	make_sim 1000
	sriov pf set $SIM num_vfs 1000
	run -0 --separate-stderr sriov --debug vf set $SIM/all vlan 100 qos 1
	sent=$(grep -c 'rtnl setlink' <<<"$stderr")
	[ "$sent" -ge 1 ]
	[ "$sent" -le 40 ]
	# before, and after to read back
	[ "$(grep -c 'rtnl getlink .* +vf' <<<"$stderr")" -eq 2 ]
}

@test "one VF among 300 that cannot take it is named, and nothing is written" {
	make_sim 300
	sriov pf set $SIM num_vfs 300
	# a rate below the minimum that VF 150 has
	ip link set "$NETDEV" vf 150 min_tx_rate 400 max_tx_rate 500
	run --separate-stderr sriov -j vf set $SIM/all max_tx_rate 300
	[ "$status" -eq 2 ]
	[[ $stderr == *"$SIM/150: min_tx_rate 400 is above max_tx_rate 300"* ]]
	[ "$(seen "$NETDEV" 0 '.rate.max_tx // 0')" = 0 ]
}

@test "num_vfs beyond what the device offers: the kernel's reason" {
	make_sim 4
	run -1 --separate-stderr sriov pf set $SIM num_vfs 5
	[[ $stderr == *"$SIM: num_vfs: "* ]]
	[ "$(<"/sys/bus/netdevsim/devices/netdevsim10/sriov_numvfs")" = 0 ]
}

@test "without json-c, all but JSON works" {
	library=$(ldconfig -p | awk '$1 ~ /^libjson-c\.so/ { print $NF; exit }')
	# shellcheck disable=SC2016 # for the inner shell
	run -0 unshare -m sh -c 'mount --bind /dev/null "$1" && sriov pf show eth0 && ! sriov -j pf show eth0' - "$(realpath "$library")"
	[[ $output == *"driver"*"igb"*"json-c cannot be loaded"* ]]
}
