#!/bin/sh
# Pictures that are changed by chance while they are trained on: in every update
# as tests/unit/augment_test.c has them, whoever computes them; targets with them;
# nothing else than training.
# shellcheck source=tests/cli/lib.sh disable=SC2154
. "$(dirname "$0")/lib.sh"
unset GUSS_DATA
cd "$scratch" || exit 3

same() { cmp -s "$1/weights.safetensors" "$2/weights.safetensors" &&
    cmp -s "$1/log.csv" "$2/log.csv"; }
# differs A B: two runs have other weights.
differs() { ! cmp -s "$1/weights.safetensors" "$2/weights.safetensors"; }

# ---- autoencoders -----------------------------------------------------------

cat >coder.nn <<'END'
network coder(28, 28, 1) {
    Conv2D(4, 3, strides=2, padding=same, activation=relu)
    Flatten()
    Dropout(0.1)
    Dense(784, activation=sigmoid)
    Reshape(28, 28, 1)
}
END
cat >coder.yaml <<'END'
objective: autoencoder
loss: binary_crossentropy
batch: 150
iterations: 8
seed: 5
optimizer: {name: adam}
data:
  train: smileys/train
  test: smileys/test
  normalize: train
  augment: {flip: horizontal, shift: 4, rotate: 10, zoom: 0.1, brightness: 0.2}
checkpoint: {every: 1, keep: 2}
threads: 2
END
expect_status "augment: an autoencoder is built" 0 \
    "$guss" build coder.nn coder.yaml -o coder || exit 1
expect_status "augment: an autoencoder trains" 0 \
    ./coder train --threads 1 --out whole
grep augment -B 1 -A 1 whole/schedule.yaml | tail -n 2 >out
expect_text "augment: schedule.yaml has it" out <<'END'
  augment: {flip: horizontal, shift: 4, rotate: 10, zoom: 0.1, brightness: 0.2}
snapshots:
END
for threads in 2 3 7; do
    ./coder train --threads $threads --out threads-$threads >out 2>&1 &&
        same whole threads-$threads
    ok "augment: $threads threads give the bits of one" $?
done
for stop in 1 3 5 7; do
    ./coder train --set iterations=$stop --out stop-$stop >out 2>&1 &&
        ./coder train --resume stop-$stop --set iterations=8 --threads 3 \
            >>out 2>&1 && same whole stop-$stop
    ok "augment: stopped after $stop updates and resumed: the same bits" $?
done
expect_status "augment: a run verifies" 0 "$guss" verify whole
refused "another shift while a run lasts" 2 ./coder train --resume whole \
    --set iterations=9 --set data.augment.shift=3 <<'END'
error: 'data.augment.shift' cannot change when a run is resumed; start another one: --out DIR
try: ./coder train --help
END

# Each of the keys is looked at when it runs, none is compiled in.
./coder train --out plain --set data.augment=null >out 2>&1
ok "augment: dropped when it runs" $?
grep -q augment plain/schedule.yaml
[ $? -eq 1 ] && differs whole plain
ok "augment: nothing is changed where nothing is asked for" $?
for key in flip=both shift=2 rotate=20 zoom=0.2 brightness=0.3; do
    ./coder train --out "$key" --set "data.augment={${key%=*}: ${key#*=}}" \
        >out 2>&1 && differs plain "$key"
    ok "augment: $key by itself" $?
done
./coder train --out nothing --set 'data.augment={flip: none, fill: zeros}' \
    >out 2>&1 && same plain nothing
ok "augment: what changes nothing costs no bits" $?
# val_loss is of the test set as it is: the last row is what evaluate says.
./coder evaluate --weights whole 2>err | sed -n 's/^loss //p' >out
tail -n 1 whole/log.csv | cut -d, -f4 | python3 -c '
print("%.6g" % float(input()))' >wanted
cmp out wanted
ok "augment: what is measured is not changed" $?

expect_status "augment: bench" 0 ./coder bench --seconds 0.01
grep -q '^augment_share -\{0,1\}[0-9.e-]*$' out
ok "augment: bench says what part of a step it takes" $?
expect_status "augment: bench without" 0 ./coder bench --seconds 0.01 \
    --set data.augment=null
