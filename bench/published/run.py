#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Runs the experiments of bench/published and writes docs/results.md: run.py RECURRA DATA WORK [--jobs N] [NAME...]

A result that is there already (bench/published/results/NAME.json) is kept unless its name is given; a run that was stopped
goes on where it was. --jobs N trains N nets of an experiment side by side, which small nets use better than threads. Each
table holds the command, the seeds, the minutes, the baselines and the published number.
"""
import argparse
import datetime
import json
import pathlib
import statistics
import subprocess
import sys
import textwrap

HERE = pathlib.Path(__file__).resolve().parent
RESULTS = HERE / "results"
PAGE = HERE.parent.parent / "docs" / "results.md"


def machine(recurra):
    info = json.loads(subprocess.run([recurra, "info", "--json"], stdout=subprocess.PIPE, text=True, check=True).stdout)
    try:
        cpu = next(line.split(":", 1)[1].strip() for line in open("/proc/cpuinfo", encoding="utf-8") if line.startswith("model name"))
    except (OSError, StopIteration):
        cpu = "unknown processor"
    return f"{cpu}, {info['threads']} threads, {info['isa']}"


def measure(name, recurra, data, work, jobs):
    """Runs one script and keeps its result. False where its data are absent."""
    done = subprocess.run([sys.executable, HERE / f"{name}.py", recurra, data, work, "--jobs", str(jobs)], stdout=subprocess.PIPE, text=True, check=False)
    if done.returncode == 3:
        return False
    if done.returncode != 0:
        sys.exit(done.returncode)
    result = json.loads(done.stdout.splitlines()[-1])
    result |= {"machine": machine(recurra), "date": datetime.date.today().isoformat()}
    RESULTS.mkdir(exist_ok=True)
    (RESULTS / f"{name}.json").write_text(json.dumps(result, indent=1) + "\n")
    return True


def number(values):
    """Mean and deviation, with four digits."""
    text = f"{statistics.mean(values):.4g}"
    return f"{text} \u00b1 {statistics.stdev(values):.2g}" if len(values) > 1 else text


def prose(text):
    return textwrap.fill(text, 118, break_long_words=False, break_on_hyphens=False)


def section(name, about, result):
    lines = [f"## {about['title']}", prose(about["data"] + "."), ""]
    if about.get("target"):
        lines += [prose(f"Target: {about['target']}. Published: {about['published']}."), ""]
    lines += [prose(f"`./run published {name}` on {result['machine']}, {result['date']}. Each run:"), "", f"    {result['command']}", "",
              "| method | metric | result | seeds | minutes |", "|---|---|---|---|---|"]
    for row in result["rows"]:
        seeds = ", ".join(map(str, row["seeds"])) if row["seeds"] else ""
        minutes = f"{row['minutes']:.1f}" if row["minutes"] is not None else ""
        lines.append(f"| {row['what']} | {row['metric']} | {number(row['values'])} | {seeds} | {minutes} |")
    for note in result["notes"] + about.get("notes", []):
        lines += ["", prose(note)]
    return "\n".join(lines) + "\n"


def write_page(experiments):
    done = {name: RESULTS / f"{name}.json" for name in experiments}
    parts = ["# Results on public data",
             prose("Made by `./run published`; the numbers behind it are in `bench/published/results/`. Settings were chosen on "
                   "training data alone, by folds or a validation part; the test part was scored once, at the end. Minutes are those of "
                   "all runs of the row.") + "\n"]
    parts += [section(name, experiments[name], json.loads(path.read_text())) for name, path in done.items() if path.exists()]
    PAGE.write_text("\n".join(parts), encoding="utf-8")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for name in ("recurra", "data", "work"):
        parser.add_argument(name)
    parser.add_argument("--jobs", type=int, default=1)
    parser.add_argument("names", nargs="*")
    options = parser.parse_intermixed_args()
    chosen = options.names
    experiments = json.loads((HERE / "experiments.json").read_text(encoding="utf-8"))
    for name in chosen:
        if name not in experiments:
            sys.exit(f"run.py: no experiment {name}; there are {', '.join(experiments)}")
    for name in chosen or [n for n in experiments if not (RESULTS / f"{n}.json").exists()]:
        if experiments[name].get("takes"):
            print(f"{name}: takes {experiments[name]['takes']}", file=sys.stderr, flush=True)
        print(f"{name}: {'done' if measure(name, options.recurra, options.data, options.work, options.jobs) else 'skipped, its data are absent'}", file=sys.stderr, flush=True)
        write_page(experiments)
    write_page(experiments)


if __name__ == "__main__":
    main()
