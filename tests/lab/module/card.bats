#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# The virtual card itself: that it is what the tests of sriov take it for. No sriov here.
# shellcheck disable=SC2086,SC2154 # device names have no blanks; run --separate-stderr sets stderr

load ../lab

@test "card: three PFs as lspci sees them" {
	card_on
	run -0 lspci -D -d 15b3:1021
	[ "$(awk '{ print $1 }' <<<"$output" | paste -sd ' ')" = "$MLX0 $MLX1 $MLX_IB" ]
	for pf in $MLX0 $MLX1 $MLX_IB; do
		run -0 lspci -vv -s $pf
		[[ $output == *"Total VFs: 127"* ]]
		[[ $output == *"Kernel driver in use: mlx5_core"* ]]
		[ "$(<"$DEVICES/$pf/sriov_totalvfs")" = 127 ]
	done
	[ "$(<"$DEVICES/$MLX1/ari_enabled")" = 1 ]
	[[ $(lspci -s $MLX_IB) == *"Infiniband controller"* ]]
	[ "$(cat /sys/class/net/"$(netdev_of $MLX_IB)"/type)" = 32 ]
}

@test "card: parameters choose PFs and VFs, and refuse what cannot be" {
	card_on pfs=1 ib=0 vfs=5
	[ -z "$(lspci -d 15b3:1021 | sed 1d)" ]
	[ "$(<"$DEVICES/$MLX0/sriov_totalvfs")" = 5 ]
	run ! bash -c "echo 6 >$DEVICES/$MLX0/sriov_numvfs"
	card_off
	run ! card_on vfs=128
	run ! card_on pfs=3
	run ! card_on faults=nosuch=block
	run ! card_on faults=vf_probe=explode
	run ! card_on faults=vf_probe
	[ ! -e /sys/module/mlx5_core ]
	[ ! -e $FAULTS ]
}

@test "card: 127 VFs on both PFs at once, each in its own IOMMU group" {
	card_on
	echo 0 >$DEVICES/$MLX1/sriov_drivers_autoprobe
	for pf in $MLX0 $MLX1; do
		echo 127 >$DEVICES/$pf/sriov_numvfs
	done
	[ "$(lspci -D -d 15b3:101e | sort -u | wc -l)" = 254 ]
	[ "$(readlink $DEVICES/$MLX0/virtfn*/driver | grep -c /mlx5_core$)" = 127 ]
	[ "$(driver_of "$(vf_of $MLX1 126)")" = none ]
	[ "$(readlink $DEVICES/0001:81:*/iommu_group | sort -u | wc -l)" = 256 ]
}

@test "card: ip sets what ip shows" {
	card_on
	echo 2 >$DEVICES/$MLX0/sriov_numvfs
	pf=$(netdev_of $MLX0)
	ip link set $pf vf 1 mac 02:00:00:00:00:01 vlan 5 qos 3 max_tx_rate 100 min_tx_rate 10 \
		spoofchk on trust on state disable
	[ "$(seen $pf 1 '[.address, .vlan_list[0].vlan, .vlan_list[0].qos, .rate.max_tx, .rate.min_tx, .spoofchk, .trust, .link_state]')" = \
		'["02:00:00:00:00:01",5,3,100,10,true,true,"disable"]' ]
	[ "$(seen $pf 0 .address)" = '"00:00:00:00:00:00"' ]
	run ! ip link set $pf vf 0 vlan 5 proto 802.1ad
	run ! ip link set $pf vf 127 trust on
	# what the card forgets with its VFs
	echo 0 >$DEVICES/$MLX0/sriov_numvfs
	echo 2 >$DEVICES/$MLX0/sriov_numvfs
	[ "$(seen $pf 1 '[.address, .trust]')" = '["00:00:00:00:00:00",false]' ]
}

