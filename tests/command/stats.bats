#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# What VFs have sent and received, of recorded machines whose counters go on while they are read.

bats_require_minimum_version 1.5.0

load ../helper

PF=0000:81:00.0

setup()
{
	machine mlx5
	reader=
}

teardown()
{
	[ -z "$reader" ] || kill "$reader" 2>/dev/null || true
}

# counters FIRST SECOND: from now on these are what VF 0 and VF 1 have, as "rx_packets 5 ...".
counters()
{
	{
		echo '#: link enp129s0f0np0 index 2 mac 0c:42:a1:c6:cf:52 parent 0000:81:00.0'
		echo '#: num_vfs 4'
		echo "#: vf 0 $1"
		echo "#: vf 1 $2"
	} | "$TOP/tests/machines/netlink" - | sed -n 's/^netlink.enp129s0f0np0-vfs.hex = //p' \
		>"$SYSROOT/new"
	[ -s "$SYSROOT/new" ]
	mv "$SYSROOT/new" "$SYSROOT/netlink/enp129s0f0np0-vfs.hex"
}

# wrong TEXT WORD...: these words are, and the complaint is this.
wrong()
{
	run --separate-stderr sriov vf stats "${@:2}"
	same '' "$output"
	same "sriov: $1" "$stderr"
	[ "$status" = 2 ]
}

# read_rates WORD...: begin to read lines of JSON from sriov.
read_rates()
{
	mkfifo "$BATS_TEST_TMPDIR/lines"
	# With job control it does not ignore SIGINT.
	set -m
	# shellcheck disable=SC2086 # a program with its options
	${SRIOV_UNDER:-} "$BUILD/sriov" --sysroot "$SYSROOT" --json vf stats "$@" \
		>"$BATS_TEST_TMPDIR/lines" 2>"$BATS_TEST_TMPDIR/errors" 3>&- &
	reader=$!
	set +m
	exec 7<"$BATS_TEST_TMPDIR/lines"
}

# line_with FILTER: the first of the next lines for which the filter holds; in $line.
line_with()
{
	local n

	for ((n = 0; n < 60; n++)); do
		IFS= read -r -t 20 -u 7 line || return
		[ "$(in_line "$1")" != true ] || return 0
	done
	echo "none of the lines: $1"
	return 1
}

# in_line FILTER: what jq finds in $line.
in_line()
{
	jq -c "$1" <<<"$line"
}

