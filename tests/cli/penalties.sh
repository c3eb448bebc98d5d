#!/bin/sh
# Penalties: Keras's weights and losses after 30 updates of a network in which
# every layer that can has some. They are part of every loss that is told, but for
# those of weights that are frozen, which they do not move.
# shellcheck source=tests/cli/lib.sh
. "$(dirname "$0")/lib.sh"
keras=$root/tests/keras/penalties
compare=$BUILD/tests/tools/compare_tensors
cd "$scratch" || exit 3

# ---- Keras --------------------------------------------------------------------

# same_numbers FILE OTHER: both have as many, each within 2e-5 of the other's.
same_numbers() {
    paste "$1" "$2" | awk 'NF % 2 { exit 1 }
        { n = NF / 2
          for (i = 1; i <= n; i++) {
              d = $i - $(i + n)
              if (!(d * d <= (2e-5 * $(i + n)) ^ 2)) exit 1 } }'
}

check_parity() {
    expect_status "penalties: every layer with them is built, $1" 0 \
        "$guss" build "$keras/model.nn" "$keras/$1.yaml" -o "$1" || return
    expect_status "penalties: 30 updates with $1" 0 "./$1" train --out "run-$1" \
        --init "$keras/weights.safetensors" --data "$keras"
    expect_status "penalties: 30 updates with $1 give Keras's weights" 0 \
        "$compare" "$keras/$1.safetensors" "run-$1/weights.safetensors" 1e-5 5e-6
    awk -F, 'NR > 1 { print $3, $5 }' "run-$1/log.csv" >losses
    same_numbers losses "$keras/$1.losses.txt"
    ok "penalties: loss and val_loss of $1 are Keras's" $? || cat losses
    expect_status "penalties: $1 is evaluated" 0 "./$1" evaluate \
        --weights "run-$1/weights.safetensors" --input "$keras/others.npy"
    head -n 3 out | cut -d' ' -f2 >found
    cut -d' ' -f2 "$keras/$1.measures.txt" >expected
    same_numbers found expected
    ok "penalties: evaluate gives Keras's loss and errors, $1" $? || cat out
    expect_status "penalties: naively, 30 updates with $1" 0 \
        "$BUILD/tests/tools/naive" train "$keras/model.nn" "$keras/$1.yaml" \
        "$keras" "$keras/weights.safetensors" naive.safetensors
    expect_status "penalties: naively, $1 gives Keras's weights" 0 \
        "$compare" "$keras/$1.safetensors" naive.safetensors 2e-6 1e-6
}
for kind in sgd adam clipped; do
    check_parity $kind
done
expect_status "penalties: SGD's weights are not Adam's" 1 "$compare" \
    "$keras/adam.safetensors" run-sgd/weights.safetensors 1e-5 5e-6

# A frozen discriminator behind the generator: the penalties of its outputs are
# part of the generator's loss, those of its weights are not.
expect_status "penalties: a GAN with them is built" 0 \
    "$guss" build "$keras/gan/model.nn" "$keras/gan/schedule.yaml" -o gan
expect_status "penalties: the GAN trains" 0 ./gan train --out run-gan \
    --init "$keras/gan/weights.safetensors" --data "$keras/gan"
expect_status "penalties: the GAN's weights are Keras's" 0 "$compare" \
    "$keras/gan/updated.safetensors" run-gan/weights.safetensors 1e-5 5e-6
awk -F, 'NR > 1 { print $3, $4 }' run-gan/log.csv >losses
same_numbers losses "$keras/gan/losses.txt"
ok "penalties: both losses of the GAN are Keras's" $? || cat losses

# ---- what they add -----------------------------------------------------------

# Weights of one value each: their penalties are products.
model() {
    cat <<NN
network model(4) {
    Dense(3, activation=tanh, kernel_initializer=constant(0.5)$1,
          bias_initializer=constant(0.25)$2)
    Dense(4, kernel_initializer=constant(-2)$3, trainable=false)
}
NN
}
model ", kernel_regularizer=l1_l2(l1=0.1, l2=0.2)" \
    ", bias_regularizer=l2(0.4)" ", kernel_regularizer=l1(0.05)" >penal.nn
model >plain.nn
# 0.1 (12 0.5) + 0.2 (12 0.25) + 0.4 (3 0.0625), of the layer that is trained
penalty=1.275
cat >model.yaml <<'YAML'
objective: autoencoder
loss: mean_squared_error
batch: 4
epochs: 1
seed: 3
optimizer: {name: sgd, learning_rate: 1.0e-12}
data: {train: rows.npy, test: rows.npy}
YAML
# 10 rows of four bytes: the last batch is smaller
{
    printf '\223NUMPY\001\000\166\000'
    printf '%-117s\n' "{'descr': '|u1', 'fortran_order': False, 'shape': (10, 4), }"
    printf 'abcdefghijklmnopqrstuvwxyzabcdefghijklmn'
} >rows.npy

for net in penal plain; do
    expect_status "penalties: $net is built" 0 \
        "$guss" build $net.nn model.yaml -o $net || exit 1
    expect_status "penalties: $net trains" 0 ./$net train --out run-$net
    expect_status "penalties: $net is evaluated" 0 ./$net evaluate \
        --weights run-$net/weights.safetensors --data rows.npy
    cp out evaluated-$net
done

# differs NAME A B: A - B is the penalty.
differs() {
    awk -v a="$2" -v b="$3" -v penalty=$penalty \
        'BEGIN { d = a - b - penalty; exit !(d < 1e-4 && d > -1e-4) }'
    ok "penalties: $1: $2 and $3 differ by $penalty" $?
}
# column FILE NAME: of the log's last row.
column() {
    awk -F, -v name="$2" 'NR == 1 { for (i = 1; i <= NF; i++) if ($i == name) at = i }
        END { print $at }' "$1"
}
loss_of() { awk '$1 ~ /^loss:?$/ { print $2 }' "$1"; }
for measure in loss val_loss; do
    differs "$measure of the log" "$(column run-penal/log.csv $measure)" \
        "$(column run-plain/log.csv $measure)"
done
differs "evaluate" "$(loss_of evaluated-penal)" "$(loss_of evaluated-plain)"

# A frozen weight keeps its bits, with a rate that moves all others.
sed -i 's/1.0e-12/0.1/' model.yaml
expect_status "penalties: the model trains" 0 "$guss" train penal.nn model.yaml \
    --out moved
"$BUILD/tests/tools/compare_tensors" run-penal/weights.safetensors \
    moved/weights.safetensors 0 0 >log 2>&1
grep -q '^model/dense/kernel' log && grep -q '^model/dense/bias' log
ok "penalties: the weights of a layer that is trained move" $? || cat log
! grep -q '^model/dense_1/' log
ok "penalties: those of a frozen one keep their bits" $? || cat log
