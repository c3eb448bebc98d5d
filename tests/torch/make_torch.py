"""Writes what PyTorch makes of small networks, and their states as files, for
tests/cli/torch.sh: of each case model.nn, weights.safetensors, x.npy and y.npy.

    python3 tests/torch/make_torch.py    # torch 2.13, numpy

Inputs and outputs are written as guss has them, channels last. Weights are drawn
wide, and moving statistics are not those that a network begins with, so that a
tensor that lies the wrong way round is seen.
"""

import json
import struct
from pathlib import Path

import numpy as np
import torch
from torch import nn

HERE = Path(__file__).resolve().parent
ROWS = 5
DTYPES = {torch.float32: "F32", torch.float16: "F16", torch.bfloat16: "BF16",
          torch.float64: "F64", torch.int64: "I64"}


def tensor_bytes(tensor):
    flat = tensor.detach().contiguous().reshape(-1)
    if tensor.dtype == torch.bfloat16:
        flat = flat.view(torch.int16)
    return flat.numpy().tobytes()


def save_state(state, path):
    """In the order of the safetensors package: wide types first, then by name."""
    header, data = {}, b""
    for key in sorted(state, key=lambda key: (-state[key].element_size(), key)):
        content = tensor_bytes(state[key])
        header[key] = {"dtype": DTYPES[state[key].dtype],
                       "shape": list(state[key].shape),
                       "data_offsets": [len(data), len(data) + len(content)]}
        data += content
    text = json.dumps(header).encode()
    text += b" " * (-len(text) % 8)
    path.write_bytes(struct.pack("<Q", len(text)) + text + data)


class Block(nn.Module):
    def __init__(self, channels, filters, stride):
        super().__init__()
        self.conv1 = nn.Conv2d(channels, filters, 3, stride, 1, bias=False)
        self.bn1 = nn.BatchNorm2d(filters)
        self.conv2 = nn.Conv2d(filters, filters, 3, 1, 1, bias=False)
        self.bn2 = nn.BatchNorm2d(filters)
        self.downsample = None
        if stride > 1:
            self.downsample = nn.Sequential(
                nn.Conv2d(channels, filters, 1, stride, bias=False),
                nn.BatchNorm2d(filters))

    def forward(self, x):
        y = torch.relu(self.bn1(self.conv1(x)))
        y = self.bn2(self.conv2(y))
        return torch.relu(y + (self.downsample(x) if self.downsample else x))


class Residual(nn.Module):
    """As torchvision's ResNet is named."""

    def __init__(self):
        super().__init__()
        self.conv1 = nn.Conv2d(3, 4, 3, 1, 1, bias=False)
        self.bn1 = nn.BatchNorm2d(4)
        self.layer1 = nn.Sequential(Block(4, 4, 1), Block(4, 4, 1))
        self.layer2 = nn.Sequential(Block(4, 6, 2))
        self.fc = nn.Linear(6, 3)

    def forward(self, x):
        x = torch.relu(self.bn1(self.conv1(x)))
        x = self.layer2(self.layer1(x))
        return torch.softmax(self.fc(x.mean((2, 3))), 1)


class Auto(nn.Module):
    """An autoencoder whose parts do not stand in the order of their names."""

    def __init__(self):
        super().__init__()
        self.encoder = nn.Sequential(nn.Flatten(), nn.Linear(50, 7), nn.ELU())
        self.decoder = nn.Sequential(nn.Linear(7, 50), nn.Sigmoid(),
                                     nn.Unflatten(1, (2, 5, 5)))

    def forward(self, x):
        return self.decoder(self.encoder(x))


class Named(nn.Module):
    """Layers that have the names of modules, in another order."""

    def __init__(self):
        super().__init__()
        self.head = nn.Linear(6, 2)
        self.body = nn.ModuleDict({"b": nn.Linear(6, 6), "a": nn.Linear(6, 6)})

    def forward(self, x):
        return self.head(torch.tanh(self.body["b"](
            torch.tanh(self.body["a"](x)))))


