#!/usr/bin/env python3
"""Times the training step of one of models/*.nn in PyTorch.

In: the model, threads and seconds. Out: one JSON object with the median
milliseconds of a step, of the fastest way found (or of the one asked for), and
of every way tried: eager and compiled, where a C++ compiler is there; images
with channels first and last.
"""

import argparse
import json
import shutil
import statistics
import sys
import time

import torch

from pytorch_networks import MODELS

SAMPLES, PIXELS = 60000, 784
WARM_UP = 1.0  # seconds at least; compiling happens in the first step


class Way:
    """One way to run the same step."""

    def __init__(self, compiled, channels_last):
        self.compiled, self.channels_last = compiled, channels_last

    def assign_layouts(self, network):
        layout = (torch.channels_last if self.channels_last
                  else torch.contiguous_format)
        return network.to(memory_format=layout)

    def compile(self, function):
        return (torch.compile(function, dynamic=False) if self.compiled
                else function)

    def optimizer(self, network, settings):
        return torch.optim.Adam(network.parameters(), fused=True, **settings)


def ways_for(has_images):
    kinds = [("eager", False)]
    if shutil.which("c++") or shutil.which("g++"):
        kinds.append(("compiled", True))
    ways = {name: Way(compiled, False) for name, compiled in kinds}
    if has_images:
        ways.update({f"{name}, channels last": Way(compiled, True)
                     for name, compiled in kinds})
    return ways


def batches(rows, batch):
    """Endless passes over the samples, each in a new order; the last, smaller
    batch of a pass is left out: every step timed is a full one."""
    while True:
        order = torch.randperm(len(rows))
        for start in range(0, len(rows) - batch + 1, batch):
            yield order[start:start + batch]


def median_ms(step, rows, batch, seconds):
    source = batches(rows, batch)
    times, warm = [], time.perf_counter() + WARM_UP
    step(rows, next(source))
    while time.perf_counter() < warm:
        step(rows, next(source))
    end = time.perf_counter() + seconds
    while time.perf_counter() < end or len(times) < 3:
        start = time.perf_counter()
        step(rows, next(source)).item()  # as a log would: the step is done
        times.append((time.perf_counter() - start) * 1e3)
    return statistics.median(times)


def measure(options, rows):
    """Milliseconds by the name of the way; ways that fail are left out."""
    batch, has_images, make_step = MODELS[options.model]
    found = {}
    for name, way in ways_for(has_images).items():
        if options.way not in (None, name):
            continue
        try:
            torch.manual_seed(1)
            step = make_step(way)
            found[name] = median_ms(step, rows, batch, options.seconds)
        except Exception as error:  # a peer that cannot is no peer
            print(f"pytorch_step: {name}: {error}", file=sys.stderr)
    return found


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("model", choices=MODELS)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--seconds", type=float, default=2)
    parser.add_argument("--way", help="time this way alone")
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    torch.set_num_interop_threads(1)
    torch.set_flush_denormal(True)
    torch.manual_seed(1)
    rows = torch.randint(0, 256, (SAMPLES, PIXELS), dtype=torch.uint8)
    found = measure(options, rows)
    if not found:
        sys.exit(3)
    best = min(found, key=found.get)
    print(json.dumps({
        "ms_per_step": found[best], "batch": MODELS[options.model][0],
        "threads": options.threads, "way": best, "eager_ms": min(
            (ms for name, ms in found.items() if name.startswith("eager")),
            default=None),
        "version": torch.__version__, "ways": found}))


if __name__ == "__main__":
    main()
