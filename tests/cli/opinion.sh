#!/bin/sh
# A judge's second opinion: an autoencoder that is compiled in beside it, what
# generate keeps by both, what evaluate says of it, and what is said of one that
# does not fit.
# shellcheck source=tests/cli/lib.sh
. "$(dirname "$0")/lib.sh"
cd "$scratch" || exit 1

# Real images have one bright third of three, and are nearly even in each. The
# autoencoder makes each third even. The generator adds stripes, which the judge
# does not see.
cat >gan.nn <<'E'
network generator(6) { image = Dense(36, activation=sigmoid) Reshape((6, 6, 1)) }
network discriminator(6, 6, 1) { Flatten() real = Dense(1, activation=sigmoid) }
E
cat >judge.nn <<'E'
network thirds(6, 6, 1) { Flatten() features = Dense(3) Dense(3, activation=softmax) }
E
cat >even.nn <<'E'
network even(6, 6, 1) { Flatten() code = Dense(3) image = Dense(36) Reshape((6, 6, 1)) }
E
cat >alone.yaml <<'E'
objective: gan
generator: generator
discriminator: discriminator
latent: {distribution: normal}
loss: binary_crossentropy
batch: 40
iterations: 12
optimizer: {name: adam}
data: {train: real.npy}
snapshots: {every: 6, count: 4}
judge: {model: judge.nn, weights: judge.safetensors, features: features}
E
{ sed 's/features}/features,/' alone.yaml &&
    echo '  autoencoder: {model: even.nn, weights: even.safetensors}}'; } >gan.yaml
cat >weights.py <<'E'
import json, random, struct
def write(path, tensors, classes=None):
    header, data = {}, b""
    if classes:
        header["__metadata__"] = {"class_names": json.dumps(classes)}
    for key, (shape, values) in tensors.items():
        more = struct.pack(f"<{len(values)}f", *values)
        header[key] = {"dtype": "F32", "shape": shape,
                       "data_offsets": [len(data), len(data) + len(more)]}
        data += more
    header = json.dumps(header).encode()
    with open(path, "wb") as file:
        file.write(struct.pack("<Q", len(header)) + header + data)
third = lambda pixel: pixel // 12
image = [(4.0 if third(p) == row % 3 else -1.0) + (row > 2) * (-1) ** p
         for row in range(6) for p in range(36)]
write("weights.safetensors",
      {"generator/image/kernel": ([6, 36], image),
       "generator/image/bias": ([36], [0.0] * 36),
       "discriminator/real/kernel": ([36, 1], [0.0] * 36),
       "discriminator/real/bias": ([1], [0.0])})
judge = {"thirds/features/kernel": ([36, 3],
             [float(third(p) == c) for p in range(36) for c in range(3)]),
         "thirds/features/bias": ([3], [0.0] * 3),
         "thirds/dense/kernel": ([3, 3], [float(i == j) for i in range(3) for j in range(3)]),
         "thirds/dense/bias": ([3], [0.0] * 3)}
write("judge.safetensors", judge, ["top", "middle", "bottom"])
even = {"even/code/kernel": ([36, 3],
            [(third(p) == c) / 12 for p in range(36) for c in range(3)]),
        "even/code/bias": ([3], [0.0] * 3),
        "even/image/kernel": ([3, 36],
            [float(third(p) == c) for c in range(3) for p in range(36)]),
        "even/image/bias": ([36], [0.0] * 36)}
write("even.safetensors", even)
write("nan.safetensors", {**even, "even/code/bias": ([3], [0.0, float("nan"), 0.0])})
write("huge.safetensors", {**even, "even/image/kernel": ([3, 36], [3e38] * 108)})
random.seed(3)
real = [max(0.0, min(1.0, (third(p) == n % 3) + random.gauss(0, 0.1)))
        for n in range(300) for p in range(36)]
