#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# What "make install" puts where, and that others can compile and link with it.

load ../helper

# The tests share one installation of what is built, into an empty directory.
setup_file()
{
	export DEST=$BATS_FILE_TMPDIR/dest
	makes install DESTDIR="$DEST" >"$BATS_FILE_TMPDIR/log" 2>&1 || {
		cat "$BATS_FILE_TMPDIR/log"
		return 1
	}
}

setup()
{
	cd "$TOP" || return
	header=$DEST$(setting includedir)/libsriov.h
	libdir=$(setting libdir)
	shared=$DEST$libdir/libsriov.so
}

# makes WORD...: the make of these tests, for the build directory that they test.
makes()
{
	env -u MAKEFLAGS -u MAKELEVEL make -s -C "$TOP" BUILD="${BUILD#"$TOP/"}" \
		SANITIZE="$(sanitized && echo 1)" "$@"
}

sanitized()
{
	nm -D "$BUILD/libsriov.so" 2>/dev/null | grep -q __asan_init
}

# setting NAME: as configure chose it.
setting()
{
	sed -n "s/^$1 = //p" "$TOP/config.mk"
}

# The functions that the header declares: names before a parenthesis, outside of comments.
declared()
{
	cc -fpreprocessed -E -P -x c "$header" 2>/dev/null |
		grep -oP '\bsriov_\w+(?=\s*\()' | LC_ALL=C sort -u
}

exported()
{
	nm -D --defined-only "$shared" | awk '$2 != "A" { sub(/@.*/, "", $3); print $3 }' |
		LC_ALL=C sort -u
}

# pkg WORD...: pkg-config, for the tree below $DEST.
pkg()
{
	PKG_CONFIG_LIBDIR=$DEST$libdir/pkgconfig PKG_CONFIG_PATH='' \
		pkg-config --define-variable=prefix="$DEST$(setting prefix)" "$@"
}

@test "nothing is left to build after make, so that root need not build" {
	makes -q all
	run -0 makes -n install DESTDIR="$DEST"
	[[ $output != *" -c -o "* && $output != *"-shared"* ]]
}

@test "exactly the listed files are installed, and listed once" {
	listed=$(awk '{ print $3 }' "$BUILD/install.list" | LC_ALL=C sort)
	found=$(cd "$DEST" && find . ! -type d | sed 's/^\.//' | LC_ALL=C sort)
	same "$listed" "$found"
	same "$listed" "$(LC_ALL=C sort -u <<<"$listed")"
}

@test "the installed command runs, and knows nothing of the build directory" {
	command=$DEST$(setting sbindir)/sriov
	[ -x "$command" ]
	run -0 env LD_LIBRARY_PATH="$DEST$libdir" "$command" --version
	[[ $output == *"$(./configure --version | sed 's/.* //')"* ]]
	run -0 readelf -d "$command" "$shared"
	[[ $output != *RPATH* && $output != *RUNPATH* ]]
}

@test "the library has its name, and links lead to it" {
	run -0 readelf -d "$shared"
	[[ $output == *"soname: [libsriov.so.0]"* ]]
	[ "$(readlink "$shared")" = libsriov.so.0 ]
	[ -f "$(readlink -f "$shared")" ]
}

@test "libkmod, libpci, json-c and libcrypto are not linked" {
	run -0 readelf -d "$shared" "$DEST$(setting sbindir)/sriov"
	for name in libkmod libpci libjson-c libcrypto; do
		[[ $output != *"NEEDED"*"[$name."* ]]
	done
}

@test "the header compiles alone, in C and in C++" {
	strict='-Wall -Wextra -Wpedantic -Werror'
	# clang reads C++, too; a separate compiler for that need not be there
	for language in 'c -std=c99' 'c -std=gnu11' 'c++ -std=c++11'; do
		# These are words.
		# shellcheck disable=SC2086
		echo '#include <libsriov.h>' |
			clang -x $language $strict -I"${header%/*}" -fsyntax-only -
	done
}

@test "what the header declares, the version script names and the library exports is one" {
	names=$(sed 's|/\*.*\*/||; s/#.*//' lib/libsriov.sym | grep -oP '\bsriov_\w+(?=\s*;)' |
		LC_ALL=C sort)
	[ -n "$names" ]
	same "$names" "$(LC_ALL=C sort -u <<<"$names")"
	same "$(declared)" "$names"
	same "$(declared)" "$(exported)"
}

@test "pkg-config knows the version, and what to compile and link with" {
	[ "$(pkg --modversion libsriov)" = "$(./configure --version | sed 's/.* //')" ]
	[[ " $(PKG_CONFIG_ALLOW_SYSTEM_CFLAGS=1 pkg --cflags libsriov)" == *" -I$DEST/"* ]]
	[[ " $(PKG_CONFIG_ALLOW_SYSTEM_LIBS=1 pkg --libs libsriov)" == *" -L$DEST/"*" -lsriov"* ]]
}

