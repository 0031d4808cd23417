#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Spoken digits by espeak-ng: trained on some voices, scored on others. Needs the command espeak-ng (Debian: espeak-ng)."""
import itertools
import shutil
import subprocess
import sys

import experiment

WORDS = ["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"]
# A voice is an accent with a variant of the speaker; neither the accents nor the variants of the test occur in training.
VOICES = {"train": (["en-us", "en-gb", "en-gb-scotland", "en-gb-x-rp", "en-gb-x-gbclan"], ["", "+f2", "+m3", "+f3"]),
          "test": (["en-029", "en-gb-x-gbcwmd"], ["+m7", "+f4", "+f5"])}
SPEEDS = [130, 170, 220]
OPTIONS = ["--cell", "gru", "--hidden", 48, "--readout", "attention", "--dropout", 0.2, "--noise", 0.2, "--epochs", 40, "--patience", 8,
           "--validation", 0.2, "--batch", 32, "--lr", 0.003, "--schedule", "constant", "--init", "pytorch", "--chrono", 0, "--ensemble", 1]


def speak(e):
    """Makes WORK/{train,test}/DIGIT/VOICE-SPEED.wav, each once."""
    if not shutil.which("espeak-ng"):
        print("espeak-ng is absent", file=sys.stderr)
        sys.exit(3)
    for part, (accents, variants) in VOICES.items():
        for voice, speed, (digit, word) in itertools.product(map("".join, itertools.product(accents, variants)), SPEEDS, enumerate(WORDS)):
            path = e.work / part / str(digit) / f"{voice}-{speed}.wav"
            if not path.exists():
                path.parent.mkdir(parents=True, exist_ok=True)
                subprocess.run(["espeak-ng", "-v", voice, "-s", str(speed), "-w", str(path), word], check=True)


def main():
    e = experiment.Experiment("spoken_digits")
    speak(e)
    by_method, minutes = {}, 0
    runs = [e.run(f"seed{seed}", "classify", "train", e.work / "train", "--test", e.work / "test", "--out", e.work / f"{seed}.safetensors",
                  "--seed", seed, *OPTIONS) for seed in (1, 2, 3)]
    for result, took in (run.result() for run in runs):
        minutes += took
        for method, accuracy in experiment.accuracies(result["test"]).items():
            by_method.setdefault(method, []).append(accuracy)
    e.command = f"recurra classify train train --test test {' '.join(map(str, OPTIONS))} --seed 1|2|3"
    net, *baselines = by_method
    e.row(net, "accuracy", by_method[net], minutes, [1, 2, 3])
    for method in baselines:
        e.row(method, "accuracy", by_method[method][:1])
    e.finish()


main()
