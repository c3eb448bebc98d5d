#!/usr/bin/env python3
"""worker.py PEER THREADS: times steps of one peer, as it is told to.

In, a line of JSON each: {"open": TASK.json}, {"way": NAME, "seconds": S}, {"close": true}.
Out, a line each: what there is of it, or {"error": TEXT}. With "enough": S a way of
which one step takes longer than so many seconds is timed no further. It stays alive from task to
task, since importing a framework takes longer than timing a step.
"""

import gc
import importlib
import json
import math
import os
import statistics
import sys
import time

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
os.environ.setdefault("CUDA_VISIBLE_DEVICES", "")
os.environ.setdefault("JAX_PLATFORMS", "cpu")

import numpy

from description import Task

SAMPLES = 60000
MOST_BYTES = 1 << 28    # of samples: as many as that, if they are large
LEAST_STEPS, SLOW = 3, 1.0  # of a step slower than so many seconds, one less
MODULES = {"torch": "torch_peer", "jax": "jax_peer", "tensorflow": "tensorflow_peer"}


class Data:
    """Random samples, as many as guss's own benchmark has."""

    def __init__(self, task):
        random = numpy.random.default_rng(1)
        network = task.network("discriminator" if task.is_gan else "network")
        width = int(numpy.prod(network.input_shape))
        outputs = int(numpy.prod(network.output_shape))
        count = max(task.batch, min(SAMPLES, MOST_BYTES // max(width, outputs)))
        self.rows = random.integers(0, 256, (count, width), numpy.uint8)
        self.labels = random.integers(0, max(outputs, 2), count)
        self.targets = None
        if task.objective == "regression":
            self.targets = random.integers(0, 256, (count, outputs), numpy.uint8)


def batches(count, batch):
    """Endless passes over the samples, each in a new order; every batch is full."""
    random = numpy.random.default_rng(2)
    while True:
        order = random.permutation(count)
        for start in range(0, count - batch + 1, batch):
            yield order[start:start + batch]


class Worker:
    def __init__(self, peer):
        self.peer, self.task, self.data = peer, None, None
        self.steps = {}     # by way, once made

    def open(self, path):
        self.task = Task.load(path)
        self.data = Data(self.task)
        self.source = batches(len(self.data.rows), self.task.batch)
        return {"ways": self.peer.ways(self.task)}

    def close(self):
        self.task = self.data = self.source = None
        self.steps = {}
        self.peer.close()
        gc.collect()
        return {}

    def timed(self, step):
        index = next(self.source)
        start = time.perf_counter()
        step(index)
        return time.perf_counter() - start

    def time(self, way, seconds, enough):
        """A warm-up for a quarter of the time, then what counts."""
        first = None
        if way not in self.steps:
            start = time.perf_counter()
            self.steps[way] = self.peer.make_step(self.task, way, self.data)
            self.timed(self.steps[way])
            first = time.perf_counter() - start
        step = self.steps[way]
        end = time.perf_counter() + seconds / 4
        last = self.timed(step)
        if last > enough:
            return {"ms": last * 1e3, "steps": 1, "first_s": first}
        while time.perf_counter() < end:
            last = self.timed(step)
        least = LEAST_STEPS - (last > SLOW)
        times, end = [], time.perf_counter() + seconds
        while len(times) < least or time.perf_counter() < end:
            times.append(self.timed(step) * 1e3)
        return {"ms": statistics.median(times), "steps": len(times),
                "first_s": first}

    def answer(self, request):
        try:
            if "open" in request:
                return self.open(request["open"])
            if "close" in request:
                return self.close()
            return self.time(request["way"], request["seconds"],
                             request.get("enough", math.inf))
        except Exception as error:  # a peer that cannot is no peer
            return {"error": f"{type(error).__name__}: {error}"[:500]}


def main():
    peer_name, threads = sys.argv[1], int(sys.argv[2])
    processors = sorted(os.sched_getaffinity(0))[:threads]
    os.sched_setaffinity(0, processors)
    os.environ["OMP_NUM_THREADS"] = str(threads)
    out = os.fdopen(os.dup(1), "w")  # what frameworks print is no answer
    os.dup2(2, 1)
    peer = importlib.import_module(MODULES[peer_name])
    peer.start(threads)
    worker = Worker(peer)
    print(json.dumps({"version": peer.VERSION}), file=out, flush=True)
    for line in sys.stdin:
        print(json.dumps(worker.answer(json.loads(line))), file=out, flush=True)


if __name__ == "__main__":
    main()
