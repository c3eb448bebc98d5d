#!/bin/sh
# A run's folder is enough: to train once more as the run did, to go on with it,
# to check that it is what it says.
# shellcheck source=tests/cli/lib.sh disable=SC2154
. "$(dirname "$0")/lib.sh"
mkdir "$scratch/work" "$scratch/tmp" && cd "$scratch/work" || exit 3
export TMPDIR="$scratch/tmp"

cat >tiny.nn <<'E'
const hidden = 4
network tiny(784) { Dense(hidden, activation=relu) Dense(784, activation=sigmoid) }
E
cat >tiny.yaml <<'E'
{objective: autoencoder, loss: binary_crossentropy, batch: 64, iterations: 20,
 optimizer: {name: adam}, data: {train: smileys/train, test: smileys/test}}
E
train() { "$guss" train -D hidden=8 tiny.nn tiny.yaml "$@" >out 2>err; }
same() { cmp -s "$1/weights.safetensors" "$2/weights.safetensors" &&
    cmp -s "$1/log.csv" "$2/log.csv"; }

train --out run
ok "verify: a run to check" $? || cat err
expect_status "verify: the same run" 0 "$guss" verify --threads 3 run
expect_text "verify: says that it is the same" "$scratch/out" <<'E'
run: the same, log and weights to the bit, after 20 iterations
E
[ -z "$(ls -A "$TMPDIR")" ]
ok "verify: leaves nothing" $?
grep -q '^done in ' "$scratch/err" && ! grep -qF "$TMPDIR" "$scratch/err"
ok "verify: names no folder that is gone" $? || cat "$scratch/err"

# Without what it was built from.
mkdir moved && mv tiny.nn tiny.yaml moved
expect_status "train: a run's folder alone" 0 "$guss" train run --out again
same run again
ok "train: a run's folder alone gives the same bits" $?
grep -q '"model": "tiny"' again/run.json
ok "train: and the same name" $?
expect_status "train: its folder, and another length" 0 \
    "$guss" train run --out longer --set iterations=33
expect_status "train: a run goes on by its own executable" 0 \
    "$guss" train --resume again --set iterations=33
same longer again
ok "train: and is the run that was never stopped" $?
rm again/model
expect_status "train: without it, another is built" 0 \
    "$guss" train --resume again --set iterations=40
test -x again/model
ok "train: and kept in the folder" $?

expect_status "train: no run to go on with" 1 "$guss" train --resume moved
expect_text "train: says so" "$scratch/err" <<'E'
error: 'moved' is not the folder of a run
E
expect_status "train: one run or the other" 2 "$guss" train run --resume again
expect_text "train: says which is too many" "$scratch/err" <<'E'
error: 'run' is one operand too many: guss train --resume again
try: guss train --help
E

# Another rate from an iteration on.
expect_status "train: goes on with another rate" 0 "$guss" train \
    --resume longer --set iterations=45 --set optimizer.learning_rate=0.02
expect_status "verify: a run of two rates" 0 "$guss" verify longer
expect_status "train: a run of two rates again" 0 "$guss" train longer
same longer runs/tiny-1
ok "train: a run of two rates gives the same bits" $?

# What differs is named.
copy() { rm -rf copy && cp -r run copy; }
copy
python3 -c '
with open("copy/weights.safetensors", "r+b") as file:
    file.seek(-4, 2)
    file.write(bytes(4))'
expect_status "verify: other weights" 1 "$guss" verify copy
grep -q "^copy: the weights differ first in 'tiny/dense_1/bias' \[783\]: 0, the \
repetition has " "$scratch/out"
ok "verify: says which number" $? || cat "$scratch/out"
copy
sed -i '3s/.*/2,14,0.5,0.5/' copy/log.csv
expect_status "verify: another log" 1 "$guss" verify copy
grep -q "^copy: the logs differ first in line 3: '2,14,0.5,0.5', the repetition \
has '2,14,0\." "$scratch/out"
ok "verify: says which row" $? || cat "$scratch/out"
copy
sed -i 's/^seed: 1$/seed: 2/' copy/schedule.yaml
expect_status "verify: another schedule" 1 "$guss" verify copy
expect_text "verify: says which file" "$scratch/out" <<'E'
copy: 'schedule.yaml' is not what the run left
E
copy
rm copy/model
expect_status "verify: no executable" 1 "$guss" verify copy
expect_text "verify: says that it is missing" "$scratch/out" <<'E'
copy: 'model' is missing
E
for file in log.csv weights.safetensors; do
    copy
    rm copy/$file
    expect_status "verify: no $file" 1 "$guss" verify copy
    expect_text "verify: says so before it repeats the run" "$scratch/out" <<E
copy: '$file' is missing
E
    test ! -s "$scratch/err"
    ok "verify: and repeats nothing" $? || cat "$scratch/err"
done

# What lies there for an executable becomes the one that is recorded.
recorded() {
    sum=$(sha256sum copy/model | cut -c1-64)
    sed -i "s/\"model\": \"[0-9a-f]\{64\}\"/\"model\": \"$sum\"/" \
        copy/run.json
}

