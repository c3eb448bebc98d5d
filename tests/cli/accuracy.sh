#!/bin/sh
# A classifier's training accuracy: what `evaluate` counts of the weights before
# the update, with the same bits for any number of threads and after stopping.
# shellcheck source=tests/cli/lib.sh disable=SC2154
. "$(dirname "$0")/lib.sh"
cd "$scratch" || exit 1

values='' labels='' halves=''
for i in $(seq 23); do
    for k in 37 91 53; do
        values="$values\\$(printf %03o $((i * k * k % 256)))"
    done
    labels="$labels\\00$((i * i % 7 % 3))" halves="$halves\\00$((i * i % 5 % 2))"
done
npy three.npy '23, 3' '|u1' "$values"
npy three.labels.npy '23,' '|u1' "$labels"
npy two.npy '23, 3' '|u1' "$values"
npy two.labels.npy '23,' '|u1' "$halves"

# classifier NAME OUTPUTS ACTIVATION LOSS SET: builds it.
classifier() {
    echo "network net(3) { Dense(4, activation=tanh)
        Dense($2, activation=$3, bias_initializer=random_normal) }" >"$1.nn"
    cat >"$1.yaml" <<END
objective: classifier
loss: $4
batch: 32
epochs: 1
optimizer: {name: sgd, learning_rate: 0.5}
data: {train: $5}
END
    "$guss" build "$1.nn" "$1.yaml" -o "$1" >out 2>&1 || cat out
}

# counted NAME OUTPUTS ACTIVATION LOSS SET: one update of all samples.
counted() {
    classifier "$@"
    ./"$1" train --out "$1-0" >out 2>&1 || cat out
    ./"$1" train --init "$1-0/weights.safetensors" --out "$1-1" >out 2>&1 || cat out
    ./"$1" evaluate --weights "$1-0/weights.safetensors" >evaluated
    evaluated=$(sed -n 's/^accuracy //p' evaluated)
    trained=$(sed -n '2{s/.*,//;p;}' "$1-1/log.csv")
    [ -n "$evaluated" ] && [ "$(printf %.6g "$trained")" = "$evaluated" ]
    ok "accuracy: $1: of the weights before the update, $evaluated" $? ||
        cat "$1-1/log.csv" evaluated
}
counted softmax 3 softmax categorical_crossentropy three.npy
counted sigmoid 1 sigmoid binary_crossentropy two.npy
counted sigmoids 3 sigmoid binary_crossentropy three.npy
counted outputs 3 linear mean_squared_error three.npy
counted output 1 sigmoid mean_squared_error two.npy
counted shares 3 softmax mean_absolute_error three.npy

long='--set epochs=9 --set checkpoint.every=1'
classifier many 3 softmax categorical_crossentropy three.npy
sed -i 's/batch: 32/batch: 5/' many.yaml
"$guss" build many.nn many.yaml -o many >out 2>&1 || cat out
# shellcheck disable=SC2086 # words
./many train --threads 1 --out whole $long >out 2>&1 || cat out
for threads in 2 3 7; do
    # shellcheck disable=SC2086 # words
    ./many train --threads $threads --out t$threads $long >out 2>&1
    cmp whole/log.csv t$threads/log.csv
    ok "accuracy: $threads threads count the same" $?
done
for stop in 1 2 3 4 5 6 7 8; do
    ./many train --out s$stop --set checkpoint.every=1 \
        --set iterations=$stop >out 2>&1
    ./many train --resume s$stop --set epochs=9 >out 2>&1 || cat out
    cmp whole/log.csv s$stop/log.csv
    ok "accuracy: stopped after $stop updates, counted on" $?
done
