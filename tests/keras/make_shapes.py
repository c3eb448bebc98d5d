#!/usr/bin/env python3
"""Makes shapes.txt beside it with real Keras; README.md says how.

In: the cases below. Out: one line a case, read by tests/unit/layer_shapes_test.c:

    layer call in .nn | input shapes | output shape | parameters, trainable | weights

or "refused" in place of the last three, where Keras raises an error. Every
layer runs on zeros, so that the shapes are those of real results.
"""

import os
from itertools import product
from pathlib import Path

os.environ["KERAS_BACKEND"] = "tensorflow"
os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"

import keras
import numpy as np
import tensorflow as tf
from keras import layers

IMAGE = (7, 6, 2)
ROW = (7, 2)


def text_of(value):
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, tuple):
        items = ", ".join(text_of(item) for item in value)
        return f"({items},)" if len(value) == 1 else f"({items})"
    return str(value)


def call_of(kind, arguments):
    """The call with every argument by name."""
    names = (f"{name}={text_of(value)}" for name, value in arguments.items())
    return f"{kind}({', '.join(names)})"


def shape_of(array):
    """One sample's shape, without Python's comma in (784,)."""
    return "(" + ", ".join(map(str, array)) + ")"


def result(kind, arguments, shapes):
    """What Keras makes of the layer, or 'refused'."""
    inputs = [np.zeros((2,) + shape, np.float32) for shape in shapes]
    if kind.startswith("AveragePooling"):  # Keras 3 has lost the default
        arguments = {"pool_size": 2} | arguments
    try:
        layer = getattr(layers, kind)(**arguments)
        output = layer(inputs if len(inputs) > 1 else inputs[0])
    except (ValueError, IndexError, tf.errors.OpError) as error:
        return "refused", str(error)
    if 0 in output.shape:
        return "refused", f"nothing is left: {output.shape}"
    counts = [sum(int(np.prod(weight.shape)) for weight in weights)
              for weights in (layer.weights, layer.trainable_weights)]
    weights = ", ".join(f"{weight.name}{shape_of(weight.shape)}"
                        for weight in layer.weights)
    return (f"{shape_of(output.shape[1:])} | {counts[0]}, {counts[1]} | "
            f"{weights or 'none'}"), None


def grid(kind, shape=IMAGE, **choices):
    """Every combination of arguments; None leaves an argument out."""
    for values in product(*choices.values()):
        arguments = {name: value for name, value in zip(choices, values)
                     if value is not None}
        yield call_of(kind, arguments), kind, arguments, [shape]


def convolutions():
    for kind in ("Conv2D", "Conv2DTranspose"):
        yield from grid(kind, filters=[3], kernel_size=[1, 3, (2, 5), (8, 3)],
                        strides=[None, 2, (1, 3)], padding=[None, "same"])
        yield from grid(kind, filters=[3], kernel_size=[1, 3, (2, 5), (4, 2)],
                        padding=["valid", "same"], dilation_rate=[2, (1, 3)])
        yield from grid(kind, filters=[3], kernel_size=[1], strides=[(1, 2)],
                        dilation_rate=[(1, 1), (2, 1)])
        yield from grid(kind, filters=[5], kernel_size=[2],
                        use_bias=[True, False], trainable=[True, False])
        yield from grid(kind, shape=(1, 1, 1), filters=[1],
                        kernel_size=[1, (1, 4)], padding=["valid", "same"])
        yield from grid(kind, shape=(6,), filters=[2], kernel_size=[1])
    yield from grid("Conv2D", filters=[6, 4], kernel_size=[3],
                    groups=[1, 2, 4, 3], strides=[None, 2])
    for kind, more in (("DepthwiseConv2D", {}),
                       ("SeparableConv2D", {"filters": [5]})):
        yield from grid(kind, **more, kernel_size=[1, (2, 5), (8, 3)],
                        strides=[None, 2], padding=[None, "same"],
                        depth_multiplier=[None, 3])
        yield from grid(kind, **more, kernel_size=[3], dilation_rate=[2],
                        padding=["valid", "same"], use_bias=[True, False])
        yield from grid(kind, **more, kernel_size=[3], trainable=[False])
        yield from grid(kind, shape=(6,), **more, kernel_size=[1])
    yield from grid("Conv2DTranspose", filters=[3], kernel_size=[2],
                    strides=[5, (3, 4)], padding=["valid", "same"])


