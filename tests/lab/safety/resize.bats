#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# Another number of VFs: those that stay have everything again, also when it fails.
# shellcheck disable=SC2086,SC2154 # device names have no blanks; run --separate-stderr sets stderr

load ../lab

setup_file() { hurry_on; }

# settings PF: what ip says of its VFs, one each line.
settings()
{
	ip -j -d link show "$(netdev_of $1)" | jq -c '.[0].vfinfo_list[] |
		[.vf, .address, .vlan_list[0].vlan, .vlan_list[0].qos, .rate, .spoofchk, .trust, .link_state]'
}

# drivers PF: driver and override of its VFs, one each line. Not by bats, which looks at each
# command.
drivers()
{
	# shellcheck disable=SC2016
	bash -c 'cd "$1" && for ((i = 0; ; i++)); do
		[ -e virtfn$i ] || exit 0
		read -r override <virtfn$i/driver_override
		driver=none
		[ ! -e virtfn$i/driver ] || driver=$(readlink virtfn$i/driver)
		echo "$i ${driver##*/} $override"
	done' - $DEVICES/$1
}

# first N: so many lines of a text.
first() { sed -n "1,$1p" <<<"$2"; }

autoprobe() { cat $DEVICES/$1/sriov_drivers_autoprobe; }

@test "igb: more VFs, then fewer: settings, drivers and overrides are back" {
	sriov vf create eth0 3 mac 02:00:00:00:00:10+ vlan 10 qos 3 trust on
	sriov bind set eth0/1 driver vfio-pci
	sriov bind set eth0/0 driver none
	echo vfio-pci >$DEVICES/$PF0/virtfn0/driver_override
	sriov vf set eth0/2 spoofchk off vlan 0
	settings=$(settings $PF0) drivers=$(drivers $PF0)
	[ "$(first 3 "$drivers")" = $'0 none vfio-pci\n1 vfio-pci vfio-pci\n2 igbvf (null)' ]

	run --separate-stderr -0 sriov -j pf set eth0 num_vfs 6
	[ -z "$stderr" ]
	[ "$(jq -c '[.[] | select(.attribute == "num_vfs") | [.old, .new, .state, .changed]]' <<<"$output")" = '[[3,0,"done",true],[0,6,"done",true]]' ]
	[ "$(jq -c '[.[] | select(.object == "'$PF0/2'" and .state == "done") | [.attribute, .old == .new, .changed]]' <<<"$output")" = \
		'[["mac",true,false],["spoofchk",true,false],["trust",true,false],["driver",true,false]]' ]
	[ "$(num_vfs $PF0)" = 6 ]
	[ "$(first 3 "$(settings $PF0)")" = "$settings" ]
	[ "$(first 3 "$(drivers $PF0)")" = "$drivers" ]
	[ "$(drivers $PF0 | tail -n 3)" = $'3 igbvf (null)\n4 igbvf (null)\n5 igbvf (null)' ]
	[ "$(autoprobe $PF0)" = 1 ]

	sriov pf set eth0 num_vfs 2
	[ "$(num_vfs $PF0)" = 2 ]
	[ "$(settings $PF0)" = "$(first 2 "$settings")" ]
	[ "$(drivers $PF0)" = "$(first 2 "$drivers")" ]

	# with autoprobe off, new ones get no driver, and old ones theirs
	sriov pf set eth0 num_vfs 4 autoprobe off
	[ "$(first 2 "$(drivers $PF0)")" = "$(first 2 "$drivers")" ]
	[ "$(drivers $PF0 | tail -n 2)" = $'2 none (null)\n3 none (null)' ]
	[ "$(autoprobe $PF0)" = 0 ]
}

@test "NVMe: those that have a driver have it again, those that have none stay without" {
	sriov vf create $NVME 5 driver vfio-pci
	sriov bind set $NVME/3 driver none
	sriov pf set $NVME num_vfs 9
	[ "$(num_vfs $NVME)" = 9 ]
	[ "$(first 5 "$(drivers $NVME)" | cut -d ' ' -f 2,3 | uniq -c | tr -s ' ')" = $' 3 vfio-pci vfio-pci\n 1 none (null)\n 1 vfio-pci vfio-pci' ]
	sriov pf set $NVME num_vfs 4
	[ "$(drivers $NVME | tail -n 2)" = $'2 vfio-pci vfio-pci\n3 none (null)' ]
}

