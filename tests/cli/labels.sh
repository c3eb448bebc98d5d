#!/bin/sh
# How a classifier's labels are taken: smoother ones, and weights of classes, held
# to Keras over 30 updates: weights, the losses of epochs and what evaluate says. A
# run that is stopped, and other numbers of threads; what is refused.
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

# check_naive OUTPUTS VARIANT: the interpreter, in double, held to a tenth.
check_naive() {
    sed 's/^epochs: 10$/iterations: 30/' "$keras/$1/$2.yaml" >updates.yaml
    expect_status "labels: $1, $2: it trains naively" 0 \
        "$BUILD/tests/tools/naive" train "$keras/$1/model.nn" updates.yaml \
        "$keras/$1" "$keras/$1/weights.safetensors" naive.safetensors &&
        expect_status "labels: $1, $2: naively, they are Keras's" 0 \
            "$compare" "$keras/$1/$2.safetensors" naive.safetensors 1e-6 5e-7
}

# check_parity OUTPUTS VARIANT EXE
check_parity() {
    check_naive "$1" "$2"
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
    expect_status "labels: $outputs, with Adam: it is built" 0 "$guss" build \
        "$keras/$outputs/model.nn" "$keras/$outputs/adam_both.yaml" \
        -o "$outputs-adam"
    for variant in smooth weighted balanced both; do
        check_parity $outputs $variant $outputs
    done
    check_parity $outputs adam_both "$outputs-adam"
done

# Weights are of training alone.
./one evaluate --weights "$keras/one/weights.safetensors" \
    --input "$keras/one/input.npy" >out 2>err
./one evaluate --weights "$keras/one/weights.safetensors" \
    --input "$keras/one/input.npy" --set 'class_weights={0: 7}' >weighted 2>err
cmp -s out weighted
ok "labels: evaluate does not weigh classes" $?
./one train --out validated --data "$keras/one" --set data.test=input.npy \
    --set epochs=1 --set optimizer.learning_rate=0 >log 2>&1
./one train --out heavy --data "$keras/one" --set data.test=input.npy \
    --set epochs=1 --set optimizer.learning_rate=0 \
    --set 'class_weights={0: 3, 1: 3}' >log 2>&1
tail -n 1 validated/log.csv | awk -F, '{ printf "%.4f %s %s\n", 3 * $3, $4, $5 }' >out
tail -n 1 heavy/log.csv | awk -F, '{ printf "%.4f %s %s\n", $3, $4, $5 }' >weighted
cmp -s out weighted
ok "labels: weights of 3 treble loss, and neither accuracy nor val_loss" $? ||
    cat out weighted

# ---- the same bits ----------------------------------------------------------

smooth='--schedule smooth.yaml --set seed=3 --set data.shuffle=true
    --set class_weights=balanced'
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
        ok "labels: $threads threads give the bits of one" $?
    done
    for stop in 1 4 14 29; do
        ./several train --out "stop-$stop" $smooth --set iterations=$stop \
            >log 2>&1 &&
            ./several train --resume "stop-$stop" --set epochs=10 >>log 2>&1
        cmp -s whole/weights.safetensors "stop-$stop/weights.safetensors" &&
            cmp -s whole/log.csv "stop-$stop/log.csv"
        ok "labels: stopped after $stop updates: the same bits" \
            $? || cat log
    done
}
grep -qx 'label_smoothing: 0.1' whole/schedule.yaml
ok "labels: schedule.yaml has the smoothing" $?
expect_status "labels: the run is verified" 0 \
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

# ---- classes ----------------------------------------------------------------

grep '^class_weights' whole/schedule.yaml >out
python3 - input.labels.npy >counted <<'END'
import sys

data = open(sys.argv[1], "rb").read()
data = data[10 + int.from_bytes(data[8:10], "little"):]
labels = [int.from_bytes(data[i:i + 8], "little") for i in range(0, len(data), 8)]
print("class_weights: {%s}" % ", ".join(
    '"%d": %.17g' % (c, len(labels) / (5 * labels.count(c))) for c in range(5)))
END
python3 - <<'END'
import re

found, counted = (re.findall(r'"(\d)": ([^,}]*)', open(name).read()) for name in ("out", "counted"))
assert len(found) == 5
assert [(c, float(w)) for c, w in found] == [(c, float(w)) for c, w in counted], (found, counted)
END
ok "labels: schedule.yaml has the weights that balance" $?
expect_status "labels: a resumed run may be told to balance again" 0 \
    ./several train --resume whole --set class_weights=balanced \
    --set iterations=31
refused "other weights cannot go on" 2 ./several train --resume whole \
    --set class_weights.1=3 --set iterations=32 <<'END'
error: 'class_weights' cannot change when a run is resumed; start another one: --out DIR
try: ./several train --help
END
./several train --out given --set 'class_weights={3: 2}' >log 2>&1
refused "weights that were given are not those that balance" 2 \
    ./several train --resume given --set class_weights=balanced \
    --set iterations=31 <<'END'
