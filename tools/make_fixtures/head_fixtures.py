#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Writes tests/fixtures/pytorch/heads.json: losses of torch.distributions and their gradients by a net's numbers.

    pip install torch numpy && python3 tools/make_fixtures/head_fixtures.py

The net's numbers and the targets are in the file, as the ranges matter: near 0, ordinary and far out.
"""
import json
import math
import pathlib

import torch
from torch.nn.functional import softplus

OUT = pathlib.Path(__file__).resolve().parent.parent.parent / "tests" / "fixtures" / "pytorch" / "heads.json"
LEAST_SCALE, LEAST_DISPERSION, LEAST_MEAN, LEAST_FREEDOM = 1e-3, 1e-6, 1e-6, 2.01
REAL_TARGETS = [0.0, 0.3, -1.7, 40.0, -1e4]
COUNTS = [0.0, 1.0, 2.0, 17.0, 4000.0]
RAW = [[0.2, -0.4, 0.7], [-1.5, 2.5, -3.0], [3.0, -6.0, 5.0], [0.0, 30.0, 20.0]]
ZERO_RAW = [-2.0, 0.0, 3.0]
LEVELS = [0.025, 0.1, 0.4, 0.55, 0.9]


def distribution(name, raw, factor):
    if name == "normal":
        return torch.distributions.Normal(raw[0], LEAST_SCALE + softplus(raw[1]))
    if name == "student-t":
        return torch.distributions.StudentT(LEAST_FREEDOM + softplus(raw[2]), raw[0], LEAST_SCALE + softplus(raw[1]))
    mean = factor * (LEAST_MEAN + softplus(raw[0]))
    if name == "poisson":
        return torch.distributions.Poisson(mean)
    r = 1 / (LEAST_DISPERSION + softplus(raw[1]))
    return torch.distributions.NegativeBinomial(r, logits=torch.log(mean / r))


def loss(name, zero_inflated, raw, target, factor):
    own = -distribution(name, raw, factor).log_prob(target)
    if not zero_inflated:
        return own
    log_odds = raw[-1]
    if target != 0:
        return own + softplus(log_odds)
    if name in ("normal", "student-t"):
        return softplus(-log_odds)
    return -torch.logaddexp(-softplus(-log_odds), -softplus(log_odds) - own)


def likelihood_cases():
    cases = []
    for name, width in (("normal", 2), ("student-t", 3), ("poisson", 1), ("negative-binomial", 2)):
        count = name in ("poisson", "negative-binomial")
        for zero_inflated in (False, True):
            for i, numbers in enumerate(RAW):
                for target in COUNTS if count else REAL_TARGETS:
                    values = numbers[:width] + ([ZERO_RAW[i % 3]] if zero_inflated else [])
                    factor = (1.0, 12.5)[i % 2] if count else 1.0
                    raw = torch.tensor(values, dtype=torch.float64, requires_grad=True)
                    nats = loss(name, zero_inflated, raw, torch.tensor(target, dtype=torch.float64), factor)
                    nats.backward()
                    cases.append({"head": name, "zero_inflated": zero_inflated, "raw": values, "target": target,
                                  "factor": factor, "loss": nats.item(), "gradient": raw.grad.tolist()})
    return cases


def quantile_case():
    """Ordered quantiles around the level nearest to 0.5, and their mean pinball loss with a missing target."""
    levels = torch.tensor(LEVELS, dtype=torch.float64)
    z = torch.distributions.Normal(0.0, 1.0).icdf(levels)
    raw = torch.tensor([[math.sin(0.9 * (5 * i + k)) for k in range(5)] for i in range(4)], dtype=torch.float64,
                       requires_grad=True)
    target = torch.tensor([0.3, -2.0, 5.0, 0.0], dtype=torch.float64)
    weights = torch.tensor([1.0, 0.5, 2.0, 0.0], dtype=torch.float64)
    middle = int(torch.argmin((levels - 0.5).abs()))
    steps = torch.diff(z) / math.log(2)
    quantiles = [None] * 5
    quantiles[middle] = raw[:, middle] + z[middle]
    for k in range(middle + 1, 5):
        quantiles[k] = quantiles[k - 1] + steps[k - 1] * softplus(raw[:, k])
    for k in range(middle - 1, -1, -1):
        quantiles[k] = quantiles[k + 1] - steps[k] * softplus(raw[:, k])
    q = torch.stack(quantiles, dim=1)
    e = target[:, None] - q
    total = (torch.maximum(levels * e, (levels - 1) * e).mean(dim=1) * weights).sum() / weights.sum()
    total.backward()
    return {"levels": LEVELS, "raw": raw.detach().reshape(-1).tolist(), "target": target.tolist(),
            "weights": weights.tolist(), "quantiles": q.detach().reshape(-1).tolist(), "loss": total.item(),
            "gradient": raw.grad.reshape(-1).tolist()}


def main():
    value = {"torch": torch.__version__.split("+")[0], "likelihoods": likelihood_cases(), "quantiles": quantile_case()}
    OUT.write_text(json.dumps(value, separators=(",", ":")) + "\n")


if __name__ == "__main__":
    main()
