/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the files about the NV configuration share: TLVs, parameters, what a card has stored. */
#ifndef SRIOV_NV_H
#define SRIOV_NV_H

#include "fw.h"

/*
 *   fw-nvconfig.c: list, and the row of the back end
 *   fw-change.c: changes, done and undone; of settings (fw-prepare.c), of whole TLVs (fw-raw.c)
 *        |
 *        +--> fw-wish.c fw-rule.c fw-note.c: what will be; may it be?   fw-edit.c fw-file.c: bytes
 *        +--> fw-param.c: what is --> fw-nv.c: the TLVs of a card, each read once per mode
 *        +--> fw-table.c fw-value.c fw-tlv.c: no card is needed
 */

/* ---- fw-tlv.c: bytes ---- */

/* `width` bits of the big-endian dword at `byte`, the lowest being `bit`, as in the PRM. */
struct sriov_nv_field {
	uint8_t byte, bit, width;
};

#define SRIOV_TLV_HEADER 12
#define SRIOV_TLV_DATA 256 /* at most */

/* A TLV as it is in MNVDA and in files: the header, and data behind it. */
struct sriov_tlv {
	uint8_t header[SRIOV_TLV_HEADER];
	uint8_t data[SRIOV_TLV_DATA];
};

/* Fields of the header. */
#define SRIOV_TLV_PRIORITY ((struct sriov_nv_field){ 0, 28, 2 }) /* 0: the user's */
#define SRIOV_TLV_OVR_EN ((struct sriov_nv_field){ 0, 25, 1 })
#define SRIOV_TLV_MODE ((struct sriov_nv_field){ 0, 22, 2 })
#define SRIOV_TLV_WRITER ((struct sriov_nv_field){ 0, 16, 5 })
#define SRIOV_TLV_VERSION ((struct sriov_nv_field){ 0, 12, 4 })
#define SRIOV_TLV_HOST ((struct sriov_nv_field){ 0, 9, 3 })
#define SRIOV_TLV_LENGTH ((struct sriov_nv_field){ 0, 0, 9 })
#define SRIOV_TLV_TYPE ((struct sriov_nv_field){ 4, 0, 32 })

/* "Value available for customer created tools", the first of two (PRM, writer_id). */
#define SRIOV_TLV_WRITER_USER1 0xa

/* access_mode */
enum sriov_nv_mode { SRIOV_NV_NEXT, SRIOV_NV_CURRENT, SRIOV_NV_DEFAULT, SRIOV_NV_MODES };

enum sriov_tlv_class {
	SRIOV_TLV_GLOBAL = 0,
	SRIOV_TLV_PORT = 1,
	SRIOV_TLV_FUNCTION = 3,
	SRIOV_TLV_ANY_HOST = 7, /* the host that asks */
};

uint32_t sriov_nv_get(const uint8_t *data, struct sriov_nv_field field);
void sriov_nv_put(uint8_t *data, struct sriov_nv_field field, uint32_t value);
bool sriov_nv_is_same_field(struct sriov_nv_field a, struct sriov_nv_field b);
/* The highest value that fits. */
uint32_t sriov_nv_limit(struct sriov_nv_field field);
/* The word that names a TLV of this class; `port` from 1, for that class only. */
uint32_t sriov_tlv_type(enum sriov_tlv_class class, uint32_t index, unsigned int port);
/* A header for reading or writing `length` bytes of a TLV. */
void sriov_tlv_init(struct sriov_tlv *tlv, uint32_t type, enum sriov_nv_mode mode,
		    size_t length);
/* The length that it names, never more than there is room for. */
size_t sriov_tlv_length(const struct sriov_tlv *tlv);
/* Who wrote it: "mlxconfig"; mstconfig's word, for files: "ICMD MLXCONFIG". */
const char *sriov_tlv_writer(uint32_t writer);
const char *sriov_tlv_writer_in_file(uint32_t writer);

/* ---- fw-table.c ---- */

enum sriov_nv_layout_id {
	SRIOV_NV_GLOBAL_CONF,
	SRIOV_NV_GLOBAL_CAP,
	SRIOV_NV_OFFLOAD_CONF,
	SRIOV_NV_OFFLOAD_CAP,
	SRIOV_NV_LINK_TYPE,
	SRIOV_NV_MPFS_CONF,
	SRIOV_NV_MPFS_CAP,
	SRIOV_NV_PF_CONF,
	SRIOV_NV_HCA_CONF,
	SRIOV_NV_HCA_CAP,
	SRIOV_NV_PCI_CONF,
	SRIOV_NV_PCI_CAP,
	SRIOV_NV_LAYOUTS,
};

