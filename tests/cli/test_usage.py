#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""What the recurra command refuses before it begins: python3 test_usage.py PATH_TO_RECURRA.

One file under two options, files that cannot be written, misspelt names, numbers and files of a wrong kind.
"""
import os
import re
import sys
import unittest

import test_system
from test_system import LONG, SHORT, System, series


class OneFileTwice(System):
    """Nothing that a command reads is what it writes, whatever the two paths look like."""

    def setUp(self):
        super().setUp()
        self.train()
        (self.folder / "deep").mkdir()
        self.at("link").symlink_to("x.csv")
        os.link(self.at("x.csv"), self.at("hard"))
        self.at("to-new").symlink_to("new")

    def check(self, *arguments, status=2, says="are one file"):
        before = {name: self.at(name).read_bytes() for name in ("x.csv", "m")}
        result = self.run_command(*arguments, status=status)
        self.assertRegex(result.stderr, says)
        self.assertEqual(before, {name: self.at(name).read_bytes() for name in before})
        self.assertEqual([name for name in self.names() if "tmp" in name], [])
        return result

    def test_training(self):
        base = ["forecast", "train", "x.csv", *SHORT]
        for more in (["--out", "x.csv"], ["--out", "./x.csv"], ["--out", "deep/../x.csv"], ["--out", "link"], ["--out", "hard"], ["--out", self.at("x.csv")],
                     ["--checkpoint", "x.csv"], ["--checkpoint", "link"], ["--report", "x.csv"], ["--out", "new", "--report", "new"],
                     ["--out", "new", "--report", "./new"], ["--out", "to-new", "--report", "new"], ["--out", "new", "--checkpoint", "deep/../new"],
                     ["--checkpoint", "new", "--report", "new"], ["--resume", "m", "--out", "m"], ["--out", "a", "--out", "x.csv"],
                     ["--report", "model.safetensors"]):
            with self.subTest(more=more):
                self.check(*base, *more)
        result = self.check(*base, "--out", "./x.csv")
        self.assertEqual(result.stderr, "recurra: data and --out are one file, x.csv and ./x.csv, which would be lost; name another for --out\n")
        with open(self.at("x.csv"), encoding="utf-8") as piped:
            self.run_command("forecast", "train", "-", *SHORT, "--out", "x.csv", stdin=piped, status=2)

    def test_every_other_verb(self):
        for text, arguments in (("forecast predict", ["--out"]), ("forecast backtest", ["--predictions", "--report"]), ("classify predict", ["--out"]),
                                ("classify evaluate", ["--report"]), ("tag predict", ["--out"]), ("tag evaluate", ["--report"]),
                                ("seq2seq translate", ["--out"]), ("seq2seq evaluate", ["--predictions", "--report"]), ("lm evaluate", ["--report"]),
                                ("inspect", ["--report"])):
            for option in arguments:
                for path in ("x.csv", "./m", "link"):
                    with self.subTest(verb=text, option=option, path=path):
                        self.check(*text.split(), "m", "x.csv", option, path)
        for text in ("classify train x.csv --label x", "tag train x.csv", "lm train x.csv", "seq2seq train x.csv"):
            for option in ("--out", "--checkpoint", "--report"):
                with self.subTest(verb=text, option=option):
                    more = ["--test", "m"] if text[:3] in ("cla", "tag") else []
                    self.check(*text.split(), *more, option, "link")
                    if more:
                        self.check(*text.split(), *more, option, "m")
        self.check("seq2seq", "train", "x.csv", "--validation", "m", "--out", "m")
        self.check("classify", "evaluate", "m", "x.csv", "--train", "hard", "--report", "link")

    def test_what_is_no_harm(self):
        base = ["forecast", "train", "x.csv", *SHORT]
        self.run_command(*base, "--out", "n", "--checkpoint", "c")
        self.run_command(*base, "--out", "n", "--checkpoint", "c", "--resume", "c")
        self.run_command(*base, "--out", "n", "--resume", "c")
        self.run_command("forecast", "predict", "m", "-", "--out", "-", text=True, input=series())
        self.run_command("forecast", "backtest", "m", "x.csv", "--predictions", "/dev/null", "--report", "/dev/null")
        self.run_command("classify", "evaluate", "m", "x.csv", "--train", "x.csv", status=1)  # it is no classifier, but the paths may be equal


class Written(System):
    def test_what_cannot_be_written_is_told_before_training(self):
        self.train()
        long = "m" * 245
        self.at("loop").symlink_to("pool")
        self.at("pool").symlink_to("loop")
        self.at("shut").write_text("mine")
        self.at("shut").chmod(0o444)
        for path, says in (("none/m", "No such file or directory"), (".", "it is a folder"), (long, "File name too long"), ("loop", "Too many levels of symbolic links"),
                           ("shut", "it is write-protected: Permission denied"), ("x.csv/m", "Not a directory")):
            for option in ("--out", "--checkpoint", "--report"):
                with self.subTest(path=path[:9], option=option):
                    self.fails(1, says, "forecast", "train", "x.csv", *LONG, option, path)
            for verb, option in (("predict", "--out"), ("backtest", "--predictions"), ("backtest", "--report")):
                self.fails(1, says, "forecast", verb, "m", "x.csv", option, path)
        self.fails(1, "write-protected", "forecast", "train", "x.csv", *LONG, "--resume", "shut")
        self.assertEqual(self.at("shut").read_text(), "mine")
        self.assertEqual(self.names(), ["loop", "m", "pool", "shut", "x.csv"])

    def test_a_file_of_another_user_is_not_replaced(self):
        nobody = self.as_nobody()
        if os.geteuid() != 0:
            self.skipTest("only the superuser can own a file beside another user's")
        self.at("m").write_text("mine")
        self.at("m").chmod(0o600)
        self.fails(1, "it is write-protected: Permission denied", "forecast", "train", "x.csv", *LONG, "--out", "m", **nobody)
        self.at("m").chmod(0o666)
        self.folder.chmod(0o1777)
        self.fails(1, "it is write-protected: Operation not permitted", "forecast", "train", "x.csv", *LONG, "--out", "m", **nobody)
        self.assertEqual(self.at("m").read_text(), "mine")

    def test_a_link_to_nothing_makes_its_target(self):
        (self.folder / "deep").mkdir()
        self.at("m").symlink_to("deep/link")
        self.at("deep/link").symlink_to("model")
        self.train()
        self.assertTrue(self.at("m").is_symlink() and self.at("deep/link").is_symlink())
        self.assertTrue(self.at("deep/model").is_file())
        self.run_command("forecast", "predict", "m", "x.csv")

    def test_a_write_protected_model_is_not_replaced(self):
        self.train()
        model = self.at("m").read_bytes()
        self.at("m").chmod(0o444)
        self.fails(1, "recurra: m: cannot be replaced: it is write-protected: Permission denied", "forecast", "train", "x.csv", *LONG, "--out", "m")
        self.assertEqual(self.at("m").read_bytes(), model)


class Misspelt(System):
    def test_what_was_meant_is_named(self):
        for line, says in (("forcast train x.csv", r"unknown verb forcast; did you mean forecast\?"), ("forecast tain x.csv", r"unknown verb tain; did you mean train\?"),
                           ("forecast train x.csv --targt x", r"unknown option --targt; did you mean --target\?"), ("forecast", "A subcommand is required"),
                           ("forecast train x.csv --target x --horizn 3", r"unknown option --horizn; did you mean --horizon\?"),
                           ("forecast train x.csv --target x --horizon 3 --batchsize=4", "unknown option --batchsize\n"), ("frobnicate", "unknown verb frobnicate\n"),
                           ("train x.csv", r"unknown verb train; did you mean forecast train, classify train, regress train, tag train, lm train or seq2seq train\?"),
                           ("backtest m x.csv", r"unknown verb backtest; did you mean forecast backtest\?"),
                           ("info --jsn", r"unknown option --jsn; did you mean --json\?"), ("info now", "unexpected argument now\n"),
                           ("forecast train x.csv --target x", "--horizon is required"), ("forecast train x.csv --target x --horizon", "--horizon"),
                           ("forecast train x.csv --target x --horizon 3 --lr fast", "--lr")):
            with self.subTest(line=line):
                self.fails(2, "^recurra: .*" + says, *line.split())
        self.assertIn("`recurra forecast train --help` lists", self.fails(2, "targt", "forecast", "train", "--targt", "x").stderr)

    def test_numbers_that_are_not_finite(self):
        options = ("--lr", "--momentum", "--weight-decay", "--dropout", "--forget-bias", "--clip", "--clip-value")
        for verb in ("forecast train x.csv --target x --horizon 2", "classify train x.csv --label x", "tag train x.csv", "lm train x.csv", "seq2seq train x.csv"):
            for option, value in zip(options, ("inf", "nan", "-inf", "NAN", "1e999", "-nan", "INF")):
                with self.subTest(verb=verb, option=option, value=value):
                    self.fails(2, f"recurra: {option}: ", *verb.split(), option + "=" + value)
        self.fails(2, "--temperature: expected a finite number, found nan", "lm", "generate", "m", "--temperature", "nan")
        self.fails(2, "--split: expected a finite number, found inf", "forecast", "train", "x.csv", *SHORT, "--split", "0.5,inf,0.1")

    def test_swapped_arguments(self):
        self.train()
        for line in ("forecast predict x.csv m", "forecast backtest x.csv m", "inspect x.csv m", "classify predict x.csv m", "tag evaluate x.csv m"):
            self.fails(2, "x.csv is not a model file, but m is one; the arguments look swapped: expected the model first, then the data", *line.split())

    def test_files_of_other_formats(self):
        for name, bytes, says in (("x.csv.gz", b"\x1f\x8b\x08\0\0", "is compressed .gzip., expected text; try zcat x.csv.gz | recurra ... -"),
                                  ("x.csv.zst", b"\x28\xb5\x2f\xfd\0", "zstdcat x.csv.zst"), ("x.xlsx", b"PK\3\4\0\0", "Excel workbook, expected text; save it as CSV first"),
                                  ("x.parquet", b"PAR1\0\0", "is a Parquet file, expected text; save it as CSV first")):
            self.at(name).write_bytes(bytes)
            self.fails(1, re.escape(says).replace(r"\.gzip\.", ".gzip."), "forecast", "train", name, *SHORT)
            self.fails(1, "expected text", "lm", "train", name)


if __name__ == "__main__":
    test_system.RECURRA = os.path.abspath(sys.argv.pop(1))
    unittest.main()
