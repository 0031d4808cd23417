#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The stress of each vowel on the CMU Pronouncing Dictionary: one direction, the other, and both."""
import collections
import itertools

import cmudict_pairs
import experiment

OPTIONS = ["--cell", "lstm", "--hidden", 64, "--embedding", 24, "--batch", 64, "--lr", 0.004, "--schedule", "cosine", "--epochs", 3,
           "--patience", 0, "--validation", 0.02, "--dropout", 0, "--characters", 0, "--word-dropout", 0]
SEEDS = (1, 2, 3)
NETS = {"forward": ["--unidirectional"], "backward": ["--unidirectional", "--reverse"], "both directions": ["--bidirectional"],
        "both directions, no CRF": ["--bidirectional", "--no-crf"]}


def sentences(path):
    """(part, tokens, tags) of each pronunciation."""
    for word, phonemes in cmudict_pairs.entries(path):
        part = "test" if cmudict_pairs.part_of(word) == "test" else "train"
        yield part, [p.rstrip("012") for p in phonemes], [p[-1] if p[-1] in "012" else "-" for p in phonemes]


def commonest_pattern(train, test):
    """Share of the test words right by the commonest row of stresses of all training words with as many vowels."""
    counts = collections.defaultdict(collections.Counter)
    pattern = lambda tags: "".join(t for t in tags if t != "-")
    for _, tags in train:
        counts[len(pattern(tags))][pattern(tags)] += 1
    best = {n: c.most_common(1)[0][0] for n, c in counts.items()}
    return sum(best.get(len(pattern(tags))) == pattern(tags) for _, tags in test) / len(test)


def main():
    e = experiment.Experiment("stress_tags")
    parts = {"train": [], "test": []}
    for part, tokens, tags in sentences(e.need("seq2seq/cmudict.dict")):
        parts[part].append((tokens, tags))
    for part, words in parts.items():
        text = "".join("".join(f"{p}\t{t}\n" for p, t in zip(*word)) + "\n" for word in words)
        (e.work / f"{part}.conll").write_text(text, encoding="utf-8")
    runs = {}
    for (name, direction), seed in itertools.product(NETS.items(), SEEDS):
        file = f"{name.replace(' ', '_').replace(',', '')}{seed}"
        runs[name, seed] = e.run(file, "tag", "train", e.work / "train.conll", "--test", e.work / "test.conll", "--out",
                                 e.work / f"{file}.safetensors", *OPTIONS, *direction, "--seed", seed)
    for name in NETS:
        results, minutes = zip(*(runs[name, seed].result() for seed in SEEDS))
        methods = [result["test"]["methods"] for result in results]
        e.row(name, "word accuracy", [m[0]["sentence_accuracy"] for m in methods], sum(minutes), list(SEEDS))
        e.row(name, "token accuracy", [m[0]["token_accuracy"] for m in methods])
    e.row("commonest pattern of as many vowels", "word accuracy", [commonest_pattern(parts["train"], parts["test"])])
    e.row("commonest tag of the phoneme", "word accuracy", [methods[0][1]["sentence_accuracy"]])
    e.command = f"recurra tag train train.conll --test test.conll {' '.join(map(str, OPTIONS))} --bidirectional --seed {'|'.join(map(str, SEEDS))}"
    e.finish()


main()
