#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The recurra command as a user meets it: python3 test_command.py PATH_TO_RECURRA."""
import csv
import io
import json
import math
import os
import pathlib
import pty
import re
import resource
import signal
import subprocess
import sys
import tempfile
import time
import unittest

RECURRA = ""
DEMAND = pathlib.Path(__file__).resolve().parent.parent.parent / "examples" / "data" / "england_wales_demand.csv"
TRAIN = ["--target", "x", "--horizon", "4", "--lookback", "12", "--season", "6", "--hidden", "8", "--epochs", "2"]


def wave(rows=200):
    lines = ["time,x,aid"]
    for t in range(rows):
        value = 10 + math.sin(t * math.pi / 3) + 0.1 * math.sin(t * 1.7)
        lines.append(f"2024-01-{1 + t // 24:02d} {t % 24:02d}:00,{value:.4f},{t % 5}")
    return "\n".join(lines) + "\n"


class Command(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)
        (self.folder / "x.csv").write_text(wave())

    def run_command(self, *arguments, text=None, status=0, **options):
        result = subprocess.run([RECURRA, *map(str, arguments)], cwd=self.folder, input=text, capture_output=True, text=True, check=False,
                                timeout=300, **options)
        self.assertEqual(result.returncode, status, result.stderr)
        return result

    def fails(self, status, *arguments, says, text=None):
        result = self.run_command(*arguments, text=text, status=status)
        self.assertRegex(result.stderr + (result.stdout if status == 2 else ""), says)
        self.assertEqual(result.stdout if status == 1 else "", "")

    def train(self, *more, **options):
        return self.run_command("forecast", "train", "x.csv", *TRAIN, "--out", "m.safetensors", *more, **options)


