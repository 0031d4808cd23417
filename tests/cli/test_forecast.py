#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""What `recurra forecast` says of hard series and old models: python3 test_forecast.py PATH_TO_RECURRA."""
import datetime
import json
import os
import pathlib
import random
import re
import subprocess
import sys
import tempfile
import unittest

RECURRA = ""
WEEK = [3, 1, 0, 0.5, 1, 4, 6]
SMALL = ["--target", "x", "--horizon", "7", "--hidden", "4", "--epochs", "2"]


def table(values, first="2023-01-01", hours=24):
    start = datetime.datetime.fromisoformat(first)
    stamp = lambda t: (start + datetime.timedelta(hours=hours * t)).strftime("%Y-%m-%d" if hours == 24 else "%Y-%m-%d %H:%M")
    return "time,x\n" + "".join(f"{stamp(t)},{'' if v is None else format(v, '.4f')}\n" for t, v in enumerate(values))


def weekly(rows, noise=0.3, seed=1):
    draw = random.Random(seed)
    return [20 + WEEK[t % 7] + noise * draw.gauss(0, 1) for t in range(rows)]


class Forecast(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)

    def run_command(self, verb, *arguments, status=0):
        result = subprocess.run([RECURRA, "--threads", "1", "forecast", verb, *map(str, arguments)], cwd=self.folder, capture_output=True,
                                text=True, check=False, timeout=300)
        self.assertEqual(result.returncode, status, result.stderr)
        return result

    def write(self, values, name="x.csv", **options):
        (self.folder / name).write_text(table(values, **options))
        return name

    def train(self, values, *more):
        return self.run_command("train", self.write(values), *SMALL, "--out", "m", *more)

    def test_a_search_ends_by_its_limits_and_goes_on(self):
        x = self.write(weekly(210))
        wrong = self.run_command("search", x, *SMALL, "--budget", "0s", "--out", "m", status=2)
        self.assertIn("budget: expected a time above 0, found '0s'", wrong.stderr)
        self.assertFalse((self.folder / "m").exists() or (self.folder / "m.trials.csv").exists())
        settings = [x, *SMALL, "--lookback", "14", "--out", "m"]
        self.run_command("search", *settings, "--trials", "3", "--report", "r.html")
        first = (self.folder / "m.trials.csv").read_text().splitlines()
        self.assertEqual(len(first), 4)
        self.assertIn("All trials, the best first", (self.folder / "r.html").read_text())
        found = json.loads(self.run_command("search", *settings, "--trials", "5", "--resume", "m.trials.csv", "--json").stdout)
        rows = (self.folder / "m.trials.csv").read_text().splitlines()
        self.assertEqual(rows[:4], first)  # not made again: their seconds are the same
        self.assertEqual([t["trial"] for t in found["trials"]], [0, 1, 2, 3, 4])
        self.assertTrue(all(t["hidden"] == 4 and t["lookback"] == 14 for t in found["trials"]))
        errors = [t["validation_mase"] for t in found["trials"]]
        self.assertEqual(errors[found["best_trial"]], min(errors))
        self.assertEqual(json.loads(self.run_command("backtest", "m", x, "--json").stdout)["horizon"], 7)
        other = self.run_command("search", *settings, "--seed", "2", "--resume", "m.trials.csv", status=1)
        self.assertIn("the trials are of other data, options or another seed", other.stderr)

    def test_nothing_is_nan_without_need(self):
        closed = [v if t % 7 < 5 else None for t, v in enumerate(weekly(210))]
        opens_late = [None if t % 7 == 6 and t < 215 else v for t, v in enumerate(weekly(280))]
        third = [None if t % 3 == 0 else v for t, v in enumerate(weekly(210))]
        for name, values in {"closed": closed, "opens late": opens_late, "third": third, "exact": weekly(210, noise=0)}.items():
            with self.subTest(name):
                self.train(values, "--season", "7", "--difference", "seasonal", "--report", "r.html")
                for verb in ("backtest", "predict"):
                    told = self.run_command(verb, "m", "x.csv")
                    self.assertNotIn("nan", told.stdout + told.stderr)
                methods = json.loads(self.run_command("backtest", "m", "x.csv", "--json").stdout)["targets"][0]["methods"]
                for method in ("lstm", "theta", "holt-winters", "linear", "linear-last", "seasonal-naive"):
                    self.assertIsNotNone(next(m for m in methods if m["method"] == method)["mae"])
                self.assertNotIn("null", self.run_command("predict", "m", "x.csv", "--json").stdout)

    def test_a_forced_gap_is_told_and_status_1(self):
        self.train(weekly(200))
        self.write([None] * 80, "empty.csv", first="2023-01-01")
        told = self.run_command("predict", "m", "empty.csv", status=1)
        self.assertIn("nothing to forecast from", told.stderr)

    def test_choices_are_told_with_their_evidence(self):
        told = self.train(weekly(200)).stderr
        for part in ("note: season: 7 steps (explains ", "note: lookback: 24 steps (a linear model's validation error ", "note: difference: "):
            self.assertIn(part, told)
        told = self.train(weekly(200), "--season", "1", "--difference", "last", "--lookback", "9").stderr
        self.assertNotIn("overrides", told)

    def test_rows_that_were_trained_on_are_not_scored(self):
        self.train(weekly(200))
        self.write(weekly(150), "head.csv")
        told = self.run_command("backtest", "m", "head.csv", status=1)
        self.assertIn("nothing is left to score: all of its 150 rows", told.stderr)
        self.write(weekly(240), "longer.csv")
        told = self.run_command("backtest", "m", "longer.csv")
        self.assertIn("40 rows are newer", told.stderr)
        self.assertIn("scored with the tested net, which learned from rows 1 to 140", told.stderr)
        self.assertIn("scored with the final net from row 201 on", told.stderr)
        self.write(weekly(200), "hourly.csv", hours=1)
        for verb in ("backtest", "predict"):
            self.assertIn("another step", self.run_command(verb, "m", "hourly.csv", status=1).stderr)
        self.write(weekly(60), "gap.csv", first="2023-09-01")
        self.assertIn("steps lie between", self.run_command("predict", "m", "gap.csv").stderr)

    def test_the_final_net_learns_from_the_newest_rows(self):
        told = self.train(weekly(200))
        self.assertIn("now on all 200 rows", told.stderr)
        self.assertNotIn("now on all", self.train(weekly(200), "--no-refit").stderr)

    def test_longer_and_from_a_model(self):
        values = weekly(200)
        plain = ["--patience", "0", "--checkpoint", "c"]
        self.train(values, *plain)
        self.run_command("train", "x.csv", *SMALL[:-1], "4", *plain, "--resume", "c", "--out", "longer")
        self.run_command("train", "x.csv", *SMALL[:-1], "4", *plain[:2], "--out", "unbroken")
        predict = lambda model: self.run_command("predict", model, "x.csv").stdout
        self.assertEqual(predict("longer"), predict("unbroken"))
        self.write(weekly(201), "more.csv")
        told = self.run_command("train", "more.csv", *SMALL, *plain, "--resume", "c", status=1).stderr
        self.assertIn("the data changed: 200 rows then, 201 rows now", told)
        told = self.run_command("train", "more.csv", *SMALL, "--from", "m", "--lr", "0.001", "--out", "tuned")
        self.assertIn("it began with m", told.stdout)
        told = self.run_command("train", "more.csv", *SMALL, "--hidden", "5", "--from", "m", status=1).stderr
        self.assertIn("hidden 4 -> 5", told)

    def test_a_run_that_learned_nothing_says_so(self):
        self.train(weekly(300, noise=3), "--lr", "0.5", "--epochs", "3", "--report", "r.html")
        told = self.train(weekly(300, noise=3), "--lr", "0.5", "--epochs", "3", "--quiet")
        self.assertIn("the net learned nothing beyond its start: none of its 3 epochs", told.stdout)
        self.assertIn("learned nothing", (self.folder / "r.html").read_text())
        self.assertFalse(json.loads(self.train(weekly(300, noise=3), "--lr", "0.5", "--epochs", "3", "--json").stdout)["learned"])

    def test_many_targets(self):
        draw = random.Random(1)
        count = 400
        lines = ["t," + ",".join(f"x{i}" for i in range(count))]
        lines += [f"{t}," + ",".join(f"{WEEK[(t + i) % 7] + draw.gauss(0, 1):.3f}" for i in range(count)) for t in range(150)]
        (self.folder / "wide.csv").write_text("\n".join(lines) + "\n")
        targets = ",".join(f"x{i}" for i in range(count))
        options = ["--target", targets, "--horizon", "7", "--hidden", "4", "--epochs", "1", "--season", "7", "--channels", "joint"]
        told = self.run_command("train", "wide.csv", *options, "--out", "m")
        self.assertIn("is shared by the 400 targets", told.stderr)
        self.run_command("predict", "m", "wide.csv")
        told = self.run_command("train", "wide.csv", *options, "--hidden", "60000", status=1)
        self.assertIn("GB of memory, and this machine has", told.stderr)

    def now(self, values, *more, status=0, **options):
        return self.run_command("now", self.write(values, **options), "--target", "x", *more, status=status)

    def test_now_needs_no_training(self):
        told = self.now(weekly(140), "--horizon", "9")
        lines = told.stdout.splitlines()
        self.assertEqual(lines[0], "time,x,x-lo-95,x-lo-80,x-hi-80,x-hi-95")
        self.assertEqual([line[:10] for line in lines[1:]], [f"2023-05-{day}" for day in range(21, 30)])
        for line in lines[1:]:
            x, *bounds = [float(cell) for cell in line.split(",")[1:]]
            self.assertEqual(sorted([*bounds, x]), [*bounds[:2], x, *bounds[2:]])
        self.assertIn("a season of 7 steps within one of 365: the calendar suggests it", told.stderr)

    def test_now_says_what_it_cannot_do(self):
        few = self.now([1, 2], "--horizon", "3", status=1)
        self.assertIn("x.csv: column 'x': a forecast needs at least 3 values that are present", few.stderr)
        for words, told in {("--horizon", "0"): "1 to 4096", ("--horizon", "10000"): "1 to 4096",
                            ("--horizon", "3", "--levels", "90,10"): "levels: expected ascending percentages",
                            ("--horizon", "3", "--weights", "x.csv"): "no safetensors file?"}.items():
            with self.subTest(words):
                self.assertIn(told, self.now(weekly(60), *words, status=1 if "--weights" in words else 2).stderr)

    def test_now_takes_other_weights_of_its_version_alone(self):
        weights = (pathlib.Path(__file__).parents[2] / "recurra/tasks/forecast/now/weights.safetensors").read_bytes()
        (self.folder / "same").write_bytes(weights)
        (self.folder / "other").write_bytes(re.sub(rb'"version":"\d"', b'"version":"7"', weights))
        plain = self.now(weekly(60), "--horizon", "3")
        self.assertEqual(self.now(weekly(60), "--horizon", "3", "--weights", "same").stdout, plain.stdout)
        told = self.now(weekly(60), "--horizon", "3", "--weights", "other", status=1)
        self.assertIn(", found version 7", told.stderr)

    def test_now_is_sane_on_odd_series(self):
        odd = {"zeros": [0] * 40, "spike": [0] * 50 + [1e6] + [0] * 50, "gaps": [v if 20 > t or t > 70 else None for t, v in enumerate(weekly(100))],
               "counts": [3 if t % 17 == 0 else 0 for t in range(90)], "offset": [1e9 + v for v in weekly(90)]}
        for name, values in odd.items():
            with self.subTest(name):
                told = self.now(values, "--horizon", "70")
                self.assertNotIn("nan", told.stdout)
                self.assertEqual(len(told.stdout.splitlines()), 71)


if __name__ == "__main__":
    RECURRA = os.path.abspath(sys.argv.pop(1))
    unittest.main()
