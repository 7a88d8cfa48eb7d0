// SPDX-License-Identifier: GPL-2.0-or-later
/* Plans: what is refused before anything is written, and with which words. */
#include "plan.h"

/* What the kernel takes only together, and what a VF has that was told nothing. */
static const struct {
	uint64_t bits;
	const char *names;
	struct sriov_vf_attrs neutral;
} groups[] = {
	{ SRIOV_VF_VLAN_GROUP,
	  "vlan, qos and vlan_proto",
	  { .set = SRIOV_VF_VLAN_GROUP, .vlan_proto = SRIOV_VLAN_8021Q } },
	{ SRIOV_VF_RATE_GROUP,
	  "max_tx_rate and min_tx_rate",
	  { .set = SRIOV_VF_RATE_GROUP } },
};

/* What the driver would ignore is not even tried. */
static int check_deaf(struct pf_work *work)
{
	struct sriov_pf *pf = work->pf;
	char netdev[SRIOV_NAME_LEN];

	if (work->want.set & SRIOV_PF_DRIVER || work->now.num_vfs == work->want.num_vfs ||
	    !sriov_quirk_is_deaf(pf, work->now.driver))
		return 0;
	sriov_pf_netdev(pf, netdev, sizeof(netdev));
	return sriov_fail(
		pf->ctx, SRIOV_FAILED, ENETDOWN,
		"%s: num_vfs: %s changes it only while %s is up (ip link set %s "
		"up)",
		pf->name, work->now.driver, netdev, netdev);
}

static int check_num_vfs(struct sriov_plan *plan, struct pf_work *work)
{
	struct sriov_pf *pf = work->pf;
	uint32_t now = work->now.num_vfs, *wanted = &work->want.num_vfs;
	char limit[SRIOV_TEXT_LEN / 2];

	if (*wanted == SRIOV_NUM_VFS_MAX) {
		if (!(work->now.set & SRIOV_PF_TOTAL_VFS))
			return sriov_fail(
				pf->ctx, SRIOV_WRONG, ENODATA,
				"%s: num_vfs: max: this device does not say how many "
				"VFs it offers",
				pf->name);
		*wanted = work->now.total_vfs;
	}
	if ((work->now.set & SRIOV_PF_TOTAL_VFS) && *wanted > work->now.total_vfs) {
		sriov_fw_limit(pf, *wanted, limit, sizeof(limit));
		return sriov_fail(
			pf->ctx, SRIOV_WRONG, ERANGE,
			"%s: num_vfs: %u is too many: the device offers %u VFs%s",
			pf->name, *wanted, work->now.total_vfs, limit);
	}
	if (*wanted && !now && !(work->want.set & SRIOV_PF_DRIVER) &&
	    !strcmp(work->now.driver, SRIOV_DRIVER_NONE))
		return sriov_fail(
			pf->ctx, SRIOV_WRONG, ENOENT,
			"%s: num_vfs: the PF has no driver that could make VFs (pf set %s "
			"driver default)",
			pf->name, pf->name);
	if (work->create && now)
		return sriov_fail(
			pf->ctx, SRIOV_REFUSED, EEXIST,
			"%s: has %u VFs: creating needs none, and they would be lost "
			"(pf set %s num_vfs 0 destroys them)",
			pf->name, now, pf->name);
	if (sriov_plan_unmakes_vfs(work))
		return sriov_plan_check_holders(plan, work, NULL, 0, "num_vfs");
	return 0;
}

/* What is not known cannot be put back. */
static int check_override(struct sriov_ctx *ctx, const char *object, uint32_t note)
{
	if (!(note & (SRIOV_NOTE_BLOCKED | SRIOV_NOTE_NO_ACCESS)))
		return 0;
	return sriov_fail(
		ctx, SRIOV_FAILED, EBUSY,
		"%s: driver: driver_override cannot be read, so it could not be put "
		"back",
		object);
}