@test "virtual ConnectX: 64 VFs become 127, and then 10" {
	card_on pfs=1 ib=0
	vfio_on
	sriov vf create $MLX0 64 mac 02:00:00:00:00:01+ vlan 10 max_tx_rate 1000 min_tx_rate 10 spoofchk on state enable
	sriov vf set $MLX0/32-63 vlan 20 trust on
	sriov bind set $MLX0/5-40 driver mlx5_vfio_pci
	settings=$(settings $MLX0) drivers=$(drivers $MLX0)
	[ "$(wc -l <<<"$settings")" = 64 ]
	sriov pf set $MLX0 num_vfs max
	[ "$(num_vfs $MLX0)" = 127 ]
	[ "$(first 64 "$(settings $MLX0)")" = "$settings" ]
	[ "$(first 64 "$(drivers $MLX0)")" = "$drivers" ]
	[ "$(settings $MLX0 | tail -n 1)" = '[126,"00:00:00:00:00:00",null,null,{"max_tx":0,"min_tx":0},false,false,"auto"]' ]
	sriov pf set $MLX0 num_vfs 10
	[ "$(settings $MLX0)" = "$(first 10 "$settings")" ]
	[ "$(drivers $MLX0)" = "$(first 10 "$drivers")" ]
}

@test "when the new number cannot be made, the old one is made again, with everything" {
	card_on pfs=1 ib=0
	vfio_on
	sriov vf create $MLX0 4 mac 02:00:00:00:00:01+ vlan 10 trust on
	sriov bind set $MLX0/1 driver mlx5_vfio_pci
	settings=$(settings $MLX0) drivers=$(drivers $MLX0)
	fault sriov_enable fail:ENOMEM:once
	run --separate-stderr -1 sriov -j pf set $MLX0 num_vfs 8
	[[ $stderr == *"$MLX0: num_vfs: Cannot allocate memory"* ]]
	[ "$(jq -c '[.[] | select(.attribute == "num_vfs") | [.old, .new, .state, .changed]]' <<<"$output")" = '[[4,0,"undone",false],[0,8,"failed",false]]' ]
	[ "$(settings $MLX0)" = "$settings" ]
	[ "$(drivers $MLX0)" = "$drivers" ]
	[ "$(autoprobe $MLX0)" = 1 ]

	# a driver that does not come back at first, but does when all is undone
	fault vfio_probe fail:EIO:once
	run --separate-stderr -1 sriov pf set $MLX0 num_vfs 8
	[[ $stderr == *"$MLX0/1: driver: mlx5_vfio_pci: "* ]]
	[ "$(settings $MLX0)" = "$settings" ]
	[ "$(drivers $MLX0)" = "$drivers" ]
}

@test "what cannot be put back is named, and its VF is left without a driver" {
	card_on pfs=1 ib=0
	sriov vf create $MLX0 4 mac 02:00:00:00:00:01+ vlan 10 trust on
	settings=$(settings $MLX0)
	fault set_vf_vlan fail:EIO:vf:2
	run --separate-stderr -5 sriov pf set $MLX0 num_vfs 8
	[[ $stderr == *"$MLX0/2: vlan: Input/output error"* ]]
	[[ $stderr == *"$MLX0: num_vfs: left changed (was 4, wanted 0): making its VFs anew: $MLX0/2: "* ]]
	[ "$(num_vfs $MLX0)" = 4 ]
	[ "$(settings $MLX0 | sed 3d)" = "$(sed 3d <<<"$settings")" ]
	[ "$(driver_of "$(vf_of $MLX0 2)")" = none ]
	[ "$(driver_of "$(vf_of $MLX0 3)")" = mlx5_core ]

	# with --keep-going there are as many as were asked for
	fault set_vf_vlan none
	sriov vf set $MLX0/2 vlan 10 trust on mac 02:00:00:00:00:03
	fault set_vf_vlan fail:EIO:vf:1
	run --separate-stderr -5 sriov -k -j pf set $MLX0 num_vfs 8
	[[ $stderr == *"$MLX0/1: vlan: left changed (was 10, wanted 10): Input/output error"* ]]
	[ "$(jq -c '[.[] | select(.state == "left") | [.object, .attribute, .changed]]' <<<"$output")" = '[["'$MLX0/1'","vlan",true]]' ]
	[ "$(num_vfs $MLX0)" = 8 ]
	[ "$(settings $MLX0 | sed -n '1p;3,4p')" = "$(sed -n '1p;3,4p' <<<"$settings")" ]
	[ "$(driver_of "$(vf_of $MLX0 1)")" = none ]
	[ "$(driver_of "$(vf_of $MLX0 2)")" = none ]
	[ "$(driver_of "$(vf_of $MLX0 7)")" = mlx5_core ]
}

@test "VFs that go with their PF's driver are made again when that fails" {
	sriov vf create eth0 2 mac 02:00:00:00:00:10+ vlan 10
	run --separate-stderr -1 sriov --force pf set eth0 driver nvme
	[[ $stderr == *"$PF0: driver: nvme does not bind: "* ]]
	[ "$(driver_of $PF0)" = igb ]
	[ "$(num_vfs $PF0)" = 2 ]
	[ "$(settings $PF0 | jq -c '.[0:3]')" = $'[0,"02:00:00:00:00:10",10]\n[1,"02:00:00:00:00:11",10]' ]
}

