#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Four ways to make nine quantiles that do not cross, on the bundled demand and on noise that grows with its level.

    pip install torch numpy && python3 bench/quantile_heads.py

Prints the mean pinball loss on the last fifth of the windows, over five seeds: docs/adr/0012-quantiles-by-increments.md.
"""
import csv
import math
import pathlib
import statistics

import numpy
import torch
from torch.nn.functional import softplus

ROOT = pathlib.Path(__file__).resolve().parent.parent
LEVELS = torch.tensor([0.025, 0.1, 0.2, 0.3, 0.5, 0.7, 0.8, 0.9, 0.975])
Z = torch.distributions.Normal(0.0, 1.0).icdf(LEVELS)
LOOKBACK, HORIZON, STEPS = 48, 12, 600


def increments(raw, unit):
    """The median, and steps away from it: of equal size at the start, or in the proportions of a normal distribution."""
    middle = len(LEVELS) // 2
    steps = softplus(raw) * unit
    up = raw[..., middle:middle + 1] + torch.cumsum(steps[..., middle + 1:], -1)
    down = raw[..., middle:middle + 1] - torch.cumsum(steps[..., :middle].flip(-1), -1)
    return torch.cat([down.flip(-1), raw[..., middle:middle + 1], up], -1)


WAYS = {
    "increments, normal steps": lambda raw: increments(raw, torch.cat([torch.diff(Z)[:4], Z[:1], torch.diff(Z)[4:]])
                                                       / math.log(2)),
    "increments, equal steps": lambda raw: increments(raw, 1.0),
    "sorted": lambda raw: torch.sort(raw, -1).values,
    "free, sorted afterwards": lambda raw: raw,
}


def demand():
    with open(ROOT / "examples" / "data" / "england_wales_demand.csv", encoding="utf-8") as file:
        rows = list(csv.reader(file))
    return numpy.array([float(row[1]) for row in rows[1:] if row[1]])


def growing_noise():
    random = numpy.random.default_rng(1)
    t = numpy.arange(4000)
    return (2 + numpy.sin(2 * math.pi * t / 24)) * numpy.exp(0.3 * random.standard_normal(4000))


def windows(series):
    scaled = (series - series[:len(series) * 4 // 5].mean()) / series[:len(series) * 4 // 5].std()
    starts = range(len(scaled) - LOOKBACK - HORIZON + 1)
    rows = numpy.stack([scaled[s:s + LOOKBACK + HORIZON] for s in starts])
    rows = torch.tensor(rows, dtype=torch.float32)
    return rows[:, :LOOKBACK], rows[:, LOOKBACK:]


def pinball(q, y):
    e = y[..., None] - q
    return torch.maximum(LEVELS * e, (LEVELS - 1) * e).mean()


def run(series, way, seed):
    x, y = windows(series)
    edge = len(x) * 4 // 5
    torch.manual_seed(seed)
    net = torch.nn.Sequential(torch.nn.Linear(LOOKBACK, 64), torch.nn.Tanh(),
                              torch.nn.Linear(64, HORIZON * len(LEVELS)))
    optimizer = torch.optim.Adam(net.parameters(), lr=3e-3)
    schedule = torch.optim.lr_scheduler.LinearLR(optimizer, 1.0, 0.0, STEPS)
    for _ in range(STEPS):
        batch = torch.randint(0, edge - HORIZON, (64,))
        loss = pinball(way(net(x[batch]).reshape(-1, HORIZON, len(LEVELS))), y[batch])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        schedule.step()
    with torch.no_grad():
        q = torch.sort(way(net(x[edge:]).reshape(-1, HORIZON, len(LEVELS))), -1).values
        return pinball(q, y[edge:]).item()


def main():
    torch.set_num_threads(1)
    for data, series in (("demand", demand()), ("growing noise", growing_noise())):
        for name, way in WAYS.items():
            losses = [run(series, way, seed) for seed in range(5)]
            print(f"{data:14} {name:26} {statistics.mean(losses):.4f} +- {statistics.stdev(losses):.4f}", flush=True)


if __name__ == "__main__":
    main()
