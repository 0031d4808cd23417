# SPDX-License-Identifier: Apache-2.0
"""What the tests share. tools/python.sh names the programs of the build in the environment."""
import json
import os
import pathlib

import numpy as np
import pytest

ROOT = pathlib.Path(__file__).resolve().parents[2]


def wave(shape, phase, size=0.6):
    """size * sin(0.7 i + phase) for the i-th element: the numbers behind tests/fixtures/pytorch."""
    i = np.arange(int(np.prod(shape)))
    return (size * np.sin(0.7 * i + phase)).astype(np.float32).reshape(shape)


class Frame:
    """What pandas and polars have in common."""

    def __init__(self, text):
        self.text = text

    def to_csv(self, index):
        assert not index
        return self.text


def fixture_cases(name):
    return json.loads((ROOT / "tests" / "fixtures" / "pytorch" / name).read_text())["cases"]


def program(variable):
    """The path of a program of the build, or a skipped test where only the module is installed."""
    path = os.environ.get(variable)
    if not path:
        pytest.skip(f"{variable} is not set: this needs the build of the engine")
    return path


@pytest.fixture(scope="session")
def command():
    return program("RECURRA")
