# The same weights, to the bit: with any number of threads, and after stopping
# at any of ten places and going on. Dropout, shuffling, a smaller last batch,
# both ways of summing gradients, and a test set are in play.
# shellcheck shell=sh source=tests/cli/lib.sh disable=SC2154
. "$(dirname "$0")/lib.sh"
cd "$scratch" || exit 1

cat >model.nn <<'NN'
network model(784) {
    Dense(40, activation=relu, kernel_regularizer=l1_l2(0.0001, 0.001))
    Dropout(0.2)
    Dense(24, activation=tanh, activity_regularizer=l1_l2(0.01, 0.02))
    Dense(90)
    LeakyReLU(0.1)
    Dense(784, activation=sigmoid, kernel_regularizer=l2(0.001))
}
NN
cat >model.yaml <<'YAML'
objective: autoencoder
loss: binary_crossentropy
batch: 150
iterations: 23
seed: 5
optimizer: {name: adam}
data: {train: smileys/train, test: smileys/test, pixels: binary}
checkpoint: {every: 1, keep: 2}
threads: 2
YAML

expect_status "determinism: the model is built" 0 \
    "$guss" build model.nn model.yaml -o model || exit 1

expect_status "determinism: the run never stopped" 0 \
    ./model train --threads 1 --out whole
for threads in 2 3 7; do
    expect_status "determinism: $threads threads train" 0 \
        ./model train --threads $threads --out threads-$threads
    cmp -s whole/weights.safetensors threads-$threads/weights.safetensors
    ok "determinism: $threads threads give the bits of one" $?
    cmp -s whole/log.csv threads-$threads/log.csv
    ok "determinism: $threads threads give the log of one" $?
done

for stop in 1 2 3 4 7 9 12 15 20 22; do
    ./model train --set iterations=$stop --out stop-$stop >log 2>&1 &&
        ./model train --resume stop-$stop --set iterations=23 --threads 3 \
            >>log 2>&1
    ok "determinism: stopped after $stop updates and resumed" $? || cat log
    cmp -s whole/weights.safetensors stop-$stop/weights.safetensors
    ok "determinism: stopped after $stop updates: the same bits" $?
done

# Whoever reads the progress goes away.
./model train --out piped 2>&1 | head -n 1 >/dev/null
cmp -s whole/weights.safetensors piped/weights.safetensors
ok "determinism: a pipe that closes: the same bits" $?

# Ctrl-C at no chosen place, until the run is done.
interruptions=0 pause=0.15
[ -z "${SANITIZE:-}" ] || pause=1 # until it listens for signals
options='--out torn --set iterations=400'
while [ $interruptions -lt 12 ]; do
    # shellcheck disable=SC2086 # words
    ./model train $options >log 2>&1 &
    sleep $pause
    kill -INT $! 2>/dev/null
    wait $!
    status=$?
    [ $status -eq 130 ] || break
    interruptions=$((interruptions + 1))
    options='--resume torn'
done
[ "$status" -eq 130 ] && { ./model train --resume torn >log 2>&1; status=$?; }
ok "determinism: interrupted $interruptions times, it ends with status 0" "$status"
./model train --set iterations=400 --out smooth >log 2>&1
for file in weights.safetensors log.csv loss.png; do
    cmp -s smooth/$file torn/$file
    ok "determinism: interrupted $interruptions times: the same $file" $?
done
[ $interruptions -gt 0 ]
ok "determinism: it was interrupted at all" $?

