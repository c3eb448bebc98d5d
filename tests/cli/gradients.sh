# Gradients of emitted code, in double, against central differences: every layer,
# activation and loss, and mutants that must be found out.
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
optimizer: {name: sgd}
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
    Activation(mish)
    ReLU(0.3, 0.2, 0.1)
    d12 = Dense(12, activation=softsign)
    d13 = Dense(12, activation=exponential)
    d14 = Dense(12, activation=hard_sigmoid)
    d15 = Dense(12)
    Activation(relu6)
    d16 = Dense(12)
    Activation(leaky_relu)
    ELU(0.7)
    d10 = Dense(10, activation=softmax)
    ReLU()
    d11 = Dense(15, activation=sigmoid)
}
NN
schedule autoencoder binary_crossentropy 11 >chain.yaml
sed 's/d11 = Dense(15, activation=sigmoid)/d11 = Dense(15, activation=tanh)/' \
    chain.nn >squared.nn
schedule autoencoder mean_squared_error 40 >squared.yaml
sed 's/d11 = Dense(15, activation=sigmoid)/d11 = Dense(15)/' chain.nn >absolute.nn
schedule autoencoder mean_absolute_error 70 >absolute.yaml
sed 's/d11 = Dense(15, activation=sigmoid)/d11 = Dense(15)/' chain.nn >huber.nn
schedule autoencoder huber 70 >huber.yaml
cat >clipped.nn <<'NN'
network clipped(6) {
    Dense(17, activation=sigmoid, trainable=false)
    Dense(9, activation=sigmoid)
    Dense(6, activation=softmax)
}
NN
schedule autoencoder binary_crossentropy 9 >clipped.yaml
cat >classes.nn <<'NN'
network classes(7) {
    Dense(33, activation=tanh)
    Dense(5, activation=softmax)
}
NN
schedule classifier categorical_crossentropy 37 >classes.yaml
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

# ---- images and graphs -----------------------------------------------------