# ends STATUS [SIGNAL]: the reader does, with this exit status, by itself or because of the signal.
ends()
{
	local result=0

	[ $# -lt 2 ] || kill -"$2" "$reader"
	wait "$reader" || result=$?
	exec 7<&-
	[ "$result" = "$1" ] || {
		echo "exit status $result, not $1"
		return 1
	}
}

@test "counters, and what is not known" {
	run_json vf stats
	[ "$status" = 0 ]
	same '' "$stderr"
	same '["0000:81:00.0",0,5003,4444870,5011,4450870,3,1,11,null,12,null]
["0000:81:00.0",1,0,0,0,0,0,0,0,null,0,null]
["0000:81:00.0",2,null,null,null,null,null,null,null,null,null,null]
["0000:81:00.0",3,null,null,null,null,null,null,null,null,null,null]
["0000:81:00.1",0,81234567890,123456789012345,99999999999,9007199254740991,0,0,0,null,0,null]
["0000:81:00.1",1,null,null,null,null,null,null,null,null,null,null]
["10000:00:00.0",0,12,0,13,0,null,null,null,null,2,null]
["10000:00:00.0",1,null,null,null,null,null,null,null,null,null,null]' \
		"$(json '.[] | del(.time_us) | [.[]]')"
}

@test "a table for eyes, no wider than 100" {
	run -0 --separate-stderr sriov vf stats
	same 'PF             VF  RX_PKTS      RX_BYTES  TX_PKTS      TX_BYTES  RX_DROP  TX_DROP
0000:81:00.0   0   5003         4444870   5011         4450870   3        1
0000:81:00.0   1   0            0         0            0         0        0
0000:81:00.0   2   -            -         -            -         -        -
0000:81:00.0   3   -            -         -            -         -        -
0000:81:00.1   0   81234567890  123.5T    99999999999  9007.2T   0        0
0000:81:00.1   1   -            -         -            -         -        -
10000:00:00.0  0   12           0         13           0         -        -
10000:00:00.0  1   -            -         -            -         -        -' "$output"
	run -0 --separate-stderr sriov -o index,tx_bytes vf stats 0000:81:00.1
	same 'VF  TX_BYTES
0   9007199254740991
1   -' "$output"
	run -0 --separate-stderr sriov vf stats $PF/0
	[[ $output == *$'\nrx_packets    5003\n'*$'\ntx_multicast  -' ]]
}

@test "a driver that does not count knows nothing, unless it says a number" {
	machine igb
	run -0 --separate-stderr sriov -j vf stats eth0
	same 'sriov: 0000:01:00.0: its driver tells no counters of VFs' "$stderr"
	same '[[null,null]]' "$(json 'map([.rx_packets, .tx_bytes]) | unique')"
	run -0 --separate-stderr sriov -j vf stats
	same '' "$stderr"
	machine mlx5
	driver=$SYSROOT/sys/bus/pci/devices/$PF/driver
	ln -sfn ../../../../bus/pci/drivers/igb "$driver"
	run_json vf stats $PF
	same '[5003,11,3]' "$(json '.[0] | [.rx_packets, .rx_broadcast, .rx_dropped]')"
	same '[null,null,null]' "$(json '.[1] | [.rx_packets, .rx_broadcast, .rx_dropped]')"
	# of a driver that nobody has looked into, all is as it comes
	ln -sfn ../../../../bus/pci/drivers/novel "$driver"
	run_json vf stats $PF/1
	same '[0,0,0,null]' "$(json '.[0] | [.rx_packets, .rx_broadcast, .rx_dropped, .tx_broadcast]')"
}

@test "many VFs, whose list is longer than its length says" {
	{
		echo '#: link enp129s0f0np0 index 2 mac 0c:42:a1:c6:cf:52 parent 0000:81:00.0'
		echo '#: num_vfs 500'
		for ((i = 0; i < 500; i++)); do
			echo "#: vf $i tx_packets $((i + 1))"
		done
	} | "$TOP/tests/machines/netlink" - | sed -n 's/^netlink.enp129s0f0np0-vfs.hex = //p' \
		>"$SYSROOT/netlink/enp129s0f0np0-vfs.hex"
	for ((i = 4; i < 500; i++)); do
		ln -s ../0000:81:00.2 "$SYSROOT/sys/bus/pci/devices/$PF/virtfn$i"
	done
	run_json vf stats $PF
	[ "$status" = 0 ]
	same '[500,true]' "$(json '[length, all(.[]; .tx_packets == .index + 1)]')"
}

@test "without netlink nothing is known; what is broken is said" {
	rm "$SYSROOT/netlink/enp129s0f0np0-vfs.hex"
	run_json vf stats $PF
	[ "$status" = 0 ]
	same '[4,[null]]' "$(json '[length, (map(.rx_bytes) | unique)]')"
	echo 2c0 >"$SYSROOT/netlink/enp129s0f0np0-vfs.hex"
	run_json vf stats $PF
	[ "$status" = 1 ]
	same "sriov: $PF: counters of VFs: Bad message" "$stderr"
	same '[4,[null]]' "$(json '[length, (map(.rx_bytes) | unique)]')"
}

@test "wrong words" {
	for word in 0 0.0 x 0.09 86400.1 1e3 .5 5. 1..5 1.2.3 -1 '' 99999999999999999999 0.1234567; do
		wrong "vf stats: interval: '$word' is not a number of seconds (0.1-86400)" interval "$word"
	done
	for word in 0 x -1 1.5 '' 4294967296; do
		wrong "vf stats: count: '$word' is not a number of readings (1-4294967295)" \
			$PF interval 1 count "$word"
	done
	wrong 'vf stats: interval: needs a value (0.1-86400)' interval
	wrong 'vf stats: count: needs an interval (interval SEC count N)' $PF count 3
	wrong 'vf stats: interval: is given twice' interval 1 interval 2
	wrong 'vf stats: rx_bytes: can only be shown' $PF rx_bytes 0
	wrong "vf stats: unknown attribute '$PF' (interval, count)" interval 1 $PF
	wrong 'vf stats: rx_bytes_rate: needs an interval (interval SEC)' -o rx_bytes_rate
	wrong 'vf stats: +index,tx_dropped_delta: needs an interval (interval SEC)' \
		-o +index,tx_dropped_delta
	wrong 'vf stats: interval_us: needs an interval (interval SEC)' -o interval_us
	wrong "$PF/7: no such VF (it has 4: 0-3)" $PF/7 interval 1
	run -2 --separate-stderr sriov vf stats nosuch interval 1
	[[ $stderr == 'sriov: nosuch: no such VF or PF '* ]]
	run_json vf stats interval x
	[ "$status" = 2 ]
	same '[]' "$output"
}

@test "with an interval: tables, and an end" {
	run -0 --separate-stderr timeout 20 "$BUILD/sriov" --sysroot "$SYSROOT" vf stats $PF/0-1 \
		interval 0.1 count 2
	same '' "$stderr"
	table='PF            VF  RX_PKTS/S  RX_BYTES/S  TX_PKTS/S  TX_BYTES/S  RX_DROP/S  TX_DROP/S
0000:81:00.0  0   0          0           0          0           0          0
0000:81:00.0  1   0          0           0          0           0          0'
	same "$table"$'\n\n'"$table" "$output"
}

@test "rates are made of the time that went by" {
	counters 'rx_packets 1000 tx_bytes 50' 'rx_packets 1'
	read_rates $PF interval 0.2
	line_with '.index == 0'
	same '[1000,0,0,50,0,null]' "$(in_line '[.rx_packets, .rx_packets_delta, .rx_packets_rate,
		.tx_bytes, .tx_bytes_delta, .tx_broadcast_delta]')"
	counters 'rx_packets 4000 tx_bytes 5000000000' 'rx_packets 2'
	line_with '.index == 0 and .rx_packets_delta != 0'
	same '[4000,3000,5000000000,4999999950,true]' "$(in_line '[.rx_packets, .rx_packets_delta,
		.tx_bytes, .tx_bytes_delta, .interval_us > 0]')"
	# shellcheck disable=SC2016 # the program is jq's
	same '[true,true]' "$(in_line '.interval_us as $us |
		[(.rx_packets_rate - 3000 * 1e6 / $us | fabs) <= 0.5001,
		(.tx_bytes_rate - 4999999950 * 1e6 / $us | fabs) <= 1]')"
	line_with '.index == 1'
	same '[2,1]' "$(in_line '[.rx_packets, .rx_packets_delta]')"
	line_with '.index == 0'
	same '[4000,0,0]' "$(in_line '[.rx_packets, .rx_packets_delta, .rx_packets_rate]')"
	ends 0 TERM
	same '' "$(<"$BATS_TEST_TMPDIR/errors")"
}

