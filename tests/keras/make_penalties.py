"""Goldens of penalties: penalties/. What fit() makes of a network in which every
layer that can have penalties has some, a frozen one too: the weights after 30
updates with each optimizer, the losses of each epoch, and what evaluate() gives.
"""

from goldens import HERE, check_float32, check_moves, save_rounded

import keras
import numpy as np
from graphs import layer, weights_of
from layer_cases import IMAGE, branches, convolution
from keras.regularizers import L1, L1L2, L2

TOLERANCE = 1e-5, 5e-6
BATCH, EPOCHS, UPDATES, SAMPLES, OTHERS = 8, 6, 30, 37, 21
OPTIMIZERS = {"sgd": (keras.optimizers.SGD, {"learning_rate": 0.05}),
              "adam": (keras.optimizers.Adam, {})}


def both(l1, l2, **more):
    return {"kernel_regularizer": L1L2(l1=l1, l2=l2),
            "bias_regularizer": L2(l2), **more}


def regularized():
    """Every kind of layer: Conv2D of several filters and of one, one that takes an
    upsampling in, and a frozen one; kernels large enough to be summed otherwise."""
    depthwise = {"depthwise_regularizer": L2(0.03), "bias_regularizer": L1(0.02)}
    return branches("penalties", "Penalties of every layer.", IMAGE, [
        convolution("Conv2D", 4, 3, **both(0.01, 0.02)),
        convolution("Conv2D", 1, 3, **both(0.005, 0.03)),
        convolution("Conv2D", 4, 2, trainable=False, **both(0.3, 0.2)),
        convolution("Conv2DTranspose", 3, 2, **both(0.0, 0.05)),
        ("DepthwiseConv2D", {"kernel_size": 3, "activation": "tanh",
                             **depthwise}),
        convolution("SeparableConv2D", 4, 2, **depthwise,
                    pointwise_regularizer=L1L2(l1=0.004, l2=0.01)),
        [("UpSampling2D", {}), convolution("Conv2D", 3, 3, padding="same",
                                           **both(0.01, 0.0))],
        [("Reshape", {"target_shape": (42, 3)}),
         convolution("Conv1D", 4, 3, **both(0.02, 0.01))],
        [("Flatten", {}), ("Dense", {"units": 130, "activation": "tanh",
                                     "kernel_regularizer": L2(0.01)}),
         ("Dense", {"units": 90, "activation": "tanh",
                    "kernel_regularizer": L2(0.02)})]])


def fit(graph, dtype, weights, optimizer, data, others):
    """The weights, the losses of each epoch, and what evaluate() gives."""
    make, settings = OPTIMIZERS[optimizer]
    model, _ = graph.model(dtype, weights)
    model.compile(optimizer=make(**settings), loss="categorical_crossentropy",
                  metrics=["mse", "mae"])
    history = model.fit(*data, batch_size=BATCH, epochs=EPOCHS, shuffle=False,
                        validation_data=others, verbose=0).history
    measures = model.evaluate(*others, batch_size=BATCH, verbose=0,
                              return_dict=True)
    return weights_of(model), history, measures


def draw(rng, samples):
    images = rng.uniform(0, 1, (samples, *IMAGE)).astype(np.float32)
    return images, np.eye(3)[rng.integers(0, 3, samples)]


def save_data(folder, name, data):
    np.save(folder / f"{name}.npy", data[0])
    np.save(folder / f"{name}.labels.npy",
            data[1].argmax(axis=1).astype(np.uint8))


def write_schedule(folder, name):
    _, settings = OPTIMIZERS[name]
    more = "".join(f", {key}: {value}" for key, value in settings.items())
    (folder / f"{name}.yaml").write_text(f"""objective: classifier
loss: categorical_crossentropy
batch: {BATCH}
iterations: {UPDATES}
seed: 1
optimizer: {{name: {name}{more}}}
data: {{train: input.npy, test: others.npy, shuffle: false}}
""")


def make_penalties():
    folder, rng = HERE / "penalties", np.random.default_rng(77)
    folder.mkdir(parents=True, exist_ok=True)
    case = regularized()
    weights = case.graph.draw_weights(rng, gain=0.8)
    data, others = draw(rng, SAMPLES), draw(rng, OTHERS)
    (folder / "model.nn").write_text(f"# {case.title}\n{case.graph.text()}")
    save_rounded(weights, folder / "weights.safetensors")
    save_data(folder, "input", data)
    save_data(folder, "others", others)
    for name in OPTIMIZERS:
        after, history, measures = fit(case.graph, "float64", weights, name,
                                       data, others)
        rough, losses, _ = fit(case.graph, "float32", weights, name, data,
                               others)
        trained = [key for key in after if "/b2/" not in key]
        check_moves(name, weights, {key: after[key] for key in trained}, rough,
                    TOLERANCE, 5e-4)
        check_float32("loss", history["loss"], losses["loss"], 2e-5, 0)
        save_rounded(after, folder / f"{name}.safetensors")
        rows = zip(history["loss"], history["val_loss"])
        (folder / f"{name}.losses.txt").write_text("".join(
            f"{loss:.9g} {other:.9g}\n" for loss, other in rows))
        (folder / f"{name}.measures.txt").write_text(
            f"loss {measures['loss']:.9g}\n"
            f"mean_squared_error {measures['mse']:.9g}\n"
            f"mean_absolute_error {measures['mae']:.9g}\n")
        write_schedule(folder, name)
