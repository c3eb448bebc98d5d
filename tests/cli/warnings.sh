#!/bin/sh
# The C compiler says nothing of emitted C, whatever the sizes: small models whose
# extents, channels, units and batches lie at and next to where vectors and
# blocks end, with every loss and optimizer, for every target and number type.
# Optimised as guss has it done, since most of what a compiler has to say it
# finds on the way.
#
#   GUSS_SWEEP=5000        how many models; 60 without
#   GUSS_SWEEP_FIRST=1     the seed of the first
#
# A model is a function of its seed; every sixth is one of random_network's.
# shellcheck source=tests/cli/lib.sh disable=SC2154
. "$(dirname "$0")/lib.sh"
cd "$scratch" || exit 3
count=${GUSS_SWEEP:-60} first=${GUSS_SWEEP_FIRST:-1}

compilers=
for compiler in gcc clang; do
    if command -v $compiler >/dev/null; then
        compilers="$compilers $compiler"
    else
        skip "warnings: what $compiler says" "$compiler is missing"
    fi
done
compilers=${compilers:-${CC:-cc}}

# Writes model.nn and model.yaml of a seed.
cat >model.awk <<'END'
function pick(n) {
    state = state * 16807 % 2147483647
    return int(state / 7) % n
}
function word(list,   words) { return words[1 + pick(split(list, words, " "))] }
# At most `most`, at an edge or next to one.
function size(most,   n) {
    do n = word(edges) + pick(3) - 1; while (n < 1 || n > most)
    return n
}
function activation() {
    return word("relu linear tanh sigmoid softmax elu selu softplus swish gelu " \
        "mish leaky_relu relu6 hard_sigmoid softsign exponential")
}
function add(call) { text = text "    " call "\n" }
function dense(units, of) { add("Dense(" units ", activation=" of ")") }
function pair(most) { return "(" 1 + pick(most) ", " 1 + pick(most) ")" }
function image_layer(   kind) {
    kind = pick(11)
    if (kind == 9)
        add("DepthwiseConv2D(" pair(5) ", padding=same, strides=" \
            word("1 1 2") ", depth_multiplier=" word("1 1 2") ")")
    else if (kind == 10)
        add("SeparableConv2D(" word("16 32 48 9") ", " pair(4) \
            ", padding=same, activation=" activation() ")")
    else if (kind < 4)
        add((kind % 2 ? "Conv2D(" : "Conv2DTranspose(") size(70) ", " pair(5) \
            ", strides=" word("1 1 2") ", padding=same, activation=" \
            activation() ")")
    else if (kind == 4)
        add("MaxPooling2D(" pair(3) ", padding=same)")
    else if (kind == 5)
        add("AveragePooling2D(" pair(3) ", padding=same)")
    else if (kind == 6)
        add("UpSampling2D(" pair(2) ", interpolation=" \
            word("nearest bilinear") ")")
    else if (kind == 7)
        add(word("BatchNormalization() LayerNormalization() " \
            "GroupNormalization(1) GroupNormalization(-1) " \
            "PReLU(shared_axes=(1,2)) PReLU() SpatialDropout2D(0.2)"))
    else
        add("ZeroPadding2D((" pick(3) ", " pick(2) "))")
}
function step_layer(   kind) {
    kind = pick(5)
    if (kind < 3)
        add("Conv1D(" size(70) ", " 1 + pick(5) ", strides=" word("1 1 2") \
            ", padding=" word("same causal") ", activation=" activation() ")")
    else if (kind == 3)
        add(word("Max Average") "Pooling1D(" 1 + pick(3) ", padding=same)")
    else
        add("BatchNormalization()")
}
function row_layer(   kind) {
    kind = pick(6)
    if (kind < 3)
        dense(size(4000), activation())
    else
        add(kind == 3 ? word("BatchNormalization() LayerNormalization() PReLU() " \
            "GroupNormalization(1) Rescaling(2)") : \
            kind == 4 ? "Dropout(0.3)" : \
            word("LeakyReLU(0.2) ReLU(6) ReLU(2,threshold=0.5)"))
}
function layers(most, rank,   n) {
    for (n = pick(most); n >= 0; n--)
        if (rank == 3) image_layer(); else if (rank == 2) step_layer()
        else row_layer()
}
function open_network(name, shape) { text = text "network " name "(" shape ") {\n" }
function make_gan() {
    batch += batch % 2
    open_network("maker", size(300))
    layers(2, 1)
    dense(values, word("tanh sigmoid linear"))
    add("Reshape(" shape ")\n}")
    open_network("judge", shape)
    layers(2, rank)
    add("Flatten()")
    dense(1, "sigmoid")
    return "gan\ngenerator: maker\ndiscriminator: judge\nloss: binary_crossentropy"
}
function make_classifier(   classes) {
    open_network("main", shape)
    layers(3, rank)
    add("Flatten()")
    classes = size(300)
    dense(classes, classes == 1 ? "sigmoid" : "softmax")
    return "classifier\nloss: " (classes == 1 ? "binary_crossentropy" : \
        word("categorical_crossentropy mean_squared_error"))
}
function make_autoencoder() {
    open_network("main", shape)
    layers(3, rank)
    add("Flatten()")
    dense(values, word("sigmoid softplus"))
    add("Reshape(" shape ")")
    return "autoencoder\nloss: " word("mean_squared_error mean_absolute_error " \
        "huber binary_crossentropy")
}
BEGIN {
    edges = "1 2 4 8 16 32 48 64 128 192 256 512 768 784 1024 2048 3072"
    state = seed * 7919 + 17
    rank = word("1 1 1 1 2 3 3")
    shape = rank == 3 ? size(20) ", " size(20) ", " size(20) : \
        rank == 2 ? size(70) ", " size(20) : size(4000)
    values = 1
    for (n = split(shape, extents, ", "); n > 0; n--)
        values *= extents[n]
    batch = size(260)
    kind = pick(4)
    objective = kind == 0 ? make_gan() : kind == 1 ? make_classifier() : \
        make_autoencoder()
    print text "}" >"model.nn"
    print "objective: " objective "\nbatch: " batch "\niterations: 10\n" \
        "optimizer: {name: " word("adam adamw sgd rmsprop adadelta adagrad") "}\n" \
        "data: {train: x}" >"model.yaml"
}
END

