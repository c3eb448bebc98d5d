#!/usr/bin/env python3
"""Times networks of the zoo with guss and its peers, in turns in one run.

`bench/run.sh` starts it; README.md describes its options and what a figure means.
"""

import argparse
import datetime
import json
import os
import pathlib
import platform
import re
import select
import subprocess
import sys
import time

import yaml

import tables
from peers.description import Task, networks_of

ROOT = pathlib.Path(__file__).resolve().parent.parent
PEERS = ("torch", "jax", "tensorflow")
# The paper's five, with the schedule of each; then the zoo's, in the order of the table.
PAPER = {"simple_autoencoder": "mnist", "deep_autoencoder": "mnist",
         "convolutional_autoencoder": "mnist", "vanilla_gan": "mnist",
         "dcgan": "smile2"}
ZOO = ["dense2048", "batch_norm", "deep_narrow", "lenet5", "mnist_convnet",
       "torch_mnist", "denoiser", "ecg", "mobilenet", "squeeze_excite", "resnet20",
       "densenet40", "unet", "squeezenet", "allcnn", "tf_dcgan", "keras_gan_dcgan",
       "torch_dcgan"]
SLOW_ONES = ["celeba_dcgan", "vgg16"]   # timed only where they are named
REST = 0.2          # seconds, in which the threads of the last one go to sleep
HOPELESS = 4        # times the best peer: such a way is timed no further
CLOSE = 1.5         # times the best peer: such a peer takes part in all rounds


def say(text):
    print(f"bench: {text}", file=sys.stderr, flush=True)


def pin(threads):
    """Makes a process run on as many processors as it has threads."""
    processors = sorted(os.sched_getaffinity(0))[:threads]
    return lambda: os.sched_setaffinity(0, processors)


# ---- peers ---------------------------------------------------------------------

class Peer:
    """The process of one peer with so many threads; it begins when it is first
    asked, and again where it was given up."""

    def __init__(self, name, python, threads, patience):
        self.name, self.python, self.threads = name, python, threads
        self.patience = patience
        self.process, self.version = None, None

    def begin(self):
        self.process = subprocess.Popen(
            [self.python, ROOT / "bench/peers/worker.py", self.name,
             str(self.threads)], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL, text=True)
        self.version = self.read().get("version")

    def read(self):
        ready, _, _ = select.select([self.process.stdout], [], [], self.patience)
        line = self.process.stdout.readline() if ready else ""
        if line:
            return json.loads(line)
        self.end()
        return {"error": "it ended" if ready else f"no step in {self.patience} s"}

    def ask(self, **request):
        if not self.process:
            self.begin()
        if not self.process:
            return {"error": "it does not begin"}
        self.process.stdin.write(json.dumps(request) + "\n")
        self.process.stdin.flush()
        return self.read()

    def end(self):
        if self.process:
            self.process.kill()
            self.process.wait()
            self.process = None


