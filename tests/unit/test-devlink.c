// SPDX-License-Identifier: GPL-2.0-or-later
/* devlink as bytes: recorded answers, answers that are cut or made up, and requests. */
#include <linux/genetlink.h>

#include "devlink-bytes.h"
#include "devlink.h"
#include "fw-devlink.h"
#include "machine.h"
#include "message.h"
#include "tap.h"

#define DEV "0001:81:00.0"

static struct sriov_ctx *ctx;
static struct sriov_pf *pf;

/* ---- a recorded machine ---- */

static void record(const struct tree *tree, const char *what, const char *hex)
{
	char path[128];

	snprintf(path, sizeof(path), "netlink/devlink-pci-" DEV "-%s.hex", what);
	tree_file(tree, path, hex);
}

static void start_machine(struct tree *tree, const char *driver)
{
	char target[128];

	tree_new(tree);
	machine_pci(tree, DEV, "0x020000\n", "0x15b3\n", "0x1021\n");
	machine_pf(tree, DEV, "0\n", "8\n");
	snprintf(target, sizeof(target), "../../../bus/pci/drivers/%s", driver);
	tree_link(tree, "sys/devices/pci0000:00/" DEV "/driver", target);
	if (sriov_new_at(tree->root, &ctx) < 0 || sriov_pf_find(ctx, DEV, &pf) < 0)
		tree_die("the recorded machine");
}

static void end_machine(const struct tree *tree)
{
	sriov_free(ctx);
	tree_free(tree);
}

static void test_info(void)
{
	struct sriov_fw_info info = { .set = SRIOV_FW_INFO_STORED };
	struct tree tree;

	start_machine(&tree, "mlx5_core");
	is_int(sriov_devlink_info(pf, &info), -EOPNOTSUPP, "nothing is recorded");
	record(&tree, "info", bytes_info_mlx5);
	is_int(sriov_devlink_info(pf, &info), 0, "info");
	is_int(info.set,
	       SRIOV_FW_INFO_PSID | SRIOV_FW_INFO_RUNNING | SRIOV_FW_INFO_STORED |
		       SRIOV_FW_INFO_SERIAL,
	       "what mlx5 tells");
	is_str(info.psid, "MT_0000000834", "PSID");
	is_str(info.running, "28.43.1014", "running");
	is_str(info.stored, "28.43.1014", "stored");
	is_str(info.serial, "c1f8a7e2d14dee1180000c42a1c60001", "serial number");

	record(&tree, "info", bytes_info_bnxt);
	is_int(sriov_devlink_info(pf, &info), 0, "another one");
	is_int(info.set, SRIOV_FW_INFO_RUNNING | SRIOV_FW_INFO_STORED,
	       "what bnxt tells, and nothing of before");
	is_str(info.running, "229.0.139.0", "the version of all, not of a part");
	record(&tree, "info", "not hex");
	is_int(sriov_devlink_info(pf, &info), -EBADMSG, "no hex text");
	end_machine(&tree);
}

static void test_reload(void)
{
	struct tree tree;

	start_machine(&tree, "mlx5_core");
	is_int(sriov_devlink_can_reload(pf, DEVLINK_RELOAD_ACTION_FW_ACTIVATE),
	       -EOPNOTSUPP, "nothing is known");
	record(&tree, "dev", bytes_dev);
	ok(sriov_devlink_can_reload(pf, DEVLINK_RELOAD_ACTION_FW_ACTIVATE),
	   "the firmware can be activated");
	ok(sriov_devlink_can_reload(pf, DEVLINK_RELOAD_ACTION_DRIVER_REINIT),
	   "the driver can be started anew");
	ok(!sriov_devlink_can_reload(pf, 3), "and no more");
	record(&tree, "dev", bytes_info_mlx5);
	ok(!sriov_devlink_can_reload(pf, DEVLINK_RELOAD_ACTION_FW_ACTIVATE),
	   "another answer says nothing of it");
	end_machine(&tree);
}

