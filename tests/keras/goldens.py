"""What the makers of goldens share: the folder, how exact a golden must be, and
how models, schedules and tensors are written. Chooses Keras's backend.
"""

import os
from pathlib import Path

os.environ["KERAS_BACKEND"] = "tensorflow"
os.environ["TF_CPP_MIN_LOG_LEVEL"] = "2"

import numpy as np
from safetensors.numpy import save_file

HERE = Path(__file__).resolve().parent
ROWS = 37  # two tiles of 16 and a part of a third
MOVEMENT_TOLERANCE = 1e-5
ACTIVATIONS = ("linear", "relu", "sigmoid", "tanh", "softmax", "elu", "selu",
               "softplus", "swish", "gelu", "mish", "silu",
               "leaky_relu", "relu6", "hard_sigmoid", "softsign")


def check_float32(what, precise, single, rtol, atol):
    """Keras's own float32 must meet half the tolerance of the test."""
    precise = np.asarray(precise, dtype=np.float64)
    difference = np.abs(precise - np.asarray(single, dtype=np.float64))
    share = np.max(difference / (atol + rtol * np.abs(precise)))
    assert np.isfinite(precise).all() and share < 0.5, (what, share)
    return share


def check_moves(what, before, after, rough_after, tolerance, least):
    """Every weight must move by much more than the tolerance."""
    share = max(check_float32((what, key), after[key], rough_after[key],
                              *tolerance) for key in after)
    moved = min(np.max(np.abs(after[key] - before[key])) for key in after)
    assert moved > least, (what, "hardly moves", moved)
    print(f"{what}: moved {moved:.2g}, float32 at {share:.0%} of tolerance")


def check_movement(what, before, after, rough_after):
    """A tensor's tolerance is MOVEMENT_TOLERANCE of the furthest that one of its
    weights is moved; Keras's float32 must meet three quarters of it."""
    moved = {key: np.max(np.abs(after[key] - before[key].astype(np.float64)))
             for key in after}
    share = max(np.max(np.abs(after[key] - rough_after[key].astype(np.float64)))
                / (MOVEMENT_TOLERANCE * moved[key]) for key in after)
    assert share < 0.75, (what, share)
    print(f"{what}: moved {min(moved.values()):.2g} to "
          f"{max(moved.values()):.2g}, float32 at {share:.0%} of tolerance")


def save_rounded(tensors, path):
    save_file({key: value.astype(np.float32)
               for key, value in tensors.items()}, path)


def write_model(folder, title, networks):
    folder.mkdir(parents=True, exist_ok=True)
    text = "\n".join(network.text() for network in networks)
    (folder / "model.nn").write_text(f"# {title}\n{text}")


def write_schedule(path, objective, loss, batch, iterations, optimizer, pixels,
                   network=""):
    settings = ", ".join(f"{key}: {value}" for key, value in optimizer.items())
    data = "train: input.npy, shuffle: false"
    data += f", pixels: {pixels}" if pixels else ""
    named = f"network: {network}\n" if network else ""
    path.write_text(f"""objective: {objective}
{named}loss: {loss}
batch: {batch}
iterations: {iterations}
seed: 1
optimizer: {{{settings}}}
data: {{{data}}}
""")
