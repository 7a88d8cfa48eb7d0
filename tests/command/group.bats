#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# Groups of VFs and VLAN trunks: what is shown, what would be done, and what is refused.

bats_require_minimum_version 1.5.0

load ../helper

setup()
{
	machine ofed
}

PF=0000:03:00.0
port=enp3s0f0np0
group_keys='pf group vfs num_vfs max_tx_rate min_tx_rate share_tx_rate note'

# tree FILE VALUE: a file of the driver's tree; VALUE may have escapes.
tree()
{
	printf '%b' "$2" >"$SYSROOT/sys/bus/pci/devices/$PF/sriov/$1"
}

# config VF KEY VALUE: what the driver tells of a VF, each line with this key.
config()
{
	sed -i "s/^$2 *: .*/$2 : $3/" "$SYSROOT/sys/bus/pci/devices/$PF/sriov/$1/config"
}

# ---- showing ----

@test "group show: members, rates, and the manual's share of the line" {
	run -0 --separate-stderr sriov group
	same "$(cat <<-'END'
	PF            GROUP  VFS  NUM  MAX    MIN    SHARE  NOTE
	0000:03:00.0  0      0,7  2    0      0      0      -
	0000:03:00.0  1      1-2  2    20000  20000  20000  -
	0000:03:00.0  2      3    1    0      5000   5000   -
	0000:03:00.0  3      4-5  2    20000  15000  15000  -
	0000:03:00.0  4      6    1    0      0      0      -
	END
	)" "$output"
	same '' "$stderr"
	all=$output
	run -0 sriov group show $port
	same "$all" "$output"
	run -0 sriov group show $port 3
	same "$(cat <<-'END'
	pf             0000:03:00.0
	group          3
	vfs            4-5
	num_vfs        2
	max_tx_rate    20000
	min_tx_rate    15000
	share_tx_rate  15000
	note           -
	END
	)" "$output"
}

@test "group show: JSON, every key, with types; -o, in the order that was asked for" {
	run_json group show
	[ "$status" = 0 ]
	same "$group_keys" "$(json 'map(keys_unsorted | join(" ")) | unique[]')"
	same '[["0000:03:00.0","0","0,7",2,0,0,0,null],["0000:03:00.0","1","1-2",2,20000,20000,20000,null]]' \
		"$(json 'map([.[]])[:2]')"
	run_json group show -o note,group,vfs $port 2
	same '[{"note":null,"group":"2","vfs":"3"}]' "$(json .)"
	run -0 sriov group show --output help
	same "$group_keys" "$(sed 's/^[* ] //; s/ .*//' <<<"$output" | paste -sd ' ')"
}

@test "group show: filters, also none for VFs that are in no group" {
	while IFS='|' read -r words groups; do
		read -ra filter <<<"$words"
		run_json group show "${filter[@]}"
		[ "$status" = 0 ]
		same "${groups# }" "$(json 'map(.group) | join(" ")')"
	done <<-END
	group 3 | 3
	$port group none | 0
	vfs 1-2 | 1
	num_vfs 2 | 0 1 3
	max_tx_rate 20Gbit min_tx_rate 15000 | 3
	share_tx_rate 0 | 0 4
	note over-link |
	$port none | 0
	END
	run -0 --separate-stderr sriov group show $port num_vfs 9
	same 'sriov: no group matches' "$stderr"
	run -0 --separate-stderr sriov group show $port 1 vfs 4
	same 'sriov: no group matches' "$stderr"
}

