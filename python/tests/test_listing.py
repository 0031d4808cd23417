# SPDX-License-Identifier: Apache-2.0
"""The seed listing: PyTorch's losses, the bits of C++, the output of the example."""
import json
import subprocess
import sys

import numpy as np
import pytest
import recurra

from conftest import ROOT, fixture_cases, program, wave


class Forecaster(recurra.Module):
    def __init__(self, dropout=0.0):
        super().__init__()
        self.rnn = recurra.Recurrent("lstm", 10, 128, 2, batch_first=True, dropout=dropout)
        self.head = recurra.Linear(128, 1)

    def forward(self, tape, x):
        return self.head(tape, recurra.read_out(tape, "last", self.rnn(tape, x)))


def train_step(net, block, adam, x, y):
    tape = recurra.Tape(seed=1, step=adam.steps)
    loss = recurra.mse_loss(tape, net(tape, x), y)
    block.zero_grad()
    tape.backward(loss)
    norm = recurra.clip_grad_norm(block, 1.0)
    adam.step()
    return loss.item(), norm


def test_ten_losses_agree_with_pytorch():
    expected = fixture_cases("listing.json")
    net = Forecaster()
    for p, parameter in enumerate(net.parameters()):
        parameter.value[...] = wave(parameter.value.shape, p, 0.08)
    x, y = wave((500, 20, 10), 0.5, 1.0), wave((500, 1), 1.5, 1.0)
    block = recurra.ParameterBlock(net.parameters())
    adam = recurra.Adam(block)
    for step in range(10):
        rows = slice(32 * step, 32 * step + 32)
        loss, norm = train_step(net, block, adam, x[rows], y[rows])
        assert loss == pytest.approx(expected["losses"][step], abs=2e-6)
        assert norm == pytest.approx(expected["gradient_norms"][step], abs=2e-5)


def test_an_epoch_has_the_bits_of_cpp(tmp_path):
    subprocess.run([program("RECURRA_TWIN"), tmp_path / "cpp.safetensors"], check=True, timeout=120)
    expected, _ = recurra.read_safetensors(tmp_path / "cpp.safetensors")
    net = Forecaster(dropout=0.2)
    recurra.initialize(net.parameters(), seed=1)
    x = recurra.Random(1).uniform(-1, 1, (500, 200))
    y = x[:, :1]
    block = recurra.ParameterBlock(net.parameters())
    adam = recurra.Adam(block)
    for rows in recurra.BatchOrder(500, 32, seed=1).epoch(0):
        train_step(net, block, adam, x[rows].reshape(-1, 20, 10), y[rows])
    state = net.state_dict()
    assert set(state) == set(expected)
    for name, value in state.items():
        assert value.tobytes() == expected[name].tobytes(), name


def linear_error():
    """Mean absolute error on the test rows of a least-squares fit to the listing's training windows."""
    with open(ROOT / "examples" / "data" / "england_wales_demand.csv", encoding="utf-8") as file:
        series = np.array([float(line.split(",")[1]) for line in list(file)[1:]])

    def windows(first, last):
        return np.stack([np.append(series[t - 48 : t], 1) for t in range(first, last)])

    weights = np.linalg.lstsq(windows(48, 2800), series[48:2800], rcond=None)[0]
    return np.abs(windows(3200, len(series)) @ weights - series[3200:]).mean()


def test_the_example_prints_what_cpp_prints():
    cpp = subprocess.run([program("RECURRA_EXAMPLE")], capture_output=True, text=True, check=True, timeout=120)
    example = ROOT / "examples" / "lstm_forecaster_recurra.py"
    python = subprocess.run([sys.executable, example], capture_output=True, text=True, check=True, timeout=120)
    assert python.stdout == cpp.stdout
    assert python.stderr == ""
    lines = [line.split() for line in python.stdout.splitlines()]
    losses = [float(line[3]) for line in lines if line[0] == "epoch"]
    assert len(losses) == 20
    assert losses[-1] < 0.2 * losses[0]
    errors = {" ".join(line[:-2]): float(line[-2]) for line in lines if line[-1] == "MW"}
    assert list(errors) == ["net", "last value", "day ago", "week ago"]
    assert errors["net"] < min(errors["last value"], errors["day ago"], errors["week ago"])
    assert linear_error() < errors["net"]  # as the lesson says beside the listing


def test_the_notebook_is_the_listings_and_its_cells_run(tmp_path):
    subprocess.run([sys.executable, ROOT / "tools" / "notebook.py", "--check"], check=True)
    notebook = json.loads((ROOT / "examples" / "lstm_forecaster.ipynb").read_text(encoding="utf-8"))
    cells = [cell for cell in notebook["cells"] if cell["cell_type"] == "code"]
    (tmp_path / "cells.py").write_text(
        "\n".join("".join(cell["source"]) for cell in cells if "recurra" in cell["metadata"]["tags"]), encoding="utf-8"
    )
    printed = [
        subprocess.run([sys.executable, script], cwd=ROOT / "examples", capture_output=True, check=True, timeout=120).stdout
        for script in (tmp_path / "cells.py", "lstm_forecaster_recurra.py")
    ]
    assert printed[0] == printed[1] != b""
