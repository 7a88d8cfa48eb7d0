#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# Every way to name a PF and a VF, and that the canonical name comes out.

bats_require_minimum_version 1.5.0

load ../helper

# pf_is CANONICAL NAME...: each of these names is this PF.
pf_is()
{
	local canonical=$1 name

	shift
	for name; do
		run_json pf show -o pf -- "$name"
		[ "$status" = 0 ] || {
			echo "$name: $stderr"
			return 1
		}
		same "[\"$canonical\"]" "$(json 'map(.pf)')"
	done
}

# vfs_are LIST OBJECT...: each of these objects is these VFs, as "PF/INDEX PF/INDEX".
vfs_are()
{
	local list=$1 object

	shift
	for object; do
		run_json vf show -o pf,index -- "$object"
		[ "$status" = 0 ] || {
			echo "$object: $stderr"
			return 1
		}
		same "$list" "$(json 'map("\(.pf)/\(.index)") | join(" ")')"
	done
}

# wrong TEXT WORD...: status 2, and exactly this text.
wrong()
{
	run --separate-stderr sriov "${@:2}"
	same '' "$output"
	same "sriov: $1" "$stderr"
	[ "$status" = 2 ]
}

@test "a PF by its PCI address" {
	machine igb
	pf_is 0000:01:00.0 0000:01:00.0 01:00.0 1:0.0 0:1:0.0 000:01:00.0 00000000:01:00.0
	pf_is 0000:03:00.0 03:00.0
	machine mlx5
	pf_is 10000:00:00.0 10000:00:00.0 00010000:00:00.0 10000:0:0.0
	wrong '0000:00:00.0: no such PF (PCI address, netdev, RDMA device, BUS/DEV or mac:ADDR)' \
		pf show 0000:00:00.0
	mkdir -p "$SYSROOT/sys/bus/pci/devices/abcd:ef:1f.7"
	echo 0 >"$SYSROOT/sys/bus/pci/devices/abcd:ef:1f.7/sriov_numvfs"
	pf_is abcd:ef:1f.7 abcd:ef:1f.7 ABCD:EF:1F.7
}

@test "a PF by its netdev" {
	machine igb
	pf_is 0000:01:00.0 eth0
	pf_is 0000:01:00.1 eth1
	machine mlx5
	pf_is 0000:81:00.0 enp129s0f0np0
	pf_is 10000:00:00.0 ib0
	machine netdevsim
	pf_is netdevsim/netdevsim10 eth0
}

@test "a PF by an altname" {
	machine igb
	pf_is 0000:01:00.0 enp1s0f0
	pf_is 0000:01:00.1 enp1s0f1
	machine mlx5
	pf_is 0000:81:00.0 uplink0
	wrong 'enp0s2: no such PF (PCI address, netdev, RDMA device, BUS/DEV or mac:ADDR)' \
		pf show enp0s2
	machine igb
	wrong 'enp0s2: its device 0000:00:02.0 has no SR-IOV capability' pf show enp0s2
}

@test "a PF by its RDMA device" {
	machine mlx5
	pf_is 0000:81:00.0 mlx5_0
	pf_is 0000:81:00.1 mlx5_1
	pf_is 10000:00:00.0 mlx5_3
	wrong 'mlx5_2: is VF 0 of 0000:81:00.0, not a PF' pf show mlx5_2
}

@test "a PF by its devlink handle" {
	machine igb
	pf_is 0000:01:00.0 pci/0000:01:00.0 pci/01:00.0
	machine mlx5
	pf_is 10000:00:00.0 pci/10000:00:00.0
	machine netdevsim
	pf_is netdevsim/netdevsim10 netdevsim/netdevsim10
	pf_is netdevsim/netdevsim2 netdevsim/netdevsim2
}

