"""Holds make_augmented.py to Keras: what its formula makes of pictures is, within
1e-6, what Keras's affine_transform makes of them with the same matrix, for each
`fill`; and a positive angle turns as a positive factor of RandomRotation does.

    <venv of tests/keras/README.md>/bin/python tests/augment/check_keras.py
"""

import math
import os
import pathlib

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"

import keras
import numpy as np

HERE = pathlib.Path(__file__).parent
maker = {"__file__": str(HERE / "make_augmented.py"), "__name__": "maker"}
exec((HERE / "make_augmented.py").read_text(), maker)
change, uniform = maker["change"], maker["uniform"]
HEIGHT, WIDTH, WITHIN = 9, 12, 2e-6


def by_keras(picture, words, fill):
    """out(x, y) = in(a x + b y + c, d x + e y + f)"""
    across = -1 if words[0] >> 31 else 1
    down = -1 if words[0] >> 30 & 1 else 1
    dx, dy = ((words[i] * 5 >> 32) - 2 for i in (1, 2))
    angle = math.radians(60) * uniform(words[3])
    zoom = 1 + 0.3 * uniform(words[4])
    cosine, sine = math.cos(angle) / zoom, math.sin(angle) / zoom
    x, y = (WIDTH - 1) / 2, (HEIGHT - 1) / 2
    a, b, d, e = across * cosine, -across * sine, down * sine, down * cosine
    matrix = [a, b, x - a * (x + dx) - b * (y + dy),
              d, e, y - d * (x + dx) - e * (y + dy), 0, 0]
    return np.array(keras.ops.image.affine_transform(
        picture.astype(np.float32)[None], np.array([matrix], np.float32),
        interpolation="bilinear", fill_value=0, data_format="channels_last",
        fill_mode="constant" if fill == "zeros" else fill))[0]


rng = np.random.default_rng(1)
for filling in ("nearest", "reflect", "zeros"):
    case = ("", HEIGHT, WIDTH, 2, "unit", "both", 2, 60, 0.3, 0, filling)
    for _ in range(20):
        drawn = rng.random((HEIGHT, WIDTH, 2))
        words = [int(word) for word in rng.integers(0, 2**32, 8)]
        ours = change(drawn, case, words, (HEIGHT, WIDTH), None)
        off = np.abs(ours - by_keras(drawn, words, filling)).max()
        assert off < WITHIN, (filling, off)

square = rng.random((9, 9, 1))
layer = keras.layers.RandomRotation((0.1, 0.1), fill_mode="nearest")
turned = np.array(layer(square[None].astype(np.float32), training=True))[0]
largest = [0, 0, 0, 2**32 - 1, 0, 0, 0, 0]  # the angle is all of `rotate`
ours = change(square, ("", 9, 9, 1, "unit", "none", 0, 36, 0, 0, "nearest"),
              largest, (9, 9), None)
assert np.abs(ours - turned).max() < WITHIN
print("as Keras has it")
