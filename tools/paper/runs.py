"""Training, part by part: each part is the folder of a run, which goes on from
where it stopped, on to any larger budget."""
import csv
import hashlib
import json
import os
import time

from figures import RUNS
from forecast import text as in_words
from guss import Failed, Training

STOPPED = (130, 143)
LOOK = 20   # seconds between two lines of progress where there is no terminal


class Stopped(Exception):
    """The time that was allowed is over; the run is saved."""


class Part:
    """One of RUNS on this machine."""

    def __init__(self, run, guss, folder, budget, limit):
        self.run, self.guss = run, guss
        self.folder = os.path.join(folder, run.name)
        self.budget = getattr(run, budget)
        if limit is not None:
            self.budget = min(self.budget, max(limit // run.updates, 1))
        self.ms_per_step = self.step_load = None   # as bench has it; the machine's load then

    # ---- what there is ------------------------------------------------------

    def record(self):
        """run.json, or {} where there is none yet."""
        try:
            with open(os.path.join(self.folder, "run.json"), encoding="utf-8") as file:
                return json.load(file)
        except (OSError, ValueError):
            return {}

    def log(self):
        """log.csv as a dictionary of columns."""
        try:
            with open(os.path.join(self.folder, "log.csv"), encoding="utf-8", newline="") as file:
                rows = [row for row in csv.reader(file)]
        except OSError:
            return {}
        numbers = [[float(cell) for cell in row] for row in rows[1:] if len(row) == len(rows[0])]
        return {name: [row[i] for row in numbers] for i, name in enumerate(rows[0])}

    @property
    def updates(self):
        """Done and saved, as the newest checkpoint has it."""
        return max(self.checkpoints(), default=0)

    def checkpoints(self):
        try:
            names = os.listdir(os.path.join(self.folder, "checkpoints"))
        except OSError:
            return []
        return [int(name[:-5]) for name in names
                if name.endswith(".guss") and name[:-5].isdigit()]

    @property
    def wanted(self):
        return self.budget * self.run.updates

    @property
    def usual(self):
        """What it is trained for if nothing else is said."""
        return self.run.default * self.run.updates

    @property
    def is_done(self):
        return self.updates >= self.wanted

    @property
    def is_begun(self):
        return os.path.exists(self.path("weights.safetensors")) or bool(self.checkpoints())

    @property
    def threads(self):
        return self.record().get("threads") or self.guss.threads

    def worked(self):
        """The share of its threads' time that processors worked; None where it is
        not known. A run beside other work waits for them."""
        record = self.record()
        if not record.get("processor_seconds") or not record.get("seconds"):
            return None
        return record["processor_seconds"] / (record["seconds"] * self.threads)

    def outside(self):
        """The share of its time that went to all but its steps: validation, files,
        sheets, the screen; None where it is not known."""
        record = self.record()
        if not record.get("step_seconds") or not record.get("seconds"):
            return None
        return 1 - record["step_seconds"] / record["seconds"]

    def path(self, name):
        return os.path.join(self.folder, name)

    @property
    def model(self):
        """The executable of the run itself, which alone gives its bits again."""
        kept = self.path("model")
        return kept if os.path.exists(kept) else self.guss.build(self.run.model, self.run.schedule)

    def state(self, updates):
        """The weights after so many updates, if they were kept."""
        path = self.path(f"checkpoints/{updates}.guss")
        return path if os.path.exists(path) else None

    def sheet(self, updates):
        path = self.path(f"samples/{updates:08d}.png")
        return path if os.path.exists(path) else None

    def layout(self):
        """Count and columns of its sheets, as its schedule has them."""
        with open(self.path("schedule.yaml"), encoding="utf-8") as file:
            pairs = [line.split(":", 1) for line in file if line.startswith("  ")]
        return {key.strip(): value.strip() for key, value in pairs
                if key.strip() in ("count", "columns")}

    # ---- what it is made of ----------------------------------------------------

    def fingerprint(self):
        """Of model, schedule and settings, not of its length."""
        sum_ = hashlib.sha256()
        for path in (self.guss.model(self.run.model), self.guss.schedule(self.run.schedule)):
            with open(path, "rb") as file:
                sum_.update(file.read())
        sum_.update("\0".join(self.settings()).encode())
        return sum_.hexdigest()

    def settings(self):
        states = ", ".join(str(number) for number in self.run.milestones)
        keep = (f"checkpoint.at=[{states}]",) if states else ()
        return self.run.settings + keep

    def set_aside_if_changed(self):
        """A run of another model or schedule makes way, but is not lost."""
        note = self.folder + ".sha256"
        now = self.fingerprint()
        if os.path.exists(self.folder):
            try:
                with open(note, encoding="ascii") as file:
                    before = file.read()
            except OSError:
                before = ""
            if before == now:
                return
            number = 1
            while os.path.exists(f"{self.folder}.before-{number}"):
                number += 1
            os.rename(self.folder, f"{self.folder}.before-{number}")
        os.makedirs(os.path.dirname(self.folder), exist_ok=True)
        with open(note, "w", encoding="ascii") as file:
            file.write(now)

    # ---- training ------------------------------------------------------------

    def command(self):
        settings = [f"{self.run.unit}={self.budget}"]
        if os.path.exists(self.path("run.json")):
            command = [self.model, "train", "--resume", self.folder]
        else:
            settings += self.settings()
            command = [self.guss.build(self.run.model, self.run.schedule), "train", "--out",
                       self.folder]
        command += ["--threads", str(self.guss.threads)]
        return command + [word for setting in settings for word in ("--set", setting)]

    def train(self, deadline, say, behind=0.0):
        """Up to its budget; `behind` is how many seconds the parts behind it are
        going to take. Stopped where the deadline (of time.monotonic(), or
        None) comes first; KeyboardInterrupt passes. The run is saved in both."""
        command = self.command()
        training = Training(command, self.folder + ".messages")
        try:
            status = self.watch(training, deadline, say, behind)
        except BaseException:
            training.stop()
            raise
        finally:
            training.close()
        if status in STOPPED:
            raise KeyboardInterrupt
        if status != 0:
            raise Failed(command, status, training.messages())

    def watch(self, training, deadline, say, behind):
        begun = said = time.monotonic()
        at_first = self.updates
        while True:
            status = training.wait(1.0)
            now = time.monotonic()
            if status is not None:
                return status
            if deadline is not None and now >= deadline:
                raise Stopped
            if training.out and now - said >= LOOK:
                said = now
                say(self.progress(at_first, now - begun, behind))

    def progress(self, at_first, seconds, behind):
        """How far it is, and the time left at the speed so far."""
        done = max([int(n) for n in self.log().get("iteration", [])] + [self.updates])
        text = f"    {done:,} of {self.wanted:,} updates"
        if done <= at_first:
            return text
        left = (self.wanted - done) * seconds / (done - at_first)
        return f"{text}, {in_words(left)} left, {in_words(left + behind)} in all"

    def seconds_left(self):
        """As the step that was timed promises; None where none was."""
        if self.ms_per_step is None:
            return None
        return max(self.wanted - self.updates, 0) * self.ms_per_step / 1000


def parts(guss, folder, budget, limit, sets):
    """All runs whose data is there; none with a larger budget than `limit` updates,
    where that is not None."""
    return {name: Part(run, guss, folder, budget, limit) for name, run in RUNS.items()
            if run.data in sets}
