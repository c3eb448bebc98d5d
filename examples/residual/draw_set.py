"""Draws a set of the shape of CIFAR-10, of pictures that nobody had to take: ten
kinds of figures, of any colour and size and anywhere, on a ground that is noisy.

    python3 draw_set.py FOLDER [TRAIN TEST]

writes train.npy and test.npy there, 32 x 32 x 3 bytes a picture, with their labels
in train.labels.npy and test.labels.npy. The same numbers on every machine."""

import pathlib
import random
import struct
import sys

SIDE = 32

# Whether a point belongs to a figure of radius 1 about (0, 0).
FIGURES = [
    lambda x, y: x * x + y * y < 1,                          # disc
    lambda x, y: 0.4 < x * x + y * y < 1,                    # ring
    lambda x, y: max(abs(x), abs(y)) < 0.9,                  # square
    lambda x, y: 0.5 < max(abs(x), abs(y)) < 0.9,            # frame
    lambda x, y: abs(x) + abs(y) < 1.1,                      # diamond
    lambda x, y: -0.8 < y < 0.8 and abs(x) < (y + 0.8) / 1.6,  # triangle
    lambda x, y: min(abs(x), abs(y)) < 0.3 and max(abs(x), abs(y)) < 1,  # plus
    lambda x, y: abs(abs(x) - abs(y)) < 0.35 and max(abs(x), abs(y)) < 1,  # x
    lambda x, y: max(abs(x), abs(y)) < 1 and int(3 * y + 9) % 2 == 0,  # bars
    lambda x, y: max(abs(x), abs(y)) < 1 and int(3 * x + 9) % 2 == 0,  # stripes
]


def draw(kind, chance):
    ink = [chance.randrange(256) for _ in range(3)]
    ground = [(value + chance.randrange(70, 187)) % 256 for value in ink]
    radius = chance.uniform(6, 12)
    middle = [chance.uniform(radius, SIDE - radius) for _ in range(2)]
    holds = FIGURES[kind]
    picture = bytearray()
    for row in range(SIDE):
        y = (row + 0.5 - middle[0]) / radius
        for column in range(SIDE):
            x = (column + 0.5 - middle[1]) / radius
            noise = chance.randrange(-40, 41)
            for value in ink if holds(x, y) else ground:
                picture.append(min(max(value + noise, 0), 255))
    return picture


def write_npy(path, kind, shape, values):
    header = repr({"descr": kind, "fortran_order": False, "shape": shape})
    header += " " * (-(len(header) + 11) % 64) + "\n"
    path.write_bytes(b"\x93NUMPY\x01\x00" + struct.pack("<H", len(header)) +
                     header.encode() + values)


def write_set(folder, name, count, chance):
    kinds = [i % len(FIGURES) for i in range(count)]
    values = b"".join(draw(kind, chance) for kind in kinds)
    write_npy(folder / f"{name}.npy", "|u1", (count, SIDE, SIDE, 3), values)
    write_npy(folder / f"{name}.labels.npy", "|u1", (count,), bytes(kinds))


def main():
    if len(sys.argv) not in (2, 4):
        sys.exit("usage: draw_set.py FOLDER [TRAIN TEST]")
    train, test = map(int, sys.argv[2:] or (2000, 500))
    folder = pathlib.Path(sys.argv[1])
    folder.mkdir(parents=True, exist_ok=True)
    chance = random.Random(1)
    write_set(folder, "train", train, chance)
    write_set(folder, "test", test, chance)


if __name__ == "__main__":
    main()
