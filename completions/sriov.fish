# SPDX-License-Identifier: GPL-2.0-or-later
# Completion for fish: the command itself knows what may come next.

function __sriov_complete
	set -l words (commandline -opc)
	set -e words[1]
	sriov __complete -- $words (commandline -ct) 2>/dev/null
end

complete -c sriov -f -a '(__sriov_complete)'
