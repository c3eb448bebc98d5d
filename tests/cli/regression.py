"""regression.py: samples and what is to be made of them, in the current folder.

x.npy, y.npy      100 rows of 3 numbers; their sum, and the product of two
tx.npy, ty.npy    30 more
photos, clean     12 grey pictures of 8 x 8, noisy and not, of the same names
large             the same of 16 x 16
masks.npy         of clean: where it is bright, (12, 8, 8, 1) of 0 and 1
"""
import os
import random
import struct
import zlib


def chunk(kind, body):
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def save_picture(path, rows):
    os.makedirs(os.path.dirname(path), exist_ok=True)
    header = struct.pack(">IIBBBBB", len(rows[0]), len(rows), 8, 0, 0, 0, 0)
    body = b"".join(b"\0" + bytes(row) for row in rows)
    with open(path, "wb") as out:
        out.write(b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) +
                  chunk(b"IDAT", zlib.compress(body)) + chunk(b"IEND", b""))


def save_array(path, shape, values):
    header = f"{{'descr': '<f4', 'fortran_order': False, 'shape': {shape}, }}".ljust(117) + "\n"
    with open(path, "wb") as out:
        out.write(b"\x93NUMPY\x01\x00" + struct.pack("<H", len(header)) + header.encode() +
                  struct.pack(f"<{len(values)}f", *values))


def save_rows(draw, samples, targets, count):
    rows = [[draw.gauss(0, 1) for _ in range(3)] for _ in range(count)]
    save_array(samples, (count, 3), [value for row in rows for value in row])
    save_array(targets, (count, 2), [value for a, b, c in rows for value in (a + b + c, a * b)])


def disc(side, x, y, radius):
    """A bright disc; x, y and radius are parts of the side."""
    return [[230 if ((i + 0.5) / side - y) ** 2 + ((j + 0.5) / side - x) ** 2 < radius ** 2 else 20
             for j in range(side)] for i in range(side)]


draw = random.Random(1)
save_rows(draw, "x.npy", "y.npy", 100)
save_rows(draw, "tx.npy", "ty.npy", 30)
masks = []
for name in "abcdefghijkl":
    where = draw.uniform(0.3, 0.7), draw.uniform(0.3, 0.7), draw.uniform(0.2, 0.35)
    clean = disc(8, *where)
    noisy = [[max(0, min(255, value + round(draw.gauss(0, 25)))) for value in row] for row in clean]
    save_picture(f"photos/{name}.png", noisy)
    save_picture(f"clean/{name}.png", clean)
    save_picture(f"large/{name}.png", disc(16, *where))
    masks += [float(value > 128) for row in clean for value in row]
save_array("masks.npy", (12, 8, 8, 1), masks)
