#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# Another firmware for a card: what is refused, what is written, and what is left where.
# shellcheck disable=SC2086,SC2154 # device names have no blanks; run --separate-stderr sets stderr

load ../lab

setup_file() { hurry_on; }

DEV=pci/$MLX0
STORED=28.43.1014

eval "lab_$(declare -f teardown)"
teardown()
{
	umount /lib/firmware 2>/dev/null || true
	put /sys/module/firmware_class/parameters/path ""
	no_copies && lab_teardown
}

# image FILE VERSION: an image for the card, anywhere.
image() { { printf '%s\n' "${MFA2}MT_0000000834 $2" && head -c 64K /dev/zero; } >"$1"; }

# stored, running: as devlink tells.
stored() { devlink -j dev info $DEV | jq -r ".info.\"$DEV\".versions.stored.fw"; }
running() { devlink -j dev info $DEV | jq -r ".info.\"$DEV\".versions.running.fw"; }
is_stored() { [ "$(stored)" = "$1" ]; }

# no_copies: of files that were flashed.
no_copies()
{
	local files=(/lib/firmware/sriov-flash-* /root/firmware/sriov-flash-*)
	[ ! -e "${files[0]}" ] && [ ! -e "${files[1]}" ]
}

@test "an image is stored, named with what activates it, and then it runs" {
	card_on ib=0
	image "$BATS_TEST_TMPDIR/card.mfa2" 28.44.1036
	run -3 sriov -n fw flash $MLX0 "$BATS_TEST_TMPDIR/card.mfa2"
	[[ $output == *"$MLX0 firmware $STORED -> card.mfa2"* ]]
	is_stored $STORED
	run -0 --separate-stderr sriov -j fw flash $MLX0 "$BATS_TEST_TMPDIR/card.mfa2"
	[ "$(jq -c '.[0] | [.old, .new, .state, .backend]' <<<"$output")" = "[\"$STORED\",\"28.44.1036\",\"done\",\"devlink\"]" ]
	is_stored 28.44.1036
	[ "$(running)" = $STORED ]
	no_copies
	run -0 --separate-stderr sriov -j fw info $MLX1
	[ "$(jq -c '.[0] | [.running, .stored, .activation]' <<<"$output")" = "[\"$STORED\",\"28.44.1036\",\"firmware-reset\"]" ]
	# only the firmware starts anew: the PCI core keeps the functions
	before=$(stat -c %i $DEVICES/$MLX1/)
	sriov fw activate $MLX0
	[ "$(running)" = 28.44.1036 ]
	[ "$(stat -c %i $DEVICES/$MLX1/)" = "$before" ]
	# nothing is left to be done
	run -0 --separate-stderr sriov -j fw activate $MLX0
	[ "$(jq -r '.[0].state' <<<"$output")" = same ]
}

@test "what the driver would not take is refused beforehand" {
	card_on ib=0 pfs=1
	cd "$BATS_TEST_TMPDIR"
	printf 'MTFW\214\337\320\0' >flint.bin
	printf 'PK\003\004' >all.zip
	: >empty
	mkfifo fifo
	truncate -s 600M large
	fault flash_lock fail:EIO
	while read -r file text; do
		run -2 sriov fw flash $MLX0 $file
		[[ $output == *"$text"* ]]
	done <<-EOF2
		flint.bin  is an image for flint (.bin), and mlx5_core takes an MFA2 archive only
		all.zip    is a ZIP archive, and mlx5_core takes an MFA2 archive only (unpack it)
		empty      is empty
		fifo       is no regular file
		large      is too large
		.          Is a directory
		none       No such file or directory
	EOF2
	[ "$(fault_count flash_lock uses)" = 0 ]
	image card 28.44.1036
	run -2 sriov fw flash eth0 card
	[[ $output == *"its driver igb has no devlink"* ]]
	echo $MLX0 >$DEVICES/$MLX0/driver/unbind
	run -2 sriov fw flash $MLX0 card
	[[ $output == *"without a driver it has no devlink"* ]]
}

@test "a file is copied only when the kernel would not find it" {
	card_on ib=0 pfs=1
	cd "$BATS_TEST_TMPDIR"
	mkdir -p /lib/firmware/lab
	image /lib/firmware/lab/one 28.44.1
	image two 28.44.2
	mount --bind /lib/firmware /lib/firmware
	mount -o remount,bind,ro /lib/firmware
	run -0 sriov fw flash $MLX0 lab/one
	[ "$output" = "sriov: firmware is used after a firmware reset: sriov fw activate $MLX0" ]
	is_stored 28.44.0001
	run -1 sriov fw flash $MLX0 two
	[[ $output == *"copying it to /lib/firmware: Read-only file system"*"firmware_class"* ]]
	is_stored 28.44.0001
	mkdir -p /root/firmware/lab
	# its newline would be part of the name
	printf /root/firmware >/sys/module/firmware_class/parameters/path
	sriov fw flash $MLX0 ./two
	is_stored 28.44.0002
	no_copies
	# the kernel would find another one first
	image /root/firmware/lab/one 28.44.3
	umount /lib/firmware
	sriov fw flash $MLX0 /lib/firmware/lab/one
	is_stored 28.44.0001
	# what a command left that was killed goes with the next, also one that had our number; what
	# others left stays
	: >/root/firmware/sriov-flash-999999
	mkdir /root/firmware/sriov-flash-999998
	: >/root/firmware/sriov-flash-2024.bin
	# shellcheck disable=SC2016
	bash -c ': >/root/firmware/sriov-flash-$$ && exec sriov fw flash "$@"' - $MLX0 two
	is_stored 28.44.0002
	[ "$(echo /root/firmware/sriov-flash-*)" = "/root/firmware/sriov-flash-2024.bin /root/firmware/sriov-flash-999998" ]
	rm -r /root/firmware/sriov-flash-*
	# in another mount namespace, the kernel would not find the copy
	run -2 unshare -m "$(command -v sriov)" fw flash $MLX0 two
	[[ $output == *"this one is in another mount namespace"* ]]
}

