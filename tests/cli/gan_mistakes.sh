# What building refuses of a generator and a discriminator that do not fit each
# other: the full text of each message.
# shellcheck shell=sh source=tests/cli/lib.sh disable=SC2154
. "$(dirname "$0")/lib.sh"
cd "$scratch" || exit 3
cat >gan.nn <<'END'
network maker(4) {
    Dense(6)
}
network narrow(5) {
    Dense(1)
}
network talker(6) {
    Dense(2)
}
network odd(6) {
    Dense(6)
}
network judge(6) {
    odd()
    Dense(1)
}
END

# refused NAME GENERATOR DISCRIMINATOR: holds what is said to standard input.
refused() {
    cat >wanted
    cat >gan.yaml <<END
objective: gan
generator: $2
discriminator: $3
latent: {distribution: normal}
loss: mean_squared_error
optimizer: {name: adam}
batch: 8
iterations: 1
data: {train: x.npy}
END
    expect_status "gan: $1" 1 "$guss" build gan.nn gan.yaml -o x
    expect_text "gan: $1: what it says" err <wanted
    [ ! -e x ]
    ok "gan: $1: nothing is written" $?
}

refused "a judge of other images" maker narrow <<'END'
gan.yaml:2:12: error: the generator 'maker' gives (6), 6 values, but the discriminator 'narrow' reads (5), 5
    2 | generator: maker
      |            ^~~~~
END

refused "a judge with two things to say" maker talker <<'END'
gan.yaml:3:16: error: a discriminator gives one value, but 'talker' gives (2)
    3 | discriminator: talker
      |                ^~~~~~
END

refused "one network for both" talker talker <<'END'
gan.yaml:3:16: error: 'talker' and 'talker' share weights: a generator and its discriminator are trained against each other
    3 | discriminator: talker
      |                ^~~~~~
END

refused "weights in both" odd judge <<'END'
gan.yaml:3:16: error: 'odd' and 'judge' share weights: a generator and its discriminator are trained against each other
    3 | discriminator: judge
      |                ^~~~~
END

# What has no weights may stand in both; and networks that are placed again and
# again are each looked at once.
cat >gan.nn <<'END'
network squash(6) {
    LeakyReLU()
}
network maker(4) {
    Dense(6)
    squash()
}
network judge(6) {
    squash()
    Dense(1)
}
END
deep() {
    echo "network $1_0(6) { Dense(6) }"
    for depth in 1 2 3 4 5 6 7 8 9; do
        echo "network $1_$depth(6) {"
        echo "    $1_$((depth - 1))()"
        echo "    $1_$((depth - 1))()"
        echo "}"
    done
}
{
    deep left
    deep right
    printf 'network deep_maker(6) { left_9() }\n'
    printf 'network deep_judge(6) {\n    right_9()\n    Dense(1)\n}\n'
} >>gan.nn
for pair in "maker judge" "deep_maker deep_judge"; do
    # shellcheck disable=SC2086 # words
    set -- $pair
    sed -i "s/^generator: .*/generator: $1/; s/^discriminator: .*/discriminator: $2/" \
        gan.yaml
    expect_status "gan: $1 and $2 share no weights" 0 \
        timeout 60 "$guss" emit gan.nn gan.yaml -o emitted
done
