#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# Registers of a card: over its vendor-specific capability, whatever others do with it meanwhile,
# and over fwctl.
# shellcheck disable=SC2030,SC2031,SC2086,SC2154 # device names have no blanks; run sets output and stderr

load ../lab

setup_file() { hurry_on; }

# Registers of the capability; see module/vsc.c.
control=c4 semaphore=cc address=d0 data=d4

# MNVGC, and MNVDA of the TLV that has SRIOV_EN and NUM_OF_VFS.
CAN="get 9034 00000000"
TLV="get 9024 0000000c0000008000000000000000000000000000000000"
ANSWER="ok 4009000c0000008000000000bc000000a002007f02c3f045"

# reg [--wait SEC] PF get|set REGISTER HEX [TIMES]: "STATUS ANSWER"; see fw-register.c.
reg()
{
	local status=0
	"${SRIOV_BUILD_DIR:-build}/tests/fw-register" "$@" || status=$?
	[ "$status" -ne 99 ] || : >"$BATS_TEST_TMPDIR/sanitizer"
	return "$status"
}

# What strace looks at cannot look for leaks itself.
trace() { ASAN_OPTIONS=${ASAN_OPTIONS:-}:detect_leaks=0 strace "$@"; }

# after OFFSET: of the reads in the trace, the number of the first after the first write to this
# register.
after()
{
	awk -v at=", $((16#$1)))" '/^pread64/ { n++ } /^pwrite64/ && index($0, at) { print n + 1; exit }' \
		"$BATS_TEST_TMPDIR/trace"
}

# broken WHEN: an access of which these reads fail.
broken()
{
	run -1 trace -e inject=pread64:error=EIO:when=$1 -o /dev/null \
		"${SRIOV_BUILD_DIR:-build}/tests/fw-register" $MLX0 $CAN
	[[ $output == "fw-register: $MLX0: reading its configuration space: Input/output error"* ]]
	both_free $MLX0
}

# begin NAME WORD...: the same in the background; its output goes to out.NAME. The process is
# fw-register itself, with no signal ignored.
begin()
{
	local name=$1
	shift
	env --default-signal "${SRIOV_BUILD_DIR:-build}/tests/fw-register" "$@" \
		>"$BATS_TEST_TMPDIR/out.$name" 2>&1 3>&- &
	pid=$!
}

out() { cat "$BATS_TEST_TMPDIR/out.$1"; }

pci() { setpci -s "$@"; }

# peek PF, poke PF VALUE: the semaphore of ICMD, and whose it is.
peek()
{
	pci $1 $control.l=a $address.l=0
	pci $1 $data.l
}
poke() { pci $1 $control.l=a $data.l=$2 $address.l=80000000; }

# both_free PF: nobody has a semaphore.
both_free() { [ "$(pci $1 $semaphore.l) $(peek $1)" = "00000000 00000000" ]; }
is_busy() { [ "$(peek $1)" != 00000000 ]; }

# do_as_said TEXT: run the command that an error names.
do_as_said()
{
	local words
	read -ra words < <(sed -n 's/.*(\(setpci [^)]*\) frees it).*/\1/p' <<<"$1")
	"${words[@]}"
}

@test "reads and writes what mstconfig does, with few accesses, and leaves nothing taken" {
	card_on
	run -0 --separate-stderr reg --debug $MLX0 $TLV
	[ "$output" = "$ANSWER" ]
	[[ $stderr == *"fw $MLX0 vsc get 0x9024 (24): ok"* ]]
	both_free $MLX0
	# of which opening needs a fifth
	trace -f -e trace=pread64,pwrite64 -o $BATS_TEST_TMPDIR/trace \
		"${SRIOV_BUILD_DIR:-build}/tests/fw-register" $MLX0 $TLV
	grep -E '^[0-9]+ +p(read|write)64' $BATS_TEST_TMPDIR/trace >$BATS_TEST_TMPDIR/accesses
	[ "$(wc -l <$BATS_TEST_TMPDIR/accesses)" -lt 130 ]
	# NUM_OF_VFS=9, as mlxconfig writes it
	run -0 reg $MLX0 set 9024 0209000c0000008000000000bc000000a002000902c3f045
	[[ $output == "ok "* ]]
	run -0 mstconfig -d $MLX0 q NUM_OF_VFS
	[[ $output == *NUM_OF_VFS*9* ]]
	[ ! -e /tmp/mstflint_lockfiles ] || rm -r /tmp/mstflint_lockfiles
	run -0 reg $MLX0 $CAN
	[ "$output" = "ok 00000003" ]
	# mstflint makes that directory, we do not
	[ ! -e /tmp/mstflint_lockfiles ]
}

