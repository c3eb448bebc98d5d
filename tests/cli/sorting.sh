#!/bin/sh
# generate where a judge sorts: what is accepted, as many of each class as are
# wanted, a folder of classes; what is refused, and that nothing half written
# is left.
# shellcheck source=tests/cli/lib.sh
. "$(dirname "$0")/lib.sh"
cd "$scratch" || exit 1
mkdir tmp
export TMPDIR="$scratch/tmp"

# A generator whose weights are chosen below, and a judge of what it makes: the
# class is which of three thirds of a picture is bright.
cat >gan.nn <<'E'
network generator(6) { image = Dense(36, activation=sigmoid) Reshape((6, 6, 1)) }
network discriminator(6, 6, 1) { Flatten() real = Dense(1, activation=sigmoid) }
E
cat >judge.nn <<'E'
network thirds(6, 6, 1) { Flatten() features = Dense(3) Dense(3, activation=softmax) }
E
cat >plain.yaml <<'E'
objective: gan
generator: generator
discriminator: discriminator
latent: {distribution: normal}
loss: binary_crossentropy
batch: 40
iterations: 1
optimizer: {name: adam}
data: {train: smileys/train, pixels: unit}
E
judge='judge: {model: judge.nn, weights: judge.safetensors, features: features}'
{ cat plain.yaml && echo "$judge"; } >gan.yaml
cat >weights.py <<'E'
import json, struct
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
image = [4.0 if third(p) == row % 3 else -1.0 for row in range(6) for p in range(36)]
generator = {"generator/image/kernel": ([6, 36], image),
             "generator/image/bias": ([36], [0.0] * 36)}
write("weights.safetensors", generator)
broken = dict(generator)
broken["generator/image/bias"] = ([36], [90.0] * 12 + [-90.0] * 24)
write("one.safetensors", broken)
judge = {"thirds/features/kernel": ([36, 3],
             [float(third(p) == c) for p in range(36) for c in range(3)]),
         "thirds/features/bias": ([3], [0.0] * 3),
         "thirds/dense/kernel": ([3, 3], [float(i == j) for i in range(3) for j in range(3)]),
         "thirds/dense/bias": ([3], [0.0] * 3)}
write("judge.safetensors", judge, ["top", "middle", "bottom"])
write("hostile.safetensors", judge, ["../up", "..\\up", "labels.csv"])
E
python3 weights.py
"$guss" build gan.nn gan.yaml -o gan >out 2>&1
ok "sorting: a GAN with a judge is built" $? || { cat out; exit 1; }
generate() { ./gan generate --weights weights.safetensors "$@"; }

# ---- a folder -------------------------------------------------------------
expect_status "sorting: a folder of classes" 0 \
    generate --accept 0.9 --per-class 20 --output faces/ --npy faces.npy
cp "$scratch/out" told
generate --count 2000 --npy all.npy
python3 - <<'E'
import csv, os, re, struct
def npy(path):
    bytes = open(path, "rb").read()
    start = 10 + struct.unpack("<H", bytes[8:10])[0]
    values = struct.unpack(f"<{(len(bytes) - start) // 4}f", bytes[start:])
    return [values[i:i + 36] for i in range(0, len(values), 36)]
rows = list(csv.DictReader(open("faces/labels.csv")))
assert list(rows[0]) == ["file", "class", "confidence"]
assert [row["class"] for row in rows] == ["top"] * 20 + ["middle"] * 20 + ["bottom"] * 20
assert all(float(row["confidence"]) >= 0.9 for row in rows)
found = sorted(os.path.join(where, name)[6:] for where, _, names in
               os.walk("faces") for name in names if name != "labels.csv")
assert found == sorted(row["file"] for row in rows)
drawn, kept = npy("all.npy"), npy("faces.npy")
numbers = [int(row["file"].split("/")[1][:-4]) for row in rows]
assert all(kept[i] == drawn[n] for i, n in enumerate(numbers))
last = max(numbers)
said = re.fullmatch(r"kept 60 of ([\d,]+); tries by class: top ([\d,]+), "
                    r"middle ([\d,]+), bottom ([\d,]+)\n", open("told").read())
