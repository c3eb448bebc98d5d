#!/bin/sh
# Holds completion to the help: bash, zsh and fish offer every command, every
# option and every choice that --help lists, and nothing else; files come by
# their endings, networks from the file.
# shellcheck source=tests/cli/lib.sh disable=SC2154
. "$(dirname "$0")/lib.sh"
mkdir "$scratch/work" && cd "$scratch/work" || exit 3
PATH=$BUILD:$PATH

make_files() {
    cat >nets.nn <<'END'
network first(4) { Dense(3) }
network second(4) { Dense(2) }
END
    touch 'two words.nn' table.txt plan.yaml weights.safetensors
    mkdir folder
}

# The shells' own completion of a command line that is given as its words.
make_askers() {
    cat >ask.bash <<END
. "$root/completions/guss.bash"
COMP_LINE=\${line:-\$*} COMP_POINT=\${#COMP_LINE} COMP_WORDS=("\$@") COMP_CWORD=\$((\$# - 1))
_guss
printf '%s\n' "\${COMPREPLY[@]}"
END
    # Without a terminal zsh completes nothing; what _guss calls is told.
    cat >ask.zsh <<END
_describe() { print -rl -- \${\${(P)2}%%:*} }
_files() { print -r -- "files \$*" }
compset() { PREFIX=\${PREFIX#\${~2}} }
_guss() { . "$root/completions/_guss" }
words=("\$@") CURRENT=\$# PREFIX=\$argv[-1]
_guss
END
    cat >ask.fish <<END
source "$root/completions/guss.fish"
complete -C "\$argv[1]" | string replace -r '\t.*' ''
END
}
ask_bash() { bash --norc ask.bash "$@" | sed '/^$/d' | sort; }
ask_zsh() { zsh -f ask.zsh "$@" | sort; }
ask_fish() { fish --no-config ask.fish "$*" | sort; }

# offers NAME SHELL WORD...: standard input is what the shell offers.
offers() {
    name=$1 shell=$2
    shift 2
    "ask_$shell" "$@" >got 2>&1
    expect_text "completions: $shell: $name" got
}

# What a help lists, one a line: commands, of a group where one is given;
# options; "OPTION CHOICE" for each choice of "--format FORMAT  keras or json".
commands_of() {
    "$guss" ${1+"$1"} --help | sed -n "s/^  ${1+$1 }\([a-z][a-z]*\) .*/\1/p" |
        uniq
    [ $# -gt 0 ] || echo help
}
options_of() {
    # shellcheck disable=SC2086 # "data show" is two words
    "$guss" $1 --help | sed -n 's/^  \(-.\), \(--[a-z-]*\).*/\1\n\2/p
        s/^      \(--[a-z-]*\).*/\1/p'
}
choices_of() {
    # shellcheck disable=SC2086
    "$guss" $1 --help |
        sed -n 's/^ .*\(--[a-z]*\) [A-Z][A-Z]* *\([a-z0-9-]*\(, [a-z0-9-]*\)* or [a-z0-9-]*\)\(;.*\)*$/\1 \2/p' |
        sed 's/,//g; s/ or / /' | while read -r option words; do
        for word in $words; do echo "$option $word"; done
    done
}

check_commands() {
    commands_of | sort >wanted
    offers "all commands of --help" "$1" guss "" <wanted
    offers "commands behind help" "$1" guss help "" <wanted
    commands_of data | sort >wanted
    offers "all commands of data --help" "$1" guss data "" <wanted
    echo summary >wanted
    offers "the rest of a command" "$1" guss su <wanted
    ask_"$1" guss --color "" | grep -q '^never$'
    ok "completions: $1: an option before the command" $?
}

# check_options SHELL COMMAND
check_options() {
    options_of "$2" | sort >wanted
    # shellcheck disable=SC2086
    offers "all options of $2 --help" "$1" guss $2 - <wanted
    choices_of "$2" >choices
    for option in $(cut -d ' ' -f 1 choices | uniq); do
        sed -n "s/^$option //p" choices | sort >wanted
        # shellcheck disable=SC2086
        offers "all choices of $2 $option" "$1" guss $2 "$option" "" <wanted
    done
}

check_all_options() {
    commands_of | grep -vx -e help -e data >commands
    commands_of data | sed 's/^/data /' >>commands
    while read -r command; do
        check_options "$1" "$command" </dev/null
    done <commands
    choices_of summary >choices
    grep -qx -e '--format json' choices && choices_of emit >choices &&
        grep -qx -e '--real double' choices && grep -q x86-64-v3 choices
    ok "completions: the choices of options were found in the help" $?
}

check_attached_value() {
    case $1 in
    bash) line='guss summary --format=w' ask_bash guss summary --format = w ;;
    *) "ask_$1" guss summary --format=w ;;
    esac | sed 's/.*=//' | grep -qx wide
    ok "completions: $1: a value behind =" $?
}

check_names() {
    printf '%s\n' first second >wanted
    offers "networks of the file" "$1" \
        guss summary nets.nn --network "" <wanted
    offers "networks, with options before the file" "$1" \
        guss summary -D a=1 --format wide nets.nn --network "" <wanted
    echo mnist >wanted
    offers "known data sets" "$1" guss data fetch "" <wanted
}

# Folders, and what has the ending. bash leaves their slash to readline.
check_files() {
    while IFS='|' read -r words files; do
        echo "$files" | tr '|' '\n' | sed '/^$/d' >wanted
        # shellcheck disable=SC2086
        "ask_$1" guss $words "" </dev/null | sed 's/^folder$/folder\//' |
            LC_ALL=C sort >got
        expect_text "completions: $1: files behind $words" got <wanted
    done <<'END'
check|folder/|nets.nn|two words.nn
check nets.nn|folder/|nets.nn|two words.nn
build nets.nn|folder/|plan.yaml
diff nets.nn|folder/|table.txt
train --schedule|folder/|plan.yaml
train --init|folder/|weights.safetensors
build --keep|folder/
train a.nn b.yaml|
END
    "ask_$1" guss data show "" >got
    grep -qx smileys/train got && grep -qx plan.yaml got
    ok "completions: $1: data sets and files behind data show" $?
}

check_zsh_files() {
    echo 'files -g *.nn' >wanted
    offers "files by their ending" zsh guss check "" <wanted
    echo 'files -/' >wanted
    offers "folders" zsh guss build --keep "" <wanted
}

# What is half written or wrong is answered all the same, and quietly.
check_odd_lines() {
    mkfifo pipe.nn
    for words in -- -= --= --x= -D -Dx -ox nonsense 'data x' 'check -- -' \
        'summary /dev/null --network' 'summary missing.nn --network' \
        'summary pipe.nn --network'; do
        # shellcheck disable=SC2086
        timeout 10 "$guss" --complete $words "" >"$scratch/out" \
            2>"$scratch/err" && [ ! -s "$scratch/err" ] && head -1 "$scratch/out" |
            grep -qE '^(words|files( [a-z]+)?|folders)$'
        ok "completions: guss --complete $words" $?
    done
    rm pipe.nn
    expect_status "completions: guss --complete alone" 0 "$guss" --complete
}

make_files
make_askers
for shell in bash zsh fish; do
    if ! command -v $shell >/dev/null 2>&1; then
        skip "completions: $shell" "no $shell here"
        continue
    fi
    check_commands "$shell"
    check_all_options "$shell"
    check_attached_value "$shell"
    check_names "$shell"
    case $shell in
    zsh) check_zsh_files ;;
    *) check_files "$shell" ;;
    esac
done
check_odd_lines
