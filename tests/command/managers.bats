#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# Warnings before a change of what another program manages, too.

bats_require_minimum_version 1.5.0

load ../helper

setup()
{
	machine igb
}

# conf FILE: a file of the machine, from standard input.
conf()
{
	mkdir -p "$SYSROOT/$(dirname "$1")"
	cat >"$SYSROOT/$1"
}

# warns TEXT WORD...: the plan of these words is made, with this on standard error.
warns()
{
	run --separate-stderr sriov --dry-run "${@:2}"
	[ "$status" = 3 ]
	[ -n "$output" ]
	same "$1" "$stderr"
}

domain()
{
	conf "etc/libvirt/qemu/$1.xml" <<-END
	<domain type='kvm'>
	  <name>$1</name>
	  <devices>
	    <hostdev mode='subsystem' type='pci' managed='yes'>
	      <source>
	        <address domain='0x0000' bus='0x01' slot='$2' function='$3'/>
	      </source>
	      <address type='pci' domain='0x0000' bus='0x01' slot='0x10' function='0x0'/>
	    </hostdev>
	  </devices>
	</domain>
	END
}

profile()
{
	conf "etc/NetworkManager/system-connections/$1.nmconnection" <<-END
	[connection]
	id=$1
	uuid=8c1e4a3a-5a30-4f2c-a2cf-d3bd2ff0d7f2
	type=ethernet
	interface-name=$1

	[ethernet]

	[sriov]
	total-vfs=4
	vf.0=spoof-check=true vlans=100
	END
}

@test "without such programs nothing is said" {
	warns '' pf set eth1 num_vfs 4
	mkdir -p "$SYSROOT/etc/netplan" "$SYSROOT/etc/libvirt/qemu/networks"
	warns '' pf set eth1 num_vfs 4
}

@test "NetworkManager, systemd, netplan and libvirt are named, each with its file" {
	profile eth1
	conf usr/lib/systemd/network/10-vfs.network <<-'END'
	[Match]
	Path=pci-0000:01:00.1

	[SR-IOV]
	VirtualFunction=0
	VLANId=5
	END
	conf etc/systemd/network/10-vfs.link <<-'END'
	[Match]
	Driver=igb

	[Link]
	SR-IOVVirtualFunctions=4
	END
	conf etc/netplan/01-netcfg.yaml <<-'END'
	network:
	  version: 2
	  renderer: networkd
	  ethernets:
	    eth1:
	      dhcp4: no
	    vf1:
	      link: eth1
	      addresses: [ "10.15.98.25/24" ]
	END
	conf etc/libvirt/qemu/networks/passthrough.xml <<-'END'
	<network>
	  <name>passthrough</name>
	  <forward mode='hostdev' managed='yes'>
	    <pf dev='eth1'/>
	  </forward>
	</network>
	END
	pf='sriov: warning: 0000:01:00.1: '
	undo=': it may undo this'
	warns "${pf}NetworkManager manages the VFs of eth1: /etc/NetworkManager/system-connections/eth1.nmconnection$undo
${pf}systemd-networkd manages the VFs of eth1: /usr/lib/systemd/network/10-vfs.network$undo
${pf}systemd-udevd manages the VFs of eth1: /etc/systemd/network/10-vfs.link$undo
${pf}netplan manages the VFs of eth1: /etc/netplan/01-netcfg.yaml$undo
${pf}libvirt gives the VFs of eth1 to the network passthrough: /etc/libvirt/qemu/networks/passthrough.xml$undo" \
		pf set eth1 num_vfs 4
	# Driver= is that of all ports of the card
	warns "sriov: warning: 0000:01:00.0: systemd-udevd manages the VFs of eth0: /etc/systemd/network/10-vfs.link$undo" \
		vf set eth0/1 vlan 3
}

@test "who has one VF is named when it is this VF, or when all are meant" {
	domain web1 0x10 0x0
	domain web2 0x11 0x4
	web1='sriov: warning: 0000:01:00.0/0: libvirt gives 0000:01:10.0 to the domain web1: /etc/libvirt/qemu/web1.xml: it may undo this'
	web2='sriov: warning: 0000:01:00.0/6: libvirt gives 0000:01:11.4 to the domain web2: /etc/libvirt/qemu/web2.xml: it may undo this'
	warns "$web1" vf set eth0/0 vlan 11
	warns '' vf set eth0/1 vlan 11
	warns "$web1"$'\n'"$web2" vf set eth0/all vlan 11
	warns "$web2" --force bind set eth0/5-6 driver vfio-pci
	warns '' pf set eth0 autoprobe off
	warns "$web1"$'\n'"$web2" pf set eth0 num_vfs 0 --force
}

@test "VFs that are yet to be made are known, too" {
	domain db 0x12 0x1
	run --separate-stderr sriov --dry-run vf create eth1 4 vlan 3
	same '' "$stderr"
	domain db 0x10 0x3
	warns 'sriov: warning: 0000:01:00.1/1: libvirt gives 0000:01:10.3 to the domain db: /etc/libvirt/qemu/db.xml: it may undo this' \
		vf create eth1 4 vlan 3
}

