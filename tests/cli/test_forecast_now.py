#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""`recurra forecast now`: series, sets, backtests, fine-tuning, and bad input: python3 test_forecast_now.py PATH_TO_RECURRA."""
import csv
import datetime
import io
import json
import math
import pathlib
import subprocess
import sys
import tempfile
import unittest

RECURRA = ""


def day(t):
    return (datetime.date(2024, 1, 1) + datetime.timedelta(days=t)).isoformat()


def sold(t):
    return round(50 + 10 * math.sin(2 * math.pi * t / 7) + (t * 37 % 11) * 0.1, 3)


class Now(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)
        self.write("one.csv", ["day", "sold"], [(day(t), sold(t)) for t in range(150)])
        self.write("shops.csv", ["shop", "day", "sold"], [(f"s{s}", day(t), (s + 1) * sold(t)) for s in range(3) for t in range(100)])

    def write(self, name, header, rows):
        with open(self.folder / name, "w", newline="") as file:
            csv.writer(file, lineterminator="\n").writerows([header, *rows])
        return name

    def now(self, *arguments, status=0, text=None):
        result = subprocess.run([RECURRA, "--threads", "1", "forecast", "now", *map(str, arguments)], cwd=self.folder, input=text, capture_output=True,
                                text=True, check=False, timeout=300)
        self.assertEqual(result.returncode, status, result.stderr)
        return result

    def rows(self, *arguments, **more):
        return list(csv.reader(io.StringIO(self.now(*arguments, **more).stdout)))

    def refused(self, status, message, *arguments, **more):
        self.assertIn(message, self.now(*arguments, status=status, **more).stderr)

    def test_one_series(self):
        rows = self.rows("one.csv", "--target", "sold", "--horizon", 10)
        self.assertEqual(rows[0], ["day", "sold", "sold-lo-95", "sold-lo-80", "sold-hi-80", "sold-hi-95"])
        self.assertEqual([r[0] for r in rows[1:]], [day(150 + h) for h in range(10)])
        for h, row in enumerate(rows[1:]):
            point, *ends = map(float, row[1:])
            self.assertEqual(ends, sorted(ends))
            self.assertLess(abs(point - sold(150 + h)), 3)
        self.assertEqual(self.rows("one.csv", "--horizon", 10), rows)  # its only column of numbers
        text = (self.folder / "one.csv").read_text()
        self.assertEqual(self.rows("-", "--horizon", 10, text=text), rows)

    def test_levels_are_percent(self):
        rows = self.rows("one.csv", "--horizon", 2, "--levels", "50,90")
        self.assertEqual(rows[0][1:], ["sold", "sold-lo-90", "sold-lo-50", "sold-hi-50", "sold-hi-90"])
        self.refused(2, "levels", "one.csv", "--horizon", 2, "--levels", "90,50")
        self.refused(2, "levels", "one.csv", "--horizon", 2, "--levels", "100")

    def test_sets_in_every_form(self):
        rows = self.rows("shops.csv", "--id", "shop", "--target", "sold", "--horizon", 4)
        self.assertEqual(rows[0][:3], ["shop", "day", "sold"])
        self.assertEqual([r[0] for r in rows[1:]], ["s0"] * 4 + ["s1"] * 4 + ["s2"] * 4)
        values = [float(r[2]) for r in rows[1:]]
        for h in range(4):
            self.assertAlmostEqual(values[4 + h], 2 * values[h], delta=0.01)
        wide = self.write("wide.csv", ["day", "s0", "s1", "s2"], [(day(t), *((s + 1) * sold(t) for s in range(3))) for t in range(100)])
        by_row = self.write("by_row.csv", ["id", *(f"v{t}" for t in range(100))], [(f"s{s}", *((s + 1) * sold(t) for t in range(100))) for s in range(3)])
        for arguments in ((wide, "--wide"), (by_row, "--by-row", "--season", 7)):
            again = self.rows(*arguments, "--horizon", 4)
            self.assertEqual([r[0] for r in again], [again[0][0], *(r[0] for r in rows[1:])])
            for got, expected in zip(again[1:], rows[1:]):
                self.assertAlmostEqual(float(got[2]), float(expected[2]), delta=0.002 * float(expected[2]))

    def test_json(self):
        one = json.loads(self.now("one.csv", "--horizon", 3, "--json").stdout)
        self.assertEqual(len(one["forecast"]["sold"]), 3)
        self.assertEqual(one["seasons"]["sold"]["season"], 7)
        self.assertEqual([len(step) for step in one["quantiles"]["sold"]], [9] * 3)
        self.assertEqual(one["quantiles"]["sold"][0][4], one["forecast"]["sold"][0])
        many = json.loads(self.now("shops.csv", "--id", "shop", "--horizon", 3, "--json").stdout)
        self.assertEqual([series["id"] for series in many["series"]], ["s0", "s1", "s2"])

    def test_backtest_and_report(self):
        scores = json.loads(self.now("shops.csv", "--id", "shop", "--horizon", 7, "--backtest", "--report", "r.html", "--json").stdout)
        methods = [m["method"] for m in scores["targets"][0]["methods"]]
        self.assertEqual(methods[0], "now")
        for rival in ("seasonal-naive", "theta", "holt-winters", "ridge"):
            self.assertIn(rival, methods)
        self.assertEqual(scores["windows"], 6)
        page = (self.folder / "r.html").read_text()
        self.assertIn("sold of s2", page)
        self.assertIn("holt-winters", page)
        self.assertIn("now", self.now("one.csv", "--horizon", 7, "--backtest", "--cutoffs", 2).stdout)
        self.now("one.csv", "--horizon", 7, "--report", "one.html", "--out", "f.csv")
        self.assertIn("<svg", (self.folder / "one.html").read_text())
        self.now("one.csv", "--horizon", 7, "--report", "one.svg", "--out", "f.csv")
        self.assertTrue((self.folder / "one.svg").read_text().startswith("<svg"))
        self.refused(2, "--backtest", "one.csv", "--horizon", 7, "--cutoffs", 2)

    def test_fine_tuning(self):
        told = self.now("shops.csv", "--id", "shop", "--horizon", 7, "--tune", "mine.safetensors", "--epochs", 1).stdout
        self.assertRegex(told, "fine-tuning was (not )?worth it")
        self.assertIn("tuned", told)
        self.now("one.csv", "--horizon", 7, "--weights", "mine.safetensors")
        weights = self.folder / "mine.safetensors"
        weights.write_bytes(weights.read_bytes().replace(b'"version":"2"', b'"version":"9"'))
        self.refused(1, "expected weights of version 2, found version 9", "one.csv", "--horizon", 7, "--weights", "mine.safetensors")
        result = subprocess.run([RECURRA, "forecast", "train", "one.csv", "--target", "sold", "--horizon", "3", "--from", "now"], cwd=self.folder,
                                capture_output=True, text=True, check=False)
        self.assertEqual(result.returncode, 2)
        self.assertIn("forecast now DATA --tune FILE", result.stderr)
        self.refused(2, "--tune", "one.csv", "--horizon", 7, "--frozen")

    def test_a_plan_must_reach_through_the_horizon(self):
        rows = [(day(t), sold(t) + 10 * (t % 5 == 0) if t < 100 else "", int(t % 5 == 0)) for t in range(107)]
        self.write("plan.csv", ["day", "sold", "promo"], rows)
        notes = self.now("plan.csv", "--target", "sold", "--known", "promo", "--horizon", 7).stderr
        self.assertIn("helps and is taken in", notes)
        self.refused(1, "promo", "plan.csv", "--target", "sold", "--known", "promo", "--horizon", 8)

    def test_bad_input(self):
        short = self.write("short.csv", ["day", "sold"], [(day(t), t) for t in range(2)])
        self.refused(1, "at least 3 values", short, "--target", "sold", "--horizon", 2)
        empty = self.write("empty.csv", ["day", "sold"], [(day(t), "NA") for t in range(50)])
        self.refused(1, "sold", empty, "--target", "sold", "--horizon", 2)
        for horizon in (0, 10_000):
            self.refused(2, "horizon", "one.csv", "--target", "sold", "--horizon", horizon)
        self.assertIn("longer than the 150 values", self.now("one.csv", "--target", "sold", "--horizon", 2, "--season", 400).stderr)
        self.refused(2, "found 7,7", "one.csv", "--target", "sold", "--horizon", 2, "--season", "7,7")
        self.refused(1, "no safetensors file", "one.csv", "--target", "sold", "--horizon", 2, "--weights", "one.csv")
        self.refused(1, "no column", "one.csv", "--target", "sole", "--horizon", 2)

    def test_series_without_a_forecast_are_told(self):
        self.write("gaps.csv", ["shop", "sold"], [("a", 1), ("a", 2), *(("b", sold(t)) for t in range(20))])
        result = self.now("gaps.csv", "--id", "shop", "--horizon", 2, status=1)
        self.assertIn("1 of 2 series have fewer than 3 values", result.stderr)
        self.assertEqual(result.stdout.splitlines()[1], "a,1,,,,,")

    def test_a_hundred_thousand_series(self):
        with open(self.folder / "many.csv", "w") as file:
            file.write("id," + ",".join(f"v{t}" for t in range(8)) + "\n")
            for s in range(100_000):
                file.write(f"{s},{s},1,{s % 7},2,{s % 3},5,{s % 5},4\n")
        self.now("many.csv", "--by-row", "--horizon", 1, "--season", 1, "--out", "all.csv")
        with open(self.folder / "all.csv") as file:
            self.assertEqual(sum(1 for _ in file), 100_001)


if __name__ == "__main__":
    RECURRA = str(pathlib.Path(sys.argv.pop(1)).resolve())
    unittest.main()