counts = [int(word.replace(",", "")) for word in said.groups()]
assert counts[0] == sum(counts[1:]) == last + 1, (counts, last)
E
ok "sorting: files, labels, numbers and what is told agree" $? || cat told
[ "$(png_size "$(find faces/top -name '*.png' | head -n 1)")" = 6x6 ]
ok "sorting: a picture is as large as the image" $?
cat >again.nn <<'E'
network again(6, 6, 1) { Flatten() Dense(3, activation=softmax) }
E
cat >again.yaml <<'E'
objective: classifier
loss: categorical_crossentropy
batch: 20
epochs: 40
optimizer: {name: adam, learning_rate: 0.05}
data: {train: faces, pixels: unit}
E
"$guss" train again.nn again.yaml --out again >out 2>&1 &&
    again/model evaluate --weights again --input faces >out 2>err &&
    grep -qx 'accuracy 1' out
ok "sorting: a classifier is trained on the folder" $? || cat out err
mkdir empty
expect_status "sorting: an empty folder is filled, by other threads" 0 \
    generate --accept 0.9 --per-class 20 --output empty --threads 3
cmp told out && diff -r faces empty >differs
ok "sorting: it has the same files, and says the same" $? || cat differs
expect_status "sorting: another seed" 0 \
    generate --accept 0.9 --per-class 20 --output other/ --seed 8
! diff -r faces other >out
ok "sorting: has others" $?

# ---- a sheet --------------------------------------------------------------
expect_status "sorting: a sheet by class" 0 \
    generate --accept 0.9 --per-class 20 --output sheet.png --npy sheet.npy
cmp sheet.npy faces.npy && cmp told "$scratch/out"
ok "sorting: has the same images" $?
expect_status "sorting: what is accepted of some" 0 \
    generate --accept 0.9 --count 100 --npy some.npy
grep -q '^kept [1-9][0-9]* of 100; tries by class: top ' "$scratch/out"
ok "sorting: says how many it kept" $? || cat "$scratch/out"
refused "nothing is accepted" 1 ./gan generate --weights weights.safetensors \
    --accept 1 --count 3 --output none/ <<'E'
error: none of 3 images is accepted; take a lower --accept or a greater --count, or train the generator further
E
refused "a class does not come" 1 ./gan generate --weights one.safetensors \
    --per-class 1 --output none/ <<'E'
error: class 'middle' has 0 of 1 images after 3000 tries; take a lower --accept or --per-class, or train the generator further
E
[ ! -e none ]
ok "sorting: then nothing is written" $?

# Whoever waits on a terminal sees which class it waits for.
cat >wait.py <<'E'
import os, pty, re, signal, sys
child, master = pty.fork()
if child == 0:
    os.environ["TERM"] = "xterm"
    os.execvp(sys.argv[2], sys.argv[2:])
seen = b""
try:
    while not re.search(sys.argv[1].encode(), seen):
        part = os.read(master, 4096)
        if not part:
            break
        seen += part
except OSError:  # the command has ended
    pass
found = re.search(sys.argv[1].encode(), seen)
os.kill(child, signal.SIGINT)
os.waitpid(child, 0)
sys.exit(0 if found else f"not seen in {seen[-200:]}")
E
if python3 -c 'import pty' 2>err; then
    python3 wait.py "\rsorting: [0-9]+ of 300000 kept; 'middle' has 0 after" \
        ./gan generate --weights one.safetensors --per-class 100000 \
        --output none/ && [ ! -e none ]
    ok "sorting: a terminal shows which class it waits for" $?
else
    skip "sorting: a terminal shows which class it waits for" "no python3 with pty"
fi

npy some.vectors.npy '3, 6' '<f4' "$(printf '%072d' 0 | sed 's/0/\\0/g')"
sed 's/distribution: normal/file: some.vectors.npy/' gan.yaml >rows.yaml
"$guss" build gan.nn rows.yaml -o rows >out 2>&1
ok "sorting: a GAN whose vectors are those of a file is built" $? || cat out
refused "rows of a file are tried once" 1 ./rows generate \
    --weights weights.safetensors --per-class 1 --output none/ <<'E'
error: class 'middle' has 0 of 1 images after 3 tries; take a lower --accept or --per-class, or train the generator further
E
mkdir linked && ln -s linked link
expect_status "sorting: a link to an empty folder" 0 \
    generate --per-class 1 --output link
