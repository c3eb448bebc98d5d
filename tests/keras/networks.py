"""Networks from one table: the text of a .nn file and the Keras model.

In: lists of layers, made by the functions below. Out: .nn text, Keras models
in float32 or float64 that hold given weights, and weights drawn from a seed.
Whoever imports this has chosen Keras's backend.
"""

from dataclasses import dataclass, field

import keras
import numpy as np
from keras import layers


@dataclass
class Layer:
    """One line of a .nn file and what it means in Keras."""

    name: str
    text: str
    make: type
    arguments: dict = field(default_factory=dict)


def dense(name, units, activation="linear", use_bias=True):
    text = f"Dense({units}"
    text += f", activation={activation}" if activation != "linear" else ""
    text += ", use_bias=false)" if not use_bias else ")"
    return Layer(name, text, layers.Dense, {
        "units": units, "activation": activation, "use_bias": use_bias})


def activation(name, kind):
    return Layer(name, f"Activation({kind})", layers.Activation,
                 {"activation": kind})


def relu(name):
    return Layer(name, "ReLU()", layers.ReLU)


def leaky_relu(name, alpha=None):
    if alpha is None:
        return Layer(name, "LeakyReLU()", layers.LeakyReLU)
    return Layer(name, f"LeakyReLU(alpha={alpha})", layers.LeakyReLU,
                 {"negative_slope": alpha})


def elu(name, alpha=None):
    if alpha is None:
        return Layer(name, "ELU()", layers.ELU)
    return Layer(name, f"ELU(alpha={alpha})", layers.ELU, {"alpha": alpha})


def softmax(name):
    return Layer(name, "Softmax()", layers.Softmax)


def flatten(name):
    return Layer(name, "Flatten()", layers.Flatten)


def reshape(name, *shape):
    sizes = ", ".join(str(size) for size in shape)
    return Layer(name, f"Reshape({sizes})", layers.Reshape,
                 {"target_shape": shape})


def dropout(name, rate):
    return Layer(name, f"Dropout({rate})", layers.Dropout, {"rate": rate})


@dataclass
class Network:
    name: str
    shape: tuple  # of one sample
    layers: list
    has_input_layer: bool = False

    def text(self):
        sizes = ", ".join(str(size) for size in self.shape)
        head = f"network {self.name}"
        lines = [f"{head} {{", f"    pixels = Input({sizes})"]
        if not self.has_input_layer:
            lines = [f"{head}({sizes}) {{"]
        lines += [f"    {layer.name} = {layer.text}" for layer in self.layers]
        return "\n".join(lines) + "\n}\n"

    def model(self, dtype, weights=None):
        """The Keras model; `weights` as weights_of() gave them."""
        keras.config.set_floatx(dtype)
        keras.config.set_dtype_policy(dtype)
        model = keras.Sequential([keras.Input(self.shape)] + [
            layer.make(name=layer.name, **layer.arguments)
            for layer in self.layers])
        if weights:
            for layer in model.layers:
                for variable in layer.weights:
                    key = f"{self.name}/{layer.name}/{variable.name}"
                    variable.assign(weights[key].astype(dtype))
        assert all(variable.dtype == dtype for variable in model.weights)
        return model

    def weights_of(self, model):
        return {f"{self.name}/{layer.name}/{variable.name}": variable.numpy()
                for layer in model.layers for variable in layer.weights}

    def draw_weights(self, rng, gain=1.0, step=None):
        """Normal weights of variance gain^2/inputs; with `step`, multiples
        of it in [-1, 1], whose products and sums float32 holds exactly."""
        weights = self.weights_of(self.model("float32"))
        for key in sorted(weights):
            shape = weights[key].shape
            if step:
                drawn = rng.integers(-1 / step, 1 / step + 1, shape) * step
            elif key.endswith("/bias"):
                drawn = rng.normal(0, 0.3, shape)
            else:
                drawn = rng.normal(0, gain / np.sqrt(shape[0]), shape)
            weights[key] = drawn.astype(np.float32)
        return weights