def poolings():
    for kind in ("MaxPooling2D", "AveragePooling2D"):
        yield from grid(kind, pool_size=[None, 3, (1, 4), (7, 6), (8, 1)],
                        strides=[None, 1, (3, 2)], padding=["valid", "same"])
    for kind in ("GlobalMaxPooling2D", "GlobalAveragePooling2D"):
        yield from grid(kind)
        yield from grid(kind, shape=(3, 4))


def rows():
    paddings = ["valid", "same", "causal"]
    yield from grid("Conv1D", ROW, filters=[3], kernel_size=[1, 3, (5,), 8],
                    strides=[None, 2, (3,)], padding=[None, *paddings])
    yield from grid("Conv1D", ROW, filters=[3], kernel_size=[1, 3, 4],
                    padding=paddings, dilation_rate=[2, (3,)])
    yield from grid("Conv1D", ROW, filters=[3], kernel_size=[1], strides=[2],
                    dilation_rate=[1, 2])
    yield from grid("Conv1D", ROW, filters=[5], kernel_size=[2],
                    use_bias=[True, False], trainable=[True, False])
    yield from grid("Conv1D", (6,), filters=[2], kernel_size=[1])
    yield from grid("Conv1D", IMAGE, filters=[2], kernel_size=[(2, 2)])
    for kind in ("MaxPooling1D", "AveragePooling1D"):
        yield from grid(kind, ROW, pool_size=[None, 3, (7,)],
                        strides=[None, 1, 3], padding=["valid", "same"])
        yield from grid(kind, ROW, pool_size=[8], padding=["same"])
    for kind in ("GlobalMaxPooling1D", "GlobalAveragePooling1D"):
        yield from grid(kind, ROW)
        yield from grid(kind, (3,))


def images():
    yield from grid("UpSampling2D", size=[None, 3, (1, 4)],
                    interpolation=[None, "bilinear"])
    yield from grid("ZeroPadding2D", padding=[
        None, 0, 2, (1, 3), ((0, 1), (2, 3))])
    yield from grid("Cropping2D", cropping=[
        None, 0, 2, 3, (1, 2), (3, 3), ((0, 6), (5, 0)), ((4, 3), (0, 0))])


def others():
    yield from grid("GaussianNoise", stddev=[0.1])
    for shape in (IMAGE, (5,), (4, 3)):
        yield from grid("BatchNormalization", shape=shape,
                        center=[None, False], scale=[None, False])
    yield from grid("BatchNormalization", axis=[3], trainable=[False])
    yield from grid("Dense", shape=(4, 3), units=[5], use_bias=[True, False])
    yield from grid("Flatten")
    for shape in (IMAGE, (5,), (4, 3)):
        yield from grid("LayerNormalization", shape=shape,
                        center=[None, False], scale=[None, False])
    for shape in ((7, 6, 8), (8,), (5, 8)):
        yield from grid("GroupNormalization", shape=shape,
                        groups=[None, 1, 2, 3, 8, -1, 16],
                        center=[None, False])
    yield from grid("PReLU", shared_axes=[None, (1,), (1, 2), (3, 1)],
                    trainable=[None, False])
    yield from grid("PReLU", shape=(5,), shared_axes=[None, (1,), (2,)])
    yield from grid("Rescaling", scale=[2, -0.5], offset=[None, -1.5])
    yield from grid("SpatialDropout2D", rate=[0.5])
    yield from grid("SpatialDropout2D", shape=(4, 3), rate=[0.5])
    yield from grid("ReLU", max_value=[None, 6], negative_slope=[None, 0.5],
                    threshold=[None, 1])
    for argument in ("max_value", "negative_slope", "threshold"):
        yield from grid("ReLU", **{argument: [-1]})
    yield from grid("Reshape", target_shape=[(4, 21), (-1, 4), (5, -1)])


