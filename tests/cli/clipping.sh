#!/bin/sh
# Clipped gradients: Keras's weights after 31 updates of each optimizer with each
# way, and its averages of them; the same bits with any number of threads, and resumed; what is compiled in.
# shellcheck source=tests/cli/lib.sh
. "$(dirname "$0")/lib.sh"
keras=$root/tests/keras/clipping
compare=$BUILD/tests/tools/compare_tensors
naive=$BUILD/tests/tools/naive
cd "$scratch" || exit 3
cp "$keras/input.npy" .

# ---- Keras's weights --------------------------------------------------------

# An executable that finds norms clips each way.
# shellcheck disable=SC2016 # the inner shell expands
printf '%s\n' adam adamw sgd rmsprop adadelta adagrad |
    xargs -P "$(getconf _NPROCESSORS_ONLN)" -n 1 sh -c '"$0" build \
        "$1/model.nn" "$1/$2_clipnorm.yaml" -o "$2"' "$guss" "$keras"
ok "clipping: a network is built with each optimizer" $?

check_parity() {
    expect_status "clipping: $1 trains" 0 "./${1%%_*}" train --out "$1" \
        --init "$keras/weights.safetensors" --schedule "$keras/$1.yaml" \
        --set optimizer.ema_momentum=0.9
    expect_status "clipping: 31 updates with $1 give Keras's weights" 0 \
        "$compare" "$keras/$1.safetensors" "$1/weights.safetensors" 1e-5 2e-6
    [ ! -f "$keras/$1.average.safetensors" ] ||
        expect_status "clipping: 31 updates with $1 give Keras's average" 0 \
            "$compare" "$keras/$1.average.safetensors" \
            "$1/weights.average.safetensors" 1e-5 2e-6
    "$naive" train "$keras/model.nn" "$keras/$1.yaml" "$keras" \
        "$keras/weights.safetensors" naive.safetensors
    expect_status "clipping: naively, they give them, too" 0 \
        "$compare" "$keras/$1.safetensors" naive.safetensors 1e-6 5e-7
}
for schedule in "$keras"/*.yaml; do
    check_parity "$(basename "$schedule" .yaml)"
done
expect_status "clipping: two ways are a difference" 1 "$compare" \
    "$keras/sgd_clipnorm.safetensors" sgd_global_clipnorm/weights.safetensors \
    1e-3 1e-3

# ---- what is compiled in ----------------------------------------------------

expect_status "clipping: norms are not asked for" 0 "$guss" build \
    "$keras/model.nn" "$keras/sgd_clipvalue.yaml" -o plain
refused "norms that are not compiled in" 1 ./plain train --out none \
    --set optimizer.clipvalue=null --set optimizer.global_clipnorm=2 <<'END'
--set:1:11: error: 'optimizer.global_clipnorm' is not compiled in: this executable does not find the norms of gradients; write it in the schedule and rebuild: guss build MODEL.nn SCHEDULE.yaml
    1 | optimizer.global_clipnorm=2
      |           ^~~~~~~~~~~~~~~
END
[ ! -e none ]
ok "clipping: where it is refused, no folder is made" $?
expect_status "clipping: no clipping, of an executable that finds norms" 0 \
    ./sgd train --out unclipped --set optimizer.clipnorm=null
expect_status "clipping: no clipping, of one that does not" 0 \
    ./plain train --out free --set optimizer.clipvalue=0
cmp -s unclipped/weights.safetensors free/weights.safetensors
ok "clipping: norms that are found change no bits" $?
grep -q "^optimizer: {name: sgd, learning_rate: 0.05, momentum: 0.5, nesterov: false}$" \
    unclipped/schedule.yaml
ok "clipping: what does not clip is not in schedule.yaml" $?
refused "two ways at once" 1 ./sgd train --out none \
    --set optimizer.clipvalue=0.5 <<'END'
--set:1:11: error: 'optimizer.clipvalue' and 'optimizer.clipnorm' exclude each other
    1 | optimizer.clipvalue=0.5
      |           ^~~~~~~~~
sgd_clipnorm.yaml:6:60: note: it does not go with this
    6 | optimizer: {name: sgd, learning_rate: 0.05, momentum: 0.5, clipnorm: 0.1}
      |                                                            ^~~~~~~~
END

# ---- every way of summing gradients ------------------------------------------

# All dense kernels get theirs over the whole batch, that of several positions by
# columns, the others by rows, from panels; the upsampling is taken into its kernel; gamma and beta have no matrix.
# Penalties are part of a gradient before it is clipped.
cat >model.nn <<'END'
network model(64) {
    Dense(192)
    Reshape(2, 96)
    Dense(576, activation=tanh, kernel_regularizer=l2(1e-4))
    Flatten()
    Dense(72, kernel_regularizer=l1(1e-4), bias_regularizer=l2(0.01))
    BatchNormalization()
    Reshape(6, 6, 2)
    UpSampling2D(2)
    Conv2D(16, 3, padding=same, activation=tanh, kernel_regularizer=l2(0.01))
    Conv2D(1, 5)
    Flatten()
}
END
cat >model.yaml <<'END'
objective: autoencoder
loss: mean_squared_error
batch: 24
iterations: 12
optimizer: {name: sgd, learning_rate: 0.5, momentum: 0.5, global_clipnorm: 0.05}
data: {train: rows.npy, shuffle: false}
checkpoint: {every: 1}
END
npy rows.npy "40, 64" "|u1" "$(head -c 2560 "$root/docs/language.md" |
    od -An -v -to1 | sed 's/ /\\/g' | tr -d '\n')"
expect_status "clipping: all ways of summing are built" 0 \
    "$guss" build model.nn model.yaml -o model
"$guss" emit --dump=plan model.nn model.yaml | sed -n '/^weights/,/^train/p' |
    grep -o 'gradient [a-z ]*\|[0-9]* columns\|folded' | sort -u >out
expect_text "clipping: all ways of summing are in it" out <<'END'
576 columns
folded
gradient in shards
gradient over the batch
END
./model train --set optimizer.learning_rate=0 --set iterations=1 --out first \
    2>err && mv first/weights.safetensors first.safetensors
ok "clipping: there are first weights" $?
for clip in global_clipnorm=0.05 clipnorm=0.02 clipvalue=0.0005; do
    set -- --init first.safetensors --set optimizer.global_clipnorm=null \
        --set "optimizer.$clip"
    expect_status "clipping: $clip trains" 0 \
        ./model train --threads 1 --out "$clip" "$@"
    "$naive" train model.nn "$clip/schedule.yaml" . first.safetensors \
        naive.safetensors
    expect_status "clipping: $clip gives the weights that it gives naively" 0 \
        "$compare" naive.safetensors "$clip/weights.safetensors" 1e-4 1e-5
    for threads in 2 3 7; do
        expect_status "clipping: $clip trains with $threads threads" 0 \
            ./model train --threads $threads --out "$clip-$threads" "$@"
        cmp -s "$clip/weights.safetensors" "$clip-$threads/weights.safetensors"
        ok "clipping: $clip has the same bits with $threads threads" $?
    done
    expect_status "clipping: $clip stops" 0 ./model train --out "$clip-stop" \
        --set iterations=5 "$@"
    expect_status "clipping: $clip goes on" 0 ./model train \
        --resume "$clip-stop" --set iterations=12 --threads 3
    cmp -s "$clip/weights.safetensors" "$clip-stop/weights.safetensors"
    ok "clipping: $clip has the same bits, resumed" $?
done

# ---- a GAN: each optimizer its own ------------------------------------------

cat >gan.nn <<'END'
network g(2) { Dense(64) }
network d(64) { Dense(1, activation=sigmoid) }
END
cat >gan.yaml <<'END'
objective: gan
generator: g
discriminator: d
loss: binary_crossentropy
batch: 8
iterations: 5
optimizer:
  generator: {name: sgd, learning_rate: 1, clipnorm: 0.001}
  discriminator: {name: sgd, learning_rate: 1}
data: {train: rows.npy}
END
expect_status "clipping: a GAN is built" 0 "$guss" build gan.nn gan.yaml -o gan
expect_status "clipping: a GAN trains" 0 ./gan train --out pair --threads 1
expect_status "clipping: a GAN trains with 3 threads" 0 \
    ./gan train --out pair-3 --threads 3
cmp -s pair/weights.safetensors pair-3/weights.safetensors
ok "clipping: a GAN has the same bits with 3 threads" $?
refused "norms of one network that are not those of the other" 1 \
    ./gan train --out none --set optimizer.discriminator.clipnorm=1 <<'END'
--set:1:25: error: 'optimizer.discriminator.clipnorm' is not compiled in: this executable does not find the norms of gradients; write it in the schedule and rebuild: guss build MODEL.nn SCHEDULE.yaml
    1 | optimizer.discriminator.clipnorm=1
      |                         ^~~~~~~~
END
# Five steps of at most 0.001 each way: no weight is further from where it began.
./gan train --out still --set optimizer.generator.learning_rate=0 2>err
"$compare" still/weights.safetensors pair/weights.safetensors 0 0.0051 2>&1 |
    grep -q '^g/'
[ $? -eq 1 ]
ok "clipping: a generator goes no further than its norm lets it" $?
