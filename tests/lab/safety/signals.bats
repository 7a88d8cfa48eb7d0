#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# Signals in the middle: once, and what was done is undone; twice, and what is left is said.
# shellcheck disable=SC2030,SC2031,SC2086,SC2154 # device names have no blanks; run sets output and stderr

load ../lab

setup_file() { hurry_on; }

# begin WORD...: run sriov, in a process group of its own and with no signal ignored, as an
# interactive shell does.
begin()
{
	# shellcheck disable=SC2016
	setsid env --default-signal bash -c 'echo $$ >"$0/pid" && exec sriov "$@"' "$BATS_TEST_TMPDIR" "$@" \
		>"$BATS_TEST_TMPDIR/out" 2>"$BATS_TEST_TMPDIR/err" 3>&- &
	job=$!
	within 5 test -s "$BATS_TEST_TMPDIR/pid"
	pid=$(<"$BATS_TEST_TMPDIR/pid")
}

# Its exit status, output and errors, within this many seconds.
finish()
{
	within "$1" is_gone /proc/$pid
	status=0
	wait $job || status=$?
	output=$(<"$BATS_TEST_TMPDIR/out")
	stderr=$(<"$BATS_TEST_TMPDIR/err")
	[ "$status" -ne 99 ]
}

autoprobe() { cat $DEVICES/$1/sriov_drivers_autoprobe; }

# is_in OPERATION [TIMES]: the card was asked for it more often than that.
is_in() { [ "$(fault_count $1 uses)" -gt "${2:-0}" ]; }

@test "while VFs are created: they go again, and autoprobe is as it was" {
	card_on pfs=1 ib=0 faults=sriov_enable=delay:2000
	for signal in INT TERM HUP; do
		before=$(fault_count sriov_enable uses)
		begin -j vf create $MLX0 4 mac 02:00:00:00:00:01+
		within 5 is_in sriov_enable $before
		kill -$signal $pid
		finish 15
		[ $status = 1 ]
		[[ $stderr == *"sriov: interrupted: undoing what was done (once more: stop at once)"* ]]
		[[ $stderr == *"sriov: interrupted: everything is as before"* ]]
		[ "$(jq -c '[.[] | select(.object == "'$MLX0'") | [.attribute, .state]]' <<<"$output")" = \
			'[["autoprobe","undone"],["num_vfs","undone"],["autoprobe","planned"]]' ]
		[ "$(num_vfs $MLX0)" = 0 ]
		[ "$(autoprobe $MLX0)" = 1 ]
		rm $BATS_TEST_TMPDIR/pid
	done
}

@test "Ctrl-C, which all processes get, while drivers are bound: those that had none have none" {
	card_on pfs=1 ib=0
	echo 0 >$DEVICES/$MLX0/sriov_drivers_autoprobe
	sriov vf create $MLX0 60
	fault vf_probe delay:500
	begin bind set $MLX0/all driver mlx5_core
	within 5 is_in vf_probe
	kill -INT -$pid
	finish 20
	[ $status = 1 ]
	[ "$(fault_count vf_probe uses)" -lt 60 ]
	[ ! -e $DEVICES/$MLX0/virtfn0/driver ]
	[ "$(cat $DEVICES/$MLX0/virtfn*/driver_override | sort -u)" = '(null)' ]
	[ -z "$(compgen -G "$DEVICES/$MLX0/virtfn*/driver")" ]
}

@test "once in a resize: the old number is there again, with its settings" {
	card_on pfs=1 ib=0
	sriov vf create $MLX0 3 mac 02:00:00:00:00:01+ vlan 10
	fault sriov_enable delay:1000
	before=$(fault_count sriov_enable uses)
	begin pf set $MLX0 num_vfs 6
	within 10 is_in sriov_enable $before
	kill -TERM $pid
	finish 20
	[ $status = 1 ]
	[ "$(num_vfs $MLX0)" = 3 ]
	[ "$(ip -j -d link show "$(netdev_of $MLX0)" | jq -c '[.[0].vfinfo_list[] | [.address, .vlan_list[0].vlan]]')" = \
		'[["02:00:00:00:00:01",10],["02:00:00:00:00:02",10],["02:00:00:00:00:03",10]]' ]
	[ "$(driver_of "$(vf_of $MLX0 2)")" = mlx5_core ]
}

@test "twice, while the kernel blocks: the end comes at once, and what is left is named" {
	card_on pfs=1 ib=0 faults=sriov_enable=block
	begin vf create $MLX0 2
	within 10 is_blocked sriov_enable
	kill -INT $pid
	# it waits for the write
	within 5 grep -q interrupted "$BATS_TEST_TMPDIR/err"
	[ -e /proc/$pid ]
	kill -INT $pid
	finish 3
	[ $status = 5 ]
	[[ $stderr == *"$MLX0: num_vfs: left changed (was 0, wanted 2): interrupted; process "*" is still at it"* ]]
	[[ $stderr == *"$MLX0: autoprobe: left changed (was on, wanted off)"* ]]
	stuck=$(sed -n 's/.*interrupted; process \([0-9]*\) is still at it.*/\1/p' <<<"$stderr" | head -n 1)
	[ "$(</proc/$stuck/comm)" = sriov-worker ]
	# it has the lock, and nobody waits for it in vain
	SECONDS=0
	run -4 sriov --wait 60 pf set $MLX0 autoprobe on
	[ $SECONDS -lt 20 ]
	[[ $output == *"$MLX0: locked: pid $stuck (sriov-worker) is still in the kernel, left behind by an earlier command"* ]]
	fault sriov_enable none
	within 10 is_gone /proc/$stuck
	run -0 sriov --wait 10 pf set $MLX0 num_vfs 0 autoprobe on
}

