#!/bin/sh
# Samples that do not fit what they are to fill: their axes, in every command
# that reads some; values that are no numbers, or beyond what the network gives.
# What is wrong is said before anything is computed.
# shellcheck source=tests/cli/lib.sh disable=SC2154
. "$(dirname "$0")/lib.sh"
cd "$scratch" || exit 3
if ! command -v python3 >/dev/null; then
    skip "samples" "no python3"
    exit
fi

cat >files.py <<'END'
"""Writes .npy and IDX files: no numpy here."""
import struct

def npy(name, shape, descr, code, values):
    header = "{'descr': '%s', 'fortran_order': False, 'shape': %r, }" % (descr, shape)
    header = header.ljust(117) + "\n"
    with open(name, "wb") as file:
        file.write(b"\x93NUMPY\1\0" + struct.pack("<H", len(header)) + header.encode())
        file.write(struct.pack("%s%d%s" % (descr[0].replace("|", "<"), len(values), code), *values))

def idx(name, shape, values):
    with open(name, "wb") as file:
        file.write(struct.pack(">BBBB", 0, 0, 8, len(shape)))
        file.write(struct.pack(">%dI" % len(shape), *shape) + bytes(values))
END

cat >m.nn <<'END'
network plain(4, 5, 3) { first = ReLU() Flatten() Dense(8) Dense(60, activation=sigmoid) Reshape(4, 5, 3) }
END
cat >s.yaml <<'END'
objective: autoencoder
network: plain
loss: binary_crossentropy
batch: 4
epochs: 1
optimizer: {name: adam}
data: {train: right.npy}
END

