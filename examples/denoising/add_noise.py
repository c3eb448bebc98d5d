"""Usage: python3 add_noise.py CLEAN.npy NOISY.npy [STDDEV]

Adds Gaussian noise to float32 pictures and cuts them to 0..1. Plain Python:
numpy is not needed.
"""
import array
import random
import sys


def main(clean, noisy, stddev="0.3"):
    source = random.Random(1)
    with open(clean, "rb") as file:
        head = file.read(10)
        head += file.read(int.from_bytes(head[8:10], "little"))
        values = array.array("f", file.read())
    for i, value in enumerate(values):
        values[i] = min(max(value + source.gauss(0, float(stddev)), 0), 1)
    with open(noisy, "wb") as file:
        file.write(head + values.tobytes())


if __name__ == "__main__":
    if len(sys.argv) not in (3, 4):
        sys.exit(__doc__)
    main(*sys.argv[1:])
