#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# What can be said next: the words that __complete offers.

bats_require_minimum_version 1.5.0

load ../helper

setup()
{
	machine igb
}

# offers WANT WORD...: the words offered for the last of these, on one line.
offers()
{
	local want=$1

	shift
	run -0 --separate-stderr sriov __complete -- "$@"
	same '' "$stderr"
	same "$want" "$(cut -f 1 <<<"$output" | paste -sd ' ')"
}

settable='mac vlan qos vlan_proto max_tx_rate min_tx_rate spoofchk trust state query_rss promisc allmulti node_guid port_guid trunk group'

@test "nouns and verbs" {
	offers 'pf vf group bind fw help' ''
	offers 'pf' p
	offers '' x
	offers 'show set help' pf ''
	offers 'show create set reset stats help' vf ''
	offers 'show set del help' group ''
	offers 'show set help' bind ''
	offers 'show set stats' vf s
	offers 'create' vf cr
	offers '' vf nosuch ''
	offers '' nosuch ''
	offers '' nosuch show ''
}

@test "every word has a help" {
	for words in '' 'pf ' 'vf set eth0/0 ' 'vf show -o ' 'pf set ' '-' 'vf set eth0/0 trust ' \
		'vf set ' 'vf set eth0/' 'vf set eth0/0-' 'vf set 01:1' '--backend ' 'pf show link '; do
		IFS=' ' read -ra line <<<"$words"
		[[ -n $words && $words != *' ' ]] || line+=('')
		run -0 sriov __complete -- "${line[@]}"
		[ -n "$output" ]
		same '' "$(awk -F '\t' 'NF != 2 || $2 == ""' <<<"$output")"
	done
}

@test "keywords of what writes nothing" {
	offers 'interval' vf stats eth0 i
	offers 'count' vf stats eth0/0 interval 5 c
	offers 'count' vf stats interval 5 c
	offers '' vf stats eth0 interval ''
	offers '' vf stats eth0 interval 5 count ''
	offers 'rx_packets rx_packets_delta rx_packets_rate' vf stats -o rx_p
	offers '+rx_broadcast +rx_broadcast_delta +rx_broadcast_rate' vf stats -o +rx_br
}

@test "hidden commands are not offered" {
	offers '' __
	offers '' __complete ''
	offers '' __commands ''
}

@test "options, wherever they are" {
	offers '--json' --js
	offers '--color' pf show --c
	run -0 sriov __complete -- vf set eth0/0 --d
	same '--debug --details --dry-run' "$(cut -f 1 <<<"$output" | sort | paste -sd ' ')"
	run -0 sriov __complete -- -
	for word in -j --json -n --dry-run --sysroot; do
		cut -f 1 <<<"$output" | grep -qxe "$word"
	done
	offers 'auto always never' --color ''
	offers 'always' pf show --color al
	# Options do not count as words.
	offers 'show set help' -j bind ''
	offers "$settable" vf -n set eth0/0 --wait 5 ''
	# Of --wait nothing is known.
	offers '' --wait ''
	# What was given is not offered again.
	offers '--details --dry-run --debug' --json --de --d
	offers '--details --dry-run' --debug --d
	offers '' -j vf --js
	offers '-o' vf show -o
	# Behind "--" there are none.
	offers '' -- -
	offers 'show set help' -- pf ''
}

@test "arguments of options, also in the same word" {
	offers 'pci netdev rtnl mlnx nvconfig devlink' --backend ''
	offers 'rtnl' vf show --backend r
	offers '--backend=pci --backend=netdev --backend=rtnl --backend=mlnx --backend=nvconfig --backend=devlink' --backend=
	offers '--color=auto --color=always --color=never' vf show --color=
	offers '--color=never' --color=n
	offers '--output=vlan,vlan_proto' vf show --output=vlan,vl
	offers '-opf,mac' pf show -opf,m
	offers '-jovlan_proto' vf show -jovlan_
	offers '' --json=
	offers '' --nosuch=
	# What looks like an option may be the argument of one.
	offers 'show set help' --sysroot -o pf ''
	same $'\tdirectories' "$(sriov __complete -- --sysroot --color)"
}

# The names are the shell's to find: it is told of what kind they are.
@test "directories are left to the shell" {
	for words in '--sysroot ' '--sysroot /t' '--sysroot=' '--sysroot=/t' 'vf show --sysroot '; do
		IFS=' ' read -ra line <<<"$words"
		[[ $words != *' ' ]] || line+=('')
		run -0 --separate-stderr sriov __complete -- "${line[@]}"
		same $'\tdirectories' "$output"
	done
}

