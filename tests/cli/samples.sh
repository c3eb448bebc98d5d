#!/bin/sh
# Samples that do not fit what they are to fill: their axes, in every command
# that reads some. What is wrong is said before anything is computed.
# shellcheck source=tests/cli/lib.sh disable=SC2154
. "$(dirname "$0")/lib.sh"
cd "$scratch" || exit 3
if ! command -v python3 >/dev/null; then
    skip "samples" "no python3"
    exit
fi

# refused NAME STATUS COMMAND...: the message is standard input.
refused() {
    what=$1
    shift
    expect_status "samples: $what is refused" "$@" || return
    expect_text "samples: $what: the message" "$scratch/err"
}

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
check_axes
