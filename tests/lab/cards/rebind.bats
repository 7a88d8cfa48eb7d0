#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# --rebind: drivers that take an address or GUID only when they start, and what failing leaves.
# shellcheck disable=SC2086,SC2154 # device names have no blanks; run --separate-stderr sets stderr

load ../lab

# same WANT GOT: fail, and show how they differ.
same()
{
	[ "$1" = "$2" ] || diff <(printf '%s\n' "$1") <(printf '%s\n' "$2") --label want --label got -u
}

# addresses PF: of the netdevs of its VFs, in the order of the VFs, as the kernel has them.
addresses()
{
	local i
	for ((i = 0; ; i++)); do
		[ -e "$DEVICES/$1/virtfn$i" ] || break
		cat $DEVICES/$1/virtfn$i/net/*/address 2>/dev/null || echo -
	done | paste -sd ' '
}

# ifindexes PF: another number is another netdev.
ifindexes() { cat $DEVICES/$1/virtfn*/net/*/ifindex | paste -sd ' '; }

# overrides PF
overrides() { cat $DEVICES/$1/virtfn*/driver_override | paste -sd ' '; }

# given PF: the addresses that ip has for its VFs.
given() { ip -j -d link show "$(netdev_of $1)" | jq -r '[.[0].vfinfo_list[].address] | join(" ")'; }

# fail ERRNO WHEN FILE WORD...: run sriov; the write of this number to the file fails.
fail()
{
	local errno=$1 when=$2 file
	file=$(realpath "$3")
	shift 3
	ASAN_OPTIONS=${ASAN_OPTIONS:-}:detect_leaks=0 strace -f -qq -o "$BATS_TEST_TMPDIR/trace" -P "$file" \
		-e trace=write -e inject=write:error="$errno:when=$when" sriov "$@"
}

@test "without --rebind nobody is unbound; with it the netdevs have their addresses" {
	card_on
	sriov vf create $MLX0 3 mac 02:00:00:00:00:10+
	before=$(ifindexes $MLX0)
	sriov vf set $MLX0/all mac 02:00:00:00:00:20+ 2>/dev/null
	same "$before" "$(ifindexes $MLX0)"
	same "02:00:00:00:00:10 02:00:00:00:00:11 02:00:00:00:00:12" "$(addresses $MLX0)"
	# what was set before is made effective, and only for those whose netdev differs
	run -0 --separate-stderr sriov -j --rebind vf set $MLX0/0-1 mac 02:00:00:00:00:20+
	same "" "$stderr"
	same '[["vf","mac","same",false],["vf","mac","same",false],["bind","driver","done",true],["bind","driver","done",true]]' \
		"$(jq -c 'map([.noun, .attribute, .state, .changed])' <<<"$output")"
	same '["mlx5_core","mlx5_core","pci"]' "$(jq -c '.[2] | [.old, .new, .backend]' <<<"$output")"
	same "02:00:00:00:00:20 02:00:00:00:00:21 02:00:00:00:00:12" "$(addresses $MLX0)"
	run -0 --separate-stderr sriov -j --rebind vf set $MLX0/0-1 mac 02:00:00:00:00:20+
	same '["same"]' "$(jq -c 'map(.state) | unique' <<<"$output")"
	# all in one
	run -3 sriov -n --rebind vf set $MLX0/0 mac 02:00:00:00:00:30
	same "$MLX0/0 mac 02:00:00:00:00:20 -> 02:00:00:00:00:30
$MLX0/0 driver mlx5_core -> mlx5_core" "$output"
	run -0 --separate-stderr sriov -j --rebind vf set $MLX0/all mac 02:00:00:00:00:30+ vlan 7
	same "" "$stderr"
	same '["done"]' "$(jq -c 'map(.state) | unique' <<<"$output")"
	same "02:00:00:00:00:30 02:00:00:00:00:31 02:00:00:00:00:32" "$(addresses $MLX0)"
	same "(null) (null) (null)" "$(overrides $MLX0)"
	# another attribute needs no driver to start
	before=$(ifindexes $MLX0)
	sriov --rebind vf set $MLX0/all vlan 8 trust on
	same "$before" "$(ifindexes $MLX0)"
}

