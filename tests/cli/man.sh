#!/bin/sh
# Holds the manual pages to the programs: every command and option of a --help
# is in guss(1) and guss-model(1), under its command, and no others. mandoc,
# where it is installed, finds nothing wrong in any page.
# shellcheck source=tests/cli/lib.sh disable=SC2154
. "$(dirname "$0")/lib.sh"
mkdir "$scratch/work" && cd "$scratch/work" || exit 3

# Help and pages as lines "COMMAND --option", or "COMMAND -o" where that is
# shorter; what every command takes is left out.
help_of() {
    sed -n 's/^  \(-.\), --[a-z-]*.*/\1/p; s/^ *\(--[a-z-]*\).*/\1/p' |
        grep -vxe -h -e --help -e --color -e --version |
        sed "s/^/$1 /"
}
synopsis_of() {
    awk '/^\.Sh/ { on = $2 == "SYNOPSIS" }
        !on { next }
        /^\.Cm/ { command = substr($0, 5) }
        { n = split($0, words, " ")
            for (i = 1; i < n; i++)
                if (words[i] ~ /^\.?Fl$/)
                    print command " -" words[i + 1] }' "$1" | sort
}
# The options that a page describes: "-o --output" gives both.
described_in() {
    awk '/^\.Sh/ { on = $2 == "OPTIONS" }
        on && (/^\.It Fl/ || /^Fl/) {
            n = split($0, words, " ")
            for (i = 1; i < n; i++)
                if (words[i] == "Fl" ||
                    (words[i] == "," && words[i + 1] ~ /^-/))
                    print "-" words[i + 1] }' "$1" |
        sort -u
}
commands_in() {
    awk '/^\.Sh/ { on = $2 == "SYNOPSIS" }
        on && /^\.Cm/ { print substr($0, 5) }' "$1" | sort
}
commands_described_in() {
    awk '/^\.Sh/ { on = $2 == "DESCRIPTION" }
        on && /^\.It Cm/ { print substr($0, 8) }' "$1" | sort
}
# The commands that a --help lists.
list_commands() {
    "$1" --help | sed -n 's/^  \([a-z][a-z]*\( [a-z][a-z]*\)*\)  .*/\1/p' | sort
}

# check_page PAGE PROGRAM: the commands are in ./commands, one a line.
check_page() {
    page=$root/man/$1.1
    commands_in "$page" | grep -vx help >got
    expect_text "man: $1: its commands" got <commands
    commands_described_in "$page" | grep -vx help >got
    expect_text "man: $1: what they do" got <commands
    while read -r command; do
        # shellcheck disable=SC2086 # "data show" is two words
        "$2" $command --help </dev/null | help_of "$command"
    done <commands | sort >wanted
    [ "$(wc -l <wanted)" -gt 20 ]
    ok "man: $1: the options of --help are found" $?
    synopsis_of "$page" >got
    expect_text "man: $1: the options of each command" got <wanted
    while read -r command; do
        # shellcheck disable=SC2086
        "$2" $command --help </dev/null
    done <commands | cat - "$scratch/program_help" |
        sed -n 's/^  \(-.\), \(--[a-z-]*\).*/\1\n\2/p
            s/^ *\(--[a-z-]*\).*/\1/p' | sort -u >wanted
    described_in "$page" >got
    expect_text "man: $1: every option is told of" got <wanted
}

