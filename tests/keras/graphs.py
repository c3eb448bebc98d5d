"""Networks as graphs: the text of a .nn file and the Keras model.

In: layers made by layer() and place(), each of which reads the one before it or
those that it names. Out: .nn text, functional Keras models in float32 or
float64 that hold given weights, and weights drawn from a seed. Whoever imports
this has chosen Keras's backend.
"""

from dataclasses import dataclass, field

import keras
import numpy as np
import tensorflow as tf
from keras import layers

# Arguments that Keras 3 calls otherwise.
RENAMED = {("LeakyReLU", "alpha"): "negative_slope"}


class DilatedTranspose(layers.Conv2DTranspose):
    """Conv2DTranspose with a dilation, which TensorFlow cannot compute on a
    CPU: the kernel with zeros between its rows and columns, without one."""

    def call(self, inputs):
        rows, columns = self.dilation_rate
        kernel = self.kernel[:, None, :, None]
        kernel = tf.pad(kernel, [[0, 0], [0, rows - 1], [0, 0],
                                 [0, columns - 1], [0, 0], [0, 0]])
        height, _, width, _, filters, channels = kernel.shape
        kernel = tf.reshape(kernel, (height * rows, width * columns, filters,
                                     channels))
        span = [(size - 1) * rate + 1
                for size, rate in zip(self.kernel_size, self.dilation_rate)]
        outputs = keras.ops.conv_transpose(
            inputs, kernel[:span[0], :span[1]], strides=1, padding=self.padding)
        return self.activation(outputs + self.bias)


@dataclass
class Layer:
    """One statement of a .nn file and what it means in Keras."""

    name: str
    kind: str
    arguments: dict = field(default_factory=dict)
    reads: tuple = ()  # names; (): the layer before it
    placed: object = None  # a Graph

    def text(self):
        values = ", ".join(f"{key}={text_of(value)}"
                           for key, value in self.arguments.items())
        if self.kind == "Reshape":
            values = text_of(self.arguments["target_shape"])
        reads = f" from {', '.join(self.reads)}" if self.reads else ""
        return f"{self.name} = {self.kind}({values}){reads}"

    def make(self):
        arguments = {RENAMED.get((self.kind, key), key): value
                     for key, value in self.arguments.items()}
        dilated = arguments.get("dilation_rate", 1) not in (1, (1, 1))
        if self.kind == "Conv2DTranspose" and dilated:
            return DilatedTranspose(name=self.name, **arguments)
        return getattr(layers, self.kind)(name=self.name, **arguments)


def text_of(value):
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, tuple):
        return f"({', '.join(map(text_of, value))}{',' * (len(value) == 1)})"
    if isinstance(value, keras.Regularizer):
        word = {"L1": "l1", "L2": "l2", "L1L2": "l1_l2"}[type(value).__name__]
        factors = ", ".join(f"{key}={factor:.6g}"
                            for key, factor in value.get_config().items())
        return f"{word}({factors})"
    return str(value)


def layer(name, kind, *reads, **arguments):
    return Layer(name, kind, arguments, reads)


def place(name, graph, *reads):
    return Layer(name, graph.name, {}, reads, graph)


@dataclass
class Graph:
    name: str
    inputs: dict  # name: shape of one sample
    layers: list
    outputs: tuple = ()  # (): the last layer

    def text(self):
        lines = [f"{name} = Input({', '.join(map(str, shape))})"
                 for name, shape in self.inputs.items()]
        lines += [each.text() for each in self.layers]
        if self.outputs:
            lines.append(f"output {', '.join(self.outputs)}")
        body = "\n".join(f"    {line}" for line in lines)
        return f"network {self.name} {{\n{body}\n}}\n"

    def placed(self):
        """Every graph placed in this one, once, the innermost first."""
        found = []
        for each in self.layers:
            if each.placed:
                found += [*each.placed.placed(), each.placed]
        return [graph for i, graph in enumerate(found)
                if graph not in found[:i]]

    def build(self, models):
        """The tensors by layer, and the model; `models` holds what is placed."""
        tensors = {name: keras.Input(shape, name=name)
                   for name, shape in self.inputs.items()}
        last = list(tensors)[-1]
        for each in self.layers:
            reads = [tensors[name] for name in each.reads or (last,)]
            make = models[each.placed.name] if each.placed else each.make()
            tensors[each.name] = make(reads if len(reads) > 1 else reads[0])
            last = each.name
        outputs = [tensors[name] for name in self.outputs or (last,)]
        inputs = [tensors[name] for name in self.inputs]
        model = keras.Model(inputs if len(inputs) > 1 else inputs[0],
                            outputs if len(outputs) > 1 else outputs[0],
                            name=self.name)
        return tensors, model

    def model(self, dtype, weights=None):
        """The model, and one that gives every layer's output by name."""
        keras.config.set_floatx(dtype)
        keras.config.set_dtype_policy(dtype)
        models = {}
        for graph in self.placed():
            models[graph.name] = graph.build(models)[1]
        tensors, model = self.build(models)
        every = keras.Model(model.inputs, tensors)
        if weights:
            for key, variable in variables_of(model).items():
                variable.assign(weights[key].astype(dtype))
        return model, every

    def draw_weights(self, rng, gain=1.0):
        """Normal weights of variance gain^2/inputs; scales and variances
        around 1, all else around 0."""
        weights = {}
        for key, variable in sorted(variables_of(
                self.model("float32")[0]).items()):
            shape, name = tuple(variable.shape), key.split("/")[-1]
            if name in ("gamma", "moving_variance"):
                drawn = rng.uniform(0.5, 1.5, shape)
            elif not name.endswith("kernel"):
                drawn = rng.normal(0, 0.3, shape)
            else:
                inputs = np.prod(shape) / max(shape[-2:])
                drawn = rng.normal(0, gain / np.sqrt(inputs), shape)
            weights[key] = drawn.astype(np.float32)
        return weights


def variables_of(model):
    """network/layer/weight: the variable; those of placed models too."""
    found = {}
    for each in model.layers:
        if isinstance(each, keras.Model):
            found.update(variables_of(each))
        else:
            found.update({f"{model.name}/{each.name}/{variable.name}": variable
                          for variable in each.weights})
    return found


def weights_of(model):
    return {key: variable.numpy()
            for key, variable in variables_of(model).items()}
