#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# What is shown of recorded machines: text for eyes, JSON and -o for programs.

bats_require_minimum_version 1.5.0

load ../helper

pf_keys='pf netdev driver num_vfs total_vfs autoprobe link_type mac link speed vendor device vendor_id device_id numa_node vf_offset vf_stride vf_device iommu_group override note'
vf_keys='pf index pci netdev driver override iommu_group mac netdev_mac vlan qos vlan_proto max_tx_rate min_tx_rate spoofchk trust state query_rss promisc allmulti node_guid port_guid trunk group effective_tx_rate note holder'
bind_keys='pf index pci netdev driver override iommu_group note holder'

# well_typed KEYS: every object of $output has these keys, in this order, and values of the
# right types.
well_typed()
{
	same "$1" "$(json 'map(keys_unsorted | join(" ")) | unique[]')" || return
	# What follows is for jq.
	# shellcheck disable=SC2016
	same '' "$(json '
		.[] | to_entries[] | select(.value != null) |
		select(.key as $key | .value |
			if $key | IN("num_vfs", "total_vfs", "speed", "vf_offset", "vf_stride",
				"iommu_group", "index", "vlan", "qos", "max_tx_rate", "min_tx_rate",
				"numa_node", "effective_tx_rate", "share_tx_rate") then (type == "number" and . == floor and . >= 0)
			elif $key | IN("autoprobe", "spoofchk", "trust", "query_rss", "promisc", "allmulti") then type == "boolean"
			elif $key | IN("vendor_id", "device_id", "vf_device") then test("^0x[0-9a-f]{4}$")
			elif $key | IN("mac", "netdev_mac") then
				test("^([0-9a-f]{2}:){5}([0-9a-f]{2}|([0-9a-f]{2}:){14}[0-9a-f]{2})$")
			elif $key | IN("node_guid", "port_guid") then test("^([0-9a-f]{2}:){7}[0-9a-f]{2}$")
			elif $key == "vlan_proto" then IN("802.1Q", "802.1ad")
			elif $key == "state" then IN("auto", "enable", "disable")
			else type == "string" and . != "" and . != "-" end | not) | tostring' 2>&1)"
}

# clean FILE...: no byte that a terminal would take for an order, and UTF-8 throughout.
clean()
{
	local file

	for file; do
		! LC_ALL=C grep -nP '[\x00-\x09\x0b-\x1f\x7f]|\xc2[\x80-\x9f]' "$file" || return 1
		iconv -f UTF-8 -t UTF-8 "$file" >/dev/null || return 1
	done
}

# table_of COLUMN: the cells of that column, by its heading, of the table in $output.
table_of()
{
	awk -v heading="$1" '
		NR == 1 {
			at = index($0 " ", heading " ")
			next
		}
		{
			split(substr($0, at), words, " ")
			print words[1]
		}' <<<"$output"
}

@test "the check of types bites" {
	run -0 echo '[{"pf":"a","vlan":"3"},{"pf":"b","vlan":4}]'
	run well_typed 'pf vlan'
	[ "$status" != 0 ]
	run -0 echo '[{"pf":"a","trust":"on"}]'
	run well_typed 'pf trust'
	[ "$status" != 0 ]
	run -0 echo '[{"pf":"a","vlan":3},{"pf":"b"}]'
	run well_typed 'pf vlan'
	[ "$status" != 0 ]
	run -0 echo '[{"pf":"a","vlan":3,"mac":null}]'
	well_typed 'pf vlan mac'
	printf 'a\033[31m\n' >"$BATS_TEST_TMPDIR/bad"
	run clean "$BATS_TEST_TMPDIR/bad"
	[ "$status" != 0 ]
	printf 'a\xff\n' >"$BATS_TEST_TMPDIR/bad"
	run clean "$BATS_TEST_TMPDIR/bad"
	[ "$status" != 0 ]
}

@test "JSON: always an array, always every key, with types" {
	for name in igb infiniband mlx5 netdevsim ofed; do
		machine "$name"
		for noun in pf vf bind; do
			run_json "$noun" show
			[ "$status" = 0 ]
			same '' "$stderr"
			well_typed "$(keys="${noun}_keys"; echo "${!keys}")"
			same array "$(json type)"
		done
	done
}

@test "JSON: also of a machine that lies" {
	machine broken
	for noun in pf vf bind; do
		run_json "$noun" show
		[ "$(json length)" -gt 3 ]
		well_typed "$(keys="${noun}_keys"; echo "${!keys}")"
	done
}

