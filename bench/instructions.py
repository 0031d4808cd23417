#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Counts the instructions of seven fixed workloads under callgrind and compares them with bench/instructions.json.

    python3 bench/instructions.py build/release/bench/recurra_workload [--keep]

The counts repeat exactly on one compiler and one instruction set (AVX2: valgrind knows no AVX-512). What has grown by more
than 3 % is shown with the functions that grew; --keep writes the new counts.
"""
import argparse
import json
import os
import pathlib
import re
import subprocess
import tempfile

KEPT = pathlib.Path(__file__).with_name("instructions.json")
WORTH_SHOWING, FUNCTIONS, ISA = 0.03, 12, "avx2"


def count(program, workload):
    """Instructions in total, and of the functions with the most."""
    with tempfile.TemporaryDirectory() as folder:
        out = pathlib.Path(folder) / "out"
        subprocess.run(["valgrind", "--tool=callgrind", f"--callgrind-out-file={out}", "--toggle-collect=recurra::Bench::run*", program, workload],
                       check=True, capture_output=True, env=os.environ | {"RECURRA_ISA": ISA})
        text = subprocess.run(["callgrind_annotate", "--threshold=100", out], check=True, capture_output=True, text=True).stdout
    total = int(re.search(r"^ *([\d,]+) .*PROGRAM TOTALS", text, re.M)[1].replace(",", ""))
    functions = {}
    for number, name in re.findall(r"^ *([\d,]+) \([ \d.]+%\)  [^ ]*?:(.+?)(?: \[[^\]]*\])?$", text, re.M):
        functions[name] = functions.get(name, 0) + int(number.replace(",", ""))
    most = sorted(functions.items(), key=lambda item: -item[1])[:FUNCTIONS]
    return {"instructions": total, "functions": dict(most)}


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("program")
    parser.add_argument("--keep", action="store_true")
    options = parser.parse_args()
    before = json.loads(KEPT.read_text()) if KEPT.exists() else {}
    now = {name: count(options.program, name) for name in subprocess.run([options.program], check=True, capture_output=True, text=True).stdout.split()}
    print(f"{'workload':12s} {'before':>14s} {'now':>14s} {'change':>8s}   ({ISA})")
    for name, counted in now.items():
        old = before.get(name, counted)
        change = counted["instructions"] / old["instructions"] - 1
        print(f"{name:12s} {old['instructions']:14,d} {counted['instructions']:14,d} {100 * change:+7.2f} %")
        if change <= WORTH_SHOWING:
            continue
        growth = {f: n - old["functions"].get(f, 0) for f, n in counted["functions"].items()}
        for function, more in sorted(growth.items(), key=lambda item: -item[1])[:3]:
            if more > 0:
                print(f"  {more:+14,d}  {function}")
    if options.keep:
        KEPT.write_text(json.dumps(now, indent=1) + "\n")


if __name__ == "__main__":
    main()
