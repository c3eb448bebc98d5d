#!/bin/sh
# A GAN's judge: compiled in with its weights, kept with the run, and what
# evaluate makes of it; what is said of one that does not fit.
# shellcheck source=tests/cli/lib.sh
. "$(dirname "$0")/lib.sh"
cd "$scratch" || exit 1

cat >faces.nn <<'END'
network faces {
    input = Input(28, 28, 1)
    Flatten()
    features = Dense(12, activation=relu)
    face = Dense(3, activation=softmax)
}
END
cat >faces.yaml <<'END'
objective: classifier
loss: categorical_crossentropy
batch: 40
epochs: 12
optimizer: {name: adam, learning_rate: 0.002}
data: {train: smileys/train, pixels: binary, normalize: {mean: [0.1], stddev: [0.4]}}
END
"$guss" train faces.nn faces.yaml --out judge >out 2>&1
ok "judge: a classifier is trained" $? || { cat out; exit 1; }

mkdir models
cp faces.nn models/faces.nn
cp judge/weights.safetensors models/faces.safetensors
cp "$root/models/vanilla_gan.nn" models/gan.nn
judge='judge: {model: faces.nn, weights: faces.safetensors, features: features}'
sed '/^epochs:/d; /^snapshots:/d; /^checkpoint:/d' \
    "$root/models/vanilla_gan.smileys.yaml" >models/plain.yaml
echo 'iterations: 30' >>models/plain.yaml
{ cat models/plain.yaml && echo "$judge"; } >models/gan.yaml
"$guss" train models/gan.nn models/gan.yaml --threads 2 --out run >out 2>&1
ok "judge: a GAN that names it, from another folder, is trained" $? ||
    { cat out; exit 1; }

# ---- a run has all of it --------------------------------------------------
{ cmp run/judge.nn models/faces.nn &&
    cmp run/judge.safetensors models/faces.safetensors &&
    grep -q '^  model: judge.nn$' run/schedule.yaml &&
    grep -q '^  weights: judge.safetensors$' run/schedule.yaml; }
ok "judge: the run's folder has copies, and names them" $?
sum() { sha256sum "$1" | cut -d ' ' -f 1; }
grep -q "\"model_sha256\": \"$(sum models/faces.nn)\"" run/run.json &&
    grep -q "\"weights_sha256\": \"$(sum models/faces.safetensors)\"" run/run.json
ok "judge: run.json has the sums of both" $?
mkdir elsewhere && mv models run elsewhere/ && cd elsewhere || exit 1
run/model evaluate --weights run --threads 1 >"$scratch/text" 2>err
ok "judge: evaluate needs no file of it" $? || cat err
(cd .. && "$guss" train elsewhere/run --out again >out 2>&1) &&
    cmp run/weights.safetensors ../again/weights.safetensors &&
    cmp run/schedule.yaml ../again/schedule.yaml &&
    cmp run/judge.safetensors ../again/judge.safetensors
ok "judge: the run's folder alone trains the same" $? || cat ../out
expect_status "judge: the run is verified" 0 "$guss" verify run
expect_status "judge: the run is resumed" 0 \
    "$guss" train --resume ../again --set iterations=32
expect_status "judge: what was resumed is evaluated" 0 \
    ../again/model evaluate --weights ../again

# ---- what evaluate says ---------------------------------------------------
scores='frechet_distance kernel_distance precision recall density coverage
class_entropy copies accepted'
for score in $scores; do
    printf '%s\n' "$score" "real_$score" "${score}_spread" "real_${score}_spread"
done >names
printf '%s\n' scored_samples class_share real_class_share judge_accuracy \
    judge_model judge_weights real_accuracy generated_accuracy real_output \
    generated_output >>names