@test "a PF by its permanent address, which the address of today is not" {
	machine igb
	pf_is 0000:01:00.0 mac:52:54:00:12:34:00
	pf_is 0000:01:00.1 mac:52:54:00:12:34:01
	pf_is 0000:02:00.0 mac:52:54:00:12:34:02
	wrong 'mac:02:aa:00:00:00:02: no such PF (PCI address, netdev, RDMA device, BUS/DEV or mac:ADDR)' \
		pf show mac:02:aa:00:00:00:02
	machine mlx5
	pf_is 0000:81:00.0 mac:0c:42:a1:c6:cf:52 mac:0C:42:A1:C6:CF:52
	pf_is 10000:00:00.0 mac:80:00:00:27:fe:80:00:00:00:00:00:00:0c:42:a1:03:00:c6:cf:60
	# Where there is no permanent one, that of today counts.
	machine netdevsim
	pf_is netdevsim/netdevsim10 mac:02:00:00:00:0a:00
}

@test "a name that fits two devices is refused, and both are named" {
	machine mlx5
	# A netdev with the name of the RDMA device of another card
	ln -s ../../devices/pci0000:80/0000:80:01.0/0000:81:00.0/net/enp129s0f0np0 \
		"$SYSROOT/sys/class/net/mlx5_3"
	wrong 'mlx5_3: fits 0000:81:00.0 (its netdev) and 10000:00:00.0 (its RDMA device)' \
		pf show mlx5_3
	wrong 'mlx5_3: fits 0000:81:00.0 (its netdev) and 10000:00:00.0 (its RDMA device)' \
		vf show mlx5_3/0
	wrong 'mlx5_3: fits 0000:81:00.0 (its netdev) and 10000:00:00.0 (its RDMA device)' \
		-n vf set mlx5_3/0 vlan 1
	# Of the same card it is no question.
	ln -s ../../devices/pci0000:80/0000:80:01.0/0000:81:00.0/net/enp129s0f0np0 \
		"$SYSROOT/sys/class/net/mlx5_0"
	pf_is 0000:81:00.0 mlx5_0
}