# The five pages; nothing is said of pages that are not installed.
check_lint() {
    for name in language schedules files; do
        "$root/tools/make-manual" "$root/docs/$name.md" >"guss-$name.5"
        ok "man: guss-$name.5 is made" $?
    done
    cp "$root"/man/*.1 .
    for page in guss.1 guss-model.1 guss-language.5 guss-schedules.5 \
        guss-files.5; do
        if ! command -v mandoc >/dev/null 2>&1; then
            skip "man: $page" "no mandoc here"
            continue
        fi
        # shellcheck disable=SC2094 # no page is called lint
        mandoc -T lint -W style "$page" 2>&1 | grep -v \
            -e 'referenced manual not found' -e 'text line longer than 80' \
            -e 'Sh ITEMS instead of FILES' -e 'outdated mandoc.db' >lint
        [ ! -s lint ]
        ok "man: mandoc finds nothing wrong in $page" $? || cat lint
        mandoc -T utf8 -O width=78 "$page" | col -b -x >shown
        ! grep -nE '\*\*[A-Za-z]|\]\(|\\f|^ *\.[A-Z][a-z] ' shown
        ok "man: $page shows no marks" $?
    done
}

# What a page of docs/ says is in the manual page made of it, to the last.
check_made_pages() {
    for name in language schedules files; do
        # shellcheck disable=SC2016 # backquotes they are
        sed -n '/^ *```/,/^ *```/d; s/^##* //p' "$root/docs/$name.md" |
            tail -n +2 | tr '[:lower:]' '[:upper:]' |
            sed 's/^ERRORS$/DIAGNOSTICS/' >wanted
        sed -n 's/^\.S[hs] //p' "guss-$name.5" | tr '[:lower:]' '[:upper:]' |
            grep -vx -e NAME -e DESCRIPTION -e 'SEE ALSO' >got
        expect_text "man: guss-$name.5 has all headings" got <wanted
        # each table row, list item and fenced block is there once
        count_of docs "$root/docs/$name.md" >wanted
        count_of page "guss-$name.5" >got
        expect_text "man: guss-$name.5 has all rows, items and blocks" \
            got <wanted
    done
    expect_status "man: an unknown page is refused" 2 \
        "$root/tools/make-manual" "$root/docs/editors.md"
}

# count_of docs|page FILE: "items blocks"
count_of() {
    if [ "$1" = docs ]; then
        awk '/^ *```/ { code = !code; blocks += code; next }
            code { next }
            /^\|/ { rows++; if (/^\| *:?-/) rows -= 2; next }
            /^- |^[0-9]+\. / { rows++ }
            END { print rows, blocks }' "$2"
    else
        awk '/^\.It/ { rows++ } /^\.Bd/ { blocks++ }
            END { print rows, blocks }' "$2"
    fi
}

check_help() {
    list_commands "$guss" >commands
    while read -r command; do
        # shellcheck disable=SC2086
        "$guss" $command --help </dev/null >"wanted"
        # shellcheck disable=SC2086
        "$guss" help $command </dev/null >got 2>&1
        expect_text "man: guss help $command" got <wanted
        ! grep -nE '^.{81}' wanted
        ok "man: the help of $command fits into 80 columns" $?
    done <commands
    "$guss" --help >wanted
    "$guss" help >got 2>&1
    expect_text "man: guss help" got <wanted
    ! grep -nE '^.{81}' wanted
    ok "man: the help of guss fits into 80 columns" $?
    expect_status "man: guss help of nothing known" 2 "$guss" help chek
    expect_text "man: and its message" "$scratch/err" <<'END'
error: unknown command 'chek'; did you mean 'check'?
try: guss --help
END
    expect_status "man: a letter that is no option" 2 "$guss" summary -n x
    expect_text "man: the letter's message" "$scratch/err" <<'END'
error: summary has no option '-n'
try: guss summary --help
END
}

list_commands "$guss" >commands
"$guss" --help >"$scratch/program_help"
check_page guss "$guss"
# without a schedule it does not train, with one it leaves out what that has no
# use for
simple=$root/models/simple_autoencoder
expect_status "man: an executable is built" 0 "$guss" build "$simple.nn" \
    -o model
expect_status "man: and one that trains" 0 "$guss" build "$simple.nn" \
    "$simple.smileys.yaml" -o trainer
{ list_commands ./model && list_commands ./trainer; } | sort -u >commands
./model --help >"$scratch/program_help"
check_page guss-model ./model
check_lint
check_made_pages
check_help
