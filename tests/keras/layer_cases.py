"""The networks of layers/: every layer and its arguments, many configurations
in one network, each a branch of its own between the input and the output.

A branch is a dense layer on the image's channels, the layer at test, and
Flatten: the dense layer's gradient shows what the layer gives back, its own
weights' gradients the rest.
"""

from dataclasses import dataclass, field
from itertools import product

from goldens import ACTIVATIONS
from graphs import Graph, layer, place

IMAGE, SMALL, ROW = (7, 6, 3), (4, 3, 2), (11, 2)


@dataclass
class Case:
    name: str
    title: str
    graph: Graph
    tested: list = field(default_factory=list)  # layers whose output is kept
    objective: str = "classifier"
    loss: str = "categorical_crossentropy"
    optimizer: dict = field(default_factory=lambda: {
        "name": "sgd", "learning_rate": 4.0})
    samples: int = 37
    batch: int = 37
    updates: int = 1
    trained: bool = True
    still: tuple = ()  # layers whose gradient is 0 or almost
    grain: float = 0.0  # of what inputs and *_in weights are multiples of


def branch(name, *tests, channels=3, activation="tanh"):
    """The layers of one branch, which reads the network's input; `tests` are
    (kind, arguments), the last of them named after the branch."""
    chain = [layer(f"{name}_in", "Dense", "x", units=channels,
                   activation=activation)]
    for i, (kind, arguments) in enumerate(tests):
        last = i == len(tests) - 1
        chain.append(layer(name if last else f"{name}_{i}", kind, **arguments))
    return [*chain, layer(f"{name}_out", "Flatten")]


def branches(name, title, shape, tests, classes=3, activation="tanh",
             channels=3, **settings):
    """A case of branches, which begin with that activation and so many channels;
    tests: (kind, arguments) or lists of them."""
    chains, tested = [], []
    for i, test in enumerate(tests):
        steps = test if isinstance(test, list) else [test]
        tested.append(f"b{i}")
        chains += branch(f"b{i}", *steps, channels=channels,
                         activation=activation)
    ends = [f"b{i}_out" for i in range(len(tests))]
    graph = Graph(name, {"x": shape}, [
        *chains, layer("joined", "Concatenate", *ends),
        layer("judged", "Dense", units=classes, activation="softmax")])
    return Case(name, title, graph, [*tested, "judged"], **settings)


# ---- convolutions -----------------------------------------------------------


def convolution(kind, filters, size, **arguments):
    if "activation" not in arguments:
        arguments["activation"] = "tanh"
    return kind, {"filters": filters, "kernel_size": size, **arguments}


def convolution_cases():
    squares = [convolution("Conv2D", 2 + (size + stride) % 3, size,
                           strides=stride, padding=padding)
               for stride, size, padding in product(
                   (1, 2, 3), (1, 2, 3, 4, 5), ("same", "valid"))]
    yield branches("conv_stride_1", "Conv2D, stride 1, kernels 1 to 5.", IMAGE,
                   squares[:10])
    yield branches("conv_strides", "Conv2D, strides 2 and 3, kernels 1 to 5.",
                   IMAGE, squares[10:])
    others = [convolution("Conv2D", 3, size, padding=padding, **more)
              for padding in ("same", "valid") for size, more in (
                  ((2, 5), {}), ((5, 1), {"strides": (1, 3)}),
                  ((1, 4), {"strides": (3, 2), "use_bias": False}),
                  ((7, 2), {"strides": (2, 1)}), (2, {"dilation_rate": 2}),
                  (3, {"dilation_rate": (1, 2)}),
                  ((3, 2), {"dilation_rate": (3, 5)}))]
    others += [convolution("Conv2D", 17, 3, padding="same"),
               convolution("Conv2D", 2, (9, 8), padding="same", strides=2),
               convolution("Conv2D", 3, 2, trainable=False)]
    yield branches("conv_others", "Conv2D: unequal sides, dilation, no bias, "
                   "17 filters, a kernel larger than the image, frozen.",
                   IMAGE, others,
                   optimizer={"name": "sgd", "learning_rate": 1.0})
    kinds = [convolution("Conv2D", 3, 3, padding="same", activation=kind)
             for kind in ACTIVATIONS]
    kinds += [[("Conv2D", {"filters": 4, "kernel_size": 2}), extra]
              for extra in (("LeakyReLU", {"alpha": 0.2}), ("ELU", {}),
                            ("ReLU", {}), ("Softmax", {}))]
    yield branches("conv_activations", "Every activation of a Conv2D.",
                   IMAGE, kinds,
                   optimizer={"name": "sgd", "learning_rate": 2.0})