static void free_list(struct sriov_fw_param **params)
{
	for (size_t i = 0; params[i]; i++)
		free(params[i]);
	free(params);
}

static void test_list(void)
{
	static const char *const wanted[] = { "MSIX_VEC_PER_PF_MAX", "nothing" };
	struct sriov_fw_param **params;
	struct tree tree;
	size_t n;

	start_machine(&tree, "bnxt_en");
	is_int(sriov_fw_devlink.list(pf, NULL, 0, &params, &n), -EOPNOTSUPP,
	       "no devlink");
	record(&tree, "param", bytes_param_runtime);
	is_int(sriov_fw_devlink.list(pf, NULL, 0, &params, &n), -EOPNOTSUPP,
	       "none that is permanent");
	record(&tree, "param", bytes_param_bnxt);
	is_int(sriov_fw_devlink.list(pf, NULL, 0, &params, &n), 0, "permanent ones");
	is_int(n, 4, "all of them");
	is_str(params[0]->name, "enable_sriov", "a flag");
	is_int(params[0]->type, SRIOV_FW_BOOL, "its type");
	is_str(params[0]->next.text, "True", "that is set");
	is_str(params[1]->next.text, "False", "one that is not");
	is_int(params[2]->next.number, 74, "a number");
	is_str(params[2]->next.text, "74", "as text");
	is_int(params[2]->set, SRIOV_FW_NEXT | SRIOV_FW_ACTIVATION,
	       "what it runs with is not known");
	is_int(params[2]->activation, SRIOV_FW_REBOOT, "what activates it");
	is_str(params[2]->backend, "devlink", "its back end");
	free_list(params);
	sriov_fw_devlink.list(pf, wanted, 2, &params, &n);
	is_int(n, 1, "by name, in any case");
	is_str(params[0]->name, "msix_vec_per_pf_max", "its own name");
	free_list(params);
	end_machine(&tree);
}

/* ---- messages that are made up ---- */

static void begin(struct message *m, uint8_t cmd)
{
	struct nlmsghdr nlh = { .nlmsg_type = NLMSG_MIN_TYPE + 7 };
	struct genlmsghdr genl = { cmd, DEVLINK_GENL_VERSION, 0 };

	*m = (struct message){ 0 };
	put(m, &nlh, sizeof(nlh));
	put(m, &genl, sizeof(genl));
	put_attr(m, DEVLINK_ATTR_BUS_NAME, "pci", 4);
	put_attr(m, DEVLINK_ATTR_DEV_NAME, DEV, sizeof(DEV));
}

/* A parameter with one value of this mode; NULL: without value, or without default. */
static void put_param(struct message *m, const char *name, uint8_t type, uint8_t cmode,
		      const void *value, size_t len, const void *factory,
		      size_t factory_len)
{
	size_t param, list, one;

	begin(m, DEVLINK_CMD_PARAM_GET);
	param = nest_start(m, DEVLINK_ATTR_PARAM);
	put_attr(m, DEVLINK_ATTR_PARAM_NAME, name, strlen(name) + 1);
	put_attr(m, DEVLINK_ATTR_PARAM_GENERIC, NULL, 0);
	put_attr(m, DEVLINK_ATTR_PARAM_TYPE, &type, 1);
	list = nest_start(m, DEVLINK_ATTR_PARAM_VALUES_LIST);
	one = nest_start(m, DEVLINK_ATTR_PARAM_VALUE);
	put_attr(m, DEVLINK_ATTR_PARAM_VALUE_CMODE, &cmode, 1);
	if (value)
		put_attr(m, DEVLINK_ATTR_PARAM_VALUE_DATA, value, len);
	if (factory)
		put_attr(m, SRIOV_DEVLINK_PARAM_VALUE_DEFAULT, factory, factory_len);
	nest_end(m, one);
	nest_end(m, list);
	nest_end(m, param);
	set_len(m, m->len);
}

