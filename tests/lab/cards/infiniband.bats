#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# VFs of an InfiniBand port over rtnetlink: state and GUIDs, and nothing else.
# shellcheck disable=SC2086,SC2154 # device names have no blanks; run --separate-stderr sets stderr

load ../lab

setup_file() { hurry_on; }

# same WANT GOT: fail, and show how they differ.
same()
{
	[ "$1" = "$2" ] || diff <(printf '%s\n' "$1") <(printf '%s\n' "$2") --label want --label got -u
}

# guids INDEX: node and port GUID of a VF of the InfiniBand PF, as ip has them.
guids()
{
	seen "$(netdev_of $MLX_IB)" "$1" '[."node guid", ."port guid"]'
}

# given N: N VFs, with GUIDs and states that are known.
given()
{
	local i pf

	card_on
	pf=$(netdev_of $MLX_IB)
	echo "$1" >$DEVICES/$MLX_IB/sriov_numvfs
	for ((i = 0; i < $1; i++)); do
		ip link set $pf vf $i node_guid 02:00:00:00:00:00:00:1$i
		ip link set $pf vf $i port_guid 02:00:00:00:00:00:00:2$i
		ip link set $pf vf $i state disable
	done
}

@test "infiniband: what ip has set is shown, and what nobody has is unknown" {
	given 2
	echo 0 >$DEVICES/$MLX_IB/sriov_numvfs
	echo 3 >$DEVICES/$MLX_IB/sriov_numvfs
	run -0 --separate-stderr sriov -j vf show $MLX_IB
	same '["disable","02:00:00:00:00:00:00:11","02:00:00:00:00:00:00:21",null,null,null,null,null,null]' \
		"$(jq -c '.[1] | [.state, .node_guid, .port_guid, .mac, .vlan, .max_tx_rate, .spoofchk, .trust, .note]' <<<"$output")"
	# the policy of a VF is Down when the driver starts
	same '["disable",null,null]' "$(jq -c '.[2] | [.state, .node_guid, .port_guid]' <<<"$output")"
}

@test "infiniband: both GUIDs and the state reach the kernel in one command" {
	given 1
	echo 0 >$DEVICES/$MLX_IB/sriov_numvfs
	echo 4 >$DEVICES/$MLX_IB/sriov_numvfs
	pf=$(netdev_of $MLX_IB)
	run -0 --separate-stderr sriov -j vf set $pf/all node_guid 00:11:22:33:44:55:66:fe+ port_guid 0xfedcba9876543210+ state enable
	same '' "$stderr"
	same '["done"]' "$(jq -c 'map(.state) | unique' <<<"$output")"
	same '["node_guid","02:00:00:00:00:00:00:10","00:11:22:33:44:55:66:fe","rtnl"]' \
		"$(jq -c '.[] | select(.object == "'$MLX_IB'/0" and .attribute == "node_guid") | [.attribute, .old, .new, .backend]' <<<"$output")"
	same '["00:11:22:33:44:55:66:fe","fe:dc:ba:98:76:54:32:10"]' "$(guids 0)"
	same '["00:11:22:33:44:55:67:01","fe:dc:ba:98:76:54:32:13"]' "$(guids 3)"
	[[ $(ip link show $pf) == *"vf 3 "*"NODE_GUID 00:11:22:33:44:55:67:01, PORT_GUID fe:dc:ba:98:76:54:32:13, link-state enable"* ]]
	run -0 sriov --dry-run vf set $pf/all node_guid 00:11:22:33:44:55:66:fe+ port_guid fedcba9876543210+ state enable
	same '' "$output"
}

@test "infiniband: 127 VFs with auto have 254 done steps, and no two the same GUID" {
	card_on
	sriov vf create $MLX_IB 127 node_guid auto port_guid auto state auto driver none
	pf=$(netdev_of $MLX_IB)
	address=$(cat /sys/class/net/$pf/address)
	read -ra byte <<<"${address//:/ }"
	low=${byte[17]}:${byte[18]}:${byte[19]}
	high=$(printf '%02x:%s:%s' $((0x${byte[12]} | 2)) "${byte[13]}" "${byte[14]}")
	same "[\"$high:00:01:$low\",\"$high:00:01:$low\"]" "$(guids 0)"
	same "[\"$high:00:7f:$low\",\"$high:00:7f:$low\"]" "$(guids 126)"
	same 127 "$(ip -j -d link show $pf | jq '[.[0].vfinfo_list[]."port guid"] | unique | length')"
	run -0 --separate-stderr sriov -j vf set $pf/all node_guid auto port_guid auto
	same '["same"]' "$(jq -c 'map(.state) | unique' <<<"$output")"
}

