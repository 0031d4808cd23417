# SPDX-License-Identifier: Apache-2.0
"""Forecasts without a training: recurra.forecast.now(data, horizon=48)."""

import csv
import io
import math
import os
from collections.abc import Mapping
from typing import Any

from . import _engine

__all__ = ["now"]


def now(data: object, *, horizon: int, **options: object) -> dict[str, Any]:
    """The next steps of a series, or of every series of a set, with intervals.

    data: a file; a data frame of pandas or polars; a dict of columns of one length, such as {"time": stamps, "demand": values};
    or the values of one series, oldest first, as a list or an array of one dimension. NaN is a missing value. Keywords are the
    options of `recurra forecast now` with _ for -: target="demand", id="shop", season=12, levels=[50, 90], backtest=True.
    Notes go to the logger "recurra".

    Returns what the command prints with --json (docs/reference/json.md): "forecast" holds the medians of each target, [horizon],
    "intervals" their lower and upper ends, "quantiles" the nine deciles, [horizon][9], all in the unit of the data. Of a set
    "series" holds these for each id; with backtest=True the scores come instead.

    Errors: OSError; FormatError; ValueError for data that cannot be forecast or an unknown option; KeyboardInterrupt.
    Cost: some milliseconds, and 0.5 ms for each further series.
    """
    return _engine._forecast_now(_table_of(data), horizon=horizon, **options)


def _table_of(data: object) -> object:
    """Columns and values as lines of CSV; files and frames as they are."""
    if isinstance(data, (str, os.PathLike)) or hasattr(data, "to_csv") or hasattr(data, "write_csv"):
        return data
    columns = dict(data) if isinstance(data, Mapping) else {"y": data}
    lists = {str(name): _list_of(name, column) for name, column in columns.items()}
    lengths = {name: len(column) for name, column in lists.items()}
    if len(set(lengths.values())) > 1:
        raise ValueError(f"forecast.now: expected columns of one length, found {lengths}")
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(lists)
    writer.writerows(zip(*lists.values(), strict=True))
    return text.getvalue().splitlines()


def _list_of(name: object, column: Any) -> list[object]:
    values = column.tolist() if hasattr(column, "tolist") else list(column)
    if not isinstance(values, list) or any(isinstance(value, (list, tuple, dict)) for value in values):
        raise ValueError(f"forecast.now: expected {name!r} to have one dimension")
    return ["NA" if value is None or (isinstance(value, float) and math.isnan(value)) else value for value in values]
