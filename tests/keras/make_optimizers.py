"""Goldens of optimizers: optimizers/. The weights after ten updates with each.
"""

from goldens import (HERE, check_moves, save_rounded, write_model,
                     write_schedule)

import json

import keras
import numpy as np
from make_losses import Case, autoencoder, draw_data, update_steps
from networks import dense

# Ten updates. Adaptive rates divide by a gradient's size, so a gradient's
# relative error, some 1e-6, reaches the weights times the distance moved.
OPTIMIZER_TOLERANCE = 1e-5, 2e-6
OPTIMIZERS = {  # name of the variant: class, arguments; the first is built
    "adam": (keras.optimizers.Adam, {}),
    "adam_all": (keras.optimizers.Adam, {
        "learning_rate": 0.02, "beta_1": 0.5, "beta_2": 0.9,
        "epsilon": 0.001}),
    "adamw": (keras.optimizers.AdamW, {}),
    "adamw_all": (keras.optimizers.AdamW, {
        "learning_rate": 0.02, "weight_decay": 0.3, "beta_1": 0.5,
        "beta_2": 0.9, "epsilon": 0.001}),
    "sgd": (keras.optimizers.SGD, {}),
    "sgd_decay": (keras.optimizers.SGD, {
        "learning_rate": 0.05, "weight_decay": 0.2}),
    "sgd_momentum": (keras.optimizers.SGD, {
        "learning_rate": 0.05, "momentum": 0.9}),
    "sgd_nesterov": (keras.optimizers.SGD, {
        "learning_rate": 0.05, "momentum": 0.9, "nesterov": True}),
    "rmsprop": (keras.optimizers.RMSprop, {}),
    "rmsprop_all": (keras.optimizers.RMSprop, {
        "learning_rate": 0.005, "rho": 0.5, "epsilon": 0.0001}),
    "adadelta": (keras.optimizers.Adadelta, {"epsilon": 0.01}),
    "adadelta_all": (keras.optimizers.Adadelta, {
        "learning_rate": 0.5, "rho": 0.8, "epsilon": 0.0001}),
    "adagrad": (keras.optimizers.Adagrad, {}),
    "adagrad_all": (keras.optimizers.Adagrad, {
        "learning_rate": 0.05, "initial_accumulator_value": 0.01,
        "epsilon": 0.001}),
}


def make_optimizers():
    folder, rng = HERE / "optimizers", np.random.default_rng(99)
    network = autoencoder("coder", dense("code", 5, "tanh"), dense("last", 11))
    case = Case("optimizers", "Ten updates with each optimizer: batches of 8 "
                "over 24 samples.", "mean_squared_error", network,
                data="normal", samples=24, batch=8, updates=10)
    weights = network.draw_weights(rng, gain=2.0)
    data = 2 * draw_data(case, rng)
    write_model(folder, case.title, [network])
    np.save(folder / "input.npy", data)
    save_rounded(weights, folder / "weights.safetensors")
    for name, (make, arguments) in OPTIMIZERS.items():
        after = {}
        for dtype in ("float64", "float32"):
            model = network.model(dtype, weights)
            update_steps(case, model, make(**arguments), data, data)
            after[dtype] = network.weights_of(model)
        check_moves(name, weights, *after.values(), OPTIMIZER_TOLERANCE, 5e-4)
        save_rounded(after["float64"], folder / f"{name}.safetensors")
        settings = {key: json.dumps(value) for key, value in arguments.items()}
        write_schedule(folder / f"{name}.yaml", "autoencoder", case.loss,
                       case.batch, case.updates,
                       {"name": name.split("_")[0], **settings}, "")
