"""The networks of models/*.nn in PyTorch, and what one update of each is.

A step takes rows of bytes, as guss does: it gathers and converts them itself.
Losses take logits where guss computes them from logits, which is faster and
safer than a sigmoid followed by binary_cross_entropy, and the same number.
"""

import torch
from torch import nn
from torch.nn import functional

ADAM = {"lr": 1e-3, "eps": 1e-7}
LATENT = 100


def simple_autoencoder():
    return nn.Sequential(nn.Linear(784, 32), nn.ReLU(), nn.Linear(32, 784))


def deep_autoencoder():
    sizes = [784, 128, 64, 32, 64, 128, 784]
    layers = []
    for inputs, outputs in zip(sizes, sizes[1:]):
        layers += [nn.Linear(inputs, outputs), nn.ReLU()]
    return nn.Sequential(*layers[:-1])


def convolutional_autoencoder():
    """Pooling with ceil_mode is padding=same: 7 pixels give 4."""
    def convolution(inputs, outputs, padding=1):
        return nn.Sequential(nn.Conv2d(inputs, outputs, 3, padding=padding),
                             nn.ReLU())

    def pool():
        return nn.MaxPool2d(2, ceil_mode=True)

    return nn.Sequential(
        convolution(1, 16), pool(), convolution(16, 8), pool(),
        convolution(8, 8), pool(),
        convolution(8, 8), nn.Upsample(scale_factor=2),
        convolution(8, 8), nn.Upsample(scale_factor=2),
        convolution(8, 16, padding=0), nn.Upsample(scale_factor=2),
        nn.Conv2d(16, 1, 3, padding=1))


def vanilla_generator():
    return nn.Sequential(nn.Linear(784, 32), nn.ReLU(), nn.Linear(32, 784),
                         nn.Sigmoid())


def vanilla_discriminator():
    return nn.Sequential(nn.Linear(784, 32), nn.ReLU(), nn.Linear(32, 16),
                         nn.ReLU(), nn.Linear(16, 1))


def dcgan_generator():
    def doubling():
        return nn.Sequential(nn.ConvTranspose2d(128, 128, 4, 2, padding=1),
                             nn.LeakyReLU(0.2))

    return nn.Sequential(
        nn.Linear(LATENT, 7 * 7 * 128), nn.LeakyReLU(0.2),
        nn.Unflatten(1, (128, 7, 7)), doubling(), doubling(),
        nn.Conv2d(128, 1, 7, padding=3), nn.Sigmoid())


def dcgan_discriminator():
    """Stride 2 with padding=same: the odd row and column are at the end."""
    def halving(inputs):
        return nn.Sequential(nn.ZeroPad2d((0, 1, 0, 1)),
                             nn.Conv2d(inputs, 64, 3, 2), nn.LeakyReLU(0.2),
                             nn.Dropout(0.4))

    return nn.Sequential(halving(1), halving(64), nn.Flatten(),
                         nn.Linear(64 * 7 * 7, 1))


def pixels(rows, index, shape):
    return (rows.index_select(0, index).float() / 255).view(-1, *shape)


def autoencoder_step(make_network, shape, way):
    """One update of an autoencoder: step(rows, index) gives the loss."""
    network = way.assign_layouts(make_network())
    optimizer = way.optimizer(network, ADAM)

    def loss_of(rows, index):
        x = pixels(rows, index, shape)
        return functional.binary_cross_entropy_with_logits(network(x), x)

    loss_of = way.compile(loss_of)

    def step(rows, index):
        optimizer.zero_grad(set_to_none=True)
        loss = loss_of(rows, index)
        loss.backward()
        optimizer.step()
        return loss

    return step


def gan_step(make_pair, shape, draw, settings, way):
    """One iteration: the discriminator learns from half a batch of each kind,
    then the generator through the frozen discriminator."""
    generator, discriminator = (way.assign_layouts(make()) for make in make_pair)
    for_generator = way.optimizer(generator, settings[0])
    for_discriminator = way.optimizer(discriminator, settings[1])
    parameters = list(discriminator.parameters())

    def judge(images, truth):
        logits = discriminator(images)
        return functional.binary_cross_entropy_with_logits(
            logits, truth.expand_as(logits) if truth.dim() == 0 else truth)

    def discriminator_loss(rows, index, latent):
        with torch.no_grad():
            imitations = generator(latent)
        images = torch.cat([pixels(rows, index, shape), imitations])
        truth = torch.zeros(len(images), 1)
        truth[:len(index)] = 1
        return judge(images, truth)

    def generator_loss(latent):
        return judge(generator(latent), torch.ones(()))

    discriminator_loss = way.compile(discriminator_loss)
    generator_loss = way.compile(generator_loss)

    def freeze(frozen):
        for parameter in parameters:
            parameter.requires_grad_(not frozen)

    def step(rows, index):
        half = len(index) // 2
        for_discriminator.zero_grad(set_to_none=True)
        discriminator_loss(rows, index[:half], draw(half)).backward()
        for_discriminator.step()
        freeze(True)
        for_generator.zero_grad(set_to_none=True)
        loss = generator_loss(draw(2 * half))
        loss.backward()
        for_generator.step()
        freeze(False)
        return loss

    return step


def of_autoencoder(make_network, shape):
    return lambda way: autoencoder_step(make_network, shape, way)


def of_gan(make_pair, shape, draw, settings):
    return lambda way: gan_step(make_pair, shape, draw, settings, way)


SLOW = {"lr": 1e-4, "betas": (0.5, 0.999), "eps": 1e-7}

# by model: samples of a batch, whether it has images, its step
MODELS = {
    "simple_autoencoder": (256, False, of_autoencoder(simple_autoencoder,
                                                      (784,))),
    "deep_autoencoder": (256, False, of_autoencoder(deep_autoencoder, (784,))),
    "convolutional_autoencoder": (
        256, True, of_autoencoder(convolutional_autoencoder, (1, 28, 28))),
    "vanilla_gan": (
        256, False,
        of_gan((vanilla_generator, vanilla_discriminator), (784,),
               lambda count: torch.rand(count, 784), (SLOW, ADAM))),
    "dcgan": (
        50, True,
        of_gan((dcgan_generator, dcgan_discriminator), (1, 28, 28),
               lambda count: torch.randn(count, LATENT), (SLOW, SLOW))),
}
