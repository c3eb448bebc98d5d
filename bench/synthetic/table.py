#!/usr/bin/env python3
"""table.py WORK

Prints what run.sh measured in the folder WORK: for each set the mean accuracy over seeds, and the least and the
greatest.
"""
import pathlib
import sys

GENERATED = [
    ("", "1,000 generated"),
    (".accepted", "1,000 accepted"),
]
BOTH = [(".both", "1,000 accepted, by the autoencoder too")]
MANY = [(".many", "10,000 accepted")]
ADDED = [
    (".added", "100 real and 1,000 accepted"),
    (".half", "100 real, each 10 times, and 1,000 accepted"),
    (".half_augmented", "the same, augmented"),
]
GROUPS = [
    (
        "real images",
        "",
        [
            ("real60000", "60,000 real"),
            ("real1000", "1,000 real"),
            ("real100", "100 real"),
            ("real100.augmented", "100 real, augmented"),
        ],
    ),
    ("GANs and judge of 60,000: the vanilla GAN", "vanilla", GENERATED + ADDED[:1]),
    ("the small DCGAN", "dcgan", GENERATED + BOTH + MANY + ADDED[:1]),
    ("GANs and judge of the 100: the vanilla GAN", "few_vanilla", GENERATED + ADDED),
    (
        "the small DCGAN",
        "few_dcgan",
        GENERATED
        + MANY
        + ADDED
        + [
            (".many_half", "100 real, each 100 times, and 10,000 accepted"),
            (".many_half_augmented", "the same, augmented"),
        ],
    ),
    ("the judge of the 100 itself", "", [("judge", "100 real, augmented")]),
]


def row(work, name, label):
    accuracies = [float(file.read_text()) for file in sorted(work.glob(f"[0-9]*/{name}.accuracy"))]
    if not accuracies:
        return f"| {label} | - | |"
    mean = sum(accuracies) / len(accuracies)
    spread = f"{100 * min(accuracies):.1f} to {100 * max(accuracies):.1f}"
    return f"| {label} | {100 * mean:.1f} | {spread} ({len(accuracies)}) |"


def main():
    if len(sys.argv) != 2:
        sys.exit(__doc__.splitlines()[0])
    work = pathlib.Path(sys.argv[1])
    print("| trained on | right, % | from, to (seeds) |\n| --- | ---: | --- |")
    for title, generator, sets in GROUPS:
        print(f"| **{title}** | | |")
        for name, label in sets:
            print(row(work, generator + name, label))


main()
