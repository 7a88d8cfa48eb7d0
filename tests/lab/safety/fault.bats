#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# The kernel says no in the middle: what was done is undone, or said to be left.
# shellcheck disable=SC2086,SC2154 # device names have no blanks; run --separate-stderr sets stderr

load ../lab

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

# start WORD...: run sriov in the background; its pid is $pid.
start()
{
	command sriov "$@" >"$BATS_TEST_TMPDIR/out" 2>"$BATS_TEST_TMPDIR/err" 3>&- &
	pid=$!
}

# finish SECONDS: its status and errors; it has to end by then.
finish()
{
	within "$1" is_gone /proc/$pid
	status=0
	wait $pid || status=$?
	stderr=$(<"$BATS_TEST_TMPDIR/err")
	[ "$status" -ne 99 ]
}

# hold_rtnl: nobody who asks about netdevs has an answer any more.
hold_rtnl()
{
	fault set_vf_mac block
	ip link set "$netdev" vf 1 mac 02:00:00:00:00:01 3>&- &
	ip=$!
	within 10 is_blocked set_vf_mac
}

let_rtnl_go()
{
	fault set_vf_mac none
	wait $ip
}

@test "one that is stuck while it only reads keeps no lock" {
	card_on pfs=1 ib=0
	sriov vf create $MLX0 2
	netdev=$(netdev_of $MLX0)
	vf=$(vf_of $MLX0 1)
	ip netns add blue
	ip link set "$(netdev_of $vf)" netns blue
	hold_rtnl
	# to find out in which namespace it is, netlink is asked, which does not answer
	start bind set $MLX0/1 driver none
	finish 10
	[ $status = 4 ]
	[[ $stderr == *"$MLX0: driver: in use: VF 1 [netns unknown]"* ]]
	pgrep -x sriov-worker
	flock -n /run/sriov/$MLX0.lock true
	pgrep -x sriov-worker
	let_rtnl_go
	all_gone() { ! pgrep -x sriov-worker; }
	within 10 all_gone
	ip netns del blue
}

@test "the kernel blocks, and nobody can be asked about netdevs: it ends in time" {
	card_on pfs=1 ib=0
	sriov vf create $MLX0 2
	netdev=$(netdev_of $MLX0)
	fault vf_remove block
	start --wait 5 bind set $MLX0/0 driver none
	within 10 is_blocked vf_remove
	hold_rtnl
	finish 15
	let_rtnl_go
	fault vf_remove none
	[ $status = 5 ]
	[[ $stderr == *"$MLX0/0: driver: left changed (was mlx5_core, wanted none): the kernel blocks; process "*" is stuck in it"* ]]
}

@test "the same while VFs are destroyed to be made anew: nothing is said to be put back" {
	card_on pfs=1 ib=0
	sriov vf create $MLX0 2 vlan 5
	netdev=$(netdev_of $MLX0)
	fault sriov_disable block
	start --wait 5 pf set $MLX0 num_vfs 3
	within 10 is_blocked sriov_disable
	hold_rtnl
	finish 15
	let_rtnl_go
	fault sriov_disable none
	[ $status = 5 ]
	[[ $stderr == *"$MLX0: num_vfs: left changed (was 2, wanted 0): the kernel blocks; process "*" is stuck in it"* ]]
	[[ $stderr != *"put back"* ]]
}
