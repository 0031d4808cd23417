#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""`recurra seq2seq` as a user meets it: python3 test_seq2seq.py PATH_TO_RECURRA."""
import json
import os
import re
import signal
import subprocess
import sys
import unittest

import test_command

NAMES = {"a": "ay", "b": "bee", "c": "cee"}
TRAIN = ["--target-tokens", "word", "--hidden", "16", "--embedding", "8", "--epochs", "2", "--batch", "16", "--validation-share", "0.2"]


def spelling():
    words = [a + b + c for a in "abc" for b in "abc" for c in ["", *"abc"]]
    return "".join(f"{word}\t{' '.join(NAMES[letter] for letter in word)}\n" for word in words * 3)


class Command(test_command.Command):
    def setUp(self):
        super().setUp()
        (self.folder / "p.tsv").write_text(spelling())

    def train(self, *more, **options):
        return self.run_command("seq2seq", "train", "p.tsv", *TRAIN, "--out", "m.safetensors", *more, **options)


class Journey(Command):
    def test_train_evaluate_translate_inspect(self):
        trained = self.train("--report", "r.html")
        self.assertIn("pairs", trained.stdout)
        self.assertIn("Attention", (self.folder / "r.html").read_text())
        text = self.run_command("seq2seq", "evaluate", "m.safetensors", "p.tsv", "--training", "p.tsv", "--predictions", "q.tsv",
                                "--report", "e.html").stdout
        self.assertIn("longest-prefix lookup", text)
        self.assertIn("<svg", (self.folder / "e.html").read_text())
        rows = [line.split("\t") for line in (self.folder / "q.tsv").read_text().splitlines()]
        result = json.loads(self.run_command("seq2seq", "evaluate", "m.safetensors", "p.tsv", "--training", "p.tsv", "--json").stdout)
        self.assertEqual(result["sources"], len(rows))
        exact = sum(row[1] in row[2:] for row in rows) / len(rows)
        self.assertAlmostEqual(result["methods"][0]["exact_match"], exact)
        self.assertEqual(result["methods"][1]["exact_match"], 1)  # it has seen them
        said = self.run_command("seq2seq", "translate", "m.safetensors", text="ab\n\nabc\tignored\n").stdout.splitlines()
        self.assertEqual(len(said), 3)
        self.assertEqual(said[0], dict((r[0], r[1]) for r in rows)["ab"])
        best = self.run_command("seq2seq", "translate", "m.safetensors", "--beam", "3", "--best", "2", text="ab\nc\n").stdout.splitlines()
        self.assertEqual([line.split("\t")[0] for line in best], ["1", "1", "2", "2"])
        self.assertGreaterEqual(float(best[0].split("\t")[1]), float(best[1].split("\t")[1]))
        inspected = self.run_command("inspect", "m.safetensors").stdout
        self.assertIn("decoder.attention.key.weight", inspected)
        self.assertEqual(json.loads(self.run_command("inspect", "m.safetensors", "--json").stdout)["task"], "seq2seq")

    def test_standard_input_and_scheduled_sampling(self):
        self.run_command("seq2seq", "train", "-", *TRAIN, "--forcing", "linear", "--forcing-k", "10", "--attention", "additive",
                         "--tied", text=spelling())

    def test_unknown_tokens_are_told(self):
        self.train()
        result = self.run_command("seq2seq", "translate", "m.safetensors", text="axb\n")
        self.assertIn("not in the vocabulary, read as unknown: 1\n", result.stderr)
        (self.folder / "odd.tsv").write_text("ab\tay zed\n")
        result = self.run_command("seq2seq", "evaluate", "m.safetensors", "odd.tsv")
        self.assertIn("not in the vocabulary, never right: 1\n", result.stderr)
        self.assertIn("no baseline", result.stderr)

    def test_interrupt_and_resume_give_the_same_weights(self):
        long = ["--epochs", "30", "--patience", "0", "--threads", "2", "--forcing", "linear", "--forcing-k", "50"]
        weights = lambda: (lambda data: data[8 + int.from_bytes(data[:8], "little"):])((self.folder / "m.safetensors").read_bytes())
        self.train(*long)
        expected = weights()
        (self.folder / "m.safetensors").unlink()
        process = subprocess.Popen([test_command.RECURRA, "seq2seq", "train", "p.tsv", *TRAIN, "--out", "m.safetensors", *long],
                                   cwd=self.folder, stderr=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        for line in process.stderr:
            if line.startswith("epoch"):
                break
        process.send_signal(signal.SIGINT)
        _, errors = process.communicate(timeout=60)
        self.assertEqual(process.returncode, 130, errors)
        self.train(*long, "--resume", re.search(r"--resume (\S+)", errors)[1])
        self.assertEqual(weights(), expected)


class BadInput(Command):
    def test_wrong_usage_is_2(self):
        self.train()
        train, translate = ["seq2seq", "train", "p.tsv"], ["seq2seq", "translate", "m.safetensors", "p.tsv"]
        for arguments, says in [
            (["seq2seq", "train"], "data"),
            ([*train, "--attention", "soft"], "attention"),
            ([*train, "--embedding", "0"], "embedding: expected 1"),
            ([*train, "--validation-share", "1"], "validation-share: expected"),
            ([*train, "--forcing", "linear"], "needs --forcing-k"),
            ([*train, "--forcing-k", "2"], "constant rate from 0 to 1, found 2"),
            ([*translate, "--beam", "0"], "beam: expected at least 1, found 0"),
            ([*translate, "--beam", "2", "--best", "3"], "best: expected 1 to the beam of 2, found 3"),
            ([*translate, "--length-penalty", "-1"], "length-penalty"),
            ([*translate, "--max-length", "-3"], "max-length"),
            ([*translate, "--max-length", "1000000000000"], "max-length: expected 1 to 100000"),
        ]:
            with self.subTest(arguments=arguments):
                self.fails(2, *arguments, says=says)

    def test_bad_data_is_1_and_nothing_is_written(self):
        for text, says in [
            ("ab\tay bee\nab ay bee\n", r"bad.tsv: line 2: expected a source, a tab and a target, found no tab"),
            ("ab\tay\tbee\n", "line 1: .* 2 tabs"),
            ("", "no pair"),
            ("a\t\n", "bad.tsv line 1: the target is empty, as those of all 1 pairs are"),
        ]:
            with self.subTest(says=says):
                (self.folder / "bad.tsv").write_text(text)
                self.fails(1, "seq2seq", "train", "bad.tsv", *TRAIN, "--validation-share", "0", says=says)
        (self.folder / "bad.tsv").write_bytes(b"ab\tay\n\xff\tbee\n")
        self.fails(1, "seq2seq", "train", "bad.tsv", *TRAIN, "--validation-share", "0", says="UTF-8")
        self.assertEqual(sorted(p.name for p in self.folder.iterdir()), ["bad.tsv", "p.tsv", "x.csv"])

    def test_a_model_of_another_task_is_refused(self):
        self.train()
        self.fails(1, "forecast", "predict", "m.safetensors", "x.csv", says="seq2seq")
        self.run_command("forecast", "train", "x.csv", *test_command.TRAIN, "--out", "f.safetensors")
        self.fails(1, "seq2seq", "translate", "f.safetensors", "p.tsv", says="forecast")


if __name__ == "__main__":
    test_command.RECURRA = os.path.abspath(sys.argv.pop(1))
    unittest.main()
