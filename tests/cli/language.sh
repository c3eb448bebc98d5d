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

# Processor time and memory that any answer may take; sanitizers are slow and
# large. That a machine has other work to do is no mistake of guss's.
if [ -n "${SANITIZE:-}" ]; then seconds=20; else seconds=3; fi
limited() (
    # shellcheck disable=SC3045 # dash has them
    [ -n "${SANITIZE:-}" ] || ulimit -v 1000000
    # shellcheck disable=SC3045
    ulimit -t "$seconds"
    exec timeout 60 "$@"
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
error: cannot read 'hostile.nn': it has more than 4194304 bytes
END
    repeated '(' 4000000 >hostile.nn
    survives "four million brackets" 1
    { echo 'const a = ' && repeated '(' 4000000; } >hostile.nn
    survives "four million brackets in a value" 1
    { printf 'const a = 1' && repeated '+1' 2000000; } >hostile.nn
    survives "a sum of two million" 1
    { printf 'network n(8) { Dense(1' && repeated '+1' 2000000 && echo ') }'; } \
        >hostile.nn
    survives "a sum of two million in an argument" 1
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
    survives "150,000 constants in a chain" 0
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

# Lists of mistakes, and values that are worked out again and again.
check_long_lists() {
    { echo 'network n { a = Input(3) output ' && repeated 'a, ' 1000000 &&
        echo 'a }'; } >hostile.nn
    survives "an output of a million names" 1
    { echo 'network n { a = Input(3) Add() from ' && repeated 'b, ' 1000000 &&
        echo 'a }'; } >hostile.nn
    survives "a million unknown names" 1
    { echo 'network n(3) { Dense(' && repeated 'unit=1, ' 400000 &&
        echo 'units=1) }'; } >hostile.nn
    survives "400,000 unknown arguments" 1
    { echo 'network n(3) { Dense(' && repeated 'units=1, ' 400000 &&
        echo 'units=1) }'; } >hostile.nn
    survives "an argument given 400,000 times" 1
    { echo 'network n(3) { ReLU() repeat 16000 {' &&
        repeated 'repeat 0 {} ' 300000 && echo '} }'; } >hostile.nn
    survives "300,000 empty repeats, 16,000 times" 1
    { echo 'network n { a = Input(1) repeat 4000 { Add() from ' &&
        repeated 'a, ' 100000 && echo 'a } }'; } >hostile.nn
    survives "a sum of 100,000 layers, 4,000 times" 1
    { echo 'block b(x) {} network n(1) { ReLU() repeat 16000 { b((' &&
        repeated '1 + 1, ' 4000 && echo '1)) } }'; } >hostile.nn
    survives "a tuple of 4,000 sums, 16,000 times" 1
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
    refused "a chain of 200 includes" <<'END'
many/62.nn:1:9: error: files include each other at most 64 deep
    1 | include "63.nn"
      |         ^~~~~~~
END
    rm -r many
}

# 64 MiB in all: a file, 15 of 4 MiB, and one of what is left.
check_wide_files() {
    mkdir many
    { repeated '#' 4194303 && echo; } >many/0.nn
    for i in 1 2 3 4 5 6 7 8 9 10 11 12 13 14; do
        ln many/0.nn "many/$i.nn"
    done
    awk 'BEGIN { for (i = 0; i < 15; i++) print "include \"many/" i ".nn\""
                 print "include \"many/rest.nn\"" }' >hostile.nn
    repeated ' ' $((4194304 - $(wc -c <hostile.nn))) >many/rest.nn
    survives "64 MiB in 17 files" 0
    echo 'include "none.nn"' >>hostile.nn
    refused "more than 64 MiB in 17 files" <<'END'
hostile.nn:16:9: error: a file and all that it includes have at most 67108864 bytes, and with this one there are 67108882: includes are not read from here on
   16 | include "many/rest.nn"
      |         ^~~~~~~~~~~~~~
END
    rm -r many
}

# Constants, or bodies, that would need a deep stack.
check_deep_values() {
    awk 'BEGIN { for (i = 0; i < 60; i++) {
                     printf "const a%d = ", i
                     for (j = 0; j < 15; j++) printf "2 - ("
                     printf "a%d", i + 1
                     for (j = 0; j < 15; j++) printf ")"
                     print "" }
                 print "const a60 = 1" }' >hostile.nn
    survives "constants 60 deep, each of 15 operations" 0
    (
        # shellcheck disable=SC3045 # dash has it
        ulimit -s 2048
        survives "the same with a small stack" 0
    )
}

