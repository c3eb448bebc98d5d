#!/bin/sh
# The moving average of the weights: in a file beside them and in checkpoints, with
# the same bits however many threads run and wherever a run is stopped;
# tests/cli/clipping.sh holds it to Keras's.
# shellcheck source=tests/cli/lib.sh
. "$(dirname "$0")/lib.sh"
compare=$BUILD/tests/tools/compare_tensors
cd "$scratch" || exit 3
average=weights.average.safetensors

cat >model.nn <<'END'
network model(784) {
    Dense(20, activation=tanh)
    BatchNormalization()
    Dense(784, activation=sigmoid)
}
END
cat >model.yaml <<'END'
objective: autoencoder
loss: mean_squared_error
batch: 64
iterations: 25
optimizer: {name: adam, learning_rate: 0.01}
data: {train: smileys/train, test: smileys/test}
checkpoint: {every: 1, keep: 1}
END
expect_status "average: any executable can keep one" 0 \
    "$guss" build model.nn model.yaml -o model
same() {
    cmp -s "$2" "$3"
    ok "average: $1" $?
}

# ---- what it is --------------------------------------------------------------

expect_status "average: a run without one" 0 ./model train --out plain
[ ! -e plain/$average ]
ok "average: it is not asked for, and not there" $?
set -- --set optimizer.ema_momentum=0.9
expect_status "average: a run with one" 0 ./model train --out whole \
    --threads 1 "$@"
grep -q '^averaged weights: whole/weights\.average\.safetensors$' err
ok "average: its file is named at the end" $?
for file in weights.safetensors log.csv; do
    same "$file is as without it" plain/$file whole/$file
done
expect_status "average: it is another than the weights" 1 "$compare" \
    whole/weights.safetensors whole/$average 0 1e-3
"$compare" whole/weights.safetensors whole/$average 0 1e-9 >out 2>&1
! grep -q moving_ out
ok "average: statistics, which are not trained, are the last ones" $?
expect_status "average: a momentum of 0 keeps nothing" 0 ./model train \
    --out last --set optimizer.ema_momentum=0
same "and is the last weights" last/weights.safetensors last/$average
expect_status "average: a momentum of 1 keeps all" 0 ./model train \
    --out first --set optimizer.ema_momentum=1
./model train --out one --set iterations=1 2>err
"$compare" one/weights.safetensors first/$average 0 0 >out 2>&1
! grep -v moving_ out
ok "average: and is the weights after the first update" $?
for weights in whole/weights.safetensors whole/$average; do
    ./model evaluate --weights "$weights" >"$(basename "$weights").text"
done
! cmp -s weights.safetensors.text $average.text && [ -s $average.text ]
ok "average: it is evaluated by its file's name" $?
./model evaluate --weights whole >out
same "a folder stands for its last weights" weights.safetensors.text out
expect_status "average: a checkpoint with one gives weights" 0 \
    ./model evaluate --weights whole/checkpoints/25.guss
same "those are the last ones" weights.safetensors.text out
expect_status "average: a step that keeps one is timed" 0 \
    ./model bench --seconds 0.01 "$@"
expect_status "average: the run is repeated" 0 "$guss" verify whole
printf 'x' | dd of=whole/$average bs=1 seek=3000 conv=notrunc 2>err
expect_status "average: another than the repetition has is not verified" 1 \
    "$guss" verify whole
grep -q "the averaged weights differ first in" out
ok "average: and verify says which weights differ" $?

# ---- the same bits -----------------------------------------------------------

expect_status "average: a run to hold others to" 0 ./model train --out again \
    "$@"
for threads in 2 3 7; do
    ./model train --out threads-$threads --threads $threads "$@" 2>err
    same "the same bits with $threads threads" again/$average \
        threads-$threads/$average
done
for stop in 1 6 7 24; do
    ./model train --out stop-$stop --set iterations=$stop "$@" 2>err &&
        ./model train --resume stop-$stop --set iterations=25 2>>err
    same "the same bits, stopped after $stop" again/$average stop-$stop/$average
