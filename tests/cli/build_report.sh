#!/bin/sh
# Holds the plan's table of the memory to what is emitted: every struct and
# member lies where it says, and what guss build -v counts is, to the byte, what
# the C takes; and --budget, and sizes that no C could count, to their messages.
# shellcheck source=tests/cli/lib.sh disable=SC2154
. "$(dirname "$0")/lib.sh"
cd "$scratch" || exit 3
export TMPDIR="$scratch"

# report ARGUMENT...: what build -v says, to `report`. The C compiler is not
# what is tested here.
report() {
    GUSS_CC=true "$guss" build -v -o none "$@" 2>report >out
    sed -i '/^true /,$d' report
    grep -q '^memory$' report
}

# same_bytes NAME ARGUMENT...: the executable's memory, as said and as emitted.
same_bytes() {
    name=$1
    shift
    rm -rf c
    report "$@" && "$guss" emit -o c "$@" 2>err && rm -f c/*_judge.c c/*gan_autoencoder.c &&
        "$guss" emit --dump=plan "$@" >plan 2>err &&
        bytes=$(sed -n 's/^  the executable .* \([0-9,]*\) bytes$/\1/p' report |
            tr -d ,) &&
        cat c/*.c >arena.c &&
        echo "_Static_assert(sizeof(struct arena) == $bytes, \"bytes\");" \
            >>arena.c &&
        awk -f "$root/tests/cli/files/storage.awk" plan c/*.c >>arena.c &&
        ${CC:-cc} -std=c11 -fsyntax-only -I"$BUILD/include" arena.c 2>err
    ok "report: $name takes as many bytes as it says, and where" $? ||
        head -20 err | sed 's/^/    /'
}

check_bytes() {
    for model in simple_autoencoder deep_autoencoder convolutional_autoencoder \
        vanilla_gan dcgan; do
        for target in generic native; do
            same_bytes "$model for $target" --target $target \
                "$root/models/$model.nn" "$root/models/$model.mnist.yaml"
        done
        same_bytes "$model without a schedule" "$root/models/$model.nn"
    done
    sed 's/^batch: .*/batch: 38/; /^judge:/d' \
        "$root/models/dcgan.mnist.yaml" >small.yaml
    same_bytes "dcgan with another batch" "$root/models/dcgan.nn" small.yaml
    seed=1
    while [ $seed -le 30 ]; do
        mkdir network
        "$BUILD/tests/tools/random_network" make $seed network >/dev/null
        schedule=
        [ -e network/schedule.yaml ] && schedule=network/schedule.yaml
        # shellcheck disable=SC2086 # nothing or a path without blanks
        same_bytes "random network $seed" network/model.nn $schedule
        rm -r network
        seed=$((seed + 1))
    done
}

make_files() {
    cat >small.nn <<'END'
network small(6, 6, 1) {
    Conv2D(6, 3, padding=same, activation=relu)
    MaxPooling2D()
    Flatten()
    Dense(36, activation=sigmoid)
}
END
    cat >small.yaml <<'END'
objective: autoencoder
loss: binary_crossentropy
batch: 20
epochs: 1
optimizer: {name: adam}
data: {train: smileys/train}
END
}

check_text() {
    report --target generic small.nn small.yaml
    expect_text "report: the table of a small network" report <<'END'
generic: vectors of 4; batch 20 in tiles of 16 samples, 2 shards
an update: 194 k multiply-adds, 62.0 % of the slots of vectors filled

train small
  layer                  step      kernel  vector   block  over   filled     macs    reads     keeps
  input                  transpose copy    samples           16                   3.00 KiB  2.25 KiB
  conv2d                 margins   copy    samples           16                   2.25 KiB  4.00 KiB
  conv2d                 forward   gather  samples           16   62.5 %   38.9 k 4.27 KiB  13.5 KiB
  max_pooling2d          forward   loop    samples           16                   13.5 KiB  3.38 KiB
  flatten                transpose copy    features          16                   3.38 KiB  8.00 KiB
  dense                  forward   product features 4 x 3    16   62.5 %   38.9 k 14.3 KiB  6.00 KiB
  dense                  weights   panels  features 4 x 3    20   62.5 %   38.9 k 14.0 KiB  10.3 KiB
  dense                  backward  product features 6 x 2    16   60.3 %   38.9 k 13.1 KiB  4.00 KiB
  flatten                transpose copy    samples           16                   4.00 KiB  3.38 KiB
  max_pooling2d          backward  loop    samples           16                   20.2 KiB  13.5 KiB
  conv2d                 weights   dot     samples           16   62.5 %   38.9 k 17.5 KiB     560 B

memory
  weights                                                        10.6 KiB
  transposed kernels                                             9.00 KiB
  gradients                                                         192 B
  optimizer state                                                21.2 KiB
  sums of gradients                                                 640 B  2 x 320 B
  values of the batch, train small                               14.0 KiB
  values of tiles, train small                                   75.5 KiB  2 x 37.8 KiB
  losses, alignment                                                 128 B
  training                                                        131 KiB  134,464 bytes
  the executable                                                  131 KiB  134,464 bytes

END
    report --target generic small.nn
    grep -q '^predict small$' report && ! grep -q '^  training ' report
    ok "report: without a schedule it is of a prediction" $?
    long=$(awk 'length > 100' report | wc -l)
    report "$root/models/dcgan.nn" "$root/models/dcgan.mnist.yaml"
    [ "$long" -eq 0 ] && [ -z "$(awk 'length > 100' report)" ]
    ok "report: no line is longer than 100 columns" $?
}

