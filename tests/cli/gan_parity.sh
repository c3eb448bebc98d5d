# Five iterations of a small GAN against the same in PyTorch: transposed and
# strided convolutions, a normalisation in both networks, two optimizers, latent
# vectors from a file. tests/keras/make_gan.py wrote what is expected.
# shellcheck shell=sh source=tests/cli/lib.sh disable=SC2154
. "$(dirname "$0")/lib.sh"
golden=$root/tests/keras/gan
compare=$BUILD/tests/tools/compare_tensors
cd "$scratch" || exit 3

trained() {
    out=$1
    shift
    ./gan train --out "$out" --init "$golden/weights.safetensors" \
        --data "$golden" "$@"
}

expect_status "gan: it is built" 0 \
    "$guss" build "$golden/model.nn" "$golden/schedule.yaml" -o gan || exit 1
expect_status "gan: it is trained" 0 trained run
expect_status "gan: both networks' weights are PyTorch's" 0 "$compare" \
    "$golden/updated.safetensors" run/weights.safetensors 1e-4 1e-5
expect_status "gan: five updates moved them" 1 "$compare" \
    "$golden/updated.safetensors" "$golden/weights.safetensors" 1e-4 1e-5
expect_status "gan: another rate is trained" 0 trained other \
    --set optimizer.generator.learning_rate=0.0101
expect_status "gan: another rate's weights differ" 1 "$compare" \
    "$golden/updated.safetensors" other/weights.safetensors 1e-4 1e-5
