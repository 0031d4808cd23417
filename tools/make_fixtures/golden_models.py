#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Makes a set of golden files: small data sets, and for each case of cases.json a model, a checkpoint from the middle of
its training, and what the command answers about the model.

    tools/make_fixtures/golden_models.py build/dev/cli/recurra tests/golden/v1

tests/cli/test_golden.py reads them. A set is made once, by the version whose files it shows, and never again: when a file
format changes, a new folder beside the old one gets files of the new form, and both are read from then on.
"""

import json
import math
import pathlib
import random
import subprocess
import sys

# Said in full, so that neither another default nor another number of processors changes a case.
TRAINING = "--optimizer adam --lr 0.05 --schedule constant --batch 4 --patience 0 --clip 1 --epochs 12 --seed 7 --threads 1 --quiet --json"
CHECKPOINT_EVERY = 11  # of twelve epochs: one is left to go on with


def data_sets():
    draw = random.Random(20261128)
    rows = ["date,load,wind,sun"]
    for t in range(60):
        day = f"2026-{1 + t // 28:02d}-{1 + t % 28:02d}" if t < 56 else f"2026-03-{1 + t - 56:02d}"
        wave = math.sin(t * math.pi / 3)
        rows.append(f"{day},{20 + 5 * wave + draw.gauss(0, 1):.3f},{draw.uniform(0, 9):.2f},{10 + 3 * wave + 0.1 * t:.3f}")
    rows[20] = rows[20].split(",")[0] + ",,4.00,11.0"  # a value that is missing
    yield "series.csv", "\n".join(rows) + "\n"

    waves = []
    for i in range(20):
        channels = [",".join(f"{math.sin(t * (0.5 if i % 2 else 1.2) + p) + draw.gauss(0, 0.1):.3f}" for t in range(6 + i % 3)) for p in (0, 1)]
        waves.append(":".join(channels) + (":fast" if i % 2 == 0 else ":slow"))
    yield "waves.ts", "@problemName waves\n@univariate false\n@classLabel true fast slow\n@data\n" + "\n".join(waves) + "\n"

    long = ["name,t,x,y,kind"]
    for i in range(16):
        for t in range(4 + i % 3):
            long.append(f"s{i:02d},{t},{draw.gauss(i % 2, 1):.3f},{draw.gauss(t, 1):.3f},{'up' if i % 2 else 'down'}")
    yield "long.csv", "\n".join(long) + "\n"

    dna = ["letters,kind"] + ["".join(draw.choice("ACGT" if i % 2 else "AACG") for _ in range(5 + i % 4)) + ("," "EI" if i % 2 else ",N") for i in range(16)]
    yield "dna.csv", "\n".join(dna) + "\n"

    sentences = []
    for i in range(16):
        words = [draw.choice(["the", "a", "dog", "naïve", "runs", "sees"]) for _ in range(2 + i % 5)]
        sentences.append("".join(f"{word}\t{'D' if word in ('the', 'a') else 'V' if word.endswith('s') else 'N'}\n" for word in words))
    yield "words.conll", "\n".join(sentences)

    text = "".join(draw.choice(["to be ", "or not ", "that is ", "the question. ", "who? ", "é "]) for _ in range(100))
    yield "text.txt", text[:300] + "\n---\n" + text[300:600] + "\n"

    pieces = [[sorted(draw.sample(range(60, 68), draw.randint(0, 3))) for _ in range(10)] for _ in range(10)]
    yield "frames.jsonl", "".join(json.dumps({"frames": piece}) + "\n" for piece in pieces)

    sources = ["".join(draw.choice("abc") + " " for _ in range(1 + i % 4)).strip() for i in range(24)]
    yield "pairs.tsv", "".join(f"{source}\t{source[::-1].replace(' ', '').upper()}\n" for source in sources)
    yield "sources.txt", "a b\nc\nb b a\n"

    lives = ["unit,t,x,life"]
    for i in range(16):
        lives += [f"u{i:02d},{t},{draw.gauss(i / 8, 0.2):.3f},{20 - i}" for t in range(4 + i % 3)]
    yield "lives.csv", "\n".join(lives) + "\n"

    counts = ["sold"] + [str(max(0, round(3 + 2 * math.sin(t * math.pi / 3) + draw.gauss(0, 1.5)))) for t in range(80)]
    yield "counts.csv", "\n".join(counts) + "\n"


def own(answer):
    """What an answer says about the model alone: rivals, notes and verdicts may change from version to version."""
    if isinstance(answer, list):
        return [own(value) for value in answer]
    if not isinstance(answer, dict):
        return answer
    kept = {key: own(value) for key, value in answer.items() if key not in ("notes", "verdict", "mase", "mase_season")}
    if "methods" in kept:
        kept["methods"] = kept["methods"][:1]
    return kept


def run(recurra, folder, arguments):
    result = subprocess.run([recurra, *arguments], cwd=folder, capture_output=True, text=True, check=False)
    if result.returncode != 0:
        sys.exit(f"{' '.join(arguments)}\n{result.stderr}")
    return result.stdout


def main(recurra, folder):
    recurra, folder = str(pathlib.Path(recurra).resolve()), pathlib.Path(folder)
    for name, text in data_sets():
        (folder / name).write_text(text, encoding="utf-8")
    for case in json.loads((folder / "cases.json").read_text()):
        model, checkpoint = case["name"] + ".model", case["name"] + ".checkpoint"
        training = case["train"].split() + TRAINING.split()
        run(recurra, folder, [*training, "--out", model, "--checkpoint", checkpoint, "--checkpoint-every", str(CHECKPOINT_EVERY)])
        answers = []
        for ask in case["ask"]:
            lines = run(recurra, folder, ask.replace("MODEL", model).split() + ["--json", "--threads", "1", "--quiet"]).splitlines()
            answers.append([own(json.loads(line)) for line in lines])
        (folder / (case["name"] + ".json")).write_text(json.dumps(answers, indent=1) + "\n")


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    main(*sys.argv[1:])