class Contest:
    """One network with so many threads: guss and its peers."""

    def __init__(self, options, network, threads, peers, before):
        self.options, self.network, self.threads = options, network, threads
        self.peers = peers
        self.before = before    # the same with fewer threads, or None
        self.guss = {"ms": [], "gflops": [], "peak_gflops": []}
        self.found = {}         # by peer

    def time_guss(self):
        figures = json.loads(subprocess.run(
            [self.network.executable, "bench", "--threads", str(self.threads),
             "--seconds", str(self.options.seconds), "--format", "json"],
            check=True, capture_output=True, text=True,
            preexec_fn=pin(self.threads)).stdout)
        self.guss["ms"].append(figures["ms_per_step"])
        for key in ("gflops", "peak_gflops"):
            self.guss[key].append(figures[key])

    def best_ms(self):
        """Of all peers; infinite while there is none."""
        return min((min(each["ms"]) for each in self.found.values() if each["ms"]),
                   default=float("inf"))

    def enough(self):
        """Seconds a step, from which on a way is hopeless."""
        return min(20 * self.guss["ms"][0], HOPELESS * self.best_ms()) / 1e3

    def promising(self, name, ways):
        """Ways that were not hopeless with fewer threads."""
        earlier = (self.before.found.get(name, {}).get("ways", {})
                   if self.before else {})
        if not earlier:
            return ways
        limit = 2 * min(earlier.values())
        return [way for way in ways if earlier.get(way, limit + 1) <= limit]

    def is_hopeless(self, name):
        if not self.before:
            return False
        earlier = self.before.found.get(name)
        return not earlier or not earlier["ms"] or (
            min(earlier["ms"]) > HOPELESS * self.before.best_ms())

    def try_ways(self, peer):
        """The first round of a peer: all its ways, of which the fastest goes on."""
        result = {"ms": [], "ways": {}, "first_s": {}}
        if self.is_hopeless(peer.name):
            self.found[peer.name] = result | {"left": "slow with fewer threads"}
            return
        opened = peer.ask(open=str(self.network.task_path))
        result["version"] = peer.version
        self.found[peer.name] = result
        if "error" in opened:
            result |= opened
            return
        for way in self.promising(peer.name, opened["ways"]):
            time.sleep(REST)
            figures = peer.ask(way=way, seconds=self.options.seconds / 2,
                               enough=self.enough())
            if "error" in figures:
                say(f"  {peer.name}, {way}: {figures['error']}")
                result.setdefault("errors", {})[way] = figures["error"]
                if not peer.process:    # its other ways would take as long
                    break
                continue
            result["ways"][way] = figures["ms"]
            result["first_s"][way] = figures["first_s"]
            best = min(result["ways"], key=result["ways"].get)
            result |= {"way": best, "ms": [result["ways"][best]]}

    def time_again(self, peer):
        result = self.found.get(peer.name)
        if not result or not result["ms"]:
            return
        if min(result["ms"]) > CLOSE * self.best_ms():
            return
        if not peer.process:
            peer.ask(open=str(self.network.task_path))
        time.sleep(REST)
        figures = peer.ask(way=result["way"], seconds=self.options.seconds,
                           enough=float("inf"))
        if "error" not in figures:
            result["ms"].append(figures["ms"])

    def prepare(self):
        """Compiles each way, so that a run of the same in quiet begins at once."""
        for peer in self.peers:
            opened = peer.ask(open=str(self.network.task_path))
            for way in opened.get("ways", []):
                answer = peer.ask(way=way, seconds=0, enough=0)
                say(f"  {peer.name}, {way}: "
                    + answer.get("error", f"{answer.get('first_s') or 0:.1f} s"))
                if not peer.process:
                    peer.ask(open=str(self.network.task_path))
            if peer.process:
                peer.ask(close=True)

    def run(self):
        for number in range(self.options.rounds):
            time.sleep(REST)
            self.time_guss()
            for peer in self.peers:
                (self.time_again if number else self.try_ways)(peer)
        for peer in self.peers:
            if peer.process:
                peer.ask(close=True)
        return {"guss": self.guss, "peers": self.found}


# ---- networks ------------------------------------------------------------------

class Network:
    """A network of the zoo: its executable, and its description for peers."""

    def __init__(self, options, name):
        self.name, self.options = name, options
        folder, schedule = ROOT / "bench/zoo", f"{name}.yaml"
        if name in PAPER:
            folder, schedule = ROOT / "models", f"{name}.{PAPER[name]}.yaml"
        self.source, self.schedule = folder / f"{name}.nn", folder / schedule
        self.executable = options.out / name
        self.task_path = options.out / f"{name}.json"
        self.task = self.describe()

    def describe(self):
        dump = subprocess.run(
            [self.options.guss, "emit", "--dump=graph", self.source], check=True,
            capture_output=True, text=True).stdout
        task = Task(self.name, networks_of(dump),
                    yaml.safe_load(self.schedule.read_text()))
        task.save(self.task_path)
        return task

    def build(self):
        """The executable; seconds, and the kilobytes of C that were written."""
        emitted = self.options.out / f"{self.name}.emitted"
        begin = time.perf_counter()
        subprocess.run([self.options.guss, "build", self.source, self.schedule, "-o",
                        self.executable, "--keep", emitted,
                        *self.options.build], check=True)
        return {"build_s": time.perf_counter() - begin,
                "emitted_kb": sum(each.stat().st_size
                                  for each in emitted.glob("*.c")) / 1e3}


def check_networks(options, networks, pythons):
    """Whether peers compute the same; 1 where one does not."""
    failed = 0
    for network in networks:
        network.build()
        for name, python in pythons.items():
            folder = options.out / "check"
            folder.mkdir(exist_ok=True)
            failed |= subprocess.run(
                [python, ROOT / "bench/peers/check.py", name, network.task_path,
                 network.executable, folder],
                stderr=None if options.verbose else subprocess.DEVNULL,
                check=False).returncode
    return 1 if failed else 0


# ---- the run -------------------------------------------------------------------

def processor():
    try:
        text = pathlib.Path("/proc/cpuinfo").read_text()
    except OSError:
        return platform.processor() or platform.machine()
    found = re.search(r"^model name\s*: (.*)$", text, re.MULTILINE)
    return found[1] if found else platform.machine()


def find_pythons(options):
    """The first Python that has it, by peer; says which are missing."""
    found = {}
    for name in options.peers:
        for python in options.python:
            if subprocess.run([python, "-c", f"import numpy, {name}"], check=False,
                              capture_output=True).returncode == 0:
                found[name] = python
                break
        else:
            say(f"no {name} here: it is left out")
    return found


