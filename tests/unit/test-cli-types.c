// SPDX-License-Identifier: GPL-2.0-or-later
/* Kinds of values: what they take, what they refuse, how they print, and JSON. */
#include <stdlib.h>
#include <string.h>

#include "cli.h"
#include "tap.h"

struct sample {
	const struct type *type;
	size_t size;
	const char *word;
	const char *text; /* printed again; NULL: refused */
	const char *json;
};

#define MAC "02:00:00:00:00:1f"
#define GUID "00:11:22:33:44:55:66:7f"
#define TRUNK sizeof(struct sriov_trunk)
#define IPOIB "80:00:00:4a:fe:80:00:00:00:00:00:00:f4:52:14:03:00:7b:cb:a1"

static const struct sample samples[] = {
	{ &type_u32, 4, "0", "0", "0" },
	{ &type_u32, 4, "4294967295", "4294967295", "4294967295" },
	{ &type_u32, 4, "4294967296" },
	{ &type_u32, 4, "18446744073709551617" },
	{ &type_u32, 4, "007", "7", "7" },
	{ &type_u32, 4, "" },
	{ &type_u32, 4, " 1" },
	{ &type_u32, 4, "1 " },
	{ &type_u32, 4, "+1" },
	{ &type_u32, 4, "-1" },
	{ &type_u32, 4, "0x1" },
	{ &type_u32, 4, "1k" },
	{ &type_s32, 4, "-1", "-1", "-1" },
	{ &type_s32, 4, "--1" },
	{ &type_s32, 4, "-" },
	{ &type_vlan, 2, "4095", "4095", "4095" },
	{ &type_vlan, 2, "4096" },
	{ &type_vlan, 2, "65546" },
	{ &type_qos, 1, "7", "7", "7" },
	{ &type_qos, 1, "8" },
	{ &type_qos, 1, "263" },
	{ &type_count, 4, "65535", "65535", "65535" },
	{ &type_count, 4, "65536" },
	{ &type_num_vfs, 4, "0", "0", "0" },
	{ &type_num_vfs, 4, "max", "max", "4294967295" },
	{ &type_num_vfs, 4, "MAX" },
	{ &type_num_vfs, 4, "65536" },
	{ &type_rate, 4, "0", "0", "0" },
	{ &type_rate, 4, "2147483647", "2147483647", "2147483647" },
	{ &type_rate, 4, "2147483648" },
	{ &type_rate, 4, "500mbit", "500", "500" },
	{ &type_rate, 4, "10Gbit", "10000", "10000" },
	{ &type_rate, 4, "10GBIT", "10000", "10000" },
	{ &type_rate, 4, "2147483Gbit", "2147483000", "2147483000" },
	{ &type_rate, 4, "2147484Gbit" },
	{ &type_rate, 4, "4294968Gbit" },
	{ &type_rate, 4, "1kbit" },
	{ &type_rate, 4, "10Gb" },
	{ &type_rate, 4, "10 Gbit" },
	{ &type_rate, 4, "1.5Gbit" },
	{ &type_rate, 4, "Gbit" },
	{ &type_rate, 4, "-5" },
	{ &type_rate, 4, "99999999999999999999" },
	{ &type_bool, 1, "on", "on", "true" },
	{ &type_bool, 1, "off", "off", "false" },
	{ &type_bool, 1, "yes" },
	{ &type_bool, 1, "1" },
	{ &type_bool, 1, "On" },
	{ &type_state, 1, "auto", "auto", "\"auto\"" },
	{ &type_state, 1, "disable", "disable", "\"disable\"" },
	{ &type_state, 1, "up" },
	{ &type_vlan_proto, 2, "802.1Q", "802.1Q", "\"802.1Q\"" },
	{ &type_vlan_proto, 2, "802.1ad", "802.1ad", "\"802.1ad\"" },
	{ &type_vlan_proto, 2, "802.1q" },
	{ &type_mac, 6, "02:00:00:00:00:1F", MAC, "\"" MAC "\"" },
	{ &type_mac, 6, "2:0:0:0:0:1f" },
	{ &type_mac, 6, "02-00-00-00-00-1f" },
	{ &type_mac, 6, "02:00:00:00:00" },
	{ &type_mac, 6, "02:00:00:00:00:1f:" },
	{ &type_mac, 6, "02:00:00:00:00:1f:00" },
	{ &type_mac, 6, "02:00:00:00:00:1g" },
	{ &type_mac, 6, "02:00:00:00:00:1" },
	{ &type_mac, 6, MAC "+" },
	{ &type_hwaddr, 21, MAC, MAC, "\"" MAC "\"" },
	{ &type_hwaddr, 21, IPOIB, IPOIB, "\"" IPOIB "\"" },
	{ &type_hwaddr, 21, IPOIB ":00" },
	{ &type_hwaddr, 21, "02:00:00:00:00:1f:00" },
	{ &type_guid, 8, GUID, GUID, "\"" GUID "\"" },
	{ &type_guid, 8, "00:11:22:33:44:55:66:7F", GUID, "\"" GUID "\"" },
	{ &type_guid, 8, "0x001122334455667F", GUID, "\"" GUID "\"" },
	{ &type_guid, 8, "001122334455667f", GUID, "\"" GUID "\"" },
	{ &type_guid, 8, "0x0x1122334455667f" },
	{ &type_guid, 8, "0X001122334455667f" },
	{ &type_guid, 8, "0x00:11:22:33:44:55:66:7f" },
	{ &type_guid, 8, "0x1122334455667f" },
	{ &type_guid, 8, "001122334455667" },
	{ &type_guid, 8, "001122334455667f0" },
	{ &type_guid, 8, "0011:2233:4455:667f" },
	{ &type_guid, 8, "00:11:22:33:44:55:667f" },
	{ &type_guid, 8, "00:11:22:33:44:55:66" },
	{ &type_guid, 8, GUID ":" },
	{ &type_guid, 8, GUID ":00" },
	{ &type_guid, 8, GUID "+" },
	{ &type_guid, 8, "00:11:22:33:44:55:66:7g" },
	{ &type_guid, 8, "-011223344556677" },
	{ &type_guid, 8, "auto" },
	{ &type_guid, 8, "0x" },
	{ &type_guid, 8, "" },
	{ &type_guid, 8, "00:00:00:00:00:00:00:00" },
	{ &type_guid, 8, "ffffffffffffffff" },
	{ &type_guid, 8, "0000000000000001", "00:00:00:00:00:00:00:01",
	  "\"00:00:00:00:00:00:00:01\"" },
	{ &type_hex16, 2, "0x10ca", "0x10ca", "\"0x10ca\"" },
	{ &type_hex16, 2, "10CA", "0x10ca", "\"0x10ca\"" },
	{ &type_hex16, 2, "0x10ca0" },
	{ &type_hex16, 2, "0x" },
	{ &type_hex16, 2, "0x0x1" },
	{ &type_driver, 64, "vfio-pci", "vfio-pci", "\"vfio-pci\"" },
	{ &type_driver, 64, "none", "none", "\"none\"" },
	{ &type_driver, 64, "" },
	{ &type_driver, 64, ".." },
	{ &type_driver, 64, "a/b" },
	{ &type_driver, 64, "-x" },
	{ &type_driver, 4, "vfio" },
	{ &type_text, 8, "1234567", "1234567", "\"1234567\"" },
	{ &type_text, 8, "12345678" },
	{ &type_text, 8, "", "", "null" },
	{ &type_text, 8, "a\033b", "a?b", "\"a?b\"" },
	{ &type_note, 4, "blocked,other-netns", "other-netns,blocked",
	  "\"other-netns,blocked\"" },
	{ &type_note, 4, "blocked," },
	{ &type_note, 4, "" },
	{ &type_holder, 16, "master bond0", "master bond0", "\"master bond0\"" },
	{ &type_holder, 16, "a\033b", "a?b", "\"a?b\"" },
	{ &type_holder, 16, "none", "none", "\"none\"" },
	{ &type_holder, 16, "0123456789abcdef" },
	{ &type_holder, 16, "" },
	{ &type_seconds, 8, "0.1", "100000", "100000" },
	{ &type_seconds, 8, "1", "1000000", "1000000" },
	{ &type_seconds, 8, "2.500001", "2500001", "2500001" },
	{ &type_seconds, 8, "86400.000000", "86400000000", "86400000000" },
	{ &type_seconds, 8, "86400.000001" },
	{ &type_seconds, 8, "0.099999" },
	{ &type_seconds, 8, "1.0000001" },
	{ &type_seconds, 8, "1." },
	{ &type_seconds, 8, ".5" },
	{ &type_seconds, 8, "1.5.5" },
	{ &type_seconds, 8, "18446744073709551617" },
	{ &type_seconds, 8, "" },
	{ &type_times, 4, "1", "1", "1" },
	{ &type_times, 4, "4294967295", "4294967295", "4294967295" },
	{ &type_times, 4, "4294967296" },
	{ &type_times, 4, "0" },
	{ &type_note, 4, "over-group,trunk-incomplete", "trunk-incomplete,over-group",
	  "\"trunk-incomplete,over-group\"" },
	{ &type_trunk, TRUNK, "none", "none", "\"none\"" },
	{ &type_trunk, TRUNK, "17,4-15", "4-15,17", "\"4-15,17\"" },
	{ &type_trunk, TRUNK, "4,5,6,6", "4-6", "\"4-6\"" },
	{ &type_trunk, TRUNK, "0-4095", "0-4095", "\"0-4095\"" },
	{ &type_trunk, TRUNK, "4096" },
	{ &type_trunk, TRUNK, "15-4" },
	{ &type_trunk, TRUNK, "+4" },
	{ &type_trunk, TRUNK, "4," },
	{ &type_trunk, TRUNK, "," },
	{ &type_trunk, TRUNK, "4-" },
	{ &type_trunk, TRUNK, "none,4" },
	{ &type_trunk, TRUNK, "4-5-6" },
	{ &type_trunk, TRUNK, "4 5" },
	{ &type_trunk, TRUNK, "0x4" },
	{ &type_trunk, TRUNK, "00000000000000000000000000000000004" },
	{ &type_trunk, TRUNK, "" },
	{ &type_trunk_set, TRUNK, "+4-15", "4-15", "\"4-15\"" },
	{ &type_trunk_set, TRUNK, "-17", "17", "\"17\"" },
	{ &type_trunk_set, TRUNK, "none", "none", "\"none\"" },
	{ &type_trunk_set, TRUNK, "+none" },
	{ &type_trunk_set, TRUNK, "+" },
	{ &type_trunk_set, TRUNK, "++4" },
	{ &type_group, 64, "0", "0", "\"0\"" },
	{ &type_group, 64, "007", "7", "\"7\"" },
	{ &type_group, 64, "255", "255", "\"255\"" },
	{ &type_group, 64, "256" },
	{ &type_group, 64, "none", "none", "\"none\"" },
	{ &type_group, 64, "red_1.a-b", "red_1.a-b", "\"red_1.a-b\"" },
	{ &type_group, 64, "1a", "1a", "\"1a\"" },
	{ &type_group, 4, "blue" },
	{ &type_group, 64, ".." },
	{ &type_group, 64, "-1" },
	{ &type_group, 64, "a/b" },
	{ &type_group, 64, "a b" },
	{ &type_group, 64, "" },
	{ &type_vfs, 64, "all", "all", "\"all\"" },
	{ &type_vfs, 64, "0-3,7", "0-3,7", "\"0-3,7\"" },
	{ &type_vfs, 64, "65535", "65535", "\"65535\"" },
	{ &type_vfs, 64, "65536" },
	{ &type_vfs, 64, "3-0" },
	{ &type_vfs, 64, "3," },
	{ &type_vfs, 64, "" },
	{ &type_vfs, 4, "0-3,7" },
};

