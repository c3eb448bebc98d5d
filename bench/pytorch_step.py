#!/usr/bin/env python3
"""Times the training step of models/simple_autoencoder.nn in PyTorch.

In: threads and seconds. Out: one JSON object with the median milliseconds of a
step, of the fastest way found: eager with either form of Adam, and compiled
where a C++ compiler is there. The work is what guss counts as a step: gather
256 shuffled rows of bytes, convert, forward, loss, backward, update.
"""

import argparse
import json
import shutil
import statistics
import sys
import time

import torch
from torch import nn
from torch.nn import functional

SAMPLES, PIXELS, CODE, BATCH = 60000, 784, 32, 256
WARM_UP = 30  # steps; compiling happens in the first


def batches(rows):
    """Endless passes over the samples, each in a new order; the last, smaller
    batch of a pass is left out: every step timed is a full one."""
    while True:
        order = torch.randperm(len(rows))
        for start in range(0, len(rows) - BATCH + 1, BATCH):
            yield order[start:start + BATCH]


def make_step(rows, fused, compiled):
    """One update. The loss takes logits: faster and safer than a sigmoid
    followed by binary_cross_entropy, and the same number."""
    torch.manual_seed(1)
    model = nn.Sequential(nn.Linear(PIXELS, CODE), nn.ReLU(),
                          nn.Linear(CODE, PIXELS))
    optimizer = torch.optim.Adam(model.parameters(), lr=1e-3, eps=1e-7,
                                 fused=fused)

    def loss_of(index):
        x = rows.index_select(0, index).float() / 255
        return functional.binary_cross_entropy_with_logits(model(x), x)

    if compiled:
        loss_of = torch.compile(loss_of, dynamic=False)

    def step(index):
        optimizer.zero_grad(set_to_none=True)
        loss = loss_of(index)
        loss.backward()
        optimizer.step()
        return loss

    return step


def median_ms(step, rows, seconds):
    source = batches(rows)
    for _ in range(WARM_UP):
        step(next(source))
    times = []
    end = time.perf_counter() + seconds
    while time.perf_counter() < end:
        start = time.perf_counter()
        loss = step(next(source))
        loss.item()  # as a log would: the step is done
        times.append((time.perf_counter() - start) * 1e3)
    return statistics.median(times)


def measure(rows, seconds):
    """Milliseconds by the name of the way; ways that fail are left out."""
    ways = {"eager": (False, False), "eager-fused": (True, False)}
    if shutil.which("c++") or shutil.which("g++"):
        ways["compiled-fused"] = (True, True)
    found = {}
    for name, (fused, compiled) in ways.items():
        try:
            step = make_step(rows, fused, compiled)
            found[name] = median_ms(step, rows, seconds)
        except Exception as error:  # a peer that cannot is no peer
            print(f"pytorch_step: {name}: {error}", file=sys.stderr)
    return found


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--seconds", type=float, default=2)
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    torch.set_num_interop_threads(1)
    torch.set_flush_denormal(True)
    torch.manual_seed(1)
    rows = torch.randint(0, 256, (SAMPLES, PIXELS), dtype=torch.uint8)
    found = measure(rows, options.seconds)
    if not found:
        sys.exit(3)
    best = min(found, key=found.get)
    print(json.dumps({
        "ms_per_step": found[best], "samples_per_s": BATCH / found[best] * 1e3,
        "threads": options.threads, "way": best, "version": torch.__version__,
        "ways": found}))


if __name__ == "__main__":
    main()