@test "infiniband: a VF has its GUID when its driver starts again" {
	given 2
	sriov vf set $MLX_IB/1 port_guid auto
	guid=$(guids 1 | jq -r '.[1]')
	vf=$(vf_of $MLX_IB 1)
	sriov bind set $vf driver none
	sriov bind set $vf driver default
	[[ $(cat /sys/class/net/"$(netdev_of $vf)"/address) == *":$guid" ]]
}

@test "infiniband: what is Ethernet's is refused, and GUIDs on Ethernet, before anything is written" {
	given 2
	before=$(guids 0)
	pf=$(netdev_of $MLX_IB)
	for words in 'mac 02:00:00:00:00:10' 'vlan 5' 'max_tx_rate 100' 'spoofchk on' 'trust on'; do
		run -2 --separate-stderr sriov vf set $pf/0 node_guid auto $words
		[[ $stderr == *"$MLX_IB/0: ${words%% *}: no back end can set it on this PF"* ]]
	done
	same "$before" "$(guids 0)"
	sriov vf create eth0 2
	run -2 --separate-stderr sriov vf set eth0/all vlan 7 port_guid auto
	[[ $stderr == *"$PF0/0: port_guid: no back end can set it on this PF ("*InfiniBand* ]]
	[ "$(seen eth0 0 '.vlan_list[0].vlan // 0')" = 0 ]
}

@test "infiniband: known GUIDs are put back when a later VF is refused" {
	given 3
	fault set_vf_port_guid fail:EIO:vf:2
	run -1 --separate-stderr sriov -j vf set $MLX_IB/all node_guid auto port_guid auto
	[[ $stderr == *"$MLX_IB/2: port_guid: Input/output error"* ]]
	same '["failed","undone"]' "$(jq -c 'map(.state) | unique' <<<"$output")"
	fault set_vf_port_guid none
	for i in 0 1 2; do
		same "[\"02:00:00:00:00:00:00:1$i\",\"02:00:00:00:00:00:00:2$i\"]" "$(guids $i)"
	done
}

@test "infiniband: GUIDs that were not known cannot be put back, and are named" {
	card_on
	echo 2 >$DEVICES/$MLX_IB/sriov_numvfs
	run -3 sriov --dry-run vf set $MLX_IB/0 node_guid 00:11:22:33:44:55:66:77
	same "$MLX_IB/0 node_guid - -> 00:11:22:33:44:55:66:77" "$output"
	fault set_vf_node_guid fail:EIO:vf:1
	run -5 --separate-stderr sriov vf set $MLX_IB/all node_guid 00:11:22:33:44:55:66:77+
	[[ $stderr == *"$MLX_IB/1: node_guid: Input/output error"* ]]
	[[ $stderr == *"$MLX_IB/0: node_guid: left changed (was -, wanted 00:11:22:33:44:55:66:77): what it was before is not known"* ]]
}

@test "infiniband: a GUID that is taken and ignored is an error that says so" {
	card_on
	echo 2 >$DEVICES/$MLX_IB/sriov_numvfs
	fault set_vf_port_guid ignore
	run -1 --separate-stderr sriov vf set $MLX_IB/0 port_guid auto
	[[ $stderr == *"$MLX_IB/0: port_guid: accepted, but it reads back as none"* ]]
	given_back=$(guids 0)
	[[ $given_back == *'"00:00:00:00:00:00:00:00"]' ]]
}

@test "infiniband: the driver keeps GUIDs: a create that fails gives them back" {
	given 2
	echo 0 >$DEVICES/$MLX_IB/sriov_numvfs
	fault set_vf_port_guid fail:EIO:vf:1
	run -1 --separate-stderr sriov vf create $MLX_IB 2 node_guid auto port_guid auto state enable
	[[ $stderr == *"$MLX_IB/1: port_guid: Input/output error"* ]]
	[ "$(num_vfs $MLX_IB)" = 0 ]
	fault set_vf_port_guid none
	echo 2 >$DEVICES/$MLX_IB/sriov_numvfs
	for i in 0 1; do
		same "[\"02:00:00:00:00:00:00:1$i\",\"02:00:00:00:00:00:00:2$i\"]" "$(guids $i)"
		same '"disable"' "$(seen "$(netdev_of $MLX_IB)" $i .link_state)"
	done
	echo 0 >$DEVICES/$MLX_IB/sriov_numvfs
	# without an old one it is left for the VF that comes next
	echo 3 >$DEVICES/$MLX_IB/sriov_numvfs
	echo 0 >$DEVICES/$MLX_IB/sriov_numvfs
	fault set_vf_port_guid fail:EIO:vf:2
	run -5 --separate-stderr sriov vf create $MLX_IB 3 node_guid auto port_guid auto
	[[ $stderr == *"$MLX_IB/2: node_guid: left changed (was -, "* ]]
	[ "$(num_vfs $MLX_IB)" = 0 ]
}
