"""The paper, reproduced: python3 tools/paper [options]; `make paper` calls it.

Whatever is trained stays below build/paper/runs and goes on where it stopped;
build/paper/report.md and report.html show what there is."""
import argparse
import os
import signal
import sys
import time

import forecast
import sets
from claims import Judge
from figures import FIGURES, KINDS, MODELS, RUNS, SETS
from guss import Failed, Guss
from measures import Measures
from report import Report
from runs import Stopped, parts

ROOT = os.path.abspath(os.path.join(os.path.dirname(__file__), "..", ".."))
LONG = 60   # seconds of a part before which the report is written
WORDS = {"quick": "reduced budgets (QUICK=1)", "default": "", "full": ""}


def say(text):
    print(text, flush=True)


def fail(text, status):
    print(f"tools/paper: {text}", file=sys.stderr)
    sys.exit(status)


class Work:
    """What one call works with."""

    def __init__(self, options):
        build = os.path.abspath(options.build)
        self.folder = os.path.abspath(options.out or os.path.join(build, "paper"))
        os.makedirs(self.folder, exist_ok=True)
        self.budget = "quick" if options.quick else "full" if options.full else "default"
        self.budget_words = WORDS[self.budget] if options.limit is None else \
            f"at most {options.limit:,} updates of a part"
        self.guss = Guss(ROOT, build, os.path.join(self.folder, "models"), options.threads)
        self.paper = sets.paper(ROOT)
        self.sets = sets.available(self.guss, self.folder)
        self.parts = parts(self.guss, os.path.join(self.folder, "runs"), self.budget,
                           options.limit, self.sets)
        self.measures = Measures(self.guss, self.parts, os.path.join(self.folder, "measures"),
                                 options.quick)
        self.steps = forecast.Steps(os.path.join(self.folder, "steps.json"))
        self.spent = forecast.Spent(os.path.join(self.folder, "spent.json"))
        self.deadline = time.monotonic() + 60 * options.minutes if options.minutes else None

    def scratch(self, name):
        return os.path.join(self.folder, name)

    def time_steps(self, wanted):
        with self.spent.on(forecast.STEPS):
            for part in wanted:
                self.steps.ms(self.guss, part.run, self.guss.threads)
        for part in self.parts.values():
            part.ms_per_step, part.step_load = self.steps.timed(self.guss, part.run,
                                                                self.guss.threads)

    def judge(self):
        known = {}
        for part in self.parts.values():   # the first of a model's: batch 256 of the autoencoders
            if part.ms_per_step is not None:
                known.setdefault(part.run.model, part.ms_per_step)
        weights = self.paper and os.path.join(self.paper, "weights")
        load = self.steps.load(self.guss.threads, MODELS) / len(os.sched_getaffinity(0))
        return Judge(self.measures, known, load,
                     weights if weights and os.path.isdir(weights) else None)


# ---- what is asked for ---------------------------------------------------------------


def whole(least):
    def read(text):
        value = int(text)
        if value < least:
            raise ValueError
        return value
    read.__name__ = "whole number"
    return read


def read_options():
    parser = argparse.ArgumentParser(prog="tools/paper", description="Reproduces the paper.")
    parser.add_argument("--build", default=os.path.join(ROOT, "build"), help="build folder")
    parser.add_argument("--out", help="where all is kept, else BUILD/paper")
    length = parser.add_mutually_exclusive_group()
    length.add_argument("--quick", action="store_true", help="reduced budgets, some minutes")
    length.add_argument("--full", action="store_true", help="the longest runs too: weeks")
    parser.add_argument("--figure", default="", metavar="N...", help="train for these figures alone: '4b 10'")
    parser.add_argument("--threads", type=whole(1), default=len(os.sched_getaffinity(0)))
    parser.add_argument("--limit", type=whole(1), help="at most so many updates of a part")
    parser.add_argument("--minutes", type=whole(1), help="stop training after so many")
    parser.add_argument("--runs", default="", metavar="NAME...",
                        help="train these alone, in this order: 'simple.mnist dcgan.smileys'")
    parser.add_argument("--report", action="store_true", help="train nothing, write the report")
    parser.add_argument("--publish", metavar="DIR",
                        help="write a second report there, without what has no licence")
    return parser.parse_args()