@test "a status is an answer; busy is asked again" {
	card_on firmware=refuse:MNVGC:get:1:3
	run -0 --separate-stderr reg --debug $MLX0 $CAN
	[ "$output" = "ok 00000003" ]
	[ "$(grep -c 'get 0x9034 (4): busy' <<<"$stderr")" = 3 ]
	firmware refuse:MNVGC:get:7
	run -0 reg $MLX0 $CAN
	[ "$output" = "bad parameter 00000000" ]
	run -0 reg $MLX0 get 9999 00000000
	[ "$output" = "register not supported 00000000" ]
	both_free $MLX0
}

@test "cards that have none, and users who may not" {
	card_on
	echo 1 >$DEVICES/$MLX0/sriov_numvfs
	run -1 reg $PF0 $CAN
	[ "$output" = "fw-register: $PF0: has no firmware settings that can be reached (it is no ConnectX, or older than ConnectX-4)" ]
	run -1 reg "$(vf_of $MLX0 0)" $CAN
	[[ $output == *"is VF 0 of $MLX0, not a PF" ]]
	run -1 setpriv --reuid 65534 --clear-groups "${SRIOV_BUILD_DIR:-build}/tests/fw-register" $MLX0 $CAN
	[ "$output" = "fw-register: $MLX0: settings of its firmware: configuration space: Permission denied (reading them, too, needs root)" ]
	card_off
	card_on firmware=no_vsc
	run -1 reg $MLX0 $CAN
	[[ $output == *"$MLX0: has no firmware settings that can be reached"* ]]
}

@test "lockdown is seen before anything is written, and says what would help" {
	card_on
	printf 'none [integrity] confidentiality\n' >$BATS_TEST_TMPDIR/lockdown
	text="$MLX0: settings of its firmware: the kernel is locked down (integrity): fwctl, from Linux 6.15 on, would do"
	export ASAN_OPTIONS=${ASAN_OPTIONS:-}:detect_leaks=0
	# shellcheck disable=SC2016 # the inner shell's
	run -1 unshare -m bash -c 'mount --bind "$0" /sys/kernel/security/lockdown && exec strace -o "$0".trace -e trace=pwrite64 "$@"' \
		$BATS_TEST_TMPDIR/lockdown "${SRIOV_BUILD_DIR:-build}/tests/fw-register" $MLX0 $CAN
	[ "$output" = "fw-register: $text" ]
	run ! grep -q pwrite64 $BATS_TEST_TMPDIR/lockdown.trace
	# a kernel that has a module for it
	folder=lib/modules/$(uname -r)
	mkdir -p "$BATS_TEST_TMPDIR/$folder"
	cp "$MODULES/mlx5_fwctl.ko" "$BATS_TEST_TMPDIR/$folder"
	depmod -b $BATS_TEST_TMPDIR
	# shellcheck disable=SC2016 # the inner shell's
	run -1 unshare -m bash -c 'mount --bind "$0"/lockdown /sys/kernel/security/lockdown && mount --bind "$0/$1" "/$1" && shift && exec "$@"' \
		$BATS_TEST_TMPDIR "$folder" "${SRIOV_BUILD_DIR:-build}/tests/fw-register" $MLX0 $CAN
	[ "$output" = "fw-register: ${text%%: fwctl*}: modprobe mlx5_fwctl makes another way to them" ]
	# what the kernel itself says then
	run -1 trace -o /dev/null -e inject=pwrite64:error=EPERM \
		"${SRIOV_BUILD_DIR:-build}/tests/fw-register" $MLX0 $CAN
	[ "$output" = "fw-register: $MLX0: writing its configuration space: Operation not permitted" ]
	both_free $MLX0
}

