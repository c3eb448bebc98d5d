#!/bin/sh
# Holds the language to its description: every file of tests/accept is silent
# in check (and has the table or the graph beside it), every one of tests/reject
# is refused with exactly the text beside it. Texts that are too large, or too
# hostile, to keep are made here.
#
# X.args holds options for X.nn. GOLDEN=1 rewrites the expected files; read the
# difference.
# shellcheck source=tests/cli/lib.sh disable=SC2154
. "$(dirname "$0")/lib.sh"
cp -r "$root/tests/accept" "$root/tests/reject" "$scratch"
mkdir "$scratch/tests" "$scratch/tmp"
mv "$scratch/accept" "$scratch/reject" "$scratch/tests"
cd "$scratch" || exit 3
export TMPDIR="$scratch/tmp"

# Time and memory that any answer may take; sanitizers are slow and large.
if [ -n "${SANITIZE:-}" ]; then seconds=20; else seconds=1; fi
limited() (
    # shellcheck disable=SC3045 # dash has it
    [ -n "${SANITIZE:-}" ] || ulimit -v 1000000
    exec timeout "$seconds" "$@"
)

# holds NAME EXPECTED FOUND
holds() {
    if [ -n "${GOLDEN:-}" ]; then
        cp "$3" "$root/$2"
    fi
    if diff -u "$root/$2" "$3" >"$scratch/diff"; then
        echo "ok - $1"
    else
        echo "not ok - $1"
        sed 's/^/    /' "$scratch/diff" | head -60
    fi
}

# options FILE: the words of its .args.
options() {
    [ -e "${1%.nn}.args" ] && cat "${1%.nn}.args"
}

check_accepted() {
    file=$1 stem=${1%.nn}
    # shellcheck disable=SC2046 # words
    limited "$guss" check $(options "$file") "$file" >"$scratch/out" \
        2>"$scratch/err" && [ ! -s "$scratch/out" ] && [ ! -s "$scratch/err" ]
    ok "language: $file is accepted silently" $? || {
        sed 's/^/    /' "$scratch/err"
        return
    }
    if [ -e "$stem.summary" ]; then
        # shellcheck disable=SC2046
        limited "$guss" summary $(options "$file") "$file" >"$scratch/out"
        holds "language: $file has its table" "$stem.summary" "$scratch/out"
    fi
    if [ -e "$stem.graph" ]; then
        # shellcheck disable=SC2046
        limited "$guss" emit --dump=graph $(options "$file") "$file" \
            >"$scratch/out"
        holds "language: $file has its graph" "$stem.graph" "$scratch/out"
    fi
}

check_rejected() {
    file=$1
    # shellcheck disable=SC2046
    limited "$guss" check $(options "$file") "$file" >"$scratch/out" \
        2>"$scratch/err"
    status=$?
    [ $status -eq 1 ] && [ ! -s "$scratch/out" ]
    ok "language: $file is refused with status 1, not $status" $?
    holds "language: $file is refused in these words" "${file%.nn}.err" \
        "$scratch/err"
}

# refused NAME: hostile.nn is refused in time; the message is standard input.
refused() {
    limited "$guss" check hostile.nn >"$scratch/out" 2>"$scratch/err"
    status=$?
    [ $status -eq 1 ]
    ok "hostile: $1 is refused with status 1, not $status" $?
    expect_text "hostile: $1 is refused in these words" "$scratch/err"
}

# survives NAME STATUS: hostile.nn has an answer of that status, in time.
survives() {
    limited "$guss" check hostile.nn >"$scratch/out" 2>"$scratch/err"
    status=$?
    [ $status -eq "$2" ] && [ "$(wc -c <"$scratch/err")" -lt 100000 ]
    ok "hostile: $1 is answered with status $2, not $status" $? ||
        head -c 1000 "$scratch/err"
}

# repeated TEXT COUNT
repeated() {
    awk -v text="$1" -v n="$2" 'BEGIN { while (n--) printf "%s", text }'
}

check_large_files() {
    repeated '(' 10000000 >hostile.nn
    refused "ten million brackets" <<'END'
guss: cannot read 'hostile.nn': it has more than 4194304 bytes
END
    repeated '(' 4000000 >hostile.nn
    survives "four million brackets" 1
    { echo 'const a = ' && repeated '(' 4000000; } >hostile.nn
    survives "four million brackets in a value" 1
    { printf 'const a = 1' && repeated '+1' 2000000; } >hostile.nn
    survives "a sum of two million" 1
    { printf 'const a = ' && repeated - 4000000 && echo 1; } >hostile.nn
    survives "four million signs" 1
    repeated '"' 4000000 >hostile.nn
    survives "four million quotes" 1
    repeated '$' 4000000 >hostile.nn
    survives "four million odd characters" 1
    repeated '}
' 2000000 >hostile.nn
    survives "two million braces" 1
    repeated x 4000000 >hostile.nn
    survives "a name of four million characters" 1
    repeated 9 4000000 >hostile.nn
    survives "a number of four million digits" 1
    repeated '
' 4000000 >hostile.nn
    survives "four million empty lines" 0
    { echo '# ' && repeated x 4000000; } >hostile.nn
    survives "a line of four million characters" 1
    head -c 4000000 /dev/zero >hostile.nn
    survives "four million NUL bytes" 1
}

