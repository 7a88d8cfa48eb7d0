#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# One line in the system log for a plan that changed something; busybox reads it.
# shellcheck disable=SC2086,SC2154 # device names have no blanks; run --separate-stderr sets stderr

load ../lab

setup_file() { hurry_on; }

setup()
{
	troubles=$(kernel_troubles)
	clean_machine
	ip link set eth0 up
	dmesg -C
	log=$BATS_TEST_TMPDIR/log
	rm -f /dev/log
	/run/lab/busybox syslogd -n -O "$log" 3>&- &
	syslogd=$!
	within 10 is_there /dev/log
}

no_syslogd()
{
	[ -z "$syslogd" ] || kill "$syslogd"
	wait "$syslogd" 2>/dev/null || true
	syslogd=
	rm -f /dev/log
}

# bats calls this also when setup has failed
teardown()
{
	no_syslogd
	[ ! -e "$BATS_TEST_TMPDIR/sanitizer" ] || { echo "a sanitizer reported"; return 1; }
	card_off
	! dmesg | grep -E 'WARNING:|BUG:|Oops|Call Trace' || return 1
	[ "$(kernel_troubles)" = "$troubles" ]
}

is_locked() { ! flock -n /run/sriov/$PF0.lock true; }

# said N: the Nth line of sriov since the log began, without date and process, when there
# are so many and no more; a line of the test's own behind it proves that all have come.
said()
{
	logger -t end "$BATS_TEST_NUMBER $1"
	within 10 grep -q "end: $BATS_TEST_NUMBER $1" "$log"
	[ "$(grep -c ' sriov\[[0-9]*\]: ' "$log")" = "$1" ] || {
		cat "$log"
		return 1
	}
	sed -n 's/.* sriov\[[0-9]*\]: //p' "$log" | tail -n 1
}

# is WANT GOT
is() { [ "$1" = "$2" ] || { printf 'want %s\ngot  %s\n' "$1" "$2"; return 1; }; }

@test "each plan that changes something is one line: what, who, outcome, command" {
	sriov vf create eth0 3 mac 02:00:00:00:00:10+ vlan 10
	is "done by root (uid 0): $PF0: num_vfs 0->3, VFs 0-2: mac vlan driver; command: sriov vf create eth0 3 mac 02:00:00:00:00:10+ vlan 10" "$(said 1)"
	sriov vf set $PF0/1 vlan 20 qos 3
	is "done by root (uid 0): $PF0: VF 1: vlan 10->20 qos 0->3; command: sriov vf set $PF0/1 vlan 20 qos 3" "$(said 2)"
	sriov -j pf set eth0 num_vfs 0
	is "done by root (uid 0): $PF0: num_vfs 3->0; command: sriov -j pf set eth0 num_vfs 0" "$(said 3)"
	grep -q ' user.notice sriov\[' "$log"
}

@test "what changes nothing leaves no line" {
	sriov vf create eth0 2
	said 1
	sriov pf show
	sriov vf set eth0/0 vlan 0
	run -3 sriov --dry-run vf set eth0/0 vlan 3
	run -2 sriov vf set eth0/7 vlan 3
	run -2 sriov vf set eth0/0 vlan 5000
	run -4 sriov vf create eth0 1
	# no child of flock's that keeps the lock when flock is killed
	flock --no-fork /run/sriov/$PF0.lock sleep 60 3>&- &
	holder=$!
	within 10 is_locked
	run -4 sriov --wait 0 vf set eth0/0 vlan 3
	kill $holder
	wait $holder || true
	! is_locked || return 1
	said 1
}

@test "who logged in is who is named, whoever he is now" {
	(
		echo 65534 >/proc/self/loginuid
		SUDO_USER=mallory sriov pf set eth0 num_vfs 1
		SUDO_USER=mallory USER=mallory setpriv --regid 100 --clear-groups sriov pf set eth0 num_vfs 0
		echo 4242 >/proc/self/loginuid || exit 0
		sriov pf set eth0 num_vfs 1
	)
	said 3 || said 2
	[ "$(grep -c "done by nobody (loginuid 65534): $PF0: num_vfs " "$log")" -ge 2 ]
	run ! grep mallory "$log"
	(
		echo 4243 >/proc/self/loginuid
		sriov pf set eth0 autoprobe off
	)
	grep "done by ? (loginuid 4243): $PF0: autoprobe on->off; command: sriov pf set eth0 autoprobe off" "$log"
}

@test "a plan that fails and is undone says so" {
	echo "10 1" >/sys/bus/netdevsim/new_device
	echo 4 >/sys/kernel/debug/netdevsim/netdevsim10/max_vfs
	sriov pf set netdevsim/netdevsim10 num_vfs 2
	# netdevsim keeps rates in 16 bits: 70000 becomes 4464
	run -1 sriov vf set netdevsim/netdevsim10/0-1 vlan 3 max_tx_rate 70000
	is "failed, undone by root (uid 0): netdevsim/netdevsim10: VFs 0-1: vlan max_tx_rate; command: sriov vf set netdevsim/netdevsim10/0-1 vlan 3 max_tx_rate 70000" "$(said 2)"
	run -1 sriov pf set netdevsim/netdevsim10 num_vfs 5
	[[ $(said 3) == "failed"*" by root (uid 0): netdevsim/netdevsim10: num_vfs 2->5; command: "* ]]
}

