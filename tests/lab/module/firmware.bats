#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# The firmware of the virtual card, as mstconfig, mstfwreset, lspci and setpci see it. No sriov here.
# shellcheck disable=SC2086,SC2154 # device names have no blanks; run --separate-stderr sets stderr

load ../lab

setup_file() { hurry_on; }

# The capability, and what is in it.
VSC=c0
control=c4 counter=c8 semaphore=cc address=d0 data=d4

pci() { setpci -s "$@"; }

# get PF SPACE ADDRESS, set PF SPACE ADDRESS VALUE: through the gateway, semaphore or not. The
# flag of the address says when it is done.
get()
{
	pci $1 $control.l=$2 $address.l=$3
	[ $((0x$(pci $1 $address.l) >> 30)) = 2 ] && pci $1 $data.l
}
set_()
{
	pci $1 $control.l=$2 $data.l=$4 $address.l="$(printf %x $((0x$3 | 0x80000000)))"
	[ $((0x$(pci $1 $address.l) >> 30)) = 0 ]
}

# table: the rows of mstconfig's answer, "PARAMETER VALUE...".
table() { sed -n 's/^[* ]\{2,\}\([A-Z][A-Z0-9_]* \)/\1/p' <<<"$output" | tr -s ' ' | sed 's/ $//'; }

mst() { run -0 mstconfig -y -d "$@"; }

@test "vsc: a capability with a semaphore, spaces and data" {
	card_on
	run -0 lspci -vv -s $MLX0
	[[ $output == *"Capabilities: [$VSC] Vendor Specific Information: Len=18"* ]]
	[[ $output == *"Capabilities: [9c] MSI-X"* ]]
	# one ticket for each, and who comes second does not get it
	first=$(pci $MLX0 $counter.l)
	second=$(pci $MLX0 $counter.l)
	[ $first != $second ]
	pci $MLX0 $semaphore.l=$first
	pci $MLX0 $semaphore.l=$second
	[ "$(pci $MLX0 $semaphore.l)" = $first ]
	[ "$(pci $MLX1 $semaphore.l)" = 00000000 ]
	pci $MLX0 $semaphore.l=0
	[ "$(pci $MLX0 $semaphore.l)" = 00000000 ]
	for space in 1 2 3 a 4; do
		pci $MLX0 $control.l=$space
		states+=$((0x$(pci $MLX0 $control.l) >> 29))
	done
	[ $states = 11110 ]
	# the chip, and the mailbox with a semaphore of its own
	[ "$(get $MLX0 2 f0014)" = 00000218 ]
	[ "$(get $MLX0 3 1000)" = 00000340 ]
	run ! get $MLX0 3 2000
	set_ $MLX0 a 0 1234
	set_ $MLX0 a 0 5678
	[ "$(get $MLX0 a 0)" = 00001234 ]
	set_ $MLX0 a 0 0
	[ "$(get $MLX0 a 0)" = 00000000 ]
	set_ $MLX0 3 100000 cafebabe
	[ "$(get $MLX0 3 100000)" = cafebabe ]
	[ "$(get $MLX1 3 100000)" = 00000000 ]
	# a command that ICMD does not know
	set_ $MLX0 3 0 12340001
	[ "$(get $MLX0 3 0)" = 12340100 ]
	firmware slow:2
	set_ $MLX0 3 0 12340001
	[ "$(get $MLX0 3 0) $(get $MLX0 3 0) $(get $MLX0 3 0)" = "12340101 12340101 12340100" ]
	# VFs have none
	echo 1 >$DEVICES/$MLX0/sriov_numvfs
	run -0 lspci -vv -s "$(vf_of $MLX0 0)"
	[[ $output != *"Vendor Specific"* ]]
}