static void print_json(const struct sample *sample, const void *value, char *json)
{
	struct json_object *object = json_value(sample->type, value, sample->size);

	snprintf(json, VALUE_LEN, "%s", json_text(object, false));
	json_free(object);
}

static void try_sample(const struct sample *sample)
{
	/* On the heap, and no larger than the member: sanitizers see what goes beyond. */
	void *value = calloc(1, sample->size);
	char text[VALUE_LEN] = "", why[WHY_LEN] = "";
	int err =
		sample->type->parse(sample->type, sample->word, value, sample->size, why);

	if (!sample->text) {
		ok(err < 0, "'%s' is not %s", sample->word, sample->type->placeholder);
	} else if (ok(!err, "'%s' is %s", sample->word, sample->type->placeholder)) {
		sample->type->print(sample->type, value, sample->size, text);
		is_str(text, sample->text, "'%s' is printed", sample->word);
		print_json(sample, value, text);
		is_str(text, sample->json, "'%s' in JSON", sample->word);
	}
	free(value);
}

/* What the VF with this index gets of a word: -1 refused, -2 refused for this VF. */
static int nth(const struct type *set, const struct type *type, size_t size,
	       const char *word, uint32_t index, char *text)
{
	unsigned char value[256], one[8];
	char why[WHY_LEN] = "";

	*text = '\0';
	if (set->parse(set, word, value, size, why) || set->nth(value, index, one, why)) {
		snprintf(text, VALUE_LEN, "%s", why);
		return set->parse(set, word, value, size, why) ? -1 : -2;
	}
	type->print(type, one, size, text);
	return 0;
}