/* The name becomes part of a path. */
static int check_driver_name(struct sriov_ctx *ctx, const char *object,
			     const char *driver)
{
	if (sriov_sysfs_name_ok(driver))
		return 0;
	return sriov_fail(ctx, SRIOV_WRONG, EINVAL,
			  "%s: driver: '%s' is not a driver's name", object, driver);
}

/*
 * "default" is so already when a driver is bound that nobody forced; "none" when there is
 * none and nothing waits to bind; a name when it is bound and the override keeps it so.
 */
enum sriov_driver_change sriov_driver_change(const char *wanted, const char *now,
					     const char *override)
{
	bool bound = strcmp(now, SRIOV_DRIVER_NONE) != 0;

	if (!strcmp(wanted, SRIOV_DRIVER_DEFAULT))
		return bound && !override[0] ? SRIOV_DRIVER_SAME : SRIOV_DRIVER_REBIND;
	if (strcmp(wanted, now) != 0)
		return SRIOV_DRIVER_REBIND;
	if (!bound)
		return override[0] ? SRIOV_DRIVER_KEEP : SRIOV_DRIVER_SAME;
	return strcmp(wanted, override) ? SRIOV_DRIVER_KEEP : SRIOV_DRIVER_SAME;
}

static int check_driver(struct sriov_plan *plan, struct pf_work *work)
{
	struct sriov_pf *pf = work->pf;
	bool destroys = work->want.set & SRIOV_PF_NUM_VFS && !work->want.num_vfs;
	const char *override = work->now.set & SRIOV_PF_OVERRIDE ? work->now.override :
								   "";
	int r = check_driver_name(pf->ctx, pf->name, work->want.driver);

	if (r >= 0)
		r = check_override(pf->ctx, pf->name, work->now.note);
	if (r < 0)
		return r;
	if (!pf->is_pci)
		return sriov_fail(
			pf->ctx, SRIOV_WRONG, EOPNOTSUPP,
			"%s: driver: only a device on the PCI bus can be rebound",
			pf->name);
	if (work->want.set & SRIOV_PF_NUM_VFS && work->want.num_vfs &&
	    !strcmp(work->want.driver, SRIOV_DRIVER_NONE))
		return sriov_fail(
			pf->ctx, SRIOV_WRONG, EINVAL,
			"%s: num_vfs: without a driver of the PF there are no VFs",
			pf->name);
	if (sriov_driver_change(work->want.driver, work->now.driver, override) !=
	    SRIOV_DRIVER_REBIND)
		return 0;
	if (work->now.num_vfs && !destroys &&
	    (work->want.set & SRIOV_PF_NUM_VFS || work->nr_vfs))
		return sriov_fail(
			pf->ctx, SRIOV_REFUSED, EBUSY,
			"%s: driver: its %u VFs go when the PF's driver does: set "
			"num_vfs 0 first",
			pf->name, work->now.num_vfs);
	r = sriov_plan_check_pf_holders(plan, work, "driver");
	if (r < 0)
		return r;
	if (work->now.num_vfs && !destroys && !(plan->flags & SRIOV_PLAN_FORCE))
		return sriov_fail(
			pf->ctx, SRIOV_REFUSED, EBUSY,
			"%s: driver: has %u VFs, which go when the PF's driver does "
			"(--force goes on)",
			pf->name, work->now.num_vfs);
	return 0;
}