@test "group show: guarantees that cannot be kept are noted, and warned of" {
	tree groups/2/config 'Num VFs : 1\nMaxRate : 0\nMinRate : 25000\n'
	config 3 MinTxRate 25001
	run -0 --separate-stderr sriov group show -o group,share_tx_rate,note
	same "$(cat <<-'END'
	GROUP  SHARE  NOTE
	0      0      -
	1      13333  over-link
	2      16666  over-link,over-group
	3      10000  over-link
	4      0      -
	END
	)" "$output"
	same "$(cat <<-'END'
	sriov: warning: 0000:03:00.0 group 2: the min_tx_rate of its VFs are more together than its own
	sriov: warning: 0000:03:00.0: the min_tx_rate of its groups are more together than the link has
	END
	)" "$stderr"
	run_json group show note over-group
	same '[["2","over-link,over-group"]]' "$(json 'map([.group, .note])')"
	# without guarantees there are no shares, nor without a speed
	for n in 1 2 3; do
		tree groups/$n/config 'Num VFs : 2\nMaxRate : 0\nMinRate : 0\n'
	done
	run_json group show
	same 'null' "$(json 'map(.share_tx_rate) | unique[]')"
}

@test "group show: a driver that has no rates for group 0, or no guarantees" {
	rm -r "$SYSROOT/sys/bus/pci/devices/$PF/sriov/groups/0"
	tree groups/1/config 'Num VFs : 2\nMaxRate : 20000\n'
	run_json group show $port
	same '[["0","0,7",2,null,null],["1","1-2",2,20000,null]]' \
		"$(json 'map([.group, .vfs, .num_vfs, .max_tx_rate, .min_tx_rate])[:2]')"
	# in no group, a VF has its own limit; of a group that cannot be read nothing is known
	rm -r "$SYSROOT/sys/bus/pci/devices/$PF/sriov/groups/2"
	run_json vf show $port -o effective_tx_rate
	same '0 10000 10000 null 5000 15000 0 1000' \
		"$(json 'map(.effective_tx_rate | tostring) | join(" ")')"
	# a group without VFs is on its way out
	mkdir "$SYSROOT/sys/bus/pci/devices/$PF/sriov/groups/9"
	tree groups/9/config 'Num VFs : 0\nMaxRate : 5\n'
	run_json group show $port
	same '0 1 2 3 4' "$(json 'map(.group) | join(" ")')"
}

@test "group show: ten comes behind two" {
	config 6 RateGroup 10
	run_json group show $port
	same '0 1 2 3 10' "$(json 'map(.group) | join(" ")')"
}

@test "vf show: trunk, group, and what a VF can send at most" {
	run -0 sriov vf show -o index,trunk,group,max_tx_rate,effective_tx_rate,note
	same "$(cat <<-'END'
	VF  TRUNK    GROUP  MAX    EFFECTIVE  NOTE
	0   none     0      0      0          -
	1   4-15,17  1      15000  10000      -
	2   -        1      15000  10000      incomplete,trunk-incomplete
	3   none     2      30000  30000      -
	4   none     3      5000   5000       -
	5   none     3      30000  15000      -
	6   none     4      0      0          -
	7   none     0      1000   1000       -
	END
	)" "$output"
	run_json vf show $port/1,2
	same '["4-15,17","1",10000] [null,"1",10000]' \
		"$(json '.[] | [.trunk, .group, .effective_tx_rate]' | paste -sd ' ')"
	# what netlink would tell comes from the tree, too
	same '["02:00:00:00:00:12",0,0,"802.1Q",15000,0,false,true,"disable",null]' \
		"$(json '.[1] | [.mac, .vlan, .qos, .vlan_proto, .max_tx_rate, .min_tx_rate,
			.spoofchk, .trust, .state, .query_rss]')"
	# one VF alone has the same limit as among all
	run_json vf show -o effective_tx_rate $port/5
	same '[{"effective_tx_rate":15000}]' "$(json .)"
	for filter in 'trunk 4-15,17' 'trunk 17,4-10,11-15' 'group 1 spoofchk on'; do
		read -ra words <<<"$filter"
		run_json vf show "${words[@]}"
		same 1 "$(json 'map(.index) | join(" ")')"
	done
	run_json vf show group none
	same '0 7' "$(json 'map(.index) | join(" ")')"
	run_json vf show trunk none
	same '0 3 4 5 6 7' "$(json 'map(.index) | join(" ")')"
	run_json vf show note trunk-incomplete
	same '2' "$(json 'map(.index) | join(" ")')"
	run_json vf show effective_tx_rate 10Gbit
	same '1 2' "$(json 'map(.index) | join(" ")')"
}

