#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""tinyshakespeare by characters: the first 80 % train, the next 10 % validate, the last 10 % are scored once."""
import experiment

OPTIONS = ["--cell", "lstm", "--hidden", 384, "--embedding", 64, "--dropout", 0.3, "--batch", 32, "--chunk", 96, "--lr", 0.003,
           "--schedule", "cosine", "--epochs", 14, "--patience", 0, "--forget-bias", 1, "--seed", 1]

e = experiment.Experiment("tinyshakespeare")
text, model = e.need("text/tinyshakespeare.txt"), e.work / "model.safetensors"
_, minutes = e.run("train", "lm", "train", text, "--out", model, *OPTIONS)
scores, _ = e.run("evaluate", "lm", "evaluate", model, text)
e.command = f"recurra lm train {text.name} {' '.join(map(str, OPTIONS))}; recurra lm evaluate"
for i, method in enumerate(scores["methods"]):
    e.row(method["method"], "nats a character", [method["nats"]], minutes if i == 0 else None, [1] if i == 0 else None)
e.finish()
