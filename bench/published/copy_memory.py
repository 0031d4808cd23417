#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Copy memory over delays of 100 to 1000 steps, by cell: what each one solves in the same time."""
import experiment

OPTIONS = ["--hidden", 96, "--batch", 50, "--items", 2500, "--lr", 0.002, "--enough", 0.0001, "--seed", 1]
EPOCHS = {100: 80, 300: 40, 1000: 12}
NETS = {"gru": ["--cell", "gru"], "lstm, chrono": ["--cell", "lstm", "--chrono"], "rnn": ["--cell", "rnn"]}

e = experiment.Experiment("copy_memory")
for delay, epochs in EPOCHS.items():
    for name, net in NETS.items():
        chrono = [delay] if net[-1] == "--chrono" else []
        result, minutes = e.run(f"{name} {delay}", "copy-memory", "--steps", delay, "--epochs", epochs, *OPTIONS, *net, *chrono,
                                program="recurra_synthetic")
        e.row(f"{name}, delay {delay}", "nats a step", [result["loss"]], minutes, [1])
    e.row(f"without memory, delay {delay}", "nats a step", [result["baseline"]])
e.command = f"recurra_synthetic copy-memory --steps DELAY --epochs N {' '.join(map(str, OPTIONS))} --cell gru | --cell lstm --chrono DELAY | --cell rnn"
e.notes.append(f"Epochs by delay: {', '.join(f'{n} at {d}' for d, n in EPOCHS.items())}. A loss at the baseline is a task not solved in that time.")
e.finish()