/* In a block of exactly its size, for ASan. */
static bool parse(const struct message *m, size_t len, struct sriov_devlink_param *param)
{
	_cleanup_free_ uint8_t *exact = malloc(len ? len : 1);
	const uint8_t *p, *end;

	memcpy(exact, m->bytes, len);
	if (len < NLMSG_HDRLEN)
		return false;
	((struct nlmsghdr *)exact)->nlmsg_len = (uint32_t)len;
	return sriov_genl_open((struct nlmsghdr *)exact, &p, &end) >= 0 &&
	       sriov_devlink_param_parse(p, end, param);
}

static const char *parsed(uint8_t type, const void *value, size_t len,
			  const void *factory, size_t factory_len)
{
	static char text[200];
	struct sriov_devlink_param param;
	struct message m;

	put_param(&m, "x", type, DEVLINK_PARAM_CMODE_PERMANENT, value, len, factory,
		  factory_len);
	snprintf(text, sizeof(text), "nothing");
	if (parse(&m, m.len, &param))
		snprintf(text, sizeof(text), "%s%s%s", param.value.text,
			 param.has_default ? " default " : "",
			 param.has_default ? param.factory.text : "");
	free(m.bytes);
	return text;
}

static void test_values(void)
{
	char longest[65];
	const uint64_t u64 = 1;
	const uint32_t u32 = 4000000000;
	const uint16_t u16 = 513;
	const uint8_t u8 = 7, yes = 1, no = 0;

	memset(longest, 'x', sizeof(longest));
	longest[64] = '\0';
	is_str(parsed(SRIOV_DEVLINK_U8, &u8, 1, NULL, 0), "7", "u8");
	is_str(parsed(SRIOV_DEVLINK_U16, &u16, 2, NULL, 0), "513", "u16");
	is_str(parsed(SRIOV_DEVLINK_U32, &u32, 4, &u32, 4),
	       "4000000000 default 4000000000", "u32 with its default");
	is_str(parsed(SRIOV_DEVLINK_STRING, "balanced", 9, "aggressive", 11),
	       "balanced default aggressive", "string with its default");
	is_str(parsed(SRIOV_DEVLINK_STRING, "a\033b", 4, NULL, 0), "a?b",
	       "no control reaches anybody");
	is_str(parsed(SRIOV_DEVLINK_STRING, longest, 65, NULL, 0), "nothing",
	       "one that is too long is not cut");
	is_str(parsed(SRIOV_DEVLINK_FLAG, "", 0, &no, 1), "True default False",
	       "a flag is true by being there, its default by its byte");
	is_str(parsed(SRIOV_DEVLINK_FLAG, NULL, 0, &yes, 1), "False default True",
	       "and false by not being there");
	is_str(parsed(SRIOV_DEVLINK_FLAG, NULL, 0, NULL, 0), "False",
	       "without a default");
	is_str(parsed(SRIOV_DEVLINK_U32, &u16, 2, NULL, 0), "nothing",
	       "a number of another width");
	is_str(parsed(SRIOV_DEVLINK_U32, NULL, 0, NULL, 0), "nothing", "no number");
	is_str(parsed(SRIOV_DEVLINK_U64, &u64, 8, NULL, 0), "nothing",
	       "a type that has no place here");
	is_str(parsed(99, &u8, 1, NULL, 0), "nothing", "one that nobody knows");
}

static void test_cut(void)
{
	const uint32_t value = 64;
	struct sriov_devlink_param param;
	struct message m;
	int found = 0;

	put_param(&m, "total_vfs", SRIOV_DEVLINK_U32, DEVLINK_PARAM_CMODE_PERMANENT,
		  &value, 4, &value, 4);
	ok(parse(&m, m.len, &param), "whole");
	is_str(param.name, "total_vfs", "its name");
	for (size_t len = 0; len < m.len; len++)
		found += parse(&m, len, &param);
	is_int(found, 0, "cut at every byte: nothing is taken");
	free(m.bytes);
	put_param(&m, "total_vfs", SRIOV_DEVLINK_U32, DEVLINK_PARAM_CMODE_RUNTIME, &value,
		  4, NULL, 0);
	ok(!parse(&m, m.len, &param), "a value that does not last");
	free(m.bytes);
}