@test "vsc: it can be missing, and its semaphores be held" {
	card_on firmware=no_vsc
	[ "$(<$FAULTS/firmware)" = no_vsc ]
	run -0 lspci -vv -s $MLX0
	[[ $output != *"Vendor Specific"* ]]
	[[ $output == *"Capabilities: [9c] MSI-X"* ]]
	run -3 mstconfig -d $MLX0 query SRIOV_EN
	firmware vsc_held
	held=$(pci $MLX0 $semaphore.l)
	[ $held != 00000000 ]
	pci $MLX0 $semaphore.l=0
	pci $MLX0 $semaphore.l=1
	[ "$(pci $MLX0 $semaphore.l)" = $held ]
	# that of ICMD by a process that has died, and somebody knows
	firmware icmd_held
	[ "$(pci $MLX0 $semaphore.l)" = 00000000 ]
	held=$(get $MLX0 a 0)
	[ $held != 00000000 ]
	set_ $MLX0 a 0 1
	[ "$(get $MLX0 a 0)" = $held ]
	set_ $MLX0 a 0 0
	set_ $MLX0 a 0 1
	[ "$(get $MLX0 a 0)" = 00000001 ]
	for wrong in nosuch slow: slow:x refuse:MNVDA refuse:NOSUCH:7 refuse:MNVDA:set \
		refuse:MNVDA:200 refuse:MNVDA:7:x without:nosuch read_only:nosuch without:sriov_en; do
		run -1 firmware $wrong
		[[ $output == *"Invalid argument"* ]]
	done
}

