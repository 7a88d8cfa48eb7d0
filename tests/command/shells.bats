#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# Completion in bash, zsh and fish themselves: on a terminal, with the Tab key.

bats_require_minimum_version 1.5.0

load ../helper

setup()
{
	machine igb
	home=$BATS_TEST_TMPDIR/home
	mkdir -p "$home/my dir/inner" "$home/bin"
	ln -s "$BUILD/sriov" "$home/bin/sriov"
	cd "$home" || return
}

# needs PROGRAM...
needs()
{
	local program

	for program; do
		command -v "$program" >/dev/null || skip "$program is not here"
	done
}

# terminal COMMAND KEYS...: run a shell on a terminal of its own. When it has said "ready> ",
# press these keys, after each lot of them ^G, which adds the line as it stands then to
# $home/lines and empties it. What the terminal showed is in $home/screen afterwards.
terminal()
{
	local seen='' char in out pid

	coproc TTY {
		exec env -u BASH_ENV -u ENV HOME="$home" TERM=dumb INPUTRC=/dev/null LC_ALL=C.UTF-8 \
			timeout 60 script -qec "$1" /dev/null 3>&-
	}
	# bash closes its own ends as soon as the other side has gone.
	pid=$TTY_PID
	exec {out}<&"${TTY[0]}" {in}>&"${TTY[1]}"
	until [[ $seen == *'ready> ' ]]; do
		IFS= read -r -t 50 -d '' -n 1 -u "$out" char || {
			printf 'no prompt, but: %s\n' "$seen"
			return 1
		}
		seen+=$char
	done
	printf '%b\a' "${@:2}" >&"$in"
	printf 'exit\r' >&"$in"
	cat <&"$out" >"$home/screen"
	exec {in}>&- {out}<&-
	wait "$pid" || { cat "$home/screen"; return 1; }
}