@test "JSON: one object named is an array of one" {
	machine igb
	run_json pf show eth0
	same 1 "$(json length)"
	well_typed "$pf_keys"
	run_json vf show eth0/3
	same '[["0000:01:00.0",3]]' "$(json 'map([.pf, .index])')"
	well_typed "$vf_keys"
}

@test "JSON: indented with -p, the same otherwise" {
	machine igb
	run_json vf show
	plain=$(jq -cS . <<<"$output")
	run_json -p vf show
	same "$plain" "$(jq -cS . <<<"$output")"
	[[ $output == *$'\n  "pf": '* ]]
	run -0 sriov -jp pf show eth0 -o pf,num_vfs
	same '[
{
  "pf": "0000:01:00.0",
  "num_vfs": 7
}
]' "$output"
}

@test "pf show: igb" {
	machine igb
	run_json pf show
	same '["0000:01:00.0","eth0","igb",7,7,true,"ethernet","52:54:00:12:34:00","up",1000]
["0000:01:00.1","eth1","igb",0,7,true,"ethernet","52:54:00:12:34:01","down",null]
["0000:02:00.0","eth2","igb",0,7,true,"ethernet","02:aa:00:00:00:02","up",1000]
["0000:03:00.0",null,"nvme",3,127,false,"nvme",null,null,null]' \
		"$(json '.[] | [.pf, .netdev, .driver, .num_vfs, .total_vfs, .autoprobe, .link_type,
			.mac, .link, .speed]')"
	same '["0x8086","0x10c9",0,128,2,"0x10ca",4,null,null]
["0x8086","0x10c9",0,128,2,"0x10ca",5,null,null]
["0x8086","0x10c9",null,128,2,"0x10ca",6,null,null]
["0x144d","0xa824",1,1,1,"0xa824",7,null,null]' \
		"$(json '.[] | [.vendor_id, .device_id, .numa_node, .vf_offset, .vf_stride, .vf_device,
			.iommu_group, .override, .note]')"
}

@test "pf show: InfiniBand, five digits of domain, representors are no ports" {
	machine mlx5
	run_json pf show
	same '["0000:81:00.0","enp129s0f0np0","ethernet",4,"0c:42:a1:c6:cf:52"]
["0000:81:00.1","enp129s0f1np1","ethernet",2,"0c:42:a1:c6:cf:53"]
["10000:00:00.0","ib0","infiniband",2,"80:00:00:27:fe:80:00:00:00:00:00:00:0c:42:a1:03:00:c6:cf:60"]' \
		"$(json '.[] | [.pf, .netdev, .link_type, .num_vfs, .mac]')"
}

@test "pf show: devices on another bus, in natural order, PCI first" {
	machine netdevsim
	run_json pf show
	same '["netdevsim/netdevsim2","eth1","netdevsim",0,null,null,"ethernet"]
["netdevsim/netdevsim10","eth0","netdevsim",3,null,null,"ethernet"]' \
		"$(json '.[] | [.pf, .netdev, .driver, .num_vfs, .total_vfs, .autoprobe, .link_type]')"
	machine igb
	mkdir -p "$SYSROOT/sys/bus/a/devices/b"
	echo 0 >"$SYSROOT/sys/bus/a/devices/b/sriov_numvfs"
	run -0 sriov pf show -o pf
	same 'PF
0000:01:00.0
0000:01:00.1
0000:02:00.0
0000:03:00.0
a/b' "$output"
}

@test "pf show: every bus is looked through, but for those known to have no PFs" {
	machine netdevsim
	mkdir -p "$SYSROOT"/sys/bus/{acpi,cpu,xen-backend,pci-epf}/devices/0 \
		"$SYSROOT"/sys/bus/netdevsim/devices/netdevsim0
	run -0 --separate-stderr sriov --debug pf show -o pf
	absent=$(grep -cE 'sys/bus/(acpi|cpu|xen-backend)/' <<<"$stderr") || :
	[ "$absent" = 0 ]
	[[ $stderr == *"exists sys/bus/pci-epf/devices/0/sriov_numvfs -> no"* ]]
	# one that is about to go hides no other
	[[ $output == *netdevsim/netdevsim2* ]]
}

@test "pf show: PCI addresses in the order of their numbers" {
	machine none
	for address in 10000:00:00.0 0000:0a:00.0 0000:09:1f.7 ffff:00:00.0 0000:09:00.0; do
		mkdir -p "$SYSROOT/sys/bus/pci/devices/$address"
		echo 0 >"$SYSROOT/sys/bus/pci/devices/$address/sriov_numvfs"
	done
	run -0 sriov pf show -o pf
	same 'PF
0000:09:00.0
0000:09:1f.7
0000:0a:00.0
ffff:00:00.0
10000:00:00.0' "$output"
}

