// SPDX-License-Identifier: GPL-2.0-or-later
/* devlink: questions about the device of a PF, and changes, as requests to the kernel. */
#include <libmnl/libmnl.h>

#include "devlink.h"

#define ANSWER_MAX (256 << 10) /* a thousand ports, or ten thousand parameters' names */

const struct sriov_devlink_question sriov_devlink_dev = { "dev", DEVLINK_CMD_GET, false };
const struct sriov_devlink_question sriov_devlink_info_get = { "info",
							       DEVLINK_CMD_INFO_GET,
							       false };
const struct sriov_devlink_question sriov_devlink_param_get = { "param",
								DEVLINK_CMD_PARAM_GET,
								true };

void sriov_devlink_begin(const struct sriov_pf *pf, union sriov_devlink_request *request,
			 uint8_t cmd)
{
	memset(request, 0, sizeof(*request));
	sriov_genl_begin(&request->nlh, cmd, DEVLINK_GENL_VERSION);
	mnl_attr_put_strz(&request->nlh, DEVLINK_ATTR_BUS_NAME, pf->bus);
	mnl_attr_put_strz(&request->nlh, DEVLINK_ATTR_DEV_NAME, pf->dev);
}

/* Is it about this PF? Dumps of kernels before 6.7 are of all devices. */
static bool is_about(const struct sriov_pf *pf, const uint8_t *p, const uint8_t *end)
{
	char bus[SRIOV_NAME_LEN] = "", dev[SRIOV_NAME_LEN] = "";
	struct sriov_nlattr attr;

	while (sriov_nlattr_next(&p, end, &attr)) {
		if (attr.type == DEVLINK_ATTR_BUS_NAME)
			sriov_nlattr_text(&attr, bus, sizeof(bus));
		else if (attr.type == DEVLINK_ATTR_DEV_NAME)
			sriov_nlattr_text(&attr, dev, sizeof(dev));
	}
	return !strcmp(bus, pf->bus) && !strcmp(dev, pf->dev);
}

bool sriov_devlink_next(const struct sriov_devlink_answer *answer, size_t *at,
			const uint8_t **p, const uint8_t **end)
{
	const uint8_t *bytes = answer->bytes;
	struct nlmsghdr nlh;

	while (answer->len - *at >= sizeof(nlh)) {
		const struct nlmsghdr *message = (const struct nlmsghdr *)(bytes + *at);
		size_t step;

		memcpy(&nlh, message, sizeof(nlh));
		if (nlh.nlmsg_len < sizeof(nlh) || nlh.nlmsg_len > answer->len - *at)
			return false;
		step = NLMSG_ALIGN((size_t)nlh.nlmsg_len);
		*at = step < answer->len - *at ? *at + step : answer->len;
		if (nlh.nlmsg_type >= NLMSG_MIN_TYPE &&
		    sriov_genl_open(message, p, end) >= 0 &&
		    is_about(answer->pf, *p, *end))
			return true;
	}
	return false;
}

/* ---- questions ---- */

/* What a worker brings back: all in one piece. */
struct asking {
	const struct sriov_devlink_question *question;
	struct sriov_pf *pf;
	int err;
	size_t len;
	uint8_t bytes[ANSWER_MAX];
};

static void keep(void *data, const struct nlmsghdr *message)
{
	struct asking *asking = data;
	const uint8_t *p, *end;
	size_t size = NLMSG_ALIGN((size_t)message->nlmsg_len);

	if (sriov_genl_open(message, &p, &end) < 0 || !is_about(asking->pf, p, end))
		return;
	if (size > sizeof(asking->bytes) - asking->len) {
		asking->err = -EMSGSIZE;
		return;
	}
	memcpy(asking->bytes + asking->len, message, message->nlmsg_len);
	asking->len += size;
}