@test "driverctl is named where a driver is concerned" {
	mkdir -p "$SYSROOT/etc/driverctl.d"
	echo vfio-pci >"$SYSROOT/etc/driverctl.d/pci-0000:01:10.2"
	echo igb >"$SYSROOT/etc/driverctl.d/pci-0000:01:00.0"
	vf='sriov: warning: 0000:01:00.0/1: driverctl gives it the driver vfio-pci: /etc/driverctl.d/pci-0000:01:10.2: it may undo this'
	pf='sriov: warning: 0000:01:00.0: driverctl gives it the driver igb: /etc/driverctl.d/pci-0000:01:00.0: it may undo this'
	warns "$vf" --force bind set eth0/all driver none
	warns '' --force bind set eth0/3 driver none
	warns '' vf set eth0/all vlan 11
	warns '' pf set eth0 autoprobe off
	warns "$vf" --force pf set eth0 num_vfs 0
	warns "$pf"$'\n'"$vf" --force pf set eth0 driver none
	# VFs that are yet to be made
	echo vfio-pci >"$SYSROOT/etc/driverctl.d/pci-0000:01:10.3"
	warns 'sriov: warning: 0000:01:00.1/1: driverctl gives it the driver vfio-pci: /etc/driverctl.d/pci-0000:01:10.3: it may undo this' \
		vf create eth1 4 driver igbvf
}

@test "many of a kind are counted" {
	for i in 1 2 3 4 5 6 7 8 9 10 11; do
		domain "vm$i" 0x10 0x2
	done
	run --separate-stderr sriov --dry-run vf set eth0/1 vlan 3
	[ "$status" = 3 ]
	[ "$(grep -c 'libvirt gives 0000:01:10.2 to the domain vm' <<<"$stderr")" = 8 ]
	same 'sriov: warning: 0000:01:00.0: 3 more of this kind' "$(tail -n 1 <<<"$stderr")"
}

@test "nothing is said when nothing would change" {
	profile eth0
	run -0 --separate-stderr sriov --dry-run vf set eth0/0 vlan 10
	[ -z "$stderr" ]
	run -0 --separate-stderr sriov --debug vf show eth0
	[[ $stderr != *warning* && $stderr != *NetworkManager* ]]
	run -2 --separate-stderr sriov --dry-run pf set eth0 num_vfs 8
	[[ $stderr != *warning* ]]
}

@test "their files are read before the machine is looked at: from there on, time is short" {
	profile eth0
	run -3 --separate-stderr sriov --debug --dry-run pf set eth0 autoprobe off
	[[ $stderr == *warning* && $stderr == *"read etc/NetworkManager"*/sriov_totalvfs* ]]
	[[ ${stderr%%read etc/NetworkManager*} != */sriov_totalvfs* ]]
	[[ ${stderr##*/sriov_totalvfs} != *"read etc/"* ]]
}

@test "JSON stays clean: warnings go to standard error" {
	profile eth0
	run_json --dry-run vf set eth0/0 vlan 11
	[ "$status" = 3 ]
	same '["vlan",10,11]' "$(json '.[] | [.attribute, .old, .new]')"
	[[ $stderr == 'sriov: warning: 0000:01:00.0: NetworkManager manages'* ]]
}

@test "a PF without a netdev is known to libvirt and driverctl only" {
	conf etc/NetworkManager/system-connections/all <<<'[sriov]'
	conf etc/libvirt/qemu/disk.xml <<-'END'
	<domain><name>disk</name><devices><hostdev type='pci'><source>
	<address domain='0' bus='3' slot='0' function='1'/>
	</source></hostdev></devices></domain>
	END
	nvme=$(sriov -j pf show link_type nvme | jq -r '.[0].pf')
	[ "$nvme" = 0000:03:00.0 ]
	warns 'sriov: warning: 0000:03:00.0/0: libvirt gives 0000:03:00.1 to the domain disk: /etc/libvirt/qemu/disk.xml: it may undo this' \
		pf set "$nvme" num_vfs 0
}

@test "files that are none, too long, or end nowhere hold nothing up" {
	for dir in NetworkManager/system-connections NetworkManager/conf.d systemd/network netplan libvirt/qemu; do
		mkdir -p "$SYSROOT/etc/$dir/00.network" "$SYSROOT/etc/$dir/00.yaml"
		for suffix in network link yaml xml conf; do
			mkfifo "$SYSROOT/etc/$dir/10.$suffix"
			ln -s nowhere "$SYSROOT/etc/$dir/20.$suffix"
			ln -s "30.$suffix" "$SYSROOT/etc/$dir/30.$suffix"
			truncate -s 3G "$SYSROOT/etc/$dir/40.$suffix"
			head -c 100000 /dev/urandom >"$SYSROOT/etc/$dir/50.$suffix"
			: >"$SYSROOT/etc/$dir/60.$suffix"
		done
	done
	profile eth1
	run -3 --separate-stderr timeout 20 "$BUILD/sriov" --sysroot "$SYSROOT" --dry-run pf set eth1 num_vfs 4
	same 'sriov: warning: 0000:01:00.1: NetworkManager manages the VFs of eth1: /etc/NetworkManager/system-connections/eth1.nmconnection: it may undo this' "$stderr"
}

@test "what a file is called, or calls its domain, cannot play tricks on a terminal" {
	mkdir -p "$SYSROOT/etc/libvirt/qemu"
	printf '<domain><name>\033[2Jx\nsriov: done</name><devices><hostdev type="pci"><source><address bus="1" slot="16"/></source></hostdev></devices></domain>' \
		>"$SYSROOT/etc/libvirt/qemu/"$'a\nb\e.xml'
	warns 'sriov: warning: 0000:01:00.0/0: libvirt gives 0000:01:10.0 to the domain ?[2Jx?sriov: done: /etc/libvirt/qemu/a?b?.xml: it may undo this' \
		vf set eth0/0 vlan 11
}
