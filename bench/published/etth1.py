#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""ETTh1, all seven columns: the mean squared error of standardised values, over all windows of the test part."""
import csv
import statistics

import experiment

TRAIN, ROWS, LOOKBACK = 8640, 14400, 96
COLUMNS = ["HUFL", "HULL", "MUFL", "MULL", "LUFL", "LULL", "OT"]
OPTIONS = ["--target", ",".join(COLUMNS), "--lookback", LOOKBACK, "--split", "0.6,0.2,0.2", "--strategy", "segments", "--difference", "last",
           "--cell", "gru", "--head", "point", "--loss", "mse", "--no-refit"]


def standardised(result, deviations, method):
    """The mean over the columns of (RMSE / deviation)^2: every window and step counts alike."""
    errors = []
    for target in result["targets"]:
        found = next(m for m in target["methods"] if m["method"] == method)
        errors.append((found["rmse"] / deviations[target["target"]]) ** 2)
    return statistics.mean(errors)


def main():
    e = experiment.Experiment("etth1")
    source = e.need("forecast/ett/ETTh1.csv")
    with open(source, encoding="utf-8", newline="") as file:
        rows = list(csv.reader(file))[: ROWS + 1]
    data = e.work / "ETTh1-14400.csv"
    data.write_text("\n".join(",".join(row) for row in rows) + "\n")
    deviations = {name: statistics.pstdev(float(row[i + 1]) for row in rows[1 : TRAIN + 1]) for i, name in enumerate(COLUMNS)}
    seeds = (1, 2, 3)
    for horizon in (96, 192, 336, 720):
        net, linear, minutes = [], [], 0
        for seed in seeds:
            model = e.work / f"{horizon}-{seed}.safetensors"
            _, took = e.run(f"h{horizon}-seed{seed}", "forecast", "train", data, *OPTIONS, "--horizon", horizon, "--out", model, "--seed", seed).result()
            minutes += took
            result, _ = e.run(f"score-h{horizon}-seed{seed}", "forecast", "backtest", model, data).result()
            net.append(standardised(result, deviations, result["targets"][0]["methods"][0]["method"]))
            linear.append(standardised(result, deviations, "linear-last"))
        e.row(f"net, horizon {horizon}", "MSE", net, minutes, list(seeds))
        e.row(f"ridge per target, last value subtracted, horizon {horizon}", "MSE", linear[:1])
    e.command = f"recurra forecast train ETTh1-14400.csv {' '.join(map(str, OPTIONS))} --horizon 96|192|336|720 --seed 1|2|3; recurra forecast backtest"
    e.finish()


main()