@test "vf show: a trunk in a table is as long as it has room, elsewhere whole" {
	tree 3/trunk 'Allowed 802.1Q VLANs:'
	for n in {2..80..2}; do
		printf ' %s' "$n"
	done >>"$SYSROOT/sys/bus/pci/devices/$PF/sriov/3/trunk"
	echo >>"$SYSROOT/sys/bus/pci/devices/$PF/sriov/3/trunk"
	run -0 sriov vf show -d $port
	[[ $(sed -n 5p <<<"$output") == *' 2,4,6,8,10,12,14,16,18,... '* ]]
	run -0 sriov vf show -o index,trunk $port
	same "3   $(seq -s , 2 2 80)" "$(grep '^3' <<<"$output")"
	run_json vf show -o trunk $port/3
	same "$(seq -s , 2 2 80)" "$(json '.[0].trunk')"
	run -0 sriov vf show -o trunk $port/3
	same "trunk  $(seq -s , 2 2 80)" "$output"
}

@test "vf show: a trunk that is something else is unknown" {
	for text in 'usage' 'Allowed 802.1Q VLANs: 4096\n' 'Allowed 802.1Q VLANs: \033[2J\n'; do
		tree 3/trunk "$text"
		run_json vf show $port/3
		same 'null' "$(json '.[0].trunk')"
	done
}

@test "completion: the names of groups, keywords, and nothing behind them" {
	offered() { sriov __complete -- "$@" | cut -f 1 | paste -sd ' '; }
	same '0 1 2 3 4' "$(offered group set $port '')"
	same '0 1 2 3 4' "$(offered group del $port '')"
	same '3' "$(offered group del $port 3)"
	same "0 1 2 3 4 $group_keys" "$(offered group show $port '')"
	same '' "$(offered group del $port 3 '')"
	same 'vfs max_tx_rate min_tx_rate' "$(offered group set $port 7 '')"
	same 'max_tx_rate min_tx_rate' "$(offered group set $port 7 vfs 1 '')"
	same "$PF $port" "$(offered group set '')"
	same 'none' "$(offered vf set $port/0 trunk n)"
	same '' "$(offered group set no-such-pf '')"
}

@test "InfiniBand: what netlink does not tell of GUIDs comes from the tree" {
	machine infiniband
	run_json vf show ib0 -o index,node_guid
	same null "$(json '.[1].node_guid')"
	for n in 0 1 2 3; do
		dir=$SYSROOT/sys/bus/pci/devices/0000:41:00.0/sriov/$n
		mkdir -p "$dir"
		echo "00:11:22:33:44:55:01:0$n" >"$dir/node"
		echo "00:11:22:33:44:55:02:0$n" >"$dir/port"
		echo Up >"$dir/policy"
	done
	run_json vf show ib0/1
	same '["00:11:22:33:44:55:01:01","00:11:22:33:44:55:02:01",null,null]' \
		"$(json '.[] | [.node_guid, .port_guid, .trunk, .group]')"
	run_json --backend mlnx vf show ib0/1
	same '["00:11:22:33:44:55:01:01","enable"]' "$(json '.[] | [.node_guid, .state]')"
	would 3 vf set ib0/1 node_guid 00:11:22:33:44:55:66:77 <<-'END'
	0000:41:00.0/1 node_guid 00:11:22:33:44:55:01:01 -> 00:11:22:33:44:55:66:77
	END
	for guid in 00:11:22:33:44:55:66:77:88 00:00:00:00:00:00:00:00; do
		run -2 sriov --dry-run vf set ib0/1 node_guid $guid
	done
	# its tree has neither of these
	trunk='it needs the mlx5 driver of MLNX_OFED, from 4.2 on, for Ethernet'
	refused 2 "0000:41:00.0/1: trunk: no back end can set it on this PF ($trunk)" \
		vf set ib0/1 trunk 4
	run -2 --separate-stderr sriov --dry-run group set ib0 4 vfs 1
	[[ $stderr == *'this PF has no groups of VFs'* ]]
}

