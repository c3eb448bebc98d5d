#!/usr/bin/env python3
"""Makes the golden files beside it with real Keras; README.md says how.

In: nothing but seeds. Out: forward/, loss/<case>/, optimizers/, rates/,
regression/<network>/, clipping/, penalties/, labels/<outputs>/ and
layers/<case>/: models, schedules, inputs, weights, and what Keras makes of them
in float64, so that a golden is exact for float32 eyes. Every golden is also
held against Keras's own float32 run, which must stay within half the tolerance
that the test allows.
"""

from goldens import HERE

import platform
import shutil
import warnings

import keras
import numpy as np
import tensorflow as tf
from make_clipping import make_clipping
from make_forward import make_forward
from make_labels import make_labels
from make_layers import make_layers
from make_losses import make_losses
from make_optimizers import make_optimizers
from make_penalties import make_penalties
from make_rates import make_rates
from make_regression import make_regression


def main():
    warnings.filterwarnings("ignore", module="keras")
    for folder in ("forward", "loss", "optimizers", "combined", "rates",
                   "regression", "clipping", "penalties", "labels", "layers"):
        shutil.rmtree(HERE / folder, ignore_errors=True)
    make_forward()
    make_losses()
    make_optimizers()
    make_rates()
    make_regression()
    make_clipping()
    make_penalties()
    make_labels()
    make_layers()
    versions = {"python": platform.python_version(), "numpy": np.__version__,
                "keras": keras.__version__, "tensorflow": tf.__version__}
    (HERE / "VERSIONS").write_text("".join(
        f"{name} {version}\n" for name, version in versions.items()))


if __name__ == "__main__":
    main()
