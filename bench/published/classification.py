#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Six sets of the UCR/UEA archive, the given splits, defaults alone, beside nearest neighbours and ROCKET."""
import time

import experiment
import rivals

SETS = ["ItalyPowerDemand", "ArrowHead", "Trace", "JapaneseVowels", "Coffee", "PickupGestureWiimoteZ"]
SEEDS = (1, 2, 3)


def timed(values):
    start = time.monotonic()
    return [value() for value in values], (time.monotonic() - start) / 60


def main():
    e = experiment.Experiment("classification")
    files = {name: [e.need(f"classification/{name}_{part}.ts") for part in ("TRAIN", "TEST")] for name in SETS}
    runs = {name: [e.run(f"{name}{seed}", "classify", "train", train, "--test", test, "--out", e.work / f"{name}{seed}.safetensors",
                         "--seed", seed) for seed in SEEDS] for name, (train, test) in files.items()}
    for name, (train, test) in files.items():
        results = [run.result() for run in runs[name]]
        scores = [experiment.accuracies(result["test"]) for result, _ in results]
        net, _, nearest, *_ = scores[0]
        e.row(f"{name}: {net}, defaults", "accuracy", [s[net] for s in scores], sum(minutes for _, minutes in results), list(SEEDS))
        e.row(f"{name}: {nearest} (Euclid)", "accuracy", [scores[0][nearest]])
        data = (*rivals.read_ts(train), *rivals.read_ts(test))
        values, minutes = timed([lambda: rivals.dtw_accuracy(*data)])
        e.row(f"{name}: 1-NN DTW", "accuracy", values, minutes)
        values, minutes = timed([lambda seed=seed: rivals.rocket_accuracy(*data, seed=seed) for seed in SEEDS])
        e.row(f"{name}: ROCKET-2000", "accuracy", values, minutes, list(SEEDS))
    e.command = "recurra classify train SET_TRAIN.ts --test SET_TEST.ts --seed 1|2|3"
    e.finish()


main()
