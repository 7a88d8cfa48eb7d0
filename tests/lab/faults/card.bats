#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# The virtual card fails, ignores or blocks each of its operations in turn: see card.bash.
# shellcheck disable=SC2030,SC2031 # each test is a subshell

load ../lab

setup_file() { hurry_on; }

# scenarios NAME...
scenarios()
{
	local status=0

	card_on pfs=1 ib=0
	vfio_on
	"$BATS_TEST_DIRNAME/inject" card "$MLX0" "$@" >"$BATS_TEST_TMPDIR/log" 2>&1 || status=$?
	sed -n 's/^\([0-9]*\) points, \([0-9]*\) held$/# faults: card: \1 points tried, \2 held/p' \
		"$BATS_TEST_TMPDIR/log" >&3
	[ $status = 0 ] || cat "$BATS_TEST_TMPDIR/log"
	return $status
}

@test "faults: VFs are created, and their number changes, on a card that fails, lies or blocks" {
	if [ "${INJECT:-}" = all ]; then
		scenarios resize create up down
	else
		scenarios resize
	fi
}

@test "faults: VFs are set, reset and bound on a card that fails, lies or blocks" {
	if [ "${INJECT:-}" = all ]; then
		scenarios bind set reset
	else
		scenarios bind set
	fi
}

# changed STATUS DRIVER WORD...: sriov ends so, the PF has this driver then, and when it went
# wrong it said for which PF.
changed()
{
	local want=$1 driver=$2

	shift 2
	points=$((points + 1))
	run timeout -s KILL 60 sriov --wait 2 "$@"
	for rule in "$FAULTS"/*; do
		echo none >"$rule"
	done
	within 15 flock -n "/run/sriov/$MLX0.lock" true
	echo "$*: status $status, $(driver_of "$MLX0"): $output"
	[ "$status" = "$want" ]
	[ "$(driver_of "$MLX0")" = "$driver" ]
	[ "$want" = 0 ] || [[ $output == *"$MLX0: driver: "* ]]
}

@test "faults: the PF's driver does not start, does nothing, blocks or does not go" {
	points=0
	card_on pfs=1 ib=0
	fault pf_remove block
	changed 5 none pf set "$MLX0" driver none
	fault pf_probe fail:EIO
	changed 1 none pf set "$MLX0" driver default
	fault pf_probe fail:EBUSY
	changed 1 none pf set "$MLX0" driver mlx5_core
	[ "$(<"$DEVICES/$MLX0/driver_override")" = "(null)" ]
	fault pf_probe block
	changed 5 mlx5_core pf set "$MLX0" driver default
	changed 0 none pf set "$MLX0" driver none
	fault pf_probe ignore
	changed 0 mlx5_core pf set "$MLX0" driver default
	echo "# faults: card: $points points tried, $points held" >&3
}