@test "pf show: several ports, in natural order; the netdev in another namespace" {
	machine igb
	net=$SYSROOT/sys/bus/pci/devices/0000:02:00.0/net
	mkdir "$net/eth10"
	run_json pf show eth2
	same 'eth2,eth10' "$(json '.[].netdev')"
	run_json pf show netdev eth10
	same '0000:02:00.0' "$(json '.[].pf')"
	rm -r "${net:?}"/*
	run_json pf show 0000:02:00.0
	same '[null,null,"ethernet","other-netns"]' "$(json '.[] | [.netdev, .mac, .link_type, .note]')"
}

@test "vf show: igb, a VF in every state" {
	machine igb
	run_json vf show eth0
	same '[0,"0000:01:10.0","eth3","igbvf",null,10,"02:00:00:00:01:00",10,3,500,true,false,null]
[1,"0000:01:10.2","eth4","igbvf",null,11,"02:00:00:00:01:01",0,0,0,true,true,null]
[2,"0000:01:10.4","eth5","igbvf",null,12,"02:00:00:00:01:02",100,0,0,false,false,null]
[3,"0000:01:10.6","eth6","igbvf",null,13,"02:00:00:00:01:03",0,0,1000,true,false,null]
[4,"0000:01:11.0",null,"vfio-pci","vfio-pci",14,"02:00:00:00:01:04",20,0,0,true,false,null]
[5,"0000:01:11.2",null,"none",null,15,"00:00:00:00:00:00",0,0,0,true,false,null]
[6,"0000:01:11.4",null,"igbvf",null,16,"02:00:00:00:01:06",0,0,0,true,false,"other-netns"]' \
		"$(json '.[] | [.index, .pci, .netdev, .driver, .override, .iommu_group, .mac, .vlan, .qos,
			.max_tx_rate, .spoofchk, .trust, .note]')"
	same '["0000:01:00.0","802.1Q",0,"auto",null]' \
		"$(json 'map([.pf, .vlan_proto, .min_tx_rate, .state, .query_rss]) | unique[]')"
	same '["02:00:00:00:01:00","02:00:00:00:01:01","02:00:00:00:01:02","02:00:00:00:01:03",null,null,null]' \
		"$(json 'map(.netdev_mac)')"
}

@test "vf show: without a netdev of the PF there are no network attributes" {
	machine igb
	run_json vf show 0000:03:00.0
	[ "$status" = 0 ]
	same '' "$stderr"
	same '[0,"0000:03:00.1","nvme",20,null,null,null]
[1,"0000:03:00.2","nvme",21,null,null,null]
[2,"0000:03:00.3","none",22,null,null,null]' \
		"$(json '.[] | [.index, .pci, .driver, .iommu_group, .mac, .vlan, .trust]')"
}

@test "vf show: a VF that is not answered for, and one of another port" {
	machine mlx5
	run_json vf show enp129s0f0np0
	[ "$status" = 0 ]
	same '' "$stderr"
	same '[0,"02:00:00:00:81:00",7,1,"802.1Q",100,25000,true,false,"auto",false,null]
[1,"02:00:00:00:81:01",8,0,"802.1ad",0,0,true,true,"enable",false,null]
[2,null,null,null,null,null,null,null,null,null,null,"no-answer"]
[3,null,null,null,null,null,null,null,null,null,null,"other-port"]' \
		"$(json '.[] | [.index, .mac, .vlan, .qos, .vlan_proto, .min_tx_rate, .max_tx_rate, .spoofchk,
			.trust, .state, .query_rss, .note]')"
	# What sysfs knows of them is there all the same.
	same '["0000:81:00.4","enp129s0f0v2","mlx5_core"]' "$(json '.[2] | [.pci, .netdev, .driver]')"
}

@test "vf show: InfiniBand has a state, and no Ethernet address" {
	machine mlx5
	run_json vf show ib0
	same '[0,"10000:00:00.1","enable",null,null,null,null,null,null]
[1,"10000:00:00.2","disable",null,null,null,null,null,null]' \
		"$(json '.[] | [.index, .pci, .state, .mac, .vlan, .max_tx_rate, .spoofchk, .trust, .note]')"
}

@test "vf show: GUIDs of InfiniBand VFs; one that was not given is unknown" {
	machine infiniband
	run_json vf show ib0
	[ "$status" = 0 ]
	same '' "$stderr"
	same '[0,"enable","00:11:22:33:44:55:66:77","00:11:22:33:44:55:66:78",null,null,null,null]
[1,"disable",null,null,null,null,null,null]
[2,"auto",null,"0e:42:a1:00:03:c6:cf:60",null,null,null,null]
[3,"disable",null,null,null,null,null,null]' \
		"$(json '.[] | [.index, .state, .node_guid, .port_guid, .mac, .netdev_mac, .vlan, .note]')"
	run -0 sriov -o index,node_guid,port_guid vf show ib0/0,1
	same 'VF  NODE_GUID                PORT_GUID
0   00:11:22:33:44:55:66:77  00:11:22:33:44:55:66:78
1   -                        -' "$output"
}

@test "vf show: GUIDs as filters, in each way they are written" {
	machine infiniband
	for guid in 00:11:22:33:44:55:66:77 0x0011223344556677 0011223344556677; do
		run_json vf show node_guid "$guid"
		same '[["0000:41:00.0",0]]' "$(json 'map([.pf, .index])')"
	done
	run_json vf show ib0 port_guid 0E:42:A1:00:03:C6:CF:60
	same '[2]' "$(json 'map(.index)')"
	run_json vf show node_guid 00:11:22:33:44:55:66:78
	same '[]' "$output"
	run -2 --separate-stderr sriov vf show port_guid 00:00:00:00:00:00:00:00
	same "sriov: vf show: port_guid: '00:00:00:00:00:00:00:00' is all zeros, which is no GUID" "$stderr"
	run -2 --separate-stderr sriov vf show port_guid 1
	same "sriov: vf show: port_guid: '1' is not a GUID (00:11:22:33:44:55:66:77)" "$stderr"
}

@test "vf show: the kernel that cannot list VFs with GUIDs" {
	machine infiniband
	# NLMSG_ERROR with -EMSGSIZE and the head of the request
	printf '%s\n' 24000000020000010100000000000000a6ffffff24000000120001000100000000000000 \
		>"$SYSROOT/netlink/ib0-vfs.hex"
	run_json vf show ib0/0-1
	[ "$status" = 0 ]
	same '' "$stderr"
	same '[0,"ib2",null,null,null,"incomplete"]
[1,"ib3",null,null,null,"incomplete"]' "$(json '.[] | [.index, .netdev, .state, .node_guid, .port_guid, .note]')"
}

@test "vf show: VFs without a PCI address" {
	machine netdevsim
	run_json vf show
	same '["netdevsim/netdevsim10",0,null,null,0,0,"802.1Q",0,0,false,false,"auto",false]
["netdevsim/netdevsim10",1,null,null,200,5,"802.1ad",10,100,false,true,"auto",true]
["netdevsim/netdevsim10",2,null,null,0,0,"802.1Q",0,0,true,false,"disable",false]' \
		"$(json '.[] | [.pf, .index, .pci, .driver, .vlan, .qos, .vlan_proto, .min_tx_rate, .max_tx_rate,
			.spoofchk, .trust, .state, .query_rss]')"
}

@test "vf show: a list of VFs that the kernel cut" {
	machine broken
	run_json vf show eth1
	[ "$status" = 0 ]
	same '[0,"02:00:00:00:05:10",10,null]
[2,null,null,"incomplete"]' "$(json '.[] | [.index, .mac, .vlan, .note]')"
	run_json vf show eth3
	[ "$status" = 0 ]
	same '[0,null,"incomplete"]' "$(json '.[] | [.index, .mac, .note]')"
}

@test "vf show: one PF that cannot be read does not hide the others" {
	machine broken
	run_json vf show
	[ "$status" = 1 ]
	[[ $stderr == *'0000:05:00.2: reading VFs of eth2: Bad message'* ]]
	same '["0000:05:00.1",0]' "$(json '.[] | select(.vlan == 10) | [.pf, .index]')"
	machine igb
	echo zz >"$SYSROOT/netlink/eth0-vfs.hex"
	run_json vf show
	[ "$status" = 1 ]
	same 'sriov: 0000:01:00.0: reading VFs of eth0: Bad message' "$stderr"
	same '3' "$(json 'map(select(.pf == "0000:03:00.0")) | length')"
}

@test "vf show: without recorded replies the rest is shown" {
	machine igb
	rm -r "$SYSROOT/netlink"
	run_json vf show eth0
	[ "$status" = 0 ]
	same '["0000:01:10.0","igbvf",null,"incomplete"]' "$(json '.[0] | [.pci, .driver, .vlan, .note]')"
}

@test "vf show: 1000 VFs, of which the length of the kernel's list says nothing" {
	machine netdevsim
	echo 1000 >"$SYSROOT/sys/bus/netdevsim/devices/netdevsim10/sriov_numvfs"
	{
		echo '#: link eth0 index 2 mac 02:00:00:00:0a:00 parent netdevsim10 bus netdevsim'
		echo '#: num_vfs 1000'
		for ((i = 0; i < 1000; i++)); do
			printf '#: vf %d mac 02:00:00:00:%02x:%02x vlan %d\n' "$i" $((i / 256)) $((i % 256)) \
				$((i * 3))
		done
	} | "$TOP/tests/machines/netlink" | sed -n 's/^netlink.eth0-vfs.hex = //p' \
		>"$SYSROOT/netlink/eth0-vfs.hex"
	[ "$(wc -c <"$SYSROOT/netlink/eth0-vfs.hex")" -gt 390000 ]
	run_json vf show eth0
	[ "$status" = 0 ]
	same '' "$stderr"
	same '[1000,1000,true,true,null]' "$(json '[length, (map(.index) | unique | length),
		all(.[]; .vlan == .index * 3), .[999].mac == "02:00:00:00:03:e7",
		(map(.note) | unique[])]')"
	run_json vf show eth0/334-336,999 -o vlan
	same '[1002,1005,1008,2997]' "$(json 'map(.vlan)')"
}

@test "bind show" {
	machine igb
	run -0 --separate-stderr sriov bind show eth0
	same 'PF            VF  PCI           NETDEV  DRIVER    OVERRIDE  IOMMU  NOTE         HOLDER
0000:01:00.0  0   0000:01:10.0  eth3    igbvf     -         10     -            none
0000:01:00.0  1   0000:01:10.2  eth4    igbvf     -         11     -            none
0000:01:00.0  2   0000:01:10.4  eth5    igbvf     -         12     -            none
0000:01:00.0  3   0000:01:10.6  eth6    igbvf     -         13     -            none
0000:01:00.0  4   0000:01:11.0  -       vfio-pci  vfio-pci  14     -            a process
0000:01:00.0  5   0000:01:11.2  -       none      -         15     -            none
0000:01:00.0  6   0000:01:11.4  -       igbvf     -         16     other-netns  netns unknown' "$output"
}

@test "text: a table, unknown is -" {
	machine igb
	run -0 --separate-stderr sriov pf show
	same '' "$stderr"
	same 'PF            NETDEV  DRIVER  VFS  MAX  AUTO  TYPE      MAC                LINK  SPEED
0000:01:00.0  eth0    igb     7    7    on    ethernet  52:54:00:12:34:00  up    1000
0000:01:00.1  eth1    igb     0    7    on    ethernet  52:54:00:12:34:01  down  -
0000:02:00.0  eth2    igb     0    7    on    ethernet  02:aa:00:00:00:02  up    1000
0000:03:00.0  -       nvme    3    127  off   nvme      -                  -     -' "$output"
	run -0 sriov vf show eth0/0,4
	same 'PF            VF  PCI           NETDEV  DRIVER    MAC                VLAN  SPOOF  TRUST
0000:01:00.0  0   0000:01:10.0  eth3    igbvf     02:00:00:00:01:00  10    on     off
0000:01:00.0  4   0000:01:11.0  -       vfio-pci  02:00:00:00:01:04  20    on     off' "$output"
}

@test "text: a noun alone means show" {
	machine igb
	for noun in pf vf bind; do
		run -0 sriov "$noun" show
		shown=$output
		run -0 sriov "$noun"
		same "$shown" "$output"
	done
}

@test "text: the default columns take at most 100" {
	machine igb
	for noun in pf vf bind; do
		run -0 sriov "$noun" show
		awk 'length($0) > 100 { print length($0) ": " $0; bad = 1 } END { exit bad }' <<<"$output"
	done
}

@test "text: the default columns take at most 100, also of long names and addresses" {
	for name in netdevsim mlx5; do
		machine "$name"
		for noun in pf vf bind; do
			run -0 sriov "$noun" show
			awk 'length($0) > 100 { print length($0) ": " $0; bad = 1 } END { exit bad }' \
				<<<"$output"
		done
	done
}

@test "text: one object by name is key and value, and everything is there" {
	machine igb
	run -0 --separate-stderr sriov vf show eth0/4
	same 'pf                 0000:01:00.0
index              4
pci                0000:01:11.0
netdev             -
driver             vfio-pci
override           vfio-pci
iommu_group        14
mac                02:00:00:00:01:04
netdev_mac         -
vlan               20
qos                0
vlan_proto         802.1Q
max_tx_rate        0
min_tx_rate        0
spoofchk           on
trust              off
state              auto
query_rss          -
promisc            -
allmulti           -
node_guid          -
port_guid          -
trunk              -
group              -
effective_tx_rate  -
note               -
holder             a process (open through vfio)' "$output"
	record=$output
	run -0 sriov vf show 0000:01:11.0
	same "$record" "$output"
	run -0 sriov bind show eth0/4
	same "$(grep -E "^(${bind_keys// /|}) " <<<"$record" | tr -s ' ')" "$(tr -s ' ' <<<"$output")"
	run -0 sriov pf show 01:00.0
	same "$pf_keys" "$(awk '{ print $1 }' <<<"$output" | paste -sd ' ')"
	same 'num_vfs      7' "$(grep '^num_vfs' <<<"$output")"
	run -0 sriov pf show eth0 -o netdev,pf
	same 'netdev  eth0
pf      0000:01:00.0' "$output"
}

@test "text: a list that has one VF is a list" {
	machine igb
	for object in eth0/4-4 eth0/4,4; do
		run -0 sriov vf show "$object"
		[ "${#lines[@]}" = 2 ]
		[[ ${lines[0]} == 'PF '* ]]
	done
	rm "$SYSROOT"/sys/bus/pci/devices/0000:01:00.0/virtfn[1-6]
	for object in eth0 eth0/all; do
		run -0 sriov vf show "$object"
		[ "${#lines[@]}" = 2 ]
	done
	run -0 sriov vf show eth0/0 eth0/0
	[ "${#lines[@]}" = 3 ]
}

@test "text: -d shows every column" {
	machine igb
	run -0 sriov vf show -d eth0
	[ "${#lines[@]}" = 8 ]
	same 'PF VF PCI NETDEV DRIVER OVERRIDE IOMMU MAC NETDEV_MAC VLAN QOS PROTO MAX MIN SPOOF TRUST STATE RSS PROMISC ALLMULTI NODE_GUID PORT_GUID TRUNK GROUP EFFECTIVE NOTE HOLDER' \
		"$(tr -s ' ' <<<"${lines[0]}")"
	same '500 0 0 1000 0 0 0' "$(table_of MAX | paste -sd ' ')"
	run -0 sriov pf show --details
	same "$(wc -w <<<"$pf_keys")" "$(wc -w <<<"${lines[0]}")"
}

@test "text: -o shows what is named, in this order, and + adds" {
	machine igb
	run -0 sriov vf show eth0/0-1 -o trust,index,max_tx_rate
	same 'TRUST  VF  MAX
off    0   500
on     1   0' "$output"
	run -0 sriov vf show eth0/0-1
	brief=${lines[0]}
	run -0 sriov vf show eth0/0-1 -o +max_tx_rate,qos
	same "$brief  MAX  QOS" "${lines[0]}"
	# What is there already does not come twice.
	run -0 sriov vf show eth0/0-1 -o +vlan
	same "$brief" "${lines[0]}"
	run -0 sriov vf show eth0/0-1 -o vlan,vlan
	same 'VLAN' "${lines[0]}"
}

@test "JSON: -o leaves only what is named" {
	machine igb
	run_json vf show eth0/0-1 -o vlan,trust
	same '[{"vlan":10,"trust":false},{"vlan":0,"trust":true}]' "$(json .)"
	run_json vf show eth0/0 -o +vlan
	well_typed "$vf_keys"
}

@test "-o help lists the columns, those of the default marked" {
	machine igb
	for noun in pf vf bind; do
		keys=${noun}_keys
		run -0 --separate-stderr sriov "$noun" show -o help
		same "${!keys}" "$(sed 's/^[* ] //; s/ .*//' <<<"$output" | paste -sd ' ')"
		marked=$(grep -c '^\* ' <<<"$output")
		run -0 sriov "$noun" show
		same "$(wc -w <<<"${lines[0]}")" "$marked"
	done
	# No machine is needed for it.
	run -0 sriov --sysroot /nonexistent vf show -o help
}

