// SPDX-License-Identifier: GPL-2.0-or-later
/* Creating and destroying VFs, and waiting until they, or their PF, are ready. */
#include "internal.h"

struct change {
	struct sriov_pf *pf;
	uint32_t n;
};

/* There is none, or the driver has no function behind it (drivers/pci/iov.c). */
static bool is_without(int r)
{
	return r == -ENOENT || r == -ENOSYS || r == -EOPNOTSUPP;
}

/*
 * The file of MLNX_OFED. Before 4.7-3.2.9 its driver tore all VFs down when it was told a number
 * while there were some: so it is not told.
 */
static int write_mlnx(struct sriov_ctx *ctx, const struct change *change,
		      const char *number)
{
	uint32_t now;
	int r = sriov_sysfs_read_u32(ctx, &now, "%s/mlx5_num_vfs", change->pf->path);

	if (r < 0)
		return r;
	if (now && change->n)
		return now == change->n ? 0 : -EBUSY;
	return sriov_sysfs_write(ctx, number, "%s/mlx5_num_vfs", change->pf->path);
}

static int write_num_vfs(struct sriov_ctx *ctx, const struct sriov_job *job, char *text)
{
	const struct change *change = job->data;
	char number[16];
	int r, other;

	(void)text;
	snprintf(number, sizeof(number), "%u", change->n);
	r = sriov_sysfs_write(ctx, number, "%s/sriov_numvfs", change->pf->path);
	if (!is_without(r))
		return r;
	other = write_mlnx(ctx, change, number);
	return is_without(other) ? r : other;
}

/* sriov_numvfs itself cannot be read while the write goes on: count the links. */
static void show_progress(struct sriov_ctx *ctx, const void *data)
{
	const struct change *change = data;
	uint32_t n;

	if (change->n && change->pf->is_pci && !sriov_pf_num_vfs(change->pf, &n))
		sriov_progress(ctx, "creating VFs", n, change->n);
}

static bool all_there(void *data)
{
	const struct change *change = data;
	char path[SRIOV_PATH_LEN];
	uint32_t n;

	if (sriov_pf_num_vfs(change->pf, &n) < 0 || n != change->n)
		return false;
	for (uint32_t i = 0; change->pf->is_pci && i < n; i++)
		if (sriov_vf_path(change->pf, i, path, sizeof(path)) < 0 ||
		    !sriov_sysfs_exists(change->pf->ctx, "%s", path))
			return false;
	return true;
}

int sriov_num_vfs_write(struct sriov_pf *pf, uint32_t n, char *text)
{
	/* while they go, the PF does not say any more which they are */
	_cleanup_free_ struct sriov_holding *before = NULL;
	struct sriov_ctx *ctx = pf->ctx;
	struct change change = { pf, n };
	struct sriov_job job = { .work = write_num_vfs, .data = &change };
	const struct sriov_pace pace = { .parallel = 1,
					 .limit_ms = sriov_write_limit_ms(ctx),
					 .tick = show_progress };
	struct sriov_events *events = NULL;
	uint32_t now = 0, nr_before = 0;
	int r;

	r = sriov_holdings_new(pf, NULL, &nr_before, &before);
	if (r >= 0)
		r = sriov_events_open(ctx, &events);
	if (r < 0) {
		sriov_copy(text, SRIOV_TEXT_LEN, ctx->error);
		return r;
	}
	r = sriov_workers_run(ctx, &pace, &job, 1);
	sriov_copy(text, SRIOV_TEXT_LEN, job.text);
	if (job.pid) {
		if (sriov_holders_find_blamed(ctx, before, nr_before) >= 0)
			sriov_holders_blame(before, nr_before, text, SRIOV_TEXT_LEN);
		r = -EINPROGRESS; /* a driver may say -ETIMEDOUT itself */
	}
	/* a driver may enable fewer than it was asked for, and call that success */
	if (r >= 0 && sriov_events_wait(events, 1000, all_there, &change) < 0) {
		r = sriov_pf_num_vfs(pf, &now);
		if (r >= 0 && now != n) {
			snprintf(text, SRIOV_TEXT_LEN, "accepted, but there are %u of %u",
				 now, n);
			r = -EREMOTEIO;
		}
	}
	sriov_events_close(events);
	return r;
}

