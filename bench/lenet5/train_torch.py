#!/usr/bin/env python3
"""train_torch.py [--epochs N] [--threads N] [--seed N] [--compile] FOLDER

Trains LeNet-5 in PyTorch with the recipe of lenet5.yaml: batches of 128 in a new order each epoch, every picture turned,
shifted and zoomed anew, Adam with a rate that falls by a cosine. The augmentation is done for a batch at a time, with one
affine grid, which is the fastest way tried. FOLDER has MNIST's IDX files. Prints the accuracy on the test set after the
last epoch and the seconds that training took, reading and the first compilation not counted.
"""
import argparse
import gzip
import math
import pathlib
import time

import numpy
import torch
from torch import nn
from torch.nn import functional

BATCH, RATE = 128, 2e-3
SHIFT, ROTATE, ZOOM = 2, 10, 0.1


def read_idx(folder, name):
    for path in pathlib.Path(folder).glob(name + "*"):
        data = path.read_bytes()
        data = gzip.decompress(data) if path.suffix == ".gz" else data
        rank = data[3]
        shape = numpy.frombuffer(data, ">i4", rank, 4)
        return torch.from_numpy(numpy.frombuffer(data, numpy.uint8, -1, 4 + 4 * rank).reshape(shape).copy())
    raise SystemExit(f"{folder} has no {name}")


def lenet5():
    return nn.Sequential(
        nn.Conv2d(1, 6, 5, padding=2), nn.Tanh(), nn.AvgPool2d(2),
        nn.Conv2d(6, 16, 5), nn.Tanh(), nn.AvgPool2d(2),
        nn.Conv2d(16, 120, 5), nn.Tanh(), nn.Flatten(),
        nn.Linear(120, 84), nn.Tanh(), nn.Linear(84, 10))


def augment(pictures):
    """Each picture turned, zoomed and shifted by its own draw; zeros from outside."""
    count = len(pictures)
    turn = torch.empty(count).uniform_(-1, 1) * math.radians(ROTATE)
    scale = 1 + torch.empty(count).uniform_(-ZOOM, ZOOM)
    shift = torch.empty(count, 2).uniform_(-SHIFT, SHIFT) / 14
    cos, sin = torch.cos(turn) * scale, torch.sin(turn) * scale
    matrix = torch.stack([torch.stack([cos, -sin, shift[:, 0]], 1), torch.stack([sin, cos, shift[:, 1]], 1)], 1)
    grid = functional.affine_grid(matrix, pictures.shape, align_corners=False)
    return functional.grid_sample(pictures, grid, align_corners=False)


def accuracy(network, pictures, labels):
    network.eval()
    with torch.no_grad():
        right = sum((network(p.unsqueeze(1).float() / 255).argmax(1) == l).sum().item()
                    for p, l in zip(pictures.split(1000), labels.split(1000)))
    return right / len(labels)


def train(network, pictures, labels, epochs):
    optimizer = torch.optim.Adam(network.parameters(), lr=RATE, eps=1e-7, fused=True)
    per_epoch = math.ceil(len(labels) / BATCH)
    rates = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, epochs * per_epoch)
    network.train()
    for _ in range(epochs):
        for rows in torch.randperm(len(labels)).split(BATCH):
            batch = augment(pictures[rows].unsqueeze(1).float() / 255)
            optimizer.zero_grad(set_to_none=True)
            functional.cross_entropy(network(batch), labels[rows]).backward()
            optimizer.step()
            rates.step()


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("--epochs", type=int, default=40)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--compile", action="store_true")
    parser.add_argument("folder")
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    torch.manual_seed(options.seed)
    torch.set_flush_denormal(True)
    pictures, labels = read_idx(options.folder, "train-images"), read_idx(options.folder, "train-labels").long()
    network = lenet5()
    trained = torch.compile(network) if options.compile else network
    if options.compile:
        train(trained, pictures[:BATCH], labels[:BATCH], 0)
    began = time.perf_counter()
    train(trained, pictures, labels, options.epochs)
    seconds = time.perf_counter() - began
    for kind in ("t10k", "test"):
        if list(pathlib.Path(options.folder).glob(kind + "-images*")):
            test = read_idx(options.folder, kind + "-images"), read_idx(options.folder, kind + "-labels").long()
    print(f"accuracy {accuracy(network, *test):.4f}\nseconds {seconds:.1f}")


if __name__ == "__main__":
    main()