@test "help, and what it can be asked for" {
	offers 'pf vf group bind fw' help ''
	offers 'show create set reset stats' help vf ''
	offers 'show create set reset stats' vf help ''
	offers 'set' vf --help se
	offers 'help' h
	offers 'help' vf h
	offers '' help vf set ''
	offers '' vf set help ''
	offers '' help nosuch ''
}

@test "PFs, by all names" {
	offers '0000:01:00.0 eth0 0000:01:00.1 eth1 0000:02:00.0 eth2 0000:03:00.0' pf set ''
	offers 'eth0 eth1 eth2' pf set e
	offers '0000:01:00.0 0000:01:00.1' pf set 0000:01
	offers 'eth0 eth1 eth2' vf create e
	offers '' pf set nosuch
	offers '' vf create eth1 ''
}

@test "PFs, without the domain when the word is like that" {
	offers '01:00.0 01:00.1' pf set 01
	offers '02:00.0' pf set 02:
	offers '01:00.0/' vf set 01:00.0
	offers '0000:03:00.0' pf set 0000:03
	# This is the beginning of both.
	offers '0000:01:00.0 0000:01:00.1 0000:02:00.0 0000:03:00.0' pf set 00
	machine mlx5
	offers '10000:00:00.0' pf set 1
	offers '' pf set 00:
	machine netdevsim
	offers 'netdevsim/netdevsim2 netdevsim/netdevsim10' pf set n
}

@test "objects that the line has are not offered again" {
	offers 'eth1 eth2' pf show eth0 eth
	offers 'eth0/ eth1 eth2' vf show eth0 eth
	offers 'eth0/1' vf show eth0/0 eth0/1
	offers '' vf show eth0/1 eth0/1
}

@test "VFs, once the PF is there" {
	offers 'eth0/' vf set e
	offers 'eth0/' vf set eth0
	offers 'eth0/all eth0/0 eth0/1 eth0/2 eth0/3 eth0/4 eth0/5 eth0/6' vf set eth0/
	offers 'eth0/all' bind set eth0/a
	offers 'eth0/all' vf reset eth0/a
	offers '' vf reset eth0/0 ''
	offers '0000:03:00.0/all 0000:03:00.0/0 0000:03:00.0/1 0000:03:00.0/2' bind set 0000:03:00.0/
	offers '03:00.0/all 03:00.0/0 03:00.0/1 03:00.0/2' bind set 03:00.0/
	# To look at, a PF will do.
	offers 'eth0 eth0/' vf show eth0
	offers 'eth1' vf show eth1
	machine netdevsim
	offers 'netdevsim/netdevsim10/' vf set n
	offers 'netdevsim/netdevsim10/0-1 netdevsim/netdevsim10/0-2' vf set netdevsim/netdevsim10/0-
}

@test "a PF without VFs has none to offer" {
	offers '' vf set eth1
	offers '' vf set eth1/
	offers '' vf show eth1/
	offers '' vf set eth1/0,
}

@test "VFs that are there, not those below their number" {
	rm "$SYSROOT"/sys/bus/pci/devices/0000:01:00.0/virtfn[13]
	offers 'eth0/all eth0/0 eth0/2 eth0/4 eth0/5 eth0/6' vf set eth0/
	offers 'eth0/0-2 eth0/0-4 eth0/0-5 eth0/0-6' vf set eth0/0-
}

@test "lists of VFs go on" {
	offers 'eth0/0,1 eth0/0,2 eth0/0,3 eth0/0,4 eth0/0,5 eth0/0,6' vf set eth0/0,
	offers 'eth0/4,2-3,0 eth0/4,2-3,1 eth0/4,2-3,5 eth0/4,2-3,6' vf show eth0/4,2-3,
	offers 'eth0/4-5 eth0/4-6' vf set eth0/4-
	offers '01:00.0/0,5-6' vf set 01:00.0/0,5-
	offers 'eth0/0,3' vf set eth0/0,3
	offers '' vf set eth0/0,0
	offers '' vf set eth0/6-
	offers '' vf set eth0/0-6,
	# These are no lists.
	for wrong in 'all,' ',' - x '0x,' 0/ '0,all' ',-' 0--; do
		offers '' vf set "eth0/$wrong" || { echo "$wrong"; return 1; }
	done
}