def run(options, networks, pythons):
    """All contests; what was found so far is written behind each network."""
    result = {"date": str(datetime.date.today()), "processor": processor(),
              "processors": os.cpu_count(), "rounds": options.rounds,
              "seconds": options.seconds, "versions": {}, "networks": []}
    result["versions"]["guss"] = subprocess.run(
        [options.guss, "--version"], capture_output=True, text=True,
        check=True).stdout.split("\n")[0]
    peers = {threads: [Peer(name, python, threads, options.patience)
                       for name, python in pythons.items()]
             for threads in options.threads}
    begin = time.monotonic()
    for network in networks:
        if time.monotonic() - begin > 60 * options.minutes:
            say(f"no time left for {network.name}")
            continue
        entry = {"name": network.name, "batch": network.task.batch, "threads": {}}
        entry |= network.build()
        before = None
        for threads in options.threads:
            say(f"{network.name}, threads {threads}")
            contest = Contest(options, network, threads, peers[threads], before)
            if options.prepare:
                contest.prepare()
                continue
            entry["threads"][threads] = contest.run()
            before = contest
        if options.prepare:
            continue
        result["networks"].append(entry)
        for peer in (each for some in peers.values() for each in some):
            if peer.version:
                result["versions"][peer.name] = peer.version
        (options.out / "result.json").write_text(json.dumps(result, indent=1))
    for peer in (each for some in peers.values() for each in some):
        peer.end()
    return json.loads(json.dumps(result))   # keys as a file has them


def keep(options, result):
    """What was measured, for others to read: JSON, Markdown and a picture."""
    word = re.sub(r"[^a-z0-9]+", "-", result["processor"].lower()).strip("-")
    path = options.keep / f"{result['date']}-{word}"
    options.keep.mkdir(parents=True, exist_ok=True)
    path.with_suffix(".json").write_text(json.dumps(result, indent=1) + "\n")
    path.with_suffix(".svg").write_text(tables.picture(result))
    path.with_suffix(".md").write_text(tables.markdown(result, f"{path.name}.svg"))
    say(f"kept as {path}.md, .json and .svg")


def parse():
    parser = argparse.ArgumentParser(prog="bench/run.sh", description=__doc__)
    parser.add_argument("-n", "--networks", default="", metavar="A,B",
                        help="these alone; `paper`, `zoo` and `all` are several")
    parser.add_argument("-p", "--peers", default=",".join(PEERS), metavar="A,B",
                        help="torch, jax, tensorflow; `none` times guss alone")
    parser.add_argument("-t", "--threads", default="1,2", metavar="N,M")
    parser.add_argument("-r", "--rounds", type=int, default=3)
    parser.add_argument("-s", "--seconds", type=float, default=1.0)
    parser.add_argument("-m", "--minutes", type=float, default=25.0,
                        help="begin no network behind so many")
    parser.add_argument("-k", "--keep", type=pathlib.Path, metavar="DIR",
                        help="keep the results there, as bench/results has them")
    parser.add_argument("-b", "--build", action="append", default=[],
                        metavar="OPTION", help="an option of guss build")
    parser.add_argument("-c", "--check", action="store_true",
                        help="check that peers compute the same, and time nothing")
    parser.add_argument("--patience", type=float, default=100, metavar="SECONDS",
                        help="until a way that has not made a step is given up")
    parser.add_argument("--prepare", action="store_true",
                        help="compile all that the run would compile; time nothing")
    parser.add_argument("-v", "--verbose", action="store_true")
    parser.add_argument("--guss", type=pathlib.Path, default=ROOT / "build/guss")
    parser.add_argument("--out", type=pathlib.Path, default=ROOT / "build/bench")
    parser.add_argument("--python", default=sys.executable, metavar="A:B",
                        help="where peers are looked for")
    options = parser.parse_args()
    options.threads = [int(each) for each in options.threads.split(",")]
    options.peers = [each for each in options.peers.split(",") if each != "none"]
    options.python = options.python.split(":")
    groups = {"paper": list(PAPER), "zoo": ZOO, "": [*PAPER, *ZOO],
              "all": [*PAPER, *ZOO, *SLOW_ONES]}
    names = [name for word in options.networks.split(",")
             for name in groups.get(word, [word])]
    for name in names:
        if name not in groups["all"]:
            parser.error(f"no network {name}: {', '.join(groups['all'])}")
    return options, names


def main():
    options, names = parse()
    options.out.mkdir(parents=True, exist_ok=True)
    networks = [Network(options, name) for name in names]
    pythons = find_pythons(options)
    if options.check:
        sys.exit(check_networks(options, networks, pythons))
    result = run(options, networks, pythons)
    if options.prepare:
        return
    print(tables.markdown(result))
    if options.keep:
        keep(options, result)


if __name__ == "__main__":
    main()