# types COMMAND [KEYS LINE]...: in this shell, the keys make that line.
types()
{
	local command=$1 keys=() want=()

	shift
	while [ $# -gt 0 ]; do
		keys+=("$1")
		want+=("[$2]")
		shift 2
	done
	rm -f "$home/lines"
	terminal "$command" "${keys[@]}"
	same "$(printf '%s\n' "${want[@]}")" "$(cat "$home/lines")"
}

# in_bash [KEYS LINE]...: in a bash that has read $home/first and then our completion.
in_bash()
{
	cat >"$home/bashrc" <<-END
	bind 'set bell-style none' 'set enable-bracketed-paste off'
	PS1='ready> '
	line()
	{
		printf '[%s]\n' "\$READLINE_LINE" >>'$home/lines'
		READLINE_LINE=
	}
	bind -x '"\C-g": line'
	sriov() { '$BUILD/sriov' --sysroot '$SYSROOT' "\$@"; }
	$(cat "$home/first" 2>/dev/null || :)
	[ -n "\$loader" ] || . '$TOP/completions/sriov.bash'
	END
	types "bash --noprofile --rcfile '$home/bashrc' -i" "$@"
}

in_zsh()
{
	cat >"$home/.zshrc" <<-END
	unsetopt beep prompt_sp prompt_cr
	PS1='ready> '
	line()
	{
		print -r -- "[\$BUFFER]" >>'$home/lines'
		BUFFER=
	}
	zle -N line
	bindkey -e
	bindkey '^G' line
	sriov() { '$BUILD/sriov' --sysroot '$SYSROOT' "\$@" }
	fpath=('$TOP/completions' \$fpath)
	autoload -Uz compinit
	compinit -u -d '$BATS_FILE_TMPDIR/zcompdump'
	END
	# -d: not what the host has in /etc.
	types "env ZDOTDIR='$home' zsh -d -i" "$@"
}

# What fish reads before it begins.
fish_config()
{
	# else it reads all manuals in the background, and the test's folder cannot be removed
	mkdir -p "$home/fish/generated_completions"
	cat <<-END
	function fish_prompt
		printf 'ready> '
	end
	function fish_greeting
	end
	function line
		printf '[%s]\n' (commandline) >>'$home/lines'
		commandline ''
	end
	bind \cg line
	bind \cb backward-char
	function sriov
		'$BUILD/sriov' --sysroot '$SYSROOT' \$argv
	end
	# fish completes only for commands that exist.
	function sudo
	end
	set fish_complete_path '$TOP/completions' \$fish_complete_path
	END
}

in_fish()
{
	fish_config >"$home/config.fish"
	types "env XDG_CONFIG_HOME='$home' XDG_DATA_HOME='$home' fish -i -C 'source $home/config.fish'" "$@"
}

# offered LINE: what fish offers behind it, with what it shows about that.
offered()
{
	fish_config >"$home/config.fish"
	# $argv is for fish.
	# shellcheck disable=SC2016
	HOME=$home XDG_CONFIG_HOME=$home XDG_DATA_HOME=$home fish -C "source $home/config.fish" \
		-c 'complete -C $argv[1]' "$1"
}

# What is the same in all of them. They are the ones to expand ~.
# shellcheck disable=SC2088
common=(
	'sriov vf sh\t' 'sriov vf show '
	'sriov vf set eth0/0 spo\to\t' 'sriov vf set eth0/0 spoofchk o'
	'sriov vf set eth0/0 trust on vlan_\t802.1a\t' 'sriov vf set eth0/0 trust on vlan_proto 802.1ad '
	'sriov bind set eth0/0 driver v\t' 'sriov bind set eth0/0 driver vfio-pci '
	# Colons
	'sriov pf set 0000:02\tnum_\tm\t' 'sriov pf set 0000:02:00.0 num_vfs max '
	'sriov pf set 0000:\t' 'sriov pf set 0000:0'
	'sriov pf set 02:\t' 'sriov pf set 02:00.0 '
	'sriov bind set 0000:01:10.6\t' 'sriov bind set 0000:01:10.6 '
	# No blank where a list of VFs goes on
	'sriov vf set et\t3 st\t' 'sriov vf set eth0/3 state '
	'sriov vf set 0000:03\t2 ' 'sriov vf set 0000:03:00.0/2 '
	'sriov vf set eth0/5,6\t' 'sriov vf set eth0/5,6 '
	'sriov vf set eth1\t' 'sriov vf set eth1'
	# Options
	'sriov --dry\tpf se\t' 'sriov --dry-run pf set '
	'sriov --color=al\t' 'sriov --color=always '
	'sriov --backend rt\tvf' 'sriov --backend rtnl vf'
	'sriov vf show -o pf,netdev_\t' 'sriov vf show -o pf,netdev_mac '
	'sriov vf show -o +net\t' 'sriov vf show -o +netdev_mac '
	# Quotes
	"sriov 'vf' \"set\" 'eth0/0' trus\\t" "sriov 'vf' \"set\" 'eth0/0' trust "
	'sriov pf set "0000:02\t' 'sriov pf set "0000:02:00.0" '
	'sriov --sysroot my\\ dir vf sh\t' 'sriov --sysroot my\ dir vf show '
	# Names of directories
	'sriov --sysroot my\tin\t' 'sriov --sysroot my\ dir/inner/'
	'sriov --sysroot=my\t' 'sriov --sysroot=my\ dir/'
	'sriov --sysroot ~/my\t' 'sriov --sysroot ~/my\ dir/'
	# No blank where a value follows, and names of files
	'sriov fw set eth0 enable_s\tT\tign\t' 'sriov fw set eth0 enable_sriov=True ignore_ari='
	'sriov fw restore eth0 my\tin\t' 'sriov fw restore eth0 my\ dir/inner/'
	# Of a file, only the shell knows.
	'sriov vf show >my\t' 'sriov vf show >my\ dir/'
	# In the middle of a line
	'sriov vf se eth0\002\002\002\002\002\t\005 trus\t' 'sriov vf set eth0 trust '
	# Not the first word
	'X=1 sriov vf sh\t' 'X=1 sriov vf show '
	'true | sriov vf sh\t' 'true | sriov vf show '
	# Another one than that in PATH
	'~/bin/sriov vf sh\t' '~/bin/sriov vf show '
	# What is not known
	'sriov nosuch s\t' 'sriov nosuch s'
	'sriov vf set eth0/0 mac m\t' 'sriov vf set eth0/0 mac m'
)

# Whoever names a netdev, in a guest or a container, must not get a word into our shell.
hostile_netdev()
{
	local net

	net=$(find "$SYSROOT/sys" -type d -path '*0000:02:00.0/net/eth2')
	[ -n "$net" ]
	mv "$net" "${net%eth2}q;touch\$IFS>owned"
	# shellcheck disable=SC2016 # as the shells quote it
	hostile=('sriov pf set q\t' 'sriov pf set q\;touch\$IFS\>owned ')
}

# shown TEXT...: fail unless lines of the screen begin so, in this order.
shown()
{
	local text line=

	exec {screen}<"$home/screen"
	for text; do
		until [[ $line == "$text"* ]]; do
			IFS= read -r -u "$screen" line || {
				echo "not there, or not behind the others: $text"
				cat "$home/screen"
				return 1
			}
		done
	done
	exec {screen}<&-
}

@test "bash: words, values, objects, options" {
	needs script
	hostile_netdev
	in_bash "${common[@]}" "${hostile[@]}" \
		'sriov pf s auto\002\002\002\002\002e\t' 'sriov pf set auto'
}

@test "bash: what is offered comes in our order" {
	needs script
	echo "bind 'set completion-display-width 0'" >"$home/first"
	in_bash 'sriov vf \t\t' 'sriov vf '
	shown show create set help
}

@test "bash: where a colon does not end a word" {
	needs script
	# The variable is that of the other bash.
	# shellcheck disable=SC2016
	echo 'COMP_WORDBREAKS=${COMP_WORDBREAKS//:/}' >"$home/first"
	in_bash "${common[@]}" 'sriov pf set 0000\\:02\t' 'sriov pf set 0000:02:00.0 '
}

@test "bash: with the distribution's bash-completion, and after sudo" {
	loader=/usr/share/bash-completion/bash_completion
	needs script
	[ -f "$loader" ] || skip "bash-completion is not here"
	mkdir -p "$home/completions"
	cp "$TOP/completions/sriov.bash" "$home/completions/sriov"
	# It finds ours by its name, when it is first needed.
	cat >"$home/first" <<-END
	BASH_COMPLETION_USER_DIR='$home'
	. '$loader'
	loader=1
	END
	in_bash "${common[@]}" \
		'sudo sriov vf sh\t' 'sudo sriov vf show ' \
		'sudo -u root sriov vf set 0000:03\t2 st\t' 'sudo -u root sriov vf set 0000:03:00.0/2 state ' \
		'sudo sriov pf set 0000:\t' 'sudo sriov pf set 0000:0'
}

@test "zsh: words, values, objects, options" {
	needs script zsh
	hostile_netdev
	in_zsh "${common[@]}" "${hostile[@]}" \
		'sudo sriov vf sh\t' 'sudo sriov vf show ' \
		'sudo -u root sriov vf set 0000:03\t2 st\t' 'sudo -u root sriov vf set 0000:03:00.0/2 state '
}

@test "zsh: what is offered comes in our order, and with what it means" {
	needs script zsh
	machine netdevsim
	in_zsh 'sriov vf \t' 'sriov vf ' 'sriov pf set \t' 'sriov pf set '
	shown 'show ' 'create  -- create VFs where there are none' 'set ' 'help '
	shown 'netdevsim/netdevsim2  ' 'eth1  ' 'netdevsim/netdevsim10  -- eth0' 'eth0 '
}

@test "fish: words, values, objects, options" {
	needs script fish
	hostile_netdev
	in_fish "${common[@]}" "${hostile[@]}" \
		'sudo sriov vf sh\t' 'sudo sriov vf show ' \
		'sudo -u root sriov vf set 0000:03\t2 st\t' 'sudo -u root sriov vf set 0000:03:00.0/2 state '
}

@test "fish: what is offered comes in our order, and with what it means" {
	needs fish
	run -0 --separate-stderr offered 'sriov vf '
	same "$(sriov __complete -- vf '')" "$output"
	same '' "$stderr"
}
