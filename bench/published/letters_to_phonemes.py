#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Letters to phonemes on the CMU Pronouncing Dictionary: one model with the stress digits kept, greedy and beam search; its
predictions are scored again with the digits dropped. Phoneme error is the token error, word error what exact match leaves."""
import cmudict_pairs
import experiment

OPTIONS = ["--target-tokens", "word", "--hidden", 256, "--embedding", 64, "--dropout", 0.2, "--batch", 64, "--lr", 0.001,
           "--schedule", "cosine", "--epochs", 10, "--patience", 0, "--seed", 1]
SEARCHES = {"greedy": [], "beam of 8": ["--beam", 8]}


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


def main():
    e = experiment.Experiment("letters_to_phonemes")
    cmudict_pairs.make(e.need("seq2seq/cmudict.dict"), e.work)
    pairs, model = e.work / "stress", e.work / "model.safetensors"
    trained, _ = e.run("train", "seq2seq", "train", pairs / "train.tsv", "--validation", pairs / "validation.tsv", "--out", model, *OPTIONS).result()
    minutes = trained["seconds"] / 60
    for name, search in SEARCHES.items():
        predictions = e.work / f"{name}.tsv"
        result, _ = e.run(name, "seq2seq", "evaluate", model, pairs / "test.tsv", "--training", pairs / "train.tsv",
                          "--predictions", predictions, *search).result()
        net, lookup = result["methods"]
        phoneme, word = scores_without_stress(predictions)
        for metric, kept, dropped in [("phoneme error", net["token_error"], phoneme), ("word error", 1 - net["exact_match"], word)]:
            e.row(name, metric, [kept], minutes, [1])
            e.row(name, f"{metric}, stress dropped", [dropped])
            minutes = None
    e.row("longest-prefix lookup", "phoneme error", [lookup["token_error"]])
    e.row("longest-prefix lookup", "word error", [1 - lookup["exact_match"]])
    e.command = f"recurra seq2seq train stress/train.tsv --validation stress/validation.tsv {' '.join(map(str, OPTIONS))}"
    e.finish()


main()
