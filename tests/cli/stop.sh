#!/bin/sh
# Runs that watch themselves: when they stop and why, what is said and left, the
# best weights, what a resumed run makes of other settings, and what is refused.
# Patience is counted anew here, from the log.
# shellcheck source=tests/cli/lib.sh disable=SC2154
. "$(dirname "$0")/lib.sh"
cd "$scratch" || exit 3

cat >shapes.nn <<'END'
network shapes(6) { Dense(4, activation=relu) Dense(3, activation=softmax) }
END
cat >shapes.yaml <<'END'
objective: classifier
loss: categorical_crossentropy
batch: 4
epochs: 40
optimizer: {name: sgd, learning_rate: 0.3, momentum: 0.9}
data: {train: x.npy, test: t.npy}
checkpoint: {every: 2}
END
# samples COUNT SEED: values of 0 to 1, and labels, drawn by a small generator.
draw() {
    awk -v count="$1" -v state="$2" 'BEGIN {
        for (i = 0; i < count; i++) {
            state = (state * 16807) % 2147483647
            printf "\\%03o", state % 256 } }'
}
bytes() {
    awk -v count="$1" -v state="$2" 'BEGIN {
        for (i = 0; i < count; i++) {
            state = (state * 16807) % 2147483647
            printf "\\%03o", state % 3 } }'
}
npy x.npy "18, 6" '|u1' "$(draw 108 7)"
npy x.labels.npy "18," '|u1' "$(bytes 18 9)"
npy t.npy "9, 6" '|u1' "$(draw 54 11)"
npy t.labels.npy "9," '|u1' "$(bytes 9 13)"
expect_status "stop: a classifier is built" 0 \
    "$guss" build shapes.nn shapes.yaml -o shapes

# ---- stopping ----------------------------------------------------------------

# counted RUN COLUMN PATIENCE DELTA SIGN: the epochs of a log until patience runs
# out, and the best of them; larger is better where SIGN is -1.
counted() {
    awk -F, -v name="$2" -v patience="$3" -v delta="$4" -v sign="$5" '
        NR == 1 { for (i = 1; i <= NF; i++) if ($i == name) column = i; next }
        { value = sign * $column; rows++ }
        NR == 2 || value < best { best = value; epoch = $1 }
        NR == 2 || value + delta < kept { kept = value; wait = 0; next }
        ++wait >= patience { exit }
        END { print rows, epoch }' "$1/log.csv"
}
# stops NAME RUN COLUMN PATIENCE DELTA SIGN OPTIONS...
stops() {
    name=$1 run=$2 column=$3 patience=$4 delta=$5 sign=$6
    shift 6
    expect_status "stop: $name" 0 ./shapes train --out "$run" \
        --set "stop.monitor=$column" --set "stop.patience=$patience" \
        --set "stop.min_delta=$delta" "$@"
    counted "$run" "$column" "$patience" "$delta" "$sign" >wanted
    rows=$(($(wc -l <"$run/log.csv") - 1))
    best=$(sed -n 's/^best .* in epoch \([0-9]*\): .*/\1/p' err)
    echo "$rows $best" | expect_text "stop: $name, after its epochs" wanted
    [ "$rows" -lt 40 ]
    ok "stop: $name, early" $?
}
stops "the loss" loss loss 2 0.01 1
stops "the accuracy" accuracy accuracy 4 0 -1
stops "the loss of the test set" val_loss val_loss 3 0 1
stops "its accuracy" val_accuracy val_accuracy 5 0 -1
stops "the other way" other val_loss 3 0 -1 --set stop.mode=max
stops "without patience" hasty val_loss 0 0 1

./shapes train --out told --set 'stop={monitor: val_loss, patience: 3}' 2>err
epochs=$(($(wc -l <told/log.csv) - 1))
tail -n 3 err | sed 's/^done in [0-9:]*:/done in TIME:/
    s/val_loss [0-9.]* in epoch [0-9]*/val_loss N in epoch N/
    s/; the last is .*//; s/; since .*//' >said