@test "settings that cannot be read are not thrown away" {
	card_on pfs=1 ib=0
	sriov vf create $MLX0 3 vlan 5
	fault get_vf_config fail:EIO:vf:1
	run --separate-stderr -4 sriov pf set $MLX0 num_vfs 5
	[[ $stderr == *"$MLX0/1: num_vfs: not all of its settings can be read, so they could not be put back (--force goes on)"* ]]
	[ "$(num_vfs $MLX0)" = 3 ]
	fault get_vf_config none
	sriov pf set $MLX0 num_vfs 5
	[ "$(settings $MLX0 | jq -c '.[2]' | paste -sd ' ')" = '5 5 5 null null' ]
}

@test "rates that the driver would not take again are not thrown away" {
	sriov vf create eth0 2 max_tx_rate 100
	[ "$(seen eth0 1 .rate.max_tx)" = 100 ]
	ip link set eth0 down
	run --separate-stderr -4 sriov pf set eth0 num_vfs 4
	[[ $stderr == *"$PF0/0: num_vfs: its max_tx_rate could not be put back: igb takes it only while its link is up (--force goes on)"* ]]
	[ "$(num_vfs $PF0)" = 2 ]
	ip link set eth0 up
	within 10 grep -q up /sys/class/net/eth0/operstate
	sriov pf set eth0 num_vfs 4
	[ "$(seen eth0 1 .rate.max_tx)" = 100 ]
}

@test "who had no driver has none, also when the module comes for the others" {
	echo 0 >$DEVICES/$PF0/sriov_drivers_autoprobe
	sriov vf create eth0 1
	echo 1 >$DEVICES/$PF0/sriov_drivers_autoprobe
	! grep -q '^igbvf ' /proc/modules || modprobe -r igbvf
	run -0 --separate-stderr sriov pf set eth0 num_vfs 3
	[ -z "$stderr" ]
	[ "$(drivers $PF0)" = $'0 none (null)\n1 igbvf (null)\n2 igbvf (null)' ]
}

@test "with one back end alone, nothing is thrown away" {
	sriov vf create eth0 2 vlan 7
	run -2 --separate-stderr sriov --backend pci pf set eth0 num_vfs 3
	[[ $stderr == *"$PF0: num_vfs: not with one back end alone"* ]]
	[ "$(seen eth0 1 '.vlan_list[0].vlan')" = 7 ]
}

@test "a PF whose netdev comes later than its driver: its VFs are made anew when it is there" {
	card_on pfs=1 ib=0
	vfio_on
	sriov vf create $MLX0 3 mac 02:00:00:00:00:01+ vlan 10 trust on
	sriov bind set $MLX0/1 driver mlx5_vfio_pci
	settings=$(settings $MLX0) drivers=$(drivers $MLX0)
	fault pf_netdev delay:2000
	# its VFs go with its driver; and before it
	for words in "--force pf set $MLX0 driver nvme" "pf set $MLX0 num_vfs 0 driver nvme"; do
		run --separate-stderr -1 sriov $words
		[[ $stderr == *"$MLX0: driver: nvme does not bind: "* ]]
		[[ $stderr != *"left"* ]]
		[ "$(settings $MLX0)" = "$settings" ]
		[ "$(drivers $MLX0)" = "$drivers" ]
	done
	# who does not want to wait is told
	run --separate-stderr -5 sriov --wait 1 pf set $MLX0 num_vfs 0 driver nvme
	[[ $stderr == *"$MLX0: num_vfs: left changed (was 3, wanted 0): "*"not all that $MLX0/0 had could be read and set"* ]]
}

@test "a PF is ready when its netdev is there" {
	card_on pfs=1 ib=0
	fault pf_netdev delay:2000
	sriov pf set $MLX0 driver none
	sriov pf set $MLX0 driver default num_vfs 2
	[ -n "$(netdev_of $MLX0)" ]
	[ -n "$(netdev_of "$(vf_of $MLX0 1)")" ]
	sriov vf set $MLX0/all vlan 5
	sriov pf set $MLX0 num_vfs 0
	sriov pf set $MLX0 driver none
	fault pf_netdev block
	run -0 --separate-stderr sriov -j --wait 1 pf set $MLX0 driver default
	[[ $stderr == *"$MLX0: driver: bound, but its netdev or udev record has not come"* ]]
	[ "$(jq -c 'map([.attribute, .state, .changed])' <<<"$output")" = '[["driver","unverified",true]]' ]
}
