#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# The virtual card's vendor tree: that it is what MLNX_OFED has. No sriov here.
# shellcheck disable=SC2086,SC2154 # names have no blanks; run --separate-stderr sets stderr

load ../lab

setup_file() { hurry_on; }

TREE=$DEVICES/$MLX0/sriov

# tree_on RELEASE [VFS [PARAMETER=VALUE]...]: a card with VFs that have no driver.
tree_on()
{
	card_on ofed=$1 "${@:3}"
	echo 0 >$DEVICES/$MLX0/sriov_drivers_autoprobe
	put $DEVICES/$MLX0/sriov_numvfs "${2:-2}"
	pf=$(netdev_of $MLX0)
}

# refused MESSAGE FILE WORD...: writing fails like that.
refused()
{
	run -1 put "${@:2}"
	[[ $output == *"$1"* ]]
}

names() { find "$1" -mindepth 1 -maxdepth 1 -printf '%f\n' | sort | paste -sd ' '; }

keys() { sed 's/ *:.*//' "$1" | paste -sd ,; }

# state DIRECTORY: all that the tree tells of VF 0 and of groups.
state() { grep -rs . $1/0 $1/groups | grep -v usage | sort; }

# try_faults DIRECTORY OPERATION:FILE:WORDS...: a file that is written to fails, is ignored and
# does what it should; without words, it is read.
try_faults()
{
	local tree=$1 entry operation file words before
	shift
	for entry; do
		IFS=: read -r operation file words <<<"$entry"
		file=$tree/0/$file
		before=$(state $tree)
		fault $operation fail:EIO:once
		if [ -z "$words" ]; then
			run -1 cat $file
			[[ $output == *"Input/output error"* ]]
			continue
		fi
		refused "Input/output error" $file $words
		[ "$(state $tree)" = "$before" ]
		fault $operation ignore:once
		put $file $words
		[ "$(state $tree)" = "$before" ]
		put $file $words
		[ "$(state $tree)" != "$before" ]
	done
}

@test "vendor: the driver of Linux has no tree, and releases are known or refused" {
	card_on
	put $DEVICES/$MLX0/sriov_numvfs 1
	[ ! -e $TREE ]
	[ ! -e $DEVICES/$MLX0/mlx5_num_vfs ]
	card_off
	for wrong in ofed=5.9 ofed=x numvfs=x no_ndo=x no_ndo=rate,x; do
		run -1 card_on $wrong
		[[ $output == *"Invalid parameters"* ]]
	done
}

@test "vendor: directories come before their VFs and go after them" {
	card_on ofed=25.10
	for device in $MLX0 $MLX1 $MLX_IB; do
		[ -d $DEVICES/$device/sriov ]
		[ "$(stat -c %a $DEVICES/$device/mlx5_num_vfs)" = 600 ]
		[ ! -e $DEVICES/$device/sriov/0 ]
	done
	[ -d $TREE/groups ]
	[ ! -e $DEVICES/$MLX_IB/sriov/groups ]
	fault vf_probe block
	put $DEVICES/$MLX0/sriov_numvfs 127 &
	within 10 is_blocked vf_probe
	[ -e $TREE/126/config ]
	[ ! -e $DEVICES/$MLX0/virtfn1 ]
	fault vf_probe none
	wait $!
	fault vf_remove block:vf:126
	put $DEVICES/$MLX0/sriov_numvfs 0 &
	within 10 is_blocked vf_remove
	[ ! -e $DEVICES/$MLX0/virtfn0 ]
	[ -e $TREE/0/config ]
	fault vf_remove none
	wait $!
	[ ! -e $TREE/0 ]
	[ -e /sys/class/net/"$(netdev_of $MLX0)"/device/sriov/groups ]
}

