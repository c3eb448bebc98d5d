"""What is measured of trained networks. Each figure is kept by what it is
measured of, so that it is measured once."""
import hashlib
import json
import os
import random

import arrays
import guss

MOVED = """const down = 0
const up = 0
const right = 0
const left = 0
network moved(28, 28, 1) {
    ZeroPadding2D(((down, up), (right, left)))
    Cropping2D(((up, down), (left, right)))
}
"""
DIRECTIONS = ("down", "up", "right", "left")
SHIFTS = range(5)
CODE_LAYER = "dense_16"   # of the deep autoencoder: 32 numbers
QUICK_PICTURES = 2000
DRAWS = 5   # of a GAN's images: how much a distance depends on which they are


class Kept:
    """Results in a JSON file, by the words that they are asked for with."""

    def __init__(self, path):
        self.path = path
        try:
            with open(path, encoding="utf-8") as file:
                self.results = json.load(file)
        except (OSError, ValueError):
            self.results = {}

    def get(self, key, measure):
        if key not in self.results:
            self.results[key] = measure()
            with open(self.path + ".new", "w", encoding="utf-8") as file:
                json.dump(self.results, file, indent=1)
            os.replace(self.path + ".new", self.path)
        return self.results[key]


def sum_of(path):
    with open(path, "rb") as file:
        return hashlib.sha256(file.read()).hexdigest()[:16]


