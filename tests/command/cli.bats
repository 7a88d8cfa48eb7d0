#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# Every command line, good and bad: exit status, and what is said where.

bats_require_minimum_version 1.5.0

load ../helper

setup()
{
	machine igb
}

# row STATUS SAYS WORD...: run it, and again with -j in front. A failure is one line on
# standard error that contains SAYS; the text output is empty then and the JSON one "[]".
row()
{
	local status_wanted=$1 says=$2 front=() mode

	shift 2
	for mode in text json; do
		[ "$mode" = text ] || front=(-j)
		run --separate-stderr sriov "${front[@]}" "$@"
		if [ "$status" != "$status_wanted" ]; then
			echo "exit status $status, not $status_wanted"
			return 1
		fi
		case $status_wanted in
		0 | 3)
			same '' "$stderr" || return ;;
		*)
			# One line, of which the newline was its end.
			if [[ $stderr != 'sriov: '* || $stderr == *$'\n'* ]]; then
				echo 'not one line of complaint'
				return 1
			fi
			if [[ $stderr != *"$says"* ]]; then
				echo "does not say: $says"
				return 1
			fi
			[ "$mode" = json ] || same '' "$output" || return
			[ "$mode" = text ] || same '[]' "$output" || return ;;
		esac
	done
}

# rows [WORD...]: one row for each line "STATUS | SAYS | WORDS" of standard input, these
# words in front. The words are quoted as for a shell.
rows()
{
	local first=("$@") line wanted says words bad=0 report

	while IFS= read -r line; do
		[ -n "$line" ] || continue
		wanted=${line%%|*}
		words=${line#*|}
		says=${words%%|*}
		words=${words#*|}
		says=${says# }
		eval "set -- $words"
		report=$(row "${wanted// /}" "${says% }" "${first[@]}" "$@" &&
			echo fine || printf 'standard error: %s\noutput: %s\n' "$stderr" "$output")
		[ "$report" != fine ] || continue
		printf -- '--- sriov %s%s\n%s\n' "${first[*]}" "$words" "$report"
		bad=$((bad + 1))
	done
	[ "$bad" = 0 ]
}

@test "the table of rows bites" {
	run -1 rows <<<'0 | x | pf show eth77'
	run -1 rows <<<'2 | eth78 | pf show eth77'
	run -1 rows <<<'2 | eth77 | pf show eth0'
	run -1 rows <<<'2 | no such PF | pf show eth77 eth78'
	run -0 rows <<<'2 | no such PF | pf show eth77'
}

@test "nouns and verbs are exact words" {
	rows <<-'END'
	2 | 'xy' (pf, vf, group, bind, fw) | xy
	2 | 'pfs' | pfs show
	2 | 'p' | p show
	2 | 'PF' | PF show
	2 | '' | ''
	2 | '' | '' show
	2 | 'sho' (show, set) | pf sho
	2 | 'reset' | pf reset eth0
	2 | 'reset' | bind reset eth0/0
	2 | 'list' | vf list
	2 | 'SHOW' | vf SHOW
	2 | 'destroy' (show, create, set, reset, stats) | vf destroy eth0
	2 | 'create' | bind create eth0
	2 | 'eth0' | pf eth0
	2 | 'eth0/0' | vf eth0/0
	2 | '' | vf ''
	2 | 'show pf' | 'show pf'
	END
}

@test "a hidden command is not offered" {
	run -2 --separate-stderr sriov xy
	[[ $stderr != *__* ]]
	run -0 sriov help
	[[ $output != *__* ]]
}

@test "options" {
	rows <<-'END'
	2 | '--bogus' | pf show --bogus
	2 | '--bogus' | --bogus pf show
	2 | '--js' | --js pf show
	2 | '--JSON' | --JSON pf show
	2 | '--=x' | --=x pf show
	2 | '-z' | pf show -z
	2 | '-nz' | -nz pf show
	2 | --json | pf show --json=yes
	2 | --dry-run | pf show --dry-run=
	2 | -o | pf show -o
	2 | --output | pf show --output
	2 | --wait | pf show --wait
	2 | -w | pf show -w
	2 | --wait: 'x' | pf show --wait x
	2 | --wait: 'x' | pf show -wx
	2 | --wait: '' | pf show --wait=
	2 | --wait: '-1' | pf show -w -1
	2 | --wait: '86401' | pf show -w 86401
	2 | --wait: '1.5' | pf show --wait=1.5
	2 | --color: 'blue' | pf show --color blue
	2 | --color: '' | pf show --color=
	2 | nosuch | pf show --backend nosuch
	2 | rtnl | pf show --backend nosuch
	2 | /nonexistent | pf show --sysroot /nonexistent
	0 | | -j pf show
	0 | | pf -j show
	0 | | pf show -j eth0
	0 | | pf show eth0 -j
	0 | | pf show --wait 5
	0 | | pf show -w5 --color=never
	0 | | pf show --backend rtnl
	0 | | pf show --backend=pci
	0 | | pf show -jp
	END
}

@test "after -- there are no options" {
	rows <<-'END'
	0 | | pf show --
	0 | | -- pf show eth0
	2 | -x: | pf show -- -x
	2 | --json: | pf show -- --json
	2 | noun '--' | -- -- pf
	END
}

@test "a noun alone means show, and what can be shown is shown" {
	rows <<-'END'
	0 | | pf
	0 | | vf
	0 | | bind
	0 | | pf show
	0 | | pf show eth0
	0 | | pf show eth0 eth1
	0 | | vf show eth0
	0 | | vf show eth0/0
	0 | | vf show eth0/0-3,5
	0 | | vf show eth0/0,0,0
	0 | | vf show eth0/1 eth0/1
	0 | | bind show eth0/all
	0 | | bind show eth3
	END
}

@test "names of PFs that fit none" {
	rows <<-'END'
	2 | nosuch: | pf show nosuch
	2 | nosuch: | pf set -n nosuch num_vfs 1
	2 | nosuch: | vf create -n nosuch 1
	2 | '' | pf show ''
	2 | no such PF | pf show ' '
	2 | -9: no such PF | pf show -9
	2 | 0000:01:00.2 | pf show 0000:01:00.2
	2 | 01:00.2 | pf show 01:00.2
	2 | 0001:01:00.0 | pf show 0001:01:00.0
	2 | 01:00.8 | pf show 01:00.8
	2 | 01:20.0 | pf show 01:20.0
	2 | 01:00 | pf show 01:00
	2 | 01:00.0x | pf show 01:00.0x
	2 | 100000000:01:00.0 | pf show 100000000:01:00.0
	2 | 10c9 | pf show 8086:10c9
	2 | mac: | pf show mac:
	2 | mac:zz | pf show mac:zz
	2 | mac:52:54:00:12:34 | pf show mac:52:54:00:12:34
	2 | mac:52:54:00:12:34:ff | pf show mac:52:54:00:12:34:ff
	2 | MAC:52:54:00:12:34:00 | pf show MAC:52:54:00:12:34:00
	2 | pci/nosuch | pf show pci/nosuch
	2 | usb/0000:01:00.0 | pf show usb/0000:01:00.0
	2 | ETH0 | pf show ETH0
	2 | eth | pf show eth
	END
}

@test "names of devices that are no PF say what they are" {
	rows <<-'END'
	2 | eth3: is VF 0 of 0000:01:00.0 | pf show eth3
	2 | 0000:01:10.4: is VF 2 of 0000:01:00.0 | pf show 0000:01:10.4
	2 | 01:11.0: is VF 4 of 0000:01:00.0 | pf set -n 01:11.0 num_vfs 1
	2 | eth3: is VF 0 | vf create -n eth3 1
	2 | eth3: is VF 0 | vf show eth3/0
	2 | eth9: its device 0000:00:02.0 has no SR-IOV capability | pf show eth9
	2 | 00:02.0: has no SR-IOV capability | pf show 00:02.0
	2 | eth9: its device 0000:00:02.0 has no SR-IOV capability | vf show eth9
	2 | 00:02.0: has no SR-IOV capability | vf create -n 00:02.0 1
	2 | 00:1c.0: has no SR-IOV capability | pf set -n 00:1c.0 num_vfs 1
	END
}

@test "names cannot leave the tree, nor the line" {
	ln -s /etc "$SYSROOT/sys/class/net/way-out"
	rows <<-'END'
	2 | .: | pf show .
	2 | ..: | pf show ..
	2 | /: | pf show /
	2 | //: | pf show //
	2 | ../eth0 | pf show ../eth0
	2 | eth0/../eth1 | pf show eth0/../eth1
	2 | /sys/class/net/eth0 | pf show /sys/class/net/eth0
	2 | ../../class/net | pf show ../../class/net
	2 | pci/.. | pf show pci/..
	2 | ../0000:01:00.0 | pf show ../0000:01:00.0
	2 | pci/../0000:01:00.0 | pf show pci/../0000:01:00.0
	2 | ../..: | vf show ../..
	2 | ../..: | vf show ../../0
	2 | way-out | pf show way-out
	2 | eth0?[31m | pf show $'eth0\e[31m'
	2 | eth0? | pf show $'eth0\n'
	2 | eth0? | pf show $'eth0\x7f'
	2 | eth0? | pf show $'eth0\xff'
	2 | eth0? | pf show $'eth0\xc2\x9b'
	2 | '?[2J' | $'\e[2J'
	2 | '?[2J' | pf $'\e[2J'
	2 | '?[2J' | pf show mac $'\e[2J'
	2 | '?[2J' | vf set -n eth0/0 $'\e[2J' x
	2 | '?[2J' | vf set -n eth0/0 vlan $'\e[2J'
	2 | '--?[2J' | pf show $'--\e[2J'
	2 | '?[2J' | pf show -o $'\e[2J'
	2 | ?[2J | pf show --backend $'\e[2J'
	2 | ?[2J | pf show --sysroot $'\e[2J'
	END
}

@test "very long words are complained about, not cut or copied whole into an error" {
	long=$(printf '%05000d' 0)
	rows <<-END
	2 | 000 | $long
	2 | 000 | pf $long
	2 | 000 | pf show $long
	2 | 000 | pf show $long/$long
	2 | 000 | pf show pci/$long
	2 | eth0/ | vf show eth0/1$long
	2 | 000 | vf set -n eth0/0 $long 1
	2 | vlan: | vf set -n eth0/0 vlan 9$long
	2 | mac: | vf set -n eth0/0 mac $long
	2 | max_tx_rate: | vf set -n eth0/0 max_tx_rate 9$long
	2 | driver: | bind set -n eth0/0 driver $long
	2 | 000 | pf show -o $long
	2 | 000 | --$long
	2 | --wait: | pf show -w 9$long
	END
}

@test "a driver name that fits into no struct is refused" {
	rows bind set -n eth0/5 driver <<-END
	2 | too long | $(printf '%064d' 0)
	2 | too long | $(printf '%0100d' 0)
	3 | | $(printf '%063d' 0)
	END
}

@test "selections of VFs" {
	rows vf show <<-'END'
	2 | 0000:01:00.0/7: no such VF (it has 7: 0-6) | eth0/7
	2 | 0000:01:00.0/7: | eth0/0-7
	2 | 0000:01:00.0/7: | eth0/5,6,7,8
	2 | 0000:01:00.0/65535: | eth0/65535
	2 | '65536' | eth0/65536
	2 | '99999999999999999999' | eth0/99999999999999999999
	2 | '0-99999999999999999999' | eth0/0-99999999999999999999
	2 | '3-1' | eth0/3-1
	2 | '3-1' | eth0/0,3-1
	2 | '0-' | eth0/0-
	2 | '0-' | eth0/0-,2
	2 | eth0/-1 | eth0/-1
	2 | eth0/1,,2 | eth0/1,,2
	2 | eth0/1, | eth0/1,
	2 | eth0/,1 | eth0/,1
	2 | '0-1-2' | eth0/0-1-2
	2 | eth0/ | eth0/
	2 | eth0/ALL | eth0/ALL
	2 | eth0/a | eth0/a
	2 | eth0/0x1 | eth0/0x1
	2 | eth0/+1 | eth0/+1
	2 | eth0/0 1 | 'eth0/0 1'
	2 | eth0/all,1 | eth0/all,1
	2 | eth0/0: no such PF | eth0/0/0
	2 | 0000:01:00.1/0: no such VF (it has none) | eth1/0
	2 | eth0/*: | 'eth0/*'
	END
}

@test "changing needs an object that says which VFs" {
	rows -n <<-'END'
	2 | OBJECT is missing | vf set
	2 | OBJECT is missing | bind set
	2 | PF is missing | pf set
	2 | PF is missing | vf create
	2 | OBJECT is missing | vf reset
	2 | nothing to set | vf set eth0/0
	2 | nothing to set (driver, num_vfs, autoprobe) | pf set eth0
	2 | nothing to set (driver) | bind set eth0/0
	2 | eth0: | vf set eth0 vlan 1
	2 | eth0/0-6 | vf set eth0 vlan 1
	2 | 0000:01:00.0: | vf set 0000:01:00.0 vlan 1
	2 | eth1: | vf set eth1 vlan 1
	2 | eth1/all | vf set eth1/all vlan 1
	2 | eth0: | bind set eth0 driver none
	2 | 0000:01:00.0/7 | vf set eth0/7 vlan 1
	2 | 0000:01:00.0/7 | vf set eth0/0-7 vlan 1
	2 | '3-1' | bind set eth0/3-1 driver none
	2 | nosuch: | vf set nosuch/0 vlan 1
	2 | nosuch | vf set nosuch vlan 1
	2 | vlan | vf set vlan 1
	2 | eth0/0-6 | vf reset eth0
	2 | eth1/all: there are no VFs | vf reset eth1/all
	2 | 0000:01:00.0/7 | vf reset eth0/0-7
	2 | 'vlan' is one word too many (OBJECT is all) | vf reset eth0/0 vlan
	2 | 'eth0/1' is one word too many | vf reset eth0/0 eth0/1
	3 | | vf reset eth0/0
	3 | | vf reset 0000:01:10.0
	0 | | vf reset eth0/5
	3 | | vf set eth0/0 vlan 1
	3 | | vf set 0000:01:10.0 vlan 1
	3 | | vf set eth3 vlan 1
	END
}

@test "keywords" {
	rows vf set -n eth0/0 <<-'END'
	2 | 'colour' (mac, vlan, | colour red
	2 | 'vla' | vla 1
	2 | 'VLAN' | VLAN 1
	2 | 'vlan=1' | vlan=1
	2 | '' | '' 1
	2 | 'eth0/1' | eth0/1 vlan 1
	2 | vlan: needs a value (0-4095) | vlan
	2 | trust: needs a value (on, off) | vlan 1 trust
	2 | vlan: is given twice | vlan 1 vlan 2
	2 | vlan: is given twice | vlan 1 qos 2 vlan 1
	2 | vlan: is given twice | vlan 1 vlan
	2 | pci: can only be shown | pci 0000:01:10.0
	2 | index: can only be shown | index 3
	2 | pf: can only be shown | pf eth1
	2 | note: can only be shown | note blocked
	2 | driver: is set with 'sriov bind set' | driver none
	3 | | vlan 1 qos 2 trust on
	END
	rows -n <<-'END'
	2 | mac: is set with 'sriov vf set' | bind set eth0/0 mac 02:00:00:00:00:01
	2 | total_vfs: can only be shown | pf set eth1 total_vfs 3
	2 | 'vlan' | pf set eth1 vlan 3
	2 | num_vfs: needs a value | pf set eth1 num_vfs
	2 | num_vfs: is given twice | pf set eth1 num_vfs 1 num_vfs 2
	2 | driver: is given twice | bind set eth0/0 driver none driver none
	2 | driver: needs a value | bind set eth0/0 driver
	2 | vlan: needs a value | vf create eth1 1 vlan
	2 | mac: is given twice | vf create eth1 1 mac 02:00:00:00:00:10 mac 02:00:00:00:00:11
	END
}

@test "addresses" {
	rows vf set -n eth0/0 mac <<-'END'
	2 | mac: 'zz' | zz
	2 | mac: '' | ''
	2 | mac: '+' | +
	2 | mac: '02:00:00:00:00' | 02:00:00:00:00
	2 | mac: '02:00:00:00:00:10:11' | 02:00:00:00:00:10:11
	2 | mac: '02:00:00:00:00:1' | 02:00:00:00:00:1
	2 | mac: '02:00:00:00:00:100' | 02:00:00:00:00:100
	2 | mac: '02:00:00:00:00:1g' | 02:00:00:00:00:1g
	2 | mac: '02:00:00:00:00:' | 02:00:00:00:00:
	2 | mac: '020000000010' | 020000000010
	2 | mac: '0200.0000.0010' | 0200.0000.0010
	2 | mac: '02-00-00-00-00-10' | 02-00-00-00-00-10
	2 | mac: ' 02:00:00:00:00:10' | ' 02:00:00:00:00:10'
	2 | mac: '02:00:00:00:00:10 ' | '02:00:00:00:00:10 '
	2 | mac: '02:00:00:00:00:10++' | 02:00:00:00:00:10++
	2 | mac: '02:00:00:00:00:10-' | 02:00:00:00:00:10-
	2 | mac: '01:00:5e:00:00:01' is a multicast address | 01:00:5e:00:00:01
	2 | mac: 'ff:ff:ff:ff:ff:ff' is a multicast address | ff:ff:ff:ff:ff:ff
	2 | mac: '03:00:00:00:00:10+' is a multicast address | 03:00:00:00:00:10+
	3 | | 02:00:00:00:00:10
	3 | | 02:00:00:00:00:10+
	3 | | 0A:bC:DE:f0:12:34
	3 | | 00:00:00:00:00:00
	0 | | 02:00:00:00:01:00
	END
}

@test "a series of addresses ends before somebody else's begin" {
	rows -n <<-'END'
	3 | | vf set eth0/all mac 02:00:00:ff:ff:f9+
	2 | VF 6 | vf set eth0/all mac 02:00:00:ff:ff:fa+
	2 | VF 6 | vf set eth0/6 mac fe:ff:ff:ff:ff:ff+
	3 | | vf set eth0/0 mac fe:ff:ff:ff:ff:ff+
	2 | VF 1 | vf create eth1 2 mac 02:00:00:ff:ff:ff+
	END
}

@test "VLANs, priorities and protocols" {
	rows vf set -n eth0/0 <<-'END'
	2 | vlan: '4096' is not a VLAN (0-4095) | vlan 4096
	2 | vlan: '65546' | vlan 65546
	2 | vlan: '4294967306' | vlan 4294967306
	2 | vlan: '18446744073709551626' | vlan 18446744073709551626
	2 | vlan: '-1' | vlan -1
	2 | vlan: '-1' | -- vlan -1
	2 | '-x' | vlan -x
	2 | vlan: '10x' | vlan 10x
	2 | vlan: 'x' | vlan x
	2 | vlan: '' | vlan ''
	2 | vlan: ' 10' | vlan ' 10'
	2 | vlan: '+10' | vlan +10
	2 | vlan: '0x10' | vlan 0x10
	2 | vlan: '10.0' | vlan 10.0
	2 | vlan: 'none' | vlan none
	2 | qos: '8' is not a priority (0-7) | qos 8
	2 | qos: '256' | qos 256
	2 | qos: '264' | qos 264
	2 | qos: '' | qos ''
	2 | vlan_proto: '802.1q' | vlan_proto 802.1q
	2 | vlan_proto: '802.1X' is not one of 802.1Q, 802.1ad | vlan_proto 802.1X
	2 | vlan_proto: '' | vlan_proto ''
	3 | | vlan 0
	3 | | vlan 1
	3 | | vlan 4095
	0 | | vlan 10
	0 | | vlan 010
	3 | | qos 0
	3 | | qos 7
	0 | | vlan_proto 802.1Q
	3 | | vlan_proto 802.1ad
	END
}

@test "rates" {
	# one that is above the speed of the link would be warned of
	echo -1 >"$SYSROOT/sys/class/net/eth0/speed"
	rows vf set -n eth0/0 <<-'END'
	2 | max_tx_rate: '2147483648' | max_tx_rate 2147483648
	2 | max_tx_rate: '4294967295' | max_tx_rate 4294967295
	2 | max_tx_rate: '4294967296' | max_tx_rate 4294967296
	2 | max_tx_rate: '4294967796' | max_tx_rate 4294967796
	2 | max_tx_rate: '-1' | max_tx_rate -1
	2 | max_tx_rate: '' | max_tx_rate ''
	2 | max_tx_rate: 'Gbit' | max_tx_rate Gbit
	2 | max_tx_rate: '10G' | max_tx_rate 10G
	2 | max_tx_rate: '10 Gbit' | max_tx_rate '10 Gbit'
	2 | max_tx_rate: '10Gbits' | max_tx_rate 10Gbits
	2 | max_tx_rate: '10kbit' | max_tx_rate 10kbit
	2 | max_tx_rate: '1.5Gbit' | max_tx_rate 1.5Gbit
	2 | max_tx_rate: '0x10' | max_tx_rate 0x10
	2 | max_tx_rate: '1e3' | max_tx_rate 1e3
	2 | max_tx_rate: '2147484Gbit' | max_tx_rate 2147484Gbit
	2 | max_tx_rate: '4294968Gbit' | max_tx_rate 4294968Gbit
	2 | max_tx_rate: '2148Tbit' | max_tx_rate 2148Tbit
	2 | min_tx_rate: '2147483648' | min_tx_rate 2147483648
	2 | min_tx_rate: 200 is above max_tx_rate 100 | max_tx_rate 100 min_tx_rate 200
	2 | min_tx_rate: 200 is above max_tx_rate 100 | min_tx_rate 200 max_tx_rate 100
	2 | 0000:01:00.0/0: min_tx_rate 501 is above max_tx_rate 500 | min_tx_rate 501
	3 | | min_tx_rate 500
	3 | | min_tx_rate 501 max_tx_rate 0
	3 | | max_tx_rate 0
	3 | | max_tx_rate 2147483647
	3 | | max_tx_rate 2147483Gbit
	3 | | max_tx_rate 10Gbit
	0 | | max_tx_rate 500mbit
	0 | | max_tx_rate 500
	END
}

@test "switches and states" {
	rows vf set -n eth0/0 <<-'END'
	2 | spoofchk: 'yes' is not one of on, off | spoofchk yes
	2 | spoofchk: 'ON' | spoofchk ON
	2 | spoofchk: '1' | spoofchk 1
	2 | spoofchk: '' | spoofchk ''
	2 | trust: 'true' | trust true
	2 | query_rss: 'o' | query_rss o
	2 | promisc: 'yes' is not one of on, off | promisc yes
	2 | allmulti: 'multi' | allmulti multi
	2 | state: 'up' is not one of auto, enable, disable | state up
	2 | state: 'Follow' | state Follow
	2 | state: '' | state ''
	0 | | spoofchk on
	3 | | spoofchk off
	3 | | trust on
	3 | | query_rss on
	0 | | state auto
	3 | | state disable
	END
}

@test "GUIDs" {
	machine infiniband
	rows vf set -n ib0/0,2 <<-'END'
	2 | node_guid: '00:00:00:00:00:00:00:00' is all zeros, which is no GUID | node_guid 00:00:00:00:00:00:00:00
	2 | node_guid: '0x0000000000000000' is all zeros, which is no GUID | node_guid 0x0000000000000000
	2 | port_guid: 'ffffffffffffffff' is all ones, which is no GUID | port_guid ffffffffffffffff
	2 | port_guid: '0000000000000000+' is all zeros, which is no GUID | port_guid 0000000000000000+
	2 | node_guid: '' is not a GUID | node_guid ''
	2 | node_guid: '02:00:00:00:00:10' is not a GUID | node_guid 02:00:00:00:00:10
	2 | node_guid: '0011:2233:4455:6677' is not a GUID | node_guid 0011:2233:4455:6677
	2 | node_guid: '00:11:22:33:44:55:66:7g' | node_guid 00:11:22:33:44:55:66:7g
	2 | node_guid: '00112233445566778' | node_guid 00112233445566778
	2 | node_guid: '1' | node_guid 1
	2 | node_guid: needs a value (00:11:22:33:44:55:66:77, | node_guid
	2 | node_guid: is given twice | node_guid 0011223344556677 node_guid 0011223344556678
	2 | the series leaves the last three bytes of its GUID at VF 2 | node_guid 00:11:22:33:44:ff:ff:fe+
	2 | the series comes to all ones, which is no GUID, at VF 2 | node_guid fffffffffffffffd+
	2 | mac: no back end can set it on this PF | node_guid 0011223344556677 mac 02:00:00:00:00:10
	3 | | node_guid 00:11:22:33:44:ff:ff:fd+
	2 | 0000:41:00.0/2: node_guid: VF 0 is to have the same (with + | node_guid 0x0011223344556679
	3 | | node_guid 0x0011223344556679+ port_guid auto
	END
	rows vf set -n ib0/1 <<-'END'
	2 | node_guid: not through the back end that was asked for | --backend pci node_guid auto
	3 | | node_guid 0x0011223344556679 port_guid 001122334455667A
	END
}

@test "how many VFs" {
	rows -n pf set <<-'END'
	2 | num_vfs: 8 is too many: the device offers 7 | eth1 num_vfs 8
	2 | num_vfs: 65535 is too many | eth1 num_vfs 65535
	2 | num_vfs: '65536' | eth1 num_vfs 65536
	2 | num_vfs: '-1' | eth1 num_vfs -1
	2 | num_vfs: 'many' is not a number of VFs (0-65535, max) | eth1 num_vfs many
	2 | num_vfs: 'MAX' | eth1 num_vfs MAX
	2 | num_vfs: '' | eth1 num_vfs ''
	2 | num_vfs: '0x3' | eth1 num_vfs 0x3
	2 | num_vfs: 128 is too many | 0000:03:00.0 num_vfs 128
	0 | | eth1 num_vfs 0
	3 | | eth1 num_vfs 1
	3 | | eth1 num_vfs max
	0 | | eth0 num_vfs 7
	0 | | eth0 num_vfs max
	0 | | 0000:03:00.0 num_vfs 3
	3 | | 0000:03:00.0 num_vfs 0
	2 | num_vfs: 8 is too many | eth0 num_vfs 8
	END
}

@test "what would hurt is refused, and --force goes on" {
	rows -n <<-'END'
	4 | 0000:01:00.0: num_vfs: in use: VF 4 [a process (open through vfio)], VF 6 [netns unknown] | pf set eth0 num_vfs 0
	4 | 0000:01:00.0: num_vfs: in use: VF 4 [a process (open through vfio)], VF 6 [netns unknown] | pf set eth0 num_vfs 3
	3 | | --force pf set eth0 num_vfs 3
	3 | | pf set 0000:03:00.0 num_vfs 127
	3 | | --force pf set eth0 num_vfs 0
	4 | 0000:01:00.0: has 7 VFs | vf create eth0 2
	4 | 0000:01:00.0: has 7 VFs | vf create eth0 7
	4 | 0000:03:00.0: has 3 VFs | vf create 0000:03:00.0 1
	4 | 0000:01:00.0: driver: in use: VF 4 [ | bind set eth0/4 driver igbvf
	4 | 0000:01:00.0: driver: in use: VF 4 [ | bind set eth0/4 driver default
	4 | 0000:01:00.0: driver: in use: VF 4 [ | bind set eth0/all driver none
	4 | 0000:01:00.0: driver: in use: VF 4 [ | bind set 0000:01:11.0 driver none
	3 | | --force bind set eth0/4 driver igbvf
	3 | | bind set eth0/4 driver none --force
	0 | | bind set eth0/4 driver vfio-pci
	3 | | bind set eth0/0-3,5 driver vfio-pci
	4 | VF 6 [netns unknown] | bind set eth0/0-3,5,6 driver vfio-pci
	4 | 0000:01:00.0: driver: in use: VF 4 | pf set eth0 driver vfio-pci
	4 | 0000:03:00.0: driver: has 3 VFs | pf set 0000:03:00.0 driver none
	3 | | --force pf set eth0 driver vfio-pci
	3 | | pf set eth1 driver vfio-pci
	END
}

@test "a VF that nobody has may be unbound" {
	echo 0 >"$SYSROOT/sys/bus/pci/devices/0000:01:11.0/enable"
	rm "$SYSROOT/sys/bus/pci/devices/0000:01:11.4/driver"
	rm -r "$SYSROOT/sys/bus/pci/devices/0000:01:11.4/net"
	rows -n <<-'END'
	3 | | bind set eth0/4 driver igbvf
	3 | | pf set eth0 num_vfs 0
	3 | | pf set eth0 num_vfs 3
	END
}

@test "creating VFs" {
	rows vf create -n <<-'END'
	2 | PF is missing |
	2 | N is missing | eth1
	2 | '0' is not a number of VFs | eth1 0
	2 | 'x' | eth1 x
	2 | 'vlan' | eth1 vlan 3
	2 | '65536' | eth1 65536
	2 | '-2' | eth1 -2
	2 | '' | eth1 ''
	2 | 'max' | eth1 max
	2 | 8 is too many: the device offers 7 | eth1 8
	2 | 'eth2' | eth1 2 eth2
	2 | 'num_vfs' | eth1 2 num_vfs 2
	2 | vlan: '4096' | eth1 2 vlan 4096
	2 | driver: '../x' | eth1 2 driver ../x
	2 | eth1/0 | eth1/0 2
	2 | eth1/all | eth1/all 2
	3 | | eth1 1
	3 | | eth1 7 vlan 5 driver none
	END
}

@test "names of drivers" {
	rows bind set -n eth0/5 driver <<-'END'
	2 | driver: '' | ''
	2 | driver: '../igbvf' | ../igbvf
	2 | driver: '/etc' | /etc
	2 | driver: '.' | .
	2 | driver: '..' | ..
	2 | driver: 'a b' | 'a b'
	2 | driver: 'a?b' | $'a\nb'
	2 | driver: '-x' | -- -x
	2 | driver: 'a;b' | 'a;b'
	3 | | igbvf
	3 | | vfio-pci
	0 | | none
	3 | | default
	END
}

@test "filters and columns" {
	rows <<-'END'
	2 | 'red' | pf show driver igb red
	2 | colour: no such PF | pf show colour
	2 | vlan: no such VF or PF | bind show vlan
	2 | ' igb' | pf show driver ' igb'
	2 | driver: needs a value | vf show driver
	2 | driver: needs a value | pf show eth0 driver
	2 | driver: is given twice | vf show driver none driver igbvf
	2 | vlan: '4096' | vf show vlan 4096
	2 | trust: 'yes' | vf show trust yes
	2 | note: 'odd' | vf show note odd
	2 | mac: 'zz' | pf show mac zz
	2 | num_vfs: 'x' | pf show num_vfs x
	2 | 'colour' | pf show -o colour
	2 | 'colour' | pf show -o pf,colour
	2 | 'colour' | pf show -o +colour
	2 | '' | pf show -o ''
	2 | '' | pf show -o +
	2 | '' | pf show -o pf,
	2 | '' | pf show -o ,pf
	2 | '' | pf show -o pf,,mac
	2 | 'vlan' | pf show -o vlan
	2 | 'vlan' | bind show -o vlan
	2 | 'PF' | pf show -o PF
	2 | 'mac' | vf set -n eth0/0 vlan 1 -o mac
	0 | | pf show -o pf,mac
	0 | | pf show -o +note
	0 | | pf show -o help
	END
}

@test "a recorded machine is not written to, not even what is so already" {
	rows <<-'END'
	2 | --dry-run | vf set eth0/0 vlan 11
	2 | --dry-run | vf set eth0/0 vlan 10
	2 | --dry-run | pf set eth1 num_vfs 2
	2 | --dry-run | vf create eth1 2
	2 | --dry-run | bind set eth0/5 driver igbvf
	2 | --dry-run | --force bind set eth0/4 driver igbvf
	2 | --dry-run | -k vf set eth0/all vlan 11
	2 | --dry-run | vf reset eth0/0
	2 | --dry-run | vf reset eth0/5
	END
}

@test "nothing in the tree is touched" {
	before=$(cd "$SYSROOT" && find . -printf '%p %l %T@\n' | sort | sha256sum)
	sriov pf show >/dev/null
	sriov vf show -d >/dev/null
	run sriov vf create eth1 3 vlan 3 driver vfio-pci
	run sriov -n --force pf set eth0 num_vfs 0
	run sriov bind set eth0/5 driver igbvf
	same "$before" "$(cd "$SYSROOT" && find . -printf '%p %l %T@\n' | sort | sha256sum)"
}

@test "the root may be named by the environment, and the option wins" {
	recorded=$SYSROOT
	SYSROOT=
	export SRIOV_SYSROOT=$recorded
	run -0 sriov pf show -o pf
	[[ ${lines[1]} = 0000:01:00.0 ]]
	mkdir "$BATS_TEST_TMPDIR/empty"
	run -1 --separate-stderr sriov --sysroot "$BATS_TEST_TMPDIR/empty" pf show
	[[ $stderr == *'sys/bus: No such file or directory' ]]
	SRIOV_SYSROOT=/nonexistent
	run -1 --separate-stderr sriov pf show
	[[ $stderr == 'sriov: '*'No such file or directory' ]]
	run -0 sriov --sysroot "$recorded" pf show eth0
}

@test "a root without any bus is a failure, one without devices is not" {
	SYSROOT=$BATS_TEST_TMPDIR/empty
	mkdir "$SYSROOT"
	for noun in pf vf bind; do
		run -1 --separate-stderr sriov "$noun"
		same '' "$output"
		same 'sriov: sys/bus: No such file or directory' "$stderr"
	done
	mkdir -p "$SYSROOT/sys/bus/pci/devices"
	for noun in pf vf bind; do
		run -0 --separate-stderr sriov "$noun"
		same '' "$output"
		same 'sriov: no SR-IOV capability; 0 network cards without it' "$stderr"
	done
}

@test "every complaint about objects is made" {
	run -2 --separate-stderr sriov vf show nosuch1 eth0 nosuch2/3
	same '' "$output"
	[ "${#stderr_lines[@]}" = 2 ]
	[[ ${stderr_lines[0]} == *nosuch1* && ${stderr_lines[1]} == *nosuch2* ]]
	run -2 --separate-stderr sriov pf show nosuch1 nosuch2
	[ "${#stderr_lines[@]}" = 2 ]
}

@test "the complaint names the command" {
	run -2 --separate-stderr sriov -n vf set eth0/0 vlan 4096
	same "sriov: vf set: vlan: '4096' is not a VLAN (0-4095)" "$stderr"
	run -2 --separate-stderr sriov -n bind set eth0/0 driver ''
	[[ $stderr == 'sriov: bind set: driver: '* ]]
}

@test "help, wherever it is asked for" {
	run -0 --separate-stderr sriov
	same '' "$stderr"
	everything=$output
	[[ $everything == *'  pf '*'  vf '*'  bind '*--dry-run* ]]
	for words in help --help -h '-h pf help'; do
		# These are words.
		# shellcheck disable=SC2086
		run -0 --separate-stderr sriov $words
		same '' "$stderr"
		[[ $output == *"Usage:"* ]]
	done
	run -0 sriov help
	same "$everything" "$output"
	for words in 'pf help' 'pf -h' 'help pf' '--help pf'; do
		# shellcheck disable=SC2086
		run -0 sriov $words
		[[ $output == 'sriov pf:'*' set '* ]]
	done
	for words in 'vf set help' 'vf set -h' 'help vf set' 'vf help set' 'vf set --help eth0/0 vlan 4096'; do
		# shellcheck disable=SC2086
		run -0 sriov $words
		[[ $output == 'sriov vf set:'*'max_tx_rate RATE'* ]]
		[[ $output != *num_vfs* ]]
	done
	run -2 --separate-stderr sriov help nosuch
	[[ $stderr == *"'nosuch'"* ]]
}

@test "help is not wider than 100 columns, and has every keyword and option" {
	while read -r kind noun name _; do
		case $kind in
		command)
			run -0 sriov "$noun" "$name" help
			[[ $output == *"sriov $noun $name"* ]]
			awk 'length($0) > 100 { print "too wide: " $0; bad = 1 } END { exit bad }' \
				<<<"$output" ;;
		option)
			run -0 sriov help
			[[ $output == *"$noun"* ]] ;;
		attribute)
			verb=show
			[[ $noun != *.* ]] || { verb=${noun#*.}; noun=${noun%.*}; }
			run -0 sriov "$noun" "$verb" help
			[[ $output == *" $name "* ]] ;;
		esac
	done < <(sriov __commands)
}

@test "the version, also with other words around it" {
	run -0 --separate-stderr sriov --version
	[[ $output =~ ^sriov\ [0-9]+(\.[0-9]+)*[^\ ]*$ ]]
	version=$output
	run -0 sriov -V
	same "$version" "$output"
	run -0 sriov pf show -V
	same "$version" "$output"
}

into_full()
{
	sriov "$@" >/dev/full
}

into_closed()
{
	sriov "$@" >&-
}

without_others()
{
	sriov "$@" <&- 2>&-
}

@test "standard output that is full or closed is a failure" {
	[ -w /dev/full ] || skip "no /dev/full"
	for words in 'pf show' '-j pf show' 'help' '--version' 'vf show eth0/0'; do
		# These are words.
		# shellcheck disable=SC2086
		run -1 into_full $words
		same 'sriov: standard output: No space left on device' "$output"
	done
	run -1 into_full -n vf set eth0/0 vlan 11
	run -1 into_closed pf show
	[[ $output == 'sriov: standard output: '* ]]
	# Nothing to print is nothing that could fail.
	run -2 into_full pf show nosuch
}

@test "standard input and standard error may be closed" {
	run -0 without_others pf show eth0 -o pf
	[[ $output == *0000:01:00.0* ]]
	run -2 without_others pf show nosuch
	same '' "$output"
}

@test "--debug says each contact on standard error, and nothing else changes" {
	run -0 --separate-stderr sriov pf show
	plain=$output
	run -0 --separate-stderr sriov --debug pf show
	same "$plain" "$output"
	[ "${#stderr_lines[@]}" -gt 10 ]
	for line in "${stderr_lines[@]}"; do
		[[ $line == 'debug: '* ]]
	done
	run -0 --separate-stderr sriov --debug vf show eth0
	[[ $stderr == *'rtnl getlink eth0 +vf -> '*' bytes'* ]]
	# One question for all VFs, and none about other links.
	[ "$(grep -c getlink <<<"$stderr")" = 1 ]
}

@test "only what the columns need is looked at" {
	run -0 --separate-stderr sriov --debug pf show -o pf,num_vfs
	[[ $stderr != *getlink* && $stderr != *vendor* && $stderr != *libpci* ]]
	run -0 --separate-stderr sriov --debug bind show eth0
	[[ $stderr != *getlink* ]]
	run -0 --separate-stderr sriov --debug vf show eth0 -o index,vlan
	[[ $stderr != *driver_override* ]]
	run -0 --separate-stderr sriov --debug pf show eth1 -o pf,num_vfs
	[[ $stderr != *0000:02:00.0* ]]
}