header = str({"descr": "<f4", "fortran_order": False, "shape": (300, 36)}).encode()
with open("real.npy", "wb") as file:
    file.write(b"\x93NUMPY\x01\x00" + struct.pack("<H", len(header)) + header)
    file.write(struct.pack(f"<{len(real)}f", *real))
E
python3 weights.py
"$guss" build gan.nn gan.yaml -o gan >out 2>&1
ok "opinion: a GAN with a judge and its autoencoder is built" $? ||
    { cat out; exit 1; }
"$guss" build gan.nn alone.yaml -o alone >out 2>&1
generate() { ./gan generate --weights weights.safetensors "$@"; }

# ---- what is kept -----------------------------------------------------------
generate --seed 1 --count 400 --npy all.npy >out 2>&1
expect_status "opinion: what both accept" 0 \
    generate --seed 1 --accept 0.6 --count 400 --output kept/ --npy kept.npy
cp "$scratch/out" told
./alone generate --weights weights.safetensors --seed 1 --accept 0.6 --count 400 \
    --output more/ >alone.told 2>err
cat >check.py <<'E'
import csv, math, re, struct
def npy(path):
    bytes = open(path, "rb").read()
    start = 10 + struct.unpack("<H", bytes[8:10])[0]
    values = struct.unpack(f"<{(len(bytes) - start) // 4}f", bytes[start:])
    return [values[i:i + 36] for i in range(0, len(values), 36)]
def error(image):
    parts = [image[i:i + 12] for i in (0, 12, 24)]
    return sum((x - sum(part) / 12) ** 2 for part in parts for x in part) / 36
def confidence(image):
    powers = [math.exp(sum(image[i:i + 12])) for i in (0, 12, 24)]
    return max(powers) / sum(powers)
images = npy("all.npy")
errors = sorted(map(error, npy("real.npy")))
limit = errors[math.ceil(0.99 * len(errors)) - 1]
def near(x, y):
    return abs(x - y) < 1e-4 * y
assert not any(near(error(i), limit) or near(confidence(i), 0.6) for i in images)
E
cat check.py - >kept.py <<'E'
def numbers(folder):
    return sorted(int(row["file"].split("/")[1][:-4])
                  for row in csv.DictReader(open(folder + "/labels.csv")))
sure = [n for n, i in enumerate(images) if confidence(i) >= 0.6]
both = [n for n in sure if error(images[n]) <= limit]
assert 20 < len(both) < len(sure) - 20 < 380, (len(both), len(sure))
assert numbers("more") == sure and numbers("kept") == both
assert open("told").read().endswith(
    f"; turned away: {400 - len(sure)} by the judge, {len(sure) - len(both)} "
    "more by the autoencoder\n")
assert "turned away" not in open("alone.told").read()
E
python3 kept.py
ok "opinion: each turns away what it should, and says how many" $? || cat told
expect_status "opinion: it can be left out" 0 \
    generate --seed 1 --accept 0.6 --count 400 --output less/ --set judge.autoencoder=null
diff -r less more && cmp "$scratch/out" alone.told
ok "opinion: then all is as without it" $?
expect_status "opinion: so many of each class, by three threads" 0 \
    generate --per-class 5 --output each/ --threads 3
grep -q '; turned away: 0 by the judge, [1-9][0-9]* more by the autoencoder$' \
    "$scratch/out"
ok "opinion: is asked for them too" $? || cat "$scratch/out"
expect_status "opinion: a folder of all" 0 generate --count 40 --output forty/
grep -q '^kept 40 of 40; [^;]*$' "$scratch/out"
ok "opinion: is not asked where nothing is to be accepted" $? || cat "$scratch/out"
mv real.npy gone.npy
generate --accept 0.6 --count 4 --output x/ >out 2>err
[ $? -eq 1 ] && grep -q "^error: .*'real.npy'.*; --accept holds images against \
real ones by the autoencoder, --set judge.autoencoder=null by the judge alone$" err
ok "opinion: it needs real samples" $? || cat err
expect_status "opinion: of which the judge needs none" 0 generate --accept 0.6 \
    --count 40 --output fewer/ --set judge.autoencoder=null