check_many_items() {
    awk 'BEGIN { for (i = 0; i < 150000; i++) print "const c" i " = c" i + 1 }' \
        >hostile.nn
    survives "150,000 constants in a chain" 1
    awk 'BEGIN { for (i = 0; i < 150000; i++) print "const c" i " = " i }' \
        >hostile.nn
    survives "150,000 constants" 0
    awk 'BEGIN { for (i = 0; i < 150000; i++) print "const c = " i }' \
        >hostile.nn
    survives "150,000 constants of one name" 1
    awk 'BEGIN { for (i = 0; i < 90000; i++)
                     print "network n" i "(8) { n" i + 1 "() }" }' >hostile.nn
    survives "90,000 networks in a chain" 1
    awk 'BEGIN { for (i = 0; i < 90000; i++)
                     print "network n" i "(8) { m" i "() }" }' >hostile.nn
    survives "90,000 networks with an unknown layer" 1
    awk 'BEGIN { for (i = 0; i < 8000; i++)
                     print "network n" i "(8) { Dense(8) }" }' >hostile.nn
    survives "8,000 networks" 0
    awk 'BEGIN { print "network n(8) { Dense(8) }"
                 for (i = 0; i < 100000; i++)
                     print "expect n.params == " 72 }' >hostile.nn
    survives "100,000 expectations" 0
    { echo 'network n {' && repeated 'a = Input(1) ' 4000 && echo '}'; } \
        >hostile.nn
    survives "4,000 layers of one name" 1
    awk 'BEGIN { print "network n { a0 = Input(1)"
                 for (i = 1; i < 4000; i++)
                     print "a" i " = Dense(1) from a" i - 1
                 print "}" }' >hostile.nn
    survives "4,000 layers" 0
}

check_deep_files() {
    { repeated 'network n(8) { repeat 2 { ' 1 && repeated 'repeat 2 { ' 60 &&
        echo 'Dense(8)' && repeated '} ' 62; } >hostile.nn
    survives "repeats 61 deep that double each time" 1
    awk 'BEGIN { print "block b0() { Dense(8) }"
                 for (i = 1; i < 60; i++) {
                     printf "block b" i "() { "
                     for (j = 0; j < 60; j++) printf "repeat 1 { "
                     printf "b" i - 1 "() "
                     for (j = 0; j < 60; j++) printf "} "
                     print "}"
                 }
                 print "network n(8) { b59() }" }' >hostile.nn
    survives "blocks 60 deep, each with repeats 60 deep" 0
    awk 'BEGIN { for (i = 0; i < 60; i++)
                     print "network n" i "(8) { n" i + 1 "() n" i + 1 "() }"
                 print "network n60(8) { ReLU() }" }' >hostile.nn
    survives "networks that contain each other twice, 60 deep" 0
    mkdir many
    awk 'BEGIN { for (i = 0; i < 200; i++)
                     print "include \"" i + 1 ".nn\"" >("many/" i ".nn") }'
    echo 'include "many/0.nn"' >hostile.nn
    survives "includes 200 deep" 1
    rm -r many
}

check_random_bytes() {
    seed=1
    while [ $seed -le 20 ]; do
        awk -v seed=$seed 'BEGIN { srand(seed)
            n = split("network|block|const|repeat|as|from|output|expect|include|" \
                "a|b|Dense|Input|(|)|{|}|,|=|==|@|.|+|-|*|/|//|%|**|3|0|2.5|" \
                "\"x\"|\"|relu|#|\n|\n|$|é", words, "|")
            for (i = 0; i < 3000; i++)
                printf "%s ", words[1 + int(rand() * n)] }' >hostile.nn
        limited "$guss" check hostile.nn >"$scratch/out" 2>"$scratch/err"
        status=$?
        [ $status -eq 1 ] || {
            ok "hostile: words by chance, seed $seed: status $status" 1
            return
        }
        seed=$((seed + 1))
    done
    ok "hostile: words by chance are refused" 0
}

check_kinds_of_files() {
    mkdir folder
    expect_status "language: a folder is no file" 1 "$guss" check folder
    expect_text "language: a folder is no file, in these words" err <<'END'
guss: cannot read 'folder': Is a directory
END
    expect_status "language: a missing file" 1 "$guss" check no.nn
    expect_text "language: a missing file, in these words" err <<'END'
guss: cannot read 'no.nn': No such file or directory
END
    rmdir folder
}

for file in tests/accept/*.nn; do check_accepted "$file"; done
for file in tests/reject/*.nn; do check_rejected "$file"; done
check_large_files
check_many_items
check_deep_files
check_random_bytes
check_kinds_of_files
rm -f hostile.nn out err diff expected
left=$(find . -type f ! -path './tests/*' | head -5)
[ -z "$left" ] && [ "$(find tests -type f | wc -l)" -eq \
    "$(find "$root/tests/accept" "$root/tests/reject" -type f | wc -l)" ]
ok "language: no file is left behind: $left" $?