@test "the example compiles with what pkg-config says, and runs" {
	sanitized && skip "the example is compiled as a stranger would"
	# These are words.
	# shellcheck disable=SC2046
	cc -Wall -Wextra -Werror -o "$BATS_TEST_TMPDIR/example" contrib/example.c \
		$(PKG_CONFIG_ALLOW_SYSTEM_CFLAGS=1 pkg --cflags libsriov) \
		$(PKG_CONFIG_ALLOW_SYSTEM_LIBS=1 pkg --libs libsriov)
	machine igb
	run -0 env LD_LIBRARY_PATH="$DEST$libdir" SRIOV_SYSROOT="$SYSROOT" \
		"$BATS_TEST_TMPDIR/example"
	[[ $output == *'0000:01:00.0: 7 VFs'*'  4 mac 02:00:00:00:01:04 driver vfio-pci'* ]]
}

@test "the manual pages are installed" {
	[ "$(setting MANUAL)" = yes ] || skip "configured without manual pages"
	n=0
	for page in man/*.scd; do
		name=$(basename "$page" .scd)
		[ -s "$DEST$(setting mandir)/man${name##*.}/$name" ]
		n=$((n + 1))
	done
	[ "$n" -gt 0 ]
	[ "$(find "$DEST$(setting mandir)" -type f | wc -l)" = "$n" ]
}

@test "the completions are installed" {
	[ "$(setting COMPLETIONS)" = yes ] || skip "configured without completions"
	data=$DEST$(setting datadir)
	cmp completions/sriov.bash "$data/bash-completion/completions/sriov"
	cmp completions/_sriov "$data/zsh/site-functions/_sriov"
	cmp completions/sriov.fish "$data/fish/vendor_completions.d/sriov.fish"
}

@test "uninstall leaves nothing of ours, and everything else" {
	other=$BATS_TEST_TMPDIR/other
	cp -a "$DEST" "$other"
	echo mine >"$other$libdir/libother.so.0"
	makes uninstall DESTDIR="$other"
	same "$other$libdir/libother.so.0" "$(find "$other" ! -type d)"
}

@test "configure refuses what it does not know, and takes what packagers pass" {
	cp configure "$BATS_TEST_TMPDIR/"
	run -1 --separate-stderr "$BATS_TEST_TMPDIR/configure" --enable-everything
	[[ $stderr == *"--enable-everything"* ]]
	run -1 --separate-stderr "$BATS_TEST_TMPDIR/configure" --prefix=here
	[[ $stderr == *"absolute"* ]]
	[ ! -e "$BATS_TEST_TMPDIR/config.mk" ]
	# As Debian and Fedora call it.
	for shell in sh dash 'busybox sh'; do
		command -v "${shell%% *}" >/dev/null || continue
		# shellcheck disable=SC2016,SC2086
		$shell "$BATS_TEST_TMPDIR/configure" --build=x86_64-linux-gnu --prefix=/usr \
			'--includedir=${prefix}/include' '--mandir=${prefix}/share/man' \
			'--infodir=${prefix}/share/info' --sysconfdir=/etc --localstatedir=/var \
			--disable-option-checking --disable-silent-rules \
			'--libdir=${prefix}/lib/here' --runstatedir=/run \
			--disable-maintainer-mode --disable-dependency-tracking
		grep -qx 'libdir = /usr/lib/here' "$BATS_TEST_TMPDIR/config.mk"
		$shell "$BATS_TEST_TMPDIR/configure" --build=x86_64-redhat-linux-gnu \
			--host=x86_64-redhat-linux-gnu --program-prefix= \
			--disable-dependency-tracking --prefix=/usr --exec-prefix=/usr \
			--bindir=/usr/bin --sbindir=/usr/sbin --sysconfdir=/etc --datadir=/usr/share \
			--includedir=/usr/include --libdir=/usr/lib64 --libexecdir=/usr/libexec \
			--localstatedir=/var --runstatedir=/run --sharedstatedir=/var/lib \
			--mandir=/usr/share/man --infodir=/usr/share/info
		grep -qx 'libdir = /usr/lib64' "$BATS_TEST_TMPDIR/config.mk"
	done
}

@test "configure writes only what changes" {
	cp configure "$BATS_TEST_TMPDIR/"
	cd "$BATS_TEST_TMPDIR"
	./configure
	touch -d '2001-01-01' config.mk build/config.h
	./configure
	[ -z "$(find config.mk build/config.h -newermt 2002-01-01)" ]
	./configure --prefix=/opt
	[ -n "$(find config.mk -newermt 2002-01-01)" ]
	[ -z "$(find build/config.h -newermt 2002-01-01)" ]
}