def merges():
    for kind in ("Add", "Multiply", "Average", "Subtract", "Maximum",
                 "Minimum"):
        for shapes in ([IMAGE] * 2, [(5,)] * 3, [(4, 3), (4, 2)],
                       [(7, 1, 2), (1, 6, 1)], [IMAGE, (2,)], [(3,), (4, 3)],
                       [(4,), (4, 3)], [(4, 1), (1,)], [(1, 5), (5, 1)],
                       [(1, 5), (5, 1), IMAGE]):
            yield call_of(kind, {}), kind, {}, shapes
    for axis in (None, 1, 2, 3, -1, -2, -3, 4):
        arguments = {} if axis is None else {"axis": axis}
        for shapes in ([IMAGE] * 2, [IMAGE, (7, 6, 5), (7, 6, 1)],
                       [IMAGE, (2, 6, 2)]):
            yield (call_of("Concatenate", arguments), "Concatenate", arguments,
                   shapes)


# Arguments without names, in the order that TensorFlow 2.2 gives them.
POSITIONAL = [
    ("Conv2D(4, 3, 2, same)", "Conv2D",
     {"filters": 4, "kernel_size": 3, "strides": 2, "padding": "same"}),
    ("Conv2DTranspose(4, (2, 3), (2, 1), same)", "Conv2DTranspose",
     {"filters": 4, "kernel_size": (2, 3), "strides": (2, 1),
      "padding": "same"}),
    ("DepthwiseConv2D(3, 2, same, 2)", "DepthwiseConv2D",
     {"kernel_size": 3, "strides": 2, "padding": "same",
      "depth_multiplier": 2}),
    ("SeparableConv2D(4, 3, 2, same)", "SeparableConv2D",
     {"filters": 4, "kernel_size": 3, "strides": 2, "padding": "same"}),
    ("MaxPooling2D(3, 2, same)", "MaxPooling2D",
     {"pool_size": 3, "strides": 2, "padding": "same"}),
    ("AveragePooling2D((3, 2), 1, valid)", "AveragePooling2D",
     {"pool_size": (3, 2), "strides": 1, "padding": "valid"}),
    ("Conv1D(4, 3, 2, same)", "Conv1D",
     {"filters": 4, "kernel_size": 3, "strides": 2, "padding": "same"}, ROW),
    ("MaxPooling1D(3, 2, same)", "MaxPooling1D",
     {"pool_size": 3, "strides": 2, "padding": "same"}, ROW),
    ("UpSampling2D((2, 3))", "UpSampling2D", {"size": (2, 3)}),
    ("ZeroPadding2D(((1, 2), (3, 4)))", "ZeroPadding2D",
     {"padding": ((1, 2), (3, 4))}),
    ("Cropping2D((2, 1))", "Cropping2D", {"cropping": (2, 1)}),
    ("GaussianNoise(0.5)", "GaussianNoise", {"stddev": 0.5}),
    ("BatchNormalization(-1, 0.9, 1e-5, false, true)", "BatchNormalization",
     {"axis": -1, "momentum": 0.9, "epsilon": 1e-5, "center": False,
      "scale": True}),
]


def main():
    cases = [*convolutions(), *poolings(), *rows(), *images(), *others(), *merges(),
             *((*case[:3], [*case[3:], IMAGE][:1]) for case in POSITIONAL)]
    lines = [f"# Made by make_shapes.py with Keras {keras.__version__}."]
    for call, kind, arguments, shapes in cases:
        inputs = " & ".join(map(shape_of, shapes))
        found, error = result(kind, arguments, shapes)
        lines.append(f"{call} | {inputs} | {found}")
        if error:
            print(f"{call} of {inputs}: {error.splitlines()[0]:.120}")
    path = Path(__file__).resolve().parent / "shapes.txt"
    path.write_text("\n".join(lines) + "\n")
    print(f"{len(lines) - 1} cases")


if __name__ == "__main__":
    main()
