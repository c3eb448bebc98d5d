"""Goldens of scores: scores.txt, by numpy and scipy from the papers' formulas.

    python3 -m venv /tmp/scores
    /tmp/scores/bin/pip install numpy scipy
    /tmp/scores/bin/python tests/scores/make_scores.py

Features are no files: both sides draw the same ones, whose sums are exact in
float32. tests/unit/scores_test.c is the other side, and says what a line has.
"""

from pathlib import Path

import numpy as np
from scipy.linalg import eigvals
from scipy.spatial.distance import cdist

HERE = Path(__file__).resolve().parent
CLASSES = 10
# name, real, generated, training, width, dead, eighths between the means, copies;
# what generated samples are
CASES = (
    ("random", 300, 280, 320, 16, 0, 1, 0, "fresh"),
    ("far", 100, 150, 120, 8, 0, 16, 0, "fresh"),
    ("blocks", 700, 1100, 600, 24, 0, 1, 40, "fresh"),
    ("dead", 400, 400, 500, 64, 7, 1, 0, "fresh"),
    ("few", 40, 36, 50, 64, 0, 1, 0, "fresh"),
    ("identical", 200, 200, 220, 32, 3, 0, 0, "real"),
    ("near", 250, 260, 300, 20, 2, 0, 0, "fresh"),
    ("collapsed", 150, 140, 160, 12, 1, 0, 0, "one"),
    ("copying", 120, 100, 130, 10, 0, 0, 100, "fresh"),
)


class Draw:
    """A linear congruential generator: 16 bits, as multiples of 2^-16."""

    def __init__(self, seed):
        self.state = seed

    def bits(self):
        self.state = (self.state * 1664525 + 1013904223) % 2**32
        return self.state >> 16

    def features(self, count, width, dead, eighths):
        rows = np.zeros((count, width))
        for row in rows:
            last = 0.0
            for j in range(width):
                this = self.bits() / 2**16 - 0.375
                row[j] = 0 if j < dead else max(0, this + last / 2
                                                + eighths / 8)
                last = this
        return rows

    def classes(self, count):
        return np.array([self.bits() % CLASSES for _ in range(count)])


def frechet_distance(a, b):
    """Heusel et al. 2017: the eigenvalues of C1 C2 as they are."""
    means = a.mean(0) - b.mean(0)
    c1, c2 = np.cov(a.T), np.cov(b.T)
    roots = np.sqrt(np.maximum(eigvals(c1 @ c2).real, 0))
    return means @ means + np.trace(c1) + np.trace(c2) - 2 * roots.sum()


def kernel_distance(x, y):
    """Binkowski et al. 2018: the unbiased estimate, of all samples at once."""
    def kernel(a, b):
        return (a @ b.T / a.shape[1] + 1) ** 3

    def within(a):
        k = kernel(a, a)
        return (k.sum() - np.trace(k)) / (len(a) * (len(a) - 1))

    return within(x) + within(y) - 2 * kernel(x, y).mean()


def radii(points, k):
    return np.sort(cdist(points, points), axis=1)[:, k]  # the first is its own


def precision_recall(real, made, k=3):
    """Kynkaanniemi et al. 2019, equations 1 and 2: closed balls."""
    distances = cdist(real, made)
    precision = (distances <= radii(real, k)[:, None]).any(0).mean()
    recall = (distances <= radii(made, k)[None, :]).any(1).mean()
    return precision, recall


def density_coverage(real, made, k=5):
    """Naeem et al. 2020, equations 5 and 6: open balls."""
    is_within = cdist(real, made) < radii(real, k)[:, None]
    return is_within.sum(0).mean() / k, is_within.any(1).mean()


def class_entropy(classes):
    shares = np.bincount(classes, minlength=CLASSES) / len(classes)
    shares = shares[shares > 0]
    return abs(-(shares * np.log2(shares)).sum())


def copies(training, made):
    own = np.sort(radii(training, 1))
    threshold = own[-(-len(own) // 100) - 1]
    return (cdist(made, training).min(1) <= threshold).mean()


def make_case(seed, real, made, training, width, dead, eighths, n_copies, kind):
    draw = Draw(seed)
    real = draw.features(real, width, dead, 0)
    fresh = draw.features(made, width, dead, eighths)
    training = draw.features(training, width, dead, 0)
    classes = draw.classes(made)
    made = {"fresh": fresh, "real": real, "one": fresh[:1].repeat(made, 0)}[kind]
    made[:n_copies] = training[:n_copies]
    return [frechet_distance(real, made), kernel_distance(real, made),
            *precision_recall(real, made), *density_coverage(real, made),
            class_entropy(classes), copies(training, made),
            np.trace(np.cov(real.T))]


with open(HERE / "scores.txt", "w") as file:
    for seed, (name, *sizes) in enumerate(CASES, 1):
        values = " ".join(f"{value:.10g}" for value in make_case(seed, *sizes))
        print(name, *sizes, values, file=file)