def wanted_figures(text):
    """Figures by their numbers; 4, 12a and left parts are their figure."""
    figures = []
    for word in text.lower().replace(",", " ").split():
        found = [f for f in FIGURES if f.number == word] or \
            [f for f in FIGURES if f.number.rstrip("abc") == word] or \
            [f for f in FIGURES if f.number == word.rstrip("abc")]
        if not found:
            fail(f"the paper has no figure '{word}'; it has {' '.join(f.number for f in FIGURES)}", 2)
        figures += [figure for figure in found if figure not in figures]
    return figures or list(FIGURES)


def wanted_parts(work, figures, names):
    """Those that the figures show, the quickest first; or those named, in order."""
    for name in names:
        if name not in RUNS:
            fail(f"there is no run '{name}'; there are {' '.join(RUNS)}", 2)
    shown = names or list(dict.fromkeys(
        name for figure in figures
        for name in (*(sheet.run for sheet in figure.sheets), *figure.readers)))
    return [work.parts[name] for name in shown if name in work.parts]


# ---- the work -----------------------------------------------------------------------


def plan(work, wanted):
    """Sets changed runs aside, times the steps, says how long it will take."""
    for part in wanted:
        part.set_aside_if_changed()
    say("timing a training step of each model")
    work.time_steps(wanted)
    left = [part for part in wanted if not part.is_done]
    for part in left:
        say(f"  {describe(part)}: about {forecast.text(part.seconds_left())}")
    total = sum(part.seconds_left() for part in left)
    say(f"{len(left)} of {len(wanted)} parts to train, about {forecast.text(total)}; "
        "Ctrl-C at any time, the same command goes on")
    return left


def describe(part):
    done = f", {part.updates:,} done" if part.updates else ""
    return (f"{part.run.name} ({KINDS[part.run.model]}, {SETS[part.run.data]}): "
            f"{part.wanted:,} updates{done}")


def train(work, left, write_report):
    """One part after the other. The report is written before each long one, so
    that what is there can be seen."""
    for index, part in enumerate(left):
        if index and part.seconds_left() > LONG:
            write_report()
        rest = sum(other.seconds_left() for other in left[index:])
        say(f"[{index + 1}/{len(left)}] {describe(part)}; {forecast.text(rest)} left in all")
        try:
            part.train(work.deadline, say, rest - part.seconds_left())
        except Stopped:
            say(f"    the time is over: {part.updates:,} of {part.wanted:,} updates, saved")
            return


def interrupt(*_):
    raise KeyboardInterrupt


def run(options):
    work = Work(options)
    wanted = wanted_parts(work, wanted_figures(options.figure), options.runs.split())

    def write_report():
        say(f"writing {os.path.relpath(os.path.join(work.folder, 'report.html'))}")
        Report(work.folder, work).write()
    if options.report:
        work.time_steps(wanted)
    else:
        left = plan(work, wanted)
        if not options.runs:
            left.sort(key=lambda part: part.seconds_left())
        train(work, left, write_report)
    write_report()
    if options.publish:
        Report(os.path.abspath(options.publish), work, is_public=True).write()
    for name in ("report.md", "report.html"):
        say(os.path.relpath(os.path.join(work.folder, name)))


def main():
    for number in (signal.SIGTERM, signal.SIGHUP, signal.SIGINT):
        signal.signal(number, interrupt)
    options = read_options()
    sets.use(ROOT)
    try:
        run(options)
    except KeyboardInterrupt:
        fail("stopped; what was trained is saved, and the same command goes on", 130)
    except Failed as failure:
        fail(str(failure), 1 if failure.status == 1 else 3)


main()
