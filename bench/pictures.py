#!/usr/bin/env python3
"""pictures.py [--pictures N] [--side S] [--rounds R] GUSS

Times the reading of a folder of JPEG pictures (10,000 of 64 x 64, in ten classes) by guss, by Keras's
image_dataset_from_directory and by PyTorch's ImageFolder with two workers, in turns in one run. Prints for each the
median of the rounds, in seconds, elapsed and of processors, and how many times guss's these are. Its time is that of a
whole process, `guss data show`, which reads all files and also checks and sums them; the others' is that of making the
set and going through it once, without the imports, after a first pass that is not counted.

Wants numpy and Pillow, and what is to be timed beside: tensorflow, torch and torchvision; what is not there is left
out. The pictures are made once, in build/bench/pictures.
"""
import argparse
import os
import pathlib
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


def clock():
    """Elapsed seconds, and those of processors in this process and those that it started."""
    return numpy.array([time.perf_counter(), sum(os.times()[:4])])


def guss_reader(guss, folder, sheet):
    """A function that reads the folder once, in a process."""

    def read():
        subprocess.run([guss, "data", "show", "--count", "1", "-o", sheet, folder], check=True, capture_output=True)

    return read


def keras_reader(folder, side):
    """The same in this process; or None."""
    try:
        import keras
    except ImportError:
        return None

    def read():
        data = keras.utils.image_dataset_from_directory(
            folder, image_size=(side, side), batch_size=BATCH, shuffle=False, verbose=False)
        return sum(len(labels) for _, labels in data)

    return read


def torch_reader(folder):
    """The same, with workers."""
    try:
        import torch
        import torchvision
    except ImportError:
        return None

    def read():
        data = torchvision.datasets.ImageFolder(folder, torchvision.transforms.PILToTensor())
        loader = torch.utils.data.DataLoader(data, batch_size=BATCH, num_workers=WORKERS)
        return sum(len(labels) for _, labels in loader)

    return read


def find_folder(bench, count, side):
    """The folder of pictures, which is made once."""
    folder = bench / "pictures" / f"{count}x{side}"
    if not folder.exists():
        partial = folder.with_suffix(".part")
        make_pictures(partial, count, side)
        partial.rename(folder)
    return str(folder)


def main():
    """Rounds, in which all take turns."""
    parser = argparse.ArgumentParser()
    parser.add_argument("guss")
    parser.add_argument("--pictures", type=int, default=10000)
    parser.add_argument("--side", type=int, default=64)
    parser.add_argument("--rounds", type=int, default=5)
    options = parser.parse_args()
    bench = pathlib.Path(__file__).resolve().parent.parent / "build" / "bench"
    folder = find_folder(bench, options.pictures, options.side)
    readers = {"guss": guss_reader(options.guss, folder, str(bench / "pictures.png")),
               "keras": keras_reader(folder, options.side), "torch": torch_reader(folder)}
    readers = {name: read for name, read in readers.items() if read}
    for name, read in readers.items():
        if read() not in (None, options.pictures):
            sys.exit(f"{name} does not read all pictures")
    times = {name: [] for name in readers}
    for _ in range(options.rounds):
        for name, read in readers.items():
            start = clock()
            read()
            times[name].append(clock() - start)
    middles = {name: numpy.median(values, axis=0) for name, values in times.items()}
    for name, (elapsed, busy) in middles.items():
        ratio = middles[name] / middles["guss"]
        print(f"{name:6} {elapsed:7.3f} s ({ratio[0]:5.2f})  of processors {busy:7.3f} s ({ratio[1]:5.2f})")


if __name__ == "__main__":
    main()