@test "a kernel without sriov_numvfs: the driver's own file makes it a PF" {
	run_json pf show
	before=$output
	rm "$SYSROOT/sys/bus/pci/devices/$PF/sriov_numvfs"
	run_json pf show
	[ "$status" = 0 ]
	same "$before" "$output"
	same '[["0000:03:00.0",8]]' "$(json 'map([.pf, .num_vfs])')"
	would 3 --force pf set $port num_vfs 0 <<-'END'
	0000:03:00.0 num_vfs 8 -> 0
	END
	rm "$SYSROOT/sys/bus/pci/devices/$PF/mlx5_num_vfs"
	run -2 --separate-stderr sriov pf show $port
	same '' "$output"
}

# ---- what would be done ----

@test "group set: VFs move before rates are set; what is so already is no step" {
	would 3 group set $port 7 max_tx_rate 5000 vfs 5-6 <<-'END'
	0000:03:00.0/5 group 3 -> 7
	0000:03:00.0/6 group 4 -> 7
	0000:03:00.0 group 7 max_tx_rate 0 -> 5000
	END
	would 3 group set $port 1 max_tx_rate 30Gbit <<-'END'
	0000:03:00.0 group 1 max_tx_rate 20000 -> 30000
	END
	would 3 group set $port 1 min_tx_rate 0 max_tx_rate 20000 <<-'END'
	0000:03:00.0 group 1 min_tx_rate 20000 -> 0
	END
	would 3 group set $port none max_tx_rate 500 <<-'END'
	0000:03:00.0 group 0 max_tx_rate 0 -> 500
	END
	nothing group set $port 1 vfs 1-2 max_tx_rate 20Gbit
	nothing group set $port 1 vfs 2,1
	nothing group set $port 0 vfs 7,0
	# as a shell may have formatted it
	would 3 group set $port 007 vfs 5 <<-'END'
	0000:03:00.0/5 group 3 -> 7
	END
}

@test "a rate above the speed of the link is warned of, and not refused" {
	warning='sriov: warning: 0000:03:00.0: a rate of 50000 Mbit/s is more than its link has (40000)'
	for words in "group set $port 2 max_tx_rate 50Gbit" "group set $port 2 min_tx_rate 50Gbit" \
		"vf set $port/0-3 max_tx_rate 50Gbit" "vf set $port/3,6 min_tx_rate 50000 max_tx_rate 0"; do
		read -ra line <<<"$words"
		run -3 --separate-stderr sriov --dry-run "${line[@]}"
		same "$warning" "$stderr"
		[[ $output == *' -> 50000'* ]]
	done
	# just as fast; so already; of unknown speed
	run -3 --separate-stderr sriov --dry-run vf set $port/3 max_tx_rate 40Gbit
	same '' "$stderr"
	tree groups/2/config 'Num VFs : 1\nMaxRate : 50000\nMinRate : 0\n'
	nothing group set $port 2 max_tx_rate 50Gbit
	echo -1 >"$SYSROOT/sys/class/net/$port/speed"
	run -3 --separate-stderr sriov --dry-run vf set $port/3 max_tx_rate 50Gbit
	same '' "$stderr"
}

