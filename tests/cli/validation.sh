#!/bin/sh
# A share of the training set that is set aside: what is measured on it, what is
# trained on, the list of it, and that every run of a seed has the same.
# shellcheck source=tests/cli/lib.sh disable=SC2154
. "$(dirname "$0")/lib.sh"
picture=$(cd "$(dirname "$0")" && pwd)/picture.py
unset GUSS_DATA
cd "$scratch" || exit 3

# 50 samples of classes 0 (20), 1 (25) and 2 (5).
python3 - <<'END'
import random

rng = random.Random(1)
labels = [0] * 20 + [1] * 25 + [2] * 5
rng.shuffle(labels)


def npy(name, shape, values):
    head = "{'descr': '|u1', 'fortran_order': False, 'shape': %s, }" % (shape,)
    with open(name, "wb") as out:
        out.write(b"\x93NUMPY\x01\x00" + len(head).to_bytes(2, "little") + head.encode() + bytes(values))


npy("all.npy", (50, 12), [rng.randrange(256) for _ in range(50 * 12)])
npy("all.labels.npy", (50,), labels)
npy("few.npy", (7, 4), [rng.randrange(256) for _ in range(7 * 4)])
END

# split RUN: share.npy and rest.npy, by what its validation.csv lists.
cat >split.py <<'END'
import sys

HEAD = 10


def read(name):
    data = open(name, "rb").read()
    return data[HEAD + int.from_bytes(data[8:10], "little"):]


def write(name, rows):
    shape = (len(rows),) if len(rows[0]) == 1 else (len(rows), len(rows[0]))
    head = "{'descr': '|u1', 'fortran_order': False, 'shape': %s, }" % (shape,)
    with open(name, "wb") as out:
        out.write(b"\x93NUMPY\x01\x00" + len(head).to_bytes(2, "little") + head.encode() + b"".join(rows))


values, labels = read("all.npy"), read("all.labels.npy")
lines = open(sys.argv[1] + "/validation.csv").read().split("\n")
assert lines[0] == "sample,class" and lines[-1] == ""
chosen = [int(line.split(",")[0]) for line in lines[1:-1]]
assert chosen == sorted(set(chosen)) and 0 <= chosen[0] and chosen[-1] < 50
assert [int(line.split(",")[1]) for line in lines[1:-1]] == [labels[i] for i in chosen]
for name, numbers in ("share", chosen), ("rest", [i for i in range(50) if i not in chosen]):
    write(name + ".npy", [values[12 * i:12 * i + 12] for i in numbers])
    write(name + ".labels.npy", [labels[i:i + 1] for i in numbers])
END

cat >tell.nn <<'END'
network tell(12) { Dense(8, activation=tanh) Dropout(0.2) Dense(3, activation=softmax) }
END
cat >tell.yaml <<'END'
objective: classifier
loss: categorical_crossentropy
batch: 12
epochs: 6
seed: 4
optimizer: {name: adam, learning_rate: 0.01}
data: {train: all.npy, test: nowhere, validation: 0.2}
checkpoint: {every: 1, keep: 2}
threads: 1
END
expect_status "validation: a classifier is built" 0 \
    "$guss" build tell.nn tell.yaml -o tell || exit 1

# ---- what is set aside ------------------------------------------------------

expect_status "validation: it trains, and reads no test set" 0 \
    ./tell train --out run
head -n 1 err >out
expect_text "validation: it says how many are set aside" out <<'END'
tell: all.npy, 50 samples; 10 of them to validate with; batch 12, 1 thread; to run
END
cut -d, -f1,2 run/log.csv >out
expect_text "validation: an epoch is a pass over the others" out <<'END'
epoch,iteration
1,4
2,8
3,12
4,16
5,20
6,24
END
tail -n +2 run/validation.csv | cut -d, -f2 | sort | uniq -c |
    awk '{ print $1, $2 }' >out
expect_text "validation: each class gives a fifth" out <<'END'
4 0
5 1
1 2
END
python3 split.py run
ok "validation: validation.csv lists samples and their classes" $?

