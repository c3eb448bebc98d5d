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
