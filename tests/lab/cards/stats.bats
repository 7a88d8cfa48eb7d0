#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# What VFs have sent and received, while frames are sent: "ip -s" is the witness.
# shellcheck disable=SC2086,SC2154 # device names have no blanks; run --separate-stderr sets stderr

load ../lab

setup_file() { hurry_on; }

# witness NETDEV: the counters as ip has them, [index, 8 numbers] for each VF.
witness()
{
	ip -s -j link show dev $1 | jq -c '[.[0].vfinfo_list[] | [.vf, .stats.rx.packets, .stats.rx.bytes,
		.stats.tx.tx_packets, .stats.tx.tx_bytes, .stats.rx.dropped, .stats.tx.dropped,
		.stats.rx.broadcast, .stats.rx.multicast]]'
}

# is_counted NETDEV INDEX WHICH NUMBER: for use with "within".
is_counted() { [ "$(witness $1 | jq ".[$2][$3]")" = "$4" ]; }

# ours OBJECT: the same as sriov has them.
ours()
{
	sriov -j vf stats $1 | jq -c '[.[] | [.index, .rx_packets, .rx_bytes, .tx_packets, .tx_bytes,
		.rx_dropped, .tx_dropped, .rx_broadcast, .rx_multicast]]'
}

# two_vfs: of the virtual card, with netdevs that send nothing by themselves: $PFDEV, ${nets[]}.
two_vfs()
{
	PFDEV=$(netdev_of $MLX0)
	sriov vf create $MLX0 2 mac 02:00:00:00:00:00+ driver none
	sriov bind set $MLX0/all driver default
	nets=()
	for i in 0 1; do
		nets[i]=$(netdev_of "$(vf_of $MLX0 $i)")
		echo 1 >/proc/sys/net/ipv6/conf/${nets[i]}/disable_ipv6
		ip link set ${nets[i]} up
	done
	echo 1 >/proc/sys/net/ipv6/conf/$PFDEV/disable_ipv6
	ip addr add 192.0.2.1/24 dev ${nets[0]}
	ip neigh add 192.0.2.2 lladdr 02:00:00:00:00:01 dev ${nets[0]}
	ip neigh add 192.0.2.3 lladdr ff:ff:ff:ff:ff:ff dev ${nets[0]}
}

# send N [ADDRESS]: datagrams from VF 0 to VF 1, or to this address.
send()
{
	for ((n = 0; n < $1; n++)); do
		echo x >/dev/udp/${2:-192.0.2.2}/9
	done
}

# read_rates WORD...: begin to read lines of JSON from sriov.
read_rates()
{
	mkfifo "$BATS_TEST_TMPDIR/lines"
	command sriov --json vf stats "$@" >"$BATS_TEST_TMPDIR/lines" 2>"$BATS_TEST_TMPDIR/errors" 3>&- &
	reader=$!
	exec 7<"$BATS_TEST_TMPDIR/lines"
}

# line_with REGEX: the first of the next lines that it fits; in $line. In here jq is slow.
line_with()
{
	for ((n = 0; n < 60; n++)); do
		IFS= read -r -t 30 -u 7 line || return
		[[ ! $line =~ $1 ]] || return 0
	done
	echo "none of the lines: $1"
	return 1
}

# says FILTER VALUE: jq finds this in $line.
says()
{
	[ "$(jq -c "$1" <<<"$line")" = "$2" ] || {
		echo "$1 is not $2: $line"
		return 1
	}
}

# ends: the reader, when it is told to.
ends()
{
	kill -TERM $reader
	wait $reader
	exec 7<&-
}

@test "the counters are those of ip, and move with the frames" {
	card_on
	two_vfs
	[ "$(ours $MLX0)" = "$(witness $PFDEV)" ]
	send 7
	send 3 192.0.2.3
	within 10 is_counted $PFDEV 1 1 10
	[ "$(ours $MLX0)" = "$(witness $PFDEV)" ]
	# VF 0 has sent ten, of which three were for all; a frame of theirs has 44 bytes
	[ "$(ours $MLX0)" = '[[0,0,0,10,440,0,0,0,0],[1,10,440,0,0,0,0,3,0]]' ]
	[ "$(sriov -j -o tx_broadcast,tx_multicast vf stats $MLX0/1 | jq -c .)" = '[{"tx_broadcast":null,"tx_multicast":null}]' ]
	# what is not its own is dropped on its way out
	ip link set $PFDEV vf 0 spoofchk on
	ip link set dev ${nets[0]} address 02:00:00:00:00:77
	ip neigh replace 192.0.2.2 lladdr 02:00:00:00:00:01 dev ${nets[0]}
	send 2
	within 10 is_counted $PFDEV 0 6 2
	[ "$(ours $MLX0)" = "$(witness $PFDEV)" ]
}

