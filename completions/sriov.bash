# SPDX-License-Identifier: GPL-2.0-or-later
# Completion for bash: the command itself knows what may come next.
# shellcheck shell=bash

_sriov()
{
	local line=${COMP_LINE:0:COMP_POINT} last
	local -a words

	read -ra words <<<"$line"
	[[ $line != *[[:blank:]] ]] || words+=("")
	mapfile -t COMPREPLY < <("$1" __complete -- "${words[@]:1}" 2>/dev/null | cut -f 1)
	[[ ${COMPREPLY[0]-} != */ ]] || compopt -o nospace
	# PCI addresses have colons, at which bash splits words: it wants what follows the last.
	last=${words[-1]}
	[[ $COMP_WORDBREAKS != *:* ]] || COMPREPLY=("${COMPREPLY[@]#"${last%"${last##*:}"}"}")
}

complete -F _sriov sriov
