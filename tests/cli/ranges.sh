#!/bin/sh
# Warnings for numbers that cannot meet: data, outputs, losses. Each is given
# once, at its key in the schedule, and keeps nobody from building.
# shellcheck source=tests/cli/lib.sh disable=SC2154
. "$(dirname "$0")/lib.sh"
cd "$scratch" || exit 3

# schedule NETWORK LOSS DATA...: s.yaml, of an autoencoder or a classifier.
schedule() {
    objective=autoencoder
    [ "$1" = classes ] && objective=classifier
    cat >s.yaml <<END
objective: $objective
network: $1
loss: $2
batch: 8
epochs: 1
optimizer: {name: adam}
data: {$3}
END
}

gan() { # GENERATOR DISCRIMINATOR PIXELS
    cat >s.yaml <<END
objective: gan
generator: $1
discriminator: $2
loss: binary_crossentropy
batch: 8
epochs: 1
optimizer: {name: adam}
data: {train: smileys/train, pixels: $3}
END
}

# says NAME: all that is said while building is standard input.
says() {
    expect_status "ranges: $1: it is built" 0 \
        "$guss" emit --target generic -o emitted m.nn s.yaml
    expect_text "ranges: $1" "$scratch/err"
}

cat >m.nn <<'END'
network sigmoid(784) { Dense(784, activation=sigmoid) Reshape(28, 28) Dropout(0.5) }
network tanh(784) { Dense(784, activation=tanh) }
network linear(784) { Dense(784) }
network relu(784) { Dense(784) ReLU() }
network classes(784) { Dense(3) }
network swish(784) { Dense(784, activation=swish) }
network maker(8) { Dense(784, activation=relu) }
network placing(8) { maker() }
network judge(784) { Dense(1, activation=sigmoid) }
network unsure(784) { Dense(1) }
END

for fitting in 'sigmoid binary_crossentropy train: smileys/train' \
    'sigmoid binary_crossentropy train: smileys/train, pixels: binary' \
    'sigmoid mean_squared_error train: x.npy, pixels: raw' \
    'sigmoid binary_crossentropy train: x.npy' \
    'tanh mean_squared_error train: smileys/train, pixels: signed' \
    'tanh mean_squared_error train: smileys/train' \
    'relu mean_squared_error train: smileys/train, pixels: raw' \
    'linear mean_squared_error train: smileys/train, pixels: signed' \
    'classes mean_squared_error train: smileys/train, pixels: raw'; do
    schedule "${fitting%% *}" "$(echo "$fitting" | cut -d' ' -f2)" \
        "$(echo "$fitting" | cut -d' ' -f3-)"
    says "$fitting" </dev/null
done

schedule sigmoid mean_squared_error 'train: smileys/train, pixels: signed'
says "a sigmoid and signed data" <<'END'
s.yaml:7:38: warning: 'pixels: signed' scales the data to -1 to 1, but 'dense' (sigmoid) gives 0 to 1; 'pixels: unit' fits, or activation=tanh
    7 | data: {train: smileys/train, pixels: signed}
      |                                      ^~~~~~
m.nn:1:24: note: its values are made here
    1 | network sigmoid(784) { Dense(784, activation=sigmoid) Reshape(28, 28) Dropout(0.5) }
      |                        ^~~~~~~~~~~~~~~~~~~~~~~~~~~~~~
END
schedule sigmoid binary_crossentropy 'train: mnist/train, pixels: raw'
says "a sigmoid and raw bytes" <<'END'
s.yaml:7:36: warning: 'pixels: raw' leaves 8-bit data at 0 to 255, but 'dense' (sigmoid) gives 0 to 1; 'pixels: unit' fits
    7 | data: {train: mnist/train, pixels: raw}
      |                                    ^~~
m.nn:1:24: note: its values are made here
    1 | network sigmoid(784) { Dense(784, activation=sigmoid) Reshape(28, 28) Dropout(0.5) }
      |                        ^~~~~~~~~~~~~~~~~~~~~~~~~~~~~~
