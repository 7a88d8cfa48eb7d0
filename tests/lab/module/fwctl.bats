#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# /dev/fwctl/fwctlN of the virtual card, as a client that knows only bytes sees it. No sriov here.
# shellcheck disable=SC2086,SC2154 # words are to be split; run --separate-stderr sets stderr

load ../lab

setup_file() { hurry_on; }

call() { run -0 "$FWCTL_CALL" "$@"; }
refused() # ERRNO NODE ARGUMENT...
{
	run -1 "$FWCTL_CALL" "${@:2}"
	[ "$output" = $1 ]
}

# message OP_MOD REGISTER [OPCODE]: the head of a message; op_mod 0 writes, 1 reads.
message() { printf '%04x00000000%04x0000%04x00000000' $((0x${3:-805})) $1 $((0x$2)); }

node_of() { echo /dev/fwctl/"$(ls $DEVICES/$1/fwctl)"; }

READ=1 WRITE=0 MNVDA=9024
zeros=0000000000000000000000000000000000000000
# the head of a TLV: 4 bytes, and of type 0x01010012: the link type of port 1
link_type="00000004 01010012 00000000"
link_type=${link_type// /}

@test "fwctl: a node for each PF with its driver, found from both sides" {
	card_on
	[ ! -e /dev/fwctl ]
	fwctl_on
	for pf in $MLX0 $MLX1 $MLX_IB; do
		node=$(node_of $pf)
		[ "$(stat -c '%a %F' $node)" = "600 character special file" ]
		class=/sys/class/fwctl/${node##*/}
		[ "$(readlink -f $class/device)" = "$(readlink -f $DEVICES/$pf)" ]
		[ "$(stat -c '%Hr:%Lr' $node)" = "$(<$class/dev)" ]
	done
	call $node info 0 8
	[[ $output =~ ^"1 8 "[0-9a-f]{8}04000000$ ]]
	call $node info 0 12
	[[ $output =~ ^"1 8 "[0-9a-f]{8}0400000000000000$ ]]
	call $node info
	[[ $output == "1 0 "* ]]
	# it goes with the driver, while somebody has it open, and comes back
	coproc WAIT=1 "$FWCTL_CALL" $node info
	exec {from}<&${COPROC[0]} {to}>&${COPROC[1]}
	read -r line <&$from
	[ $line = open ]
	echo $MLX_IB >/sys/bus/pci/drivers/mlx5_core/unbind
	[ ! -e $node ]
	[ "$(ls /sys/class/fwctl)" = "fwctl0
fwctl1" ]
	echo >&$to
	read -r line <&$from
	[ $line = ENODEV ]
	exec {from}<&- {to}>&-
	echo $MLX_IB >/sys/bus/pci/drivers/mlx5_core/bind
	call "$(node_of $MLX_IB)" info
	# VFs of the card have none
	echo 2 >$DEVICES/$MLX0/sriov_numvfs
	rescan_card 0002
	nodes=(/sys/class/fwctl/*)
	[ ${#nodes[@]} = 3 ]
}

@test "fwctl: the same registers as over the vendor-specific capability" {
	card_on
	fwctl_on
	node=$(node_of $MLX0)
	# MGIR: two ports, and the chip
	call $node rpc 1 36 "$(message $READ 9020)$zeros"
	[ "$output" = "36 00000000000000000000000000000000""0000000000020000000002180000000000000000" ]
	# what is written here mstconfig shows, and the other way round; who wrote it is known
	call $node rpc 0 32 "$(message $WRITE $MNVDA)${link_type}00000004"
	[[ $output == "32 00"* ]]
	run -0 mstconfig -d $MLX1 query LINK_TYPE_P1
	[[ $output == *"LINK_TYPE_P1"*"IB(1)"* ]]
	call $node rpc 1 32 "$(message $READ $MNVDA)${link_type}00000000"
	[ "${output: -32:8} ${output: -8}" = "40040004 00000004" ]
	run -0 mstconfig -y -d $MLX1 set LINK_TYPE_P1=ETH
	call $node rpc 1 32 "$(message $READ $MNVDA b0c)${link_type}00000000"
	[ "${output: -32:8} ${output: -8}" = "40090004 00000008" ]
	# what is of a PF, by the PF whose node it is
	pf_conf="00000010 03000080 00000000 08c00040 00000000 00000008 00000000"
	call $node rpc 0 44 "$(message $WRITE $MNVDA)${pf_conf// /}"
	call "$(node_of $MLX1)" rpc 1 44 "$(message $READ $MNVDA)${pf_conf// /}"
	[ "${output: -32}" = 00000000000000000000000000000000 ]
	call $node rpc 1 44 "$(message $READ $MNVDA)${pf_conf// /}"
	[ "${output: -32}" = 08c00040000000000000000800000000 ]
	# the status is the answer's, and no errno
	call $node rpc 0 32 "$(message $WRITE $MNVDA)${link_type}00000000"
	[[ $output == "32 03"* ]]
	call $node rpc 0 32 "$(message $WRITE 9999)${link_type}00000000"
	[[ $output == "32 04"* ]]
	call $node rpc 1 31 "$(message $READ $MNVDA)${link_type}00000000"
	[[ $output == "31 51"* ]]
	call $node rpc 1 16 "$(message $READ $MNVDA)"
	[[ $output == "16 50"* ]]
	firmware refuse:MNVDA:1:1
	call $node rpc 1 32 "$(message $READ $MNVDA)${link_type}00000000"
	[[ $output == "32 06"* ]]
	# a capability that is missing does not matter here
	firmware no_vsc vsc_held
	call $node rpc 1 32 "$(message $READ $MNVDA)${link_type}00000000"
	[[ $output == "32 00"* ]]
	fault fwctl_rpc fail:ETIMEDOUT:once
	refused ETIMEDOUT $node rpc 1 32 "$(message $READ $MNVDA)${link_type}00000000"
	fault fwctl_open fail:ENOMEM:once
	refused ENOMEM $node info
}

@test "fwctl: scopes, lengths and requests that are refused, as Linux refuses them" {
	card_on ib=0
	fwctl_on
	node=$(node_of $MLX0)
	read=$(message $READ $MNVDA)${link_type}00000000
	write=$(message $WRITE $MNVDA)${link_type}00000004
	# reading is for debugging, writing is configuration
	refused EBADMSG $node rpc 0 32 $read
	for scope in 0 1; do
		call $node rpc $scope 32 $write
	done
	refused EOPNOTSUPP $node rpc 4 32 $read
	! dmesg | grep 'has requested full access' || return 1
	call $node rpc 2 32 $read
	dmesg | grep 'fwctl fwctl0: fwctl-call([0-9]*): has requested full access'
	run -1 setpriv --bounding-set -sys_rawio "$FWCTL_CALL" $node rpc 3 32 $read
	[ "$output" = EPERM ]
	call $node rpc 3 32 $read
	# opcodes: one that is not for this, one for debugging, one that the firmware does not have
	refused EBADMSG $node rpc 3 16 "$(message 0 0 106)"
	refused EBADMSG $node rpc 0 16 "$(message 0 0 80d)"
	call $node rpc 1 16 "$(message 0 0 80d)"
	[[ $output == "16 02"* ]]
	# lengths
	refused EMSGSIZE $node rpc 1 15 $read
	refused EMSGSIZE $node rpc 1 32 "${read:0:30}"
	refused EMSGSIZE $node rpc 1 2097153 $read
	call $node rpc 1 2097152 $read
	[[ $output == "2097152 00"* ]]
	# structures and requests
	refused EOPNOTSUPP $node info 1
	refused EINVAL $node size 23
	refused E2BIG $node size 25
	call $node size 24
	refused ENOTTY $node ioctl 0x9a02
	refused EFAULT $node info 0 0x7fffffff
	run -1 setpriv --reuid 65534 --clear-groups "$FWCTL_CALL" $node info
	[ "$output" = EACCES ]
}