static int nth_mac(const char *word, uint32_t index, char *text)
{
	return nth(&type_mac_set, &type_mac, 6, word, index, text);
}

static int nth_guid(const char *word, uint32_t index, char *text)
{
	return nth(&type_guid_set, &type_guid, 8, word, index, text);
}

static void try_series(void)
{
	char text[VALUE_LEN];

	is_int(nth_mac(MAC, 9, text), 0, "an address is for every VF");
	is_str(text, MAC, "the same");
	is_int(nth_mac(MAC "+", 0, text), 0, "a series begins at VF 0");
	is_str(text, MAC, "with its base");
	nth_mac("02:00:00:00:00:ff+", 1, text);
	is_str(text, "02:00:00:00:01:00", "a series carries over");
	is_int(nth_mac("02:00:00:ff:ff:fe+", 1, text), 0, "up to the last address");
	is_str(text, "02:00:00:ff:ff:ff", "of its vendor");
	is_int(nth_mac("02:00:00:ff:ff:fe+", 2, text), -2, "and not beyond");
	is_int(nth_mac("fe:ff:ff:ff:ff:ff+", 1, text), -2, "a series does not wrap");
	is_int(nth_mac("02:00:00:00:00:00+", UINT32_MAX, text), -2,
	       "nor for a big index");
	is_int(nth_mac("01:00:00:00:00:00", 0, text), -1, "no multicast address");
	is_int(nth_mac("ff:ff:ff:ff:ff:ff", 0, text), -1, "nor broadcast");
	is_int(nth_mac("00:00:00:00:00:00", 0, text), 0, "zeros are for none");
	is_int(nth_mac(MAC "++", 0, text), -1, "no two pluses");
	is_int(nth_mac("+", 0, text), -1, "no plus alone");
	is_int(nth_mac("", 0, text), -1, "nothing is no address");
}

