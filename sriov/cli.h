/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the files of the command share: structures, and prototypes by file. */
#ifndef SRIOV_CLI_H
#define SRIOV_CLI_H

#include <limits.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "libsriov.h"

#define ARRAY_SIZE(a) (sizeof(a) / sizeof((a)[0]))
#define PRINTF(fmt, args) __attribute__((format(printf, fmt, args)))

#define VALUE_LEN SRIOV_TRUNK_TEXT_LEN /* the longest printed value, with its NUL */
#define WHY_LEN 128                    /* a complaint of a type, with its NUL */

struct json_object;
struct emit;

/* A fixed word of a type and what it stands for; tables end with a NULL word. */
struct word {
	const char *word;
	uint32_t value;
};

/*
 * A kind of value: how it is read from a word, printed, and put into JSON. `size` is that
 * of the struct member. Nothing printed means that the value is "none": `-` and null.
 */
struct type {
	const char *placeholder; /* in help: "N" */
	const char *what; /* in complaints: not WHAT (ALLOWED), or not one of ALLOWED */
	const char *allowed;
	/* 0 or -EINVAL; `why` holds a complaint of its own, or "" for the general one. */
	int (*parse)(const struct type *type, const char *word, void *value, size_t size,
		     char *why);
	void (*print)(const struct type *type, const void *value, size_t size,
		      char *text);
	/* NULL: what print() says, as a string. */
	struct json_object *(*to_json)(const struct type *type, const void *value,
				       size_t size);
	/* Is `value` what the filter asks for? NULL: when the bytes are the same. */
	bool (*match)(const void *filter, const void *value);
	/* The value for the VF with this index; NULL: the same for all. */
	int (*nth)(const void *value, uint32_t index, void *nth, char *why);
	const struct word *words;
	uint32_t max;
	/* In a table, where print() is too wide; NULL: the same. */
	void (*brief)(const struct type *type, const void *value, size_t size,
		      char *text);
	bool costly; /* read only when it is asked for: null in JSON otherwise */
};

/* A value of a setting of the firmware, which is of any of its types. */
struct setting {
	struct sriov_fw_value value;
	enum sriov_fw_type type;
};

/* Verbs, as bits: in which of them an attribute takes part. */
enum {
	VERB_SHOW = 1,
	VERB_SET = 2,
	VERB_CREATE = 4,
	VERB_BIND_SHOW = 8,
	VERB_BIND_SET = 16,
	VERB_RESET = 32,
	VERB_DEL = 64,
	VERB_STATS = 128,
	VERB_RATES = 256, /* stats with an interval */
};

#define OFFSET_PF SIZE_MAX /* the attribute is row.pf, not a member */

/*
 * An attribute: keyword, column, JSON key, filter and completion word in one. Tables end
 * with a NULL name.
 */
struct attr {
	const char *name;
	const char *heading;
	const char *help;
	uint64_t bit; /* in the `set` mask; 0: always known */
	const struct type *type;
	const struct type *set_type; /* of the keyword, when it takes other words */
	size_t offset, size;
	unsigned int shown;    /* verbs that show it */
	unsigned int brief;    /* verbs that show it without being asked */
	unsigned int settable; /* verbs that set it */
};

/* The row of an attribute that is a member of this struct; its name is that of the member. */
#define ATTR_ROW(of, member, heading, help, bit, type, set_type, shown, brief, settable) \
	ATTR_NAMED(#member, of, member, heading, help, bit, type, set_type, shown,       \
		   brief, settable)
#define ATTR_NAMED(name, of, member, heading, help, bit, type, set_type, shown, brief, \
		   settable)                                                           \
	{ name,                                                                        \
	  heading,                                                                     \
	  help,                                                                        \
	  bit,                                                                         \
	  &(type),                                                                     \
	  set_type,                                                                    \
	  offsetof(of, member),                                                        \
	  sizeof(((of *)0)->member),                                                   \
	  shown,                                                                       \
	  brief,                                                                       \
	  settable }

/* One object to show: where its attributes are. */
struct row {
	const char *pf;
	const void *attrs;
	uint64_t set;
};

/* A keyword and its value, as the command line had them. */
struct value {
	const struct attr *attr;
	union {
		uint64_t number;           /* for alignment */
		unsigned char bytes[1024]; /* the longest: sriov_group_attrs.vfs */
	};
};

/* The KEYWORD VALUE pairs of a command line; no keyword comes twice. */
struct values {
	struct value value[32];
	size_t n;
};

struct options {
	bool json, pretty, details, dry_run, keep_going, help, version, force, rebind,
		debug;
	const char *output, *wait, *color, *backend, *sysroot;
};

