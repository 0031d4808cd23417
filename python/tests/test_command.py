# SPDX-License-Identifier: Apache-2.0
"""The command that the module holds does what the program does."""
import subprocess
import sys

import pytest

from conftest import ROOT


@pytest.fixture
def held(tmp_path):
    """A file that runs the module's command."""
    file = tmp_path / "recurra"
    file.write_text(f'#!/bin/sh\nexec {sys.executable} -m recurra "$@"\n')
    file.chmod(0o755)
    return file


def run(program, *arguments):
    done = subprocess.run([program, *arguments], capture_output=True, check=False)
    return done.returncode, done.stdout, done.stderr


@pytest.mark.parametrize("arguments", [["--version"], ["--help"], ["info", "--threads", "1", "--json"], ["nothing"], ["inspect", "nowhere"], ["inspect", b"no\xff"]])
def test_it_answers_and_ends_as_the_program(command, held, arguments):
    assert run(held, *arguments) == run(command, *arguments)


def test_signals_pipes_and_terminals(held):
    tests = [sys.executable, ROOT / "tests/cli/test_system.py", held, "Signals"]
    done = subprocess.run(tests, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
