#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# An Intel 82576 card with its real drivers: from nothing to bound VFs and back.
# shellcheck disable=SC2086,SC2154 # device names have no blanks; run --separate-stderr sets stderr

load ../lab

setup_file() { hurry_on; }

@test "pf show finds what lspci finds" {
	run --separate-stderr sriov -j pf show
	[ "$status" -eq 0 ]
	want=$(lspci -D -vv 2>/dev/null | awk '/^[0-9a-f]+:/ { a = $1 } /Single Root I\/O/ { print a }' | sort)
	[ "$want" = "$(jq -r '.[].pf' <<<"$output" | sort)" ]
	[ "$(jq -c '.[] | select(.pf == "'$PF0'") | [.netdev, .driver, .num_vfs, .total_vfs, .autoprobe, .link_type]' <<<"$output")" = '["eth0","igb",0,7,true,"ethernet"]' ]
	[ "$(jq -r '.[] | select(.pf == "'$PF0'") | .mac' <<<"$output")" = "$(cat /sys/class/net/eth0/address)" ]
	[ "$(jq -r '.[] | select(.pf == "'$PF0'") | .device' <<<"$output")" = "$(lspci -s $PF0 -vmm | sed -n 's/^Device:\t82576/82576/p')" ]
}

@test "one line makes seven VFs with attributes on vfio-pci" {
	run sriov vf create eth0 7 mac 02:00:00:00:00:10+ vlan 10 qos 3 spoofchk on trust on driver vfio-pci
	[ "$status" -eq 0 ]
	[ -z "$output" ]
	[ "$(num_vfs $PF0)" -eq 7 ]
	for i in 0 3 6; do
		[ "$(seen eth0 $i '[.address, .vlan_list[0].vlan, .vlan_list[0].qos, .spoofchk, .trust]')" = "[\"02:00:00:00:00:1$i\",10,3,true,true]" ]
	done
	for i in 0 1 2 3 4 5 6; do
		vf=$(vf_of $PF0 $i)
		[ "$(driver_of "$vf")" = vfio-pci ]
		[ "$(<"$DEVICES/$vf/driver_override")" = vfio-pci ]
		group=$(readlink "$DEVICES/$vf/iommu_group")
		[ -c "/dev/vfio/${group##*/}" ]
	done
	[ "$(<"$DEVICES/$PF0/sriov_drivers_autoprobe")" = 1 ]

	sriov bind set eth0/0-3 driver default
	for i in 0 1 2 3; do
		vf=$(vf_of $PF0 $i)
		[ "$(driver_of "$vf")" = igbvf ]
		[ "$(<"$DEVICES/$vf/driver_override")" = "(null)" ]
		# igbvf started after the address was given, so its netdev has it
		[ "$(cat "$DEVICES/$vf"/net/*/address)" = "02:00:00:00:00:1$i" ]
	done
	[ "$(driver_of "$(vf_of $PF0 4)")" = vfio-pci ]

	sriov pf set eth0 num_vfs 0
	[ "$(num_vfs $PF0)" -eq 0 ]
}

@test "vf show says what ip and sysfs say" {
	sriov vf create eth0 3 mac 02:00:00:00:00:20+ vlan 5
	run --separate-stderr sriov -j vf show eth0
	[ "$status" -eq 0 ]
	[ "$(jq length <<<"$output")" -eq 3 ]
	for i in 0 1 2; do
		row=$(jq -c ".[$i]" <<<"$output")
		vf=$(vf_of $PF0 $i)
		[ "$(jq -r .pci <<<"$row")" = "$vf" ]
		[ "$(jq -r .netdev <<<"$row")" = "$(ls "$DEVICES/$vf/net")" ]
		[ "$(jq -r .netdev_mac <<<"$row")" = "$(cat "$DEVICES/$vf"/net/*/address)" ]
		[ "$(jq -r .mac <<<"$row")" = "02:00:00:00:00:2$i" ]
		[ "$(jq -c '[.vlan, .qos, .vlan_proto, .driver, .override]' <<<"$row")" = '[5,0,"802.1Q","igbvf",null]' ]
		group=$(readlink "$DEVICES/$vf/iommu_group")
		[ "$(jq .iommu_group <<<"$row")" = "${group##*/}" ]
		# igb reports no link state of VFs: unknown is not "auto"
		[ "$(jq -c 'has("state")' <<<"$row")" = true ]
	done
}

