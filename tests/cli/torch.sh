#!/bin/sh
# Weights that PyTorch wrote: predictions against its own, which module is taken
# for which layer, and what is refused.
# shellcheck source=tests/cli/lib.sh disable=SC2154
. "$(dirname "$0")/lib.sh"
mkdir "$scratch/work" && cd "$scratch/work" || exit 3
compare=$BUILD/tests/tools/compare_tensors
torch=$root/tests/torch

# agrees NAME EXECUTABLE WEIGHTS INPUT OUTPUT [OPTION...]
agrees() {
    name=$1 exe=$2 weights=$3 x=$4 y=$5
    shift 5
    "$exe" predict --weights "$weights" --input "$x" --output y.npy "$@" \
        >out 2>err && "$compare" y.npy "$y" 1e-5 1e-5 >differences
    ok "torch: $name" $? || cat err differences
}

for case in classifier generator mobile steps residual auto named halves; do
    "$guss" build "$torch/$case/model.nn" -o $case >err 2>&1
    ok "torch: $case is built" $? || cat err
    agrees "$case is PyTorch's" ./$case "$torch/$case/weights.safetensors" \
        "$torch/$case/x.npy" "$torch/$case/y.npy" --network $case \
        --layout pytorch
    cp err $case.said
done

expect_text "torch: modules by name" named.said <<'END'
PyTorch's modules, by name:
  body.a is named/body_a
  body.b is named/body_b
  head is named/head
END
expect_text "torch: modules in order" mobile.said <<'END'
PyTorch's modules, in the order of layers:
  0 is mobile/depthwise_conv2d
  1 is mobile/batch_normalization
  3 is mobile/conv2d
  4 is mobile/separable_conv2d_depthwise
  5 is mobile/separable_conv2d_pointwise
  9 is mobile/dense
END
sed -n '/warning/p; /downsample/p; /bn1/p' residual.said >said
expect_text "torch: modules whose order is not told" said <<'END'
  bn1 is residual/batch_normalization
  layer1.0.bn1 is residual/batch_normalization_1
  layer1.1.bn1 is residual/batch_normalization_3
  layer2.0.downsample.0 is residual/conv2d_5
  layer2.0.downsample.1 is residual/batch_normalization_5
  layer2.0.bn1 is residual/batch_normalization_6
warning: modules of the same shapes would fit in another order, too: see that the list above is right, or give layers the names of modules
END

# A network of several, from the state of all.
./auto predict --network encoder --layout pytorch --input "$torch/auto/x.npy" \
    --weights "$torch/auto/weights.safetensors" --output code.npy 2>err
ok "torch: one network of two" $? || cat err
agrees "and the other" ./auto "$torch/auto/weights.safetensors" code.npy \
    "$torch/auto/y.npy" --network decoder --layout pytorch

# ---- what is refused -------------------------------------------------

cp "$torch/mobile/weights.safetensors" mobile.safetensors
cp "$torch/mobile/x.npy" x.npy
refused "a state of PyTorch's, taken for guss's" 1 ./mobile predict \
    --weights mobile.safetensors --input x.npy --output y.npy <<'END'
error: 'mobile.safetensors' looks like a state of PyTorch's, with keys such as '0.weight': --layout pytorch reads it
END
sed 's/SeparableConv2D(8/SeparableConv2D(9/' "$torch/mobile/model.nn" >wide.nn
"$guss" build wide.nn -o wide
refused "another shape" 1 ./wide predict --layout pytorch \
    --weights mobile.safetensors --input x.npy --output y.npy <<'END'
error: 'mobile.safetensors': no module for layer 'mobile/separable_conv2d_pointwise', which wants weight (9, 5, 1, 1), bias (9); next in the file is '5' with bias (8), weight (8, 5, 1, 1)
END
sed '/Dense/d' "$torch/mobile/model.nn" >short.nn
"$guss" build short.nn -o short
refused "a module too many" 1 ./short predict --layout pytorch \
    --weights mobile.safetensors --input x.npy --output y.npy <<'END'
error: 'mobile.safetensors' holds '9.bias', which 'short' does not have
END
sed 's/Dense(3)/Dense(3) Dense(3)/' "$torch/mobile/model.nn" >long.nn
"$guss" build long.nn -o long
refused "a module too few" 1 ./long predict --layout pytorch \
    --weights mobile.safetensors --input x.npy --output y.npy <<'END'
error: 'mobile.safetensors': no module for layer 'mobile/dense_1', which wants weight (3, 3), bias (3); the file has no more
END
sed 's/body_a = Dense(6/body_a = Dense(5/' "$torch/named/model.nn" >thin.nn
"$guss" build thin.nn -o thin
cp "$torch/named/weights.safetensors" named.safetensors
refused "another shape of a layer that has a module's name" 1 ./thin predict \
    --layout pytorch --weights named.safetensors --input x.npy \
    --output y.npy <<'END'
error: 'named.safetensors': 'named/body_a/bias' has shape (6), 'thin' needs (5)
END
cat >join.nn <<'END'
network join {
    x = Input(7, 7, 3)
    a = Flatten() from x
    b = GlobalAveragePooling2D() from x
    Concatenate() from a, b
    only = Dense(2)
}
END
"$guss" build join.nn -o join
END_OF_HEADER='{"only.weight":{"dtype":"F32","shape":[2,150],"data_offsets":[0,1200]},"only.bias":{"dtype":"F32","shape":[2],"data_offsets":[1200,1208]}}'
printf "\\$(printf %03o ${#END_OF_HEADER})\\0\\0\\0\\0\\0\\0\\0%s" \
    "$END_OF_HEADER" >join.safetensors
dd if=/dev/zero bs=1208 count=1 2>/dev/null >>join.safetensors
refused "a row of an image and of something else" 1 ./join predict \
    --layout pytorch --weights join.safetensors --input x.npy \
    --output y.npy <<'END'
error: 'join.safetensors': what layer 'join/only' reads or makes is not the row of one image, so that its order in PyTorch is not known
END

# ---- first weights ---------------------------------------------------

cat >tell.nn <<'END'
network tell(28, 28, 1) {
    Flatten()
    Dense(6)
    Dense(6)
    Dense(3, activation=softmax)
}
END
cat >tell.yaml <<'END'
{objective: classifier, loss: categorical_crossentropy, batch: 40, iterations: 2,
 optimizer: {name: adam}, data: {train: smileys/train}}
END
"$guss" build tell.nn tell.yaml -o tell
refused "a layout without a file" 2 ./tell train --layout pytorch <<'END'
error: --layout says how the weights of --init W.safetensors lie, which is missing
try: ./tell train --help
END
expect_status "torch: first weights" 0 ./tell train --init named.safetensors \
    --only 'tell/dense_1/*' --layout pytorch --out run
sed -n '1,/^drawn/p' "$scratch/err" >said
expect_text "torch: first weights: what is said" said <<'END'
PyTorch's modules, in the order of layers:
  body.a is tell/dense_1
warning: modules of the same shapes would fit in another order, too: see that the list above is right, or give layers the names of modules
took 2 of 6 weights from 'named.safetensors':
  tell/dense_1/kernel, tell/dense_1/bias
drawn, as --only leaves them out:
END
refused "guss's weights, taken for PyTorch's" 1 ./tell train --init run \
    --layout pytorch --out never <<'END'
error: 'run/weights.safetensors' is no state of PyTorch's: it has keys such as 'tell/dense/kernel'; leave --layout pytorch out
END
expect_status "torch: the run began with them, in guss's layout" 0 \
    ./tell evaluate --weights run/initial_weights.safetensors
