"""Goldens of losses and metrics: loss/<case>/. What evaluate prints, and the
weights after an update, from which the gradients are read.
"""

from goldens import (ACTIVATIONS, HERE, ROWS, check_float32, check_moves,
                     save_rounded, write_model, write_schedule)

from dataclasses import dataclass

import keras
import numpy as np
import tensorflow as tf
from keras import layers
from networks import (Network, activation, dense, dropout, elu, flatten,
                      leaky_relu, relu, reshape, softmax)

# Gradients are read from weights - RATE * gradient: the rate lifts them above
# the rounding of the weights.
RATE = 32.0
GRADIENT_TOLERANCE = 1e-5, 5e-6
METRIC_TOLERANCE = 2e-5, 1e-6  # six significant digits are printed


@dataclass
class Case:
    name: str
    title: str
    loss: str
    network: Network
    data: str = "unit"  # see draw_data()
    classes: int = 0  # classifier: outputs
    pixels: str = ""
    samples: int = ROWS
    batch: int = ROWS
    updates: int = 1
    rate: float = RATE
    gain: float = 1.0
    adjust: object = None  # function of (case, weights, data, labels)


def final_activation(network):
    """The activation that the network ends with, or ''."""
    last = network.layers[-1]
    if last.make is layers.Softmax:
        return "softmax"
    return last.arguments.get("activation", "")


def draw_data(case, rng):
    shape = (case.samples, *case.network.shape)
    if case.data == "unit":
        data = np.clip(rng.uniform(-0.2, 1.2, shape), 0, 1)
    elif case.data == "simplex":
        data = rng.dirichlet(np.ones(shape[1]), shape[0])
    elif case.data == "normal":
        data = rng.normal(0, 1, shape)
    else:
        flat = (case.samples, int(np.prod(case.network.shape)))
        bright = rng.random(flat) < 0.3
        data = np.where(bright, 255, rng.integers(0, 256, flat))
        return data.astype(np.uint8)
    return data.astype(np.float32)


def convert(case, data):
    """Stored values as the schedule's `pixels` says, in float64."""
    value = data.astype(np.float64).reshape(-1, *case.network.shape)
    pixels = case.pixels or ("unit" if data.dtype == np.uint8 else "raw")
    return {"raw": value, "unit": value / 255, "signed": value / 127.5 - 1,
            "binary": np.where(value == 255, 0.0, 1.0)}[pixels]


def target_of(case, x, labels):
    if case.classes == 1:
        return labels.reshape(-1, 1).astype(np.float64)
    if case.classes:
        return np.eye(case.classes)[labels]
    return x


def loss_of(case, y, target):
    """Keras takes the logits of any sigmoid or softmax for any cross-entropy;
    the rule here is: only of the one that belongs to it, else clipped."""
    own = {"binary_crossentropy": "sigmoid",
           "categorical_crossentropy": "softmax"}.get(case.loss)
    if own and own == final_activation(case.network):
        assert hasattr(y, "_keras_logits")
    else:
        y = tf.identity(y)  # forgets the logits
    target = tf.reshape(tf.cast(target, y.dtype), tf.shape(y))
    return tf.reduce_mean(keras.losses.get(case.loss)(target, y))


def metrics_of(case, model, x, target):
    y = model(tf.constant(x, dtype=keras.config.floatx()), training=False)
    error = y.numpy().astype(np.float64).reshape(target.shape) - target
    metrics = {"loss": float(loss_of(case, y, target)),
               "mean_squared_error": float(np.mean(error ** 2)),
               "mean_absolute_error": float(np.mean(np.abs(error)))}
    if case.classes == 1:
        hits = keras.metrics.binary_accuracy(target, y)
        metrics["accuracy"] = float(np.mean(hits))
    elif case.classes:
        hits = keras.metrics.categorical_accuracy(target, y)
        metrics["accuracy"] = float(np.mean(hits))
    return metrics


def update_steps(case, model, optimizer, x, target):
    """`updates` batches in file order, wrapping round; the last batch of a
    pass may be smaller."""
    start = 0
    for _ in range(case.updates):
        rows = slice(start, start + case.batch)
        start = start + case.batch if start + case.batch < len(x) else 0
        with tf.GradientTape() as tape:
            y = model(tf.constant(x[rows], dtype=keras.config.floatx()),
                      training=True)
            loss = loss_of(case, y, target[rows])
        variables = model.trainable_variables
        optimizer.apply(tape.gradient(loss, variables), variables)


