#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# What the firmware has stored comes into use: over devlink, or by a register and the link.
# shellcheck disable=SC2086,SC2154 # device names have no blanks; run --separate-stderr sets stderr

load ../lab

setup_file() { hurry_on; }

total_vfs() { cat "$DEVICES/$1/sriov_totalvfs"; }

# store NAME=VALUE...: by the vendor's tool.
store() { mstconfig -y -d $MLX0 set "$@" >/dev/null; }

# value NAME: what the vendor's tool says: current and next.
value() { mstconfig -e -d $MLX0 query "$1" | awk -v name="$1" '{ sub(/^\*/, "") } $1 == name { print $3, $4 }'; }

@test "16 VFs: stored, activated, found, made; 17 name the setting" {
	card_on ib=0 devlink=none
	sriov fw set $MLX0 SRIOV_EN=1 NUM_OF_VFS=16
	[ "$(total_vfs $MLX0)" = 127 ]
	run -3 sriov -n fw activate $MLX0
	[[ $output == *"$MLX0 pending 1 -> 0"* ]]
	run -0 --separate-stderr sriov -j fw activate $MLX0
	[ "$(jq -c '.[0] | [.old, .new, .state, .backend]' <<<"$output")" = '[1,0,"done","nvconfig"]' ]
	[[ $stderr == *"are lost by $MLX0, $MLX1"* && $stderr != *"no room"* ]]
	[ "$(total_vfs $MLX0) $(total_vfs $MLX1)" = "16 16" ]
	[ "$(value NUM_OF_VFS)" = "16 16" ]
	[ "$(driver_of $MLX0) $(driver_of $MLX1)" = "mlx5_core mlx5_core" ]
	netdev_of $MLX1
	run -0 --separate-stderr sriov -j fw activate $MLX0
	[ "$(jq -r '.[0].state' <<<"$output")" = same ]
	sriov pf set $MLX0 num_vfs 16
	[ "$(num_vfs $MLX0)" = 16 ]
	run -2 sriov pf set $MLX0 num_vfs 17
	[[ $output == *"NUM_OF_VFS"* ]]
}

@test "over devlink, which takes the other PF along" {
	card_on ib=0 devlink=6.12
	store NUM_OF_VFS=20
	echo 0 >$DEVICES/$MLX1/sriov_drivers_autoprobe
	echo vfio-pci >$DEVICES/$MLX1/driver_override
	run -0 --separate-stderr sriov -j fw activate $MLX1
	[ "$(jq -c '.[0] | [.state, .backend]' <<<"$output")" = '["done","devlink"]' ]
	[ "$(total_vfs $MLX0) $(total_vfs $MLX1)" = "20 20" ]
	# what the PCI core had forgotten
	[ "$(<$DEVICES/$MLX1/driver_override) $(<$DEVICES/$MLX1/sriov_drivers_autoprobe)" = "vfio-pci 0" ]
	[ "$(driver_of $MLX1)" = mlx5_core ]
	[ "$(<$DEVICES/$MLX0/sriov_drivers_autoprobe)" = 1 ]
}

