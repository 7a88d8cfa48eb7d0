#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# The devlink of the virtual card's PFs: that it is as that of the drivers. No sriov here.
# shellcheck disable=SC2086,SC2154 # device names have no blanks; run sets output

load ../lab

setup_file() { hurry_on; }

DEV=pci/$MLX0
DEV1=pci/$MLX1
LIVE_PATCH=${SRIOV_BUILD_DIR:-build}/tests/live-patch

# info DEV FILTER: what the driver tells of itself and its firmware.
info() { devlink -j dev info "$1" | jq -c ".info.\"$1\" | $2"; }

# params DEV FILTER: of the list of parameters.
params() { devlink -j dev param show | jq -c ".param.\"$1\" | $2"; }

# permanent DEV: names and values of what outlives the machine.
permanent() { params "$1" '[.[] | select(.values[0].cmode == "permanent") | {(.name): .values[0].value}] | add'; }

# listen: to what devlink tells everybody, from now on. "devlink dev flash" prints only what it
# has time to hear.
listen()
{
	: >"$BATS_TEST_TMPDIR/strace"
	strace -D -qq -o "$BATS_TEST_TMPDIR/strace" -e trace=setsockopt,recvmsg -x -s 400 \
		devlink mon >"$BATS_TEST_TMPDIR/heard" &
	listener=$!
	within 10 grep -q NETLINK_ADD_MEMBERSHIP "$BATS_TEST_TMPDIR/strace"
}

# hear_end: of an image being flashed.
hear_end() { within 10 grep -q 'flash,end' "$BATS_TEST_TMPDIR/heard" && kill $listener; }

# steps: what was heard of it.
steps() { sed -n 's/^.flash,status.*: msg //p' "$BATS_TEST_TMPDIR/heard"; }

@test "devlink: each PF has an instance, as long as it has its driver" {
	card_on
	[ "$(devlink -j dev show | jq -c '.dev | keys')" = "[\"$DEV\",\"$DEV1\",\"pci/$MLX_IB\"]" ]
	[ "$(info $DEV .driver)" = '"mlx5_core"' ]
	[ "$(info $DEV '[.versions.fixed, .versions.running, .versions.stored, .serial_number]')" = \
		'[{"fw.psid":"MT_0000000834"},{"fw.version":"28.43.1014","fw":"28.43.1014"},{"fw.version":"28.43.1014","fw":"28.43.1014"},null]' ]
	[ "$(params $DEV1 '[.[] | [.name, .type, .values[0].cmode, .values[0].value]]')" = \
		'[["enable_remote_dev_reset","generic","runtime",true]]' ]
	echo "$MLX0" >"$DEVICES/$MLX0/driver/unbind"
	run ! devlink dev info $DEV
	echo "$MLX0" >/sys/bus/pci/drivers_probe
	[ "$(info $DEV .driver)" = '"mlx5_core"' ]
	fault devlink_info fail:EIO
	run -1 devlink dev info $DEV
	[[ $output == *"Input/output error"* ]]
}

@test "devlink: as that of other kernels, or none" {
	card_on ib=0 pfs=1 devlink=none
	[ "$(devlink -j dev show)" = '{"dev":{}}' ]
	[ -e "$DEVICES/$MLX0/net" ]
	card_off
	card_on devlink=6.18
	[ "$(info $DEV '[.["board.serial_number"], .serial_number]')" = '["MT2334XZ0001","c1f8a7e2d14dee1180000c42a1c60001"]' ]
	[ "$(info pci/$MLX_IB '.["board.serial_number"]')" = '"MT2334XZ0002"' ]
	card_off
	run -1 card_on devlink=6.11
	[[ $output == *"Invalid parameters"* ]]
}

# set_ DEV NAME VALUE: a permanent parameter. devlink asks first, and writes what is another.
set_() { devlink dev param set $1 name $2 value "$3" cmode permanent; }

