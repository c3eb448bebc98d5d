"""Goldens of optimizers: optimizers/ and combined/. The weights after 30 updates
with each, the last batch of a pass smaller; combined/ has a schedule of rates,
clipping, penalties, smoother labels and weights of classes with each.
"""

from goldens import (HERE, check_movement, save_rounded, write_model,
                     write_schedule)

import json

import keras
import numpy as np
from graphs import Graph, layer, weights_of
from keras.regularizers import L1L2, L2
from make_losses import Case, autoencoder, draw_data, update_steps
from networks import dense

SAMPLES, BATCH, UPDATES = 20, 8, 30
# Keras makes float32 of a plain β before it takes its powers, in float64, too.
HELD = np.float64
OPTIMIZERS = {  # name of the variant: class, arguments
    "adam": (keras.optimizers.Adam, {"learning_rate": 0.02}),
    "adam_all": (keras.optimizers.Adam, {
        "learning_rate": 0.02, "weight_decay": 0.1, "beta_1": 0.5,
        "beta_2": 0.9, "epsilon": 0.001}),
    "adamw": (keras.optimizers.AdamW, {"learning_rate": 0.02}),
    "adamw_all": (keras.optimizers.AdamW, {
        "learning_rate": 0.02, "weight_decay": 0.3, "beta_1": 0.5,
        "beta_2": 0.9, "epsilon": 0.001}),
    "sgd": (keras.optimizers.SGD, {"learning_rate": 0.5}),
    "sgd_decay": (keras.optimizers.SGD, {
        "learning_rate": 0.3, "weight_decay": 0.2}),
    "sgd_momentum": (keras.optimizers.SGD, {
        "learning_rate": 0.1, "momentum": 0.9}),
    "sgd_nesterov": (keras.optimizers.SGD, {
        "learning_rate": 0.1, "momentum": 0.9, "nesterov": True,
        "weight_decay": 0.05}),
    "rmsprop": (keras.optimizers.RMSprop, {"learning_rate": 0.01}),
    "rmsprop_all": (keras.optimizers.RMSprop, {
        "learning_rate": 0.02, "weight_decay": 0.1, "rho": 0.5,
        "epsilon": 0.0001}),
    "adadelta": (keras.optimizers.Adadelta, {
        "learning_rate": 1.0, "epsilon": 0.001}),
    "adadelta_all": (keras.optimizers.Adadelta, {
        "learning_rate": 1.0, "weight_decay": 0.02, "rho": 0.8,
        "epsilon": 0.001}),
    "adagrad": (keras.optimizers.Adagrad, {"learning_rate": 0.1}),
    "adagrad_all": (keras.optimizers.Adagrad, {
        "learning_rate": 0.1, "weight_decay": 0.1,
        "initial_accumulator_value": 0.01, "epsilon": 0.001}),
}


def make_optimizer(make, arguments):
    plain = {key: HELD(value) if key.startswith("beta") else value
             for key, value in arguments.items()}
    if make in (keras.optimizers.Adam, keras.optimizers.AdamW):
        plain = {"beta_1": HELD(0.9), "beta_2": HELD(0.999), **plain}
    return make(**plain)


def words(arguments):
    return {key: json.dumps(value) for key, value in arguments.items()}


def make_plain():
    folder, rng = HERE / "optimizers", np.random.default_rng(99)
    network = autoencoder("coder", dense("code", 5, "tanh"), dense("last", 11))
    case = Case("optimizers", "30 updates with each optimizer: batches of 8 "
                "over 20 samples.", "mean_squared_error", network,
                data="normal", samples=SAMPLES, batch=BATCH, updates=UPDATES)
    weights = network.draw_weights(rng)
    data = draw_data(case, rng)
    write_model(folder, case.title, [network])
    np.save(folder / "input.npy", data)
    save_rounded(weights, folder / "weights.safetensors")
    for name, (make, arguments) in OPTIMIZERS.items():
        after = {}
        for dtype in ("float64", "float32"):
            model = network.model(dtype, weights)
            update_steps(case, model, make_optimizer(make, arguments), data,
                         data)
            after[dtype] = network.weights_of(model)
        check_movement(name, weights, *after.values())
        save_rounded(after["float64"], folder / f"{name}.safetensors")
        write_schedule(folder / f"{name}.yaml", "autoencoder", case.loss,
                       case.batch, case.updates,
                       {"name": name.split("_")[0], **words(arguments)}, "")


# ---- everything at once -------------------------------------------------------