cat >convolutions.nn <<'NN'
network convolutions(7, 6, 3) {
    Conv2D(5, 3, padding=same, activation=tanh)
    Conv2D(4, (2, 4), strides=(1, 2), padding=same, activation=sigmoid)
    Conv2D(3, (3, 1), dilation_rate=2, activation=elu, use_bias=false)
    Conv2D(2, (5, 4), padding=same, dilation_rate=(1, 3), activation=softplus)
    Conv2D(17, 1, activation=swish)
    Conv2D(3, (2, 3), strides=(2, 1))
    LeakyReLU(0.2)
    Flatten()
    Dense(4, activation=softmax)
}
NN
schedule classifier categorical_crossentropy 11 >convolutions.yaml
cat >transposed.nn <<'NN'
network transposed(5, 3, 2) {
    Conv2DTranspose(3, 4, strides=2, padding=same, activation=tanh)
    Conv2D(4, 3, strides=3, activation=gelu)
    Conv2DTranspose(2, (1, 3), strides=(3, 1), activation=selu)
    Conv2DTranspose(3, (3, 2), padding=same, dilation_rate=(2, 3))
    Conv2DTranspose(2, 3, strides=(1, 2), activation=sigmoid, use_bias=false)
    Conv2DTranspose(1, (2, 5), strides=3, activation=softplus)
    Cropping2D(((5, 8), (2, 0)))
    Conv2D(2, (10, 17), strides=(1, 2), padding=same, activation=sigmoid)
    ZeroPadding2D(((1, 0), (2, 1)))
    MaxPooling2D((4, 5), strides=(3, 8))
    Flatten()
    Dense(3, activation=sigmoid)
}
NN
schedule classifier binary_crossentropy 9 >transposed.yaml
cat >steps.nn <<'NN'
network steps {
    Input(19, 3)
    Conv1D(5, 3, padding=same, activation=tanh)
    Conv1D(4, 4, strides=2, padding=causal, activation=sigmoid)
    MaxPooling1D(2, strides=1, padding=same)
    Conv1D(3, 3, dilation_rate=2, padding=causal, activation=elu)
    AveragePooling1D(3, strides=2, padding=same)
    a = Conv1D(17, 2, activation=relu, use_bias=false)
    MaxPooling1D(2)
    mean = GlobalAveragePooling1D()
    most = GlobalMaxPooling1D() from a
    Concatenate() from mean, most
    Dense(4, activation=softmax)
}
NN
schedule classifier categorical_crossentropy 11 >steps.yaml
cat >images.nn <<'NN'
network images {
    x = Input(6, 4, 2)
    a = Conv2D(3, 3, padding=same, activation=tanh)
    MaxPooling2D((3, 2), strides=(2, 1), padding=same)
    Conv2D(4, 2, activation=swish)
    AveragePooling2D((2, 3), strides=1, padding=same)
    UpSampling2D((3, 2))
    Conv2D(3, (2, 3), padding=same, activation=tanh)
    UpSampling2D(2, interpolation=bilinear)
    GaussianNoise(0.2)
    Conv2D(3, 3, strides=2)
    MaxPooling2D()
    Dropout(0.3)
    UpSampling2D((3, 2))
    b = Conv2D(3, 2, padding=same, activation=elu)
    c = Cropping2D(((0, 0), (0, 0)))
    d = AveragePooling2D((1, 1)) from a
    e = GlobalMaxPooling2D() from a
    f = GlobalAveragePooling2D() from c
    g = Multiply() from e, f
    h = Flatten() from d
    Concatenate() from g, h
    Dense(5)
}
NN
schedule classifier mean_squared_error 10 >images.yaml
cat >filter.nn <<'NN'
network filter(6, 9, 16) {
    Conv2D(16, 3, padding=same, activation=tanh)
    Conv2D(1, (2, 5), padding=same, activation=tanh)
    Conv2DTranspose(16, (2, 3), activation=sigmoid)
    Conv2D(16, 2, padding=same, activation=tanh)
    Conv2D(1, (3, 2), strides=(1, 2), activation=tanh)
    Conv2DTranspose(16, 3, strides=2, activation=tanh)
    Conv2D(1, (1, 4), use_bias=false)
    Flatten()
    Dense(5)
}
NN
schedule classifier mean_squared_error 6 >filter.yaml
# Groups of channels with samples as the vector; single channels as it.
cat >grouped.nn <<'NN'
network grouped(7, 6, 6) {
    Conv2D(4, 3, padding=same, groups=2, activation=tanh)
    DepthwiseConv2D((3, 2), padding=same, depth_multiplier=3, activation=tanh)
    Conv2D(20, 2, groups=4, strides=(1, 2), padding=same, activation=swish)
    SeparableConv2D(5, (2, 3), depth_multiplier=2, activation=elu)
    DepthwiseConv2D(3, strides=2, padding=same, activation=tanh, use_bias=false)
    DepthwiseConv2D((2, 1), dilation_rate=(1, 2), padding=same)
    Flatten()
    Dense(4, activation=softmax)
}
NN
schedule classifier categorical_crossentropy 11 >grouped.yaml
cat >depthwise.nn <<'NN'
network depthwise(9, 8, 2) {
    Conv2D(32, 3, padding=same, activation=tanh)
    DepthwiseConv2D(3, padding=same, activation=tanh)
    SeparableConv2D(16, (2, 3), strides=2, padding=same, activation=tanh)
    DepthwiseConv2D((2, 3), padding=same, dilation_rate=(1, 2), activation=tanh)
    DepthwiseConv2D((1, 4), strides=(2, 1), padding=same, activation=tanh)
    DepthwiseConv2D((3, 1), padding=same)
    DepthwiseConv2D((5, 6), padding=same, use_bias=false)
    LeakyReLU(0.2)
    Flatten()
    Dense(4, activation=softmax)
}
NN
schedule classifier categorical_crossentropy 6 >depthwise.yaml
# Penalties of weights: in shards, of one filter, folded, frozen; and of outputs:
# by sample and in rows, frozen, of a network placed twice, of the last layer.
cat >penalties.nn <<'NN'
network inner {
    pixels = Input(4, 3, 2)
    Conv2D(2, 2, padding=same, activation=tanh, kernel_regularizer=l2,
           activity_regularizer=l2(0.02))
}
network penalties(4, 3, 2) {
    inner()
    inner()
    Conv2D(3, 2, activation=tanh, kernel_regularizer=l1_l2(0.02, l2=0.03),
           bias_regularizer=l1(0.04), activity_regularizer=l1_l2(0.02, 0.03))
    UpSampling2D()
    Conv2D(2, 3, padding=same, activation=tanh, kernel_regularizer=l2,
           bias_regularizer=l2(0.05), activity_regularizer=l2)
    Conv2DTranspose(1, 2, kernel_regularizer="l1", activity_regularizer=l1)
    DepthwiseConv2D(2, depthwise_regularizer=l2(0.02), bias_regularizer=l2,
                    activity_regularizer=l2(0.1))
    SeparableConv2D(3, 2, depthwise_regularizer=l1(0.02),
                    pointwise_regularizer=l2(0.06), activation=tanh,
                    activity_regularizer=l2(0.1))
    Flatten()
    Dense(6, activation=tanh, kernel_regularizer=l1_l2(l1=0.03),
          activity_regularizer=l2(0.3), trainable=false)
    Reshape(3, 2)
    Conv1D(3, 2, kernel_regularizer=l1, bias_regularizer=l1,
           activity_regularizer=l1_l2(0.1, 0.2))
    Flatten()
    Dense(5, activation=tanh, kernel_regularizer=l2(0.01),
          activity_regularizer=l1(0.2))
    Dense(4, activation=softmax, kernel_regularizer=l2(0.1), bias_regularizer=l1,
          activity_regularizer=l2(0.7))
}
NN
schedule classifier categorical_crossentropy 6 >penalties.yaml
sed -i 's/^objective: .*/&\nnetwork: penalties/' penalties.yaml
cat >graph.nn <<'NN'
network inner {
    x = Input(5, 4, 3)
    Conv2D(3, 2, padding=same, activation=tanh)
    BatchNormalization(scale=false)
}
network pair {
    left  = Input(5, 4, 3)
    right = Input(5, 4, 3)
    turned = inner() from right
    Average() from left, turned, left
    Dense(3, activation=tanh)
}
block residual(filters) {
    Conv2D(filters, 3, padding=same, use_bias=false)
    BatchNormalization(epsilon=0.1)
    ELU()
    turned = Conv2D(filters, 3, padding=same)
    Add() from input, turned
}
network graph {
    x = Input(5, 4, 3)
    a = inner() from x
    b = residual(3)
    c = inner() from b
    d = pair() from a, c
    e = pair() from c, x
    f = Multiply() from d, e, d
    g = Concatenate(axis=2) from f, a
    h = Concatenate() from g, g
    i = Conv2D(2, 3, strides=2, trainable=false)
    j = BatchNormalization(trainable=false)
    k = BatchNormalization(center=false) from i
    Add() from j, k
    Flatten()
    BatchNormalization()
    Dense(5, activation=softmax)
}
NN
schedule classifier categorical_crossentropy 37 >graph.yaml
echo 'network: graph' >>graph.yaml

