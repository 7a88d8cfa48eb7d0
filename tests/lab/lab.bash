# SPDX-License-Identifier: GPL-2.0-or-later
# What the tests inside the emulated machine share: "load lab" at their top.
# shellcheck shell=bash

bats_require_minimum_version 1.5.0

# Two igb cards, the first with two ports, and an NVMe controller.
PF0=0000:01:00.0
PF1=0000:01:00.1
PF2=0000:02:00.0
NVME=0000:03:00.0
DEVICES=/sys/bus/pci/devices
HOLD_VFIO=${SRIOV_BUILD_DIR:-build}/tests/hold-vfio
export PF0 PF1 PF2 NVME DEVICES HOLD_VFIO

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

setup()
{
	clean_machine
	ip link set eth0 up
	dmesg -C
}

teardown()
{
	[ ! -e "$BATS_TEST_TMPDIR/sanitizer" ] || { echo "a sanitizer reported"; return 1; }
	! dmesg | grep -E 'WARNING:|BUG:|Oops|Call Trace' || return 1
}

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

# within SECONDS COMMAND...: wait for a state, with a bound.
within()
{
	local end=$((SECONDS + $1))
	shift
	until "$@"; do
		[ "$SECONDS" -lt "$end" ] || return 1
	done
}