schedules = keras.optimizers.schedules
SMOOTHING, CLASS_WEIGHTS = 0.1, {0: 0.5, 1: 2.0, 2: 1.25}
# name: class, arguments, the rate's class and arguments
COMBINED = {
    "adam": (keras.optimizers.Adam, {"epsilon": 0.001, "clipvalue": 0.05},
             schedules.CosineDecay, {
                 "initial_learning_rate": 0.05, "decay_steps": 25,
                 "alpha": 0.1}),
    "adamw": (keras.optimizers.AdamW, {
        "weight_decay": 0.1, "epsilon": 0.001, "global_clipnorm": 0.3},
              schedules.CosineDecay, {
                  "initial_learning_rate": 0.01, "decay_steps": 22,
                  "alpha": 0.05, "warmup_target": 0.05, "warmup_steps": 6}),
    "sgd": (keras.optimizers.SGD, {"weight_decay": 0.05, "clipvalue": 0.03},
            schedules.PolynomialDecay, {
                "initial_learning_rate": 1.0, "decay_steps": 28,
                "end_learning_rate": 0.25}),
    "sgd_momentum": (keras.optimizers.SGD, {"momentum": 0.9, "clipnorm": 0.2},
                     schedules.InverseTimeDecay, {
                         "initial_learning_rate": 0.2, "decay_steps": 10,
                         "decay_rate": 0.7}),
    "sgd_nesterov": (keras.optimizers.SGD, {
        "momentum": 0.8, "nesterov": True, "weight_decay": 0.02,
        "global_clipnorm": 0.4},
                     schedules.PiecewiseConstantDecay, {
                         "boundaries": [9, 20], "values": [0.2, 0.4, 0.05]}),
    "rmsprop": (keras.optimizers.RMSprop, {
        "epsilon": 0.0001, "clipnorm": 0.2},
                schedules.ExponentialDecay, {
                    "initial_learning_rate": 0.03, "decay_steps": 8,
                    "decay_rate": 0.6, "staircase": True}),
    "adadelta": (keras.optimizers.Adadelta, {
        "epsilon": 0.001, "global_clipnorm": 0.4},
                 schedules.PolynomialDecay, {
                     "initial_learning_rate": 2.0, "decay_steps": 10,
                     "end_learning_rate": 0.5, "power": 2.0, "cycle": True}),
    "adagrad": (keras.optimizers.Adagrad, {
        "epsilon": 0.001, "weight_decay": 0.05, "clipvalue": 0.05},
                schedules.ExponentialDecay, {
                    "initial_learning_rate": 0.2, "decay_steps": 20,
                    "decay_rate": 0.5}),
}
WORDS = {schedules.CosineDecay: "cosine_decay",
         schedules.ExponentialDecay: "exponential_decay",
         schedules.InverseTimeDecay: "inverse_time_decay",
         schedules.PiecewiseConstantDecay: "piecewise_constant_decay",
         schedules.PolynomialDecay: "polynomial_decay"}


def penalized():
    return Graph("judge", {"x": (9,)}, [
        layer("code", "Dense", units=7, activation="tanh",
              kernel_regularizer=L2(0.02), bias_regularizer=L2(0.05),
              activity_regularizer=L2(0.01)),
        layer("last", "Dense", units=3, activation="softmax",
              kernel_regularizer=L1L2(l1=0.001, l2=0.01))])


def train(graph, dtype, weights, variant, data, labels):
    make, arguments, rate, settings = variant
    model, _ = graph.model(dtype, weights)
    model.compile(
        optimizer=make_optimizer(make, {"learning_rate": rate(**settings),
                                        **arguments}),
        loss=keras.losses.CategoricalCrossentropy(label_smoothing=SMOOTHING))
    model.fit(data, np.eye(3)[labels], batch_size=BATCH, shuffle=False,
              epochs=UPDATES * BATCH // (SAMPLES + BATCH // 2), verbose=0,
              class_weight=CLASS_WEIGHTS)
    assert int(model.optimizer.iterations) == UPDATES
    return weights_of(model)


def write_combined(path, name, variant):
    make, arguments, rate, settings = variant
    rates = ", ".join(f"{key}: {value}"
                      for key, value in words(settings).items())
    write_schedule(path, "classifier", "categorical_crossentropy", BATCH,
                   UPDATES, {
                       "name": name.split("_")[0],
                       "learning_rate": f"{{schedule: {WORDS[rate]}, {rates}}}",
                       **words(arguments)}, "")
    with path.open("a") as out:
        out.write(f"label_smoothing: {SMOOTHING}\n"
                  f"class_weights: {CLASS_WEIGHTS}\n")


def make_combined():
    folder, rng = HERE / "combined", np.random.default_rng(31)
    graph = penalized()
    weights = graph.draw_weights(rng)
    data = rng.normal(0, 1, (SAMPLES, 9)).astype(np.float32)
    labels = rng.integers(0, 3, SAMPLES)
    write_model(folder, "A schedule of rates, clipping, penalties, smoother "
                "labels and weights of classes at once.", [graph])
    np.save(folder / "input.npy", data)
    np.save(folder / "input.labels.npy", labels.astype(np.uint8))
    save_rounded(weights, folder / "weights.safetensors")
    for name, variant in COMBINED.items():
        after = [train(graph, dtype, weights, variant, data, labels)
                 for dtype in ("float64", "float32")]
        check_movement(f"combined {name}", weights, *after)
        save_rounded(after[0], folder / f"{name}.safetensors")
        write_combined(folder / f"{name}.yaml", name, variant)


def make_optimizers():
    make_plain()
    make_combined()
