"""Usage: python3 draw_pairs.py FOLDER

Draws what stands for old prints and the same prints restored: FOLDER/train and
FOLDER/test, grainy and scratched, 32 x 32 in colour, and FOLDER/train_clean and
FOLDER/test_clean under the same names without. Plain Python: no package is needed.
"""
import os
import random
import struct
import sys
import zlib

SIDE = 32


def draw(source):
    """Discs and bars of any colour on a ground that shades from top to bottom."""
    top, bottom = ([source.uniform(40, 215) for _ in "rgb"] for _ in range(2))
    rows = [[[a + (b - a) * y / SIDE for a, b in zip(top, bottom)] for _ in range(SIDE)]
            for y in range(SIDE)]
    for _ in range(source.randint(2, 5)):
        colour = [source.uniform(20, 235) for _ in "rgb"]
        x, y = source.uniform(0, SIDE), source.uniform(0, SIDE)
        width, height = source.uniform(3, 9), source.uniform(3, 9)
        is_disc = source.random() < 0.6
        for i in range(SIDE):
            for j in range(SIDE):
                a, b = (j + 0.5 - x) / width, (i + 0.5 - y) / height
                if a * a + b * b < 1 if is_disc else max(abs(a), abs(b)) < 0.8:
                    rows[i][j] = colour
    return rows


def spoil(rows, source):
    """Grain, stronger where a print is dark, and pale scratches from top to bottom."""
    spoilt = [[[value + source.gauss(0, 12 + 22 * (1 - value / 255)) for value in pixel]
               for pixel in row] for row in rows]
    for _ in range(source.randint(1, 3)):
        x, lean = source.uniform(0, SIDE), source.uniform(-0.3, 0.3)
        for i in range(SIDE):
            j = int(x + lean * i)
            if 0 <= j < SIDE and source.random() < 0.9:
                spoilt[i][j] = [235 + source.gauss(0, 8)] * 3
    return spoilt


def write_png(path, rows):
    def chunk(name, body):
        check = zlib.crc32(name + body)
        return struct.pack(">I", len(body)) + name + body + struct.pack(">I", check)

    lines = (bytes(min(255, max(0, round(value))) for pixel in row for value in pixel)
             for row in rows)
    head = struct.pack(">IIBBBBB", SIDE, SIDE, 8, 2, 0, 0, 0)
    body = zlib.compress(b"".join(b"\0" + line for line in lines))
    with open(path, "wb") as file:
        file.write(b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head))
        file.write(chunk(b"IDAT", body) + chunk(b"IEND", b""))


def main(folder):
    source = random.Random(1)
    for part, count in ("train", 300), ("test", 40):
        prints = os.path.join(folder, part)
        os.makedirs(prints, exist_ok=True)
        os.makedirs(prints + "_clean", exist_ok=True)
        for i in range(count):
            rows = draw(source)
            write_png(os.path.join(prints + "_clean", f"{i:03}.png"), rows)
            write_png(os.path.join(prints, f"{i:03}.png"), spoil(rows, source))


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    main(sys.argv[1])
