#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""One training on several hosts: python3 test_hosts.py PATH_TO_RECURRA.

Hosts are network namespaces with 1 ms and 1 Gbit/s between them (tools/hosts.py). Ends with 3 where these, or Open MPI,
cannot be had.
"""
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import time
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "tools"))
import hosts
from test_mpi import SHARDS, TASKS, epochs_of, weights, write_data

RECURRA = ""
SECONDS_TO_END = 60  # after a host is killed or cut off; 4 and 19 on a busy machine of two cores


class HostsOfATraining(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)
        write_data(self.folder)

    def hosts(self, count):
        network = hosts.Hosts(count, delay_ms=1, mbit=1000)
        self.addCleanup(network.__exit__)
        return network.__enter__()

    def start(self, network, ranks, *arguments):
        launch = [*network.enter(0), "mpirun", "-n", str(ranks)] if network else []
        return subprocess.Popen([*launch, RECURRA, *arguments, "--threads", "1"], cwd=self.folder, env=network.environment() if network else None,
                                stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)

    def finish(self, network, ranks, *arguments):
        process = self.start(network, ranks, *arguments)
        out, err = process.communicate(timeout=300)
        self.assertEqual(process.returncode, 0, err)
        return out

    def test_two_and_four_hosts_have_the_bits_of_one_process(self):
        for task in ("forecast", "lm"):
            run = [task, "train", *TASKS[task], *SHARDS, "--out"]
            self.finish(None, 1, *run, "one")
            for count, ranks in ((2, 2), (4, 6)):
                network = self.hosts(count)
                self.finish(network, ranks, *run, "several")
                self.assertGreater(network.wire.bytes, 10000, "the ranks speak over the wire")
                self.assertEqual(weights(self.folder / "several"), weights(self.folder / "one"), f"{task}: {ranks} ranks on {count} hosts")

    def test_a_host_that_fails_ends_all_and_fewer_go_on(self):
        run = ["lm", "train", *TASKS["lm"][:-2], "--epochs", "100", "--patience", "0", *SHARDS, "--out", "m"]
        self.finish(None, 1, *run)
        expected = weights(self.folder / "m")
        # One that has only ranks, and the one where mpirun runs.
        for fail, host in ((hosts.Hosts.kill, 3), (hosts.Hosts.kill, 0), (hosts.Hosts.cut, 3)):
            for name in ("m", "c"):
                (self.folder / name).unlink(missing_ok=True)
            network = self.hosts(4)
            process = self.start(network, 6, *run, "--checkpoint", "c")
            while not (self.folder / "c").exists() and process.poll() is None:
                time.sleep(0.02)
            fail(network, host)
            deadline = time.time() + SECONDS_TO_END
            _, err = process.communicate(timeout=SECONDS_TO_END)
            self.assertNotEqual(process.returncode, 0, err)
            while any(network.processes(host) for host in range(4)) and time.time() < deadline:
                time.sleep(0.1)
            self.assertEqual([network.processes(host) for host in range(4)], [[]] * 4)
            self.assertFalse((self.folder / "m").exists())
            self.assertGreater(epochs_of(self.folder / "c"), 0)
            self.finish(self.hosts(2), 3, *run, "--resume", "c")
            self.assertEqual(weights(self.folder / "m"), expected, f"{fail.__name__} {host}")


if __name__ == "__main__":
    RECURRA = os.path.abspath(sys.argv.pop(1))
    reason = hosts.why_not()
    if shutil.which("mpirun") is None or not (pathlib.Path(RECURRA).parent / "librecurra_mpi.so").exists():
        reason = "Open MPI is not installed, or this recurra was built without it"
    if reason:
        print(f"test_hosts: {reason}")
        sys.exit(3)
    unittest.main()
