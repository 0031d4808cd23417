#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Letters to phonemes on the CMU Pronouncing Dictionary: cmudict.py RECURRA cmudict.dict WORK_FOLDER [train option...]

Makes the pairs (cmudict_pairs.py), trains one model with the stress digits kept, and scores it on the test words greedily
and with a beam of 8; the same predictions are scored again with the digits dropped. Resumes a run that was stopped; what is
done is not done again. Prints a table. Phoneme error is the token error, word error what is left of exact match.
"""
import json
import pathlib
import subprocess
import sys

import cmudict_pairs

OPTIONS = ["--target-tokens", "word", "--hidden", "256", "--embedding", "64", "--dropout", "0.2", "--batch", "64", "--lr", "0.001",
           "--schedule", "cosine", "--epochs", "10", "--patience", "0"]
SEARCHES = {"greedy": [], "beam 8": ["--beam", "8"]}


def edits(a, b):
    row = list(range(len(b) + 1))
    for i, x in enumerate(a, 1):
        diagonal, row[0] = row[0], i
        for j, y in enumerate(b, 1):
            diagonal, row[j] = row[j], min(diagonal + (x != y), row[j] + 1, row[j - 1] + 1)
    return row[-1]


def without_stress(text):
    return [phoneme.rstrip("012") for phoneme in text.split()]


def scores_without_stress(predictions):
    """(phoneme error, word error), each word against the nearest of its listed pronunciations."""
    wrong = words = errors = phonemes = 0
    for line in predictions.read_text(encoding="utf-8").splitlines():
        _, said, *listed = line.split("\t")
        distance, length = min((edits(without_stress(said), r), len(r)) for r in map(without_stress, listed))
        words, wrong, errors, phonemes = words + 1, wrong + (distance > 0), errors + distance, phonemes + length
    return errors / phonemes, wrong / words


def run(command):
    print("+", *command, file=sys.stderr)
    return subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout


def train(recurra, pairs, work, more):
    model, checkpoint = work / "cmudict.safetensors", work / "cmudict.checkpoint"
    if not model.exists():
        resume = ["--resume", checkpoint] if checkpoint.exists() else []
        run([recurra, "seq2seq", "train", pairs / "train.tsv", "--validation", pairs / "validation.tsv", "--out", model,
             "--checkpoint", checkpoint, "--report", work / "cmudict.html", *resume, *OPTIONS, *more])
    return model


def main():
    if len(sys.argv) < 4:
        sys.exit(__doc__)
    recurra, dictionary, work = (pathlib.Path(a) for a in sys.argv[1:4])
    cmudict_pairs.make(dictionary, work)
    pairs = work / "stress"
    model = train(recurra, pairs, work, sys.argv[4:])
    print("| method | phoneme error % | word error % | without stress: phoneme | word |\n|---|---|---|---|---|")
    for name, options in SEARCHES.items():
        predictions = work / f"cmudict {name}.tsv"
        result = json.loads(run([recurra, "seq2seq", "evaluate", model, pairs / "test.tsv", "--training", pairs / "train.tsv",
                                 "--predictions", predictions, "--json", *options]))
        net, lookup = result["methods"]
        plain = scores_without_stress(predictions)
        print(f"| {name} | {100 * net['token_error']:.2f} | {100 - 100 * net['exact_match']:.2f} "
              f"| {100 * plain[0]:.2f} | {100 * plain[1]:.2f} |")
    print(f"| longest-prefix lookup | {100 * lookup['token_error']:.2f} | {100 - 100 * lookup['exact_match']:.2f} | | |")
    described = json.loads(run([recurra, "inspect", model, "--json"]))
    print(f"\n{described['parameter_count']} parameters, {described['seconds'] / 60:.1f} minutes of training, "
          f"best epoch {described['best_epoch']}")


if __name__ == "__main__":
    main()
