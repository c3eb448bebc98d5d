"""Goldens of how labels are taken: labels/<outputs>/. The weights and the losses of
10 epochs of 3 updates, the last batch of each smaller, with smoother labels and
with weights of classes; and what evaluate prints before them.
"""

from goldens import (HERE, check_float32, check_moves, save_rounded,
                     write_model)

import keras
import numpy as np
from make_losses import METRIC_TOLERANCE, Case, classifier, draw_data
from networks import dense
from sklearn.utils.class_weight import compute_class_weight

LABELS_TOLERANCE = 1e-5, 2e-6
EPOCHS = 10
# Keras's powers of Adam's betas are those of their float32 values, in float64 too:
# here they are numbers that float32 has.
OPTIMIZERS = {
    "sgd": ("{name: sgd, learning_rate: 0.1, momentum: 0.5}",
            lambda: keras.optimizers.SGD(0.1, momentum=0.5)),
    "adam": ("{name: adam, learning_rate: 0.01, beta_1: 0.875, "
             "beta_2: 0.9990234375}",
             lambda: keras.optimizers.Adam(0.01, 0.875, 0.9990234375)),
}
SEVERAL = {0: 0.5, 1: 2.0, 2: 1.0, 4: 3.5}  # 3 is not named
ONE = {0: 0.25, 1: 3.0}
# name of the variant: optimizer, smoothing, weights
VARIANTS = {
    "several": {"smooth": ("sgd", 0.1, None), "weighted": ("sgd", 0, SEVERAL),
                "balanced": ("sgd", 0, "balanced"),
                "both": ("sgd", 0.3, SEVERAL),
                "adam_both": ("adam", 0.3, SEVERAL)},
    "one": {"smooth": ("sgd", 0.2, None), "weighted": ("sgd", 0, ONE),
            "balanced": ("sgd", 0, "balanced"), "both": ("sgd", 0.2, ONE),
            "adam_both": ("adam", 0.2, ONE)},
}


def class_weights(variant, labels):
    weights = variant[2]
    if weights != "balanced":
        return weights
    classes = np.unique(labels)
    return dict(zip(classes.tolist(), compute_class_weight(
        "balanced", classes=classes, y=labels).tolist()))


def make_loss(case, smoothing, dtype):
    loss = {"categorical_crossentropy": keras.losses.CategoricalCrossentropy,
            "binary_crossentropy": keras.losses.BinaryCrossentropy}[case.loss]
    return loss(label_smoothing=smoothing, dtype=dtype)


def target_of(case, labels):
    return np.eye(case.classes)[labels] if case.classes > 1 else labels[:, None]


def evaluate(case, model, smoothing, dtype, data, labels):
    """Smoothing enters the loss alone."""
    target = target_of(case, labels).astype(dtype)
    y = model(data.astype(dtype), training=False)
    error = y.numpy().astype(np.float64) - target
    return {"loss": float(make_loss(case, smoothing, dtype)(target, y)),
            "mean_squared_error": float(np.mean(error ** 2)),
            "mean_absolute_error": float(np.mean(np.abs(error)))}


def train(case, model, variant, dtype, data, labels):
    """The mean loss of each epoch's samples, each before its update."""
    kind, smoothing, _ = variant
    model.compile(optimizer=OPTIMIZERS[kind][1](),
                  loss=make_loss(case, smoothing, dtype), run_eagerly=True)
    target, losses = target_of(case, labels), []
    for _ in range(EPOCHS):
        total = 0.0
        for first in range(0, case.samples, case.batch):
            rows = slice(first, first + case.batch)
            model.reset_metrics()
            loss = model.train_on_batch(
                data[rows], target[rows],
                class_weight=class_weights(variant, labels))
            total += float(np.ravel(loss)[0]) * len(data[rows])
        losses.append(total / case.samples)
    return losses


def write_variant(folder, case, name, variant):
    kind, smoothing, weights = variant
    lines = ["objective: classifier", f"loss: {case.loss}",
             f"batch: {case.batch}", f"epochs: {EPOCHS}",
             f"optimizer: {OPTIMIZERS[kind][0]}",
             "data: {train: input.npy, shuffle: false}"]
    if smoothing:
        lines.append(f"label_smoothing: {smoothing}")
    if weights:
        lines.append(f"class_weights: {weights}")
    (folder / f"{name}.yaml").write_text("\n".join(lines) + "\n")


def write_numbers(path, numbers):
    path.write_text("".join(f"{name} {number:.9g}\n"
                            for name, number in numbers))


def run_variant(case, variant, dtype, weights, data, labels):
    network = case.network
    metrics = evaluate(case, network.model(dtype, weights), variant[1], dtype,
                       data, labels)
    model = network.model(dtype, weights)
    losses = train(case, model, variant, dtype, data, labels)
    return metrics, losses, network.weights_of(model)


def make_case(case, seed):
    folder, rng = HERE / "labels" / case.name, np.random.default_rng(seed)
    weights = case.network.draw_weights(rng, gain=2.0)
    data = draw_data(case, rng)
    classes = max(case.classes, 2)
    labels = rng.choice(classes, case.samples,
                        p=np.arange(1, classes + 1) / sum(range(classes + 1)))
    labels[:classes] = range(classes)
    write_model(folder, case.title, [case.network])
    np.save(folder / "input.npy", data)
    np.save(folder / "input.labels.npy", labels)
    save_rounded(weights, folder / "weights.safetensors")
    for name, variant in VARIANTS[case.name].items():
        metrics, losses, after = run_variant(case, variant, "float64", weights,
                                             data, labels)
        rough = run_variant(case, variant, "float32", weights, data, labels)
        for key in metrics:
            check_float32((name, key), metrics[key], rough[0][key],
                          *METRIC_TOLERANCE)
        check_float32((name, "losses"), losses, rough[1], *METRIC_TOLERANCE)
        check_moves(f"{case.name} {name}", weights, after, rough[2],
                    LABELS_TOLERANCE, 0.02)
        save_rounded(after, folder / f"{name}.safetensors")
        write_variant(folder, case, name, variant)
        write_numbers(folder / f"{name}.losses.txt",
                      enumerate(losses, start=1))
        write_numbers(folder / f"{name}.metrics.txt", metrics.items())


def make_labels():
    make_case(Case("several", "Smoother labels and weights of classes: softmax "
                   "and categorical cross-entropy.", "categorical_crossentropy",
                   classifier("judge", dense("code", 7, "tanh"),
                              dense("last", 5, "softmax")),
                   classes=5, data="normal", samples=20, batch=8), 51)
    make_case(Case("one", "Smoother labels and weights of classes: one sigmoid "
                   "and binary cross-entropy.", "binary_crossentropy",
                   classifier("judge", dense("code", 7, "tanh"),
                              dense("last", 1, "sigmoid")),
                   classes=1, data="normal", samples=20, batch=8), 52)
