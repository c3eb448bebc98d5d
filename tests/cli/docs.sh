#!/bin/sh
# Runs the README and every page of docs/, so that what they show is so:
#
#   nn            is checked: a whole file or, without `network`, the body of a
#                 network that reads (28, 28, 1)
#   yaml          is read beside the model that has its networks: a whole
#                 schedule or, without `objective`, keys for one
#   console       every `$ command` prints what stands below it
#   c FILE        is part of that file, or of what guss emits (`c emitted`)
#   c new FILE    is added to a copy of guss by new_layer.sh
#   nn-wrong NAME, yaml-wrong NAME
#                 are kept, for a command that shows what is wrong
#   links         lead to files and headings that are there
#
# In console and c `...` stands for anything. A name behind nn or yaml keeps
# the block under that name, for the page's later commands.
# shellcheck source=tests/cli/lib.sh disable=SC2154
. "$(dirname "$0")/lib.sh"
cd "$root" || exit 3
unset NO_COLOR GUSS_DATA XDG_DATA_HOME
export HOME=/home/anna # as the pages have it

# Fenced blocks of a page, in order: blocks/007, whose first line is
# "line language name", the rest the block.
split_page() {
    mkdir -p "$work" "$scratch/blocks"
    rm -f "$scratch/blocks"/*
    awk -v folder="$scratch/blocks" '
        /^ *```/ && !file { sub(/^ *```/, ""); n++
            file = sprintf("%s/%03d", folder, n); print NR, $0 >file; next }
        /^ *```$/ { close(file); file = ""; next }
        file { print >file }' "$1"
}

check_nn() {
    if grep -q '^network' "$block"; then cp "$block" "$file"; else
        { echo 'network example(28, 28, 1) {' && cat "$block" &&
            echo '}'; } >"$file"
    fi
    (cd "$work" && "$guss" check "$file") >"$scratch/out" 2>&1 &&
        [ ! -s "$scratch/out" ]
}

# The schedule that a fragment's keys are put into.
write_schedule() {
    if grep -q '^objective:' "$block"; then
        cat "$block"
        return
    fi
    sed -n 's/^\([a-z_]*\):.*/\1/p' "$block" >"$scratch/keys"
    if grep -q 'generator\|latent' "$block"; then
        printf '%s\n' 'objective: gan' 'generator: generator' \
            'discriminator: discriminator' 'batch: 50' 'epochs: 1'
    else
        printf '%s\n' 'objective: autoencoder' 'batch: 50' 'epochs: 1'
    fi >"$scratch/base"
    printf '%s\n' 'loss: binary_crossentropy' 'optimizer: {name: adam}' \
        'data: {train: smileys/train}' >>"$scratch/base"
    if grep -q '^iterations:' "$block"; then echo epochs; fi >>"$scratch/keys"
    while read -r key; do
        sed -i "/^$key:/d" "$scratch/base"
    done <"$scratch/keys"
    cat "$scratch/base" "$block"
}

check_yaml() {
    write_schedule >"$file"
    model=simple_autoencoder
    grep -q '^objective: gan' "$file" && model=vanilla_gan
    "$guss" emit "models/$model.nn" "$file" -o "$scratch/emitted" \
        >"$scratch/out" 2>&1 && [ ! -s "$scratch/out" ]
}

# matches FILE TEXT: TEXT is all of FILE, where `...` stands for anything.
matches() {
    pattern=$(printf '%s\n' "$2" | sed 's/[][*?\\]/\\&/g; s/\.\.\./*/g')
    # shellcheck disable=SC2254 # a pattern it is
    case $(cat "$1") in $pattern) return 0 ;; esac
    return 1
}

# Runs one command of a console block, holds its output to $expected.
run_shown() {
    [ -n "$shown" ] || return 0
    (cd "$work" && PATH=$BUILD:$PATH sh -c "$shown") >"$scratch/one" 2>&1 \
        </dev/null
    { echo "\$ $shown" && cat "$scratch/one"; } >>"$scratch/out"
    matches "$scratch/one" "$expected"
}

check_console() {
    : >"$scratch/out"
    shown='' expected='' agreed=0
    while IFS= read -r text; do
        case $text in
        '$ '*)
            run_shown || agreed=1
            shown=${text#'$ '} expected=
            ;;
        *) expected=${expected:+"$expected
"}$text ;;
        esac
    done <"$block"
    run_shown || agreed=1
    return $agreed
}

# A part of a file; of what is emitted for the README's model.
check_c() {
    source=$name
    if [ "$name" = emitted ]; then
        "$guss" emit --target x86-64-v4 models/simple_autoencoder.nn \
            models/simple_autoencoder.mnist.yaml -o "$scratch/emitted" &&
            source=$scratch/emitted/simple_autoencoder.c
    fi
    : >"$scratch/out"
    matches "$source" "...$(cat "$block")..."
}

# heading_exists PAGE ANCHOR: as GitHub names headings, the second of a name
# with -1.
heading_exists() {
    sed -n 's/^##* //p' "$1" | tr 'A-Z ' 'a-z-' | tr -cd 'a-z0-9_\n-' |
        awk '{ print n[$0] ? $0 "-" n[$0] : $0; n[$0]++ }' | grep -qx -e "$2"
}

check_links() {
    grep -o '](\([^)]*\))' "$1" | sed 's/^](//; s/)$//' >"$scratch/links"
    grep -o 'src="[^"]*"' "$1" | sed 's/^src="//; s/"$//' >>"$scratch/links"
    while read -r link; do
        target=$(dirname "$1")/${link%%#*}
        case $link in
        http*) continue ;;
        '#'*) target=$1 ;;
        esac
        [ -e "$target" ]
        found=$?
        case $link in *'#'*) heading_exists "$target" "${link#*#}" || found=1 ;; esac
        ok "docs: $1: the link $link leads somewhere" $found
    done <"$scratch/links"
}

# One block; languages that nobody runs (sh, text, python) pass in silence.
check_block() {
    read -r line language name <"$1"
    case $language in nn | yaml | console | c | *-wrong) ;; *) return ;; esac
    case $name in 'new '*) return ;; esac
    block=$scratch/block
    tail -n +2 "$1" >"$block"
    file=$work/${name:-block_$line.$language}
    case $language in
    *-wrong) cp "$block" "$file" && return ;;
    esac
    "check_$language"
    ok "docs: $page:$line: $language" $? ||
        sed 's/^/    /' "$scratch/out" | head -40
}

check_page() {
    page=$1
    work=$scratch/pages/$(echo "$page" | tr / _)
    split_page "$page"
    ln -s "$BUILD" "$work/build"
    ln -s "$root/models" "$work/models"
    for one in "$scratch/blocks"/*; do
        [ ! -e "$one" ] || check_block "$one"
    done
    check_links "$page"
}

for page in README.md docs/*.md docs/decisions/*.md examples/README.md \
    examples/*/README.md; do
    [ ! -e "$page" ] || check_page "$page"
done
