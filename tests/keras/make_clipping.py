"""Goldens of clipped gradients and of averaged weights: clipping/. The weights
after 31 updates of each optimizer with each way of clipping, the last batch of
a pass smaller, and Keras's moving average of them.
"""

from goldens import (HERE, check_moves, save_rounded, write_model,
                     write_schedule)

import json
from functools import partial

import keras
import numpy as np
from make_losses import Case, autoencoder, draw_data, update_steps
from networks import dense

CLIPPING_TOLERANCE = 1e-5, 2e-6
OPTIMIZERS = {  # name: class, arguments
    "adam": (keras.optimizers.Adam, {"learning_rate": 0.003, "epsilon": 0.001}),
    "adamw": (keras.optimizers.AdamW, {
        "learning_rate": 0.003, "weight_decay": 0.2, "epsilon": 0.001}),
    "sgd": (keras.optimizers.SGD, {"learning_rate": 0.05, "momentum": 0.5}),
    "rmsprop": (keras.optimizers.RMSprop, {
        "learning_rate": 0.005, "epsilon": 0.0001}),
    "adadelta": (keras.optimizers.Adadelta, {
        "learning_rate": 0.2, "epsilon": 0.001}),
    "adagrad": (keras.optimizers.Adagrad, {
        "learning_rate": 0.05, "epsilon": 0.001}),
}
CLIPPINGS = {"clipvalue": 0.02, "clipnorm": 0.1, "global_clipnorm": 0.2}
MOMENTUM = 0.9
LOOSE = {"clipvalue": 100.0, "clipnorm": 100.0, "global_clipnorm": 100.0}


def run(case, network, weights, data, optimizer):
    """The weights of both precisions, and their averages."""
    after, average = {}, {}
    for dtype in ("float64", "float32"):
        model = network.model(dtype, weights)
        averaging = optimizer(use_ema=True, ema_momentum=MOMENTUM)
        update_steps(case, model, averaging, data, data)
        after[dtype] = network.weights_of(model)
        averaging.finalize_variable_values(model.trainable_variables)
        average[dtype] = network.weights_of(model)
    return after, average


def differs(a, b):
    return max(np.max(np.abs(a[key] - b[key])) for key in a)


def make_clipping():
    folder, rng = HERE / "clipping", np.random.default_rng(17)
    network = autoencoder("coder", dense("code", 5, "tanh"), dense("last", 11))
    case = Case("clipping", "31 updates with clipped gradients: batches of 8 "
                "over 20 samples.", "mean_squared_error", network,
                data="normal", samples=20, batch=8, updates=31)
    weights = network.draw_weights(rng, gain=2.0)
    data = 2 * draw_data(case, rng)
    write_model(folder, case.title, [network])
    np.save(folder / "input.npy", data)
    save_rounded(weights, folder / "weights.safetensors")
    for kind, (make, arguments) in OPTIMIZERS.items():
        free, _ = run(case, network, weights, data,
                      partial(make, **arguments))
        variants = [(clip, most, True) for clip, most in CLIPPINGS.items()]
        if kind == "adagrad":
            variants += [(clip, most, False) for clip, most in LOOSE.items()]
        for clip, most, bites in variants:
            name = f"{kind}_{clip}" + ("" if bites else "_loose")
            clipped = {**arguments, clip: most}
            after, average = run(case, network, weights, data,
                                 partial(make, **clipped))
            for states in after, average:
                check_moves(name, weights, *states.values(),
                            CLIPPING_TOLERANCE, 5e-4)
            away = differs(after["float64"], free["float64"])
            assert away > 1e-3 if bites else away < 1e-9, (name, away)
            assert differs(after["float64"], average["float64"]) > 1e-3, name
            save_rounded(after["float64"], folder / f"{name}.safetensors")
            if clip == "clipnorm":
                save_rounded(average["float64"],
                             folder / f"{name}.average.safetensors")
            settings = {key: json.dumps(value)
                        for key, value in clipped.items()}
            write_schedule(folder / f"{name}.yaml", "autoencoder", case.loss,
                           case.batch, case.updates,
                           {"name": kind, **settings}, "")