sort -u names >wanted
cut -d ' ' -f 1 "$scratch/text" | sort -u | diff wanted - >differs
ok "judge: evaluate has every score, of both sides" $? || cat differs
run/model evaluate --weights run --threads 3 --format json >found 2>err
python3 - "$scratch/text" found <<'END'
import json, sys
text = [line.split() for line in open(sys.argv[1])]
found = json.load(open(sys.argv[2]))
flat = [[key, value] for key, value in found.items()
        if not isinstance(value, dict)]
flat += [[key, name, value] for key, shares in found.items()
         if isinstance(shares, dict) for name, value in shares.items()]
def number(word):
    return word if len(word) == 64 else float(word)
same = sorted(map(str, ([*a[:-1], number(str(a[-1]))] for a in text)))
assert same == sorted(map(str, ([*a[:-1], number(str(a[-1]))] for a in flat)))
real = {key: found["real_" + key] for key in
        ("precision", "recall", "density", "coverage", "copies")}
assert found["scored_samples"] == 200
assert real["precision"] > 0.8 and real["coverage"] > 0.8, real
assert 0.7 < real["density"] < 1.3 and real["copies"] < 0.1, real
assert found["frechet_distance"] > 10 * found["real_frechet_distance"] > 0
for shares in found["class_share"], found["real_class_share"]:
    assert list(shares) == ["0", "1", "2"]
    assert abs(sum(shares.values()) - 1) < 1e-5
END
ok "judge: JSON says the same, of three threads; real is near to real" $?
{ grep -qx "judge_model $(sum models/faces.nn)" "$scratch/text" &&
    grep -qx "judge_weights $(sum models/faces.safetensors)" "$scratch/text"; }
ok "judge: scores have its sums" $?
../judge/model evaluate --weights ../judge --input smileys/train 2>err |
    sed -n 's/^accuracy /judge_accuracy /p' >wanted
grep '^judge_accuracy' "$scratch/text" | diff wanted - >differs && [ -s wanted ]
ok "judge: it is as right as by itself, normalized alike" $? || cat differs
run/model evaluate --weights run --set judge=null >out 2>err
[ "$(wc -l <out)" -eq 4 ]
ok "judge: it can be left out" $?
run/model evaluate --weights run --set data.train=gone/train \
    --input smileys/train >out 2>err
{ grep -qx 'copies -' out && grep -q "^recall [0-9]" out &&
    grep -q "^warning: .*'gone/train'.*; 'copies' is not looked for$" err; }
ok "judge: without training data there is no word of copies" $? || cat out err
run/model evaluate --weights run --input smileys/test >out 2>err
[ "$(wc -l <out)" -eq 4 ] && grep -qx "warning: 'smileys/test' has 17 samples; \
scores want 24 at least" err
ok "judge: too few samples are not scored" $? || cat out err

# ---- a run's snapshots ------------------------------------------------------
# shellcheck disable=SC2086 # words
names=$(echo $scores | tr ' ' ',')
train() { # FOLDER ARGUMENTS
    folder=$1
    shift
    ./scorer train --out "$folder" --set 'snapshots={every: 6, count: 4}' \
        "$@" >out 2>err
}
"$guss" build models/gan.nn models/gan.yaml -o scorer >out 2>&1
train scored --threads 1
ok "judge: snapshots are scored" $? || cat out err
head -n 1 scored/log.csv | grep -q ",spread,$names\$" && [ -s scored/scores.png ]
ok "judge: scores are columns of the log, and curves" $?
[ "$(grep -c '^iteration .*: frechet_distance .*, copies [0-9.]*, accepted [0-9.]*$' err)" -eq 5 ]
ok "judge: each snapshot's are said" $? || cat err
python3 - scored/log.csv err <<'END'
import csv, re, sys
rows = list(csv.DictReader(open(sys.argv[1])))
said = {int(at): float(value) for at, value in re.findall(
    r"^iteration (\d+): frechet_distance ([\d.e+]+)", open(sys.argv[2]).read(), re.M)}