struct sriov_nv_layout {
	const char *name; /* in mstflint's database */
	enum sriov_tlv_class class;
	uint32_t index;
	uint8_t size; /* bytes of data */
	uint8_t version;
};

#define SRIOV_NV_WORDS 4

/* One parameter, or one for each port. What is not there has a width of 0, or is NULL. */
struct sriov_nv_param {
	const char *name;
	enum sriov_nv_layout_id in;
	struct sriov_nv_field field;
	enum sriov_fw_type type;
	enum sriov_fw_activation activation; /* until a change of it is used */
	const char *words[SRIOV_NV_WORDS];   /* by their numbers */
	struct sriov_nv_field valid;         /* else the default counts; may be shared */
	enum sriov_nv_layout_id cap;         /* TLV of `if_cap`, `max`, `max_if` */
	struct sriov_nv_field if_cap;        /* the card has the parameter */
	struct sriov_nv_field max, max_if;
	const char *needs; /* the name of a boolean without which it counts for nothing */
	bool hidden;       /* and cannot be seen */
};

extern const struct sriov_nv_layout sriov_nv_layouts[SRIOV_NV_LAYOUTS];
extern const struct sriov_nv_param sriov_nv_params[]; /* ends with a NULL name */

/* A parameter of one port, or of none (0). */
struct sriov_nv_key {
	const struct sriov_nv_param *param;
	unsigned int port;
};

bool sriov_nv_per_port(const struct sriov_nv_param *param);
/* Find by name in any case; port 0 when a port should be there. False: there is none. */
bool sriov_nv_find(const char *name, struct sriov_nv_key *key);
void sriov_nv_name(struct sriov_nv_key key, char *name, size_t size);
uint32_t sriov_nv_type(enum sriov_nv_layout_id layout, unsigned int port);
/* The layout of TLVs of this type, and their port; false: it is none of ours. */
bool sriov_nv_find_layout(uint32_t type, enum sriov_nv_layout_id *layout,
			  unsigned int *port);

/* ---- fw-value.c: words ---- */

void sriov_nv_to_value(const struct sriov_nv_param *param, uint32_t number,
		       struct sriov_fw_value *value);
/* Set range and words; `max` is the highest number. */
void sriov_nv_to_range(const struct sriov_nv_param *param, uint32_t max,
		       struct sriov_fw_param *to);
/* Is there a word for it, or is it not above `max`? */
bool sriov_nv_is_allowed(const struct sriov_nv_param *param, uint32_t max,
			 uint32_t number);
/* What a user wrote. Returns 0, or -EINVAL, -ERANGE with what is allowed in `allowed`. */
int sriov_nv_from_text(const struct sriov_nv_param *param, uint32_t max, const char *text,
		       uint32_t *number, char *allowed, size_t size);

/* ---- fw-nv.c: a card ---- */

struct sriov_nv_item {
	uint32_t type;
	bool asked, readable, writable; /* MNVQC */
	struct {
		bool read, there; /* there: the card gave one */
		struct sriov_tlv tlv;
	} mode[SRIOV_NV_MODES];
};

struct sriov_nv {
	struct sriov_pf *pf;
	struct sriov_fw_card *card;
	bool has[SRIOV_NV_MODES];
	unsigned int ports; /* 0: not asked for yet */
	struct sriov_nv_item **items;
	size_t n;
};

/* Takes the card over, also when it fails. */
int sriov_nv_new(struct sriov_fw_card *card, struct sriov_nv **nv);
void sriov_nv_close(struct sriov_nv *nv);
/* How many ports the card has. */
int sriov_nv_ports(struct sriov_nv *nv, unsigned int *ports);
/* A TLV of a known layout and whether it can be read and written; nothing else is read. */
int sriov_nv_item(struct sriov_nv *nv, uint32_t type, struct sriov_nv_item **item);
/* The same, read in this mode: once, however often it is asked for. `size`: what we know of. */
int sriov_nv_read(struct sriov_nv *nv, uint32_t type, size_t size,
		  enum sriov_nv_mode mode, struct sriov_nv_item **item);