END
schedule tanh binary_crossentropy 'train: mnist/train, pixels: signed'
says "a cross-entropy of what a tanh gives" <<'END'
s.yaml:3:7: warning: binary_crossentropy wants outputs from 0 to 1, but 'dense' (tanh) gives -1 to 1; activation=sigmoid does
    3 | loss: binary_crossentropy
      |       ^~~~~~~~~~~~~~~~~~~
m.nn:2:21: note: its values are made here
    2 | network tanh(784) { Dense(784, activation=tanh) }
      |                     ^~~~~~~~~~~~~~~~~~~~~~~~~~~
END
schedule linear binary_crossentropy 'train: mnist/train'
says "a cross-entropy of any number" <<'END'
s.yaml:3:7: warning: binary_crossentropy wants outputs from 0 to 1, but 'dense' (linear) gives any number; activation=sigmoid does
    3 | loss: binary_crossentropy
      |       ^~~~~~~~~~~~~~~~~~~
m.nn:3:23: note: its values are made here
    3 | network linear(784) { Dense(784) }
      |                       ^~~~~~~~~~
END
schedule classes categorical_crossentropy 'train: mnist/train'
says "a cross-entropy of classes" <<'END'
s.yaml:3:7: warning: categorical_crossentropy wants outputs from 0 to 1, but 'dense' (linear) gives any number; activation=softmax does
    3 | loss: categorical_crossentropy
      |       ^~~~~~~~~~~~~~~~~~~~~~~~
m.nn:5:24: note: its values are made here
    5 | network classes(784) { Dense(3) }
      |                        ^~~~~~~~
END
schedule relu mean_squared_error 'train: smileys/train, pixels: signed'
says "a relu and signed data" <<'END'
s.yaml:7:38: warning: 'pixels: signed' scales the data to -1 to 1, but 're_lu' (relu) gives 0 and more; 'pixels: unit' fits, or activation=tanh
    7 | data: {train: smileys/train, pixels: signed}
      |                                      ^~~~~~
m.nn:4:32: note: its values are made here
    4 | network relu(784) { Dense(784) ReLU() }
      |                                ^~~~~~
END
schedule swish binary_crossentropy 'train: smileys/train, pixels: signed'
says "a cross-entropy of signed data" <<'END'
s.yaml:7:38: warning: 'pixels: signed' scales the data to -1 to 1, but binary_crossentropy wants targets from 0 to 1; 'pixels: unit' fits
    7 | data: {train: smileys/train, pixels: signed}
      |                                      ^~~~~~
END
gan maker judge signed
says "a generator and signed data" <<'END'
s.yaml:8:38: warning: 'pixels: signed' scales the data to -1 to 1, but 'dense' (relu) gives 0 and more; 'pixels: unit' fits, or activation=tanh
    8 | data: {train: smileys/train, pixels: signed}
      |                                      ^~~~~~
m.nn:7:20: note: its values are made here
    7 | network maker(8) { Dense(784, activation=relu) }
      |                    ^~~~~~~~~~~~~~~~~~~~~~~~~~~
END
gan placing unsure unit
says "a discriminator without a sigmoid" <<'END'
s.yaml:4:7: warning: binary_crossentropy wants outputs from 0 to 1, but 'dense' (linear) gives any number; activation=sigmoid does
    4 | loss: binary_crossentropy
      |       ^~~~~~~~~~~~~~~~~~~
m.nn:10:23: note: its values are made here
   10 | network unsure(784) { Dense(1) }
      |                       ^~~~~~~~
END
gan placing judge signed
says "a generator that places another" <<'END'
s.yaml:8:38: warning: 'pixels: signed' scales the data to -1 to 1, but 'dense' (relu) gives 0 and more; 'pixels: unit' fits, or activation=tanh
    8 | data: {train: smileys/train, pixels: signed}
      |                                      ^~~~~~
m.nn:7:20: note: its values are made here
    7 | network maker(8) { Dense(784, activation=relu) }
      |                    ^~~~~~~~~~~~~~~~~~~~~~~~~~~
END