@test "filters: what is so is shown" {
	machine igb
	found()
	{
		run_json vf show "$@"
		[ "$status" = 0 ]
		json 'map(if .pf == "0000:01:00.0" then .index else 100 + .index end)'
	}
	same '[0,1,2,3,6]' "$(found eth0 driver igbvf)"
	same '[5]' "$(found eth0 driver none)"
	same '[5,102]' "$(found driver none)"
	same '[4]' "$(found eth0 override vfio-pci)"
	same '[0]' "$(found eth0 vlan 10)"
	same '[1]' "$(found trust on)"
	same '[0,2,3,4,5,6]' "$(found trust off)"
	same '[2]' "$(found spoofchk off)"
	same '[0]' "$(found eth0 max_tx_rate 500mbit)"
	same '[3]' "$(found eth0 max_tx_rate 1Gbit)"
	same '[4]' "$(found mac 02:00:00:00:01:04)"
	same '[4]' "$(found pci 0000:01:11.0)"
	same '[2]' "$(found netdev eth5)"
	same '[6]' "$(found note other-netns)"
	same '[3,103]' "$(found iommu_group 13 | jq -c '. + [103]')"
	same '[1,101]' "$(found index 1)"
	same '[100,101,102]' "$(found pf 0000:03:00.0)"
	same '[2,6]' "$(found eth0/2,5,6 driver igbvf)"
	same '[2]' "$(found eth0 driver igbvf spoofchk off)"
	# Unknown is no value.
	same '[]' "$(found query_rss off)"
	same '[]' "$(found 0000:03:00.0 vlan 0)"
}

