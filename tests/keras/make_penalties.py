"""Goldens of penalties: penalties/. What fit() makes of a network in which every
layer that can have penalties has some, a frozen one too: the weights after 30
updates with each optimizer, the losses of each epoch, and what evaluate() gives.
gan/: the weights and losses after iterations of a GAN whose networks have them.
"""

from goldens import HERE, check_float32, check_moves, save_rounded

import keras
import numpy as np
import tensorflow as tf
from graphs import Graph, layer, place, weights_of
from layer_cases import IMAGE, branches, convolution
from keras.regularizers import L1, L1L2, L2

TOLERANCE = 1e-5, 5e-6
BATCH, EPOCHS, UPDATES, SAMPLES, OTHERS = 8, 6, 30, 37, 21
OPTIMIZERS = {"sgd": (keras.optimizers.SGD, {"learning_rate": 0.01}),
              "adam": (keras.optimizers.Adam, {}),
              "clipped": (keras.optimizers.SGD, {  # penalty, clip, decay, step
                  "learning_rate": 0.02, "global_clipnorm": 2.0,
                  "weight_decay": 0.1})}


def both(l1, l2, output, **more):
    return {"kernel_regularizer": L1L2(l1=l1, l2=l2),
            "bias_regularizer": L2(l2), "activity_regularizer": output, **more}


def tests():
    """Every kind of layer: Conv2D of several filters and of one, one that takes an
    upsampling in, and a frozen one; kernels large enough to be summed otherwise;
    outputs behind activations of all sorts."""
    depthwise = {"depthwise_regularizer": L2(0.03), "bias_regularizer": L1(0.02)}
    return [
        convolution("Conv2D", 4, 3, **both(0.01, 0.02, L2(0.02))),
        convolution("Conv2D", 1, 3, activation="relu",
                    **both(0.005, 0.03, L1(0.01))),
        convolution("Conv2D", 4, 2, trainable=False,
                    **both(0.3, 0.2, L1L2(l1=0.01, l2=0.02))),
        convolution("Conv2DTranspose", 3, 2, activation="linear",
                    **both(0.0, 0.05, L2(0.005))),
        ("DepthwiseConv2D", {"kernel_size": 3, "activation": "sigmoid",
                             "activity_regularizer": L1(0.01), **depthwise}),
        convolution("SeparableConv2D", 4, 2, activation="softmax", **depthwise,
                    pointwise_regularizer=L1L2(l1=0.004, l2=0.01),
                    activity_regularizer=L2(0.03)),
        [("UpSampling2D", {}),
         convolution("Conv2D", 3, 3, padding="same", activation="swish",
                     **both(0.01, 0.0, L2(0.002)))],
        [("Reshape", {"target_shape": (42, 3)}),
         convolution("Conv1D", 4, 3, activation="linear",
                     **both(0.02, 0.01, L1L2(l1=0.004, l2=0.003)))],
        [("Flatten", {}), ("Dense", {"units": 130, "activation": "tanh",
                                     "kernel_regularizer": L2(0.01)}),
         ("Dense", {"units": 90, "activation": "tanh",
                    "kernel_regularizer": L2(0.02),
                    "activity_regularizer": L2(0.01)})]]


def regularized():
    """Branches of those, a network that is placed twice, and the last layer."""
    case = branches("penalties", "Penalties of every layer.", IMAGE, tests())
    *chains, joined, judged = case.graph.layers
    inner = Graph("inner", {"pixels": IMAGE}, [
        layer("conv", "Conv2D", filters=3, kernel_size=3, padding="same",
              activation="tanh", **both(0.01, 0.02, L2(0.01)))])
    joined.reads += ("placed_out",)
    judged.arguments.update(both(0.001, 0.01, L2(0.5)))
    case.graph.layers = [*chains, place("once", inner, "x"),
                         place("twice", inner), layer("placed_out", "Flatten"),
                         joined, judged]
    return case


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
    make, settings = OPTIMIZERS[name]
    kind = make.__name__.lower()
    more = "".join(f", {key}: {value}" for key, value in settings.items())
    (folder / f"{name}.yaml").write_text(f"""objective: classifier
network: penalties
loss: categorical_crossentropy
batch: {BATCH}
iterations: {UPDATES}
seed: 1
optimizer: {{name: {kind}{more}}}
data: {{train: input.npy, test: others.npy, shuffle: false}}
""")


# ---- a GAN --------------------------------------------------------------------

ROWS, ITERATIONS, RATE = 12, 10, 0.05


