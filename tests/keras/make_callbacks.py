#!/usr/bin/env python3
"""Makes callbacks.txt beside it: what Keras's EarlyStopping and ReduceLROnPlateau
make of series of a measure.

A line each:

    stop MODE PATIENCE MIN_DELTA : EVALUATION : SERIES
    plateau MODE PATIENCE MIN_DELTA FACTOR COOLDOWN MIN_LR : RATES : SERIES

EVALUATION is the one, from 1, after which EarlyStopping ends the training, 0: none;
RATES are those after each evaluation, the first 0.5. All values of a series are
multiples of 1/1024, so that no comparison is one of rounding.
"""

import pathlib

import keras
import numpy as np

HERE = pathlib.Path(__file__).parent


class Optimizer:
    learning_rate = np.float32(0.5)


class Model:
    """As much of a model as a callback asks for."""

    def __init__(self):
        self.optimizer = Optimizer()
        self.stop_training = False


def draw_series(rng, kind, count=24):
    steps = rng.integers(-40, 41, count)
    if kind == "falls":
        values = 900 - 30 * np.arange(count) + steps
    elif kind == "settles":
        values = 900 * 0.7 ** np.arange(count) + 100 + steps // 8
    elif kind == "rises":
        values = 200 + 12 * np.arange(count) + steps
    elif kind == "still":
        values = np.full(count, 512)
    else:
        values = 512 + 6 * steps
    return np.maximum(np.floor(values), 1) / 1024


def run(callback, series):
    """The evaluation that stopped it, and the rate after each."""
    model, rates = Model(), []
    callback.set_model(model)
    callback.on_train_begin()
    for epoch, value in enumerate(series):
        callback.on_epoch_end(epoch, {"loss": float(value)})
        rates.append(float(model.optimizer.learning_rate))
        if model.stop_training:
            return epoch + 1, rates
    return 0, rates


def text(values):
    return " ".join(repr(float(value)) for value in values)


def main():
    rng, lines = np.random.default_rng(1701), []
    for case in range(60):
        kind = ["falls", "settles", "rises", "still", "wavers"][case % 5]
        series = draw_series(rng, kind)
        mode = ["min", "max"][case // 5 % 2]
        patience = int(rng.integers(0, 7))
        delta = float(rng.choice([0, 1 / 256, 1 / 32]))
        stopped, _ = run(keras.callbacks.EarlyStopping(
            "loss", mode=mode, patience=patience, min_delta=delta), series)
        lines.append(f"stop {mode} {patience} {delta!r} : {stopped} : "
                     f"{text(series)}")
        factor = float(rng.choice([0.5, 0.25]))
        cooldown = int(rng.integers(0, 4))
        min_lr = float(rng.choice([0, 1 / 64, 0.1, 1]))
        _, rates = run(keras.callbacks.ReduceLROnPlateau(
            "loss", mode=mode, patience=patience, min_delta=delta,
            factor=factor, cooldown=cooldown, min_lr=min_lr), series)
        lines.append(f"plateau {mode} {patience} {delta!r} {factor:.9g} "
                     f"{cooldown} {min_lr!r} : {text(rates)} : "
                     f"{text(series)}")
    header = f"# By make_callbacks.py, with Keras {keras.__version__}.\n"
    (HERE / "callbacks.txt").write_text(header + "\n".join(lines) + "\n")


if __name__ == "__main__":
    main()