@test "group set: vfs are all members; the others leave" {
	would 3 group set $port 1 vfs 1,4 <<-'END'
	0000:03:00.0/2 group 1 -> 0
	0000:03:00.0/4 group 3 -> 1
	END
	would 3 group set $port 1 vfs all <<-'END'
	0000:03:00.0 group 2 min_tx_rate 5000 -> 0
	0000:03:00.0 group 3 max_tx_rate 20000 -> 0
	0000:03:00.0 group 3 min_tx_rate 15000 -> 0
	0000:03:00.0/0 group 0 -> 1
	0000:03:00.0/3 group 2 -> 1
	0000:03:00.0/4 group 3 -> 1
	0000:03:00.0/5 group 3 -> 1
	0000:03:00.0/6 group 4 -> 1
	0000:03:00.0/7 group 0 -> 1
	END
}

@test "group set: a group whose VFs are all exchanged keeps its rates" {
	would 3 group set $port 1 vfs 0 <<-'END'
	0000:03:00.0/0 group 0 -> 1
	0000:03:00.0/1 group 1 -> 0
	0000:03:00.0/2 group 1 -> 0
	0000:03:00.0 group 1 max_tx_rate 20000 put back
	0000:03:00.0 group 1 min_tx_rate 20000 put back
	END
}

@test "group del: its rates go first, so that undoing brings them back, then its VFs" {
	would 3 group del $port 3 <<-'END'
	0000:03:00.0 group 3 max_tx_rate 20000 -> 0
	0000:03:00.0 group 3 min_tx_rate 15000 -> 0
	0000:03:00.0/4 group 3 -> 0
	0000:03:00.0/5 group 3 -> 0
	END
	would 3 group del $port 4 <<-'END'
	0000:03:00.0/6 group 4 -> 0
	END
}

@test "vf set group: the same, by VF" {
	would 3 vf set $port/0-1 group 1 <<-'END'
	0000:03:00.0/0 group 0 -> 1
	END
	would 3 vf set $port/3,7 group none <<-'END'
	0000:03:00.0 group 2 min_tx_rate 5000 -> 0
	0000:03:00.0/3 group 2 -> 0
	END
	nothing vf set $port/0,7 group none
}

@test "vf set trunk: a list, one more, one less, none" {
	would 3 vf set $port/3 trunk 4-15,17 <<-'END'
	0000:03:00.0/3 trunk none -> 4-15,17
	END
	would 3 vf set $port/1,3 trunk +18 <<-'END'
	0000:03:00.0/1 trunk 4-15,17 -> 4-15,17-18
	0000:03:00.0/3 trunk none -> 18
	END
	would 3 vf set $port/1 trunk -4-9 <<-'END'
	0000:03:00.0/1 trunk 4-15,17 -> 10-15,17
	END
	would 3 vf set $port/1 trunk none <<-'END'
	0000:03:00.0/1 trunk 4-15,17 -> none
	END
	would 3 vf set $port/3 trunk 0,4095,1,0 <<-'END'
	0000:03:00.0/3 trunk none -> 0-1,4095
	END
	nothing vf set $port/1 trunk 17,4-15
	nothing vf set $port/1 trunk +4
	nothing vf set $port/1 trunk -100
	nothing vf set $port/3 trunk none
	# of one that is listed in part, all is written
	would 3 vf set $port/2 trunk 0-36 <<-'END'
	0000:03:00.0/2 trunk - -> 0-36
	END
	would 3 vf set $port/2 trunk none <<-'END'
	0000:03:00.0/2 trunk - -> none
	END
}

@test "vf set: from a VLAN tag to a trunk and back, in the order that the driver takes" {
	would 3 vf set $port/0 trunk 3 vlan 0 <<-'END'
	0000:03:00.0/0 vlan 10 -> 0
	0000:03:00.0/0 qos 3 -> 0
	0000:03:00.0/0 trunk none -> 3
	END
	would 3 vf set $port/1,2 vlan 5 trunk none <<-'END'
	0000:03:00.0/1 trunk 4-15,17 -> none
	0000:03:00.0/2 trunk - -> none
	0000:03:00.0/1 vlan 0 -> 5
	0000:03:00.0/2 vlan 0 -> 5
	END
}

