#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Copy memory over delays of 100 to 1000 steps, by cell: what each one solves in the same time."""
import experiment

OPTIONS = ["--hidden", 96, "--batch", 50, "--items", 2500, "--lr", 0.002, "--enough", 0.0001]
SEEDS = (1,)
EPOCHS = {100: 80, 300: 40, 1000: 12}
NETS = {"gru": ["--cell", "gru"], "lstm, chrono": ["--cell", "lstm", "--chrono"], "rnn": ["--cell", "rnn"]}

e = experiment.Experiment("copy_memory")
runs = {}
for delay, epochs in EPOCHS.items():
    for name, net in NETS.items():
        chrono = [delay] if net[-1] == "--chrono" else []
        for seed in SEEDS:
            runs[delay, name, seed] = e.run(f"{name} {delay} {seed}", "copy-memory", "--steps", delay, "--epochs", epochs, *OPTIONS, *net, *chrono,
                                            "--seed", seed, program="recurra_synthetic")
for delay in EPOCHS:
    for name in NETS:
        results, minutes = zip(*(runs[delay, name, seed].result() for seed in SEEDS))
        e.row(f"{name}, delay {delay}", "nats a step", [result["loss"] for result in results], sum(minutes), list(SEEDS))
    e.row(f"without memory, delay {delay}", "nats a step", [results[0]["baseline"]])
e.command = f"recurra_synthetic copy-memory --steps DELAY --epochs N {' '.join(map(str, OPTIONS))} --seed {'|'.join(map(str, SEEDS))} --cell gru | --cell lstm --chrono DELAY | --cell rnn"
e.notes.append(f"Epochs by delay: {', '.join(f'{n} at {d}' for d, n in EPOCHS.items())}. A loss at the baseline is a task not solved in that time.")
e.finish()
