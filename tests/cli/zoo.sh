#!/bin/sh
# The benchmark's networks: each is right, is emitted with its schedule, and what peers
# are built from, the dump of its graph as bench/peers reads it, says the same as
# `guss summary` does.
# shellcheck source=tests/cli/lib.sh disable=SC2154
. "$(dirname "$0")/lib.sh"

for file in bench/zoo/*.nn; do
    expect_status "zoo: $file and its schedule" 0 \
        "$guss" emit "$file" "${file%.nn}.yaml" -o "$scratch/emitted"
done

if command -v python3 >/dev/null; then
    for file in models/*.nn bench/zoo/*.nn bench/growth/*.nn; do
        "$guss" emit --dump=graph "$file" >"$scratch/dump"
        "$guss" summary --format json "$file" >"$scratch/summary"
        python3 -B tests/cli/zoo.py "$scratch/dump" "$scratch/summary"
        ok "zoo: peers read $file" $?
    done
else
    skip "zoo: peers read the networks" "no python3"
fi
