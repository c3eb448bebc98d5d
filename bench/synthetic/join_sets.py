#!/usr/bin/env python3
"""join_sets.py REAL COPIES GENERATED FOLDER

Makes a set of the real images, as often as COPIES says, and the generated ones; all are folders of classes. Wants
Python alone.
"""
import pathlib
import shutil
import sys


def main():
    if len(sys.argv) != 5:
        sys.exit(__doc__.splitlines()[0])
    real, copies, generated, output = pathlib.Path(sys.argv[1]), int(sys.argv[2]), *map(pathlib.Path, sys.argv[3:])
    for file in sorted(generated.glob("*/*.png")):
        (output / file.parent.name).mkdir(parents=True, exist_ok=True)
        shutil.copyfile(file, output / file.parent.name / file.name)
    for file in sorted(real.glob("*/*.png")):
        for copy in range(copies):
            shutil.copyfile(file, output / file.parent.name / f"{file.stem}.{copy}.png")


main()
