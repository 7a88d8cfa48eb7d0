#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# The virtual card itself: that it is what the tests of sriov take it for. No sriov here.
# shellcheck disable=SC2086,SC2154 # device names have no blanks; run --separate-stderr sets stderr

load ../lab

setup_file() { hurry_on; }

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
	run -1 bash -c "echo 6 >$DEVICES/$MLX0/sriov_numvfs"
	[[ $output == *"Numerical result out of range"* ]]
	card_off
	for wrong in vfs=128 vfs=0 pfs=3 faults=nosuch=block faults=vf_probe=explode \
		faults=vf_probe faults=pf_probe=block:vf:1; do
		run -1 card_on $wrong
		[[ $output == *"Invalid parameters"* ]]
	done
	dmesg | grep -q 'mlx5_core: faults: no such operation, or no such rule for it: pf_probe'
	[ ! -e /sys/module/mlx5_core ]
	[ ! -e $FAULTS ]
}

@test "card: 127 VFs on both PFs at once, each in its own IOMMU group" {
	card_on
	for pf in $MLX0 $MLX1; do
		echo 0 >$DEVICES/$pf/sriov_drivers_autoprobe
		echo 127 >$DEVICES/$pf/sriov_numvfs
		[ "$(driver_of "$(vf_of $pf 126)")" = none ]
	done
	[ "$(lspci -D -d 15b3:101e | sort -u | wc -l)" = 254 ]
	[ "$(readlink $DEVICES/0001:81:*/iommu_group | sort -u | wc -l)" = 256 ]
}

@test "card: ip sets what ip shows" {
	card_on
	echo 2 >$DEVICES/$MLX0/sriov_numvfs
	[ "$(driver_of "$(vf_of $MLX0 1)")" = mlx5_core ]
	pf=$(netdev_of $MLX0)
	ip link set $pf vf 1 mac 02:00:00:00:00:01 vlan 5 qos 3 max_tx_rate 100 min_tx_rate 10 \
		spoofchk on trust on state disable
	[ "$(seen $pf 1 '[.address, .vlan_list[0].vlan, .vlan_list[0].qos, .rate.max_tx, .rate.min_tx, .spoofchk, .trust, .link_state]')" = \
		'["02:00:00:00:00:01",5,3,100,10,true,true,"disable"]' ]
	[ "$(seen $pf 0 .address)" = '"00:00:00:00:00:00"' ]
	run ! ip link set $pf vf 0 vlan 5 proto 802.1ad
	[[ $output == *"Protocol not supported"* ]]
	run ! ip link set $pf vf 127 trust on
	[[ $output == *"Invalid argument"* ]]
	# what the card forgets with its VFs, and what was for others
	ip link set $pf vf 3 mac 02:00:00:00:00:03
	echo 0 >$DEVICES/$MLX0/sriov_numvfs
	echo 4 >$DEVICES/$MLX0/sriov_numvfs
	[ "$(seen $pf 1 '[.address, .trust]')" = '["00:00:00:00:00:00",false]' ]
	[ "$(seen $pf 3 .address)" = '"02:00:00:00:00:03"' ]
}

