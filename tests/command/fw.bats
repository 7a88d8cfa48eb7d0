#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# Settings of the firmware: what is shown, what would be stored, and every bad word.

bats_require_minimum_version 1.5.0

load ../helper

setup()
{
	machine ofed
}

PF=0000:03:00.0
port=enp3s0f0np0
fw_keys='pf name type default current next pending activation read_only min max words writer backend'
info_keys='pf name description psid serial running stored ports transport pending activation'

# wrong TEXT WORD...: refused with exactly this text, also without --dry-run.
wrong()
{
	run --separate-stderr sriov "${@:2}"
	same '' "$output"
	same "sriov: $1" "$stderr"
	[ "$status" = 2 ]
}

# ---- showing ----

@test "fw show: all settings, in lines of at most 100" {
	run -0 --separate-stderr sriov fw show $port
	same '' "$stderr"
	[ "${#lines[@]}" -ge 35 ]
	same 'PF NAME DEFAULT CURRENT NEXT PENDING' "$(tr -s ' ' <<<"${lines[0]}")"
	same '' "$(awk 'length > 100' <<<"$output")"
	all=$output
	run -0 sriov fw show $PF
	same "$all" "$output"
	# without a PF, those of all that have any
	run -0 sriov fw
	same "$all" "$output"
	run -0 --separate-stderr sriov fw show $port pending on
	same "$(cat <<-'END'
	PF            NAME               DEFAULT         CURRENT         NEXT               PENDING
	0000:03:00.0  VF_MIGRATION_MODE  DEVICE_DEFAULT  DEVICE_DEFAULT  MIGRATION_ENABLED  yes
	0000:03:00.0  CQE_COMPRESSION    BALANCED        BALANCED        AGGRESSIVE         yes
	END
	)" "$output"
}

@test "fw show: one, with all that is known of it; some, in the order of the words" {
	run -0 --separate-stderr sriov fw show $port vf_migration_mode
	same "$(cat <<-'END'
	pf          0000:03:00.0
	name        VF_MIGRATION_MODE
	type        word
	default     DEVICE_DEFAULT
	current     DEVICE_DEFAULT
	next        MIGRATION_ENABLED
	pending     on
	activation  firmware-reset
	read_only   off
	min         -
	max         -
	words       DEVICE_DEFAULT, MIGRATION_DISABLED, MIGRATION_ENABLED
	writer      mlxconfig
	backend     nvconfig
	END
	)" "$output"
	same '' "$stderr"
	run -0 sriov fw show $port UCTX_EN Num_Of_VFs SRIOV_EN uctx_en -o name
	same $'NAME\nUCTX_EN\nNUM_OF_VFS\nSRIOV_EN' "$output"
}

@test "fw show: JSON, every key, with types" {
	run_json fw show $port
	[ "$status" = 0 ]
	same "$fw_keys" "$(json 'map(keys_unsorted | join(" ")) | unique[]')"
	same '["boolean","number","string"]' "$(json 'map(.next | type) | unique')"
	same '' "$(json '.[] | select({boolean: "boolean", number: "number", word: "string",
		string: "string"}[.type] != (.next | type)) | .name')"
	run_json fw show $port SRIOV_EN NUM_OF_VFS CQE_COMPRESSION ROCE_CONTROL \
		-o name,default,current,next,pending,activation,read_only,max,words,writer
	same "$(cat <<-'END'
	["SRIOV_EN",false,true,true,false,null,false,null,"False, True","sriov"]
	["NUM_OF_VFS",8,16,16,false,null,false,127,null,"sriov"]
	["CQE_COMPRESSION","BALANCED","BALANCED","AGGRESSIVE",true,"firmware-reset",false,null,"BALANCED, AGGRESSIVE","mlxconfig"]
	["ROCE_CONTROL","DEVICE_DEFAULT","DEVICE_DEFAULT","DEVICE_DEFAULT",false,null,true,null,"DEVICE_DEFAULT, ROCE_DISABLE, ROCE_ENABLE",null]
	END
	)" "$(json 'map([.[]])[]')"
	run -0 sriov fw show --output help
	same "$fw_keys" "$(sed 's/^[* ] //; s/ .*//' <<<"$output" | paste -sd ' ')"
}