def relu_case():
    tests = [("ReLU", settings) for settings in (
        {"max_value": 0.5, "negative_slope": 0.3, "threshold": 0.2},
        {"threshold": 0.3}, {"negative_slope": 0.3}, {"max_value": 0.4},
        {"max_value": 0.4, "negative_slope": 0.3},
        {"max_value": 6}, {"negative_slope": 0.5, "threshold": 0.3})]
    return branches("relu_arguments", "ReLU with its arguments.", SMALL, tests,
                    optimizer={"name": "sgd", "learning_rate": 2.0})


def group_cases():
    """Channels that meet those of their group alone. The 16 channels of an image
    are a vector, those of another number are not."""
    def depthwise(size, **arguments):
        arguments.setdefault("activation", "tanh")
        return "DepthwiseConv2D", {"kernel_size": size, **arguments}
    shapes = [(3, {"padding": "same"}), ((2, 4), {}),
              ((3, 2), {"strides": 2, "padding": "same"}),
              (2, {"strides": 3}), (3, {"dilation_rate": 2, "padding": "same"}),
              ((1, 3), {"use_bias": False})]
    tests = [depthwise(size, **more) for size, more in shapes]
    tests += [depthwise(size, depth_multiplier=3, **more)
              for size, more in shapes[:3]]
    tests += [convolution("SeparableConv2D", 5, size, **more)
              for size, more in shapes]
    tests += [convolution("SeparableConv2D", 4, 3, depth_multiplier=2,
                          padding="same"),
              convolution("SeparableConv2D", 4, 3, trainable=False)]
    tests += [convolution("Conv2D", 8, size, groups=4, **more)
              for size, more in shapes[:5]]
    yield branches("channel_groups", "DepthwiseConv2D, SeparableConv2D and Conv2D in "
                   "groups.", (8, 7, 2), tests, channels=4,
                   optimizer={"name": "sgd", "learning_rate": 1.0})
    yield branches("depthwise", "DepthwiseConv2D and SeparableConv2D of 16 "
                   "channels.", (6, 7, 2),
                   tests[:6] + tests[9:15] +
                   [depthwise((5, 4), padding="same")], channels=16,
                   optimizer={"name": "sgd", "learning_rate": 1.5})


def transpose_cases():
    squares = [[convolution("Conv2DTranspose", 2, size, strides=stride,
                            padding=padding) for size, padding in product(
                                (1, 2, 3, 4, 5), ("same", "valid"))]
               for stride in (1, 2, 3)]
    for stride, tests in enumerate(squares, start=1):
        yield branches(f"transpose_stride_{stride}", "Conv2DTranspose, stride "
                       f"{stride}, kernels 1 to 5.", SMALL, tests)
    others = [convolution("Conv2DTranspose", 3, size, padding=padding, **more)
              for padding in ("same", "valid") for size, more in (
                  ((2, 5), {"strides": (3, 1)}), ((5, 1), {"strides": (1, 2)}),
                  ((1, 4), {"strides": (2, 3), "use_bias": False}),
                  ((3, 2), {"strides": (2, 4)}), (2, {"dilation_rate": 2}),
                  ((2, 3), {"dilation_rate": (3, 1)}))]
    others += [convolution("Conv2DTranspose", 17, 2, strides=2),
               convolution("Conv2DTranspose", 3, 3, strides=2, padding="same",
                           activation="relu"),
               convolution("Conv2DTranspose", 3, 4, strides=2, padding="same",
                           activation="softmax")]
    yield branches("transpose_others", "Conv2DTranspose: unequal sides, "
                   "dilation, no bias, 17 filters, activations.", SMALL, others)


