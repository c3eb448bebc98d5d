#!/bin/sh
# Holds guss to the paper, where ../shared has it: its model tables as they
# were printed and scanned, and the errors of its own weights on MNIST.
# shellcheck source=tests/cli/lib.sh disable=SC2154
. "$(dirname "$0")/lib.sh"
paper=$root/../shared/paper
export GUSS_DATA="$root/../shared/data"
cd "$root" || exit 3

# same_table MODEL FIGURE: every table of the file is that of its network.
same_table() {
    table=$paper/tables/$2.txt
    if [ ! -e "$table" ]; then
        skip "paper: $1 has the tables of $2" "no ../shared/paper"
        return
    fi
    "$guss" diff "models/$1.nn" "$table" >"$scratch/out" 2>&1 &&
        [ ! -s "$scratch/out" ]
    ok "paper: $1 has the tables of $2" $? ||
        sed 's/^/    /' "$scratch/out" | head -20
}

# in_paper MODEL: its tables are found among those of the whole text.
in_paper() {
    if [ ! -e "$paper/paper.de.txt" ]; then
        skip "paper: the tables of $1 are in its text" "no ../shared/paper"
        return
    fi
    expect_status "paper: the tables of $1 are in its text" 0 \
        "$guss" diff "models/$1.nn" "$paper/paper.de.txt"
}

# near KEY VALUE TOLERANCE: the line of that key in what evaluate printed.
near() {
    awk -v key="$1" -v value="$2" -v tolerance="$3" '
        $1 == key { difference = $2 - value; found = 1 }
        END { exit !(found && difference <= tolerance &&
                     difference >= -tolerance) }' "$scratch/out"
}

# same_errors MODEL LOSS SQUARED: evaluate with the paper's weights.
same_errors() {
    name="paper: $1 with the paper's weights has the loss $2"
    weights=$paper/weights/$1.safetensors
    if [ ! -e "$weights" ] || [ ! -e "$GUSS_DATA/mnist" ]; then
        skip "$name" "no ../shared"
        return
    fi
    if ! "$guss" build "models/$1.nn" "models/$1.mnist.yaml" \
        -o "$scratch/$1" >"$scratch/out" 2>&1; then
        if grep -q 'cannot be built yet' "$scratch/out"; then
            skip "$name" "this model cannot be built yet"
            return
        fi
        ok "$name: it builds" 1
        sed 's/^/    /' "$scratch/out" | head -20
        return
    fi
    "$scratch/$1" evaluate --weights "$weights" --input mnist/test \
        >"$scratch/out" 2>"$scratch/err" && near loss "$2" 2e-5 &&
        near mean_squared_error "$3" 2e-6
    ok "$name" $? || sed 's/^/    /' "$scratch/out" "$scratch/err"
}

same_table simple_autoencoder figure-04a
same_table deep_autoencoder figure-06a
same_table convolutional_autoencoder figure-07a
same_table vanilla_gan figure-09a
same_table dcgan figure-11
for model in simple_autoencoder deep_autoencoder convolutional_autoencoder \
    vanilla_gan dcgan; do
    in_paper $model
done
same_errors simple_autoencoder 0.091274 0.009536
same_errors deep_autoencoder 0.087683 0.008609
same_errors convolutional_autoencoder 0.090227 0.009609
