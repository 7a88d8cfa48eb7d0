#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# The rules of the house, as HACKING has them. Each first proves that it would bite.

load ../helper

setup()
{
	cd "$TOP" || return
	bait=$BATS_TEST_TMPDIR/bait
	mkdir -p "$bait"
}

# code FILE...: "FILE:LINE: text" of C without comments.
code()
{
	strip 0 "$@"
}

# words FILE...: the same without what is in strings.
words()
{
	strip 1 "$@"
}

strip()
{
	awk -v blank="$1" '
		FNR == 1 { in_comment = 0 }
		{
			out = ""
			n = length($0)
			for (i = 1; i <= n; i++) {
				c = substr($0, i, 1)
				two = substr($0, i, 2)
				if (in_comment) {
					if (two == "*/") {
						in_comment = 0
						i++
					}
				} else if (two == "/*") {
					in_comment = 1
					i++
				} else if (two == "//") {
					break
				} else if (c == "\"" || c == "\047") {
					out = out c
					while (++i <= n && (d = substr($0, i, 1)) != c) {
						if (d == "\\")
							d = d substr($0, ++i, 1)
						if (!blank)
							out = out d
					}
					out = out c
				} else {
					out = out c
				}
			}
			if (out ~ /[^ \t]/)
				print FILENAME ":" FNR ": " out
		}' "${@:2}" </dev/null
}

# calls NAME|NAME...: a call of one of these, not of a member or of another function that
# ends in the name.
calls()
{
	printf '(?<![\\w.>])(%s)\\s*\\(' "$1"
}

# absent COMMAND...: fail when it succeeds ("! command" would not, in the middle of a test).
absent()
{
	! "$@"
}

# sources FOLDER [BUT...]: the C files of a folder without those named.
sources()
{
	local name

	for name in "$1"/*.[ch]; do
		[[ " ${*:2} " == *" ${name##*/} "* ]] || printf '%s\n' "$name"
	done
}

# finds FILTER PATTERN FILE...: succeed and print when the pattern is there.
finds()
{
	"$1" "${@:3}" | grep -P -- "$2"
}

# nowhere FILTER PATTERN BAIT FILE...: fail when the pattern is in one of the files, or when
# it does not find the bait.
nowhere()
{
	printf '%s\n' "$3" >"$bait/bait.c"
	finds "$1" "$2" "$bait/bait.c" >/dev/null || {
		echo "the rule does not find: $3"
		return 1
	}
	[ $# -gt 3 ] || {
		echo "no file to look at"
		return 1
	}
	! finds "$1" "$2" "${@:4}"
}

# The scripts: by their first line, and the bats files.
scripts()
{
	local file

	for file in configure tests/deps tests/run tests/mktree tests/debian13 tests/lab/* \
		tests/bench/* contrib/* .ci/*; do
		[ -f "$file" ] || continue
		! head -n 1 "$file" | grep -qE '^#!.*/(sh|bash)$' || printf '%s\n' "$file"
	done
}

# Everything that is written here, but not what only looks written.
written()
{
	find . \( -name .git -o -path ./build \) -prune -o -type f ! -name '*.hex' \
		! -name config.mk ! -name '*.tar.xz' -print | LC_ALL=C sort
}

@test "the library never prints" {
	mapfile -t files < <(sources lib)
	print=$(calls 'printf|vprintf|fprintf|vfprintf|dprintf|vdprintf|puts|fputs|putchar|putc|fputc|perror|psignal')
	nowhere words "$print" ' printf("x");' "${files[@]}"
	nowhere words "$print" 'perror (p);' "${files[@]}"
	nowhere words '\b(stdout|stderr)\b' 'fwrite(p, 1, 1, stderr);' "${files[@]}"
	mapfile -t files < <(sources lib worker.c)
	nowhere words '\bSTD(OUT|ERR)_FILENO\b' 'write(STDOUT_FILENO, p, 1);' "${files[@]}"
	# These are not printing.
	printf '%s\n' 'snprintf(p, n, "printf(");' '/* printf( */ x->puts(y);' >"$bait/good.c"
	absent finds words "$print" "$bait/good.c"
}

@test "the library never exits; only workers do" {
	mapfile -t files < <(sources lib)
	nowhere words "$(calls 'exit|abort|quick_exit|errx?|assert')" 'exit(1);' "${files[@]}"
	mapfile -t files < <(sources lib worker.c)
	nowhere words "$(calls '_exit|_Exit')" '_exit(1);' "${files[@]}"
}

@test "the environment is read in context.c only" {
	mapfile -t files < <(sources lib context.c)
	env="$(calls 'getenv|secure_getenv|setenv|putenv|unsetenv')|\\benviron\\b"
	nowhere words "$env" 'p = secure_getenv("X");' "${files[@]}"
}