/* Rows of the option table; it ends with a NULL name. */
struct option_row {
	const char *name;
	char letter;     /* or 0 */
	const char *arg; /* placeholder of its argument, or NULL: the member is a bool */
	const char *help;
	size_t offset;           /* in struct options */
	const struct type *type; /* of the argument, or NULL */
};

struct call;

enum {
	COMMAND_HIDDEN = 1,
	COMMAND_DEFAULT = 2, /* runs when its parent is named alone */
	COMMAND_WRITES = 4,  /* changes something: goes through a plan */
	COMMAND_ON_PF = 8,   /* its object is one PF, or several with COMMAND_MANY */
	COMMAND_ON_VF = 16,
	COMMAND_MANY = 32,
	COMMAND_COUNT = 64,     /* a number follows the object */
	COMMAND_GROUP = 128,    /* the name of a group follows it */
	COMMAND_KEYWORDS = 256, /* writes nothing, and has keywords where others filter */
	COMMAND_SETTINGS = 512, /* names of settings of the firmware follow the object */
	COMMAND_FILE = 1024,    /* the name of a file follows it */
	COMMAND_LASTS = 2048,   /* what it does cannot be undone */
};

/* A noun with its verbs, or a verb. Tables end with a NULL name. */
struct command {
	const char *name;
	const char *help;
	const char *synopsis; /* what follows the name */
	const struct command *sub;
	/* Returns the exit status, enum sriov_class. */
	int (*run)(struct call *call);
	const struct attr
		*attrs; /* its columns and keywords, of which `verb` takes part */
	unsigned int verb;
	unsigned int flags;
};

/* One run of the command. */
struct call {
	struct sriov_ctx *ctx;
	struct emit *out;
	struct options opts;
	const struct command *cmd;
	char name[64]; /* "vf set", for messages; "" while it is not known */
	int argc;      /* all that was typed, without the program's name */
	char **argv;
	char **words; /* without options, and without those that name the command */
	size_t nr_words;
	char **block;     /* what words points into, to be freed */
	bool quiet;       /* no complaints: completion */
	bool progress;    /* a line of progress stands on the terminal */
	bool changed;     /* the system differs now */
	const char *file; /* what is in it is what is wanted, or NULL */
};

/* ---- args.c: words of the command line, and what to say about them ---- */
extern const struct option_row option_rows[];
/* Print "sriov: vf set: ..." on stderr; returns SRIOV_WRONG. */
int complain(const struct call *call, const char *fmt, ...) PRINTF(2, 3);
/* Print "sriov: ..." on stderr. */
void say(const struct call *call, const char *fmt, ...) PRINTF(2, 3);
/* Say that there is none; returns SRIOV_FAILED. */
int no_memory(const struct call *call);
/* Say what the library says, and return its class, never SRIOV_OK. */
int failed(const struct call *call);
/* Split the words into call->opts and call->words. */
int args_options(struct call *call, int argc, char **argv);
/* Read words[first...] as KEYWORD VALUE pairs that the verb sets, or filters by. */
int args_keywords(const struct call *call, size_t first, struct values *values);
int args_filter(const struct call *call, size_t first, struct values *values);
/* How many words come before the first keyword of a filter. */
size_t args_objects(const struct call *call);
/* Parse one word, complaining under this name (NULL: none). */
int args_parse(const struct call *call, const char *name, const struct type *type,
	       const char *word, void *value, size_t size);
/* Put the values into a struct of attributes, for the VF with this index. */
int args_apply(const struct call *call, const struct values *values, uint32_t index,
	       void *attrs, uint64_t *set);
bool args_match(const struct values *values, const struct row *row);
uint64_t args_want(const struct values *values);

/* ---- attr.c: looking into tables of attributes ---- */
#define ATTR_SHOWN(attr, verb) (((attr)->shown & (verb)) != 0)
#define ATTR_SETTABLE(attr, verb) (((attr)->settable & (verb)) != 0)
const struct attr *attr_find(const struct attr *attrs, const char *name);
const struct attr *attr_of_bit(const struct attr *attrs, uint64_t bit);
const struct type *attr_set_type(const struct attr *attr);
/* The value in this row, or NULL when it is not known. */
const void *attr_value(const struct attr *attr, const struct row *row);
void attr_print(const struct attr *attr, const void *value, char text[VALUE_LEN]);
void attr_print_cell(const struct attr *attr, const void *value, char text[VALUE_LEN]);
/* "mac, vlan, qos": those that the verb shows, or sets. */
void attr_names(const struct attr *attrs, unsigned int verb, bool settable, char *text,
		size_t size);
/*
 * Choose columns: `output` is what -o says (NULL: all or brief ones). Returns an array
 * to be freed, NULL-terminated, or NULL with `why` saying what is wrong.
 */
