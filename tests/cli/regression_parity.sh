#!/bin/sh
# Targets of their own: what Keras makes of the same networks in 30 updates, the
# last batch of a pass smaller, and what it measures then.
# shellcheck source=tests/cli/lib.sh disable=SC2154
. "$(dirname "$0")/lib.sh"
keras=$root/tests/keras/regression
compare=$BUILD/tests/tools/compare_tensors
cd "$scratch" || exit 3

# close A B: two lists of numbers; six digits are printed.
close() {
    paste -d ' ' "$1" "$2" | awk '
        function size(x) { return x < 0 ? -x : x }
        $1 != $3 || size($2 - $4) > 1e-6 + 2e-5 * size($4) { exit 1 }
        END { exit NR != 3 }'
}

check() {
    folder=$keras/$1 loss=$2
    expect_status "parity: $1, $loss: is built" 0 \
        "$guss" build "$folder/model.nn" "$folder/$loss.yaml" -o net || return
    expect_status "parity: $1, $loss: trains" 0 ./net train --out "$1-$loss" \
        --init "$folder/weights.safetensors" --data "$folder" || return
    expect_status "parity: $1, $loss: gives Keras's weights" 0 "$compare" \
        "$folder/$loss.safetensors" "$1-$loss/weights.safetensors" 1e-5 2e-6
    ./net evaluate --weights "$1-$loss" --data "$folder" >measured 2>err
    close measured "$folder/$loss.txt"
    ok "parity: $1, $loss: measures what Keras does" $? || cat measured err
}
check rows mean_squared_error
check rows mean_absolute_error
check rows huber
check images mean_squared_error
check images binary_crossentropy
check classes categorical_crossentropy
expect_status "parity: two losses are a difference" 1 "$compare" \
    "$keras/rows/huber.safetensors" \
    rows-mean_squared_error/weights.safetensors 1e-3 1e-3
sed 's/2/3/' measured >other
! close other "$folder/$loss.txt"
ok "parity: other measures are a difference" $?
