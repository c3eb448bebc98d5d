#!/usr/bin/env python3
"""growth.py [--threads N,M] [--seconds S] [--built] [--dir DIR] [CURVE...]

How a training step of guss, and the time to build it, grow with the batch, the width,
the side of images, the channels and the depth. Prints a table in Markdown a curve.
`--prepare` builds the executables alone, `--built` times those that were built.
"""

import argparse
import json
import os
import pathlib
import subprocess
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent
SCHEDULE = """objective: classifier
loss: categorical_crossentropy
batch: {batch}
epochs: 1
optimizer: {{name: adam}}
data: {{train: samples}}
"""
DOUBLING = [1, 4, 16, 64, 256, 1024, 4096]
# by curve: the network, what changes, its values, and what else is not as it stands
CURVES = {
    "batch-dense": ("dense", "batch", DOUBLING, {}),
    "batch-images": ("images", "batch", DOUBLING, {}),
    "width": ("dense", "width", [16, 32, 64, 128, 256, 512, 1024, 2048, 4096],
              {"batch": 256}),
    "channels": ("images", "channels", [3, 4, 8, 12, 16, 24, 32, 48, 64, 128, 256],
                 {"batch": 32}),
    "side": ("images", "side", [4, 8, 16, 32, 64, 128, 224], {"batch": 16}),
    "depth-dense": ("dense", "depth", [1, 4, 16, 64, 128], {"batch": 256,
                                                            "width": 128}),
    "depth-images": ("images", "depth", [1, 4, 16, 64, 128], {"batch": 32}),
}


class Point:
    """One network: a curve's at one value."""

    def __init__(self, options, curve, value):
        self.options, self.value = options, value
        self.network, self.key, _, others = CURVES[curve]
        self.settings = {"batch": 64} | others | {self.key: value}
        self.path = options.dir / f"{curve}-{value}"

    def build(self):
        """Keeps the seconds that it took beside the executable."""
        schedule = self.path.with_suffix(".yaml")
        schedule.write_text(SCHEDULE.format(batch=self.settings["batch"]))
        define = [f"-D{key}={value}" for key, value in self.settings.items()
                  if key != "batch"]
        begin = time.perf_counter()
        subprocess.run([self.options.guss, "build", *define, "-o", self.path,
                        ROOT / f"bench/growth/{self.network}.nn", schedule],
                       check=True)
        self.path.with_suffix(".json").write_text(
            json.dumps(time.perf_counter() - begin))

    def row(self):
        seconds = json.loads(self.path.with_suffix(".json").read_text())
        cells = [str(self.value), f"{seconds:.1f}"]
        for threads in self.options.threads:
            processors = sorted(os.sched_getaffinity(0))[:threads]
            step = json.loads(subprocess.run(
                [self.path, "bench", "--threads", str(threads), "--seconds",
                 str(self.options.seconds), "--format", "json"], check=True,
                capture_output=True, text=True,
                preexec_fn=lambda: os.sched_setaffinity(0, processors)).stdout)
            each = 1e3 * step["ms_per_step"] / self.settings["batch"]
            cells += [f"{step['ms_per_step']:.4g}", f"{each:.3g}",
                      f"{step['gflops'] / step['peak_gflops']:.0%}"]
        return "| " + " | ".join(cells) + " |"


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("curves", nargs="*", default=list(CURVES), metavar="CURVE")
    parser.add_argument("--threads", default="1,2")
    parser.add_argument("--seconds", type=float, default=0.3)
    parser.add_argument("--prepare", action="store_true")
    parser.add_argument("--built", action="store_true")
    parser.add_argument("--guss", type=pathlib.Path, default=ROOT / "build/guss")
    parser.add_argument("--dir", type=pathlib.Path,
                        default=ROOT / "build/bench/growth")
    options = parser.parse_args()
    options.threads = [int(each) for each in options.threads.split(",")]
    options.dir.mkdir(parents=True, exist_ok=True)
    for curve in options.curves:
        points = [Point(options, curve, value) for value in CURVES[curve][2]]
        for point in points:
            if not options.built:
                point.build()
        if options.prepare:
            continue
        head = [CURVES[curve][1], "build, s"]
        for threads in options.threads:
            head += [f"{threads}: ms", "µs a sample", "of peak"]
        print(f"\n{curve}\n\n| {' | '.join(head)} |")
        print("|" + " ---: |" * len(head), flush=True)
        for point in points:
            print(point.row(), flush=True)


if __name__ == "__main__":
    main()
