// SPDX-License-Identifier: GPL-2.0-or-later
/* Sets of VLANs: as text, as a driver lists them, and the fewest writes between two. */
#include <ctype.h>

#include "trunk.h"

#define NR_VLANS (SRIOV_VLAN_MAX + 1U)

bool sriov_trunk_is_none(const struct sriov_trunk *trunk)
{
	for (size_t i = 0; i < SRIOV_TRUNK_WORDS; i++)
		if (trunk->vlans[i])
			return false;
	return true;
}

size_t sriov_trunk_text(const struct sriov_trunk *trunk, char *text, size_t size)
{
	char part[16];
	size_t len = 0;

	if (size)
		text[0] = '\0';
	for (unsigned int first = 0, last; first < NR_VLANS; first = last + 1) {
		last = first;
		if (!sriov_trunk_has(trunk, first))
			continue;
		while (last + 1 < NR_VLANS && sriov_trunk_has(trunk, last + 1))
			last++;
		snprintf(part, sizeof(part), first == last ? "%s%u" : "%s%u-%u",
			 len ? "," : "", first, last);
		if (len < size)
			sriov_copy(text + len, size - len, part);
		len += strlen(part);
	}
	if (!len && size)
		sriov_copy(text, size, "none");
	return len ? len : strlen("none");
}

int sriov_trunk_parse(const char *text, struct sriov_trunk_seen *seen)
{
	static const char head[] = "Allowed 802.1Q VLANs:";
	unsigned long vlan;
	char *end;

	memset(seen, 0, sizeof(*seen));
	seen->known = NR_VLANS;
	if (!text[0])
		return 0;
	if (strncmp(text, head, strlen(head)) != 0)
		return -EBADMSG;
	seen->known = 0;
	for (text += strlen(head); text[0] == ' ' && isdigit((unsigned char)text[1]);
	     text = end) {
		vlan = strtoul(text, &end, 10);
		if (vlan > SRIOV_VLAN_MAX)
			return -EBADMSG;
		/* of a number at the very end nobody knows whether it is whole */
		if (!*end)
			return 0;
		sriov_trunk_put(&seen->sure, vlan);
		seen->known = vlan + 1;
	}
	if (*text == ' ')
		text++;
	if (*text == '\n')
		seen->known = NR_VLANS;
	return *text && strcmp(text, "\n") != 0 ? -EBADMSG : 0;
}

static bool is_sure(const struct sriov_trunk_seen *seen, unsigned int vlan)
{
	return sriov_trunk_has(&seen->sure, vlan);
}

static bool may_be_there(const struct sriov_trunk_seen *seen, unsigned int vlan)
{
	return vlan >= seen->known || is_sure(seen, vlan);
}

/* Does it have to be written? May it? Adding writes what is wanted, removing what is not. */
static bool must(const struct sriov_trunk_seen *seen, const struct sriov_trunk *wanted,
		 unsigned int vlan, bool add)
{
	if (sriov_trunk_has(wanted, vlan) != add)
		return false;
	return add ? !is_sure(seen, vlan) : may_be_there(seen, vlan);
}

static bool next(const struct sriov_trunk_seen *seen, const struct sriov_trunk *wanted,
		 bool add, struct sriov_vlan_range *range)
{
	unsigned int vlan = range->first > range->last ? 0 : range->last + 1;

	while (vlan < NR_VLANS && !must(seen, wanted, vlan, add))
		vlan++;
	if (vlan == NR_VLANS)
		return false;
	range->first = range->last = vlan;
	for (; vlan < NR_VLANS && sriov_trunk_has(wanted, vlan) == add; vlan++)
		if (must(seen, wanted, vlan, add))
			range->last = vlan;
	return true;
}

bool sriov_trunk_next_add(const struct sriov_trunk_seen *seen,
			  const struct sriov_trunk *wanted,
			  struct sriov_vlan_range *range)
{
	return next(seen, wanted, true, range);
}

bool sriov_trunk_next_remove(const struct sriov_trunk_seen *seen,
			     const struct sriov_trunk *wanted,
			     struct sriov_vlan_range *range)
{
	return next(seen, wanted, false, range);
}

void sriov_trunk_change(const struct sriov_trunk *now, const struct sriov_trunk *wish,
			struct sriov_trunk *then)
{
	for (size_t i = 0; i < SRIOV_TRUNK_WORDS; i++) {
		uint64_t wished = wish->vlans[i];

		then->vlans[i] =
			wish->change == SRIOV_TRUNK_ADD    ? now->vlans[i] | wished :
			wish->change == SRIOV_TRUNK_REMOVE ? now->vlans[i] & ~wished :
							     wished;
	}
	then->change = SRIOV_TRUNK_SET;
}
