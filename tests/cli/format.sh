#!/bin/sh
# Holds guss fmt to its description: the layout on standard output, --in-place,
# --check, what it writes, what it leaves alone, and every message.
# tests/unit/format_test.c holds that no meaning and no comment is lost.
# shellcheck source=tests/cli/lib.sh disable=SC2154
. "$(dirname "$0")/lib.sh"
mkdir "$scratch/work" && cd "$scratch/work" || exit 3

make_files() {
    cat >wild.nn <<'END'


#  A file that   nobody cared for.   


const  a=3
const rather_long=( 3,4, )   # a pair
                             # of sizes
block nothing( ) {

}
network n (28,28,1,) # the net
{

  Conv2D( 16,3 ,padding = same ) @(28, 28, 16)
  x=Conv2DTranspose(128, (4, 4), strides=2, padding=same, kernel_initializer=random_normal(mean=0.0, stddev=-0.02** 2), bias_initializer=zeros) @ (56,56,128)



  # its own
  repeat 2 as i { x=Dense(4*i+1) from   x } repeat a { Dense(2) @ (1) }  # done
  MaxPooling2D() Flatten() # b
  total = Add() from a_branch_with_a_name, another_branch_with_a_name, and_another_one, x
  code
  # which is
  = Dense(1 # small
  )
  output code , x }
expect n . params==-4+ - 3
include"more.nn"
END
    cat >tidy.nn <<'END'
#  A file that   nobody cared for.

const a           = 3
const rather_long = (3, 4)  # a pair
                            # of sizes
block nothing() {}

network n(28, 28, 1) {  # the net
    Conv2D(16, 3, padding=same)      @ (28, 28, 16)
    x = Conv2DTranspose(
            128, (4, 4), strides=2, padding=same,
            kernel_initializer=random_normal(mean=0.0, stddev=-0.02 ** 2),
            bias_initializer=zeros)  @ (56, 56, 128)

    # its own
    repeat 2 as i { x = Dense(4 * i + 1) from x }
    repeat a {
        Dense(2)  @ (1)
    }  # done
    MaxPooling2D()
    Flatten()  # b
    total = Add()
            from a_branch_with_a_name, another_branch_with_a_name,
            and_another_one, x
    code
            # which is
            = Dense(1  # small
                    )
    output code, x
}

expect n.params == -4 + -3
include "more.nn"
END
    echo 'network n(8) { Dens(4) }' >unknown.nn
    printf 'network n(8) {\n    Dense(4\n}\n' >wrong.nn
}

unchanged() { [ "$(cat "$1")" = "$2" ]; }

