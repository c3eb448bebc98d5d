#!/bin/sh
# Holds what `guss build` says of a schedule that does not fit the model, word
# for word.
# shellcheck source=tests/cli/lib.sh
. "$(dirname "$0")/lib.sh"
cd "$scratch" || exit 3
cp "$root"/tests/cli/files/* .

# misfit NAME FILE CHANGE: model.yaml changed does not fit FILE; standard input
# is what is said of it, and nothing is written.
misfit() {
    sed "$3" model.yaml >changed.yaml
    expect_status "schedule: $1" 1 "$guss" build "$2" changed.yaml -o x
    expect_text "schedule: $1, in these words" "$scratch/err"
    [ ! -s "$scratch/out" ] && [ ! -e x ]
    ok "schedule: $1: nothing is written" $?
}

check_schedules() {
    misfit "a schedule for an unknown network" several.nn 's/work: model/work: modell/' <<'END'
changed.yaml:2:10: error: unknown network 'modell'; did you mean 'model'?
    2 | network: modell
      |          ^~~~~~
END
    misfit "a schedule for none of several networks" several.nn '/^network/d' <<'END'
changed.yaml:1:1: error: the file has 4 networks: say which with 'network'
    1 | objective: autoencoder
      | ^
END
    misfit "an autoencoder that does not give its input" several.nn 's/work: model/work: narrow/' <<'END'
changed.yaml:1:12: error: an autoencoder gives back its input: 'narrow' reads (784), 784 values, and gives (28), 28
    1 | objective: autoencoder
      |            ^~~~~~~~~~~
several.nn:8:5: note: its output is made here
    8 |     Dense(28, activation=softmax)
      |     ^~~~~~~~~~~~~~~~~~~~~~~~~~~~~
END
    echo 'network turned(4, 3, 2) { Flatten() Dense(24) Reshape(3, 4, 2) }' >turned.nn
    misfit "an autoencoder whose output is turned" turned.nn '/^network/d; s/binary_crossentropy/mean_squared_error/' <<'END'
changed.yaml:1:12: error: an autoencoder gives back its input: 'turned' reads (4, 3, 2), 24 values, and gives (3, 4, 2), 24
    1 | objective: autoencoder
      |            ^~~~~~~~~~~
turned.nn:1:47: note: its output is made here
    1 | network turned(4, 3, 2) { Flatten() Dense(24) Reshape(3, 4, 2) }
      |                                               ^~~~~~~~~~~~~~~~
END
    misfit "a classifier of images" several.nn 's/work: model/work: image/; s/autoencoder/classifier/' <<'END'
several.nn:12:5: error: a classifier gives one row of classes, but 'image' gives (28, 28, 3) here; Flatten() or GlobalAveragePooling2D() makes a row of it
   12 |     Dense(3)
      |     ^~~~~~~~
changed.yaml:1:12: note: the objective says so
    1 | objective: classifier
      |            ^~~~~~~~~~
END
    sed 's/Dense(28, activation=softmax)/Dense(1, activation=sigmoid)/' \
        several.nn >one.nn
    misfit "categorical crossentropy of one output" one.nn \
        's/work: model/work: narrow/; s/autoencoder/classifier/; s/binary/categorical/' <<'END'
changed.yaml:3:7: error: categorical_crossentropy of one output is always 0: use binary_crossentropy
    3 | loss: categorical_crossentropy
      |       ^~~~~~~~~~~~~~~~~~~~~~~~
END
    misfit "a batch that is too large" several.nn 's/batch: 100/batch: 65537/' <<'END'
changed.yaml:4:8: error: 'batch' is at most 65536, not 65537
    4 | batch: 65537
      |        ^~~~~
END
    misfit "nothing to train" several.nn 's/work: model/work: fixed/' <<'END'
several.nn:14:9: error: 'fixed' has nothing to train: no layer has trainable weights
   14 | network fixed(784) {
      |         ^~~~~
END
    echo 'const a = 1' >none.nn
    misfit "no network at all" none.nn '/^network/d' <<'END'
error: none.nn has no network to build
END
    cat >pair.nn <<'END'
network pair {
    a = Input(4)
    b = Dense(4)
    c = Dense(4) from a
    output b, c
}
network outer(4) {
    inner()
}
network inner(4) {
    Dense(2)
}
END
    misfit "two outputs" pair.nn 's/work: model/work: pair/' <<'END'
changed.yaml:1:12: error: training wants one input and one output, and 'pair' has 1 and 2
    1 | objective: autoencoder
      |            ^~~~~~~~~~~
pair.nn:1:9: note: it is described here
    1 | network pair {
      |         ^~~~
END
    rm none.nn one.nn
}

# What a later version builds.
check_refused_so_far() {
    misfit "bf16" model.nn 's/^loss/precision: bf16\nloss/' <<'END'
changed.yaml:3:12: error: the precision bf16 cannot be built yet
    3 | precision: bf16
      |            ^~~~
END
}

check_schedules
check_refused_so_far
