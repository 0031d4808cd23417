#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""recurra classify and recurra tag as a user meets them: python3 test_sequences.py PATH_TO_RECURRA."""
import csv
import io
import json
import math
import os
import pathlib
import struct
import subprocess
import sys
import tempfile
import unittest

RECURRA = ""
SMALL = ["--hidden", "8", "--epochs", "2", "--seed", "3"]
ONE = [*SMALL, "--ensemble", "1"]


def steps(i):
    return [math.sin((1.4 if i % 2 else 0.5) * t + i) for t in range(5 + i % 7)]


def ts(count, offset=0):
    lines = ["@classLabel true slow fast", "@data"]
    for i in range(offset, offset + count):
        lines.append(",".join(f"{x:.4f}" for x in steps(i)) + ":" + ("fast" if i % 2 else "slow"))
    return "\n".join(lines) + "\n"


def long_csv(count, label=True):
    lines = ["name,t,x" + (",kind" if label else "")]
    for i in range(count):
        for t, x in enumerate(steps(i)):
            lines.append(f"s{i},{t},{x:.4f}" + ((",fast" if i % 2 else ",slow") if label else ""))
    return "\n".join(lines) + "\n"


def wav(path, frequency, bits=16, keep=None, kind=1):
    data = b"".join(struct.pack("<h", int(9000 * math.sin(2 * math.pi * frequency * t / 8000))) for t in range(1200))
    head = struct.pack("<HHIIHH", kind, 1, 8000, 16000, 2, bits)
    body = b"WAVEfmt " + struct.pack("<I", 16) + head + b"data" + struct.pack("<I", len(data)) + data
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes((b"RIFF" + struct.pack("<I", len(body)) + body)[:keep])


def conll(count):
    out = []
    for i in range(count):
        word = [("abc"[(i * 7 + t * t) % 3]) for t in range(2 + i % 5)]
        out += [f"{c}\t{'x' if 'a' in word[t + 1:] else 'y'}" for t, c in enumerate(word)] + [""]
    return "\n".join(out) + "\n"


class Sequences(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)

    def write(self, name, text):
        (self.folder / name).write_text(text, encoding="utf-8")

    def run_command(self, *arguments, status=0):
        result = subprocess.run([RECURRA, *map(str, arguments)], cwd=self.folder, capture_output=True, text=True, check=False, timeout=300)
        self.assertEqual(result.returncode, status, result.stderr)
        return result

    def fails(self, status, *arguments, says):
        before = sorted(self.folder.rglob("*"))
        result = self.run_command(*arguments, status=status)
        self.assertRegex(result.stderr + (result.stdout if status == 2 else ""), says)
        self.assertEqual(sorted(self.folder.rglob("*")), before)