/* Forget what is stored, so that it is read again. */
void sriov_nv_forget(struct sriov_nv *nv, uint32_t type);
/* MNVDA, MNVDI. Failures have a text that begins with the name of the PF. */
int sriov_nv_write(struct sriov_nv *nv, const struct sriov_tlv *tlv);
int sriov_nv_invalidate(struct sriov_nv *nv, uint32_t type);
/*
 * All TLVs that are stored, to be freed; -EOPNOTSUPP: the firmware cannot list them. Of long ones
 * that the list has no room for the data are read only if they are to be `whole`.
 */
int sriov_nv_stored(struct sriov_nv *nv, bool whole, struct sriov_tlv **tlvs, size_t *n);

/* ---- fw-param.c: settings of a card ---- */

/* A bit or number in the TLV of capabilities of a parameter; 0 when there is none. */
int sriov_nv_cap(struct sriov_nv *nv, struct sriov_nv_key key,
		 struct sriov_nv_field field, uint32_t *value);
/* The highest number that it can have on this card. */
int sriov_nv_max(struct sriov_nv *nv, struct sriov_nv_key key, uint32_t *max);
/* Does the card have it? That what it needs is set is not asked for. */
int sriov_nv_has(struct sriov_nv *nv, struct sriov_nv_key key, bool *has);
/* Its number in a TLV, unless that says that it does not count; in that of the factory it does. */
bool sriov_nv_number_in(const struct sriov_nv_param *param, const struct sriov_tlv *tlv,
			bool factory, uint32_t *number);
/* Its number in a mode. -ENODATA without a text: the firmware does not tell. */
int sriov_nv_number(struct sriov_nv *nv, struct sriov_nv_key key, enum sriov_nv_mode mode,
		    uint32_t *number);
int sriov_nv_fill(struct sriov_nv *nv, struct sriov_nv_key key,
		  struct sriov_fw_param *to);
/* From what is current and next: whether that is pending, and what it takes. */
void sriov_nv_conclude(struct sriov_nv_key key, struct sriov_fw_param *to);

/* ---- fw-nvconfig.c ---- */

/* The settings of a card, or those of the names that there are: as `list` of a back end. */
int sriov_nv_list(struct sriov_nv *nv, const char *const *names, size_t nr_names,
		  struct sriov_fw_param ***params, size_t *n);

/* ---- fw-wish.c: what is wished for; fw-rule.c: may it be? ---- */

struct sriov_nv_wish {
	struct sriov_nv_key key;
	bool reset;
	bool known; /* false: a default that the firmware does not tell */
	uint32_t number;
};

struct sriov_nv_wishes {
	struct sriov_nv *nv;
	struct sriov_nv_wish *wish; /* in the order of writing */
	size_t n;
};

/* Understand words, find settings, check everything; `to->wish` is to be freed. */
int sriov_nv_understand(struct sriov_nv *nv, const struct sriov_fw_wish *wishes, size_t n,
			struct sriov_nv_wishes *to);
/* Say why the card does not have a setting. */
int sriov_nv_refuse_missing(struct sriov_nv *nv, struct sriov_nv_key key);
const struct sriov_nv_wish *sriov_nv_find_wish(const struct sriov_nv_wishes *wishes,
					       struct sriov_nv_key key);
/* What a setting will be after the wishes: as sriov_nv_number(). */
int sriov_nv_will_be(const struct sriov_nv_wishes *wishes, struct sriov_nv_key key,
		     uint32_t *number);
/* The same by name; -ENODATA also when the card does not have it. 0 when it fails. */
int sriov_nv_will_be_named(const struct sriov_nv_wishes *wishes, const char *name,
			   uint32_t *number);
/* Check what settings need of each other, with what will be. */
int sriov_nv_check(const struct sriov_nv_wishes *wishes);
/* Add to the note of the first wish that changes BARs that they may not fit into the card. */
int sriov_nv_note_bars(const struct sriov_nv_wishes *wishes,
		       const struct sriov_nv_wish *wish, char *note, size_t size);
/* ---- fw-note.c ---- */

/* What to know before a wish is carried out, or "". */
int sriov_nv_note(const struct sriov_nv_wishes *wishes, const struct sriov_nv_wish *wish,
		  char *note, size_t size);

/* ---- fw-edit.c: bytes of a TLV that are to be ---- */

