"""Goldens of dense building blocks in prediction: forward/. Each layer's output
for inputs of ordinary size and, where sums are exact, of extreme size.
"""

from goldens import (ACTIVATIONS, HERE, ROWS, check_float32, save_rounded,
                     write_model)

import keras
import numpy as np
import tensorflow as tf
from networks import (Network, activation, dense, dropout, elu, flatten,
                      leaky_relu, relu, reshape, softmax)


def forward_networks():
    """Each activation inside a Dense and as a layer, each layer with a slope
    of its own, shapes, widths; with the inputs that each is given."""
    vectors = ("moderate", "extreme")
    for kind in ACTIVATIONS:
        yield vectors, Network(f"dense_{kind}", (13,), [
            dense("first", 7, kind), dense("second", 11, use_bias=False)])
        yield vectors, Network(f"layer_{kind}", (13,), [
            activation("first", kind), dense("second", 7)])
    slopes = {"relu": relu("first"), "leaky_relu": leaky_relu("first"),
              "leaky_relu_02": leaky_relu("first", 0.2), "elu": elu("first"),
              "elu_07": elu("first", 0.7), "softmax": softmax("first")}
    for name, layer in slopes.items():
        yield vectors, Network(f"own_{name}", (13,), [
            layer, dense("second", 7)])
    yield ("volume",), Network("volume", (5, 3, 2), [
        dense("deep", 7, "relu"), reshape("rows", -1, 5),
        dense("narrow", 3, "softmax"), softmax("again"), flatten("plain"),
        dropout("kept", 0.5), dense("last", 4)], has_input_layer=True)
    yield ("volume",), Network("flattened", (5, 3, 2), [
        flatten("plain"), dense("mixed", 11, "tanh"), reshape("column", 11, 1),
        dense("spread", 3)])
    yield ("grid",), Network("grid", (5, 3), [
        dense("mapped", 7), reshape("turned", 7, 5),
        activation("shares", "softmax"), dense("last", 2, "elu", False)])
    yield ("wide",), Network("widths", (17,), [
        dense("d33", 33, "tanh"), dense("d1", 1), dense("d16", 16, "tanh"),
        dense("d65", 65, "sigmoid"), dense("d31", 31)])


def forward_inputs(rng):
    """moderate and extreme are multiples of 1/8: times weights that are
    multiples of 1/32, sums of 13 are exact in float32."""
    moderate = rng.integers(-12, 13, (ROWS, 13)) / 8
    moderate[0] = 0
    extreme = rng.choice([-1000, -50, -1, 0, 1, 50, 1000], (ROWS, 13))
    extreme[0], extreme[1], extreme[2] = 1000, -1000, 50
    inputs = {"moderate": moderate, "extreme": extreme,
              "volume": rng.normal(0, 1, (ROWS, 5, 3, 2)),
              "grid": rng.normal(0, 1, (ROWS, 5, 3)),
              "wide": rng.normal(0, 1, (ROWS, 17))}
    return {name: x.astype(np.float32) for name, x in inputs.items()}


def forward_tolerance(layer, input_name):
    """The first layer's sums are exact, so only the activation's own error
    counts; behind it the rounding of sums of O(10) adds up. What a second
    layer makes of extreme values is not compared."""
    if layer == "first":
        return 4e-6, 2e-6
    return None if input_name == "extreme" else (1e-5, 5e-6)


def layer_outputs(network, model, x):
    x = tf.constant(x, dtype=keras.config.floatx())
    outputs = {}
    for layer in model.layers:
        x = layer(x, training=False)
        outputs[layer.name] = x.numpy()
    return outputs


def make_forward():
    folder, rng = HERE / "forward", np.random.default_rng(1)
    inputs = forward_inputs(rng)
    networks, weights, expected, lines = [], {}, {}, []
    for names, network in forward_networks():
        exact = "extreme" in names
        own = network.draw_weights(rng, step=1 / 32 if exact else None)
        networks.append(network)
        weights.update(own)
        for name in names:
            double, single = (
                layer_outputs(network, network.model(dtype, own), inputs[name])
                for dtype in ("float64", "float32"))
            for layer in double:
                tolerance = forward_tolerance(layer, name)
                if not tolerance:
                    continue
                key = f"{network.name}/{layer}/{name}"
                check_float32(key, double[layer], single[layer], *tolerance)
                expected[key] = double[layer]
                lines.append(f"{network.name} {layer} {name} "
                             "{} {}".format(*tolerance))
    write_model(folder, "Every dense building block, predicted.", networks)
    for name, x in inputs.items():
        np.save(folder / f"{name}.npy", x)
    save_rounded(weights, folder / "weights.safetensors")
    save_rounded(expected, folder / "expected.safetensors")
    (folder / "cases.txt").write_text("\n".join(lines) + "\n")
