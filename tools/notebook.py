#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Writes examples/lstm_forecaster.ipynb from the two listings in Python, so that neither is kept twice.
Usage: tools/notebook.py [--check]"""
import json
import pathlib
import re
import sys

EXAMPLES = pathlib.Path(__file__).resolve().parent.parent / "examples"
NOTEBOOK = EXAMPLES / "lstm_forecaster.ipynb"
INTRODUCTION = """# An LSTM forecaster, twice
The listing of the lesson's chapter on forecasting: in PyTorch, then in Python with Recurra. Both read the electricity
demand of England and Wales (`data/england_wales_demand.csv`, half-hours), split it by time, train on the oldest part
and compare the net on the newest with the last value and the values one day and one week ago. Start it in `examples/`.
Each half runs by itself."""


def code_cells(listing):
    """The listing without its first two lines, cut where its parts begin."""
    source = (EXAMPLES / listing).read_text(encoding="utf-8").split("\n", 2)[2]
    source = source.replace('pathlib.Path(__file__).parent / "data"', 'pathlib.Path("data")')
    parts = re.split(r"\n\n+(?=\S)", source.strip())
    cells = [parts[0]]
    for part in parts[1:]:
        if cells[-1].startswith("import") and part.startswith("import"):
            cells[-1] += "\n\n" + part
        else:
            cells.append(part)
    return cells


def lines(text):
    return text.splitlines(keepends=True)


def markdown(text, name):
    return {"cell_type": "markdown", "id": name, "metadata": {}, "source": lines(text)}


def notebook():
    cells = [markdown(INTRODUCTION, "introduction")]
    for title, tag, listing in (
        ("## PyTorch\n`pip install torch`", "pytorch", "lstm_forecaster.py"),
        ("## Recurra\n`pip install recurra numpy`", "recurra", "lstm_forecaster_recurra.py"),
    ):
        cells.append(markdown(title, tag))
        for number, source in enumerate(code_cells(listing), 1):
            cells.append(
                {
                    "cell_type": "code",
                    "execution_count": None,
                    "id": f"{tag}-{number}",
                    "metadata": {"tags": [tag]},
                    "outputs": [],
                    "source": lines(source),
                }
            )
    kernel = {"display_name": "Python 3", "language": "python", "name": "python3"}
    metadata = {"kernelspec": kernel, "language_info": {"name": "python"}}
    return {"cells": cells, "metadata": metadata, "nbformat": 4, "nbformat_minor": 5}


def main():
    text = json.dumps(notebook(), indent=1, ensure_ascii=False) + "\n"
    if sys.argv[1:] != ["--check"]:
        NOTEBOOK.write_text(text, encoding="utf-8")
    elif NOTEBOOK.read_text(encoding="utf-8") != text:
        sys.exit("examples/lstm_forecaster.ipynb is not what its listings say; run tools/notebook.py")


if __name__ == "__main__":
    main()