static void try_guid_series(void)
{
	char text[VALUE_LEN];

	is_int(nth_guid(GUID, 9, text), 0, "a GUID is for every VF");
	is_str(text, GUID, "the same");
	is_int(nth_guid(GUID "+", 0, text), 0, "a series begins at VF 0");
	is_str(text, GUID, "with its base");
	nth_guid("0x0011223344556fff+", 1, text);
	is_str(text, "00:11:22:33:44:55:70:00", "a series carries over");
	is_int(nth_guid("00112233 44fffffe+", 1, text), -1, "no blanks");
	is_int(nth_guid("0011223344fffffe+", 1, text), 0, "up to the last GUID");
	is_str(text, "00:11:22:33:44:ff:ff:ff", "of its three bytes");
	is_int(nth_guid("0011223344fffffe+", 2, text), -2, "and not beyond");
	is_str(text, "the series leaves the last three bytes of its GUID at VF 2",
	       "says at which VF");
	is_int(nth_guid("0011223344000000+", UINT32_MAX, text), -2,
	       "nor for a big index");
	is_int(nth_guid("fffffffffffffffe+", 0, text), 0, "a series below all ones");
	is_int(nth_guid("fffffffffffffffe+", 1, text), -2, "does not come to them");
	is_str(text, "the series comes to all ones, which is no GUID, at VF 1",
	       "and says so");
	is_int(nth_guid("0000000000000000", 0, text), -1, "no zeros");
	is_str(text, "is all zeros, which is no GUID", "and it says so");
	is_int(nth_guid("0x0000000000000000+", 1, text), -1, "nor to count from");
	is_int(nth_guid("ff:ff:ff:ff:ff:ff:ff:ff", 0, text), -1, "no ones");
	is_str(text, "is all ones, which is no GUID", "and it says so");
	is_int(nth_guid("auto", 3, text), 0, "auto is for every VF");
	is_str(text, "ff:ff:ff:ff:ff:ff:ff:ff", "as what is no GUID");
	is_int(nth_guid("auto+", 3, text), -1, "and not for a series");
	is_int(nth_guid("Auto", 3, text), -1, "nor written otherwise");
	is_int(nth_guid(GUID "++", 0, text), -1, "no two pluses");
	is_int(nth_guid(GUID GUID, 0, text), -1, "no more than one");
	is_int(nth_guid("+", 0, text), -1, "no plus alone");
	is_int(nth_guid("", 0, text), -1, "nothing is no GUID");
}