@test "semaphores and locks that others keep: who, and what frees them" {
	card_on
	# that of the gateway: by one that was killed, and by one that is there
	pci $MLX0 $semaphore.l=1234
	sleep 60 9<>$DEVICES/$MLX1/config 3>&- &
	holder=$!
	pci $MLX1 $semaphore.l=1234
	# that of ICMD, by one that was killed
	poke $MLX_IB fffff0
	begin killed --wait 1 $MLX0 $CAN
	first=$pid
	begin there --wait 1 $MLX1 $CAN
	second=$pid
	begin icmd --wait 1 $MLX_IB $CAN
	wait $pid $first $second || true
	[ "$(out killed)" = "fw-register: $MLX0: its gateway (VSC) is taken, and no process here uses it: one that was killed has left it so (setpci -s $MLX0 $semaphore.l=0 frees it), or it is used elsewhere" ]
	[ "$(out there)" = "fw-register: $MLX1: its gateway (VSC) is taken: pid $holder (sleep) uses it" ]
	[ "$(out icmd)" = "fw-register: $MLX_IB: its firmware (ICMD) is taken by pid $((0xfffff0)), which does not use it here: it was killed (setpci -s $MLX_IB $control.l=a $data.l=0 $address.l=80000000 frees it), or it runs elsewhere" ]
	# what was said does it
	for name in killed icmd; do
		do_as_said "$(out $name)"
	done
	pci $MLX1 $semaphore.l=0
	# ICMD by one that is there
	poke $MLX1 "$(printf %x $holder)"
	# the lock of mstflint
	mkdir -p /tmp/mstflint_lockfiles
	: >/tmp/mstflint_lockfiles/${MLX0}_config
	flock /tmp/mstflint_lockfiles/${MLX0}_config sleep 60 3>&- &
	flocker=$!
	within 5 run ! flock -n /tmp/mstflint_lockfiles/${MLX0}_config true
	begin there --wait 1 $MLX1 $CAN
	first=$pid
	begin lock --wait 1 $MLX0 $CAN
	wait $first $pid || true
	[ "$(out there)" = "fw-register: $MLX1: its firmware (ICMD) is used by pid $holder (sleep)" ]
	[[ "$(out lock)" == "fw-register: $MLX0: its lock of mstflint is held by pid "*" ("*")" ]]
	# one that others could have made is none
	chmod 777 /tmp/mstflint_lockfiles
	run -0 reg $MLX0 $CAN
	kill $holder $flocker
	pkill -P $flocker || true
	rm -r /tmp/mstflint_lockfiles
	poke $MLX1 0
	for card in $MLX0 $MLX1 $MLX_IB; do
		run -0 reg $card $CAN
		both_free $card
	done
}

@test "signals end it while the firmware takes its time, and nothing stays taken" {
	for signal in INT TERM HUP QUIT; do
		card_on firmware=slow:2000000
		begin slow $MLX0 $CAN
		within 5 is_busy $MLX0
		kill -$signal $pid
		status=0
		wait $pid || status=$?
		[ $status = $((128 + $(kill -l $signal))) ]
		both_free $MLX0
		card_off
	done
}