# is_measured NAME LOGGED WEIGHTS SET OPTION...: evaluate finds the same loss.
is_measured() {
    name=$1 logged=$2 weights=$3 set=$4
    shift 4
    found=$(./tell evaluate --weights "$weights" --input "$set" "$@" \
        2>"$scratch/err" | sed -n 's/^loss //p')
    awk -v a="$found" -v b="$logged" 'BEGIN {
        d = a - b; exit !(b > 0 && d * d < 1e-10 * b * b) }'
    ok "validation: $name" $? || echo "    $found, not $logged"
}
is_measured "val_loss is of the samples set aside" \
    "$(tail -n 1 run/log.csv | cut -d, -f5)" run share.npy
grep -q '"validation": {' run/run.json && grep -q '"samples": 10' run/run.json
ok "validation: run.json counts them" $?
grep -q '^  validation: 0.2$' run/schedule.yaml
ok "validation: schedule.yaml has the share" $?

# One batch of all others, dropout off: the loss before it is that of the weights.
cat >plain.nn <<'END'
network tell(12) { Dense(8, activation=tanh) Dense(3, activation=softmax) }
END
sed 's/batch: 12/batch: 64/; s/epochs: 6/epochs: 1/' tell.yaml >plain.yaml
expect_status "validation: a larger batch is built" 0 \
    "$guss" build plain.nn plain.yaml -o plain
./plain train --out first >log 2>&1 &&
    ./plain train --out again --init first/weights.safetensors >log 2>&1
is_measured "what is trained on are the others" \
    "$(tail -n 1 again/log.csv | cut -d, -f3)" first/weights.safetensors rest.npy
./tell evaluate --weights run --set data.test=share.npy >out 2>err
./tell evaluate --weights run --input share.npy >again.txt 2>err
cmp -s out again.txt
ok "validation: evaluate reads data.test" $?

# ---- the same in every run --------------------------------------------------

for threads in 2 3 7; do
    ./tell train --out "threads-$threads" --threads $threads >log 2>&1
    cmp -s run/weights.safetensors "threads-$threads/weights.safetensors" &&
        cmp -s run/log.csv "threads-$threads/log.csv" &&
        cmp -s run/validation.csv "threads-$threads/validation.csv"
    ok "validation: $threads threads give the bits of one" $?
done
for stop in 1 3 4 9 17 23; do
    ./tell train --set iterations=$stop --out "stop-$stop" >log 2>&1 &&
        rm "stop-$stop/validation.csv" &&
        ./tell train --resume "stop-$stop" --set epochs=6 >>log 2>&1
    cmp -s run/weights.safetensors "stop-$stop/weights.safetensors" &&
        cmp -s run/log.csv "stop-$stop/log.csv" &&
        cmp -s run/validation.csv "stop-$stop/validation.csv"
    ok "validation: stopped after $stop updates: the same bits" $? || cat log
done
expect_status "validation: the run is verified" 0 "$guss" verify run
echo 49,1 >>threads-2/validation.csv
expect_status "validation: a list that was changed" 1 "$guss" verify threads-2
expect_text "validation: is not what the run left" out <<'END'
threads-2: 'validation.csv' is not what the run left
END
./tell train --out seed --set seed=5 >log 2>&1
! cmp -s run/validation.csv seed/validation.csv
ok "validation: another seed sets others aside" $?
./tell train --out ordered --set data.shuffle=false >log 2>&1
cmp -s run/validation.csv ordered/validation.csv &&
    ! cmp -s run/weights.safetensors ordered/weights.safetensors
ok "validation: the order of the file sets the same aside" $?
refused "another share cannot go on" 2 \
    ./tell train --resume run --set epochs=7 --set data.validation=0.3 <<'END'
error: 'data.validation' cannot change when a run is resumed; start another one: --out DIR
try: ./tell train --help
END
./tell train --out without --set data.validation=null --set data.test=null \
    >log 2>&1 && [ ! -e without/validation.csv ] &&
    [ "$(head -n 1 without/log.csv)" = epoch,iteration,loss,accuracy ]