assert sorted(said) == [6, 12, 18, 24, 30], said
before = 0
for row in rows:
    at, value = int(row["iteration"]), float(row["frechet_distance"])
    inside = [said[i] for i in said if before < i <= at]
    assert (value != value) == (not inside), row
    assert not inside or abs(value - inside[-1]) < 1e-3 * value, row
    before = at
END
ok "judge: a row has those of its last snapshot, or none" $? || cat scored/log.csv
train unscored --set judge=null --threads 2
cmp scored/weights.safetensors unscored/weights.safetensors &&
    [ ! -e unscored/scores.png ] && ! grep -q '^iteration' err
ok "judge: scoring changes nothing that is trained" $?
train threads --threads 3 && cmp scored/log.csv threads/log.csv
ok "judge: of three threads the same scores" $?
train part --set iterations=13 --threads 2 &&
    ./scorer train --resume part --set iterations=30 >out 2>err &&
    cmp scored/log.csv part/log.csv && cmp scored/scores.png part/scores.png &&
    cmp scored/scores.csv part/scores.csv
ok "judge: a resumed run has the same scores" $? || cat out err

# ---- each snapshot, and the end ---------------------------------------------
python3 - scored <<'END'
import csv, sys
rows = list(csv.DictReader(open(sys.argv[1] + "/scores.csv")))
log = {row["iteration"]: row for row in csv.DictReader(open(sys.argv[1] + "/log.csv"))}
assert [int(row["iteration"]) for row in rows] == [6, 12, 18, 24, 30], rows
for row in rows:
    same = set(row) & set(log[row["iteration"]])
    assert len(same) == 11, same
    assert all(row[name] == log[row["iteration"]][name] for name in same), row
    shares = [float(row["class_share_%d" % i]) for i in range(3)]
    assert abs(sum(shares) - 1) < 1e-6, shares
END
ok "judge: scores.csv has each snapshot, and what each class has" $? ||
    cat scored/scores.csv
at() { # FOLDER: the iterations of its scores.csv
    tail -n +2 "$1/scores.csv" | cut -d , -f 2 | tr '\n' ' '
}
train ended --set iterations=20 --set 'snapshots={every: 3, count: 4}'
[ "$(at ended)" = "3 6 9 12 15 18 20 " ] &&
    grep -q '^iteration 20: frechet_distance ' err
ok "judge: the last state is scored too" $? || cat ended/scores.csv err
grep -q '^quality: ' err && grep -q 'the run went to its end;' err &&
    grep -q 'frechet_distance is [0-9]' err && grep -q 'look at the sheets' err
ok "judge: a run says at its end how good it is" $? || cat err
python3 - ended <<'END'
import csv, json, sys
last = list(csv.DictReader(open(sys.argv[1] + "/scores.csv")))[-1]
found = json.load(open(sys.argv[1] + "/run.json"))
score = found["measures"]["frechet_distance"]
assert abs(score / float(last["frechet_distance"]) - 1) < 1e-6
assert "scores.csv" in found["files"]
END
ok "judge: run.json has the scores of the last state" $? || cat ended/run.json
./scorer train --resume ended --set iterations=30 >out 2>err &&
    train long --set 'snapshots={every: 3, count: 4}' &&
    [ "$(at ended)" = "3 6 9 12 15 18 21 24 27 30 " ] &&
    cmp ended/scores.csv long/scores.csv && cmp ended/log.csv long/log.csv
ok "judge: a run that goes on knows nothing of that" $? || cat ended/scores.csv
train unseen --set snapshots=null && [ ! -e unseen/scores.csv ]
ok "judge: without snapshots nothing is scored" $? || cat err

train patient --set 'stop={monitor: coverage, patience: 1, min_delta: 2}'
grep -qx 'stopped early, after iteration 12 of 30: coverage has not improved by more than 2 for 1 snapshot' err &&
    [ -s patient/weights.best.safetensors ]
