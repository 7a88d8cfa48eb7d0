#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# The manual says what the program does: both are asked, and the answers compared.

bats_require_minimum_version 1.5.0
load ../helper

setup()
{
	cd "$TOP" || return
	commands=$(sriov __commands)
	machine igb
}

# text PAGE: without its literal blocks and comments, and without escaped characters.
text()
{
	awk '/^\t*```/ { literal = !literal; next } !literal && !/^; / { gsub(/\\./, ""); print }' \
		"man/$1.scd"
}

# literal PAGE: only its literal blocks.
literal()
{
	awk '/^\t*```/ { literal = !literal; next } literal' "man/$1.scd"
}

# section PAGE NAME: from this heading to the next of its kind.
section()
{
	text "$1" | awk -v heading="# $2" '/^# / { inside = $0 == heading; next } inside'
}

# bold: what is in bold in the text, one on each line.
bold()
{
	grep -o '\*[^*]*\*' | tr -d '*'
}

# terms: what the text explains, in order: the words in bold at the start of a line above an
# indented one, without their values.
terms()
{
	awk '/^\t/ && last ~ /^\*/ { print last } { last = $0 }' |
		sed -E 's/^\*([^*]*)\*(, \*([^*]*)\*)?.*/\1\n\3/' | grep .
}

# listed KIND [NOUN]: names of the tables of the program.
listed()
{
	case $1 in
	attribute) awk -v noun="$2" '$1 == "attribute" && $2 == noun { print $3 }' ;;
	command) awk '$1 == "command" { print $2, $3 }' ;;
	option) awk '$1 == "option" { print $2; if ($3) print $3 }' ;;
	esac <<<"$commands"
}

# words WORD...: what the program offers behind these.
words()
{
	sriov __complete -- "$@" '' | cut -f 1
}

nouns()
{
	listed command | cut -d ' ' -f 1 | uniq
}

# settings: the names of those of the firmware that the program knows, and of devlink's in the page.
settings()
{
	machine ofed
	words fw show enp3s0f0np0 | grep '[A-Z]'
	machine igb
	printf '%s\n' nvconfig devlink enable_sriov total_vfs msix_vec_per_pf_max msix_vec_per_pf_min \
		ignore_ari
}

# missing WANTED IN: lines of the first that the second lacks.
missing()
{
	LC_ALL=C comm -23 <(LC_ALL=C sort -u <<<"$1") <(LC_ALL=C sort -u <<<"$2")
}

# examples: lines "PAGE: WORDS" of every example, without what its output is piped to.
examples()
{
	local page

	for page in man/*.scd; do
		page=$(basename "$page" .scd)
		literal "$page" | sed -nE "s/^[#\$] sriov /$page: /; T; s/ \\|.*//; p"
	done
}

# steps: does the command line of these words make steps?
steps()
{
	[[ " $* " =~ ' '(set|create|reset|del|restore|activate|flash)' ' ]]
}

# declared: the functions of the header.
declared()
{
	cc -fpreprocessed -E -P -x c lib/libsriov.h 2>/dev/null |
		grep -oP '\bsriov_\w+(?=\s*\()' | LC_ALL=C sort -u
}

@test "the tables are not empty, and the pages are there" {
	[ "$(listed command | wc -l)" -ge 7 ]
	[ "$(listed option | wc -l)" -ge 20 ]
	for noun in $(nouns); do
		[ "$(listed attribute "$noun" | wc -l)" -ge 8 ]
		[ -f "man/sriov-$noun.8.scd" ]
	done
}

@test "every command is in its page, and in that of sriov" {
	while read -r noun verb; do
		section "sriov-$noun.8" SYNOPSIS | bold | grep -qx "sriov $noun $verb"
		section "sriov-$noun.8" COMMANDS | terms | grep -qx "sriov $noun $verb"
		section sriov.8 COMMANDS | bold | grep -qx "$noun $verb"
	done < <(listed command)
}

@test "the page of sriov explains every option, in the order of the table" {
	letters=$(section sriov.8 OPTIONS | terms | grep -x -- '-[^-]' | LC_ALL=C sort)
	same "$(listed option | grep -x -- '-[^-]' | LC_ALL=C sort)" "$letters"
	same "$(listed option | grep -- --)" "$(section sriov.8 OPTIONS | terms | grep -- --)"
}

@test "each page explains the attributes of its noun, in the order of the table" {
	for noun in $(nouns); do
		same "$(listed attribute "$noun")" \
			"$(section "sriov-$noun.8" ATTRIBUTES | sed '/^## /,$d' | terms)"
	done
}

@test "the page of VFs explains every counter, in the order of the table" {
	counters=$(listed attribute vf.stats)
	[ "$(wc -l <<<"$counters")" -ge 30 ]
	same "$(grep -vE '_delta$|_rate$|^interval|^count$' <<<"$counters" | LC_ALL=C sort)" \
		"$(section sriov-vf.8 COUNTERS | awk '/^\t/ && last ~ /^\*/ { print last } { last = $0 }' |
			bold | LC_ALL=C sort)"
}