# ---- images -----------------------------------------------------------------


def pooling_cases():
    windows = [{"pool_size": 2}, {"pool_size": 3}, {"pool_size": 3, "strides": 1},
               {"pool_size": 2, "strides": 3},
               {"pool_size": (1, 4), "strides": (3, 2)},
               {"pool_size": (7, 2)}, {"pool_size": (4, 3), "strides": (2, 1)}]
    for kind in ("Max", "Average"):
        tests = [(f"{kind}Pooling2D", {**window, "padding": padding})
                 for padding in ("same", "valid") for window in windows]
        tests += [(f"Global{kind}Pooling2D", {}),
                  [convolution("Conv2D", 5, 3, activation="relu"),
                   (f"{kind}Pooling2D", {"pool_size": 2})],
                  [(f"{kind}Pooling2D", {"pool_size": 2}), convolution("Conv2D", 3, 2)]]
        yield branches(f"{kind.lower()}_pooling", f"{kind} pooling, whole, "
                       "overlapping, with gaps; after and before a "
                       "convolution.", IMAGE, tests)


def image_cases():
    sizes = (2, 3, (2, 3), (1, 4))
    tests = [("UpSampling2D", {"size": size, "interpolation": kind})
             for kind in ("nearest", "bilinear") for size in sizes]
    tests += [[("UpSampling2D", {"size": size}),
               convolution("Conv2D", 3, kernel, **more)]
              for size, kernel, more in (
                  (2, 3, {"padding": "same"}), ((2, 3), 2, {}),
                  (3, 4, {"padding": "same"}), (2, 3, {"strides": 2}),
                  (2, 2, {"dilation_rate": 2, "padding": "same"}))]
    tests.append([("UpSampling2D", {"interpolation": "bilinear"}),
                  convolution("Conv2D", 2, 3, padding="same")])
    yield branches("up_sampling", "UpSampling2D, alone and before "
                   "convolutions.", SMALL, tests)
    edges = [("ZeroPadding2D", {"padding": margins})
             for margins in (1, (1, 3), ((0, 1), (2, 3)))]
    edges += [("Cropping2D", {"cropping": margins})
              for margins in (1, (2, 1), ((0, 3), (2, 0)))]
    edges += [[("ZeroPadding2D", {"padding": ((0, 1), (2, 0))}),
               convolution("Conv2D", 3, 3, strides=2)],
              [convolution("Conv2DTranspose", 3, 3, strides=2),
               ("Cropping2D", {"cropping": ((0, 1), (1, 0))})],
              [("ZeroPadding2D", {}), ("MaxPooling2D", {"pool_size": 3})]]
    yield branches("edges", "ZeroPadding2D and Cropping2D, alone and around "
                   "convolutions and poolings.", (5, 4, 3), edges)


# ---- normalisation ----------------------------------------------------------


def normalization_cases():
    settings = [{}, {"momentum": 0.7}, {"epsilon": 0.1}, {"center": False},
                {"scale": False}, {"center": False, "scale": False},
                {"trainable": False}]
    tests = [("BatchNormalization", each) for each in settings]
    tests += [[("Conv2D", {"filters": 17, "kernel_size": 3}),
               ("BatchNormalization", {"momentum": 0.5}), ("ELU", {})],
              [("Flatten", {}), ("Dense", {"units": 5, "use_bias": False}),
               ("BatchNormalization", {}), ("Activation",
                                            {"activation": "tanh"})],
              [("Reshape", {"target_shape": (5, 12)}),
               ("BatchNormalization", {})],
              [("AveragePooling2D", {"pool_size": 2}), ("BatchNormalization",
                                          {"scale": False})]]
    yield branches("normalization", "BatchNormalization of images, rows and "
                   "vectors, four updates of batches of 14, 14 and 9.",
                   (5, 4, 3), tests, batch=14, updates=4,
                   optimizer={"name": "sgd", "learning_rate": 0.1},
                   still=("b7_0",))


# ---- graphs -----------------------------------------------------------------


