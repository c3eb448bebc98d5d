#!/usr/bin/env python3
"""pictures.py [--pictures N] [--side S] [--rounds R] GUSS

Times the reading of a folder of JPEG pictures (10,000 of 64 x 64, in ten classes) by guss, by Keras's
image_dataset_from_directory and by PyTorch's ImageFolder with two workers, in turns in one run. Prints for each the
median of the rounds, in seconds, and how many times guss's that is. Its time is that of a whole process, `guss data
show`, which reads all files and also checks and sums them; the others' is that of making the set and going through it
once, without the imports, after a first pass that is not counted.

Wants numpy and Pillow, and what is to be timed beside: tensorflow, torch and torchvision; what is not there is left
out. The pictures are made once, in build/bench/pictures.
"""
import argparse
import os
import pathlib
import statistics
import subprocess
import sys
import time

import numpy
from PIL import Image

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
os.environ.setdefault("CUDA_VISIBLE_DEVICES", "")
CLASSES, BATCH, WORKERS = 10, 256, 2


def make_pictures(folder, count, side):
    """Smooth colours with some noise: a file has about as many bytes as one of a photograph."""
    random = numpy.random.default_rng(1)
    for i in range(count):
        path = folder / f"class{i % CLASSES}" / f"{i:06}.jpg"
        path.parent.mkdir(parents=True, exist_ok=True)
        small = Image.fromarray(random.integers(0, 256, (8, 8, 3), dtype=numpy.uint8))
        image = numpy.asarray(small.resize((side, side), Image.Resampling.BICUBIC), dtype=numpy.float32)
        image = image + random.normal(0, 8, image.shape)
        Image.fromarray(image.clip(0, 255).astype(numpy.uint8)).save(path, quality=90)


def time_guss(guss, folder, sheet):
    """One process that reads all of it."""
    start = time.perf_counter()
    subprocess.run([guss, "data", "show", "--count", "1", "-o", sheet, folder], check=True, capture_output=True)
    return time.perf_counter() - start


def keras_reader(folder, side):
    """A function that reads the folder once, or None."""
    try:
        import keras
    except ImportError:
        return None

    def read():
        start = time.perf_counter()
        data = keras.utils.image_dataset_from_directory(
            folder, image_size=(side, side), batch_size=BATCH, shuffle=False, verbose=False)
        count = sum(len(labels) for _, labels in data)
        return time.perf_counter() - start, count

    return read


def torch_reader(folder):
    """The same of PyTorch's."""
    try:
        import torch
        import torchvision
    except ImportError:
        return None

    def read():
        start = time.perf_counter()
        data = torchvision.datasets.ImageFolder(folder, torchvision.transforms.PILToTensor())
        loader = torch.utils.data.DataLoader(data, batch_size=BATCH, num_workers=WORKERS)
        count = sum(len(labels) for _, labels in loader)
        return time.perf_counter() - start, count

    return read


def main():
    """Rounds, in which all take turns."""
    parser = argparse.ArgumentParser()
    parser.add_argument("guss")
    parser.add_argument("--pictures", type=int, default=10000)
    parser.add_argument("--side", type=int, default=64)
    parser.add_argument("--rounds", type=int, default=5)
    options = parser.parse_args()
    bench = pathlib.Path(__file__).resolve().parent.parent / "build" / "bench"
    folder = bench / "pictures" / f"{options.pictures}x{options.side}"
    if not folder.exists():
        partial = folder.with_suffix(".part")
        make_pictures(partial, options.pictures, options.side)
        partial.rename(folder)
    readers = {"keras": keras_reader(str(folder), options.side), "torch": torch_reader(str(folder))}
    times = {"guss": []}
    for name, read in readers.items():
        if read is None:
            print(f"{name} is not there", file=sys.stderr)
            continue
        if read()[1] != options.pictures:
            sys.exit(f"{name} does not read all pictures")
        times[name] = []
    for _ in range(options.rounds):
        times["guss"].append(time_guss(options.guss, str(folder), str(bench / "pictures.png")))
        for name in times:
            if name != "guss":
                times[name].append(readers[name]()[0])
    ours = statistics.median(times["guss"])
    for name, values in times.items():
        middle = statistics.median(values)
        print(f"{name:6} {middle:7.3f} s  {options.pictures / middle:9.0f} pictures/s  {middle / ours:6.2f}")


if __name__ == "__main__":
    main()
