#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The recurra command where the system is against it: python3 test_system.py PATH_TO_RECURRA.

Signals, closed terminals and pipes, limits, full disks.
"""
import fcntl
import json
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
SANITIZERS = ()  # that the program was built with
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
        # The search for leaks at the end is a process more than a limit may allow.
        options = {"user": nobody, "group": nobody, "extra_groups": [],
                   "env": os.environ | {"ASAN_OPTIONS": os.environ.get("ASAN_OPTIONS", "") + ":detect_leaks=0"}}
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

    def test_ctrl_c_ends_at_once_what_has_nothing_to_save(self):
        (self.folder / "index.html").write_text("<!doctype html><title>x</title>")
        server = subprocess.Popen([RECURRA, "lesson", "--port", "0", "--dir", self.folder], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        self.addCleanup(lambda: (server.kill(), server.communicate()))
        self.assertIn("http://127.0.0.1:", server.stdout.readline())
        server.send_signal(signal.SIGINT)
        self.assertEqual(server.communicate(timeout=20), ("", ""))
        self.assertEqual(server.returncode, -signal.SIGINT)

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

    def test_the_temporary_file_of_a_killed_process_goes_with_the_next_write(self):
        left = ["c.99999999-0.tmp", "c.1-12.tmp", "m.99999999-0.tmp"]
        others = ["c.99999999-0.tmp.txt", "c.tmp", "other.99999999-0.tmp"]
        for name in left + others:
            self.at(name).write_text("half")
        self.train("--checkpoint", "c")
        self.assertEqual(self.names(), sorted(["c", "m", "x.csv"] + others))


class Names(System):
    def test_a_name_need_not_be_text(self):
        name = b"no\xff.csv"
        result = self.run_command("inspect", os.fsdecode(name), status=1, text=False)
        self.assertIn(name, result.stderr)


class Limits(System):
    def alone(self):
        """Options that run the command as a user who has no other process."""
        if os.geteuid() != 0:
            self.skipTest("only the superuser can become a user who has no other process")
        if "tsan" in SANITIZERS:
            self.skipTest("the thread sanitizer starts a thread of its own")
        return self.as_nobody()

    def test_fewer_threads_than_asked_for_are_told_and_change_nothing(self):
        nobody = self.alone()
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
        nobody = self.alone()
        (self.folder / "site").mkdir()
        (self.folder / "site" / "index.html").write_text("x")
        for processes in (1, 3):
            server = subprocess.Popen([RECURRA, "lesson", "--dir", "site", "--port", "0"], cwd=self.folder, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                                      text=True, preexec_fn=lambda n=processes: resource.setrlimit(resource.RLIMIT_NPROC, (n, n)), **nobody)
            self.addCleanup(lambda s=server: (s.kill(), s.communicate()))
            line = server.stdout.readline()
            if not line and processes == 1:  # no thread but the first
                self.assertIn("cannot start a thread to answer requests", server.stderr.read())
                self.assertEqual(server.wait(timeout=60), 1)
            else:
                self.assertIn("the lesson is at http://127.0.0.1:", line)

    def test_little_memory_for_many_threads(self):
        if SANITIZERS:
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

    def test_a_checkpoint_that_does_not_fit_does_not_end_the_run(self):
        disk = self.full_disk()
        wide = ["--hidden", "64", "--epochs", "3", "--checkpoint", disk / "c"]
        result = self.train(*wide, "--json", status=1)
        told = "the checkpoint cannot be written; the run continues and tries again at the next one: " + str(disk / "c: cannot be written: No space left on device")
        self.assertEqual(result.stderr.count("note: " + told), 1, result.stderr)
        self.assertRegex(result.stderr, r"recurra: the model is written, but the checkpoint of the run's end could not be: \S+/c: cannot be written: No space")
        self.assertIn(told, json.loads(result.stdout)["notes"])
        self.assertEqual(list(disk.iterdir()), [])
        weights = self.weights()
        self.train("--hidden", "64", "--epochs", "3")
        self.assertEqual(self.weights(), weights)

    def test_the_state_of_a_stopped_run_is_kept_elsewhere(self):
        (self.folder / "out").mkdir()
        (self.folder / "temporary").mkdir()
        process = self.start("--checkpoint", "out/c", env=os.environ | {"TMPDIR": str(self.folder / "temporary")})
        shutil.rmtree(self.folder / "out")
        process.send_signal(signal.SIGINT)
        errors = process.communicate(timeout=60)[1].decode()
        self.assertEqual(process.returncode, 130, errors)
        found = re.search(r"recurra: interrupted; out/c: cannot be written: No such file or directory; the state is kept in (\S+); resume with "
                          r"the same command and --resume (\S+)$", errors)
        self.assertTrue(found, errors)
        self.assertEqual(found[1], found[2])
        process = self.start("--resume", found[1])
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=60)
        self.assertEqual(process.returncode, 130)

    def test_another_instruction_set_is_told(self):
        isas = json.loads(self.run_command("info", "--json").stdout)["isas"]
        if len(isas) < 2:
            self.skipTest("this machine has one instruction set")
        first, second = ({"env": os.environ | {"RECURRA_ISA": isa}} for isa in isas[:2])
        self.train("--checkpoint", "c", **first)
        self.assertNotIn("instruction set", self.train("--resume", "c", "--epochs", "3", **first).stderr)
        told = self.train("--resume", "c", "--epochs", "4", **second).stderr
        self.assertEqual(told.count(f"note: c: written on the instruction set {isas[0]}, and this run continues on {isas[1]}; its last bits may differ"), 1, told)

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
        process = subprocess.Popen([RECURRA, "forecast", "train", "x.csv", *TRAIN, "--epochs", "150", "--patience", "0", "--out", "out/m", "--checkpoint", "c"],
                                   cwd=self.folder, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        # More lines than the pipe holds: it waits for a reader before its end.
        fcntl.fcntl(process.stderr.fileno(), fcntl.F_SETPIPE_SZ, 4096)
        while "epoch" not in process.stderr.readline():
            self.assertIsNone(process.poll())
        (self.folder / "out").rmdir()
        _, errors = process.communicate(timeout=300)
        self.assertEqual(process.returncode, 1)
        found = re.search(r"out/m: cannot be written: No such file or directory; the model is kept in (\S+)$", errors)
        self.assertTrue(found, errors)
        self.run_command("forecast", "predict", found[1], "x.csv")


if __name__ == "__main__":
    signal.signal(signal.SIGHUP, signal.SIG_DFL)  # nohup ignores it, which programs inherit
    RECURRA = os.path.abspath(sys.argv.pop(1))
    program = pathlib.Path(RECURRA).read_bytes()
    SANITIZERS = tuple(name for name in ("asan", "tsan") if f"__{name}_init".encode() in program)
    unittest.main()