def merge_case():
    parts = [layer(name, "Conv2D", "x", filters=filters, kernel_size=size,
                   padding="same", activation="tanh")
             for name, filters, size in (("a", 3, 1), ("b", 3, 2), ("c", 3, 3),
                                         ("d", 2, 2))]
    merges = [layer("sum", "Add", "a", "b"), layer("sums", "Add", "a", "b", "c"),
              layer("twice", "Add", "a", "a"),
              layer("product", "Multiply", "b", "c"),
              layer("square", "Multiply", "a", "a"),
              layer("cube", "Multiply", "a", "b", "a"),
              layer("mean", "Average", "sum", "c"),
              layer("means", "Average", "a", "product", "c"),
              layer("deep", "Concatenate", "a", "d", "x"),
              layer("tall", "Concatenate", "a", "b", axis=1),
              layer("wide", "Concatenate", "c", "a", axis=-2),
              layer("wider", "Concatenate", "d", "deep", axis=3),
              layer("bent", "ReLU", "mean")]
    flat = [layer(f"{name}_out", "Flatten", name) for name in (
        "sums", "twice", "square", "cube", "means", "tall", "wide", "wider",
        "bent", "d")]
    rows = [layer("row", "Dense", "d_out", units=5),
            layer("other", "Dense", "d_out", units=5, activation="relu"),
            layer("rows", "Add", "row", "other"),
            layer("both", "Concatenate", "rows", "row", axis=1)]
    ends = [each.name for each in flat[:-1]] + ["both"]
    graph = Graph("merges", {"x": (5, 4, 3)}, [
        *parts, *merges, *flat, *rows, layer("joined", "Concatenate", *ends),
        layer("judged", "Dense", units=3, activation="softmax")])
    return Case("merges", "Add, Multiply, Average and Concatenate, of images "
                "and vectors, of the same input twice.", graph,
                [each.name for each in merges] + ["rows", "both", "judged"])


def placed_case():
    inner = Graph("inner", {"image": (6, 5, 2)}, [
        layer("seen", "Conv2D", filters=2, kernel_size=3, padding="same",
              activation="tanh"),
        layer("normal", "BatchNormalization", momentum=0.8)])
    pair = Graph("pair", {"left": (6, 5, 2), "right": (6, 5, 2)}, [
        place("again", inner, "left"),
        layer("far", "Conv2D", filters=3, kernel_size=2, strides=2,
              activation="tanh"),
        layer("near", "Conv2D", "right", filters=3, kernel_size=2, strides=2),
        layer("met", "Multiply", "far", "near"), layer("row", "Flatten")])
    outer = Graph("outer", {"x": (6, 5, 2)}, [
        place("first", inner, "x"), layer("one", "ELU"),
        layer("turned", "Conv2D", filters=2, kernel_size=2, padding="same",
              activation="tanh"),
        place("second", inner, "turned"), layer("two", "ReLU"),
        place("joined", pair, "one", "two"),
        place("back", pair, "two", "one"),
        layer("ends", "Concatenate", "joined", "back"),
        layer("judged", "Dense", units=3, activation="softmax")])
    return Case("placed", "A network placed twice, and again within one of two "
                "inputs: all share their weights. Three updates.", outer,
                ["one", "turned", "two", "ends", "judged"], updates=3,
                optimizer={"name": "sgd", "learning_rate": 0.1})


def several_case():
    graph = Graph("several", {"picture": (5, 4, 2), "row": (7,)}, [
        layer("seen", "Conv2D", "picture", filters=3, kernel_size=2,
              activation="relu"),
        layer("noisy", "GaussianNoise", stddev=0.5),
        layer("kept", "Dropout", rate=0.4),
        layer("flat", "GlobalAveragePooling2D"),
        layer("read", "Dense", "row", units=3, activation="tanh"),
        layer("both", "Add", "flat", "read"),
        layer("shares", "Softmax"),
        layer("shown", "Dense", "both", units=4, activation="sigmoid")],
        outputs=("shares", "shown"))
    return Case("several", "Two inputs and two outputs, noise and dropout "
                "that prediction leaves out.", graph,
                [each.name for each in graph.layers], trained=False)