@test "fw show: filters, by every attribute" {
	while IFS='|' read -r words names; do
		read -ra filter <<<"$words"
		run_json fw show $port "${filter[@]}"
		[ "$status" = 0 ]
		same "${names# }" "$(json 'map(.name) | join(" ")')"
	done <<-END
	name num_of_vfs | NUM_OF_VFS
	next aggressive | CQE_COMPRESSION
	writer mlxconfig | VF_MIGRATION_MODE UCTX_EN CQE_COMPRESSION
	pending on type word next migration_enabled | VF_MIGRATION_MODE
	activation firmware-reset | VF_MIGRATION_MODE CQE_COMPRESSION
	read_only on | ROCE_CONTROL MULTI_PORT_VHCA_EN
	type number max 127 | NUM_OF_VFS
	NUM_OF_VFS UCTX_EN next true | UCTX_EN
	END
	run_json fw show $port backend devlink
	same 0 "$(json length)"
	same 'sriov: no setting matches' "$stderr"
}

@test "fw info: what the card says of itself" {
	run -0 --separate-stderr sriov fw info $port
	same '' "$stderr"
	same "$info_keys" "$(awk '{ print $1 }' <<<"$output" | paste -sd ' ')"
	run_json fw info $port
	same "$info_keys" "$(json '.[0] | keys_unsorted | join(" ")')"
	same '["MCX755106AS-HEA_Ax",2,"recorded",2,"firmware-reset"]' \
		"$(json '.[0] | [.name, .ports, .transport, .pending, .activation]')"
}

