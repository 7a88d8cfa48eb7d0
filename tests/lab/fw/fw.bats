#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# Settings of the firmware: what sriov fw stores, mstconfig sees, and the other way round.
# shellcheck disable=SC2086,SC2154 # device names have no blanks; run --separate-stderr sets stderr

load ../lab

setup_file() { hurry_on; }

# seen NAME...: "NAME DEFAULT CURRENT NEXT" of these, in the words of mstconfig.
seen()
{
	mstconfig -e -d $MLX0 query "$@" | sed -n 's/^[* ]\{2,\}\([A-Z][A-Z0-9_]* \)/\1/p' | tr -s ' ' |
		sed 's/ $//'
}

# stored: everything that is, by a witness.
stored()
{
	local file=$BATS_TEST_TMPDIR/stored
	rm -f "$file"
	mstconfig -y -d $MLX0 -f "$file" backup >/dev/null && cat "$file"
}

@test "from no VFs to 16, without a reboot: set, activated, made; 17 name the setting" {
	card_on ib=0
	run -0 --separate-stderr sriov fw set $MLX0 sriov_en=1 num_of_vfs=16
	[ "$output" = '' ]
	[ "$stderr" = "sriov: NUM_OF_VFS is used after a firmware reset: sriov fw activate $MLX0" ]
	[ "$(seen SRIOV_EN NUM_OF_VFS | sort)" = $'NUM_OF_VFS 8 127 16\nSRIOV_EN False(0) True(1) True(1)' ]
	# once more is nothing, but still not in use
	run -0 --separate-stderr sriov -j fw set $MLX0 SRIOV_EN=1 NUM_OF_VFS=16
	[ "$(jq -c 'map([.attribute, .old, .new, .state, .changed])' <<<"$output")" = \
		'[["SRIOV_EN",true,true,"same",false],["NUM_OF_VFS",16,16,"same",false]]' ]
	[ "$stderr" = "sriov: NUM_OF_VFS is used after a firmware reset: sriov fw activate $MLX0" ]
	# what the card still offers is 127, of which the firmware would take 16 only
	run -0 sriov -o pending,activation fw info $MLX0
	[ "$(tr -s ' ' <<<"$output")" = $'pending 1\nactivation firmware-reset' ]
	sriov fw activate $MLX0
	[ "$(cat $DEVICES/$MLX0/sriov_totalvfs)" = 16 ]
	run -0 sriov -o pending,activation fw info $MLX0
	[ "$(tr -s ' ' <<<"$output")" = $'pending 0\nactivation -' ]
	sriov pf set $MLX0 num_vfs 16
	[ "$(num_vfs $MLX0)" = 16 ]
	run -2 sriov pf set $MLX0 num_vfs 17
	[ "$output" = "sriov: $MLX0: num_vfs: 17 is too many: the device offers 16 VFs (NUM_OF_VFS of its firmware is 16: sriov fw set $MLX0 NUM_OF_VFS=17)" ]
	[ "$(num_vfs $MLX0)" = 16 ]
	# that command, and what remains to be done
	sriov fw set $MLX0 NUM_OF_VFS=17
	run -2 sriov vf create $MLX1 17
	[[ $output == *"17 is too many: the device offers 16 VFs (its firmware has stored NUM_OF_VFS, and does not use it yet: sriov fw activate $MLX1)" ]]
}

@test "SR-IOV switched off is a function without it, whose firmware is asked all the same" {
	card_on ib=0
	sriov fw set $MLX0 SRIOV_EN=0
	sriov fw activate $MLX0
	[ ! -e $DEVICES/$MLX0/sriov_numvfs ]
	run -2 sriov pf set $MLX0 num_vfs 4
	[ "$output" = "sriov: $MLX0: has no SR-IOV capability (its firmware has SR-IOV switched off: sriov fw set $MLX0 SRIOV_EN=1)" ]
	run -0 sriov fw show $MLX0 SRIOV_EN -o current,next
	[ "$(tr -s ' ' <<<"$output")" = $'current False\nnext False' ]
	sriov fw set $MLX0 SRIOV_EN=1
	sriov fw activate $MLX0
	sriov pf set $MLX0 num_vfs 4
	[ "$(num_vfs $MLX0)" = 4 ]
}

@test "where each PF has its own number of VFs, that is the one that is named" {
	card_on ib=0
	sriov fw set $MLX1 PF_NUM_OF_VF=8 PF_NUM_OF_VF_VALID=1
	sriov fw activate $MLX1
	[ "$(cat $DEVICES/$MLX1/sriov_totalvfs)" = 8 ]
	run -2 sriov pf set $MLX1 num_vfs 9
	[[ $output == *"9 is too many: the device offers 8 VFs (PF_NUM_OF_VF of its firmware is 8: sriov fw set $MLX1 PF_NUM_OF_VF=9)" ]]
}

