"""Goldens of targets of their own: regression/<network>/. The weights after 30
updates towards targets with each loss, the last batch of a pass smaller, and what
is measured then.
"""

from goldens import (HERE, check_float32, check_moves, save_rounded,
                     write_model)

import keras
import numpy as np
from keras import layers
from make_losses import (METRIC_TOLERANCE, Case, autoencoder, metrics_of,
                         update_steps)
from networks import Layer, dense

TOLERANCE = 1e-5, 2e-6
SAMPLES, BATCH, UPDATES = 20, 8, 30
SCHEDULE = f"""objective: regression
loss: {{loss}}
batch: {BATCH}
iterations: {UPDATES}
seed: 1
optimizer: {{{{name: sgd, learning_rate: {{rate}}, momentum: 0.9}}}}
data: {{{{train: input.npy, target: {{target}}.npy, shuffle: false}}}}
"""


def conv(name, filters, activation):
    return Layer(name, f"Conv2D({filters}, 3, padding=same, "
                 f"activation={activation})", layers.Conv2D, {
                     "filters": filters, "kernel_size": 3, "padding": "same",
                     "activation": activation})


def upsampling(name):
    return Layer(name, "UpSampling2D(2)", layers.UpSampling2D, {"size": 2})


# Of each network: its layers, its input, and losses with their targets and the
# learning rate.
NETWORKS = {
    "rows": ([dense("wide", 9, "tanh"), dense("last", 3)], (5,), {
        "mean_squared_error": ("numbers", 0.1),
        "mean_absolute_error": ("numbers", 0.05),
        "huber": ("numbers", 0.1)}),
    "images": ([conv("wide", 5, "tanh"), upsampling("large"),
                conv("last", 1, "sigmoid")], (5, 6, 2), {
                    "mean_squared_error": ("pictures", 1.0),
                    "binary_crossentropy": ("masks", 0.2)}),
    "classes": ([conv("wide", 5, "tanh"), conv("last", 3, "softmax")],
                (5, 6, 2), {
                    "categorical_crossentropy": ("classes", 0.2)}),
}


def draw_target(kind, rng, shape):
    shape = SAMPLES, *shape
    if kind == "numbers":
        return rng.normal(0, 2, shape).astype(np.float32)
    if kind == "pictures":
        return rng.uniform(0, 1, shape).astype(np.float32)
    if kind == "masks":
        return (rng.random(shape) < 0.4).astype(np.float32)
    return np.eye(shape[-1], dtype=np.float32)[
        rng.integers(0, shape[-1], shape[:-1])]


def make_variant(folder, network, loss, target, rate, weights, arrays):
    case = Case(loss, "", loss, network, samples=SAMPLES, batch=BATCH,
                updates=UPDATES)
    after, metrics = {}, {}
    for dtype in ("float64", "float32"):
        model = network.model(dtype, weights)
        optimizer = keras.optimizers.SGD(rate, momentum=0.9)
        update_steps(case, model, optimizer, *arrays)
        after[dtype] = network.weights_of(model)
        metrics[dtype] = metrics_of(case, model, *arrays)
    check_moves(f"{folder.name} {loss}", weights, *after.values(), TOLERANCE,
                5e-3)
    for key, value in metrics["float64"].items():
        check_float32((loss, key), value, metrics["float32"][key],
                      *METRIC_TOLERANCE)
    save_rounded(after["float64"], folder / f"{loss}.safetensors")
    (folder / f"{loss}.txt").write_text("".join(
        f"{key} {value:.9g}\n" for key, value in metrics["float64"].items()))
    (folder / f"{loss}.yaml").write_text(
        SCHEDULE.format(loss=loss, rate=rate, target=target))


def make_regression():
    for number, (name, (parts, shape, losses)) in enumerate(NETWORKS.items()):
        folder, rng = HERE / "regression" / name, np.random.default_rng(number)
        network = autoencoder("net", *parts, shape=shape)
        weights = network.draw_weights(rng)
        data = rng.normal(0, 1, (SAMPLES, *shape)).astype(np.float32)
        output = network.model("float64").output_shape[1:]
        write_model(folder, f"{UPDATES} updates towards targets: batches of "
                    f"{BATCH} over {SAMPLES} samples.", [network])
        np.save(folder / "input.npy", data)
        save_rounded(weights, folder / "weights.safetensors")
        targets = {kind: draw_target(kind, rng, output)
                   for kind, _ in dict.fromkeys(losses.values())}
        for kind, target in targets.items():
            np.save(folder / f"{kind}.npy", target)
        for loss, (kind, rate) in losses.items():
            make_variant(folder, network, loss, kind, rate, weights,
                         (data, targets[kind]))


if __name__ == "__main__":
    make_regression()