@test "vlan keeps qos, qos keeps vlan, vlan 0 clears both" {
	sriov vf create eth0 2 vlan 10 qos 3
	sriov vf set eth0/1 vlan 20
	[ "$(seen eth0 1 '[.vlan_list[0].vlan, .vlan_list[0].qos]')" = '[20,3]' ]
	sriov vf set eth0/1 qos 5
	[ "$(seen eth0 1 '[.vlan_list[0].vlan, .vlan_list[0].qos]')" = '[20,5]' ]
	[ "$(seen eth0 0 '[.vlan_list[0].vlan, .vlan_list[0].qos]')" = '[10,3]' ]
	sriov vf set eth0/1 vlan 0
	[ "$(sriov -j -o vlan,qos vf show eth0/1 | jq -c '.[0]')" = '{"vlan":0,"qos":0}' ]
}

@test "setting what is so already changes nothing" {
	sriov vf create eth0 1 mac 02:00:00:00:00:30
	run --separate-stderr sriov -j vf set eth0/0 mac 02:00:00:00:00:30
	[ "$status" -eq 0 ]
	[ "$(jq -c '[.[].state]' <<<"$output")" = '["same"]' ]
	[ "$(jq -c 'any(.changed)' <<<"$output")" = false ]
	run -0 sriov --dry-run vf set eth0/0 mac 02:00:00:00:00:30
	run -3 sriov --dry-run vf set eth0/0 mac 02:00:00:00:00:31
	[ "$output" = "$PF0/0 mac 02:00:00:00:00:30 -> 02:00:00:00:00:31" ]
	[ "$(seen eth0 0 .address)" = '"02:00:00:00:00:30"' ]
}

@test "a rate needs the link: the kernel's reason and the cure" {
	sriov vf create eth0 1
	ip link set eth0 down
	run -1 --separate-stderr sriov vf set eth0/0 max_tx_rate 100
	[[ $stderr == *"$PF0/0: max_tx_rate: Invalid argument"*link* ]]
	[ -z "$output" ]
	ip link set eth0 up
	# the link may go once more while it is negotiated
	within 20 sriov vf set eth0/0 max_tx_rate 100
	[ "$(seen eth0 0 .rate.max_tx)" = 100 ]
}

@test "an attribute that igb has not takes nothing else with it" {
	sriov vf create eth0 3 mac 02:00:00:00:00:40+
	run -1 --separate-stderr sriov vf set eth0/all vlan 7 state disable
	[[ $stderr == *"$PF0/0: state: Operation not supported"* ]]
	for i in 0 1 2; do
		[ "$(seen eth0 $i '.vlan_list[0].vlan // 0')" = 0 ]
	done
	run -1 --separate-stderr sriov -j vf set eth0/0 vlan 7 state disable
	[ "$(jq -c '[.[] | [.attribute, .state]]' <<<"$output")" = '[["vlan","undone"],["state","failed"]]' ]
}

@test "keep-going undoes the VF that failed and sets the others" {
	sriov vf create eth0 3
	# igb takes no rate above the link's
	run -1 --separate-stderr sriov -k vf set eth0/0-2 vlan 9 state disable
	run --separate-stderr sriov -j -o index,vlan vf show eth0
	[ "$(jq -c '[.[].vlan]' <<<"$output")" = '[0,0,0]' ]
}

@test "a create that fails leaves no VFs" {
	run -1 --separate-stderr sriov vf create eth0 4 vlan 10 state disable
	[[ $stderr == *"state: Operation not supported"* ]]
	[ "$(num_vfs $PF0)" -eq 0 ]
	[ "$(<"$DEVICES/$PF0/sriov_drivers_autoprobe")" = 1 ]
	run -2 --separate-stderr sriov vf create eth0 4 driver no-such-driver
	[[ $stderr == *"no-such-driver"* ]]
	[ "$(num_vfs $PF0)" -eq 0 ]
}

@test "VFs that exist are not destroyed to create others" {
	sriov pf set eth0 num_vfs 3
	run -4 sriov vf create eth0 3
	run -0 sriov pf set eth0 num_vfs 3
	run -2 sriov pf set eth0 num_vfs 8
	[ "$(num_vfs $PF0)" -eq 3 ]
	run -0 sriov pf set eth1 num_vfs max
	[ "$(num_vfs $PF1)" -eq 7 ]
}