@test "a reset that the PCI core has not seen: it looks again, and nothing else" {
	card_on ib=0 devlink=6.12
	store NUM_OF_VFS=60
	devlink dev reload pci/$MLX0 action fw_activate
	[ "$(value NUM_OF_VFS) $(total_vfs $MLX0)" = "60 60 127" ]
	fault reload_down fail:EIO
	run -0 --separate-stderr sriov -j fw activate $MLX1
	[ "$(jq -c '.[0] | [.old, .new, .state, .backend]' <<<"$output")" = '[1,0,"done","pci"]' ]
	[[ $stderr == *"the kernel looks at the card again"* ]]
	[ "$(fault_count reload_down hits)" = 0 ]
	[ "$(total_vfs $MLX0) $(total_vfs $MLX1)" = "60 60" ]
	[ "$(driver_of $MLX0) $(driver_of $MLX1)" = "mlx5_core mlx5_core" ]
	run -0 --separate-stderr sriov -j fw activate $MLX1
	[ "$(jq -r '.[0].state' <<<"$output")" = same ]
	# more than the kernel believes
	store NUM_OF_VFS=100
	fault reload_down none
	devlink dev reload pci/$MLX0 action fw_activate
	run -2 sriov pf set $MLX0 num_vfs 90
	[[ $output == *"it offers 100 since its firmware started anew, which the kernel has not seen: sriov fw activate $MLX0"* ]]
	# half of it: the first PF cannot be removed, the other is
	mount --bind /proc/version "$(readlink -f $DEVICES/$MLX0)/remove"
	run -1 sriov fw activate $MLX0
	[ "$(driver_of $MLX1) $(total_vfs $MLX1)" = "mlx5_core 100" ]
	store NUM_OF_VFS=90
	run -5 sriov fw activate $MLX0
	[[ $output == *"removing $MLX0"* ]]
	umount "$(readlink -f $DEVICES/$MLX0)/remove"
	[ "$(total_vfs $MLX1) $(total_vfs $MLX0)" = "90 60" ]
	# the port cannot look: the whole bus does
	mount --bind /proc/version $DEVICES/0001:80:00.0/rescan
	sriov fw activate $MLX0
	umount $DEVICES/0001:80:00.0/rescan
	[ "$(total_vfs $MLX0)" = 90 ]
}

@test "nothing happens while somebody uses one of the PFs" {
	card_on ib=0 devlink=6.12
	store NUM_OF_VFS=20
	fault reload_down fail:EIO
	ip addr add 192.0.2.1/24 dev "$(netdev_of $MLX1)"
	run -4 sriov fw activate $MLX0
	[[ $output == *"$MLX1: activate: in use: the PF [192.0.2.1/24] (--force goes on)"* ]]
	ip addr flush dev "$(netdev_of $MLX1)"
	put $DEVICES/$MLX1/sriov_numvfs 2
	run -4 sriov fw activate $MLX0
	[[ $output == *"$MLX0: activate: $MLX1 has 2 VFs, which go when the firmware starts anew (pf set $MLX1 num_vfs 0, or --force)"* ]]
	[ "$(fault_count reload_down uses)" = 0 ]
	[ "$(num_vfs $MLX1) $(total_vfs $MLX0)" = "2 127" ]
	fault reload_down none
	fault reset_sync fail:EBUSY
	run -5 sriov -j --force fw activate $MLX0
	[[ $output == *"the VFs of $MLX1 were destroyed"* ]]
	[ "$(num_vfs $MLX1) $(total_vfs $MLX1)" = "0 127" ]
	put $DEVICES/$MLX1/sriov_numvfs 2
	fault reset_sync none
	sriov --force fw activate $MLX0
	[ "$(num_vfs $MLX1) $(total_vfs $MLX1)" = "0 20" ]
}

@test "what goes wrong is named, and what is left, too" {
	card_on ib=0 devlink=6.12
	store NUM_OF_VFS=20
	fault reset_sync fail:EBUSY
	run -1 sriov fw activate $MLX0
	[[ $output == *"$MLX0: pending: mlx5_core: Sync reset was already triggered"* ]]
	[ "$(total_vfs $MLX0)" = 127 ]
	[ "$(driver_of $MLX0)" = mlx5_core ]
	# the firmware says that it did
	fault reset_sync ignore
	run -1 sriov fw activate $MLX0
	[[ $output == *"the firmware started anew, but NUM_OF_VFS is still pending: reboot"* ]]
	fault reset_sync none
	fault reload_up fail:EIO
	run -5 sriov fw activate $MLX0
	[[ $output == *"its driver is down: devlink dev reload pci/$MLX0"* ]]
	fault reload_up none
	devlink dev reload pci/$MLX0
	store NUM_OF_VFS=21
	fault pf_probe fail:EIO
	run -5 sriov -w 2 fw activate $MLX0
	[[ $output == *"$MLX0: its driver: mlx5_core"*"$MLX1: its driver: mlx5_core"* ]]
	[ "$(total_vfs $MLX0)" = 21 ]
	fault pf_probe none
	sriov bind set $MLX0 driver default || sriov pf set $MLX0 driver default
	[ "$(driver_of $MLX0)" = mlx5_core ]
}