done
./model train --out killed --set iterations=3000 "$@" 2>err &
until [ -n "$(ls killed/checkpoints/*.guss 2>/dev/null)" ]; do
    kill -0 $! || break
done
kill -9 $!
wait $! 2>/dev/null
./model train --resume killed --set iterations=400 2>err
./model train --out smooth --set iterations=400 "$@" 2>err
same "the same bits, killed" smooth/$average killed/$average

# ---- begun, changed and left while a run lasts --------------------------------

expect_status "average: a run goes on and begins one" 0 ./model train \
    --resume plain --set iterations=30 --set optimizer.ema_momentum=1
expect_status "average: a run of which that is the beginning" 0 \
    ./model train --out beginning --set iterations=26
"$compare" beginning/weights.safetensors plain/$average 0 0 >out 2>&1
! grep -v moving_ out
ok "average: it begins with the weights of that update" $?
grep -q 'ema_momentum: 1}' plain/schedule.yaml
ok "average: schedule.yaml has its momentum" $?
expect_status "average: its momentum is changed" 0 ./model train \
    --resume plain --set iterations=31 --set optimizer.ema_momentum=0
"$compare" plain/weights.safetensors plain/$average 0 0 >out 2>&1
ok "average: and holds from there on" $?
expect_status "average: such a run is repeated" 0 "$guss" verify plain
expect_status "average: a run goes on without" 0 ./model train \
    --resume plain --set iterations=32 --set optimizer.ema_momentum=null
[ ! -e plain/$average ]
ok "average: an old one does not stay" $?

# ---- a GAN: each optimizer its own -------------------------------------------

cat >gan.nn <<'END'
network g(2) { Dense(784) }
network d(784) { Dense(1, activation=sigmoid) }
END
cat >gan.yaml <<'END'
objective: gan
generator: g
discriminator: d
loss: binary_crossentropy
batch: 50
iterations: 9
optimizer:
  generator: {name: sgd, learning_rate: 0.1, ema_momentum: 0.5}
  discriminator: {name: sgd, learning_rate: 0.1}
data: {train: smileys/train}
END
expect_status "average: a GAN is built" 0 "$guss" build gan.nn gan.yaml -o gan
expect_status "average: a GAN trains" 0 ./gan train --out pair
"$compare" pair/weights.safetensors pair/$average 0 1e-9 >out 2>&1
cut -d/ -f1 out | sort -u >networks
expect_text "average: of a GAN, what one optimizer trains" networks <<'END'
g
END
./gan train --out parted --set iterations=4 2>err &&
    ./gan train --resume parted --set iterations=9 2>err
same "a GAN has the same bits, resumed" pair/$average parted/$average
expect_status "average: a GAN draws with it" 0 ./gan generate \
    --weights pair/$average --count 4 --output sheet.png

# ---- mistakes ----------------------------------------------------------------

refused "a momentum of more than 1" 1 ./model train --out none \
    --set optimizer.ema_momentum=1.5 <<'END'
--set:1:24: error: 'optimizer.ema_momentum' must be a number from 0 to 1, not '1.5'
    1 | optimizer.ema_momentum=1.5
      |                        ^~~
END
refused "Keras's switch" 1 ./model train --out none \
    --set optimizer.use_ema=true <<'END'
--set:1:11: error: unknown key 'use_ema' below 'optimizer': 'ema_momentum' alone keeps an average
    1 | optimizer.use_ema=true
      |           ^~~~~~~
END
refused "Keras's way to overwrite the weights" 1 ./model train --out none \
    --set optimizer.ema_overwrite_frequency=5 <<'END'
--set:1:11: error: 'ema_overwrite_frequency' is an argument of Keras that guss does not have: the average never takes the weights' place; weights.average.safetensors has it
    1 | optimizer.ema_overwrite_frequency=5
      |           ^~~~~~~~~~~~~~~~~~~~~~~
END