static int ask_once(struct sriov_ctx *ctx, struct asking *asking)
{
	_cleanup_free_ struct nlmsghdr *answer = NULL;
	union sriov_devlink_request request;
	struct sriov_genl_family family;
	char words[SRIOV_TEXT_LEN];
	int r = sriov_genl_find(ctx, DEVLINK_GENL_NAME, DEVLINK_GENL_MCGRP_CONFIG_NAME,
				&family);

	if (r < 0)
		return r;
	asking->len = 0;
	sriov_devlink_begin(asking->pf, &request, asking->question->cmd);
	request.nlh.nlmsg_type = family.id;
	if (asking->question->dump)
		return sriov_netlink_dump(ctx, SRIOV_GENL, &request.nlh, keep, asking);
	r = sriov_netlink_talk(ctx, SRIOV_GENL, &request.nlh, words, &answer);
	if (r == 1)
		keep(asking, answer);
	return r < 0 ? r : 0;
}

static void ask(struct sriov_ctx *ctx, void *data, size_t i)
{
	struct asking *asking = data;
	int r = ask_once(ctx, asking);

	(void)i;
	/* a list that changed while it was read is read once more */
	if (r == -EINTR || r == -ENOBUFS)
		r = ask_once(ctx, asking);
	if (r < 0)
		asking->err = r;
}

static void recorded_name(const struct sriov_pf *pf,
			  const struct sriov_devlink_question *question, char *name,
			  size_t size)
{
	snprintf(name, size, "devlink-%s-%s-%s", pf->bus, pf->dev, question->name);
}

static int ask_recorded(struct sriov_pf *pf,
			const struct sriov_devlink_question *question,
			struct sriov_devlink_answer *answer)
{
	char name[SRIOV_NAME_LEN * 3];
	ssize_t len;

	recorded_name(pf, question, name, sizeof(name));
	len = sriov_netlink_recorded(pf->ctx, name, &answer->bytes);
	if (len < 0)
		return len == -ENODATA ? -EOPNOTSUPP : (int)len;
	answer->len = (size_t)len;
	return 0;
}

static int ask_kernel(struct sriov_pf *pf, const struct sriov_devlink_question *question,
		      struct sriov_devlink_answer *answer)
{
	_cleanup_free_ struct asking *asking = calloc(1, sizeof(*asking));
	int r;

	if (!asking)
		return -ENOMEM;
	asking->question = question;
	asking->pf = pf;
	r = sriov_worker_read(pf->ctx, ask, asking, sizeof(*asking), 1);
	if (r >= 0)
		r = asking->err;
	if (r < 0)
		return r == -ENODEV ? -EOPNOTSUPP : r;
	answer->bytes = malloc(asking->len + 1);
	if (!answer->bytes)
		return -ENOMEM;
	memcpy(answer->bytes, asking->bytes, asking->len);
	answer->len = asking->len;
	return 0;
}

int sriov_devlink_ask(struct sriov_pf *pf, const struct sriov_devlink_question *question,
		      struct sriov_devlink_answer *answer)
{
	int r;

	*answer = (struct sriov_devlink_answer){ .pf = pf };
	r = pf->ctx->recorded ? ask_recorded(pf, question, answer) :
				ask_kernel(pf, question, answer);
	sriov_debug(pf->ctx, "devlink %s %s -> %s", question->name, pf->name,
		    r ? sriov_strerror(-r) : "done");
	return r;
}

int sriov_pf_record_devlink(struct sriov_pf *pf, size_t i, char **name, char **hex)
{
	static const struct sriov_devlink_question *const questions[] = {
		&sriov_devlink_dev, &sriov_devlink_info_get, &sriov_devlink_param_get
	};
	_cleanup_free_ void *bytes = NULL;
	struct sriov_devlink_answer answer;
	char recorded[SRIOV_NAME_LEN * 3];
	int r;

	if (i >= ARRAY_SIZE(questions))
		return sriov_fail(pf->ctx, SRIOV_WRONG, ENOENT, "%s: no more", pf->name);
	r = sriov_devlink_ask(pf, questions[i], &answer);
	bytes = answer.bytes;
	if (r >= 0 && !answer.len)
		r = -ENODATA;
	if (r < 0)
		return sriov_fail(pf->ctx, SRIOV_FAILED, r == -ENOENT ? EIO : -r,
				  "%s: devlink %s: %s", pf->name, questions[i]->name,
				  sriov_strerror(-r));
	recorded_name(pf, questions[i], recorded, sizeof(recorded));
	return sriov_netlink_print(pf->ctx, recorded, bytes, answer.len, name, hex);
}

