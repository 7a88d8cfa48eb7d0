#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# What can be said next: the words that __complete offers, and the completion of bash.

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

settable='mac vlan qos vlan_proto max_tx_rate min_tx_rate spoofchk trust state query_rss'

@test "nouns and verbs" {
	offers 'pf vf bind' ''
	offers 'pf' p
	offers '' x
	offers 'show set' pf ''
	offers 'show create set' vf ''
	offers 'show set' bind ''
	offers 'show set' vf s
	offers 'create' vf cr
	offers '' vf nosuch ''
	offers '' nosuch ''
	offers '' nosuch show ''
}

@test "every word has a help" {
	for words in '' 'pf ' 'vf set eth0/0 ' 'vf show -o ' 'pf set ' '-' 'vf set eth0/0 trust '; do
		IFS=' ' read -ra line <<<"$words"
		[[ -n $words && $words != *' ' ]] || line+=('')
		run -0 sriov __complete -- "${line[@]}"
		[ -n "$output" ]
		# Only an NVMe controller has nothing that could be said of it.
		same '' "$(awk -F '\t' '(NF != 2 || $2 == "") && $1 != "0000:03:00.0"' <<<"$output")"
	done
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
	offers 'show set' -j bind ''
	offers "$settable" vf -n set eth0/0 --wait 5 ''
	# Of --wait and --sysroot nothing is known.
	offers '' --wait ''
	offers '' --sysroot ''
}

@test "PFs, by all names" {
	offers '0000:01:00.0 eth0 0000:01:00.1 eth1 0000:02:00.0 eth2 0000:03:00.0' pf set ''
	offers 'eth0 eth1 eth2' pf set e
	offers '0000:01:00.0 0000:01:00.1' pf set 0000:01
	offers 'eth0 eth1 eth2' vf create e
	offers '' pf set nosuch
	offers '' vf create eth1 ''
}

@test "VFs, once the PF is there" {
	offers 'eth0/ eth1/ eth2/' vf set e
	offers 'eth0/' vf set eth0
	offers 'eth0/all eth0/0 eth0/1 eth0/2 eth0/3 eth0/4 eth0/5 eth0/6' vf set eth0/
	offers 'eth0/all' bind set eth0/a
	offers '0000:03:00.0/all 0000:03:00.0/0 0000:03:00.0/1 0000:03:00.0/2' bind set 0000:03:00.0/
	# To look at, a PF will do.
	offers 'eth0 eth0/' vf show eth0
}

@test "keywords that were not used" {
	offers "$settable" vf set eth0/0 ''
	offers 'trust' vf set eth0/0 tr
	offers 'mac max_tx_rate min_tx_rate' vf set eth0/0 m
	offers "${settable/vlan /}" vf set eth0/0 vlan 1 ''
	offers 'qos vlan_proto max_tx_rate min_tx_rate spoofchk trust query_rss' \
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
	offers 'max' pf set eth1 num_vfs ''
	offers 'default none vfio-pci' bind set eth0/0 driver ''
	offers '' vf set eth0/0 vlan ''
	offers '' vf set eth0/0 nosuch ''
}

@test "filters" {
	run -0 sriov __complete -- pf show eth0 l
	same 'link_type link' "$(cut -f 1 <<<"$output" | paste -sd ' ')"
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
	offers '+pf,note' pf show --output +pf,no
	offers 'help' vf show -o h
	offers '' vf show -o pf,h
	offers 'noun new' vf set -o n
	offers '' -o p
}

@test "without devices nothing is offered, and nothing is said" {
	machine none
	offers '' pf set ''
	offers '' vf set ''
	rm -r "$SYSROOT"
	offers '' pf set ''
	offers 'pf vf bind' ''
}

@test "what the user has not asked for is not done" {
	offers '' vf set -n eth0/0 vlan 11 --force --bogus x
	offers 'on off' --debug vf set eth0/0 trust ''
}