grep augment out
[ $? -eq 1 ]
ok "augment: bench says nothing of what is not asked for" $?

# ---- targets ----------------------------------------------------------------

python3 - <<'END' # smileys are drawn; these sets lie in files
def npy(name, shape, values):
    head = "{'descr': '|u1', 'fortran_order': False, 'shape': %s, }" % (shape,)
    with open(name, "wb") as out:
        out.write(b"\x93NUMPY\x01\x00" + len(head).to_bytes(2, "little") + head.encode() + bytes(values))


N = 40
pictures = [(37 * i + 11 * i * i) % 256 for i in range(N * 12 * 8 * 3)]
npy("pictures.npy", (N, 12, 8, 3), pictures)
npy("rows.npy", (N, 12 * 8 * 3), pictures)
npy("short.npy", (N, 10), pictures[:N * 10])
npy("steps.npy", (N, 36, 8), pictures[:N * 288])
npy("points.npy", (N, 5, 2), pictures[:N * 10])
END
cat >colour.nn <<'END'
network colour(12, 8, 3) {
    Conv2D(5, 3, padding=same, activation=relu)
    Conv2D(3, 3, padding=same, activation=sigmoid)
}
END
cat >colour.yaml <<'END'
objective: autoencoder
loss: mean_squared_error
batch: 16
epochs: 3
optimizer: {name: adam, learning_rate: 0.01}
data:
  train: pictures.npy
  normalize: train
  augment: {flip: both, shift: 5, rotate: 90, zoom: 0.5, fill: reflect}
END
sed -e 's/autoencoder/regression/' -e 's/^  train: .*/&\n  target: pictures.npy/' \
    colour.yaml >pairs.yaml
expect_status "augment: colours train" 0 \
    "$guss" train colour.nn colour.yaml --out colour
expect_status "augment: pairs train" 0 \
    "$guss" train colour.nn pairs.yaml --out pairs
same colour pairs
ok "augment: a target is moved as its sample is" $?
expect_status "augment: bright pairs train" 0 "$guss" train colour.nn \
    pairs.yaml --out bright_pairs --set data.augment.brightness=0.5
expect_status "augment: bright colours train" 0 "$guss" train colour.nn \
    colour.yaml --out bright --set data.augment.brightness=0.5
differs bright bright_pairs
ok "augment: a target is not brightened" $?
cat >rows.nn <<'END'
network rows(288) { Dense(10, activation=relu) Dense(10) }
END
refused "rows that are no pictures" 1 "$guss" train rows.nn pairs.yaml \
    --out none --set network=null --set data.train=rows.npy \
    --set data.target=short.npy <<'END'
pairs.yaml:10:12: error: 'data.augment' is for pictures, and a sample of 'rows.npy' is (288)
   10 |   augment: {flip: both, shift: 5, rotate: 90, zoom: 0.5, fill: reflect}
      |            ^~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~
END
cat >steps.nn <<'END'
network steps(36, 8) { Conv1D(2, 3, activation=relu) Flatten() Dense(10) }
END
cat >flat.nn <<'END'
network flat(36, 8) { Flatten() Dense(10) }
END
train_steps() {
    "$guss" train "$1" pairs.yaml --out "$2" --set epochs=1 \
        --set data.train=steps.npy --set data.target=short.npy
}
refused "steps and their channels" 1 train_steps steps.nn none <<'END'
pairs.yaml:10:12: error: 'data.augment' is for pictures, and a sample of 'steps.npy' is (36, 8)
   10 |   augment: {flip: both, shift: 5, rotate: 90, zoom: 0.5, fill: reflect}
      |            ^~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~
END
expect_status "augment: two axes that are flattened are a picture" 0 \
    train_steps flat.nn flat
refused "a target of two axes that are not its sample's" 1 "$guss" train \
    rows.nn pairs.yaml --out none --set data.target=points.npy <<'END'
