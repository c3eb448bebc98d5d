#!/usr/bin/env python3
"""Writes tests/keras/gan: five iterations of a small GAN, in PyTorch, float64.

An iteration: half a batch of imitations, made as in prediction, and as many
real samples train the discriminator; a whole batch trains the generator through
it. There the discriminator normalises with its moving statistics, which
only its own update moves. Made with PyTorch 2.13 and numpy; the formulas of
layers and Adam are Keras's.
"""

import pathlib

import numpy as np
import torch
from safetensors.numpy import save_file
from torch.nn import functional

FOLDER = pathlib.Path(__file__).resolve().parent / "gan"
BATCH, SAMPLES, LATENTS, ITERATIONS = 10, 13, 23, 5
MOMENTUM, EPSILON = 0.99, 1e-3

MODEL = """network generator(5) {
    Dense(36)
    LeakyReLU(0.2)
    Reshape(3, 3, 4)
    BatchNormalization()
    Conv2DTranspose(5, 4, strides=2, padding=same, activation=tanh)
    Conv2D(1, 3, padding=same, activation=sigmoid)
}
network discriminator(6, 6, 1) {
    Conv2D(7, 3, strides=2, padding=same)
    LeakyReLU(0.2)
    BatchNormalization()
    Flatten()
    Dense(1, activation=sigmoid)
}
"""

SCHEDULE = """objective: gan
generator: generator
discriminator: discriminator
latent: {file: z.npy}
loss: binary_crossentropy
batch: 10
iterations: 5
seed: 1
optimizer:
  generator: {name: adam, learning_rate: 1.0e-2, beta_1: 0.5}
  discriminator: {name: adam, learning_rate: 2.0e-2}
data: {train: input.npy, shuffle: false}
"""

SHAPES = {
    "generator/dense/kernel": (5, 36), "generator/dense/bias": (36,),
    "generator/conv2d_transpose/kernel": (4, 4, 5, 4),
    "generator/conv2d_transpose/bias": (5,),
    "generator/conv2d/kernel": (3, 3, 5, 1), "generator/conv2d/bias": (1,),
    "discriminator/conv2d/kernel": (3, 3, 1, 7),
    "discriminator/conv2d/bias": (7,),
    "discriminator/dense/kernel": (63, 1), "discriminator/dense/bias": (1,),
}


def draw_weights(rng):
    weights = {key: rng.normal(0, 0.3, shape).astype(np.float32)
               for key, shape in SHAPES.items()}
    for network, channels in (("generator", 4), ("discriminator", 7)):
        stem = f"{network}/batch_normalization/"
        weights[stem + "gamma"] = rng.uniform(0.5, 1.5, channels)
        weights[stem + "beta"] = rng.normal(0, 0.2, channels)
        weights[stem + "moving_mean"] = rng.normal(0, 0.2, channels)
        weights[stem + "moving_variance"] = rng.uniform(0.5, 1.5, channels)
    return {key: value.astype(np.float32) for key, value in weights.items()}