# counted NETDEV INDEX COUNTER NUMBER: does ip tell so many of this VF?
counted()
{
	[ "$(ip -s -j link show $1 | jq ".[0].vfinfo_list[] | select(.vf == $2) | .stats.$3")" = "$4" ]
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
	nets=()
	for i in 0 1; do
		vf_of $MLX0 $i >/sys/bus/pci/drivers_probe
		nets[i]=$(netdev_of "$(vf_of $MLX0 $i)")
		# so that nothing is sent but what is sent here
		echo 1 >/proc/sys/net/ipv6/conf/${nets[i]}/disable_ipv6
		ip link set ${nets[i]} up
	done
	[ "$(cat /sys/class/net/${nets[1]}/address)" = 02:00:00:00:00:01 ]
	ip addr add 192.0.2.1/24 dev ${nets[0]}
	ip neigh add 192.0.2.2 lladdr 02:00:00:00:00:01 dev ${nets[0]}
	counted $pf 1 rx.packets 0
	echo x >/dev/udp/192.0.2.2/9
	within 5 counted $pf 0 tx.tx_packets 1
	counted $pf 1 rx.packets 1
	counted $pf 1 rx.multicast 0
	# nobody hears of what is in another VLAN
	ip link set $pf vf 1 vlan 9
	echo x >/dev/udp/192.0.2.2/9
	within 5 counted $pf 0 tx.tx_packets 2
	counted $pf 1 rx.packets 1
	# a sender must be who he says
	ip link set $pf vf 0 spoofchk on
	ip link set ${nets[0]} address 02:00:00:00:00:99
	ip neigh replace 192.0.2.2 lladdr 02:00:00:00:00:01 dev ${nets[0]}
	echo x >/dev/udp/192.0.2.2/9
	within 5 counted $pf 0 tx.dropped 1
	counted $pf 0 tx.tx_packets 2

	ip link set $pf vf 1 state disable
	[ "$(cat /sys/class/net/${nets[1]}/carrier)" = 0 ]
	ip link set $pf vf 1 state auto
	[ "$(cat /sys/class/net/${nets[1]}/carrier)" = 1 ]
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
	# until the driver starts again
	echo $MLX_IB >/sys/bus/pci/drivers/mlx5_core/unbind
	echo $MLX_IB >/sys/bus/pci/drivers/mlx5_core/bind
	echo 2 >$DEVICES/$MLX_IB/sriov_numvfs
	run -0 ip link show "$(netdev_of $MLX_IB)"
	[[ $output == *"vf 1 "*"NODE_GUID 00:00:00:00:00:00:00:00"*"link-state disable"* ]]
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
	process=$holder_PID
	read -r -t 10 answer <&${holder[0]}
	[ "$answer" = open ]
	[ "$(<"$DEVICES/$vf/enable")" = 1 ]
	bash -c "echo 0 >$DEVICES/$MLX0/sriov_numvfs" &
	writer=$!
	# the link goes first; the VF stays
	within 10 is_gone $DEVICES/$MLX0/virtfn0
	[ -e $DEVICES/$vf ]
	kill -0 $writer
	echo >&${holder[1]}
	wait $process
	wait $writer
	is_gone $DEVICES/$vf
	echo 0 >/sys/module/vfio_iommu_type1/parameters/allow_unsafe_interrupts
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
	[[ $(lspci -vv -s $vf) == *"MSI-X: Enable- Count=64 "* ]]
	echo 32 >$DEVICES/$vf/sriov_vf_msix_count
	[[ $(lspci -vv -s $vf) == *"MSI-X: Enable- Count=32 "* ]]
	echo 0 >$DEVICES/$vf/sriov_vf_msix_count
	[[ $(lspci -vv -s $vf) == *"MSI-X: Enable- Count=64 "* ]]
	run -1 bash -c "echo 129 >$DEVICES/$vf/sriov_vf_msix_count"
	[[ $output == *"Value too large"* ]]
	run -1 bash -c "echo 3 >$DEVICES/$vf/sriov_vf_msix_count"
	[[ $output == *"Invalid argument"* ]]
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

@test "card: unplugged while somebody creates and destroys VFs" {
	card_on
	echo 20 >$DEVICES/$MLX1/sriov_numvfs
	bash -c "while echo 0 >$DEVICES/$MLX0/sriov_numvfs && echo 5 >$DEVICES/$MLX0/sriov_numvfs; do :; done" 2>/dev/null &
	within 10 is_there $DEVICES/$MLX0/virtfn4
	timeout -s KILL 60 rmmod mlx5_core
	wait $!  || true
	[ ! -e $DEVICES/$MLX0 ]
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
	run ! fault sriov_enable block:vf:1
	for rule in '' explode fail fail:EWHAT delay delay:x delay:-1 none:twice none:skip block:skip:x fail:EIO:vf block:vf:a block:vf:-1 block:vf:127; do
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
	card_on
	vfio_on
	fault vfio_probe block
	fault vf_probe fail:ENODEV
	echo 1 >$DEVICES/$MLX0/sriov_numvfs
	vf=$(vf_of $MLX0 0)
	echo mlx5_vfio_pci >$DEVICES/$vf/driver_override
	bash -c "echo $vf >/sys/bus/pci/drivers_probe" &
	within 10 is_blocked vfio_probe
	card_off
	wait $!
}

@test "fault: a PF whose driver does nothing, with VFs" {
	card_on faults=pf_probe=ignore
	[ "$(driver_of $MLX0)" = mlx5_core ]
	[ ! -e $DEVICES/$MLX0/net ]
	echo 2 >$DEVICES/$MLX0/sriov_numvfs
	echo 1 >$DEVICES/$MLX0/remove
	echo 1 >/sys/bus/pci/rescan
	echo 2 >$DEVICES/$MLX0/sriov_numvfs
	[ "$(lspci -d 15b3:101e | wc -l)" = 2 ]
}

@test "fault: the netdev of a PF comes after its driver, or not at all" {
	card_on pfs=1 ib=0
	echo $MLX0 >$DEVICES/$MLX0/driver/unbind
	fault pf_netdev delay:1000
	echo $MLX0 >/sys/bus/pci/drivers_probe
	[ "$(driver_of $MLX0)" = mlx5_core ]
	[ ! -e $DEVICES/$MLX0/net ]
	within 10 is_there $DEVICES/$MLX0/net
	ip link show dev "$(netdev_of $MLX0)"
	# who unbinds it meanwhile waits for that
	echo $MLX0 >$DEVICES/$MLX0/driver/unbind
	echo $MLX0 >/sys/bus/pci/drivers_probe
	echo $MLX0 >$DEVICES/$MLX0/driver/unbind
	[ ! -e $DEVICES/$MLX0/net ]
	fault pf_netdev fail:EIO
	echo $MLX0 >/sys/bus/pci/drivers_probe
	[ "$(driver_of $MLX0)" = mlx5_core ]
	[ ! -e $DEVICES/$MLX0/net ]
	echo 2 >$DEVICES/$MLX0/sriov_numvfs
	fault pf_netdev block
	echo $MLX0 >$DEVICES/$MLX0/driver/unbind
	echo $MLX0 >/sys/bus/pci/drivers_probe
	is_blocked pf_netdev
	card_off
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
		# the log is short: twenty rounds would not fit
		dmesg --level=emerg,alert,crit,err,warn >>$BATS_TEST_TMPDIR/log
		dmesg -C
	done
	[ -z "$(lspci -d 15b3:)" ]
	[ ! -e /sys/class/iommu/lab-iommu ]
	! grep 'virtual card' /proc/iomem || return 1
	cat $BATS_TEST_TMPDIR/log
	[ ! -s $BATS_TEST_TMPDIR/log ]
}
