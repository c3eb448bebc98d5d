#!/bin/sh
# A classifier's classes go by their names: in sets to test with, in weights,
# in resumed runs. And what --weights and --init take for weights.
# shellcheck source=tests/cli/lib.sh disable=SC2154
. "$(dirname "$0")/lib.sh"
picture=$(cd "$(dirname "$0")" && pwd)/picture.py
unset GUSS_DATA
cd "$scratch" || exit 3

# says NAME COMMAND...: standard error is standard input.
says() {
    what=$1
    shift
    expect_status "classes: $what" 0 "$@" || return
    expect_text "classes: $what: what is said" "$scratch/err"
}

# is_right NAME WEIGHTS SET: all of the set is told.
is_right() {
    ./tell evaluate --weights "$2" --input "$3" >"$scratch/out" \
        2>"$scratch/err" && grep -qx 'accuracy 1' "$scratch/out"
    ok "classes: $1" $?
}

# insect SET CLASS PATTERN: two pictures of a class; x is what is bright.
insect() {
    for level in 200 250; do
        # shellcheck disable=SC2046 # four words
        python3 "$picture" "$1/$2/$level.png" 2 2 \
            $(echo "$3" | sed "s/x/$level/g")
    done
}

make_sets() {
    insect train ant "x 0 0 0"
    insect train bee "0 x 0 0"
    insect train cat "0 0 x 0"
    insect some bee "0 x 0 0"
    insect some cat "0 0 x 0"
    insect others bee "0 x 0 0"
    insect others dog "0 0 0 x"
    insect digits 01 "0 x 0 0"
    insect digits 2 "0 0 x 0"
    python3 - <<'END' # the same without names, labels from 0 on, and from 1
def npy(name, shape, values):
    head = "{'descr': '|u1', 'fortran_order': False, 'shape': %s, }" % shape
    with open(name, "wb") as out:
        out.write(b"\x93NUMPY\x01\x00" + len(head).to_bytes(2, "little") + head.encode() + bytes(values))


pixels = [level * (i == k) for k in range(3) for level in (200, 250) for i in range(4)]
for name, first in (("plain", 0), ("late", 1)):
    npy(name + ".npy", "(6, 2, 2)", pixels)
    npy(name + ".labels.npy", "(6,)", [first + k // 2 for k in range(6)])
END
}

make_model() {
    echo 'network tell(2, 2, 1) { Flatten() Dense(3, activation=softmax) }' \
        >tell.nn
    cat >tell.yaml <<'END'
objective: classifier
loss: categorical_crossentropy
batch: 6
epochs: 40
seed: 1
optimizer: {name: adam, learning_rate: 0.1}
data: {train: train}
checkpoint: {every: 20}
threads: 1
END
    expect_status "classes: a classifier is built" 0 \
        "$guss" build tell.nn tell.yaml -o tell
}

# ---- sets to test with -----------------------------------------------

check_names() {
    expect_status "classes: a folder is trained on" 0 ./tell train --out run
    is_right "the whole set" run/weights.safetensors train
    is_right "a set that lacks a class" run/weights.safetensors some
    ./tell evaluate --weights run/weights.safetensors --set data.test=some |
        grep -qx 'accuracy 1'
    ok "classes: a set of the schedule that lacks a class" $?
    refused "another class" 1 \
        ./tell evaluate --weights run/weights.safetensors --input others <<'END'
error: 'others' has the class 'dog', but network 'tell' knows 'ant', 'bee' and 'cat'
END
    refused "digits for names" 1 \
        ./tell evaluate --weights run/weights.safetensors --input digits <<'END'
error: 'digits' has the class '01', but network 'tell' knows 'ant', 'bee' and 'cat'
END
    says "labels without names are places" \
        ./tell evaluate --weights run/weights.safetensors --input plain.npy <<'END'
warning: the labels of 'plain.npy' have no names: 0 to 2 are taken for 'ant', 'bee' and 'cat'
END
    grep -qx 'accuracy 1' "$scratch/out"
    ok "classes: and are right" $?
    refused "a label beyond the names" 1 \
        ./tell evaluate --weights run/weights.safetensors --input late.npy <<'END'
error: sample 4 of 'late.npy' has label 3, network 'tell' knows 0 to 2
END
    expect_status "classes: a test set that lacks a class" 0 \
        ./tell train --out tested --set data.test=some
    tail -n 1 tested/log.csv | grep -q ',1$'
    ok "classes: is measured rightly after an epoch" $?
    refused "to train with another class to test with" 1 \
        ./tell train --out other --set data.test=others <<'END'
error: 'others' has the class 'dog', but network 'tell' knows 'ant', 'bee' and 'cat'
END
}

check_numbers() {
    expect_status "classes: data without names is trained on" 0 \
        ./tell train --out numbers --set data.train=plain.npy
    is_right "numbers are the same numbers" numbers plain.npy
    is_right "folders named by digits are numbers" numbers digits
    refused "names in place of numbers" 1 \
        ./tell evaluate --weights numbers/weights.safetensors --input some <<'END'
error: 'some' has the class 'bee', but network 'tell' knows '0', '1' and '2'
END
    mv train/ant train/1 && mv train/bee train/2 && mv train/cat train/3
    expect_status "classes: folders named by digits are trained on" 0 \
        ./tell train --out digits_run
    is_right "labels are the folders of their numbers" digits_run late.npy
    refused "a number without a folder" 1 ./tell evaluate \
        --weights digits_run/weights.safetensors --input plain.npy <<'END'
error: sample 0 of 'plain.npy' has label 0, network 'tell' knows '1', '2' and '3'
END
    mv train/1 train/ant && mv train/2 train/bee && mv train/3 train/cat
}

# Weights that do not name their classes: of an older guss, or of none.
check_unnamed() {
    python3 - run/weights.safetensors unnamed.safetensors <<'END'
import json
import sys

data = open(sys.argv[1], "rb").read()
size = int.from_bytes(data[:8], "little")
header = json.loads(data[8:8 + size])
assert json.loads(header["__metadata__"].pop("class_names")) == ["ant", "bee", "cat"]
text = json.dumps(header).encode()
open(sys.argv[2], "wb").write(len(text).to_bytes(8, "little") + text + data[8 + size:])
END
    ok "classes: weights have the names" $?
    says "weights without names take a set's in their order" \
        ./tell evaluate --weights unnamed.safetensors --input train <<'END'
warning: the weights do not name their classes: those of 'train', 'ant', 'bee' and 'cat', are taken for the first outputs, in this order
END
    grep -qx 'accuracy 1' "$scratch/out"
    ok "classes: and are right" $?
    is_right "weights without names: folders named by digits" \
        unnamed.safetensors digits
    is_right "weights without names: labels" unnamed.safetensors plain.npy
}

# ---- other weights, runs that go on ----------------------------------

check_runs() {
    mv train/ant train/auk
    refused "a run with other classes" 1 \
        ./tell train --resume run --set epochs=50 <<'END'
error: 'train' has the classes 'auk', 'bee' and 'cat' now, the run was begun with 'ant', 'bee' and 'cat'
END
    expect_status "classes: first weights of other classes" 0 \
        ./tell train --out auk --init run --set epochs=40
    sed -n '/^weights/p; /^warning/p' "$scratch/err" >said
    expect_text "classes: first weights of other classes: what is said" said <<'END'
weights: run/weights.safetensors
warning: the weights of 'run' tell 'ant', 'bee' and 'cat'; this run is trained on 'auk', 'bee' and 'cat'
END
    is_right "the data's names count" auk train
    odd=$(printf 'train/\377')
    mv train/auk "$odd"
    expect_status "classes: a name that is not UTF-8" 1 ./tell train --out odd &&
        grep -q "' of 'train' is not UTF-8, as names in a file of weights are; \
rename its folder$" "$scratch/err" && [ ! -e odd ]
    ok "classes: a name that is not UTF-8 is refused before the run" $?
    mv "$odd" train/ant
}

check_folders() {
    ./tell evaluate --weights run/weights.safetensors --input train >whole
    for weights in run run/checkpoints/40.guss; do
        ./tell evaluate --weights $weights --input train >out 2>err &&
            cmp out whole
        ok "classes: --weights $weights is its weights" $?
    done
    cp -R run cut && rm cut/weights.safetensors
    says "a run without weights gives its newest checkpoint" \
        ./tell evaluate --weights cut --input train <<'END'
weights: cut/checkpoints/40.guss, as 'cut' has no weights.safetensors
END
    cmp -s "$scratch/out" whole
    ok "classes: which is the same" $?
    : >cut/checkpoints/40.guss
    says "a damaged checkpoint is passed over" \
        ./tell evaluate --weights cut --input train <<'END'
warning: 'cut/checkpoints/40.guss' is not a safetensors file: it has 0 bytes, its header's length alone needs 8; trying the one before
weights: cut/checkpoints/20.guss, as 'cut' has no weights.safetensors
END
    refused "to write over what is read" 2 ./tell predict --weights run \
        --input plain.npy --output run/weights.safetensors <<'END'
error: --output would write over 'run/weights.safetensors', which --weights reads
try: ./tell predict --help
END
    refused "to write over a checkpoint" 2 ./tell predict --weights cut \
        --input plain.npy --output cut/checkpoints/20.guss <<'END'
error: --output would write over 'cut/checkpoints/20.guss', which --weights reads
try: ./tell predict --help
END
    expect_status "classes: --init takes the folder of a run" 0 \
        ./tell train --out again --init cut --set epochs=1
    rm cut/checkpoints/*
    refused "a run without any weights" 1 ./tell evaluate --weights cut <<'END'
error: the folder 'cut' has no weights.safetensors and no checkpoint
END
    refused "a folder of something else" 1 ./tell evaluate --weights train <<'END'
error: the folder 'train' has no weights.safetensors and no checkpoint
END
}

# The last good state of a run that diverged can be looked at, and begun with.
check_divergence() {
    echo 'network same(4) { Dense(4) }' >same.nn
    cat >same.yaml <<'END'
objective: autoencoder
loss: mean_squared_error
batch: 6
epochs: 400
optimizer: {name: sgd, learning_rate: 30}
data: {train: plain.npy}
checkpoint: {every: 1, keep: 100}
END
    expect_status "classes: a network that will diverge" 0 \
        "$guss" build same.nn same.yaml -o same
    expect_status "classes: it does" 4 ./same train --out wild
    cp "$scratch/err" wild.err
    expect_status "classes: its last good state is evaluated" 0 \
        ./same evaluate --weights wild
    ! grep -Eq 'inf|nan' "$scratch/out"
    ok "classes: and is good" $? || cat "$scratch/out" wild.err
    last=$(sed -n "s/.*the last good checkpoint is '\([^']*\)'.*/\1/p" wild.err)
    gone=$(sed -n "s/.*; '\([^']*\)' gives it, and is removed; .*/\1/p" wild.err)
    [ -f "$last" ] && [ "$gone" ] && [ ! -e "$gone" ]
    ok "classes: the one whose loss is infinite is gone" $? || cat wild.err
    expect_status "classes: with one checkpoint, and that not good" 4 \
        ./same train --out none --set checkpoint.keep=1
    grep -q "gives it, and is removed; no other checkpoint was written before\$" \
        "$scratch/err" && [ -z "$(ls none/checkpoints)" ]
    ok "classes: there is none" $? || cat "$scratch/err"
    expect_status "classes: and the run begins again, with another rate" 0 ./same train \
        --resume none --set epochs=2 --set optimizer.learning_rate=1e-30
    expect_status "classes: a good state by its name" 0 \
        ./same predict --weights "$last" --input plain.npy --output y.npy
    expect_status "classes: and is begun with" 0 ./same train --init wild/checkpoints/1.guss \
        --out tame --set epochs=2 --set optimizer.learning_rate=1e-30
}

make_sets
make_model || exit
check_names
check_numbers
check_unnamed
check_runs
check_folders
check_divergence
