#!/bin/sh
# Optimizers: Keras's weights after 30 updates with each, to 1e-5 of how far they
# are moved; by themselves, naively too, and with a schedule of rates, clipping,
# penalties, smoother labels and weights of classes.
# shellcheck source=tests/cli/lib.sh
. "$(dirname "$0")/lib.sh"
keras=$root/tests/keras
compare=$BUILD/tests/tools/compare_tensors
naive=$BUILD/tests/tools/naive
cd "$scratch" || exit 3

# What is not compiled in is set: one executable for each kind of optimizer, and
# one for each schedule of combined/, whose clipping may be compiled in.
list_builds() {
    for kind in adam adamw sgd rmsprop adadelta adagrad; do
        echo "optimizers $kind"
    done
    for schedule in "$keras"/combined/*.yaml; do
        echo "combined $(basename "$schedule" .yaml)"
    done
}
# shellcheck disable=SC2016 # the inner shell expands
list_builds | xargs -P "$(getconf _NPROCESSORS_ONLN)" -n 2 sh -c '"$0" build \
    "$1/$2/model.nn" "$1/$2/$3.yaml" -o "$2-$3"' "$guss" "$keras"
ok "optimizers: a network is built with each" $?

# near FOLDER VARIANT WEIGHTS TOLERANCE: of the movement, and nothing else.
near() {
    "$compare" --moved-from "$keras/$1/weights.safetensors" \
        "$keras/$1/$2.safetensors" "$3" "$4" 0
}

# check_parity FOLDER VARIANT EXE
check_parity() {
    folder=$keras/$1
    expect_status "optimizers: $1, $2: it trains" 0 "./$1-$3" train \
        --out "$1-$2-run" --init "$folder/weights.safetensors" \
        --data "$folder" --schedule "$folder/$2.yaml"
    expect_status "optimizers: $1, $2: 30 updates give Keras's weights" 0 \
        near "$1" "$2" "$1-$2-run/weights.safetensors" 1e-5
}

# naively VARIANT: the interpreter, which knows no schedules of rates.
naively() {
    folder=$keras/optimizers
    expect_status "optimizers: $1: it trains naively" 0 "$naive" train \
        "$folder/model.nn" "$folder/$1.yaml" "$folder" \
        "$folder/weights.safetensors" naive.safetensors
    expect_status "optimizers: $1: naively, they are Keras's" 0 \
        near optimizers "$1" naive.safetensors 1e-6
}
for schedule in "$keras"/optimizers/*.yaml; do
    variant=$(basename "$schedule" .yaml)
    check_parity optimizers "$variant" "${variant%%_*}"
    naively "$variant"
done
for schedule in "$keras"/combined/*.yaml; do
    variant=$(basename "$schedule" .yaml)
    check_parity combined "$variant" "$variant"
done
expect_status "optimizers: another optimizer is a difference" 1 \
    near optimizers adam optimizers-adamw-run/weights.safetensors 1e-5
expect_status "optimizers: the movement of other tensors is refused" 2 \
    "$compare" --moved-from "$keras/combined/weights.safetensors" \
    "$keras/optimizers/adam.safetensors" \
    "$keras/optimizers/adam.safetensors" 1 0
