#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# Settings that a ConnectX keeps in TLVs: what sriov stores mstconfig shows, and the other way.
# shellcheck disable=SC2086,SC2154 # device names have no blanks; run --separate-stderr sets stderr

load ../lab

setup_file() { hurry_on; }

# Every setting that the card has, other than it comes from the factory, and what is shown then.
SETTINGS="SRIOV_EN=1 NUM_OF_VFS=9 NUM_OF_PF=1 FPP_EN=0 HIDE_PORT2_PF=1 PF_BAR2_ENABLE=1
PF_BAR2_SIZE=3 PF_NUM_OF_VF_VALID=1 VF_VPD_ENABLE=1 PF_NUM_PF_MSIX_VALID=1 PER_PF_NUM_SF=1
STRICT_VF_MSIX_NUM=1 VF_NODNIC_ENABLE=1 PF_LOG_BAR_SIZE=4 VF_LOG_BAR_SIZE=2 NUM_PF_MSIX=20
NUM_VF_MSIX=5 VF_MIGRATION_MODE=MIGRATION_ENABLED UCTX_EN=0 CQE_COMPRESSION=AGGRESSIVE
LINK_TYPE_P1=IB LINK_TYPE_P2=IB SRIOV_IB_ROUTING_MODE_P1=LID SRIOV_IB_ROUTING_MODE_P2=LID
IB_ROUTING_MODE_P1=LID IB_ROUTING_MODE_P2=LID PF_TOTAL_SF=33 PF_SF_BAR_SIZE=7 PF_NUM_PF_MSIX=12
ROCE_CONTROL=ROCE_ENABLE MULTI_PORT_VHCA_EN=1 ADVANCED_PCI_SETTINGS=1 DYNAMIC_VF_MSIX_TABLE=0
ATS_ENABLED=1"
# those that cannot be seen before others are set, and those that mstconfig 4.21 does not know
HIDDEN="PF_NUM_OF_VF=4 FORCE_ETH_PCI_SUBCLASS=1"
NEWER="PER_PF_NUM_VF_MSIX=1 PF_NUM_VF_MSIX=3 PF_DEVICE_ID=4125 BAR_PAGE_ALIGNMENT=64KB"
# the default of this one is True, and it is 0 when what it is about is not set
LAST=NUM_PF_MSIX_VALID

# shown WORD...: as in the table of mstconfig, sorted: the switches have words there.
shown()
{
	printf '%s\n' "$@" | sed -E 's/=/ /
		/ (0|1)$/{ /^(PF_BAR2_SIZE|NUM_OF_PF|PF_TOTAL_SF) /! { s/ 0$/ False/; s/ 1$/ True/; } }' | sort
}
# by_mstconfig PF NAME[=VALUE]...: what it says is next.
by_mstconfig()
{
	local words=("${@:2}")
	mstconfig -d "$1" query "${words[@]%%=*}" |
		sed -nE 's/^[* ]+([A-Z][A-Z0-9_]+) +([^ (]+)(\([0-9]+\))? *$/\1 \2/p' | sort
}
# by_sriov PF NAME[=VALUE]...
by_sriov()
{
	sriov -j -o name,next fw show "${@%%=*}" |
		jq -r '.[] | .name + " " + (.next | tostring)' |
		sed 's/ true$/ True/; s/ false$/ False/' | sort
}

