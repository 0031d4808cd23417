#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""What the forecaster makes of a stranger's CSV: python3 test_front_door.py PATH_TO_RECURRA."""
import csv
import datetime
import math
import pathlib
import subprocess
import sys
import tempfile
import unittest

RECURRA = ""
CASES = pathlib.Path(__file__).resolve().parents[3] / "shared" / "cases"
SMALL = ["--lookback", "8", "--season", "1", "--hidden", "4", "--epochs", "1", "--batch", "64"]


def value(t):
    return f"{50 + 10 * math.sin(2 * math.pi * t / 7) + (t * 37 % 11) / 10:.2f}"


def days(count, start=datetime.date(2023, 1, 5), keep=lambda day: True):
    out, day = [], start
    while len(out) < count:
        if keep(day):
            out.append(day)
        day += datetime.timedelta(days=1)
    return out


class FrontDoor(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)

    def run_command(self, *arguments):
        return subprocess.run([RECURRA, "--threads", "1", "forecast", *map(str, arguments)], cwd=self.folder, capture_output=True, text=True,
                              check=False, timeout=300)

    def write(self, rows, header="date,sales"):
        path = self.folder / "x.csv"
        path.write_text("\n".join([header, *rows]) + "\n")
        return path

    def train(self, path, *more, target="sales", horizon=3):
        return self.run_command("train", path, "--target", target, "--horizon", horizon, *SMALL, "--out", "m", *more)

    def journey(self, path, *more, target="sales", horizon=3):
        """What training told, and the forecast as rows."""
        trained = self.train(path, *more, target=target, horizon=horizon)
        self.assertEqual(trained.returncode, 0, trained.stderr)
        predicted = self.run_command("predict", "m", path, *[m for m in more if m == "--decimal-comma"])
        self.assertEqual(predicted.returncode, 0, predicted.stderr)
        self.assertNotIn("nan", predicted.stdout)
        return trained.stderr, list(csv.reader(predicted.stdout.splitlines()))

    def refused(self, path, *says, more=(), target="sales"):
        trained = self.train(path, *more, target=target)
        self.assertEqual(trained.returncode, 1, trained.stderr)
        for part in says:
            self.assertIn(part, trained.stderr)