def clip_at_ones(case, weights, data, labels):
    """Output 0 is 3 everywhere and its target 1: clipped from above. Only
    there: float32 has no 1 - 1e-7, so log(1 - output) is off by 1 %."""
    weights[f"{case.network.name}/last/kernel"][:, 0] = 0
    weights[f"{case.network.name}/last/bias"][0] = 3
    data[:, 0] = 1


def label_clearly(case, weights, data, labels):
    """Outputs above 1 get label 1, for the reason above. The loss of an
    output y changes as 1/y or 1/(1 - y): neither may be almost nothing."""
    y = case.network.model("float64", weights)(convert(case, data)).numpy()
    labels[(y[:, 0] > 0) & (y[:, 0] < 0.1)] = 0
    labels[y[:, 0] > 0.9] = 1


def keep_one_positive(case, weights, data, labels):
    """Outputs may be 0, but never all: their sum divides. None that a label
    names is almost 0."""
    weights[f"{case.network.name}/last/bias"][:] = [0.1, -0.2, 2.5, 0.3, -0.4]
    weights[f"{case.network.name}/last/kernel"] /= 2
    y = case.network.model("float64", weights)(convert(case, data)).numpy()
    named = y[np.arange(len(y)), labels]
    assert (named == 0).any()
    labels[(named > 0) & (named < 0.1)] = 2


def autoencoder(name, *network_layers, shape=(11,)):
    return Network(name, shape, list(network_layers))


def autoencoder_cases():
    yield Case("bce_sigmoid", "Sigmoid and binary cross-entropy, from logits "
               "that saturate.", "binary_crossentropy", autoencoder(
                   "coder", dense("code", 7, "relu"),
                   dense("last", 11, "sigmoid")), gain=12.0)
    yield Case("bce_activation", "Sigmoid as a layer and binary "
               "cross-entropy, 8-bit data.", "binary_crossentropy", autoencoder(
                   "coder", dense("code", 7, "tanh"), dense("last", 11),
                   activation("shown", "sigmoid")), data="bytes")
    yield Case("bce_relu", "ReLU and binary cross-entropy: outputs clipped at "
               "both ends.", "binary_crossentropy", autoencoder(
                   "coder", dense("code", 7, "sigmoid"),
                   dense("last", 11, "relu")), gain=0.5, adjust=clip_at_ones)
    yield Case("bce_softmax", "Softmax and binary cross-entropy: clipped, not "
               "from logits.", "binary_crossentropy", autoencoder(
                   "coder", dense("code", 7, "elu"),
                   dense("last", 11, "softmax")), data="simplex")
    yield Case("mse_linear", "Mean squared error, signed pixels; the second "
               "update has the 5 samples left over.", "mean_squared_error",
               autoencoder("coder", dense("code", 7, "tanh"),
                           dense("last", 11, use_bias=False)),
               data="bytes", pixels="signed", batch=32, updates=2, rate=2.0)
    yield Case("mse_sigmoid", "Sigmoid and mean squared error, binary pixels, "
               "fewer samples than the batch.", "mean_squared_error",
               autoencoder("coder", dense("code", 7, "relu"),
                           dense("last", 11, "sigmoid")),
               data="bytes", pixels="binary", samples=23, batch=64)
    yield Case("mae_tanh", "Tanh and mean absolute error.",
               "mean_absolute_error", autoencoder(
                   "coder", dense("code", 7, "swish"),
                   dense("last", 11, "tanh")), data="normal")
    yield Case("cce_softmax", "Softmax as a layer and categorical "
               "cross-entropy, from logits.", "categorical_crossentropy",
               autoencoder("coder", dense("code", 7, "relu"),
                           dense("last", 11), softmax("shown")),
               data="simplex", gain=4.0)
    yield Case("cce_softplus", "Softplus and categorical cross-entropy: "
               "divided by the sum, then clipped.", "categorical_crossentropy",
               autoencoder("coder", dense("code", 7, "tanh"),
                           dense("last", 11, "softplus")), data="simplex")
    yield Case("every_activation", "The gradient of every activation.",
               "mean_squared_error", autoencoder(
                   "deep", *[dense(f"d_{kind}", 5 + 2 * (i % 4), kind)
                             for i, kind in enumerate(ACTIVATIONS)],
                   dense("last", 11)), data="normal", gain=1.5,
               rate=8.0)
    yield Case("every_layer", "The gradient of every dense building block.",
               "mean_squared_error", autoencoder(
                   "blocks", dense("deep", 7), leaky_relu("leaky"),
                   reshape("rows", -1, 5), dense("narrow", 3), elu("bent", 0.7),
                   softmax("shares"), dropout("kept", 0.0), flatten("plain"),
                   dense("mixed", 13), leaky_relu("steep", 0.2),
                   dense("wide", 30), relu("positive"),
                   reshape("volume", 5, 3, 2), dense("last", 2),
                   activation("shown", "gelu"), shape=(5, 3, 2)),
               data="normal", gain=1.5)