const struct attr **attr_columns(const struct attr *attrs, unsigned int verb,
				 const char *output, bool all, char *why, size_t size);

/* ---- command.c: finding a command, and help ---- */
/* Find and run the command that the words name; returns the exit status. */
int command_main(struct call *call, int argc, char **argv);
const struct command *command_find(const struct command *table, const char *name);
/* The name of the command that sets this attribute ("bind set"), or NULL. */
const char *command_setting(const struct attr *attrs, const struct attr *attr, char *name,
			    size_t size);
/* Print one line of `__complete` or `__commands`. */
void command_line(const char *fmt, ...) PRINTF(1, 2);
/* Flush stdout; false when something could not be written. */
bool command_flush(void);

/* ---- commands.c ---- */
extern const struct command commands[];

/* ---- complete.c ---- */
int complete_run(struct call *call);

/* ---- record.c ---- */
int record_run(struct call *call);

/* ---- emit.c: data on stdout ---- */
/* Made even when it fails, but without memory; returns the exit status, having complained. */
int emit_new(const struct call *call, struct emit **e);
/*
 * Begin the rows: choose the columns from those that `verb` shows. A record is one object,
 * named singly. Rows of steps are for machines: in text they stay silent unless -o was given.
 * A stream is a table after the other, or one JSON object per line.
 */
enum emit_kind { EMIT_TABLE, EMIT_RECORD, EMIT_STEPS, EMIT_STREAM };
int emit_open(struct emit *e, const struct call *call, const struct attr *attrs,
	      unsigned int verb, enum emit_kind kind);
/* The members that the columns need. */
uint64_t emit_want(const struct emit *e);
int emit_row(struct emit *e, const struct row *row);
/* A line for eyes, where no rows of steps are printed. */
void emit_line(struct emit *e, const char *fmt, ...) PRINTF(2, 3);
/* A text instead of rows. -EINVAL: it is no JSON. */
int emit_text(struct emit *e, const char *text);
unsigned int emit_rows(const struct emit *e);
/* End a table of a stream: all that there is goes out. -EIO: it cannot. */
int emit_flush(struct emit *e);
/* End the rows and free. The JSON array is always complete, also when nothing was begun. */
void emit_free(struct emit *e);

/* ---- json.c: values and objects, to be freed or added to an object; NULL is null ---- */
/* To be called before the others; false: there is no json-c. */
bool json_load(void);
/* "" is null. */
struct json_object *json_from_text(const char *text);
struct json_object *json_from_int(int64_t number);
struct json_object *json_from_bool(bool setting);
struct json_object *json_value(const struct type *type, const void *value, size_t size);
/* One row with these columns, which end with NULL; NULL without memory. */
struct json_object *json_row(const struct attr *const *columns, const struct row *row);
/* It lives as long as the object. */
const char *json_text(struct json_object *object, bool pretty);
void json_free(struct json_object *object);

/* ---- context.c: the library as the options want it ---- */
/* Make call->ctx; returns the exit status. */
int context_open(struct call *call);
/* Wipe away the line of progress. */
void context_progress_end(struct call *call);

/* ---- interrupt.c: from here to there a signal interrupts the plan, not the program ---- */
void interrupt_begin(struct call *call);
void interrupt_end(void);

/* ---- plan.c: steps and what became of them ---- */
extern const struct attr step_attrs[];
/* Begin the report, before anything is looked at. */
int plan_open(struct call *call, struct sriov_plan **plan);
/* Make the plan, run it unless --dry-run, and report. Returns the exit status. */
int plan_carry_out(struct call *call, struct sriov_plan *plan);

/* ---- pf.c, vf.c, group.c, bind.c, fw.c ---- */
extern const struct attr pf_attrs[], vf_attrs[], group_attrs[], fw_attrs[];
extern const struct command pf_commands[], vf_commands[], group_commands[],
	bind_commands[], fw_commands[];
int vf_show(struct call *call);
int vf_set(struct call *call);
/* Warn of guarantees of this PF's groups that cannot be kept. */
void group_warn(const struct call *call, struct sriov_pf *pf);
/* Say why there is nothing to show. */
int pf_explain_none(struct call *call);
/*
 * Show what the PF that the first word names has, or, without words, what each PF has. Returns
 * the exit status, having complained.
 */
int pf_each(struct call *call, size_t nr_objects,
	    int (*find_pf)(struct sriov_ctx *ctx, const char *name, struct sriov_pf **pf),
	    int (*show_pf)(struct call *call, struct sriov_pf *pf, size_t nr_objects,
			   const struct values *filter),
	    const struct values *filter);
/* It cannot be read. One that has no such thing is passed over, if nobody named it. */
int pf_failed(struct call *call, size_t nr_objects);

