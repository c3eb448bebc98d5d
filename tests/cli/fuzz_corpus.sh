#!/bin/sh
# Replays the corpus of every fuzzer, in the time that it may take.
# shellcheck source=tests/cli/lib.sh disable=SC2154
. "$(dirname "$0")/lib.sh"
cd "$root" || exit 3

for target in tests/fuzz/*_fuzz.c; do
    name=$(basename "$target" _fuzz.c)
    find "tests/fuzz/corpus/$name" -type f >"$scratch/files"
    [ -s "$scratch/files" ]
    ok "fuzz: $name has a corpus" $?
    # No name in it has blanks.
    # shellcheck disable=SC2046
    timeout 60 "$BUILD/tests/fuzz/$name" $(cat "$scratch/files") \
        >"$scratch/out" 2>"$scratch/err"
    ok "fuzz: $name takes its corpus" $? || {
        tail -1 "$scratch/out" # the file that was too much
        sed 's/^/    /' "$scratch/err" | head -40
    }
done
