"""PyTorch: networks as modules, and a training step of them.

Images lie with channels first, as PyTorch has them, or channels last as a memory
format; losses take logits, Adam is fused, denormals are flushed. With `is_exact` a
network pads, flattens and reshapes exactly as Keras does, so that its outputs can be
compared; without, it does so as PyTorch does at once: the margins of a stride on both
sides, and an image flattened as it lies. The work is the same.
"""

import shutil

import torch
from torch import nn
from torch.nn import functional

VERSION = f"PyTorch {torch.__version__}"
ACTIVATIONS = {
    "linear": lambda x: x,
    "relu": lambda x: functional.relu(x, inplace=True),
    "relu6": lambda x: functional.relu6(x, inplace=True),
    "tanh": torch.tanh, "sigmoid": torch.sigmoid,
    "elu": functional.elu, "selu": functional.selu, "gelu": functional.gelu,
    "swish": functional.silu, "softplus": functional.softplus,
    "softmax": lambda x: torch.softmax(x, 1),
}


def start(threads):
    torch.set_num_threads(threads)
    torch.set_num_interop_threads(1)
    torch.set_flush_denormal(True)
    torch.manual_seed(1)


def ways(task):
    """Names of the ways to run the same step."""
    names = ["eager"]
    if shutil.which("c++") or shutil.which("g++"):
        names.append("compiled")
    if task.has_images:
        names += [f"{name}, channels last" for name in names]
    return names


# ---- networks ------------------------------------------------------------------

def margins(size, kernel, stride, outputs):
    """What padding=same adds before and behind."""
    total = max((outputs - 1) * stride + kernel - size, 0)
    return total // 2, total - total // 2


def channels_first(shape):
    return [shape[-1], *shape[:-1]]


class Convolution(nn.Module):
    """Conv2D, DepthwiseConv2D and Conv1D."""

    def __init__(self, layer, shape, is_exact):
        super().__init__()
        arguments = layer.arguments
        inputs = shape[-1]
        is_row = len(shape) == 2
        wide = (lambda name: [arguments[name]] if is_row else arguments[name])
        kernel, strides = wide("kernel_size"), wide("strides")
        groups = inputs if "depth_multiplier" in arguments else (
            arguments.get("groups", 1))
        sides = [(0, 0)] * len(kernel)
        if arguments["padding"] == "same":
            sides = [margins(*each) for each in
                     zip(shape, kernel, strides, layer.shape)]
        is_even = all(before == behind for before, behind in sides)
        self.margins = None
        if is_exact and not is_even:
            self.margins = [side for pair in reversed(sides) for side in pair]
            sides = [(0, 0)] * len(kernel)
        make = nn.Conv1d if is_row else nn.Conv2d
        self.product = make(inputs, layer.shape[-1], kernel, strides,
                            [behind for _, behind in sides],
                            wide("dilation_rate"), groups,
                            arguments["use_bias"])
        self.activation = ACTIVATIONS[layer.activation]

    def forward(self, x):
        if self.margins:
            x = functional.pad(x, self.margins)
        return self.activation(self.product(x))

    def read(self, weights):
        """Keras's kernel (rows, columns, inputs, outputs), or that of a depthwise
        convolution, whose last axes are (channels, multiplier)."""
        kernel = torch.from_numpy(weights["kernel"])
        if self.product.groups > 1 and kernel.shape[-2] == self.product.groups:
            kernel = kernel.flatten(-2)[..., None, :]
        axes = [kernel.dim() - 1, kernel.dim() - 2, *range(kernel.dim() - 2)]
        self.product.weight.data.copy_(kernel.permute(axes))
        read_bias(self.product, weights)


class Transposed(nn.Module):
    """Conv2DTranspose: padding=same makes `strides` times the size."""

    def __init__(self, layer, shape, is_exact):
        super().__init__()
        arguments = layer.arguments
        kernel, strides = arguments["kernel_size"], arguments["strides"]
        sides = [(0, 0)] * 2
        if arguments["padding"] == "same":
            sides = [margins(*each) for each in
                     zip(layer.shape, kernel, strides, shape)]
        self.crop = None
        more = [behind - before for before, behind in sides]
        if is_exact and any(more):
            self.crop = [-side for pair in reversed(sides) for side in pair]
            sides, more = [(0, 0)] * 2, 0
        self.product = nn.ConvTranspose2d(
            shape[-1], layer.shape[-1], kernel, strides,
            [behind for _, behind in sides], more, bias=arguments["use_bias"])
        self.activation = ACTIVATIONS[layer.activation]

    def forward(self, x):
        x = self.product(x)
        if self.crop:
            x = functional.pad(x, self.crop)
        return self.activation(x)

    def read(self, weights):
        kernel = torch.from_numpy(weights["kernel"]).permute(3, 2, 0, 1)
        self.product.weight.data.copy_(kernel)
        read_bias(self.product, weights)


