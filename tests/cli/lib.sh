# Sourced by the scripts of tests/cli: a scratch folder and TAP lines.
# shellcheck shell=sh disable=SC2034 # used by those that source it
root=$(cd "$(dirname "$0")/../.." && pwd)
guss=$BUILD/guss
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