@test "filters of PFs" {
	machine igb
	run_json pf show num_vfs 0
	same '["0000:01:00.1","0000:02:00.0"]' "$(json 'map(.pf)')"
	run_json pf show link_type nvme
	same '["0000:03:00.0"]' "$(json 'map(.pf)')"
	run_json pf show driver igb link down
	same '["0000:01:00.1"]' "$(json 'map(.pf)')"
	run_json pf show vendor_id 0x8086 num_vfs 7
	same '["0000:01:00.0"]' "$(json 'map(.pf)')"
	run_json pf show autoprobe off
	same '["0000:03:00.0"]' "$(json 'map(.pf)')"
	run_json pf show eth0 eth1 mac 52:54:00:12:34:01
	same '["0000:01:00.1"]' "$(json 'map(.pf)')"
	machine mlx5
	run_json pf show mac 80:00:00:27:fe:80:00:00:00:00:00:00:0c:42:a1:03:00:c6:cf:60
	same '["10000:00:00.0"]' "$(json 'map(.pf)')"
}

@test "a filter may ask for what is not shown, and changes no column" {
	machine igb
	run -0 sriov vf show max_tx_rate 500 -o index
	same 'VF
0' "$output"
}

@test "an empty list explains itself, on standard error" {
	machine none
	for noun in pf vf bind; do
		run -0 --separate-stderr sriov "$noun" show
		same '' "$output"
		same 'sriov: no SR-IOV capability; 2 network cards without it' "$stderr"
		run_json "$noun" show
		[ "$status" = 0 ]
		same '[]' "$output"
	done
	rm -r "$SYSROOT/sys/bus/pci/devices/0000:00:03.0"
	run -0 --separate-stderr sriov pf show
	same 'sriov: no SR-IOV capability; 1 network card without it' "$stderr"
}