@test "the page of the firmware explains every setting that the program knows" {
	same "$(settings | grep '[A-Z]' | LC_ALL=C sort)" \
		"$(section sriov-fw.8 SETTINGS | awk '/^\t/ && last ~ /^\*/ { print last } { last = $0 }' |
			bold | LC_ALL=C sort)"
}

@test "the attributes that can be set have the form of their value, and no others" {
	for noun in $(nouns); do
		settable=$(awk -v noun="$noun" '$2 == noun && $4 == "settable" { print $3 }' \
			<<<"$commands")
		# settings of the firmware are no attributes
		[ -n "$settable" ] || [ "$noun" = fw ]
		same "$settable" "$(section "sriov-$noun.8" ATTRIBUTES | sed '/^## /,$d' |
			awk '/^\t/ && last ~ /^\*[a-z_]+\* / { print last } { last = $0 }' |
			sed -E 's/^\*([^*]*)\*.*/\1/')"
	done
}

@test "what stands in bold in the pages of the command exists" {
	known=$(
		listed option
		listed command
		listed command | sed 's/^/sriov /'
		for noun in $(nouns); do
			listed attribute "$noun"
			words "$noun"
		done
		listed attribute vf.stats
		listed attribute fw.flash
		settings
		words fw flash eth0 x overwrite
		words fw show type
		words fw show activation
		words pf set eth0 num_vfs
		words vf create eth0 1 driver
		words vf set eth0/0 vlan_proto
		words vf set eth0/0 state
		words vf set eth0/0 spoofchk
		words vf show note
		words --color
		sriov --backend '' pf show 2>&1 | sed 's/.*(\(.*\))/\1/; s/, /\n/g'
		printf '%s\n' sriov all help -- 0 1 2 3 4 5
	)
	[ -z "$(missing "$(printf '%s\n' --json max 802.1ad auto none always rtnl)" "$known")" ]
	for page in sriov.8 sriov-{pf,vf,group,bind,fw}.8; do
		# Names of other pages are bold, too.
		found=$(text "$page" | sed -E 's/\*[a-z-]+\*\([0-9]\)//g' | bold)
		same '' "$(missing "$found" "$known" | sed "s/^/$page: /")"
	done
}