@test "while it waits for the lock: nothing was changed" {
	card_on pfs=1 ib=0
	exec {lock}>/run/sriov/$MLX0.lock
	flock $lock
	begin --wait 60 pf set $MLX0 num_vfs 2 {lock}>&-
	caught() { [ "$(</proc/$pid/comm)" = sriov ] && (($(sed -n 's/^SigCgt:\t/0x/p' /proc/$pid/status) & 2)); }
	within 5 caught
	kill -INT $pid
	finish 5
	exec {lock}>&-
	[ $status = 1 ]
	[[ $stderr == *"interrupted: nothing was changed"* ]]
	[ "$(num_vfs $MLX0)" = 0 ]
}

@test "who reads the errors goes away: the work is done all the same" {
	card_on pfs=1 ib=0
	sriov --debug vf create $MLX0 4 vlan 5 2>&1 >/dev/null | head -n 1
	within 5 test -e $DEVICES/$MLX0/virtfn3/driver
	[ "$(autoprobe $MLX0)" = 1 ]
	[ "$(seen "$(netdev_of $MLX0)" 3 '.vlan_list[0].vlan')" = 5 ]
}

@test "while its VFs get ready: they go again" {
	card_on pfs=1 ib=0
	# udev is there, and never says a word
	mkdir -p /run/udev
	: >/run/udev/control
	begin --wait 60 vf create $MLX0 2
	bound() { [ -e $DEVICES/$MLX0/virtfn1/net ]; }
	within 10 bound
	kill -TERM $pid
	finish 10
	rm /run/udev/control
	[ $status = 1 ]
	[ "$(num_vfs $MLX0)" = 0 ]
}

@test "once, while another driver of the PF fails: its VFs are there again" {
	sriov vf create eth0 2 vlan 10
	begin --force pf set eth0 driver nvme
	within 10 is_gone $DEVICES/$PF0/virtfn0
	kill -TERM $pid
	finish 30
	[ $status = 1 ]
	[ "$(num_vfs $PF0)" = 2 ]
	[ "$(seen eth0 1 '.vlan_list[0].vlan')" = 10 ]
}

# vlans PF: what ip has for its VFs, one each line, with the index.
vlans() { ip -j -d link show "$(netdev_of $1)" | jq -r '.[0].vfinfo_list[] | "\(.vf) \(.vlan_list[0].vlan // 0)"'; }

# states: of the steps in $output, one each line, with the index of the VF.
states() { jq -r '.[] | "\(.object | sub(".*/"; "")) \(.state)"' <<<"$output"; }

@test "while many VFs are set: no more of them are, and those that were are put back" {
	card_on pfs=1 ib=0
	sriov vf create $MLX0 100 vlan 5
	fault set_vf_vlan delay:50
	before=$(fault_count set_vf_vlan uses)
	begin -j vf set $MLX0/all vlan 6
	within 5 is_in set_vf_vlan $before
	kill -TERM $pid
	finish 20
	[ $status = 1 ]
	[[ $stderr == *"sriov: interrupted: everything is as before"* ]]
	# some, and again so many: a message is not taken back
	written=$(($(fault_count set_vf_vlan uses) - before))
	[ $written -lt 100 ]
	[ "$(states | cut -d ' ' -f 2 | sort | uniq -c | tr -s ' ' | paste -sd ,)" = \
		" $((100 - written / 2)) planned, $((written / 2)) undone" ]
	[ "$(vlans $MLX0 | cut -d ' ' -f 2 | uniq)" = 5 ]
}

@test "twice, while many VFs are set: of each it is said whether it is put back" {
	card_on pfs=1 ib=0
	sriov vf create $MLX0 100 vlan 5
	fault set_vf_vlan delay:50
	before=$(fault_count set_vf_vlan uses)
	begin -j vf set $MLX0/all vlan 6
	# the first messages are long, and so are those that put back; then it is VF by VF
	within 20 is_in set_vf_vlan $((before + 80))
	kill -TERM $pid
	written() { vlans $MLX0 | grep -c ' 6$' || true; }
	is_undoing() { [ "$(vlans $MLX0 | sed -n 1p)" = "0 5" ]; }
	within 20 is_undoing
	kill -TERM $pid
	finish 20
	[ $status = 5 ]
	[ "$(written)" -gt 0 ]
	[ "$(states | sed -n 's/ left$/ 6/p; s/ undone$/ 5/p; s/ planned$/ 5/p')" = "$(vlans $MLX0)" ]
	[ "$(states | cut -d ' ' -f 2 | sort -u | paste -sd ' ')" = 'left planned undone' ]
}