class Classify(Sequences):
    def test_train_evaluate_predict_inspect(self):
        self.write("a.ts", ts(60))
        self.write("b.ts", ts(20, 60))
        trained = self.run_command("classify", "train", "a.ts", "--test", "b.ts", "--report", "r.html", "--out", "m", *ONE)
        self.assertIn("% of the steps of the padded batches are padding, none computed", trained.stderr)
        self.assertRegex(trained.stderr, "chosen for 60 sequences of . steps: batch 6, 2 epochs .20 updates., none held out, chrono .")
        for name in ("gru", "majority", "1-NN, stretched", "macro F1"):
            self.assertIn(name, trained.stdout)
        self.assertIn("Which class was taken for which", (self.folder / "r.html").read_text())
        scores = json.loads(self.run_command("classify", "evaluate", "m", "b.ts", "--train", "a.ts", "--json").stdout)
        self.assertEqual(scores["classes"], ["fast", "slow"])
        self.assertEqual(sum(map(sum, scores["methods"][0]["confusion"])), 20)
        rows = list(csv.DictReader(io.StringIO(self.run_command("classify", "predict", "m", "b.ts").stdout)))
        right = sum(r["label"] == ("fast" if i % 2 else "slow") for i, r in enumerate(rows))
        self.assertAlmostEqual(right / 20, scores["methods"][0]["accuracy"])
        self.assertTrue(all(abs(float(r["p(fast)"]) + float(r["p(slow)"]) - 1) < 1e-5 for r in rows))
        self.assertIn("head.weight", self.run_command("inspect", "m").stdout)
        self.assertEqual(json.loads(self.run_command("inspect", "m", "--json").stdout)["task"], "classify")

    def test_table_keeps_its_columns_in_the_model(self):
        self.write("long.csv", long_csv(30))
        self.write("new.csv", long_csv(4, label=False))
        self.run_command("classify", "train", "long.csv", "--id", "name", "--time", "t", "--label", "kind", "--out", "m", *ONE)
        rows = list(csv.DictReader(io.StringIO(self.run_command("classify", "predict", "m", "new.csv").stdout)))
        self.assertEqual([r["id"] for r in rows], ["s0", "s1", "s2", "s3"])

    def test_columns_by_name(self):
        self.write("long.csv", "name,kind,x,y\n" + "".join(f"s{i},{'ab'[i % 2]},{(-1) ** i * (t + 1)},{t}\n" for i in range(30) for t in range(3)))
        self.write("new.csv", "name,x,y\ns0,1,0\ns0,2,1\n")
        self.write("swapped.csv", "y,extra,x,name\n0,hello,1,s0\n1,hello,2,s0\n")
        self.write("renamed.csv", "name,xx,y\ns0,1,0\n")
        self.run_command("classify", "train", "long.csv", "--id", "name", "--label", "kind", "--out", "m", *ONE)
        told = self.run_command("classify", "predict", "m", "swapped.csv")
        self.assertEqual(told.stdout, self.run_command("classify", "predict", "m", "new.csv").stdout)
        self.assertIn("swapped.csv: ignored a column that is no channel of the model: 'extra'", told.stderr)
        self.fails(1, "classify", "predict", "m", "renamed.csv", says="no column 'x'.*did you mean 'xx'")

    def test_symbols_folds_and_naive_bayes(self):
        lines = [("EI" if i % 2 else "N") + f",  {'ACGT' if i % 2 else 'TTGC'}{'ACGTN'[i % 5]}{'ACGT'[i // 5 % 4]}{'ACGT'[i // 20 % 4]}" for i in range(60)]
        self.write("dna.csv", "\n".join(lines) + "\n")
        options = ["--no-header", "--label", "column1", "--symbols", "column2", "--alphabet", "dna", *ONE]
        result = json.loads(self.run_command("classify", "train", "dna.csv", "--folds", "3", "--json", *options).stdout)
        self.assertEqual(result["folds"], 3)
        self.assertEqual([m["method"] for m in result["methods"]], ["gru", "majority", "1-NN", "naive Bayes"])
        self.assertEqual(result["methods"][3]["accuracy"], 1)
        self.run_command("classify", "train", "dna.csv", "--out", "m", *options)
        self.write("new.csv", "N,ACZT\nN,\n")  # a symbol of no alphabet, an empty sequence
        told = self.run_command("classify", "predict", "m", "new.csv", "--no-header")
        self.assertIn("new.csv: 1 symbols are not in the alphabet dna; each counts as an equal mix of its letters", told.stderr)
        self.assertEqual(len(told.stdout.splitlines()), 3)

    def test_folder_of_sounds(self):
        for i in range(8):
            wav(self.folder / "tones" / ("high" if i % 2 else "low") / f"{i}.wav", 300 + 900 * (i % 2) + 10 * i)
        self.run_command("classify", "train", "tones", "--out", "m", "--mel-bands", "12", *ONE)
        self.run_command("classify", "predict", "m", "tones", "--out", "p.csv")
        self.assertEqual(len((self.folder / "p.csv").read_text().splitlines()), 9)
        wav(self.folder / "cut" / "x.wav", 300, keep=500)
        self.fails(1, "classify", "predict", "m", "cut", says="x.wav byte 36: the file is truncated")
        wav(self.folder / "packed" / "x.wav", 300, kind=2)
        self.fails(1, "classify", "predict", "m", "packed", says="x.wav: the sound is compressed")

    def test_resume_ends_with_the_same_weights(self):
        self.write("a.ts", ts(40))
        self.run_command("classify", "train", "a.ts", "--out", "whole", "--hidden", "8", "--epochs", "4", "--checkpoint", "c")
        self.run_command("classify", "train", "a.ts", "--out", "again", "--hidden", "8", "--epochs", "4", "--resume", "c")
        weights = lambda name: (lambda d: d[8 + int.from_bytes(d[:8], "little"):])((self.folder / name).read_bytes())
        self.assertEqual(weights("whole"), weights("again"))
        self.write("a.ts", ts(42))
        self.fails(1, "classify", "train", "a.ts", "--hidden", "8", "--epochs", "4", "--resume", "c", says="the data changed")

    def test_ensemble(self):
        self.write("a.ts", ts(30))
        train = ["classify", "train", "a.ts", "--ensemble", "2", "--checkpoint", "c", *SMALL]
        self.run_command(*train, "--out", "m")
        described = json.loads(self.run_command("inspect", "m", "--json").stdout)
        self.assertEqual(described["ensemble"], 2)
        self.assertIn("net2.head.weight", described["parameters"])
        self.assertIn("2 nets, averaged, each 1 x gru", self.run_command("inspect", "m").stdout)
        self.assertIn("2 x gru", self.run_command("classify", "evaluate", "m", "a.ts", "--report", "r.html").stdout)
        self.assertIn("--ensemble 2", (self.folder / "r.html").read_text())
        self.run_command(*train, "--out", "again", "--resume", "c")  # the checkpoint is of the second net
        predict = lambda name: self.run_command("classify", "predict", name, "a.ts").stdout
        self.assertEqual(predict("again"), predict("m"))
        told = self.run_command("classify", "train", "a.ts", "--out", "m", *SMALL).stderr
        self.assertRegex(told, "chosen for 30 sequences of . steps: .*, an ensemble of 5")
        self.fails(2, "classify", "train", "a.ts", "--ensemble", "0", says="ensemble: expected 1 to 1000")

    def test_bad_input(self):
        self.write("a.ts", ts(20))
        self.write("long.csv", long_csv(6))
        self.write("one.ts", "@classLabel true up\n@data\n1,2:up\n3:up\n")
        self.write("ragged.ts", "@classLabel false\n@data\n1,2:3\n")
        for arguments, says in [
            (["one.ts"], "at least two classes, found 1 .'up'"),
            (["ragged.ts"], "ragged.ts line 3: channel 2 has 1 values"),
            (["none.ts"], "cannot open 'none.ts'"),
            (["long.csv"], "needs --id"),
            (["long.csv", "--id", "name", "--label", "sort"], "no column 'sort'"),
            (["long.csv", "--label", "kind", "--symbols", "x"], "need an alphabet"),
        ]:
            with self.subTest(says=says):
                self.fails(1, "classify", "train", *arguments, says=says)
        for arguments, says in [
            (["--readout", "first"], "readout"),
            (["--alphabet", "A"], "alphabet"),
            (["--validation", "0.9"], "validation: expected 0 to 0.5"),
            (["--folds", "1"], "folds"),
            (["--report", "r.html"], "needs --test"),
            (["--mel-bands", "0"], "mel-bands"),
        ]:
            with self.subTest(says=says):
                self.fails(2, "classify", "train", "a.ts", *arguments, says=says)
        self.run_command("classify", "train", "a.ts", "--out", "m", *ONE)
        self.write("new.ts", ts(2).replace("slow", "other"))
        self.assertIn("'other' did not occur in training", self.run_command("classify", "evaluate", "m", "new.ts").stderr)
        self.write("wide.ts", "@classLabel false\n@data\n1:2\n")
        self.fails(1, "classify", "predict", "m", "wide.ts", says="expected 1 channels as in training, found 2")
        self.fails(1, "tag", "predict", "m", "a.ts", says="task tag, found classify")
        self.fails(1, "forecast", "predict", "m", "long.csv", says="task forecast, found classify")
        self.fails(2, "inspect", "m", "a.ts", says="is inspected without data")


