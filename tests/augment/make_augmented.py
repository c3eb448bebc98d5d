"""Goldens of `data.augment`: what becomes of small pictures, computed in double by
another way than runtime/core/augment.c goes: every pixel by itself, each of its
four neighbours looked up in an endless picture. The draws are those of
runtime/core/guss/augment.h, by a Philox of its own.

    python3 -m venv /tmp/numpy && /tmp/numpy/bin/pip install numpy
    /tmp/numpy/bin/python tests/augment/make_augmented.py

cases.txt has a line for each <name>.npy, [update][sample][height][width][channels]:
name, height, width, channels, kind of values, flip, shift, rotate, zoom,
brightness, fill, and the height and width of its target (0 0: none), whose pictures
are <name>.target.npy. Value i of a set is (37 i + 11 i^2) % 256, of floats
that / 64 - 1.5; those of targets have i + 5 for i.
"""

import math
import pathlib

import numpy as np

HERE = pathlib.Path(__file__).parent
SEED, UPDATES, SAMPLES = 12345678901234567, (0, 7), 4
PURPOSE = 8  # GUSS_RANDOM_AUGMENT
MASK = 0xFFFFFFFF


def philox(counter, key):
    a, b, c, d = counter
    for _ in range(10):
        left, right = 0xD2511F53 * a, 0xCD9E8D57 * c
        a, b, c, d = ((right >> 32) ^ b ^ key[0], right & MASK,
                      (left >> 32) ^ d ^ key[1], left & MASK)
        key = ((key[0] + 0x9E3779B9) & MASK, (key[1] + 0xBB67AE85) & MASK)
    return a, b, c, d


def draws(update, sample):
    """Eight words, of which six are used."""
    first = philox((PURPOSE, 0, update & MASK, update >> 32),
                   (SEED & MASK, SEED >> 32))
    key, salt = first[:2], first[2:]
    return [word for number in (0, 1)
            for word in philox((number, sample, *salt), key)]


def uniform(word):
    return 2 * (word + 0.5) / 2**32 - 1


def endless(picture, y, x, fill):
    """The pixel at whole numbers, wherever they are."""
    height, width, _ = picture.shape

    def place(i, size):
        if 0 <= i < size:
            return i
        if fill == "nearest":
            return min(max(i, 0), size - 1)
        i %= 2 * size  # reflect: the row and the row backwards, again and again
        return i if i < size else 2 * size - 1 - i

    inside = 0 <= y < height and 0 <= x < width
    if fill == "zeros" and not inside:
        return np.zeros(picture.shape[2])
    return picture[place(y, height), place(x, width)]


def between(picture, y, x, fill):
    top, left = math.floor(y), math.floor(x)
    down, across = y - top, x - left
    return sum(weight * endless(picture, top + i, left + j, fill)
               for i, j, weight in ((0, 0, (1 - down) * (1 - across)),
                                    (0, 1, (1 - down) * across),
                                    (1, 0, down * (1 - across)),
                                    (1, 1, down * across)) if weight)


def change(picture, case, words, size, brightens):
    """`size` is that of the sample, by which shifts are counted."""
    _, *_, flip, shift, rotate, zoom, _, fill = case[:11]
    height, width, channels = picture.shape
    if flip in ("horizontal", "both") and words[0] >> 31:
        picture = picture[:, ::-1]
    if flip in ("vertical", "both") and words[0] >> 30 & 1:
        picture = picture[::-1]
    across, down = width / size[1], height / size[0]
    dx = (words[1] * (2 * shift + 1) >> 32) - shift
    dy = (words[2] * (2 * shift + 1) >> 32) - shift
    angle = math.radians(rotate) * uniform(words[3])
    scale = 1 + zoom * uniform(words[4])
    out = np.empty_like(picture)
    for y in range(height):
        for x in range(width):
            # in pixels of the sample, from the middle; turned back, against the
            # way that the picture turns: against the clock, y pointing down
            u = (x - (width - 1) / 2) / across - dx
            v = (y - (height - 1) / 2) / down - dy
            turned = complex(u, -v) * complex(math.cos(-angle),
                                              math.sin(-angle)) / scale
            out[y, x] = between(
                picture, (height - 1) / 2 - turned.imag * down,
                (width - 1) / 2 + turned.real * across, fill)
    if brightens:
        low, high = brightens
        added = case[9] * (high - low) * uniform(words[5])
        out = np.clip(out + added, low, high) if case[9] else out
    return out