@test "card: a VF starts with its address, follows its state and counts its frames" {
	card_on
	echo 0 >$DEVICES/$MLX0/sriov_drivers_autoprobe
	echo 2 >$DEVICES/$MLX0/sriov_numvfs
	pf=$(netdev_of $MLX0)
	for i in 0 1; do
		ip link set $pf vf $i mac 02:00:00:00:00:0$i
	done
	echo 1 >$DEVICES/$MLX0/sriov_drivers_autoprobe
	for i in 0 1; do
		vf_of $MLX0 $i >/sys/bus/pci/drivers_probe
		eval "net$i=$(netdev_of "$(vf_of $MLX0 $i)")"
		eval "ip link set \$net$i up"
	done
	[ "$(cat /sys/class/net/$net1/address)" = 02:00:00:00:00:01 ]
	ip addr add 192.0.2.1/24 dev $net0
	ip neigh add 192.0.2.2 lladdr 02:00:00:00:00:01 dev $net0
	echo x >/dev/udp/192.0.2.2/9
	sent() { [ "$(ip -s -j link show $pf | jq ".[0].vfinfo_list[0].stats.tx.tx_packets // .[0].vfinfo_list[0].stats.tx.packets")" -gt 0 ]; }
	got() { [ "$(ip -s -j link show $pf | jq ".[0].vfinfo_list[1].stats.rx.packets")" -gt 0 ]; }
	within 5 sent
	within 5 got

	ip link set $pf vf 1 state disable
	[ "$(cat /sys/class/net/$net1/carrier)" = 0 ]
	ip link set $pf vf 1 state auto
	[ "$(cat /sys/class/net/$net1/carrier)" = 1 ]
}

@test "card: InfiniBand GUIDs are set and seen by ip, and stay" {
	card_on
	echo 2 >$DEVICES/$MLX_IB/sriov_numvfs
	pf=$(netdev_of $MLX_IB)
	ip link set $pf vf 1 node_guid 00:11:22:33:44:55:66:77
	ip link set $pf vf 1 port_guid 00:11:22:33:44:55:66:78
	ip link set $pf vf 1 state enable
	run -0 ip link show $pf
	[[ $output == *"vf 1 "*"NODE_GUID 00:11:22:33:44:55:66:77, PORT_GUID 00:11:22:33:44:55:66:78, link-state enable"* ]]
	run ! ip link set $pf vf 0 mac 02:00:00:00:00:01
	echo 0 >$DEVICES/$MLX_IB/sriov_numvfs
	echo 2 >$DEVICES/$MLX_IB/sriov_numvfs
	run -0 ip link show $pf
	[[ $output == *"vf 1 "*"NODE_GUID 00:11:22:33:44:55:66:77"* ]]
	[[ $(ip link show "$(netdev_of "$(vf_of $MLX_IB 1)")") == *"00:11:22:33:44:55:66:78 brd"* ]]
}

@test "card: vfio-pci opens a VF, and the kernel waits for who has it" {
	card_on
	modprobe vfio-pci
	echo 1 >/sys/module/vfio_iommu_type1/parameters/allow_unsafe_interrupts
	echo 1 >$DEVICES/$MLX0/sriov_numvfs
	vf=$(vf_of $MLX0 0)
	echo $vf >$DEVICES/$vf/driver/unbind
	echo vfio-pci >$DEVICES/$vf/driver_override
	echo $vf >/sys/bus/pci/drivers_probe
	[ "$(driver_of $vf)" = vfio-pci ]
	group=$(basename "$(readlink $DEVICES/$vf/iommu_group)")
	[ -c /dev/vfio/$group ]
	coproc holder { $HOLD_VFIO $group $vf; }
	read -r -t 10 answer <&${holder[0]}
	[ "$answer" = open ]
	[ "$(<"$DEVICES/$vf/enable")" = 1 ]
	echo >&${holder[1]}
	wait $holder_PID
}

@test "card: mlx5_vfio_pci takes a VF only when told to, as a stub, too" {
	card_on
	echo 1 >$DEVICES/$MLX0/sriov_numvfs
	vf=$(vf_of $MLX0 0)
	echo $vf >$DEVICES/$vf/driver/unbind
	for how in stub=0 stub=1; do
		vfio_on $how
		run ! bash -c "echo $vf >/sys/bus/pci/drivers/mlx5_vfio_pci/bind"
		echo mlx5_vfio_pci >$DEVICES/$vf/driver_override
		echo $vf >/sys/bus/pci/drivers_probe
		[ "$(driver_of $vf)" = mlx5_vfio_pci ]
		group=$(basename "$(readlink $DEVICES/$vf/iommu_group)")
		case $how in
		stub=0) [ -c /dev/vfio/$group ] ;;
		stub=1) [ ! -e /dev/vfio/$group ] ;;
		esac
		rmmod mlx5_vfio_pci
		echo >$DEVICES/$vf/driver_override
	done
}

@test "card: without its IOMMU there is no group, and VFIO does not bind" {
	card_on iommu=0
	echo 1 >$DEVICES/$MLX0/sriov_numvfs
	vf=$(vf_of $MLX0 0)
	[ ! -e $DEVICES/$vf/iommu_group ]
	vfio_on
	echo mlx5_vfio_pci >$DEVICES/$vf/driver_override
	echo $vf >$DEVICES/$vf/driver/unbind
	echo $vf >/sys/bus/pci/drivers_probe || true
	[ "$(driver_of $vf)" = none ]
}

@test "card: MSI-X vectors of a VF are given and read" {
	card_on
	[ "$(<"$DEVICES/$MLX0/sriov_vf_total_msix")" = 2048 ]
	echo 0 >$DEVICES/$MLX0/sriov_drivers_autoprobe
	echo 2 >$DEVICES/$MLX0/sriov_numvfs
	vf=$(vf_of $MLX0 1)
	[[ $(lspci -vv -s $vf) == *"MSI-X: Enable- Count=12 "* ]]
	echo 32 >$DEVICES/$vf/sriov_vf_msix_count
	[[ $(lspci -vv -s $vf) == *"MSI-X: Enable- Count=32 "* ]]
	run ! bash -c "echo 129 >$DEVICES/$vf/sriov_vf_msix_count"
}

