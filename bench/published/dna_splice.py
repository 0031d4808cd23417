#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""DNA splice junctions by ten folds, a fold at a time."""
import experiment

FOLDS = 10
READ = ["--no-header", "--label", "column1", "--symbols", "column3", "--alphabet", "dna"]
OPTIONS = ["--cell", "gru", "--hidden", 64, "--readout", "attention", "--dropout", 0.5, "--noise", 0.3, "--optimizer", "adamw",
           "--weight-decay", 0.02, "--validation", 0.1, "--epochs", 40, "--patience", 10, "--batch", 32, "--lr", 0.004, "--schedule", "cosine",
           "--init", "pytorch", "--chrono", 0, "--seed", 1]


def main():
    e = experiment.Experiment("dna_splice")
    data = e.need("dna/splice.data")
    # The command recognises a table by the end of its name.
    table = e.work / "splice.csv"
    table.write_bytes(data.read_bytes())
    wrong, minutes, total = {}, 0, 0
    runs = [e.run(f"fold{fold}", "classify", "train", table, *READ, *OPTIONS, "--folds", FOLDS, "--fold", fold) for fold in range(1, FOLDS + 1)]
    for result, took in (run.result() for run in runs):
        minutes += took
        total += result["sequences"]
        for method, accuracy in experiment.accuracies(result).items():
            wrong[method] = wrong.get(method, 0) + (1 - accuracy) * result["sequences"]
    e.command = f"recurra classify train splice.csv {' '.join(map(str, READ + OPTIONS))} --folds {FOLDS}"
    net, *baselines = wrong
    e.row(net, "error, %", [100 * wrong[net] / total], minutes, [1])
    for method in baselines:
        e.row(method, "error, %", [100 * wrong[method] / total])
    e.finish()


main()