ok "judge: a score ends a run" $? || cat err
train halted --set 'stop={monitor: coverage, patience: 1, min_delta: 2}' \
    --set iterations=7 &&
    ./scorer train --resume halted --set iterations=30 >out 2>err &&
    cmp patient/log.csv halted/log.csv &&
    cmp patient/weights.best.safetensors halted/weights.best.safetensors
ok "judge: a resumed one ends at the same snapshot" $? || cat out err
train none --set judge=null --set 'stop={monitor: recall}'
[ $? -eq 1 ] && grep -q "error: 'stop.monitor' must be .*spread, not 'recall'" err
ok "judge: without it there is no score to watch" $? || cat err

train quality --set 'stop={monitor: quality, min_delta: 1e9}' --threads 1
grep -q '^stopped early, after iteration [0-9]* of 30: frechet_distance has not improved by more than .* for 3 snapshots$' err ||
    grep -q '^quality: no form yet, ' err
ok "judge: quality ends a run, or says that there is no form" $? || cat err
grep -q 'look at the sheets' err && grep -q 'coverage is [0-9]' err &&
    grep -q '^  patience: 3$' quality/schedule.yaml
ok "judge: it says what the scores say, and what to look at" $? ||
    cat err quality/schedule.yaml
train half --set 'stop={monitor: quality, min_delta: 1e9}' --set iterations=8 &&
    ./scorer train --resume half --set iterations=30 >out 2>err &&
    cmp quality/log.csv half/log.csv &&
    cmp quality/weights.best.safetensors half/weights.best.safetensors
ok "judge: a resumed run counts on by quality" $? || cat out err
train none --set judge=null --set stop.monitor=quality
[ $? -eq 1 ] && grep -q "error: 'stop.monitor' is quality, and there is no judge" err
ok "judge: quality needs it" $? || cat err
train none --set 'stop={monitor: quality, mode: max}'
[ $? -eq 1 ] && grep -q "error: 'stop.mode' does not go with quality" err
ok "judge: quality knows what is better" $? || cat err
train none --set 'reduce_on_plateau={monitor: quality}'
[ $? -eq 1 ] && grep -q "cannot be quality, which only 'stop' watches" err
ok "judge: no rate is reduced by quality" $? || cat err
../judge/model train --out none --set stop.monitor=quality >out 2>err
[ $? -eq 1 ] && grep -q "is quality, which only a gan has" err
ok "judge: a classifier has no quality" $? || cat err

# ---- a generator that copies -----------------------------------------------
# Its latent rows choose among the rows of its kernel: those are training samples,
# or others of the same kind.
mkdir copying && cd copying || exit 1
cat >gan.nn <<'END'
network generator(60) { rows = Dense(16, use_bias=false) }
network discriminator(16) { real = Dense(1, activation=sigmoid) }
END
cat >pairs.nn <<'END'
network pairs(16) { features = Dense(8, activation=tanh) Dense(2, activation=softmax) }
END
cat >gan.yaml <<'END'
objective: gan
generator: generator
discriminator: discriminator
latent: {file: chosen.npy}
loss: binary_crossentropy
batch: 40
iterations: 1
optimizer: {name: adam}
data: {train: real.npy}
judge: {model: pairs.nn, weights: judge/weights.safetensors, features: features}
END
cat >pairs.yaml <<'END'
objective: classifier
loss: categorical_crossentropy
batch: 40
epochs: 2
optimizer: {name: adam}
data: {train: real.npy}
END
python3 - <<'END'
import json, random, struct
random.seed(1)
def npy(path, kind, shape, values, code):
    header = str({"descr": kind, "fortran_order": False, "shape": shape}).encode()
    with open(path, "wb") as file:
        file.write(b"\x93NUMPY\x01\x00" + struct.pack("<H", len(header)) + header)
        file.write(struct.pack(f"<{len(values)}{code}", *values))
