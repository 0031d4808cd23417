#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""`recurra forecast now` on series that its net has never seen, beside classical methods on the same windows, and its speed."""
import csv
import subprocess
import time

import experiment

SERIES = {  # file, column, horizon, cut-offs, seasons; the first season is that of MASE
    "airline passengers, monthly": ("airline-passengers.csv", "Passengers", 12, 4, "12"),
    "sunspots, monthly": ("monthly-sunspots.csv", "Sunspots", 24, 20, "12"),
    "minimum temperatures, daily": ("daily-min-temperatures.csv", "Temp", 30, 12, "7,365"),
    "New York taxis, half-hourly": ("nyc_taxi.csv", "value", 48, 30, "48,336"),
    "Beijing PM2.5, hourly": ("pollution.csv", "pm2.5", 48, 60, "24,168"),
}
METHODS = ("now", "seasonal-naive", "theta", "holt-winters", "ridge")
REPEATS, TIMED = 20, 5


def rows_of(path):
    with open(path, encoding="utf-8", newline="") as file:
        return [[cell for cell in row if cell] for row in list(csv.reader(file))[1:]]


def join_m4(e):
    """Each series with its test part behind it, so that the last 48 hours are what the competition asked for."""
    train, test = rows_of(e.need("forecast/m4/Hourly-train.csv")), rows_of(e.need("forecast/m4/Hourly-test.csv"))
    series = [past + future[1:] for past, future in zip(train, test)]
    write(e.work / "m4_hourly.csv", series)
    write(e.work / "many.csv", [[f"{k}-{row[0]}", *row[1:]] for k in range(REPEATS) for row in series])
    return e.work / "m4_hourly.csv"


def write(path, series):
    longest = max(map(len, series))
    with open(path, "w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["id", *range(1, longest)])
        writer.writerows([*row, *[""] * (longest - len(row))] for row in series)


def score(e, name, arguments):
    scores, _ = e.run(name.split(",")[0].replace(" ", "_"), "forecast", "now", *arguments, "--backtest").result()
    for method in scores["targets"][0]["methods"]:
        if method["method"] not in METHODS:
            continue
        for metric, key in {"MASE": "mase", "sMAPE": "smape", "OWA": "owa", "weighted quantile loss": "mean_weighted_quantile_loss"}.items():
            e.row(f"{name}: {method['method']}", metric, [method[key]])
        e.row(f"{name}: {method['method']}", "held by 80 %", [method["coverage"][0]])


def seconds(e, *arguments):
    """The quickest of some runs of the whole command, reading and writing included."""
    times = []
    for _ in range(TIMED):
        start = time.perf_counter()
        subprocess.run([e.recurra, "forecast", "now", *map(str, arguments), "--quiet"], stdout=subprocess.DEVNULL, check=True)
        times.append(time.perf_counter() - start)
    return min(times)


def main():
    e = experiment.Experiment("forecast_now")
    m4 = join_m4(e)
    shape = ["--by-row", "--horizon", 48, "--season", "24,168"]
    score(e, "M4 Hourly, test part", [m4, *shape, "--cutoffs", 1])
    for name, (file, column, horizon, cutoffs, season) in SERIES.items():
        path = e.need(f"forecast/series/{file}")
        score(e, name, [path, "--target", column, "--horizon", horizon, "--cutoffs", cutoffs, "--season", season])
    one = e.need("forecast/series/airline-passengers.csv")
    e.row("one series, the whole command", "ms", [1000 * seconds(e, one, "--target", "Passengers", "--horizon", 12, "--threads", 1)])
    few, many = (seconds(e, path, *shape, "--out", e.work / "out.csv", "--threads", 2) for path in (m4, e.work / "many.csv"))
    e.row("many series of 1,000 hours, reading included, two threads", "series a second", [414 * (REPEATS - 1) / (many - few)])
    e.command = "recurra forecast now FILE --target COLUMN --horizon N --season N --backtest --cutoffs N"
    e.finish()


main()
