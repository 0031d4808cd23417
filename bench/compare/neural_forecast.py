#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Training one global net for the series of M4 Hourly: Recurra beside NeuralForecast's LSTM, in wall time.

    neural_forecast.py RECURRA HOURLY_TRAIN_CSV [--python PYTHON] [--threads N] [--epochs N] [--rounds N]

Both read the same windows into one LSTM layer of 64 units and a linear output of all steps' quantiles: 168 hours, 48 ahead,
batches of 128 windows, the same levels, the same number of updates. Each runs in its own process, in turns (A B A B). Of
Recurra the whole process counts, with reading the file, the linear start and the calibration; of NeuralForecast `fit` alone,
without Python's imports and the data frame. PYTHON is one that has neuralforecast (default: the one that runs this).
"""
import argparse
import csv
import os
import pathlib
import platform
import statistics
import subprocess
import sys
import tempfile
import time

HORIZON, LOOKBACK, UNITS, BATCH, SEASON = 48, 168, 64, 128, 24
LEVELS = [0.025, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.975]  # of Recurra's head by default
WINDOWS = 100_000  # that Recurra draws for an epoch


def theirs(data, threads, updates):
    """Trains in this process; prints the seconds of fit and the version."""
    import warnings

    import logging
    import neuralforecast
    import pandas
    import torch
    from neuralforecast import NeuralForecast
    from neuralforecast.losses.pytorch import MQLoss
    from neuralforecast.models import LSTM

    warnings.filterwarnings("ignore")
    logging.getLogger("pytorch_lightning").setLevel(logging.ERROR)
    torch.set_num_threads(threads)
    with open(data, encoding="utf-8", newline="") as file:
        rows = [(row[0], [float(cell) for cell in row[1:] if cell]) for row in list(csv.reader(file))[1:]]
    frame = pandas.concat([pandas.DataFrame({"unique_id": name, "ds": range(len(values)), "y": values}) for name, values in rows])
    model = LSTM(h=HORIZON, input_size=LOOKBACK, encoder_n_layers=1, encoder_hidden_size=UNITS, decoder_layers=1, recurrent=False,
                 loss=MQLoss(quantiles=LEVELS), max_steps=updates, batch_size=32, windows_batch_size=BATCH, learning_rate=0.001,
                 scaler_type="standard", accelerator="cpu", logger=False, enable_checkpointing=False, enable_progress_bar=False,
                 enable_model_summary=False)
    forecaster = NeuralForecast(models=[model], freq=1)
    start = time.monotonic()
    forecaster.fit(frame)
    print(time.monotonic() - start, neuralforecast.__version__, torch.__version__, sum(p.numel() for p in model.parameters()))


def ours(recurra, data, threads, epochs, folder):
    options = {"horizon": HORIZON, "season": SEASON, "lookback": LOOKBACK, "hidden": UNITS, "batch": BATCH, "lr": 0.001, "epochs": epochs,
               "patience": 0, "scale-window": "standard", "threads": threads, "out": folder / "model.safetensors"}
    command = [recurra, "forecast", "train", data, "--by-row", "--no-refit", "--quiet"]
    start = time.monotonic()
    subprocess.run([*command, *(str(part) for name, value in options.items() for part in (f"--{name}", value))], check=True)
    return time.monotonic() - start


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("recurra")
    parser.add_argument("data", type=pathlib.Path)
    parser.add_argument("--python", default=sys.executable)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--epochs", type=int, default=1, help=f"of {-(-WINDOWS // BATCH)} updates each")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--theirs", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args()
    updates = options.epochs * -(-WINDOWS // BATCH)
    if options.theirs:
        theirs(options.data, options.threads, updates)
        return
    environment = os.environ | {"OMP_NUM_THREADS": str(options.threads)}
    command = [options.python, pathlib.Path(__file__).resolve(), "-", options.data.resolve(), "--theirs", "--threads", str(options.threads), "--epochs", str(options.epochs)]
    a, b, versions = [], [], ""
    with tempfile.TemporaryDirectory() as folder:
        for _ in range(options.rounds):
            a.append(ours(options.recurra, options.data, options.threads, options.epochs, pathlib.Path(folder)))
            told = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True, env=environment, cwd=folder).stdout.split()
            b.append(float(told[-4]))
            versions = f"NeuralForecast {told[-3]}, PyTorch {told[-2]}, {told[-1]} parameters"
            print(f"Recurra {a[-1]:.1f} s, NeuralForecast {b[-1]:.1f} s: {b[-1] / a[-1]:.2f} times; load {os.getloadavg()[0]:.1f}", flush=True)
    print(f"{updates} updates of {BATCH} windows, {options.threads} threads, {platform.processor() or platform.machine()}; {versions}")
    print(f"median: Recurra {statistics.median(a):.1f} s, NeuralForecast {statistics.median(b):.1f} s, ratio {statistics.median(b) / statistics.median(a):.2f}")


main()
