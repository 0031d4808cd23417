#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Writes examples/data/england_wales_demand.csv from the `taylor` series of a pmdarima wheel.

    pip download --no-deps pmdarima==2.1.1
    tools/make_fixtures/demand_csv.py pmdarima-2.1.1-*.whl

Reads the numbers from the wheel without importing it, so that none of its dependencies is needed.
"""
import ast
import datetime
import pathlib
import sys
import zipfile

TARGET = pathlib.Path(__file__).resolve().parents[2] / "examples/data/england_wales_demand.csv"
START = datetime.datetime(2000, 6, 5)  # a Monday, by the documentation of the series
STEP = datetime.timedelta(minutes=30)
COUNT = 12 * 7 * 48  # twelve weeks


def demand(wheel):
    """The longest list of numbers in the module that holds the series."""
    source = zipfile.ZipFile(wheel).read("pmdarima/datasets/taylor.py").decode()
    lists = [node.elts for node in ast.walk(ast.parse(source)) if isinstance(node, ast.List)]
    return [ast.literal_eval(element) for element in max(lists, key=len)]


def main():
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    values = demand(sys.argv[1])
    if len(values) != COUNT or START.weekday() != 0:
        sys.exit(f"demand_csv: {len(values)} values in {sys.argv[1]}, expected {COUNT}")
    rows = [f"{(START + i * STEP).isoformat()},{value}" for i, value in enumerate(values)]
    TARGET.write_text("time,demand\n" + "\n".join(rows) + "\n", newline="\n")


if __name__ == "__main__":
    main()
