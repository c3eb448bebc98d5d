#!/bin/sh
# Usage: tests/run.sh [NAME...]
#
# Runs the unit tests (build/tests/unit) and the scripts of tests/cli, all or
# those whose path contains a NAME. Each prints TAP lines: "ok ...",
# "not ok ...", "ok ... # SKIP why". The last line counts them.
set -u
cd "$(dirname "$0")/.." || exit 3
BUILD=${BUILD:-build}
case $BUILD in /*) ;; *) BUILD=$PWD/$BUILD ;; esac
export BUILD CMOCKA_MESSAGE_OUTPUT=TAP LC_ALL=C.UTF-8 TERM=dumb

wanted() {
    [ $# -eq 1 ] && return 0
    path=$1
    shift
    for name; do
        case $path in *"$name"*) return 0 ;; esac
    done
    return 1
}

# A shell in the background ignores SIGINT, and nohup SIGHUP; so does all that
# they start.
run_test() {
    case $1 in *.sh) set -- sh "$1" ;; esac
    env --default-signal=INT,HUP "$@"
}

log=$(mktemp)
trap 'rm -f "$log"' EXIT
for test in tests/unit/*_test.c tests/cli/*.sh; do
    case $test in
    */lib.sh) continue ;;
    *.c) test=$BUILD/${test%.c} ;;
    esac
    wanted "$test" "$@" || continue
    echo "# ${test#"$PWD"/}"
    run_test "$test" </dev/null >"$log.one" 2>&1
    status=$?
    cat "$log.one" >>"$log"
    grep -E '^(not ok|ok .*# SKIP)' "$log.one"
    if [ $status -ne 0 ] && ! grep -q '^not ok' "$log.one"; then
        echo "not ok - $test ended with status $status" | tee -a "$log"
    fi
    grep -q '^not ok' "$log.one" && grep -v '^ok' "$log.one" | head -60
    rm -f "$log.one"
done
passed=$(grep -c '^ok' "$log")
skipped=$(grep -c '^ok.*# SKIP' "$log")
failed=$(grep -c '^not ok' "$log")
[ "$skipped" -gt 0 ] && echo "$skipped skipped (named above)"
echo "$((passed - skipped)) passed, $failed failed"
[ "$failed" -eq 0 ] && [ "$passed" -gt 0 ]