/* Put the wishes for parameters of this TLV into it; `factory` may be NULL. */
void sriov_nv_apply(const struct sriov_nv_wishes *wishes, enum sriov_nv_layout_id layout,
		    unsigned int port, const struct sriov_tlv *factory,
		    struct sriov_tlv *tlv);

/* ---- fw-change.c: changes; fw-prepare.c: of settings; fw-raw.c: of whole TLVs ---- */

/* One TLV that is to be written. */
struct sriov_nv_edit {
	uint32_t type;
	bool changes;    /* it is another than what is stored */
	bool invalidate; /* instead of writing `tlv` */
	bool was_stored; /* by the user */
	bool was_there;  /* the card gave `old` */
	bool raw;        /* bytes are compared, not settings */
	bool written;
	bool under_way; /* in a process that does not come back: it may still happen */
	bool is_found, found_there; /* what was read after writing */
	struct sriov_tlv tlv, old, found;
};

/* Which edit carries a pair, and which setting it is; `param` NULL: the TLV as a whole. */
struct sriov_nv_pair {
	size_t edit;
	struct sriov_nv_key key;
};

struct sriov_nv_change {
	struct sriov_fw_change pub; /* first, so that its address is that of the whole */
	struct sriov_nv *nv;
	struct sriov_nv_edit *edits;
	size_t nr_edits;
	struct sriov_nv_pair *pairs; /* pub.n of them */
	struct sriov_tlv *stored;    /* what is stored, if the firmware can list it */
	size_t nr_stored;
	bool listed;
};

/* Those here that make a change take `nv` over, also when they fail. */
int sriov_nv_change_new(struct sriov_nv *nv, struct sriov_nv_change **change);
/* A pair, to be filled in; both are zeroed. */
int sriov_nv_change_pair(struct sriov_nv_change *change, size_t edit,
			 struct sriov_nv_key key);

/* Rules over several settings and notes, for whole TLVs: what settings in them will be. */
int sriov_nv_change_check(struct sriov_nv_change *change);

/* Do both have the same next value? */
bool sriov_nv_is_same(const struct sriov_fw_param *from, const struct sriov_fw_param *to);

int sriov_nv_prepare(struct sriov_nv *nv, const struct sriov_fw_wish *wishes, size_t n,
		     struct sriov_fw_change **change);
int sriov_nv_change_write(struct sriov_fw_change *change);
int sriov_nv_change_undo(struct sriov_fw_change *change);
void sriov_nv_change_free(struct sriov_fw_change *change);

int sriov_nv_prepare_reset(struct sriov_nv *nv, struct sriov_fw_change **change);
int sriov_nv_prepare_restore(struct sriov_nv *nv, const char *text,
			     struct sriov_fw_change **change);
int sriov_nv_backup(struct sriov_nv *nv, char **text);

/* ---- fw-edit.c: one TLV of a change ---- */

/* A place for the edit of a TLV, with what it is now; one for each TLV. */
int sriov_nv_change_edit(struct sriov_nv_change *change, uint32_t type, size_t size,
			 size_t *index);
/*
 * A type may name the number of its function, or 0 for that which asks. Does it name the number
 * of this PF, or one here? Then 0 is another's, as any other number is.
 */
bool sriov_nv_is_numbered(const struct sriov_pf *pf, uint32_t type);
bool sriov_nv_list_is_numbered(const struct sriov_pf *pf, const struct sriov_tlv *tlvs,
			       size_t n);
bool sriov_nv_is_of_other(const struct sriov_pf *pf, uint32_t type, bool numbered);
/* Is one of this type in the list, and the user's? */
bool sriov_nv_is_listed(const struct sriov_pf *pf, const struct sriov_tlv *tlvs, size_t n,
			uint32_t type);

/* ---- fw-file.c: MLNX_RAW_TLV_FILE, as mstconfig writes and reads it ---- */

struct sriov_nv_line {
	size_t number; /* from 1 */
	struct sriov_tlv tlv;
};

/* The lines with TLVs, to be freed. -EINVAL: the text has the number of the line. */
int sriov_nv_parse_file(struct sriov_pf *pf, const char *text,
			struct sriov_nv_line **lines, size_t *n);
/* To be freed; NULL without memory. */
char *sriov_nv_print_file(const struct sriov_tlv *tlvs, size_t n);

#endif