@test "nv: settings of the firmware as parameters, with what is peculiar to mlx5" {
	card_on devlink=6.18
	[ "$(permanent $DEV)" = '{"enable_sriov":true,"total_vfs":127,"cqe_compress_type":"balanced"}' ]
	[ "$(params $DEV '[.[] | .type] | join(" ")')" = '"generic generic driver-specific driver-specific"' ]
	# all PFs count for themselves once one of them does, and then have no VFs
	set_ $DEV total_vfs 8
	[ "$(permanent $DEV | jq -c '[.enable_sriov, .total_vfs]')" = '[false,8]' ]
	[ "$(permanent $DEV1 | jq -c '[.enable_sriov, .total_vfs]')" = '[false,0]' ]
	[ "$(permanent pci/$MLX_IB | jq -c '[.enable_sriov, .total_vfs]')" = '[true,127]' ]
	set_ $DEV enable_sriov true
	[ "$(permanent $DEV | jq -c '[.enable_sriov, .total_vfs]')" = '[true,8]' ]
	set_ $DEV cqe_compress_type aggressive
	# what the tool of the vendor says: the same card
	run -0 mstconfig -d $MLX0 query PF_NUM_OF_VF_VALID PF_NUM_OF_VF CQE_COMPRESSION
	[[ $output == *"PF_NUM_OF_VF_VALID"*"True(1)"*"PF_NUM_OF_VF"*"8"*"CQE_COMPRESSION"*"AGGRESSIVE(1)"* ]]
	run -1 set_ $DEV total_vfs 128
	[[ $output == *"mlx5_core: Max allowed by device is 127"*"Invalid argument"* ]]
	run -1 set_ $DEV cqe_compress_type quick
	[[ $output == *"Invalid value, supported values are balanced/aggressive"* ]]
	# only its lower half is looked at
	set_ $DEV total_vfs 65540
	[ "$(permanent $DEV | jq .total_vfs)" = 4 ]
	set_ $DEV enable_sriov false
	[ "$(permanent $DEV | jq -c '[.enable_sriov, .total_vfs]')" = '[false,4]' ]
	# nothing of all this has come into effect
	[ "$(<$DEVICES/$MLX0/sriov_totalvfs)" = 127 ]
}

@test "nv: what the firmware lacks or refuses, in the words of mlx5" {
	card_on devlink=6.18
	while read -r words name text; do
		firmware $words
		run -1 set_ $DEV ${name/:/ }
		[[ $output == *"mlx5_core: $text"* ]]
	done <<-EOF
		without:sriov_support             enable_sriov:true  SRIOV is not supported on this device
		without:sriov_support             total_vfs:8        Not configurable on this device
		without:per_pf_total_vf_supported enable_sriov:false SRIOV is not per PF on this device
		without:per_pf_total_vf_supported total_vfs:8        SRIOV is not per PF on this device
		refuse:MNVDA:set:7                enable_sriov:false Unable to write global PCI configuration
	EOF
	firmware without:sriov_support
	[ "$(permanent $DEV | jq -c '[.enable_sriov, .total_vfs]')" = '[false,0]' ]
	# the first TLV is written, the second is not
	firmware none
	fault param_set fail:EIO:once
	run -1 set_ $DEV total_vfs 8
	[[ $output == *"Input/output error"* ]]
	firmware read_only:nv_pf_pci_conf
	run -1 set_ $DEV total_vfs 8
	[[ $output == *"Invalid argument"* ]]
	[ "$(permanent $DEV | jq -c '[.enable_sriov, .total_vfs]')" = '[false,0]' ]
}

# pf_num_of_vf: its default, current and next value.
pf_num_of_vf() { mstconfig -e -d $MLX0 query PF_NUM_OF_VF | awk '/PF_NUM_OF_VF/ { $1 = $1; print }'; }

@test "nv: fw_activate brings them into effect, PCI sees them after a rescan" {
	card_on devlink=6.18
	set_ $DEV total_vfs 8
	set_ $DEV enable_sriov true
	firmware refuse:MFRL:set:7
	run -1 devlink dev reload $DEV action fw_activate
	[[ $output == *"mlx5_core: Sync reset failed"* ]]
	firmware none
	devlink dev reload $DEV
	[ "$(pf_num_of_vf)" = "* PF_NUM_OF_VF 0 0 8" ]
	devlink dev reload $DEV action fw_activate
	[ "$(pf_num_of_vf)" = "* PF_NUM_OF_VF 0 8 8" ]
	[ "$(<$DEVICES/$MLX0/sriov_totalvfs)" = 127 ]
	rescan_card 0001
	[ "$(<$DEVICES/$MLX0/sriov_totalvfs)" = 8 ]
	put $DEVICES/$MLX0/sriov_numvfs 8
	[ "$(permanent $DEV | jq -c '[.enable_sriov, .total_vfs]')" = '[true,8]' ]
}

