#!/bin/sh
# Holds what editors know of the language to the compiler: the committed files
# are what editors/make-editors writes now, every word in them is one that guss
# knows, and Vim, where it is installed, sees in a sample what is there.
# shellcheck source=tests/cli/lib.sh disable=SC2154
. "$(dirname "$0")/lib.sh"
cd "$scratch" || exit 3
vim_file=$root/editors/vim/syntax/guss.vim
vscode=$root/editors/vscode
grammar=$vscode/syntaxes/guss.tmLanguage.json

check_generated() {
    "$root/editors/make-editors" "$scratch/made"
    for file in vim/syntax/guss.vim vscode/syntaxes/guss.tmLanguage.json; do
        diff -u "$root/editors/$file" "made/$file" >"$scratch/diff"
        ok "editors: $file is what editors/make-editors writes" $? ||
            sed 's/^/    /' "$scratch/diff"
    done
}

# words GROUP: the keywords of a group in Vim's file.
words() {
    sed -n "s/^syntax keyword $1 //p; s/^syntax match $1 .*%(\(.*\))>.*/\1/p" \
        "$vim_file" | sed 's/ nextgroup.*//' | tr ' |' '[\n*]'
}

# The layers of layers.def, as guss names them, are all there and no others.
check_layers() {
    words gussLayer >layers
    [ "$(wc -l <layers)" -eq \
        "$(grep -c '^LAYER(' "$root/compiler/layers/layers.def")" ]
    ok "editors: as many layers as layers.def has" $?
    while read -r layer; do
        echo "network n { $layer() }" >layer.nn
        "$guss" check layer.nn >out 2>&1
        ! grep -q 'error: unknown layer' out && grep -qw "$layer" "$grammar"
        ok "editors: guss and both editors know $layer" $?
    done <layers
    echo 'network n { Dens() }' >layer.nn
    "$guss" check layer.nn 2>&1 | grep -q 'error: unknown layer'
    ok "editors: guss does not know others" $?
}

# Words that arguments take name no constant, reserved words nothing at all.
check_words() {
    for word in $(words gussActivation) $(words gussInitializer) \
        $(words gussWord) $(words gussBoolean); do
        echo "const $word = 1" >word.nn
        ! "$guss" check word.nn >out 2>&1 && grep -qw "$word" "$grammar"
        ok "editors: guss and both editors know the word $word" $?
    done
    for word in $(words gussItem) $(words gussStatement); do
        echo "const $word = 1" >word.nn
        ! "$guss" check word.nn >out 2>&1 && grep -q 'reserved word' out
        ok "editors: $word is reserved" $?
    done
    echo 'const ordinary = 1' >word.nn
    expect_status "editors: other words are not" 0 "$guss" check word.nn
}

# The grammar is read as VS Code reads it, as far as Python can: its patterns
# compile, and the first that fits a word of the sample gives it this scope.
check_textmate() {
    for file in "$vscode"/*.json "$grammar"; do
        python3 -m json.tool "$file" >/dev/null
        ok "editors: ${file#"$root"/} is JSON" $?
    done
    python3 - "$grammar" >out 2>&1 <<'END'
import json, re, sys
grammar = json.load(open(sys.argv[1]))
def first(patterns, text):
    best = None
    for pattern in patterns:
        if pattern.get("include"):
            inner = grammar["repository"][pattern["include"][1:]]
            nested = inner["patterns"] if "begin" not in inner else [inner]
            found = first(nested, text)
        else:
            found = re.search(pattern.get("match") or pattern["begin"], text)
            if found:
                scope = pattern.get("name") or next(
                    iter(pattern.get("captures", {}).values()), {}).get("name")
                found = found.start(), scope
        if found and (best is None or found[0] < best[0]):
            best = found
    return best
outside = grammar["patterns"]
inside = grammar["repository"]["brackets"]["patterns"]
for patterns, text, scope in [
        (outside, "network n {", "keyword.other.item.guss"),
        (outside, "repeat 2 as i", "keyword.control.guss"),
        (outside, "Dense(4)", "support.class.layer.guss"),
        (outside, "units = 3", "keyword.operator.guss"),
        (outside, ".params == 4", "variable.other.property.guss"),
        (inside, "units=3", "variable.parameter.guss"),
        (inside, "same)", "support.constant.word.guss"),
        (inside, "relu)", "support.constant.activation.guss"),
        (inside, "zeros)", "support.constant.initializer.guss"),
        (inside, "1.5e-3)", "constant.numeric.float.guss"),
        (inside, ".5)", "constant.numeric.float.guss"),
        (inside, "784)", "constant.numeric.integer.guss"),
        (inside, '"a # b"', "string.quoted.double.guss"),
        (inside, "# Dense(4)", "comment.line.number-sign.guss"),
        (inside, "@ (3)", "keyword.operator.check.guss")]:
    assert first(patterns, text)[1] == scope, (text, first(patterns, text))
END
    ok "editors: the TextMate grammar names what it sees" $? || cat out
}

# sees LINE COLUMN GROUP
sees() {
    printf 'let g = synIDattr(synID(%d, %d, 1), "name")\n' "$1" "$2"
    printf 'if g !=# "%s" | call add(wrong, "%d:%d is " .. g .. ", not %s")' \
        "$3" "$1" "$2" "$3"
    echo ' | endif'
}

write_vim_script() {
    cat <<END
set nocompatible runtimepath^=$root/editors/vim
filetype plugin indent on
syntax on
edit sample.nn
let wrong = []
if &filetype !=# "guss" | call add(wrong, "no file type") | endif
END
    sees 1 1 gussComment && sees 1 9 gussComment
    sees 2 1 gussItem && sees 2 7 gussDefined && sees 2 15 gussNumber
    sees 3 1 gussItem && sees 3 9 gussDefined && sees 3 12 gussDelimiter
    sees 4 5 '' && sees 4 13 gussLayer && sees 4 19 gussNumber
    sees 4 24 gussArgument && sees 4 35 gussActivation && sees 4 42 gussCheck
    sees 5 5 gussLayer && sees 5 13 gussFloat && sees 5 20 gussStatement
    sees 5 25 '' && sees 6 5 gussStatement && sees 6 14 gussStatement
    sees 7 11 gussString && sees 7 16 gussString && sees 7 22 gussInitializer
    sees 10 1 gussItem && sees 10 8 gussDefined && sees 10 10 gussProperty
    cat <<'END'
let before = getline(1, "$")
normal! gg=G
for n in range(len(before))
    if getline(n + 1) !=# before[n]
        call add(wrong, "indented: " .. getline(n + 1))
    endif
endfor
call writefile(wrong, "wrong")
qall!
END
}

check_vim() {
    if ! vim --version 2>/dev/null | grep -q '+syntax'; then
        skip "editors: Vim sees what is there" "no Vim with syntax files here"
        return
    fi
    cat >sample.nn <<'END'
# a Dense(4) comment
const units = 10
network n(8) {
    units = Dense(4, activation=relu)    @ (4)
    Dropout(0.25)  from units
    repeat 2 as i {
        b("a # b", zeros, name=false)
    }
}
expect n.params == 36
END
    write_vim_script >script.vim
    # swap files and user settings are left out of it
    vim -N -u NONE -i NONE -n -es -S script.vim >out 2>&1 </dev/null
    [ -e wrong ] && [ ! -s wrong ]
    ok "editors: Vim sees what is there" $? || cat wrong out
}

check_generated
check_layers
check_words
check_textmate
check_vim