# An executable for another processor says so with status 3, as this one does.
copy
printf '#!/bin/sh\necho "error: built for another" >&2\nexit 3\n' >copy/model
recorded
expect_status "verify: an executable that cannot run here" 3 \
    "$guss" verify copy
expect_text "verify: says so behind its words" "$scratch/err" <<'E'
error: built for another
error: the run could not be repeated
E
copy
# shellcheck disable=SC2016 # its own
printf '#!/bin/sh\nkill -KILL $$\n' >copy/model
recorded
expect_status "verify: an executable that is killed" 3 "$guss" verify copy
expect_text "verify: says by which signal" "$scratch/err" <<'E'
error: the repetition was ended by signal 9
E
chmod -x copy/model
expect_status "verify: an executable that may not be run" 3 "$guss" verify copy
expect_text "verify: says why it does not run" "$scratch/err" <<'E'
error: cannot run './copy/model': Permission denied
E
copy

expect_status "verify: no run" 1 "$guss" verify moved
expect_text "verify: says what is missing" "$scratch/err" <<'E'
error: 'moved' is not the folder of a run, or of an older guss: it has no run.json
E
sed -i 's/"state": "finished"/"state": "training"/' copy/run.json
expect_status "verify: a run that was killed" 1 "$guss" verify copy
expect_text "verify: says how to go on" "$scratch/err" <<'E'
error: the run in 'copy' has not come to an end; go on with it: guss train --resume copy
E

# A run that was stopped has whole epochs in its log, one that diverged no
# weights.
mv moved/* . && rm err
"$guss" train tiny.nn tiny.yaml --out stopped --set iterations=100000000 \
    >out 2>err &
until grep -qs '^epoch' err; do sleep 0.05; done
kill -TERM $!
wait $!
[ $? -eq 143 ] && grep -q '"state": "stopped"' stopped/run.json
ok "verify: a run that was stopped" $? || cat err
expect_status "verify: and checked" 0 "$guss" verify stopped
train --out wild --set optimizer.learning_rate=1e38
[ $? -eq 4 ] && grep -q '"state": "diverged"' wild/run.json
ok "verify: a run that diverged" $? || cat err
expect_status "verify: diverges again" 0 "$guss" verify wild
grep -q '^wild: the same, which diverged, after ' "$scratch/out"
ok "verify: and says so" $?
grep -q 'training diverged' "$scratch/err" && ! grep -qF "$TMPDIR" "$scratch/err"
ok "verify: without a folder that is gone" $? || cat "$scratch/err"

# Stopped itself, it leaves nothing.
train --out long --set iterations=20000 && rm err
"$guss" verify long >out 2>err &
until grep -qs '^epoch' err; do sleep 0.02; done
kill -TERM $!
wait $!
[ $? -eq 143 ] && [ -z "$(ls -A "$TMPDIR")" ] && ! grep -qF "$TMPDIR" err
ok "verify: stopped, leaves nothing" $? || { cat err; ls -A "$TMPDIR"; }

# Other data than that of the run.
mkdir data
array() {
    python3 -c '
import sys
header = "{\"descr\": \"|u1\", \"fortran_order\": False, \"shape\": (64, 784), }"
header = header.replace("\"", chr(39))
header += " " * (-(len(header) + 11) % 64) + "\n"
values = bytes(i * int(sys.argv[1]) % 256 for i in range(64 * 784))
with open("data/x.npy", "wb") as file:
    file.write(b"\x93NUMPY\1\0" + len(header).to_bytes(2, "little"))
    file.write(header.encode() + values)' "$1"
}
array 3
train --out other --set data.train=data/x.npy --set data.test=null
ok "verify: a run on an array" $? || cat err
expect_status "verify: the same data" 0 "$guss" verify other
array 5
expect_status "verify: other data" 1 "$guss" verify other
grep -q "^error: 'data/x.npy' is not what it was in the run of 'other': " \
    "$scratch/err"
ok "verify: names the data" $? || cat "$scratch/err"
sed -i 's/"reference": "[^"]*"/"reference": "?"/' other/run.json
expect_status "verify: whatever the record calls it" 1 "$guss" verify other
expect_status "train: other data that is named" 0 ./other/model train \
    --repeat other --out named --set data.train=smileys/train
sed -i '/"sha256": /d; s/"reference": "?",/"reference": "?"/;
    s/"bytes": \([0-9]*\),/"bytes": \1/' other/run.json
expect_status "verify: a record without the sum of its data" 1 \
    "$guss" verify other

# A process is large before it becomes another program.
python3 - "$guss" "$root/models/simple_autoencoder" <<'E'
import json, subprocess, sys
guss, model = sys.argv[1:]
ballast = bytearray(1) * (200 << 20)
subprocess.run([guss, "train", model + ".nn", model + ".smileys.yaml", "--out", "light",
                "--set", "epochs=1"], capture_output=True, check=True)
peak = json.load(open("light/run.json"))["peak_memory_bytes"]
assert 1 << 20 < peak < len(ballast), peak
E
ok "verify: run.json has the memory of the run, not of what started it" $?
