"""Remakes tests/unit/confusion_cases.txt: what scikit-learn makes of answers, some
of whose classes have no sample and some of whose are never taken for anything.
"""

from pathlib import Path

import numpy as np
import sklearn
from sklearn.metrics import (accuracy_score, confusion_matrix,
                             precision_recall_fscore_support)

OUT = Path(__file__).parent.parent / "unit" / "confusion_cases.txt"
CASES = 20


def draw_case(rng):
    """The last class may lack samples, the one before it answers."""
    classes = int(rng.integers(2, 8))
    size = int(rng.integers(classes, 60))
    true = rng.integers(0, classes - rng.integers(0, 2), size)
    taken = np.where(rng.random(size) < 0.6, true,
                     rng.integers(0, classes, size))
    if rng.random() < 0.5:
        taken[taken == classes - 2] = classes - 1
    return classes, true, taken


def measures(classes, true, taken):
    """By class; those of a class without a sample are left out: nan."""
    numbers = precision_recall_fscore_support(
        true, taken, labels=range(classes), zero_division=np.nan)
    empty = np.bincount(true, minlength=classes) == 0
    return [np.where(empty, np.nan, number) for number in numbers[:3]]


def main():
    rng = np.random.default_rng(8)
    lines = [f"# Of make_confusion.py, scikit-learn {sklearn.__version__}: classes;",
             "# the matrix; accuracy; precision, recall and F1 by class."]
    for _ in range(CASES):
        classes, true, taken = draw_case(rng)
        matrix = confusion_matrix(true, taken, labels=range(classes))
        lines.append(" ".join([
            str(classes), *map(str, matrix.ravel()),
            repr(float(accuracy_score(true, taken))),
            *(repr(float(value)) for numbers in measures(classes, true, taken)
              for value in numbers)]))
    OUT.write_text("\n".join(lines) + "\n")


main()
