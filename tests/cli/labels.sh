#!/bin/sh
# How a classifier's labels are taken: smoother ones, held to Keras over 30
# updates. Weights, the losses of an epoch and what evaluate says; a run that is
# stopped, and other numbers of threads; what is refused.
# shellcheck source=tests/cli/lib.sh disable=SC2154
. "$(dirname "$0")/lib.sh"
keras=$root/tests/keras/labels
compare=$BUILD/tests/tools/compare_tensors
cd "$scratch" || exit 3

# close_to TITLE FOUND EXPECTED: six digits are printed.
close_to() {
    [ -n "$2" ] && awk -v a="$2" -v b="$3" 'BEGIN {
        d = a < b ? b - a : a - b; exit !(d <= 1e-6 + 2e-5 * b) }'
    ok "labels: $1 is $3, found ${2:-nothing}" $?
}

# ---- Keras's numbers --------------------------------------------------------

# check_losses OUTPUTS VARIANT: the column of log.csv.
check_losses() {
    while read -r epoch loss; do
        close_to "$1, $2: the loss of epoch $epoch" \
            "$(sed -n "s/^$epoch,[0-9]*,\([^,]*\).*/\1/p" "$1-$2/log.csv")" \
            "$loss"
    done <"$keras/$1/$2.losses.txt"
}

# check_metrics OUTPUTS VARIANT EXE: smoothing is of the loss, not of metrics.
check_metrics() {
    "./$3" evaluate --weights "$keras/$1/weights.safetensors" \
        --input "$keras/$1/input.npy" --schedule "$keras/$1/$2.yaml" \
        >metrics 2>err
    while read -r metric value; do
        close_to "$1, $2: $metric" "$(sed -n "s/^$metric //p" metrics)" "$value"
    done <"$keras/$1/$2.metrics.txt"
}

# check_parity OUTPUTS VARIANT EXE
check_parity() {
    expect_status "labels: $1, $2: it trains" 0 "./$3" train --out "$1-$2" \
        --init "$keras/$1/weights.safetensors" --data "$keras/$1" \
        --schedule "$keras/$1/$2.yaml" || return
    expect_status "labels: $1, $2: 30 updates give Keras's weights" 0 \
        "$compare" "$keras/$1/$2.safetensors" "$1-$2/weights.safetensors" \
        1e-5 2e-6
    check_losses "$1" "$2"
    check_metrics "$1" "$2" "$3"
}

# What was built without any of it takes all of it.
for outputs in several one; do
    sed '/^label_smoothing/d; /^class_weights/d' "$keras/$outputs/smooth.yaml" \
        >plain.yaml
    expect_status "labels: $outputs: it is built" 0 \
        "$guss" build "$keras/$outputs/model.nn" plain.yaml -o "$outputs"
    check_parity $outputs smooth $outputs
done

# ---- the same bits ----------------------------------------------------------

smooth='--schedule smooth.yaml --set seed=3 --set data.shuffle=true'
cp "$keras/several/smooth.yaml" .
cp "$keras"/several/input*.npy .
# shellcheck disable=SC2086 # words
{
    ./several train --out whole $smooth --threads 1 >log 2>&1
    for threads in 2 3 7; do
        ./several train --out "threads-$threads" $smooth --threads $threads \
            >log 2>&1
        cmp -s whole/weights.safetensors "threads-$threads/weights.safetensors" &&
            cmp -s whole/log.csv "threads-$threads/log.csv"
        ok "labels: smoother ones: $threads threads give the bits of one" $?
    done
    for stop in 1 4 14 29; do
        ./several train --out "stop-$stop" $smooth --set iterations=$stop \
            >log 2>&1 &&
            ./several train --resume "stop-$stop" --set epochs=10 >>log 2>&1
        cmp -s whole/weights.safetensors "stop-$stop/weights.safetensors" &&
            cmp -s whole/log.csv "stop-$stop/log.csv"
        ok "labels: smoother ones: stopped after $stop updates: the same bits" \
            $? || cat log
    done
}
grep -qx 'label_smoothing: 0.1' whole/schedule.yaml
ok "labels: schedule.yaml has the smoothing" $?
expect_status "labels: a run with smoother ones is verified" 0 \
    "$guss" verify whole
./several train --out hard --schedule smooth.yaml --set label_smoothing=0 \
    >log 2>&1 &&
    ./several train --out none --data "$keras/several" >log 2>&1
cmp -s hard/weights.safetensors none/weights.safetensors
ok "labels: smoothing by 0 is none" $?

# ---- mistakes ---------------------------------------------------------------

refused "smoothing cannot change in a run" 2 \
    ./several train --resume whole --set label_smoothing=0.2 <<'END'
error: 'label_smoothing' cannot change when a run is resumed; start another one: --out DIR
try: ./several train --help
END
refused "smoothing beyond 1" 1 \
    ./several train --out wrong --set label_smoothing=1.5 <<'END'
--set:1:17: error: 'label_smoothing' must be a number from 0 to 1, not '1.5'
    1 | label_smoothing=1.5
      |                 ^~~
END
sed 's/^loss: .*/loss: mean_squared_error/' smooth.yaml >squares.yaml
refused "smoothing for a loss of errors" 1 \
    "$guss" build "$keras/several/model.nn" squares.yaml -o wrong <<'END'
squares.yaml:7:1: error: 'label_smoothing' is for the losses binary_crossentropy and categorical_crossentropy, not for mean_squared_error
    7 | label_smoothing: 0.1
      | ^~~~~~~~~~~~~~~
END
cat >coder.yaml <<'END'
objective: autoencoder
loss: binary_crossentropy
batch: 8
epochs: 1
optimizer: {name: sgd}
label_smoothing: 0.1
data: {train: input.npy}
END
refused "smoothing without labels" 1 \
    "$guss" build "$keras/several/model.nn" coder.yaml -o wrong <<'END'
coder.yaml:6:1: error: 'label_smoothing' is a key of objective classifier, not of autoencoder
    6 | label_smoothing: 0.1
      | ^~~~~~~~~~~~~~~
END
