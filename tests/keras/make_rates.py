"""Goldens of schedules of the learning rate: rates/. The weights after 35
updates of SGD with each, the last batch of a pass smaller.
"""

from goldens import (HERE, check_moves, save_rounded, write_model,
                     write_schedule)

import json

import keras
import numpy as np
from make_losses import Case, autoencoder, draw_data, update_steps
from networks import dense

schedules = keras.optimizers.schedules
RATES_TOLERANCE = 1e-5, 2e-6
RATES = {  # name of the variant: class, word, arguments
    "cosine": (schedules.CosineDecay, "cosine_decay", {
        "initial_learning_rate": 0.1, "decay_steps": 30}),
    "cosine_warmup": (schedules.CosineDecay, "cosine_decay", {
        "initial_learning_rate": 0.01, "decay_steps": 20, "alpha": 0.1,
        "warmup_target": 0.2, "warmup_steps": 7}),
    "exponential": (schedules.ExponentialDecay, "exponential_decay", {
        "initial_learning_rate": 0.1, "decay_steps": 10, "decay_rate": 0.5}),
    "exponential_staircase": (
        schedules.ExponentialDecay, "exponential_decay", {
            "initial_learning_rate": 0.1, "decay_steps": 8, "decay_rate": 0.6,
            "staircase": True}),
    "polynomial": (schedules.PolynomialDecay, "polynomial_decay", {
        "initial_learning_rate": 0.1, "decay_steps": 25}),
    "polynomial_cycle": (schedules.PolynomialDecay, "polynomial_decay", {
        "initial_learning_rate": 0.1, "decay_steps": 10,
        "end_learning_rate": 0.02, "power": 2.0, "cycle": True}),
    "piecewise": (
        schedules.PiecewiseConstantDecay, "piecewise_constant_decay", {
            "boundaries": [9, 20], "values": [0.1, 0.3, 0.01]}),
    "inverse": (schedules.InverseTimeDecay, "inverse_time_decay", {
        "initial_learning_rate": 0.1, "decay_steps": 10, "decay_rate": 0.7}),
    "inverse_staircase": (schedules.InverseTimeDecay, "inverse_time_decay", {
        "initial_learning_rate": 0.1, "decay_steps": 6, "decay_rate": 0.7,
        "staircase": True}),
}


def make_rates():
    folder, rng = HERE / "rates", np.random.default_rng(41)
    network = autoencoder("coder", dense("code", 5, "tanh"), dense("last", 11))
    case = Case("rates", "35 updates with each schedule of rates: batches of 8 "
                "over 20 samples.", "mean_squared_error", network,
                data="normal", samples=20, batch=8, updates=35)
    weights = network.draw_weights(rng, gain=2.0)
    data = 2 * draw_data(case, rng)
    write_model(folder, case.title, [network])
    np.save(folder / "input.npy", data)
    save_rounded(weights, folder / "weights.safetensors")
    for name, (make, word, arguments) in RATES.items():
        after = {}
        for dtype in ("float64", "float32"):
            model = network.model(dtype, weights)
            optimizer = keras.optimizers.SGD(make(**arguments))
            update_steps(case, model, optimizer, data, data)
            after[dtype] = network.weights_of(model)
        check_moves(name, weights, *after.values(), RATES_TOLERANCE, 5e-4)
        save_rounded(after["float64"], folder / f"{name}.safetensors")
        settings = ", ".join(f"{key}: {json.dumps(value)}"
                             for key, value in arguments.items())
        write_schedule(folder / f"{name}.yaml", "autoencoder", case.loss,
                       case.batch, case.updates,
                       {"name": "sgd",
                        "learning_rate": f"{{schedule: {word}, {settings}}}"},
                       "")