@test "what has no settings says so, and all of them together too" {
	machine igb
	none='no settings of its firmware can be reached: it has neither the registers of a ConnectX-4 or later, nor permanent parameters of devlink'
	run -0 --separate-stderr sriov fw
	same '' "$output"
	same 'sriov: no settings of firmware (they need a ConnectX-4 or later, or a driver with permanent parameters of devlink)' \
		"$stderr"
	for words in 'show eth0' 'show eth0 NUM_OF_VFS' 'set -n eth0 NUM_OF_VFS=8' 'reset -n eth0' \
		'reset -n eth0 NUM_OF_VFS' 'backup eth0 -'; do
		read -ra words <<<"$words"
		run -2 --separate-stderr sriov fw "${words[@]}"
		[[ $output == '' && $stderr == 'sriov: 0000:01:00.0: '* && ${#stderr_lines[@]} = 1 ]]
		[[ $stderr == *"$none" ]]
	done
}

# ---- storing ----

@test "fw set: old and new; what is so already is nothing" {
	would 3 fw set $port LINK_TYPE_P1=IB UCTX_EN=0 <<-'END'
	0000:03:00.0 UCTX_EN True -> False
	0000:03:00.0 LINK_TYPE_P1 ETH -> IB
	END
	# by number, by word, in any case
	for value in 1 True true TRUE; do
		nothing fw set $port sriov_en=$value
	done
	for value in 1 0x1 lid; do
		would 3 fw set $port CQE_COMPRESSION=BALANCED SRIOV_IB_ROUTING_MODE_P1=$value <<-'END'
		0000:03:00.0 CQE_COMPRESSION AGGRESSIVE -> BALANCED
		0000:03:00.0 SRIOV_IB_ROUTING_MODE_P1 GID -> LID
		END
	done
	nothing fw set $port num_of_vfs=16 Vf_Migration_Mode=migration_enabled
	run -3 --separate-stderr sriov -j -n fw set $port SRIOV_EN=1 NUM_OF_VFS=8
	same "$(cat <<-'END'
	{"noun":"fw","object":"0000:03:00.0","attribute":"SRIOV_EN","old":true,"new":true,"state":"same","changed":false,"backend":"nvconfig","error":null}
	{"noun":"fw","object":"0000:03:00.0","attribute":"NUM_OF_VFS","old":16,"new":8,"state":"planned","changed":false,"backend":"nvconfig","error":null}
	END
	)" "$(json '.[] | tojson')"
}

@test "fw set: settings that need each other, in one command and in any order" {
	would 3 fw set $port ADVANCED_PCI_SETTINGS=1 FORCE_ETH_PCI_SUBCLASS=1 <<-'END'
	0000:03:00.0 ADVANCED_PCI_SETTINGS False -> True
	0000:03:00.0 FORCE_ETH_PCI_SUBCLASS False -> True
	END
	would 3 fw set $port FORCE_ETH_PCI_SUBCLASS=1 ADVANCED_PCI_SETTINGS=1 <<-'END'
	0000:03:00.0 FORCE_ETH_PCI_SUBCLASS False -> True
	0000:03:00.0 ADVANCED_PCI_SETTINGS False -> True
	END
	run -3 --separate-stderr sriov -n fw set $port PF_NUM_OF_VF_VALID=1 PF_NUM_OF_VF=4
	same $'0000:03:00.0 PF_NUM_OF_VF_VALID False -> True\n0000:03:00.0 PF_NUM_OF_VF 0 -> 4' \
		"$output"
	same 'sriov: warning: 0000:03:00.0: PF_NUM_OF_VF_VALID: each PF has its own PF_NUM_OF_VF then: those without one have no VFs
sriov: warning: 0000:03:00.0: PF_NUM_OF_VF: 4 VFs of 2 MiB take 8 MiB of the address space of PCI' \
		"$stderr"
}

@test "fw set: what more VFs cost is told beforehand, on standard error" {
	run -3 --separate-stderr sriov -n -j fw set $port NUM_OF_VFS=32
	same 32 "$(json '.[0].new')"
	same 'sriov: warning: 0000:03:00.0: NUM_OF_VFS: 32 VFs of 2 MiB on each of 2 PFs take 128 MiB of the address space of PCI' \
		"$stderr"
}

@test "fw reset: these, or all" {
	would 3 fw reset $port num_of_vfs UCTX_EN <<-'END'
	0000:03:00.0 NUM_OF_VFS 16 -> 8
	END
	nothing fw reset $port UCTX_EN
	would 3 fw reset $port <<-'END'
	0000:03:00.0 SRIOV_EN True -> False
	0000:03:00.0 NUM_OF_VFS 16 -> 8
	0000:03:00.0 VF_MIGRATION_MODE MIGRATION_ENABLED -> DEVICE_DEFAULT
	0000:03:00.0 CQE_COMPRESSION AGGRESSIVE -> BALANCED
	END
}

@test "fw set, reset: every bad word is one line, and nothing would be written" {
	wrong 'fw set: PF is missing (PCI address, netdev, ...)' fw set
	wrong "fw set: nothing to set (NAME=VALUE; sriov fw show $port lists the names)" fw set $port
	wrong "fw set: 'NUM_OF_VFS' is not NAME=VALUE" fw set $port NUM_OF_VFS 8
	wrong "fw set: '=8' is not NAME=VALUE" fw set $port =8
	wrong 'fw set: NUM_OF_VFS: needs a value (NAME=VALUE)' fw set $port NUM_OF_VFS=
	wrong 'fw set: num_of_vfs: is given twice' fw set $port NUM_OF_VFS=8 num_of_vfs=8
	wrong 'fw reset: PF is missing (PCI address, netdev, ...)' fw reset
	wrong "fw reset: 'UCTX_EN=1' is not a NAME: a reset gives no values" fw reset $port UCTX_EN=1
	wrong 'fw reset: Uctx_En: is given twice' fw reset $port UCTX_EN Uctx_En
	wrong "$PF: its firmware has no setting NUM_OF_VF (nearest: NUM_OF_VFS, NUM_OF_PF, PF_NUM_OF_VF_VALID), FROB" \
		-n fw set $port NUM_OF_VF=8 FROB=1 SRIOV_EN=1
	wrong "$PF: its firmware has no setting ''" -n fw reset $port ''
	wrong "$PF: NUM_OF_VFS: it cannot be \"128\": 0 to 127" -n fw set $port NUM_OF_VFS=128
	wrong "$PF: NUM_OF_VFS: it cannot be \"-1\": 0 to 127" -n fw set $port NUM_OF_VFS=-1
	wrong "$PF: NUM_OF_VFS: it cannot be \"8x\": 0 to 127" -n fw set $port NUM_OF_VFS=8x
	wrong "$PF: NUM_OF_VFS: it cannot be \"4294967304\": 0 to 127" \
		-n fw set $port NUM_OF_VFS=4294967304
	wrong "$PF: LINK_TYPE: each port has its own: LINK_TYPE_P1, LINK_TYPE_P2" \
		-n fw set $port LINK_TYPE=IB
	wrong "$PF: LINK_TYPE_P3: this card has no more than 2 ports" -n fw set $port LINK_TYPE_P3=IB
	wrong "$PF: ROCE_CONTROL: it is read-only: the firmware does not let it be changed" \
		-n fw set $port ROCE_CONTROL=1
	wrong "$PF: PF_NUM_OF_VF: it counts for nothing unless PF_NUM_OF_VF_VALID is True: set PF_NUM_OF_VF_VALID=1, too" \
		-n fw set $port PF_NUM_OF_VF=4
	wrong 'a recorded machine cannot be changed: only --dry-run' fw set $port NUM_OF_VFS=8
	# of a word that is none, what could be there is told
	for words in CQE_COMPRESSION=3 CQE_COMPRESSION=fast SRIOV_EN=2 SRIOV_EN=maybe; do
		run -2 --separate-stderr sriov -n fw set $port $words
		[[ $stderr == "sriov: $PF: ${words%=*}: it cannot be \"${words#*=}\": "*[Ee]* ]]
	done
}

@test "names of the device: VFs have no firmware, and what is not there has none" {
	wrong "0000:03:00.1: is VF 0 of $PF, not a PF" fw show 0000:03:00.1
	wrong "0000:03:00.1: is VF 0 of $PF, not a PF" -n fw set 0000:03:00.1 NUM_OF_VFS=8
	for words in 'show eth9' 'info eth9' 'backup eth9 -' 'set eth9 A=1' 'activate eth9' \
		"show $port/0"; do
		read -ra words <<<"$words"
		run -2 --separate-stderr sriov -n fw "${words[@]}"
		[[ $output == '' && $stderr == "sriov: ${words[1]}: no such PF "* ]]
	done
}

# A function whose firmware has SR-IOV switched off is no PF, but it has settings.
@test "a function without SR-IOV is asked for its settings all the same" {
	rm "$SYSROOT/sys/bus/pci/devices/$PF/"{sriov_*,mlx5_num_vfs}
	run -0 --separate-stderr sriov fw show $port NUM_OF_VFS -o next
	same 'next  16' "$output"
	would 3 fw set $PF UCTX_EN=0 <<<"$PF UCTX_EN True -> False"
	# the default of this card: SRIOV_EN is False
	sed -i 's/a0020010 *02c3f045/a002001002c3f045/; s/a002001002c3f045/2002001002c3f045/g' \
		"$SYSROOT/fw/$PF.hex"
	run_json fw show $PF SRIOV_EN
	same false "$(json '.[0].next')"
	wrong "$PF: has no SR-IOV capability (its firmware has SR-IOV switched off: sriov fw set $PF SRIOV_EN=1)" \
		pf set $PF num_vfs 4
	wrong "$port: its device $PF has no SR-IOV capability (its firmware has SR-IOV switched off: sriov fw set $PF SRIOV_EN=1)" \
		vf create $port 4
}

@test "too many VFs: the refusal names the setting, and the command" {
	text="17 is too many: the device offers 16 VFs (NUM_OF_VFS of its firmware is 16: sriov fw set $PF NUM_OF_VFS=17)"
	wrong "$PF: num_vfs: $text" -n pf set $port num_vfs 17
	rm "$SYSROOT/sys/bus/pci/devices/$PF/"virtfn*
	wrong "$PF: num_vfs: $text" -n vf create $port 17
	wrong "$PF: num_vfs: 128 is too many: the device offers 16 VFs (NUM_OF_VFS of its firmware can be 127 at most)" \
		-n pf set $port num_vfs 128
	# who cannot read the card is told who can
	rm "$SYSROOT/fw/$PF.hex"
	wrong "$PF: num_vfs: 17 is too many: the device offers 16 VFs" -n pf set $port num_vfs 17
}

# ---- copies ----

@test "fw backup, restore: a file, and back; it is there whole or not at all" {
	mkdir "$BATS_TEST_TMPDIR/here"
	cd "$BATS_TEST_TMPDIR/here"
	run -0 --separate-stderr sriov fw backup $port -
	same '' "$stderr"
	same MLNX_RAW_TLV_FILE "${lines[0]}"
	run -0 sriov fw backup $port copy
	same '' "$output"
	same "$(sriov fw backup $port -)" "$(cat copy)"
	same 600 "$(stat -c %a copy)"
	nothing fw restore $port copy
	run -0 --separate-stderr sriov -n fw restore $port - <copy
	same '' "$output$stderr"
	# again, over the old one, which keeps nothing of what it was
	chmod 644 copy
	echo old >copy
	run -0 sriov fw backup $port copy
	same MLNX_RAW_TLV_FILE "$(head -n 1 copy)"
	same 600 "$(stat -c %a copy)"
	# another value, which is put back
	sed -i 's/0x00800000/0x00000000/' copy
	would 3 fw restore $port copy <<-END
	$PF VF_MIGRATION_MODE MIGRATION_ENABLED -> DEVICE_DEFAULT
	END
	same copy "$(ls -A)"
	# --dry-run writes no file
	run -3 sriov -n fw backup $port other
	same "sriov: other: $(stat -c %s copy) bytes would be written" "$output"
	[ ! -e other ]
}

@test "fw backup, restore: every bad word is one line" {
	cd "$BATS_TEST_TMPDIR"
	wrong 'fw backup: PF is missing (PCI address, netdev, ...)' fw backup
	wrong 'fw backup: FILE is missing (- is standard output)' fw backup $port
	wrong "fw backup: 'more' is one word too many (PF FILE is all)" fw backup $port file more
	ln -s /etc/passwd link
	mkfifo fifo
	for file in link fifo . /dev/null; do
		wrong "fw backup: $file: is no regular file (- is standard output)" \
			fw backup $port $file
	done
	[ -L link ] && [ -p fifo ] && [ -c /dev/null ]
	run -1 --separate-stderr sriov fw backup $port nowhere/file
	same 'sriov: nowhere/file: No such file or directory' "$stderr"
	run -2 --separate-stderr sriov -j fw backup $port -
	same '[]' "$output"
	same 'sriov: fw backup: - and --json: both are for standard output' "$stderr"
	wrong 'fw restore: FILE is missing (of fw backup; - is standard input)' fw restore $port
	wrong 'fw restore: absent: No such file or directory' fw restore $port absent
	wrong 'fw restore: .: Is a directory' fw restore $port .
	printf 'MLNX_RAW_TLV_FILE\0\n' >zero
	wrong 'fw restore: zero: is no text' -n fw restore $port zero
	head -c 1048577 /dev/zero | tr '\0' x >long
	wrong 'fw restore: long: is too long (more than 1048576 bytes)' -n fw restore $port long
	for text in '' 'hello' $'MLNX_RAW_TLV_FILE\n0x1 zzz' $'MLNX_RAW_TLV_FILE\n0x00000008 0x00000080'; do
		run -2 --separate-stderr sriov -n fw restore $port - <<<"$text"
		same '' "$output"
		[ "${#stderr_lines[@]}" = 1 ]
		[[ $stderr == 'sriov: standard input: line '[12]': '* ]]
	done
	printf 'MLNX_RAW_TLV_FILE\n0x1 zzz\n' >bad
	wrong 'bad: line 2: there is something that is no number of 32 bits' -n fw restore $port bad
	printf 'MLNX_RAW_TLV_FILE\n%% nothing\n' >none
	wrong 'none: has no settings' -n fw restore $port none
}

# ---- the others ----

@test "fw info, activate, flash: every bad word is one line" {
	wrong 'fw info: PF is missing (PCI address, netdev, ...)' fw info
	wrong "fw info: 'x' is one word too many (PF is all)" fw info $port x
	wrong 'fw activate: PF is missing (PCI address, netdev, ...)' fw activate
	wrong "fw activate: 'x' is one word too many (PF is all)" fw activate $port x
	wrong 'fw flash: PF is missing (PCI address, netdev, ...)' fw flash
	wrong 'fw flash: FILE is missing (the new firmware)' fw flash $port
	wrong "fw flash: unknown attribute 'fast' (component, overwrite)" fw flash $port x fast
	wrong 'fw flash: component: needs a value (text)' fw flash $port x component
	wrong "fw flash: overwrite: 'all' is not one of settings, identifiers, settings,identifiers" \
		fw flash $port x overwrite all
	wrong "$PF: flash: '' is no component" -n fw flash $port /etc/hostname component ''
	wrong "fw: unknown verb 'frob' (show, set, reset, backup, restore, info, activate, flash)" \
		fw frob
}

@test "--backend leaves one way, and names all of them" {
	run -0 sriov --backend nvconfig fw show $port UCTX_EN -o backend
	same 'backend  nvconfig' "$output"
	wrong "$PF: the back end that was asked for reaches no settings of its firmware" \
		--backend devlink fw show $port UCTX_EN
	wrong "$PF: the back end that was asked for reaches no settings of its firmware" \
		--backend rtnl fw show $port
	wrong "$PF: flash: the back end that was asked for does not flash (devlink)" \
		-n --backend nvconfig fw flash $port /etc/hostname
	wrong "$PF: activate: the back end that was asked for starts no firmware (nvconfig, devlink)" \
		-n --backend rtnl fw activate $port
	wrong 'x: no such back end (pci, netdev, rtnl, mlnx, nvconfig, devlink)' --backend x fw show
}

@test "what firmware says does not reach a terminal raw" {
	# the name of the card: "MCX755106" with an escape in it
	sed -i 's/4d43583735353130/4d43581b5b316d30/' "$SYSROOT/fw/$PF.hex"
	run -0 sriov fw info $port
	[[ $output == *'MCX?[1m06'* && $output != *$'\033'* ]]
	# an answer that is none is a failure, and not a value
	sed -i 's/^9024 .*/9024 zz/' "$SYSROOT/fw/$PF.hex"
	run -1 --separate-stderr sriov fw show $port
	[[ $output == '' && $stderr == "sriov: $PF: "* && ${#stderr_lines[@]} = 1 ]]
}
