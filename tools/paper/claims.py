"""The paper's claims, each with measured numbers and verdicts. What makes a
verdict is written here before anything is measured, and no setting is tuned to
reach one."""
import os
from dataclasses import dataclass, replace

import arrays
from figures import MODELS, SETS
from measures import CODE_LAYER, SHIFTS

CONFIRMED, REFUTED, UNDECIDED = "confirmed", "refuted", "undecided"
READS = 0.9          # share of digits that a classifier reads alike redrawn
WORKS = 0.5          # share of stroke pixels that come back, and of marks that are strokes
FEWER = 10           # times as few parameters are far fewer
TIMES_LONGER = 30    # the paper's; confirmed within a factor of two
FEATURES = 0.5       # of the distance of shuffled pixels
COPIES = 0.5         # of the distance between samples
BUSY = 1.5           # load of a processor above which times decide nothing
ALONE = 0.8          # of its threads' time that processors worked for a run: it had them
IMPROVES = -0.5      # rank correlation of distance and updates
TRAINED = ("mnist", "smile2", "smileys")
AUTOENCODERS = ("simple", "deep", "convolutional")


@dataclass(frozen=True)
class Finding:
    """Of one data set or network: what was measured, and what follows."""
    subject: str
    measured: str
    verdict: str
    runs: tuple = ()   # what it rests on


@dataclass(frozen=True)
class Curves:
    """What a claim rests on, for a picture of it: each curve has a name, and values
    over the same `xs`."""
    name: str
    title: str
    x_name: str
    y_name: str
    xs: tuple
    curves: tuple
    caption: str
    is_log: bool = False   # values over several powers of ten


@dataclass(frozen=True)
class Claim:
    number: str
    text: str
    rule: str          # when it counts as confirmed
    findings: tuple
    curves: tuple = ()


def verdict(condition):
    return CONFIRMED if condition else REFUTED


def number(value):
    """Four digits, and no exponent."""
    return f"{value:,.0f}" if value >= 1000 else f"{value:.4g}"


def percent(share):
    return f"{100 * share:.1f} %"


def from_to(values):
    """The mean of several, and how far they lie apart."""
    mean = sum(values) / len(values)
    return f"{number(mean)} ({number(min(values))} to {number(max(values))})"


def less(some, others):
    """Whether all of `some` are less than all of `others`; None where they
    overlap, so that it depends on which were drawn."""
    if max(some) < min(others):
        return True
    return False if min(some) > max(others) else None


def verdict_of_draws(is_so):
    return UNDECIDED if is_so is None else verdict(is_so)


