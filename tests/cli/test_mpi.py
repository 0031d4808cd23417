#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""One training shared by several processes: python3 test_mpi.py PATH_TO_RECURRA [--kills N]. Skipped without Open MPI.

N ranks, 5 by default, are killed one after another in one training, and nothing may be lost.
"""
import contextlib
import csv
import json
import math
import os
import pathlib
import random
import shutil
import signal
import struct
import subprocess
import sys
import tempfile
import time
import unittest

RECURRA = ""
KILLS = 5
SHARDS = ["--shards", "6", "--batch", "12", "--hidden", "6", "--seed", "3"]
IMPATIENT = {**os.environ, "RECURRA_RANK_TIMEOUT": "10"}  # a busy machine may keep a rank waiting for seconds
TASKS = {
    "forecast": ["s.csv", "--target", "x", "--horizon", "2", "--lookback", "8", "--epochs", "2"],
    "classify": ["c.ts", "--ensemble", "1", "--epochs", "2"],
    "tag": ["w.conll", "--epochs", "2"],
    "lm": ["t.txt", "--chunk", "16", "--epochs", "2"],
    "seq2seq": ["p.tsv", "--embedding", "4", "--epochs", "2"],
    "regress": ["r.csv", "--id", "sequence", "--target", "target", "--epochs", "2"],
}


def weights(path):
    """The tensors of a model file, without its notes on the run (seconds)."""
    data = path.read_bytes()
    return data[8 + struct.unpack("<Q", data[:8])[0]:]


def trials(path):
    """The rows of a search, without their seconds."""
    with path.open(newline="") as file:
        return [{name: cell for name, cell in row.items() if name != "seconds"} for row in csv.DictReader(file)]


def write_data(folder):
    """The files that TASKS names."""
    series = "".join(f"2023-{1 + t // 28 % 12:02d}-{1 + t % 28:02d},{10 + 3 * math.sin(t):.4f}\n" for t in range(200))
    sequences = ["@classLabel true slow fast", "@data"]
    for i in range(24):
        sequences.append(",".join(f"{math.sin((1.4 if i % 2 else 0.5) * t + i):.4f}" for t in range(8)) + (":fast" if i % 2 else ":slow"))
    words = []
    for i in range(40):
        words += [f"{c}\t{'x' if c == 'a' else 'y'}" for c in ("abc"[(i * 7 + t * t) % 3] for t in range(2 + i % 5))] + [""]
    numbers = ["sequence,x,target"] + [f"{i},{math.sin(t * (1 + i / 9)):.4f},{i / 9:.3f}" for i in range(24) for t in range(8)]
    for name, text in {"s.csv": "time,x\n" + series, "c.ts": "\n".join(sequences) + "\n", "w.conll": "\n".join(words) + "\n",
                       "t.txt": "the cat sees a dog.\n" * 60, "r.csv": "\n".join(numbers) + "\n",
                       "p.tsv": "".join(f"{w}\t{' '.join(w)}\n" for w in ("ab", "ba", "abc", "cab") * 6)}.items():
        (folder / name).write_text(text)


def epochs_of(checkpoint):
    """How many epochs a run had behind it when it was written."""
    data = checkpoint.read_bytes()
    header = json.loads(data[8:8 + struct.unpack("<Q", data[:8])[0]])
    return json.loads(header["__metadata__"]["recurra"])["description"]["epoch"]


def children_of(parent):
    """Processes that `parent` has started, that run the command."""
    found = []
    for folder in pathlib.Path("/proc").glob("[0-9]*"):
        try:
            words = (folder / "stat").read_text().rsplit(")", 1)[1].split()
            if int(words[1]) == parent and RECURRA.encode() in (folder / "cmdline").read_bytes():
                found.append(int(folder.name))
        except OSError:  # it has ended
            continue
    return sorted(found)


def start(folder, ranks, *arguments, **more):
    # Ranks of a test share the processors: each waits without holding one.
    mpirun = ["mpirun", "--allow-run-as-root", "--oversubscribe", "--bind-to", "none", "-n", str(ranks)] if ranks else []
    return subprocess.Popen([*mpirun, RECURRA, "--threads", "1", *map(str, arguments)], cwd=folder, stdout=subprocess.PIPE,
                            stderr=subprocess.PIPE, text=True, start_new_session=True, **more)


class Ranks(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)
        write_data(self.folder)

    def run_ranks(self, ranks, *arguments, status=0, **more):
        process = start(self.folder, ranks, *arguments, **more)
        out, err = process.communicate(timeout=300)
        if status is not None:
            self.assertEqual(process.returncode, status, err)
        return out, err

    def test_every_task_has_the_bits_of_one_process(self):
        for task, data in TASKS.items():
            self.run_ranks(0, task, "train", *data, *SHARDS, "--out", "one")
            for ranks in (2, 3):
                out, _ = self.run_ranks(ranks, task, "train", *data, *SHARDS, "--out", "several", "--json")
                self.assertEqual(len(out.splitlines()), 1, "one rank speaks")
                self.assertIn("best_epoch", json.loads(out))
                self.assertEqual(weights(self.folder / "several"), weights(self.folder / "one"), f"{task} on {ranks} ranks")

    def test_ranks_make_the_trials_of_one_process(self):
        options = ["s.csv", "--target", "x", "--horizon", "2", "--hidden", "6", "--epochs", "9", "--seed", "3", "--shards", "2"]
        search = ["forecast", "search", *options, "--trials", "6", "--budget", "1h", "--table"]
        compare = ["forecast", "compare", *options, "--seeds", "2", "--json"]
        self.run_ranks(0, *search, "one.csv", "--out", "one")
        expected, _ = self.run_ranks(0, *compare)
        for ranks in (2, 4):  # two divide the batches of the best net too, four do not
            out, _ = self.run_ranks(ranks, *search, "several.csv", "--out", "several", "--json")
            self.assertEqual(len(out.splitlines()), 1, "one rank speaks")
            self.assertEqual(trials(self.folder / "several.csv"), trials(self.folder / "one.csv"))
            self.assertEqual(weights(self.folder / "several"), weights(self.folder / "one"))
            found, _ = self.run_ranks(ranks, *compare)
            self.assertEqual(json.loads(found), json.loads(expected))
        longer = ["forecast", "search", *options, "--trials", "12", "--budget", "1h", "--out", "m", "--table"]
        self.run_ranks(3, *longer, "longer.csv", "--resume", "several.csv")
        self.run_ranks(0, *longer, "alone.csv", "--resume", "one.csv")
        self.assertEqual(trials(self.folder / "longer.csv"), trials(self.folder / "alone.csv"))

    def test_a_killed_run_goes_on_with_other_ranks(self):
        run = ["forecast", "train", *TASKS["forecast"][:-2], "--epochs", "40", "--patience", "0", *SHARDS, "--out", "m"]
        self.run_ranks(0, *run)
        expected = weights(self.folder / "m")
        for first, then in ((2, 3), (3, 1), (2, 0)):
            for name in ("m", "c"):
                (self.folder / name).unlink(missing_ok=True)
            process = start(self.folder, first, *run, "--checkpoint", "c")
            deadline = time.time() + 60
            while not (self.folder / "c").exists() and process.poll() is None and time.time() < deadline:
                time.sleep(0.01)
            os.killpg(process.pid, signal.SIGKILL)
            process.communicate()
            self.assertTrue((self.folder / "c").exists())
            self.run_ranks(then, *run, "--resume", "c")
            self.assertEqual(weights(self.folder / "m"), expected, f"{first} ranks, then {then}")

    def stop_one(self, process, when, victim):
        """Stops a rank as a hang would, once `when()` is true, and waits until all have ended."""
        deadline = time.time() + 120
        while not when() and process.poll() is None and time.time() < deadline:
            time.sleep(0.01)
        children = children_of(process.pid)
        os.kill(children[victim], signal.SIGSTOP)
        _, err = process.communicate(timeout=120)
        self.assertEqual(process.returncode, 1, err)
        deadline = time.time() + 20
        while any(pathlib.Path(f"/proc/{child}").exists() for child in children) and time.time() < deadline:
            time.sleep(0.1)
        for child in children:
            self.assertFalse(pathlib.Path(f"/proc/{child}").exists())
        return err

    def test_a_rank_that_hangs_ends_a_search(self):
        search = ["forecast", "search", "s.csv", "--target", "x", "--horizon", "2", "--hidden", "6", "--epochs", "200", "--patience", "0",
                  "--seed", "3", "--shards", "2", "--trials", "10", "--budget", "1h", "--out"]
        self.run_ranks(0, *search, "one", "--table", "one.csv")
        expected = trials(self.folder / "one.csv")
        for victim in (0, 1, 2):
            table = self.folder / f"hung{victim}.csv"
            process = start(self.folder, 3, *search, "hung", "--table", table.name, env=IMPATIENT)
            err = self.stop_one(process, lambda: table.exists() and len(trials(table)) > 2, victim)
            self.assertIn(f"rank {victim} has not answered for 10 s", err)
            self.assertFalse((self.folder / "hung").exists())
            kept = trials(table)
            self.assertEqual(kept, [row for row in expected if row["trial"] in {row["trial"] for row in kept}])
            self.assertGreater(len(kept), 2)
            self.run_ranks(2, *search, "again", "--table", "again.csv", "--resume", table.name)
            self.assertEqual(trials(self.folder / "again.csv"), expected)
            self.assertEqual(weights(self.folder / "again"), weights(self.folder / "one"))

    def test_a_rank_that_hangs_ends_a_training_and_a_comparison(self):
        data = ["s.csv", "--target", "x", "--horizon", "2", "--lookback", "8", *SHARDS, "--patience", "0", "--epochs"]
        process = start(self.folder, 3, "forecast", "train", *data, "1000000", "--out", "m", "--checkpoint", "c", env=IMPATIENT)
        err = self.stop_one(process, lambda: (self.folder / "c").exists(), 1)
        self.assertIn("another rank has not answered for 10 s", err)
        process = start(self.folder, 3, "forecast", "compare", *data, "500", "--seeds", "1", env=IMPATIENT)
        err = self.stop_one(process, lambda: "training" in process.stderr.readline(), 1)
        self.assertIn("rank 1 has not answered for 10 s", err)

    def test_a_rank_that_dies_ends_all(self):
        process = start(self.folder, 3, "lm", "train", "t.txt", "--chunk", "16", "--epochs", "100000", "--patience", "0", *SHARDS, "--out", "m")
        children = []
        deadline = time.time() + 60
        while len(children) < 3 and time.time() < deadline:
            time.sleep(0.2)
            children = children_of(process.pid)
        time.sleep(1)
        os.kill(children[1], signal.SIGKILL)
        process.communicate(timeout=60)
        self.assertNotEqual(process.returncode, 0)
        deadline = time.time() + 20
        while any(pathlib.Path(f"/proc/{child}").exists() for child in children) and time.time() < deadline:
            time.sleep(0.1)
        for child in children:
            self.assertFalse(pathlib.Path(f"/proc/{child}").exists())
        self.assertFalse((self.folder / "m").exists())

    def test_killed_ranks_cost_no_epoch_that_was_written(self):
        run = ["lm", "train", *TASKS["lm"][:-2], "--epochs", "100", "--patience", "0", *SHARDS, "--out", "m"]
        self.run_ranks(0, *run)
        expected = weights(self.folder / "m")
        model, checkpoint = self.folder / "m", self.folder / "c"
        model.unlink()
        chance = random.Random(1)
        killed = epochs = 0
        while killed < KILLS or not model.exists():
            if model.exists():
                self.assertEqual(weights(model), expected, f"after {killed} ranks killed")
                model.unlink()
                checkpoint.unlink()
                epochs = 0
            ranks = chance.choice((2, 3))
            process = start(self.folder, ranks, *run, "--checkpoint", "c", *(["--resume", "c"] if checkpoint.exists() else []))
            victim = None
            if killed < KILLS:
                # Some ranks are killed while they start, most while they train or write.
                early = chance.random() < 0.3
                while process.poll() is None and not (children_of(process.pid) if early else checkpoint.exists() and epochs_of(checkpoint) > epochs):
                    time.sleep(0.02)
                time.sleep(chance.uniform(0, 0.5 if early else 0.1))
                with contextlib.suppress(IndexError, ProcessLookupError):  # they have just ended
                    victim = chance.choice(children_of(process.pid))
                    os.kill(victim, signal.SIGKILL)
                    killed += 1
            try:
                process.communicate(timeout=60 if victim else 300)
            except subprocess.TimeoutExpired:  # mpirun 4.1 sometimes hangs in PMIx_server_finalize
                self.assertEqual(children_of(process.pid), [], "all ranks have ended")
                process.kill()
                process.communicate()
            if checkpoint.exists():
                self.assertGreaterEqual(epochs_of(checkpoint), epochs)
                epochs = epochs_of(checkpoint)
        self.assertEqual(weights(model), expected, f"after {killed} ranks killed")

    def test_what_cannot_be_shared_is_refused(self):
        data = ["forecast", "train", *TASKS["forecast"], "--out", "m"]
        _, err = self.run_ranks(2, *data, "--shards", "3", status=None)
        self.assertIn("shards: expected a multiple of the 2 ranks, found 3", err)
        self.run_ranks(0, *data)
        _, err = self.run_ranks(2, "forecast", "predict", "m", "s.csv", status=None)
        self.assertIn("only train, search and compare are shared", err)
        _, err = self.run_ranks(2, *data, status=None, env={**os.environ, "RECURRA_RANK_TIMEOUT": "soon"})
        self.assertIn("RECURRA_RANK_TIMEOUT: expected seconds above 0, found 'soon'", err)


if __name__ == "__main__":
    RECURRA = os.path.abspath(sys.argv.pop(1))
    if sys.argv[1:2] == ["--kills"]:
        KILLS = int(sys.argv[2])
        del sys.argv[1:3]
    if shutil.which("mpirun") is None or not (pathlib.Path(RECURRA).parent / "librecurra_mpi.so").exists():
        print("test_mpi: skipped: Open MPI is not installed, or this recurra was built without it")
        sys.exit(0)
    unittest.main()