class Journey(Command):
    def test_train_backtest_predict_inspect(self):
        trained = self.train("--report", "r.html")
        self.assertRegex(trained.stdout, r"m\.safetensors; peak memory \d[\d.]* MB")
        self.assertRegex(trained.stderr, r"epoch +1 .*gradient norm")
        self.assertIn("<svg", (self.folder / "r.html").read_text())

        text = self.run_command("forecast", "backtest", "m.safetensors", "x.csv").stdout
        for name in ("lstm", "repeat-last", "drift", "seasonal-naive", "linear", "best baseline"):
            self.assertIn(name, text)
        self.run_command("forecast", "backtest", "m.safetensors", "x.csv", "--predictions", "p.csv", "--quiet")
        rows = list(csv.DictReader((self.folder / "p.csv").read_text().splitlines()))
        result = json.loads(self.run_command("forecast", "backtest", "m.safetensors", "x.csv", "--json").stdout)
        self.assertEqual(len(rows), result["windows"] * 4)
        mae = sum(abs(float(r["lstm"]) - float(r["actual"])) for r in rows) / len(rows)
        self.assertAlmostEqual(mae, result["targets"][0]["methods"][0]["mae"], places=6)

        self.run_command("forecast", "predict", "m.safetensors", "x.csv", "--out", "next.csv")
        forecast = list(csv.DictReader((self.folder / "next.csv").read_text().splitlines()))
        self.assertEqual([r["time"] for r in forecast], [f"2024-01-09 {h:02d}:00" for h in range(8, 12)])
        self.assertTrue(all(8 < float(r["x"]) < 12 for r in forecast))

        inspected = self.run_command("inspect", "m.safetensors", "x.csv").stdout
        for part in ("rnn.weight_ih_l0", "forget", "halves its memory", "newest", "radients"):
            self.assertIn(part, inspected)
        described = json.loads(self.run_command("inspect", "m.safetensors", "--json").stdout)
        self.assertEqual(described["parameters"]["rnn.weight_hh_l0"], [32, 8])

    def test_defaults_alone_work(self):
        result = self.run_command("forecast", "train", DEMAND, "--target", "demand", "--horizon", "48", "--epochs", "1")
        self.assertIn("season: 48 steps", result.stderr)

    def test_standard_input_and_output(self):
        self.run_command("forecast", "train", "-", *TRAIN, "--out", "m.safetensors", text=wave())
        piped = self.run_command("forecast", "predict", "m.safetensors", "-", text=wave()).stdout
        self.assertEqual(piped, self.run_command("forecast", "predict", "m.safetensors", "x.csv", "--out", "-").stdout)
        self.assertEqual(len(list(csv.reader(io.StringIO(piped)))), 5)

    def test_compare(self):
        result = json.loads(self.run_command("forecast", "compare", "x.csv", *TRAIN, "--seeds", "2", "--json").stdout)
        self.assertEqual([c["cell"] for c in result["cells"]], ["rnn", "gru", "lstm"])
        self.assertEqual(len(result["cells"][0]["mae"]), 2)

    def test_same_seed_same_file_for_any_threads(self):
        for threads in (1, 2, 3):
            self.train("--threads", threads, "--hidden", "32")
            self.run_command("forecast", "predict", "m.safetensors", "x.csv", "--out", f"{threads}.csv", "--threads", threads)
        self.assertEqual((self.folder / "1.csv").read_text(), (self.folder / "2.csv").read_text())
        self.assertEqual((self.folder / "1.csv").read_text(), (self.folder / "3.csv").read_text())

    def test_info(self):
        info = json.loads(self.run_command("info", "--json").stdout)
        self.assertIn(info["isa"], info["isas"])
        self.assertIn(info["bf16"], ["avx512_bf16", "emulated"])

    def test_bf16_changes_the_weights_and_little_else(self):
        losses = {}
        for precision in ["f32", "bf16"]:
            losses[precision] = json.loads(self.train("--precision", precision, "--json").stdout)["history"][-1]["train_loss"]
        self.assertNotEqual(losses["f32"], losses["bf16"])
        self.assertAlmostEqual(losses["f32"], losses["bf16"], delta=0.05 * losses["f32"])

    def test_bench_prints_a_json_object_a_line_or_a_table(self):
        size = ["--batch", "2", "--hidden", "8", "--steps", "3", "--samples", "2", "--threads", "2"]
        lines = self.run_command("bench", "gemm", "layer", *size, "--isa", "scalar", "--json").stdout.splitlines()
        results = [json.loads(line) for line in lines]
        self.assertEqual([(r["bench"], r["cell"]) for r in results], [(b, c) for b in ("gemm", "layer") for c in ("lstm", "gru", "rnn")])
        for r in results:
            self.assertEqual((r["isa"], r["threads"], r["precision"], r["hidden"]), ("scalar", 2, "f32", 8))
            self.assertLessEqual(r["ms_q1"], r["ms_median"])
            self.assertGreater(r["gflops"], 0)
        table = self.run_command("bench", "peak", *size).stdout
        self.assertRegex(table, r"of peak")
        self.fails(2, "bench", "nonsense", says="nonsense")
        self.fails(2, "bench", "gemm", "--isa", "mmx", says="isa")

    def test_a_terminal_sees_progress_and_a_file_plain_lines(self):
        self.assertNotIn("\r", self.train().stderr)
        ours, theirs = pty.openpty()
        process = subprocess.Popen([RECURRA, "forecast", "train", "x.csv", *TRAIN, "--out", "m.safetensors"], cwd=self.folder,
                                   stderr=theirs, stdout=subprocess.DEVNULL)
        os.close(theirs)
        shown = b""
        try:
            while block := os.read(ours, 4096):
                shown += block
        except OSError:  # the other end is closed
            pass
        os.close(ours)
        self.assertEqual(process.wait(timeout=60), 0)
        self.assertRegex(shown.decode(), r"\r\x1b\[Kepoch 1/2  batch 1/\d+  loss [\d.]+  gradient norm [\d.]+  \d+ sequences/s  at most \d+ s left")

    def test_quiet_is_quiet(self):
        self.assertEqual(self.train("--quiet").stderr, "")