class Judge:
    """Decides on the claims from the parts that are there."""

    def __init__(self, measures, steps, load, author_weights):
        """`steps`: milliseconds by model; `load`: of a processor, meanwhile."""
        self.measures, self.steps, self.load = measures, steps, load
        self.parts = {name: part for name, part in measures.parts.items() if part.is_begun}
        self.author_weights = author_weights
        self.curves = []   # of the claim that is being decided on

    def take_curves(self):
        taken, self.curves = tuple(self.curves), []
        return taken

    def claims(self):
        found = [*self.simple(), *self.deep(), *self.convolutional(), self.moved(), *self.gans(),
                 self.cost(), open_problem()]
        return [replace(claim, findings=tuple(self.noted(finding) for finding in claim.findings))
                for claim in found]

    def noted(self, finding):
        """Leaves the verdict open where a part has not had its usual budget, and
        says how far it is."""
        short = [part for part in map(self.parts.get, finding.runs)
                 if part and part.updates < part.usual]
        if not short:
            return finding
        notes = [f"`{part.run.name}` after {part.updates:,} of {part.usual:,} updates"
                 for part in short]
        so_far = [f"so far {finding.verdict}"] * (finding.verdict != UNDECIDED)
        return replace(finding, verdict=UNDECIDED,
                       measured="; ".join((finding.measured, *notes, *so_far)))

    def find(self, subject, names, measure):
        """What `measure` finds of the runs of these names; a verdict is open where
        one of them is not there."""
        missing = [name for name in names if name not in self.parts]
        if missing:
            said = ", ".join(f"`{name}`" for name in missing)
            return Finding(subject, f"not measured: {said} not trained", UNDECIDED)
        measured, answer = measure(*(self.parts[name] for name in names))
        return Finding(subject, measured, answer, tuple(names))

    # ---- the simple autoencoder -----------------------------------------------------

    def simple(self):
        half = f"{100 * WORKS:g} %"
        rule = (f"at least {half} of the stroke pixels of test pictures come back, and at least "
                f"{half} of what is drawn are strokes")
        return (Claim("1a", "The simple autoencoder reconstructs MNIST recognisably.",
                      f"{rule}; a classifier reads at least {100 * READS:g} % of the redrawn digits "
                      "as it reads the originals",
                      (self.strokes("MNIST", "simple.mnist", True),
                       self.find("MNIST, read", ("simple.mnist", "reader.mnist"), self.read))),
                Claim("1b", "It fails on Smile as it is.",
                      f"less than {half} of the stroke pixels of test pictures come back. The raw "
                      "error would not do: it is smallest where nearly all is paper and nothing "
                      "comes back",
                      (self.strokes("Smile", "simple.smile", False),
                       self.strokes("the drawn faces as they are", "simple.smileys_as_they_are",
                                    False))),
                Claim("1c", "It works on Smile-2.", rule,
                      (self.strokes("Smile-2", "simple.smile2", True),
                       self.strokes("the drawn faces, binarised", "simple.smileys", True))))

    def strokes(self, subject, name, should_work):
        def measure(part):
            test, train = (self.measures.strokes(part, f"{part.run.data}/{which}")
                           for which in ("test", "train"))
            errors = self.measures.errors(part, f"{part.run.data}/test")
            works = test["back"] >= WORKS and test["right"] >= WORKS
            fails = test["back"] < WORKS
            return (f"{percent(test['back'])} of the stroke pixels come back (of training pictures "
                    f"{percent(train['back'])}); {percent(test['right'])} of what is drawn are "
                    f"strokes; binary cross-entropy {errors['loss']:.4g}, mean squared error "
                    f"{errors['mean_squared_error']:.4g}",
                    verdict(works if should_work else fails))
        return self.find(subject, (name,), measure)

    def read(self, part, reader):
        found = self.measures.read_alike(reader, part)
        return (f"{percent(found['alike'])} of the redrawn digits are read as the originals, of "
                f"which the classifier reads {percent(found['right'])} right",
                verdict(found["alike"] >= READS))

    # ---- deep against simple ----------------------------------------------------------

    def deep(self):
        return (Claim("2a", "The deep autoencoder reconstructs better than the simple one.",
                      "a smaller mean squared error",
                      tuple(self.better(data, which) for data in TRAINED
                            for which in ("test", "train"))),
                Claim("2b", "It takes longer.", "a step takes longer, at as many an epoch",
                      (self.longer("deep", 1.0, None),)))

    def better(self, data, which):
        def measure(*parts):
            deep, simple = (self.measures.errors(part, f"{data}/{which}")["mean_squared_error"]
                            for part in parts)
            return f"deep {deep:.4g}, simple {simple:.4g}", verdict(deep < simple)
        return self.find(f"{SETS[data]}, {which} pictures", (f"deep.{data}", f"simple.{data}"),
                         measure)

    def longer(self, short, least, most):
        """A step of a model against one of the simple one, at batch 256."""
        times = {name: self.steps.get(f"{name}_autoencoder") for name in (short, "simple", "deep")}
        if None in times.values():
            return Finding("a step", "not measured", UNDECIDED)
        ratio = times[short] / times["simple"]
        measured = (f"{times[short]:.3g} against {times['simple']:.3g} ms: {ratio:.1f} times the "
                    "simple one's")
        if short != "deep":
            measured += f", {times[short] / times['deep']:.1f} times the deep one's"
        answer = verdict(ratio > least and (not most or ratio < most))
        if most and self.load > BUSY:
            measured += f"; timed beside other work, {self.load:.1f} a processor; so far {answer}"
            answer = UNDECIDED
        return Finding("a step", measured, answer)

    # ---- the convolutional one ---------------------------------------------------------

    def convolutional(self):
        return (Claim("3a", "The convolutional autoencoder has far fewer parameters.",
                      f"at most one {FEWER}th of the others' parameters", (self.parameters(),)),
                Claim("3b", f"It takes {TIMES_LONGER} times longer to train.",
                      f"from {TIMES_LONGER / 2:g} to {TIMES_LONGER * 2} times as long a step, and as "
                      "long an epoch, as the simple one: within a factor of two",
                      (self.longer("convolutional", TIMES_LONGER / 2, TIMES_LONGER * 2),
                       self.longer_epoch())),
                Claim("3c", "It needs fewer epochs than the others.",
                      "the fewest epochs to a common `val_loss`: the largest of the three models' "
                      "smallest ones", tuple(self.epochs(data) for data in TRAINED)))

    def parameters(self):
        counts = {short: self.measures.guss.parameters(f"{short}_autoencoder")
                  for short in AUTOENCODERS}
        mine = counts.pop("convolutional")
        words = " and ".join(f"{count:,} ({short})" for short, count in counts.items())
        return Finding("parameters", f"{mine:,} against {words}",
                       verdict(FEWER * mine <= min(counts.values())))

    def longer_epoch(self):
        """An epoch of the whole run: validation, log and files are in it."""
        def measure(*parts):
            epochs = [part.updates / part.run.updates for part in parts]
            times = [part.record()["seconds"] / count for part, count in zip(parts, epochs)]
            work = [part.worked() for part in parts]
            ratio = times[0] / times[1]
            answer = verdict(TIMES_LONGER / 2 < ratio < TIMES_LONGER * 2)
            measured = f"{times[0]:.3g} against {times[1]:.3g} s: {ratio:.1f} times the simple one's"
            if None in work:
                return measured, UNDECIDED
            seconds = [share * part.record()["seconds"] * part.threads / count
                       for share, part, count in zip(work, parts, epochs)]
            measured += (f"; of processors' time {seconds[0]:.3g} against {seconds[1]:.3g} s, "
                         f"{seconds[0] / seconds[1]:.1f} times")
            if min(work) < ALONE:
                return f"{measured}; beside other work; so far {answer}", UNDECIDED
            return measured, answer
        return self.find("an epoch, MNIST", ("convolutional.mnist", "simple.mnist"), measure)

    def epochs(self, data):
        def measure(*parts):
            logs = [part.log()["val_loss"] for part in parts]
            common = max(min(log) for log in logs)
            needed = [next(i for i, loss in enumerate(log, 1) if loss <= common) for log in logs]
            words = ", ".join(f"{name} {count}" for name, count in zip(AUTOENCODERS, needed))
            return f"epochs to {common:.4g}: {words}", verdict(needed[2] < min(needed[:2]))
        return self.find(SETS[data], [f"{short}.{data}" for short in AUTOENCODERS], measure)

    # ---- moved pictures ------------------------------------------------------------------

    def moved(self):
        found = []
        if self.author_weights:
            models = [(self.measures.guss.build(f"{short}_autoencoder", f"{short}_autoencoder.mnist"),
                       os.path.join(self.author_weights, f"{short}_autoencoder.safetensors"))
                      for short in AUTOENCODERS]
            found.append(self.find("MNIST, the author's weights", ("simple.mnist",),
                                   lambda part: self.tolerance("mnist", "author", models, part)))
        for data in TRAINED:
            names = [f"{short}.{data}" for short in AUTOENCODERS]
            found.append(self.find(
                f"{SETS[data]}, trained here", names,
                lambda *parts, data=data: self.tolerance(data, "trained here", [
                    (part.model, self.measures.weights(part)) for part in parts], parts[0])))
        return Claim("3d", "It tolerates shifted pictures, which the dense ones do not.",
                     f"from 0 to {SHIFTS[-1]} pixels its mean squared error grows least, to the "
                     "least of the three", tuple(found), self.take_curves())

    def tolerance(self, data, whose, models, part):
        lists = self.measures.shifted(f"{data} {whose}", models, part, f"{data}/test")
        words = "the author's weights" if whose == "author" else "trained here"
        title = f"Moved pictures: {SETS[data]}, {words}"
        self.curves.append(Curves(f"shifted-{whose.replace(' ', '-')}-{data}", title,
                                  "pixels moved", "mean squared error", tuple(SHIFTS),
                                  tuple(zip(AUTOENCODERS, lists)),
                                  f"{title}; means over four directions."))
        ratios = [errors[-1] / errors[0] for errors in lists]
        measured = "; ".join(f"{name} {errors[0]:.4f} to {errors[-1]:.4f}, {ratio:.2f} times"
                             for name, errors, ratio in zip(AUTOENCODERS, lists, ratios))
        last = [errors[-1] for errors in lists]
        return measured, verdict(ratios[2] < min(ratios[:2]) and last[2] < min(last[:2]))

    # ---- GANs ---------------------------------------------------------------------------

    def gans(self):
        return (Claim("4a", "GAN samples are less like the data than reconstructions.",
                      "a greater Fréchet distance than the simple autoencoder's reconstructions, in "
                      "every draw", self.of_gans(self.less_like)),
                Claim("4b", "They carry the features of the data.",
                      f"at most {FEATURES:g} of the Fréchet distance of the same images with their "
                      "pixels shuffled", self.of_gans(self.features)),
                Claim("4c", "They do not copy the data.", "the mean distance to the nearest "
                      f"training picture is at least {COPIES:g} of that between training pictures",
                      self.of_gans(self.no_copies)),
                Claim("4d", "The DCGAN improves over the run.", "rank correlation of updates and "
                      f"Fréchet distance of at most {IMPROVES:g} over at least four states, the "
                      "last one better than the first",
                      tuple(self.find(SETS[data], (f"dcgan.{data}", f"deep.{data}"), self.improves)
                            for data in TRAINED), self.take_curves()),
                Claim("4e", "It generalises better than the vanilla GAN.",
                      "every draw has a smaller Fréchet distance than every draw of the other; "
                      "undecided where the two overlap", tuple(
                          self.find(SETS[data], (f"dcgan.{data}", f"vanilla.{data}",
                                                 f"deep.{data}"), self.beats_vanilla)
                          for data in TRAINED)))

    def of_gans(self, measure):
        return tuple(self.find(f"{title}, {SETS[data]}",
                               (f"{short}.{data}", f"deep.{data}", f"simple.{data}"), measure)
                     for data in TRAINED
                     for short, title in (("vanilla", "vanilla GAN"), ("dcgan", "DCGAN")))

    def less_like(self, part, judge, simple):
        drawn = self.measures.frechets(part, judge)
        redrawn = self.measures.frechet_of_reconstructions(simple, judge)
        return (f"samples {from_to(drawn)}, reconstructions {number(redrawn)}, real pictures "
                f"{number(self.measures.frechet_of_data(judge))}",
                verdict_of_draws(less([redrawn], drawn)))

    def features(self, part, judge, _):
        drawn = self.measures.frechet(part, judge)
        shuffled = self.measures.frechet_of_shuffled(part, judge)
        return (f"samples {number(drawn)}, shuffled {number(shuffled)}: {drawn / shuffled:.2f}",
                verdict(drawn <= FEATURES * shuffled))

    def no_copies(self, part, *_):
        near = self.measures.nearest(part)
        ratio = near["mean_distance"] / near["mean_distance_in_data"]
        return (f"{near['mean_distance']:.3g} against {near['mean_distance_in_data']:.3g}: "
                f"{ratio:.2f}", verdict(ratio >= COPIES))

    def improves(self, part, judge):
        states = [updates for updates in part.run.milestones if part.state(updates)]
        states += [part.updates] * (part.updates not in states)
        found = [self.measures.frechet(part, judge, updates) for updates in states]
        if len(states) > 1:
            title = f"The DCGAN over its run: {SETS[part.run.data]}"
            self.curves.append(Curves(
                f"distance-{part.run.data}", title, "updates", "Fréchet distance", tuple(states),
                (("DCGAN", found),), f"{title}; 400 images of each state that was kept.", True))
        ends = "; ".join(f"{number(found[i])} after {states[i]:,}" for i in (0, -1)[:len(found)])
        measured = f"{len(states)} states: {ends}; least {number(min(found))} after " \
            f"{states[found.index(min(found))]:,}"
        if len(states) < 4:
            return measured, UNDECIDED
        correlation = arrays.rank_correlation(states, found)
        return (f"rank correlation {correlation:.2f}; {measured}",
                verdict(correlation <= IMPROVES and found[-1] < found[0]))

    def beats_vanilla(self, part, vanilla, judge):
        ours, theirs = (self.measures.frechets(one, judge) for one in (part, vanilla))
        return (f"DCGAN {from_to(ours)}, vanilla GAN {from_to(theirs)}",
                verdict_of_draws(less(ours, theirs)))

    # ---- the whole --------------------------------------------------------------------

    def cost(self):
        return Claim("4f", "DCGANs need much more training time and resources than the others.",
                     "the longest step, and the most memory of the five on one data set",
                     tuple(self.cost_on(data) for data in TRAINED))

    def cost_on(self, data):
        names = [f"{short}.{data}" for short in (*AUTOENCODERS, "vanilla", "dcgan")]

        def measure(*parts):
            steps = {part.run.model: part.ms_per_step for part in parts}
            if None in steps.values():
                return "not timed", UNDECIDED
            memory = {part.run.model: part.record().get("peak_memory_bytes", 0) for part in parts}
            words = "; ".join(f"{MODELS[model]} {steps[model]:.3g} ms, "
                              f"{memory[model] / 1e6:.0f} MB" for model in steps)
            most = all(max(table, key=table.get) == "dcgan" for table in (steps, memory))
            return words, verdict(most)
        # Steps and memory are the same however long it is trained.
        return replace(self.find(SETS[data], names, measure), runs=())


def open_problem():
    return Claim("5", "Nobody can say when a generator is trained enough, or which class and "
                 "quality an image has, without a person looking at every one.", "", (Finding(
                     "", f"the Fréchet distances above, in the code (`{CODE_LAYER}`) of an "
                     "autoencoder that needs no labels, order the states of a run; that a rule "
                     "stops at the right place was not measured", UNDECIDED),))
