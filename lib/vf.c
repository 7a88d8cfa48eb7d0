// SPDX-License-Identifier: GPL-2.0-or-later
/* Virtual functions: the attribute structs, and reading them through the back ends. */
#include "internal.h"

struct member {
	uint64_t bit;
	size_t offset, size;
	const char *name;
	bool is_text;
};

#define ROW(BIT, member, is_text)                                  \
	{ SRIOV_VF_##BIT, offsetof(struct sriov_vf_attrs, member), \
	  sizeof(((struct sriov_vf_attrs *)0)->member), #member, is_text }
#define MEMBER(BIT, member) ROW(BIT, member, false)
#define TEXT(BIT, member) ROW(BIT, member, true)

static const struct member members[] = {
	MEMBER(MAC, mac),
	MEMBER(VLAN, vlan),
	MEMBER(QOS, qos),
	MEMBER(VLAN_PROTO, vlan_proto),
	MEMBER(MAX_TX_RATE, max_tx_rate),
	MEMBER(MIN_TX_RATE, min_tx_rate),
	MEMBER(SPOOFCHK, spoofchk),
	MEMBER(TRUST, trust),
	MEMBER(STATE, state),
	MEMBER(QUERY_RSS, query_rss),
	TEXT(DRIVER, driver),
	TEXT(PCI, pci),
	TEXT(NETDEV, netdev),
	TEXT(OVERRIDE, override),
	MEMBER(IOMMU_GROUP, iommu_group),
	MEMBER(NETDEV_MAC, netdev_mac),
	MEMBER(NOTE, note),
	MEMBER(NODE_GUID, node_guid),
	MEMBER(PORT_GUID, port_guid),
	TEXT(HOLDER, holder),
	MEMBER(TRUNK, trunk),
	TEXT(GROUP, group),
	MEMBER(EFFECTIVE_TX_RATE, effective_tx_rate),
	MEMBER(PROMISC, promisc),
	MEMBER(ALLMULTI, allmulti),
};

/* Those that are on or off. */
#define SWITCHES \
	(SRIOV_VF_SPOOFCHK | SRIOV_VF_TRUST | SRIOV_VF_QUERY_RSS | SRIOV_VF_OF_NETDEV)

static const struct member *member_of(uint64_t bit)
{
	for (size_t i = 0; i < ARRAY_SIZE(members); i++)
		if (members[i].bit == bit)
			return &members[i];
	return NULL;
}

const char *sriov_vf_attr_name(uint64_t bit)
{
	const struct member *m = member_of(bit);

	return m ? m->name : "?";
}

bool sriov_vf_same(const struct sriov_vf_attrs *a, const struct sriov_vf_attrs *b,
		   uint64_t bit)
{
	const struct member *m = member_of(bit);

	if (!m || !(a->set & b->set & bit))
		return false;
	/* strings are compared as such: what stands behind their NUL means nothing */
	if (m->is_text)
		return !strcmp((const char *)a + m->offset, (const char *)b + m->offset);
	return !memcmp((const char *)a + m->offset, (const char *)b + m->offset, m->size);
}

void sriov_vf_copy(struct sriov_vf_attrs *to, const struct sriov_vf_attrs *from,
		   uint64_t mask)
{
	mask &= from->set;
	for (size_t i = 0; i < ARRAY_SIZE(members); i++)
		if (mask & members[i].bit)
			memcpy((char *)to + members[i].offset,
			       (const char *)from + members[i].offset, members[i].size);
	to->set |= mask;
}

uint64_t sriov_vf_companions(uint64_t bits)
{
	if (bits & SRIOV_VF_VLAN_GROUP)
		bits |= SRIOV_VF_VLAN_GROUP;
	if (bits & SRIOV_VF_RATE_GROUP)
		bits |= SRIOV_VF_RATE_GROUP;
	return bits;
}

/* "00:11:22:33:44:55:66:77" */
static void format_guid(uint64_t guid, char *text, size_t size)
{
	size_t len = 0;

	if (!guid) {
		sriov_copy(text, size, "none");
		return;
	}
	for (int shift = 56; shift >= 0 && len < size; shift -= 8)
		len += (size_t)snprintf(text + len, size - len, "%02x%s",
					(unsigned int)(guid >> shift & 0xff),
					shift ? ":" : "");
}

void sriov_vf_format(const struct sriov_vf_attrs *vf, uint64_t bit, char *text,
		     size_t size)
{
	static const char *const states[] = { "auto", "enable", "disable" };
	const struct member *m = member_of(bit);
	const void *value = m ? (const char *)vf + m->offset : "";
	const uint8_t *mac = value;

	if (bit == SRIOV_VF_VLAN_PROTO)
		sriov_copy(text, size,
			   vf->vlan_proto == SRIOV_VLAN_8021AD ? "802.1ad" : "802.1Q");
	else if (bit == SRIOV_VF_STATE && vf->state < ARRAY_SIZE(states))
		sriov_copy(text, size, states[vf->state]);
	else if (bit & SWITCHES)
		sriov_copy(text, size, *(const bool *)value ? "on" : "off");
	else if (m && m->size == 6)
		snprintf(text, size, "%02x:%02x:%02x:%02x:%02x:%02x", mac[0], mac[1],
			 mac[2], mac[3], mac[4], mac[5]);
	else if (bit & SRIOV_VF_GUIDS)
		format_guid(*(const uint64_t *)value, text, size);
	else if (bit == SRIOV_VF_TRUNK)
		sriov_trunk_text(&vf->trunk, text, size);
	else if (!m || m->is_text)
		snprintf(text, size, "%s", (const char *)value);
	else if (m->size == 4)
		snprintf(text, size, "%u", *(const uint32_t *)value);
	else if (m->size == 2)
		snprintf(text, size, "%u", *(const uint16_t *)value);
	else
		snprintf(text, size, "%u", *mac);
}

struct sriov_vf_attrs **sriov_vf_attrs_new(size_t n)
{
	struct sriov_vf_attrs **vfs, *block;

	if (n > SIZE_MAX / 2 / sizeof(*block))
		return NULL;
	vfs = calloc(n + 1, sizeof(*vfs));
	block = calloc(n + 1, sizeof(*block));
	if (!vfs || !block) {
		free(vfs);
		free(block);
		return NULL;
	}
	/* one block for all, whose address is that of the first: freed through vfs[0] */
	for (size_t i = 0; i < n; i++) {
		vfs[i] = &block[i];
		block[i].index = i;
	}
	vfs[n] = NULL;
	if (!n)
		free(block);
	return vfs;
}

void sriov_vf_attrs_free(struct sriov_vf_attrs **vfs)
{
	if (!vfs)
		return;
	free(vfs[0]);
	free(vfs);
}

/* One back end failed: what it would have known is missing, and the rows say so. */
static int incomplete(uint64_t want, struct sriov_vf_attrs **vfs, size_t n, int err)
{
	for (size_t i = 0; i < n; i++) {
		vfs[i]->note |= SRIOV_NOTE_INCOMPLETE;
		vfs[i]->set |= want & SRIOV_VF_NOTE;
	}
	return err;
}

/*
 * What none of those asked before has told of some VF. Netlink has 0 for a GUID that was not given
 * through this driver.
 */
static uint64_t missing_of(uint64_t want, struct sriov_vf_attrs *const *vfs, size_t n)
{
	uint64_t missing = 0;

	for (size_t i = 0; i < n; i++) {
		missing |= want & ~vfs[i]->set;
		missing |= want & SRIOV_VF_NODE_GUID && !vfs[i]->node_guid ?
				   SRIOV_VF_NODE_GUID :
				   0;
		missing |= want & SRIOV_VF_PORT_GUID && !vfs[i]->port_guid ?
				   SRIOV_VF_PORT_GUID :
				   0;
	}
	return missing;
}

int sriov_vf_read(struct sriov_pf *pf, uint64_t want, struct sriov_vf_attrs **vfs,
		  size_t n)
{
	uint64_t wanted = want & ~(SRIOV_VF_NOTE | SRIOV_VF_EFFECTIVE_TX_RATE);
	uint64_t reads, writes, part, asked = 0;
	int r = 0;

	for (size_t i = 0; i < n; i++) {
		vfs[i]->set = 0;
		vfs[i]->note = 0;
		vfs[i]->node_guid = vfs[i]->port_guid = 0;
	}
	for (const struct sriov_backend *const *b = sriov_backends(); *b && n; b++) {
		if (!sriov_backend_allowed(pf->ctx, *b))
			continue;
		part = missing_of(wanted, vfs, n);
		if (!part)
			break;
		(*b)->vf_can(pf, &reads, &writes);
		part &= reads;
		if (!part)
			continue;
		/* any back end that is asked may have something to note */
		r = (*b)->vf_get(pf, part | (want & SRIOV_VF_NOTE), vfs, n);
		if (r < 0)
			return incomplete(want, vfs, n, r);
		asked |= part;
	}
	/* what one kept to itself, another may have told */
	for (size_t i = 0; i < n; i++)
		if (!(asked & SRIOV_VF_KEPT & ~vfs[i]->set))
			vfs[i]->note &= ~SRIOV_NOTE_INCOMPLETE;
	if (want & SRIOV_VF_EFFECTIVE_TX_RATE && n)
		r = sriov_group_limit_vfs(pf, vfs, n);
	if (r < 0)
		return incomplete(want, vfs, n, r);
	for (size_t i = 0; i < n; i++)
		vfs[i]->set |= want & SRIOV_VF_NOTE;
	return 0;
}

int sriov_vf_get(struct sriov_pf *pf, uint64_t want, struct sriov_vf_attrs **vfs,
		 size_t n)
{
	int r = sriov_vf_read(pf, want, vfs, n);

	/* none was given through this driver: which one the device has, it does not tell */
	for (size_t i = 0; i < n; i++) {
		if (!vfs[i]->node_guid)
			vfs[i]->set &= ~SRIOV_VF_NODE_GUID;
		if (!vfs[i]->port_guid)
			vfs[i]->set &= ~SRIOV_VF_PORT_GUID;
	}
	return r;
}