class Separable(nn.Module):
    """SeparableConv2D: a depthwise convolution, then one of 1 x 1."""

    def __init__(self, layer, shape, is_exact):
        super().__init__()
        arguments = layer.arguments
        between = shape[-1] * arguments["depth_multiplier"]
        depthwise = type(layer)(layer.name, "DepthwiseConv2D", arguments | {
            "use_bias": False, "activation": "linear"}, [],
            [*layer.shape[:-1], between], {})
        self.depthwise = Convolution(depthwise, shape, is_exact)
        self.pointwise = nn.Conv2d(between, layer.shape[-1], 1,
                                   bias=arguments["use_bias"])
        self.activation = ACTIVATIONS[layer.activation]

    def forward(self, x):
        return self.activation(self.pointwise(self.depthwise(x)))

    def read(self, weights):
        self.depthwise.read({"kernel": weights["depthwise_kernel"]})
        kernel = torch.from_numpy(weights["pointwise_kernel"])
        self.pointwise.weight.data.copy_(kernel.permute(3, 2, 0, 1))
        read_bias(self.pointwise, weights)


class Dense(nn.Module):
    def __init__(self, layer, shape):
        super().__init__()
        self.product = nn.Linear(shape[-1], layer.shape[-1],
                                 layer.arguments["use_bias"])
        self.activation = ACTIVATIONS[layer.activation]

    def forward(self, x):
        return self.activation(self.product(x))

    def read(self, weights):
        self.product.weight.data.copy_(torch.from_numpy(weights["kernel"]).T)
        read_bias(self.product, weights)


class Normalization(nn.Module):
    """BatchNormalization of images, rows and vectors."""

    def __init__(self, layer, shape):
        super().__init__()
        make = {1: nn.BatchNorm1d, 2: nn.BatchNorm1d, 3: nn.BatchNorm2d}
        arguments = layer.arguments
        self.inner = make[len(shape)](
            shape[-1], arguments["epsilon"], 1 - arguments["momentum"],
            arguments["scale"] or arguments["center"])

    def forward(self, x):
        return self.inner(x)

    def read(self, weights):
        for ours, theirs in (("weight", "gamma"), ("bias", "beta"),
                             ("running_mean", "moving_mean"),
                             ("running_var", "moving_variance")):
            if theirs in weights:
                getattr(self.inner, ours).data.copy_(
                    torch.from_numpy(weights[theirs]))


def read_bias(product, weights):
    if "bias" in weights:
        product.bias.data.copy_(torch.from_numpy(weights["bias"]))


class Noise(nn.Module):
    """GaussianNoise."""

    def __init__(self, stddev):
        super().__init__()
        self.stddev = stddev

    def forward(self, x):
        return x + self.stddev * torch.randn_like(x) if self.training else x


class Function(nn.Module):
    """A layer without weights."""

    def __init__(self, function):
        super().__init__()
        self.function = function

    def forward(self, *inputs):
        return self.function(*inputs)


def make_pool(layer, shape):
    size, strides = layer.arguments["pool_size"], layer.arguments["strides"]
    is_same = layer.arguments["padding"] == "same"
    if len(shape) == 2:
        return {"MaxPooling1D": nn.MaxPool1d,
                "AveragePooling1D": nn.AvgPool1d}[layer.kind](size, strides)
    if layer.kind == "AveragePooling2D":
        return nn.AvgPool2d(size, strides, ceil_mode=is_same)
    return nn.MaxPool2d(size, strides, ceil_mode=is_same)


def make_flatten(is_exact):
    def flatten(x):
        if is_exact and x.dim() > 2:
            x = x.movedim(1, -1)
        return x.flatten(1)

    return flatten


def make_reshape(shape, is_exact):
    def reshape(x):
        if is_exact and x.dim() > 2:
            x = x.movedim(1, -1)
        if len(shape) == 1:
            return x.reshape(-1, *shape)
        if is_exact:
            return x.reshape(-1, *shape).movedim(-1, 1)
        return x.reshape(-1, *channels_first(shape))

    return reshape


def make_relu(arguments):
    most = arguments["max_value"]
    if arguments["threshold"]:
        raise ValueError("no threshold")
    if most == 6 and not arguments["negative_slope"]:
        return ACTIVATIONS["relu6"]
    if most != "inf":
        raise ValueError("no such max_value")
    slope = arguments["negative_slope"]
    return (lambda x: functional.leaky_relu(x, slope, inplace=True)) if slope \
        else ACTIVATIONS["relu"]


