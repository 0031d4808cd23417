# SPDX-License-Identifier: Apache-2.0
"""One series by defaults, three seeds, judged with distributions: errors, CRPS and coverage of the net and its rivals."""
import experiment

SEEDS = (1, 2, 3)


def score(name, path, options, cutoffs, more=None):
    """`options`: of training; `cutoffs`: of the backtest; `more`: makes further options from the experiment, such as files."""
    e = experiment.Experiment(name)
    data = e.need(path)
    options = [*options, *(more(e) if more else [])]
    found, minutes = {}, 0
    for seed in SEEDS:
        model = e.work / f"{seed}.safetensors"
        _, took = e.run(f"seed{seed}", "forecast", "train", data, *options, "--out", model, "--seed", seed).result()
        minutes += took
        result, _ = e.run(f"score{seed}", "forecast", "backtest", model, data, *cutoffs).result()
        coverages = result["coverages"]
        for method in result["targets"][0]["methods"]:
            found.setdefault(method["method"], []).append(method)
    net = next(iter(found))
    for method, runs in found.items():
        runs = runs if method == net else runs[:1]
        seeds = list(SEEDS) if method == net else None
        e.row(method, "MAE", [run["mae"] for run in runs], minutes if method == net else None, seeds)
        if runs[0]["crps"] is None:
            continue
        e.row(method, "CRPS", [run["crps"] for run in runs], None, seeds)
        for level in (0.8, 0.95):
            place = min(range(len(coverages)), key=lambda i: abs(coverages[i] - level))
            e.row(method, f"held by {100 * level:.0f} %", [run["coverage"][place] for run in runs], None, seeds)
    shown = " ".join(str(option).rsplit("/", 1)[-1] for option in options)
    e.command = f"recurra forecast train {data.name} {shown} --seed 1|2|3; recurra forecast backtest {' '.join(map(str, cutoffs))}"
    e.finish()
