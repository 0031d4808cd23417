#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Makes letters-to-phonemes pairs from the CMU Pronouncing Dictionary: cmudict_pairs.py cmudict.dict OUT_FOLDER

Writes OUT_FOLDER/{plain,stress}/{train,validation,test}.tsv: `plain` drops the stress digits of the vowels, `stress` keeps
them. A word's alternatives, marked (2), (3), ... in the dictionary, become further lines of the same word; what follows a #
is a comment. The split is fixed by the SHA-256 of the word without its marker, so all lines of a word fall on one side:
eight parts to train, one to stop by, one to test. Source: github.com/cmusphinx/cmudict, file cmudict.dict (BSD-style licence).
"""
import hashlib
import pathlib
import re
import sys

MARKER = re.compile(r"\(\d+\)$")
PARTS = ["train"] * 8 + ["validation", "test"]


def entries(path):
    """Yields (word, phonemes) for each line of the dictionary, in its order."""
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        fields = line.split("#")[0].split()
        if not fields:
            continue
        if len(fields) < 2:
            sys.exit(f"{path}: line {number}: expected a word and its phonemes, found '{line}'")
        yield MARKER.sub("", fields[0]), fields[1:]


def part_of(word):
    return PARTS[int.from_bytes(hashlib.sha256(word.encode()).digest()[:8], "big") % len(PARTS)]


def make(source, out):
    for kind in ("plain", "stress"):
        pairs = {}  # in the order of the dictionary, each once
        for word, phonemes in entries(source):
            spoken = " ".join(phonemes if kind == "stress" else (p.rstrip("012") for p in phonemes))
            pairs[word, spoken] = part_of(word)
        folder = out / kind
        folder.mkdir(parents=True, exist_ok=True)
        for part in ("train", "validation", "test"):
            lines = [f"{word}\t{spoken}\n" for (word, spoken), where in pairs.items() if where == part]
            (folder / f"{part}.tsv").write_text("".join(lines), encoding="utf-8")
            words = len({line.split("\t")[0] for line in lines})
            print(f"{folder / part}.tsv: {len(lines)} pairs of {words} words", file=sys.stderr)


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    make(pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2]))
