#!/usr/bin/env bash
# Usage: bench/synthetic/run.sh [--seeds '1 2 3'] MNIST WORK
#
# Measures what generated digits are worth to a classifier. MNIST is the folder of its
# IDX files; everything is made in the folder WORK. What is there already is not made
# again, so that a run that was stopped goes on. Several may work in one folder, on
# other seeds each, once the GANs of all of MNIST are there. Prints a table of all seeds
# that WORK holds.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
models=$here/../../models
guss=${GUSS:-$here/../../build/guss}
seeds='1 2 3'
if [ "${1:-}" = --seeds ]; then seeds=$2; shift 2; fi
[ $# = 2 ] || { sed -n '2s/^# //p' "$0" >&2; exit 2; }
mnist=$(realpath "$1")
mkdir -p "$2"
work=$(realpath "$2")

accept=0.9
per_class=100
alone=judge.autoencoder=null
augment='data.augment={shift: 2, rotate: 10, zoom: 0.1}'

build() { # EXE MODEL SCHEDULE
    [ -x "$1" ] || "$guss" build "$2" "$3" -o "$1"
}

train() { # EXE RUN [OPTION...]
    local exe=$1 run=$2
    shift 2
    if [ -d "$run" ]; then return; fi
    "$exe" train --threads 1 --out "$run.part" "$@" 2>"$run.log" || { cat "$run.log" >&2; exit 1; }
    mv "$run.part" "$run"
}

# Images sorted by the judge: all that are drawn, or those that it is sure of. Where a
# generator lacks a class there is no set, and its log says which.
generate() { # EXE RUN SEED SET PER_CLASS [OPTION...]
    local exe=$1 run=$2 seed=$3 set=$4 number=$5
    shift 5
    if [ -d "$set" ] || [ -s "$set.log" ]; then return; fi
    "$exe" generate --threads 1 --weights "$run" --seed "$seed" --per-class "$number" "$@" \
        --output "$set.part/" 2>"$set.log.part" && mv "$set.part" "$set"
    mv "$set.log.part" "$set.log"
}

join_sets() { # SET REAL COPIES GENERATED
    if [ -d "$1" ] || [ ! -d "$4" ]; then return; fi
    python3 "$here/join_sets.py" "$2" "$3" "$4" "$1.part"
    mv "$1.part" "$1"
}

# What a classifier gets right of MNIST's test set.
evaluate() { # EXE RUN ACCURACY
    "$1" evaluate --threads 1 --weights "$2" --input "$mnist/test" 2>/dev/null | sed -n 's/^accuracy //p' >"$3.part"
    mv "$3.part" "$3"
}

# Trains the classifier on a set, if there is one, and keeps its accuracy.
measure() { # SEED NAME SET [OPTION...]
    local seed=$1 name=$2 set=$3 run=$work/$1/$2
    shift 3
    if [ -s "$run.accuracy" ]; then return; fi
    [ -d "$set" ] || [ "$set" = "$mnist/train" ] || return 0
    train "$work/classifier" "$run" --set seed="$seed" --set data.train="$set" "$@"
    evaluate "$work/classifier" "$run" "$run.accuracy"
    echo "seed $seed, $name: $(cat "$run.accuracy")" >&2
}

measure_generated() { # EXE RUN SEED NAME: by themselves, and added to 100 real images
    local seed=$3 name=$4 set=$work/$3/sets/$4
    generate "$1" "$2" "$seed" "$set" $per_class --set $alone
    measure "$seed" "$name" "$set"
    generate "$1" "$2" "$seed" "$set.accepted" $per_class --accept $accept --set $alone
    measure "$seed" "$name.accepted" "$set.accepted"
    join_sets "$set.added" "$work/$seed/sets/real100" 1 "$set.accepted"
    measure "$seed" "$name.added" "$set.added"
}

measure_half() { # SEED NAME: every second image is a real one
    local seed=$1 name=$2 sets=$work/$1/sets
    join_sets "$sets/$name.half" "$sets/real100" $((per_class / 10)) "$sets/$name.accepted"
    measure "$seed" "$name.half" "$sets/$name.half"
    measure "$seed" "$name.half_augmented" "$sets/$name.half" --set "$augment"
}

# ---- what all seeds have in common: GANs of all of MNIST, and the judge of its 60,000 labels
build "$work/classifier" "$here/classifier.nn" "$here/classifier.yaml"
build "$work/judge" "$models/digits_classifier.nn" "$here/judge.yaml"
build "$work/vanilla" "$models/vanilla_gan.nn" "$models/vanilla_gan.mnist.yaml"
build "$work/dcgan" "$here/small_dcgan.nn" "$here/small_dcgan.yaml"
train "$work/vanilla" "$work/vanilla.run" --set data.train="$mnist/train"
train "$work/dcgan" "$work/dcgan.run" --set data.train="$mnist/train"

# ---- a judge and GANs that know of 100 images alone
few_gan() { # SEED NAME MODEL SCHEDULE [OPTION...]
    local seed=$1 name=$2 model=$3 schedule=$4 at=$work/$1
    shift 4
    sed "s|^judge:.*|judge: {model: $models/digits_classifier.nn, weights: $at/judge/weights.safetensors, features: features}|; /^snapshots:/d" \
        "$schedule" >"$at/$name.yaml"
    build "$at/$name.exe" "$model" "$at/$name.yaml"
    train "$at/$name.exe" "$at/$name.run" --set seed="$seed" --set data.train="$at/sets/real100" "$@"
    measure_generated "$at/$name.exe" "$at/$name.run" "$seed" "$name"
    measure_half "$seed" "$name"
}

for seed in $seeds; do
    at=$work/$seed
    mkdir -p "$at/sets"
    [ -d "$at/sets/real100" ] || python3 "$here/sample_real.py" "$mnist" 10 "$seed" "$at/sets/real100"
    [ -d "$at/sets/real1000" ] || python3 "$here/sample_real.py" "$mnist" 100 "$seed" "$at/sets/real1000"
    measure "$seed" real60000 "$mnist/train"
    measure "$seed" real1000 "$at/sets/real1000"
    measure "$seed" real100 "$at/sets/real100"
    measure "$seed" real100.augmented "$at/sets/real100" --set "$augment"
    for name in vanilla dcgan; do
        measure_generated "$work/$name" "$work/$name.run" "$seed" $name
    done
    generate "$work/dcgan" "$work/dcgan.run" "$seed" "$at/sets/dcgan.both" $per_class --accept $accept \
        --set data.train="$mnist/train"
    measure "$seed" dcgan.both "$at/sets/dcgan.both"
    generate "$work/dcgan" "$work/dcgan.run" "$seed" "$at/sets/dcgan.many" $((10 * per_class)) --accept $accept \
        --set $alone
    measure "$seed" dcgan.many "$at/sets/dcgan.many"
    train "$work/judge" "$at/judge" --set seed="$seed" --set data.train="$at/sets/real100" --set "$augment"
    [ -s "$at/judge.accuracy" ] || evaluate "$work/judge" "$at/judge" "$at/judge.accuracy"
    few_gan "$seed" few_vanilla "$models/vanilla_gan.nn" "$models/vanilla_gan.mnist.yaml" --set iterations=10000
    few_gan "$seed" few_dcgan "$here/small_dcgan.nn" "$here/small_dcgan.yaml" --set iterations=3000 --set "$augment"
    generate "$at/few_dcgan.exe" "$at/few_dcgan.run" "$seed" "$at/sets/few_dcgan.many" $((10 * per_class)) \
        --accept $accept
    measure "$seed" few_dcgan.many "$at/sets/few_dcgan.many"
    join_sets "$at/sets/few_dcgan.many_half" "$at/sets/real100" $per_class "$at/sets/few_dcgan.many"
    measure "$seed" few_dcgan.many_half "$at/sets/few_dcgan.many_half"
    measure "$seed" few_dcgan.many_half_augmented "$at/sets/few_dcgan.many_half" --set "$augment"
done
python3 "$here/table.py" "$work"
