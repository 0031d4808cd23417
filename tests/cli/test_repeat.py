#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The command that ends a report repeats the run, whatever its options were: python3 test_repeat.py PATH_TO_RECURRA."""
import html
import os
import re
import shlex
import sys
import unittest

import test_command
import test_lm
import test_seq2seq
import test_sequences

SMALL = "--hidden 6 --epochs 2 --seed 5 --batch 7 --lr 0.02 --schedule cosine --warmup 3"


class Repeat(test_command.Command):
    def weights(self):
        data = (self.folder / "model.safetensors").read_bytes()
        return data[8 + int.from_bytes(data[:8], "little"):]

    def repeats(self, command):
        self.run_command(*shlex.split(command), "--report", "r.html")
        first = self.weights()
        self.run_command(*shlex.split(command.replace("--seed 5", "--seed 6")), "--out", "model.safetensors")
        self.assertNotEqual(self.weights(), first)
        page = (self.folder / "r.html").read_text()
        told = shlex.split(html.unescape(re.findall(r"<pre>(recurra .*?)</pre>", page)[-1]))
        self.run_command(*told[1:])
        self.assertEqual(self.weights(), first, told)

    def test_forecast(self):
        base = "forecast train x.csv --target x --horizon 4 --lookback 12 --season 6 " + SMALL
        self.repeats(base + " --loss huber --huber 0.3 --optimizer sgd --momentum 0.9 --clip-value 0.2 --cell gru --difference none --log")
        self.repeats(base + " --features aid --strategy decoder --forcing inverse-sigmoid --forcing-k 5 --scale robust --split 0.6,0.2,0.2 "
                            "--layers 2 --dropout 0.2 --precision bf16 --no-skip")

    def test_classify(self):
        (self.folder / "long.csv").write_text(test_sequences.long_csv(40))
        self.repeats(f"classify train long.csv --id name --time t --label kind --test long.csv {SMALL} --readout attention --class-weights "
                     "--noise 0.1 --unidirectional --validation 0.3 --weight-decay 0.01 --optimizer adamw")

    def test_tag(self):
        (self.folder / "my words.conll").write_text(test_sequences.conll(40))
        self.repeats(f"tag train 'my words.conll' --test 'my words.conll' {SMALL} --no-crf --reverse --unidirectional --min-count 3 --embedding 5")

    def test_seq2seq(self):
        (self.folder / "p.tsv").write_text(test_seq2seq.spelling())
        base = f"seq2seq train p.tsv --target-tokens word --embedding 5 {SMALL}"
        self.repeats(base + " --validation p.tsv --attention additive --tied --forcing linear --forcing-k 20 --forcing-floor 0.1")
        self.repeats(base + " --validation-share 0.3 --attention none --reverse --init orthogonal --forget-bias 1 --cell lstm")

    def test_lm(self):
        (self.folder / "play.txt").write_text("".join(test_lm.sentences(6) + "--\n" for _ in range(30)))
        self.repeats(f"lm train play.txt --tokens word --document-line=-- --chunk 5 --embedding 6 --tied --vocabulary 20 {SMALL}")
        (self.folder / "rolls.jsonl").write_text(test_lm.rolls())
        self.repeats(f"lm train rolls.jsonl --format frames --lowest 60 --labels 5 --split 0.6,0.2,0.2 {SMALL} --chrono 9")


if __name__ == "__main__":
    test_command.RECURRA = os.path.abspath(sys.argv.pop(1))
    unittest.main()