@test "steps in JSON: group is a noun, and the object has its name" {
	run_json --dry-run group set $port 7 vfs 5 max_tx_rate 500
	[ "$status" = 3 ]
	same '["vf","0000:03:00.0/5","group","3","7","planned"]
["group","0000:03:00.0 group 7","max_tx_rate",0,500,"planned"]' \
		"$(json '.[] | [.noun, .object, .attribute, .old, .new, .state]')"
	run_json --dry-run vf set $port/2 trunk 4
	same '["vf","trunk",null,"4"]' "$(json '.[] | [.noun, .attribute, .old, .new]')"
}

@test "vf reset: trunk and group go, also a trunk that is listed in part" {
	would 3 vf reset $port/1-3 <<-'END'
	0000:03:00.0 group 1 max_tx_rate 20000 -> 0
	0000:03:00.0 group 1 min_tx_rate 20000 -> 0
	0000:03:00.0 group 2 min_tx_rate 5000 -> 0
	0000:03:00.0/1 trunk 4-15,17 -> none
	0000:03:00.0/2 trunk - -> none
	0000:03:00.0/1 mac 02:00:00:00:00:11 -> 00:00:00:00:00:00
	0000:03:00.0/1 max_tx_rate 15000 -> 0
	0000:03:00.0/1 spoofchk on -> off
	0000:03:00.0/1 state enable -> auto
	0000:03:00.0/1 group 1 -> 0
	0000:03:00.0/2 mac 02:00:00:00:00:12 -> 00:00:00:00:00:00
	0000:03:00.0/2 max_tx_rate 15000 -> 0
	0000:03:00.0/2 trust on -> off
	0000:03:00.0/2 state disable -> auto
	0000:03:00.0/2 group 1 -> 0
	0000:03:00.0/3 mac 02:00:00:00:00:13 -> 00:00:00:00:00:00
	0000:03:00.0/3 max_tx_rate 30000 -> 0
	0000:03:00.0/3 spoofchk on -> off
	0000:03:00.0/3 group 2 -> 0
	END
}

@test "vf reset: of a VF that shares its group, only the VF" {
	config 1 MAC 00:00:00:00:00:00
	config 1 LinkState Follow
	config 1 SpoofCheck OFF
	config 1 MaxTxRate 0
	would 3 vf reset $port/1 <<-'END'
	0000:03:00.0/1 trunk 4-15,17 -> none
	0000:03:00.0/1 group 1 -> 0
	END
}

@test "pf set num_vfs: trunks and groups come back, before drivers start" {
	# nothing was recorded of netlink: that VF 0 cannot be read comes from there
	refused 4 '0000:03:00.0/0: num_vfs: not all of its settings can be read, so they could not be put back (--force goes on)' \
		pf set $port num_vfs 4
	run -3 sriov --dry-run --force pf set $port num_vfs 4
	same "$(cat <<-'END'
	0000:03:00.0/1 group 1 put back
	0000:03:00.0/2 group 1 put back
	0000:03:00.0/3 group 2 put back
	0000:03:00.0/1 trunk 4-15,17 put back
	0000:03:00.0 group 1 max_tx_rate 20000 put back
	0000:03:00.0 group 1 min_tx_rate 20000 put back
	0000:03:00.0 group 2 min_tx_rate 5000 put back
	0000:03:00.0/1 driver mlx5_core put back
	END
	)" "$(grep -E 'group|trunk|/1 driver' <<<"$output")"
}

# ---- what is refused ----

