#!/usr/bin/env python3
"""profile.py [--threads N] [--seconds S] [--layers] NETWORK...

Says where a training step of guss goes, for networks that bench/run.sh has built: the
share of each kind of layer, forward, backward and gradient apart, or of each layer with
`--layers`. It samples the executable's `bench` with perf and leaves out what comes
before the steps and behind them.
"""

import argparse
import collections
import pathlib
import re
import subprocess
import sys

from peers.description import Task

BENCH = pathlib.Path(__file__).resolve().parent.parent / "build/bench"
BEFORE = {"draw_bytes", "run_avx512", "run_avx2", "run_plain", "shuffle_pass"}
SYMBOL = re.compile(r"^\s*([0-9.]+)%\s+(\S+)\s+\[(.)\]\s+(\S+)")


def sample(executable, threads, seconds, path):
    subprocess.run(["perf", "record", "-q", "-F", "1999", "-e", "cpu-clock", "-o", path,
                    executable, "bench", "--threads", str(threads), "--seconds",
                    str(seconds)], check=True, stdout=subprocess.DEVNULL,
                   stderr=subprocess.DEVNULL)
    return subprocess.run(
        ["perf", "report", "-i", path, "--stdio", "--no-children", "-q", "-F",
         "overhead,dso,symbol", "--time", "50%-95%"], check=True,
        capture_output=True, text=True).stdout


def group_of(symbol, is_kernel, layers, by_layer):
    """What a function belongs to: "Conv2D backward", or "conv2d_1 backward"."""
    if is_kernel:
        return "the system's kernel"
    symbol = re.sub(r"\.(constprop|isra|part|cold)\.\d+", "", symbol)
    for name in sorted(layers, key=len, reverse=True):
        if symbol.startswith(name + "_"):
            what = symbol[len(name) + 1:].replace("_", " ")
            return f"{name if by_layer else layers[name]} {what}"
    return "tiles, inlined" if symbol.startswith("train_one_tile") else symbol


def profile(options, name):
    task = Task.load(BENCH / f"{name}.json")
    layers = {f"{network.name}_{layer.name}" if task.is_gan else layer.name:
              f"{network.name}, {layer.kind}" if task.is_gan else layer.kind
              for network in task.networks for layer in network.layers}
    shares = collections.Counter()
    for line in sample(BENCH / name, options.threads, options.seconds,
                       BENCH / f"{name}.perf").splitlines():
        found = SYMBOL.match(line)
        if found and found[4] not in BEFORE:
            shares[group_of(found[4], found[3] == "k", layers,
                            options.layers)] += float(found[1])
    total = sum(shares.values())
    print(f"\n{name}, threads {options.threads}\n")
    for group, share in shares.most_common():
        if share >= 0.01 * total:
            print(f"{100 * share / total:6.1f} %  {group}")


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("networks", nargs="+")
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--seconds", type=float, default=3)
    parser.add_argument("--layers", action="store_true")
    options = parser.parse_args()
    for name in options.networks:
        if not (BENCH / name).exists():
            sys.exit(f"no {BENCH / name}: bench/run.sh -p none -n {name}")
        profile(options, name)


if __name__ == "__main__":
    main()