# Images: windows in both layouts, statistics of the batch, a folded upsampling,
# weights used twice, sums over stretched sizes and over positions.
cat >images.nn <<'NN'
network inner(14, 14, 8) {
    Conv2D(8, 3, padding=same)
}
network images {
    Input(28, 28, 1)
    Conv2D(8, 3, padding=same, activation=relu)
    MaxPooling2D()
    a = BatchNormalization()
    b = inner()
    c = inner()
    d = Add() from a, c
    PReLU(shared_axes=(1, 2))
    LayerNormalization()
    e = GroupNormalization(2)
    GlobalAveragePooling2D() from d
    f = Dense(8, activation=mish)
    Multiply() from e, f
    g = SpatialDropout2D(0.1)
    Maximum() from g, d
    GaussianNoise(0.1)
    Dropout(0.1)
    UpSampling2D()
    Conv2D(1, 3, padding=same, activation=sigmoid)
}
network wide(28, 28, 1) {
    Conv2D(16, 3, strides=2, padding=same)
    LeakyReLU(0.2)
    BatchNormalization()
    Conv2DTranspose(16, 4, strides=2, padding=same, activation=relu)
    Flatten()
    Dense(784, activation=sigmoid)
}
NN
for network in images wide; do
    sed "s/^loss/network: $network\\nloss/; s/: 23/: 5/; s/: 150/: 50/" \
        model.yaml >$network.yaml
    expect_status "determinism: $network is built" 0 \
        "$guss" build images.nn $network.yaml -o $network || exit 1
    expect_status "determinism: $network never stopped" 0 \
        ./$network train --threads 1 --out $network-whole
    for threads in 2 3 7; do
        ./$network train --threads $threads --out $network-$threads >log 2>&1 &&
            cmp -s $network-whole/weights.safetensors \
                $network-$threads/weights.safetensors
        ok "determinism: $network: $threads threads give the bits of one" $? ||
            cat log
    done
    for stop in 1 4; do
        ./$network train --set iterations=$stop --out $network-stop-$stop \
            >log 2>&1 &&
            ./$network train --resume $network-stop-$stop --set iterations=5 \
                --threads 3 >>log 2>&1 &&
            cmp -s $network-whole/weights.safetensors \
                $network-stop-$stop/weights.safetensors
        ok "determinism: $network: stopped after $stop updates: the same bits" \
            $? || cat log
    done
done

# Transposes of neighbouring rows of a kernel, by two threads: neither stores
# anything in the other's place, not even what was there. The C compiler has done
# so where the columns left over are known.
cat >neighbours.c <<'END'
#include <pthread.h>
#include <stdio.h>

#define GUSS_VECTOR WIDTH
#include "guss/block.h"

enum { ROUNDS = 600000, ROWS = 40, STRIDE = 48 };
static real kernel[ROWS * 32], transposed[32 * STRIDE];
static volatile int begin = 0, end = 20; /* known to nobody */
static int n_lost;

static void first_half(void)
{
    for (int round = 0; round < ROUNDS; round++)
        guss_transpose(begin, end, COLUMNS, kernel, 32, transposed, STRIDE);
}

/* Numbers the other half, and looks whether each is still there. */
static void *second_half(void *unused)
{
    volatile real *to = transposed;
    for (int round = 1; round < ROUNDS / 16; round++) {
        for (int i = 20; i < ROWS; i++)
            for (int j = 0; j < COLUMNS; j++)
                to[j * STRIDE + i] = (real)round;
        for (int i = 20; i < ROWS; i++)
            for (int j = 0; j < COLUMNS; j++)
                n_lost += to[j * STRIDE + i] != (real)round;
    }
    return unused;
}

int main(void)
{
    pthread_t thread;
    if (pthread_create(&thread, NULL, second_half, NULL) != 0)
        return 3;
    first_half();
    pthread_join(thread, NULL);
    printf("%d\n", n_lost);
    return n_lost > 0;
}
END
"$guss" emit model.nn model.yaml -o emitted >log 2>&1
flags=$(sed -n 's/^CFLAGS ?= //p' emitted/Makefile)
width=$(sed -n 's/^#define GUSS_VECTOR \([0-9]*\).*/\1/p' emitted/model.c)
for columns in 1 8 24 31; do
    # shellcheck disable=SC2086 # words
    ${CC:-cc} $flags -pthread -DWIDTH="$width" -DCOLUMNS=$columns \
        -I"$BUILD/include" neighbours.c -o neighbours >log 2>&1 &&
        ./neighbours >>log
    ok "determinism: a transpose of $columns columns keeps to its rows" $? ||
        cat log
done