def values(count, kind, offset=0):
    i = np.arange(count) + offset
    v = ((37 * i + 11 * i * i) % 256).astype(np.float64)
    return {"raw": v, "unit": v / 255, "signed": v / 127.5 - 1,
            "binary": (v != 255) * 1.0, "floats": v / 64 - 1.5}[kind]


def limits(kind, samples):
    return {"raw": (0, 255), "unit": (0, 1), "signed": (-1, 1),
            "binary": (0, 1)}.get(kind, (samples.min(), samples.max()))


CASES = [  # as in cases.txt
    ("plain", 5, 7, 1, "unit", "none", 0, 0, 0, 0, "nearest", 0, 0),
    ("flips", 6, 9, 1, "raw", "both", 0, 0, 0, 0, "nearest", 6, 9),
    ("across", 5, 4, 3, "unit", "horizontal", 0, 0, 0, 0, "nearest", 0, 0),
    ("down", 5, 4, 3, "signed", "vertical", 0, 0, 0, 0, "nearest", 0, 0),
    ("shifts", 7, 6, 1, "unit", "none", 3, 0, 0, 0, "nearest", 14, 12),
    ("shifts_zeros", 6, 5, 3, "raw", "horizontal", 4, 0, 0, 0, "zeros", 3, 5),
    ("shifts_reflect", 6, 5, 3, "floats", "both", 4, 0, 0, 0, "reflect", 0, 0),
    ("turns", 8, 8, 1, "unit", "none", 0, 180, 0, 0, "nearest", 0, 0),
    ("turns_zeros", 7, 10, 1, "unit", "none", 0, 60, 0, 0, "zeros", 7, 10),
    ("turns_reflect", 5, 9, 3, "raw", "none", 0, 90, 0, 0, "reflect", 0, 0),
    ("zooms", 6, 7, 1, "floats", "none", 0, 0, 0.9, 0, "zeros", 0, 0),
    ("zooms_reflect", 6, 7, 2, "floats", "none", 0, 0, 0.9, 0, "reflect", 0, 0),
    ("brightness", 5, 6, 1, "unit", "none", 0, 0, 0, 0.8, "nearest", 5, 6),
    ("brightness_raw", 5, 6, 3, "raw", "none", 0, 0, 0, 0.5, "nearest", 0, 0),
    ("brightness_floats", 4, 5, 1, "floats", "none", 1, 0, 0, 0.5, "nearest",
     0, 0),
    ("brightness_signed", 4, 5, 1, "signed", "none", 0, 0, 0, 0.5, "zeros", 0,
     0),
    ("all", 9, 8, 3, "unit", "both", 2, 30, 0.3, 0.3, "nearest", 18, 8),
    ("all_binary", 8, 9, 1, "binary", "both", 2, 30, 0.3, 0.3, "reflect", 4, 3),
    ("wide", 1, 300, 1, "unit", "horizontal", 0, 40, 0.5, 0, "reflect", 0, 0),
]


def make(case):
    name, height, width, channels, kind = case[:5]
    shapes = [((SAMPLES, height, width, channels), name, 0)]
    if case[11]:
        shapes.append(((SAMPLES, *case[11:], 1), name + ".target", 5))
    for shape, path, offset in shapes:
        samples = values(math.prod(shape), kind, offset).reshape(shape)
        brightens = limits(kind, samples) if offset == 0 else None
        out = [[change(picture, case, draws(update, i), (height, width),
                       brightens) for i, picture in enumerate(samples)]
               for update in UPDATES]
        np.save(HERE / f"{path}.npy", np.array(out, np.float32))


if __name__ == "__main__":
    with open(HERE / "cases.txt", "w", encoding="ascii") as lines:
        for made in CASES:
            make(made)
            print(*made, file=lines)
