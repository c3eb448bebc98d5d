"""Keras on TensorFlow: models of Keras's own layers, and a training step as a
tf.function, with and without XLA."""

import os

os.environ["KERAS_BACKEND"] = "tensorflow"

import keras
import tensorflow as tf

VERSION = f"TensorFlow {tf.__version__}, Keras {keras.__version__}"
RENAMED = {("LeakyReLU", "alpha"): "negative_slope"}


def start(threads):
    tf.config.threading.set_intra_op_parallelism_threads(threads)
    tf.config.threading.set_inter_op_parallelism_threads(1)
    keras.utils.set_random_seed(1)


def ways(task):
    del task
    return ["tf.function", "jit_compile"]


# ---- networks ------------------------------------------------------------------

def make_layer(layer):
    arguments = {RENAMED.get((layer.kind, name), name):
                 tuple(value) if isinstance(value, list) else value
                 for name, value in layer.arguments.items()}
    if layer.kind == "ZeroPadding2D":
        top, bottom, left, right = arguments["padding"]
        arguments["padding"] = ((top, bottom), (left, right))
    if arguments.get("max_value") == "inf":
        arguments["max_value"] = None
    return getattr(keras.layers, layer.kind)(name=layer.name, **arguments)


def make_model(network):
    first, *layers = network.layers
    values = {first.name: keras.Input(first.shape)}
    for layer in layers:
        inputs = [values[name] for name in layer.inputs]
        values[layer.name] = make_layer(layer)(
            inputs if len(inputs) > 1 else inputs[0])
    return keras.Model(values[first.name], values[network.output])


def count_parameters(network):
    return make_model(network).count_params()


def forward(network, weights, x):
    model = make_model(network)
    for layer in network.layers:
        if layer.weights:
            keras_layer = model.get_layer(layer.name)
            for variable in keras_layer.weights:
                variable.assign(weights[layer.name, variable.name])
    return model(x, training=False).numpy()


# ---- steps ---------------------------------------------------------------------

def adam(given):
    return keras.optimizers.Adam(given["rate"], given["beta_1"], given["beta_2"],
                                 given["epsilon"])


def loss_function(task, word):
    loss = task.schedule["loss"]
    if loss == "categorical_crossentropy" and word == "softmax":
        return lambda y, labels: tf.reduce_mean(
            tf.nn.sparse_softmax_cross_entropy_with_logits(labels, y))
    if loss == "binary_crossentropy" and word == "sigmoid":
        return lambda y, truth: tf.reduce_mean(
            tf.nn.sigmoid_cross_entropy_with_logits(truth, y))
    if loss == "mean_squared_error":
        activation = keras.activations.get(word)
        return lambda y, truth: tf.reduce_mean((activation(y) - truth) ** 2)
    raise ValueError(f"no loss {loss} behind {word}")


def samples(rows, index, shape):
    x = tf.cast(tf.gather(rows, index), tf.float32) / 255
    return tf.reshape(x, [-1, *shape])


def make_step(task, way, data):
    make = gan_update if task.is_gan else supervised_update
    update = tf.function(make(task, data), jit_compile=way == "jit_compile")

    def step(index):
        return float(update(tf.constant(index)))

    return step


def update_model(model, optimizer, tape, loss):
    gradients = tape.gradient(loss, model.trainable_variables)
    optimizer.apply(gradients, model.trainable_variables)


def supervised_update(task, data):
    network, word = task.network().without_last_activation()
    model, loss_of = make_model(network), loss_function(task, word)
    optimizer = adam(task.adam("network"))
    optimizer.build(model.trainable_variables)
    rows, labels = tf.constant(data.rows), tf.constant(data.labels)
    targets = tf.constant(data.targets) if data.targets is not None else None

    def update(index):
        x = samples(rows, index, network.input_shape)
        if task.objective == "autoencoder":
            truth = x
        elif task.objective == "classifier":
            truth = tf.gather(labels, index)
        else:
            truth = samples(targets, index, network.output_shape)
        with tf.GradientTape() as tape:
            loss = loss_of(model(x, training=True), truth)
        update_model(model, optimizer, tape, loss)
        return loss

    return update


def draw_latent(task, count, shape):
    latent = task.schedule.get("latent", {})
    if latent.get("distribution") != "uniform":
        return tf.random.normal([count, *shape])
    return tf.random.uniform([count, *shape], latent.get("low", 0),
                             latent.get("high", 1))


def gan_update(task, data):
    """Both updates of an iteration. The discriminator that the generator learns
    through normalizes with its moving statistics, and still drops out."""
    generator_network = task.network("generator")
    network, word = task.network("discriminator").without_last_activation()
    generator, discriminator = make_model(generator_network), make_model(network)
    for_generator = adam(task.adam("generator"))
    for_discriminator = adam(task.adam("discriminator"))
    for_generator.build(generator.trainable_variables)
    for_discriminator.build(discriminator.trainable_variables)
    normalizations = [layer for layer in discriminator.layers
                      if isinstance(layer, keras.layers.BatchNormalization)]
    loss_of, half = loss_function(task, word), task.batch // 2
    rows, shape = tf.constant(data.rows), generator_network.input_shape

    def update(index):
        real = samples(rows, index[:half], network.input_shape)
        imitations = generator(draw_latent(task, half, shape), training=False)
        x = tf.concat([real, imitations], 0)
        truth = tf.concat([tf.ones([half, 1]), tf.zeros([half, 1])], 0)
        with tf.GradientTape() as tape:
            y = tf.reshape(discriminator(x, training=True), [-1, 1])
            loss = loss_of(y, truth)
        update_model(discriminator, for_discriminator, tape, loss)
        for layer in normalizations:
            layer.trainable = False
        with tf.GradientTape() as tape:
            y = discriminator(
                generator(draw_latent(task, 2 * half, shape), training=True),
                training=True)
            loss = loss_of(y, tf.ones_like(y))
        update_model(generator, for_generator, tape, loss)
        for layer in normalizations:
            layer.trainable = True
        return loss

    return update


def close():
    keras.backend.clear_session()