@test "no shell is ever started; only worker.c forks" {
	mapfile -t files < <(sources lib; sources sriov)
	nowhere words "$(calls 'system|popen|execlp|execvp|execvpe|posix_spawnp')" 'system("x");' \
		"${files[@]}"
	mapfile -t files < <(sources lib worker.c; sources sriov)
	nowhere words "$(calls 'fork|vfork|clone|pthread_create')" 'pid = fork();' "${files[@]}"
}

@test "functions that cannot be used safely are not used" {
	mapfile -t files < <(sources lib; sources sriov)
	nowhere words "$(calls 'strcpy|strcat|sprintf|vsprintf|atoi|atol|atoll|strtok|alloca|gets|tmpnam|mktemp')" \
		'strcpy(a, b);' "${files[@]}"
}

@test "the command names no path under /sys, /dev or /proc" {
	mapfile -t files < <(sources sriov)
	nowhere code '"[^"]*(?<![\w.])/(sys|dev|proc)(/|"|\b)' 'open("/sys/bus", 0);' "${files[@]}"
	nowhere code '"[^"]*(?<![\w.])/(sys|dev|proc)(/|"|\b)' 'p = "/dev/";' "${files[@]}"
}

@test "the command opens no socket" {
	mapfile -t files < <(sources sriov)
	nowhere words "$(calls 'socket|socketpair|mnl_\w+')" 'fd = socket(1, 2, 3);' "${files[@]}"
}

# context.c opens the root itself, with nothing but O_PATH.
@test "in the library only sysfs*.c and lock.c open files, and only worker.c makes pipes" {
	file='open|open64|openat|openat2|creat|fopen|freopen|opendir|scandir|glob|nftw|ftw|fts_open'
	file+='|readlink|readlinkat|realpath|stat|lstat|fstatat|statx|access|faccessat|euidaccess'
	file+='|mkdir|mkdirat|unlink|unlinkat|rename|renameat|symlink|symlinkat'
	mapfile -t files < <(sources lib sysfs.c sysfs-firmware.c sysfs-links.c lock.c)
	nowhere words "$(calls "$file")(?!root, O_PATH \|)" 'fd = openat(dir, name, 0);' \
		"${files[@]}"
	mapfile -t files < <(sources lib worker.c)
	nowhere words "$(calls 'pipe|pipe2|mkfifo')" 'pipe2(fds, 0);' "${files[@]}"
	echo 'x->open(y); sriov_sysfs_open(z); mnl_socket_open(1);' >"$bait/good.c"
	absent finds words "$(calls "$file")" "$bait/good.c"
}

@test "in the library only netlink.c and event.c open sockets" {
	mapfile -t files < <(sources lib netlink.c event.c)
	nowhere words "$(calls 'socket|socketpair|mnl_socket_open2?')" 's = mnl_socket_open(16);' \
		"${files[@]}"
}

@test "only emit.c and command.c write to standard output" {
	mapfile -t files < <(sources sriov emit.c command.c)
	nowhere words '\b(stdout|STDOUT_FILENO)\b' 'fputs(s, stdout);' "${files[@]}"
	nowhere words "$(calls 'printf|vprintf|puts|putchar')" 'printf("x");' "${files[@]}"
}

@test "only emit.c asks whether the output is JSON" {
	mapfile -t files < <(sources sriov emit.c)
	json='\b(if|while|return)\b[^;]*\bjson\b|\bjson\s*\?'
	nowhere words "$json" 'if (json) {' "${files[@]}"
	nowhere words "$json" 'if (!call->json && x) {' "${files[@]}"
}

# long_functions FILE...: those of 60 lines and more, counted from brace to brace.
long_functions()
{
	awk '
		/^{/ { begin = FNR }
		/^}/ && begin {
			if (FNR - begin - 1 >= 60)
				print FILENAME ":" begin ": " FNR - begin - 1 " lines"
			begin = 0
		}' "$@"
}