def weights(path, rows):
    tensors = {"generator/rows/kernel": ([60, 16], rows),
               "discriminator/real/kernel": ([16, 1], [0.1] * 16),
               "discriminator/real/bias": ([1], [0.0])}
    header, data = {}, b""
    for key, (shape, values) in tensors.items():
        more = struct.pack(f"<{len(values)}f", *values)
        header[key] = {"dtype": "F32", "shape": shape,
                       "data_offsets": [len(data), len(data) + len(more)]}
        data += more
    header = json.dumps(header).encode()
    with open(path, "wb") as file:
        file.write(struct.pack("<Q", len(header)) + header + data)
def draw(n):
    return [random.random() for _ in range(16 * n)]
real = draw(120)
npy("real.npy", "<f4", (120, 16), real, "f")
npy("real.labels.npy", "<i4", (120,), [i % 2 for i in range(120)], "i")
npy("chosen.npy", "<f4", (60, 60),
    [float(i == j) for i in range(60) for j in range(60)], "f")
weights("copies.safetensors", real[:16 * 60])
weights("others.safetensors", draw(60))
END
"$guss" train pairs.nn pairs.yaml --out judge >out 2>&1 &&
    "$guss" build gan.nn gan.yaml -o gan >out 2>&1
ok "judge: a generator that copies is built" $? || cat out
./gan evaluate --weights copies.safetensors >out 2>err
grep -qx 'copies 1' out && grep -q '^precision [01]' out
ok "judge: each of its images is a copy" $? || cat out err
copy() { # FOLDER
    ./gan train --init copies.safetensors --set 'snapshots={every: 1}' --out "$1" \
        --set optimizer.learning_rate=1e-12 --set iterations=3 >out 2>err
}
copy run
grep -q '^warning: the generator copies: after 1 iterations 100 % of its' err &&
    [ "$(grep -c 'the generator copies' err)" -eq 1 ] &&
    grep -q 'it copies training samples;' err
ok "judge: a run that copies says so, once, and at its end" $? || cat err
copy again && ./gan train --resume again --set iterations=5 >out 2>err &&
    ! grep -q '^warning: the generator copies' err &&
    grep -q 'it copies training samples;' err
ok "judge: not again where it is resumed" $? || cat err

# ---- a run that quality ends -------------------------------------------------
# A generator that stays what it was: nearer than one image from the first snapshot
# on, and never better.
still() { # FOLDER ITERATIONS
    ./gan train --init copies.safetensors --out "$1" --set iterations="$2" \
        --set optimizer.learning_rate=1e-12 --set 'snapshots={every: 100}' \
        --set 'stop={monitor: quality}' >out 2>err
}
still whole 3000
grep -q '^stopped early, after iteration 1100 of 3000: frechet_distance has' err &&
    grep -q '^quality: patience counted from iteration 100 on;' err &&
    ! grep -q 'went to its end' err
ok "judge: quality is armed, and ends a run" $? || cat err
for part in 50 150 1050; do
    still part$part $part &&
        ./gan train --resume part$part --set iterations=3000 >out 2>err &&
        cmp whole/log.csv part$part/log.csv &&
        cmp whole/scores.csv part$part/scores.csv &&
        cmp whole/weights.best.safetensors part$part/weights.best.safetensors
    ok "judge: interrupted after $part updates, it ends alike" $? || cat out err
done
./gan evaluate --weights others.safetensors >out 2>err
awk '$1 == "copies" { found = $2 } END { exit !(found < 0.1) }' out
ok "judge: others of the same kind are none" $? || cat out err

# ---- a generator that is good, and stays as it is ----------------------------
# Half of the updates have to pass without an improvement, whatever the patience.
python3 - <<'END'
import random, struct
random.seed(2)
header = str({"descr": "<f4", "fortran_order": False, "shape": (120, 16)}).encode()
with open("normal.npy", "wb") as file:
    file.write(b"\x93NUMPY\x01\x00" + struct.pack("<H", len(header)) + header)
    for _ in range(120 * 16):
        file.write(struct.pack("<f", random.gauss(0, 1.26)))
