"""JAX: networks as functions, and the whole training step compiled as one.

Images lie with channels last, for which XLA has its fast convolutions on a CPU. Pools
that do not overlap are a reshape and a maximum, which XLA computes faster backward
than a window's.
"""

import functools
import math

import jax
import jax.numpy as jnp
import numpy
from jax import lax

VERSION = f"JAX {jax.__version__}"
IMAGE = ("NHWC", "HWIO", "NHWC")
ROW = ("NWC", "WIO", "NWC")
ACTIVATIONS = {
    "linear": lambda x: x, "relu": jax.nn.relu, "relu6": jax.nn.relu6,
    "tanh": jnp.tanh, "sigmoid": jax.nn.sigmoid, "softmax": jax.nn.softmax,
    "elu": jax.nn.elu, "selu": jax.nn.selu, "gelu": functools.partial(
        jax.nn.gelu, approximate=False),
    "swish": jax.nn.silu, "softplus": jax.nn.softplus,
}


def start(threads):
    """The worker's processors are as many as its threads. What XLA has compiled is
    kept, where $JAX_COMPILATION_CACHE_DIR says so."""
    del threads
    jax.config.update("jax_persistent_cache_min_compile_time_secs", 1)


def ways(task):
    """By the generator of random numbers, where a step draws some."""
    return ["jit", "jit, rbg"] if task.draws else ["jit"]


# ---- networks ------------------------------------------------------------------

def convolution(layer, weights, x, kernel="kernel", use_bias=True):
    arguments = layer.arguments
    array = weights[kernel]
    groups = arguments.get("groups", 1)
    if "depth_multiplier" in arguments:
        groups = x.shape[-1]
        array = array.reshape(*array.shape[:2], 1, -1)
    is_row = x.ndim == 3
    wide = (lambda name: [arguments[name]] if is_row else arguments[name])
    y = lax.conv_general_dilated(
        x, array, wide("strides"), arguments["padding"].upper(),
        rhs_dilation=wide("dilation_rate"), feature_group_count=groups,
        dimension_numbers=ROW if is_row else IMAGE)
    return y + weights["bias"] if use_bias and "bias" in weights else y


def separable(layer, weights, x):
    y = convolution(layer, weights, x, "depthwise_kernel", False)
    y = lax.conv_general_dilated(y, weights["pointwise_kernel"], (1, 1), "VALID",
                                 dimension_numbers=IMAGE)
    return y + weights["bias"] if "bias" in weights else y


def transposed(layer, weights, x):
    arguments = layer.arguments
    y = lax.conv_transpose(x, weights["kernel"], arguments["strides"],
                           transposed_margins(layer, x.shape),
                           transpose_kernel=True, dimension_numbers=IMAGE)
    return y + weights["bias"] if "bias" in weights else y


def transposed_margins(layer, shape):
    """How far the image, its strides filled with zeros, is padded."""
    arguments = layer.arguments
    sides = []
    for size, outputs, kernel, stride in zip(shape[1:3], layer.shape,
                                             arguments["kernel_size"],
                                             arguments["strides"]):
        before = 0
        if arguments["padding"] == "same":
            total = max((size - 1) * stride + kernel - outputs, 0)
            before = total // 2
        begin = kernel - 1 - before
        filled = (size - 1) * stride + 1
        sides.append((begin, outputs + kernel - 1 - filled - begin))
    return sides


