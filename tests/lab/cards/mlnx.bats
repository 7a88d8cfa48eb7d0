#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# sriov on the tree of MLNX_OFED: trunks, groups and what netlink does not carry. The witness
# is cat, on each release of the driver that differs.
# shellcheck disable=SC2086,SC2154 # names have no blanks; run --separate-stderr sets stderr

load ../lab

setup_file() { hurry_on; }

TREE=$DEVICES/$MLX0/sriov

# tree_on RELEASE [VFS [PARAMETER=VALUE]...]: a card with VFs that have no driver.
tree_on()
{
	card_on ofed=$1 "${@:3}"
	echo 0 >$DEVICES/$MLX0/sriov_drivers_autoprobe
	[ "${2:-4}" = 0 ] || echo "${2:-4}" >$DEVICES/$MLX0/sriov_numvfs
}

# releases RELEASE...: all of them; under sanitizers, which look for other things, the last but one.
releases()
{
	case $SRIOV_BUILD_DIR in
	*/sanitize) echo "${@: -2:1}" ;;
	*) echo "$@" ;;
	esac
}

trunk_of() { cat "$TREE/$1/trunk"; }
group_of() { config_of "$TREE/$1" RateGroup; }

# writes COMMAND...: what is written into the tree, a line each.
writes()
{
	ASAN_OPTIONS=${ASAN_OPTIONS:-}:detect_leaks=0 strace -f -qq -y -s 80 -e trace=write -o "$BATS_TEST_TMPDIR/trace" "$@"
	sed -n 's#.*write([0-9]*<[^>]*/sriov/\([^>]*\)>, "\(.*\)\\n", [0-9]*) = .*#\1 \2#p' "$BATS_TEST_TMPDIR/trace"
}

@test "tree: what netlink carries goes over netlink, what it does not goes to the tree" {
	for release in $(releases 4.6 5.8 24.10 25.10); do
		tree_on $release
		run -0 sriov -j vf set $MLX0/1 mac 02:00:00:00:00:01 max_tx_rate 15000 trust on trunk 4-15,17 group 7
		[ "$(jq -c '[.[] | .backend] | unique' <<<"$output")" = '["mlnx","rtnl"]' ]
		[ "$(jq -r '.[] | select(.backend == "mlnx") | .attribute' <<<"$output" | paste -sd ' ')" = "group trunk" ]
		[ "$(trunk_of 1)" = "Allowed 802.1Q VLANs: 4 5 6 7 8 9 10 11 12 13 14 15 17" ]
		[ "$(group_of 1),$(config_of $TREE/1 MaxTxRate),$(config_of $TREE/1 Trust)" = 7,15000,ON ]
		run -0 sriov -o trunk,group,max_tx_rate vf show $MLX0/1
		[[ $output == *"4-15,17"*7*15000* ]]
		run -0 sriov -j vf set $MLX0/1 trunk 4-15,17 group 7
		[ "$(jq -c '[.[] | .state] | unique' <<<"$output")" = '["same"]' ]
		card_off
	done
}

