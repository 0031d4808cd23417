#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""What --precision bf16 costs: tinyshakespeare as in tinyshakespeare.py and the demo's series, each beside float32."""
import pathlib

import experiment

SEEDS, PRECISIONS = (1, 2, 3), ("f32", "bf16")
SERIES = ["--target", "demand", "--time", "time", "--lookback", 96, "--horizon", 48, "--season", 336, "--difference", "seasonal", "--hidden", 64,
          "--split", "0.7,0.133333,0.166667"]

e = experiment.Experiment("bf16")
text = e.need("text/tinyshakespeare.txt")
demand = pathlib.Path(__file__).parent.parent.parent / "examples/data/england_wales_demand.csv"


def both(name, train, evaluate, data, options, metric, score):
    """Trains and scores with each precision and seed, and adds a row for each precision."""
    model = {(p, seed): e.work / f"{name}-{p}-{seed}.safetensors" for seed in SEEDS for p in PRECISIONS}
    trained = {(p, seed): e.run(f"{name} {p} {seed}", *train, data, "--out", path, *options, "--seed", seed, "--precision", p) for (p, seed), path in model.items()}
    minutes = {key: run.result()[1] for key, run in trained.items()}
    scored = {(p, seed): e.run(f"{name} scores {p} {seed}", *evaluate, path, data) for (p, seed), path in model.items()}
    for p in PRECISIONS:
        e.row(f"{data.name}, {p}", metric, [score(scored[p, seed].result()[0]) for seed in SEEDS], sum(minutes[p, seed] for seed in SEEDS), list(SEEDS))


both("demo", ("forecast", "train"), ("forecast", "backtest"), demand, SERIES, "MAE", lambda result: result["targets"][0]["methods"][0]["mae"])
both("text", ("lm", "train"), ("lm", "evaluate"), text, experiment.TINYSHAKESPEARE, "nats a character", lambda result: result["methods"][0]["nats"])
e.command = (f"recurra lm train {text.name} {' '.join(map(str, experiment.TINYSHAKESPEARE))} --precision f32|bf16 --seed 1|2|3; recurra lm evaluate; "
             f"recurra forecast train {demand.name} {' '.join(map(str, SERIES))} --precision f32|bf16 --seed 1|2|3; recurra forecast backtest")
e.finish()