class Gan:
    def __init__(self, weights):
        self.w = {key: torch.tensor(value, dtype=torch.float64)
                  for key, value in weights.items()}
        self.adam = {}

    def normalise(self, x, network, mode):
        stem = f"{network}/batch_normalization/"
        mean, variance = self.w[stem + "moving_mean"], \
            self.w[stem + "moving_variance"]
        if mode == "training":
            mean = x.mean((0, 2, 3))
            variance = x.var((0, 2, 3), unbiased=False)
            for name, now in (("mean", mean), ("variance", variance)):
                moving = self.w[stem + "moving_" + name]
                moving.mul_(MOMENTUM).add_(now.detach(), alpha=1 - MOMENTUM)
        shape = (1, -1, 1, 1)
        scale = self.w[stem + "gamma"] / torch.sqrt(variance + EPSILON)
        return (x - mean.view(shape)) * scale.view(shape) + \
            self.w[stem + "beta"].view(shape)

    def generate(self, z, mode):
        w = self.w
        x = z @ w["generator/dense/kernel"] + w["generator/dense/bias"]
        x = functional.leaky_relu(x, 0.2).view(-1, 3, 3, 4).permute(0, 3, 1, 2)
        x = self.normalise(x, "generator", mode)
        kernel = w["generator/conv2d_transpose/kernel"].permute(3, 2, 0, 1).contiguous()
        x = torch.tanh(functional.conv_transpose2d(
            x, kernel, w["generator/conv2d_transpose/bias"], 2, 1))
        kernel = w["generator/conv2d/kernel"].permute(3, 2, 0, 1).contiguous()
        return torch.sigmoid(functional.conv2d(
            x, kernel, w["generator/conv2d/bias"], padding=1))

    def judge(self, x, mode):
        """The logits; SAME puts the odd row and column behind."""
        w = self.w
        kernel = w["discriminator/conv2d/kernel"].permute(3, 2, 0, 1).contiguous()
        x = functional.conv2d(functional.pad(x, (0, 1, 0, 1)), kernel,
                              w["discriminator/conv2d/bias"], 2)
        x = self.normalise(functional.leaky_relu(x, 0.2), "discriminator",
                           mode)
        x = x.permute(0, 2, 3, 1).reshape(-1, 63)
        return (x @ w["discriminator/dense/kernel"] +
                w["discriminator/dense/bias"])[:, 0]

    def trainable(self, network):
        return [key for key in self.w
                if key.startswith(network) and "moving" not in key]

    def update(self, network, loss, rate, beta_1, step):
        keys = self.trainable(network)
        gradients = torch.autograd.grad(loss, [self.w[key] for key in keys])
        for key, g in zip(keys, gradients):
            m, v = self.adam.setdefault(
                key, (torch.zeros_like(g), torch.zeros_like(g)))
            m.mul_(beta_1).add_(g, alpha=1 - beta_1)
            v.mul_(0.999).add_(g * g, alpha=0.001)
            correction = np.sqrt(1 - 0.999 ** step) / (1 - beta_1 ** step)
            self.w[key] = (self.w[key] - rate * correction * m /
                           (v.sqrt() + 1e-7)).detach()

    def wants_gradients(self, network):
        for key in self.w:
            self.w[key] = self.w[key].detach().requires_grad_(
                key in self.trainable(network))


def rows_of(table, first, count):
    return table[[(first + i) % len(table) for i in range(count)]]


def train(gan, images, latents):
    half, real, latent = BATCH // 2, 0, 0
    loss = functional.binary_cross_entropy_with_logits
    for step in range(1, ITERATIONS + 1):
        gan.wants_gradients("discriminator")
        made = gan.generate(rows_of(latents, latent, half),
                            "predicting").detach()
        shown = torch.cat([rows_of(images, real, half), made])
        truth = torch.cat([torch.ones(half), torch.zeros(half)]).double()
        real, latent = real + half, latent + half
        gan.update("discriminator",
                   loss(gan.judge(shown, "training"), truth), 2e-2, 0.9, step)
        gan.wants_gradients("generator")
        made = gan.generate(rows_of(latents, latent, BATCH), "training")
        latent += BATCH
        gan.update("generator", loss(gan.judge(made, "frozen"),
                                     torch.ones(BATCH).double()),
                   1e-2, 0.5, step)


def main():
    rng = np.random.default_rng(7)
    weights = draw_weights(rng)
    images = rng.random((SAMPLES, 6, 6, 1), dtype=np.float32)
    latents = rng.normal(0, 1, (LATENTS, 5)).astype(np.float32)
    gan = Gan(weights)
    train(gan, torch.tensor(images, dtype=torch.float64).permute(0, 3, 1, 2),
          torch.tensor(latents, dtype=torch.float64))
    FOLDER.mkdir(exist_ok=True)
    (FOLDER / "model.nn").write_text(MODEL)
    (FOLDER / "schedule.yaml").write_text(SCHEDULE)
    np.save(FOLDER / "input.npy", images)
    np.save(FOLDER / "z.npy", latents)
    save_file(weights, FOLDER / "weights.safetensors")
    save_file({key: value.detach().numpy().astype(np.float32)
               for key, value in gan.w.items()},
              FOLDER / "updated.safetensors")


if __name__ == "__main__":
    main()