CASES = {
    "classifier": ((3, 8, 8), lambda: nn.Sequential(
        nn.Conv2d(3, 4, 3, padding=1), nn.BatchNorm2d(4), nn.PReLU(4),
        nn.MaxPool2d(2), nn.Conv2d(4, 6, 3, groups=2), nn.ReLU(), nn.Flatten(),
        nn.BatchNorm1d(24), nn.PReLU(24), nn.Linear(24, 10), nn.LayerNorm(10),
        nn.GELU(), nn.Dropout(0.5), nn.Linear(10, 4), nn.Softmax(1)), """
network classifier(8, 8, 3) {
    Conv2D(4, 3, padding=same)
    BatchNormalization(epsilon=1e-5)
    PReLU(shared_axes=(1, 2))
    MaxPooling2D()
    Conv2D(6, 3, groups=2, activation=relu)
    Flatten()
    BatchNormalization(epsilon=1e-5)
    PReLU()
    Dense(10)
    LayerNormalization(epsilon=1e-5)
    Activation(gelu)
    Dropout(0.5)
    Dense(4, activation=softmax)
}
"""),
    "generator": ((5,), lambda: nn.Sequential(
        nn.Linear(5, 24), nn.BatchNorm1d(24), nn.LeakyReLU(0.2),
        nn.Unflatten(1, (6, 2, 2)),
        nn.ConvTranspose2d(6, 4, 4, stride=2, padding=1), nn.PReLU(),
        nn.ConvTranspose2d(4, 3, 3), nn.GroupNorm(3, 3), nn.Tanh()), """
network generator(5) {
    Dense(24)
    BatchNormalization(epsilon=1e-5)
    LeakyReLU(0.2)
    Reshape(2, 2, 6)
    Conv2DTranspose(4, 4, strides=2, padding=same)
    PReLU(shared_axes=(1, 2, 3))
    Conv2DTranspose(3, 3)
    GroupNormalization(3, epsilon=1e-5)
    Activation(tanh)
}
"""),
    "mobile": ((3, 7, 7), lambda: nn.Sequential(
        nn.Conv2d(3, 6, 3, padding=1, groups=3, bias=False), nn.BatchNorm2d(6),
        nn.ReLU6(), nn.Conv2d(6, 5, 1), nn.Conv2d(5, 5, 3, groups=5, bias=False),
        nn.Conv2d(5, 8, 1), nn.ReLU(), nn.AdaptiveAvgPool2d(1), nn.Flatten(),
        nn.Linear(8, 3)), """
network mobile(7, 7, 3) {
    DepthwiseConv2D(3, padding=same, depth_multiplier=2, use_bias=false)
    BatchNormalization(epsilon=1e-5)
    ReLU(max_value=6)
    Conv2D(5, 1)
    SeparableConv2D(8, 3, activation=relu)
    GlobalAveragePooling2D()
    Dense(3)
}
"""),
    "steps": ((4, 9), lambda: nn.Sequential(
        nn.Conv1d(4, 6, 3), nn.ReLU(), nn.MaxPool1d(2), nn.Flatten(),
        nn.Linear(18, 4)), """
network steps(9, 4) {
    Conv1D(6, 3, activation=relu)
    MaxPooling1D(2)
    Flatten()
    Dense(4)
}
"""),
    "residual": ((3, 6, 6), Residual, """
block conv(filters, size, stride) {
    ZeroPadding2D(size // 2)
    Conv2D(filters, size, strides=stride, use_bias=false)
    BatchNormalization(epsilon=1e-5)
}

block same(filters) {
    conv(filters, 3, 1)
    ReLU()
    y = conv(filters, 3, 1)
    Add() from y, input
    ReLU()
}

block down(filters) {
    short = conv(filters, 1, 2)
    conv(filters, 3, 2) from input
    ReLU()
    y     = conv(filters, 3, 1)
    Add() from y, short
    ReLU()
}

network residual {
    Input(6, 6, 3)
    conv(4, 3, 1)
    ReLU()
    repeat 2 { same(4) }
    down(6)
    GlobalAveragePooling2D()
    Dense(3, activation=softmax)
}
"""),
    "auto": ((2, 5, 5), Auto, """
network encoder(5, 5, 2) {
    Flatten()
    Dense(7, activation=elu)
}

network decoder(7) {
    Dense(50, activation=sigmoid)
    Reshape(5, 5, 2)
}

network auto(5, 5, 2) {
    encoder()
    decoder()
}
"""),
    "named": ((6,), Named, """
network named(6) {
    body_a = Dense(6, activation=tanh)
    body_b = Dense(6, activation=tanh)
    head   = Dense(2)
}
"""),
}


def draw_state(model, generator):
    with torch.no_grad():
        for key, tensor in model.state_dict().items():
            if not tensor.is_floating_point():
                tensor.fill_(17)
            elif key.endswith("running_var"):
                tensor.copy_(0.5 + torch.rand(tensor.shape,
                                              generator=generator))
            else:
                tensor.copy_(0.4 * torch.randn(tensor.shape,
                                               generator=generator))


def channels_last(array):
    return np.ascontiguousarray(np.moveaxis(array, 1, -1))


def write_case(name, shape, make, text, types=(torch.float32,)):
    generator = torch.Generator().manual_seed(len(name))
    model = make().eval()
    draw_state(model, generator)
    x = torch.randn((ROWS, *shape), generator=generator)
    folder = HERE / name
    folder.mkdir(exist_ok=True)
    (folder / "model.nn").write_text(text.lstrip("\n"))
    state = {}
    for i, (key, tensor) in enumerate(model.state_dict().items()):
        if tensor.is_floating_point():
            tensor.copy_(tensor.to(types[i % len(types)]))
            state[key] = tensor.to(types[i % len(types)])
        else:
            state[key] = tensor
    save_state(state, folder / "weights.safetensors")
    with torch.no_grad():
        y = model.double()(x.double()).float().numpy()
    np.save(folder / "x.npy", channels_last(x.numpy()))
    np.save(folder / "y.npy", channels_last(y))


def main():
    torch.set_num_threads(1)
    for name, (shape, make, text) in CASES.items():
        write_case(name, shape, make, text)
    shape, make, text = CASES["classifier"]
    write_case("halves", shape, make, text.replace("classifier", "halves"),
               (torch.float16, torch.bfloat16, torch.float64))


if __name__ == "__main__":
    main()
