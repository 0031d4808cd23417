# SPDX-License-Identifier: Apache-2.0
"""examples/many_jobs: one model per group of series, on clusters of this machine."""
import csv
import subprocess
import sys

import pytest
import recurra

from conftest import ROOT

EXAMPLES = ROOT / "examples" / "many_jobs"


def run(name, folder, *arguments):
    said = subprocess.run([sys.executable, EXAMPLES / f"{name}.py", "--out", folder, "--epochs", "2", *arguments], capture_output=True, text=True, check=False)
    assert said.returncode == 0, said.stderr
    return (folder / "forecasts.csv").read_bytes()


@pytest.fixture(scope="module")
def in_turn(tmp_path_factory):
    """The table of the same jobs one after another."""
    return run("groups", tmp_path_factory.mktemp("in_turn"))


def test_each_group_has_its_model_and_each_series_its_forecasts(in_turn, tmp_path):
    assert run("groups", tmp_path) == in_turn
    with (tmp_path / "forecasts.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    assert {row["shop"] for row in rows if row["group"] == "city"} == {"Harbour", "Market", "Station"}
    assert len(rows) == 8 * 7
    for group in "city", "suburb", "travel":
        assert recurra.load_model(tmp_path / "models" / f"{group}.safetensors").horizon == 7


@pytest.mark.parametrize("cluster", ["ray", "dask"])
def test_a_cluster_finds_the_same_table(cluster, in_turn, tmp_path):
    pytest.importorskip("ray" if cluster == "ray" else "dask.distributed", reason=f"{cluster} is not installed")
    assert run(f"{cluster}_groups", tmp_path) == in_turn