int sriov_plan_check_pf(struct sriov_plan *plan, struct pf_work *work)
{
	struct sriov_pf *pf = work->pf;
	int r = 0;

	if (!(work->now.set & SRIOV_PF_NUM_VFS))
		return sriov_fail(pf->ctx, SRIOV_FAILED, ENODATA,
				  "%s: num_vfs: cannot be read, so nothing is changed",
				  pf->name);
	if (work->want.set & SRIOV_PF_NUM_VFS)
		r = check_num_vfs(plan, work);
	if (r >= 0 && work->want.set & SRIOV_PF_NUM_VFS)
		r = check_deaf(work);
	if (r >= 0 && (work->want.set & SRIOV_PF_DRIVER))
		r = check_driver(plan, work);
	if (r >= 0 && (work->want.set & SRIOV_PF_AUTOPROBE) &&
	    !(work->now.set & SRIOV_PF_AUTOPROBE))
		r = sriov_fail(
			pf->ctx, SRIOV_WRONG, EOPNOTSUPP,
			"%s: autoprobe: this device has no sriov_drivers_autoprobe",
			pf->name);
	return r;
}

/* What only one driver has, whatever netdev there is. */
static const struct {
	uint64_t bit;
	const char *text;
} providers[] = {
	{ SRIOV_VF_TRUNK,
	  "it needs the mlx5 driver of MLNX_OFED, from 4.2 on, for Ethernet" },
	{ SRIOV_VF_GROUP,
	  "it needs the mlx5 driver of MLNX_OFED, from 4.6 on, for Ethernet" },
};

static const char *provider_of(uint64_t bit)
{
	for (size_t i = 0; i < ARRAY_SIZE(providers); i++)
		if (providers[i].bit == bit)
			return providers[i].text;
	return NULL;
}

static int check_can(struct pf_work *work, struct vf_work *vf)
{
	struct sriov_pf *pf = work->pf;
	uint64_t missing = vf->want.set & ~work->can;
	char netdev[SRIOV_NAME_LEN];
	const char *why, *cure;

	if (!missing)
		return 0;
	missing &= -missing;
	cure = pf->ctx->only_backend ? NULL : provider_of(missing);
	sriov_pf_netdev(pf, netdev, sizeof(netdev));
	if (missing & (SRIOV_VF_DRIVER | SRIOV_VF_OF_NETDEV) && !pf->is_pci)
		why = "its VFs are no PCI devices";
	else if (cure)
		why = "no back end can set it on this PF";
	else if (!netdev[0] && work->now.note & SRIOV_NOTE_OTHER_NETNS)
		why = "the PF's netdev is in another network namespace";
	else if (!netdev[0])
		why = "the PF has no netdev to set it through";
	else if (pf->ctx->only_backend)
		why = "not through the back end that was asked for";
	else
		why = "no back end can set it on this PF";
	if (!cure && netdev[0] && !pf->ctx->only_backend)
		cure = sriov_quirk_cure(SRIOV_NOUN_VF, work->now.driver, missing,
					-EOPNOTSUPP);
	return sriov_fail(pf->ctx, SRIOV_WRONG, EOPNOTSUPP,
			  cure ? "%s/%u: %s: %s (%s)" : "%s/%u: %s: %s", pf->name,
			  vf->want.index, sriov_vf_attr_name(missing), why, cure);
}

/* `vlan 0` means no tag of any kind, unless the same command says otherwise. */
static void spell_out_vlan_0(struct vf_work *vf)
{
	if (!(vf->want.set & SRIOV_VF_VLAN) || vf->want.vlan)
		return;
	sriov_vf_copy(&vf->want, &groups[0].neutral, SRIOV_VF_VLAN_GROUP & ~vf->want.set);
}

/* Fill `to`: what was asked for, and its companions as they are. */
static int complete(struct pf_work *work, struct vf_work *vf)
{
	struct sriov_pf *pf = work->pf;

	spell_out_vlan_0(vf);
	vf->to = vf->want;
	for (size_t i = 0; i < ARRAY_SIZE(groups); i++) {
		uint64_t missing = groups[i].bits & ~vf->want.set;

		if (!(groups[i].bits & vf->want.set) || !missing)
			continue;
		if (missing & ~vf->now.set && !vf->fresh)
			return sriov_fail(
				pf->ctx, SRIOV_WRONG, ENODATA,
				"%s/%u: the driver does not tell %s: give %s together",
				pf->name, vf->want.index,
				sriov_vf_attr_name(missing & -missing), groups[i].names);
		sriov_vf_copy(&vf->to, vf->fresh ? &groups[i].neutral : &vf->now,
			      missing);
	}
	return 0;
}

