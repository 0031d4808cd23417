#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Writes the made-up shop chain of examples/data: two years of eight shops, a plan of two weeks, and holidays.

    tools/make_fixtures/shop_chain.py [FOLDER]

Nothing in it is measured. Sales are random counts around a mean that is the product of the shop's size, the weekday,
the time of the year, the promotion of the day and the days before holidays; so a forecaster that knows the plan can
see more than one that does not. The same files come out on every machine.
"""
import csv
import datetime
import math
import pathlib
import sys

FOLDER = pathlib.Path(__file__).resolve().parents[2] / "examples/data"
FIRST, LAST, PLANNED = datetime.date(2023, 1, 2), datetime.date(2024, 12, 7), 14
WEEKDAYS = [0.86, 0.84, 0.9, 0.98, 1.22, 1.4, 0]  # closed on Sundays
SHOPS = [  # name, kind, area in square metres, sales of an ordinary day, first day
    ("Harbour", "city", 420, 210, FIRST), ("Market", "city", 380, 190, FIRST), ("Station", "city", 150, 130, FIRST),
    ("Mill Lane", "suburb", 640, 160, FIRST), ("Oakfield", "suburb", 710, 175, FIRST), ("Riverside", "suburb", 520, 120, FIRST),
    ("Airport", "travel", 90, 95, FIRST), ("New Town", "suburb", 600, 140, datetime.date(2024, 3, 4)),
]
HOLIDAYS = [("2023-01-02", "New Year"), ("2023-04-07", "Good Friday"), ("2023-04-10", "Easter Monday"), ("2023-05-01", "May Day"),
            ("2023-12-25", "Christmas Day"), ("2023-12-26", "Boxing Day"), ("2024-01-01", "New Year"), ("2024-03-29", "Good Friday"),
            ("2024-04-01", "Easter Monday"), ("2024-05-06", "May Day"), ("2024-12-25", "Christmas Day"), ("2024-12-26", "Boxing Day")]


class Draws:
    """Uniform numbers by a linear congruence (Knuth's MMIX), so that they depend on no library."""

    def __init__(self, seed):
        self.state = seed

    def uniform(self):
        self.state = (6364136223846793005 * self.state + 1442695040888963407) % 2**64
        return (self.state >> 11) / 2**53

    def count(self, mean):
        """Near Poisson: a normal count with the deviation of one."""
        normal = math.sqrt(-2 * math.log(1 - self.uniform())) * math.cos(2 * math.pi * self.uniform())
        return max(0, round(mean + math.sqrt(mean) * normal))


def main():
    folder = pathlib.Path(sys.argv[1]) if len(sys.argv) > 1 else FOLDER
    draws = Draws(2024)
    closed = {datetime.date.fromisoformat(day) for day, _ in HOLIDAYS}
    rows, plan = [], []
    for name, kind, area, ordinary, first in SHOPS:
        promo_left, day = 0, first
        while day <= LAST + datetime.timedelta(days=PLANNED):
            if promo_left == 0 and day.weekday() == 0 and draws.uniform() < 0.22:
                promo_left = 6
            if day.weekday() < 6 and day not in closed:
                promo = promo_left > 0
                mean = ordinary * WEEKDAYS[day.weekday()] * (1 + 0.12 * math.sin(2 * math.pi * (day.timetuple().tm_yday - 120) / 365))
                mean *= 1.45 if promo else 1
                mean *= 1.3 if any(day + datetime.timedelta(days=n) in closed for n in (1, 2)) else 1
                mean *= 1.25 if day.month == 12 and day.day > 9 else 1
                sold = draws.count(mean)
                visitors = draws.count(2.4 * mean)
                unread = draws.uniform() < 0.01  # the till or the counter at the door was off
                row = [name, day.isoformat(), "" if unread else sold, "yes" if promo else "no", "" if unread else visitors, kind, area]
                if day <= LAST:
                    rows.append(row)
                else:
                    plan.append([name, day.isoformat(), row[3]])
            promo_left = max(0, promo_left - 1)
            day += datetime.timedelta(days=1)

    def write(file, header, lines):
        with open(folder / file, "w", newline="") as out:
            csv.writer(out, lineterminator="\n").writerows([header, *lines])

    write("shop_chain.csv", ["shop", "day", "sold", "promo", "visitors", "kind", "area"], rows)
    write("shop_chain_plan.csv", ["shop", "day", "promo"], plan)
    write("shop_chain_holidays.csv", ["date", "name"], HOLIDAYS)


if __name__ == "__main__":
    main()