@test "VFs by their own names, when no PF is called so" {
	offers '0000:01:11.0 0000:01:11.2 0000:01:11.4' vf set 0000:01:11
	offers '01:11.0 01:11.2 01:11.4' vf set 01:11
	offers 'eth4' bind show eth4
	offers '' pf show 0000:01:1
	offers '' vf create eth4
	machine mlx5
	offers 'enp129s0f0v0 enp129s0f0v1 enp129s0f0v2 enp129s0f0v3' vf set enp129s0f0v
	offers 'enp129s0f0np0/ enp129s0f1np1/' vf set enp129
}

@test "keywords that were not used" {
	offers "$settable" vf set eth0/0 ''
	offers 'trust trunk' vf set eth0/0 tr
	offers 'mac max_tx_rate min_tx_rate' vf set eth0/0 m
	offers "${settable/vlan /}" vf set eth0/0 vlan 1 ''
	offers 'qos vlan_proto max_tx_rate min_tx_rate spoofchk trust query_rss promisc allmulti node_guid port_guid trunk group' \
		vf set eth0/0 state auto vlan 1 mac 02:00:00:00:00:10 ''
	offers "driver $settable" vf create eth1 2 ''
	offers 'driver num_vfs autoprobe' pf set eth1 ''
	offers 'driver autoprobe' pf set eth1 num_vfs 3 ''
	offers 'driver' bind set eth0/0 ''
	offers '' bind set eth0/0 driver none ''
}

@test "values" {
	offers 'on off' vf set eth0/0 trust ''
	offers 'on' vf set eth0/0 vlan 1 trust on spoofchk on query_rss on
	offers 'auto enable disable' vf set eth0/0 state ''
	offers '802.1Q 802.1ad' vf set eth0/0 vlan_proto 8
	offers 'auto' vf set ib0/0 port_guid ''
	offers 'max' pf set eth1 num_vfs ''
	offers 'default none vfio-pci' vf create eth1 2 driver ''
	offers '' vf set eth0/0 vlan ''
	offers '' vf set eth0/0 nosuch ''
}

@test "drivers that are bound now, beside those that always make sense" {
	offers 'default none vfio-pci igbvf' bind set eth0/0 driver ''
	offers 'default none vfio-pci nvme' bind set 03:00.0/1 driver ''
	offers 'default none vfio-pci igb' pf set 0000:01:00.0 driver ''
	offers 'igbvf' bind set eth0/all driver i
	offers 'none igbvf vfio-pci nvme' vf show driver ''
	offers 'none igbvf vfio-pci' vf show eth0 driver ''
	offers 'none nvme' bind show eth1 03:00.0/0 driver ''
	offers 'none igb nvme' pf show driver ''
}

@test "filters" {
	offers 'link_type link' pf show eth0 l
	offers 'ethernet nvme' pf show link_type ''
	offers 'ethernet' pf show eth0 eth1 link_type ''
	offers 'up down' pf show link ''
	offers 'eth3 eth4 eth5 eth6' vf show eth0 netdev ''
	offers '0000:01:11.0 0000:01:11.2 0000:01:11.4' vf show eth0 pci 0000:01:11
	offers '0 1 2' vf show 0000:03:00.0 index ''
	offers '0000:01:00.0 0000:03:00.0' vf show pf ''
	# For these, one would have to ask the kernel more than a key press is worth.
	offers '' vf show mac ''
	offers '' vf show override ''
	offers '' pf show vendor ''
	# What cannot be set has no values there.
	offers '' vf set eth0/0 driver ''
	offers 'on off' pf show autoprobe ''
	offers 'vlan vlan_proto' vf show driver none vl
	offers 'other-netns other-port' vf show note oth
	# After a filter there is no object.
	offers '' pf show link up eth
	# Several objects.
	offers 'eth1' pf show eth0 eth1
}

@test "columns, of which the last is completed" {
	offers 'vf_offset vf_stride vf_device' pf show -o vf_
	offers 'pf,mac' pf show -o pf,m
	offers '+note' pf show -o +no
	# Those that stand in the list, or that + adds to.
	offers 'pf,mac,link_type pf,mac,link' pf show -o pf,mac,l
	offers 'vlan,pf,vlan_proto' vf show -o vlan,pf,vlan
	offers '+vf_offset,vf_stride +vf_offset,vf_device' pf show -o +vf_offset,vf_
	offers '' pf show -o +pf,pf
	offers '' pf show -o +mac
	offers '+pf,note' pf show --output +pf,no
	offers 'holder help' vf show -o h
	offers 'pf,holder' vf show -o pf,h
	offers 'none' vf show eth0 holder ''
	offers 'noun new' vf set -o n
	# A noun alone is its show.
	offers 'vlan vlan_proto' vf -o vl
	offers '' -o p
}