@test "vendor: each release has its files and its lines" {
	local start=VF,MAC,VLAN,QoS all=SpoofCheck,Trust,LinkState,MinTxRate,MaxTxRate
	local files="config link_state mac max_tx_rate min_tx_rate node spoofcheck stats trust vlan"
	local counters=tx_packets,tx_bytes,tx_dropped,rx_packets,rx_bytes,rx_broadcast,rx_multicast,tx_broadcast,tx_multicast,rx_dropped
	while IFS='|' read -r release more config above; do
		tree_on $release
		[ "$(names $TREE/1)" = "$(printf '%s\n' $files $more | sort | paste -sd ' ')" ]
		[ "$(names $TREE)" = "0 1${above:+ $above}" ]
		[ "$(keys $TREE/1/config)" = "$start$config" ]
		[ "$(find $TREE/1 -type f -printf '%m\n' | sort -u)" = 644 ]
		if [ $release = 4.0 ]; then
			[ "$(keys $TREE/1/stats)" = tx_packets,tx_bytes,rx_packets,rx_bytes,rx_broadcast,rx_multicast ]
		else
			[ "$(keys $TREE/1/stats)" = $counters ]
		fi
		card_off
	done <<-END
		4.0||,$all|
		4.2|mac_list trunk|,VLAN Proto,$all,VGT+,VMAC|pf
		4.6-1|group trunk|,VLAN Proto,$all,VGT+,RateGroup|groups pf
		4.6|group trunk|,VLAN Proto,$all,VGT+,RateGroup|groups pf
		5.8|group paging_control trunk|,VLAN Proto,$all,RateGroup,VGT+,RateGroup|groups pf
		24.10|group paging_control trunk|,VLAN Proto,$all,RateGroup,VGT+,RateGroup,TC BW|groups
		25.10|group paging_control trunk|,VLAN Proto,$all,RateGroup,VGT+|groups
	END
}

@test "vendor: most files say how to write to them" {
	tree_on 25.10
	put $TREE/1/group 4
	while IFS='|' read -r file usage; do
		[ "$(<"$TREE/$file")" = "usage: write $usage" ]
	done <<-'END'
		1/mac|<LLADDR|Random> to set VF Mac Address
		1/vlan|<Vlan:Qos[:Proto]> to set VF Vlan, Qos, and optionally Vlan Protocol (default 802.1Q)
		1/link_state|<Up|Down|Follow> to set VF State
		1/spoofcheck|<ON|OFF> to enable|disable VF SpoofCheck
		1/trust|<ON|OFF> to trust|untrust VF
		1/max_tx_rate|<Rate (Mbit/s)> to set VF max rate
		1/min_tx_rate|<Rate (Mbit/s)> to set VF min rate
		1/group|<Group 0-255> to set VF vport group
		groups/4/max_tx_rate|<Rate (Mbit/s)> to set VF group max rate
		groups/4/min_tx_rate|<Rate (Mbit/s)> to set VF group min rate
	END
	[ -z "$(<$TREE/1/trunk)" ]
	for file in 1/config 1/stats groups/4/config; do
		refused "Unknown error 524" $TREE/$file x
	done
	[ "$(<$TREE/1/paging_control/page_limit) $(<$TREE/1/paging_control/num_pages)" = "0 0" ]
	put $TREE/1/paging_control/page_limit 4096
	[ "$(<$TREE/1/paging_control/page_limit)" = 4096 ]
	refused "Operation not supported" $TREE/1/paging_control/num_pages 1
}