def residual_case():
    def block(i, filters):
        return [layer(f"a{i}", "Conv2D", filters=filters, kernel_size=3,
                      padding="same", use_bias=False),
                layer(f"n{i}", "BatchNormalization", momentum=0.9),
                layer(f"r{i}", "ReLU"),
                layer(f"c{i}", "Conv2D", filters=filters, kernel_size=3,
                      padding="same")]
    graph = Graph("residual", {"x": (6, 5, 3)}, [
        layer("start", "Conv2D", filters=4, kernel_size=3, padding="same"),
        *block(1, 4), layer("sum1", "Add", "c1", "start"), layer("e1", "ReLU"),
        layer("pool", "MaxPooling2D"), *block(2, 4),
        layer("sum2", "Add", "c2", "pool"), layer("e2", "ELU"),
        layer("mean", "GlobalAveragePooling2D"),
        layer("judged", "Dense", units=3, activation="softmax")])
    return Case("residual", "Residual blocks, three updates with momentum.",
                graph, ["sum1", "sum2", "judged"], updates=3, batch=16,
                optimizer={"name": "sgd", "learning_rate": 0.1,
                           "momentum": 0.9, "nesterov": True})


def coder_cases():
    graph = Graph("coder", {"x": (6, 4, 2)}, [
        layer("c1", "Conv2D", filters=5, kernel_size=3, padding="same",
              activation="relu"), layer("p1", "MaxPooling2D"),
        layer("c2", "Conv2D", filters=3, kernel_size=3, padding="same",
              activation="relu"),
        layer("u1", "UpSampling2D"),
        layer("last", "Conv2D", filters=2, kernel_size=3, padding="same",
              activation="sigmoid")])
    yield Case("coder", "A convolutional autoencoder; binary cross-entropy "
               "from the logits of an image.", graph, ["p1", "u1", "last"],
               "autoencoder", "binary_crossentropy", updates=3, batch=16,
               optimizer={"name": "sgd", "learning_rate": 1.0})
    up = Graph("grower", {"x": (6, 4, 2)}, [
        layer("c1", "Conv2D", filters=5, kernel_size=4, strides=2,
              padding="same"), layer("l1", "LeakyReLU", alpha=0.2),
        layer("t1", "Conv2DTranspose", filters=4, kernel_size=4, strides=2,
              padding="same"), layer("n1", "BatchNormalization"),
        layer("l2", "LeakyReLU"),
        layer("last", "Conv2D", filters=2, kernel_size=5, padding="same",
              activation="softmax")])
    yield Case("grower", "Down and up again, transposed, normalised; "
               "categorical cross-entropy of every pixel.", up,
               ["t1", "n1", "last"], "autoencoder", "categorical_crossentropy",
               updates=3, optimizer={"name": "sgd", "learning_rate": 0.5,
                                     "momentum": 0.9}, still=("t1",))


# ---- what the others leave out ----------------------------------------------


def kinks_case():
    """Sums that are exact, so that many are 0 and many are equal: where a
    slope has a kink and a window several maxima."""
    tests = [("Activation", {"activation": kind})
             for kind in ("relu", "elu", "selu", "leaky_relu", "softsign")]
    tests += [("ReLU", settings) for settings in (
        {}, {"max_value": 2}, {"threshold": 1},
        {"max_value": 2, "negative_slope": 0.5, "threshold": 1})]
    tests += [("ELU", {"alpha": 0.5}), ("LeakyReLU", {}),
              ("MaxPooling2D", {"pool_size": 2}),
              ("MaxPooling2D", {"pool_size": 3, "strides": 1,
                                "padding": "same"}),
              ("MaxPooling2D", {"pool_size": (4, 3), "strides": (2, 1),
                                "padding": "same"})]
    return branches("kinks", "Slopes at exactly 0, maxima that are met twice.",
                    IMAGE, tests, activation="linear", grain=0.5,
                    optimizer={"name": "sgd", "learning_rate": 1.0})


