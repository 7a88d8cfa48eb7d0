#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# vf reset: what becomes neutral on which card, and what is left alone.

bats_require_minimum_version 1.5.0

load ../helper

setup()
{
	machine igb
}

@test "igb: what was set becomes neutral, and VFs are checked as the driver starts them" {
	would 3 vf reset eth0/0-2 <<-'END'
	0000:01:00.0/0 mac 02:00:00:00:01:00 -> 00:00:00:00:00:00
	0000:01:00.0/0 vlan 10 -> 0
	0000:01:00.0/0 qos 3 -> 0
	0000:01:00.0/0 max_tx_rate 500 -> 0
	0000:01:00.0/1 mac 02:00:00:00:01:01 -> 00:00:00:00:00:00
	0000:01:00.0/1 trust on -> off
	0000:01:00.0/2 mac 02:00:00:00:01:02 -> 00:00:00:00:00:00
	0000:01:00.0/2 vlan 100 -> 0
	0000:01:00.0/2 spoofchk off -> on
	END
	would 3 vf reset 0000:01:10.6 <<-'END'
	0000:01:00.0/3 mac 02:00:00:00:01:03 -> 00:00:00:00:00:00
	0000:01:00.0/3 max_tx_rate 1000 -> 0
	END
	# Nobody has told it anything.
	nothing vf reset eth0/5
}

@test "every driver whose start is known: spoofchk goes back to it; of another it stays" {
	for driver in igb ixgbe i40e ice; do
		ln -sfn ../../../../bus/pci/drivers/$driver "$SYSROOT/sys/bus/pci/devices/0000:01:00.0/driver"
		run_json -n vf reset eth0/2
		same '["spoofchk",false,true]' "$(json '.[] | select(.attribute == "spoofchk") | [.attribute, .old, .new]')"
	done
	for driver in mlx5_core bnxt_en netdevsim; do
		ln -sfn ../../../../bus/pci/drivers/$driver "$SYSROOT/sys/bus/pci/devices/0000:01:00.0/driver"
		run_json -n vf reset eth0/1
		same '["spoofchk",true,false]' "$(json '.[] | select(.attribute == "spoofchk") | [.attribute, .old, .new]')"
	done
	ln -sfn ../../../../bus/pci/drivers/nfp "$SYSROOT/sys/bus/pci/devices/0000:01:00.0/driver"
	run_json -n vf reset eth0/1-2
	same '["mac","max_tx_rate","min_tx_rate","qos","state","trust","vlan","vlan_proto"]' \
		"$(json 'map(.attribute) | unique')"
}

@test "netdevsim: the protocol of the tag, both rates, state and query_rss, too" {
	machine netdevsim
	would 3 vf reset eth0/all <<-'END'
	netdevsim/netdevsim10/1 mac 02:00:00:00:00:11 -> 00:00:00:00:00:00
	netdevsim/netdevsim10/1 vlan 200 -> 0
	netdevsim/netdevsim10/1 qos 5 -> 0
	netdevsim/netdevsim10/1 vlan_proto 802.1ad -> 802.1Q
	netdevsim/netdevsim10/1 max_tx_rate 100 -> 0
	netdevsim/netdevsim10/1 min_tx_rate 10 -> 0
	netdevsim/netdevsim10/1 trust on -> off
	netdevsim/netdevsim10/1 query_rss on -> off
	netdevsim/netdevsim10/2 spoofchk on -> off
	netdevsim/netdevsim10/2 state disable -> auto
	END
}

@test "InfiniBand: the state, and nothing else" {
	machine mlx5
	would 3 vf reset ib0/all <<-'END'
	10000:00:00.0/0 state enable -> auto
	10000:00:00.0/1 state disable -> auto
	END
	run_json -n vf reset ib0/all
	same '["state"]' "$(json 'map(.attribute) | unique')"
}

@test "JSON: a step for all that is known of it; what is so already is the same" {
	run_json -n vf reset eth0/0
	[ "$status" = 3 ]
	same '["vf","0000:01:00.0/0","mac","02:00:00:00:01:00","00:00:00:00:00:00","planned"]
["vf","0000:01:00.0/0","vlan",10,0,"planned"]
["vf","0000:01:00.0/0","qos",3,0,"planned"]
["vf","0000:01:00.0/0","vlan_proto","802.1Q","802.1Q","same"]
["vf","0000:01:00.0/0","max_tx_rate",500,0,"planned"]
["vf","0000:01:00.0/0","min_tx_rate",0,0,"same"]
["vf","0000:01:00.0/0","spoofchk",true,true,"same"]
["vf","0000:01:00.0/0","trust",false,false,"same"]
["vf","0000:01:00.0/0","state","auto","auto","same"]' \
		"$(json '.[] | [.noun, .object, .attribute, .old, .new, .state]')"
	run_json -n vf reset eth0/5
	[ "$status" = 0 ]
	same '["same"]' "$(json 'map(.state) | unique')"
}

@test "a VF that a process has open is reset with --force only, unless nothing would change" {
	refused 4 '0000:01:00.0: reset: in use: VF 4 [a process (open through vfio)], VF 6 [netns unknown] (--force goes on)' \
		vf reset eth0/all
	would 3 --force vf reset eth0/4 <<-'END'
	0000:01:00.0/4 mac 02:00:00:00:01:04 -> 00:00:00:00:00:00
	0000:01:00.0/4 vlan 20 -> 0
	END
	would 3 --force vf reset eth0/3,5-6 <<-'END'
	0000:01:00.0/3 mac 02:00:00:00:01:03 -> 00:00:00:00:00:00
	0000:01:00.0/3 max_tx_rate 1000 -> 0
	0000:01:00.0/6 mac 02:00:00:00:01:06 -> 00:00:00:00:00:00
	END
	machine infiniband
	refused 4 '0000:41:00.0: reset: in use: VF 3 [a process (open through vfio)] (--force goes on)' \
		vf reset ib0/2-3
	nothing vf reset ib0/2
}

@test "what cannot be known cannot be reset, and is said" {
	refused 2 '0000:03:00.0/0: nothing of it can be reset: the PF has no netdev to set it through' \
		vf reset 0000:03:00.0/all
	refused 2 '0000:01:00.0/0: nothing of it can be reset: no back end can set it' \
		--backend pci vf reset eth0/0
	machine mlx5
	refused 1 '0000:81:00.0/2: nothing is known of it that could be reset' \
		vf reset enp129s0f0np0/0-2
}
