#!/bin/sh
# Kernels that are read in panels, of sizes that no block, panel or line divides:
# the weights that a naive interpreter gives them, of batches of one panel and of
# several, stepped block by block and from memory; the same bits with any number
# of threads.
# shellcheck shell=sh source=tests/cli/lib.sh disable=SC2154
. "$(dirname "$0")/lib.sh"
compare=$BUILD/tests/tools/compare_tensors
naive=$BUILD/tests/tools/naive
cd "$scratch" || exit 3

cat >model.nn <<'END'
network model(90) {
    Dense(517, activation=tanh, kernel_regularizer=l2(1e-4))
    Dense(301, activation=tanh, use_bias=false)
    Dense(90)
}
END
npy rows.npy "600, 90" "|u1" "$(cat "$root"/docs/*.md | head -c 54000 |
    od -An -v -to1 | sed 's/ /\\/g' | tr -d '\n')"

n=0
# check NAME BATCH OPTIMIZER SUM: how the plan says that gradients are summed.
check() {
    n=$((n + 1))
    cat >model.yaml <<END
objective: autoencoder
loss: mean_squared_error
batch: $2
iterations: 2
optimizer: {name: sgd, learning_rate: 0.1, momentum: 0.5$3}
data: {train: rows.npy, shuffle: false}
END
    expect_status "panels: $1 is built" 0 "$guss" build model.nn model.yaml -o model
    "$guss" emit --dump=plan model.nn model.yaml >plan
    grep -q "kernel matrix 517 x 301, .*$4" plan &&
        grep -q "forward dense_1 .*; panels in blocks of .*, 176 deep$" plan &&
        grep -q "backward dense_1 .*; panels in blocks of .*, 160 deep$" plan
    ok "panels: $1 reads and sums as is meant" $? || cat plan
    ./model train --set optimizer.learning_rate=0 --set iterations=1 \
        --out "first-$n" 2>err
    first=first-$n/weights.safetensors
    for threads in 1 2 3 7; do
        expect_status "panels: $1 trains with $threads threads" 0 ./model train \
            --threads $threads --init "$first" --out "$n-$threads"
        cmp -s "$n-1/weights.safetensors" "$n-$threads/weights.safetensors"
        ok "panels: $1: $threads threads give the bits of one" $?
    done
    "$naive" train model.nn "$n-1/schedule.yaml" . "$first" naive.safetensors
    expect_status "panels: $1 gives the weights that it gives naively" 0 \
        "$compare" naive.safetensors "$n-1/weights.safetensors" 1e-4 1e-5
}

check "a batch of one panel" 150 "" "stepped block by block; 517 rows in parts"
check "a batch of several" 600 "" "over the batch, of its own; 517 rows in parts"
check "a step by norms" 150 ", global_clipnorm: 0.05" \
    "over the batch, of its own; 517 rows in parts"
