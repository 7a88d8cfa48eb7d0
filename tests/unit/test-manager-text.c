// SPDX-License-Identifier: GPL-2.0-or-later
/* The readers of other managers' formats: what they read, and that no text is too odd. */
#include "manager.h"
#include "mutant.h"
#include "tap.h"

#define MUTANTS 30000

/* ---- what they read, a line for each ---- */

struct words {
	char *text;
	size_t size, nr_bytes; /* all that was handed out */
	FILE *out;
};

static void say(struct words *words, const char *text)
{
	words->nr_bytes += strlen(text);
	if (words->out)
		fputs(text, words->out);
}

static void read_ini(char *text, bool joins, struct words *words)
{
	struct sriov_ini ini = { .next = text, .joins = joins };

	while (sriov_ini_next(&ini)) {
		char *rest = ini.value, *word;

		say(words, ini.section);
		say(words, ini.key ? "|" : "\n");
		if (!ini.key)
			continue;
		say(words, ini.key);
		while ((word = sriov_word_next(&rest, " \t"))) {
			say(words, "|");
			say(words, word);
		}
		say(words, "\n");
	}
}

static void read_system(char *text, struct words *words)
{
	read_ini(text, true, words);
}

static void read_keyfile(char *text, struct words *words)
{
	read_ini(text, false, words);
}

static void take_entry(void *data, const char *const *path, size_t depth,
		       const char *value)
{
	for (size_t i = 0; i < depth; i++) {
		say(data, path[i]);
		say(data, i + 1 < depth ? "/" : "");
	}
	say(data, value ? "=" : "");
	say(data, value ? value : "");
	say(data, "\n");
}

static void read_yaml(char *text, struct words *words)
{
	sriov_yaml_read(text, take_entry, words);
}

static void read_xml(char *text, struct words *words)
{
	struct sriov_xml xml = { .next = text };
	char value[64];

	while (sriov_xml_next(&xml)) {
		for (size_t i = 0; i < xml.depth && i < SRIOV_XML_DEPTH; i++) {
			say(words, xml.names[i]);
			say(words, i + 1 < xml.depth ? "/" : "");
		}
		if (sriov_xml_attr(&xml, "a", value, sizeof(value))) {
			say(words, "@");
			say(words, value);
		}
		if (!xml.closed) {
			sriov_xml_copy(xml.text, xml.text + strcspn(xml.text, "<"), value,
				       sizeof(value));
			say(words, "=");
			say(words, value);
		}
		say(words, "\n");
	}
}

struct format {
	const char *name;
	void (*read)(char *text, struct words *words);
	const char *text, *want;
};

static const struct format formats[] = {
	{ "systemd", read_system,
	  "outside = x\n[Match]\n  Name = eth0  'a b'\t\"c\n# Name=no\n; no\n=no\nno\n"
	  "[Link\nA\\B=x \\\n # between\n  ;too\n y\\\\\n z=\\\n[Empty]\nlast=\\",
	  "|outside|x\nMatch\nMatch|Name|eth0|a b|\"c\nMatch|A\\B|x|y\\\\\n"
	  "Match|z|[Empty]\nMatch|last|\\\n" },
	{ "keyfile", read_keyfile, "[a]b]\nx=1 \\\r\ny=\"2\"z\r\n\r\n[]\n k = \n[e]",
	  "a]b\na]b|x|1|\\\na]b|y|2|z\n\n|k\ne\n" },
	{ "YAML", read_yaml,
	  "%YAML 1.1\n---\n# c\nplain: a b # c\n'quoted ''key''': \"x\\\"y # z\"\n"
	  "map:\n  list:\n  - one\n  - k: v\n    l: w\n  -  - two\n  after: \n"
	  "flow: {a: [1, 'x, y', {b: c}], \"d\":e , f, g: }\nlines: [ 1, # one\n  2\n  ]\n"
	  "url: http://x:1/#y\ntext: >-\n   k: v\n\n  l: w\nend: &anchor !tag v\n"
	  "...\n- top\n-\n  next: x\n\ttab: no\nno colon\n\"open\nlast:",
	  "plain=a b\nquoted 'key'=x\"y # z\nmap\nmap/list\nmap/list/-=one\n"
	  "map/list/-/k=v\nmap/list/-/l=w\nmap/list/-/-=two\nmap/after\n"
	  "flow/a/-=1\nflow/a/-=x, y\nflow/a/-/b=c\nflow/d=e\nflow/f\n"
	  "lines/-=1\nlines/-=2\nurl=http://x:1/#y\nend=v\n-=top\n-/next=x\nlast\n" },
	{ "XML", read_xml,
	  "\xef\xbb\xbf<?xml version='1.0'?>\n<!DOCTYPE r>\n<!-- <no/> > -- -->\n"
	  "<r a = 'x>y' b=\"\"><![CDATA[<no>]]>\n<s a=\"&lt;&amp;&quot;&apos;&gt;&x;\"/>"
	  "<t\n>te&gt;xt<u aa='1' a='2' / ></u></t  ></r></r></r><v a=3>end",
	  "r@x>y=\nr/s@<&\"'>&x;\nr/t=te>xt\nr/t/u@2=\nv=end\n" },
};

static void test_formats(void)
{
	for (size_t i = 0; i < ARRAY_SIZE(formats); i++) {
		char *text = exactly(formats[i].text, strlen(formats[i].text));
		struct words words = { 0 };

		words.out = open_memstream(&words.text, &words.size);
		formats[i].read(text, &words);
		fclose(words.out);
		is_str(words.text, formats[i].want, "%s", formats[i].name);
		free(words.text);
		free(text);
	}
}

/* ---- text that nobody wrote ---- */

/* What is handed out is bounded by what was put in: nothing is read from elsewhere. */
static void test_mutants(void)
{
	for (size_t i = 0; i < ARRAY_SIZE(formats); i++) {
		unsigned int bad = 0, silent = 0;

		for (int k = 0; k < MUTANTS; k++) {
			uint32_t other = random_below(ARRAY_SIZE(formats));
			struct words words = { 0 };
			size_t len;
			char *text = mutant(formats[i].text, formats[other].text, &len);

			formats[i].read(text, &words);
			bad += words.nr_bytes > (len + 64) * 200;
			silent += !words.nr_bytes;
			free(text);
		}
		is_int(bad, 0, "%s: %d mutants", formats[i].name, MUTANTS);
		ok(silent < MUTANTS / 4, "and most of them say something");
	}
}

static void test_deep(void)
{
	static const char *const pieces[] = { "[",   "{a: ",   "- ", "a:\n ",
					      "<a>", "<a b='", "[a", "\\\n",
					      "'",   "\"",     "&",  "</a>" };

	for (size_t i = 0; i < ARRAY_SIZE(formats); i++) {
		for (size_t k = 0; k < ARRAY_SIZE(pieces); k++) {
			size_t len = strlen(pieces[k]), n = 1000 * 1000 / len;
			char *text = malloc(n * len + 3);
			struct words words = { 0 };

			memcpy(text, "k:", 2);
			for (size_t at = 0; at < n; at++)
				memcpy(text + 2 + at * len, pieces[k], len);
			text[2 + n * len] = '\0';
			formats[i].read(text, &words);
			ok(words.nr_bytes < 200 * 1000 * 1000,
			   "%s: a megabyte of piece %zu", formats[i].name, k);
			free(text);
		}
	}
}

int main(void)
{
	test_formats();
	test_mutants();
	test_deep();
	return done_testing();
}
