# SPDX-License-Identifier: GPL-2.0-or-later
# The machinery of the bench: programs in memory, samples of their runs, and the table.
# shellcheck shell=bash

bench=$(mktemp -d)
memory=$bench/root	# a root file system with nothing in it but what is measured
samples=$bench/samples
table=$bench/table
mkdir "$samples"
: >"$table"

die()
{
	printf 'bench: %s\n' "$*" >&2
	exit 1
}

say() { printf 'bench: %s\n' "$*" >&2; }

# into_memory PROGRAM...: with all libraries, at the paths where they are.
into_memory()
{
	local program file

	for program; do
		cp -L "$program" "$memory/usr/bin/" || die "no $program"
		ldd "$program" | grep -o '/[^ ]*'
	done | sort -u | while read -r file; do
		mkdir -p "$memory${file%/*}" && cp -Ln "$file" "$memory$file" || exit
	done || die "no libraries"
}

# A root file system that the kernel never has to ask the host for. The loader finds the
# libraries as it does on an installed system, by its cache.
make_memory()
{
	local dir

	mkdir -p "$memory"/{usr/{bin,lib,lib64},proc,sys,dev,run,tmp,etc}
	for dir in bin lib lib64; do
		ln -s "usr/$dir" "$memory/$dir"
	done
	into_memory "$SRIOV_BUILD_DIR/installed/sriov" "$SRIOV_BUILD_DIR/tests/measure" \
		"$(type -P ip)" "$(type -P lspci)" "$(type -P bash)" "$(type -P find)" \
		"$(type -P cat)" "$(type -P tee)" "$(type -P mstconfig)"
	# what mstconfig knows of settings, and where it has its locks
	mkdir -p "$memory/usr/share"
	cp -rL /usr/share/mstflint "$memory/usr/share/" || die "no database of mstconfig"
	cp -L "$SRIOV_BUILD_DIR/libsriov.so.0" "$memory/usr/lib/" || die "no libsriov"
	ldconfig -r "$memory" || die "no cache of libraries"
	for dir in proc sys dev run; do
		mount --rbind "/$dir" "$memory/$dir" || die "cannot mount $dir"
	done
}

# script NAME: put what comes in where the measured programs find it as /tmp/NAME.
script() { cat >"$memory/tmp/$1"; }

# inside COMMAND...: run it there, with an environment that says nothing.
inside() { env -i PATH=/usr/bin:/usr/sbin chroot "$memory" "$@"; }

# measure NAME TIMES COMMAND...: add its runs to the samples of that name.
measure()
{
	# ip complains of each long list that it cannot show as a whole
	inside measure "${@:2}" >>"$samples/$1" 2>"$bench/errors" ||
		die "$1: did not run: $(<"$bench/errors")"
}

# middle: the median of the numbers that come in, the lower one of two.
middle() { sort -n | awk '{ v[NR] = $1 } END { print v[int((NR + 1) / 2)] }'; }

# usual NAME: median of its wall times, in microseconds.
usual() { cut -d ' ' -f 1 "$samples/$1" | middle; }

# peak NAME: its greatest RSS, in KiB.
peak() { cut -d ' ' -f 2 "$samples/$1" | sort -n | tail -n 1; }

# time_row WHAT NAME AGAINST NAME GOAL: one line of the table. A goal is the part of the
# other's time that ours may take, as 1/N or N, or "-".
time_row()
{
	figure_row "$1" "$(usual "$2")" "$3" "$(usual "$4")" "$5" ms 1000
}

# figure_row WHAT FIGURE AGAINST FIGURE GOAL UNIT DIVISOR
figure_row() { printf '%s\t' "$@" >>"$table" && echo >>"$table"; }

skip_row() { printf '%s\t%s\n' "$1" "skipped: $2" >>"$table"; }

# What is better than its goal by less than a hundredth is not worth a second look.
print_table()
{
	awk -F '\t' '
	function part(goal,  n) {
		return split(goal, n, "/") == 2 ? n[1] / n[2] : goal + 0
	}
	function shown(ratio) {
		if (ratio >= 0.5)
			return sprintf("%.2f", ratio)
		return sprintf(ratio > 0.1 ? "1/%.1f" : "1/%.0f", 1 / ratio)
	}
	function figure(n, unit, divisor) {
		return sprintf(n >= 100 * divisor ? "%.0f %s" : n >= divisor ? "%.1f %s" : "%.3f %s",
			n / divisor, unit)
	}
	BEGIN {
		format = "%-36s %10s  %-32s %10s  %6s  %5s  %s\n"
		printf format, "WHAT", "SRIOV", "COMPARED WITH", "TAKES", "RATIO", "GOAL", ""
	}
	NF < 5 {
		printf "%-36s %s\n", $1, $2
		next
	}
	{
		ratio = $2 / $4
		missed = $5 != "-" && ratio > part($5)
		printf format, $1, figure($2, $6, $7), $3, figure($4, $6, $7), shown(ratio),
			$5, missed ? "missed" : ""
	}' "$table" | sed 's/ *$//'
}
