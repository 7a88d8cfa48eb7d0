# SPDX-License-Identifier: GPL-2.0-or-later
# The bench's rows about the tree of MLNX_OFED, beside what scripts do with its files.
# shellcheck shell=bash disable=SC2016 # what has dollars in quotes is for another shell

GROUP=(3 4)
RATE=(100 200)
TRUNK=("4 15" "20 30")
# what stands in config and trunk
TREE_COLUMNS=index,mac,vlan,qos,vlan_proto,spoofchk,trust,state,min_tx_rate,max_tx_rate,group,trunk

# tree_writes SET: "FILE VALUE", each write that leads to these values from the others.
tree_writes()
{
	local i

	for ((i = 0; i < 127; i++)); do
		echo "$i/group ${GROUP[$1]}"
		echo "$i/max_tx_rate ${RATE[$1]}"
		echo "$i/trunk add ${TRUNK[$1]}"
		echo "$i/trunk rem ${TRUNK[1 - $1]}"
	done
}

write_tree_scripts()
{
	local set tree=$DEVICES/$CARD/sriov

	for set in 0 1; do
		tree_writes $set | sed "s#\([^ ]*\) \(.*\)#echo '\2' >$tree/\1#" | script tree-echo$set
		tree_writes $set | sed "s#\([^ ]*\) \(.*\)#echo '\2' | tee $tree/\1 >/dev/null#" |
			script tree-tee$set
	done
	script tree-cat <<<"for i in {0..126}; do cat $tree/\$i/config $tree/\$i/trunk; done
		for i in $tree/groups/*; do cat \$i/config; done"
}

# expect_tree SET: stop when cat sees something else.
expect_tree()
{
	local tree=$DEVICES/$CARD/sriov first last

	read -r first last <<<"${TRUNK[$1]}"
	[ "$(cat "$tree"/*/config | grep -c "^RateGroup *: ${GROUP[$1]}$")" = 127 ] ||
		die "the VFs are in other groups than asked for"
	[ "$(cat "$tree"/*/config | grep -c "^MaxTxRate *: ${RATE[$1]}$")" = 127 ] ||
		die "the VFs have other rates than asked for"
	[ "$(cat "$tree"/*/trunk | sort -u)" = "Allowed 802.1Q VLANs: $(seq -s ' ' "$first" "$last")" ] ||
		die "the VFs have other trunks than asked for"
}

# set_tree HOW SET
set_tree()
{
	case $1 in
	sriov)
		measure tree-sriov 1 sriov vf set "$CARD/all" group "${GROUP[$2]}" \
			max_tx_rate "${RATE[$2]}" trunk "${TRUNK[$2]/ /-}"
		;;
	*) measure "tree-$1" 1 bash "/tmp/tree-$1$2" ;;
	esac
	expect_tree "$2"
}

bench_tree()
{
	local round how set=0 what="groups, rates, trunks of 127 VFs"

	[ -e "$SRIOV_BUILD_DIR/module/mlx5_core.ko" ] || {
		skip_row "$what" "no module of the virtual card"
		return
	}
	say "the tree of MLNX_OFED"
	insmod "$SRIOV_BUILD_DIR/module/mlx5_core.ko" pfs=1 vfs=127 ib=0 ofed=25.10
	echo 0 >"$DEVICES/$CARD/sriov_drivers_autoprobe"
	echo 127 >"$DEVICES/$CARD/sriov_numvfs"
	write_tree_scripts
	for ((round = 0; round < ROUNDS; round++)); do
		for how in sriov echo tee; do
			set_tree $how $set
			set=$((1 - set))
		done
		measure tree-group 1 sriov group show "$CARD"
		measure tree-show 1 sriov -o "$TREE_COLUMNS" vf show "$CARD"
		measure tree-cat 1 bash /tmp/tree-cat
	done
	time_row "set $what" tree-sriov "a script with tee" tree-tee 1/10
	time_row "set $what" tree-sriov "a script with echo" tree-echo 1
	time_row "show groups of 127 VFs" tree-group "cat in a loop" tree-cat 1/20
	time_row "show 127 VFs with the tree" tree-show "cat in a loop" tree-cat 1/20
	rmmod mlx5_core
}
