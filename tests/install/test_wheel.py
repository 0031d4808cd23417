#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""A wheel as a stranger gets it: python3 test_wheel.py WHEEL PYTHON, for which it is; the Python that runs this has auditwheel."""
import email
import pathlib
import re
import subprocess
import sys
import tempfile
import time
import unittest
import zipfile

WHEEL = pathlib.Path()
PYTHON = ""
ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
NET = ROOT / "recurra/tasks/forecast/now/weights.safetensors"
DEMAND = ROOT / "examples/data/england_wales_demand.csv"
MOST_BYTES = 8_000_000
# What an import adds to a process; its time is printed and not judged.
MOST_RESIDENT = 15 << 20
IMPORT = """
import sys
def resident():
    return int(open("/proc/self/statm").read().split()[1]) * 4096
before = resident()
import recurra
print(resident() - before, "numpy" in sys.modules)
"""


class Wheel(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        temporary = tempfile.TemporaryDirectory()
        cls.addClassCleanup(temporary.cleanup)
        cls.folder = pathlib.Path(temporary.name)
        cls.files = zipfile.ZipFile(WHEEL)
        cls.addClassCleanup(cls.files.close)
        subprocess.run([PYTHON, "-m", "venv", cls.folder / "venv"], check=True)
        cls.bin = cls.folder / "venv/bin"
        subprocess.run([cls.bin / "pip", "install", "--quiet", "--disable-pip-version-check", WHEEL], check=True)

    def read(self, ending):
        name = next(name for name in self.files.namelist() if name.endswith(ending))
        return self.files.read(name).decode()

    def command(self, *arguments):
        done = subprocess.run([self.bin / "recurra", *map(str, arguments)], cwd=self.folder, capture_output=True, text=True, check=False)
        self.assertEqual(done.returncode, 0, done.stderr)
        return done.stdout

    def test_says_what_it_is_and_under_which_licences(self):
        data = email.message_from_string(self.read(".dist-info/METADATA"))
        header = (ROOT / "recurra/base/version.h").read_text()
        version = ".".join(re.search(rf"_{part} (\d+)", header)[1] for part in ("MAJOR", "MINOR", "PATCH"))
        self.assertEqual((data["Name"], data["Version"], data["License-Expression"]), ("recurra", version, "Apache-2.0"))
        self.assertIn("pip install recurra", data.get_payload())
        self.assertGreater(len(data.get_all("Classifier")), 10)
        self.assertIn("Apache License", self.read("/LICENSE"))
        notices = self.read("/NOTICES")
        for part in ("Highway", "fmt", "nlohmann-json", "fast_float", "date", "CLI11", "Boost", "nanobind", "robin-map", "Svelte", "KaTeX"):
            self.assertIn(part, notices)

    def test_is_small(self):
        self.assertLess(WHEEL.stat().st_size, MOST_BYTES)

    def test_needs_no_library_that_a_system_may_lack(self):
        said = subprocess.run([sys.executable, "-m", "auditwheel", "show", WHEEL], capture_output=True, text=True, check=True).stdout
        needed = re.search(r'platform tag:\s+"manylinux_2_(\d+)_', said)
        self.assertTrue(needed, said)
        self.assertLessEqual(int(needed[1]), int(re.search(r"manylinux_2_(\d+)_", WHEEL.name)[1]), said)
        for strange in ("libssl", "libcrypto", "brotli"):
            self.assertNotIn(strange, said)

    def test_imports_quickly_and_without_numpy(self):
        start = time.monotonic()
        done = subprocess.run([self.bin / "python", "-c", IMPORT], capture_output=True, text=True, check=True)
        seconds = time.monotonic() - start
        grown, numpy = done.stdout.split()
        print(f"\nimport: {int(grown) / 1e6:.1f} MB; with the start of Python {seconds:.2f} s; wheel {WHEEL.stat().st_size / 1e6:.2f} MB")
        self.assertLess(int(grown), MOST_RESIDENT)
        self.assertEqual(numpy, "False")

    def test_brings_the_command(self):
        self.assertRegex(self.command("--version"), r"^\d+\.\d+\.\d+\n$")
        same = subprocess.run([self.bin / "python", "-m", "recurra", "--version"], capture_output=True, text=True, check=True)
        self.assertEqual(same.stdout, self.command("--version"))
        wrong = subprocess.run([self.bin / "recurra", "nothing"], capture_output=True, text=True, check=False)
        self.assertEqual(wrong.returncode, 2)

    def test_its_command_behaves_as_the_program(self):
        """Arguments, exit statuses, signals, pipes, limits, the server: what the program's own tests ask of it."""
        for name in ("system", "usage", "lesson", "command"):
            tests = subprocess.run([sys.executable, ROOT / f"tests/cli/test_{name}.py", self.bin / "recurra"], capture_output=True, text=True, check=False)
            self.assertEqual(tests.returncode, 0, tests.stderr)

    def test_the_five_minutes_of_the_first_page(self):
        self.command("forecast", "train", DEMAND, "--target", "demand", "--horizon", "48", "--epochs", "1", "--hidden", "8")
        self.command("forecast", "backtest", "model.safetensors", DEMAND, "--report", "report.html")
        self.assertIn("<svg", (self.folder / "report.html").read_text())
        self.assertEqual(len(self.command("forecast", "predict", "model.safetensors", DEMAND).splitlines()), 49)
        self.assertIn("vanish", self.command("inspect", "model.safetensors", DEMAND))

    def test_brings_the_lesson(self):
        if not any(name.endswith("lesson/index.html") for name in self.files.namelist()):
            self.skipTest("the wheel was built before the lesson was: ./run lesson")
        self.assertFalse([name for name in self.files.namelist() if name.endswith("now.safetensors")])  # the command has it
        self.assertIn("files written", self.command("lesson", "--export", "page"))
        self.assertTrue((self.folder / "page/index.html").exists())
        self.assertEqual((self.folder / "page/now.safetensors").read_bytes(), NET.read_bytes())


if __name__ == "__main__":
    PYTHON = sys.argv.pop(2)
    WHEEL = pathlib.Path(sys.argv.pop(1)).resolve()
    unittest.main()