@test "card: a PF that is unbound, removed and found again" {
	card_on
	echo 3 >$DEVICES/$MLX0/sriov_numvfs
	echo $MLX0 >/sys/bus/pci/drivers/mlx5_core/unbind
	[ ! -e $DEVICES/$MLX0/virtfn0 ]
	echo $MLX0 >/sys/bus/pci/drivers/mlx5_core/bind
	echo 3 >$DEVICES/$MLX0/sriov_numvfs
	echo 1 >$DEVICES/$MLX0/remove
	[ ! -e $DEVICES/$MLX0 ]
	[ -z "$(lspci -d 15b3:101e)" ]
	echo 1 >/sys/bus/pci/rescan
	[ "$(driver_of $MLX0)" = mlx5_core ]
	[ "$(num_vfs $MLX0)" = 0 ]
	echo 3 >$DEVICES/$MLX0/sriov_numvfs
	echo 1 >/sys/bus/pci/rescan
	[ "$(lspci -d 15b3:101e | wc -l)" = 3 ]
}

@test "fault: once, always, after some uses, and none" {
	card_on
	pf=$(netdev_of $MLX0)
	fault set_vf_trust fail:EIO:once
	run ! ip link set $pf vf 0 trust on
	[[ $output == *"Input/output error"* ]]
	ip link set $pf vf 0 trust on
	fault set_vf_trust fail:EBUSY:skip:2
	ip link set $pf vf 0 trust on
	ip link set $pf vf 0 trust on
	run ! ip link set $pf vf 0 trust on
	run ! ip link set $pf vf 0 trust on
	[[ $output == *"Device or resource busy"* ]]
	[ "$(head -n 1 $FAULTS/set_vf_trust)" = fail:EBUSY ]
	[ "$(fault_count set_vf_trust hits)" = 3 ]
	[ "$(fault_count set_vf_trust uses)" = 6 ]
	fault set_vf_trust fail:EIO:vf:1
	ip link set $pf vf 0 trust off
	run ! ip link set $pf vf 1 trust on
	[ "$(head -n 1 $FAULTS/set_vf_trust)" = fail:EIO:vf:1 ]
	fault set_vf_trust none
	ip link set $pf vf 1 trust on
	for rule in '' explode fail fail:EWHAT delay delay:x delay:-1 none:twice none:skip block:skip:x fail:EIO:vf block:vf:a; do
		run ! fault set_vf_trust "$rule"
	done
}

@test "fault: what is ignored succeeds and changes nothing" {
	card_on
	echo 1 >$DEVICES/$MLX0/sriov_numvfs
	pf=$(netdev_of $MLX0)
	fault set_vf_vlan ignore
	ip link set $pf vf 0 vlan 7
	[ "$(seen $pf 0 '.vlan_list')" = '[{}]' ]
	fault sriov_disable ignore
	echo 0 >$DEVICES/$MLX0/sriov_numvfs
	[ -e $DEVICES/$MLX0/virtfn0 ]
}

@test "fault: what is blocked goes on when it is released, or the card is unplugged" {
	card_on
	fault sriov_enable block
	bash -c "echo 1 >$DEVICES/$MLX0/sriov_numvfs" &
	within 10 is_blocked sriov_enable
	[ ! -e $DEVICES/$MLX0/virtfn0 ]
	fault sriov_enable none
	wait $!
	[ -e $DEVICES/$MLX0/virtfn0 ]
	fault vf_remove block
	bash -c "echo 0 >$DEVICES/$MLX0/sriov_numvfs" &
	within 10 is_blocked vf_remove
	card_off
	wait $!
}

@test "fault: a slow probe is slow, from the very beginning" {
	card_on faults=vf_probe=delay:300,pf_probe=delay:10
	before=${EPOCHREALTIME/./}
	echo 1 >$DEVICES/$MLX0/sriov_numvfs
	[ $((${EPOCHREALTIME/./} - before)) -ge 300000 ]
	[ "$(fault_count vf_probe hits)" = 1 ]
	[ "$(fault_count pf_probe hits)" = 3 ]
}

@test "card: plugged in and out twenty times with VFs on" {
	pfs=("$MLX0" "$MLX1" "$MLX_IB")
	for i in {1..20}; do
		card_on
		pf=${pfs[i % 3]}
		echo $((i * 2)) >$DEVICES/$pf/sriov_numvfs
		if [ $((i % 4)) = 0 ]; then
			vfio_on
			vf=$(vf_of $pf 0)
			echo $vf >$DEVICES/$vf/driver/unbind
			echo mlx5_vfio_pci >$DEVICES/$vf/driver_override
			echo $vf >/sys/bus/pci/drivers_probe
		fi
		card_off
	done
	[ -z "$(lspci -d 15b3:)" ]
	[ ! -e /sys/class/iommu/lab-iommu ]
	# nothing worse than notes: the level of a message is in its prefix
	dmesg --level=emerg,alert,crit,err >$BATS_TEST_TMPDIR/log
	cat $BATS_TEST_TMPDIR/log
	[ ! -s $BATS_TEST_TMPDIR/log ]
}
