# SPDX-License-Identifier: GPL-2.0-or-later
# What the tests inside the emulated machine share: "load ../lab" at their top.
# shellcheck shell=bash

! declare -F bats_require_minimum_version >/dev/null || bats_require_minimum_version 1.5.0

# Two igb cards, the first with two ports, and an NVMe controller.
PF0=0000:01:00.0
PF1=0000:01:00.1
PF2=0000:02:00.0
NVME=0000:03:00.0
DEVICES=/sys/bus/pci/devices
# The virtual card: two Ethernet PFs and an InfiniBand one; see module/card.h.
MLX0=0001:81:00.0
MLX1=0001:81:00.1
MLX_IB=0002:81:00.0
MODULES=${SRIOV_BUILD_DIR:-build}/module
FAULTS=/sys/kernel/debug/mlx5_lab
HOLD_VFIO=${SRIOV_BUILD_DIR:-build}/tests/hold-vfio
FWCTL_CALL=${SRIOV_BUILD_DIR:-build}/tests/fwctl-call
export PF0 PF1 PF2 NVME MLX0 MLX1 MLX_IB DEVICES MODULES FAULTS HOLD_VFIO FWCTL_CALL

# The command under test is the one in memory; a sanitizer's report (status 99) fails the
# test even where a failure was expected.
sriov()
{
	local status=0
	command sriov "$@" || status=$?
	[ "$status" -ne 99 ] || : >"$BATS_TEST_TMPDIR/sanitizer"
	return "$status"
}