# refused NAME STATUS COMMAND...: its whole message is standard input.
refused() {
    label=$1 status=$2
    shift 2
    cat >wanted
    expect_status "$label" "$status" "$guss" "$@" -o none --target generic
    expect_text "$label, in these words" err <wanted
    [ ! -e none ]
    ok "$label; nothing is written" $?
}

check_budget() {
    for size in 4MiB 1GiB 4000KiB 99999999; do
        "$guss" emit -o c --budget $size small.nn small.yaml >out 2>err
        ok "budget: $size is enough" $?
    done
    for size in 0 -1 4MB 4mib MiB "4 MiB" " 4MiB" 4MiBs 9999999999GiB \
        99999999999999999999 0x10 ""; do
        "$guss" emit -o none --budget "$size" small.nn small.yaml >out 2>err
        status=$?
        cat >wanted <<END
error: --budget is a size such as 4MiB, 512KiB, 1GiB or 1048576, not '$size'
try: guss emit --help
END
        [ $status -eq 2 ] && cmp -s wanted err
        ok "budget: '$size' is refused" $? || cat err
    done
    refused "budget: too small for training" 1 build --budget=64KiB small.nn \
        small.yaml <<'END'
error: training takes 131 KiB of memory, and the budget is 64.0 KiB
  values of tiles, train small                                   75.5 KiB
  optimizer state                                                21.2 KiB
  values of the batch, train small                               14.0 KiB
the layer that keeps most is 'conv2d', 13.5 KiB
a smaller 'batch' (it is 20) or smaller layers take less
END
    refused "budget: too small for prediction" 1 emit --budget=1KiB small.nn <<'END'
error: the executable takes 80.6 KiB of memory, and the budget is 1.00 KiB
  values of tiles, predict small                                 70.0 KiB
  weights                                                        10.6 KiB
the layer that keeps most is 'conv2d', 13.5 KiB
smaller layers take less
END
}

# too_large NAME NETWORK: the network cannot be built; see refused.
too_large() {
    printf '%s\n' "$2" >large.nn
    refused "sizes: $1" 1 emit large.nn
}