ok "validation: --set takes the share away" $?

# ---- mistakes ---------------------------------------------------------------

refused "a share of nothing" 1 \
    ./tell train --out none --set data.validation=0.009 <<'END'
--set:1:17: error: 'data.validation' 0.009 of the 50 samples of 'all.npy' leaves none to validate with
    1 | data.validation=0.009
      |                 ^~~~~
END
refused "a share of everything" 1 ./tell train --out none \
    --set data.validation=0.995 <<'END'
--set:1:17: error: 'data.validation' 0.995 of the 50 samples of 'all.npy' leaves none to train on
    1 | data.validation=0.995
      |                 ^~~~~
END
refused "a share beyond 1" 1 \
    ./tell train --out none --set data.validation=1 <<'END'
--set:1:17: error: 'data.validation' must be a number of at least 0 and less than 1, not '1'
    1 | data.validation=1
      |                 ^
END
[ ! -e none ]
ok "validation: a mistake leaves no folder" $?
cat >gan.nn <<'END'
network g(2) { Dense(12) }
network d(12) { Dense(1, activation=sigmoid) }
END
cat >gan.yaml <<'END'
objective: gan
generator: g
discriminator: d
loss: binary_crossentropy
batch: 4
epochs: 1
optimizer: {name: adam}
data: {train: all.npy, validation: 0.1}
END
refused "a GAN has none" 1 "$guss" build gan.nn gan.yaml -o gan <<'END'
gan.yaml:8:24: error: 'validation' is a key of objective autoencoder, classifier or regression, not of gan
    8 | data: {train: all.npy, validation: 0.1}
      |                        ^~~~~~~~~~
END

# ---- pictures, without a classifier -----------------------------------------

# Names with a comma and quotation marks.
for i in 0 1 2 3 4 5 6 7; do
    python3 "$picture" "set/a,b/$i.png" 2 2 $((i * 30)) 0 0 $((i * 20))
    python3 "$picture" "set/\"q\"/$i.png" 2 2 0 $((i * 30)) $((i * 20)) 9
done
cat >coder.nn <<'END'
network coder(2, 2, 1) { Flatten() Dense(3) Dense(4, activation=sigmoid) Reshape(2, 2, 1) }
END
cat >coder.yaml <<'END'
objective: autoencoder
loss: mean_squared_error
batch: 4
epochs: 2
optimizer: {name: adam}
data: {train: set, validation: 0.5}
END
expect_status "validation: an autoencoder trains on pictures" 0 \
    "$guss" train coder.nn coder.yaml --out pictures
python3 - <<'END'
import csv

rows = list(csv.reader(open("pictures/validation.csv", newline="")))
assert rows[0] == ["sample", "class", "file"], rows[0]
folders = ['"q"', "a,b"]
wanted = [f"{folder}/{i}.png" for folder in folders for i in range(8)]
assert [row[2] for row in rows[1:]] == [wanted[int(row[0])] for row in rows[1:]]
assert [row[1] for row in rows[1:]] == ["0"] * 4 + ["1"] * 4
open("chosen", "w").write("\n".join(row[2] for row in rows[1:]) + "\n")
END
ok "validation: validation.csv names pictures and their classes" $?
mkdir share
i=0
while read -r file; do
    cp "set/$file" "share/$i.png"
    i=$((i + 1))
done <chosen
pictures/model reconstruct --weights pictures --input share --count 8 \
    --columns 8 --output sheet.png >log 2>&1
cmp -s sheet.png pictures/samples/00000004.png
ok "validation: sheets show what is set aside" $? || cat log

expect_status "validation: data without labels" 0 ./pictures/model train \
    --out unlabelled --set data.train=few.npy --set data.validation=0.5
awk 'NR == 1 || $1 ~ /^[0-6]$/ { n++ } END { exit !(n == NR && NR == 5) }' \
    unlabelled/validation.csv && [ "$(head -n 1 unlabelled/validation.csv)" = sample ]
ok "validation: is listed by number alone, 4 of 7" $?
