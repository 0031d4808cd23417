# SPDX-License-Identifier: Apache-2.0
"""Models that the command trained: the same forecast from Python, to the bit."""
import json
import math
import subprocess

import numpy as np
import pytest
import recurra

ROWS = 200
TRAIN = ["--horizon", "4", "--lookback", "12", "--season", "6", "--hidden", "8", "--epochs", "2", "--quiet"]


def write_csv(path, stamps):
    values = [10 + math.sin(t * math.pi / 3) + 0.1 * math.sin(t * 1.7) for t in range(ROWS)]
    lines = ["time,x,aid" if stamps else "x,aid"]
    for t, value in enumerate(values):
        stamp = f"2024-01-{1 + t // 24:02d} {t % 24:02d}:00," if stamps else ""
        lines.append(f"{stamp}{value:.4f},{t % 5}")
    path.write_text("\n".join(lines) + "\n")
    return {"x": np.round(values, 4), "aid": np.array([t % 5 for t in range(ROWS)], float)}


def run(command, *arguments):
    return subprocess.run([command, *map(str, arguments)], capture_output=True, text=True, check=True, timeout=120).stdout


@pytest.mark.parametrize("stamps, more", [(True, ["--target", "x"]), (False, ["--target", "x", "--features", "aid", "--difference", "first"]),
                                          (False, ["--target", "x,aid", "--strategy", "decoder"])])
def test_predict_has_the_bits_of_the_command(command, tmp_path, stamps, more):
    data, path = tmp_path / "x.csv", tmp_path / "m.safetensors"
    columns = write_csv(data, stamps)
    run(command, "forecast", "train", data, *TRAIN, *more, "--out", path)
    expected = json.loads(run(command, "forecast", "predict", path, data, "--json"))
    model = recurra.load_model(path)
    assert model.targets == more[1].split(",")
    assert (model.lookback, model.horizon) == (12, 4)
    forecast = model.predict(data)
    assert {name: values.tolist() for name, values in forecast.values.items()} == expected["forecast"]
    assert forecast.stamps == expected["time"]
    assert len(forecast.stamps) == (4 if stamps else 0)
    assert model.predict(str(data)).values["x"].tolist() == forecast.values["x"].tolist()
    if stamps:
        return
    again = model.predict({name: columns[name] for name in model.targets + model.features})
    assert {name: values.tolist() for name, values in again.values.items()} == expected["forecast"]
    assert again.stamps == []


@pytest.fixture(scope="module")
def trained(command, tmp_path_factory):
    folder = tmp_path_factory.mktemp("trained")
    write_csv(folder / "x.csv", False)
    run(command, "forecast", "train", folder / "x.csv", *TRAIN, "--target", "x", "--out", folder / "m.safetensors")
    return folder


def test_its_parts_outlive_the_model(trained):
    model = recurra.load_model(trained / "m.safetensors")
    recurrent, net = model.recurrent, model.net
    del model
    state, _ = recurra.read_safetensors(trained / "m.safetensors")
    for name, value in net.state_dict().items():
        np.testing.assert_array_equal(value, state[name])
    stepper = recurra.Stepper(recurrent)
    x = recurra.Random(3).normal(0, 1, (5, 1, stepper.input_size))
    y = recurrent(recurra.Tape(record=False, training=False), x).y.value
    for t in range(5):
        assert stepper.step(x[t]).tobytes() == y[t].tobytes()


def test_bad_series(trained):
    model = recurra.load_model(trained / "m.safetensors")
    with pytest.raises(ValueError, match="lookback|12|short"):
        model.predict({"x": np.zeros(5)})
    with pytest.raises(ValueError, match="'x'|no column"):
        model.predict({"y": np.zeros(50)})
    with pytest.raises(recurra.ShapeError, match="has 50 rows, 'x' has 40|has 40 rows, 'a' has 50"):
        model.predict({"x": np.zeros(40), "a": np.zeros(50)})
    with pytest.raises(OSError, match="nothing.csv"):
        model.predict(trained / "nothing.csv")
    (trained / "empty.csv").write_text("")
    with pytest.raises(recurra.FormatError, match="empty.csv"):
        model.predict(trained / "empty.csv")


def test_other_tasks_are_refused(command, tmp_path):
    (tmp_path / "text.txt").write_text("abcab" * 2000)
    run(command, "lm", "train", tmp_path / "text.txt", "--hidden", "4", "--epochs", "1", "--quiet", "--out", tmp_path / "lm.safetensors")
    with pytest.raises(recurra.UnsupportedError, match="a model of task lm; from Python only forecasters predict"):
        recurra.load_model(tmp_path / "lm.safetensors")
