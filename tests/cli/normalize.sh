#!/bin/sh
# Samples are normalized as numpy would do it beforehand, by given numbers and by
# those of the training samples; weights keep the numbers, and every command that
# reads samples goes by them. An autoencoder's target is not normalized.
# shellcheck source=tests/cli/lib.sh disable=SC2154
. "$(dirname "$0")/lib.sh"
unset GUSS_DATA
cd "$scratch" || exit 3

# Sets and what is to become of them. Sums, differences and quotients of float32 are
# rounded once in double, and so are the same bits here.
cat >numbers.py <<'END'
import math
import random
import struct
import sys


def f32(value):
    return struct.unpack("<f", struct.pack("<f", value))[0]


def save(name, shape, values, kind="<f4"):
    head = "{'descr': '%s', 'fortran_order': False, 'shape': %s, }" % (kind, shape)
    pack = struct.pack("<%d%s" % (len(values), {"<f4": "f", "|u1": "B"}[kind]), *values)
    with open(name, "wb") as out:
        out.write(b"\x93NUMPY\x01\x00" + struct.pack("<H", len(head)) + head.encode() + pack)


def load(name):
    with open(name, "rb") as file:
        data = file.read()
    size = struct.unpack("<H", data[8:10])[0]
    body = data[10 + size:]
    return list(struct.unpack("<%df" % (len(body) // 4), body))


def moments(values, channels):
    found = []
    for c in range(channels):
        own = values[c::channels]
        mean = math.fsum(own) / len(own)
        root = math.sqrt(math.fsum((v - mean) ** 2 for v in own) / len(own))
        found.append((mean, root or 1.0))
    return found


def normalized(values, found):
    n = len(found)
    return [f32(f32(v - f32(found[i % n][0])) / f32(found[i % n][1]))
            for i, v in enumerate(values)]


def make():
    draw = random.Random(7)
    N, C = 45, 3
    x = [f32(draw.gauss(4 * (i % C) - 1, 1 + i % C)) for i in range(N * 4 * C)]
    given = [(0.5, 2.0), (3.0, 0.75), (-1.25, 3.0)]
    labels = bytes(draw.randrange(3) for _ in range(N))
    for name, values in (("x", x), ("given", normalized(x, given)),
                         ("own", normalized(x, moments(x, C)))):
        save(name + ".npy", (N, 2, 2, C), values)
        save(name + ".labels.npy", (N,), labels, "|u1")
    u8 = [draw.randrange(256) for _ in range(N * 4 * C)]
    save("bytes.npy", (N, 2, 2, C), u8, "|u1")
    save("bytes.labels.npy", (N,), labels, "|u1")
    units = [f32(v / 255) for v in u8]
    save("units.npy", (N, 2, 2, C),
         normalized(units, moments([v / 255 for v in u8], C)))
    save("units.labels.npy", (N,), labels, "|u1")
    # a table: a column that is the same everywhere
    with open("table.csv", "w") as table:
        table.write("a,b,c,label\n")
        for i in range(N):
            row = [draw.gauss(1000, 300), 7.25, draw.random()]
            table.write(",".join("%r" % f32(v) for v in row) + ",%d\n" % labels[i])


def mean_squared_error(name, output):
    a, b = load(name), load(output)
    print("mean_squared_error %.6g" % (math.fsum((p - q) ** 2 for p, q in zip(a, b)) / len(a)))


def without(name, aside):
    values, rows = load(name), {int(line) for line in open(aside)}
    kept = [v for i, v in enumerate(values) if i // 12 not in rows]
    found = moments(kept, 3)
    print(*("%.9g" % v for k in range(2) for v in [pair[k] for pair in found]))


{"make": make, "without": without, "error": mean_squared_error}[sys.argv[1]](*sys.argv[2:])
END
python3 numbers.py make

cat >tell.nn <<'END'
network tell(2, 2, 3) {
    Conv2D(5, 2, padding=same, activation=relu)
    Flatten()
    Dense(3, activation=softmax)
}
END
cat >tell.yaml <<'END'
objective: classifier
loss: categorical_crossentropy
batch: 8
epochs: 5
optimizer: {name: adam, learning_rate: 0.01}
data: {train: x.npy, test: x.npy}
checkpoint: {every: 7, keep: 9}
END
expect_status "normalize: a classifier is built" 0 \
    "$guss" build tell.nn tell.yaml -o tell

# train OUT SETTINGS...
train() {
    out=$1
    shift
    expect_status "normalize: $out trains" 0 ./tell train --out "$out" "$@"
}
# same NAME A B: two runs have the same weights and the same log.
same() {
    "$BUILD/tests/tools/compare_tensors" "$2/weights.safetensors" \
        "$3/weights.safetensors" 0 0 >out &&
        cmp "$2/log.csv" "$3/log.csv"
    ok "normalize: $1" $?
}
given='data.normalize={mean: [0.5, 3, -1.25], stddev: [2, 0.75, 3]}'
train given --set "$given"
train given_before --set data.train=given.npy --set data.test=given.npy
same "given numbers are those taken before" given given_before
train own --set data.normalize=train
train own_before --set data.train=own.npy --set data.test=own.npy
same "train is what the samples themselves have" own own_before
train bytes --set data.normalize=train --set data.train=bytes.npy \
    --set data.test=bytes.npy
train bytes_before --set data.train=units.npy --set data.test=units.npy
same "bytes are normalized behind pixels" bytes bytes_before
train one --set 'data.normalize={mean: [0.5], stddev: [2]}'
train three --set 'data.normalize={mean: [0.5, 0.5, 0.5], stddev: [2, 2, 2]}'
same "one number is that of all channels" one three

# ---- what is kept -----------------------------------------------------------

grep -q '^  normalize: {mean: \[.*, .*, .*\], stddev: \[.*\]}$' own/schedule.yaml
ok "normalize: schedule.yaml has numbers in place of train" $?
expect_status "normalize: a run verifies" 0 "$guss" verify own
# predicts NAME WEIGHTS INPUT: so that the output is that of `wanted.npy`.
./tell predict --weights own_before --input own.npy --output wanted.npy 2>err
predicts() {
    name=$1
    shift
    "$@" --output found.npy >out 2>err && cmp found.npy wanted.npy
    ok "normalize: $name" $?
}
predicts "predict goes by the weights" ./tell predict --weights own \
    --input x.npy
predicts "predict goes by a checkpoint" ./tell predict \
    --weights own/checkpoints/30.guss --input x.npy
"$guss" build tell.nn -o plain
predicts "an executable without a schedule goes by the weights" ./plain \
    predict --weights own --input x.npy
./tell evaluate --weights own >out 2>err
./tell evaluate --weights own_before --input own.npy >wanted 2>err
cmp out wanted
ok "normalize: evaluate goes by the weights" $?
./tell predict --weights own_before --set "$given" --input x.npy \
    --output by_schedule.npy 2>err
./tell predict --weights own_before --input given.npy --output wanted.npy 2>err
cmp by_schedule.npy wanted.npy
ok "normalize: weights that say nothing leave it to the schedule" $?
expect_status "normalize: other numbers of the schedule warn" 0 ./tell \
    evaluate --weights given/weights.safetensors \
    --set 'data.normalize={mean: [1], stddev: [1]}'
expect_text "normalize: other numbers warn in these words" err <<'END'
warning: 'given/weights.safetensors' was trained on samples normalized by mean [0.5, 3, -1.25], stddev [2, 0.75, 3], which hold, not those of 'data.normalize'
END
expect_status "normalize: first weights of other samples warn" 0 ./tell \
    train --out warned --init given/weights.safetensors --set epochs=1
grep -qxF "warning: the weights of 'given/weights.safetensors' were trained on samples normalized by mean [0.5, 3, -1.25], stddev [2, 0.75, 3]; those of this run are not normalized" err
ok "normalize: first weights warn in these words" $?

# ---- going on ---------------------------------------------------------------

train stopped --set data.normalize=train --set iterations=7
expect_status "normalize: a run is gone on with" 0 ./tell train \
    --resume stopped --set epochs=5
same "a resumed run has the same bits" own stopped
train again --set data.normalize=train --set iterations=7
sed '/^data/s/}$/, normalize: train}/' tell.yaml >train.yaml
expect_status "normalize: train is what the run took it for" 0 ./tell train \
    --resume again --schedule train.yaml
same "a run resumed by its schedule has the same bits" own again

# ---- tables -----------------------------------------------------------------

echo 'network rows(3) { Dense(3, activation=softmax) }' >rows.nn
expect_status "normalize: a table's columns are channels" 0 "$guss" train \
    rows.nn tell.yaml --out rows \
    --set 'data={train: table.csv, normalize: train}'
grep -q '^  normalize: {mean: \[[0-9.]*, 7.25, 0.[0-9]*\], stddev: \[[0-9.]*, 1, 0.[0-9]*\]}$' rows/schedule.yaml
ok "normalize: a column that is the same everywhere is divided by 1" $?

python3 - <<'END'
head = "{'descr': '|u1', 'fortran_order': False, 'shape': (8, 10001), }"
with open("wide.npy", "wb") as out:
    out.write(b"\x93NUMPY\x01\x00" + len(head).to_bytes(2, "little") + head.encode() + bytes(80008))
END
echo 'network wide(10001) { Dense(3) }' >wide.nn
sed -e 's/classifier/regression/; s/categorical_cross.*/huber/' \
    -e 's/^data.*/data: {train: wide.npy, target: x.npy, normalize: train}/' \
    tell.yaml >wide.yaml
python3 - <<'END'
head = "{'descr': '|u1', 'fortran_order': False, 'shape': (8, 3), }"
with open("three.npy", "wb") as out:
    out.write(b"\x93NUMPY\x01\x00" + len(head).to_bytes(2, "little") + head.encode() + bytes(24))
END
refused "a table of too many columns" 1 "$guss" train wide.nn wide.yaml \
    --out none --set data.target=three.npy <<'END'
wide.yaml:6:51: error: 'data.normalize: train' is for 10000 channels at most, and the samples have 10001
    6 | data: {train: wide.npy, target: x.npy, normalize: train}
      |                                                   ^~~~~
END

# ---- a share that is set aside ----------------------------------------------

expect_status "normalize: a share is set aside" 0 ./tell train --out share \
    --set 'data={train: x.npy, validation: 0.2, normalize: train}'
tail -n +2 share/validation.csv | cut -d, -f1 >aside
python3 numbers.py without x.npy aside >wanted
sed -n 's/^  normalize: //p' share/schedule.yaml | python3 -c '
import re
print(*("%.9g" % float(v) for v in re.findall(r"[-0-9.e]+[0-9]", input())))' >out
cmp out wanted
ok "normalize: train leaves out what is set aside" $?

# ---- autoencoders -----------------------------------------------------------

cat >coder.nn <<'END'
network encoder(2, 2, 3) { Flatten() Dense(6, activation=tanh) }
network decoder(6) { Dense(12) Reshape(2, 2, 3) }
network coder(2, 2, 3) { encoder() decoder() }
END
sed -e 's/classifier/autoencoder/; s/categorical_cross.*/mean_squared_error/' \
    -e '/^data/s/}$/, normalize: train}/' -e '1inetwork: coder' \
    tell.yaml >coder.yaml
expect_status "normalize: an autoencoder is built" 0 \
    "$guss" build coder.nn coder.yaml -o coder
expect_status "normalize: an autoencoder trains" 0 ./coder train --out code
./coder predict --weights code --input x.npy --output back.npy 2>err
./coder evaluate --weights code 2>err | grep squared >out
python3 numbers.py error x.npy back.npy >wanted
cmp out wanted
ok "normalize: an autoencoder gives back what it was before" $?
./coder predict --weights code --network encoder --input x.npy \
    --output codes.npy 2>err
./coder predict --weights code --network decoder --input codes.npy \
    --output found.npy 2>err
cmp found.npy back.npy
ok "normalize: an encoder's samples are normalized, not a decoder's codes" $?
cat >late.nn <<'END'
network late(2, 2, 3) { Rescaling(1) }
network coder(2, 2, 3) { Dense(3, activation=relu) late() }
network whole(2, 2, 3) { coder() late() }
END
"$guss" build late.nn coder.yaml -o late && ./late train --out after 2>err
for network in coder whole late; do
    ./late predict --weights after --network $network --input x.npy \
        --output $network.npy 2>err
    tail -c 2160 $network.npy >$network.values
done
tail -c 2160 x.npy | cmp - late.values
ok "normalize: samples of a network in the midst of another are not" $?
cmp whole.values coder.values
ok "normalize: those of a network that begins with the trained one are" $?
refused "an autoencoder's is compiled in" 1 ./coder train --out none \
    --set data.normalize=null <<'END'
--set:1:6: error: 'data.normalize' is compiled in (train, not none); rebuild: guss build MODEL.nn SCHEDULE.yaml
    1 | data.normalize=null
      |      ^~~~~~~~~
END
expect_status "normalize: an autoencoder's numbers are free" 0 ./coder train \
    --out free --set "$given" --set epochs=1
sed 's/, normalize: train//' coder.yaml >bare.yaml
"$guss" build coder.nn bare.yaml -o bare
refused "an autoencoder that was built without it cannot measure" 1 ./bare \
    evaluate --weights code/weights.safetensors <<'END'
error: 'code/weights.safetensors' was trained on normalized samples, and this autoencoder was built without 'data.normalize'; rebuild with it: guss build coder.nn SCHEDULE.yaml
END

# ---- mistakes ---------------------------------------------------------------

sed '/^data/s/}$/, normalize: {mean: [1, 2], stddev: [1, 2]}}/' tell.yaml \
    >two.yaml
refused "two means of three channels" 1 "$guss" build tell.nn two.yaml \
    -o none <<'END'
two.yaml:6:46: error: 'data.normalize' has 2 means, but 'tell' reads (2, 2, 3): write one for each channel, or one for all
    6 | data: {train: x.npy, test: x.npy, normalize: {mean: [1, 2], stddev: [1, 2]}}
      |                                              ^~~~~~~~~~~~~~~~~~~~~~~~~~~~~~
tell.nn:1:9: note: it is described here
    1 | network tell(2, 2, 3) {
      |         ^~~~
END
refused "two means of three channels, when it runs" 1 ./tell train \
    --out none --set 'data.normalize={mean: [1, 2], stddev: [1, 2]}' <<'END'
--set:1:16: error: 'data.normalize' has 2 means, and the samples have 3 channels; write one for each, or one for all
    1 | data.normalize={mean: [1, 2], stddev: [1, 2]}
      |                ^~~~~~~~~~~~~~~~~~~~~~~~~~~~~~
END
refused "train without a run" 1 ./tell evaluate \
    --weights own_before/weights.safetensors --set data.normalize=train <<'END'
error: 'own_before/weights.safetensors' does not say by which mean and deviation its samples were normalized, and 'data.normalize: train' is for training; give them: --set 'data.normalize={mean: [0.13], stddev: [0.31]}'
END
