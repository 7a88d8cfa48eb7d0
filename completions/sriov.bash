# SPDX-License-Identifier: GPL-2.0-or-later
# Completion for bash: the command itself knows what may come next.
# shellcheck shell=bash

_sriov()
{
	local line=${COMP_LINE:0:COMP_POINT} quotes="[\"'\\\\]" text last
	local word="([^[:blank:]\"'\\\\]|\\\\.|\"([^\"\\\\]|\\\\.)*(\"|\$)|'[^']*('|\$))+"
	local PATH=$PATH:/usr/local/sbin:/usr/sbin:/sbin # where sudo looks, too
	local -a words
	local i

	if [[ $3 == *[\<\>]* ]]; then
		compopt -o default
		return
	fi
	# What COMP_WORDS has is split at colons. Quotes are only around names, never in one.
	while [[ $line =~ $word ]]; do
		words+=("${BASH_REMATCH[0]//$quotes/}")
		line=${line#*"${BASH_REMATCH[0]}"}
	done
	[[ -z $line ]] || words+=("")
	mapfile -t COMPREPLY < <("${1/#\~/$HOME}" __complete -- "${words[@]:1}" 2>/dev/null)
	if [[ ${COMPREPLY[0]-} == $'\tdirectories' ]]; then
		COMPREPLY=()
		compopt -o dirnames
		return
	fi
	if [[ ${COMPREPLY[0]-} == $'\tfiles' ]]; then
		COMPREPLY=()
		compopt -o default
		return
	fi
	# bash wants what comes instead of $2, not of the whole word.
	last=${words[-1]} text=${2//$quotes/} text=${text#[:=]}
	[[ $last == *"$text" ]] || text=$last
	COMPREPLY=("${COMPREPLY[@]%%$'\t'*}")
	COMPREPLY=("${COMPREPLY[@]#"${last%"$text"}"}")
	# bash puts words into the line as they are, and a netdev may be named anything: "a;reboot".
	for i in "${!COMPREPLY[@]}"; do
		[[ ${COMPREPLY[i]} != *[!A-Za-z0-9_.,:/@%+=-]* ]] ||
			printf -v "COMPREPLY[i]" %q "${COMPREPLY[i]}"
	done
	compopt -o nosort 2>/dev/null
	[[ ${#COMPREPLY[@]} != 1 || ${COMPREPLY[0]} != *[/=] ]] || compopt -o nospace
}

complete -F _sriov sriov