@test "groups: names, members and rates that cannot be" {
	refused 2 "group set: GROUP: '256' is not a group (0-255, a name with a letter, or none)" \
		group set $port 256 vfs 1
	for name in '' .. -1 4294967296 a/b $'a\nb'; do
		run -2 --separate-stderr sriov --dry-run group set $port "$name" vfs 1
		[[ $stderr == *'is not a group'* || $stderr == *'no option'* ||
			$stderr == *'unknown option'* ]] || { echo "$stderr"; return 1; }
	done
	refused 2 "0000:03:00.0 group red: this PF's groups have numbers: 0-255" \
		group set $port red vfs 1
	refused 2 "0000:03:00.0 group red: this PF's groups have numbers: 0-255" \
		vf set $port/1 group red
	refused 2 "vf set: group: '300' is not a group (0-255, a name with a letter, or none)" \
		vf set $port/1 group 300
	refused 2 "group set: vfs: '3-1' has a reversed range '3-1'" group set $port 7 vfs 3-1
	refused 2 '0000:03:00.0/8: no such VF (there are 8)' group set $port 7 vfs 6-8
	refused 2 '0000:03:00.0 group 1: min_tx_rate is above max_tx_rate' \
		group set $port 1 min_tx_rate 20001
	refused 2 '0000:03:00.0 group 1: min_tx_rate is above max_tx_rate' \
		group set $port 1 max_tx_rate 19999
	refused 2 '0000:03:00.0 group 7: min_tx_rate is above max_tx_rate' \
		group set $port 7 vfs 5 max_tx_rate 500 min_tx_rate 600
	refused 2 '0000:03:00.0 group 7: there is no such group: one is there as long as it has VFs (vfs LIST)' \
		group set $port 7 max_tx_rate 5000
	for words in '' '1' '1 num_vfs 3' '1 vfs' '1 vfs 1 vfs 2' '1 vfs x' '1 vfs 1,' '1 vfs 0x1' \
		'1 max_tx_rate 3G' '1 max_tx_rate -1' '1 mac 02:00:00:00:00:01'; do
		read -ra line <<<"$words"
		run -2 --separate-stderr sriov --dry-run group set $port "${line[@]}"
		[[ $stderr == 'sriov: group set: '* && $stderr != *$'\n'* ]]
	done
}

@test "groups: those that are not there, and the one that always is" {
	refused 2 '0000:03:00.0 group 9: there is no such group' group del $port 9
	refused 2 '0000:03:00.0 group 0: that of all VFs which are in no other cannot be deleted' \
		group del $port 0
	refused 2 '0000:03:00.0 group 0: that of all VFs which are in no other cannot be deleted' \
		group del $port none
	refused 2 "group del: '2' is one word too many (PF GROUP is all)" group del $port 1 2
	run -2 --separate-stderr sriov group show $port 9
	same "sriov: group show: 0000:03:00.0: there is no group '9'" "$stderr"
	run -2 --separate-stderr sriov group show $port 1 2
	[[ $stderr == *"'2' is one word too many"* ]]
	rm -r "$SYSROOT/sys/bus/pci/devices/$PF/sriov/groups/0"
	refused 2 '0000:03:00.0 group 0: there are no rates for VFs that are in no group: this driver has none, or not before a VF has a rate or a group' \
		group set $port 0 max_tx_rate 5
}

@test "trunks: VLANs that cannot be" {
	for list in 4096 '' ',' '4,' ',4' 4--5 4-5-6 '4 5' x +none +-4 + - 0x4 99999999999999999999; do
		run -2 --separate-stderr sriov --dry-run vf set $port/3 trunk "$list"
		same "sriov: vf set: trunk: '$list' is not a list of VLANs (4-15,17, each 0-4095, with + or - in front to add or remove, or none)" "$stderr"
	done
	refused 2 "vf set: trunk: '9-4' has a reversed range '9-4'" vf set $port/3 trunk 9-4
	refused 2 '0000:03:00.0/8: no such VF (it has 8: 0-7)' vf set $port/8 trunk 4
	# a filter is a set, and no change
	run -2 --separate-stderr sriov vf show trunk +4
	[[ $stderr == *"'+4' is not a list of VLANs (4-15,17, each 0-4095, or none)" ]]
}