@test "pages of ours that are referred to exist, and all are referred to" {
	found=$(for page in man/*.scd; do
		text "$(basename "$page" .scd)" | grep -oE '\*(sriov|libsriov)[a-z-]*\*\([0-9]\)' |
			sed -E 's/\*(.*)\*\((.)\)/\1.\2/'
	done)
	same "$(basename -s .scd man/*.scd | LC_ALL=C sort)" "$(LC_ALL=C sort -u <<<"$found")"
}

# described SECTION: "KEY TYPE" for each key that sriov-json(5) has there.
described()
{
	section sriov-json.5 "$1" | sed -nE 's/^\*([a-z_]+)\* (string|number|boolean|any)$/\1 \2/p'
}

# agrees SECTION: the keys of every object in $output are those described, in their order,
# and the values have their types.
agrees()
{
	local wanted

	wanted=$(described "$1" | jq -Rnc '[inputs / " "]')
	[ "$wanted" != '[]' ]
	[ "$(json length)" -gt 0 ]
	same "$(jq -c 'map(.[0])' <<<"$wanted")" "$(json '.[] | keys_unsorted' | uniq)"
	# The program is jq's.
	# shellcheck disable=SC2016
	same '' "$(json '.[] as $row | $wanted[] | select(.[1] != "any") |
		select(.[1] != ($row[.[0]] | type) and $row[.[0]] != null)' \
		--argjson wanted "$wanted")"
}

@test "sriov-json has the keys and types of what is shown, on every machine" {
	for file in tests/machines/*.tree; do
		machine "$(basename "$file" .tree)"
		for noun in $(nouns); do
			# A broken machine may fail, but prints what it prints in the same form.
			run_json "$noun" show
			[ "$(json length)" -gt 0 ] || continue
			agrees "${noun^^} OBJECTS"
		done
	done
}

@test "sriov-json has the keys and types of counters, once and again and again" {
	machine mlx5
	run_json vf stats
	agrees 'VF COUNTER OBJECTS'
	totals=$(described 'VF COUNTER OBJECTS' | cut -d ' ' -f 1)
	for key in $totals; do
		case $key in
		pf | index) echo "$key" ;;
		time_us) printf '%s\n' time_us interval_us ;;
		*) printf '%s\n' "$key" "${key}_delta" "${key}_rate" ;;
		esac
	done >"$BATS_TEST_TMPDIR/keys"
	run -0 --separate-stderr sriov -j -p vf stats interval 0.1 count 2
	[ "${#lines[@]}" -ge 8 ]
	for line in "${lines[@]}"; do
		same "$(<"$BATS_TEST_TMPDIR/keys")" "$(jq -r 'keys_unsorted[]' <<<"$line")"
	done
	same number "$(jq -r 'to_entries[] | select(.key != "pf" and .value != null) | .value | type' \
		<<<"$output" | sort -u)"
}

@test "some machine has a value for every key, so that its type was looked at" {
	for noun in $(nouns); do
		objects=
		for file in tests/machines/*.tree; do
			machine "$(basename "$file" .tree)"
			objects+=$(sriov --json --details "$noun" show 2>/dev/null || true)
		done
		# shellcheck disable=SC2016
		unseen=$(jq -rs 'add | . as $rows | .[0] | keys_unsorted[] | . as $key |
			select(all($rows[]; .[$key] == null))' <<<"$objects")
		# Strings that are rare, and what hardly a driver tells.
		same '' "$(grep -vxE 'query_rss|override|note' <<<"$unseen" || true)"
	done
}

@test "sriov-json has the keys and types of what a card says of itself" {
	machine ofed
	run_json fw info enp3s0f0np0
	agrees 'FW INFO OBJECTS'
}

@test "sriov-json has the keys and types of steps" {
	run_json --dry-run pf set eth1 num_vfs 2 autoprobe on
	[ "$status" = 3 ]
	agrees 'STEP OBJECTS'
	run_json --dry-run vf set eth0/all vlan 10 trust on
	[ "$status" = 3 ]
	agrees 'STEP OBJECTS'
	run_json --dry-run bind set eth0/0 driver none
	[ "$status" = 3 ]
	agrees 'STEP OBJECTS'
	machine ofed
	run_json --dry-run group set enp3s0f0np0 7 vfs 5-6 max_tx_rate 5000
	[ "$status" = 3 ]
	agrees 'STEP OBJECTS'
	run_json --dry-run fw set enp3s0f0np0 UCTX_EN=0 NUM_OF_VFS=8 LINK_TYPE_P1=IB
	[ "$status" = 3 ]
	agrees 'STEP OBJECTS'
	same "$(sriov pf set --output help | awk '{ print $2 }')" \
		"$(described 'STEP OBJECTS' | cut -d ' ' -f 1)"
}

@test "sriov-json has every state of a step" {
	states=$(sriov pf set --output help | sed -nE 's/^. state +//p' | sed 's/, /\n/g')
	[ "$(wc -l <<<"$states")" = 7 ]
	said=$(section sriov-json.5 'STEP OBJECTS' | sed -n '/^\*state\*/,/^\*changed\*/p')
	for state in $states; do
		[[ $said == *"\"$state\""* ]]
	done
}

@test "the page of sriov has every exit status" {
	enum=$(sed -n '/^enum sriov_class {/,/^};/s/.* = \([0-9]\),.*/\1/p' lib/libsriov.h)
	same "$(printf '%s\n' 0 1 2 3 4 5)" "$enum"
	same "$enum" "$(section sriov.8 'EXIT STATUS' | terms)"
}

@test "the page of the library has every function and only what the header has" {
	found=$(text libsriov.3 | bold | grep '^sriov_' | LC_ALL=C sort -u)
	same "$(declared)" "$found"
	for name in $(text libsriov.3 | bold | grep -oE '^SRIOV_[A-Z0-9_]+[A-Z0-9]$'); do
		# SYSROOT is a variable of the environment.
		[ "$name" = SRIOV_SYSROOT ] || grep -qw "$name" lib/libsriov.h
	done
}

@test "the example is in the page of the library as it is in contrib" {
	same "$(sed -n '/^#include/,$p' contrib/example.c)" \
		"$(literal libsriov.3 | sed -n '/^#include/,$p' | sed 's/\\\\/\\/g')"
}

@test "every example works on a machine; what would change something, with --dry-run" {
	[ "$(examples | wc -l)" -ge 20 ]
	for page in sriov.8 sriov-{pf,vf,group,bind,fw}.8 sriov-json.5; do
		examples | grep -q "^$page: "
	done
	while IFS= read -r line; do
		read -ra example <<<"${line#*: }"
		# ib0 is the port of an InfiniBand card, enp3s0f0np0 that of one with MLNX_OFED.
		case $line in
		*ib0*) machine infiniband ;;
		sriov-group* | *enp3s0f0np0* | *' fw '*) machine ofed ;;
		*) machine igb ;;
		esac
		if steps "${example[@]}"; then
			run --separate-stderr sriov --dry-run "${example[@]}"
			[[ $status = [03] ]] || { echo "$line: $status: $stderr"; return 1; }
		else
			run --separate-stderr sriov "${example[@]}"
			[ "$status" = 0 ] || { echo "$line: $status: $stderr"; return 1; }
			# One that shows nothing shows nobody how it works.
			[ -n "$output" ] && [ "$output" != '[]' ] ||
				{ echo "$line: nothing: $stderr"; return 1; }
		fi
	done < <(examples)
}
