#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# The recorded machines themselves: that they are made as they say, and that recording works.

bats_require_minimum_version 1.5.0

load ../helper

# seen: all that is shown of the machine.
seen()
{
	for noun in pf vf group bind; do
		sriov --json "$noun" show 2>&1 || echo "exit status $?"
	done
}

@test "each machine is used by a test, and each that is used is there" {
	cd "$TOP/tests"
	for file in machines/*.tree; do
		name=$(basename "$file" .tree)
		grep -qE "(machine $name|in .*\b$name\b.*; do)$" command/*.bats || {
			echo "$file is not used"
			return 1
		}
	done
}

@test "netlink replies are those that the lines above them describe" {
	for name in igb infiniband mlx5 netdevsim; do
		file=$TOP/tests/machines/$name.tree
		run -0 --separate-stderr "$TOP/tests/machines/netlink" "$file"
		same '' "$stderr"
		same "$(grep '^netlink/' "$file")" "$output"
		[ "${#lines[@]}" -ge 4 ]
	done
}

@test "a netlink reply is as Linux 6.12 makes it" {
	run -0 "$TOP/tests/machines/netlink" - <<-'END'
	#: link eth0 index 2 mac 52:54:00:12:34:00
	#: num_vfs 2
	#: vf 1 mac 02:00:00:00:00:10 vlan 10 qos 3 min 1 max 500 trust 1
	END
	info=c4000100
	info+=28000100010000000200000000100000$(printf '%048d' 0)
	info+=24000d00ffffffffffff$(printf '%052d' 0)
	info+=10000200010000000a00000003000000
	info+=100006000100000001000000f4010000
	info+=0c00030001000000f4010000
	info+=0c0004000100000001000000
	info+=0c0005000100000000000000
	info+=0c00070001000000ffffffff
	info+=0c0009000100000001000000
	info+=18000c0014000100010000000a0000000300000081000000
	same "c800""1600$info" "$(sed -n 's/^netlink.eth0-vfs.hex = //p' <<<"$output" | tail -c 401)"
	[[ ${lines[1]} == *" 10010000"*"0800150002000000c8001600"* ]]
	[[ ${lines[0]} == 'netlink/eth0.hex = '* && ${lines[0]} != *"08001500"* ]]
}

@test "a wrong description is refused, with its line" {
	printf '%s\n' '#: link eth0 mac 52:54:00:12:34:00' '#: card 0' >"$BATS_TEST_TMPDIR/bad"
	run -1 --separate-stderr "$TOP/tests/machines/netlink" "$BATS_TEST_TMPDIR/bad"
	[[ $stderr == *'bad:2: neither link, num_vfs nor vf: #: card 0' ]]
}

@test "the links of a machine lead to what is there" {
	for name in igb infiniband mlx5 netdevsim none; do
		machine "$name"
		# Drivers and groups have no file of their own in every tree.
		run -0 find "$SYSROOT" -xtype l ! -name driver ! -name subsystem ! -name iommu_group
		same '' "$output"
		for pf in "$SYSROOT"/sys/bus/*/devices/*/sriov_numvfs; do
			[ -e "$pf" ] || continue
			for vf in "${pf%/*}"/virtfn*; do
				[ -e "$vf" ] || continue
				[ "$vf/physfn" -ef "${pf%/*}" ]
			done
		done
	done
}

@test "mktree: what it refuses, with file and line" {
	# Nothing is to be expanded.
	# shellcheck disable=SC2016
	for line in '/etc/passwd = x' '../x = y' 'a/../../x = y' 'x' 'x -> ' 'x -> a b' 'x hex 0g' \
		'x hex 012' 'x hex 01 02' 'x = \e' 'a b = c' '$(id) = x' "a'b = x" '-x = y'; do
		printf '# fine\n%s\n' "$line" >"$BATS_TEST_TMPDIR/bad"
		run -1 --separate-stderr "$TOP/tests/mktree" "$BATS_TEST_TMPDIR/bad" "$BATS_TEST_TMPDIR/made"
		[[ $stderr == "$BATS_TEST_TMPDIR/bad:2: "* ]] || {
			echo "$line: $stderr"
			return 1
		}
	done
	run -2 "$TOP/tests/mktree" "$BATS_TEST_TMPDIR/bad"
}

@test "mktree: what it makes" {
	cat >"$BATS_TEST_TMPDIR/tree" <<-'END'
	# A comment

	a/b = one
	a/b = two \\ and\tthree
	a/lines = 1\n2
	a/empty =
	a/secret (0600) = x
	a/bytes hex 00ff1b27
	a/nothing hex
	a/quote = it's "so" $(id) `id` %s
	l/link -> ../a/b
	d/e/f/
	END
	"$TOP/tests/mktree" "$BATS_TEST_TMPDIR/tree" "$BATS_TEST_TMPDIR/made"
	cd "$BATS_TEST_TMPDIR/made"
	same $'two \\ and\tthree' "$(cat a/b)"
	same $'1\n2' "$(cat a/lines)"
	same '' "$(cat a/empty)"
	same '1' "$(wc -c <a/empty)"
	same '600' "$(stat -c %a a/secret)"
	same '00ff1b27' "$(od -An -tx1 a/bytes | tr -d ' ')"
	same '0' "$(wc -c <a/nothing)"
	# As it stands there.
	# shellcheck disable=SC2016
	same 'it'\''s "so" $(id) `id` %s' "$(cat a/quote)"
	same '../a/b' "$(readlink l/link)"
	[ -d d/e/f ]
}

@test "a recording of a machine shows the same" {
	# the recorder asks sriov for what netlink tells
	PATH=$BUILD:$PATH
	for name in igb infiniband mlx5 netdevsim none; do
		machine "$name"
		before=$(seen)
		run -0 --separate-stderr "$TOP/contrib/record-machine" "$SYSROOT"
		same '' "$stderr"
		printf '%s\n' "$output" >"$BATS_TEST_TMPDIR/recorded"
		[[ ${lines[0]} == *SPDX* ]]
		rm -rf "$SYSROOT"
		"$TOP/tests/mktree" "$BATS_TEST_TMPDIR/recorded" "$SYSROOT"
		same "$before" "$(seen)"
		# And its recording is the same text.
		run -0 "$TOP/contrib/record-machine" "$SYSROOT"
		same "$(cat "$BATS_TEST_TMPDIR/recorded")" "$output"
	done
}
