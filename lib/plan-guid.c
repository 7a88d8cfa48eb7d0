// SPDX-License-Identifier: GPL-2.0-or-later
/* Plans: the GUIDs that are asked for as "auto", made from addresses so that no two meet. */
#include "plan.h"

#define MAC_LEN 6
#define IPOIB_LEN 20 /* of its address, of which the last eight bytes are the port GUID */
#define LOCAL 0x02   /* in the first byte: assigned by no vendor */

static bool is_zero(const uint8_t *bytes, size_t len)
{
	for (size_t i = 0; i < len; i++)
		if (bytes[i])
			return false;
	return true;
}

/* The two halves of an address, and what stands between them. */
static uint64_t join(const uint8_t *high, uint16_t middle, const uint8_t *low)
{
	const uint8_t bytes[] = {
		high[0],       high[1], high[2], middle >> 8,
		middle & 0xff, low[0],  low[1],  low[2],
	};
	uint64_t guid = 0;

	for (size_t i = 0; i < sizeof(bytes); i++)
		guid = guid << 8 | bytes[i];
	return guid;
}

/* As mlx5 does it (node_guid_gen_from_mac), which leaves the bit for local ones as it is. */
uint64_t sriov_guid_of_mac(const uint8_t mac[6])
{
	return join(mac, 0xfffe, mac + 3);
}

/*
 * Counting on from the PF's own GUID would end in that of the next port or card, whose
 * addresses follow. The bytes in the middle are free for it: they are the same on all cards
 * of a vendor, whose GUIDs are addresses with 03:00 put in.
 */
uint64_t sriov_guid_of_pf(const uint8_t *address, size_t len, uint32_t index)
{
	const uint8_t *guid = address;
	uint8_t high[3];

	if (len == IPOIB_LEN) {
		guid += IPOIB_LEN - 8;
		len = 8;
	} else if (len != MAC_LEN) {
		return 0;
	}
	if (is_zero(guid, len) || index >= UINT16_MAX)
		return 0;
	memcpy(high, guid, sizeof(high));
	high[0] |= LOCAL;
	return join(high, (uint16_t)(index + 1), guid + len - 3);
}

uint64_t sriov_guid_autos(const struct sriov_vf_attrs *want)
{
	return (want->node_guid == SRIOV_GUID_AUTO ? want->set & SRIOV_VF_NODE_GUID : 0) |
	       (want->port_guid == SRIOV_GUID_AUTO ? want->set & SRIOV_VF_PORT_GUID : 0);
}

/* The address that the VF will have, or NULL. */
static const uint8_t *mac_of(const struct vf_work *vf)
{
	const struct sriov_vf_attrs *given = vf->want.set & SRIOV_VF_MAC ? &vf->want :
									   &vf->now;

	if (given->set & SRIOV_VF_MAC && !is_zero(given->mac, MAC_LEN))
		return given->mac;
	if (vf->now.set & SRIOV_VF_NETDEV_MAC && !is_zero(vf->now.netdev_mac, MAC_LEN))
		return vf->now.netdev_mac;
	return NULL;
}

/*
 * Made from the PF's address, read once for all VFs: the permanent one, because ports that
 * are bonded all have the same at present. 0 when there is none.
 */
static uint64_t make_from_pf(struct pf_work *work, uint32_t index)
{
	struct sriov_pf_attrs *now = &work->now;
	char netdev[SRIOV_NAME_LEN];

	if (now->set & SRIOV_PF_MAC)
		return sriov_guid_of_pf(now->mac, now->mac_len, index);
	sriov_pf_netdev(work->pf, netdev, sizeof(netdev));
	if (netdev[0] &&
	    !sriov_netlink_perm_mac(work->pf->ctx, netdev, now->mac, &now->mac_len) &&
	    sriov_guid_of_pf(now->mac, now->mac_len, 0))
		now->set |= SRIOV_PF_MAC;
	else if (sriov_pf_get(work->pf, SRIOV_PF_MAC, now) < 0 ||
		 !(now->set & SRIOV_PF_MAC))
		return 0;
	return sriov_guid_of_pf(now->mac, now->mac_len, index);
}

int sriov_plan_make_guids(struct pf_work *work, struct vf_work *vf)
{
	uint64_t autos = sriov_guid_autos(&vf->want), guid;
	uint32_t index = vf->want.index;
	const uint8_t *mac;

	if (!autos)
		return 0;
	mac = mac_of(vf);
	guid = mac ? sriov_guid_of_mac(mac) : make_from_pf(work, index);
	if (!guid)
		return sriov_fail(
			work->pf->ctx, SRIOV_WRONG, ENODATA,
			"%s/%u: %s: neither the VF nor its PF has an address to "
			"make it from: give a GUID instead of auto",
			work->pf->name, index, sriov_vf_attr_name(autos & -autos));
	if (autos & SRIOV_VF_NODE_GUID)
		vf->want.node_guid = guid;
	if (autos & SRIOV_VF_PORT_GUID)
		vf->want.port_guid = guid;
	return 0;
}

static uint64_t guid_of(const struct vf_work *vf, uint64_t bit)
{
	return bit == SRIOV_VF_NODE_GUID ? vf->want.node_guid : vf->want.port_guid;
}

/* A fabric that has a GUID twice loses one of the two, and mlx5 keeps GUIDs beyond their VFs. */
int sriov_plan_check_guids(const struct pf_work *work, const struct vf_work *vf)
{
	/* what was so before is nobody's wish */
	uint64_t wanted = vf->want.set & SRIOV_VF_GUIDS & ~vf->back;

	for (uint64_t bit; wanted; wanted &= ~bit) {
		bit = wanted & -wanted;
		for (const struct vf_work *other = work->vfs; other < vf; other++)
			if (other->want.set & bit &&
			    guid_of(other, bit) == guid_of(vf, bit))
				return sriov_fail(
					work->pf->ctx, SRIOV_WRONG, EINVAL,
					"%s/%u: %s: VF %u is to have the same (with + behind "
					"it each gets another; so it does with auto)",
					work->pf->name, vf->want.index,
					sriov_vf_attr_name(bit), other->want.index);
	}
	return 0;
}
