#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# promisc and allmulti of VFs, on netdevs of a real kernel: the witness is ip.
# shellcheck disable=SC2086,SC2154 # device names have no blanks; run --separate-stderr sets stderr

load ../lab

setup_file() { hurry_on; }

# flags PF INDEX: which of the two ip has for the netdev of a VF, and how many want to listen.
flags()
{
	ip -j -d link show dev "$(netdev_of "$(vf_of $1 $2)")" |
		jq -cr '.[0] | [.flags - (.flags - ["PROMISC", "ALLMULTI"]) | sort[]] + [.promiscuity] | join(" ")'
}

# all_flags PF
all_flags()
{
	local i
	for ((i = 0; i < $(num_vfs $1); i++)); do
		flags $1 $i
	done
}

@test "igbvf: on, both, and off; what others set stays" {
	sriov vf create $PF0 2 trust on
	[ "$(flags $PF0 0)" = 0 ]
	sriov vf set $PF0/0 promisc on
	[ "$(flags $PF0 0)" = 'PROMISC 1' ]
	[ "$(flags $PF0 1)" = 0 ]
	sriov vf set $PF0/0 allmulti on
	[ "$(flags $PF0 0)" = 'ALLMULTI PROMISC 1' ]
	sriov vf set $PF0/all promisc off allmulti on
	[ "$(flags $PF0 0)" = 'ALLMULTI 0' ]
	[ "$(flags $PF0 1)" = 'ALLMULTI 0' ]
	ip link set "$(netdev_of "$(vf_of $PF0 1)")" promisc on allmulticast off
	run -0 --separate-stderr sriov -j -o promisc,allmulti vf show $PF0
	[ "$(jq -c 'map([.promisc, .allmulti])' <<<"$output")" = '[[false,true],[true,false]]' ]
	# that it is up did not change
	ip link set "$(netdev_of "$(vf_of $PF0 0)")" up
	sriov vf set $PF0/0 promisc on
	[ "$(ip -j link show "$(netdev_of "$(vf_of $PF0 0)")" | jq '.[0].flags | index("UP") != null')" = true ]
	# nothing to do, nothing done
	run -0 --separate-stderr sriov -j vf set $PF0/all trust on promisc on
	[ "$(jq -c 'map([.attribute, .state, .backend])' <<<"$output")" = \
		'[["trust","same",null],["trust","same",null],["promisc","same",null],["promisc","same",null]]' ]
}

@test "a VF that is not trusted is refused, and nothing is written" {
	sriov vf create $PF0 2
	run -2 sriov vf set $PF0/0 promisc on vlan 7
	[[ $output == *"$PF0/0: promisc: the VF is not trusted"*"'trust on promisc on'"* ]]
	[ "$(flags $PF0 0)" = 0 ]
	[ "$(seen eth0 0 '.vlan_list[0].vlan // 0')" = 0 ]
	run -0 --separate-stderr sriov -j vf set $PF0/0 promisc on trust on
	[ "$(jq -c 'map([.noun, .attribute, .old, .new, .state, .backend])' <<<"$output")" = \
		'[["vf","trust",false,true,"done","rtnl"],["vf","promisc",false,true,"done","netdev"]]' ]
	[ "$(flags $PF0 0)" = 'PROMISC 1' ]
	[ "$(seen eth0 0 .trust)" = true ]
	sriov --force vf set $PF0/1 allmulti on
	[ "$(flags $PF0 1)" = 'ALLMULTI 0' ]
	# trust goes alone, and what is on can be switched off without it
	sriov vf set $PF0/0 trust off
	[ "$(flags $PF0 0)" = 'PROMISC 1' ]
	sriov vf set $PF0/0 promisc off
	[ "$(flags $PF0 0)" = 0 ]
}

@test "who listens in another way does not show" {
	card_on
	sriov vf create $MLX0 1 trust on
	vf=$(netdev_of "$(vf_of $MLX0 0)")
	ip link add br0 type bridge
	ip link set "$vf" up
	ip link set "$vf" master br0
	[ "$(flags $MLX0 0)" = 1 ]
	[ $(($(<"/sys/class/net/$vf/flags") & 0x100)) = 256 ]
	[ "$(sriov -j -o promisc vf show $MLX0 | jq -c '.[0].promisc')" = false ]
	sriov vf set $MLX0/0 promisc on
	[ "$(flags $MLX0 0)" = 'PROMISC 2' ]
	sriov vf set $MLX0/0 promisc off
	[ "$(flags $MLX0 0)" = 1 ]
	ip link del br0
}