@test "settings of the firmware: names in any case, then words; none twice" {
	machine ofed
	offers 'show set reset backup restore info activate flash help' fw ''
	offers '0000:03:00.0' fw set 0
	offers 'enp3s0f0np0' fw backup e
	run -0 sriov __complete -- fw show enp3s0f0np0 ''
	[ "$(grep -c '^[A-Z]' <<<"$output")" -ge 40 ]
	offers 'NUM_OF_VFS NUM_OF_PF' fw show enp3s0f0np0 NUM_OF
	offers 'NUM_OF_VFS= NUM_OF_PF=' fw set enp3s0f0np0 num_of
	offers 'NUM_OF_PF' fw reset 03:00.0 num_of_vfs NUM_OF
	offers 'NUM_OF_PF=' fw set 03:00.0 num_of_vfs=8 NUM_OF
	offers 'CQE_COMPRESSION=BALANCED CQE_COMPRESSION=AGGRESSIVE' fw set 03:00.0 CQE_COMPRESSION=
	offers 'Link_Type_P2=IB' fw set 03:00.0 Link_Type_P2=i
	offers 'SRIOV_EN=False SRIOV_EN=True' fw set 03:00.0 SRIOV_EN=
	offers '' fw set 03:00.0 NUM_OF_VFS=
	offers '' fw set 03:00.0 FROB=
	offers 'on off' fw show 03:00.0 pending ''
	offers 'pending' fw show 03:00.0 NUM_OF_VFS pend
	offers '' fw info 03:00.0 ''
	offers '' fw activate 03:00.0 ''
	offers 'component overwrite' fw flash 03:00.0 file ''
	offers 'settings settings,identifiers' fw flash 03:00.0 file overwrite s
	# devlink's, for cards of others
	machine igb
	offers 'enable_sriov= enable_roce=' fw set eth0 enable
	offers 'enable_sriov=False enable_sriov=True' fw set eth0 enable_sriov=
	for verb in backup restore flash; do
		run -0 --separate-stderr sriov __complete -- fw $verb eth0 ''
		same $'\tfiles' "$output"
	done
}

@test "without devices nothing is offered, and nothing is said" {
	machine none
	offers '' pf set ''
	offers '' vf set ''
	rm -r "$SYSROOT"
	offers '' pf set ''
	offers 'pf vf group bind fw help' ''
}

@test "what the user has not asked for is not done" {
	offers '' vf set -n eth0/0 vlan 11 --force --bogus x
	offers 'on off' --debug vf set eth0/0 trust ''
}

# quietly WORD...: look up what can be said, and fail when that takes a socket, a child or a
# netlink reply, or when something is opened for writing. $opened is what was opened.
quietly()
{
	local log=$BATS_TEST_TMPDIR/trace

	ASAN_OPTIONS=$ASAN_OPTIONS:detect_leaks=0 strace -f -qq -o "$log" \
		-e trace=socket,clone,clone3,fork,vfork,openat,openat2,mkdirat,unlinkat,renameat2 \
		"$BUILD/sriov" --sysroot "$SYSROOT" __complete -- "$@" >/dev/null
	opened=$(grep -oE '"sys/[^"]*"' "$log" || :)
	! grep -E ' (socket|clone|clone3|fork|vfork|mkdirat|unlinkat|renameat2)\(|"netlink|O_WRONLY|O_RDWR|O_CREAT' "$log"
}

@test "a key press asks files of the kernel, and only those that it needs" {
	strace -qq -o /dev/null true 2>/dev/null || skip "strace does not work here"
	quietly vf set eth0/0 ''
	same '' "$opened"
	quietly pf set eth0 num_vfs ''
	same '' "$opened"
	quietly pf set e
	grep -q '0000:01:00.0/net' <<<"$opened"
	[[ $opened != *virtfn* && $opened != */driver* && $opened != *operstate* ]]
	quietly vf set eth0/4
	same "$(seq 4 4)" "$(grep -oE 'virtfn[0-9]+"' <<<"$opened" | tr -dc '0-9\n' | sort -u)"
	quietly vf set 0000:01:1
	quietly bind set eth0/all driver ''
	quietly vf show override ''
	quietly vf show mac ''
	quietly vf show nosuch/
	quietly vf set nosuch/0,
	quietly pf show link_type ''
	quietly fw set eth0 ''
	machine ofed
	quietly fw show 0000:03:00.0 ''
	quietly fw set enp3s0f0np0 SRIOV_EN=
}
