#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""What `recurra forecast` makes of files of many series, and of bad ones: python3 test_forecast_sets.py PATH_TO_RECURRA."""
import csv
import datetime
import io
import json
import math
import pathlib
import random
import subprocess
import sys
import tempfile
import unittest

RECURRA = ""
SMALL = ["--horizon", "7", "--lookback", "14", "--season", "7", "--difference", "none", "--hidden", "4", "--epochs", "2"]


def day(t):
    return (datetime.date(2024, 1, 1) + datetime.timedelta(days=t)).isoformat()


def with_intervals(target):
    return [target, *(f"{target}-{end}" for end in ("lo-95", "lo-80", "hi-80", "hi-95"))]


def shop_rows(shops=3, days=90, plan=7):
    """id, day, promo, sold; sold is empty in the plan."""
    draw = random.Random(3)
    for s in range(shops):
        for t in range(days + plan):
            promo = int(draw.random() < 0.25)
            sold = 10 ** s * (3 + 0.5 * math.sin(2 * math.pi * t / 7) + promo + 0.05 * draw.gauss(0, 1))
            yield f"s{s}", day(t), promo, round(sold, 3) if t < days else ""


class Sets(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)

    def write(self, name, header, rows):
        with open(self.folder / name, "w", newline="") as file:
            csv.writer(file, lineterminator="\n").writerows([header, *rows])
        return name

    def shops(self, name="shops.csv", header=("shop", "day", "promo", "sold"), **options):
        return self.write(name, header, shop_rows(**options))

    def run_command(self, verb, *arguments, status=0):
        result = subprocess.run([RECURRA, "--threads", "1", "forecast", verb, *map(str, arguments)], cwd=self.folder, capture_output=True,
                                text=True, check=False, timeout=300)
        self.assertEqual(result.returncode, status, result.stderr)
        return result

    def train(self, *arguments, status=0):
        return self.run_command("train", *arguments, *SMALL, "--out", "m", status=status)

    def refused(self, part, *arguments, status=1):
        """Refused with a message that has `part`, and nothing written."""
        before = sorted(self.folder.iterdir())
        self.assertIn(part, self.train(*arguments, status=status).stderr)
        self.assertEqual(sorted(self.folder.iterdir()), before)

    def predictions(self, *arguments):
        return list(csv.DictReader(io.StringIO(self.run_command("predict", "m", *arguments).stdout)))

    def test_standard_input_with_a_column_of_ids_is_a_set(self):
        self.shops(header=("unique_id", "day", "promo", "sold"))
        with open(self.folder / "shops.csv", encoding="utf-8") as file:
            command = [RECURRA, "forecast", "train", "-", "--target", "sold", *SMALL, "--out", "m"]
            piped = subprocess.run(command, cwd=self.folder, stdin=file, capture_output=True, text=True, check=False, timeout=300)
        self.assertEqual(piped.returncode, 0, piped.stderr)
        self.assertIn("3 series", piped.stderr.replace("series: 3", "3 series"))

    def test_sample_paths_have_a_line_a_path_and_step(self):
        self.shops(header=("unique_id", "day", "promo", "sold"))
        self.train("shops.csv", "--target", "sold", "--known", "promo")
        rows = list(csv.reader(io.StringIO(self.run_command("predict", "m", "shops.csv", "--samples", "4").stdout)))
        self.assertEqual(rows[0], ["unique_id", "day", "sample", "sold"])
        self.assertEqual(len(rows), 1 + 3 * 4 * 7)
        self.assertEqual([row[2] for row in rows[1:29:7]], ["1", "2", "3", "4"])
        found = json.loads(self.run_command("predict", "m", "shops.csv", "--samples", "4", "--json").stdout)
        self.assertEqual([len(path) for path in found["series"][0]["samples"]["sold"]], [7] * 4)
        both = self.run_command("predict", "m", "shops.csv", "--samples", "4", "--levels", "80", status=2)
        self.assertIn("--samples", both.stderr)

    def test_long_file_with_a_plan(self):
        told = self.train(self.shops(), "--id", "shop", "--target", "sold", "--known", "promo").stderr
        self.assertIn("series: 3, of 90 steps, 270 in all", told)
        rows = self.predictions("shops.csv")
        self.assertEqual(list(rows[0]), ["shop", "day", *with_intervals("sold")])
        self.assertEqual([r["shop"] for r in rows], ["s0"] * 7 + ["s1"] * 7 + ["s2"] * 7)
        self.assertEqual(rows[0]["day"], day(90))
        plan = {(i, d): p for i, d, p, sold in shop_rows() if sold == ""}
        for row in rows:
            level = 10 ** int(row["shop"][1])
            promo = plan[row["shop"], row["day"]]
            self.assertLess(abs(float(row["sold"]) / level - 3 - promo), 0.85)
        text = self.run_command("backtest", "m", "shops.csv").stdout
        self.assertIn("global-ridge", text)
        found = json.loads(self.run_command("backtest", "m", "shops.csv", "--json").stdout)
        self.assertEqual(found["series"], 3)

    def test_the_plan_in_a_file_of_its_own(self):
        self.write("shops.csv", ["shop", "day", "promo", "sold"], [r for r in shop_rows() if r[3] != ""])
        self.train("shops.csv", "--id", "shop", "--target", "sold", "--known", "promo")
        self.assertIn("the plan is incomplete", self.run_command("predict", "m", "shops.csv", status=1).stderr)
        self.write("plan.csv", ["shop", "day", "promo"], [r[:3] for r in shop_rows() if r[3] == ""])
        whole = self.shops("whole.csv")
        self.assertEqual(self.predictions("shops.csv", "--future", "plan.csv"), self.predictions(whole))
        self.write("short.csv", ["shop", "day", "promo"], [r[:3] for r in shop_rows() if r[3] == "" and r[1] < day(93)])
        told = self.run_command("predict", "m", "shops.csv", "--future", "short.csv", status=1).stderr
        self.assertIn("12 values are missing in 3 of 3 series", told)

    def test_a_difference_reads_steps_before_the_window(self):
        self.run_command("train", self.shops(), "--id", "shop", "--target", "sold", "--known", "promo", *SMALL, "--difference", "seasonal",
                         "--out", "m")
        self.assertIn("lags", self.run_command("backtest", "m", "shops.csv", "--report", "r.html").stdout + (self.folder / "r.html").read_text())
        result = subprocess.run([RECURRA, "inspect", "m", "shops.csv"], cwd=self.folder, capture_output=True, text=True, check=False, timeout=300)
        self.assertEqual(result.returncode, 0, result.stderr)

    def test_recognised_names_need_no_option(self):
        self.shops(header=("unique_id", "ds", "promo", "y"), plan=0)
        told = self.train("shops.csv").stderr
        self.assertIn("series: identified by column 'unique_id'", told)
        self.assertIn("target: column 'y'", told)
        self.assertEqual(list(self.predictions("shops.csv")[0]), ["unique_id", "ds", *with_intervals("y")])

    def test_wide_files_and_files_with_a_series_a_row(self):
        long = list(shop_rows(plan=0))
        by_day = {}
        for shop, when, _, sold in long:
            by_day.setdefault(when, []).append(sold)
        self.write("wide.csv", ["day", "a", "b", "c"], [[d, *v] for d, v in by_day.items()])
        self.train("wide.csv", "--wide")
        self.assertEqual([r["unique_id"] for r in self.predictions("wide.csv")], ["a"] * 7 + ["b"] * 7 + ["c"] * 7)
        rows = [[f"s{s}", *[r[3] for r in long if r[0] == f"s{s}"]] for s in range(3)]
        self.write("row.csv", ["V1", *[f"V{t}" for t in range(2, 92)]], rows)
        self.train("row.csv", "--by-row")
        last = self.predictions("row.csv")
        self.assertEqual((last[0]["V1"], last[0]["step"], last[-1]["V1"]), ("s0", "1", "s2"))

    def test_several_files_are_one_set(self):
        rows = [r[1:] for r in shop_rows(shops=2, plan=0)]
        for name, part in {"north.csv": rows[:90], "south.csv": rows[90:]}.items():
            self.write(name, ["day", "promo", "sold"], part)
        told = self.train("north.csv", "--more", "south.csv", "--target", "sold").stderr
        self.assertIn("series: 2, of 90 steps", told)
        self.assertEqual({r["unique_id"] for r in self.predictions("north.csv", "--more", "south.csv")}, {"north", "south"})

    def test_static_past_and_categories(self):
        words = {0: "none at all", 1: "flyer"}
        rows = [[i, d, words[p], s, 3.5 * t % 11, "city" if i == "s0" else "mall", 7] for t, (i, d, p, s) in enumerate(shop_rows())]
        self.write("x.csv", ["shop", "day", "promo", "sold", "visitors", "kind", "code"], rows)
        told = self.train("x.csv", "--id", "shop", "--target", "sold", "--known", "promo", "--past", "visitors", "--static", "kind,code",
                          "--categories", "code").stderr
        for column in ("promo", "kind", "code"):
            self.assertIn(f"column '{column}': categories", told)
        again = [[*r[:2], "price cut" if r[3] == "" else r[2], *r[3:]] for r in rows]
        self.write("new.csv", ["shop", "day", "promo", "sold", "visitors", "kind", "code"], again)
        told = self.run_command("predict", "m", "new.csv").stderr
        self.assertIn("21 cells hold categories that are new here and count as unknown, the first", told)

    def test_holidays(self):
        self.shops(plan=0)
        self.write("holidays.csv", ["date", "name"], [[day(t), "Fair"] for t in range(10, 100, 20)])
        told = self.train("shops.csv", "--id", "shop", "--target", "sold", "--holidays", "holidays.csv").stderr
        self.assertIn("column 'holiday':", told)
        self.assertEqual(len(self.predictions("shops.csv")), 21)
        self.assertEqual(self.predictions("shops.csv"), self.predictions("shops.csv", "--holidays", "holidays.csv"))

    def test_resampled(self):
        hours = [[f"2024-01-{1 + t // 24:02d} {t % 24:02d}:00", round(3 + math.sin(t), 3)] for t in range(24 * 30)]
        self.write("hours.csv", ["time", "load"], hours)
        told = self.train("hours.csv", "--target", "load", "--resample", "4h:sum").stderr
        self.assertIn("every 4 hours", told)
        self.assertEqual(self.predictions("hours.csv")[0]["time"], "2024-01-31 00:00")

    def test_bad_input_is_named(self):
        self.shops()
        id_of = ["shops.csv", "--id", "shop", "--target", "sold"]
        self.refused("Berlin", *id_of, "--zone", "Europe/Berlim")
        self.refused("no column 'promotion'", *id_of, "--known", "promotion")
        self.refused("expected one of them", "shops.csv", "--wide", "--by-row", status=2)
        self.refused("fortnight", *id_of, "--step", "fortnight", status=2)
        self.refused("1h:sum", *id_of, "--resample", "1d", status=2)
        self.write("bad.csv", ["date", "name"], [["2024-01-01", "a"], ["2024-02-30", "b"]])
        self.refused("bad.csv", *id_of, "--holidays", "bad.csv")
        apart = [["a", day(t), 1 + t % 3] for t in range(30)] + [["b", day(400 + t), 2 + t % 5] for t in range(30)]
        self.write("apart.csv", ["unique_id", "ds", "y"], apart)
        self.refused("no two of the 2 series share a step", "apart.csv")
        self.write("statics.csv", ["shop", "day", "sold", "kind"], [["a", day(t), 1 + t % 3, "x" if t < 20 else "z"] for t in range(40)])
        self.refused("kind", "statics.csv", "--id", "shop", "--target", "sold", "--static", "kind")
        many = [["a", day(t % 900), t % 7, f"c{t}"] for t in range(60_000)]
        self.write("many.csv", ["shop", "day", "sold", "code"], [[f"s{t // 900}", *r[1:]] for t, r in enumerate(many)])
        self.refused("more than 50", "many.csv", "--id", "shop", "--target", "sold", "--past", "code")

    def test_one_short_series_among_others(self):
        self.write("x.csv", ["shop", "day", "promo", "sold"], [*shop_rows(), *[["tiny", day(80 + t), 0, 5 + t] for t in range(3)]])
        told = self.train("x.csv", "--id", "shop", "--target", "sold").stderr
        self.assertIn("1 of 4 series are too short for a window of 14 + 7 steps and were padded, the first 'tiny'", told)
        self.assertTrue(all(math.isfinite(float(r["sold"])) for r in self.predictions("x.csv") if r["shop"] == "tiny"))

    def test_a_set_resumes_to_the_same_bits(self):
        self.shops()
        arguments = ["shops.csv", "--id", "shop", "--target", "sold", "--known", "promo"]
        self.train(*arguments, "--checkpoint", "c")
        whole = (self.folder / "m").read_bytes()
        self.train(*arguments, "--resume", "c")
        self.assertEqual(self.predictions("shops.csv"), self.predictions("shops.csv"))
        self.assertEqual(len(whole), len((self.folder / "m").read_bytes()))
        self.write("other.csv", ["shop", "day", "promo", "sold"], [[*r[:3], r[3] and r[3] + 1] for r in shop_rows()])
        self.assertIn("270 rows as then, with other values", self.train("other.csv", *arguments[1:], "--resume", "c", status=1).stderr)


if __name__ == "__main__":
    RECURRA = str(pathlib.Path(sys.argv.pop(1)).resolve())
    unittest.main()