def pool(layer, x):
    arguments = layer.arguments
    size, strides = arguments["pool_size"], arguments["strides"]
    if isinstance(size, int):
        size, strides = [size], [strides]
    is_max = layer.kind.startswith("Max")
    is_same = arguments["padding"] == "same"
    fits = all(not is_same or extent % side == 0
               for extent, side in zip(x.shape[1:], size))
    if size == strides and fits:
        counts = [extent // side for extent, side in zip(x.shape[1:], size)]
        x = x[(slice(None), *(slice(count * side)
                              for count, side in zip(counts, size)))]
        pairs = [each for pair in zip(counts, size) for each in pair]
        x = x.reshape(x.shape[0], *pairs, x.shape[-1])
        axes = tuple(range(2, 2 * len(size) + 1, 2))
        return x.max(axes) if is_max else x.mean(axes)
    window = (1, *size, 1), (1, *strides, 1), arguments["padding"].upper()
    if is_max:
        return lax.reduce_window(x, -jnp.inf, lax.max, *window)
    total = lax.reduce_window(x, 0.0, lax.add, *window)
    return total / lax.reduce_window(jnp.ones_like(x), 0.0, lax.add, *window)


def normalization(layer, weights, x, mode, moved):
    """Batch statistics while it trains; what they make of the moving ones goes to
    `moved`."""
    arguments = layer.arguments
    mean, variance = weights["moving_mean"], weights["moving_variance"]
    if mode == "train":
        axes = tuple(range(x.ndim - 1))
        mean, variance = x.mean(axes), x.var(axes)
        keep = arguments["momentum"]
        moved[layer.name] = {
            "moving_mean": keep * weights["moving_mean"] + (1 - keep) * mean,
            "moving_variance": (keep * weights["moving_variance"]
                                + (1 - keep) * variance)}
    factor = lax.rsqrt(variance + arguments["epsilon"]) * weights.get("gamma", 1)
    return (x - mean) * factor + weights.get("beta", 0)


def dropout(rate, x, mode, key, shape):
    if mode == "predict":
        return x
    keep = jax.random.bernoulli(key, 1 - rate, shape)
    return jnp.where(keep, x / (1 - rate), 0)


def gaussian_noise(stddev, x, mode, key):
    return x if mode == "predict" else x + stddev * jax.random.normal(key, x.shape)


def relu(arguments, x):
    y = jnp.where(x > 0, x, arguments["negative_slope"] * x) \
        if arguments["negative_slope"] else jax.nn.relu(x)
    most = arguments["max_value"]
    return y if most == "inf" else jnp.minimum(y, most)


def margins(sides, x):
    top, bottom, left, right = sides
    return jnp.pad(x, ((0, 0), (top, bottom), (left, right), (0, 0)))


SIMPLE = {
    "Activation": lambda a, x: ACTIVATIONS[a["activation"]](x),
    "ReLU": relu,
    "LeakyReLU": lambda a, x: jnp.where(x > 0, x, a["alpha"] * x),
    "Softmax": lambda a, x: jax.nn.softmax(x),
    "Flatten": lambda a, x: x.reshape(x.shape[0], -1),
    "UpSampling2D": lambda a, x: x.repeat(a["size"][0], 1).repeat(a["size"][1], 2),
    "ZeroPadding2D": lambda a, x: margins(a["padding"], x),
    "GlobalAveragePooling1D": lambda a, x: x.mean(1),
    "GlobalAveragePooling2D": lambda a, x: x.mean((1, 2)),
    "Add": lambda a, *xs: sum(xs[1:], xs[0]),
    "Multiply": lambda a, x, y: x * y,
    "Concatenate": lambda a, *xs: jnp.concatenate(xs, -1),
}
PRODUCTS = {"Conv2D": convolution, "Conv1D": convolution,
            "DepthwiseConv2D": convolution, "SeparableConv2D": separable,
            "Conv2DTranspose": transposed}


def apply_layer(layer, weights, inputs, mode, key, moved):
    x = inputs[0]
    if layer.kind in PRODUCTS:
        y = PRODUCTS[layer.kind](layer, weights, x)
        return ACTIVATIONS[layer.activation](y)
    if layer.kind == "Dense":
        y = x @ weights["kernel"]
        y = y + weights["bias"] if "bias" in weights else y
        return ACTIVATIONS[layer.activation](y)
    if layer.kind == "BatchNormalization":
        return normalization(layer, weights, x, mode, moved)
    if "pool_size" in layer.arguments:
        return pool(layer, x)
    if layer.kind == "Reshape":
        return x.reshape(x.shape[0], *layer.shape)
    if layer.kind == "Dropout":
        return dropout(layer.arguments["rate"], x, mode, key, x.shape)
    if layer.kind == "GaussianNoise":
        return gaussian_noise(layer.arguments["stddev"], x, mode, key)
    return SIMPLE[layer.kind](layer.arguments, *inputs)


def apply(network, weights, x, mode, key):
    """The network's output, and its moved statistics. mode: train; frozen, with its
    moving statistics and dropout; predict."""
    first, *layers = network.layers
    values, moved = {first.name: x}, {}
    for number, layer in enumerate(layers):
        inputs = [values[name] for name in layer.inputs]
        own = jax.random.fold_in(key, number) if key is not None else None
        values[layer.name] = apply_layer(layer, weights.get(layer.name, {}),
                                         inputs, mode, own, moved)
    return values[network.output], moved


def nested(network, weights):
    """{layer: {weight: array}} of weights by (layer, weight)."""
    result = {layer.name: {} for layer in network.layers if layer.weights}
    for (layer, weight), array in weights.items():
        result[layer][weight] = jnp.asarray(array)
    return result


def first_weights(network):
    """Small random kernels; their values do not change the time."""
    random = numpy.random.default_rng(1)
    arrays = {}
    for (layer, weight), shape in network.weights().items():
        if weight.endswith("kernel"):
            deviation = 1 / math.sqrt(max(1, math.prod(shape[:-1])))
            array = random.normal(0, deviation, shape)
        else:
            array = numpy.full(shape, float(weight in ("gamma",
                                                       "moving_variance")))
        arrays[layer, weight] = array.astype(numpy.float32)
    return nested(network, arrays)


def count_parameters(network):
    return sum(each.size for each in jax.tree.leaves(first_weights(network)))


def forward(network, weights, x):
    result = jax.jit(lambda weights, x: apply(network, weights, x, "predict",
                                              None)[0])
    return numpy.asarray(result(nested(network, weights), x))


# ---- steps ---------------------------------------------------------------------

def split(weights):
    """What is trained, and moving statistics."""
    trained = {layer: {name: array for name, array in own.items()
                       if not name.startswith("moving_")}
               for layer, own in weights.items()}
    statistics = {layer: {name: array for name, array in own.items()
                          if name.startswith("moving_")}
                  for layer, own in weights.items()}
    return trained, statistics


def joined(trained, statistics):
    return {layer: trained[layer] | statistics[layer] for layer in trained}


def first_state(network):
    trained, statistics = split(first_weights(network))
    zeros = jax.tree.map(jnp.zeros_like, trained)
    return {"trained": trained, "statistics": statistics, "m": zeros,
            "v": jax.tree.map(jnp.zeros_like, trained), "t": jnp.zeros((), int)}


def adam(given, state, gradients, moved):
    t = state["t"] + 1
    b1, b2 = given["beta_1"], given["beta_2"]
    rate = given["rate"] * jnp.sqrt(1 - b2 ** t) / (1 - b1 ** t)
    m = jax.tree.map(lambda m, g: b1 * m + (1 - b1) * g, state["m"], gradients)
    v = jax.tree.map(lambda v, g: b2 * v + (1 - b2) * g * g, state["v"], gradients)
    trained = jax.tree.map(
        lambda w, m, v: w - rate * m / (jnp.sqrt(v) + given["epsilon"]),
        state["trained"], m, v)
    return {"trained": trained, "statistics": state["statistics"] | moved,
            "m": m, "v": v, "t": t}


def binary_loss(y, truth):
    return jnp.mean(jnp.maximum(y, 0) - y * truth + jnp.log1p(jnp.exp(-jnp.abs(y))))


def categorical_loss(y, labels):
    y = jax.nn.log_softmax(y.reshape(len(labels), -1))
    return -jnp.mean(jnp.take_along_axis(y, labels[:, None], 1))


def loss_function(task, word):
    loss = task.schedule["loss"]
    if loss == "categorical_crossentropy" and word == "softmax":
        return categorical_loss
    if loss == "binary_crossentropy" and word == "sigmoid":
        return binary_loss
    if loss == "mean_squared_error":
        return lambda y, t: jnp.mean((ACTIVATIONS[word](y) - t) ** 2)
    raise ValueError(f"no loss {loss} behind {word}")


def samples(rows, index, shape):
    return (rows[index].astype(jnp.float32) / 255).reshape(-1, *shape)


def make_step(task, way, data):
    jax.config.update("jax_default_prng_impl",
                      "rbg" if way.endswith("rbg") else "threefry2x32")
    make = gan_update if task.is_gan else supervised_update
    update, state = make(task, data)
    update = jax.jit(update, donate_argnums=0)
    arrays = [jnp.asarray(array) for array in (data.rows, data.labels, data.targets)
              if array is not None]
    memory = {"state": state, "key": jax.random.key(1), "number": 0}

    def step(index):
        memory["number"] += 1
        key = jax.random.fold_in(memory["key"], memory["number"])
        memory["state"], loss = update(memory["state"], key, jnp.asarray(index),
                                       *arrays)
        return float(loss)

    return step


def supervised_update(task, data):
    network, word = task.network().without_last_activation()
    loss_of, given = loss_function(task, word), task.adam("network")
    del data

    def update(state, key, index, rows, labels, targets=None):
        x = samples(rows, index, network.input_shape)
        if task.objective == "autoencoder":
            truth = x
        elif task.objective == "classifier":
            truth = labels[index]
        else:
            truth = samples(targets, index, network.output_shape)

        def whole_loss(trained):
            y, moved = apply(network, joined(trained, state["statistics"]), x,
                             "train", key)
            return loss_of(y, truth), moved

        (loss, moved), gradients = jax.value_and_grad(whole_loss, has_aux=True)(
            state["trained"])
        return adam(given, state, gradients, moved), loss

    return update, first_state(network)


def draw_latent(task, key, count, shape):
    latent = task.schedule.get("latent", {})
    if latent.get("distribution") != "uniform":
        return jax.random.normal(key, (count, *shape))
    return jax.random.uniform(key, (count, *shape), minval=latent.get("low", 0),
                              maxval=latent.get("high", 1))


def gan_update(task, data):
    """Both updates of an iteration, in one function."""
    generator = task.network("generator")
    discriminator, word = task.network("discriminator").without_last_activation()
    loss_of, half = loss_function(task, word), task.batch // 2
    settings = task.adam("generator"), task.adam("discriminator")
    shape = generator.input_shape
    del data

    def update_discriminator(states, key, real):
        latent = draw_latent(task, jax.random.fold_in(key, 0), half, shape)
        imitations, _ = apply(generator, joined(states[0]["trained"],
                                                states[0]["statistics"]),
                              latent, "predict", key)
        x = jnp.concatenate([real, imitations])
        truth = jnp.concatenate([jnp.ones(half), jnp.zeros(half)])

        def whole_loss(trained):
            y, moved = apply(discriminator,
                             joined(trained, states[1]["statistics"]), x, "train",
                             jax.random.fold_in(key, 1))
            return loss_of(y.reshape(len(x), -1), truth[:, None]), moved

        (_, moved), gradients = jax.value_and_grad(whole_loss, has_aux=True)(
            states[1]["trained"])
        return adam(settings[1], states[1], gradients, moved)

    def update_generator(states, key):
        latent = draw_latent(task, jax.random.fold_in(key, 2), 2 * half, shape)

        def whole_loss(trained):
            x, moved = apply(generator, joined(trained, states[0]["statistics"]),
                             latent, "train", jax.random.fold_in(key, 3))
            y, _ = apply(discriminator, joined(states[1]["trained"],
                                               states[1]["statistics"]),
                         x, "frozen", jax.random.fold_in(key, 4))
            return loss_of(y, jnp.ones_like(y)), moved

        (loss, moved), gradients = jax.value_and_grad(whole_loss, has_aux=True)(
            states[0]["trained"])
        return adam(settings[0], states[0], gradients, moved), loss

    def update(states, key, index, rows, labels):
        del labels
        real = samples(rows, index[:half], discriminator.input_shape)
        states = (states[0], update_discriminator(states, key, real))
        first, loss = update_generator(states, key)
        return (first, states[1]), loss

    return update, (first_state(generator), first_state(discriminator))


def close():
    jax.clear_caches()