END
unchanged() { # FOLDER ARGUMENTS
    folder=$1
    shift
    ./gan train --out "$folder" --set data.train=normal.npy \
        --set 'latent={distribution: normal}' --set optimizer.learning_rate=0 \
        --set 'snapshots={at: [1020, 1050, 1070, 1090, 2030, 2041, 2050]}' \
        --set stop.monitor=quality "$@" >out 2>err
}
unchanged still --set iterations=2100
grep -qx 'stopped early, after iteration 2041 of 2100: frechet_distance has not improved for 5 snapshots, since iteration 1020' err &&
    grep -q '^quality: patience counted from iteration 1020 on' err
ok "judge: quality ends a run once half of it brought nothing" $? || cat err
unchanged later --set iterations=1075 --threads 1 &&
    ./gan train --resume later --set iterations=2100 --threads 2 >out 2>err &&
    cmp still/log.csv later/log.csv &&
    cmp still/weights.best.safetensors later/weights.best.safetensors &&
    grep -q 'since iteration 1020$' err
ok "judge: a resumed one after as many" $? || cat out err
./gan train --resume later --set iterations=2100 >out 2>err
grep -q 'stopped early, after 2041 iterations: .*, since iteration 1020' out err
ok "judge: it is said to have ended" $? || cat out err
cd .. || exit 1

# ---- what does not fit ----------------------------------------------------
{ cat models/gan.yaml && echo 'snapshots: {every: 5}' &&
    echo 'stop: {monitor: covarage}'; } >models/x.yaml
line=$(wc -l <models/x.yaml)
refused "a measure that it does not give" 1 "$guss" build models/gan.nn \
    models/x.yaml -o none <<END
models/x.yaml:$line:17: error: 'stop.monitor' must be generator_loss, discriminator_loss, real_accuracy, generated_accuracy, spread, frechet_distance, kernel_distance, precision, recall, density, coverage, class_entropy, copies or accepted, not 'covarage'; did you mean 'coverage'?
   $line | stop: {monitor: covarage}
      |                 ^~~~~~~~
END
refused "other weights are not taken at run time" 1 \
    run/model evaluate --weights run --set judge.weights=other.safetensors <<'END'
--set:1:15: error: 'judge.weights' is compiled in (faces.safetensors, not other.safetensors); rebuild: guss build MODEL.nn SCHEDULE.yaml
    1 | judge.weights=other.safetensors
      |               ^~~~~~~~~~~~~~~~~
END
"$guss" build models/gan.nn models/plain.yaml -o plain >out 2>&1
ok "judge: a GAN without one is built" $? || cat out
refused "it cannot be had afterwards" 1 ./plain evaluate --weights run \
    --set "$(echo "$judge" | sed 's/: /=/')" <<'END'
--set:1:15: error: a judge is compiled in, and there is none; rebuild: guss build MODEL.nn SCHEDULE.yaml
    1 | judge={model: faces.nn, weights: faces.safetensors, features: features}
      |               ^~~~~~~~
END
ldd run/model >out && grep -q openblas out && ldd ./plain >out &&
    ! grep -q openblas out
ok "judge: what has none is not linked with OpenBLAS" $? || cat out

# misfit NAME FROM TO: a schedule in which something else is said.
misfit() {
    sed "s/$2/$3/" models/gan.yaml >models/x.yaml
    refused "$1" 1 "$guss" build models/gan.nn models/x.yaml -o x
}
line=$(grep -n '^judge' models/gan.yaml | cut -d : -f 1)
misfit "a file that is not there" faces.nn face.nn <<END
models/x.yaml:$line:16: error: there is no file 'models/face.nn'; a judge's files are looked for from the folder of the schedule on, then from the model's
   $line | judge: {model: face.nn, weights: faces.safetensors, features: features}
      |                ^~~~~~~
END
mkdir copied && cp models/gan.yaml copied/ &&
    "$guss" build models/gan.nn copied/gan.yaml -o copied/gan >out 2>&1
