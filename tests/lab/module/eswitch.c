// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What the card knows of its VFs. Ranges, errors and what is lost when are those of mlx5_core
 * in Linux 6.12 (mlx5/core/eswitch.c, esw/legacy.c, esw/qos.c, sriov.c), and of the same files
 * in MLNX_OFED: settings are taken for VFs that do not exist yet, too.
 */
#include <linux/etherdevice.h>
#include <linux/unaligned.h>

#include "card.h"

int lab_eswitch_init(struct lab_port *port)
{
	unsigned int vfs = port->card->total_vfs;

	spin_lock_init(&port->lock);
	mutex_init(&port->changing);
	port->vfs = kvcalloc(vfs, sizeof(*port->vfs), GFP_KERNEL);
	port->vf_functions = kvcalloc(vfs, sizeof(*port->vf_functions), GFP_KERNEL);
	return port->vfs && port->vf_functions ? 0 : -ENOMEM;
}

void lab_eswitch_free(struct lab_port *port)
{
	kvfree(port->vfs);
	kvfree(port->vf_functions);
}

void lab_eswitch_reset(struct lab_port *port)
{
	guard(spinlock_bh)(&port->lock);
	for (unsigned int i = 0; i < port->card->total_vfs; i++) {
		memset(&port->vfs[i], 0, sizeof(port->vfs[i]));
		/* the policy of InfiniBand VFs is Down until somebody says otherwise */
		if (port->infiniband)
			port->vfs[i].link_state = IFLA_VF_LINK_STATE_DISABLE;
	}
}

/* mlx5_eswitch_clear_vf_vports_info(): those that were enabled. GUIDs and policy are kept. */
void lab_eswitch_clear(struct lab_port *port, unsigned int vfs)
{
	guard(spinlock_bh)(&port->lock);
	for (unsigned int i = 0; i < vfs; i++) {
		struct lab_vf *vf = &port->vfs[i];

		if (port->infiniband)
			memset(&vf->stats, 0, sizeof(vf->stats));
		else
			memset(vf, 0, offsetof(struct lab_vf, netdev));
	}
}

/* What esw/qos.c has made is gone; nothing brings it back. */
void lab_eswitch_reload(struct lab_port *port)
{
	guard(spinlock_bh)(&port->lock);
	for (unsigned int i = 0; i < port->card->total_vfs; i++) {
		port->vfs[i].min_tx_rate = 0;
		port->vfs[i].max_tx_rate = 0;
	}
}

void lab_vf_attach(struct lab_port *port, int index, struct net_device *netdev)
{
	guard(spinlock_bh)(&port->lock);
	port->vfs[index].netdev = netdev;
	if (netdev)
		lab_netdev_follow(netdev, port->vfs[index].link_state);
}

/* What every operation does first. As lab_fault(). */
static int begin(enum lab_operation operation, struct lab_port *port, int index)
{
	if (index < 0 || index >= port->card->total_vfs)
		return -EINVAL;
	return lab_fault(operation, index);
}

/* As node_guid_gen_from_mac(). */
static u64 guid_of(const u8 *mac)
{
	const u8 guid[8] = { mac[0], mac[1], mac[2], 0xff, 0xfe, mac[3], mac[4], mac[5] };

	return get_unaligned_be64(guid);
}

/* With its address, a VF gets a node GUID. */
int lab_vf_set_mac(struct lab_port *port, int index, const u8 *mac)
{
	int err = begin(LAB_OP_set_vf_mac, port, index);

	if (err)
		return min(err, 0);
	if (is_multicast_ether_addr(mac))
		return -EINVAL;
	guard(spinlock_bh)(&port->lock);
	ether_addr_copy(port->vfs[index].mac, mac);
	port->vfs[index].node_guid = guid_of(mac);
	return 0;
}

int lab_vf_set_vlan(struct lab_port *port, int index, u16 vlan, u8 qos, __be16 proto)
{
	struct lab_vf *vf;
	int err;

	if (proto != htons(ETH_P_8021Q) &&
	    !(proto == htons(ETH_P_8021AD) && lab_vendor_has_qinq()))
		return -EPROTONOSUPPORT;
	err = begin(LAB_OP_set_vf_vlan, port, index);
	if (err)
		return min(err, 0);
	if (vlan > 4095 || qos > 7)
		return -EINVAL;
	guard(spinlock_bh)(&port->lock);
	vf = &port->vfs[index];
	/* a VF with VLANs of its own (VGT+) has none of ours (VST) */
	if (!bitmap_empty(vf->trunk, VLAN_N_VID))
		return -EPERM;
	vf->vlan = vlan;
	vf->qos = qos;
	vf->vlan_proto = proto;
	return 0;
}

