#!/usr/bin/env python3
"""check.py PEER TASK.json EXECUTABLE FOLDER: whether a peer computes what guss does.

For each network of the task: the peer counts as many parameters, and with the same
weights, drawn here and written as safetensors, it gives the same outputs for the same
samples, within 1e-4 of the largest. Says so, and ends with status 1 where not.
"""

import importlib
import json
import math
import os
import pathlib
import struct
import subprocess
import sys

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
os.environ.setdefault("CUDA_VISIBLE_DEVICES", "")
os.environ.setdefault("JAX_PLATFORMS", "cpu")

import numpy

from description import Task
from worker import MODULES

TOLERANCE, SAMPLES = 1e-4, 4


def draw_weights(network):
    """By (layer, weight): none that hides a fault by being 0 or 1."""
    random = numpy.random.default_rng(5)
    arrays = {}
    for (layer, weight), shape in network.weights().items():
        if weight.endswith("kernel"):
            inputs = math.prod(shape[:-1])
            array = random.normal(0, math.sqrt(2 / inputs), shape)
        elif weight in ("gamma", "moving_variance"):
            array = random.uniform(0.7, 1.4, shape)
        else:
            array = random.normal(0, 0.1, shape)
        arrays[layer, weight] = array.astype(numpy.float32)
    return arrays


def write_safetensors(path, arrays):
    header, offset = {}, 0
    for name, array in arrays.items():
        header[name] = {"dtype": "F32", "shape": array.shape,
                        "data_offsets": [offset, offset + array.nbytes]}
        offset += array.nbytes
    text = json.dumps(header).encode()
    with open(path, "wb") as file:
        file.write(struct.pack("<Q", len(text)) + text)
        for array in arrays.values():
            file.write(array.tobytes())


def guss_forward(executable, network, weights, x, folder):
    write_safetensors(folder / "weights.safetensors", {
        f"{network.name}/{layer}/{weight}": array
        for (layer, weight), array in weights.items()})
    numpy.save(folder / "x.npy", x)
    subprocess.run([executable, "predict", "--network", network.name, "--weights",
                    folder / "weights.safetensors", "--input", folder / "x.npy",
                    "--output", folder / "y.npy"], check=True,
                   stdout=subprocess.DEVNULL)
    return numpy.load(folder / "y.npy")


def check(peer, network, executable, folder):
    """True where both are one; says what they are."""
    counted = peer.count_parameters(network)
    weights = draw_weights(network)
    x = numpy.random.default_rng(6).uniform(
        0, 1, (SAMPLES, *network.input_shape)).astype(numpy.float32)
    wanted = guss_forward(executable, network, weights, x, folder)
    found = peer.forward(network, weights, x).reshape(wanted.shape)
    difference = numpy.max(numpy.abs(found - wanted)) / numpy.max(numpy.abs(wanted))
    is_same = counted == network.parameters() and difference < TOLERANCE
    print(f"{'same' if is_same else 'NOT THE SAME'}: {peer.VERSION}: {network.name}: "
          f"{counted} of {network.parameters()} parameters, outputs differ by "
          f"{difference:.1e} of the largest, {numpy.max(numpy.abs(wanted)):.3g}")
    return is_same


def main():
    peer_name, task, executable, folder = sys.argv[1:]
    peer = importlib.import_module(MODULES[peer_name])
    peer.start(1)
    task, folder = Task.load(task), pathlib.Path(folder)
    results = [check(peer, network, executable, folder) for network in task.networks]
    sys.exit(0 if all(results) else 1)


if __name__ == "__main__":
    main()