@test "rates while frames are sent, and a VF that is made anew" {
	card_on
	two_vfs
	read_rates $MLX0 interval 1
	line_with '"index":1,'
	says '[.rx_packets, .rx_packets_delta, .rx_packets_rate]' '[0,0,0]'
	send 50
	sum=0
	until [ "$sum" = 50 ]; do
		line_with '"index":1,.*"rx_packets_delta":[1-9]'
		sum=$((sum + $(jq .rx_packets_delta <<<"$line")))
		[ "$sum" -le 50 ]
		says '(.rx_packets_rate - .rx_packets_delta * 1e6 / .interval_us | fabs) <= 0.5001' true
		says '.rx_bytes_delta == .rx_packets_delta * 44' true
	done
	says .rx_packets 50
	# the driver forgets what it counted of VFs that are destroyed
	echo 0 >$DEVICES/$MLX0/sriov_numvfs
	echo 2 >$DEVICES/$MLX0/sriov_numvfs
	line_with '"index":1,.*"rx_packets":0,'
	says '[.rx_packets_delta, .rx_packets_rate, .tx_bytes_rate]' '[null,null,null]'
	line_with '"index":1,'
	says '[.rx_packets_delta, .rx_packets_rate]' '[0,0]'
	# VFs go and come while it looks
	echo 0 >$DEVICES/$MLX0/sriov_numvfs
	sriov vf create $MLX0 4 driver none
	line_with '"index":3,'
	says .rx_packets_delta null
	line_with '"index":3,'
	says .rx_packets_delta 0
	ends
	[ ! -s "$BATS_TEST_TMPDIR/errors" ]
}

@test "the card goes and comes while it is looked at" {
	card_on
	sriov vf create $MLX0 1 driver none
	read_rates $MLX0/0 interval 1
	line_with '"rx_packets_delta":0,'
	card_off
	within 20 grep -q "$MLX0" "$BATS_TEST_TMPDIR/errors"
	card_on
	echo 1 >$DEVICES/$MLX0/sriov_numvfs
	line_with '"rx_packets_delta":null,'
	line_with '"rx_packets_delta":0,'
	ends
	# said when it went, not each second
	[ "$(wc -l <"$BATS_TEST_TMPDIR/errors")" -le 2 ]
}

@test "between two readings it sleeps, and it keeps time" {
	card_on
	sriov vf create $MLX0 4 driver none
	read_rates $MLX0/0 interval 1 count 5
	line_with index
	first=$(jq .time_us <<<"$line")
	used=$(awk '{ print $14 + $15 }' /proc/$reader/stat)
	for i in 1 2 3; do
		line_with index
	done
	# less than a fifth of the processor, in ticks of 10 ms
	[ $(($(awk '{ print $14 + $15 }' /proc/$reader/stat) - used)) -lt 60 ]
	line_with index
	last=$(jq .time_us <<<"$line")
	# four intervals, and not four times what reading takes
	[ $((last - first)) -ge 3500000 ]
	[ $((last - first)) -le 5000000 ]
	wait $reader
}

@test "127 VFs in one message, and one that does not answer" {
	card_on
	sriov vf create $MLX0 127 driver none
	run -0 --separate-stderr sriov --debug -j vf stats $MLX0
	[ "$(jq -c '[length, (map(.index) | unique | length), (map(.rx_packets) | unique)]' <<<"$output")" = '[127,127,[0]]' ]
	[ "$(grep -c 'rtnl getlink' <<<"$stderr")" = 1 ]
	[ "$(fault_count get_vf_stats uses)" -ge 127 ]
	# to look at settings costs the card nothing
	before=$(fault_count get_vf_stats uses)
	sriov -j vf show $MLX0 >/dev/null
	[ "$(fault_count get_vf_stats uses)" = "$before" ]
	fault get_vf_config fail:EINVAL:vf:5
	run -0 --separate-stderr sriov -j vf stats $MLX0/4-6
	[ "$(jq -c 'map(.rx_packets)' <<<"$output")" = '[0,null,0]' ]
}

@test "InfiniBand: fewer counters" {
	card_on
	echo 2 >$DEVICES/$MLX_IB/sriov_numvfs
	run -0 --separate-stderr sriov -j vf stats $MLX_IB
	[ "$(jq -c 'map([.rx_packets, .tx_bytes, .rx_multicast, .rx_broadcast, .rx_dropped])' <<<"$output")" = \
		'[[0,0,0,null,null],[0,0,0,null,null]]' ]
	[ "$(ip -s -j link show dev "$(netdev_of $MLX_IB)" | jq -c '[.[0].vfinfo_list[].stats.rx.dropped]')" = '[0,0]' ]
}

@test "igb and netdevsim do not count: the zeros of the kernel are not theirs" {
	sriov vf create eth0 2 driver none
	[ "$(witness eth0 | jq -c '.[0][1:]')" = '[0,0,0,0,0,0,0,0]' ]
	run -0 --separate-stderr sriov -j vf stats eth0
	[ "$(jq -c 'map([.rx_packets, .tx_bytes, .rx_dropped])' <<<"$output")" = '[[null,null,null],[null,null,null]]' ]
	[[ $stderr == "sriov: $PF0: its driver tells no counters of VFs" ]]
	echo "10 1" >/sys/bus/netdevsim/new_device
	echo 300 >/sys/kernel/debug/netdevsim/netdevsim10/max_vfs
	echo 300 >/sys/bus/netdevsim/devices/netdevsim10/sriov_numvfs
	run -0 --separate-stderr sriov -j vf stats netdevsim/netdevsim10
	[ "$(jq -c '[length, (map(.rx_packets) | unique)]' <<<"$output")" = '[300,[null]]' ]
}