cat >stretch.nn <<'NN'
network stretch {
    x  = Input(4, 3, 6)
    d  = Dense(6, activation=tanh) from x
    ln = LayerNormalization() from d
    gn = GroupNormalization(groups=3, epsilon=0.01) from ln
    g1 = GroupNormalization(-1, center=false) from d
    g2 = GroupNormalization(1, scale=false) from d
    p  = PReLU(random_normal(stddev=0.3)) from gn
    q  = PReLU(random_normal(stddev=0.3), shared_axes=(1, 2)) from d
    sd = SpatialDropout2D(0.3) from q
    r  = Rescaling(-1.5, offset=0.25) from sd
    m  = GlobalAveragePooling2D() from r
    s  = Dense(6, activation=sigmoid) from m
    t  = Reshape(1, 1, 6) from s
    a  = Multiply() from r, t
    b  = Add() from a, s, d
    c  = Subtract() from b, t
    e  = Maximum() from c, p, g1
    f  = Minimum() from e, s, g2
    h  = Average() from f, t
    i  = Dense(1, activation=tanh) from h
    j  = Multiply() from i, h, i
    k  = Subtract() from t, j
    Maximum() from k, k
    Flatten()
    LayerNormalization(center=false, scale=false)
    GroupNormalization(9)
    LayerNormalization(scale=false)
    LayerNormalization(center=false)
    Dense(5, activation=softmax)
}
NN
schedule classifier categorical_crossentropy 37 >stretch.yaml

cat >sum.nn <<'NN'
network sum {
    x = Input(40)
    h = Dense(40, activation=tanh) from x
    c = Dense(40, activation=tanh) from h
    b = Dense(40) from h
    Add() from b, c
}
NN
schedule autoencoder mean_squared_error 9 >sum.yaml

# One value, read in two shapes by layers that want another layout.
cat >views.nn <<'NN'
network views {
    i = Input(8, 8, 3)
    a = Conv2D(2, 3, padding=same) from i
    j = Reshape(16, 4, 3) from i
    b = Conv2D(2, 1) from j
    r = Reshape(8, 8, 2) from b
    s = Add() from a, r
    f = Flatten() from s
    p = Dense(7) from f
    y = BatchNormalization() from s
    g = Flatten() from y
    q = Dense(7) from g
    Add() from p, q
    Activation(softmax)
}
NN
schedule classifier categorical_crossentropy 20 >views.yaml

