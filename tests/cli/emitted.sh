#!/bin/sh
# Holds emitted C to the rules of handwritten C: no warning under the project's
# own warnings with gcc and clang for every target, and a layout that
# clang-format leaves as it is. It names no date and no folder of this machine.
# shellcheck source=tests/cli/lib.sh disable=SC2154
. "$(dirname "$0")/lib.sh"
cd "$scratch" || exit 3
warnings=$c_warnings

# schedule NETWORK OBJECTIVE LOSS OPTIMIZER BATCH
schedule() {
    cat <<END
objective: $2
network: $1
loss: $3
batch: $5
iterations: 10
optimizer: {name: $4}
data: {train: smileys/train}
END
}

make_models() {
    cat >simple.nn <<'END'
network simple {
    input   = Input(784)
    encoder = Dense(32, activation=relu)
    decoder = Dense(784, activation=sigmoid)
}
END
    schedule simple autoencoder binary_crossentropy adam 256 >simple.yaml
    cat >deep.nn <<'END'
network deep(28, 28, 1) {
    Flatten()
    repeat 3 as i {
        Dense(128 // 2 ** i, activation=relu)
    }
    repeat 2 as i {
        Dense(64 * 2 ** i, activation=relu)
    }
    Dense(784, activation=sigmoid)
    Reshape(28, 28, 1)
}
END
    schedule deep autoencoder binary_crossentropy rmsprop 100 >deep.yaml
    cat >every.nn <<'END'
network every {
    sample = Input(5, 3)
    d1     = Dense(7, activation=tanh)
    Flatten()
    Dense(19, activation=relu, bias_initializer=random_normal(stddev=0.02))
    Dense(17, activation=sigmoid, kernel_initializer=he_normal)
    Dropout(0.3)
    Dense(13, activation=elu)
    Dense(18)
    LeakyReLU(0.2)
    Dense(11, activation=selu, trainable=false)
    Reshape(11, 1)
    Dense(3, activation=softplus)
    Reshape(-1)
    Dense(14, activation=swish, use_bias=false)
    Dense(12, activation=gelu)
    ELU(0.7)
    ReLU()
    Activation(tanh)
    Dense(4)
    Softmax()
}
network second(4) {
    input = Dense(1, activation=sigmoid)
}
network int(9, 2) {
    while = Dense(2, activation=softmax)
    Activation(linear)
}
END
    schedule every classifier categorical_crossentropy sgd 7 >every.yaml
    sed 's/^network every/network predicted/' every.nn >predicted.nn
    cat >clipped.nn <<'END'
network clipped(6) {
    a_name_that_is_longer_than_most_names = Dense(17)
    Dense(9, activation=sigmoid)
    Dense(6, activation=softmax)
}
END
    schedule clipped autoencoder mean_absolute_error adagrad 9 >clipped.yaml
    sed 's/clipped/group/' clipped.nn >group.nn
    schedule group autoencoder binary_crossentropy adadelta 33 >group.yaml
    cat >images.nn <<'END'
network images(28, 28, 1) {
    Conv2D(17, (1, 3), padding=same, dilation_rate=(1, 3), activation=relu)
    MaxPooling2D()
    BatchNormalization()
    Conv2DTranspose(5, 4, strides=2, padding=same)
    LeakyReLU(0.2)
    AveragePooling2D(2)
    UpSampling2D(2)
    Conv2D(1, 3, padding=same, activation=sigmoid)
}
END
    schedule images autoencoder binary_crossentropy adam 50 >images.yaml
    # what is read twice, whatever made it
    cat >readers.nn <<'END'
network readers {
    Input(8, 6, 3)
    a = BatchNormalization()
    b = Conv2D(3, 3, padding=same)
    c = Add() from a, b
    d = Dropout(0.2)
    e = LayerNormalization()
    f = Multiply() from d, e
    g = MaxPooling2D()
    h = ReLU()
    i = Subtract() from g, h
    j = DepthwiseConv2D(3, padding=same)
    k = PReLU() from j
    Maximum() from i, j, k, i
    l = Flatten()
    m = BatchNormalization()
    n = Dense(36, activation=tanh)
    Concatenate() from l, m, n
    Dense(5, activation=softmax)
}
END
    schedule readers classifier categorical_crossentropy adamw 20 >readers.yaml
}
models="simple deep every predicted clipped group images readers"
# Where every name is short, lines are broken as clang-format would.
laid_out="simple deep every predicted"
targets="generic x86-64-v2 x86-64-v3 x86-64-v4"

emit_all() {
    for model in $models; do
        schedule=
        [ -e "$model.yaml" ] && schedule=$model.yaml
        for target in $targets; do
            expect_status "emitted: $model for $target" 0 "$guss" emit \
                --target "$target" -o "$target/$model" "$model.nn" \
                ${schedule:+"$schedule"}
        done
    done
}

# One line a compilation: compiler, model, target, mode. What only the analysis
# of an optimiser finds is looked for once.
list_compilations() {
    for compiler in gcc clang; do
        command -v $compiler >/dev/null || continue
        for model in $models; do
            for target in $targets; do
                mode=-fsyntax-only
                [ "$compiler $target" = "gcc generic" ] && mode=-O1
                echo "$compiler $model $target $mode"
            done
        done
    done
}

compile_all() {
    list_compilations >list
    export warnings BUILD
    # shellcheck disable=SC2016 # the inner shell expands
    xargs -P "$(getconf _NPROCESSORS_ONLN)" -n 4 sh -c '
        flags=$(sed -n "s/^CFLAGS ?= .*-fno-trapping-math *//p" $2/$1/Makefile)
        $0 $warnings $flags $3 -I"$BUILD/include" -c -o /dev/null $2/$1/$1.c \
            >$2/$1/$0.log 2>&1
        echo $? >$2/$1/$0.status' <list
    while read -r compiler model target _; do
        [ "$(cat "$target/$model/$compiler.status")" = 0 ] &&
            [ ! -s "$target/$model/$compiler.log" ]
        ok "emitted: $model for $target has no warning with $compiler" $? ||
            head -20 "$target/$model/$compiler.log" | sed 's/^/    /'
    done <list
    for compiler in gcc clang; do
        command -v $compiler >/dev/null ||
            skip "emitted: no warning with $compiler" "$compiler is missing"
    done
}

check_layout() {
    command -v clang-format >/dev/null || {
        skip "emitted: clang-format changes nothing" "clang-format is missing"
        return
    }
    cp "$root/.clang-format" .
    for model in $laid_out; do
        for target in $targets; do
            clang-format "$target/$model/$model.c" |
                diff "$target/$model/$model.c" - >"$scratch/diff"
            ok "emitted: clang-format changes nothing in $model for $target" \
                $? || head -20 "$scratch/diff" | sed 's/^/    /'
        done
    done
}

check_text() {
    for model in $models; do
        code=generic/$model/$model.c
        ! grep -nE "$scratch|$root|$BUILD|20[2-9][0-9]-|__DATE__|__TIME__" "$code"
        ok "emitted: $model names no folder and no date" $?
        ! grep -nE '.{81}|[[:space:]]$|	' "$code"
        ok "emitted: $model has no line over 80 columns and no tab" $?
        ! grep -n '[[:space:]]$' "generic/$model/Makefile"
        ok "emitted: no line of $model's Makefile ends with a blank" $?
        mkdir -p elsewhere
        cp "$model".* elsewhere
        schedule=
        [ -e "$model.yaml" ] && schedule=$model.yaml
        (cd elsewhere && "$guss" emit --target generic -o "out/$model" \
            "$model.nn" ${schedule:+"$schedule"}) && cmp "$code" "elsewhere/out/$model/$model.c"
        ok "emitted: $model is the same from another folder" $?
    done
}

# Which output is the greatest is looked for where it is the answer: of an
# autoencoder's 784 it would take a third of its validation.
check_counts() {
    grep -q guss_is_correct generic/every/every.c
    ok "emitted: a classifier counts what it has right" $?
    for model in simple deep clipped group images; do
        ! grep -n guss_is_correct "generic/$model/$model.c"
        ok "emitted: $model counts nothing of the kind" $?
    done
}

# What the C carries of the user's texts comes out as it was.
check_strings() {
    cat >'odd * 1 ((x)).nn' <<'END'
# "quotes" \ and \n, ??/ ??? trigraphs?, a tab	, Zürich, and a line that is too long to stay on one line
# aLineWithoutAnyBlankInItThatIsMuchTooLongForOneLineOfTheLiteralAndHasToBeBrokenSomewhere
network odd {
    Input(784)
    Dense(784)
}
END
    schedule odd autoencoder mean_squared_error sgd 400 >odd.yaml
    "$guss" emit 'odd * 1 ((x)).nn' odd.yaml -o odd
    grep -qF '.nn_path = "odd * 1 ((x)).nn",' odd/*.c && ! grep -n '.\{81\}' odd/*.c
    ok "emitted: a path stays as it is" $?
    "$guss" build 'odd * 1 ((x)).nn' odd.yaml -o odd.exe &&
        ./odd.exe train --set iterations=1 --out odd.run 2>/dev/null &&
        cmp odd.run/model.nn 'odd * 1 ((x)).nn'
    ok "emitted: a text stays as it is" $?
}

# draws NAME NUMBERS: of the layers that draw in draws.nn's functions of an
# update, in their order.
draws() {
    "$guss" emit draws.nn draws.yaml -o draws &&
        found=$(sed -n '/^static void [a-z_]*_one_tile/,/^}/p' draws/draws.c |
            tr -d '\n' | grep -oE '(dropout|noise)[a-z_0-9]*\( *batch, *[0-9]+' |
            grep -oE '[0-9]+$' | tr '\n' ' ')
    [ "$found" = "$2 " ]
    ok "emitted: $1" $? || echo "    $found, not $2"
}

# Each use of a layer draws by a number of its own.
check_draws() {
    cat >draws.nn <<'END'
network plain(6) {
    GaussianNoise(0.1)
    Dense(6)
    Dropout(0.5)
}
END
    cat >draws.yaml <<'END'
objective: autoencoder
loss: mean_squared_error
batch: 8
epochs: 1
optimizer: {name: sgd}
data: {train: smileys/train}
END
    draws "layers of one network draw by their index" "1 3"
    cat >draws.nn <<'END'
network plain(6) {
    inner()
    GaussianNoise(0.1)
    inner()
}
network inner(6) {
    Dense(6)
    Dropout(0.5)
}
END
    sed -i 's/^batch/network: plain\nbatch/' draws.yaml
    draws "a network that is placed twice draws twice" "6 2 9"
    cat >draws.nn <<'END'
network maker(6) {
    Dense(6)
    Dropout(0.5)
}
network judge(6) {
    GaussianNoise(0.1)
    Dense(1, activation=sigmoid)
    Dropout(0.5)
}
END
    sed -i 's/autoencoder/gan/; s/network: plain/generator: maker/
        s/^batch/discriminator: judge\nbatch/' draws.yaml
    draws "a GAN's networks draw apart, and the discriminator each time" \
        "1 3 6 8 10"
}

# What clang makes of a softmax of many short rows: each sums to 1. It lost
# writes where vectors have 16 numbers.
check_rows() {
    name="emitted: a softmax of short rows sums to 1, built by clang"
    if ! command -v clang >/dev/null; then
        skip "$name" "no clang"
        return
    fi
    cat >rows.nn <<'END'
network rows(5, 4, 3) {
    Dense(3, activation=tanh)
    Dense(4, activation=softmax)
    Flatten()
    Dense(3, activation=softmax)
}
END
    schedule rows classifier categorical_crossentropy sgd 37 |
        sed 's/smileys.train/input.npy/; s/: 10$/: 1/' >rows.yaml
    data=$root/tests/keras/layers/normalization
    GUSS_CC=clang "$guss" build -o rows rows.nn rows.yaml >out 2>&1 &&
        ./rows train --out rows.d --data "$data" >out 2>&1 &&
        ./rows predict --weights rows.d/weights.safetensors --layer dense_1 \
            --input "$data/few.x.npy" --output rows.npy >out 2>&1 &&
        tail -c +129 rows.npy | od -An -v -t f4 -w16 | awk '
            { sum = $1 + $2 + $3 + $4
              wrong += sum < 0.999 || sum > 1.001 }
            END { exit wrong || NR != 40 }'
    ok "$name" $? || sed 's/^/    /' out
}

# C that was emitted for another runtime is not linked with this one.
check_version() {
    sed 's/\(GUSS_MODEL_VERSION ==\) [0-9]*/\1 0/' generic/simple/simple.c >other.c
    ! ${CC:-cc} -std=c11 -fsyntax-only -I"$BUILD/include" other.c 2>out &&
        grep -q 'written for another guss: emit it again' out
    ok "emitted: code for another version does not compile" $?
}

make_models
emit_all
compile_all
check_layout
check_text
check_counts
check_strings
check_draws
check_rows
check_version