SIMPLE = {
    "Dropout": lambda arguments: nn.Dropout(arguments["rate"]),
    "SpatialDropout2D": lambda arguments: nn.Dropout2d(arguments["rate"]),
    "GaussianNoise": lambda arguments: Noise(arguments["stddev"]),
    "Activation": lambda arguments: Function(
        ACTIVATIONS[arguments["activation"]]),
    "ReLU": lambda arguments: Function(make_relu(arguments)),
    "LeakyReLU": lambda arguments: nn.LeakyReLU(arguments["alpha"], True),
    "Softmax": lambda arguments: nn.Softmax(1),
    "UpSampling2D": lambda arguments: nn.Upsample(
        scale_factor=tuple(float(each) for each in arguments["size"])),
    "ZeroPadding2D": lambda arguments: nn.ZeroPad2d(
        tuple(arguments["padding"][i] for i in (2, 3, 0, 1))),
    "GlobalAveragePooling1D": lambda arguments: Function(
        lambda x: x.mean(2)),
    "GlobalAveragePooling2D": lambda arguments: Function(
        lambda x: x.mean((2, 3))),
    "Add": lambda arguments: Function(lambda *xs: sum(xs[1:], xs[0])),
    "Multiply": lambda arguments: Function(lambda a, b: a * b),
    "Concatenate": lambda arguments: Function(lambda *xs: torch.cat(xs, 1)),
}


def make_module(layer, shape, is_exact):
    """The module of a layer that reads samples of that shape."""
    if layer.kind in ("Conv2D", "Conv1D", "DepthwiseConv2D"):
        return Convolution(layer, shape, is_exact)
    if layer.kind == "Conv2DTranspose":
        return Transposed(layer, shape, is_exact)
    if layer.kind == "SeparableConv2D":
        return Separable(layer, shape, is_exact)
    if layer.kind == "Dense":
        return Dense(layer, shape)
    if layer.kind == "BatchNormalization":
        return Normalization(layer, shape)
    if "pool_size" in layer.arguments:
        return make_pool(layer, shape)
    if layer.kind == "Flatten":
        return Function(make_flatten(is_exact))
    if layer.kind == "Reshape":
        return Function(make_reshape(layer.shape, is_exact))
    return SIMPLE[layer.kind](layer.arguments)


class Module(nn.Module):
    """A whole network. A value is kept no longer than it is read."""

    def __init__(self, network, is_exact=False):
        super().__init__()
        shapes = {layer.name: layer.shape for layer in network.layers}
        first, *layers = network.layers
        self.first, self.result = first.name, network.output
        self.steps = [(layer.name, layer.inputs) for layer in layers]
        self.inner = nn.ModuleDict({
            layer.name: make_module(layer, shapes[layer.inputs[0]], is_exact)
            for layer in layers})
        readers = {name: index for index, (_, inputs) in enumerate(self.steps)
                   for name in inputs}
        self.done = [[name for name in inputs if readers[name] == index]
                     for index, (_, inputs) in enumerate(self.steps)]

    def forward(self, x):
        values = {self.first: x}
        for (name, inputs), done in zip(self.steps, self.done):
            y = self.inner[name](*(values[each] for each in inputs))
            for each in set(done):
                del values[each]
            values[name] = y
        return values[self.result]

    def read(self, weights):
        """Weights by (layer, weight), as Keras lays them out."""
        for name, module in self.inner.items():
            own = {weight: array for (layer, weight), array in weights.items()
                   if layer == name}
            if own:
                module.read(own)

    def freeze(self, is_frozen):
        """Its weights get no gradient, and it normalizes with its moving
        statistics; dropout stays."""
        for parameter in self.parameters():
            parameter.requires_grad_(not is_frozen)
        for module in self.modules():
            if isinstance(module, Normalization):
                module.train(not is_frozen)


def count_parameters(network):
    """As Keras counts: moving statistics too."""
    module = Module(network)
    statistics = [each for name, each in module.named_buffers()
                  if "num_batches" not in name]
    return sum(each.numel() for each in [*module.parameters(), *statistics])


def forward(network, weights, x):
    """The network's output in prediction, for samples as Keras lays them out."""
    module = Module(network, is_exact=True).eval()
    module.read(weights)
    with torch.no_grad():
        x = torch.from_numpy(x)
        y = module(x.movedim(-1, 1) if x.dim() > 2 else x)
        return (y.movedim(1, -1) if y.dim() > 2 else y).numpy()


# ---- steps ---------------------------------------------------------------------

