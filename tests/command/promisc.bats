#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# promisc and allmulti: what is shown, what is refused and why, and when they are set.
# Of igb's VFs 1 is trusted; 0 to 3 have netdevs, that of 3 is not recorded, 6 is elsewhere.

bats_require_minimum_version 1.5.0

load ../helper

setup()
{
	machine igb
}

untrusted()
{
	echo "the VF is not trusted, and would not receive more: 'trust on $1 on' does both (--force goes on)"
}

@test "shown where there is a netdev that tells, and as a filter" {
	run_json -d vf show eth0
	same '[[0,false,false],[1,true,false],[2,false,true],[3,null,null],[4,null,null],[5,null,null],[6,null,null]]' \
		"$(json 'map([.index, .promisc, .allmulti])')"
	run -0 sriov -o index,promisc,allmulti vf show eth0 promisc on
	same 'VF  PROMISC  ALLMULTI
1   on       off' "$output"
	run -0 sriov -o index vf show eth0 allmulti off promisc off
	same 'VF
0' "$output"
}

@test "only who is asked for it asks the netdevs" {
	run -0 --separate-stderr sriov --debug vf show eth0
	[[ $stderr != *'getlink eth4'* ]]
	run -3 --separate-stderr sriov --debug -n pf set eth0 num_vfs 3 --force
	[[ $stderr != *'getlink eth4'* ]]
	run -0 --separate-stderr sriov --debug -o promisc vf show eth0/1
	same 1 "$(grep -c 'rtnl getlink eth4 -> ' <<<"$stderr")"
	[[ $stderr != *'getlink eth0'* ]]
}

@test "a trusted VF may, others are refused with the reason" {
	would 3 vf set eth0/1 promisc off allmulti on <<-'END'
	0000:01:00.0/1 promisc on -> off
	0000:01:00.0/1 allmulti off -> on
	END
	nothing vf set eth0/1 promisc on allmulti off
	refused 2 "0000:01:00.0/0: promisc: $(untrusted promisc)" vf set eth0/0 promisc on
	refused 2 "0000:01:00.0/0: allmulti: $(untrusted allmulti)" vf set eth0/0 allmulti on promisc off
	# all or nothing
	refused 2 "0000:01:00.0/0: promisc: $(untrusted promisc)" vf set eth0/0-1 promisc on
	# not even one that is trusted now
	refused 2 "0000:01:00.0/1: allmulti: $(untrusted allmulti)" vf set eth0/1 trust off allmulti on
}

@test "trust comes first, also when asked for last" {
	would 3 vf set eth0/0 promisc on allmulti on trust on <<-'END'
	0000:01:00.0/0 trust off -> on
	0000:01:00.0/0 promisc off -> on
	0000:01:00.0/0 allmulti off -> on
	END
}

@test "--force goes on; to switch off, or what is not known, needs no trust" {
	would 3 --force vf set eth0/0 promisc on <<-'END'
	0000:01:00.0/0 promisc off -> on
	END
	would 3 vf set eth0/2 allmulti off <<-'END'
	0000:01:00.0/2 allmulti on -> off
	END
	machine mlx5
	would 3 vf set enp129s0f0np0/2 promisc on <<-'END'
	0000:81:00.0/2 promisc - -> on
	END
}

@test "without a netdev here it is refused, with the reason" {
	refused 2 '0000:01:00.0/4: promisc: with vfio-pci it has no netdev to set it on' \
		vf set eth0/4 trust on promisc on
	refused 2 '0000:01:00.0/5: allmulti: without a driver it has no netdev to set it on' \
		vf set eth0/5 allmulti off
	refused 2 '0000:01:00.0/6: promisc: its netdev is in another network namespace' \
		--force vf set eth0/6 promisc on
	rm -r "$SYSROOT/sys/bus/pci/devices/0000:01:10.0/net"
	refused 2 '0000:01:00.0/0: promisc: its driver has made no netdev to set it on' \
		vf set eth0/0 trust on promisc on
	refused 2 '0000:01:00.0/1: promisc: not through the back end that was asked for' \
		--backend rtnl vf set eth0/1 promisc off
	machine netdevsim
	pf=$(sriov -j -o pf,num_vfs pf show | jq -r 'map(select(.num_vfs > 0))[0].pf')
	refused 2 "$pf/0: promisc: its VFs are no PCI devices" vf set "$pf/0" promisc on
}

@test "VFs that are created: when their driver has made the netdev" {
	would 3 vf create eth1 1 promisc on trust on <<-'END'
	0000:01:00.1 autoprobe on -> off
	0000:01:00.1 num_vfs 0 -> 1
	0000:01:00.1/0 trust - -> on
	0000:01:00.1 autoprobe off -> on
	0000:01:00.1/0 driver - -> default
	0000:01:00.1/0 promisc - -> on
	END
	refused 2 "0000:01:00.1/0: promisc: $(untrusted promisc)" vf create eth1 1 promisc on
	refused 2 '0000:01:00.1/0: promisc: with vfio-pci it has no netdev to set it on' \
		vf create eth1 1 trust on promisc on driver vfio-pci
	refused 2 '0000:01:00.1/0: promisc: without a driver it has no netdev to set it on' \
		vf create eth1 1 trust on promisc on driver none
	put 0000:01:00.1/sriov_drivers_autoprobe 0
	refused 2 '0000:01:00.1/0: promisc: without a driver it has no netdev to set it on' \
		vf create eth1 1 trust on promisc on
}

@test "a netdev that is made anew is told again; nobody else's is" {
	would 3 --rebind vf set eth0/1-2 trust on promisc on mac 02:00:00:00:01:00+ <<-'END'
	0000:01:00.0/2 trust off -> on
	0000:01:00.0/2 promisc off -> on
	END
	would 3 --rebind vf set eth0/1 promisc on mac 02:00:00:00:00:01 <<-'END'
	0000:01:00.0/1 mac 02:00:00:00:01:01 -> 02:00:00:00:00:01
	0000:01:00.0/1 driver igbvf -> igbvf
	0000:01:00.0/1 promisc on -> on
	END
}

@test "it is neither kept when VFs are made anew, nor reset" {
	run -3 --separate-stderr sriov -n --force pf set eth0 num_vfs 3
	[[ $output == *'0000:01:00.0/1 trust on put back'* ]]
	[[ $output != *promisc* ]]
	would 3 vf reset eth0/1 --force <<-'END'
	0000:01:00.0/1 mac 02:00:00:00:01:01 -> 00:00:00:00:00:00
	0000:01:00.0/1 trust on -> off
	END
}
