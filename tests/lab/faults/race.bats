#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# Several at once: sriov beside sriov, beside ip, and beside somebody who unbinds drivers.
# shellcheck disable=SC2030,SC2031,SC2086 # each test is a subshell; device names have no blanks

load ../lab

setup_file() { hurry_on; }

# given VFS: the card with so many VFs, made by hand.
given()
{
	points=0 held=0
	tmp=$BATS_TEST_TMPDIR dir=$DEVICES/$MLX0
	card_on pfs=1 ib=0
	vfio_on
	echo "$1" >"$dir/sriov_numvfs"
	netdev=$(netdev_of $MLX0)
}

# one N WORD...: sriov, which has to come to its end, and to say why when it fails.
one()
{
	local n=$1 status=0

	shift
	timeout -s KILL 60 sriov --wait 30 "$@" >"$tmp/said.$n" 2>&1 3>&- || status=$?
	[ $status = 0 ] || [ -s "$tmp/said.$n" ] || status=silent
	echo $status >"$tmp/status.$n"
}

# at_once N WORD...: so many; "%" in a word is the number of the one. Fills statuses.
at_once()
{
	local n=$1 i

	shift
	rm -f "$tmp"/said.* "$tmp"/status.*
	for ((i = 1; i <= n; i++)); do
		one $i "${@//%/$i}" &
	done
	wait
	statuses=$(cat "$tmp"/status.* | paste -sd ' ')
}

# beside COMMAND... -- WORD...: sriov, while somebody does that again and again. Fills status.
beside()
{
	local other=()

	while [ "$1" != -- ]; do
		other+=("$1")
		shift
	done
	: >"$tmp/go"
	while [ -e "$tmp/go" ]; do "${other[@]}"; done >/dev/null 2>&1 3>&- &
	rm -f "$tmp"/said.*
	one 1 "${@:2}"
	rm "$tmp/go"
	wait
	status=$(<"$tmp/status.1")
}

# point WHAT: holds when there is nothing to say.
point()
{
	points=$((points + 1))
	if [ -z "$1" ]; then
		held=$((held + 1))
	else
		echo "DOES NOT HOLD: $1"
		tail "$tmp"/said.*
	fi
}

told()
{
	echo "# faults: at once: $points points tried, $held held" >&3
	[ $points = $held ]
}

# all_vfs FILTER: what ip says of the VFs, what is the same only once.
all_vfs() { ip -j -d link show dev $netdev | jq -c "[.[0].vfinfo_list[] | $1] | unique"; }

# drivers: of all VFs, what is the same only once.
drivers()
{
	local vf

	for vf in "$dir"/virtfn*; do
		driver_of "$(basename "$(readlink "$vf")")"
	done | sort -u | paste -sd ' '
}

judge_set()
{
	local seen i

	[ -z "${statuses//[0 ]/}" ] || echo "statuses $statuses"
	seen=$(all_vfs '[.vlan_list[0].vlan, .rate.max_tx]')
	for ((i = 1; i <= $1; i++)); do
		[ "$seen" != "[[1$i,${i}00]]" ] || return 0
	done
	echo "a mixture: $seen"
}

@test "faults: 2 and 8 that set all VFs at once: what is there is that of one of them" {
	given 60
	for n in 2 8 8; do
		at_once $n vf set $MLX0/all vlan 1% max_tx_rate %00
		point "$(judge_set $n)"
	done
	told
}

# One has made as many as its number says.
judge_create()
{
	local vfs each

	vfs=$(num_vfs $MLX0)
	[ "$(tr ' ' '\n' <<<"$statuses" | sort | uniq -c | xargs)" = "1 0 $(($1 - 1)) 4" ] ||
		echo "statuses $statuses"
	read -ra each <<<"$statuses"
	[ "${each[vfs - 1]}" = 0 ] || echo "the $vfs VFs are not those of who says so"
	[ "$(all_vfs '.vlan_list[0].vlan')" = "[1$vfs]" ] || echo "VLANs $(all_vfs '.vlan_list[0].vlan')"
	[ "$(seen $netdev 0 .address)" = "\"02:00:00:00:0$vfs:00\"" ] || echo "another's address"
	[ "$(drivers)" = mlx5_vfio_pci ] || echo "drivers $(drivers)"
	[ "$(<$dir/sriov_drivers_autoprobe)" = 1 ] || echo "autoprobe is off"
}

@test "faults: 2 and 8 that create VFs at once: one does, the others are refused" {
	given 0
	for n in 2 8 8; do
		at_once $n vf create $MLX0 % mac 02:00:00:00:0%:00+ vlan 1% driver mlx5_vfio_pci
		point "$(judge_create $n)"
		echo 0 >"$dir/sriov_numvfs"
	done
	told
}