/* Every byte of a recorded answer changed: whatever comes of it, no byte too many is read. */
static void test_spoiled(void)
{
	struct sriov_devlink_answer answer = { 0 };
	struct sriov_devlink_param param;
	struct sriov_fw_info info;
	struct tree tree;
	unsigned int seen = 0;

	start_machine(&tree, "mlx5_core");
	record(&tree, "param", bytes_param_bnxt);
	sriov_devlink_ask(pf, &sriov_devlink_param_get, &answer);
	for (size_t i = 0; i < answer.len; i++) {
		for (unsigned int k = 0; k < 3; k++) {
			_cleanup_free_ uint8_t *exact = malloc(answer.len);
			static const uint8_t other[] = { 0x00, 0x7f, 0xff };
			struct sriov_devlink_answer one = { pf, exact, answer.len };
			const uint8_t *p, *end;
			size_t at = 0;

			memcpy(exact, answer.bytes, answer.len);
			exact[i] = other[k];
			while (sriov_devlink_next(&one, &at, &p, &end)) {
				sriov_devlink_param_parse(p, end, &param);
				sriov_devlink_info_parse(p, end, &info);
				seen++;
			}
		}
	}
	ok(seen > answer.len, "spoiled answers are read to their end");
	free(answer.bytes);
	end_machine(&tree);
}

/* ---- requests ---- */

/* The attribute of this type in a request; NULL: it has none. */
static const uint8_t *in_request(const union sriov_devlink_request *request,
				 uint16_t type, size_t *len)
{
	struct sriov_nlattr attr;
	const uint8_t *p, *end;

	sriov_genl_open(&request->nlh, &p, &end);
	while (sriov_nlattr_next(&p, end, &attr)) {
		*len = attr.len;
		if (attr.type == type)
			return attr.data;
	}
	return NULL;
}

static void test_requests(void)
{
	static struct sriov_pf device = { .bus = "pci", .dev = DEV };
	const struct sriov_fw_value number = { 300, "300" }, off = { 0, "False" },
				    on = { 1, "True" }, word = { 0, "aggressive" };
	union sriov_devlink_request request;
	const uint8_t *data;
	uint16_t u16;
	size_t len;

	sriov_devlink_begin(&device, &request, DEVLINK_CMD_PARAM_SET);
	is_str((const char *)in_request(&request, DEVLINK_ATTR_DEV_NAME, &len), DEV,
	       "which device");
	sriov_devlink_param_put(&request, "x", SRIOV_DEVLINK_U16, &number);
	data = in_request(&request, DEVLINK_ATTR_PARAM_VALUE_CMODE, &len);
	ok(data && len == 1 && data[0] == DEVLINK_PARAM_CMODE_PERMANENT, "permanent");
	data = in_request(&request, DEVLINK_ATTR_PARAM_TYPE, &len);
	ok(data && len == 1 && data[0] == 2, "the type as devlink numbers it");
	data = in_request(&request, DEVLINK_ATTR_PARAM_VALUE_DATA, &len);
	memcpy(&u16, data, sizeof(u16));
	ok(len == 2 && u16 == 300, "a number of its width");
	ok(!in_request(&request, SRIOV_DEVLINK_PARAM_RESET_DEFAULT, &len), "no reset");

	sriov_devlink_begin(&device, &request, DEVLINK_CMD_PARAM_SET);
	sriov_devlink_param_put(&request, "x", SRIOV_DEVLINK_FLAG, &off);
	ok(!in_request(&request, DEVLINK_ATTR_PARAM_VALUE_DATA, &len),
	   "false is not there");
	sriov_devlink_param_put(&request, "x", SRIOV_DEVLINK_FLAG, &on);
	ok(in_request(&request, DEVLINK_ATTR_PARAM_VALUE_DATA, &len) && !len,
	   "true is there");

	sriov_devlink_begin(&device, &request, DEVLINK_CMD_PARAM_SET);
	sriov_devlink_param_put(&request, "x", SRIOV_DEVLINK_STRING, &word);
	is_str((const char *)in_request(&request, DEVLINK_ATTR_PARAM_VALUE_DATA, &len),
	       "aggressive", "a word");

	sriov_devlink_begin(&device, &request, DEVLINK_CMD_PARAM_SET);
	sriov_devlink_param_put(&request, "x", SRIOV_DEVLINK_STRING, NULL);
	ok(in_request(&request, SRIOV_DEVLINK_PARAM_RESET_DEFAULT, &len) && !len &&
		   !in_request(&request, DEVLINK_ATTR_PARAM_VALUE_DATA, &len),
	   "the default, which the kernel knows");
	ok(!sriov_devlink_param_put(&request, "x", SRIOV_DEVLINK_U64, &number),
	   "a type that is not known");
}

