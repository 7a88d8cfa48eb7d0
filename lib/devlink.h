/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the files of devlink share: requests, and answers as bytes that nobody vouches for. */
#ifndef SRIOV_DEVLINK_H
#define SRIOV_DEVLINK_H

#include <linux/devlink.h>

#include "genl.h"

/* linux/devlink.h of Linux 6.19 */
#define SRIOV_DEVLINK_PARAM_VALUE_DEFAULT 182
#define SRIOV_DEVLINK_PARAM_RESET_DEFAULT 183

/* Nothing in a request is longer than the name of a file. */
union sriov_devlink_request {
	struct nlmsghdr nlh;
	char bytes[1024];
};

/* A request about the device of a PF: its attributes are appended with mnl_attr_put_*(). */
void sriov_devlink_begin(const struct sriov_pf *pf, union sriov_devlink_request *request,
			 uint8_t cmd);

/* ---- devlink.c: asking ---- */
/* Messages about one PF, one behind the other. */
struct sriov_devlink_answer {
	const struct sriov_pf *pf;
	void *bytes; /* to be freed */
	size_t len;
};

/*
 * Ask one of these questions, in a worker: while somebody flashes or reloads the card the
 * kernel blocks. Of a recorded machine it is netlink/devlink-BUS-DEV-NAME.hex. Returns 0 or
 * -errno without a text: -EOPNOTSUPP: no devlink here, or nothing to say; -ETIMEDOUT.
 */
struct sriov_devlink_question {
	const char *name;
	uint8_t cmd;
	bool dump; /* the answer is a list, of this device */
};
extern const struct sriov_devlink_question sriov_devlink_dev, sriov_devlink_info_get,
	sriov_devlink_param_get;
int sriov_devlink_ask(struct sriov_pf *pf, const struct sriov_devlink_question *question,
		      struct sriov_devlink_answer *answer);
/*
 * The attributes of the next message about this PF; `at` begins at 0. False at the end, also
 * when what follows is malformed.
 */
bool sriov_devlink_next(const struct sriov_devlink_answer *answer, size_t *at,
			const uint8_t **p, const uint8_t **end);

/* How a request that changes something is made: by a worker, which may take so long. */
struct sriov_devlink_pace {
	unsigned int limit_ms;
	void (*tick)(struct sriov_ctx *ctx, const void *data);
	const void *data;
};
/*
 * Make a change and wait for its acknowledgement. `words` (SRIOV_TEXT_LEN) gets the kernel's
 * text, also when it went well, or that of the worker. -EINPROGRESS: the kernel is still at it.
 */
int sriov_devlink_change(struct sriov_pf *pf, union sriov_devlink_request *request,
			 const struct sriov_devlink_pace *pace, char *words);

/*
 * Is this action of a reload (enum devlink_reload_action) one that the driver has? 1, 0, or -errno
 * of the question.
 */
int sriov_devlink_can_reload(struct sriov_pf *pf, uint8_t action);

/* ---- devlink-param.c ---- */
/* The types of values, as they are sent: enum devlink_var_attr_type of Linux 6.16. */
enum sriov_devlink_type {
	SRIOV_DEVLINK_U8 = 1,
	SRIOV_DEVLINK_U16 = 2,
	SRIOV_DEVLINK_U32 = 3,
	SRIOV_DEVLINK_U64 = 4,
	SRIOV_DEVLINK_STRING = 5,
	SRIOV_DEVLINK_FLAG = 6,
};

/* A parameter that is kept by the card: its permanent value. */
struct sriov_devlink_param {
	char name[SRIOV_NAME_LEN];
	uint8_t type;
	bool has_default;
	struct sriov_fw_value value, factory;
};

/* Is this message a parameter that has a permanent value of a type that is known? */
bool sriov_devlink_param_parse(const uint8_t *p, const uint8_t *end,
			       struct sriov_devlink_param *param);
/*
 * Append what a parameter is to become. `value` NULL: its default, which the kernel knows since
 * 6.19. False: a type that is not known.
 */
bool sriov_devlink_param_put(union sriov_devlink_request *request, const char *name,
			     uint8_t type, const struct sriov_fw_value *value);

/* ---- devlink-info.c ---- */
/* Read the versions that an answer has; what it does not say stays unset. */
void sriov_devlink_info_parse(const uint8_t *p, const uint8_t *end,
			      struct sriov_fw_info *info);

/* ---- devlink-flash.c ---- */
/* How far the kernel is with a file. */
struct sriov_devlink_flash {
	char text[SRIOV_NAME_LEN * 2]; /* "Flashing", with its component */
	unsigned int percent;
	bool begun, ended;
};
/* Read a notification: true when it is about this PF. */
bool sriov_devlink_flash_parse(const struct sriov_pf *pf, const struct nlmsghdr *message,
			       struct sriov_devlink_flash *flash);
/* Have the kernel write a file, by its name below the firmware path, and tell the progress. */
int sriov_devlink_flash(struct sriov_pf *pf, const char *file, const char *component,
			unsigned int overwrite, char *words);

#endif