@test "bnxt: parameters that are permanent, for all PFs of the card" {
	card_on devlink=bnxt
	[ "$(permanent $DEV)" = '{"enable_sriov":true,"ignore_ari":false,"msix_vec_per_pf_max":74,"msix_vec_per_pf_min":0}' ]
	[ "$(params $DEV '[.[].type] | unique')" = '["generic"]' ]
	set_ $DEV enable_sriov false
	set_ $DEV1 msix_vec_per_pf_max 512
	[ "$(permanent $DEV1)" = '{"enable_sriov":false,"ignore_ari":false,"msix_vec_per_pf_max":512,"msix_vec_per_pf_min":0}' ]
	[ "$(permanent $DEV)" = "$(permanent $DEV1)" ]
	run -1 set_ $DEV msix_vec_per_pf_min 129
	[[ $output == *"MSIX value is exceeding the range"*"Invalid argument"* ]]
	fault param_set fail:EPERM:once
	run -1 set_ $DEV ignore_ari true
	[[ $output == *"PF does not have admin privileges to modify NVM config"* ]]
	fault param_set ignore
	set_ $DEV ignore_ari true
	[ "$(permanent $DEV | jq .ignore_ari)" = false ]
	fault param_get fail:EIO
	run -1 devlink -j dev param show $DEV name ignore_ari
	[[ $output == *"Input/output error"* ]]
}

@test "flash: only MFA2 archives with an image for this card are taken" {
	card_on
	image_file lab/no-mfa2 "MT_0000000834 28.44.1036"
	run -1 devlink dev flash $DEV file lab/no-mfa2
	[[ $output == *"mlxfw: Firmware flash failed: Firmware file is not MFA2"* ]]
	image_file lab/broken "${MFA2}MT_0000000834 twenty-eight"
	run -1 devlink dev flash $DEV file lab/broken
	[[ $output == *"Failed to initialize MFA2 firmware file"* ]]
	image_file lab/other "${MFA2}MT_0000000833 28.44.1036"
	run -1 devlink dev flash $DEV file lab/other
	[[ $output == *"Could not find device PSID in MFA2 file"* ]]
	run -1 devlink dev flash $DEV file lab/missing
	[[ $output == *"failed to locate the requested firmware file"* ]]
	image_file lab/good "${MFA2}MT_0000000834 28.44.1036"
	run -1 devlink dev flash $DEV file lab/good component fw
	[[ $output == *"selected component is not supported by this device"* ]]
	run -1 devlink dev flash $DEV file lab/good overwrite settings
	[[ $output == *"overwrite settings are not supported by this device"* ]]
	[ "$(info $DEV '.versions.stored.fw')" = '"28.43.1014"' ]
}