@test "two PFs with the same permanent address" {
	machine igb
	rm "$SYSROOT/netlink"/*
	echo 52:54:00:12:34:00 >"$SYSROOT/sys/class/net/eth2/address"
	wrong 'mac:52:54:00:12:34:00: fits several: 0000:01:00.0, 0000:02:00.0' \
		pf show mac:52:54:00:12:34:00
	wrong 'mac:52:54:00:12:34:00: fits several: 0000:01:00.0, 0000:02:00.0' \
		vf show mac:52:54:00:12:34:00/0
	pf_is 0000:01:00.1 mac:52:54:00:12:34:01
}

@test "VFs of a PF, by any name of it" {
	machine igb
	vfs_are '0000:01:00.0/3' 0000:01:00.0/3 01:00.0/3 eth0/3 enp1s0f0/3 pci/0000:01:00.0/3 \
		mac:52:54:00:12:34:00/3
	machine mlx5
	vfs_are '10000:00:00.0/0 10000:00:00.0/1' ib0/all mlx5_3/0-1 pci/10000:00:00.0/0,1 10000:00:00.0
	machine netdevsim
	vfs_are 'netdevsim/netdevsim10/1' netdevsim/netdevsim10/1 eth0/1
	vfs_are 'netdevsim/netdevsim10/0 netdevsim/netdevsim10/1 netdevsim/netdevsim10/2' \
		netdevsim/netdevsim10 netdevsim/netdevsim10/all netdevsim/netdevsim10/0-2
}

@test "lists and ranges, in ascending order and each VF once" {
	machine igb
	vfs_are '0000:01:00.0/0 0000:01:00.0/2 0000:01:00.0/3 0000:01:00.0/6' \
		eth0/0,2,3,6 eth0/0,2-3,6 eth0/6,3,2,0 eth0/6,2-3,0,2,3,6-6 eth0/00,02-03,6
	vfs_are "$(printf '0000:01:00.0/%d ' 0 1 2 3 4 5)0000:01:00.0/6" \
		eth0/all eth0 eth0/0-6 eth0/0-3,2-6
	vfs_are '' eth1 eth1/all
}

@test "a VF by its own PCI address or netdev" {
	machine igb
	vfs_are '0000:01:00.0/0' 0000:01:10.0 01:10.0 1:10.0 eth3 pci/0000:01:10.0
	vfs_are '0000:01:00.0/6' 0000:01:11.4
	vfs_are '0000:03:00.0/2' 03:00.3
	machine mlx5
	vfs_are '10000:00:00.0/1' 10000:00:00.2 mlx5_5
	vfs_are '0000:81:00.0/3' enp129s0f0v3
}

@test "a VF by its representor" {
	machine mlx5
	vfs_are '0000:81:00.1/0' enp129s0f1r0
	vfs_are '0000:81:00.1/1' enp129s0f1r1
	wrong 'enp129s0f1r1: is VF 1 of 0000:81:00.1, not a PF' pf show enp129s0f1r1
	run -3 sriov -n vf set enp129s0f1r1 trust on
	same '0000:81:00.1/1 trust off -> on' "$output"
	# It stands for a VF that is not there any more.
	rm "$SYSROOT/sys/bus/pci/devices/0000:81:00.1/virtfn1"
	wrong '0000:81:00.1/1: no such VF (it has 1: 0)' vf show enp129s0f1r1
	# A representor of another host's VF
	echo c1pf1vf0 >"$SYSROOT/sys/class/net/enp129s0f1r0/phys_port_name"
	run -2 --separate-stderr sriov vf show enp129s0f1r0
	[[ $stderr == 'sriov: enp129s0f1r0: '* ]]
}

@test "several objects, also of several PFs, in the order in which they were named" {
	machine igb
	run_json vf show eth0/1 0000:03:00.0/0-1 eth3 -o pf,index
	same '0000:01:00.0/1 0000:03:00.0/0 0000:03:00.0/1 0000:01:00.0/0' \
		"$(json 'map("\(.pf)/\(.index)") | join(" ")')"
	run_json pf show eth2 eth0 -o pf
	same '0000:02:00.0 0000:01:00.0' "$(json 'map(.pf) | join(" ")')"
}

@test "without an object, all VFs of all PFs" {
	machine igb
	run_json vf show -o pf,index
	same '7 3' "$(json 'group_by(.pf) | map(length) | join(" ")')"
}

@test "changing means the same VFs, except that a PF is not all of its VFs" {
	machine igb
	for object in eth0/5 0000:01:00.0/5 01:11.2 enp1s0f0/5-5 pci/0000:01:00.0/5; do
		run -3 --separate-stderr sriov -n vf set "$object" vlan 5
		same '0000:01:00.0/5 vlan 0 -> 5' "$output"
	done
	wrong 'eth0: changing needs the VFs: eth0/0-6 or eth0/all' -n vf set eth0 vlan 5
	wrong '01:00.0: changing needs the VFs: 01:00.0/0-6 or 01:00.0/all' -n vf set 01:00.0 vlan 5
	wrong 'eth1: changing needs the VFs, and it has none' -n vf set eth1 vlan 5
}

@test "VFs whose links are not there" {
	machine igb
	rm "$SYSROOT"/sys/bus/pci/devices/0000:01:00.0/virtfn[3-6]
	wrong '0000:01:00.0/3: no such VF (it has 3: 0-2)' vf show eth0/3
	run -2 --separate-stderr sriov vf show 0000:01:10.6
	same '' "$output"
	[[ $stderr == 'sriov: '*'0000:01:10.6'* ]]
	machine broken
	for object in 0000:05:12.0 0000:06:00.0 0000:06:00.1 loop nowhere nodevice; do
		run -2 --separate-stderr sriov vf show "$object"
		same '' "$output"
		[[ $stderr == "sriov: $object: "* && $stderr != *$'\n'* ]]
	done
}
