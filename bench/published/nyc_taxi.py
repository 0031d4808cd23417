#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""New York's taxi rides, a day of half-hours ahead, with the public holidays; each window of the newest fifth."""
import one_series

HOLIDAYS = {"2014-07-04": "Independence Day", "2014-09-01": "Labor Day", "2014-10-13": "Columbus Day", "2014-11-11": "Veterans Day",
            "2014-11-27": "Thanksgiving", "2014-12-25": "Christmas", "2015-01-01": "New Year", "2015-01-19": "Martin Luther King Day"}


def holidays(e):
    path = e.work / "holidays.csv"
    path.write_text("date,name\n" + "".join(f"{day},{name}\n" for day, name in HOLIDAYS.items()))
    return ["--holidays", path]


one_series.score("nyc_taxi", "forecast/series/nyc_taxi.csv", ["--target", "value", "--horizon", 48], ["--cutoffs", 2017, "--stride", 1], holidays)