def settings_case():
    tests = [("ELU", {"alpha": 0.0}), ("ELU", {"alpha": 2.0}),
             ("LeakyReLU", {"alpha": 0.0}), ("LeakyReLU", {"alpha": 1.5}),
             [("Dropout", {"rate": 0.0}), ("GaussianNoise", {"stddev": 0.0})],
             [("Dense", {"units": 4, "activation": "gelu",
                         "trainable": False}), ("Softmax", {})],
             [("Conv2DTranspose", {"filters": 2, "kernel_size": 3, "strides": 2,
                                   "activation": "swish",
                                   "trainable": False}),
              ("Cropping2D", {})],
             ("BatchNormalization", {"axis": 3, "momentum": 0.0}),
             ("BatchNormalization", {"epsilon": 1.0, "trainable": False}),
             ("UpSampling2D", {"size": (5, 2), "interpolation": "bilinear"}),
             [("MaxPooling2D", {"pool_size": (4, 3)}),
              ("UpSampling2D", {"size": (2, 3), "interpolation": "bilinear"})],
             ("MaxPooling2D", {"pool_size": 9, "padding": "same"}),
             ("AveragePooling2D", {"pool_size": (1, 9), "strides": 4,
                                   "padding": "same"}),
             ("AveragePooling2D", {"pool_size": 1, "strides": (2, 3)}),
             [("Reshape", {"target_shape": (-1, 6)}), ("Dense", {
                 "units": 3, "activation": "selu"})]]
    return branches("settings", "Slopes of 0 and above 1, rates of 0, frozen "
                    "layers, windows larger than the image.", SMALL, tests,
                    optimizer={"name": "sgd", "learning_rate": 1.0})


def groups_case():
    settings = [{}, {"epsilon": 0.1}, {"center": False}, {"scale": False},
                {"center": False, "scale": False}]
    tests = [("LayerNormalization", each) for each in settings]
    tests += [("GroupNormalization", {"groups": groups, **each})
              for groups, each in zip((1, 3, -1, 1, 3), settings)]
    tests += [[("Conv2D", {"filters": 34, "kernel_size": 2}),
               ("GroupNormalization", {"groups": 2})],
              [("Conv2D", {"filters": 64, "kernel_size": 1}),
               ("GroupNormalization", {"epsilon": 0.1})],
              [("Flatten", {}), ("LayerNormalization", {})],
              [("Flatten", {}), ("GroupNormalization", {"groups": 4})],
              [("Reshape", {"target_shape": (4, 6)}),
               ("GroupNormalization", {"groups": 2})],
              [("Dense", {"units": 17, "activation": "tanh"}),
               ("LayerNormalization", {"axis": 3, "trainable": False})]]
    return branches("groups", "LayerNormalization and GroupNormalization of "
                    "images, rows and vectors, three updates.", (4, 2, 3),
                    tests, updates=3, batch=13,
                    optimizer={"name": "sgd", "learning_rate": 0.1})


def slopes_case():
    axes = [{}, {"shared_axes": (1, 2)}, {"shared_axes": (3,)},
            {"shared_axes": (1, 2, 3)}, {"shared_axes": (1,)}]
    tests = [("PReLU", each) for each in axes]
    tests += [[("Flatten", {}), ("PReLU", {})],
              [("Conv2D", {"filters": 17, "kernel_size": 2}),
               ("PReLU", {"shared_axes": (1, 2)})],
              ("PReLU", {"trainable": False}),
              ("Rescaling", {"scale": -1.5}),
              ("Rescaling", {"scale": 0.25, "offset": -0.125}),
              [("SpatialDropout2D", {"rate": 0.0}), ("PReLU", {})]]
    return branches("slopes", "PReLU with shared axes and without, Rescaling.",
                    SMALL, tests,
                    optimizer={"name": "sgd", "learning_rate": 1.0})


