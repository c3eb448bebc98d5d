"""Remakes tests/unit/split_counts.txt: how many samples of each class scikit-learn
sets aside, where it stratifies. It breaks ties by chance: there are none here.
"""

from fractions import Fraction
from math import floor
from pathlib import Path

import numpy as np
import sklearn
from sklearn.model_selection import StratifiedShuffleSplit

OUT = Path(__file__).parent.parent / "unit" / "split_counts.txt"
CASES = 60


def has_ties(counts, wanted):
    parts = [wanted * int(count) % int(counts.sum()) for count in counts]
    return len(set(parts)) < len(parts)


def draw_case(rng):
    while True:
        share = Fraction(int(rng.integers(2, 90)), 100)
        counts = rng.integers(2, 400, rng.integers(2, 9))
        wanted = floor(share * int(counts.sum()) + Fraction(1, 2))
        left = int(counts.sum()) - wanted
        if min(wanted, left) >= len(counts) and not has_ties(counts, wanted):
            return share, counts, wanted


def set_aside(counts, wanted):
    labels = np.repeat(np.arange(len(counts)), counts)
    split = StratifiedShuffleSplit(1, test_size=wanted, random_state=1)
    _, numbers = next(split.split(labels, labels))
    return np.bincount(labels[numbers], minlength=len(counts))


def main():
    rng = np.random.default_rng(20)
    lines = [f"# Of make_split.py, scikit-learn {sklearn.__version__}: a share,",
             "# the sizes of classes, and how many samples of each are set aside."]
    for _ in range(CASES):
        share, counts, wanted = draw_case(rng)
        lines.append(" ".join(map(str, [
            float(share), *counts, "->", *set_aside(counts, wanted)])))
    OUT.write_text("\n".join(lines) + "\n")


main()