@test "mstconfig: shows what the card has, default, current and next" {
	card_on
	mst $MLX0 -e query SRIOV_EN NUM_OF_VFS NUM_OF_PF LINK_TYPE_P2
	[[ $output =~ "Device type: "+ConnectX7 ]]
	[[ $output =~ "Name: "+MCX755106AS-HEA_Ax ]]
	[ "$(table)" = "SRIOV_EN False(0) True(1) True(1)
NUM_OF_VFS 8 127 127
NUM_OF_PF 2 2 2
LINK_TYPE_P2 ETH(2) ETH(2) ETH(2)" ]
	mst $MLX_IB query NUM_OF_PF LINK_TYPE_P1
	[ "$(table)" = "NUM_OF_PF 1
LINK_TYPE_P1 IB(1)" ]
	# all that mstconfig knows, and the card answers
	mst $MLX1 query
	[ "$(table | wc -l)" -gt 40 ]
}

@test "mstconfig: what it sets is stored as on a real card, and a backup has it" {
	card_on vfs=100 factory=1
	[ ! -e $DEVICES/$MLX0/sriov_numvfs ]
	mst $MLX0 set SRIOV_EN=1 NUM_OF_VFS=16 VF_MIGRATION_MODE=1 LINK_TYPE_P2=IB \
		SRIOV_IB_ROUTING_MODE_P1=LID PF_TOTAL_SF=64 PF_SF_BAR_SIZE=8 ADVANCED_PCI_SETTINGS=1
	[[ $output == *"Please reboot machine to load new configurations"* ]]
	mst $MLX0 -f $BATS_TEST_TMPDIR/backup backup
	# the same bytes as tools have written to a model that we did not make
	run -0 sed '/^%/d; s/ $//' $BATS_TEST_TMPDIR/backup
	[ "$output" = "MLNX_RAW_TLV_FILE
0x0009000c 0x00000080 0x00000000 0xbc000000 0xa0020010 0x02c3f045
0x00091008 0x0000010a 0x00000000 0x00000100 0x00400000
0x00090004 0x01020012 0x00000000 0x00000004
0x00090004 0x01010196 0x00000000 0x40000000
0x00090010 0x03000080 0x00000000 0x08800040 0x00000000 0x00000000 0x00000000
0x00090004 0x07000080 0x00000000 0x80800000" ]
	run -0 cat $BATS_TEST_TMPDIR/backup
	[[ $output == *"Writer ID: ICMD MLXCONFIG(0x09)"* ]]
	# what is a PF's own the other one does not have
	mst $MLX1 query NUM_OF_VFS PF_TOTAL_SF
	[ "$(table)" = "NUM_OF_VFS 16
PF_TOTAL_SF 0" ]
	mst $MLX0 reset
	mst $MLX0 -f $BATS_TEST_TMPDIR/empty backup
	[ ! -e $BATS_TEST_TMPDIR/empty ]
	mst $MLX0 -f $BATS_TEST_TMPDIR/backup set_raw
	mst $MLX0 -f $BATS_TEST_TMPDIR/again backup
	cmp <(sed 's/^0x0009/0x000c/; /^%/d' $BATS_TEST_TMPDIR/backup) <(sed '/^%/d' $BATS_TEST_TMPDIR/again)
	# nothing of it is in effect
	[ ! -e $DEVICES/$MLX0/sriov_numvfs ]
}

# raw DWORD...: store a TLV as it is, with its header.
raw()
{
	{
		echo MLNX_RAW_TLV_FILE
		echo "$*"
	} >$BATS_TEST_TMPDIR/raw
	mstconfig -y -d $MLX0 -f $BATS_TEST_TMPDIR/raw set_raw
}

@test "mstconfig: the card refuses values, lengths and versions that cannot be" {
	card_on
	raw 0x00090004 0x01010012 0x0 0x00000004
	for bad in "0x00090004 0x01010012 0x0 0x00000000" "0x00090004 0x01010012 0x0 0x0000000c" \
		"0x00090004 0x01030012 0x0 0x00000004" "0x00090004 0x00000081 0x0 0x00000004" \
		"0x0009000c 0x00000080 0x0 0xbc000000 0xa0020080 0x02c3f045" \
		"0x0009000c 0x00000080 0x0 0xbc000000 0xa003007f 0x02c3f045" \
		"0x0009000c 0x00000080 0x0 0xbc000000 0xa002007f 0x0503f045" \
		"0x00090008 0x0000010a 0x0 0x00000100 0x00c00000"; do
		run -3 raw $bad
		[[ $output == *"Bad parameter"* ]]
	done
	run -3 raw 0x00090008 0x01010012 0x0 0x00000004 0x0
	[[ $output == *"The configuration is rejected"* ]]
	run -3 raw 0x00092008 0x0000010a 0x0 0x00000100 0x00400000
	[[ $output == *"The configuration is rejected"* ]]
	run -3 raw 0x00090004 0x0000010a 0x0 0x00000100
	mst $MLX0 query LINK_TYPE_P1 VF_MIGRATION_MODE NUM_OF_VFS
	[ "$(table)" = "LINK_TYPE_P1 IB(1)
VF_MIGRATION_MODE DEVICE_DEFAULT(0)
NUM_OF_VFS 127" ]
}

@test "firmware: what it lacks or refuses" {
	card_on pfs=1 ib=0
	firmware no_current no_default
	mst $MLX0 -e query VF_MIGRATION_MODE
	[[ $output == *"does not support reading default and current configurations"* ]]
	[ "$(table)" = "VF_MIGRATION_MODE DEVICE_DEFAULT(0)" ]
	firmware without:vf_migration_supported read_only:nv_hca_conf without:nv_vpi_link_type
	run -3 mstconfig -d $MLX0 query VF_MIGRATION_MODE
	[[ $output == *"The Device doesn't support VF_MIGRATION_MODE parameter"* ]]
	run -3 mstconfig -d $MLX0 query LINK_TYPE_P1
	run -3 mstconfig -y -d $MLX0 set ROCE_CONTROL=1
	run -3 raw 0x00090004 0x03000112 0x0 0x04000000
	firmware refuse:MNVDA:set:7 refuse:MFRL:set:4
	run -3 mstconfig -y -d $MLX0 set VF_MIGRATION_MODE=1
	[[ $output == *"Failed to set nv_sw_offload_conf settings Bad parameter"* ]]
	firmware refuse:MFRL:4 slow:3
	mst $MLX0 set VF_MIGRATION_MODE=1
	[[ $output == *"Please power cycle machine to load new configurations"* ]]
	firmware refuse:MNVDA:get:1:1
	run -3 mstconfig -d $MLX0 query VF_MIGRATION_MODE
	[[ $output == *"Device is busy"* ]]
	mst $MLX0 query VF_MIGRATION_MODE
	[ "$(table)" = "VF_MIGRATION_MODE MIGRATION_DISABLED(1)" ]
}

# initial_vfs PF: what configuration space has now, whatever the kernel remembers.
initial_vfs() { echo $((0x$(setpci -s $1 18c.w))); }

@test "firmware: a reset by mstfwreset brings what is stored into effect, a rescan shows it" {
	card_on ib=0
	mst $MLX0 set NUM_OF_VFS=16
	# mstconfig has asked for a reset with the next PERST: that is none yet
	[ "$(initial_vfs $MLX0)" = 127 ]
	run -0 mstfwreset -d $MLX0 -y -l 3 reset
	[[ $output == *"FW was loaded successfully"* ]]
	[ "$(initial_vfs $MLX0) $(initial_vfs $MLX1)" = "16 16" ]
	# the kernel does not know yet
	[ "$(<$DEVICES/$MLX0/sriov_totalvfs)" = 127 ]
	run -1 put $DEVICES/$MLX0/sriov_numvfs 4
	[[ $output == *"Input/output error"* ]]
	rescan_card 0001
	[ "$(<$DEVICES/$MLX0/sriov_totalvfs)" = 16 ]
	run -1 put $DEVICES/$MLX0/sriov_numvfs 17
	[[ $output == *"Numerical result out of range"* ]]
	put $DEVICES/$MLX0/sriov_numvfs 16
	[ "$(lspci -d 15b3:101e | wc -l)" = 16 ]
	# a link that comes and goes is no reset if none was asked for
	put $DEVICES/$MLX0/sriov_numvfs 0
	firmware refuse:MFRL:7
	mst $MLX0 set NUM_OF_VFS=8
	setpci -s 0001:80:00.0 CAP_EXP+10.w=10:10
	[ "$(setpci -s $MLX0 0.l)" = ffffffff ]
	setpci -s 0001:80:00.0 CAP_EXP+10.w=0:10
	[ "$(setpci -s $MLX0 0.l)" = 102115b3 ]
	[ "$(initial_vfs $MLX0)" = 16 ]
}

@test "firmware: after a restart SR-IOV is gone, back, of its own number for each PF, and a port of the other kind" {
	card_on ib=0
	mst $MLX0 set SRIOV_EN=0
	restart_card 0001
	run -0 lspci -vv -s $MLX0
	[[ $output != *"Single Root"* ]]
	[[ $output == *"Alternative Routing-ID"*"Access Control Services"* ]]
	rescan_card 0001
	[ ! -e $DEVICES/$MLX0/sriov_numvfs ]
	[ "$(driver_of $MLX1)" = mlx5_core ]
	mst $MLX0 set SRIOV_EN=1 PF_NUM_OF_VF_VALID=1
	mst $MLX1 set PF_NUM_OF_VF=5
	restart_card 0001
	rescan_card 0001
	[ ! -e $DEVICES/$MLX0/sriov_numvfs ]
	[ "$(<$DEVICES/$MLX1/sriov_totalvfs)" = 5 ]
	put $DEVICES/$MLX1/sriov_numvfs 5
	[ "$(driver_of "$(vf_of $MLX1 4)")" = mlx5_core ]
	# and a port that becomes one of InfiniBand
	[ "$(cat $DEVICES/$MLX1/net/*/type)" = 1 ]
	put $DEVICES/$MLX1/sriov_numvfs 0
	mst $MLX0 set LINK_TYPE_P2=IB
	restart_card 0001
	[ "$(cat $DEVICES/$MLX1/net/*/type)" = 1 ]
	rescan_card 0001
	[ "$(cat $DEVICES/$MLX1/net/*/type)" = 32 ]
	[[ $(lspci -s $MLX1) == *"Infiniband controller"* ]]
	[[ $(lspci -s $MLX0) == *"Ethernet controller"* ]]
	run -1 put /sys/module/mlx5_core/parameters/restart 0002
	[[ $output == *"No such device"* ]]
}