def classifier(name, *network_layers):
    return Network(name, (9,), list(network_layers))


def classifier_cases():
    hidden = dense("code", 7, "tanh")
    yield Case("classes_cce_softmax", "Classes: softmax and categorical "
               "cross-entropy.", "categorical_crossentropy", classifier(
                   "judge", hidden, dense("last", 5, "softmax")),
               classes=5, data="normal", gain=3.0)
    yield Case("classes_cce_relu", "Classes: ReLU and categorical "
               "cross-entropy, with outputs of 0.", "categorical_crossentropy",
               classifier("judge", hidden, dense("last", 5, "relu")),
               classes=5, data="normal", adjust=keep_one_positive)
    yield Case("classes_cce_sigmoid", "Classes: sigmoid and categorical "
               "cross-entropy, not from logits.", "categorical_crossentropy",
               classifier("judge", hidden, dense("last", 5, "sigmoid")),
               classes=5, data="bytes")
    yield Case("classes_bce_sigmoid", "Classes: sigmoid and binary "
               "cross-entropy on one-hot rows.", "binary_crossentropy",
               classifier("judge", hidden, dense("last", 5, "sigmoid")),
               classes=5, data="normal")
    yield Case("classes_mse_softmax", "Classes: softmax and mean squared "
               "error.", "mean_squared_error", classifier(
                   "judge", hidden, dense("last", 5, "softmax")),
               classes=5, data="normal")
    yield Case("one_bce_sigmoid", "One output: sigmoid and binary "
               "cross-entropy against the label itself.",
               "binary_crossentropy", classifier(
                   "judge", hidden, dense("last", 1, "sigmoid")),
               classes=1, data="normal", gain=4.0)
    yield Case("one_bce_linear", "One output: linear and binary "
               "cross-entropy, clipped.", "binary_crossentropy", classifier(
                   "judge", hidden, dense("last", 1)),
               classes=1, data="normal", adjust=label_clearly)
    yield Case("one_mae_linear", "One output: linear and mean absolute error.",
               "mean_absolute_error", classifier(
                   "judge", hidden, dense("last", 1)),
               classes=1, data="bytes")


def later_cases():
    """Behind the others, whose seeds stay."""
    yield Case("huber_linear", "Huber, errors within and beyond 1; the second "
               "update has the 5 samples left over.", "huber", autoencoder(
                   "coder", dense("code", 7, "tanh"), dense("last", 11)),
               data="normal", batch=32, updates=2, rate=2.0)


def run_case(case, dtype, weights, x, target):
    """The metrics before the updates, and the weights after them."""
    model = case.network.model(dtype, weights)
    metrics = metrics_of(case, model, x, target)
    optimizer = keras.optimizers.SGD(learning_rate=case.rate)
    update_steps(case, model, optimizer, x, target)
    return metrics, case.network.weights_of(model)


def make_loss(case, seed):
    folder, rng = HERE / "loss" / case.name, np.random.default_rng(seed)
    weights = case.network.draw_weights(rng, case.gain)
    data = draw_data(case, rng)
    labels = rng.integers(0, max(case.classes, 2), case.samples)
    if case.adjust:
        case.adjust(case, weights, data, labels)
    x = convert(case, data)
    target = target_of(case, x, labels)
    metrics, after = run_case(case, "float64", weights, x, target)
    rough_metrics, rough_after = run_case(case, "float32", weights, x, target)
    for key in metrics:
        check_float32((case.name, key), metrics[key], rough_metrics[key],
                      *METRIC_TOLERANCE)
    check_moves(case.name, weights, after, rough_after, GRADIENT_TOLERANCE,
                0.05)
    write_model(folder, case.title, [case.network])
    objective = "classifier" if case.classes else "autoencoder"
    write_schedule(folder / "schedule.yaml", objective, case.loss, case.batch,
                   case.updates, {"name": "sgd", "learning_rate": case.rate},
                   case.pixels)
    np.save(folder / "input.npy", data)
    if case.classes:
        np.save(folder / "input.labels.npy", labels)
    save_rounded(weights, folder / "weights.safetensors")
    save_rounded(after, folder / "updated.safetensors")
    (folder / "metrics.txt").write_text("".join(
        f"{key} {value:.9g}\n" for key, value in metrics.items()))


def make_losses():
    cases = [*autoencoder_cases(), *classifier_cases(), *later_cases()]
    for seed, case in enumerate(cases, start=10):
        make_loss(case, seed)
