# SPDX-License-Identifier: GPL-2.0-or-later
# Completion for fish: the command itself knows what may come next.

function __sriov_complete
	set -lx PATH $PATH /usr/local/sbin /usr/sbin /sbin # where sudo looks, too
	set -l words (commandline -opc)
	set -l last (commandline -ct)
	set -l command (string replace -r '^~/' ~/ -- $words[1])
	set -e words[1]
	type -q -- $command; or return
	set -l word (string unescape -- $last)
	set -l offers ($command __complete -- $words "$word" 2>/dev/null)
	if test "$offers" = \tdirectories
		set -l option (string match -r -- '^-[^=]*=' $last)
		printf "$option%s\n" (__fish_complete_directories (string replace -- "$option" '' $last))
	else if test "$offers" = \tfiles
		__fish_complete_path "$word"
	else
		printf '%s\n' $offers
	end
end

complete -c sriov -f -k -a '(__sriov_complete)'