# Names that are words of C, of its library, of a shell or of guss, in every
# place that takes a name; and texts that would be code if they were pasted
# anywhere. What is accepted must compile, and nothing may run.
check_hostile_names() {
    mkdir canary
    cat >names.txt <<'END'
auto
break
default
double
extern
inline
restrict
sizeof
volatile
_Atomic
_Generic
_Noreturn
_Static_assert
__builtin_trap
__func__
__LINE__
asm
typeof
main
printf
_Exit
system
errno
stdin
NULL
INFINITY
isnan
memcpy
float32x4_t
__m256
guss_model
guss_layer
weights
arena
input
output_
linux
unix
i386
END
    awk '{ print "block b_" $0 "(" $0 ") { " $0 " = Dense(" $0 ") }"
           print "network " $0 "(4) { " $0 "_ = Dense(3) b_" $0 "(2) " \
               $0 "__ = Dense(4) }" }' names.txt >hostile.nn
    survives "names that are words of C" 0
    "$guss" build hostile.nn -o canary/names >"$scratch/out" 2>"$scratch/err"
    ok "hostile: names that are words of C compile" $? ||
        head -20 "$scratch/err"
    cat >texts.txt <<'END'
";system("touch canary/C");//
*/ int x; /*
$(touch canary/C)
`touch canary/C`
;touch canary/C
| touch canary/C
&& touch canary/C
??/
%n%s%s%s
-fplugin=canary/C.so
@canary/rsp
-o canary/C
../canary/C
#include "/etc/passwd"
\n#error
\u202eevil
END
    while IFS= read -r text; do
        file="canary/$(echo "$text" | tr / _).nn"
        printf 'network n(4) { Dense(4) } # %s\n' "$text" >"$file"
        "$guss" check "./$file" >"$scratch/out" 2>"$scratch/err"
        ok "hostile: a file named $text" $? || head -5 "$scratch/err"
        printf 'network n(4) { Dense(4, name="%s") }\n' \
            "$(echo "$text" | tr '"' "'")" >hostile.nn
        survives "a layer named $text" 1
    done <texts.txt
    file="canary/\";system(\"touch canary_C\");\$(touch canary_C).nn"
    printf 'network n(4) { Dense(4) } # */ %%s ??/\n' >"$file"
    sed 's/^/# /' texts.txt >canary/schedule.yaml
    cat >>canary/schedule.yaml <<'END'
objective: autoencoder
loss: mean_squared_error
batch: 4
epochs: 1
optimizer: {name: sgd}
data: {train: "\";system(\"touch C\");//*/ $(touch C) `touch C` %n%s ??/"}
END
    (cd canary && "$guss" build "../$file" schedule.yaml -o model &&
        ./model summary) >"$scratch/out" 2>"$scratch/err"
    ok "hostile: files whose names and texts are code are built" $? ||
        head -20 "$scratch/err"
    # shellcheck disable=SC2016
    (cd canary && ! ./model train --out run) >"$scratch/out" 2>"$scratch/err" &&
        grep -qF 'data '\''";system("touch C");//*/ $(touch C)' "$scratch/err"
    ok "hostile: data whose name is code is not found" $? ||
        head -20 "$scratch/err"
    [ ! -e canary/C ] && [ ! -e canary_C ] && [ ! -e canary/canary_C ]
    ok "hostile: no name was run" $?
    rm -rf canary names.txt texts.txt
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
error: cannot read 'folder': Is a directory
END
    expect_status "language: a missing file" 1 "$guss" check no.nn
    expect_text "language: a missing file, in these words" err <<'END'
error: cannot read 'no.nn': No such file or directory
END
    rmdir folder
    echo 'include "/proc/self/mem" network n(3) { Dens(3) }' >hostile.nn
    expect_status "language: an include that the machine cannot read" 3 \
        "$guss" check hostile.nn
    expect_text "language: the same, in these words" err <<'END'
error: cannot read '/proc/self/mem': Input/output error
END
}

for file in tests/accept/*.nn; do check_accepted "$file"; done
for file in tests/reject/*.nn; do check_rejected "$file"; done
check_large_files
check_many_items
check_long_lists
check_deep_files
check_wide_files
check_deep_values
check_hostile_names
check_random_bytes
check_kinds_of_files
rm -f hostile.nn out err diff expected
left=$(find . -type f ! -path './tests/*' | head -5)
[ -z "$left" ] && [ "$(find tests -type f | wc -l)" -eq \
    "$(find "$root/tests/accept" "$root/tests/reject" -type f | wc -l)" ]
ok "language: no file is left behind: $left" $?