@test "without a netdev here it is refused, and says why" {
	card_on
	vfio_on
	sriov vf create $MLX0 3 trust on
	sriov bind set $MLX0/0 driver mlx5_vfio_pci
	run -2 sriov vf set $MLX0/0 promisc on
	[[ $output == *"$MLX0/0: promisc: with mlx5_vfio_pci it has no netdev to set it on"* ]]
	sriov bind set $MLX0/1 driver none
	run -2 sriov vf set $MLX0/all promisc on
	[[ $output == *"$MLX0/0: promisc: "* ]]
	run -2 sriov vf set $MLX0/1 allmulti on
	[[ $output == *"$MLX0/1: allmulti: without a driver it has no netdev to set it on"* ]]
	vf=$(netdev_of "$(vf_of $MLX0 2)")
	ip netns add blue
	ip link set "$vf" netns blue
	run -2 sriov vf set $MLX0/2 promisc on
	[[ $output == *"$MLX0/2: promisc: its netdev is in another network namespace"* ]]
	[ "$(ip -n blue -j -d link show "$vf" | jq '.[0].promiscuity')" = 0 ]
	# nor is one of the same name here taken for it
	ip link add "$vf" type dummy
	run -2 sriov vf set $MLX0/2 promisc on
	[ "$(ip -j -d link show "$vf" | jq '.[0].promiscuity')" = 0 ]
	ip link del "$vf"
	ip netns del blue
}

@test "VFs that are created: their netdevs are told when they are there" {
	card_on
	sriov vf create $MLX0 3 trust on allmulti on mac 02:00:00:00:00:10+
	[ "$(all_flags $MLX0 | uniq -c | xargs)" = '3 ALLMULTI 0' ]
	[ "$(ip -j -d link show "$(netdev_of $MLX0)" | jq -c '[.[0].vfinfo_list[].trust] | unique')" = '[true]' ]
	echo 0 >$DEVICES/$MLX0/sriov_numvfs
	run -2 sriov vf create $MLX0 3 trust on promisc on driver none
	[ "$(num_vfs $MLX0)" = 0 ]
	# one whose driver fails has no netdev: everything is as before
	fault vf_probe fail:EIO:vf:1
	run -1 sriov vf create $MLX0 3 trust on promisc on driver mlx5_core
	[ "$(num_vfs $MLX0)" = 0 ]
}

@test "netdevs that are made anew: told again when asked for, else as they come" {
	card_on
	sriov vf create $MLX0 2 trust on promisc on mac 02:00:00:00:00:10+
	before=$(cat $DEVICES/$MLX0/virtfn0/net/*/ifindex)
	run -0 --separate-stderr sriov -j --rebind vf set $MLX0/0 mac 02:00:00:00:00:20 promisc on allmulti on
	[ "$(jq -c 'map([.attribute, .state])' <<<"$output")" = \
		'[["mac","done"],["driver","done"],["promisc","done"],["allmulti","done"]]' ]
	[ "$(cat $DEVICES/$MLX0/virtfn0/net/*/ifindex)" != "$before" ]
	[ "$(flags $MLX0 0)" = 'ALLMULTI PROMISC 1' ]
	[ "$(flags $MLX0 1)" = 'PROMISC 1' ]
	# not kept, and nobody claims so
	run -0 --separate-stderr sriov -j pf set $MLX0 num_vfs 3
	[ "$(jq -c 'map(select(.attribute | IN("promisc", "allmulti")))' <<<"$output")" = '[]' ]
	[ "$(jq -c 'map(select(.state != "done" and .state != "same"))' <<<"$output")" = '[]' ]
	[ "$(all_flags $MLX0 | uniq -c | xargs)" = '3 0' ]
	[ "$(ip -j -d link show "$(netdev_of $MLX0)" | jq -c '[.[0].vfinfo_list[].trust]')" = '[true,true,false]' ]
	# nor reset
	sriov vf set $MLX0/0 promisc on
	sriov --force vf reset $MLX0/0
	[ "$(flags $MLX0 0)" = 'PROMISC 1' ]
	[ "$(seen "$(netdev_of $MLX0)" 0 .trust)" = false ]
}

