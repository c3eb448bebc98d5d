"""How long each part will take here, from the executables' own benchmark; and
what was spent beside training."""
import contextlib
import json
import os
import resource
import time

from guss import bench

SECONDS, ROUNDS = 0.15, 6   # the least of them: other work on the machine only adds
STEPS, REPORT = "timing a step of each model", "measuring, and writing the report"
SLOW = 100                # milliseconds of a step, above which one round has to do


def text(seconds):
    """0:07, 12:30, 5:01:00, 18 days 2 hours."""
    seconds = int(round(seconds))
    if seconds >= 48 * 3600:
        return f"{seconds // 86400} days {seconds % 86400 // 3600} hours"
    hours, rest = divmod(seconds, 3600)
    minutes = f"{rest // 60:02d}" if hours else f"{rest // 60}"
    return f"{f'{hours}:' if hours else ''}{minutes}:{rest % 60:02d}"


class Steps:
    """Times of steps, measured once a model, batch and number of threads, and
    kept in a file beside the load that the machine had."""

    def __init__(self, path):
        self.path = path
        try:
            with open(path, encoding="utf-8") as file:
                self.known = json.load(file)
        except (OSError, ValueError):
            self.known = {}

    @staticmethod
    def key(guss, run, threads):
        return f"{run.model}, batch {batch_of(guss, run)}, {threads} threads"

    def timed(self, guss, run, threads):
        """Milliseconds, and the load of the machine then; None, None where it was
        not timed yet."""
        step = self.known.get(self.key(guss, run, threads), {})
        return step.get("ms"), step.get("load")

    def ms(self, guss, run, threads):
        key = self.key(guss, run, threads)
        if key not in self.known:
            load = os.getloadavg()[0]
            self.known[key] = {"ms": least(guss.build(run.model, run.schedule), threads),
                               "load": round(load, 2)}
            os.makedirs(os.path.dirname(self.path), exist_ok=True)
            with open(self.path, "w", encoding="utf-8") as file:
                json.dump(self.known, file, indent=1)
        return self.known[key]["ms"]

    def load(self, threads, models):
        """The greatest load that a step of these models was timed under, with so
        many threads."""
        return max((step["load"] for key, step in self.known.items()
                    if key.endswith(f", {threads} threads") and key.split(",")[0] in models),
                   default=0.0)


def least(model, threads):
    found = [bench(model, threads, SECONDS)]
    while found[0] < SLOW and len(found) < ROUNDS:
        found.append(bench(model, threads, SECONDS))
    return min(found)


def batch_of(guss, run):
    with open(guss.schedule(run.schedule), encoding="utf-8") as file:
        return int(next(line.split(":")[1] for line in file if line.startswith("batch:")))


class Spent:
    """Seconds that went by, and that processors worked, for each purpose: of all
    calls together, kept in a file."""

    def __init__(self, path):
        self.path = path
        try:
            with open(path, encoding="utf-8") as file:
                self.known = json.load(file)
        except (OSError, ValueError):
            self.known = {}

    @contextlib.contextmanager
    def on(self, purpose):
        begun, worked = time.monotonic(), processor_seconds()
        try:
            yield
        finally:
            before = self.known.get(purpose, {"seconds": 0.0, "processor_seconds": 0.0})
            self.known[purpose] = {
                "seconds": before["seconds"] + time.monotonic() - begun,
                "processor_seconds": before["processor_seconds"] + processor_seconds() - worked}
            with open(self.path + ".new", "w", encoding="utf-8") as file:
                json.dump(self.known, file, indent=1)
            os.replace(self.path + ".new", self.path)


def processor_seconds():
    """Of this process and of all that it started and waited for."""
    usages = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(usage.ru_utime + usage.ru_stime for usage in usages)