@test "what the firmware does not take is not stored; what others have stored is shown" {
	card_on ib=0
	mstconfig -y -d $MLX0 set CQE_COMPRESSION=1 >/dev/null
	before=$(stored)
	# what the firmware refuses has failed, and what cannot be is known before
	firmware refuse:MNVDA:set:7:1
	run -1 --separate-stderr sriov -j fw set $MLX0 NUM_OF_VFS=32
	[ "$(jq -c 'map([.attribute, .state, .changed])' <<<"$output")" = '[["NUM_OF_VFS","failed",false]]' ]
	[[ $stderr == *"$MLX0: NUM_OF_VFS: "*"bad parameter"* ]]
	firmware read_only:nv_vpi_link_type
	run -2 sriov fw set $MLX0 NUM_OF_VFS=32 LINK_TYPE_P1=IB
	[[ $output == "sriov: $MLX0: LINK_TYPE_P1: it is read-only"* ]]
	firmware none
	[ "$(stored)" = "$before" ]
	# with who it was; and reset
	run -0 sriov fw show $MLX0 pending on -o name,default,current,next,writer
	[ "$(tail -n +2 <<<"$output" | tr -s ' ')" = 'CQE_COMPRESSION BALANCED BALANCED AGGRESSIVE mlxconfig' ]
	sriov fw reset $MLX0 CQE_COMPRESSION
	[ "$(seen CQE_COMPRESSION)" = 'CQE_COMPRESSION BALANCED(0) BALANCED(0) BALANCED(0)' ]
}

@test "bad words of every kind are one line each, and nothing is written" {
	card_on ib=0
	sriov pf set $MLX0 num_vfs 1
	before=$(stored)
	while IFS='|' read -r status text words; do
		read -ra words <<<"$words"
		run --separate-stderr sriov fw "${words[@]}"
		echo "${words[*]}: $status: $output$stderr"
		[ "$status" = ${status// } ] && [ "$output" = '' ]
		[ ${#stderr_lines[@]} = 1 ]
		[[ $stderr == "sriov: "*${text# }* ]]
	done <<-END
	2|its firmware has no setting NUM_OF_VF (nearest: NUM_OF_VFS, |set $MLX0 UCTX_EN=0 NUM_OF_VF=8
	2|NUM_OF_VFS: it cannot be "128": 0 to 127|set $MLX0 UCTX_EN=0 NUM_OF_VFS=128
	2|CQE_COMPRESSION: it cannot be "fast": BALANCED|set $MLX0 UCTX_EN=0 CQE_COMPRESSION=fast
	2|PF_NUM_OF_VF: it counts for nothing unless PF_NUM_OF_VF_VALID is True|set $MLX0 UCTX_EN=0 PF_NUM_OF_VF=4
	2|LINK_TYPE: each port has its own|set $MLX0 UCTX_EN=0 LINK_TYPE=IB
	2|UCTX_EN: is given twice|set $MLX0 uctx_en=0 UCTX_EN=0
	2|is VF 0 of $MLX0, not a PF|set $(vf_of $MLX0 0) UCTX_EN=0
	2|no settings of its firmware can be reached|set $NVME NUM_OF_VFS=8
	2|line 1: |restore $MLX0 /etc/hostname
	2|is no regular file|backup $MLX0 /dev/null
	END
	run -0 sriov fw show $MLX0 pending on
	[[ $output == *'no setting matches'* ]]
	[ "$(stored)" = "$before" ]
	[ "$(num_vfs $MLX0)" = 1 ]
}

@test "what is in use is not told: it is not said that nothing is pending" {
	card_on ib=0
	firmware no_current no_default
	run -0 --separate-stderr sriov fw set $MLX0 NUM_OF_VFS=30
	[[ $stderr == *"sriov: NUM_OF_VFS is used after a firmware reset: sriov fw activate $MLX0, if it is not in use" ]]
	run -0 --separate-stderr sriov -j fw info $MLX0
	[ "$(jq -c '.[0].pending' <<<"$output")" = null ]
	firmware none
	run -0 sriov -o pending fw info $MLX0
	[ "$(tr -s ' ' <<<"$output")" = 'pending 1' ]
}

@test "without privilege it is said what is missing" {
	card_on ib=0
	nobody() { setpriv --reuid=65534 --regid=65534 --clear-groups env LD_LIBRARY_PATH="$LD_LIBRARY_PATH" "$(command -v sriov)" "$@"; }
	for words in "fw show $MLX0" "fw set -n $MLX0 UCTX_EN=0" "fw backup $MLX0 -"; do
		run --separate-stderr nobody $words
		echo "$words: $status: $output$stderr"
		[ "$status" = 1 ] && [ "$output" = '' ] && [ ${#stderr_lines[@]} = 1 ]
		[[ $stderr == *"root"* || $stderr == *"ermi"* ]]
	done
	# devlink tells everybody, but not all
	run -0 --separate-stderr nobody -j fw info $MLX0
	[ "$(jq -c '.[0] | [.ports, .pending]' <<<"$output")" = '[null,null]' ]
	[ ${#stderr_lines[@]} = 1 ]
	[[ $stderr == *"root"* || $stderr == *"ermi"* ]]
	run -2 nobody -n pf set $MLX0 num_vfs 128
	[[ $output == *"128 is too many: the device offers 127 VFs (it may be the firmware that limits it: as root, sriov fw show $MLX0 SRIOV_EN NUM_OF_VFS tells)" ]]
}

@test "the locks are those of all PFs of the card" {
	card_on ib=0
	exec {fd}>/run/sriov/$MLX1.lock
	flock $fd
	run -4 sriov -w 0 fw set $MLX0 UCTX_EN=0
	[[ $output == "sriov: $MLX1: locked: "* ]]
	exec {fd}>&-
	sriov fw set $MLX0 UCTX_EN=0
	[ "$(seen UCTX_EN)" = 'UCTX_EN True(1) True(1) False(0)' ]
}