class Way:
    """One way to run a step."""

    def __init__(self, name):
        self.is_compiled = name.startswith("compiled")
        self.layout = (torch.channels_last if name.endswith("channels last")
                       else torch.contiguous_format)

    def module(self, network):
        return Module(network).to(memory_format=self.layout)

    def samples(self, rows, index, shape):
        """Rows of bytes as numbers from 0 to 1, of the shape of samples."""
        x = rows.index_select(0, index).float() / 255
        if len(shape) < 2:
            return x
        x = x.view(-1, *channels_first(shape))
        return x.contiguous(memory_format=self.layout) if len(shape) == 3 else x

    def compile(self, function):
        return (torch.compile(function, dynamic=False) if self.is_compiled
                else function)


def adam(module, given):
    return torch.optim.Adam(module.parameters(), lr=given["rate"],
                            betas=(given["beta_1"], given["beta_2"]),
                            eps=given["epsilon"], fused=True)


def loss_function(task, word):
    loss = task.schedule["loss"]
    if loss == "categorical_crossentropy" and word == "softmax":
        return functional.cross_entropy
    if loss == "binary_crossentropy" and word == "sigmoid":
        return functional.binary_cross_entropy_with_logits
    if loss == "mean_squared_error":
        return lambda y, t: functional.mse_loss(ACTIVATIONS[word](y), t)
    raise ValueError(f"no loss {loss} behind {word}")


def make_step(task, name, data):
    """step(index of the batch's samples) gives the loss; one update each."""
    torch._dynamo.reset()
    torch.manual_seed(1)
    return (gan_step if task.is_gan else supervised_step)(task, Way(name), data)


def supervised_step(task, way, data):
    network, word = task.network().without_last_activation()
    module = way.module(network).train()
    optimizer = adam(module, task.adam("network"))
    loss_of = loss_function(task, word)
    rows = torch.from_numpy(data.rows)
    labels = torch.from_numpy(data.labels)
    others = torch.from_numpy(data.targets) if data.targets is not None else None

    def target(index, x):
        if task.objective == "autoencoder":
            return x
        if task.objective == "classifier":
            return labels.index_select(0, index)
        return way.samples(others, index, network.output_shape)

    def whole_loss(index):
        x = way.samples(rows, index, network.input_shape)
        return loss_of(module(x), target(index, x))

    whole_loss = way.compile(whole_loss)

    def step(index):
        optimizer.zero_grad(set_to_none=True)
        loss = whole_loss(torch.from_numpy(index))
        loss.backward()
        optimizer.step()
        return loss.item()

    return step


def draw_latent(task, count, shape):
    """Latent rows of the schedule's distribution, of the generator's shape."""
    latent = task.schedule.get("latent", {})
    size = [count, *(channels_first(shape) if len(shape) > 1 else shape)]
    if latent.get("distribution") != "uniform":
        return torch.randn(size)
    return torch.empty(size).uniform_(latent.get("low", 0), latent.get("high", 1))


def gan_step(task, way, data):
    """The discriminator learns from half a batch of each kind, then the generator
    through the frozen discriminator; which of the two runs as in prediction, the
    page of schedules says."""
    generator_network = task.network("generator")
    network, word = task.network("discriminator").without_last_activation()
    generator = way.module(generator_network).train()
    discriminator = way.module(network).train()
    for_generator = adam(generator, task.adam("generator"))
    for_discriminator = adam(discriminator, task.adam("discriminator"))
    loss_of = loss_function(task, word)
    rows = torch.from_numpy(data.rows)

    def discriminator_loss(index, latent):
        with torch.no_grad():
            imitations = generator(latent)
        real = way.samples(rows, index, network.input_shape)
        y = discriminator(torch.cat([real, imitations])).flatten(1)
        truth = torch.zeros_like(y)
        truth[:len(index)] = 1
        return loss_of(y, truth)

    def generator_loss(latent):
        y = discriminator(generator(latent))
        return loss_of(y, torch.ones_like(y))

    discriminator_loss = way.compile(discriminator_loss)
    generator_loss = way.compile(generator_loss)

    def step(index):
        index = torch.from_numpy(index)
        half = len(index) // 2
        shape = generator_network.input_shape
        generator.eval()
        for_discriminator.zero_grad(set_to_none=True)
        discriminator_loss(index[:half], draw_latent(task, half, shape)).backward()
        for_discriminator.step()
        generator.train()
        discriminator.freeze(True)
        for_generator.zero_grad(set_to_none=True)
        loss = generator_loss(draw_latent(task, 2 * half, shape))
        loss.backward()
        for_generator.step()
        discriminator.freeze(False)
        return loss.item()

    return step


def close():
    """What a task has compiled is let go."""
    torch._dynamo.reset()
