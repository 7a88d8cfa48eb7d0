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

/* The first VLAN from this one on that is there, or is not; NR_VLANS: there is none. */
static unsigned int find(const uint64_t *vlans, unsigned int from, bool there)
{
	while (from < NR_VLANS) {
		uint64_t word = (there ? vlans[from / 64] : ~vlans[from / 64]) >>
				from % 64;

		if (word)
			return from + (unsigned int)__builtin_ctzll(word);
		from = (from / 64 + 1) * 64;
	}
	return NR_VLANS;
}

size_t sriov_trunk_text(const struct sriov_trunk *trunk, char *text, size_t size)
{
	unsigned int first, end = 0;
	char part[16];
	size_t len = 0;

	if (size)
		text[0] = '\0';
	while ((first = find(trunk->vlans, end, true)) < NR_VLANS) {
		end = find(trunk->vlans, first, false);
		snprintf(part, sizeof(part), end == first + 1 ? "%s%u" : "%s%u-%u",
			 len ? "," : "", first, end - 1);
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

/* Of these VLANs nothing is known beyond that one: they may be there. */
static uint64_t unknown(const struct sriov_trunk_seen *seen, unsigned int word)
{
	if (seen->known <= word * 64)
		return UINT64_MAX;
	return seen->known >= word * 64 + 64 ? 0 : UINT64_MAX << seen->known % 64;
}

/* What has to be written, and what may be: adding writes what is wanted, removing what is not. */
static bool next(const struct sriov_trunk_seen *seen, const struct sriov_trunk *wanted,
		 bool add, struct sriov_vlan_range *range)
{
	uint64_t must[SRIOV_TRUNK_WORDS], may[SRIOV_TRUNK_WORDS];
	unsigned int from = range->first > range->last ? 0 : range->last + 1, end;

	for (unsigned int i = 0; i < SRIOV_TRUNK_WORDS; i++) {
		may[i] = add ? wanted->vlans[i] : ~wanted->vlans[i];
		must[i] = may[i] & (add ? ~seen->sure.vlans[i] :
					  seen->sure.vlans[i] | unknown(seen, i));
	}
	from = find(must, from, true);
	if (from == NR_VLANS)
		return false;
	end = find(may, from, false);
	for (range->first = from; from < end; from = find(must, from + 1, true))
		range->last = from;
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
