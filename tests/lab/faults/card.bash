# SPDX-License-Identifier: GPL-2.0-or-later
# For inject: each operation of the virtual card fails, is ignored or blocks, for the 1st, 2nd,
# ... time, once or from then on. Not on two PFs at a time: the rules are for the whole card.
# shellcheck shell=bash disable=SC2034,SC2154 # variables of inject

operations="sriov_enable sriov_disable set_vf_mac set_vf_vlan set_vf_rate set_vf_spoofchk
	set_vf_trust set_vf_link_state get_vf_config vf_probe vf_remove vfio_probe"
rules=(fail:ERRNO:once ignore block:once fail:ERRNO ignore:once)
# The driver core does not ask whether a driver may go.
cannot_fail=" vf_remove "
CARD_LIMIT=20

# These block whoever asks for any link, in a way that no signal ends: they are let go.
is_for_all() { [[ "$1 $2" = *et_vf_*\ block* ]]; }

# has_come OPERATION PID: it is blocked, or at its end.
has_come() { is_blocked "$1" || ! kill -0 "$2"; }

# run_disturbed OPERATION RULE: sriov, and that rule meanwhile. Fills status, err and after;
# false when the rule hit nothing.
run_disturbed()
{
	local hits asleep pid ended

	hits=$(fault_count "$1" hits)
	fault "$1" "$2"
	command sriov --wait 2 "${words[@]}" >"$tmp/out" 2>"$tmp/err" &
	pid=$!
	if is_for_all "$1" "$2"; then
		within $CARD_LIMIT has_come "$1" $pid
		fault "$1" none
	fi
	sleep $CARD_LIMIT &
	asleep=$!
	wait -n -p ended $pid $asleep
	status=$?
	fault "$1" none
	[ "$ended" = $pid ] || status=124
	kill -KILL $pid $asleep
	wait $pid $asleep
	err=$(<"$tmp/err")
	within 15 is_unlocked || status=124
	after=$(state)
	[ "$(fault_count "$1" hits)" -gt "$hits" ]
} 2>/dev/null

# judge_card OPERATION: the driver of a new VF, for which nobody asked, may fail to start. That is
# worth a word when it started for others.
judge_card()
{
	case "$scenario $1 $status" in
	up\ vf_probe\ 0 | resize\ vf_probe\ 0) ;;
	*) judge; return ;;
	esac
	[ "$(without_drivers <<<"$after")" = "$(without_drivers <<<"$asked")" ] ||
		echo "status 0, but it is not as asked"
	[ "$after" = "$asked" ] || [ -n "$err" ] || [[ $after != *" mlx5_core "* ]] ||
		echo "it does not say which VF has no driver"
}

# Those of VFs that were not there before.
without_drivers()
{
	local object line

	while read -r object line; do
		[[ $object != */* || $before == *"$object "* || $line == link* ]] || line=
		echo "$object $line"
	done
}

# disturb OPERATION RULE: false when it was not hit.
disturb()
{
	local what

	if run_disturbed "$1" "$2"; then
		what=$(judge_card "$1")
	elif [ "$status" = 0 ] && [ "$after" = "$asked" ]; then
		"$base"
		return 1
	else
		what="it was not hit, but it is not as asked"
	fi
	[ -z "${V:-}" ] || echo "$SECONDS s: $scenario: $1 $2: status $status ${what:-holds}"
	points=$((points + 1))
	if [ -z "$what" ]; then
		held=$((held + 1))
	else
		echo "DOES NOT HOLD: $scenario on $pf: $1 $2: $what"
		echo "  by hand: echo $2 >$FAULTS/$1; sriov --wait 2 ${words[*]}"
		echo "  status $status"
		sed 's/^/  stderr: /' "$tmp/err"
		diff <(echo "$before") <(echo "$after") | sed -n 's/^[<>]/  &/p'
	fi
	back
}

# The first use gets three rules, those after it one each in turn. To block takes long: each
# operation does so in the first scenario that uses it.
card_all()
{
	local operation n rule more turns=0

	for operation in $operations; do
		for ((n = 0, more = 1; more; n++)); do
			more=
			for rule in $(card_turn); do
				is_wanted "$operation" "$rule" || continue
				rule=${rule/ERRNO/${errors[turns++ % ${#errors[@]}]}}
				disturb "$operation" "$rule:skip:$n" || break
				[[ $rule != block* ]] || has_blocked[$operation]=$scenario
				more=1
			done
		done
	done
}

declare -A has_blocked

# is_wanted OPERATION RULE
is_wanted()
{
	case $2 in
	block*) [[ ${INJECT:-} = all || ${has_blocked[$1]:-$scenario} = "$scenario" ]] ;;
	*) [[ $cannot_fail != *" $1 "* ]] ;;
	esac
}

card_turn()
{
	if [ "${INJECT:-}" = all ]; then
		echo "${rules[*]}"
	elif [ "$n" = 0 ]; then
		echo "${rules[*]:0:3}"
	else
		echo "${rules[(n + turns) % 2 + 3]}"
	fi
}