@test "with --keep-going a part may be done; and what is left is told alone" {
	card_on
	sriov vf create $MLX0 4
	fault set_vf_vlan fail:EIO:vf:2
	run -1 sriov -k vf set $MLX0/0-3 vlan 9
	is "partly done by root (uid 0): $MLX0: VFs 0-1,3: vlan; command: sriov -k vf set $MLX0/0-3 vlan 9" "$(said 2)"
	[ "$(seen "$(netdev_of $MLX0)" 2 '.vlan_list[0].vlan // 0')" = 0 ]
	# the first two are set, the third fails, and then none can be put back
	fault set_vf_vlan fail:EIO:skip:2
	run -5 sriov vf set $MLX0/0-3 vlan 7
	[[ $(said 3) == "left changed by root (uid 0): $MLX0: VF"*"vlan"*"; command: sriov vf set $MLX0/0-3 vlan 7" ]]
	[ "$(seen "$(netdev_of $MLX0)" 0 '.vlan_list[0].vlan // 0')" = 7 ]
}

# interrupted TIMES WORD...: run sriov, and interrupt it so often while VFs are created.
interrupted()
{
	local before pid times=$1
	shift
	before=$(fault_count sriov_enable uses)
	setsid env --default-signal sriov "$@" 3>&- &
	pid=$!
	within 10 is_in $before
	kill -INT $pid
	[ $times -lt 2 ] || kill -TERM $pid
	wait $pid
}

is_in() { [ "$(fault_count sriov_enable uses)" -gt "$1" ]; }

@test "what is interrupted is told, also when it has to end at once" {
	card_on pfs=1 ib=0 faults=sriov_enable=delay:2000
	run -1 interrupted 1 vf create $MLX0 2
	is "interrupted, undone by root (uid 0): $MLX0: num_vfs 0->2, autoprobe on->off; command: sriov vf create $MLX0 2" "$(said 1)"
	fault sriov_enable block
	run -5 interrupted 2 vf create $MLX0 2
	is "left changed by root (uid 0): $MLX0: num_vfs 0->2, autoprobe on->off; command: sriov vf create $MLX0 2" "$(said 2)"
}

@test "words cannot make a second line, or hide what was done" {
	sriov pf set eth0 num_vfs 1
	said 1
	name=$'x\e[2J\xff\'$(id)\n'
	run ip link property add dev eth0 altname "${name%$'\n'}"
	[ "$status" -eq 0 ]
	run -2 sriov vf set "$name/0" vlan 5
	said 1
	name=${name%$'\n'}
	run -0 sriov vf set "$name/0" vlan 5
	is "done by root (uid 0): $PF0: VF 0: vlan 0->5; command: sriov vf set 'x?[2J?'\''\$(id)/0' vlan 5" "$(said 2)"
	ip link property del dev eth0 altname "$name"
}

@test "a long command and many changes fit into a line of 1024 bytes" {
	list=0
	for i in {1..500}; do
		list+=,0
	done
	sriov vf create eth0 7
	said 1
	sriov vf set eth0/$list,2,4,6 mac 02:00:00:00:00:10+ vlan 10
	line=$(said 2)
	[[ $line == "done by root (uid 0): $PF0: VFs 0,2,4,6: mac vlan; command: sriov vf set eth0/0,0,"*... ]]
	[ "${#line}" -ge 900 ]
	[ "$(wc -c <<<"$line")" -le 961 ]
}

@test "without a system log all works, and at once" {
	no_syslogd
	run -0 --separate-stderr sriov --debug pf set eth0 num_vfs 2
	[[ $stderr != *syslog* ]]
	[ "$(num_vfs $PF0)" = 2 ]
	# and so it does with a socket that nobody listens at
	(
		/run/lab/busybox syslogd -n -O /dev/null 3>&- &
		within 10 is_there /dev/log
		kill -9 $!
	)
	is_there /dev/log
	run -0 --separate-stderr sriov pf set eth0 num_vfs 0
	[ -z "$stderr" ]
}

@test "a full log that nobody reads takes a second, and keeps no lock" {
	no_syslogd
	coproc FULL { "${SRIOV_BUILD_DIR:-build}/tests/hold-log" /dev/log; }
	holder=$FULL_PID
	read -r line <&"${FULL[0]}"
	[ "$line" = full ]
	# glibc's syslog() would wait for ever
	run -124 timeout 3 /run/lab/busybox logger -t test waits
	started=${EPOCHREALTIME/./}
	run -0 --separate-stderr timeout 30 sriov --debug pf set eth0 num_vfs 1
	took=$(((${EPOCHREALTIME/./} - started) / 1000))
	echo "took $took ms"
	[[ $stderr == *"syslog done by root"*" -> Connection timed out"* ]]
	[ "$took" -ge 1000 ]
	# nobody is left behind, and the lock is free
	run -0 --separate-stderr sriov --wait 0 pf set eth0 num_vfs 0
	run ! pgrep '^sriov'
	echo >&"${FULL[1]}"
	wait "$holder"
}

@test "another manager's claim is a warning, and the change is made" {
	mkdir -p /etc/NetworkManager/system-connections /etc/netplan
	printf '[connection]\ninterface-name=eth0\n[sriov]\ntotal-vfs=4\n' \
		>/etc/NetworkManager/system-connections/lab.nmconnection
	printf 'network:\n  ethernets:\n    x:\n      match: {macaddress: "52:54:00:01:00:00"}\n      virtual-function-count: 4\n' \
		>/etc/netplan/lab.yaml
	run -0 --separate-stderr sriov pf set $PF0 num_vfs 1
	is "sriov: warning: $PF0: NetworkManager manages the VFs of eth0: /etc/NetworkManager/system-connections/lab.nmconnection: it may undo this
sriov: warning: $PF0: netplan manages the VFs of eth0: /etc/netplan/lab.yaml: it may undo this" "$stderr"
	[ "$(num_vfs $PF0)" = 1 ]
	run -0 --separate-stderr sriov pf set eth1 num_vfs 1
	[ -z "$stderr" ]
	rm /etc/NetworkManager/system-connections/lab.nmconnection /etc/netplan/lab.yaml
}
