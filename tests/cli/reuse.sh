#!/bin/sh
# First weights of another model: what is taken of them, and what becomes of it.
# shellcheck source=tests/cli/lib.sh disable=SC2154
. "$(dirname "$0")/lib.sh"
mkdir "$scratch/work" && cd "$scratch/work" || exit 3
compare=$BUILD/tests/tools/compare_tensors

# An autoencoder and a classifier share their encoder.
cat >encoder.nn <<'END'
const learns = true

network encoder(28, 28, 1) {
    Conv2D(4, 3, strides=4, padding=same, trainable=learns)
    BatchNormalization(trainable=learns)
    PReLU(shared_axes=(1, 2), trainable=learns)
    Flatten()
    code = Dense(8, activation=relu, trainable=learns)
}
END
cat >auto.nn <<'END'
include "encoder.nn"

network auto(28, 28, 1) {
    encoder()
    Dense(784, activation=sigmoid)
    Reshape(28, 28, 1)
}
END
cat >tell.nn <<'END'
include "encoder.nn"

network tell(28, 28, 1) {
    encoder()
    Dense(3, activation=softmax)
}
END
cat >auto.yaml <<'END'
{objective: autoencoder, network: auto, loss: mean_squared_error, batch: 32,
 iterations: 20, optimizer: {name: adam}, data: {train: smileys/train}}
END
cat >tell.yaml <<'END'
{objective: classifier, network: tell, loss: categorical_crossentropy, batch: 32,
 iterations: 20, optimizer: {name: adam, weight_decay: 0.1},
 data: {train: smileys/train}}
END
expect_status "reuse: an autoencoder is trained" 0 \
    "$guss" train auto.nn auto.yaml --out auto
"$guss" build tell.nn tell.yaml -o tell &&
    "$guss" build -D learns=false tell.nn tell.yaml -o still
ok "reuse: classifiers with its encoder" $?

# said NAME: what was said of weights is standard input.
said() {
    sed -n '/^took/,/^tell: /p' "$scratch/err" | grep -v '^tell: ' >said
    expect_text "reuse: $1" said
}
# same_encoder NAME A B: the encoder's weights of two files, to the bit.
same_encoder() {
    "$compare" "$2" "$3" 0 0 >differences
    [ $? -lt 2 ] && ! grep '^encoder/' differences
    ok "reuse: $1" $?
}

# ---- what is taken ---------------------------------------------------

expect_status "reuse: its encoder is taken" 0 \
    ./tell train --init auto --only 'encoder/*' --out told
said "what is said" <<'END'
took 9 of 11 weights from 'auto/weights.safetensors':
  encoder/conv2d/kernel, encoder/conv2d/bias
  encoder/batch_normalization/gamma, encoder/batch_normalization/beta, encoder/batch_normalization/moving_mean, encoder/batch_normalization/moving_variance
  encoder/p_re_lu/alpha
  encoder/code/kernel, encoder/code/bias
drawn, as --only leaves them out:
  tell/dense/kernel, tell/dense/bias
left in the file, as nothing here has these names:
  auto/dense/kernel, auto/dense/bias
END
same_encoder "the run began with them" auto/weights.safetensors \
    told/initial_weights.safetensors
./tell train --out drawn --set iterations=1 2>err
"$compare" drawn/weights.safetensors told/weights.safetensors 0 0 |
    grep -q '^encoder/conv2d/kernel'
ok "reuse: which others do not have" $?

expect_status "reuse: a checkpoint, without a pattern" 0 \
    ./tell train --init auto/checkpoints/20.guss --out all --set iterations=1
said "what is drawn unasked is a warning" <<'END'
took 9 of 11 weights from 'auto/checkpoints/20.guss':
  encoder/conv2d/kernel, encoder/conv2d/bias
  encoder/batch_normalization/gamma, encoder/batch_normalization/beta, encoder/batch_normalization/moving_mean, encoder/batch_normalization/moving_variance
  encoder/p_re_lu/alpha
  encoder/code/kernel, encoder/code/bias
warning: drawn, as the file has none of these names:
  tell/dense/kernel, tell/dense/bias
left in the file, as nothing here has these names:
  auto/dense/kernel, auto/dense/bias
END
cmp -s told/initial_weights.safetensors all/initial_weights.safetensors
ok "reuse: and the same weights" $?

sed 's/Dense(8,/Dense(9,/' encoder.nn >wider.nn && mv wider.nn encoder.nn
expect_status "reuse: another shape" 0 "$guss" train tell.nn tell.yaml \
    --init told --only '*/code/*' --only '*/dense/*' --out wider \
    --set iterations=1
said "what has another shape" <<'END'
took 1 of 11 weights from 'told/weights.safetensors':
  tell/dense/bias
drawn, as --only leaves them out:
  encoder/conv2d/kernel, encoder/conv2d/bias
  encoder/batch_normalization/gamma, encoder/batch_normalization/beta, encoder/batch_normalization/moving_mean, encoder/batch_normalization/moving_variance
  encoder/p_re_lu/alpha
warning: drawn, as the file has other shapes:
  encoder/code/kernel: (196, 8) in the file, (196, 9) here
  encoder/code/bias: (8) in the file, (9) here
  tell/dense/kernel: (8, 3) in the file, (9, 3) here
END

expect_status "reuse: all of them" 0 \
    ./tell train --init told --out whole --set iterations=1
sed -n '/^took/p' "$scratch/err" >said
expect_text "reuse: all of them: is said" said <<'END'
took all 11 weights from 'told/weights.safetensors':
END

# ---- what becomes of it ----------------------------------------------

mv auto gone
expect_status "reuse: the run is verified without the file" 0 \
    "$guss" verify told
expect_status "reuse: and repeated" 0 told/model train --repeat told --out again
cmp -s told/weights.safetensors again/weights.safetensors
ok "reuse: to the bit" $?
mv gone auto

expect_status "reuse: a frozen encoder" 0 \
    ./still train --init auto --only 'encoder/*' --out frozen
same_encoder "keeps its bits" auto/weights.safetensors \
    frozen/weights.safetensors
"$compare" frozen/initial_weights.safetensors frozen/weights.safetensors 0 0 |
    grep -q '^tell/dense/kernel'
ok "reuse: while the rest learns" $?

# ---- what is refused -------------------------------------------------

refused "a pattern without a file" 2 ./tell train --only 'encoder/*' <<'END'
error: --only says which weights --init W.safetensors takes, which is missing
try: ./tell train --help
END
refused "a pattern that fits nothing" 2 \
    ./tell train --init auto --only encoder --out never <<'END'
error: --only 'encoder' fits no weight of 'tell'; did you mean 'encoder/*'?
try: ./tell train --help
END
refused "a file that has nothing of it" 1 \
    ./tell train --init auto --only 'tell/*' --out never <<'END'
error: nothing of 'auto/weights.safetensors' fits: it has keys such as 'auto/dense/kernel', 'tell' wants 'tell/dense/kernel'
END
[ ! -e never ]
ok "reuse: and leaves no folder" $?