/* ---- progress ---- */

static bool flash(uint8_t cmd, const char *text, const char *component, uint64_t done,
		  uint64_t total, uint64_t seconds, struct sriov_devlink_flash *to)
{
	static struct sriov_pf device = { .bus = "pci", .dev = DEV };
	struct message m;
	bool ours;

	begin(&m, cmd);
	if (text)
		put_attr(&m, DEVLINK_ATTR_FLASH_UPDATE_STATUS_MSG, text,
			 strlen(text) + 1);
	if (component)
		put_attr(&m, DEVLINK_ATTR_FLASH_UPDATE_COMPONENT, component,
			 strlen(component) + 1);
	put_attr(&m, DEVLINK_ATTR_FLASH_UPDATE_STATUS_DONE, &done, sizeof(done));
	put_attr(&m, DEVLINK_ATTR_FLASH_UPDATE_STATUS_TOTAL, &total, sizeof(total));
	if (seconds)
		put_attr(&m, DEVLINK_ATTR_FLASH_UPDATE_STATUS_TIMEOUT, &seconds,
			 sizeof(seconds));
	set_len(&m, m.len);
	ours = sriov_devlink_flash_parse(&device, (const struct nlmsghdr *)m.bytes, to);
	free(m.bytes);
	return ours;
}

static void test_progress(void)
{
	static struct sriov_pf other = { .bus = "pci", .dev = "0001:81:00.1" };
	struct sriov_devlink_flash to = { 0 };
	struct message m;

	ok(flash(DEVLINK_CMD_FLASH_UPDATE, NULL, NULL, 0, 0, 0, &to) && to.begun &&
		   !to.ended && !to.text[0],
	   "it begins");
	flash(DEVLINK_CMD_FLASH_UPDATE_STATUS, "Flashing", NULL, 3, 4, 0, &to);
	ok(to.percent == 75 && !strcmp(to.text, "Flashing"), "three of four");
	flash(DEVLINK_CMD_FLASH_UPDATE_STATUS, "Erasing", "fw", 9, 4, 0, &to);
	ok(to.percent == 100 && !strcmp(to.text, "fw: Erasing"), "more than all is all");
	flash(DEVLINK_CMD_FLASH_UPDATE_STATUS, "Flashing", NULL, UINT64_MAX / 2,
	      UINT64_MAX, 0, &to);
	ok(to.percent >= 49 && to.percent <= 50, "numbers of any size");
	flash(DEVLINK_CMD_FLASH_UPDATE_STATUS, "Activating", NULL, 0, 0, 5, &to);
	ok(!to.percent && !strcmp(to.text, "Activating (up to 5 s)"), "a limit instead");
	flash(DEVLINK_CMD_FLASH_UPDATE_STATUS, "bell\a", NULL, 0, 0, 0, &to);
	is_str(to.text, "bell?", "no control reaches a terminal");
	ok(flash(DEVLINK_CMD_FLASH_UPDATE_END, NULL, NULL, 0, 0, 0, &to) && to.ended,
	   "it ends");
	ok(!flash(DEVLINK_CMD_PARAM_NEW, NULL, NULL, 0, 0, 0, &to), "something else");
	begin(&m, DEVLINK_CMD_FLASH_UPDATE_END);
	set_len(&m, m.len);
	ok(!sriov_devlink_flash_parse(&other, (const struct nlmsghdr *)m.bytes, &to),
	   "that of another card");
	free(m.bytes);
}

