#!/bin/sh
# A run that watches itself and is stopped twenty times, by Ctrl-C and by kill -9,
# within updates and while it writes its files, and resumed each time with
# another number of threads: every file has the bits of the run that nobody
# disturbed, the state in its last checkpoint too.
# shellcheck source=tests/cli/lib.sh disable=SC2154
. "$(dirname "$0")/lib.sh"
cd "$scratch" || exit 3
stopping=$BUILD/tests/preload/stopping.so
places=20

cat >coder.nn <<'END'
network coder(784) {
    Dense(12, activation=relu)
    Dropout(0.2)
    Dense(784, activation=sigmoid)
}
END
cat >coder.yaml <<'END'
objective: autoencoder
loss: binary_crossentropy
batch: 64
epochs: 90
optimizer:
  name: adam
  ema_momentum: 0.9
  learning_rate: {schedule: cosine_decay, initial_learning_rate: 0.01, warmup_target: 0.03, warmup_steps: 9}
data:
  train: smileys/train
  validation: 0.2
  augment: {flip: horizontal, shift: 2, rotate: 10, zoom: 0.1, brightness: 0.2}
checkpoint: {every: 3, keep: 2}
stop: {patience: 9, min_delta: 0.001}
reduce_on_plateau: {patience: 3, factor: 0.5, cooldown: 1, min_delta: 0.002, min_lr: 1.0e-4}
END
"$guss" build coder.nn coder.yaml -o coder >out 2>&1
ok "resumed: a run that watches itself is built" $? || { cat out; exit 1; }

# same RUN: what it left is what the run `whole` left.
same() {
    for file in weights.safetensors weights.best.safetensors \
        weights.average.safetensors log.csv \
        $(cd whole && echo checkpoints/*); do
        cmp "whole/$file" "$1/$file" || return 1
    done
    grep '"stop":' "$1/run.json" | cmp -s - whole.stop
}

STOP_CALLS=calls LD_PRELOAD=$stopping \
    ./coder train --threads 2 --out whole >out 2>err
ok "resumed: the run that nobody disturbs" $? || cat err
grep '"stop":' whole/run.json >whole.stop
ok "resumed: stops early" $? || tail -n 3 err
cut -d, -f5 whole/log.csv | sort -u | wc -l >rates
[ "$(cat rates)" -gt 20 ] && [ "$(wc -l <whole/log.csv)" -gt 20 ]
ok "resumed: behind enough epochs" $? || cat whole/log.csv
for threads in 1 3 7; do
    ./coder train --threads $threads --out "with$threads" >out 2>err &&
        same "with$threads"
    ok "resumed: with $threads threads the same bits" $? || tail -n 3 err
done

# A run that was killed before all of its folder was there begins anew.
begun() { [ -e torn/run.json ] && ! grep -q '"starting"' torn/run.json; }

# stop PLACE: starts or resumes, until the signal comes. Every place is another
# one: each process gets a little further in what it calls than the one before.
stop() {
    from='--out torn'
    ! begun || from='--resume torn'
    signal=9
    [ $(($1 % 3)) -ne 0 ] || signal=2
    threads=$(echo 1 2 3 7 | cut -d' ' -f$(($1 % 4 + 1)))
    # shellcheck disable=SC2086 # words
    STOP_AT=$((first + $1)) STOP_BY=$signal LD_PRELOAD=$stopping \
        ./coder train $from --threads "$threads" >out 2>err
    status=$?
    [ $status -eq $((128 + signal)) ] || {
        echo "    place $1: status $status"
        tail -n 3 err
        return 1
    }
}

first=$(($(cat calls) / places))
stopped=0
for place in $(seq $places); do
    stop "$place" && stopped=$((stopped + 1))
done
[ $stopped -eq $places ]
ok "resumed: stopped $stopped times of $places" $?
expect_status "resumed: then it comes to its end" 0 ./coder train --resume torn
same torn
ok "resumed: the same weights, best and averaged ones, log, state and reason" $?
expect_status "resumed: and can be repeated" 0 "$guss" verify torn
