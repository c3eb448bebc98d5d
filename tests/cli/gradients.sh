# Gradients of emitted code, in double, against central differences: every
# activation, loss and dense layer, and mutants that must be found out.
# shellcheck shell=sh source=tests/cli/lib.sh disable=SC2154
. "$(dirname "$0")/lib.sh"
cd "$scratch" || exit 1

# check NAME: emits NAME.nn with NAME.yaml in double and links the check.
check_flags="-std=c11 -O1 -ffp-contract=off -fno-math-errno"
emit_check() {
    "$guss" emit "$1.nn" "$1.yaml" --real double --target generic -o "$1" &&
        link_check "$1/$1.c" "$1/check"
}
link_check() {
    # shellcheck disable=SC2086 # words
    ${CC:-cc} $check_flags $SANITIZE_FLAGS -I"$BUILD/include" -I"$root/runtime/core" \
        -o "$2" "$1" "$root/tests/gradients/gradient_check.c" \
        "$BUILD/lib/guss/libguss-core.a" -lm -pthread
}

schedule() {
    cat <<YAML
objective: $1
loss: $2
batch: ${3:-11}
iterations: 1
optimizer: {name: ${4:-sgd}}
data: {train: smileys/train}
YAML
}

cat >chain.nn <<'NN'
network chain {
    x  = Input(5, 3)
    d1 = Dense(7, activation=tanh)
    f  = Flatten()
    d2 = Dense(19, activation=relu)
    d3 = Dense(17, activation=sigmoid)
    Dropout(0.3)
    d4 = Dense(13, activation=elu)
    d5 = Dense(18)
    LeakyReLU(0.2)
    d6 = Dense(11, activation=selu)
    r  = Reshape(11, 1)
    d7 = Dense(3, activation=softplus)
    Reshape(-1)
    d8 = Dense(14, activation=swish, use_bias=false)
    d9 = Dense(12, activation=gelu)
    ELU(0.7)
    d10 = Dense(10, activation=softmax)
    ReLU()
    d11 = Dense(15, activation=sigmoid)
}
NN
schedule autoencoder binary_crossentropy 11 >chain.yaml
sed 's/d11 = Dense(15, activation=sigmoid)/d11 = Dense(15, activation=tanh)/' \
    chain.nn >squared.nn
schedule autoencoder mean_squared_error 40 adam >squared.yaml
sed 's/d11 = Dense(15, activation=sigmoid)/d11 = Dense(15)/' chain.nn >absolute.nn
schedule autoencoder mean_absolute_error 70 rmsprop >absolute.yaml
cat >clipped.nn <<'NN'
network clipped(6) {
    Dense(17, activation=sigmoid, trainable=false)
    Dense(9, activation=sigmoid)
    Dense(6, activation=softmax)
}
NN
schedule autoencoder binary_crossentropy 9 adagrad >clipped.yaml
cat >classes.nn <<'NN'
network classes(7) {
    Dense(33, activation=tanh)
    Dense(5, activation=softmax)
}
NN
schedule classifier categorical_crossentropy 37 adadelta >classes.yaml
cat >shares.nn <<'NN'
network shares(7) {
    Dense(20, activation=softplus)
    Dense(5, activation=sigmoid)
}
NN
schedule classifier categorical_crossentropy >shares.yaml
cat >one.nn <<'NN'
network one(7) {
    Dense(3, activation=swish)
    Dense(1, activation=sigmoid)
}
NN
schedule classifier binary_crossentropy >one.yaml
cat >groups.nn <<'NN'
network groups(4, 3) {
    Dense(5, activation=tanh)
    Dense(3, activation=softmax)
}
NN
schedule autoencoder categorical_crossentropy >groups.yaml

for name in chain squared absolute clipped classes shares one groups; do
    emit_check $name >log 2>&1
    ok "gradients: $name is emitted in double and compiled" $? || cat log
    for seed in 1 2; do
        "$name/check" $seed >log 2>&1
        ok "gradients: $name, seed $seed: $(tail -1 log)" $? || cat log
    done
done

# The check itself can fail: each mutant of the emitted code has one mistake.
mutant() {
    name=$1
    sed "$2" chain/chain.c >mutant.c
    if cmp -s mutant.c chain/chain.c; then
        ok "gradients: the mutant '$name' differs" 1
        return
    fi
    link_check mutant.c mutant && ! ./mutant 1 >/dev/null
    ok "gradients: a mistake is found: $name" $?
}
mutant "the sign of a slope" 's/dy\[n\]\[i\] \*= guss_tanh_slope/dy[n][i] *= -guss_tanh_slope/'
mutant "a missing slope" 's/dy\[n\]\[i\] \*= guss_selu_slope.*/;/'
mutant "a transposed kernel that is off by a row" \
    's/&a->transposed.d3_kernel\[0\]\[0\]/\&a->transposed.d3_kernel[1][0]/'
mutant "a bias without its gradient" 's/g->d3_bias\[j\] += dy/g->d3_bias[j] += 0 * dy/'
mutant "a mask that is not applied" 's/dx\[n\]\[i\] = dy\[n\]\[i\] \* (real)mask\[n\]\[i\]/dx[n][i] = dy[n][i]/'
mutant "a loss scaled wrong" 's/(real)batch->count \* 15/(real)BATCH * 15/'