# Back to no VFs by hand: what is tested is not trusted to clean up.
clean_machine()
{
	local file module
	card_off
	for file in /sys/bus/*/devices/*/sriov_numvfs; do
		[ "$(<"$file")" = 0 ] || echo 0 >"$file"
	done
	for file in $DEVICES/*/sriov_drivers_autoprobe; do
		echo 1 >"$file"
	done
	for file in "$PF0" "$PF1" "$PF2"; do
		[ -e "$DEVICES/$file/driver" ] || {
			echo >"$DEVICES/$file/driver_override"
			echo "$file" >/sys/bus/pci/drivers_probe
		}
	done
	for file in /sys/bus/netdevsim/devices/netdevsim*; do
		[ ! -e "$file" ] || echo "${file##*netdevsim}" >/sys/bus/netdevsim/del_device
	done
	for module in vfio_pci igbvf; do
		! grep -q "^$module " /proc/modules || modprobe -r "${module}" 2>/dev/null || true
	done
}

# What the kernel never forgets: bad page 32, oops 128, WARN 512, lockup 16384.
kernel_troubles() { echo $(($(</proc/sys/kernel/tainted) & (32 | 128 | 512 | 16384))); }

setup()
{
	troubles=$(kernel_troubles)
	clean_machine
	ip link set eth0 up
	dmesg -C
}

# Unplugging the card is part of each test that has plugged it in.
teardown()
{
	[ ! -e "$BATS_TEST_TMPDIR/sanitizer" ] || { echo "a sanitizer reported"; return 1; }
	card_off
	! dmesg | grep -E 'WARNING:|BUG:|Oops|Call Trace' || return 1
	[ "$(kernel_troubles)" = "$troubles" ]
}

# hurry_on: the kernel sleeps less around SR-IOV; see module/hurry.c. For the setup_file of
# tests for which these times do not matter; it ends with the file.
hurry_on() { insmod "$MODULES/lab_hurry.ko"; }
teardown_file() { [ ! -e /sys/module/lab_hurry ] || rmmod lab_hurry; }

# card_on [PARAMETER=VALUE]...: plug the virtual card in. With "ofed=5.8", as the driver of that
# release of MLNX_OFED, whose tree is below $DEVICES/PF/sriov; see module/vendor.h.
card_on()
{
	insmod "$MODULES/mlx5_core.ko" "$@"
}

# Whatever a test has left blocked would hold the modules for ever.
card_off()
{
	local module
	# one process: bats makes each command of a loop slow
	[ ! -d "$FAULTS" ] || tee "$FAULTS"/* <<<none >/dev/null
	for module in mlx5_vfio_pci mlx5_fwctl mlx5_core; do
		[ ! -e "/sys/module/$module" ] || rmmod "$module"
	done
}

# fwctl_on: /dev/fwctl/fwctlN for its PFs, as kernels have from 6.15 on; see module/fwctl.h.
fwctl_on() { insmod "$MODULES/mlx5_fwctl.ko"; }

# image_file NAME LINE...: an image of firmware for it below /lib/firmware; see
# module/devlink-flash.c. With $MFA2 before the first line, as mlx5_core wants it.
MFA2=MLNX.MFA2.XZ.00!
image_file()
{
	local file=/lib/firmware/$1
	shift
	mkdir -p "${file%/*}"
	{ printf '%s\n' "$@" && head -c 64K /dev/zero; } >"$file"
}

# vfio_on [PARAMETER=VALUE]...: the VFIO driver of its VFs.
vfio_on()
{
	modprobe vfio-pci-core && insmod "$MODULES/mlx5_vfio_pci.ko" "$@"
}

# fault OPERATION RULE: make an operation of the virtual card fail; see module/fault.c.
fault() { echo "$2" >"$FAULTS/$1"; }

# fault_count OPERATION uses|hits|blocked
fault_count() { sed -n "s/^$2 //p" "$FAULTS/$1"; }

is_blocked() { [ "$(fault_count "$1" blocked)" -gt 0 ]; }

# put FILE WORD...: a line, written at once, as echo does.
put()
{
	local file=$1
	shift
	echo "$*" >"$file"
}

# firmware WORD...: what the firmware of the virtual card lacks or breaks; see
# module/firmware-knobs.c. "firmware none" ends it.
firmware() { put "$FAULTS/firmware" "$@"; }

# restart_card DOMAIN: a reset of its firmware, as a reboot would be; what stands in configuration
# space then is what was stored. The kernel keeps what it knows until rescan_card.
restart_card() { put /sys/module/mlx5_core/parameters/restart "$1"; }

# rescan_card DOMAIN: its PFs are removed and found again.
rescan_card()
{
	local file
	for file in "$DEVICES/$1":81:00.?; do
		echo 1 >"$file/remove"
	done
	echo 1 >/sys/bus/pci/rescan
}

# add_traffic PF VF COUNTER NUMBER: as if so many frames or bytes had passed; the names are those of
# the vendor tree's stats.
add_traffic() { put /sys/module/mlx5_core/parameters/count "$@"; }

# config_of DIRECTORY KEY: what the vendor tree says of a VF or a group; the first line counts.
config_of() { sed -n "s/^$2 *: //p" "$1/config" | head -n 1; }

# netdev_of ADDRESS: of a PF or VF.
netdev_of() { ls "$DEVICES/$1/net"; }

# vf_of PF INDEX: the PCI address of a VF, from the kernel's link.
vf_of()
{
	local target
	target=$(readlink "$DEVICES/$1/virtfn$2")
	echo "${target##*/}"
}

# driver_of ADDRESS: what the kernel has bound, or "none".
driver_of()
{
	local link
	link=$(readlink "$DEVICES/$1/driver") || link=none
	echo "${link##*/}"
}

num_vfs() { cat "$DEVICES/$1/sriov_numvfs"; }

# seen NETDEV INDEX FILTER: what ip says of a VF.
seen()
{
	ip -j -d link show dev "$1" |
		jq -c ".[0].vfinfo_list[] | select(.vf == $2) | $3"
}

# For use with "within".
is_there() { [ -e "$1" ]; }
is_gone() { [ ! -e "$1" ]; }

# within SECONDS COMMAND...: wait for a state, with a bound.
within()
{
	local end=$((SECONDS + $1))
	shift
	until "$@"; do
		[ "$SECONDS" -lt "$end" ] || return 1
	done
}