expect_text "stop: what is said" said <<END
stopped early, after epoch $epochs of 40: val_loss has not improved for 3 epochs
done in TIME: told/weights.safetensors
best val_loss N in epoch N: told/weights.best.safetensors
END
grep '"state"\|"stop"' told/run.json >said
expect_text "stop: what run.json says" said <<END
  "state": "finished",
  "stop": "stopped early, after epoch $epochs of 40: val_loss has not improved for 3 epochs",
END
expect_status "stop: such a run can be repeated" 0 "$guss" verify told

# ---- the best weights ---------------------------------------------------------

# best_of RUN: a run of as many epochs as gave the best one has its weights.
best_of() {
    epoch=$(sed -n '/"best"/,/}/s/.*"epoch": \([0-9]*\).*/\1/p' "$1/run.json")
    rm -rf short
    ./shapes train --out short --set "epochs=$epoch" 2>err >out
    cmp short/weights.safetensors "$1/weights.best.safetensors"
}
for run in told val_accuracy other; do
    best_of $run
    ok "stop: the best weights of $run are those of its best epoch" $?
done
expect_status "stop: evaluate takes them by file" 0 ./shapes evaluate \
    --weights told/weights.best.safetensors
awk -F, -v value="$(sed -n 's/^loss //p' out)" '
    NR > 1 && (NR == 2 || $5 < best) { best = $5 }
    END { exit (best - value) ^ 2 > 1e-11 }' told/log.csv
ok "stop: and comes to the best val_loss" $?
expect_status "stop: --init does, too" 0 ./shapes train --out again \
    --init told/weights.best.safetensors --set epochs=1
./shapes train --out plain --set epochs=3 2>err
tail -n 1 err | grep -q '^best val_loss .*: plain/weights.best.safetensors'
ok "stop: they are kept without being asked for" $?
./shapes train --out blind --set epochs=3 --set data.test=null 2>err
[ ! -e blind/weights.best.safetensors ] && tail -n 1 err |
    grep -q '^best loss [0-9.]* in epoch [0-9]*\(;.*\)*$'
ok "stop: but not where there is nothing to validate with" $?
./shapes train --out seen --set epochs=3 --set data.test=null \
    --set stop.monitor=loss 2>err