@test "default driver comes back with autoprobe off, which stays off" {
	echo 0 >"$DEVICES/$PF0/sriov_drivers_autoprobe"
	sriov vf create eth0 2
	vf=$(vf_of $PF0 1)
	[ "$(driver_of "$vf")" = none ]
	sriov bind set eth0/1 driver vfio-pci
	[ "$(driver_of "$vf")" = vfio-pci ]
	sriov bind set eth0/1 driver default
	[ "$(driver_of "$vf")" = igbvf ]
	[ "$(<"$DEVICES/$PF0/sriov_drivers_autoprobe")" = 0 ]
	sriov bind set "$vf" driver none
	[ "$(driver_of "$vf")" = none ]
	[ "$(driver_of "$(vf_of $PF0 0)")" = none ]
}

@test "naming the driver that is bound keeps it without unbinding" {
	sriov vf create eth0 1
	vf=$(vf_of $PF0 0)
	netdev=$(ls "$DEVICES/$vf/net")
	index=$(<"$DEVICES/$vf/net/$netdev/ifindex")
	run -0 --separate-stderr sriov -j bind set eth0/0 driver igbvf
	[ "$(jq -c '.[0] | [.noun, .attribute, .old, .new, .state]' <<<"$output")" = '["bind","override",null,"igbvf","done"]' ]
	[ "$(<"$DEVICES/$vf/driver_override")" = igbvf ]
	[ "$(<"$DEVICES/$vf/net/$netdev/ifindex")" = "$index" ]
	run -0 --separate-stderr sriov -j bind set eth0/0 driver igbvf
	[ "$(jq -c '.[0] | [.attribute, .state]' <<<"$output")" = '["driver","same"]' ]
}

@test "a driver that does not bind: the old one is put back" {
	sriov vf create eth0 2
	vf=$(vf_of $PF0 0)
	[ "$(driver_of "$vf")" = igbvf ]
	# the NVMe driver refuses a network card
	run -1 --separate-stderr sriov bind set eth0/0-1 driver nvme
	[[ $stderr == *"$PF0/0-1: driver: nvme does not bind: "* ]]
	for i in 0 1; do
		[ "$(driver_of "$(vf_of $PF0 $i)")" = igbvf ]
		[ "$(<"$DEVICES/$(vf_of $PF0 $i)/driver_override")" = "(null)" ]
	done
}

@test "the PF's own driver is separate, and refused while there are VFs" {
	sriov vf create eth2 1
	run -4 --separate-stderr sriov pf set $PF2 driver none
	[[ $stderr == *"has 1 VFs"* ]]
	sriov pf set $PF2 num_vfs 0
	sriov pf set $PF2 driver vfio-pci
	[ "$(driver_of $PF2)" = vfio-pci ]
	sriov pf set $PF2 driver default
	[ "$(driver_of $PF2)" = igb ]
	sriov pf set $PF2 driver none
	[ "$(driver_of $PF2)" = none ]
	run -2 --separate-stderr sriov pf set $PF2 num_vfs 1
	[[ $stderr == *"num_vfs"*"driver"* ]]
	sriov pf set $PF2 driver igb
	[ "$(driver_of $PF2)" = igb ]
	sriov pf set $PF2 driver default
}

@test "a netdev in another network namespace is said to be there" {
	sriov vf create eth0 2
	vf=$(vf_of $PF0 0)
	netdev=$(ls "$DEVICES/$vf/net")
	ip netns add elsewhere
	ip link set "$netdev" netns elsewhere
	run --separate-stderr sriov -j vf show eth0/0
	[ "$(jq -c '.[0] | [.netdev, .note, .driver]' <<<"$output")" = '[null,"other-netns","igbvf"]' ]
	ip netns del elsewhere
}

@test "an ordinary user sees, and is told what changing lacks" {
	sriov vf create eth0 1
	# the project may lie where others cannot look
	cp "$SRIOV_BUILD_DIR"/sriov "$SRIOV_BUILD_DIR"/libsriov.so.0 /tmp
	chmod 755 /tmp/sriov /tmp/libsriov.so.0
	ordinary=(setpriv --reuid 65534 --regid 65534 --clear-groups env LD_LIBRARY_PATH=/tmp /tmp/sriov)
	run -0 --separate-stderr "${ordinary[@]}" -j vf show eth0
	[ "$(jq -r '.[0].driver' <<<"$output")" = igbvf ]
	run -1 --separate-stderr "${ordinary[@]}" vf set eth0/0 vlan 3
	[[ $stderr == *"Permission denied"*root* ]]
	[ "$(seen eth0 0 '.vlan_list[0].vlan // 0')" = 0 ]
}

