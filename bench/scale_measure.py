#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Measures trainings that are shared by several ranks, for scale_model.py:

    python3 bench/scale_measure.py build/release/cli/recurra data/ --out bench/scale.json

For each run: the seconds of an epoch as the command reports them (without validation), and the processor time of an epoch
on the busiest rank (with validation), each divided by the number of steps. If other programs use the machine, only the
second is meaningful; "load" is the load average of the system. tools/hosts.py makes the networks.
"""
import argparse
import contextlib
import datetime
import json
import os
import pathlib
import re
import resource
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "tools"))
import hosts

SHARDS = 2
# name: data, their first lines or bytes, items per step, arguments
WORKLOADS = {
    "characters, 512 units": ("text/tinyshakespeare.txt", {"bytes": 120_000}, 64,
                              ["lm", "train", "--hidden", "512", "--chunk", "64", "--batch", "64", "--split", "0.98,0.01,0.01"]),
    "M4 Hourly, 60 series": ("forecast/m4/Hourly-train.csv", {"lines": 61}, 32,
                             ["forecast", "train", "--by-row", "--horizon", "48", "--season", "24", "--lookback", "96", "--difference", "none",
                              "--no-refit", "--batch", "32"]),
}
# ranks, threads in each, delay in ms and Mbit/s between hosts of one rank each
RUNS = ((1, 1, None), (1, 2, None), (2, 1, None), (2, 1, (1, 1000)))


def first_of(path, bytes=None, lines=None):
    data = path.read_bytes()
    return data[:bytes] if bytes else b"".join(data.splitlines(keepends=True)[:lines])


def run_rank(folder, command):
    """Runs the command as one rank and writes its processor time."""
    status = subprocess.run(command, check=False).returncode
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    rank = os.environ.get("OMPI_COMM_WORLD_RANK", "0")
    (folder / f"{rank}.json").write_text(json.dumps(used.ru_utime + used.ru_stime))
    return status


def run(command, ranks, network):
    """The output of a training and the processor seconds of its busiest rank."""
    with tempfile.TemporaryDirectory() as name, contextlib.ExitStack() as made:
        launch, environment = ["mpirun", "--allow-run-as-root", "--oversubscribe", "--bind-to", "none", "-n", str(ranks)], None
        if ranks == 1:
            launch = []
        elif network:
            on_hosts = made.enter_context(hosts.Hosts(ranks, *network))
            launch, environment = [*on_hosts.enter(0), "mpirun", "-n", str(ranks)], on_hosts.environment()
        rank = [sys.executable, __file__, "--rank-of", name, *command, "--out", f"{name}/model"]
        said = subprocess.run([*launch, *rank], env=environment, stdout=subprocess.PIPE, text=True, check=True).stdout
        return said, max(json.loads(file.read_text()) for file in pathlib.Path(name).glob("*.json"))


def measure(recurra, workload, data, ranks, threads, network):
    _, _, items_of_step, (task, verb, *options) = WORKLOADS[workload]
    command = [recurra, "--quiet", task, verb, data, *options, "--threads", threads, "--patience", 0, "--shards", SHARDS, "--epochs"]
    said, short = run([str(word) for word in (*command, 1)], ranks, network)
    steps = int(re.search(r"trained on (\d+) ", said)[1]) // items_of_step
    load = os.getloadavg()[0]
    said, long = run([str(word) for word in (*command, 2, "--json")], ranks, network)
    result = json.loads(said)
    delay_ms, mbit = network or (None, None)
    return {"workload": workload, "ranks": ranks, "threads": threads, "delay_ms": delay_ms, "mbit": mbit, "parameters": result["parameters"],
            "batch": items_of_step, "steps": steps, "step_s": result["history"][-1]["seconds"] / steps, "step_cpu_s": (long - short) / steps, "load": load}


def processor():
    said = subprocess.run(["lscpu"], stdout=subprocess.PIPE, text=True, check=True).stdout
    return f"{re.search(r'Model name: *(.*)', said)[1]}, {os.cpu_count()} processors"


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("recurra", type=pathlib.Path)
    parser.add_argument("data", type=pathlib.Path, help="folder with text/tinyshakespeare.txt and forecast/m4/Hourly-train.csv")
    parser.add_argument("--out", type=pathlib.Path, required=True)
    parser.add_argument("--rounds", type=int, default=2)
    options = parser.parse_args()
    rows = []
    with tempfile.TemporaryDirectory() as folder:
        for _ in range(options.rounds):
            for workload, (file, part, _, _) in WORKLOADS.items():
                data = pathlib.Path(folder) / pathlib.Path(file).name
                data.write_bytes(first_of(options.data / file, **part))
                for ranks, threads, network in RUNS:
                    if network and hosts.why_not():
                        print(f"skipped: {hosts.why_not()}", file=sys.stderr)
                        continue
                    rows.append(measure(options.recurra.resolve(), workload, data, ranks, threads, network))
                    print(json.dumps(rows[-1]), file=sys.stderr)
    about = {"processor": processor(), "date": datetime.date.today().isoformat(), "shards": SHARDS}
    options.out.write_text(json.dumps({**about, "runs": rows}, indent=1) + "\n")


if __name__ == "__main__":
    if sys.argv[1:2] == ["--rank-of"]:
        sys.exit(run_rank(pathlib.Path(sys.argv[2]), sys.argv[3:]))
    main()
