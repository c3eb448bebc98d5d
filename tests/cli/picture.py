"""picture.py FILE.png HEIGHT WIDTH VALUE...: a grey picture of these pixels, row by row."""
import os
import struct
import sys
import zlib


def chunk(kind, body):
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


path, height, width = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
values = bytes(int(value) for value in sys.argv[4:])
assert len(values) == height * width
rows = b"".join(b"\0" + values[y * width:(y + 1) * width] for y in range(height))
os.makedirs(os.path.dirname(path) or ".", exist_ok=True)
with open(path, "wb") as out:
    out.write(b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)) +
              chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b""))