@test "a file has fewer than 400 lines, a function fewer than 60" {
	for n in 59 60; do
		{ echo 'int f(void)'; echo '{'; yes '	x();' | head -n "$n"; echo '}'; } \
			>"$bait/$n.c"
	done
	[ -z "$(long_functions "$bait/59.c")" ]
	[ -n "$(long_functions "$bait/60.c")" ]
	files=(lib/*.c sriov/*.c tests/lab/module/*.c)
	long=$(long_functions "${files[@]}"
		awk 'FNR == 400 { print FILENAME ": 400 lines and more" }' "${files[@]}")
	echo "$long"
	[ -z "$long" ]
}

@test "Makefile lists every source, in alphabetical order" {
	for folder in lib sriov; do
		listed=$(grep -oP "^\t$folder/[\w-]+\.c" Makefile | tr -d '\t')
		[ -n "$listed" ]
		same "$(printf '%s\n' "$folder"/*.c | LC_ALL=C sort)" "$listed"
	done
}

# unlicensed FILE...: those without the line, and a purpose under it, at their top.
unlicensed()
{
	local file

	for file; do
		# A program has its interpreter above; a manual page its title.
		head -n 5 "$file" | grep -A 2 'SPDX-License-Identifier: GPL-2.0-or-later' |
			sed 1d | grep -q '[[:alpha:]]' || printf '%s\n' "$file"
	done
}

@test "each file names its licence and says what it is for" {
	echo '/* For nothing. */' >"$bait/none.c"
	echo '/* SPDX-License-Identifier: GPL-2.0-or-later */' >"$bait/mute.c"
	cat "$bait/mute.c" "$bait/none.c" >"$bait/both.c"
	[ "$(unlicensed "$bait"/*.c)" = "$bait/mute.c"$'\n'"$bait/none.c" ]
	mapfile -t files < <(written | grep -vE '/(COPYING|README|HACKING|NEWS)(\.md)?$')
	run -0 unlicensed "${files[@]}"
	same '' "$output"
}

@test "nothing is left to do" {
	later='\b(TO''DO|FIX''ME)\b'
	echo "/* TO""DO: think */" >"$bait/bait.c"
	grep -qP "$later" "$bait/bait.c"
	mapfile -t files < <(written)
	absent grep -nP "$later" "${files[@]}"
}

@test "no line ends in a blank, and C is indented with tabs" {
	printf 'x \n' >"$bait/bait"
	grep -q '[[:blank:]]$' "$bait/bait"
	mapfile -t files < <(written | grep -v '/COPYING$')
	absent grep -n '[[:blank:]]$' "${files[@]}"
	absent grep -nP '^\t* {8}' lib/*.[ch] sriov/*.[ch]
}

@test "shellcheck has nothing to say about the scripts" {
	mapfile -t files < <(scripts)
	printf '%s\n' "${files[@]}" | grep -qx configure
	printf '%s\n' '#!/bin/sh' 'for x in 1; do rm; done' >"$bait/bait"
	absent shellcheck "$bait/bait" >/dev/null
	# 1091: what is read in from elsewhere is not looked for.
	shellcheck -e SC1091 "${files[@]}" tests/*.bash tests/*.sh tests/bench/*.bash
}

@test "shellcheck has nothing to say about the tests" {
	mapfile -t files < <(find tests -name '*.bats' | LC_ALL=C sort)
	# 1091, 2034, 2154: "run" and "load" set and read variables that shellcheck cannot see.
	printf '%s\n' '@test "x" {' '	! false' '	true' '}' >"$bait/bait.bats"
	absent shellcheck -s bats "$bait/bait.bats" >/dev/null
	shellcheck -s bats -e SC1091,SC2034,SC2154 "${files[@]}"
}

@test "the manual pages are clean" {
	mkdir -p "$bait/man"
	echo bad >"$bait/bad.scd"
	absent scdoc <"$bait/bad.scd" >/dev/null 2>&1
	for page in man/*.scd; do
		out=$bait/$(basename "$page" .scd)
		run -0 --separate-stderr scdoc <"$page"
		same '' "$stderr"
		printf '%s\n' "$output" >"$out"
		run -0 --separate-stderr env LC_ALL=C.UTF-8 MANROFFSEQ= MANWIDTH=80 \
			man --warnings -E UTF-8 -l -Tutf8 -Z "$out"
		same '' "$stderr"
	done
}

@test "clang-format has nothing to change" {
	format=$(command -v clang-format-19 || command -v clang-format) ||
		skip "clang-format not found"
	# Releases do not agree about the same configuration.
	"$format" --version | grep -q ' 19\.' || skip "$format is not of release 19"
	printf 'int   x ;\n' >"$bait/bait.c"
	cp .clang-format "$bait/"
	absent "$format" --dry-run -Werror "$bait/bait.c" 2>/dev/null
	mapfile -t files < <(find lib sriov tests contrib -name '*.[ch]' | LC_ALL=C sort)
	"$format" --dry-run -Werror "${files[@]}"
}

# compiles COMPILER: every object, with all warnings, which are errors.
compiles()
{
	env -u MAKEFLAGS -u MAKELEVEL make -s objects BUILD="$BATS_TEST_TMPDIR/$1" CC="$1" \
		CFLAGS='-g -O2' WERROR=1 SANITIZE=
}

@test "gcc has no warning" {
	compiles gcc
}

@test "clang has no warning" {
	compiles clang
}