/* ---- deciding ---- */

#define PERMANENT DEVLINK_PARAM_CMODE_PERMANENT

/* enable_sriov, total_vfs, a word with a default, and one without: as text of a recording. */
static void record_mlx5(const struct tree *tree, bool enabled, uint32_t vfs)
{
	struct message m[3];
	char *hex;
	size_t len = 0;

	put_param(&m[0], "enable_sriov", SRIOV_DEVLINK_FLAG, PERMANENT,
		  enabled ? "" : NULL, 0, NULL, 0);
	put_param(&m[1], "total_vfs", SRIOV_DEVLINK_U32, PERMANENT, &vfs, 4, NULL, 0);
	put_param(&m[2], "swp_l4_csum_mode", SRIOV_DEVLINK_STRING, PERMANENT, "l4_only",
		  8, "default", 8);
	hex = malloc((m[0].len + m[1].len + m[2].len) * 2 + 1);
	for (size_t i = 0; i < ARRAY_SIZE(m); i++) {
		for (size_t k = 0; k < m[i].len; k++)
			len += (size_t)sprintf(hex + len, "%02x", m[i].bytes[k]);
		free(m[i].bytes);
	}
	record(tree, "param", hex);
	free(hex);
}

/* "NAME: OLD -> NEW written (NOTE)", one a line, or the error. */
static const char *prepared(const struct sriov_fw_wish *wishes, size_t n)
{
	static char text[2000];
	struct sriov_fw_change *change;
	size_t len = 0;
	int r = sriov_fw_devlink.prepare(pf, wishes, n, &change);

	text[0] = '\0';
	if (r < 0)
		return sriov_error(ctx);
	for (size_t i = 0; i < change->n; i++) {
		const struct state *state = change->priv;

		len += (size_t)snprintf(text + len, sizeof(text) - len, "%s%s %s>%s%s%s",
					i ? ", " : "", change->to[i]->name,
					change->from[i]->next.text,
					change->to[i]->next.text,
					state->pairs[i].write ? " written" : "",
					strstr(change->to[i]->note, "NUM_OF_VFS") ?
						" per PF" :
						"");
		if (strstr(change->to[i]->note, "enable_sriov"))
			len += (size_t)snprintf(text + len, sizeof(text) - len, " alone");
	}
	sriov_fw_devlink.free(change);
	return text;
}

#define PREPARED(...)                                           \
	prepared((const struct sriov_fw_wish[]){ __VA_ARGS__ }, \
		 ARRAY_SIZE(((const struct sriov_fw_wish[]){ __VA_ARGS__ })))