@test "fw set: mstconfig shows every setting as sriov has stored it" {
	card_on factory=1
	sriov fw set $MLX0 $SETTINGS $HIDDEN $NEWER
	# nothing that the card has is missing here
	run -0 sriov -j -o name,pending fw show $MLX0
	[ "$(jq -r '.[] | select(.pending | not) | .name' <<<"$output")" = $LAST ]
	[ "$(by_mstconfig $MLX0 $SETTINGS $HIDDEN)" = "$(shown $SETTINGS $HIDDEN)" ]
	[ "$(by_sriov $MLX0 $SETTINGS $HIDDEN $NEWER)" = "$(shown $SETTINGS $HIDDEN $NEWER)" ]
	# what mstconfig does not know are bits in what it saves
	mstconfig -d $MLX0 -f $BATS_TEST_TMPDIR/theirs backup
	grep '^0x000a000c 0x00000080 0x00000000 0xbf7cc003 0x98010009 0x01414084 $' $BATS_TEST_TMPDIR/theirs
	grep '^0x000a0010 0x03000080 0x00000000 0x07e00021 0x0000300c 0x101d0004 0x00000000 $' $BATS_TEST_TMPDIR/theirs
	grep '^0x000a0004 0x07000080 0x00000000 0xa0400200 $' $BATS_TEST_TMPDIR/theirs
	# and again is nothing
	run -0 sriov -n fw set $MLX0 $SETTINGS $HIDDEN $NEWER
	# a file of one is that of the other
	sriov fw backup $MLX0 $BATS_TEST_TMPDIR/ours
	cmp $BATS_TEST_TMPDIR/ours $BATS_TEST_TMPDIR/theirs
	# a switch that says of another setting whether that counts
	sriov fw set $MLX0 $LAST=0
	[ "$(by_sriov $MLX0 NUM_PF_MSIX)" = "NUM_PF_MSIX 63" ]
	# each TLV as it was, whether the file comes from here or from there
	sriov fw reset $MLX0
	run -0 sriov -o name,next fw show $MLX0
	[[ $output != *"PF_NUM_OF_VF "* ]]
	sriov fw restore $MLX0 $BATS_TEST_TMPDIR/theirs
	sriov fw backup $MLX0 $BATS_TEST_TMPDIR/again
	cmp $BATS_TEST_TMPDIR/ours $BATS_TEST_TMPDIR/again
	sriov fw reset $MLX0
	sriov fw backup $MLX0 $BATS_TEST_TMPDIR/empty
	[ "$(<$BATS_TEST_TMPDIR/empty)" = MLNX_RAW_TLV_FILE ]
	mstconfig -y -d $MLX0 -f $BATS_TEST_TMPDIR/ours set_raw
	[ "$(by_sriov $MLX0 $SETTINGS $HIDDEN $NEWER)" = "$(shown $SETTINGS $HIDDEN $NEWER)" ]
}