static bool is_guid(uint64_t guid)
{
	return guid && guid != SRIOV_GUID_AUTO;
}

/* The kernel narrows silently: VLAN 65546 would become 10. */
static int check_values(struct sriov_pf *pf, const struct sriov_vf_attrs *to,
			uint64_t asked)
{
	uint32_t index = to->index;

	if ((to->set & SRIOV_VF_RATE_GROUP) == SRIOV_VF_RATE_GROUP && to->max_tx_rate &&
	    to->min_tx_rate > to->max_tx_rate)
		return sriov_fail(pf->ctx, SRIOV_WRONG, EINVAL,
				  "%s/%u: min_tx_rate %u is above max_tx_rate %u",
				  pf->name, index, to->min_tx_rate, to->max_tx_rate);
	if ((to->set & SRIOV_VF_VLAN && to->vlan > SRIOV_VLAN_MAX) ||
	    (to->set & SRIOV_VF_QOS && to->qos > SRIOV_QOS_MAX) ||
	    (to->set & SRIOV_VF_MAX_TX_RATE && to->max_tx_rate > SRIOV_RATE_MAX) ||
	    (to->set & SRIOV_VF_MIN_TX_RATE && to->min_tx_rate > SRIOV_RATE_MAX))
		return sriov_fail(
			pf->ctx, SRIOV_WRONG, ERANGE,
			"%s/%u: a vlan above 4095, a qos above 7 or a rate above 2^31-1",
			pf->name, index);
	if (asked & SRIOV_VF_VLAN_PROTO && to->vlan_proto != SRIOV_VLAN_8021Q &&
	    !to->vlan)
		return sriov_fail(
			pf->ctx, SRIOV_WRONG, EINVAL,
			"%s/%u: vlan_proto: without a vlan there is no tag to be 802.1ad",
			pf->name, index);
	if ((to->set & SRIOV_VF_NODE_GUID && !is_guid(to->node_guid)) ||
	    (to->set & SRIOV_VF_PORT_GUID && !is_guid(to->port_guid)))
		return sriov_fail(pf->ctx, SRIOV_WRONG, EINVAL,
				  "%s/%u: all zeros or all ones are no GUID", pf->name,
				  index);
	if (to->set & SRIOV_VF_MAC && to->mac[0] & 1)
		return sriov_fail(pf->ctx, SRIOV_WRONG, EINVAL,
				  "%s/%u: mac: multicast address", pf->name, index);
	return 0;
}

int sriov_plan_check_vf(struct pf_work *work, struct vf_work *vf)
{
	struct sriov_pf *pf = work->pf;
	uint32_t index = vf->want.index;
	char object[SRIOV_NAME_LEN * 3];
	int r = check_can(work, vf);

	snprintf(object, sizeof(object), "%s/%u", pf->name, index);
	if (r >= 0 && vf->want.set & SRIOV_VF_DRIVER)
		r = check_driver_name(pf->ctx, object, vf->want.driver);
	if (r >= 0 && vf->want.set & SRIOV_VF_DRIVER)
		r = check_override(pf->ctx, object, vf->now.note);
	if (r >= 0)
		r = sriov_plan_make_guids(work, vf);
	if (r >= 0)
		r = sriov_plan_check_guids(work, vf);
	if (r >= 0)
		r = sriov_plan_make_trunk(work, vf);
	if (r >= 0)
		r = complete(work, vf);
	if (r < 0)
		return r;
	/* what was so before is nobody's wish */
	if (!(vf->want.set & ~vf->back & ~SRIOV_VF_DRIVER))
		return 0;
	return check_values(pf, &vf->to, vf->want.set);
}
