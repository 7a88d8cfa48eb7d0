# SPDX-License-Identifier: GPL-2.0-or-later
# The bench's rows about settings of the firmware, beside mstconfig.
# shellcheck shell=bash

# next_value NAME: as mstconfig tells it.
next_value() { inside mstconfig -d "$CARD" query "$1" | awk -v name="$1" '$1 == name { print $2 }'; }

# set_firmware HOW VALUE
set_firmware()
{
	case $1 in
	sriov) measure fw-set 1 sriov fw set "$CARD" "NUM_OF_VFS=$2" ;;
	*) measure fw-mst-set 1 mstconfig -y -d "$CARD" set "NUM_OF_VFS=$2" ;;
	esac
	[ "$(next_value NUM_OF_VFS)" = "$2" ] || die "NUM_OF_VFS is not $2"
}

bench_firmware()
{
	local round what="settings of the firmware"

	[ -e "$SRIOV_BUILD_DIR/module/mlx5_core.ko" ] || {
		skip_row "$what" "no module of the virtual card"
		return
	}
	say "settings of the firmware"
	insmod "$SRIOV_BUILD_DIR/module/mlx5_core.ko" vfs=127 ib=0
	[ "$(next_value NUM_OF_VFS)" = 127 ] || die "mstconfig does not see the card"
	for ((round = 0; round < LONG_ROUNDS; round++)); do
		measure fw-all 5 sriov fw show "$CARD"
		measure fw-mst-all 1 mstconfig -d "$CARD" -e query
		measure fw-one 5 sriov fw show "$CARD" NUM_OF_VFS
		measure fw-mst-one 1 mstconfig -d "$CARD" -e query NUM_OF_VFS
		set_firmware sriov $((32 + round))
		set_firmware mstconfig $((64 + round))
	done
	time_row "show all $what" fw-all "mstconfig -e query" fw-mst-all 1/5
	time_row "show one of them" fw-one "mstconfig -e query NAME" fw-mst-one 1/2
	time_row "set one of them" fw-set "mstconfig set" fw-mst-set -
	rmmod mlx5_core
}
