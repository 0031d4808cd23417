# SPDX-License-Identifier: Apache-2.0
"""The seed listing: PyTorch's losses, the bits of C++, the output of the example."""
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


def test_the_example_prints_what_cpp_prints():
    cpp = subprocess.run([program("RECURRA_EXAMPLE")], capture_output=True, text=True, check=True, timeout=120)
    example = ROOT / "examples" / "lstm_forecaster_recurra.py"
    python = subprocess.run([sys.executable, example], capture_output=True, text=True, check=True, timeout=120)
    assert python.stdout == cpp.stdout
    assert python.stderr == ""
    losses = [float(line.split()[-1]) for line in python.stdout.splitlines()]
    assert len(losses) == 20
    assert losses[-1] < 0.2 * losses[0]
    assert np.isfinite(losses).all()