@test "what SIGKILL leaves is named by the next, and can be freed" {
	card_on firmware=slow:200
	begin slow $MLX0 $CAN
	within 5 is_busy $MLX0
	kill -KILL $pid
	wait $pid || true
	[ "$(peek $MLX0)" = "$(printf %08x $pid)" ]
	run -1 reg --wait 1 $MLX0 $CAN
	[[ $output == *"is taken by pid $pid, which does not use it here: it was killed (setpci "* ]]
	do_as_said "$output"
	firmware none
	run -0 reg $MLX0 $CAN
	[ "$output" = "ok 00000003" ]
	both_free $MLX0
}

@test "the firmware takes its time: others can use the gateway; it never answers: an error" {
	card_on firmware=slow:150
	begin slow $MLX0 $CAN
	within 5 is_busy $MLX0
	free=0
	for _ in {1..20}; do
		[ "$(pci $MLX0 $semaphore.l)" != 00000000 ] || free=$((free + 1))
	done
	wait $pid
	[ "$(out slow)" = "ok 00000003" ]
	[ $free -gt 5 ]
	firmware slow:4000000
	begin first --wait 1 $MLX0 $CAN
	first=$pid
	begin gone $MLX1 $CAN
	within 5 is_busy $MLX1
	echo 1 >$DEVICES/$MLX1/remove
	wait $pid $first || true
	[ "$(out gone)" = "fw-register: $MLX1: reading its configuration space: No such device" ]
	[ "$(out first)" = "fw-register: $MLX0: its firmware does not answer (register 0x9034, 1 s)" ]
	both_free $MLX0
}

@test "an access that fails while a semaphore is taken, or freed, leaves it free" {
	card_on
	trace -e trace=pread64,pwrite64 -o $BATS_TEST_TMPDIR/trace \
		"${SRIOV_BUILD_DIR:-build}/tests/fw-register" $MLX0 $CAN
	# the ticket was written and is not read, nor is it at the second time: closing frees it
	read=$(after $semaphore)
	broken $read..$((read + 1))
	# the number of the process was written to the semaphore of ICMD: it is not read back, or
	# nothing is read any more
	read=$(after $data)
	broken $((read + 2))
	broken $read+
	[[ $output =~ "Input/output error; its firmware (ICMD) may stay taken by this process (pid "[0-9]+")"$ ]]
	run -0 reg $MLX0 $CAN
	[ "$output" = "ok 00000003" ]
}

take_gateway()
{
	pci $MLX0 $semaphore.l=1234
	[ "$(pci $MLX0 $semaphore.l)" = 00001234 ]
}

@test "ICMD is freed when the gateway is free again, however short --wait is" {
	card_on firmware=slow:4000000
	begin slow --wait 1 $MLX0 $CAN
	within 5 is_busy $MLX0
	within 5 take_gateway
	run ! within 3 is_gone /proc/$pid
	pci $MLX0 $semaphore.l=0
	wait $pid || true
	[[ "$(out slow)" == "fw-register: $MLX0: its gateway (VSC) is taken, and no process here uses it: "* ]]
	both_free $MLX0
}

@test "several at once, and mstconfig: each gets what it has asked for" {
	card_on
	pids=()
	for i in {1..4}; do
		begin $i $MLX0 $TLV 100
		pids+=("$pid")
	done
	run -0 mstconfig -d $MLX0 q SRIOV_EN NUM_OF_VFS
	[[ $output == *NUM_OF_VFS*127* ]]
	for pid in "${pids[@]}"; do
		wait $pid
	done
	[ "$(sort -u $BATS_TEST_TMPDIR/out.[1-4])" = "$ANSWER" ]
	both_free $MLX0
}

# node_of PF: the file of fwctl.
node_of() { echo /dev/fwctl/"$(ls $DEVICES/$1/fwctl)"; }

