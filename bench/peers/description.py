"""Networks and schedules as guss reads them: the one description from which every
peer's network is built.

In: what `guss emit --dump=graph` prints, and a schedule. Out: a Task, which goes to
the peers' processes as JSON.
"""

import json
import math
import re
from dataclasses import asdict, dataclass, replace

LINE = re.compile(r"  (?P<name>\S+) = (?P<kind>\w+)\((?P<arguments>.*)\)"
                  r"(?: from (?P<inputs>[^>]*))? -> \((?P<shape>[^)]*)\)"
                  r"(?P<weights>.*) macs (?P<macs>\d+)$")
WEIGHT = re.compile(r"(\w+)\(([^)]*)\)")
ARGUMENT = re.compile(r"(\w+)=(\([^)]*\)|[^,]*)")
NOT_TRAINED = ("moving_mean", "moving_variance")


@dataclass(frozen=True)
class Layer:
    """One layer: Keras's class and arguments, and what it reads."""

    name: str
    kind: str
    arguments: dict
    inputs: list
    shape: list     # of one sample
    weights: dict   # shape by name, as Keras lays them out

    @property
    def activation(self):
        """The word of what it ends with; None: it is no product."""
        return self.arguments.get("activation")


@dataclass(frozen=True)
class Network:
    """Layers in the order in which they can be computed; the first is the input."""

    name: str
    layers: list
    output: str

    @property
    def input_shape(self):
        return self.layers[0].shape

    @property
    def output_shape(self):
        return next(each.shape for each in self.layers if each.name == self.output)

    def weights(self):
        """Shapes by (layer, weight)."""
        return {(layer.name, weight): shape for layer in self.layers
                for weight, shape in layer.weights.items()}

    def parameters(self):
        return sum(math.prod(shape) for shape in self.weights().values())

    def without_last_activation(self):
        """The network up to its logits, and the word of the activation taken off:
        losses are computed from logits, as guss does."""
        *others, last = self.layers
        if last.kind in ("Softmax", "Activation"):
            word = "softmax" if last.kind == "Softmax" else last.activation
            return replace(self, layers=others, output=last.inputs[0]), word
        last = replace(last, arguments=last.arguments | {"activation": "linear"})
        return replace(self, layers=[*others, last]), self.layers[-1].activation


@dataclass(frozen=True)
class Task:
    """What is trained, and how."""

    name: str
    networks: list
    schedule: dict

    @property
    def objective(self):
        return self.schedule["objective"]

    @property
    def batch(self):
        return self.schedule["batch"]

    @property
    def is_gan(self):
        return self.objective == "gan"

    @property
    def has_images(self):
        return any(len(layer.shape) == 3 for network in self.networks
                   for layer in network.layers)

    @property
    def draws(self):
        """Whether a step needs random numbers."""
        return self.is_gan or any(
            layer.kind in ("Dropout", "GaussianNoise") for network in self.networks
            for layer in network.layers)

    def network(self, role="network"):
        """The network that the schedule calls so; else the only one."""
        name = self.schedule.get(role)
        return next(each for each in self.networks
                    if name in (None, each.name))

    def adam(self, role):
        """Arguments of Adam for a network of that role, with Keras's defaults."""
        given = self.schedule["optimizer"]
        given = given.get(role, given)
        if given["name"] != "adam":
            raise ValueError(f"{self.name}: peers know Adam alone")
        rate = given.get("learning_rate", 1e-3)
        return {"rate": float(rate), "beta_1": float(given.get("beta_1", 0.9)),
                "beta_2": float(given.get("beta_2", 0.999)),
                "epsilon": float(given.get("epsilon", 1e-7))}

    def save(self, path):
        path.write_text(json.dumps(asdict(self)))

    @staticmethod
    def load(path):
        with open(path) as file:
            task = json.load(file)
        networks = [Network(**each | {"layers": [Layer(**one)
                                                 for one in each["layers"]]})
                    for each in task["networks"]]
        return Task(**task | {"networks": networks})


def sizes(text):
    return [int(size) for size in text.split(",") if size.strip()]


def value(text):
    """An argument as JSON can hold it; infinity is a word."""
    if text.startswith("("):
        return sizes(text[1:-1])
    if text in ("true", "false"):
        return text == "true"
    try:
        number = float(text)
    except ValueError:
        return text
    if not math.isfinite(number):
        return text
    return int(number) if re.fullmatch(r"-?\d+", text) else number


def layer_of(line):
    found = LINE.match(line)
    inputs = found["inputs"]
    return Layer(name=found["name"], kind=found["kind"],
                 arguments={name: value(text) for name, text in
                            ARGUMENT.findall(found["arguments"])},
                 inputs=inputs.split(", ") if inputs else [],
                 shape=sizes(found["shape"]),
                 weights={name: sizes(shape) for name, shape in
                          WEIGHT.findall(found["weights"])})


def networks_of(dump):
    """The networks of what `guss emit --dump=graph` prints."""
    networks = []
    for line in dump.splitlines():
        if line.startswith("network "):
            name, layers = line.split()[1], []
        elif line.startswith("  output "):
            networks.append(Network(name, layers, line.split()[1]))
        else:
            layers.append(layer_of(line))
    return networks
