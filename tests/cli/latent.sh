#!/bin/sh
# From a layer on: what --layer gives of it, and the network behind it with
# --from, come to the bits of the whole; layers that are not all that something
# needs are refused; walks between the codes of an autoencoder.
# shellcheck source=tests/cli/lib.sh disable=SC2154
. "$(dirname "$0")/lib.sh"
cd "$scratch" || exit 3

# built NAME MODEL.nn SCHEDULE.yaml: ./NAME, with weights in NAME.d
built() {
    "$guss" build --target generic -o "$1" "$2" "$3" >out 2>&1 &&
        "./$1" train --out "$1.d" --set iterations=3 >out 2>&1
    ok "latent: $1 is built" $? || { sed 's/^/    /' out && exit 1; }
}

# predict EXE OPTION...
predict() {
    exe=$1
    shift
    "./$exe" predict --weights "$exe.d/weights.safetensors" "$@"
}

# through EXE TO LAYER...: from each layer's output to that of TO.
through() {
    exe=$1 to=$2 status=0
    shift 2
    predict "$exe" --layer "$to" --input smileys/train --output whole.npy
    for layer; do
        predict "$exe" --layer "$layer" --input smileys/train \
            --output code.npy --threads 1 &&
            predict "$exe" --from "$layer" --layer "$to" --input code.npy \
                --output again.npy --threads 3 &&
            cmp whole.npy again.npy || status=1
    done
    ok "latent: $exe gives the same $to through $*" $status
}

# refused EXE FROM TO MESSAGE
refused() {
    expect_status "latent: $1: $3 from $2 alone is refused" 2 predict "$1" \
        --from "$2" --layer "$3" --input code.npy --output never.npy
    printf 'error: %s\ntry: ./%s predict --help\n' "$4" "$1" >wanted
    expect_text "latent: $1: $3 from $2, in these words" err <wanted
}

for model in simple deep convolutional; do
    built $model "$root/models/${model}_autoencoder.nn" \
        "$root/models/${model}_autoencoder.smileys.yaml"
done
through simple decoder_layer input encoder_layer decoder_layer
through deep dense_19 dense_14 dense_16 dense_18
through convolutional conv2d_6 conv2d max_pooling2d_2 conv2d_3 conv2d_5
refused convolutional up_sampling2d conv2d_6 "layer 'up_sampling2d' is computed \
together with the one behind it: take --from conv2d_3"

# Images with samples as the vector, rows, a placed network, views, and skips.
cat >skips.nn <<'END'
network narrow(784) {
    Dense(20, activation=relu)
    Dense(24)
}
network skips {
    image  = Input(28, 28, 1)
    first  = Conv2D(4, 3, strides=2, padding=same, activation=relu)
    left   = Conv2D(4, 3, padding=same, activation=relu)
    sum    = Add() from left, first
    flat   = Flatten()
    narrow()
    grown  = Dense(196, activation=tanh)
    small  = Reshape(14, 14, 1)
    up     = UpSampling2D(interpolation=bilinear)
    past   = Conv2D(1, 3, padding=same)
    joined = Concatenate() from past, image
    drawn  = Conv2D(1, 3, padding=same, activation=sigmoid)
}
END
sed '/^network:/d; s/^objective:/network: skips\nobjective:/' \
    "$root/models/simple_autoencoder.smileys.yaml" >skips.yaml
built skips skips.nn skips.yaml
through skips drawn image joined drawn
through skips past image sum flat narrow grown small up past
through skips flat sum
refused skips past drawn \
    "not all passes through layer 'past': 'joined' also reads input 'image'"
refused skips left grown "not all passes through layer 'left': 'sum' also reads \
'first', which is computed from input 'image'"
refused skips narrow sum \
    "layer 'sum' of network 'skips' is not computed from 'narrow'"

# walk NAME OPTION...: between codes of the simple autoencoder.
walk() {
    ./simple interpolate --weights simple.d/weights.safetensors \
        --from encoder_layer --output walk.png --npy walk.npy "$@"
}
# bytes FILE VALUES FIRST COUNT: of so many float32 values of a .npy file, some.
bytes() {
    tail -c $((4 * $2)) "$1" | tail -c +$((4 * $3 + 1)) | head -c $((4 * $4))
}
expect_status "latent: a walk between codes" 0 walk --steps 3 --threads 2
[ "$(head -c 8 walk.png | od -An -tx1 | tr -d ' ')" = 89504e470d0a1a0a ]
ok "latent: a walk is a picture" $?
predict simple --input smileys/test --output ends.npy
ends=$(($(wc -c <ends.npy) / 4 / 784 * 784)) status=0
for k in 0 1 2 3 4; do
    for end in 0 1; do
        bytes walk.npy $((15 * 784)) $(((3 * k + 2 * end) * 784)) 784 >one
        bytes ends.npy $ends $(((k + end) * 784)) 784 | cmp - one || status=1
    done
done
ok "latent: the ends of walks are reconstructions of the test set" $status
walk --input smileys/train --count 1 --steps 2
predict simple --input smileys/train --output ends.npy
bytes walk.npy 1568 0 1568 >one
bytes ends.npy $((400 * 784)) 0 1568 | cmp - one
ok "latent: a walk between samples of --input" $?

# wrong STATUS MESSAGE OPTION...
wrong() {
    status=$1 message=$2
    shift 2
    expect_status "latent: refused: $message" "$status" walk "$@"
    printf 'error: %s\n' "$message" >wanted
    [ "$status" -ne 2 ] || echo 'try: ./simple interpolate --help' >>wanted
    expect_text "latent: refused in these words: $message" err <wanted
}
{
    printf '\223NUMPY\001\000v\000%-117s\n' \
        "{'descr': '|u1', 'fortran_order': False, 'shape': (1, 784), }"
    head -c 784 /dev/zero
} >one.npy
wrong 1 "'one.npy' has one sample; a walk needs two" --input one.npy
wrong 2 "network 'Simple_Autoencoder' has no layer 'encoder'" --from encoder