@test "the override is as it was, also with autoprobe off" {
	card_on
	sriov vf create $MLX0 2 mac 02:00:00:00:00:10+
	sriov pf set $MLX0 autoprobe off
	sriov bind set $MLX0/1 driver mlx5_core
	same "(null) mlx5_core" "$(overrides $MLX0)"
	sriov --rebind vf set $MLX0/all mac 02:00:00:00:00:20+
	same "02:00:00:00:00:20 02:00:00:00:00:21" "$(addresses $MLX0)"
	same "(null) mlx5_core" "$(overrides $MLX0)"
	[ "$(<"$DEVICES/$MLX0/sriov_drivers_autoprobe")" = 0 ]
}

@test "igbvf, a VF without a driver, and one on vfio-pci, which is left alone" {
	sriov vf create eth0 3 mac 02:00:00:00:00:10+
	sriov bind set eth0/1 driver none
	sriov bind set eth0/2 driver vfio-pci
	run -0 --separate-stderr sriov -j --rebind vf set eth0/all mac 02:00:00:00:00:20+
	same "" "$stderr"
	same "[\"$PF0/0\"]" "$(jq -c '[.[] | select(.noun == "bind") | .object]' <<<"$output")"
	same "02:00:00:00:00:20 - -" "$(addresses $PF0)"
	same "02:00:00:00:00:20 02:00:00:00:00:21 02:00:00:00:00:22" "$(given $PF0)"
	[ "$(driver_of "$(vf_of $PF0 2)")" = vfio-pci ]
	# a reset takes the address away: the driver starts with one of its own
	sriov --rebind vf reset eth0/0
	[ "$(driver_of "$(vf_of $PF0 0)")" = igbvf ]
	[ "$(addresses $PF0)" != "02:00:00:00:00:20 - -" ]
}

@test "a GUID is effective when the driver has started" {
	card_on
	sriov vf create $MLX_IB 2 port_guid 02:00:00:00:00:00:00:10+ state auto
	run -0 --separate-stderr sriov -j --rebind vf set $MLX_IB/0 port_guid 02:00:00:00:00:00:00:30
	same '[["port_guid","done"],["driver","done"]]' "$(jq -c 'map([.attribute, .state])' <<<"$output")"
	[[ $(addresses $MLX_IB) == *":02:00:00:00:00:00:00:30 "*":02:00:00:00:00:00:00:11" ]]
	before=$(ifindexes $MLX_IB)
	sriov --rebind vf set $MLX_IB/0 port_guid 02:00:00:00:00:00:00:30
	same "$before" "$(ifindexes $MLX_IB)"
}

@test "one that fails: all addresses are put back, and the netdevs have them" {
	card_on
	sriov vf create $MLX0 3 mac 02:00:00:00:00:10+
	before=$(ifindexes $MLX0)
	run -1 --separate-stderr fail EIO 1 "$DEVICES/$(vf_of $MLX0 2)/driver_override" \
		-j --rebind vf set $MLX0/all mac 02:00:00:00:00:20+
	[[ $stderr == *"$MLX0/2: driver: driver_override: Input/output error"* ]]
	same '["undone","undone","undone","undone","undone","failed"]' "$(jq -c 'map(.state)' <<<"$output")"
	same "02:00:00:00:00:10 02:00:00:00:00:11 02:00:00:00:00:12" "$(given $MLX0)"
	same "02:00:00:00:00:10 02:00:00:00:00:11 02:00:00:00:00:12" "$(addresses $MLX0)"
	same "(null) (null) (null)" "$(overrides $MLX0)"
	# the drivers of the others had learned the new ones, that of this VF was never unbound
	[ "$(ifindexes $MLX0 | cut -d ' ' -f 1)" != "${before%% *}" ]
	[ "$(ifindexes $MLX0 | cut -d ' ' -f 3)" = "${before##* }" ]
	# with --keep-going only that VF
	run -1 --separate-stderr fail EIO 1 "$DEVICES/$(vf_of $MLX0 2)/driver_override" \
		-k --rebind vf set $MLX0/all mac 02:00:00:00:00:20+
	same "02:00:00:00:00:20 02:00:00:00:00:21 02:00:00:00:00:12" "$(given $MLX0)"
	same "02:00:00:00:00:20 02:00:00:00:00:21 02:00:00:00:00:12" "$(addresses $MLX0)"
	same "(null) (null) (null)" "$(overrides $MLX0)"
}

