#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The adding problem over 600 steps: GRU, LSTM with chrono initialisation, plain RNN."""
import experiment

STEPS = 600
OPTIONS = ["--steps", STEPS, "--hidden", 64, "--batch", 50, "--items", 5000, "--epochs", 60, "--lr", 0.002, "--enough", 0.0005, "--seed", 1]
NETS = {"gru": ["--cell", "gru"], "lstm, chrono": ["--cell", "lstm", "--chrono", STEPS], "rnn": ["--cell", "rnn", "--epochs", 10]}

e = experiment.Experiment("adding")
for name, net in NETS.items():
    result, minutes = e.run(name, "adding", *OPTIONS, *net, program="recurra_synthetic")
    e.row(name, "MSE", [result["loss"]], minutes, [1])
e.row("always the mean", "MSE", [1 / 6])
e.command = f"recurra_synthetic adding {' '.join(map(str, OPTIONS))} --cell gru | --cell lstm --chrono {STEPS} | --cell rnn --epochs 10"
e.finish()