@test "vendor: the tree shows what ip sets, and ip what is written to the tree" {
	for release in 4.2 4.6 5.8 24.10 25.10; do
		tree_on $release
		ip link set $pf vf 1 mac 02:00:00:00:00:01 vlan 5 qos 3 max_tx_rate 100 \
			min_tx_rate 10 spoofchk on trust on state disable
		[ "$(head -n 10 $TREE/1/config)" = "VF         : 1
MAC        : 02:00:00:00:00:01
VLAN       : 5
QoS        : 3
VLAN Proto : 802.1Q
SpoofCheck : ON
Trust      : ON
LinkState  : Down
MinTxRate  : 10
MaxTxRate  : 100" ]
		[ "$(<$TREE/1/node)" = 02:00:00:ff:fe:00:00:01 ]
		put $TREE/1/mac 02:00:00:00:00:AB
		put $TREE/1/vlan 7:2:802.1ad
		put $TREE/1/spoofcheck OFF
		put $TREE/1/trust OFF
		put $TREE/1/link_state Up
		put $TREE/1/max_tx_rate 200
		put $TREE/1/min_tx_rate 20
		[ "$(seen $pf 1 '[.address, .vlan_list[0].vlan, .vlan_list[0].qos, .vlan_list[0].protocol, .rate.max_tx, .rate.min_tx, .spoofchk, .trust, .link_state]')" = \
			'["02:00:00:00:00:ab",7,2,"802.1ad",200,20,false,false,"enable"]' ]
		[ "$(config_of $TREE/1 'VLAN Proto')" = 802.1ad ]
		ip link set $pf vf 1 vlan 0
		[ "$(config_of $TREE/1 'VLAN Proto')" = N/A ]
		put $TREE/1/mac Random
		[ "$(seen $pf 1 .address)" = "\"$(config_of $TREE/1 MAC)\"" ]
		[ "$(config_of $TREE/1 MAC)" != 02:00:00:00:00:ab ]
		# what goes with the VFs
		put $DEVICES/$MLX0/sriov_numvfs 0
		put $DEVICES/$MLX0/sriov_numvfs 2
		[ "$(config_of $TREE/1 MAC)" = 00:00:00:00:00:00 ]
		[ "$(config_of $TREE/1 LinkState)" = Follow ]
		card_off
	done
}

@test "vendor: words that it takes, and words that it does not" {
	for release in 5.8 25.10; do
		tree_on $release
		before=$(<$TREE/0/config)
		for wrong in "mac 02:00:00:00:01" "mac random" "mac 01:00:00:00:00:01" "vlan 10" \
			"vlan 4096:0" "vlan 10:8" "vlan 10:3:802.1x" "link_state down" "link_state Auto" \
			"spoofcheck on" "spoofcheck 1" "trust On" "max_tx_rate x" "min_tx_rate -1" \
			"group 256" "group x" "trunk add 4" "trunk Add 4 5" "trunk add 5 4" \
			"trunk add 1 4096" "trunk rem 4096 4096" "trunk 4-5" "node 1:2:3:4:5:6:7"; do
			read -r file words <<<"$wrong"
			refused "Invalid argument" $TREE/0/$file "$words"
		done
		[ "$(<$TREE/0/config)" = "$before" ]
		# numbers wrap, and the end of a line is not looked at
		put $TREE/0/vlan 65546:3:junk
		[ "$(config_of $TREE/0 VLAN),$(config_of $TREE/0 QoS)" = 10,3 ]
		printf Up >$TREE/0/link_state
		[ "$(config_of $TREE/0 LinkState)" = Up ]
		put $TREE/0/node 0:11:22:33:44:55:1:0
		[ "$(<$TREE/0/node)" = 00:11:22:33:44:55:01:00 ]
		# neither rate looks at the other
		put $TREE/0/max_tx_rate 10
		put $TREE/0/min_tx_rate 20
		[ "$(config_of $TREE/0 MinTxRate)" = 20 ]
		if [ $release = 25.10 ]; then
			refused "Invalid argument" $TREE/0/max_tx_rate 10abc
			refused "Numerical result out of range" $TREE/0/max_tx_rate 4294967296
		else
			put $TREE/0/max_tx_rate 30abc
			[ "$(config_of $TREE/0 MaxTxRate)" = 30 ]
		fi
		card_off
	done
}

@test "vendor: release 4.0 has manners of its own" {
	tree_on 4.0
	[ "$(<$TREE/0/vlan)" = "usage: write <Vlan:Qos> to set VF Vlan and Qos" ]
	put $TREE/0/vlan 10:3:802.1ad
	run ! ip link set $pf vf 0 vlan 5 proto 802.1ad
	[ "$(seen $pf 0 '.vlan_list[0].vlan')" = 10 ]
	put $TREE/0/trust ONE
	[ "$(config_of $TREE/0 Trust)" = ON ]
	run -1 bash -c "printf Down >$TREE/0/link_state"
	put $TREE/0/link_state Down
	[ "$(config_of $TREE/0 LinkState)" = Down ]
	put $DEVICES/$MLX_IB/sriov_numvfs 1
	[ "$(wc -c <$DEVICES/$MLX_IB/sriov/0/policy)" = 4 ]
}

@test "vendor: release 4.2 has a list of MACs" {
	tree_on 4.2
	[ -z "$(<$TREE/0/mac_list)" ]
	put $TREE/0/mac_list add 02:00:00:00:00:01
	put $TREE/0/mac_list add 02:00:00:00:00:02
	[ "$(<$TREE/0/mac_list)" = "Virtual MACs: 02:00:00:00:00:01 02:00:00:00:00:02" ]
	[ "$(config_of $TREE/0 VMAC)" = ON ]
	put $TREE/0/mac_list rem 02:00:00:00:00:01
	[ "$(<$TREE/0/mac_list)" = "Virtual MACs: 02:00:00:00:00:02" ]
	refused "Invalid argument" $TREE/0/mac_list rem 02:00:00:00:00:01
}

@test "vendor: a trunk grows and shrinks, and excludes a VLAN of the card's" {
	tree_on 5.8
	put $TREE/0/trunk add 4 6
	put $TREE/0/trunk add 17 17
	put $TREE/0/trunk add 0 0
	[ "$(<$TREE/0/trunk)" = "Allowed 802.1Q VLANs: 0 4 5 6 17" ]
	[ "$(config_of $TREE/0 'VGT+')" = ON ]
	put $TREE/0/trunk rem 5 100
	[ "$(<$TREE/0/trunk)" = "Allowed 802.1Q VLANs: 0 4" ]
	refused "Operation not permitted" $TREE/0/vlan 10:0
	refused "Operation not permitted" $TREE/0/vlan 0:0
	run ! ip link set $pf vf 0 vlan 10
	[[ $output == *"Operation not permitted"* ]]
	put $TREE/0/trunk rem 0 4095
	[ "$(config_of $TREE/0 'VGT+')" = OFF ]
	[ -z "$(<$TREE/0/trunk)" ]
	ip link set $pf vf 0 vlan 10
	refused "Operation not permitted" $TREE/0/trunk add 4 4
	put $TREE/0/trunk rem 4 4
	put $TREE/0/vlan 0:0
	put $TREE/0/trunk add 4 4
	put $DEVICES/$MLX0/sriov_numvfs 0
	put $DEVICES/$MLX0/sriov_numvfs 2
	[ -z "$(<$TREE/0/trunk)" ]
}

@test "vendor: a trunk that is too long is cut where the page ends" {
	tree_on 25.10
	put $TREE/0/trunk add 0 1021
	[ "$(tail -c 6 $TREE/0/trunk)" = " 1021" ]
	put $TREE/0/trunk add 0 4095
	[ "$(wc -c <$TREE/0/trunk)" = 4095 ]
	[ "$(tail -c 8 $TREE/0/trunk)" = "1035 103" ]
	put $TREE/0/trunk rem 0 999
	[[ $(<$TREE/0/trunk) == "Allowed 802.1Q VLANs: 1000 1001"* ]]
	[ "$(wc -c <$TREE/0/trunk)" = 4095 ]
}

groups() { names $TREE/groups; }

@test "vendor: a group comes with its first VF and goes with its last" {
	while IFS='|' read -r release none used; do
		tree_on $release 3
		[ "$(groups)" = "$none" ]
		put $TREE/0/group 7
		put $TREE/2/group 7
		[ "$(groups)" = "${used:+$used }7" ]
		[ "$(config_of $TREE/0 RateGroup),$(config_of $TREE/1 RateGroup)" = 7,0 ]
		[ "$(head -n 2 $TREE/groups/7/config)" = "Num VFs    : 2
MaxRate    : 0" ]
		put $TREE/groups/7/max_tx_rate 5000
		put $TREE/0/group 255
		[ "$(config_of $TREE/groups/7 MaxRate),$(config_of $TREE/groups/7 'Num VFs')" = 5000,1 ]
		put $TREE/2/group 0
		within 5 is_gone $TREE/groups/7
		[ "$(groups)" = "${used:+$used }255" ]
		put $TREE/2/group 7
		[ "$(config_of $TREE/groups/7 MaxRate)" = 0 ]
		put $DEVICES/$MLX0/sriov_numvfs 0
		within 5 is_gone $TREE/groups/7
		[ -z "$(groups)" ]
		put $DEVICES/$MLX0/sriov_numvfs 3
		[ "$(groups)" = "$none" ]
		[ "$(config_of $TREE/2 RateGroup)" = 0 ]
		card_off
	done <<-END
		4.6-1|0|0
		4.6|0|0
		5.8||0
		24.10||
		25.10||
	END
}

@test "vendor: group 0 of release 5.8 comes with the first rate, even by ip" {
	tree_on 5.8
	[ -z "$(groups)" ]
	ip link set $pf vf 0 max_tx_rate 100
	[ "$(groups)" = 0 ]
	[ "$(config_of $TREE/groups/0 'Num VFs')" = 1 ]
	put $TREE/groups/0/max_tx_rate 400
	[ "$(config_of $TREE/groups/0 MaxRate)" = 400 ]
}

@test "vendor: groups have guarantees, and shares relative to the largest" {
	tree_on 25.10 4
	for i in 1 2 3; do
		put $TREE/$i/group $i
	done
	put $TREE/groups/1/min_tx_rate 20000
	put $TREE/groups/2/min_tx_rate 5000
	[ "$(<$TREE/groups/2/config)" = "Num VFs    : 1
MaxRate    : 0
MinRate    : 5000
BWShare(Indirect cfg)    : 25" ]
	[ "$(tail -n 1 $TREE/groups/3/config)" = "BWShare(Indirect cfg)    : 1" ]
	card_off
	# the first of them had none
	tree_on 4.6-1
	[ "$(names $TREE/groups/0)" = "config max_tx_rate" ]
	[ "$(keys $TREE/groups/0/config)" = "Num VFs,MaxRate" ]
}

@test "vendor: a card whose firmware has no groups" {
	tree_on 25.10 1 rate_groups=0
	[ ! -e $TREE/groups ]
	refused "Operation not supported" $TREE/0/group 1
	put $TREE/0/max_tx_rate 100
}

# is_busy COMMAND...: does it fail because of that?
is_busy()
{
	! "$@" 2>"$BATS_TEST_TMPDIR/error" || return 1
	grep -q "Device or resource busy" "$BATS_TEST_TMPDIR/error"
}

@test "vendor: groups that are leaving, and files that are busy meanwhile" {
	tree_on 25.10 3
	put $TREE/0/group 7
	put $TREE/1/group 8
	fault group_leave block
	put $TREE/0/group 8
	within 5 is_blocked group_leave
	[ -e $TREE/groups/7 ]
	refused "Invalid argument" $TREE/groups/7/max_tx_rate 100
	put $TREE/groups/8/max_tx_rate 100
	# who makes it anew waits for the old one to leave, and others do not wait for him
	put $TREE/2/group 7 &
	within 5 is_busy put $TREE/groups/8/max_tx_rate 200
	[ "$(config_of $TREE/groups/8 MaxRate)" -ge 100 ]
	fault group_leave none
	wait $!
	put $TREE/groups/8/max_tx_rate 300
	[ "$(groups)" = "7 8" ]
	card_off
	tree_on 24.10 3
	put $TREE/0/group 7
	fault group_leave block
	put $TREE/0/group 0
	within 5 is_blocked group_leave
	put $TREE/1/group 8 &
	within 5 is_busy cat $TREE/groups/7/config
	fault group_leave none
	wait $!
}

@test "vendor: mlx5_num_vfs, and what each release lets it do" {
	local file=$DEVICES/$MLX0/mlx5_num_vfs
	while IFS='|' read -r release over zero too_many; do
		tree_on $release 2
		[ "$(<$file)" = 2 ]
		refused "$over" $file 3
		if [ "$zero" = gone ]; then
			[ "$(num_vfs $MLX0),$(<$file)" = 0,0 ]
			[ ! -e $TREE/0 ]
		else
			put $file 2
		fi
		put $file 0
		put $file 0
		[ "$(num_vfs $MLX0)" = 0 ]
		put $file 0x3
		[ -e $DEVICES/$MLX0/virtfn2 ]
		[ -e $TREE/2/config ]
		put $DEVICES/$MLX0/sriov_numvfs 0
		[ "$(<$file)" = 0 ]
		refused "$too_many" $file 128
		refused "Invalid argument" $file many
		run -1 put $file -1
		[ "$(<$file)" = 0 ]
		card_off
	done <<-END
		4.6|Device or resource busy|gone|Invalid argument
		5.8|Device or resource busy||Invalid argument
		25.10|Device or resource busy||Numerical result out of range
	END
}

@test "vendor: kernels without sriov_numvfs, and kernels where it refuses" {
	card_on ofed=4.6 numvfs=refused
	refused "No such file or directory" $DEVICES/$MLX0/sriov_numvfs 2
	put $DEVICES/$MLX0/mlx5_num_vfs 2
	[ "$(num_vfs $MLX0)" = 2 ]
	card_off
	card_on ofed=5.8 numvfs=absent
	[ ! -e $DEVICES/$MLX0/sriov_numvfs ]
	put $DEVICES/$MLX0/mlx5_num_vfs 2
	[ -e $DEVICES/$MLX0/virtfn1 ]
	put $DEVICES/$MLX0/mlx5_num_vfs 0
	card_off
	card_on ofed=5.8 faults=numvfs=fail:ENOSYS
	refused "Function not implemented" $DEVICES/$MLX0/sriov_numvfs 2
	put $DEVICES/$MLX0/mlx5_num_vfs 2
	[ "$(num_vfs $MLX0)" = 2 ]
}

@test "vendor: an InfiniBand VF has node, port and policy" {
	card_on ofed=25.10
	tree=$DEVICES/$MLX_IB/sriov
	put $DEVICES/$MLX_IB/sriov_numvfs 2
	ib=$(netdev_of $MLX_IB)
	[ "$(names $tree/1)" = "node policy port" ]
	[ "$(<$tree/1/policy)" = Down ]
	# of the firmware, which netlink does not tell
	[ "$(<$tree/1/node) $(<$tree/1/port)" = "0c:42:a1:03:00:c6:e0:02 0c:42:a1:03:00:c6:e0:03" ]
	put $tree/1/node 00:11:22:33:44:55:1:0
	put $tree/1/port 00:11:22:33:44:55:2:0
	put $tree/1/policy Follow
	run -0 ip link show $ib
	[[ $output == *"vf 1 "*"NODE_GUID 00:11:22:33:44:55:01:00, PORT_GUID 00:11:22:33:44:55:02:00, link-state auto"* ]]
	ip link set $ib vf 1 node_guid 00:11:22:33:44:55:66:77
	ip link set $ib vf 1 state enable
	[ "$(<$tree/1/node) $(<$tree/1/policy)" = "00:11:22:33:44:55:66:77 Up" ]
	for wrong in "policy up" "policy Auto" "policy 1" "node x" "port 00:11:22:33:44:55:66"; do
		refused "Invalid argument" $tree/0/${wrong% *} "${wrong#* }"
	done
	put $DEVICES/$MLX_IB/sriov_numvfs 0
	put $DEVICES/$MLX_IB/sriov_numvfs 2
	[ "$(<$tree/1/node) $(<$tree/1/policy)" = "00:11:22:33:44:55:66:77 Up" ]
}

@test "vendor: netlink that lacks or refuses what the tree can" {
	tree_on 5.8 1 no_ndo=spoofchk,rate
	run ! ip link set $pf vf 0 spoofchk on
	[[ $output == *"Operation not supported"* ]]
	run ! ip link set $pf vf 0 max_tx_rate 100
	[[ $output == *"Operation not supported"* ]]
	put $TREE/0/spoofcheck ON
	put $TREE/0/max_tx_rate 100
	[ "$(config_of $TREE/0 SpoofCheck),$(config_of $TREE/0 MaxTxRate)" = ON,100 ]
	[ "$(seen $pf 0 'has("spoofchk")')" = false ]
	[ "$(seen $pf 0 .trust)" = false ]
	card_off
	tree_on 5.8 1 no_ndo=config
	! ip link show $pf | grep "vf 0" || return 1
	card_off
	tree_on 5.8 1
	fault ndo_set_vf_min_rate fail:EOPNOTSUPP
	ip link set $pf vf 0 max_tx_rate 100
	run ! ip link set $pf vf 0 min_tx_rate 10
	[[ $output == *"Operation not supported"* ]]
	put $TREE/0/min_tx_rate 10
	[ "$(seen $pf 0 .rate)" = '{"max_tx":100,"min_tx":10}' ]
	while read -r operation words; do
		fault ndo_set_vf_$operation fail:EOPNOTSUPP
		run ! ip link set $pf vf 0 $words
		[[ $output == *"Operation not supported"* ]]
	done <<-END
		mac mac 02:00:00:00:00:01
		vlan vlan 5
		rate max_tx_rate 500
		spoofchk spoofchk on
		trust trust on
		link_state state enable
	END
	put $TREE/0/trust ON
	[ "$(config_of $TREE/0 Trust)" = ON ]
}

# stat_of VF COUNTER: as the tree has it.
stat_of() { sed -n "s/^$2 *: //p" $TREE/$1/stats; }

# same_statistics VF: does ip tell what the tree tells?
same_statistics()
{
	[ "$(ip -s -j link show $pf | jq -r ".[0].vfinfo_list[] | select(.vf == $1) | .stats |
		[.rx.packets, .rx.bytes, .rx.dropped, .rx.multicast, .rx.broadcast,
		 .tx.tx_packets, .tx.tx_bytes, .tx.dropped] | @text")" = \
		"[$(for counter in rx_packets rx_bytes rx_dropped rx_multicast rx_broadcast \
			tx_packets tx_bytes tx_dropped; do stat_of $1 $counter; done | paste -sd ,)]" ]
}

# frames_on: two VFs that only send what the test sends; their netdevs in nets.
frames_on()
{
	tree_on $1
	for i in 0 1; do
		ip link set $pf vf $i mac 02:00:00:00:00:0$i
	done
	echo 1 >$DEVICES/$MLX0/sriov_drivers_autoprobe
	nets=()
	for i in 0 1; do
		vf_of $MLX0 $i >/sys/bus/pci/drivers_probe
		nets[i]=$(netdev_of "$(vf_of $MLX0 $i)")
		echo 1 >/proc/sys/net/ipv6/conf/${nets[i]}/disable_ipv6
		ip link set ${nets[i]} up
	done
	ip addr add 192.0.2.1/24 broadcast 192.0.2.255 dev ${nets[0]}
	ip neigh add 192.0.2.2 lladdr 02:00:00:00:00:01 dev ${nets[0]}
}

counts() { [ "$(stat_of $1 $2)" = "$3" ]; }

@test "vendor: statistics are those of the frames, in the tree as for ip" {
	frames_on 25.10
	echo x >/dev/udp/192.0.2.2/9
	within 5 counts 0 tx_packets 1
	[ "$(stat_of 1 rx_packets),$(stat_of 1 rx_bytes)" = "1,$(stat_of 0 tx_bytes)" ]
	ip route add 224.0.0.0/4 dev ${nets[0]}
	echo x >/dev/udp/224.0.0.9/9
	within 5 counts 0 tx_multicast 1
	[ "$(stat_of 1 rx_multicast)" = 1 ]
	ip link set $pf vf 0 spoofchk on
	ip link set ${nets[0]} address 02:00:00:00:00:99
	ip neigh replace 192.0.2.2 lladdr 02:00:00:00:00:01 dev ${nets[0]}
	echo x >/dev/udp/192.0.2.2/9
	within 5 counts 0 tx_dropped 1
	[ "$(stat_of 1 rx_packets)" = 2 ]
	for i in 0 1; do
		same_statistics $i
	done
	# to order, where no driver is needed
	add_traffic $MLX0 1 rx_bytes 1000000000000
	add_traffic $MLX0 1 rx_broadcast 7
	[ "$(stat_of 1 rx_bytes)" -gt 1000000000000 ]
	[ "$(stat_of 1 rx_broadcast)" = 7 ]
	same_statistics 1
	for wrong in "$MLX0 127 rx_bytes 1" "$MLX0 1 bytes 1" "$MLX0 1 rx_bytes" "0003:81:00.0 1 rx_bytes 1" \
		"0001:81:00.2 1 rx_bytes 1"; do
		run -1 add_traffic $wrong
	done
	fault get_vf_stats fail:EIO
	run -1 cat $TREE/1/stats
	[[ $output == *"Invalid argument"* ]]
}

@test "vendor: a trunk lets through what it names" {
	frames_on 5.8
	ip link add link ${nets[0]} name tagged type vlan id 5
	echo 1 >/proc/sys/net/ipv6/conf/tagged/disable_ipv6
	ip link set tagged up
	ip addr add 198.51.100.1/24 dev tagged
	ip neigh add 198.51.100.2 lladdr 02:00:00:00:00:01 dev tagged
	echo x >/dev/udp/198.51.100.2/9
	within 5 counts 1 rx_packets 1
	put $TREE/1/trunk add 6 6
	echo x >/dev/udp/198.51.100.2/9
	within 5 counts 1 rx_dropped 1
	put $TREE/1/trunk add 0 5
	echo x >/dev/udp/198.51.100.2/9
	within 5 counts 1 rx_packets 2
	put $TREE/0/trunk add 5 5
	echo x >/dev/udp/198.51.100.2/9
	within 5 counts 1 rx_packets 3
	# without VLAN 0, nothing without a tag
	echo x >/dev/udp/192.0.2.2/9
	within 5 counts 0 tx_dropped 1
	put $TREE/0/trunk rem 0 4095
	put $TREE/0/vlan 6:0
	echo x >/dev/udp/198.51.100.2/9
	within 5 counts 0 tx_dropped 2
	echo x >/dev/udp/192.0.2.2/9
	within 5 counts 1 rx_packets 4
	same_statistics 0
	same_statistics 1
}

@test "vendor: every file can fail, and what is ignored changes nothing" {
	tree_on 4.2 1
	try_faults $TREE "store_mac_list:mac_list:add 02:00:00:00:00:01" show_mac_list:mac_list:
	card_off
	tree_on 25.10 2
	try_faults $TREE store_node:node:1:2:3:4:5:6:7:8 store_mac:mac:02:00:00:00:00:01 \
		store_vlan:vlan:5:0 store_link_state:link_state:Up store_spoofcheck:spoofcheck:ON \
		store_trust:trust:ON store_max_tx_rate:max_tx_rate:100 \
		store_min_tx_rate:min_tx_rate:10 store_group:group:3 show_node:node: \
		show_config:config: show_stats:stats: show_trunk:trunk: \
		store_page_limit:paging_control/page_limit:5 show_paging:paging_control/num_pages:
	put $TREE/0/vlan 0:0
	# as a card that cannot put these tags on
	fault store_vlan fail:EPROTONOSUPPORT
	refused "Protocol not supported" $TREE/0/vlan 5:0:802.1ad
	try_faults $TREE "store_trunk:trunk:add 4 4" show_group_config:../groups/3/config: \
		store_group_max_tx_rate:../groups/3/max_tx_rate:100 \
		store_group_min_tx_rate:../groups/3/min_tx_rate:100 mlx5_num_vfs:../../mlx5_num_vfs:0
	put $DEVICES/$MLX_IB/sriov_numvfs 1
	try_faults $DEVICES/$MLX_IB/sriov store_node:node:1:2:3:4:5:6:7:8 show_node:node: \
		store_port:port:1:2:3:4:5:6:7:8 show_port:port: store_policy:policy:Up show_policy:policy:
}

@test "vendor: files that are open, or in use, when their VF goes" {
	tree_on 25.10 3
	put $TREE/2/group 9
	exec 7<$TREE/2/config 8>$TREE/2/trust 9<$TREE/groups/9/config
	(cd $TREE/2 && exec sleep 60) &
	sleeper=$!
	# who is in there is waited for
	fault store_trunk block
	put $TREE/1/trunk add 4 4 &
	within 5 is_blocked store_trunk
	put $DEVICES/$MLX0/sriov_numvfs 0 &
	within 5 is_gone $TREE/0
	[ -e $DEVICES/$MLX0/sriov ]
	fault store_trunk none
	wait %2 %3
	is_gone $TREE/2
	run ! cat <&7
	[[ $output == *"No such device"* ]]
	run ! eval 'echo ON >&8'
	run ! cat <&9
	put $DEVICES/$MLX0/sriov_numvfs 3
	run ! cat <&7
	card_off
	run ! cat <&7
	exec 7<&- 8>&- 9<&-
	kill $sleeper
}

@test "vendor: unplugged while many read and write, and VFs come and go" {
	tree_on 25.10 10
	for worker in 1 2 3; do
		while [ -e $TREE ]; do
			for i in {0..9}; do
				put $TREE/$i/group $(((RANDOM % 4) * worker))
				put $TREE/$i/trunk add $i 4095
				put $TREE/groups/$worker/max_tx_rate $RANDOM
				cat $TREE/$i/config $TREE/groups/*/config
			done
		done &>/dev/null &
	done
	for i in {1..5}; do
		put $DEVICES/$MLX0/mlx5_num_vfs 0
		put $DEVICES/$MLX0/sriov_numvfs 10
	done
	echo $MLX0 >/sys/bus/pci/drivers/mlx5_core/unbind
	echo $MLX0 >/sys/bus/pci/drivers/mlx5_core/bind
	put $DEVICES/$MLX0/sriov_numvfs 10
	timeout -s KILL 60 rmmod mlx5_core
	wait
	[ ! -e $TREE ]
}
