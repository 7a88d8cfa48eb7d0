#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# What --dry-run says would be done: the steps, their order, old and new values.

bats_require_minimum_version 1.5.0

load ../helper

setup()
{
	machine igb
}

# process PID NAME [FD TARGET]...: that has these open.
process()
{
	local dir=$SYSROOT/proc/$1

	mkdir -p "$dir/fd"
	printf '%s\n' "$2" >"$dir/comm"
	shift 2
	while [ $# -gt 0 ]; do
		ln -s "$2" "$dir/fd/$1"
		shift 2
	done
}

@test "vf set: attribute, old and new, VF by VF" {
	would 3 vf set eth0/0 vlan 11 <<-'END'
	0000:01:00.0/0 vlan 10 -> 11
	END
	would 3 vf set eth0/2,0 trust on spoofchk off <<-'END'
	0000:01:00.0/0 spoofchk on -> off
	0000:01:00.0/0 trust off -> on
	0000:01:00.0/2 trust off -> on
	END
	would 3 vf set eth0/5 mac 02:00:00:00:00:10 state disable <<-'END'
	0000:01:00.0/5 mac 00:00:00:00:00:00 -> 02:00:00:00:00:10
	0000:01:00.0/5 state auto -> disable
	END
}

@test "vf set: what is so already is no step, and then the status is 0" {
	nothing vf set eth0/0 vlan 10
	nothing vf set eth0/0 vlan 10 qos 3 vlan_proto 802.1Q max_tx_rate 500 mac 02:00:00:00:01:00
	nothing vf set eth0/0,1,3-6 spoofchk on
	would 3 vf set eth0/all spoofchk on <<-'END'
	0000:01:00.0/2 spoofchk off -> on
	END
}

@test "vf set: what the driver does not tell has no old value" {
	would 3 vf set eth0/0 query_rss on <<-'END'
	0000:01:00.0/0 query_rss - -> on
	END
}

@test "vlan keeps qos and protocol, vlan 0 clears both" {
	run_json --dry-run vf set eth0/0 vlan 11
	[ "$status" = 3 ]
	same '["vlan",10,11]' "$(json '.[] | [.attribute, .old, .new]')"
	would 3 vf set eth0/0 vlan 0 <<-'END'
	0000:01:00.0/0 vlan 10 -> 0
	0000:01:00.0/0 qos 3 -> 0
	END
	nothing vf set eth0/1 vlan 0
	# What the same command says goes before.
	would 3 vf set eth0/0 vlan 0 qos 5 <<-'END'
	0000:01:00.0/0 vlan 10 -> 0
	0000:01:00.0/0 qos 3 -> 5
	END
}

@test "vlan 0 clears the protocol, too" {
	machine netdevsim
	would 3 vf set eth0/1 vlan 0 <<-'END'
	netdevsim/netdevsim10/1 vlan 200 -> 0
	netdevsim/netdevsim10/1 qos 5 -> 0
	netdevsim/netdevsim10/1 vlan_proto 802.1ad -> 802.1Q
	END
	would 3 vf set eth0/1 vlan 201 <<-'END'
	netdevsim/netdevsim10/1 vlan 200 -> 201
	END
	nothing vf set eth0/1 vlan_proto 802.1ad
}

@test "mac BASE+ counts by VF index, also in a list with holes" {
	would 3 vf set eth0/6,0,2 mac 02:00:00:00:01:ff+ <<-'END'
	0000:01:00.0/0 mac 02:00:00:00:01:00 -> 02:00:00:00:01:ff
	0000:01:00.0/2 mac 02:00:00:00:01:02 -> 02:00:00:00:02:01
	0000:01:00.0/6 mac 02:00:00:00:01:06 -> 02:00:00:00:02:05
	END
	would 3 vf set 0000:01:11.4 mac 02:00:00:00:00:10+ <<-'END'
	0000:01:00.0/6 mac 02:00:00:00:01:06 -> 02:00:00:00:00:16
	END
	# Of seven, one has another address than this series.
	would 3 vf set eth0/all mac 02:00:00:00:01:00+ <<-'END'
	0000:01:00.0/5 mac 00:00:00:00:00:00 -> 02:00:00:00:01:05
	END
}

# set_macs MAC...: the VFs of the netdevsim machine, with these addresses.
set_macs()
{
	local i=0 mac

	machine netdevsim
	echo $# >"$SYSROOT/sys/bus/netdevsim/devices/netdevsim10/sriov_numvfs"
	{
		echo "#: link eth0 index 2 mac 02:00:00:00:0a:00"
		echo "#: num_vfs $#"
		for mac; do
			echo "#: vf $i mac $mac"
			i=$((i + 1))
		done
	} | "$TOP/tests/machines/netlink" | sed -n 's/^netlink.eth0-vfs.hex = //p' \
		>"$SYSROOT/netlink/eth0-vfs.hex"
}

@test "two VFs of a PF do not get one address, nor one that of another" {
	refused 4 '0000:01:00.0/4: mac: 02:00:00:00:00:10 is that of VF 3, too (02:00:00:00:00:10+ makes a series; --force goes on)' \
		vf set eth0/3,4 mac 02:00:00:00:00:10
	would 3 --force vf set eth0/3,4 mac 02:00:00:00:00:10 <<-'END'
	0000:01:00.0/3 mac 02:00:00:00:01:03 -> 02:00:00:00:00:10
	0000:01:00.0/4 mac 02:00:00:00:01:04 -> 02:00:00:00:00:10
	END
	refused 4 '0000:01:00.1/1: mac: 02:00:00:00:00:10 is that of VF 0, too (02:00:00:00:00:10+ makes a series; --force goes on)' \
		vf create eth1 3 mac 02:00:00:00:00:10
	run -3 sriov -n vf create eth1 1 mac 02:00:00:00:00:10
	# One that is not named has it: before the one that is to get it, or behind.
	refused 4 '0000:01:00.0/5: mac: 02:00:00:00:01:01 is that of VF 1, too (--force goes on)' \
		vf set eth0/5 vlan 5 mac 02:00:00:00:01:01
	refused 4 '0000:01:00.0/0: mac: 02:00:00:00:01:03 is that of VF 3, too (--force goes on)' \
		vf set eth0/0 mac 02:00:00:00:01:03
	run_json -n vf set eth0/0 mac 02:00:00:00:01:03
	[ "$status" = 4 ]
	same '[]' "$output"
	# Another PF is another switch.
	run -3 sriov -n vf create eth1 1 mac 02:00:00:00:01:03
	# None is no address.
	run -3 sriov -n vf set eth0/all mac 00:00:00:00:00:00
	run -3 sriov -n vf create eth1 3 mac 00:00:00:00:00:00
}

@test "a series that moves along its VFs is fine: only the end counts" {
	run -3 --separate-stderr sriov -n vf set eth0/0-4 mac 02:00:00:00:01:01+
	same '' "$stderr"
	same '0000:01:00.0/4 mac 02:00:00:00:01:04 -> 02:00:00:00:01:05' "${lines[4]}"
	refused 4 '0000:01:00.0/3: mac: 02:00:00:00:01:04 is that of VF 4, too (--force goes on)' \
		vf set eth0/0-3 mac 02:00:00:00:01:01+
}

@test "VFs that had one address before are not the plan's business" {
	set_macs 02:00:00:00:00:01 02:00:00:00:00:01 02:00:00:00:00:03 00:00:00:00:00:00
	would 3 vf set eth0/3 mac 02:00:00:00:00:04 <<-'END'
	netdevsim/netdevsim10/3 mac 00:00:00:00:00:00 -> 02:00:00:00:00:04
	END
	nothing vf set eth0/0,1 mac 02:00:00:00:00:01
	would 3 vf set eth0/1 mac 02:00:00:00:00:02 <<-'END'
	netdevsim/netdevsim10/1 mac 02:00:00:00:00:01 -> 02:00:00:00:00:02
	END
	refused 4 'netdevsim/netdevsim10/2: mac: 02:00:00:00:00:01 is that of VF 0, too (--force goes on)' \
		vf set eth0/0-2 mac 02:00:00:00:00:01
	# Each time all VFs are looked at, and once.
	run --separate-stderr sriov -n --debug vf set eth0/3 mac 02:00:00:00:00:04
	same 2 "$(grep -c 'rtnl getlink eth0 +vf' <<<"$stderr")"
	run --separate-stderr sriov -n --debug vf set eth0/all mac 02:00:00:00:00:14+
	same 1 "$(grep -c 'rtnl getlink eth0 +vf' <<<"$stderr")"
}

@test "a rate keeps its companion" {
	would 3 vf set eth0/0 max_tx_rate 1Gbit <<-'END'
	0000:01:00.0/0 max_tx_rate 500 -> 1000
	END
	would 3 vf set eth0/0 min_tx_rate 100mbit <<-'END'
	0000:01:00.0/0 min_tx_rate 0 -> 100
	END
	machine mlx5
	would 3 vf set enp129s0f0np0/0 max_tx_rate 50 min_tx_rate 0 <<-'END'
	0000:81:00.0/0 max_tx_rate 25000 -> 50
	0000:81:00.0/0 min_tx_rate 100 -> 0
	END
	refused 2 '0000:81:00.0/0: min_tx_rate 100 is above max_tx_rate 50' \
		vf set enp129s0f0np0/0 max_tx_rate 50
	would 3 vf set enp129s0f0np0/0 max_tx_rate 0 <<-'END'
	0000:81:00.0/0 max_tx_rate 25000 -> 0
	END
}

@test "a VF whose state is not known needs all that travels together" {
	machine mlx5
	would 3 vf set enp129s0f0np0/2 mac 02:00:00:00:00:01 <<-'END'
	0000:81:00.0/2 mac - -> 02:00:00:00:00:01
	END
	refused 2 '0000:81:00.0/2: the driver does not tell qos: give vlan, qos and vlan_proto together' \
		vf set enp129s0f0np0/2 vlan 5
	refused 2 '0000:81:00.0/2: the driver does not tell min_tx_rate: give max_tx_rate and min_tx_rate together' \
		vf set enp129s0f0np0/2 max_tx_rate 5
	would 3 vf set enp129s0f0np0/2 vlan 5 qos 1 vlan_proto 802.1Q <<-'END'
	0000:81:00.0/2 vlan - -> 5
	0000:81:00.0/2 qos - -> 1
	0000:81:00.0/2 vlan_proto - -> 802.1Q
	END
	would 3 vf set enp129s0f0np0/2 vlan 0 <<-'END'
	0000:81:00.0/2 vlan - -> 0
	0000:81:00.0/2 qos - -> 0
	0000:81:00.0/2 vlan_proto - -> 802.1Q
	END
}

@test "pf set num_vfs: drivers start last, and autoprobe is held meanwhile" {
	would 3 pf set eth1 num_vfs 2 <<-'END'
	0000:01:00.1 autoprobe on -> off
	0000:01:00.1 num_vfs 0 -> 2
	0000:01:00.1 autoprobe off -> on
	0000:01:00.1/0 driver - -> default
	0000:01:00.1/1 driver - -> default
	END
	put 0000:01:00.1/sriov_drivers_autoprobe 0
	would 3 pf set eth1 num_vfs 2 <<-'END'
	0000:01:00.1 num_vfs 0 -> 2
	END
	would 3 pf set eth1 num_vfs 1 autoprobe on <<-'END'
	0000:01:00.1 autoprobe off -> on
	0000:01:00.1 autoprobe on -> off
	0000:01:00.1 num_vfs 0 -> 1
	0000:01:00.1 autoprobe off -> on
	0000:01:00.1/0 driver - -> default
	END
	put 0000:01:00.1/sriov_drivers_autoprobe 1
	would 3 pf set eth1 num_vfs 2 autoprobe off <<-'END'
	0000:01:00.1 autoprobe on -> off
	0000:01:00.1 num_vfs 0 -> 2
	END
}

@test "pf set: max, zero, the same" {
	run_json --dry-run pf set eth1 num_vfs max
	[ "$status" = 3 ]
	same '[0,7]' "$(json '.[] | select(.attribute == "num_vfs") | [.old, .new]')"
	would 3 pf set 0000:03:00.0 num_vfs 0 <<-'END'
	0000:03:00.0 num_vfs 3 -> 0
	END
	nothing pf set eth0 num_vfs 7
	nothing pf set eth0 num_vfs max
	nothing pf set eth1 num_vfs 0 autoprobe on
	would 3 pf set eth0 autoprobe off <<-'END'
	0000:01:00.0 autoprobe on -> off
	END
}

@test "pf set: from one number of VFs to another, those that stay keep what they have" {
	# a virtual machine would be hurt, whatever the number
	refused 4 '0000:01:00.0: num_vfs: in use: VF 4 [a process (open through vfio)], VF 6 [netns unknown] (--force goes on)' \
		pf set eth0 num_vfs 3
	would 3 --force pf set eth0 num_vfs 2 <<-'END'
	0000:01:00.0 num_vfs 7 -> 0
	0000:01:00.0 autoprobe on -> off
	0000:01:00.0 num_vfs 0 -> 2
	0000:01:00.0/0 mac 02:00:00:00:01:00 put back
	0000:01:00.0/0 vlan 10 put back
	0000:01:00.0/0 qos 3 put back
	0000:01:00.0/0 max_tx_rate 500 put back
	0000:01:00.0/0 spoofchk on put back
	0000:01:00.0/1 mac 02:00:00:00:01:01 put back
	0000:01:00.0/1 spoofchk on put back
	0000:01:00.0/1 trust on put back
	0000:01:00.0 autoprobe off -> on
	0000:01:00.0/0 driver igbvf put back
	0000:01:00.0/1 driver igbvf put back
	END
	# more than there were, which stay without a driver
	would 3 pf set 0000:03:00.0 num_vfs 4 autoprobe off <<-'END'
	0000:03:00.0 num_vfs 3 -> 0
	0000:03:00.0 num_vfs 0 -> 4
	0000:03:00.0/0 driver nvme put back
	0000:03:00.0/1 driver nvme put back
	END
}

@test "pf set num_vfs: what the driver would ignore while its netdev is down is not tried" {
	mkdir -p "$SYSROOT/sys/bus/pci/drivers/bnxt_en"
	for pf in 0000:01:00.0 0000:01:00.1; do
		ln -sfn ../../../../bus/pci/drivers/bnxt_en "$SYSROOT/sys/bus/pci/devices/$pf/driver"
	done
	echo 0x1002 >"$SYSROOT/sys/class/net/eth0/flags"
	echo 0x1002 >"$SYSROOT/sys/class/net/eth1/flags"
	refused 1 '0000:01:00.1: num_vfs: bnxt_en changes it only while eth1 is up (ip link set eth1 up)' \
		vf create eth1 2
	refused 1 '0000:01:00.0: num_vfs: bnxt_en changes it only while eth0 is up (ip link set eth0 up)' \
		--force pf set eth0 num_vfs 0
	nothing pf set eth0 num_vfs 7
	echo 0x1003 >"$SYSROOT/sys/class/net/eth1/flags"
	would 3 pf set eth1 num_vfs 1 autoprobe off <<-'END'
	0000:01:00.1 autoprobe on -> off
	0000:01:00.1 num_vfs 0 -> 1
	END
	# Whether a netdev is up that is in another network namespace, nobody knows.
	rm "$SYSROOT/sys/class/net/eth1/flags"
	would 3 pf set eth1 num_vfs 1 autoprobe off <<-'END'
	0000:01:00.1 autoprobe on -> off
	0000:01:00.1 num_vfs 0 -> 1
	END
}

@test "pf set driver" {
	would 3 pf set eth1 driver vfio-pci <<-'END'
	0000:01:00.1 driver igb -> vfio-pci
	END
	would 3 pf set eth1 driver none <<-'END'
	0000:01:00.1 driver igb -> none
	END
	nothing pf set eth1 driver default
	would 3 pf set eth1 driver igb <<-'END'
	0000:01:00.1 override - -> igb
	END
	put 0000:01:00.1/driver_override igb
	nothing pf set eth1 driver igb
	would 3 pf set eth1 driver default <<-'END'
	0000:01:00.1 driver igb -> default
	END
}

@test "pf set driver: what is bound already takes no VFs away" {
	nothing pf set eth0 driver default
	would 3 pf set eth0 driver igb <<-'END'
	0000:01:00.0 override - -> igb
	END
}

@test "vf create: VFs, attributes, drivers, in this order" {
	would 3 vf create eth1 2 mac 02:00:00:00:00:10+ vlan 10 spoofchk on driver vfio-pci <<-'END'
	0000:01:00.1 autoprobe on -> off
	0000:01:00.1 num_vfs 0 -> 2
	0000:01:00.1/0 mac - -> 02:00:00:00:00:10
	0000:01:00.1/0 vlan - -> 10
	0000:01:00.1/0 spoofchk - -> on
	0000:01:00.1/1 mac - -> 02:00:00:00:00:11
	0000:01:00.1/1 vlan - -> 10
	0000:01:00.1/1 spoofchk - -> on
	0000:01:00.1 autoprobe off -> on
	0000:01:00.1/0 driver - -> vfio-pci
	0000:01:00.1/1 driver - -> vfio-pci
	END
	put 0000:01:00.1/sriov_drivers_autoprobe 0
	would 3 vf create eth1 1 vlan 10 driver vfio-pci <<-'END'
	0000:01:00.1 num_vfs 0 -> 1
	0000:01:00.1/0 vlan - -> 10
	0000:01:00.1/0 driver - -> vfio-pci
	END
	# Without autoprobe nothing binds by itself: on for a moment.
	would 3 vf create eth1 1 driver default <<-'END'
	0000:01:00.1 num_vfs 0 -> 1
	0000:01:00.1 autoprobe off -> on
	0000:01:00.1/0 driver - -> default
	0000:01:00.1 autoprobe on -> off
	END
}

@test "vf create: new VFs have no companions to keep" {
	would 3 vf create eth2 1 qos 3 min_tx_rate 5 driver none <<-'END'
	0000:02:00.0 autoprobe on -> off
	0000:02:00.0 num_vfs 0 -> 1
	0000:02:00.0/0 qos - -> 3
	0000:02:00.0/0 min_tx_rate - -> 5
	0000:02:00.0 autoprobe off -> on
	0000:02:00.0/0 driver - -> none
	END
}

@test "vf create: VFs that are there are not given up" {
	refused 4 '0000:01:00.0: has 7 VFs: creating needs none, and they would be lost (pf set 0000:01:00.0 num_vfs 0 destroys them)' \
		vf create eth0 3
	refused 2 '0000:01:00.1: num_vfs: 8 is too many: the device offers 7 VFs' vf create eth1 8
}

@test "bind set: by name" {
	would 3 bind set eth0/0-3,5 driver vfio-pci <<-'END'
	0000:01:00.0/0 driver igbvf -> vfio-pci
	0000:01:00.0/1 driver igbvf -> vfio-pci
	0000:01:00.0/2 driver igbvf -> vfio-pci
	0000:01:00.0/3 driver igbvf -> vfio-pci
	0000:01:00.0/5 driver none -> vfio-pci
	END
	# Bound, but another driver might take its place: the override keeps it there.
	would 3 bind set eth0/0,5 driver igbvf <<-'END'
	0000:01:00.0/0 override - -> igbvf
	0000:01:00.0/5 driver none -> igbvf
	END
	put 0000:01:10.0/driver_override igbvf
	nothing bind set eth0/0 driver igbvf
	# Bound, and open; but nothing would be done to it.
	nothing bind set eth0/4 driver vfio-pci
}

@test "bind set default: a driver that nobody forced is so already" {
	nothing bind set eth0/0-3,6 driver default
	would 3 bind set eth0/5 driver default <<-'END'
	0000:01:00.0/5 driver none -> default
	END
	put 0000:01:11.0/enable 0
	would 3 bind set eth0/4 driver default <<-'END'
	0000:01:00.0/4 driver vfio-pci -> default
	END
	put 0000:01:10.0/driver_override igbvf
	would 3 bind set eth0/0 driver default <<-'END'
	0000:01:00.0/0 driver igbvf -> default
	END
}

@test "bind set default: where autoprobe is off it is on for a moment" {
	would 3 bind set 0000:03:00.0/all driver default <<-'END'
	0000:03:00.0 autoprobe off -> on
	0000:03:00.0/2 driver none -> default
	0000:03:00.0 autoprobe on -> off
	END
	nothing bind set 0000:03:00.0/0 driver default
	# A driver named is bound all the same.
	would 3 bind set 0000:03:00.0/2 driver vfio-pci <<-'END'
	0000:03:00.0/2 driver none -> vfio-pci
	END
}

@test "bind set none: unbound, and nothing waits to bind" {
	would 3 bind set eth0/0,5 driver none <<-'END'
	0000:01:00.0/0 driver igbvf -> none
	END
	nothing bind set eth0/5 driver none
	put 0000:01:11.2/driver_override vfio-pci
	run_json -n bind set eth0/5 driver none
	[ "$status" = 3 ]
	same '["override","planned"]' "$(json '.[] | [.attribute, .state]')"
}

@test "what somebody uses is not taken away" {
	refused 4 '0000:01:00.0: num_vfs: in use: VF 4 [a process (open through vfio)], VF 6 [netns unknown] (--force goes on)' \
		pf set eth0 num_vfs 0
	refused 4 '0000:01:00.0: driver: in use: VF 4 [a process (open through vfio)], VF 6 [netns unknown] (--force goes on)' \
		bind set eth0/all driver none
	refused 4 '0000:01:00.0: driver: in use: VF 4 [a process (open through vfio)], VF 6 [netns unknown] (--force goes on)' \
		pf set eth0 driver none
	process 4242 qemu-system-x86 31 /dev/vfio/vfio 32 /dev/vfio/14
	refused 4 '0000:01:00.0: driver: in use: VF 4 [qemu-system-x86 (pid 4242): /dev/vfio/14] (--force goes on)' \
		bind set eth0/0,4 driver none
	# a virtual machine that is just starting has it, too
	put 0000:01:11.0/enable 0
	refused 4 '0000:01:00.0: driver: in use: VF 4 [qemu-system-x86 (pid 4242): /dev/vfio/14] (--force goes on)' \
		bind set eth0/0,4 driver none
	# only what gets another driver is looked at
	would 3 bind set eth0/0,4 driver vfio-pci <<-'END'
	0000:01:00.0/0 driver igbvf -> vfio-pci
	END
	would 3 --force pf set eth0 num_vfs 0 <<-'END'
	0000:01:00.0 num_vfs 7 -> 0
	END
	would 3 --force bind set eth0/4 driver igbvf <<-'END'
	0000:01:00.0/4 driver vfio-pci -> igbvf
	END
	# Attributes of the network side do not unbind it.
	would 3 vf set eth0/4 vlan 21 <<-'END'
	0000:01:00.0/4 vlan 20 -> 21
	END
}

@test "an NVMe controller has no network attributes, and says why" {
	for words in 'mac 02:00:00:00:00:10' 'vlan 0' 'qos 1' 'max_tx_rate 5' 'trust on' 'state auto'; do
		# These are words.
		# shellcheck disable=SC2086
		refused 2 "0000:03:00.0/0: ${words%% *}: the PF has no netdev to set it through" \
			vf set 0000:03:00.0/0 $words
	done
	# Nothing is planned for the others either.
	refused 2 '0000:03:00.0/0: vlan: the PF has no netdev to set it through' \
		vf set 0000:03:00.0/all vlan 3
	machine igb
	rm -r "$SYSROOT"/sys/bus/pci/devices/0000:03:00.0/virtfn*
	refused 2 '0000:03:00.0/0: vlan: the PF has no netdev to set it through' \
		vf create 0000:03:00.0 2 vlan 3
	would 3 vf create 0000:03:00.0 1 <<-'END'
	0000:03:00.0 num_vfs 0 -> 1
	END
}

@test "InfiniBand takes a state, and no Ethernet attribute" {
	machine mlx5
	would 3 vf set ib0/0 state auto <<-'END'
	10000:00:00.0/0 state enable -> auto
	END
	refused 2 '10000:00:00.0/0: vlan: no back end can set it on this PF' vf set ib0/0 vlan 5
	refused 2 '10000:00:00.0/0: mac: no back end can set it on this PF' \
		vf set ib0/0 state auto mac 02:00:00:00:00:10
}

@test "GUIDs of InfiniBand VFs: old and new, one or a series" {
	machine infiniband
	would 3 vf set ib0/0-2 node_guid 02:11:22:33:44:55:66:00+ <<-'END'
	0000:41:00.0/0 node_guid 00:11:22:33:44:55:66:77 -> 02:11:22:33:44:55:66:00
	0000:41:00.0/1 node_guid - -> 02:11:22:33:44:55:66:01
	0000:41:00.0/2 node_guid - -> 02:11:22:33:44:55:66:02
	END
	would 3 vf set ib0/1 port_guid 0x0E42A10003C6CF61 state enable <<-'END'
	0000:41:00.0/1 state disable -> enable
	0000:41:00.0/1 port_guid - -> 0e:42:a1:00:03:c6:cf:61
	END
	refused 2 '0000:41:00.0/2: port_guid: VF 1 is to have the same (with + behind it each gets another; so it does with auto)' \
		vf set ib0/1-2 state enable port_guid 0x0E42A10003C6CF60
	nothing vf set ib0/0 node_guid 0011223344556677 port_guid 00:11:22:33:44:55:66:78
	nothing vf set ib0/0 node_guid 0011223344556677+
	run_json --dry-run vf set ib0/1 port_guid 0011223344556677+
	[ "$status" = 3 ]
	same '["vf","0000:41:00.0/1","port_guid",null,"00:11:22:33:44:55:66:78"]' \
		"$(json '.[] | [.noun, .object, .attribute, .old, .new]')"
	would 3 vf create ib1 2 port_guid 02:11:22:33:44:55:66:00+ state enable driver none <<-'END'
	0000:41:00.1 autoprobe on -> off
	0000:41:00.1 num_vfs 0 -> 2
	0000:41:00.1/0 state - -> enable
	0000:41:00.1/0 port_guid - -> 02:11:22:33:44:55:66:00
	0000:41:00.1/1 state - -> enable
	0000:41:00.1/1 port_guid - -> 02:11:22:33:44:55:66:01
	0000:41:00.1 autoprobe off -> on
	0000:41:00.1/0 driver - -> none
	0000:41:00.1/1 driver - -> none
	END
}

@test "auto: GUIDs made from the port's, each of its own" {
	machine infiniband
	would 3 vf set ib0/all node_guid auto port_guid auto <<-'END'
	0000:41:00.0/0 node_guid 00:11:22:33:44:55:66:77 -> 0e:42:a1:00:01:c6:cf:60
	0000:41:00.0/0 port_guid 00:11:22:33:44:55:66:78 -> 0e:42:a1:00:01:c6:cf:60
	0000:41:00.0/1 node_guid - -> 0e:42:a1:00:02:c6:cf:60
	0000:41:00.0/1 port_guid - -> 0e:42:a1:00:02:c6:cf:60
	0000:41:00.0/2 node_guid - -> 0e:42:a1:00:03:c6:cf:60
	0000:41:00.0/3 node_guid - -> 0e:42:a1:00:04:c6:cf:60
	0000:41:00.0/3 port_guid - -> 0e:42:a1:00:04:c6:cf:60
	END
	nothing vf set ib0/2 port_guid auto
	run_json --dry-run vf create ib1 2 port_guid auto
	[ "$status" = 3 ]
	same '[null,"0e:42:a1:00:01:c6:cf:61"]
[null,"0e:42:a1:00:02:c6:cf:61"]' "$(json '.[] | select(.attribute == "port_guid") | [.old, .new]')"
}

@test "auto: where there is no address, the VF is named" {
	machine infiniband
	rm "$SYSROOT"/netlink/ib0.hex "$SYSROOT"/sys/class/net/ib0/address
	refused 2 '0000:41:00.0/1: node_guid: neither the VF nor its PF has an address to make it from: give a GUID instead of auto' \
		vf set ib0/1-2 port_guid auto node_guid auto
	would 3 vf set ib0/1 node_guid 02:11:22:33:44:55:66:77 <<-'END'
	0000:41:00.0/1 node_guid - -> 02:11:22:33:44:55:66:77
	END
}

@test "Ethernet takes no GUIDs, and says what would" {
	refused 2 '0000:01:00.0/0: node_guid: no back end can set it on this PF (it goes through the IPoIB netdev of an InfiniBand port of mlx5)' \
		vf set eth0/all vlan 5 node_guid 00:11:22:33:44:55:66:77
	refused 2 '0000:01:00.1/0: port_guid: no back end can set it on this PF (it goes through the IPoIB netdev of an InfiniBand port of mlx5)' \
		vf create eth1 2 port_guid auto mac 02:00:00:00:00:10+
	machine mlx5
	refused 2 '0000:81:00.0/0: node_guid: no back end can set it on this PF (an Ethernet VF of mlx5 gets its node GUID with mac: set that)' \
		vf set enp129s0f0np0/0 node_guid 00:11:22:33:44:55:66:77
	refused 2 '10000:00:00.0/0: query_rss: no back end can set it on this PF (few drivers have this switch: ixgbe does)' \
		vf set ib0/0 query_rss on
	machine netdevsim
	refused 2 'netdevsim/netdevsim10/0: port_guid: no back end can set it on this PF (it goes through the IPoIB netdev of an InfiniBand port of mlx5)' \
		vf set eth0/0 port_guid 00:11:22:33:44:55:66:77
}

@test "VFs that are no PCI devices have no driver" {
	machine netdevsim
	refused 2 'netdevsim/netdevsim10/0: driver: its VFs are no PCI devices' \
		bind set eth0/0 driver vfio-pci
	refused 2 'netdevsim/netdevsim10: driver: only a device on the PCI bus can be rebound' \
		pf set eth0 driver none
	refused 2 'netdevsim/netdevsim10: autoprobe: this device has no sriov_drivers_autoprobe' \
		pf set eth0 autoprobe on
	refused 2 'netdevsim/netdevsim2: num_vfs: max: this device does not say how many VFs it offers' \
		pf set eth1 num_vfs max
	would 3 vf create eth1 2 vlan 5 <<-'END'
	netdevsim/netdevsim2 num_vfs 0 -> 2
	netdevsim/netdevsim2/0 vlan - -> 5
	netdevsim/netdevsim2/1 vlan - -> 5
	END
	refused 2 'netdevsim/netdevsim2/0: driver: its VFs are no PCI devices' \
		vf create eth1 2 driver none
}

@test "--backend leaves out the others" {
	run --separate-stderr sriov -n --backend pci vf set eth0/0 vlan 11
	[ "$status" = 2 ]
	same '' "$output"
	[[ $stderr == 'sriov: 0000:01:00.0/0: vlan: '* ]]
	would 3 --backend rtnl vf set eth0/0 vlan 11 <<-'END'
	0000:01:00.0/0 vlan 10 -> 11
	END
	# The driver has only one way to be set.
	would 3 --backend rtnl bind set eth0/5 driver igbvf <<-'END'
	0000:01:00.0/5 driver none -> igbvf
	END
}

@test "in JSON every step has every key, and values have their types" {
	run_json --dry-run vf set eth0/0 vlan 0 trust on max_tx_rate 0 mac 02:00:00:00:01:00
	[ "$status" = 3 ]
	same '' "$stderr"
	same '["noun","object","attribute","old","new","state","changed","backend","error"]' \
		"$(json 'map(keys_unsorted) | unique[]')"
	same '["vf","0000:01:00.0/0","mac","02:00:00:00:01:00","02:00:00:00:01:00","same",false]
["vf","0000:01:00.0/0","vlan",10,0,"planned",false]
["vf","0000:01:00.0/0","qos",3,0,"planned",false]
["vf","0000:01:00.0/0","vlan_proto","802.1Q","802.1Q","same",false]
["vf","0000:01:00.0/0","max_tx_rate",500,0,"planned",false]
["vf","0000:01:00.0/0","trust",false,true,"planned",false]' \
		"$(json '.[] | [.noun, .object, .attribute, .old, .new, .state, .changed]')"
	same 'null' "$(json 'map(.error) | unique[]')"
}

@test "in JSON what is so already is a step, and the status is 0" {
	run_json --dry-run vf set eth0/0 vlan 10
	[ "$status" = 0 ]
	same '["vlan",10,10,"same",false]' "$(json '.[] | [.attribute, .old, .new, .state, .changed]')"
}

@test "in JSON a PF step is a pf, a driver a bind, and unknown is null" {
	run_json --dry-run vf create eth1 1 vlan 5 driver vfio-pci
	[ "$status" = 3 ]
	same '["pf","0000:01:00.1","autoprobe",true,false,"pci"]
["pf","0000:01:00.1","num_vfs",0,1,"pci"]
["vf","0000:01:00.1/0","vlan",null,5,null]
["pf","0000:01:00.1","autoprobe",false,true,"pci"]
["bind","0000:01:00.1/0","driver",null,"vfio-pci","pci"]' \
		"$(json '.[] | [.noun, .object, .attribute, .old, .new, .backend]')"
}

@test "in JSON a refusal is an empty array" {
	run_json --dry-run pf set eth0 num_vfs 3
	[ "$status" = 4 ]
	same '[]' "$output"
	[[ $stderr == 'sriov: 0000:01:00.0: '* ]]
}

@test "steps in columns: -o chooses them, for text and JSON" {
	run -3 --separate-stderr sriov -n -o object,attribute,new vf set eth0/0 vlan 11 trust on
	same 'OBJECT          ATTRIBUTE  NEW
0000:01:00.0/0  vlan       11
0000:01:00.0/0  trust      on' "$output"
	run_json -n -o object,new vf set eth0/0 vlan 11
	same '{"object":"0000:01:00.0/0","new":11}' "$(json '.[]')"
	run -0 sriov -n -o help vf set eth0/0 vlan 11
	for column in noun object attribute old new state changed backend error; do
		[[ $output == *" $column "* ]]
	done
}

@test "many VFs" {
	machine netdevsim
	echo 1000 >"$SYSROOT/sys/bus/netdevsim/devices/netdevsim10/sriov_numvfs"
	{
		echo '#: link eth0 index 2 mac 02:00:00:00:0a:00'
		echo '#: num_vfs 1000'
		for ((i = 0; i < 1000; i++)); do
			echo "#: vf $i vlan $i"
		done
	} | "$TOP/tests/machines/netlink" | sed -n 's/^netlink.eth0-vfs.hex = //p' \
		>"$SYSROOT/netlink/eth0-vfs.hex"
	run -3 --separate-stderr sriov -n vf set eth0/all vlan 7
	[ "${#lines[@]}" = 999 ]
	same 'netdevsim/netdevsim10/0 vlan 0 -> 7' "${lines[0]}"
	same 'netdevsim/netdevsim10/999 vlan 999 -> 7' "${lines[998]}"
	[[ $output != *'/7 vlan'* ]]
}