./gan evaluate --weights weights.safetensors --input gone.npy >out 2>err
! grep -q autoencoder out && grep -q "^warning: .*'real.npy'.*; 'copies' is not \
looked for, and the autoencoder is not asked$" err && grep -q '^accepted [0-9]' out
ok "opinion: without them evaluate says so, and does without it" $? || cat out err
mv gone.npy real.npy

# ---- what evaluate says -----------------------------------------------------
./gan evaluate --weights weights.safetensors --threads 2 >text 2>err
./gan evaluate --weights weights.safetensors --format json >found 2>err
sum() { sha256sum "$1" | cut -d ' ' -f 1; }
{ grep -qx "autoencoder_model $(sum even.nn)" text &&
    grep -qx "autoencoder_weights $(sum even.safetensors)" text; }
ok "opinion: evaluate has its sums" $? || cat text err
cat check.py - >said.py <<'E'
import json
found = json.load(open("found"))
count = int(found["scored_samples"])
assert count == 150
made = images[:count]
mean = sum(map(error, made)) / count
assert abs(found["autoencoder_error"] - mean) < 1e-4 * mean, (found, mean)
assert abs(found["autoencoder_limit"] - limit) < 1e-4 * limit
usual = [error(i) <= limit for i in made]
assert abs(found["autoencoder_usual"] - sum(usual) / count) < 1e-5
taken = sum(confidence(i) >= 0.9 and u for i, u in zip(made, usual))
assert abs(found["accepted"] - taken / count) < 1e-5, found
assert 0.97 < found["real_autoencoder_usual"] <= 1
assert 0 < found["real_autoencoder_error"] < limit
for line in open("text"):
    words = line.split()
    if words[0].startswith(("autoencoder_e", "real_autoencoder", "accepted")):
        assert float(words[1]) == found[words[0]], line
E
python3 said.py
ok "opinion: evaluate says what it makes of images, and of real ones" $? ||
    cat text
./alone evaluate --weights weights.safetensors >out 2>err
! grep -q autoencoder out && grep -v -e autoencoder -e accepted text >wanted &&
    grep -v accepted out | cmp - wanted
ok "opinion: other scores are as without it" $? || diff out text

# ---- a run ------------------------------------------------------------------
./gan train --threads 2 --out run >out 2>&1
cmp run/autoencoder.nn even.nn &&
    cmp run/autoencoder.safetensors even.safetensors &&
    grep -q '^    weights: autoencoder.safetensors$' run/schedule.yaml
ok "opinion: the run's folder has copies, and names them" $? ||
    cat out run/schedule.yaml
python3 - <<E
import json
judge = json.load(open("run/run.json"))["judge"]
assert judge["autoencoder"] == {"model_sha256": "$(sum even.nn)",
                                "weights_sha256": "$(sum even.safetensors)"}
assert judge["model_sha256"] == "$(sum judge.nn)"
E
ok "opinion: run.json has the sums of both" $? || cat run/run.json
mkdir elsewhere && mv run elsewhere/ && cp real.npy elsewhere/
(cd elsewhere && "$guss" train run --out again >out 2>&1 && "$guss" verify run &&
    cmp run/log.csv again/log.csv && cmp run/schedule.yaml again/schedule.yaml)
ok "opinion: the run's folder alone trains the same" $? || cat elsewhere/out

# ---- emitted ----------------------------------------------------------------
"$guss" emit -o c gan.nn gan.yaml >out 2>&1
[ "$(cd c && echo *.c)" = "gan.c gan_autoencoder.c gan_judge.c" ] &&
    make -C c >out 2>&1 &&
    c/gan evaluate --weights weights.safetensors 2>err | cmp - text
ok "opinion: the emitted files build the same" $? || cat out
"$guss" build -v gan.nn gan.yaml -o gan >out 2>&1
grep -q '^  beside it, the judge with its weights .* bytes$' out &&
    grep -q '^  beside it, the autoencoder with its weights .* bytes$' out
