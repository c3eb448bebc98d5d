#!/bin/sh
# Schedules of the learning rate: Keras's weights after 35 updates with each; the
# column of log.csv; the length of a decay that is not given; a run that is
# stopped and resumed has the same bits.
# shellcheck source=tests/cli/lib.sh
. "$(dirname "$0")/lib.sh"
keras=$root/tests/keras/rates
compare=$BUILD/tests/tools/compare_tensors
cd "$scratch" || exit 3

expect_status "rates: a network with a schedule of rates is built" 0 \
    "$guss" build "$keras/model.nn" "$keras/cosine_warmup.yaml" -o coder
cp "$keras/input.npy" .

check_parity() {
    expect_status "rates: $1 trains" 0 ./coder train --out "$1" \
        --init "$keras/weights.safetensors" --schedule "$keras/$1.yaml"
    expect_status "rates: 35 updates with $1 give Keras's weights" 0 \
        "$compare" "$keras/$1.safetensors" "$1/weights.safetensors" 1e-5 2e-6
}
for schedule in "$keras"/*.yaml; do
    check_parity "$(basename "$schedule" .yaml)"
done
expect_status "rates: two schedules are a difference" 1 "$compare" \
    "$keras/cosine.safetensors" cosine_warmup/weights.safetensors 1e-3 1e-3

# ---- log.csv ----------------------------------------------------------------

cut -d, -f1,2,4 piecewise/log.csv >out
expect_text "rates: log.csv has the rate of an epoch's last update" out <<'END'
epoch,iteration,learning_rate
1,3,0.1
2,6,0.1
3,9,0.1
4,12,0.3
5,15,0.3
6,18,0.3
7,21,0.3
8,24,0.01
9,27,0.01
10,30,0.01
11,33,0.01
12,35,0.01
END
expect_status "rates: a plain number holds" 0 ./coder train --out plain \
    --set optimizer.learning_rate=0.1
head -n 1 plain/log.csv >out
expect_text "rates: a constant rate has no column" out <<'END'
epoch,iteration,loss
END
[ "$(grep -c '"learning_rate":' piecewise/run.json)" = 0 ]
ok "rates: a rate is no measure of run.json" $?

# ---- the length of a decay --------------------------------------------------

open='optimizer={name: sgd, momentum: 0.9, learning_rate: {schedule: cosine_decay, initial_learning_rate: 0.01, warmup_target: 0.1, warmup_steps: 5}}'
# said RUN STEPS: what its schedule.yaml says.
said() {
    grep -q "decay_steps: $2," "$1/schedule.yaml"
    ok "rates: decay_steps of $1 is $2" $?
}
expect_status "rates: decay_steps may be left out" 0 \
    ./coder train --out whole --set "$open"
said whole 30
expect_status "rates: decay_steps can be set by itself" 0 ./coder train \
    --out set --set "$open" --set optimizer.learning_rate.decay_steps=11
said set 11
expect_status "rates: nothing is left for a decay" 1 ./coder train --out none \
    --set "$open" --set iterations=5
expect_text "rates: nothing is left, in these words" err <<'END'
error: the run has 5 updates and 'learning_rate.warmup_steps' is 5, which leaves none for the decay; set 'learning_rate.decay_steps' or train longer
END
[ ! -e none ]
ok "rates: nothing is left: no folder is made" $?

# ---- resuming ---------------------------------------------------------------

# The run of 35 updates, of which 16 are made at first; decay_steps is that of
# the whole run, and stays.
whole='optimizer.learning_rate.decay_steps=30'
expect_status "rates: a run is stopped" 0 ./coder train --out parted \
    --set "$open" --set "$whole" --set iterations=16
expect_status "rates: and resumed" 0 \
    ./coder train --resume parted --set iterations=35
said parted 30
cmp -s parted/weights.safetensors whole/weights.safetensors
ok "rates: a resumed run has the same bits" $?
# an epoch that ended at update 16 for a while has its row when it ends
cmp -s parted/log.csv whole/log.csv
ok "rates: a resumed run has the same log" $?
expect_status "rates: a longer run goes on" 0 \
    ./coder train --resume whole --set iterations=40
said whole 30
expect_status "rates: a run without a schedule of rates gets one" 0 \
    ./coder train --resume plain --set iterations=40 --set "$open"
head -n 1 plain/log.csv >out
expect_text "rates: and its log the column" out <<'END'
epoch,iteration,loss,learning_rate
END
[ "$(sed -n 12p plain/log.csv | cut -d, -f4)" = nan ]
ok "rates: which is without a rate before" $?
[ "$(sed -n 15p plain/log.csv | cut -d, -f4)" != nan ]
ok "rates: and with one since" $?
expect_status "rates: such a run is repeated" 0 "$guss" verify plain
said plain 35
expect_status "rates: a run goes on at a constant rate" 0 ./coder train \
    --resume whole --set iterations=45 --set optimizer.learning_rate=0.25
tail -n 1 whole/log.csv | cut -d, -f2,4 >out
expect_text "rates: which its log has" out <<'END'
45,0.25
END
expect_status "rates: such a run is repeated" 0 \
    ./coder train --repeat whole --out again
cmp -s again/weights.safetensors whole/weights.safetensors
ok "rates: a repeated run has the same bits" $?

# ---- a GAN: each optimizer its own ------------------------------------------

cat >gan.nn <<'END'
network g(2) { Dense(4) }
network d(4) { Dense(1, activation=sigmoid) }
END
cat >gan.yaml <<'END'
objective: gan
generator: g
discriminator: d
loss: binary_crossentropy
batch: 4
iterations: 3
optimizer:
  generator: {name: sgd, learning_rate: {schedule: piecewise_constant_decay, boundaries: [0, 1], values: [0.3, 0.2, 0.1]}}
  discriminator: {name: adam, learning_rate: {schedule: polynomial_decay, initial_learning_rate: 0.4, end_learning_rate: 0, decay_steps: 4}}
data: {train: rows.npy}
END
npy rows.npy "8, 4" "|u1" '\001\002\003\004\005\006\007\010\001\002\003\004\005\006\007\010\001\002\003\004\005\006\007\010\001\002\003\004\005\006\007\010'
expect_status "rates: a GAN is built" 0 "$guss" build gan.nn gan.yaml -o gan
expect_status "rates: a GAN trains" 0 ./gan train --out pair
cut -d, -f2,8,9 pair/log.csv >out
expect_text "rates: each of a GAN's optimizers has its rate" out <<'END'
iteration,generator_learning_rate,discriminator_learning_rate
2,0.2,0.3
3,0.1,0.2
END
expect_status "rates: one of two can be set" 0 ./gan train --out one \
    --set optimizer.discriminator.learning_rate.decay_steps=8
cut -d, -f8,9 one/log.csv | tail -n 1 >out
expect_text "rates: and the other stays" out <<'END'
0.1,0.3
END