# say COMPILER TARGET REAL: what the compiler says of model.nn, in `said`; 0 where
# that is nothing.
cat >say <<'END'
compiler=$1 target=$2 real=$3 schedule=
[ -f model.yaml ] && schedule=model.yaml
"$guss" emit --target "$target" --real "$real" -o emitted model.nn $schedule \
    >said 2>&1 || exit 1
flags=$(sed -n 's/^CFLAGS ?= //p' emitted/Makefile)
[ -z "$plant" ] || echo "$plant" >>emitted/model.c
$compiler $c_warnings $flags -I"$BUILD/include" -c -o /dev/null \
    emitted/model.c >said 2>&1 && [ ! -s said ]
END

# try SEED COMPILERS...: a model of its own for one compiler, target and type;
# its folder is left where something is said.
cat >try <<'END'
seed=$1
shift
mkdir "$seed" && cd "$seed" || exit 3
if [ $((seed % 6)) -eq 5 ]; then
    "$BUILD/tests/tools/random_network" make "$seed" . >said 2>&1
    [ ! -f schedule.yaml ] || mv schedule.yaml model.yaml
else
    awk -v seed="$seed" -f ../model.awk
fi
for target in $(echo "$targets" | cut -d ' ' -f $((seed % 4 + 1))); do
    shift $((seed / 4 % $#))
    real=float
    [ $((seed / 8 % 4)) -ne 3 ] || real=double
    echo "$1 $target $real" >how
    sh ../say "$1" "$target" "$real" || exit 0
done
cd .. && rm -r "$seed"
END
targets="generic x86-64-v2 x86-64-v3 x86-64-v4"
[ "$(uname -m)" = x86_64 ] || targets="generic generic generic generic"
export guss c_warnings targets BUILD plant=

# One seed's complaint, if it has one.
report() {
    [ -d "$1" ] || return 0
    ok "warnings: model $1 ($(cat "$1/how"))" 1
    sed 's/^/    /' "$1/said" | head -12
    sed 's/^/    /' "$1/model.nn" "$1/model.yaml"
}

sweep() {
    last=$((first + count - 1))
    # shellcheck disable=SC2086 # words
    seq "$first" "$last" | xargs -P "$(getconf _NPROCESSORS_ONLN)" -I '{}' \
        sh try '{}' $compilers
    noisy=0
    for seed in $(seq "$first" "$last"); do
        [ ! -d "$seed" ] || noisy=$((noisy + 1))
        report "$seed"
    done
    ok "warnings: none of $count models makes a C compiler speak ($noisy do)" \
        "$noisy"
}

# quiet NAME TARGET REAL OBJECTIVE LOSS: of the networks on standard input.
quiet() {
    rm -rf named && mkdir named && cat >named/model.nn
    printf 'objective: %s\nloss: %s\nbatch: 32\nepochs: 1\n%s\n' "$4" "$5" \
        'optimizer: {name: adam}
data: {train: x}' >named/model.yaml
    for compiler in $compilers; do
        (cd named && sh ../say "$compiler" "$2" "$3")
        ok "warnings: $1 ($compiler)" $? || sed 's/^/    /' named/said | head -12
    done
}

# What has made a compiler speak.
check_named() {
    widest=generic
    [ "$(uname -m)" = x86_64 ] && widest=x86-64-v4
    for loss in mean_squared_error binary_crossentropy; do
        quiet "three whole blocks of outputs, $loss" $widest float \
            autoencoder $loss <<'END'
network colours(3072) {
    Dense(8, activation=relu)
    Dense(3072, activation=softplus)
}
END
    done
    quiet "vectors of two doubles" generic double autoencoder \
        mean_squared_error <<'END'
network rows(9) {
    Dense(9)
}
END
    quiet "nothing left for a tile behind the last cut" generic float \
        autoencoder binary_crossentropy <<'END'
network normalised(2, 8, 5) {
    BatchNormalization()
    Flatten()
    Dense(80, activation=sigmoid)
    Reshape(2, 8, 5)
}
END
    quiet "a transposed kernel without a bias" generic float autoencoder \
        mean_squared_error <<'END'
network same(8, 8, 16) {
    Conv2DTranspose(16, 2, padding=same, use_bias=false)
}
END
    quiet "statistics that are given" generic float classifier \
        categorical_crossentropy <<'END'
network normalised(12) {
    Dense(17)
    BatchNormalization(trainable=false)
    Dense(5, activation=softmax)
}
END
    quiet "inputs that lie in one place" generic float classifier \
        categorical_crossentropy <<'END'
network merged {
    image   = Input(9)
    made    = Dense(7, activation=tanh)
    dropped = Dropout(0.5)
    Add() from made, dropped
    Dense(5, activation=softmax)
}
END
    [ $widest = generic ] || widest=x86-64-v2
    quiet "a kernel with columns left over" $widest float autoencoder \
        mean_squared_error <<'END'
network transposed(2, 2, 1) {
    Conv2DTranspose(17, (2, 1), strides=2, padding=same, activation=sigmoid)
    AveragePooling2D((2, 2), padding=same)
    Flatten()
    Dense(4, activation=softplus)
    Reshape(2, 2, 1)
}
END
}

# The check can fail.
check_found() {
    for compiler in $compilers; do
        (cd named && plant='static int planted(int given) { return 1; }' \
            sh ../say "$compiler" generic float)
        [ $? -eq 1 ] && grep -q planted named/said
        ok "warnings: what $compiler says is found" $?
    done
}

check_named
check_found
sweep