ok "opinion: build -v counts the memory of both" $? || cat out
training=$(sed -n 's/^  training .* \([0-9,]*\) bytes$/\1/p' out | tr -d ,)
beside=$(sed -n 's/^  beside it.* \([0-9,]*\) bytes$/\1/p' out | tr -d , |
    awk '{ sum += $1 } END { print sum }')
"$guss" build --budget $((training + beside)) gan.nn gan.yaml -o gan >out 2>&1
ok "opinion: and --budget" $? || cat out
"$guss" build --budget $((training + beside - 1)) gan.nn gan.yaml -o none >out 2>&1
[ $? -eq 1 ] && [ ! -e none ] && grep -q '^error: training takes .* of memory' out
ok "opinion: which a byte less does not suit" $? || cat out

# ---- what does not fit ------------------------------------------------------
misfit() { # NAME MODEL WEIGHTS: then what is said
    name=$1
    sed "s/even.nn/$2/; s/even.safetensors/$3/" gan.yaml >x.yaml
    refused "$name" 1 "$guss" build gan.nn x.yaml -o none
}
line=$(wc -l <gan.yaml)
misfit "a file that is not there" gone.nn even.safetensors <<E
x.yaml:$line:24: error: there is no file 'gone.nn'; an autoencoder's files are looked for from the folder of the schedule on, then from the model's
   $line |   autoencoder: {model: gone.nn, weights: even.safetensors}}
      |                        ^~~~~~~
E
misfit "a classifier" judge.nn judge.safetensors <<E
x.yaml:$line:24: error: an autoencoder gives back what it reads; 'thirds' reads (6, 6, 1) and gives (3)
   $line |   autoencoder: {model: judge.nn, weights: judge.safetensors}}
      |                        ^~~~~~~~
judge.nn:1:57: note: its values are made here
    1 | network thirds(6, 6, 1) { Flatten() features = Dense(3) Dense(3, activation=softmax) }
      |                                                         ^~~~~~~~~~~~~~~~~~~~~~~~~~~~
E
misfit "weights of another" even.nn judge.safetensors <<E
x.yaml:$line:42: error: 'judge.safetensors' has no 'even/code/kernel' of shape (36, 3): it is not of this autoencoder
   $line |   autoencoder: {model: even.nn, weights: judge.safetensors}}
      |                                          ^~~~~~~~~~~~~~~~~
E
misfit "weights that are no numbers" even.nn nan.safetensors <<E
x.yaml:$line:42: error: 'nan.safetensors' holds nan in 'even/code/bias'
   $line |   autoencoder: {model: even.nn, weights: nan.safetensors}}
      |                                          ^~~~~~~~~~~~~~~
E
sed 's/, weights: even.safetensors//' gan.yaml >x.yaml
refused "half of one" 1 "$guss" build gan.nn x.yaml -o none <<E
x.yaml:$line:3: error: missing 'judge.autoencoder.weights'; write for example 'weights: autoencoder.safetensors'
   $line |   autoencoder: {model: even.nn}}
      |   ^~~~~~~~~~~
E
sed 's/even.safetensors/huge.safetensors/' gan.yaml >huge.yaml
"$guss" build gan.nn huge.yaml -o huge >out 2>&1
refused "one that makes no numbers" 1 ./huge generate --accept 0.5 \
    --weights weights.safetensors --output x/ <<'E'
error: the autoencoder makes NaN or infinite values of real samples; --accept holds images against real ones by the autoencoder, --set judge.autoencoder=null by the judge alone
E
refused "what is not compiled in" 1 ./alone generate --accept 0.5 \
    --weights weights.safetensors --output x/ \
    --set 'judge.autoencoder={model: even.nn, weights: even.safetensors}' <<'E'
--set:1:27: error: an autoencoder is compiled in, and there is none; rebuild: guss build MODEL.nn SCHEDULE.yaml
    1 | judge.autoencoder={model: even.nn, weights: even.safetensors}
      |                           ^~~~~~~
E
