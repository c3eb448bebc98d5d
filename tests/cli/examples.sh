#!/bin/sh
# Runs the examples as their pages say: each command of a README's `sh` blocks,
# with training cut short. Models are checked and in the one layout; those that
# want MNIST are built, and trained where it is.
# shellcheck source=tests/cli/lib.sh disable=SC2154
. "$(dirname "$0")/lib.sh"
cd "$scratch" || exit 3
mnist=$root/../shared/data
export PATH="$BUILD:$PATH" GUSS_DATA="$mnist"

# The commands of a page; training is cut to $1 updates, nothing is downloaded.
commands() {
    # shellcheck disable=SC2016 # it is Markdown
    sed -n '/^```sh$/,/^```$/p' README.md | grep -v '^```' |
        grep -v '^guss data fetch' |
        sed "s/^guss train .*/& --set iterations=$1/"
}

# run_page EXAMPLE UPDATES: in a copy of the example's folder.
run_page() {
    cp -R "$root/examples/$1" . && cd "$1" || return
    commands "$2" >lines
    while read -r line <&3; do
        sh -c "$line" >out 2>err </dev/null
        ok "examples: $1: $line" $? || sed 's/^/    /' out err | head -40
    done 3<lines
    cd ..
}

# accuracy EXAMPLE RUN LEAST: even so little training tells.
accuracy() {
    got=$(cd "$1" && "$2/model" evaluate --weights "$2" |
        sed -n 's/^accuracy //p')
    awk -v got="$got" -v least="$3" 'BEGIN { exit !(got >= least) }'
    ok "examples: $1: accuracy $got, at least $3" $?
}

# refused WHAT EXECUTABLE: pictures that do not fit it, in the page's words.
refused() {
    expect_status "examples: own_pictures: $1: refused" 1 \
        "./$2" train --out none
    grep -qxF "$(cat "$scratch/err")" README.md
    ok "examples: own_pictures: $1: the message" $?
}

for model in "$root"/examples/*/*.nn; do
    name=${model#"$root"/}
    "$guss" check "$model" >out 2>&1 && [ ! -s out ]
    ok "examples: $name is right, without a warning" $? || cat out
    "$guss" fmt "$model" | cmp -s - "$model"
    ok "examples: $name is in the one layout" $?
done
for page in "$root"/examples/*/README.md; do
    name=$(basename "$(dirname "$page")")
    grep -q "($name/README.md)" "$root/examples/README.md"
    ok "examples: $name is on the list" $?
done

run_page own_pictures 150
accuracy own_pictures ./kind_run 0.6
cd own_pictures || exit 3
refused "pictures of another size" mine
guss build -D classes=2 shapes.nn kind.yaml -o two
refused "a class too many" two
cd ..
run_page denoising 20
# figure EXAMPLE RUN KEY MOST: even so little training tells.
figure() {
    got=$(cd "$1" && "./$2/model" evaluate --weights "$2" |
        sed -n "s/^$3 //p")
    awk -v got="$got" -v most="$4" 'BEGIN { exit !(got != "" && got <= most) }'
    ok "examples: $1: $3 $got, at most $4" $?
}
figure denoising restored mean_squared_error 0.017
run_page segmentation 40
figure segmentation run mean_absolute_error 0.3
run_page fine_tuning 160
for run in tuned frozen; do
    "$BUILD/tests/tools/compare_tensors" "fine_tuning/$run/initial_weights.safetensors" \
        fine_tuning/sketch/weights.best.safetensors 0 0 | grep -q '^encoder/'
    [ $? -eq 1 ]
    ok "examples: fine_tuning: $run begins with the autoencoder's encoder" $?
done
"$BUILD/tests/tools/compare_tensors" fine_tuning/frozen/weights.safetensors \
    fine_tuning/sketch/weights.best.safetensors 0 0 >differences
grep -q '^tell/dense/kernel: only' differences && ! grep -q '^encoder/' differences
ok "examples: fine_tuning: a frozen encoder keeps its bits" $?
run_page mobile 120
accuracy mobile ./faces 0.4
expect_status "examples: mobile: its schedule for MNIST" 0 "$guss" emit \
    mobile/mobile.nn mobile/mobile.yaml -o emitted_mobile
expect_status "examples: denoising: its schedule for MNIST" 0 "$guss" emit \
    denoising/denoising.nn denoising/denoising.mnist.yaml -o emitted
run_page residual 6
expect_status "examples: residual: its schedule for CIFAR-10" 0 "$guss" emit \
    residual/residual.nn residual/residual.yaml -o emitted_residual
if [ -d "$mnist/mnist" ]; then
    run_page digits 60
    accuracy digits ./run 0.3
else
    skip "examples: digits" "no MNIST in ../shared/data"
    expect_status "examples: digits is built" 0 "$guss" build \
        "$root/examples/digits/digits.nn" "$root/examples/digits/digits.yaml" \
        -o "$scratch/digits.exe"
fi