check_axes() {
    python3 - <<'END'
from files import *
values = list(range(240))
npy("right.npy", (4, 4, 5, 3), "|u1", "B", values)
npy("row.npy", (4, 60), "|u1", "B", values)
npy("first.npy", (4, 3, 4, 5), "|u1", "B", values)
npy("swapped.npy", (4, 5, 4, 3), "<f4", "f", [v / 255 for v in values])
npy("other.npy", (4, 10, 6), "|u1", "B", values)
idx("first.idx", (4, 3, 4, 5), values)
import zipfile
with zipfile.ZipFile("d.npz", "w") as archive:
    archive.write("first.npy", "x_train.npy")
END
    expect_status "samples: built" 0 "$guss" build m.nn s.yaml -o m
    expect_status "samples: right axes" 0 ./m train --out run
    expect_status "samples: a plain row" 0 \
        ./m train --out row --set data.train=row.npy
    weights=run/weights.safetensors
    first="channels come first in it, but last in a network"
    refused "channels first in training" 1 \
        ./m train --out no --set data.train=first.npy <<END
error: a sample of 'first.npy' is (3, 4, 5), the input of network 'plain' takes (4, 5, 3): $first; save numpy.transpose(x, (0, 2, 3, 1))
END
    refused "channels first in an IDX file" 1 \
        ./m train --out no --set data.train=first.idx <<END
error: a sample of 'first.idx' is (3, 4, 5), the input of network 'plain' takes (4, 5, 3): $first
END
    refused "channels first in an array of an archive" 1 \
        ./m train --out no --set data.train=d.npz/train <<END
error: a sample of 'd.npz/train' is (3, 4, 5), the input of network 'plain' takes (4, 5, 3): $first; save numpy.transpose(x, (0, 2, 3, 1))
END
    refused "height and width swapped in the test set" 1 \
        ./m train --out no --set data.test=swapped.npy <<'END'
error: a sample of 'swapped.npy' is (5, 4, 3), the input of network 'plain' takes (4, 5, 3): height and width are swapped; save numpy.transpose(x, (0, 2, 1, 3))
END
    [ ! -e no ]
    ok "samples: nothing is written" $?
    for command in 'evaluate' 'reconstruct --output x.png' 'predict --output x.npy' 'interpolate --from dense --output x.png'; do
        # shellcheck disable=SC2086 # words
        refused "other axes: $command" 1 \
            ./m ${command%% *} --weights $weights --input other.npy ${command#"${command%% *}"} <<'END'
error: a sample of 'other.npy' is (10, 6), the input of network 'plain' takes (4, 5, 3): as many values, but on other axes; if their order is right, save x.reshape(len(x), 4, 5, 3)
END
    done
    refused "other axes: predict --from" 1 ./m predict --weights $weights \
        --from first --layer dense --input swapped.npy --output x.npy <<'END'
error: a sample of 'swapped.npy' is (5, 4, 3), the output of layer 'first' has (4, 5, 3): height and width are swapped; save numpy.transpose(x, (0, 2, 1, 3))
END
    [ ! -e x.png ] && [ ! -e x.npy ]
    ok "samples: nothing is written of them" $?
}
# says NAME COMMAND...: it works; standard input is what it warns of.
says() {
    what=$1
    shift
    expect_status "samples: $what" 0 "$@" || return
    grep '^warning: ' "$scratch/err" >"$scratch/warnings"
    expect_text "samples: $what: what is said" "$scratch/warnings"
}

check_values() {
    python3 - <<'END'
from files import *
values = list(range(240))
def floats(name, values):
    npy(name, (4, 60), "<f4", "f", values)
floats("bytes.npy", values)
floats("unit.npy", [v / 239 for v in values])
floats("signed.npy", [v / 239 * 2 - 1 for v in values])
floats("nan.npy", values[:130] + [float("nan")] + values[131:])
bad = [0.0] * 240
bad[7] = bad[8] = bad[200] = float("-inf")
npy("inf.npy", (4, 4, 5, 3), "<f4", "f", bad)
large = values[:67] + [-1e300] + values[68:200] + [float("inf")] + values[201:]
npy("huge.npy", (4, 60), "<f8", "d", large)
END
    says "bytes that fit" ./m train --out t0 </dev/null
    says "raw bytes" ./m train --out t1 --set data.pixels=raw <<'END'
warning: with 'pixels: raw', 'right.npy' goes from 0 to 239, but 'dense_1' (sigmoid) gives 0 to 1; 'pixels: unit' fits
END
    says "signed bytes to test with" ./m evaluate --weights $weights \
        --set data.pixels=signed <<'END'
warning: with 'pixels: signed', 'right.npy' goes from -1 to 0.87451, but 'dense_1' (sigmoid) gives 0 to 1; 'pixels: unit' fits, or activation=tanh
END
    says "floats beyond 1" ./m train --out t2 --set data.train=bytes.npy <<'END'
warning: 'bytes.npy' goes from 0 to 239, but 'dense_1' (sigmoid) gives 0 to 1; what is not 8-bit is taken as it is: scale it
END
    says "pixels for floats" ./m train --out t3 --set data.train=bytes.npy \
        --set data.test=bytes.npy --set data.pixels=unit <<'END'
warning: 'pixels: unit' is for 8-bit data; 'bytes.npy' holds float32 values (0 to 239), which are taken as they are
warning: 'bytes.npy' goes from 0 to 239, but 'dense_1' (sigmoid) gives 0 to 1; what is not 8-bit is taken as it is: scale it
warning: 'bytes.npy' goes from 0 to 239, but 'dense_1' (sigmoid) gives 0 to 1; what is not 8-bit is taken as it is: scale it
END
    says "floats that are what pixels say" ./m train --out t4 \
        --set data.train=unit.npy --set data.pixels=unit </dev/null
    says "the same without a word" ./m train --out t5 \
        --set data.train=unit.npy --set data.pixels=raw </dev/null
    cmp t4/weights.safetensors t5/weights.safetensors
    ok "samples: floats are taken as they are" $?
    says "floats to resume with" ./m train --resume t3 --set epochs=2 <<'END'
warning: 'bytes.npy' goes from 0 to 239, but 'dense_1' (sigmoid) gives 0 to 1; what is not 8-bit is taken as it is: scale it
warning: 'bytes.npy' goes from 0 to 239, but 'dense_1' (sigmoid) gives 0 to 1; what is not 8-bit is taken as it is: scale it
END
    says "floats below 0" ./m evaluate --weights $weights --input signed.npy <<'END'
warning: 'signed.npy' goes from -1 to 1, but 'dense_1' (sigmoid) gives 0 to 1; what is not 8-bit is taken as it is: scale it
END
    sed 's/right.npy/right.npy, pixels: raw/' s.yaml >raw.yaml
    says "guss train, with what replaces raw pixels" \
        "$guss" train m.nn raw.yaml --out t6 --set data.pixels=unit </dev/null
    says "guss train, once" "$guss" train m.nn s.yaml --out t7 --schedule raw.yaml <<'END'
warning: with 'pixels: raw', 'right.npy' goes from 0 to 239, but 'dense_1' (sigmoid) gives 0 to 1; 'pixels: unit' fits
END
    refused "NaN to train on" 1 ./m train --out no --set data.train=nan.npy <<'END'
error: sample 2 of 'nan.npy' has NaN at (10), counted from 0
END
    refused "infinities to test with" 1 ./m train --out no --set data.test=inf.npy <<'END'
error: sample 0 of 'inf.npy' has -infinity at (0, 2, 1), counted from 0; 3 values in 2 samples are not finite numbers
END
    refused "a float64 that float32 has not" 1 \
        ./m train --out no --set data.train=huge.npy <<'END'
error: sample 1 of 'huge.npy' has -1e+300, too large for float32, at (7), counted from 0; 2 values in 2 samples are not finite numbers of float32
END
    [ ! -e no ]
    ok "samples: nothing is written before" $?
    for command in 'evaluate' 'reconstruct --output x.png' 'predict --output x.npy' 'predict --output x.npy --from first' 'interpolate --from dense --output x.png'; do
        # shellcheck disable=SC2086 # words
        refused "NaN: $command" 1 \
            ./m ${command%% *} --weights $weights --input nan.npy ${command#"${command%% *}"} <<'END'
error: sample 2 of 'nan.npy' has NaN at (10), counted from 0
END
    done
}

check_axes
check_values