@test "flash: progress is told, and the image runs after a reset of the firmware" {
	card_on
	image_file lab/good "${MFA2}MT_0000000833 1.2.3" "MT_0000000834 28.44.36"
	fault flash_block delay:10
	listen
	devlink dev flash $DEV file lab/good
	hear_end
	[ "$(fault_count flash_block hits)" = 10 ]
	[ "$(steps | grep -Ev 'done (19|[2-6][0-9])[0-9]{3}')" = "\
Initializing firmware flash process done 0 total 0
Updating component component 1 done 0 total 0
Downloading component component 1 done 0 total 65595
Downloading component component 1 done 6560 total 65595
Downloading component component 1 done 13120 total 65595
Verifying component component 1 done 0 total 0
Activating image done 0 total 0
Firmware flash done done 0 total 0" ]
	[ "$(steps | grep -c '^Downloading')" = 11 ]
	steps | grep -q '^Downloading component component 1 done 65595 total 65595$'
	[ "$(info $DEV '[.versions.running.fw, .versions.stored.fw]')" = '["28.43.1014","28.44.0036"]' ]
	[ "$(info $DEV '.versions | .running["fw.version"] + .stored["fw.version"]')" = '"28.43.101428.44.0036"' ]
	# the other PF is of the same card
	[ "$(info $DEV1 '.versions.stored.fw')" = '"28.44.0036"' ]
	[ "$(info pci/$MLX_IB '.versions.stored.fw')" = '"28.43.1014"' ]
	devlink dev reload $DEV
	[ "$(info $DEV '.versions.running.fw')" = '"28.43.1014"' ]
	run -0 devlink -j dev reload $DEV1 action fw_activate
	[ "$(jq -c .reload.reload_actions_performed <<<"$output")" = '["driver_reinit","fw_activate"]' ]
	[ "$(info $DEV '[.versions.running.fw, .versions.stored.fw]')" = '["28.44.0036","28.44.0036"]' ]
}

@test "flash: what goes wrong on the way leaves the old image" {
	card_on pfs=2 ib=0
	image_file lab/good "${MFA2}MT_0000000834 28.44.1036"
	while read -r operation rule text; do
		fault "$operation" "$rule"
		run -1 devlink dev flash $DEV file lab/good
		[[ $output == *"Firmware flash failed: $text"* ]]
		fault "$operation" none
	done <<-EOF
		flash_lock     fail:EBUSY      Could not lock the firmware FSM
		flash_block    fail:EIO:skip:5 Component download failed
		flash_verify   fail:EIO        FSM component verify failed
		flash_activate fail:ETIMEDOUT  Could not activate the downloaded image
	EOF
	# one at a time, whichever the PF
	fault flash_block block
	devlink dev flash $DEV file lab/good &
	within 10 is_blocked flash_block
	run -1 devlink dev flash $DEV1 file lab/good
	[[ $output == *"Could not lock the firmware FSM"* ]]
	fault flash_activate ignore
	fault flash_block none
	wait $!
	[ "$(info $DEV '.versions.stored.fw')" = '"28.43.1014"' ]
	fault flash_activate none
	devlink dev flash $DEV file lab/good
	[ "$(info $DEV1 '.versions.stored.fw')" = '"28.44.1036"' ]
}

@test "bnxt: components are flashed one by one or all, and settings are overwritten" {
	card_on pfs=1 ib=0 devlink=bnxt
	image_file lab/package "fw 230.0.1.0" "fw.mgmt 231.1.2.0"
	[ "$(info $DEV '[.versions.running.fw, .versions.running["fw.mgmt"]]')" = '["229.0.139.0","229.1.123.0"]' ]
	set_ $DEV enable_sriov false
	listen
	devlink dev flash $DEV file lab/package component fw.mgmt
	hear_end
	[ "$(steps | grep -c '^Downloading component component fw.mgmt done')" = 11 ]
	# how long the last step may take: five seconds, in attribute 151
	grep -q '\\x0c\\x00\\x97\\x00\\x05\\x00' "$BATS_TEST_TMPDIR/strace"
	[ "$(info $DEV '[.versions.stored.fw, .versions.stored["fw.mgmt"]]')" = '["229.0.139.0","231.1.2.0"]' ]
	[ "$(permanent $DEV | jq .enable_sriov)" = false ]
	run -1 devlink dev flash $DEV file lab/package component fw.undi
	[[ $output == *"selected component is not supported by this device"* ]]
	devlink dev flash $DEV file lab/package overwrite settings overwrite identifiers
	dmesg | grep -q 'mlx5_core: flash: overwrite mask 0x3$'
	[ "$(info $DEV '[.versions.stored.fw, .versions.stored["fw.mgmt"]]')" = '["230.0.1.0","231.1.2.0"]' ]
	[ "$(permanent $DEV | jq .enable_sriov)" = true ]
	# this driver has no words for it
	fault flash_block fail:EIO
	run -1 devlink dev flash $DEV file lab/package
	[[ $output != *"Error:"* ]]
}

# reloads DEV KEY: how often that was done to it.
reloads() { devlink -j -s dev show "$1" | jq -c ".dev[].stats.$2 | [.driver_reinit.unspecified, .fw_activate.unspecified]"; }

have_reloaded() { [ "$(reloads "$1" "$2")" = "$3" ]; }

@test "reload: the netdev is made anew, VFs stay without their rates" {
	card_on
	put "$DEVICES/$MLX0/sriov_numvfs" 1
	pf=$(netdev_of $MLX0)
	ip link set "$pf" vf 0 mac 02:00:00:00:00:01 max_tx_rate 100
	before=$(<"/sys/class/net/$pf/ifindex")
	run -0 devlink dev reload $DEV
	[[ $output == *"Warning: mlx5_core: reload while VFs are present is unfavorable"* ]]
	pf=$(netdev_of $MLX0)
	[ "$(<"/sys/class/net/$pf/ifindex")" != "$before" ]
	[ "$(seen "$pf" 0 '[.address, .rate.max_tx]')" = '["02:00:00:00:00:01",0]' ]
	[ "$(num_vfs $MLX0)" = 1 ]
	fault reload_up fail:EIO
	run -1 devlink dev reload $DEV
	[ ! -e "$DEVICES/$MLX0/net" ]
	[ "$(devlink -j dev show $DEV | jq -c '.dev[]')" = '{"reload_failed":true}' ]
	fault reload_up none
	devlink dev reload $DEV
	[ -e "$DEVICES/$MLX0/net" ]
	# other drivers do not want it
	card_off
	card_on pfs=1 ib=0 devlink=bnxt
	put "$DEVICES/$MLX0/sriov_numvfs" 1
	run -1 devlink dev reload $DEV
	[[ $output == *"bnxt_en: reload is unsupported while VFs are allocated or being configured"*"not supported"* ]]
}

@test "fw_activate: the other PF of the card is reset, too, and can refuse" {
	card_on
	before=$(<"/sys/class/net/$(netdev_of $MLX1)/ifindex")
	devlink dev param set $DEV1 name enable_remote_dev_reset value false cmode runtime
	run -1 devlink dev reload $DEV action fw_activate
	[[ $output == *"mlx5_core: One of the hosts disabled reset"*"Operation not permitted"* ]]
	[ "$(reloads $DEV reload)" = '[0,0]' ]
	devlink dev param set $DEV1 name enable_remote_dev_reset value true cmode runtime
	devlink dev reload $DEV action fw_activate
	within 10 have_reloaded $DEV1 remote_reload '[1,1]'
	[ "$(reloads $DEV reload)" = '[1,1]' ]
	[ "$(reloads pci/$MLX_IB remote_reload)" = '[0,0]' ]
	[ "$(<"/sys/class/net/$(netdev_of $MLX1)/ifindex")" != "$before" ]
	while read -r operation rule text; do
		fault "$operation" "$rule"
		run -1 devlink dev reload $DEV action fw_activate
		[[ $output == *"mlx5_core: $text"* ]]
		fault "$operation" none
	done <<-EOF
		reset_query fail:EOPNOTSUPP FW activate requires reboot
		reset_sync  fail:EBUSY      Sync reset was already triggered
		reset_sync  fail:ETIMEDOUT  Sync reset got timeout
		reset_sync  fail:EIO        Sync reset failed
	EOF
	[ -e "$DEVICES/$MLX0/net" ]
	# the card goes while somebody waits for it
	fault reload_down block
	devlink dev reload $DEV action fw_activate &
	within 10 is_blocked reload_down
	card_off
	wait $!
}

@test "fw_activate: without a reset, where the new image is near enough" {
	card_on ib=0
	before=$(<"/sys/class/net/$(netdev_of $MLX0)/ifindex")
	for version in 28.43.1014 28.44.1014; do
		image_file lab/new "${MFA2}MT_0000000834 $version"
		devlink dev flash $DEV file lab/new
		run -1 "$LIVE_PATCH" $DEV
		[[ $output == *"mlx5_core: FW upgrade to the stored FW can't be done by FW live patching"* ]]
	done
	image_file lab/new "${MFA2}MT_0000000834 28.43.1100"
	devlink dev flash $DEV file lab/new
	run -0 "$LIVE_PATCH" $DEV
	# fw_activate, and no driver_reinit
	[ "$output" = "performed 0x4" ]
	[ "$(info $DEV .versions.running.fw)" = '"28.43.1100"' ]
	[ "$(devlink -j -s dev show $DEV | jq '.dev[].stats.reload.fw_activate.no_reset')" = 1 ]
	[ "$(<"/sys/class/net/$(netdev_of $MLX0)/ifindex")" = "$before" ]
}
