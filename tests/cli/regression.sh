#!/bin/sh
# objective: regression: rows to numbers, pictures to pictures; what is measured,
# drawn, written down and refused.
# shellcheck source=tests/cli/lib.sh disable=SC2154
. "$(dirname "$0")/lib.sh"
cd "$scratch" || exit 3
python3 "$root/tests/cli/regression.py" || exit 3

# ---- rows to numbers ---------------------------------------------------------

cat >rows.nn <<'E'
network net(3) {
    Dense(8, activation=tanh)
    Dropout(0.1)
    Dense(2)
}
E
cat >rows.yaml <<'E'
objective: regression
loss: mean_squared_error
batch: 16
iterations: 23
seed: 5
optimizer: {name: adam, learning_rate: 0.01}
data: {train: x.npy, target: y.npy, test: tx.npy, test_target: ty.npy}
checkpoint: {every: 1, keep: 2}
E
expect_status "regression: rows to numbers are built" 0 \
    "$guss" build rows.nn rows.yaml -o rows || exit 1

# same A B: of two runs.
same() { cmp -s "$1/weights.safetensors" "$2/weights.safetensors" &&
    cmp -s "$1/log.csv" "$2/log.csv"; }

expect_status "regression: one thread trains" 0 \
    ./rows train --threads 1 --out whole
head -n 1 "$scratch/err" >line
expect_text "regression: says on what" line <<'E'
net: x.npy with targets y.npy, 100 samples; test tx.npy with targets ty.npy, 30 samples; batch 16, 1 thread; to whole
E
for threads in 2 3 7; do
    ./rows train --threads $threads --out threads-$threads >out 2>&1 &&
        same whole threads-$threads
    ok "regression: $threads threads give the bits of one" $?
done
for stop in 1 6 7 8 13 22; do
    ./rows train --set iterations=$stop --out stop-$stop >out 2>&1 &&
        ./rows train --resume stop-$stop --set iterations=23 >>out 2>&1 &&
        same whole stop-$stop
    ok "regression: stopped after $stop updates and resumed: the same bits" $?
done
./rows train --set iterations=100000000 --out killed >out 2>&1 &
tries=0
until [ -e killed/checkpoints/3.guss ] || [ -e killed/checkpoints/30.guss ] ||
    [ -e killed/log.csv ] && [ "$(wc -l <killed/log.csv)" -gt 2 ] ||
    [ $tries -gt 300 ]; do
    sleep 0.1
    tries=$((tries + 1))
done
kill -9 $!
wait $! 2>/dev/null
done=$(find killed/checkpoints -name '*.guss' | sed 's|.*/||; s/\..*//' |
    sort -n | tail -n 1)
./rows train --resume killed --set iterations=$((done + 5)) >out 2>&1 &&
    ./rows train --out smooth --set iterations=$((done + 5)) >out 2>&1 &&
    same killed smooth
ok "regression: killed and resumed: the same bits" $? || sed 's/^/    /' out
expect_status "regression: the run is what it says" 0 "$guss" verify whole
expect_text "regression: to the bit" "$scratch/out" <<'E'
whole: the same, log and weights to the bit, after 23 iterations
E

"$guss" graph rows.nn rows.yaml -o rows.svg >out 2>&1
for text in 'training: regression' x.npy y.npy '(2)' mean_squared_error; do
    grep -qF ">$text<" rows.svg || echo "$text"
done >missing
expect_text "regression: the drawing has samples, targets and the loss" \
    missing </dev/null
for file in x y tx ty; do
    grep -qF "\"sha256\": \"$(sha256sum $file.npy | cut -d ' ' -f 1)\"" \
        whole/run.json || echo $file
