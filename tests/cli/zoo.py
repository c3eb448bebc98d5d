"""zoo.py DUMP SUMMARY: whether bench/peers reads a dump of a graph as it is meant: the
layers, shapes and parameters that the summary as JSON has, and arguments of each."""

import json
import math
import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "bench/peers"))

from description import networks_of

dump, summary = sys.argv[1:]
networks = networks_of(pathlib.Path(dump).read_text())
tables = json.loads(pathlib.Path(summary).read_text())
assert [each.name for each in networks] == [each["network"] for each in tables]
for network, table in zip(networks, tables):
    rows = {row["name"]: row for row in table["layers"]}
    assert network.parameters() == table["totals"]["params"], network.name
    for layer in network.layers:
        row = rows.pop(layer.name, None)
        if layer.kind == "Input":
            assert layer.shape == network.input_shape
            continue
        assert (layer.kind, layer.shape) == (row["type"], row["output_shape"]), layer
        assert row["params"] == sum(map(math.prod, layer.weights.values())), layer
        if layer.kind == "Conv2D":
            rows_of_kernel, columns, _, filters = layer.weights["kernel"]
            assert layer.arguments["kernel_size"] == [rows_of_kernel, columns]
            assert layer.arguments["filters"] == filters
            assert layer.arguments["use_bias"] == ("bias" in layer.weights)
    assert not rows, rows
