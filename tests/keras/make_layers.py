"""Goldens of every layer: layers/<case>/. Outputs in prediction, and the
weights after updates, of the networks of layer_cases.py.
"""

from goldens import HERE, check_float32, save_rounded, write_schedule

import keras
import numpy as np
import tensorflow as tf
from graphs import weights_of
from layer_cases import all_cases, row_cases

FEW = 2  # samples whose outputs in prediction are kept, layer by layer
FORWARD_TOLERANCE = 1e-5, 5e-6
UPDATE_TOLERANCE = 1e-5, 5e-6
OPTIMIZERS = {"sgd": keras.optimizers.SGD, "adam": keras.optimizers.Adam}


def draw_inputs(case, rng):
    return {name: rng.uniform(0, 1, (case.samples, *shape)).astype(np.float32)
            for name, shape in case.graph.inputs.items()}


def draw_targets(case, inputs, rng):
    """Targets, and the labels that they are made of or None. The pixels of a
    categorical autoencoder sum to 1."""
    x = next(iter(inputs.values()))
    if case.objective == "classifier":
        labels = rng.integers(0, 3, case.samples)
        return np.eye(3)[labels], labels
    if case.loss == "categorical_crossentropy":
        x /= x.sum(axis=-1, keepdims=True)
    return x, None


def check_moved(case, before, after):
    """Every weight must move by much more than the tolerance, but those that
    the case says cannot, and moving statistics by a little."""
    relative, absolute = UPDATE_TOLERANCE
    for key, value in after.items():
        network, layer, weight = key.split("/")
        moved = np.abs(value - before[key])
        share = np.max(moved / (absolute + relative * np.abs(value)))
        frozen = np.max(moved) == 0
        if frozen and case.graph.name == network:
            layers = {each.name: each for each in case.graph.layers}
            if layers[layer].arguments.get("trainable") is False:
                continue
        still = layer in case.still and weight == "bias"
        assert share > 100 or still, (case.name, key, "hardly moves", share)


def update(case, dtype, weights, inputs, target):
    """The weights after the case's updates; batches in order, wrapping."""
    model, _ = case.graph.model(dtype, weights)
    settings = dict(case.optimizer)
    optimizer = OPTIMIZERS[settings.pop("name")](**settings)
    x, start = next(iter(inputs.values())), 0
    for _ in range(case.updates):
        rows = slice(start, start + case.batch)
        start = start + case.batch if start + case.batch < len(x) else 0
        with tf.GradientTape() as tape:
            y = model(tf.constant(x[rows], dtype=dtype), training=True)
            goal = tf.cast(target[rows], dtype)
            loss = tf.reduce_mean(keras.losses.get(case.loss)(goal, y))
        variables = model.trainable_variables
        optimizer.apply(tape.gradient(loss, variables), variables)
    return weights_of(model)


def make_updates(case, folder, weights, inputs, target):
    after, rough = (update(case, dtype, weights, inputs, target)
                    for dtype in ("float64", "float32"))
    share = max(check_float32((case.name, key), after[key], rough[key],
                              *UPDATE_TOLERANCE) for key in after)
    check_moved(case, weights, after)
    print(f"layers/{case.name}: float32 at {share:.0%} of tolerance")
    write_schedule(folder / "schedule.yaml", case.objective, case.loss,
                   case.batch, case.updates, case.optimizer, "",
                   case.graph.name)
    save_rounded(after, folder / "updated.safetensors")


def make_outputs(case, folder, weights, inputs):
    few = {name: x[:FEW] for name, x in inputs.items()}
    double, single = (
        case.graph.model(dtype, weights)[1](
            [tf.constant(x, dtype=dtype) for x in few.values()],
            training=False) for dtype in ("float64", "float32"))
    expected, lines = {}, []
    for name in case.tested:
        check_float32((case.name, name), double[name], single[name],
                      *FORWARD_TOLERANCE)
        expected[f"{case.graph.name}/{name}"] = double[name].numpy()
        lines.append(f"{case.graph.name} {name} "
                     "{} {}\n".format(*FORWARD_TOLERANCE))
    for name, x in few.items():
        np.save(folder / f"few.{name}.npy", x)
    save_rounded(expected, folder / "expected.safetensors")
    (folder / "cases.txt").write_text("".join(lines))


def grained(case, tensors):
    """Weights of the layers that begin a branch, as multiples of the grain."""
    return {key: np.round(value / case.grain) * case.grain
            if key.split("/")[1].endswith("_in") else value
            for key, value in tensors.items()}


def make_case(case, seed):
    folder, rng = HERE / "layers" / case.name, np.random.default_rng(seed)
    folder.mkdir(parents=True)
    weights = case.graph.draw_weights(rng, gain=1.5)
    inputs = draw_inputs(case, rng)
    if case.grain:
        weights = grained(case, weights)
        inputs = {name: np.round(x / case.grain) * case.grain
                  for name, x in inputs.items()}
    graphs = [*case.graph.placed(), case.graph]
    text = "\n".join(graph.text() for graph in graphs)
    (folder / "model.nn").write_text(f"# {case.title}\n{text}")
    save_rounded(weights, folder / "weights.safetensors")
    if case.trained:
        target, labels = draw_targets(case, inputs, rng)
        np.save(folder / "input.npy", next(iter(inputs.values())))
        if labels is not None:
            np.save(folder / "input.labels.npy", labels.astype(np.uint8))
        make_updates(case, folder, weights, inputs, target)
    make_outputs(case, folder, weights, inputs)


def make_layers():
    for seed, case in enumerate(all_cases(), start=200):
        make_case(case, seed)
    for seed, case in enumerate(row_cases(), start=300):
        make_case(case, seed)