done >missing
expect_text "regression: run.json has the sum of each file" missing </dev/null
tr -d ' \n' <whole/run.json | grep -o '"[a-z_]*":{"reference":"[a-z.]*"' >sets
expect_text "regression: and which set is which" sets <<'E'
"train":{"reference":"x.npy"
"target":{"reference":"y.npy"
"test":{"reference":"tx.npy"
"test_target":{"reference":"ty.npy"
E

# ---- formats -----------------------------------------------------------------

# The same numbers as text, in one table or two, and in an archive, with what would
# be labels elsewhere: rows of numbers that are not one-hot, more names than classes.
python3 - <<'E'
import struct, zipfile
x = struct.unpack("<300f", open("x.npy", "rb").read()[-1200:])
y = struct.unpack("<200f", open("y.npy", "rb").read()[-800:])
rows = [([f"{v:.9g}" for v in x[3 * i:3 * i + 3]], [f"{v:.9g}" for v in y[2 * i:2 * i + 2]])
        for i in range(100)]
def table(path, header, lines):
    with open(path, "w") as out:
        out.writelines(",".join(line) + "\n" for line in [header, *lines])
table("x.csv", ["a", "b", "c"], [a for a, b in rows])
table("y.csv", ["label", "class"], [b for a, b in rows])
table("one.csv", ["label"], [b[:1] for a, b in rows])
table("priced.csv", ["a", "price", "b", "c"], [[a[0], b[0], a[1], a[2]] for a, b in rows])
table("all.csv", ["a", "price", "b", "c", "class"],
      [[a[0], b[0], a[1], a[2], f"of {i}"] for i, (a, b) in enumerate(rows)])
with zipfile.ZipFile("xy.npz", "w") as archive:
    archive.write("x.npy"), archive.write("y.npy")
E
cp y.npy x.labels.npy # a regression does not read it
# trains EXE RUN TRAIN TARGET
trains() {
    expect_status "regression: $3 to $4" 0 "./$1" train --out "$2" \
        --set "data.train=$3" --set "data.target=$4" \
        --set data.test=null --set data.test_target=null
}
trains rows of-npy x.npy y.npy
rm x.labels.npy
trains rows of-csv x.csv y.csv && same of-npy of-csv
ok "regression: tables of text give the same bits" $?
trains rows of-npz xy.npz xy.npz/y && same of-npy of-npz
ok "regression: and arrays of an archive" $?
sed 's/Dense(2)/Dense(1)/' rows.nn >price.nn
"$guss" build price.nn rows.yaml -o price >out 2>&1 || cat out
trains price of-one x.csv one.csv
trains price of-column priced.csv/price priced.csv/price &&
    same of-one of-column
ok "regression: a column of one table and all others" $?
refused "a column that is not there" 1 ./price train --out no \
    --set data.target=all.csv/prise --set data.train=x.csv <<'E'
error: all.csv: no column is named 'prise'; did you mean 'price'?
E
trains price of-texts x.csv all.csv/price && same of-one of-texts
ok "regression: beside columns that are no numbers" $?

# ---- what is measured --------------------------------------------------------

./rows predict --weights whole --input tx.npy --output found.npy >out 2>&1
python3 - found.npy ty.npy >wanted <<'E'
import struct, sys
values = [struct.unpack("<60f", open(path, "rb").read()[-240:]) for path in sys.argv[1:]]
differences = [a - b for a, b in zip(*values)]
squared = sum(d * d for d in differences) / 60
print(f"loss {squared:.4g}\nmean_squared_error {squared:.4g}")
print(f"mean_absolute_error {sum(map(abs, differences)) / 60:.4g}")
E
# rounded FILE: its numbers, six digits of which are printed.
rounded() { awk '{ printf "%s %.4g\n", $1, $2 }' "$1"; }
./rows evaluate --weights whole >measured 2>err
rounded measured >four
expect_text "regression: evaluate measures what predict gives" four <wanted
./rows evaluate --weights whole --input tx.npy --target ty.npy >given 2>err
expect_text "regression: of the files that are named" given <measured
awk -F , 'END { printf "%.6g\n", $4 }' whole/log.csv >logged
sed -n 's/^loss //p' measured >loss
expect_text "regression: which is the last val_loss" logged <loss
./rows evaluate --weights whole --format json >found.json 2>err
tr -d ' {}",' <found.json | grep . | tr ':' ' ' >keys
expect_text "regression: in JSON" keys <measured
./rows evaluate --weights whole --input x.npy --target y.npy >given 2>err
./rows evaluate --weights whole --set data.test=null \
    --set data.test_target=null >alone 2>err
expect_text "regression: without a test set, the training set's" alone <given

cat >advice <<'E'
try: ./rows evaluate --help
E
# usage NAME MESSAGE OPTION...: of evaluate.
usage() {
    name=$1 message=$2
    shift 2
    { echo "error: $message" && cat advice; } | refused "$name" 2 \
        ./rows evaluate --weights whole "$@"
}
usage "--input without --target" \
    "--input needs --target REF: what 'rows' is to make of these samples" \
    --input tx.npy
usage "--target without --input" \
    "--target needs --input REF: the samples that its targets belong to" \
    --target ty.npy
sed 's/regression/autoencoder/; s/target: y.npy, //; s/, test_target: ty.npy//
     s/mean_squared/mean_absolute/' rows.yaml >same.yaml
echo 'network same(3) { Dense(3) }' >same.nn
"$guss" build same.nn same.yaml -o same && ./same train --out coded >out 2>&1
echo "try: ./same evaluate --help" >advice
{ echo "error: --target is for regressions, and network 'same' is trained as none"
    cat advice; } | refused "targets of an autoencoder" 2 \
    ./same evaluate --weights coded --input x.npy --target x.npy
for command in generate nearest interpolate; do
    refused "$command" 1 ./rows $command \
        --weights whole/weights.safetensors --output s.png <<'E'
error: network 'net' is a regression and makes its results of samples, not of vectors that are drawn: 'predict' gives them, 'reconstruct' draws them
E
done
expect_status "regression: bench" 0 ./rows bench --seconds 0.01
grep -q '^ms_per_step ' "$scratch/out"
ok "regression: bench times its step" $?
for batch in 1 5 4096; do
    expect_status "regression: predictions of $batch are timed" 0 \
        ./rows bench --predict --batch $batch --seconds 0.01
    awk -v batch=$batch '{ found[$1] = $2 }
        END { exit !(found["batch"] == batch && found["batches"] >= 3 &&
                     found["ms_per_batch"] > 0 &&
                     found["ms_per_batch"] <= found["ms_99th"]) }' \
        "$scratch/out"
    ok "regression: of $batch, the median and what most of them take" $?
done
refused "a batch of the step" 2 ./rows bench --batch 4 <<'E'
error: --batch is of --predict; a step's samples are batch: of the schedule
try: ./rows bench --help
E

# ---- other data --------------------------------------------------------------

cp y.npy kept.npy
cp whole -R begun
printf '\000' | dd of=y.npy bs=1 seek=140 conv=notrunc 2>/dev/null
refused "a run goes on with its own targets alone" 1 \
    ./rows train --resume begun --set iterations=30 <<'E'
error: 'y.npy' (data.target) is not what it was when 'begun/checkpoints/23.guss' was written: bring the data of then back, or start another run with the new: --out DIR
E
refused "and is repeated with them" 1 ./rows train --repeat begun --out no <<'E'
error: 'y.npy' is not what it was in the run of 'begun': bring the data of then back, or name other data with --set
E
refused "other targets may not be named" 2 \
    ./rows train --resume begun --set data.target=kept.npy <<'E'
error: 'data.target' cannot change when a run is resumed; start another one: --out DIR
try: ./rows train --help
E
mv kept.npy y.npy
cp ty.npy kept.npy
printf '\000' | dd of=ty.npy bs=1 seek=140 conv=notrunc 2>/dev/null
refused "nor may those of the test set change" 1 \
    ./rows train --resume begun --set iterations=30 <<'E'
error: 'ty.npy' (data.test_target) is not what it was when 'begun/checkpoints/23.guss' was written: bring the data of then back, or start another run with the new: --out DIR
E
mv kept.npy ty.npy

# ---- what is refused ---------------------------------------------------------

# wrong NAME STATUS SETTING...: train with it says what standard input holds.
wrong() {
    name=$1 status=$2
    shift 2
    for setting; do
        set -- "$@" --set "$setting"
        shift
    done
    refused "$name" "$status" ./rows train --out no "$@"
}
wrong "fewer targets than samples" 1 data.target=ty.npy <<'E'
error: 'ty.npy' has 30 targets, but 'x.npy' has 100 samples
E
wrong "targets of another width" 1 data.target=x.npy <<'E'
error: a target of 'x.npy' has 3 values (3), the output of network 'net' has 2 (2)
E
wrong "targets that are not there" 1 data.target=none.npy data.test=null \
    data.test_target=null <<E
error: data 'none.npy' was not found; there is none of
  none.npy (from the current folder)
  ./data/none.npy (data in the current folder)
  $XDG_DATA_HOME/guss/none.npy (the user's data folder)
--data DIR names another folder to look in
data is named as NAME/train or NAME/test, or is a .npy, .npz, .csv or IDX file, a picture (PNG or JPEG) or a folder of pictures
smileys/train needs no file: guss draws it
E
wrong "no targets" 1 data.target=null <<'E'
--set:1:6: error: missing 'data.target'; write for example 'target: clean'
    1 | data.target=null
      |      ^~~~~~
E
python3 - <<'E'
head = b"{'descr': '|u1', 'fortran_order': False, 'shape': (100, 1), }"
with open("one.npy", "wb") as file:
    file.write(b"\x93NUMPY\x01\x00" + len(head).to_bytes(2, "little") + head + bytes(100))
E
wrong "targets of one value" 1 data.target=one.npy <<'E'
error: a target of 'one.npy' has 1 value (1), the output of network 'net' has 2 (2)
E
wrong "a test set without targets" 1 data.test_target=null <<'E'
--set:1:6: error: 'data.test' wants 'data.test_target' beside it: what is to be made of its samples; set both or neither
    1 | data.test_target=null
      |      ^~~~~~~~~~~
E
wrong "targets without a test set" 1 data.test=null <<'E'
--set:1:6: error: 'data.test_target' wants 'data.test' beside it: the samples that it belongs to; set both or neither
    1 | data.test=null
      |      ^~~~
E
sed 's/^data: .*/data: {train: x.npy, target: x.npy}/' same.yaml >target.yaml
refused "targets of another objective" 1 \
    "$guss" build same.nn target.yaml -o no <<'E'
target.yaml:7:22: error: 'target' is a key of objective regression, not of autoencoder
    7 | data: {train: x.npy, target: x.npy}
      |                      ^~~~~~
E
python3 - <<'E'
import struct
body = open("y.npy", "rb").read()
nan = struct.pack("<f", float("nan"))
open("nan.npy", "wb").write(body[:128 + 8] + nan + body[128 + 12:])
E
wrong "targets that are no numbers" 1 data.target=nan.npy <<'E'
error: sample 1 of 'nan.npy' has NaN at (0), counted from 0
E