# A network placed twice, each before an activation with its own argument.
cat >placed.nn <<'NN'
network body {
    Input(5, 5, 2)
    Conv2D(8, 3, padding=same)
}
network placed {
    i = Input(5, 5, 2)
    a = body() from i
    b = LeakyReLU(0.1) from a
    c = body() from i
    d = LeakyReLU(0.7) from c
    Add() from b, d
    Flatten()
    Dense(7, activation=softmax)
}
NN
schedule classifier categorical_crossentropy 16 >placed.yaml
sed -i 's/^objective: .*/&\nnetwork: placed/' placed.yaml

# Batch normalization with the activation behind it and the margins of the
# convolution that reads it; concatenations that grow in one place, and their
# gradient in its own: by sample and in rows, the last tile half full.
cat >grown.nn <<'NN'
block layer(growth) {
    BatchNormalization() from input
    ReLU()
    Conv2D(growth, 3, padding=same, use_bias=false)
    new = Dropout(0.2)
    Concatenate() from input, new
}
network grown {
    Input(4, 3, 2)
    Conv2D(4, 3, padding=same, use_bias=false)
    repeat 3 { layer(3) }
    BatchNormalization()
    LeakyReLU(0.2)
    Conv2D(5, 1)
    AveragePooling2D()
    repeat 2 { layer(3) }
    BatchNormalization(scale=false)
    ReLU()
    GlobalAveragePooling2D()
    Dense(3, activation=softmax)
}
NN
schedule classifier categorical_crossentropy 19 >grown.yaml
cat >grown_rows.nn <<'NN'
network grown_rows {
    Input(3, 2, 2)
    a = Conv2D(16, 2, padding=same)
    BatchNormalization()
    ReLU()
    b = Conv2D(16, 2, padding=same, use_bias=false)
    c = Concatenate() from a, b
    d = BatchNormalization(center=false) from c
    LeakyReLU(0.1)
    e = Conv2D(16, 1)
    f = Concatenate() from c, d, e
    BatchNormalization()
    ReLU()
    GlobalAveragePooling2D()
    Dense(3, activation=softmax)
}
NN
schedule classifier categorical_crossentropy 11 >grown_rows.yaml
# Batch normalization that adds what is added to it, before the activation.
cat >added.nn <<'NN'
network added {
    Input(3, 4, 2)
    Conv2D(4, 3, padding=same)
    BatchNormalization(scale=false)
    a = Activation(leaky_relu)
    Conv2D(4, 3, padding=same)
    y = BatchNormalization()
    Add() from a, y
    b = Activation(relu)
    Conv2D(5, 1, strides=2, padding=same)
    z = BatchNormalization()
    s = Conv2D(5, 1, strides=2, padding=same) from b
    c = Add() from z, s
    d = BatchNormalization(center=false) from c
    Add() from c, d
    LeakyReLU(0.2)
    Flatten()
    Dense(4)
    e = BatchNormalization()
    f = ReLU() from e
    Add() from e, f
    Dense(3, activation=softmax)
}
NN
schedule classifier categorical_crossentropy 19 >added.yaml

for name in chain squared absolute huber clipped classes shares one groups \
    convolutions transposed steps images filter grouped depthwise penalties graph stretch sum \
    views placed grown grown_rows added; do
    emit_check $name >log 2>&1
    ok "gradients: $name is emitted in double and compiled" $? || cat log
    for seed in 1 2; do
        "$name/check" $seed >log 2>&1
        ok "gradients: $name, seed $seed: $(tail -1 log)" $? || cat log
    done
done

# ---- layers of the tests' own ----------------------------------------------

cat >matrices.nn <<'NN'
network matrices(6) {
    LowRank(5, 19)
    Activation(tanh)
    LowRank(3, 6)
}
NN
cat >matrices_over.nn <<'NN'
network matrices_over(40) {
    Dense(90, activation=tanh)
    LowRank(40, 101)
    Activation(tanh)
    LowRank(35, 40)
}
NN
plain_guss=$guss
guss=$BUILD/tests/guss
for name in matrices matrices_over; do
    schedule autoencoder mean_squared_error 11 >$name.yaml
    emit_check $name >log 2>&1
    ok "gradients: $name is emitted in double and compiled" $? || cat log
    "$name/check" 1 >log 2>&1
    ok "gradients: two matrices a layer, $name: $(tail -1 log)" $? || cat log
done
guss=$plain_guss