class Interrupted(Command):
    LONG = ["--epochs", "40", "--patience", "0", "--hidden", "48", "--threads", "2"]

    def weights(self):
        data = (self.folder / "m.safetensors").read_bytes()
        return data[8 + int.from_bytes(data[:8], "little"):]

    def test_interrupt_and_resume_give_the_same_weights(self):
        self.train(*self.LONG)
        expected = self.weights()
        (self.folder / "m.safetensors").unlink()
        process = subprocess.Popen([RECURRA, "forecast", "train", "x.csv", *TRAIN, "--out", "m.safetensors", *self.LONG], cwd=self.folder,
                                   stderr=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        for line in process.stderr:  # until it is under way
            if line.startswith("epoch"):
                break
        process.send_signal(signal.SIGINT)
        _, errors = process.communicate(timeout=60)
        self.assertEqual(process.returncode, 130, errors)
        checkpoint = re.search(r"--resume (\S+)", errors)[1]
        self.assertFalse((self.folder / "m.safetensors").exists())
        self.train(*self.LONG, "--resume", checkpoint)
        self.assertEqual(self.weights(), expected)

    def test_killed_run_resumes_from_its_checkpoint(self):
        self.train(*self.LONG)
        expected = self.weights()
        process = subprocess.Popen([RECURRA, "forecast", "train", "x.csv", *TRAIN, "--out", "n.safetensors", *self.LONG, "--checkpoint", "c"],
                                   cwd=self.folder, stderr=subprocess.DEVNULL, stdout=subprocess.DEVNULL)
        deadline = time.monotonic() + 60
        while not (self.folder / "c").exists() and time.monotonic() < deadline:
            time.sleep(0.001)
        process.kill()
        process.wait()
        self.train(*self.LONG, "--resume", "c")
        self.assertEqual(self.weights(), expected)

    def test_other_settings_are_refused(self):
        self.train("--checkpoint", "c")
        self.fails(1, "forecast", "train", "x.csv", *TRAIN, "--resume", "c", "--lr", "0.5", says=r"lr 0.0003 -> 0.5")
        (self.folder / "x.csv").write_text(wave(220))
        self.fails(1, "forecast", "train", "x.csv", *TRAIN, "--resume", "c", says="the data changed: 200 rows then, 220 rows now")


class BadInput(Command):
    def test_wrong_usage_is_2(self):
        base = ["forecast", "train", "x.csv"]
        for more, says in [
            (["--target", "x"], "horizon"),
            ([*TRAIN, "--out", "-"], "expected a file, found -"),
            ([*TRAIN, "--horizon", "0"], "horizon: expected 1"),
            ([*TRAIN, "--hidden", "-4"], "hidden: expected 1"),
            ([*TRAIN, "--cell", "transformer"], "cell"),
            ([*TRAIN, "--split", "0.5,0.1,0.1"], "add up to 1"),
            ([*TRAIN, "--lr", "0"], "lr: expected above 0"),
            ([*TRAIN, "--lr", "abc"], "lr"),
            ([*TRAIN, "--features", "aid", "--strategy", "recursive"], "not known ahead"),
            ([*TRAIN, "--forcing-k", "0.5"], "for --strategy decoder"),
            ([*TRAIN, "--strategy", "decoder", "--forcing", "linear"], "needs --forcing-k"),
            ([*TRAIN, "--threads", "0"], "threads"),
            ([*TRAIN, "--nonsense"], "nonsense"),
        ]:
            with self.subTest(more=more):
                self.fails(2, *base, *more, says=says)
        self.fails(2, says="subcommand")

    def test_bad_data_is_1_and_nothing_is_written(self):
        cells = wave().splitlines()
        spoilt = lambda row, cell: "\n".join(cells[:row] + [cells[row].rsplit(",", 2)[0] + f",{cell},1"] + cells[row + 1:]) + "\n"
        for text, says in [
            (spoilt(7, "seven"), r"row 8, column 'x'.*'seven'"),
            (spoilt(7, "inf"), r"row 8, column 'x'.*at most 1e\+36 in size, found 'inf'"),
            ("time,x,aid\n" + "".join(f"2024-01-{d:02d},,1\n" for d in range(1, 29)), "no value at all"),
            ("time,x,aid\n" + "".join(f"2024-01-{d:02d},5,1\n" for d in range(1, 29)), "constant"),
            ("\n".join(cells[:20]) + "\n", "too few rows"),
            ("time,x,aid\n", "no row of data"),
            ("a,b\n1,2\n3,4\n", "no column 'x'"),
            ("\n".join(cells[:30]) + "\n2024-01-02 06:00,1\n", r"row 31: expected 3 columns as in row 1, found 2"),
        ]:
            with self.subTest(says=says):
                (self.folder / "bad.csv").write_text(text)
                self.fails(1, "forecast", "train", "bad.csv", *TRAIN, says=says)
        self.fails(1, "forecast", "train", "none.csv", *TRAIN, says="none.csv.*No such file")
        self.assertEqual(sorted(p.name for p in self.folder.iterdir()), ["bad.csv", "x.csv"])

    def test_missing_values_are_fine(self):
        lines = wave().splitlines()
        lines[30] = lines[30].rsplit(",", 2)[0] + ",NaN,1"
        del lines[50]
        (self.folder / "x.csv").write_text("\n".join(lines) + "\n")
        self.assertIn("1 time step is missing", self.train().stderr)

    def test_bad_models(self):
        self.train()
        model = (self.folder / "m.safetensors").read_bytes()
        for data, says in [(model[:-5], "outside|truncated"), (b"\xff" * 16, "header claims"), (model[:100], "header claims"), (b"", "8 bytes"),
                           (model.replace(b'\\"format\\":2', b'\\"format\\":7'), "newer"),
                           (model.replace(b'\\"task\\":\\"forecast\\"', b'\\"task\\":\\"classify\\"'), "header|classify")]:
            with self.subTest(says=says):
                (self.folder / "bad.safetensors").write_bytes(data)
                self.fails(1, "forecast", "predict", "bad.safetensors", "x.csv", says="bad.safetensors.*(" + says + ")")
        (self.folder / "other.csv").write_text("time,y\n2024-01-01,1\n2024-01-02,2\n")
        self.fails(1, "forecast", "predict", "m.safetensors", "other.csv", says="no column 'x'")
        (self.folder / "short.csv").write_text("\n".join(wave().splitlines()[:10]) + "\n")
        self.fails(1, "forecast", "predict", "m.safetensors", "short.csv", says="too few rows: expected at least 18")

    def test_divergence_is_told_and_the_last_good_checkpoint_is_kept(self):
        wild = ["--loss", "mse", "--optimizer", "sgd", "--clip", "0", "--no-skip", "--epochs", "50", "--patience", "0"]
        where = r"the loss is \S+ at step \d+ \(epoch \d+, batch \d+\), where the gradient norm is \S+; likely causes: the learning rate \S+ is high \(for sgd at most 0.1 is usual\); the gradient is not clipped"
        told = self.run_command("forecast", "train", "x.csv", *TRAIN, *wild, "--lr", "1e38", status=1).stderr
        self.assertRegex(told, where)
        self.assertNotIn("checkpoint", told)  # there is none yet
        told = self.run_command("forecast", "train", "x.csv", *TRAIN, *wild, "--lr", "100", "--checkpoint", "c", status=1).stderr
        self.assertRegex(told, where + r".*; the last good checkpoint is c$")
        self.assertEqual(sorted(p.name for p in self.folder.iterdir()), ["c", "x.csv"])

    def test_a_full_disk(self):
        self.train()
        model = (self.folder / "m.safetensors").read_bytes()

        def nearly_full():
            signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
            resource.setrlimit(resource.RLIMIT_FSIZE, (1000, 1000))

        for more in [], ["--checkpoint", "c"]:
            result = self.run_command("forecast", "train", "x.csv", *TRAIN, *more, status=1, preexec_fn=nearly_full)
            self.assertRegex(result.stderr, "recurra: model.safetensors: cannot be written: File too large")
            self.assertEqual(result.stderr.count("note: the checkpoint cannot be written; the run continues"), len(more) // 2)
        self.assertEqual((self.folder / "m.safetensors").read_bytes(), model)
        self.assertEqual(sorted(p.name for p in self.folder.iterdir()), ["m.safetensors", "x.csv"])
        if os.path.exists("/dev/full"):
            for verb in ("predict", "backtest"):
                with open("/dev/full", "w") as full:
                    result = subprocess.run([RECURRA, "forecast", verb, "m.safetensors", "x.csv"], cwd=self.folder, stdout=full,
                                            stderr=subprocess.PIPE, text=True, check=False)
                self.assertEqual(result.returncode, 1)
                self.assertIn("standard output: cannot be written", result.stderr)

    def test_a_folder_that_cannot_be_written_is_told_before_training(self):
        for flag in ("--out", "--checkpoint", "--report"):
            result = self.run_command("forecast", "train", "x.csv", *TRAIN, flag, "none/file", status=1)
            self.assertEqual(result.stderr, "recurra: none/file: cannot be written: No such file or directory\n")
        self.fails(1, "forecast", "train", "x.csv", *TRAIN, "--out", ".", says="it is a folder")
        (self.folder / "shut").mkdir(mode=0o555)
        self.folder.chmod(0o755)
        nobody = {"user": 65534, "group": 65534, "extra_groups": []} if os.geteuid() == 0 else {}
        try:
            subprocess.run([RECURRA, "info"], capture_output=True, check=True, cwd=self.folder, **nobody)
        except (PermissionError, subprocess.CalledProcessError):
            self.skipTest("no other user may run the program")
        result = self.run_command("forecast", "train", "x.csv", *TRAIN, "--out", "shut/m", status=1, **nobody)
        self.assertEqual(result.stderr, "recurra: shut/m: cannot be written: Permission denied\n")


if __name__ == "__main__":
    RECURRA = os.path.abspath(sys.argv.pop(1))
    unittest.main()
