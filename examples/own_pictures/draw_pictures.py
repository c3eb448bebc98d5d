"""Usage: python3 draw_pictures.py FOLDER

Draws what stands for a folder of your own: FOLDER/train and FOLDER/test with
the classes circle, square and triangle, 24 x 24 PNG files in colour. Plain
Python: no package is needed.
"""
import os
import random
import struct
import sys
import zlib

SIDE = 24


def is_inside(kind, x, y, size):
    """Whether a point, relative to the middle, lies in a shape of this size."""
    if kind == "circle":
        return x * x + y * y <= size * size
    if kind == "square":
        return max(abs(x), abs(y)) <= size * 0.85
    return -size <= y <= size * 0.8 and abs(x) <= (y + size) * 0.6


def draw(kind, source):
    """The rows of one picture: a shape of any colour on a pale ground."""
    size = source.uniform(5, 9)
    middle = [source.uniform(size, SIDE - size) for _ in "xy"]
    colour = [source.randrange(0, 200) for _ in "rgb"]
    ground = [source.randrange(215, 256) for _ in "rgb"]
    return [
        bytes(
            value
            for x in range(SIDE)
            for value in (
                colour if is_inside(kind, x - middle[0], y - middle[1], size)
                else ground
            )
        )
        for y in range(SIDE)
    ]


def write_png(path, rows):
    def chunk(name, body):
        check = zlib.crc32(name + body)
        return struct.pack(">I", len(body)) + name + body + struct.pack(">I", check)

    head = struct.pack(">IIBBBBB", SIDE, SIDE, 8, 2, 0, 0, 0)
    body = zlib.compress(b"".join(b"\0" + row for row in rows))
    with open(path, "wb") as file:
        file.write(b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head))
        file.write(chunk(b"IDAT", body) + chunk(b"IEND", b""))


def main(folder):
    source = random.Random(1)
    for part, count in ("train", 200), ("test", 50):
        for kind in "circle", "square", "triangle":
            place = os.path.join(folder, part, kind)
            os.makedirs(place, exist_ok=True)
            for i in range(count):
                path = os.path.join(place, f"{i:03}.png")
                write_png(path, draw(kind, source))


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    main(sys.argv[1])