# sends WORD...: how many messages sriov sends, without its workers.
sends()
{
	ASAN_OPTIONS=${ASAN_OPTIONS:-}:detect_leaks=0 strace -qq -o "$BATS_TEST_TMPDIR/trace" \
		-e trace=sendto sriov "$@" && grep -c 'sendto(' "$BATS_TEST_TMPDIR/trace"
}

# fail_send WHEN WORD...: run sriov; this message is not sent.
fail_send()
{
	ASAN_OPTIONS=${ASAN_OPTIONS:-}:detect_leaks=0 strace -qq -o "$BATS_TEST_TMPDIR/trace" \
		-e trace=sendto -e inject=sendto:error=EPERM:when=$1 sriov "${@:2}"
}

@test "what fails is undone, or with --keep-going left out" {
	card_on
	sriov vf create $MLX0 3 trust on
	ip link set "$(netdev_of "$(vf_of $MLX0 2)")" allmulticast on
	n=$(sends vf set $MLX0/all promisc on allmulti off)
	[ "$(all_flags $MLX0 | uniq -c | xargs)" = '3 PROMISC 1' ]
	sriov vf set $MLX0/all promisc off allmulti off
	ip link set "$(netdev_of "$(vf_of $MLX0 2)")" allmulticast on
	# for each VF a question and an order, at the end once more a question for each
	run -1 --separate-stderr fail_send $((n - 5)) -j vf set $MLX0/all promisc on allmulti off
	[[ $stderr == *"$MLX0/1: promisc: Operation not permitted"* ]]
	[ "$(jq -c 'map([.attribute, .state]) | unique' <<<"$output")" = \
		'[["allmulti","planned"],["allmulti","same"],["promisc","failed"],["promisc","planned"],["promisc","undone"]]' ]
	[ "$(all_flags $MLX0 | paste -sd,)" = '0,0,ALLMULTI 0' ]
	run -1 --separate-stderr fail_send $((n - 5)) -j --keep-going vf set $MLX0/all promisc on allmulti off
	[[ $stderr == *"$MLX0/1: promisc: Operation not permitted"* ]]
	[ "$(all_flags $MLX0 | paste -sd,)" = 'PROMISC 1,0,PROMISC 1' ]
	# what fails before it, it does not survive either
	fault set_vf_trust fail:EBUSY:vf:1
	run -1 sriov vf set $MLX0/0-1 trust off promisc off
	[ "$(all_flags $MLX0 | paste -sd,)" = 'PROMISC 1,0,PROMISC 1' ]
}

@test "who may not is told so, and what was there is known all the same" {
	sriov vf create $PF0 1 trust on promisc on
	chmod 777 "$BATS_TEST_TMPDIR"
	run -0 setpriv --reuid 65534 --regid 65534 --clear-groups "$(command -v sriov)" -o promisc vf show $PF0
	[ "${lines[1]}" = on ]
	run setpriv --reuid 65534 --regid 65534 --clear-groups "$(command -v sriov)" vf set $PF0/0 promisc off
	[ "$status" -ne 0 ]
	[ "$(flags $PF0 0)" = 'PROMISC 1' ]
}

@test "127 VFs" {
	card_on
	sriov vf create $MLX0 127 trust on
	sriov vf set $MLX0/all promisc on allmulti on
	[ "$(ip -j -d link show | jq '[.[] | select(.parentdev // "" | startswith("0001:81:")) |
		select((.flags | index("PROMISC")) and (.flags | index("ALLMULTI")))] | length')" = 127 ]
	[ "$(sriov -j -o index vf show $MLX0 promisc on allmulti on | jq length)" = 127 ]
	sriov vf set $MLX0/0-99 promisc off
	[ "$(ip -j link show | jq '[.[] | select(.flags | index("PROMISC"))] | length')" = 27 ]
}