ok "judge: a copy of the schedule finds it beside the model" $? || cat out
misfit "a layer that it lacks" 'features: features' 'features: feature' <<END
models/x.yaml:$line:64: error: the judge 'faces' has no layer 'feature'; did you mean 'features'?
   $line | judge: {model: faces.nn, weights: faces.safetensors, features: feature}
      |                                                                ^~~~~~~
END
misfit "several networks" faces.nn gan.nn <<END
models/x.yaml:$line:16: error: a judge is one network, and 'models/gan.nn' has 2
   $line | judge: {model: gan.nn, weights: faces.safetensors, features: features}
      |                ^~~~~~
END
echo 'network small(8) { features = Dense(3, activation=softmax) }' >models/small.nn
misfit "another input, and another's weights" faces.nn small.nn <<END
models/x.yaml:$line:16: error: the judge 'small' reads (8), but the generator 'generator' gives (784)
   $line | judge: {model: small.nn, weights: faces.safetensors, features: features}
      |                ^~~~~~~~
models/x.yaml:$line:35: error: 'models/faces.safetensors' has no 'small/features/kernel' of shape (8, 3): it is not of this judge
   $line | judge: {model: small.nn, weights: faces.safetensors, features: features}
      |                                   ^~~~~~~~~~~~~~~~~
END
echo 'network wide(28, 28, 1) { features = Conv2D(4, 3) Flatten() Dense(2, activation=softmax) }' \
    >models/wide.nn
misfit "a layer that is too wide" faces.nn wide.nn <<END
models/x.yaml:$line:34: error: 'models/faces.safetensors' has no 'wide/features/kernel' of shape (3, 3, 1, 4): it is not of this judge
   $line | judge: {model: wide.nn, weights: faces.safetensors, features: features}
      |                                  ^~~~~~~~~~~~~~~~~
models/x.yaml:$line:63: error: the layer 'features' gives 2704 values; features are at most 2048, and best some dozens: take a layer nearer to the output
   $line | judge: {model: wide.nn, weights: faces.safetensors, features: features}
      |                                                               ^~~~~~~~
END
echo 'network tiny(784) { features = Dense(3) }' >models/tiny.nn
misfit "no classifier, and another's weights" faces.nn tiny.nn <<END
models/x.yaml:$line:16: error: a judge is a classifier, which gives one row of classes by softmax, or one number by sigmoid; 'tiny' gives (3) by linear
   $line | judge: {model: tiny.nn, weights: faces.safetensors, features: features}
      |                ^~~~~~~
models/tiny.nn:1:21: note: its values are made here
    1 | network tiny(784) { features = Dense(3) }
      |                     ^~~~~~~~~~~~~~~~~~~
models/x.yaml:$line:34: error: 'models/faces.safetensors' has no 'tiny/features/kernel' of shape (784, 3): it is not of this judge
   $line | judge: {model: tiny.nn, weights: faces.safetensors, features: features}
      |                                  ^~~~~~~~~~~~~~~~~
END
mkdir models/judged
misfit "a folder of weights" faces.safetensors judged <<END
models/x.yaml:$line:35: error: 'models/judged' is a folder; a judge is a file of it: a run's folder has 'model.nn' and 'weights.safetensors'
   $line | judge: {model: faces.nn, weights: judged, features: features}
      |                                   ^~~~~~
END
misfit "a network for its weights" faces.safetensors faces.nn <<END
models/x.yaml:$line:35: error: 'models/faces.nn' is a .nn file, not a safetensors file
   $line | judge: {model: faces.nn, weights: faces.nn, features: features}
      |                                   ^~~~~~~~
END
misfit "a schedule for its network" faces.nn plain.yaml <<END
models/x.yaml:$line:16: error: 'models/plain.yaml' is a schedule (YAML), not a .nn file
   $line | judge: {model: plain.yaml, weights: faces.safetensors, features: features}
      |                ^~~~~~~~~~
END