class Times(FrontDoor):
    def stamps(self, dates, *more, header="date,sales", told=""):
        rows = [f"{date},{value(t)}" for t, date in enumerate(dates)]
        notes, forecast = self.journey(self.write(rows, header), *more)
        self.assertIn(told, notes)
        return [row[0] for row in forecast]

    def test_forms_are_told_and_kept(self):
        calendar = days(80)
        for pattern, told, following in (
                ("%Y-%m-%d", "'date', year-month-day, daily", "2023-03-26"),
                ("%d/%m/%Y", "day/month/year (the day comes first, as '13/01/2023' shows), daily", "26/03/2023"),
                ("%m/%d/%Y", "month/day/year (the month comes first, as '01/13/2023' shows), daily", "03/26/2023"),
                ("%d.%m.%y", "daily; two-digit years stand for 1969 to 2068", "26.03.23"),
                ("%d %b %Y", "day month name year, daily", "26 Mar 2023"),
                ("%d/%m/%Y %I:%M %p", "hour:minute AM/PM", "26/03/2023 12:00 AM")):
            stamps = self.stamps([day.strftime(pattern) for day in calendar], told=told)
            self.assertEqual(stamps[:2], ["date", following], pattern)

    def test_newest_first_is_sorted(self):
        dates = [day.strftime("%d/%m/%Y") for day in reversed(days(80))]
        self.assertEqual(self.stamps(dates, told="the rows were sorted by time")[1], "26/03/2023")

    def test_bare_numbers(self):
        self.assertEqual(self.stamps([1685577600000 + 3600000 * t for t in range(80)], header="time,sales", told="milliseconds since 1970, hourly")[1],
                         "1685865600000")
        self.assertEqual(self.stamps(range(44927, 45007), told="Excel day numbers, daily")[1], "45007")
        self.assertEqual(self.stamps(range(1900, 1980), header="Year,sales", told="year, yearly")[1], "1980")
        self.assertEqual(self.stamps(range(1, 81), header="time,sales", told="time axis: none, each row is one step")[:2], ["step", "1"])

    def test_options(self):
        ambiguous = [f"0{1 + t % 9}/0{1 + t // 9}/2023" for t in range(80)]
        path = self.write([f"{date},{value(t)}" for t, date in enumerate(ambiguous)])
        self.refused(path, "row 2, column 'date'", "'%d/%m/%Y' or '%m/%d/%Y'", "--time-format")
        rows, _ = self.journey(path, "--time", "none")
        self.assertIn("time axis: none, each row is one step (as asked)", rows)
        monthly = [f"{1 + t % 12:02d}/01/{2000 + t // 12}" for t in range(80)]
        self.assertEqual(self.stamps(monthly, "--time-format", "%m/%d/%Y", told="monthly")[1], "09/01/2006")
        self.refused(self.write([f"{date},{value(t)}" for t, date in enumerate(monthly)]), "expected a time written as '%Y/%m/%d'",
                     more=("--time-format", "%Y/%m/%d", "--time", "date"))
        wrong = self.train(path, "--time-format", "%d/%m")
        self.assertIn("a year", wrong.stderr)

    def test_a_short_file_is_read_as_the_training_data(self):
        self.journey(self.write([f"{day.strftime('%d/%m/%Y')},{value(t)}" for t, day in enumerate(days(80, keep=lambda d: d.weekday() < 5))]))
        short = self.write([f"{day.strftime('%d/%m/%Y')},5" for day in days(9, datetime.date(2023, 5, 1), lambda d: d.weekday() < 5)])
        result = self.run_command("predict", "m", short)
        self.assertIn("business days", result.stderr)
        self.assertEqual([line.split(",")[0] for line in result.stdout.splitlines()[1:]], ["12/05/2023", "15/05/2023", "16/05/2023"])

    def test_new_data_may_be_written_otherwise(self):
        rows = [f"{day.strftime('%d/%m/%Y')},{value(t)}" for t, day in enumerate(days(80))]
        self.journey(self.write(rows), "--time-format", "%d/%m/%Y")
        iso = self.write([f"{day},{value(t)}" for t, day in enumerate(days(80))])
        refused = self.run_command("predict", "m", iso)
        self.assertIn("expected a time written as '%d/%m/%Y', found '2023-01-05'", refused.stderr)
        more = ["--time-format", "%Y-%m-%d"]
        self.assertEqual(self.run_command("predict", "m", iso, *more).stdout.splitlines()[1].split(",")[0], "2023-03-26")
        self.assertEqual(self.run_command("backtest", "m", iso, *more).returncode, 0)
        self.assertIn("the model was trained on daily data, but there is no time column", self.run_command("predict", "m", iso, "--time", "none").stderr)

    def test_two_columns_and_parts(self):
        rows = [f"2023-03-{1 + t // 24:02d},{t % 24:02d}:00,{value(t)}" for t in range(80)]
        notes, forecast = self.journey(self.write(rows, "Date,Time,sales"))
        self.assertIn("columns 'Date' and 'Time'", notes)
        self.assertEqual((forecast[0][0], forecast[1][0]), ("Date Time", "2023-03-04 08:00"))
        rows = [f"2023,3,{1 + t // 24},{t % 24},{value(t)}" for t in range(80)]
        _, forecast = self.journey(self.write(rows, "year,month,day,hour,sales"))
        self.assertEqual(forecast[1][0], "2023-03-04 08:00")

    def test_bad_and_blank_rows(self):
        rows = [f"{day},{value(t)}" for t, day in enumerate(days(80))]
        self.refused(self.write([*rows, "Total,9999"]), "row 82, column 'date'", "'Total'", "in the last row")
        self.refused(self.write([*rows[:40], "05.02.23x,4", *rows[40:]]), "row 42, column 'date'", "'05.02.23x'")
        notes, forecast = self.journey(self.write([*rows, ",", ",", ","]))
        self.assertIn("3 blank rows at the end, from row 82 on, left out", notes)
        self.assertEqual(forecast[1][0], "2023-03-26")

    def test_calendars_of_business(self):
        business = days(80, keep=lambda day: day.weekday() < 5)
        self.assertEqual(self.stamps(business, told="business days (Monday to Friday)")[1:], ["2023-04-27", "2023-04-28", "2023-05-01"])
        holidays = [day for day in business if day.day not in (7, 22)]
        rows = [f"{day},{value(t)}" for t, day in enumerate(holidays)]
        notes, _ = self.journey(self.write(rows))
        self.assertIn("business days", notes)
        self.assertIn("time steps are missing in", notes)
        self.assertEqual(self.stamps(days(80, keep=lambda day: day.weekday() != 6), told="daily, closed on Sundays")[1], "2023-04-08")
        month_ends = []
        for m in range(80):
            last = datetime.date(2010 + (m + 1) // 12, (m + 1) % 12 + 1, 1) - datetime.timedelta(days=1)
            month_ends.append(last - datetime.timedelta(days=max(0, last.weekday() - 4)))
        self.assertEqual(self.stamps(month_ends, told="monthly, last business day of the month")[1:3], ["2016-09-30", "2016-10-31"])
        bars = [f"{day} {9 + (bar + 1) // 2:02d}:{'30' if bar % 2 == 0 else '00'}" for day in business[:8] for bar in range(13)]
        told = self.stamps(bars, told="every 30 minutes, 13 a day from 09:30 to 15:30, Monday to Friday")
        self.assertEqual(told[1:3], ["2023-01-17 09:30", "2023-01-17 10:00"])

    def test_irregular_times_name_the_way_out(self):
        semi = [f"{2020 + m // 12}-{m % 12 + 1:02d}-{d:02d}" for m in range(40) for d in (1, 15)]
        path = self.write([f"{day},{value(t)}" for t, day in enumerate(semi)])
        self.refused(path, "no regular axis", "--time none")
        self.assertIn("as asked", self.journey(path, "--time", "none")[0])

    def test_repeated_times_name_the_way_out(self):
        panel = [f"{shop},{day},{value(t + ord(shop[-1]))}" for shop in ("shop_a", "shop_b") for t, day in enumerate(days(40))]
        self.refused(self.write(panel, "id,ds,sales"), "several series", "'id'")
        clock = [f"2023-10-29 {hour:02d}:00,{value(t)}" for t, hour in enumerate([0, 1, 2, 2, 3, 4, 5])]
        self.refused(self.write(clock), "rows 4 and 5", "UTC", "--time none")


class Values(FrontDoor):
    def table(self, values, header="date,sales"):
        return self.write([f"{day},{v}" for day, v in zip(days(len(values)), values)], header)

    def test_rows_ahead_do_not_move_the_forecast(self):
        rows = [f"{value(t)},{t % 2}" for t in range(80)] + [",1"] * 10
        notes, forecast = self.journey(self.table(rows, "date,sales,promo"), "--features", "promo")
        self.assertIn("the last 10 rows have no value of 'sales' and are left out: a forecast begins after 2023-03-25", notes)
        self.assertEqual(forecast[1][0], "2023-03-26")

    def test_missing_and_far_values_are_told(self):
        values = [value(t) if t % 3 else "" for t in range(90)]
        self.assertIn("column 'sales': 30 of 90 values are missing, the longest run 1, none at the end", self.journey(self.table(values))[0])
        values = [value(t) for t in range(90)]
        values[40] = "1000000"
        notes = self.train(self.table(values)).stderr
        self.assertRegex(notes, r"1 value is more than 50 robust deviations from the median, 50.*: 1e\+06 at 2023-02-14; .*--scale robust")
        self.assertNotIn("robust deviations", self.train(self.table([value(t) for t in range(90)])).stderr)

    def test_truth_and_text(self):
        rows = [f"{value(t)},{'Yes' if t % 2 else 'No'},{'TRUE' if t % 3 else 'FALSE'}" for t in range(80)]
        notes, _ = self.journey(self.table(rows, "date,sales,promo,open"), "--features", "promo,open")
        self.assertIn("column 'promo': 'No' and its like are read as 1 (true, yes) and 0 (false, no)", notes)
        rows = [f"{value(t)},{'Mon' if t % 2 else 'Tue'}" for t in range(80)]
        self.refused(self.table(rows, "date,sales,kind"), "column 'kind' holds text", "--past or --known", more=("--features", "kind"))

    def test_names_with_commas(self):
        path = self.table([f"{value(t)},{t % 5}" for t in range(80)], 'date,"sales, EUR",b')
        for names in (["--target", "sales, EUR"], ["--target", "sales\\, EUR"]):
            trained = self.run_command("train", path, *names, "--horizon", 3, *SMALL, "--out", "m")
            self.assertEqual(trained.returncode, 0, trained.stderr)
        for names in (["--target", "sales\\, EUR,b"], ["--target", "sales, EUR", "--target", "b"]):
            trained = self.run_command("train", path, *names, "--horizon", 3, *SMALL, "--out", "m")
            self.assertEqual(trained.returncode, 0, trained.stderr)
            forecast = list(csv.reader(self.run_command("predict", "m", path).stdout.splitlines()))
            self.assertEqual([forecast[0][i] for i in (0, 1, 6)], ["date", "sales, EUR", "b"])  # each has four ends of intervals behind it

    def test_digits(self):
        for offset, decimals, most in ((10**9, 2, 3), (4.6e13, 0, 2), (0, 2, 3), (0.5, 4, 5)):
            values = [f"{offset + float(value(t)) * (1e-3 if offset == 0.5 else 1):.{decimals}f}" for t in range(80)]
            _, forecast = self.journey(self.table(values))
            for row in forecast[1:]:
                self.assertNotIn("e", row[1])
                self.assertGreaterEqual(len(row[1].partition(".")[2]), decimals)
                self.assertLessEqual(len(row[1].partition(".")[2]), most + 1)

    def test_zeros_and_logarithms(self):
        values = [value(t) if t != 20 else "0" for t in range(80)]
        self.refused(self.table(values), "log needs values above 0, found 0", "--log1p", more=("--log",))
        _, forecast = self.journey(self.table(values), "--log1p")
        self.assertTrue(all(0 < float(row[1]) < 500 for row in forecast[1:]))

    def test_messages(self):
        self.refused(self.table([value(1)]), "there is one row of data")
        self.refused(self.table([*[value(t) for t in range(50)], '"49,405.33"']), "row 52", "what separates the thousands")
        wrong = self.train(self.table([value(t) for t in range(80)]), "--split", "0.8,0.2")
        self.assertEqual(wrong.returncode, 2)
        self.assertIn("expected three fractions", wrong.stderr)


@unittest.skipUnless(CASES.is_dir(), f"the practitioner's files are not there: {CASES}")
class Cases(FrontDoor):
    def case(self, name, target="sales", horizon=7):
        return self.journey(CASES / name, target=target, horizon=horizon)

    def test_first_stamps(self):
        for name, target, first in (
                ("dayfirst.csv", "sales", "20/07/2023"), ("us_date.csv", "sales", "07/20/2023"), ("dayfirst_newest_first.csv", "sales", "20/07/2023"),
                ("quarter.csv", "gdp", "2020-Q1"), ("epoch_ms.csv", "load", "1687017600000"), ("excel_serial.csv", "sales", "45127"),
                ("date_and_time_columns.csv", "load", "2023-03-13 12:00"), ("trailing_empty_row.csv", "sales", "2023-07-20"),
                ("plain.csv", "sales", "2023-07-20"), ("business_days.csv", "Close", "2023-02-27"),
                ("business_month_end.csv", "v", "2020-11-30"), ("future_rows_empty.csv", "sales", "2023-07-20"),
                ("promo_known_future.csv", "sales", "2023-09-08"), ("third_missing.csv", "sales", "2023-07-20"), ("offset_1e9.csv", "v", "2023-07-20")):
            notes, forecast = self.case(name, target)
            self.assertIn("time axis: column", notes, name)
            self.assertEqual(forecast[1][0], first, name)

    def test_refusals(self):
        for name, target, part in (("total_row.csv", "sales", "row 202, column 'date'"), ("dup_differs.csv", "sales", "with different values"),
                                   ("dst_autumn_local.csv", "load", "UTC"),
                                   ("one_row.csv", "sales", "one row"), ("missing_marks.csv", "sales", "in size, found 'inf'")):
            self.refused(CASES / name, part, target=target)
        self.assertIn("series: identified by column 'unique_id'", self.case("panel_long.csv", "y")[0])
        self.assertEqual(self.case("comma_in_column_name.csv", "sales, EUR")[1][0][:3], ["date", "sales, EUR", "sales, EUR-lo-95"])


if __name__ == "__main__":
    RECURRA = str(pathlib.Path(sys.argv.pop(1)).resolve())
    unittest.main()