/* ---- changes ---- */

struct change {
	struct sriov_pf *pf;
	union sriov_devlink_request *request;
	const struct sriov_devlink_pace *pace;
};

static int make_change(struct sriov_ctx *ctx, const struct sriov_job *job, char *text)
{
	const struct change *change = job->data;
	_cleanup_free_ struct nlmsghdr *answer = NULL;
	struct sriov_genl_family family;
	int r = sriov_genl_find(ctx, DEVLINK_GENL_NAME, DEVLINK_GENL_MCGRP_CONFIG_NAME,
				&family);

	if (r < 0)
		return r;
	change->request->nlh.nlmsg_type = family.id;
	change->request->nlh.nlmsg_flags = NLM_F_REQUEST | NLM_F_ACK;
	return sriov_netlink_talk(ctx, SRIOV_GENL, &change->request->nlh, text, &answer);
}

static void tick(struct sriov_ctx *ctx, const void *data)
{
	const struct change *change = data;

	if (change->pace->tick)
		change->pace->tick(ctx, change->pace->data);
}

int sriov_devlink_change(struct sriov_pf *pf, union sriov_devlink_request *request,
			 const struct sriov_devlink_pace *pace, char *words)
{
	struct change change = { pf, request, pace };
	struct sriov_job job = { .work = make_change, .data = &change };
	const struct sriov_pace workers = { .parallel = 1,
					    .limit_ms = pace->limit_ms,
					    .tick = tick };
	int r;

	if (pf->ctx->recorded)
		return -EROFS;
	r = sriov_workers_run(pf->ctx, &workers, &job, 1);
	sriov_copy(words, SRIOV_TEXT_LEN, job.text);
	/* a driver may say -ETIMEDOUT itself */
	if (job.pid)
		r = -EINPROGRESS;
	sriov_debug(pf->ctx, "devlink change %s -> %s%s%s", pf->name,
		    r ? sriov_strerror(-r) : "done", words[0] ? ": " : "", words);
	return r;
}

/* ---- actions of a reload ---- */

/* Of one entry of the statistics, which has each action that there is (since 5.10). */
static bool has_action(const struct sriov_nlattr *entry, uint8_t action)
{
	const uint8_t *p = entry->data;
	struct sriov_nlattr attr;

	while (sriov_nlattr_next(&p, entry->data + entry->len, &attr))
		if (attr.type == DEVLINK_ATTR_RELOAD_ACTION &&
		    sriov_nlattr_number(&attr) == action)
			return true;
	return false;
}

/* DEV_STATS { RELOAD_STATS { RELOAD_ACTION_INFO { RELOAD_ACTION ... } ... } } */
static bool stats_have(const uint8_t *p, const uint8_t *end, uint8_t action)
{
	static const uint16_t path[] = { DEVLINK_ATTR_DEV_STATS,
					 DEVLINK_ATTR_RELOAD_STATS };
	struct sriov_nlattr attr;
	size_t deep = 0;

	while (sriov_nlattr_next(&p, end, &attr)) {
		if (deep < ARRAY_SIZE(path) && attr.type == path[deep]) {
			p = attr.data;
			end = attr.data + attr.len;
			deep++;
		} else if (deep == ARRAY_SIZE(path) &&
			   attr.type == DEVLINK_ATTR_RELOAD_ACTION_INFO &&
			   has_action(&attr, action)) {
			return true;
		}
	}
	return false;
}

int sriov_devlink_can_reload(struct sriov_pf *pf, uint8_t action)
{
	_cleanup_free_ void *bytes = NULL;
	struct sriov_devlink_answer answer;
	const uint8_t *p, *end;
	size_t at = 0;
	int r = sriov_devlink_ask(pf, &sriov_devlink_dev, &answer);

	bytes = answer.bytes;
	if (r < 0)
		return r;
	return sriov_devlink_next(&answer, &at, &p, &end) && stats_have(p, end, action);
}