judge_resize()
{
	local vfs

	vfs=$(num_vfs $MLX0)
	[ -z "${statuses//[0 ]/}" ] || echo "statuses $statuses"
	((vfs >= 1 && vfs <= $1)) || echo "$vfs VFs"
	[ "$(seen $netdev 0 '[.address, .vlan_list[0].vlan]')" = '["02:00:00:00:00:07",7]' ] ||
		echo "VF 0 is not as it was: $(seen $netdev 0 .)"
	[ "$(drivers)" = mlx5_core ] || echo "drivers $(drivers)"
	[ "$(<$dir/sriov_drivers_autoprobe)" = 1 ] || echo "autoprobe is off"
}

@test "faults: 2 and 8 that change the number at once: VF 0 is kept through all of them" {
	given 9
	ip link set $netdev vf 0 mac 02:00:00:00:00:07 vlan 7
	for n in 8 2; do
		at_once $n pf set $MLX0 num_vfs %
		point "$(judge_resize $n)"
	done
	told
}

# judge_vfs BEFORE WANTED COMMAND...: VFs 1 and 2, at which nobody else was, as COMMAND tells.
judge_vfs()
{
	local before=$1 wanted=$2 i now

	shift 2
	for i in 1 2; do
		now=$("$@" $i)
		case $status in
		0) [ "$now" = "$wanted" ] || echo "status 0, but VF $i is $now" ;;
		1) [ "$now" = "$before" ] || echo "status 1, but VF $i is $now, and was $before" ;;
		5) [ "$now" = "$before" ] || grep -q "$MLX0/$i: .*left" "$tmp/said.1" ||
			echo "VF $i is $now, which is not named as left" ;;
		*) echo "status $status" ;;
		esac
	done
}

meddle()
{
	ip link set $netdev vf 0 vlan 99
	ip link set $netdev vf 0 vlan 98
}

settings_of() { seen $netdev $1 '[.vlan_list[0].vlan, .rate.max_tx]'; }

@test "faults: beside ip, which sets the same of one VF: the others are as was said" {
	given 3
	ip link set $netdev vf 1 vlan 9 max_tx_rate 90
	ip link set $netdev vf 2 vlan 9 max_tx_rate 90
	for i in {1..8}; do
		before=$(settings_of 1)
		beside meddle -- vf set $MLX0/all vlan $((10 + i)) max_tx_rate ${i}00
		point "$(judge_vfs "$before" "[$((10 + i)),${i}00]" settings_of)"
	done
	sriov vf set $MLX0/all vlan 50
	[ "$(all_vfs '.vlan_list[0].vlan')" = '[50]' ]
	told
}

unbind()
{
	local vf

	vf=$(vf_of $MLX0 0)
	echo $vf >$DEVICES/$vf/driver/unbind
	echo $vf >/sys/bus/pci/drivers_probe
}

driver_at() { driver_of "$(vf_of $MLX0 $1)"; }

@test "faults: beside somebody who unbinds one VF: the others are as was said" {
	given 3
	for driver in mlx5_vfio_pci none mlx5_core mlx5_vfio_pci default; do
		before=$(driver_at 1)
		beside unbind -- bind set $MLX0/all driver $driver
		point "$(judge_vfs "$before" ${driver/default/mlx5_core} driver_at)"
	done
	sriov bind set $MLX0/all driver mlx5_vfio_pci
	[ "$(drivers)" = mlx5_vfio_pci ]
	told
}

# Each a moment of "vf create".
begins() { [ "$(<$dir/sriov_drivers_autoprobe)" = 0 ]; }
has_vfs() { is_there $dir/virtfn0; }
has_drivers() { is_there $dir/virtfn0/driver; }

judge_pf_gone()
{
	((SECONDS - begin < 15)) || echo "it waits for VFs that are gone"
	[[ $(<"$tmp/status.1") =~ ^[0145]$ ]] || echo "status $(<"$tmp/status.1")"
	[ "$(num_vfs $MLX0)" = 0 ] || echo "there are $(num_vfs $MLX0) VFs without a PF"
	[ "$(driver_of $MLX0)" = none ] || echo "it has bound the PF"
}

@test "faults: beside somebody who unbinds the PF's driver: it ends, says so, and goes on later" {
	given 0
	for moment in begins has_vfs has_drivers; do
		rm -f "$tmp"/said.*
		begin=$SECONDS
		one 1 vf create $MLX0 4 mac 02:00:00:00:00:10+ vlan 5 &
		within 30 $moment
		echo $MLX0 >/sys/bus/pci/drivers/mlx5_core/unbind
		wait
		point "$(judge_pf_gone)"
		echo $MLX0 >/sys/bus/pci/drivers/mlx5_core/bind
		sriov pf set $MLX0 num_vfs 0 autoprobe on
		sriov vf create $MLX0 2
		[ "$(num_vfs $MLX0) $(drivers)" = "2 mlx5_core" ]
		sriov pf set $MLX0 num_vfs 0
	done
	told
}
