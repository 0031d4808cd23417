#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Every cell in every task: python3 test_cells.py PATH_TO_RECURRA."""
import json
import math
import os
import pathlib
import re
import subprocess
import sys
import tempfile
import unittest

RECURRA = ""
NET = ["--hidden", "6", "--epochs", "1", "--seed", "3"]


def series(rows=120):
    days = (f"2023-{1 + t // 28 % 12:02d}-{1 + t % 28:02d}" for t in range(rows))
    return "time,x\n" + "".join(f"{day},{10 + 3 * math.sin(t):.4f}\n" for t, day in enumerate(days))


def sequences(count=24):
    lines = ["@classLabel true slow fast", "@data"]
    for i in range(count):
        lines.append(",".join(f"{math.sin((1.4 if i % 2 else 0.5) * t + i):.4f}" for t in range(8)) + (":fast" if i % 2 else ":slow"))
    return "\n".join(lines) + "\n"


def words(count=40):
    rows = []
    for i in range(count):
        rows += [f"{c}\t{'x' if c == 'a' else 'y'}" for c in ("abc"[(i * 7 + t * t) % 3] for t in range(2 + i % 5))] + [""]
    return "\n".join(rows) + "\n"


class Cells(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)
        for name, text in {"s.csv": series(), "c.ts": sequences(), "w.conll": words(), "t.txt": "the cat sees a dog.\n" * 60,
                           "p.tsv": "".join(f"{w}\t{' '.join(w)}\n" for w in ("ab", "ba", "abc", "cab") * 6)}.items():
            (self.folder / name).write_text(text)

    def run_command(self, *arguments, status=0):
        result = subprocess.run([RECURRA, "--threads", "1", *map(str, arguments)], cwd=self.folder, capture_output=True, text=True,
                                check=False, timeout=300)
        self.assertEqual(result.returncode, status, result.stderr)
        return result

    def train(self, task, *more, status=0):
        data = {"forecast": ["s.csv", "--target", "x", "--horizon", "2", "--lookback", "8", "--no-refit"],
                "classify": ["c.ts", "--ensemble", "1"], "tag": ["w.conll"], "lm": ["t.txt", "--chunk", "16", "--batch", "8"],
                "seq2seq": ["p.tsv", "--embedding", "4"]}[task]
        return self.run_command(task, "train", *data, *NET, "--out", "m", *more, status=status)

    def test_every_cell_in_every_task(self):
        cells = re.search(r"--cell (?:TEXT:)?\{([^}]*)\}", self.run_command("lm", "train", "--help").stdout)[1].split(",")
        self.assertIn("gru-reset-before", cells)
        for task in ("forecast", "classify", "tag", "lm", "seq2seq"):
            for cell in cells:
                with self.subTest(task=task, cell=cell):
                    self.train(task, "--cell", cell)
                    told = json.loads(self.run_command("inspect", "m", "--json").stdout)
                    self.assertEqual(told["task"], task)
                    self.assertIn(cell, json.dumps(told))


if __name__ == "__main__":
    RECURRA = os.path.abspath(sys.argv.pop(1))
    unittest.main()
