# SPDX-License-Identifier: Apache-2.0
"""Loads a forecaster into PyTorch by the names in its file, and forecasts what follows a CSV.

    pip install torch numpy && python3 examples/load_in_pytorch.py model.safetensors data.csv

For models of one target, without further features, flags for gaps or calendar inputs: the ones whose inputs are the target alone.
"""
import csv
import json
import sys

import numpy as np
import torch


def read_model(path):
    """The description and the tensors of a safetensors file, by json and numpy alone."""
    data = open(path, "rb").read()
    length = int.from_bytes(data[:8], "little")
    header = json.loads(data[8:8 + length])
    description = json.loads(header.pop("__metadata__")["recurra"])["description"]
    tensors = {}
    for name, entry in header.items():
        begin, end = (8 + length + offset for offset in entry["data_offsets"])
        tensors[name] = torch.from_numpy(np.frombuffer(data[begin:end], "<f4").reshape(entry["shape"]).copy())
    return description, tensors


def part(tensors, prefix):
    return {name[len(prefix):]: tensor for name, tensor in tensors.items() if name.startswith(prefix)}


def main():
    description, tensors = read_model(sys.argv[1])
    options, preparation = description["options"], description["preparation"]
    assert preparation["columns"][0]["flagged"] is False and len(preparation["columns"]) == 1 and not preparation["cycles"]
    assert options["cell"] in ("lstm", "gru", "rnn") and not options["log"] and not options.get("log1p") and options["strategy"] == "direct"

    kind = {"lstm": torch.nn.LSTM, "gru": torch.nn.GRU, "rnn": torch.nn.RNN}[options["cell"]]
    rnn = kind(1, options["hidden"], options["layers"], bidirectional=options["bidirectional"])
    rnn.load_state_dict(part(tensors, "rnn."))

    with open(sys.argv[2], newline="") as file:
        y = np.array([float(row[options["targets"][0]]) for row in csv.DictReader(file)])
    # A head of quantiles says several numbers a step; the median is the forecast.
    percent = options.get("levels", [80, 95])
    quantiles = sorted({tenth / 10 for tenth in range(1, 10)} | {(100 + side * p) / 200 for p in percent for side in (-1, 1)})
    head = options.get("head", "point")
    assert head in ("point", "quantiles")
    median = quantiles.index(0.5) if head == "quantiles" else 0
    lag, lookback, horizon = preparation["lag"], options["lookback"], options["horizon"]
    shift, factor = preparation["columns"][0]["shift"], preparation["columns"][0]["factor"]
    changes = y[lag:] - y[:-lag] if lag else y
    x = torch.tensor((changes[-lookback:] - shift) / factor, dtype=torch.float32)

    with torch.no_grad():
        h = rnn(x[:, None, None])[1]
        h = h[0] if options["cell"] == "lstm" else h
        last = torch.cat(list(h[-2:] if options["bidirectional"] else h[-1:]), dim=-1)
        out = (last @ tensors["head.weight"].T + tensors["head.bias"]).reshape(1, horizon, -1)[:, :, median]
        if options["skip"]:
            out = out + x @ tensors["skip.weight"].T + tensors["skip.bias"]
    forecast = list(out[0].double().numpy() * factor + shift)
    levels = list(y)
    for change in forecast:
        levels.append(change + (levels[-lag] if lag else 0))
    print("\n".join(f"{v:.7g}" for v in levels[-horizon:]))


if __name__ == "__main__":
    main()