class Measures:
    """Of the parts of a folder; `quick` takes fewer pictures."""

    def __init__(self, compiler, parts, folder, quick):
        self.guss, self.parts, self.folder, self.quick = compiler, parts, folder, quick
        os.makedirs(folder, exist_ok=True)
        self.kept = Kept(os.path.join(folder, "measures.json"))
        self.newest = {}
        for name in os.listdir(folder):
            if name.endswith(".guss"):
                os.remove(self.scratch(name))

    def scratch(self, name):
        return os.path.join(self.folder, name)

    def weights(self, part, updates=None):
        """Those of a state that was kept, or the newest: the same throughout, also of
        a run that goes on meanwhile and removes it."""
        if updates is None:
            updates = self.newest.setdefault(part.run.name, part.updates)
        path = self.scratch(f"{part.run.name}-{updates}.guss")
        if not os.path.exists(path):
            os.link(part.state(updates), path)
        return path

    @staticmethod
    def images():
        """As many as a distance is measured with."""
        return 400

    # ---- autoencoders ---------------------------------------------------------

    def errors(self, part, reference):
        """Loss and mean squared error on a set."""
        weights = self.weights(part)
        return self.kept.get(
            f"errors {part.run.name} {sum_of(weights)} {reference}",
            lambda: guss.evaluate(part.model, weights, "--input", reference, *self.pixels(part)))

    def author_errors(self, model, weights):
        built = self.guss.build(model, f"{model}.mnist")
        return self.kept.get(f"errors author {sum_of(weights)}", lambda: guss.evaluate(
            built, weights, "--input", "mnist/test"))

    def strokes(self, part, reference):
        """Of the pixels that differ from the paper by more than half, the share
        that is redrawn on the strokes' side; and of those drawn on that side the
        share that are strokes."""
        weights = self.weights(part)
        paper_is_white = part.run.data == "smile" or "data.pixels=unit" in part.run.settings
        return self.kept.get(f"strokes {part.run.name} {sum_of(weights)} {reference}",
                             lambda: self.count_strokes(part, weights, reference, paper_is_white))

    def count_strokes(self, part, weights, reference, paper_is_white):
        real, _ = self.as_seen(part, reference)
        drawn = self.scratch("drawn.npy")
        guss.call(part.model, "predict", "--weights", weights, "--input", reference, *self.pixels(
            part), "--output", drawn)
        drawn = arrays.read(drawn).first(QUICK_PICTURES)
        real = real.first(QUICK_PICTURES)
        is_stroke = (lambda value: value < 0.5) if paper_is_white else (lambda value: value > 0.5)
        strokes = [is_stroke(value) for value in real.values]
        marks = [is_stroke(value) for value in drawn.values]
        both = sum(stroke and mark for stroke, mark in zip(strokes, marks))
        return {"back": both / max(sum(strokes), 1), "right": both / max(sum(marks), 1)}

    def read_alike(self, reader, part):
        """The share of test pictures that a classifier takes for the same redrawn; and
        how many of the originals it is right about."""
        weights, mine = self.weights(reader), self.weights(part)
        reference = f"{part.run.data}/test"

        def read(path):
            out = self.scratch("read.npy")
            guss.call(reader.model, "predict", "--weights", weights, "--input", path, "--output", out)
            answers = arrays.read(out)
            return [max(range(answers.width), key=answers.row(i).__getitem__)
                    for i in range(answers.count)]

        def measure():
            drawn = self.scratch("drawn.npy")
            guss.call(part.model, "predict", "--weights", mine, "--input", reference, "--output",
                      drawn)
            pairs = list(zip(read(reference), read(drawn)))
            right = guss.evaluate(reader.model, weights, "--input", reference)["accuracy"]
            return {"alike": sum(one == other for one, other in pairs) / len(pairs), "right": right}
        return self.kept.get(f"read {part.run.name} {sum_of(mine)} {sum_of(weights)}", measure)

    def pixels(self, part):
        """How that run reads its data."""
        return [word for setting in part.run.settings if setting.startswith("data.")
                for word in ("--set", setting)]

    # ---- pictures as a network sees them ---------------------------------------

    def as_seen(self, part, reference):
        """The samples of a set, and the file that they are in."""
        path = self.scratch("seen.npy")
        self.move(reference, "down", 0, path)
        samples = arrays.read(path)
        if is_binary(part):
            for i, value in enumerate(samples.values):
                samples.values[i] = 0.0 if value == 1.0 else 1.0
            arrays.write(path, samples)
        return samples, path

    def move(self, reference, direction, shift, path):
        """Moves pictures by so many pixels; what moves in is 0."""
        model, weights = self.guss.build_text(
            f"moved_{direction}_{shift}", MOVED, f"{direction}={shift}")
        guss.call(model, "predict", "--weights", weights, "--input", reference, "--output", path)

    def shifted(self, name, models, part, reference):
        """Mean squared errors on pictures moved by 0 to 4 pixels, a mean over four
        directions: a list for each of `models`, pairs of executable and weights."""
        sums = " ".join(sum_of(weights) for _, weights in models)
        return self.kept.get(f"shifted {name} {reference} {sums} {self.quick}",
                             lambda: self.measure_shifted(models, part, reference))

    def measure_shifted(self, models, part, reference):
        samples, seen = self.as_seen(part, reference)
        if self.quick:
            arrays.write(seen, samples.first(QUICK_PICTURES))
        lists = [[] for _ in models]
        path = self.scratch("moved.npy")
        for shift in SHIFTS:
            directions = DIRECTIONS if shift else DIRECTIONS[:1]
            errors = [0.0 for _ in models]
            for direction in directions:
                self.move(seen, direction, shift, path)
                for i, (model, weights) in enumerate(models):
                    found = guss.evaluate(model, weights, "--input", path)
                    errors[i] += found["mean_squared_error"] / len(directions)
            for mine, error in zip(lists, errors):
                mine.append(error)
        return lists

    # ---- GANs --------------------------------------------------------------------

    def draw(self, part, weights, count, seed=1):
        """Images as a file of numbers."""
        path = self.scratch("images.npy")
        guss.call(part.model, "generate", "--weights", weights, "--seed", str(seed), "--count",
                  str(count), "--npy", path)
        return path

    def nearest(self, part):
        """How far generated images are from the data, and the data from itself."""
        weights = self.weights(part)

        def measure():
            found = json.loads(guss.call(
                part.model, "nearest", "--weights", weights, "--count", "100", "--format", "json",
                "--output", self.scratch("nearest.png")))
            return {key: found[key] for key in ("mean_distance", "mean_distance_in_data")}
        return self.kept.get(f"nearest {part.run.name} {sum_of(weights)}", measure)

    def code(self, judge, reference):
        """What the deep autoencoder encodes pictures as."""
        path = self.scratch("code.npy")
        guss.call(judge.model, "predict", "--weights", self.weights(judge), "--layer", CODE_LAYER,
                  "--input", reference, "--output", path)
        return arrays.read(path)

    def data_moments(self, judge, reference):
        key = f"moments {judge.run.name} {sum_of(self.weights(judge))} {reference}"
        return self.kept.get(key, lambda: arrays.moments(self.code(judge, reference)))

    def distance(self, judge, path):
        """The Fréchet distance of pictures to the training set, in that code."""
        found = arrays.moments(self.code(judge, path).first(self.images()))
        return arrays.frechet_distance(found, self.data_moments(judge, f"{judge.run.data}/train"))

    def frechet(self, part, judge, updates=None, seed=1):
        """That of a GAN's images, newest or of a state that was kept."""
        weights = self.weights(part, updates)
        key = f"frechet {part.run.name} {sum_of(weights)} {sum_of(self.weights(judge))} {seed}"
        return self.kept.get(key, lambda: self.distance(
            judge, self.draw(part, weights, self.images(), seed)))

    def frechets(self, part, judge):
        """Those of several draws of its newest images, in order of size."""
        return sorted(self.frechet(part, judge, seed=seed) for seed in range(1, DRAWS + 1))

    def frechet_of_reconstructions(self, part, judge):
        """That of what an autoencoder redraws of pictures, of the test set where it
        is large enough."""
        weights = self.weights(part)
        path = self.scratch("drawn.npy")

        def measure():
            guss.call(part.model, "predict", "--weights", weights, "--input", reference_of(part),
                      "--output", path)
            return self.distance(judge, path)
        key = f"frechet {part.run.name} {sum_of(weights)} {sum_of(self.weights(judge))}"
        return self.kept.get(key, measure)

    def frechet_of_shuffled(self, part, judge):
        """That of a GAN's images with the pixels of each in another order: as much
        ink, and nothing that it could show."""
        weights = self.weights(part)

        def measure():
            images, path = arrays.read(self.draw(part, weights, self.images())), self.scratch(
                "shuffled.npy")
            arrays.write(path, with_shuffled_pixels(images))
            return self.distance(judge, path)
        key = f"frechet shuffled {part.run.name} {sum_of(weights)} {sum_of(self.weights(judge))}"
        return self.kept.get(key, measure)

    def frechet_of_data(self, judge):
        """That of real pictures, of the test set where it is large enough, to the
        training set: no generator can be asked to be nearer."""
        key = f"frechet real {judge.run.name} {sum_of(self.weights(judge))}"
        if judge.run.data == "mnist":
            return self.kept.get(key, lambda: self.distance(judge, reference_of(judge)))

        def measure():
            code = self.code(judge, reference_of(judge))
            return arrays.frechet_distance(*(arrays.moments(code.some(i, 2)) for i in range(2)))
        return self.kept.get(key, measure)


def is_binary(part):
    """Whether that run's 8-bit pictures are binarised."""
    with open(part.path("schedule.yaml"), encoding="utf-8") as file:
        return any(line.split() == ["pixels:", "binary"] for line in file)


def reference_of(part):
    """Pictures of its data that there are enough of to measure a distance with."""
    return f"{part.run.data}/{'test' if part.run.data == 'mnist' else 'train'}"


def with_shuffled_pixels(images):
    """Each image's own values in another order."""
    draw = random.Random(1)
    values = images.values[:0]
    for index in range(images.count):
        row = images.row(index).tolist()
        draw.shuffle(row)
        values.extend(row)
    return arrays.Array(images.shape, values)
