#!/bin/sh
# objective: regression of pictures: folders that go together by name,
# super-resolution, masks; sheets, sizes, and what does not fit.
# shellcheck source=tests/cli/lib.sh disable=SC2154
. "$(dirname "$0")/lib.sh"
cd "$scratch" || exit 3
python3 "$root/tests/cli/regression.py" || exit 3

cat >nets.nn <<'E'
network clean(8, 8, 1) {
    Conv2D(6, 3, padding=same, activation=relu)
    Conv2D(1, 3, padding=same, activation=sigmoid)
}
network large(8, 8, 1) {
    Conv2D(6, 3, padding=same, activation=relu)
    UpSampling2D(2)
    Conv2D(1, 3, padding=same, activation=sigmoid)
}
E
# schedule NETWORK LOSS DATA: s.yaml.
schedule() {
    cat >s.yaml <<E
objective: regression
network: $1
loss: $2
batch: 5
iterations: 40
optimizer: {name: adam, learning_rate: 0.02}
data: {$3}
snapshots: {count: 4, columns: 3}
E
}
built() {
    expect_status "pictures: $1 is built" 0 "$guss" build nets.nn s.yaml -o "$1"
}
# figure RUN KEY: what evaluate prints.
figure() {
    "./$1" evaluate --weights "$2" 2>err | sed -n "s/^$3 //p"
}
below() { awk -v a="$1" -v b="$2" 'BEGIN { exit !(a != "" && a < b) }'; }

# ---- pairs by name -----------------------------------------------------------

schedule clean mean_squared_error "train: photos, target: clean"
built denoise || exit 1
expect_status "pictures: noisy to clean trains" 0 \
    ./denoise train --threads 1 --out paired
for threads in 2 3 7; do
    ./denoise train --threads $threads --out t$threads >out 2>&1 &&
        cmp -s paired/weights.safetensors t$threads/weights.safetensors
    ok "pictures: $threads threads give the bits of one" $?
done
./denoise train --set iterations=17 --out halted >out 2>&1 &&
    ./denoise train --resume halted --set iterations=40 >>out 2>&1 &&
    cmp -s paired/weights.safetensors halted/weights.safetensors
ok "pictures: stopped and resumed: the same bits" $?
mse=$(figure denoise paired mean_squared_error)
below "$mse" 0.02
ok "pictures: after 40 updates the mean squared error is $mse, below 0.02" $?

# In an order of their own: a.jpg, a.k.png; but a.k.png, a.png.
cp -R photos turned && cp -R clean order
mv turned/b.png turned/a.k.png && mv order/b.png order/a.k.png
mv order/a.png order/a.jpg
cp -R turned same && mv same/a.k.png same/aa.png
cp -R order sorted && mv sorted/a.k.png sorted/aa.png && mv sorted/a.jpg sorted/a.png
python3 - <<'E'
import shutil
# the same order of samples under names that sort alike on both sides
for folder in ("same", "sorted"):
    shutil.move(f"{folder}/a.png", f"{folder}/ab.png")
E
./denoise train --out turned-run --set data.train=turned --set data.target=order \
    >out 2>&1 && ./denoise train --out same-run --set data.train=same \
    --set data.target=sorted >out 2>&1 &&
    cmp -s turned-run/weights.safetensors same-run/weights.safetensors
ok "pictures: names go together whatever their endings and their order" $? ||
    cat out
mkdir classes targets
cp -R photos classes/x && cp -R clean targets/x
cp -R photos classes/y && cp -R clean targets/y
expect_status "pictures: in folders of folders" 0 ./denoise train --out classed \
    --set data.train=classes --set data.target=targets
expect_status "pictures: one file and one file" 0 ./denoise train --out single \
    --set data.train=photos/a.png --set data.target=clean/b.png