@test "tree: everything, where netlink has none of it" {
	for release in $(releases 4.0 4.2 4.6 5.8 25.10); do
		tree_on $release 2 no_ndo=mac,vlan,rate,spoofchk,trust,link_state
		run -0 sriov -j vf set $MLX0/1 mac 02:00:00:00:00:01 vlan 10 qos 3 max_tx_rate 200 \
			min_tx_rate 20 spoofchk on trust on state enable
		[ "$(jq -c '[.[] | .backend] | unique' <<<"$output")" = '["mlnx"]' ]
		[ "$(sed -n '2,4p; /SpoofCheck/,/MaxTxRate/p' $TREE/1/config)" = "MAC        : 02:00:00:00:00:01
VLAN       : 10
QoS        : 3
SpoofCheck : ON
Trust      : ON
LinkState  : Up
MinTxRate  : 20
MaxTxRate  : 200" ]
		run -0 sriov vf set $MLX0/1 vlan 0 spoofchk off trust off state disable
		[ "$(config_of $TREE/1 VLAN),$(config_of $TREE/1 SpoofCheck),$(config_of $TREE/1 LinkState)" = 0,OFF,Down ]
		card_off
	done
}

@test "trunk: with the fewest writes, and never through the empty one" {
	tree_on 5.8
	[ "$(writes sriov vf set $MLX0/0 trunk 4-15,17)" = "0/trunk add 4 15
0/trunk add 17 17" ]
	[ "$(writes sriov vf set $MLX0/0 trunk +16,18)" = "0/trunk add 16 18" ]
	[ "$(writes sriov vf set $MLX0/0 trunk -4,6)" = "0/trunk rem 4 4
0/trunk rem 6 6" ]
	[ "$(writes sriov vf set $MLX0/0 trunk 100-200)" = "0/trunk add 100 200
0/trunk rem 5 18" ]
	[ "$(writes sriov vf set $MLX0/0 trunk 0)" = "0/trunk add 0 0
0/trunk rem 100 200" ]
	[ "$(trunk_of 0)" = "Allowed 802.1Q VLANs: 0" ]
	run -2 sriov vf set $MLX0/0 trunk -0
	[[ $output == *"'trunk none'"* ]]
	[ "$(trunk_of 0)" = "Allowed 802.1Q VLANs: 0" ]
	[ "$(writes sriov vf set $MLX0/0 trunk none)" = "0/trunk rem 0 0" ]
	[ -z "$(trunk_of 0)" ]
}

@test "trunk: what does not fit into a page is incomplete, and not called done" {
	tree_on 5.8
	run -0 --separate-stderr sriov -j vf set $MLX0/0 trunk 0-4095
	[ "$(jq -r '.[0].state' <<<"$output")" = unverified ]
	run -0 sriov -j -o trunk,note vf show $MLX0/0
	[ "$(jq -c '.[0]' <<<"$output")" = '{"trunk":null,"note":"trunk-incomplete"}' ]
	run -2 sriov vf set $MLX0/0 trunk -7
	[[ $output == *"give all of them"* ]]
	run -2 sriov vf set $MLX0/0 vlan 10
	[[ $output == *VGT+* ]]
	run -4 sriov pf set $MLX0 num_vfs 2
	run -0 sriov vf set $MLX0/0 trunk 4000-4002
	[ "$(trunk_of 0)" = "Allowed 802.1Q VLANs: 4000 4001 4002" ]
}

@test "trunk: it and a VLAN of the card's take each other's place only when told so" {
	tree_on 5.8
	pf=$(netdev_of $MLX0)
	sriov vf set $MLX0/0 vlan 10
	run -2 sriov vf set $MLX0/0 trunk 4
	[[ $output == *"$MLX0/0: trunk: "*"VST"* ]]
	sriov vf set $MLX0/0 vlan 0 trunk 4-5
	[ "$(trunk_of 0)" = "Allowed 802.1Q VLANs: 4 5" ]
	run -2 sriov vf set $MLX0/0 vlan 10
	[ "$(seen $pf 0 '.vlan_list[0].vlan // 0')" = 0 ]
	sriov vf set $MLX0/0 trunk none vlan 10
	[ -z "$(trunk_of 0)" ]
	[ "$(seen $pf 0 '.vlan_list[0].vlan')" = 10 ]
	# and back, when something fails behind it
	fault set_vf_trust fail:EIO
	run -1 sriov vf set $MLX0/1 trust on
	run -1 sriov vf set $MLX0/0 vlan 0 trunk 7 trust on
	[ -z "$(trunk_of 0)" ]
	[ "$(seen $pf 0 '.vlan_list[0].vlan')" = 10 ]
}

@test "group: members first, then its rates; with its last VF it goes" {
	for release in $(releases 4.6 5.8 24.10 25.10); do
		tree_on $release 8
		[ "$(writes sriov group set $MLX0 7 max_tx_rate 5000 vfs 5-6)" = "5/group 7
6/group 7
groups/7/max_tx_rate 5000" ]
		[ "$(config_of $TREE/groups/7 'Num VFs'),$(config_of $TREE/groups/7 MaxRate)" = 2,5000 ]
		run -0 sriov -j group show $MLX0 7
		[ "$(jq -c '.[0] | [.vfs, .num_vfs, .max_tx_rate]' <<<"$output")" = '["5-6",2,5000]' ]
		# all members are others now: it keeps its limit
		sriov group set $MLX0 7 vfs 1,3
		[ "$(group_of 5),$(group_of 6),$(group_of 1),$(group_of 3)" = 0,0,7,7 ]
		[ "$(config_of $TREE/groups/7 MaxRate)" = 5000 ]
		# who leaves it last
		sriov vf set $MLX0/1,3 group none
		within 5 is_gone $TREE/groups/7
		run -2 sriov group set $MLX0 7 max_tx_rate 100
		[[ $output == *"there is no such group"* ]]
		sriov group set $MLX0 7 vfs 0 min_tx_rate 10
		sriov group del $MLX0 7
		within 5 is_gone $TREE/groups/7
		run -2 sriov group del $MLX0 7
		card_off
	done
}

@test "group: what VFs can send, and what groups get of the line, as the manual has it" {
	tree_on 5.8 8 speed=40000
	ip link set "$(netdev_of $MLX0)" up
	sriov vf set $MLX0/0-1 group 3 max_tx_rate 15000
	sriov group set $MLX0 3 max_tx_rate 20000
	[ "$(sriov -j -o effective_tx_rate vf show $MLX0/0-1 | jq -c 'map(.effective_tx_rate)')" = '[10000,10000]' ]
	sriov vf set $MLX0/0 max_tx_rate 30000
	sriov vf set $MLX0/1 max_tx_rate 5000
	[ "$(sriov -j -o effective_tx_rate vf show $MLX0/0-1 | jq -c 'map(.effective_tx_rate)')" = '[15000,5000]' ]
	sriov group del $MLX0 3
	for i in 1 2 3 4; do
		sriov vf set $MLX0/$i group $i
	done
	sriov group set $MLX0 1 min_tx_rate 20000
	sriov group set $MLX0 2 min_tx_rate 5000
	sriov group set $MLX0 3 min_tx_rate 15000
	[ "$(sriov -j group show $MLX0 | jq -c 'map([.group, .share_tx_rate])')" = \
		'[["0",0],["1",20000],["2",5000],["3",15000],["4",0]]' ]
	run -0 --separate-stderr sriov group set $MLX0 4 min_tx_rate 1000
	[[ $stderr == *"more together than the link has"* ]]
	run -0 --separate-stderr sriov group show $MLX0 note over-link
	[[ $stderr == *"more together than the link has"* ]]
}

@test "group: when something fails, members and rates are as before" {
	tree_on 5.8
	sriov group set $MLX0 3 vfs 0-1 max_tx_rate 300 min_tx_rate 30
	before=$(cat $TREE/*/config $TREE/groups/*/config)
	fault set_vf_trust fail:EIO:vf:1
	run -1 sriov vf set $MLX0/0-1 group 4 trust on
	within 5 is_gone $TREE/groups/4
	[ "$(cat $TREE/*/config $TREE/groups/*/config)" = "$before" ]
}

@test "group: what cannot be given back does not take VFs with it" {
	tree_on 5.8
	sriov group set $MLX0 3 vfs 0-1 max_tx_rate 300
	# the number cannot become another, and then the rate cannot be put back
	fault sriov_enable fail:EIO:once
	fault store_group_max_tx_rate fail:EIO
	run -5 --separate-stderr sriov pf set $MLX0 num_vfs 6
	[[ $stderr == *"$MLX0"*left* ]]
	[ "$(num_vfs $MLX0)" = 4 ]
	[ "$(group_of 0),$(group_of 1)" = 3,3 ]
	[ "$(config_of $TREE/groups/3 MaxRate)" = 0 ]
	# and the same when only new ones fail, one by one
	fault store_group_max_tx_rate none
	sriov group set $MLX0 3 max_tx_rate 300
	fault store_group_max_tx_rate fail:EIO
	run -5 sriov -k pf set $MLX0 num_vfs 6
	[ "$(num_vfs $MLX0)" = 6 ]
	[ "$(group_of 0),$(group_of 1)" = 3,3 ]
}

@test "group: VFs that are moved back bring the rates of their group with them" {
	tree_on 5.8
	sriov group set $MLX0 2 vfs 3 min_tx_rate 50 max_tx_rate 500
	sriov vf set $MLX0/1 group 1
	before=$(cat $TREE/[0-3]/config $TREE/groups/[12]/config)
	fault store_group_max_tx_rate fail:EIO:once
	run -1 sriov group set $MLX0 2 vfs 1 max_tx_rate 600
	[ "$(cat $TREE/[0-3]/config $TREE/groups/[12]/config)" = "$before" ]
	# one that cannot leave keeps the limit
	sriov vf set $MLX0/1 group 2
	fault store_group fail:EIO:vf:3
	run -1 sriov -k group del $MLX0 2
	[ "$(group_of 1),$(group_of 3)" = 0,2 ]
	[ "$(config_of $TREE/groups/2 MaxRate),$(config_of $TREE/groups/2 MinRate)" = 500,50 ]
}

@test "what cannot be read of the tree is not taken for nothing" {
	tree_on 5.8
	sriov vf set $MLX0/1 trunk 4-5 group 3
	fault show_trunk fail:EIO:vf:1
	run -0 sriov -j -o trunk,note vf show $MLX0/1
	[ "$(jq -c '.[0]' <<<"$output")" = '{"trunk":null,"note":"incomplete"}' ]
	run -4 sriov pf set $MLX0 num_vfs 2
	fault show_trunk none
	fault show_config fail:EIO:vf:1
	run -1 sriov group del $MLX0 3
	[[ $output == *"$MLX0/1: in which group it is cannot be read"* ]]
	fault show_config none
	[ "$(group_of 1)" = 3 ]
	# nor is it waited for without an end
	fault show_config block:vf:1
	run -0 sriov -j -o group,note vf show $MLX0/1
	fault show_config none
	[ "$(jq -c '.[0]' <<<"$output")" = '{"group":null,"note":"blocked"}' ]
}

@test "group: busy for a moment is tried again" {
	tree_on 25.10
	sriov vf set $MLX0/0 group 3
	fault store_group_max_tx_rate fail:EBUSY:once
	sriov group set $MLX0 3 max_tx_rate 300
	[ "$(config_of $TREE/groups/3 MaxRate)" = 300 ]
	[ "$(fault_count store_group_max_tx_rate hits)" = 1 ]
}

@test "resize brings trunks, groups and their rates back" {
	for release in $(releases 4.6 5.8 25.10); do
		tree_on $release
		sriov vf set $MLX0/0 trunk 4-15,17 max_tx_rate 100
		sriov vf set $MLX0/1 vlan 9
		sriov group set $MLX0 7 vfs 0,3 max_tx_rate 500 min_tx_rate 50
		sriov group set $MLX0 8 vfs 1 max_tx_rate 800
		before=$(cat $TREE/{0,1,2,3}/{config,trunk})
		groups=$(cat $TREE/groups/{7,8}/config)
		sriov pf set $MLX0 num_vfs 6
		[ "$(cat $TREE/{0,1,2,3}/{config,trunk})" = "$before" ]
		[ "$(cat $TREE/groups/{7,8}/config)" = "$groups" ]
		[ "$(group_of 5)" = 0 ]
		# when the new ones cannot be made, the old ones are made anew
		fault sriov_enable fail:EIO:once
		run -1 sriov pf set $MLX0 num_vfs 3
		[ "$(num_vfs $MLX0)" = 6 ]
		[ "$(cat $TREE/{0,1,2,3}/{config,trunk})" = "$before" ]
		[ "$(cat $TREE/groups/{7,8}/config)" = "$groups" ]
		# those that are not there any more
		sriov pf set $MLX0 num_vfs 1
		[ ! -e $TREE/groups/8 ]
		[ "$(config_of $TREE/groups/7 MaxRate)" = 500 ]
		card_off
	done
}

@test "InfiniBand: node, port and policy, where netlink is short of an answer" {
	for release in $(releases 4.0 5.8 25.10); do
		card_on ofed=$release
		tree=$DEVICES/$MLX_IB/sriov
		echo 0 >$DEVICES/$MLX_IB/sriov_drivers_autoprobe
		echo 2 >$DEVICES/$MLX_IB/sriov_numvfs
		sriov vf set $MLX_IB/1 node_guid 00:11:22:33:44:55:01:00 port_guid 00:11:22:33:44:55:01:01 state auto
		[ "$(<$tree/1/node),$(<$tree/1/port),$(<$tree/1/policy)" = \
			00:11:22:33:44:55:01:00,00:11:22:33:44:55:01:01,Follow ]
		sriov vf set $MLX_IB/1 state enable
		[ "$(<$tree/1/policy)" = Up ]
		run -0 sriov --backend mlnx -j vf set $MLX_IB/0 node_guid 00:11:22:33:44:55:02:00 state disable
		[ "$(<$tree/0/node),$(<$tree/0/policy)" = 00:11:22:33:44:55:02:00,Down ]
		run -0 sriov -j -o node_guid,port_guid,state vf show $MLX_IB/1
		[ "$(jq -c '.[0]' <<<"$output")" = \
			'{"node_guid":"00:11:22:33:44:55:01:00","port_guid":"00:11:22:33:44:55:01:01","state":"enable"}' ]
		card_off
	done
}

@test "kernels whose sriov_numvfs is absent or refuses: mlx5_num_vfs" {
	for how in refused absent; do
		card_on ofed=5.8 numvfs=$how
		run -0 sriov pf show $MLX0
		sriov vf create $MLX0 3 mac 02:00:00:00:00:10+ trunk 5
		[ "$(<$DEVICES/$MLX0/mlx5_num_vfs)" = 3 ]
		[ "$(trunk_of 2)" = "Allowed 802.1Q VLANs: 5" ]
		sriov pf set $MLX0 num_vfs 5
		[ "$(<$DEVICES/$MLX0/mlx5_num_vfs)" = 5 ]
		[ "$(trunk_of 2)" = "Allowed 802.1Q VLANs: 5" ]
		sriov pf set $MLX0 num_vfs 0
		[ "$(<$DEVICES/$MLX0/mlx5_num_vfs)" = 0 ]
		card_off
	done
}

@test "releases that lack something: it is named, and nothing is changed" {
	tree_on 4.0
	run -2 sriov vf set $MLX0/0 mac 02:00:00:00:00:01 trunk 4
	[[ $output == *"trunk: "* ]]
	run -2 sriov vf set $MLX0/0 group 4
	[[ $output == *"group"* ]]
	[ "$(config_of $TREE/0 MAC)" = 00:00:00:00:00:00 ]
	sriov pf set $MLX0 num_vfs 0
	# without VFs nobody can tell
	run -1 sriov vf create $MLX0 2 trunk 4
	[ "$(num_vfs $MLX0)" = 0 ]
	card_off
	tree_on 4.6-1
	run -2 sriov group set $MLX0 4 vfs 1 min_tx_rate 100
	[[ $output == *"4.6-3.5"* ]]
	[ "$(group_of 1)" = 0 ]
	card_off
	card_on
	echo 1 >$DEVICES/$MLX0/sriov_numvfs
	run -2 sriov vf set $MLX0/0 trunk 4
	run -2 sriov group set $MLX0 4 vfs 0
	[[ $output == *MLNX_OFED* ]]
}

@test "vf reset: no trunk and no group" {
	tree_on 5.8
	sriov vf set $MLX0/0 trunk 4 max_tx_rate 100
	sriov group set $MLX0 7 vfs 0 max_tx_rate 500
	sriov vf reset $MLX0/0
	[ -z "$(trunk_of 0)" ]
	[ "$(group_of 0),$(config_of $TREE/0 MaxTxRate)" = 0,0 ]
	within 5 is_gone $TREE/groups/7
}

@test "127 VFs in groups and with trunks" {
	tree_on 5.8 127
	sriov vf set $MLX0/all trunk 0,4-15,100 max_tx_rate 100
	sriov group set $MLX0 1 vfs 0-63 max_tx_rate 1000
	sriov group set $MLX0 2 vfs 64-126 max_tx_rate 2000
	[ "$(cat $TREE/*/trunk | sort | uniq -c | sed 's/^ *//')" = "127 Allowed 802.1Q VLANs: 0 4 5 6 7 8 9 10 11 12 13 14 15 100" ]
	[ "$(sriov -o group,vfs,num_vfs,max_tx_rate group show $MLX0 | sed 's/  */ /g')" = "GROUP VFS NUM MAX
0 - 0 0
1 0-63 64 1000
2 64-126 63 2000" ]
}