def gan_graphs():
    """Where a frozen discriminator stands behind the generator, Keras counts the
    penalties of its outputs and not those of its weights."""
    generator = Graph("generator", {"z": (3,)}, [
        layer("hidden", "Dense", units=5, activation="tanh",
              **both(0.01, 0.02, L2(0.1))),
        layer("made", "Dense", units=4, activation="sigmoid",
              activity_regularizer=L1(0.05))])
    discriminator = Graph("discriminator", {"x": (4,)}, [
        layer("hidden", "Dense", units=6, activation="tanh",
              **both(0.02, 0.05, L2(0.3))),
        layer("judged", "Dense", units=1, activation="sigmoid",
              **both(0.0, 0.03, L2(0.2)))])
    return generator, discriminator


def judge(model, x, truth):
    """The binary cross-entropy with all penalties of the model."""
    loss = tf.reduce_mean(keras.losses.binary_crossentropy(truth[:, None],
                                                           model(x)))
    return loss + sum(model.losses)


def step(optimizer, model, x, truth):
    with tf.GradientTape() as tape:
        loss = judge(model, x, truth)
    variables = model.trainable_variables
    optimizer.apply(tape.gradient(loss, variables), variables)
    return float(loss)


def train_gan(dtype, graphs, weights, real, latent):
    """The weights, and the losses of both networks, iteration by iteration."""
    generator, discriminator = (graph.model(dtype, weights)[0]
                                for graph in graphs)
    inputs = keras.Input((3,))
    both_models = keras.Model(inputs, discriminator(generator(inputs)))
    optimizers = [keras.optimizers.SGD(RATE) for _ in graphs]
    half, at, losses = ROWS // 2, 0, []
    for i in range(ITERATIONS):
        z = [tf.constant(np.take(latent, range(at + first, at + last), axis=0,
                                 mode="wrap"), dtype)
             for first, last in ((0, half), (half, half + ROWS))]
        at += half + ROWS
        shown = np.take(real, range(i * half, (i + 1) * half), axis=0,
                        mode="wrap")
        x = tf.concat([tf.constant(shown, dtype), generator(z[0])], axis=0)
        discriminator.trainable = True
        truth = np.repeat([1.0, 0.0], half)
        first = step(optimizers[0], discriminator, x, truth)
        discriminator.trainable = False
        losses.append((first, step(optimizers[1], both_models, z[1],
                                   np.ones(ROWS))))
    discriminator.trainable = True
    return weights_of(generator) | weights_of(discriminator), losses


def make_gan():
    folder, rng = HERE / "penalties" / "gan", np.random.default_rng(5)
    folder.mkdir(parents=True, exist_ok=True)
    graphs, weights = gan_graphs(), {}
    for graph in graphs:
        weights |= graph.draw_weights(rng)
    real = rng.uniform(0, 1, (20, 4)).astype(np.float32)
    latent = rng.normal(0, 1, (31, 3)).astype(np.float32)
    (after, losses), (rough, _) = (train_gan(dtype, graphs, weights, real, latent)
                                   for dtype in ("float64", "float32"))
    check_moves("gan", weights, after, rough, TOLERANCE, 5e-4)
    np.save(folder / "input.npy", real)
    np.save(folder / "z.npy", latent)
    save_rounded(weights, folder / "weights.safetensors")
    save_rounded(after, folder / "updated.safetensors")
    (folder / "model.nn").write_text("\n".join(map(Graph.text, graphs)))
    (folder / "losses.txt").write_text("".join(
        f"{first:.9g} {second:.9g}\n" for first, second in losses))
    (folder / "schedule.yaml").write_text(f"""objective: gan
generator: generator
discriminator: discriminator
latent: {{file: z.npy}}
loss: binary_crossentropy
batch: {ROWS}
iterations: {ITERATIONS}
seed: 1
optimizer: {{name: sgd, learning_rate: {RATE}}}
data: {{train: input.npy, shuffle: false}}
""")


def make_penalties():
    make_gan()
    folder, rng = HERE / "penalties", np.random.default_rng(79)
    folder.mkdir(parents=True, exist_ok=True)
    case = regularized()
    weights = case.graph.draw_weights(rng, gain=0.7)
    data, others = draw(rng, SAMPLES), draw(rng, OTHERS)
    text = "\n".join(graph.text() for graph in [*case.graph.placed(), case.graph])
    (folder / "model.nn").write_text(f"# {case.title}\n{text}")
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
