#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# --rebind: which drivers are started again for which attribute, as steps.

bats_require_minimum_version 1.5.0

load ../helper

setup()
{
	machine igb
}

@test "a driver that takes its address when it starts is a step, behind the attributes" {
	would 3 --rebind vf set eth0/0,3-4 vlan 3 mac 02:00:00:00:00:50+ <<-'END'
	0000:01:00.0/0 mac 02:00:00:00:01:00 -> 02:00:00:00:00:50
	0000:01:00.0/0 vlan 10 -> 3
	0000:01:00.0/3 mac 02:00:00:00:01:03 -> 02:00:00:00:00:53
	0000:01:00.0/3 vlan 0 -> 3
	0000:01:00.0/4 mac 02:00:00:00:01:04 -> 02:00:00:00:00:54
	0000:01:00.0/4 vlan 20 -> 3
	0000:01:00.0/0 driver igbvf -> igbvf
	0000:01:00.0/3 driver igbvf -> igbvf
	END
	# Without the option nobody is unbound.
	would 3 vf set eth0/0 mac 02:00:00:00:00:50 <<-'END'
	0000:01:00.0/0 mac 02:00:00:00:01:00 -> 02:00:00:00:00:50
	END
}

@test "JSON: noun bind, old and new the driver" {
	run_json -n --rebind vf set eth0/0 mac 02:00:00:00:00:50
	[ "$status" = 3 ]
	same '["bind","0000:01:00.0/0","driver","igbvf","igbvf","planned",false,"pci"]' \
		"$(json '.[1] | [.noun, .object, .attribute, .old, .new, .state, .changed, .backend]')"
}

@test "what its netdev has decides, not what was given before" {
	nothing --rebind vf set eth0/0 mac 02:00:00:00:01:00
	echo 02:00:00:00:00:99 >"$SYSROOT/sys/class/net/eth3/address"
	would 3 --rebind vf set eth0/0 mac 02:00:00:00:01:00 <<-'END'
	0000:01:00.0/0 driver igbvf -> igbvf
	END
	would 3 --rebind vf set eth0/0 mac 02:00:00:00:00:99 <<-'END'
	0000:01:00.0/0 mac 02:00:00:00:01:00 -> 02:00:00:00:00:99
	END
	# Of one that cannot be seen it is whether something is given.
	would 3 --force --rebind vf set eth0/6 mac 02:00:00:00:00:66 <<-'END'
	0000:01:00.0/6 mac 02:00:00:00:01:06 -> 02:00:00:00:00:66
	0000:01:00.0/6 driver igbvf -> igbvf
	END
	# Whoever has it there would lose it.
	refused 4 '0000:01:00.0: rebind: in use: VF 6 [netns unknown] (--force goes on)' \
		--rebind vf set eth0/6 mac 02:00:00:00:00:66
	nothing --rebind vf set eth0/6 mac 02:00:00:00:01:06
}

@test "other attributes, other drivers: nobody is started again" {
	would 3 --rebind vf set eth0/0 vlan 11 trust on <<-'END'
	0000:01:00.0/0 vlan 10 -> 11
	0000:01:00.0/0 trust off -> on
	END
	# No driver; and one of which a virtual machine resets the VF.
	would 3 --rebind vf set eth0/4-5 mac 02:00:00:00:00:50+ <<-'END'
	0000:01:00.0/4 mac 02:00:00:00:01:04 -> 02:00:00:00:00:54
	0000:01:00.0/5 mac 00:00:00:00:00:00 -> 02:00:00:00:00:55
	END
	# Those that follow by themselves.
	for driver in iavf hns3; do
		ln -sfn ../../../../bus/pci/drivers/$driver "$SYSROOT/sys/bus/pci/devices/0000:01:10.0/driver"
		would 3 --rebind vf set eth0/0 mac 02:00:00:00:00:50 <<-'END'
		0000:01:00.0/0 mac 02:00:00:00:01:00 -> 02:00:00:00:00:50
		END
	done
	# One that nothing is known of.
	ln -sfn ../../../../bus/pci/drivers/nfp_netvf "$SYSROOT/sys/bus/pci/devices/0000:01:10.0/driver"
	would 3 --rebind vf set eth0/0 mac 02:00:00:00:00:50 <<-'END'
	0000:01:00.0/0 mac 02:00:00:00:01:00 -> 02:00:00:00:00:50
	0000:01:00.0/0 driver nfp_netvf -> nfp_netvf
	END
	machine netdevsim
	would 3 --rebind vf set eth0/0 mac 02:00:00:00:00:50 <<-'END'
	netdevsim/netdevsim10/0 mac 00:00:00:00:00:00 -> 02:00:00:00:00:50
	END
}

@test "VFs that are created start with what they were given" {
	would 3 --rebind vf create eth1 1 mac 02:00:00:00:00:50 driver igbvf <<-'END'
	0000:01:00.1 autoprobe on -> off
	0000:01:00.1 num_vfs 0 -> 1
	0000:01:00.1/0 mac - -> 02:00:00:00:00:50
	0000:01:00.1 autoprobe off -> on
	0000:01:00.1/0 driver - -> igbvf
	END
}

@test "a reset takes the address away: then the driver finds its own" {
	would 3 --rebind vf reset eth0/1,5 <<-'END'
	0000:01:00.0/1 mac 02:00:00:00:01:01 -> 00:00:00:00:00:00
	0000:01:00.0/1 trust on -> off
	0000:01:00.0/1 driver igbvf -> igbvf
	END
}

@test "GUIDs need it of every driver, and are refused for a VF that is open" {
	machine infiniband
	refused 4 '0000:41:00.0: rebind: in use: VF 3 [a process (open through vfio)] (--force goes on)' \
		--rebind vf set ib0/all node_guid auto
	would 3 --force --rebind vf set ib0/1,3 node_guid auto <<-'END'
	0000:41:00.0/1 node_guid - -> 0e:42:a1:00:02:c6:cf:60
	0000:41:00.0/3 node_guid - -> 0e:42:a1:00:04:c6:cf:60
	0000:41:00.0/1 driver mlx5_core -> mlx5_core
	0000:41:00.0/3 driver vfio-pci -> vfio-pci
	END
	nothing --rebind vf set ib0/0 node_guid 00:11:22:33:44:55:66:77
	would 3 --rebind vf set ib0/0 state auto <<-'END'
	0000:41:00.0/0 state enable -> auto
	END
}
