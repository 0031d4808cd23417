#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""JSB chorales in quarter notes, the given split, GRU and LSTM with three seeds each."""
import experiment

SEEDS = (1, 2, 3)
OPTIONS = ["--hidden", 256, "--dropout", 0.4, "--batch", 2, "--lr", 0.003, "--schedule", "cosine", "--epochs", 90, "--patience", 15]
CELLS = {"gru": [], "lstm": ["--forget-bias", 1]}

e = experiment.Experiment("jsb_chorales")
rolls = e.need("music/jsb-chorales-quarter.json")
baselines = {}
models = {(cell, seed): e.work / f"{cell}{seed}.safetensors" for cell in CELLS for seed in SEEDS}
runs = {(cell, seed): e.run(f"{cell}{seed}", "lm", "train", rolls, "--format", "frames", "--cell", cell, *OPTIONS, *CELLS[cell], "--seed", seed,
                            "--out", model) for (cell, seed), model in models.items()}
for cell in CELLS:
    nats, minutes = [], 0
    for seed in SEEDS:
        _, took = runs[cell, seed].result()
        scores, _ = e.run(f"{cell}{seed}-evaluate", "lm", "evaluate", models[cell, seed], rolls).result()
        minutes += took
        nats.append(scores["methods"][0]["nats"])
        baselines = {m["method"]: m["nats"] for m in scores["methods"][1:]}
    e.row(cell, "nats a frame", nats, minutes, list(SEEDS))
for name, value in baselines.items():
    e.row(name, "nats a frame", [value])
e.command = f"recurra lm train {rolls.name} --format frames --cell gru {' '.join(map(str, OPTIONS))} --seed 1|2|3 (lstm: --forget-bias 1)"
e.finish()