# The check itself can fail: each mutant of emitted code has one mistake.
# mutant NETWORK NAME EXPRESSION: EXPRESSION is sed's.
mutant() {
    name="$1, $2"
    sed "$3" "$1/$1.c" >mutant.c
    if cmp -s mutant.c "$1/$1.c"; then
        ok "gradients: the mutant '$name' differs" 1
        return
    fi
    link_check mutant.c mutant && ! ./mutant 1 >log &&
        grep -q ' [1-9][0-9]* wrong' log
    ok "gradients: a mistake is found: $name" $?
}
mutant chain "the sign of a slope" \
    's/dy\[n\]\[i\] \*= guss_tanh_derivative/dy[n][i] *= -guss_tanh_derivative/'
mutant chain "a missing slope" 's/dy\[n\]\[i\] \*= guss_selu_derivative.*/;/'
mutant chain "a transposed kernel that is off by a row" \
    's/&a->transposed.d3_kernel\[0\]\[0\]/\&a->transposed.d3_kernel[1][0]/'
mutant chain "a bias without its gradient" \
    's/g->d3_bias\[j\] += dy/g->d3_bias[j] += 0 * dy/'
mutant chain "a mask that is not applied" \
    's/dx\[n\]\[i\] = dy\[n\]\[i\] \* (real)mask\[n\]\[i\]/dx[n][i] = dy[n][i]/'
mutant chain "a loss scaled wrong" \
    's/(real)batch->count \* 15/(real)BATCH * 15/'
mutant penalties "a penalty of half the slope" \
    's/dense_2_kernel\[i\]\[0\], 0\.0, 0\.1,/dense_2_kernel[i][0], 0.0, 0.05,/'
mutant penalties "a bias without its penalty" \
    's/guss_add_penalty_gradient(4, &a->weights.penalties_dense_2_bias/if (0) &/'
mutant penalties "an output's penalty over the whole batch" \
    '/^static void .*_dense_2_penalty(/,/^}/s/(real)batch->count/(real)BATCH/'
mutant penalties "an output without its penalty in the loss" \
    's/sums->loss += guss_penalty(5, y\[n\], /sums->loss += 0 * guss_penalty(5, y[n], /'
mutant penalties "an output whose penalty gives the first sample a gradient alone" \
    '/^static void inner_conv2d_penalty(/,/^}/s/n < valid ? slope/n < 1 ? slope/'
mutant matrices "the first matrix stepped in place of the second" \
    's/&a->weights.low_rank_up\[i\]/\&a->weights.low_rank_down[i]/'
mutant convolutions "the first row of the image for all of the kernel" \
    '/^static void conv2d_gradient/,/^}/s/_image\[h + i\]/_image[h + 0 * i]/'
mutant depthwise "a row of taps that is not turned round" \
    's/block_load_back(3, tap, \(.*\), 32)/block_load(3, 1, tap, \1, 32)/'
mutant grouped "the filters of the first group for all" \
    '/^static void conv2d_1_backward/,/^}/s/group \* 5 + k/k/'
mutant convolutions "a bias of half the gradient" \
    '/g->conv2d_bias\[f\] =/s/+ vec_sum/+ (real)0.5 * vec_sum/'
mutant filter "a row of taps that slides over the wrong row" \
    '/^static void conv2d_1_gradient/,/^}/s/_image\[h + i\]/_image[h + 0 * i]/'
mutant images "the sides of an upsampling exchanged" \
    's/guss_unfold(&(struct guss_fold){{\([0-9]*, [0-9]*\)}, {3, 2}/guss_unfold(\&(struct guss_fold){{\1}, {2, 3}/'
mutant images "a branch without its share" \
    's/guss_global_average_backward(.*/;/'
mutant graph "statistics taken for constants" \
    's/s\.sum_dy_xhat = moments->sum_dy_xhat;/s.sum_dy_xhat = (real[12]){0};/'
mutant graph "a joined input's gradient from the other's place" \
    's/(5, 12, 24, dy\[n\] + 12/(5, 12, 24, dy[n] + 0/'
mutant stretch "sums over repeated sizes that only keep the last" \
    's/dx\[n\]\[k\] += dy/dx[n][k] = dy/'
mutant stretch "slopes that only learn from the last value" \
    's/g->q_alpha\[0\]\[k\] +=/g->q_alpha[0][k] =/'
mutant stretch "a maximum that gives all of its inputs the gradient" \
    's/passed = .* ? passed : 0;/;/'
mutant graph "a shared kernel with the gradient of one place" \
    '/^static void inner_conv2d_gradient/,/^}/s/ first_tile);/ true);/'
