"""Usage: python3 draw_cells.py FOLDER

Draws what stands for pictures under a microscope: FOLDER/train and FOLDER/test
with pale cells on an uneven, grainy ground, 48 x 48 in colour, and in
FOLDER/train_masks and FOLDER/test_masks under the same names where the cells are:
white on black. Plain Python: no package is needed.
"""
import math
import os
import random
import struct
import sys
import zlib

SIDE = 48


def draw_cell(source):
    """A bent disc: where its middle is, its size, and how its edge waves."""
    return {"x": source.uniform(4, SIDE - 4), "y": source.uniform(4, SIDE - 4),
            "size": source.uniform(4, 9), "lobes": source.randint(2, 4),
            "depth": source.uniform(0.05, 0.25), "turn": source.uniform(0, 6.28),
            "light": source.uniform(35, 75)}


def light_of(cell, x, y):
    """How bright a cell is at a point: 0 outside, dimmer to its edge."""
    dx, dy = x - cell["x"], y - cell["y"]
    distance = math.hypot(dx, dy)
    if distance > 1.3 * cell["size"]:
        return 0
    wave = math.cos(cell["lobes"] * math.atan2(dy, dx) + cell["turn"])
    edge = cell["size"] * (1 + cell["depth"] * wave)
    if distance > edge:
        return 0
    return cell["light"] * (1.15 - 0.5 * (distance / edge) ** 2)


def draw(source):
    """The rows of a picture, and of its mask."""
    cells = [draw_cell(source) for _ in range(source.randint(2, 6))]
    ground = [source.uniform(60, 110) for _ in "rgb"]
    slope = source.uniform(-0.8, 0.8), source.uniform(-0.8, 0.8)
    picture, mask = [], []
    for y in range(SIDE):
        row, mask_row = bytearray(), bytearray()
        for x in range(SIDE):
            light = max(light_of(cell, x, y) for cell in cells)
            shade = slope[0] * (x - SIDE / 2) + slope[1] * (y - SIDE / 2)
            row += bytes(min(255, max(0, round(part + shade + light + source.gauss(0, 14))))
                         for part in ground)
            mask_row.append(255 if light else 0)
        picture.append(bytes(row))
        mask.append(bytes(mask_row))
    return picture, mask


def write_png(path, rows, colour):
    def chunk(name, body):
        check = zlib.crc32(name + body)
        return struct.pack(">I", len(body)) + name + body + struct.pack(">I", check)

    head = struct.pack(">IIBBBBB", SIDE, SIDE, 8, colour, 0, 0, 0)
    body = zlib.compress(b"".join(b"\0" + row for row in rows))
    with open(path, "wb") as file:
        file.write(b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head))
        file.write(chunk(b"IDAT", body) + chunk(b"IEND", b""))


def main(folder):
    source = random.Random(1)
    for part, count in ("train", 200), ("test", 40):
        pictures = os.path.join(folder, part)
        masks = pictures + "_masks"
        os.makedirs(pictures, exist_ok=True)
        os.makedirs(masks, exist_ok=True)
        for i in range(count):
            picture, mask = draw(source)
            write_png(os.path.join(pictures, f"{i:03}.png"), picture, 2)
            write_png(os.path.join(masks, f"{i:03}.png"), mask, 0)


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    main(sys.argv[1])