@test "a list that the filter empties says so, and is no failure" {
	machine igb
	for words in 'pf show num_vfs 5' 'vf show driver nosuch' 'vf show eth1' 'vf show eth1/all' \
		'bind show eth0 driver nosuch'; do
		# These are words.
		# shellcheck disable=SC2086
		run -0 --separate-stderr sriov $words
		same '' "$output"
		[[ $stderr == 'sriov: no '* && $stderr != *$'\n'* ]]
		# shellcheck disable=SC2086
		run_json $words
		[ "$status" = 0 ]
		same '[]' "$output"
	done
}

@test "no control character reaches the terminal, from no file and no name" {
	machine broken
	dev=$SYSROOT/sys/bus/pci/devices
	mkdir -p "$dev/0000:05:00.3/net/"$'eth\e]0;owned\a' "$dev/0000:05:13.3/net/"$'v\xff\e[2J'
	printf '1\n' >"$dev/0000:05:00.3/net/"$'eth\e]0;owned\a/type'
	ln -s $'../../../bus/pci/drivers/vf\e[31m\xc2\x9b5m\xff' "$dev/0000:05:13.3/driver"
	ln -sfn $'../../../bus/pci/drivers/pf\e[31m\nnext' "$dev/0000:05:00.3/driver"
	ln -s $'../\e[31m' "$dev/0000:05:00.3/virtfn1"
	mkdir -p "$SYSROOT/sys/bus/"$'b\e[31m/devices/d\e[32m'
	echo 1 >"$SYSROOT/sys/bus/"$'b\e[31m/devices/d\e[32m/sriov_numvfs'
	for noun in pf vf bind; do
		for options in '' -d -j -jp --debug; do
			# These are words.
			# shellcheck disable=SC2086
			sriov $noun show $options >"$BATS_TEST_TMPDIR/out" 2>"$BATS_TEST_TMPDIR/err" || :
			[ -s "$BATS_TEST_TMPDIR/out" ]
			clean "$BATS_TEST_TMPDIR/out" "$BATS_TEST_TMPDIR/err"
		done
	done
	sriov pf show 0000:05:00.0 >"$BATS_TEST_TMPDIR/out"
	clean "$BATS_TEST_TMPDIR/out"
	grep -q '^link *u?\[2Jp$' "$BATS_TEST_TMPDIR/out"
	# One row is one line.
	sriov pf show -o pf,driver >"$BATS_TEST_TMPDIR/out"
	grep -qx '0000:05:00.3 *pf?\[31m?next' "$BATS_TEST_TMPDIR/out"
	sriov __complete -- pf show '' >"$BATS_TEST_TMPDIR/out"
	clean <(tr -d '\t' <"$BATS_TEST_TMPDIR/out")
}