error: 'class_weights' cannot change when a run is resumed; start another one: --out DIR
try: ./several train --help
END
grep -qx 'class_weights: {"0": 1, "1": 1, "2": 1, "3": 2, "4": 1}' \
    given/schedule.yaml
ok "labels: schedule.yaml has the weights of classes that were not named" $?

# Classes by name and by number.
picture=$root/tests/cli/picture.py
for level in 200 220 240 250; do
    python3 "$picture" "set/a, b/$level.png" 2 2 $level 0 0 0
    python3 "$picture" "set/\"dog\"/$level.png" 2 2 0 $level 0 0
done
python3 "$picture" set/yes/1.png 2 2 0 0 200 0
cat >tell.nn <<'END'
network tell(2, 2, 1) { Flatten() Dense(3, activation=softmax) }
END
cat >tell.yaml <<'END'
objective: classifier
loss: categorical_crossentropy
batch: 4
epochs: 2
optimizer: {name: sgd}
class_weights: {"a, b": 2.5, 0: 0.5}
data: {train: set}
END
expect_status "labels: classes are weighted by name and by number" 0 \
    "$guss" train tell.nn tell.yaml --out named
grep -qxF 'class_weights: {"\"dog\"": 0.5, "a, b": 2.5, "yes": 1}' \
    named/schedule.yaml
ok "labels: schedule.yaml has their names" $? ||
    grep class_weights named/schedule.yaml
expect_status "labels: and is one that can be resumed" 0 \
    named/model train --resume named --set epochs=3
expect_status "labels: and verified" 0 "$guss" verify named
# of 4, 4 and 1 samples 1, 2 and 1 are left
expect_status "labels: balanced over the share that is trained on" 0 \
    named/model train --out share --set class_weights=balanced \
    --set data.validation=0.5
grep -qxF 'class_weights: {"\"dog\"": 1.3333333333333333, "a, b": 0.6666666666666666, "yes": 1.3333333333333333}' \
    share/schedule.yaml
ok "labels: 4 samples are left of 3 classes" $? ||
    grep class_weights share/schedule.yaml
sed 's/Dense(3/Dense(5/' tell.nn >wide.nn
cat >wide.yaml <<'END'
objective: classifier
loss: categorical_crossentropy
batch: 4
epochs: 1
optimizer: {name: sgd}
class_weights: balanced
data: {train: numbered.npy}
END
npy numbered.npy '2, 4' '|u1' '\1\2\3\4\5\6\7\1'
npy numbered.labels.npy '2,' '|u1' '\1\4'
"$guss" train wide.nn wide.yaml --out wide 2>err >out
sed -n 1p err >out
expect_text "labels: classes without samples are told" out <<'END'
warning: 'class_weights: balanced' leaves out '0', '2' and '3': there is no such sample to train on
END
grep -qxF 'class_weights: {"0": 1, "1": 1, "2": 1, "3": 1, "4": 1}' \
    wide/schedule.yaml
ok "labels: and do not count" $?

sed 's/^class_weights.*/class_weights: {bird: 2, "a, c": 1, 3: 1}/' tell.yaml >wrong.yaml
refused "weights of classes that are not there" 1 \
    named/model train --out wrong --schedule wrong.yaml <<'END'
wrong.yaml:6:17: error: 'class_weights' names the class 'bird', but 'set' has '"dog"', 'a, b' and 'yes'
    6 | class_weights: {bird: 2, "a, c": 1, 3: 1}
      |                 ^~~~
wrong.yaml:6:26: error: 'class_weights' names the class 'a, c', but 'set' has '"dog"', 'a, b' and 'yes'; did you mean 'a, b'?
    6 | class_weights: {bird: 2, "a, c": 1, 3: 1}
      |                          ^~~~~~
wrong.yaml:6:37: error: 'class_weights' names the class '3', but 'set' has '"dog"', 'a, b' and 'yes'
    6 | class_weights: {bird: 2, "a, c": 1, 3: 1}
      |                                     ^
END
refused "a class with two weights" 1 named/model train --out wrong \
    --set 'class_weights={yes: 2, 2: 1}' <<'END'
--set:1:24: error: 'class_weights' names the class 'yes' twice
    1 | class_weights={yes: 2, 2: 1}
      |                        ^
END
refused "no weights at all" 1 named/model train --out wrong \
    --set 'class_weights={yes: 0, 0: 0, 1: 0}' <<'END'
--set:1:15: error: 'class_weights' are 0 for every class, which leaves nothing to learn from
    1 | class_weights={yes: 0, 0: 0, 1: 0}
      |               ^~~~~~~~~~~~~~~~~~~~
END
[ ! -e wrong ]
ok "labels: a mistake leaves no folder" $?
