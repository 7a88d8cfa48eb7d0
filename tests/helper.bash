# SPDX-License-Identifier: GPL-2.0-or-later
# What the bats files share: "load ../helper" at their top.
# shellcheck shell=bash disable=SC2154

bats_require_minimum_version 1.5.0

TOP=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
case ${SRIOV_BUILD_DIR:-build} in
/*) BUILD=$SRIOV_BUILD_DIR ;;
*) BUILD=$TOP/${SRIOV_BUILD_DIR:-build} ;;
esac
SYSROOT=
unset SRIOV_SYSROOT

# The command that was built, on the machine that the test has chosen; under the program that
# SRIOV_UNDER names.
sriov()
{
	# shellcheck disable=SC2086 # a program with its options
	${SRIOV_UNDER:-} "$BUILD/sriov" ${SYSROOT:+--sysroot "$SYSROOT"} "$@"
}

# machine NAME: from now on, sriov sees tests/machines/NAME.tree. Each test has its own copy
# in $SYSROOT; the file is unpacked once.
machine()
{
	local made=$BATS_RUN_TMPDIR/machines/$1

	if [ ! -d "$made" ]; then
		mkdir -p "$BATS_RUN_TMPDIR/machines"
		"$TOP/tests/mktree" "$TOP/tests/machines/$1.tree" "$made.new" || return
		mv "$made.new" "$made"
	fi
	SYSROOT=$BATS_TEST_TMPDIR/machine
	rm -rf "$SYSROOT"
	cp -a "$made" "$SYSROOT"
}

# run_json WORD...: run "sriov --json WORD..."; fail unless standard output is exactly one
# JSON text. $status, $output and $stderr are as after "run"; json reads $output.
run_json()
{
	run --separate-stderr sriov --json "$@"
	jq -es 'length == 1' <<<"$output" >/dev/null || {
		printf 'not one JSON text: %s\n' "$output"
		return 1
	}
}

# json FILTER [JQ-OPTION]...: what jq finds in $output, on one line per result.
json()
{
	jq -cr "${@:2}" "$1" <<<"$output"
}

# same WANT GOT: fail, and show how they differ.
same()
{
	[ "$1" = "$2" ] || diff <(printf '%s\n' "$1") <(printf '%s\n' "$2") --label want --label got -u
}

# would STATUS WORD...: the plan of these words is the lines of standard input.
would()
{
	local wanted=$1 plan

	shift
	plan=$(cat)
	run --separate-stderr sriov --dry-run "$@"
	same "$plan" "$output"
	same '' "$stderr"
	[ "$status" = "$wanted" ] || {
		echo "exit status $status, not $wanted"
		return 1
	}
}

# nothing WORD...: it is so already.
nothing()
{
	would 0 "$@" </dev/null
}

# refused STATUS TEXT WORD...: it is refused with exactly this text.
refused()
{
	run --separate-stderr sriov --dry-run "${@:3}"
	same '' "$output"
	same "sriov: $2" "$stderr"
	[ "$status" = "$1" ] || {
		echo "exit status $status, not $1"
		return 1
	}
}

# put FILE VALUE: a file of the PCI device directories.
put()
{
	printf '%s\n' "$2" >"$SYSROOT/sys/bus/pci/devices/$1"
}