@test "fw show: every setting as mstconfig has stored it, and who did" {
	card_on factory=1
	mstconfig -y -d $MLX0 set $SETTINGS
	mstconfig -y -d $MLX0 set $HIDDEN
	[ "$(by_sriov $MLX0 $SETTINGS $HIDDEN)" = "$(shown $SETTINGS $HIDDEN)" ]
	run -0 sriov -j fw show $MLX0 NUM_OF_VFS BAR_PAGE_ALIGNMENT LINK_TYPE_P2 VF_LOG_BAR_SIZE
	[ "$(jq -c '.[] | [.default, .current, .next, .pending, .activation, .writer]' <<<"$output")" = \
		'[8,8,9,true,"firmware-reset","mlxconfig"]
["DEVICE_DEFAULT","DEVICE_DEFAULT","DEVICE_DEFAULT",false,null,"mlxconfig"]
["ETH","ETH","IB",true,"firmware-reset","mlxconfig"]
[1,1,2,true,"reboot","mlxconfig"]' ]
	# back one by one; what shares a valid bit stays
	sriov fw reset $MLX0 NUM_OF_VFS LINK_TYPE_P2 ROCE_CONTROL
	sriov fw set $MLX0 $LAST=0
	[ "$(by_mstconfig $MLX0 SRIOV_EN NUM_OF_VFS LINK_TYPE_P1 LINK_TYPE_P2 ROCE_CONTROL MULTI_PORT_VHCA_EN $LAST)" = \
		"LINK_TYPE_P1 IB
LINK_TYPE_P2 ETH
MULTI_PORT_VHCA_EN True
NUM_OF_VFS 8
NUM_PF_MSIX_VALID False
ROCE_CONTROL DEVICE_DEFAULT
SRIOV_EN True" ]
	run -0 sriov -j fw show $MLX0 LINK_TYPE_P2 ROCE_CONTROL
	[ "$(jq -c 'map(.writer)' <<<"$output")" = '[null,"sriov"]' ]
}

@test "fw set: each PF has its own" {
	card_on factory=1
	sriov fw set $MLX0 PF_NUM_OF_VF_VALID=1 PF_NUM_OF_VF=4
	sriov fw set $MLX1 PF_NUM_OF_VF=2
	[ "$(by_mstconfig $MLX1 PF_NUM_OF_VF)" = "PF_NUM_OF_VF 2" ]
	[ "$(by_sriov $MLX0 PF_NUM_OF_VF)" = "PF_NUM_OF_VF 4" ]
	# a reset of one leaves that of the other
	sriov fw reset $MLX1
	sriov fw set $MLX1 PF_NUM_OF_VF_VALID=1
	[ "$(by_sriov $MLX0 PF_NUM_OF_VF) $(by_sriov $MLX1 PF_NUM_OF_VF)" = "PF_NUM_OF_VF 4 PF_NUM_OF_VF 0" ]
}

# refused STATUS TEXT WORD...: sriov says why, and the card has stored what it had.
refused()
{
	local saved again
	saved=$(sriov fw backup $MLX0 -)
	run -$1 --separate-stderr sriov fw "${@:3}"
	[[ $stderr == "sriov: "@($MLX0|"$BATS_TEST_TMPDIR/bad")": "*"$2"* ]] || { echo "$stderr"; return 1; }
	again=$(sriov fw backup $MLX0 -)
	[ "$again" = "$saved" ]
}

@test "fw set: what cannot be is refused before the first write, what the card refuses is undone" {
	card_on
	printf '%s\n' MLNX_RAW_TLV_FILE '0x00090004 0x01010012 0x0 0x00000004' \
		'0x00090008 0x0000010a 0x0 0x00000100 0x00c00000' >$BATS_TEST_TMPDIR/bad
	refused 2 'LINK_TYPE_P2: it cannot be "both": IB, ETH' set $MLX0 UCTX_EN=0 LINK_TYPE_P2=both
	refused 2 'NUM_OF_VFS: it cannot be "128": 0 to 127' set $MLX0 UCTX_EN=0 NUM_OF_VFS=128
	refused 2 'set ADVANCED_PCI_SETTINGS=1, too' set $MLX0 UCTX_EN=0 FORCE_ETH_PCI_SUBCLASS=1
	refused 2 'the card has 4096 MSI-X vectors' set $MLX0 UCTX_EN=0 NUM_VF_MSIX=60
	refused 2 'line 3: TLV 0x0000010a: VF_MIGRATION_MODE: it cannot be "3": DEVICE_DEFAULT' \
		restore $MLX0 $BATS_TEST_TMPDIR/bad
	# a bit that only the firmware knows to be wrong, after the first line was stored
	sed -i '$s/0x00c00000/0x80000000/' $BATS_TEST_TMPDIR/bad
	refused 1 'TLV 0x0000010a cannot be written: bad parameter' restore $MLX0 $BATS_TEST_TMPDIR/bad
	sed -i '$s/$/ 0x0/' $BATS_TEST_TMPDIR/bad
	refused 2 'line 3: its header says 8 bytes of data, and there are 12' restore $MLX0 $BATS_TEST_TMPDIR/bad
	firmware without:vf_migration_supported read_only:nv_hca_conf
	refused 2 'VF_MIGRATION_MODE: this card does not support it' set $MLX0 UCTX_EN=0 VF_MIGRATION_MODE=2
	refused 2 'ROCE_CONTROL: it is read-only' set $MLX0 UCTX_EN=0 ROCE_CONTROL=1
	firmware refuse:MNVDA:set:7
	refused 1 'UCTX_EN: TLV 0x0000010a cannot be written: bad parameter' set $MLX0 UCTX_EN=0
	# firmware that tells less
	firmware no_current no_default
	run -0 sriov -j fw show $MLX0 NUM_OF_VFS
	[ "$(jq -c '.[] | [.default, .current, .next, .pending, .activation]' <<<"$output")" = '[null,null,127,null,"firmware-reset"]' ]
	sriov fw set $MLX0 NUM_OF_VFS=5
	[ "$(by_sriov $MLX0 NUM_OF_VFS)" = "NUM_OF_VFS 5" ]
	# what VFs cost, by their BARs of now, when the card does not tell of those to come
	[ $((($(sed -n '8s/\(.*\) \(.*\) .*/\2 - \1/p' $DEVICES/$MLX0/resource) + 1) / 127)) = 1048576 ]
	firmware without:vf_bar_size_supported
	run -3 sriov -n fw set $MLX0 NUM_OF_VFS=127
	[[ $output == *"NUM_OF_VFS: 127 VFs of 1 MiB on each of 2 PFs take 254 MiB of the address space of PCI"* ]]
}
