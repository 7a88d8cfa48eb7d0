# SPDX-License-Identifier: GPL-2.0-or-later
# What apt's own configuration says about the archives that this system uses: read by
# tests/deps and tests/debian13, so that no archive is named in either.
# shellcheck shell=sh

# apt_archives FILTER...: "codename URI FILE:NUMBER" of each archive with a component main;
# the number is that of the stanza (or line) of the file. Nothing before apt-get update.
apt_archives() {
	# shellcheck disable=SC2016 # apt's own notation
	apt-get indextargets --format '$(CODENAME) $(REPO_URI) $(SOURCESENTRY)' \
		'Created-By: Packages' 'Component: main' "$@" | awk '!seen[$0]++'
}

# apt_option FILE:NUMBER NAME: the value of Signed-By, Trusted, ... there, if it has one and
# that is on the same line.
apt_option() {
	case $1 in
	*.sources:*)
		# As apt does, a paragraph with nothing but comments is not counted.
		awk -v RS= -v number="${1##*:}" -v name="$2" '/(^|\n)[^#\n]/ && ++n == number {
			lines = split($0, line, "\n")
			for (i = 1; i <= lines; i++)
				if (index(tolower(line[i]), tolower(name) ":") == 1) {
					sub(/^[^:]*:[ \t]*/, "", line[i])
					print line[i]
				}
		}' "${1%:*}"
		;;
	*)
		sed -n "${1##*:}s/^[^]#]*[[ \t]$2=\([^] \t]*\).*/\1/Ip" "${1%:*}"
		;;
	esac
}

# The keyring of FILE:NUMBER, if it is a plain file.
apt_keyring() {
	apt_option "$1" Signed-By | grep '^/[^ ]*$' || :
}
