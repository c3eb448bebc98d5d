# Sourced by the scripts of tests/cli: a scratch folder and TAP lines.
# shellcheck shell=sh disable=SC2034 # used by those that source it
root=$(cd "$(dirname "$0")/../.." && pwd)
guss=$BUILD/guss
suite=$(basename "$0" .sh) # before the names of tests
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
export XDG_CACHE_HOME="$scratch/cache" XDG_DATA_HOME="$scratch/share"

# The warnings that guss's own C is free of, and what it writes.
c_warnings="-std=c11 -Wall -Wextra -Wshadow -Wconversion -Wdouble-promotion
-Wstrict-prototypes -Wmissing-prototypes -Wvla -Wundef -Wformat=2 -Werror"

# ok NAME STATUS: one TAP line; STATUS 0 is a pass.
ok() {
    if [ "$2" -eq 0 ]; then echo "ok - $1"; else
        echo "not ok - $1"
        return 1
    fi
}
skip() { echo "ok - $1 # SKIP $2"; }

# expect_status NAME STATUS COMMAND...: runs it; output in $scratch/out, err.
expect_status() {
    name=$1 wanted=$2
    shift 2
    "$@" >"$scratch/out" 2>"$scratch/err" </dev/null
    got=$?
    if [ "$got" -eq "$wanted" ]; then echo "ok - $name"; else
        echo "not ok - $name: status $got, not $wanted"
        sed 's/^/    /' "$scratch/out" "$scratch/err" | head -40
        return 1
    fi
}

# expect_text NAME FILE: FILE is, to the byte, standard input.
expect_text() {
    cat >"$scratch/expected"
    if diff -u "$scratch/expected" "$2" >"$scratch/diff" 2>&1; then
        echo "ok - $1"
    else
        echo "not ok - $1"
        sed 's/^/    /' "$scratch/diff" | head -60
        return 1
    fi
}

# refused NAME STATUS COMMAND...: it says what standard input holds, and prints
# nothing.
refused() {
    cat >"$scratch/wanted"
    name=$1 wanted=$2
    shift 2
    "$@" >"$scratch/out" 2>"$scratch/err" </dev/null
    got=$?
    diff -u "$scratch/wanted" "$scratch/err" >"$scratch/diff" &&
        [ $got -eq "$wanted" ] && [ ! -s "$scratch/out" ]
    ok "$suite: $name" $? || {
        echo "    status $got, not $wanted"
        sed 's/^/    /' "$scratch/diff" "$scratch/out" | head -40
    }
}

# nothing_left NAME: no temporary file, of those that go into $TMPDIR neither.
nothing_left() {
    [ -z "$(ls -A "$TMPDIR")" ] && ! ls ./.guss-* 2>/dev/null
    ok "$suite: $1 leaves no temporary file" $?
}

# png_size FILE: width x height.
png_size() {
    od -An -tu1 -j16 -N8 "$1" | awk '{ print $3 * 256 + $4 "x" $7 * 256 + $8 }'
}

# npy FILE SHAPE TYPE VALUES: an array of NumPy's; values as printf has them.
npy() {
    header="{'descr': '$3', 'fortran_order': False, 'shape': ($2), }"
    # shellcheck disable=SC2059 # octal values
    printf "\\223NUMPY\\1\\0\\$(printf %03o ${#header})\\0$header$4" >"$1"
}
