#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Writes tests/fixtures/forecast_scores.json: what utilsforecast says of a few forecasts, series by series.

    pip install utilsforecast pandas && python3 tools/make_fixtures/forecast_scores.py
"""
import importlib.metadata
import json
import math
import pathlib

import numpy
import pandas
import utilsforecast.losses as losses

OUT = pathlib.Path(__file__).resolve().parent.parent.parent / "tests" / "fixtures" / "forecast_scores.json"
SEASON, HORIZON, HISTORY, LEVELS = 3, 6, 20, [0.1, 0.5, 0.9]


def series(k):
    """History, actual values, points and quantiles of series k; the third has zeros and is small."""
    size = (100.0, 7.0, 0.5)[k]
    random = numpy.random.default_rng(k)
    values = size * (1.5 + numpy.sin(2 * math.pi * numpy.arange(HISTORY + HORIZON) / 3) + random.normal(0, 0.4, 26))
    values = numpy.round(numpy.maximum(values, 0) if k == 2 else values, 3)
    point = numpy.round(values[HISTORY:] + size * random.normal(0.1, 0.5, HORIZON), 3)
    quantiles = [numpy.round(point - size * 0.5, 3), point, numpy.round(point + size * 0.6, 3)]
    return {"id": f"s{k}", "history": values[:HISTORY].tolist(), "actual": values[HISTORY:].tolist(),
            "point": point.tolist(), "quantiles": [q.tolist() for q in quantiles]}


def frames(cases):
    past, future = [], []
    for case in cases:
        past += [{"unique_id": case["id"], "ds": t, "y": y} for t, y in enumerate(case["history"])]
        for h, y in enumerate(case["actual"]):
            low, middle, high = (q[h] for q in case["quantiles"])
            future.append({"unique_id": case["id"], "ds": HISTORY + h, "y": y, "m": case["point"][h],
                           "m-lo-80": low, "m-hi-80": high, "q0": low, "q1": middle, "q2": high})
    return pandas.DataFrame(past), pandas.DataFrame(future)


def main():
    cases = [series(k) for k in range(3)]
    past, future = frames(cases)
    models, quantiles = {"m": ["q0", "q1", "q2"]}, numpy.array(LEVELS)
    results = {
        "mae": losses.mae(future, ["m"]),
        "rmse": losses.rmse(future, ["m"]),
        "smape": losses.smape(future, ["m"]),
        "nd": losses.nd(future, ["m"]),
        "mase": losses.mase(future, ["m"], SEASON, past),
        "rmsse": losses.rmsse(future, ["m"], SEASON, past),
        "mqloss": losses.mqloss(future, models, quantiles),
        "scaled_crps": losses.scaled_crps(future, models, quantiles),
        "coverage": losses.coverage(future, ["m"], 80),
        "winkler": losses.winkler_score(future, ["m"], 80),
    }
    results |= {f"quantile_loss {q}": losses.quantile_loss(future, {"m": f"q{i}"}, q) for i, q in enumerate(LEVELS)}
    values = {name: frame.sort_values("unique_id")["m"].tolist() for name, frame in results.items()}
    OUT.write_text(json.dumps({"utilsforecast": importlib.metadata.version("utilsforecast"), "season": SEASON,
                               "levels": LEVELS, "series": cases, "scores": values}, separators=(",", ":")) + "\n")


if __name__ == "__main__":
    main()