@test "trunks: none beside a VLAN tag, with the way out" {
	refused 2 "0000:03:00.0/0: trunk: its packets have a VLAN tag from outside (VST), which excludes a trunk: 'vlan 0 trunk LIST' takes it away" \
		vf set $port/0 trunk 4
	for vf in 1 2; do
		refused 2 "0000:03:00.0/$vf: vlan: it has a trunk (VGT+), which excludes a VLAN tag from outside: 'trunk none vlan N' takes it away" \
			vf set $port/$vf vlan 5
	done
	run -2 sriov --dry-run vf set $port/3 trunk 4 vlan 5
	run -2 sriov --dry-run vf set $port/1 qos 3
	nothing vf set $port/1 vlan 0
}

@test "trunks: never through the empty one, which is open to all" {
	refused 2 "0000:03:00.0/1: trunk: without its last VLAN it would be open to every VLAN: say 'trunk none' if that is meant" \
		vf set $port/1 trunk -4-15,17
	refused 2 '0000:03:00.0/3: trunk: it has none, and may use every VLAN: to allow some, give them' \
		vf set $port/3 trunk -5
}

@test "trunks: no change of one that is listed in part" {
	for change in +18 -4; do
		refused 2 '0000:03:00.0/2: trunk: the driver lists only the first VLANs of it, so what to add to or remove from is not known: give all of them' \
			vf set $port/2 trunk $change
	done
	tree 3/trunk 'usage\n'
	refused 2 '0000:03:00.0/3: trunk: the driver does not tell what it is now: give all VLANs' \
		vf set $port/3 trunk +4
}

@test "what other drivers lack is named, with what has it" {
	trunk='it needs the mlx5 driver of MLNX_OFED, from 4.2 on, for Ethernet'
	group='it needs the mlx5 driver of MLNX_OFED, from 4.6 on, for Ethernet'
	none='group: this PF has no groups of VFs (they need the mlx5 driver of MLNX_OFED, from 4.6 on, for Ethernet)'
	for name in igb mlx5 netdevsim; do
		machine $name
		pf=$(sriov vf show -o pf | sed -n 2p)
		refused 2 "$pf/0: trunk: no back end can set it on this PF ($trunk)" vf set "$pf/0" trunk 4
		refused 2 "$pf/0: group: no back end can set it on this PF ($group)" vf set "$pf/0" group 4
		refused 2 "$pf: $none" group set "$pf" 4 vfs 0
		refused 2 "$pf: $none" group del "$pf" 4
		run -2 --separate-stderr sriov group show "$pf"
		same "sriov: $pf: $none" "$stderr"
		run -0 --separate-stderr sriov group show
		same '' "$output"
		same 'sriov: no groups (they need the mlx5 driver of MLNX_OFED)' "$stderr"
		run_json vf show "$pf"
		same '[null,null,null]' "$(json 'map([.trunk, .group, .effective_tx_rate]) | unique[]')"
	done
	# versions of the tree without them
	machine ofed
	rm "$SYSROOT"/sys/bus/pci/devices/$PF/sriov/*/trunk
	rm -r "$SYSROOT/sys/bus/pci/devices/$PF/sriov/groups"
	refused 2 "$PF/3: trunk: no back end can set it on this PF ($trunk)" vf set $port/3 trunk 4
	refused 2 "$PF/3: group: no back end can set it on this PF ($group)" vf set $port/3 group 4
	would 3 vf set $port/3 trust on <<-'END'
	0000:03:00.0/3 trust off -> on
	END
}

@test "the back end that was asked for is the only one" {
	refused 2 '0000:03:00.0/3: trunk: not through the back end that was asked for' \
		--backend rtnl vf set $port/3 trunk 4
	would 3 --backend mlnx vf set $port/3 trunk 4 trust on <<-'END'
	0000:03:00.0/3 trust off -> on
	0000:03:00.0/3 trunk none -> 4
	END
	run_json --backend mlnx vf show $port/1
	same '["4-15,17","1","02:00:00:00:00:11"]' "$(json '.[] | [.trunk, .group, .mac]')"
}
