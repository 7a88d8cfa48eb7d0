#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# System calls that fail, at every step, and kill -9: see inject.

load ../lab

setup_file() { hurry_on; }

# both MODE SCENARIO... -- SCENARIO...: on the two PFs of the card, side by side. CARD has more
# parameters of it.
both()
{
	local mode=$1 here=() status=0 line points=0 held=0

	shift
	card_on pfs=2 ib=0 "${CARD[@]}"
	vfio_on
	while [ "$1" != -- ]; do
		here+=("$1")
		shift
	done
	shift
	"$BATS_TEST_DIRNAME/inject" "$mode" "$MLX1" "$@" >"$BATS_TEST_TMPDIR/other" 2>&1 3>&- &
	"$BATS_TEST_DIRNAME/inject" "$mode" "$MLX0" "${here[@]}" >"$BATS_TEST_TMPDIR/one" 2>&1 || status=1
	wait $! || status=1
	while read -r line; do
		[[ $line =~ ^([0-9]+)\ points,\ ([0-9]+)\ held$ ]] || continue
		points=$((points + BASH_REMATCH[1])) held=$((held + BASH_REMATCH[2]))
	done < <(cat "$BATS_TEST_TMPDIR/one" "$BATS_TEST_TMPDIR/other")
	echo "# faults: $mode: $points points tried, $held held" >&3
	[ $status = 0 ] || cat "$BATS_TEST_TMPDIR/one" "$BATS_TEST_TMPDIR/other"
	return $status
}

@test "faults: the 1st, 2nd, ... call fails: as before, as asked, or named as left" {
	both fail create set up -- resize bind down reset
}

@test "faults: the 1st, 2nd, ... call fails, with the tree of MLNX_OFED" {
	CARD=(ofed=5.8)
	if [ "${INJECT:-}" = all ]; then
		both fail tree clear -- regrow group
	else
		both fail tree -- group
	fi
}

@test "faults: killed at every step: the next run works, and what is shown is true" {
	if [ "${INJECT:-}" = all ]; then
		both kill create bind down -- resize set up reset
	else
		both kill create bind -- resize down
	fi
}