/* ---- fw-set.c ---- */
extern const struct attr fw_flash_attrs[];
int fw_set(struct call *call);
int fw_reset(struct call *call);
int fw_backup(struct call *call);
int fw_restore(struct call *call);
int fw_activate(struct call *call);
int fw_flash(struct call *call);

/* ---- file.c: "-" is standard input ---- */
/* A text file, to be freed. Returns the exit status, having complained. */
int file_read(const struct call *call, const char *name, char **text);
/* All of it, or none: what was there before is replaced at the end. */
int file_write(const struct call *call, const char *name, const char *text);

/* ---- objects.c: VFs that words name ---- */
/* VFs of one PF; a `pf` of NULL: not found */
struct span {
	struct sriov_pf *pf;
	uint32_t *indexes;
	size_t n;
};

struct spans {
	struct span *span;
	size_t n;
};

#define _cleanup_spans_ __attribute__((cleanup(spans_free)))

int span_find(struct call *call, const char *object, bool bare, struct span *span);
/*
 * The VFs that the first words name, one span for each; without words, all VFs of all PFs.
 * Every complaint is made, and what is found is there also when something is not.
 */
int spans_find(struct call *call, size_t nr_objects, struct spans *spans);
void spans_free(struct spans *spans);
/* Does the first word, which led to these, name one VF, not a set that happens to have one? */
bool spans_are_single(const struct call *call, const struct spans *spans);

/* ---- stats.c, rates.c ---- */
extern const struct attr stats_attrs[];
int stats_run(struct call *call);

/* ---- tick.c: from here to there signals end the waiting, not the program ---- */
/* Microseconds of the monotonic clock. */
uint64_t tick_now(void);
void tick_begin(void);
/* Wait until that time. False: a signal came, also before. */
bool tick_wait(uint64_t until);
void tick_end(void);

/* ---- types.c, types-fw.c, types-group.c, types-guid.c, types-net.c, types-stats.c ---- */
extern const struct type type_text, type_string, type_names, type_u32, type_s32,
	type_count, type_hex16, type_bool, type_flag, type_driver, type_driver_set,
	type_note, type_holder, type_wait, type_color;
extern const struct type type_mac, type_mac_set, type_hwaddr, type_vlan, type_qos,
	type_vlan_proto, type_rate, type_state, type_num_vfs;
extern const struct type type_guid, type_guid_set;
extern const struct type type_setting, type_setting_name, type_setting_kind,
	type_activation, type_pending, type_overwrite;
extern const struct type type_trunk, type_trunk_set, type_group, type_vfs;
extern const struct type type_counter, type_u64, type_seconds, type_times;
/* The value of a hexadecimal digit, or -1. */
int type_hex_digit(char c);
/* The word without the + that makes a series of it; -EINVAL when `base` has no room for it. */
int type_split_series(const char *word, char *base, size_t size, bool *series);
/* "02:00:00:00:00:10", for `n` bytes; for none, `text` stays as it is. */
void type_print_bytes(const uint8_t *bytes, size_t n, char *text);
int type_parse_u32(const char *word, uint32_t max, uint32_t *value);
int type_parse_number(const struct type *type, const char *word, void *value, size_t size,
		      char *why);
void type_print_number(const struct type *type, const void *value, size_t size,
		       char *text);
struct json_object *type_number_to_json(const struct type *type, const void *value,
					size_t size);
int type_parse_word(const struct type *type, const char *word, void *value, size_t size,
		    char *why);
void type_print_word(const struct type *type, const void *value, size_t size, char *text);

/* ---- notice.c: around a plan ---- */
/* Programs that manage the PFs of a plan. */
struct managed;
/* Look for them: before the plan is made, because between its look and its writes time is dear. */
struct managed *notice_find_managers(const struct call *call,
				     const struct sriov_plan *plan);
/* Warn of those that manage what the plan, now that it is made, would change. */
void notice_managers(const struct call *call, const struct sriov_plan *plan,
		     const struct managed *list);
void notice_managers_free(struct managed *list);
/* Warn of rates that the link does not have. */
void notice_rates(const struct call *call, const struct sriov_plan *plan);
/* Warn of what settings of the firmware bring with them: before they are stored. */
void notice_settings(const struct call *call, const struct sriov_plan *plan);
/* Say what it takes until those that are stored now are used. */
void notice_activation(const struct call *call, const struct sriov_plan *plan);
/* Leave a line in the system log about a plan that was run. */
void notice_trace(const struct call *call, const struct sriov_plan *plan);

/* ---- text.c ---- */
/* Copy what may reach a terminal: controls and broken UTF-8 become '?'. */
void text_printable(char *to, size_t size, const char *from);

#endif