static void try_text(const char *from, const char *want)
{
	char text[32];

	text_printable(text, sizeof(text), from);
	is_str(text, want, "printable: %s", want);
}

static void try_match(void)
{
	uint32_t wanted = SRIOV_NOTE_BLOCKED;
	uint32_t both = SRIOV_NOTE_BLOCKED | SRIOV_NOTE_OTHER_PORT;
	char cut[4];

	ok(type_names.match("eth1", "eth0,eth1"), "a name is one of several");
	ok(!type_names.match("eth", "eth0,eth1"), "but whole");
	ok(!type_names.match("eth2", ""), "and there");
	ok(type_note.match(&wanted, &both), "a note is one of several");
	ok(!type_note.match(&both, &wanted), "all that are asked for");
	text_printable(cut, sizeof(cut), "ab\303\244");
	is_str(cut, "ab", "text is not cut inside a character");
}

#define HELD "qemu-system-x86 (pid 1234): /dev/vfio/7; master bond0; route none"

static void try_brief(const char *holder, const char *want)
{
	char text[VALUE_LEN];

	type_holder.brief(&type_holder, holder, 256, text);
	is_str(text, want, "brief: %s", want);
}

static void try_holders(void)
{
	ok(type_holder.match("none", "none"), "nobody");
	ok(!type_holder.match("none", HELD), "is not among others");
	ok(!type_holder.match("none", "none-such (pid 7): /dev/uio0"),
	   "nor the beginning of a name");
	ok(!type_holder.match("no", "none"), "and is a whole word");
	ok(type_holder.match("qemu", HELD), "how the first begins");
	ok(type_holder.match("master", HELD), "how the second begins");
	ok(type_holder.match("master bond0", HELD), "a whole one");
	ok(!type_holder.match("bond0", HELD), "but not its middle");
	ok(!type_holder.match("x", HELD), "nor what is not there");
	try_brief("none", "none");
	try_brief("a process (open through vfio)", "a process");
	try_brief("qemu-system-x86 (pid 1234): /dev/vfio/7", "qemu-system-x86");
	try_brief(HELD, "qemu-system-x86 +2");
	try_brief("master bond0; and 12 more", "master bond0 +12");
	try_brief("upper a; qemu (pid 7): /dev/vfio/7", "upper a +1");
	try_brief("2001:db8:1111:2222:3333:4444:5555:6666/64",
		  "2001:db8:1111:2222:3333:");
	try_brief("master 0123456789abcde\303\244\303\244",
		  "master 0123456789abcde\303\244");
}

static void try_counter(uint64_t number, const char *brief, const char *json)
{
	struct json_object *object = json_value(&type_counter, &number, sizeof(number));
	char text[VALUE_LEN] = "";

	type_counter.brief(&type_counter, &number, sizeof(number), text);
	is_str(text, brief, "a counter in a table: %s", brief);
	is_str(object ? json_text(object, false) : "null", json, "and in JSON: %s", json);
	json_free(object);
}

int main(void)
{
	ok(json_load(), "json-c is there");
	for (size_t i = 0; i < ARRAY_SIZE(samples); i++)
		try_sample(&samples[i]);
	try_series();
	try_guid_series();
	try_text("plain", "plain");
	try_text("a\tb\nc\177", "a?b?c?");
	try_text("\303\244\342\202\254\360\237\230\200",
		 "\303\244\342\202\254\360\237\230\200");
	try_text("\377\376", "??");
	try_text("\300\200", "??");           /* overlong NUL */
	try_text("\355\240\200", "???");      /* surrogate */
	try_text("\302\233[31m", "??[31m");   /* C1 */
	try_text("\342\200\256x", "???x");    /* right-to-left override */
	try_text("\364\220\200\200", "????"); /* beyond Unicode */
	try_text("cut\342\202", "cut??");
	try_match();
	try_holders();
	try_counter(0, "0", "0");
	try_counter(99999999999, "99999999999", "99999999999");
	try_counter(100000000000, "100.0G", "100000000000");
	try_counter(99999000000000, "99999.0G", "99999000000000");
	try_counter(123456789012345, "123.5T", "123456789012345");
	try_counter(INT64_MAX, "9223.4P", "9223372036854775807");
	try_counter(UINT64_MAX, "18446.7P", "null");
	return done_testing();
}