@test "one that fails when its driver has started: its netdev has its address, and the rest is named" {
	card_on
	sriov vf create $MLX0 2 mac 02:00:00:00:00:10+
	# strace counts in each process: the second write clears the override, also when undoing
	run -5 --separate-stderr fail EIO 2 "$DEVICES/$(vf_of $MLX0 1)/driver_override" \
		--rebind vf set $MLX0/all mac 02:00:00:00:00:20+
	[[ $stderr == *"$MLX0/1: driver: left changed (was mlx5_core, wanted mlx5_core): driver_override: Input/output error"* ]]
	same "02:00:00:00:00:10 02:00:00:00:00:11" "$(given $MLX0)"
	same "02:00:00:00:00:10 02:00:00:00:00:11" "$(addresses $MLX0)"
	same "(null) mlx5_core" "$(overrides $MLX0)"
}

@test "an attribute that fails: no driver is started for it" {
	card_on
	sriov vf create $MLX0 2 mac 02:00:00:00:00:10+
	before=$(ifindexes $MLX0)
	fault set_vf_trust fail:EIO:vf:1
	run -1 --separate-stderr sriov --rebind vf set $MLX0/all mac 02:00:00:00:00:20+ trust on
	same "$before" "$(ifindexes $MLX0)"
	same "02:00:00:00:00:10 02:00:00:00:00:11" "$(given $MLX0)"
}

@test "a driver that does not come back is named, with status 5" {
	card_on
	sriov vf create $MLX0 2 mac 02:00:00:00:00:10+
	fault vf_probe fail:EIO:vf:1
	run -5 --separate-stderr sriov --rebind vf set $MLX0/all mac 02:00:00:00:00:20+
	[[ $stderr == *"$MLX0/1: driver: left changed (was mlx5_core, wanted mlx5_core): mlx5_core does not bind: "*"did not come back"* ]]
	same "02:00:00:00:00:10 02:00:00:00:00:11" "$(given $MLX0)"
	same "02:00:00:00:00:10 -" "$(addresses $MLX0)"
	fault vf_probe none
	sriov bind set $MLX0/1 driver default
	same "02:00:00:00:00:10 02:00:00:00:00:11" "$(addresses $MLX0)"
}

@test "an address that a driver had made up does not come back, and that is said" {
	card_on
	sriov vf create $MLX0 2
	before=$(addresses $MLX0)
	run -5 --separate-stderr fail EIO 1 "$DEVICES/$(vf_of $MLX0 1)/driver_override" \
		--rebind vf set $MLX0/all mac 02:00:00:00:00:20+
	same "00:00:00:00:00:00 00:00:00:00:00:00" "$(given $MLX0)"
	now=$(addresses $MLX0)
	[[ $stderr == *"$MLX0/0: driver: left changed (was mlx5_core, wanted mlx5_core): started again, but its netdev has ${now% *} now, and had ${before% *}"* ]]
	# that of VF 1 was never unbound
	same "${before#* }" "${now#* }"
	[[ $stderr != *"$MLX0/1: driver: left"* ]]
}

@test "a VF that a process has open is not rebound for a GUID" {
	card_on
	vfio_on
	# nothing remaps the interrupts of a card that is not there
	modprobe vfio_iommu_type1
	echo 1 >/sys/module/vfio_iommu_type1/parameters/allow_unsafe_interrupts
	sriov vf create $MLX_IB 2 port_guid auto driver mlx5_vfio_pci
	group=$(readlink "$DEVICES/$(vf_of $MLX_IB 1)/iommu_group")
	coproc HOLDER { "$HOLD_VFIO" "${group##*/}" "$(vf_of $MLX_IB 1)"; }
	holder=$HOLDER_PID
	read -r line <&"${HOLDER[0]}"
	[ "$line" = open ]
	guid=$(seen "$(netdev_of $MLX_IB)" 1 '."port guid"')
	run -4 --separate-stderr sriov --rebind vf set $MLX_IB/all port_guid 02:00:00:00:00:00:00:30+
	[[ $stderr == *"$MLX_IB: rebind: in use: VF 1 ["* ]]
	same "$guid" "$(seen "$(netdev_of $MLX_IB)" 1 '."port guid"')"
	# those that nobody has are
	run -0 --separate-stderr sriov -j --rebind vf set $MLX_IB/0 port_guid 02:00:00:00:00:00:00:30
	same '["mlx5_vfio_pci","mlx5_vfio_pci","done"]' "$(jq -c '.[] | select(.noun == "bind") | [.old, .new, .state]' <<<"$output")"
	echo >&"${HOLDER[1]}"
	wait "$holder"
	echo 0 >/sys/module/vfio_iommu_type1/parameters/allow_unsafe_interrupts
}
