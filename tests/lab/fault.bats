#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# The kernel says no in the middle: what was done is undone, or said to be left.
# shellcheck disable=SC2086,SC2154 # device names have no blanks; run --separate-stderr sets stderr

load lab

setup_file() { hurry_on; }

# fail ERRNO WHEN FILE WORD...: run sriov; the write of this number to the file fails.
fail()
{
	local errno=$1 when=$2 file
	file=$(realpath "$3")
	shift 3
	# no leak can be looked for while strace looks on
	ASAN_OPTIONS=${ASAN_OPTIONS:-}:detect_leaks=0 strace -f -qq -o "$BATS_TEST_TMPDIR/trace" -P "$file" \
		-e trace=write -e inject=write:error="$errno:when=$when" sriov "$@"
}

@test "no room for the VFs: the cure is named, and autoprobe is as it was" {
	run -1 --separate-stderr fail ENOMEM 1 "$DEVICES/$PF0/sriov_numvfs" vf create eth0 4 vlan 3
	[[ $stderr == *"$PF0: num_vfs: Cannot allocate memory (no room"*pci=realloc* ]]
	[ "$(num_vfs $PF0)" -eq 0 ]
	[ "$(<"$DEVICES/$PF0/sriov_drivers_autoprobe")" = 1 ]
}

@test "a card that goes while it is worked on" {
	run -1 --separate-stderr fail ENODEV 1 "$DEVICES/$PF0/sriov_numvfs" pf set eth0 num_vfs 4
	[[ $stderr == *"$PF0: num_vfs: No such device"* ]]
}

@test "when undoing fails, too, what is left is named, with status 5" {
	run -5 --separate-stderr fail EIO 2+ "$DEVICES/$PF0/sriov_drivers_autoprobe" vf create eth0 2
	[[ $stderr == *"$PF0: autoprobe: "*"Input/output error"* ]]
	[[ $stderr == *"$PF0: autoprobe: left changed (was on, wanted off)"* ]]
	[ "$(num_vfs $PF0)" -eq 0 ]
	[ "$(<"$DEVICES/$PF0/sriov_drivers_autoprobe")" = 0 ]
}

@test "one VF that cannot be bound: drivers and overrides of all are put back" {
	sriov vf create eth0 3
	file=$DEVICES/$(vf_of $PF0 1)/driver_override
	run -1 --separate-stderr fail EIO 1 "$file" bind set eth0/all driver vfio-pci
	[[ $stderr == *"$PF0/1: driver: driver_override: Input/output error"* ]]
	for i in 0 1 2; do
		[ "$(driver_of "$(vf_of $PF0 $i)")" = igbvf ]
		[ "$(<"$DEVICES/$(vf_of $PF0 $i)/driver_override")" = "(null)" ]
	done
	# with --keep-going only that one
	run -1 --separate-stderr fail EIO 1 "$file" -k bind set eth0/all driver vfio-pci
	[ "$(driver_of "$(vf_of $PF0 0)")" = vfio-pci ]
	[ "$(driver_of "$(vf_of $PF0 1)")" = igbvf ]
	[ "$(driver_of "$(vf_of $PF0 2)")" = vfio-pci ]
}

@test "rtnetlink refuses: nothing is changed, and the reason is the kernel's" {
	sriov vf create eth0 2 vlan 5
	run -1 --separate-stderr env ASAN_OPTIONS="${ASAN_OPTIONS:-}:detect_leaks=0" \
		setpriv --bounding-set -net_admin --inh-caps -net_admin sriov vf set eth0/0-1 vlan 6
	[[ $stderr == *"$PF0/0: vlan: Operation not permitted (needs CAP_NET_ADMIN)"* ]]
	[ "$(seen eth0 0 '.vlan_list[0].vlan')" = 5 ]
}

@test "killed between two writes, the next run finds no lock and a consistent machine" {
	run --separate-stderr env ASAN_OPTIONS="${ASAN_OPTIONS:-}:detect_leaks=0" \
		strace -f -qq -o "$BATS_TEST_TMPDIR/trace" -P "$(realpath "$DEVICES/$PF0/sriov_drivers_autoprobe")" \
		-e trace=write -e inject=write:signal=KILL:when=2 sriov vf create eth0 2
	[ "$status" -ne 0 ]
	# the VFs are there, without drivers, as the trace of what was done says
	[ "$(num_vfs $PF0)" -eq 2 ]
	run -0 sriov --wait 5 pf set eth0 autoprobe on
	run -0 sriov --wait 5 bind set eth0/all driver default
	[ "$(driver_of "$(vf_of $PF0 1)")" = igbvf ]
}

@test "a file that cannot be read is unknown, not an error" {
	sriov vf create eth0 1
	run -0 --separate-stderr env ASAN_OPTIONS="${ASAN_OPTIONS:-}:detect_leaks=0" \
		strace -f -qq -o "$BATS_TEST_TMPDIR/trace" -P "$(realpath "$DEVICES/$PF0/sriov_totalvfs")" \
		-e trace=read -e inject=read:error=EIO sriov -j pf show eth0
	[ "$(jq -c '.[0] | [.num_vfs, .total_vfs]' <<<"$output")" = '[1,null]' ]
}