int lab_vf_set_rate(struct lab_port *port, int index, u32 min_rate, u32 max_rate)
{
	int err = begin(LAB_OP_set_vf_rate, port, index);

	if (err)
		return min(err, 0);
	scoped_guard(spinlock_bh, &port->lock)
	{
		port->vfs[index].min_tx_rate = min_rate;
		port->vfs[index].max_tx_rate = max_rate;
		port->vfs[index].scheduled = true;
	}
	lab_groups_scheduled(port);
	return 0;
}

int lab_vf_set_spoofchk(struct lab_port *port, int index, bool setting)
{
	int err = begin(LAB_OP_set_vf_spoofchk, port, index);

	if (err)
		return min(err, 0);
	guard(spinlock_bh)(&port->lock);
	port->vfs[index].spoofchk = setting;
	return 0;
}

int lab_vf_set_trust(struct lab_port *port, int index, bool setting)
{
	int err = begin(LAB_OP_set_vf_trust, port, index);

	if (err)
		return min(err, 0);
	guard(spinlock_bh)(&port->lock);
	port->vfs[index].trusted = setting;
	return 0;
}

int lab_vf_set_link_state(struct lab_port *port, int index, int state)
{
	int err = begin(LAB_OP_set_vf_link_state, port, index);
	struct lab_vf *vf;

	if (err)
		return min(err, 0);
	if (state < IFLA_VF_LINK_STATE_AUTO || state > IFLA_VF_LINK_STATE_DISABLE)
		return -EINVAL;
	guard(spinlock_bh)(&port->lock);
	vf = &port->vfs[index];
	vf->link_state = state;
	if (vf->netdev)
		lab_netdev_follow(vf->netdev, state);
	return 0;
}

int lab_vf_set_node_guid(struct lab_port *port, int index, u64 guid)
{
	int err = begin(LAB_OP_set_vf_node_guid, port, index);

	if (err)
		return min(err, 0);
	guard(spinlock_bh)(&port->lock);
	port->vfs[index].node_guid = guid;
	return 0;
}

int lab_vf_set_port_guid(struct lab_port *port, int index, u64 guid)
{
	int err = begin(LAB_OP_set_vf_port_guid, port, index);

	if (err)
		return min(err, 0);
	guard(spinlock_bh)(&port->lock);
	port->vfs[index].port_guid = guid;
	return 0;
}

int lab_vf_set_trunk(struct lab_port *port, int index, u16 first, u16 last, bool add)
{
	int err = begin(LAB_OP_set_vf_trunk, port, index);
	struct lab_vf *vf;

	if (err)
		return min(err, 0);
	if (last >= VLAN_N_VID || first > last)
		return -EINVAL;
	guard(spinlock_bh)(&port->lock);
	vf = &port->vfs[index];
	if (!add)
		bitmap_clear(vf->trunk, first, last - first + 1);
	else if (vf->vlan || vf->qos)
		return -EPERM;
	else
		bitmap_set(vf->trunk, first, last - first + 1);
	return 0;
}

static int find_mac(const struct lab_vf *vf, const u8 *mac)
{
	for (int i = 0; i < vf->nr_macs; i++)
		if (ether_addr_equal_unaligned(vf->mac_list[i], mac))
			return i;
	return -ENOENT;
}

int lab_vf_set_mac_list(struct lab_port *port, int index, const u8 *mac, bool add)
{
	int err = begin(LAB_OP_set_vf_mac_list, port, index);
	struct lab_vf *vf;
	int at;

	if (err)
		return min(err, 0);
	guard(spinlock_bh)(&port->lock);
	vf = &port->vfs[index];
	at = find_mac(vf, mac);
	if (!is_valid_ether_addr(mac) || (at < 0) != add ||
	    (add && vf->nr_macs == LAB_MAX_MACS))
		return -EINVAL;
	if (add)
		memcpy(vf->mac_list[vf->nr_macs++], mac, ETH_ALEN);
	else
		memmove(vf->mac_list[at], vf->mac_list[at + 1],
			(--vf->nr_macs - at) * ETH_ALEN);
	return 0;
}

void lab_vf_peek(struct lab_port *port, int index, struct lab_vf *vf)
{
	guard(spinlock_bh)(&port->lock);
	*vf = port->vfs[index];
}

int lab_vf_get(struct lab_port *port, int index, struct lab_vf *vf)
{
	int err = begin(LAB_OP_get_vf_config, port, index);

	if (err < 0)
		return err;
	lab_vf_peek(port, index, vf);
	return 0;
}

int lab_vf_get_stats(struct lab_port *port, int index, struct ifla_vf_stats *stats)
{
	int err = begin(LAB_OP_get_vf_stats, port, index);

	if (err < 0)
		return err;
	guard(spinlock_bh)(&port->lock);
	*stats = port->vfs[index].stats;
	return 0;
}