check_sizes() {
    too_large "a sample of too many values" \
        'network a(100000000) { Dense(1) }' <<'END'
large.nn:1:10: error: 'input' gives (100000000), 100000000 values a sample: 67108848 are the most that can be built
    1 | network a(100000000) { Dense(1) }
      |          ^~~~~~~~~~~
END
    too_large "an output of one value too many" \
        'network a(8) { Dense(67108849) Dense(1) }' <<'END'
large.nn:1:16: error: 'dense' gives (67108849), 67108849 values a sample: 67108848 are the most that can be built
    1 | network a(8) { Dense(67108849) Dense(1) }
      |                ^~~~~~~~~~~~~~~
END
    too_large "a kernel of too many rows" \
        'network a(67108000) { Dense(17) }' <<'END'
large.nn:1:23: error: the kernel (67108000, 17) of 'dense' has rows of 17, kept as 32: 1073741824 values are the most that can be built
    1 | network a(67108000) { Dense(17) }
      |                       ^~~~~~~~~
END
    too_large "zeros around an image that would overflow" \
        'network a(28, 28, 1) { Conv2D(4, 3, padding=same, dilation_rate=2147483647) }' <<'END'
large.nn:1:24: error: 'conv2d' needs zeros around its input (28, 28, 1), 4294967322 x 4294967322 pixels with them: 67108848 values a sample are the most that can be built
    1 | network a(28, 28, 1) { Conv2D(4, 3, padding=same, dilation_rate=2147483647) }
      |                        ^~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~
END
    too_large "zeros around a gradient" \
        'network a(4, 4, 1) { Conv2DTranspose(1, 8180) }' <<'END'
large.nn:1:22: error: 'conv2d_transpose' needs zeros around its input (4, 4, 1), 16362 x 16362 pixels with them: 67108848 values a sample are the most that can be built
    1 | network a(4, 4, 1) { Conv2DTranspose(1, 8180) }
      |                      ^~~~~~~~~~~~~~~~~~~~~~~~
END
    plain_guss=$guss
    guss=$BUILD/tests/guss
    too_large "a value inside a layer" \
        'network a(1) { LowRank(67108849, 4) }' <<'END'
large.nn:1:16: error: 'low_rank' gives (67108849), 67108849 values a sample: 67108848 are the most that can be built
    1 | network a(1) { LowRank(67108849, 4) }
      |                ^~~~~~~~~~~~~~~~~~~~
END
    guss=$plain_guss
    awk 'BEGIN {
        print "network n0(8) { Dense(8) }"
        for (i = 1; i < 50; i++)
            print "network n" i "(8) { n" i - 1 "() n" i - 1 "() }" }' >large.nn
    refused "sizes: networks placed in networks" 1 emit large.nn <<'END'
large.nn:15:9: error: 'n14' has more than 65536 layers, those of the networks placed in it counted each time
   15 | network n14(8) { n13() n13() }
      |         ^~~
END
    printf 'network a(67108848) { Dense(1) }\n' >large.nn
    expect_status "sizes: the largest sample is emitted" 0 "$guss" emit -o c \
        --target generic large.nn
    printf 'network a(20000000) { BatchNormalization() Dense(1) }\n' >large.nn
    sed 's/autoencoder/classifier/; s/^batch.*/batch: 65536/
        s/binary_crossentropy/mean_squared_error/' small.yaml >large.yaml
    refused "sizes: more memory than machines have" 1 emit large.nn \
        large.yaml <<'END'
error: the executable takes 10.0 TiB of memory, and the most is 1.00 TiB
  values of the batch, train a                                   9.54 TiB
  statistics                                                      382 GiB
  values of tiles, train a                                       76.3 GiB
the layer that keeps most is 'input', 4.77 TiB
a smaller 'batch' (it is 65536) or smaller layers take less
END
}

# An upsampling that would make the kernel huge stays apart.
check_folded() {
    for size in 8 9; do
        cat >folded.nn <<END
network a(2, 2, 4) {
    UpSampling2D($size)
    Conv2D(4, 3, padding=same)
}
END
        report folded.nn
        grep -c '^  folded kernels' report
    done >counts
    [ "$(tr '\n' ' ' <counts)" = "1 0 " ]
    ok "report: an upsampling of 8 is folded, one of 9 is not" $? || cat report
}

# What computes a layer, as "STEP KERNEL VECTOR": no depthwise convolution goes
# value by value, and channels that fill vectors are the vector.
check_groups() {
    cat >groups.nn <<'END'
network wide(6, 6, 16) {
    DepthwiseConv2D(3, padding=same)
    DepthwiseConv2D(3, strides=2, padding=same)
    Flatten()
    Dense(36)
}
network narrow(6, 6, 4) {
    Conv2D(8, 3, padding=same, groups=2)
    DepthwiseConv2D(3, padding=same, depth_multiplier=2)
}
END
    sed 's/^objective: .*/objective: classifier\nnetwork: wide/
        s/binary_/categorical_/; s/smileys/mnist/' small.yaml >groups.yaml
    report groups.nn groups.yaml
    sed -n '/^train/,/^$/p' report |
        awk '$1 ~ /^depthwise/ && $3 != "copy" {print $2, $3, $4}' >words
    expect_text "report: a depthwise convolution of 16 channels" words <<'END'
forward slide channels
forward single channels
weights single channels
backward single channels
weights slide channels
END
    sed '/^network narrow/,$!d' groups.nn >narrow.nn
    report narrow.nn
    awk '$2 == "forward" {print $1, $3, $4}' report >words
    expect_text "report: groups of other sizes" words <<'END'
conv2d gather samples
depthwise_conv2d gather samples
END
}

make_files
check_groups
check_folded
check_text
check_budget
check_sizes
check_bytes
