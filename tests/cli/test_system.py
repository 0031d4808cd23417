#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The recurra command where the system is against it: python3 test_system.py PATH_TO_RECURRA.

Signals, closed terminals and pipes, limits, full disks, and paths that name one file twice.
"""
import os
import pathlib
import pty
import re
import resource
import shutil
import signal
import subprocess
import sys
import tempfile
import unittest

RECURRA = ""
SANITIZED = False  # such a program maps terabytes of addresses
TRAIN = ["--target", "x", "--horizon", "2", "--lookback", "6", "--hidden", "6", "--season", "6", "--threads", "1"]
SHORT = [*TRAIN, "--epochs", "2"]
LONG = [*TRAIN, "--epochs", "100000", "--patience", "0"]


def series(rows=160):
    return "t,x\n" + "".join(f"{t},{t * 7 % 12 + t % 5 / 10}\n" for t in range(rows))


class System(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)
        (self.folder / "x.csv").write_text(series())

    def at(self, name):
        return self.folder / name

    def names(self):
        return sorted(path.name for path in self.folder.iterdir())

    def run_command(self, *arguments, status=0, **options):
        options = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "timeout": 120, "check": False, "cwd": self.folder, "text": True} | options
        result = subprocess.run([RECURRA, *map(str, arguments)], **options)
        self.assertEqual(result.returncode, status, (arguments, result.stdout, result.stderr))
        return result

    def fails(self, status, says, *arguments, **options):
        result = self.run_command(*arguments, status=status, **options)
        self.assertRegex(result.stderr, says)
        self.assertEqual(result.stdout, "")
        return result

    def weights(self):
        data = self.at("m").read_bytes()
        return data[8 + int.from_bytes(data[:8], "little"):]

    def train(self, *more, **options):
        return self.run_command("forecast", "train", "x.csv", *SHORT, "--out", "m", *more, **options)

    def start(self, *more, until=b"epoch", **options):
        """A long run that has begun."""
        process = subprocess.Popen([RECURRA, "forecast", "train", "x.csv", *LONG, "--out", "m", *map(str, more)], cwd=self.folder,
                                   stdout=subprocess.PIPE, stderr=subprocess.PIPE, **options)
        self.addCleanup(lambda: (process.kill(), process.communicate()))
        while until not in (line := process.stderr.readline()):
            self.assertTrue(line, "it has ended")
        return process

    def as_nobody(self):
        """Options that run the command as a user without rights, who may write to the folder."""
        if os.geteuid() != 0:
            return {}
        self.folder.chmod(0o777)
        nobody = 50000 + os.getpid() % 10000  # who has no other process
        options = {"user": nobody, "group": nobody, "extra_groups": []}
        try:
            subprocess.run([RECURRA, "info"], stdout=subprocess.DEVNULL, check=True, cwd=self.folder, **options)
        except (OSError, subprocess.CalledProcessError):
            self.skipTest("no other user may run the program")
        return options


class Signals(System):
    def end_by(self, number, process):
        process.send_signal(number)
        _, errors = process.communicate(timeout=60)
        return process.returncode, errors.decode()

    def test_each_request_to_end_leaves_a_checkpoint(self):
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            with self.subTest(signal=number):
                status, errors = self.end_by(number, self.start())
                self.assertEqual(status, 130)
                self.assertIn("interrupted; resume with the same command and --resume m.checkpoint", errors)
                self.at("m.checkpoint").unlink()

    def test_a_closed_terminal_sends_several_hangups(self):
        process = self.start()
        for _ in range(50):
            process.send_signal(signal.SIGHUP)
        process.communicate(timeout=60)
        self.assertEqual(process.returncode, 130)
        self.assertTrue(self.at("m.checkpoint").exists())

    def test_what_was_ignored_on_arrival_stays_ignored(self):
        for number in (signal.SIGHUP, signal.SIGINT):
            with self.subTest(signal=number):
                process = self.start(preexec_fn=lambda n=number: signal.signal(n, signal.SIG_IGN))
                process.send_signal(number)
                process.stderr.readline()
                process.stderr.readline()
                self.assertIsNone(process.poll())
                self.assertEqual(self.end_by(signal.SIGTERM, process)[0], 130)

    def test_a_terminal_that_goes_away_ends_a_run_with_a_checkpoint(self):
        child, terminal = pty.fork()
        if child == 0:
            os.chdir(self.folder)
            os.execv(RECURRA, [RECURRA, "forecast", "train", "x.csv", *LONG, "--out", "m"])
        shown = b""
        while b"epoch" not in shown:
            shown += os.read(terminal, 4096)
        os.close(terminal)
        _, status = os.waitpid(child, 0)
        self.assertEqual(os.waitstatus_to_exitcode(status), 130)
        self.assertIn("m.checkpoint", self.names())

    def test_progress_that_nobody_reads_is_no_reason_to_stop(self):
        ours, theirs = os.pipe()
        os.close(ours)
        self.train(stderr=theirs)
        os.close(theirs)
        expected = self.weights()
        self.at("m").unlink()
        script = f'"{RECURRA}" forecast train x.csv {" ".join(SHORT)} --out m 2>&1 | head -1'
        subprocess.run(["sh", "-c", script], cwd=self.folder, check=True, stdout=subprocess.DEVNULL, timeout=60)
        self.assertEqual(self.weights(), expected)

    def test_a_result_that_nobody_reads_is_told(self):
        self.train()
        for arguments in (["forecast", "train", "x.csv", *SHORT, "--out", "n"], ["forecast", "predict", "m", "x.csv"], ["info"], ["info", "--json"],
                          ["--help"], ["forecast", "train", "--help"], ["--version"], ["inspect", "m"]):
            with self.subTest(arguments=arguments):
                ours, theirs = os.pipe()
                os.close(ours)
                result = self.run_command(*arguments, stdout=theirs, status=1)
                os.close(theirs)
                self.assertIn("recurra: standard output: cannot be written", result.stderr)
                if os.path.exists("/dev/full"):
                    with open("/dev/full", "w", encoding="utf-8") as full:
                        self.run_command(*arguments, stdout=full, status=1)
        self.assertIn("n", self.names())

    def test_a_temporary_file_of_a_killed_process_goes_and_a_living_ones_stays(self):
        stopped = self.start("--checkpoint", "c")
        while not (left := [name for name in self.names() if name.endswith(".tmp")]):
            self.assertIsNone(stopped.poll())
        stopped.send_signal(signal.SIGSTOP)
        # Whether it stopped within the write is a matter of luck, so a file of a dead process is put beside it.
        self.at("c.99999999-0.tmp").write_text("half")
        self.at("c.99999999-0.tmp.txt").write_text("a user's")
        self.at("other.99999999-0.tmp").write_text("of another file")
        held = [name for name in self.names() if name.endswith("-0.tmp") and "9999999" not in name]
        self.run_command("forecast", "train", "x.csv", *SHORT, "--out", "n", "--checkpoint", "c")
        names = self.names()
        self.assertNotIn("c.99999999-0.tmp", names)
        self.assertIn("c.99999999-0.tmp.txt", names)
        self.assertIn("other.99999999-0.tmp", names)
        for name in held:
            self.assertIn(name, names)
        stopped.kill()
        stopped.wait()
        self.run_command("forecast", "train", "x.csv", *SHORT, "--out", "n", "--checkpoint", "c")
        self.assertEqual([name for name in self.names() if name.startswith("c.") and name.endswith(".tmp")], [], left)


class Limits(System):
    def test_fewer_threads_than_asked_for_are_told_and_change_nothing(self):
        nobody = self.as_nobody()
        if os.geteuid() != 0:
            self.skipTest("only the superuser can become a user who has no other process")
        wide = ["--threads", "8", "--hidden", "40", "--batch", "64"]
        self.train(*wide, **nobody)
        expected = self.weights()
        for processes in (1, 2, 4):
            with self.subTest(processes=processes):
                result = self.train(*wide, preexec_fn=lambda n=processes: resource.setrlimit(resource.RLIMIT_NPROC, (n, n)), **nobody)
                told = re.search(r"note: started (\d) of 8 threads \(Resource temporarily unavailable\)", result.stderr)
                self.assertTrue(told, result.stderr)
                self.assertLessEqual(int(told[1]), processes)
                self.assertEqual(self.weights(), expected)
                self.run_command("forecast", "predict", "m", "x.csv", "--threads", "8", "--quiet", **nobody,
                                 preexec_fn=lambda n=processes: resource.setrlimit(resource.RLIMIT_NPROC, (n, n)))

    def test_a_server_does_with_the_threads_that_it_gets(self):
        nobody = self.as_nobody()
        if os.geteuid() != 0:
            self.skipTest("only the superuser can become a user who has no other process")
        (self.folder / "site").mkdir()
        (self.folder / "site" / "index.html").write_text("x")
        limit = lambda n: lambda: resource.setrlimit(resource.RLIMIT_NPROC, (n, n))
        self.fails(1, "cannot start a thread to answer requests", "lesson", "--dir", "site", "--port", "0", preexec_fn=limit(1), **nobody)
        server = subprocess.Popen([RECURRA, "lesson", "--dir", "site", "--port", "0"], cwd=self.folder, stdout=subprocess.PIPE, text=True,
                                  preexec_fn=limit(3), **nobody)
        self.addCleanup(lambda: (server.kill(), server.communicate()))
        self.assertIn("the lesson is at http://127.0.0.1:", server.stdout.readline())

    def test_little_memory_for_many_threads(self):
        if SANITIZED:
            self.skipTest("a sanitizer needs more addresses than the limit leaves")
        for megabytes in (300, 1000):
            limit = megabytes << 20
            result = subprocess.run([RECURRA, "forecast", "train", "x.csv", *SHORT, "--out", "m", "--threads", "1024"], cwd=self.folder, check=False,
                                    preexec_fn=lambda n=limit: resource.setrlimit(resource.RLIMIT_AS, (n, n)), capture_output=True, text=True,
                                    timeout=120)
            self.assertEqual(result.returncode, 0, result.stderr)
            self.assertRegex(result.stderr, r"note: started \d+ of 1024 threads \(")

    def test_a_limit_on_the_size_of_files_is_told(self):
        limit = lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (1024, 1024))
        result = self.fails(1, "recurra: m: cannot be written: File too large", "forecast", "train", "x.csv", *SHORT, "--out", "m", preexec_fn=limit)
        self.assertNotIn("kept", result.stderr)
        self.assertEqual(self.names(), ["x.csv"])

    def full_disk(self):
        """A folder on a disk that holds 16 KB; only the superuser can make one."""
        disk = self.at("disk")
        disk.mkdir()
        mount = shutil.which("mount")
        if not mount or subprocess.run([mount, "-t", "tmpfs", "-o", "size=16k", "tmpfs", disk], check=False, capture_output=True).returncode != 0:
            self.skipTest("no small disk can be mounted here")
        self.addCleanup(lambda: subprocess.run(["umount", disk], check=False, capture_output=True))
        return disk

    def test_a_model_that_cannot_be_written_is_kept(self):
        disk = self.full_disk()
        (self.folder / "temporary").mkdir()
        more = ["--hidden", "64", "--epochs", "1"]
        for checkpoint, place in ([], "temporary"), (["--checkpoint", "c"], "."):
            with self.subTest(place=place):
                result = self.fails(1, r"disk/m: cannot be written: No space left on device; the model is kept in (\S+)$", "forecast", "train", "x.csv",
                                    *SHORT, *more, "--out", disk / "m", *checkpoint, env=os.environ | {"TMPDIR": str(self.folder / "temporary")})
                kept = pathlib.Path(re.search(r"kept in (\S+)$", result.stderr)[1])
                self.assertEqual(kept.parent.parent.resolve(), (self.folder / place).resolve())
                self.run_command("forecast", "predict", kept, "x.csv")
                self.assertEqual(list(disk.iterdir()), [])

    def test_a_model_whose_folder_goes_away_is_kept(self):
        (self.folder / "out").mkdir()
        process = subprocess.Popen([RECURRA, "forecast", "train", "x.csv", *TRAIN, "--epochs", "60", "--patience", "0", "--out", "out/m", "--checkpoint", "c"],
                                   cwd=self.folder, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        while "epoch" not in process.stderr.readline():
            self.assertIsNone(process.poll())
        (self.folder / "out").rmdir()
        _, errors = process.communicate(timeout=60)
        self.assertEqual(process.returncode, 1)
        found = re.search(r"out/m: cannot be written: No such file or directory; the model is kept in (\S+)$", errors)
        self.assertTrue(found, errors)
        self.run_command("forecast", "predict", found[1], "x.csv")


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
                           ("info --jsn", r"unknown option --jsn; did you mean --json\?"), ("info now", "unexpected argument now\n"),
                           ("forecast train x.csv --target x", "--horizon is required"), ("forecast train x.csv --target x --horizon", "--horizon"),
                           ("forecast train x.csv --target x --horizon 3 --lr fast", "--lr")):
            with self.subTest(line=line):
                self.fails(2, "^recurra: .*" + says, *line.split())
        self.assertIn("`recurra forecast train --help` lists", self.fails(2, "targt", "forecast", "train", "--targt", "x").stderr)

    def test_numbers_that_are_not_finite(self):
        for verb in ("forecast train x.csv --target x --horizon 2", "classify train x.csv --label x", "tag train x.csv", "lm train x.csv", "seq2seq train x.csv"):
            for option in ("--lr", "--momentum", "--weight-decay", "--dropout", "--forget-bias", "--clip", "--clip-value"):
                for value in ("inf", "-inf", "nan", "INF", "1e999"):
                    with self.subTest(verb=verb, option=option, value=value):
                        self.fails(2, f"recurra: {option}: ", *verb.split(), option + "=" + value)
        self.fails(2, "--temperature: expected a finite number, found nan", "lm", "generate", "m", "--temperature", "nan")
        self.fails(2, "--split: expected a finite number, found inf", "forecast", "train", "x.csv", *SHORT, "--split", "0.5,inf,0.1")

    def test_swapped_arguments(self):
        self.train()
        for line in ("forecast predict x.csv m", "forecast backtest x.csv m", "inspect x.csv m", "classify predict x.csv m", "tag evaluate x.csv m"):
            self.fails(2, "x.csv is no model file, but m is one; the arguments look swapped: expected the model first, then the data", *line.split())

    def test_files_of_other_formats(self):
        for name, bytes, says in (("x.csv.gz", b"\x1f\x8b\x08\0\0", "is compressed .gzip., expected text; try zcat x.csv.gz | recurra ... -"),
                                  ("x.csv.zst", b"\x28\xb5\x2f\xfd\0", "zstdcat x.csv.zst"), ("x.xlsx", b"PK\3\4\0\0", "Excel workbook, expected text; save it as CSV first"),
                                  ("x.parquet", b"PAR1\0\0", "is a Parquet file, expected text; save it as CSV first")):
            self.at(name).write_bytes(bytes)
            self.fails(1, re.escape(says).replace(r"\.gzip\.", ".gzip."), "forecast", "train", name, *SHORT)
            self.fails(1, "expected text", "lm", "train", name)


if __name__ == "__main__":
    RECURRA = os.path.abspath(sys.argv.pop(1))
    SANITIZED = b"__asan_init" in pathlib.Path(RECURRA).read_bytes()
    unittest.main()
