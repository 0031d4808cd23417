#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The adding problem over 600 steps: GRU, LSTM with chrono initialisation, plain RNN."""
import experiment

STEPS = 600
SEEDS = (1,)
OPTIONS = ["--steps", STEPS, "--hidden", 64, "--batch", 50, "--items", 5000, "--lr", 0.002, "--enough", 0.0005]
NETS = {"gru": ["--cell", "gru", "--epochs", 60], "lstm, chrono": ["--cell", "lstm", "--chrono", STEPS, "--epochs", 60],
        "rnn": ["--cell", "rnn", "--epochs", 10]}

e = experiment.Experiment("adding")
runs = {(name, seed): e.run(f"{name} {seed}", "adding", *OPTIONS, *net, "--seed", seed, program="recurra_synthetic")
        for name, net in NETS.items() for seed in SEEDS}
for name in NETS:
    results, minutes = zip(*(runs[name, seed].result() for seed in SEEDS))
    e.row(name, "MSE", [result["loss"] for result in results], sum(minutes), list(SEEDS))
e.row("always the mean", "MSE", [1 / 6])
e.command = f"recurra_synthetic adding {' '.join(map(str, OPTIONS))} --seed {'|'.join(map(str, SEEDS))} --cell gru --epochs 60 | --cell lstm --chrono {STEPS} --epochs 60 | --cell rnn --epochs 10"
e.finish()