@test "values out of range are unknown, not wrapped" {
	machine broken
	run_json pf show 0000:05:00.0
	same '[4,null,null,null,null,null,null,null,null,null]' \
		"$(json '.[] | [.num_vfs, .total_vfs, .autoprobe, .vendor_id, .device_id, .numa_node,
			.vf_offset, .vf_stride, .vf_device, .iommu_group]')"
	same '[null,null]' "$(json '.[] | [.speed, .mac]')"
	run_json pf show 0000:05:00.1
	same '[null,null,null,null,null,null,null]' \
		"$(json '.[] | [.total_vfs, .autoprobe, .numa_node, .vf_offset, .vf_stride, .vf_device, .speed]')"
	run_json pf show netdevsim/netdevsim1
	same '[null]' "$(json 'map(.num_vfs)')"
	run_json vf show eth1/0
	same '[10,true,null,null,true,null]' \
		"$(json '.[] | [.vlan, .spoofchk, .trust, .state, .query_rss, .max_tx_rate]')"
	run_json vf show 0000:05:10.0 -o netdev_mac,iommu_group
	same '[{"netdev_mac":null,"iommu_group":null}]' "$(json .)"
}

@test "links lead nowhere outside of the tree" {
	machine broken
	echo secret >"$BATS_TEST_TMPDIR/secret"
	dev=$SYSROOT/sys/bus/pci/devices/0000:05:00.2
	ln -sf "$BATS_TEST_TMPDIR/secret" "$dev/driver_override"
	ln -sf ../../../../../../secret "$dev/class"
	run_json pf show 0000:05:00.2
	[[ $output != *secret* ]]
	mkfifo "$dev/numa_node"
	run_json pf show 0000:05:00.2
	same '[null]' "$(json 'map(.numa_node)')"
}