def stretch_case():
    parts = [layer(name, "Conv2D", "x", filters=3, kernel_size=size,
                   padding="same", activation="tanh")
             for name, size in (("a", 1), ("b", 2), ("c", 3))]
    parts += [layer("mean", "GlobalAveragePooling2D", "a"),
              layer("gate", "Dense", "mean", units=3, activation="sigmoid"),
              layer("tall", "AveragePooling2D", "b", pool_size=(1, 4)),
              layer("wide", "AveragePooling2D", "c", pool_size=(5, 1)),
              layer("one", "Conv2D", "c", filters=1, kernel_size=1),
              layer("dot", "Dense", "gate", units=1)]
    merges = [layer("gated", "Multiply", "a", "gate"),
              layer("ring", "Add", "tall", "wide"),
              layer("less", "Subtract", "one", "b"),
              layer("more", "Subtract", "a", "gate"),
              layer("most", "Maximum", "a", "b", "wide"),
              layer("least", "Minimum", "tall", "c", "one"),
              layer("middle", "Average", "one", "gate", "a"),
              layer("twice", "Multiply", "one", "a", "one"),
              layer("same", "Maximum", "a", "a"),
              layer("row", "Minimum", "gate", "dot"),
              layer("grown", "Add", "wide", "wide", "one")]
    flat = [layer(f"{each.name}_out", "Flatten", each.name)
            for each in merges if each.name != "row"]
    graph = Graph("stretch", {"x": (5, 4, 2)}, [
        *parts, *merges, *flat,
        layer("joined", "Concatenate", "row", *[each.name for each in flat]),
        layer("judged", "Dense", units=3, activation="softmax")])
    return Case("stretch", "Merging layers that stretch sizes of 1, and "
                "Subtract, Maximum, Minimum; an input that stands there "
                "twice.", graph, [each.name for each in merges] + ["judged"],
                optimizer={"name": "sgd", "learning_rate": 0.5})


# ---- rows of steps ----------------------------------------------------------


def row_cases():
    """Layers over (steps, channels). Their seeds are a count of their own."""
    tests = [convolution("Conv1D", 2 + (size + stride) % 3, size,
                         strides=stride, padding=padding)
             for stride, size, padding in product(
                 (1, 2, 3), (1, 2, 5), ("same", "valid", "causal"))]
    yield branches("row_strides", "Conv1D, strides 1 to 3, kernels 1 to 5.",
                   ROW, tests)
    tests = [convolution("Conv1D", 3, size, padding=padding, **more)
             for padding in ("same", "valid", "causal") for size, more in (
                 (2, {"dilation_rate": 2}), (3, {"dilation_rate": 4}),
                 (4, {"use_bias": False}))]
    tests += [convolution("Conv1D", 17, 3, padding="same"),
              convolution("Conv1D", 2, 13, padding="same", strides=2),
              convolution("Conv1D", 2, 13, padding="causal", strides=2),
              convolution("Conv1D", 3, 2, trainable=False)]
    tests += [convolution("Conv1D", 3, 3, padding="same", activation=kind)
              for kind in ("linear", "relu", "softmax", "swish")]
    yield branches("row_others", "Conv1D: dilation, no bias, 17 filters, a "
                   "kernel longer than the row, frozen, activations.",
                   ROW, tests, optimizer={"name": "sgd", "learning_rate": 2.0})
    tests = []
    for kind in ("Max", "Average"):
        tests += [(f"{kind}Pooling1D", {**window, "padding": padding})
                  for padding in ("same", "valid") for window in (
                      {"pool_size": 2}, {"pool_size": 3, "strides": 1},
                      {"pool_size": 2, "strides": 3}, {"pool_size": 11})]
        tests += [(f"Global{kind}Pooling1D", {}),
                  [convolution("Conv1D", 5, 3, activation="relu"),
                   (f"{kind}Pooling1D", {"pool_size": 2})],
                  [(f"{kind}Pooling1D", {"pool_size": 2}),
                   convolution("Conv1D", 3, 2)]]
    yield branches("row_pooling", "Poolings of rows, whole, overlapping, with "
                   "gaps; after and before a convolution.", ROW, tests)


def all_cases():
    yield from convolution_cases()
    yield from transpose_cases()
    yield from pooling_cases()
    yield from image_cases()
    yield from normalization_cases()
    yield merge_case()
    yield placed_case()
    yield several_case()
    yield residual_case()
    yield from coder_cases()
    yield kinks_case()
    yield settings_case()
    yield relu_case()
    yield groups_case()
    yield slopes_case()
    yield stretch_case()
    yield from group_cases()