@test "a counter that went back: nothing is known of that VF, once" {
	counters 'rx_packets 1000 tx_packets 10' 'rx_packets 7'
	read_rates $PF interval 0.2
	line_with '.index == 0'
	counters 'rx_packets 900 tx_packets 5000' 'rx_packets 9'
	line_with '.index == 0 and .rx_packets == 900'
	same '[900,null,null,5000,null,null,null]' "$(in_line '[.rx_packets, .rx_packets_delta,
		.rx_packets_rate, .tx_packets, .tx_packets_delta, .tx_packets_rate, .interval_us]')"
	line_with '.index == 1'
	same 2 "$(in_line .rx_packets_delta)"
	line_with '.index == 0'
	same '[900,0,0]' "$(in_line '[.rx_packets, .rx_packets_delta, .rx_packets_rate]')"
	ends 0 INT
}

@test "VFs that go and come are followed, also those that were named" {
	devices=$SYSROOT/sys/bus/pci/devices
	read_rates $PF/0,3 $PF interval 0.2
	line_with '.index == 3'
	rm "$devices/$PF/virtfn3"
	line_with '.index == 2'
	line_with '.index == 0'
	# what is named stands before what is not: 0, then 0 1 2
	line_with '.index == 0'
	line_with '.index == 1'
	line_with '.index == 2'
	line_with '.index == 0'
	rm "$devices/$PF/virtfn0" "$devices/$PF/virtfn1" "$devices/$PF/virtfn2"
	ln -s ../0000:81:00.5 "$devices/$PF/virtfn3"
	line_with '.index == 3'
	ends 0 TERM
	# said when it began, and not each time
	same "sriov: $PF/3: no such VF (it has 3: 0-2)" "$(head -n 1 "$BATS_TEST_TMPDIR/errors")"
	[ "$(wc -l <"$BATS_TEST_TMPDIR/errors")" -le 2 ]
}

@test "what cannot be read any more is said once, and is the exit status" {
	read_rates $PF/0 interval 0.2 count 6
	line_with '.index == 0'
	echo zz >"$SYSROOT/netlink/enp129s0f0np0-vfs.hex"
	line_with '.rx_packets == null'
	cat <&7 >/dev/null
	ends 1
	same "sriov: $PF: counters of VFs: Bad message" "$(<"$BATS_TEST_TMPDIR/errors")"
}

@test "nobody reads any more, or nothing can be written" {
	run -1 --separate-stderr sh -c "'$BUILD/sriov' --sysroot '$SYSROOT' -j vf stats $PF interval 0.1 >/dev/full"
	[[ $stderr == *'standard output: '* ]]
	run -0 --separate-stderr timeout 20 sh -c \
		"'$BUILD/sriov' --sysroot '$SYSROOT' -j vf stats $PF interval 0.1 | head -n 1"
	same 0 "$(json .index)"
}