@test "colour: only when asked for, and not in JSON" {
	machine igb
	run -0 sriov pf show
	[[ $output != *$'\e'* ]]
	run -0 sriov --color never pf show
	[[ $output != *$'\e'* ]]
	run -0 sriov --color always pf show -o pf,netdev
	same $'\e[1mPF            NETDEV\e[0m' "${lines[0]}"
	same '0000:01:00.0  eth0' "${lines[1]}"
	run -0 sriov --color always -j pf show
	[[ $output != *$'\e'* ]]
	run -3 sriov --color always -n vf set eth0/0 vlan 11
	[[ $output != *$'\e'* ]]
}

@test "colour: on a terminal, unless NO_COLOR or the terminal says no" {
	command -v script >/dev/null || skip "script(1) is not here"
	machine igb
	# on_terminal VARIABLE=VALUE... WORD...: run it with a terminal as standard output.
	on_terminal()
	{
		script -qec "env $* '$BUILD/sriov' --sysroot '$SYSROOT' pf show -o pf" /dev/null </dev/null
	}
	run -0 on_terminal -u NO_COLOR TERM=xterm
	[[ $output == *$'\e[1mPF\e[0m'* ]]
	run -0 on_terminal NO_COLOR= TERM=xterm
	[[ $output == *$'\e[1mPF\e[0m'* ]]
	run -0 on_terminal NO_COLOR=1 TERM=xterm
	[[ $output == *PF* && $output != *$'\e'* ]]
	run -0 on_terminal -u NO_COLOR TERM=dumb
	[[ $output == *PF* && $output != *$'\e'* ]]
	run -0 on_terminal -u NO_COLOR -u TERM
	[[ $output == *PF* && $output != *$'\e'* ]]
}