[ -e seen/weights.best.safetensors ]
ok "stop: unless a measure is named" $?
./shapes train --out part --set iterations=13 2>err
tail -n 1 err >said
best_of_part=$(awk -F, 'NR > 1 && (NR == 2 || $5 < best) { best = $5; at = $2 }
    END { print at }' part/log.csv)
./shapes train --out short_part --set "iterations=$best_of_part" 2>err
cmp part/weights.best.safetensors short_part/weights.safetensors
ok "stop: an unfinished last epoch can be the best" $?
expect_status "stop: and the run go on" 0 \
    ./shapes train --resume part --set iterations=40
./shapes train --out whole --set iterations=40 2>err
cmp part/log.csv whole/log.csv &&
    cmp part/weights.best.safetensors whole/weights.best.safetensors
ok "stop: as if it had never been there" $?

# ---- going on -----------------------------------------------------------------

cp -r told kept
iterations=$((epochs * 5))
more="--set stop.patience=N gives it more patience, --set stop=null stops it no more"
reason="val_loss has not improved for 3 epochs"
already() {
    # shellcheck disable=SC2086 # words
    expect_status "stop: $1" 0 ./shapes train --resume told $2
    expect_text "stop: $1, in words" err <<END
already finished: told stopped early, after $iterations iterations: $reason; $more
END
}
already "a stopped run stays stopped"
already "with more epochs, too" "--set epochs=60"
refused "other settings alone do not go on with it" 2 ./shapes train \
    --resume told --set optimizer.learning_rate=0.01 <<END
error: told stopped early, after $iterations iterations: $reason: other settings alone do not go on with it; $more
try: ./shapes train --help
END
diff -r told kept
ok "stop: nothing was changed" $?
expect_status "stop: with more patience it goes on" 0 \
    ./shapes train --resume told --set stop.patience=7
stops "at once with as much" patient val_loss 7 0 1
cmp told/log.csv patient/log.csv &&
    cmp told/weights.safetensors patient/weights.safetensors &&
    cmp told/weights.best.safetensors patient/weights.best.safetensors
ok "stop: with the bits of a run that had as much from the start" $?
expect_status "stop: and can be repeated" 0 "$guss" verify told
expect_status "stop: without a stop it goes on to its end" 0 \
    ./shapes train --resume kept --set stop=null
[ "$(wc -l <kept/log.csv)" -eq 41 ] && ! grep -q '"stop"' kept/run.json
ok "stop: all of it" $?
expect_status "stop: and can be repeated" 0 "$guss" verify kept

# What lies behind the checkpoint that a run goes on from is of another run then.
./shapes train --out back --set epochs=3 2>err
cp back/weights.best.safetensors left
grep -q '^best val_loss .* in epoch 3: ' err && rm back/checkpoints/15.guss
ok "stop: a run whose last epoch is the best" $?
expect_status "stop: a run goes on from before its best epoch" 0 ./shapes train \
    --resume back --set optimizer.learning_rate=0.02
expect_status "stop: and has no weights of what it left behind" 0 \
    "$guss" verify back
cp left back/weights.best.safetensors
expect_status "stop: the best weights are held to those of the repetition" 1 \
    "$guss" verify back
grep -q "^back: the best weights differ first in 'shapes/dense" out
ok "stop: which says so" $? || cat out

# Another measure: what it came to so far is in the log, its best weights are not.
./shapes train --out turned --set epochs=12 2>err
expect_status "stop: a run that goes on watching another measure" 0 \
    ./shapes train --resume turned --set epochs=14 \
    --set 'stop={monitor: val_accuracy, patience: 20}'
wanted=$(awk -F, 'NR > 1 && (NR == 2 || $6 > best) { best = $6; at = $1 }
    END { print at }' turned/log.csv)
grep -q "^best val_accuracy [0-9.]* in epoch $wanted" err
ok "stop: has its best epoch out of the whole log" $? || tail -n 1 err
[ "$wanted" -gt 12 ] || [ ! -e turned/weights.best.safetensors ]
ok "stop: and no weights of another" $?
expect_status "stop: and can be repeated" 0 "$guss" verify turned

# ---- plateaus -----------------------------------------------------------------

expect_status "stop: a rate is reduced" 0 ./shapes train --out flat \
    --set 'reduce_on_plateau={monitor: loss, patience: 1, factor: 0.5, min_delta: 0.3, min_lr: 0.05}'
cut -d, -f1,7 flat/log.csv | head -n 6 >said
expect_text "stop: as its column says" said <<'END'
epoch,learning_rate
1,0.3
2,0.3
3,0.15
4,0.075
5,0.05
END
expect_status "stop: such a run can be repeated" 0 "$guss" verify flat
expect_status "stop: a run goes on with a plateau" 0 ./shapes train \
    --resume plain --set epochs=6 \
    --set 'reduce_on_plateau={monitor: loss, patience: 1, min_delta: 9}'
cut -d, -f1,7 plain/log.csv >said
expect_text "stop: its log gets the column" said <<'END'
epoch,learning_rate
1,nan
2,nan
3,nan
4,0.3
5,0.3
6,0.03
END
expect_status "stop: and can be repeated" 0 "$guss" verify plain

# ---- a GAN --------------------------------------------------------------------

cat >gan.nn <<'END'
network g(2) { Dense(6) }
network d(6) { Dense(1, activation=sigmoid) }
END
cat >gan.yaml <<'END'
objective: gan
generator: g
discriminator: d
loss: binary_crossentropy
batch: 4
iterations: 60
optimizer: {name: sgd, learning_rate: 0.1}
data: {train: x.npy}
snapshots: {every: 6}
stop: {monitor: generator_loss, mode: max, patience: 2, min_delta: 5}
END
expect_status "stop: a GAN is built" 0 "$guss" build gan.nn gan.yaml -o gan
expect_status "stop: a GAN's snapshots are counted" 0 ./gan train --out g
grep '^stopped' err >said
expect_text "stop: a GAN stops at a snapshot" said <<'END'
stopped early, after iteration 18 of 60: generator_loss has not improved by more than 5 for 2 snapshots
END
[ -e g/checkpoints/18.guss ] && [ ! -e g/checkpoints/19.guss ]
ok "stop: which is its last state" $?
expect_status "stop: and can be repeated" 0 "$guss" verify g

# ---- what is wrong ------------------------------------------------------------

refused "a measure that there is not" 1 ./shapes train --out no \
    --set stop.monitor=val_acuracy --set reduce_on_plateau.monitor=epoch <<'END'
--set:1:14: error: 'stop.monitor' must be loss, accuracy, val_loss or val_accuracy, not 'val_acuracy'; did you mean 'val_accuracy'?
    1 | stop.monitor=val_acuracy
      |              ^~~~~~~~~~~
--set:1:27: error: 'reduce_on_plateau.monitor' must be loss, accuracy, val_loss or val_accuracy, not 'epoch'
    1 | reduce_on_plateau.monitor=epoch
      |                           ^~~~~
END
refused "a measure by another name" 1 ./shapes train --out no \
    --set stop.monitor=val_acc <<'END'
--set:1:14: error: 'stop.monitor' must be loss, accuracy, val_loss or val_accuracy, not 'val_acc'; did you mean 'val_accuracy'?
    1 | stop.monitor=val_acc
      |              ^~~~~~~
END
refused "a measure of a test set that there is not" 1 ./shapes train --out no \
    --set stop.patience=4 --set data.test=null <<'END'
--set:1:1: error: 'stop.monitor' is val_loss, and there is nothing to validate with: name 'data.test', set 'data.validation', or write for example 'monitor: loss'
    1 | stop.patience=4
      | ^~~~
--set:1:6: note: it does not go with this
    1 | data.test=null
      |      ^~~~
END
cat >wrong.yaml <<'END'
objective: classifier
loss: categorical_crossentropy
batch: 4
epochs: 40
optimizer: {name: sgd}
data: {train: x.npy}
stop: {monitor: val_accuracy, patience: many, baseline: 3}
reduce_on_plateau: {monitor: loss, factor: 1, mode: auto}
END
refused "all of it at once" 1 "$guss" build shapes.nn wrong.yaml <<'END'
wrong.yaml:7:17: error: 'stop.monitor' is val_accuracy, and there is nothing to validate with: name 'data.test', set 'data.validation', or write for example 'monitor: loss'
    7 | stop: {monitor: val_accuracy, patience: many, baseline: 3}
      |                 ^~~~~~~~~~~~
wrong.yaml:7:41: error: 'stop.patience' must be a whole number of at least 0, not 'many'
    7 | stop: {monitor: val_accuracy, patience: many, baseline: 3}
      |                                         ^~~~
wrong.yaml:7:47: error: 'baseline' is an argument of Keras's EarlyStopping that guss does not have
    7 | stop: {monitor: val_accuracy, patience: many, baseline: 3}
      |                                               ^~~~~~~~
wrong.yaml:8:44: error: 'reduce_on_plateau.factor' must be a number of at least 0 and less than 1, not '1'
    8 | reduce_on_plateau: {monitor: loss, factor: 1, mode: auto}
      |                                            ^
wrong.yaml:8:53: error: 'reduce_on_plateau.mode' must be min or max, not 'auto': leave it out: what is better follows from the measure
    8 | reduce_on_plateau: {monitor: loss, factor: 1, mode: auto}
      |                                                     ^~~~
END
refused "a GAN is not validated" 1 ./gan train --out no \
    --set stop.monitor=val_loss <<'END'
--set:1:14: error: 'stop.monitor' is val_loss, and a gan is not validated; write for example 'monitor: generator_loss'
    1 | stop.monitor=val_loss
      |              ^~~~~~~~
END
refused "a GAN without snapshots" 1 ./gan train --out no \
    --set snapshots.every=0 <<'END'
--set:1:11: error: 'stop' counts the snapshots of a gan, and there are none; write for example 'snapshots: {every: 500}'
    1 | snapshots.every=0
      |           ^~~~~
END
[ ! -e no ]
ok "stop: what is refused makes no folder" $?
