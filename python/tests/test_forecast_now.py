# SPDX-License-Identifier: Apache-2.0
"""Forecasts without a training, of whatever holds numbers."""
import json
import math
import subprocess

import numpy as np
import pytest
import recurra

from conftest import Frame

VALUES = [round(50 + 10 * math.sin(2 * math.pi * t / 7) + (t * 37 % 11) * 0.1, 3) for t in range(120)]


def csv_of(values):
    return "y\n" + "".join(f"{value}\n" for value in values)


def test_every_kind_of_data_has_the_forecast_of_the_command(command, tmp_path):
    path = tmp_path / "y.csv"
    path.write_text(csv_of(VALUES))
    told = subprocess.run([command, "forecast", "now", path, "--horizon", "5", "--json"], capture_output=True, text=True, check=True, timeout=120)
    expected = json.loads(told.stdout)["forecast"]["y"]
    assert len(expected) == 5
    for data in (path, str(path), VALUES, tuple(VALUES), np.array(VALUES), {"y": VALUES}, {"y": np.array(VALUES)}, Frame(csv_of(VALUES))):
        assert recurra.forecast.now(data, horizon=5)["forecast"]["y"] == expected, type(data)


def test_missing_values_and_stamps():
    values = [None if t == 30 else float("nan") if t == 31 else value for t, value in enumerate(VALUES)]
    days = [f"2024-{1 + t // 28:02d}-{1 + t % 28:02d}" for t in range(28)]
    found = recurra.forecast.now({"day": days, "sold": VALUES[:28]}, horizon=2, levels=[50])
    assert found["time"] == ["2024-01-29", "2024-01-30"]
    assert [interval["level"] for interval in found["intervals"]["sold"]] == [50]
    assert all(math.isfinite(value) for value in recurra.forecast.now(values, horizon=3)["forecast"]["y"])


def test_a_set_and_its_backtest():
    lines = [f"{shop},{t},{(2 if shop == 'b' else 1) * VALUES[t]}" for shop in "ab" for t in range(100)]
    frame = Frame("\n".join(["unique_id,t,y", *lines]) + "\n")
    found = recurra.forecast.now(frame, horizon=3, target="y")
    assert [series["id"] for series in found["series"]] == ["a", "b"]
    first, second = (series["forecast"]["y"] for series in found["series"])
    assert np.allclose(np.array(second), 2 * np.array(first), rtol=1e-3)
    scores = recurra.forecast.now(frame, horizon=3, target="y", backtest=True)
    assert scores["targets"][0]["methods"][0]["method"] == "now"


def test_what_cannot_be_forecast():
    with pytest.raises(ValueError, match="at least 3 values"):
        recurra.forecast.now([1, 2], horizon=2)
    with pytest.raises(ValueError, match="one length"):
        recurra.forecast.now({"a": [1, 2, 3], "b": [1]}, horizon=2)
    with pytest.raises(ValueError, match="one dimension"):
        recurra.forecast.now(np.zeros((3, 2)), horizon=2)
    with pytest.raises(ValueError, match="horizon"):
        recurra.forecast.now(VALUES, horizon=0)
    with pytest.raises(ValueError, match="did you mean 'season'"):
        recurra.forecast.now(VALUES, horizon=2, seson=7)