class Tag(Sequences):
    def test_train_evaluate_predict_inspect(self):
        self.write("a.conll", conll(80))
        self.write("b.conll", conll(20).replace("c", "q"))
        trained = self.run_command("tag", "train", "a.conll", "--test", "b.conll", "--report", "r.html", "--out", "m", *SMALL)
        self.assertRegex(trained.stderr, r"b.conll: \d+ of \d+ tokens are not in the vocabulary")
        for name in ("lstm and CRF", "commonest tag of the token", "sentence accuracy"):
            self.assertIn(name, trained.stdout)
        self.assertIn("Which tag was taken for which", (self.folder / "r.html").read_text())
        scores = json.loads(self.run_command("tag", "evaluate", "m", "a.conll", "--json").stdout)
        self.run_command("tag", "predict", "m", "a.conll", "--out", "p.conll")
        pairs = list(zip((self.folder / "a.conll").read_text().split("\n"), (self.folder / "p.conll").read_text().split("\n")))
        right = sum(a == b for a, b in pairs if a)
        self.assertAlmostEqual(right / sum(bool(a) for a, _ in pairs), scores["methods"][0]["token_accuracy"])
        lines = self.run_command("tag", "predict", "m", "a.conll", "--json").stdout.splitlines()
        self.assertEqual(len(lines), 80)
        self.write("p.jsonl", "\n".join(lines) + "\n")
        self.assertEqual(json.loads(self.run_command("tag", "evaluate", "m", "p.jsonl", "--json").stdout)["methods"][0]["token_accuracy"], 1)
        self.assertIn("crf.transitions", self.run_command("inspect", "m").stdout)
        self.assertNotIn("span", trained.stdout)

    def test_columns_of_conll_files(self):
        tree = "".join("# text\n" + "".join(f"{t}\t{w}\t_\t{'N' if w == 'a' else 'V'}\t{'n' if w == 'a' else 'v'}\t_\t_\t_\t_\t_\n" for t, w in enumerate("abba"[i % 3:], 1)) + "\n" for i in range(30))
        self.write("a.conllu", tree)
        trained = self.run_command("tag", "train", "a.conllu", "--out", "m", *SMALL)
        self.assertIn("tokens from column 2 (form), tags from column 4 (upos)", trained.stderr)
        self.assertIn("skipped 30 comment lines", trained.stderr)
        self.run_command("tag", "train", "a.conllu", "--tag-column", "xpos", "--out", "m", *SMALL)
        self.assertIn("\tv\n", self.run_command("tag", "predict", "m", "a.conllu").stdout)
        scores = json.loads(self.run_command("tag", "evaluate", "m", "a.conllu", "--json").stdout)  # the model keeps the column
        self.assertEqual(sorted(scores["methods"][0]["by_tag"]), ["n", "v"])
        self.fails(1, "tag", "train", "a.conllu", "--tag-column", "pos", says="no tag column 'pos'; expected a number from 1 to 10, or one of id, form")

    def test_tags_of_the_bio_scheme_are_scored_by_span_too(self):
        names, text = {"x": "B-PER", "y": "I-PER"}, ""
        for line in conll(80).split("\n"):
            token, _, tag = line.partition("\t")
            text += f"{token}\t{'O' if token == 'c' else names[tag]}\n" if token else "\n"
        self.write("bio.conll", text)
        trained = self.run_command("tag", "train", "bio.conll", "--test", "bio.conll", "--report", "r.html", "--out", "m", *SMALL, "--json")
        spans = json.loads(trained.stdout)["test"]["methods"][0]["spans"]
        self.assertEqual(sorted(spans), ["by_type", "f1", "precision", "recall", "spans"])
        self.assertEqual(spans["by_type"]["PER"]["spans"], spans["spans"])
        shown = self.run_command("tag", "evaluate", "m", "bio.conll").stdout
        self.assertRegex(shown, r"sentence accuracy  span F1")
        self.assertRegex(shown, rf"PER +{spans['spans']} ")
        self.assertIn("conlleval", (self.folder / "r.html").read_text())

    def test_bad_input(self):
        self.write("a.conll", conll(20))
        self.write("plain.conll", "a\nb\n\nc\n")
        self.write("ragged.conll", "a x\nb\n")
        self.write("uneven.jsonl", '{"tokens": ["a"], "tags": []}\n')
        self.fails(1, "tag", "train", "plain.conll", says="the token 'a' of sentence 1 has no tag")
        self.fails(1, "tag", "train", "ragged.conll", says="ragged.conll line 2: expected 2 columns")
        self.fails(1, "tag", "train", "uneven.jsonl", says="line 1: 1 tokens have 0 tags")
        self.fails(2, "tag", "train", "a.conll", "--embedding", "0", says="embedding: expected 1")
        self.fails(2, "tag", "train", "a.conll", "--report", "r.html", says="needs --test")
        self.run_command("tag", "train", "a.conll", "--out", "m", *SMALL)
        self.fails(1, "tag", "evaluate", "m", "plain.conll", says="has no tag, so it cannot be scored")
        self.assertEqual(self.run_command("tag", "predict", "m", "plain.conll").stdout.count("\n"), 5)


if __name__ == "__main__":
    RECURRA = os.path.abspath(sys.argv.pop(1))
    unittest.main()