[ -L link ] && [ -f linked/labels.csv ]
ok "sorting: stays a link" $?

# ---- names ----------------------------------------------------------------
sed 's/judge.safetensors/hostile.safetensors/' gan.yaml >hostile.yaml
"$guss" build gan.nn hostile.yaml -o hostile >out 2>&1 && mkdir below &&
    ./hostile generate --weights weights.safetensors --per-class 1 \
        --output below/x/ >out 2>err
(cd below && find . -type d | sort) >found
expect_text "sorting: names of classes lead nowhere else" found <<'E'
.
./x
./x/_._up
./x/_._up_2
./x/labels.csv_2
E
cut -d , -f 2 below/x/labels.csv >found
expect_text "sorting: labels.csv has the names as they are" found <<'E'
class
../up
..\up
labels.csv
E

# ---- what is refused ------------------------------------------------------
with() {
    name=$1
    shift
    refused "$name" 2 ./gan generate --weights weights.safetensors "$@"
}
with "a folder that is not empty" --output faces <<'E'
error: 'faces' is not empty; take a new folder
try: ./gan generate --help
E
with "a file in the folder's place" --output told/ <<'E'
error: 'told' is no folder; take a new one
try: ./gan generate --help
E
with "two numbers of images" --per-class 2 --count 3 --output x/ <<'E'
error: --count and --per-class both say how many images; leave one out
try: ./gan generate --help
E
with "columns of a folder" --columns 2 --output x/ <<'E'
error: --columns is for a sheet, and 'x/' is a folder
try: ./gan generate --help
E
with "a confidence above 1" --accept 1.5 --output x/ <<'E'
error: --accept wants a number above 0 and up to 1, not '1.5'
try: ./gan generate --help
E
with "a confidence of nothing" --accept nan --output x/ <<'E'
error: --accept wants a number above 0 and up to 1, not 'nan'
try: ./gan generate --help
E
with "no image of a class" --per-class 0 --output x/ <<'E'
error: --per-class wants a number from 1 to 1000000, not '0'
try: ./gan generate --help
E
with "a judge that is left out" --accept 0.5 --output x/ --set judge=null <<'E'
error: --accept wants the judge, which this schedule leaves out
try: ./gan generate --help
E
"$guss" build gan.nn plain.yaml -o plain >out 2>&1
for asking in '--accept 0.5 --output x.png' '--per-class 2 --npy x.npy' '--output x/'; do
    case $asking in
    --output*) option='a folder of classes' ;;
    *) option=${asking%% *} ;;
    esac
    # shellcheck disable=SC2086 # words
    refused "without a judge: $asking" 2 ./plain generate \
        --weights weights.safetensors $asking <<E
error: $option wants a judge; name one in the schedule, judge: {model: M.nn, weights: W.safetensors, features: LAYER}, and rebuild: guss build MODEL.nn SCHEDULE.yaml
try: ./plain generate --help
E
done
"$guss" build gan.nn -o free >out 2>&1
refused "without a schedule" 2 ./free generate --network generator \
    --weights weights.safetensors --accept 0.5 --output x.png <<'E'
error: --accept is for the generator of a gan whose schedule names a judge, and 'gan' is no gan
try: ./free generate --help
E

refused "a classifier" 1 again/model generate --weights again --accept 0.5 \
    --output x/ <<'E'
error: network 'again' is a classifier and makes no images; 'predict' gives its answers
E
refused "the discriminator" 1 ./gan generate --weights weights.safetensors \
    --network discriminator --accept 0.5 --output x/ <<'E'
error: network 'discriminator' is a gan's discriminator and makes no images; leave --network out for its generator
E

# ---- what cannot be written -----------------------------------------------
mkdir full && cd full || exit 1
(ulimit -f 0 && ../gan generate --weights ../weights.safetensors --count 40 \
    --output out/) >../told 2>../err
[ $? -eq 3 ] && [ ! -e out ]
ok "sorting: what cannot be written fails as the machine's fault" $? || cat ../err
cd .. && [ -z "$(ls -A full)" ]
ok "sorting: and leaves nothing" $? || ls -lA full
nothing_left "sorting"
