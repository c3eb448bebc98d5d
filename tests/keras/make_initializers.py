#!/usr/bin/env python3
"""Makes initializers.txt beside it with real Keras; README.md says how.

In: the calls below, on kernels of two shapes. Out: one line a case, read by
tests/unit/initializer_test.c:

    call in .nn | shape | mean | deviation | least | greatest

of what Keras draws, from several seeds together.
"""

import os
from pathlib import Path

os.environ["KERAS_BACKEND"] = "tensorflow"
os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"

import numpy as np
from keras import initializers

SHAPES = [(120, 500), (3, 5, 40, 100)]
SEEDS = range(8)
CALLS = [(name, {}) for name in (
    "glorot_uniform", "glorot_normal", "he_uniform", "he_normal",
    "lecun_uniform", "lecun_normal", "random_normal", "random_uniform",
    "truncated_normal", "variance_scaling")]
CALLS += [("truncated_normal", {"mean": 0.5, "stddev": 0.25})]
CALLS += [("variance_scaling", {"scale": scale, "mode": mode,
                                "distribution": distribution})
          for scale, mode in ((2.5, "fan_in"), (1.0, "fan_out"),
                              (0.3, "fan_avg"))
          for distribution in ("truncated_normal", "untruncated_normal",
                               "uniform")]
CALLS += [("orthogonal", {}), ("orthogonal", {"gain": 1.5})]


def make(name, arguments, seed):
    kind = getattr(initializers, "".join(
        word.capitalize() for word in name.split("_")))
    return kind(**arguments, seed=seed)


def main():
    lines = []
    for name, arguments in CALLS:
        text = ", ".join(f"{key}={value}" for key, value in arguments.items())
        for shape in SHAPES:
            drawn = np.concatenate([
                np.asarray(make(name, arguments, seed)(shape)).ravel()
                for seed in SEEDS])
            lines.append(f"{name}({text}) | {', '.join(map(str, shape))} | "
                         f"{drawn.mean():.6g} | {drawn.std():.6g} | "
                         f"{drawn.min():.6g} | {drawn.max():.6g}\n")
    (Path(__file__).resolve().parent / "initializers.txt").write_text(
        "".join(lines))


if __name__ == "__main__":
    main()
