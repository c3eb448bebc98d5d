#!/usr/bin/env python3
"""sample_real.py MNIST PER_CLASS SEED FOLDER

Draws PER_CLASS digits of each class of MNIST's training set, whose IDX files the folder MNIST has, and writes them as
PNG files into a folder for each class, as `generate --output FOLDER/` does with generated ones. Wants Python alone.
"""
import gzip
import pathlib
import random
import struct
import sys
import zlib

SIDE = 28


def read_idx(folder, name, header):
    packed = folder / (name + ".gz")
    values = gzip.decompress(packed.read_bytes()) if packed.exists() else (folder / name).read_bytes()
    return values[header:]


def png_chunk(kind, content):
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))


def png_of(pixels):
    rows = b"".join(b"\0" + pixels[at : at + SIDE] for at in range(0, SIDE * SIDE, SIDE))
    head = struct.pack(">IIBBBBB", SIDE, SIDE, 8, 0, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n" + png_chunk(b"IHDR", head) + png_chunk(b"IDAT", zlib.compress(rows)) + png_chunk(b"IEND", b"")
    )


def main():
    if len(sys.argv) != 5:
        sys.exit(__doc__.splitlines()[0])
    mnist, per_class, seed, output = pathlib.Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]), pathlib.Path(sys.argv[4])
    images = read_idx(mnist, "train-images-idx3-ubyte", 16)
    labels = read_idx(mnist, "train-labels-idx1-ubyte", 8)
    draw = random.Random(seed)
    for digit in range(10):
        folder = output / str(digit)
        folder.mkdir(parents=True)
        for sample in draw.sample([i for i, label in enumerate(labels) if label == digit], per_class):
            pixels = images[sample * SIDE * SIDE : (sample + 1) * SIDE * SIDE]
            (folder / f"real{sample:05}.png").write_bytes(png_of(pixels))


main()
