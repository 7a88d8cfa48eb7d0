#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# Settings that a driver stores for its card as permanent parameters of devlink.
# shellcheck disable=SC2086,SC2154 # device names have no blanks; run --separate-stderr sets stderr

load ../lab

setup_file() { hurry_on; }

DEV=pci/$MLX0

# permanent DEV: names and values, as devlink tells them.
permanent()
{
	devlink -j dev param show | jq -c ".param.\"$1\" | [.[] |
		select(.values[0].cmode == \"permanent\") | {(.name): .values[0].value}] | add"
}

@test "bnxt: permanent parameters are shown, set, read back and undone" {
	card_on devlink=bnxt ib=0 firmware=no_vsc
	run -0 --separate-stderr sriov -j fw show $MLX0
	[ "$(jq -c '[.[] | {(.name): .next}] | add' <<<"$output")" = "$(permanent $DEV)" ]
	[ "$(jq -c '[.[] | .backend, .current, .pending] | unique' <<<"$output")" = '[null,"devlink"]' ]
	run -3 sriov -n fw set $MLX0 ENABLE_SRIOV=off msix_vec_per_pf_max=512
	[[ $output == *"enable_sriov True -> False"*"msix_vec_per_pf_max 74 -> 512"* ]]
	before=$(permanent $DEV)
	[ "$(jq -c '[.enable_sriov, .msix_vec_per_pf_max]' <<<"$before")" = '[true,74]' ]
	sriov fw set $MLX0 ENABLE_SRIOV=off msix_vec_per_pf_max=512
	[ "$(permanent $DEV | jq -c '[.enable_sriov, .msix_vec_per_pf_max]')" = '[false,512]' ]
	run -0 --separate-stderr sriov -j fw set $MLX0 enable_sriov=False msix_vec_per_pf_max=0x200
	[ "$(jq -c '[.[].state] | unique' <<<"$output")" = '["same"]' ]
	[ "$stderr" = "sriov: enable_sriov and msix_vec_per_pf_max are used after a firmware reset: sriov fw activate $MLX0, if they are not in use" ]
	# nobody knows what is in use
	run -0 --separate-stderr sriov -j fw info $MLX0
	[ "$(jq -c '.[0].pending' <<<"$output")" = null ]

	# the second is refused: the first is put back
	before=$(permanent $DEV)
	run -1 sriov fw set $MLX0 msix_vec_per_pf_max=200 msix_vec_per_pf_min=129
	[[ $output == *"msix_vec_per_pf_min: bnxt_en: MSIX value is exceeding the range"* ]]
	[ "$(permanent $DEV)" = "$before" ]
	# so is what the driver accepts and ignores
	fault param_set ignore
	run -1 sriov fw set $MLX0 ignore_ari=true
	[[ $output == *"ignore_ari: accepted, but it reads back as False"* ]]
	fault param_set none
	[ "$(permanent $DEV)" = "$before" ]
}

@test "what cannot be is said before anything is written" {
	card_on devlink=bnxt ib=0 pfs=1 firmware=no_vsc
	fault param_set fail:EIO
	while read -r setting text; do
		run -2 sriov fw set $MLX0 msix_vec_per_pf_max=80 "$setting"
		[[ $output == *"$text"* ]]
	done <<-EOF2
		ignore_ari=2                   '2' is not True or False
		msix_vec_per_pf_min=4294967296 '4294967296' is not 0 to 4294967295
		msix_vec_per_pf_min=-1         '-1' is not 0 to 4294967295
		msix_vec_per_pf_mim=1          nearest: msix_vec_per_pf_min
		msix_vec_per_pf_min=081        msix_vec_per_pf_min: 81 is more than msix_vec_per_pf_max, which is 80 then
		msix_vec_per_pf_min=0x         '0x' is not 0 to 4294967295
	EOF2
	[ "$(fault_count param_set uses)" = 0 ]
	run -2 sriov fw reset $MLX0 ignore_ari
	[[ $output == *"its default is not known: Linux 6.19 and later"* ]]
	run -1 sriov fw set $MLX0 ignore_ari=1
	[[ $output == *"ignore_ari: Input/output error"* ]]
}

@test "while the card is flashed, nobody hangs who asks for its settings" {
	card_on devlink=bnxt ib=0 pfs=1 firmware=no_vsc
	image_file lab/package "fw 230.0.1.0"
	fault flash_block block
	devlink dev flash $DEV file lab/package &
	within 10 is_blocked flash_block
	SECONDS=0
	run -1 sriov fw show $MLX0
	[[ $output == *"the kernel blocks: the card is being flashed or reloaded"* ]]
	run -1 sriov fw info $MLX0
	[[ $output == *"the kernel blocks: the card is being flashed or reloaded"* ]]
	# nor does anybody reset it
	run -4 sriov fw activate $MLX0
	[[ $output == *"the kernel blocks: the card is being flashed or reloaded"* ]]
	[ "$SECONDS" -lt 15 ]
	fault flash_block none
	wait $!
	sriov fw show $MLX0 ignore_ari
}

@test "mlx5: the order of names, and their trap" {
	card_on devlink=6.18 ib=0
	run -0 --separate-stderr sriov --backend devlink fw set $MLX0 total_vfs=16 enable_sriov=true
	[[ $stderr == *"total_vfs: switches all PFs of the card to numbers of their own: NUM_OF_VFS is ignored"* ]]
	[ "$(permanent $DEV | jq -c '[.enable_sriov, .total_vfs]')" = '[true,16]' ]
	run -0 mstconfig -d $MLX0 query PF_NUM_OF_VF_VALID PF_NUM_OF_VF
	[[ $output == *"PF_NUM_OF_VF_VALID"*"True(1)"*"PF_NUM_OF_VF"*"16"* ]]
	run -3 --separate-stderr sriov -n --backend devlink fw set $MLX1 total_vfs=4
	[[ $stderr == *"makes no VFs possible by itself: enable_sriov=true"* ]]
	run -1 sriov --backend devlink fw set $MLX0 total_vfs=128
	[[ $output == *"total_vfs: mlx5_core: Max allowed by device is 127"* ]]
	# the driver narrows to 16 bits
	run -1 sriov --backend devlink fw set $MLX0 total_vfs=65540
	[[ $output == *"accepted, but it reads back as 4"* ]]
	[ "$(permanent $DEV | jq -c '[.enable_sriov, .total_vfs]')" = '[true,16]' ]
	run -2 sriov fw set $MLX0 total_vfs=128
	[[ $output == *"total_vfs: '128' is not 0 to 127" ]]
	run -2 sriov --backend devlink fw set $MLX0 cqe_compress_type=
	run -2 sriov --backend devlink fw set $MLX0 cqe_compress_type=quick
	[[ $output == *"cqe_compress_type: 'quick' is not balanced, aggressive" ]]
	sriov --backend devlink fw set $MLX0 cqe_compress_type=aggressive
	[ "$(permanent $DEV | jq -r .cqe_compress_type)" = aggressive ]
}

@test "info: versions, serial number and PSID" {
	card_on devlink=6.18
	run -0 --separate-stderr sriov -j fw info $MLX0
	[ "$(jq -c '.[0] | [.running, .stored, .psid, .serial]' <<<"$output")" = \
		"$(devlink -j dev info $DEV | jq -c ".info.\"$DEV\" | [.versions.running[\"fw.version\"], .versions.stored[\"fw.version\"], .versions.fixed[\"fw.psid\"], .serial_number]")" ]
	# a recording of this machine says the same
	export RECORDED=$BATS_TEST_TMPDIR/recorded
	{
		echo "sys/bus/pci/devices/$MLX0/sriov_numvfs = 0"
		sriov __record | grep "devlink-pci-$MLX0"
	} >"$RECORDED.tree"
	tests/mktree "$RECORDED.tree" "$RECORDED"
	run -0 --separate-stderr sriov --sysroot "$RECORDED" -j fw info $MLX0
	[ "$(jq -c '.[0] | [.running, .psid]' <<<"$output")" = '["28.43.1014","MT_0000000834"]' ]
	run -0 --separate-stderr sriov --sysroot "$RECORDED" --backend devlink -j fw show $MLX0 total_vfs
	[ "$(jq '.[0].next' <<<"$output")" = "$(permanent $DEV | jq .total_vfs)" ]
}