pairs.yaml:10:12: error: 'data.augment' cannot tell whether a target of (5, 2) is a picture: it has the 12 x 8 of its sample, or three axes, where it is one, and one axis where it is none
   10 |   augment: {flip: both, shift: 5, rotate: 90, zoom: 0.5, fill: reflect}
      |            ^~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~
END
expect_status "augment: a row of numbers stays with its picture" 0 \
    "$guss" train rows.nn pairs.yaml --out numbers \
    --set data.target=short.npy --set epochs=1
refused "a shift past the picture" 1 "$guss" train colour.nn colour.yaml \
    --out none --set data.augment.shift=8 <<'END'
--set:1:20: error: 'data.augment.shift' must be less than a side of the pictures, which are 12 x 8, not 8
    1 | data.augment.shift=8
      |                    ^
END

# ---- data show --------------------------------------------------------------

keys='flip: horizontal, shift: 4, rotate: 10, zoom: 0.1, brightness: 0.2'
shows_refused() {
    "$guss" data show smileys/train -o none.png --augment "$1"
}
# shows FILE AUGMENT OPTIONS...
shows() {
    file=$1 augment=$2
    shift 2
    "$guss" data show smileys/train -o "$file" --count 12 --columns 4 \
        --augment "$augment" "$@" >out 2>err
}
expect_status "augment: data show draws what training sees" 0 \
    shows mapping.png "$keys"
shows braces.png "{$keys}" && cmp mapping.png braces.png
ok "augment: data show takes braces" $?
sed 's/^seed.*/seed: 1/' coder.yaml >show.yaml
shows schedule.png show.yaml && cmp mapping.png schedule.png
ok "augment: data show takes a schedule" $?
shows seed.png coder.yaml && ! cmp -s mapping.png seed.png
ok "augment: data show draws by the seed" $?
# whole shifts of dark strokes on white: all that is left is white
"$guss" data show smileys/train -o still.png --count 3 --columns 1 >out 2>err
shows one.png "brightness: 1.0e-9" --count 3 --columns 1 && cmp still.png one.png
ok "augment: data show draws one column changed" $?
shows one.png "shift: 20" --count 3 --columns 1 && ! cmp -s still.png one.png
ok "augment: data show draws one column moved" $?
refused "data show with a word that there is not" 1 \
    shows_refused 'flip: lr, shift: 99' <<'END'
--augment:1:8: error: 'data.augment.flip' must be none, horizontal, vertical or both, not 'lr'
    1 | {flip: lr, shift: 99}
      |        ^~
END
refused "data show with a shift past the pictures" 1 \
    shows_refused 'shift: 28' <<'END'
error: 'data.augment.shift' must be less than a side of the pictures, which are 28 x 28, not 28
END
refused "data show with nothing" 1 shows_refused 'rotate: 0' <<'END'
error: 'rotate: 0' says nothing of data.augment that would change a picture
END
refused "data show of rows" 1 "$guss" data show rows.npy -o none.png \
    --augment 'shift: 1' <<'END'
error: --augment is for pictures, and the samples of 'rows.npy' are none
END

# ---- GANs -------------------------------------------------------------------

cat >gan.nn <<'END'
network generator(5) { Dense(784, activation=sigmoid) Reshape(28, 28, 1) }
network discriminator(28, 28, 1) { Flatten() Dense(1, activation=sigmoid) }
END
cat >gan.yaml <<'END'
objective: gan
generator: generator
discriminator: discriminator
loss: binary_crossentropy
batch: 50
iterations: 6
optimizer: {name: adam}
data: {train: smileys/train, augment: {shift: 3}}
END
expect_status "augment: a gan is built" 0 "$guss" build gan.nn gan.yaml -o gan
expect_status "augment: a gan trains" 0 ./gan train --out gan1 --threads 1
./gan train --out gan3 --threads 3 >out 2>&1 && same gan1 gan3
ok "augment: a gan's real samples are changed alike by any threads" $?
./gan train --out gan0 --set data.augment=null >out 2>&1 && differs gan1 gan0
ok "augment: a gan's real samples are changed" $?
