#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""M4 Hourly: one net for all 414 series, the given split; scored as the competition did."""
import csv
import json

import experiment

SEASON, HORIZON = 24, 48
OPTIONS = ["--by-row", "--horizon", HORIZON, "--season", SEASON, "--lr", 0.001, "--epochs", 10]


def rows_of(path):
    with open(path, encoding="utf-8", newline="") as file:
        return [[float(cell) for cell in row[1:] if cell] for row in list(csv.reader(file))[1:]]


def mean(values):
    return sum(values) / len(values)


def scores(histories, actuals, forecasts):
    """sMAPE and MASE, each the mean of those of the series."""
    smape = [mean([200 * abs(f - y) / (abs(f) + abs(y)) for f, y in zip(forecast, actual)]) for forecast, actual in zip(forecasts, actuals)]
    scales = [mean([abs(h[t] - h[t - SEASON]) for t in range(SEASON, len(h))]) for h in histories]
    mase = [mean([abs(f - y) for f, y in zip(forecast, actual)]) / scale for forecast, actual, scale in zip(forecasts, actuals, scales)]
    return mean(smape), mean(mase)


def main():
    e = experiment.Experiment("m4_hourly")
    train, test = e.need("forecast/m4/Hourly-train.csv"), e.need("forecast/m4/Hourly-test.csv")
    histories, actuals = rows_of(train), rows_of(test)
    naive2 = (18.383, 2.395)  # Makridakis, Spiliotis, Assimakopoulos 2020; tests/tasks/m4_hourly_test.cc finds the same
    owas, smapes, mases, minutes, seeds = [], [], [], 0, (1, 2, 3)
    for seed in seeds:
        model = e.work / f"{seed}.safetensors"
        _, took = e.run(f"seed{seed}", "forecast", "train", train, *OPTIONS, "--out", model, "--seed", seed).result()
        minutes += took
        told, _ = e.run(f"predict{seed}", "forecast", "predict", model, train).result()
        smape, mase = scores(histories, actuals, [next(iter(series["forecast"].values())) for series in told["series"]])
        smapes.append(smape)
        mases.append(mase)
        owas.append((smape / naive2[0] + mase / naive2[1]) / 2)
    e.command = f"recurra forecast train {train.name} {' '.join(map(str, OPTIONS))} --seed 1|2|3; recurra forecast predict"
    for metric, values in {"OWA": owas, "sMAPE": smapes, "MASE": mases}.items():
        e.row("net", metric, values, minutes if metric == "OWA" else None, list(seeds))
    seasonal = [[h[-SEASON + t % SEASON] for t in range(HORIZON)] for h in histories]
    smape, mase = scores(histories, actuals, seasonal)
    e.row("seasonal naive", "OWA", [(smape / naive2[0] + mase / naive2[1]) / 2])
    e.finish()


main()