@test "SR-IOV that the firmware had switched off" {
	card_on ib=0 devlink=none factory=1
	[ ! -e $DEVICES/$MLX1/sriov_numvfs ]
	sriov fw set $MLX1 SRIOV_EN=1 NUM_OF_VFS=4
	# the window of the port is as large as it was needed at first
	run -0 sriov fw activate $MLX1
	[[ $output == *"offers 4 VFs now, but the port 0001:80:00.0 was given no room for them when the machine started: reboot"* ]]
	[ "$(total_vfs $MLX0) $(total_vfs $MLX1)" = "4 4" ]
	run ! put $DEVICES/$MLX0/sriov_numvfs 4
	run -2 sriov fw activate eth0
	[[ $output == *"neither settings nor versions of its firmware can be read"* ]]
}

@test "a register that is refused changes nothing" {
	card_on ib=0 devlink=none
	store NUM_OF_VFS=20
	firmware refuse:MFRL:set:7
	run -1 sriov fw activate $MLX0
	[[ $output == *"its firmware refuses"* ]]
	[ "$(total_vfs $MLX0) $(driver_of $MLX0) $(driver_of $MLX1)" = "127 mlx5_core mlx5_core" ]
	firmware refuse:MFRL:get:7
	run -2 sriov fw activate $MLX0
	[[ $output == *"its driver cannot reset the firmware (devlink), and neither can its register"*reboot* ]]
}

@test "killed while the link is off: it comes on again" {
	card_on ib=0 devlink=none
	store NUM_OF_VFS=20
	link() { setpci -s 0001:80:00.0 CAP_EXP+10.w; }
	is_off() { (( 0x$(link) & 0x10 )); }
	is_on() { ! is_off; }
	is_on
	sriov fw activate $MLX0 3>&- &
	within 10 is_off
	kill -9 $!
	within 10 is_on
	wait $! || true
	echo 1 >/sys/bus/pci/rescan
	[ "$(total_vfs $MLX0) $(total_vfs $MLX1)" = "20 20" ]
}

@test "without uevents nothing begins, and without privilege it is said" {
	card_on ib=0 devlink=none
	store NUM_OF_VFS=20
	ASAN_OPTIONS=${ASAN_OPTIONS:-}:detect_leaks=0 run -1 strace -f -qq -o /dev/null -e trace=socket \
		-e inject=socket:error=EMFILE:when=2+ "$(command -v sriov)" fw activate $MLX0
	[[ $output == *uevents* ]]
	[ "$(total_vfs $MLX0) $(driver_of $MLX0) $(driver_of $MLX1)" = "127 mlx5_core mlx5_core" ]
	printf 'none [integrity] confidentiality\n' >$BATS_TEST_TMPDIR/lockdown
	# shellcheck disable=SC2016 # the inner shell's
	run -1 unshare -m bash -c 'mount --bind "$0" /sys/kernel/security/lockdown && exec "$@"' \
		$BATS_TEST_TMPDIR/lockdown "$(command -v sriov)" fw activate $MLX0
	[[ $output == *"the kernel is locked down (integrity): fwctl"* ]]
	run setpriv --reuid 65534 --regid 65534 --clear-groups "$(command -v sriov)" -n fw activate $MLX0
	[ "$status" = 1 ]
	[[ $output == *"reading them, too, needs root"* ]]
}