# wrong NAME SETTING...: train with it says what standard input holds.
wrong() {
    name=$1
    shift
    for setting; do
        set -- "$@" --set "$setting"
        shift
    done
    refused "$name" 1 ./denoise train --out no "$@"
}
cp -R clean other && mv other/c.png other/x.png
wrong "a name that lacks its partner" data.target=other <<'E'
error: photos/c.png has no partner: no picture in 'other' is named 'c'
E
rm other/x.png
wrong "one that is not there" data.target=other <<'E'
error: photos/c.png has no partner: no picture in 'other' is named 'c'
E
cp clean/c.png other/c.png && cp clean/c.png other/more.png
wrong "one too many" data.target=other <<'E'
error: other/more.png has no partner: no picture in 'photos' is named 'more'
E
mv other/more.png other/c.jpg
wrong "one name twice" data.target=other <<'E'
error: other/c.jpg and other/c.png have one name: which of them a partner belongs to cannot be told
E
rm other/c.jpg && mkdir -p flat && cp -R clean/* flat
wrong "classes against a plain folder" data.train=classes data.target=flat <<'E'
error: flat/a.png has no partner: no picture in 'classes' is named 'a'
E
wrong "targets of another size" data.target=large <<'E'
error: large/a.png: 16 x 16 pixels (height x width), but the network's output has 8 x 8
E
printf 'GIF89a' >other/z.gif
wrong "what cannot be read" data.target=other <<'E'
error: other/z.gif: of pictures, only PNG and JPEG files can be read; convert it, or move it out of the folder
E

# ---- sheets ------------------------------------------------------------------

# 8 x 8 is drawn 8 times as large, with 3 pixels between: 3 columns; two rows of
# stacks of three.
find paired/samples -name '*.png' | sort >listed
expect_text "pictures: sheets of the first and the last state" listed <<'E'
paired/samples/00000000.png
paired/samples/00000040.png
E
[ "$(png_size paired/samples/00000040.png)" = 204x405 ]
ok "pictures: samples, results and targets, one above another" $?
draw() { ./denoise reconstruct --weights paired --input photos "$@" >out 2>&1; }
draw --target clean --count 4 --columns 3 --output three.png
cmp -s three.png paired/samples/00000040.png
ok "pictures: reconstruct draws the same with targets" $?
draw --count 4 --columns 3 --output two.png
[ "$(png_size two.png)" = 204x271 ]
ok "pictures: and samples above results without" $?
./denoise train --set data.validation=0.25 --set snapshots.every=40 --out shared \
    >out 2>&1
mkdir share share-clean
tail -n +2 shared/validation.csv | cut -d , -f 1 | while read -r number; do
    name=$(printf 'abcdefghijkl' | cut -c $((number + 1)))
    cp "photos/$name.png" share && cp "clean/$name.png" share-clean
done
./denoise reconstruct --weights shared --input share --target share-clean \
    --columns 3 --output share.png >out 2>&1
cmp -s share.png shared/samples/00000040.png
ok "pictures: of a share that is set aside, with its own targets" $? || cat out
logged=$(awk -F , 'END { printf "%.5g", $4 }' shared/log.csv)
measured=$(./denoise evaluate --weights shared --input share \
    --target share-clean 2>err | sed -n 's/^loss //p' |
    awk '{ printf "%.5g", $1 }')
[ -n "$logged" ] && [ "$logged" = "$measured" ]
ok "pictures: and val_loss $logged is theirs" $?

# ---- super-resolution --------------------------------------------------------

schedule large mean_squared_error "train: photos, target: large"
built enlarge || exit 1
expect_status "pictures: small to large trains" 0 ./enlarge train --out enlarged
mse=$(figure enlarge enlarged mean_squared_error)
below "$mse" 0.03
ok "pictures: after 40 updates the mean squared error is $mse, below 0.03" $?
[ "$(png_size enlarged/samples/00000040.png)" = 204x405 ]
ok "pictures: small ones are drawn as large as large ones" $?
./enlarge predict --weights enlarged --input photos --output y.npy >out 2>&1
head -c 128 y.npy | grep -q '(12, 16, 16, 1)'
ok "pictures: predict gives the large ones" $?
# `size` is the input's: both folders may hold the large pictures.
expect_status "pictures: both from one folder, brought to their sizes" 0 \
    ./enlarge train --out from-large --set data.train=large \
    --set 'data.size=[8, 8]' --set data.fit=stretch

# Sets of IDX files and drawn ones, on either side.
echo 'network same(28, 28, 1) { Conv2D(1, 3, padding=same, activation=sigmoid) }' >faces.nn
sed 's/^network: .*/network: same/; s/^data: .*/data: {train: smileys\/train, target: faces-idx3-ubyte, pixels: binary}/
    s/^iterations: .*/iterations: 3/' s.yaml >faces.yaml
python3 - <<'E'
import struct
with open("faces-idx3-ubyte", "wb") as out:
    out.write(struct.pack(">IIII", 0x803, 400, 28, 28) + bytes(i % 256 for i in range(400 * 784)))
E
"$guss" build faces.nn faces.yaml -o faces >out 2>&1 || cat out
expect_status "pictures: drawn faces to an IDX file" 0 ./faces train --out faced
grep -qF '"name": "faces-idx3-ubyte"' faced/run.json
ok "pictures: an IDX file is written down" $?
expect_status "pictures: an IDX file to drawn faces" 0 ./faces train \
    --out refaced --set data.train=faces-idx3-ubyte \
    --set data.target=smileys/train

# ---- masks -------------------------------------------------------------------

schedule clean binary_crossentropy "train: photos, target: masks.npy"
built segment || exit 1
expect_status "pictures: to masks trains" 0 ./segment train --out masked
[ ! -s "$scratch/out" ] && ! grep -q warning "$scratch/err"
ok "pictures: to masks, without a warning" $?
[ "$(png_size masked/samples/00000040.png)" = 204x405 ]
ok "pictures: masks are drawn below" $?
python3 - <<'E'
import struct
body = open("masks.npy", "rb").read()
values = struct.unpack("<768f", body[128:])
open("bytes.npy", "wb").write(body[:128] + struct.pack("<768f", *(255 * v for v in values)))
open("wide.npy", "wb").write(body[:128].replace(b"(12, 8, 8, 1), }", b"(12, 4, 16), }  ") + body[128:])
E
./segment train --out beyond --set data.target=bytes.npy >out 2>&1
grep '^warning' out >warned
expect_text "pictures: values that do not fit the loss" warned <<'E'
warning: 'bytes.npy' goes from 0 to 255, but 'conv2d_1' (sigmoid) gives 0 to 1; what is not 8-bit is taken as it is: scale it
E
refused "other axes" 1 ./segment train --out no --set data.target=wide.npy <<'E'
error: a target of 'wide.npy' is (4, 16), the output of network 'clean' has (8, 8, 1): as many values, but on other axes; if their order is right, save x.reshape(len(x), 8, 8, 1)
E