struct settling {
	struct sriov_pf *pf;
	const uint32_t *indexes;
	size_t n;
	bool *late;
	bool udev, netdevs;
};

/*
 * udev has always a record of a netdev whose rules have run, of a PCI device only when the
 * rules found something to note (systemd src/libsystemd/sd-device, device_update_db()).
 */
static bool is_known_to_udev(struct sriov_ctx *ctx, const char *path, const char *netdev)
{
	uint32_t index;

	return sriov_sysfs_read_u32(ctx, &index, "%s/net/%s/ifindex", path, netdev) >=
		       0 &&
	       sriov_sysfs_exists(ctx, "run/udev/data/n%u", index);
}

/* Has this device what its driver makes? */
static bool is_ready(struct sriov_ctx *ctx, const char *path, bool udev)
{
	char driver[SRIOV_NAME_LEN];
	_cleanup_free_ char **names = NULL;
	int n = sriov_sysfs_list(ctx, &names, "%s/net", path);

	if (n > 0)
		return !udev || is_known_to_udev(ctx, path, names[0]);
	/* an empty directory: udev, or somebody, has moved it to another namespace */
	if (n == 0)
		return true;
	sriov_driver_of(ctx, path, driver, sizeof(driver));
	return !sriov_bind_makes_netdevs(driver);
}

static bool is_settled(struct settling *s, uint32_t index)
{
	char path[SRIOV_PATH_LEN];

	return sriov_vf_path(s->pf, index, path, sizeof(path)) >= 0 &&
	       (!s->netdevs || is_ready(s->pf->ctx, path, s->udev));
}

/* For one that somebody has destroyed meanwhile nobody need wait: it stays late. */
static bool is_gone(const struct settling *s, uint32_t index)
{
	return !sriov_sysfs_exists(s->pf->ctx, "%s/virtfn%u", s->pf->path, index);
}

static bool all_settled(void *data)
{
	struct settling *s = data;
	bool all = true;

	for (size_t i = 0; i < s->n; i++) {
		if (s->late[i])
			s->late[i] = !is_settled(s, s->indexes[i]);
		all = all && (!s->late[i] || is_gone(s, s->indexes[i]));
	}
	return all;
}

void sriov_num_vfs_settle(struct sriov_pf *pf, const uint32_t *indexes, size_t n,
			  bool *late)
{
	struct sriov_ctx *ctx = pf->ctx;
	struct settling s = { .pf = pf, .indexes = indexes, .n = n, .late = late };
	struct sriov_events *events = NULL;
	char netdev[SRIOV_NAME_LEN];

	for (size_t i = 0; i < n; i++)
		late[i] = true;
	s.udev = sriov_sysfs_exists(ctx, "run/udev/control");
	/* a PF that is no network card has VFs that are none */
	sriov_pf_netdev(pf, netdev, sizeof(netdev));
	s.netdevs = netdev[0];
	if (sriov_events_open(ctx, &events) < 0) {
		all_settled(&s);
		return;
	}
	sriov_events_wait(events, ctx->wait * 1000, all_settled, &s);
	sriov_events_close(events);
}

static bool pf_is_settled(void *data)
{
	const struct settling *s = data;

	return is_ready(s->pf->ctx, s->pf->path, s->udev);
}

bool sriov_pf_settle(struct sriov_pf *pf)
{
	struct settling s = { .pf = pf };
	struct sriov_events *events = NULL;
	int r;

	s.udev = sriov_sysfs_exists(pf->ctx, "run/udev/control");
	if (sriov_events_open(pf->ctx, &events) < 0)
		return pf_is_settled(&s);
	r = sriov_events_wait(events, pf->ctx->wait * 1000, pf_is_settled, &s);
	sriov_events_close(events);
	return r >= 0;
}