@test "the lock comes before the look: all means all that there are then" {
	sriov pf set eth0 num_vfs 3
	exec 8>/run/sriov/$PF0.lock
	flock 8
	sriov vf set eth0/all vlan 9 8>&- &
	waiter=$!
	within 20 sh -c "ls -l /proc/$waiter/fd /proc/*/fd 2>/dev/null | grep -c '$PF0.lock' | grep -qv '^[01]$'"
	echo 0 >$DEVICES/$PF0/sriov_numvfs
	echo 5 >$DEVICES/$PF0/sriov_numvfs
	exec 8>&-
	wait "$waiter"
	for i in 0 1 2 3 4; do
		[ "$(seen eth0 $i '.vlan_list[0].vlan')" = 9 ]
	done
}

@test "a rate with create: the link that igb takes down is waited for" {
	ip link set eth0 up
	within 20 grep -q up /sys/class/net/eth0/operstate
	sriov vf create eth0 2 max_tx_rate 100 driver none
	[ "$(seen eth0 1 .rate.max_tx)" = 100 ]
}

@test "bound is not ready: where udev runs, its record of the netdev is waited for" {
	mkdir -p /run/udev/data
	touch /run/udev/control
	run -0 --separate-stderr sriov --wait 1 -j vf create eth0 1
	[ "$(jq -c '.[] | select(.noun == "bind") | [.new, .state]' <<<"$output")" = '["igbvf","unverified"]' ]
	[[ $stderr == *"$PF0/0: driver: bound, but its netdev or udev record has not come"* ]]
	(
		until index=$(cat $DEVICES/$PF1/virtfn0/net/*/ifindex 2>/dev/null); do :; done
		touch "/run/udev/data/n$index"
	) &
	run -0 --separate-stderr sriov --wait 20 -j vf create eth1 1
	[ "$(jq -c '.[] | select(.noun == "bind") | [.new, .state]' <<<"$output")" = '["igbvf","done"]' ]
	wait
	rm -r /run/udev
}

@test "a report that cannot be written is no word that nothing changed" {
	sriov vf create eth0 1
	run -5 --separate-stderr sh -c 'sriov -j vf set eth0/0 vlan 12 >/dev/full'
	[[ $stderr == *"No space left on device"* ]]
	[ "$(seen eth0 0 '.vlan_list[0].vlan')" = 12 ]
	run -1 sh -c 'sriov -j vf show eth0/0 >/dev/full'
}

@test "every way to name a PF and a VF" {
	sriov pf set eth0 num_vfs 2
	ip link property add dev eth0 altname enp1s0f0np0-with-a-long-name
	vf=$(vf_of $PF0 1)
	mac=$(cat /sys/class/net/eth0/address)
	for name in eth0 01:00.0 $PF0 pci/$PF0 "mac:$mac" enp1s0f0np0-with-a-long-name; do
		run -0 --separate-stderr sriov -j -o pf pf show "$name"
		[ "$(jq -r '.[0].pf' <<<"$output")" = $PF0 ]
		run -0 --separate-stderr sriov -j -o pci vf show "$name/1"
		[ "$(jq -r '.[0].pci' <<<"$output")" = "$vf" ]
	done
	ip link property del dev eth0 altname enp1s0f0np0-with-a-long-name
	for name in "$vf" "$(ls "$DEVICES/$vf/net")"; do
		run -0 --separate-stderr sriov -j -o pf,index vf show "$name"
		[ "$(jq -c '.[0]' <<<"$output")" = "{\"pf\":\"$PF0\",\"index\":1}" ]
	done
}

@test "a recording of this machine shows what the machine shows" {
	sriov vf create eth0 3 mac 02:00:00:00:00:50+ vlan 7
	"$PWD/contrib/record-machine" >"$BATS_TEST_TMPDIR/it.tree"
	tests/mktree "$BATS_TEST_TMPDIR/it.tree" "$BATS_TEST_TMPDIR/it"
	for noun in pf vf bind; do
		live=$(sriov -j "$noun" show)
		[ "$live" = "$(sriov --sysroot "$BATS_TEST_TMPDIR/it" -j "$noun" show)" ]
	done
}

@test "a card that is pulled out while it is worked on" {
	sriov pf set eth2 num_vfs 2
	echo 1 >"$DEVICES/$PF2/remove"
	run -2 --separate-stderr sriov vf set $PF2/0 vlan 3
	[[ $stderr == *"$PF2"* ]]
	echo 1 >/sys/bus/pci/rescan
	within 20 test -e "$DEVICES/$PF2/driver"
	run -0 sriov pf show $PF2
}