check_layout() {
    expect_status "format: a file on standard output" 0 "$guss" fmt wild.nn
    expect_text "format: the layout" "$scratch/out" <tidy.nn
    expect_status "format: a file in the layout" 0 "$guss" fmt tidy.nn
    expect_text "format: stays as it is" "$scratch/out" <tidy.nn
    cat tidy.nn tidy.nn >both
    expect_status "format: several files" 0 "$guss" fmt wild.nn tidy.nn
    expect_text "format: several files, one after the other" "$scratch/out" \
        <both
    expect_status "format: what is unknown is left to check" 0 \
        "$guss" fmt unknown.nn
    printf '\357\273\277network n(8) {\r\n\tDense(4)\r\n\tReLU()# \303\251 \r\n}' \
        >windows.nn
    expect_status "format: CRLF and a byte order mark" 0 "$guss" fmt windows.nn
    expect_text "format: CRLF and a byte order mark go" "$scratch/out" <<'END'
network n(8) {
    Dense(4)
    ReLU()  # é
}
END
    (cd "$root" && "$guss" fmt --check models/*.nn) >"$scratch/out" 2>&1 &&
        [ ! -s "$scratch/out" ]
    ok "format: the models are in the layout" $?
}

check_standard_input() {
    "$guss" fmt - <wild.nn >"$scratch/out" 2>"$scratch/err"
    ok "format: standard input" $?
    expect_text "format: standard input, in the layout" "$scratch/out" <tidy.nn
    "$guss" fmt wild.nn | "$guss" fmt tidy.nn - >"$scratch/out" &&
        cat tidy.nn tidy.nn | cmp -s - "$scratch/out"
    ok "format: a pipe, behind a file" $?
    "$guss" fmt --check - <wild.nn >"$scratch/out"
    [ $? -eq 1 ] && [ "$(cat "$scratch/out")" = "<stdin>" ]
    ok "format: --check of standard input" $?
    "$guss" fmt - <wrong.nn >"$scratch/out" 2>"$scratch/err"
    [ $? -eq 1 ] && [ ! -s "$scratch/out" ] &&
        grep -q "^<stdin>:3:1: error: expected" "$scratch/err"
    ok "format: a mistake in standard input" $?
    expect_status "format: standard input in place" 2 "$guss" fmt -i tidy.nn -
    expect_text "format: standard input in place, in these words" \
        "$scratch/err" <<'END'
error: standard input cannot be written in place: leave out --in-place, or '-'
try: guss fmt --help
END
    yes '#' | head -c 5000000 | "$guss" fmt - >"$scratch/out" 2>"$scratch/err"
    [ $? -eq 1 ] && grep -q "'<stdin>': it has more than" "$scratch/err"
    ok "format: too much standard input" $?
}

check_in_place() {
    cp wild.nn one.nn
    chmod 640 one.nn
    ln -s one.nn link.nn
    expect_status "format: in place" 0 "$guss" fmt -i link.nn tidy.nn
    [ ! -s "$scratch/out" ] && [ ! -s "$scratch/err" ] && cmp -s one.nn tidy.nn
    ok "format: in place, silently" $?
    [ -h link.nn ] && [ "$(stat -c %a one.nn)" = 640 ]
    ok "format: a link stays a link, permissions stay" $?
    touch -d 2020-01-01 one.nn
    "$guss" fmt --in-place one.nn
    [ "$(stat -c %Y one.nn)" = "$(date -d 2020-01-01 +%s)" ]
    ok "format: a file in the layout is not written" $?
    ! ls ./.guss-* >/dev/null 2>&1
    ok "format: leaves no temporary file" $?
}

check_check() {
    expect_status "format: --check" 1 "$guss" fmt --check wild.nn tidy.nn \
        windows.nn unknown.nn
    expect_text "format: --check names files" "$scratch/out" <<'END'
wild.nn
windows.nn
END
    expect_status "format: --check, in the layout" 0 "$guss" fmt --check \
        tidy.nn unknown.nn
    expect_status "format: --check writes nothing" 2 \
        "$guss" fmt -i --check wild.nn
    expect_text "format: --check writes nothing, in these words" \
        "$scratch/err" <<'END'
error: --check writes nothing: leave it out, or --in-place
try: guss fmt --help
END
}

check_mistakes() {
    wrong=$(cat wrong.nn)
    cp wild.nn right.nn
    expect_status "format: a mistake" 1 "$guss" fmt -i wrong.nn right.nn
    expect_text "format: a mistake, in these words" "$scratch/err" <<'END'
wrong.nn:3:1: error: expected ')' before '}'
    3 | }
      | ^
wrong.nn:2:10: note: to close this '('
    2 |     Dense(4
      |          ^
END
    unchanged wrong.nn "$wrong" && cmp -s right.nn tidy.nn
    ok "format: a mistake keeps one file, not the others" $?
    expect_status "format: a mistake, without -i" 1 "$guss" fmt wrong.nn
    [ ! -s "$scratch/out" ]
    ok "format: a mistake prints nothing" $?
    printf '# caf\351\n' >latin.nn
    expect_status "format: not UTF-8" 1 "$guss" fmt -i latin.nn
    expect_status "format: a missing file" 1 "$guss" fmt -i no.nn
    expect_text "format: a missing file, in these words" "$scratch/err" <<'END'
error: cannot read 'no.nn': No such file or directory
END
    { echo 'network n(8) {' && yes 'repeat 1 {' | head -60 &&
        yes 'a()' | head -100000 && yes '}' | head -61; } >deep.nn
    expect_status "format: too much indentation" 1 "$guss" fmt -i deep.nn
    expect_text "format: too much indentation, in these words" \
        "$scratch/err" <<'END'
error: 'deep.nn' would have more than 4194304 bytes in its layout
END
}

# Root may write whatever the permissions say.
check_unwritable() {
    long=$(printf '%0252d.nn' 0)
    cp wild.nn "$long"
    expect_status "format: a file with the longest name" 0 "$guss" fmt -i "$long"
    "$guss" fmt --check "$long"
    ok "format: a file with the longest name is written" $?
    cp wild.nn full.nn
    before=$(cat wild.nn)
    # shellcheck disable=SC3045 # dash has it
    (ulimit -f 0 && exec "$guss" fmt -i full.nn) 2>&1 | cat >message
    expect_text "format: a file that cannot be written, in these words" message \
        <<'END'
error: cannot write 'full.nn': File too large
END
    unchanged full.nn "$before" && ! ls ./.guss-* >/dev/null 2>&1
    ok "format: a file that cannot be written stays" $?
    if [ "$(id -u)" -eq 0 ]; then
        skip "format: a file without permission" "root may write it"
        return
    fi
    cp wild.nn locked.nn
    chmod 444 locked.nn
    expect_status "format: a file without permission" 3 \
        "$guss" fmt -i locked.nn
    expect_text "format: a file without permission, in these words" \
        "$scratch/err" <<'END'
error: cannot write 'locked.nn': Permission denied
END
}

make_files
check_layout
check_standard_input
check_in_place
check_check
check_mistakes
check_unwritable
