#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Every cell at equal parameters and equal time: the adding problem, copy memory and tinyshakespeare, three seeds each.

Each cell gets the number of units that brings the weights of one layer closest to those of an LSTM of LSTM_UNITS, and MINUTES of
processor time on one thread; on tinyshakespeare as many epochs as its first one says fit into that time, one at least. Nothing is
chosen by cell.
"""
import experiment

SEEDS, MINUTES, LSTM_UNITS = (1, 2, 3), 0.25, 64
# Gates, whether a gate sees h, biases of a gate, and further numbers of a unit.
CELLS = {"rnn": (1, True, 2, 0), "rnn-relu": (1, True, 2, 0), "rnn-linear": (1, True, 2, 0), "lstm": (4, True, 2, 0),
         "gru": (3, True, 2, 0), "gru-reset-before": (3, True, 2, 0), "lstm-peephole": (4, True, 2, 3),
         "lstm-layer-norm": (4, True, 1, 10), "min-gru": (2, False, 1, 0), "min-gru-log": (2, False, 1, 0),
         "min-lstm": (3, False, 1, 0), "min-lstm-log": (3, False, 1, 0), "slstm": (4, True, 1, 0)}
TASKS = {"adding": (2, ["--steps", 100]), "copy-memory": (10, ["--steps", 50])}
EMBEDDING = 64


def weights(cell, inputs, units):
    gates, recurrent, biases, more = CELLS[cell]
    return units * (gates * (inputs + (units if recurrent else 0) + biases) + more)


def units_of(cell, inputs):
    wanted = weights("lstm", inputs, LSTM_UNITS)
    return min(range(1, 8192), key=lambda units: abs(weights(cell, inputs, units) - wanted))


e = experiment.Experiment("cells")
e.threads = 1  # minutes of one processor
text = e.need("text/tinyshakespeare.txt")


def language(cell, seed):
    """Nats a character on the last tenth, and the processor minutes of training."""
    options = ["--cell", cell, "--hidden", units_of(cell, EMBEDDING), "--embedding", EMBEDDING, "--batch", 32, "--chunk", 96, "--lr", 0.003,
               "--split", "0.9,0,0.1", "--seed", seed]

    def train(epochs):
        arguments = ["lm", "train", text, "--out", e.work / f"{cell}-{seed}-{epochs}.safetensors", *options, "--epochs", epochs]
        name = f"{cell} {seed} {epochs}"
        e.run_now(name, [str(a) for a in arguments], None)
        return e.processor_minutes[name]

    epochs = max(1, int(MINUTES / train(1)))
    minutes = train(epochs)
    model = e.work / f"{cell}-{seed}-{epochs}.safetensors"
    scores, _ = e.run_now(f"score {cell} {seed} {epochs}", [str(a) for a in ("lm", "evaluate", model, text)], None)
    return scores["methods"][0]["nats"], minutes


def synthetic(task, cell, seed):
    inputs, options = TASKS[task]
    return e.run(f"{task} {cell} {seed}", task, *options, "--cell", cell, "--hidden", units_of(cell, inputs), "--batch", 50, "--items", 2500,
                 "--lr", 0.002, "--epochs", 10000, "--minutes", MINUTES, "--seed", seed, program="recurra_synthetic")


runs = {(task, cell, seed): synthetic(task, cell, seed) for task in TASKS for cell in CELLS for seed in SEEDS}
spoken = {(cell, seed): e.pool.submit(language, cell, seed) for cell in CELLS for seed in SEEDS}
for task, (inputs, options) in TASKS.items():
    for cell in CELLS:
        results, minutes = zip(*(runs[task, cell, seed].result() for seed in SEEDS))
        e.row(f"{task} {options[1]}: {cell}, {units_of(cell, inputs)} units", "loss", [r["loss"] for r in results], sum(minutes), list(SEEDS))
    e.row(f"{task} {options[1]}: without memory", "loss", [results[0]["baseline"]])
for cell in CELLS:
    nats, minutes = zip(*(spoken[cell, seed].result() for seed in SEEDS))
    e.row(f"tinyshakespeare: {cell}, {units_of(cell, EMBEDDING)} units", "nats a character", list(nats), sum(minutes), list(SEEDS))
e.command = f"recurra_synthetic adding --steps 100 | copy-memory --steps 50 --minutes {MINUTES}; recurra lm train; units by cell in bench/published/cells.py"
e.finish()