# in_bash LINE: what the completion function of bash offers at the end of this line.
in_bash()
{
	# These are for the other bash.
	# shellcheck disable=SC2016
	SRIOV_SYSROOT=$SYSROOT PATH=$BUILD:$PATH run -0 --separate-stderr bash --norc -c '
		. "$1/completions/sriov.bash"
		set -- "$2"
		spec=$(complete -p sriov)
		[[ $spec =~ -F\ ([^ ]+) ]] || exit 9
		compopt() { echo "compopt $*"; }
		COMP_LINE=$1 COMP_POINT=${#1} COMP_TYPE=9 COMP_KEY=9
		# As readline splits it.
		words=$(sed "s/:/ : /g" <<<"$1")
		read -ra COMP_WORDS <<<"$words"
		[[ $1 != *[\ :] ]] || COMP_WORDS+=("")
		COMP_CWORD=$((${#COMP_WORDS[@]} - 1))
		"${BASH_REMATCH[1]}" sriov "${COMP_WORDS[COMP_CWORD]}" "${COMP_WORDS[COMP_CWORD - 1]}"
		printf "%s\n" "${COMPREPLY[@]}"' - "$TOP" "$1"
	same '' "$stderr"
}

@test "bash: words, values, objects" {
	in_bash 'sriov vf set eth0/0 tr'
	same 'trust' "$output"
	in_bash 'sriov vf set eth0/0 trust '
	same $'on\noff' "$output"
	in_bash 'sriov '
	same $'pf\nvf\nbind' "$output"
	in_bash 'sriov vf s'
	same $'show\nset' "$output"
	in_bash 'sriov nosuch '
	same '' "$output"
}

@test "bash: no blank after PF/, and what stands before a colon does not come twice" {
	in_bash 'sriov vf set eth2'
	same $'compopt -o nospace\neth2/' "$output"
	in_bash 'sriov pf set 0000:01:00'
	same $'00.0\n00.1' "$output"
	in_bash 'sriov pf set 0000:'
	same $'01:00.0\n01:00.1\n02:00.0\n03:00.0' "$output"
	in_bash 'sriov bind set 0000:03:00.0/'
	same $'00.0/all\n00.0/0\n00.0/1\n00.0/2' "$output"
}

# typed KEYS: what a bash on a terminal runs when these keys are pressed: its words.
typed()
{
	local rc=$BATS_TEST_TMPDIR/rc

	rm -f "$BATS_TEST_TMPDIR/ran"
	cat >"$rc" <<-END
	bind 'set bell-style none' 'set enable-bracketed-paste off'
	PS1='ready> '
	# The completion asks the real one.
	sriov()
	{
		if [ "\$1" = __complete ]; then
			'$BUILD/sriov' --sysroot '$SYSROOT' "\$@"
		else
			printf '<%s>' "\$@" >'$BATS_TEST_TMPDIR/ran'
		fi
	}
	. '$TOP/completions/sriov.bash'
	END
	printf '%b\nexit\n' "$1" |
		TERM=dumb INPUTRC=/dev/null timeout 30 script -qec \
			"bash --rcfile '$rc' -i" /dev/null >"$BATS_TEST_TMPDIR/screen" 2>&1 || :
	cat "$BATS_TEST_TMPDIR/ran"
}

@test "bash: on a terminal, with the Tab key" {
	command -v script >/dev/null || skip "script(1) is not here"
	same '<vf><set><eth0/0><trust><on>' "$(typed 'sriov vf set eth0/0 tr\ton')"
	same '<pf><set><0000:03:00.0><num_vfs><max>' "$(typed 'sriov pf set 0000:03\tnum_v\tm\t')"
	same '<vf><show><eth0/all>' "$(typed 'sriov vf sh\teth0/a\t')"
	same '<vf><set><0000:03:00.0/2>' "$(typed 'sriov vf set 0000:03\t2')"
}