@test "fwctl comes first, needs neither configuration space nor more than its scopes" {
	card_on
	fwctl_on
	trace -f -o $BATS_TEST_TMPDIR/trace \
		"${SRIOV_BUILD_DIR:-build}/tests/fw-register" --debug $MLX1 $CAN >$BATS_TEST_TMPDIR/out 2>$BATS_TEST_TMPDIR/err
	[ "$(<$BATS_TEST_TMPDIR/out)" = "ok 00000003" ]
	grep -q "fw $MLX1 fwctl get 0x9034 (4): ok" $BATS_TEST_TMPDIR/err
	grep -q "$(node_of $MLX1 | cut -c 2-)" $BATS_TEST_TMPDIR/trace
	run ! grep -E 'pwrite64|/config' $BATS_TEST_TMPDIR/trace
	run -0 reg $MLX0 $TLV
	[ "$output" = "$ANSWER" ]
	run -0 reg $MLX0 set 9024 0209000c0000008000000000bc000000a002000900c3f045
	[[ $output == "ok "* ]]
	# what was written, over the other way
	rmmod mlx5_fwctl
	run -0 --separate-stderr reg --debug $MLX0 $TLV
	[[ $stderr == *"fw $MLX0 vsc get 0x9024 (24): ok"* ]]
	[[ $output == *bc000000a002000900c3f045 ]]
	# as mlx5_fwctl says who taints the kernel
	run ! grep -q "full access" < <(dmesg)
}

@test "fwctl: a status is an answer; busy is asked again; nobody else may" {
	card_on firmware=refuse:MNVGC:get:1:2
	fwctl_on
	run -0 --separate-stderr reg --debug $MLX0 $CAN
	[ "$output" = "ok 00000003" ]
	[ "$(grep -c 'fwctl get 0x9034 (4): busy' <<<"$stderr")" = 2 ]
	firmware refuse:MNVGC:get:7
	run -0 reg $MLX0 $CAN
	[ "$output" = "bad parameter 00000000" ]
	run -0 reg $MLX0 get 9999 00000000
	[ "$output" = "register not supported 00000000" ]
	run -1 setpriv --reuid 65534 --clear-groups "${SRIOV_BUILD_DIR:-build}/tests/fw-register" $MLX0 $CAN
	[ "$output" = "fw-register: $MLX0: settings of its firmware: fwctl: Permission denied (reading them, too, needs root)" ]
	# a container that was given no such file
	rm "$(node_of $MLX0)"
	run -0 --separate-stderr reg --debug $MLX0 get 9025 00000000
	[[ $stderr == *"fw $MLX0 vsc get 0x9025 (4): "* ]]
	fault fwctl_rpc fail:EIO
	run -1 reg $MLX1 $CAN
	[ "$output" = "fw-register: $MLX1: fwctl: register 0x9034: Input/output error" ]
}

@test "fwctl: firmware that does not answer keeps nobody" {
	card_on
	fwctl_on
	fault fwctl_rpc block
	# NUM_OF_VFS=9
	begin set --wait 1 $MLX1 set 9024 0209000c0000008000000000bc000000a002000902c3f045
	set=$pid
	begin stuck --wait 1 $MLX0 $CAN
	within 10 is_gone /proc/$pid
	run -0 out stuck
	[[ $output =~ ^"fw-register: $MLX0: its firmware does not answer (register 0x9034, fwctl, 1 s): the kernel blocks; process "([0-9]+)" is stuck in it"$ ]]
	stuck=${BASH_REMATCH[1]}
	is_there /proc/$stuck
	# what changes something gets longer, and is not over
	within 20 is_gone /proc/$set
	run -0 out set
	[[ $output =~ ^"fw-register: $MLX1: its firmware does not answer (register 0x9024, fwctl, 5 s): the kernel blocks; process "([0-9]+)" is stuck in it: it may still happen"$ ]]
	set=${BASH_REMATCH[1]}
	is_there /proc/$set
	fault fwctl_rpc none
	within 10 is_gone /proc/$stuck
	within 10 is_gone /proc/$set
	run -0 reg $MLX0 $CAN
	[ "$output" = "ok 00000003" ]
	run -0 mstconfig -d $MLX1 q NUM_OF_VFS
	[[ $output == *NUM_OF_VFS*" 9 "* ]]
}