@test "progress is shown, errors have the words of the driver" {
	card_on ib=0 pfs=1
	image "$BATS_TEST_TMPDIR/card" 28.44.1036
	fault flash_block delay:60
	run -0 script -qec "sriov fw flash $MLX0 $BATS_TEST_TMPDIR/card" /dev/null
	[[ $output == *"1: Downloading component "[1-9]?"/100"* ]]
	is_stored 28.44.1036
	fault flash_block none
	fault flash_verify fail:EIO
	run -1 sriov fw flash $MLX0 "$BATS_TEST_TMPDIR/card"
	[[ $output == *"$MLX0: firmware: mlxfw: Firmware flash failed: FSM component verify failed"* ]]
	no_copies
	# accepted, but not stored
	fault flash_verify none
	image "$BATS_TEST_TMPDIR/card" 28.45.1000
	fault flash_activate ignore
	run -0 sriov fw flash $MLX0 "$BATS_TEST_TMPDIR/card"
	[[ $output == *"firmware: written; the version that is stored is 28.44.1036, as before"* ]]
	is_stored 28.44.1036
}

# begin WORD...: run sriov in the background, with no signal ignored.
begin()
{
	# shellcheck disable=SC2016
	env --default-signal bash -c 'echo $$ >"$0/pid" && exec sriov "$@"' "$BATS_TEST_TMPDIR" "$@" \
		>"$BATS_TEST_TMPDIR/err" 2>&1 3>&- &
	job=$!
	within 10 is_blocked flash_block
	pid=$(<"$BATS_TEST_TMPDIR/pid")
}

@test "one interrupt waits until it is written; another leaves the kernel to it" {
	card_on ib=0 pfs=1
	image "$BATS_TEST_TMPDIR/card" 28.44.1036
	fault flash_block block
	begin fw flash $MLX0 "$BATS_TEST_TMPDIR/card"
	kill -INT $pid
	within 10 grep -q "^sriov: interrupted: waiting until it is done" "$BATS_TEST_TMPDIR/err"
	fault flash_block none
	wait $job
	is_stored 28.44.1036
	image "$BATS_TEST_TMPDIR/card" 28.45.1000
	fault flash_block block
	begin fw flash $MLX0 "$BATS_TEST_TMPDIR/card"
	kill -TERM $pid
	within 10 grep -q interrupted "$BATS_TEST_TMPDIR/err"
	kill -TERM $pid
	status=0
	wait $job || status=$?
	[ "$status" = 5 ]
	grep -q "process [0-9]* is still at it" "$BATS_TEST_TMPDIR/err"
	no_copies
	run -4 sriov -w 1 fw flash $MLX0 "$BATS_TEST_TMPDIR/card"
	[[ $output == *"locked"* ]]
	fault flash_block none
	within 10 is_stored 28.45.1000
}

@test "component and overwrite reach the driver" {
	card_on ib=0 pfs=1 devlink=bnxt
	# the driver is named mlx5_core, so that its file has to look like one
	image_file lab/package "${MFA2}none 1" "fw 230.0.1.0" "fw.mgmt 231.1.2.0"
	sriov fw flash $MLX0 lab/package component fw.mgmt
	[ "$(devlink -j dev info $DEV | jq -c ".info.\"$DEV\".versions.stored | [.fw, .[\"fw.mgmt\"]]")" = '["229.0.139.0","231.1.2.0"]' ]
	run -1 sriov fw flash $MLX0 lab/package component bios
	[[ $output == *"selected component is not supported by this device"* ]]
	sriov fw flash $MLX0 lab/package overwrite settings
	dmesg | grep -q 'flash: overwrite mask 0x1'
	is_stored 230.0.1.0
}

@test "what a driver refuses is said in its words" {
	echo "10 1" >/sys/bus/netdevsim/new_device
	head -c 1000 /dev/urandom >"$BATS_TEST_TMPDIR/any"
	run -1 sriov fw flash netdevsim/netdevsim10 "$BATS_TEST_TMPDIR/any" component bios
	[[ $output == *"firmware: selected component is not supported by this device"* ]]
	run -1 sriov fw flash netdevsim/netdevsim10 "$BATS_TEST_TMPDIR/any" overwrite settings,identifiers
	[[ $output == *"firmware: Operation not supported"* ]]
	no_copies
}