static void test_prepare(void)
{
	struct sriov_fw_change *change;
	struct tree tree;

	start_machine(&tree, "mlx5_core");
	record_mlx5(&tree, false, 8);
	is_str(PREPARED({ "total_vfs", "16" }, { "ENABLE_SRIOV", "1" }),
	       "enable_sriov False>True written per PF, total_vfs 8>16 written",
	       "what must come first does");
	is_str(PREPARED({ "total_vfs", "0x10" }), "total_vfs 8>16 written per PF alone",
	       "alone it is not enough");
	is_str(PREPARED({ "total_vfs", "8" }, { "enable_sriov", "on" }),
	       "enable_sriov False>True written per PF, total_vfs 8>8 written",
	       "the other is written, too: it becomes that of the PF");
	record_mlx5(&tree, true, 8);
	is_str(PREPARED({ "total_vfs", "16" }, { "enable_sriov", "true" }),
	       "enable_sriov True>True written, total_vfs 8>16 written per PF",
	       "what is so for the card is not so for the PF");
	record_mlx5(&tree, false, 8);
	is_str(PREPARED({ "total_vfs", "8" }, { "enable_sriov", "false" }),
	       "enable_sriov False>False, total_vfs 8>8", "nothing is to be done");
	is_str(PREPARED({ "swp_l4_csum_mode", NULL }),
	       "swp_l4_csum_mode l4_only>default written", "a default");
	is_str(PREPARED({ "total_vfs", NULL }),
	       DEV ": total_vfs: its default is not known: Linux 6.19 and later tell it, "
		   "where the driver does",
	       "one that nobody knows");
	is_str(PREPARED({ "total_vfs", "4294967296" }),
	       DEV ": total_vfs: '4294967296' is not 0 to 4294967295", "out of range");
	is_str(PREPARED({ "total_vfs", "-1" }),
	       DEV ": total_vfs: '-1' is not 0 to 4294967295", "no number");
	is_str(PREPARED({ "enable_sriov", "maybe" }),
	       DEV ": enable_sriov: 'maybe' is not True or False", "no flag");
	is_int(sriov_fw_devlink.prepare_reset(pf, &change), 0, "a reset");
	is_int(change->n, 1, "of those whose default is known");
	sriov_fw_devlink.free(change);
	end_machine(&tree);

	start_machine(&tree, "bnxt_en");
	record(&tree, "param", bytes_param_bnxt);
	is_str(PREPARED({ "enable_sriov", "0" }, { "ignore_ari", "TRUE" }),
	       "enable_sriov True>False written, ignore_ari False>True written",
	       "other drivers have no such trap");
	is_int(sriov_fw_devlink.prepare_reset(pf, &change), -EOPNOTSUPP,
	       "no default, no reset");
	end_machine(&tree);
}

/* ---- families ---- */

static void put_group(struct message *m, const char *name, uint32_t id)
{
	size_t one = nest_start(m, 1);

	put_u32(m, CTRL_ATTR_MCAST_GRP_ID, id);
	put_attr(m, CTRL_ATTR_MCAST_GRP_NAME, name, strlen(name) + 1);
	nest_end(m, one);
}

static void test_families(void)
{
	struct nlmsghdr nlh = { .nlmsg_type = GENL_ID_CTRL };
	struct genlmsghdr genl = { .cmd = CTRL_CMD_NEWFAMILY };
	struct sriov_genl_family family;
	const uint16_t id = 23;
	struct message m = { 0 };
	size_t groups;
	int bad = 0;

	put(&m, &nlh, sizeof(nlh));
	put(&m, &genl, sizeof(genl));
	put_attr(&m, CTRL_ATTR_FAMILY_ID, &id, sizeof(id));
	groups = nest_start(&m, CTRL_ATTR_MCAST_GROUPS);
	put_group(&m, "other", 4);
	put_group(&m, "config", 5);
	nest_end(&m, groups);
	set_len(&m, m.len);
	is_int(sriov_genl_parse_family((void *)m.bytes, "config", &family), 0,
	       "a family");
	ok(family.id == 23 && family.group == 5, "its numbers");
	sriov_genl_parse_family((void *)m.bytes, "none", &family);
	is_int(family.group, 0, "no such group");
	for (size_t len = NLMSG_HDRLEN; len < m.len; len++) {
		_cleanup_free_ uint8_t *exact = malloc(len);

		memcpy(exact, m.bytes, len);
		((struct nlmsghdr *)exact)->nlmsg_len = (uint32_t)len;
		sriov_genl_parse_family((void *)exact, "config", &family);
		bad += family.group == 5;
	}
	is_int(bad, 0, "cut at every byte: no group");
	free(m.bytes);
}

int main(void)
{
	test_info();
	test_reload();
	test_list();
	test_values();
	test_cut();
	test_spoiled();
	test_requests();
	test_progress();
	test_prepare();
	test_families();
	return done_testing();
}
